/* SPDX-License-Identifier: Apache-2.0
 *
 * One page of StopNCII's FetchHashes.
 *
 *     { hasMoreRecords, nextPageToken, nextSetTimestamp, hashRecords: [
 *         { lastModtimestamp, signalType, hashValue, hashStatus, caseNumbers: {}, CSPFeedbacks: [ { feedbackValue } ] } ] }
 *
 * Times are seconds. There are no identifiers: the hash is the reference, so that a deletion finds what it deletes.
 */
#include "signals/media/lists/lists_int.h"

typedef enum { IN_IGNORED, IN_ROOT, IN_RECORDS, IN_RECORD, IN_CASES, IN_FEEDBACKS, IN_FEEDBACK } page_where;
typedef enum {
    KEY_OTHER,
    KEY_RECORDS,
    KEY_MORE,
    KEY_TOKEN,
    KEY_SET,
    KEY_TIME,
    KEY_TYPE,
    KEY_VALUE,
    KEY_STATUS,
    KEY_CASES,
    KEY_FEEDBACKS,
    KEY_FEEDBACK
} page_key;

static const char *const key_names[] = {
    NULL,         "hashRecords", "hasMoreRecords", "nextPageToken", "nextSetTimestamp", "lastModtimestamp",
    "signalType", "hashValue",   "hashStatus",     "caseNumbers",   "CSPFeedbacks",     "feedbackValue"};

typedef struct page {
    list_reader *r;
    page_where where[LIST_MAX_DEPTH];
    page_key key;
    size_t number, cases, blocked, not_blocked;
    bool records, more_said, more;
    char type[24], status[24], value[160];
    size_t value_len;
} page;

static int begin_record(page *p)
{
    vg_list_begin(p->r, ++p->number);
    p->type[0] = p->status[0] = '\0';
    p->value_len = p->cases = p->blocked = p->not_blocked = 0;
    return 0;
}

static void note_count(page *p, const char *key, size_t n)
{
    char digits[24];
    if (n) vg_list_note_raw(p->r, key, (vg_str){digits, (size_t)snprintf(digits, sizeof digits, "%zu", n)});
}

static int finish_record(page *p)
{
    list_reader *r = p->r;
    char quoted[32];
    int algorithm = strcmp(p->type, "ImagePDQ") == 0   ? VG_HASH_PDQ
                    : strcmp(p->type, "VideoMD5") == 0 ? VG_HASH_MD5
                                                       : -1;
    bool live = strcmp(p->status, "Received") == 0 || strcmp(p->status, "Active") == 0;
    r->deleted = strcmp(p->status, "Withdrawn") == 0 || strcmp(p->status, "Deleted") == 0;
    if (algorithm < 0)
        vg_list_spoil(r, "signalType \"%s\" is not read; ImagePDQ and VideoMD5 are",
                      vg_list_quote(vg_str_of(p->type), quoted));
    if (!live && !r->deleted)
        vg_list_spoil(r, "hashStatus \"%s\"; expected Received, Active, Withdrawn or Deleted",
                      vg_list_quote(vg_str_of(p->status), quoted));
    if (!p->value_len) vg_list_spoil(r, "no hashValue");
    int rc = r->bad ? 0
                    : vg_list_add_hash(r, (vg_hash_algorithm)algorithm, (vg_str){p->value, p->value_len}, 100, 0,
                                       "hashValue");
    if (rc) return rc;
    if (!r->bad) vg_list_note_str(r, "signal", vg_str_of(p->type));
    if (!r->bad) vg_list_note_str(r, "status", vg_str_of(p->status));
    note_count(p, "cases", p->cases);
    note_count(p, "feedback_blocked", p->blocked);
    note_count(p, "feedback_not_blocked", p->not_blocked);
    return vg_list_finish(r);
}

static int skip_element(page *p)
{
    begin_record(p);
    vg_list_spoil(p->r, "not an object; expected one for each hash");
    return finish_record(p);
}

static int on_begin(void *context, size_t depth, bool array)
{
    page *p = context;
    page_where parent = depth ? p->where[depth - 1] : IN_IGNORED, here = IN_IGNORED;
    if (depth == 0) {
        if (array) return vg_list_fail(p->r, VG_EINVAL, 0, "the root is an array; expected an object with hashRecords");
        here = IN_ROOT;
    }
    if (parent == IN_ROOT && array && p->key == KEY_RECORDS) here = IN_RECORDS, p->records = true;
    if (parent == IN_RECORDS && !array) here = IN_RECORD;
    if (parent == IN_RECORD && !array && p->key == KEY_CASES) here = IN_CASES;
    if (parent == IN_RECORD && array && p->key == KEY_FEEDBACKS) here = IN_FEEDBACKS;
    if (parent == IN_FEEDBACKS && !array) here = IN_FEEDBACK;
    p->where[depth] = here;
    p->key = KEY_OTHER;
    if (here == IN_RECORD) return begin_record(p);
    return parent == IN_RECORDS ? skip_element(p) : 0;
}

