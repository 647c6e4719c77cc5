/* SPDX-License-Identifier: Apache-2.0 */
#include "dossier_content.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "base/time.h"

enum { IDS_MOST = 64, FINDINGS_OF_ONE = 64, PARTIES_MOST = 2000, TO_MOST = 64 };

typedef struct party {
    vg_party p;
    vg_identifier *ids;
    size_t capacity;
} party;

typedef struct message {
    vg_dossier_message m;
    bool whole; /* of an event of its own; otherwise seen in the window of another one */
} message;

/* ---- lists ---- */

static void *grown(vg_gather *g, void *items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity) return items;
    size_t more = *capacity ? *capacity * 2 : 16;
    void *out = vg_arena_calloc(g->arena, more, size);
    if (!out) {
        g->no_memory = true;
        return NULL;
    }
    if (count) memcpy(out, items, count * size);
    *capacity = more;
    return out;
}

/* A new item of a list, zeroed, at place `at` of its order; NULL without memory. */
static void *insert(vg_gather *g, vg_gather_list *list, size_t size, size_t at)
{
    void *items = grown(g, list->items, list->count, &list->capacity, size);
    uint32_t *order = items ? grown(g, list->order, list->count, &list->order_capacity, sizeof *order) : NULL;
    if (!items || !order) return NULL;
    list->items = items;
    list->order = order;
    memmove(order + at + 1, order + at, (list->count - at) * sizeof *order);
    order[at] = (uint32_t)list->count;
    return (char *)items + size * list->count++;
}

static int compare(vg_str a, vg_str b)
{
    size_t least = a.len < b.len ? a.len : b.len;
    int rc = least ? memcmp(a.ptr, b.ptr, least) : 0;
    return rc ? rc : (a.len > b.len) - (a.len < b.len);
}

static vg_str kept(vg_gather *g, vg_str s)
{
    vg_str copy = vg_arena_copy(g->arena, s);
    if (!copy.ptr) {
        g->no_memory = true;
        return (vg_str){"", 0};
    }
    return copy;
}

/* ---- parties ---- */

/* The number of this account's party; SIZE_MAX: no memory, or there are too many. */
static size_t party_of(vg_gather *g, vg_str account)
{
    const party *parties = g->parties.items;
    size_t low = 0, high = g->parties.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int rc = compare(parties[g->parties.order[middle]].p.account, account);
        if (rc == 0) return g->parties.order[middle];
        if (rc < 0) low = middle + 1;
        else high = middle;
    }
    if (g->parties.count == PARTIES_MOST) return SIZE_MAX;
    party *new = insert(g, &g->parties, sizeof *new, low);
    if (!new) return SIZE_MAX;
    new->p = (vg_party){.role = VG_PARTY_OTHER, .account = kept(g, account), .language = {"", 0}};
    return g->parties.count - 1;
}

/* What is said later does not take away what is known; a basis that is better stands. */
static void set_band(vg_gather *g, size_t at, vg_age_band band, vg_age_basis basis)
{
    if (at == SIZE_MAX || band == VG_AGE_UNKNOWN) return;
    vg_party *p = &((party *)g->parties.items)[at].p;
    if (p->band != VG_AGE_UNKNOWN && basis <= p->basis) return;
    p->band = band;
    p->basis = basis;
}

/* As the account declares it; the newest that is read first stands. */
static void set_country(vg_gather *g, size_t at, vg_str country)
{
    if (at == SIZE_MAX || country.len != 2 || country.ptr[0] < 'A' || country.ptr[0] > 'Z' || country.ptr[1] < 'A' || country.ptr[1] > 'Z') return;
    vg_party *p = &((party *)g->parties.items)[at].p;
    if (!p->country[0]) memcpy(p->country, country.ptr, 2);
}

