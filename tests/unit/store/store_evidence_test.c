/* SPDX-License-Identifier: Apache-2.0
 *
 * Keys of cases: what is sealed opens here and nowhere else; after a hand-over ring and database together open nothing and the receiver's
 * key opens it; what comes later has another key; holds, removal by law, certificates; rows from before cases had keys.
 */
#include <sodium.h>

#include "base/alloc.h"
#include "fixture.h"
#include "store/cases/appeals.h"
#include "store/cases/decisions.h"
#include "store/cases/media_int.h"
#include "store/evidence/evidence_int.h"

#define EQ(got, want, ...) TAP_OK((long long)(got) == (long long)(want), __VA_ARGS__)

static uint8_t receiver[32], receiver_secret[32];

static vg_hand_over_ask an_ask(int64_t id)
{
    return (vg_hand_over_ask){.case_id = id, .receiver = VG_STR("fr.pharos"), .public_key = receiver, .by = VG_STR("claire"),
                              .reason = VG_STR("filed, number 12"), .now_ms = vg_time_now()};
}

/* Everything that the sealed columns of a case hold, tried with all keys that the ring and the database give. */
static int64_t openable(fixture *f, int64_t id)
{
    int64_t opened = 0;
    for (size_t i = 0; i < VG_SEALED_COLUMNS; i++) {
        vg_query list = vg_store_use(f->store, vg_sealed_columns[i].read);
        vg_store_bind_int(&list, id);
        while (vg_store_step(&list, NULL) == 1) {
            char place[96];
            vg_str plain, sealed = vg_store_peek(&list, 1);
            vg_sealed_columns[i].place(id, vg_store_int(&list, 0), place);
            if (sealed.len) opened += vg_store_case_unseal(f->store, id, place, sealed, f->arena, &plain, NULL) == 0;
        }
    }
    return opened;
}

static void seals(void)
{
    uint8_t key[VG_CASE_KEY], other[VG_CASE_KEY], sealed[64 + VG_CASE_SEAL_OVERHEAD], plain[64], text[64] = "a text that nobody else reads";
    size_t refused = 0, tried = 0;
    uint16_t generation = 0;
    vg_case_key_random(key);
    vg_case_key_random(other);
    vg_case_seal(key, 513, VG_STR("case:1"), text, sizeof text, sealed);
    TAP_OK(vg_case_is_sealed(sealed, sizeof sealed, &generation) && generation == 513, "sealed content names its generation");
    TAP_OK(vg_case_unseal(key, VG_STR("case:1"), sealed, sizeof sealed, plain, NULL) == 0 && memcmp(plain, text, 64) == 0, "and opens");
    EQ(vg_case_unseal(key, VG_STR("case:2"), sealed, sizeof sealed, plain, NULL), -VG_ECORRUPT, "not at another place");
    EQ(vg_case_unseal(other, VG_STR("case:1"), sealed, sizeof sealed, plain, NULL), -VG_ECORRUPT, "not with another key");
    for (size_t at = 3; at < sizeof sealed; at++, tried += 2) {
        sealed[at] ^= 16;
        refused += vg_case_unseal(key, VG_STR("case:1"), sealed, sizeof sealed, plain, NULL) == -VG_ECORRUPT;
        sealed[at] ^= 16;
        refused += vg_case_unseal(key, VG_STR("case:1"), sealed, at, plain, NULL) == -VG_ECORRUPT;
    }
    EQ(refused, tried, "altered or cut off anywhere, it does not");
}

