/* SPDX-License-Identifier: Apache-2.0 */
#include "review/course.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/hash.h"

enum { TITLE_MOST = 200, QUESTION_MOST = 4000, ANSWER_MOST = 1000, WHY_MOST = 2000, STATEMENT_MOST = 600 };

typedef struct reader {
    const char *file;
    vg_str rest, line; /* line: without its end and the blanks there */
    uint32_t number;
    vg_arena *arena;
    vg_course_page *out;
    vg_error *err;
} reader;

static int wrong(const reader *r, const char *format, ...) __attribute__((format(printf, 2, 3)));
static int wrong(const reader *r, const char *format, ...)
{
    char where[192], what[320];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    snprintf(where, sizeof where, "%.160s:%" PRIu32, r->file, r->number);
    return vg_fail(r->err, VG_EINVAL, where, "%s", what);
}

static int no_memory(const reader *r)
{
    return vg_fail(r->err, VG_ENOMEM, r->file, "no memory for a course");
}

static vg_str trimmed(vg_str s)
{
    while (s.len && (s.ptr[s.len - 1] == ' ' || s.ptr[s.len - 1] == '\r' || s.ptr[s.len - 1] == '\t' || s.ptr[s.len - 1] == '\n')) s.len--;
    while (s.len && (*s.ptr == ' ' || *s.ptr == '\t' || *s.ptr == '\n' || *s.ptr == '\r')) s.ptr++, s.len--;
    return s;
}

/* The next line; false at the end. */
static bool next(reader *r)
{
    if (!r->rest.len) return false;
    const char *end = memchr(r->rest.ptr, '\n', r->rest.len);
    size_t len = end ? (size_t)(end - r->rest.ptr) : r->rest.len, step = end ? len + 1 : len;
    r->line = (vg_str){r->rest.ptr, len};
    while (r->line.len && (r->line.ptr[r->line.len - 1] == ' ' || r->line.ptr[r->line.len - 1] == '\r')) r->line.len--;
    r->rest = (vg_str){r->rest.ptr + step, r->rest.len - step};
    r->number++;
    return true;
}

static bool starts(vg_str s, const char *with, vg_str *after)
{
    size_t len = strlen(with);
    if (s.len < len || memcmp(s.ptr, with, len) != 0) return false;
    if (after) *after = trimmed((vg_str){s.ptr + len, s.len - len});
    return true;
}

static int keep(reader *r, vg_str s, size_t most, const char *what, vg_str *out)
{
    if (!s.len) return wrong(r, "%s is empty", what);
    if (s.len > most) return wrong(r, "%s has %zu bytes; expected at most %zu", what, s.len, most);
    *out = vg_arena_copy(r->arena, s);
    return out->ptr ? 0 : no_memory(r);
}

/* ---- front matter ---- */

static int read_number(reader *r, const char *name, vg_str value, const char *unit, uint32_t least, uint32_t most, uint32_t *out)
{
    uint32_t n = 0;
    size_t i = 0;
    for (; i < value.len && value.ptr[i] >= '0' && value.ptr[i] <= '9' && i < 6; i++) n = n * 10 + (uint32_t)(value.ptr[i] - '0');
    vg_str after = trimmed((vg_str){value.ptr + i, value.len - i});
    bool unit_good = vg_str_is(after, unit) || !after.len;
    if (!i || !unit_good || n < least || n > most)
        return wrong(r, "%s: expected a whole number from %" PRIu32 " to %" PRIu32 "%s%s", name, least, most, *unit ? " " : "", unit);
    *out = n;
    return 0;
}

static bool is_id(vg_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!((s.ptr[i] >= 'a' && s.ptr[i] <= 'z') || (s.ptr[i] >= '0' && s.ptr[i] <= '9') || s.ptr[i] == '-')) return false;
    return s.len > 0 && s.len <= VG_COURSE_MAX_ID;
}

static bool next_word(vg_str *list, vg_str *word)
{
    const char *comma = memchr(list->ptr, ',', list->len);
    size_t len = comma ? (size_t)(comma - list->ptr) : list->len;
    if (!list->len) return false;
    *word = trimmed((vg_str){list->ptr, len});
    *list = comma ? (vg_str){comma + 1, list->len - len - 1} : (vg_str){list->ptr, 0};
    return true;
}

