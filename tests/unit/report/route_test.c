/* SPDX-License-Identifier: Apache-2.0
 *
 * Where a case belongs: facts from what it holds, a plan from facts. The scenarios are a table; each runs on the shipped book.
 */
#include "report/route/facts.h"
#include "report/route/route.h"

#include <stdlib.h>
#include <unistd.h>

#include "mmdb.h"
#include "space/space.h"
#include "tap.h"

#define BIT(kind) (UINT64_C(1) << (kind))
#define GROOMING (BIT(VG_TEXT_AGE_PROBING) | BIT(VG_TEXT_SECRECY) | BIT(VG_TEXT_PICTURE_REQUEST))
#define IMAGES BIT(VG_MEDIA_KNOWN)
#define LIVE BIT(VG_TEXT_PAYMENT_REQUEST)

static vg_arena *arena;
static const vg_law_book *book;

/* ---- a case in a line ---- */

typedef struct scene {
    const char *name;
    const char *author, *victim;   /* declared; "": not */
    const char *author_ip, *author_ip2, *author_phone, *author_payment;
    const char *home, *host;       /* the operator's country, where it hosts */
    const char *stated;            /* "author nationality FR" */
    vg_age_band band;
    uint64_t kinds;
    bool danger;
    const char *reached, *not_reached; /* statutes, separated by blanks */
    const char *stops;             /* "call:fr.17 report:ph.eprotectkids", in this order, others between them */
    const char *countries;         /* of all stops, sorted */
    const char *unknown, *not_unknown;
} scene;

