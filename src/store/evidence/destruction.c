/* SPDX-License-Identifier: Apache-2.0
 *
 * The end of content, and what stays of it: a signed certificate that says what was destroyed (counts, hashes of sealed bytes, nothing of
 * what they said), when, under which rule, by whom, and which entry of the audit log it belongs to.
 */
#include <inttypes.h>
#include <sodium.h>

#include "base/time.h"
#include "store/cases/decisions_int.h"
#include "store/cases/media_int.h"
#include "store/evidence/evidence_int.h"

enum { PAYLOAD_MOST = 1 << 16 };

/* ---- measuring ---- */

static int measure_column(vg_store *store, int64_t case_id, size_t i, vg_destruction_count *out, vg_error *err)
{
    crypto_hash_sha256_state state;
    int rc;
    crypto_hash_sha256_init(&state);
    vg_query list = vg_store_use(store, vg_sealed_columns[i].read);
    vg_store_bind_int(&list, case_id);
    while ((rc = vg_store_step(&list, err)) == 1) {
        vg_str sealed = vg_store_peek(&list, 1);
        if (!sealed.len) continue;
        out->column[i].rows++;
        out->column[i].bytes += (int64_t)sealed.len;
        crypto_hash_sha256_update(&state, (const uint8_t *)sealed.ptr, sealed.len);
    }
    crypto_hash_sha256_final(&state, out->column[i].sha256);
    return rc;
}

static int measure_media(vg_store *store, int64_t case_id, vg_destruction_count *out, vg_error *err)
{
    crypto_hash_sha256_state state;
    int rc;
    crypto_hash_sha256_init(&state);
    vg_query list = vg_store_use(store, VG_SQL_MEDIA_OF);
    vg_store_bind_int(&list, case_id);
    while ((rc = vg_store_step(&list, err)) == 1) {
        vg_str digest = vg_store_peek(&list, 5);
        out->media++;
        out->media_bytes += vg_store_int(&list, 2);
        if (digest.len != VG_MEDIA_DIGEST) continue;
        out->media_measured++;
        crypto_hash_sha256_update(&state, (const uint8_t *)digest.ptr, digest.len);
    }
    crypto_hash_sha256_final(&state, out->media_sha256);
    return rc;
}

int vg_store_destruction_measure(vg_store *store, int64_t case_id, vg_destruction_count *out, vg_error *err)
{
    int rc = 0;
    *out = (vg_destruction_count){.case_id = case_id};
    for (size_t i = 0; !rc && i < VG_SEALED_COLUMNS; i++) rc = measure_column(store, case_id, i, out, err);
    if (!rc) rc = measure_media(store, case_id, out, err);
    vg_query keys = vg_store_use(store, VG_SQL_KEYS_OF);
    vg_store_bind_int(&keys, case_id);
    while (!rc && (rc = vg_store_step(&keys, err)) == 1) {
        out->keys += vg_store_int(&keys, 4) != 0;
        rc = 0;
    }
    vg_store_reset(&keys);
    return rc;
}

/* ---- the certificate ---- */

static const char *const rule_texts[][3] = {
    {"retention", "la durée de conservation fixée par les règles de l’espace est écoulée", "the time for which the rules of the space keep it is over"},
    {"erasure", "l’effacement du compte a été demandé", "the erasure of the account was asked for"},
    {"hand_over", "la clé a été remise à une autorité ; ici, plus personne ne peut ouvrir ce contenu", "the key was handed over to an authority; nobody here can open this content any more"},
};

static void add_sentence(vg_buf *out, const vg_destruction_count *what, const char *rule, int64_t now_ms)
{
    char name[24], when[25];
    const char *why[2] = {rule, rule};
    bool handed = strcmp(rule, "hand_over") == 0;
    for (size_t i = 0; i < sizeof rule_texts / sizeof rule_texts[0]; i++)
        if (strcmp(rule_texts[i][0], rule) == 0) why[0] = rule_texts[i][1], why[1] = rule_texts[i][2];
    vg_case_name(what->case_id, name);
    vg_time_format(now_ms, when);
    vg_buf_printf(out, ",\"text\":{\"fr\":\"%s du dossier %s (%" PRId64 " événements, %" PRId64 " médias) %s le %.10s à %.8s (temps universel) : %s.\"",
                  handed ? "La clé du contenu" : "Le contenu", name, what->column[0].rows, what->media, handed ? "a été détruite ici" : "a été détruit", when, when + 11, why[0]);
    vg_buf_printf(out, ",\"en\":\"The %s of case %s (%" PRId64 " events, %" PRId64 " media) was destroyed%s on %.10s at %.8s (UTC): %s.\"}",
                  handed ? "key to the content" : "content", name, what->column[0].rows, what->media, handed ? " here" : "", when, when + 11, why[1]);
}

