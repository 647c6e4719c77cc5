/* SPDX-License-Identifier: Apache-2.0
 *
 * What goes with a report: made once for a draft as it stands, the same after a crash, gone with the filing's end; and who still waits for it.
 */
#include "store/filings/annex.h"

#include "fixture.h"
#include "store/cases/media_int.h"
#include "store/evidence/evidence.h"

#define T0 INT64_C(1767225700000)
#define NONE {"", 0}
#define KEYED ",\"public_key\":\"00\""

static const uint8_t hash[32] = {7};

static int64_t a_case(fixture *f)
{
    vg_case_write w = a_write("robin", "e1");
    return write_case(f, &w).case_id;
}

static vg_filing a_filing(fixture *f, int64_t case_id, const char *receiver, const char *json)
{
    vg_filing d = {.case_id = case_id, .space = VG_STR("lobby"), .receiver_id = vg_str_of(receiver), .receiver = vg_str_of(json), .channel = VG_STR("hand"), .kind = VG_RECEIVER_POLICE,
                   .step = NONE, .reference = NONE, .memo = NONE, .options = NONE, .again = NONE, .why = NONE, .confirmed_by = NONE, .seconded_by = NONE,
                   .made_by = VG_STR("lea"), .made_ms = T0, .due_ms = T0 + VG_DAY_MS};
    if (vg_store_filing_add(f->store, &d, &f->err)) printf("# %s\n", f->err.what);
    vg_filing read;
    return vg_store_filing_get(f->store, d.id, f->arena, &read, &f->err) ? d : read;
}

static int make(fixture *f, const vg_filing *filing, const char *bytes, vg_filing_annex *out)
{
    vg_annex_writer *w;
    *out = (vg_filing_annex){.filing_id = filing->id, .prepared_ms = filing->prepared_ms, .made_ms = T0, .why = NONE, .contents = VG_STR("1\n\nno such word elsewhere\n")};
    int rc = vg_annex_write_begin(&w, f->store, &f->err);
    if (!rc) rc = vg_annex_write(w, (const uint8_t *)bytes, strlen(bytes), &f->err);
    if (rc) vg_annex_write_abandon(&w);
    else rc = vg_annex_write_end(&w, out, &f->err);
    return rc;
}

static bool there(fixture *f, const vg_filing_annex *a)
{
    char path[VG_MEDIA_PATH];
    return !vg_media_path(f->dir, a->file, path, NULL) && access(path, F_OK) == 0;
}

static void once(void)
{
    fixture f;
    vg_filing_annex first, second, read;
    const char *path = NULL;
    FILE *file = NULL;
    set_up(&f);
    vg_filing d = a_filing(&f, a_case(&f), "fr.desk", "{\"id\":\"fr.desk\"" KEYED "}");
    TAP_EQ_INT(vg_store_annex_of(f.store, d.id, f.arena, &read, &f.err), -VG_ENOENT, "nothing was made yet");
    TAP_EQ_INT(make(&f, &d, "one", &first), 0, "an archive is made");
    TAP_EQ_INT(vg_store_annex_keep(f.store, &first, &f.err), 0, "and kept");
    TAP_EQ_INT(make(&f, &d, "two", &second), 0, "somebody else made one at the same time");
    TAP_EQ_INT(vg_store_annex_keep(f.store, &second, &f.err), -VG_ECONFLICT, "theirs is not kept");
    TAP_OK(there(&f, &first) && !there(&f, &second), "and its file is gone");
    reopen(&f);
    TAP_EQ_INT(vg_store_annex_of(f.store, d.id, f.arena, &read, &f.err), 0, "after a restart");
    TAP_OK(!memcmp(read.sha256, first.sha256, 32) && read.bytes == 3 && vg_str_is(read.contents, "1\n\nno such word elsewhere\n"), "it is what it was");
    TAP_OK(!on_disk(&f, "no such word elsewhere", 22), "what is known of it is sealed");
    vg_store_annex_path(f.store, &read, f.arena, &path, &f.err);
    TAP_EQ_INT(vg_annex_open(path, read.sha256, read.bytes, &file, &f.err), 0, "it opens");
    if (file) fclose(file);
    file = fopen(path, "r+b");
    if (file) fputc('X', file), fclose(file);
    TAP_EQ_INT(vg_annex_open(path, read.sha256, read.bytes, &file, &f.err), -VG_ECORRUPT, "altered, it does not");
    TAP_EQ_INT(vg_store_filing_options(f.store, d.id, VG_STR("{\"a\":1}"), VG_STR("lea"), T0 + 1000, &f.err), 0, "options are chosen");
    vg_store_filing_get(f.store, d.id, f.arena, &d, &f.err);
    make(&f, &d, "three", &second);
    TAP_EQ_INT(vg_store_annex_keep(f.store, &second, &f.err), 0, "the papers are prepared anew, and so is the archive");
    TAP_OK(!there(&f, &first) && there(&f, &second), "in place of the one before");
    TAP_EQ_INT(vg_store_filing_drop(f.store, d.id, VG_STR("lea"), T0, &f.err), 0, "the draft is thrown away");
    TAP_OK(!there(&f, &second) && number(&f, "SELECT count(*) FROM filing_annex") == 0, "and its archive with it");
    tear_down(&f);
}

