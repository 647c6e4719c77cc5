/* SPDX-License-Identifier: Apache-2.0
 *
 * The flow, as a specification: what happens to an event, with the shipped policies.
 *
 * One pipeline serves all; each part has its own people and conversations.
 */
#include "fixture.h"

static const char KNOWN[] = "515784e15c3943a98d0e012b32112d12f46c63ae7a793b88b9126da60983407c";

static void ordinary(house *h)
{
    account(h, "lobby", "o-child", "13-14");
    account(h, "lobby", "o-friend", "13-14");
    TAP_EQ_INT(say(h, "lobby", "o-1", "o-child", "o-friend", "private", 0, "o", "on joue ce soir ?"), 0,
               "an ordinary message is taken");
    TAP_EQ_INT(h->task.verdict.kind, VG_VERDICT_ALLOW, "its verdict is allow");
    TAP_EQ_INT(h->task.verdict.risk, 0, "its risk is nothing");
    TAP_OK(h->task.scanned && !h->task.needs_case, "it was looked at, and asks for no case");
    json_t *said = json_loads(answer(h), JSON_REJECT_DUPLICATES, NULL);
    TAP_EQ_STR(text_at(said, "id"), "o-1", "the answer is JSON and names the event");
    TAP_EQ_STR(text_at(said, "verdict"), "allow", "and the verdict");
    json_decref(said);
    TAP_EQ_INT(say(h, "lobby", "o-2", "o-child", NULL, "public", 5, "hall", "bonjour à tous"), 0, "so is public talk");
    TAP_EQ_INT(h->task.verdict.kind, VG_VERDICT_ALLOW, "which is allow too");
}

/* What an adult writes to a child, and what the platform is told. */
static void course(house *h)
{
    static const struct {
        const char *from, *to, *text;
        vg_verdict_kind verdict;
    } lines[] = {
        {"c-adult", "c-child", "salut, bien joué la partie de tout à l'heure", VG_VERDICT_ALLOW},
        {"c-child", "c-adult", "merci ! toi aussi", VG_VERDICT_ALLOW},
        {"c-adult", "c-child", "tu as quel âge au fait ?", VG_VERDICT_NUDGE},
        {"c-child", "c-adult", "j'ai 13 ans", VG_VERDICT_ALLOW},
        {"c-adult", "c-child", "tes parents regardent ton téléphone ?", VG_VERDICT_NUDGE},
        {"c-adult", "c-child", "si tu veux je t'offre des pièces pour le costume", VG_VERDICT_HOLD}, /* three stages in two minutes */
        {"c-adult", "c-child", "ne le dis à personne, c'est notre secret", VG_VERDICT_HOLD},
    };
    account(h, "lobby", "c-adult", "25+");
    account(h, "lobby", "c-child", "13-14");
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        char id[16];
        snprintf(id, sizeof id, "c-%zu", i);
        if (say(h, "lobby", id, lines[i].from, lines[i].to, "private", 60 + (int64_t)i * 30, "course", lines[i].text))
            TAP_OK(false, "%s: %s", h->err.where, h->err.what);
        TAP_OK(h->task.verdict.kind == lines[i].verdict, "\"%s\" is %s (risk %u)", lines[i].text,
               vg_verdict_names[h->task.verdict.kind], h->task.verdict.risk);
        TAP_OK(h->task.needs_case == (h->task.verdict.kind >= VG_VERDICT_REVIEW), "a case from review on");
        if (lines[i].verdict == VG_VERDICT_NUDGE)
            TAP_OK(strstr(answer(h), "\"message\":") != NULL, "a nudge brings a message to show");
    }
    const vg_case_write *w = &h->task.write;
    TAP_OK(vg_str_is(w->space, "lobby") && vg_str_is(w->account, "c-adult"), "the case is about the adult");
    TAP_OK(w->account_band == VG_AGE_25_PLUS && w->youngest_band == VG_AGE_13_14, "and knows both age bands");
    TAP_EQ_INT(w->due_ms - w->now_ms, 4 * VG_HOUR_MS, "it is due when the space has promised");
    TAP_OK(vg_str_is(w->source, "/spaces/lobby") && vg_str_is(w->event_id, "c-6"), "it names its event");
}