static const scene scenes[] = {
    {.name = "ordered in France, committed in the Philippines, hosted in the Netherlands: all three",
     .author = "FR", .victim = "PH", .home = "FR", .host = "NL", .band = VG_AGE_UNDER13, .kinds = LIVE | IMAGES,
     .reached = "fr.cp.222-26-1 fr.cp.113-5 fr.cp.227-23 ph.ra11930 ph.ra11930.duties nl.sr.252 fr.lcen.6-1 eu.dsa.18", .not_reached = "us.usc.18-2251 fr.cp.227-22-1",
     .stops = "report:ph.eprotectkids report:fr.pharos report:nl.offlimits", .countries = "FR NL PH",
     .unknown = "author.nationality victim.nationality", .not_unknown = "author.place victim.place host.place operator.country"},
    {.name = "ordered live from France, committed in the Philippines, hosted in the United States, paid through a fourth country: all four, and the telephone first",
     .author = "FR", .victim = "PH", .author_payment = "LT", .home = "FR", .host = "US", .band = VG_AGE_UNDER13, .kinds = LIVE, .danger = true,
     .reached = "fr.cp.222-26-1 fr.cp.227-28-3 fr.cp.113-5 fr.cp.222-22 fr.cp.113-6 ph.ra11930 ph.ra9208 us.usc.18-2251 us.usc.18-2422 eu.dsa.18",
     .stops = "call:ph.911 call:fr.17 call:fr.112 report:ph.eprotectkids report:fr.pharos report:us.ncmec", .countries = "FR LT PH US",
     .unknown = "author.conflict author.nationality law.country"},
    {.name = "where the victim is is not known",
     .author = "FR", .victim = "", .home = "FR", .host = "FR", .band = VG_AGE_13_14, .kinds = GROOMING,
     .reached = "fr.cp.227-22-1 fr.cp.227-22-2 fr.cp.227-23-1", .not_reached = "fr.cp.113-5 ph.ra11930",
     .stops = "report:fr.pharos report:fr.pointdecontact", .countries = "FR", .unknown = "victim.place", .not_unknown = "victim.age author.place"},
    {.name = "the address says another country than the account: neither is ruled out",
     .author = "FR", .victim = "FR", .author_ip = "198.51.100.9", .home = "FR", .host = "FR", .band = VG_AGE_13_14, .kinds = GROOMING,
     .reached = "fr.cp.227-22-1 ro.cp.222", .countries = "FR RO", .unknown = "author.conflict", .not_unknown = "addresses"},
    {.name = "addresses of several countries look like a VPN: none is ruled out, and it is said",
     .author = "", .victim = "FR", .author_ip = "198.51.100.9", .author_ip2 = "203.0.113.9", .home = "FR", .host = "FR", .band = VG_AGE_13_14, .kinds = GROOMING,
     .reached = "fr.cp.227-22-1 ro.cp.222 de.stgb.176b", .countries = "DE FR RO", .unknown = "author.addresses", .not_unknown = "author.conflict author.place"},
    {.name = "a national abroad: French law follows",
     .author = "TH", .victim = "TH", .home = "FR", .host = "FR", .stated = "author nationality FR", .band = VG_AGE_15_17, .kinds = LIVE,
     .reached = "fr.cp.113-6 fr.cp.222-22 fr.cp.225-12-1", .stops = "report:th.thaihotline", .unknown = "victim.nationality", .not_unknown = "author.nationality"},
    {.name = "a French victim abroad: so does it",
     .author = "BE", .victim = "MA", .home = "BE", .host = "BE", .stated = "victim nationality FR", .band = VG_AGE_15_17, .kinds = GROOMING,
     .reached = "fr.cp.113-7 be.cp.sexuel", .stops = "report:ma.eblagh report:be.police report:be.childfocus", .not_unknown = "victim.nationality"},
    {.name = "fifteen is over the age of one text and under that of another",
     .author = "FR", .victim = "FR", .home = "FR", .host = "FR", .band = VG_AGE_15_17, .kinds = GROOMING,
     .reached = "fr.cp.227-22-2 fr.cp.227-23-1", .not_reached = "fr.cp.227-22-1"},
    {.name = "fifteen to seventeen may be under sixteen: the text stays, for a person to see",
     .author = "ES", .victim = "ES", .home = "ES", .host = "ES", .band = VG_AGE_15_17, .kinds = GROOMING, .reached = "es.cp.183"},
    {.name = "an age that is not known rules nothing out",
     .author = "FR", .victim = "FR", .home = "FR", .host = "FR", .band = VG_AGE_UNKNOWN, .kinds = GROOMING,
     .reached = "fr.cp.227-22-1 fr.cp.227-22-2", .unknown = "victim.age"},
    {.name = "nothing is known at all: nothing is proposed, and everything that is missing is named",
     .author = "", .victim = "", .home = "", .host = "", .band = VG_AGE_UNKNOWN, .kinds = BIT(VG_NOTICE_REPORT), .countries = "",
     .unknown = "author.place author.nationality victim.place victim.nationality victim.age host.place operator.country acts"},
    {.name = "a child in danger now: the telephone first, where the child is and at home",
     .author = "FR", .victim = "PH", .home = "FR", .host = "FR", .band = VG_AGE_UNDER13, .kinds = GROOMING, .danger = true,
     .stops = "call:ph.911 call:fr.17 call:fr.112 report:ph.eprotectkids report:fr.pharos"},
    {.name = "a child in danger where no number is known: that is said, and one's own are given",
     .author = "FR", .victim = "CI", .home = "FR", .host = "FR", .band = VG_AGE_UNDER13, .kinds = GROOMING, .danger = true, .stops = "call:? call:fr.17"},
    {.name = "no hotline there, outside the Union: through one's own police and INTERPOL",
     .author = "FR", .victim = "KH", .home = "FR", .host = "FR", .band = VG_AGE_UNDER13, .kinds = LIVE, .stops = "instead:zz.interpol report:fr.pharos", .unknown = "law.country"},
    {.name = "no hotline there, in the Union: Europol",
     .author = "FR", .victim = "PL", .home = "FR", .host = "FR", .band = VG_AGE_UNDER13, .kinds = GROOMING, .stops = "instead:eu.europol report:fr.pharos"},
    {.name = "danger, and no Member State is known to be concerned: Article 18(2)",
     .author = "US", .victim = "PH", .home = "FR", .host = "FR", .band = VG_AGE_UNDER13, .kinds = GROOMING, .danger = true, .stops = "call:ph.911 call:fr.17 instead:eu.europol"},
    {.name = "a telephone prefix and a currency are hints too",
     .author = "", .victim = "FR", .author_phone = "+639171234567", .author_payment = "PHP 1500", .home = "FR", .host = "FR", .band = VG_AGE_13_14, .kinds = GROOMING,
     .reached = "ph.ra11930 fr.cp.227-22-1", .not_unknown = "author.place"},
    {.name = "a provider in the United States reports to the CyberTipline",
     .author = "US", .victim = "US", .home = "US", .host = "US", .band = VG_AGE_13_14, .kinds = IMAGES,
     .reached = "us.usc.18-2258a us.usc.18-2251", .stops = "report:us.ncmec"},
};

