/* SPDX-License-Identifier: Apache-2.0
 *
 * report/dossier: everything that a report says of one case, in order and in memory: who, what, when, where, what was found, what was
 * decided, which law may reach it, who has seen it. Each writer (PDF, XML, JSON, CSV, archive) reads this and nothing else, so that two
 * reports about one case cannot disagree; src/dossier.c fills it from the store and the policies.
 *
 * Invariants: texts are UTF-8 as the platform sent them, hostile or not: each writer makes them safe for its own format
 * (report/text.h). Nothing is guessed: what is not known is empty, 0 or VG_KNOWN_NOT, and writers say so. `viewed` comes from the audit log
 * and from nowhere else. Pointers live in the arena it was made in. Callers: report (writers, channels), dossier.c, net, cli.
 */
#ifndef VG_REPORT_DOSSIER_H
#define VG_REPORT_DOSSIER_H

#include "base/arena.h"
#include "base/error.h"
#include "event/case.h"
#include "event/event.h"
#include "event/evidence.h"
#include "event/law.h"
#include "event/policy_report.h"

typedef enum { VG_KNOWN_NOT, VG_KNOWN_NO, VG_KNOWN_YES } vg_known; /* a question that may have no answer */

/* ---- the people ---- */
typedef enum {
    VG_PARTY_AUTHOR, /* the account the case is about */
    VG_PARTY_VICTIM, /* a minor whom the facts concern */
    VG_PARTY_OTHER,  /* in the exchange, neither of them */
    VG_PARTY_ROLES
} vg_party_role;
extern const char *const vg_party_role_names[VG_PARTY_ROLES]; /* "author", "victim", "other" */

typedef enum {
    VG_ID_ACCOUNT, VG_ID_DISPLAY, VG_ID_EMAIL, VG_ID_PHONE, VG_ID_IP, VG_ID_URL, VG_ID_HANDLE, VG_ID_DEVICE, VG_ID_PAYMENT,
    VG_IDS
} vg_id_kind;
extern const char *const vg_id_kind_names[VG_IDS]; /* "account", "display_name", "email", "phone", "ip", "url", "handle", "device", "payment" */

typedef struct vg_identifier {
    vg_id_kind kind;
    vg_str value;
    int64_t time_ms;  /* when it was seen; 0: not known */
    uint16_t port;    /* of an IP address; 0: not known */
    bool verified;    /* the platform says that it checked it */
    vg_str source;    /* "event m-12", "platform", "référent": where it was taken from */
} vg_identifier;

typedef struct vg_party {
    vg_party_role role;
    vg_str account;   /* as the platform names it; in a report, "victim 1" and the like are the writer's */
    vg_age_band band;
    vg_age_basis basis;
    vg_str language;
    char country[3];  /* as the account declared it; "": it did not */
    int64_t created_ms;
    const vg_identifier *ids;
    size_t id_count;
} vg_party;

/* ---- what was said, shown and found ---- */
typedef struct vg_dossier_message {
    vg_str id, conversation;
    int64_t time_ms;
    size_t from;            /* index of its party */
    const size_t *to;       /* of theirs */
    size_t to_count;
    vg_channel channel;
    vg_str text, language;
    bool withheld;          /* its channel may not be looked at: text is empty for this reason */
    bool flagged;           /* carries evidence itself; otherwise context */
    const uint16_t *findings; /* indices into vg_dossier.findings */
    size_t finding_count;
    bool unreadable;        /* its sealed content could not be read: only its time is known */
    const vg_span *places;  /* where each of them is, in bytes of text, in order; from == to: nowhere; NULL: not known of any */
} vg_dossier_message;

typedef struct vg_dossier_match {
    vg_str bank, source, category; /* category: native, as its list says it; never converted */
    uint16_t distance;             /* PDQ bits; 0: the very bytes */
} vg_dossier_match;

typedef struct vg_dossier_view {
    vg_str user;
    int64_t time_ms;
    bool whole;   /* the media itself; otherwise a small grey picture of it */
} vg_dossier_view;

