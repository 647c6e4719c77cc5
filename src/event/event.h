/* SPDX-License-Identifier: Apache-2.0
 *
 * event: the typed thing that happened in a space, and its CloudEvents 1.0 form.
 *
 * Stage rooms (space, memory, signals, decision, review, store) do not include each other: they meet
 * through the types of this room (event.h, evidence.h, facts.h, policy.h, case.h).
 *
 * Invariants of a parsed event: every string is valid UTF-8 without NUL and within its limit; enums are
 * in range; `source` begins with "/spaces/" and `space` is the rest; fields that its type requires are
 * present; unknown fields were refused. Strings point into the JSON given, or into the parser's memory, and live
 * as long as the first and until the parser's next parse.
 * Callers: stage rooms (types), pipeline, net, cli (parser).
 */
#ifndef VG_EVENT_EVENT_H
#define VG_EVENT_EVENT_H

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

enum { /* limits, in bytes unless said otherwise */
    VG_EVENT_MAX_NAME = 256,      /* id, source, subject, conversation, account names */
    VG_EVENT_MAX_TEXT = 16384,    /* text of a message or a notice */
    VG_EVENT_MAX_TO = 32,         /* recipients of one event */
    VG_EVENT_MAX_HASHES = 1024,   /* hashes of one media event: a video has one for each frame */
    VG_EVENT_MAX_BATCH = 1000,    /* events of one batch */
    VG_EVENT_MAX_BODY = 8 << 20,  /* one event or batch as JSON */
    VG_EVENT_MAX_IP = 45,         /* an address as text: "2001:db8::1" */
    VG_EVENT_MAX_PHONE = 16,      /* a number in international form: "+" and at most 15 digits (E.164) */
};

typedef enum {
    VG_EVENT_MESSAGE, /* vigie.message */
    VG_EVENT_MEDIA,   /* vigie.media */
    VG_EVENT_CONTACT, /* vigie.contact */
    VG_EVENT_ACCOUNT, /* vigie.account */
    VG_EVENT_NOTICE,  /* vigie.notice */
    VG_EVENT_TYPES
} vg_event_type;

typedef enum { VG_AGE_UNKNOWN, VG_AGE_UNDER13, VG_AGE_13_14, VG_AGE_15_17, VG_AGE_18_24, VG_AGE_25_PLUS, VG_AGE_BANDS } vg_age_band;
typedef enum { VG_BASIS_UNKNOWN, VG_BASIS_DECLARED, VG_BASIS_ESTIMATED, VG_BASIS_VERIFIED, VG_AGE_BASES } vg_age_basis;
typedef enum { VG_CHANNEL_PUBLIC, VG_CHANNEL_GROUP, VG_CHANNEL_PRIVATE, VG_CHANNELS } vg_channel;
typedef enum { VG_CONTACT_REQUEST, VG_CONTACT_ACCEPT, VG_CONTACT_DECLINE, VG_CONTACT_BLOCK, VG_CONTACT_PRIVATE_ROOM, VG_CONTACT_KINDS } vg_contact_kind;
typedef enum { VG_HASH_SHA256, VG_HASH_MD5, VG_HASH_SHA1, VG_HASH_PDQ, VG_HASH_ALGORITHMS } vg_hash_algorithm;
typedef enum { VG_REASON_GROOMING, VG_REASON_THREAT, VG_REASON_MEDIA, VG_REASON_AGE, VG_REASON_HARASSMENT, VG_REASON_OTHER, VG_REASONS } vg_notice_reason;

typedef struct vg_media_hash {
    vg_hash_algorithm algorithm;
    uint8_t bytes[32]; /* MD5 uses the first 16, SHA-1 the first 20, the rest is 0; PDQ as in event/bank.h */
    uint8_t quality;   /* PDQ: 0..100 */
    uint8_t turn;      /* PDQ: vg_turn, how the picture was turned before it was hashed */
    uint8_t profile;   /* PDQ: vg_pdq_profile */
    uint32_t frame;    /* PDQ: 0 for a still picture, n for the n-th frame looked at of a video */
} vg_media_hash;

/* What is known of an upload that an event names. Not from the event's JSON: its caller fills it in. */
typedef struct vg_media_info {
    const char *kind;     /* "still", "animation", "video", "unknown" */
    const char *format;   /* "jpeg", ...; empty when unknown */
    const char *note;     /* why there are digests only; empty when all went well */
    uint64_t size;
    uint32_t width, height, frames;
    uint8_t sha256[32], sha1[20], md5[16], pdq[32];
    uint8_t quality;      /* of pdq */
    bool has_pdq, thumbnail;
    char file[33];        /* the name under which its bytes are sealed if a case opens; empty: they are not there any more */
} vg_media_info;

