/* SPDX-License-Identifier: Apache-2.0
 *
 * Where uploads wait: bytes that nobody else can read, given back when they are let go of; references that end by themselves and stay in
 * their space; and the walk from an upload to a sealed case, by hand. */
#include <sys/stat.h>
#include "base/alloc.h"
#include "walker.h"

static uint8_t bytes[300000];

static void spool(void)
{
    char dir[] = "/tmp/vigie-spool-XXXXXX";
    vg_spool *s = NULL;
    vg_spooled *one = NULL, *two = NULL;
    vg_error err = {0};
    uint8_t back[100000];
    size_t got;
    int fd;
    if (!mkdtemp(dir)) exit(1);
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (uint8_t)(i * 2654435761u >> 11);
    TAP_EQ_INT(vg_spool_create(&s, dir, 8 * VG_SPOOL_BLOCK, 400000, &err), 0, "a spool of eight blocks");
    TAP_EQ_INT(rmdir(dir), 0, "leaves no name in its folder");
    TAP_EQ_INT(vg_spooled_begin(&one, s, &err), 0, "an upload");
    int rc = 0;
    for (size_t at = 0; at < sizeof bytes && !rc; at += 7001)
        rc = vg_spooled_add(one, bytes + at, sizeof bytes - at < 7001 ? sizeof bytes - at : 7001, &err);
    TAP_OK(!rc && vg_spooled_end(one, &err) == 0 && vg_spooled_size(one) == sizeof bytes, "is written in pieces");
    bool same = true;
    for (uint64_t at = 0; at < sizeof bytes; at += 99999) {
        rc = vg_spooled_read(one, at, back, sizeof back, &got, &err);
        same &= !rc && got == (sizeof bytes - at < sizeof back ? sizeof bytes - at : sizeof back) && memcmp(back, bytes + at, got) == 0;
    }
    TAP_OK(same, "and read from anywhere");
    TAP_OK(vg_spooled_read(one, sizeof bytes, back, 10, &got, &err) == 0 && got == 0, "up to its end");
    TAP_EQ_INT(vg_spooled_open_plain(one, &fd, &err), 0, "as plain bytes for a decoder");
    struct stat st;
    TAP_OK(fstat(fd, &st) == 0 && st.st_size == sizeof bytes && pread(fd, back, 1000, 70000) == 1000 && memcmp(back, bytes + 70000, 1000) == 0, "it is the same");
    int second = -1;
    TAP_EQ_INT(vg_spooled_open_plain(one, &second, &err), -VG_EBUSY, "a second time at once is over the budget of RAM");
    vg_spooled_close_plain(one, &fd);
    TAP_EQ_INT(vg_spool_ram(s), 0, "which is given back");
    vg_spooled_begin(&two, s, &err);
    rc = vg_spooled_add(two, bytes, sizeof bytes, &err);
    TAP_EQ_INT(rc, -VG_EFULL, "a full spool refuses");
    vg_spooled_unref(&two);
    vg_spooled *again = vg_spooled_ref(one);
    vg_spooled_unref(&one);
    TAP_OK(vg_spool_disk(s) > 0, "bytes live as long as somebody holds them");
    vg_spooled_unref(&again);
    TAP_EQ_INT(vg_spool_disk(s), 0, "and their room is free afterwards");
    for (size_t n = 1, refused = 0;; n++) {
        vg_alloc_fail_at(n);
        rc = vg_spooled_begin(&two, s, &err);
        if (!rc) rc = vg_spooled_add(two, bytes, sizeof bytes, &err);
        if (!rc) rc = vg_spooled_end(two, &err);
        vg_alloc_fail_at(0);
        if (two) vg_spooled_unref(&two);
        refused += rc == -VG_ENOMEM;
        if (rc == -VG_ENOMEM) continue;
        TAP_OK(rc == 0 && refused == n - 1 && vg_spool_disk(s) == 0, "each of %zu failed allocations is an answer", refused);
        break;
    }
    vg_spool_destroy(&s);
}

static vg_upload *an_upload(const char *reference, const char *space, int64_t expires_ms)
{
    vg_upload *u = vg_calloc(1, sizeof *u);
    snprintf(u->reference, sizeof u->reference, "%s", reference);
    snprintf(u->space, sizeof u->space, "%s", space);
    u->info.kind = "still";
    u->hashes = vg_calloc(2, sizeof *u->hashes);
    u->hash_count = 2;
    u->expires_ms = expires_ms;
    return u;
}

static int find(vg_uploads *uploads, const char *reference, const char *space, int64_t now_ms, vg_arena *arena)
{
    vg_event event = {.upload = vg_str_of(reference), .space = vg_str_of(space)};
    int rc = vg_uploads_find(uploads, &event, now_ms, arena);
    return rc ? rc : (int)event.hash_count;
}

