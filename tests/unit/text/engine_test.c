/* SPDX-License-Identifier: Apache-2.0
 *
 * Scanning: families found, places in bytes of the message as it was sent, evidence, and what goes wrong.
 */
#include "signals/text/text_int.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "tap.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Families are numbered without gaps, kinds of evidence are not. */
enum { STATEMENT = VG_TEXT_AGE_STATEMENT - VG_TEXT_LOCATION_PROBING + VG_TEXT_FAMILIES_FIRST };

static const vg_policy_pattern patterns[] = {
    {VG_TEXT_AGE_PROBING, 6000, "[tu as|t'as] quel âge", "fr"},
    {VG_TEXT_AGE_PROBING, 3000, "moi 13 ans et toi", "fr"},
    {VG_TEXT_SECRECY, 8000, "[ne] [le] dis * à personne", "fr"},
    {VG_TEXT_SECRECY, 7000, "notre secret", "fr"},
    {VG_TEXT_MOVING_APP, 5000, "[viens|ajoute moi|add me] [sur|on] [snap|insta|whatsapp]", "fr"},
    {VG_TEXT_MOVING_APP, 2000, "snap", "fr"},
    {VG_TEXT_PICTURE_REQUEST, 7000, "[envoie|montre] [moi] une photo", "fr"},
    {VG_TEXT_PICTURE_REQUEST, 4000, "une photo", "fr"},
    {VG_TEXT_SUPERVISION_PROBING, 7000, "your parents [are] home", "en"},
    {VG_TEXT_ISOLATION, 5000, "никому не говори", "ru"},
    {VG_TEXT_GIFT_OFFER, 5000, "1000 v-bucks (gratuits)", "fr"},
    {STATEMENT, 8000, "[j'ai|jai] [#|treize|dix-sept] ans", "fr"},
    {STATEMENT, 6000, "[i am|i'm] [#|twelve|thirteen|fifteen|here]", "en"},
    {STATEMENT, 6000, "tengo quince años", "es"},
    {STATEMENT, 6000, "labing-apat na taong gulang", "tl"},
    {STATEMENT, 6000, "[f|girl] #", "en"},
    {STATEMENT, 6000, "# f", "en"},
    {VG_TEXT_MEETING_REQUEST, 6000, "demain chez toi", "fr"},
    {VG_TEXT_ISOLATION, 6000, "dis t'inquiète", "fr"},
    {VG_TEXT_GIFT_OFFER, 6000, "oh tkt", "fr"},
    {VG_PATTERN_REPORTING, 7000, "si quelqu'un te dit", "fr"},
};

/* Chat spelling and emoji, sorted. */
static const vg_policy_spelling spelling[] = {
    {"2m1", "demain"}, {"dem1", "demain"}, {"g", "j ai"}, {"jtm", "je t aime"}, {"tkt", "t inquiete pas"}, {"tof", "photo"},
    {"ya", "il y a"},  {"📷", "une photo"}, {"🤫", "secret"},
};

static int create(vg_text_engine **out, const vg_policy_pattern *of, size_t count, vg_error *err)
{
    vg_text_sources sources = {of, count, spelling, COUNT(spelling), NULL};
    return vg_text_engine_create(out, &sources, err);
}

static vg_text_engine *engine;
static vg_text_scratch *scratch;
static vg_text_hits hits;

static void scan(const char *text)
{
    if (!vg_text_scan(engine, scratch, vg_str_of(text), &hits)) TAP_OK(false, "scan failed: %s", text);
}

/* The message has exactly one hit: this pattern, on these bytes. */
static void finds(const char *text, int pattern, const char *place)
{
    scan(text);
    const char *at = strstr(text, place);
    vg_span s = hits.count ? hits.hit[0].span : (vg_span){0, 0};
    bool right = hits.count == 1 && at && hits.hit[0].pattern == pattern &&
                 hits.hit[0].family == patterns[pattern].family && s.from == (uint32_t)(at - text) &&
                 s.to == (uint32_t)(at - text + (ptrdiff_t)strlen(place)) &&
                 hits.families == 1U << patterns[pattern].family;
    TAP_OK(right, "\"%s\" in \"%s\"", place, text);
    if (!right)
        printf("# got %u hits, pattern %d, bytes %u-%u \"%.*s\"\n", hits.count,
               hits.count ? hits.hit[0].pattern : -1, s.from, s.to, (int)(s.to - s.from), text + s.from);
}

