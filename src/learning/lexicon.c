/* SPDX-License-Identifier: Apache-2.0 */
#include "learning/lexicon.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "learning/corpus_int.h"
#include "signals/text/text.h"

const char *const vg_lexicon_finding_names[VG_LEXICON_FINDINGS] = {"example", "counter_example", "unguarded", "broad", "overlapping", "dead", "doubted"};

/* What was seen of one expression. Whatever text it is in shrinks the list of those that are in all of its texts; the list begins
 * as what stands in its first text, so it is short. */
typedef struct seen {
    uint32_t matches, innocent; /* texts with it; innocent messages in its language with it */
    bool judged;                /* by people: then it was met, if not in the corpus */
    uint32_t texts;             /* the last text it was in, +1: each counts once */
    uint16_t *with;             /* same family, at least as strong, in every text so far */
    uint16_t with_count;
} seen;

enum { LANGUAGES = 64 }; /* of a corpus; messages in further ones count for every expression */

typedef struct spoken {
    vg_str name;
    uint32_t innocent;
} spoken;

typedef struct review {
    const vg_policy *policy;
    spoken languages[LANGUAGES];
    size_t language_count;
    const vg_lexicon_options *options;
    vg_text_engine *engine;
    vg_text_scratch *scratch;
    vg_arena *arena;
    seen *seen;
    uint16_t *found; /* in the text under way, each once */
    size_t found_count;
    uint32_t text; /* number of the text under way, +1 */
    vg_lexicon_report *out;
    size_t capacity;
    uint64_t done, total;
    vg_error *err;
} review;

static int no_memory(review *r)
{
    return vg_fail(r->err, VG_ENOMEM, "", "no memory for the review");
}

static void take_pattern(void *context, uint16_t pattern)
{
    review *r = context;
    if (r->seen[pattern].texts == r->text) return;
    r->seen[pattern].texts = r->text;
    r->found[r->found_count++] = pattern;
}

static bool covers(const vg_policy_pattern *other, const vg_policy_pattern *pattern)
{
    return other->family == pattern->family && other->strength >= pattern->strength;
}

/* "fr-CA" is French; a talk that does not say is in any language. */
static bool in_language(vg_str tag, const char *language)
{
    size_t len = strlen(language);
    return !tag.len || !len || (tag.len >= len && memcmp(tag.ptr, language, len) == 0 && (tag.len == len || tag.ptr[len] == '-'));
}

static void count_innocent(review *r, vg_str tag)
{
    size_t i = 0;
    while (i < r->language_count && !vg_str_eq(r->languages[i].name, tag)) i++;
    if (i == LANGUAGES) i--; /* the last one takes what is left */
    if (i == r->language_count) r->languages[r->language_count++].name = i + 1 < LANGUAGES ? tag : VG_STR("");
    r->languages[i].innocent++;
    r->out->innocent++;
}

static uint32_t innocent_in(const review *r, const char *language)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < r->language_count; i++)
        if (in_language(r->languages[i].name, language)) sum += r->languages[i].innocent;
    return sum;
}

/* After a text: each expression found keeps only the companions that are here, too. `innocent`: its language, or NULL. */
static int note_found(review *r, const vg_str *innocent)
{
    const vg_policy_pattern *patterns = r->policy->patterns;
    for (size_t i = 0; i < r->found_count; i++) {
        uint16_t me = r->found[i];
        seen *s = &r->seen[me];
        s->innocent += innocent && in_language(*innocent, patterns[me].language);
        if (s->matches++ == 0) {
            s->with = vg_arena_alloc(r->arena, r->found_count * sizeof *s->with);
            if (!s->with) return no_memory(r);
            for (size_t j = 0; j < r->found_count; j++)
                if (j != i && covers(&patterns[r->found[j]], &patterns[me])) s->with[s->with_count++] = r->found[j];
        } else {
            uint16_t kept = 0;
            for (uint16_t j = 0; j < s->with_count; j++)
                if (r->seen[s->with[j]].texts == r->text) s->with[kept++] = s->with[j];
            s->with_count = kept;
        }
    }
    return 0;
}

static int look_at(review *r, vg_str text, const vg_str *innocent)
{
    r->found_count = 0;
    r->text++;
    if (!vg_text_each(r->engine, r->scratch, text, take_pattern, r)) return vg_fail(r->err, VG_EIO, "", "Hyperscan refuses a text");
    if (r->options->progress) r->options->progress(r->options->context, ++r->done, r->total);
    return note_found(r, innocent);
}

