# what depends on the exact weights of the policy is left out
set -o pipefail
"$vigie" eval --policy "$policy" --space lobby --talks talks.jsonl --plot eval.svg "$golden/talks.jsonl" >table && sed -E 's/"(max_risk|scores)":(\[[^]]*\]|[0-9.]+)/"\1":.../g' talks.jsonl && head -c 60 eval.svg && echo && tail -c 7 eval.svg
