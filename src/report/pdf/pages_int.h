/* SPDX-License-Identifier: Apache-2.0
 *
 * report/pdf, inside: what page.c collects and draw.c draws. */
#ifndef VG_REPORT_PDF_PAGES_INT_H
#define VG_REPORT_PDF_PAGES_INT_H

#include "report/pdf/page_int.h"

enum { VG_ENTRIES_MOST = 32, VG_MARKS_MOST = 32 };

typedef struct vg_item {
    uint32_t page; /* from 0 */
    double x, y, w, h;
    PangoLayout *layout; /* NULL: a rectangle, or a disc of radius w */
    vg_ink ink;
    bool round;
    const char *tag;  /* not NULL: no drawing, but the beginning of an element, or its end */
    const char *link; /* of a beginning: attributes of a link; NULL: none */
    bool ends;
    uint32_t order; /* of those on one page */
} vg_item;

typedef struct vg_entry { /* of the outline */
    vg_str title;
    uint32_t page;
    double y;
} vg_entry;

struct vg_pages {
    vg_pages_ask ask;
    vg_arena *arena;
    PangoFontMap *map;
    PangoContext *context;
    PangoFontDescription *fonts[VG_TYPES];
    PangoLayout **layouts;
    size_t layout_count, layout_room;
    struct kept *kept;
    vg_item *items;
    size_t item_count, item_room;
    vg_entry entries[VG_ENTRIES_MOST];
    size_t entry_count;
    vg_str figure; /* what the one drawing shows, for who cannot see it */
    vg_columns columns;
    uint32_t page;
    double y;
    bool failed;
};

/** The end of the whole document's structure. */
void vg_pages_close(vg_pages *pages);
/** The paragraph, laid out to a width (-1: in one line); owned by `pages`, NULL after a failure. */
PangoLayout *vg_pages_layout(vg_pages *pages, const vg_block *block, double width);

#endif
