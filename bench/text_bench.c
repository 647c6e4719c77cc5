/* SPDX-License-Identifier: Apache-2.0
 *
 * text_bench [PATTERNS]: what folding and scanning one chat message costs on one core.
 *
 * Without a file (one pattern a line) it makes 700 patterns of the shapes that lexicons have. Messages are
 * about 100 bytes of made-up chat, plain ASCII, French with accents, and written to get past a filter; one in
 * fifty names a behaviour. Prints the median of several rounds and the spread.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/time.h"
#include "signals/text/text.h"

enum { PATTERNS = 700, PATTERNS_MAX = 32768, PATTERN_BYTES = 514, MESSAGES = 4096, ROUNDS = 11, REPEATS = 20 };

static uint64_t seed = 0x9E3779B97F4A7C15U;
static uint32_t chance(uint32_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)((seed >> 32) % below);
}

static const char *const common[] = {
    "tu",    "je",   "on",    "le",     "la",     "les",   "un",    "une",     "est",  "pas",  "que",
    "pour",  "avec", "dans",  "fait",   "bien",   "oui",   "non",   "mais",    "plus", "tout", "quand",
    "jouer", "game", "lobby", "team",   "niveau", "boss",  "carte", "serveur", "go",   "ok",   "lol",
    "mdr",   "the",  "you",   "and",    "that",   "what",  "play",  "with",    "good", "nice", "server",
    "night", "come", "going", "really", "again",  "later", "round", "ready"};
static const char *const telling[] = {
    "age",     "ans",    "secret", "parents", "maison", "seul",     "photo",  "camera", "rencontrer",
    "adresse", "ecole",  "cadeau", "snap",    "insta",  "whatsapp", "alone",  "home",   "meet",
    "picture", "gift",   "school", "phone",   "delete", "trust",    "promis", "dis",    "personne",
    "viens",   "envoie", "montre", "garde",   "prive",  "private",  "adulte", "mature"};

#define PICK(list) (list)[chance(sizeof(list) / sizeof *(list))]

static char pattern_text[PATTERNS_MAX][PATTERN_BYTES];
static vg_policy_pattern pattern[PATTERNS_MAX];
static char message[3][MESSAGES][256];
static size_t pattern_count;

static void make_patterns(void)
{
    for (pattern_count = 0; pattern_count < PATTERNS; pattern_count++) {
        char *s = pattern_text[pattern_count];
        const char *a = PICK(telling), *b = PICK(common), *c = PICK(telling), *d = PICK(common),
                   *e = PICK(telling);
        switch (chance(6)) {
        case 0: snprintf(s, PATTERN_BYTES, "%s %s %s", b, a, c); break;
        case 1:
            snprintf(s, PATTERN_BYTES, "[%s|%s|%s %s] [%s] %s %s", a, c, d, e, b, PICK(common),
                     PICK(telling));
            break;
        case 2: snprintf(s, PATTERN_BYTES, "%s %s [%s|%s|%s|%s]", a, b, c, e, d, PICK(telling)); break;
        case 3: snprintf(s, PATTERN_BYTES, "%s * %s", a, c); break;
        case 4: snprintf(s, PATTERN_BYTES, "[%s|%s] %s [%s|%s] %s", b, d, a, c, PICK(common), e); break;
        default: snprintf(s, PATTERN_BYTES, "%s %s%u", b, a, chance(100)); break;
        }
    }
}

static int read_patterns(const char *path)
{
    FILE *f = fopen(path, "r");
    if (!f) return perror(path), 1;
    while (pattern_count < PATTERNS_MAX && fgets(pattern_text[pattern_count], PATTERN_BYTES, f)) {
        char *s = pattern_text[pattern_count];
        s[strcspn(s, "\n")] = '\0';
        if (*s) pattern_count++;
    }
    fclose(f);
    return 0;
}

/* The same message plainly, with French accents, and disguised. */
static void make_message(size_t i)
{
    size_t n = 0;
    char plain[256];
    bool risky = chance(50) == 0;
    while (n < 92) n += (size_t)snprintf(plain + n, sizeof plain - n, "%s%s", n ? " " : "", PICK(common));
    if (risky) snprintf(plain + n, sizeof plain - n, " notre secret");
    size_t accents = 0, odd = 0;
    for (size_t k = 0; plain[k]; k++) {
        char c = plain[k];
        bool accent = c == 'e' && chance(4) == 0, leet = c == 'o' && chance(3) == 0, hidden = chance(20) == 0;
        message[0][i][k] = c;
        if (accent) message[1][i][accents++] = (char)0xC3;
        message[1][i][accents++] = accent ? (char)0xA9 : c;
        if (hidden && odd < 240) {
            memcpy(message[2][i] + odd, "\xE2\x80\x8B", 3);
            odd += 3;
        }
        message[2][i][odd++] = leet ? '0' : c;
    }
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static size_t sink;

static double time_round(int sort, bool scan, const vg_text_engine *engine, vg_text_scratch *scratch,
                         size_t *hits)
{
    static char out[1024];
    double begin = now_ns();
    *hits = 0;
    for (int r = 0; r < REPEATS; r++)
        for (size_t i = 0; i < MESSAGES; i++) {
            vg_str text = vg_str_of(message[sort][i]);
            if (scan) {
                vg_text_hits found;
                if (!vg_text_scan(engine, scratch, text, &found)) abort();
                *hits += found.count != 0;
            } else {
                sink += vg_text_fold(text, out, sizeof out, NULL);
            }
        }
    return (now_ns() - begin) / REPEATS / MESSAGES;
}

static void measure(const char *name, int sort, bool scan, const vg_text_engine *engine,
                    vg_text_scratch *scratch)
{
    double ns[ROUNDS];
    size_t hits = 0;
    for (int r = 0; r < ROUNDS; r++) ns[r] = time_round(sort, scan, engine, scratch, &hits);
    qsort(ns, ROUNDS, sizeof *ns, compare);
    printf("%-24s %8.1f ns  (%.1f to %.1f)  %6.2f M/s", name, ns[ROUNDS / 2], ns[0], ns[ROUNDS - 1],
           1e3 / ns[ROUNDS / 2]);
    if (scan) printf("  %.1f %% with a hit", 100.0 * (double)hits / REPEATS / MESSAGES);
    printf("\n");
}

static void print_processor(void)
{
    char line[256];
    FILE *f = fopen("/proc/cpuinfo", "r");
    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, "model name", 10) == 0) {
            printf("processor%s", strchr(line, ':'));
            break;
        }
    if (f) fclose(f);
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        if (read_patterns(argv[1])) return 1;
    } else {
        make_patterns();
    }
    if (pattern_count < PATTERNS_MAX) snprintf(pattern_text[pattern_count++], PATTERN_BYTES, "notre secret");
    for (size_t i = 0; i < pattern_count; i++)
        pattern[i] = (vg_policy_pattern){(uint8_t)(i % VG_TEXT_FAMILIES), 5000, pattern_text[i], "fr"};
    size_t bytes[3] = {0, 0, 0};
    for (size_t i = 0; i < MESSAGES; i++) {
        make_message(i);
        for (int s = 0; s < 3; s++) bytes[s] += strlen(message[s][i]);
    }

    vg_error err = {0};
    vg_text_engine *engine = NULL;
    vg_text_scratch *scratch = NULL;
    int64_t begin = vg_time_monotonic_us();
    if (vg_text_engine_create(&engine, &(vg_text_sources){.patterns = pattern, .pattern_count = pattern_count}, &err) ||
        vg_text_scratch_create(&scratch, &err) || vg_text_scratch_fit(scratch, engine, &err)) {
        fprintf(stderr, "text_bench: %s: %s\n", err.where, err.what);
        return 1;
    }
    print_processor();
    printf("%zu patterns compiled in %.0f ms; messages of %zu, %zu and %zu bytes\n", pattern_count,
           (double)(vg_time_monotonic_us() - begin) / 1000, bytes[0] / MESSAGES, bytes[1] / MESSAGES,
           bytes[2] / MESSAGES);
    static const char *const names[2][3] = {
        {"fold, ASCII", "fold, accents", "fold, disguised"},
        {"fold+scan, ASCII", "fold+scan, accents", "fold+scan, disguised"}};
    for (int scan = 0; scan < 2; scan++)
        for (int sort = 0; sort < 3; sort++) measure(names[scan][sort], sort, scan, engine, scratch);
    vg_text_scratch_destroy(&scratch);
    vg_text_engine_destroy(&engine);
    return 0;
}
