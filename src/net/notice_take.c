/* SPDX-License-Identifier: Apache-2.0
 *
 * DESIGN. A notice is an event of the type `vigie.notice` like those of a platform: it goes through memory, which keeps the record of who
 * reports, and opens or joins the case of the account. Two things are its own: it always comes before a person, whatever it weighs; and one
 * that says of the same target what an open notice says already adds to that one's count instead of to the case, so that a flood costs one
 * reading. */
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <strings.h>
#include "base/alloc.h"
#include "base/time.h"
#include "net/form.h"
#include "net/notice.h"
#include "net/server_int.h"

enum { TARGET_HEAD = 180, LIKE_MOST = 200, HEX16 = 17 };

/* 16 hex digits that tell one from another, and nothing else. */
static void short_hash(vg_exchange *x, const char *purpose, vg_str a, vg_str b, char out[HEX16])
{
    uint8_t hash[32];
    vg_buf text;
    vg_buf_init(&text, 1 << 20);
    vg_buf_add_cstr(&text, purpose);
    vg_buf_add_json_str(&text, a);
    vg_buf_add_json_str(&text, b);
    vg_seal_token_hash(x->server->ring, (vg_str){text.failed ? "" : text.ptr, text.failed ? 0 : text.len}, hash);
    vg_hex_encode(out, hash, 8);
    vg_buf_free(&text);
}

/* What the case is about: the account; where none is named, the message or the first place, shortened to a name. */
static vg_str target_of(vg_exchange *x, const vg_notice_draft *d)
{
    char hash[HEX16];
    if (d->account.len) return d->account;
    if (d->message.len && d->message.len < VG_EVENT_MAX_NAME - 8) return vg_arena_printf(x->arena, "message:%.*s", VG_STR_ARG(d->message));
    vg_str place = d->location_count ? d->location[0] : d->message;
    if (place.len <= VG_EVENT_MAX_NAME - 8) return place;
    size_t head = TARGET_HEAD;
    while (head && ((unsigned char)place.ptr[head] & 0xc0) == 0x80) head--; /* not half a letter */
    short_hash(x, "target", place, VG_STR(""), hash);
    return vg_arena_printf(x->arena, "%.*s#%s", (int)head, place.ptr, hash);
}

static vg_str lower(vg_exchange *x, vg_str s)
{
    vg_str out = vg_arena_copy(x->arena, s);
    for (size_t i = 0; out.ptr && i < out.len; i++)
        if (out.ptr[i] >= 'A' && out.ptr[i] <= 'Z') ((char *)(uintptr_t)out.ptr)[i] = (char)(out.ptr[i] - 'A' + 'a');
    return out;
}

/* ---- as an event ---- */

/* Who acts: the platform's own account, a flagger, a pseudonym of the address; of nobody known, one for each notice. */
static vg_str subject_of(vg_exchange *x, const vg_notice_draft *d, vg_str who, const vg_flagger *flagger, vg_str id)
{
    char hash[HEX16];
    if (d->reporter.len) return d->reporter;
    if (flagger->id) return vg_arena_printf(x->arena, "flagger:%lld", (long long)flagger->id);
    short_hash(x, who.len ? "notifier" : "anonymous", who.len ? who : id, VG_STR(""), hash);
    return vg_arena_printf(x->arena, who.len ? "notifier:%s" : "anonymous:%s", hash);
}

