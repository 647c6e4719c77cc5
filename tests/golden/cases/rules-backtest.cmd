cat >asked.lua <<'LUA'
return {
  name = "asked", why = {fr = "On demande.", en = "Somebody asks."}, on = {"message"},
  check = function(event, memory, evidence) return memory.any_minor and memory.sent == 1 and 0.0001 end,
  tests = {{}},
}
LUA
"$vigie" rules backtest --policy "$policy" --events "$golden/events.jsonl" asked.lua | head -1
"$vigie" rules backtest --policy "$policy" --events - --json asked.lua <"$golden/events.jsonl" | sed 's/,"verdicts.*//'
"$vigie" rules backtest --data nowhere asked.lua
echo 'return {name = "asked", why = {fr = "a", en = "b"}, on = {"message"}, check = function() while true do end end}' >asked.lua
"$vigie" rules backtest --policy "$policy" --events "$golden/events.jsonl" asked.lua
