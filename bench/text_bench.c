/* SPDX-License-Identifier: Apache-2.0
 *
 * text_bench [POLICY] [--patterns N]: what normalising and matching one chat message costs on one core, beside PCRE2 and RE2.
 *
 * The patterns are those of the first shipped space (POLICY, by default ./policy) with its spelling table, filled up to N (2,000)
 * with patterns of the same shapes. Messages are made of everyday chat lines and words, up to about 100 bytes: plain ASCII, French with
 * accents and chat spelling, and written to get past a filter. One in a hundred holds an example of the lexicon; what share
 * matched is printed. PCRE2 (JIT, in as few alternations as its limits allow) and RE2::Set get the same expressions and the
 * same messages, normalised already. Figures are nanoseconds a message of processor time: median (least to most).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/time.h"
#include "signals/text/text_int.h"
#include "space/space.h"
#include "text_bench.h"

enum {
    PATTERNS = 2000, PATTERNS_MAX = 32768, PATTERN_BYTES = 128, MESSAGES = 4096, MESSAGE_BYTES = 512, ROUNDS = 11, REPEATS = 20,
    FOREIGN_MESSAGES = MESSAGES, RISKY_ONE_IN = 100, EXPRESSION_BYTES = 65536,
};
enum { PLAIN, ACCENTS, DISGUISED, SORTS };

static uint64_t seed = 0x9E3779B97F4A7C15U;
static uint32_t chance(uint32_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)((seed >> 32) % below);
}

/* Everyday talk of a game's lobby and a class's group. */
static const char *const lines[] = {
    "on fait une game ce soir ?", "attends je finis mon repas", "t'as vu le nouveau skin", "gg bien joué", "lol non pas encore",
    "je suis au niveau 42", "qui veut du bois", "le serveur lag trop", "j'arrive dans 5 min", "ma mère m'appelle", "on se retrouve au spawn",
    "t'as fini l'exo de maths", "c'est pour quand le contrôle", "il fait trop chaud ici", "demain y'a sport", "mdr il est tombé",
    "je prends le bus de 8h", "tu joues quelle classe", "heal moi stp", "attention derrière", "ok let's go", "nice shot", "who has the key",
    "i need wood and stone", "brb dinner", "what level are you", "this map is so hard", "good game everyone", "my ping is terrible today",
    "can you trade me that sword", "did you do the homework", "see you tomorrow at practice", "that boss has two phases", "wait for me at the gate",
    "haha that was close", "j'ai perdu toutes mes pièces", "viens on construit la tour", "le prof est absent", "on est combien dans la team",
    "je comprends rien à ce quiz", "tu regardes le match", "trop bien la vidéo", "il reste deux places", "passe devant je couvre", "oui", "non",
    "d'accord", "peut-être", "haha", "pas mal", "trop fort", "encore une", "j'ai faim", "c'est nul", "ça marche", "on recommence",
};
static const char *const words[] = {
    "tu", "je", "on", "le", "la", "les", "un", "une", "est", "pas", "que", "pour", "avec", "dans", "fait", "bien", "quand", "jouer", "the", "you",
    "and", "that", "what", "play", "with", "good", "server", "night", "come", "going", "really", "again", "later",
    /* from here on those that patterns are made of, too */
    "age", "ans", "secret",
    "parents", "maison", "seul", "photo", "camera", "adresse", "ecole", "cadeau", "alone", "home", "meet", "picture", "gift", "school", "phone",
    "delete", "trust", "promis", "personne", "envoie", "montre", "garde", "prive", "private", "adulte", "mature"};
enum { COMMON_WORDS = 33 };
#define PICK(list) (list)[chance(sizeof(list) / sizeof *(list))]

static char made[PATTERNS_MAX][PATTERN_BYTES];
static vg_policy_pattern pattern[PATTERNS_MAX];
static size_t shipped, pattern_count;
static char message[SORTS][MESSAGES][MESSAGE_BYTES];
static size_t message_len[SORTS][MESSAGES];
static char *normal[FOREIGN_MESSAGES]; /* the plain ones, normalised */
static size_t normal_len[FOREIGN_MESSAGES];

