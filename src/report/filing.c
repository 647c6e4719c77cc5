/* SPDX-License-Identifier: Apache-2.0 */
#include "report/filing.h"

#include <jansson.h>
#include <sodium.h>

#include "base/hash.h"
#include "base/time.h"

#define FIRST_MS (1 * VG_MINUTE_MS)
#define MOST_MS  (6 * VG_HOUR_MS)

vg_filing_move vg_filing_move_of(vg_filing_turn turn)
{
    static const vg_filing_move moves[] = {[VG_GO_ON] = VG_MOVE_GO_ON, [VG_GO_LATER] = VG_MOVE_LATER, [VG_GO_FILED] = VG_MOVE_FILED, [VG_GO_REFUSED] = VG_MOVE_REFUSED,
                                           [VG_GO_ANEW] = VG_MOVE_ANEW, [VG_GO_BY_HAND] = VG_MOVE_BY_HAND, [VG_GO_GONE] = VG_MOVE_GONE};
    return (unsigned)turn < sizeof moves / sizeof moves[0] ? moves[turn] : VG_MOVE_LATER;
}

int64_t vg_filing_wait(uint32_t attempts, int64_t retry_after_s, uint16_t chance)
{
    int64_t wait = FIRST_MS;
    for (uint32_t i = 1; i < attempts && wait < MOST_MS; i++) wait *= 2;
    if (wait > MOST_MS) wait = MOST_MS;
    if (retry_after_s > VG_DAY_MS / 1000) retry_after_s = VG_DAY_MS / 1000;
    if (retry_after_s * 1000 > wait) wait = retry_after_s * 1000;
    return wait + wait / 10 * chance / 65535;
}

int64_t vg_filing_due(const vg_policy_report *report, bool urgent, int64_t made_ms)
{
    uint32_t minutes = report && report->urgent_minutes ? report->urgent_minutes : 60;
    uint32_t hours = report && report->file_hours ? report->file_hours : 24;
    return made_ms + (urgent ? minutes * VG_MINUTE_MS : hours * VG_HOUR_MS);
}

/* ---- what is confirmed ---- */

static void hash_text(crypto_generichash_state *h, vg_str s)
{
    uint8_t len[8];
    for (int i = 0; i < 8; i++) len[i] = (uint8_t)((uint64_t)s.len >> (8 * i));
    crypto_generichash_update(h, len, sizeof len);
    if (s.len) crypto_generichash_update(h, (const uint8_t *)s.ptr, s.len);
}

void vg_filing_hash(const vg_filing_view *f, const vg_documents *documents, uint8_t out[32])
{
    crypto_generichash_state h;
    crypto_generichash_init(&h, NULL, 0, 32);
    hash_text(&h, vg_str_of(f->uuid));
    hash_text(&h, vg_str_of(f->receiver->id));
    hash_text(&h, f->settings ? vg_str_of(f->settings->url) : vg_str_of(f->receiver->email));
    hash_text(&h, f->options);
    for (size_t i = 0; i < documents->count; i++) {
        hash_text(&h, documents->items[i].name);
        hash_text(&h, documents->items[i].type);
        hash_text(&h, documents->items[i].bytes);
    }
    for (size_t i = 0; i < f->annexes.count; i++) {
        hash_text(&h, f->annexes.items[i].name);
        hash_text(&h, (vg_str){(const char *)f->annexes.items[i].sha256, sizeof f->annexes.items[i].sha256});
    }
    for (size_t i = 0; i < f->dossier->media_count; i++) {
        const vg_dossier_media *m = &f->dossier->media[i];
        hash_text(&h, (vg_str){(const char *)m->sha256, m->has_sha256 ? sizeof m->sha256 : 0});
        hash_text(&h, m->kept ? VG_STR("kept") : VG_STR(""));
    }
    crypto_generichash_final(&h, out, 32);
}

/* ---- a receiver as it was ---- */

static void member(vg_buf *out, const char *name, const char *value)
{
    if (!value) return;
    vg_buf_printf(out, ",\"%s\":", name);
    vg_buf_add_json_str(out, vg_str_of(value));
}

static void both(vg_buf *out, const char *name, const char *const text[VG_LANGS])
{
    vg_buf_printf(out, ",\"%s\":{\"fr\":", name);
    vg_buf_add_json_str(out, vg_str_of(text[VG_LANG_FR] ? text[VG_LANG_FR] : text[VG_LANG_EN]));
    vg_buf_add_cstr(out, ",\"en\":");
    vg_buf_add_json_str(out, vg_str_of(text[VG_LANG_EN] ? text[VG_LANG_EN] : text[VG_LANG_FR]));
    vg_buf_add_char(out, '}');
}

