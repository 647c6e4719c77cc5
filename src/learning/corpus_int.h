/* SPDX-License-Identifier: Apache-2.0
 *
 * learning/corpus_int: how the loaders build a corpus.
 *
 * DESIGN. A loader says in turn: a talk begins, this author, this message, the talk ends. The builder checks what every
 * format must keep (lengths, UTF-8 without NUL, order of time, unique ids) and puts what is kept into the corpus's arena;
 * what it does not know yet how many there are of grows on the heap. Errors say the place that the loader set last.
 */
#ifndef VG_LEARNING_CORPUS_INT_H
#define VG_LEARNING_CORPUS_INT_H

#include "learning/corpus.h"

#include "base/alloc.h"
#include "base/hash.h"

enum {
    CORPUS_MAX_ID = VG_EVENT_MAX_NAME, /* ids and names become those of events */
    CORPUS_MAX_WORD = 35,              /* language (BCP 47), kind */
};

/* Names -> numbers, by open addressing; the names are in somebody's arena. */
typedef struct corpus_set {
    struct {
        vg_str name;
        size_t number;
    } *slots;
    size_t room, count; /* room: a power of two, at most half full */
} corpus_set;

typedef struct corpus_builder {
    vg_corpus *out;
    const vg_corpus_options *options;
    const char *name; /* as shown in errors */
    size_t line, column; /* where the reader is; column 0: not said */
    vg_error *err;
    vg_corpus_talk *talks;
    size_t talk_room;
    corpus_set ids; /* of talks */
    /* the talk under way */
    vg_corpus_talk talk;
    bool channel_said;
    vg_corpus_author *authors;
    size_t author_room;
    vg_corpus_message *messages;
    size_t message_room;
    corpus_set risk_authors, risk_lines; /* PAN-2012 */
} corpus_builder;

/** VG_EINVAL (or `code`) at "name:line:column". */
int vg_corpus_fail(corpus_builder *b, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));
int vg_corpus_no_memory(corpus_builder *b);
/** Begins a talk; its id must be new. */
int vg_corpus_begin_talk(corpus_builder *b, vg_str id);
/** group, language, kind: checked and copied; `what` names the member. */
int vg_corpus_set_word(corpus_builder *b, vg_str *word, vg_str value, const char *what);
int vg_corpus_set_channel(corpus_builder *b, vg_str name);
/** The number of an author of the talk, added when new; *is_new may be NULL. */
int vg_corpus_author_of(corpus_builder *b, vg_str name, size_t *number, bool *is_new);
int vg_corpus_set_band(corpus_builder *b, size_t author, vg_str name);
int vg_corpus_set_basis(corpus_builder *b, size_t author, vg_str name);
/** `time_ms` INT64_MIN: not said. */
int vg_corpus_add_message(corpus_builder *b, size_t author, int64_t time_ms, vg_str text);
int vg_corpus_end_talk(corpus_builder *b);

/** Adds a name (borrowed) with a number; the number it has when it is there already. *number in, out. */
int vg_corpus_set_put(corpus_set *set, vg_str name, size_t *number, bool *is_new);
bool vg_corpus_set_has(const corpus_set *set, vg_str name);
void vg_corpus_set_free(corpus_set *set);
/** Up to 24 characters of it for a message; what is not printable ASCII becomes "?". */
const char *vg_corpus_quote(vg_str s, char out[32]);

int vg_corpus_read_jsonl(corpus_builder *b, vg_str bytes);
int vg_corpus_read_csv(corpus_builder *b, vg_str bytes);
int vg_corpus_read_pan(corpus_builder *b, vg_str bytes);

#endif
