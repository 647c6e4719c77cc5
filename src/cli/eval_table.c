/* SPDX-License-Identifier: Apache-2.0
 *
 * What `vigie eval` found out, as tables for a person.
 */
#include "cli/eval.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

typedef enum { AS_SHARE, AS_SCORE, AS_COUNT } number_form;

typedef struct line_of {
    vg_figure_id id;
    number_form form;
    const char *name[VG_LANGS];
} line_of;

static const line_of talk_lines[] = {
    {VG_FIGURE_PRECISION, AS_SHARE, {"précision, dans ce corpus", "precision, in this corpus"}},
    {VG_FIGURE_PRECISION_RARE, AS_SHARE, {"précision, où le risque est rare", "precision, where risk is rare"}},
    {VG_FIGURE_RECALL, AS_SHARE, {"rappel", "recall"}},
    {VG_FIGURE_F1, AS_SCORE, {"F1", "F1"}},
    {VG_FIGURE_F05, AS_SCORE, {"F0,5", "F0.5"}},
    {VG_FIGURE_SPEED, AS_SCORE, {"rapidité", "speed"}},
    {VG_FIGURE_F_LATENCY, AS_SCORE, {"F-latence", "F-latency"}},
    {VG_FIGURE_RECALL_1, AS_SHARE, {"rappel à 1 alerte pour 10 000", "recall at 1 alert in 10,000"}},
    {VG_FIGURE_RECALL_5, AS_SHARE, {"rappel à 5 alertes pour 10 000", "recall at 5 alerts in 10,000"}},
    {VG_FIGURE_RECALL_10, AS_SHARE, {"rappel à 10 alertes pour 10 000", "recall at 10 alerts in 10,000"}},
    {VG_FIGURE_FALSE_1000, AS_COUNT, {"fausses alertes pour 1 000 innocentes", "false alarms in 1,000 innocent"}},
    {VG_FIGURE_MEDIAN_ALERT, AS_COUNT, {"messages avant l’alerte, médiane", "messages to alert, median"}},
    {VG_FIGURE_P90_ALERT, AS_COUNT, {"messages avant l’alerte, 90 %", "messages to alert, 90%"}},
    {VG_FIGURE_BEFORE, AS_SHARE, {"alertées avant la première demande", "alerted before the first request"}},
    {VG_FIGURE_BY, AS_SHARE, {"… au plus tard avec elle", "... at the latest with it"}},
    {VG_FIGURE_RIGHT_AUTHOR, AS_SHARE, {"alerte sur la bonne personne", "alert about the right person"}},
};
static const line_of author_lines[] = {
    {VG_FIGURE_PRECISION, AS_SHARE, {"précision, dans ce corpus", "precision, in this corpus"}},
    {VG_FIGURE_RECALL, AS_SHARE, {"rappel", "recall"}},
    {VG_FIGURE_F1, AS_SCORE, {"F1", "F1"}},
    {VG_FIGURE_F05, AS_SCORE, {"F0,5", "F0.5"}},
    {VG_FIGURE_FALSE_1000, AS_COUNT, {"fausses alertes pour 1 000 innocents", "false alarms in 1,000 innocent"}},
};
static const line_of group_columns[] = {
    {VG_FIGURE_PRECISION, AS_SHARE, {"précision", "precision"}},
    {VG_FIGURE_RECALL, AS_SHARE, {"rappel", "recall"}},
    {VG_FIGURE_F05, AS_SCORE, {"F0,5", "F0.5"}},
    {VG_FIGURE_F_LATENCY, AS_SCORE, {"F-latence", "F-latency"}},
    {VG_FIGURE_MEDIAN_ALERT, AS_COUNT, {"messages", "messages"}},
    {VG_FIGURE_FALSE_1000, AS_COUNT, {"fausses/1 000", "false/1,000"}},
};
enum { NAME_WIDTH = 40, VALUE_WIDTH = 10, COLUMN_WIDTH = 13 };

/* ---- cells ---- */

__attribute__((format_arg(2), format_arg(3))) static const char *pick(vg_lang lang, const char *fr, const char *en) { return lang == VG_LANG_FR ? fr : en; }

/* Columns on a screen: one for each character but its continuation bytes. */
static size_t columns_of(const char *text)
{
    size_t n = 0;
    for (; *text; text++) n += ((uint8_t)*text & 0xc0) != 0x80;
    return n;
}

