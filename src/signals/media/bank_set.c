/* SPDX-License-Identifier: Apache-2.0 */
#include "signals/media/bank_set.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/arena.h"

enum {
    BANKS_MOST = 65535,
    OF_A_BANK = 2 * VG_MATCHES_MAX, /* asked of each: some may be cancelled */
    ON_STACK = 64,                  /* hashes, matches: of one picture in a handful of banks */
};

struct vg_bank_index {
    atomic_size_t references;
    vg_index *index;
};

typedef struct member {
    vg_bank bank;
    vg_bank_index *index;
} member;

struct vg_bank_set {
    atomic_size_t references;
    vg_arena *arena; /* the strings of the banks */
    size_t count;
    member member[];
};

/* ---- indexes ---- */

int vg_bank_index_create(vg_bank_index **out, vg_index **index, vg_error *err)
{
    *out = vg_malloc(sizeof **out);
    if (!*out) {
        vg_index_close(index);
        return vg_fail(err, VG_ENOMEM, "", "no memory for a bank's index");
    }
    atomic_init(&(*out)->references, 1);
    (*out)->index = *index;
    *index = NULL;
    return 0;
}

vg_bank_index *vg_bank_index_ref(vg_bank_index *index)
{
    atomic_fetch_add_explicit(&index->references, 1, memory_order_relaxed);
    return index;
}

void vg_bank_index_unref(vg_bank_index **index)
{
    vg_bank_index *i = *index;
    *index = NULL;
    if (!i || atomic_fetch_sub_explicit(&i->references, 1, memory_order_acq_rel) != 1) return;
    vg_index_close(&i->index);
    vg_free(i);
}

vg_index *vg_bank_index_get(const vg_bank_index *index) { return index->index; }

/* ---- sets ---- */

int vg_bank_set_create(vg_bank_set **out, const vg_bank_set_item *items, size_t count, vg_error *err)
{
    *out = NULL;
    if (count > BANKS_MOST) return vg_fail(err, VG_ETOOBIG, "banks", "%zu of them; at most %d", count, BANKS_MOST);
    vg_bank_set *set = vg_calloc(1, sizeof *set + count * sizeof set->member[0]);
    if (set) set->arena = vg_arena_create(4096, (size_t)1 << 30);
    bool good = set && set->arena;
    if (set) atomic_init(&set->references, 1);
    for (size_t i = 0; good && i < count; i++) {
        vg_bank *bank = &set->member[i].bank;
        *bank = items[i].bank;
        vg_str *texts[] = {&bank->name, &bank->source, &bank->classification, &bank->spaces};
        for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++) {
            *texts[k] = vg_arena_copy(set->arena, *texts[k]);
            good = good && texts[k]->ptr;
        }
        set->member[i].index = vg_bank_index_ref(items[i].index);
        set->count++;
    }
    if (!good) {
        vg_bank_set_unref(&set);
        return vg_fail(err, VG_ENOMEM, "", "no memory for the set of banks");
    }
    *out = set;
    return 0;
}

vg_bank_set *vg_bank_set_ref(vg_bank_set *set)
{
    atomic_fetch_add_explicit(&set->references, 1, memory_order_relaxed);
    return set;
}

void vg_bank_set_unref(vg_bank_set **set)
{
    vg_bank_set *s = *set;
    *set = NULL;
    if (!s || atomic_fetch_sub_explicit(&s->references, 1, memory_order_acq_rel) != 1) return;
    for (size_t i = 0; i < s->count; i++) vg_bank_index_unref(&s->member[i].index);
    vg_arena_destroy(&s->arena);
    vg_free(s);
}

size_t vg_bank_set_count(const vg_bank_set *set) { return set->count; }

const vg_bank *vg_bank_set_at(const vg_bank_set *set, size_t number)
{
    return number < set->count ? &set->member[number].bank : NULL;
}

const vg_index *vg_bank_set_index(const vg_bank_set *set, size_t number)
{
    return number < set->count ? set->member[number].index->index : NULL;
}

int vg_bank_set_find(const vg_bank_set *set, int64_t id)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->member[i].bank.id == id) return (int)i;
    return -1;
}

