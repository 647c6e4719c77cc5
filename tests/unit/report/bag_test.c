/* SPDX-License-Identifier: Apache-2.0
 *
 * The archive of a case: it unpacks with unzip, checks with sha256sum and with Python's own library, is the same twice, holds no name that
 * somebody else chose; sealed, it opens for its receiver and for nobody else, and not at all when a bit of it is off.
 */
#include <sodium.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/hash.h"
#include "made.h"
#include "report/bag/bag.h"
#include "tap.h"

#define EQ(got, want, ...) TAP_OK((long long)(got) == (long long)(want), __VA_ARGS__)

static int into_buf(void *context, const uint8_t *bytes, size_t len, vg_error *err)
{
    vg_buf_add(context, bytes, len);
    return ((vg_buf *)context)->failed ? vg_fail(err, VG_ENOMEM, "", "no memory") : 0;
}

static const vg_bag_file proofs[] = {{"checkpoint.txt", {"a note\n", 7}}};
static const vg_bag_options with_media = {.media = true, .by = {"lea", 3}, .reason = {"asked by a judge", 16}, .audit = proofs, .audit_count = 1};

static int write_bag(const vg_dossier *d, const vg_bag_options *o, vg_buf *out, vg_error *err)
{
    const vg_bag_sink sink = {out, into_buf};
    return vg_bag_write(d, o, &sink, err);
}

static int run(const char *dir, const char *command)
{
    char line[1024];
    snprintf(line, sizeof line, "cd '%s' && %s", dir, command);
    return system(line);
}

static void checks_without_vigie(const char *what, const vg_dossier *d)
{
    char dir[] = "/tmp/vigie-bag-XXXXXX", path[64];
    vg_error err = {0};
    vg_buf one, two;
    vg_buf_init(&one, 64 << 20);
    vg_buf_init(&two, 64 << 20);
    EQ(write_bag(d, &with_media, &one, &err), 0, "%s: an archive (%s)", what, err.what);
    write_bag(d, &with_media, &two, &err);
    TAP_OK(one.len == two.len && memcmp(one.ptr, two.ptr, one.len) == 0, "%s: the same dossier, the same bytes", what);
    if (!mkdtemp(dir)) abort();
    snprintf(path, sizeof path, "%s/a.zip", dir);
    vg_file_replace(path, one.ptr, one.len, 0600, &err);
    EQ(run(dir, "unzip -q a.zip && ls c-*/bagit.txt >/dev/null"), 0, "%s: unzip takes it", what);
    EQ(run(dir, "cd c-* && sha256sum --quiet -c tagmanifest-sha256.txt manifest-sha256.txt && sha512sum --quiet -c manifest-sha512.txt"), 0,
               "%s: sha256sum and sha512sum agree", what);
    EQ(run(dir, "cd c-* && sed -n 's/^  //p' README.txt | sed -n '/^import/,$p' > /tmp/vigie-bag-$$.py && python3 /tmp/vigie-bag-$$.py > out.log; "
                        "rm -f /tmp/vigie-bag-$$.py; ! grep -q ALTERED out.log && grep -q 'not listed: none' out.log && grep -q OK out.log"), 0,
               "%s: and so does the script of its read-me", what);
    EQ(run(dir, "python3 -c \"import json,glob\nfor f in glob.glob('c-*/data/*.json')+glob.glob('c-*/data/audit/*.json'): json.load(open(f,encoding='utf-8'))\""), 0,
               "%s: its JSON is JSON", what);
    EQ(run(dir, "! find . -name '*[!a-zA-Z0-9./_-]*' | grep -q . && ! grep -ilE '<script|<img|javascript:' c-*/data/*.html"), 0, "%s: no name and no markup of anybody else", what);
    EQ(run(dir, "cd c-* && printf x >> data/custody.json && ! sha256sum --status -c manifest-sha256.txt"), 0, "%s: what is changed is found", what);
    run("/tmp", "true");
    char remove[96];
    snprintf(remove, sizeof remove, "rm -rf '%s'", dir);
    if (system(remove)) printf("# %s stays\n", dir);
    vg_buf_free(&one);
    vg_buf_free(&two);
}

static int note_file(void *context, const char *name, uint64_t bytes, const uint8_t sha256[32], vg_error *err)
{
    char hex[65];
    (void)err;
    vg_hex_encode(hex, sha256, 32);
    vg_buf_printf(context, "%s  %s\n", hex, bytes ? name : "");
    return 0;
}

static int refuse_file(void *context, const char *name, uint64_t bytes, const uint8_t sha256[32], vg_error *err)
{
    (void)context, (void)name, (void)bytes, (void)sha256;
    return vg_fail(err, VG_EFULL, "", "no");
}