static void known_media(house *h)
{
    char data[300];
    snprintf(data, sizeof data,
             "\"conversation\":\"m\",\"to\":[\"m-b\"],\"hashes\":[{\"algorithm\":\"sha256\",\"value\":\"%s\"}]", KNOWN);
    TAP_EQ_INT(send(h, "lobby", "m-1", "media", "m-a", 10, data), 0, "a picture");
    TAP_EQ_INT(h->task.verdict.kind, VG_VERDICT_BLOCK, "that is known material is blocked");
    TAP_OK(has_evidence(h, VG_MEDIA_KNOWN) && h->task.needs_case, "with its reason, and a case");
    json_t *c = content(h), *piece = json_array_get(json_object_get(c, "evidence"), 0);
    TAP_EQ_STR(text_at(piece, "bank"), "demo", "which names the bank");
    json_decref(c);
    data[strlen(data) - 5] = data[strlen(data) - 5] == '0' ? '1' : '0';
    TAP_EQ_INT(send(h, "lobby", "m-2", "media", "m-a", 11, data), 0, "another picture");
    TAP_EQ_INT(h->task.verdict.kind, VG_VERDICT_ALLOW, "that nobody knows is not");
}

/* A bank of one entry with a digest and a PDQ hash, in RAM. */
static vg_bank_set *a_bank(vg_bank_effect effect, bool doubted, int64_t expires_ms, uint32_t visible_to)
{
    vg_error err = {0};
    vg_index *index = NULL;
    vg_bank_index *shared = NULL;
    vg_bank_set *set = NULL;
    uint16_t category;
    vg_index_item items[2] = {{.entry = 7, .doubted = doubted}, {.entry = 7, .doubted = doubted}};
    items[0].hash = (vg_media_hash){.algorithm = VG_HASH_SHA1, .bytes = {1, 2, 3}};
    items[1].hash = (vg_media_hash){.algorithm = VG_HASH_PDQ, .quality = 100};
    memset(items[1].hash.bytes, 0x5a, 32);
    if (vg_index_create(&index, &err) || vg_index_category(index, VG_STR("class 2"), &category, &err)) give_up("index", &err);
    items[0].category = items[1].category = category;
    if (vg_index_add(index, 1, items, 2, &err) || vg_bank_index_create(&shared, &index, &err)) give_up("index", &err);
    vg_bank_set_item item = {.bank = {.id = 5, .name = VG_STR("hotline"), .source = VG_STR("a source"), .classification = VG_STR("its own"),
                                      .threshold = 31, .min_quality = 50, .video_percent = 80, .effect = effect, .spaces = VG_STR("*"),
                                      .visible_to = visible_to, .expires_ms = expires_ms}, .index = shared};
    if (vg_bank_set_create(&set, &item, 1, &err)) give_up("bank set", &err);
    vg_bank_index_unref(&shared);
    return set;
}

static void use_bank(house *h, vg_bank_effect effect, bool doubted, int64_t expires_ms, uint32_t visible_to)
{
    vg_bank_set *set = a_bank(effect, doubted, expires_ms, visible_to);
    vg_pipeline_use_banks(h->pipeline, set);
    vg_bank_set_unref(&set);
}

#define NEAR "\"conversation\":\"m\",\"to\":[\"bk-b\",\"bk-c\"],\"hashes\":[{\"algorithm\":\"pdq\",\"quality\":80,\"turn\":\"rot90\",\"value\":\"5b5b5b5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a\"}]"
#define EQUAL "\"conversation\":\"m\",\"to\":[\"bk-b\",\"bk-c\"],\"hashes\":[{\"algorithm\":\"sha1\",\"value\":\"0102030000000000000000000000000000000000\"}]"

