/* SPDX-License-Identifier: Apache-2.0 */
#include "learning/corpus_int.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/time.h"

/* Noon of Monday 5 January 2026: a corpus without times is neither night nor weekend. */
#define CORPUS_EPOCH_MS (INT64_C(1767614400) * 1000)

/* ---- errors ---- */

int vg_corpus_fail(corpus_builder *b, int code, const char *format, ...)
{
    char what[384], where[192];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    if (!b->line) snprintf(where, sizeof where, "%.150s", b->name);
    else if (!b->column) snprintf(where, sizeof where, "%.150s:%zu", b->name, b->line);
    else snprintf(where, sizeof where, "%.140s:%zu:%zu", b->name, b->line, b->column);
    return vg_fail(b->err, code, where, "%s", what);
}

int vg_corpus_no_memory(corpus_builder *b)
{
    return vg_corpus_fail(b, VG_ENOMEM, "no memory for a corpus so large");
}

const char *vg_corpus_quote(vg_str s, char out[32])
{
    size_t n = s.len < 24 ? s.len : 24;
    for (size_t i = 0; i < n; i++) out[i] = s.ptr[i] >= ' ' && s.ptr[i] < 127 ? s.ptr[i] : '?';
    memcpy(out + n, s.len > n ? "..." : "", s.len > n ? 4 : 1);
    return out;
}

/* ---- a set of names ---- */

static size_t slot_of(const corpus_set *set, vg_str name)
{
    static const vg_hash_key key = {0x636f7270, 0x7573};
    size_t at = (size_t)vg_hash64(&key, name.ptr, name.len) & (set->room - 1);
    while (set->slots[at].name.ptr && !vg_str_eq(set->slots[at].name, name)) at = (at + 1) & (set->room - 1);
    return at;
}

static int widen(corpus_set *set)
{
    corpus_set wider = {.room = set->room ? set->room * 2 : 64, .count = set->count};
    wider.slots = vg_calloc(wider.room, sizeof *wider.slots);
    if (!wider.slots) return -VG_ENOMEM;
    for (size_t i = 0; i < set->room; i++)
        if (set->slots[i].name.ptr) wider.slots[slot_of(&wider, set->slots[i].name)] = set->slots[i];
    vg_free(set->slots);
    *set = wider;
    return 0;
}

int vg_corpus_set_put(corpus_set *set, vg_str name, size_t *number, bool *is_new)
{
    if (set->count * 2 >= set->room && widen(set)) return -VG_ENOMEM;
    size_t at = slot_of(set, name);
    *is_new = !set->slots[at].name.ptr;
    if (*is_new) {
        set->slots[at].name = name.ptr ? name : VG_STR("");
        set->slots[at].number = *number;
        set->count++;
    }
    *number = set->slots[at].number;
    return 0;
}

bool vg_corpus_set_has(const corpus_set *set, vg_str name)
{
    return set->room && set->slots[slot_of(set, name)].name.ptr;
}

void vg_corpus_set_free(corpus_set *set)
{
    vg_free(set->slots);
    *set = (corpus_set){0};
}

/* ---- the builder ---- */

/* Room for one more of `size` bytes. */
static int room_for(void **items, size_t *room, size_t count, size_t size)
{
    if (count < *room) return 0;
    size_t more = *room ? *room * 2 : 16, bytes;
    if (__builtin_mul_overflow(more, size, &bytes)) return -VG_ENOMEM;
    void *grown = vg_realloc(*items, bytes);
    if (!grown) return -VG_ENOMEM;
    *items = grown;
    *room = more;
    return 0;
}

/* A copy for ever of a text that must be UTF-8 without NUL. */
static int keep(corpus_builder *b, vg_str value, size_t most, const char *what, vg_str *out)
{
    size_t bad = 0;
    char quoted[32];
    if (value.len > most)
        return vg_corpus_fail(b, VG_ETOOBIG, "%s has %zu bytes; at most %zu expected", what, value.len, most);
    if (value.len && (!vg_utf8_valid(value.ptr, value.len, &bad) || memchr(value.ptr, 0, value.len)))
        return vg_corpus_fail(b, VG_EINVAL, "%s \"%s\" is not UTF-8, or has a NUL; expected text", what,
                              vg_corpus_quote(value, quoted));
    *out = vg_arena_copy(b->out->arena, value);
    return out->ptr ? 0 : vg_corpus_no_memory(b);
}

