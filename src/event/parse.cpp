/* SPDX-License-Identifier: Apache-2.0
 *
 * CloudEvents JSON -> vg_event, by simdjson's on-demand parser. The project's one C++ file: nothing of C++ leaves it,
 * and no exception exists in it.
 *
 * DESIGN. Fields are visited once, in the order they come, and put in their place by number; what a field may hold
 * is in the two tables below, so that a message can name every alternative. `data` is read when its event's type is known,
 * which in the usual order of fields is at once, else in a second visit. Every value is visited, so every value is
 * validated; UTF-8 is checked for the whole document at the start.
 */
#include <cstring>
#include <new>
#include <simdjson.h>
#include <string_view>

extern "C" {
#include "base/alloc.h"
#include "base/hash.h"
#include "base/time.h"
#include "event/event.h"
}

/* simdjson's memory goes through base/alloc like everyone's, so that a test can refuse it. The throwing forms are never
 * called (no exceptions); they exist because a program must not mix two allocators. */
void *operator new(std::size_t size, const std::nothrow_t &) noexcept { return vg_malloc(size); }
void *operator new[](std::size_t size, const std::nothrow_t &) noexcept { return vg_malloc(size); }
void operator delete(void *block) noexcept { vg_free(block); }
void operator delete[](void *block) noexcept { vg_free(block); }
void operator delete(void *block, std::size_t) noexcept { vg_free(block); }
void operator delete[](void *block, std::size_t) noexcept { vg_free(block); }
void operator delete(void *block, const std::nothrow_t &) noexcept { vg_free(block); }
void operator delete[](void *block, const std::nothrow_t &) noexcept { vg_free(block); }

namespace sj = simdjson;
namespace od = simdjson::ondemand;

struct vg_event_parser {
    od::parser parser{};
    char *padded = nullptr; /* a copy of input that came without room behind it */
    size_t padded_size = 0;
};

