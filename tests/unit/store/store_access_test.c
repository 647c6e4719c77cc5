/* SPDX-License-Identifier: Apache-2.0
 *
 * Roles per space, invitations, leave, closing, sessions, pages of the audit log.
 */
#include "fixture.h"

#include "store/people/people.h"

#define HASH "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$aGFzaA"
#define NOW  INT64_C(1767225600000)

static vg_user a_person(const char *name, vg_role role, const char *spaces)
{
    return (vg_user){.name = vg_str_of(name), .display = VG_STR("Somebody"), .language = VG_STR("fr"), .role = role,
                     .spaces = vg_str_of(spaces), .password_hash = VG_STR(HASH), .created_ms = NOW};
}

static void add(fixture *f, const char *name, vg_role role, const char *spaces)
{
    vg_user u = a_person(name, role, spaces);
    if (vg_store_user_add(f->store, &u, &f->err)) printf("# add: %s: %s\n", f->err.where, f->err.what);
}

static vg_user find(fixture *f, const char *name)
{
    vg_user u = {0};
    if (vg_store_user_find(f->store, vg_str_of(name), f->arena, &u, &f->err)) printf("# find: %s\n", f->err.what);
    return u;
}

static void open_session(fixture *f, const vg_user *user, uint8_t mark)
{
    vg_session s = {.user_id = user->id, .token_hash = {mark}, .created_ms = NOW + mark, .expires_ms = INT64_MAX / 2,
                    .agent = VG_STR("Firefox, Linux"), .address = VG_STR("192.0.2.0/24")};
    if (vg_store_session_add(f->store, &s, &f->err)) printf("# session: %s\n", f->err.what);
}

static bool signed_in(fixture *f, uint8_t mark, int64_t now_ms)
{
    const uint8_t hash[32] = {mark};
    vg_session s;
    vg_user u;
    return vg_store_session_find(f->store, hash, now_ms, f->arena, &s, &u, &f->err) == 0;
}

static void grants(void)
{
    fixture f;
    vg_str text;
    set_up(&f);
    add(&f, "claire", VG_ROLE_LEAD, "lobby, forum");
    vg_user u = find(&f, "claire");
    TAP_OK(u.grant_count == 2 && vg_str_is(u.grants[0].space, "forum") && u.grants[0].role == VG_ROLE_LEAD, "one role in several spaces becomes a grant in each");
    open_session(&f, &u, 1);
    const vg_grant more[] = {{VG_STR("lobby"), VG_ROLE_LEAD}, {VG_STR("forum"), VG_ROLE_REFERENT}, {VG_STR("*"), VG_ROLE_AUDITOR}};
    TAP_EQ_INT(vg_store_grants_set(f.store, u.name, more, 3, VG_STR("anne"), &f.err), 0, "roles by space");
    u = find(&f, "claire");
    TAP_OK(u.grant_count == 3 && u.role == VG_ROLE_LEAD && vg_str_is(u.spaces, "lobby,forum,*"), "the row sums them up: %.*s", VG_STR_ARG(u.spaces));
    TAP_EQ_INT(vg_grants_text(&u, f.arena, &text, &f.err), 0, "and are said in words");
    TAP_OK(vg_str_is(text, "*: auditor, forum: referent, lobby: lead"), "as %.*s", VG_STR_ARG(text));
    TAP_OK(!signed_in(&f, 1, NOW), "a change of rights ends the sessions");
    open_session(&f, &u, 2);
    TAP_EQ_INT(vg_store_grants_set(f.store, u.name, more, 3, VG_STR("anne"), &f.err), 0, "the same once more");
    TAP_OK(signed_in(&f, 2, NOW), "changes nothing, and ends nothing");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM audit WHERE action='user.grants' AND actor='anne'"), 1, "a change is on record, once");
    const vg_grant bad[] = {{VG_STR("lobby,forum"), VG_ROLE_LEAD}};
    TAP_EQ_INT(vg_store_grants_set(f.store, u.name, bad, 1, VG_STR("anne"), &f.err), -VG_EINVAL, "one space to a grant");
    TAP_EQ_INT(vg_store_grants_set(f.store, VG_STR("nobody"), more, 3, VG_STR("anne"), &f.err), -VG_ENOENT, "nobody");
    TAP_EQ_INT(vg_store_grants_set(f.store, u.name, NULL, 0, VG_STR("anne"), &f.err), 0, "none at all");
    u = find(&f, "claire");
    TAP_OK(u.grant_count == 0 && u.spaces.len == 0, "leaves nothing to fall back on");
    tear_down(&f);
}

