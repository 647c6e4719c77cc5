/* SPDX-License-Identifier: Apache-2.0
 *
 * model_bench [MODEL]: what scoring one chat message by the statistical model costs on one core.
 *
 * Without a file it makes models of random weights. Messages are about 100 bytes of made-up chat. Each line is the median of
 * several rounds with the least and the most; "fold" and the two kernels run side by side in each round, so that a busy
 * machine slows them alike.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "signals/text/model/model_int.h"
#include "signals/text/text.h"

enum { MESSAGES = 4096, ROUNDS = 15, REPEATS = 10, MESSAGE_BYTES = 160, WORDS = 8000 };

static uint64_t seed = 0x9E3779B97F4A7C15U;
static uint32_t chance(uint32_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)((seed >> 32) % below);
}

static char vocabulary[WORDS][16];
static char message[MESSAGES][MESSAGE_BYTES];
static size_t length[MESSAGES];

/* Made of syllables, short ones first: like a language, few words are said often and many seldom, so that buckets are asked
 * for all over the table. */
static void make_words(void)
{
    static const char *const syllables[] = {"tu", "la", "que", "vas", "on", "ser", "mi", "jou", "er", "pa", "ren", "dou", "fa", "ti", "ing",
                                            "the", "co", "me", "ba", "lo", "ne", "ra", "ki", "sou", "wi", "th", "é", "go", "un", "est"};
    for (size_t i = 0; i < WORDS; i++) {
        size_t n = 0, most = i < 100 ? 1 : i < 1000 ? 2 : 3;
        for (size_t k = 0; k <= most; k++)
            n += (size_t)snprintf(vocabulary[i] + n, sizeof vocabulary[i] - n, "%s", syllables[chance(sizeof syllables / sizeof *syllables)]);
    }
}

static void make_messages(void)
{
    size_t bytes = 0;
    for (size_t i = 0; i < MESSAGES; i++) {
        size_t n = 0;
        while (n < 96) {
            uint32_t below = chance(2) ? 100 : chance(2) ? 1000 : WORDS;
            const char *word = vocabulary[chance(below)];
            n += (size_t)snprintf(message[i] + n, MESSAGE_BYTES - n, chance(12) ? "%s " : "%s, ", word);
        }
        bytes += length[i] = n;
    }
    printf("messages of %.0f bytes\n", (double)bytes / MESSAGES);
}

static double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print(const char *name, double ns[ROUNDS])
{
    qsort(ns, ROUNDS, sizeof *ns, compare);
    printf("%-34s %8.1f ns  (%.1f to %.1f)  %6.2f M/s  (best %.2f)\n", name, ns[ROUNDS / 2], ns[0], ns[ROUNDS - 1], 1e3 / ns[ROUNDS / 2],
           1e3 / ns[0]);
}

static volatile int64_t sink;

static double fold_only(void)
{
    static char out[1024];
    double begin = now_ns();
    for (int r = 0; r < REPEATS; r++)
        for (size_t i = 0; i < MESSAGES; i++)
            sink += (int64_t)vg_text_fold((vg_str){message[i], length[i]}, out, sizeof out, NULL);
    return (now_ns() - begin) / REPEATS / MESSAGES;
}

static double fold_and_score(const vg_model *model)
{
    static char out[1024];
    double begin = now_ns();
    for (int r = 0; r < REPEATS; r++)
        for (size_t i = 0; i < MESSAGES; i++) {
            size_t len = vg_text_fold((vg_str){message[i], length[i]}, out, sizeof out, NULL);
            sink += vg_model_score(model, out, len).sum;
        }
    return (now_ns() - begin) / REPEATS / MESSAGES;
}

static double explain(const vg_model *model)
{
    static char out[1024];
    static uint32_t map[1024];
    vg_model_span spans[VG_MODEL_SPANS];
    double begin = now_ns();
    for (size_t i = 0; i < MESSAGES / 8; i++) {
        size_t len = vg_text_fold((vg_str){message[i], length[i]}, out, sizeof out, map);
        sink += (int64_t)vg_model_explain(model, out, len, map, (vg_str){message[i], length[i]}, spans);
    }
    return (now_ns() - begin) / (MESSAGES / 8);
}

static void measure(vg_model *model)
{
    double fold[ROUNDS], plain[ROUNDS], fast[ROUNDS], why[ROUNDS];
    model_kernel own = model->sum;
    for (int r = 0; r < ROUNDS; r++) {
        fold[r] = fold_only();
        model->sum = model_sum_c;
        plain[r] = fold_and_score(model);
        model->sum = own;
        fast[r] = fold_and_score(model);
        why[r] = explain(model);
    }
    print("fold", fold);
    print("fold + score, plain C", plain);
    char name[64];
    snprintf(name, sizeof name, "fold + score, %s", vg_model_kernel(model));
    print(name, fast);
    print("explain (cases only), fold included", why);
}

static vg_model *make_model(uint32_t bits)
{
    vg_model *model = NULL;
    vg_error err = {0};
    vg_buf file;
    int16_t *weights = malloc(sizeof(int16_t) << bits);
    vg_model_curve curve = {.knots = 2, .knot = {{-1000000, 0}, {1000000, 10000}}};
    if (!weights) abort();
    for (size_t i = 0; i < (size_t)1 << bits; i++) weights[i] = (int16_t)((int32_t)chance(65536) - 32768);
    vg_buf_init(&file, VG_MODEL_FILE_MOST);
    if (vg_model_write(&(vg_model_parts){.bits = bits, .shift = 12, .weights = weights, .curves = &curve, .curve_count = 1}, &file, &err) ||
        vg_model_read(&model, file.ptr, file.len, "bench", &err)) {
        fprintf(stderr, "model_bench: %s\n", err.what);
        exit(1);
    }
    printf("\n2^%u weights, file of %.2f MiB\n", bits, (double)file.len / (1 << 20));
    vg_buf_free(&file);
    free(weights);
    return model;
}

int main(int argc, char **argv)
{
    char host[256] = "";
    FILE *cpu = popen("sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1", "r");
    if (cpu && fgets(host, sizeof host, cpu)) host[strcspn(host, "\n")] = '\0';
    if (cpu) pclose(cpu);
    printf("%s, one core\n", host);
    make_words();
    make_messages();
    if (argc > 1) {
        vg_model *model = NULL;
        vg_error err = {0};
        if (vg_model_open(&model, argv[1], &err)) return fprintf(stderr, "%s: %s\n", err.where, err.what), 1;
        measure(model);
        vg_model_unref(&model);
        return 0;
    }
    for (uint32_t bits = VG_MODEL_BITS_LEAST; bits <= VG_MODEL_BITS_MOST; bits += 2) {
        vg_model *model = make_model(bits);
        measure(model);
        vg_model_unref(&model);
    }
    return 0;
}