static int make_event(vg_exchange *x, vg_event *event, vg_str space, const vg_notice_draft *d, vg_str id, vg_str subject, vg_str about, int64_t now_ms, vg_error *err)
{
    vg_buf raw;
    *event = (vg_event){.type = VG_EVENT_NOTICE,
                        .id = id,
                        .source = vg_arena_printf(x->arena, "/spaces/%.*s", VG_STR_ARG(space)),
                        .space = space,
                        .subject = subject,
                        .time_ms = now_ms,
                        .text = d->text,
                        .about = about,
                        .reason = vg_notice_category_reason((vg_notice_category)d->category),
                        .about_event = d->message,
                        .conversation = {"", 0},
                        .language = {"", 0}};
    vg_buf_init(&raw, 1 << 20);
    vg_event_write(&raw, event);
    if (!raw.failed) event->raw = vg_arena_copy(x->arena, (vg_str){raw.ptr, raw.len});
    vg_buf_free(&raw);
    return event->raw.ptr && event->source.ptr && subject.ptr && about.ptr && id.ptr ? 0 : vg_fail(err, VG_ENOMEM, "", "no memory for this notice now");
}

/* The event's case, to be written; case_id of one that memory knows the case of already. */
typedef struct passage {
    vg_case_write write;
    bool has_write;
    uint64_t event_key;
    int64_t case_id;
} passage;

static int pass(vg_desk *desk, vg_exchange *x, const vg_event *event, int64_t now_ms, passage *out, vg_error *err)
{
    vg_error failed = {0};
    vg_task *task = vg_arena_calloc(x->arena, 1, sizeof *task);
    *out = (passage){0};
    if (!task) return vg_fail(err, VG_ENOMEM, "", "no memory for this notice now");
    if (!desk->worker && vg_worker_create(&desk->worker, x->server->pipeline, err)) return -err->code;
    int rc = vg_worker_begin(desk->worker, err);
    if (rc) return rc;
    rc = vg_pipeline_prepare(desk->worker, event, task, err);
    task->at_least = VG_VERDICT_REVIEW;
    if (!rc && vg_pipeline_apply(desk->worker, task, 1, now_ms, x->arena, &failed)) {
        rc = -failed.code;
        if (err) *err = failed;
    }
    out->write = task->write;
    out->write.is_notice = false; /* it has a row of its own, not one made of the event */
    out->has_write = task->needs_case;
    out->event_key = task->keys.event;
    out->case_id = task->case_id;
    vg_worker_finish(desk->worker);
    return rc;
}

/* ---- what is stored ---- */

static void add_member(json_t *object, const char *name, vg_str value)
{
    if (value.len) json_object_set_new(object, name, json_stringn(value.ptr, value.len));
}

static vg_str dump(vg_exchange *x, json_t *object)
{
    char *text = json_object_size(object) ? json_dumps(object, JSON_COMPACT) : NULL;
    vg_str out = text ? vg_arena_copy(x->arena, vg_str_of(text)) : (vg_str){"", 0};
    vg_free(text);
    json_decref(object);
    return out;
}

static vg_str body_of(vg_exchange *x, const vg_notice_draft *d, const vg_policy_notices *policy, vg_lang lang)
{
    json_t *body = json_object(), *places = json_array(), *answer = json_object();
    add_member(body, "text", d->text);
    add_member(body, "account", d->account);
    add_member(body, "message", d->message);
    for (size_t i = 0; i < d->location_count; i++) json_array_append_new(places, json_stringn(d->location[i].ptr, d->location[i].len));
    json_object_set_new(body, "locations", places);
    add_member(answer, "upheld", vg_str_of(policy->upheld[lang]));
    add_member(answer, "dismissed", vg_str_of(policy->dismissed[lang]));
    add_member(answer, "redress", vg_str_of(policy->redress[lang]));
    json_object_set_new(body, "answer", answer);
    return dump(x, body);
}

static vg_str identity_of(vg_exchange *x, const vg_notice_draft *d)
{
    json_t *identity = json_object();
    add_member(identity, "name", d->name);
    add_member(identity, "email", d->email);
    add_member(identity, "contact", d->contact);
    add_member(identity, "account", d->reporter);
    return dump(x, identity);
}