static void finds_nothing(const char *text)
{
    scan(text);
    TAP_OK(hits.count == 0 && hits.families == 0, "nothing in \"%s\"", text);
    if (hits.count) printf("# got pattern %d at %u\n", hits.hit[0].pattern, hits.hit[0].span.from);
}

static void test_places(void)
{
    finds("tu as quel âge ?", 0, "tu as quel âge");
    finds("T'as QUEL âââge???", 0, "T'as QUEL âââge");
    finds("moi j'ai 13ans hein", 11, "j'ai 13ans");
    finds("J’ai 13 ans.", 11, "J’ai 13 ans");
    finds("👋 coucou, envoie-moi une photo📹 stp", 6, "envoie-moi une photo");
    finds("👨‍👩‍👧 montre une photo…", 6, "montre une photo");
    finds("m0ntr3 un3 ph0t0", 6, "m0ntr3 un3 ph0t0");
    finds("allez env\xE2\x80\x8Bo\xE2\x80\x8Bie une pho\xC2\xADto\xE2\x80\x8B ok", 6,
          "env\xE2\x80\x8Bo\xE2\x80\x8Bie une pho\xC2\xADto\xE2\x80\x8B");
    finds("vas sur s n a p ok", 5, "s n a p");
    finds("vas sur s.n.a.p", 5, "s.n.a.p");
    finds("é è ê 𝓼𝓷𝓪𝓹 oui", 5, "𝓼𝓷𝓪𝓹");
    finds("tu as snаp ?", 5, "snаp"); /* Cyrillic a */
    finds("e\xCC\x81tait sn\xCC\xB6"
          "a\xCC\xB6p\xCC\xB6!",
          5,
          "sn\xCC\xB6"
          "a\xCC\xB6p\xCC\xB6");
    finds("viens donc, ne le dis surtout pas à personne, hein", 2, "ne le dis surtout pas à personne");
    finds("Никому не говори!", 9, "Никому не говори");
    finds("gagne 1000 V-Bucks gratuits ici", 10, "1000 V-Bucks gratuits");
    finds("your parents home?", 8, "your parents home");
}

static void test_boundaries(void)
{
    finds_nothing("");
    finds_nothing("bonjour tout le monde");
    finds_nothing("snapdragon et resnap");
    finds_nothing("tu as quel agenda");
    finds_nothing("dis le moi ou bien alors surtout pas à personne");
    finds_nothing("une   pho to");
}

static void test_several(void)
{
    scan("t'as quel âge ? viens sur insta, c'est notre secret, envoie une photo");
    TAP_EQ_INT(hits.count, 4, "four families, one place each");
    static const int want[] = {0, 4, 3, 6};
    for (uint32_t i = 0; i < hits.count && i < COUNT(want); i++)
        TAP_OK(hits.hit[i].pattern == want[i], "in order of place: pattern %u is %d", hits.hit[i].pattern,
               want[i]);
    scan("notre secret, notre secret");
    TAP_EQ_INT(hits.count, 2, "two places of one pattern");
    scan("snap snap snap snap snap snap snap snap snap snap snap snap t'as quel âge");
    TAP_EQ_INT(hits.families, 1U << VG_TEXT_MOVING_APP | 1U << VG_TEXT_AGE_PROBING,
               "a flood hides no family");
    TAP_OK(hits.count <= VG_HITS_MAX, "and stays within %d hits (%u)", VG_HITS_MAX, hits.count);
}

static void states(const char *text, int age)
{
    scan(text);
    TAP_EQ_INT(hits.stated_age, age, text);
}

