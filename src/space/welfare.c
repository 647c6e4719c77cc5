/* SPDX-License-Identifier: Apache-2.0
 *
 * The sections `queue:` and `welfare:`: their schema, their reading, their part of the version.
 */
#include <stdio.h>
#include "space/welfare_int.h"

/* ---- schema ---- */

static const cyaml_strval_t yes_no[] = {{"yes", 1}, {"no", 0}, {"true", 1}, {"false", 0}};
static const cyaml_strval_t sizes[] = {{"small", VG_THUMBNAIL_SMALL}, {"medium", VG_THUMBNAIL_MEDIUM}, {"large", VG_THUMBNAIL_LARGE}};
static const cyaml_strval_t category_words[] = {{"material", VG_CATEGORY_MATERIAL},
                                                {"threat", VG_CATEGORY_THREAT},
                                                {"live", VG_CATEGORY_LIVE},
                                                {"contact", VG_CATEGORY_CONTACT},
                                                {"report", VG_CATEGORY_REPORT}};

#define LEN(array)                           (sizeof(array) / sizeof((array)[0]))
#define TEXT(key, type, member, most)        CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER, type, member, 1, most)
#define TEXT_OPTIONAL(key, type, member, most) \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, type, member, 1, most)
#define CHOICE(key, type, member, words) CYAML_FIELD_ENUM(key, CYAML_FLAG_STRICT, type, member, words, LEN(words))
#define PART(key, flags, member, fields) CYAML_FIELD_MAPPING_PTR(key, CYAML_FLAG_POINTER | (flags), vg_doc_welfare, member, fields)

const cyaml_schema_field_t vg_queue_fields[] = {TEXT("imminent_within", vg_doc_queue, imminent_within, 60),
                                                TEXT("offer_to_all_after", vg_doc_queue, offer_to_all_after, 60),
                                                TEXT("linked_at_once", vg_doc_queue, linked_at_once, 60), CYAML_FIELD_END};

static const cyaml_schema_field_t limit_fields[] = {
    TEXT("cases_an_hour", vg_doc_limit, cases_hour, 60), TEXT("cases_a_day", vg_doc_limit, cases_day, 60),
    TEXT("media_an_hour", vg_doc_limit, media_hour, 60), TEXT("media_a_day", vg_doc_limit, media_day, 60), CYAML_FIELD_END};
#define LIMIT(key, category) PART(key, CYAML_FLAG_OPTIONAL, limit[category], limit_fields)
static const cyaml_schema_field_t limits_fields[] = {LIMIT("material", VG_CATEGORY_MATERIAL), LIMIT("threat", VG_CATEGORY_THREAT),
                                                     LIMIT("live", VG_CATEGORY_LIVE), LIMIT("contact", VG_CATEGORY_CONTACT),
                                                     LIMIT("report", VG_CATEGORY_REPORT), CYAML_FIELD_END};
static const cyaml_schema_field_t breaks_fields[] = {TEXT("after", vg_doc_breaks, after, 60), TEXT("after_cases", vg_doc_breaks, after_cases, 60),
                                                     TEXT("length", vg_doc_breaks, length, 60), CYAML_FIELD_END};
static const cyaml_schema_field_t shift_fields[] = {TEXT("hard_not_in_first", vg_doc_shift, first, 60),
                                                    TEXT("hard_not_in_last", vg_doc_shift, last, 60),
                                                    TEXT("new_after_pause", vg_doc_shift, pause, 60), CYAML_FIELD_END};
static const cyaml_schema_field_t display_fields[] = {TEXT("blur", vg_doc_display, blur, 10),
                                                      CHOICE("grey", vg_doc_display, grey, yes_no),
                                                      CHOICE("mute", vg_doc_display, mute, yes_no),
                                                      CHOICE("thumbnail", vg_doc_display, thumbnail, sizes),
                                                      CHOICE("mask_text", vg_doc_display, mask_text, yes_no), CYAML_FIELD_END};
static const cyaml_schema_field_t contact_fields[] = {TEXT("name", vg_doc_contact, name, 200),
                                                      TEXT_OPTIONAL("phone", vg_doc_contact, phone, 60),
                                                      TEXT_OPTIONAL("email", vg_doc_contact, email, 200),
                                                      TEXT_OPTIONAL("url", vg_doc_contact, url, 500),
                                                      TEXT("fr", vg_doc_contact, text[VG_LANG_FR], 500),
                                                      TEXT("en", vg_doc_contact, text[VG_LANG_EN], 500), CYAML_FIELD_END};
