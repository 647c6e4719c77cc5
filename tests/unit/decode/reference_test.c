/* SPDX-License-Identifier: Apache-2.0
 *
 * The reference's images through a real worker: equal hash and quality, in all eight orientations.
 */
#include "fixture.h"

#include <stdio.h>

enum {
    /* with profile pytx every pixel is kept; without it only the samples that profile cpp looks at */
    WHOLE = VG_WANT_DIGESTS | VG_WANT_PDQ_CPP | VG_WANT_PDQ_PYTX | VG_WANT_TURNS,
    SAMPLED = VG_WANT_PDQ_CPP | VG_WANT_TURNS,
};

static const char *folder;

static bool decode_file(const char *name, unsigned want, vg_decoded *out)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/images/%s", folder, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool good = TAP_OK(fd >= 0, "%s is there", name) && ask_fd(fd, want, NULL, out);
    if (fd >= 0) close(fd);
    return good;
}

static unsigned distance(const uint8_t *hash, const char *text)
{
    uint8_t other[32];
    return vg_hex_decode(other, 32, (vg_str){text, 64}) ? vg_pdq_distance(hash, other) : 256;
}

/* Where our pixels are not the reference's, and so some bits may not be. */
static const struct {
    const char *name;
    unsigned cpp, pytx;
    const char *why;
} differs[] = {
    {"misc-images/modes/1.png", 0, 256, "profile pytx of the reference hashes the values 0 and 1; here black and white are 0 and 255"},
    {"misc-images/modes/P.png", 0, 256, "profile pytx of the reference hashes palette indices; here the colours"},
    {"misc-images/modes/CMYK.jpg", 0, 256, "profile pytx of the reference takes C, M, Y for R, G, B; here inks become colours"},
};

static void allowed(const char *name, unsigned *cpp, unsigned *pytx)
{
    *cpp = *pytx = 0;
    for (size_t i = 0; i < sizeof differs / sizeof *differs; i++)
        if (strcmp(differs[i].name, name) == 0) {
            *cpp = differs[i].cpp;
            *pytx = differs[i].pytx;
            printf("# %s: %s\n", name, differs[i].why);
        }
}

static void check_list(const char *list, unsigned want, vg_pdq_profile profile, bool dihedral)
{
    char path[4096], line[2048];
    snprintf(path, sizeof path, "%s/%s", folder, list);
    FILE *f = fopen(path, "re");
    if (!TAP_OK(f != NULL, "%s is there", list)) return;
    for (int n = 0; fgets(line, sizeof line, f); n++) {
        char *field[16], *rest = line;
        int fields = 0;
        while (fields < 16 && (field[fields] = strsep(&rest, ",\n")) != NULL) fields++;
        if (n == 0 || fields < 3) continue;
        unsigned limit[2], worst = 0;
        vg_decoded out;
        allowed(field[0], &limit[0], &limit[1]);
        if (!decode_file(field[0], want, &out)) continue;
        for (int t = 0; t < (dihedral ? VG_TURNS : 1); t++) {
            unsigned d = distance(out.pdq[profile][t], field[1 + t]);
            if (d > worst) worst = d;
        }
        TAP_OK(out.has_pdq[profile] && worst <= limit[profile], "%s %s: %s, %u bits away, at most %u", list, field[0], out.format, worst,
               limit[profile]);
        if (worst > limit[profile]) printf("# got %s, expected %s; %s\n", hex(out.pdq[profile][0]), field[1], out.note);
        if (limit[profile] < 256) TAP_EQ_INT(out.quality[profile], atoi(field[dihedral ? 9 : 2]), "quality");
    }
    fclose(f);
}

/* Not bit-exact, and said to be: how far is it? */
static void luma_only(void)
{
    static const char *const names[] = {"bridge-mods/aaa-orig.jpg", "bridge-mods/high-saturation.jpg", "bridge-mods/shrink-a-lot.jpg",
                                        "misc-images/wee.jpg", "misc-images/modes/RGB.jpg"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        vg_decoded exact, luma;
        uint8_t hash[32];
        if (!decode_file(names[i], VG_WANT_PDQ_CPP, &exact)) continue;
        memcpy(hash, exact.pdq[VG_PDQ_CPP][VG_TURN_NONE], 32);
        if (!decode_file(names[i], VG_WANT_PDQ_CPP | VG_WANT_LUMA_ONLY, &luma)) continue;
        unsigned d = vg_pdq_distance(hash, luma.pdq[VG_PDQ_CPP][VG_TURN_NONE]);
        TAP_OK(luma.has_pdq[VG_PDQ_CPP] && d <= 10, "%s: luma alone is %u bits away", names[i], d);
    }
}

int main(void)
{
    folder = getenv("VIGIE_SHARED_MEDIA") ? getenv("VIGIE_SHARED_MEDIA") : VG_TEST_MEDIA;
    if (access(folder, R_OK) != 0) {
        printf("1..0 # SKIP no reference media at %s\n", folder);
        return 0;
    }
    if (!set_up(1)) return tear_down();
    check_list("pdq-expected.csv", SAMPLED, VG_PDQ_CPP, false);
    check_list("pdq-expected.csv", WHOLE, VG_PDQ_CPP, false);
    check_list("pdq-expected-dihedral.csv", SAMPLED, VG_PDQ_CPP, true);
    check_list("pdq-expected-dihedral.csv", WHOLE, VG_PDQ_CPP, true);
    check_list("pdq-expected-fullres.csv", WHOLE, VG_PDQ_PYTX, false);
    luma_only();
    return tear_down();
}
