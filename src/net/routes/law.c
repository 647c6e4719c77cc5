/* SPDX-License-Identifier: Apache-2.0
 *
 * The book of law, to browse: statutes, receivers, each with its source and how sure that is. */
#include "net/routes/route.h"
#include "net/server_int.h"
#include "report/route/write.h"
#include "review/permission.h"

/* ---- browsing ---- */

/* ?country=FR; empty: all. */
static bool read_country(vg_exchange *x, char out[3])
{
    vg_str text;
    bool found;
    out[0] = 0;
    if (!vg_query_get(x, "country", &text, &found)) {
        vg_answer_problem(x, 400, NULL, "the query is malformed or names a parameter twice");
        return false;
    }
    if (!found) return true;
    if (text.len != 2 || text.ptr[0] < 'A' || text.ptr[0] > 'Z' || text.ptr[1] < 'A' || text.ptr[1] > 'Z') {
        vg_answer_problem(x, 400, "/country", "expected two capital letters (ISO 3166-1), such as FR");
        return false;
    }
    memcpy(out, text.ptr, 2);
    out[2] = 0;
    return true;
}

static bool is_wanted(const char *wanted, const char *country)
{
    return !wanted[0] || strcmp(wanted, country) == 0;
}

/* Receivers of the spaces that this person knows of. */
static void write_own(vg_buf *out, const vg_policy_set *set, const vg_user *user, const char *wanted, bool *first)
{
    for (size_t i = 0; set && i < vg_policy_set_count(set); i++) {
        const vg_policy *policy = vg_policy_set_at(set, i);
        if (!policy->report || !vg_review_may(user, VG_MAY_CASE_LIST, vg_str_of(policy->space))) continue;
        for (size_t k = 0; k < policy->report->receiver_count; k++) {
            const vg_receiver *r = &policy->report->receivers[k];
            if (!is_wanted(wanted, r->country)) continue;
            if (!*first) vg_buf_add_char(out, ',');
            *first = false;
            vg_law_write_receiver(out, r, vg_str_of(policy->space));
        }
    }
}

void vg_route_receivers(vg_desk *desk, vg_exchange *x)
{
    char wanted[3];
    bool first = true;
    if (!read_country(x, wanted)) return;
    vg_policy_set *set = vg_pipeline_policies(desk->server->pipeline);
    const vg_law_book *book = vg_policy_set_book(set);
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_printf(out, "{\"version\":\"%016llx\",\"receivers\":[", (unsigned long long)book->version);
    write_own(out, set, &x->user, wanted, &first);
    for (size_t i = 0; i < book->receiver_count; i++) {
        if (!is_wanted(wanted, book->receivers[i].country)) continue;
        if (!first) vg_buf_add_char(out, ',');
        first = false;
        vg_law_write_receiver(out, &book->receivers[i], (vg_str){"", 0});
    }
    vg_buf_add_cstr(out, "],\"silences\":[");
    first = true;
    for (size_t i = 0; i < book->silence_count; i++) {
        const vg_silence *s = &book->silences[i];
        if (!is_wanted(wanted, s->country)) continue;
        vg_buf_printf(out, "%s{\"country\":\"%s\",\"note\":", first ? "" : ",", s->country);
        vg_law_write_both(out, s->note[VG_LANG_FR], s->note[VG_LANG_EN]);
        vg_buf_add_char(out, '}');
        first = false;
    }
    vg_buf_add_cstr(out, "]}");
    if (set) vg_policy_set_unref(&set);
}

static void write_country(vg_buf *out, const vg_law_book *book, const char *code)
{
    unsigned statutes = 0, receivers = 0;
    for (size_t i = 0; i < book->statute_count; i++) statutes += strcmp(book->statutes[i].country, code) == 0;
    for (size_t i = 0; i < book->receiver_count; i++) receivers += strcmp(book->receivers[i].country, code) == 0;
    vg_buf_printf(out, "{\"code\":\"%s\",\"name\":", code);
    vg_law_write_both(out, vg_country_name(book, code, VG_LANG_FR), vg_country_name(book, code, VG_LANG_EN));
    vg_buf_printf(out, ",\"statutes\":%u,\"receivers\":%u}", statutes, receivers);
}

void vg_route_law(vg_desk *desk, vg_exchange *x)
{
    char wanted[3];
    if (!read_country(x, wanted)) return;
    vg_policy_set *set = vg_pipeline_policies(desk->server->pipeline);
    const vg_law_book *book = vg_policy_set_book(set);
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_printf(out, "{\"version\":\"%016llx\",\"countries\":[", (unsigned long long)book->version);
    for (size_t i = 0; i < book->country_count; i++) {
        if (i) vg_buf_add_char(out, ',');
        write_country(out, book, book->countries[i]);
    }
    vg_buf_add_cstr(out, "],\"statutes\":[");
    bool first = true;
    for (size_t i = 0; i < book->statute_count; i++) {
        if (!is_wanted(wanted, book->statutes[i].country)) continue;
        if (!first) vg_buf_add_char(out, ',');
        first = false;
        vg_law_write_statute(out, &book->statutes[i]);
    }
    vg_buf_add_cstr(out, "]}");
    if (set) vg_policy_set_unref(&set);
}
