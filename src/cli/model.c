/* SPDX-License-Identifier: Apache-2.0
 *
 * vigie model show, vigie model explain: what a model is, and what it sees in a message.
 */
#include "base/alloc.h"
#include "base/time.h"
#include "cli/learning.h"

static const char *const methods[VG_CURVE_METHODS] = {"platt", "isotonic"};

static void describe(const vg_model *model, const char *path, vg_buf *out)
{
    const vg_model_parts *p = vg_model_look(model);
    const vg_model_summary *s = &p->summary;
    char made[25];
    vg_time_format(s->made_ms, made);
    size_t used = 0;
    for (size_t i = 0; i < (size_t)1 << p->bits; i++) used += p->weights[i] != 0;
    vg_buf_printf(out, "%s: model %016llx, trained %.10s\n", path, (unsigned long long)vg_model_id(model), made);
    vg_buf_printf(out, "  %s\n", vg_model_features_name());
    vg_buf_printf(out, "  2^%u weights (%zu not zero) in units of 2^-%u; scored here by %s\n", p->bits, used, p->shift, vg_model_kernel(model));
    vg_buf_printf(out, "  learned from %u talks, %u messages, %u people, %u of risk; %u examples, cost %g, seed %u\n", s->talks, s->messages, s->authors,
                  s->risk_authors, s->items, s->cost_e4 / 1e4, s->seed);
    vg_buf_printf(out, "  people it was not trained on (%u parts, alarm at 0.50): precision %.3f, recall %.3f, F0.5 %.3f, AUC %.4f\n", s->folds,
                  s->precision / 1e4, s->recall / 1e4, s->f05 / 1e4, s->auc / 1e4);
    vg_buf_printf(out, "  beside words: initiative %+.3f, in a row %+.3f; constant %+.3f\n", p->dense[0] / (double)(1 << p->shift),
                  p->dense[1] / (double)(1 << p->shift), p->bias / (double)(1 << p->shift));
    for (uint32_t i = 0; i < p->curve_count; i++) {
        const vg_model_curve *c = &p->curves[i];
        vg_buf_printf(out, "  %s: %s, %u windows, %u people of risk%s\n", i ? c->language : "any other language, or none said", methods[c->method], c->items,
                      c->positives, i ? "" : " (all languages together: its risks are less sure than those of a language with a curve)");
    }
}

static void describe_json(const vg_model *model, const char *path, vg_buf *out)
{
    const vg_model_parts *p = vg_model_look(model);
    const vg_model_summary *s = &p->summary;
    char made[25];
    vg_time_format(s->made_ms, made);
    vg_buf_add_cstr(out, "{\"file\":");
    vg_buf_add_json_str(out, vg_str_of(path));
    vg_buf_printf(out, ",\"model\":\"%016llx\",\"made\":\"%s\",\"features\":\"%s\",\"features_hash\":\"%016llx\",\"bits\":%u,\"shift\":%u,",
                  (unsigned long long)vg_model_id(model), made, vg_model_features_name(), (unsigned long long)vg_model_features_hash(p->bits), p->bits, p->shift);
    vg_buf_printf(out, "\"training\":{\"talks\":%u,\"messages\":%u,\"people\":%u,\"risk_people\":%u,\"examples\":%u,\"risk_examples\":%u,\"folds\":%u,\"seed\":%u,\"cost\":%g},",
                  s->talks, s->messages, s->authors, s->risk_authors, s->items, s->risk_items, s->folds, s->seed, s->cost_e4 / 1e4);
    vg_buf_printf(out, "\"held_out\":{\"precision\":%.4f,\"recall\":%.4f,\"f05\":%.4f,\"auc\":%.4f},\"bias\":%d,\"dense\":{\"initiative\":%d,\"in_a_row\":%d},\"curves\":[",
                  s->precision / 1e4, s->recall / 1e4, s->f05 / 1e4, s->auc / 1e4, p->bias, p->dense[0], p->dense[1]);
    for (uint32_t i = 0; i < p->curve_count; i++) {
        const vg_model_curve *c = &p->curves[i];
        vg_buf_printf(out, "%s{\"language\":\"%s\",\"method\":\"%s\",\"windows\":%u,\"risk_people\":%u,\"knots\":[", i ? "," : "", c->language, methods[c->method],
                      c->items, c->positives);
        for (uint32_t k = 0; k < c->knots; k++) vg_buf_printf(out, "%s[%d,%.4f]", k ? "," : "", c->knot[k].score, c->knot[k].risk / 1e4);
        vg_buf_add_cstr(out, "]}");
    }
    vg_buf_add_cstr(out, "]}\n");
}

