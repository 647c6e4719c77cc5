-- SPDX-License-Identifier: Apache-2.0
-- Private messages from an adult to a minor in the school's night, from somebody who began the talk themselves.
--
-- For spaces where the adults are teachers, coaches or staff: writing at all is their work, writing first and in private at night is
-- what their employer's charter rules out. Change the hours to yours.

local FROM, TO = 22, 7

return {
  name = "staff_hours",
  why = {
    fr = "Un adulte écrit en privé et de lui-même à un mineur, en dehors des heures où il le devrait.",
    en = "An adult writes to a minor in private and unasked, outside the hours when they should.",
  },
  on = {"message"},

  check = function(event, memory, evidence)
    if memory.relation ~= "adult_to_minor" or event.channel ~= "private" then return nil end
    if event.hour < FROM and event.hour >= TO then return nil end
    if not memory.actor_began then return nil end
    return (memory.received or 0) == 0 and 0.5 or 0.3
  end,

  tests = {
    {name = "in the afternoon", event = {hour = 15}, memory = {actor_began = true}},
    {name = "at eleven in the evening, unanswered", event = {hour = 23}, memory = {actor_began = true, received = 0}, expect = 0.5},
    {name = "at six in the morning, answered before", event = {hour = 6}, memory = {actor_began = true, received = 4}, expect = 0.3},
    {name = "the pupil wrote first", event = {hour = 23}, memory = {actor_began = false}},
    {name = "in a group", event = {hour = 23, channel = "group"}, memory = {actor_began = true}},
    {name = "at seven sharp", event = {hour = 7}, memory = {actor_began = true}},
  },
}
