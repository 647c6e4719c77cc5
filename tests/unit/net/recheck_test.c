/* SPDX-License-Identifier: Apache-2.0
 *
 * Whom a look at an address may ask: the public Internet, whatever a name resolves to. And how much of an answer it takes.
 */
#include "net/recheck.c"

#include <arpa/inet.h>

#include "tap.h"

static bool is_public(const char *text)
{
    uint8_t address[16] = {[10] = 0xff, 0xff};
    if (inet_pton(AF_INET, text, address + 12) != 1 && inet_pton(AF_INET6, text, address) != 1) return false;
    return vg_recheck_is_public(address);
}

/* A hash of as many bytes as there may be takes seconds: only the count is at its end here. */
static void how_much(void)
{
    char piece[] = "piece";
    look l = {.md5 = EVP_MD_CTX_new(), .bytes = (uint64_t)LOOK_MOST - 5, .good = true};
    crypto_hash_sha256_init(&l.sha256);
    TAP_OK(EVP_DigestInit_ex(l.md5, EVP_md5(), NULL) == 1 && take_piece(piece, 1, 5, &l) == 5 && l.good, "the last bytes that there may be are taken");
    TAP_OK(take_piece(piece, 1, 1, &l) == 0 && !l.good, "one more ends it");
    TAP_OK(take_piece(piece, 1, 0, &l) == 0 && !l.good, "for good");
    EVP_MD_CTX_free(l.md5);
    look h = {.head = HEAD_MOST - 5, .good = true};
    TAP_OK(take_header(piece, 1, 5, &h) == 5 && take_header(piece, 1, 1, &h) == 0 && !h.good, "so with headers");
}

int main(void)
{
    static const char *const no[] = {"0.0.0.0", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255",
                                     "192.0.0.8", "192.0.2.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
                                     "::", "::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "::7f00:1", "64:ff9b::a00:1", "100::1", "2001::1", "2001:db8::1", "2002:a00:1::1", "3fff::1", "fc00::1",
                                     "fd00::1", "fe80::1", "fec0::1", "ff02::1"};
    static const char *const yes[] = {"1.1.1.1", "9.255.255.255", "11.0.0.1", "100.63.255.255", "100.128.0.1", "172.15.255.255", "172.32.0.1", "192.167.255.255", "198.17.255.255", "198.20.0.1",
                                      "223.255.255.255", "2600::1", "2a00:1450::1", "2001:4860::1", "::ffff:1.1.1.1"};
    vg_fetched seen;
    for (size_t i = 0; i < sizeof no / sizeof *no; i++) TAP_OK(!is_public(no[i]), "%s is not asked", no[i]);
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) TAP_OK(is_public(yes[i]), "%s is", yes[i]);
    vg_recheck_look(VG_STR("http://127.0.0.1:1/"), false, 2000, &seen);
    TAP_OK(seen.status == 0 && !seen.whole, "nothing comes from where nobody is asked");
    vg_recheck_look(VG_STR("file:///etc/hostname"), true, 2000, &seen);
    TAP_OK(seen.status == 0 && !seen.whole, "nor from a file");
    vg_recheck_look(VG_STR("https://host.example/"), true, 0, &seen);
    TAP_OK(seen.status == 0 && !seen.whole, "nor when the time is over");
    how_much();
    return tap_done();
}
