/* SPDX-License-Identifier: Apache-2.0 */
#include "store/training/certificates.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/time.h"
#include "store/training/training_int.h"

enum { ENDING_MOST = 100, TOLD_ENDS = 1, TOLD_ENDED = 2 };

const char *const vg_certificate_basis_names[VG_CERTIFICATE_BASES] = {"courses", "outside", "administrator"};

/* ---- shared pieces ---- */

static int check_key(vg_str user, vg_str space, vg_category category, vg_error *err)
{
    int rc = vg_store_check_text("user", user, 64, err);
    if (!rc) rc = vg_store_check_text("space", space, VG_EVENT_MAX_NAME, err);
    if (!rc && (unsigned)category >= VG_CATEGORIES)
        rc = vg_fail(err, VG_EINVAL, "category", "expected material, threat, live, contact or report");
    return rc;
}

/* A reason is bound to the person it is about. */
static void place_of(vg_str user, char out[96])
{
    snprintf(out, 96, "training:%.*s", (int)(user.len > 64 ? 64 : user.len), user.ptr);
}

static int seal_reason(vg_store *store, vg_str user, vg_str reason, vg_error *err)
{
    char place[96];
    place_of(user, place);
    return vg_store_seal(store, place, reason, err);
}

static int unseal_reason(vg_store *store, vg_str user, const vg_query *row, int column, vg_arena *arena, vg_str *out, vg_error *err)
{
    char place[96];
    vg_str sealed = vg_store_peek(row, column);
    *out = VG_STR("");
    if (!sealed.len) return 0;
    place_of(user, place);
    return vg_store_unseal(store, place, sealed, arena, out, err);
}

static int audit(vg_store *store, int64_t now_ms, vg_str by, const char *action, vg_str user, vg_str space, vg_category category,
                 const char *more, vg_error *err)
{
    char object[80];
    vg_buf *text = &store->text;
    snprintf(object, sizeof object, "user:%.*s", VG_STR_ARG(user));
    vg_buf_clear(text);
    vg_buf_add_cstr(text, "{\"space\":");
    vg_buf_add_json_str(text, space);
    vg_buf_printf(text, ",\"category\":\"%s\"%s}", vg_category_names[category], more);
    if (text->failed) return vg_fail(err, VG_ENOMEM, "", "no memory for an audit entry");
    return vg_store_audit_add(store, now_ms, by, vg_str_of(action), vg_str_of(object), (vg_str){text->ptr, text->len}, err);
}

static int user_exists(vg_store *store, vg_str name, vg_error *err)
{
    vg_query find = vg_store_use(store, VG_SQL_USER_FIND);
    vg_store_bind_str(&find, name);
    int rc = vg_store_step(&find, err);
    vg_store_reset(&find);
    return rc < 0 ? rc : rc == 0 ? vg_fail(err, VG_ENOENT, "user", "there is no user %.*s", VG_STR_ARG(name)) : 0;
}

/* ---- what holds ---- */

static int open_suspension(vg_store *store, enum vg_store_statement which, vg_str user, vg_str space, vg_category category, int64_t *id,
                           vg_error *err)
{
    vg_query query = vg_store_use(store, which);
    vg_store_bind_str(&query, user);
    vg_store_bind_int(&query, (int64_t)category);
    vg_store_bind_str(&query, space);
    int rc = vg_store_step(&query, err);
    *id = rc == 1 ? vg_store_int(&query, 0) : 0;
    vg_store_reset(&query);
    return rc < 0 ? rc : 0;
}