static void says_its_files(const vg_dossier *d)
{
    vg_bag_options o = with_media;
    vg_buf plain, told, list;
    vg_error err = {0};
    vg_buf_init(&plain, 64 << 20), vg_buf_init(&told, 64 << 20), vg_buf_init(&list, 1 << 20);
    write_bag(d, &o, &plain, &err);
    o.listed = note_file, o.list = &list;
    EQ(write_bag(d, &o, &told, &err), 0, "somebody wants to know its files");
    TAP_OK(told.len == plain.len && !memcmp(told.ptr, plain.ptr, plain.len), "the archive is the same");
    TAP_OK(list.ptr && strstr(list.ptr, "  data/dossier.json\n") && strstr(list.ptr, "  data/media/"), "each file of data/ with its hash");
    vg_buf_clear(&told);
    o.listed = refuse_file;
    EQ(write_bag(d, &o, &told, &err), -VG_EFULL, "who does not want it ends it");
    vg_buf_free(&plain), vg_buf_free(&told), vg_buf_free(&list);
}

static void without_media(const vg_dossier *d)
{
    vg_bag_options o = with_media;
    vg_buf with, without;
    vg_error err = {0};
    static const vg_bag_file bad[] = {{"../x", {"", 0}}};
    vg_buf_init(&with, 64 << 20);
    vg_buf_init(&without, 64 << 20);
    write_bag(d, &o, &with, &err);
    o.media = false;
    EQ(write_bag(d, &o, &without, &err), 0, "media can stay behind");
    TAP_OK(memmem(with.ptr, with.len, "data/media/0", 12) && !memmem(without.ptr, without.len, "data/media/0", 12), "then none is in it");
    o.audit = bad;
    vg_buf_clear(&without);
    EQ(write_bag(d, &o, &without, &err), -VG_EINVAL, "a file of the log with a path in its name is refused");
    vg_buf_free(&with);
    vg_buf_free(&without);
}

/* ---- sealed ---- */

typedef struct place {
    const uint8_t *bytes;
    size_t len, at;
} place;

static int from_bytes(void *context, uint8_t *out, size_t room, size_t *got, vg_error *err)
{
    place *p = context;
    (void)err;
    *got = p->len - p->at < room ? p->len - p->at : room;
    memcpy(out, p->bytes + p->at, *got);
    p->at += *got;
    return 0;
}

static int open_sealed(const uint8_t public[32], const uint8_t secret[32], const void *bytes, size_t len, vg_buf *out, vg_error *err)
{
    place p = {bytes, len, 0};
    const vg_sealed_source from = {&p, from_bytes};
    const vg_bag_sink to = {out, into_buf};
    vg_buf_clear(out);
    return vg_sealed_open(public, secret, &from, &to, err);
}

static void seal(const uint8_t public[32], const uint8_t *plain, size_t len, vg_buf *out)
{
    vg_sealer *s = NULL;
    vg_error err = {0};
    const vg_bag_sink to = {out, into_buf};
    vg_buf_clear(out);
    EQ(vg_sealer_begin(&s, public, 0, 0, &to, &err), 0, "an archive of %zu bytes is sealed", len);
    vg_bag_sink in = vg_sealer_sink(s);
    for (size_t at = 0; at < len; at += 7777) in.write(in.context, plain + at, len - at < 7777 ? len - at : 7777, &err);
    vg_sealer_end(&s, &err);
}

