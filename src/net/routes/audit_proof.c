/* SPDX-License-Identifier: Apache-2.0
 *
 * What lets others check the audit log. Checkpoint and keys are for everybody: only who has copies of old checkpoints can tell that a log
 * was replaced by another one, and the more people have them the better. They name no person and no case. */
#include "net/routes/audit_proof.h"

#include "base/hash.h"
#include "base/time.h"
#include "net/server_int.h"
#include "review/people.h"
#include "store/audit/audit.h"
#include "store/people/people.h"

static void time_header(vg_exchange *x, const char *name, int64_t time_ms)
{
    char text[25];
    vg_time_format(time_ms, text);
    vg_answer_header(x, name, text);
}

void vg_route_audit_checkpoint(vg_desk *desk, vg_exchange *x)
{
    vg_checkpoint c;
    vg_error err = {0};
    if (vg_store_audit_checkpoint(desk->store, desk->arena, &c, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    vg_buf_add_str(vg_answer_begin(x, 200, "text/plain; charset=utf-8"), c.note);
    time_header(x, "X-Vigie-Made", c.made_ms);
    if (c.stamped_ms) time_header(x, "X-Vigie-Stamped", c.stamped_ms);
}

/* Where time stamps are asked for, and whether they come. */
static void write_stamping(const vg_server *server, vg_buf *out)
{
    int64_t last_ms = atomic_load(&server->gauges.stamp_last_ms), failing_ms = atomic_load(&server->gauges.stamp_failing_ms);
    if (!server->options.stamp_url) return;
    vg_buf_add_cstr(out, ",\"stamping\":{\"authority\":");
    vg_buf_add_json_str(out, vg_str_of(server->options.stamp_url));
    if (last_ms) {
        vg_buf_add_cstr(out, ",\"last\":");
        vg_json_time(out, last_ms);
    }
    if (failing_ms) {
        vg_buf_add_cstr(out, ",\"failing_since\":");
        vg_json_time(out, failing_ms);
    }
    vg_buf_add_char(out, '}');
}

void vg_route_audit_key(vg_desk *desk, vg_exchange *x)
{
    vg_audit_key *keys = NULL;
    size_t count = 0;
    vg_error err = {0};
    if (vg_store_audit_keys(desk->store, desk->arena, &keys, &count, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_add_cstr(out, "{\"origin\":");
    vg_buf_add_json_str(out, keys[count - 1].origin);
    vg_buf_add_cstr(out, ",\"keys\":[");
    for (size_t i = 0; i < count; i++) {
        char hex[65];
        vg_hex_encode(hex, keys[i].public_key, sizeof keys[i].public_key);
        vg_buf_printf(out, "%s{\"generation\":%d,\"verifier\":", i ? "," : "", keys[i].generation);
        vg_buf_add_json_str(out, keys[i].verifier);
        vg_buf_printf(out, ",\"public_key\":\"%s\"}", hex);
    }
    vg_buf_add_char(out, ']');
    write_stamping(x->server, out);
    vg_buf_add_char(out, '}');
}

/* A number of the query; 0 when it is not there and need not be. */
static bool get_number(vg_exchange *x, const char *name, const char *pointer, bool needed, int64_t *out)
{
    vg_str text;
    bool found;
    *out = 0;
    if (!vg_query_get(x, name, &text, &found)) {
        vg_answer_problem(x, 400, NULL, "the query is malformed or names a parameter twice");
        return false;
    }
    if (!text.len && !needed) return true;
    bool good = text.len >= 1 && text.len <= 15;
    for (size_t i = 0; good && i < text.len; i++) {
        good = text.ptr[i] >= '0' && text.ptr[i] <= '9';
        *out = *out * 10 + (text.ptr[i] - '0');
    }
    if (good && *out >= 1) return true;
    vg_answer_problem(x, 400, pointer, "expected a number from 1 on");
    return false;
}

static bool may(vg_exchange *x)
{
    vg_error err = {0};
    if (!vg_review_require(&x->user, VG_MAY_AUDIT_SEE, (vg_str){"", 0}, &err)) return true;
    vg_answer_error(x, &err);
    return false;
}

/* The size to prove in: what was asked for, or the newest checkpoint's, which is made when it does not reach `least`. */
static int size_for(vg_desk *desk, int64_t least, int64_t *size, vg_error *err)
{
    vg_checkpoint c = {0};
    if (*size) return 0;
    int rc = vg_store_audit_checkpoint_reaching(desk->store, least, vg_time_now(), desk->arena, &c, err);
    *size = c.size;
    return rc;
}

/* The entry itself goes along for who sees it in the log: of their spaces, and without sentences of people. */
static int sees_entry(vg_desk *desk, vg_exchange *x, int64_t entry, bool *sees, vg_error *err)
{
    static const char reason[] = "\"reason\"";
    vg_audit_query q = {.before_seq = entry + 1, .most = 1};
    vg_audit_entry *e = NULL;
    vg_audit_chain chain;
    size_t count = 0;
    int64_t next;
    int rc = vg_review_spaces_with(&x->user, VG_MAY_AUDIT_SEE, desk->arena, &q.spaces, err);
    if (!rc) rc = vg_store_audit_list(desk->store, &q, desk->arena, &e, &count, &next, &chain, err);
    *sees = !rc && count == 1 && e[0].seq == entry && !memmem(e[0].detail.ptr, e[0].detail.len, reason, sizeof reason - 1);
    return rc;
}

static void answer_proof(vg_desk *desk, vg_exchange *x, const vg_audit_proof *proof, bool with_entry)
{
    vg_error err = {0};
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    if (vg_store_audit_proof_write(desk->store, proof, with_entry, desk->arena, out, &err)) vg_answer_error(x, &err);
}

void vg_route_audit_proof(vg_desk *desk, vg_exchange *x)
{
    int64_t entry, size;
    bool sees = false;
    vg_audit_proof proof;
    vg_error err = {0};
    if (!may(x) || !get_number(x, "entry", "/entry", true, &entry) || !get_number(x, "size", "/size", false, &size)) return;
    if (size_for(desk, entry, &size, &err) || vg_store_audit_prove_entry(desk->store, entry, size, &proof, &err) ||
        sees_entry(desk, x, entry, &sees, &err))
        vg_answer_error(x, &err);
    else answer_proof(desk, x, &proof, sees);
}

void vg_route_audit_consistency(vg_desk *desk, vg_exchange *x)
{
    int64_t from, size;
    vg_audit_proof proof;
    vg_error err = {0};
    if (!may(x) || !get_number(x, "from", "/from", true, &from) || !get_number(x, "to", "/to", false, &size)) return;
    if (size_for(desk, from, &size, &err) || vg_store_audit_prove_growth(desk->store, from, size, &proof, &err)) vg_answer_error(x, &err);
    else answer_proof(desk, x, &proof, false);
}