static void hand_over(void)
{
    fixture f;
    vg_case_event *events;
    vg_hand_over *given;
    vg_destruction *certificates;
    size_t count, keys;
    uint8_t key[VG_CASE_KEY], plain[256];
    char place[32];
    set_up(&f);
    vg_case_write w = a_write("ann", "e1");
    int64_t id = write_case(&f, &w).case_id;
    w = a_write("ann", "e2");
    write_case(&f, &w);
    w = a_write("bob", "e3");
    int64_t bob = write_case(&f, &w).case_id;
    decide_case(&f, id, VG_ACTION_SUSPEND, vg_time_now());
    TAP_OK(vg_store_case_events(f.store, id, VG_STR("lea"), f.arena, &events, &count, &f.err) == 0 && count == 2, "a case opens with its key");
    EQ(openable(&f, id), 3, "two events and a note");
    EQ(number(&f, "SELECT count(*) FROM case_event WHERE substr(hex(content),1,2)<>'02'"), 0, "nothing new is sealed with the ring");
    run_sql(&f, "UPDATE case_event SET content=(SELECT content FROM case_event WHERE case_id=2) WHERE seq=1");
    EQ(vg_store_case_events(f.store, id, VG_STR("lea"), f.arena, &events, &count, &f.err), -VG_ECORRUPT, "a row that was moved is found");
    run_sql(&f, "DELETE FROM case_event WHERE seq=1");

    vg_hand_over_ask ask = an_ask(id);
    uint8_t zero[32] = {0};
    ask.public_key = zero;
    EQ(vg_store_hand_over(f.store, &ask, NULL, &f.err), -VG_EUNPROCESSABLE, "what is no key is refused: %s", f.err.what);
    ask = an_ask(id);
    ask.key_until_ms = ask.now_ms - 1;
    EQ(vg_store_hand_over(f.store, &ask, NULL, &f.err), -VG_EUNPROCESSABLE, "a key that is over is refused: %s", f.err.what);
    vg_store_hold_place(f.store, id, VG_STR("lea"), VG_STR("a judge asks"), 0, &f.err);
    ask = an_ask(id);
    EQ(vg_store_hand_over(f.store, &ask, NULL, &f.err), -VG_ECONFLICT, "not while a legal hold stands");
    vg_store_hold_release(f.store, id, VG_STR("lea"), VG_STR("over"), &f.err);
    TAP_OK(vg_store_hand_over(f.store, &ask, &keys, &f.err) == 0 && keys == 1, "a case is handed over (%s)", f.err.what);

    reopen(&f);
    EQ(openable(&f, id), 0, "with the ring and the whole database nothing opens any more");
    EQ(openable(&f, bob), 1, "another case does");
    EQ(number(&f, "SELECT count(*) FROM case_key WHERE case_id=1 AND (content IS NOT NULL OR filing IS NOT NULL)"), 0, "no wrap is left");
    EQ(vg_store_case_events(f.store, id, VG_STR("lea"), f.arena, &events, &count, &f.err), -VG_EGONE, "who reads it is told: %s", f.err.what);
    TAP_OK(strstr(f.err.what, "fr.pharos") != NULL, "and to whom it went");
    vg_decision *decisions;
    TAP_OK(vg_store_decisions(f.store, id, f.arena, &decisions, &count, &f.err) == 0 && count == 1 && !decisions[0].note.len, "decisions stay, without their notes");

    TAP_OK(vg_store_hand_overs(f.store, id, f.arena, &given, &count, &f.err) == 0 && count == 1 && given[0].has_box, "the box is there");
    EQ(vg_key_unbox(receiver, receiver_secret, given[0].box, VG_KEY_BOX, key, &f.err), 0, "the receiver's secret key opens it");
    sqlite3_stmt *stmt = NULL;
    sqlite3_prepare_v2(f.store->db, "SELECT content FROM case_event WHERE case_id=1", -1, &stmt, NULL);
    sqlite3_step(stmt);
    size_t len = (size_t)sqlite3_column_bytes(stmt, 0);
    vg_store_case_place(id, place);
    TAP_OK(len < sizeof plain && vg_case_unseal(key, vg_str_of(place), sqlite3_column_blob(stmt, 0), len, plain, NULL) == 0 && memmem(plain, len, "do not tell anyone", 18),
           "and with it the content");
    sqlite3_finalize(stmt);
    TAP_OK(vg_store_destructions(f.store, id, f.arena, &certificates, &count, &f.err) == 0 && count == 1 && strstr(certificates[0].payload.ptr, "\"hand_over\""), "there is a certificate");
    uint8_t signature[64], public[32];
    vg_keyring_certify(f.ring, "", 0, signature, public);
    EQ(crypto_sign_verify_detached(certificates[0].signature, (const uint8_t *)certificates[0].payload.ptr, certificates[0].payload.len, public), 0, "signed by this installation");
    TAP_OK(!strstr(certificates[0].payload.ptr, "ann"), "that names no account");
    EQ(vg_store_hand_over(f.store, &ask, NULL, &f.err), -VG_ECONFLICT, "a second time there is nothing to hand over");

    ask = an_ask(bob);
    vg_store_hand_over(f.store, &ask, NULL, &f.err);
    w = a_write("bob", "e4");
    EQ(write_case(&f, &w).case_id, bob, "an open case goes on");
    EQ(openable(&f, bob), 1, "what comes later opens: it has a key of its own");
    EQ(number(&f, "SELECT max(generation) FROM case_key WHERE case_id=2"), 2, "of the next generation");
    int64_t entries;
    EQ(vg_store_audit_verify(f.store, &entries, &f.err), 0, "the log holds");
    tear_down(&f);
}

