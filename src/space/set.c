/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include "base/file.h"
#include "base/hash.h"
#include "space/law_int.h"
#include "space/space_int.h"

/* The set lives in its own arena: releasing it is one call. */
struct vg_policy_set {
    atomic_size_t references;
    vg_arena *arena;
    vg_policy *policies;
    size_t count;
    uint32_t *table; /* open addressing: index of a policy + 1, 0 = free */
    size_t mask;
    vg_policy_set *from; /* a derived set's strings are here */
    vg_law_book book;
};

static const vg_hash_key table_key = {0x7669676965000002ULL, 0x7370616365730002ULL};

static vg_policy_set *create_set(size_t count)
{
    vg_arena *arena = vg_arena_create(65536, (size_t)8 << 30);
    vg_policy_set *set = arena ? vg_arena_calloc(arena, 1, sizeof *set) : NULL;
    size_t places = 8;
    while (places < 2 * count) places *= 2;
    if (set) {
        set->arena = arena;
        set->policies = vg_arena_calloc(arena, count, sizeof *set->policies);
        set->table = vg_arena_calloc(arena, places, sizeof *set->table);
        set->mask = places - 1;
        atomic_init(&set->references, 1);
    }
    if (set && set->policies && set->table) return set;
    if (arena) vg_arena_destroy(&arena);
    return NULL;
}

/* The place of a name in the table: its own, or the free one where it belongs. */
static size_t place_of(const vg_policy_set *set, vg_str space)
{
    size_t i = (size_t)vg_hash64(&table_key, space.ptr, space.len) & set->mask;
    while (set->table[i] && !vg_str_is(space, set->policies[set->table[i] - 1].space))
        i = (i + 1) & set->mask;
    return i;
}

static int add_space(vg_policy_set *set, vg_space_loader *loader, const char *name, vg_error *err)
{
    vg_policy *policy = &set->policies[set->count];
    int rc = vg_space_load(loader, name, policy, err);
    if (rc) return rc;
    set->table[place_of(set, vg_str_of(policy->space))] = (uint32_t)++set->count;
    return 0;
}

static int load_files(vg_policy_set **out, char *const *names, size_t count, const vg_book_files *book,
                      vg_space_read_fn read, void *context, vg_error *err)
{
    vg_policy_set *set = create_set(count);
    vg_space_loader loader = {.read = read, .context = context};
    int rc = 0;
    *out = NULL;
    if (!set) return vg_space_nomem(err);
    loader.arena = set->arena;
    loader.set = set;
    for (size_t i = 0; i < count && rc == 0; i++) rc = add_space(set, &loader, names[i], err);
    if (rc == 0) rc = vg_book_read(&loader, book, &set->book, err);
    if (rc) vg_policy_set_unref(&set);
    *out = set;
    return rc;
}

/* ---- files ---- */

