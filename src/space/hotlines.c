/* SPDX-License-Identifier: Apache-2.0
 *
 * The files of policy/hotlines/: who can be told in one country each. The order of a file is kept: whom to tell first stands first.
 */
#include "space/law_int.h"

#include <stdio.h>

enum { PATH = 96 };

typedef struct reader {
    vg_space_loader *loader;
    const vg_yaml *yaml;
    const char *country;
    vg_error *err;
} reader;

/* The names under which channels are registered (report/channels.c); what is not one of them would be filed nowhere. */
static bool is_channel(const char *name)
{
    static const char *const channels[] = {"portal", "ncmec", "dsa18", "xarf", "notice"};
    for (size_t i = 0; i < sizeof channels / sizeof *channels; i++)
        if (strcmp(name, channels[i]) == 0) return true;
    return false;
}

static int check_addresses(reader *r, const char *at, const vg_doc_hotline *d)
{
    char path[PATH];
    snprintf(path, sizeof path, "%s.channel", at);
    if (d->channel && !is_channel(d->channel))
        return vg_yaml_fail(r->yaml, r->err, path, "unknown channel \"%.32s\"; expected one of portal, ncmec, dsa18, xarf, notice", d->channel);
    snprintf(path, sizeof path, "%s.url", at);
    if (d->url && strncmp(d->url, "https://", 8) != 0 && strncmp(d->url, "http://", 7) != 0)
        return vg_yaml_fail(r->yaml, r->err, path, "\"%.80s\" is no web address; expected https://", d->url);
    snprintf(path, sizeof path, "%s.email", at);
    if (d->email && (!strchr(d->email, '@') || d->email[strcspn(d->email, " \t<>\"")]))
        return vg_yaml_fail(r->yaml, r->err, path, "\"%.80s\" is no mail address", d->email);
    snprintf(path, sizeof path, "%s.phone", at);
    if (d->phone && d->phone[strspn(d->phone, "0123456789 +/")])
        return vg_yaml_fail(r->yaml, r->err, path, "\"%.40s\" is no telephone number; expected digits, as \"119\"", d->phone);
    snprintf(path, sizeof path, "%s.emergency", at);
    if (d->emergency && !d->phone) return vg_yaml_fail(r->yaml, r->err, path, "yes, but there is no phone; expected the number to call");
    snprintf(path, sizeof path, "%s.hours", at);
    if (d->hours && !d->phone) return vg_yaml_fail(r->yaml, r->err, path, "hours of a telephone that is not given");
    return 0;
}

static const char *keep_given(reader *r, const char *text, int *rc)
{
    const char *kept = text ? vg_space_keep(r->loader, text) : NULL;
    if (text && !kept) *rc = vg_space_nomem(r->err);
    return kept;
}

static int read_receiver(reader *r, unsigned index, const vg_doc_hotline *doc, vg_receiver *out)
{
    char at[32], path[PATH];
    snprintf(at, sizeof at, "receivers[%u]", index);
    snprintf(path, sizeof path, "%s.id", at);
    int rc = vg_law_id(r->yaml, path, doc->id, r->country, r->err);
    if (!rc) rc = check_addresses(r, at, doc);
    if (!rc) rc = vg_law_provenance(r->loader, r->yaml, at, doc->sure, doc->source, doc->verified_on, &out->from, r->err);
    if (!rc) rc = vg_law_keep_words(r->loader, &doc->name, out->name, r->err);
    if (!rc && doc->accepts) rc = vg_law_keep_words(r->loader, doc->accepts, out->accepts, r->err);
    if (rc) return rc;
    memcpy(out->country, r->country, 3);
    out->kind = (vg_receiver_kind)doc->kind;
    out->id = keep_given(r, doc->id, &rc);
    out->channel = keep_given(r, doc->channel, &rc);
    out->url = keep_given(r, doc->url, &rc);
    out->email = keep_given(r, doc->email, &rc);
    out->phone = keep_given(r, doc->phone, &rc);
    out->hours = keep_given(r, doc->hours, &rc);
    out->emergency = doc->emergency != 0;
    out->media = doc->media != 0;
    for (unsigned i = 0; i < doc->acts_count; i++) out->acts |= UINT32_C(1) << doc->acts[i];
    return rc;
}

/* Whoever sends a case to a country's police must know what to call when it cannot wait, or that it is not known. */
static int check_emergency(reader *r, const vg_doc_hotlines *doc, const vg_law_file *out)
{
    bool police = false, emergency = false;
    for (size_t i = 0; i < out->receiver_count; i++) {
        police |= out->receivers[i].kind == VG_RECEIVER_POLICE;
        emergency |= out->receivers[i].emergency;
    }
    if (police && !emergency && !doc->no_emergency)
        return vg_yaml_fail(r->yaml, r->err, "receivers", "a police entry and no emergency number; expected one, or no_emergency: that it is not known");
    if (emergency && doc->no_emergency)
        return vg_yaml_fail(r->yaml, r->err, "no_emergency", "there is an emergency number in this file; one of both is wrong");
    return 0;
}

int vg_hotline_file_read(vg_space_loader *loader, const char *name, vg_law_file *out, vg_error *err)
{
    vg_yaml yaml = {0};
    void *loaded = NULL;
    *out = (vg_law_file){.country = ""};
    int rc = vg_space_open(loader, name, VG_SCHEMA_HOTLINES, &yaml, &loaded, err);
    const vg_doc_hotlines *doc = loaded;
    if (!rc) rc = vg_law_country(&yaml, "country", doc->country, out->country, err);
    if (!rc && !(out->receivers = vg_arena_calloc(loader->arena, doc->receivers_count, sizeof *out->receivers))) rc = vg_space_nomem(err);
    reader r = {.loader = loader, .yaml = &yaml, .country = out->country, .err = err};
    for (unsigned i = 0; !rc && i < doc->receivers_count; i++) rc = read_receiver(&r, i, &doc->receivers[i], &out->receivers[out->receiver_count++]);
    if (!rc) rc = check_emergency(&r, doc, out);
    if (!rc && doc->no_emergency) rc = vg_law_keep_words(loader, doc->no_emergency, out->silence, err);
    vg_schema_free(VG_SCHEMA_HOTLINES, loaded);
    vg_yaml_close(&yaml);
    return rc;
}