void vg_gather_identifier(vg_gather *g, size_t at, vg_id_kind kind, vg_str value, int64_t time_ms, vg_str source)
{
    if (at == SIZE_MAX || !value.len) return;
    party *p = &((party *)g->parties.items)[at];
    for (size_t i = 0; i < p->p.id_count; i++)
        if (p->ids[i].kind == kind && vg_str_eq(p->ids[i].value, value)) return;
    if (p->p.id_count == IDS_MOST) return;
    vg_identifier *ids = grown(g, p->ids, p->p.id_count, &p->capacity, sizeof *ids);
    if (!ids) return;
    p->ids = ids;
    ids[p->p.id_count++] = (vg_identifier){.kind = kind, .value = kept(g, value), .time_ms = time_ms, .source = kept(g, source)};
    p->p.ids = ids;
}

/* ---- addresses in texts ---- */

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-' || c == '+';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\0';
}

/* A word without the punctuation that ends a sentence. */
static vg_str trimmed(vg_str s)
{
    while (s.len && strchr(".,;:!?)]}>\"'", s.ptr[s.len - 1])) s.len--;
    while (s.len && strchr("([{<\"'", s.ptr[0])) {
        s.ptr++;
        s.len--;
    }
    return s;
}

static bool begins(vg_str s, const char *with)
{
    size_t len = strlen(with);
    return s.len > len && memcmp(s.ptr, with, len) == 0;
}

static size_t digits_in(vg_str s)
{
    size_t digits = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] >= '0' && s.ptr[i] <= '9') digits++;
        else if (!strchr("+.-()", s.ptr[i])) return 0;
    }
    return digits;
}

/* Which kind of address a word is; VG_IDS: none. */
static vg_id_kind kind_of(vg_str word)
{
    if (begins(word, "http://") || begins(word, "https://") || begins(word, "www.")) return VG_ID_URL;
    const char *at = memchr(word.ptr, '@', word.len);
    if (at) {
        size_t before = (size_t)(at - word.ptr), after = word.len - before - 1;
        for (size_t i = 0; i < word.len; i++)
            if (i != before && !is_word(word.ptr[i])) return VG_IDS;
        if (before == 0) return after >= 2 && after <= 64 ? VG_ID_HANDLE : VG_IDS;
        return after >= 4 && memchr(at + 1, '.', after - 1) ? VG_ID_EMAIL : VG_IDS;
    }
    size_t digits = digits_in(word);
    return (word.len && word.ptr[0] == '+' && digits >= 8 && digits <= 15) || (word.len && word.ptr[0] == '0' && digits == 10) ? VG_ID_PHONE : VG_IDS;
}

void vg_gather_addresses(vg_gather *g, size_t at, vg_str text, int64_t time_ms, vg_str source)
{
    size_t i = 0;
    while (i < text.len) {
        while (i < text.len && is_blank(text.ptr[i])) i++;
        size_t from = i;
        while (i < text.len && !is_blank(text.ptr[i])) i++;
        vg_str word = trimmed((vg_str){text.ptr + from, i - from});
        if (word.len < 3 || word.len > 500) continue;
        vg_id_kind kind = kind_of(word);
        if (kind != VG_IDS) vg_gather_identifier(g, at, kind, word, time_ms, source);
    }
}

/* ---- reading JSON ---- */

static vg_str text_of(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_string(value) ? (vg_str){json_string_value(value), json_string_length(value)} : (vg_str){"", 0};
}

static int64_t number_of(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_integer(value) ? (int64_t)json_integer_value(value) : 0;
}

static int64_t time_of(const json_t *object, const char *key, int64_t otherwise)
{
    int64_t ms = 0;
    return vg_time_parse(text_of(object, key), &ms) ? ms : otherwise;
}

/* A share written as decimal, in 1/10000. */
static uint16_t share_of(const json_t *object, const char *key)
{
    double share = json_number_value(json_object_get(object, key));
    return share > 0 && share <= 1 ? (uint16_t)(share * 10000 + 0.5) : 0;
}

static int name_in(vg_str s, const char *const *names, int count)
{
    for (int i = 0; i < count; i++)
        if (vg_str_is(s, names[i])) return i;
    return 0;
}

