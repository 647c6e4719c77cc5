/* SPDX-License-Identifier: Apache-2.0 */
#include "decision/decision_int.h"

#include <stdio.h>

#include "base/time.h"

/* A verdict for a person at a terminal. Everything that comes from outside (names, ids) is stripped of what
 * would steer the terminal: control characters and characters that turn the direction of writing. */

enum { NAME_WIDTH = 28, WEIGHT_WIDTH = 7, BAR_WIDTH = 16, WHEN_WIDTH = 17, MOST_LETTERS = 64 };

typedef struct words {
    const char *age[VG_AGE_BANDS], *basis[VG_AGE_BASES], *verdict[VG_VERDICTS];
    const char *space, *nobody, *reports, *assumed, *verdict_is, *risk, *thresholds, *never;
    const char *evidence, *weight, *when, *sentence, *none;
    const char *fresh, *standing, *hours_ago, *contacts;
    const char *lower, *not_fresh, *not_alone, *material, *shown, *quote[2];
} words;

static const words in[VG_LANGS] = {
    [VG_LANG_FR] =
        {
            .age = {"âge inconnu", "moins de 13 ans", "13-14 ans", "15-17 ans", "18-24 ans",
                    "25 ans ou plus"},
            .basis = {"", ", déclaré", ", estimé", ", vérifié"},
            .verdict = {"laisser passer", "prévenir", "examiner", "retenir", "bloquer"},
            .space = "espace",
            .nobody = "tout le monde",
            .reports = "signale",
            .assumed = ", supposé",
            .verdict_is = "Verdict\u00a0:",
            .risk = "risque",
            .thresholds = "Seuils\u00a0:",
            .never = "jamais",
            .evidence = "Élément",
            .weight = "Poids",
            .when = "Depuis",
            .sentence = "Ce que cela veut dire",
            .none = "Aucun élément.",
            .fresh = "cet événement",
            .standing = "déjà connu",
            .hours_ago = "il y a %u\u00a0h",
            .contacts =
                "Mineurs contactés\u00a0: %u en 24\u00a0h, %u en 7 jours\u202f; %u n’ont jamais répondu.\n",
            .lower = "Ce qui ferait baisser le risque\u00a0:",
            .not_fresh = "Cet événement n’apporte rien de nouveau\u00a0: il passe.\n",
            .not_alone = "Un seul élément\u00a0: dans cet espace, il ne suffit pas à ouvrir un dossier.\n",
            .material = "Contenu connu\u00a0: l’effet de la base l’emporte sur le risque.\n",
            .shown = "Message affiché\u00a0:",
            .quote = {"«\u00a0", "\u00a0»"},
        },
    [VG_LANG_EN] =
        {
            .age = {"age unknown", "under 13", "13-14", "15-17", "18-24", "25 or over"},
            .basis = {"", ", declared", ", estimated", ", verified"},
            .verdict = {"allow", "nudge", "review", "hold", "block"},
            .space = "space",
            .nobody = "everyone",
            .reports = "reports",
            .assumed = ", assumed",
            .verdict_is = "Verdict:",
            .risk = "risk",
            .thresholds = "Thresholds:",
            .never = "never",
            .evidence = "Evidence",
            .weight = "Weight",
            .when = "Since",
            .sentence = "What it means",
            .none = "No evidence.",
            .fresh = "this event",
            .standing = "known before",
            .hours_ago = "%u h ago",
            .contacts = "Minors contacted: %u in 24 h, %u in 7 days; %u never answered.\n",
            .lower = "What would lower the risk:",
            .not_fresh = "This event brings nothing new: it passes.\n",
            .not_alone = "One piece of evidence: in this space it is not enough to open a case.\n",
            .material = "Known material: the effect of its bank outweighs the risk.\n",
            .shown = "Message shown:",
            .quote = {"“", "”"},
        },
};

/* ---- small pieces ---- */

static size_t letters(const char *s, size_t len)
{
    size_t n = 0;
    for (size_t i = 0; i < len; i++) n += ((unsigned char)s[i] & 0xc0) != 0x80;
    return n;
}

/* U+0000-001F, U+007F-009F, U+200E-200F, U+2028-202E, U+2066-2069 */
static bool steers(const unsigned char *c, size_t len)
{
    if (c[0] < 0x20 || c[0] == 0x7f) return true;
    if (len == 2) return c[0] == 0xc2 && c[1] < 0xa0;
    if (len != 3 || c[0] != 0xe2) return false;
    return (c[1] == 0x80 && (c[2] == 0x8e || c[2] == 0x8f || (c[2] >= 0xa8 && c[2] <= 0xae))) ||
           (c[1] == 0x81 && c[2] >= 0xa6 && c[2] <= 0xa9);
}

