/* SPDX-License-Identifier: Apache-2.0
 *
 * The eleven sheets, their columns, and what goes into them. Names of sheets and columns are those of the regulation's template,
 * blanks included: who puts reports together compares them. */
#include "net/routes/dsa_int.h"

#include <stdio.h>

#include "base/time.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const char *const vg_dsa_sheet_names[VG_DSA_SHEETS] = {"1_report_identification",  "2_categories_names", "3_member_states_orders", "4_notices",
                                          "5_own_initiative_illegal", "6_own_initiative_TC", "7_appeals_and_recidivism", "8_automated_means",
                                          "9_human_resources",        "10_AMAR",            "11_qualitative"};

bool vg_dsa_sheet_known(vg_str name)
{
    for (size_t i = 0; i < VG_DSA_SHEETS; i++)
        if (vg_str_is(name, vg_dsa_sheet_names[i])) return true;
    return false;
}

static const struct {
    const char *label, *name, *description;
} categories[] = {
    {"Category 9", "STATEMENT_CATEGORY_PROTECTION_OF_MINORS", "Protection of minors"},
    {"Category 9a", "KEYWORD_AGE_SPECIFIC_RESTRICTIONS_MINORS", "Age-specific restrictions concerning minors"},
    {"Category 9b", "KEYWORD_CHILD_SEXUAL_ABUSE_MATERIAL", "Child sexual abuse material"},
    {"Category 9c", "KEYWORD_CHILD_SEXUAL_ABUSE_MATERIAL_DEEPFAKE", "Child sexual abuse material containing deepfake or similar technology"},
    {"Category 9d", "KEYWORD_GROOMING_SEXUAL_ENTICEMENT_MINORS", "Grooming/sexual enticement of minors"},
    {"Category 9e", "KEYWORD_UNSAFE_CHALLENGES", "Unsafe challenges"},
    {"Category 9f", "KEYWORD_OTHER", "Other"},
};
static const char other[] = "Threats and blackmail; live sessions and payments; reports by users without other evidence";

/* Row 0 is all of category 9, the others are its sub-categories. */
static vg_dsa_row sum_of(const vg_dsa *d, size_t row)
{
    vg_dsa_row sum = {.decided = {0}};
    for (size_t c = 0; c < VG_DSA_ROWS; c++) {
        const vg_dsa_row *one = &d->row[c];
        if (row && c != row - 1) continue;
        for (int n = 0; n < 2; n++) {
            sum.decided[n] += one->decided[n], sum.dismissed[n] += one->dismissed[n];
            sum.notices[n] += one->notices[n], sum.actions[n] += one->actions[n];
            for (int law = 0; law < 2; law++)
                for (int a = 0; a < VG_ACTIONS; a++) sum.measures[n][law][a] += one->measures[n][law][a];
        }
    }
    for (int n = 0; n < 2; n++) sum.took[n] = row ? d->row[row - 1].took[n] : d->took_all[n];
    return sum;
}

static int64_t measures(const vg_dsa_row *row, int noticed, int law)
{
    int64_t sum = 0;
    for (int a = 0; a < VG_ACTIONS; a++) sum += row->measures[noticed][law][a];
    return sum;
}

/* Applicability is for whoever signs; service: the spaces asked for. */
static void begin_row(const vg_dsa *d, vg_sheet *s)
{
    vg_sheet_row(s);
    vg_sheet_empty(s, 1);
    vg_sheet_text(s, d->period.space.len ? d->period.space : VG_STR("all spaces"));
    vg_sheet_text(s, vg_str_of(d->reporting));
}

static void begin_category(const vg_dsa *d, vg_sheet *s, size_t row)
{
    begin_row(d, s);
    vg_sheet_text(s, vg_str_of(categories[row].name));
    vg_sheet_text(s, vg_str_of(row + 1 == COUNT(categories) ? other : ""));
}

static void identify(const vg_dsa *d, vg_sheet *s, const char *indicator, const char *value)
{
    vg_sheet_row(s);
    vg_sheet_text(s, VG_STR("All"));
    vg_sheet_text(s, d->period.space.len ? d->period.space : VG_STR("all spaces"));
    vg_sheet_text(s, vg_str_of(indicator));
    if (value) vg_sheet_text(s, vg_str_of(value));
    vg_sheet_row_end(s);
}