static void make_pattern(char *s)
{
    enum { TELLING_WORDS = sizeof words / sizeof *words - COMMON_WORDS };
    const char *const *telling = words + COMMON_WORDS;
    const char *a = telling[chance(TELLING_WORDS)], *b = PICK(words), *c = telling[chance(TELLING_WORDS)], *d = PICK(words),
               *e = telling[chance(TELLING_WORDS)];
    switch (chance(5)) {
    case 0: snprintf(s, PATTERN_BYTES, "%s %s %s xq%u", b, a, c, chance(1000)); break;
    case 1: snprintf(s, PATTERN_BYTES, "[%s|%s|%s %s] [%s] %s zk%u", a, c, d, e, b, c, chance(1000)); break;
    case 2: snprintf(s, PATTERN_BYTES, "%s %s [%s|%s|%s|wy%u]", a, b, c, e, d, chance(1000)); break;
    case 3: snprintf(s, PATTERN_BYTES, "%s * %s [%s|%s]", a, c, d, e); break;
    default: snprintf(s, PATTERN_BYTES, "[%s|%s] %s [%s|%s] %s", b, d, a, c, e, a); break;
    }
}

static void take_patterns(const vg_policy *policy, size_t want)
{
    for (size_t i = 0; i < policy->pattern_count && pattern_count < PATTERNS_MAX; i++) pattern[pattern_count++] = policy->patterns[i];
    shipped = pattern_count;
    for (; pattern_count < want && pattern_count < PATTERNS_MAX; pattern_count++) {
        char *s = made[pattern_count];
        make_pattern(s);
        pattern[pattern_count] = (vg_policy_pattern){(uint8_t)(pattern_count % VG_TEXT_FAMILIES), 5000, s, "fr"};
    }
}

/* A letter of French without its accent: the second byte after C3. */
static char without_accent(uint8_t b)
{
    return b >= 0xA8 && b <= 0xAB ? 'e' : b >= 0xA0 && b <= 0xA5 ? 'a' : b == 0xA7 ? 'c' : b >= 0xAC && b <= 0xAF ? 'i' : b >= 0xB9 && b <= 0xBC ? 'u' : 'o';
}

/* Half of what is said is new: words in an order of their own, and names that nobody has written before. */
static size_t say(char *out, size_t room)
{
    static const char *const syllables[] = {"ba", "ro", "mi", "tel", "vi", "sou", "ner", "pa", "lin", "do", "gra", "che", "fu", "zo", "ter", "bi"};
    if (chance(2)) return (size_t)snprintf(out, room, "%s", PICK(lines));
    size_t n = 0;
    for (uint32_t left = 2 + chance(5); left; left--) {
        const char *blank = n ? " " : "";
        const char *word = chance(20) ? words[chance(COMMON_WORDS)] : PICK(words);
        if (chance(4)) n += (size_t)snprintf(out + n, room - n, "%s%s", blank, word);
        else n += (size_t)snprintf(out + n, room - n, "%s%s%s%s", blank, PICK(syllables), PICK(syllables), PICK(syllables));
    }
    return n;
}

/* The same message plainly, as it was said, and disguised. */
static void make_message(const vg_policy *policy, size_t i)
{
    char said[MESSAGE_BYTES];
    size_t n = 0, plain = 0, odd = 0;
    const vg_policy_example *example = policy->example_count && chance(RISKY_ONE_IN) == 0 ? &policy->examples[chance((uint32_t)policy->example_count)] : NULL;
    if (example && example->match && strlen(example->text) < 120) n = (size_t)snprintf(said, sizeof said, "%s", example->text);
    while (n < 84) {
        if (n) n += (size_t)snprintf(said + n, sizeof said - n, ", ");
        n += say(said + n, sizeof said - n);
    }
    memcpy(message[ACCENTS][i], said, n + 1);
    for (size_t k = 0; k < n; k++) {
        uint8_t b = (uint8_t)said[k];
        if (b == 0xC3) message[PLAIN][i][plain++] = without_accent((uint8_t)said[++k]);
        else if (b < 0x80) message[PLAIN][i][plain++] = (char)b;
    }
    for (size_t k = 0; k < plain && odd + 8 < MESSAGE_BYTES; k++) {
        char c = message[PLAIN][i][k];
        if (chance(20) == 0) {
            memcpy(message[DISGUISED][i] + odd, "\xE2\x80\x8B", 3);
            odd += 3;
        }
        message[DISGUISED][i][odd++] = c == 'o' && chance(3) == 0 ? '0' : c;
    }
}

