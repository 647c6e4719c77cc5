/* SPDX-License-Identifier: Apache-2.0 */
#include "generate.h"

#include <stdio.h>
#include "base/time.h"

static const char *const ordinary[] = {
    "salut, tu joues ce soir ?", "on refait la carte du volcan apres manger", "good game everyone, that last round was close",
    "j'ai fini mes devoirs, je me connecte dans dix minutes", "anyone up for a quick match before dinner?",
    "le nouveau patch a change les degats de l'arc", "mdr t'as vu la fin, on etait a deux points",
    "can you heal me next time, I was stuck behind the wall", "bonne nuit tout le monde, a demain",
    "Le prof de maths a donn\xc3\xa9 trois exercices pour lundi, c'est beaucoup", "trade you two crystals for the blue shield",
    "my team needs one more defender, we start at eight", "tu as regarde le match hier, quel but incroyable",
    "je crois que mon micro marche plus, vous m'entendez ?", "nice build! how long did the tower take you?",
    "attends j'arrive, ma s\xc5\x93ur prend l'ordi", "we should practice the second level again, the jump is hard",
    "on fait une pause et on reprend a neuf heures", "who has the map for the winter event?", "bravo pour la victoire, bien joue a tous"};
static const char *const risky[] = {
    "tu as quel age au fait ?", "dis le a personne, c'est notre secret", "do your parents check your phone?",
    "tu as snap ? on sera plus tranquilles la bas", "envoie moi une photo de toi", "send me a picture of you",
    "if you don't do it I will tell everyone", "on pourrait se voir samedi, sans le dire a tes parents",
    "I can send you some coins if you want, just between us", "t'es vraiment pas comme les autres, je te trouve trop belle",
    "non j'ai pas envie, arrete", "moi j'ai 13 ans et toi", "ajoute moi sur insta @joueur_du_volcan", "where do you live, which school?",
    "cap ou pas cap de le faire ?"};
/* What opens a talk: most people find words of their own, some send the same to everybody. */
static const char *const openings[] = {"salut, je t'ai vu jouer hier soir et tu te debrouilles vraiment bien, on fait equipe ?",
    "hi there, you look nice and I would love to get to know you better, are you around tonight?"};
static const char *const known = "515784e15c3943a98d0e012b32112d12f46c63ae7a793b88b9126da60983407c";
enum { ORDINARY = sizeof ordinary / sizeof ordinary[0], RISKY = sizeof risky / sizeof risky[0] };

