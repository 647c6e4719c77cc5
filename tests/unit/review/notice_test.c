/* SPDX-License-Identifier: Apache-2.0
 *
 * The rules of notices: numbers that survive a telephone, who needs no name, what is the same again, misuse and trust.
 */
#include "review/notice.h"

#include "base/time.h"
#include "tap.h"

static const int64_t now = 1767225600000;
static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static void test_number(void)
{
    char one[VG_NOTICE_NUMBER + 1], read[VG_NOTICE_NUMBER + 1];
    uint8_t random[VG_NOTICE_NUMBER_BYTES] = {1, 2, 3, 250, 77, 0, 255, 128, 9, 31, 64, 200};
    vg_notice_number(random, one);
    TAP_EQ_INT(strlen(one), VG_NOTICE_NUMBER, "a number has four groups of five");
    TAP_OK(one[5] == '-' && one[11] == '-' && one[17] == '-', "with hyphens between them");
    TAP_OK(vg_notice_number_read(vg_str_of(one), read) && strcmp(one, read) == 0, "and is read back");
    char typed[64];
    size_t n = 0;
    for (const char *c = one; *c; c++)
        if (*c != '-') typed[n++] = *c == '0' ? 'o' : *c == '1' ? 'l' : (char)(*c >= 'A' ? *c + 32 : *c);
    typed[n] = '\0';
    TAP_OK(vg_notice_number_read(vg_str_of(typed), read) && strcmp(one, read) == 0, "in small letters, without hyphens, with o and l for 0 and 1");
    int missed = 0, tried = 0;
    for (size_t i = 0; one[i]; i++) {
        char wrong[VG_NOTICE_NUMBER + 1];
        if (one[i] == '-') continue;
        memcpy(wrong, one, sizeof wrong);
        for (const char *c = alphabet; *c; c++) {
            wrong[i] = *c;
            if (*c != one[i]) tried++, missed += vg_notice_number_read(vg_str_of(wrong), read);
        }
        for (size_t j = i + 1; one[j]; j++) {
            memcpy(wrong, one, sizeof wrong);
            wrong[i] = one[j], wrong[j] = one[i];
            if (one[j] != '-' && one[j] != one[i]) tried++, missed += vg_notice_number_read(vg_str_of(wrong), read);
        }
    }
    TAP_OK(tried > 700 && missed == 0, "each single wrong letter and each two that changed places are found (%d)", tried);
    TAP_OK(!vg_notice_number_read(VG_STR(""), read) && !vg_notice_number_read(VG_STR("ABC"), read) && !vg_notice_number_read(VG_STR("UUUUU-UUUUU-UUUUU-UUUUU"), read),
           "what is no number is none");
    random[0] ^= 0x80;
    vg_notice_number(random, read);
    TAP_OK(strcmp(one, read) != 0, "the first bit counts");
    random[0] ^= 0x80, random[11] ^= 0x02;
    vg_notice_number(random, read);
    TAP_OK(strcmp(one, read) != 0, "and the ninety-fifth");
}

static vg_notice_draft good(void)
{
    vg_notice_draft d = {.category = VG_NOTICE_HARASSMENT, .text = VG_STR("he writes to her every night"), .name = VG_STR("Ada"), .email = VG_STR("ada@example.org"), .good_faith = true};
    d.location[d.location_count++] = VG_STR("https://forum.example/t/17");
    return d;
}
static const uint32_t all = (1u << VG_NOTICE_CATEGORIES) - 1;

static const char *first_flaw(const vg_notice_draft *d)
{
    vg_notice_flaw flaw[VG_NOTICE_FLAWS];
    return vg_notice_check(d, all, flaw) ? vg_notice_flaw_field(flaw[0]) : "fine";
}