static void test_stated_age(void)
{
    finds("moi 13ans et toi", 1, "moi 13ans et toi");
    finds("moi jai 12ans et toi", 11, "jai 12ans");
    states("j'ai 12 ans", 12);
    states("J’ai 9ans!", 9);
    states("jai treize ans", 13);
    states("j'ai dix-sept ans", 17);
    states("i am thirteen", 13);
    states("i'm fifteeeen", 15);
    states("tengo quince años", 15);
    states("labing-apat na taong gulang ako", 14);
    states("14f ici", 14);
    states("f 13", 13);
    states("j'ai 4 ans", 0);
    states("j'ai 100 ans", 0);
    states("j'ai 2013 ans", 0);
    states("i am here", 0);
    states("bonjour, 13 ans", 0);
    states("i am here, j'ai 12 ans", 12); /* the weaker one says it */
    states("f 200 girl 14", 14);
    states("j'ai 15 ans, i am twelve", 15); /* the stronger of two */
    scan("j'ai 15 ans");
    vg_evidence ev[VG_EVIDENCE_KINDS];
    size_t count = 0;
    vg_text_evidence(&hits, ev, &count);
    TAP_EQ_INT(count, 0, "an age is no evidence");
    scan("bonjour");
    TAP_EQ_INT(hits.stated_age, 0, "and is not remembered from the message before");
}

/* What was written is what is shown, whatever it was read as. */
static void test_spelling(void)
{
    finds("envoie une tof stp", 6, "envoie une tof");
    finds("envoie 📷 stp", 6, "envoie 📷");
    finds("envoie📷stp", 6, "envoie📷");
    finds("montre 📷🏽\xEF\xB8\x8F!", 6, "montre 📷");
    finds("g 13 ans", 11, "g 13 ans");
    finds("g13ans hein", 11, "g13ans");
    finds("notre 🤫🤫 ok", 3, "notre 🤫");
    finds("notre 🤫", 3, "notre 🤫");
    finds("T O F : envoie une t o f", 6, "envoie une t o f");
    finds("tk7, une photo", 7, "une photo");
    finds("ok dem1 chez toi", 17, "dem1 chez toi");
    finds("2m1 chez toi", 17, "2m1 chez toi");
    finds("tu dis tkt toi", 18, "dis tkt"); /* the match ends inside of what it stands for */
    finds("oh tkt", 19, "oh tkt");
    finds_nothing("gg 13 points, tofu, 📹");
}

static void note_pattern(void *context, uint16_t pattern)
{
    *(uint32_t *)context |= UINT32_C(1) << pattern;
}

/* A scan keeps the best places of each family; who tends a lexicon wants to know of every pattern. */
static void test_each(void)
{
    uint32_t found = 0;
    TAP_OK(vg_text_each(engine, scratch, VG_STR("Ajoute-moi sur snap, envoie une photo"), note_pattern, &found), "every pattern");
    TAP_EQ_INT(found, 1 << 4 | 1 << 5 | 1 << 6 | 1 << 7, "also those within another of their family");
    found = 0;
    TAP_OK(vg_text_each(engine, scratch, VG_STR("tkt tof"), note_pattern, &found) && found == 0, "none where none is");
    TAP_OK(vg_text_each(engine, scratch, VG_STR("une tof"), note_pattern, &found), "chat spelling is undone");
    TAP_EQ_INT(found, 1 << 7, "before patterns are looked for");
}

static void test_flood_of_families(void)
{
    char text[VG_EVENT_MAX_TEXT + 100];
    size_t n = 0;
    while (n + 120 < VG_EVENT_MAX_TEXT - 100)
        n += (size_t)snprintf(text + n, sizeof text - n, "snap notre secret une photo quoi ");
    n += (size_t)snprintf(text + n, sizeof text - n, "envoie une photo t'as quel âge ");
    scan(text);
    uint32_t seen = 0;
    for (uint32_t i = 0; i < hits.count; i++) seen |= 1U << hits.hit[i].family;
    TAP_EQ_INT(hits.count, VG_HITS_MAX, "as many hits as there is room for");
    TAP_EQ_INT(seen, hits.families, "each family has a hit");
    TAP_OK(hits.families >> VG_TEXT_AGE_PROBING & 1, "the last words of a long message count");
    bool strongest = false;
    for (uint32_t i = 0; i < hits.count; i++) strongest |= hits.hit[i].pattern == 6;
    TAP_OK(strongest, "and the strongest pattern of a family is kept, late as it came");

    memset(text, 'x', sizeof text);
    memcpy(text + VG_EVENT_MAX_TEXT - 5, " snap notre secret", 18);
    text[sizeof text - 1] = '\0';
    scan(text);
    TAP_OK(hits.count == 1 && hits.hit[0].pattern == 5 && hits.hit[0].span.to == VG_EVENT_MAX_TEXT,
           "bytes over the limit are ignored");
}