/* ---- making it ---- */

static vg_geo *geo;

typedef struct cast {
    vg_dossier d;
    vg_report_operator operator;
    vg_party party[2];
    vg_identifier ids[4];
    vg_fact stated;
    bool has_stated;
} cast;

static void put_code(char out[3], const char *code)
{
    if (code && *code) memcpy(out, code, 3);
}

static int word_in(const char *word, const char *const *names, int count)
{
    for (int i = 0; i < count; i++)
        if (strcmp(word, names[i]) == 0) return i;
    return 0;
}

static void set_up(cast *c, const scene *s)
{
    size_t n = 0;
    *c = (cast){.operator = {.name = "Jeu"}};
    put_code(c->operator.country, s->home);
    put_code(c->operator.host_country, s->host);
    c->party[0] = (vg_party){.role = VG_PARTY_AUTHOR, .account = VG_STR("max"), .band = VG_AGE_25_PLUS, .language = {"", 0}};
    c->party[1] = (vg_party){.role = VG_PARTY_VICTIM, .account = VG_STR("lou"), .band = s->band, .language = {"", 0}};
    put_code(c->party[0].country, s->author);
    put_code(c->party[1].country, s->victim);
    if (s->author_ip) c->ids[n++] = (vg_identifier){.kind = VG_ID_IP, .value = vg_str_of(s->author_ip)};
    if (s->author_ip2) c->ids[n++] = (vg_identifier){.kind = VG_ID_IP, .value = vg_str_of(s->author_ip2)};
    if (s->author_phone) c->ids[n++] = (vg_identifier){.kind = VG_ID_PHONE, .value = vg_str_of(s->author_phone)};
    if (s->author_payment) c->ids[n++] = (vg_identifier){.kind = VG_ID_PAYMENT, .value = vg_str_of(s->author_payment)};
    c->party[0].ids = c->ids;
    c->party[0].id_count = n;
    c->d = (vg_dossier){.operator = &c->operator, .parties = c->party, .party_count = 2};
    c->d.c.kinds = s->kinds;
    c->d.c.youngest_band = (uint8_t)s->band;
    c->d.c.danger = s->danger;
    if (s->stated) {
        char whose[16], kind[16], country[3];
        if (sscanf(s->stated, "%15s %15s %2s", whose, kind, country) != 3) abort();
        c->stated = (vg_fact){.number = 1, .hint = VG_HINT_PERSON, .detail = VG_STR("says so"), .whose = (vg_whose)word_in(whose, vg_whose_names, VG_WHOSES),
                              .kind = (vg_fact_kind)word_in(kind, vg_fact_kind_names, VG_FACT_KINDS)};
        memcpy(c->stated.country, country, 3);
        c->has_stated = true;
    }
}

static void derive(const cast *c, vg_fact **facts, size_t *count)
{
    vg_error err = {0};
    const vg_facts_ask ask = {.dossier = &c->d, .book = book, .geo = geo, .stated = &c->stated, .stated_count = c->has_stated};
    if (vg_facts_derive(&ask, arena, facts, count, &err)) abort();
}

static void plan_of(const cast *c, const vg_fact *facts, size_t count, vg_route_plan *plan)
{
    vg_error err = {0};
    if (vg_route_make(book, NULL, &c->d, facts, count, arena, plan, &err)) abort();
}

/* ---- looking ---- */

static bool reaches(const vg_route_plan *plan, const char *id)
{
    for (size_t i = 0; i < plan->law_count; i++)
        if (strcmp(plan->laws[i].statute->id, id) == 0) return true;
    return false;
}

static bool leaves_open(const vg_route_plan *plan, const char *code)
{
    for (size_t i = 0; i < plan->unknown_count; i++)
        if (strcmp(plan->unknowns[i].code, code) == 0) return true;
    return false;
}

/* Every word of a list is as wanted. */
static void each(const char *scene_name, const char *list, const vg_route_plan *plan, bool (*is)(const vg_route_plan *, const char *), bool wanted)
{
    char copy[512], *rest = NULL;
    if (!list) return;
    snprintf(copy, sizeof copy, "%s", list);
    for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
        TAP_OK(is(plan, word) == wanted, "%s: %s%s", scene_name, wanted ? "" : "not ", word);
}

