/* SPDX-License-Identifier: Apache-2.0
 *
 * The section `gold`: items with a known answer, and what follows when they are answered otherwise.
 */
#include "space/space_int.h"

int vg_space_read_gold(const vg_yaml *y, const vg_doc_gold *d, vg_policy_gold *out, vg_error *err)
{
    *out = (vg_policy_gold){.given = false};
    if (!d) return 0;
    int rc = vg_value_share(y, "gold.share", d->share, &out->share, err);
    if (rc == 0) rc = vg_value_share(y, "gold.doubles", d->doubles, &out->doubles, err);
    if (rc == 0 && out->share + out->doubles > 5000)
        rc = vg_yaml_fail(y, err, "gold.share", "with gold.doubles more than half of all cases would be for measuring; expected 0.5 at most");
    if (rc == 0) rc = vg_value_duration(y, "gold.again_after", d->again, 1440, 1, 3650, &out->again_days, err);
    if (rc == 0) rc = vg_value_share(y, "gold.recall", d->recall, &out->recall, err);
    if (rc == 0) rc = vg_value_count(y, "gold.least", d->least, 3, 1000, &out->least, err);
    if (rc == 0) rc = vg_value_duration(y, "gold.window", d->window, 1440, 7, 730, &out->window_days, err);
    if (rc == 0) rc = vg_value_share(y, "gold.alpha", d->alpha, &out->alpha, err);
    out->given = true;
    out->suspend = d->below == VG_GOLD_SUSPEND;
    out->keep_after_case = d->keep == VG_GOLD_KEEP;
    return rc;
}

size_t vg_gold_check(const vg_policy *p, void (*find)(void *context, const vg_policy *p, const char *text), void *context)
{
    const vg_policy_gold *g = &p->gold;
    size_t before = 0;
#define FIND(text) (find(context, p, text), before++)
    if (!g->given) return FIND("gold: the section is absent: no items with a known answer are mixed into the queue, nobody's decisions are measured"), before;
    if (!g->share && !g->doubles) FIND("gold.share and gold.doubles are 0: agreement is only seen where four eyes are asked for");
    if (g->recall == 0 && g->share) FIND("gold.recall is 0: no answer is ever too few");
    if (g->again_days < g->window_days) FIND("gold.again_after is shorter than gold.window: the same item may count twice for the same person");
    if (g->least < 5 && g->suspend) FIND("gold.least is under 5: a category may be suspended over very few answers");
#undef FIND
    return before;
}
