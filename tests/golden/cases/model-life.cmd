# Train, look, explain, calibrate, compare, damage. Figures are not what this is about: digits are shown as N.
risk=("tu as quel âge ?" "ne le dis à personne" "envoie une photo de toi" "viens sur une autre appli")
plain=("on joue ce soir ?" "le boss est trop dur" "tu as fini les maths ?" "demain il y a match")
for i in $(seq 0 89); do
    label=false; [ $((i % 3)) = 0 ] && label=true
    printf '{"id":"t%s","language":"fr","risk":%s,"authors":[{"name":"a","risk":%s},{"name":"b"}],"messages":[' "$i" $label $label
    for m in 0 1 2 3 4 5; do
        if [ $label = true ] && [ $((m % 2)) = 0 ]; then text=${risk[$(((m + i) / 2 % 4))]}; else text=${plain[$(((m * 3 + i) % 4))]}; fi
        [ $((m % 2)) = 0 ] && author=a || author=b
        printf '%s{"author":"%s","text":"%s"}' "$([ $m = 0 ] || echo ,)" $author "$text"
    done
    echo ']}'
done >talks.jsonl
hide() { sed -E 's/[0-9][0-9a-f]{15}|[0-9a-f]{16}/ID/g; s/[-+]?[0-9]+([.][0-9]+)?([,-][0-9]+)*/N/g; s/ +/ /g; s/(avx.|by c)$/KERNEL/; s/by avxN/KERNEL/; s/(platt|isotonic)/METHOD/g'; }
"$vigie" train --policy "$policy/spaces/lobby.yaml" --quiet --bits 16 --out first.model talks.jsonl | hide | head -5
"$vigie" train --policy "$policy/spaces/lobby.yaml" --quiet --bits 16 --cost 1 --json --out second.model talks.jsonl | grep -c '"held_out"'
"$vigie" model show first.model | hide
"$vigie" model show --json first.model | grep -o '"[a-z_]*":' | sort -u | tr -d '\n'; echo
echo 'bonjour, envoie une PHOTO de toi' | "$vigie" model explain first.model --policy "$policy/spaces/lobby.yaml" --language fr | hide
echo 'bonjour, envoie une PHOTO de toi' | "$vigie" model explain first.model --policy "$policy/spaces/lobby.yaml" --json | grep -c '"spans":\[{"from"'
"$vigie" calibrate first.model talks.jsonl --policy "$policy/spaces/lobby.yaml" --quiet --prevalence 0.01 --out third.model | hide | head -4
"$vigie" model compare --active first.model --shadow third.model --policy "$policy/spaces/lobby.yaml" --quiet talks.jsonl | hide | head -6
head -c 100000 first.model >short.model
"$vigie" model show short.model
{ head -c 50000 first.model; printf x; tail -c +50002 first.model; } >flipped.model
"$vigie" model show flipped.model
