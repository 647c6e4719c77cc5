/* SPDX-License-Identifier: Apache-2.0
 *
 * gen-dct: writes the matrix of PDQ's cosine transform, float32 as the reference has it, and what the short cut of
 * signals/media/pdq/tent.c needs to bound its error. Runs once, at build time.
 *
 *   D[f][x] = (float)((double)s * cos(((pi / 2) / 64) * (f + 1) * (2 x + 1))),  s = (float)sqrt(2 / 64)
 *
 * in double and from left to right. The tables of bounds are explained in tent.c. Usage: gen-dct OUTPUT.h
 */
#include <math.h>
#include <stdio.h>

#ifndef M_PI
#define M_PI 3.14159265358979323846
#endif

enum { SIDE = 512, SMALL = 64, FREQUENCIES = 16 };

static float dct(int f, int x)
{
    double angle = ((M_PI / 2.0) / 64.0) * (f + 1) * (2 * x + 1);
    return (float)((double)(float)sqrt(2.0 / 64.0) * cos(angle));
}

static void write_matrix(FILE *out, int transposed)
{
    fprintf(out, "const float vg_pdq_dct%s = {\n", transposed ? "_across[64][16]" : "[16][64]");
    for (int a = 0; a < (transposed ? SMALL : FREQUENCIES); a++) {
        fprintf(out, "    {");
        for (int b = 0; b < (transposed ? FREQUENCIES : SMALL); b++)
            fprintf(out, "%s%af", b ? ", " : "", (double)(transposed ? dct(b, a) : dct(a, b)));
        fprintf(out, "},\n");
    }
    fprintf(out, "};\n");
}

static void write_row(FILE *out, const char *name, const double values[FREQUENCIES])
{
    fprintf(out, "static const float %s[16] = {", name);
    for (int f = 0; f < FREQUENCIES; f++) fprintf(out, "%s%.9gf", f ? ", " : "", values[f]);
    fprintf(out, "};\n");
}

int main(int argc, char **argv)
{
    FILE *out = argc == 2 ? fopen(argv[1], "w") : NULL;
    if (!out) {
        fprintf(stderr, "usage: gen-dct OUTPUT.h\n");
        return 1;
    }
    fprintf(out, "/* SPDX-License-Identifier: Apache-2.0\n *\n * Made by scripts/gen-dct.c. */\n#ifdef PDQ_DCT\n");
    write_matrix(out, 0);
    write_matrix(out, 1);
    fprintf(out, "#else\n");
    /* sums over x of |D|, of |D(0) + .. + D(x)|, of |D(0)| + .. + |D(x)|; and how one unit of drift reaches a coefficient */
    double all[FREQUENCIES] = {0}, constant[FREQUENCIES] = {0}, varying[FREQUENCIES] = {0};
    double first[FREQUENCIES] = {0}, second[FREQUENCIES] = {0};
    for (int f = 0; f < FREQUENCIES; f++) {
        double plain = 0, weight[SIDE] = {0}, later = 0;
        for (int x = 0; x < SMALL; x++) {
            plain += (double)dct(f, x);
            all[f] += fabs((double)dct(f, x));
            constant[f] += fabs(plain);
            varying[f] += all[f];
            for (int near = 8 * x + 3; near <= 8 * x + 6; near++) weight[near] += (double)dct(f, x) / 4 / (near == 510 ? 3 : 4);
        }
        for (int t = SIDE - 1; t >= 0; t--) {
            later += weight[t];
            first[f] += fabs(later);
        }
        first[f] += 2 * fabs(later); /* output x is written with sample x + 2: two samples come before the first one */
        later = 0;
        for (int t = SIDE - 1; t >= 0; t--) {
            if (t % 8 == 4) later += (double)dct(f, t / 8) / 4;
            second[f] += fabs(later);
        }
        second[f] += 2 * fabs(later);
        constant[f] += all[f]; /* the products round too */
        varying[f] += all[f];
    }
    write_row(out, "dct_all", all);
    write_row(out, "dct_constant", constant);
    write_row(out, "dct_varying", varying);
    fprintf(out, "static const float drift[16][16] = {\n");
    for (int f = 0; f < FREQUENCIES; f++) {
        fprintf(out, "    {");
        for (int g = 0; g < FREQUENCIES; g++)
            fprintf(out, "%s%.9gf", g ? ", " : "", all[f] * (first[g] + second[g]) + all[g] * (first[f] + second[f]));
        fprintf(out, "},\n");
    }
    fprintf(out, "};\n#endif\n");
    return fclose(out) ? 1 : 0;
}
