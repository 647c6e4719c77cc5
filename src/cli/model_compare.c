/* SPDX-License-Identifier: Apache-2.0
 *
 * vigie model compare: what would change if one model took the place of another.
 */
#include "learning/compare.h"

#include "cli/learning.h"

static double per(double part, double of) { return of > 0 ? part / of : 0; }

static uint64_t all_of(const uint64_t table[2][2]) { return table[0][0] + table[0][1] + table[1][0] + table[1][1]; }

static void print_table(const char *what, const uint64_t t[2][2])
{
    printf("    %-22s %10llu %10llu %10llu %10llu\n", what, (unsigned long long)t[0][0], (unsigned long long)t[1][0], (unsigned long long)t[0][1],
           (unsigned long long)t[1][1]);
}

/* Of people: who is found by the model in column `which`, right or wrong. */
static void print_model(const char *name, const vg_compared *c, int which)
{
    uint64_t found = c->risk_people[1][1] + (which ? c->risk_people[0][1] : c->risk_people[1][0]);
    uint64_t wrong = c->people[1][1] + (which ? c->people[0][1] : c->people[1][0]);
    printf("    %-22s precision %.3f, recall %.3f, false alarms per 1,000 others %.1f\n", name, per((double)found, (double)(found + wrong)),
           per((double)found, (double)all_of(c->risk_people)), 1000 * per((double)wrong, (double)all_of(c->people)));
}

static void print(const vg_comparison *comparison, uint16_t at)
{
    printf("Who is at risk %.2f or more\n", at / 1e4);
    for (uint32_t i = 0; i < comparison->count; i++) {
        const vg_compared *c = &comparison->language[i];
        printf("  %s\n    %-22s %10s %10s %10s %10s\n", vg_language_shown(c->language), "", "neither", "active", "shadow", "both");
        print_table("messages", c->messages);
        print_table("people of risk", c->risk_people);
        print_table("other people", c->people);
        print_model("active", c, 0);
        print_model("shadow", c, 1);
        double n = (double)all_of(c->messages);
        printf("    risk of a message: the shadow's is %+.4f on average, %.4f apart; of people both found, %llu sooner by the shadow, %llu later\n",
               per(c->higher - c->lower, n), per(c->higher + c->lower, n), (unsigned long long)c->sooner, (unsigned long long)c->later);
    }
}

static void table_json(vg_buf *out, const char *name, const uint64_t t[2][2])
{
    vg_buf_printf(out, ",\"%s\":{\"neither\":%llu,\"active\":%llu,\"shadow\":%llu,\"both\":%llu}", name, (unsigned long long)t[0][0],
                  (unsigned long long)t[1][0], (unsigned long long)t[0][1], (unsigned long long)t[1][1]);
}

static void write_json(const vg_comparison *comparison, uint16_t at, vg_buf *out)
{
    vg_buf_printf(out, "{\"at\":%.4f,\"languages\":[", at / 1e4);
    for (uint32_t i = 0; i < comparison->count; i++) {
        const vg_compared *c = &comparison->language[i];
        double n = (double)all_of(c->messages);
        vg_buf_printf(out, "%s{\"language\":\"%s\"", i ? "," : "", c->language);
        table_json(out, "messages", c->messages);
        table_json(out, "risk_people", c->risk_people);
        table_json(out, "people", c->people);
        vg_buf_printf(out, ",\"mean_difference\":%.6f,\"mean_distance\":%.6f,\"sooner\":%llu,\"later\":%llu}", per(c->higher - c->lower, n),
                      per(c->higher + c->lower, n), (unsigned long long)c->sooner, (unsigned long long)c->later);
    }
    vg_buf_add_cstr(out, "]}\n");
}

int vg_cmd_model_compare(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    vg_labelled in = {0};
    vg_model *active = NULL, *shadow = NULL;
    vg_comparison comparison;
    vg_buf out;
    double at = 0.5;
    if (!vg_arg_is(args, VG_OPT_ACTIVE) || !vg_arg_is(args, VG_OPT_SHADOW)) {
        fprintf(stderr, "vigie model compare: expected --active FILE and --shadow FILE, the two models\n");
        return 2;
    }
    vg_buf_init(&out, 1 << 20);
    int rc = vg_arg_decimal(args, VG_OPT_AT, 0.5, 1, &at, &err);
    if (!rc) rc = vg_model_open(&active, args->text[VG_OPT_ACTIVE], &err);
    if (!rc) rc = vg_model_open(&shadow, args->text[VG_OPT_SHADOW], &err);
    if (!rc) rc = vg_labelled_open(&in, args, 0, &err);
    if (!rc) {
        vg_bar_begin(&in.progress, "comparing", "% done", 1, vg_arg_is(args, VG_OPT_QUIET));
        rc = vg_compare_models(&comparison, active, shadow, &in.corpus, (uint16_t)(at * 10000 + 0.5), in.text, vg_labelled_progress, &in.progress, &err);
        vg_bar_end(&in.progress);
    }
    if (!rc && vg_arg_is(args, VG_OPT_JSON)) {
        write_json(&comparison, (uint16_t)(at * 10000 + 0.5), &out);
        if (out.failed) rc = vg_fail(&err, VG_ENOMEM, "", "no memory for the comparison");
        else fputs(out.ptr, stdout);
    } else if (!rc) {
        print(&comparison, (uint16_t)(at * 10000 + 0.5));
    }
    vg_labelled_close(&in);
    vg_model_unref(&active);
    vg_model_unref(&shadow);
    vg_buf_free(&out);
    return rc ? vg_cli_fail(&err) : 0;
}