typedef struct vg_event {
    vg_event_type type;
    vg_str id;
    vg_str source;  /* "/spaces/lobby" */
    vg_str space;   /* "lobby" */
    vg_str subject; /* the acting account */
    int64_t time_ms;

    /* message, media, contact, notice */
    vg_str conversation; /* required for message; empty when absent */
    vg_channel channel;  /* message, media (default: private when one recipient, else group; see parser) */
    vg_str *to;          /* recipients, in the order given */
    size_t to_count;
    vg_str text;     /* message (required), notice (optional) */
    vg_str language; /* message, account: BCP 47, at most 35 bytes, empty when absent */
    vg_str ip, phone; /* message, media, contact: of the acting account, empty when absent. Kept in the raw event of a case, nowhere else */
    char currency[4];        /* as ip: in which it pays or is paid, ISO 4217 ("PHP"); "" = not said */
    char payment_country[3]; /* as ip: of its bank, card or payment service: the first two letters of an IBAN; "" = not said */

    /* media */
    vg_media_hash *hashes;
    size_t hash_count;
    vg_str upload; /* reference given by POST /v1/media; empty when absent. One of hashes, upload is there. */
    vg_str mime;   /* empty when absent */
    const vg_media_info *media; /* of an upload, or NULL; then `hashes` are all of the upload's, as many as there are */

    /* contact: to[0] is the other account */
    vg_contact_kind contact;

    /* account */
    vg_age_band age_band;
    vg_age_basis age_basis;
    int64_t created_ms; /* when the account was created; 0 = not said */
    char country[3];    /* ISO 3166-1 alpha-2 upper case and NUL; "" = not said */

    /* notice */
    vg_str about; /* the account complained of */
    vg_notice_reason reason;
    vg_str about_event; /* id of the event complained of; empty when absent */

    /* the JSON object of this event as it came, for sealing with a case and for the content hash */
    vg_str raw;
} vg_event;

/* Wire names, indexed by the enums: "vigie.message", "under13", "declared", "public", "request", "sha256", "grooming". */
extern const char *const vg_event_type_names[VG_EVENT_TYPES];
extern const char *const vg_age_band_names[VG_AGE_BANDS];
extern const char *const vg_age_basis_names[VG_AGE_BASES];
extern const char *const vg_channel_names[VG_CHANNELS];
extern const char *const vg_contact_kind_names[VG_CONTACT_KINDS];
extern const char *const vg_notice_reason_names[VG_REASONS];
extern const char *const vg_hash_algorithm_names[VG_HASH_ALGORITHMS];

/** Bytes of a hash: 32, 16, 20, 32. */
static inline size_t vg_hash_bytes(vg_hash_algorithm algorithm)
{
    return algorithm == VG_HASH_MD5 ? 16 : algorithm == VG_HASH_SHA1 ? 20 : 32;
}
static inline bool vg_age_is_minor(vg_age_band band) { return band >= VG_AGE_UNDER13 && band <= VG_AGE_15_17; }
static inline bool vg_age_is_adult(vg_age_band band) { return band >= VG_AGE_18_24; }

typedef struct vg_event_parser vg_event_parser;

/** A parser with its own reusable memory; one for each thread. */
int vg_event_parser_create(vg_event_parser **out, vg_error *err);
void vg_event_parser_destroy(vg_event_parser **parser);

/** Parses one CloudEvent (structured mode, JSON). `json` need not be padded; it is copied once into padded memory
 *  unless `capacity` >= len + 64. Arrays are taken from `arena`; strings live as long as
 *  `json` and until the next parse.
 *  Errors: VG_EINVAL with err->where a JSON pointer ("/data/age_band", "" for the document; bytes offset in `what`
 *  when the JSON itself is malformed) and err->what `unknown value "kid"; expected one of under13, 13-14, ...`;
 *  VG_ETOOBIG; VG_ENOMEM. */
int vg_event_parse(vg_event_parser *parser, const char *json, size_t len, size_t capacity, vg_arena *arena,
                   vg_event *out, vg_error *err);

/** Parses a JSON array of 1 to VG_EVENT_MAX_BATCH events into an arena array. The pointer in err->where starts with the
 *  index: "/17/data/text". All or nothing. */
int vg_event_parse_batch(vg_event_parser *parser, const char *json, size_t len, size_t capacity, vg_arena *arena,
                         vg_event **out, size_t *count, vg_error *err);

/** Copies the event's strings into `arena`, where they outlive the parser's next parse. Without `content` its text and raw
 *  JSON are dropped instead. */
int vg_event_keep(vg_event *event, vg_arena *arena, bool content, vg_error *err);

/** Appends a vg_event as CloudEvents JSON (canonical field order). Used by the demo, tests and export. */
void vg_event_write(vg_buf *out, const vg_event *event);
/** Appends one hash as it stands in an event: {"algorithm":...,"value":...} and, of a PDQ hash, what belongs to it. */
void vg_event_write_hash(vg_buf *out, const vg_media_hash *hash);

/** Checks a time against a clock: VG_EINVAL at "/time" when it is over `ahead_ms` in the future or `behind_ms` in the past. */
int vg_event_check_time(const vg_event *event, int64_t now_ms, int64_t ahead_ms, int64_t behind_ms, vg_error *err);

#endif
