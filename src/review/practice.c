/* SPDX-License-Identifier: Apache-2.0 */
#include "review/practice.h"

#include <jansson.h>
#include <stdio.h>

enum { TITLE_MOST = 200, TEXT_MOST = 1000, WHY_MOST = 3000, NAME_MOST = 64, MINUTES_MOST = 525600 };

static const char *const languages[VG_LANGS] = {[VG_LANG_FR] = "fr", [VG_LANG_EN] = "en"};

typedef struct reader {
    const char *file;
    vg_arena *arena;
    vg_practice *out;
    vg_error *err;
} reader;

static int wrong(const reader *r, const char *pointer, const char *what)
{
    char where[192];
    snprintf(where, sizeof where, "%.120s: %.60s", r->file, pointer);
    return vg_fail(r->err, VG_EINVAL, where, "%s", what);
}

static int keep(const reader *r, const char *pointer, const json_t *value, size_t most, vg_str *out)
{
    char what[64];
    size_t len = json_is_string(value) ? json_string_length(value) : 0;
    snprintf(what, sizeof what, "expected a text of 1 to %zu bytes", most);
    if (!len || len > most) return wrong(r, pointer, what);
    *out = vg_arena_copy(r->arena, (vg_str){json_string_value(value), len});
    return out->ptr ? 0 : vg_fail(r->err, VG_ENOMEM, r->file, "no memory for a practice case");
}

static int keep_both(const reader *r, const char *pointer, const json_t *value, size_t most, vg_str out[VG_LANGS])
{
    char below[80];
    for (int l = 0; l < VG_LANGS; l++) {
        snprintf(below, sizeof below, "%.60s/%s", pointer, languages[l]);
        int rc = keep(r, below, json_object_get(value, languages[l]), most, &out[l]);
        if (rc) return rc;
    }
    return 0;
}

/* The number of a word in a table, or negative with the error. */
static int choose(const reader *r, const char *pointer, const json_t *value, const char *const *words, int count)
{
    const char *s = json_string_value(value);
    for (int i = 0; s && i < count; i++)
        if (strcmp(s, words[i]) == 0) return i;
    return wrong(r, pointer, s ? "an unknown word" : "expected a word");
}

static int share(const reader *r, const char *pointer, const json_t *value, uint16_t *out)
{
    double x = json_is_number(value) ? json_number_value(value) : -1;
    if (!(x >= 0 && x <= 1)) return wrong(r, pointer, "expected a number from 0 to 1");
    *out = (uint16_t)(x * 10000 + 0.5);
    return 0;
}

static int whole(const reader *r, const char *pointer, const json_t *value, json_int_t most, uint32_t *out)
{
    json_int_t n = json_is_integer(value) ? json_integer_value(value) : -1;
    if (n < 0 || n > most) return wrong(r, pointer, "expected a whole number");
    *out = (uint32_t)n;
    return 0;
}

/* ---- messages ---- */

static int find_place(const reader *r, const char *pointer, const json_t *mark, const vg_practice_message *m, vg_practice_piece *p)
{
    for (int l = 0; l < VG_LANGS; l++) {
        const json_t *part = json_object_get(mark, languages[l]);
        const char *s = json_string_value(part);
        size_t len = s ? json_string_length(part) : 0;
        const char *at = len ? memmem(m->text[l].ptr, m->text[l].len, s, len) : NULL;
        if (!at) return wrong(r, pointer, "expected, in both languages, words that the text of the message holds");
        p->from[l] = (size_t)(at - m->text[l].ptr);
        p->to[l] = p->from[l] + len;
    }
    p->placed = true;
    return 0;
}

static int read_piece(const reader *r, const char *pointer, const json_t *value, const vg_practice_message *m, vg_practice_piece *p)
{
    const char *name = json_string_value(json_object_get(value, "name"));
    int kind = name ? vg_evidence_kind_of(vg_str_of(name)) : -1;
    const json_t *number = json_object_get(value, "value"), *mark = json_object_get(value, "mark");
    if (kind < 0) return wrong(r, pointer, "name: expected the name of a kind of evidence, such as text.secrecy");
    *p = (vg_practice_piece){.kind = (uint8_t)kind, .value = 1};
    int rc = share(r, pointer, json_object_get(value, "weight"), &p->weight);
    if (!rc && number) rc = whole(r, pointer, number, 1000000, &p->value);
    return rc || !mark ? rc : find_place(r, pointer, mark, m, p);
}

static int read_message(const reader *r, size_t i, const json_t *value, vg_practice_message *m)
{
    static const char *const sides[] = {"peer", "account"};
    char pointer[48];
    size_t k;
    json_t *one, *pieces = json_object_get(value, "evidence");
    snprintf(pointer, sizeof pointer, "/messages/%zu", i);
    int from = choose(r, pointer, json_object_get(value, "from"), sides, 2);
    if (from < 0) return from;
    m->own = from == 1;
    int rc = keep_both(r, pointer, json_object_get(value, "text"), TEXT_MOST, m->text);
    if (!rc) rc = whole(r, pointer, json_object_get(value, "minutes"), MINUTES_MOST, &m->minutes);
    if (!rc && i && m->minutes < r->out->messages[i - 1].minutes) rc = wrong(r, pointer, "minutes: expected messages in order of time");
    if (!rc && json_array_size(pieces) > VG_PRACTICE_MAX_PIECES) rc = wrong(r, pointer, "too many pieces of evidence");
    if (rc) return rc;
    json_array_foreach(pieces, k, one)
    {
        rc = read_piece(r, pointer, one, m, &m->piece[m->piece_count]);
        if (rc) return rc;
        r->out->kinds |= UINT64_C(1) << m->piece[m->piece_count++].kind;
    }
    return 0;
}