static void stop_name(const vg_stop *s, char *out, size_t size)
{
    snprintf(out, size, "%s:%s", vg_stop_kind_names[s->kind], s->receiver ? s->receiver->id : "?");
}

static void stops_in_order(const scene *s, const vg_route_plan *plan)
{
    char copy[512], name[128], *rest = NULL;
    size_t at = 0;
    if (!s->stops) return;
    snprintf(copy, sizeof copy, "%s", s->stops);
    for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        bool found = false;
        while (!found && at < plan->stop_count) {
            stop_name(&plan->stops[at++], name, sizeof name);
            found = strcmp(name, word) == 0;
        }
        TAP_OK(found, "%s: then %s", s->name, word);
    }
}

static int by_text(const void *a, const void *b) { return strcmp(a, b); }

static void countries_of(const scene *s, const vg_route_plan *plan)
{
    char codes[VG_ROUTE_STOPS_MOST][3], list[512] = "";
    if (!s->countries) return;
    for (size_t i = 0; i < plan->stop_count; i++) memcpy(codes[i], plan->stops[i].country, 3);
    qsort(codes, plan->stop_count, 3, by_text);
    for (size_t i = 0; i < plan->stop_count; i++)
        if (i == 0 || strcmp(codes[i - 1], codes[i]) != 0) {
            size_t len = strlen(list);
            snprintf(list + len, sizeof list - len, "%s%s", len ? " " : "", codes[i]);
        }
    TAP_EQ_STR(list, s->countries, s->name);
}

static void sentences(const scene *s, const vg_route_plan *plan)
{
    bool whole = true;
    for (int lang = 0; lang < VG_LANGS; lang++) {
        for (size_t i = 0; i < plan->law_count; i++) whole &= plan->laws[i].why[lang].len > 0 && plan->laws[i].confidence > 0;
        for (size_t i = 0; i < plan->stop_count; i++) whole &= plan->stops[i].why[lang].len > 0 && plan->stops[i].send[lang].len > 0;
        for (size_t i = 0; i < plan->unknown_count; i++) whole &= plan->unknowns[i].say[lang].len > 0 && !memchr(plan->unknowns[i].say[lang].ptr, '%', plan->unknowns[i].say[lang].len);
    }
    TAP_OK(whole, "%s: every sentence is there in both languages", s->name);
}

static void play(const scene *s)
{
    cast c;
    vg_fact *facts;
    size_t count;
    vg_route_plan plan;
    set_up(&c, s);
    derive(&c, &facts, &count);
    plan_of(&c, facts, count, &plan);
    each(s->name, s->reached, &plan, reaches, true);
    each(s->name, s->not_reached, &plan, reaches, false);
    each(s->name, s->unknown, &plan, leaves_open, true);
    each(s->name, s->not_unknown, &plan, leaves_open, false);
    stops_in_order(s, &plan);
    countries_of(s, &plan);
    TAP_EQ_INT(plan.urgent, s->danger || (s->kinds & LIVE) != 0, s->name); /* money asked for is taken for a live session */
    sentences(s, &plan);
}

/* ---- properties ---- */

/* A further fact, whatever it says, never takes away a statute that others reach. */
static void facts_never_take_away(void)
{
    size_t lost = 0, tried = 0;
    for (size_t n = 0; n < sizeof scenes / sizeof *scenes; n++) {
        cast c;
        vg_fact *facts, more[VG_FACTS_MOST + 1];
        size_t count;
        vg_route_plan before, after;
        set_up(&c, &scenes[n]);
        derive(&c, &facts, &count);
        plan_of(&c, facts, count, &before);
        for (int whose = 0; whose < VG_WHOSES; whose++)
            for (int kind = 0; kind < VG_FACT_KINDS; kind++) {
                memcpy(more, facts, count * sizeof *facts);
                more[count] = (vg_fact){.whose = (vg_whose)whose, .kind = (vg_fact_kind)kind, .country = "BR", .hint = VG_HINT_PERSON, .confidence = 9000, .detail = {"", 0}};
                plan_of(&c, more, count + 1, &after);
                for (size_t i = 0; i < before.law_count; i++, tried++) lost += !reaches(&after, before.laws[i].statute->id);
            }
        vg_arena_reset(arena);
    }
    TAP_OK(tried > 100 && lost == 0, "a further fact never takes a statute away (%zu looked at, %zu lost)", tried, lost);
}