static bool is_hex4(const char *s)
{
    for (int i = 0; i < 4; i++)
        if (!((s[i] >= '0' && s[i] <= '9') || (s[i] >= 'a' && s[i] <= 'f') || (s[i] >= 'A' && s[i] <= 'F'))) return false;
    return true;
}

/* What an escape "\uXXXX" at `s` is: 1 a high surrogate, 2 a low one, 0 neither. */
static int surrogate_at(const char *s, size_t left)
{
    if (left < 6 || s[0] != '\\' || s[1] != 'u' || !is_hex4(s + 2) || (s[2] != 'd' && s[2] != 'D')) return 0;
    return strchr("89abAB", s[3]) ? 1 : 2 * (strchr("cdefCDEF", s[3]) != NULL);
}

/* The same JSON with U+FFFD for lone surrogates and for bytes that are no UTF-8. */
static void mend(vg_str in, vg_buf *out)
{
    size_t i = 0;
    while (i < in.len) {
        size_t left = in.len - i, bad = 0;
        int kind = in.ptr[i] == '\\' ? surrogate_at(in.ptr + i, left) : 0;
        if (kind == 1 && left >= 12 && surrogate_at(in.ptr + i + 6, left - 6) == 2) {
            vg_buf_add(out, in.ptr + i, 12);
            i += 12;
        } else if (kind) {
            vg_buf_add_cstr(out, "\\ufffd");
            i += 6;
        } else if (in.ptr[i] == '\\' && left >= 2) {
            vg_buf_add(out, in.ptr + i, 2);
            i += 2;
        } else if ((unsigned char)in.ptr[i] < 0x80) {
            vg_buf_add_char(out, in.ptr[i++]);
        } else {
            size_t len = (unsigned char)in.ptr[i] >= 0xf0 ? 4 : (unsigned char)in.ptr[i] >= 0xe0 ? 3 : 2;
            bool whole = len <= left && vg_utf8_valid(in.ptr + i, len, &bad);
            if (whole) vg_buf_add(out, in.ptr + i, len);
            else vg_buf_add_cstr(out, "\xef\xbf\xbd");
            i += whole ? len : 1;
        }
    }
}

/* Old contents may hold what a strict reader refuses. */
static json_t *parsed(vg_str content)
{
    json_t *root = json_loadb(content.ptr, content.len, JSON_ALLOW_NUL, NULL);
    if (root || !content.len) return root;
    vg_buf mended;
    vg_buf_init(&mended, 16 << 20);
    mend(content, &mended);
    if (!mended.failed) root = json_loadb(mended.ptr, mended.len, JSON_ALLOW_NUL, NULL);
    vg_buf_free(&mended);
    return root;
}

/* ---- findings ---- */

static size_t finding_of(vg_gather *g, vg_str name)
{
    vg_finding *all = g->findings.items;
    for (size_t i = 0; i < g->findings.count; i++)
        if (vg_str_eq(all[i].name, name)) return i;
    if (g->findings.count == FINDINGS_OF_ONE) return SIZE_MAX;
    vg_finding *new = insert(g, &g->findings, sizeof *new, g->findings.count);
    if (!new) return SIZE_MAX;
    *new = (vg_finding){.name = kept(g, name), .why = {{"", 0}, {"", 0}}, .first_ms = INT64_MAX, .last_ms = INT64_MIN};
    return g->findings.count - 1;
}

/* The message carries this finding; both lists stay as long as each other. */
static void tie_finding(vg_gather *g, vg_dossier_message *m, size_t at)
{
    size_t n = m->finding_count;
    for (size_t i = 0; i < n; i++)
        if (m->findings[i] == at) return;
    uint16_t *list = vg_arena_calloc(g->arena, n + 1, sizeof *list);
    vg_span *places = vg_arena_calloc(g->arena, n + 1, sizeof *places);
    if (!list || !places) {
        g->no_memory = true;
        return;
    }
    if (n) memcpy(list, m->findings, n * sizeof *list);
    if (n && m->places) memcpy(places, m->places, n * sizeof *places);
    list[n] = (uint16_t)at;
    m->findings = list;
    m->places = places;
    m->finding_count = n + 1;
    m->flagged = true;
}

