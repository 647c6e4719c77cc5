/* SPDX-License-Identifier: Apache-2.0 */
#include "case_content.h"

#include <inttypes.h>

#include "base/hash.h"
#include "base/time.h"
#include "decision/decision.h"
#include "event/facts_field.h"

/* A case must always fit: JSON may make six bytes of one, and a platform may send an event with megabytes of blanks. */
enum { CONTENT_CEILING = 4 << 20, RAW_MOST = 256 << 10, WINDOW_MOST = 512 << 10 };

/* Both languages' sentences; `sentence` is scratch that the caller keeps for all pieces. */
static void write_sentences(vg_buf *out, vg_buf *sentence, const vg_policy *policy, const vg_evidence *ev)
{
    static const char *const names[VG_LANGS] = {"{\"fr\":", ",\"en\":"};
    for (int lang = 0; lang < VG_LANGS; lang++) {
        vg_buf_clear(sentence);
        vg_explain_evidence(policy, ev, (vg_lang)lang, sentence);
        vg_buf_add_cstr(out, names[lang]);
        vg_buf_add_json_str(out, (vg_str){sentence->ptr, sentence->len});
    }
    vg_buf_add_char(out, '}');
    if (sentence->failed) out->failed = true;
}

static void write_name(vg_buf *out, const char *before, unsigned kind)
{
    vg_buf_add_cstr(out, before);
    vg_buf_add_cstr(out, vg_evidence_names[kind]);
}

static void write_pattern(vg_buf *out, const vg_policy *policy, size_t pattern)
{
    if (pattern >= policy->pattern_count) return;
    vg_buf_add_cstr(out, ",\"pattern\":");
    vg_buf_add_json_str(out, vg_str_of(policy->patterns[pattern].text));
    vg_buf_add_cstr(out, ",\"language\":");
    vg_buf_add_json_str(out, vg_str_of(policy->patterns[pattern].language));
}

/* Which rule or model spoke: feedback is told apart by it. */
static void write_source(vg_buf *out, const vg_policy *policy, const vg_evidence *ev)
{
    const char *model = policy->model[VG_MODEL_ACTIVE];
    if (ev->kind == VG_RULE_OPERATOR && ev->detail < policy->rule_count) {
        vg_buf_add_cstr(out, ",\"rule\":");
        vg_buf_add_json_str(out, vg_str_of(policy->rules[ev->detail].name));
    } else if (ev->kind == VG_TEXT_MODEL && model) {
        const char *slash = strrchr(model, '/');
        vg_buf_add_cstr(out, ",\"model\":");
        vg_buf_add_json_str(out, vg_str_of(slash ? slash + 1 : model));
    }
}

static void write_one(vg_buf *out, vg_buf *sentence, const vg_task *task, const vg_evidence *ev)
{
    write_name(out, "{\"name\":\"", ev->kind);
    vg_buf_add_cstr(out, "\",\"weight\":");
    vg_buf_add_e4(out, ev->weight);
    vg_buf_add_cstr(out, ",\"strength\":");
    vg_buf_add_e4(out, ev->strength);
    vg_buf_add_cstr(out, ev->fresh ? ",\"fresh\":true,\"value\":" : ",\"fresh\":false,\"value\":");
    vg_buf_add_u64(out, ev->value);
    vg_buf_add_cstr(out, ",\"why\":");
    write_sentences(out, sentence, task->policy, ev);
    vg_buf_add_cstr(out, ",\"spans\":[");
    int family = vg_evidence_family(ev->kind);
    bool text = ev->fresh && family >= 0, first = true;
    for (uint32_t i = 0; text && i < task->hits.count; i++) {
        if (task->hits.hit[i].family != family) continue;
        vg_buf_add_cstr(out, first ? "[" : ",[");
        vg_buf_add_u64(out, task->hits.hit[i].span.from);
        vg_buf_add_char(out, ',');
        vg_buf_add_u64(out, task->hits.hit[i].span.to);
        vg_buf_add_char(out, ']');
        first = false;
    }
    for (size_t i = 0; ev->kind == VG_TEXT_MODEL && ev->fresh && i < task->model_span_count; i++)
        vg_buf_printf(out, "%s[%u,%u]", i ? "," : "", task->model_span[i].span.from, task->model_span[i].span.to);
    vg_buf_add_cstr(out, "]");
    if (text) write_pattern(out, task->policy, ev->detail);
    write_source(out, task->policy, ev);
    if (ev->kind == VG_MEDIA_KNOWN && ev->detail < task->policy->bank_count) {
        vg_buf_add_cstr(out, ",\"bank\":");
        vg_buf_add_json_str(out, vg_str_of(task->policy->banks[ev->detail].name));
        vg_buf_add_cstr(out, ",\"category\":");
        vg_buf_add_json_str(out, vg_str_of(task->policy->banks[ev->detail].category));
    }
    vg_buf_add_cstr(out, "}");
}

