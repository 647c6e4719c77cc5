/* SPDX-License-Identifier: Apache-2.0
 *
 * report/pdf, inside: pages. What is to be drawn is collected first, with its page and place, and drawn at the end, when the number of
 * pages is known. A failure (memory) is remembered; what follows does nothing; vg_pages_finish says so. Lengths in points (1/72 inch), y
 * downwards. All text but that of the margins is in an element of the document's structure (tagged PDF, ISO 32000-1, 14.8), in the order in
 * which it is read: H1, H2, P, Table, TR, TH, TD, L, LI, LBody, Div, Figure, Link. */
#ifndef VG_REPORT_PDF_PAGE_INT_H
#define VG_REPORT_PDF_PAGE_INT_H

#include <pango/pangocairo.h>

#include "base/arena.h"
#include "base/error.h"
#include "event/evidence.h"
#include "event/policy.h"

#define VG_PAGE_WIDTH 595.28 /* A4 */
#define VG_PAGE_HEIGHT 841.89
#define VG_PAGE_LEFT 54.0
#define VG_PAGE_TOP 62.0
#define VG_PAGE_BOTTOM 782.0
#define VG_PAGE_INNER (VG_PAGE_WIDTH - 2 * VG_PAGE_LEFT)

typedef enum {
    VG_TYPE_TITLE, VG_TYPE_KICKER, VG_TYPE_SECTION, VG_TYPE_BODY, VG_TYPE_BOLD, VG_TYPE_CELL, VG_TYPE_CELL_BOLD, VG_TYPE_SMALL, VG_TYPE_HEAD,
    VG_TYPE_MONO, VG_TYPE_URGENT, VG_TYPE_PHONE, VG_TYPE_FOOT, VG_TYPES
} vg_type;
typedef enum { VG_INK_TEXT, VG_INK_MUTED, VG_INK_ACCENT, VG_INK_ALARM, VG_INK_AMBER, VG_INK_GREEN, VG_INK_RULE, VG_INK_PANEL, VG_INK_ALARM_PANEL, VG_INK_AMBER_PANEL, VG_INK_WHITE, VG_INKS } vg_ink;

typedef struct vg_block { /* a paragraph of a cell */
    vg_type type;
    vg_ink ink;
    vg_str text;
    const vg_span *marks; /* underlined, in bytes of text, in order */
    size_t mark_count;
    double above;         /* space before it */
    const char *link;     /* where it leads: a web or mail address of the policy's, never one from a case; NULL: nowhere */
} vg_block;
enum { VG_CELL_BLOCKS = 12 };
typedef struct vg_cell {
    vg_block blocks[VG_CELL_BLOCKS];
    size_t count;
} vg_cell;

enum { VG_COLUMNS = 6 };
typedef struct vg_columns {
    size_t count;
    double width[VG_COLUMNS];
    vg_str head[VG_COLUMNS]; /* count of them, or the first empty: no head */
} vg_columns;

typedef struct vg_pages vg_pages;
typedef struct vg_pages_ask {
    vg_lang language;
    vg_str title, author, subject, keywords; /* of the file */
    vg_str running;  /* at the top of every page but the first */
    vg_str stamp;    /* "Draft": on every page; empty: none */
    const char *of;  /* "Page %zu sur %zu" */
    int64_t made_ms;
} vg_pages_ask;

int vg_pages_create(const vg_pages_ask *ask, vg_arena *arena, vg_pages **out, vg_error *err);
void vg_pages_destroy(vg_pages **pages);
/** Draws everything into `out`. */
int vg_pages_finish(vg_pages *pages, vg_buf *out, size_t *count, vg_error *err);
/** Draws one of them (from 1) as a picture instead. VG_ENOENT: there is no such page. */
int vg_pages_picture(vg_pages *pages, size_t page, vg_buf *png, size_t *count, vg_error *err);

/** A new page unless `height` fits on this one. */
void vg_pages_need(vg_pages *pages, double height);
/** Space between two things: none at the top of a page. */
void vg_pages_skip(vg_pages *pages, double height);
/** Past what was drawn at places of one's own. */
void vg_pages_advance(vg_pages *pages, double height);
double vg_pages_y(const vg_pages *pages);
/** A heading with its entry in the outline; never alone at the foot of a page. */
void vg_pages_section(vg_pages *pages, vg_str title);
void vg_pages_paragraph(vg_pages *pages, vg_type type, vg_ink ink, vg_str text);
/** A list's items follow, each one paragraph. */
void vg_pages_list(vg_pages *pages);
void vg_pages_list_item(vg_pages *pages, vg_str text);
void vg_pages_list_end(vg_pages *pages);
/** What is put until the end is one drawing; `alt` says what it shows. Of several, the last one's is kept. */
void vg_pages_figure(vg_pages *pages, vg_str alt);
void vg_pages_figure_end(vg_pages *pages);
/** A box as wide as the page with a coloured edge. */
void vg_pages_box(vg_pages *pages, vg_ink fill, vg_ink edge, const vg_cell *inside);
/** A table's rows follow; its head is repeated on every page it reaches. */
void vg_pages_table(vg_pages *pages, const vg_columns *columns);
/** A row, never split over pages; `bar` other than VG_INK_WHITE marks it at its left. */
void vg_pages_row(vg_pages *pages, const vg_cell *cells, vg_ink bar);
void vg_pages_table_end(vg_pages *pages);

/* At places of one's own, on the page where one is. */
void vg_pages_rectangle(vg_pages *pages, double x, double y, double w, double h, vg_ink ink);
void vg_pages_disc(vg_pages *pages, double x, double y, double radius, vg_ink ink);
/** Text at a place; gives its height. align: -1 left, 0 centre, 1 right of `w`. */
double vg_pages_put(vg_pages *pages, vg_type type, vg_ink ink, vg_str text, double x, double y, double w, int align);

void vg_cell_add(vg_cell *cell, vg_type type, vg_ink ink, vg_str text);

#endif
