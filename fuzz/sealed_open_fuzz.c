/* SPDX-License-Identifier: Apache-2.0
 *
 * Bytes as a sealed archive, with a receiver's key: as they are; and what was sealed of them opens to the same, unless a byte was changed or
 * it was cut off: then never.
 */
#include <sodium.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "report/bag/bag.h"

static void must(int holds)
{
    if (!holds) __builtin_trap();
}

typedef struct pile {
    uint8_t *bytes;
    size_t len, at, most;
} pile;

static int put(void *context, const uint8_t *bytes, size_t len, vg_error *err)
{
    pile *p = context;
    (void)err;
    must(len <= p->most - p->len);
    if (len) memcpy(p->bytes + p->len, bytes, len);
    p->len += len;
    return 0;
}

static int get(void *context, uint8_t *out, size_t room, size_t *got, vg_error *err)
{
    pile *p = context;
    (void)err;
    *got = p->len - p->at < room ? p->len - p->at : room;
    if (*got) memcpy(out, p->bytes + p->at, *got);
    p->at += *got;
    return 0;
}

static int open_it(const uint8_t public_key[32], const uint8_t secret_key[32], const uint8_t *bytes, size_t len, pile *out)
{
    vg_error err = {0};
    pile in = {(uint8_t *)(uintptr_t)bytes, len, 0, len};
    const vg_sealed_source from = {&in, get};
    const vg_bag_sink to = {out, put};
    out->len = 0;
    return vg_sealed_open(public_key, secret_key, &from, &to, &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t seed[crypto_box_SEEDBYTES] = {6};
    uint8_t public_key[32], secret_key[32];
    vg_sealer *sealer = NULL;
    vg_error err = {0};
    if (size < 3 || size > 300000 || sodium_init() < 0) return 0;
    pile out = {malloc(size + 1024), 0, 0, size + 1024}, sealed = {malloc(2 * size + 4096), 0, 0, 2 * size + 4096};
    must(out.bytes && sealed.bytes);
    crypto_box_seed_keypair(public_key, secret_key, seed);
    open_it(public_key, secret_key, data, size, &out);

    const vg_bag_sink to = {&sealed, put};
    must(vg_sealer_begin(&sealer, public_key, 0, 1, &to, &err) == 0);
    const vg_bag_sink sink = vg_sealer_sink(sealer);
    must(sink.write(sink.context, data, size, &err) == 0 && vg_sealer_end(&sealer, &err) == 0);
    must(open_it(public_key, secret_key, sealed.bytes, sealed.len, &out) == 0 && out.len == size && memcmp(out.bytes, data, size) == 0);
    size_t at = ((size_t)data[0] << 8 | data[1]) % sealed.len;
    must(open_it(public_key, secret_key, sealed.bytes, at, &out) != 0);
    sealed.bytes[at] ^= (uint8_t)(data[2] | 1);
    must(open_it(public_key, secret_key, sealed.bytes, sealed.len, &out) != 0);
    free(out.bytes);
    free(sealed.bytes);
    return 0;
}