static void write_place(vg_buf *out, const vg_text_hit *hit)
{
    vg_buf_printf(out, ",\"from\":%u,\"to\":%u", hit->span.from, hit->span.to);
}

/* What the message says that is not held against who says it: a refusal, an age, a call for help. It is shown at its place too. */
static bool is_mark(const vg_task *task, const vg_text_hit *hit)
{
    vg_evidence_kind kind = vg_evidence_of_family(hit->family);
    if (vg_family_sense_of(hit->family) == VG_SENSE_APPROACH) return false;
    for (size_t i = 0; i < task->verdict.count; i++)
        if (task->verdict.evidence[i].kind == kind) return false;
    return true;
}

static void write_mark(vg_buf *out, const char *before, const vg_text_hit *hit)
{
    vg_buf_printf(out, "%s{\"family\":\"%s\"", before, vg_evidence_short_names[vg_evidence_of_family(hit->family)]);
    write_place(out, hit);
    vg_buf_add_char(out, '}');
}

static void write_marks(vg_buf *out, const vg_task *task)
{
    bool first = true;
    for (uint32_t i = 0; i < task->hits.count; i++) {
        const vg_text_hit *hit = &task->hits.hit[i];
        if (!is_mark(task, hit)) continue;
        write_mark(out, first ? ",\"marks\":[" : ",", hit);
        first = false;
    }
    if (!first) vg_buf_add_char(out, ']');
}

static void write_spans(vg_buf *out, const vg_task *task)
{
    bool first = true;
    vg_buf_add_cstr(out, ",\"spans\":[");
    for (uint32_t i = 0; i < task->hits.count; i++) {
        const vg_text_hit *hit = &task->hits.hit[i];
        if (is_mark(task, hit)) continue;
        write_name(out, first ? "{\"name\":\"" : ",{\"name\":\"", vg_evidence_of_family(hit->family));
        vg_buf_add_char(out, '"');
        write_place(out, hit);
        write_pattern(out, task->policy, hit->pattern);
        vg_buf_add_char(out, '}');
        first = false;
    }
    for (size_t i = 0; i < task->model_span_count; i++) {
        write_name(out, first ? "{\"name\":\"" : ",{\"name\":\"", VG_TEXT_MODEL);
        vg_buf_printf(out, "\",\"from\":%u,\"to\":%u}", task->model_span[i].span.from, task->model_span[i].span.to);
        first = false;
    }
    vg_buf_add_char(out, ']');
}

static void write_evidence(vg_buf *out, const vg_task *task, vg_buf *sentence)
{
    vg_buf_add_cstr(out, ",\"evidence\":[");
    for (size_t i = 0; i < task->verdict.count; i++) {
        if (i) vg_buf_add_char(out, ',');
        write_one(out, sentence, task, &task->verdict.evidence[i]);
    }
    vg_buf_add_char(out, ']');
    write_spans(out, task);
    write_marks(out, task);
}

/* ---- what a person reads first ---- */