/* The open case of a notice that says the same of the same; 0: none. */
static int64_t repeated_in(vg_desk *desk, vg_exchange *x, const vg_notice_write *w)
{
    vg_notice_before *before = NULL;
    size_t count = 0;
    vg_error err = {0};
    if (vg_store_notices_about(desk->store, w->space, w->target, LIKE_MOST, x->arena, &before, &count, &err)) return 0;
    for (size_t i = 0; i < count; i++)
        if (vg_notice_alike(&before[i].words, &w->words)) return before[i].case_id;
    return 0;
}

static int find_flagger(vg_desk *desk, vg_exchange *x, const vg_notice_in *in, vg_flagger *out, vg_error *err)
{
    int64_t key = x->key.known ? x->key.id : 0;
    return vg_store_flagger_of(desk->store, key, in->space, in->draft.reporter, x->arena, out, err);
}

static int is_suspended(vg_desk *desk, vg_exchange *x, const vg_notice_write *w, const vg_policy_notices *policy, bool *out, vg_error *err)
{
    vg_notifier who;
    *out = false;
    if (!w->who.len || vg_notice_always_processed(w->category, w->danger)) return 0;
    int rc = vg_store_notifier_of(desk->store, w->space, w->who, w->now_ms - policy->unfounded_window_days * VG_DAY_MS, x->arena, &who, err);
    *out = !rc && who.suspended_until_ms > w->now_ms;
    return rc;
}

static void told(vg_desk *desk, vg_exchange *x, const passage *p, const vg_notice_written *done, int64_t now_ms)
{
    if (p->has_write) vg_pipeline_case_stored(x->server->pipeline, p->event_key, done->case_id);
    if (done->case_id && !done->duplicate)
        vg_hub_case(&x->server->hub, desk->store, desk->arena, done->case_id, done->opened ? "opened" : "touched", now_ms);
}

/* Through the pipeline and into a case. */
static int enter(vg_desk *desk, vg_exchange *x, const vg_notice_in *in, const vg_flagger *flagger, vg_str id, vg_notice_write *w, vg_notice_written *out, vg_error *err)
{
    vg_event event;
    passage p;
    vg_str subject = subject_of(x, &in->draft, w->who, flagger, id);
    int rc = make_event(x, &event, w->space, &in->draft, id, subject, w->target, w->now_ms, err);
    if (!rc) rc = pass(desk, x, &event, w->now_ms, &p, err);
    if (rc) return rc;
    w->event = p.has_write ? &p.write : NULL;
    w->join = p.has_write ? 0 : p.case_id;
    rc = vg_store_notice_add(desk->store, w, out, err);
    if (!rc) told(desk, x, &p, out, w->now_ms);
    return rc;
}

static vg_notice_write write_of(vg_exchange *x, const vg_notice_in *in, const vg_policy *policy, vg_lang lang, const vg_flagger *flagger, int64_t now_ms)
{
    const vg_notice_draft *d = &in->draft;
    vg_hash_key key = vg_keyring_names(x->server->ring);
    bool trusted = flagger->id && vg_flagger_trusted(flagger, now_ms);
    return (vg_notice_write){.space = vg_str_of(policy->space),
                             .origin = trusted ? VG_ORIGIN_FLAGGER : x->key.known ? VG_ORIGIN_PLATFORM : VG_ORIGIN_FORM,
                             .category = (vg_notice_category)d->category,
                             .language = lang,
                             .danger = d->danger,
                             .trusted = trusted,
                             .submission = in->submission,
                             .target = target_of(x, d),
                             .who = d->reporter.len ? d->reporter : lower(x, d->email),
                             .flagger_id = flagger->id,
                             .words = vg_notice_words_of(&key, d->text),
                             .body = body_of(x, d, policy->notices, lang),
                             .identity = identity_of(x, d),
                             .receipt = vg_str_of(policy->notices->receipt[lang]),
                             .imminent_due_ms = policy->queue.imminent_minutes ? now_ms + policy->queue.imminent_minutes * VG_MINUTE_MS : 0,
                             .now_ms = now_ms};
}

