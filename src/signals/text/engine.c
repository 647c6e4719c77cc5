/* SPDX-License-Identifier: Apache-2.0
 *
 * A policy's patterns as one Hyperscan database, and scanning with it.
 */
#include "signals/text/cache_int.h"
#include "signals/text/contact_int.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"

enum {
    EXPRESSION_BYTES = 16384, /* of one pattern: every folded byte as \xHH, and the groups */
    BY_FORM = UINT16_MAX,     /* the pattern of what no pattern found */
    /* What Hyperscan's time and memory grow with: alternatives, and stars eight times. The worst lexicon of this size compiles
     * in about twenty seconds and 100 MiB; the shipped one is a twelfth of it. */
    COST_MOST = 100000,
    COST_STAR = 8,
    PLACES = 8,               /* of each family that are looked at in one message */
    FOLDED_ROOM = 2 * TEXT_SPELLED_TIMES * VG_EVENT_MAX_TEXT + 64, /* text_spelled_room */
};

/* A compiled pattern: slices of the engine's arrays. */
typedef struct entry {
    uint8_t family;
    uint16_t strength, element_count;
    uint32_t elements, phrases, bytes;
    char *source; /* as written */
} entry;

struct vg_text_engine {
    atomic_uint references;
    size_t count;
    hs_database_t *database; /* NULL: no patterns */
    text_gate gate;
    text_spelling *spelling; /* NULL: none */
    entry *entries;
    text_element *elements;
    text_phrase *phrases;
    char *bytes;
};

/* Where a pattern was found: it ends at the space text[end]. */
typedef struct place {
    uint32_t end, pattern;
} place;

/* What a scan found in one family: the best, and the first ones. Filled so that the order of Hyperscan's
 * reports does not matter. */
typedef struct found {
    bool any;
    uint32_t count;
    place best;
    place first[PLACES];
} found;

struct vg_text_scratch {
    hs_scratch_t *hs; /* NULL until fitted */
    const vg_text_engine *engine;
    uint32_t families;
    size_t len;   /* of `folded`, after the last scan */
    uint64_t spelled; /* words of the last scan that the spelling table was asked for; 0: none was */
    found found[VG_TEXT_FAMILIES + 1]; /* the last: reporting */
    char folded[FOLDED_ROOM + TEXT_GATE_ROOM];
    uint32_t map[FOLDED_ROOM];
};

static pthread_once_t allocator_once = PTHREAD_ONCE_INIT;
static void set_allocator(void)
{
    hs_set_allocator(vg_malloc, vg_free);
}

/* ---- compiling ---- */

/* Grows an array of the engine so that `more` elements fit after `used`. */
static void *make_room(void *array, size_t *cap, size_t used, size_t more, size_t size, vg_error *err)
{
    if (array && used + more <= *cap) return array;
    size_t cap_wanted = *cap * 2 > used + more ? *cap * 2 : used + more + 64;
    void *grown = vg_realloc(array, cap_wanted * size);
    if (grown) *cap = cap_wanted;
    else vg_fail(err, VG_ENOMEM, "", "no memory for the patterns");
    return grown;
}

typedef struct builder {
    vg_text_engine *engine;
    size_t elements, phrases, bytes; /* used */
    size_t elements_cap, phrases_cap, bytes_cap;
    size_t cost;
    char **expressions;
    unsigned *ids;
    unsigned *flags;
} builder;

static int keep_pattern(builder *b, entry *e, const text_pattern *p, vg_error *err)
{
    vg_text_engine *engine = b->engine;
    void *grown = make_room(engine->elements, &b->elements_cap, b->elements, p->element_count,
                            sizeof(text_element), err);
    if (!grown) return -VG_ENOMEM;
    engine->elements = grown;
    grown =
        make_room(engine->phrases, &b->phrases_cap, b->phrases, p->phrase_count, sizeof(text_phrase), err);
    if (!grown) return -VG_ENOMEM;
    engine->phrases = grown;
    grown = make_room(engine->bytes, &b->bytes_cap, b->bytes, p->byte_count, 1, err);
    if (!grown) return -VG_ENOMEM;
    engine->bytes = grown;

    e->element_count = p->element_count;
    e->elements = (uint32_t)b->elements;
    e->phrases = (uint32_t)b->phrases;
    e->bytes = (uint32_t)b->bytes;
    memcpy(engine->elements + b->elements, p->element, p->element_count * sizeof(text_element));
    memcpy(engine->phrases + b->phrases, p->phrase, p->phrase_count * sizeof(text_phrase));
    memcpy(engine->bytes + b->bytes, p->bytes, p->byte_count);
    b->elements += p->element_count;
    b->phrases += p->phrase_count;
    b->bytes += p->byte_count;
    return 0;
}

