/* SPDX-License-Identifier: Apache-2.0
 *
 * space/law_int: how the book of law is read. law_schema.c says what libcyaml loads, law.c and hotlines.c turn one file into entries, routing.c
 * reads the tables that facts are derived with, book.c puts the files of an installation together.
 */
#ifndef VG_SPACE_LAW_INT_H
#define VG_SPACE_LAW_INT_H

#include "event/law.h"
#include "space/space_int.h"

enum { VG_LAW_FILES = 512, VG_LAW_ENTRIES = 512, VG_LAW_TABLE = 1000, VG_LAW_ID = 64 };

typedef struct vg_doc_statute {
    char *id, *reference;
    vg_doc_words title;
    int *acts, *ties;
    unsigned acts_count, ties_count;
    char *victim_under;
    vg_doc_words *note;
    char *source, *verified_on;
    int sure;
} vg_doc_statute;

typedef struct vg_doc_law {
    char *country;
    vg_doc_statute *statutes;
    unsigned statutes_count;
} vg_doc_law;

typedef struct vg_doc_hotline {
    char *id;
    int kind;
    vg_doc_words name;
    char *channel, *url, *email, *phone, *hours;
    int emergency, media;
    int *acts;
    unsigned acts_count;
    vg_doc_words *accepts;
    char *source, *verified_on;
    int sure;
} vg_doc_hotline;

typedef struct vg_doc_hotlines {
    char *country;
    vg_doc_words *no_emergency;
    vg_doc_hotline *receivers;
    unsigned receivers_count;
} vg_doc_hotlines;

typedef struct vg_doc_country {
    char *code, *fr, *en;
} vg_doc_country;
typedef struct vg_doc_pair { /* prefix, currency or language, and its country */
    char *word, *country;
} vg_doc_pair;
typedef struct vg_doc_acts { /* an act, and the evidence that speaks of it */
    int act;
    int *kinds;
    unsigned kinds_count;
} vg_doc_acts;

typedef struct vg_doc_reason_acts { /* a decision's reason, and the acts it says */
    char *reason;
    int *acts;
    unsigned acts_count;
} vg_doc_reason_acts;

typedef struct vg_doc_routing {
    char *confidence[VG_HINTS];
    char *kind_factor[3], *conflict, *weak_below;
    vg_doc_acts *acts;
    unsigned acts_count;
    vg_doc_reason_acts *reasons;
    unsigned reasons_count;
    vg_doc_country *countries, *unions;
    unsigned countries_count, unions_count;
    vg_doc_pair *phones, *currencies, *languages;
    unsigned phones_count, currencies_count, languages_count;
    char **members, **french;
    unsigned members_count, french_count;
    char *source, *verified_on;
    int sure;
} vg_doc_routing;

extern const cyaml_schema_field_t vg_law_fields[], vg_hotline_fields[], vg_routing_fields[];

/* One file as entries; `next` of the list that book.c joins. */
typedef struct vg_law_file {
    char country[3];
    vg_statute *statutes;
    size_t statute_count;
    vg_receiver *receivers;
    size_t receiver_count;
    const char *silence[VG_LANGS]; /* NULL: none */
} vg_law_file;

int vg_law_file_read(vg_space_loader *loader, const char *name, vg_law_file *out, vg_error *err);
int vg_hotline_file_read(vg_space_loader *loader, const char *name, vg_law_file *out, vg_error *err);
int vg_routing_file_read(vg_space_loader *loader, const char *name, const vg_places **out, vg_error *err);

/* ---- shared: law.c ---- */
/** Two capital letters, and the file is named after them: "policy/law/fr.yaml" holds FR. */
int vg_law_country(const vg_yaml *yaml, const char *path, const char *text, char out[3], vg_error *err);
/** "fr.pharos": begins with the country of its file. */
int vg_law_id(const vg_yaml *yaml, const char *path, const char *id, const char country[3], vg_error *err);
/** Where an entry is from. What was verified says when; what was not says no day. `at` is the entry's path. */
int vg_law_provenance(vg_space_loader *loader, const vg_yaml *yaml, const char *at, int sure, const char *source, const char *verified_on,
                      vg_provenance *out, vg_error *err);
int vg_law_keep_words(vg_space_loader *loader, const vg_doc_words *words, const char *out[VG_LANGS], vg_error *err);

/* ---- book.c ---- */
typedef struct vg_book_files {
    char *const *law, *const *hotlines;
    size_t law_count, hotline_count;
    const char *routing; /* NULL: not there */
} vg_book_files;
/** Reads and joins them; an empty list gives an empty book. VG_EINVAL at the place of what is wrong, also between files: one id twice, a
 *  country in two files, a country that is none. */
int vg_book_read(vg_space_loader *loader, const vg_book_files *files, vg_law_book *out, vg_error *err);
/** What the author of a book should know; returns how many lines. */
size_t vg_book_check(const vg_law_book *book, int64_t now_ms, vg_buf *out);

#endif
