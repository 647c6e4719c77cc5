-- SPDX-License-Identifier: Apache-2.0
-- Welfare: how somebody wants things shown, what they have seen, breaks, wishes. Of people who work here, never of accounts. Rows of a
-- person go with the person; what is counted is kept for five weeks.

CREATE TABLE welfare_person (
    user_id          INTEGER PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
    wishes           BLOB,                        -- sealed: which categories they would rather not be given; NULL: none
    shift_hours      INTEGER NOT NULL DEFAULT 0,  -- planned length, 0: not said
    shift_began_ms   INTEGER NOT NULL DEFAULT 0,
    stretch_began_ms INTEGER NOT NULL DEFAULT 0,  -- of the work since the last pause
    stretch_cases    INTEGER NOT NULL DEFAULT 0,
    active_ms        INTEGER NOT NULL DEFAULT 0   -- when they last took, opened or decided something
) STRICT;
CREATE INDEX welfare_person_active ON welfare_person (active_ms);

CREATE TABLE welfare_display (
    user_id   INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    category  INTEGER NOT NULL,
    blur      INTEGER NOT NULL,                   -- 0 none .. 3 most
    grey      INTEGER NOT NULL,
    mute      INTEGER NOT NULL,
    thumbnail INTEGER NOT NULL,                   -- 0 small, 1 medium, 2 large
    mask_text INTEGER NOT NULL,
    PRIMARY KEY (user_id, category)
) STRICT, WITHOUT ROWID;

-- What was really opened, in slots of ten minutes.
CREATE TABLE welfare_exposure (
    user_id  INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    slot     INTEGER NOT NULL,                    -- time in milliseconds / 600000
    space    TEXT NOT NULL,
    category INTEGER NOT NULL,
    cases    INTEGER NOT NULL,
    media    INTEGER NOT NULL,
    PRIMARY KEY (user_id, slot, space, category)
) STRICT, WITHOUT ROWID;
CREATE INDEX welfare_exposure_space ON welfare_exposure (space, slot);
CREATE INDEX welfare_exposure_old ON welfare_exposure (slot);

-- Which case somebody has opened on a day: opened twice it counts once.
CREATE TABLE welfare_seen (
    user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    case_id INTEGER NOT NULL,
    day     INTEGER NOT NULL,
    PRIMARY KEY (user_id, case_id, day)
) STRICT, WITHOUT ROWID;
CREATE INDEX welfare_seen_old ON welfare_seen (day);

-- Breaks that were due and taken.
CREATE TABLE welfare_break (
    user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    time_ms INTEGER NOT NULL,
    space   TEXT NOT NULL,
    PRIMARY KEY (user_id, time_ms)
) STRICT, WITHOUT ROWID;
CREATE INDEX welfare_break_space ON welfare_break (space, time_ms);
CREATE INDEX welfare_break_old ON welfare_break (time_ms);

-- Figures of groups, worked out once when a week is over and then left as they are: two answers to the same question can never be
-- subtracted from each other.
CREATE TABLE welfare_figure (
    week     INTEGER NOT NULL,                    -- days since 1970 of its Monday
    space    TEXT NOT NULL,
    measure  INTEGER NOT NULL,
    category INTEGER NOT NULL,                    -- -1: all
    value    INTEGER NOT NULL,                -- -1: not shown
    people   BLOB NOT NULL,                       -- of opt-outs, the group: identifiers, 8 bytes each, ascending
    PRIMARY KEY (space, week, measure, category)
) STRICT, WITHOUT ROWID;
CREATE INDEX welfare_figure_old ON welfare_figure (week);
