"$vigie" assess --policy "$policy" -q <"$golden/bad.jsonl"
