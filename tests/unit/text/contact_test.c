/* SPDX-License-Identifier: Apache-2.0
 *
 * Contact addresses found by their form, what they are equal to, and what only looks like one.
 */
#include "signals/text/text_int.h"

#include "tap.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const vg_policy_pattern patterns[] = {
    {VG_TEXT_MOVING_APP, 9000, "[ajoute|add] [moi|me] [sur|on] [snap|insta] c est marie 13", "fr"},
    {VG_TEXT_SECRECY, 7000, "notre secret", "fr"},
};

static vg_text_engine *engine;
static vg_text_scratch *scratch;
static vg_text_hits hits;

static void scan(const char *text)
{
    if (!vg_text_scan(engine, scratch, vg_str_of(text), &hits)) TAP_OK(false, "scan failed: %s", text);
}

/* One address, on these bytes. */
static void finds(const char *text, const char *place)
{
    scan(text);
    const char *at = strstr(text, place);
    const vg_text_hit *h = &hits.hit[0];
    bool right = hits.count == 1 && at && h->family == VG_TEXT_MOVING_APP && h->pattern == UINT16_MAX && h->strength > 0 &&
                 h->span.from == (uint32_t)(at - text) && h->span.to == h->span.from + (uint32_t)strlen(place) &&
                 hits.families == 1U << VG_TEXT_MOVING_APP;
    TAP_OK(right, "\"%s\" in \"%s\"", place, text);
    for (uint32_t i = 0; !right && i < hits.count; i++)
        printf("# got %u-%u \"%.*s\" pattern %u\n", hits.hit[i].span.from, hits.hit[i].span.to,
               (int)(hits.hit[i].span.to - hits.hit[i].span.from), text + hits.hit[i].span.from, hits.hit[i].pattern);
}

static void finds_nothing(const char *text)
{
    scan(text);
    TAP_OK(hits.count == 0 && hits.token_count == 0, "nothing in \"%s\"", text);
    if (hits.count)
        printf("# got \"%.*s\"\n", (int)(hits.hit[0].span.to - hits.hit[0].span.from), text + hits.hit[0].span.from);
}

static void test_numbers(void)
{
    finds("appelle 0612345678 stp", "0612345678");
    finds("mon num 06 12 34 56 78", "06 12 34 56 78");
    finds("06.12.34.56.78!", "06.12.34.56.78");
    finds("06-12-34-56-78", "06-12-34-56-78");
    finds("c'est le O6 12 34 56 78", "O6 12 34 56 78");
    finds("0612 345 678 voila", "0612 345 678");
    finds("fixe : 01 45 67 89 12.", "01 45 67 89 12");
    finds("+33 6 12 34 56 78", "+33 6 12 34 56 78");
    finds("+33 (0)6 12 34 56 78", "+33 (0)6 12 34 56 78");
    finds("0033612345678", "0033612345678");
    finds("text +63 917 123 4567 ok", "+63 917 123 4567");
    finds("0917 123 4567", "0917 123 4567");
    finds("555-123-4567", "555-123-4567");
    finds("zero six douze trente quatre cinquante six soixante dix huit", "zero six douze trente quatre cinquante six soixante dix huit");
    finds("c'est zéro six, douze, quatre-vingt-dix, vingt et un, dix, merci", "zéro six, douze, quatre-vingt-dix, vingt et un, dix");
    finds("zero seven nine one two three four five six seven", "zero seven nine one two three four five six seven");
}