static void until_the_end(void)
{
    fixture f;
    uint32_t n;
    size_t removed = 0;
    vg_filing_annex a, late;
    set_up(&f);
    vg_filing d = a_filing(&f, a_case(&f), "fr.desk", "{\"id\":\"fr.desk\"" KEYED "}");
    make(&f, &d, "one", &a);
    vg_store_annex_keep(f.store, &a, &f.err);
    TAP_OK(!vg_store_media_sweep(f.store, T0 + 400 * VG_DAY_MS, &removed, &f.err) && !removed && there(&f, &a), "a sweep leaves what a filing needs");
    vg_store_filing_confirm(f.store, d.id, false, hash, VG_STR("lea"), T0, &f.err);
    vg_store_filing_ask(f.store, d.id, VG_STR("send"), T0, &n, &f.err);
    make(&f, &d, "two", &late);
    TAP_EQ_INT(vg_store_annex_keep(f.store, &late, &f.err), -VG_ECONFLICT, "what was asked once is never made anew");
    vg_archive_taken taken = {.case_id = d.case_id, .filing_id = d.id, .receiver = VG_STR("fr.desk"), .sha256 = a.sha256, .user = VG_STR("server"), .now_ms = T0};
    TAP_EQ_INT(vg_store_archive_taken(f.store, &taken, &f.err), 0, "it is sent");
    TAP_EQ_INT(vg_store_archive_taken(f.store, &taken, &f.err), 0, "and tried again");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM audit WHERE action='evidence.archive' AND object='c-000001' AND json_extract(detail,'$.receiver')='fr.desk'"), 1, "on record once");
    taken.user = VG_STR("lea");
    vg_store_archive_taken(f.store, &taken, &f.err);
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM audit WHERE action='evidence.archive'"), 2, "each time that a person takes it is");
    const vg_filing_took took = {.move = VG_MOVE_FILED, .step = NONE, .reference = VG_STR("G-1"), .memo = NONE, .why = NONE};
    TAP_EQ_INT(vg_store_filing_take(f.store, d.id, &took, T0, &f.err), 0, "the receiver has it");
    TAP_OK(!there(&f, &a) && number(&f, "SELECT count(*) FROM filing_annex WHERE file IS NULL AND sha256 IS NOT NULL") == 1, "the file is gone, its hash stays");
    vg_store_filings_sweep(f.store, VG_STR("lobby"), 30, T0 + 31 * VG_DAY_MS, &f.err);
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM filing_annex WHERE contents IS NULL AND taken_ms>0"), 1, "what was in it is forgotten with what was sent; that it left is not");
    make(&f, &d, "three", &a); /* a crash after the file, before the row */
    TAP_OK(!vg_store_media_sweep(f.store, vg_time_now() + VG_DAY_MS, &removed, &f.err) && removed == 1 && !there(&f, &a), "what no row names is swept");
    tear_down(&f);
}

static void file_it(fixture *f, const vg_filing *d, bool archive, int64_t now_ms)
{
    vg_filing_annex a;
    if (archive && !make(f, d, "bytes", &a)) vg_store_annex_keep(f->store, &a, &f->err);
    const vg_archive_taken taken = {.case_id = d->case_id, .filing_id = d->id, .receiver = d->receiver_id, .user = VG_STR("server"), .now_ms = now_ms};
    vg_store_filing_confirm(f->store, d->id, false, hash, VG_STR("lea"), now_ms, &f->err);
    if (archive) vg_store_archive_taken(f->store, &taken, &f->err);
    const vg_filing_took by_hand = {.move = VG_MOVE_BY_HAND, .step = NONE, .reference = NONE, .memo = NONE, .why = NONE};
    vg_store_filing_take(f->store, d->id, &by_hand, now_ms, &f->err);
    if (vg_store_filing_person(f->store, d->id, VG_MOVE_DONE, VG_STR("no. 1"), VG_STR("lea"), now_ms, &f->err)) printf("# %s\n", f->err.what);
}

