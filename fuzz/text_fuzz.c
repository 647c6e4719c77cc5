/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a message, and any bytes as a pattern.
 *
 * A message must fold within its bound, to a fixed point, the same by both passes, with a map that stays
 * inside, with its spelling undone and without; what a scan finds, by patterns or by form, must lie in the message. A pattern is refused or becomes an engine that can be
 * scanned with.
 */
#include "signals/text/text_int.h"

#include <stdlib.h>

static const vg_policy_pattern patterns[] = {
    {VG_TEXT_AGE_PROBING, 6000, "[tu as|t'as] quel âge", "fr"},
    {VG_TEXT_SECRECY, 8000, "[ne] [le] dis * à personne", "fr"},
    {VG_TEXT_MOVING_APP, 2000, "snap", "fr"},
    {VG_TEXT_PICTURE_REQUEST, 7000, "[envoie|montre] [moi] une photo", "fr"},
    {VG_TEXT_ISOLATION, 5000, "никому не говори", "ru"},
};

static const vg_policy_spelling spelling[] = {
    {"2m1", "demain"}, {"g", "j ai"}, {"jtm", "je t aime"}, {"tkt", "t inquiete pas"}, {"x", "bises"}, {"xk", "k oui"}, {"ya", "il y a"}, {"zx", "mot k"}, {"📷", "une photo"},
};

static void must(bool condition)
{
    if (!condition) abort();
}

static void check_fold(vg_str text)
{
    size_t room = text_fold_room(text.len);
    char *out = malloc(room), *other = malloc(room);
    uint32_t *map = malloc(room * sizeof *map);
    must(out && other && map);
    size_t len = vg_text_fold(text, out, room, NULL);
    must(len >= 1 && len <= room && out[0] == ' ' && out[len - 1] == ' ');
    must(text_fold_plain(text, other, room, map) == len && memcmp(out, other, len) == 0);
    for (size_t i = 0; i < len; i++) must(map[i] <= text.len && (i == 0 || map[i] >= map[i - 1]));
    char *again = malloc(text_fold_room(len));
    must(again);
    must(vg_text_fold((vg_str){out, len}, again, text_fold_room(len), NULL) == len &&
         memcmp(out, again, len) == 0);
    free(again);
    free(map);
    free(other);
    free(out);
}

/* The same promises with the spelling undone. */
static void check_normalised(const vg_text_engine *engine, vg_str text)
{
    size_t room = text_spelled_room(text.len) + TEXT_GATE_ROOM;
    char *out = malloc(room), *other = malloc(room), *again = malloc(room * 16);
    uint32_t *map = malloc(room * sizeof *map);
    must(out && other && again && map);
    size_t len = vg_text_normalise(engine, text, out, room, NULL);
    must(len >= 1 && out[0] == ' ' && out[len - 1] == ' ');
    must(vg_text_normalise(engine, text, other, room, map) == len && memcmp(out, other, len) == 0);
    for (size_t i = 0; i < len; i++) must(map[i] <= text.len && (i == 0 || map[i] >= map[i - 1]));
    must(vg_text_normalise(engine, (vg_str){out, len}, again, room * 16, NULL) == len && memcmp(out, again, len) == 0);
    free(again);
    free(map);
    free(other);
    free(out);
}

static void check_scan(const vg_text_engine *engine, vg_text_scratch *scratch, vg_str text)
{
    vg_text_hits hits;
    must(vg_text_scan(engine, scratch, text, &hits));
    must(hits.count <= VG_HITS_MAX && (hits.count > 0) == (hits.families != 0));
    must(hits.token_count <= VG_TOKENS_MAX && (hits.stated_age == 0 || (hits.stated_age >= 5 && hits.stated_age <= 99)));
    must(!hits.token_count || hits.families >> VG_TEXT_MOVING_APP & 1);
    for (uint32_t i = 0; i < hits.token_count; i++) must(hits.token[i] != 0);
    for (uint32_t i = 0; i < hits.count; i++)
        must(hits.hit[i].span.from < hits.hit[i].span.to && hits.hit[i].span.to <= text.len);
}

static void check_pattern(vg_text_scratch *scratch, vg_str bytes)
{
    char text[1024];
    if (bytes.len >= sizeof text || memchr(bytes.ptr, 0, bytes.len)) return;
    memcpy(text, bytes.ptr, bytes.len);
    text[bytes.len] = '\0';
    vg_error err = {0};
    vg_policy_pattern pattern = {VG_TEXT_SECRECY, 1, text, "fr"};
    vg_text_engine *engine = NULL;
    int checked = vg_text_pattern_check(bytes, &err);
    int rc = vg_text_engine_create(&engine, &(vg_text_sources){.patterns = &pattern, .pattern_count = 1}, &err);
    must((checked == 0) == (rc == 0) && (rc == 0 || rc == -VG_EINVAL));
    if (rc) return;
    must(vg_text_scratch_fit(scratch, engine, &err) == 0);
    check_scan(engine, scratch, bytes);
    vg_text_engine_destroy(&engine);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static vg_text_engine *engine;
    static vg_text_scratch *scratch;
    static const vg_text_sources sources = {patterns, sizeof patterns / sizeof *patterns, spelling, sizeof spelling / sizeof *spelling, NULL};
    vg_error err = {0};
    if (!engine) {
        must(!vg_text_engine_create(&engine, &sources, &err));
        must(!vg_text_scratch_create(&scratch, &err) && !vg_text_scratch_fit(scratch, engine, &err));
    }
    if (size == 0) return 0;
    vg_str text = {(const char *)data + 1, size - 1};
    if (data[0] % 8 == 0) {
        check_pattern(scratch, text);
    } else {
        check_fold(text);
        if (text.len < VG_EVENT_MAX_TEXT / 16) check_normalised(engine, text);
        check_scan(engine, scratch, text);
    }
    return 0;
}