namespace {

enum top_field { TOP_SPECVERSION, TOP_ID, TOP_SOURCE, TOP_TYPE, TOP_SUBJECT, TOP_TIME, TOP_CONTENT_TYPE, TOP_DATA, TOP_FIELDS };

constexpr std::string_view top_keys[TOP_FIELDS] = {"specversion", "id", "source", "type", "subject", "time", "datacontenttype", "data"};

enum data_field {
    D_CONVERSATION, D_TEXT, D_TO, D_CHANNEL, D_LANGUAGE, D_HASHES, D_UPLOAD, D_MIME, D_KIND, D_AGE_BAND, D_AGE_BASIS, D_CREATED,
    D_COUNTRY, D_ABOUT, D_REASON, D_EVENT, D_FIELDS
};
constexpr std::string_view data_keys[D_FIELDS] = {"conversation", "text", "to", "channel", "language", "hashes", "upload", "mime", "kind",
                                                  "age_band", "age_basis", "created", "country", "about", "reason", "event"};
/* A literal's characters end in NUL, so the views above serve printf as well. */
constexpr const char *top_name(int field) { return top_keys[field].data(); }
constexpr const char *data_name(int field) { return data_keys[field].data(); }
constexpr uint32_t bit(int field) { return 1u << field; }
/* What the data of each type may hold, and must. */
const uint32_t may_hold[VG_EVENT_TYPES] = {
    bit(D_CONVERSATION) | bit(D_TEXT) | bit(D_TO) | bit(D_CHANNEL) | bit(D_LANGUAGE),
    bit(D_HASHES) | bit(D_UPLOAD) | bit(D_CONVERSATION) | bit(D_TO) | bit(D_CHANNEL) | bit(D_MIME),
    bit(D_TO) | bit(D_KIND) | bit(D_CONVERSATION),
    bit(D_AGE_BAND) | bit(D_AGE_BASIS) | bit(D_CREATED) | bit(D_COUNTRY) | bit(D_LANGUAGE),
    bit(D_ABOUT) | bit(D_REASON) | bit(D_CONVERSATION) | bit(D_EVENT) | bit(D_TEXT),
};
const uint32_t must_hold[VG_EVENT_TYPES] = {bit(D_CONVERSATION) | bit(D_TEXT), 0, bit(D_TO) | bit(D_KIND), bit(D_AGE_BAND),
                                            bit(D_ABOUT) | bit(D_REASON)};

/* Where in the document: the prefix of the batch ("/17" or ""), then names. Built only when something is wrong. */
struct place {
    int64_t index; /* in a batch, or -1 */
    const char *parent; /* "" or "/data" */
};

struct reader {
    vg_arena *arena;
    vg_event *event;
    vg_error *err;
    place at;
    uint32_t seen; /* fields of the object being read */
};

int fail_at(const reader &r, int code, const char *name, const char *format, ...) __attribute__((format(printf, 4, 5)));
int fail_at(const reader &r, int code, const char *name, const char *format, ...)
{
    char where[192], what[384], index[24] = "";
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    if (r.at.index >= 0) snprintf(index, sizeof index, "/%lld", (long long)r.at.index);
    snprintf(where, sizeof where, "%s%s%s%s", index, r.at.parent, name[0] ? "/" : "", name);
    return vg_fail(r.err, code, where, "%s", what);
}

/* A field's name as a part of a JSON pointer (RFC 6901), cut where it is absurdly long. */
void pointer_part(std::string_view name, char out[96])
{
    size_t used = 0;
    for (size_t i = 0; i < name.size() && used < 90; i++) {
        unsigned char c = static_cast<unsigned char>(name[i]);
        if (c == '~' || c == '/') {
            out[used++] = '~';
            out[used++] = c == '~' ? '0' : '1';
        } else {
            out[used++] = c < 0x20 || c == 0x7f ? '?' : static_cast<char>(c);
        }
    }
    while (used && used >= 90 && (static_cast<unsigned char>(out[used - 1]) & 0xc0) == 0x80) used--; /* no half character */
    out[used] = '\0';
}

void list_names(const char *const *names, size_t count, uint32_t mask, char out[300])
{
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        if (!(mask & bit(static_cast<int>(i)))) continue;
        int n = snprintf(out + used, 300 - used, "%s%s", used ? ", " : "", names[i]);
        if (n < 0 || static_cast<size_t>(n) >= 300 - used) break;
        used += static_cast<size_t>(n);
    }
}

const char *type_name(sj::simdjson_result<od::json_type> type)
{
    if (type.error()) return "what is not JSON";
    switch (type.value_unsafe()) {
    case od::json_type::array: return "an array";
    case od::json_type::object: return "an object";
    case od::json_type::number: return "a number";
    case od::json_type::string: return "a string";
    case od::json_type::boolean: return "true or false";
    default: return "null";
    }
}

int malformed(const reader &r, const char *name, sj::error_code code)
{
    if (code == sj::MEMALLOC) return fail_at(r, VG_ENOMEM, name, "no memory to read the event");
    return fail_at(r, VG_EINVAL, name, "not valid JSON: %s", sj::error_message(code));
}

int take_string(reader &r, od::value value, const char *name, size_t most, vg_str *out)
{
    std::string_view text;
    auto type = value.type();
    if (type.error()) return malformed(r, name, type.error());
    if (type.value_unsafe() != od::json_type::string)
        return fail_at(r, VG_EINVAL, name, "expected a string, found %s", type_name(type));
    sj::error_code code = value.get_string().get(text);
    if (code) return malformed(r, name, code);
    if (text.size() > most) return fail_at(r, VG_EINVAL, name, "%zu bytes long; at most %zu are taken", text.size(), most);
    if (memchr(text.data(), 0, text.size())) return fail_at(r, VG_EINVAL, name, "holds a NUL character");
    *out = vg_str{text.data(), text.size()};
    return 0;
}