/* Rows as a database of before has them become grants when it is opened. */
static void old_rows(void)
{
    fixture f;
    set_up(&f);
    run_sql(&f, "INSERT INTO user(name,display,language,role,spaces,password_hash,created_ms) VALUES('old','Old','fr',1,'lobby, forum ,*','" HASH "',1)");
    run_sql(&f, "INSERT OR IGNORE INTO user_grant (user_id, space, role) WITH RECURSIVE piece (id, role, item, rest) AS ("
                "SELECT id, role, '', spaces || ',' FROM user UNION ALL SELECT id, role, trim(substr(rest, 1, instr(rest, ',') - 1)), "
                "substr(rest, instr(rest, ',') + 1) FROM piece WHERE rest <> '') SELECT id, item, role FROM piece WHERE item <> ''");
    vg_user u = find(&f, "old");
    TAP_OK(u.grant_count == 3 && vg_str_is(u.grants[0].space, "*") && vg_str_is(u.grants[1].space, "forum") && vg_str_is(u.grants[2].space, "lobby"),
           "a list with blanks, as the migration reads it");
    tear_down(&f);
}

static void last_admin(void)
{
    fixture f;
    vg_released out;
    set_up(&f);
    add(&f, "anne", VG_ROLE_ADMIN, "*");
    add(&f, "spaces-only", VG_ROLE_ADMIN, "lobby");
    const vg_grant lead[] = {{VG_STR("*"), VG_ROLE_LEAD}};
    TAP_EQ_INT(vg_store_grants_set(f.store, VG_STR("anne"), lead, 1, VG_STR("anne"), &f.err), -VG_ECONFLICT, "the last administrator of all spaces is not demoted");
    TAP_EQ_INT(vg_store_close_person(f.store, VG_STR("anne"), NOW, VG_STR("cli"), f.arena, &out, &f.err), -VG_ECONFLICT, "nor closed");
    TAP_EQ_INT(vg_store_leave(f.store, VG_STR("anne"), NOW, NOW + VG_DAY_MS, NOW, VG_STR("cli"), f.arena, &out, &f.err), -VG_ECONFLICT, "nor sent on leave");
    vg_user invited = a_person("bert", VG_ROLE_ADMIN, "*");
    invited.password_hash = (vg_str){"", 0};
    const uint8_t token[32] = {9};
    TAP_EQ_INT(vg_store_invite(f.store, &invited, (vg_str){"", 0}, token, NOW, NOW + VG_DAY_MS, VG_STR("anne"), &f.err), 0, "another is invited");
    TAP_EQ_INT(vg_store_close_person(f.store, VG_STR("anne"), NOW, VG_STR("cli"), f.arena, &out, &f.err), -VG_ECONFLICT, "who has not come yet does not count");
    vg_str name;
    TAP_EQ_INT(vg_store_invitation_accept(f.store, token, VG_STR(HASH), NOW, f.arena, &name, &f.err), 0, "they come");
    TAP_EQ_INT(vg_store_close_person(f.store, VG_STR("anne"), NOW, VG_STR("bert"), f.arena, &out, &f.err), 0, "then the first may go");
    tear_down(&f);
}

