/* SPDX-License-Identifier: Apache-2.0
 *
 * Why now: what this event brought, on top of what stood already. A référent reads it first, so it is one sentence, names few
 * things, and is made of words that the policy holds: here are only the joints between them.
 */
#include "decision/decision_int.h"

enum { FRESH_MOST = 3, STANDING_MOST = 3, NOUN_CEILING = 1024 };

void vg_decision_noun(const vg_policy *policy, const vg_evidence *piece, vg_lang lang, vg_buf *out)
{
    if (piece->kind >= VG_EVIDENCE_KINDS) return;
    vg_decision_expand(out,
                       vg_decision_sentence(&policy->noun[piece->kind], lang, piece->value, vg_evidence_names[piece->kind]),
                       piece->value);
}

static bool takes(vg_str *rest, const char *article)
{
    size_t len = strlen(article);
    if (rest->len <= len || memcmp(rest->ptr, article, len) != 0) return false;
    rest->ptr += len;
    rest->len -= len;
    return true;
}

/* Whether "le" and "la" lose their vowel before it. An h keeps it: a noun with a mute h should be avoided in a policy. */
static bool elides(vg_str word)
{
    static const char *const letters[] = {"a", "e", "i", "o", "u", "y", "â", "à", "é", "è", "ê", "î", "ô", "œ", "û"};
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++) {
        size_t len = strlen(letters[i]);
        if (word.len >= len && memcmp(word.ptr, letters[i], len) == 0) return true;
    }
    return false;
}

void vg_decision_the_noun(const vg_policy *policy, const vg_evidence *piece, vg_lang lang, vg_buf *out)
{
    vg_buf words;
    vg_buf_init(&words, NOUN_CEILING);
    vg_decision_noun(policy, piece, lang, &words);
    vg_str rest = {words.ptr ? words.ptr : "", words.len};
    if (lang == VG_LANG_EN) {
        if (!takes(&rest, "a ")) takes(&rest, "an ");
        vg_buf_add_cstr(out, "the ");
    } else {
        bool masculine = takes(&rest, "un "), feminine = !masculine && takes(&rest, "une ");
        if (!masculine && !feminine) takes(&rest, "des ");
        vg_buf_add_cstr(out, !masculine && !feminine ? "les " : elides(rest) ? "l’" : masculine ? "le " : "la ");
    }
    vg_buf_add_str(out, rest);
    if (words.failed) out->failed = true;
    vg_buf_free(&words);
}

bool vg_decision_noun_is_plural(vg_str noun, vg_lang lang)
{
    if (lang == VG_LANG_EN) return !takes(&noun, "a ") && !takes(&noun, "an ");
    return !takes(&noun, "un ") && !takes(&noun, "une ");
}

/* ---- the sentence ---- */

typedef struct words {
    const char *comes[2], *alone, *nothing, *to, *and_to, *and, *more[2], *end; /* [1]: plural */
} words;

static const words in[VG_LANGS] = {
    [VG_LANG_FR] = {.comes = {" vient s’ajouter ", " viennent s’ajouter "},
                    .alone = "Cet événement apporte ",
                    .nothing = "Cet événement n’apporte rien de nouveau.",
                    .to = "à ",
                    .and_to = " et à ",
                    .and = " et ",
                    .more = {" autre indice", " autres indices"},
                    .end = "."},
    [VG_LANG_EN] = {.comes = {" now comes on top of ", " now come on top of "},
                    .alone = "This event brings ",
                    .nothing = "This event brings nothing new.",
                    .to = "",
                    .and_to = " and ",
                    .and = " and ",
                    .more = {" more piece of evidence", " more pieces of evidence"},
                    .end = "."},
};

/* "a, b et c", each after `to`; what is more than `most` is counted. Returns how many things the list names. */
static size_t add_list(vg_buf *out, const vg_policy *policy, const vg_verdict *verdict, bool fresh, size_t most, const char *to,
                       const char *and, vg_lang lang)
{
    size_t total = 0, named = 0;
    for (size_t i = 0; i < verdict->count; i++) total += verdict->evidence[i].fresh == fresh;
    for (size_t i = 0; i < verdict->count && named < most; i++) {
        if (verdict->evidence[i].fresh != fresh) continue;
        if (named) vg_buf_add_cstr(out, named + 1 == total ? and : lang == VG_LANG_FR && *to ? ", à " : ", ");
        else vg_buf_add_cstr(out, to);
        vg_decision_noun(policy, &verdict->evidence[i], lang, out);
        named++;
    }
    if (total > named)
        vg_buf_printf(out, "%s%zu%s", and, total - named, in[lang].more[total - named > 1]);
    return total;
}

/* The first letter; nouns begin with an article, so it is plain ASCII. */
static void capitalise(vg_buf *out, size_t at)
{
    if (at < out->len && out->ptr[at] >= 'a' && out->ptr[at] <= 'z') out->ptr[at] = (char)(out->ptr[at] - 'a' + 'A');
}

void vg_explain_why_now(const vg_policy *policy, const vg_verdict *verdict, vg_lang lang, vg_buf *out)
{
    const words *w = &in[lang];
    size_t at = out->len, fresh = 0, standing = 0;
    for (size_t i = 0; i < verdict->count; i++) {
        fresh += verdict->evidence[i].fresh;
        standing += !verdict->evidence[i].fresh;
    }
    if (!fresh) {
        vg_buf_add_cstr(out, w->nothing);
        return;
    }
    if (!standing) vg_buf_add_cstr(out, w->alone);
    size_t list = out->len;
    add_list(out, policy, verdict, true, FRESH_MOST, "", w->and, lang);
    if (standing && !out->failed) {
        bool plural = fresh > 1 || vg_decision_noun_is_plural((vg_str){out->ptr + list, out->len - list}, lang);
        vg_buf_add_cstr(out, w->comes[plural]);
        add_list(out, policy, verdict, false, STANDING_MOST, w->to, w->and_to, lang);
    }
    vg_buf_add_cstr(out, w->end);
    if (!out->failed) capitalise(out, at);
}
