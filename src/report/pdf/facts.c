/* SPDX-License-Identifier: Apache-2.0
 *
 * The facts in order: who is who, a drawing of the exchange over time, what was found, and each message. */
#include "report/pdf/words_int.h"

#include "base/time.h"
#include "report/text.h"

enum {
    MESSAGE_MOST = 900, /* bytes of a message in the table: a page holds any row */
    LINES_MOST = 20,
    LANES_MOST = 5,
};

/* ---- the drawing ---- */
#define LANE_HEIGHT 26.0
#define LANE_LABEL 78.0

static double place_of(int64_t ms, int64_t first, int64_t last)
{
    double w = VG_PAGE_INNER - LANE_LABEL - 16;
    return VG_PAGE_LEFT + LANE_LABEL + 8 + (last > first ? (double)(ms - first) / (double)(last - first) * w : w / 2);
}

static void draw_scale(vg_writer *w, double y, double h, int64_t first, int64_t last)
{
    static const int64_t steps[] = {VG_MINUTE_MS, 5 * VG_MINUTE_MS, 15 * VG_MINUTE_MS, VG_HOUR_MS, 3 * VG_HOUR_MS, 6 * VG_HOUR_MS, 12 * VG_HOUR_MS, VG_DAY_MS, 2 * VG_DAY_MS, 7 * VG_DAY_MS,
                                    30 * VG_DAY_MS, 90 * VG_DAY_MS, 365 * VG_DAY_MS};
    size_t s = 0;
    while (s + 1 < sizeof steps / sizeof *steps && (last - first) / steps[s] > 6) s++;
    if ((last - first) / steps[s] > 40) return;
    for (int64_t t = (first + steps[s] - 1) / steps[s] * steps[s]; t <= last; t += steps[s]) {
        double x = place_of(t, first, last);
        vg_str moment = vg_say_moment(w, t);
        if (moment.len < 19) return;
        vg_str date = vg_arena_copy(w->arena, (vg_str){moment.ptr, 10}), hour = vg_arena_copy(w->arena, (vg_str){moment.ptr + 11, 5});
        if (!date.ptr || !hour.ptr) {
            w->failed = true;
            return;
        }
        vg_pages_rectangle(w->pages, x - 0.25, y, 0.5, h, VG_INK_RULE);
        if (x < VG_PAGE_LEFT + LANE_LABEL + 8 || x > VG_PAGE_LEFT + VG_PAGE_INNER - 20) continue;
        vg_pages_put(w->pages, VG_TYPE_FOOT, VG_INK_MUTED, date, x - 40, y + h + 2, 80, 0);
        vg_pages_put(w->pages, VG_TYPE_FOOT, VG_INK_MUTED, hour, x - 40, y + h + 12, 80, 0);
    }
}

static void draw_lane(vg_writer *w, size_t party, double y, int64_t first, int64_t last)
{
    const vg_dossier *d = w->d;
    vg_pages_put(w->pages, VG_TYPE_CELL_BOLD, VG_INK_TEXT, vg_say_party(w, party), VG_PAGE_LEFT, y + 7, LANE_LABEL, -1);
    vg_pages_rectangle(w->pages, VG_PAGE_LEFT + LANE_LABEL, y + LANE_HEIGHT / 2 - 0.4, VG_PAGE_INNER - LANE_LABEL, 0.8, VG_INK_RULE);
    for (int flagged = 0; flagged < 2; flagged++) /* what carries signs lies on top */
        for (size_t i = 0; i < d->message_count; i++)
            if (d->messages[i].from == party && d->messages[i].flagged == (flagged == 1))
                vg_pages_disc(w->pages, place_of(d->messages[i].time_ms, first, last), y + LANE_HEIGHT / 2, flagged ? 4 : 2.6, flagged ? VG_INK_ALARM : VG_INK_MUTED);
    for (size_t i = 0; i < d->media_count; i++)
        if (d->media[i].from == party) vg_pages_rectangle(w->pages, place_of(d->media[i].time_ms, first, last) - 3.2, y + LANE_HEIGHT / 2 - 3.2, 6.4, 6.4, VG_INK_ACCENT);
}

