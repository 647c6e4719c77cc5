/* SPDX-License-Identifier: Apache-2.0 */
#include "rulebook.h"

#include "base/alloc.h"
#include "decision/decision.h"

typedef struct page {
    const vg_policy *policy;
    vg_policy *copy;       /* NULL: the policy has no rules */
    vg_policy_rule *given; /* of the copy */
    vg_rules *rules;
} page;

struct vg_rulebook {
    size_t count;
    page page[];
};

/* The rules of a space that were in force before. */
static const vg_rules *find_rules(const vg_rulebook *before, const char *space)
{
    for (size_t i = 0; before && i < before->count; i++)
        if (strcmp(before->page[i].policy->space, space) == 0) return before->page[i].rules;
    return NULL;
}

static int open_page(page *p, const vg_rulebook *before, vg_error *err)
{
    const vg_policy *policy = p->policy;
    size_t count = policy->rule_count;
    if (!count) return 0;
    p->copy = vg_calloc(1, sizeof *p->copy);
    p->given = vg_calloc(count, sizeof *p->given);
    if (!p->copy || !p->given) return vg_fail(err, VG_ENOMEM, "", "no memory for the rules of %s", policy->space);
    *p->copy = *policy;
    memcpy(p->given, policy->rules, count * sizeof *p->given);
    p->copy->rules = p->given;
    int rc = vg_rules_create(&p->rules, p->copy, find_rules(before, policy->space), err);
    for (size_t i = 0; !rc && i < count; i++) p->given[i].why = *vg_rules_why(p->rules, i);
    p->policy = p->copy;
    return rc;
}

int vg_rulebook_open(vg_rulebook **out, vg_policy_set *set, const vg_rulebook *before, vg_error *err)
{
    *out = NULL;
    size_t count = vg_policy_set_count(set);
    vg_rulebook *book = vg_calloc(1, sizeof *book + count * sizeof book->page[0]);
    if (!book) return vg_fail(err, VG_ENOMEM, "", "no memory for the rules");
    int rc = 0;
    for (size_t i = 0; !rc && i < count; i++) {
        book->page[i].policy = vg_policy_set_at(set, i);
        book->count++;
        rc = open_page(&book->page[i], before, err);
    }
    if (rc) vg_rulebook_close(&book);
    *out = book;
    return rc;
}

void vg_rulebook_close(vg_rulebook **book)
{
    if (!*book) return;
    for (size_t i = 0; i < (*book)->count; i++) {
        page *p = &(*book)->page[i];
        vg_rules_destroy(&p->rules);
        vg_free(p->given);
        vg_free(p->copy);
    }
    vg_free(*book);
    *book = NULL;
}

const vg_policy *vg_rulebook_policy(const vg_rulebook *book, size_t policy) { return book->page[policy].policy; }

/* The verdict with this piece as the only one of a rule; NULL: with none. */
static vg_verdict_kind verdict_with(const vg_task *task, vg_relation relation, const vg_evidence *piece)
{
    vg_evidence all[VG_EVIDENCE_KINDS];
    vg_verdict verdict;
    size_t count = task->evidence_count;
    memcpy(all, task->evidence, count * sizeof all[0]);
    if (piece && count < VG_EVIDENCE_KINDS) all[count++] = *piece;
    vg_decide(task->policy, relation, all, count, task->media_effect, task->scanned, &verdict);
    return verdict.kind;
}

/* Of each rule that fired, whether the verdict would be another one: an active rule beside none, one in shadow beside the
 * active ones. Decided again only for an event on which a rule fires. */
static void count_changed(vg_rules *rules, const vg_task *task, vg_relation relation, const vg_rules_fired *fired)
{
    vg_verdict_kind without = verdict_with(task, relation, NULL), now = without;
    for (uint32_t rest = fired->active; rest; rest &= rest - 1) {
        size_t rule = (size_t)__builtin_ctz(rest);
        vg_evidence piece = vg_rules_evidence(fired, rule);
        vg_verdict_kind with = verdict_with(task, relation, &piece);
        if (with != without) vg_rules_count_changed(rules, rule);
        if (rule == fired->best) now = with;
    }
    for (uint32_t rest = fired->shadow; rest; rest &= rest - 1) {
        size_t rule = (size_t)__builtin_ctz(rest);
        vg_evidence piece = vg_rules_evidence(fired, rule);
        bool stronger = !fired->active || piece.strength > fired->strength[fired->best];
        if (stronger && verdict_with(task, relation, &piece) != now) vg_rules_count_changed(rules, rule);
    }
}

int vg_rulebook_ask(const vg_rulebook *book, vg_task *task, vg_relation relation, vg_error *err)
{
    vg_rules *rules = book->page[task->policy_index].rules;
    vg_rules_fired fired;
    if (!rules || task->event->type == VG_EVENT_ACCOUNT) return 0;
    const vg_rules_input input = {.event = task->event,
                                  .facts = &task->facts,
                                  .hits = &task->hits,
                                  .scanned = task->scanned,
                                  .relation = relation,
                                  .evidence = task->evidence,
                                  .evidence_count = task->evidence_count};
    int rc = vg_rules_run(rules, &input, &fired, err);
    if (rc || !(fired.active | fired.shadow)) return rc;
    count_changed(rules, task, relation, &fired);
    if (fired.active && task->evidence_count < VG_EVIDENCE_KINDS)
        task->evidence[task->evidence_count++] = vg_rules_evidence(&fired, fired.best);
    return 0;
}

void vg_rulebook_each(const vg_rulebook *book, void (*each)(const char *space, const vg_rule_status *rule, void *context), void *context)
{
    for (size_t i = 0; i < book->count; i++) {
        const vg_rules *rules = book->page[i].rules;
        for (size_t k = 0; rules && k < vg_rules_count(rules); k++) {
            vg_rule_status status;
            vg_rules_status(rules, k, &status);
            each(book->page[i].policy->space, &status, context);
        }
    }
}
