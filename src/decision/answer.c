/* SPDX-License-Identifier: Apache-2.0 */
#include "decision/decision_int.h"

#include "event/bank.h"
#include "event/case.h"

/* One of these is written for every event: appends into the caller's buffer, nothing allocated beside it. */

#define ADD(out, literal) vg_buf_add((out), literal, sizeof(literal) - 1)

/* A sentence with its number in place, joined on the stack because a JSON string is escaped in one go. A
 * sentence longer than this (a policy file does not hold one) is cut, on a character boundary. */
typedef struct joined {
    size_t used;
    char bytes[2048];
} joined;

static void join(joined *j, const char *bytes, size_t len)
{
    size_t room = sizeof j->bytes - j->used;
    if (len > room) {
        len = room;
        while (len && ((unsigned char)bytes[len] & 0xc0) == 0x80) len--;
    }
    memcpy(j->bytes + j->used, bytes, len);
    j->used += len;
}

static void join_number(joined *j, uint32_t value)
{
    char digits[10];
    size_t at = sizeof digits;
    do digits[--at] = (char)('0' + value % 10);
    while (value /= 10);
    join(j, digits + at, sizeof digits - at);
}

static void join_sentence(joined *j, const char *sentence, uint32_t value)
{
    static const char mark[] = "{value}";
    for (const char *at; (at = strstr(sentence, mark)); sentence = at + sizeof mark - 1) {
        join(j, sentence, (size_t)(at - sentence));
        join_number(j, value);
    }
    join(j, sentence, strlen(sentence));
}

static void write_sentence(vg_buf *out, const char *sentence, uint32_t value)
{
    vg_str plain = vg_str_of(sentence);
    if (!memchr(plain.ptr, '{', plain.len)) {
        vg_buf_add_json_str(out, plain);
        return;
    }
    joined j;
    j.used = 0;
    join_sentence(&j, sentence, value);
    vg_buf_add_json_str(out, (vg_str){j.bytes, j.used});
}

static void write_why(vg_buf *out, const vg_policy_phrase *phrase, uint32_t value, const char *fallback)
{
    ADD(out, "{\"fr\":");
    write_sentence(out, vg_decision_sentence(phrase, VG_LANG_FR, value, fallback), value);
    ADD(out, ",\"en\":");
    write_sentence(out, vg_decision_sentence(phrase, VG_LANG_EN, value, fallback), value);
    vg_buf_add_char(out, '}');
}

static void write_evidence(vg_buf *out, const vg_policy *policy, const vg_evidence *ev, const vg_match_shown *matches,
                           size_t match_count)
{
    if (ev->kind >= VG_EVIDENCE_KINDS) return;
    const char *name = vg_evidence_names[ev->kind];
    ADD(out, "{\"name\":\"");
    vg_buf_add_cstr(out, name);
    ADD(out, "\",\"weight\":");
    vg_buf_add_e4(out, ev->weight);
    if (ev->fresh) ADD(out, ",\"fresh\":true,\"why\":");
    else ADD(out, ",\"fresh\":false,\"why\":");
    write_why(out, vg_decision_evidence_phrase(policy, ev), ev->value, name);
    if (match_count && vg_evidence_is_media(ev->kind))
        vg_matches_write(out, matches, match_count, ev->kind == VG_MEDIA_KNOWN);
    vg_buf_add_char(out, '}');
}

/* The sentence of the verdict, and that the content was not looked at when that is so. */
static void write_verdict_why(vg_buf *out, const vg_policy *policy, const vg_verdict *verdict)
{
    uint32_t value = vg_decision_verdict_value(verdict);
    const vg_policy_phrase *phrase = vg_decision_verdict_phrase(policy, verdict);
    if (verdict->scanned) {
        write_why(out, phrase, value, "");
        return;
    }
    for (int lang = 0; lang < VG_LANGS; lang++) {
        joined j;
        j.used = 0;
        join_sentence(&j, vg_decision_sentence(phrase, (vg_lang)lang, value, ""), value);
        if (policy->not_scanned.text[lang]) {
            join(&j, " ", 1);
            join_sentence(&j, policy->not_scanned.text[lang], 0);
        }
        vg_buf_add_cstr(out, lang ? ",\"" : "{\"");
        vg_buf_add_cstr(out, vg_decision_lang_names[lang]);
        ADD(out, "\":");
        vg_buf_add_json_str(out, (vg_str){j.bytes, j.used});
    }
    vg_buf_add_char(out, '}');
}

static void write_message(vg_buf *out, const vg_policy *policy)
{
    ADD(out, ",\"message\":{\"fr\":");
    vg_buf_add_json_str(out, vg_str_of(policy->nudge_message[VG_LANG_FR]));
    ADD(out, ",\"en\":");
    vg_buf_add_json_str(out, vg_str_of(policy->nudge_message[VG_LANG_EN]));
    vg_buf_add_char(out, '}');
}

void vg_verdict_write(vg_buf *out, const vg_policy *policy, vg_str event_id, const vg_verdict *verdict,
                      int64_t case_id, bool duplicate)
{
    vg_verdict_write_media(out, policy, event_id, verdict, NULL, 0, case_id, duplicate);
}

void vg_verdict_write_media(vg_buf *out, const vg_policy *policy, vg_str event_id, const vg_verdict *verdict,
                            const vg_match_shown *matches, size_t match_count, int64_t case_id, bool duplicate)
{
    ADD(out, "{\"id\":");
    vg_buf_add_json_str(out, event_id);
    ADD(out, ",\"verdict\":\"");
    vg_buf_add_cstr(out, vg_verdict_names[verdict->kind < VG_VERDICTS ? verdict->kind : VG_VERDICT_ALLOW]);
    ADD(out, "\",\"risk\":");
    vg_buf_add_e4(out, verdict->risk);
    ADD(out, ",\"evidence\":[");
    for (size_t i = 0; i < verdict->count; i++) {
        if (i) vg_buf_add_char(out, ',');
        write_evidence(out, policy, &verdict->evidence[i], matches, match_count);
    }
    ADD(out, "],\"why\":");
    write_verdict_why(out, policy, verdict);
    if (case_id > 0) {
        char name[24];
        vg_case_name(case_id, name);
        ADD(out, ",\"case\":\"");
        vg_buf_add_cstr(out, name);
        vg_buf_add_char(out, '"');
    }
    if (verdict->kind == VG_VERDICT_NUDGE) write_message(out, policy);
    if (verdict->scanned) ADD(out, ",\"scanned\":true");
    else ADD(out, ",\"scanned\":false");
    if (duplicate) ADD(out, ",\"duplicate\":true");
    vg_buf_add_char(out, '}');
}