static int add_finding(review *r, const vg_lexicon_finding *finding)
{
    vg_lexicon_report *out = r->out;
    if (out->count == r->capacity) {
        size_t more = r->capacity ? 2 * r->capacity : 64;
        vg_lexicon_finding *grown = vg_realloc(out->findings, more * sizeof *grown);
        if (!grown) return no_memory(r);
        out->findings = grown;
        r->capacity = more;
    }
    out->findings[out->count++] = *finding;
    out->errors += vg_lexicon_is_error(finding->kind);
    return 0;
}

/* The rule that lexicons are tested by: nothing may match a counter-example of a behaviour; what says something of the writer's own
 * situation is often said together with it, so there only its own family may not. */
static bool spoils(const vg_policy_example *e, const vg_policy_pattern *p)
{
    if (p->family == VG_PATTERN_REPORTING) return false;
    return p->family == e->family || vg_family_sense_of(e->family) == VG_SENSE_APPROACH;
}

static int check_sentence(review *r, size_t number)
{
    const vg_policy_example *e = &r->policy->examples[number];
    int rc = look_at(r, vg_str_of(e->text), NULL);
    bool matched = false;
    const uint16_t *wrong = NULL;
    for (size_t i = 0; i < r->found_count; i++) {
        const vg_policy_pattern *p = &r->policy->patterns[r->found[i]];
        matched |= p->family == e->family;
        if (!e->match && spoils(e, p) && (!wrong || r->found[i] < *wrong)) wrong = &r->found[i];
    }
    if (rc || (e->match ? matched : !wrong)) return rc;
    vg_lexicon_finding finding = {.kind = e->match ? VG_LEXICON_EXAMPLE : VG_LEXICON_COUNTER,
                                  .family = e->family, .text = e->text, .place = r->policy->example_places[number]};
    if (wrong) {
        finding.other = r->policy->patterns[*wrong].text;
        finding.other_place = r->policy->pattern_places[*wrong];
    }
    return add_finding(r, &finding);
}

static int read_texts(review *r, const vg_corpus *corpus)
{
    int rc = 0;
    for (size_t i = 0; i < r->policy->example_count && !rc; i++) rc = check_sentence(r, i);
    r->out->sentences = r->policy->example_count;
    for (size_t i = 0; corpus && i < corpus->count && !rc; i++) {
        const vg_corpus_talk *talk = &corpus->talks[i];
        for (size_t m = 0; m < talk->message_count && !rc; m++) {
            rc = look_at(r, talk->messages[m].text, talk->risk ? NULL : &talk->language);
            if (!talk->risk) count_innocent(r, talk->language);
        }
        r->out->messages += talk->message_count;
    }
    return rc;
}

/* ---- what it says of the expressions ---- */

/* Of two that match the same texts with the same strength, the later one is reported. */
static bool is_covered(const review *r, uint16_t me, uint16_t *by)
{
    const seen *s = &r->seen[me];
    for (uint16_t i = 0; i < s->with_count; i++) {
        uint16_t other = s->with[i];
        bool same = r->seen[other].matches == s->matches && r->policy->patterns[other].strength == r->policy->patterns[me].strength;
        if (same && other > me) continue;
        *by = other;
        return true;
    }
    return false;
}

static int judge_pattern(review *r, uint16_t number)
{
    const vg_policy_pattern *p = &r->policy->patterns[number];
    const seen *s = &r->seen[number];
    vg_lexicon_finding finding = {.family = p->family, .text = p->text, .place = r->policy->pattern_places[number], .matches = s->matches};
    uint16_t by = 0;
    int rc = 0;
    if (p->family == VG_PATTERN_REPORTING) return 0; /* no finding of its own: it is nobody's behaviour */
    if (s->matches == 0) {
        if (s->judged) return 0;
        finding.kind = VG_LEXICON_DEAD;
        return add_finding(r, &finding);
    }
    if (is_covered(r, number, &by)) {
        finding.kind = VG_LEXICON_OVERLAP;
        finding.other = r->policy->patterns[by].text;
        finding.other_place = r->policy->pattern_places[by];
        rc = add_finding(r, &finding);
    }
    if (rc || !s->innocent || vg_family_sense_of(p->family) != VG_SENSE_APPROACH) return rc;
    finding.of = innocent_in(r, p->language);
    if ((uint64_t)s->innocent * 10000 <= (uint64_t)r->options->broad * finding.of) return rc;
    finding.kind = VG_LEXICON_BROAD;
    finding.other = NULL;
    finding.matches = s->innocent;
    return add_finding(r, &finding);
}

