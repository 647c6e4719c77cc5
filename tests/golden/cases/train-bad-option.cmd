echo >talks.jsonl
"$vigie" train --cost nothing --out x.model talks.jsonl
"$vigie" train --method guess --out x.model talks.jsonl
"$vigie" train --policy "$policy/spaces/lobby.yaml" --out x.model talks.jsonl
