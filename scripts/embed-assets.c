/* SPDX-License-Identifier: Apache-2.0
 *
 * embed-assets: turns a folder (or single files) into a C file with an array of vg_asset (src/net/assets.h).
 *
 *   embed-assets -s SYMBOL -o OUT.c [-d DEPFILE] DIR|FILE|STAMP.stamp ...
 *
 * A folder is walked; its files are named by their path inside it ("/app.js"). A file given by itself is
 * named by its last part. A file that ends in .stamp stands for the folder it lies in. `x.gz` beside `x`
 * becomes the compressed form of x. Dot files and source maps are left out. Writes SYMBOLs[] and
 * SYMBOL_count. Runs at build time only.
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MAX_FILES = 512, MAX_PATH = 1024 };

struct file {
    char name[MAX_PATH]; /* "/app.js" */
    char from[MAX_PATH]; /* on disk */
    unsigned char *bytes;
    size_t len;
    int compressed_of; /* index of the plain file, or -1 */
    int has_gzip;      /* index of the .gz, or -1 */
};

static struct file files[MAX_FILES];
static int file_count;

static void die(const char *what, const char *which)
{
    fprintf(stderr, "embed-assets: %s: %s\n", which, what);
    exit(1);
}

static int ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), m = strlen(end);
    return n >= m && strcmp(s + n - m, end) == 0;
}

static const char *mime_of(const char *name)
{
    static const char *const table[][2] = {
        {".html", "text/html; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".ico", "image/x-icon"},
        {".webp", "image/webp"},
        {".woff2", "font/woff2"},
        {".json", "application/json"},
        {".webmanifest", "application/manifest+json"},
        {".txt", "text/plain; charset=utf-8"},
        {".yaml", "application/yaml"},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (ends_with(name, table[i][0])) return table[i][1];
    return "application/octet-stream";
}

static void add_file(const char *name, const char *from)
{
    struct file *f;
    FILE *in;
    long size = -1;
    if (file_count == MAX_FILES) die("too many files", from);
    f = &files[file_count];
    if (snprintf(f->name, sizeof f->name, "%s", name) >= (int)sizeof f->name) die("path too long", name);
    if (snprintf(f->from, sizeof f->from, "%s", from) >= (int)sizeof f->from) die("path too long", from);
    in = fopen(from, "rb");
    if (!in) die("cannot open", from);
    if (fseek(in, 0, SEEK_END) != 0 || (size = ftell(in)) < 0 || fseek(in, 0, SEEK_SET) != 0)
        die("cannot read", from);
    f->len = (size_t)size;
    f->bytes = malloc(f->len + 1);
    if (!f->bytes) die("out of memory", from);
    if (fread(f->bytes, 1, f->len, in) != f->len) die("cannot read", from);
    fclose(in);
    f->compressed_of = f->has_gzip = -1;
    file_count++;
}

static void walk(const char *dir, const char *prefix)
{
    struct dirent **list;
    int n = scandir(dir, &list, NULL, alphasort);
    if (n < 0) die("cannot list", dir);
    for (int i = 0; i < n; i++) {
        char from[MAX_PATH], name[MAX_PATH];
        struct stat st;
        const char *base = list[i]->d_name;
        bool wanted = base[0] != '.' && !ends_with(base, ".map") && !ends_with(base, ".stamp");
        if (wanted && (snprintf(from, sizeof from, "%s/%s", dir, base) >= (int)sizeof from ||
                       snprintf(name, sizeof name, "%s/%s", prefix, base) >= (int)sizeof name))
            die("path too long", base);
        if (wanted && stat(from, &st) != 0) die("cannot stat", from);
        if (wanted && S_ISDIR(st.st_mode)) walk(from, name);
        else if (wanted && S_ISREG(st.st_mode)) add_file(name, from);
        free(list[i]);
    }
    free(list);
}

static void add_argument(const char *arg)
{
    struct stat st;
    const char *slash = strrchr(arg, '/');
    char dir[MAX_PATH];
    if (stat(arg, &st) != 0) die("no such file", arg);
    if (S_ISDIR(st.st_mode)) {
        walk(arg, "");
        return;
    }
    if (ends_with(arg, ".stamp")) {
        if (snprintf(dir, sizeof dir, "%.*s", slash ? (int)(slash - arg) : 1, slash ? arg : ".") >=
            (int)sizeof dir)
            die("path too long", arg);
        walk(dir, "");
        return;
    }
    if (snprintf(dir, sizeof dir, "/%s", slash ? slash + 1 : arg) >= (int)sizeof dir)
        die("path too long", arg);
    add_file(dir, arg);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct file *)a)->name, ((const struct file *)b)->name);
}

