/* SPDX-License-Identifier: Apache-2.0
 *
 * CSV (RFC 4180) with a header line.
 *
 * Rows are taken apart byte by byte into one buffer, whatever quoting and line ends they have. What the header says
 * decides the delimiter and what each column is. A quote that never ends would swallow all rows after it: that is an
 * error, not a skip.
 */
#include "signals/media/lists/lists_int.h"

#include "base/alloc.h"

typedef enum { CELL_START, CELL_PLAIN, CELL_QUOTED, CELL_QUOTE_SEEN } cell_state;
enum { ROLE_NONE = -1, ROLE_REFERENCE = VG_HASH_ALGORITHMS, ROLE_CATEGORY, ROLE_QUALITY, ROLE_HASH, ROLE_ALGORITHM };

typedef struct csv {
    list_reader *r;
    char delimiter;
    cell_state state;
    char *chunk, *text; /* the row's cells, one after the other */
    size_t len, line, row_line;
    size_t starts[LIST_MAX_COLUMNS + 1];
    size_t count;
    bool any;          /* a byte of this row was seen */
    const char *wrong; /* why the row cannot be read */
    int roles[LIST_MAX_COLUMNS];
    char names[LIST_MAX_COLUMNS][24]; /* as written, for reasons */
    size_t columns;                   /* 0 until the header is read */
} csv;

static vg_str cell_at(const csv *c, size_t i)
{
    size_t end = i + 1 < c->count ? c->starts[i + 1] : c->len;
    return vg_list_trim((vg_str){c->text + c->starts[i], end - c->starts[i]});
}

/* ---- the header ---- */

static int usual_role(vg_str name)
{
    static const struct {
        const char *name;
        int role;
    } usual[] = {{"id", ROLE_REFERENCE},
                 {"reference", ROLE_REFERENCE},
                 {"mediaid", ROLE_REFERENCE},
                 {"imageid", ROLE_REFERENCE},
                 {"videoid", ROLE_REFERENCE},
                 {"hashid", ROLE_REFERENCE},
                 {"entryid", ROLE_REFERENCE},
                 {"guid", ROLE_REFERENCE},
                 {"uuid", ROLE_REFERENCE},
                 {"category", ROLE_CATEGORY},
                 {"categorie", ROLE_CATEGORY},
                 {"catégorie", ROLE_CATEGORY},
                 {"classification", ROLE_CATEGORY},
                 {"iwfcategory", ROLE_CATEGORY},
                 {"quality", ROLE_QUALITY},
                 {"pdqquality", ROLE_QUALITY},
                 {"hash", ROLE_HASH},
                 {"hashvalue", ROLE_HASH},
                 {"algorithm", ROLE_ALGORITHM},
                 {"hashtype", ROLE_ALGORITHM},
                 {"hashname", ROLE_ALGORITHM}};
    int algorithm = vg_list_algorithm(name);
    if (algorithm >= 0) return algorithm;
    char plain[32];
    size_t n = 0;
    for (size_t i = 0; i < name.len; i++) {
        char letter = name.ptr[i];
        if (letter == '-' || letter == '_' || letter == ' ') continue;
        if (n == sizeof plain) return ROLE_NONE;
        plain[n++] = letter;
    }
    for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++)
        if (vg_list_same_word((vg_str){plain, n}, usual[i].name)) return usual[i].role;
    return ROLE_NONE;
}

bool vg_list_is_hash_column(vg_str name)
{
    int role = usual_role(name);
    return role == ROLE_HASH || (role >= 0 && role < VG_HASH_ALGORITHMS);
}

static int fail_header(csv *c, const char *missing)
{
    char names[200] = "";
    size_t at = 0;
    for (size_t i = 0; i < c->count && at < sizeof names - 1; i++) {
        int n = snprintf(names + at, sizeof names - at, "%s%s", i ? ", " : "", c->names[i]);
        at += n > 0 ? (size_t)n : 0;
    }
    return vg_list_fail(c->r, VG_EINVAL, c->row_line, "no column %s; the header has: %s", missing, names);
}

/* A name that was given must be there; it then is the only column of its role. */
static int take_named(csv *c, const char *name, int role)
{
    bool found = false;
    if (!name) return 0;
    for (size_t i = 0; i < c->count; i++)
        if (c->roles[i] == role) c->roles[i] = ROLE_NONE;
    for (size_t i = 0; i < c->count && !found; i++) {
        found = vg_list_same_word(cell_at(c, i), name);
        if (found) c->roles[i] = role;
    }
    if (found) return 0;
    char missing[80];
    snprintf(missing, sizeof missing, "\"%.60s\"", name);
    return fail_header(c, missing);
}

