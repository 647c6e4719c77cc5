"$vigie" eval --policy "$policy" --space lobby --model nowhere.vgm "$golden/talks.jsonl"
