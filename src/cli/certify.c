/* SPDX-License-Identifier: Apache-2.0
 *
 * vigie user certify: a certificate that an administrator records, for a first installation and for tests.
 */
#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "cli/installation.h"
#include "store/training/certificates.h"

enum { DAYS_DEFAULT = 365 };

/* The next item of a list with commas; false at its end. */
static bool next_item(vg_str *list, vg_str *item)
{
    if (!list->len) return false;
    const char *comma = memchr(list->ptr, ',', list->len);
    *item = (vg_str){list->ptr, comma ? (size_t)(comma - list->ptr) : list->len};
    *list = comma ? (vg_str){comma + 1, list->len - item->len - 1} : (vg_str){list->ptr, 0};
    return true;
}

static int read_categories(const char *text, bool chosen[VG_CATEGORIES], vg_error *err)
{
    vg_str list = vg_str_of(text), item;
    if (!list.len) return vg_fail(err, VG_EINVAL, "--category", "expected material, threat, live, contact, report or all");
    while (next_item(&list, &item)) {
        int category = vg_category_of(item);
        bool all = vg_str_is(item, "all");
        if (category < 0 && !all)
            return vg_fail(err, VG_EINVAL, "--category", "\"%.*s\" is unknown; expected material, threat, live, contact, report or all",
                           (int)(item.len > 32 ? 32 : item.len), item.ptr);
        for (int c = 0; c < VG_CATEGORIES; c++) chosen[c] |= all || c == category;
    }
    return 0;
}

int vg_cmd_user_certify(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    vg_installation in = {0};
    bool chosen[VG_CATEGORIES] = {false};
    char until[25];
    int64_t now_ms = vg_time_now(), days = vg_arg_number(args, VG_OPT_DAYS, DAYS_DEFAULT);
    vg_certificate c = {.user = vg_str_of(args->word[0]), .space = vg_str_of(vg_arg_text(args, VG_OPT_SPACE, "*")), .basis = VG_CERTIFIED_BY_ADMIN,
                        .issuer = VG_STR(""), .number = VG_STR(""), .issued_ms = now_ms, .until_ms = now_ms + days * VG_DAY_MS};
    int rc = read_categories(vg_arg_text(args, VG_OPT_CATEGORY, ""), chosen, &err);
    if (!rc) rc = vg_installation_open(&in, args, false, &err);
    c.by = vg_str_of(in.by);
    for (int category = 0; !rc && category < VG_CATEGORIES; category++) {
        if (!chosen[category]) continue;
        c.category = (vg_category)category;
        rc = vg_store_certificate_add(in.store, &c, &err);
    }
    vg_time_format(c.until_ms, until);
    if (!rc) fprintf(stderr, "%s is certified until %.10s; shown as recorded by an administrator.\n", args->word[0], until);
    vg_installation_close(&in);
    return rc ? vg_cli_fail(&err) : 0;
}
