cat >gifts.lua <<'LUA'
return {
  name = "gifts", why = {fr = "Un cadeau.", en = "A gift."}, on = {"message"},
  check = function(event, memory, evidence)
    if event.language == "xx" then return event.tpye end
    local gift = evidence["text.gift_offer"]
    return gift and gift.strength / 2
  end,
  tests = {
    {name = "no gift"},
    {name = "a gift", evidence = {["text.gift_offer"] = 0.8}, expect = 0.4},
    {evidence = {["text.gift_offer"] = 0.8}, expect = 0.5},
    {name = "a mistake", event = {language = "xx"}},
  },
}
LUA
echo 'return {' >broken.lua
"$vigie" rules test gifts.lua broken.lua
echo "exit $?"
"$vigie" rules test --json gifts.lua
echo "exit $?"
(cd "$policy/.." && "$vigie" rules test policy/rules/*.lua)
