/* SPDX-License-Identifier: Apache-2.0
 *
 * Measures the index of known material: query time, bytes a hash, building, opening, adding; beside FAISS and a linear scan.
 *
 *   index_bench [--quick] [--svg FILE] [--json FILE] [--shared FOLDER] [--no-faiss]
 *
 * Each figure is the median of rounds with the quickest and the slowest beside it. --quick stops at a million.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/hash.h"
#include "index_bench.h"
#include "index_plot.h"
#include "signals/media/index/index.h"

enum { ROUNDS = 9, QUERIES = 512, CENTRES = 256, BUDGET = 5 };

static uint64_t state = 7;
static uint64_t draw(void)
{
    uint64_t z = state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}
static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}
static void flip(uint8_t *hash, unsigned bits)
{
    for (unsigned i = 0; i < bits; i++) {
        unsigned b = (unsigned)(draw() % 256);
        hash[b / 8] ^= (uint8_t)(1u << (b % 8));
    }
}

/* ---- lists ---- */
typedef enum { UNIFORM, REAL, ADVERSARIAL, LISTS } list_kind;
static const char *const list_names[LISTS] = {"uniform", "real families", "adversarial"};
static uint8_t centre[CENTRES][32];
static size_t centres;

static void read_centres(const char *folder)
{
    char path[4096], line[4096];
    snprintf(path, sizeof path, "%s/pdq-expected-dihedral.csv", folder);
    FILE *in = fopen(path, "r");
    while (in && fgets(line, sizeof line, in))
        for (char *at = strchr(line, ','); at && centres < CENTRES; at = strchr(at + 1, ','))
            if (vg_hex_decode(centre[centres], 32, (vg_str){at + 1, strnlen(at + 1, 64)})) centres++;
    if (in) fclose(in);
    if (centres) return;
    printf("(no hashes of real pictures in %s: families of made-up ones)\n", folder);
    for (; centres < 232; centres++)
        for (int i = 0; i < 32; i++) centre[centres][i] = (uint8_t)draw();
}

/* Real lists: albums of like pictures of very different sizes, each picture in a few versions. */
static void make(list_kind kind, uint8_t (*hash)[32], size_t count)
{
    uint8_t album[32], picture[32];
    size_t in_album = 0, versions = 0;
    for (size_t i = 0; i < count; i++) {
        if (kind == UNIFORM) {
            for (int w = 0; w < 4; w++) {
                uint64_t n = draw();
                memcpy(hash[i] + 8 * w, &n, 8);
            }
            continue;
        }
        if (kind == ADVERSARIAL) { /* the same but for 4 bytes: most pieces of all of them are equal */
            uint32_t n = (uint32_t)draw();
            memcpy(hash[i], centre[0], 32);
            memcpy(hash[i] + 4 * (draw() % 8), &n, 4);
            flip(hash[i], (unsigned)(draw() % 24));
            continue;
        }
        if (!in_album) {
            memcpy(album, centre[draw() % centres], 32);
            flip(album, 20 + (unsigned)(draw() % 100));
            in_album = 1000 / (1 + draw() % 1000) + 1;
        }
        if (!versions) {
            memcpy(picture, album, 32);
            flip(picture, 10 + (unsigned)(draw() % 60));
            versions = 1 + draw() % 4;
            in_album--;
        }
        memcpy(hash[i], picture, 32);
        flip(hash[i], (unsigned)(draw() % 16));
        versions--;
    }
}

/* ---- orientations as PDQ's matrix gives them: signs of odd rows and columns change, and a few bits beside the median ---- */
static void orient(const uint8_t hash[32], vg_media_hash out[8])
{
    for (unsigned turn = 0; turn < 8; turn++) {
        memset(&out[turn], 0, sizeof out[turn]);
        out[turn].algorithm = VG_HASH_PDQ;
        out[turn].quality = 100;
        out[turn].turn = (uint8_t)turn;
        for (unsigned k = 0; k < 256; k++) {
            unsigned row = k / 16, column = k % 16, from = turn & 4 ? column * 16 + row : k;
            unsigned bit = hash[from / 8] >> (7 - from % 8) & 1;
            if (turn & 1) bit ^= row & 1;
            if (turn & 2) bit ^= column & 1;
            out[turn].bytes[k / 8] |= (uint8_t)(bit << (7 - k % 8));
        }
        if (turn) flip(out[turn].bytes, 5);
    }
}