static void banks(house *h)
{
    const uint32_t all = (1u << VG_ROLES) - 1;
    use_bank(h, VG_BANK_BLOCK, false, 0, all);
    TAP_EQ_INT(send(h, "lobby", "bk-1", "media", "bk-a", 1000, NEAR), 0, "a picture close to one in a bank");
    TAP_OK(h->task.verdict.kind == VG_VERDICT_BLOCK && has_evidence(h, VG_MEDIA_SIMILAR) && !has_evidence(h, VG_MEDIA_KNOWN), "is blocked as nearly the same");
    TAP_OK(strstr(answer(h), "\"distance\":3,\"turn\":\"rot90\"") && strstr(answer(h), "\"bank\":\"hotline\",\"source\":\"a source\",\"category\":\"class 2\",\"classification\":\"its own\",\"entry\":7}"), "with bank, native category, distance and turn");
    json_t *c = content(h), *match = json_array_get(json_object_get(json_object_get(c, "media"), "matches"), 0);
    TAP_OK(json_integer_value(json_object_get(match, "bank_id")) == 5 && json_integer_value(json_object_get(match, "visible_to")) == all, "the case keeps by which numbers to find the bank");
    json_decref(c);
    char *first = strdup(answer(h));
    vg_pipeline_case_stored(h->pipeline, h->task.keys.event, 77);
    send(h, "lobby", "bk-1", "media", "bk-a", 1000, NEAR);
    TAP_OK(h->task.seen == VG_SEEN_DUPLICATE && strstr(answer(h), "\"distance\":3") && strncmp(first, answer(h), strlen("{\"id\":\"bk-1\",\"verdict\":\"block\"")) == 0, "the same again is answered the same");
    free(first);
    send(h, "lobby", "bk-2", "media", "bk-a", 1001, EQUAL);
    TAP_OK(h->task.verdict.kind == VG_VERDICT_BLOCK && has_evidence(h, VG_MEDIA_KNOWN) && !has_evidence(h, VG_MEDIA_SIMILAR), "equal bytes are known material");
    send(h, "rencontre", "bk-3", "media", "bk-a", 1002, "\"to\":[\"bk-b\"],\"channel\":\"private\",\"hashes\":[{\"algorithm\":\"sha1\",\"value\":\"0102030000000000000000000000000000000000\"}]");
    TAP_OK(!h->task.scanned && h->task.match_count == 0 && !has_evidence(h, VG_MEDIA_KNOWN), "where nothing may be looked at, nothing is looked up");
    use_bank(h, VG_BANK_BLOCK, true, 0, all);
    send(h, "lobby", "bk-4", "media", "bk-a", 1003, EQUAL);
    TAP_OK(h->task.verdict.kind == VG_VERDICT_REVIEW && strstr(answer(h), "\"effect\":\"review\",\"doubted\":true"), "an entry in doubt asks for review, whatever its bank and its weight");
    use_bank(h, VG_BANK_HOLD, false, 0, 1u << VG_ROLE_ADMIN);
    send(h, "lobby", "bk-5", "media", "bk-a", 1004, EQUAL);
    TAP_OK(h->task.verdict.kind == VG_VERDICT_HOLD && !strstr(answer(h), "hotline") && !strstr(answer(h), "class 2") && strstr(answer(h), "\"matches\":[{\"algorithm\":\"sha1\""), "a bank that référents may not know of is not named to a platform");
    use_bank(h, VG_BANK_BLOCK, false, T0 + 1006 * 1000, all);
    send(h, "lobby", "bk-6", "media", "bk-a", 1005, EQUAL);
    TAP_EQ_INT(h->task.verdict.kind, VG_VERDICT_BLOCK, "a bank is found in until it expires");
    send(h, "lobby", "bk-7", "media", "bk-a", 1007, EQUAL);
    TAP_EQ_INT(h->task.verdict.kind, VG_VERDICT_ALLOW, "and not after it, by the event's time");
    use_bank(h, VG_BANK_ALLOW, false, 0, all);
    send(h, "lobby", "bk-8", "media", "bk-a", 1008, NEAR);
    TAP_OK(h->task.verdict.kind == VG_VERDICT_ALLOW && !has_evidence(h, VG_MEDIA_SIMILAR), "an allow-list is no evidence");
    vg_pipeline_use_banks(h->pipeline, NULL);
}

