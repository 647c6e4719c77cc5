/* SPDX-License-Identifier: Apache-2.0
 *
 * gen-dct: writes the matrix of PDQ's cosine transform, float32 as the reference has it. Runs once, at build time.
 *
 *   D[f][x] = (float)((double)s * cos(((pi / 2) / 64) * (f + 1) * (2 x + 1))),  s = (float)sqrt(2 / 64)
 *
 * in double and from left to right. Usage: gen-dct OUTPUT.h
 */
#include <math.h>
#include <stdio.h>

#ifndef M_PI
#define M_PI 3.14159265358979323846
#endif

int main(int argc, char **argv)
{
    FILE *out = argc == 2 ? fopen(argv[1], "w") : NULL;
    if (!out) {
        fprintf(stderr, "usage: gen-dct OUTPUT.h\n");
        return 1;
    }
    const float scale = (float)sqrt(2.0 / 64.0);
    fprintf(out, "/* SPDX-License-Identifier: Apache-2.0\n *\n * Made by scripts/gen-dct.c. */\n");
    for (int transposed = 0; transposed < 2; transposed++) {
        fprintf(out, "const float vg_pdq_dct%s = {\n", transposed ? "_across[64][16]" : "[16][64]");
        for (int a = 0; a < (transposed ? 64 : 16); a++) {
            fprintf(out, "    {");
            for (int b = 0; b < (transposed ? 16 : 64); b++) {
                int f = transposed ? b : a, x = transposed ? a : b;
                double angle = ((M_PI / 2.0) / 64.0) * (f + 1) * (2 * x + 1);
                fprintf(out, "%s%af", b ? ", " : "", (double)(float)((double)scale * cos(angle)));
            }
            fprintf(out, "},\n");
        }
        fprintf(out, "};\n");
    }
    return fclose(out) ? 1 : 0;
}
