/* SPDX-License-Identifier: Apache-2.0 */
#include "net/bank_json.h"

#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/hash.h"
#include "base/time.h"
#include "net/body.h"

enum { ENTRIES_MOST = 1000, SOURCE_MAX = 128, SPACES_MAX = 1024, NOTE_MAX = 1000 };

/* ---- out ---- */

static void member(vg_buf *out, const char *before, vg_str value)
{
    vg_buf_add_cstr(out, before);
    vg_buf_add_json_str(out, value);
}

static void number(vg_buf *out, const char *name, int64_t value)
{
    vg_buf_printf(out, ",\"%s\":%lld", name, (long long)value);
}

void vg_json_bank(vg_buf *out, const vg_bank *b, int64_t now_ms)
{
    bool first = true;
    member(out, "{\"name\":", b->name);
    member(out, ",\"source\":", b->source);
    member(out, ",\"classification\":", b->classification);
    vg_buf_printf(out, ",\"profile\":\"%s\",\"threshold\":%u,\"min_quality\":%u,\"video_percent\":%u,\"effect\":\"%s\"",
                  vg_pdq_profile_names[b->profile], b->threshold, b->min_quality, b->video_percent,
                  vg_bank_effect_names[b->effect]);
    member(out, ",\"spaces\":", b->spaces);
    vg_buf_add_cstr(out, ",\"visible_to\":[");
    for (int r = 0; r < VG_ROLES; r++) {
        if (!(b->visible_to >> r & 1)) continue;
        vg_buf_printf(out, "%s\"%s\"", first ? "" : ",", vg_role_names[r]);
        first = false;
    }
    vg_buf_add_cstr(out, "],\"created\":");
    vg_json_time(out, b->created_ms);
    vg_buf_add_cstr(out, ",\"updated\":");
    vg_json_time(out, b->updated_ms);
    if (b->expires_ms) {
        vg_buf_add_cstr(out, ",\"expires\":");
        vg_json_time(out, b->expires_ms);
    }
    vg_buf_printf(out, ",\"expired\":%s", b->expires_ms && b->expires_ms <= now_ms ? "true" : "false");
    number(out, "entries", b->entries);
    number(out, "hashes", b->hashes);
    number(out, "withdrawn", b->withdrawn);
    number(out, "matches", b->matches);
    number(out, "confirmed", b->matches_confirmed);
    number(out, "rejected", b->matches_rejected);
    vg_buf_add_char(out, '}');
}

void vg_json_entry(vg_buf *out, const vg_bank_entry *e, int distance)
{
    vg_buf_printf(out, "{\"id\":%u", e->id);
    member(out, ",\"reference\":", e->reference);
    member(out, ",\"category\":", e->category);
    if (e->note.len) {
        vg_buf_add_cstr(out, ",\"note\":");
        vg_buf_add_str(out, e->note); /* a JSON object: the store took nothing else */
    }
    vg_buf_printf(out, ",\"state\":\"%s\",\"added\":", vg_entry_state_names[e->state]);
    vg_json_time(out, e->added_ms);
    if (e->expires_ms) {
        vg_buf_add_cstr(out, ",\"expires\":");
        vg_json_time(out, e->expires_ms);
    }
    if (distance >= 0) vg_buf_printf(out, ",\"distance\":%d", distance);
    vg_buf_add_cstr(out, ",\"hashes\":[");
    for (size_t i = 0; i < e->hash_count; i++) {
        if (i) vg_buf_add_char(out, ',');
        vg_event_write_hash(out, &e->hashes[i]);
    }
    vg_buf_add_cstr(out, "]}");
}

const char vg_csv_header[] = "reference,category,sha256,sha1,md5,pdq,quality\r\n";

/* RFC 4180. A text that a spreadsheet would take for a formula keeps its meaning: it is quoted, not changed. */
static void csv_text(vg_buf *out, vg_str text)
{
    vg_buf_add_char(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"') vg_buf_add_char(out, '"');
        vg_buf_add_char(out, text.ptr[i]);
    }
    vg_buf_add_char(out, '"');
}

void vg_csv_hash(vg_buf *out, const vg_bank_entry *entry, const vg_media_hash *hash)
{
    static const vg_hash_algorithm columns[] = {VG_HASH_SHA256, VG_HASH_SHA1, VG_HASH_MD5, VG_HASH_PDQ};
    char hex[65];
    vg_hex_encode(hex, hash->bytes, vg_hash_bytes(hash->algorithm));
    csv_text(out, entry->reference);
    vg_buf_add_char(out, ',');
    csv_text(out, entry->category);
    for (size_t c = 0; c < sizeof columns / sizeof columns[0]; c++) {
        vg_buf_add_char(out, ',');
        if (columns[c] == hash->algorithm) vg_buf_add_cstr(out, hex);
    }
    if (hash->algorithm == VG_HASH_PDQ) vg_buf_printf(out, ",%u\r\n", hash->quality);
    else vg_buf_add_cstr(out, ",\r\n");
}