static void report(house *h)
{
    account(h, "lobby", "n-child", "13-14");
    TAP_EQ_INT(send(h, "lobby", "n-1", "notice", "n-child", 10,
                    "\"about\":\"n-somebody\",\"reason\":\"harassment\",\"text\":\"il m'embête\""),
               0, "a user's report");
    TAP_EQ_INT(h->task.verdict.kind, VG_VERDICT_REVIEW, "goes to a person");
    TAP_OK(vg_str_is(h->task.write.account, "n-somebody"), "and is about the account complained of");
    TAP_EQ_INT(h->task.write.youngest_band, VG_AGE_13_14, "the child is who reports");
    json_t *c = content(h);
    TAP_EQ_INT(json_integer_value(json_object_get(json_object_get(c, "facts"), "notices_made")), 1, "the first one");
    json_decref(c);
}

static void repeats(house *h)
{
    account(h, "lobby", "r-adult", "25+");
    account(h, "lobby", "r-child", "13-14");
    say(h, "lobby", "r-1", "r-adult", "r-child", "private", 0, "r", "envoie-moi une photo de toi");
    vg_verdict first = h->task.verdict;
    uint64_t key = h->task.keys.event, before = digest(h);
    TAP_EQ_INT(first.kind, VG_VERDICT_HOLD, "a picture asked of a child is held");

    TAP_EQ_INT(submit(h), 0, "the same event before its case was stored");
    TAP_EQ_INT(h->task.seen, VG_SEEN_UNCOMMITTED, "is known");
    TAP_OK(h->task.needs_case && h->task.verdict.kind == first.kind && h->task.verdict.risk == first.risk,
           "asks for the case again, with the verdict given");
    TAP_OK(h->task.write.account_band == VG_AGE_25_PLUS && h->task.write.youngest_band == VG_AGE_13_14,
           "about the same two people");
    json_t *c = content(h), *piece = json_array_get(json_object_get(c, "evidence"), 0);
    TAP_EQ_STR(text_at(piece, "name"), "text.picture_request", "with its evidence");
    TAP_OK(strstr(text_at(piece, "pattern"), "photo") != NULL, "the expression that matched: %s", text_at(piece, "pattern"));
    TAP_EQ_INT(json_array_size(json_object_get(c, "window")), 0, "and not itself as what was said before");
    TAP_EQ_INT(json_integer_value(json_object_get(json_object_get(c, "facts"), "sent")), 1, "one message, not two");
    json_decref(c);
    TAP_OK(digest(h) == before, "and counts nothing twice");

    vg_pipeline_case_stored(h->pipeline, key, 77);
    TAP_EQ_INT(submit(h), 0, "the same event after that");
    TAP_OK(h->task.seen == VG_SEEN_DUPLICATE && !h->task.needs_case, "is a duplicate without a case to store");
    TAP_OK(h->task.verdict.kind == first.kind && h->task.verdict.risk == first.risk &&
               h->task.verdict.count == first.count && h->task.case_id == 77,
           "gets the same verdict and the case's name");
    TAP_OK(strstr(answer(h), "\"duplicate\":true") && strstr(answer(h), "c-000077"), "and says so");
    TAP_OK(digest(h) == before, "and counts nothing twice either");

    TAP_EQ_INT(say(h, "lobby", "r-1", "r-adult", "r-child", "private", 0, "r", "autre chose"), -VG_ECONFLICT,
               "the same id with other content is a conflict");
    TAP_EQ_STR(h->err.where, "/id", "at its id");
    TAP_OK(digest(h) == before, "nothing of it is applied");
    TAP_EQ_INT(say(h, "nowhere", "r-2", "r-adult", "r-child", "private", 0, "r", "bonjour"), -VG_EUNPROCESSABLE,
               "a space without a policy is refused");
    TAP_EQ_STR(h->err.where, "/source", "at its source");
    TAP_OK(digest(h) == before, "nothing of it is applied either");
}

