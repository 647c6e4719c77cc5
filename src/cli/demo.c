/* SPDX-License-Identifier: Apache-2.0
 *
 * vigie demo: a made-up space played into a running server through its HTTP API.
 *
 * policy/demo/script.json holds what is said: ordinary chatter in two languages and a handful of situations, at the
 * level of a prevention guide. This file only decides who says it and when. The opening scene is put together first,
 * sorted by time and sent in batches; the live part sends each event when it is due.
 */
#include <curl/curl.h>
#include <jansson.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/time.h"
#include "cli/cli.h"
#include "cli/progress.h"
#include "event/event.h"

enum { ROOMS = 160, BATCH = 200, OPENING_HOURS = 6, SITUATION_EVERY_S = 40, QUEUE = 4096, SCRIPT_CEILING = 1 << 20 };

typedef struct person {
    char name[40];
    const char *space;
    vg_age_band band;
    vg_age_basis basis;
    bool french;
} person;

typedef struct room {
    char name[32];
    size_t member[6], members; /* persons */
    vg_channel channel;
} room;

typedef struct planned { /* an event that waits for its time */
    int64_t at_ms;
    uint64_t order; /* of events with the same time */
    char *json;
} planned;

typedef struct demo {
    json_t *script;
    CURL *curl;
    struct curl_slist *headers;
    char url[512];
    uint64_t random, ids;
    char run[24]; /* makes ids of two runs differ */
    person *people;
    size_t count;
    room rooms[ROOMS];
    planned queue[QUEUE];
    size_t waiting;
    size_t situation; /* which one comes next */
    uint64_t sent;
    vg_buf answer;
    vg_error *err;
} demo;

static volatile sig_atomic_t stopped;
static void on_signal(int number)
{
    (void)number;
    stopped = 1;
}