static void identification(const vg_dsa *d, vg_sheet *s)
{
    static const char *const headers[] = {"Applicability", "Service", "Indicator", "Value"};
    vg_sheet_begin(s, vg_dsa_sheet_names[0], headers, COUNT(headers));
    identify(d, s, "Name of the service provider", d->provider);
    identify(d, s, "Date of the publication of the report", d->has_stated ? d->stated.published : NULL);
    identify(d, s, "Date of the publication of the latest previous report", d->has_stated ? d->stated.previous : NULL);
    identify(d, s, "Starting date of reporting period", d->period.from);
    identify(d, s, "Ending date of reporting period", d->period.last);
    vg_sheet_end(s);
}

static void names(vg_sheet *s)
{
    static const char *const headers[] = {"Category label", "Category description",
                                          "Category of illegal content / incompatible with the terms and conditions", "Contextual information"};
    vg_sheet_begin(s, vg_dsa_sheet_names[1], headers, COUNT(headers));
    for (size_t i = 0; i < COUNT(categories); i++) {
        vg_sheet_row(s);
        vg_sheet_text(s, vg_str_of(categories[i].label));
        vg_sheet_text(s, vg_str_of(categories[i].description));
        vg_sheet_text(s, vg_str_of(categories[i].name));
        vg_sheet_text(s, vg_str_of(i + 1 == COUNT(categories) ? other : ""));
        vg_sheet_row_end(s);
    }
    vg_sheet_end(s);
}

static void hours(vg_sheet *s, const vg_dsa_times *times)
{
    if (times->count) vg_sheet_number(s, (vg_figures_quantile(times->took, times->count, 500) + VG_HOUR_MS / 2) / VG_HOUR_MS);
    else vg_sheet_empty(s, 1);
}

/* Orders that were taken in. Where there was none, nothing says that authorities do not write elsewhere, and nothing is put for it. */
static void orders(const vg_dsa *d, vg_sheet *s)
{
    static const char *const headers[] = {"Applicability", "Service", "Reporting period", "Category of illegal content", "Description of the sub-category \"Other\"", "Scope",
        "Number of orders to act against illegal content received",
        "Number of specific items of information included in the total number of orders to act against illegal content",
        "Median time to inform the authority of the receipt of the order to act against illegal content",
        "Median time to give effect to the order to act against illegal content", "Number of orders to provide information",
        "Median time to inform the authority of the receipt of the order to provide information",
        "Median time to give effect to the order to provide information"};
    vg_sheet_begin(s, vg_dsa_sheet_names[2], headers, COUNT(headers));
    for (size_t i = 0; i < COUNT(categories); i++) {
        const vg_dsa_orders *o = &d->orders[i];
        begin_category(d, s, i);
        for (int kind = 0; kind < VG_DEMAND_KINDS; kind++) {
            bool any = d->orders[0].count[kind] > 0, remove = kind == VG_DEMAND_REMOVE;
            if (remove) vg_sheet_text(s, VG_STR("Total number"));
            if (!any) {
                vg_sheet_empty(s, remove ? 4 : 3);
                continue;
            }
            vg_sheet_number(s, o->count[kind]);
            if (remove) vg_sheet_number(s, o->items);
            hours(s, &o->told[kind]);
            hours(s, &o->done[kind]);
        }
        vg_sheet_row_end(s);
    }
    vg_sheet_end(s);
}

static void notices(const vg_dsa *d, vg_sheet *s)
{
    static const char *const headers[] = {"Applicability", "Service", "Reporting period", "Category of illegal content", "Description of the sub-category \"Other\"",
        "Number of notices received ", "Number of notices received from Trusted flaggers",
        "Number of specific items of information included in the total number of notices",
        "Number of specific items of information included in the total number of notices by Trusted Flaggers (Trusted Flagger notices)",
        "Median time to take action", "Median time to take action (Trusted Flagger notices)",
        "Number of actions taken on the basis of the law", "Number of actions taken on the basis of the law (Trusted Flagger notices)",
        "Number of actions taken on the basis of the terms and conditions of the service",
        "Number of actions taken on the basis of the terms and conditions of the service (Trusted Flagger notices)", "Contextual information"};
    vg_sheet_begin(s, vg_dsa_sheet_names[3], headers, COUNT(headers));
    for (size_t i = 0; i < COUNT(categories); i++) {
        vg_dsa_row row = sum_of(d, i);
        begin_category(d, s, i);
        vg_sheet_number(s, row.notices[0]);
        vg_sheet_number(s, row.notices[1]);
        vg_sheet_empty(s, 2);
        hours(s, &row.took[0]);
        hours(s, &row.took[1]);
        vg_sheet_number(s, measures(&row, 1, 1));
        vg_sheet_empty(s, 1);
        vg_sheet_number(s, measures(&row, 1, 0));
        vg_sheet_empty(s, 1);
        vg_sheet_text(s, VG_STR("Notices received in the period; actions are decisions of the period on cases with a notice. Several notices about an account are one case."));
        vg_sheet_row_end(s);
    }
    vg_sheet_end(s);
}

