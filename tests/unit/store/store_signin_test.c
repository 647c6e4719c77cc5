/* SPDX-License-Identifier: Apache-2.0
 *
 * Second factors, recovery codes, what a session was opened with, identities of a provider.
 */
#include "fixture.h"

#include "store/people/signin.h"

#define HASH "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$aGFzaA"

static void add_person(fixture *f, const char *name, vg_user *out)
{
    vg_user user = {.name = vg_str_of(name), .display = VG_STR("Claire"), .language = VG_STR("fr"), .role = VG_ROLE_REFERENT,
                    .spaces = VG_STR("lobby"), .password_hash = VG_STR(HASH)};
    vg_store_user_add(f->store, &user, &f->err);
    if (vg_store_user_find(f->store, user.name, f->arena, out, &f->err)) abort();
}

static void add_session(fixture *f, const vg_user *user, uint8_t mark, uint8_t token[32])
{
    vg_session session = {.user_id = user->id, .created_ms = 1, .expires_ms = INT64_MAX, .csrf = "x"};
    memset(session.token_hash, mark, 32);
    memcpy(token, session.token_hash, 32);
    if (vg_store_session_add(f->store, &session, &f->err)) abort();
}

static vg_factor a_totp(const char *name)
{
    return (vg_factor){.kind = VG_FACTOR_TOTP, .name = vg_str_of(name), .secret = "secret-of-20-bytes!", .counter = 5};
}
static vg_factor a_key(const char *id)
{
    return (vg_factor){.kind = VG_FACTOR_KEY, .name = VG_STR("Clé bleue"), .credential = vg_str_of(id), .key = VG_STR("cose"), .verifies = true};
}