/* Each family of each file, reported at its first expression. */
static int judge_families(review *r)
{
    const vg_policy *p = r->policy;
    int rc = 0;
    for (size_t i = 0; i < p->pattern_count && !rc; i++) {
        const char *file = p->pattern_places[i].file;
        uint8_t family = p->patterns[i].family;
        if (family == VG_PATTERN_REPORTING) continue;
        if (i > 0 && p->pattern_places[i - 1].file == file && p->patterns[i - 1].family == family) continue;
        bool guarded = false;
        for (size_t e = 0; e < p->example_count && !guarded; e++)
            guarded = !p->examples[e].match && p->examples[e].family == family && p->example_places[e].file == file;
        vg_lexicon_finding finding = {.kind = VG_LEXICON_UNGUARDED, .family = family, .place = p->pattern_places[i]};
        if (!guarded) rc = add_finding(r, &finding);
    }
    return rc;
}

/* ---- what people said of them ---- */

/* An expression is known by its family, language and text. Valid until the next one. */
static vg_str key_of(vg_buf *key, unsigned family, vg_str language, vg_str text)
{
    vg_buf_clear(key);
    vg_buf_printf(key, "%u\t%.*s\t%.*s", family, VG_STR_ARG(language), VG_STR_ARG(text));
    return key->failed ? (vg_str){0} : (vg_str){key->ptr, key->len};
}

static int number_patterns(review *r, corpus_set *known, vg_buf *buf)
{
    for (size_t i = 0; i < r->policy->pattern_count; i++) {
        const vg_policy_pattern *p = &r->policy->patterns[i];
        size_t number = i;
        bool is_new;
        vg_str key = key_of(buf, p->family, vg_str_of(p->language), vg_str_of(p->text));
        if (key.ptr) key = vg_arena_copy(r->arena, key);
        if (!key.ptr || vg_corpus_set_put(known, key, &number, &is_new)) return no_memory(r);
    }
    return 0;
}

static int count_judgements(review *r, corpus_set *known, vg_buf *buf, vg_lexicon_opinion *all)
{
    const vg_judged_list *list = r->options->feedback;
    for (size_t i = 0; i < list->count; i++) {
        const vg_judged *j = &list->items[i];
        int family = vg_evidence_family(j->kind);
        if (family < 0 || j->answered) {
            (*(family < 0 ? &r->out->other_evidence : &r->out->answers))++;
            continue;
        }
        size_t number = 0;
        bool is_new;
        vg_str key = key_of(buf, (unsigned)family, j->language, j->source);
        if (!key.ptr) return no_memory(r);
        if (!vg_corpus_set_has(known, key)) {
            r->out->strangers++;
            continue;
        }
        if (vg_corpus_set_put(known, key, &number, &is_new)) return no_memory(r);
        (*(j->judgement == VG_JUDGED_RIGHT ? &all[number].right : j->judgement == VG_JUDGED_WRONG ? &all[number].wrong : &all[number].unsure))++;
        r->out->judgements++;
    }
    return 0;
}

static int judge_opinion(review *r, vg_lexicon_opinion *o)
{
    uint64_t told = (uint64_t)o->right + o->wrong;
    vg_judgement_interval(o->right, o->wrong, &o->low, &o->high);
    if (told < VG_LEXICON_JUDGED_LEAST) return 0;
    uint64_t share = (o->right * UINT64_C(10000) + told / 2) / told;
    o->suggested = (uint16_t)(share < VG_LEXICON_STRENGTH_LEAST ? VG_LEXICON_STRENGTH_LEAST : share);
    if (o->high >= 5000) return 0;
    vg_lexicon_finding finding = {.kind = VG_LEXICON_DOUBTED, .family = o->family, .text = o->text, .place = o->place,
                                  .matches = o->wrong, .of = (uint32_t)told, .opinion = o};
    return add_finding(r, &finding);
}

static int opinion_by_place(const void *left, const void *right)
{
    const vg_lexicon_opinion *a = left, *b = right;
    int file = strcmp(a->place.file, b->place.file);
    if (file) return file;
    if (a->place.line != b->place.line) return a->place.line < b->place.line ? -1 : 1;
    return strcmp(a->text, b->text);
}