int vg_store_certified(vg_store *store, vg_str user, vg_str space, vg_category category, int64_t now_ms, vg_certified *out, vg_error *err)
{
    int64_t suspended = 0;
    *out = (vg_certified){0};
    int rc = check_key(user, space, category, err);
    if (rc) return rc;
    vg_query query = vg_store_use(store, VG_SQL_CERTIFICATE_BEST);
    vg_store_bind_str(&query, user);
    vg_store_bind_int(&query, (int64_t)category);
    vg_store_bind_str(&query, space);
    while ((rc = vg_store_step(&query, err)) == 1) {
        int64_t until = vg_store_int(&query, 0);
        bool revoked = vg_store_int(&query, 1) != 0;
        out->had = true;
        if (revoked) continue;
        out->until_ms = until; /* the longest comes first */
        out->certified = until > now_ms;
        break;
    }
    vg_store_reset(&query);
    if (rc < 0) return rc;
    rc = open_suspension(store, VG_SQL_SUSPENSION_OPEN, user, space, category, &suspended, err);
    out->suspended = suspended != 0;
    if (out->suspended) out->certified = false;
    return rc;
}

/* ---- issuing, revoking ---- */

static int check_certificate(const vg_certificate *c, vg_error *err)
{
    int rc = check_key(c->user, c->space, c->category, err);
    if (!rc) rc = vg_store_check_text("by", c->by, 64, err);
    bool outside = c->basis == VG_CERTIFIED_OUTSIDE;
    if (!rc) rc = vg_store_check_text("issuer", c->issuer, outside ? VG_CERTIFICATE_TEXT_MOST : -VG_CERTIFICATE_TEXT_MOST, err);
    if (!rc) rc = vg_store_check_text("number", c->number, outside ? VG_CERTIFICATE_TEXT_MOST : -VG_CERTIFICATE_TEXT_MOST, err);
    if (rc) return rc;
    if ((unsigned)c->basis >= VG_CERTIFICATE_BASES) return vg_fail(err, VG_EINVAL, "basis", "is unknown");
    if (c->until_ms <= c->issued_ms) return vg_fail(err, VG_EINVAL, "until", "expected a time to come");
    return 0;
}

int vg_store_certify_within(vg_store *store, vg_certificate *c, vg_error *err)
{
    char more[160], until[25];
    int rc = check_certificate(c, err);
    if (!rc) rc = user_exists(store, c->user, err);
    if (rc) return rc;
    vg_query add = vg_store_use(store, VG_SQL_CERTIFICATE_ADD);
    vg_store_bind_str(&add, c->user);
    vg_store_bind_str(&add, c->space);
    vg_store_bind_int(&add, (int64_t)c->category);
    vg_store_bind_int(&add, (int64_t)c->basis);
    vg_store_bind_str(&add, c->issuer);
    vg_store_bind_str(&add, c->number);
    vg_store_bind_str(&add, c->by);
    vg_store_bind_int(&add, c->issued_ms);
    vg_store_bind_int(&add, c->until_ms);
    rc = vg_store_run(&add, err);
    if (rc) return rc;
    c->id = sqlite3_last_insert_rowid(store->db);
    vg_time_format(c->until_ms, until);
    snprintf(more, sizeof more, ",\"basis\":\"%s\",\"certificate\":%" PRId64 ",\"until\":\"%s\"", vg_certificate_basis_names[c->basis], c->id,
             until);
    return audit(store, c->issued_ms, c->by, "certificate.issue", c->user, c->space, c->category, more, err);
}

int vg_store_certificate_add(vg_store *store, vg_certificate *certificate, vg_error *err)
{
    int rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, vg_store_certify_within(store, certificate, err), err);
}

static int read_certificate(vg_store *store, const vg_query *row, vg_arena *arena, vg_certificate *out, vg_error *err)
{
    int rc = 0;
    int64_t category = vg_store_int(row, 3), basis = vg_store_int(row, 4);
    if (category < 0 || category >= VG_CATEGORIES || basis < 0 || basis >= VG_CERTIFICATE_BASES)
        return vg_fail(err, VG_ECORRUPT, "certificate", "is of an unknown kind: the database was altered");
    *out = (vg_certificate){.id = vg_store_int(row, 0),
                            .category = (vg_category)category,
                            .basis = (vg_certificate_basis)basis,
                            .issued_ms = vg_store_int(row, 8),
                            .until_ms = vg_store_int(row, 9),
                            .revoked_ms = vg_store_int(row, 10)};
    out->user = vg_store_copy(row, 1, arena, &rc);
    out->space = vg_store_copy(row, 2, arena, &rc);
    out->issuer = vg_store_copy(row, 5, arena, &rc);
    out->number = vg_store_copy(row, 6, arena, &rc);
    out->by = vg_store_copy(row, 7, arena, &rc);
    out->revoked_by = vg_store_copy(row, 11, arena, &rc);
    if (rc) return vg_fail(err, VG_ENOMEM, "", "no memory for a certificate");
    return unseal_reason(store, out->user, row, 12, arena, &out->reason, err);
}