FILE *vg_open_unnamed(const char *dir)
{
    char path[4096];
    int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0 && snprintf(path, sizeof path, "%s/export-XXXXXX", dir) < (int)sizeof path) {
        fd = mkostemp(path, O_CLOEXEC);
        if (fd >= 0) unlink(path);
    }
    FILE *file = fd >= 0 ? fdopen(fd, "w+b") : NULL;
    if (!file && fd >= 0) close(fd);
    return file;
}

/* ---- in ---- */

static bool refuse(vg_exchange *x, const char *pointer, const char *what)
{
    vg_answer_problem(x, 400, pointer, "%s", what);
    return false;
}

static json_t *load(vg_exchange *x)
{
    json_error_t wrong;
    json_t *root = json_loadb(x->body.ptr ? x->body.ptr : "", x->body.len, JSON_REJECT_DUPLICATES, &wrong);
    if (!root) vg_answer_problem(x, 400, NULL, "this is not JSON: %s (byte %d)", wrong.text, wrong.position);
    else if (!json_is_object(root)) {
        vg_answer_problem(x, 400, NULL, "expected a JSON object");
        json_decref(root);
        root = NULL;
    }
    return root;
}

/* Every member must be one of `names`, a list that ends with NULL. */
static bool only(vg_exchange *x, const json_t *object, const char *const *names, const char *parent)
{
    const char *key;
    json_t *value;
    char pointer[160];
    json_object_foreach((json_t *)(uintptr_t)object, key, value)
    {
        size_t i = 0;
        while (names[i] && strcmp(names[i], key) != 0) i++;
        if (names[i]) continue;
        snprintf(pointer, sizeof pointer, "%s/%.64s", parent, key);
        return refuse(x, pointer, "unknown member");
    }
    return true;
}

static bool read_text(vg_exchange *x, const json_t *object, const char *parent, const char *name, size_t least, size_t most, vg_str *out)
{
    char pointer[160];
    const json_t *value = json_object_get(object, name);
    snprintf(pointer, sizeof pointer, "%s/%s", parent, name);
    if (!value && !least) return true;
    if (!value) return refuse(x, pointer, "this member is missing");
    if (!json_is_string(value)) return refuse(x, pointer, "expected a string");
    vg_str text = {json_string_value(value), json_string_length(value)};
    if (text.len < least || text.len > most) {
        vg_answer_problem(x, 400, pointer, "expected %zu to %zu bytes", least, most);
        return false;
    }
    *out = vg_arena_copy(x->arena, text);
    if (out->ptr) return true;
    vg_answer_busy(x, "there is no memory for this request now");
    return false;
}

static bool read_count(vg_exchange *x, const json_t *object, const char *parent, const char *name, int64_t least, int64_t most,
                       int64_t *out)
{
    char pointer[160];
    const json_t *value = json_object_get(object, name);
    if (!value) return true;
    snprintf(pointer, sizeof pointer, "%s/%s", parent, name);
    *out = json_is_integer(value) ? json_integer_value(value) : -1;
    if (json_is_integer(value) && *out >= least && *out <= most) return true;
    vg_answer_problem(x, 400, pointer, "expected a whole number from %lld to %lld", (long long)least, (long long)most);
    return false;
}

/* One of `count` words; absent leaves *out as it is. */
static bool read_word(vg_exchange *x, const json_t *object, const char *parent, const char *name, const char *const *words, int count,
                      bool required, int *out)
{
    char pointer[160], list[200];
    const json_t *value = json_object_get(object, name);
    size_t used = 0;
    snprintf(pointer, sizeof pointer, "%s/%s", parent, name);
    if (!value && !required) return true;
    if (!value) return refuse(x, pointer, "this member is missing");
    for (int i = 0; json_is_string(value) && i < count; i++)
        if (strcmp(words[i], json_string_value(value)) == 0) {
            *out = i;
            return true;
        }
    list[0] = '\0';
    for (int i = 0; i < count && used < sizeof list; i++)
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", words[i]);
    vg_answer_problem(x, 400, pointer, "expected one of %s", list);
    return false;
}