static const char *const own_headers[] = {"Applicability", "Service", "Reporting period", "Category of illegal content", "Description of the sub-category \"Other\"",
    "Number of measures taken at the provider's own initiative ", "Number of measures taken after detection with solely automated means ",
    "Visibility restriction Removal", "Visibility restriction Disable", "Visibility restriction Demoted", "Visibility restriction Age restricted",
    "Visibility restriction Interaction restricted", "Visibility restriction Labelled ", "Visibility restriction Other", "Monetary restriction Suspension",
    "Monetary restriction Termination", "Monetary restriction Other", "Provision of the service Suspension", "Provision of the service Termination",
    "Account restriction Suspension", "Account restriction Termination", "Contextual information"};

static void own_initiative(const vg_dsa *d, vg_sheet *s, bool illegal)
{
    const char *headers[COUNT(own_headers)];
    for (size_t i = 0; i < COUNT(own_headers); i++) headers[i] = own_headers[i];
    if (!illegal) headers[3] = "Category of incompatibility with the provider's terms and conditions";
    vg_sheet_begin(s, vg_dsa_sheet_names[illegal ? 4 : 5], headers, COUNT(headers));
    for (size_t i = 0; i < COUNT(categories); i++) {
        vg_dsa_row row = sum_of(d, i);
        const int64_t *by = row.measures[0][illegal];
        begin_category(d, s, i);
        vg_sheet_number(s, measures(&row, 0, illegal));
        vg_sheet_number(s, measures(&row, 0, illegal)); /* Vigie found all of them; a person decided each */
        vg_sheet_empty(s, 4);
        vg_sheet_number(s, by[VG_ACTION_MUTE] + by[VG_ACTION_RESTRICT]);
        vg_sheet_empty(s, 1);
        vg_sheet_number(s, by[VG_ACTION_WARN]);
        vg_sheet_empty(s, 5);
        vg_sheet_number(s, by[VG_ACTION_SUSPEND]);
        vg_sheet_empty(s, 1);
        vg_sheet_text(s, VG_STR("Found by automated means, decided by a person. Interaction restricted: muted, or no contact with minors; other: a warning."));
        vg_sheet_row_end(s);
    }
    vg_sheet_end(s);
}

static const char *const indicator_headers[] = {"Applicability", "Service", "Reporting period", "Section", "Indicator", "Scope", "Value", "Contextual Information"};

static void begin_indicator(const vg_dsa *d, vg_sheet *s, const char *applies, const char *section, const char *indicator, const char *scope)
{
    vg_sheet_row(s);
    vg_sheet_text(s, vg_str_of(applies));
    vg_sheet_text(s, d->period.space.len ? d->period.space : VG_STR("all spaces"));
    vg_sheet_text(s, vg_str_of(d->reporting));
    vg_sheet_text(s, vg_str_of(section));
    vg_sheet_text(s, vg_str_of(indicator));
    vg_sheet_text(s, vg_str_of(scope));
}

/* Which providers a row is for, in the template's words. */
static const char all[] = "All", platforms[] = "Only for providers of online platforms", hosting[] = "Only for providers of hosting services, including online platforms", very_large[] = "Only for VLOPs";

static const char *const outcomes[] = {"Total number", "Decisions upheld", "Decisions partially reversed", "Decisions reversed", "Median time", "Decision omitted", "Percentage of outcomes implemented"};
static const char complaints_section[] = "Internal complaints mechanism";