/* "pattern 12: TEXT", cut to what fits at the begin of a character. */
static void name_pattern(char *out, size_t size, size_t i, const char *text)
{
    size_t n = (size_t)snprintf(out, size, "pattern %zu: %s", i, text);
    if (n < size) return;
    n = size - 1;
    while (n > 0 && ((uint8_t)out[n - 1] & 0xC0) == 0x80) n--;
    if (n > 0 && (uint8_t)out[n - 1] >= 0xC0) out[n - 1] = '\0';
}

static int add_pattern(builder *b, const vg_policy_pattern *patterns, size_t i, vg_buf *expression,
                       vg_error *err)
{
    text_pattern parsed;
    vg_error inner = {0};
    char where[sizeof inner.where];
    const vg_policy_pattern *source = &patterns[i];
    entry *e = &b->engine->entries[i];
    name_pattern(where, sizeof where, i, source->text);
    if (source->family > VG_PATTERN_REPORTING)
        return vg_fail(err, VG_EINVAL, where, "no such family: %u", source->family);
    int rc = text_pattern_parse(&parsed, vg_str_of(source->text), b->engine->spelling, &inner);
    if (rc) return vg_fail(err, inner.code, where, "%s: %s", inner.where, inner.what);
    b->cost += parsed.phrase_count;
    for (size_t k = 0; k < parsed.element_count; k++) b->cost += parsed.element[k].count ? 0 : COST_STAR;
    if (b->cost > COST_MOST)
        return vg_fail(err, VG_EINVAL, where, "the patterns up to this one have too many alternatives and \"*\" to compile; at most %d, \"*\" counts %d",
                       COST_MOST, COST_STAR);
    e->family = source->family;
    e->strength = source->strength;
    size_t size = strlen(source->text) + 1;
    e->source = vg_malloc(size);
    if (!e->source) return vg_fail(err, VG_ENOMEM, where, "no memory for the pattern");
    memcpy(e->source, source->text, size);
    rc = keep_pattern(b, e, &parsed, err);
    if (rc) return rc;
    text_gate_add(&b->engine->gate, &parsed);
    vg_buf_clear(expression);
    text_pattern_write(&parsed, expression);
    if (expression->failed) return vg_fail(err, VG_ENOMEM, where, "no memory for the expression");
    b->expressions[i] = vg_malloc(expression->len + 1);
    if (!b->expressions[i]) return vg_fail(err, VG_ENOMEM, where, "no memory for the expression");
    memcpy(b->expressions[i], expression->ptr, expression->len + 1);
    b->ids[i] = (unsigned)i;
    return 0;
}

static int compile(builder *b, const vg_policy_pattern *patterns, size_t count, vg_error *err)
{
    hs_compile_error_t *problem = NULL;
    hs_error_t rc = hs_compile_multi((const char *const *)b->expressions, b->flags, b->ids, (unsigned)count,
                                     HS_MODE_BLOCK, NULL, &b->engine->database, &problem);
    if (rc == HS_SUCCESS) return 0;
    b->engine->database = NULL;
    int result;
    if (problem && problem->expression >= 0 && (size_t)problem->expression < count) {
        char where[sizeof err->where];
        name_pattern(where, sizeof where, (size_t)problem->expression, patterns[problem->expression].text);
        result = vg_fail(err, VG_EINVAL, where, "it cannot be compiled: %s", problem->message);
    } else {
        result = vg_fail(err, VG_ENOMEM, "", "the patterns cannot be compiled: %s",
                         problem ? problem->message : "out of memory");
    }
    hs_free_compile_error(problem);
    return result;
}

/* From the cache, or compiled and put there. */
static int obtain(builder *b, const vg_text_sources *sources, vg_error *err)
{
    text_cache_key key = {{0, 0}};
    int rc = 0;
    if (sources->cache_dir) {
        key = text_cache_key_of((const char *const *)b->expressions, sources->pattern_count);
        rc = text_cache_load(sources->cache_dir, key, &b->engine->database, err);
        if (rc || b->engine->database) return rc;
    }
    rc = compile(b, sources->patterns, sources->pattern_count, err);
    if (!rc && sources->cache_dir) text_cache_store(sources->cache_dir, key, b->engine->database);
    return rc;
}

