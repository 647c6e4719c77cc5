# the tables of figures; what depends on the exact weights of the policy is cut off
set -o pipefail
"$vigie" eval --policy "$policy" --space lobby --threads 1 "$golden/talks.jsonl" | sed '/^Highest risk/,/^$/d'
