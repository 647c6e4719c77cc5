/* SPDX-License-Identifier: Apache-2.0
 *
 * Laying out: text to paragraphs of Pango, paragraphs to rows, rows to pages. */
#include "report/pdf/pages_int.h"

#include "base/alloc.h"
#include "base/hash.h"

static const struct { const char *font; double spacing; } faces[VG_TYPES] = {
    [VG_TYPE_TITLE] = {"Noto Sans,DejaVu Sans Bold 20", 1.0},
    [VG_TYPE_KICKER] = {"Noto Sans,DejaVu Sans Bold 8.5", 1.0},
    [VG_TYPE_SECTION] = {"Noto Sans,DejaVu Sans Bold 13", 1.0},
    [VG_TYPE_BODY] = {"Noto Sans,DejaVu Sans 9.8", 1.08},
    [VG_TYPE_BOLD] = {"Noto Sans,DejaVu Sans Bold 9.8", 1.04},
    [VG_TYPE_CELL] = {"Noto Sans,DejaVu Sans 8.8", 1.0},
    [VG_TYPE_CELL_BOLD] = {"Noto Sans,DejaVu Sans Bold 8.8", 1.0},
    [VG_TYPE_SMALL] = {"Noto Sans,DejaVu Sans 7.6", 1.0},
    [VG_TYPE_HEAD] = {"Noto Sans,DejaVu Sans Bold 7.6", 1.0},
    [VG_TYPE_MONO] = {"DejaVu Sans Mono 7", 1.0},
    [VG_TYPE_URGENT] = {"Noto Sans,DejaVu Sans Bold 13", 1.0},
    [VG_TYPE_PHONE] = {"Noto Sans,DejaVu Sans Bold 22", 1.0},
    [VG_TYPE_FOOT] = {"Noto Sans,DejaVu Sans 7.6", 1.0},
};

enum { CELL_PAD = 5, ROW_PAD = 4, BOX_PAD = 12, LAYOUTS_KEPT = 1024, UNKNOWN_MOST = 64 };
#define TALLEST 640.0 /* of one paragraph: a page holds it together with its row's head */

/* ---- paragraphs ---- */
struct kept { /* the same text is laid out once: names, labels, times of a table repeat */
    uint64_t key;
    PangoLayout *layout;
};

static bool keep_layout(vg_pages *p, PangoLayout *layout)
{
    if (p->layout_count == p->layout_room) {
        size_t room = p->layout_room ? p->layout_room * 2 : 256;
        void *more = vg_realloc(p->layouts, room * sizeof *p->layouts);
        if (!more) {
            g_object_unref(layout);
            p->failed = true;
            return false;
        }
        p->layouts = more;
        p->layout_room = room;
    }
    p->layouts[p->layout_count++] = layout;
    return true;
}

/* The code points that no font has, from the glyphs that stand for them. */
static size_t find_unknown(PangoLayout *layout, uint32_t *points)
{
    size_t count = 0;
    PangoLayoutIter *it = pango_layout_get_iter(layout);
    do {
        PangoLayoutRun *run = pango_layout_iter_get_run_readonly(it);
        for (int i = 0; run && i < run->glyphs->num_glyphs; i++) {
            PangoGlyph g = run->glyphs->glyphs[i].glyph;
            bool known = g == PANGO_GLYPH_EMPTY || !(g & PANGO_GLYPH_UNKNOWN_FLAG);
            for (size_t k = 0; !known && k < count; k++) known = points[k] == (g & ~PANGO_GLYPH_UNKNOWN_FLAG);
            if (!known && count < UNKNOWN_MOST) points[count++] = g & ~PANGO_GLYPH_UNKNOWN_FLAG;
        }
    } while (pango_layout_iter_next_run(it));
    pango_layout_iter_free(it);
    return count;
}

