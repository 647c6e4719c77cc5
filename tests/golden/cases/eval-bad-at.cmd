"$vigie" eval --policy "$policy" --space lobby --at often "$golden/talks.jsonl"