/* A database as it was: rows that the ring sealed, no keys, a media file that the ring sealed. */
static void from_before(void)
{
    fixture f;
    vg_case_event *events;
    vg_case_media media;
    size_t count;
    char place[96], path[VG_MEDIA_PATH], folder[VG_MEDIA_PATH], name[VG_MEDIA_NAME + 1], sql[160];
    uint8_t file[256] = {'V', 'G', 'M', '1'}, thumb[8] = {0};
    set_up(&f);
    vg_case_write w = a_write("old", "e1");
    int64_t id = write_case(&f, &w).case_id;
    vg_store_case_place(id, place);
    vg_store_seal(f.store, place, w.content, &f.err);
    sqlite3_stmt *stmt = NULL;
    sqlite3_prepare_v2(f.store->db, "UPDATE case_event SET content=?", -1, &stmt, NULL);
    sqlite3_bind_blob(stmt, 1, f.store->sealed.ptr, (int)f.store->sealed.len, SQLITE_STATIC);
    sqlite3_step(stmt);
    sqlite3_finalize(stmt);
    run_sql(&f, "DELETE FROM case_key");
    vg_media_name(name);
    size_t at = 4;
    const struct { const void *bytes; size_t len; const char *place; } pieces[] = {{thumb, 8, "media:%s:0"}, {"hello", 5, "media:%s:1:last"}};
    for (int i = 0; i < 2; i++) {
        int n = snprintf(place, sizeof place, i ? "media:%s:1:last" : "media:%s:0", name);
        file[at] = (uint8_t)(pieces[i].len + VG_SEAL_OVERHEAD);
        vg_seal(f.ring, (vg_str){place, (size_t)n}, pieces[i].bytes, pieces[i].len, file + at + 4, NULL);
        at += 4 + pieces[i].len + VG_SEAL_OVERHEAD;
    }
    vg_media_path(f.dir, name, path, NULL);
    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(path, '/') - path), path);
    vg_dir_create(folder, 0700, NULL);
    vg_file_replace(path, file, at, 0600, NULL);
    snprintf(sql, sizeof sql, "INSERT INTO case_media(seq,case_id,file,bytes,thumbnail) VALUES(1,%d,'%s',5,0)", (int)id, name);
    run_sql(&f, sql);

    TAP_OK(vg_store_case_events(f.store, id, VG_STR("lea"), f.arena, &events, &count, &f.err) == 0 && strstr(events[0].content.ptr, "do not tell"), "a row from before is readable");
    TAP_OK(vg_store_media_report(f.store, id, 1, f.arena, &media, &f.err) == 0 && !media.own_key, "so is a file");
    w = a_write("old", "e2");
    write_case(&f, &w);
    EQ(number(&f, "SELECT count(*) FROM case_key"), 1, "what is added gets the case a key");
    EQ(openable(&f, id), 2, "both open");
    vg_hand_over_ask ask = an_ask(id);
    EQ(vg_store_hand_over(f.store, &ask, NULL, &f.err), 0, "it is handed over, rows and files from before too (%s)", f.err.what);
    EQ(openable(&f, id), 0, "then nothing opens");
    EQ(number(&f, "SELECT count(*) FROM case_event WHERE substr(hex(content),1,2)='01'"), 0, "the ring seals nothing of it any more");
    TAP_OK(access(path, F_OK) != 0, "the old file is gone");
    EQ(vg_store_media_report(f.store, id, 1, f.arena, &media, &f.err), -VG_EGONE, "and the new one opens for nobody here");
    tear_down(&f);
}

