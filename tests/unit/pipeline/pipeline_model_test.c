/* SPDX-License-Identifier: Apache-2.0
 *
 * A statistical model in the flow: it is evidence when its risk reaches the policy's threshold, it points at words, a second
 * one runs in shadow without a say, and a file that is refused changes nothing.
 */
#include "fixture.h"

#include <sys/stat.h>
#include <unistd.h>

#include "../model/made.h"
#include "case_content.h"

static const made_word active_words[] = {{"violet", 30000}, {"orange", -30000}};
static const made_word shadow_words[] = {{"silver", 30000}};
static char dir[] = "pipeline-model-XXXXXX";

static const char *in_dir(const char *name)
{
    static char path[4][128];
    static unsigned next;
    char *p = path[next++ % 4];
    snprintf(p, sizeof path[0], "%s/%s", dir, name);
    return p;
}

static void place_file(const char *name, const void *bytes, size_t len)
{
    vg_error err = {0};
    if (vg_file_replace(in_dir(name), bytes, len, 0600, &err)) give_up(name, &err);
}

/* The lobby's policy with a model, its references made absolute. */
static void place_policy(const char *policy, const char *extra)
{
    char *text = NULL, path[512];
    size_t len;
    vg_error err = {0};
    vg_buf out;
    snprintf(path, sizeof path, "%s/spaces/lobby.yaml", policy);
    if (vg_file_read(path, 1 << 20, &text, &len, &err)) give_up(path, &err);
    vg_buf_init(&out, 1 << 20);
    for (const char *p = text, *up; *p; p = up + 3) {
        up = strstr(p, "../");
        vg_buf_add(&out, p, up ? (size_t)(up - p) : strlen(p));
        if (!up) break;
        vg_buf_printf(&out, "%s/", policy);
    }
    vg_buf_add_cstr(&out, extra);
    place_file("lobby.yaml", out.ptr, out.len);
    vg_buf_free(&out);
    vg_free(text);
}

static const vg_evidence *piece(const house *h)
{
    for (size_t i = 0; i < h->task.verdict.count; i++)
        if (h->task.verdict.evidence[i].kind == VG_TEXT_MODEL) return &h->task.verdict.evidence[i];
    return NULL;
}

/* What a case would hold of the message, if it became one. */
static void sealed(const house *h, const char *text)
{
    vg_str written = vg_case_content(&h->task, &(vg_case_context){0}, h->arena);
    json_t *c = json_loadb(written.ptr, written.len, JSON_REJECT_DUPLICATES, NULL), *one, *place = NULL;
    size_t i, pieces = 0, places = 0, whole = 0;
    json_array_foreach(json_object_get(c, "evidence"), i, one) {
        pieces += strcmp(text_at(one, "name"), "text.model") == 0;
        whole += json_is_object(json_object_get(one, "why")) && json_is_array(json_object_get(one, "spans"));
    }
    json_array_foreach(json_object_get(c, "spans"), i, one) {
        if (strcmp(text_at(one, "name"), "text.model") != 0) continue;
        places++;
        place = one;
    }
    TAP_OK(pieces == 1 && whole == json_array_size(json_object_get(c, "evidence")), "in a case the model is one piece of evidence, and every piece is whole");
    size_t from = (size_t)json_integer_value(json_object_get(place, "from")), to = (size_t)json_integer_value(json_object_get(place, "to"));
    TAP_OK(places == 1 && to > from && to <= strlen(text) && to - from == 6 && memcmp(text + from, "VIOLET", 6) == 0,
           "and its words are among the places to highlight, beside those of the lexicon");
    json_decref(c);
}

typedef struct seen {
    size_t spaces;
    bool active, shadow;
    vg_models_counts counts;
} seen;

static void look(const vg_policy *policy, const vg_model *const model[VG_MODELS], const vg_models_counts *counts, void *context)
{
    (void)policy;
    seen *s = context;
    *s = (seen){s->spaces + 1, model[VG_MODEL_ACTIVE] != NULL, model[VG_MODEL_SHADOW] != NULL, *counts};
}

static seen look_at(house *h)
{
    seen s = {0};
    vg_pipeline_each_model(h->pipeline, look, &s);
    return s;
}

