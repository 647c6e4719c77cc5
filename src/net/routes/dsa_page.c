/* SPDX-License-Identifier: Apache-2.0
 *
 * A transparency report as a page to be read and printed. No script; its style is inside, by its hash. */
#include "base/time.h"
#include "net/assets.h"
#include "net/form/page.h"
#include "net/routes/dsa_int.h"
#include "net/server_int.h"

void vg_route_dsa_page(vg_desk *desk, vg_exchange *x)
{
    static const size_t styles[] = {0, 3};
    vg_dsa d = {.space_count = 0};
    vg_str lang;
    bool found;
    if (!vg_dsa_gather(desk, x, vg_time_now(), 365, &d)) return;
    if (!vg_query_get(x, "lang", &lang, &found) || !found) lang = VG_STR("");
    bool fr = vg_form_language(x, lang) == VG_LANG_FR;
    vg_buf *out = vg_answer_begin(x, 200, "text/html; charset=utf-8");
    vg_form_policy(x, styles, 2);
    vg_buf_printf(out, "<!doctype html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>%s %s</title>\n",
                  fr ? "fr" : "en", fr ? "Rapport de transparence" : "Transparency report", d.reporting);
    for (int i = 0; i < 4; i += 3) {
        vg_buf_add_cstr(out, "<style>");
        vg_buf_add(out, vg_form_assets[i].bytes, vg_form_assets[i].len);
        vg_buf_add_cstr(out, "</style>\n");
    }
    vg_buf_printf(out, "</head>\n<body>\n<main>\n<h1>%s, %s – %s</h1>\n<p>%s</p>\n", fr ? "Rapport de transparence" : "Transparency report", d.period.from, d.period.last,
                  fr ? "Tableaux du règlement d’exécution (UE) 2024/2835, avec les intitulés de son modèle, en anglais. Une case teintée est vide\u00a0: Vigie ne le sait pas, et qui signe la remplit."
                     : "Tables of Implementing Regulation (EU) 2024/2835, with the names of its template. A tinted cell is empty: Vigie does not know it, and whoever signs fills it in.");
    vg_buf_printf(out, fr ? "<p>Hors modèle\u00a0: notifications au titre de l’article 18\u00a0: %lld.</p>\n" : "<p>Beside the template: notifications under Article 18: %lld.</p>\n", (long long)d.suspicions);
    vg_buf_printf(out, fr ? "<p>Hors modèle\u00a0: exposés des motifs\u00a0: %lld, dont %lld dans la base de données de la Commission.</p>\n"
                          : "<p>Beside the template: statements of reasons: %lld, of which %lld in the Commission’s database.</p>\n", (long long)d.known.statements, (long long)d.known.statements_sent);
    vg_sheet s = {.out = out, .html = true};
    vg_dsa_write(&d, &s);
    vg_buf_add_cstr(out, "</main>\n</body>\n</html>\n");
}