static const cyaml_schema_value_t category_value = {CYAML_VALUE_ENUM(CYAML_FLAG_STRICT, int, category_words, LEN(category_words))};

const cyaml_schema_field_t vg_welfare_fields[] = {
    {.key = "limits", .data_offset = 0, .value = {CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, vg_doc_welfare, limits_fields)}},
    PART("breaks", CYAML_FLAG_OPTIONAL, breaks, breaks_fields),
    CYAML_FIELD_SEQUENCE("hard", CYAML_FLAG_POINTER, vg_doc_welfare, hard, &category_value, 0, VG_CATEGORIES),
    PART("shift", 0, shift, shift_fields),
    PART("display", CYAML_FLAG_OPTIONAL, display, display_fields),
    PART("contact", CYAML_FLAG_OPTIONAL, contact, contact_fields),
    CYAML_FIELD_END};

/* ---- queue ---- */

int vg_queue_load(const vg_yaml *yaml, const vg_doc_queue *doc, vg_policy_queue *out, vg_error *err)
{
    *out = (vg_policy_queue){.offer_after = VG_QUEUE_OFFER_DEFAULT, .linked_most = VG_QUEUE_LINKED_DEFAULT};
    if (!doc) return 0;
    out->given = true;
    int rc = vg_value_duration(yaml, "queue.imminent_within", doc->imminent_within, 1, 1, 30 * 1440, &out->imminent_minutes, err);
    if (rc == 0) rc = vg_value_share(yaml, "queue.offer_to_all_after", doc->offer_to_all_after, &out->offer_after, err);
    if (rc == 0 && !out->offer_after) rc = vg_yaml_fail(yaml, err, "queue.offer_to_all_after", "0 would set skills aside; expected a share above 0");
    return rc ? rc : vg_value_count(yaml, "queue.linked_at_once", doc->linked_at_once, 0, VG_QUEUE_LINKED_MOST, &out->linked_most, err);
}

/* ---- welfare ---- */

/* A number of 1 or more, or "none": 0. */
static int read_most(const vg_yaml *yaml, const char *path, const char *text, uint32_t *out, vg_error *err)
{
    *out = 0;
    return strcmp(text, "none") == 0 ? 0 : vg_value_count(yaml, path, text, 1, 100000, out, err);
}

static int read_limit(const vg_yaml *yaml, const char *category, const vg_doc_limit *doc, vg_welfare_limit *out, vg_error *err)
{
    const struct {
        const char *name, *text;
        uint32_t *out;
    } numbers[] = {{"cases_an_hour", doc->cases_hour, &out->cases_hour},
                   {"cases_a_day", doc->cases_day, &out->cases_day},
                   {"media_an_hour", doc->media_hour, &out->media_hour},
                   {"media_a_day", doc->media_day, &out->media_day}};
    char path[96];
    int rc = 0;
    for (size_t i = 0; !rc && i < LEN(numbers); i++) {
        snprintf(path, sizeof path, "welfare.limits.%s.%s", category, numbers[i].name);
        rc = read_most(yaml, path, numbers[i].text, numbers[i].out, err);
    }
    return rc;
}

static int read_breaks(const vg_yaml *yaml, const vg_doc_breaks *doc, vg_policy_welfare *out, vg_error *err)
{
    int rc = vg_value_duration(yaml, "welfare.breaks.after", doc->after, 1, 10, 480, &out->break_after_minutes, err);
    if (rc == 0) rc = read_most(yaml, "welfare.breaks.after_cases", doc->after_cases, &out->break_after_cases, err);
    return rc ? rc : vg_value_duration(yaml, "welfare.breaks.length", doc->length, 1, 1, 120, &out->break_minutes, err);
}

static int read_shift(const vg_yaml *yaml, const vg_doc_shift *doc, vg_policy_welfare *out, vg_error *err)
{
    int rc = vg_value_duration(yaml, "welfare.shift.hard_not_in_first", doc->first, 1, 0, 240, &out->hard_first_minutes, err);
    if (rc == 0) rc = vg_value_duration(yaml, "welfare.shift.hard_not_in_last", doc->last, 1, 0, 240, &out->hard_last_minutes, err);
    return rc ? rc : vg_value_duration(yaml, "welfare.shift.new_after_pause", doc->pause, 1, 60, 1440, &out->shift_pause_minutes, err);
}