static bool read_roles(vg_exchange *x, const json_t *root, uint32_t *out)
{
    const json_t *list = json_object_get(root, "visible_to"), *value;
    size_t i;
    *out = (1u << VG_ROLES) - 1;
    if (!list) return true;
    if (!json_is_array(list) || !json_array_size(list)) return refuse(x, "/visible_to", "expected an array of roles");
    *out = 0;
    json_array_foreach(list, i, value)
    {
        int role = 0;
        while (role < VG_ROLES && !(json_is_string(value) && strcmp(json_string_value(value), vg_role_names[role]) == 0)) role++;
        if (role == VG_ROLES) return refuse(x, "/visible_to", "expected roles: referent, lead, admin, auditor, analyst, prevention");
        *out |= 1u << role;
    }
    return true;
}

static bool read_expiry(vg_exchange *x, const json_t *root, int64_t *out)
{
    vg_str when = {"", 0};
    if (!read_text(x, root, "", "expires", 0, 40, &when)) return false;
    if (!when.len || (vg_time_parse_date(when, out) && *out > 0)) return true;
    return refuse(x, "/expires", "expected a time such as 2027-04-03T00:00:00Z");
}

static bool read_bank(vg_exchange *x, const json_t *root, vg_bank *b)
{
    static const char *const names[] = {"name",   "source", "classification", "profile", "threshold", "min_quality", "video_percent",
                                        "effect", "spaces", "visible_to",     "expires", NULL};
    int64_t threshold = VG_BANK_THRESHOLD, quality = VG_BANK_QUALITY, percent = VG_BANK_VIDEO_PERCENT;
    int profile = VG_PDQ_CPP, effect = VG_BANK_REVIEW;
    *b = (vg_bank){.classification = {"", 0}, .spaces = VG_STR("*")};
    if (!only(x, root, names, "") || !read_text(x, root, "", "name", 1, VG_BANK_MAX_NAME, &b->name) ||
        !read_text(x, root, "", "source", 1, SOURCE_MAX, &b->source) ||
        !read_text(x, root, "", "classification", 0, SOURCE_MAX, &b->classification) ||
        !read_text(x, root, "", "spaces", 0, SPACES_MAX, &b->spaces) ||
        !read_word(x, root, "", "profile", vg_pdq_profile_names, VG_PDQ_PROFILES, false, &profile) ||
        !read_word(x, root, "", "effect", vg_bank_effect_names, VG_BANK_EFFECTS, true, &effect) ||
        !read_count(x, root, "", "threshold", 0, 31, &threshold) || !read_count(x, root, "", "min_quality", 0, 100, &quality) ||
        !read_count(x, root, "", "video_percent", 1, 100, &percent) || !read_roles(x, root, &b->visible_to) ||
        !read_expiry(x, root, &b->expires_ms))
        return false;
    if (!b->spaces.len) return refuse(x, "/spaces", "expected names of spaces, or *");
    for (size_t i = 0; i < b->name.len; i++) {
        char c = b->name.ptr[i];
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.') continue;
        return refuse(x, "/name", "expected lower-case letters, digits, -, _ and .");
    }
    b->profile = (vg_pdq_profile)profile;
    b->effect = (vg_bank_effect)effect;
    b->threshold = (uint8_t)threshold;
    b->min_quality = (uint8_t)quality;
    b->video_percent = (uint8_t)percent;
    return true;
}

bool vg_body_read_bank(vg_exchange *x, vg_bank *bank)
{
    json_t *root = load(x);
    bool good = root && read_bank(x, root, bank);
    json_decref(root);
    return good;
}

static bool read_hash(vg_exchange *x, const json_t *value, const vg_bank *bank, const char *parent, vg_media_hash *out)
{
    static const char *const digest[] = {"algorithm", "value", NULL};
    static const char *const pdq[] = {"algorithm", "value", "quality", "profile", "turn", "frame", NULL};
    int algorithm = 0, profile = VG_PDQ_CPP, turn = VG_TURN_NONE;
    int64_t quality = -1, frame = 0;
    char pointer[160];
    vg_str hex;
    *out = (vg_media_hash){0};
    if (!json_is_object(value)) return refuse(x, parent, "expected an object with algorithm and value");
    if (!read_word(x, value, parent, "algorithm", vg_hash_algorithm_names, VG_HASH_ALGORITHMS, true, &algorithm) ||
        !only(x, value, algorithm == VG_HASH_PDQ ? pdq : digest, parent) || !read_text(x, value, parent, "value", 1, 64, &hex) ||
        !read_count(x, value, parent, "quality", 0, 100, &quality) ||
        !read_word(x, value, parent, "profile", vg_pdq_profile_names, VG_PDQ_PROFILES, false, &profile) ||
        !read_word(x, value, parent, "turn", vg_turn_names, VG_TURNS, false, &turn) ||
        !read_count(x, value, parent, "frame", 0, UINT32_MAX, &frame))
        return false;
    out->algorithm = (vg_hash_algorithm)algorithm;
    size_t bytes = vg_hash_bytes(out->algorithm);
    snprintf(pointer, sizeof pointer, "%s/value", parent);
    if (!vg_hex_decode(out->bytes, bytes, hex)) {
        vg_answer_problem(x, 400, pointer, "expected %zu hexadecimal digits", 2 * bytes);
        return false;
    }
    if (algorithm != VG_HASH_PDQ) return true;
    snprintf(pointer, sizeof pointer, "%s/quality", parent);
    if (quality < 0) return refuse(x, pointer, "this member is missing");
    snprintf(pointer, sizeof pointer, "%s/profile", parent);
    if (profile != (int)bank->profile) return refuse(x, pointer, "the bank holds hashes of the other profile");
    out->quality = (uint8_t)quality;
    out->profile = (uint8_t)profile;
    out->turn = (uint8_t)turn;
    out->frame = (uint32_t)frame;
    return true;
}

