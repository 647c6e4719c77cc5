/* SPDX-License-Identifier: Apache-2.0
 *
 * A corpus as CSV (RFC 4180): one message a row, columns found by the names of the header.
 *
 * Two passes over the bytes: the first finds the rows and which conversation each belongs to, for the rows of a
 * conversation need not be together; the second reads them, conversation by conversation, in the order of the file.
 */
#include "learning/corpus_int.h"

#include <stdio.h>

#include "base/time.h"

enum { MAX_COLUMNS = 256 };
typedef enum {
    COLUMN_CONVERSATION, COLUMN_AUTHOR, COLUMN_TEXT, COLUMN_TIME, COLUMN_RISK, COLUMN_AUTHOR_RISK, COLUMN_GROUP, COLUMN_LANGUAGE,
    COLUMN_KIND, COLUMN_CHANNEL, COLUMN_AGE_BAND, COLUMN_AGE_BASIS, COLUMNS
} column;
static const char *const column_names[COLUMNS] = {"conversation", "author", "text", "time", "risk", "author_risk", "group", "language", "kind", "channel",
                                                  "age_band", "age_basis"};

typedef struct csv_row {
    size_t at, line; /* where it begins */
    size_t talk;
} csv_row;

typedef struct csv {
    corpus_builder *b;
    const char *bytes;
    size_t len;
    size_t at, line, line_at; /* the reader; where its line begins */
    char delimiter;
    char *text; /* the cells of one row without their quotes */
    size_t text_len;
    vg_str cell[MAX_COLUMNS];
    size_t cell_line[MAX_COLUMNS], cell_column[MAX_COLUMNS];
    size_t count, row_at, row_line;
    size_t columns; /* of the header */
    int place[COLUMNS]; /* the cell that holds it, or -1 */
    csv_row *rows;
    size_t row_count, row_room;
    vg_arena *names;
    corpus_set talks;
} csv;

static int fail_here(csv *c, const char *what)
{
    c->b->line = c->line;
    c->b->column = c->at - c->line_at + 1;
    return vg_corpus_fail(c->b, VG_EINVAL, "%s", what);
}

/* The place of a cell, for what is said of it. */
static void point_at(csv *c, int cell)
{
    bool there = cell >= 0 && (size_t)cell < c->count;
    c->b->line = there ? c->cell_line[cell] : c->row_line;
    c->b->column = there ? c->cell_column[cell] : 1;
}

/* ---- cells ---- */

static int read_quoted(csv *c)
{
    size_t line = c->line, line_at = c->line_at, from = c->at++;
    for (; c->at < c->len; c->at++) {
        char byte = c->bytes[c->at];
        if (byte == '"') {
            if (c->at + 1 == c->len || c->bytes[c->at + 1] != '"') {
                c->at++;
                return 0;
            }
            c->at++;
        } else if (byte == '\n') {
            c->line++;
            c->line_at = c->at + 1;
        }
        c->text[c->text_len++] = byte;
    }
    c->line = line;
    c->line_at = line_at;
    c->at = from;
    return fail_here(c, "a quote that does not end; expected \" after the text");
}

static bool row_ends(const csv *c)
{
    return c->at == c->len || c->bytes[c->at] == '\n' ||
           (c->bytes[c->at] == '\r' && (c->at + 1 == c->len || c->bytes[c->at + 1] == '\n'));
}

static int read_cell(csv *c)
{
    size_t from = c->text_len;
    c->cell_line[c->count] = c->line;
    c->cell_column[c->count] = c->at - c->line_at + 1;
    if (c->at < c->len && c->bytes[c->at] == '"') {
        int rc = read_quoted(c);
        if (rc) return rc;
        if (!row_ends(c) && c->bytes[c->at] != c->delimiter) return fail_here(c, "text after a closing quote; expected the next cell");
    }
    while (!row_ends(c) && c->bytes[c->at] != c->delimiter) {
        if (c->bytes[c->at] == '"') return fail_here(c, "a quote inside a cell that is not quoted; expected the cell in quotes");
        c->text[c->text_len++] = c->bytes[c->at++];
    }
    c->cell[c->count++] = (vg_str){c->text + from, c->text_len - from};
    return 0;
}