/* Where in the text the first sign of it is; what lies outside of the text is nowhere. */
static void place_finding(vg_dossier_message *m, size_t at, const json_t *span)
{
    json_int_t from = json_integer_value(json_object_get(span, "from")), to = json_integer_value(json_object_get(span, "to"));
    if (from < 0 || to <= from || (uint64_t)to > m->text.len) return;
    for (size_t i = 0; i < m->finding_count; i++) {
        vg_span *place = (vg_span *)(uintptr_t)&m->places[i]; /* of this file's own array */
        if (m->findings[i] == at && place->from == place->to) *place = (vg_span){(uint32_t)from, (uint32_t)to};
    }
}

static void note_finding(vg_gather *g, vg_dossier_message *m, const json_t *piece, int64_t time_ms)
{
    size_t at = finding_of(g, text_of(piece, "name"));
    if (at == SIZE_MAX) return;
    vg_finding *f = &((vg_finding *)g->findings.items)[at];
    uint16_t weight = share_of(piece, "weight");
    const json_t *why = json_object_get(piece, "why");
    if (why && (weight > f->weight || !f->why[VG_LANG_EN].len)) {
        f->weight = weight;
        f->why[VG_LANG_FR] = kept(g, text_of(why, "fr"));
        f->why[VG_LANG_EN] = kept(g, text_of(why, "en"));
    }
    if (time_ms < f->first_ms) f->first_ms = time_ms;
    if (time_ms > f->last_ms) f->last_ms = time_ms;
    if (!json_is_true(json_object_get(piece, "fresh"))) return;
    f->times++;
    if (!m) return;
    tie_finding(g, m, at);
}

/* ---- messages ---- */

static message *message_of(vg_gather *g, vg_str conversation, vg_str id, bool *there)
{
    message *all = g->messages.items;
    size_t low = 0, high = g->messages.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const vg_dossier_message *m = &all[g->messages.order[middle]].m;
        int rc = compare(m->id, id);
        if (rc == 0) rc = compare(m->conversation, conversation);
        if (rc == 0) {
            *there = true;
            return &all[g->messages.order[middle]];
        }
        if (rc < 0) low = middle + 1;
        else high = middle;
    }
    *there = false;
    message *new = insert(g, &g->messages, sizeof *new, low);
    if (new) new->m = (vg_dossier_message){.id = kept(g, id), .conversation = kept(g, conversation), .text = {"", 0}, .language = {"", 0}};
    return new;
}

static void set_recipients(vg_gather *g, const json_t *data, const size_t **to, size_t *count)
{
    const json_t *list = json_object_get(data, "to");
    size_t most = json_array_size(list), n = 0;
    if (most > TO_MOST) most = TO_MOST;
    size_t *out = most ? vg_arena_calloc(g->arena, most, sizeof *out) : NULL;
    if (most && !out) g->no_memory = true;
    for (size_t i = 0; out && i < most; i++) {
        const json_t *one = json_array_get(list, i);
        size_t at = json_is_string(one) ? party_of(g, (vg_str){json_string_value(one), json_string_length(one)}) : SIZE_MAX;
        if (at != SIZE_MAX) out[n++] = at;
    }
    *to = out;
    *count = n;
}

static vg_str source_of(vg_gather *g, vg_str id, const char *how)
{
    vg_str s = vg_arena_printf(g->arena, "event %.*s%s", VG_STR_ARG(id), how);
    if (!s.ptr) g->no_memory = true;
    return s.ptr ? s : (vg_str){"", 0};
}

