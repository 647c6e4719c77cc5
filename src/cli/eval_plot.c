/* SPDX-License-Identifier: Apache-2.0
 *
 * What `vigie eval` found out, as a picture: precision against recall with lines of equal F0.5 and the point at which one
 * would work; the share of conversations alerted against messages seen. SVG by hand, light and dark.
 */
#include "cli/eval.h"

#include <math.h>
#include <stdio.h>

enum { WIDTH = 1080, HEIGHT = 510, TOP = 92, BOTTOM = 66, PANEL = 360, LEFT_1 = 70, LEFT_2 = 580 };

typedef struct panel {
    vg_buf *out;
    vg_lang lang;
    double left, x_most; /* the y axis goes from 0 to 1 */
} panel;

__attribute__((format_arg(2), format_arg(3))) static const char *pick(vg_lang lang, const char *fr, const char *en) { return lang == VG_LANG_FR ? fr : en; }
static double place_x(const panel *p, double x) { return p->left + x / p->x_most * PANEL; }
static double place_y(double y) { return HEIGHT - BOTTOM - y * (HEIGHT - TOP - BOTTOM); }

static void add_text(vg_buf *out, double x, double y, const char *more, const char *text)
{
    vg_buf_printf(out, "<text x=\"%.1f\" y=\"%.1f\"%s>", x, y, more);
    for (; *text; text++) {
        if (*text == '<') vg_buf_add_cstr(out, "&lt;");
        else if (*text == '&') vg_buf_add_cstr(out, "&amp;");
        else vg_buf_add_char(out, *text);
    }
    vg_buf_add_cstr(out, "</text>\n");
}

/* "0.85", "0,85" */
static const char *decimal(double value, int decimals, vg_lang lang, char text[32])
{
    snprintf(text, 32, "%.*f", decimals, value);
    char *point = strchr(text, '.');
    if (point && lang == VG_LANG_FR) *point = ',';
    return text;
}

static const char *percent(double value, vg_lang lang, char text[32])
{
    char digits[32];
    snprintf(text, 32, "%.24s%s", decimal(100 * value, value > 0 && value < 0.1 ? 1 : 0, lang, digits), pick(lang, "\u00a0%", "%"));
    return text;
}

/* A step that makes four to eight marks. */
static double step_of(double most)
{
    double power = pow(10, floor(log10(most / 4)));
    double units = most / power / 4;
    return power * (units >= 5 ? 5 : units >= 2 ? 2 : 1);
}

static void add_axes(const panel *p, double step, int decimals, const char *title, const char *x_name)
{
    char text[32];
    for (double x = 0; x <= p->x_most * 1.0001; x += step) {
        vg_buf_printf(p->out, "<path class=\"grid\" d=\"M%.1f %d V%d\"/>", place_x(p, x), TOP, HEIGHT - BOTTOM);
        add_text(p->out, place_x(p, x), HEIGHT - BOTTOM + 20, " text-anchor=\"middle\"", decimals ? percent(x, p->lang, text) : decimal(x, 0, p->lang, text));
    }
    for (int i = 0; i <= 5; i++) {
        vg_buf_printf(p->out, "<path class=\"grid\" d=\"M%.1f %.1f H%.1f\"/>", p->left, place_y(i / 5.0), p->left + PANEL);
        add_text(p->out, p->left - 8, place_y(i / 5.0) + 4, " text-anchor=\"end\"", percent(i / 5.0, p->lang, text));
    }
    add_text(p->out, p->left, TOP - 18, " class=\"head\"", title);
    add_text(p->out, p->left + PANEL / 2.0, HEIGHT - BOTTOM + 44, " text-anchor=\"middle\"", x_name);
}

/* ---- precision and recall ---- */

/* F = 1.25PR / (0.25P + R), solved for P; from where P is 1 to where R is. */
static void add_equal_f(const panel *p, double f)
{
    char text[40], digits[32];
    double from = 0.25 * f / (1.25 - f);
    vg_buf_add_cstr(p->out, "<path class=\"equal\" d=\"");
    for (int i = 0; i <= 60; i++) {
        double recall = from + (1 - from) * pow(i / 60.0, 2); /* it bends where recall is low */
        vg_buf_printf(p->out, "%s%.1f %.1f", i ? " L" : "M", place_x(p, recall), place_y(f * recall / (1.25 * recall - 0.25 * f)));
    }
    vg_buf_add_cstr(p->out, "\"/>\n");
    snprintf(text, sizeof text, "%s", decimal(f, 1, p->lang, digits));
    add_text(p->out, p->left + PANEL + 6, place_y(f / (1.25 - 0.25 * f)) + 4, " class=\"faint\"", text);
}