/* ---- measuring ---- */
typedef struct spread { double low, middle, high; } spread;
static int compare_doubles(const void *a, const void *b) { return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b); }
static spread spread_of(double *rounds, size_t count)
{
    qsort(rounds, count, sizeof *rounds, compare_doubles);
    return (spread){rounds[0], rounds[count / 2], rounds[count - 1]};
}
static void must(int rc, const vg_error *err)
{
    if (!rc) return;
    fprintf(stderr, "index_bench: %s: %s\n", err->where, err->what);
    exit(1);
}

static FILE *json;
static plot_series series[4] = {{.name = "Vigie, one hash"}, {.name = "Vigie, eight orientations"}, {.name = "FAISS MultiHash, one hash"}, {.name = "linear scan, one hash"}};
static void say(const char *list, size_t count, const char *what, spread s, const char *unit)
{
    printf("%-14s %9zu  %-34s %12.2f %-6s (%.2f .. %.2f)\n", list, count, what, s.middle, unit, s.low, s.high);
    fflush(stdout);
    if (json)
        fprintf(json, "{\"bench\":\"index\",\"list\":\"%s\",\"hashes\":%zu,\"what\":\"%s\",\"unit\":\"%s\",\"median\":%.3f,\"low\":%.3f,\"high\":%.3f}\n",
                list, count, what, unit, s.middle, s.low, s.high);
}
static void draw_point(list_kind kind, size_t which, size_t count, double us)
{
    if (kind == UNIFORM) series[which].at[series[which].count++] = (plot_point){(double)count, us};
}

/* Queries: half of them near something that is there. */
static void make_queries(const uint8_t (*hash)[32], size_t count, vg_media_hash (*query)[8])
{
    for (size_t i = 0; i < QUERIES; i++) {
        uint8_t asked[32];
        memcpy(asked, hash[draw() % count], 32);
        flip(asked, i % 2 ? 20 : 120);
        orient(asked, query[i]);
    }
}

/* The hashes of each picture in one call, or (`hashes` 1) each of the same hashes in a call of its own, the first of all pictures, then
 * the second of all: so one and eight are asked the same, and no call finds what the call before it has brought into the cache. A figure is
 * given up after BUDGET seconds with what there is. *found: in all that was asked for in the first round. */
static spread time_queries(const vg_index *index, vg_media_hash (*query)[8], size_t hashes, size_t queries, size_t *found)
{
    double rounds[ROUNDS], begun = now();
    size_t r = 0, calls = queries * (8 / hashes);
    vg_media_match match[VG_MATCHES_MAX];
    vg_error err = {0};
    *found = 0;
    for (bool late = false; r < ROUNDS && !late; r++) {
        double start = now();
        size_t i = 0;
        for (; i < calls && !late; i++) {
            size_t n;
            vg_index_query q = {&query[i % queries][i / queries], hashes, 31, 50, 80};
            must(vg_index_search(index, &q, match, VG_MATCHES_MAX, &n, &err), &err);
            if (r == 0) *found += n;
            late = now() - begun > BUDGET * 1e6;
        }
        if (late && r && i < calls) break;
        rounds[r] = (now() - start) / (double)i;
    }
    return spread_of(rounds, r);
}

static double time_linear(const uint8_t (*hash)[32], size_t count, const vg_media_hash *query)
{
    static volatile size_t sink;
    uint64_t w[4];
    size_t found = 0;
    memcpy(w, query->bytes, 32);
    double start = now();
    for (size_t i = 0; i < count; i++) {
        uint64_t h[4];
        memcpy(h, hash[i], 32);
        found += __builtin_popcountll(h[0] ^ w[0]) + __builtin_popcountll(h[1] ^ w[1]) + __builtin_popcountll(h[2] ^ w[2]) +
                     __builtin_popcountll(h[3] ^ w[3]) <= 31;
    }
    sink = found;
    return now() - start + (double)(sink & 0);
}

