/* SPDX-License-Identifier: Apache-2.0
 *
 * report/dsa: statements of reasons as the public database of the Union takes them (DSA, Art. 24(5)), without personal data.
 *
 * A statement of reasons that an account got is turned into the database's JSON. Its facts are composed of the policy's reason and of general words
 * about what was looked at, never of what a person typed. What looks like personal data all the same is refused and shown to a person. The
 * protocol is sans-IO: what to ask, and what an answer means. Facts about the interface: the database's public validation rules
 * (github.com/digital-services-act/transparency-database). Pure: no clock, no store, no network. Answers are hostile input.
 * Callers: net (runs it), tests, fuzz.
 */
#ifndef VG_REPORT_DSA_H
#define VG_REPORT_DSA_H

#include "event/case.h"
#include "report/channel.h"

/* ---- personal data ---- */
typedef enum {
    VG_PERSONAL_NAME, VG_PERSONAL_EMAIL, VG_PERSONAL_PHONE, VG_PERSONAL_IP, VG_PERSONAL_URL, VG_PERSONAL_HANDLE,
    VG_PERSONAL_IBAN,   /* its check digits are right */
    VG_PERSONAL_NUMBER, /* of an account, a card, an identity: nine digits or more in a row */
    VG_PERSONAL_KINDS
} vg_personal_kind;
extern const char *const vg_personal_kind_names[VG_PERSONAL_KINDS]; /* "name", "email", "phone", "ip", "url", "handle", "iban", "number" */

typedef struct vg_personal {
    vg_personal_kind kind;
    size_t at, len; /* bytes of the text */
    bool certain;   /* a person cannot say that it is none */
} vg_personal;
enum { VG_PERSONAL_MOST = 16 };

/** What looks like personal data in a text, by place; VG_PERSONAL_MOST at most. `names`: accounts of the case and what notifiers gave as theirs;
 *  compared as whole words, whatever their case and accents; what is not seen (zero-width characters) is passed over. */
size_t vg_personal_find(vg_str text, const vg_str *names, size_t count, vg_personal out[VG_PERSONAL_MOST]);

/* ---- a statement as JSON ---- */
enum { VG_DSA_IMAGE = 1, VG_DSA_VIDEO = 2, VG_DSA_AUDIO = 4 }; /* what the media of a case are: bits */
typedef enum { VG_SOURCE_OWN, VG_SOURCE_ARTICLE_16, VG_SOURCE_TRUSTED, VG_SOURCE_OTHER } vg_dsa_source;

typedef struct vg_dsa_facts {
    vg_str content;       /* the statement of reasons as it was issued: JSON of review/statement */
    vg_str puid;          /* derived, says nothing of anybody */
    uint64_t kinds;       /* evidence of the case */
    unsigned media;       /* VG_DSA_IMAGE ...: what its media are; 0: there are none, or nothing says what they are */
    vg_dsa_source source;
    vg_str language;      /* of the content; empty: not known */
    int64_t content_ms, applied_ms;
    int64_t lifted_ms;    /* taken back before it was sent: it ends then; 0: stands */
    const char *terms_url; /* of the terms; NULL: none */
    vg_str facts, explanation; /* as a person mended them; empty: as composed */
} vg_dsa_facts;

typedef struct vg_dsa_statement {
    vg_str document;      /* JSON */
    vg_str facts, explanation; /* the texts that were looked at */
    const char *lacks;    /* a member that cannot be made, as "/category"; NULL: whole */
} vg_dsa_statement;
/** VG_ECORRUPT: the content is none of review/statement; VG_ENOMEM. */
int vg_dsa_compose(const vg_dsa_facts *facts, vg_arena *arena, vg_dsa_statement *out, vg_error *err);
/** Whether a document is what the database takes: members, enumerations, lengths, dependent members. *where: the first that is not. */
bool vg_dsa_valid(vg_str document, char where[64]);

/* ---- the database ---- */
enum { VG_DSA_BATCH = 100 };
typedef enum { VG_DSA_SENT, VG_DSA_GUILTY, VG_DSA_AGAIN } vg_dsa_fate;
typedef struct vg_dsa_result {
    vg_dsa_fate fate;
    vg_str uuid, permalink; /* of what was taken; empty when the answer does not say */
    vg_str why;             /* of what was not */
} vg_dsa_result;
typedef struct vg_dsa_turn {
    bool later;        /* wait before anything else is asked */
    bool unsure;       /* what was asked may have arrived: look each of them up first */
    int64_t wait_ms;   /* as the database asks for; -1: not said */
    bool stop;         /* the way there is wrong (token, address): no statement is to blame, nothing goes until that is mended */
    vg_str why;
} vg_dsa_turn;

/** Asks to take `count` documents, 1 to VG_DSA_BATCH. */
int vg_dsa_ask_send(const vg_str *documents, size_t count, vg_arena *arena, vg_ask *out, vg_error *err);
/** What came back: one result for each. All or nothing: when one is guilty the others are VG_DSA_AGAIN. A puid that was used before counts as sent.
 *  Guilty is only what a 422 names in its errors; another 4xx says that the way there is wrong. */
int vg_dsa_take_send(const vg_reply *reply, const vg_str *puids, size_t count, vg_arena *arena, vg_dsa_result *results, vg_dsa_turn *turn, vg_error *err);
/** Asks whether a puid is there. */
int vg_dsa_ask_find(vg_str puid, vg_arena *arena, vg_ask *out, vg_error *err);
/** VG_DSA_SENT: it is; VG_DSA_AGAIN with turn->later false: it is not. */
int vg_dsa_take_find(const vg_reply *reply, vg_arena *arena, vg_dsa_result *result, vg_dsa_turn *turn, vg_error *err);

#endif