static void test_evidence(void)
{
    vg_evidence ev[VG_EVIDENCE_KINDS];
    size_t count = 0;
    const char *text = "une photo stp, envoie moi une photo, notre secret";
    scan(text);
    vg_text_evidence(&hits, ev, &count);
    TAP_EQ_INT(count, 2, "one piece of evidence for each family");
    TAP_EQ_INT(ev[0].kind, VG_TEXT_SECRECY, "in order of family");
    TAP_EQ_INT(ev[1].kind, VG_TEXT_PICTURE_REQUEST, "picture request");
    TAP_EQ_INT(ev[1].strength, 7000, "its strongest pattern counts");
    TAP_EQ_INT(ev[1].detail, 6, "and is named");
    TAP_EQ_INT(ev[1].span.from, strstr(text, "envoie") - text, "with its own place");
    TAP_EQ_INT(ev[1].value, 2, "value: places in this message");
    TAP_OK(ev[0].fresh && ev[1].fresh, "fresh");
    vg_text_hits none = {0};
    vg_text_evidence(&none, ev, &count);
    TAP_EQ_INT(count, 2, "no hits add nothing");
}

/* Who warns says the sentence of somebody else. */
static void test_reporting(void)
{
    scan("si quelqu'un te dit notre secret ou j'ai 13 ans");
    TAP_OK(hits.reporting && hits.count == 2, "what is reported is found, and the turn of phrase is no finding of its own");
    TAP_EQ_INT(hits.hit[0].strength, 3500, "a request counts half");
    TAP_EQ_INT(hits.hit[1].strength, 8000, "what is said of oneself is left as it is");
    TAP_EQ_INT(hits.stated_age, 13, "... and so is the age");
    scan("si quelqu'un te dit bonjour");
    TAP_OK(!hits.families && !hits.count, "alone it finds nothing");
    scan("notre secret");
    TAP_OK(!hits.reporting && hits.hit[0].strength == 7000, "the next message counts in full");
}

static void test_errors(void)
{
    vg_error err = {0};
    vg_text_engine *other = NULL;
    vg_policy_pattern bad[] = {patterns[0], {VG_TEXT_SECRECY, 1, "garde [le secret", "fr"}};
    TAP_EQ_INT(create(&other, bad, 2, &err), -VG_EINVAL, "a wrong pattern");
    TAP_EQ_STR(err.where, "pattern 1: garde [le secret", "is named");
    TAP_EQ_STR(err.what, "column 7: \"[\" without \"]\"", "with the column");
    TAP_OK(other == NULL, "and nothing is left");
    bad[1] = (vg_policy_pattern){99, 1, "notre secret", "fr"};
    TAP_EQ_INT(create(&other, bad, 2, &err), -VG_EINVAL, "a family that is none");

    TAP_EQ_INT(create(&other, NULL, 0, &err), 0, "no patterns are fine");
    TAP_EQ_INT(vg_text_scratch_fit(scratch, other, &err), 0, "and need no scratch");
    TAP_OK(vg_text_scan(other, scratch, VG_STR("notre secret"), &hits) && hits.count == 0,
           "and find nothing");
    vg_text_engine_destroy(&other);

    vg_text_scratch *empty = NULL;
    vg_text_scratch_create(&empty, &err);
    TAP_OK(!vg_text_scan(engine, empty, VG_STR("notre secret"), &hits),
           "a scratch that was not fitted is refused");
    vg_text_scratch_destroy(&empty);
}

