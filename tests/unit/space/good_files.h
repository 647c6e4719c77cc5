/* SPDX-License-Identifier: Apache-2.0
 *
 * A small good policy as text: what the unit test spoils line by line, and where the fuzz target begins.
 */
#ifndef VG_TESTS_UNIT_SPACE_GOOD_FILES_H
#define VG_TESTS_UNIT_SPACE_GOOD_FILES_H

#include <stdio.h>

static const char good_space[] = "space: lobby\n"                                                     /* 1 */
                                 "title: {fr: Le hall, en: The lobby}\n"                              /* 2 */
                                 "audience: players\n"                                                /* 3 */
                                 "assumed_age: unknown\n"                                             /* 4 */
                                 "scan:\n"                                                            /* 5 */
                                 "  public: yes\n"                                                    /* 6 */
                                 "  group: yes\n"                                                     /* 7 */
                                 "  private: yes\n"                                                   /* 8 */
                                 "legal_basis:\n"                                                     /* 9 */
                                 "  text: a law\n"                                                    /* 10 */
                                 "  source: https://example.org/law\n"                                /* 11 */
                                 "  until: 2027-04-03\n"                                              /* 12 */
                                 "weights:\n"                                                         /* 13 */
                                 "  age_probing: 0.1\n"                                               /* 14 */
                                 "  supervision_probing: 20%\n"                                       /* 15 */
                                 "  secrecy: 0.3\n"                                                   /* 16 */
                                 "  moving_app: 0.4\n"                                                /* 17 */
                                 "  isolation: .5\n"                                                  /* 18 */
                                 "  gift_offer: 0.6\n"                                                /* 19 */
                                 "  picture_request: 0.7\n"                                           /* 20 */
                                 "  meeting_request: 0.8\n"                                           /* 21 */
                                 "  threat: 0.9\n"                                                    /* 22 */
                                 "  age_gap: 1\n"                                                     /* 23 */
                                 "  fan_out_24h: 12.34%\n"                                            /* 24 */
                                 "  fan_out_7d: 0.1\n"                                                /* 25 */
                                 "  unreciprocated: 0.1\n"                                            /* 26 */
                                 "  initiative: 0.1\n"                                                /* 27 */
                                 "  escalation: 0.1\n"                                                /* 28 */
                                 "  new_account: 0.1\n"                                               /* 29 */
                                 "  night: 0\n"                                                       /* 30 */
                                 "  moved_private: 0.1\n"                                             /* 31 */
                                 "  known_hash: 1\n"                                                  /* 32 */
                                 "  user_report: 1\n"                                                 /* 33 */
                                 "  similar_hash: 0.9\n"                                              /* 34 */
                                 "  location_probing: 0.20\n" /* 35 */
                                 "  flattery: 0.21\n" /* 36 */
                                 "  payment_request: 0.22\n" /* 37 */
                                 "  dare: 0.23\n" /* 38 */
                                 "  age_statement: 0.24\n" /* 39 */
                                 "  help_seeking: 0.25\n" /* 40 */
                                 "  model: 0.26\n" /* 41 */
                                 "  course: 0.27\n" /* 42 */
                                 "  speed: 0.28\n" /* 43 */
                                 "  persistence: 0.29\n" /* 44 */
                                 "  asymmetry: 0.30\n" /* 45 */
                                 "  early_move: 0.31\n" /* 46 */
                                 "  same_opening: 0.32\n" /* 47 */
                                 "  stage_share: 0.33\n" /* 48 */
                                 "  linked_accounts: 0.34\n" /* 49 */
                                 "  operator: 0.35\n" /* 50 */
                                 "alone: [threat, known_hash]\n"                                      /* 51 */
                                 "relations:\n"                                                       /* 52 */
                                 "  adult_to_minor: 1\n"                                              /* 53 */
                                 "  unknown_to_minor: 0.8\n"                                          /* 54 */
                                 "  minor_to_minor: 0.25\n"                                           /* 55 */
                                 "  adult_to_unknown: 0.5\n"                                          /* 56 */
                                 "  adult_to_adult: 0.1\n"                                            /* 57 */
                                 "  minor_to_adult: 0.2\n"                                            /* 58 */
                                 "thresholds: {nudge: 0.3, review: 0.6, hold: 0.8}\n"                 /* 59 */
                                 "half_life: 7 days\n"                                                /* 60 */
                                 "conduct:\n"                                                         /* 61 */
                                 "  fan_out_24h: 4\n"                                                 /* 62 */
                                 "  fan_out_7d: 10\n"                                                 /* 63 */
                                 "  unreciprocated: 5\n"                                              /* 64 */
                                 "  initiative_share: 80%\n"                                          /* 65 */
                                 "  initiative_messages: 20\n"                                        /* 66 */
                                 "  escalation_times: 2.5\n"                                          /* 67 */
                                 "  escalation_messages: 30\n"                                        /* 68 */
                                 "  new_account: 72 hours\n"                                          /* 69 */
                                 "  night_from: \"22:00\"\n"                                          /* 70 */
                                 "  night_to: \"06:30\"\n"                                            /* 71 */
                                 "  utc_offset: \"-03:30\"\n"                                         /* 72 */
                                 "  course_stages: 3\n" /* 73 */
                                 "  speed: 1 day\n" /* 74 */
                                 "  persistence: 2\n" /* 75 */
                                 "  asymmetry: 8\n" /* 76 */
                                 "  early_move: 10\n" /* 77 */
                                 "  same_opening: 3\n" /* 78 */
                                 "  stage_share: 50%\n" /* 79 */
                                 "  stage_share_talks: 4\n" /* 80 */
                                 "  linked_accounts: 1\n" /* 81 */
                                 "context: {messages: 20, age: 90 minutes}\n"                         /* 82 */
                                 "retention: {memory: 4 weeks, cases: 180 days, audit: 3 years}\n"    /* 83 */
                                 "review_within: 1 day\n"                                             /* 84 */
                                 "lexicons: [../lexicon/fr.yaml]\n"                                   /* 85 */
                                 "phrases: ../phrases.yaml\n"                                         /* 86 */
                                 "banks:\n"                                                           /* 87 */
                                 "  - {name: demo, file: ../bank.txt, category: A, effect: block}\n"  /* 88 */
                                 "media: {max_file: 200 MB, max_pixels: 50 megapixels, max_frames: 600, decode_time: 1 minute,\n" /* 89 */
                                 "  decode_cpu: 20 s, decode_memory: 1 GB, keep_upload: 10 minutes}\n" /* 90 */
                                 "spelling: [../spelling/fr.yaml]\n"; /* 91 */

