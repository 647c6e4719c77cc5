"$vigie" assess --explain --policy "$policy" -q <"$golden/events.jsonl" | tail -60
