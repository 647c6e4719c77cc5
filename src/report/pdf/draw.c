/* SPDX-License-Identifier: Apache-2.0
 *
 * Drawing what was collected, with what every page carries, and the file's own data. */
#include <cairo-pdf.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/time.h"
#include "report/pdf/pages_int.h"
#include "report/pdf/pdf.h"

static const struct { double r, g, b; } inks[VG_INKS] = {
    [VG_INK_TEXT] = {0.10, 0.12, 0.17},   [VG_INK_MUTED] = {0.36, 0.40, 0.46},        [VG_INK_ACCENT] = {0.11, 0.23, 0.40},
    [VG_INK_ALARM] = {0.70, 0.11, 0.09},  [VG_INK_AMBER] = {0.60, 0.36, 0.02},        [VG_INK_GREEN] = {0.09, 0.40, 0.22},
    [VG_INK_RULE] = {0.80, 0.83, 0.87},   [VG_INK_PANEL] = {0.945, 0.955, 0.97},      [VG_INK_ALARM_PANEL] = {0.99, 0.925, 0.92},
    [VG_INK_AMBER_PANEL] = {0.995, 0.96, 0.89}, [VG_INK_WHITE] = {1, 1, 1},
};

static cairo_status_t take_bytes(void *to, const unsigned char *bytes, unsigned len)
{
    vg_buf *out = to;
    vg_buf_add(out, bytes, len);
    return out->failed ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

static void draw_item(cairo_t *cr, const vg_item *i)
{
    if (i->tag) {
        if (i->ends) cairo_tag_end(cr, i->tag);
        else cairo_tag_begin(cr, i->tag, i->link);
        return;
    }
    cairo_set_source_rgb(cr, inks[i->ink].r, inks[i->ink].g, inks[i->ink].b);
    if (i->layout) {
        cairo_move_to(cr, i->x, i->y);
        pango_cairo_show_layout(cr, i->layout);
        return;
    }
    cairo_new_path(cr); /* a text leaves its point behind */
    if (i->round) cairo_arc(cr, i->x, i->y, i->w, 0, 6.283185307179586);
    else cairo_rectangle(cr, i->x, i->y, i->w, i->h);
    cairo_fill(cr);
}

/* What stands at the head and the foot of every page. Added as items, like all the rest. */
static void add_margins(vg_pages *p, uint32_t pages)
{
    uint32_t last = p->page;
    for (uint32_t n = 0; n < pages; n++) {
        char text[64];
        p->page = n;
        snprintf(text, sizeof text, p->ask.of, (size_t)n + 1, (size_t)pages);
        vg_str number = vg_arena_copy(p->arena, vg_str_of(text));
        if (!number.ptr) p->failed = true;
        if (p->failed) return;
        vg_pages_put(p, VG_TYPE_FOOT, VG_INK_MUTED, number, VG_PAGE_LEFT, 803, VG_PAGE_INNER, 1);
        vg_pages_put(p, VG_TYPE_FOOT, VG_INK_MUTED, p->ask.running, VG_PAGE_LEFT, 803, VG_PAGE_INNER - 90, -1);
        vg_pages_rectangle(p, VG_PAGE_LEFT, 797, VG_PAGE_INNER, 0.4, VG_INK_RULE);
        if (p->ask.stamp.len) vg_pages_put(p, VG_TYPE_HEAD, VG_INK_ALARM, p->ask.stamp, VG_PAGE_LEFT, 36, VG_PAGE_INNER, 1);
    }
    p->page = last;
}

static void set_metadata(vg_pages *p, cairo_surface_t *surface)
{
    char time[25], stamp[21];
    vg_time_format(p->ask.made_ms, time);
    snprintf(stamp, sizeof stamp, "%.19sZ", time); /* the same bytes whenever it is written */
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, p->ask.title.ptr);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_AUTHOR, p->ask.author.ptr);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_SUBJECT, p->ask.subject.ptr);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_KEYWORDS, p->ask.keywords.ptr);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "Vigie");
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, stamp);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_MOD_DATE, stamp);
}

static void add_outline(vg_pages *p, cairo_surface_t *surface)
{
    for (size_t i = 0; i < p->entry_count; i++) {
        char place[64];
        snprintf(place, sizeof place, "page=%u pos=[%d %d]", p->entries[i].page + 1, (int)VG_PAGE_LEFT, (int)p->entries[i].y - 10);
        cairo_pdf_surface_add_outline(surface, CAIRO_PDF_OUTLINE_ROOT, p->entries[i].title.ptr, place, CAIRO_PDF_OUTLINE_FLAG_OPEN);
    }
}