static void add_curve(const panel *p, const eval_report *r)
{
    if (!r->curve_count) return;
    vg_buf_add_cstr(p->out, "<path class=\"line a\" d=\"");
    double last_x = -1, last_y = -1;
    for (size_t i = 0; i < r->curve_count; i++) {
        double x = place_x(p, r->curve[i].recall), y = place_y(r->curve[i].precision);
        bool far = fabs(x - last_x) + fabs(y - last_y) >= 0.5 || i + 1 == r->curve_count; /* thousands of thresholds, few pixels */
        if (!far) continue;
        vg_buf_printf(p->out, "%s%.1f %.1f", last_x < 0 ? "M" : " L", x, y);
        last_x = x;
        last_y = y;
    }
    vg_buf_add_cstr(p->out, "\"/>\n");
}

static void add_operating_point(const panel *p, const eval_report *r)
{
    double precision = r->talks.figure[VG_FIGURE_PRECISION].value, recall = r->talks.figure[VG_FIGURE_RECALL].value;
    char text[160], at[40], digits[4][32];
    if (isnan(precision) || isnan(recall)) return;
    const vg_figure *y = &r->talks.figure[VG_FIGURE_PRECISION], *x = &r->talks.figure[VG_FIGURE_RECALL];
    if (!isnan(x->low) && !isnan(y->low))
        vg_buf_printf(p->out, "<path class=\"spread\" d=\"M%.1f %.1f H%.1f M%.1f %.1f V%.1f\"/>\n", place_x(p, x->low), place_y(precision), place_x(p, x->high),
                      place_x(p, recall), place_y(y->low), place_y(y->high));
    vg_buf_printf(p->out, "<circle class=\"dot a\" cx=\"%.1f\" cy=\"%.1f\" r=\"6\"/>\n", place_x(p, recall), place_y(precision));
    if (r->alert.verdict != VG_VERDICT_ALLOW) snprintf(at, sizeof at, "%s", vg_verdict_names[r->alert.verdict]);
    else snprintf(at, sizeof at, "%s %s", pick(p->lang, "risque", "risk"), decimal(r->alert.risk / 10000.0, 2, p->lang, digits[0]));
    snprintf(text, sizeof text, "%s%s P %s, R %s, F%s %s", at, pick(p->lang, "\u00a0:", ":"), percent(precision, p->lang, digits[0]),
             percent(recall, p->lang, digits[1]), pick(p->lang, "0,5", "0.5"), decimal(r->talks.figure[VG_FIGURE_F05].value, 3, p->lang, digits[2]));
    /* at the bottom left, where no useful curve passes */
    vg_buf_printf(p->out, "<circle class=\"dot a\" cx=\"%.1f\" cy=\"%.1f\" r=\"6\"/>\n", p->left + 18, place_y(0.06));
    add_text(p->out, p->left + 32, place_y(0.06) + 4, " class=\"label\"", text);
}

static void add_precision_recall(vg_buf *out, const eval_report *r, vg_lang lang)
{
    panel p = {out, lang, LEFT_1, 1};
    char turned[64];
    snprintf(turned, sizeof turned, " text-anchor=\"middle\" transform=\"rotate(-90 18 %d)\"", (TOP + HEIGHT - BOTTOM) / 2);
    add_axes(&p, 0.2, 1, pick(lang, "Précision et rappel", "Precision and recall"), pick(lang, "rappel", "recall"));
    add_text(out, 18, (TOP + HEIGHT - BOTTOM) / 2.0, turned, pick(lang, "précision", "precision"));
    for (int f = 5; f <= 9; f++) add_equal_f(&p, f / 10.0);
    add_text(out, LEFT_1 + PANEL + 6, TOP - 18, " class=\"faint\"", pick(lang, "F0,5", "F0.5"));
    add_curve(&p, r);
    add_operating_point(&p, r);
}

/* ---- alerts against messages ---- */

/* Most conversations of risk have ended by here: their 95th percentile, at most what is reckoned. */
static size_t messages_shown(const eval_report *r)
{
    size_t bins[EVAL_MESSAGES_SHOWN + 1] = {0}, all = 0, seen = 0, k = 1;
    for (size_t i = 0; i < r->units.count; i++) {
        const vg_unit *u = &r->units.unit[i];
        if (!u->risk && r->talks.risk) continue;
        bins[u->length < r->shown ? u->length : r->shown]++;
        all++;
    }
    for (; k < r->shown; k++)
        if ((seen += bins[k]) * 20 >= all * 19) break;
    return k < 10 ? 10 : k;
}

