/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements for the public database: what looks like personal data and what does not, the document, what an answer means.
 */
#include "report/dsa/dsa.h"

#include "base/time.h"
#include "tap.h"

#define NOW 1777896000000LL

static const vg_str names[] = {{"dark_lord42", 11}, {"message", 7}, {"Zo\xc3\xa9", 4}, {"Ada Lovelace", 12}, {"\xce\x94\xce\xad\xcf\x83\xcf\x80\xce\xbf", 10}};

static const struct {
    const char *text;
    int kind; /* -1: nothing */
    bool certain;
} table[] = {
    /* what is personal */
    {"write to Ada.Lovelace+x@mail.example please", VG_PERSONAL_EMAIL, true},
    {"call 06 12 34 56 78", VG_PERSONAL_PHONE, false},
    {"call +33 6 12 34 56 78 now", VG_PERSONAL_PHONE, false},
    {"call +33 (0)6.12.34.56.78", VG_PERSONAL_PHONE, false},
    {"call 06\xc2\xa0" "12\xc2\xa0" "34\xc2\xa0" "56\xc2\xa0" "78", VG_PERSONAL_PHONE, false},
    {"from 203.0.113.7.", VG_PERSONAL_IP, false},
    {"from 2001:db8::8a2e:370:7334", VG_PERSONAL_IP, true},
    {"at https://chat.example/users/ada", VG_PERSONAL_URL, true},
    {"at https://ada@chat.example/", VG_PERSONAL_URL, true},
    {"at www.chat.example/@ada", VG_PERSONAL_URL, true},
    {"known as @ada_l", VG_PERSONAL_HANDLE, false},
    {"the account DARK_LORD42 wrote", VG_PERSONAL_NAME, true},
    {"a message was sent", VG_PERSONAL_NAME, false},
    {"(zo\xc3\xa9)", VG_PERSONAL_NAME, false},
    {"by ZOE herself", VG_PERSONAL_NAME, false},                                     /* without its accent, in capitals */
    {"by zo\xe2\x80\x8b\xc3\xa9 herself", VG_PERSONAL_NAME, false},                  /* with something in it that is not seen */
    {"by zoe\xcc\x81 herself", VG_PERSONAL_NAME, false},                             /* with the accent as a character of its own */
    {"what ada  lovelace", -1, false},
    {"said ada\xc2\xa0lovelace: ", VG_PERSONAL_NAME, true},                          /* who notified */
    {"\xef\xbd\x84\xef\xbd\x81\xef\xbd\x92\xef\xbd\x8b_lord42 wrote", VG_PERSONAL_NAME, true}, /* in wide letters */
    {"of \xce\x94\xce\xad\xcf\x83\xcf\x80\xce\xbf,", VG_PERSONAL_NAME, false},
    {"write to ada (at) mail.example", VG_PERSONAL_EMAIL, false},
    {"write to ada[arobase]mail.example", VG_PERSONAL_EMAIL, false},
    {"known as ada.l#1234 there", VG_PERSONAL_HANDLE, false},
    {"pay FR14 2004 1010 0505 0001 3M02 606 now", VG_PERSONAL_IBAN, true},
    {"pay GB82WEST12345698765432", VG_PERSONAL_IBAN, true},
    {"account 123456789", VG_PERSONAL_NUMBER, false},
    {"card 4000 0000 0000 0002", VG_PERSONAL_NUMBER, false},
    {"number 2 85 05 78 006 084 36", VG_PERSONAL_NUMBER, false},
    {"call 6 12 34 56 78", VG_PERSONAL_NUMBER, false},
    {"mailto:ada", VG_PERSONAL_URL, true},
    {"write on t.me/ada_l now", VG_PERSONAL_URL, true},
    {"at https://www.instagram.com/ada_l", VG_PERSONAL_URL, true},
    {"at https://chat.example/show?user=ada", VG_PERSONAL_URL, true},
    {"at https://chat.example/show?lang=fr&uid=7", VG_PERSONAL_URL, true},
    /* what is not */
    {"Code pénal, art. 227-22-1 and 227-23", -1, false},
    {"Regulation (EU) 2024/2835, recital 12", -1, false},
    {"on 04.05.2026 and 2026-05-04 at 10:11:12", -1, false},
    {"from 01/02/2026 on", -1, false},
    {"version 1.2.3", -1, false},
    {"law 2024-449 of 21 May 2024, loi n° 2004-575", -1, false},
    {"https://www.legifrance.gouv.fr/codes/article_lc/LEGIARTI000043409170", -1, false},
    {"meet @ noon", -1, false},
    {"GB83WEST12345698765432", -1, false}, /* its check digits are wrong: a word like others */
    {"on 2026-05-04 10:11:12", -1, false},
    {"12 000 000 000 messages", -1, false},
    {"room #1234 and article #12", -1, false},
    {"Zoea is a larva", -1, false},
    {"https://eur-lex.europa.eu/eli/reg/2022/2065/oj#art_17", -1, false},
    {"dark_lord421 is another account", -1, false},
    {"messages are others", -1, false},
    {"1 000 000 accounts, 15 000 of them", -1, false},
    {"Vous ne pouvez plus écrire à des mineurs pendant 7\xc2\xa0jours.", -1, false},
};

