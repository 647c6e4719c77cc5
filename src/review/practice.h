/* SPDX-License-Identifier: Apache-2.0
 *
 * review/practice: a made-up case to practise on, with what a trained team would decide and why.
 *
 * One JSON file for each (docs/training.md). Files come from outside: everything is bounded and checked. Nothing of practice is ever
 * stored or counted. Text stays at the level of a public prevention guide.
 * Callers: net, cli, tests, the fuzz target.
 */
#ifndef VG_REVIEW_PRACTICE_H
#define VG_REVIEW_PRACTICE_H

#include "base/arena.h"
#include "base/error.h"
#include "event/policy.h"

enum {
    VG_PRACTICE_MAX_FILE = 64 << 10,
    VG_PRACTICE_MAX_MESSAGES = 40,
    VG_PRACTICE_MAX_PIECES = 6, /* of evidence in one message */
    VG_PRACTICE_MAX_ID = 64,
};

typedef struct vg_practice_piece {
    uint8_t kind;
    uint16_t weight; /* 1/10000 */
    uint32_t value;  /* the number of its sentence */
    bool placed;     /* it is at a place in the text: bytes, in each language */
    size_t from[VG_LANGS], to[VG_LANGS];
} vg_practice_piece;

typedef struct vg_practice_message {
    bool own; /* written by the account the case is about */
    uint32_t minutes; /* after the first */
    vg_str text[VG_LANGS];
    vg_practice_piece piece[VG_PRACTICE_MAX_PIECES];
    size_t piece_count;
} vg_practice_message;

typedef struct vg_practice {
    const char *file;
    vg_str id, title[VG_LANGS];
    vg_str account, peer;
    vg_age_band account_band, peer_band;
    vg_channel channel;
    vg_verdict_kind verdict;
    uint16_t risk;
    uint64_t kinds; /* of all pieces */
    vg_practice_message *messages;
    size_t message_count;
    vg_str why_now[VG_LANGS];
    vg_action recommended;
    unsigned defensible; /* bit set of other actions that a trained team could defend */
    vg_str why[VG_LANGS];
    vg_str remark[VG_ACTIONS][VG_LANGS]; /* what is to be said of one action; empty: nothing */
} vg_practice;

/** Reads one file into the arena (strings are copied). VG_EINVAL at "file: /pointer" or "file:line", VG_ETOOBIG, VG_ENOMEM. */
int vg_practice_parse(const char *file, vg_str text, vg_arena *arena, vg_practice *out, vg_error *err);

#endif