static void beside(list_kind kind, const uint8_t (*hash)[32], size_t count, vg_media_hash (*query)[8], double ours, size_t found, bool faiss)
{
    double rounds[ROUNDS];
    for (size_t r = 0; r < ROUNDS; r++) rounds[r] = time_linear(hash, count, &query[r][0]);
    spread s = spread_of(rounds, ROUNDS);
    say(list_names[kind], count, "linear scan", s, "us");
    draw_point(kind, 3, count, s.middle);
#ifdef VG_BENCH_FAISS
    if (!faiss || kind == ADVERSARIAL || (kind == REAL && count > 1000000)) return; /* its building alone takes too long */
    size_t queries = QUERIES / 4, theirs = 0;
    uint8_t (*asked)[32] = malloc(queries * 32);
    double start = now();
    faiss_side *side = faiss_side_create(hash[0], count);
    if (!side || !asked) exit(1);
    double built = (now() - start) / 1e6;
    say(list_names[kind], count, "FAISS: building", (spread){built, built, built}, "s");
    for (size_t i = 0; i < queries; i++) memcpy(asked[i], query[i][0].bytes, 32);
    size_t r = 0;
    for (double begun = now(); r < ROUNDS && (!r || now() - begun < BUDGET * 1e6); r++) {
        start = now();
        theirs = 0;
        for (size_t i = 0; i < queries; i++) theirs += faiss_side_search(side, asked[i], 1, 31);
        rounds[r] = (now() - start) / (double)queries;
    }
    s = spread_of(rounds, r);
    say(list_names[kind], count, "FAISS: one query", s, "us");
    draw_point(kind, 2, count, s.middle);
    double ratio = s.middle / ours;
    say(list_names[kind], count, "FAISS / Vigie", (spread){ratio, ratio, ratio}, "times");
    printf("%-14s %9zu  found by FAISS for a quarter of the pictures, upright: %zu; by Vigie for all, each way up: %zu\n", list_names[kind], count, theirs, found);
    faiss_side_destroy(side);
    free(asked);
#else
    (void)ours;
    (void)found;
    (void)faiss;
#endif
}

static void time_opening(const char *path, const char *list, size_t count)
{
    double rounds[ROUNDS];
    vg_error err = {0};
    for (size_t r = 0; r < ROUNDS; r++) {
        vg_index *index;
        double start = now();
        must(vg_index_open(&index, path, NULL, &err), &err);
        rounds[r] = now() - start;
        vg_index_close(&index);
    }
    say(list, count, "opening", spread_of(rounds, ROUNDS), "us");
}

static void time_digests(const vg_index *index, const char *list, size_t count, const uint8_t (*hash)[32])
{
    double rounds[ROUNDS];
    vg_media_match match[VG_MATCHES_MAX];
    vg_error err = {0};
    for (size_t r = 0; r < ROUNDS; r++) {
        double start = now();
        for (size_t i = 0; i < QUERIES; i++) {
            vg_media_hash h = {.algorithm = VG_HASH_SHA256};
            size_t n;
            memcpy(h.bytes, hash[draw() % count], 32);
            vg_index_query q = {&h, 1, 31, 50, 80};
            must(vg_index_search(index, &q, match, VG_MATCHES_MAX, &n, &err), &err);
        }
        rounds[r] = (now() - start) / QUERIES;
    }
    say(list, count, "SHA-256 look-up", spread_of(rounds, ROUNDS), "us");
}