static void test_personal(void)
{
    vg_personal found[VG_PERSONAL_MOST];
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        size_t n = vg_personal_find(vg_str_of(table[i].text), names, sizeof names / sizeof *names, found);
        if (table[i].kind < 0) TAP_OK(n == 0, "%s", table[i].text);
        else TAP_OK(n == 1 && (int)found[0].kind == table[i].kind && found[0].certain == table[i].certain, "%s", table[i].text);
    }
    TAP_EQ_INT(vg_personal_find(VG_STR("a@b.cd e@f.gh"), NULL, 0, found), 2, "each of them is found");
    TAP_EQ_INT(found[1].at, 7, "with its place");
}

static const char issued[] = "{\"language\":\"fr\",\"restriction\":{\"action\":\"suspend\",\"scope\":\"whole_account\",\"hours\":24,\"from\":\"2026-05-04T12:00:00.000Z\","
                             "\"until\":\"2026-05-05T12:00:00.000Z\"},\"ground\":{\"kind\":\"law\",\"reference\":\"Code p\xc3\xa9nal, art. 227-22-1\",\"explanation\":\"Un adulte ne sollicite pas un mineur.\"},"
                             "\"dsa\":{\"category\":\"STATEMENT_CATEGORY_PROTECTION_OF_MINORS\",\"keyword\":\"KEYWORD_GROOMING_SEXUAL_ENTICEMENT_MINORS\"},\"text\":\"ce que le référent a écrit\"}";

static bool says(vg_str document, const char *what) { return memmem(document.ptr, document.len, what, strlen(what)) != NULL; }