int vg_text_engine_create(vg_text_engine **out, const vg_text_sources *sources, vg_error *err)
{
    *out = NULL;
    const vg_policy_pattern *patterns = sources->patterns;
    size_t count = sources->pattern_count;
    pthread_once(&allocator_once, set_allocator);
    if (count > UINT16_MAX) return vg_fail(err, VG_EINVAL, "", "%zu patterns; at most %d", count, UINT16_MAX);
    if (hs_valid_platform() != HS_SUCCESS)
        return vg_fail(err, VG_EIO, "", "this processor lacks SSSE3, which Hyperscan needs");

    vg_buf expression;
    vg_buf_init(&expression, EXPRESSION_BYTES);
    builder b = {.engine = vg_calloc(1, sizeof *b.engine)};
    int rc = 0;
    if (!b.engine) goto no_memory;
    atomic_init(&b.engine->references, 1);
    rc = text_spelling_create(&b.engine->spelling, sources->spelling, sources->spelling_count, err);
    text_contact_mark(&b.engine->gate);
    if (!rc && b.engine->spelling) text_spelling_mark(b.engine->spelling, &b.engine->gate);
    if (rc || count == 0) goto sealed;
    b.engine->entries = vg_calloc(count, sizeof *b.engine->entries);
    if (b.engine->entries) b.engine->count = count;
    b.expressions = vg_calloc(count, sizeof *b.expressions);
    b.ids = vg_calloc(count, sizeof *b.ids);
    b.flags = vg_calloc(count, sizeof *b.flags);
    if (!b.engine->entries || !b.expressions || !b.ids || !b.flags) goto no_memory;
    for (size_t i = 0; i < count && !rc; i++) rc = add_pattern(&b, patterns, i, &expression, err);
    if (!rc) rc = obtain(&b, sources, err);
sealed:
    if (!rc) rc = text_gate_seal(&b.engine->gate, err);
    goto out;

no_memory:
    rc = vg_fail(err, VG_ENOMEM, "", "no memory for the patterns");
out:
    for (size_t i = 0; b.expressions && i < count; i++) vg_free(b.expressions[i]);
    vg_free(b.expressions);
    vg_free(b.ids);
    vg_free(b.flags);
    vg_buf_free(&expression);
    if (rc) vg_text_engine_destroy(&b.engine);
    *out = b.engine;
    return rc;
}

vg_text_engine *vg_text_engine_share(vg_text_engine *engine, const vg_text_sources *sources)
{
    const vg_policy_pattern *patterns = sources->patterns;
    size_t count = sources->pattern_count;
    if (!engine || engine->count != count) return NULL;
    if (!text_spelling_same(engine->spelling, sources->spelling, sources->spelling_count)) return NULL;
    for (size_t i = 0; i < count; i++) {
        const entry *e = &engine->entries[i];
        if (e->family != patterns[i].family || e->strength != patterns[i].strength) return NULL;
        if (strcmp(e->source, patterns[i].text) != 0) return NULL;
    }
    atomic_fetch_add_explicit(&engine->references, 1, memory_order_relaxed);
    return engine;
}

void vg_text_engine_destroy(vg_text_engine **engine)
{
    vg_text_engine *e = *engine;
    *engine = NULL;
    if (!e || atomic_fetch_sub_explicit(&e->references, 1, memory_order_acq_rel) != 1) return;
    hs_free_database(e->database);
    text_spelling_destroy(&e->spelling);
    text_gate_free(&e->gate);
    for (size_t i = 0; i < e->count; i++) vg_free(e->entries[i].source);
    vg_free(e->entries);
    vg_free(e->elements);
    vg_free(e->phrases);
    vg_free(e->bytes);
    vg_free(e);
}

/* ---- scratch ---- */

int vg_text_scratch_create(vg_text_scratch **out, vg_error *err)
{
    pthread_once(&allocator_once, set_allocator);
    *out = vg_malloc(sizeof **out);
    if (!*out) return vg_fail(err, VG_ENOMEM, "", "no memory for text scratch");
    (*out)->hs = NULL;
    (*out)->families = 0;
    (*out)->len = 0;
    return 0;
}

