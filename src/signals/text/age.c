/* SPDX-License-Identifier: Apache-2.0
 *
 * The age in a statement of one's age: its number, in digits or written out.
 *
 * Numbers up to twenty in French, English, Spanish, Tagalog and Cebuano (which count ages in Spanish, too), as they look
 * folded: a letter repeated counts once. Only words inside a pattern of the family are read, so that "once" and "six" are
 * numbers here whatever they mean elsewhere.
 */
#include "signals/text/text_int.h"

enum { AGE_LEAST = 5, AGE_MOST = 99, AGE_DIGITS = 3 };

typedef struct number_word {
    const char *word;
    uint8_t value;
} number_word;

static const number_word numbers[] = {
    {"anim", 6},         {"apat", 4},       {"bente", 20},      {"catorce", 14},   {"cinco", 5},        {"cinq", 5},
    {"cuatro", 4},       {"dalawampu", 20}, {"deux", 2},        {"dieciocho", 18}, {"dieciseis", 16},   {"diecinueve", 19},
    {"diecisiete", 17},  {"dies", 10},      {"diez", 10},       {"disinuebe", 19}, {"disinwebe", 19},   {"disiotso", 18},
    {"disisais", 16},    {"disisiete", 17}, {"disisyete", 17},  {"dix", 10},       {"doce", 12},        {"dose", 12},
    {"douze", 12},       {"eight", 8},      {"eighten", 18},    {"eleven", 11},    {"fiften", 15},      {"five", 5},
    {"four", 4},         {"fourten", 14},   {"huit", 8},        {"isa", 1},        {"katorse", 14},     {"kinse", 15},
    {"labindalawa", 12}, {"labing", 10},    {"labinganim", 16}, {"labingapat", 14}, {"labingisa", 11},  {"labinlima", 15},
    {"labinpito", 17},   {"labimpito", 17}, {"labinsiyam", 19}, {"labintatlo", 13}, {"labinwalo", 18},  {"labingwalo", 18},
    {"lima", 5},         {"napulo", 10},    {"neuf", 9},        {"nine", 9},       {"nineten", 19},     {"nueve", 9},
    {"ocho", 8},         {"once", 11},      {"onse", 11},       {"onze", 11},      {"pito", 7},         {"quatorze", 14},
    {"quatre", 4},       {"quince", 15},    {"quinze", 15},     {"sampu", 10},     {"seis", 6},         {"seize", 16},
    {"sept", 7},         {"seven", 7},      {"seventen", 17},   {"siete", 7},      {"six", 6},          {"sixten", 16},
    {"siyam", 9},        {"ten", 10},       {"thirten", 13},    {"trece", 13},     {"treize", 13},      {"trese", 13},
    {"twelve", 12},      {"twenty", 20},    {"veinte", 20},     {"vingt", 20},     {"walo", 8},
};

static unsigned value_of(const char *word, size_t len)
{
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (strlen(numbers[i].word) == len && memcmp(numbers[i].word, word, len) == 0) return numbers[i].value;
    return 0;
}

static bool plausible(unsigned age)
{
    return age >= AGE_LEAST && age <= AGE_MOST;
}

uint8_t text_stated_age(const char *folded, size_t begin, size_t end)
{
    bool digits = false;
    unsigned written = 0, before = 0; /* the first one written out; of the word before */
    for (size_t at = begin + 1; at < end;) {
        size_t len = 0;
        unsigned number = 0;
        while (at + len < end && folded[at + len] != ' ') len++;
        if (folded[at] >= '0' && folded[at] <= '9') {
            digits = true;
            for (size_t i = 0; i < len && i <= AGE_DIGITS; i++) number = number * 10 + (unsigned)(folded[at + i] - '0');
            if (len <= AGE_DIGITS && plausible(number)) return (uint8_t)number;
        }
        number = value_of(folded + at, len);
        if (before == 10 && number > 0 && number < 10) written = 10 + number; /* "dix sept", "labing apat" */
        else if (!plausible(written) && number) written = number;
        before = number;
        at += len + 1;
    }
    return !digits && plausible(written) ? (uint8_t)written : 0;
}