static void add_share(const panel *p, const double *share, size_t known, const char *style)
{
    vg_buf_printf(p->out, "<path class=\"line %s\" d=\"M%.1f %.1f", style, place_x(p, 0), place_y(0));
    double before = 0;
    for (size_t k = 1; k <= (size_t)p->x_most; k++) { /* a step at each message */
        double now = share[(k < known ? k : known) - 1];
        vg_buf_printf(p->out, " H%.1f", place_x(p, (double)k));
        if (now > before) vg_buf_printf(p->out, " V%.1f", place_y(now));
        before = now;
    }
    vg_buf_add_cstr(p->out, "\"/>\n");
}

static void add_alerts(vg_buf *out, const eval_report *r, vg_lang lang)
{
    if (!r->shown) return;
    double step = step_of((double)messages_shown(r));
    panel p = {out, lang, LEFT_2, ceil((double)messages_shown(r) / step) * step};
    char text[64], digits[32];
    size_t last = (size_t)p.x_most < r->shown ? (size_t)p.x_most : r->shown;
    double risk = r->risk_by[last - 1], innocent = r->innocent_by[last - 1];
    add_axes(&p, step, 0, pick(lang, "Conversations alertées après tant de messages", "Conversations alerted after so many messages"),
             pick(lang, "messages vus", "messages seen"));
    if (r->talks.innocent) add_share(&p, r->innocent_by, r->shown, "c");
    if (r->talks.risk) add_share(&p, r->risk_by, r->shown, "a");
    double y_risk = place_y(risk) + 4, y_innocent = place_y(innocent) + 4;
    if (y_innocent - y_risk < 34) y_innocent = y_risk + 34;
    if (y_innocent > HEIGHT - BOTTOM + 4) y_innocent = HEIGHT - BOTTOM + 4, y_risk = y_innocent - 34 < y_risk ? y_innocent - 34 : y_risk;
    if (r->talks.risk) {
        snprintf(text, sizeof text, "%s", percent(risk, lang, digits));
        add_text(out, LEFT_2 + PANEL + 10, y_risk, " class=\"label ta\"", text);
        add_text(out, LEFT_2 + PANEL + 10, y_risk + 16, " class=\"ta\"", pick(lang, "à risque", "of risk"));
    }
    if (r->talks.innocent) {
        snprintf(text, sizeof text, "%s", percent(innocent, lang, digits));
        add_text(out, LEFT_2 + PANEL + 10, y_innocent - 16 < y_risk + 32 ? y_innocent : y_innocent - 16, " class=\"label tc\"", text);
        add_text(out, LEFT_2 + PANEL + 10, (y_innocent - 16 < y_risk + 32 ? y_innocent : y_innocent - 16) + 16, " class=\"tc\"", pick(lang, "innocentes", "innocent"));
    }
}

/* ---- the picture ---- */

void vg_eval_write_plot(vg_buf *out, const eval_report *r, vg_lang lang)
{
    char title[256];
    snprintf(title, sizeof title, pick(lang, "%zu conversations à risque, %zu innocentes ; %s", "%zu risk conversations, %zu innocent; %s"), r->talks.risk,
             r->talks.innocent, r->lexicon_only ? pick(lang, "les mots seuls", "the words alone") : pick(lang, "toute la politique", "the whole policy"));
    vg_buf_printf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n<style>\n", WIDTH, HEIGHT, title);
    vg_buf_add_cstr(out, "text{font:13px sans-serif;fill:#222}.title{font-size:17px}.head{font-size:14px;font-weight:bold}.label{font-weight:bold;paint-order:stroke;stroke:#fff;stroke-width:5px}.faint{fill:#777}\n"
                         ".grid{stroke:#ddd;fill:none}.equal{stroke:#bbb;fill:none;stroke-dasharray:4 4}rect{fill:#fff}.line{fill:none;stroke-width:2.5;stroke-linejoin:round}\n"
                         ".dot{stroke-width:3;fill:#fff}.spread{fill:none;stroke:#0b5cad;stroke-width:1.2;opacity:.6}.a{stroke:#0b5cad}.c{stroke:#c2410c}.ta{fill:#0b5cad}.tc{fill:#c2410c}\n"
                         "@media(prefers-color-scheme:dark){text{fill:#eee}.faint{fill:#999}.grid{stroke:#333}.equal{stroke:#555}rect,.dot{fill:#161616}.label{stroke:#161616}"
                         ".a,.spread{stroke:#6cb2ff}.c{stroke:#ff9a66}.ta{fill:#6cb2ff}.tc{fill:#ff9a66}}\n</style>\n");
    vg_buf_printf(out, "<rect width=\"%d\" height=\"%d\"/>\n", WIDTH, HEIGHT);
    add_text(out, LEFT_1, 34, " class=\"title\"", title);
    add_precision_recall(out, r, lang);
    add_alerts(out, r, lang);
    vg_buf_add_cstr(out, "</svg>\n");
}