static void test_members(void)
{
    vg_notice_draft d = good();
    static char big[VG_NOTICE_TEXT + 1];
    vg_notice_flaw flaw[VG_NOTICE_FLAWS];
    memset(big, 'x', sizeof big);
    TAP_EQ_STR(first_flaw(&d), "fine", "a whole notice is fine");
    d.name = d.email = (vg_str){"", 0};
    TAP_EQ_STR(first_flaw(&d), "name", "harassment needs a name");
    for (int c = 0; c <= VG_NOTICE_SEXTORTION; c++) {
        d.category = c;
        TAP_EQ_STR(first_flaw(&d), "fine", "sexual abuse of a child does not (Art. 16(2)(c))");
    }
    d.category = VG_NOTICE_OTHER, d.danger = true;
    TAP_EQ_STR(first_flaw(&d), "fine", "nor does a child in danger now, whatever the category");
    d.danger = false, d.reporter = VG_STR("ada");
    TAP_EQ_STR(first_flaw(&d), "fine", "nor does a user whom the platform knows");
    d = good(), d.email = VG_STR("ada at example");
    TAP_EQ_STR(first_flaw(&d), "email", "an address that cannot be one");
    d = good(), d.location_count = 0;
    TAP_EQ_STR(first_flaw(&d), "locations", "a place is needed");
    d.account = VG_STR("alex");
    TAP_EQ_STR(first_flaw(&d), "fine", "an account is a place");
    d.text = (vg_str){big, sizeof big};
    TAP_EQ_STR(first_flaw(&d), "text", "a text over the limit");
    d = good(), d.good_faith = false;
    TAP_EQ_STR(first_flaw(&d), "good_faith", "good faith is stated");
    vg_notice_draft none = {.category = -1};
    TAP_EQ_INT(vg_notice_check(&none, all, flaw), 6, "an empty form gets all it lacks at once");
    d = good();
    TAP_EQ_INT(vg_notice_check(&d, 1u << VG_NOTICE_AGE, flaw), 1, "a category that the space does not offer");
    for (int c = 0; c < VG_NOTICE_CATEGORIES; c++) {
        TAP_EQ_INT(vg_notice_category_of(vg_str_of(vg_notice_category_names[c])), c, vg_notice_category_names[c]);
        TAP_EQ_INT(vg_notice_category_of_reason(vg_notice_category_reason((vg_notice_category)c)), c, "a category and the reason of its event belong together");
    }
    TAP_EQ_INT(vg_notice_category_of(VG_STR("spam")), -1, "an unknown category");
}

static void test_alike(void)
{
    vg_hash_key key = {1, 2};
    vg_notice_words a = vg_notice_words_of(&key, VG_STR("He asks children for their address and wants them to keep it a secret from their parents every single evening"));
    vg_notice_words b = vg_notice_words_of(&key, VG_STR("he asks children... for their ADDRESS, and wants them to keep it a secret from their parents; every single evening!"));
    vg_notice_words c = vg_notice_words_of(&key, VG_STR("He asks children for their address and wants them to keep it a secret from their parents every single evening ok"));
    vg_notice_words d = vg_notice_words_of(&key, VG_STR("She sells game accounts that are not hers and insults whoever complains about it in the public chat room"));
    vg_notice_words e = vg_notice_words_of(&key, VG_STR("help")), f = vg_notice_words_of(&key, VG_STR("danger"));
    TAP_OK(vg_notice_alike(&a, &b), "other signs and capitals are the same words");
    TAP_OK(vg_notice_alike(&a, &c), "one more word is nearly the same");
    TAP_OK(!vg_notice_alike(&a, &d), "another story is another");
    TAP_OK(!vg_notice_alike(&e, &f), "two single words are not alike");
    vg_notice_words none = vg_notice_words_of(&key, VG_STR(" .,- "));
    TAP_EQ_INT(none.count, 0, "no word at all");
}