static int read_opinions(review *r)
{
    const vg_policy *p = r->policy;
    vg_lexicon_report *out = r->out;
    corpus_set known = {0};
    vg_buf buf;
    vg_buf_init(&buf, 1 << 20);
    vg_lexicon_opinion *all = vg_arena_calloc(r->arena, p->pattern_count + 1, sizeof *all);
    int rc = all ? number_patterns(r, &known, &buf) : no_memory(r);
    if (!rc) rc = count_judgements(r, &known, &buf, all);
    for (size_t i = 0; i < p->pattern_count && !rc; i++) {
        vg_lexicon_opinion *o = &all[i];
        if (!o->right && !o->wrong && !o->unsure) continue;
        r->seen[i].judged = true;
        o->family = p->patterns[i].family;
        o->text = p->patterns[i].text;
        o->place = p->pattern_places[i];
        o->strength = p->patterns[i].strength;
        all[out->opinion_count++] = *o; /* those that were judged move to the front */
    }
    if (!rc && out->opinion_count) qsort(all, out->opinion_count, sizeof *all, opinion_by_place);
    for (size_t i = 0; i < out->opinion_count && !rc; i++) rc = judge_opinion(r, &all[i]);
    out->opinions = all;
    vg_corpus_set_free(&known);
    vg_buf_free(&buf);
    return rc;
}

static int by_place(const void *left, const void *right)
{
    const vg_lexicon_finding *a = left, *b = right;
    bool a_error = vg_lexicon_is_error(a->kind), b_error = vg_lexicon_is_error(b->kind);
    if (a_error != b_error) return a_error ? -1 : 1;
    int file = strcmp(a->place.file, b->place.file);
    if (file) return file;
    if (a->place.line != b->place.line) return a->place.line < b->place.line ? -1 : 1;
    return (int)a->kind - (int)b->kind;
}

static int prepare(review *r, const vg_corpus *corpus)
{
    size_t patterns = r->policy->pattern_count;
    r->out->patterns = patterns;
    r->total = r->policy->example_count;
    for (size_t i = 0; corpus && i < corpus->count; i++) r->total += corpus->talks[i].message_count;
    if (r->total >= UINT32_MAX) return vg_fail(r->err, VG_ETOOBIG, "", "%zu messages; expected fewer than 4294967295", (size_t)r->total);
    r->arena = r->out->arena = vg_arena_create(1 << 16, (size_t)1 << 30);
    if (!r->arena) return no_memory(r);
    r->seen = vg_arena_calloc(r->arena, patterns + 1, sizeof *r->seen);
    r->found = vg_arena_calloc(r->arena, patterns + 1, sizeof *r->found);
    if (!r->seen || !r->found) return no_memory(r);
    vg_text_sources sources = vg_text_sources_of(r->policy);
    int rc = vg_text_engine_create(&r->engine, &sources, r->err);
    if (!rc) rc = vg_text_scratch_create(&r->scratch, r->err);
    if (!rc) rc = vg_text_scratch_fit(r->scratch, r->engine, r->err);
    return rc;
}

int vg_lexicon_review(vg_lexicon_report *out, const vg_policy *policy, const vg_corpus *corpus, const vg_lexicon_options *options,
                      vg_error *err)
{
    *out = (vg_lexicon_report){0};
    review r = {.policy = policy, .options = options, .out = out, .err = err};
    int rc = prepare(&r, corpus);
    if (!rc) rc = read_texts(&r, options->sentences_only ? NULL : corpus);
    if (!options->sentences_only) {
        if (!rc && options->feedback) rc = read_opinions(&r);
        for (size_t i = 0; i < policy->pattern_count && !rc; i++) rc = judge_pattern(&r, (uint16_t)i);
        if (!rc) rc = judge_families(&r);
    }
    if (!rc && out->count) qsort(out->findings, out->count, sizeof *out->findings, by_place);
    vg_text_scratch_destroy(&r.scratch);
    vg_text_engine_destroy(&r.engine);
    if (rc) vg_lexicon_report_free(out);
    return rc;
}

void vg_lexicon_report_free(vg_lexicon_report *report)
{
    vg_free(report->findings);
    if (report->arena) vg_arena_destroy(&report->arena);
    *report = (vg_lexicon_report){0};
}