/* The five outcomes of complaints against one kind of decision; NULL: nobody knows. */
static void complaints_of(const vg_dsa *d, vg_sheet *s, const char *indicator, const vg_dsa_complaints *of)
{
    for (size_t i = 0; i < 5; i++) {
        const int64_t counted[] = {of ? of->count : 0, of ? of->upheld : 0, 0, of ? of->overturned : 0};
        begin_indicator(d, s, platforms, complaints_section, indicator, outcomes[i]);
        if (of && i == 4) hours(s, &of->took);
        else if (of) vg_sheet_number(s, counted[i]);
        vg_sheet_row_end(s);
    }
}

static void appeals(const vg_dsa *d, vg_sheet *s)
{
    const vg_dsa_complaints everything = {d->appeals, d->upheld, d->overturned, d->appeal_took}, none = {.count = 0};
    static const char indicator[] = "Number of complaints submitted to the internal-complaints mechanism", suspensions[] = "Suspensions imposed on repeated offenders";
    vg_sheet_begin(s, vg_dsa_sheet_names[6], indicator_headers, COUNT(indicator_headers));
    complaints_of(d, s, indicator, &everything);
    begin_indicator(d, s, platforms, complaints_section, indicator, "Decision omitted");
    vg_sheet_number(s, d->appeals - d->upheld - d->overturned);
    vg_sheet_text(s, VG_STR("Not answered yet when this was made."));
    vg_sheet_row_end(s);
    begin_indicator(d, s, platforms, complaints_section, "Number of restrictions newly imposed as a result of an internal complaint", "Total number");
    vg_sheet_number(s, 0);
    vg_sheet_text(s, VG_STR("A complaint can lift a restriction; it never brings one."));
    vg_sheet_row_end(s);
    complaints_of(d, s, "Complaint regarding a decision to remove or disable access to or restrict visibility of information", &d->complaints[VG_DSA_OF_VISIBILITY]);
    complaints_of(d, s, "Complaint regarding a decision to suspend or terminate the provision of the service", &none);
    complaints_of(d, s, "Complaint regarding a decision to suspend or terminate an account ", &d->complaints[VG_DSA_OF_ACCOUNT]);
    complaints_of(d, s, "Complaint regarding a decision to restrict the ability to monetise information", NULL);
    complaints_of(d, s, "Complaint regarding a decision not to take action on a notice submitted in accordance with Article 16", NULL);
    complaints_of(d, s, "Complaint regarding a decision not to take action on a notice submitted by a Trusted Flagger in accordance with Article 16", NULL);
    for (size_t i = 0; i < COUNT(outcomes); i++) {
        begin_indicator(d, s, platforms, "Out-of-court dispute settlement bodies", "Number of disputes submitted to out-of-court dispute settlement bodies", outcomes[i]);
        vg_sheet_row_end(s);
    }
    begin_indicator(d, s, platforms, suspensions, "Number of suspensions enacted for the provision of manifestly illegal content ", "Total number");
    vg_sheet_row_end(s);
    begin_indicator(d, s, platforms, suspensions, "Number of suspensions enacted for the provision of manifestly unfounded notices", "Total number");
    vg_sheet_number(s, d->known.suspended_notifiers);
    vg_sheet_text(s, VG_STR("Without those that were lifted."));
    vg_sheet_row_end(s);
    begin_indicator(d, s, platforms, suspensions, "Number of suspensions enacted for the provision of manifestly unfounded complaints", "Total number");
    vg_sheet_row_end(s);
    vg_sheet_end(s);
}

static const char automated_section[] = "Use of automated means for content moderation";

static void accuracy(const vg_dsa *d, vg_sheet *s, const char *applies, const char *scope, int64_t right, int64_t of)
{
    begin_indicator(d, s, applies, automated_section, "Accuracy of the automated means - Accuracy", scope);
    vg_sheet_row_end(s);
    begin_indicator(d, s, applies, automated_section, "Accuracy of the automated means - Precision", scope);
    vg_sheet_share(s, right, of);
    if (of) vg_sheet_text(s, VG_STR("Of the cases that automated means raised by themselves and a person decided: the share that was not dismissed."));
    vg_sheet_row_end(s);
    begin_indicator(d, s, applies, automated_section, "Accuracy of the automated means - Recall", scope);
    vg_sheet_empty(s, 1);
    vg_sheet_text(s, VG_STR("What nobody was shown is not known."));
    vg_sheet_row_end(s);
}

