/* SPDX-License-Identifier: Apache-2.0
 *
 * What the tests of learning share: a corpus from a text, and a corpus as a text.
 */
#ifndef VG_TESTS_UNIT_LEARNING_SUPPORT_H
#define VG_TESTS_UNIT_LEARNING_SUPPORT_H

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/str.h"
#include "base/time.h"
#include "learning/corpus.h"
#include "tests/tap.h"

/* "id of group language kind channel risk | name band basis risk | author@time!text ..." of every talk, one a line. */
static inline void show_corpus(const vg_corpus *corpus, vg_buf *out)
{
    for (size_t i = 0; i < corpus->count; i++) {
        const vg_corpus_talk *t = &corpus->talks[i];
        char time[25];
        vg_buf_printf(out, "%.*s%s%.*s [%.*s] [%.*s] %s%s", VG_STR_ARG(t->id), t->group.len ? " of " : "", VG_STR_ARG(t->group), VG_STR_ARG(t->language), VG_STR_ARG(t->kind),
                      vg_channel_names[t->channel], t->risk ? " risk" : "");
        for (size_t a = 0; a < t->author_count; a++)
            vg_buf_printf(out, " | %.*s %s %s%s", VG_STR_ARG(t->authors[a].name), vg_age_band_names[t->authors[a].band],
                          vg_age_basis_names[t->authors[a].basis], t->authors[a].risk ? " risk" : "");
        for (size_t m = 0; m < t->message_count; m++) {
            vg_time_format(t->messages[m].time_ms, time);
            vg_buf_printf(out, " | %u@%.16s%s %.*s", t->messages[m].author, time, t->messages[m].risk ? "!" : "",
                          VG_STR_ARG(t->messages[m].text));
        }
        vg_buf_add_char(out, '\n');
    }
}

/* What a text reads as, or "= error where: what". The result is overwritten by the next call. */
static inline const char *read_as(vg_corpus_format format, const char *text, size_t len, const char *name, const vg_corpus_options *more)
{
    static char shown[1 << 16];
    vg_corpus_options options = more ? *more : (vg_corpus_options){0};
    vg_corpus corpus;
    vg_error err = {0};
    vg_buf out;
    vg_buf_init(&out, sizeof shown - 1);
    options.format = format;
    int rc = vg_corpus_read(&corpus, (vg_str){text, len}, name, &options, &err);
    if (rc) snprintf(shown, sizeof shown, "= %s %s: %s", vg_error_name(-rc), err.where, err.what);
    else {
        show_corpus(&corpus, &out);
        snprintf(shown, sizeof shown, "%s", out.ptr ? out.ptr : "");
    }
    if (rc && (corpus.arena || corpus.count)) snprintf(shown, sizeof shown, "a corpus was left after an error");
    vg_buf_free(&out);
    vg_corpus_free(&corpus);
    return shown;
}

#define READS(format, text, want, name) TAP_EQ_STR(read_as(format, text, strlen(text), "c", NULL), want, name)

#endif