/* One row; false in *more at the end. */
static int read_row(csv *c, bool *more)
{
    *more = c->at < c->len;
    c->count = c->text_len = 0;
    c->row_at = c->at;
    c->row_line = c->line;
    while (*more) {
        if (c->count == MAX_COLUMNS) return fail_here(c, "more than 256 columns");
        int rc = read_cell(c);
        if (rc) return rc;
        if (row_ends(c)) break;
        c->at++; /* the delimiter */
    }
    if (c->at < c->len && c->bytes[c->at] == '\r') c->at++;
    if (c->at < c->len) {
        c->at++;
        c->line++;
        c->line_at = c->at;
    }
    return 0;
}

static bool blank(const csv *c) { return c->count == 1 && !c->cell[0].len; }

/* ---- the header ---- */

/* The delimiter is the one that the header line has most of. */
static void find_delimiter(csv *c)
{
    size_t counts[3] = {0}, best = 0;
    for (size_t i = c->at; i < c->len && c->bytes[i] != '\n'; i++)
        for (size_t k = 0; k < 3; k++) counts[k] += c->bytes[i] == ",;\t"[k];
    for (size_t k = 1; k < 3; k++)
        if (counts[k] > counts[best]) best = k;
    c->delimiter = ",;\t"[best];
}

static int fail_header(csv *c, vg_str missing)
{
    char names[200] = "", quoted[2][32];
    size_t at = 0;
    for (size_t i = 0; i < c->count && at < sizeof names; i++) {
        int n = snprintf(names + at, sizeof names - at, "%s%s", i ? ", " : "", vg_corpus_quote(c->cell[i], quoted[0]));
        at += n > 0 ? (size_t)n : 0;
    }
    c->b->line = c->row_line;
    c->b->column = 0;
    return vg_corpus_fail(c->b, VG_EINVAL, "no column \"%s\"; the header has: %s", vg_corpus_quote(missing, quoted[1]), names);
}

static int find_cell(const csv *c, vg_str name)
{
    for (size_t i = 0; i < c->count; i++)
        if (vg_str_eq(c->cell[i], name)) return (int)i;
    return -1;
}

/* "conversation=thread,text=body": these columns have other names, and must be there. */
static int take_given(csv *c, const char *given)
{
    while (given && *given) {
        size_t len = strcspn(given, ","), equals = strcspn(given, "="), role = 0;
        while (role < COLUMNS && (equals >= len || strlen(column_names[role]) != equals || memcmp(column_names[role], given, equals) != 0)) role++;
        if (role == COLUMNS) {
            char quoted[32];
            c->b->line = 0;
            return vg_corpus_fail(c->b, VG_EINVAL, "columns \"%s\"; expected NAME=COLUMN, NAME one of conversation, author, text, time, risk, "
                                  "author_risk, group, language, kind, channel, age_band, age_basis", vg_corpus_quote((vg_str){given, len}, quoted));
        }
        vg_str name = {given + equals + 1, len - equals - 1};
        c->place[role] = find_cell(c, name);
        if (c->place[role] < 0) return fail_header(c, name);
        given += len + (given[len] == ',');
    }
    return 0;
}

static int read_header(csv *c)
{
    bool more = false;
    int rc = 0;
    if (c->len >= 2 && (memcmp(c->bytes, "\xff\xfe", 2) == 0 || memcmp(c->bytes, "\xfe\xff", 2) == 0))
        return fail_here(c, "is UTF-16; expected UTF-8");
    if (c->len >= 3 && memcmp(c->bytes, "\xef\xbb\xbf", 3) == 0) c->at = c->line_at = 3;
    find_delimiter(c);
    rc = read_row(c, &more);
    if (rc) return rc;
    if (!more || blank(c)) return fail_here(c, "no header; expected the names of columns");
    for (size_t role = 0; role < COLUMNS; role++) c->place[role] = find_cell(c, vg_str_of(column_names[role]));
    rc = take_given(c, c->b->options->columns);
    for (size_t role = COLUMN_CONVERSATION; !rc && role <= COLUMN_TEXT; role++)
        if (c->place[role] < 0) rc = fail_header(c, vg_str_of(column_names[role]));
    c->columns = c->count;
    return rc;
}

/* ---- first pass: which row belongs to which conversation ---- */