static int read_opens(reader *r, vg_str value)
{
    vg_str word;
    bool any = false;
    while (next_word(&value, &word)) {
        int category = vg_category_of(word);
        if (category < 0) return wrong(r, "opens: expected material, threat, live, contact or report, with commas between");
        r->out->opens[category] = any = true;
    }
    return any ? 0 : wrong(r, "opens: expected at least one category");
}

static int read_requires(reader *r, vg_str value)
{
    vg_str word;
    while (next_word(&value, &word)) {
        if (!is_id(word)) return wrong(r, "requires: expected ids of courses, with commas between");
        if (r->out->requires_count == VG_COURSE_MAX_REQUIRES) return wrong(r, "requires: more than %d courses", VG_COURSE_MAX_REQUIRES);
        int rc = keep(r, word, VG_COURSE_MAX_ID, "requires", &r->out->requires[r->out->requires_count++]);
        if (rc) return rc;
    }
    return 0;
}

static bool is_day(vg_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (i == 4 || i == 7 ? s.ptr[i] != '-' : s.ptr[i] < '0' || s.ptr[i] > '9') return false;
    return s.len == 10;
}

/* `  - statement: ...` begins a source; `source`, `verified`, `kind` belong to the last one. */
static int read_source_line(reader *r, vg_str line)
{
    vg_course_page *p = r->out;
    vg_str value;
    if (starts(line, "- statement:", &value)) {
        if (p->source_count == VG_COURSE_MAX_SOURCES) return wrong(r, "more than %d sources", VG_COURSE_MAX_SOURCES);
        return keep(r, value, STATEMENT_MOST, "statement", &p->sources[p->source_count++].statement);
    }
    vg_course_source *s = p->source_count ? &p->sources[p->source_count - 1] : NULL;
    if (!s) return wrong(r, "expected a source, \"- statement: ...\"");
    if (starts(line, "source:", &value)) return keep(r, value, STATEMENT_MOST, "source", &s->source);
    if (starts(line, "verified:", &value)) {
        if (!is_day(value) && !vg_str_is(value, "no")) return wrong(r, "verified: expected a day such as 2026-11-23, or no");
        return keep(r, value, 10, "verified", &s->verified);
    }
    if (starts(line, "kind:", &value)) {
        s->primary = vg_str_is(value, "primary");
        return s->primary || vg_str_is(value, "secondary") ? 0 : wrong(r, "kind: expected primary or secondary");
    }
    return wrong(r, "expected statement, source, verified or kind");
}

static int read_field(reader *r, vg_str line)
{
    vg_course_page *p = r->out;
    vg_str v;
    if (starts(line, "id:", &v)) return is_id(v) ? keep(r, v, VG_COURSE_MAX_ID, "id", &p->id) : wrong(r, "id: expected letters a-z, digits, hyphens");
    if (starts(line, "title:", &v)) return keep(r, v, TITLE_MOST, "title", &p->title);
    if (starts(line, "version:", &v)) return read_number(r, "version", v, "", 1, 99999, &p->version);
    if (starts(line, "order:", &v)) return read_number(r, "order", v, "", 1, 999, &p->order);
    if (starts(line, "minutes:", &v)) return read_number(r, "minutes", v, "", 1, 600, &p->minutes);
    if (starts(line, "pass_mark:", &v)) return read_number(r, "pass_mark", v, "%", 50, 100, &p->pass_mark);
    if (starts(line, "valid:", &v)) return read_number(r, "valid", v, "days", 1, 3650, &p->valid_days);
    if (starts(line, "opens:", &v)) return read_opens(r, v);
    if (starts(line, "requires:", &v)) return read_requires(r, v);
    if (starts(line, "sources:", &v)) return 0;
    return wrong(r, "unknown line \"%.*s\"; expected id, title, version, order, minutes, pass_mark, valid, opens, requires or sources",
                 (int)(line.len > 40 ? 40 : line.len), line.ptr);
}

static int check_front(reader *r)
{
    const vg_course_page *p = r->out;
    bool opens = false;
    for (int c = 0; c < VG_CATEGORIES; c++) opens |= p->opens[c];
    const char *missing = !p->id.len      ? "id"
                          : !p->title.len ? "title"
                          : !p->version   ? "version"
                          : !p->order     ? "order"
                          : !p->minutes   ? "minutes"
                          : !p->pass_mark ? "pass_mark"
                          : !p->valid_days ? "valid"
                          : !opens         ? "opens"
                                           : NULL;
    if (missing) return wrong(r, "the front matter ends without %s", missing);
    for (size_t i = 0; i < p->source_count; i++)
        if (!p->sources[i].source.len || !p->sources[i].verified.len)
            return wrong(r, "source %zu has no source or no verified", i + 1);
    return 0;
}