static void write_why_now(vg_buf *out, vg_buf *sentence, const vg_task *task)
{
    vg_buf_add_cstr(out, ",\"why_now\":{");
    for (int lang = 0; lang < VG_LANGS; lang++) {
        vg_buf_clear(sentence);
        vg_explain_why_now(task->policy, &task->verdict, (vg_lang)lang, sentence);
        vg_buf_add_cstr(out, lang ? ",\"en\":" : "\"fr\":");
        vg_buf_add_json_str(out, (vg_str){sentence->ptr, sentence->len});
    }
    vg_buf_add_char(out, '}');
    if (sentence->failed) out->failed = true;
}

static void write_change(vg_buf *out, vg_buf *sentence, const vg_task *task, const vg_change *change)
{
    vg_buf_printf(out, "{\"change\":\"%s\"", vg_change_names[change->kind]);
    if (change->hours) vg_buf_printf(out, ",\"hours\":%u", change->hours);
    if (change->kind == VG_CHANGE_WITHOUT) {
        const char *before = ",\"names\":[\"";
        for (size_t i = 0; i < task->verdict.count; i++) {
            if (!(change->kinds >> task->verdict.evidence[i].kind & 1)) continue;
            write_name(out, before, task->verdict.evidence[i].kind);
            vg_buf_add_char(out, '"');
            before = ",\"";
        }
        vg_buf_add_char(out, ']');
    }
    if (change->nothing_new) vg_buf_add_cstr(out, ",\"nothing_new\":true");
    vg_buf_add_cstr(out, ",\"risk\":");
    vg_buf_add_e4(out, change->risk);
    vg_buf_printf(out, ",\"verdict\":\"%s\",\"text\":{", vg_verdict_names[change->verdict]);
    for (int lang = 0; lang < VG_LANGS; lang++) {
        vg_buf_clear(sentence);
        vg_explain_change(task->policy, &task->verdict, change, (vg_lang)lang, sentence);
        vg_buf_add_cstr(out, lang ? ",\"en\":" : "\"fr\":");
        vg_buf_add_json_str(out, (vg_str){sentence->ptr, sentence->len});
    }
    vg_buf_add_cstr(out, "}}");
    if (sentence->failed) out->failed = true;
}

static void write_lower(vg_buf *out, vg_buf *sentence, const vg_task *task)
{
    vg_change changes[VG_CHANGE_MOST];
    size_t count = vg_task_changes(task, changes);
    vg_buf_add_cstr(out, ",\"lower\":[");
    for (size_t i = 0; i < count; i++) {
        if (i) vg_buf_add_char(out, ',');
        write_change(out, sentence, task, &changes[i]);
    }
    vg_buf_add_char(out, ']');
}

/* The evidence, then what is said of it in sentences. */
static void write_reasons(vg_buf *out, const vg_task *task)
{
    vg_buf sentence; /* scratch of all sentences */
    vg_buf_init(&sentence, 8192);
    vg_buf_reserve(&sentence, 512);
    write_evidence(out, task, &sentence);
    write_why_now(out, &sentence, task);
    write_lower(out, &sentence, task);
    vg_buf_free(&sentence);
}

/* The first message of the newest that fit. */
static size_t first_that_fits(const vg_case_context *context)
{
    size_t first = context->count, bytes = 0;
    while (first > 0) {
        const vg_window_message *m = &context->messages[first - 1];
        bytes += m->id.len + m->subject.len + m->text.len + (m->to_count ? VG_WINDOW_TO_BYTES : 0);
        if (bytes > WINDOW_MOST) break;
        first--;
    }
    return first;
}

static void write_hex(vg_buf *out, const char *before, const uint8_t *bytes, size_t len)
{
    char hex[65];
    vg_hex_encode(hex, bytes, len);
    vg_buf_printf(out, ",\"%s\":\"%s\"", before, hex);
}