/* The text with those written by their numbers; moves the marks along. */
static vg_str number_unknown(vg_pages *p, vg_str text, const uint32_t *points, size_t count, vg_span *marks, size_t mark_count)
{
    vg_buf out;
    vg_span was[VG_MARKS_MOST];
    memcpy(was, marks, mark_count * sizeof *was);
    vg_buf_init(&out, text.len * 10 + 16);
    for (size_t i = 0; i < text.len;) {
        uint32_t c = g_utf8_get_char(text.ptr + i);
        size_t n = (size_t)(g_utf8_next_char(text.ptr + i) - (text.ptr + i)), k = 0;
        for (size_t m = 0; m < mark_count; m++) {
            if (was[m].from == i) marks[m].from = (uint32_t)out.len;
            if (was[m].to == i) marks[m].to = (uint32_t)out.len;
        }
        while (k < count && points[k] != c) k++;
        if (k < count) vg_buf_printf(&out, "\\u{%X}", c);
        else vg_buf_add(&out, text.ptr + i, n);
        i += n;
    }
    for (size_t m = 0; m < mark_count; m++)
        if (was[m].to == text.len) marks[m].to = (uint32_t)out.len;
    vg_str result = out.failed ? text : vg_arena_copy(p->arena, (vg_str){out.ptr ? out.ptr : "", out.len});
    vg_buf_free(&out);
    return result.ptr ? result : text;
}

static void underline(PangoLayout *layout, const vg_span *marks, size_t count)
{
    PangoAttrList *list = pango_attr_list_new();
    pango_attr_list_insert(list, pango_attr_insert_hyphens_new(FALSE)); /* what is quoted gets no letter of ours */
    for (size_t i = 0; i < count; i++) {
        PangoAttribute *line = pango_attr_underline_new(PANGO_UNDERLINE_SINGLE);
        line->start_index = marks[i].from;
        line->end_index = marks[i].to;
        pango_attr_list_insert(list, line);
    }
    pango_layout_set_attributes(layout, list);
    pango_attr_list_unref(list);
}

static PangoLayout *make_layout(vg_pages *p, const vg_block *b, double width)
{
    uint32_t unknown[UNKNOWN_MOST];
    vg_span marks[VG_MARKS_MOST];
    size_t mark_count = b->mark_count < VG_MARKS_MOST ? b->mark_count : VG_MARKS_MOST;
    int height;
    PangoLayout *layout = pango_layout_new(p->context);
    pango_layout_set_font_description(layout, p->fonts[b->type]);
    if (width > 0) pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    if (faces[b->type].spacing > 1.0) pango_layout_set_line_spacing(layout, (float)faces[b->type].spacing);
    pango_layout_set_text(layout, b->text.ptr, (int)b->text.len);
    memcpy(marks, b->marks ? b->marks : marks, b->marks ? mark_count * sizeof *marks : 0);
    if (pango_layout_get_unknown_glyphs_count(layout) > 0) {
        size_t count = find_unknown(layout, unknown);
        vg_str text = number_unknown(p, b->text, unknown, count, marks, b->marks ? mark_count : 0);
        pango_layout_set_text(layout, text.ptr, (int)text.len);
    }
    underline(layout, marks, b->marks ? mark_count : 0);
    pango_layout_get_size(layout, NULL, &height);
    if (height > TALLEST * PANGO_SCALE) {
        pango_layout_set_height(layout, (int)(TALLEST * PANGO_SCALE));
        pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
    }
    return layout;
}

PangoLayout *vg_pages_layout(vg_pages *p, const vg_block *b, double width)
{
    static const vg_hash_key key = {0x7061676573, 1};
    struct kept *kept = NULL;
    if (p->failed) return NULL;
    if (!p->kept) p->kept = vg_calloc(LAYOUTS_KEPT, sizeof *p->kept);
    if (p->kept) { /* a row is measured before it is drawn: also what does not repeat is asked for twice */
        uint64_t hash = vg_hash_mix(vg_hash_content(&key, b->text.ptr, b->text.len), (uint64_t)(int64_t)(width * 64) << 8 | b->type) | 1;
        if (b->mark_count) hash = vg_hash_mix(hash, vg_hash_content(&key, b->marks, b->mark_count * sizeof *b->marks)) | 1;
        kept = &p->kept[hash % LAYOUTS_KEPT];
        if (kept->key == hash && !strcmp(pango_layout_get_text(kept->layout), b->text.ptr)) return kept->layout;
        kept->key = hash;
    }
    PangoLayout *layout = make_layout(p, b, width);
    if (!keep_layout(p, layout)) {
        if (kept) kept->key = 0;
        return NULL;
    }
    if (kept) kept->layout = layout;
    return layout;
}