static void sealed(void)
{
    static const size_t sizes[] = {0, 1, VG_SEALED_CHUNK - 1, VG_SEALED_CHUNK, VG_SEALED_CHUNK + 1, 3 * VG_SEALED_CHUNK + 5};
    uint8_t public[32], secret[32], other_public[32], other_secret[32], zero[32] = {0}, *plain = malloc(4 * VG_SEALED_CHUNK);
    vg_buf box, out;
    vg_error err = {0};
    size_t tried = 0, refused = 0;
    crypto_box_keypair(public, secret);
    crypto_box_keypair(other_public, other_secret);
    for (size_t i = 0; i < 4 * VG_SEALED_CHUNK; i++) plain[i] = (uint8_t)(i * 2654435761u >> 11);
    vg_buf_init(&box, 8 << 20);
    vg_buf_init(&out, 8 << 20);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        seal(public, plain, sizes[i], &box);
        TAP_OK(open_sealed(public, secret, box.ptr, box.len, &out, &err) == 0 && out.len == sizes[i] && (!out.len || memcmp(out.ptr, plain, out.len) == 0), "and opens for its receiver");
        EQ(open_sealed(other_public, other_secret, box.ptr, box.len, &out, &err), -VG_EFORBIDDEN, "for nobody else");
    }
    TAP_OK(strstr(err.what, "is sealed for the key") != NULL, "who is told for whom it is: %s", err.what);
    EQ(open_sealed(public, other_secret, box.ptr, box.len, &out, &err), -VG_EFORBIDDEN, "nor with half of a key");
    for (size_t at = 0; at < box.len; at += at < 200 ? 3 : 20011, tried += 2) {
        box.ptr[at] ^= 1;
        refused += open_sealed(public, secret, box.ptr, box.len, &out, &err) < 0;
        box.ptr[at] ^= 1;
        refused += open_sealed(public, secret, box.ptr, at, &out, &err) < 0;
    }
    EQ(refused, tried, "altered or cut off anywhere, it is refused");
    EQ(open_sealed(public, secret, box.ptr, VG_SEALED_HEAD + VG_SEALED_CHUNK + 17, &out, &err), -VG_ECORRUPT, "cut off between two chunks");
    char *first = box.ptr + VG_SEALED_HEAD, *second = first + VG_SEALED_CHUNK + 17, *swap = malloc(VG_SEALED_CHUNK + 17);
    memcpy(swap, first, VG_SEALED_CHUNK + 17);
    memcpy(first, second, VG_SEALED_CHUNK + 17);
    memcpy(second, swap, VG_SEALED_CHUNK + 17);
    EQ(open_sealed(public, secret, box.ptr, box.len, &out, &err), -VG_ECORRUPT, "two chunks in another order");
    seal(public, plain, 10, &box);
    vg_buf_add_char(&box, 'x');
    EQ(open_sealed(public, secret, box.ptr, box.len, &out, &err), -VG_ECORRUPT, "something after its end");
    box.ptr[8] = 9;
    EQ(open_sealed(public, secret, box.ptr, box.len, &out, &err), -VG_EINVAL, "a version that is not known");
    vg_sealer *s = NULL;
    const vg_bag_sink to = {&out, into_buf};
    EQ(vg_sealer_begin(&s, zero, 0, 1000, &to, &err), -VG_EUNPROCESSABLE, "what is no key is refused");
    EQ(vg_sealer_begin(&s, public, 999, 1000, &to, &err), -VG_EUNPROCESSABLE, "and a key that is over: %s", err.what);
    free(swap);
    free(plain);
    vg_buf_free(&box);
    vg_buf_free(&out);
}

static int refuse_after(void *context, const uint8_t *bytes, size_t len, vg_error *err)
{
    size_t *left = context;
    (void)bytes;
    if (*left < len) return vg_fail(err, VG_EFULL, "out", "the disk is full");
    *left -= len;
    return 0;
}

static int count_bytes(void *context, const uint8_t *bytes, size_t len, vg_error *err)
{
    uint64_t *sum = context;
    (void)err;
    for (size_t i = 0; i < len; i++) *sum = *sum * 31 + bytes[i];
    return 0;
}

/* Each allocation fails once: the archive is whole, to the byte, or there is none. Sealed as well: then its bytes are not the same twice. */
static void without_memory(const vg_dossier *d, bool is_sealed)
{
    uint8_t public[32], secret[32];
    uint64_t whole = 0;
    size_t n = 0, wrong = 0, refused = 0;
    crypto_box_keypair(public, secret);
    for (bool failed = true; failed && n < 20000; n++) {
        uint64_t sum = 1;
        vg_error err = {0};
        vg_sealer *sealer = NULL;
        const vg_bag_sink to = {&sum, count_bytes};
        vg_alloc_fail_at(n);
        int rc = is_sealed ? vg_sealer_begin(&sealer, public, 0, 1000, &to, &err) : 0;
        const vg_bag_sink sink = sealer ? vg_sealer_sink(sealer) : to;
        if (!rc) rc = vg_bag_write(d, &with_media, &sink, &err);
        if (sealer && rc) vg_sealer_abandon(&sealer);
        else if (sealer) rc = vg_sealer_end(&sealer, &err);
        failed = n == 0 || vg_alloc_failed();
        vg_alloc_fail_at(0);
        if (n == 0) whole = rc ? 0 : sum;
        bool good = rc == -VG_ENOMEM || (rc == 0 && (is_sealed || sum == whole));
        if (!good) printf("# allocation %zu: %d %s: %s\n", n, rc, err.where, err.what);
        wrong += !good;
        refused += rc != 0;
    }
    TAP_OK(whole && !wrong && refused > 3, "%s: %zu allocations fail one by one: %zu times there is no archive, and never half of one", is_sealed ? "sealed" : "in clear", n - 2, refused);
}

int main(void)
{
    vg_arena *arena = vg_arena_create(1 << 16, 512 << 20);
    vg_error err = {0};
    if (sodium_init() < 0) return 1;
    checks_without_vigie("plain", made_plain(arena));
    checks_without_vigie("hostile", made_hostile(arena));
    checks_without_vigie("empty", made_empty(arena));
    checks_without_vigie("destroyed", made_destroyed(arena));
    without_media(made_plain(arena));
    says_its_files(made_plain(arena));
    size_t left = 500;
    const vg_bag_sink full = {&left, refuse_after};
    EQ(vg_bag_write(made_plain(arena), &with_media, &full, &err), -VG_EFULL, "a full disk is an answer");
    sealed();
    without_memory(made_plain(arena), false);
    without_memory(made_hostile(arena), false);
    without_memory(made_plain(arena), true);
    vg_arena_destroy(&arena);
    return tap_done();
}