/* What the event's own hashes say, where there was no upload: the first of each kind. */
static void write_hashes(vg_buf *out, const vg_event *event)
{
    bool seen[VG_HASH_ALGORITHMS] = {false};
    for (size_t i = 0; i < event->hash_count; i++) {
        const vg_media_hash *h = &event->hashes[i];
        if (seen[h->algorithm]) continue;
        seen[h->algorithm] = true;
        write_hex(out, vg_hash_algorithm_names[h->algorithm], h->bytes, vg_hash_bytes(h->algorithm));
        if (h->algorithm == VG_HASH_PDQ) vg_buf_printf(out, ",\"quality\":%u", h->quality);
    }
}

static void write_upload(vg_buf *out, const vg_media_info *m)
{
    vg_buf_printf(out, ",\"kind\":\"%s\",\"format\":\"%s\",\"size\":%llu", m->kind, m->format, (unsigned long long)m->size);
    if (m->width) vg_buf_printf(out, ",\"width\":%u,\"height\":%u", m->width, m->height);
    if (m->frames) vg_buf_printf(out, ",\"frames\":%u", m->frames);
    write_hex(out, "sha256", m->sha256, 32);
    write_hex(out, "sha1", m->sha1, 20);
    write_hex(out, "md5", m->md5, 16);
    if (m->has_pdq) {
        write_hex(out, "pdq", m->pdq, 32);
        vg_buf_printf(out, ",\"quality\":%u", m->quality);
    }
    if (m->note[0]) {
        vg_buf_add_cstr(out, ",\"note\":");
        vg_buf_add_json_str(out, vg_str_of(m->note));
    }
}

/* Known material is named in full: who may see a bank is decided when the case is read. */
static void write_media(vg_buf *out, const vg_task *task)
{
    vg_match_shown shown[VG_MATCHES_MAX];
    size_t count = vg_task_matches(task, shown);
    vg_buf_add_cstr(out, ",\"media\":{\"matches\":[");
    for (size_t i = 0; i < count; i++) {
        if (i) vg_buf_add_char(out, ',');
        vg_match_write(out, &shown[i], VG_MATCH_FULL);
    }
    vg_buf_add_char(out, ']');
    if (task->event->media) write_upload(out, task->event->media);
    else write_hashes(out, task->event);
    vg_buf_add_char(out, '}');
}

/* Memory knows that something was said before, not where. The words are still here, so their places are found again: what the account of
 * this event said is evidence, what anybody said of their own situation is a mark. */
static void write_found(vg_buf *out, const vg_task *task, const vg_case_context *context, const vg_window_message *m)
{
    vg_text_hits hits;
    bool spans = false, marks = false, own = vg_str_eq(m->subject, task->event->subject);
    if (!context->engine || !vg_text_scan(context->engine, context->scratch, m->text, &hits)) return;
    for (uint32_t i = 0; i < hits.count; i++) {
        if (!own || vg_family_sense_of(hits.hit[i].family) != VG_SENSE_APPROACH) continue;
        write_name(out, spans ? ",{\"name\":\"" : ",\"spans\":[{\"name\":\"", vg_evidence_of_family(hits.hit[i].family));
        vg_buf_add_char(out, '"');
        write_place(out, &hits.hit[i]);
        vg_buf_add_char(out, '}');
        spans = true;
    }
    if (spans) vg_buf_add_char(out, ']');
    for (uint32_t i = 0; i < hits.count; i++) {
        if (vg_family_sense_of(hits.hit[i].family) == VG_SENSE_APPROACH) continue;
        write_mark(out, marks ? "," : ",\"marks\":[", &hits.hit[i]);
        marks = true;
    }
    if (marks) vg_buf_add_char(out, ']');
}

/* Whom it was written to, as the platform named them; in a group that is who was there, as far as it said so. */
static void write_recipients(vg_buf *out, const vg_window_message *m)
{
    if (!m->to_all) return;
    vg_buf_add_cstr(out, ",\"to\":[");
    for (size_t i = 0; i < m->to_count; i++) {
        if (i) vg_buf_add_char(out, ',');
        vg_buf_add_json_str(out, m->to[i]);
    }
    vg_buf_add_char(out, ']');
    if (m->to_all > m->to_count) vg_buf_printf(out, ",\"to_all\":%" PRIu32, m->to_all);
}