/* The offset of a word in what is written, from its end; SIZE_MAX: not there. */
static size_t find_last(const vg_buf *out, size_t from, const char *word)
{
    size_t n = strlen(word), left = out->len >= n ? out->len - n + 1 : 0;
    const char *at;
    while (left > from && (at = memrchr(out->ptr + from, word[0], left - from)) != NULL) {
        left = (size_t)(at - out->ptr);
        if (!memcmp(at, word, n)) return left;
    }
    return SIZE_MAX;
}

/* ---- what Cairo 1.16 does not write ---- */
/* An incremental update (ISO 32000-1, 7.5.6): objects again with more in them, and a table of those that points to the one before. */
typedef struct update {
    vg_buf *out;
    size_t base;
    struct { unsigned long number; size_t at; } objects[2];
    size_t count;
} update;

/* The object's dictionary, behind its "<<", to its "endobj"; NULL: it is laid out in another way, and is left as it is. */
static vg_str find_object(const update *u, const char *head, vg_arena *arena)
{
    size_t object = find_last(u->out, u->base, head);
    if (object == SIZE_MAX) return (vg_str){NULL, 0};
    const char *from = u->out->ptr + object + strlen(head), *to = strstr(from, "endobj");
    return to && to - from <= 4000 ? vg_arena_copy(arena, (vg_str){from, (size_t)(to - from)}) : (vg_str){NULL, 0};
}

static void again(update *u, unsigned long number, const char *more, vg_str rest)
{
    u->objects[u->count].number = number;
    u->objects[u->count++].at = u->out->len - u->base;
    vg_buf_printf(u->out, "%lu 0 obj\n<< %s%.*sendobj\n", number, more, VG_STR_ARG(rest));
}

/* What the drawing shows, as the text string of its element (UTF-16). */
static void add_alternative(vg_pages *p, update *u)
{
    static const char kind[] = "\n   /S /Figure\n";
    unsigned long number = 0;
    char head[40];
    size_t at = p->figure.len ? find_last(u->out, u->base, kind) : SIZE_MAX, from = at;
    while (from != SIZE_MAX && from > u->base && memcmp(u->out->ptr + from, "obj\n", 4)) from--;
    while (from != SIZE_MAX && from > u->base && u->out->ptr[from - 1] != '\n') from--;
    if (from == SIZE_MAX || at - from > 200 || sscanf(u->out->ptr + from, "%lu 0 obj", &number) != 1) return;
    snprintf(head, sizeof head, "\n%lu 0 obj\n<<", number);
    vg_str rest = find_object(u, head, p->arena);
    glong units = 0;
    gunichar2 *text = rest.ptr ? g_utf8_to_utf16(p->figure.ptr, (glong)p->figure.len, NULL, &units, NULL) : NULL;
    if (!text) return;
    vg_buf more;
    vg_buf_init(&more, 1 << 16);
    vg_buf_add_cstr(&more, "/Alt <FEFF");
    for (glong i = 0; i < units; i++) vg_buf_printf(&more, "%04X", text[i]);
    vg_buf_add_cstr(&more, ">\n  ");
    if (!more.failed) again(u, number, more.ptr, rest);
    vg_buf_free(&more);
    g_free(text);
}

/* The document's language, and that its title is shown. A PDF that is laid out in another way is left as it is. */
static void add_missing(vg_pages *p, vg_buf *out, size_t base)
{
    update u = {.out = out, .base = base};
    unsigned long root = 0, size = 0, before = 0, info = 0;
    char head[40];
    size_t trailer = find_last(out, base, "\ntrailer"), start = find_last(out, base, "\nstartxref");
    if (trailer == SIZE_MAX || start == SIZE_MAX) return;
    const char *r = strstr(out->ptr + trailer, "/Root "), *s = strstr(out->ptr + trailer, "/Size "), *i = strstr(out->ptr + trailer, "/Info ");
    if (!r || !s || !i || sscanf(r, "/Root %lu 0 R", &root) != 1 || sscanf(s, "/Size %lu", &size) != 1 || sscanf(i, "/Info %lu 0 R", &info) != 1) return;
    if (sscanf(out->ptr + start, "\nstartxref %lu", &before) != 1) return;
    snprintf(head, sizeof head, "\n%lu 0 obj\n<<", root);
    vg_str rest = find_object(&u, head, p->arena);
    if (!rest.ptr) return;
    again(&u, root, p->ask.language == VG_LANG_FR ? "/Lang (fr)\n   /ViewerPreferences << /DisplayDocTitle true >>" : "/Lang (en)\n   /ViewerPreferences << /DisplayDocTitle true >>", rest);
    add_alternative(p, &u);
    size_t table = out->len - base;
    vg_buf_add_cstr(out, "xref\n");
    for (size_t n = 0; n < u.count; n++) vg_buf_printf(out, "%lu 1\n%010zu 00000 n \n", u.objects[n].number, u.objects[n].at);
    vg_buf_printf(out, "trailer\n<< /Size %lu\n   /Root %lu 0 R\n   /Info %lu 0 R\n   /Prev %lu\n>>\nstartxref\n%zu\n%%%%EOF\n", size, root, info, before, table);
}

