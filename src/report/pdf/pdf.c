/* SPDX-License-Identifier: Apache-2.0 */
#include "report/pdf/pdf.h"

#include "report/pdf/words_int.h"

vg_lang vg_pdf_language(const vg_law_book *book, const vg_receiver *receiver)
{
    return receiver && vg_country_in_french(book, receiver->country) ? VG_LANG_FR : VG_LANG_EN;
}

static void describe(vg_writer *w, vg_pages_ask *ask)
{
    const vg_report_operator *o = w->d->operator;
    const char *name = vg_shown(w, vg_str_of(w->d->name), 24).ptr;
    *ask = (vg_pages_ask){
        .language = w->lang,
        .title = vg_sayf(w, "Dossier %s", "Case %s", name),
        .author = vg_shown(w, vg_str_of(o->legal_name ? o->legal_name : o->name ? o->name : "Vigie"), 200),
        .subject = vg_say(w, "Signalement de faits susceptibles de constituer une infraction au préjudice d’un mineur", "Report of facts that may be an offence against a minor"),
        .keywords = vg_sayf(w, "Vigie, dossier %s", "Vigie, case %s", name),
        .running = vg_sayf(w, "Dossier %s – confidentiel – établi le %s", "Case %s – confidential – made on %s", name, vg_say_time(w, w->d->made_ms).ptr),
        .of = w->lang == VG_LANG_FR ? "Page %zu sur %zu" : "Page %zu of %zu",
        .made_ms = w->d->made_ms,
        .stamp = w->ask->test ? vg_say(w, "ESSAI – SYSTÈME DE TEST", "TEST SYSTEM") : w->ask->uuid ? VG_STR("") : vg_say(w, "PROJET – NON TRANSMIS", "DRAFT – NOT SENT"),
    };
}

/* Laid out, and then written whole, or one page of it drawn. */
static int make(const vg_pdf_ask *ask, size_t page, vg_buf *out, size_t *pages, vg_error *err)
{
    vg_writer w = {.ask = ask, .d = ask->dossier, .lang = ask->language};
    vg_pages_ask about;
    const char *country = ask->receiver && vg_zone_offset(ask->receiver->country, 0) > -1000 ? ask->receiver->country : ask->dossier->operator->country;
    int rc = -VG_ENOMEM;
    if (vg_zone_offset(country, 0) > -1000) memcpy(w.zone, country, sizeof w.zone);
    w.arena = vg_arena_create(1 << 18, 256u << 20);
    if (!w.arena) return vg_fail(err, VG_ENOMEM, "", "out of memory");
    describe(&w, &about);
    if (w.failed) {
        vg_fail(err, VG_ENOMEM, "", "out of memory");
        goto out;
    }
    if ((rc = vg_pages_create(&about, w.arena, &w.pages, err)) != 0) goto out;
    vg_write_cover(&w);
    vg_write_facts(&w);
    vg_write_law(&w);
    vg_write_identifiers(&w);
    vg_write_countries(&w);
    vg_write_media(&w);
    vg_write_seen(&w);
    vg_write_decisions(&w);
    vg_write_unknown(&w);
    vg_write_annexes(&w);
    rc = w.failed ? vg_fail(err, VG_ENOMEM, "", "out of memory") : page ? vg_pages_picture(w.pages, page, out, pages, err) : vg_pages_finish(w.pages, out, pages, err);
out:
    vg_pages_destroy(&w.pages);
    vg_arena_destroy(&w.arena);
    return rc;
}

int vg_pdf_write(const vg_pdf_ask *ask, vg_buf *out, size_t *pages, vg_error *err)
{
    return make(ask, 0, out, pages, err);
}

int vg_pdf_draw(const vg_pdf_ask *ask, size_t page, vg_buf *png, size_t *pages, vg_error *err)
{
    return page ? make(ask, page, png, pages, err) : vg_fail(err, VG_ENOENT, "", "pages count from 1");
}
