/* SPDX-License-Identifier: Apache-2.0
 *
 * Hash and quality of the conformance images, at each CPU level: files_test FOLDER, where FOLDER holds pdq-expected*.csv.
 */
#include <stdlib.h>
#include "files.h"
#include "tap.h"

static const char *const levels[] = {"none", "sse4", "avx2"};
enum { LEVELS = 3, FIELDS = 12 };

static void text_of(const uint8_t hash[32], char text[65])
{
    for (size_t i = 0; i < 32; i++) snprintf(text + 2 * i, 3, "%02x", hash[i]);
}

/* Fields of one line of CSV (no quotes in these), in place. */
static size_t split(char *line, char *field[FIELDS])
{
    size_t n = 0;
    line[strcspn(line, "\r\n")] = 0;
    for (char *rest = line; rest && n < FIELDS;) field[n++] = strsep(&rest, ",");
    return n;
}

/* turns: columns 1..8 are hashes, in the order of the file; else column 1 alone. */
static void check_image(const char *folder, char *field[FIELDS], size_t n, vg_pdq_profile profile, bool turns)
{
    static const vg_turn order[] = {VG_TURN_NONE,   VG_TURN_ROT90,  VG_TURN_ROT180,    VG_TURN_ROT270,
                                    VG_TURN_FLIP_X, VG_TURN_FLIP_Y, VG_TURN_FLIP_PLUS, VG_TURN_FLIP_MINUS};
    char path[4096], text[65];
    const char *why_not;
    vg_pixels pixels;
    const size_t hashes = turns ? VG_TURNS : 1;
    snprintf(path, sizeof path, "%s/images/%s", folder, field[0]);
    if (n < hashes + 2) {
        TAP_OK(0, "%s: the line of expected values has %zu fields", field[0], n);
        return;
    }
    if (!files_read(path, profile == VG_PDQ_PYTX, &pixels, &why_not)) {
        TAP_OK(1, "%s # SKIP %s: left to the tests of the decoder", field[0], why_not);
        return;
    }
    for (size_t l = 0; l < LEVELS; l++) {
        vg_pdq got;
        if (!vg_pdq_cpu_set(levels[l])) continue;
        int result = vg_pdq_hash(&pixels, profile, turns, &got, NULL);
        size_t wrong = result ? hashes : 0;
        for (size_t t = 0; !result && t < hashes; t++) {
            text_of(got.hash[order[t]], text);
            if (strcmp(text, field[1 + t]) != 0) {
                wrong++;
                printf("# %s: got %s, expected %s\n", vg_turn_names[order[t]], text, field[1 + t]);
            }
        }
        TAP_OK(!wrong, "%s, %zux%zu, %s, %s: %zu hashes", field[0], pixels.width, pixels.height,
               vg_pdq_profile_names[profile], levels[l], hashes);
        TAP_EQ_INT(got.quality, atoi(field[1 + hashes]), "quality");
    }
    free((void *)pixels.bytes);
}

static void check_list(const char *folder, const char *name, vg_pdq_profile profile, bool turns)
{
    char path[4096], line[4096], *field[FIELDS];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *list = fopen(path, "r");
    if (!list) {
        TAP_OK(1, "%s # SKIP the conformance material is not there (%s)", name, folder);
        return;
    }
    size_t lines = 0;
    while (fgets(line, sizeof line, list))
        if (lines++) check_image(folder, field, split(line, field), profile, turns);
    fclose(list);
    TAP_OK(lines > 10, "%s has %zu lines", name, lines);
}

int main(int argc, char **argv)
{
    const char *folder = argc > 1 ? argv[1] : "../shared/media";
    check_list(folder, "pdq-expected.csv", VG_PDQ_CPP, false);
    check_list(folder, "pdq-expected-dihedral.csv", VG_PDQ_CPP, true);
    check_list(folder, "pdq-expected-fullres.csv", VG_PDQ_PYTX, false);
    return tap_done();
}