int vg_cmd_model_show(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    vg_model *model = NULL;
    vg_buf out;
    vg_buf_init(&out, 1 << 20);
    int rc = vg_model_open(&model, args->word[0], &err);
    if (!rc) {
        (vg_arg_is(args, VG_OPT_JSON) ? describe_json : describe)(model, args->word[0], &out);
        if (out.failed) rc = vg_fail(&err, VG_ENOMEM, "", "no memory for the description");
        else fputs(out.ptr, stdout);
    }
    vg_model_unref(&model);
    vg_buf_free(&out);
    return rc ? vg_cli_fail(&err) : 0;
}

/* ---- explain ---- */

typedef struct explaining {
    const vg_model *model;
    const vg_text_engine *text;
    vg_str language;
    bool json;
    char *folded;
    uint32_t *map;
} explaining;

static void explain_line(const explaining *e, vg_str line, vg_buf *out)
{
    vg_model_span spans[VG_MODEL_SPANS];
    vg_model_dense nobody = {{0}};
    size_t len = vg_text_normalise(e->text, line, e->folded, 16 * line.len + 128, e->map);
    vg_model_part part = vg_model_score(e->model, e->folded, len);
    uint16_t risk = vg_model_risk(e->model, part, &nobody, e->language);
    size_t count = vg_model_explain(e->model, e->folded, len, e->map, line, spans);
    double unit = 1.0 / (1 << vg_model_look(e->model)->shift);
    vg_buf_printf(out, e->json ? "{\"risk\":%.4f,\"tokens\":%u,\"sum\":%.4f,\"spans\":[" : "%.2f  %u tokens, sum %+.2f", risk / 1e4, part.tokens, part.sum * unit);
    for (size_t i = 0; i < count; i++) {
        vg_str words = {line.ptr + spans[i].span.from, spans[i].span.to - spans[i].span.from};
        if (!e->json) {
            vg_buf_printf(out, "%s\"%.*s\" %+.2f", i ? ", " : ": ", VG_STR_ARG(words), spans[i].weight * unit);
            continue;
        }
        vg_buf_printf(out, "%s{\"from\":%u,\"to\":%u,\"sum\":%.4f,\"text\":", i ? "," : "", spans[i].span.from, spans[i].span.to, spans[i].weight * unit);
        vg_buf_add_json_str(out, words);
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_cstr(out, e->json ? "]}\n" : "\n");
}

/* A message a line; what is longer than a message may be is left out. */
static int explain_all(const explaining *e, vg_error *err)
{
    char line[VG_EVENT_MAX_TEXT + 2];
    vg_buf out;
    vg_buf_init(&out, 1 << 20);
    int rc = 0;
    while (!rc && fgets(line, sizeof line, stdin)) {
        size_t len = strcspn(line, "\r\n");
        for (int c = line[len] ? 0 : getchar(); c != 0 && c != '\n' && c != EOF;) c = getchar();
        vg_buf_clear(&out);
        explain_line(e, (vg_str){line, len < VG_EVENT_MAX_TEXT ? len : VG_EVENT_MAX_TEXT}, &out);
        if (out.failed) rc = vg_fail(err, VG_ENOMEM, "", "no memory for an explanation");
        else fputs(out.ptr, stdout);
    }
    if (!rc && ferror(stdin)) rc = vg_fail(err, VG_EIO, "standard input", "it cannot be read");
    vg_buf_free(&out);
    return rc;
}

int vg_cmd_model_explain(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    vg_labelled in = {0};
    vg_model *model = NULL;
    size_t room = 16 * VG_EVENT_MAX_TEXT + 128;
    explaining e = {.language = vg_str_of(vg_arg_text(args, VG_OPT_LANGUAGE, "")), .json = vg_arg_is(args, VG_OPT_JSON)};
    int rc = vg_model_open(&model, args->word[0], &err);
    if (!rc) rc = vg_labelled_text(&in, args, &err);
    e.folded = vg_malloc(room);
    e.map = vg_malloc(room * sizeof *e.map);
    if (!rc && (!e.folded || !e.map)) rc = vg_fail(&err, VG_ENOMEM, "", "no memory to explain");
    e.model = model;
    e.text = in.text;
    if (!rc) rc = explain_all(&e, &err);
    vg_free(e.folded);
    vg_free(e.map);
    vg_labelled_close(&in);
    vg_model_unref(&model);
    return rc ? vg_cli_fail(&err) : 0;
}