static void the_order_of_input_does_not_show(void)
{
    cast c;
    vg_fact *one, *two;
    size_t one_count, two_count;
    vg_route_plan a, b;
    bool same = true;
    const scene *s = scenes;
    while (!s->author_ip2) s++;
    set_up(&c, s);
    derive(&c, &one, &one_count);
    plan_of(&c, one, one_count, &a);
    vg_identifier swap = c.ids[0];
    c.ids[0] = c.ids[1];
    c.ids[1] = swap;
    derive(&c, &two, &two_count);
    plan_of(&c, two, two_count, &b);
    TAP_OK(one_count == two_count && a.law_count == b.law_count && a.stop_count == b.stop_count, "as many facts, statutes and stops");
    for (size_t i = 0; i < one_count && i < two_count; i++) same &= one[i].confidence == two[i].confidence && strcmp(one[i].country, two[i].country) == 0;
    for (size_t i = 0; i < a.law_count && i < b.law_count; i++) same &= a.laws[i].statute == b.laws[i].statute;
    for (size_t i = 0; i < a.stop_count && i < b.stop_count; i++) same &= a.stops[i].receiver == b.stops[i].receiver && a.stops[i].kind == b.stops[i].kind;
    TAP_OK(same, "the same, in the same order, whatever the order of what came in");
    for (size_t i = 1; i < a.law_count; i++) same &= a.laws[i - 1].confidence >= a.laws[i].confidence;
    TAP_OK(same, "the strongest first");
}

static void an_empty_book(void)
{
    cast c;
    vg_error err = {0};
    vg_route_plan plan;
    set_up(&c, &scenes[0]);
    TAP_EQ_INT(vg_route_make(NULL, NULL, &c.d, NULL, 0, arena, &plan, &err), 0, "without a book a plan is made");
    TAP_OK(plan.law_count == 0 && leaves_open(&plan, "book"), "that proposes nothing and says why");
}

/* One with the id of a shipped one stands in its place; a host is told where it hosts. */
static void receivers_of_ones_own(void)
{
    cast c;
    vg_fact *facts;
    size_t count;
    vg_error err = {0};
    vg_route_plan plan;
    const vg_receiver own[] = {{.id = "fr.pharos", .country = "FR", .kind = VG_RECEIVER_POLICE, .name = {"Nôtre", "Ours"}, .channel = "portal", .from = {.source = "us"}},
                               {.id = "nl.host", .country = "NL", .kind = VG_RECEIVER_HOST, .name = {"Hôte", "Host"}, .channel = "xarf", .from = {.source = "us"}}};
    const vg_policy_report report = {.given = true, .receivers = own, .receiver_count = 2};
    size_t ours = 0, shipped = 0, hosts = 0;
    set_up(&c, &scenes[0]);
    derive(&c, &facts, &count);
    TAP_EQ_INT(vg_route_make(book, &report, &c.d, facts, count, arena, &plan, &err), 0, "with receivers of the space's own");
    for (size_t i = 0; i < plan.stop_count; i++) {
        const vg_receiver *r = plan.stops[i].receiver;
        ours += r == &own[0];
        shipped += r && r != &own[0] && strcmp(r->id, "fr.pharos") == 0;
        hosts += r == &own[1] && plan.stops[i].kind == VG_STOP_HOST;
    }
    TAP_OK(ours == 1 && shipped == 0, "the space's own stands in place of the shipped one");
    TAP_EQ_INT(hosts, 1, "the host is told");
}

/* ---- single facts ---- */

static const vg_fact *fact_of(const vg_fact *facts, size_t count, vg_hint hint)
{
    for (size_t i = 0; i < count; i++)
        if (facts[i].hint == hint && facts[i].whose == VG_WHOSE_AUTHOR) return &facts[i];
    return NULL;
}