static void automated_rows(const vg_dsa *d, vg_sheet *s, const char *applies, const char *what, const char *scope, int64_t by_people, int64_t right, int64_t of)
{
    char solely[80], not_solely[80];
    bool notices_of = what[0] == 'n';
    snprintf(solely, sizeof solely, "Number of %s solely %s by automated means ", what, notices_of ? "processed" : "taken");
    snprintf(not_solely, sizeof not_solely, "Number of %s not %s by automated means", what, notices_of ? "processed" : "taken");
    begin_indicator(d, s, applies, automated_section, solely, scope);
    vg_sheet_number(s, 0);
    vg_sheet_text(s, VG_STR("No account is restricted, and no notice answered, without a person's decision; what is held back waits for one."));
    vg_sheet_row_end(s);
    begin_indicator(d, s, applies, automated_section, not_solely, scope);
    vg_sheet_number(s, by_people);
    vg_sheet_row_end(s);
    accuracy(d, s, applies, scope, right, of);
}

static void automated(const vg_dsa *d, vg_sheet *s)
{
    vg_dsa_row sum = sum_of(d, 0);
    int64_t decided = sum.decided[0], right = decided - sum.dismissed[0], own = measures(&sum, 0, 0) + measures(&sum, 0, 1);
    vg_sheet_begin(s, vg_dsa_sheet_names[7], indicator_headers, COUNT(indicator_headers));
    automated_rows(d, s, all, "measures", "Total number", own + measures(&sum, 1, 0) + measures(&sum, 1, 1), right, decided);
    automated_rows(d, s, all, "measures", "Own-initiative ", own, right, decided);
    automated_rows(d, s, hosting, "notices", "NAM Total", (int64_t)d->took_all[0].count, 0, 0);
    automated_rows(d, s, platforms, "notices", "NAM Trusted Flagger", (int64_t)d->took_all[1].count, 0, 0);
    vg_sheet_end(s);
}

/* ---- in words ---- */

static void say(const vg_dsa *d, vg_sheet *s, const char *applies, const char *indicator, vg_str value)
{
    vg_sheet_row(s);
    vg_sheet_text(s, vg_str_of(applies));
    vg_sheet_text(s, d->period.space.len ? d->period.space : VG_STR("all spaces"));
    vg_sheet_text(s, vg_str_of(d->reporting));
    vg_sheet_text(s, vg_str_of(indicator));
    if (value.len) vg_sheet_text(s, value);
    vg_sheet_row_end(s);
}

static vg_str stated_text(const vg_dsa *d, vg_stated_text which)
{
    return d->has_stated && d->stated.text[which] ? vg_str_of(d->stated.text[which]) : (vg_str){"", 0};
}

static void qualitative(const vg_dsa *d, vg_sheet *s)
{
    static const char *const headers[] = {"Applicability", "Service", "Reporting period", "Indicator", "Value"};
    vg_dsa_row sum = sum_of(d, 0);
    vg_buf sure, training;
    vg_buf_init(&sure, 16 << 10);
    vg_buf_init(&training, 16 << 10);
    vg_dsa_accuracy(d, sum.decided[0], sum.dismissed[0], &sure);
    vg_dsa_training(d, &training);
    if (sure.failed || training.failed) s->out->failed = true;
    vg_sheet_begin(s, vg_dsa_sheet_names[10], headers, COUNT(headers));
    say(d, s, all, "Summary of the content moderation engaged in at the providers\xe2\x80\x99 own initiative", stated_text(d, VG_STATED_SUMMARY));
    say(d, s, all, "Meaningful and comprehensible information regarding content moderation engaged in at the providers' own initiative", stated_text(d, VG_STATED_INFORMATION));
    say(d, s, all, "Qualitative description of the automated means",
        VG_STR("Messages, contacts and media are assessed by expressions, hashes and rules that the space's policy names. They raise cases; known material and what reaches the "
               "policy's threshold is held back until a person decides."));
    say(d, s, all, "Qualitative description of indicators of accuracy and possible rate of error of automated means", (vg_str){sure.ptr ? sure.ptr : "", sure.len});
    say(d, s, all, "Specification of the precise purposes to apply automated means",
        VG_STR("To draw a person's attention to what may endanger a minor: grooming, threats and blackmail, paid live sessions, known material of child sexual abuse."));
    say(d, s, all, "Safeguards applied to the use of automated means",
        VG_STR("Every decision about an account is a person's, who is certified for the category where the policy asks for it. Decisions of some categories need a second person. Items with "
               "a known answer and second looks measure how well people decide. Every verdict is explained, and can be repeated from the same events."));
    say(d, s, very_large, "High-level description of the content moderation governance structure", stated_text(d, VG_STATED_GOVERNANCE));
    say(d, s, very_large, "Qualifications of the human resources dedicated to content moderation", stated_text(d, VG_STATED_QUALIFICATIONS));
    say(d, s, very_large, "Training given to human resources dedicated to content moderation", (vg_str){training.ptr ? training.ptr : "", training.len});
    say(d, s, very_large, "Support given to human resources dedicated to content moderation ", stated_text(d, VG_STATED_SUPPORT));
    say(d, s, very_large, "Methodology used to compute the number of human resources dedicated to content moderation  ", stated_text(d, VG_STATED_METHOD));
    vg_sheet_end(s);
    vg_buf_free(&sure);
    vg_buf_free(&training);
}

