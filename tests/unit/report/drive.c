/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs a channel by hand over HTTP, for tests against an authority's test server: progress is written to a file before each question and
 * after each answer, as the server does in its store.
 *
 *     report_drive file CHANNEL DOSSIER URL USER PASSWORD STATE [OPTIONS [KILL_AT]]     asks until it is filed, refused or must wait for good
 *     report_drive show CHANNEL DOSSIER FOLDER [OPTIONS]                                writes the documents
 *
 * DOSSIER: plain, hostile, large, empty, destroyed, text, urgent. KILL_AT N: kill -9 after the N-th question was sent and before its answer is
 * written down. Prints one JSON line for each turn.
 */
#include <curl/curl.h>
#include <jansson.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/time.h"
#include "made.h"
#include "report/channel.h"

enum { PATIENCE_MS = 700, QUESTIONS_MOST = 80 };

static vg_dossier *dossier_of(vg_arena *arena, const char *name)
{
    if (strcmp(name, "hostile") == 0) return made_hostile(arena);
    if (strcmp(name, "large") == 0) return made_large(arena, 12, 4);
    if (strcmp(name, "empty") == 0) return made_empty(arena);
    if (strcmp(name, "destroyed") == 0) return made_destroyed(arena);
    if (strcmp(name, "text") == 0) return made_text_only(arena);
    if (strcmp(name, "urgent") == 0) return made_urgent(arena);
    return made_plain(arena);
}

/* ---- progress on disk ---- */

static void save(const char *path, const vg_progress *p, bool unsure)
{
    char next[512];
    json_t *j = json_pack("{s:s,s:s%,s:s%,s:I,s:i,s:b}", "step", p->step ? p->step : "", "reference", p->reference.ptr ? p->reference.ptr : "", p->reference.len,
                          "memo", p->memo.ptr ? p->memo.ptr : "", p->memo.len, "expires", (json_int_t)p->expires_ms, "round", (int)p->round, "unsure", (int)unsure);
    snprintf(next, sizeof next, "%s.next", path);
    if (!j || json_dump_file(j, next, JSON_COMPACT) || rename(next, path)) exit(2);
    json_decref(j);
}

static bool load(const char *path, vg_arena *arena, vg_progress *p)
{
    json_error_t wrong;
    json_t *j = json_load_file(path, 0, &wrong);
    *p = (vg_progress){0};
    if (!j) return false;
    vg_str step = vg_arena_copy(arena, vg_str_of(json_string_value(json_object_get(j, "step"))));
    p->step = step.len ? step.ptr : NULL;
    p->reference = vg_arena_copy(arena, vg_str_of(json_string_value(json_object_get(j, "reference"))));
    p->memo = vg_arena_copy(arena, vg_str_of(json_string_value(json_object_get(j, "memo"))));
    p->expires_ms = json_integer_value(json_object_get(j, "expires"));
    p->round = (uint32_t)json_integer_value(json_object_get(j, "round"));
    bool unsure = json_is_true(json_object_get(j, "unsure"));
    json_decref(j);
    return unsure;
}

/* ---- HTTP ---- */

static size_t on_answer(char *bytes, size_t size, size_t count, void *to)
{
    vg_buf_add(to, bytes, size * count);
    return ((vg_buf *)to)->failed ? 0 : size * count;
}

static int on_piece(void *to, const uint8_t *bytes, size_t len, vg_error *err)
{
    vg_buf_add(to, bytes, len);
    return ((vg_buf *)to)->failed ? vg_fail(err, VG_ENOMEM, "", "too much") : 0;
}

static void add_parts(CURL *curl, const vg_dossier *d, const vg_ask *ask, curl_mime **mime, vg_buf *form)
{
    if (!ask->form) *mime = curl_mime_init(curl);
    for (size_t i = 0; i < ask->part_count; i++) {
        const vg_part *p = &ask->parts[i];
        char name[64], text[300];
        snprintf(name, sizeof name, "%.*s", VG_STR_ARG(p->name));
        if (ask->form) {
            vg_buf_printf(form, "%s%s=%.*s", i ? "&" : "", name, VG_STR_ARG(p->bytes));
            continue;
        }
        curl_mimepart *part = curl_mime_addpart(*mime);
        vg_buf bytes;
        vg_buf_init(&bytes, 64 << 20);
        curl_mime_name(part, name);
        if (p->bytes.ptr) vg_buf_add_str(&bytes, p->bytes);
        else if (d->source.read(d->source.context, p->media, on_piece, &bytes, NULL)) exit(2);
        curl_mime_data(part, bytes.ptr ? bytes.ptr : "", bytes.len);
        vg_buf_free(&bytes);
        snprintf(text, sizeof text, "%.*s", VG_STR_ARG(p->filename));
        if (p->filename.len) curl_mime_filename(part, text);
        snprintf(text, sizeof text, "%.*s", VG_STR_ARG(p->type));
        if (p->type.len) curl_mime_type(part, text);
    }
}

