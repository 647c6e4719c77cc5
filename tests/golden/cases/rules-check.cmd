mkdir -p p/spaces p/rules
ln -s "$policy/lexicon" "$policy/banks" "$policy/phrases.yaml" p/
[ -d "$policy/spelling" ] && ln -s "$policy/spelling" p/
cp "$policy/rules/late_gifts.lua" p/rules/
{ grep -v '^rules:' "$policy/spaces/lobby.yaml"; printf 'rules:\n  - file: ../rules/late_gifts.lua\n    mode: shadow\n'; } >p/spaces/lobby.yaml
"$vigie" rules check p
"$vigie" rules list --policy p --data nowhere
"$vigie" rules check --json p
echo 'return {name = "late_gifts"}' >p/rules/late_gifts.lua
"$vigie" rules check p