static void pad(vg_buf *out, size_t used, size_t width)
{
    for (; used < width; used++) vg_buf_add_char(out, ' ');
}

static void left(vg_buf *out, const char *text, size_t width)
{
    vg_buf_add_cstr(out, text);
    pad(out, columns_of(text), width);
}

static void right(vg_buf *out, const char *text, size_t width)
{
    pad(out, columns_of(text), width);
    vg_buf_add_cstr(out, text);
}

/* "12,345" or "12 345" with a narrow no-break space. */
static const char *whole(uint64_t n, vg_lang lang, char text[48])
{
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);
    size_t at = 0;
    for (int i = 0; i < len; i++) {
        const char *gap = i && (len - i) % 3 == 0 ? pick(lang, "\u202f", ",") : "";
        size_t n_gap = strlen(gap);
        memcpy(text + at, gap, n_gap);
        at += n_gap;
        text[at++] = digits[i];
    }
    text[at] = '\0';
    return text;
}

static const char *number(double value, number_form form, vg_lang lang, char text[48])
{
    if (isnan(value)) return "–";
    const char *percent = form == AS_SHARE ? pick(lang, "\u00a0%", "%") : "";
    double shown = form == AS_SHARE ? 100 * value : value;
    int decimals = form == AS_SCORE ? 3 : form == AS_SHARE && shown > 0 && shown < 0.1 ? 3 : 1;
    snprintf(text, 48, "%.*f%s", decimals, shown, percent);
    char *point = strchr(text, '.');
    if (point && lang == VG_LANG_FR) *point = ',';
    return text;
}

/* No false alarm was seen: what is known is how bad it may still be. */
static void add_at_least(vg_buf *out, const line_of *line, const vg_figure *figure, vg_lang lang)
{
    char text[48], shown[56];
    snprintf(shown, sizeof shown, "≥ %s", number(figure->low, line->form, lang, text));
    vg_buf_add_cstr(out, "  ");
    left(out, line->name[lang], NAME_WIDTH);
    right(out, shown, VALUE_WIDTH);
    vg_buf_add_char(out, '\n');
}

static void add_line(vg_buf *out, const line_of *line, const vg_figure *figure, vg_lang lang)
{
    char text[48];
    vg_buf_add_cstr(out, "  ");
    left(out, line->name[lang], NAME_WIDTH);
    right(out, number(figure->value, line->form, lang, text), VALUE_WIDTH);
    if (!isnan(figure->low)) {
        right(out, number(figure->low, line->form, lang, text), VALUE_WIDTH + 4);
        vg_buf_add_cstr(out, pick(lang, " à ", " to "));
        vg_buf_add_cstr(out, number(figure->high, line->form, lang, text));
    }
    vg_buf_add_char(out, '\n');
}

/* ---- tables ---- */

static void add_head(vg_buf *out, const eval_report *r, vg_lang lang)
{
    char text[4][48];
    const vg_figures *f = &r->talks;
    vg_buf_printf(out, pick(lang, "%s conversations, %s à risque et %s innocentes ; %s messages ; espace « %s ».\n",
                            "%s conversations, %s risk and %s innocent; %s messages; space \"%s\".\n"),
                  whole(f->risk + f->innocent, lang, text[0]), whole(f->risk, lang, text[1]), whole(f->innocent, lang, text[2]),
                  whole(r->run->messages, lang, text[3]), r->space);
    vg_buf_add_cstr(out, r->lexicon_only ? pick(lang, "Les mots seuls : ni conduite, ni modèle, ni règles. ", "The words alone: no conduct, no model, no rules. ")
                         : r->model      ? pick(lang, "Toute la politique, avec le modèle donné. ", "The whole policy, with the model given. ")
                                         : pick(lang, "Toute la politique. ", "The whole policy. "));
    if (r->alert.verdict != VG_VERDICT_ALLOW)
        vg_buf_printf(out, pick(lang, "Une alerte est un verdict « %s » ou plus fort.\n", "An alert is a verdict of %s or stronger.\n"),
                      vg_verdict_names[r->alert.verdict]);
    else
        vg_buf_printf(out, pick(lang, "Une alerte est un risque d’au moins %s.\n", "An alert is a risk of at least %s.\n"),
                      number(r->alert.risk / 10000.0, AS_SCORE, lang, text[0]));
    if (r->run->not_looked_at)
        vg_buf_printf(out, pick(lang, "Attention : %s messages sont dans des canaux que cette politique ne regarde pas.\n",
                                "Note: %s messages are in channels that this policy does not look at.\n"),
                      whole(r->run->not_looked_at, lang, text[0]));
    if (r->run->cut)
        vg_buf_printf(out, pick(lang, "Attention : la fin de %s messages trop longs n’a pas été vue.\n", "Note: the end of %s messages that are too long was not seen.\n"),
                      whole(r->run->cut, lang, text[0]));
}