static void draw_legend(vg_writer *w, double y)
{
    double x = VG_PAGE_LEFT + LANE_LABEL;
    vg_pages_disc(w->pages, x + 4, y + 5.5, 2.6, VG_INK_MUTED);
    vg_pages_put(w->pages, VG_TYPE_FOOT, VG_INK_MUTED, vg_say(w, "message", "message"), x + 12, y, 80, -1);
    vg_pages_disc(w->pages, x + 84, y + 5.5, 4, VG_INK_ALARM);
    vg_pages_put(w->pages, VG_TYPE_FOOT, VG_INK_MUTED, vg_say(w, "message qui porte un indice", "message that shows a sign"), x + 93, y, 140, -1);
    vg_pages_rectangle(w->pages, x + 228, y + 2.3, 6.4, 6.4, VG_INK_ACCENT);
    vg_pages_put(w->pages, VG_TYPE_FOOT, VG_INK_MUTED, vg_say(w, "image ou vidéo", "picture or video"), x + 240, y, 90, -1);
    vg_pages_put(w->pages, VG_TYPE_FOOT, VG_INK_MUTED, vg_say(w, "heures UTC", "times in UTC"), VG_PAGE_LEFT, y, VG_PAGE_INNER, 1);
}

static void draw_timeline(vg_writer *w)
{
    const vg_dossier *d = w->d;
    int64_t first, last;
    size_t lanes = d->party_count < LANES_MOST ? d->party_count : LANES_MOST;
    if (!lanes || !vg_dossier_span(d, &first, &last)) return;
    double h = (double)lanes * LANE_HEIGHT;
    vg_pages_need(w->pages, h + 56);
    double y = vg_pages_y(w->pages);
    size_t flagged = 0;
    for (size_t i = 0; i < d->message_count; i++) flagged += d->messages[i].flagged;
    vg_pages_figure(w->pages, vg_sayf(w, "Frise de l’échange, du %s au %s, une ligne par compte. Messages : %zu, dont %zu portent un indice. Images ou vidéos : %zu. Chacun est dans les tableaux qui suivent.",
                                      "Timeline of the exchange, from %s to %s, one line for each account. Messages: %zu, of which %zu show a sign. Pictures or videos: %zu. Each is in the tables below.",
                                      vg_say_time(w, first).ptr, vg_say_time(w, last).ptr, d->message_count, flagged, d->media_count));
    draw_scale(w, y, h, first, last);
    for (size_t i = 0; i < lanes; i++) draw_lane(w, i, y + (double)i * LANE_HEIGHT, first, last);
    draw_legend(w, y + h + 28);
    vg_pages_figure_end(w->pages);
    vg_pages_advance(w->pages, h + 50);
}

/* ---- who is who, what was found ---- */
static void write_people(vg_writer *w)
{
    const vg_dossier *d = w->d;
    vg_columns c = {.count = 4, .width = {78, 190, 125, VG_PAGE_INNER - 393},
                    .head = {vg_say(w, "Désigné par", "Called"), vg_say(w, "Compte sur la plateforme", "Account on the platform"), vg_say(w, "Âge", "Age"), vg_say(w, "Compte créé (UTC)", "Account made (UTC)")}};
    if (!d->party_count) return;
    vg_pages_table(w->pages, &c);
    for (size_t i = 0; i < d->party_count; i++) {
        const vg_party *p = &d->parties[i];
        vg_cell cells[4] = {0};
        vg_cell_add(&cells[0], VG_TYPE_CELL_BOLD, p->role == VG_PARTY_AUTHOR ? VG_INK_ALARM : VG_INK_TEXT, vg_say_party(w, i));
        vg_cell_add(&cells[1], VG_TYPE_CELL, VG_INK_TEXT, vg_shown(w, p->account, 160));
        vg_cell_add(&cells[2], VG_TYPE_CELL, VG_INK_TEXT, vg_say_age(w, p->band, p->basis));
        vg_cell_add(&cells[3], VG_TYPE_CELL, p->created_ms ? VG_INK_TEXT : VG_INK_MUTED, p->created_ms ? vg_say_moment(w, p->created_ms) : vg_say(w, "inconnu", "not known"));
        vg_pages_row(w->pages, cells, VG_INK_WHITE);
    }
    vg_pages_table_end(w->pages);
}