static void no_case_without_a_clock(house *h)
{
    account(h, "lobby", "a-adult", "25+");
    account(h, "lobby", "a-child", "13-14");
    h->now_ms = 0;
    say(h, "lobby", "a-1", "a-adult", "a-child", "private", 0, "a", "envoie-moi une photo de toi");
    TAP_OK(h->task.verdict.kind >= VG_VERDICT_REVIEW && !h->task.needs_case, "assess asks for no case");
    submit(h);
    TAP_OK(h->task.seen == VG_SEEN_DUPLICATE && !h->task.needs_case, "nor when the event comes again");
    h->now_ms = T0;
}

/* An adult who came yesterday writes to 24 children in private, where this forum may not look. */
static void not_looked_at(house *h)
{
    static const char words[] = "tu as quel age, ne le dis a personne";
    char id[32], child[32], data[200];
    send(h, "forum", "p-0", "account", "p-adult", -10, "\"age_band\":\"25+\",\"created\":\"2026-05-03\"");
    for (int i = 0; i < 24; i++) {
        snprintf(id, sizeof id, "p-%d", i + 1);
        snprintf(child, sizeof child, "p-child-%d", i);
        account(h, "forum", child, "13-14");
        say(h, "forum", id, "p-adult", child, "private", i, child, words);
    }
    TAP_OK(!h->task.scanned && !h->task.verdict.scanned, "without a legal basis a private message is not looked at");
    TAP_OK(h->task.hits.count == 0 && h->task.hits.families == 0, "no word of it is evidence");
    TAP_OK(has_evidence(h, VG_CONDUCT_AGE_GAP) && has_evidence(h, VG_CONDUCT_FAN_OUT_DAY),
           "who contacts whom still is");
    TAP_OK(h->task.verdict.kind >= VG_VERDICT_REVIEW, "and that is enough for a person to look (risk %u)",
           h->task.verdict.risk);
    TAP_OK(strstr(answer(h), "\"scanned\":false") != NULL, "the answer says that nothing was read");
    json_t *c = content(h);
    TAP_OK(json_is_true(json_object_get(c, "withheld")), "the case says that the text is withheld");
    TAP_OK(h->task.needs_case && !memmem(h->task.write.content.ptr, h->task.write.content.len, "quel age", 8),
           "and does not hold it");
    TAP_EQ_INT(json_array_size(json_object_get(c, "window")), 0, "nor what was said before");
    TAP_EQ_STR(text_at(c, "legal_basis"), "(absent)", "nor a legal basis");
    json_decref(c);
    snprintf(data, sizeof data,
             "\"to\":[\"p-child-1\"],\"channel\":\"private\",\"hashes\":[{\"algorithm\":\"sha256\",\"value\":\"%s\"}]", KNOWN);
    send(h, "forum", "p-media", "media", "p-adult", 30, data);
    TAP_OK(!h->task.scanned && !has_evidence(h, VG_MEDIA_KNOWN), "nor is a private picture compared");
    say(h, "forum", "p-public", "p-adult", "p-child-1", "public", 31, "thread", words);
    TAP_OK(h->task.scanned && has_evidence(h, VG_TEXT_AGE_PROBING), "in public the same words count");
}