static int note_row(csv *c)
{
    bool is_new = false;
    size_t number = c->talks.count;
    vg_str id = c->cell[c->place[COLUMN_CONVERSATION]];
    if (!vg_corpus_set_has(&c->talks, id)) id = vg_arena_copy(c->names, id);
    if (!id.ptr || vg_corpus_set_put(&c->talks, id, &number, &is_new)) return vg_corpus_no_memory(c->b);
    if (c->row_count == c->row_room) {
        size_t room = c->row_room ? c->row_room * 2 : 256;
        csv_row *rows = vg_realloc(c->rows, room * sizeof *rows);
        if (!rows) return vg_corpus_no_memory(c->b);
        c->rows = rows;
        c->row_room = room;
    }
    c->rows[c->row_count++] = (csv_row){c->row_at, c->row_line, number};
    return 0;
}

static int find_rows(csv *c)
{
    bool more = true;
    int rc = read_header(c);
    while (!rc) {
        rc = read_row(c, &more);
        if (rc || !more) break;
        if (blank(c)) continue;
        c->b->line = c->row_line;
        c->b->column = 0;
        rc = c->count == c->columns
                 ? note_row(c)
                 : vg_corpus_fail(c->b, VG_EINVAL, "%zu cells; expected %zu, as in the header", c->count, c->columns);
    }
    return rc;
}

/* Rows by conversation, in the order of the file: counting, for it is stable. Takes the place of `rows`. */
static int group_rows(csv *c)
{
    size_t *next = vg_calloc(c->talks.count + 1, sizeof *next);
    csv_row *sorted = vg_calloc(c->row_count + 1, sizeof *sorted);
    if (next && sorted) {
        for (size_t i = 0; i < c->row_count; i++) next[c->rows[i].talk + 1]++;
        for (size_t t = 1; t <= c->talks.count; t++) next[t] += next[t - 1];
        for (size_t i = 0; i < c->row_count; i++) sorted[next[c->rows[i].talk]++] = c->rows[i];
        csv_row *old = c->rows;
        c->rows = sorted;
        sorted = old;
    }
    int rc = next ? 0 : -VG_ENOMEM;
    vg_free(next);
    vg_free(sorted);
    return rc || !sorted ? vg_corpus_no_memory(c->b) : 0;
}

/* ---- second pass ---- */

static vg_str value_of(csv *c, column role)
{
    int i = c->place[role];
    if (i < 0) return VG_STR("");
    point_at(c, i);
    return c->cell[i];
}

static int read_flag(csv *c, column role, bool *said, bool *out)
{
    static const char *const words[2][5] = {{"0", "false", "no", "FALSE", "False"}, {"1", "true", "yes", "TRUE", "True"}};
    vg_str value = value_of(c, role);
    char quoted[32];
    *said = value.len > 0;
    *out = false;
    if (!value.len) return 0;
    for (int truth = 0; truth < 2; truth++)
        for (int i = 0; i < 5; i++)
            if (vg_str_is(value, words[truth][i])) return *out = truth, 0;
    return vg_corpus_fail(c->b, VG_EINVAL, "%s \"%s\"; expected 1 or 0, true or false, yes or no", column_names[role],
                          vg_corpus_quote(value, quoted));
}

static int disagrees(csv *c, column role)
{
    char quoted[32];
    return vg_corpus_fail(c->b, VG_EINVAL, "%s \"%s\" is not what an earlier row says; expected the same in all rows", column_names[role],
                          vg_corpus_quote(value_of(c, role), quoted));
}

/* A word that all rows of a conversation must agree on; empty cells say nothing. */
static int agree_word(csv *c, column role, vg_str *word, bool said_before)
{
    vg_str value = value_of(c, role);
    if (!value.len) return 0;
    if (!said_before) return vg_corpus_set_word(c->b, word, value, column_names[role]);
    return vg_str_eq(*word, value) ? 0 : disagrees(c, role);
}

typedef struct talk_said {
    bool risk, group, language, kind;
} talk_said;