vg_str vg_bank_set_category(const vg_bank_set *set, const vg_media_match *match)
{
    const vg_index *index = vg_bank_set_index(set, match->bank);
    return index ? vg_index_category_name(index, match->category) : (vg_str){"", 0};
}

bool vg_bank_applies(const vg_bank *bank, vg_str space, int64_t now_ms)
{
    if (bank->expires_ms && bank->expires_ms <= now_ms) return false;
    if (!space.len) return true;
    vg_str rest = bank->spaces;
    while (rest.len) {
        const char *comma = memchr(rest.ptr, ',', rest.len);
        size_t len = comma ? (size_t)(comma - rest.ptr) : rest.len, next = comma ? len + 1 : len;
        vg_str item = {rest.ptr, len};
        while (item.len && *item.ptr == ' ') item.ptr++, item.len--;
        while (item.len && item.ptr[item.len - 1] == ' ') item.len--;
        if (vg_str_is(item, "*") || vg_str_eq(item, space)) return true;
        rest.ptr += next;
        rest.len -= next;
    }
    return false;
}

/* ---- matching ---- */

typedef struct question {
    const vg_media_hash *hashes;
    size_t count, of_profile[VG_PDQ_PROFILES], pdq;
    bool video;             /* hashes of more than one frame */
    vg_media_hash *chosen;  /* room for those of one profile */
    vg_media_hash on_stack[ON_STACK];
} question;

static int ask(question *q, const vg_media_hash *hashes, size_t count, vg_error *err)
{
    uint32_t frame = 0;
    bool first = true;
    *q = (question){.hashes = hashes, .count = count, .chosen = q->on_stack};
    for (size_t i = 0; i < count; i++) {
        if (hashes[i].algorithm != VG_HASH_PDQ) continue;
        q->pdq++;
        /* frames have one form, vPDQ's, whatever the profile of a bank's stills */
        for (int p = 0; p < VG_PDQ_PROFILES; p++) q->of_profile[p] += hashes[i].frame || hashes[i].profile == p;
        q->video = q->video || (!first && hashes[i].frame != frame);
        frame = hashes[i].frame;
        first = false;
    }
    if (count > ON_STACK) q->chosen = vg_malloc(count * sizeof *q->chosen);
    return q->chosen ? 0 : vg_fail(err, VG_ENOMEM, "", "no memory to look up %zu hashes", count);
}

/* The digests, the PDQ hashes of the bank's profile, and frames. */
static vg_index_query query_of(question *q, const vg_bank *bank)
{
    vg_index_query query = {.hashes = q->hashes, .count = q->count, .threshold = bank->threshold,
                            .min_quality = bank->min_quality, .video_percent = bank->video_percent};
    if (q->of_profile[bank->profile] == q->pdq) return query;
    query.count = 0;
    for (size_t i = 0; i < q->count; i++)
        if (q->hashes[i].algorithm != VG_HASH_PDQ || q->hashes[i].frame || q->hashes[i].profile == bank->profile)
            q->chosen[query.count++] = q->hashes[i];
    query.hashes = q->chosen;
    return query;
}

static bool is_exact(const vg_media_match *match) { return match->algorithm != VG_HASH_PDQ; }

static vg_verdict_kind effect_of(const vg_bank_set *set, const vg_media_match *match)
{
    static const vg_verdict_kind effects[VG_BANK_EFFECTS] = {VG_VERDICT_ALLOW, VG_VERDICT_REVIEW, VG_VERDICT_HOLD,
                                                             VG_VERDICT_BLOCK};
    vg_verdict_kind effect = effects[set->member[match->bank].bank.effect];
    return match->doubted && effect > VG_VERDICT_REVIEW ? VG_VERDICT_REVIEW : effect;
}

static bool is_allow(const vg_bank_set *set, const vg_media_match *match)
{
    return set->member[match->bank].bank.effect == VG_BANK_ALLOW;
}

/* Strongest effect first, then the surest; places break ties, so that there are none. */
static int compare(const vg_bank_set *set, const vg_media_match *a, const vg_media_match *b)
{
    int effect = (int)effect_of(set, b) - (int)effect_of(set, a);
    if (effect) return effect;
    if (is_exact(a) != is_exact(b)) return is_exact(a) ? -1 : 1;
    if (!is_exact(a) && a->distance != b->distance) return (int)a->distance - (int)b->distance;
    if (a->bank != b->bank) return (int)a->bank - (int)b->bank;
    return (a->entry > b->entry) - (a->entry < b->entry);
}