static void time_list(const char *path, list_kind kind, uint8_t (*hash)[32], size_t count, bool faiss)
{
    static vg_media_hash query[QUERIES][8];
    vg_index_writer *writer;
    vg_index_label label = {1, 1};
    vg_index *index;
    vg_error err = {0};
    struct stat st;
    size_t found;
    make(kind, hash, count);
    make_queries((const uint8_t (*)[32])hash, count, query);
    double start = now();
    must(vg_index_write_begin(&writer, path, &label, count, &err), &err);
    for (size_t i = 0; i < count; i++) {
        vg_index_item item = {.entry = (uint32_t)i + 1, .hash = {.algorithm = VG_HASH_PDQ, .quality = 100}};
        memcpy(item.hash.bytes, hash[i], 32);
        must(vg_index_write_items(writer, &item, 1, &err), &err);
    }
    must(vg_index_write_end(&writer, NULL, 0, &err), &err);
    double built = (now() - start) / 1e6;
    say(list_names[kind], count, "building, to disk", (spread){built, built, built}, "s");
    if (stat(path, &st)) exit(1);
    double each = (double)st.st_size / (double)count;
    say(list_names[kind], count, "bytes a hash", (spread){each, each, each}, "B");
    time_opening(path, list_names[kind], count);
    must(vg_index_open(&index, path, NULL, &err), &err);
    start = now();
    must(vg_index_check(index, &err), &err); /* which warms it up as well */
    double checked = (now() - start) / 1e3;
    say(list_names[kind], count, "checking all of it", (spread){checked, checked, checked}, "ms");
    size_t queries = kind == ADVERSARIAL ? QUERIES / 64 : QUERIES;
    spread eight = time_queries(index, query, 8, queries, &found), one = time_queries(index, query, 1, queries, &found);
    say(list_names[kind], count, "one query (all of the eight)", one, "us");
    say(list_names[kind], count, "eight orientations, one call", eight, "us");
    double ratio = eight.middle / one.middle;
    say(list_names[kind], count, "eight / one", (spread){ratio, ratio, ratio}, "times");
    draw_point(kind, 0, count, one.middle);
    draw_point(kind, 1, count, eight.middle);
    vg_index_close(&index);
    unlink(path);
    beside(kind, (const uint8_t (*)[32])hash, count, query, one.middle, found, faiss);
}

/* Another thread asks for the last hash over and over while they are added: from the call to the first time it is found. */
typedef struct watch {
    const vg_index *index;
    vg_media_hash last;
    atomic_bool asking;
    double found;
} watch;
static void *watch_for(void *context)
{
    watch *w = context;
    vg_media_match match[VG_MATCHES_MAX];
    vg_error err = {0};
    for (size_t n = 0; !n;) {
        vg_index_query q = {&w->last, 1, 31, 0, 80};
        must(vg_index_search(w->index, &q, match, VG_MATCHES_MAX, &n, &err), &err);
        atomic_store(&w->asking, true);
    }
    w->found = now();
    return NULL;
}

static void time_found(const vg_index_item *items, size_t count)
{
    double rounds[ROUNDS];
    vg_error err = {0};
    for (size_t r = 0; r < ROUNDS; r++) {
        vg_index *index;
        pthread_t thread;
        must(vg_index_create(&index, &err), &err);
        watch w = {.index = index, .last = items[count - 1].hash};
        if (pthread_create(&thread, NULL, watch_for, &w)) exit(1);
        while (!atomic_load(&w.asking)) continue;
        double start = now();
        must(vg_index_add(index, 1, items, count, &err), &err);
        pthread_join(thread, NULL);
        rounds[r] = (w.found - start) / 1e3;
        vg_index_close(&index);
    }
    say("additions", count, "from the call to the last found", spread_of(rounds, ROUNDS), "ms");
}

