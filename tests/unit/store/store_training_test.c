/* SPDX-License-Identifier: Apache-2.0
 *
 * Certificates and attempts: issued, over, revoked, suspended, reinstated; what the audit log says of it and what it does not.
 */
#include "store/training/attempts.h"

#include "fixture.h"
#include "store/training/training_int.h"

static const int64_t now = 1767225600000;

static void add_person(fixture *f, const char *name)
{
    vg_user user = {.name = vg_str_of(name),
                    .display = vg_str_of(name),
                    .language = VG_STR("fr"),
                    .spaces = VG_STR("*"),
                    .role = VG_ROLE_REFERENT,
                    .password_hash = VG_STR("$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$aGFzaA"),
                    .created_ms = now};
    if (vg_store_user_add(f->store, &user, &f->err)) printf("# %s\n", f->err.what);
}

static vg_certificate certificate(const char *space, vg_category category, int64_t days)
{
    return (vg_certificate){.user = VG_STR("lea"),
                            .space = vg_str_of(space),
                            .category = category,
                            .basis = VG_CERTIFIED_BY_COURSES,
                            .by = VG_STR("lea"),
                            .issued_ms = now,
                            .until_ms = now + days * VG_DAY_MS};
}

static int64_t issue(fixture *f, const char *space, vg_category category, int64_t days)
{
    vg_certificate c = certificate(space, category, days);
    return vg_store_certificate_add(f->store, &c, &f->err) ? -1 : c.id;
}

static vg_certified state_of(fixture *f, const char *space, vg_category category, int64_t at)
{
    vg_certified c;
    if (vg_store_certified(f->store, VG_STR("lea"), vg_str_of(space), category, at, &c, &f->err)) printf("# %s\n", f->err.what);
    return c;
}

static void certificates_hold_and_end(void)
{
    fixture f;
    set_up(&f);
    add_person(&f, "lea");
    vg_certified c = state_of(&f, "lobby", VG_CATEGORY_CONTACT, now);
    TAP_OK(!c.certified && !c.had && !c.until_ms, "nobody is certified to begin with");
    TAP_OK(issue(&f, "lobby", VG_CATEGORY_CONTACT, 30) > 0, "a certificate of thirty days");
    TAP_OK(state_of(&f, "lobby", VG_CATEGORY_CONTACT, now).certified, "holds in its space and category");
    TAP_OK(!state_of(&f, "forum", VG_CATEGORY_CONTACT, now).certified, "not in another space");
    TAP_OK(!state_of(&f, "lobby", VG_CATEGORY_MATERIAL, now).certified, "not for another category");
    TAP_OK(state_of(&f, "lobby", VG_CATEGORY_CONTACT, now + 30 * VG_DAY_MS - 1).certified, "to the last moment");
    c = state_of(&f, "lobby", VG_CATEGORY_CONTACT, now + 30 * VG_DAY_MS);
    TAP_OK(!c.certified && c.had && c.until_ms == now + 30 * VG_DAY_MS, "and no longer; that there was one is said");
    issue(&f, "lobby", VG_CATEGORY_CONTACT, 90);
    TAP_EQ_INT(state_of(&f, "lobby", VG_CATEGORY_CONTACT, now).until_ms, now + 90 * VG_DAY_MS, "of two the one that lasts longer counts");
    issue(&f, "*", VG_CATEGORY_LIVE, 10);
    TAP_OK(state_of(&f, "forum", VG_CATEGORY_LIVE, now).certified, "one for all spaces holds in each");
    tear_down(&f);
}

