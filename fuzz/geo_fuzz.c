/* SPDX-License-Identifier: Apache-2.0
 *
 * Bytes as the operator's geo file, or as the content of a case's event. The first byte says which. Whatever a file holds, it is refused or looked
 * in; a country that is found is two capital letters.
 */
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "report/route/facts.h"

static void look_in(const uint8_t *data, size_t size)
{
    static const char *const addresses[] = {"203.0.113.7", "198.51.100.1", "2001:db8::7", "::", "255.255.255.255", "example.org"};
    char path[64];
    vg_geo *geo = NULL;
    vg_error err = {0};
    int file = memfd_create("geo", MFD_CLOEXEC);
    if (file < 0) return;
    if (size && write(file, data, size) != (ssize_t)size) {
        close(file);
        return;
    }
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    int rc = vg_geo_open(&geo, path, &err);
    if (rc && (geo || err.code != -rc || !err.what[0])) __builtin_trap();
    for (size_t i = 0; !rc && i < sizeof addresses / sizeof *addresses; i++) {
        vg_geo_place place;
        if (!vg_geo_find(geo, vg_str_of(addresses[i]), &place)) continue;
        if (strlen(place.country) != 2 || place.country[0] < 'A' || place.country[0] > 'Z' || place.country[1] < 'A' || place.country[1] > 'Z') __builtin_trap();
    }
    vg_geo_close(&geo);
    close(file);
}

static void read_event(const uint8_t *data, size_t size)
{
    vg_whereabouts w;
    vg_error err = {0};
    vg_arena *arena = vg_arena_create(4096, 1 << 20);
    if (!arena) return;
    if (vg_facts_read((vg_str){(const char *)data, size}, arena, &w, &err) == 0) {
        if ((w.country[0] && strlen(w.country) != 2) || w.ip.len > VG_EVENT_MAX_IP || w.phone.len > VG_EVENT_MAX_PHONE || w.currency.len > 3 || w.payment_country.len > 2 || w.account.len > VG_EVENT_MAX_NAME) __builtin_trap();
    }
    vg_arena_destroy(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Up to 1.7 the library forgets the list it was reading of a damaged file's languages when it refuses the file: about 10 kB, once for each file that an
 * operator supplies. Whether what was opened is closed again, the unit tests check without this. */
const char *__lsan_default_suppressions(void); /* NOLINT: the sanitizer's own name for it */

const char *__lsan_default_suppressions(void)
{
    return "leak:libmaxminddb\n";
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1) return 0;
    if (data[0] % 2) read_event(data + 1, size - 1);
    else look_in(data + 1, size - 1);
    return 0;
}