static bool read_entry(vg_exchange *x, const json_t *value, size_t number_of, const vg_bank *bank, vg_arena *arena, vg_bank_record *out)
{
    static const char *const names[] = {"reference", "category", "hashes", NULL};
    char parent[64], pointer[128];
    *out = (vg_bank_record){.reference = {"", 0}, .category = {"", 0}, .note = {"", 0}};
    snprintf(parent, sizeof parent, "/entries/%zu", number_of);
    if (!json_is_object(value)) return refuse(x, parent, "expected an object with hashes");
    if (!only(x, value, names, parent) || !read_text(x, value, parent, "reference", 0, VG_EVENT_MAX_NAME, &out->reference) ||
        !read_text(x, value, parent, "category", 0, VG_BANK_MAX_CATEGORY, &out->category))
        return false;
    const json_t *list = json_object_get(value, "hashes");
    size_t count = json_array_size(list);
    snprintf(pointer, sizeof pointer, "%s/hashes", parent);
    if (!count || count > VG_EVENT_MAX_HASHES) return refuse(x, pointer, "expected an array of 1 to 1024 hashes");
    vg_media_hash *hashes = vg_arena_calloc(arena, count, sizeof *hashes);
    if (!hashes) {
        vg_answer_busy(x, "there is no memory for this request now");
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        snprintf(pointer, sizeof pointer, "%s/hashes/%zu", parent, i);
        if (!read_hash(x, json_array_get(list, i), bank, pointer, &hashes[i])) return false;
    }
    out->hashes = hashes;
    out->hash_count = count;
    return true;
}

static bool read_entries(vg_exchange *x, const json_t *root, const vg_bank *bank, vg_arena *arena, vg_bank_record **out, size_t *count)
{
    static const char *const names[] = {"entries", NULL};
    const json_t *list = json_object_get(root, "entries");
    size_t size = json_array_size(list);
    if (!only(x, root, names, "")) return false;
    if (!size || size > ENTRIES_MOST) return refuse(x, "/entries", "expected an array of 1 to 1000 entries");
    *out = vg_arena_calloc(arena, size, sizeof **out);
    if (!*out) {
        vg_answer_busy(x, "there is no memory for this request now");
        return false;
    }
    for (*count = 0; *count < size; ++*count)
        if (!read_entry(x, json_array_get(list, *count), *count, bank, arena, &(*out)[*count])) return false;
    return true;
}

bool vg_body_read_entries(vg_exchange *x, const vg_bank *bank, vg_arena *arena, vg_bank_record **out, size_t *count)
{
    json_t *root = load(x);
    bool good = root && read_entries(x, root, bank, arena, out, count);
    json_decref(root);
    return good;
}

bool vg_body_read_opinion(vg_exchange *x, vg_bank_opinion *opinion, vg_str *seen_in)
{
    vg_str word = {"", 0};
    *seen_in = opinion->note = (vg_str){"", 0};
    const vg_field fields[] = {
        {.name = "opinion", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = 16, .string = &word},
        {.name = "note", .type = VG_FIELD_STRING, .most = NOTE_MAX, .string = &opinion->note},
        {.name = "case", .type = VG_FIELD_STRING, .most = 24, .string = seen_in},
    };
    if (!vg_body_read(x, fields, 3)) return false;
    opinion->reject = vg_str_is(word, "reject");
    if (opinion->reject || vg_str_is(word, "confirm")) return true;
    return refuse(x, "/opinion", "expected confirm or reject");
}
