/* SPDX-License-Identifier: Apache-2.0
 *
 * The eleven sheets, their columns, and what goes into them. Names of sheets and columns are those of the regulation's template,
 * blanks included: who puts reports together compares them. */
#include "net/routes/dsa_int.h"

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
static void begin_row(const vg_dsa *d, vg_sheet *s, bool period)
{
    vg_sheet_row(s);
    vg_sheet_empty(s, 1);
    vg_sheet_text(s, d->period.space.len ? d->period.space : VG_STR("all spaces"));
    if (period) vg_sheet_text(s, vg_str_of(d->reporting));
}

static void begin_category(const vg_dsa *d, vg_sheet *s, size_t row)
{
    begin_row(d, s, true);
    vg_sheet_text(s, vg_str_of(categories[row].name));
    vg_sheet_text(s, vg_str_of(row + 1 == COUNT(categories) ? other : ""));
}

static void identification(const vg_dsa *d, vg_sheet *s)
{
    static const char *const headers[] = {"Applicability", "Service", "Indicator", "Value"};
    static const char *const unknown[] = {"Name of the service provider", "Date of the publication of the report",
                                          "Date of the publication of the latest previous report"};
    vg_sheet_begin(s, vg_dsa_sheet_names[0], headers, COUNT(headers));
    for (size_t i = 0; i < COUNT(unknown); i++) {
        begin_row(d, s, false);
        vg_sheet_text(s, vg_str_of(unknown[i]));
        vg_sheet_row_end(s);
    }
    begin_row(d, s, false);
    vg_sheet_text(s, VG_STR("Starting date of reporting period"));
    vg_sheet_text(s, vg_str_of(d->period.from));
    vg_sheet_row_end(s);
    begin_row(d, s, false);
    vg_sheet_text(s, VG_STR("Ending date of reporting period"));
    vg_sheet_text(s, vg_str_of(d->period.last));
    vg_sheet_row_end(s);
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

static void begin_indicator(const vg_dsa *d, vg_sheet *s, const char *section, const char *indicator, const char *scope)
{
    begin_row(d, s, true);
    vg_sheet_text(s, vg_str_of(section));
    vg_sheet_text(s, vg_str_of(indicator));
    vg_sheet_text(s, vg_str_of(scope));
}

static void appeals(const vg_dsa *d, vg_sheet *s)
{
    static const char *const scopes[] = {"Total number", "Decisions upheld", "Decisions partially reversed", "Decisions reversed", "Median time", "Decision omitted"};
    static const char *const outside[] = {"Total number", "Decisions upheld", "Decisions partially reversed", "Decisions reversed", "Median time",
                                          "Decision omitted", "Percentage of outcomes implemented"};
    vg_sheet_begin(s, vg_dsa_sheet_names[6], indicator_headers, COUNT(indicator_headers));
    const int64_t counted[] = {d->appeals, d->upheld, 0, d->overturned, 0, d->appeals - d->upheld - d->overturned};
    for (size_t i = 0; i < COUNT(scopes); i++) {
        begin_indicator(d, s, "Appeals", "Number of complaints submitted to the internal complaint-handling system", scopes[i]);
        if (i == 4) hours(s, &d->appeal_took);
        else vg_sheet_number(s, counted[i]);
        vg_sheet_row_end(s);
    }
    for (size_t i = 0; i < COUNT(outside); i++) {
        begin_indicator(d, s, "Appeals", "Number of disputes submitted to out-of-court dispute settlement bodies", outside[i]);
        vg_sheet_row_end(s);
    }
    vg_sheet_end(s);
}

static void automated(const vg_dsa *d, vg_sheet *s)
{
    vg_dsa_row all = sum_of(d, 0);
    int64_t decided = all.decided[0], dismissed = all.dismissed[0];
    vg_sheet_begin(s, vg_dsa_sheet_names[7], indicator_headers, COUNT(indicator_headers));
    begin_indicator(d, s, "Automated means", "Number of items moderated by solely automated means", "Total number");
    vg_sheet_number(s, 0);
    vg_sheet_text(s, VG_STR("No account is restricted without a person's decision; what is held back waits for one."));
    vg_sheet_row_end(s);
    begin_indicator(d, s, "Automated means", "Indicators of the accuracy of the automated means", "Total number");
    vg_sheet_share(s, decided - dismissed, decided);
    vg_sheet_text(s, VG_STR("Of the cases that Vigie opened by itself and a person decided: the share that was not dismissed."));
    vg_sheet_row_end(s);
    begin_indicator(d, s, "Automated means", "Indicators of the possible rate of error of the automated means", "Total number");
    vg_sheet_share(s, dismissed, decided);
    vg_sheet_text(s, VG_STR("The share that was dismissed. What nobody was shown is not in it."));
    vg_sheet_row_end(s);
    vg_sheet_end(s);
}

/* Sheets that only a provider can fill: headers and one empty row for each indicator, so that nothing is forgotten. */
static void people(const vg_dsa *d, vg_sheet *s)
{
    static const char *const indicators[] = {"Number of human resources dedicated to content moderation", "Number of human resources by official language of the Union",
                                             "Qualifications of the human resources", "Training and support given to the human resources"};
    vg_sheet_begin(s, vg_dsa_sheet_names[8], indicator_headers, COUNT(indicator_headers));
    for (size_t i = 0; i < COUNT(indicators); i++) {
        begin_indicator(d, s, "Human resources", indicators[i], "");
        vg_sheet_row_end(s);
    }
    vg_sheet_end(s);
    vg_sheet_begin(s, vg_dsa_sheet_names[9], indicator_headers, COUNT(indicator_headers));
    begin_indicator(d, s, "AMAR", "Average monthly active recipients of the service, by Member State", "");
    vg_sheet_row_end(s);
    vg_sheet_end(s);
}

static void qualitative(const vg_dsa *d, vg_sheet *s)
{
    static const char *const headers[] = {"Applicability", "Service", "Reporting period", "Indicator", "Value"};
    static const char *const rows[][2] = {
        {"Qualitative description of the automated means",
         "Messages, contacts and media are assessed by expressions, hashes and rules that the space's policy names. They raise cases; known material and what reaches the "
         "policy's threshold is held back until a person decides."},
        {"Safeguards applied to the use of automated means",
         "Every decision about an account is a person's, who is certified for the category. Decisions of some categories need a second person. Items with a known answer "
         "and second looks measure how well people decide. Every verdict is explained, and can be repeated from the same events."},
        {"Summary of the content moderation engaged in at the provider's own initiative", ""},
        {"Qualitative description of the training and assistance given to persons in charge of content moderation", ""},
    };
    vg_sheet_begin(s, vg_dsa_sheet_names[10], headers, COUNT(headers));
    for (size_t i = 0; i < COUNT(rows); i++) {
        begin_row(d, s, true);
        vg_sheet_text(s, vg_str_of(rows[i][0]));
        if (rows[i][1][0]) vg_sheet_text(s, vg_str_of(rows[i][1]));
        vg_sheet_row_end(s);
    }
    vg_sheet_end(s);
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
    people(d, s);
    qualitative(d, s);
}

void vg_dsa_write_unknown(vg_buf *out)
{
    static const struct {
        const char *sheet, *text[VG_LANGS];
    } unknown[] = {
        {"1_report_identification", {"Nom du fournisseur et dates de publication.", "Name of the provider and dates of publication."}},
        {"3_member_states_orders", {"Les injonctions qui n’ont pas été enregistrées dans Vigie.", "Orders of authorities that were not taken in by Vigie."}},
        {"5_own_initiative_illegal",
         {"Sans fondement juridique dans l’exposé des motifs, une mesure est comptée au titre des conditions générales (feuille 6).",
          "Without a legal ground in its statement of reasons, a measure is counted under the terms and conditions (sheet 6)."}},
        {"7_appeals_and_recidivism", {"Les litiges devant un organe extrajudiciaire.", "Disputes before an out-of-court body."}},
        {"9_human_resources", {"Qualifications du personnel.", "Qualifications of the staff."}},
        {"10_AMAR", {"Nombre de destinataires actifs.", "Number of active recipients."}},
    };
    for (size_t i = 0; i < COUNT(unknown); i++) {
        vg_buf_printf(out, "%s{\"sheet\":\"%s\",\"why\":", i ? "," : "", unknown[i].sheet);
        vg_json_both(out, unknown[i].text);
        vg_buf_add_char(out, '}');
    }
}