static void pair_compressed(void)
{
    for (int i = 0; i < file_count; i++) {
        size_t n = strlen(files[i].name);
        if (!ends_with(files[i].name, ".gz")) continue;
        for (int j = 0; j < file_count; j++)
            if (strlen(files[j].name) == n - 3 && strncmp(files[j].name, files[i].name, n - 3) == 0) {
                files[i].compressed_of = j;
                files[j].has_gzip = i;
            }
    }
}

/* FNV-1a, 64 bits: an entity tag has to differ when the content does, it is no proof of anything. */
static uint64_t tag_of(const struct file *f)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (size_t i = 0; i < f->len; i++) h = (h ^ f->bytes[i]) * 0x100000001b3u;
    return h;
}

static void write_bytes(FILE *out, int i)
{
    fprintf(out, "static const unsigned char file_%d[] = {", i);
    for (size_t k = 0; k < files[i].len; k++) fprintf(out, "%s%u,", k % 32 ? "" : "\n", files[i].bytes[k]);
    fprintf(out, "%s0};\n", files[i].len ? "" : "\n");
}

static void write_array(FILE *out, const char *symbol)
{
    int count = 0;
    fprintf(out, "const vg_asset %ss[] = {\n", symbol);
    for (int i = 0; i < file_count; i++) {
        int g = files[i].has_gzip;
        if (files[i].compressed_of >= 0) continue;
        count++;
        fprintf(out, "    {\"%s\", \"%s\", \"\\\"%016llx\\\"\", file_%d, %zu, ", files[i].name,
                mime_of(files[i].name), (unsigned long long)tag_of(&files[i]), i, files[i].len);
        if (g >= 0) fprintf(out, "file_%d, %zu},\n", g, files[g].len);
        else fprintf(out, "NULL, 0},\n");
    }
    fprintf(out, "};\nconst size_t %s_count = %d;\n", symbol, count);
}

static void write_depfile(const char *path, const char *target)
{
    FILE *out = fopen(path, "w");
    if (!out) die("cannot write", path);
    fprintf(out, "%s:", target);
    for (int i = 0; i < file_count; i++) fprintf(out, " %s", files[i].from);
    fprintf(out, "\n");
    if (fclose(out) != 0) die("cannot write", path);
}

int main(int argc, char **argv)
{
    const char *symbol = NULL, *target = NULL, *depfile = NULL;
    FILE *out;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "-s") == 0 && i + 1 < argc) symbol = argv[++i];
        else if (strcmp(argv[i], "-o") == 0 && i + 1 < argc) target = argv[++i];
        else if (strcmp(argv[i], "-d") == 0 && i + 1 < argc) depfile = argv[++i];
        else add_argument(argv[i]);
    }
    if (!symbol || !target || !file_count)
        die("usage: -s SYMBOL -o OUT.c [-d DEPFILE] DIR|FILE...", "arguments");
    qsort(files, (size_t)file_count, sizeof files[0], by_name);
    pair_compressed();
    out = fopen(target, "w");
    if (!out) die("cannot write", target);
    fprintf(out, "/* made by scripts/embed-assets.c */\n#include \"net/assets.h\"\n");
    for (int i = 0; i < file_count; i++) write_bytes(out, i);
    write_array(out, symbol);
    if (fclose(out) != 0) die("cannot write", target);
    if (depfile) write_depfile(depfile, target);
    return 0;
}
