"$vigie" train talks.jsonl
