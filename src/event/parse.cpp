/* SPDX-License-Identifier: Apache-2.0
 *
 * CloudEvents JSON -> vg_event, by simdjson's on-demand parser. The project's one C++ file: nothing of C++ leaves it,
 * and no exception exists in it.
 *
 * DESIGN. Fields are visited once, in the order they come, and put in their place by number; what a field may hold
 * is in the two tables below, so that a message can name every alternative. `data` is read when its event's type is
 * known, which in the usual order of fields is at once, else in a second visit. Every value is visited, so every value
 * is validated; UTF-8 is checked for the whole document at the start.
 *
 * Names and values without a backslash, nearly all of them, are compared and taken where they stand in the input;
 * the others are unescaped into the parser's memory. simdjson's values are passed by reference: a copy of one just made
 * costs a stalled store, 5 ns for every field.
 */
#include <bits/functexcept.h>
#include <cstdlib>
#include <cstring>
#include <new>
#include <simdjson.h>
#include <string_view>

extern "C" {
#include "base/alloc.h"
#include "base/hash.h"
#include "base/time.h"
#include "event/bank.h"
#include "event/event.h"
#include "event/fault.h"
#include "event/scan_int.h"
}

namespace sj = simdjson;
namespace od = simdjson::ondemand;

/* simdjson 3.0 does not check the allocation of its string memory; what was refused is noted here and looked at. */
static thread_local bool refused;

static void *take_memory(std::size_t size) noexcept
{
    void *block = vg_malloc(size);
    if (!block) refused = true;
    return block;
}

/* Other libraries' code asks this way (Hyperscan's compiler) and expects bad_alloc; a test cannot refuse it. */
static void *take_memory_or_throw(std::size_t size)
{
    void *block;
    while (!(block = std::malloc(size ? size : 1))) {
        std::new_handler handler = std::get_new_handler();
        if (!handler) std::__throw_bad_alloc();
        handler();
    }
    return block;
}

/* simdjson's memory goes through base/alloc like everyone's, so that a test can refuse it. The set is complete, because
 * a block must be freed by the family that gave it. */
void *operator new(std::size_t size, const std::nothrow_t &) noexcept { return take_memory(size); }
void *operator new[](std::size_t size, const std::nothrow_t &) noexcept { return take_memory(size); }
void *operator new(std::size_t size) { return take_memory_or_throw(size); }
void *operator new[](std::size_t size) { return take_memory_or_throw(size); }
void operator delete(void *block) noexcept { vg_free(block); }
void operator delete[](void *block) noexcept { vg_free(block); }
void operator delete(void *block, std::size_t) noexcept { vg_free(block); }
void operator delete[](void *block, std::size_t) noexcept { vg_free(block); }
void operator delete(void *block, const std::nothrow_t &) noexcept { vg_free(block); }
void operator delete[](void *block, const std::nothrow_t &) noexcept { vg_free(block); }

struct vg_event_parser {
    od::parser parser{};
    char *padded = nullptr; /* a copy of input that came without room behind it */
    size_t padded_size = 0;
};