static void add_hash(vg_buf *out, const uint8_t hash[32])
{
    char hex[65];
    vg_hex_encode(hex, hash, 32);
    vg_buf_printf(out, "\"%s\"", hex);
}

static void add_what(vg_buf *out, const vg_destruction_count *what)
{
    bool first = true;
    vg_buf_add_cstr(out, ",\"destroyed\":{");
    for (size_t i = 0; i < VG_SEALED_COLUMNS; i++) {
        if (!what->column[i].rows) continue;
        vg_buf_printf(out, "%s\"%s\":{\"rows\":%" PRId64 ",\"sealed_bytes\":%" PRId64 ",\"sha256\":", first ? "" : ",", vg_sealed_columns[i].name, what->column[i].rows, what->column[i].bytes);
        add_hash(out, what->column[i].sha256);
        vg_buf_add_char(out, '}');
        first = false;
    }
    if (what->media) {
        vg_buf_printf(out, "%s\"media\":{\"files\":%" PRId64 ",\"bytes\":%" PRId64 ",\"measured\":%" PRId64 ",\"sha256_of_blake2b\":", first ? "" : ",", what->media, what->media_bytes, what->media_measured);
        add_hash(out, what->media_sha256);
        vg_buf_add_char(out, '}');
        first = false;
    }
    vg_buf_printf(out, "%s\"keys\":%" PRId64 "}", first ? "" : ",", what->keys);
}

int vg_store_destruction_certify(vg_store *store, const vg_destruction_count *what, const char *rule, vg_str rule_detail, vg_str space, vg_str by,
                                 int64_t now_ms, vg_error *err)
{
    char name[24], when[25];
    uint8_t signature[64];
    vg_buf payload;
    vg_case_name(what->case_id, name);
    vg_time_format(now_ms, when);
    vg_buf_init(&payload, PAYLOAD_MOST);
    vg_buf_printf(&payload, "{\"type\":\"vigie.destruction/1\",\"case\":\"%s\",\"space\":", name);
    vg_buf_add_json_str(&payload, space);
    vg_buf_printf(&payload, ",\"time\":\"%s\",\"rule\":\"%s\",\"rule_detail\":", when, rule);
    vg_buf_add_json_str(&payload, rule_detail);
    vg_buf_add_cstr(&payload, ",\"by\":");
    vg_buf_add_json_str(&payload, by);
    vg_buf_printf(&payload, ",\"audit_entry\":%" PRId64, store->audit_seq);
    add_what(&payload, what);
    add_sentence(&payload, what, rule, now_ms);
    vg_buf_add_char(&payload, '}');
    int rc = payload.failed ? vg_fail(err, VG_ENOMEM, "", "no memory for a certificate of destruction") : 0;
    if (!rc) {
        vg_keyring_certify(store->ring, payload.ptr, payload.len, signature, NULL);
        vg_query add = vg_store_use(store, VG_SQL_CERTIFICATE_OF_DESTRUCTION_ADD);
        vg_store_bind_int(&add, what->case_id);
        vg_store_bind_int(&add, now_ms);
        vg_store_bind_int(&add, store->audit_seq);
        vg_store_bind_str(&add, (vg_str){payload.ptr, payload.len});
        vg_store_bind_blob(&add, signature, sizeof signature);
        rc = vg_store_run(&add, err);
    }
    vg_buf_free(&payload);
    return rc;
}