static void write_findings(vg_writer *w)
{
    const vg_dossier *d = w->d;
    vg_columns c = {.count = 4, .width = {34, 285, 46, VG_PAGE_INNER - 365},
                    .head = {vg_say(w, "N°", "No."), vg_say(w, "Ce qui a été relevé", "What was found"), vg_say(w, "Fois", "Times"), vg_say(w, "Première fois (UTC)", "First time (UTC)")}};
    if (!d->finding_count) return;
    vg_pages_table(w->pages, &c);
    for (size_t i = 0; i < d->finding_count; i++) {
        const vg_finding *f = &d->findings[i];
        vg_cell cells[4] = {0};
        vg_cell_add(&cells[0], VG_TYPE_CELL_BOLD, VG_INK_ALARM, vg_sayf(w, "I%zu", "S%zu", i + 1));
        vg_cell_add(&cells[1], VG_TYPE_CELL, VG_INK_TEXT, vg_shown(w, f->why[w->lang], 300));
        /* 0: it stood before the case opened, and is in none of its events */
        vg_cell_add(&cells[2], VG_TYPE_CELL, VG_INK_TEXT, f->times ? vg_sayf(w, "%u", "%u", f->times) : vg_say(w, "avant", "before"));
        if (f->first_ms) vg_cell_add(&cells[3], VG_TYPE_CELL, VG_INK_TEXT, vg_say_moment(w, f->first_ms));
        vg_pages_row(w->pages, cells, VG_INK_WHITE);
    }
    vg_pages_table_end(w->pages);
}

/* ---- the messages ---- */
/* At most LINES_MOST lines: a message of line breaks alone would be as long as a page. */
static vg_str first_lines(vg_str text, bool *cut)
{
    size_t lines = 0;
    for (size_t i = 0; i < text.len; i++)
        if ((text.ptr[i] == '\n' || text.ptr[i] == '\r') && ++lines == LINES_MOST) {
            *cut = i + 1 < text.len;
            return (vg_str){text.ptr, i};
        }
    return text;
}

static bool inside_character(vg_str text, uint32_t at) { return at < text.len && ((unsigned char)text.ptr[at] & 0xc0) == 0x80; }

/* The text in pieces between the places that carry signs, so that a place is where it was whatever had to be written by its number. */
static void add_text(vg_writer *w, vg_cell *cell, const vg_dossier_message *m)
{
    bool cut = false;
    vg_str text = first_lines(m->text, &cut);
    if (text.len > MESSAGE_MOST) cut = true;
    vg_span *marks = vg_arena_calloc(w->arena, m->finding_count + 1, sizeof *marks);
    vg_buf out;
    size_t at = 0, count = 0;
    vg_buf_init(&out, 8 * MESSAGE_MOST * 4);
    for (size_t i = 0; marks && m->places && i < m->finding_count; i++) {
        vg_span s = m->places[i];
        if (s.to <= s.from || s.from < at || s.to > text.len || out.len > MESSAGE_MOST || inside_character(text, s.from) || inside_character(text, s.to)) continue;
        vg_buf_add_str(&out, vg_text_shown(w->arena, (vg_str){text.ptr + at, s.from - at}, true, 0));
        marks[count].from = (uint32_t)out.len;
        vg_buf_add_str(&out, vg_text_shown(w->arena, (vg_str){text.ptr + s.from, s.to - s.from}, true, 0));
        marks[count++].to = (uint32_t)out.len;
        at = s.to;
    }
    size_t left = out.len < MESSAGE_MOST ? MESSAGE_MOST - out.len : 3;
    vg_buf_add_str(&out, vg_text_shown(w->arena, (vg_str){text.ptr + at, text.len - at}, true, left));
    vg_str shown = out.failed || !marks ? (vg_str){NULL, 0} : vg_arena_copy(w->arena, (vg_str){out.ptr ? out.ptr : "", out.len});
    vg_buf_free(&out);
    if (!shown.ptr) {
        w->failed = true;
        return;
    }
    if (cell->count < VG_CELL_BLOCKS && shown.len) cell->blocks[cell->count++] = (vg_block){.type = VG_TYPE_CELL, .ink = VG_INK_TEXT, .text = shown, .marks = count ? marks : NULL, .mark_count = count};
    if (!cut && shown.len >= 3) cut = !memcmp(shown.ptr + shown.len - 3, "…", 3) && (m->text.len < 3 || memcmp(m->text.ptr + m->text.len - 3, "…", 3));
    if (cut)
        vg_cell_add(cell, VG_TYPE_SMALL, VG_INK_AMBER, vg_sayf(w, "Texte coupé : %zu octets en tout. Le texte entier est dans l’archive.", "Text cut: %zu bytes in all. The whole text is in the archive.", m->text.len));
}