static const char good_lexicon[] = "language: fr\n"                                    /* 1 */
                                   "families:\n"                                       /* 2 */
                                   "  threat:\n"                                       /* 3 */
                                   "    description: {fr: menace, en: threat}\n"       /* 4 */
                                   "    sources: [a guide]\n"                          /* 5 */
                                   "    patterns:\n"                                   /* 6 */
                                   "      - any_of:\n"                                 /* 7 */
                                   "          - \"sinon [moi] je * [publie|poste]\"\n" /* 8 */
                                   "  secrecy:\n"                                      /* 9 */
                                   "    description: {fr: secret, en: secret}\n"       /* 10 */
                                   "    sources: [a guide, a book]\n"                  /* 11 */
                                   "    patterns:\n"                                   /* 12 */
                                   "      - strength: 0.8\n"                           /* 13 */
                                   "        any_of:\n"                                 /* 14 */
                                   "          - notre secret\n"                        /* 15 */
                                   "          - garde [le|la|] pour toi\n"             /* 16 */
                                   "    examples: [c'est notre secret]\n"              /* 17 */
                                   "    counter_examples: [salle secrète]\n";          /* 18 */

static const char good_spelling[] = "language: fr\n"              /* 1 */
                                    "words:\n"                     /* 2 */
                                    "  tkt: t inquiete pas\n"      /* 3 */
                                    "  dem1: demain\n"             /* 4 */
                                    "  2m1: demain\n"              /* 5 */
                                    "emoji:\n"                     /* 6 */
                                    "  \"📷\": emocamera\n";       /* 7 */

static const char good_bank[] =
    "# two, one of them twice\n"                                                      /* 1 */
    "sha256 ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\n"       /* 2 */
    "md5 00112233445566778899AABBCCDDEEFF\r\n"                                        /* 3 */
    "\n"                                                                              /* 4 */
    "  sha256 0000000000000000000000000000000000000000000000000000000000000001 # x\n" /* 5 */
    "md5 00112233445566778899aabbccddeeff";                                           /* 6 */

static const char *const evidence_names[] = {
    "age_probing",     "supervision_probing", "secrecy",    "moving_app",  "isolation",   "gift_offer",
    "picture_request", "meeting_request",     "threat",     "age_gap",     "fan_out_24h", "fan_out_7d",
    "unreciprocated",  "initiative",          "escalation", "new_account", "night",       "moved_private",
    "known_hash",      "user_report",         "similar_hash",
    "location_probing", "flattery", "payment_request", "dare", "age_statement", "refusal", "help_seeking", "model", "course", "speed", "persistence", "asymmetry", "early_move", "same_opening", "stage_share", "linked_accounts", "operator"};

/* Lines 1 to 39 are the evidence, 40 to 45 the verdicts, 46 and 47 the rest. */
static void write_good_phrases(char *out, size_t size)
{
    size_t n = (size_t)snprintf(out, size, "evidence:\n");
    for (size_t i = 0; i < sizeof evidence_names / sizeof evidence_names[0]; i++)
        n += (size_t)snprintf(out + n, size - n, "  %s: {fr: \"{value} f%zu\", en: \"{value} e%zu\"%s}\n",
                              evidence_names[i], i, i,
                              i == 10  ? ", one: {fr: un, en: one}"
                              : i == 9 ? ", short: {fr: \"un écart de {value} ans\", en: \"a gap of {value}\", one: {fr: un écart, en: a gap}}"
                                       : "");
    n += (size_t)snprintf(
        out + n, size - n,
        "verdicts:\n  allow: {fr: a, en: a}\n  nudge: {fr: n, en: n}\n  review: {fr: r, en: r}\n"
        "  hold: {fr: h, en: h}\n  block: {fr: b, en: b}\n");
    snprintf(out + n, size - n,
             "nudge_message: {fr: Prends ton temps., en: Take your time.}\nnot_scanned: {fr: non, en: no}\n");
}

#endif