/* A name of an account, conversation or event: not empty, no control characters. */
int take_name(reader &r, od::value value, const char *name, vg_str *out)
{
    int rc = take_string(r, value, name, VG_EVENT_MAX_NAME, out);
    if (rc) return rc;
    if (!out->len) return fail_at(r, VG_EINVAL, name, "is empty; expected a name");
    for (size_t i = 0; i < out->len; i++)
        if (static_cast<unsigned char>(out->ptr[i]) < 0x20 || out->ptr[i] == 0x7f)
            return fail_at(r, VG_EINVAL, name, "holds a control character");
    return 0;
}

/* One of a fixed list of words. */
int take_word(reader &r, od::value value, const char *name, const char *const *words, int count, int first, int *out)
{
    vg_str s;
    int rc = take_string(r, value, name, 4096, &s);
    if (rc) return rc;
    for (int i = first; i < count; i++) {
        if (strlen(words[i]) == s.len && memcmp(words[i], s.ptr, s.len) == 0) {
            *out = i;
            return 0;
        }
    }
    char list[300];
    list_names(words, static_cast<size_t>(count), ~(bit(first) - 1), list);
    size_t shown = s.len > 60 ? 60 : s.len;
    while (shown && shown < s.len && (static_cast<unsigned char>(s.ptr[shown]) & 0xc0) == 0x80) shown--;
    return fail_at(r, VG_EINVAL, name, "unknown value \"%.*s\"; expected one of %s", static_cast<int>(shown), s.ptr, list);
}

int take_source(reader &r, od::value value)
{
    static const char prefix[] = "/spaces/";
    const size_t begin = sizeof prefix - 1;
    vg_event *e = r.event;
    int rc = take_name(r, value, "source", &e->source);
    if (rc) return rc;
    bool good = e->source.len > begin && e->source.len <= begin + 64 && memcmp(e->source.ptr, prefix, begin) == 0;
    for (size_t i = begin; good && i < e->source.len; i++) {
        char c = e->source.ptr[i];
        good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || ((c == '-' || c == '_') && i > begin);
    }
    if (!good)
        return fail_at(r, VG_EINVAL, "source", "expected \"/spaces/NAME\", where NAME is up to 64 of a-z, 0-9, - and _ and begins with a letter or digit");
    e->space = vg_str{e->source.ptr + begin, e->source.len - begin};
    return 0;
}

int take_time(reader &r, od::value value, const char *name, bool date, int64_t *out)
{
    vg_str s;
    int rc = take_string(r, value, name, 64, &s);
    if (rc) return rc;
    if (date ? vg_time_parse_date(s, out) : vg_time_parse(s, out)) return 0;
    return fail_at(r, VG_EINVAL, name, "expected an RFC 3339 time such as 2026-05-04T10:11:12Z%s", date ? ", or a date such as 2026-05-04" : "");
}

/* Adds the place in an array to an error that names the array: the number is only put together when it is needed. */
int at_element(const reader &r, size_t index, int rc)
{
    if (!r.err) return rc;
    size_t used = strlen(r.err->where);
    snprintf(r.err->where + used, sizeof r.err->where - used, "/%zu", index);
    return rc;
}

int take_recipients(reader &r, od::value value)
{
    vg_event *e = r.event;
    auto type = value.type();
    if (type.error()) return malformed(r, "to", type.error());
    bool contact = e->type == VG_EVENT_CONTACT;
    if (type.value_unsafe() != od::json_type::array && !(contact && type.value_unsafe() == od::json_type::string))
        return fail_at(r, VG_EINVAL, "to", contact ? "expected an account, found %s" : "expected an array of accounts, found %s", type_name(type));
    vg_str names[VG_EVENT_MAX_TO];
    size_t count = 0;
    if (type.value_unsafe() == od::json_type::string) {
        int rc = take_name(r, value, "to", &names[count++]);
        if (rc) return rc;
    } else {
        od::array array;
        sj::error_code code = value.get_array().get(array);
        if (code) return malformed(r, "to", code);
        for (auto element : array) {
            od::value item;
            if ((code = element.get(item))) return malformed(r, "to", code);
            if (count == VG_EVENT_MAX_TO) return fail_at(r, VG_EINVAL, "to", "more than %d accounts", VG_EVENT_MAX_TO);
            int rc = take_name(r, item, "to", &names[count]);
            if (rc) return at_element(r, count, rc);
            count++;
        }
    }
    if (contact && count != 1) return fail_at(r, VG_EINVAL, "to", "expected one account, found %zu", count);
    e->to = static_cast<vg_str *>(vg_arena_calloc(r.arena, count ? count : 1, sizeof *e->to));
    if (!e->to) return fail_at(r, VG_ENOMEM, "to", "no memory to read the event");
    memcpy(e->to, names, count * sizeof *e->to);
    e->to_count = count;
    return 0;
}

