/* SPDX-License-Identifier: Apache-2.0
 *
 * Project VIC's data model (VICS): 1.3, whose root has odata.metadata, and 2.0, whose root has @odata.context.
 *
 *     root { context, value: [ media | case { Media: [ media ] } ] }   or   root { context, ..., Media: [ media ] }
 *     media { MediaID, Category, MD5, SHA1, ..., AlternativeHashes: [ { HashName, HashValue } ], MediaFiles, Exifs }
 *
 * Names are those that public tools write and read; the model itself is shared under agreement only. An element of
 * `value` is a case as soon as it has Media; until then what it says is collected as if it were a medium, then dropped.
 * Names are compared without case. Categories are numbers whose meaning is the country's: they are kept as "FR/1" when
 * the context names one.
 */
#include "signals/media/lists/lists_int.h"

#include "base/time.h"

typedef enum {
    IN_IGNORED,
    IN_ROOT,
    IN_VALUE,
    IN_ITEM,
    IN_MEDIA_LIST,
    IN_MEDIA,
    IN_ALTERNATIVES,
    IN_ALTERNATIVE,
    IN_TAGS
} vics_where;

typedef enum {
    KEY_OTHER,
    KEY_CONTEXT,
    KEY_VALUE,
    KEY_MEDIA,
    KEY_ALTERNATIVES,
    KEY_TAGS,
    KEY_CASE,
    KEY_ID,
    KEY_CATEGORY,
    KEY_MD5,
    KEY_SHA1,
    KEY_SHA256,
    KEY_PDQ,
    KEY_PHOTODNA,
    KEY_UPDATED,
    KEY_HASH_NAME,
    KEY_HASH_VALUE,
    KEY_SERIES,
    KEY_VICTIM,
    KEY_OFFENDER,
    KEY_DISTRIBUTED,
    KEY_MIME,
    KEY_SIZE,
    KEYS
} vics_key;

static const struct {
    const char *name;
    vics_key key;
} key_names[] = {{"odata.metadata", KEY_CONTEXT},
                 {"@odata.context", KEY_CONTEXT},
                 {"value", KEY_VALUE},
                 {"Media", KEY_MEDIA},
                 {"AlternativeHashes", KEY_ALTERNATIVES},
                 {"Tags", KEY_TAGS},
                 {"CaseID", KEY_CASE},
                 {"CaseNumber", KEY_CASE},
                 {"MediaID", KEY_ID},
                 {"Category", KEY_CATEGORY},
                 {"MD5", KEY_MD5},
                 {"SHA1", KEY_SHA1},
                 {"SHA256", KEY_SHA256},
                 {"PDQ", KEY_PDQ},
                 {"PhotoDNA", KEY_PHOTODNA},
                 {"DateUpdated", KEY_UPDATED},
                 {"HashName", KEY_HASH_NAME},
                 {"HashValue", KEY_HASH_VALUE},
                 {"Series", KEY_SERIES},
                 {"VictimIdentified", KEY_VICTIM},
                 {"OffenderIdentified", KEY_OFFENDER},
                 {"IsDistributed", KEY_DISTRIBUTED},
                 {"MimeType", KEY_MIME},
                 {"MediaSize", KEY_SIZE}};

static const char *const note_names[KEYS] = {[KEY_SERIES] = "series",
                                             [KEY_VICTIM] = "victim_identified",
                                             [KEY_OFFENDER] = "offender_identified",
                                             [KEY_DISTRIBUTED] = "is_distributed",
                                             [KEY_MIME] = "mime_type",
                                             [KEY_SIZE] = "size"};

typedef struct vics {
    list_reader *r;
    vics_where where[LIST_MAX_DEPTH];
    vics_key key;
    size_t number;                       /* records begun and finished */
    bool context, content, late_context; /* seen */
    bool of_cases;                       /* the context says so */
    bool is_case;                        /* this element of value has Media */
    bool case_named;                     /* it says of itself that it is one; so does a case without Media */
    char country[33];
    char category[VG_BANK_MAX_CATEGORY + 1];
    uint32_t noted; /* bit set of vics_key: said once */
    char tags[LIST_MAX_VALUE + 8];
    size_t tags_len;
    /* one alternative hash */
    char hash_name[64], hash_value[128];
    size_t hash_value_len;
} vics;