/* What the platform says of an account with its event. Members that no event has today cost nothing. */
static void read_identifiers(vg_gather *g, size_t at, const json_t *data, int64_t time_ms, vg_str source)
{
    static const struct {
        const char *key;
        vg_id_kind kind;
    } members[] = {{"ip", VG_ID_IP}, {"phone", VG_ID_PHONE}, {"email", VG_ID_EMAIL}, {"display_name", VG_ID_DISPLAY}, {"device", VG_ID_DEVICE}, {"url", VG_ID_URL},
                   {"currency", VG_ID_PAYMENT}, {"payment_country", VG_ID_PAYMENT}};
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        vg_gather_identifier(g, at, members[i].kind, text_of(data, members[i].key), time_ms, source);
    const json_t *port = json_object_get(data, "port");
    if (at == SIZE_MAX || !json_is_integer(port)) return;
    party *p = &((party *)g->parties.items)[at];
    vg_str ip = text_of(data, "ip");
    for (size_t i = 0; i < p->p.id_count; i++)
        if (p->ids[i].kind == VG_ID_IP && vg_str_eq(p->ids[i].value, ip) && json_integer_value(port) > 0 && json_integer_value(port) < 65536)
            p->ids[i].port = (uint16_t)json_integer_value(port);
}

/* A message, or what a notice says. */
static void read_message(vg_gather *g, const json_t *root, const json_t *event, int64_t time_ms)
{
    const json_t *data = json_object_get(event, "data"), *piece;
    bool there;
    size_t i;
    message *m = message_of(g, text_of(root, "conversation"), text_of(event, "id"), &there);
    if (!m) return;
    size_t at = (size_t)(m - (message *)g->messages.items);
    size_t from = party_of(g, text_of(event, "subject")), to_count;
    const size_t *to;
    set_recipients(g, data, &to, &to_count);
    m = &((message *)g->messages.items)[at];
    m->whole = true;
    m->m.time_ms = time_ms;
    m->m.from = from == SIZE_MAX ? 0 : from;
    m->m.to = to;
    m->m.to_count = to_count;
    m->m.channel = (vg_channel)name_in(text_of(root, "channel"), vg_channel_names, VG_CHANNELS);
    m->m.text = kept(g, text_of(data, "text"));
    m->m.language = kept(g, text_of(data, "language"));
    m->m.withheld = json_is_true(json_object_get(root, "withheld"));
    json_array_foreach(json_object_get(root, "evidence"), i, piece) note_finding(g, &m->m, piece, time_ms);
    json_array_foreach(json_object_get(root, "spans"), i, piece) {
        size_t found = finding_of(g, text_of(piece, "name"));
        if (found != SIZE_MAX) place_finding(&m->m, found, piece);
    }
    vg_gather_addresses(g, from, m->m.text, time_ms, source_of(g, m->m.id, ", in its text"));
}

static void read_window(vg_gather *g, const json_t *root)
{
    const json_t *one, *span;
    size_t i, k;
    vg_str conversation = text_of(root, "conversation");
    json_array_foreach(json_object_get(root, "window"), i, one) {
        bool there;
        size_t from = party_of(g, text_of(one, "subject")), to_count;
        const size_t *to;
        set_band(g, from, (vg_age_band)name_in(text_of(one, "age_band"), vg_age_band_names, VG_AGE_BANDS), VG_BASIS_UNKNOWN);
        set_recipients(g, one, &to, &to_count);
        message *m = message_of(g, conversation, text_of(one, "id"), &there);
        if (!m) return;
        if (!there) {
            m->m.to = to;
            m->m.to_count = to_count;
            m->m.time_ms = time_of(one, "time", 0);
            m->m.from = from == SIZE_MAX ? 0 : from;
            m->m.channel = (vg_channel)name_in(text_of(root, "channel"), vg_channel_names, VG_CHANNELS);
            m->m.text = kept(g, text_of(one, "text"));
            vg_gather_addresses(g, from, m->m.text, m->m.time_ms, source_of(g, m->m.id, ", in its text"));
        }
        if (m->whole) continue;
        json_array_foreach(json_object_get(one, "spans"), k, span) {
            size_t at = finding_of(g, text_of(span, "name"));
            if (at == SIZE_MAX) continue;
            tie_finding(g, &m->m, at);
            place_finding(&m->m, at, span);
        }
    }
}

