/* SPDX-License-Identifier: Apache-2.0
 *
 * Inside of report/ncmec: NCMEC's CyberTipline reporting API (report.cybertip.org/ispws), documents and flow.
 *
 *     submit ──> upload ──> fileinfo ──> finish ──> FILED
 *        ^          └──<── next file ──┘   │ answer lost
 *        │                                 v
 *        └──── 0, 5001, 5101 ─────────── look (POST /retract) ── 5102 ──> FILED
 *
 * A report that is not finished vanishes at the receiver 24 h after it was opened or 1 h after its last change, whichever is later. So
 * nothing but /finish must never be asked twice blindly: a report opened twice vanishes once. The schema of the documents is what GET /xsd
 * gives (November 2025); it sets no lengths, the ceilings here are ours.
 */
#ifndef VG_REPORT_NCMEC_INT_H
#define VG_REPORT_NCMEC_INT_H

#include "report/channel.h"

enum {
    NCMEC_FILES_MOST = 200,        /* of one report: their numbers must fit into the memo */
    NCMEC_PEOPLE_MOST = 50,        /* victims, and recipients */
    NCMEC_SHORT = 1000,            /* bytes of a name or an identifier */
    NCMEC_LONG = 64 << 10,         /* of a remark */
    NCMEC_CONTENT = 1 << 20,       /* of the exchange */
    NCMEC_ROUNDS_MOST = 8,         /* begun anew so often: something is wrong that a person must look at */
    NCMEC_AGAIN_MOST = 3,          /* a file that they say they do not have is sent again so often in one round */
};

/* ---- what who files may choose: the filing's options ---- */
enum { NCMEC_SEXTORTION, NCMEC_SOLICITATION, NCMEC_MINORS, NCMEC_SPAM, NCMEC_SADISTIC, NCMEC_ANNOTATIONS };
extern const char *const ncmec_annotation_names[NCMEC_ANNOTATIONS];
enum { NCMEC_MATERIAL = 0, NCMEC_ENTICEMENT = 6, NCMEC_INCIDENTS = 8 };
extern const char *const ncmec_incident_names[NCMEC_INCIDENTS];
typedef enum { NCMEC_CHAT, NCMEC_GAME, NCMEC_WEB, NCMEC_EMAIL, NCMEC_NEWS, NCMEC_PHONE, NCMEC_PEER, NCMEC_OFFLINE, NCMEC_SERVICES } ncmec_service;
extern const char *const ncmec_service_names[NCMEC_SERVICES]; /* "chat", "game", ... */
enum { NCMEC_FILE_NOTES = 10 };
extern const char *const ncmec_file_note_names[NCMEC_FILE_NOTES];

typedef struct ncmec_file_option {
    int64_t seq;
    int send, publicly, exif_viewed, supplemental; /* -1: not said */
    uint32_t notes;                                /* bit set of ncmec_file_note_names */
    vg_str location;
} ncmec_file_option;

typedef struct ncmec_victim_option {
    vg_str account, first_name, last_name, school;
    int age; /* -1: not said */
} ncmec_victim_option;

typedef struct ncmec_options {
    int incident;                       /* -1: from the case */
    int service;                        /* -1: from the space */
    int annotations[NCMEC_ANNOTATIONS]; /* -1: from the findings */
    vg_str urgent;                      /* reason why a child is in danger */
    int is_urgent;                      /* -1: from the case */
    vg_str room, game, console, group, terms, remark;
    bool has_time;
    int64_t time_ms;
    vg_str agency, agency_case;
    int told_police, compromised;       /* -1: not said */
    bool industry_mou;
    const vg_str *urls;
    size_t url_count;
    const ncmec_victim_option *victims;
    size_t victim_count;
    const ncmec_file_option *files;
    size_t file_count;
} ncmec_options;

/** Reads the options; VG_EINVAL with the member in err->where ("/options/incidentType"), VG_ENOMEM. */
int ncmec_options_read(vg_str json, vg_arena *arena, ncmec_options *out, vg_error *err);
/** The option about this file, or NULL. */
const ncmec_file_option *ncmec_file_option_of(const ncmec_options *o, int64_t seq);
/** Indices of the media that go: those whose bytes are kept, unless an option leaves them out, NCMEC_FILES_MOST at most. */
size_t ncmec_files(const vg_filing_view *f, const ncmec_options *o, size_t out[NCMEC_FILES_MOST]);