/* Share of the frames asked for that a match covers; a still picture is covered whole. */
static unsigned share_of(const question *q, const vg_media_match *match)
{
    return !q->video ? 100 : match->query_percent;
}

static bool cancels(const question *q, const vg_media_match *allow, const vg_media_match *match)
{
    if (is_exact(match)) return false;
    if (is_exact(allow)) return true;
    return allow->distance <= match->distance && share_of(q, allow) >= share_of(q, match);
}

static bool surer_allow(const vg_bank_set *set, const vg_bank_result *out, const vg_media_match *match)
{
    return !out->allowed || compare(set, match, &out->allow) < 0;
}

/* Puts a match into its place among the VG_MATCHES_MAX kept. */
static void keep(const vg_bank_set *set, vg_bank_result *out, const vg_media_match *match)
{
    size_t at = out->count;
    while (at && compare(set, match, &out->match[at - 1]) < 0) at--;
    if (at >= VG_MATCHES_MAX) return;
    if (out->count < VG_MATCHES_MAX) out->count++;
    for (size_t i = out->count - 1; i > at; i--) out->match[i] = out->match[i - 1];
    out->match[at] = *match;
}

static void judge(const vg_bank_set *set, const question *q, const vg_media_match *matches, size_t count, vg_bank_result *out)
{
    for (size_t i = 0; i < count; i++) {
        const vg_media_match *match = &matches[i];
        if (!is_allow(set, match) || match->doubted) continue; /* who is in doubt clears nothing */
        if (surer_allow(set, out, match)) out->allow = *match;
        out->allowed = true;
    }
    for (size_t i = 0; i < count; i++) {
        const vg_media_match *match = &matches[i];
        bool cancelled = false;
        if (is_allow(set, match)) continue;
        for (size_t k = 0; !cancelled && out->allowed && k < count; k++)
            cancelled = is_allow(set, &matches[k]) && !matches[k].doubted && cancels(q, &matches[k], match);
        if (cancelled) {
            out->cancelled++;
            out->found--;
            continue;
        }
        vg_verdict_kind effect = effect_of(set, match);
        if (effect > out->effect) out->effect = effect;
        keep(set, out, match);
    }
}

int vg_bank_set_match(const vg_bank_set *set, vg_str space, int64_t now_ms, const vg_media_hash *hashes, size_t count,
                      vg_bank_result *out, vg_error *err)
{
    vg_media_match on_stack[ON_STACK], *matches = on_stack;
    question q;
    size_t asked = 0, have = 0;
    *out = (vg_bank_result){.effect = VG_VERDICT_ALLOW};
    for (size_t i = 0; i < set->count; i++) asked += vg_bank_applies(&set->member[i].bank, space, now_ms);
    if (!asked || !count) return 0;
    int rc = ask(&q, hashes, count, err);
    if (rc) return rc;
    if (asked * OF_A_BANK > ON_STACK) matches = vg_malloc(asked * OF_A_BANK * sizeof *matches);
    if (!matches) rc = vg_fail(err, VG_ENOMEM, "", "no memory to ask %zu banks", asked);
    for (size_t i = 0; !rc && i < set->count; i++) {
        const member *m = &set->member[i];
        size_t found = 0;
        if (!vg_bank_applies(&m->bank, space, now_ms)) continue;
        vg_index_query query = query_of(&q, &m->bank);
        if (!query.count) continue;
        rc = vg_index_search(m->index->index, &query, matches + have, OF_A_BANK, &found, err);
        if (rc) break;
        if (m->bank.effect != VG_BANK_ALLOW) out->found += found;
        if (found > OF_A_BANK) found = OF_A_BANK;
        for (size_t k = 0; k < found; k++) matches[have++].bank = (uint16_t)i;
    }
    if (!rc) judge(set, &q, matches, have, out);
    if (matches != on_stack) vg_free(matches);
    if (q.chosen != q.on_stack) vg_free(q.chosen);
    return rc;
}