static void flow(house *h)
{
    account(h, "lobby", "adult", "25+");
    account(h, "lobby", "child", "13-14");
    TAP_EQ_INT(say(h, "lobby", "m-1", "adult", "child", "private", 0, "m", "some plain words about nothing at all"), 0, "an ordinary message is taken");
    TAP_OK(!piece(h), "and the model has nothing to say of it");
    static const char text[] = "and the VIOLET one too";
    TAP_EQ_INT(say(h, "lobby", "m-2", "adult", "child", "private", 10, "m2", text), 0, "one with a telling word");
    const vg_evidence *ev = piece(h);
    TAP_OK(ev && ev->fresh && ev->strength >= 6000 && ev->value == (ev->strength + 50u) / 100, "has the model's evidence, with its risk in percent");
    TAP_OK(ev && ev->span.to - ev->span.from == 6 && memcmp(text + ev->span.from, "VIOLET", 6) == 0, "which points at the word");
    TAP_OK(h->task.model_span_count == 1, "as the case will");
    sealed(h, text);
    json_t *said = json_loads(answer(h), JSON_REJECT_DUPLICATES, NULL);
    TAP_OK(said && strstr(answer(h), "text.model"), "the platform is told its name");
    json_decref(said);
    TAP_EQ_INT(say(h, "lobby", "m-3", "adult", "child", "private", 20, "m3", "the violet and the orange one"), 0, "a word that pulls the other way");
    TAP_OK(!piece(h), "takes the risk away");
    TAP_EQ_INT(say(h, "lobby", "m-4", "adult", "child", "private", 30, "m4", "the silver one"), 0, "what only the shadow knows");
    TAP_OK(!piece(h), "is no evidence");
    TAP_EQ_INT(say(h, "lobby", "m-5", "adult", "child", "private", 40, "m5", "\xF0\x9F\x99\x82"), 0, "a message without words");
    TAP_OK(!piece(h), "says nothing");
    seen s = look_at(h);
    TAP_OK(s.spaces == 1 && s.active && s.shadow, "the space has both models");
    TAP_OK(s.counts.messages[1][0] == 1 && s.counts.messages[0][1] == 1 && s.counts.messages[0][0] == 3 && s.counts.messages[1][1] == 0,
           "the messages are counted by who put them over the threshold (%llu, %llu, %llu, %llu)", (unsigned long long)s.counts.messages[0][0],
           (unsigned long long)s.counts.messages[0][1], (unsigned long long)s.counts.messages[1][0], (unsigned long long)s.counts.messages[1][1]);
    TAP_OK(s.counts.higher > 1000 && s.counts.lower > 1000, "and how far the two were apart");
}

/* Memory that runs out while models are opened. */
static void no_memory(house *h, vg_policy_set *set)
{
    vg_error err = {0};
    bool clean = true;
    size_t n;
    for (n = 1; n < 200; n++) {
        vg_alloc_fail_at(n);
        int rc = vg_pipeline_reload(h->pipeline, set, &err);
        int failed = vg_alloc_failed();
        vg_alloc_fail_at(0);
        if (!failed) break;
        clean &= rc == -VG_ENOMEM && look_at(h).active;
    }
    TAP_OK(clean && n > 3 && n < 200, "a reload without memory fails cleanly, at each of %zu allocations, and the old models stay", n - 1);
    TAP_EQ_INT(look_at(h).counts.messages[1][0], 1, "with what was counted");
}

static void reload(house *h, vg_policy_set *set)
{
    vg_error err = {0};
    vg_buf file = made_file(active_words, 1);
    TAP_EQ_INT(vg_pipeline_reload(h->pipeline, set, &err), 0, "the same policies are taken again");
    TAP_EQ_INT(look_at(h).counts.messages[1][0], 1, "and the counts go on");
    file.ptr[5000] ^= 1;
    place_file("active.model", file.ptr, file.len);
    TAP_EQ_INT(vg_pipeline_reload(h->pipeline, set, &err), -VG_ECORRUPT, "with a damaged model they are refused");
    TAP_OK(strstr(err.what, "active.model") && strstr(err.what, "checksum"), "the file and the reason are named: %s", err.what);
    say(h, "lobby", "r-1", "adult", "child", "private", 50, "r1", "and the violet one too");
    TAP_OK(piece(h), "and the old model goes on");
    made_seal(&file);
    file.ptr[5000] ^= 1;
    made_seal(&file);
    place_file("active.model", file.ptr, file.len);
    TAP_EQ_INT(vg_pipeline_reload(h->pipeline, set, &err), 0, "another model is taken");
    TAP_EQ_INT(look_at(h).counts.messages[1][0], 0, "and is counted from the beginning");
    say(h, "lobby", "r-2", "adult", "child", "private", 60, "m2", "and the violet one too");
    TAP_OK(piece(h), "it judges by its own window");
    unlink(in_dir("active.model"));
    TAP_EQ_INT(vg_pipeline_reload(h->pipeline, set, &err), -VG_ENOENT, "a model that is gone is refused");
    vg_buf_free(&file);
}

int main(int argc, char **argv)
{
    house h;
    if (argc < 2 || sodium_init() < 0 || !mkdtemp(dir)) return 1;
    vg_buf a = made_file(active_words, 2), s = made_file(shadow_words, 1);
    place_file("active.model", a.ptr, a.len);
    place_file("shadow.model", s.ptr, s.len);
    vg_buf_free(&a);
    vg_buf_free(&s);
    place_policy(argv[1], "\nmodel:\n  active: active.model\n  shadow: shadow.model\n  from: 0.60\n");
    vg_policy_set *set = load_policies(in_dir("lobby.yaml"));
    set_up(&h, set);
    flow(&h);
    no_memory(&h, set);
    reload(&h, set);
    tear_down(&h);
    vg_policy_set_unref(&set);
    unlink(in_dir("lobby.yaml"));
    unlink(in_dir("shadow.model"));
    rmdir(dir);
    return tap_done();
}
