/* SPDX-License-Identifier: Apache-2.0
 *
 * The small good policy in a temporary directory, and a way to spoil one line of it.
 */
#ifndef VG_TESTS_UNIT_SPACE_FIXTURE_H
#define VG_TESTS_UNIT_SPACE_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "good_files.h"

static void write_file(const char *path, const char *text, size_t len)
{
    FILE *f = fopen(path, "w");
    if (!f || fwrite(text, 1, len, f) != len || fclose(f) != 0) {
        perror(path);
        exit(2);
    }
}

static void write_good_files(void)
{
    char phrases[4096];
    write_good_phrases(phrases, sizeof phrases);
    write_file("policy/spaces/lobby.yaml", good_space, strlen(good_space));
    write_file("policy/lexicon/fr.yaml", good_lexicon, strlen(good_lexicon));
    write_file("policy/spelling/fr.yaml", good_spelling, strlen(good_spelling));
    write_file("policy/phrases.yaml", phrases, strlen(phrases));
    write_file("policy/bank.txt", good_bank, strlen(good_bank));
}

/* A fresh directory that the process moves into, with the good policy in policy/. */
static void enter_fixture(char dir[64])
{
    snprintf(dir, 64, "/tmp/vigie-space-XXXXXX");
    if (!mkdtemp(dir) || chdir(dir) != 0 || mkdir("policy", 0700) || mkdir("policy/spaces", 0700) ||
        mkdir("policy/lexicon", 0700) || mkdir("policy/spelling", 0700)) {
        perror(dir);
        exit(2);
    }
    write_good_files();
}

static void leave_fixture(const char *dir)
{
    static const char *const files[] = {"policy/spaces/lobby.yaml", "policy/spaces/other.yaml",
                                        "policy/lexicon/fr.yaml",   "policy/phrases.yaml",
                                        "policy/bank.txt",          "policy/spelling/fr.yaml",
                                        "policy/spelling/more.yaml", "policy/spelling",
                                        "policy/spaces",            "policy/lexicon",
                                        "policy"};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) remove(files[i]);
    if (chdir("/") != 0 || rmdir(dir) != 0) printf("# %s was not removed\n", dir);
}

/* Writes the good file with the first `find` replaced; NULL `find` replaces everything. */
__attribute__((unused)) static void spoil(const char *path, const char *find, const char *put)
{
    static char text[1 << 16], spoilt[1 << 16];
    FILE *f = fopen(path, "r");
    size_t len = f ? fread(text, 1, sizeof text - 1, f) : 0;
    if (f) fclose(f);
    text[len] = 0;
    char *at = find ? strstr(text, find) : text;
    if (!at) {
        printf("Bail out! no \"%s\" in %s\n", find, path);
        exit(2);
    }
    size_t cut = find ? strlen(find) : len;
    int n = snprintf(spoilt, sizeof spoilt, "%.*s%s%s", (int)(at - text), text, put, at + cut);
    write_file(path, spoilt, (size_t)n);
}

#endif
