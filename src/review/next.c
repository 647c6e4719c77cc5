/* SPDX-License-Identifier: Apache-2.0 */
#include "review/next.h"

#include <stdio.h>

#include "base/time.h"
#include "review/review.h"

enum { FIRST = 2000000 }; /* above every priority */

bool vg_skills_cover_place(const vg_skills *skills, vg_str space, vg_category category)
{
    if (skills->spaces.len && !vg_review_in_spaces(skills->spaces, space)) return false;
    return !skills->categories || (skills->categories >> category & 1);
}

bool vg_skills_cover(const vg_skills *skills, const vg_case *c)
{
    if (!vg_skills_cover_place(skills, c->space, vg_case_category(c->kinds))) return false;
    return !c->language.len || !skills->languages.len || vg_review_in_spaces(skills->languages, c->language);
}

uint32_t vg_review_rank(const vg_case *c, const vg_skills *skills, int64_t now_ms)
{
    if (c->state != VG_CASE_OPEN) return 0;
    bool fits = vg_skills_cover(skills, c);
    if (!fits && now_ms < c->offer_ms) return 0;
    uint32_t priority = vg_review_priority(c, now_ms) + 1;
    return fits || now_ms > c->due_ms ? FIRST + priority : priority;
}

/* ---- the sentence ---- */

static const char *const imminent[VG_IMMINENCES][VG_LANGS] = {
    [VG_IMMINENT_MEETING] = {"une rencontre se prépare", "a meeting is being arranged"},
    [VG_IMMINENT_LIVE] = {"de l’argent est demandé, comme pour une séance en direct", "money is asked for, as for a live session"},
    [VG_IMMINENT_HELP] = {"un enfant demande de l’aide", "a child asks for help"},
    [VG_IMMINENT_NOTICE] = {"un signalement dit qu’un enfant est en danger maintenant", "a notice says that a child is in danger now"},
};

static const char *child_of(const vg_case *c, vg_lang lang)
{
    switch (c->youngest_band) {
    case VG_AGE_UNDER13: return lang == VG_LANG_FR ? "un enfant de moins de 13 ans est concerné" : "a child under 13 is concerned";
    case VG_AGE_13_14: return lang == VG_LANG_FR ? "un enfant de 13 ou 14 ans est concerné" : "a child of 13 or 14 is concerned";
    case VG_AGE_15_17: return lang == VG_LANG_FR ? "un jeune de 15 à 17 ans est concerné" : "a young person of 15 to 17 is concerned";
    default: return NULL;
    }
}

typedef struct sentence {
    vg_buf *out;
    size_t from;
    vg_lang lang;
} sentence;

static void add(sentence *s, const char *words)
{
    if (!words) return;
    if (s->out->len > s->from) vg_buf_add_cstr(s->out, s->lang == VG_LANG_FR ? "\u00a0; " : "; ");
    vg_buf_add_cstr(s->out, words);
}

static void end(sentence *s)
{
    if (s->out->failed || s->out->len == s->from) return;
    char *letter = s->out->ptr + s->from;
    if (*letter >= 'a' && *letter <= 'z') *letter = (char)(*letter - 'a' + 'A');
    vg_buf_add_char(s->out, '.');
}

/* "3 h", "40 min", "2 j". Whole units, the largest that is not zero. */
static void time_in_words(int64_t ms, vg_lang lang, char out[32])
{
    if (ms >= 2 * VG_DAY_MS) snprintf(out, 32, "%lld %s", (long long)(ms / VG_DAY_MS), lang == VG_LANG_FR ? "jours" : "days");
    else if (ms >= VG_HOUR_MS) snprintf(out, 32, "%lld h", (long long)(ms / VG_HOUR_MS));
    else snprintf(out, 32, "%lld min", (long long)(ms / VG_MINUTE_MS));
}

static void add_deadline(sentence *s, const vg_case *c, int64_t now_ms)
{
    char time[32], words[96];
    bool late = now_ms > c->due_ms;
    if (!c->due_ms) return;
    time_in_words(late ? now_ms - c->due_ms : c->due_ms - now_ms, s->lang, time);
    static const char *const words_of[VG_LANGS][2][2] = {
        [VG_LANG_FR] = {{"il reste ", " avant l’échéance"}, {"l’échéance est passée depuis ", ""}},
        [VG_LANG_EN] = {{"", " left before the deadline"}, {"the deadline passed ", " ago"}},
    };
    const char *const *format = words_of[s->lang][late];
    int n = snprintf(words, sizeof words, "%s%s%s", format[0], time, format[1]);
    if (n > 0) add(s, words);
}

void vg_review_why_next(const vg_case *c, const vg_skills *skills, int64_t now_ms, vg_lang lang, vg_buf *out)
{
    unsigned set = vg_case_imminence(c);
    bool french = lang == VG_LANG_FR;
    sentence s = {out, out->len, lang};
    for (int i = 0; i < VG_IMMINENCES; i++)
        if (set >> i & 1) add(&s, imminent[i][lang]);
    if (c->kinds >> VG_TEXT_THREAT & 1) add(&s, french ? "une menace a été écrite" : "a threat was written");
    if (c->trusted) add(&s, french ? "un signaleur de confiance l’a signalé" : "a trusted flagger reported it");
    add(&s, child_of(c, lang));
    if (c->verdict >= VG_VERDICT_HOLD) add(&s, french ? "un message ou un média est retenu" : "a message or a media is held back");
    if (c->escalated) add(&s, french ? "le dossier a été transmis à un référent principal" : "the case was escalated");
    add_deadline(&s, c, now_ms);
    if (!vg_skills_cover(skills, c))
        add(&s, french ? "personne d’autre ne l’a pris, il est proposé à tous" : "nobody else took it, it is offered to everybody");
    end(&s);
}