int take_hash(reader &r, od::object object, size_t index, vg_media_hash *out)
{
    int algorithm = -1, rc;
    vg_str value = {nullptr, 0};
    char name[64];
    for (auto field : object) {
        std::string_view key;
        od::value item;
        sj::error_code code = field.unescaped_key().get(key);
        snprintf(name, sizeof name, "hashes/%zu", index);
        if (code) return malformed(r, name, code);
        if ((code = field.value().get(item))) return malformed(r, name, code);
        if (key == "algorithm" && algorithm < 0) {
            snprintf(name, sizeof name, "hashes/%zu/algorithm", index);
            if ((rc = take_word(r, item, name, vg_hash_algorithm_names, VG_HASH_ALGORITHMS, 0, &algorithm))) return rc;
        } else if (key == "value" && !value.ptr) {
            snprintf(name, sizeof name, "hashes/%zu/value", index);
            if ((rc = take_string(r, item, name, 64, &value))) return rc;
        } else {
            return fail_at(r, VG_EINVAL, name, "unknown or repeated field in a hash; expected algorithm and value, once each");
        }
    }
    snprintf(name, sizeof name, "hashes/%zu", index);
    if (algorithm < 0 || !value.ptr) return fail_at(r, VG_EINVAL, name, "expected both algorithm and value");
    *out = vg_media_hash{};
    out->algorithm = static_cast<vg_hash_algorithm>(algorithm);
    size_t bytes = algorithm == VG_HASH_MD5 ? 16 : 32;
    snprintf(name, sizeof name, "hashes/%zu/value", index);
    if (!vg_hex_decode(out->bytes, bytes, value)) return fail_at(r, VG_EINVAL, name, "expected %zu hexadecimal digits", 2 * bytes);
    return 0;
}

int take_hashes(reader &r, od::value value)
{
    vg_event *e = r.event;
    od::array array;
    auto type = value.type();
    if (type.error()) return malformed(r, "hashes", type.error());
    if (type.value_unsafe() != od::json_type::array) return fail_at(r, VG_EINVAL, "hashes", "expected an array of hashes, found %s", type_name(type));
    sj::error_code code = value.get_array().get(array);
    if (code) return malformed(r, "hashes", code);
    vg_media_hash hashes[VG_EVENT_MAX_HASHES];
    size_t count = 0;
    for (auto element : array) {
        od::object object;
        char name[32];
        snprintf(name, sizeof name, "hashes/%zu", count);
        if (count == VG_EVENT_MAX_HASHES) return fail_at(r, VG_EINVAL, "hashes", "more than %d hashes", VG_EVENT_MAX_HASHES);
        if ((code = element.get_object().get(object))) {
            if (code == sj::INCORRECT_TYPE) return fail_at(r, VG_EINVAL, name, "expected an object with algorithm and value");
            return malformed(r, name, code);
        }
        int rc = take_hash(r, object, count, &hashes[count]);
        if (rc) return rc;
        count++;
    }
    if (!count) return fail_at(r, VG_EINVAL, "hashes", "is empty; expected at least one hash");
    e->hashes = static_cast<vg_media_hash *>(vg_arena_alloc(r.arena, count * sizeof *e->hashes));
    if (!e->hashes) return fail_at(r, VG_ENOMEM, "hashes", "no memory to read the event");
    memcpy(e->hashes, hashes, count * sizeof *e->hashes);
    e->hash_count = count;
    return 0;
}