static void factors(void)
{
    fixture f;
    vg_user claire, marc, found;
    vg_session session;
    vg_factor *all, one;
    size_t count;
    bool any;
    uint8_t mine[32], other[32], codes[2][32] = {{1}, {2}};
    vg_str whose;
    set_up(&f);
    add_person(&f, "claire", &claire);
    add_person(&f, "marc", &marc);
    add_session(&f, &claire, 7, mine);
    add_session(&f, &claire, 8, other);
    TAP_OK(vg_store_factor_any(f.store, claire.id, &any, &f.err) == 0 && !any, "nobody begins with a second factor");
    vg_factor totp = a_totp("Téléphone");
    TAP_EQ_INT(vg_store_factor_add(f.store, &claire, &totp, codes, 2, mine, &f.err), 0, "one is added, with recovery codes");
    TAP_OK(vg_store_session_find(f.store, mine, 2, f.arena, &session, &found, &f.err) == 0, "this session goes on");
    TAP_EQ_INT(vg_store_session_find(f.store, other, 2, f.arena, &session, &found, &f.err), -VG_ENOENT, "others have ended");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM second_factor WHERE instr(secret, CAST('secret-of' AS BLOB))>0"), 0, "the secret is sealed at rest");
    TAP_OK(vg_store_factors(f.store, claire.id, true, f.arena, &all, &count, &f.err) == 0 && count == 1 &&
               memcmp(all[0].secret, totp.secret, sizeof totp.secret) == 0 && vg_str_is(all[0].name, "Téléphone") && all[0].counter == 5,
           "and read back for who asks for it");
    TAP_OK(vg_store_factors(f.store, claire.id, false, f.arena, &all, &count, &f.err) == 0 && all[0].secret[0] == 0, "not for a list");
    vg_factor key = a_key("id-1"), again = a_key("id-1"), second = a_key("id-2");
    TAP_EQ_INT(vg_store_factor_add(f.store, &claire, &key, NULL, 0, mine, &f.err), 0, "a key is added");
    TAP_EQ_INT(vg_store_factor_add(f.store, &marc, &again, NULL, 0, NULL, &f.err), -VG_EEXIST, "the same key is nobody else's");
    TAP_OK(vg_store_factor_by_credential(f.store, VG_STR("id-1"), f.arena, &one, &whose, &f.err) == 0 && vg_str_is(whose, "claire") &&
               vg_str_is(one.key, "cose") && one.verifies,
           "it says whose it is");
    TAP_EQ_INT(vg_store_factor_by_credential(f.store, VG_STR("id-9"), f.arena, &one, &whose, &f.err), -VG_ENOENT, "an unknown one is nobody's");
    TAP_EQ_INT(vg_store_factor_rename(f.store, &marc, key.id, VG_STR("mine"), &f.err), -VG_ENOENT, "another's cannot be renamed");
    TAP_EQ_INT(vg_store_factor_rename(f.store, &claire, key.id, VG_STR(""), &f.err), -VG_EINVAL, "a name is not empty");
    TAP_EQ_INT(vg_store_factor_rename(f.store, &claire, key.id, VG_STR("Bureau"), &f.err), 0, "one's own can");
    TAP_EQ_INT(vg_store_factor_remove(f.store, &marc, key.id, false, NULL, &f.err), -VG_ENOENT, "another's cannot be removed");
    TAP_EQ_INT(vg_store_factor_remove(f.store, &claire, totp.id, true, mine, &f.err), 0, "one of two goes, where one is needed");
    TAP_EQ_INT(vg_store_factor_remove(f.store, &claire, key.id, true, mine, &f.err), -VG_ECONFLICT, "the last one stays then");
    TAP_EQ_INT(vg_store_factor_remove(f.store, &claire, key.id, false, mine, &f.err), 0, "and goes where none is needed");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM recovery_code"), 0, "with the recovery codes");
    vg_store_factor_add(f.store, &claire, &second, codes, 2, mine, &f.err);
    TAP_EQ_INT(vg_store_factors_reset(f.store, VG_STR("nobody"), VG_STR("cli"), &f.err), -VG_ENOENT, "nobody's cannot be reset");
    TAP_EQ_INT(vg_store_factors_reset(f.store, VG_STR("claire"), VG_STR("cli"), &f.err), 0, "an administrator resets");
    TAP_EQ_INT(number(&f, "SELECT (SELECT count(*) FROM second_factor)+(SELECT count(*) FROM recovery_code)+(SELECT count(*) FROM session)"), 0,
               "factors, codes and sessions are gone");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM audit WHERE action LIKE 'factor.%'"), 7, "all of it on record");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM audit WHERE detail LIKE '%Bureau%' OR detail LIKE '%phone%'"), 0, "without the names that people give");
    tear_down(&f);
}

