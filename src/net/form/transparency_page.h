/* SPDX-License-Identifier: Apache-2.0
 *
 * net/form/transparency_page: the public page of a space's figures. No script, no cookie, no request but for itself; what small counts would
 * say of somebody was settled before (review/suppress.h) and is a dash here.
 */
#ifndef VG_NET_FORM_TRANSPARENCY_PAGE_H
#define VG_NET_FORM_TRANSPARENCY_PAGE_H

#include "event/policy.h"
#include "net/net_int.h"
#include "space/space.h"

enum { VG_BOARD_QUARTERS = 4, VG_BOARD_YEAR = 4, VG_BOARD_COLUMNS = 5, VG_BOARD_ROWS = 72 };

typedef enum { VG_BOARD_NOTICES, VG_BOARD_ACTIONS, VG_BOARD_CATEGORIES, VG_BOARD_APPEALS, VG_BOARD_RECEIVERS, VG_BOARD_COUNTRIES, VG_BOARD_DEMANDS,
               VG_BOARD_FOUND, VG_BOARD_TABLES } vg_board_table;

typedef struct vg_board_row {
    const char *key;          /* under which it is kept; NULL: no row */
    uint32_t tables;          /* bit set of vg_board_table: one total may stand in two */
    const char *label[VG_LANGS];
    bool total;               /* of the other rows of its tables */
    bool median;              /* milliseconds, not counts; negative: none */
    int64_t count[VG_BOARD_COLUMNS]; /* the four quarters and, once they are over, the year */
    bool hidden[VG_BOARD_COLUMNS];
} vg_board_row;

typedef struct vg_board_closed { /* a column that was counted and is kept as it was published */
    int64_t counted_ms; /* 0: it was not */
    int64_t times;      /* how often */
    int64_t under;      /* counts below that were hidden then */
    bool anew;          /* it is being counted again */
} vg_board_closed;

typedef struct vg_board {
    const vg_policy *policy;
    const vg_law_book *book; /* names its countries; NULL: all are among the others */
    vg_lang lang;
    int year, newest, oldest; /* years that can be asked for */
    size_t quarters;          /* that are over */
    size_t row_count;
    vg_board_row row[VG_BOARD_ROWS];
    vg_board_closed closed[VG_BOARD_COLUMNS];
} vg_board;

void vg_transparency_page(vg_exchange *x, const vg_board *board);
/** Which space? Only those that publish are named. */
void vg_transparency_choose(vg_exchange *x, vg_policy_set *set, vg_lang lang);
/** 404, 429 or 503 as a page. */
void vg_transparency_refuse(vg_exchange *x, int status, vg_lang lang);
/** The headers of all of these pages; answers that may be kept an hour say so. */
void vg_transparency_headers(vg_exchange *x, bool keep);

#endif
