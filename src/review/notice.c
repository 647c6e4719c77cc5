/* SPDX-License-Identifier: Apache-2.0 */
#include "review/notice.h"

#include <string.h>

const char *const vg_misuse_names[VG_MISUSES] = {"none", "may_warn", "warned", "may_suspend", "suspended"};

bool vg_notice_may_be_anonymous(vg_notice_category category, bool danger)
{
    return danger || category == VG_NOTICE_CHILD_ABUSE || category == VG_NOTICE_GROOMING || category == VG_NOTICE_SEXTORTION;
}

bool vg_notice_always_processed(vg_notice_category category, bool danger)
{
    return vg_notice_may_be_anonymous(category, danger);
}

/* ---- what a notice must hold ---- */

bool vg_notice_email_plausible(vg_str email)
{
    size_t at = 0, ats = 0, dot = 0;
    if (email.len < 6 || email.len > VG_NOTICE_EMAIL) return false;
    for (size_t i = 0; i < email.len; i++) {
        unsigned char c = (unsigned char)email.ptr[i];
        if (c <= ' ' || c == 127 || c == '<' || c == '>' || c == ',' || c == ';' || c == '"') return false;
        if (c == '@') at = i, ats++;
        if (c == '.' && ats) dot = i;
    }
    return ats == 1 && at > 0 && dot > at + 1 && dot + 1 < email.len;
}

static void note(vg_notice_flaw flaw, bool there, vg_notice_flaw *out, size_t *count)
{
    if (there) out[(*count)++] = flaw;
}

size_t vg_notice_check(const vg_notice_draft *d, uint32_t offered, vg_notice_flaw out[VG_NOTICE_FLAWS])
{
    size_t n = 0;
    bool known = d->category >= 0 && d->category < VG_NOTICE_CATEGORIES, long_place = false;
    note(VG_NOTICE_NO_CATEGORY, !known, out, &n);
    note(VG_NOTICE_NOT_OFFERED, known && !(offered >> d->category & 1), out, &n);
    for (size_t i = 0; i < d->location_count; i++) long_place |= d->location[i].len > VG_NOTICE_LOCATION;
    note(VG_NOTICE_NO_PLACE, !d->location_count && !d->account.len && !d->message.len, out, &n);
    note(VG_NOTICE_PLACE_LONG, long_place || d->message.len > VG_EVENT_MAX_NAME, out, &n);
    note(VG_NOTICE_ACCOUNT_LONG, d->account.len > VG_EVENT_MAX_NAME, out, &n);
    note(VG_NOTICE_NO_TEXT, !d->text.len, out, &n);
    note(VG_NOTICE_TEXT_LONG, d->text.len > VG_NOTICE_TEXT, out, &n);
    /* the platform names its own user by the account: it has the name and the address already */
    bool nameless = (known && vg_notice_may_be_anonymous((vg_notice_category)d->category, d->danger)) || d->danger || d->reporter.len;
    note(VG_NOTICE_NO_NAME, !d->name.len && !nameless, out, &n);
    note(VG_NOTICE_NAME_LONG, d->name.len > VG_NOTICE_NAME, out, &n);
    note(VG_NOTICE_NO_EMAIL, !d->email.len && !nameless, out, &n);
    note(VG_NOTICE_BAD_EMAIL, d->email.len && !vg_notice_email_plausible(d->email), out, &n);
    note(VG_NOTICE_CONTACT_LONG, d->contact.len > VG_NOTICE_CONTACT, out, &n);
    note(VG_NOTICE_NO_GOOD_FAITH, !d->good_faith, out, &n);
    return n;
}

const char *vg_notice_flaw_field(vg_notice_flaw flaw)
{
    static const char *const fields[VG_NOTICE_FLAWS] = {
        [VG_NOTICE_FINE] = "",           [VG_NOTICE_NO_CATEGORY] = "category",   [VG_NOTICE_NOT_OFFERED] = "category",
        [VG_NOTICE_NO_TEXT] = "text",    [VG_NOTICE_TEXT_LONG] = "text",         [VG_NOTICE_NO_PLACE] = "locations",
        [VG_NOTICE_PLACE_LONG] = "locations", [VG_NOTICE_ACCOUNT_LONG] = "account", [VG_NOTICE_NO_NAME] = "name",
        [VG_NOTICE_NAME_LONG] = "name",  [VG_NOTICE_NO_EMAIL] = "email",         [VG_NOTICE_BAD_EMAIL] = "email",
        [VG_NOTICE_CONTACT_LONG] = "contact", [VG_NOTICE_NO_GOOD_FAITH] = "good_faith"};
    return (unsigned)flaw < VG_NOTICE_FLAWS ? fields[flaw] : "";
}