static int read_header(csv *c)
{
    const vg_list_columns *named = c->r->columns;
    bool seen[ROLE_ALGORITHM + 1] = {false};
    if (c->wrong) return vg_list_fail(c->r, VG_EINVAL, c->row_line, "the header has %s", c->wrong);
    for (size_t i = 0; i < c->count; i++) {
        char quoted[32];
        snprintf(c->names[i], sizeof c->names[i], "%.23s", vg_list_quote(cell_at(c, i), quoted));
        c->roles[i] = usual_role(cell_at(c, i));
    }
    const struct {
        const char *name;
        int role;
    } given[] = {{named->reference, ROLE_REFERENCE}, {named->category, ROLE_CATEGORY}, {named->sha256, VG_HASH_SHA256},
                 {named->sha1, VG_HASH_SHA1},        {named->md5, VG_HASH_MD5},        {named->pdq, VG_HASH_PDQ},
                 {named->quality, ROLE_QUALITY}};
    for (size_t i = 0; i < sizeof given / sizeof given[0]; i++) {
        int rc = take_named(c, given[i].name, given[i].role);
        if (rc) return rc;
    }
    bool hashes = false;
    for (size_t i = 0; i < c->count; i++) {
        int role = c->roles[i];
        if (role == ROLE_NONE) continue;
        hashes = hashes || role == ROLE_HASH || role < VG_HASH_ALGORITHMS;
        if (role >= ROLE_REFERENCE && seen[role]) c->roles[i] = ROLE_NONE; /* "ID" and "MediaID": the first counts */
        seen[role] = true;
    }
    if (!hashes) return fail_header(c, "of hashes (MD5, SHA-1, SHA-256, PDQ)");
    c->columns = c->count;
    return 0;
}

/* ---- rows ---- */

static int read_cells(csv *c)
{
    int named = -1;
    uint8_t quality = 100;
    list_reader *r = c->r;
    char quoted[32];
    for (size_t i = 0; i < c->count && i < c->columns; i++) {
        vg_str cell = cell_at(c, i);
        if (!cell.len) continue;
        if (c->roles[i] == ROLE_REFERENCE) vg_list_set_reference(r, cell);
        if (c->roles[i] == ROLE_CATEGORY) vg_list_set_category(r, cell);
        if (c->roles[i] == ROLE_ALGORITHM && (named = vg_list_algorithm(cell)) < 0) {
            vg_list_spoil(r, "column %s: \"%s\"; expected md5, sha1, sha256 or pdq", c->names[i],
                          vg_list_quote(cell, quoted));
            return 0;
        }
        if (c->roles[i] == ROLE_QUALITY) {
            unsigned n = 0;
            for (size_t k = 0; k < cell.len && n <= 100; k++)
                n = cell.ptr[k] >= '0' && cell.ptr[k] <= '9' ? n * 10 + (unsigned)(cell.ptr[k] - '0') : 101;
            if (n > 100)
                vg_list_spoil(r, "column %s: \"%s\"; expected 0 to 100", c->names[i], vg_list_quote(cell, quoted));
            quality = (uint8_t)n;
        }
    }
    for (size_t i = 0; i < c->count && i < c->columns; i++) {
        int role = c->roles[i];
        vg_str cell = cell_at(c, i);
        if (!cell.len) continue;
        if (role == ROLE_HASH) role = named >= 0 ? named : vg_list_bare_algorithm(r, cell);
        if (r->bad || role < 0 || role >= VG_HASH_ALGORITHMS) continue;
        int rc = vg_list_add_hash(r, (vg_hash_algorithm)role, cell, quality, 0, c->names[i]);
        if (rc) return rc;
    }
    return 0;
}

static int end_row(csv *c)
{
    int rc = 0;
    bool blank = !c->wrong && c->count == 1 && !cell_at(c, 0).len;
    if (c->any && !blank) {
        if (!c->columns) rc = read_header(c);
        else {
            vg_list_begin(c->r, c->row_line);
            if (c->wrong) vg_list_spoil(c->r, "%s", c->wrong);
            for (size_t i = c->columns; i < c->count; i++) /* a comma at the end of a line is common and says nothing */
                if (cell_at(c, i).len) vg_list_spoil(c->r, "%zu cells; expected %zu", c->count, c->columns);
            if (!c->r->bad) rc = read_cells(c);
            if (rc == 0) rc = vg_list_finish(c->r);
        }
    }
    c->len = 0;
    c->count = 1;
    c->starts[0] = 0;
    c->state = CELL_START;
    c->any = false;
    c->wrong = NULL;
    c->row_line = c->line;
    return rc;
}

static void add_byte(csv *c, char byte)
{
    if (byte == '\0' && !c->wrong) c->wrong = "a NUL byte; expected text";
    if (c->len < LIST_MAX_LINE) c->text[c->len++] = byte;
    else if (!c->wrong) c->wrong = "more than 65536 bytes";
}