static void time_additions(uint8_t (*hash)[32], size_t count)
{
    double rounds[ROUNDS];
    static vg_media_hash query[QUERIES][8];
    vg_index_item *items = calloc(count, sizeof *items);
    vg_error err = {0};
    size_t found;
    if (!items) exit(1);
    make(UNIFORM, hash, count);
    make_queries((const uint8_t (*)[32])hash, count, query);
    for (size_t i = 0; i < count; i++) {
        items[i] = (vg_index_item){.entry = (uint32_t)i + 1, .hash = {.algorithm = VG_HASH_PDQ}};
        memcpy(items[i].hash.bytes, hash[i], 32);
    }
    for (size_t r = 0; r < ROUNDS; r++) {
        vg_index *index;
        must(vg_index_create(&index, &err), &err);
        double start = now();
        must(vg_index_add(index, 1, items, count, &err), &err);
        rounds[r] = (now() - start) / 1e3;
        if (r == 0) say("additions", count, "one query among additions", time_queries(index, query, 1, QUERIES, &found), "us");
        vg_index_close(&index);
    }
    say("additions", count, "the call, with its segment", spread_of(rounds, ROUNDS), "ms");
    time_found(items, count);
    vg_index *index;
    must(vg_index_create(&index, &err), &err);
    double start = now();
    for (size_t i = 0; i < count; i++) must(vg_index_add(index, i + 1, &items[i], 1, &err), &err);
    double each = (now() - start) / (double)count;
    say("additions", count, "each, one by one", (spread){each, each, each}, "us");
    say("additions", count, "one query among these", time_queries(index, query, 1, QUERIES, &found), "us");
    vg_index_close(&index);
    free(items);
}

static void time_equal(const char *path, uint8_t (*hash)[32], size_t count)
{
    vg_index_writer *writer;
    vg_index_label label = {1, 1};
    vg_index *index;
    vg_error err = {0};
    make(UNIFORM, hash, count);
    must(vg_index_write_begin(&writer, path, &label, count, &err), &err);
    for (size_t i = 0; i < count; i++) {
        vg_index_item item = {.entry = (uint32_t)i + 1, .hash = {.algorithm = VG_HASH_SHA256}};
        memcpy(item.hash.bytes, hash[i], 32);
        must(vg_index_write_items(writer, &item, 1, &err), &err);
    }
    must(vg_index_write_end(&writer, NULL, 0, &err), &err);
    must(vg_index_open(&index, path, NULL, &err), &err);
    must(vg_index_check(index, &err), &err);
    time_digests(index, "digests", count, (const uint8_t (*)[32])hash);
    vg_index_close(&index);
    unlink(path);
}

static void describe(void)
{
    char line[256];
    FILE *in = fopen("/proc/cpuinfo", "r");
    while (in && fgets(line, sizeof line, in))
        if (strncmp(line, "model name", 10) == 0) {
            printf("processor: %s", strchr(line, ':') + 2);
            break;
        }
    if (in) fclose(in);
    printf("processors: %ld, kernel: %s, threshold 31 bits, median (quickest .. slowest) of %d rounds\n",
           sysconf(_SC_NPROCESSORS_ONLN), vg_index_cpu(), ROUNDS);
}

int main(int argc, char **argv)
{
    static const size_t sizes[] = {10000, 100000, 1000000, 10000000};
    const char *svg = "index.svg", *json_path = NULL, *shared = "../shared/media", *path = "index_bench.tmp";
    size_t most = 10000000;
    bool faiss = true;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--quick") == 0) most = 1000000;
        else if (strcmp(argv[i], "--no-faiss") == 0) faiss = false;
        else if (strcmp(argv[i], "--svg") == 0 && i + 1 < argc) svg = argv[++i];
        else if (strcmp(argv[i], "--json") == 0 && i + 1 < argc) json_path = argv[++i];
        else if (strcmp(argv[i], "--shared") == 0 && i + 1 < argc) shared = argv[++i];
        else return fprintf(stderr, "index_bench [--quick] [--svg FILE] [--json FILE] [--shared FOLDER] [--no-faiss]\n"), 2;
    }
    json = json_path ? fopen(json_path, "w") : NULL;
    uint8_t (*hash)[32] = malloc(most * 32);
    if (!hash) return 1;
    describe();
    read_centres(shared);
    time_additions(hash, 100000);
    time_equal(path, hash, 1000000);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes && sizes[i] <= most; i++)
        for (list_kind kind = 0; kind < LISTS; kind++) time_list(path, kind, hash, sizes[i], faiss);
    if (plot_write(svg, "Hashes within 31 bits: median time of one call", series, 4)) fprintf(stderr, "index_bench: cannot write %s\n", svg);
    else printf("plot: %s\n", svg);
    if (json) fclose(json);
    free(hash);
    return 0;
}