int vg_store_certificate_get(vg_store *store, int64_t id, vg_arena *arena, vg_certificate *out, vg_error *err)
{
    vg_query get = vg_store_use(store, VG_SQL_CERTIFICATE_GET);
    vg_store_bind_int(&get, id);
    int rc = vg_store_step(&get, err);
    if (rc == 0) return vg_fail(err, VG_ENOENT, "", "there is no such certificate");
    if (rc == 1) rc = read_certificate(store, &get, arena, out, err);
    vg_store_reset(&get);
    return rc;
}

static int revoke(vg_store *store, int64_t id, vg_str by, vg_str reason, int64_t now_ms, vg_arena *arena, vg_error *err)
{
    vg_certificate c;
    char more[64];
    int rc = vg_store_certificate_get(store, id, arena, &c, err);
    if (rc) return rc;
    if (c.revoked_ms) return vg_fail(err, VG_ECONFLICT, "", "the certificate is revoked already");
    rc = seal_reason(store, c.user, reason, err);
    if (rc) return rc;
    vg_query query = vg_store_use(store, VG_SQL_CERTIFICATE_REVOKE);
    vg_store_bind_int(&query, now_ms);
    vg_store_bind_str(&query, by);
    vg_store_bind_blob(&query, store->sealed.ptr, store->sealed.len);
    vg_store_bind_int(&query, id);
    rc = vg_store_run(&query, err);
    snprintf(more, sizeof more, ",\"certificate\":%" PRId64, id);
    return rc ? rc : audit(store, now_ms, by, "certificate.revoke", c.user, c.space, c.category, more, err);
}

int vg_store_certificate_revoke(vg_store *store, int64_t id, vg_str by, vg_str reason, int64_t now_ms, vg_error *err)
{
    int rc = vg_store_check_text("by", by, 64, err);
    if (!rc) rc = vg_store_check_text("reason", reason, VG_CERTIFICATE_REASON_MOST, err);
    if (rc) return rc;
    vg_arena *arena = vg_arena_create(4096, 1 << 20);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for a certificate");
    rc = vg_store_begin(store, err);
    if (!rc) rc = vg_store_end(store, revoke(store, id, by, reason, now_ms, arena, err), err);
    vg_arena_destroy(&arena);
    return rc;
}

/* ---- suspending, reinstating ---- */

static int check_suspension(vg_str user, vg_str space, vg_category category, vg_str by, vg_str reason, vg_error *err)
{
    int rc = check_key(user, space, category, err);
    if (!rc) rc = vg_store_check_text("by", by, 64, err);
    if (!rc) rc = vg_store_check_text("reason", reason, VG_CERTIFICATE_REASON_MOST, err);
    return rc;
}