static void invitations(void)
{
    fixture f;
    vg_invitation found;
    vg_person *p;
    size_t count;
    vg_str name;
    const uint8_t one[32] = {1}, two[32] = {2}, three[32] = {3};
    set_up(&f);
    vg_user u = a_person("nina", VG_ROLE_REFERENT, "lobby");
    u.password_hash = (vg_str){"", 0};
    TAP_EQ_INT(vg_store_invite(f.store, &u, VG_STR("nina@example.org"), one, NOW, NOW + VG_HOUR_MS, VG_STR("anne"), &f.err), 0, "somebody is invited");
    TAP_EQ_INT(vg_store_invite(f.store, &u, VG_STR(""), two, NOW, NOW + VG_HOUR_MS, VG_STR("anne"), &f.err), -VG_EEXIST, "not twice under one name");
    TAP_OK(vg_store_people(f.store, u.name, f.arena, &p, &count, &f.err) == 0 && p->invited && vg_str_is(p->email, "nina@example.org") && p->invitation_ends_ms == NOW + VG_HOUR_MS, "as an administrator sees her");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM user WHERE instr(CAST(email AS TEXT),'example')>0"), 0, "the address is sealed");
    TAP_OK(vg_store_invitation_find(f.store, one, NOW, f.arena, &found, &f.err) == 0 && vg_str_is(found.name, "nina") && !found.reset, "the link says whom it is for");
    TAP_EQ_INT(vg_store_invitation_find(f.store, one, NOW + VG_HOUR_MS, f.arena, &found, &f.err), -VG_ENOENT, "until it runs out");
    TAP_EQ_INT(vg_store_invite_again(f.store, u.name, two, NOW, NOW + VG_HOUR_MS, VG_STR("anne"), &f.err), 0, "another link");
    TAP_EQ_INT(vg_store_invitation_find(f.store, one, NOW, f.arena, &found, &f.err), -VG_ENOENT, "ends the first");
    TAP_EQ_INT(vg_store_invitation_accept(f.store, two, VG_STR("in clear"), NOW, f.arena, &name, &f.err), -VG_EINVAL, "a password in clear is refused");
    TAP_OK(vg_store_invitation_accept(f.store, two, VG_STR(HASH), NOW, f.arena, &name, &f.err) == 0 && vg_str_is(name, "nina"), "used");
    TAP_EQ_INT(vg_store_invitation_accept(f.store, two, VG_STR(HASH), NOW, f.arena, &name, &f.err), -VG_ENOENT, "once");
    vg_user nina = find(&f, "nina");
    open_session(&f, &nina, 7);
    TAP_EQ_INT(vg_store_invite_again(f.store, u.name, three, NOW, NOW + VG_HOUR_MS, VG_STR("anne"), &f.err), 0, "a reset");
    TAP_OK(signed_in(&f, 7, NOW) && vg_store_invitation_find(f.store, three, NOW, f.arena, &found, &f.err) == 0 && found.reset, "leaves the old password until it is used");
    TAP_OK(vg_store_invitation_accept(f.store, three, VG_STR(HASH), NOW, f.arena, &name, &f.err) == 0 && !signed_in(&f, 7, NOW), "then all sessions end");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM audit WHERE instr(detail,'nina@')>0"), 0, "no address in the audit log");
    tear_down(&f);
}

