set -o pipefail
"$vigie" eval --policy "$policy" --space lobby --lexicon-only --language fr --one-in 1000 "$golden/talks.jsonl" | sed '/^Risque le plus haut/,/^$/d'