/* ---- media ---- */

static void read_matches(vg_gather *g, const json_t *media, vg_dossier_media *out)
{
    const json_t *list = json_object_get(media, "matches"), *one;
    size_t i, n = json_array_size(list);
    vg_dossier_match *matches = n ? vg_arena_calloc(g->arena, n, sizeof *matches) : NULL;
    if (!matches) {
        g->no_memory |= n > 0;
        return;
    }
    json_array_foreach(list, i, one) {
        int64_t distance = number_of(one, "distance");
        vg_str native = text_of(one, "classification");
        matches[i] = (vg_dossier_match){.bank = kept(g, text_of(one, "bank")),
                                        .source = kept(g, text_of(one, "source")),
                                        .category = kept(g, native.len ? native : text_of(one, "category")),
                                        .distance = distance > 0 && distance < 257 ? (uint16_t)distance : 0};
    }
    out->matches = matches;
    out->match_count = n;
}

static bool read_hash(const json_t *media, const char *key, uint8_t *out, size_t len)
{
    vg_str hex = text_of(media, key);
    return hex.len == 2 * len && vg_hex_decode(out, len, hex);
}

static vg_str mime_of(vg_gather *g, vg_str said, vg_str format, vg_str kind)
{
    if (said.len) return kept(g, said);
    if (!format.len) return (vg_str){"", 0};
    vg_str made = vg_arena_printf(g->arena, "%s/%.*s", vg_str_is(kind, "video") ? "video" : "image", VG_STR_ARG(format));
    g->no_memory |= !made.ptr;
    return made.ptr ? made : (vg_str){"", 0};
}

static uint32_t small(int64_t n)
{
    return n > 0 && n <= UINT32_MAX ? (uint32_t)n : 0;
}

static void read_media(vg_gather *g, const json_t *root, const json_t *event, const vg_case_event *row, int64_t time_ms)
{
    const json_t *data = json_object_get(event, "data"), *media = json_object_get(root, "media"), *piece;
    size_t from = party_of(g, text_of(event, "subject")), i;
    vg_dossier_media *m = insert(g, &g->media, sizeof *m, g->media.count);
    if (!m) return;
    *m = (vg_dossier_media){.seq = row->seq, .event_id = kept(g, text_of(event, "id")), .conversation = kept(g, text_of(root, "conversation")),
                            .time_ms = time_ms, .from = from == SIZE_MAX ? 0 : from, .kept = row->media_kept};
    set_recipients(g, data, &m->to, &m->to_count);
    m->channel = (vg_channel)name_in(text_of(root, "channel"), vg_channel_names, VG_CHANNELS);
    m->name = kept(g, text_of(data, "name"));
    m->format = kept(g, text_of(media, "format"));
    m->kind = kept(g, text_of(media, "kind").len ? text_of(media, "kind") : VG_STR("unknown"));
    m->mime = mime_of(g, text_of(data, "mime"), m->format, m->kind);
    m->bytes = number_of(media, "size") > 0 ? (uint64_t)number_of(media, "size") : 0;
    m->width = small(number_of(media, "width"));
    m->height = small(number_of(media, "height"));
    m->frames = small(number_of(media, "frames"));
    m->has_sha256 = read_hash(media, "sha256", m->sha256, sizeof m->sha256);
    m->has_sha1 = read_hash(media, "sha1", m->sha1, sizeof m->sha1);
    m->has_md5 = read_hash(media, "md5", m->md5, sizeof m->md5);
    m->has_pdq = read_hash(media, "pdq", m->pdq, sizeof m->pdq);
    m->quality = number_of(media, "quality") > 0 && number_of(media, "quality") <= 100 ? (uint8_t)number_of(media, "quality") : 0;
    m->publicly_available = vg_str_is(text_of(root, "channel"), "public") ? VG_KNOWN_YES : VG_KNOWN_NO;
    read_matches(g, media, m);
    json_array_foreach(json_object_get(root, "evidence"), i, piece) note_finding(g, NULL, piece, time_ms);
}