namespace {

enum top_field {
    TOP_SPECVERSION, TOP_ID, TOP_SOURCE, TOP_TYPE, TOP_SUBJECT, TOP_TIME, TOP_CONTENT_TYPE, TOP_DATA, TOP_FIELDS
};
const char *const top_names[TOP_FIELDS] = {"specversion", "id", "source", "type", "subject", "time", "datacontenttype",
                                           "data"};
enum data_field {
    D_CONVERSATION, D_TEXT, D_TO, D_CHANNEL, D_LANGUAGE, D_HASHES, D_UPLOAD, D_MIME, D_KIND, D_AGE_BAND, D_AGE_BASIS,
    D_CREATED, D_COUNTRY, D_ABOUT, D_REASON, D_EVENT, D_IP, D_PHONE, D_CURRENCY, D_PAYMENT_COUNTRY, D_FIELDS
};
const char *const data_names[D_FIELDS] = {"conversation", "text", "to", "channel", "language", "hashes", "upload", "mime",
                                          "kind", "age_band", "age_basis", "created", "country", "about", "reason",
                                          "event", "ip", "phone", "currency", "payment_country"};

constexpr uint32_t bit(int field) { return 1u << field; }
/* What the data of each type may hold, and must. */
const uint32_t whereabouts = bit(D_IP) | bit(D_PHONE) | bit(D_CURRENCY) | bit(D_PAYMENT_COUNTRY); /* of the acting account */
const uint32_t may_hold[VG_EVENT_TYPES] = {
    bit(D_CONVERSATION) | bit(D_TEXT) | bit(D_TO) | bit(D_CHANNEL) | bit(D_LANGUAGE) | whereabouts,
    bit(D_HASHES) | bit(D_UPLOAD) | bit(D_CONVERSATION) | bit(D_TO) | bit(D_CHANNEL) | bit(D_MIME) | whereabouts,
    bit(D_TO) | bit(D_KIND) | bit(D_CONVERSATION) | whereabouts,
    bit(D_AGE_BAND) | bit(D_AGE_BASIS) | bit(D_CREATED) | bit(D_COUNTRY) | bit(D_LANGUAGE),
    bit(D_ABOUT) | bit(D_REASON) | bit(D_CONVERSATION) | bit(D_EVENT) | bit(D_TEXT),
};
const uint32_t must_hold[VG_EVENT_TYPES] = {bit(D_CONVERSATION) | bit(D_TEXT), 0, bit(D_TO) | bit(D_KIND),
                                            bit(D_AGE_BAND), bit(D_ABOUT) | bit(D_REASON)};

/* The event being read, and where in the document: "/17" + "/data" + "/hashes" + "/3" + "/" + a name. The pointer is
 * put together only when something is wrong. */
struct reader {
    vg_arena *arena;
    vg_error *err;
    const char *json;
    size_t len;
    od::document *doc;
    vg_event *event;
    int64_t index;       /* in a batch, or -1 */
    const char *parent;  /* "" or "/data" */
    const char *array;   /* the array being read, or nullptr */
    size_t element;      /* of that array */
};

int fail_at(const reader &r, int code, const char *name, const char *format, ...) __attribute__((format(printf, 4, 5)));
int fail_at(const reader &r, int code, const char *name, const char *format, ...)
{
    char where[192], what[384], index[24] = "", element[48] = "";
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    if (r.index >= 0) snprintf(index, sizeof index, "/%lld", static_cast<long long>(r.index));
    if (r.array) snprintf(element, sizeof element, "/%s/%zu", r.array, r.element);
    snprintf(where, sizeof where, "%s%s%s%s%s", index, r.parent, element, name[0] ? "/" : "", name);
    return vg_fail(r.err, code, where, "%s", what);
}

const char *kind_of(od::value &value)
{
    auto type = value.type();
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

char first_of(od::value &value) { return value.raw_json_token()[0]; }

/* What simdjson says, without its final dot, and where when it tells. */
int malformed(const reader &r, const char *name, sj::error_code code)
{
    const char *said = sj::error_message(code), *at = nullptr;
    size_t len = strlen(said);
    if (code == sj::MEMALLOC) return fail_at(r, VG_ENOMEM, name, "no memory to read the event");
    while (len && said[len - 1] == '.') len--;
    if (r.doc->current_location().get(at) || at < r.json || at > r.json + r.len)
        return fail_at(r, VG_EINVAL, name, "not valid JSON: %.*s", static_cast<int>(len), said);
    return fail_at(r, VG_EINVAL, name, "not valid JSON near byte %zu: %.*s", static_cast<size_t>(at - r.json), static_cast<int>(len), said);
}

int no_memory(const reader &r, const char *name) { return fail_at(r, VG_ENOMEM, name, "no memory to read the event"); }

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/* A string as it stands between its quotes, when nothing in it is escaped. */
bool plain_string(std::string_view token, vg_str *out)
{
    size_t n = token.size();
    while (n && is_blank(token[n - 1])) n--;
    if (n < 2 || token[n - 1] != '"' || memchr(token.data() + 1, '\\', n - 2)) return false;
    *out = vg_str{token.data() + 1, n - 2};
    return true;
}

int take_string(reader &r, od::value &value, const char *name, size_t most, vg_str *out)
{
    std::string_view token = value.raw_json_token(), text;
    if (token[0] != '"') return fail_at(r, VG_EINVAL, name, "expected a string, found %s", kind_of(value));
    if (plain_string(token, out)) {
        sj::error_code code = value.get_raw_json_string().error();
        if (code) return malformed(r, name, code);
    } else {
        sj::error_code code = value.get_string().get(text);
        if (code) return malformed(r, name, code);
        *out = vg_str{text.data(), text.size()};
        /* only an escape can bring these; the second, in releases of simdjson that let a lone low surrogate through */
        if (memchr(out->ptr, 0, out->len)) return fail_at(r, VG_EINVAL, name, "holds a NUL character");
        if (!vg_utf8_valid(out->ptr, out->len, nullptr))
            return fail_at(r, VG_EINVAL, name, "holds half of a \\u surrogate pair");
    }
    if (out->len <= most) return 0;
    return fail_at(r, VG_EINVAL, name, "%zu bytes long; at most %zu are taken", out->len, most);
}

/* A name of an account, conversation or event: not empty, no control characters. */
int take_name(reader &r, od::value &value, const char *name, vg_str *out)
{
    int rc = take_string(r, value, name, VG_EVENT_MAX_NAME, out);
    if (rc) return rc;
    if (!out->len) return fail_at(r, VG_EINVAL, name, "is empty; expected a name");
    return vg_event_has_control(*out) ? fail_at(r, VG_EINVAL, name, "holds a control character") : 0;
}

/* One of a fixed list of words, from `first` on. */
template <typename word_type>
int take_word(reader &r, od::value &value, const char *name, const char *const *words, int count, int first, word_type *out)
{
    vg_str s;
    int rc = take_string(r, value, name, VG_EVENT_MAX_TEXT, &s);
    if (rc) return rc;
    for (int i = first; i < count; i++) {
        if (strncmp(words[i], s.ptr, s.len) == 0 && words[i][s.len] == '\0') {
            *out = static_cast<word_type>(i);
            return 0;
        }
    }
    char list[300];
    vg_event_list_names(words, count, ~(bit(first) - 1), list);
    size_t shown = vg_event_shown(s, 60);
    return fail_at(r, VG_EINVAL, name, "unknown value \"%.*s\"%s; expected one of %s", static_cast<int>(shown), s.ptr,
                   shown < s.len ? "..." : "", list);
}

int take_source(reader &r, od::value &value)
{
    static const char prefix[] = "/spaces/";
    const size_t begin = sizeof prefix - 1;
    vg_event *e = r.event;
    int rc = take_name(r, value, "source", &e->source);
    if (rc) return rc;
    if (!vg_event_is_space(e->source, prefix, begin))
        return fail_at(r, VG_EINVAL, "source", "expected \"/spaces/NAME\", where NAME is up to 64 of a-z, 0-9, - and _ "
                       "and begins with a letter or digit");
    e->space = vg_str{e->source.ptr + begin, e->source.len - begin};
    return 0;
}

int take_time(reader &r, od::value &value, const char *name, bool date, int64_t *out)
{
    vg_str s;
    int rc = take_string(r, value, name, 64, &s);
    if (rc) return rc;
    if (date ? vg_time_parse_date(s, out) : vg_time_parse(s, out)) return 0;
    return fail_at(r, VG_EINVAL, name, "expected an RFC 3339 time such as 2026-05-04T10:11:12Z%s", date ? ", or a date such as 2026-05-04" : "");
}

int take_one_recipient(reader &r, od::value &value)
{
    vg_str name;
    int rc = take_name(r, value, "to", &name);
    if (rc) return rc;
    r.event->to = static_cast<vg_str *>(vg_arena_alloc(r.arena, sizeof name));
    if (!r.event->to) return no_memory(r, "to");
    r.event->to[0] = name;
    r.event->to_count = 1;
    return 0;
}

int take_recipients(reader &r, od::value &value)
{
    vg_event *e = r.event;
    bool contact = e->type == VG_EVENT_CONTACT;
    if (contact && first_of(value) == '"') return take_one_recipient(r, value);
    if (first_of(value) != '[')
        return fail_at(r, VG_EINVAL, "to", "expected an %s, found %s", contact ? "account" : "array of accounts", kind_of(value));
    vg_str names[VG_EVENT_MAX_TO];
    size_t count = 0;
    od::array array;
    sj::error_code code = value.get_array().get(array);
    if (code) return malformed(r, "to", code);
    for (auto element : array) {
        if ((code = element.error())) return malformed(r, "to", code);
        od::value &&item = std::move(element).value_unsafe();
        if (count == VG_EVENT_MAX_TO) return fail_at(r, VG_EINVAL, "to", "more than %d accounts", VG_EVENT_MAX_TO);
        r.array = "to";
        r.element = count;
        int rc = take_name(r, item, "", &names[count]);
        if (rc) return rc;
        r.array = nullptr;
        count++;
    }
    if (contact && count != 1) return fail_at(r, VG_EINVAL, "to", "expected one account, found %zu", count);
    if (!count) return 0;
    e->to = static_cast<vg_str *>(vg_arena_alloc(r.arena, count * sizeof *e->to));
    if (!e->to) return no_memory(r, "to");
    memcpy(e->to, names, count * sizeof *e->to);
    e->to_count = count;
    return 0;
}

int unknown_field(const reader &r, std::string_view key, const char *const *names, int count, uint32_t allowed)
{
    char name[96], list[300];
    vg_event_pointer_part(vg_str{key.data(), key.size()}, name);
    vg_event_list_names(names, count, allowed, list);
    return fail_at(r, VG_EINVAL, name, "unknown field; expected one of %s", list);
}

/* A whole number from 0 to `highest`. */
int take_number(reader &r, od::value &value, const char *name, uint64_t highest, uint64_t *out)
{
    auto type = value.type();
    if (type.error()) return malformed(r, name, type.error());
    if (type.value_unsafe() != od::json_type::number)
        return fail_at(r, VG_EINVAL, name, "expected a number, found %s", kind_of(value));
    sj::error_code code = value.get_uint64().get(*out);
    if (code == sj::INCORRECT_TYPE || code == sj::NUMBER_OUT_OF_RANGE || (!code && *out > highest))
        return fail_at(r, VG_EINVAL, name, "expected a whole number from 0 to %llu", static_cast<unsigned long long>(highest));
    return code ? malformed(r, name, code) : 0;
}

/* What is said of one hash, before it is known whether it may be said of its algorithm. */
enum hash_field { H_ALGORITHM, H_VALUE, H_QUALITY, H_PROFILE, H_TURN, H_FRAME, H_FIELDS };
const char *const hash_names[H_FIELDS] = {"algorithm", "value", "quality", "profile", "turn", "frame"};
struct hash_reading {
    uint32_t seen = 0;
    int algorithm = 0, profile = VG_PDQ_CPP, turn = VG_TURN_NONE;
    uint64_t quality = 0, frame = 0;
    vg_str digits = {nullptr, 0};
};

int take_hash_field(reader &r, int field, od::value &value, hash_reading *h)
{
    switch (field) {
    case H_ALGORITHM: return take_word(r, value, "algorithm", vg_hash_algorithm_names, VG_HASH_ALGORITHMS, 0, &h->algorithm);
    case H_VALUE: return take_string(r, value, "value", 64, &h->digits);
    case H_QUALITY: return take_number(r, value, "quality", 100, &h->quality);
    case H_PROFILE: return take_word(r, value, "profile", vg_pdq_profile_names, VG_PDQ_PROFILES, 0, &h->profile);
    case H_TURN: return take_word(r, value, "turn", vg_turn_names, VG_TURNS, 0, &h->turn);
    default: return take_number(r, value, "frame", UINT32_MAX, &h->frame);
    }
}

/* A PDQ hash without its quality cannot be trusted or distrusted, so it must be said; of a digest there is nothing to say. */
int finish_hash(reader &r, const hash_reading &h, vg_media_hash *out)
{
    uint32_t must = bit(H_ALGORITHM) | bit(H_VALUE);
    for (int i = 0; i < H_FIELDS; i++)
        if (must & ~h.seen & bit(i)) return fail_at(r, VG_EINVAL, hash_names[i], "is missing; a hash needs it");
    bool pdq = h.algorithm == VG_HASH_PDQ;
    if (pdq && !(h.seen & bit(H_QUALITY))) return fail_at(r, VG_EINVAL, "quality", "is missing; a pdq hash needs it");
    for (int i = H_QUALITY; !pdq && i < H_FIELDS; i++)
        if (h.seen & bit(i)) return fail_at(r, VG_EINVAL, hash_names[i], "only a pdq hash has one");
    *out = vg_media_hash{};
    out->algorithm = static_cast<vg_hash_algorithm>(h.algorithm);
    out->quality = static_cast<uint8_t>(h.quality);
    out->profile = static_cast<uint8_t>(h.profile);
    out->turn = static_cast<uint8_t>(h.turn);
    out->frame = static_cast<uint32_t>(h.frame);
    size_t bytes = vg_hash_bytes(out->algorithm);
    if (vg_hex_decode(out->bytes, bytes, h.digits)) return 0;
    return fail_at(r, VG_EINVAL, "value", "expected %zu hexadecimal digits", 2 * bytes);
}

int take_hash(reader &r, od::value &value, vg_media_hash *out)
{
    hash_reading h;
    od::object object;
    if (first_of(value) != '{')
        return fail_at(r, VG_EINVAL, "", "expected an object with algorithm and value, found %s", kind_of(value));
    sj::error_code code = value.get_object().get(object);
    if (code) return malformed(r, "", code);
    for (auto result : object) {
        std::string_view key;
        if ((code = result.error())) return malformed(r, "", code);
        od::field &&field = std::move(result).value_unsafe();
        if ((code = field.unescaped_key().get(key))) return malformed(r, "", code);
        int f = 0;
        while (f < H_FIELDS && key != hash_names[f]) f++;
        if (f == H_FIELDS) return unknown_field(r, key, hash_names, H_FIELDS, bit(H_FIELDS) - 1);
        if (h.seen & bit(f)) return fail_at(r, VG_EINVAL, hash_names[f], "is given twice");
        h.seen |= bit(f);
        int rc = take_hash_field(r, f, field.value(), &h);
        if (rc) return rc;
    }
    return finish_hash(r, h, out);
}

int take_hashes(reader &r, od::value &value)
{
    vg_event *e = r.event;
    od::array array;
    if (first_of(value) != '[')
        return fail_at(r, VG_EINVAL, "hashes", "expected an array of hashes, found %s", kind_of(value));
    sj::error_code code = value.get_array().get(array);
    if (code) return malformed(r, "hashes", code);
    vg_media_hash hashes[VG_EVENT_MAX_HASHES];
    size_t count = 0;
    for (auto element : array) {
        if ((code = element.error())) return malformed(r, "hashes", code);
        od::value &&item = std::move(element).value_unsafe();
        if (count == VG_EVENT_MAX_HASHES) return fail_at(r, VG_EINVAL, "hashes", "more than %d hashes", VG_EVENT_MAX_HASHES);
        r.array = "hashes";
        r.element = count;
        int rc = take_hash(r, item, &hashes[count]);
        if (rc) return rc;
        r.array = nullptr;
        count++;
    }
    if (!count) return fail_at(r, VG_EINVAL, "hashes", "is empty; expected at least one hash");
    e->hashes = static_cast<vg_media_hash *>(vg_arena_alloc(r.arena, count * sizeof *e->hashes));
    if (!e->hashes) return no_memory(r, "hashes");
    memcpy(e->hashes, hashes, count * sizeof *e->hashes);
    e->hash_count = count;
    return 0;
}

/* A code of `size` - 1 capital letters. */
template <size_t size> int take_code(reader &r, od::value &value, const char *name, const char *expected, char (&out)[size])
{
    vg_str s;
    int rc = take_string(r, value, name, VG_EVENT_MAX_NAME, &s);
    if (rc) return rc;
    bool good = s.len == size - 1;
    for (size_t i = 0; good && i < s.len; i++) good = s.ptr[i] >= 'A' && s.ptr[i] <= 'Z';
    if (!good) return fail_at(r, VG_EINVAL, name, "expected %s", expected);
    memcpy(out, s.ptr, size - 1);
    return 0;
}

/* A string of at most `most` bytes with a form of its own. */
int take_formed(reader &r, od::value &value, const char *name, size_t most, bool (*good)(vg_str), const char *expected, vg_str *out)
{
    int rc = take_string(r, value, name, most, out);
    return rc || good(*out) ? rc : fail_at(r, VG_EINVAL, name, "expected %s", expected);
}

const char *const country_form = "two capital letters (ISO 3166-1), such as FR";

int take_data_field(reader &r, int field, od::value &value)
{
    vg_event *e = r.event;
    switch (field) {
    case D_CONVERSATION: return take_name(r, value, "conversation", &e->conversation);
    case D_TEXT: return take_string(r, value, "text", VG_EVENT_MAX_TEXT, &e->text);
    case D_TO: return take_recipients(r, value);
    case D_LANGUAGE: return take_formed(r, value, "language", 35, vg_event_is_language, "a language tag (BCP 47), such as fr or pt-BR", &e->language);
    case D_HASHES: return take_hashes(r, value);
    case D_UPLOAD: return take_name(r, value, "upload", &e->upload);
    case D_MIME: return take_name(r, value, "mime", &e->mime);
    case D_COUNTRY: return take_code(r, value, "country", country_form, e->country);
    case D_PAYMENT_COUNTRY: return take_code(r, value, "payment_country", country_form, e->payment_country);
    case D_CURRENCY: return take_code(r, value, "currency", "three capital letters (ISO 4217), such as PHP", e->currency);
    case D_IP: return take_formed(r, value, "ip", VG_EVENT_MAX_IP, vg_event_is_ip, "an address such as 203.0.113.7 or 2001:db8::1", &e->ip);
    case D_PHONE: return take_formed(r, value, "phone", VG_EVENT_MAX_PHONE, vg_event_is_phone, "a number such as +33612345678 (E.164)", &e->phone);
    case D_CREATED: return take_time(r, value, "created", true, &e->created_ms);
    case D_ABOUT: return take_name(r, value, "about", &e->about);
    case D_EVENT: return take_name(r, value, "event", &e->about_event);
    case D_CHANNEL: return take_word(r, value, "channel", vg_channel_names, VG_CHANNELS, 0, &e->channel);
    case D_KIND: return take_word(r, value, "kind", vg_contact_kind_names, VG_CONTACT_KINDS, 0, &e->contact);
    case D_AGE_BAND: return take_word(r, value, "age_band", vg_age_band_names, VG_AGE_BANDS, 0, &e->age_band);
    case D_AGE_BASIS: /* "unknown" is what an event without the field means; it cannot be said */
        return take_word(r, value, "age_basis", vg_age_basis_names, VG_AGE_BASES, 1, &e->age_basis);
    default: return take_word(r, value, "reason", vg_notice_reason_names, VG_REASONS, 0, &e->reason);
    }
}

/* Whether the name at `p`, just behind its opening quote, is this one. What follows the input is readable (padding). */
template <size_t size> bool is(const char *p, const char (&name)[size])
{
    return memcmp(p, name, size - 1) == 0 && p[size - 1] == '"';
}

/* The field of an unescaped name, or -1: the first letters leave one candidate, which is compared. */
int top_field_of(const char *p)
{
    switch (p[0]) {
    case 'i': return is(p, "id") ? TOP_ID : -1;
    case 't': return is(p, "type") ? TOP_TYPE : is(p, "time") ? TOP_TIME : -1;
    case 'd': return is(p, "data") ? TOP_DATA : is(p, "datacontenttype") ? TOP_CONTENT_TYPE : -1;
    case 's':
        if (p[1] == 'p') return is(p, "specversion") ? TOP_SPECVERSION : -1;
        return is(p, "source") ? TOP_SOURCE : is(p, "subject") ? TOP_SUBJECT : -1;
    default: return -1;
    }
}

int data_field_of(const char *p)
{
    switch (p[0]) {
    case 't': return is(p, "text") ? D_TEXT : is(p, "to") ? D_TO : -1;
    case 'l': return is(p, "language") ? D_LANGUAGE : -1;
    case 'h': return is(p, "hashes") ? D_HASHES : -1;
    case 'u': return is(p, "upload") ? D_UPLOAD : -1;
    case 'm': return is(p, "mime") ? D_MIME : -1;
    case 'i': case 'p': return is(p, "ip") ? D_IP : is(p, "phone") ? D_PHONE : is(p, "payment_country") ? D_PAYMENT_COUNTRY : -1;
    case 'k': return is(p, "kind") ? D_KIND : -1;
    case 'r': return is(p, "reason") ? D_REASON : -1;
    case 'e': return is(p, "event") ? D_EVENT : -1;
    case 'a':
        if (p[1] == 'b') return is(p, "about") ? D_ABOUT : -1;
        return is(p, "age_band") ? D_AGE_BAND : is(p, "age_basis") ? D_AGE_BASIS : -1;
    case 'c':
        if (p[1] == 'h') return is(p, "channel") ? D_CHANNEL : -1;
        if (p[1] == 'r') return is(p, "created") ? D_CREATED : -1;
        if (p[1] == 'u') return is(p, "currency") ? D_CURRENCY : -1;
        return is(p, "conversation") ? D_CONVERSATION : is(p, "country") ? D_COUNTRY : -1;
    default: return -1;
    }
}

/* The number of a field: by its raw name, or, when that has an escape in it or is not known, by its unescaped one. */
int find_field(reader &r, od::field &field, int (*by_raw_name)(const char *), const char *const *names, int count, uint32_t allowed, int *out)
{
    std::string_view key;
    *out = by_raw_name(field.key().raw());
    if (*out >= 0 && (allowed & bit(*out))) return 0;
    sj::error_code code = field.unescaped_key().get(key);
    if (code) return malformed(r, "", code);
    for (int i = 0; i < count; i++) {
        if (!(allowed & bit(i)) || key != names[i]) continue;
        *out = i;
        return 0;
    }
    return unknown_field(r, key, names, count, allowed);
}

int finish_data(reader &r, uint32_t seen)
{
    vg_event *e = r.event;
    uint32_t missing = must_hold[e->type] & ~seen, either = seen & (bit(D_HASHES) | bit(D_UPLOAD));
    for (int i = 0; missing && i < D_FIELDS; i++)
        if (missing & bit(i))
            return fail_at(r, VG_EINVAL, data_names[i], "is missing; a %s needs it", vg_event_type_names[e->type]);
    if (e->type == VG_EVENT_MEDIA && !either)
        return fail_at(r, VG_EINVAL, "hashes", "is missing; a vigie.media needs hashes or upload");
    if (either == (bit(D_HASHES) | bit(D_UPLOAD)))
        return fail_at(r, VG_EINVAL, "upload", "is given beside hashes; expected one of the two");
    if (!(seen & bit(D_CHANNEL)))
        e->channel = e->to_count == 0 ? VG_CHANNEL_PUBLIC : e->to_count == 1 ? VG_CHANNEL_PRIVATE : VG_CHANNEL_GROUP;
    if (e->type == VG_EVENT_ACCOUNT && !(seen & bit(D_AGE_BASIS)))
        e->age_basis = e->age_band == VG_AGE_UNKNOWN ? VG_BASIS_UNKNOWN : VG_BASIS_DECLARED;
    return 0;
}

int read_data(reader &r, od::value &value)
{
    od::object object;
    if (first_of(value) != '{') return fail_at(r, VG_EINVAL, "data", "expected an object, found %s", kind_of(value));
    sj::error_code code = value.get_object().get(object);
    if (code) return malformed(r, "data", code);
    r.parent = "/data";
    uint32_t seen = 0, allowed = r.event->type < VG_EVENT_TYPES ? may_hold[r.event->type] : 0;
    for (auto result : object) {
        int f, rc;
        if ((code = result.error())) return malformed(r, "", code);
        od::field &&field = std::move(result).value_unsafe();
        if ((rc = find_field(r, field, data_field_of, data_names, D_FIELDS, allowed, &f))) return rc;
        if (seen & bit(f)) return fail_at(r, VG_EINVAL, data_names[f], "is given twice");
        seen |= bit(f);
        if ((rc = take_data_field(r, f, field.value()))) return rc;
    }
    int rc = finish_data(r, seen);
    r.parent = "";
    return rc;
}

int take_exactly(reader &r, od::value &value, const char *name, const char *expected)
{
    vg_str s;
    int rc = take_string(r, value, name, VG_EVENT_MAX_NAME, &s);
    if (rc) return rc;
    return vg_str_is(s, expected) ? 0 : fail_at(r, VG_EINVAL, name, "expected \"%s\"", expected);
}

int take_top_field(reader &r, int field, od::value &value)
{
    vg_event *e = r.event;
    switch (field) {
    case TOP_ID: return take_name(r, value, "id", &e->id);
    case TOP_SOURCE: return take_source(r, value);
    case TOP_SUBJECT: return take_name(r, value, "subject", &e->subject);
    case TOP_TIME: return take_time(r, value, "time", false, &e->time_ms);
    case TOP_TYPE: return take_word(r, value, "type", vg_event_type_names, VG_EVENT_TYPES, 0, &e->type);
    case TOP_SPECVERSION: return take_exactly(r, value, "specversion", "1.0");
    default: return take_exactly(r, value, "datacontenttype", "application/json");
    }
}

/* Visits the top fields. On the first visit `data` waits when the type is not known yet; the second reads only `data`. */
int visit(reader &r, od::object &object, bool second, bool *waits)
{
    uint32_t seen = 0;
    for (auto result : object) {
        int f, rc = 0;
        if (result.error()) return malformed(r, "", result.error());
        od::field &&field = std::move(result).value_unsafe();
        if ((rc = find_field(r, field, top_field_of, top_names, TOP_FIELDS, ~0u, &f))) return rc;
        if (seen & bit(f)) return fail_at(r, VG_EINVAL, top_names[f], "is given twice");
        seen |= bit(f);
        if (f == TOP_DATA) {
            if (second || (seen & bit(TOP_TYPE))) rc = read_data(r, field.value());
            else *waits = true;
        } else if (!second) {
            rc = take_top_field(r, f, field.value());
        }
        if (rc) return rc;
    }
    for (int i = 0; i < TOP_FIELDS; i++)
        if (i != TOP_CONTENT_TYPE && !(seen & bit(i))) return fail_at(r, VG_EINVAL, top_names[i], "is missing");
    return 0;
}

int read_event(reader &r, od::object &object)
{
    vg_event *e = r.event;
    bool waits = false;
    *e = vg_event{};
    for (vg_str *s : {&e->conversation, &e->text, &e->language, &e->upload, &e->mime, &e->about, &e->about_event}) s->ptr = "";
    int rc = visit(r, object, false, &waits);
    if (rc || !waits) return rc;
    sj::error_code code = object.reset().error();
    return code ? malformed(r, "", code) : visit(r, object, true, &waits);
}

/* The input with 64 readable bytes behind it: as it is, or copied. */
int pad(vg_event_parser *parser, const char **json, size_t len, size_t *capacity, vg_error *err)
{
    if (len > VG_EVENT_MAX_BODY)
        return vg_fail(err, VG_ETOOBIG, "", "%zu bytes; at most %d are taken", len, VG_EVENT_MAX_BODY);
    size_t need = len + sj::SIMDJSON_PADDING;
    if (*capacity >= need) return 0;
    if (need > parser->padded_size) {
        size_t size = 4096;
        while (size < need) size *= 2;
        char *more = static_cast<char *>(vg_realloc(parser->padded, size));
        if (!more) return vg_fail(err, VG_ENOMEM, "", "no memory to read the event");
        parser->padded = more;
        parser->padded_size = size;
    }
    if (len) memcpy(parser->padded, *json, len);
    memset(parser->padded + len, 0, sj::SIMDJSON_PADDING);
    *json = parser->padded;
    *capacity = need;
    return 0;
}

int explain_document(const char *json, size_t len, sj::error_code code, vg_error *err)
{
    size_t bad = 0;
    switch (code) {
    case sj::MEMALLOC: return vg_fail(err, VG_ENOMEM, "", "no memory to read the event");
    case sj::EMPTY: return vg_fail(err, VG_EINVAL, "", "is empty; expected a CloudEvent in JSON");
    case sj::UTF8_ERROR:
        vg_utf8_valid(json, len, &bad);
        return vg_fail(err, VG_EINVAL, "", "not valid UTF-8 at byte %zu", bad);
    case sj::UNESCAPED_CHARS:
        bad = vg_event_find_fault(json, len, true);
        return vg_fail(err, VG_EINVAL, "", "not valid JSON: control character 0x%02x in a string at byte %zu",
                       bad < len ? static_cast<unsigned char>(json[bad]) : 0u, bad);
    case sj::UNCLOSED_STRING:
        return vg_fail(err, VG_EINVAL, "", "not valid JSON: the string that begins at byte %zu has no end", vg_event_find_fault(json, len, false));
    default: return vg_fail(err, VG_EINVAL, "", "not valid JSON: %s", sj::error_message(code));
    }
}

int open_document(vg_event_parser *parser, const char *json, size_t len, size_t capacity, od::document *doc, vg_error *err)
{
    refused = false;
    sj::error_code code = sj::SUCCESS;
    if (len > parser->parser.capacity()) { /* in steps, so that a parser is warm soon */
        size_t size = 16384;
        while (size < len) size *= 2;
        code = parser->parser.allocate(size, parser->parser.max_depth());
    }
    if (!code && !refused) code = parser->parser.iterate(json, len, capacity).get(*doc);
    if (refused) code = sj::MEMALLOC; /* the next call allocates again what is missing */
    return code ? explain_document(json, len, code, err) : 0;
}

/* The document is an object (or array) to its last byte; anything else is told here. */
int check_root(const reader &r, char open, char close, const char *expected)
{
    const char *p = r.json, *end = r.json + r.len;
    while (p < end && is_blank(*p)) p++;
    while (end > p && is_blank(end[-1])) end--;
    auto type = r.doc->type();
    if (type.error()) return malformed(r, "", type.error());
    if (*p != open) {
        const char *found = *p == '{' ? "an object" : *p == '[' ? "an array" : *p == '"' ? "a string" : *p == 'n' ? "null"
                            : *p == 't' || *p == 'f' ? "true or false" : "a number";
        return fail_at(r, VG_EINVAL, "", "expected %s, found %s", expected, found);
    }
    if (end[-1] == close) return 0;
    return fail_at(r, VG_EINVAL, "", "not valid JSON: cut off, or something follows: expected '%c' as the last character", close);
}

int expect_end(const reader &r)
{
    const char *at = r.json;
    if (r.doc->current_location().get(at) == sj::OUT_OF_BOUNDS) return 0;
    return fail_at(r, VG_EINVAL, "", "not valid JSON: something follows the end of the document at byte %zu", static_cast<size_t>(at - r.json));
}

vg_str trimmed(const char *from, const char *to)
{
    while (to > from && is_blank(to[-1])) to--;
    while (to > from && is_blank(*from)) from++;
    return vg_str{from, static_cast<size_t>(to - from)};
}

/* One event of a batch, and the slice of the input that it is. */
int read_element(reader &r, od::value &value)
{
    od::object object;
    const char *begin = value.raw_json_token().data(), *end = nullptr;
    if (*begin != '{') return fail_at(r, VG_EINVAL, "", "expected an object (a CloudEvent), found %s", kind_of(value));
    sj::error_code code = value.get_object().get(object);
    if (code) return malformed(r, "", code);
    int rc = read_event(r, object);
    if (rc) return rc;
    if ((code = r.doc->current_location().get(end))) return malformed(r, "", code); /* the comma or bracket behind it */
    r.event->raw = trimmed(begin, end);
    return 0;
}

/* Room for event number n; the arena cannot grow a block in place, so a batch doubles a few times at most. */
vg_event *grow(vg_arena *arena, vg_event *events, size_t n, size_t *cap)
{
    size_t more = *cap ? *cap * 2 : 128;
    if (n < *cap) return events;
    vg_event *grown = static_cast<vg_event *>(vg_arena_calloc(arena, more, sizeof *grown));
    if (!grown) return nullptr;
    if (n) memcpy(grown, events, n * sizeof *grown);
    *cap = more;
    return grown;
}

int read_batch(reader &r, vg_event **out, size_t *count)
{
    od::array array;
    vg_event *events = nullptr;
    size_t n = 0, cap = 0;
    sj::error_code code = r.doc->get_array().get(array);
    if (code) return malformed(r, "", code);
    for (auto element : array) {
        if ((code = element.error())) return malformed(r, "", code);
        od::value &&value = std::move(element).value_unsafe();
        if (n == VG_EVENT_MAX_BATCH) return fail_at(r, VG_EINVAL, "", "more than %d events in a batch", VG_EVENT_MAX_BATCH);
        if (!(events = grow(r.arena, events, n, &cap))) return no_memory(r, "");
        r.index = static_cast<int64_t>(n);
        r.event = &events[n];
        int rc = read_element(r, value);
        if (rc) return rc;
        r.index = -1;
        n++;
    }
    if (!n) return fail_at(r, VG_EINVAL, "", "is an empty array; expected at least one event");
    *out = events;
    *count = n;
    return expect_end(r);
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
    od::object object;
    int rc = pad(parser, &json, len, &capacity, err);
    if (rc || (rc = open_document(parser, json, len, capacity, &doc, err))) return rc;
    reader r = {arena, err, json, len, &doc, out, -1, "", nullptr, 0};
    if ((rc = check_root(r, '{', '}', "an object (a CloudEvent)"))) return rc;
    sj::error_code code = doc.get_object().get(object);
    if (code) return malformed(r, "", code);
    if ((rc = read_event(r, object)) || (rc = expect_end(r))) return rc;
    out->raw = trimmed(json, json + len);
    return 0;
}

extern "C" int vg_event_parse_batch(vg_event_parser *parser, const char *json, size_t len, size_t capacity, vg_arena *arena,
                                    vg_event **out, size_t *count, vg_error *err)
{
    od::document doc;
    *out = nullptr;
    *count = 0;
    int rc = pad(parser, &json, len, &capacity, err);
    if (rc || (rc = open_document(parser, json, len, capacity, &doc, err))) return rc;
    reader r = {arena, err, json, len, &doc, nullptr, -1, "", nullptr, 0};
    if ((rc = check_root(r, '[', ']', "an array of CloudEvents"))) return rc;
    rc = read_batch(r, out, count);
    if (rc) *out = nullptr, *count = 0;
    return rc;
}