static void by_law(void)
{
    fixture f;
    uint8_t file_key[VG_CASE_KEY] = {7}, digest[VG_MEDIA_DIGEST] = {0};
    vg_case_media media;
    char name[VG_MEDIA_NAME + 1];
    int64_t now = vg_time_now();
    vg_webhook hook = {.space = VG_STR("lobby"), .url = VG_STR("https://example.org/hook")};
    set_up(&f);
    vg_store_webhook_add(f.store, &hook, VG_STR("op"), &f.err);
    vg_media_name(name);
    vg_case_write w = a_write("ann", "pic-1");
    w.content = VG_STR("{\"event\":{\"id\":\"pic-1\",\"type\":\"vigie.media\"}}");
    w.media_file = vg_str_of(name);
    w.media_key = file_key;
    w.media_digest = digest;
    w.media_bytes = 5;
    int64_t id = write_case(&f, &w).case_id;
    EQ(vg_store_media_view(f.store, id, 1, VG_STR("lea"), f.arena, &media, &f.err), 0, "a media is seen before the decision");
    TAP_OK(media.open && memcmp(media.key, file_key, sizeof file_key) == 0, "with its own key");
    vg_resolution r = {.decision = {.case_id = id, .user = VG_STR("claire"), .action = VG_ACTION_SUSPEND, .reason = VG_STR("media"), .note = {"", 0}, .time_ms = now},
                       .removes = true, .undo_until_ms = now + 60000, .statement = {"", 0}, .statement_text = {"", 0}, .language = {"", 0}};
    EQ(vg_store_resolve(f.store, &r, 1, &f.err), 0, "a decision confirms what the law forbids");
    EQ(vg_store_media_view(f.store, id, 1, VG_STR("lea"), f.arena, &media, &f.err), -VG_EREMOVED, "nobody sees it any more: %s", f.err.what);
    EQ(vg_store_media_report(f.store, id, 1, f.arena, &media, &f.err), 0, "a report still carries it");
    EQ(messages_with(&f, "case.decided", "\"remove\":[\"pic-1\"]"), 1, "the platform is told what to remove");
    EQ(vg_store_undo(f.store, id, false, r.decision.id, VG_STR("claire"), now + 1, now + 60000, &f.err), 0, "undone");
    EQ(vg_store_media_view(f.store, id, 1, VG_STR("lea"), f.arena, &media, &f.err), 0, "it is back");
    r.decision.id = 0;
    r.undo_until_ms = 0;
    vg_store_resolve(f.store, &r, 1, &f.err);
    vg_appeal a = {.case_id = id, .decision_id = r.decision.id, .space = VG_STR("lobby"), .language = VG_STR("fr"), .made_by = {"", 0}, .text = VG_STR("no"), .made_ms = now, .due_ms = now + 1000};
    bool again;
    vg_store_appeal_add(f.store, &a, VG_STR("key:1"), f.arena, &again, &f.err);
    vg_hand_over_ask ask = an_ask(id);
    EQ(vg_store_hand_over(f.store, &ask, NULL, &f.err), -VG_ECONFLICT, "no hand-over while an appeal waits");
    a.state = VG_APPEAL_OVERTURNED;
    a.answer = a.reasons = VG_STR("it was harmless");
    a.decided_by = VG_STR("lea");
    a.decided_ms = now + 2;
    EQ(vg_store_appeal_decide(f.store, &a, &f.err), 0, "an appeal overturns it");
    EQ(vg_store_media_view(f.store, id, 1, VG_STR("lea"), f.arena, &media, &f.err), 0, "and it is back");
    tear_down(&f);
}

static void ends(void)
{
    fixture f;
    vg_hold *holds;
    vg_destruction *certificates;
    size_t count;
    int64_t destroyed, now = vg_time_now(), old = now - 400 * VG_DAY_MS;
    set_up(&f);
    vg_case_write w = a_write("ann", "e1");
    int64_t id = write_case(&f, &w).case_id;
    decide_case(&f, id, VG_ACTION_WARN, old);
    vg_store_hold_place(f.store, id, VG_STR("lea"), VG_STR("about ann"), now + VG_DAY_MS, &f.err);
    TAP_OK(vg_store_holds(f.store, id, f.arena, &holds, &count, &f.err) == 0 && count == 1 && vg_str_is(holds[0].reason, "about ann") && holds[0].review_ms == now + VG_DAY_MS, "a hold says who, why, until when");
    EQ(number(&f, "SELECT count(*) FROM audit WHERE detail LIKE '%ann%'"), 0, "the log does not say why");
    vg_store_sweep(f.store, VG_STR("lobby"), 180, 0, now, &destroyed, &f.err);
    EQ(destroyed, 0, "it keeps the case");
    vg_store_hold_release(f.store, id, VG_STR("marc"), VG_STR("the judge is done"), &f.err);
    EQ(number(&f, "SELECT count(*) FROM audit WHERE action='case.hold_release' AND actor='marc'"), 1, "its release is an act of its own");
    vg_store_sweep(f.store, VG_STR("lobby"), 180, 0, now, &destroyed, &f.err);
    EQ(destroyed, 1, "then retention takes it");
    EQ(number(&f, "SELECT count(*) FROM case_key WHERE content IS NOT NULL OR filing IS NOT NULL"), 0, "its key too");
    TAP_OK(vg_store_destructions(f.store, id, f.arena, &certificates, &count, &f.err) == 0 && count == 1, "a certificate stays");
    TAP_OK(strstr(certificates[0].payload.ptr, "retention.cases: 180 days") && strstr(certificates[0].payload.ptr, "a été détruit") && strstr(certificates[0].payload.ptr, "was destroyed"), "that says by which rule, in both languages");
    EQ(number(&f, "SELECT count(*) FROM certificate_of_destruction c JOIN audit a ON a.seq=c.audit_seq WHERE a.action='case.destroy'"), 1, "and names its entry of the log");
    EQ(vg_store_hold_place(f.store, id, VG_STR("lea"), VG_STR("too late"), 0, &f.err), -VG_ECONFLICT, "there is nothing left to hold");
    tear_down(&f);
}