static void add_section(vg_buf *out, const char *name, vg_lang lang)
{
    vg_buf_add_char(out, '\n');
    left(out, name, NAME_WIDTH + 2);
    right(out, pick(lang, "valeur", "value"), VALUE_WIDTH);
    right(out, pick(lang, "intervalle à 95 %", "95% interval"), VALUE_WIDTH + 12);
    vg_buf_add_char(out, '\n');
}

static void add_talks(vg_buf *out, const eval_report *r, vg_lang lang)
{
    char text[48];
    add_section(out, pick(lang, "Conversations", "Conversations"), lang);
    for (size_t i = 0; i < sizeof talk_lines / sizeof talk_lines[0]; i++) {
        const vg_figure *figure = &r->talks.figure[talk_lines[i].id];
        bool at_least = talk_lines[i].id == VG_FIGURE_PRECISION_RARE && !r->talks.false_alarms && !isnan(figure->low);
        if (at_least) add_at_least(out, &talk_lines[i], figure, lang);
        else add_line(out, &talk_lines[i], figure, lang);
    }
    if (!isnan(r->talks.median_length)) {
        double m = r->talks.median_length, p = log(3) / ((m > 2 ? m : 2) - 1);
        vg_buf_printf(out, pick(lang, "  rapidité : m = %s messages (médiane à risque), ", "  speed: m = %s messages (median of risk), "),
                      number(m, AS_COUNT, lang, text));
        vg_buf_printf(out, "p = %s\n", number(p, AS_SCORE, lang, text));
    }
    vg_buf_printf(out, pick(lang, "  rare : une conversation à risque sur %s\n", "  rare: one risk conversation in %s\n"), whole((uint64_t)r->one_in, lang, text));
    if (r->talks.with_request)
        vg_buf_printf(out, pick(lang, "  demande (image, rencontre, autre application) : vue dans %s conversations à risque\n",
                                "  request (picture, meeting, another app): seen in %s risk conversations\n"),
                      whole(r->talks.with_request, lang, text));
}

static void add_authors(vg_buf *out, const eval_report *r, vg_lang lang)
{
    char text[2][48];
    if (!r->authors.risk) {
        vg_buf_add_cstr(out, pick(lang, "\nAuteurs : le corpus n’en désigne aucun.\n", "\nAuthors: the corpus labels none.\n"));
        return;
    }
    add_section(out, pick(lang, "Auteurs", "Authors"), lang);
    for (size_t i = 0; i < sizeof author_lines / sizeof author_lines[0]; i++) add_line(out, &author_lines[i], &r->authors.figure[author_lines[i].id], lang);
    vg_buf_printf(out, pick(lang, "  %s à risque, %s innocents\n", "  %s risk, %s innocent\n"), whole(r->authors.risk, lang, text[0]),
                  whole(r->authors.innocent, lang, text[1]));
}