/* Every span cuts out what its pattern is about. */
static void check_spans(json_t *c, const char *text)
{
    json_t *span, *piece;
    size_t i, k, cut = 0;
    json_array_foreach(json_object_get(c, "spans"), i, span) {
        size_t from = (size_t)json_integer_value(json_object_get(span, "from"));
        size_t to = (size_t)json_integer_value(json_object_get(span, "to"));
        const char *want = strcmp(text_at(span, "name"), "text.secrecy") == 0 ? "notre secret" : "envoie-moi une photo\xE2\x80\x8B de toi";
        bool right = from < to && to <= strlen(text) && strncmp(text + from, want, strlen(want)) == 0;
        cut += right && to - from >= strlen(want);
        TAP_OK(right, "%s is at \"%.*s\" (%s)", text_at(span, "name"), (int)(to - from), text + from, text_at(span, "pattern"));
    }
    TAP_EQ_INT(cut, 2, "two places, both cut out to the byte");
    json_array_foreach(json_object_get(c, "evidence"), i, piece) {
        json_array_foreach(json_object_get(piece, "spans"), k, span)
            TAP_OK(json_array_size(span) == 2 &&
                       json_integer_value(json_array_get(span, 0)) < json_integer_value(json_array_get(span, 1)),
                   "%s has its places too", text_at(piece, "name"));
        json_t *why = json_object_get(piece, "why");
        TAP_OK(strlen(text_at(why, "fr")) > 10 && strlen(text_at(why, "en")) > 10, "and says why in both languages");
    }
}

static void case_content(house *h)
{
    static const char hostile[] = "\"\\<script>alert(1)</script>\n\t\x1b[2J\xE2\x80\xAE € 👋 \x7f";
    static const char strange[] = "a\"b\\c</script>{value}%s%n \xE2\x80\xAE" "d";
    static const char asked[] = "👋 é « ok », c'est notre secret… envoie-moi une photo\xE2\x80\x8B de toi !";
    char id[300];
    account(h, "lobby", strange, "25+");
    account(h, "lobby", "k-child", "under13");
    for (int i = 0; i < 30; i++) {
        snprintf(id, sizeof id, "k-%d-%s", i, strange);
        say(h, "lobby", id, i % 2 ? "k-child" : strange, i % 2 ? strange : "k-child", "private", 100 + i, "k\"\\", hostile);
    }
    TAP_EQ_INT(say(h, "lobby", "k-last", strange, "k-child", "private", 200, "k\"\\", asked), 0, "a hostile name asks");
    json_t *c = content(h), *event = json_object_get(c, "event"), *window = json_object_get(c, "window"), *m;
    TAP_OK(c != NULL, "the content of its case is JSON");
    TAP_EQ_STR(text_at(event, "subject"), strange, "with the name as it is");
    TAP_EQ_STR(text_at(json_object_get(event, "data"), "text"), asked, "and the text to the byte");
    check_spans(c, asked);
    TAP_EQ_INT(json_array_size(window), 20, "the window has as many messages as the policy says");
    size_t i, right = 0;
    json_array_foreach(window, i, m) {
        snprintf(id, sizeof id, "k-%zu-%s", i + 10, strange);
        right += strcmp(text_at(m, "id"), id) == 0 && strcmp(text_at(m, "text"), hostile) == 0 &&
                 strcmp(text_at(m, "subject"), i % 2 ? "k-child" : strange) == 0 &&
                 strcmp(text_at(m, "age_band"), i % 2 ? "under13" : "25+") == 0;
    }
    TAP_EQ_INT(right, 20, "the newest ones, oldest first, every byte of them");
    TAP_EQ_STR(text_at(c, "conversation"), "k\"\\", "the conversation");
    TAP_EQ_STR(text_at(c, "channel"), "private", "the channel");
    TAP_OK(strstr(text_at(c, "legal_basis"), "EXAMPLE") != NULL, "and the legal basis that let it be read");
    TAP_EQ_STR(text_at(json_object_get(c, "facts"), "peer_age_band"), "under13", "the facts know the child");
    json_decref(c);
}

