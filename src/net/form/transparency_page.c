/* SPDX-License-Identifier: Apache-2.0 */
#include "net/form/transparency_page.h"

#include "base/time.h"
#include "net/assets.h"
#include "net/form/page.h"
#include "net/server_int.h"

typedef const char *both[VG_LANGS];
static const char *const codes[VG_LANGS] = {"fr", "en"};

static void text(vg_buf *out, const char *s)
{
    for (; *s; s++) {
        switch (*s) {
        case '&': vg_buf_add_cstr(out, "&amp;"); break;
        case '<': vg_buf_add_cstr(out, "&lt;"); break;
        case '>': vg_buf_add_cstr(out, "&gt;"); break;
        case '"': vg_buf_add_cstr(out, "&quot;"); break;
        case '\'': vg_buf_add_cstr(out, "&#39;"); break;
        default: vg_buf_add_char(out, *s);
        }
    }
}

static void element(vg_buf *out, const char *open, const char *words, const char *close)
{
    vg_buf_add_cstr(out, open);
    text(out, words);
    vg_buf_add_cstr(out, close);
}

/* ---- headers, head and foot ---- */

static const vg_asset *style(size_t i) { return &vg_form_assets[i ? 2 : 0]; }

void vg_transparency_headers(vg_exchange *x, bool keep)
{
    static const size_t styles[] = {0, 2};
    vg_form_policy(x, styles, 2);
    vg_answer_header(x, "Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=(), display-capture=()");
    vg_answer_header(x, "Vary", "Accept-Language");
    if (keep) vg_answer_header(x, "Cache-Control", "public, max-age=3600");
    if (x->server->options.behind_tls) vg_answer_header(x, "Strict-Transport-Security", "max-age=31536000");
    x->for_all = keep;
}

static void link_to(vg_buf *out, const vg_policy *policy, vg_lang lang, int year)
{
    vg_buf_printf(out, "/transparency?lang=%s", codes[lang]);
    if (policy) vg_buf_printf(out, "&amp;space=%s", policy->space); /* small letters, digits, -_. */
    if (year) vg_buf_printf(out, "&amp;year=%d", year);
}

static vg_buf *begin(vg_exchange *x, int status, const vg_policy *policy, vg_lang lang, int year, const char *title)
{
    vg_buf *out = vg_answer_begin(x, status, "text/html; charset=utf-8");
    vg_lang other = lang == VG_LANG_FR ? VG_LANG_EN : VG_LANG_FR;
    vg_transparency_headers(x, status == 200);
    vg_buf_printf(out, "<!doctype html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>", codes[lang]);
    text(out, title);
    if (policy) element(out, " · ", policy->title[lang], "");
    vg_buf_add_cstr(out, "</title>\n");
    for (size_t i = 0; i < 2; i++) {
        vg_buf_add_cstr(out, "<style>");
        vg_buf_add(out, style(i)->bytes, style(i)->len);
        vg_buf_add_cstr(out, "</style>\n");
    }
    vg_buf_add_cstr(out, "</head>\n<body>\n<main>\n<div class=\"top\"><p>");
    if (policy) text(out, policy->title[lang]);
    vg_buf_printf(out, "</p><a lang=\"%s\" hreflang=\"%s\" href=\"", codes[other], codes[other]);
    link_to(out, policy, other, year);
    element(out, "\">", lang == VG_LANG_FR ? "English" : "Français", "</a></div>\n");
    element(out, "<h1>", title, "</h1>\n");
    return out;
}

static void end(vg_buf *out) { vg_buf_add_cstr(out, "</main>\n</body>\n</html>\n"); }

/* ---- numbers ---- */

static void number(vg_buf *out, vg_lang lang, int64_t n)
{
    if (n >= 1000) {
        number(out, lang, n / 1000);
        vg_buf_printf(out, "%s%03d", lang == VG_LANG_FR ? "\u202f" : ",", (int)(n % 1000));
    } else vg_buf_add_i64(out, n);
}

static void duration(vg_buf *out, vg_lang lang, int64_t ms)
{
    int64_t hours = (ms + VG_HOUR_MS / 2) / VG_HOUR_MS;
    if (!hours) vg_buf_add_cstr(out, "&lt;\u00a01\u00a0h");
    else if (hours < 72) vg_buf_printf(out, "%lld\u00a0h", (long long)hours);
    else {
        number(out, lang, (hours + 12) / 24);
        vg_buf_add_cstr(out, lang == VG_LANG_FR ? "\u00a0j" : "\u00a0d");
    }
}

