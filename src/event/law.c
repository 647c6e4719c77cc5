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
static const vg_country *find_country(const vg_places *places, const char *code)
{
    size_t from = 0, to = places ? places->country_count : 0;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        int order = strcmp(code, places->countries[middle].code);
        if (!order) return &places->countries[middle];
        if (order < 0) to = middle;
        else from = middle + 1;
    }
    return NULL;
}

const char *vg_country_name(const vg_law_book *book, const char *code, vg_lang lang)
{
    const vg_country *found = book ? find_country(book->places, code) : NULL;
    return found ? found->name[lang] : code;
}

bool vg_country_known(const vg_law_book *book, const char *code)
{
    return !book || !book->places || find_country(book->places, code) != NULL;
}

const vg_receiver *vg_law_receiver(const vg_law_book *book, const char *id)
{
    for (size_t i = 0; book && i < book->receiver_count; i++)
        if (!strcmp(book->receivers[i].id, id)) return &book->receivers[i];
    return NULL;
}