static vg_reply ask_http(CURL *curl, const vg_dossier *d, const vg_ask *ask, char **argv, vg_buf *body)
{
    char url[600], login[200], type[120];
    curl_mime *mime = NULL;
    struct curl_slist *headers = NULL;
    vg_buf form;
    long status = 0;
    vg_buf_init(&form, 1 << 20);
    curl_easy_reset(curl);
    snprintf(url, sizeof url, "%s%.*s", argv[4], VG_STR_ARG(ask->path));
    snprintf(login, sizeof login, "%s:%s", argv[5], argv[6]);
    snprintf(type, sizeof type, "Content-Type: %.*s", VG_STR_ARG(ask->type));
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_USERPWD, login);
    curl_easy_setopt(curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)PATIENCE_MS);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    /* over a connection of before, libcurl asks a second time by itself when it breaks: whoever runs a channel must not allow that */
    curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_answer);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, body);
    if (ask->part_count) add_parts(curl, d, ask, &mime, &form);
    if (mime) curl_easy_setopt(curl, CURLOPT_MIMEPOST, mime);
    else {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)(ask->form ? form.len : ask->body.len));
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, ask->form ? form.ptr : ask->body.ptr);
        if (!ask->form) headers = curl_slist_append(headers, type);
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    }
    CURLcode rc = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_mime_free(mime);
    curl_slist_free_all(headers);
    vg_buf_free(&form);
    if (rc == CURLE_COULDNT_CONNECT || rc == CURLE_COULDNT_RESOLVE_HOST) return (vg_reply){.kind = VG_REPLY_NOT_SENT, .why = vg_str_of(curl_easy_strerror(rc))};
    if (rc) return (vg_reply){.kind = VG_REPLY_LOST, .why = vg_str_of(curl_easy_strerror(rc))};
    return (vg_reply){.kind = VG_REPLY_CAME, .status = (int)status, .body = {body->ptr ? body->ptr : "", body->len}, .retry_after_s = -1};
}

static void tell(const vg_ask *ask, vg_filing_turn turn, const vg_progress *p, const vg_error *why)
{
    static const char *const names[] = {"go on", "later", "filed", "refused", "anew", "by hand", "gone"};
    json_t *j = json_pack("{s:s,s:s,s:s%,s:i,s:s}", "step", ask->step, "turn", names[turn], "reference", p->reference.ptr ? p->reference.ptr : "", p->reference.len,
                          "round", (int)p->round, "why", why->what);
    char *line = j ? json_dumps(j, JSON_COMPACT) : NULL;
    if (line) puts(line);
    free(line);
    json_decref(j);
}

static int file(const vg_filing_channel *channel, vg_filing_view *f, vg_arena *arena, int argc, char **argv)
{
    CURL *curl = curl_easy_init();
    vg_progress now, after;
    bool unsure = load(argv[7], arena, &now);
    int kill_at = argc > 9 ? atoi(argv[9]) : 0;
    for (int n = 1; curl && n <= QUESTIONS_MOST; n++) {
        vg_ask ask;
        vg_error why = {0};
        vg_filing_turn turn = VG_GO_LATER;
        vg_buf body;
        f->now_ms = vg_time_now();
        if (channel->next(f, &now, unsure, arena, &ask, &why)) return fprintf(stderr, "%s %s\n", why.where, why.what), 2;
        now.step = ask.step;
        save(argv[7], &now, true);
        vg_buf_init(&body, VG_REPLY_MOST);
        vg_reply reply = ask_http(curl, f->dossier, &ask, argv, &body);
        if (n == kill_at) raise(SIGKILL);
        after = now;
        if (channel->take(f, &now, &ask, &reply, arena, &after, &turn, &why)) return fprintf(stderr, "%s %s\n", why.where, why.what), 2;
        after.memo = vg_arena_copy(arena, after.memo);
        after.reference = vg_arena_copy(arena, after.reference);
        vg_buf_free(&body);
        now = after;
        unsure = false;
        save(argv[7], &now, false);
        tell(&ask, turn, &now, &why);
        if (turn != VG_GO_ON && turn != VG_GO_LATER && turn != VG_GO_ANEW) break;
        if (turn == VG_GO_LATER && why.code == VG_EFORBIDDEN && n > 3) break; /* a person must look */
    }
    curl_easy_cleanup(curl);
    return 0;
}

static int show(const vg_filing_channel *channel, const vg_filing_view *f, vg_arena *arena, const char *folder)
{
    vg_documents out = {0};
    vg_error err = {0};
    if (channel->documents(f, arena, &out, &err)) return fprintf(stderr, "%s %s\n", err.where, err.what), 1;
    for (size_t i = 0; i < out.count; i++) {
        char path[600];
        snprintf(path, sizeof path, "%s/%.*s", folder, VG_STR_ARG(out.items[i].name));
        FILE *to = fopen(path, "w");
        if (!to || fwrite(out.items[i].bytes.ptr, 1, out.items[i].bytes.len, to) != out.items[i].bytes.len || fclose(to)) return 2;
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc < 5) return 2;
    vg_arena *arena = vg_arena_create(1 << 20, 1u << 30);
    const vg_filing_channel *channel = vg_filing_channel_find(argv[2]);
    if (!arena || !channel) return 2;
    bool filing = strcmp(argv[1], "file") == 0;
    const char *options = filing ? argc > 8 ? argv[8] : "{}" : argc > 5 ? argv[5] : "{}";
    vg_filing_view f = {.id = 1, .uuid = "5b1f6f0e-0000-4000-8000-000000000001", .dossier = dossier_of(arena, argv[3]), .report = made_report(),
                        .receiver = strcmp(argv[2], "xarf") == 0 ? made_host() : NULL, .settings = vg_report_channel_find(made_report(), argv[2]),
                        .options = vg_str_of(options), .now_ms = vg_time_now()};
    int rc = filing && argc > 7 ? file(channel, &f, arena, argc, argv) : show(channel, &f, arena, argv[4]);
    vg_arena_destroy(&arena);
    return rc;
}