static void hints(void)
{
    static const struct {
        const char *phone, *country;
    } phones[] = {{"+33612345678", "FR"}, {"+212612345678", "MA"}, {"+2619999999", "MG"}, {"+18095551234", "DO"}, {"+12025550123", NULL}, {"0612345678", NULL}, {"+7", NULL}, {"+", NULL}};
    for (size_t i = 0; i < sizeof phones / sizeof *phones; i++) {
        cast c;
        vg_fact *facts;
        size_t count;
        set_up(&c, &(scene){.author = "", .victim = "", .home = "", .host = "", .author_phone = phones[i].phone});
        derive(&c, &facts, &count);
        const vg_fact *f = fact_of(facts, count, VG_HINT_PHONE);
        TAP_OK(phones[i].country ? f && strcmp(f->country, phones[i].country) == 0 : !f, "%s is of %s", phones[i].phone, phones[i].country ? phones[i].country : "no one country");
    }
    static const struct {
        const char *payment, *country, *detail;
    } payments[] = {{"PHP", "PH", "PHP"}, {"PHP 1500", "PH", "PHP"}, {"MGA", "MG", "MGA"}, {"GBP", "GB", "GBP"}, {"EUR", NULL, ""}, {"USD", NULL, ""}, {"XOF", NULL, ""}, {"CHF", NULL, ""},
                    {"SG", "SG", "SG"}, {"GB33BUKB20201555555555", "GB", "GB"}, {"QQ", NULL, ""}, {"ZZ12", NULL, ""}, {"php", NULL, ""}, {"P", NULL, ""}, {"PHPX", NULL, ""}, {"", NULL, ""}};
    for (size_t i = 0; i < sizeof payments / sizeof *payments; i++) {
        cast c;
        vg_fact *facts;
        size_t count;
        set_up(&c, &(scene){.author = "", .victim = "", .home = "", .host = "", .author_payment = payments[i].payment});
        derive(&c, &facts, &count);
        const vg_fact *f = fact_of(facts, count, VG_HINT_PAYMENT);
        TAP_OK(payments[i].country ? f && strcmp(f->country, payments[i].country) == 0 : !f, "a payment \"%s\" is of %s", payments[i].payment, payments[i].country ? payments[i].country : "no one country");
        if (f) TAP_OK(vg_str_is(f->detail, payments[i].detail) && f->confidence == book->places->confidence[VG_HINT_PAYMENT] && f->whose == VG_WHOSE_AUTHOR, "with no more of it than that, and what a payment is worth");
    }
    cast c;
    vg_fact *facts;
    size_t count;
    set_up(&c, &(scene){.author = "QQ", .victim = "", .home = "", .host = ""});
    c.party[0].language = VG_STR("tl-PH");
    derive(&c, &facts, &count);
    TAP_OK(!fact_of(facts, count, VG_HINT_DECLARED), "a country that is none is no fact");
    const vg_fact *f = fact_of(facts, count, VG_HINT_LANGUAGE);
    TAP_OK(f && strcmp(f->country, "PH") == 0 && f->confidence < 2000, "a language is a weak hint");
}

/* ---- what happened ---- */

static uint32_t acts_of_case(vg_dossier *d, uint32_t *denied)
{
    vg_route_plan plan;
    vg_error err = {0};
    if (vg_route_make(book, NULL, d, NULL, 0, arena, &plan, &err)) abort();
    if (denied) *denied = plan.acts_denied;
    TAP_OK(plan.act_said_count == d->act_said_count, "the plan has what was said, for who takes it back");
    return plan.acts;
}