static void test_no_numbers(void)
{
    static const char *const ordinary[] = {
        "le 06/12/2026 à 18h30",
        "06.12.2026 18:30:45",
        "2026-12-06 06:12:34",
        "ça coûte 1 200 000 pièces",
        "12345678 points",
        "+10000000 coins",
        "+15000000000 xp",
        "score 10-12, 06-07, 21-19, 25-23",
        "192.168.100.254:25565",
        "viens sur 185.12.34.56",
        "version 1.20.4.061234567",
        "coords -1234.5678 / 64.0 / 5678.1234",
        "dans le fichier a0612345678b ou x_0612345678",
        "0123456789",
        "commande 784512369874512369",
        "mon id 123456789012345678",
        "1 2 3 4 5 6 7 8 9 10 11",
        "06 12 34 56 78 90 12",
        "0,612345678",
        "$0612345678",
        "zero pointe, zero envie, deux trois parties",
        "un deux trois quatre cinq six sept huit neuf dix",
        "2024/2025 2025/2026",
    };
    for (size_t i = 0; i < COUNT(ordinary); i++) finds_nothing(ordinary[i]);
}

static void test_names(void)
{
    finds("mon snap: marie_13", "snap: marie_13");
    finds("insta = marie.13", "insta = marie.13");
    finds("snap -> mariedu33", "snap -> mariedu33");
    finds("mon insta c'est marie_13 !", "insta c'est marie_13");
    finds("mon snap c'est mariette", "snap c'est mariette");
    finds("my snap is mariette", "snap is mariette");
    finds("insta marie_13", "insta marie_13");
    finds("s n a p : marie_13", "s n a p : marie_13");
    finds("Sn@pchat: mariette.", "Sn@pchat: mariette");
    finds("discord : mariette", "discord : mariette");
    finds("viens insta @mariette", "insta @mariette");
    finds("marie_13 sur snap", "marie_13 sur snap");
    finds("ajoute @mariette_13 stp", "@mariette_13");
    finds("tu peux add moi @mariette", "@mariette");
    finds("mariette#1234", "mariette#1234");
    finds("mp moi mariette#0042 ok", "mariette#0042");
    finds("écris à marie.dupont@gmail.com", "marie.dupont@gmail.com");
    finds("tu peux scanner, scanne mon QR code", "scanne mon QR");
    finds("scan my qr", "scan my qr");
}

static void test_no_names(void)
{
    static const char *const ordinary[] = {
        "@mariette t'es là ?",
        "merci @mariette et @paul",
        "gg @paul bien joué",
        "tu as snap ?",
        "t'as insta non.moi oui",
        "mon snap est bloqué",
        "snap c'est mieux",
        "discord c'est cool, on y va",
        "discord: non",
        "insta marche pas",
        "whatsapp plante depuis hier",
        "on se parle sur discord",
        "viens à 14h sur snap",
        "j'ai 13ans sur snap",
        "ticket#1234",
        "room#1234 svp",
        "couleur #123456",
        "support@vigie.example",
        "contact@jeu.example.org",
        "1@2 3/4 5/6",
        "le code qr de la cantine",
        "et/ou oui/non",
        "https://example.org/discord",
        "instagram.com/reel/abcdef",
        "lol @ tous",
        "discord 1.20.4",
    };
    for (size_t i = 0; i < COUNT(ordinary); i++) finds_nothing(ordinary[i]);
}

static void test_links(void)
{
    finds("https://discord.gg/AbC123 viens", "discord.gg/AbC123");
    finds("discord.com/invite/AbC123", "discord.com/invite/AbC123");
    finds("snapchat.com/add/mariette", "snapchat.com/add/mariette");
    finds("https://www.snapchat.com/add/mariette?share=1", "www.snapchat.com/add/mariette");
    finds("instagram.com/mariette", "instagram.com/mariette");
    finds("t.me/mariette", "t.me/mariette");
    finds("wa.me/33612345678", "wa.me/33612345678");
    finds("chat.whatsapp.com/AbCdEf123", "chat.whatsapp.com/AbCdEf123");
    finds("tiktok.com/@mariette", "tiktok.com/@mariette");
}

static uint64_t token_of(const char *text)
{
    scan(text);
    return hits.token_count == 1 ? hits.token[0] : 0;
}

static void same(const char *a, const char *b)
{
    uint64_t left = token_of(a), right = token_of(b);
    TAP_OK(left && left == right, "the same address: \"%s\", \"%s\"", a, b);
}

