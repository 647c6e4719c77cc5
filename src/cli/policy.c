/* SPDX-License-Identifier: Apache-2.0
 *
 * vigie policy check: what a policy does, and what its author should know.
 */
#include <stdio.h>

#include "base/time.h"
#include "cli/cli.h"
#include "review/training.h"
#include "signals/rules/rules.h"
#include "signals/text/model/model.h"
#include "signals/text/text.h"
#include "space/space.h"

/* As the server would open it: a file that it would refuse is an error here. */
static int check_model(const char *path, vg_error *err)
{
    vg_model *model = NULL;
    int rc = path ? vg_model_open(&model, path, err) : 0;
    vg_model_unref(&model);
    return rc;
}

/* The courses that belong to this path, held against what the policies need. */
static int check_courses(const char *path, const vg_policy_set *set, vg_buf *out, size_t *remarks, vg_error *err)
{
    char dir[1024];
    vg_course_set *courses = NULL;
    int rc = vg_course_set_load(&courses, vg_course_dir(path, dir, sizeof dir) ? dir : NULL, err);
    *remarks = 0;
    for (size_t i = 0; !rc && i < vg_policy_set_count(set); i++) {
        rc = vg_training_check_policy(vg_policy_set_at(set, i), courses, err);
        if (!rc) *remarks += vg_training_remarks(vg_policy_set_at(set, i), courses, out);
    }
    vg_course_set_unref(&courses);
    return rc;
}

int vg_cmd_policy_check(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    vg_policy_set *set = NULL;
    vg_buf out;
    vg_buf_init(&out, 1 << 24);
    const char *path = args->words ? args->word[0] : vg_cli_policy(args);
    vg_lang lang;
    int usage = vg_arg_lang(args, "policy check", &lang);
    if (usage) return usage;
    int rc = vg_policy_set_load(&set, path, &err);
    vg_text_engine *engine = NULL; /* of the space before: most have the same lexicons, and compiling takes seconds */
    for (size_t i = 0; !rc && i < vg_policy_set_count(set); i++) {
        const vg_policy *policy = vg_policy_set_at(set, i);
        vg_text_sources sources = vg_text_sources_of(policy);
        vg_text_engine *shared = vg_text_engine_share(engine, &sources);
        vg_text_engine_destroy(&engine);
        engine = shared;
        if (!engine) rc = vg_text_engine_create(&engine, &sources, &err);
        vg_rules *rules = NULL;
        if (!rc && policy->rule_count) rc = vg_rules_create(&rules, policy, NULL, &err);
        vg_rules_destroy(&rules);
        for (unsigned m = 0; m < VG_MODELS && !rc; m++) rc = check_model(policy->model[m], &err);
        if (!rc && !vg_arg_is(args, VG_OPT_QUIET)) vg_policy_describe(policy, lang, &out);
    }
    vg_text_engine_destroy(&engine);
    size_t remarks = 0;
    if (!rc) rc = check_courses(path, set, &out, &remarks, &err);
    if (!rc) {
        size_t findings = remarks + vg_policy_check(set, vg_time_now(), &out);
        if (out.ptr) fputs(out.ptr, stdout);
        fprintf(stderr, "%s: good, %zu space%s, %zu remark%s\n", path, vg_policy_set_count(set),
                vg_policy_set_count(set) == 1 ? "" : "s", findings, findings == 1 ? "" : "s");
    }
    vg_policy_set_unref(&set);
    vg_buf_free(&out);
    return rc ? vg_cli_fail(&err) : 0;
}