/* ---- measuring ---- */

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

typedef enum { FOLD, SCAN } step;

static double time_round(step what, int sort, const vg_text_engine *engine, vg_text_scratch *scratch, size_t *hits)
{
    static char out[16 * MESSAGE_BYTES];
    double begin = now_ns();
    *hits = 0;
    for (int r = 0; r < REPEATS; r++)
        for (size_t i = 0; i < MESSAGES; i++) {
            vg_str text = {message[sort][i], message_len[sort][i]};
            vg_text_hits found;
            if (what == FOLD) {
                sink += vg_text_fold(text, out, sizeof out, NULL);
            } else {
                if (!vg_text_scan(engine, scratch, text, &found)) abort();
                *hits += found.count != 0;
            }
        }
    return (now_ns() - begin) / REPEATS / MESSAGES;
}

static double measure(const char *name, step what, int sort, const vg_text_engine *engine, vg_text_scratch *scratch)
{
    double ns[ROUNDS];
    size_t hits = 0;
    for (int r = 0; r < ROUNDS; r++) ns[r] = time_round(what, sort, engine, scratch, &hits);
    qsort(ns, ROUNDS, sizeof *ns, compare);
    printf("%-24s %8.1f ns  (%.1f to %.1f)  %6.2f M/s", name, ns[ROUNDS / 2], ns[0], ns[ROUNDS - 1], 1e3 / ns[ROUNDS / 2]);
    if (what == SCAN) printf("  %.1f %% with a hit", 100.0 * (double)hits / REPEATS / MESSAGES);
    printf("\n");
    return ns[0];
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

/* ---- compiling, and beside others ---- */

static double milliseconds_to_create(vg_text_engine **engine, const vg_text_sources *sources)
{
    vg_error err = {0};
    double begin = now_ns();
    if (vg_text_engine_create(engine, sources, &err)) {
        fprintf(stderr, "text_bench: %s: %s\n", err.where, err.what);
        exit(1);
    }
    return (now_ns() - begin) / 1e6;
}

static void remove_files(const char *dir)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", dir);
    if (system(command)) fprintf(stderr, "text_bench: %s is left\n", dir);
}

static void measure_start(vg_text_sources sources, vg_text_engine **engine)
{
    char dir[] = "/tmp/vigie-text-bench-XXXXXX";
    double least = 1e9, most = 0;
    if (!mkdtemp(dir)) exit(1);
    sources.cache_dir = dir;
    double compiled = milliseconds_to_create(engine, &sources);
    for (int i = 0; i < 5; i++) {
        vg_text_engine *again = NULL;
        double ms = milliseconds_to_create(&again, &sources);
        if (ms < least) least = ms;
        if (ms > most) most = ms;
        vg_text_engine_destroy(&again);
    }
    printf("%zu patterns (%zu shipped, %zu made), %zu spellings: compiled in %.0f ms, from the cache in %.1f ms (to %.1f)\n", pattern_count, shipped,
           pattern_count - shipped, sources.spelling_count, compiled, least, most);
    remove_files(dir);
}

static char **write_expressions(void)
{
    char **expressions = calloc(pattern_count, sizeof *expressions);
    static text_pattern parsed;
    vg_error err = {0};
    vg_buf out;
    vg_buf_init(&out, EXPRESSION_BYTES);
    for (size_t i = 0; expressions && i < pattern_count; i++) {
        vg_buf_clear(&out);
        if (text_pattern_parse(&parsed, vg_str_of(pattern[i].text), NULL, &err)) exit(1);
        text_pattern_write(&parsed, &out);
        expressions[i] = strdup(out.ptr);
    }
    vg_buf_free(&out);
    return expressions;
}