static void test_tokens(void)
{
    same("0612345678", "appelle 06 12 34 56 78 ce soir");
    same("0612345678", "+33 6 12 34 56 78");
    same("0612345678", "+33 (0)6-12-34-56-78 ok");
    same("06.12.34.56.78", "0033612345678");
    same("0612345678", "wa.me/33612345678");
    same("0612345678", "zéro six douze trente quatre cinquante six soixante dix huit");
    same("mon snap: Marie_13", "snap @marie_13");
    same("mon snap: marie_13", "www.snapchat.com/add/marie_13");
    same("discord.gg/AbC", "discord.com/invite/abc");
    TAP_OK(token_of("snap: marie_13") != token_of("insta: marie_13"), "not on two apps");
    TAP_OK(token_of("0612345678") != token_of("0612345679"), "not of two people");
    TAP_EQ_INT(token_of("mon snap c'est mariette"), 0, "a word that may be none has no token");
    TAP_EQ_INT(token_of("scanne mon qr"), 0, "nor has a code");
    scan("0612345678 ou 06 12 34 56 78, snap: marie_13");
    TAP_EQ_INT(hits.token_count, 2, "each address once");
    TAP_EQ_INT(hits.count, 3, "but each place");
    scan("0611111112 0611111113 0611111114 0611111115 0611111116 0611111117");
    TAP_EQ_INT(hits.token_count, VG_TOKENS_MAX, "as many as there is room for");
    TAP_EQ_INT((long long)text_hash_bytes("tel:612345678", 13), (long long)0xa6dced1e5954e387ULL, "the hash stays as it is: it is on people's disks");
}

/* What the lexicon names comes first. */
static void test_beside_lexicon(void)
{
    scan("ajoute moi sur snap c'est marie_13");
    TAP_OK(hits.count == 1 && hits.token_count == 1, "a pattern that covers the address is the hit, the token stays");
    TAP_EQ_INT(hits.hit[0].pattern, 0, "its pattern is named");
    scan("notre secret, snap: mariette");
    TAP_EQ_INT(hits.count, 2, "beside another family, both");
    vg_evidence ev[VG_EVIDENCE_KINDS];
    size_t count = 0;
    vg_text_evidence(&hits, ev, &count);
    TAP_OK(count == 2 && ev[0].kind != ev[1].kind, "and both are evidence");
}

/* Long messages that are nothing but beginnings of addresses. */
static void test_floods(void)
{
    static char text[VG_EVENT_MAX_TEXT + 1];
    static const char *const pieces[] = {"@", "/", "#", "0", "06 ", "+", "a@", "a#1234 ", "snap ", "qr ", "zero ", "zero six ", ".", "t.me/", "(0)", "o6", "add @", "snap: "};
    for (size_t k = 0; k < COUNT(pieces); k++) {
        size_t each = strlen(pieces[k]), n = 0;
        for (; n + each < sizeof text; n += each) memcpy(text + n, pieces[k], each);
        text[n] = '\0';
        scan(text);
        bool inside = hits.count <= VG_HITS_MAX;
        for (uint32_t i = 0; i < hits.count; i++) inside &= hits.hit[i].span.from < hits.hit[i].span.to && hits.hit[i].span.to <= n;
        TAP_OK(inside, "16 KiB of \"%s\"", pieces[k]);
    }
}

int main(void)
{
    vg_error err = {0};
    vg_text_sources sources = {.patterns = patterns, .pattern_count = COUNT(patterns)};
    if (vg_text_engine_create(&engine, &sources, &err) || vg_text_scratch_create(&scratch, &err) ||
        vg_text_scratch_fit(scratch, engine, &err)) {
        TAP_OK(false, "no engine: %s: %s", err.where, err.what);
        return tap_done();
    }
    test_numbers();
    test_no_numbers();
    test_names();
    test_no_names();
    test_links();
    test_tokens();
    test_beside_lexicon();
    test_floods();
    vg_text_scratch_destroy(&scratch);
    vg_text_engine_destroy(&engine);
    return tap_done();
}