static void test_document(void)
{
    vg_arena *arena = vg_arena_create(1 << 14, 1 << 22);
    vg_error err = {0};
    vg_dsa_statement s;
    char where[64];
    vg_dsa_facts f = {.content = vg_str_of(issued), .puid = VG_STR("vigie-0123"), .kinds = UINT64_C(1) << VG_MEDIA_KNOWN, .source = VG_SOURCE_TRUSTED, .language = VG_STR("fr"),
                      .content_ms = NOW, .applied_ms = NOW};
    TAP_EQ_INT(vg_dsa_compose(&f, arena, &s, &err), 0, "a statement of reasons becomes a document");
    TAP_OK(!s.lacks && vg_dsa_valid(s.document, where), "that the database takes");
    TAP_OK(says(s.document, "\"decision_account\":\"DECISION_ACCOUNT_SUSPENDED\"") && says(s.document, "\"end_date_account_restriction\":\"2026-05-05\""), "what was done, until when");
    TAP_OK(says(s.document, "\"illegal_content_legal_ground\"") && !says(s.document, "incompatible"), "on the ground of the law, and of nothing else");
    TAP_OK(says(s.document, "\"source_type\":\"SOURCE_TRUSTED_FLAGGER\"") && says(s.document, "\"automated_detection\":\"Yes\""), "who said so, and how it was found");
    TAP_OK(says(s.document, "AUTOMATED_DECISION_NOT_AUTOMATED"), "a person decided");
    TAP_OK(!says(s.document, "écrit"), "nothing that a person typed is in it");
    TAP_OK(says(s.document, "\"content_type\":[\"CONTENT_TYPE_OTHER\"]") && says(s.document, "\"content_type_other\":\"Images or videos\""), "of media of which nobody knows what they are, no kind is made up");
    static const char removed[] = "{\"language\":\"en\",\"restriction\":{\"action\":\"suspend\",\"scope\":\"whole_account\",\"hours\":0,\"removed\":true},\"ground\":{\"kind\":\"law\",\"explanation\":\"x\"}}";
    f.content = vg_str_of(removed);
    TAP_OK(!vg_dsa_compose(&f, arena, &s, &err) && says(s.document, "\"decision_account\":\"DECISION_ACCOUNT_SUSPENDED\"") && says(s.document, "\"decision_visibility\":[\"DECISION_VISIBILITY_CONTENT_REMOVED\"]"), "what is removed is said beside what the account may not do");
    f.content = vg_str_of(issued);
    f.media = VG_DSA_VIDEO;
    TAP_OK(!vg_dsa_compose(&f, arena, &s, &err) && says(s.document, "\"content_type\":[\"CONTENT_TYPE_VIDEO\"]") && says(s.document, "des vid\xc3\xa9os."), "a video is sent as a video");
    f.media = VG_DSA_IMAGE | VG_DSA_VIDEO;
    f.kinds |= UINT64_C(1) << VG_TEXT_MODEL;
    TAP_OK(!vg_dsa_compose(&f, arena, &s, &err) && says(s.document, "[\"CONTENT_TYPE_IMAGE\",\"CONTENT_TYPE_TEXT\",\"CONTENT_TYPE_VIDEO\"]"), "beside pictures and words");
    f.kinds = UINT64_C(1) << VG_TEXT_MODEL;
    TAP_OK(!vg_dsa_compose(&f, arena, &s, &err) && says(s.document, "[\"CONTENT_TYPE_TEXT\"]"), "media that nothing was found in are not what it is about");
    f.kinds = UINT64_C(1) << VG_MEDIA_KNOWN;
    f.lifted_ms = NOW;
    TAP_EQ_INT(vg_dsa_compose(&f, arena, &s, &err), 0, "lifted before it was sent");
    TAP_OK(says(s.document, "\"end_date_account_restriction\":\"2026-05-04\""), "it ends with its lifting");
    f.facts = VG_STR("Mended.");
    TAP_OK(!vg_dsa_compose(&f, arena, &s, &err) && says(s.document, "\"decision_facts\":\"Mended.\""), "a person's text stands in for what was composed");
    f.content = VG_STR("{\"restriction\":{\"action\":\"dismiss\"},\"ground\":{\"explanation\":\"x\"}}");
    TAP_OK(!vg_dsa_compose(&f, arena, &s, &err) && s.lacks && strcmp(s.lacks, "/decision_visibility") == 0, "what restricts nothing is no statement");
    f.content = VG_STR("[]");
    TAP_EQ_INT(vg_dsa_compose(&f, arena, &s, &err), -VG_ECORRUPT, "what is none is said to be none");
    vg_arena_destroy(&arena);
}

static vg_reply came(int status, const char *body)
{
    return (vg_reply){.kind = VG_REPLY_CAME, .status = status, .body = vg_str_of(body), .retry_after_s = -1, .why = {"", 0}};
}