int vg_store_destructions(vg_store *store, int64_t case_id, vg_arena *arena, vg_destruction **out, size_t *count, vg_error *err)
{
    size_t capacity = 0;
    int rc, copied = 0;
    *out = NULL;
    *count = 0;
    vg_query list = vg_store_use(store, VG_SQL_CERTIFICATES_OF_DESTRUCTION_OF);
    vg_store_bind_int(&list, case_id);
    while ((rc = vg_store_step(&list, err)) == 1) {
        vg_destruction *larger = vg_store_grow(arena, *out, *count, &capacity, sizeof *larger);
        vg_str signature = vg_store_peek(&list, 4);
        if (!larger) copied = -VG_ENOMEM;
        else {
            vg_destruction *d = &larger[*count];
            *out = larger;
            *d = (vg_destruction){.id = vg_store_int(&list, 0), .time_ms = vg_store_int(&list, 1), .audit_seq = vg_store_int(&list, 2)};
            d->payload = vg_store_copy(&list, 3, arena, &copied);
            if (signature.len == sizeof d->signature) memcpy(d->signature, signature.ptr, sizeof d->signature);
            ++*count;
        }
        if (copied) {
            rc = vg_fail(err, VG_ENOMEM, "", "no memory for certificates of destruction");
            break;
        }
    }
    vg_store_reset(&list);
    return rc;
}

void vg_store_destructions_write(vg_buf *out, const vg_keyring *ring, const vg_destruction *list, size_t count)
{
    uint8_t public_key[32], unused[64];
    char hex[65], signature[96];
    vg_keyring_certify(ring, "", 0, unused, public_key);
    vg_hex_encode(hex, public_key, sizeof public_key);
    vg_buf_printf(out, "{\"type\":\"vigie.destructions/1\",\"public_key\":\"%s\",\"certificates\":[", hex);
    for (size_t i = 0; i < count; i++) {
        sodium_bin2base64(signature, sizeof signature, list[i].signature, sizeof list[i].signature, sodium_base64_VARIANT_ORIGINAL);
        vg_buf_add_cstr(out, i ? ",{\"payload\":" : "{\"payload\":");
        vg_buf_add_json_str(out, list[i].payload);
        vg_buf_printf(out, ",\"signature\":\"%s\",\"certificate\":", signature);
        vg_buf_add_str(out, list[i].payload);
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_cstr(out, "]}");
}

int vg_store_appealed(vg_store *store, int64_t case_id, bool *appealed, vg_error *err)
{
    *appealed = false;
    return vg_store_rights_open(store, case_id, appealed, err);
}

/* ---- the end of keys ---- */

int vg_store_evidence_destroy(vg_store *store, int64_t case_id, int64_t now_ms, vg_error *err)
{
    static const enum vg_store_statement steps[] = {VG_SQL_HAND_OVERS_END, VG_SQL_HOLDS_END, VG_SQL_DUE_DROP};
    vg_query end = vg_store_use(store, VG_SQL_KEYS_END);
    vg_store_bind_int(&end, VG_KEY_DESTROYED);
    vg_store_bind_int(&end, now_ms);
    vg_store_bind_int(&end, case_id);
    int rc = vg_store_run(&end, err);
    vg_store_keys_forget(store);
    for (size_t i = 0; !rc && i < sizeof steps / sizeof *steps; i++) {
        vg_query step = vg_store_use(store, steps[i]);
        vg_store_bind_int(&step, case_id);
        rc = vg_store_run(&step, err);
    }
    return rc;
}

/* ---- sizes ---- */

int vg_store_evidence_size(vg_store *store, int64_t case_id, vg_evidence_size *out, vg_error *err)
{
    int rc;
    *out = (vg_evidence_size){0};
    vg_query list = vg_store_use(store, VG_SQL_SEALED_EVENTS);
    vg_store_bind_int(&list, case_id);
    while ((rc = vg_store_step(&list, err)) == 1) {
        int64_t len = (int64_t)vg_store_peek(&list, 1).len;
        out->events += len > 0;
        out->event_bytes += len;
    }
    if (rc < 0) return rc;
    vg_query media = vg_store_use(store, VG_SQL_MEDIA_OF);
    vg_store_bind_int(&media, case_id);
    while ((rc = vg_store_step(&media, err)) == 1) {
        out->media++;
        out->media_bytes += vg_store_int(&media, 2);
    }
    return rc;
}
