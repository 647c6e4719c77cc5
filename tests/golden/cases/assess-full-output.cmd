"$vigie" assess --policy "$policy" -q <"$golden/events.jsonl" >/dev/full