/* What the page says first: why now, what would lower the risk, how far the exchange has come. */
static void case_reasons(house *h)
{
    account(h, "lobby", "why-adult", "25+");
    account(h, "lobby", "why-child", "13-14");
    say(h, "lobby", "why-1", "why-adult", "why-child", "private", 500, "why", "c'est notre secret");
    say(h, "lobby", "why-2", "why-child", "why-adult", "private", 501, "why", "bof");
    TAP_EQ_INT(say(h, "lobby", "why-3", "why-adult", "why-child", "private", 502, "why", "envoie-moi une photo de toi"), 0, "a picture is asked for");
    json_t *c = content(h), *now = json_object_get(c, "why_now"), *lower = json_object_get(c, "lower"), *course = json_object_get(c, "course");
    TAP_EQ_STR(text_at(now, "fr"), "Une demande de photo vient s’ajouter à une demande de secret et à une différence d’âge d’au moins 11\u00a0ans.",
               "why now, in French");
    TAP_EQ_STR(text_at(now, "en"), "A picture request now comes on top of a request for secrecy and an age gap of at least 11 years.", "in English");
    json_t *before = json_array_get(json_object_get(c, "window"), 0), *place = json_array_get(json_object_get(before, "spans"), 0);
    TAP_EQ_STR(text_at(place, "name"), "text.secrecy", "what stood before is shown at its place in the messages before");
    TAP_EQ_INT(json_integer_value(json_object_get(place, "from")), 6, "after \"c'est \"");
    json_t *first = json_array_get(lower, 0);
    TAP_EQ_STR(text_at(first, "change"), "without", "what would lower the risk");
    TAP_EQ_STR(json_string_value(json_array_get(json_object_get(first, "names"), 0)), "text.picture_request", "names the pieces");
    TAP_OK(json_is_true(json_object_get(first, "nothing_new")) && strlen(text_at(json_object_get(first, "text"), "fr")) > 10, "and says so");
    json_t *stages = json_object_get(course, "stages");
    TAP_EQ_INT(json_array_size(stages), VG_STAGES, "all six stages");
    TAP_EQ_STR(text_at(json_array_get(stages, VG_STAGE_ESCALATION), "name"), "escalation", "by name");
    TAP_EQ_INT(json_integer_value(json_object_get(course, "sent")), 2, "who wrote how much");
    TAP_EQ_INT(json_integer_value(json_object_get(course, "initiative")), 66, "and the share of it, in percent");
    json_t *piece = json_array_get(json_object_get(c, "evidence"), 0);
    TAP_EQ_STR(text_at(piece, "language"), "fr", "a piece says in which language its expression is");
    TAP_OK(json_real_value(json_object_get(piece, "strength")) > 0.5, "and how strongly it fired");
    json_decref(c);
}

/* JSON may make six bytes of one: what a case holds must still fit in it. */
static void large_content(house *h)
{
    static char bells[VG_EVENT_MAX_TEXT - 100];
    char id[16];
    memset(bells, 1, sizeof bells - 1);
    account(h, "lobby", "l-adult", "25+");
    account(h, "lobby", "l-child", "13-14");
    for (int i = 0; i < 45; i++) {
        snprintf(id, sizeof id, "l-%d", i);
        if (say(h, "lobby", id, "l-adult", "l-child", "private", 300 + i, "l", bells)) TAP_OK(false, "%s", h->err.what);
    }
    write_event(h, "lobby", "l-last", "message", "l-adult", 400,
                "\"conversation\":\"l\",\"to\":[\"l-child\"],\"text\":\"envoie-moi une photo de toi\"");
    h->json.len--; /* five megabytes of blanks before the last brace */
    for (int i = 0; i < 5 << 20; i++) vg_buf_add_char(&h->json, ' ');
    vg_buf_add_char(&h->json, '}');
    vg_buf_reserve(&h->json, 64);
    TAP_EQ_INT(submit(h), 0, "an event of five megabytes after messages of control characters");
    json_t *c = content(h), *window = json_object_get(c, "window");
    TAP_EQ_STR(text_at(json_object_get(c, "event"), "id"), "l-last", "still makes a case");
    TAP_OK(json_array_size(window) == 20 && h->task.write.content.len < 4 << 20, "of %zu bytes with %zu messages",
           h->task.write.content.len, json_array_size(window));
    TAP_EQ_STR(text_at(json_array_get(window, json_array_size(window) - 1), "id"), "l-44", "up to the newest");
    json_decref(c);
}

