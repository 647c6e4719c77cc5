"$vigie" assess --explain --language fr --policy "$policy" -q <"$golden/events.jsonl" | tail -60