static void write_window(vg_buf *out, const vg_task *task, const vg_case_context *context)
{
    size_t first = first_that_fits(context);
    vg_buf_add_cstr(out, ",\"window\":[");
    for (size_t i = first; i < context->count; i++) {
        const vg_window_message *m = &context->messages[i];
        char when[25];
        vg_time_format(m->time_ms, when);
        vg_buf_add_cstr(out, i > first ? ",{\"id\":" : "{\"id\":");
        vg_buf_add_json_str(out, m->id);
        vg_buf_add_cstr(out, ",\"subject\":");
        vg_buf_add_json_str(out, m->subject);
        write_recipients(out, m);
        vg_buf_add_cstr(out, ",\"age_band\":\"");
        vg_buf_add_cstr(out, vg_age_band_names[m->age_band < VG_AGE_BANDS ? m->age_band : 0]);
        vg_buf_add_cstr(out, "\",\"time\":\"");
        vg_buf_add_cstr(out, when);
        vg_buf_add_cstr(out, "\",\"text\":");
        vg_buf_add_json_str(out, m->text);
        write_found(out, task, context, m);
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_char(out, ']');
}

static void write_number(vg_buf *out, const char *name, uint32_t value)
{
    if (value == VG_FACTS_UNKNOWN) return;
    vg_buf_add_cstr(out, ",\"");
    vg_buf_add_cstr(out, name);
    vg_buf_add_cstr(out, "\":");
    vg_buf_add_u64(out, value);
}

static void write_facts(vg_buf *out, const vg_task *task)
{
    const vg_facts *f = &task->facts;
    if (task->event->type == VG_EVENT_NOTICE) {
        vg_buf_printf(out, ",\"facts\":{\"reporter_age_band\":\"%s\",\"account_age_band\":\"%s\"",
                      vg_age_band_names[f->actor_band], vg_age_band_names[f->about_band]);
        write_number(out, "notices_made", f->notices_made);
        write_number(out, "notices_upheld", f->notices_upheld);
        write_number(out, "notices_dismissed", f->notices_dismissed);
        write_number(out, "notices_against", f->notices_against);
        vg_buf_add_char(out, '}');
        return;
    }
    vg_buf_printf(out, ",\"facts\":{\"account_age_band\":\"%s\",\"account_age_basis\":\"%s\"",
                  vg_age_band_names[f->actor_band], vg_age_basis_names[f->actor_basis]);
    if (f->actor_country[0]) vg_buf_printf(out, ",\"account_country\":\"%s\"", f->actor_country);
    if (f->has_peer && f->peer_country[0]) vg_buf_printf(out, ",\"peer_country\":\"%s\"", f->peer_country);
    if (f->has_peer) {
        vg_buf_printf(out, ",\"peer_age_band\":\"%s\",\"peer_age_basis\":\"%s\"", vg_age_band_names[f->peer_band],
                      vg_age_basis_names[f->peer_basis]);
        write_number(out, "sent", f->sent);
        write_number(out, "received", f->received);
        write_number(out, "met_hours_ago", f->met_hours_ago);
        vg_buf_printf(out, ",\"actor_began\":%s,\"moved_private\":%s", f->actor_began ? "true" : "false",
                      f->moved_private ? "true" : "false");
    }
    write_number(out, "account_age_hours", f->actor_age_hours);
    write_number(out, "minors_24h", f->minors_day);
    write_number(out, "minors_7d", f->minors_week);
    write_number(out, "unreciprocated", f->unreciprocated);
    vg_buf_add_char(out, '}');
}

/* ---- the course of the exchange ---- */

static void write_unless_unknown(vg_buf *out, const char *name, uint32_t value)
{
    vg_buf_printf(out, ",\"%s\":", name);
    if (value == VG_FACTS_UNKNOWN) vg_buf_add_cstr(out, "null");
    else vg_buf_add_u64(out, value);
}

/* With the youngest recipient; a stage that was not reached has no minutes. */
static void write_course(vg_buf *out, const vg_task *task)
{
    const vg_facts *f = &task->facts;
    if (task->event->type == VG_EVENT_NOTICE || !f->has_peer) return;
    vg_buf_add_cstr(out, ",\"course\":{\"stages\":[");
    for (unsigned s = 0; s < VG_STAGES; s++) {
        bool reached = f->stages >> s & 1;
        vg_buf_printf(out, "%s{\"name\":\"%s\"", s ? "," : "", vg_stage_names[s]);
        write_unless_unknown(out, "minutes", reached ? f->stage_minutes[s] : VG_FACTS_UNKNOWN);
        vg_buf_printf(out, ",\"reached\":%s,\"now\":%s}", reached ? "true" : "false", f->stages_now >> s & 1 ? "true" : "false");
    }
    vg_buf_add_char(out, ']');
    write_unless_unknown(out, "refused_hours", f->refused_hours);
    write_unless_unknown(out, "asked_after_refusal", f->asked_after_refusal);
    write_unless_unknown(out, "move_after", f->move_after);
    write_unless_unknown(out, "sent_in_row", f->sent_in_row);
    uint64_t messages = (uint64_t)f->sent + f->received;
    write_unless_unknown(out, "initiative", messages ? (uint32_t)(f->sent * UINT64_C(100) / messages) : VG_FACTS_UNKNOWN);
    vg_buf_printf(out, ",\"sent\":%u,\"received\":%u", f->sent, f->received);
    if (f->actor_stated_band && f->actor_stated_band < VG_AGE_BANDS)
        vg_buf_printf(out, ",\"account_says\":\"%s\"", vg_age_band_names[f->actor_stated_band]);
    if (f->peer_stated_band && f->peer_stated_band < VG_AGE_BANDS)
        vg_buf_printf(out, ",\"peer_says\":\"%s\"", vg_age_band_names[f->peer_stated_band]);
    vg_buf_add_char(out, '}');
}

vg_str vg_case_content(const vg_task *task, const vg_case_context *context, vg_arena *arena)
{
    const vg_event *event = task->event;
    vg_buf out;
    vg_str result = {0};
    vg_buf_init(&out, CONTENT_CEILING);
    vg_buf_reserve(&out, 8192);
    vg_buf_add_cstr(&out, "{\"event\":");
    if (task->scanned && event->raw.len <= RAW_MOST) {
        vg_buf_add_str(&out, event->raw);
    } else {
        vg_event shown = *event;
        if (!task->scanned) { /* a hash tells what a picture is as well as the picture does */
            shown.text = shown.upload = (vg_str){"", 0};
            shown.hash_count = 0;
        } else if (shown.media) {
            shown.hash_count = 0; /* an event has an upload or hashes; the upload's are in "media" */
        }
        vg_event_write(&out, &shown);
        if (!task->scanned) vg_buf_add_cstr(&out, ",\"withheld\":true");
    }
    write_reasons(&out, task);
    if (event->type == VG_EVENT_MEDIA && task->scanned) write_media(&out, task);
    write_window(&out, task, context);
    vg_buf_add_cstr(&out, ",\"conversation\":");
    vg_buf_add_json_str(&out, event->conversation);
    vg_buf_printf(&out, ",\"channel\":\"%s\",\"policy\":\"%016llx\"", vg_channel_names[event->channel],
                  (unsigned long long)task->policy->version);
    if (event->channel == VG_CHANNEL_PRIVATE && task->policy->legal_basis) {
        vg_buf_add_cstr(&out, ",\"legal_basis\":");
        vg_buf_add_json_str(&out, vg_str_of(task->policy->legal_basis));
    }
    write_facts(&out, task);
    write_course(&out, task);
    vg_buf_add_cstr(&out, ",\"memory\":"); /* what rules were given, so that a new one can be tried on it */
    vg_facts_write(&out, &task->facts);
    vg_buf_add_char(&out, '}');
    if (!out.failed) result = vg_arena_copy(arena, (vg_str){out.ptr, out.len});
    vg_buf_free(&out);
    return result;
}
