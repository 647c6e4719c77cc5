# the same bytes with any number of threads and from standard input
set -o pipefail
"$vigie" eval --policy "$policy" --space lobby --json --threads 1 "$golden/talks.jsonl" >one.json || exit
"$vigie" eval --policy "$policy" --space lobby --json --threads 3 --format jsonl - <"$golden/talks.jsonl" >many.json || exit
cmp one.json many.json && sed 's/"calibration".*//' one.json | grep -oE '"(space|lexicon_only|alert|one_in|seed|draws|messages|by_[a-z]+|name|risk|innocent|found|false_alarms)":[^,}]*'
