/* SPDX-License-Identifier: Apache-2.0
 *
 * event/bank: a bank of known material, its entries, and what a match says; as they travel between rooms.
 *
 * A bank is one list from one source. An entry is one picture or one video of it, with one or more hashes and the
 * category its source gave it. Categories are *native*: kept as written, shown as written, never converted from one
 * classification into another. Callers: signals/media, store, pipeline, net, cli.
 */
#ifndef VG_EVENT_BANK_H
#define VG_EVENT_BANK_H

#include "event/event.h"
#include "event/evidence.h"

/* How PDQ reads its pixels: `cpp` scales to 512x512 by nearest neighbour first, `pytx` filters at full resolution.
 * Hashes of one and the other differ by up to 10 bits on pictures over 512 pixels: a bank says which it holds. */
typedef enum { VG_PDQ_CPP, VG_PDQ_PYTX, VG_PDQ_PROFILES } vg_pdq_profile;
extern const char *const vg_pdq_profile_names[VG_PDQ_PROFILES]; /* "cpp", "pytx" */

/* How the picture looked up was turned before it was hashed. */
typedef enum {
    VG_TURN_NONE, VG_TURN_ROT90, VG_TURN_ROT180, VG_TURN_ROT270,
    VG_TURN_FLIP_X, VG_TURN_FLIP_Y, VG_TURN_FLIP_PLUS, VG_TURN_FLIP_MINUS,
    VG_TURNS
} vg_turn;
extern const char *const vg_turn_names[VG_TURNS]; /* "none", "rot90", ..., "flip_x", ..., "flip_plus", "flip_minus" */

typedef enum { VG_BANK_ALLOW, VG_BANK_REVIEW, VG_BANK_HOLD, VG_BANK_BLOCK, VG_BANK_EFFECTS } vg_bank_effect;
extern const char *const vg_bank_effect_names[VG_BANK_EFFECTS]; /* "allow", "review", "hold", "block" */

enum { /* limits and defaults */
    VG_BANK_MAX_NAME = 64,        /* bytes: a-z, 0-9, '-', '_', '.' */
    VG_BANK_MAX_CATEGORY = 128,   /* bytes of one native category */
    VG_BANK_MAX_CATEGORIES = 4096, /* different ones in a bank */
    VG_BANK_MAX_ENTRIES = 1 << 30,
    VG_BANK_MAX_REFERENCE = 512,  /* bytes of a source's name for one entry */
    VG_BANK_MAX_NOTE = 16384,     /* bytes of what else it said */
    VG_BANK_MAX_ENTRY_HASHES = 65536, /* of one entry: a video has one for each frame */
    VG_BANK_THRESHOLD = 31,       /* PDQ distance up to which two pictures are the same */
    VG_BANK_QUALITY = 50,         /* PDQ quality under which a hash says nothing */
    VG_BANK_VIDEO_PERCENT = 80,   /* of the frames of the list's video that must be found */
};

typedef struct vg_bank {
    int64_t id;
    vg_str name;           /* unique in an installation */
    vg_str source;         /* who vouches for it: "IWF", "NCMEC", "Point de Contact", ... */
    vg_str classification; /* what its categories mean: "IWF A-C", "INTERPOL baseline", ... */
    vg_pdq_profile profile;
    uint8_t threshold;     /* 0..31 */
    uint8_t min_quality;   /* 0..100 */
    uint8_t video_percent; /* 1..100 */
    vg_bank_effect effect;
    vg_str spaces;         /* comma separated, "*" = all */
    uint32_t visible_to;   /* bit set of 1 << vg_role: who may see that it exists */
    int64_t created_ms, updated_ms;
    int64_t expires_ms;    /* 0: never. After it the bank finds nothing */
    /* what it holds, kept by the store */
    int64_t entries, hashes, withdrawn;
    int64_t matches, matches_confirmed, matches_rejected; /* found so far; what people then said of them */
    int64_t change;        /* number of the newest change to its entries */
} vg_bank;