static void certificates_are_checked(void)
{
    fixture f;
    set_up(&f);
    add_person(&f, "lea");
    vg_certificate c = certificate("lobby", VG_CATEGORY_CONTACT, 0);
    TAP_EQ_INT(vg_store_certificate_add(f.store, &c, &f.err), -VG_EINVAL, "an end that is not after the beginning");
    c = certificate("lobby", VG_CATEGORIES, 3);
    TAP_EQ_INT(vg_store_certificate_add(f.store, &c, &f.err), -VG_EINVAL, "a category that there is not");
    c = certificate("lobby", VG_CATEGORY_CONTACT, 3);
    c.user = VG_STR("nobody");
    TAP_EQ_INT(vg_store_certificate_add(f.store, &c, &f.err), -VG_ENOENT, "a person who does not exist");
    c = certificate("lobby", VG_CATEGORY_CONTACT, 3);
    c.basis = VG_CERTIFIED_OUTSIDE;
    TAP_EQ_INT(vg_store_certificate_add(f.store, &c, &f.err), -VG_EINVAL, "an outside certificate without issuer and number");
    c.issuer = VG_STR("INHOPE");
    c.number = VG_STR("FR-2025-017");
    c.by = VG_STR("claire");
    TAP_EQ_INT(vg_store_certificate_add(f.store, &c, &f.err), 0, "with both it is recorded");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM certificate"), 1, "nothing else was");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM audit WHERE action='certificate.issue' AND actor='claire' AND object='user:lea'"), 1,
               "on record, with who recorded it");
    tear_down(&f);
}

static void revoking(void)
{
    fixture f;
    vg_certificate c, *all;
    size_t count;
    set_up(&f);
    add_person(&f, "lea");
    int64_t id = issue(&f, "lobby", VG_CATEGORY_CONTACT, 30);
    vg_str by = VG_STR("claire"), reason = VG_STR("answered for somebody else");
    TAP_EQ_INT(vg_store_certificate_revoke(f.store, id, by, VG_STR(""), now, &f.err), -VG_EINVAL, "revoking wants a reason");
    TAP_EQ_INT(vg_store_certificate_revoke(f.store, 77, by, reason, now, &f.err), -VG_ENOENT, "and a certificate");
    TAP_EQ_INT(vg_store_certificate_revoke(f.store, id, by, reason, now, &f.err), 0, "revoked");
    TAP_OK(!state_of(&f, "lobby", VG_CATEGORY_CONTACT, now).certified, "it no longer holds");
    TAP_OK(state_of(&f, "lobby", VG_CATEGORY_CONTACT, now).had, "and is not forgotten");
    TAP_EQ_INT(vg_store_certificate_revoke(f.store, id, by, reason, now, &f.err), -VG_ECONFLICT, "once");
    TAP_EQ_INT(vg_store_certificate_get(f.store, id, f.arena, &c, &f.err), 0, "it can be read");
    TAP_OK(vg_str_eq(c.reason, reason) && vg_str_is(c.revoked_by, "claire"), "with the reason and who gave it");
    TAP_OK(!on_disk(&f, reason.ptr, reason.len), "the reason is sealed on disk");
    TAP_EQ_INT(vg_store_certificates(f.store, VG_STR("lea"), f.arena, &all, &count, &f.err), 0, "all of hers");
    TAP_EQ_INT((int64_t)count, 1, "one");
    tear_down(&f);
}

static int suspend(fixture *f, const char *space)
{
    return vg_store_certificate_suspend(f->store, VG_STR("lea"), vg_str_of(space), VG_CATEGORY_CONTACT, VG_STR("claire"),
                                        VG_STR("three gold items missed"), now, &f->err);
}

static int lift(fixture *f, const char *space)
{
    return vg_store_certificate_reinstate(f->store, VG_STR("lea"), vg_str_of(space), VG_CATEGORY_CONTACT, VG_STR("claire"),
                                          VG_STR("we talked it through"), now + 5, &f->err);
}