int vg_text_scratch_fit(vg_text_scratch *scratch, const vg_text_engine *engine, vg_error *err)
{
    if (!engine->database) return 0;
    hs_error_t rc = hs_alloc_scratch(engine->database, &scratch->hs);
    if (rc == HS_SUCCESS) return 0;
    if (rc == HS_NOMEM) return vg_fail(err, VG_ENOMEM, "", "no memory for text scratch");
    return vg_fail(err, VG_EIO, "", "Hyperscan refuses the text scratch (%d)", rc);
}

void vg_text_scratch_destroy(vg_text_scratch **scratch)
{
    if (!*scratch) return;
    hs_free_scratch((*scratch)->hs);
    vg_free(*scratch);
    *scratch = NULL;
}

/* ---- scanning ---- */

static bool place_before(place a, place b)
{
    return a.end != b.end ? a.end < b.end : a.pattern < b.pattern;
}

/* Keeps the strongest pattern (at its first place) and the first places of a family. */
static int take_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                      void *context)
{
    (void)from;
    (void)flags;
    vg_text_scratch *scratch = context;
    const entry *entries = scratch->engine->entries;
    found *f = &scratch->found[entries[id].family];
    place p = {.end = (uint32_t)to - 1, .pattern = id};
    uint32_t bit = 1U << entries[id].family;
    if (!(scratch->families & bit)) {
        scratch->families |= bit;
        f->count = 0;
        f->best = p;
    }
    uint16_t strength = entries[id].strength, best = entries[f->best.pattern].strength;
    if (strength > best || (strength == best && place_before(p, f->best))) f->best = p;

    uint32_t at = f->count;
    while (at > 0 && place_before(p, f->first[at - 1])) at--;
    if (at == PLACES) return 0;
    if (f->count < PLACES) f->count++;
    memmove(&f->first[at + 1], &f->first[at], (f->count - 1 - at) * sizeof *f->first);
    f->first[at] = p;
    return 0;
}

typedef struct candidate {
    vg_text_hit hit;
    bool best;            /* of its family */
    uint32_t begin, end; /* in folded text: the spaces around it */
} candidate;

static bool locate(const vg_text_engine *engine, const vg_text_scratch *scratch, place p, candidate *c)
{
    const entry *e = &engine->entries[p.pattern];
    size_t begin;
    if (!text_pattern_begin(engine->elements + e->elements, e->element_count, engine->phrases + e->phrases,
                            engine->bytes + e->bytes, scratch->folded, p.end, &begin))
        return false;
    /* The word after the first space, to the first character that is no longer the last word. Of a word that stands for
     * several, all are at its begin, so a match that ends among them goes on to its end. */
    size_t end = p.end;
    while (end + 1 < scratch->len && scratch->map[end] == scratch->map[end - 1]) end++;
    c->begin = (uint32_t)begin;
    c->end = p.end;
    c->hit.span = (vg_span){scratch->map[begin + 1], scratch->map[end]};
    return true;
}

/* The best of each family, then what a lexicon names, then stronger, longer, earlier ones. */
static int compare_worth(const void *left, const void *right)
{
    const candidate *a = left, *b = right;
    if (a->best != b->best) return a->best ? -1 : 1;
    bool a_form = a->hit.pattern == BY_FORM, b_form = b->hit.pattern == BY_FORM;
    if (a_form != b_form) return a_form ? 1 : -1;
    if (a->hit.strength != b->hit.strength) return a->hit.strength > b->hit.strength ? -1 : 1;
    uint32_t a_len = a->hit.span.to - a->hit.span.from, b_len = b->hit.span.to - b->hit.span.from;
    if (a_len != b_len) return a_len > b_len ? -1 : 1;
    if (a->hit.span.from != b->hit.span.from) return a->hit.span.from < b->hit.span.from ? -1 : 1;
    return a->hit.pattern < b->hit.pattern ? -1 : a->hit.pattern > b->hit.pattern;
}

static int compare_place(const void *left, const void *right)
{
    const vg_text_hit *a = left, *b = right;
    if (a->span.from != b->span.from) return a->span.from < b->span.from ? -1 : 1;
    return a->family < b->family ? -1 : a->family > b->family;
}