static void leave_and_closing(void)
{
    fixture f;
    vg_released out;
    vg_case c;
    set_up(&f);
    add(&f, "claire", VG_ROLE_REFERENT, "*");
    vg_user u = find(&f, "claire");
    vg_case_write w = a_write("alex", "e-1");
    int64_t id = write_case(&f, &w).case_id;
    open_session(&f, &u, 1);
    vg_store_case_claim(f.store, id, u.name, NOW, NOW + VG_HOUR_MS, &f.err);
    TAP_EQ_INT(vg_store_leave(f.store, u.name, NOW + VG_HOUR_MS, NOW + 2 * VG_DAY_MS, NOW, VG_STR("anne"), f.arena, &out, &f.err), 0, "a leave that begins later");
    TAP_OK(out.count == 0 && signed_in(&f, 1, NOW), "changes nothing yet");
    TAP_OK(vg_store_leave_begun(f.store, NOW, f.arena, &out, &f.err) == 0 && out.count == 0, "nothing to do before");
    TAP_OK(vg_store_leave_begun(f.store, NOW + VG_HOUR_MS, f.arena, &out, &f.err) == 0 && out.count == 1 && out.cases[0] == id, "when it has begun the lease is given back");
    TAP_OK(vg_store_case_get(f.store, id, f.arena, &c, &f.err) == 0 && c.claimed_by.len == 0, "the case is free");
    TAP_OK(!signed_in(&f, 1, NOW), "the session has ended");
    open_session(&f, &u, 2);
    TAP_OK(!signed_in(&f, 2, NOW + VG_DAY_MS) && signed_in(&f, 2, NOW + 2 * VG_DAY_MS), "nobody signs in on leave; it ends by itself");
    TAP_EQ_INT(vg_store_leave(f.store, u.name, NOW + VG_DAY_MS, NOW, NOW, VG_STR("anne"), f.arena, &out, &f.err), -VG_EINVAL, "an end before the beginning");
    TAP_EQ_INT(vg_store_leave(f.store, u.name, 1, NOW - 1, NOW, VG_STR("anne"), f.arena, &out, &f.err), -VG_EINVAL, "a leave that is over");
    TAP_EQ_INT(vg_store_leave(f.store, u.name, 0, 0, NOW, VG_STR("anne"), f.arena, &out, &f.err), 0, "no leave");
    open_session(&f, &u, 3);
    vg_store_case_claim(f.store, id, u.name, NOW, NOW + VG_HOUR_MS, &f.err);
    TAP_OK(vg_store_close_person(f.store, u.name, NOW, VG_STR("anne"), f.arena, &out, &f.err) == 0 && out.count == 1, "closing gives the case back");
    u = find(&f, "claire");
    TAP_OK(u.closed_ms == NOW && u.disabled_ms && u.password_hash.len == 0 && u.grant_count == 0 && !signed_in(&f, 3, NOW), "no password, no role, no session is left");
    TAP_EQ_INT(vg_store_close_person(f.store, u.name, NOW + 1, VG_STR("anne"), f.arena, &out, &f.err), 0, "a second time is no error");
    TAP_EQ_INT(vg_store_user_password(f.store, u.name, VG_STR(HASH), VG_STR("cli"), &f.err), -VG_ENOENT, "no way back in with a password");
    vg_user again = a_person("claire", VG_ROLE_REFERENT, "*");
    TAP_EQ_INT(vg_store_user_add(f.store, &again, &f.err), -VG_EEXIST, "nor for somebody else under the name");
    TAP_EQ_INT(vg_store_grants_set(f.store, u.name, &(vg_grant){VG_STR("*"), VG_ROLE_LEAD}, 1, VG_STR("anne"), &f.err), -VG_ECONFLICT, "nor a role");
    tear_down(&f);
}

static void sessions(void)
{
    fixture f;
    vg_session *all, s;
    vg_user u;
    size_t count;
    uint8_t hash[32];
    const uint8_t one[32] = {1}, two[32] = {2};
    set_up(&f);
    add(&f, "claire", VG_ROLE_REFERENT, "*");
    add(&f, "tom", VG_ROLE_REFERENT, "*");
    vg_user claire = find(&f, "claire"), tom = find(&f, "tom");
    for (uint8_t i = 1; i <= 3; i++) open_session(&f, &claire, i);
    TAP_OK(vg_store_session_list(f.store, claire.id, NOW, f.arena, &all, &count, &f.err) == 0 && count == 3 && all[0].token_hash[0] == 3, "newest first");
    TAP_OK(strlen(all[0].id) == 16 && strcmp(all[0].id, all[1].id) && vg_str_is(all[0].agent, "Firefox, Linux") && vg_str_is(all[0].address, "192.0.2.0/24"), "each has a name and says where");
    TAP_EQ_INT(vg_store_session_end_named(f.store, &tom, vg_str_of(all[0].id), hash, &f.err), -VG_ENOENT, "not somebody else's");
    TAP_OK(vg_store_session_end_named(f.store, &claire, vg_str_of(all[0].id), hash, &f.err) == 0 && hash[0] == 3 && !signed_in(&f, 3, NOW), "one ends by its name");
    TAP_EQ_INT(vg_store_session_seen(f.store, one, claire.id, NOW + VG_HOUR_MS, &f.err), 0, "a sign of life");
    TAP_OK(vg_store_session_find(f.store, one, NOW, f.arena, &s, &u, &f.err) == 0 && s.seen_ms == NOW + VG_HOUR_MS && strlen(s.id) == 16, "is remembered");
    TAP_OK(vg_store_session_end_others(f.store, claire.name, two, claire.name, &f.err) == 0 && !signed_in(&f, 1, NOW) && signed_in(&f, 2, NOW), "all but one");
    TAP_OK(vg_store_session_end_others(f.store, claire.name, NULL, VG_STR("anne"), &f.err) == 0 && !signed_in(&f, 2, NOW), "all");
    tear_down(&f);
}