void vg_receiver_write(vg_buf *out, const vg_receiver *r)
{
    char hex[65], until[25];
    vg_buf_add_cstr(out, "{\"id\":");
    vg_buf_add_json_str(out, vg_str_of(r->id));
    member(out, "country", r->country);
    vg_buf_printf(out, ",\"kind\":\"%s\"", vg_receiver_kind_names[r->kind]);
    both(out, "name", r->name);
    member(out, "channel", r->channel);
    member(out, "url", r->url);
    member(out, "email", r->email);
    member(out, "phone", r->phone);
    member(out, "hours", r->hours);
    if (r->accepts[VG_LANG_FR] || r->accepts[VG_LANG_EN]) both(out, "accepts", r->accepts);
    vg_buf_printf(out, ",\"emergency\":%s,\"media\":%s,\"has_key\":%s", r->emergency ? "true" : "false", r->media ? "true" : "false", r->has_key ? "true" : "false");
    if (r->has_key) {
        vg_hex_encode(hex, r->public_key, sizeof r->public_key);
        member(out, "public_key", hex);
    }
    if (r->key_until_ms) {
        vg_time_format(r->key_until_ms, until);
        member(out, "key_until", until);
    }
    vg_buf_printf(out, ",\"sure\":\"%s\"", vg_sure_names[r->from.sure]);
    member(out, "source", r->from.source);
    member(out, "verified_on", r->from.verified_on);
    vg_buf_add_char(out, '}');
}

static const char *kept(vg_arena *arena, const json_t *o, const char *key, bool *failed)
{
    const json_t *v = json_object_get(o, key);
    if (!json_is_string(v)) return NULL;
    vg_str s = vg_arena_copy(arena, (vg_str){json_string_value(v), json_string_length(v)});
    *failed |= !s.ptr;
    return s.ptr;
}

static unsigned choice(const json_t *o, const char *key, const char *const *names, unsigned count)
{
    const char *value = json_string_value(json_object_get(o, key));
    for (unsigned i = 0; value && i < count; i++)
        if (!strcmp(value, names[i])) return i;
    return 0;
}

int vg_receiver_read(vg_str json, vg_arena *arena, vg_receiver *out, vg_error *err)
{
    bool failed = false;
    json_t *o = json_loadb(json.ptr, json.len, 0, NULL);
    const json_t *name = json_object_get(o, "name"), *accepts = json_object_get(o, "accepts");
    const char *country = json_string_value(json_object_get(o, "country")), *key = json_string_value(json_object_get(o, "public_key"));
    const char *until = json_string_value(json_object_get(o, "key_until"));
    if (!json_is_object(o)) {
        json_decref(o);
        return vg_fail(err, VG_ECORRUPT, "receiver", "of a filing cannot be read");
    }
    *out = (vg_receiver){.id = kept(arena, o, "id", &failed), .channel = kept(arena, o, "channel", &failed), .url = kept(arena, o, "url", &failed),
                         .email = kept(arena, o, "email", &failed), .phone = kept(arena, o, "phone", &failed), .hours = kept(arena, o, "hours", &failed),
                         .kind = (vg_receiver_kind)choice(o, "kind", vg_receiver_kind_names, VG_RECEIVER_KINDS),
                         .emergency = json_is_true(json_object_get(o, "emergency")), .media = json_is_true(json_object_get(o, "media"))};
    for (int lang = 0; lang < VG_LANGS; lang++) {
        out->name[lang] = kept(arena, name, lang == VG_LANG_FR ? "fr" : "en", &failed);
        out->accepts[lang] = kept(arena, accepts, lang == VG_LANG_FR ? "fr" : "en", &failed);
    }
    if (country && strlen(country) == 2) memcpy(out->country, country, 3);
    out->has_key = key && vg_hex_decode(out->public_key, sizeof out->public_key, vg_str_of(key));
    if (until) vg_time_parse(vg_str_of(until), &out->key_until_ms);
    out->from = (vg_provenance){(vg_sure)choice(o, "sure", vg_sure_names, VG_SURES), kept(arena, o, "source", &failed), kept(arena, o, "verified_on", &failed)};
    json_decref(o);
    return failed ? vg_fail(err, VG_ENOMEM, "", "no memory for a receiver") : 0;
}

/* ---- what every report lacks alike ---- */

void vg_filing_lacks(const vg_filing_view *f, vg_lacks *out)
{
    const vg_dossier *d = f->dossier;
    if (!d->operator->name)
        vg_lack_add(out, VG_LACK_BLOCKS, "operator.name", "La politique de l’espace ne dit pas qui signale : la personne qui l’administre remplit report.operator.",
                    "The space's policy does not say who reports: whoever administers it fills in report.operator.");
    else if (!d->operator->email)
        vg_lack_add(out, VG_LACK_ADVISED, "operator.email", "Aucune adresse à laquelle le destinataire puisse répondre (report.operator.email).",
                    "There is no address at which the receiver can ask back (report.operator.email).");
    if (d->destroyed)
        vg_lack_add(out, VG_LACK_BLOCKS, "case.content", "Le contenu du dossier a été détruit : il n’y a plus rien à transmettre.",
                    "The content of the case is destroyed: there is nothing left to send.");
    if (d->unreadable)
        vg_lack_add(out, VG_LACK_NOTED, "case.events", "Des événements scellés ne peuvent pas être lus ; le rapport dit lesquels.",
                    "Some sealed events cannot be read; the report says which.");
    if (vg_filing_key_over(f))
        vg_lack_add(out, VG_LACK_BLOCKS, "receiver.public_key", "La clé publique du destinataire a expiré : demandez-lui la nouvelle avant toute remise scellée.",
                    "The receiver's public key is over: ask for the new one before anything is handed over sealed.");
    if (f->settings && f->settings->test)
        vg_lack_add(out, VG_LACK_NOTED, "channel.test", "Ce canal parle au système d’essai du destinataire : rien n’y arrive vraiment.",
                    "This channel speaks to the receiver's test system: nothing really arrives.");
}