typedef struct vg_dossier_media {
    int64_t seq;             /* of its event in the case; c-000123/SEQ in the audit log */
    vg_str event_id, conversation;
    int64_t time_ms;
    size_t from;
    const size_t *to;
    size_t to_count;
    vg_channel channel;
    vg_str name;             /* the file's name as the platform gave it; empty: none */
    vg_str mime, format, kind; /* "image/jpeg"; "jpeg"; "still", "animation", "video", "unknown" */
    uint64_t bytes;
    uint32_t width, height, frames;
    bool has_sha256, has_sha1, has_md5, has_pdq;
    uint8_t sha256[32], sha1[20], md5[16], pdq[32], quality;
    bool kept;               /* its bytes are sealed with the case: read them with vg_dossier_source.read */
    const vg_dossier_match *matches;
    size_t match_count;
    const vg_dossier_view *views; /* oldest first */
    size_t view_count;
    vg_known publicly_available;
} vg_dossier_media;

typedef struct vg_finding { /* a kind of evidence, its strongest occurrence */
    vg_str name;            /* "text.secrecy" */
    uint16_t weight;        /* 1/10000 */
    vg_str why[VG_LANGS];
    int64_t first_ms, last_ms;
    uint32_t times;
} vg_finding;

typedef struct vg_dossier_decision {
    vg_decision d;               /* the note for colleagues is never in it */
    vg_str reason[VG_LANGS];     /* its title */
    vg_str person, certificate;  /* who, and by which certificate: "grooming, until 2027-01-31"; empty: none was asked for */
} vg_dossier_decision;

typedef struct vg_dossier_log { /* one entry of the audit log about this case */
    int64_t seq, time_ms;
    vg_str actor, action, object, detail;
} vg_dossier_log;

/* ---- reading kept media ---- */
typedef struct vg_dossier_source {
    void *context;
    /** The bytes of a kept media in pieces; not 0 from `take` ends the reading with it. Reading for a report is an entry of the audit log,
     *  not a view. VG_ENOENT, VG_ECORRUPT. */
    int (*read)(void *context, size_t media, int (*take)(void *to, const uint8_t *bytes, size_t len, vg_error *err), void *to, vg_error *err);
} vg_dossier_source;

/* ---- the whole ---- */
typedef struct vg_dossier {
    char name[24];           /* "c-000123" */
    vg_case c;
    vg_str space_title[VG_LANGS];
    int64_t made_ms;
    const vg_report_operator *operator; /* who reports; never NULL, its members may be */
    const vg_party *parties; /* the author first, then victims, then others */
    size_t party_count;
    const vg_dossier_message *messages; /* in order of time */
    size_t message_count;
    const vg_dossier_media *media;
    size_t media_count;
    const vg_finding *findings; /* the heaviest first */
    size_t finding_count;
    const vg_dossier_decision *decisions;
    size_t decision_count;
    const vg_fact *facts;    /* countries, each with its source */
    size_t fact_count;
    const vg_reach_of_law *laws; /* statutes that may reach the facts, strongest first */
    size_t law_count;
    const vg_dossier_log *log;
    size_t log_count;
    vg_str prior_reports;    /* numbers of earlier reports about the author to the same receiver, comma separated; empty: none */
    int64_t newest_ms;       /* when the newest event of the case was stored, also of one that is left out */
    size_t unreadable;       /* events whose sealed content could not be read; each is a message that says so */
    vg_str ncmec_reports;    /* numbers that NCMEC gave reports of this very case, comma separated; empty: none */
    const vg_receiver *emergency; /* whom to telephone first when a child is in danger now, in the first country that it is known of; NULL: not known, or not so */
    bool destroyed;          /* content is gone: only what is in clear is here */
    const vg_act_said *acts_said; /* by a person, oldest first; for the route */
    size_t act_said_count;
    const vg_law_book *book; /* names of countries, which are in the Union, where French is spoken; NULL: codes stand for names */
    vg_dossier_source source;
} vg_dossier;

/** The first party of a role, or NULL. */
const vg_party *vg_dossier_party(const vg_dossier *d, vg_party_role role);
/** First and last time of messages and media; false: there are none. */
bool vg_dossier_span(const vg_dossier *d, int64_t *first_ms, int64_t *last_ms);
/** Whether a person looked at the media itself (its bytes, not the small grey picture) before `before_ms`; 0: ever. From the log. */
bool vg_dossier_viewed(const vg_dossier_media *media, int64_t before_ms);

#endif