static double height_of(PangoLayout *layout)
{
    int h;
    pango_layout_get_size(layout, NULL, &h);
    return (double)h / PANGO_SCALE;
}

/* ---- what is to be drawn ---- */
static vg_item *add_item(vg_pages *p)
{
    if (p->failed) return NULL;
    if (p->item_count == p->item_room) {
        size_t room = p->item_room ? p->item_room * 2 : 512;
        void *more = vg_realloc(p->items, room * sizeof *p->items);
        if (!more) {
            p->failed = true;
            return NULL;
        }
        p->items = more;
        p->item_room = room;
    }
    return &p->items[p->item_count++];
}

/* ---- structure ---- */
static void begin(vg_pages *p, const char *tag)
{
    vg_item *i = add_item(p);
    if (i) *i = (vg_item){.page = p->page, .tag = tag};
}

static void end(vg_pages *p, const char *tag)
{
    vg_item *i = add_item(p);
    if (i) *i = (vg_item){.page = p->page, .tag = tag, .ends = true};
}

void vg_pages_figure(vg_pages *p, vg_str alt)
{
    p->figure = alt;
    begin(p, "Figure");
}

void vg_pages_close(vg_pages *p) { end(p, "Document"); }

void vg_pages_figure_end(vg_pages *p) { end(p, "Figure"); }

/* Cairo reads attributes between single quotes; an address with one of those, or with anything that is no plain letter, leads nowhere. */
static const char *link_of(vg_pages *p, const char *address)
{
    for (const char *c = address; *c; c++)
        if (*c <= ' ' || *c > '~' || strchr("'\\\"<>()", *c)) return NULL;
    return vg_arena_printf(p->arena, strncmp(address, "http", 4) == 0 ? "uri='%s'" : "uri='mailto:%s'", address).ptr;
}

void vg_pages_rectangle(vg_pages *p, double x, double y, double w, double h, vg_ink ink)
{
    vg_item *i = add_item(p);
    if (i) *i = (vg_item){.page = p->page, .x = x, .y = y, .w = w, .h = h, .ink = ink};
}

void vg_pages_disc(vg_pages *p, double x, double y, double radius, vg_ink ink)
{
    vg_item *i = add_item(p);
    if (i) *i = (vg_item){.page = p->page, .x = x, .y = y, .w = radius, .round = true, .ink = ink};
}

static double draw_block(vg_pages *p, const vg_block *b, double x, double y, double w)
{
    PangoLayout *layout = vg_pages_layout(p, b, w);
    vg_item *i = layout ? add_item(p) : NULL;
    if (!i) return 0;
    *i = (vg_item){.page = p->page, .x = x, .y = y, .ink = b->ink, .layout = layout};
    return height_of(layout);
}

/* A block as an element of its own. */
static double draw_tagged(vg_pages *p, const vg_block *b, const char *tag, double x, double y, double w)
{
    const char *link = b->link ? link_of(p, b->link) : NULL;
    begin(p, tag);
    if (link) {
        vg_item *i = add_item(p);
        if (i) *i = (vg_item){.page = p->page, .tag = CAIRO_TAG_LINK, .link = link};
    }
    double h = draw_block(p, b, x, y, w);
    if (link) end(p, CAIRO_TAG_LINK);
    end(p, tag);
    return h;
}

double vg_pages_put(vg_pages *p, vg_type type, vg_ink ink, vg_str text, double x, double y, double w, int align)
{
    vg_block b = {.type = type, .ink = ink, .text = text};
    int width;
    if (align < 0) return draw_block(p, &b, x, y, w);
    PangoLayout *layout = vg_pages_layout(p, &b, -1);
    if (!layout) return 0;
    pango_layout_get_size(layout, &width, NULL);
    double over = w - (double)width / PANGO_SCALE;
    return draw_block(p, &b, align ? x + over : x + over / 2, y, -1);
}

/* ---- the flow ---- */
double vg_pages_y(const vg_pages *p) { return p->y; }

static void turn_page(vg_pages *p)
{
    p->page++;
    p->y = VG_PAGE_TOP;
}