int vg_corpus_begin_talk(corpus_builder *b, vg_str id)
{
    bool is_new;
    char quoted[32];
    size_t number = b->out->count;
    b->talk = (vg_corpus_talk){.language = vg_str_of(b->options->language), .kind = VG_STR(""), .group = VG_STR("")};
    b->channel_said = false;
    if (!id.len) return vg_corpus_fail(b, VG_EINVAL, "the conversation's id is empty");
    int rc = keep(b, id, CORPUS_MAX_ID, "the conversation's id", &b->talk.id);
    if (rc) return rc;
    if (vg_corpus_set_put(&b->ids, b->talk.id, &number, &is_new)) return vg_corpus_no_memory(b);
    return is_new ? 0 : vg_corpus_fail(b, VG_EINVAL, "the conversation \"%s\" is there already; expected each once", vg_corpus_quote(id, quoted));
}

int vg_corpus_set_word(corpus_builder *b, vg_str *word, vg_str value, const char *what)
{
    return keep(b, value, word == &b->talk.group ? (size_t)CORPUS_MAX_ID : (size_t)CORPUS_MAX_WORD, what, word);
}

static int name_of(corpus_builder *b, vg_str name, const char *const *names, size_t count, const char *what, size_t *out)
{
    char all[160] = "", quoted[32];
    for (size_t i = 0; i < count; i++)
        if (vg_str_is(name, names[i])) return *out = i, 0;
    for (size_t i = 0, at = 0; i < count && at < sizeof all; i++) {
        int n = snprintf(all + at, sizeof all - at, "%s%s", i ? ", " : "", names[i]);
        at += n > 0 ? (size_t)n : 0;
    }
    return vg_corpus_fail(b, VG_EINVAL, "%s \"%s\"; expected one of %s", what, vg_corpus_quote(name, quoted), all);
}

int vg_corpus_set_channel(corpus_builder *b, vg_str name)
{
    size_t channel = 0;
    int rc = name_of(b, name, vg_channel_names, VG_CHANNELS, "channel", &channel);
    if (rc) return rc;
    b->talk.channel = (vg_channel)channel;
    b->channel_said = true;
    return 0;
}

int vg_corpus_author_of(corpus_builder *b, vg_str name, size_t *number, bool *is_new)
{
    for (size_t i = 0; i < b->talk.author_count; i++)
        if (vg_str_eq(b->authors[i].name, name)) {
            if (is_new) *is_new = false;
            *number = i;
            return 0;
        }
    if (b->talk.author_count == VG_CORPUS_MAX_AUTHORS)
        return vg_corpus_fail(b, VG_ETOOBIG, "over %d authors in one conversation", VG_CORPUS_MAX_AUTHORS);
    if (room_for((void **)&b->authors, &b->author_room, b->talk.author_count, sizeof *b->authors)) return vg_corpus_no_memory(b);
    vg_corpus_author author = {0};
    if (!name.len) return vg_corpus_fail(b, VG_EINVAL, "the author's name is empty");
    int rc = keep(b, name, CORPUS_MAX_ID, "the author's name", &author.name);
    if (rc) return rc;
    if (is_new) *is_new = true;
    *number = b->talk.author_count;
    b->authors[b->talk.author_count++] = author;
    return 0;
}

int vg_corpus_set_band(corpus_builder *b, size_t author, vg_str name)
{
    size_t band = 0;
    int rc = name_of(b, name, vg_age_band_names, VG_AGE_BANDS, "age_band", &band);
    if (!rc) b->authors[author].band = (uint8_t)band;
    return rc;
}

int vg_corpus_set_basis(corpus_builder *b, size_t author, vg_str name)
{
    size_t basis = 0;
    int rc = name_of(b, name, vg_age_basis_names, VG_AGE_BASES, "age_basis", &basis);
    if (!rc) b->authors[author].basis = (uint8_t)basis;
    return rc;
}

int vg_corpus_add_message(corpus_builder *b, size_t author, int64_t time_ms, vg_str text)
{
    size_t count = b->talk.message_count;
    vg_corpus_message message = {.author = (uint32_t)author, .time_ms = time_ms};
    const vg_corpus_message *last = count ? &b->messages[count - 1] : NULL;
    if (count == VG_CORPUS_MAX_MESSAGES)
        return vg_corpus_fail(b, VG_ETOOBIG, "over %d messages in one conversation", VG_CORPUS_MAX_MESSAGES);
    if (time_ms == INT64_MIN) message.time_ms = last ? last->time_ms + VG_MINUTE_MS : CORPUS_EPOCH_MS;
    if (last && message.time_ms < last->time_ms) {
        char time[25];
        vg_time_format(last->time_ms, time);
        return vg_corpus_fail(b, VG_EINVAL, "message %zu is earlier than the one before it, of %s; expected them in order of time",
                              count + 1, time);
    }
    if (room_for((void **)&b->messages, &b->message_room, count, sizeof *b->messages)) return vg_corpus_no_memory(b);
    int rc = keep(b, text, VG_CORPUS_MAX_TEXT, "the text", &message.text);
    if (rc) return rc;
    b->messages[b->talk.message_count++] = message;
    return 0;
}