static void cell(vg_buf *out, const vg_board *b, const vg_board_row *row, size_t column)
{
    bool over = column == VG_BOARD_YEAR ? b->quarters == VG_BOARD_QUARTERS : column < b->quarters;
    if (!over) element(out, "<td class=\"wait\">", "…", "</td>");
    else if (row->hidden[column] || (row->median && row->count[column] < 0)) element(out, "<td>", "—", "</td>");
    else {
        vg_buf_add_cstr(out, "<td>");
        if (row->median) duration(out, b->lang, row->count[column]);
        else number(out, b->lang, row->count[column]);
        vg_buf_add_cstr(out, "</td>");
    }
}

/* ---- a table and its picture ---- */

static const both quarter_words = {"T", "Q"};

static bool empty(const vg_board *b, const vg_board_row *row)
{
    for (size_t c = 0; c < b->quarters; c++)
        if (row->count[c]) return false;
    return true;
}

/* Four bars; the same numbers are in the label, for who does not see them. A hidden one is a dashed outline of one height, whatever it is. */
static void chart(vg_buf *out, const vg_board *b, const vg_board_row *row)
{
    int64_t most = 1;
    for (size_t c = 0; c < b->quarters; c++)
        if (!row->hidden[c] && row->count[c] > most) most = row->count[c];
    vg_buf_add_cstr(out, "<svg viewBox=\"0 0 440 150\" role=\"img\" aria-label=\"");
    text(out, row->label[b->lang]);
    for (size_t c = 0; c < b->quarters; c++) {
        vg_buf_printf(out, "%s%s%zu%s", c ? ", " : b->lang == VG_LANG_FR ? "\u00a0: " : ": ", quarter_words[b->lang], c + 1, b->lang == VG_LANG_FR ? "\u00a0: " : ": ");
        if (row->hidden[c]) vg_buf_add_cstr(out, b->lang == VG_LANG_FR ? "non montré" : "not shown");
        else number(out, b->lang, row->count[c]);
    }
    vg_buf_add_cstr(out, "\">\n");
    for (size_t c = 0; c < VG_BOARD_QUARTERS; c++) {
        int x = 10 + (int)c * 110, high = c >= b->quarters ? 0 : row->hidden[c] ? 20 : (int)(row->count[c] * 90 / most);
        if (c < b->quarters && (high || row->count[c])) {
            if (high < 2) high = 2;
            vg_buf_printf(out, "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"90\" height=\"%d\" rx=\"3\"/>", row->hidden[c] ? "none" : "bar", x, 125 - high, high);
        }
        if (c < b->quarters) {
            vg_buf_printf(out, "<text x=\"%d\" y=\"%d\">", x + 45, 125 - high - 6);
            if (row->hidden[c]) vg_buf_add_cstr(out, "—");
            else number(out, b->lang, row->count[c]);
            vg_buf_add_cstr(out, "</text>");
        }
        vg_buf_printf(out, "<text class=\"q\" x=\"%d\" y=\"144\">%s%zu</text>\n", x + 45, quarter_words[b->lang], c + 1);
    }
    vg_buf_add_cstr(out, "<line class=\"base\" x1=\"0\" x2=\"440\" y1=\"125.5\" y2=\"125.5\"/>\n</svg>\n");
}

static void line(vg_buf *out, const vg_board *b, const vg_board_row *row)
{
    element(out, row->total ? "<tr class=\"total\"><th scope=\"row\">" : row->median ? "<tr class=\"median\"><th scope=\"row\">" : "<tr><th scope=\"row\">",
            row->label[b->lang], "</th>");
    for (size_t c = 0; c < VG_BOARD_COLUMNS; c++) cell(out, b, row, c);
    vg_buf_add_cstr(out, "</tr>\n");
}