/* ---- one content ---- */

static void read_bands(vg_gather *g, const json_t *root, const json_t *event)
{
    const json_t *facts = json_object_get(root, "facts"), *data = json_object_get(event, "data"), *to = json_object_get(data, "to");
    bool notice = vg_str_is(text_of(event, "type"), "vigie.notice");
    size_t actor = party_of(g, text_of(event, "subject"));
    vg_age_basis basis = (vg_age_basis)name_in(text_of(facts, "account_age_basis"), vg_age_basis_names, VG_AGE_BASES);
    vg_age_band band = (vg_age_band)name_in(text_of(facts, notice ? "reporter_age_band" : "account_age_band"), vg_age_band_names, VG_AGE_BANDS);
    set_band(g, actor, band, basis);
    if (!notice) set_country(g, actor, text_of(facts, "account_country"));
    if (notice || json_array_size(to) != 1 || !json_is_string(json_array_get(to, 0))) return; /* of several, the youngest is not known by name */
    const json_t *one = json_array_get(to, 0);
    size_t peer = party_of(g, (vg_str){json_string_value(one), json_string_length(one)});
    set_country(g, peer, text_of(facts, "peer_country"));
    set_band(g, peer, (vg_age_band)name_in(text_of(facts, "peer_age_band"), vg_age_band_names, VG_AGE_BANDS),
             (vg_age_basis)name_in(text_of(facts, "peer_age_basis"), vg_age_basis_names, VG_AGE_BASES));
}

/* Content that cannot be read is said where it would stand. */
static void say_unreadable(vg_gather *g, const vg_case_event *row)
{
    char id[40];
    bool there;
    snprintf(id, sizeof id, "unreadable %lld", (long long)row->seq);
    message *m = message_of(g, VG_STR(""), vg_str_of(id), &there);
    g->unreadable++;
    if (!m) return;
    m->m.time_ms = row->time_ms;
    m->m.unreadable = true;
    m->whole = true;
}

void vg_gather_add(vg_gather *g, const vg_case_event *row)
{
    if (!row->content.len) return; /* destroyed */
    size_t i, before = vg_alloc_refused();
    json_t *root = parsed(row->content);
    if (!root && vg_alloc_refused() != before) { /* not: it cannot be read */
        g->no_memory = true;
        return;
    }
    const json_t *event = json_object_get(root, "event"), *piece;
    if (!json_is_object(event)) {
        say_unreadable(g, row);
        json_decref(root);
        return;
    }
    int64_t time_ms = time_of(event, "time", row->time_ms);
    vg_str type = text_of(event, "type"), id = text_of(event, "id");
    read_bands(g, root, event);
    read_identifiers(g, party_of(g, text_of(event, "subject")), json_object_get(event, "data"), time_ms, source_of(g, id, ""));
    if (vg_str_is(type, "vigie.media")) read_media(g, root, event, row, time_ms);
    else if (vg_str_is(type, "vigie.message") || (vg_str_is(type, "vigie.notice") && text_of(json_object_get(event, "data"), "text").len))
        read_message(g, root, event, time_ms);
    else
        json_array_foreach(json_object_get(root, "evidence"), i, piece) note_finding(g, NULL, piece, time_ms);
    read_window(g, root);
    json_decref(root);
}

/* ---- beginning and end ---- */

void vg_gather_begin(vg_gather *g, vg_arena *arena, const vg_case *c)
{
    *g = (vg_gather){.arena = arena, .c = c};
    size_t author = party_of(g, c->account);
    set_band(g, author, (vg_age_band)c->account_band, (vg_age_basis)c->account_basis);
    vg_gather_identifier(g, author, VG_ID_ACCOUNT, c->account, 0, VG_STR("platform"));
}

static int by_time(int64_t a, int64_t b, vg_str id_a, vg_str id_b)
{
    return a != b ? (a > b) - (a < b) : compare(id_a, id_b);
}

static int order_messages(const void *a, const void *b)
{
    const vg_dossier_message *x = a, *y = b;
    return by_time(x->time_ms, y->time_ms, x->id, y->id);
}