static bool ask_risk(const corpus_builder *b)
{
    for (size_t i = 0; i < b->talk.author_count; i++)
        if (b->authors[i].risk) return true;
    return false;
}

int vg_corpus_end_talk(corpus_builder *b)
{
    vg_corpus_talk *t = &b->talk;
    size_t writers = 0;
    if (!t->message_count) return vg_corpus_fail(b, VG_EINVAL, "a conversation without a message; expected at least one");
    if (!t->risk && ask_risk(b))
        return vg_corpus_fail(b, VG_EINVAL, "an author is labelled risk, the conversation is not; expected both or neither");
    t->authors = vg_arena_calloc(b->out->arena, t->author_count, sizeof *t->authors);
    t->messages = vg_arena_calloc(b->out->arena, t->message_count, sizeof *t->messages);
    if (!t->authors || !t->messages || room_for((void **)&b->talks, &b->talk_room, b->out->count, sizeof *b->talks))
        return vg_corpus_no_memory(b);
    memcpy(t->authors, b->authors, t->author_count * sizeof *t->authors);
    memcpy(t->messages, b->messages, t->message_count * sizeof *t->messages);
    if (!b->channel_said) {
        bool wrote[VG_CORPUS_MAX_AUTHORS] = {false};
        for (size_t i = 0; i < t->message_count; i++) {
            writers += !wrote[t->messages[i].author];
            wrote[t->messages[i].author] = true;
        }
        t->channel = writers <= 2 && t->author_count == 2 ? VG_CHANNEL_PRIVATE : VG_CHANNEL_GROUP;
    }
    b->talks[b->out->count++] = *t;
    return 0;
}

/* ---- a whole file ---- */

static bool ends_with(const char *name, const char *end)
{
    size_t n = strlen(name), m = strlen(end);
    return n >= m && strcmp(name + n - m, end) == 0;
}

