"$vigie" lexicon check --corpus none.jsonl "$policy"