static uint32_t below(demo *d, size_t n)
{
    uint64_t z = (d->random += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (uint32_t)(((z ^ (z >> 31)) >> 32) * n >> 32);
}

static const char *line_of(demo *d, const char *list, bool french)
{
    json_t *lines = json_object_get(json_object_get(d->script, list), french ? "fr" : "en");
    const char *text = json_string_value(json_array_get(lines, below(d, json_array_size(lines))));
    return text ? text : "";
}

/* ---- people and rooms ---- */

static void make_person(demo *d, size_t n)
{
    static const struct {
        const char *space;
        int share[VG_AGE_BANDS]; /* of 100: unknown, under13, 13-14, 15-17, 18-24, 25+ */
    } crowd[3] = {{"lobby", {6, 22, 30, 27, 9, 6}}, {"rencontre", {4, 0, 1, 7, 66, 22}}, {"forum", {20, 4, 10, 16, 24, 26}}};
    person *p = &d->people[n];
    size_t where = n % 5 < 3 ? 0 : n % 5 == 3 ? 1 : 2;
    json_t *first = json_object_get(d->script, "first_names"), *second = json_object_get(d->script, "second_names");
    p->space = crowd[where].space;
    int roll = (int)below(d, 100), band = 0;
    while (band < VG_AGE_BANDS - 1 && roll >= crowd[where].share[band]) roll -= crowd[where].share[band++];
    p->band = (vg_age_band)band;
    p->basis = p->band == VG_AGE_UNKNOWN ? VG_BASIS_UNKNOWN : below(d, 3) ? VG_BASIS_DECLARED : VG_BASIS_VERIFIED;
    p->french = below(d, 10) < 7;
    snprintf(p->name, sizeof p->name, "%s-%s-%zu", json_string_value(json_array_get(first, below(d, json_array_size(first)))),
             json_string_value(json_array_get(second, below(d, json_array_size(second)))), n);
}

/* Somebody of the space, near in age to `like` when there is one: ordinary talk is among peers. */
static size_t find_person(demo *d, const char *space, const person *like)
{
    size_t n = 0;
    for (int tries = 0; tries < 400; tries++) {
        n = below(d, d->count);
        const person *p = &d->people[n];
        if (p == like || strcmp(p->space, space) != 0) continue;
        if (like && abs((int)p->band - (int)like->band) > 1) continue;
        if (like && p->french != like->french) continue;
        break;
    }
    return n;
}

static void make_room(demo *d, size_t n)
{
    static const char *const spaces[3] = {"lobby", "rencontre", "forum"};
    room *r = &d->rooms[n];
    const char *space = spaces[n % 5 < 3 ? 0 : n % 5 - 2];
    snprintf(r->name, sizeof r->name, "%s-%zu", n % 4 == 0 ? "salon" : n % 4 == 1 ? "equipe" : "mp", n);
    r->channel = n % 4 == 0 ? VG_CHANNEL_PUBLIC : n % 4 == 1 ? VG_CHANNEL_GROUP : VG_CHANNEL_PRIVATE;
    r->members = r->channel == VG_CHANNEL_PRIVATE ? 2 : 6;
    r->member[0] = find_person(d, space, NULL);
    for (size_t i = 1; i < r->members; i++) {
        r->member[i] = find_person(d, space, &d->people[r->member[0]]);
        if (r->member[i] == r->member[0]) r->member[i] = find_person(d, space, NULL);
    }
}

/* ---- events ---- */

static int plan(demo *d, int64_t at_ms, vg_event *event, const char *space)
{
    char id[64], source[80];
    vg_buf out;
    vg_buf_init(&out, 1 << 20);
    snprintf(id, sizeof id, "%s-%llu", d->run, (unsigned long long)d->ids++);
    snprintf(source, sizeof source, "/spaces/%s", space);
    event->id = vg_str_of(id);
    event->source = vg_str_of(source);
    event->time_ms = at_ms;
    vg_event_write(&out, event);
    if (out.failed || d->waiting == QUEUE) {
        vg_buf_free(&out);
        return vg_fail(d->err, VG_ENOMEM, "", "no memory for the demo's events");
    }
    d->queue[d->waiting++] = (planned){at_ms, d->ids, out.ptr};
    return 0;
}

static int say(demo *d, int64_t at_ms, const person *who, const vg_str *to, size_t to_count, const char *room_name, vg_channel channel, const char *text)
{
    vg_event event = {.type = VG_EVENT_MESSAGE, .subject = vg_str_of(who->name), .conversation = vg_str_of(room_name), .channel = channel,
                      .to = (vg_str *)(uintptr_t)to, .to_count = to_count, .text = vg_str_of(text), .language = vg_str_of(who->french ? "fr" : "en")};
    return plan(d, at_ms, &event, who->space);
}

static int introduce(demo *d, int64_t at_ms, const person *who, int64_t created_ms)
{
    vg_event event = {.type = VG_EVENT_ACCOUNT, .subject = vg_str_of(who->name), .age_band = who->band,
                      .age_basis = who->basis == VG_BASIS_UNKNOWN ? VG_BASIS_DECLARED : who->basis,
                      .created_ms = created_ms, .country = "FR", .language = vg_str_of(who->french ? "fr" : "en")};
    return plan(d, at_ms, &event, who->space);
}

static int chatter(demo *d, int64_t at_ms)
{
    room *r = &d->rooms[below(d, ROOMS)];
    size_t speaker = below(d, r->members), count = 0;
    const person *who = &d->people[r->member[speaker]];
    vg_str to[6];
    for (size_t i = 0; r->channel != VG_CHANNEL_PUBLIC && i < r->members; i++)
        if (r->member[i] != r->member[speaker]) to[count++] = vg_str_of(d->people[r->member[i]].name);
    const char *list = strcmp(who->space, "rencontre") == 0 ? "chatter_adults" : "chatter";
    return say(d, at_ms, who, to, count, r->name, count ? r->channel : VG_CHANNEL_PUBLIC, line_of(d, list, who->french));
}

/* ---- situations ---- */

static vg_age_band band_of(const char *name)
{
    for (int i = 0; name && i < VG_AGE_BANDS; i++)
        if (strcmp(name, vg_age_band_names[i]) == 0) return (vg_age_band)i;
    return VG_AGE_UNKNOWN;
}

static void cast(demo *d, json_t *s, const char *role, person *out)
{
    json_t *first = json_object_get(d->script, "first_names");
    *out = (person){.space = json_string_value(json_object_get(s, "space")),
                    .band = band_of(json_string_value(json_object_get(s, role))), .basis = VG_BASIS_DECLARED,
                    .french = strcmp(json_string_value(json_object_get(s, "language")), "fr") == 0};
    snprintf(out->name, sizeof out->name, "%s-%s%u", json_string_value(json_array_get(first, below(d, json_array_size(first)))),
             strcmp(role, "adult") ? "" : "x", 100 + below(d, 9000));
}

/* One line of a situation: ["adult", "text"], ["child", "text"], ["adult", {"media": "..."}], ["child", {"report": "grooming"}]; a number
 * after it waits so many steps longer before it is said. */
static int play_line(demo *d, int64_t at_ms, json_t *line, const person *adult, const person *child, const char *room_name, vg_channel channel)
{
    bool by_adult = strcmp(json_string_value(json_array_get(line, 0)), "adult") == 0;
    const person *who = by_adult ? adult : child, *other = by_adult ? child : adult;
    json_t *what = json_array_get(line, 1);
    vg_str to = vg_str_of(other->name);
    const char *picture = json_string_value(json_object_get(what, "media")), *report = json_string_value(json_object_get(what, "report"));
    if (json_is_string(what)) return say(d, at_ms, who, &to, 1, room_name, channel, json_string_value(what));
    if (picture) {
        vg_media_hash hash = {.algorithm = VG_HASH_SHA256};
        crypto_hash_sha256(hash.bytes, (const unsigned char *)picture, strlen(picture));
        vg_event event = {.type = VG_EVENT_MEDIA, .subject = vg_str_of(who->name), .conversation = vg_str_of(room_name), .channel = channel,
                          .to = &to, .to_count = 1, .hashes = &hash, .hash_count = 1, .mime = VG_STR("image/png")};
        return plan(d, at_ms, &event, who->space);
    }
    vg_event event = {.type = VG_EVENT_NOTICE, .subject = vg_str_of(who->name), .about = vg_str_of(other->name),
                      .conversation = vg_str_of(room_name), .reason = VG_REASON_OTHER,
                      .text = vg_str_of(json_string_value(json_object_get(what, "text")))};
    for (int i = 0; report && i < VG_REASONS; i++)
        if (strcmp(report, vg_notice_reason_names[i]) == 0) event.reason = (vg_notice_reason)i;
    return plan(d, at_ms, &event, who->space);
}

/* An adult who writes the same opening to many children. */
static int play_fan_out(demo *d, json_t *s, int64_t at_ms, const person *adult)
{
    int rc = 0;
    json_int_t children = json_integer_value(json_object_get(s, "children"));
    for (json_int_t i = 0; !rc && i < children; i++) {
        person child;
        char room_name[32];
        cast(d, s, "child", &child);
        snprintf(room_name, sizeof room_name, "mp-%llu", (unsigned long long)d->ids);
        vg_str to = vg_str_of(child.name);
        if ((rc = introduce(d, at_ms, &child, at_ms - 90 * VG_DAY_MS))) break;
        at_ms += 20 * VG_SECOND_MS;
        json_t *lines = json_object_get(s, "opening");
        rc = say(d, at_ms, adult, &to, 1, room_name, VG_CHANNEL_PRIVATE,
                 json_string_value(json_array_get(lines, below(d, json_array_size(lines)))));
    }
    return rc;
}

static int play_situation(demo *d, json_t *s, int64_t at_ms, int64_t step_ms)
{
    person adult, child;
    char room_name[32];
    size_t i;
    json_t *line;
    cast(d, s, "adult", &adult);
    cast(d, s, "child", &child);
    json_int_t age_days = json_integer_value(json_object_get(s, "adult_account_days"));
    int rc = introduce(d, at_ms, &adult, at_ms - (int64_t)age_days * VG_DAY_MS - VG_HOUR_MS);
    if (!rc) rc = introduce(d, at_ms, &child, at_ms - 200 * VG_DAY_MS);
    if (rc) return rc;
    if (json_object_get(s, "children")) return play_fan_out(d, s, at_ms, &adult);
    snprintf(room_name, sizeof room_name, "mp-%llu", (unsigned long long)d->ids);
    const char *channel = json_string_value(json_object_get(s, "channel"));
    json_array_foreach(json_object_get(s, "lines"), i, line) {
        at_ms += step_ms + below(d, (size_t)step_ms) + step_ms * (int64_t)json_integer_value(json_array_get(line, 2));
        rc = play_line(d, at_ms, line, &adult, &child, room_name,
                       channel && strcmp(channel, "group") == 0 ? VG_CHANNEL_GROUP : VG_CHANNEL_PRIVATE);
        if (rc) break;
    }
    return rc;
}

/* ---- sending ---- */

static size_t on_answer(char *bytes, size_t size, size_t count, void *context)
{
    vg_buf_add(context, bytes, size * count);
    return size * count;
}

/* POSTs a JSON array; waits and tries again while the server asks for it. */
static int post(demo *d, const vg_buf *body)
{
    for (int tries = 0; tries < 20 && !stopped; tries++) {
        long status = 0;
        vg_buf_clear(&d->answer);
        curl_easy_setopt(d->curl, CURLOPT_POSTFIELDS, body->ptr);
        curl_easy_setopt(d->curl, CURLOPT_POSTFIELDSIZE, (long)body->len);
        CURLcode code = curl_easy_perform(d->curl);
        if (code != CURLE_OK) return vg_fail(d->err, VG_EIO, d->url, "%s", curl_easy_strerror(code));
        curl_easy_getinfo(d->curl, CURLINFO_RESPONSE_CODE, &status);
        if (status == 200) return 0;
        if (status != 429 && status != 503)
            return vg_fail(d->err, VG_EINVAL, d->url, "the server answered %ld: %.200s", status, d->answer.ptr ? d->answer.ptr : "");
        sleep(1);
    }
    return stopped ? 0 : vg_fail(d->err, VG_EBUSY, d->url, "the server stayed busy");
}

static int by_time(const void *a, const void *b)
{
    const planned *x = a, *y = b;
    if (x->at_ms != y->at_ms) return x->at_ms < y->at_ms ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

/* Sends what is due at `now`, in order of time. */
static int send_due(demo *d, int64_t now, vg_bar *progress)
{
    int rc = 0;
    size_t done = 0, total = d->waiting;
    vg_buf body;
    vg_buf_init(&body, 16 << 20);
    qsort(d->queue, d->waiting, sizeof d->queue[0], by_time);
    while (!rc && !stopped && done < d->waiting && d->queue[done].at_ms <= now) {
        vg_buf_clear(&body);
        size_t in_batch = 0;
        for (; done < d->waiting && in_batch < BATCH && d->queue[done].at_ms <= now; done++, in_batch++) {
            vg_buf_add_char(&body, in_batch ? ',' : '[');
            vg_buf_add_cstr(&body, d->queue[done].json);
            vg_free(d->queue[done].json);
        }
        vg_buf_add_char(&body, ']');
        rc = body.failed ? vg_fail(d->err, VG_ENOMEM, "", "no memory for a batch") : post(d, &body);
        d->sent += in_batch;
        if (progress) vg_bar_show(progress, done * 100 / total, d->sent);
    }
    memmove(d->queue, d->queue + done, (d->waiting - done) * sizeof d->queue[0]);
    d->waiting -= done;
    vg_buf_free(&body);
    return rc;
}

/* ---- the play ---- */

static int introduce_everyone(demo *d, int64_t now)
{
    int rc = 0;
    for (size_t i = 0; !rc && i < d->count && !stopped; i++) {
        int64_t created = now - (int64_t)(2 + below(d, 700)) * VG_DAY_MS;
        if (d->people[i].band != VG_AGE_UNKNOWN) rc = introduce(d, now - OPENING_HOURS * VG_HOUR_MS, &d->people[i], created);
        if (!rc && d->waiting > QUEUE / 2) rc = send_due(d, now, NULL);
    }
    return rc ? rc : send_due(d, now, NULL);
}

static int opening(demo *d, int64_t now, bool quiet)
{
    vg_bar progress;
    size_t i;
    json_t *s;
    int64_t begin = now - OPENING_HOURS * VG_HOUR_MS + VG_MINUTE_MS;
    int rc = 0;
    for (int n = 0; !rc && n < 2400; n++) rc = chatter(d, begin + (int64_t)below(d, (size_t)(OPENING_HOURS * VG_HOUR_MS - 3 * VG_MINUTE_MS)));
    json_array_foreach(json_object_get(d->script, "situations"), i, s) {
        if (rc) break;
        rc = play_situation(d, s, begin + (int64_t)below(d, 5 * VG_HOUR_MS), 40 * VG_SECOND_MS);
    }
    if (rc) return rc;
    vg_bar_begin(&progress, "playing the opening scene", "events", 100, quiet);
    rc = send_due(d, now, &progress);
    vg_bar_end(&progress);
    return rc;
}

static int live(demo *d, int64_t rate)
{
    int rc = 0;
    json_t *situations = json_object_get(d->script, "situations");
    int64_t next_situation = vg_time_now() + 5 * VG_SECOND_MS;
    while (!rc && !stopped) {
        int64_t now = vg_time_now();
        if (below(d, 4) == 0 || rate > 1) rc = chatter(d, now);
        if (!rc && now >= next_situation) {
            next_situation = now + SITUATION_EVERY_S * VG_SECOND_MS;
            rc = play_situation(d, json_array_get(situations, d->situation++ % json_array_size(situations)), now, 3 * VG_SECOND_MS);
        }
        if (!rc) rc = send_due(d, vg_time_now(), NULL);
        usleep((useconds_t)(1000000 / rate));
    }
    return rc;
}

/* ---- setting up ---- */

static int load_script(demo *d, const vg_args *args)
{
    char path[4096], *text = NULL;
    size_t len;
    json_error_t why;
    snprintf(path, sizeof path, "%s/demo/script.json", vg_cli_policy(args));
    int rc = vg_file_read(path, SCRIPT_CEILING, &text, &len, d->err);
    if (rc) return rc;
    d->script = json_loadb(text, len, 0, &why);
    vg_free(text);
    if (!d->script) return vg_fail(d->err, VG_EINVAL, path, "line %d, column %d: %s", why.line, why.column, why.text);
    static const char *const lists[] = {"first_names", "second_names", "situations"};
    for (size_t i = 0; i < 3; i++)
        if (!json_array_size(json_object_get(d->script, lists[i])))
            return vg_fail(d->err, VG_EINVAL, path, "expected a list \"%s\"", lists[i]);
    return 0;
}

static int connect_server(demo *d, const vg_args *args)
{
    char *key = NULL, header[256];
    size_t len;
    const char *path = args->text[VG_OPT_KEY_FILE];
    if (!path) return vg_fail(d->err, VG_EINVAL, "--key-file", "is needed: make a key with vigie key create --space '*'");
    int rc = vg_file_read(path, 4096, &key, &len, d->err);
    if (rc) return rc;
    key[strcspn(key, "\r\n")] = '\0';
    snprintf(header, sizeof header, "Authorization: Bearer %s", key);
    sodium_memzero(key, len);
    vg_free(key);
    snprintf(d->url, sizeof d->url, "%s/v1/events", vg_arg_text(args, VG_OPT_URL, "http://127.0.0.1:3018"));
    d->curl = curl_easy_init();
    d->headers = curl_slist_append(NULL, "Content-Type: application/cloudevents-batch+json");
    struct curl_slist *more = curl_slist_append(d->headers, header);
    if (!d->curl || !more) return vg_fail(d->err, VG_ENOMEM, "", "no memory for the HTTP client");
    d->headers = more;
    curl_easy_setopt(d->curl, CURLOPT_URL, d->url);
    curl_easy_setopt(d->curl, CURLOPT_HTTPHEADER, d->headers);
    curl_easy_setopt(d->curl, CURLOPT_WRITEFUNCTION, on_answer);
    curl_easy_setopt(d->curl, CURLOPT_WRITEDATA, &d->answer);
    curl_easy_setopt(d->curl, CURLOPT_TIMEOUT, 20L);
    curl_easy_setopt(d->curl, CURLOPT_NOSIGNAL, 1L);
    return 0;
}

int vg_cmd_demo(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    bool skip = vg_arg_is(args, VG_OPT_LIVE);
    demo *d = vg_calloc(1, sizeof *d);
    int rc = d ? 0 : vg_fail(&err, VG_ENOMEM, "", "no memory for the demo");
    if (rc) return vg_cli_fail(&err);
    d->err = &err;
    d->random = (uint64_t)vg_arg_number(args, VG_OPT_SEED, 1);
    d->count = (size_t)vg_arg_number(args, VG_OPT_ACCOUNTS, 400);
    vg_buf_init(&d->answer, 16 << 20);
    snprintf(d->run, sizeof d->run, "d%llx", (unsigned long long)vg_time_now());
    signal(SIGINT, on_signal);
    signal(SIGTERM, on_signal);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    rc = load_script(d, args);
    if (!rc) rc = connect_server(d, args);
    d->people = rc ? NULL : vg_calloc(d->count, sizeof *d->people);
    if (!rc && !d->people) rc = vg_fail(&err, VG_ENOMEM, "", "no memory for the demo");
    for (size_t i = 0; !rc && i < d->count; i++) make_person(d, i);
    for (size_t i = 0; !rc && i < ROOMS; i++) make_room(d, i);
    if (skip) d->random ^= (uint64_t)vg_time_now(); /* the same people; other talk than at the first start */
    if (!rc) rc = introduce_everyone(d, vg_time_now());
    if (!rc && !skip && !stopped) rc = opening(d, vg_time_now(), vg_arg_is(args, VG_OPT_QUIET));
    if (!rc && !vg_arg_is(args, VG_OPT_ONCE)) rc = live(d, vg_arg_number(args, VG_OPT_RATE, 4));
    if (!rc) fprintf(stderr, "vigie demo: %llu events sent\n", (unsigned long long)d->sent);
    for (size_t i = 0; i < d->waiting; i++) vg_free(d->queue[i].json);
    curl_slist_free_all(d->headers);
    curl_easy_cleanup(d->curl);
    curl_global_cleanup();
    json_decref(d->script);
    vg_buf_free(&d->answer);
    vg_free(d->people);
    vg_free(d);
    return rc ? vg_cli_fail(&err) : 0;
}