static void uploads(void)
{
    vg_uploads *u = NULL;
    vg_arena *arena = vg_arena_create(4096, 1 << 20);
    TAP_EQ_INT(vg_uploads_create(&u), 0, "a table of uploads");
    vg_uploads_keep(u, an_upload("u-1", "lobby", 1000), 0);
    vg_uploads_keep(u, an_upload("u-2", "*", 2000), 0);
    TAP_EQ_INT(find(u, "u-1", "lobby", 999, arena), 2, "found in its space");
    TAP_EQ_INT(find(u, "u-1", "forum", 999, arena), -VG_ENOENT, "not in another");
    TAP_EQ_INT(find(u, "u-2", "forum", 999, arena), 2, "that of all spaces in any");
    TAP_EQ_INT(find(u, "u-1", "lobby", 1000, arena), -VG_ENOENT, "nor after its time");
    for (int i = 0; i < 16; i++) vg_uploads_sweep(u, 1500);
    TAP_EQ_INT((int)vg_uploads_count(u), 1, "what is over is let go of by itself");
    int rc = 0, kept = 1;
    for (; kept < 70000 && !rc; kept++) {
        char name[24];
        snprintf(name, sizeof name, "u-x%d", kept);
        vg_upload *one = an_upload(name, "lobby", 5000);
        rc = vg_uploads_keep(u, one, 1600);
        if (rc) vg_upload_free(&one);
    }
    TAP_OK(rc == -VG_EBUSY && kept > 30000 && kept < 40000, "one space takes half of the room at most");
    vg_upload *last = an_upload("u-y", "lobby", 9000);
    TAP_EQ_INT(vg_uploads_keep(u, last, 6000), 0, "there is room again when they are over");
    vg_uploads_destroy(&u);
    vg_arena_destroy(&arena);
}

/* A grey bitmap that a decoder reads, 64 x 64. */
static void walk_to_case(void)
{
    house h;
    walker w = {0};
    vg_error err = {0};
    char auth[96], body[512], now[25], reference[40] = "";
    house_open(&h, false);
    vg_server_options options = {.data_dir = h.dir, .ring = h.ring, .pipeline = h.pipeline, .threads = 1, .decoder = ""};
    if (vg_server_core_open(&w.server, &options, &err) || vg_exchange_init(&w.x, w.server)) house_die("server", &err);
    w.lane = w.server->lanes[0];
    bearer(auth, h.key_all);
    const line upload[] = {{"Authorization", auth}, {"Content-Type", "application/octet-stream"}, {NULL, NULL}};
    const line json[] = {{"Authorization", auth}, {"Content-Type", "application/cloudevents+json"}, {NULL, NULL}};
    TAP_EQ_INT(walk(&w, VG_POST, "/v1/media", upload, "vigie demo picture 1"), 201, "an upload");
    TAP_OK(answer_has(&w, "\"note\":\"not decoded: this server has no decoder\"") && answer_has(&w, "\"size\":20"), "digests and a note, without a decoder");
    const char *at = memmem(w.x.out.ptr, w.x.out.len, "\"u-", 3);
    if (at) snprintf(reference, sizeof reference, "%.*s", (int)strcspn(at + 1, "\""), at + 1);
    vg_time_format(vg_time_now(), now);
    snprintf(body, sizeof body,
             "{\"specversion\":\"1.0\",\"id\":\"m1\",\"source\":\"/spaces/lobby\",\"type\":\"vigie.media\",\"subject\":\"alex\",\"time\":\"%s\","
             "\"data\":{\"channel\":\"public\",\"upload\":\"%s\"}}", now, reference);
    TAP_EQ_INT(walk(&w, VG_POST, "/v1/events", json, body), 200, "its event");
    TAP_OK(answer_has(&w, "\"verdict\":\"block\"") && answer_has(&w, "\"case\":\"c-000001\""), "is blocked, with a case");
    vg_arena *arena = vg_arena_create(4096, 1 << 20);
    vg_case_media *media = NULL;
    size_t count = 0;
    vg_store_media_list(h.store, 1, arena, &media, &count, &err);
    TAP_OK(count == 1 && media[0].bytes == 20 && !media[0].thumbnail, "that keeps the twenty bytes");
    TAP_EQ_INT(walk(&w, VG_POST, "/v1/events", json, body), 200, "the same again");
    vg_store_media_list(h.store, 1, arena, &media, &count, &err);
    TAP_OK(count == 1 && answer_has(&w, "\"duplicate\":true"), "is answered again and keeps nothing twice");

    char path[128];
    snprintf(path, sizeof path, "%s/media", h.dir); /* sealing cannot work: a file where a folder must be */
    nftw(path, house_remove_one, 16, FTW_DEPTH | FTW_PHYS);
    vg_file_replace(path, "x", 1, 0600, &err);
    char *id = strstr(body, "\"m1\"");
    id[2] = '2';
    TAP_EQ_INT(walk(&w, VG_POST, "/v1/events", json, body), 503, "a media that cannot be sealed: nothing is acknowledged");
    TAP_OK(header_of(&w, "Retry-After")[0] != '\0', "and it may be sent again");
    unlink(path);
    TAP_EQ_INT(walk(&w, VG_POST, "/v1/events", json, body), 200, "which works when it can");
    vg_store_media_list(h.store, 1, arena, &media, &count, &err);
    TAP_OK(count == 2 && answer_has(&w, "c-000001"), "the case has both");
    TAP_EQ_INT(walk(&w, VG_GET, "/v1/banks/a/b", NULL, NULL), 404, "no such path");
    TAP_EQ_INT(walk(&w, VG_GET, "/v1/banks", NULL, NULL), 401, "banks are not for everybody");
    vg_arena_destroy(&arena);
    vg_exchange_free(&w.x);
    vg_server_core_close(&w.server);
    house_close(&h);
}

int main(void)
{
    vg_log_set_level(VG_LOG_ERROR);
    if (sodium_init() < 0) return 1;
    spool();
    uploads();
    walk_to_case();
    return tap_done();
}