/* Each allocation of a hand-over fails once: it is before or after, never between. */
static void memory_runs_out(void)
{
    fixture f;
    size_t n = 1, wrong = 0, between = 0;
    set_up(&f);
    vg_case_write w = a_write("ann", "e1");
    int64_t id = write_case(&f, &w).case_id, entries;
    for (int rc = -1; rc && n < 5000; n++) {
        vg_hand_over_ask ask = an_ask(id);
        reopen(&f);
        vg_alloc_fail_at(n);
        rc = vg_store_hand_over(f.store, &ask, NULL, &f.err);
        vg_alloc_fail_at(0);
        wrong += rc != 0 && rc != -VG_ENOMEM;
        int64_t boxes = number(&f, "SELECT count(*) FROM hand_over"), wraps = number(&f, "SELECT count(*) FROM case_key WHERE content IS NOT NULL");
        vg_arena_reset(f.arena);
        between += boxes + wraps != 1 || boxes != (rc == 0) || openable(&f, id) != wraps;
    }
    TAP_OK(!wrong && n > 5, "%zu allocations of a hand-over fail one by one", n);
    EQ(between, 0, "each time the case is whole here, or the receiver's alone");
    EQ(vg_store_audit_verify(f.store, &entries, &f.err), 0, "and the chain holds");
    tear_down(&f);
}

static void is_due(void)
{
    fixture f;
    vg_hand_over_due *due, one;
    size_t count;
    bool left, others;
    int64_t now = vg_time_now();
    set_up(&f);
    vg_case_write w = a_write("ann", "e1");
    int64_t id = write_case(&f, &w).case_id;
    EQ(vg_store_hand_over_due_of(f.store, id, f.arena, &one, &f.err), -VG_ENOENT, "nothing is due of a case that nobody reported");
    vg_store_begin(f.store, &f.err);
    EQ(vg_store_end(f.store, vg_store_hand_over_want(f.store, id, 7, now, &f.err), &f.err), 0, "the end of a filing asks for it");
    TAP_OK(vg_store_hand_overs_due(f.store, now, 4, f.arena, &due, &count, &f.err) == 0 && count == 1 && due[0].filing_id == 7, "it is to be done now");
    TAP_OK(vg_store_hand_over_ready(f.store, id, f.arena, &left, &others, &f.err) == 0 && left && !others, "there is something left, and no other report");
    EQ(vg_store_hand_over_later(f.store, id, now + 60000, VG_STR("a legal hold"), &f.err), 0, "it is put off");
    TAP_OK(vg_store_hand_overs_due(f.store, now, 4, f.arena, &due, &count, &f.err) == 0 && count == 0, "not now");
    TAP_OK(vg_store_hand_over_due_of(f.store, id, f.arena, &one, &f.err) == 0 && one.attempts == 1 && vg_str_is(one.why, "a legal hold"), "and says why");
    vg_hand_over_ask ask = an_ask(id);
    EQ(vg_store_hand_over(f.store, &ask, NULL, &f.err), 0, "a person is faster");
    EQ(vg_store_hand_over_due_of(f.store, id, f.arena, &one, &f.err), -VG_ENOENT, "then nothing is due any more");
    tear_down(&f);
}

int main(void)
{
    if (sodium_init() < 0) return 1;
    crypto_box_keypair(receiver, receiver_secret);
    seals();
    hand_over();
    from_before();
    by_law();
    ends();
    memory_runs_out();
    is_due();
    return tap_done();
}
