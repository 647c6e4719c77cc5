/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a corpus of conversations, in the format that the target names.
 *
 * What is read must be what learning/corpus.h promises: ids, UTF-8 without NUL, authors in range, messages in order of time.
 * What is refused must say where and why, and leave nothing.
 */
#include "learning/corpus.h"

#include <stdlib.h>

static void must(bool condition)
{
    if (!condition) abort();
}

static void check_text(vg_str text, size_t least, size_t most)
{
    size_t bad;
    must(text.ptr && text.len >= least && text.len <= most && vg_utf8_valid(text.ptr, text.len, &bad) && !memchr(text.ptr, 0, text.len));
}

static void check_talk(const vg_corpus_talk *talk)
{
    bool risk = false;
    check_text(talk->id, 1, VG_EVENT_MAX_NAME);
    check_text(talk->language, 0, 35);
    check_text(talk->kind, 0, 35);
    must(talk->channel < VG_CHANNELS && talk->message_count > 0 && talk->author_count > 0);
    for (size_t i = 0; i < talk->author_count; i++) {
        check_text(talk->authors[i].name, 1, VG_EVENT_MAX_NAME);
        must(talk->authors[i].band < VG_AGE_BANDS && talk->authors[i].basis < VG_AGE_BASES);
        for (size_t k = 0; k < i; k++) must(!vg_str_eq(talk->authors[i].name, talk->authors[k].name));
        risk = risk || talk->authors[i].risk;
    }
    must(!risk || talk->risk);
    for (size_t i = 0; i < talk->message_count; i++) {
        must(talk->messages[i].author < talk->author_count);
        must(i == 0 || talk->messages[i].time_ms >= talk->messages[i - 1].time_ms);
        check_text(talk->messages[i].text, 0, VG_CORPUS_MAX_TEXT);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    vg_corpus corpus;
    vg_error err = {0};
    int rc = vg_corpus_read(&corpus, (vg_str){(const char *)data, size}, "fuzz", &(vg_corpus_options){.format = FORMAT}, &err);
    must((rc == 0) == (err.code == 0) && (rc == 0 || (!corpus.arena && err.where[0] && err.what[0])));
    must(rc != 0 || corpus.count > 0);
    for (size_t i = 0; i < corpus.count; i++) check_talk(&corpus.talks[i]);
    vg_corpus_free(&corpus);
    return 0;
}