static int on_end(void *context, size_t depth)
{
    page *p = context;
    p->key = KEY_OTHER;
    return p->where[depth] == IN_RECORD ? finish_record(p) : 0;
}

static int on_key(void *context, size_t depth, vg_str key)
{
    page *p = context;
    p->key = KEY_OTHER;
    if (p->where[depth] == IN_CASES) p->cases++;
    for (size_t i = 1; i < sizeof key_names / sizeof key_names[0] && p->where[depth] != IN_IGNORED; i++)
        if (vg_str_is(key, key_names[i])) p->key = (page_key)i;
    return 0;
}

/* Seconds, or what can only be milliseconds (after the year 5138 as seconds). */
static bool time_of(vg_str digits, int64_t *ms)
{
    int64_t n = 0;
    if (!digits.len || digits.len > 13) return false;
    for (size_t i = 0; i < digits.len; i++) {
        if (digits.ptr[i] < '0' || digits.ptr[i] > '9') return false;
        n = n * 10 + (digits.ptr[i] - '0');
    }
    *ms = n >= 100000000000 ? n : n * 1000;
    return true;
}

static int read_token(page *p, list_json_kind kind, vg_str text)
{
    if (kind != LIST_JSON_STRING) return 0;
    if (text.len > LIST_MAX_NEXT)
        return vg_list_fail(p->r, VG_EINVAL, 0, "nextPageToken has %zu bytes, at most %d expected", text.len,
                            LIST_MAX_NEXT);
    for (size_t i = 0; i < text.len; i++) /* it goes into the cursor, which is words on one line */
        if ((unsigned char)text.ptr[i] <= ' ' || text.ptr[i] == 0x7f)
            return vg_list_fail(p->r, VG_EINVAL, 0, "nextPageToken: a space or control character at byte %zu", i + 1);
    p->r->out->next = vg_arena_copy(p->r->arena, text);
    return p->r->out->next.ptr ? 0 : vg_list_fail(p->r, VG_ENOMEM, 0, "no memory");
}

static int read_root(page *p, list_json_kind kind, vg_str text)
{
    switch (p->key) {
    case KEY_MORE:
        p->more_said = kind == LIST_JSON_TRUE || kind == LIST_JSON_FALSE;
        p->more = kind == LIST_JSON_TRUE;
        return 0;
    case KEY_SET:
        if (kind == LIST_JSON_NUMBER && !time_of(text, &p->r->out->resume_ms)) p->r->out->resume_ms = 0;
        return 0;
    case KEY_TOKEN: return read_token(p, kind, text);
    case KEY_RECORDS: return vg_list_fail(p->r, VG_EINVAL, 0, "hashRecords is not an array");
    default: return 0;
    }
}

static void read_field(page *p, list_json_kind kind, vg_str text)
{
    list_reader *r = p->r;
    bool string = kind == LIST_JSON_STRING;
    if (p->key == KEY_TIME && !time_of(text, &r->time_ms))
        vg_list_spoil(r, "lastModtimestamp: expected seconds since 1970");
    if (p->key == KEY_TYPE && string) snprintf(p->type, sizeof p->type, "%.*s", VG_STR_ARG(text));
    if (p->key == KEY_STATUS && string) snprintf(p->status, sizeof p->status, "%.*s", VG_STR_ARG(text));
    if (p->key == KEY_VALUE && string) { /* cut: longer than any that is read */
        p->value_len = text.len < sizeof p->value ? text.len : sizeof p->value;
        memcpy(p->value, text.ptr, p->value_len);
    }
}

static int on_value(void *context, size_t depth, list_json_kind kind, vg_str text)
{
    page *p = context;
    if (p->where[depth] == IN_ROOT) return read_root(p, kind, text);
    if (p->where[depth] == IN_RECORDS) return skip_element(p);
    if (p->where[depth] == IN_RECORD) read_field(p, kind, text);
    if (p->where[depth] == IN_FEEDBACK && p->key == KEY_FEEDBACK) {
        p->blocked += vg_str_is(text, "Blocked");
        p->not_blocked += vg_str_is(text, "NotBlocked");
    }
    return 0;
}

int vg_list_read_stopncii(list_reader *r)
{
    page p = {.r = r};
    list_json_handler handler = {&p, on_begin, on_end, on_key, on_value};
    int rc = vg_list_read_json(r, &handler);
    if (rc) return rc;
    if (!p.records) return vg_list_fail(r, VG_EINVAL, 0, "the root has no hashRecords; expected a page of StopNCII");
    if (p.more && !r->out->next.len)
        return vg_list_fail(r, VG_EINVAL, 0, "hasMoreRecords is true, and there is no nextPageToken");
    if (p.more_said && !p.more) r->out->next = VG_STR("");
    return 0;
}