int vg_store_suspend_within(vg_store *store, vg_str user, vg_str space, vg_category category, vg_str by, vg_str reason, int64_t now_ms,
                            vg_error *err)
{
    int64_t open = 0;
    int rc = check_suspension(user, space, category, by, reason, err);
    if (!rc) rc = user_exists(store, user, err);
    if (!rc) rc = open_suspension(store, VG_SQL_SUSPENSION_FIND, user, space, category, &open, err);
    if (!rc && open) rc = vg_fail(err, VG_ECONFLICT, "", "this category is suspended already");
    if (!rc) rc = seal_reason(store, user, reason, err);
    if (rc) return rc;
    vg_query add = vg_store_use(store, VG_SQL_SUSPENSION_ADD);
    vg_store_bind_str(&add, user);
    vg_store_bind_str(&add, space);
    vg_store_bind_int(&add, (int64_t)category);
    vg_store_bind_str(&add, by);
    vg_store_bind_blob(&add, store->sealed.ptr, store->sealed.len);
    vg_store_bind_int(&add, now_ms);
    rc = vg_store_run(&add, err);
    return rc ? rc : audit(store, now_ms, by, "certificate.suspend", user, space, category, "", err);
}

int vg_store_certificate_suspend(vg_store *store, vg_str user, vg_str space, vg_category category, vg_str by, vg_str reason,
                                 int64_t now_ms, vg_error *err)
{
    int rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, vg_store_suspend_within(store, user, space, category, by, reason, now_ms, err), err);
}

static int reinstate(vg_store *store, vg_str user, vg_str space, vg_category category, vg_str by, vg_str reason, int64_t now_ms,
                     vg_error *err)
{
    int64_t open = 0;
    int rc = open_suspension(store, VG_SQL_SUSPENSION_FIND, user, space, category, &open, err);
    if (!rc && !open) rc = vg_fail(err, VG_ENOENT, "", "this category is not suspended");
    if (!rc) rc = seal_reason(store, user, reason, err);
    if (rc) return rc;
    vg_query lift = vg_store_use(store, VG_SQL_SUSPENSION_LIFT);
    vg_store_bind_int(&lift, now_ms);
    vg_store_bind_str(&lift, by);
    vg_store_bind_blob(&lift, store->sealed.ptr, store->sealed.len);
    vg_store_bind_int(&lift, open);
    rc = vg_store_run(&lift, err);
    return rc ? rc : audit(store, now_ms, by, "certificate.reinstate", user, space, category, "", err);
}

int vg_store_certificate_reinstate(vg_store *store, vg_str user, vg_str space, vg_category category, vg_str by, vg_str reason,
                                   int64_t now_ms, vg_error *err)
{
    int rc = check_suspension(user, space, category, by, reason, err);
    if (!rc) rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, reinstate(store, user, space, category, by, reason, now_ms, err), err);
}

/* ---- lists ---- */

int vg_store_certificates(vg_store *store, vg_str user, vg_arena *arena, vg_certificate **out, size_t *count, vg_error *err)
{
    size_t capacity = 0;
    int rc;
    *out = NULL;
    *count = 0;
    vg_query query = vg_store_use(store, VG_SQL_CERTIFICATES_OF);
    vg_store_bind_str(&query, user);
    while ((rc = vg_store_step(&query, err)) == 1) {
        *out = vg_store_grow(arena, *out, *count, &capacity, sizeof **out);
        rc = *out ? read_certificate(store, &query, arena, &(*out)[*count], err) : vg_fail(err, VG_ENOMEM, "", "no memory for certificates");
        if (rc) break;
        ++*count;
    }
    vg_store_reset(&query);
    return rc;
}

static int read_suspension(vg_store *store, const vg_query *row, vg_arena *arena, vg_suspension *out, vg_error *err)
{
    int rc = 0;
    int64_t category = vg_store_int(row, 3);
    if (category < 0 || category >= VG_CATEGORIES)
        return vg_fail(err, VG_ECORRUPT, "suspension", "is of an unknown category: the database was altered");
    *out = (vg_suspension){.id = vg_store_int(row, 0),
                           .category = (vg_category)category,
                           .since_ms = vg_store_int(row, 6),
                           .lifted_ms = vg_store_int(row, 7)};
    out->user = vg_store_copy(row, 1, arena, &rc);
    out->space = vg_store_copy(row, 2, arena, &rc);
    out->by = vg_store_copy(row, 4, arena, &rc);
    out->lifted_by = vg_store_copy(row, 8, arena, &rc);
    if (rc) return vg_fail(err, VG_ENOMEM, "", "no memory for a suspension");
    rc = unseal_reason(store, out->user, row, 5, arena, &out->reason, err);
    return rc ? rc : unseal_reason(store, out->user, row, 9, arena, &out->lifted_reason, err);
}