static uint64_t next(vg_generator *g) /* splitmix64 */
{
    uint64_t z = (g->state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}
static uint32_t below(vg_generator *g, uint32_t n) { return (uint32_t)((next(g) >> 32) * n >> 32); }

void vg_generator_init(vg_generator *g, uint64_t seed, uint32_t accounts, uint32_t conversations, int64_t start_ms)
{
    *g = (vg_generator){.state = seed, .accounts = accounts, .conversations = conversations, .start_ms = start_ms,
                        .step_us = 1000, .case_per_10000 = 65, .run = "b"};
}

/* One account in four is an adult; every thirty-second of those is one that the risky lines come from. */
static const char *band_of(uint32_t n)
{
    static const char *const bands[8] = {"13-14", "15-17", "under13", "18-24", "15-17", "13-14", "25+", "unknown"};
    return bands[n % 8];
}
static uint32_t adult(vg_generator *g) { return below(g, g->accounts / 8) * 8 + 6; }
static uint32_t minor(vg_generator *g) { return below(g, g->accounts / 8) * 8 + below(g, 3); }

static void head(vg_generator *g, vg_buf *out, const char *type, uint32_t actor)
{
    char when[25];
    vg_time_format(g->start_ms + (int64_t)g->count * g->step_us / 1000, when);
    vg_buf_add_cstr(out, "{\"specversion\":\"1.0\",\"id\":\"");
    vg_buf_add_cstr(out, g->run);
    vg_buf_add_char(out, '-');
    vg_buf_add_u64(out, g->count++);
    vg_buf_add_cstr(out, "\",\"source\":\"/spaces/lobby\",\"type\":\"vigie.");
    vg_buf_add_cstr(out, type);
    vg_buf_add_cstr(out, "\",\"subject\":\"player-");
    vg_buf_add_u64(out, actor);
    vg_buf_add_cstr(out, "\",\"time\":\"");
    vg_buf_add_cstr(out, when);
    vg_buf_add_cstr(out, "\",\"data\":{");
}

void vg_generator_account(vg_generator *g, uint32_t n, vg_buf *out)
{
    head(g, out, "account", n);
    vg_buf_printf(out, "\"age_band\":\"%s\",\"age_basis\":\"declared\",\"created\":\"2026-01-05\",\"country\":\"FR\",\"language\":\"fr\"}}",
                  band_of(n));
}

static void recipient(vg_buf *out, uint32_t n)
{
    vg_buf_add_cstr(out, "\"to\":[\"player-");
    vg_buf_add_u64(out, n);
    vg_buf_add_cstr(out, "\"]");
}

static void message(vg_generator *g, vg_buf *out, bool risk)
{
    /* A conversation's two people follow from its number, so that it has a course. */
    uint32_t conversation = below(g, g->conversations), kind = risk ? 0 : conversation % 6;
    uint64_t people = (conversation + 1) * 0x9e3779b97f4a7c15u;
    uint32_t a = (uint32_t)(people >> 32) % g->accounts, b = (uint32_t)people % g->accounts;
    bool turn = next(g) & 1;
    if (risk) {
        a = adult(g) / 256 * 256 + 6;
        b = minor(g);
        turn = false;
    }
    head(g, out, "message", turn ? b : a);
    vg_buf_add_cstr(out, risk ? "\"conversation\":\"risk-" : "\"conversation\":\"room-");
    vg_buf_add_u64(out, risk ? a * 1000003ull + b : conversation);
    vg_buf_add_cstr(out, "\",");
    if (kind < 3) {
        vg_buf_add_cstr(out, "\"channel\":\"private\",");
        recipient(out, turn ? a : b);
        vg_buf_add_char(out, ',');
    } else if (kind < 5) {
        vg_buf_printf(out, "\"channel\":\"group\",\"to\":[\"player-%u\",\"player-%u\"],", turn ? a : b, (a + b) % g->accounts);
    }
    vg_buf_add_cstr(out, "\"text\":");
    uint32_t roll = below(g, 400);
    const char *text = roll < 2 ? risky[below(g, RISKY)] : roll < 4 ? openings[roll & 1] : ordinary[below(g, ORDINARY)];
    vg_buf_add_json_str(out, vg_str_of(risk ? risky[4 + below(g, 3)] : text));
    vg_buf_add_cstr(out, "}}");
}

static void media(vg_generator *g, vg_buf *out, bool risk)
{
    char hex[65];
    uint32_t actor = risk ? adult(g) / 256 * 256 + 6 : below(g, g->accounts);
    for (int i = 0; i < 8; i++) snprintf(hex + 8 * i, 9, "%08x", (uint32_t)next(g));
    head(g, out, "media", actor);
    vg_buf_printf(out, "\"conversation\":\"room-%u\",\"channel\":\"group\",\"to\":[\"player-%u\",\"player-%u\"],\"hashes\":[{\"algorithm\":\"sha256\",\"value\":\"%s\"}]}}",
                  below(g, g->conversations), minor(g), minor(g), risk ? known : hex);
}

void vg_generator_next(vg_generator *g, vg_buf *out)
{
    bool risk = below(g, 10000) < g->case_per_10000;
    uint32_t roll = below(g, 1000);
    if (risk && roll < 500) message(g, out, true);
    else if (risk) media(g, out, true);
    else if (roll < 900) message(g, out, false);
    else if (roll < 920) media(g, out, false);
    else if (roll < 950) vg_generator_account(g, below(g, g->accounts), out);
    else if (roll < 999) {
        head(g, out, "contact", below(g, g->accounts));
        vg_buf_printf(out, "\"to\":\"player-%u\",\"kind\":\"%s\"}}", below(g, g->accounts), roll & 1 ? "request" : "accept");
    } else {
        uint32_t reporter = minor(g);
        head(g, out, "notice", reporter);
        vg_buf_printf(out, "\"about\":\"player-%u\",\"reason\":\"harassment\"}}", below(g, g->accounts));
    }
}