static int read_file(void *context, const char *path, size_t ceiling, char **out, size_t *len, vg_error *err)
{
    (void)context;
    return vg_file_read(path, ceiling, out, len, err);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool is_yaml_name(const char *name)
{
    size_t len = strlen(name);
    return name[0] != '.' && len > 5 && strcmp(name + len - 5, ".yaml") == 0;
}

/* The *.yaml of a directory, sorted, as paths; both levels belong to the arena. */
static int list_directory(const char *dir, vg_arena *arena, char ***names, size_t *count, vg_error *err)
{
    DIR *d = opendir(dir);
    int rc = 0;
    *count = 0;
    *names = vg_arena_calloc(arena, VG_SPACE_MAX_SPACES, sizeof **names);
    if (!d)
        return vg_fail(err, errno == ENOENT ? VG_ENOENT : VG_EIO, dir, "cannot open the directory: %s",
                       strerror(errno));
    if (!*names) rc = vg_space_nomem(err);
    for (struct dirent *e; rc == 0 && (e = readdir(d));) {
        if (!is_yaml_name(e->d_name)) continue;
        if (*count == VG_SPACE_MAX_SPACES) {
            rc = vg_fail(err, VG_ETOOBIG, dir, "more than %d spaces", VG_SPACE_MAX_SPACES);
            break;
        }
        vg_str path = vg_arena_printf(arena, "%s/%s", dir, e->d_name);
        if (!path.ptr) rc = vg_space_nomem(err);
        else (*names)[(*count)++] = (char *)(uintptr_t)path.ptr;
    }
    closedir(d);
    if (rc == 0 && *count) qsort(*names, *count, sizeof **names, by_name);
    return rc;
}

static bool is_directory(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* ---- the book of law ---- */

/* The folder above that of the spaces: "policy/spaces" -> "policy", "." -> "..". */
static vg_str above(vg_arena *arena, const char *dir)
{
    const char *slash = strrchr(dir, '/'), *last = slash ? slash + 1 : dir;
    if (strcmp(last, ".") == 0 || strcmp(last, "..") == 0 || !*last) return vg_arena_printf(arena, "%s/..", dir);
    if (!slash) return vg_arena_copy(arena, VG_STR("."));
    return vg_arena_printf(arena, "%.*s", slash == dir ? 1 : (int)(slash - dir), dir);
}

/* A folder that is not there holds nothing. */
static int list_beside(const char *root, const char *folder, vg_arena *arena, char *const **names, size_t *count, vg_error *err)
{
    char **found = NULL;
    const char *start = strcmp(root, ".") == 0 ? "" : root;
    vg_str dir = vg_arena_printf(arena, "%s%s%s", start, *start ? "/" : "", folder);
    *count = 0;
    if (!dir.ptr) return vg_space_nomem(err);
    int rc = is_directory(dir.ptr) ? list_directory(dir.ptr, arena, &found, count, err) : 0;
    if (!rc && *count > VG_LAW_FILES) rc = vg_fail(err, VG_ETOOBIG, dir.ptr, "more than %d files", VG_LAW_FILES);
    *names = found;
    return rc;
}

/* `spaces`: the folder of the space files. */
static int find_book(const char *spaces, vg_arena *arena, vg_book_files *out, vg_error *err)
{
    struct stat st;
    vg_str root = above(arena, spaces);
    if (!root.ptr) return vg_space_nomem(err);
    const char *start = strcmp(root.ptr, ".") == 0 ? "" : root.ptr;
    vg_str routing = vg_arena_printf(arena, "%s%srouting.yaml", start, *start ? "/" : "");
    int rc = routing.ptr ? list_beside(root.ptr, "law", arena, &out->law, &out->law_count, err) : vg_space_nomem(err);
    if (!rc) rc = list_beside(root.ptr, "hotlines", arena, &out->hotlines, &out->hotline_count, err);
    if (!rc && stat(routing.ptr, &st) == 0) out->routing = routing.ptr;
    return rc;
}

/* "policy/" and "policy" give the same names in errors. */
static int load_directory(vg_policy_set **out, const char *path, vg_error *err)
{
    vg_arena *arena = vg_arena_create(65536, 4 << 20);
    size_t len = strlen(path), count;
    char **names;
    int rc = arena ? 0 : vg_space_nomem(err);
    if (rc) goto out;
    while (len > 1 && path[len - 1] == '/') len--;
    vg_str dir = vg_arena_printf(arena, "%.*s", (int)len, path),
           below = vg_arena_printf(arena, "%.*s/spaces", (int)len, path);
    if (!dir.ptr || !below.ptr) {
        rc = vg_space_nomem(err);
        goto out;
    }
    if (is_directory(below.ptr)) dir = below;
    rc = list_directory(dir.ptr, arena, &names, &count, err);
    if (rc == 0 && count == 0)
        rc = vg_fail(err, VG_EINVAL, dir.ptr, "no policy here; expected at least one space file *.yaml");
    vg_book_files book = {0};
    if (rc == 0) rc = find_book(dir.ptr, arena, &book, err);
    if (rc == 0) rc = load_files(out, names, count, &book, read_file, NULL, err);
out:
    if (arena) vg_arena_destroy(&arena);
    return rc;
}

int vg_policy_set_read(vg_policy_set **out, const char *name, vg_space_read_fn read, void *context,
                       vg_error *err)
{
    char *names[1] = {(char *)(uintptr_t)name};
    return load_files(out, names, 1, &(vg_book_files){0}, read, context, err);
}

/* One space, with the book beside it. */
static int load_file(vg_policy_set **out, const char *path, vg_error *err)
{
    vg_arena *arena = vg_arena_create(4096, 4 << 20);
    if (!arena) return vg_space_nomem(err);
    const char *slash = strrchr(path, '/');
    vg_str dir = slash ? vg_arena_printf(arena, "%.*s", slash == path ? 1 : (int)(slash - path), path) : vg_arena_copy(arena, VG_STR("."));
    vg_book_files book = {0};
    char *names[1] = {(char *)(uintptr_t)path};
    int rc = dir.ptr ? find_book(dir.ptr, arena, &book, err) : vg_space_nomem(err);
    if (rc == 0) rc = load_files(out, names, 1, &book, read_file, NULL, err);
    vg_arena_destroy(&arena);
    return rc;
}

int vg_policy_set_load(vg_policy_set **out, const char *path, vg_error *err)
{
    *out = NULL;
    return is_directory(path) ? load_directory(out, path, err)
                              : load_file(out, path, err);
}

/* A lexicon is a mapping with `families`; a space has none. False as well for what cannot be read: the loader says why. */
static bool is_lexicon(const char *path)
{
    vg_yaml yaml = {0};
    vg_error err = {0};
    char *bytes = NULL;
    size_t len = 0;
    if (vg_file_read(path, VG_SPACE_MAX_YAML, &bytes, &len, &err)) return false;
    bool found = vg_yaml_open(&yaml, path, bytes, len, &err) == 0 && vg_yaml_find(&yaml, "families");
    vg_yaml_close(&yaml);
    return found;
}

int vg_policy_set_load_lexicon(vg_policy_set **out, const char *path, vg_error *err)
{
    *out = NULL;
    if (is_directory(path) || !is_lexicon(path)) return vg_policy_set_load(out, path, err);
    vg_policy_set *set = create_set(1);
    if (!set) return vg_space_nomem(err);
    vg_space_loader loader = {.arena = set->arena, .read = read_file, .set = set};
    const vg_lexicon *lexicon = NULL;
    const vg_policy_spelling *spelling = NULL;
    size_t spelling_count = 0;
    int rc = vg_lexicon_load(&loader, path, &lexicon, err);
    if (rc == 0) rc = vg_spelling_beside(&loader, lexicon, &spelling, &spelling_count, err);
    if (rc) {
        vg_policy_set_unref(&set);
        return rc;
    }
    set->policies[set->count++] = (vg_policy){.space = "",
                                              .file = lexicon->name,
                                              .spelling = spelling,
                                              .spelling_count = spelling_count,
                                              .patterns = lexicon->patterns,
                                              .pattern_count = lexicon->pattern_count,
                                              .pattern_places = lexicon->pattern_places,
                                              .examples = lexicon->examples,
                                              .example_count = lexicon->example_count,
                                              .example_places = lexicon->example_places};
    *out = set;
    return 0;
}

/* ---- sharing ---- */

vg_policy_set *vg_policy_set_ref(vg_policy_set *set)
{
    atomic_fetch_add_explicit(&set->references, 1, memory_order_relaxed);
    return set;
}

void vg_policy_set_unref(vg_policy_set **set)
{
    if (!*set) return;
    if (atomic_fetch_sub_explicit(&(*set)->references, 1, memory_order_acq_rel) == 1) {
        vg_arena *arena = (*set)->arena; /* the set is inside */
        vg_policy_set_unref(&(*set)->from);
        vg_arena_destroy(&arena);
    }
    *set = NULL;
}

int vg_policy_set_derive(vg_policy_set **out, vg_policy_set *from, const char *space, void (*change)(void *context, vg_policy *policy),
                         void *context, vg_error *err)
{
    *out = NULL;
    if (space && !vg_policy_set_find(from, vg_str_of(space), NULL))
        return vg_fail(err, VG_ENOENT, "", "no policy for the space \"%.100s\"", space);
    vg_policy_set *set = create_set(from->count);
    if (!set) return vg_fail(err, VG_ENOMEM, "", "no memory for a policy");
    for (size_t i = 0; i < from->count; i++) {
        if (space && strcmp(from->policies[i].space, space) != 0) continue;
        vg_policy *policy = &set->policies[set->count];
        *policy = from->policies[i];
        change(context, policy);
        set->table[place_of(set, vg_str_of(policy->space))] = (uint32_t)++set->count;
    }
    set->from = vg_policy_set_ref(from);
    set->book = from->book;
    *out = set;
    return 0;
}

const vg_law_book *vg_policy_set_book(const vg_policy_set *set)
{
    static const vg_law_book empty;
    return set ? &set->book : &empty;
}

size_t vg_policy_set_count(const vg_policy_set *set)
{
    return set->count;
}

const vg_policy *vg_policy_set_at(const vg_policy_set *set, size_t i)
{
    return i < set->count ? &set->policies[i] : NULL;
}

const vg_policy *vg_policy_set_find(const vg_policy_set *set, vg_str space, size_t *index)
{
    uint32_t number = set->table[place_of(set, space)];
    if (!number) return NULL;
    if (index) *index = number - 1;
    return &set->policies[number - 1];
}