/* ---- the same again ---- */

static bool is_word_byte(unsigned char c) { return c >= 128 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

enum { ALIKE_WORDS = 8, SKETCHES = 8, ALIKE_SKETCHES = 6 };

/* The smallest hash of each of eight orders; the lowest byte of each is kept. */
static void keep_least(uint64_t least[SKETCHES], uint64_t triple)
{
    for (unsigned s = 0; s < SKETCHES; s++) {
        uint64_t hash = vg_hash_mix(triple, s + 1);
        if (hash < least[s]) least[s] = hash;
    }
}

vg_notice_words vg_notice_words_of(const vg_hash_key *key, vg_str text)
{
    vg_notice_words out = {0};
    uint64_t least[SKETCHES], before[2] = {0, 0};
    char word[64];
    size_t i = 0;
    memset(least, 0xff, sizeof least);
    while (i < text.len) {
        size_t n = 0;
        while (i < text.len && !is_word_byte((unsigned char)text.ptr[i])) i++;
        for (; i < text.len && is_word_byte((unsigned char)text.ptr[i]); i++) {
            char c = text.ptr[i];
            if (n < sizeof word) word[n++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
        }
        if (!n) break;
        uint64_t hash = vg_hash64(key, word, n);
        out.exact = vg_hash_mix(out.exact, hash);
        if (out.count++ >= 2) keep_least(least, vg_hash_mix(vg_hash_mix(before[0], before[1]), hash));
        before[0] = before[1];
        before[1] = hash;
    }
    for (unsigned b = 0; b < SKETCHES; b++) out.alike |= (least[b] & 0xff) << (8 * b);
    return out;
}

bool vg_notice_alike(const vg_notice_words *a, const vg_notice_words *b)
{
    if (a->exact == b->exact) return true;
    if (a->count < ALIKE_WORDS || b->count < ALIKE_WORDS) return false;
    unsigned same = 0;
    for (unsigned b8 = 0; b8 < 64; b8 += 8) same += ((a->alike ^ b->alike) >> b8 & 0xff) == 0;
    return same >= ALIKE_SKETCHES;
}

/* ---- misuse ---- */

vg_misuse vg_notice_misuse(const vg_notice_record *r, uint32_t since_warning, const vg_policy_notices *p, int64_t now_ms)
{
    if (r->suspended_until_ms > now_ms) return VG_MISUSE_SUSPENDED;
    if (r->warnings && since_warning) return VG_MISUSE_SUSPEND;
    if (r->warnings) return VG_MISUSE_WARNED;
    bool often = r->unfounded >= p->unfounded_least && r->decided &&
                 (uint64_t)r->unfounded * 100 >= (uint64_t)r->decided * p->unfounded_percent;
    return often ? VG_MISUSE_WARN : VG_MISUSE_NONE;
}

int vg_notice_may_suspend(const vg_notice_record *r, uint32_t since_warning, const vg_policy_notices *p, int64_t days, int64_t now_ms, vg_error *err)
{
    if (days < 1 || days > p->suspend_most_days)
        return vg_fail(err, VG_EINVAL, "/days", "expected a number from 1 to %u", p->suspend_most_days);
    switch (vg_notice_misuse(r, since_warning, p, now_ms)) {
    case VG_MISUSE_SUSPEND: return 0;
    case VG_MISUSE_SUSPENDED: return vg_fail(err, VG_ECONFLICT, "", "this notifier is suspended already");
    case VG_MISUSE_WARNED: return vg_fail(err, VG_ECONFLICT, "", "no unfounded notice came since the warning");
    default: return vg_fail(err, VG_ECONFLICT, "", "a warning comes first");
    }
}

/* ---- trusted flaggers ---- */

bool vg_flagger_doubtful(uint32_t upheld, uint32_t dismissed, const vg_policy_notices *p)
{
    uint64_t decided = (uint64_t)upheld + dismissed;
    return decided >= p->flagger_least && (uint64_t)dismissed * 100 >= decided * p->flagger_percent;
}