static int by_page(const void *a, const void *b)
{
    const vg_item *x = a, *y = b;
    if (x->page != y->page) return x->page < y->page ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

/* Everything in its place, page after page. */
static int settle(vg_pages *p, vg_error *err)
{
    vg_pages_close(p);
    add_margins(p, p->page + 1);
    if (p->failed) return vg_fail(err, VG_ENOMEM, "", "out of memory");
    for (size_t i = 0; i < p->item_count; i++) p->items[i].order = (uint32_t)i;
    qsort(p->items, p->item_count, sizeof *p->items, by_page);
    return 0;
}

static int check_drawn(const vg_buf *out, cairo_status_t status, vg_error *err)
{
    if (out->failed) return vg_fail(err, out->len >= out->ceiling / 2 ? VG_ETOOBIG : VG_ENOMEM, "", "the document does not fit");
    if (status != CAIRO_STATUS_SUCCESS) return vg_fail(err, status == CAIRO_STATUS_NO_MEMORY ? VG_ENOMEM : VG_EIO, "", "cairo: %s", cairo_status_to_string(status));
    return 0;
}

int vg_pages_picture(vg_pages *p, size_t page, vg_buf *png, size_t *count, vg_error *err)
{
    const double scale = VG_PDF_IMAGE_WIDTH / VG_PAGE_WIDTH;
    int rc = settle(p, err);
    if (rc) return rc;
    if (count) *count = p->page + 1;
    if (!page || page > p->page + (size_t)1) return vg_fail(err, VG_ENOENT, "", "there is no such page");
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, VG_PDF_IMAGE_WIDTH, (int)(VG_PAGE_HEIGHT * scale));
    cairo_t *cr = cairo_create(surface);
    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_paint(cr);
    cairo_scale(cr, scale, scale);
    for (size_t i = 0; i < p->item_count; i++)
        if (p->items[i].page + (size_t)1 == page) draw_item(cr, &p->items[i]);
    cairo_status_t status = cairo_status(cr);
    cairo_destroy(cr);
    if (status == CAIRO_STATUS_SUCCESS) status = cairo_surface_write_to_png_stream(surface, take_bytes, png);
    cairo_surface_destroy(surface);
    return check_drawn(png, status, err);
}

int vg_pages_finish(vg_pages *p, vg_buf *out, size_t *count, vg_error *err)
{
    uint32_t pages = p->page + 1;
    size_t base = out->len;
    int rc = settle(p, err);
    if (rc) return rc;
    cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(take_bytes, out, VG_PAGE_WIDTH, VG_PAGE_HEIGHT);
    set_metadata(p, surface);
    cairo_t *cr = cairo_create(surface);
    size_t i = 0;
    for (uint32_t n = 0; n < pages; n++) {
        for (; i < p->item_count && p->items[i].page == n; i++) draw_item(cr, &p->items[i]);
        cairo_show_page(cr);
    }
    add_outline(p, surface);
    cairo_status_t status = cairo_status(cr);
    cairo_destroy(cr);
    cairo_surface_finish(surface);
    if (status == CAIRO_STATUS_SUCCESS) status = cairo_surface_status(surface);
    cairo_surface_destroy(surface);
    if ((rc = check_drawn(out, status, err)) != 0) return rc;
    add_missing(p, out, base);
    if (out->failed) return vg_fail(err, VG_ENOMEM, "", "out of memory");
    if (count) *count = pages;
    return 0;
}