static void test_misuse(void)
{
    vg_policy_notices p = {.unfounded_least = 3, .unfounded_percent = 50, .suspend_most_days = 30, .flagger_least = 10, .flagger_percent = 40};
    vg_notice_record r = {.decided = 10, .unfounded = 2};
    vg_error err;
    TAP_EQ_INT(vg_notice_misuse(&r, 0, &p, now), VG_MISUSE_NONE, "two are no habit");
    r.unfounded = 4;
    TAP_EQ_INT(vg_notice_misuse(&r, 0, &p, now), VG_MISUSE_NONE, "four of ten are not half");
    r.unfounded = 5;
    TAP_EQ_INT(vg_notice_misuse(&r, 0, &p, now), VG_MISUSE_WARN, "half of ten: a person may warn");
    TAP_EQ_INT(vg_notice_may_suspend(&r, 0, &p, 7, now, &err), -VG_ECONFLICT, "not suspend: a warning comes first");
    r.warnings = 1, r.warned_ms = now - VG_DAY_MS;
    TAP_EQ_INT(vg_notice_misuse(&r, 0, &p, now), VG_MISUSE_WARNED, "warned");
    TAP_EQ_INT(vg_notice_may_suspend(&r, 0, &p, 7, now, &err), -VG_ECONFLICT, "and stopped since: no suspension");
    TAP_EQ_INT(vg_notice_may_suspend(&r, 1, &p, 7, now, &err), 0, "another one after the warning: it may begin");
    TAP_EQ_INT(vg_notice_may_suspend(&r, 1, &p, 31, now, &err), -VG_EINVAL, "for no longer than the policy says");
    TAP_EQ_INT(vg_notice_may_suspend(&r, 1, &p, 0, now, &err), -VG_EINVAL, "nor for no time");
    r.suspended_until_ms = now + 1;
    TAP_EQ_INT(vg_notice_misuse(&r, 1, &p, now), VG_MISUSE_SUSPENDED, "suspended");
    TAP_EQ_INT(vg_notice_misuse(&r, 1, &p, now + 1), VG_MISUSE_SUSPEND, "and it ends by itself");
    for (int c = 0; c < VG_NOTICE_CATEGORIES; c++) {
        TAP_OK(vg_notice_always_processed((vg_notice_category)c, true), "a child in danger is always processed");
        TAP_EQ_INT(vg_notice_always_processed((vg_notice_category)c, false), c <= VG_NOTICE_SEXTORTION, "and the abuse of a child");
    }
    TAP_OK(!vg_flagger_doubtful(2, 7, &p), "nine notices say little about a trusted flagger");
    TAP_OK(vg_flagger_doubtful(6, 4, &p) && !vg_flagger_doubtful(7, 3, &p), "four of ten dismissed are to be looked at");
    vg_flagger f = {.since_ms = now};
    TAP_OK(vg_flagger_trusted(&f, now) && !vg_flagger_trusted(&f, now - 1), "trusted from its first day");
    f.until_ms = now + 1;
    TAP_OK(!vg_flagger_trusted(&f, now + 1), "not after its last");
    f.until_ms = 0, f.suspended_ms = now, f.suspended_until_ms = now + 5;
    TAP_OK(!vg_flagger_trusted(&f, now + 4) && vg_flagger_trusted(&f, now + 5), "not while suspended");
    f = (vg_flagger){.since_ms = now, .ended_ms = now};
    TAP_OK(!vg_flagger_trusted(&f, now), "not when ended");
}

int main(void)
{
    char name[24];
    test_number();
    test_members();
    test_alike();
    test_misuse();
    vg_notice_name(17, name);
    TAP_EQ_STR(name, "n-000017", "the name among colleagues");
    TAP_EQ_INT(vg_notice_id_of(VG_STR("n-000017")), 17, "and back");
    TAP_OK(vg_notice_id_of(VG_STR("n-")) < 0 && vg_notice_id_of(VG_STR("c-1")) < 0 && vg_notice_id_of(VG_STR("n-99999999999999999999")) < 0, "or not");
    return tap_done();
}