static void acts(void)
{
    enum { SOLICITING = 1 << VG_ACT_SOLICITING, THREAT_ACT = 1 << VG_ACT_THREAT, IMAGES_ACT = 1 << VG_ACT_IMAGES, LIVE_ACT = 1 << VG_ACT_LIVE, HOSTING = 1 << VG_ACT_HOSTING };
    vg_dossier_decision decisions[] = {{.d = {.action = VG_ACTION_REPORT, .reason = VG_STR("grooming"), .time_ms = 20}}, {.d = {.action = VG_ACTION_WARN, .reason = VG_STR("threat"), .time_ms = 10}}};
    vg_act_said said[] = {{.act = VG_ACT_LIVE, .holds = true, .number = 1, .detail = {"", 0}}, {.act = VG_ACT_SOLICITING, .holds = false, .number = 2, .detail = {"", 0}},
                          {.act = VG_ACT_SOLICITING, .holds = true, .number = 3, .detail = {"", 0}}};
    cast c;
    uint32_t denied;
    set_up(&c, &(scene){.author = "FR", .victim = "PH", .home = "FR", .host = "FR", .kinds = BIT(VG_NOTICE_REPORT)});
    TAP_EQ_INT(acts_of_case(&c.d, NULL), 0, "a notice alone establishes nothing");
    c.d.decisions = decisions;
    c.d.decision_count = 2;
    TAP_EQ_INT(acts_of_case(&c.d, NULL), SOLICITING, "the reason of the last decision does");
    decisions[0].d.action = VG_ACTION_DISMISS;
    TAP_EQ_INT(acts_of_case(&c.d, NULL), 0, "one that dismisses says that nothing did, and what it replaced no longer stands");
    decisions[0].d.action = VG_ACTION_REPORT;
    c.d.c.overturned = true;
    TAP_EQ_INT(acts_of_case(&c.d, NULL), 0, "nor does what was lifted on appeal");
    c.d.c.overturned = false;
    decisions[0].d.reason = VG_STR("media");
    TAP_EQ_INT(acts_of_case(&c.d, NULL), IMAGES_ACT | HOSTING, "with images go the duties of who hosts them");
    decisions[0].d.reason = VG_STR("a reason of the operator's own");
    TAP_EQ_INT(acts_of_case(&c.d, NULL), 0, "a reason that the book does not know says nothing");
    c.d.c.kinds = BIT(VG_TEXT_THREAT);
    TAP_EQ_INT(acts_of_case(&c.d, NULL), THREAT_ACT, "evidence speaks beside it");
    c.d.acts_said = said;
    c.d.act_said_count = 1;
    TAP_EQ_INT(acts_of_case(&c.d, NULL), THREAT_ACT | LIVE_ACT, "a person adds what neither shows");
    decisions[0].d.reason = VG_STR("grooming");
    c.d.act_said_count = 2;
    TAP_EQ_INT(acts_of_case(&c.d, &denied), THREAT_ACT | LIVE_ACT, "and takes away what the reason says");
    TAP_EQ_INT(denied, SOLICITING, "which the plan says");
    c.d.act_said_count = 3;
    TAP_EQ_INT(acts_of_case(&c.d, &denied), SOLICITING | THREAT_ACT | LIVE_ACT, "the later word stands");
    TAP_EQ_INT(denied, 0, "and nothing is denied any more");
}

static void places(void)
{
    static const struct {
        const char *address, *country;
        bool anonymous;
    } looked[] = {{"203.0.113.7", "DE", false}, {"198.51.100.1", "RO", false}, {"2001:db8::7", "FR", false}, {"192.0.2.1", "NL", true}, {"10.0.0.1", NULL, false},
                  {"::1", NULL, false},         {"example.org", NULL, false},   {"", NULL, false},            {"203.0.113.7/24", NULL, false}, {"203.0.113.256", NULL, false},
                  {"a string that is longer than any address could be, by far", NULL, false}};
    for (size_t i = 0; i < sizeof looked / sizeof *looked; i++) {
        vg_geo_place place;
        bool found = vg_geo_find(geo, vg_str_of(looked[i].address), &place);
        TAP_OK(looked[i].country ? found && strcmp(place.country, looked[i].country) == 0 && place.anonymous == looked[i].anonymous : !found, "\"%s\" is in %s", looked[i].address,
               looked[i].country ? looked[i].country : "no known country");
    }
    TAP_OK(vg_geo_built_ms(geo) == INT64_C(1767225600000), "and the file says when it was built");
}

/* ---- files ---- */

static const char path[] = "route_test.mmdb";

static void make_file(made_mmdb *m)
{
    mmdb_begin(m);
    mmdb_add(m, "203.0.113.0", 24, "DE", 0);
    mmdb_add(m, "198.51.100.0", 24, "RO", 0);
    mmdb_add(m, "192.0.2.0", 24, "NL", 1);
    mmdb_add(m, "2001:db8::", 32, "FR", 0);
    mmdb_end(m);
}