int take_country(reader &r, od::value value)
{
    vg_str s;
    int rc = take_string(r, value, "country", 16, &s);
    if (rc) return rc;
    if (s.len != 2 || s.ptr[0] < 'A' || s.ptr[0] > 'Z' || s.ptr[1] < 'A' || s.ptr[1] > 'Z')
        return fail_at(r, VG_EINVAL, "country", "expected two capital letters (ISO 3166-1), such as FR");
    memcpy(r.event->country, s.ptr, 2);
    r.event->country[2] = '\0';
    return 0;
}

int take_language(reader &r, od::value value)
{
    vg_str s;
    int rc = take_string(r, value, "language", 35, &s);
    if (rc) return rc;
    bool good = s.len >= 2;
    for (size_t i = 0; good && i < s.len; i++) {
        char c = s.ptr[i];
        good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (i && ((c >= '0' && c <= '9') || c == '-'));
    }
    if (!good) return fail_at(r, VG_EINVAL, "language", "expected a language tag (BCP 47), such as fr or pt-BR");
    r.event->language = s;
    return 0;
}

int take_data_field(reader &r, int field, od::value value)
{
    vg_event *e = r.event;
    int word = 0, rc = 0;
    switch (field) {
    case D_CONVERSATION: return take_name(r, value, "conversation", &e->conversation);
    case D_TEXT: return take_string(r, value, "text", VG_EVENT_MAX_TEXT, &e->text);
    case D_TO: return take_recipients(r, value);
    case D_LANGUAGE: return take_language(r, value);
    case D_HASHES: return take_hashes(r, value);
    case D_UPLOAD: return take_name(r, value, "upload", &e->upload);
    case D_MIME: return take_name(r, value, "mime", &e->mime);
    case D_COUNTRY: return take_country(r, value);
    case D_CREATED: return take_time(r, value, "created", true, &e->created_ms);
    case D_ABOUT: return take_name(r, value, "about", &e->about);
    case D_EVENT: return take_name(r, value, "event", &e->about_event);
    case D_CHANNEL:
        if (!(rc = take_word(r, value, "channel", vg_channel_names, VG_CHANNELS, 0, &word))) e->channel = static_cast<vg_channel>(word);
        return rc;
    case D_KIND:
        if (!(rc = take_word(r, value, "kind", vg_contact_kind_names, VG_CONTACT_KINDS, 0, &word))) e->contact = static_cast<vg_contact_kind>(word);
        return rc;
    case D_AGE_BAND:
        if (!(rc = take_word(r, value, "age_band", vg_age_band_names, VG_AGE_BANDS, 0, &word))) e->age_band = static_cast<vg_age_band>(word);
        return rc;
    case D_AGE_BASIS: /* "unknown" is what an event without the field means; it cannot be said */
        if (!(rc = take_word(r, value, "age_basis", vg_age_basis_names, VG_AGE_BASES, 1, &word))) e->age_basis = static_cast<vg_age_basis>(word);
        return rc;
    default:
        if (!(rc = take_word(r, value, "reason", vg_notice_reason_names, VG_REASONS, 0, &word))) e->reason = static_cast<vg_notice_reason>(word);
        return rc;
    }
}

int find_name(std::string_view key, const std::string_view *names, int count)
{
    for (int i = 0; i < count; i++)
        if (names[i].size() == key.size() && memcmp(names[i].data(), key.data(), key.size()) == 0) return i;
    return -1;
}

int unknown_field(reader &r, std::string_view key, const std::string_view *keys, int count, uint32_t mask)
{
    char name[96], list[300];
    const char *names[32];
    for (int i = 0; i < count; i++) names[i] = keys[i].data();
    pointer_part(key, name);
    list_names(names, static_cast<size_t>(count), mask, list);
    return fail_at(r, VG_EINVAL, name, "unknown field; expected one of %s", list);
}

