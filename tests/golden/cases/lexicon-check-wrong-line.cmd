printf '{"id":"1","risk":false,"authors":[],"messages":[]}\n' >talks.jsonl
"$vigie" lexicon check --corpus talks.jsonl "$policy"