void vg_dsa_write(const vg_dsa *d, vg_sheet *s)
{
    identification(d, s);
    names(s);
    orders(d, s);
    notices(d, s);
    own_initiative(d, s, true);
    own_initiative(d, s, false);
    appeals(d, s);
    automated(d, s);
    vg_dsa_human_resources(d, s);
    vg_dsa_recipients(d, s);
    qualitative(d, s);
}

void vg_dsa_write_unknown(const vg_dsa *d, vg_buf *out)
{
    const struct {
        bool open;
        const char *sheet, *text[VG_LANGS];
    } unknown[] = {
        {!d->provider || !d->has_stated || !d->stated.published, "1_report_identification", {"Nom du fournisseur ou dates de publication.", "Name of the provider, or dates of publication."}},
        {true, "3_member_states_orders", {"Les injonctions qui n’ont pas été enregistrées dans Vigie.", "Orders of authorities that were not taken in by Vigie."}},
        {true, "5_own_initiative_illegal",
         {"Sans fondement juridique dans l’exposé des motifs, une mesure est comptée au titre des conditions générales (feuille 6).",
          "Without a legal ground in its statement of reasons, a measure is counted under the terms and conditions (sheet 6)."}},
        {true, "7_appeals_and_recidivism",
         {"Les litiges devant un organe extrajudiciaire, les réclamations d’auteurs de notifications et les suspensions décidées hors de Vigie.",
          "Disputes before an out-of-court body, complaints of notifiers, and suspensions that were not decided in Vigie."}},
        {true, "8_automated_means", {"L’exactitude et le rappel\u00a0: ce que personne n’a vu n’est pas connu.", "Accuracy and recall: what nobody was shown is not known."}},
        {!d->has_stated || !d->stated.has_internal || !d->stated.has_external, "9_human_resources",
         {"Les modérateurs employés et sous contrat, pour cette période.", "Moderators employed and under contract, for this period."}},
        {!d->has_stated || !d->stated.recipient_count, "10_AMAR", {"Nombre de destinataires actifs, pour cette période.", "Number of active recipients, for this period."}},
        {d->stated_otherwise && !d->has_stated, "10_AMAR",
         {"La politique donne des chiffres pour une autre période, ou pour plusieurs espaces\u00a0: ils ne sont pas repris.",
          "The policy states figures for another period, or for several spaces: they are not taken over."}},
        {!d->has_stated || !d->stated.text[VG_STATED_SUMMARY], "11_qualitative", {"Ce que le fournisseur dit de lui-même.", "What the provider says of themselves."}},
    };
    bool first = true;
    for (size_t i = 0; i < COUNT(unknown); i++) {
        if (!unknown[i].open) continue;
        vg_buf_printf(out, "%s{\"sheet\":\"%s\",\"why\":", first ? "" : ",", unknown[i].sheet);
        vg_json_both(out, unknown[i].text);
        vg_buf_add_char(out, '}');
        first = false;
    }
}