static void audit_pages(void)
{
    fixture f;
    vg_audit_entry *e;
    vg_audit_chain chain;
    size_t count;
    int64_t next;
    set_up(&f);
    for (int i = 0; i < 5; i++) {
        char account[8];
        snprintf(account, sizeof account, "a%d", i);
        vg_case_write w = a_write(account, account);
        w.now_ms += i * VG_DAY_MS;
        if (i == 3) w.space = VG_STR("forum");
        write_case(&f, &w);
    }
    vg_audit_query q = {.spaces = VG_STR("*"), .most = 2};
    TAP_OK(vg_store_audit_list(f.store, &q, f.arena, &e, &count, &next, &chain, &f.err) == 0 && count == 2 && e[0].seq == 5 && next == 4, "newest first, in pages");
    TAP_OK(chain.first == 1 && chain.newest == 5 && chain.head_checks && e[0].checks && e[1].checks, "and each checks");
    q.before_seq = next, q.most = 100;
    TAP_OK(vg_store_audit_list(f.store, &q, f.arena, &e, &count, &next, &chain, &f.err) == 0 && count == 3 && e[2].seq == 1 && e[2].checks && !next, "the rest, to the first");
    q = (vg_audit_query){.spaces = VG_STR("forum"), .most = 100};
    TAP_OK(vg_store_audit_list(f.store, &q, f.arena, &e, &count, &next, &chain, &f.err) == 0 && count == 1 && e[0].seq == 4, "of one space: what is about its cases");
    q = (vg_audit_query){.spaces = VG_STR("*"), .object = VG_STR("c-000002")};
    TAP_OK(vg_store_audit_list(f.store, &q, f.arena, &e, &count, &next, &chain, &f.err) == 0 && count == 1 && e[0].seq == 2 && e[0].checks, "of one case");
    q = (vg_audit_query){.spaces = VG_STR("*"), .actor = VG_STR("nobody")};
    TAP_OK(vg_store_audit_list(f.store, &q, f.arena, &e, &count, &next, &chain, &f.err) == 0 && count == 0 && chain.head_checks, "of nobody");
    int64_t first = a_write("a", "a").now_ms;
    q = (vg_audit_query){.spaces = VG_STR("*"), .from_ms = first + VG_DAY_MS, .until_ms = first + 3 * VG_DAY_MS};
    TAP_OK(vg_store_audit_list(f.store, &q, f.arena, &e, &count, &next, &chain, &f.err) == 0 && count == 2 && e[0].seq == 3 && e[1].seq == 2, "of some days");
    run_sql(&f, "UPDATE audit SET actor='somebody' WHERE seq=3");
    q = (vg_audit_query){.spaces = VG_STR("*")};
    TAP_OK(vg_store_audit_list(f.store, &q, f.arena, &e, &count, &next, &chain, &f.err) == 0 && !e[2].checks && e[1].checks && chain.head_checks, "an entry that was altered does not check");
    run_sql(&f, "DELETE FROM audit WHERE seq=5");
    TAP_OK(vg_store_audit_list(f.store, &q, f.arena, &e, &count, &next, &chain, &f.err) == 0 && !chain.head_checks, "an end that was cut off shows");
    tear_down(&f);
}