int finish_data(reader &r, uint32_t seen)
{
    vg_event *e = r.event;
    uint32_t missing = must_hold[e->type] & ~seen;
    for (int i = 0; missing && i < D_FIELDS; i++)
        if (missing & bit(i)) return fail_at(r, VG_EINVAL, data_name(i), "is missing; a %s needs it", vg_event_type_names[e->type]);
    if (e->type == VG_EVENT_MEDIA && !(seen & (bit(D_HASHES) | bit(D_UPLOAD))))
        return fail_at(r, VG_EINVAL, "hashes", "is missing; a vigie.media needs hashes or upload");
    if (!(seen & bit(D_CHANNEL))) e->channel = e->to_count == 0 ? VG_CHANNEL_PUBLIC : e->to_count == 1 ? VG_CHANNEL_PRIVATE : VG_CHANNEL_GROUP;
    if (e->type == VG_EVENT_ACCOUNT && !(seen & bit(D_AGE_BASIS)))
        e->age_basis = e->age_band == VG_AGE_UNKNOWN ? VG_BASIS_UNKNOWN : VG_BASIS_DECLARED;
    return 0;
}

int read_data(reader &r, od::value value)
{
    od::object object;
    od::value item;
    auto type = value.type();
    if (type.error()) return malformed(r, "data", type.error());
    if (type.value_unsafe() != od::json_type::object) return fail_at(r, VG_EINVAL, "data", "expected an object, found %s", type_name(type));
    sj::error_code code = value.get_object().get(object);
    if (code) return malformed(r, "data", code);
    r.at.parent = r.at.parent[0] ? r.at.parent : "/data";
    uint32_t seen = 0, allowed = r.event->type < VG_EVENT_TYPES ? may_hold[r.event->type] : 0;
    for (auto field : object) {
        std::string_view key;
        if ((code = field.unescaped_key().get(key))) return malformed(r, "", code);
        int f = find_name(key, data_keys, D_FIELDS);
        if (f < 0 || !(allowed & bit(f))) return unknown_field(r, key, data_keys, D_FIELDS, allowed);
        if (seen & bit(f)) return fail_at(r, VG_EINVAL, data_name(f), "is given twice");
        seen |= bit(f);
        if ((code = field.value().get(item))) return malformed(r, data_name(f), code);
        int rc = take_data_field(r, f, item);
        if (rc) return rc;
    }
    int rc = finish_data(r, seen);
    r.at.parent = "";
    return rc;
}

int take_top_field(reader &r, int field, od::value value)
{
    vg_event *e = r.event;
    vg_str s;
    int rc, word = 0;
    switch (field) {
    case TOP_ID: return take_name(r, value, "id", &e->id);
    case TOP_SOURCE: return take_source(r, value);
    case TOP_SUBJECT: return take_name(r, value, "subject", &e->subject);
    case TOP_TIME: return take_time(r, value, "time", false, &e->time_ms);
    case TOP_TYPE:
        if (!(rc = take_word(r, value, "type", vg_event_type_names, VG_EVENT_TYPES, 0, &word))) e->type = static_cast<vg_event_type>(word);
        return rc;
    case TOP_SPECVERSION:
        if ((rc = take_string(r, value, "specversion", 16, &s))) return rc;
        return vg_str_is(s, "1.0") ? 0 : fail_at(r, VG_EINVAL, "specversion", "expected \"1.0\"");
    default:
        if ((rc = take_string(r, value, "datacontenttype", 128, &s))) return rc;
        return vg_str_is(s, "application/json") ? 0 : fail_at(r, VG_EINVAL, "datacontenttype", "expected \"application/json\"");
    }
}

/* Visits the top fields. On the first visit `data` waits when the type is not known yet; the second reads only `data`. */
int visit(reader &r, od::object object, bool second, bool *waits)
{
    uint32_t seen = 0;
    for (auto field : object) {
        std::string_view key;
        sj::error_code code = field.unescaped_key().get(key);
        if (code) return malformed(r, "", code);
        int f = find_name(key, top_keys, TOP_FIELDS), rc = 0;
        if (f < 0) return unknown_field(r, key, top_keys, TOP_FIELDS, ~0u);
        if (seen & bit(f)) return fail_at(r, VG_EINVAL, top_name(f), "is given twice");
        seen |= bit(f);
        od::value value;
        if ((code = field.value().get(value))) return malformed(r, top_name(f), code);
        if (f == TOP_DATA) {
            if (second || (seen & bit(TOP_TYPE))) rc = read_data(r, value);
            else *waits = true;
        } else if (!second) {
            rc = take_top_field(r, f, value);
        }
        if (rc) return rc;
    }
    for (int i = 0; i < TOP_FIELDS; i++)
        if (i != TOP_CONTENT_TYPE && !(seen & bit(i))) return fail_at(r, VG_EINVAL, top_name(i), "is missing");
    return 0;
}