static void suspending(void)
{
    fixture f;
    vg_suspension *all;
    size_t count;
    set_up(&f);
    add_person(&f, "lea");
    issue(&f, "lobby", VG_CATEGORY_CONTACT, 30);
    TAP_EQ_INT(lift(&f, "lobby"), -VG_ENOENT, "what is not suspended cannot be reinstated");
    TAP_EQ_INT(suspend(&f, "lobby"), 0, "a category is suspended");
    vg_certified c = state_of(&f, "lobby", VG_CATEGORY_CONTACT, now);
    TAP_OK(!c.certified && c.suspended && c.until_ms, "the certificate is there and does not count");
    TAP_EQ_INT(suspend(&f, "lobby"), -VG_ECONFLICT, "once at a time");
    issue(&f, "lobby", VG_CATEGORY_CONTACT, 60);
    TAP_OK(!state_of(&f, "lobby", VG_CATEGORY_CONTACT, now).certified, "a new certificate does not lift a suspension");
    TAP_OK(!state_of(&f, "lobby", VG_CATEGORY_THREAT, now).suspended, "other categories are not suspended");
    TAP_EQ_INT(lift(&f, "lobby"), 0, "reinstated");
    TAP_OK(state_of(&f, "lobby", VG_CATEGORY_CONTACT, now).certified, "it counts again");
    TAP_EQ_INT(suspend(&f, "*"), 0, "suspended in all spaces");
    TAP_OK(!state_of(&f, "lobby", VG_CATEGORY_CONTACT, now).certified, "so in this one");
    TAP_EQ_INT(vg_store_suspensions(f.store, VG_STR("lea"), f.arena, &all, &count, &f.err), 0, "both can be read");
    TAP_OK(count == 2 && all[0].lifted_ms == now + 5 && vg_str_is(all[0].lifted_reason, "we talked it through") &&
               vg_str_is(all[1].reason, "three gold items missed"),
           "with their reasons");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM audit WHERE detail LIKE '%gold items%' OR detail LIKE '%talked%'"), 0,
               "the audit log has no reason");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM audit WHERE action IN ('certificate.suspend','certificate.reinstate')"), 3, "but each change");
    tear_down(&f);
}

static void endings(void)
{
    fixture f;
    vg_ending *e;
    size_t count;
    set_up(&f);
    add_person(&f, "lea");
    int64_t id = issue(&f, "lobby", VG_CATEGORY_CONTACT, 20);
    issue(&f, "lobby", VG_CATEGORY_LIVE, 300);
    TAP_EQ_INT(vg_store_certificates_ending(f.store, now, now + 30 * VG_DAY_MS, f.arena, &e, &count, &f.err), 0, "what ends in a month");
    TAP_OK(count == 1 && e[0].id == id && !e[0].over && vg_str_is(e[0].user, "lea"), "the one of twenty days");
    TAP_EQ_INT(vg_store_certificate_told(f.store, id, false, now, &f.err), 0, "she is told");
    vg_store_certificates_ending(f.store, now, now + 30 * VG_DAY_MS, f.arena, &e, &count, &f.err);
    TAP_EQ_INT((int64_t)count, 0, "once");
    int64_t later = now + 21 * VG_DAY_MS;
    vg_store_certificates_ending(f.store, later, later + 30 * VG_DAY_MS, f.arena, &e, &count, &f.err);
    TAP_OK(count == 1 && e[0].over, "and again when it ended");
    vg_store_certificate_told(f.store, id, true, later, &f.err);
    vg_store_certificates_ending(f.store, later, later + 30 * VG_DAY_MS, f.arena, &e, &count, &f.err);
    TAP_EQ_INT((int64_t)count, 0, "then no more");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM audit WHERE action IN ('certificate.warn','certificate.end')"), 2, "both on record");
    tear_down(&f);
}

static vg_attempt attempt(int64_t at)
{
    return (vg_attempt){.user = VG_STR("lea"), .course = VG_STR("law"), .digest = 0xfedcba9876543210u, .seed = 7, .started_ms = at};
}