static int read_front(reader *r)
{
    if (!next(r) || !vg_str_is(r->line, "---")) return wrong(r, "expected --- and the front matter of the course");
    while (next(r)) {
        vg_str line = trimmed(r->line);
        int rc = 0;
        if (vg_str_is(r->line, "---")) return check_front(r);
        if (!line.len || *line.ptr == '#') continue;
        rc = r->line.len && *r->line.ptr == ' ' ? read_source_line(r, line) : read_field(r, line);
        if (rc) return rc;
    }
    return wrong(r, "the front matter has no end; expected ---");
}

/* ---- questions ---- */

/* "## Question", "## Situation (several answers)". 0: another line; 1: a heading; negative: wrong. */
static int read_heading(reader *r, bool *situation, bool *several)
{
    static const char *const many[] = {"(several answers)", "(plusieurs réponses)"};
    vg_str after;
    if (starts(r->line, "## Question", &after)) *situation = false;
    else if (starts(r->line, "## Situation", &after)) *situation = true;
    else return 0;
    *several = vg_str_is(after, many[0]) || vg_str_is(after, many[1]);
    if (after.len && !*several) return wrong(r, "expected nothing after the heading, \"%s\" or \"%s\"", many[0], many[1]);
    return 1;
}

/* Adds a line to a text under way. */
static int add_line(reader *r, vg_buf *text, vg_str line, size_t most, const char *what)
{
    if (text->len + line.len + 1 > most) return wrong(r, "%s has over %zu bytes", what, most);
    if (text->len) vg_buf_add_char(text, '\n');
    vg_buf_add_str(text, line);
    return text->failed ? no_memory(r) : 0;
}

/* What was gathered is the answer's text, or its explanation. */
static int end_piece(reader *r, vg_buf *text, vg_str *out)
{
    vg_str s = trimmed((vg_str){text->ptr, text->len});
    if (s.len) *out = vg_arena_copy(r->arena, s);
    vg_buf_clear(text);
    return s.len && !out->ptr ? no_memory(r) : 0;
}

/* The last paragraph of a situation asks; what stands before tells. */
static int end_prompt(reader *r, vg_course_question *q, vg_buf *text)
{
    vg_str all = trimmed((vg_str){text->ptr, text->len});
    size_t at = all.len;
    if (!all.len) return wrong(r, "a question without text before its answers");
    while (q->situation && at > 1 && !(all.ptr[at - 1] == '\n' && all.ptr[at - 2] == '\n')) at--;
    if (q->situation && at <= 1) return wrong(r, "a situation is told in a paragraph, and asked about in another one after it");
    if (!q->situation) at = 0;
    q->setting = vg_arena_copy(r->arena, trimmed((vg_str){all.ptr, at}));
    q->text = vg_arena_copy(r->arena, trimmed((vg_str){all.ptr + at, all.len - at}));
    vg_buf_clear(text);
    return q->setting.ptr && q->text.ptr ? 0 : no_memory(r);
}

static int begin_answer(reader *r, vg_course_question *q, vg_str line)
{
    if (q->answer_count == VG_COURSE_MAX_ANSWERS) return wrong(r, "more than %d answers to one question", VG_COURSE_MAX_ANSWERS);
    if (line.len < 6 || line.ptr[4] != ']' || (line.ptr[3] != ' ' && line.ptr[3] != 'x'))
        return wrong(r, "expected an answer: \"- [ ] text\" for a wrong one, \"- [x] text\" for a right one");
    q->answer[q->answer_count++] = (vg_course_answer){.right = line.ptr[3] == 'x'};
    return 0;
}

