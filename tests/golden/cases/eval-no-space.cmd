"$vigie" eval --policy "$policy" "$golden/talks.jsonl"