static void attempts(void)
{
    fixture f;
    vg_attempt a = attempt(now), b = attempt(now + 1), c = attempt(now + 2), back, *all;
    size_t count;
    set_up(&f);
    add_person(&f, "lea");
    TAP_EQ_INT(vg_store_attempt_start(f.store, &a, now - VG_DAY_MS, 2, &f.err), 0, "a first attempt");
    TAP_EQ_INT(vg_store_attempt_start(f.store, &b, now - VG_DAY_MS, 2, &f.err), 0, "a second");
    TAP_EQ_INT(vg_store_attempt_start(f.store, &c, now - VG_DAY_MS, 2, &f.err), -VG_ECONFLICT, "no third on the same day");
    TAP_EQ_INT(vg_store_attempt_start(f.store, &c, now + 1, 2, &f.err), 0, "but when a day has passed");
    TAP_EQ_INT(vg_store_attempt_get(f.store, a.id, f.arena, &back, &f.err), 0, "an attempt is read");
    TAP_OK(back.digest == a.digest && back.seed == 7 && back.handed_ms == 0, "as it was started");
    vg_certificate given[2] = {certificate("lobby", VG_CATEGORY_CONTACT, 365), certificate("lobby", VG_CATEGORY_REPORT, 365)};
    a.handed_ms = now + 60000;
    a.score = 90;
    TAP_EQ_INT(vg_store_attempt_hand_in(f.store, &a, given, 2, &f.err), 0, "handed in with two certificates");
    TAP_OK(given[0].id && given[1].id && state_of(&f, "lobby", VG_CATEGORY_REPORT, now).certified, "which hold");
    TAP_EQ_INT(vg_store_attempt_hand_in(f.store, &a, given, 2, &f.err), -VG_ECONFLICT, "once");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM certificate"), 2, "no certificate of a second hand-in");
    given[0].user = VG_STR("nobody");
    b.handed_ms = now + 60000;
    TAP_EQ_INT(vg_store_attempt_hand_in(f.store, &b, given, 1, &f.err), -VG_ENOENT, "a certificate that cannot be given ...");
    vg_store_attempt_get(f.store, b.id, f.arena, &back, &f.err);
    TAP_EQ_INT(back.handed_ms, 0, "... leaves the attempt open");
    TAP_EQ_INT(vg_store_attempts(f.store, VG_STR("lea"), VG_STR("law"), f.arena, &all, &count, &f.err), 0, "all of hers");
    TAP_OK(count == 3 && all[2].score == 90 && all[0].started_ms == now + 2, "newest first");
    tear_down(&f);
}

static void retention(void)
{
    fixture f;
    int64_t destroyed, entries;
    set_up(&f);
    add_person(&f, "lea");
    vg_attempt a = attempt(now);
    vg_store_attempt_start(f.store, &a, 0, 9, &f.err);
    issue(&f, "lobby", VG_CATEGORY_CONTACT, 30);
    suspend(&f, "lobby");
    lift(&f, "lobby");
    vg_store_sweep(f.store, VG_STR("lobby"), 180, 1095, now + 1000 * VG_DAY_MS, &destroyed, &f.err);
    TAP_EQ_INT(number(&f, "SELECT (SELECT count(*) FROM attempt)+(SELECT count(*) FROM certificate)"), 2, "kept as long as the audit log");
    vg_store_sweep(f.store, VG_STR("lobby"), 180, 0, now + 1130 * VG_DAY_MS, &destroyed, &f.err);
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM certificate"), 1, "for ever where the log is kept for ever");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM attempt"), 0, "attempts three years");
    vg_store_sweep(f.store, VG_STR("lobby"), 180, 1095, now + 1130 * VG_DAY_MS, &destroyed, &f.err);
    TAP_EQ_INT(number(&f, "SELECT (SELECT count(*) FROM certificate)+(SELECT count(*) FROM suspension)"), 0, "then destroyed");
    TAP_EQ_INT(vg_store_audit_verify(f.store, &entries, &f.err), 0, "the chain holds");
    tear_down(&f);
}

int main(void)
{
    certificates_hold_and_end();
    certificates_are_checked();
    revoking();
    suspending();
    endings();
    attempts();
    retention();
    return tap_done();
}
