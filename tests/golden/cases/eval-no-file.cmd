"$vigie" eval --policy "$policy" --space lobby nowhere.jsonl