static int read_display(const vg_yaml *yaml, const vg_doc_display *doc, vg_display *out, vg_error *err)
{
    uint32_t blur = 0;
    int rc = vg_value_count(yaml, "welfare.display.blur", doc->blur, 0, VG_BLUR_MOST, &blur, err);
    *out = (vg_display){.blur = (uint8_t)blur, .grey = doc->grey, .mute = doc->mute, .thumbnail = (uint8_t)doc->thumbnail, .mask_text = doc->mask_text};
    return rc;
}

static int read_contact(vg_space_loader *loader, const vg_yaml *yaml, const vg_doc_contact *doc, vg_welfare_contact *out, vg_error *err)
{
    const struct {
        const char *from, **to;
    } texts[] = {{doc->name, &out->name}, {doc->phone, &out->phone}, {doc->email, &out->email}, {doc->url, &out->url}, {doc->text[0], &out->text[0]}, {doc->text[1], &out->text[1]}};
    if (!doc->phone && !doc->email && !doc->url)
        return vg_yaml_fail(yaml, err, "welfare.contact", "nobody can be reached by a name alone; expected a phone, an email or a url");
    if (doc->url && strncmp(doc->url, "https://", 8) != 0)
        return vg_yaml_fail(yaml, err, "welfare.contact.url", "expected an address that begins with https://");
    for (size_t i = 0; i < LEN(texts); i++) {
        if (!texts[i].from) continue;
        *texts[i].to = vg_space_keep(loader, texts[i].from);
        if (!*texts[i].to) return vg_space_nomem(err);
    }
    return 0;
}

int vg_welfare_load(vg_space_loader *loader, const vg_yaml *yaml, const vg_doc_welfare *doc, vg_policy_welfare *out, vg_error *err)
{
    int rc = 0;
    *out = (vg_policy_welfare){.display = vg_display_cautious(true), .shift_pause_minutes = 240};
    if (!doc) return 0;
    out->given = true;
    for (int c = 0; !rc && c < VG_CATEGORIES; c++)
        if (doc->limit[c]) rc = read_limit(yaml, vg_category_names[c], doc->limit[c], &out->limit[c], err);
    for (unsigned i = 0; i < doc->hard_count; i++) out->hard |= (uint8_t)(1u << doc->hard[i]);
    if (!rc && doc->breaks) rc = read_breaks(yaml, doc->breaks, out, err);
    if (!rc) rc = read_shift(yaml, doc->shift, out, err);
    if (!rc && doc->display) rc = read_display(yaml, doc->display, &out->display, err);
    if (!rc && doc->contact) rc = read_contact(loader, yaml, doc->contact, &out->contact, err);
    return rc;
}

/* ---- version ---- */

void vg_welfare_version(uint64_t *h, const vg_policy *p, void (*number)(uint64_t *, int64_t), void (*text)(uint64_t *, const char *))
{
    const vg_policy_welfare *w = &p->welfare;
    const int64_t numbers[] = {p->queue.given, p->queue.imminent_minutes, p->queue.offer_after, p->queue.linked_most,
                               w->given, w->break_after_minutes, w->break_after_cases, w->break_minutes, w->hard,
                               w->hard_first_minutes, w->hard_last_minutes, w->shift_pause_minutes,
                               w->display.blur, w->display.grey, w->display.mute, w->display.thumbnail, w->display.mask_text};
    if (!p->queue.given && !w->given) return; /* an older file keeps its version */
    for (size_t i = 0; i < LEN(numbers); i++) number(h, numbers[i]);
    for (int c = 0; c < VG_CATEGORIES; c++) {
        number(h, w->limit[c].cases_hour);
        number(h, w->limit[c].cases_day);
        number(h, w->limit[c].media_hour);
        number(h, w->limit[c].media_day);
    }
    text(h, w->contact.name);
    text(h, w->contact.phone);
    text(h, w->contact.email);
    text(h, w->contact.url);
    for (int lang = 0; lang < VG_LANGS; lang++) text(h, w->contact.text[lang]);
}