static vg_archive_state waits(fixture *f, int64_t case_id, int64_t due, int64_t now_ms)
{
    vg_archive_wait wait = {.state = VG_ARCHIVE_LEFT};
    if (vg_store_archive_waits(f->store, case_id, due, now_ms, f->arena, &wait, &f->err)) printf("# %s\n", f->err.what);
    return wait.state;
}

static void take(fixture *f, int64_t case_id, const char *receiver, bool media)
{
    const vg_archive_taken taken = {.case_id = case_id, .receiver = vg_str_of(receiver), .media = media, .user = VG_STR("lea"), .now_ms = vg_time_now()};
    vg_store_archive_taken(f->store, &taken, &f->err);
}

static void who_waits(void)
{
    fixture f;
    int64_t now = vg_time_now(), later = now + 16 * VG_MINUTE_MS;
    set_up(&f);
    int64_t id = a_case(&f);
    vg_filing first = a_filing(&f, id, "fr.desk", "{\"id\":\"fr.desk\"" KEYED "}"), second = a_filing(&f, id, "fr.other", "{\"id\":\"fr.other\"" KEYED "}"),
              open = a_filing(&f, id, "fr.open", "{\"id\":\"fr.open\"}");
    file_it(&f, &first, true, now);
    TAP_EQ_INT(waits(&f, id, first.id, now), VG_ARCHIVE_LEFT, "it went with the report");
    file_it(&f, &open, false, now);
    TAP_EQ_INT(waits(&f, id, first.id, now), VG_ARCHIVE_LEFT, "who has no key is not waited for");
    file_it(&f, &second, false, now);
    TAP_EQ_INT(waits(&f, id, first.id, now), VG_ARCHIVE_NOT_TAKEN, "another authority has none yet");
    take(&f, id, "fr.another", false);
    TAP_EQ_INT(waits(&f, id, first.id, later), VG_ARCHIVE_NOT_TAKEN, "one for somebody else does not count");
    take(&f, id, "fr.other", false);
    TAP_EQ_INT(waits(&f, id, first.id, now), VG_ARCHIVE_JUST, "taken a moment ago: it may have broken");
    TAP_EQ_INT(waits(&f, id, first.id, later), VG_ARCHIVE_LEFT, "then it counts");
    run_sql(&f, "INSERT INTO case_media(seq,case_id,file,bytes,thumbnail) VALUES(1,1,'0123456789abcdef0123456789abcdef',3,0)");
    TAP_EQ_INT(waits(&f, id, first.id, later), VG_ARCHIVE_NO_MEDIA, "whoever gets the key has had the media, or they are lost");
    take(&f, id, "fr.desk", true);
    TAP_EQ_INT(waits(&f, id, first.id, later), VG_ARCHIVE_LEFT, "an archive with media");
    vg_case_write w = a_write("robin", "e2");
    w.now_ms = later + 1;
    write_case(&f, &w);
    TAP_EQ_INT(waits(&f, id, first.id, later + VG_DAY_MS), VG_ARCHIVE_OLD, "nor is an event that came since left behind");
    TAP_EQ_INT(waits(&f, id, second.id, later + VG_DAY_MS), VG_ARCHIVE_OLD, "whichever of them gets the key");
    tear_down(&f);
}

static void no_memory(void)
{
    fixture f;
    int left = 0;
    uint64_t at = 1;
    set_up(&f);
    vg_filing d = a_filing(&f, a_case(&f), "fr.desk", "{\"id\":\"fr.desk\"" KEYED "}");
    for (bool failed = true; failed && at < 3000; at++) {
        vg_filing_annex a = {0};
        vg_archive_wait wait;
        f.err = (vg_error){0};
        vg_alloc_fail_at(at);
        int rc = make(&f, &d, "bytes", &a);
        if (!rc) rc = vg_store_annex_keep(f.store, &a, &f.err);
        if (!rc) rc = vg_store_archive_waits(f.store, d.case_id, d.id, T0, f.arena, &wait, &f.err);
        failed = vg_alloc_failed();
        vg_alloc_fail_at(0);
        left += rc && rc != -VG_ENOMEM;
        left += a.file[0] && there(&f, &a) != (number(&f, "SELECT count(*) FROM filing_annex") == 1);
        run_sql(&f, "DELETE FROM filing_annex");
    }
    TAP_EQ_INT(left, 0, "without memory there is a file with its row, or neither");
    TAP_OK(at > 3 && at < 3000, "each allocation failed once");
    tear_down(&f);
}

int main(void)
{
    once();
    until_the_end();
    who_waits();
    no_memory();
    return tap_done();
}