void vg_pages_need(vg_pages *p, double height)
{
    if (p->y + height > VG_PAGE_BOTTOM && p->y > VG_PAGE_TOP) turn_page(p);
}

void vg_pages_skip(vg_pages *p, double height)
{
    if (p->y > VG_PAGE_TOP) p->y += height;
    if (p->y > VG_PAGE_BOTTOM) turn_page(p);
}

void vg_pages_advance(vg_pages *p, double height) { p->y += height; }

void vg_pages_section(vg_pages *p, vg_str title)
{
    if (p->entry_count == VG_ENTRIES_MOST) return;
    vg_pages_skip(p, 16);
    vg_pages_need(p, 110); /* with a few lines of what it is about */
    p->entries[p->entry_count++] = (vg_entry){title, p->page, p->y};
    begin(p, "H2");
    double h = vg_pages_put(p, VG_TYPE_SECTION, VG_INK_ACCENT, title, VG_PAGE_LEFT, p->y, VG_PAGE_INNER, -1);
    end(p, "H2");
    vg_pages_rectangle(p, VG_PAGE_LEFT, p->y + h + 2, VG_PAGE_INNER, 0.8, VG_INK_ACCENT);
    p->y += h + 10;
}

void vg_pages_paragraph(vg_pages *p, vg_type type, vg_ink ink, vg_str text)
{
    vg_block b = {.type = type, .ink = ink, .text = text};
    PangoLayout *layout = vg_pages_layout(p, &b, VG_PAGE_INNER);
    if (!layout) return;
    vg_pages_need(p, height_of(layout));
    p->y += draw_tagged(p, &b, type == VG_TYPE_TITLE ? "H1" : type == VG_TYPE_BOLD ? "H2" : "P", VG_PAGE_LEFT, p->y, VG_PAGE_INNER) + 5;
}

void vg_pages_list(vg_pages *p) { begin(p, "L"); }

void vg_pages_list_item(vg_pages *p, vg_str text)
{
    vg_block b = {.type = VG_TYPE_BODY, .ink = VG_INK_TEXT, .text = text};
    PangoLayout *layout = vg_pages_layout(p, &b, VG_PAGE_INNER);
    if (!layout) return;
    vg_pages_need(p, height_of(layout));
    begin(p, "LI");
    p->y += draw_tagged(p, &b, "LBody", VG_PAGE_LEFT, p->y, VG_PAGE_INNER) + 5;
    end(p, "LI");
}

void vg_pages_list_end(vg_pages *p) { end(p, "L"); }

static double cell_height(vg_pages *p, const vg_cell *c, double w)
{
    double h = 0;
    for (size_t i = 0; i < c->count; i++) {
        PangoLayout *layout = vg_pages_layout(p, &c->blocks[i], w);
        if (layout) h += height_of(layout) + c->blocks[i].above;
    }
    return h;
}

/* An element of paragraphs, or of the text itself where that is one; NULL: none, a head that is repeated is read once. */
static void draw_cell(vg_pages *p, const vg_cell *c, const char *tag, double x, double y, double w)
{
    bool one = c->count == 1 && !c->blocks[0].link;
    if (tag && !one) begin(p, tag);
    for (size_t i = 0; i < c->count; i++) {
        y += c->blocks[i].above;
        y += tag ? draw_tagged(p, &c->blocks[i], one ? tag : "P", x, y, w) : draw_block(p, &c->blocks[i], x, y, w);
    }
    if (tag && !one) end(p, tag);
}

void vg_pages_box(vg_pages *p, vg_ink fill, vg_ink edge, const vg_cell *inside)
{
    double w = VG_PAGE_INNER - 2 * BOX_PAD - 4, h = cell_height(p, inside, w) + 2 * BOX_PAD;
    vg_pages_need(p, h);
    vg_pages_rectangle(p, VG_PAGE_LEFT, p->y, VG_PAGE_INNER, h, fill);
    vg_pages_rectangle(p, VG_PAGE_LEFT, p->y, 4, h, edge);
    draw_cell(p, inside, "Div", VG_PAGE_LEFT + 4 + BOX_PAD, p->y + BOX_PAD, w);
    p->y += h + 10;
}