static int begin_record(vics *v)
{
    vg_list_begin(v->r, v->number + 1);
    v->category[0] = '\0';
    v->noted = 0;
    v->tags_len = 0;
    return 0;
}

static int finish_record(vics *v)
{
    v->number++;
    if (v->category[0] && v->country[0]) {
        char whole[sizeof v->country + sizeof v->category];
        int len = snprintf(whole, sizeof whole, "%s/%s", v->country, v->category);
        vg_list_set_category(v->r, (vg_str){whole, (size_t)len});
    } else if (v->category[0]) vg_list_set_category(v->r, vg_str_of(v->category));
    if (v->tags_len) vg_list_note_str(v->r, "tags", (vg_str){v->tags, v->tags_len});
    return vg_list_finish(v->r);
}

/* Something that is no object stands where a record should. */
static int skip_element(vics *v)
{
    begin_record(v);
    vg_list_spoil(v->r, "not an object; expected one for each medium");
    return finish_record(v);
}

/* ".../DataModels/2.0.xml/FR/$metadata#Media" */
static int read_context(vics *v, vg_str text)
{
    char quoted[32], context[256];
    snprintf(context, sizeof context, "%.*s", VG_STR_ARG(text));
    if (!strcasestr(context, "ProjectVic") && !strcasestr(context, "DataModels"))
        return vg_list_fail(v->r, VG_EINVAL, 0, "the context is \"%s\"; expected Project VIC's data model",
                            vg_list_quote(text, quoted));
    v->late_context = v->content;
    v->context = true;
    v->of_cases = strcasestr(context, "#Cases") != NULL;
    const char *after = strstr(context, ".xml/");
    if (!after) return 0;
    size_t len = strspn(after + 5, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");
    if (len && len < sizeof v->country && after[5 + len] == '/') memcpy(v->country, after + 5, len);
    return 0;
}

/* ---- structure ---- */

static vics_where enter(vics *v, vics_where parent, bool array)
{
    switch (parent) {
    case IN_ROOT:
        if (array && v->key == KEY_VALUE) return IN_VALUE;
        return array && v->key == KEY_MEDIA ? IN_MEDIA_LIST : IN_IGNORED;
    case IN_VALUE: return array ? IN_IGNORED : IN_ITEM;
    case IN_MEDIA_LIST: return array ? IN_IGNORED : IN_MEDIA;
    case IN_ITEM:
        if (array && v->key == KEY_MEDIA) return IN_MEDIA_LIST;
        if (v->is_case) return IN_IGNORED;
        __attribute__((fallthrough)); /* it may be a medium */
    case IN_MEDIA:
        if (array && v->key == KEY_ALTERNATIVES) return IN_ALTERNATIVES;
        return array && v->key == KEY_TAGS ? IN_TAGS : IN_IGNORED;
    case IN_ALTERNATIVES: return array ? IN_IGNORED : IN_ALTERNATIVE;
    default: return IN_IGNORED;
    }
}

static int on_begin(void *context, size_t depth, bool array)
{
    vics *v = context;
    if (depth == 0) {
        if (array)
            return vg_list_fail(v->r, VG_EINVAL, 0,
                                "the root is an array; expected an object with odata.metadata or @odata.context");
        v->where[0] = IN_ROOT;
        return 0;
    }
    vics_where parent = v->where[depth - 1], here = enter(v, parent, array);
    v->where[depth] = here;
    v->key = KEY_OTHER;
    if (here == IN_VALUE || here == IN_MEDIA_LIST) v->content = true;
    if (here == IN_MEDIA_LIST && parent == IN_ITEM) v->is_case = true;
    if (here == IN_ITEM) v->is_case = false, v->case_named = v->of_cases;
    if (here == IN_ITEM || here == IN_MEDIA) return begin_record(v);
    if (here == IN_ALTERNATIVE) v->hash_name[0] = '\0', v->hash_value_len = 0;
    if (here == IN_IGNORED && (parent == IN_VALUE || parent == IN_MEDIA_LIST)) return skip_element(v);
    return 0;
}

static int finish_alternative(vics *v)
{
    vg_str name = vg_str_of(v->hash_name), value = {v->hash_value, v->hash_value_len};
    int algorithm = vg_list_algorithm(name);
    if (!value.len) return 0;
    if (algorithm < 0) {
        vg_list_add_other(v->r, name.len ? name : VG_STR("unnamed"));
        return 0;
    }
    return vg_list_add_hash(v->r, (vg_hash_algorithm)algorithm, value, 100, 0, v->hash_name);
}

static int on_end(void *context, size_t depth)
{
    vics *v = context;
    vics_where here = v->where[depth];
    v->key = KEY_OTHER;
    if (here == IN_ALTERNATIVE) return finish_alternative(v);
    if (here == IN_MEDIA) return finish_record(v);
    if (here != IN_ITEM || v->is_case) return 0;
    /* Nothing of a medium in it: an empty case, and no record. A medium that happens to name its case is one. */
    bool medium = v->r->hash_count || v->r->other_count || v->r->bad;
    return v->case_named && !medium ? 0 : finish_record(v);
}

static int on_key(void *context, size_t depth, vg_str key)
{
    vics *v = context;
    v->key = KEY_OTHER;
    if (v->where[depth] == IN_IGNORED) return 0;
    for (size_t i = 0; i < sizeof key_names / sizeof key_names[0]; i++)
        if (vg_list_same_word(key, key_names[i].name)) v->key = key_names[i].key;
    if (v->key == KEY_CASE && v->where[depth] == IN_ITEM) v->case_named = true;
    return 0;
}

/* ---- values ---- */

static void read_category(vics *v, list_json_kind kind, vg_str text)
{
    if (kind == LIST_JSON_TRUE || kind == LIST_JSON_FALSE) {
        vg_list_spoil(v->r, "Category is %.*s; expected a number", VG_STR_ARG(text));
        return;
    }
    text = vg_list_trim(text);
    /* Through the checks of the record, then again with the country in front. */
    vg_list_set_category(v->r, text);
    if (!v->r->bad) memcpy(v->category, text.ptr, text.len);
    if (!v->r->bad) v->category[text.len] = '\0';
}

static int read_hash(vics *v, list_json_kind kind, vg_hash_algorithm algorithm, vg_str text)
{
    const char *name = vg_hash_algorithm_names[algorithm];
    if (kind != LIST_JSON_STRING) {
        vg_list_spoil(v->r, "%s: not a string", name);
        return 0;
    }
    text = vg_list_trim(text);
    return text.len ? vg_list_add_hash(v->r, algorithm, text, 100, 0, name) : 0;
}

/* Exporters write true, "true" and "True". */
static void read_note(vics *v, list_json_kind kind, vg_str text)
{
    if (v->noted & 1u << v->key) return;
    v->noted |= 1u << v->key;
    if (vg_list_same_word(text, "true")) text = VG_STR("true"), kind = LIST_JSON_TRUE;
    if (vg_list_same_word(text, "false")) text = VG_STR("false"), kind = LIST_JSON_FALSE;
    /* A number that other readers of JSON may refuse stays readable as a string. */
    bool odd = kind == LIST_JSON_NUMBER &&
               (text.len > 18 || memchr(text.ptr, 'e', text.len) || memchr(text.ptr, 'E', text.len));
    if (kind != LIST_JSON_STRING && !odd) vg_list_note_raw(v->r, note_names[v->key], text);
    else if (text.len) vg_list_note_str(v->r, note_names[v->key], text);
}

static void add_tag(vics *v, list_json_kind kind, vg_str text)
{
    if (kind != LIST_JSON_STRING && kind != LIST_JSON_NUMBER) return;
    size_t comma = v->tags_len ? 2 : 0, room = sizeof v->tags - v->tags_len;
    if (!text.len || room <= comma) return;
    if (comma) memcpy(v->tags + v->tags_len, ", ", 2);
    v->tags_len += comma;
    /* One more than a note's value may have, so that vg_list_note_str sees that it was cut. */
    size_t len = text.len < room - comma ? text.len : room - comma;
    memcpy(v->tags + v->tags_len, text.ptr, len);
    v->tags_len += len;
}

static int read_field(vics *v, list_json_kind kind, vg_str text)
{
    int64_t when;
    switch (v->key) {
    case KEY_ID:
        if (kind == LIST_JSON_TRUE || kind == LIST_JSON_FALSE)
            vg_list_spoil(v->r, "MediaID is %.*s; expected a number", VG_STR_ARG(text));
        else vg_list_set_reference(v->r, vg_list_trim(text));
        return 0;
    case KEY_CATEGORY: read_category(v, kind, text); return 0;
    case KEY_MD5: return read_hash(v, kind, VG_HASH_MD5, text);
    case KEY_SHA1: return read_hash(v, kind, VG_HASH_SHA1, text);
    case KEY_SHA256: return read_hash(v, kind, VG_HASH_SHA256, text);
    case KEY_PDQ: return read_hash(v, kind, VG_HASH_PDQ, text);
    case KEY_PHOTODNA:
        if (text.len) vg_list_add_other(v->r, VG_STR("PhotoDNA"));
        return 0;
    case KEY_UPDATED:
        if (vg_time_parse(text, &when)) v->r->time_ms = when;
        return 0;
    case KEY_TAGS: add_tag(v, kind, text); return 0;
    default:
        if (note_names[v->key]) read_note(v, kind, text);
        return 0;
    }
}

static int on_value(void *context, size_t depth, list_json_kind kind, vg_str text)
{
    vics *v = context;
    switch (v->where[depth]) {
    case IN_ROOT:
        if (v->key == KEY_CONTEXT && kind == LIST_JSON_STRING) return read_context(v, text);
        if (v->key == KEY_VALUE)
            return vg_list_fail(v->r, VG_EINVAL, 0, "value is not an array; expected an array of media or cases");
        return 0;
    case IN_VALUE:
    case IN_MEDIA_LIST: return skip_element(v);
    case IN_ITEM:
        if (v->is_case || kind == LIST_JSON_NULL) return 0;
        return read_field(v, kind, text);
    case IN_MEDIA: return kind == LIST_JSON_NULL ? 0 : read_field(v, kind, text);
    case IN_TAGS: add_tag(v, kind, text); return 0;
    case IN_ALTERNATIVE:
        if (kind != LIST_JSON_STRING) return 0;
        text = vg_list_trim(text);
        if (v->key == KEY_HASH_NAME) snprintf(v->hash_name, sizeof v->hash_name, "%.*s", VG_STR_ARG(text));
        if (v->key == KEY_HASH_VALUE) {
            /* Longer than any that is read: its length is enough to be refused, or to be counted under its name. */
            v->hash_value_len = text.len < sizeof v->hash_value ? text.len : sizeof v->hash_value;
            memcpy(v->hash_value, text.ptr, v->hash_value_len);
        }
        return 0;
    default: return 0;
    }
}

int vg_list_read_vics(list_reader *r)
{
    vics v = {.r = r};
    list_json_handler handler = {&v, on_begin, on_end, on_key, on_value};
    int rc = vg_list_read_json(r, &handler);
    if (rc) return rc;
    if (!v.context)
        return vg_list_fail(
            r, VG_EINVAL, 0,
            "the root has no odata.metadata and no @odata.context; expected a file of Project VIC's data model");
    if (!v.content) return vg_list_fail(r, VG_EINVAL, 0, "the root has no array value and no array Media");
    if (v.late_context && v.country[0])
        return vg_list_fail(
            r, VG_EINVAL, 0,
            "@odata.context comes after the media; expected it before, for it says whose categories theirs are");
    return 0;
}
