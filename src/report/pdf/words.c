/* SPDX-License-Identifier: Apache-2.0
 *
 * Words, times, places and people, as the document writes them. */
#include "report/pdf/words_int.h"

#include <limits.h>
#include <stdio.h>

#include "base/french.h"
#include "base/time.h"
#include "report/text.h"

/* ---- sentences ---- */
static vg_str kept(vg_writer *w, vg_str s)
{
    if (s.ptr) return s;
    w->failed = true;
    return VG_STR("");
}

static vg_str typeset(vg_writer *w, vg_str s)
{
    vg_buf out;
    vg_buf_init(&out, s.len * 3 + 16);
    vg_french_add(&out, s);
    vg_str result = out.failed ? (vg_str){NULL, 0} : vg_arena_copy(w->arena, (vg_str){out.ptr ? out.ptr : "", out.len});
    vg_buf_free(&out);
    return kept(w, result);
}

vg_str vg_say(vg_writer *w, const char *fr, const char *en)
{
    return w->lang == VG_LANG_FR ? typeset(w, vg_str_of(fr)) : vg_str_of(en);
}

vg_str vg_sayf(vg_writer *w, const char *fr, const char *en, ...)
{
    char text[4096];
    va_list args;
    va_start(args, en);
    int n = vsnprintf(text, sizeof text, w->lang == VG_LANG_FR ? fr : en, args);
    va_end(args);
    size_t len = n < 0 ? 0 : (size_t)n < sizeof text ? (size_t)n : sizeof text - 1;
    while (len && !vg_utf8_valid(text, len, NULL)) len--; /* where the buffer ended */
    return w->lang == VG_LANG_FR ? typeset(w, (vg_str){text, len}) : kept(w, vg_arena_copy(w->arena, (vg_str){text, len}));
}

vg_str vg_shown(vg_writer *w, vg_str text, size_t most) { return kept(w, vg_text_shown(w->arena, text, false, most)); }

const char *vg_quote(vg_writer *w, vg_str text, size_t most)
{
    vg_str s = vg_shown(w, text, most);
    return kept(w, vg_arena_printf(w->arena, "\u2068%.*s\u2069", VG_STR_ARG(s))).ptr;
}

/* ---- times ---- */
typedef struct civil { int year, month, day, hour, minute, second; } civil;

/* Days to a date: Hinnant, "chrono-compatible low-level date algorithms". */
static civil civil_of(int64_t ms)
{
    int64_t s = ms / 1000, day = s / 86400, rest = s % 86400;
    if (rest < 0) rest += 86400, day--;
    int64_t z = day + 719468, era = (z >= 0 ? z : z - 146096) / 146097, doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365, doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    int month = (int)(mp < 10 ? mp + 3 : mp - 9);
    return (civil){(int)(yoe + era * 400 + (month <= 2)), month, (int)(doy - (153 * mp + 2) / 5 + 1), (int)(rest / 3600), (int)(rest / 60 % 60), (int)(rest % 60)};
}

static int64_t days_of(int year, int month, int day)
{
    int y = month <= 2 ? year - 1 : year;
    int64_t era = y / 400, yoe = y - era * 400, doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

/* Directive 2000/84/EC: from the last Sunday of March to the last Sunday of October, both at 01:00 UTC. */
static bool european_summer(int64_t ms)
{
    int year = civil_of(ms).year;
    int64_t march = days_of(year, 3, 31), october = days_of(year, 10, 31);
    march -= (march + 4) % 7; /* day 0 was a Thursday */
    october -= (october + 4) % 7;
    return ms >= march * VG_DAY_MS + VG_HOUR_MS && ms < october * VG_DAY_MS + VG_HOUR_MS;
}

int vg_zone_offset(const char country[3], int64_t ms)
{
    /* Countries with one legal time (mainland); Morocco changes with Ramadan, the Americas have several. Source: IANA tz database. */
    static const struct { char country[3]; short minutes; bool summer; } zones[] = {
        {"AT", 60, true}, {"BE", 60, true}, {"CH", 60, true}, {"CI", 0, false}, {"CO", -300, false}, {"CZ", 60, true}, {"DE", 60, true}, {"ES", 60, true},
        {"FR", 60, true}, {"GB", 0, true}, {"IE", 0, true}, {"IT", 60, true}, {"LU", 60, true}, {"MG", 180, false}, {"NL", 60, true}, {"PH", 480, false},
        {"PL", 60, true}, {"RO", 120, true}, {"SN", 0, false}, {"TH", 420, false},
    };
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++)
        if (!strcmp(zones[i].country, country)) return zones[i].minutes + (zones[i].summer && european_summer(ms) ? 60 : 0);
    return INT_MIN;
}