static void add_groups(vg_buf *out, const eval_report *r, eval_split split, const char *name, vg_lang lang)
{
    char text[48];
    const size_t columns = sizeof group_columns / sizeof group_columns[0];
    if (r->group_count[split] < 2) return; /* one group is the whole again */
    vg_buf_add_char(out, '\n');
    left(out, name, 20);
    right(out, pick(lang, "à risque", "risk"), 10);
    right(out, pick(lang, "innocentes", "innocent"), 11);
    for (size_t c = 0; c < columns; c++) right(out, group_columns[c].name[lang], c + 1 == columns ? COLUMN_WIDTH + 2 : c < 4 ? 11 : COLUMN_WIDTH - 2);
    vg_buf_add_char(out, '\n');
    for (size_t g = 0; g < r->group_count[split]; g++) {
        const eval_group *group = &r->group[split][g];
        char label[64];
        if (group->name.len) snprintf(label, sizeof label, "  %.*s", VG_STR_ARG(group->name));
        else snprintf(label, sizeof label, "  %s", pick(lang, "non dit", "not said"));
        left(out, label, 20);
        right(out, whole(group->figures.risk, lang, text), 10);
        right(out, whole(group->figures.innocent, lang, text), 11);
        for (size_t c = 0; c < columns; c++)
            right(out, number(group->figures.figure[group_columns[c].id].value, group_columns[c].form, lang, text),
                  c + 1 == columns ? COLUMN_WIDTH + 2 : c < 4 ? 11 : COLUMN_WIDTH - 2);
        vg_buf_add_char(out, '\n');
    }
    if (r->group_cut[split]) vg_buf_add_cstr(out, pick(lang, "  … et d’autres, non montrés\n", "  ... and others, not shown\n"));
}

static void add_calibration(vg_buf *out, const eval_report *r, vg_lang lang)
{
    char text[48], bin[112], from[48], to[48];
    vg_buf_add_char(out, '\n');
    left(out, pick(lang, "Risque le plus haut", "Highest risk"), 20);
    right(out, pick(lang, "conversations", "conversations"), 15);
    right(out, pick(lang, "à risque", "of risk"), 11);
    right(out, pick(lang, "annoncé", "announced"), 11);
    vg_buf_add_char(out, '\n');
    for (int b = 0; b < VG_CALIBRATION_BINS; b++) {
        size_t n = r->calibration.units[b];
        if (!n) continue;
        snprintf(bin, sizeof bin, "  %s %s %s", number(b / 10.0, AS_COUNT, lang, from), pick(lang, "à", "to"), number((b + 1) / 10.0, AS_COUNT, lang, to));
        left(out, bin, 20);
        right(out, whole(n, lang, text), 15);
        right(out, number((double)r->calibration.risk[b] / (double)n, AS_SHARE, lang, text), 11);
        right(out, number(r->calibration.mean[b], AS_SHARE, lang, text), 11);
        vg_buf_add_char(out, '\n');
    }
}

static void add_caution(vg_buf *out, const eval_report *r, vg_lang lang)
{
    char text[2][48];
    vg_buf_printf(out, pick(lang, "\nIntervalles : bootstrap par conversation, %u tirages, graine %lld ; règle de trois où rien n’a été vu.\n",
                            "\nIntervals: bootstrap by conversation, %u draws, seed %lld; rule of three where nothing was seen.\n"),
                  r->draws, (long long)r->seed);
    if (r->talks.innocent)
        vg_buf_printf(out, pick(lang, "Avec %s conversations innocentes, une seule fausse alerte en vaut %s pour 10 000 : en deçà, ce corpus ne voit rien,\n"
                                "et le rappel à moins d’alertes est celui du seuil où aucune innocente n’est alertée.\n",
                                "With %s innocent conversations, a single false alarm counts as %s in 10,000: below that, this corpus sees nothing,\n"
                                "and the recall at fewer alerts is that of the threshold where no innocent one is alerted.\n"),
                      whole(r->talks.innocent, lang, text[0]), number(10000.0 / (double)r->talks.innocent, AS_COUNT, lang, text[1]));
    vg_buf_add_cstr(out, pick(lang, "Ces chiffres disent ce corpus, pas votre espace. Voir docs/evaluation.md.\n",
                              "These figures are about this corpus, not about your space. See docs/evaluation.md.\n"));
}

void vg_eval_write_table(vg_buf *out, const eval_report *r, vg_lang lang)
{
    add_head(out, r, lang);
    add_talks(out, r, lang);
    add_authors(out, r, lang);
    add_groups(out, r, EVAL_LANGUAGE, pick(lang, "Langue", "Language"), lang);
    add_groups(out, r, EVAL_YOUNGEST, pick(lang, "Âge du plus jeune", "Age of the youngest"), lang);
    add_groups(out, r, EVAL_KIND, pick(lang, "Genre", "Kind"), lang);
    add_calibration(out, r, lang);
    add_caution(out, r, lang);
}
