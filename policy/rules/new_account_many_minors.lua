-- SPDX-License-Identifier: Apache-2.0
-- An account of a few days, and already several minors written to who do not answer.
--
-- It looks at no text, so it also works where nothing may be read. Each additional minor counts more, up to five.

local YOUNG = 72    -- hours since the account was made
local FROM, TO = 3, 8 -- minors in a week

return {
  name = "new_account_many_minors",
  why = {
    fr = "Ce compte tout récent a déjà écrit à plusieurs mineurs, dont la plupart ne répondent pas.",
    en = "This very new account has already written to several minors, most of whom do not answer.",
  },
  on = {"message", "contact"},

  check = function(event, memory, evidence)
    local age = memory.actor_age_hours
    if not age or age > YOUNG or memory.minors_week < FROM then return nil end
    if memory.unreciprocated * 2 < memory.minors_week then return nil end
    if memory.relation == "minor_to_minor" then return nil end
    return math.min(memory.minors_week - FROM + 1, TO - FROM) / (TO - FROM) * 0.5
  end,

  tests = {
    {name = "an old account", memory = {actor_age_hours = 9000, minors_week = 8, unreciprocated = 8}},
    {name = "an account whose age is not known", memory = {minors_week = 8, unreciprocated = 8}},
    {name = "new, two minors", memory = {actor_age_hours = 10, minors_week = 2, unreciprocated = 2}},
    {name = "new, three minors", memory = {actor_age_hours = 10, minors_week = 3, unreciprocated = 2}, expect = 0.1},
    {name = "new, twenty minors", memory = {actor_age_hours = 10, minors_week = 20, unreciprocated = 15}, expect = 0.5},
    {name = "new, and most answer", memory = {actor_age_hours = 10, minors_week = 20, unreciprocated = 5}},
    {name = "a new pupil who says hello", memory = {actor_age_hours = 10, minors_week = 20, unreciprocated = 15, relation = "minor_to_minor"}},
    {name = "a contact request", event = {type = "contact", contact = "request"}, memory = {actor_age_hours = 10, minors_week = 5, unreciprocated = 5}, expect = 0.3},
  },
}
