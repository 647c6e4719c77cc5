"$vigie" model compare --active x.model talks.jsonl
