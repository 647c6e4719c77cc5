/* SPDX-License-Identifier: Apache-2.0
 *
 * vigie route: where a case belongs. Works beside a running server; reading is on record.
 */
#include <stdio.h>

#include "base/time.h"
#include "case_route.h"
#include "cli/installation.h"
#include "report/route/write.h"
#include "space/space.h"
#include "store/facts/facts.h"

typedef struct printer {
    FILE *out;
    vg_lang lang;
    const vg_law_book *book;
} printer;

static const char *say(const printer *p, const char *fr, const char *en)
{
    return p->lang == VG_LANG_FR ? fr : en;
}

static void line(const printer *p, const char *indent, vg_str text)
{
    fprintf(p->out, "%s%.*s\n", indent, VG_STR_ARG(text));
}

/* Beside whatever is shown of the book: where it is from. */
static void print_from(const printer *p, const char *indent, const vg_provenance *from)
{
    static const char *const words[VG_SURES][VG_LANGS] = {{"NON VÉRIFIÉ", "NOT VERIFIED"}, {"source secondaire", "secondary source"}, {"source primaire", "primary source"}};
    if (from->sure == VG_SURE_NOT) fprintf(p->out, "%s[%s]\n", indent, words[VG_SURE_NOT][p->lang]);
    else fprintf(p->out, "%s[%s, %s: %s]\n", indent, words[from->sure][p->lang], from->verified_on ? from->verified_on : "?", from->source);
}

static void print_facts(const printer *p, const vg_case_route *r)
{
    static const char *const whose[VG_WHOSES][VG_LANGS] = {{"auteur", "author"}, {"victime", "victim"}, {"hébergement", "hosting"}};
    static const char *const kind[VG_FACT_KINDS][VG_LANGS] = {{"lieu", "place"}, {"nationalité", "nationality"}, {"résidence", "residence"}};
    static const char *const hint[VG_HINTS][VG_LANGS] = {{"déclaré", "declared"}, {"adresse IP", "IP address"}, {"indicatif", "telephone prefix"}, {"paiement", "payment"},
                                                         {"langue", "language"},  {"une personne", "a person"}, {"exploitant", "operator"}};
    fprintf(p->out, "\n%s\n", say(p, "Ce qui est connu", "What is known"));
    if (!r->fact_count) fprintf(p->out, "  %s\n", say(p, "rien", "nothing"));
    for (size_t i = 0; i < r->fact_count; i++) {
        const vg_fact *f = &r->facts[i];
        fprintf(p->out, "  %s, %s: %s (%s, %u%%)\n", whose[f->whose][p->lang], kind[f->kind][p->lang], vg_country_name(p->book, f->country, p->lang),
                hint[f->hint][p->lang], (f->confidence + 50u) / 100u);
    }
}

static void print_stops(const printer *p, const vg_route_plan *plan)
{
    static const char *const kinds[VG_STOP_KINDS][VG_LANGS] = {{"APPELER", "CALL"}, {"signaler", "report"}, {"hébergeur", "host"}, {"à défaut", "instead"}};
    fprintf(p->out, "\n%s\n", say(p, "À qui le dire, dans l’ordre (proposé : une personne confirme)", "Whom to tell, in order (proposed: a person confirms)"));
    if (!plan->stop_count) fprintf(p->out, "  %s\n", say(p, "personne n’est proposé", "nobody is proposed"));
    for (size_t i = 0; i < plan->stop_count; i++) {
        const vg_stop *s = &plan->stops[i];
        const vg_receiver *r = s->receiver;
        fprintf(p->out, "  %zu. %s, %s", i + 1, kinds[s->kind][p->lang], vg_country_name(p->book, s->country, p->lang));
        if (r) fprintf(p->out, ": %s", r->name[p->lang]);
        if (r && r->phone) fprintf(p->out, ", %s %s%s%s", say(p, "téléphone", "telephone"), r->phone, r->hours ? ", " : "", r->hours ? r->hours : "");
        fputc('\n', p->out);
        if (r && r->url) fprintf(p->out, "     %s\n", r->url);
        line(p, "     ", s->why[p->lang]);
        line(p, "     ", s->send[p->lang]);
        if (r) print_from(p, "     ", &r->from);
    }
}

static void print_laws(const printer *p, const vg_route_plan *plan)
{
    fprintf(p->out, "\n%s\n", say(p, "Textes qui peuvent s’appliquer", "Statutes that may reach it"));
    if (!plan->law_count) fprintf(p->out, "  %s\n", say(p, "aucun", "none"));
    for (size_t i = 0; i < plan->law_count; i++) {
        const vg_reach_of_law *law = &plan->laws[i];
        fprintf(p->out, "  %s, %s (%u%%)\n", vg_country_name(p->book, law->statute->country, p->lang), law->statute->reference, (law->confidence + 50u) / 100u);
        fprintf(p->out, "     %s\n", law->statute->title[p->lang]);
        line(p, "     ", law->why[p->lang]);
        print_from(p, "     ", &law->statute->from);
    }
}

