/* SPDX-License-Identifier: Apache-2.0
 *
 * learning: conversations with labels -> a model, its calibration, and figures of what it and the lexicon do.
 *
 * Off the hot path: what `vigie train`, `calibrate` and `eval` stand on. A corpus is read whole into one arena and is never
 * written anywhere; a model holds no text. Evaluation runs the real pipeline over the messages in order.
 * Invariants: every text is valid UTF-8 without NUL; messages are in order of time; author numbers are in range;
 * a talk has at least one message. A loader refuses what it cannot read, with the place, and never skips silently.
 * Callers: cli. May use every stage room and pipeline.h.
 */
#ifndef VG_LEARNING_CORPUS_H
#define VG_LEARNING_CORPUS_H

#include "base/arena.h"
#include "base/error.h"
#include "event/event.h"

enum {
    VG_CORPUS_MAX_BYTES = 1 << 30,  /* of one file */
    VG_CORPUS_MAX_TEXT = 1 << 20,   /* of one message */
    VG_CORPUS_MAX_AUTHORS = 1024,   /* of one talk */
    VG_CORPUS_MAX_MESSAGES = 1 << 20, /* of one talk */
};

typedef struct vg_corpus_author {
    vg_str name;
    uint8_t band, basis; /* vg_age_band, vg_age_basis; unknown when the corpus does not say */
    bool risk;           /* the one whose conduct the talk is labelled for */
} vg_corpus_author;

typedef struct vg_corpus_message {
    uint32_t author;  /* number in the talk's authors */
    bool risk;        /* PAN-2012 ground truth of lines: this one is labelled */
    int64_t time_ms;  /* corpora without times: one minute apart, from noon of a Monday */
    vg_str text;      /* at most VG_CORPUS_MAX_TEXT bytes; may be empty */
} vg_corpus_message;

typedef struct vg_corpus_talk { /* one conversation */
    vg_str id, language; /* BCP 47; empty when not said */
    vg_str group;        /* talks of one group are of the same people: an account that writes to several. Empty: of its own */
    vg_str kind;         /* free word of the corpus: "school", "coach", "fast"; may be empty */
    vg_channel channel;  /* private when the corpus does not say and two write, else group */
    bool risk;
    vg_corpus_author *authors;
    size_t author_count;
    vg_corpus_message *messages;
    size_t message_count;
} vg_corpus_talk;

typedef struct vg_corpus {
    vg_arena *arena;
    vg_corpus_talk *talks;
    size_t count;
    bool names_shared; /* one name is one person in all talks (PAN-2012); else only within its talk */
} vg_corpus;

typedef enum { VG_CORPUS_AUTO, VG_CORPUS_JSONL, VG_CORPUS_CSV, VG_CORPUS_PAN, VG_CORPUS_FORMATS } vg_corpus_format;

typedef struct vg_corpus_options {
    vg_corpus_format format; /* AUTO: by the file's ending and beginning */
    const char *language;    /* of talks that do not say; NULL: "" */
    const char *columns;     /* CSV: "conversation=thread,author=from,text=body,time=sent,risk=label"; NULL: the usual names */
    const char *risk_authors; /* PAN-2012: file with one id of a risk author a line; a talk they write in is risk. NULL: none is labelled */
    const char *risk_lines;   /* PAN-2012 ground truth of lines ("conversation TAB line"); may be NULL. Its talks need not be risk. */
} vg_corpus_options;

/** Reads one file ("-": standard input). JSON lines: one talk a line,
 *  {"id","group"?,"language"?,"kind"?,"channel"?,"risk":bool,"authors":[{"name","age_band"?,"age_basis"?,"risk"?}],
 *   "messages":[{"author":NAME,"time"?:RFC 3339,"text"}]}. Unknown members are refused.
 *  CSV (RFC 4180; comma, semicolon or tab; a header): one message a row, with the columns conversation, author, text, and when they are
 *  there time, risk, author_risk, group, language, kind, channel, age_band, age_basis. Rows of a conversation need not be together;
 *  what they say of it must agree. `risk` labels the conversation, `author_risk` who writes.
 *  PAN-2012 ("sexual predator identification", Inches and Crestani, CLEF 2012): <conversations><conversation id><message line>
 *  <author/><time>HH:MM</time><text/></message>...; a clock that goes back over twelve hours began another day, by less stands
 *  still; the text's entities, which that corpus escapes twice, are undone.
 *  Errors: VG_EINVAL with err->where "file:line" (XML, CSV, malformed JSON: line and column) and what was expected; VG_ETOOBIG; VG_ENOENT;
 *  VG_ENOMEM. Then *out is empty. */
int vg_corpus_load(vg_corpus *out, const char *path, const vg_corpus_options *options, vg_error *err);
/** The same from memory; `name` is shown in errors. Used by tests and fuzzing. */
int vg_corpus_read(vg_corpus *out, vg_str bytes, const char *name, const vg_corpus_options *options, vg_error *err);
/** Appends the talks of `more` (copied), which is left empty. On VG_ENOMEM both are as they were. */
int vg_corpus_join(vg_corpus *corpus, vg_corpus *more, vg_error *err);
void vg_corpus_free(vg_corpus *corpus);

#endif