/* ---- tables ---- */
static double draw_row(vg_pages *p, const vg_cell *cells, const char *tag, double h)
{
    double x = VG_PAGE_LEFT;
    if (tag) begin(p, "TR");
    for (size_t i = 0; i < p->columns.count; i++) {
        draw_cell(p, &cells[i], tag, x + CELL_PAD, p->y + ROW_PAD, p->columns.width[i] - 2 * CELL_PAD);
        x += p->columns.width[i];
    }
    if (tag) end(p, "TR");
    return h;
}

static double row_height(vg_pages *p, const vg_cell *cells)
{
    double h = 0;
    for (size_t i = 0; i < p->columns.count; i++) {
        double c = cell_height(p, &cells[i], p->columns.width[i] - 2 * CELL_PAD);
        if (c > h) h = c;
    }
    return h + 2 * ROW_PAD;
}

static void draw_head(vg_pages *p, bool again)
{
    vg_cell cells[VG_COLUMNS] = {0};
    if (!p->columns.head[0].len) return;
    for (size_t i = 0; i < p->columns.count; i++) vg_cell_add(&cells[i], VG_TYPE_HEAD, VG_INK_ACCENT, p->columns.head[i]);
    double h = row_height(p, cells);
    vg_pages_rectangle(p, VG_PAGE_LEFT, p->y, VG_PAGE_INNER, h, VG_INK_PANEL);
    p->y += draw_row(p, cells, again ? NULL : "TH", h);
}

void vg_pages_table(vg_pages *p, const vg_columns *columns)
{
    p->columns = *columns;
    vg_pages_need(p, 70);
    begin(p, "Table");
    draw_head(p, false);
}

void vg_pages_row(vg_pages *p, const vg_cell *cells, vg_ink bar)
{
    double h = row_height(p, cells);
    if (p->y + h > VG_PAGE_BOTTOM && p->y > VG_PAGE_TOP + 40) {
        turn_page(p);
        draw_head(p, true);
    }
    if (bar != VG_INK_WHITE) vg_pages_rectangle(p, VG_PAGE_LEFT, p->y + 1, 2.2, h - 2, bar);
    p->y += draw_row(p, cells, "TD", h);
    vg_pages_rectangle(p, VG_PAGE_LEFT, p->y, VG_PAGE_INNER, 0.4, VG_INK_RULE);
}

void vg_pages_table_end(vg_pages *p)
{
    end(p, "Table");
    vg_pages_skip(p, 8);
}

void vg_cell_add(vg_cell *cell, vg_type type, vg_ink ink, vg_str text)
{
    if (cell->count < VG_CELL_BLOCKS && text.len) cell->blocks[cell->count++] = (vg_block){.type = type, .ink = ink, .text = text};
}

/* ---- life ---- */
int vg_pages_create(const vg_pages_ask *ask, vg_arena *arena, vg_pages **out, vg_error *err)
{
    vg_pages *p = vg_calloc(1, sizeof *p);
    if (!p) return vg_fail(err, VG_ENOMEM, "", "out of memory");
    cairo_font_options_t *options = cairo_font_options_create();
    p->ask = *ask;
    p->arena = arena;
    p->y = VG_PAGE_TOP;
    p->map = pango_cairo_font_map_new(); /* of its own: nothing of one document is left for the next, and keeping it is no faster */
    p->context = pango_font_map_create_context(p->map);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(p->context, options);
    pango_cairo_context_set_resolution(p->context, 72);
    pango_context_set_language(p->context, pango_language_from_string(ask->language == VG_LANG_FR ? "fr" : "en"));
    cairo_font_options_destroy(options);
    for (size_t i = 0; i < VG_TYPES; i++) p->fonts[i] = pango_font_description_from_string(faces[i].font);
    begin(p, "Document");
    *out = p;
    return 0;
}

void vg_pages_destroy(vg_pages **pages)
{
    vg_pages *p = *pages;
    if (!p) return;
    for (size_t i = 0; i < p->layout_count; i++) g_object_unref(p->layouts[i]);
    for (size_t i = 0; i < VG_TYPES; i++) pango_font_description_free(p->fonts[i]);
    g_object_unref(p->context);
    g_object_unref(p->map);
    vg_free(p->layouts);
    vg_free(p->items);
    vg_free(p->kept);
    vg_free(p);
    *pages = NULL;
}
