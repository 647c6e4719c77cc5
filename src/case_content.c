/* SPDX-License-Identifier: Apache-2.0 */
#include "case_content.h"

#include "base/hash.h"
#include "base/time.h"
#include "decision/decision.h"

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
}

static void write_one(vg_buf *out, vg_buf *sentence, const vg_task *task, const vg_evidence *ev)
{
    write_name(out, "{\"name\":\"", ev->kind);
    vg_buf_add_cstr(out, "\",\"weight\":");
    vg_buf_add_e4(out, ev->weight);
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
    if (ev->kind == VG_MEDIA_KNOWN && ev->detail < task->policy->bank_count) {
        vg_buf_add_cstr(out, ",\"bank\":");
        vg_buf_add_json_str(out, vg_str_of(task->policy->banks[ev->detail].name));
        vg_buf_add_cstr(out, ",\"category\":");
        vg_buf_add_json_str(out, vg_str_of(task->policy->banks[ev->detail].category));
    }
    vg_buf_add_cstr(out, "}");
}

static void write_evidence(vg_buf *out, const vg_task *task)
{
    vg_buf sentence;
    vg_buf_init(&sentence, 4096);
    vg_buf_reserve(&sentence, 512);
    vg_buf_add_cstr(out, ",\"evidence\":[");
    for (size_t i = 0; i < task->verdict.count; i++) {
        if (i) vg_buf_add_char(out, ',');
        write_one(out, &sentence, task, &task->verdict.evidence[i]);
    }
    vg_buf_free(&sentence);
    vg_buf_add_cstr(out, "],\"spans\":[");
    for (uint32_t i = 0; i < task->hits.count; i++) {
        const vg_text_hit *hit = &task->hits.hit[i];
        write_name(out, i ? ",{\"name\":\"" : "{\"name\":\"", hit->family);
        vg_buf_add_cstr(out, "\",\"from\":");
        vg_buf_add_u64(out, hit->span.from);
        vg_buf_add_cstr(out, ",\"to\":");
        vg_buf_add_u64(out, hit->span.to);
        write_pattern(out, task->policy, hit->pattern);
        vg_buf_add_char(out, '}');
    }
    for (size_t i = 0; i < task->model_span_count; i++)
        vg_buf_printf(out, "%s{\"name\":\"text.model\",\"from\":%u,\"to\":%u}", i || task->hits.count ? "," : "", task->model_span[i].span.from,
                      task->model_span[i].span.to);
    vg_buf_add_char(out, ']');
}

/* The first message of the newest that fit. */
static size_t first_that_fits(const vg_case_context *context)
{
    size_t first = context->count, bytes = 0;
    while (first > 0) {
        const vg_window_message *m = &context->messages[first - 1];
        bytes += m->id.len + m->subject.len + m->text.len;
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

static void write_window(vg_buf *out, const vg_case_context *context)
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
        vg_buf_add_cstr(out, ",\"age_band\":\"");
        vg_buf_add_cstr(out, vg_age_band_names[m->age_band < VG_AGE_BANDS ? m->age_band : 0]);
        vg_buf_add_cstr(out, "\",\"time\":\"");
        vg_buf_add_cstr(out, when);
        vg_buf_add_cstr(out, "\",\"text\":");
        vg_buf_add_json_str(out, m->text);
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
    write_evidence(&out, task);
    if (event->type == VG_EVENT_MEDIA && task->scanned) write_media(&out, task);
    write_window(&out, context);
    vg_buf_add_cstr(&out, ",\"conversation\":");
    vg_buf_add_json_str(&out, event->conversation);
    vg_buf_printf(&out, ",\"channel\":\"%s\",\"policy\":\"%016llx\"", vg_channel_names[event->channel],
                  (unsigned long long)task->policy->version);
    if (event->channel == VG_CHANNEL_PRIVATE && task->policy->legal_basis) {
        vg_buf_add_cstr(&out, ",\"legal_basis\":");
        vg_buf_add_json_str(&out, vg_str_of(task->policy->legal_basis));
    }
    write_facts(&out, task);
    vg_buf_add_char(&out, '}');
    if (!out.failed) result = vg_arena_copy(arena, (vg_str){out.ptr, out.len});
    vg_buf_free(&out);
    return result;
}