static int check_question(reader *r, const vg_course_question *q)
{
    size_t right = 0;
    if (q->answer_count < 2) return wrong(r, "the question of line %" PRIu32 " has %zu answers; expected at least two", q->line, q->answer_count);
    for (size_t i = 0; i < q->answer_count; i++) {
        right += q->answer[i].right;
        if (!q->answer[i].text.len) return wrong(r, "answer %zu of the question of line %" PRIu32 " is empty", i + 1, q->line);
        if (!q->answer[i].why.len)
            return wrong(r, "answer %zu of the question of line %" PRIu32 " has no explanation; expected a line \"  > ...\" under it", i + 1, q->line);
    }
    if (!right) return wrong(r, "no answer of the question of line %" PRIu32 " is right; mark it with [x]", q->line);
    if (right > 1 && !q->several)
        return wrong(r, "%zu answers of the question of line %" PRIu32 " are right; its heading must say \"(several answers)\"", right, q->line);
    return 0;
}

/* Where a line of a question goes: into the prompt, an answer, its explanation. */
enum part { PROMPT, ANSWER, WHY };

static int end_part(reader *r, vg_course_question *q, enum part part, vg_buf *text)
{
    if (part == PROMPT) return end_prompt(r, q, text);
    vg_course_answer *a = &q->answer[q->answer_count - 1];
    return end_piece(r, text, part == ANSWER ? &a->text : &a->why);
}

static int question_line(reader *r, vg_course_question *q, enum part *part, vg_buf *text)
{
    static const size_t most[] = {QUESTION_MOST, ANSWER_MOST, WHY_MOST};
    static const char *const names[] = {"a question", "an answer", "an explanation"};
    vg_str line = trimmed(r->line);
    int rc = 0;
    if (starts(r->line, "- [", NULL)) {
        rc = end_part(r, q, *part, text);
        if (!rc) rc = begin_answer(r, q, r->line);
        *part = ANSWER;
        return rc ? rc : add_line(r, text, trimmed((vg_str){r->line.ptr + 5, r->line.len - 5}), ANSWER_MOST, names[ANSWER]);
    }
    if (*part == PROMPT) return add_line(r, text, r->line, most[PROMPT], names[PROMPT]);
    if (!line.len) return 0;
    if (*line.ptr == '>') {
        if (*part == ANSWER) rc = end_part(r, q, ANSWER, text);
        *part = WHY;
        return rc ? rc : add_line(r, text, trimmed((vg_str){line.ptr + 1, line.len - 1}), most[WHY], names[WHY]);
    }
    if (*r->line.ptr != ' ') return wrong(r, "expected an answer \"- [ ] ...\", an explanation \"  > ...\", or the next heading \"## Question\"");
    return *part == WHY ? wrong(r, "a line of an explanation begins with >") : add_line(r, text, line, most[ANSWER], names[ANSWER]);
}

static int end_question(reader *r, vg_course_question *q, enum part part, vg_buf *text)
{
    int rc = end_part(r, q, part, text);
    return rc ? rc : check_question(r, q);
}

static int begin_question(reader *r, bool situation, bool several)
{
    vg_course_page *p = r->out;
    if (p->question_count == VG_COURSE_MAX_QUESTIONS) return wrong(r, "more than %d questions", VG_COURSE_MAX_QUESTIONS);
    p->questions[p->question_count++] = (vg_course_question){.situation = situation, .several = several, .line = r->number};
    return 0;
}

static int read_body(reader *r, vg_buf *text)
{
    vg_course_page *p = r->out;
    enum part part = PROMPT;
    bool situation = false, several = false;
    const char *from = r->rest.ptr;
    while (next(r)) {
        vg_course_question *q = p->question_count ? &p->questions[p->question_count - 1] : NULL;
        int rc = read_heading(r, &situation, &several);
        if (rc < 0) return rc;
        if (rc == 1) {
            rc = 0;
            if (q) rc = end_question(r, q, part, text);
            else rc = keep(r, trimmed((vg_str){from, (size_t)(r->line.ptr - from)}), VG_COURSE_MAX_FILE, "the text of the course", &p->body);
            if (!rc) rc = begin_question(r, situation, several);
            part = PROMPT;
        } else if (q) rc = question_line(r, q, &part, text);
        if (rc) return rc;
    }
    if (!p->question_count) return wrong(r, "no question; expected at least one heading \"## Question\" or \"## Situation\"");
    return end_question(r, &p->questions[p->question_count - 1], part, text);
}

static int check_bytes(reader *r, vg_str text)
{
    size_t bad = 0;
    if (text.len > VG_COURSE_MAX_FILE) return vg_fail(r->err, VG_ETOOBIG, r->file, "a course has at most %d bytes", VG_COURSE_MAX_FILE);
    if (!vg_utf8_valid(text.ptr, text.len, &bad)) return wrong(r, "byte %zu is no UTF-8", bad);
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c == '\n') r->number++;
        if (c < ' ' && c != '\n' && c != '\r' && c != '\t') return wrong(r, "a control character");
    }
    r->number = 0;
    return 0;
}