static void add_name(vg_buf *out, vg_str name)
{
    size_t shown = 0;
    for (size_t at = 0, len; at < name.len; at += len, shown++) {
        if (shown == MOST_LETTERS) {
            vg_buf_add_cstr(out, "…");
            return;
        }
        for (len = 1; at + len < name.len && ((unsigned char)name.ptr[at + len] & 0xc0) == 0x80;) len++;
        if (steers((const unsigned char *)name.ptr + at, len)) vg_buf_add_cstr(out, "\xef\xbf\xbd");
        else vg_buf_add(out, name.ptr + at, len);
    }
}

static void pad(vg_buf *out, size_t used, size_t width)
{
    do vg_buf_add_char(out, ' ');
    while (++used < width);
}

static void add_padded(vg_buf *out, const char *s, size_t width)
{
    size_t len = strlen(s);
    vg_buf_add(out, s, len);
    pad(out, letters(s, len), width);
}

static void add_share(vg_buf *out, uint32_t e4, vg_lang lang)
{
    vg_buf_printf(out, "%u%c%04u", e4 / 10000, lang == VG_LANG_FR ? ',' : '.', e4 % 10000);
}

/* Sixteen cells, drawn to an eighth of a cell. */
static void add_bar(vg_buf *out, uint32_t e4)
{
    static const char *const part[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    uint32_t eighths = (e4 * BAR_WIDTH * 8 + 5000) / 10000, cells = eighths / 8;
    if (!eighths && e4) eighths = 1;
    for (uint32_t i = 0; i < cells; i++) vg_buf_add_cstr(out, "█");
    vg_buf_add_cstr(out, part[eighths % 8]);
    pad(out, cells + (eighths % 8 != 0), BAR_WIDTH + 2);
}

/* ---- the parts of the text ---- */

static void add_account(vg_buf *out, const words *w, vg_str name, uint8_t band, uint8_t basis,
                        vg_age_band assumed)
{
    bool known = band > VG_AGE_UNKNOWN && band < VG_AGE_BANDS;
    add_name(out, name);
    vg_buf_printf(out, " (%s%s)", w->age[known ? band : assumed],
                  known     ? w->basis[basis < VG_AGE_BASES ? basis : 0]
                  : assumed ? w->assumed
                            : "");
}

static void add_heading(vg_buf *out, const vg_policy *policy, const vg_event *event, const vg_facts *facts,
                        const words *w)
{
    char time[25];
    vg_time_format(event->time_ms, time);
    vg_buf_printf(out, "%s  %s  ", time, vg_event_type_names[event->type]);
    add_name(out, event->id);
    vg_buf_printf(out, "  (%s ", w->space);
    add_name(out, event->space);
    bool content = event->type == VG_EVENT_MESSAGE || event->type == VG_EVENT_MEDIA;
    if (content) vg_buf_printf(out, ", %s", vg_channel_names[event->channel]);
    vg_buf_add_cstr(out, ")\n");

    add_account(out, w, event->subject, facts->actor_band, facts->actor_basis, policy->assumed_age);
    if (event->type == VG_EVENT_NOTICE) {
        vg_buf_printf(out, " %s ", w->reports);
        add_account(out, w, event->about, facts->about_band, facts->about_basis, policy->assumed_age);
    } else if (event->to_count) {
        vg_buf_add_cstr(out, " → ");
        /* the facts are about the youngest recipient: only a single one is known to be that one */
        if (event->to_count == 1)
            add_account(out, w, event->to[0], facts->peer_band, facts->peer_basis, policy->assumed_age);
        for (size_t i = 0; event->to_count > 1 && i < event->to_count; i++) {
            if (i) vg_buf_add_cstr(out, ", ");
            add_name(out, event->to[i]);
        }
    } else if (content) {
        vg_buf_printf(out, " → %s", w->nobody);
    }
    vg_buf_add_char(out, '\n');
}

static void add_threshold(vg_buf *out, const words *w, const char *name, uint32_t at, vg_lang lang)
{
    vg_buf_printf(out, "  %s ", name);
    if (at > 10000) vg_buf_add_cstr(out, w->never);
    else add_share(out, at, lang);
}

static void add_verdict(vg_buf *out, const vg_policy *policy, const vg_verdict *verdict, const words *w,
                        vg_lang lang)
{
    vg_verdict_kind kind = verdict->kind < VG_VERDICTS ? verdict->kind : VG_VERDICT_ALLOW;
    vg_buf_printf(out, "%s %s", w->verdict_is, w->verdict[kind]);
    if (lang != VG_LANG_EN) vg_buf_printf(out, " (%s)", vg_verdict_names[kind]);
    vg_buf_printf(out, ", %s ", w->risk);
    add_share(out, verdict->risk, lang);
    vg_buf_add_cstr(out, "\n  ");
    vg_explain_verdict(policy, verdict, lang, out);
    vg_buf_add_char(out, '\n');
    if (verdict->kind == VG_VERDICT_ALLOW) return;
    vg_buf_add_cstr(out, "  ");
    vg_explain_why_now(policy, verdict, lang, out);
    vg_buf_add_char(out, '\n');
}

static void add_row(vg_buf *out, const vg_policy *policy, const vg_evidence *ev, const words *w, vg_lang lang)
{
    char when[48];
    if (ev->kind >= VG_EVIDENCE_KINDS) return;
    vg_buf_add_cstr(out, "  ");
    add_padded(out, vg_evidence_names[ev->kind], NAME_WIDTH);
    add_share(out, ev->weight, lang);
    vg_buf_add_cstr(out, "  ");
    add_bar(out, ev->weight);
    if (ev->fresh) snprintf(when, sizeof when, "%s", w->fresh);
    else if (vg_evidence_family(ev->kind) >= 0) snprintf(when, sizeof when, w->hours_ago, ev->value);
    else snprintf(when, sizeof when, "%s", w->standing);
    add_padded(out, when, WHEN_WIDTH);
    vg_explain_evidence(policy, ev, lang, out);
    vg_buf_add_char(out, '\n');
}

static void add_table(vg_buf *out, const vg_policy *policy, const vg_verdict *verdict, const words *w,
                      vg_lang lang)
{
    if (!verdict->count) {
        vg_buf_printf(out, "  %s\n", w->none);
        return;
    }
    vg_buf_add_cstr(out, "\n  ");
    add_padded(out, w->evidence, NAME_WIDTH);
    add_padded(out, w->weight, WEIGHT_WIDTH + 1 + BAR_WIDTH + 2);
    add_padded(out, w->when, WHEN_WIDTH);
    vg_buf_printf(out, "%s\n", w->sentence);
    for (size_t i = 0; i < verdict->count; i++) add_row(out, policy, &verdict->evidence[i], w, lang);
}

/* Why the verdict is not what the risk alone asks for, when it is not. */
static void add_reason(vg_buf *out, const vg_policy *policy, const vg_verdict *verdict, const words *w)
{
    vg_verdict_kind by_risk = vg_decision_by_risk(policy, verdict->risk);
    bool fresh = false;
    for (size_t i = 0; i < verdict->count; i++) fresh |= verdict->evidence[i].fresh;
    bool media = false;
    for (size_t i = 0; i < verdict->count; i++) media |= vg_evidence_is_media(verdict->evidence[i].kind);
    if (verdict->kind > by_risk || (media && verdict->kind < by_risk && fresh)) vg_buf_add_cstr(out, w->material);
    else if (verdict->kind < by_risk) vg_buf_add_cstr(out, fresh ? w->not_alone : w->not_fresh);
}

static void add_changes(vg_buf *out, const vg_policy *policy, const vg_verdict *verdict, const vg_change *changes, size_t count,
                        const words *w, vg_lang lang)
{
    if (!count) return;
    vg_buf_printf(out, "%s\n", w->lower);
    for (size_t i = 0; i < count; i++) {
        vg_buf_add_cstr(out, "  ");
        vg_explain_change(policy, verdict, &changes[i], lang, out);
        vg_buf_add_char(out, '\n');
    }
    vg_buf_add_char(out, '\n');
}

void vg_verdict_explain(vg_buf *out, const vg_policy *policy, const vg_event *event, const vg_facts *facts,
                        const vg_verdict *verdict, const vg_change *changes, size_t change_count, vg_lang lang)
{
    const words *w = &in[lang];
    add_heading(out, policy, event, facts, w);
    add_verdict(out, policy, verdict, w, lang);
    add_table(out, policy, verdict, w, lang);
    vg_buf_add_char(out, '\n');
    add_changes(out, policy, verdict, changes, change_count, w, lang);
    add_reason(out, policy, verdict, w);
    if (facts->minors_week)
        vg_buf_printf(out, w->contacts, facts->minors_day, facts->minors_week, facts->unreciprocated);
    vg_buf_add_cstr(out, w->thresholds);
    add_threshold(out, w, w->verdict[VG_VERDICT_NUDGE], policy->nudge_at, lang);
    add_threshold(out, w, w->verdict[VG_VERDICT_REVIEW], policy->review_at, lang);
    add_threshold(out, w, w->verdict[VG_VERDICT_HOLD], policy->hold_at, lang);
    vg_buf_add_char(out, '\n');
    const char *shown = policy->nudge_message[lang];
    if (verdict->kind == VG_VERDICT_NUDGE && shown)
        vg_buf_printf(out, "%s %s%s%s\n", w->shown, w->quote[0], shown, w->quote[1]);
}