/* ---- failed allocations ---- */

static int op_grants(fixture *f)
{
    static int turn;
    const vg_grant some[] = {{VG_STR("lobby"), VG_ROLE_LEAD}, {VG_STR("forum"), turn++ % 2 ? VG_ROLE_REFERENT : VG_ROLE_ANALYST}};
    return vg_store_grants_set(f->store, VG_STR("claire"), some, 2, VG_STR("anne"), &f->err);
}

static int op_invite_again(fixture *f)
{
    const uint8_t token[32] = {5};
    return vg_store_invite_again(f->store, VG_STR("claire"), token, NOW, NOW + VG_HOUR_MS, VG_STR("anne"), &f->err);
}

static int op_people(fixture *f)
{
    vg_person *all;
    size_t count;
    vg_arena_reset(f->arena);
    return vg_store_people(f->store, (vg_str){"", 0}, f->arena, &all, &count, &f->err);
}

static int op_leave(fixture *f)
{
    vg_released out;
    vg_arena_reset(f->arena);
    return vg_store_leave(f->store, VG_STR("claire"), NOW, NOW + VG_DAY_MS, NOW, VG_STR("anne"), f->arena, &out, &f->err);
}

static int op_session(fixture *f)
{
    static uint32_t turn;
    vg_session s = {.user_id = 1, .created_ms = NOW, .expires_ms = NOW + VG_DAY_MS}, *all;
    size_t count;
    turn++;
    memcpy(s.token_hash, &turn, sizeof turn);
    vg_arena_reset(f->arena);
    int rc = vg_store_session_add(f->store, &s, &f->err);
    return rc ? rc : vg_store_session_list(f->store, 1, NOW, f->arena, &all, &count, &f->err);
}

static int op_audit(fixture *f)
{
    vg_audit_entry *e;
    vg_audit_chain chain;
    size_t count;
    int64_t next;
    const vg_audit_query q = {.spaces = VG_STR("lobby"), .most = 10};
    vg_arena_reset(f->arena);
    return vg_store_audit_list(f->store, &q, f->arena, &e, &count, &next, &chain, &f->err);
}

/* Fails allocation 1, 2, ... of a store that was just opened, until the call gets through. */
static void fail_each(int (*op)(fixture *f), const char *name)
{
    fixture f;
    int64_t count;
    int wrong = 0;
    size_t n = 1;
    bool more = true;
    set_up_in(&f, access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    add(&f, "claire", VG_ROLE_LEAD, "lobby");
    add(&f, "anne", VG_ROLE_ADMIN, "*");
    vg_case_write w = a_write("robin", "e");
    write_case(&f, &w);
    for (; more && n < 5000; n++) {
        reopen(&f);
        vg_alloc_fail_at(n);
        int rc = op(&f);
        more = vg_alloc_failed();
        vg_alloc_fail_at(0);
        wrong += rc != 0 && rc != -VG_ENOMEM;
        wrong += op(&f) != 0; /* and the store is usable at once */
    }
    TAP_OK(wrong == 0 && !more, "%s: %zu allocations fail one by one", name, n - 2);
    TAP_EQ_INT(vg_store_audit_verify(f.store, &count, &f.err), 0, "and the chain is whole");
    tear_down(&f);
}

static void no_memory(void)
{
    fail_each(op_grants, "roles");
    fail_each(op_invite_again, "a link");
    fail_each(op_people, "people");
    fail_each(op_leave, "leave");
    fail_each(op_session, "a session");
    fail_each(op_audit, "the audit log");
}

int main(void)
{
    no_memory();
    grants();
    old_rows();
    last_admin();
    invitations();
    leave_and_closing();
    sessions();
    audit_pages();
    return tap_done();
}
