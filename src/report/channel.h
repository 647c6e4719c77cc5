/* SPDX-License-Identifier: Apache-2.0
 *
 * report/channel: how a report goes out. A channel speaks one receiver's protocol and does no input or output of its own: it says what to
 * ask next (vg_ask), is told what came back (vg_reply), and says where that leaves the filing (vg_filing_turn). Whoever runs it (net/filing.c) writes the
 * progress down before each question, so that after a crash at any point the channel is asked again with `unsure` set, and finds out
 * before it repeats anything.
 *
 * Invariants: pure: no clock, no store, no network, no globals. What a receiver answers is hostile input. The same dossier, settings and
 * progress give the same question, byte for byte. Callers: net (runs them), cli (previews), tests, fuzz.
 */
#ifndef VG_REPORT_CHANNEL_H
#define VG_REPORT_CHANNEL_H

#include "report/annex.h"
#include "report/dossier.h"

/* ---- one question and its answer ---- */
typedef enum { VG_CARRY_HTTP, VG_CARRY_MAIL, VG_CARRY_HAND } vg_carry;

typedef struct vg_part { /* of a multipart form (HTTP) or a message (mail) */
    vg_str name, filename, type;
    vg_str bytes;   /* or, when .ptr is NULL, */
    size_t media;   /* the bytes of this media of the dossier, streamed; or */
    const vg_annex *annex; /* of this annex, streamed */
} vg_part;

typedef struct vg_ask {
    vg_carry carry;
    const char *step;   /* "submit", "upload": stable, shown to people, in the audit log */
    vg_str method, path; /* path: appended to the channel's base address */
    vg_str type, body;  /* content type and body of what is not multipart */
    vg_str accept;      /* of the answer; empty: any */
    const vg_part *parts;
    size_t part_count;
    bool form;          /* parts are fields of application/x-www-form-urlencoded */
    bool bearer;        /* the secret goes as a bearer token; otherwise HTTP Basic */
    vg_str to, subject, message_id; /* mail; message_id stays the same over retries */
    vg_str text;        /* mail: the text a person reads */
    vg_str follows;     /* mail: Message-ID of the message before in the thread; empty: it begins one */
    bool harmless;      /* may be asked twice without finding out first */
} vg_ask;

typedef enum {
    VG_REPLY_CAME,     /* status and body are theirs */
    VG_REPLY_NOT_SENT, /* it never left: name, connection, TLS, credentials file */
    VG_REPLY_LOST,     /* it may have arrived: time-out, connection broken after sending began */
} vg_reply_kind;

typedef struct vg_reply {
    vg_reply_kind kind;
    int status;               /* HTTP status, SMTP code; 0 without */
    vg_str type, body;        /* at most VG_REPLY_MOST bytes */
    int64_t retry_after_s;    /* -1: not said */
    vg_str why;               /* of what did not come */
} vg_reply;
enum { VG_REPLY_MOST = 1 << 20 };

/* ---- where a filing stands ---- */
typedef struct vg_progress {
    const char *step; /* the next question; NULL: from the start. A constant of the channel */
    vg_str reference; /* the receiver's own number, as soon as it is known; at most 256 bytes */
    vg_str memo;      /* what else the channel must remember: JSON of its own, at most 64 KiB; sealed at rest */
    int64_t expires_ms; /* the receiver forgets an unfinished report then; 0: never */
    uint32_t round;   /* how often it began anew */
} vg_progress;

typedef enum {
    VG_GO_ON,      /* go on with progress.step at once */
    VG_GO_LATER,   /* ask the same again later: overloaded, unreachable, being looked for */
    VG_GO_FILED,   /* accepted: progress.reference is what they call it */
    VG_GO_REFUSED, /* it will never be taken as it is: a person must look (why says what and where) */
    VG_GO_ANEW,    /* they forgot it: from the start, with a new round */
    VG_GO_BY_HAND, /* a person carries it and says when it is done */
    VG_GO_GONE,    /* withdrawn at the receiver */
} vg_filing_turn;

/* ---- what is missing, what would be sent ---- */
typedef enum { VG_LACK_BLOCKS, VG_LACK_ADVISED, VG_LACK_NOTED } vg_lack_weight;
typedef struct vg_lack {
    vg_lack_weight weight;
    vg_str where;         /* "operator.email", "victim.age" */
    vg_str say[VG_LANGS]; /* what is missing and who can give it */
} vg_lack;
enum { VG_LACKS_MOST = 64 };
typedef struct vg_lacks {
    vg_lack items[VG_LACKS_MOST];
    size_t count;
} vg_lacks;
void vg_lack_add(vg_lacks *out, vg_lack_weight weight, const char *where, const char *fr, const char *en);
bool vg_lacks_block(const vg_lacks *lacks);