static vg_corpus_format guess(vg_str bytes, const char *name)
{
    if (ends_with(name, ".csv") || ends_with(name, ".tsv")) return VG_CORPUS_CSV;
    if (ends_with(name, ".xml")) return VG_CORPUS_PAN;
    if (ends_with(name, ".jsonl") || ends_with(name, ".ndjson")) return VG_CORPUS_JSONL;
    size_t i = bytes.len >= 3 && memcmp(bytes.ptr, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    while (i < bytes.len && strchr(" \t\r\n", bytes.ptr[i]) && bytes.ptr[i]) i++;
    if (i < bytes.len && bytes.ptr[i] == '<') return VG_CORPUS_PAN;
    return i < bytes.len && bytes.ptr[i] == '{' ? VG_CORPUS_JSONL : VG_CORPUS_CSV;
}

static int read_all(corpus_builder *b, vg_str bytes)
{
    vg_corpus_format format = b->options->format;
    if (bytes.len > VG_CORPUS_MAX_BYTES)
        return vg_corpus_fail(b, VG_ETOOBIG, "has over %d bytes; expected a corpus in several files", VG_CORPUS_MAX_BYTES);
    if (!bytes.len) return vg_corpus_fail(b, VG_EINVAL, "is empty; expected at least one conversation");
    if (format == VG_CORPUS_AUTO) format = guess(bytes, b->name);
    b->out->names_shared = format == VG_CORPUS_PAN;
    int rc = format == VG_CORPUS_CSV   ? vg_corpus_read_csv(b, bytes)
             : format == VG_CORPUS_PAN ? vg_corpus_read_pan(b, bytes)
                                       : vg_corpus_read_jsonl(b, bytes);
    b->line = b->column = 0;
    if (!rc && !b->out->count) rc = vg_corpus_fail(b, VG_EINVAL, "no conversation; expected at least one");
    if (rc) return rc;
    b->out->talks = vg_arena_calloc(b->out->arena, b->out->count, sizeof *b->out->talks);
    if (!b->out->talks) return vg_corpus_no_memory(b);
    memcpy(b->out->talks, b->talks, b->out->count * sizeof *b->talks);
    return 0;
}

int vg_corpus_read(vg_corpus *out, vg_str bytes, const char *name, const vg_corpus_options *options, vg_error *err)
{
    static const vg_corpus_options usual;
    corpus_builder b = {.out = out, .options = options ? options : &usual, .name = name, .err = err};
    *out = (vg_corpus){.arena = vg_arena_create(64 << 10, (size_t)8 << 30)};
    int rc = out->arena ? read_all(&b, bytes) : vg_corpus_no_memory(&b);
    vg_corpus_set_free(&b.ids);
    vg_corpus_set_free(&b.risk_authors);
    vg_corpus_set_free(&b.risk_lines);
    vg_free(b.talks);
    vg_free(b.authors);
    vg_free(b.messages);
    if (rc) vg_corpus_free(out);
    return rc;
}

static int read_stdin(vg_buf *buf, vg_error *err)
{
    for (;;) {
        if (!vg_buf_reserve(buf, 1 << 16))
            return buf->len + (1 << 16) >= buf->ceiling
                       ? vg_fail(err, VG_ETOOBIG, "-", "has over %d bytes; expected a corpus in several files", VG_CORPUS_MAX_BYTES)
                       : vg_fail(err, VG_ENOMEM, "-", "no memory for a corpus so large");
        size_t got = fread(buf->ptr + buf->len, 1, 1 << 16, stdin);
        buf->len += got;
        if (ferror(stdin)) return vg_fail(err, VG_EIO, "-", "standard input cannot be read: %s", strerror(errno));
        if (!got) return 0;
    }
}

int vg_corpus_load(vg_corpus *out, const char *path, const vg_corpus_options *options, vg_error *err)
{
    vg_buf buf;
    char *bytes = NULL;
    size_t len = 0;
    int rc;
    *out = (vg_corpus){0};
    vg_buf_init(&buf, (size_t)VG_CORPUS_MAX_BYTES + (1 << 17));
    if (strcmp(path, "-") == 0) {
        rc = read_stdin(&buf, err);
        if (!rc) rc = vg_corpus_read(out, (vg_str){buf.ptr, buf.len}, path, options, err);
    } else {
        rc = vg_file_read(path, VG_CORPUS_MAX_BYTES, &bytes, &len, err);
        if (!rc) rc = vg_corpus_read(out, (vg_str){bytes, len}, path, options, err);
    }
    vg_buf_free(&buf);
    vg_free(bytes);
    return rc;
}

static int copy_talk(vg_arena *arena, const vg_corpus_talk *from, vg_corpus_talk *to)
{
    *to = *from;
    to->id = vg_arena_copy(arena, from->id);
    to->language = vg_arena_copy(arena, from->language);
    to->kind = vg_arena_copy(arena, from->kind);
    to->group = vg_arena_copy(arena, from->group);
    to->authors = vg_arena_calloc(arena, from->author_count, sizeof *to->authors);
    to->messages = vg_arena_calloc(arena, from->message_count, sizeof *to->messages);
    if (!to->id.ptr || !to->language.ptr || !to->kind.ptr || !to->group.ptr || !to->authors || !to->messages) return -VG_ENOMEM;
    for (size_t i = 0; i < from->author_count; i++) {
        to->authors[i] = from->authors[i];
        to->authors[i].name = vg_arena_copy(arena, from->authors[i].name);
        if (!to->authors[i].name.ptr) return -VG_ENOMEM;
    }
    for (size_t i = 0; i < from->message_count; i++) {
        to->messages[i] = from->messages[i];
        to->messages[i].text = vg_arena_copy(arena, from->messages[i].text);
        if (!to->messages[i].text.ptr) return -VG_ENOMEM;
    }
    return 0;
}

int vg_corpus_join(vg_corpus *corpus, vg_corpus *more, vg_error *err)
{
    if (!corpus->count) {
        vg_corpus_free(corpus);
        *corpus = *more;
        *more = (vg_corpus){0};
        return 0;
    }
    vg_corpus_talk *talks = vg_arena_calloc(corpus->arena, corpus->count + more->count, sizeof *talks);
    int rc = talks ? 0 : -VG_ENOMEM;
    if (talks) memcpy(talks, corpus->talks, corpus->count * sizeof *talks);
    for (size_t i = 0; i < more->count && !rc; i++) rc = copy_talk(corpus->arena, &more->talks[i], &talks[corpus->count + i]);
    if (rc) return vg_fail(err, VG_ENOMEM, "", "no memory for corpora so large");
    corpus->talks = talks;
    corpus->count += more->count;
    corpus->names_shared = corpus->names_shared && more->names_shared;
    vg_corpus_free(more);
    return 0;
}

void vg_corpus_free(vg_corpus *corpus)
{
    vg_arena_destroy(&corpus->arena);
    *corpus = (vg_corpus){0};
}