int vg_course_parse(const char *file, vg_str text, vg_arena *arena, vg_course_page *out, vg_error *err)
{
    reader r = {.file = file, .rest = text, .arena = arena, .out = out, .err = err};
    vg_buf piece;
    *out = (vg_course_page){.file = file, .id = VG_STR(""), .title = VG_STR(""), .body = VG_STR("")};
    int rc = check_bytes(&r, text);
    if (rc) return rc;
    out->sources = vg_arena_calloc(arena, VG_COURSE_MAX_SOURCES, sizeof *out->sources);
    out->questions = vg_arena_calloc(arena, VG_COURSE_MAX_QUESTIONS, sizeof *out->questions);
    if (!out->sources || !out->questions) return no_memory(&r);
    vg_buf_init(&piece, QUESTION_MOST + 16);
    rc = read_front(&r);
    if (!rc) rc = read_body(&r, &piece);
    vg_buf_free(&piece);
    return rc;
}

/* ---- two languages ---- */

static int part_ways(const vg_course_page *p, uint32_t line, vg_error *err, const char *what)
{
    char where[192];
    snprintf(where, sizeof where, "%.160s:%" PRIu32, p->file, line);
    return vg_fail(err, VG_EINVAL, where, "%s is not as in the French file", what);
}

static int same_question(const vg_course_page *page, const vg_course_question *fr, const vg_course_question *en, vg_error *err)
{
    if (fr->situation != en->situation || fr->several != en->several) return part_ways(page, en->line, err, "the kind of this question");
    if (fr->answer_count != en->answer_count) return part_ways(page, en->line, err, "the number of answers");
    for (size_t i = 0; i < fr->answer_count; i++)
        if (fr->answer[i].right != en->answer[i].right) return part_ways(page, en->line, err, "which answers are right");
    return 0;
}

static int same_numbers(const vg_course_page *fr, const vg_course_page *en, vg_error *err)
{
    if (!vg_str_eq(fr->id, en->id)) return part_ways(en, 1, err, "the id");
    if (fr->version != en->version || fr->order != en->order || fr->minutes != en->minutes || fr->pass_mark != en->pass_mark ||
        fr->valid_days != en->valid_days)
        return part_ways(en, 1, err, "version, order, minutes, pass_mark or valid");
    if (memcmp(fr->opens, en->opens, sizeof fr->opens) != 0) return part_ways(en, 1, err, "opens");
    bool same = fr->requires_count == en->requires_count;
    for (size_t i = 0; same && i < fr->requires_count; i++) same = vg_str_eq(fr->requires[i], en->requires[i]);
    if (!same) return part_ways(en, 1, err, "requires");
    return fr->question_count == en->question_count ? 0 : part_ways(en, 1, err, "the number of questions");
}

static void add_hash(uint64_t *h, vg_str s)
{
    static const vg_hash_key key = {0x7669676965000003ULL, 0x636f757273650003ULL};
    *h = vg_hash_mix(*h, vg_hash64(&key, s.ptr, s.len) + s.len);
}

int vg_course_join(const vg_course_page page[VG_LANGS], vg_course *out, vg_error *err)
{
    const vg_course_page *fr = &page[VG_LANG_FR], *en = &page[VG_LANG_EN];
    int rc = same_numbers(fr, en, err);
    for (size_t i = 0; !rc && i < fr->question_count; i++) rc = same_question(en, &fr->questions[i], &en->questions[i], err);
    if (rc) return rc;
    out->digest = vg_hash_mix(fr->version, fr->question_count);
    for (int lang = 0; lang < VG_LANGS; lang++) {
        out->page[lang] = page[lang];
        for (size_t i = 0; i < page[lang].question_count; i++) {
            const vg_course_question *q = &page[lang].questions[i];
            add_hash(&out->digest, q->setting);
            add_hash(&out->digest, q->text);
            for (size_t a = 0; a < q->answer_count; a++) {
                add_hash(&out->digest, q->answer[a].text);
                out->digest = vg_hash_mix(out->digest, q->answer[a].right);
            }
        }
    }
    return 0;
}