/* Alternatives and stars without end are refused before anything is compiled. */
static void test_bomb(void)
{
    enum { BOMBS = 2000 };
    static vg_policy_pattern bombs[BOMBS];
    static char text[512];
    size_t n = (size_t)snprintf(text, sizeof text, "debut * ");
    for (int k = 0; k < 28; k++) n += (size_t)snprintf(text + n, sizeof text - n, "[la|le|%c|do] ", 'a' + k % 20);
    for (size_t i = 0; i < BOMBS; i++) bombs[i] = (vg_policy_pattern){VG_TEXT_SECRECY, 5000, text, "fr"};
    vg_error err = {0};
    vg_text_engine *other = NULL;
    TAP_EQ_INT(create(&other, bombs, BOMBS, &err), -VG_EINVAL, "a lexicon that would compile for minutes is refused");
    TAP_OK(strncmp(err.where, "pattern 8", 9) == 0 && strstr(err.what, "too many alternatives"), "at the pattern with which it is too much: %.12s: %s",
           err.where, err.what);
}

/* What each stage leaves of messages that are made to cost: sizes, which is what the next stage works on. */
static void leaves(const char *what, const char *piece, size_t total, size_t most)
{
    static char text[1 << 20];
    size_t each = strlen(piece), n = 0, len;
    for (; n + each <= total; n += each) memcpy(text + n, piece, each);
    bool done = vg_text_scan(engine, scratch, (vg_str){text, n}, &hits);
    vg_text_normalised(scratch, &len);
    TAP_OK(done && len <= most && hits.count <= VG_HITS_MAX, "%s: %zu bytes leave %zu, at most %zu", what, n, len, most);
}

static void test_costly_messages(void)
{
    enum { MIB = 1 << 20, MOST = VG_EVENT_MAX_TEXT };
    leaves("a megabyte of combining marks", "\xCC\xB6", MIB, 1);
    leaves("a megabyte of hidden characters", "\xE2\x80\x8B", MIB, 1);
    leaves("a megabyte of words is cut", "mot ", MIB, MOST + 2);
    leaves("one letter", "a", MOST, 3);
    leaves("one letter with a mark", "a\xCC\x81", MOST, 3);
    leaves("blanks", " ", MOST, 1);
    leaves("single letters", "x ", MOST, 3);
    leaves("digits and letters", "a1", MOST, MOST + 2);
    leaves("words of the spelling table", "tkt ", MOST, 4 * MOST + 2);
    leaves("the shortest word of the table", "ya ", MOST, 3 * MOST);
    leaves("emoji of the table", "📷", MOST, 3 * MOST);
    leaves("beginnings of patterns", "envoie moi ", MOST, MOST + 2);
    leaves("beginnings with a star", "dis la la la ", MOST, MOST + 2);
    leaves("whole patterns", "notre secret ", MOST, MOST + 2);
    leaves("bytes that are no text", "\xFF\xFE", MOST, 1);

    static char text[MIB];
    memset(text, 0, sizeof text);
    size_t n = (size_t)snprintf(text, sizeof text, "notre secret");
    for (; n + 2 < sizeof text; n += 2) memcpy(text + n, "\xCC\xB6", 2);
    vg_text_scan(engine, scratch, (vg_str){text, n}, &hits);
    TAP_OK(hits.count == 1 && hits.hit[0].span.to <= MOST, "what stands before the flood is found");
}

static vg_text_engine *share(vg_text_engine *with, const vg_policy_pattern *of, size_t count, const vg_policy_spelling *words,
                             size_t word_count)
{
    vg_text_sources sources = {of, count, words, word_count, NULL};
    return vg_text_engine_share(with, &sources);
}

static void test_sharing(void)
{
    size_t n = COUNT(patterns), words = COUNT(spelling);
    vg_text_engine *same = share(engine, patterns, n, spelling, words);
    TAP_OK(same == engine, "the same sources share an engine");
    vg_text_engine_destroy(&same);
    finds("c'est notre secret", 3, "notre secret");
    TAP_OK(!share(engine, patterns, n - 1, spelling, words), "one pattern less does not");
    vg_policy_pattern other[COUNT(patterns)];
    memcpy(other, patterns, sizeof other);
    other[3].text = "nos secrets";
    TAP_OK(!share(engine, other, n, spelling, words), "nor another text");
    memcpy(other, patterns, sizeof other);
    other[3].strength++;
    TAP_OK(!share(engine, other, n, spelling, words), "nor another strength");
    TAP_OK(!share(engine, patterns, n, spelling, words - 1), "nor one spelling less");
    TAP_OK(!share(engine, patterns, n, NULL, 0), "nor none");
    vg_policy_spelling changed[COUNT(spelling)];
    memcpy(changed, spelling, sizeof changed);
    changed[0].to = "demains";
    TAP_OK(!share(engine, patterns, n, changed, words), "nor another meaning");
    TAP_OK(!share(NULL, patterns, n, spelling, words), "nor no engine at all");
}