static bool overlaps(const vg_text_hits *hits, const vg_text_hit *hit)
{
    for (uint32_t i = 0; i < hits->count; i++) {
        const vg_text_hit *other = &hits->hit[i];
        if (other->family == hit->family && hit->span.from < other->span.to &&
            other->span.from < hit->span.to)
            return true;
    }
    return false;
}

/* What was found, before it is sorted. */
typedef struct candidates {
    size_t count;
    candidate all[VG_TEXT_FAMILIES * (PLACES + 1) + TEXT_CONTACTS];
} candidates;

static void take_places(const vg_text_engine *engine, const vg_text_scratch *scratch, candidates *out)
{
    for (uint8_t family = 0; family < VG_TEXT_FAMILIES; family++) {
        if (!(scratch->families >> family & 1)) continue;
        const found *f = &scratch->found[family];
        for (uint32_t i = 0; i <= f->count; i++) {
            place p = i < f->count ? f->first[i] : f->best;
            candidate *c = &out->all[out->count];
            *c = (candidate){.hit = {.family = family, .pattern = (uint16_t)p.pattern, .strength = engine->entries[p.pattern].strength},
                             .best = i == f->count};
            out->count += locate(engine, scratch, p, c);
        }
    }
}

/* Addresses that are handed out: a way to another app, whatever the lexicon says. */
static void take_contacts(const vg_text_scratch *scratch, vg_str text, candidates *out, vg_text_hits *hits)
{
    text_contact contacts[TEXT_CONTACTS];
    size_t count = text_contact_find(text, scratch->folded, scratch->len, scratch->map, contacts);
    for (size_t i = 0; i < count; i++) {
        const text_contact *c = &contacts[i];
        bool first = i == 0 && !(scratch->families >> VG_TEXT_MOVING_APP & 1);
        out->all[out->count++] = (candidate){
            .hit = {.family = VG_TEXT_MOVING_APP, .pattern = BY_FORM, .strength = c->strength, .span = c->span}, .best = first};
        bool known = c->token == 0;
        for (size_t k = 0; k < hits->token_count; k++) known |= hits->token[k] == c->token;
        if (!known && hits->token_count < VG_TOKENS_MAX) hits->token[hits->token_count++] = c->token;
    }
}

/* From candidates to places in the message: not two of a family over each other. */
static void place_hits(const vg_text_scratch *scratch, candidates *from, vg_text_hits *hits)
{
    candidate *all = from->all;
    qsort(all, from->count, sizeof *all, compare_worth);
    for (size_t i = 0; i < from->count && hits->count < VG_HITS_MAX; i++) {
        if (overlaps(hits, &all[i].hit)) continue;
        hits->hit[hits->count++] = all[i].hit;
        hits->families |= 1U << all[i].hit.family;
        bool states = vg_evidence_of_family(all[i].hit.family) == VG_TEXT_AGE_STATEMENT;
        if (states && !hits->stated_age) hits->stated_age = text_stated_age(scratch->folded, all[i].begin, all[i].end);
    }
    qsort(hits->hit, hits->count, sizeof *hits->hit, compare_place);
}

/* Who reports or warns says the sentence of somebody else. Only half, and nothing is forgotten: whoever adds such a turn of phrase to
 * a request of their own gains no more. */
static void soften(vg_text_hits *hits)
{
    hits->reporting = true;
    for (uint32_t i = 0; i < hits->count; i++)
        if (vg_family_sense_of(hits->hit[i].family) == VG_SENSE_APPROACH) hits->hit[i].strength /= 2;
}

/* All stages, into the scratch. */
static text_gate_answer normalise(const vg_text_engine *engine, vg_text_scratch *scratch, vg_str text, text_notes *notes)
{
    scratch->len = text_fold_known(text, engine->spelling, scratch->folded, FOLDED_ROOM, NULL, notes);
    text_gate_answer gate = text_gate_ask(&engine->gate, scratch->folded, scratch->len, !engine->spelling);
    /* words with digits and emoji are noted by the first two stages, not by the gate: then every word is looked up */
    scratch->spelled = engine->spelling ? (notes->kept ? UINT64_MAX : gate.spelled) : 0;
    if (!scratch->spelled) return gate;
    scratch->len = text_spelling_undo(engine->spelling, scratch->folded, scratch->len, FOLDED_ROOM, NULL, scratch->spelled);
    return text_gate_ask(&engine->gate, scratch->folded, scratch->len, true);
}