int read_event(reader &r, od::object object)
{
    bool waits = false;
    *r.event = vg_event{};
    vg_str *strings[] = {&r.event->conversation, &r.event->text, &r.event->language, &r.event->upload, &r.event->mime, &r.event->about, &r.event->about_event};
    for (vg_str *s : strings) s->ptr = "";
    int rc = visit(r, object, false, &waits);
    if (rc || !waits) return rc;
    sj::error_code code = object.reset().error();
    if (code) return malformed(r, "", code);
    return visit(r, object, true, &waits);
}

/* The input with 64 readable bytes behind it: as it is, or copied. */
int pad(vg_event_parser *parser, const char *json, size_t len, size_t capacity, const char **out, size_t *room, vg_error *err)
{
    if (len > VG_EVENT_MAX_BODY) return vg_fail(err, VG_ETOOBIG, "", "%zu bytes; at most %d are taken", len, VG_EVENT_MAX_BODY);
    *out = json;
    *room = capacity;
    if (capacity >= len + sj::SIMDJSON_PADDING) return 0;
    size_t need = len + sj::SIMDJSON_PADDING;
    if (need > parser->padded_size) {
        char *more = static_cast<char *>(vg_realloc(parser->padded, need));
        if (!more) return vg_fail(err, VG_ENOMEM, "", "no memory to read the event");
        parser->padded = more;
        parser->padded_size = need;
    }
    if (len) memcpy(parser->padded, json, len);
    memset(parser->padded + len, 0, sj::SIMDJSON_PADDING);
    *out = parser->padded;
    *room = need;
    return 0;
}

int open_document(vg_event_parser *parser, const char *json, size_t len, size_t room, od::document *doc, vg_error *err)
{
    sj::error_code code = parser->parser.iterate(json, len, room).get(*doc);
    if (!code) return 0;
    if (code == sj::MEMALLOC) return vg_fail(err, VG_ENOMEM, "", "no memory to read the event");
    size_t bad = 0;
    if (code == sj::UTF8_ERROR && !vg_utf8_valid(json, len, &bad)) return vg_fail(err, VG_EINVAL, "", "not valid UTF-8 at byte %zu", bad);
    if (code == sj::EMPTY) return vg_fail(err, VG_EINVAL, "", "is empty; expected a CloudEvent in JSON");
    return vg_fail(err, VG_EINVAL, "", "not valid JSON: %s", sj::error_message(code));
}

/* Adds the byte offset to what is wrong with the document itself. */
int with_offset(od::document &doc, const char *json, size_t len, vg_error *err, int rc)
{
    if (!rc || !err || err->code != VG_EINVAL || !strstr(err->what, "not valid JSON")) return rc;
    const char *at = nullptr;
    if (!doc.current_location().get(at) && at >= json && at <= json + len) {
        size_t used = strlen(err->what);
        snprintf(err->what + used, sizeof err->what - used, " (near byte %zu)", static_cast<size_t>(at - json));
    }
    return rc;
}

int expect_end(od::document &doc, vg_error *err)
{
    return doc.current_location().error() == sj::OUT_OF_BOUNDS ? 0 : vg_fail(err, VG_EINVAL, "", "not valid JSON: something follows the end of the document");
}

vg_str trimmed(const char *json, size_t len)
{
    auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
    while (len && blank(json[len - 1])) len--;
    while (len && blank(*json)) json++, len--;
    return vg_str{json, len};
}

} /* namespace */