typedef enum {
    VG_ENTRY_LIVE,
    VG_ENTRY_DOUBTED,   /* one person rejected it: its effect falls to review until a second one has spoken */
    VG_ENTRY_WITHDRAWN, /* two people rejected it, its source deleted it, or its time is over: never found */
    VG_ENTRY_STATES
} vg_entry_state;
extern const char *const vg_entry_state_names[VG_ENTRY_STATES];

/* What changed of an entry since a moment; a later one includes the earlier ones. */
typedef enum {
    VG_CHANGE_DOUBT,   /* only whether it is in doubt */
    VG_CHANGE_CONTENT, /* its hashes or category, or it went, or it came back */
    VG_CHANGE_NEW      /* it was never there before that moment */
} vg_entry_change;

typedef struct vg_bank_entry {
    uint32_t id;        /* in its bank; 1 and up */
    vg_str reference;   /* the source's own name for it: unique in the bank, never empty */
    vg_str category;    /* native */
    vg_str note;        /* what else the source said, as JSON; empty when nothing */
    vg_entry_state state;
    int64_t added_ms, expires_ms;
    const vg_media_hash *hashes;
    size_t hash_count;
    uint16_t category_number; /* of `category` in the bank's table of categories */
    uint8_t change;           /* vg_entry_change, when what changed is read */
} vg_bank_entry;

/* What a list says of one picture or video, on its way into a bank. */
typedef struct vg_bank_record {
    vg_str reference; /* the source's name for it; empty: the first hash in hex */
    vg_str category;  /* native, as written */
    vg_str note;      /* JSON object or empty */
    bool deleted;     /* the source takes it back */
    int64_t expires_ms; /* 0: never */
    const vg_media_hash *hashes;
    size_t hash_count; /* 0 only when deleted */
} vg_bank_record;

/* One entry found. */
typedef struct vg_media_match {
    uint16_t bank;       /* number in the vg_bank_set that was asked */
    uint16_t category;   /* number in that bank's index */
    uint32_t entry;
    uint8_t algorithm;   /* vg_hash_algorithm that found it; of several the surest: equal bytes before near ones */
    uint8_t distance;    /* bits, PDQ only */
    uint8_t turn;        /* vg_turn */
    uint8_t query_percent, bank_percent; /* video: share of the frames asked for, and of the entry's, that were found */
    bool doubted;
} vg_media_match;
enum { VG_MATCHES_MAX = 8 }; /* the surest of one media event */

/* One match as it is shown: names beside numbers. Strings live as long as the bank set. */
typedef struct vg_match_shown {
    vg_media_match match;
    int64_t bank_id;
    vg_str bank, source, classification, category;
    vg_bank_effect effect; /* what it asks for; of a doubted entry review at most */
    uint32_t visible_to;
} vg_match_shown;
/* Who is shown what of a match. */
typedef enum {
    VG_MATCH_FULL,     /* everything, and by which numbers to find the bank again: sealed with a case */
    VG_MATCH_NAMED,    /* with the bank's names: for a reader who may see the bank */
    VG_MATCH_UNNAMED,  /* that there is one, and how near: for everybody else */
} vg_match_detail;
/** Appends one match as a JSON object. */
void vg_match_write(vg_buf *out, const vg_match_shown *shown, vg_match_detail detail);
/** Appends `,"matches":[...]` of those of `media.known_hash` (exact) or of `media.similar_hash`; nothing when there are none. For a
 *  platform: banks that a référent may not see are not named. */
void vg_matches_write(vg_buf *out, const vg_match_shown *shown, size_t count, bool exact);

/* What decoding may cost. From the space's policy; 0 is no limit only where it says so. */
typedef struct vg_media_limits {
    uint64_t bytes;          /* of the file */
    uint64_t pixels;         /* width x height of one picture or frame */
    uint32_t frames;         /* looked at in one animation or video; further ones are left out and said to be */
    uint32_t milliseconds;   /* wall clock for one file */
    uint32_t cpu_seconds;    /* processor time for one file */
    uint64_t memory_bytes;   /* address space of the decoder */
} vg_media_limits;

#endif
