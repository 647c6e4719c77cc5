/* SPDX-License-Identifier: Apache-2.0 */
#include "decision/decision_int.h"

const char *const vg_decision_lang_names[VG_LANGS] = {[VG_LANG_FR] = "fr", [VG_LANG_EN] = "en"};

const char *vg_decision_sentence(const vg_policy_phrase *phrase, vg_lang lang, uint32_t value,
                                 const char *fallback)
{
    if (value == 1 && phrase->one[lang]) return phrase->one[lang];
    return phrase->text[lang] ? phrase->text[lang] : fallback;
}

void vg_decision_expand(vg_buf *out, const char *sentence, uint32_t value)
{
    static const char mark[] = "{value}";
    for (const char *at; (at = strstr(sentence, mark)); sentence = at + sizeof mark - 1) {
        vg_buf_add(out, sentence, (size_t)(at - sentence));
        vg_buf_add_u64(out, value);
    }
    vg_buf_add_cstr(out, sentence);
}

uint32_t vg_decision_verdict_value(const vg_verdict *verdict)
{
    return verdict->count;
}

const vg_policy_phrase *vg_decision_verdict_phrase(const vg_policy *policy, const vg_verdict *verdict)
{
    return &policy->verdict_why[verdict->kind < VG_VERDICTS ? verdict->kind : VG_VERDICT_ALLOW];
}

/* A rule of the operator says itself why. Its number, from 1, is the value: memory keeps that for an event that comes again. */
const vg_policy_phrase *vg_decision_evidence_phrase(const vg_policy *policy, const vg_evidence *ev)
{
    size_t rule = ev->value;
    if (ev->kind == VG_RULE_OPERATOR && rule && rule <= policy->rule_count && policy->rules[rule - 1].why.text[VG_LANG_FR])
        return &policy->rules[rule - 1].why;
    return &policy->why[ev->kind];
}

void vg_explain_evidence(const vg_policy *policy, const vg_evidence *ev, vg_lang lang, vg_buf *out)
{
    if (ev->kind >= VG_EVIDENCE_KINDS) return;
    vg_decision_expand(
        out, vg_decision_sentence(vg_decision_evidence_phrase(policy, ev), lang, ev->value, vg_evidence_names[ev->kind]),
        ev->value);
}

void vg_explain_verdict(const vg_policy *policy, const vg_verdict *verdict, vg_lang lang, vg_buf *out)
{
    uint32_t value = vg_decision_verdict_value(verdict);
    vg_decision_expand(
        out, vg_decision_sentence(vg_decision_verdict_phrase(policy, verdict), lang, value, ""), value);
    if (verdict->scanned || !policy->not_scanned.text[lang]) return;
    vg_buf_add_char(out, ' ');
    vg_decision_expand(out, policy->not_scanned.text[lang], 0);
}