/* A file that is cut or overwritten is refused, or answers; it never does anything else. */
static void damaged_files(const made_mmdb *whole)
{
    static made_mmdb bad;
    vg_error err = {0};
    vg_geo *g = NULL;
    size_t opened = 0, refused = 0;
    TAP_EQ_INT(vg_geo_open(&g, "no/such/file", &err), -VG_ENOENT, "a file that is not there");
    TAP_EQ_INT(vg_geo_open(&g, ".", &err), -VG_EINVAL, "a folder");
    for (size_t step = 0; step < 200; step++) {
        bad = *whole;
        if (step < 60) bad.len = whole->len * step / 60;
        else
            for (size_t i = 0; i < 8; i++) bad.file[(step * 7919 + i * 104729) % whole->len] ^= (uint8_t)(1 + step + i);
        if (!mmdb_write(&bad, path)) abort();
        if (vg_geo_open(&g, path, &err) == 0) {
            vg_geo_place place;
            vg_geo_find(g, VG_STR("203.0.113.7"), &place);
            vg_geo_find(g, VG_STR("2001:db8::7"), &place);
            vg_geo_close(&g);
            opened++;
        } else refused++;
    }
    TAP_OK(refused >= 50 && opened + refused == 200, "cut or overwritten: refused (%zu) or looked at (%zu), nothing else", refused, opened);
    TAP_OK(err.what[0] && g == NULL, "and why is said");
}

/* Six bytes a node: 2^32 - 1 nodes and the separator take ten bytes once the size is reckoned in 32 bits. */
static void claimed_nodes(const made_mmdb *whole)
{
    static made_mmdb bad;
    vg_error err = {0};
    vg_geo *g = NULL;
    bad = *whole;
    bad.len = 0, bad.said = UINT32_MAX;
    mmdb_end(&bad);
    if (!mmdb_write(&bad, path)) abort();
    TAP_EQ_INT(vg_geo_open(&g, path, &err), -VG_EINVAL, "a file that claims 4,294,967,295 nodes is refused");
    TAP_OK(g == NULL && strstr(err.what, "damaged"), "as damaged");
}

static void content(void)
{
    static const char json[] = "{\"event\":{\"id\":\"m-1\",\"type\":\"vigie.message\",\"subject\":\"max\",\"time\":\"2026-05-04T10:00:00Z\",\"data\":{\"to\":[\"lou\"],"
                               "\"ip\":\"203.0.113.7\",\"phone\":\"+33612345678\",\"currency\":\"EUR\",\"payment_country\":\"LT\",\"language\":\"fr\"}},\"facts\":{\"account_country\":\"FR\",\"peer_country\":\"PH\","
                               "\"account_age_band\":\"25+\",\"peer_age_band\":\"13-14\"}}";
    static const char *const hostile[] = {"", "{", "[]", "{\"event\":7}", "{\"event\":{\"data\":{\"to\":[7],\"ip\":[]}},\"facts\":{\"account_country\":\"FRANCE\"}}", "{\"event\":{\"time\":\"soon\"}}"};
    vg_whereabouts w;
    vg_error err = {0};
    TAP_EQ_INT(vg_facts_read(vg_str_of(json), arena, &w, &err), 0, "an event as it is sealed");
    TAP_OK(vg_str_is(w.account, "max") && vg_str_is(w.peer, "lou") && vg_str_is(w.ip, "203.0.113.7") && vg_str_is(w.phone, "+33612345678"), "who, to whom, from where");
    TAP_OK(vg_str_is(w.currency, "EUR") && vg_str_is(w.payment_country, "LT"), "and how it pays");
    TAP_OK(strcmp(w.country, "FR") == 0 && strcmp(w.peer_country, "PH") == 0 && w.peer_band == VG_AGE_13_14 && w.time_ms > 0, "what the accounts declared, how old, when");
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        TAP_EQ_INT(vg_facts_read(vg_str_of(hostile[i]), arena, &w, &err), 0, "what cannot be read is not known");
        TAP_OK(!w.country[0] && !w.ip.len && !w.time_ms, "%s", hostile[i]);
    }
}

int main(void)
{
    vg_error err = {0};
    vg_policy_set *set = NULL;
    static made_mmdb file;
    arena = vg_arena_create(1 << 20, (size_t)256 << 20);
    make_file(&file);
    if (!arena || !mmdb_write(&file, path) || vg_geo_open(&geo, path, &err) || vg_policy_set_load(&set, VG_TEST_POLICY, &err)) {
        printf("Bail out! %s %s\n", err.where, err.what);
        return 1;
    }
    book = vg_policy_set_book(set);
    places();
    acts();
    hints();
    content();
    for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++) play(&scenes[i]);
    receivers_of_ones_own();
    an_empty_book();
    the_order_of_input_does_not_show();
    facts_never_take_away();
    vg_geo_close(&geo);
    damaged_files(&file);
    claimed_nodes(&file);
    unlink(path);
    vg_policy_set_unref(&set);
    vg_arena_destroy(&arena);
    return tap_done();
}