static const struct {
    both title, why;
    bool all_rows; /* rows of nothing too */
    bool picture;
} tables[VG_BOARD_TABLES] = {
    [VG_BOARD_NOTICES] = {{"Signalements reçus", "Reports received"},
                          {"Ce que des personnes ont signalé, et en combien de temps une personne a décidé.", "What people reported, and how long it took a person to decide."}, true, true},
    [VG_BOARD_ACTIONS] = {{"Décisions, selon la mesure", "Decisions, by measure"},
                          {"Chaque décision est celle d’une personne, jamais celle d’un programme.", "Each decision is a person’s, never a program’s."}, true, true},
    [VG_BOARD_CATEGORIES] = {{"Décisions, selon le sujet", "Decisions, by subject"}, {"Les mêmes décisions, selon ce dont il s’agissait.", "The same decisions, by what they were about."}, true, false},
    [VG_BOARD_APPEALS] = {{"Recours", "Appeals"},
                          {"Contestations d’une décision, selon le trimestre où elles sont arrivées, et ce qu’elles sont devenues.",
                           "Complaints against a decision, by the quarter in which they came, and what became of them."}, true, false},
    [VG_BOARD_RECEIVERS] = {{"Signalements transmis, selon le destinataire", "Reports passed on, by receiver"},
                            {"Ce qui a été transmis à des autorités ou à d’autres, et n’a pas été repris.", "What was passed on to authorities or others, and not taken back."}, true, true},
    [VG_BOARD_COUNTRIES] = {{"Signalements transmis, selon le pays", "Reports passed on, by country"}, {"Les mêmes, selon le pays du destinataire.", "The same, by the receiver’s country."}, false, false},
    [VG_BOARD_DEMANDS] = {{"Demandes d’autorités", "Demands of authorities"},
                          {"Retraits et informations que des autorités ont demandés, et le temps pour agir.", "Removals and information that authorities asked for, and the time to act."}, true, true},
    [VG_BOARD_FOUND] = {{"Comment les dossiers ont été trouvés", "How cases were found"},
                        {"Dossiers ouverts, selon ce qui les a fait ouvrir. Un dossier peut l’être par plusieurs moyens.",
                         "Cases opened, by what opened them. A case can be found in more than one way."}, true, false},
};

static void table(vg_buf *out, const vg_board *b, vg_board_table t)
{
    const vg_board_row *total = NULL;
    element(out, "<section>\n<h2>", tables[t].title[b->lang], "</h2>\n");
    element(out, "<p class=\"why\">", tables[t].why[b->lang], "</p>\n");
    for (size_t r = 0; !total && tables[t].picture && r < b->row_count; r++)
        if (b->row[r].tables >> t & 1 && (b->row[r].total || t == VG_BOARD_NOTICES || t == VG_BOARD_DEMANDS)) total = &b->row[r];
    if (total && !empty(b, total)) chart(out, b, total);
    element(out, "<table>\n<caption>", tables[t].title[b->lang], "</caption>\n<thead><tr><td></td>");
    for (size_t c = 0; c < VG_BOARD_QUARTERS; c++) vg_buf_printf(out, "<th scope=\"col\">%s%zu</th>", quarter_words[b->lang], c + 1);
    vg_buf_printf(out, "<th scope=\"col\">%d</th></tr></thead>\n<tbody>\n", b->year);
    for (int sums = 0; sums < 2; sums++)
        for (size_t r = 0; r < b->row_count; r++)
            if (b->row[r].tables >> t & 1 && b->row[r].total == sums && (tables[t].all_rows || sums || !empty(b, &b->row[r]))) line(out, b, &b->row[r]);
    vg_buf_add_cstr(out, "</tbody>\n</table>\n</section>\n");
}

/* ---- pages ---- */

static void years(vg_buf *out, const vg_board *b)
{
    vg_buf_printf(out, "<nav aria-label=\"%s\"><ul class=\"years\">\n", b->lang == VG_LANG_FR ? "Années" : "Years");
    for (int year = b->newest; year >= b->oldest; year--) {
        if (year == b->year) {
            vg_buf_printf(out, "<li><span aria-current=\"page\">%d</span></li>\n", year);
            continue;
        }
        vg_buf_add_cstr(out, "<li><a href=\"");
        link_to(out, b->policy, b->lang, year);
        vg_buf_printf(out, "\">%d</a></li>\n", year);
    }
    vg_buf_add_cstr(out, "</ul></nav>\n");
}