static int read_messages(const reader *r, const json_t *list)
{
    size_t i, count = json_array_size(list);
    json_t *one;
    if (!count || count > VG_PRACTICE_MAX_MESSAGES) return wrong(r, "/messages", "expected 1 to 40 messages");
    r->out->messages = vg_arena_calloc(r->arena, count, sizeof *r->out->messages);
    if (!r->out->messages) return vg_fail(r->err, VG_ENOMEM, r->file, "no memory for a practice case");
    json_array_foreach(list, i, one)
    {
        int rc = read_message(r, i, one, &r->out->messages[i]);
        if (rc) return rc;
        r->out->message_count++;
    }
    return r->out->kinds ? 0 : wrong(r, "/messages", "expected at least one piece of evidence");
}

/* ---- the rest ---- */

static int read_people(const reader *r, const json_t *root)
{
    const json_t *account = json_object_get(root, "account"), *peer = json_object_get(root, "peer");
    int band, rc = keep(r, "/account/name", json_object_get(account, "name"), NAME_MOST, &r->out->account);
    if (!rc) rc = keep(r, "/peer/name", json_object_get(peer, "name"), NAME_MOST, &r->out->peer);
    if (rc) return rc;
    if ((band = choose(r, "/account/age_band", json_object_get(account, "age_band"), vg_age_band_names, VG_AGE_BANDS)) < 0) return band;
    r->out->account_band = (vg_age_band)band;
    if ((band = choose(r, "/peer/age_band", json_object_get(peer, "age_band"), vg_age_band_names, VG_AGE_BANDS)) < 0) return band;
    r->out->peer_band = (vg_age_band)band;
    if ((band = choose(r, "/channel", json_object_get(root, "channel"), vg_channel_names, VG_CHANNELS)) < 0) return band;
    r->out->channel = (vg_channel)band;
    if ((band = choose(r, "/verdict", json_object_get(root, "verdict"), vg_verdict_names, VG_VERDICTS)) < 0) return band;
    r->out->verdict = (vg_verdict_kind)band;
    return share(r, "/risk", json_object_get(root, "risk"), &r->out->risk);
}

static int read_answer(const reader *r, const json_t *root)
{
    size_t i;
    json_t *one;
    int action = choose(r, "/recommended", json_object_get(root, "recommended"), vg_action_names, VG_ACTIONS);
    if (action < 0) return action;
    r->out->recommended = (vg_action)action;
    json_array_foreach(json_object_get(root, "defensible"), i, one)
    {
        if ((action = choose(r, "/defensible", one, vg_action_names, VG_ACTIONS)) < 0) return action;
        r->out->defensible |= 1u << action;
    }
    for (int a = 0; a < VG_ACTIONS; a++) {
        const json_t *remark = json_object_get(json_object_get(root, "remarks"), vg_action_names[a]);
        char pointer[48];
        snprintf(pointer, sizeof pointer, "/remarks/%s", vg_action_names[a]);
        int rc = remark ? keep_both(r, pointer, remark, WHY_MOST, r->out->remark[a]) : 0;
        if (rc) return rc;
    }
    return keep_both(r, "/why", json_object_get(root, "why"), WHY_MOST, r->out->why);
}

static bool is_id(vg_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!((s.ptr[i] >= 'a' && s.ptr[i] <= 'z') || (s.ptr[i] >= '0' && s.ptr[i] <= '9') || s.ptr[i] == '-')) return false;
    return true;
}

int vg_practice_parse(const char *file, vg_str text, vg_arena *arena, vg_practice *out, vg_error *err)
{
    reader r = {.file = file, .arena = arena, .out = out, .err = err};
    json_error_t bad;
    char where[192];
    *out = (vg_practice){.file = file};
    if (text.len > VG_PRACTICE_MAX_FILE) return vg_fail(err, VG_ETOOBIG, file, "a practice case has at most %d bytes", VG_PRACTICE_MAX_FILE);
    json_t *root = json_loadb(text.len ? text.ptr : "", text.len, JSON_REJECT_DUPLICATES, &bad);
    if (!root) {
        snprintf(where, sizeof where, "%.150s:%d:%d", file, bad.line, bad.column);
        return vg_fail(err, VG_EINVAL, where, "this is not JSON: %s", bad.text);
    }
    int rc = keep(&r, "/id", json_object_get(root, "id"), VG_PRACTICE_MAX_ID, &out->id);
    if (!rc && !is_id(out->id)) rc = wrong(&r, "/id", "expected letters a-z, digits, hyphens");
    if (!rc) rc = keep_both(&r, "/title", json_object_get(root, "title"), TITLE_MOST, out->title);
    if (!rc) rc = read_people(&r, root);
    if (!rc) rc = read_messages(&r, json_object_get(root, "messages"));
    if (!rc) rc = keep_both(&r, "/why_now", json_object_get(root, "why_now"), WHY_MOST, out->why_now);
    if (!rc) rc = read_answer(&r, root);
    json_decref(root);
    return rc;
}
