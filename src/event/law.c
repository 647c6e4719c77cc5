/* SPDX-License-Identifier: Apache-2.0 */
#include "event/law.h"

#include <string.h>

#include "event/policy_report.h"

const char *const vg_sure_names[VG_SURES] = {"unverified", "secondary", "primary"};
const char *const vg_tie_names[VG_TIES] = {"territory", "author_national", "author_resident", "victim_national", "victim_resident", "complicity", "establishment"};
const char *const vg_act_names[VG_ACTS] = {"soliciting", "images_asked", "images", "threat", "live", "meeting", "corruption", "hosting"};
const char *const vg_receiver_kind_names[VG_RECEIVER_KINDS] = {"police", "hotline", "clearing_house", "regulator", "host"};
const char *const vg_whose_names[VG_WHOSES] = {"author", "victim", "host"};
const char *const vg_fact_kind_names[VG_FACT_KINDS] = {"place", "nationality", "residence"};
const char *const vg_hint_names[VG_HINTS] = {"declared", "ip", "phone", "payment", "language", "person", "operator"};
const char *const vg_after_filing_names[VG_AFTER_COUNT] = {"keep", "hand_over"};

const vg_report_channel *vg_report_channel_find(const vg_policy_report *report, const char *name)
{
    for (size_t i = 0; report && i < report->channel_count; i++)
        if (!strcmp(report->channels[i].name, name)) return &report->channels[i];
    return NULL;
}

/* By code, strcmp order. */
static const vg_country *find_country(const vg_country *list, size_t count, const char *code)
{
    size_t from = 0, to = count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        int order = strcmp(code, list[middle].code);
        if (!order) return &list[middle];
        if (order < 0) to = middle;
        else from = middle + 1;
    }
    return NULL;
}

const char *vg_country_name(const vg_law_book *book, const char *code, vg_lang lang)
{
    const vg_places *p = book ? book->places : NULL;
    const vg_country *found = p ? find_country(p->countries, p->country_count, code) : NULL;
    if (!found && p) found = find_country(p->unions, p->union_count, code);
    return found ? found->name[lang] : code;
}

bool vg_country_known(const vg_law_book *book, const char *code)
{
    return !book || !book->places || find_country(book->places->countries, book->places->country_count, code) != NULL;
}

static bool is_listed(const char (*list)[3], size_t count, const char *code)
{
    for (size_t i = 0; i < count; i++)
        if (!strcmp(list[i], code)) return true;
    return false;
}

bool vg_country_in_union(const vg_law_book *book, const char *code)
{
    return !strcmp(code, "EU") || (book && book->places && is_listed(book->places->members, book->places->member_count, code));
}

bool vg_country_in_french(const vg_law_book *book, const char *code)
{
    return book && book->places && is_listed(book->places->french, book->places->french_count, code);
}

const vg_receiver *vg_law_receiver(const vg_law_book *book, const char *id)
{
    for (size_t i = 0; book && i < book->receiver_count; i++)
        if (!strcmp(book->receivers[i].id, id)) return &book->receivers[i];
    return NULL;
}