static void end_cell(csv *c)
{
    c->state = CELL_START;
    if (c->count < LIST_MAX_COLUMNS) c->starts[c->count++] = c->len;
    else if (!c->wrong) c->wrong = "more than 256 columns";
}

static int take_byte(csv *c, char byte)
{
    if (c->state == CELL_QUOTED) {
        if (byte == '\n') c->line++;
        if (byte == '"') c->state = CELL_QUOTE_SEEN;
        else add_byte(c, byte);
        if (c->len == LIST_MAX_LINE)
            return vg_list_fail(c->r, VG_EINVAL, c->row_line, "a quote that does not end within %d bytes",
                                LIST_MAX_LINE);
        return 0;
    }
    if (byte == '\n') {
        c->line++;
        return end_row(c);
    }
    if (byte == '\r') return 0; /* of a CRLF; anywhere else trimmed like a space */
    c->any = true;
    if (byte == c->delimiter) {
        end_cell(c);
    } else if (byte == '"') {
        if (c->state == CELL_QUOTE_SEEN) add_byte(c, '"');
        else if (c->state == CELL_PLAIN && !c->wrong) c->wrong = "a quote inside a cell that is not quoted";
        if (c->state != CELL_PLAIN) c->state = CELL_QUOTED;
    } else if (c->state == CELL_QUOTE_SEEN) {
        if (byte != ' ' && byte != '\t' && !c->wrong) c->wrong = "text after a closing quote";
    } else if (c->state != CELL_START || (byte != ' ' && byte != '\t')) {
        c->state = CELL_PLAIN;
        add_byte(c, byte);
    }
    return 0;
}

/* The delimiter is the one that the header line has most of, outside quotes. Excel may write it before: "sep=;". */
static int find_delimiter(csv *c, const char *bytes, size_t len, size_t *used)
{
    size_t counts[3] = {0}, best = 0;
    bool quoted = false, ended = false;
    *used = 0;
    if (len >= 2 && (memcmp(bytes, "\xff\xfe", 2) == 0 || memcmp(bytes, "\xfe\xff", 2) == 0))
        return vg_list_fail(c->r, VG_EINVAL, 1, "is UTF-16; expected UTF-8");
    if (len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) *used = 3;
    const char *line = bytes + *used;
    size_t left = len - *used;
    if (left > 5 && memcmp(line, "sep=", 4) == 0 &&
        (line[5] == '\n' || (left > 6 && line[5] == '\r' && line[6] == '\n'))) {
        c->delimiter = line[4];
        *used += line[5] == '\n' ? 6 : 7;
        c->line = c->row_line = 2;
        return 0;
    }
    for (size_t i = 0; i < left && !ended; i++) {
        if (line[i] == '"') quoted = !quoted;
        ended = line[i] == '\n' && !quoted && i > 0;
        for (size_t k = 0; !quoted && k < 3; k++) counts[k] += line[i] == ",;\t"[k];
    }
    for (size_t k = 1; k < 3; k++)
        if (counts[k] > counts[best]) best = k;
    c->delimiter = ",;\t"[best];
    return 0;
}

static int read_rows(csv *c)
{
    size_t got = 0;
    int rc = vg_list_fill(c->r, c->chunk, LIST_CHUNK, &got);
    size_t at = 0;
    c->line = c->row_line = 1;
    c->count = 1;
    if (rc == 0) rc = find_delimiter(c, c->chunk, got, &at);
    while (rc == 0 && got) {
        for (; rc == 0 && at < got; at++) rc = take_byte(c, c->chunk[at]);
        if (rc == 0) rc = vg_list_fill(c->r, c->chunk, LIST_CHUNK, &got);
        at = 0;
    }
    if (rc == 0 && c->state == CELL_QUOTED) rc = vg_list_fail(c->r, VG_EINVAL, c->row_line, "ends inside a quote");
    if (rc == 0) rc = end_row(c);
    if (rc == 0 && !c->columns && c->r->out->bytes)
        rc = vg_list_fail(c->r, VG_EINVAL, 1, "no header; expected the names of columns");
    return rc;
}

int vg_list_read_csv(list_reader *r)
{
    csv *c = vg_calloc(1, sizeof *c);
    if (!c) return vg_list_fail(r, VG_ENOMEM, 0, "no memory");
    c->r = r;
    c->chunk = vg_malloc(LIST_CHUNK);
    c->text = vg_malloc(LIST_MAX_LINE);
    int rc = c->chunk && c->text ? read_rows(c) : vg_list_fail(r, VG_ENOMEM, 0, "no memory");
    vg_free(c->chunk);
    vg_free(c->text);
    vg_free(c);
    return rc;
}
