/* SPDX-License-Identifier: Apache-2.0
 *
 * Bytes as a policy. The first byte says which file they stand for: the space file, its lexicon, its phrases,
 * its bank or its spelling table; the others are small good ones. No file of the machine is ever opened, whatever the bytes
 * name.
 */
#include <stdint.h>

#include "base/alloc.h"
#include "space/space_int.h"
#include "unit/space/good_files.h"

typedef struct input {
    const char *text[5]; /* space, lexicon, phrases, bank, spelling */
    size_t len[5];
} input;

static size_t file_of(const char *path)
{
    if (strstr(path, "lexicon")) return 1;
    if (strstr(path, "phrases")) return 2;
    if (strstr(path, "spelling")) return 4;
    return strstr(path, "bank") ? 3 : 0;
}

static int read_input(void *context, const char *path, size_t ceiling, char **out, size_t *len, vg_error *err)
{
    const input *in = context;
    size_t file = file_of(path);
    if (in->len[file] > ceiling) return vg_fail(err, VG_ETOOBIG, path, "too big");
    *out = vg_malloc(in->len[file] + 1);
    if (!*out) return vg_fail(err, VG_ENOMEM, path, "out of memory");
    memcpy(*out, in->text[file], in->len[file]);
    (*out)[in->len[file]] = 0;
    *len = in->len[file];
    return 0;
}

/* What loads must be sound: reading all of it must not touch what is not there. */
static void look_at(const vg_policy_set *set)
{
    vg_buf out;
    vg_buf_init(&out, 1 << 20);
    vg_policy_check(set, 0, &out);
    for (size_t i = 0; i < vg_policy_set_count(set); i++) {
        const vg_policy *p = vg_policy_set_at(set, i);
        vg_policy_describe(p, VG_LANG_FR, &out);
        if (vg_policy_set_find(set, vg_str_of(p->space), NULL) != p) __builtin_trap();
        if (p->nudge_at > p->review_at || p->review_at > p->hold_at) __builtin_trap();
        if (p->scan[VG_CHANNEL_PRIVATE] && (!p->legal_basis || !p->legal_basis[0])) __builtin_trap();
        for (int k = 0; k < VG_EVIDENCE_KINDS; k++)
            if (p->weight[k] > 10000 || !p->why[k].text[VG_LANG_FR] || !p->why[k].text[VG_LANG_EN])
                __builtin_trap();
        for (size_t j = 0; j < p->pattern_count; j++)
            if (p->patterns[j].family >= VG_TEXT_FAMILIES || p->patterns[j].strength > 10000)
                __builtin_trap();
        for (size_t j = 1; j < p->spelling_count; j++)
            if (strcmp(p->spelling[j - 1].from, p->spelling[j].from) >= 0 || !p->spelling[j].to[0])
                __builtin_trap();
    }
    vg_buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char phrases[4096];
    if (!phrases[0]) write_good_phrases(phrases, sizeof phrases);
    input in = {{good_space, good_lexicon, phrases, good_bank, good_spelling},
                {sizeof good_space - 1, sizeof good_lexicon - 1, strlen(phrases), sizeof good_bank - 1,
                 sizeof good_spelling - 1}};
    vg_policy_set *set = NULL;
    vg_error err = {0};
    if (size < 1) return 0;
    size_t file = (uint8_t)(data[0] - '0') % 5;
    in.text[file] = (const char *)data + 1;
    in.len[file] = size - 1;
    int rc = vg_policy_set_read(&set, "policy/spaces/fuzz.yaml", read_input, &in, &err);
    if (rc == 0) {
        look_at(set);
        vg_policy_set_unref(&set);
    } else if (set || err.code != -rc || !err.what[0]) {
        __builtin_trap(); /* an error says what is wrong */
    }
    return 0;
}