/* ---- what the case says, in NCMEC's words (words.c) ---- */
bool ncmec_found(const vg_dossier *d, const char *name); /* a finding of this name */
/** The reason that an authority is told for, else that of the last decision; empty: none. */
vg_str ncmec_reason(const vg_dossier *d);
/** Index into ncmec_incident_names. */
int ncmec_incident(const vg_dossier *d, const ncmec_options *o);
bool ncmec_annotated(const vg_dossier *d, const ncmec_options *o, int annotation);
/** Why a child is in danger now; empty: nothing says so. .ptr NULL: no memory. */
vg_str ncmec_urgency(const vg_dossier *d, const ncmec_options *o, vg_arena *arena);
ncmec_service ncmec_service_of(const vg_filing_view *f, const ncmec_options *o);
/** The exchange, one message a line, at most `most` bytes: what is flagged first, then what is newest. */
vg_str ncmec_exchange(const vg_dossier *d, vg_arena *arena, size_t most);
/** What the report says beside its fields. `cut`: how many of its texts were shortened. */
vg_str ncmec_remarks(const vg_filing_view *f, const ncmec_options *o, size_t cut, vg_arena *arena);
vg_str ncmec_party_remarks(const vg_dossier *d, const vg_party *p, vg_arena *arena);
vg_str ncmec_file_remarks(const vg_dossier_media *m, vg_arena *arena);
/** The one category of NCMEC's industry scale that the lists give these very bytes, or NULL. */
const char *ncmec_industry_class(const vg_dossier_media *m);
/** An age that the band allows, of minors only, else -1; for the band's bounds see its remark. */
int ncmec_age_of(vg_age_band band);
bool ncmec_country(const char *code); /* one that the schema takes */

/* ---- documents ---- */
typedef struct ncmec_xml {
    void *writer, *buffer; /* libxml2's */
    vg_arena *arena;
    bool failed;
    size_t cut; /* texts that were shortened */
} ncmec_xml;
int ncmec_xml_begin(ncmec_xml *x, vg_arena *arena, vg_error *err);
void ncmec_open(ncmec_xml *x, const char *name);
void ncmec_attribute(ncmec_xml *x, const char *name, const char *value);
void ncmec_close(ncmec_xml *x);
/** The text of an element that is open, through vg_text_xml. */
void ncmec_put(ncmec_xml *x, vg_str text, size_t most);
/** An element with a text; none when the text is empty. */
void ncmec_text(ncmec_xml *x, const char *name, vg_str text, size_t most);
void ncmec_time(ncmec_xml *x, const char *name, int64_t ms);
void ncmec_number(ncmec_xml *x, const char *name, int64_t n);
void ncmec_bool(ncmec_xml *x, const char *name, bool value);
/** Ends it and frees the writer, whatever happened; the document in the arena. */
int ncmec_xml_end(ncmec_xml *x, vg_str *out, vg_error *err);

int ncmec_report_write(const vg_filing_view *f, const ncmec_options *o, vg_arena *arena, vg_str *out, vg_error *err);
int ncmec_file_write(const vg_filing_view *f, const ncmec_options *o, size_t media, vg_str report_id, vg_str file_id, vg_arena *arena, vg_str *out,
                     vg_error *err);
/** The name under which the file goes: "file-3.jpg" when it has none. */
vg_str ncmec_file_name(const vg_dossier_media *m, size_t number, vg_arena *arena);
void ncmec_write_people(ncmec_xml *x, const vg_filing_view *f, const ncmec_options *o); /* people.c: reporter to victims */

/* ---- answers ---- */
typedef struct ncmec_answer {
    bool done;          /* reportDoneResponse; else reportResponse */
    int code;
    vg_str description; /* made fit to be shown */
    vg_str report_id;   /* digits; empty: none */
    vg_str file_id, hash;
    size_t files;       /* of a reportDoneResponse: how many it lists */
} ncmec_answer;
enum { NCMEC_ID_MOST = 128 };
/** Reads an answer: hostile. VG_EINVAL: it is not one; VG_ENOMEM. */
int ncmec_answer_read(vg_str body, vg_arena *arena, ncmec_answer *out, vg_error *err);

/* ---- flow ---- */
int ncmec_next(const vg_filing_view *f, const vg_progress *now, bool unsure, vg_arena *arena, vg_ask *out, vg_error *err);
int ncmec_take(const vg_filing_view *f, const vg_progress *now, const vg_ask *ask, const vg_reply *reply, vg_arena *arena, vg_progress *after,
               vg_filing_turn *turn, vg_error *why);
int ncmec_withdraw(const vg_filing_view *f, const vg_progress *now, vg_arena *arena, vg_ask *out, vg_error *err);

#endif