static int read_talk_cells(csv *c, talk_said *said)
{
    corpus_builder *b = c->b;
    bool risk_said, risk;
    int rc = read_flag(c, COLUMN_RISK, &risk_said, &risk);
    if (!rc && risk_said && said->risk && risk != b->talk.risk) rc = disagrees(c, COLUMN_RISK);
    if (!rc && risk_said) b->talk.risk = risk;
    said->risk = said->risk || risk_said;
    if (!rc) rc = agree_word(c, COLUMN_GROUP, &b->talk.group, said->group);
    said->group = said->group || value_of(c, COLUMN_GROUP).len;
    if (!rc) rc = agree_word(c, COLUMN_LANGUAGE, &b->talk.language, said->language);
    said->language = said->language || value_of(c, COLUMN_LANGUAGE).len;
    if (!rc) rc = agree_word(c, COLUMN_KIND, &b->talk.kind, said->kind);
    said->kind = said->kind || value_of(c, COLUMN_KIND).len;
    vg_str channel = value_of(c, COLUMN_CHANNEL);
    if (!rc && channel.len && b->channel_said && !vg_str_is(channel, vg_channel_names[b->talk.channel])) rc = disagrees(c, COLUMN_CHANNEL);
    return !rc && channel.len ? vg_corpus_set_channel(b, channel) : rc;
}

static int read_author_cells(csv *c, size_t *author)
{
    corpus_builder *b = c->b;
    bool said, risk, is_new;
    int rc = vg_corpus_author_of(b, value_of(c, COLUMN_AUTHOR), author, &is_new);
    if (rc) return rc;
    vg_corpus_author before = b->authors[*author];
    vg_str band = value_of(c, COLUMN_AGE_BAND);
    if (band.len) rc = vg_corpus_set_band(b, *author, band);
    if (!rc && before.band != VG_AGE_UNKNOWN && band.len && b->authors[*author].band != before.band) rc = disagrees(c, COLUMN_AGE_BAND);
    vg_str basis = rc ? VG_STR("") : value_of(c, COLUMN_AGE_BASIS);
    if (basis.len) rc = vg_corpus_set_basis(b, *author, basis);
    if (!rc && before.basis != VG_BASIS_UNKNOWN && basis.len && b->authors[*author].basis != before.basis) rc = disagrees(c, COLUMN_AGE_BASIS);
    if (!rc) rc = read_flag(c, COLUMN_AUTHOR_RISK, &said, &risk);
    if (!rc && risk) b->authors[*author].risk = true;
    return rc;
}

static int read_message_cells(csv *c, size_t author)
{
    int64_t ms = INT64_MIN;
    char quoted[32];
    vg_str time = value_of(c, COLUMN_TIME);
    if (time.len && !vg_time_parse(time, &ms))
        return vg_corpus_fail(c->b, VG_EINVAL, "time \"%s\"; expected a time as 2026-05-04T10:11:12Z", vg_corpus_quote(time, quoted));
    vg_str text = value_of(c, COLUMN_TEXT);
    if (time.len) point_at(c, c->place[COLUMN_TIME]); /* what is wrong may be the order; a text that is not UTF-8 names itself */
    return vg_corpus_add_message(c->b, author, ms, text);
}

static int read_talks(csv *c)
{
    talk_said said = {0};
    int rc = 0;
    for (size_t i = 0; i < c->row_count && !rc; i++) {
        const csv_row *row = &c->rows[i];
        bool more;
        size_t author = 0;
        c->at = c->line_at = row->at;
        c->line = row->line;
        rc = read_row(c, &more);
        if (!rc && (i == 0 || c->rows[i - 1].talk != row->talk)) {
            said = (talk_said){0};
            rc = vg_corpus_begin_talk(c->b, value_of(c, COLUMN_CONVERSATION));
        }
        if (!rc) rc = read_talk_cells(c, &said);
        if (!rc) rc = read_author_cells(c, &author);
        if (!rc) rc = read_message_cells(c, author);
        point_at(c, -1);
        c->b->column = 0;
        if (!rc && (i + 1 == c->row_count || c->rows[i + 1].talk != row->talk)) rc = vg_corpus_end_talk(c->b);
    }
    return rc;
}

int vg_corpus_read_csv(corpus_builder *b, vg_str bytes)
{
    csv *c = vg_calloc(1, sizeof *c);
    if (!c) return vg_corpus_no_memory(b);
    *c = (csv){.b = b, .bytes = bytes.ptr, .len = bytes.len, .line = 1};
    c->text = vg_malloc(bytes.len + 1);
    c->names = vg_arena_create(16 << 10, (size_t)2 << 30);
    int rc = c->text && c->names ? find_rows(c) : vg_corpus_no_memory(b);
    if (!rc) rc = group_rows(c);
    if (!rc) rc = read_talks(c);
    vg_corpus_set_free(&c->talks);
    vg_arena_destroy(&c->names);
    vg_free(c->text);
    vg_free(c->rows);
    vg_free(c);
    return rc;
}