static int order_media(const void *a, const void *b)
{
    const vg_dossier_media *x = a, *y = b;
    return by_time(x->time_ms, y->time_ms, x->event_id, y->event_id);
}

/* New places of parties: the author, minors, others. */
static int place_parties(vg_gather *g, vg_dossier *out, size_t *place)
{
    party *all = g->parties.items;
    vg_party *sorted = vg_arena_calloc(g->arena, g->parties.count, sizeof *sorted);
    size_t n = 0;
    if (!sorted) return -VG_ENOMEM;
    for (size_t i = 0; i < g->parties.count; i++)
        all[i].p.role = i == 0 ? VG_PARTY_AUTHOR : vg_age_is_minor(all[i].p.band) ? VG_PARTY_VICTIM : VG_PARTY_OTHER;
    for (int role = 0; role < VG_PARTY_ROLES; role++)
        for (size_t i = 0; i < g->parties.count; i++) {
            if ((int)all[i].p.role != role) continue;
            place[i] = n;
            sorted[n++] = all[i].p;
        }
    out->parties = sorted;
    out->party_count = n;
    return 0;
}

static int place_findings(vg_gather *g, vg_dossier *out, uint16_t *place)
{
    const vg_finding *all = g->findings.items;
    vg_finding *sorted = vg_arena_calloc(g->arena, g->findings.count + 1, sizeof *sorted);
    if (!sorted) return -VG_ENOMEM;
    for (size_t i = 0; i < g->findings.count; i++) { /* at most FINDINGS_OF_ONE */
        size_t at = 0;
        for (size_t k = 0; k < g->findings.count; k++) at += all[k].weight > all[i].weight || (all[k].weight == all[i].weight && k < i);
        place[i] = (uint16_t)at;
        sorted[at] = all[i];
        if (sorted[at].first_ms > sorted[at].last_ms) sorted[at].first_ms = sorted[at].last_ms = 0; /* seen in a window only */
    }
    out->findings = sorted;
    out->finding_count = g->findings.count;
    return 0;
}

static void move_places(const size_t *to, size_t count, const size_t *place)
{
    size_t *mine = (size_t *)(uintptr_t)to; /* of this file's own arrays */
    for (size_t i = 0; i < count; i++) mine[i] = place[mine[i]];
}

int vg_gather_end(vg_gather *g, vg_dossier *out, vg_error *err)
{
    uint16_t finding_place[FINDINGS_OF_ONE];
    if (g->no_memory) return vg_fail(err, VG_ENOMEM, "", "no memory for a dossier");
    size_t *place = vg_arena_calloc(g->arena, g->parties.count, sizeof *place);
    vg_dossier_message *messages = vg_arena_calloc(g->arena, g->messages.count + 1, sizeof *messages);
    if (!place || !messages || place_parties(g, out, place) || place_findings(g, out, finding_place))
        return vg_fail(err, VG_ENOMEM, "", "no memory for a dossier");
    const message *all = g->messages.items;
    for (size_t i = 0; i < g->messages.count; i++) {
        messages[i] = all[i].m;
        messages[i].from = place[messages[i].from];
        move_places(messages[i].to, messages[i].to_count, place);
        uint16_t *found = (uint16_t *)(uintptr_t)messages[i].findings;
        for (size_t k = 0; k < messages[i].finding_count; k++) found[k] = finding_place[found[k]];
    }
    vg_dossier_media *media = g->media.items;
    for (size_t i = 0; i < g->media.count; i++) {
        media[i].from = place[media[i].from];
        move_places(media[i].to, media[i].to_count, place);
    }
    if (g->messages.count) qsort(messages, g->messages.count, sizeof *messages, order_messages);
    if (g->media.count) qsort(media, g->media.count, sizeof *media, order_media);
    out->messages = messages;
    out->message_count = g->messages.count;
    out->media = media;
    out->media_count = g->media.count;
    out->unreadable = g->unreadable;
    return 0;
}
