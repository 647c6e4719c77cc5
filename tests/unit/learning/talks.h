/* SPDX-License-Identifier: Apache-2.0
 *
 * Made-up talks in French and English, at the level of a prevention guide: some in which one person asks for age, secrecy, a
 * picture, another app; others about games and school. For tests only; figures from them say nothing.
 */
#ifndef VG_TESTS_LEARNING_TALKS_H
#define VG_TESTS_LEARNING_TALKS_H

#include <stdlib.h>

#include "base/alloc.h"
#include "learning/corpus.h"
#include "tap.h"

static uint64_t talk_state = 88172645463325252U;
__attribute__((unused)) static uint32_t talk_random(uint32_t below)
{
    talk_state ^= talk_state << 13;
    talk_state ^= talk_state >> 7;
    talk_state ^= talk_state << 17;
    return (uint32_t)((talk_state >> 32) % below);
}

static const char *const talk_risk[2][8] = {
    {"tu as quel âge au fait ?", "ne le dis à personne, c'est notre secret", "tes parents regardent ton téléphone ?", "viens sur une autre appli on sera tranquilles",
     "envoie moi une photo de toi", "tu es plus mature que les autres", "je peux t'offrir des pièces pour le jeu", "on pourrait se voir rien que nous deux"},
    {"how old are you by the way?", "do not tell anybody, this is our secret", "do your parents check your phone?", "come over to another app where it is quiet",
     "send me a picture of you", "you are so mature for your age", "i can buy you coins for the game", "we could meet, just the two of us"}};
static const char *const talk_plain[2][8] = {
    {"on joue ce soir après les devoirs ?", "le boss du niveau trois est trop dur", "tu as fini l'exercice de maths ?", "demain il y a match au stade",
     "mon équipe a gagné hier", "le serveur rame encore", "bonne chance pour le contrôle", "tu prends quelle carte ?"},
    {"shall we play tonight after homework?", "the boss of level three is too hard", "did you finish the maths exercise?", "there is a match at the stadium tomorrow",
     "my team won yesterday", "the server is slow again", "good luck for the test", "which map do you take?"}};

__attribute__((unused)) static void talk_add(vg_buf *out, unsigned number, bool risk, unsigned language, unsigned messages)
{
    vg_buf_printf(out, "{\"id\":\"t%u\",\"language\":\"%s\",\"risk\":%s,\"authors\":[{\"name\":\"a%u\",\"risk\":%s},{\"name\":\"b%u\"}],\"messages\":[",
                  number, language ? "en-GB" : "fr", risk ? "true" : "false", number, risk ? "true" : "false", number);
    for (unsigned m = 0; m < messages; m++) {
        bool first = m % 2 == 0;
        const char *text = (first && risk && m ? talk_risk : talk_plain)[language][talk_random(8)];
        vg_buf_printf(out, "%s{\"author\":\"%c%u\",\"text\":\"%s\"}", m ? "," : "", first ? 'a' : 'b', number, text);
    }
    vg_buf_add_cstr(out, "]}\n");
}

/* One risk talk in three. */
__attribute__((unused)) static void talk_corpus(vg_corpus *out, unsigned count, unsigned messages)
{
    vg_buf lines;
    vg_error err = {0};
    vg_corpus_options options = {.format = VG_CORPUS_JSONL};
    vg_buf_init(&lines, 64 << 20);
    for (unsigned i = 0; i < count; i++) talk_add(&lines, i, i % 3 == 0, i / 3 % 2, messages);
    if (vg_corpus_read(out, (vg_str){lines.ptr, lines.len}, "made", &options, &err)) TAP_OK(0, "the corpus reads: %s %s", err.where, err.what);
    vg_buf_free(&lines);
}

#endif
