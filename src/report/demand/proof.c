/* SPDX-License-Identifier: Apache-2.0
 *
 * The proof that a demand was carried out: payload, signed envelope, and text in French and English. */
#include "report/demand/demand.h"

#include <inttypes.h>
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/base64.h"
#include "base/hash.h"
#include "base/time.h"

#define PAYLOAD_TYPE "application/vnd.vigie.demand-proof+json"
#define NB "\xc2\xa0"

static void member(vg_buf *out, const char *name, vg_str value)
{
    vg_buf_printf(out, ",\"%s\":", name);
    vg_buf_add_json_str(out, value);
}

static void time_member(vg_buf *out, const char *name, int64_t ms)
{
    char when[25];
    if (!ms) return;
    vg_time_format(ms, when);
    vg_buf_printf(out, ",\"%s\":\"%s\"", name, when);
}

static void add_items(const vg_demand *d, vg_buf *out)
{
    vg_buf_add_cstr(out, ",\"items\":[");
    for (size_t i = 0; i < d->item_count; i++) {
        vg_buf_printf(out, "%s{\"kind\":\"%s\"", i ? "," : "", vg_demand_thing_names[d->items[i].thing]);
        member(out, "value", d->items[i].value);
        if (d->removed) {
            time_member(out, "unreachable_since", d->removed[i].time_ms);
            if (d->removed[i].how.len) member(out, "how", d->removed[i].how);
        }
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_char(out, ']');
}

static void add_history(const vg_proof_facts *f, vg_buf *out)
{
    vg_buf_add_cstr(out, ",\"history\":[");
    for (size_t i = 0; i < f->step_count; i++) {
        const vg_demand_step *s = &f->steps[i];
        vg_buf_printf(out, "%s{\"step\":\"%s\"", i ? "," : "", vg_demand_step_names[s->step]);
        time_member(out, "time", s->time_ms);
        member(out, "by", s->user);
        if (s->ground >= 0) vg_buf_printf(out, ",\"ground\":\"%s\"", vg_demand_ground_names[s->ground]);
        if (s->text.len) member(out, "text", s->text);
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_char(out, ']');
}

void vg_proof_payload(const vg_proof_facts *f, vg_buf *out)
{
    const vg_demand *d = f->demand;
    char name[24];
    vg_demand_name(d->id, name);
    vg_buf_printf(out, "{\"demand\":\"%s\",\"kind\":\"%s\"", name, vg_demand_kind_names[d->kind]);
    member(out, "authority", d->authority);
    vg_buf_printf(out, ",\"country\":\"%s\"", d->country);
    member(out, "legal_basis", d->legal_basis);
    member(out, "reference", d->reference);
    member(out, "operator", vg_str_of(f->operator_name ? f->operator_name : f->space_title[VG_LANG_EN]));
    member(out, "service", vg_str_of(f->space_title[VG_LANG_EN]));
    time_member(out, "received", d->received_ms);
    time_member(out, "due", d->due_ms);
    if (d->stood_ms) vg_buf_printf(out, ",\"clock_stood_seconds\":%" PRId64, d->stood_ms / 1000);
    time_member(out, "acknowledged", d->acknowledged_ms);
    time_member(out, "carried_out", d->executed_ms);
    if (d->executed_by.len) member(out, "carried_out_by", d->executed_by);
    time_member(out, "confirmed", d->done_ms);
    member(out, "confirmed_by", f->confirmed_by);
    if (f->remark.len) member(out, "remark", f->remark);
    add_items(d, out);
    add_history(f, out);
    vg_buf_add_char(out, '}');
}

/* ---- the envelope ---- */

/* PAE of DSSE v1: what is signed. */
static void pre_authentication(vg_str payload, vg_buf *out)
{
    vg_buf_printf(out, "DSSEv1 %zu %s %zu ", strlen(PAYLOAD_TYPE), PAYLOAD_TYPE, payload.len);
    vg_buf_add_str(out, payload);
}

int vg_proof_sign(vg_str payload, const uint8_t secret[64], vg_buf *out, vg_error *err)
{
    uint8_t signature[crypto_sign_BYTES];
    char key[65];
    vg_buf signed_bytes;
    vg_buf_init(&signed_bytes, 64 << 20);
    pre_authentication(payload, &signed_bytes);
    if (!signed_bytes.failed) {
        crypto_sign_detached(signature, NULL, (const uint8_t *)signed_bytes.ptr, signed_bytes.len, secret);
        vg_hex_encode(key, secret + 32, 32); /* libsodium's secret key ends with the public one */
        vg_buf_add_cstr(out, "{\"payloadType\":\"" PAYLOAD_TYPE "\",\"payload\":\"");
        vg_buf_add_base64(out, (const uint8_t *)payload.ptr, payload.len);
        vg_buf_printf(out, "\",\"signatures\":[{\"keyid\":\"ed25519:%s\",\"sig\":\"", key);
        vg_buf_add_base64(out, signature, sizeof signature);
        vg_buf_add_cstr(out, "\"}]}");
    }
    bool failed = signed_bytes.failed || out->failed;
    vg_buf_free(&signed_bytes);
    return failed ? vg_fail(err, VG_ENOMEM, "", "no memory for a proof") : 0;
}

static bool decode(const json_t *text, vg_arena *arena, vg_str *out)
{
    size_t len = json_string_length(text), got = 0;
    char *bytes = json_is_string(text) ? vg_arena_alloc(arena, len + 1) : NULL;
    if (!bytes || !vg_base64_decode((vg_str){json_string_value(text), len}, VG_BASE64, (uint8_t *)bytes, len + 1, &got)) return false;
    *out = (vg_str){bytes, got};
    return true;
}

int vg_proof_open(vg_str envelope, const uint8_t key[32], vg_arena *arena, vg_str *payload, vg_error *err)
{
    uint8_t named[32];
    vg_str signature = {"", 0};
    vg_buf signed_bytes;
    json_t *root = json_loadb(envelope.ptr, envelope.len, JSON_REJECT_DUPLICATES, NULL);
    const json_t *one = json_array_get(json_object_get(root, "signatures"), 0), *type = json_object_get(root, "payloadType");
    const char *id = json_string_value(json_object_get(one, "keyid"));
    bool good = json_is_string(type) && strcmp(json_string_value(type), PAYLOAD_TYPE) == 0 && id && strncmp(id, "ed25519:", 8) == 0 &&
                vg_hex_decode(named, sizeof named, vg_str_of(id + 8)) && (!key || memcmp(key, named, sizeof named) == 0) &&
                decode(json_object_get(root, "payload"), arena, payload) && decode(json_object_get(one, "sig"), arena, &signature) &&
                signature.len == crypto_sign_BYTES;
    vg_buf_init(&signed_bytes, 64 << 20);
    if (good) {
        pre_authentication(*payload, &signed_bytes);
        good = !signed_bytes.failed &&
               crypto_sign_verify_detached((const uint8_t *)signature.ptr, (const uint8_t *)signed_bytes.ptr, signed_bytes.len, named) == 0;
    }
    vg_buf_free(&signed_bytes);
    json_decref(root);
    return good ? 0 : vg_fail(err, VG_ECORRUPT, "", "the proof's signature does not check");
}

/* ---- for a person ---- */

static void line(vg_buf *out, vg_lang lang, const char *fr, const char *en, vg_str value)
{
    vg_buf_printf(out, lang == VG_LANG_FR ? "%s" NB ": " : "%s: ", lang == VG_LANG_FR ? fr : en);
    for (size_t i = 0; i < value.len; i++) /* what came from outside stays on its line */
        if ((unsigned char)value.ptr[i] >= ' ' && value.ptr[i] != 0x7f) vg_buf_add_char(out, value.ptr[i]);
        else vg_buf_add_char(out, ' ');
    vg_buf_add_char(out, '\n');
}

static vg_str value_of(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    return (vg_str){json_is_string(value) ? json_string_value(value) : "", json_is_string(value) ? json_string_length(value) : 0};
}

static void some_line(vg_buf *out, vg_lang lang, const json_t *root, const char *name, const char *fr, const char *en)
{
    vg_str value = value_of(root, name);
    if (value.len) line(out, lang, fr, en, value);
}

static void items_text(const json_t *items, vg_lang lang, vg_buf *out)
{
    static const char *const kinds[VG_DEMAND_THINGS][2] = {{"Adresse", "Address"}, {"Empreinte", "Hash"}, {"Message", "Message"}, {"Compte", "Account"}};
    const json_t *one;
    size_t i;
    json_array_foreach(items, i, one) {
        int thing = vg_demand_word(vg_demand_thing_names, VG_DEMAND_THINGS, value_of(one, "kind"));
        vg_str since = value_of(one, "unreachable_since");
        if (thing < 0) continue;
        vg_buf_printf(out, "%zu. ", i + 1);
        line(out, lang, kinds[thing][0], kinds[thing][1], value_of(one, "value"));
        vg_buf_add_cstr(out, "   ");
        if (since.len) line(out, lang, "Inaccessible depuis", "Unreachable since", since);
        else vg_buf_add_cstr(out, lang == VG_LANG_FR ? "Rien n’est dit de ce qui a été fait.\n" : "Nothing is said of what was done.\n");
        if (value_of(one, "how").len) {
            vg_buf_add_cstr(out, "   ");
            line(out, lang, "Comment", "How", value_of(one, "how"));
        }
    }
}

static const char *step_words(vg_str step, vg_lang lang)
{
    static const char *const words[VG_DEMAND_STEPS][2] = {
        {"demande enregistrée", "demand written down"}, {"réception confirmée à l’autorité", "receipt confirmed to the authority"},
        {"délai suspendu", "clock suspended"}, {"délai repris", "clock resumed"}, {"demande contestée", "demand contested"},
        {"exécution annoncée par le service", "execution announced by the service"}, {"exécution confirmée", "execution confirmed"},
        {"alerte", "alarm"}};
    int s = vg_demand_word(vg_demand_step_names, VG_DEMAND_STEPS, step);
    return s < 0 ? "" : words[s][lang];
}

static void history_text(const json_t *history, vg_lang lang, vg_buf *out)
{
    const json_t *one;
    size_t i;
    json_array_foreach(history, i, one) {
        vg_str time = value_of(one, "time"), by = value_of(one, "by"), text = value_of(one, "text");
        vg_buf_printf(out, "- %.*s ", VG_STR_ARG(time));
        line(out, lang, step_words(value_of(one, "step"), VG_LANG_FR), step_words(value_of(one, "step"), VG_LANG_EN), by);
        if (!text.len) continue;
        vg_buf_add_cstr(out, "  ");
        line(out, lang, "Motifs", "Reasons", text);
    }
}

int vg_proof_text(vg_str payload, vg_lang lang, vg_buf *out, vg_error *err)
{
    bool fr = lang == VG_LANG_FR;
    json_t *root = json_loadb(payload.ptr, payload.len, 0, NULL);
    if (!json_is_object(root)) {
        json_decref(root);
        return vg_fail(err, VG_EINVAL, "", "this is no proof");
    }
    vg_buf_add_cstr(out, fr ? "Preuve d’exécution d’une demande d’une autorité\n\n" : "Proof that a demand of an authority was carried out\n\n");
    some_line(out, lang, root, "authority", "Autorité", "Authority");
    some_line(out, lang, root, "country", "Pays", "Country");
    some_line(out, lang, root, "reference", "Référence", "Reference");
    some_line(out, lang, root, "legal_basis", "Fondement juridique", "Legal basis");
    some_line(out, lang, root, "operator", "Exploitant", "Operator");
    some_line(out, lang, root, "service", "Service", "Service");
    some_line(out, lang, root, "received", "Demande reçue le", "Demand received");
    some_line(out, lang, root, "acknowledged", "Réception confirmée le", "Receipt confirmed");
    some_line(out, lang, root, "due", "À exécuter avant le", "To be carried out by");
    some_line(out, lang, root, "carried_out", "Exécution annoncée le", "Execution announced");
    some_line(out, lang, root, "carried_out_by", "Annoncée par", "Announced by");
    some_line(out, lang, root, "confirmed", "Confirmée le", "Confirmed");
    some_line(out, lang, root, "confirmed_by", "Confirmée par", "Confirmed by");
    some_line(out, lang, root, "remark", "Remarque", "Remark");
    vg_buf_add_cstr(out, fr ? "\nCe qui a été rendu inaccessible\n" : "\nWhat was made unreachable\n");
    items_text(json_object_get(root, "items"), lang, out);
    vg_buf_add_cstr(out, fr ? "\nDéroulement (heures en temps universel)\n" : "\nWhat happened (times are UTC)\n");
    history_text(json_object_get(root, "history"), lang, out);
    json_decref(root);
    return out->failed ? vg_fail(err, VG_ENOMEM, "", "no memory for a proof") : 0;
}