static void test_answers(void)
{
    vg_arena *arena = vg_arena_create(1 << 14, 1 << 22);
    vg_error err = {0};
    vg_dsa_turn turn;
    vg_dsa_result r[3];
    const vg_str puids[] = {VG_STR("a"), VG_STR("b"), VG_STR("c")};
    vg_reply reply = came(201, "{\"statements\":[{\"puid\":\"b\",\"uuid\":\"u-b\"},{\"puid\":\"a\",\"uuid\":\"u-a\"}]}");
    TAP_EQ_INT(vg_dsa_take_send(&reply, puids, 3, arena, r, &turn, &err), 0, "201");
    TAP_OK(r[0].fate == VG_DSA_SENT && r[1].fate == VG_DSA_SENT && r[2].fate == VG_DSA_SENT && vg_str_is(r[0].uuid, "u-a"), "all are taken; each by its own puid");
    reply = came(422, "{\"message\":\"no\",\"errors\":{\"statement_1\":{\"category\":[\"The selected category is invalid.\"]}}}");
    vg_dsa_take_send(&reply, puids, 3, arena, r, &turn, &err);
    TAP_OK(r[0].fate == VG_DSA_AGAIN && r[1].fate == VG_DSA_GUILTY && r[2].fate == VG_DSA_AGAIN && !turn.later, "422: the guilty one is named, the others go again");
    reply = came(422, "{\"errors\":{\"statements.2.puid\":[\"The puid has already been used.\"]}}");
    vg_dsa_take_send(&reply, puids, 3, arena, r, &turn, &err);
    TAP_OK(r[2].fate == VG_DSA_SENT && r[0].fate == VG_DSA_AGAIN, "a puid that was used is one that arrived");
    reply = came(422, "{\"errors\":{\"puid\":[\"...\"],\"existing_puids\":[\"b\"]}}");
    vg_dsa_take_send(&reply, puids, 3, arena, r, &turn, &err);
    TAP_OK(r[1].fate == VG_DSA_SENT, "or that the database lists");
    reply = came(422, "{\"errors\":{\"statement_99999999999999999999\":[\"x\"]}}");
    vg_dsa_take_send(&reply, puids, 3, arena, r, &turn, &err);
    TAP_OK(r[0].fate == VG_DSA_AGAIN && r[1].fate == VG_DSA_AGAIN && r[2].fate == VG_DSA_AGAIN, "a number that is none accuses nobody");
    vg_dsa_take_send(&reply, puids, 1, arena, r, &turn, &err);
    TAP_EQ_INT(r[0].fate, VG_DSA_GUILTY, "alone, it can be no other");
    reply = came(422, "{\"message\":\"The facts are too short.\",\"errors\":{\"decision_facts\":[\"too short\"]}}");
    vg_dsa_take_send(&reply, puids, 3, arena, r, &turn, &err);
    TAP_OK(r[0].fate == VG_DSA_AGAIN && !turn.later, "of three, nobody knows which: they are halved");
    vg_dsa_take_send(&reply, puids, 1, arena, r, &turn, &err);
    TAP_OK(r[0].fate == VG_DSA_GUILTY && vg_str_is(r[0].why, "decision_facts: too short"), "alone it is refused, and hears why");
    static const int wrong_way[] = {400, 404, 405, 406, 410, 413, 415, 422};
    int blamed = 0, on = 0;
    for (size_t i = 0; i < sizeof wrong_way / sizeof *wrong_way; i++) {
        reply = came(wrong_way[i], "{\"message\":\"no\"}");
        vg_dsa_take_send(&reply, puids, 1, arena, r, &turn, &err);
        blamed += r[0].fate != VG_DSA_AGAIN;
        on += !turn.later || !turn.stop || turn.unsure || !turn.why.len;
        vg_dsa_take_find(&reply, arena, r, &turn, &err);
        on += wrong_way[i] != 404 && (!turn.later || !turn.stop);
    }
    TAP_OK(!blamed && !on, "an answer that names no statement (404, 405, a 422 without errors) refuses none: the way there is wrong, all wait");
    reply = came(422, "{\"errors\":{\"statements\":[\"The statements field is required.\"]}}");
    vg_dsa_take_send(&reply, puids, 1, arena, r, &turn, &err);
    TAP_OK(r[0].fate == VG_DSA_AGAIN && turn.stop, "nor one about the request around it");
    reply = came(413, "");
    vg_dsa_take_send(&reply, puids, 3, arena, r, &turn, &err);
    TAP_OK(r[0].fate == VG_DSA_AGAIN && !turn.later, "413: there are too many in one");
    reply = came(401, "");
    vg_dsa_take_send(&reply, puids, 3, arena, r, &turn, &err);
    TAP_OK(turn.stop && turn.later && !turn.unsure, "401: the token is refused");
    reply = came(429, "");
    reply.retry_after_s = 7;
    vg_dsa_take_send(&reply, puids, 3, arena, r, &turn, &err);
    TAP_OK(turn.later && !turn.unsure && turn.wait_ms == 7000, "429: later, as it says");
    reply = came(502, "<html>");
    vg_dsa_take_send(&reply, puids, 3, arena, r, &turn, &err);
    TAP_OK(turn.later && turn.unsure, "5xx: it may have arrived");
    reply = (vg_reply){.kind = VG_REPLY_LOST, .retry_after_s = -1, .why = VG_STR("time-out")};
    vg_dsa_take_send(&reply, puids, 3, arena, r, &turn, &err);
    TAP_OK(turn.later && turn.unsure, "so may what no answer came to");
    reply = came(200, "{}");
    vg_dsa_take_find(&reply, arena, r, &turn, &err);
    TAP_EQ_INT(r[0].fate, VG_DSA_SENT, "it is there");
    reply = came(404, "{}");
    vg_dsa_take_find(&reply, arena, r, &turn, &err);
    TAP_OK(r[0].fate == VG_DSA_AGAIN && !turn.later, "it is not");
    vg_arena_destroy(&arena);
}

int main(void)
{
    test_personal();
    test_document();
    test_answers();
    return tap_done();
}