/* Never the same twice: what a submission is, the store knows. */
static vg_str event_id(vg_exchange *x)
{
    uint8_t random[12];
    char hex[25];
    randombytes_buf(random, sizeof random);
    vg_hex_encode(hex, random, sizeof random);
    return vg_arena_printf(x->arena, "notice-%s", hex);
}

int vg_notice_take(vg_desk *desk, vg_exchange *x, const vg_notice_in *in, const vg_policy *policy, vg_lang lang, vg_notice_written *out, vg_error *err)
{
    vg_flagger flagger;
    bool suspended;
    int64_t now_ms = vg_time_now();
    if (in->submission.len && vg_store_notice_submitted(desk->store, in->space, in->submission, x->arena, out, NULL) == 0 && out->duplicate) return 0;
    int rc = find_flagger(desk, x, in, &flagger, err);
    if (rc) return rc;
    vg_notice_write w = write_of(x, in, policy, lang, &flagger, now_ms);
    if (!w.target.ptr || !w.body.ptr || !w.identity.ptr || !w.body.len) return vg_fail(err, VG_ENOMEM, "", "no memory for this notice now");
    rc = is_suspended(desk, x, &w, policy->notices, &suspended, err);
    if (rc) return rc;
    if (suspended) return vg_store_notice_add(desk->store, &w, out, err);
    w.join = repeated_in(desk, x, &w);
    if (w.join) {
        passage none = {0};
        rc = vg_store_notice_add(desk->store, &w, out, err);
        if (!rc) told(desk, x, &none, out, now_ms);
        if (rc != -VG_ECONFLICT) return rc; /* decided meanwhile: then it opens a new one */
        *err = (vg_error){0};
    }
    return enter(desk, x, in, &flagger, event_id(x), &w, out, err);
}

/* ---- set aside, and taken up ---- */

static vg_str member(vg_exchange *x, const json_t *object, const char *name)
{
    const char *s = json_string_value(json_object_get(object, name));
    return s ? vg_arena_copy(x->arena, vg_str_of(s)) : (vg_str){"", 0};
}

int vg_notice_take_up(vg_desk *desk, vg_exchange *x, const vg_notice *notice, vg_str body, vg_case_written *out, vg_error *err)
{
    json_t *root = json_loadb(body.ptr, body.len, 0, NULL), *place;
    size_t i;
    vg_event event;
    passage p;
    int64_t now_ms = vg_time_now();
    vg_notice_draft d = {.category = (int)notice->category, .text = member(x, root, "text"), .account = member(x, root, "account"), .message = member(x, root, "message")};
    json_array_foreach(json_object_get(root, "locations"), i, place)
        if (json_is_string(place) && d.location_count < VG_NOTICE_LOCATIONS) d.location[d.location_count++] = vg_arena_copy(x->arena, vg_str_of(json_string_value(place)));
    json_decref(root);
    vg_str target = target_of(x, &d);
    if (!target.len) return vg_fail(err, VG_ECONFLICT, "", "what this notice says is destroyed");
    vg_str id = vg_arena_printf(x->arena, "notice-set-aside-%lld", (long long)notice->id);
    vg_str subject = vg_arena_printf(x->arena, "notifier:%.16s", notice->who[0] ? notice->who : "forgotten");
    int rc = make_event(x, &event, notice->space, &d, id, subject, target, now_ms, err);
    if (!rc) rc = pass(desk, x, &event, now_ms, &p, err);
    if (!rc && !p.has_write) rc = vg_fail(err, VG_ECONFLICT, "", "this notice is in a case already");
    if (!rc) rc = vg_store_notice_enter(desk->store, notice->id, &p.write, x->user.name, now_ms, out, err);
    if (rc) return rc;
    vg_notice_written done = {.case_id = out->case_id, .opened = out->opened};
    told(desk, x, &p, &done, now_ms);
    return 0;
}