int vg_store_suspensions(vg_store *store, vg_str user, vg_arena *arena, vg_suspension **out, size_t *count, vg_error *err)
{
    size_t capacity = 0;
    int rc;
    *out = NULL;
    *count = 0;
    vg_query query = vg_store_use(store, VG_SQL_SUSPENSIONS_OF);
    vg_store_bind_str(&query, user);
    while ((rc = vg_store_step(&query, err)) == 1) {
        *out = vg_store_grow(arena, *out, *count, &capacity, sizeof **out);
        rc = *out ? read_suspension(store, &query, arena, &(*out)[*count], err) : vg_fail(err, VG_ENOMEM, "", "no memory for suspensions");
        if (rc) break;
        ++*count;
    }
    vg_store_reset(&query);
    return rc;
}

/* ---- ends ---- */

int vg_store_certificates_ending(vg_store *store, int64_t now_ms, int64_t until_ms, vg_arena *arena, vg_ending **out, size_t *count,
                                 vg_error *err)
{
    size_t capacity = 0;
    int rc;
    *out = NULL;
    *count = 0;
    vg_query query = vg_store_use(store, VG_SQL_CERTIFICATES_ENDING);
    vg_store_bind_int(&query, until_ms);
    while ((rc = vg_store_step(&query, err)) == 1 && *count < ENDING_MOST) {
        int copied = 0;
        int64_t category = vg_store_int(&query, 3), ends = vg_store_int(&query, 4);
        bool over = ends <= now_ms;
        if (vg_store_int(&query, 5) >= (over ? TOLD_ENDED : TOLD_ENDS) || category < 0 || category >= VG_CATEGORIES) continue;
        *out = vg_store_grow(arena, *out, *count, &capacity, sizeof **out);
        if (*out) {
            vg_ending *e = &(*out)[*count];
            *e = (vg_ending){.id = vg_store_int(&query, 0), .category = (vg_category)category, .until_ms = ends, .over = over};
            e->user = vg_store_copy(&query, 1, arena, &copied);
            e->space = vg_store_copy(&query, 2, arena, &copied);
        }
        if (!*out || copied) {
            rc = vg_fail(err, VG_ENOMEM, "", "no memory for certificates");
            break;
        }
        ++*count;
    }
    vg_store_reset(&query);
    return rc < 0 ? rc : 0;
}

static int tell(vg_store *store, int64_t id, bool over, int64_t now_ms, vg_arena *arena, vg_error *err)
{
    vg_certificate c;
    char more[64];
    int told = over ? TOLD_ENDED : TOLD_ENDS, rc = vg_store_certificate_get(store, id, arena, &c, err);
    if (rc) return rc;
    vg_query query = vg_store_use(store, VG_SQL_CERTIFICATE_TOLD);
    vg_store_bind_int(&query, told);
    vg_store_bind_int(&query, id);
    vg_store_bind_int(&query, told);
    rc = vg_store_run(&query, err);
    if (rc || !vg_store_changed(store)) return rc;
    snprintf(more, sizeof more, ",\"certificate\":%" PRId64, id);
    return audit(store, now_ms, VG_STR("watch"), over ? "certificate.end" : "certificate.warn", c.user, c.space, c.category, more, err);
}

int vg_store_certificate_told(vg_store *store, int64_t id, bool over, int64_t now_ms, vg_error *err)
{
    vg_arena *arena = vg_arena_create(4096, 1 << 20);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for a certificate");
    int rc = vg_store_begin(store, err);
    if (!rc) rc = vg_store_end(store, tell(store, id, over, now_ms, arena, err), err);
    vg_arena_destroy(&arena);
    return rc;
}