vg_str vg_say_time(vg_writer *w, int64_t ms)
{
    static const char *const months[VG_LANGS][12] = {
        {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
        {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}};
    civil c = civil_of(ms);
    const char *month = months[w->lang][c.month - 1];
    if (w->lang == VG_LANG_FR)
        return kept(w, vg_arena_printf(w->arena, "%d%s\u00a0%s\u00a0%d à\u00a0%02d:%02d:%02d\u00a0UTC", c.day, c.day == 1 ? "er" : "", month, c.year, c.hour, c.minute, c.second));
    return kept(w, vg_arena_printf(w->arena, "%d\u00a0%s\u00a0%d, %02d:%02d:%02d\u00a0UTC", c.day, month, c.year, c.hour, c.minute, c.second));
}

vg_str vg_say_moment(vg_writer *w, int64_t ms)
{
    civil c = civil_of(ms);
    if (w->lang == VG_LANG_FR) return kept(w, vg_arena_printf(w->arena, "%02d/%02d/%04d %02d:%02d:%02d", c.day, c.month, c.year, c.hour, c.minute, c.second));
    return kept(w, vg_arena_printf(w->arena, "%04d-%02d-%02d %02d:%02d:%02d", c.year, c.month, c.day, c.hour, c.minute, c.second));
}

vg_str vg_say_local(vg_writer *w, int64_t ms)
{
    int offset = vg_zone_offset(w->zone, ms), hours = offset / 60, minutes = offset % 60;
    if (offset == INT_MIN) return VG_STR("");
    civil c = civil_of(ms + offset * VG_MINUTE_MS);
    if (minutes) return kept(w, vg_arena_printf(w->arena, "%02d/%02d %02d:%02d:%02d %s, UTC%+d:%02d", c.day, c.month, c.hour, c.minute, c.second, w->zone, hours, minutes < 0 ? -minutes : minutes));
    if (w->lang == VG_LANG_FR) return kept(w, vg_arena_printf(w->arena, "%02d/%02d %02d:%02d:%02d %s, UTC%+d", c.day, c.month, c.hour, c.minute, c.second, w->zone, hours));
    return kept(w, vg_arena_printf(w->arena, "%02d-%02d %02d:%02d:%02d %s, UTC%+d", c.month, c.day, c.hour, c.minute, c.second, w->zone, hours));
}

/* ---- names of things ---- */
vg_str vg_say_size(vg_writer *w, uint64_t bytes)
{
    if (bytes < 10000) return vg_sayf(w, "%llu\u00a0octets", "%llu\u00a0bytes", (unsigned long long)bytes);
    if (bytes < 10000000) return vg_sayf(w, "%llu\u00a0ko", "%llu\u00a0kB", (unsigned long long)(bytes / 1000));
    return vg_sayf(w, "%llu\u00a0Mo", "%llu\u00a0MB", (unsigned long long)(bytes / 1000000));
}

vg_str vg_say_age(vg_writer *w, vg_age_band band, vg_age_basis basis)
{
    static const char *const bands[VG_LANGS][VG_AGE_BANDS] = {
        {"âge inconnu", "moins de 13 ans", "13 à 14 ans", "15 à 17 ans", "18 à 24 ans", "25 ans ou plus"},
        {"age not known", "under 13", "13 to 14", "15 to 17", "18 to 24", "25 or over"}};
    static const char *const bases[VG_LANGS][VG_AGE_BASES] = {{"", ", âge déclaré", ", âge estimé", ", âge vérifié"}, {"", ", age declared", ", age estimated", ", age verified"}};
    if (band >= VG_AGE_BANDS || basis >= VG_AGE_BASES) return VG_STR("");
    return vg_sayf(w, "%s%s", "%s%s", bands[w->lang][band], band == VG_AGE_UNKNOWN ? "" : bases[w->lang][basis]);
}

vg_str vg_say_party(vg_writer *w, size_t party)
{
    size_t number = 0;
    if (party >= w->d->party_count) return vg_say(w, "Inconnu", "Not known");
    vg_party_role role = w->d->parties[party].role;
    for (size_t i = 0; i <= party; i++) number += w->d->parties[i].role == role;
    if (role == VG_PARTY_AUTHOR) return vg_say(w, "Auteur", "Author");
    if (role == VG_PARTY_VICTIM) return vg_sayf(w, "Mineur %zu", "Minor %zu", number);
    return vg_sayf(w, "Autre compte %zu", "Other account %zu", number);
}

vg_str vg_say_country(vg_writer *w, const char country[3])
{
    const char *name = vg_country_name(w->d->book, country, w->lang);
    if (name != country) return vg_sayf(w, "%s (%s)", "%s (%s)", name, country);
    return vg_shown(w, vg_str_of(country), 8);
}

vg_str vg_say_sure(vg_writer *w, const vg_provenance *from, vg_ink *ink)
{
    const char *on = from->verified_on ? from->verified_on : NULL;
    *ink = from->sure == VG_SURE_PRIMARY ? VG_INK_GREEN : VG_INK_AMBER;
    if (from->sure == VG_SURE_PRIMARY && on) return vg_sayf(w, "Texte vérifié à la source le %s", "Text verified at its source on %s", on);
    if (from->sure == VG_SURE_PRIMARY) return vg_say(w, "Texte lu à la source", "Text read at its source");
    if (from->sure == VG_SURE_SECONDARY) return vg_say(w, "À VÉRIFIER : source secondaire", "TO BE VERIFIED: secondary source");
    return vg_say(w, "À VÉRIFIER : aucune source établie", "TO BE VERIFIED: no source established");
}

vg_str vg_say_action(vg_writer *w, vg_action action)
{
    static const char *const names[VG_LANGS][VG_ACTIONS] = {
        {"Classer sans suite", "Avertir", "Suspendre la parole", "Interdire le contact avec les mineurs", "Suspendre le compte", "Transmettre à un responsable", "Signaler à une autorité"},
        {"Dismiss", "Warn", "Mute", "Restrict contact with minors", "Suspend the account", "Escalate to a lead", "Report to an authority"}};
    return action < VG_ACTIONS ? vg_say(w, names[VG_LANG_FR][action], names[VG_LANG_EN][action]) : VG_STR("");
}

vg_str vg_say_id(vg_writer *w, vg_id_kind kind)
{
    static const char *const names[VG_LANGS][VG_IDS] = {
        {"Compte", "Nom affiché", "Courriel", "Téléphone", "Adresse IP", "Adresse web", "Pseudonyme ailleurs", "Appareil", "Paiement"},
        {"Account", "Display name", "E-mail", "Telephone", "IP address", "Web address", "Handle elsewhere", "Device", "Payment"}};
    return kind < VG_IDS ? vg_say(w, names[VG_LANG_FR][kind], names[VG_LANG_EN][kind]) : VG_STR("");
}

vg_str vg_say_channel(vg_writer *w, vg_channel channel)
{
    static const char *const names[VG_LANGS][VG_CHANNELS] = {{"espace public", "groupe", "message privé"}, {"public space", "group", "private message"}};
    return channel < VG_CHANNELS ? vg_say(w, names[VG_LANG_FR][channel], names[VG_LANG_EN][channel]) : VG_STR("");
}

vg_str vg_say_percent(vg_writer *w, uint16_t e4) { return vg_sayf(w, "%u %%", "%u%%", (e4 + 50u) / 100); }