static void test_allocations(void)
{
    scan("notre secret");
    vg_alloc_fail_at(0);
    for (int i = 0; i < 100; i++)
        scan("t'as quel âge ? viens sur insta, c'est notre secret, envoie une photo");
    TAP_EQ_INT(vg_alloc_count(), 0, "scanning allocates nothing");

    size_t failed = 0, wrong = 0;
    for (size_t n = 1; n < 1000; n++) {
        vg_error err = {0};
        vg_text_engine *other = NULL;
        vg_text_scratch *mine = NULL;
        vg_alloc_fail_at(n);
        int rc = create(&other, patterns, COUNT(patterns), &err);
        if (!rc) rc = vg_text_scratch_create(&mine, &err);
        if (!rc) rc = vg_text_scratch_fit(mine, other, &err);
        bool happened = vg_alloc_failed();
        vg_alloc_fail_at(0);
        if (happened) failed++;
        if (happened && rc != -VG_ENOMEM) wrong++;
        if (!happened && rc) wrong++;
        vg_text_scratch_destroy(&mine);
        vg_text_engine_destroy(&other);
        if (!happened) break;
    }
    TAP_OK(failed > 10, "allocations were made to fail one after the other (%zu)", failed);
    TAP_EQ_INT(wrong, 0, "each is out of memory, and nothing else");
}

/* The worst patterns the language allows still compile and are placed. */
static void test_worst_patterns(void)
{
    enum { WORST = 20 };
    static char text[WORST][520];
    vg_policy_pattern worst[WORST];
    for (int i = 0; i < WORST; i++) {
        size_t n = (size_t)snprintf(text[i], sizeof text[i], "debut%c * ", 'a' + i);
        for (int k = 0; k < 12; k++)
            n += (size_t)snprintf(text[i] + n, sizeof text[i] - n, "[la|le|la le|ci ca do|la la] ");
        n += (size_t)snprintf(text[i] + n, sizeof text[i] - n, "* [xi] * [yo] fin * a bout");
        worst[i] = (vg_policy_pattern){VG_TEXT_SECRECY, 5000, text[i], "fr"};
    }
    vg_error err = {0};
    vg_text_engine *other = NULL;
    TAP_EQ_INT(create(&other, worst, WORST, &err), 0, "the worst patterns compile");
    if (err.code) printf("# %s: %s\n", err.where, err.what);
    if (other) vg_text_scratch_fit(scratch, other, &err);
    const char *found = "oui debutb zo la le la le la le la le la le la le la le zut fin a bout non";
    TAP_OK(other && vg_text_scan(other, scratch, vg_str_of(found), &hits) && hits.count == 1 &&
               hits.hit[0].span.from == 4,
           "and are placed");
    vg_text_engine_destroy(&other);
}

int main(void)
{
    vg_error err = {0};
    if (create(&engine, patterns, COUNT(patterns), &err) ||
        vg_text_scratch_create(&scratch, &err) || vg_text_scratch_fit(scratch, engine, &err)) {
        TAP_OK(false, "%s: %s", err.where, err.what);
        return tap_done();
    }
    test_places();
    test_boundaries();
    test_several();
    test_stated_age();
    test_spelling();
    test_each();
    test_flood_of_families();
    test_evidence();
    test_reporting();
    test_errors();
    test_bomb();
    test_costly_messages();
    test_sharing();
    test_allocations();
    test_worst_patterns();
    vg_text_scratch_destroy(&scratch);
    vg_text_engine_destroy(&engine);
    return tap_done();
}