extern "C" int vg_event_parser_create(vg_event_parser **out, vg_error *err)
{
    *out = new (std::nothrow) vg_event_parser;
    return *out ? 0 : vg_fail(err, VG_ENOMEM, "", "no memory for a parser");
}

extern "C" void vg_event_parser_destroy(vg_event_parser **parser)
{
    if (!*parser) return;
    vg_free((*parser)->padded);
    delete *parser;
    *parser = nullptr;
}

extern "C" int vg_event_parse(vg_event_parser *parser, const char *json, size_t len, size_t capacity, vg_arena *arena, vg_event *out, vg_error *err)
{
    od::document doc;
    size_t room = 0;
    int rc = pad(parser, json, len, capacity, &json, &room, err);
    if (rc || (rc = open_document(parser, json, len, room, &doc, err))) return rc;
    reader r = {arena, out, err, {-1, ""}, 0};
    auto type = doc.type();
    if (type.error()) return with_offset(doc, json, len, err, malformed(r, "", type.error()));
    if (type.value_unsafe() != od::json_type::object)
        return vg_fail(err, VG_EINVAL, "", "expected an object (a CloudEvent), found %s", type_name(type));
    od::object object;
    sj::error_code code = doc.get_object().get(object);
    rc = code ? malformed(r, "", code) : read_event(r, object);
    if (rc) return with_offset(doc, json, len, err, rc);
    if ((rc = expect_end(doc, err))) return rc;
    out->raw = trimmed(json, len);
    return 0;
}

extern "C" int vg_event_parse_batch(vg_event_parser *parser, const char *json, size_t len, size_t capacity, vg_arena *arena, vg_event **out, size_t *count, vg_error *err)
{
    od::document doc;
    size_t room = 0, n = 0, cap = 0;
    *out = nullptr;
    *count = 0;
    int rc = pad(parser, json, len, capacity, &json, &room, err);
    if (rc || (rc = open_document(parser, json, len, room, &doc, err))) return rc;
    reader r = {arena, nullptr, err, {-1, ""}, 0};
    od::array array;
    auto type = doc.type();
    if (type.error()) return with_offset(doc, json, len, err, malformed(r, "", type.error()));
    if (type.value_unsafe() != od::json_type::array) return vg_fail(err, VG_EINVAL, "", "expected an array of CloudEvents, found %s", type_name(type));
    sj::error_code code = doc.get_array().get(array);
    if (code) return with_offset(doc, json, len, err, malformed(r, "", code));
    vg_event *events = nullptr;
    for (auto element : array) {
        od::object object;
        std::string_view raw;
        r.at = place{static_cast<int64_t>(n), ""};
        if (n == VG_EVENT_MAX_BATCH) return vg_fail(err, VG_EINVAL, "", "more than %d events in a batch", VG_EVENT_MAX_BATCH);
        if (n == cap) { /* the arena cannot grow a block in place; a batch doubles a few times at most */
            size_t more = cap ? cap * 2 : 128;
            vg_event *grown = static_cast<vg_event *>(vg_arena_alloc(arena, more * sizeof *grown));
            if (!grown) return vg_fail(err, VG_ENOMEM, "", "no memory for a batch");
            if (n) memcpy(grown, events, n * sizeof *grown);
            events = grown;
            cap = more;
        }
        if ((code = element.get_object().get(object))) {
            if (code == sj::INCORRECT_TYPE) return fail_at(r, VG_EINVAL, "", "expected an object (a CloudEvent)");
            return with_offset(doc, json, len, err, malformed(r, "", code));
        }
        r.event = &events[n];
        if ((code = object.raw_json().get(raw)) || (code = object.reset().error())) return with_offset(doc, json, len, err, malformed(r, "", code));
        if ((rc = read_event(r, object))) return with_offset(doc, json, len, err, rc);
        vg_str slice = trimmed(raw.data(), raw.size());
        events[n].raw = slice;
        n++;
    }
    if ((rc = expect_end(doc, err))) return rc;
    if (!n) return vg_fail(err, VG_EINVAL, "", "is an empty array; expected at least one event");
    *out = events;
    *count = n;
    return 0;
}