static void once(void)
{
    fixture f;
    vg_user claire;
    int64_t left;
    uint8_t codes[10][32], wrong[32] = {99};
    set_up(&f);
    add_person(&f, "claire", &claire);
    for (uint8_t i = 0; i < 10; i++) memset(codes[i], i + 1, 32);
    TAP_EQ_INT(vg_store_recovery_set(f.store, &claire, codes, 10, NULL, &f.err), -VG_ECONFLICT, "codes without a factor make no sense");
    vg_factor totp = a_totp("t"), key = a_key("id");
    vg_store_factor_add(f.store, &claire, &totp, codes, 10, NULL, &f.err);
    vg_store_factor_add(f.store, &claire, &key, NULL, 0, NULL, &f.err);
    TAP_EQ_INT(vg_store_factor_used(f.store, &claire, &totp, 5, 1, &f.err), -VG_ECONFLICT, "the code of the enrolment is used");
    TAP_EQ_INT(vg_store_factor_used(f.store, &claire, &totp, 6, 2, &f.err), 0, "the next one counts");
    TAP_EQ_INT(vg_store_factor_used(f.store, &claire, &totp, 6, 2, &f.err), -VG_ECONFLICT, "once");
    TAP_EQ_INT(vg_store_factor_used(f.store, &claire, &key, 0, 2, &f.err), 0, "a key that does not count");
    TAP_EQ_INT(vg_store_factor_used(f.store, &claire, &key, 0, 3, &f.err), 0, "may be used again");
    TAP_EQ_INT(vg_store_factor_used(f.store, &claire, &key, 4, 3, &f.err), 0, "once it counts");
    TAP_EQ_INT(vg_store_factor_used(f.store, &claire, &key, 4, 3, &f.err), -VG_ECONFLICT, "it has to grow");
    TAP_EQ_INT(vg_store_recovery_use(f.store, &claire, wrong, 5, &f.err), -VG_ENOENT, "no such recovery code");
    TAP_EQ_INT(vg_store_recovery_use(f.store, &claire, codes[3], 5, &f.err), 0, "a recovery code");
    TAP_EQ_INT(vg_store_recovery_use(f.store, &claire, codes[3], 5, &f.err), -VG_ENOENT, "counts once");
    TAP_OK(vg_store_recovery_count(f.store, claire.id, &left, &f.err) == 0 && left == 9, "nine are left");
    TAP_EQ_INT(vg_store_recovery_set(f.store, &claire, codes, 10, NULL, &f.err), 0, "new ones replace them");
    TAP_OK(vg_store_recovery_count(f.store, claire.id, &left, &f.err) == 0 && left == 10, "all ten");
    tear_down(&f);
}

static void proofs_and_identities(void)
{
    fixture f;
    vg_user claire;
    uint8_t token[32];
    unsigned how;
    int64_t fresh;
    vg_str name;
    bool managed;
    set_up(&f);
    add_person(&f, "claire", &claire);
    add_session(&f, &claire, 7, token);
    TAP_OK(vg_store_session_proof(f.store, token, &how, &fresh, &f.err) == 0 && how == 0 && fresh == 0, "a session from before proofs");
    TAP_EQ_INT(vg_store_session_prove(f.store, token, VG_PROOF_PASSWORD, 10, &f.err), 0, "opened with a password");
    TAP_EQ_INT(vg_store_session_prove(f.store, token, VG_PROOF_TOTP, 20, &f.err), 0, "then a code");
    TAP_OK(vg_store_session_proof(f.store, token, &how, &fresh, &f.err) == 0 && how == (VG_PROOF_PASSWORD | VG_PROOF_TOTP) && fresh == 20,
           "both are known, and when the last one was");
    vg_store_session_end(f.store, token, "sign_out", &f.err);
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM session_proof"), 0, "and go with the session");
    vg_str issuer = VG_STR("https://id.example"), subject = VG_STR("u-1");
    TAP_EQ_INT(vg_store_oidc_find(f.store, issuer, subject, f.arena, &name, &managed, &f.err), -VG_ENOENT, "an identity that nobody has");
    TAP_EQ_INT(vg_store_oidc_link(f.store, issuer, subject, VG_STR("nobody"), false, VG_STR("cli"), &f.err), -VG_ENOENT, "is not linked to nobody");
    TAP_EQ_INT(vg_store_oidc_link(f.store, issuer, subject, VG_STR("claire"), false, VG_STR("cli"), &f.err), 0, "is linked");
    TAP_EQ_INT(vg_store_oidc_link(f.store, issuer, subject, VG_STR("claire"), false, VG_STR("cli"), &f.err), -VG_EEXIST, "once");
    TAP_OK(vg_store_oidc_find(f.store, issuer, subject, f.arena, &name, &managed, &f.err) == 0 && vg_str_is(name, "claire") && !managed, "and found");
    TAP_EQ_INT(vg_store_oidc_find(f.store, VG_STR("https://other.example"), subject, f.arena, &name, &managed, &f.err), -VG_ENOENT,
               "the same subject at another provider is somebody else");
    tear_down(&f);
}

int main(void)
{
    factors();
    once();
    proofs_and_identities();
    return tap_done();
}