static void write_message(vg_writer *w, size_t n)
{
    const vg_dossier *d = w->d;
    const vg_dossier_message *m = &d->messages[n];
    vg_cell cells[4] = {0};
    bool author = m->from < d->party_count && d->parties[m->from].role == VG_PARTY_AUTHOR;
    vg_cell_add(&cells[0], VG_TYPE_CELL, VG_INK_MUTED, vg_sayf(w, "%zu", "%zu", n + 1));
    vg_cell_add(&cells[1], VG_TYPE_CELL, VG_INK_TEXT, vg_say_moment(w, m->time_ms));
    vg_cell_add(&cells[1], VG_TYPE_SMALL, VG_INK_MUTED, vg_say_local(w, m->time_ms));
    vg_cell_add(&cells[2], VG_TYPE_CELL_BOLD, author ? VG_INK_ALARM : VG_INK_TEXT, vg_say_party(w, m->from));
    for (size_t i = 0; i < m->to_count && i < 3; i++) vg_cell_add(&cells[2], VG_TYPE_SMALL, VG_INK_MUTED, vg_sayf(w, "à %s", "to %s", vg_say_party(w, m->to[i]).ptr));
    vg_cell_add(&cells[2], VG_TYPE_SMALL, VG_INK_MUTED, vg_say_channel(w, m->channel));
    if (m->withheld)
        vg_cell_add(&cells[3], VG_TYPE_CELL, VG_INK_AMBER, vg_say(w, "Texte non lu : la règle de cet espace ne permet pas de le regarder.", "Text not read: this space’s policy does not allow looking at it."));
    else if (m->unreadable)
        vg_cell_add(&cells[3], VG_TYPE_CELL, VG_INK_AMBER, vg_say(w, "Contenu scellé illisible : seule l’heure est connue.", "Sealed content unreadable: only the time is known."));
    else if (!m->text.len) vg_cell_add(&cells[3], VG_TYPE_CELL, VG_INK_MUTED, vg_say(w, "(sans texte)", "(no text)"));
    else add_text(w, &cells[3], m);
    for (size_t i = 0; i < m->finding_count && cells[3].count + 1 < VG_CELL_BLOCKS; i++) {
        if (m->findings[i] >= d->finding_count) continue;
        vg_str why = vg_shown(w, d->findings[m->findings[i]].why[w->lang], 160);
        vg_cell_add(&cells[3], VG_TYPE_SMALL, VG_INK_ALARM, vg_sayf(w, "I%u : %s", "S%u: %s", m->findings[i] + 1u, why.ptr));
        cells[3].blocks[cells[3].count - 1].above = 2;
    }
    vg_pages_row(w->pages, cells, m->flagged ? VG_INK_ALARM : VG_INK_WHITE);
}

void vg_write_facts(vg_writer *w)
{
    const vg_dossier *d = w->d;
    vg_pages_section(w->pages, vg_say(w, "1. Les faits, dans l’ordre", "1. The facts, in order"));
    write_people(w);
    if (!d->message_count && !d->media_count) {
        vg_pages_paragraph(w->pages, VG_TYPE_BODY, VG_INK_AMBER, d->destroyed ? vg_say(w, "Le contenu a été détruit à la fin de sa durée de conservation.", "The content was destroyed at the end of its retention.")
                                                                              : vg_say(w, "Aucun message ni média dans ce dossier.", "No message and no media in this case."));
        write_findings(w);
        return;
    }
    draw_timeline(w);
    write_findings(w);
    if (!d->message_count) return;
    vg_columns c = {.count = 4, .width = {28, 118, 84, VG_PAGE_INNER - 230},
                    .head = {vg_say(w, "N°", "No."), w->zone[0] ? vg_say(w, "Heure UTC, puis locale", "Time in UTC, then local") : vg_say(w, "Heure (UTC)", "Time (UTC)"), vg_say(w, "De", "From"),
                             vg_say(w, "Message ; en rouge : ce qui a été relevé", "Message; in red: what was found")}};
    vg_pages_table(w->pages, &c);
    for (size_t i = 0; i < d->message_count; i++) write_message(w, i);
    vg_pages_table_end(w->pages);
}