typedef struct vg_document { /* a file as it would be sent */
    vg_str name, type, bytes;
    vg_str title[VG_LANGS];
    size_t pages;         /* of a PDF; 0: it has none */
} vg_document;
enum { VG_DOCUMENTS_MOST = 64 };
typedef struct vg_documents {
    vg_document items[VG_DOCUMENTS_MOST];
    size_t count;
} vg_documents;

/* A form that a person fills in elsewhere, field by field, for copying. */
typedef struct vg_portal_field {
    vg_str label[VG_LANGS], value;
    bool many_lines;
} vg_portal_field;

/* Asks `documents` for a picture of one page of the PDF; the PDF itself is then not written. */
typedef struct vg_page_wish {
    size_t page;  /* from 1 */
    bool found;   /* there is such a page: */
    vg_str png;   /* in the arena */
} vg_page_wish;

/* What a filing is about: all that a channel may look at. */
typedef struct vg_filing_view {
    int64_t id;
    const char *uuid;                  /* made with the filing, 36 letters; the idempotency key where a receiver has one */
    const vg_dossier *dossier;
    const vg_receiver *receiver;
    const vg_report_channel *settings; /* NULL: none recorded */
    const vg_policy_report *report;
    vg_str options;                    /* JSON of the channel's own, chosen by who files: {"incidentType":...}; "{}" */
    int64_t now_ms;
    const vg_receiver *emergency;      /* whom to telephone first when a child is in danger; NULL: not known */
    vg_page_wish *wish;                /* NULL: the documents themselves are asked for */
    vg_annexes annexes;                /* what goes with it, as it was made once */
} vg_filing_view;

typedef struct vg_filing_channel {
    const char *name;
    const char *title[VG_LANGS];
    vg_carry carry;
    /** What is missing, what blocks. VG_ENOMEM. */
    int (*lacks)(const vg_filing_view *f, vg_arena *arena, vg_lacks *out, vg_error *err);
    /** The documents as they would be sent; for the preview and for the record. VG_ENOMEM, VG_EINVAL. */
    int (*documents)(const vg_filing_view *f, vg_arena *arena, vg_documents *out, vg_error *err);
    /** The portal's form; NULL: there is none. */
    int (*fields)(const vg_filing_view *f, vg_arena *arena, vg_portal_field **out, size_t *count, vg_error *err);
    /** What to ask now. `unsure`: the question before was written down and its answer is not known. */
    int (*next)(const vg_filing_view *f, const vg_progress *now, bool unsure, vg_arena *arena, vg_ask *out, vg_error *err);
    /** What came back; `after` begins as a copy of `now`. *turn says how to go on, `why` what to tell a person. */
    int (*take)(const vg_filing_view *f, const vg_progress *now, const vg_ask *ask, const vg_reply *reply, vg_arena *arena, vg_progress *after,
                vg_filing_turn *turn, vg_error *why);
    /** Which way the archive goes, of `annex` or (NULL) of one that is still to be made. NULL: it carries none. */
    vg_annex_way (*annex_way)(const vg_filing_view *f, const vg_annex *annex);
    /** The question that takes it back at the receiver; NULL: it cannot be. */
    int (*withdraw)(const vg_filing_view *f, const vg_progress *now, vg_arena *arena, vg_ask *out, vg_error *err);
} vg_filing_channel;

/** The archive that goes with it, or NULL. */
const vg_annex *vg_filing_archive(const vg_filing_view *f);
/** Whether an archive is to go with it: an authority, hotline or clearing house that gave a key which is not over, over a channel that carries one. */
bool vg_filing_wants_archive(const vg_filing_channel *channel, const vg_filing_view *f);
/** The receiver gave a key, and it is over. */
bool vg_filing_key_over(const vg_filing_view *f);
/** What is missing of it: a key, room in a message, the archive itself. */
void vg_filing_archive_lacks(const vg_filing_channel *channel, const vg_filing_view *f, vg_lacks *out);
/** Of a mail: whether the archive fits a message of these settings, with room for text and documents. */
vg_annex_way vg_annex_by_mail(const vg_report_channel *mail, const vg_annex *annex);
/** Of what a person carries. */
vg_annex_way vg_annex_by_hand(const vg_filing_view *f, const vg_annex *annex);
/** One more part that is the annex; `parts` has room for it. */
void vg_annex_part(const vg_annex *annex, vg_part *parts, size_t *count);
/** Two sentences for a message: what is attached, its SHA-256, how it is opened. Empty without an archive; .ptr NULL: no memory. */
vg_str vg_annex_sentence(const vg_annex *annex, vg_lang lang, vg_arena *arena);

/** The channel of this name, or NULL. */
const vg_filing_channel *vg_filing_channel_find(const char *name);
/** All of them; the last is NULL. In channels.c, one line each. */
extern const vg_filing_channel *const vg_filing_channels[];

#endif