/* The same again, with the map. */
static void map_back(const vg_text_engine *engine, vg_text_scratch *scratch, vg_str text)
{
    text_notes notes;
    size_t len = text_fold_known(text, engine->spelling, scratch->folded, FOLDED_ROOM, scratch->map, &notes);
    if (scratch->spelled) text_spelling_undo(engine->spelling, scratch->folded, len, FOLDED_ROOM, scratch->map, scratch->spelled);
}

bool vg_text_scan(const vg_text_engine *engine, vg_text_scratch *scratch, vg_str text, vg_text_hits *hits)
{
    hits->count = hits->families = 0;
    hits->stated_age = hits->token_count = 0;
    hits->reporting = false;
    if (text.len > VG_EVENT_MAX_TEXT)
        text.len = VG_EVENT_MAX_TEXT; /* a character cut here folds to a space */
    text_notes notes;
    text_gate_answer gate = normalise(engine, scratch, text, &notes);
    bool contacts = text_contact_possible(text, &notes, gate.named);
    scratch->engine = engine;
    scratch->families = 0;
    if (engine->database && !scratch->hs) return false;
    if (engine->database && gate.open &&
        hs_scan(engine->database, scratch->folded, (unsigned)scratch->len, 0, scratch->hs, take_match, scratch) != HS_SUCCESS)
        return false;
    if (!scratch->families && !contacts) return true;
    candidates places = {.count = 0};
    map_back(engine, scratch, text);
    take_places(engine, scratch, &places);
    if (contacts) take_contacts(scratch, text, &places, hits);
    place_hits(scratch, &places, hits);
    if (scratch->families >> VG_PATTERN_REPORTING & 1) soften(hits);
    return true;
}

typedef struct listener {
    void (*each)(void *context, uint16_t pattern);
    void *context;
} listener;

static int tell_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context)
{
    (void)from;
    (void)to;
    (void)flags;
    const listener *l = context;
    l->each(l->context, (uint16_t)id);
    return 0;
}

bool vg_text_each(const vg_text_engine *engine, vg_text_scratch *scratch, vg_str text,
                  void (*each)(void *context, uint16_t pattern), void *context)
{
    scratch->len = vg_text_normalise(engine, text, scratch->folded, sizeof scratch->folded, NULL);
    if (!engine->database) return true;
    if (!scratch->hs) return false;
    listener l = {each, context};
    return hs_scan(engine->database, scratch->folded, (unsigned)scratch->len, 0, scratch->hs, tell_match, &l) == HS_SUCCESS;
}

size_t vg_text_normalise(const vg_text_engine *engine, vg_str text, char *out, size_t cap, uint32_t *map)
{
    text_notes notes;
    if (cap < 64 + TEXT_GATE_ROOM) return vg_text_fold(text, out, cap, map);
    if (text.len > VG_EVENT_MAX_TEXT) text.len = VG_EVENT_MAX_TEXT;
    size_t len = text_fold_known(text, engine->spelling, out, cap - TEXT_GATE_ROOM, map, &notes);
    return engine->spelling ? text_spelling_undo(engine->spelling, out, len, cap - TEXT_GATE_ROOM, map, UINT64_MAX) : len;
}

const char *vg_text_normalised(const vg_text_scratch *scratch, size_t *len)
{
    *len = scratch->len;
    return scratch->folded;
}

/* ---- evidence ---- */

void vg_text_evidence(const vg_text_hits *hits, vg_evidence *ev, size_t *count)
{
    for (uint8_t family = 0; family < VG_TEXT_FAMILIES; family++) {
        vg_family_sense sense = vg_family_sense_of(family);
        if (sense == VG_SENSE_REFUSAL || sense == VG_SENSE_AGE || !(hits->families >> family & 1)) continue;
        const vg_text_hit *best = NULL;
        uint32_t places = 0;
        for (uint32_t i = 0; i < hits->count; i++) {
            const vg_text_hit *hit = &hits->hit[i];
            if (hit->family != family) continue;
            places++;
            if (!best || hit->strength > best->strength) best = hit;
        }
        if (!best) continue;
        ev[(*count)++] = (vg_evidence){.kind = (uint8_t)vg_evidence_of_family(family),
                                       .fresh = true,
                                       .strength = best->strength,
                                       .value = places,
                                       .span = best->span,
                                       .detail = best->pattern};
    }
}
