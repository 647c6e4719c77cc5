-- SPDX-License-Identifier: Apache-2.0
-- An adult offers a gift to a minor at night, or offers one at any time and then asks to go on elsewhere.
--
-- A gift alone is ordinary in a game. Late, or followed by "let us go on elsewhere", it is a known way of making somebody feel
-- that they owe something. The reference of what a rule may use is docs/rules.md.

local RECENT = 48 -- hours

return {
  name = "late_gifts",
  why = {
    fr = "Un adulte offre un cadeau à un mineur tard le soir, ou juste avant de vouloir continuer ailleurs.",
    en = "An adult offers a minor a gift late in the evening, or just before wanting to go on elsewhere.",
  },
  on = {"message"},

  check = function(event, memory, evidence)
    if memory.relation ~= "adult_to_minor" and memory.relation ~= "unknown_to_minor" then return nil end
    local gift = evidence["text.gift_offer"]
    if gift and gift.fresh and event.night then return 0.4 end
    local move = evidence["text.moving_app"]
    local offered = memory.family_hours.gift_offer
    if move and move.fresh and offered and offered <= RECENT then return 0.6 end
    return nil
  end,

  tests = {
    {name = "a gift at noon", event = {hour = 12}, evidence = {["text.gift_offer"] = 0.8}},
    {name = "a gift at night", event = {hour = 23}, evidence = {["text.gift_offer"] = 0.8}, expect = 0.4},
    {name = "an old gift, remembered", event = {hour = 23}, evidence = {["text.gift_offer"] = {strength = 0.5, fresh = false}}},
    {name = "elsewhere, a day after a gift", memory = {family_hours = {gift_offer = 24}}, evidence = {["text.moving_app"] = 0.7}, expect = 0.6},
    {name = "elsewhere, a week after a gift", memory = {family_hours = {gift_offer = 168}}, evidence = {["text.moving_app"] = 0.7}},
    {name = "among minors", event = {hour = 23}, memory = {relation = "minor_to_minor"}, evidence = {["text.gift_offer"] = 0.8}},
  },
}
