# A model of made-up talks, and judgements that it was too sure. Figures of the training are not what this is about: digits are shown as N.
risk=("tu as quel âge ?" "ne le dis à personne" "envoie une photo de toi" "viens sur une autre appli")
plain=("on joue ce soir ?" "le boss est trop dur" "tu as fini les maths ?" "demain il y a match")
for i in $(seq 0 89); do
    label=false; [ $((i % 3)) = 0 ] && label=true
    printf '{"id":"t%s","language":"fr","risk":%s,"authors":[{"name":"a","risk":%s},{"name":"b"}],"messages":[' "$i" $label $label
    for m in 0 1 2 3; do
        if [ $label = true ] && [ $((m % 2)) = 0 ]; then text=${risk[$(((m + i) / 2 % 4))]}; else text=${plain[$(((m * 3 + i) % 4))]}; fi
        [ $((m % 2)) = 0 ] && author=a || author=b
        printf '%s{"author":"%s","text":"%s"}' "$([ $m = 0 ] || echo ,)" $author "$text"
    done
    echo ']}'
done >talks.jsonl
hide() { sed -E 's/[-+]?[0-9]+([.][0-9]+)?/N/g; s/ +/ /g; s/(platt|isotonic)/METHOD/g'; }
"$vigie" train --policy "$policy/spaces/lobby.yaml" --quiet --bits 16 --out now.model talks.jsonl >/dev/null
said() { for i in $(seq "$1"); do printf '{"evidence":"%s","pattern":"%s","language":"%s","weight":0.4,"strength":%s,"risk":0.6,"judgement":"%s","space":"lobby"}\n' "$2" "$3" "$4" "0.$((62 + i % 37))" "$5"; done; }
{ said 40 text.model now.model fr right; said 60 text.model now.model fr wrong; said 12 text.model now.model en wrong; said 5 text.model now.model fr unsure
  said 7 text.model old.model fr wrong; said 9 text.secrecy "notre secret" fr right; } | sort -R --random-source=<(yes) >feedback.jsonl
"$vigie" calibrate --feedback feedback.jsonl now.model --out next.model
"$vigie" calibrate --feedback feedback.jsonl --json now.model | hide
"$vigie" calibrate --quiet --policy "$policy/spaces/lobby.yaml" --feedback feedback.jsonl now.model talks.jsonl | grep -c -e '^Calibration' -e '^Feedback'
head -3 feedback.jsonl >bad.jsonl; echo '{"evidence":"text.model","strength":2,"judgement":"right"}' >>bad.jsonl
"$vigie" calibrate --feedback bad.jsonl now.model
"$vigie" calibrate --feedback none.jsonl now.model
: >empty.jsonl
"$vigie" calibrate --feedback empty.jsonl now.model
"$vigie" calibrate now.model