static void later_messages_stay_out(house *h)
{
    account(h, "lobby", "w-adult", "25+");
    account(h, "lobby", "w-child", "13-14");
    say(h, "lobby", "w-1", "w-child", "w-adult", "private", 0, "w", "bonjour");
    say(h, "lobby", "w-2", "w-adult", "w-child", "private", 1, "w", "envoie-moi une photo de toi");
    say(h, "lobby", "w-3", "w-child", "w-adult", "private", 2, "w", "non");
    say(h, "lobby", "w-2", "w-adult", "w-child", "private", 1, "w", "envoie-moi une photo de toi");
    json_t *c = content(h), *window = json_object_get(c, "window");
    TAP_EQ_INT(json_array_size(window), 1, "a case asked for again has what was said before");
    TAP_EQ_STR(text_at(json_array_get(window, 0), "id"), "w-1", "and nothing that followed");
    json_decref(c);
    say(h, "lobby", "w-4", "w-adult", "w-child", "private", 2 * 86400, "w", "envoie-moi une photo de toi");
    c = content(h);
    TAP_EQ_INT(json_array_size(json_object_get(c, "window")), 0, "nor what is older than the policy's minutes");
    json_decref(c);
}

/* A report is no message: the window does not hold it, only what came before and after. */
static void report_asked_for_again(house *h)
{
    static const char data[] = "\"about\":\"v-adult\",\"reason\":\"grooming\",\"conversation\":\"v\"";
    char id[16];
    account(h, "lobby", "v-child", "13-14");
    for (int i = 0; i < 26; i++) {
        snprintf(id, sizeof id, "v-%d", i);
        if (i == 23 || i == 25) {
            write_event(h, "lobby", "v-report", "notice", "v-child", 3 * 86400 + 23, data);
            TAP_EQ_INT(submit(h), 0, i == 23 ? "a report" : "comes again, as its case was not stored");
        } else {
            say(h, "lobby", id, "v-adult", "v-child", "private", 3 * 86400 + i, "v", "bonjour");
        }
    }
    json_t *c = content(h), *window = json_object_get(c, "window");
    TAP_EQ_INT(json_array_size(window), 20, "with as many messages as the policy says");
    TAP_EQ_STR(text_at(json_array_get(window, 19), "id"), "v-22", "up to the last one before it");
    json_decref(c);
}

static void basis_ends(house *h) /* the last: the clock of events never goes back */
{
    const int64_t last = 52408799; /* seconds from T0 to 2027-12-31T23:59:59Z */
    char when[25];
    vg_time_format(T0 + last * VG_SECOND_MS, when);
    TAP_EQ_STR(when, "2027-12-31T23:59:59.000Z", "on the last day of the legal basis");
    say(h, "lobby", "e-1", "e-adult", "e-child", "private", last, "e", "envoie-moi une photo de toi");
    TAP_OK(h->task.scanned, "a private message is looked at");
    say(h, "lobby", "e-2", "e-adult", "e-child", "private", last + 86400, "e", "envoie-moi une photo de toi");
    TAP_OK(!h->task.scanned && !has_evidence(h, VG_TEXT_PICTURE_REQUEST), "and the day after not any more");
    say(h, "lobby", "e-3", "e-adult", NULL, "public", last + 86401, "e", "envoie-moi une photo de toi");
    TAP_OK(h->task.scanned, "public ones are");
}

int main(int argc, char **argv)
{
    if (argc < 2) return 2;
    vg_policy_set *set = load_policies(argv[1]);
    house h;
    set_up(&h, set);
    ordinary(&h);
    course(&h);
    known_media(&h);
    banks(&h);
    report(&h);
    repeats(&h);
    no_case_without_a_clock(&h);
    not_looked_at(&h);
    case_content(&h);
    case_reasons(&h);
    large_content(&h);
    later_messages_stay_out(&h);
    report_asked_for_again(&h);
    basis_ends(&h);
    tear_down(&h);
    vg_policy_set_unref(&set);
    return tap_done();
}