/* What happened, and how that is known; what a person denied too. */
static void print_acts(const printer *p, const vg_route_plan *plan)
{
    static const char *const acts[VG_ACTS][VG_LANGS] = {{"Sollicitation sexuelle d’un mineur", "Sexual solicitation of a minor"},
                                                        {"Images demandées à un mineur", "Images asked of a minor"},
                                                        {"Images d’abus", "Images of abuse"},
                                                        {"Menace, chantage", "Threat, blackmail"},
                                                        {"Abus commandé en direct", "Abuse ordered live"},
                                                        {"Rencontre proposée", "Meeting proposed"},
                                                        {"Corruption de mineur", "Corruption of a minor"},
                                                        {"Devoirs de l’hébergeur", "Duties of the host"}};
    fprintf(p->out, "\n%s\n", say(p, "Ce qui s’est passé", "What happened"));
    if (!plan->acts && !plan->acts_denied) fprintf(p->out, "  %s\n", say(p, "pas établi", "not established"));
    for (unsigned a = 0; a < VG_ACTS; a++) {
        const char *from = plan->acts_person >> a & 1 ? say(p, "une personne", "a person") : plan->acts_reason >> a & 1 ? say(p, "motif de la décision", "reason of the decision")
                           : plan->acts_evidence >> a & 1 ? say(p, "indices", "evidence") : say(p, "va avec les images", "goes with the images");
        if (plan->acts_denied >> a & 1) from = say(p, "écarté par une personne", "ruled out by a person");
        else if (!(plan->acts >> a & 1)) continue;
        fprintf(p->out, "  %s (%s)\n", acts[a][p->lang], from);
    }
}

static void print_plan(const printer *p, const char *name, const vg_case_route *r)
{
    fprintf(p->out, "%s\n", name);
    if (r->plan.urgent)
        fprintf(p->out, "\n%s\n", say(p, "Un enfant est peut-être en danger maintenant : le téléphone d’abord.", "A child may be in danger now: telephone first."));
    print_facts(p, r);
    print_acts(p, &r->plan);
    print_stops(p, &r->plan);
    print_laws(p, &r->plan);
    fprintf(p->out, "\n%s\n", say(p, "Ce qui n’est pas connu", "What is not known"));
    for (size_t i = 0; i < r->plan.unknown_count; i++) line(p, "  ", r->plan.unknowns[i].say[p->lang]);
}

static int print_json(const char *name, const vg_law_book *book, const vg_policy *policy, const vg_case *c, const vg_case_route *r, vg_error *err)
{
    vg_buf out;
    vg_buf_init(&out, (size_t)64 << 20);
    vg_buf_printf(&out, "{\"case\":\"%s\",\"book\":\"%016llx\"", name, (unsigned long long)book->version);
    vg_route_write_plan(&out, book, policy ? policy->report : NULL, c->space, r->facts, r->fact_count, &r->plan);
    vg_buf_add_char(&out, '}');
    int rc = out.failed ? vg_fail(err, VG_ENOMEM, "", "no memory for a route") : 0;
    if (!rc) printf("%s\n", out.ptr);
    vg_buf_free(&out);
    return rc;
}

/* A copy of an item with a known answer is nobody's case to route. */
static int find_case(vg_installation *in, const char *name, vg_case *c, vg_error *err)
{
    int64_t id = vg_case_id_of(vg_str_of(name));
    int rc = id > 0 ? vg_store_case_get(in->store, id, in->arena, c, err) : -VG_ENOENT;
    if (rc == -VG_ENOENT || (!rc && c->shadow)) return vg_fail(err, VG_ENOENT, name, "there is no such case; expected a name such as c-000123");
    return rc;
}

static int route(vg_installation *in, const vg_args *args, const vg_policy_set *set, vg_lang lang, vg_error *err)
{
    vg_case c;
    vg_case_route r;
    vg_geo *geo = NULL;
    int rc = find_case(in, args->word[0], &c, err);
    if (rc) return rc;
    const vg_policy *policy = vg_policy_set_find(set, c.space, NULL);
    const char *file = args->text[VG_OPT_GEO] ? args->text[VG_OPT_GEO] : policy && policy->report ? policy->report->geo_file : NULL;
    const vg_law_book *book = vg_policy_set_book(set);
    if (file) rc = vg_geo_open(&geo, file, err);
    const vg_case_route_ask ask = {.c = &c, .report = policy ? policy->report : NULL, .book = book, .geo = geo};
    if (!rc) rc = vg_case_route_make(in->store, &ask, in->arena, &r, err);
    if (!rc) rc = vg_store_route_shown(in->store, c.id, vg_str_of(in->by), vg_time_now(), err);
    if (!rc && vg_arg_is(args, VG_OPT_JSON)) rc = print_json(args->word[0], book, policy, &c, &r, err);
    else if (!rc) print_plan(&(printer){.out = stdout, .lang = lang, .book = book}, args->word[0], &r);
    vg_geo_close(&geo);
    return rc;
}

int vg_cmd_route(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    vg_installation in = {0};
    vg_policy_set *set = NULL;
    vg_lang lang;
    int usage = vg_arg_lang(args, "route", &lang);
    if (usage) return usage;
    int rc = vg_policy_set_load(&set, vg_cli_policy(args), &err);
    if (!rc) rc = vg_installation_open(&in, args, false, &err);
    if (!rc) rc = route(&in, args, set, lang, &err);
    vg_installation_close(&in);
    if (set) vg_policy_set_unref(&set);
    return rc ? vg_cli_fail(&err) : 0;
}
