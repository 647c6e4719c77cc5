/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/file.h"
#include "review/training.h"

enum { MOST_FILES = 128, MOST_PATH = 1024 };

/* The set lives in its own arena: releasing it is one call. */
struct vg_course_set {
    atomic_size_t references;
    vg_arena *arena;
    vg_course *courses;
    size_t course_count;
    vg_practice *practice;
    size_t practice_count;
};

static const char *const languages[VG_LANGS] = {[VG_LANG_FR] = "fr", [VG_LANG_EN] = "en"};

static int no_memory(vg_error *err)
{
    return vg_fail(err, VG_ENOMEM, "training", "no memory for courses");
}

/* ---- files ---- */

static bool is_directory(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool vg_course_dir(const char *policy_path, char *out, size_t size)
{
    size_t len = policy_path ? strlen(policy_path) : 0;
    if (!len) return false;
    while (len > 1 && policy_path[len - 1] == '/') len--;
    const char *slash = memrchr(policy_path, '/', len);
    int dir = is_directory(policy_path) ? (int)len : slash ? (int)(slash - policy_path) : 0;
    for (int up = 0; up < 2; up++) {
        int n = snprintf(out, size, "%.*s%s/%straining", dir, policy_path, dir ? "" : ".", up ? "../" : "");
        if (n > 0 && (size_t)n < size && is_directory(out)) return true;
    }
    return false;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The files of a directory with this ending, sorted, as paths. No directory: none. */
static int list(const char *dir, const char *ending, vg_arena *arena, const char ***names, size_t *count, vg_error *err)
{
    DIR *d = opendir(dir);
    int rc = 0;
    *count = 0;
    *names = vg_arena_calloc(arena, MOST_FILES, sizeof **names);
    if (!d) return errno == ENOENT ? 0 : vg_fail(err, VG_EIO, dir, "cannot open the directory: %s", strerror(errno));
    if (!*names) rc = no_memory(err);
    for (struct dirent *e; rc == 0 && (e = readdir(d));) {
        size_t len = strlen(e->d_name), end = strlen(ending);
        if (e->d_name[0] == '.' || len <= end || strcmp(e->d_name + len - end, ending) != 0) continue;
        vg_str path = vg_arena_printf(arena, "%s/%s", dir, e->d_name);
        if (!path.ptr) rc = no_memory(err);
        else if (*count == MOST_FILES) rc = vg_fail(err, VG_ETOOBIG, dir, "more than %d files", MOST_FILES);
        else (*names)[(*count)++] = path.ptr;
    }
    closedir(d);
    if (rc == 0 && *count) qsort(*names, *count, sizeof **names, by_name);
    return rc;
}

/* ---- courses ---- */

typedef struct pages {
    vg_course_page *item;
    size_t count;
} pages;

static int load_language(vg_course_set *set, const char *dir, vg_lang lang, pages *out, vg_error *err)
{
    char path[MOST_PATH];
    const char **names;
    size_t count;
    snprintf(path, sizeof path, "%.*s/%s", MOST_PATH - 8, dir, languages[lang]);
    int rc = list(path, ".md", set->arena, &names, &count, err);
    if (rc || !count) return rc;
    out->item = vg_arena_calloc(set->arena, count, sizeof *out->item);
    if (!out->item) return no_memory(err);
    for (size_t i = 0; i < count && !rc; i++) {
        char *bytes = NULL;
        size_t len = 0;
        rc = vg_file_read(names[i], VG_COURSE_MAX_FILE, &bytes, &len, err);
        if (!rc) rc = vg_course_parse(names[i], (vg_str){bytes, len}, set->arena, &out->item[out->count++], err);
        vg_free(bytes);
    }
    for (size_t i = 0; i < out->count && !rc; i++)
        for (size_t j = 0; j < i && !rc; j++)
            if (vg_str_eq(out->item[i].id, out->item[j].id))
                rc = vg_fail(err, VG_EINVAL, out->item[i].file, "the id %.*s is that of %s too", VG_STR_ARG(out->item[i].id), out->item[j].file);
    return rc;
}

static const vg_course_page *page_of(const pages *in, vg_str id)
{
    for (size_t i = 0; i < in->count; i++)
        if (vg_str_eq(in->item[i].id, id)) return &in->item[i];
    return NULL;
}

static int join(vg_course_set *set, const pages in[VG_LANGS], vg_error *err)
{
    for (size_t i = 0; i < in[VG_LANG_EN].count; i++)
        if (!page_of(&in[VG_LANG_FR], in[VG_LANG_EN].item[i].id))
            return vg_fail(err, VG_EINVAL, in[VG_LANG_EN].item[i].file, "there is no French file with this id; every course is in both languages");
    set->courses = vg_arena_calloc(set->arena, in[VG_LANG_FR].count ? in[VG_LANG_FR].count : 1, sizeof *set->courses);
    if (!set->courses) return no_memory(err);
    for (size_t i = 0; i < in[VG_LANG_FR].count; i++) {
        vg_course_page both[VG_LANGS];
        const vg_course_page *other = page_of(&in[VG_LANG_EN], in[VG_LANG_FR].item[i].id);
        if (!other)
            return vg_fail(err, VG_EINVAL, in[VG_LANG_FR].item[i].file, "there is no English file with this id; every course is in both languages");
        both[VG_LANG_FR] = in[VG_LANG_FR].item[i];
        both[VG_LANG_EN] = *other;
        int rc = vg_course_join(both, &set->courses[set->course_count], err);
        if (rc) return rc;
        set->course_count++;
    }
    return 0;
}

static int by_order(const void *a, const void *b)
{
    const vg_course_page *x = &((const vg_course *)a)->page[VG_LANG_FR], *y = &((const vg_course *)b)->page[VG_LANG_FR];
    if (x->order != y->order) return x->order < y->order ? -1 : 1;
    return strcmp(x->id.ptr, y->id.ptr);
}

/* What a course requires comes before it, so there is no circle. */
static int check_order(const vg_course_set *set, vg_error *err)
{
    for (size_t i = 0; i < set->course_count; i++) {
        const vg_course_page *page = &set->courses[i].page[VG_LANG_FR];
        for (size_t k = 0; k < page->requires_count; k++) {
            const vg_course *before = vg_course_find(set, page->requires[k]);
            if (!before) return vg_fail(err, VG_EINVAL, page->file, "requires: there is no course \"%.*s\"", VG_STR_ARG(page->requires[k]));
            if (before->page[VG_LANG_FR].order >= page->order)
                return vg_fail(err, VG_EINVAL, page->file, "requires: the course \"%.*s\" has no smaller order", VG_STR_ARG(page->requires[k]));
        }
    }
    return 0;
}

static int load_practice(vg_course_set *set, const char *dir, vg_error *err)
{
    char path[MOST_PATH];
    const char **names;
    size_t count;
    snprintf(path, sizeof path, "%.*s/practice", MOST_PATH - 16, dir);
    int rc = list(path, ".json", set->arena, &names, &count, err);
    if (rc || !count) return rc;
    set->practice = vg_arena_calloc(set->arena, count, sizeof *set->practice);
    if (!set->practice) return no_memory(err);
    for (size_t i = 0; i < count && !rc; i++) {
        char *bytes = NULL;
        size_t len = 0;
        vg_practice *p = &set->practice[set->practice_count];
        rc = vg_file_read(names[i], VG_PRACTICE_MAX_FILE, &bytes, &len, err);
        if (!rc) rc = vg_practice_parse(names[i], (vg_str){bytes, len}, set->arena, p, err);
        vg_free(bytes);
        if (!rc && vg_practice_find(set, p->id)) rc = vg_fail(err, VG_EINVAL, names[i], "the id %.*s is there already", VG_STR_ARG(p->id));
        if (!rc) set->practice_count++;
    }
    return rc;
}

int vg_course_set_load(vg_course_set **out, const char *dir, vg_error *err)
{
    vg_arena *arena = vg_arena_create(65536, 64 << 20);
    vg_course_set *set = arena ? vg_arena_calloc(arena, 1, sizeof *set) : NULL;
    pages in[VG_LANGS] = {0};
    int rc = 0;
    *out = NULL;
    if (!set) {
        if (arena) vg_arena_destroy(&arena);
        return no_memory(err);
    }
    set->arena = arena;
    atomic_init(&set->references, 1);
    for (int lang = 0; dir && lang < VG_LANGS && !rc; lang++) rc = load_language(set, dir, (vg_lang)lang, &in[lang], err);
    if (!rc) rc = join(set, in, err);
    if (!rc && set->course_count) qsort(set->courses, set->course_count, sizeof *set->courses, by_order);
    if (!rc) rc = check_order(set, err);
    if (!rc && dir) rc = load_practice(set, dir, err);
    if (rc) vg_course_set_unref(&set);
    *out = set;
    return rc;
}

/* ---- sharing, looking up ---- */

vg_course_set *vg_course_set_ref(vg_course_set *set)
{
    atomic_fetch_add_explicit(&set->references, 1, memory_order_relaxed);
    return set;
}

void vg_course_set_unref(vg_course_set **set)
{
    if (!*set) return;
    if (atomic_fetch_sub_explicit(&(*set)->references, 1, memory_order_acq_rel) == 1) {
        vg_arena *arena = (*set)->arena; /* the set is inside */
        vg_arena_destroy(&arena);
    }
    *set = NULL;
}

size_t vg_course_count(const vg_course_set *set) { return set->course_count; }
const vg_course *vg_course_at(const vg_course_set *set, size_t i) { return i < set->course_count ? &set->courses[i] : NULL; }

const vg_course *vg_course_find(const vg_course_set *set, vg_str id)
{
    for (size_t i = 0; i < set->course_count; i++)
        if (vg_str_eq(set->courses[i].page[VG_LANG_FR].id, id)) return &set->courses[i];
    return NULL;
}

size_t vg_practice_count(const vg_course_set *set) { return set->practice_count; }
const vg_practice *vg_practice_at(const vg_course_set *set, size_t i) { return i < set->practice_count ? &set->practice[i] : NULL; }

const vg_practice *vg_practice_find(const vg_course_set *set, vg_str id)
{
    for (size_t i = 0; i < set->practice_count; i++)
        if (vg_str_eq(set->practice[i].id, id)) return &set->practice[i];
    return NULL;
}