/* They build their automata while they match: half of the messages come before the clock starts, the other half once. */
static void measure_other(const char *name, foreign_side *side, double ours)
{
    size_t hits = 0, half = FOREIGN_MESSAGES / 2;
    if (!side) {
        printf("%-24s not built in, or it refuses the patterns\n", name);
        return;
    }
    for (size_t i = 0; i < half; i++) sink += foreign_side_match(side, normal[i], normal_len[i]);
    double begin = now_ns();
    for (size_t i = half; i < FOREIGN_MESSAGES; i++) hits += foreign_side_match(side, normal[i], normal_len[i]);
    double ns = (now_ns() - begin) / (double)(FOREIGN_MESSAGES - half);
    printf("%-24s %8.0f ns  %25.3f M/s  %.1f %% with a hit; %.1f times Vigie's fold+scan\n", name, ns, 1e3 / ns,
           100.0 * (double)hits / (double)(FOREIGN_MESSAGES - half), ns / ours);
}

int main(int argc, char **argv)
{
    const char *path = argc > 1 && argv[1][0] != '-' ? argv[1] : "policy";
    size_t want = argc > 2 && strcmp(argv[argc - 2], "--patterns") == 0 ? (size_t)strtoul(argv[argc - 1], NULL, 10) : PATTERNS;
    vg_error err = {0};
    vg_policy_set *set = NULL;
    vg_text_engine *engine = NULL;
    vg_text_scratch *scratch = NULL;
    if (vg_policy_set_load(&set, path, &err)) {
        fprintf(stderr, "text_bench: %s: %s\n", err.where, err.what);
        return 1;
    }
    const vg_policy *policy = vg_policy_set_at(set, 0);
    take_patterns(policy, want);
    size_t bytes[SORTS] = {0};
    for (size_t i = 0; i < MESSAGES; i++) {
        make_message(policy, i);
        for (int s = 0; s < SORTS; s++) bytes[s] += message_len[s][i] = strlen(message[s][i]);
    }
    print_processor();
    vg_text_sources sources = vg_text_sources_of(policy);
    sources.patterns = pattern;
    sources.pattern_count = pattern_count;
    measure_start(sources, &engine);
    printf("messages of %zu, %zu and %zu bytes\n", bytes[0] / MESSAGES, bytes[1] / MESSAGES, bytes[2] / MESSAGES);
    if (vg_text_scratch_create(&scratch, &err) || vg_text_scratch_fit(scratch, engine, &err)) return 1;
    static const char *const names[2][SORTS] = {{"fold, ASCII", "fold, accents", "fold, disguised"},
                                                {"fold+scan, ASCII", "fold+scan, accents", "fold+scan, disguised"}};
    double ours = 0;
    for (int what = 0; what < 2; what++) {
        for (int sort = 0; sort < SORTS; sort++) {
            double ns = measure(names[what][sort], what ? SCAN : FOLD, sort, engine, scratch);
            if (what && sort == PLAIN) ours = ns;
        }
    }

    for (size_t i = 0; i < FOREIGN_MESSAGES; i++) {
        vg_str text = vg_str_of(message[PLAIN][i]);
        size_t room = text_spelled_room(text.len) + TEXT_GATE_ROOM;
        normal[i] = malloc(room);
        if (!normal[i]) return 1;
        normal_len[i] = vg_text_normalise(engine, text, normal[i], room, NULL);
    }
    char **expressions = write_expressions();
    if (!expressions) return 1;
    foreign_side *pcre = foreign_pcre2_create(expressions, pattern_count), *re2 = foreign_re2_create(expressions, pattern_count);
    measure_other("PCRE2 JIT, matching only", pcre, ours);
    measure_other("RE2::Set, matching only", re2, ours);
    foreign_side_destroy(pcre);
    foreign_side_destroy(re2);
    vg_text_scratch_destroy(&scratch);
    vg_text_engine_destroy(&engine);
    vg_policy_set_unref(&set);
    return 0;
}