/* When what was counted: it does not change afterwards, and whoever reads twice may know that. */
static void counted(vg_buf *out, const vg_board *b)
{
    bool fr = b->lang == VG_LANG_FR, first = true;
    text(out, fr ? "Chaque trimestre est compté une fois, après sa fin, et ne change plus ensuite\u00a0: " : "Each quarter is counted once, after it is over, and does not change afterwards: ");
    for (size_t c = 0; c < b->quarters; c++) {
        char day[25], next[25] = "";
        vg_time_format(b->closed[c].counted_ms, day);
        if (c + 1 < b->quarters) vg_time_format(b->closed[c + 1].counted_ms, next);
        bool anew = b->closed[c].times > 1, same = memcmp(day, next, 10) == 0 && anew == (b->closed[c + 1].times > 1);
        vg_buf_printf(out, "%s%s%zu", first ? "" : ", ", quarter_words[b->lang], c + 1);
        first = false;
        if (same) continue; /* its day is that of the next one */
        if (fr) vg_buf_printf(out, " le <time datetime=\"%.10s\">%.2s/%.2s/%.4s</time>", day, day + 8, day + 5, day);
        else vg_buf_printf(out, " on <time datetime=\"%.10s\">%.10s</time>", day, day);
        if (anew) vg_buf_add_cstr(out, fr ? " (recompté)" : " (counted anew)");
    }
    vg_buf_add_cstr(out, ". ");
}

void vg_transparency_page(vg_exchange *x, const vg_board *b)
{
    char title[64];
    bool fr = b->lang == VG_LANG_FR;
    unsigned least = b->policy->transparency.hide_under;
    snprintf(title, sizeof title, fr ? "Transparence\u00a0: chiffres de %d" : "Transparency: figures of %d", b->year);
    vg_buf *out = begin(x, 200, b->policy, b->lang, b->year, title);
    years(out, b);
    element(out, "<p>", fr ? "Ces chiffres ne comptent que des nombres. Aucun nom, aucun compte, aucun message n’en fait partie. Un trimestre (T1 à T4) paraît lorsqu’il est terminé."
                           : "These figures are counts only. No name, no account, no message is part of them. A quarter (Q1 to Q4) appears once it is over.", "</p>\n");
    vg_buf_printf(out, fr ? "<p>Un tiret (—) remplace tout nombre de 1 à %u, et parfois un autre, pour que personne ne puisse le retrouver par soustraction. Il remplace aussi une durée qui reposerait sur moins de %u cas.</p>\n"
                          : "<p>A dash (—) stands for any count from 1 to %u, and sometimes for another one, so that nobody can work it out by subtracting. It also stands for a time that would rest on fewer than %u cases.</p>\n",
                  least - 1, least);
    for (int t = 0; t < VG_BOARD_TABLES; t++) table(out, b, (vg_board_table)t);
    vg_buf_add_cstr(out, "<footer>");
    counted(out, b);
    text(out, fr ? "Durées\u00a0: médianes. Trimestres et jours en temps universel." : "Times are medians. Quarters and days are in universal time.");
    if (b->policy->notices) {
        vg_buf_printf(out, " <a href=\"/report?lang=%s&amp;space=%s\">", codes[b->lang], b->policy->space);
        element(out, "", fr ? "Faire un signalement" : "Make a report", "</a>");
    }
    vg_buf_add_cstr(out, "</footer>\n");
    end(out);
}

void vg_transparency_choose(vg_exchange *x, vg_policy_set *set, vg_lang lang)
{
    vg_buf *out = begin(x, 200, NULL, lang, 0, lang == VG_LANG_FR ? "Transparence" : "Transparency");
    element(out, "<p>", lang == VG_LANG_FR ? "Chaque espace publie ses propres chiffres." : "Each space publishes figures of its own.", "</p>\n<ul class=\"plain\">\n");
    for (size_t i = 0; i < vg_policy_set_count(set); i++) {
        const vg_policy *p = vg_policy_set_at(set, i);
        if (!p->transparency.publish) continue;
        vg_buf_add_cstr(out, "<li><a href=\"");
        link_to(out, p, lang, 0);
        element(out, "\">", p->title[lang], "</a></li>\n");
    }
    vg_buf_add_cstr(out, "</ul>\n");
    end(out);
}

void vg_transparency_refuse(vg_exchange *x, int status, vg_lang lang)
{
    bool fr = lang == VG_LANG_FR;
    vg_buf *out = begin(x, status, NULL, lang, 0, fr ? "Transparence" : "Transparency");
    element(out, "<p>", status == 404 ? fr ? "Aucun chiffre n’est publié ici." : "No figures are published here."
                                      : fr ? "Ce n’est pas possible en ce moment. Réessayez dans un instant." : "This is not possible right now. Try again in a moment.", "</p>\n");
    end(out);
}
