/* SPDX-License-Identifier: Apache-2.0
 *
 * The pattern language: what is accepted, what is refused and with which words, and what an expression looks
 * like.
 */
#include "signals/text/text_int.h"

#include <stdlib.h>

#include "tap.h"

static void accepts(const char *pattern)
{
    vg_error err = {0};
    int rc = vg_text_pattern_check(vg_str_of(pattern), &err);
    TAP_OK(rc == 0, "accepts: %s (%s %s)", pattern, err.where, err.what);
}

static void refuses(const char *pattern, const char *where, const char *what)
{
    vg_error err = {0};
    int rc = vg_text_pattern_check(vg_str_of(pattern), &err);
    TAP_OK(rc == -VG_EINVAL && strcmp(err.where, where) == 0 && strstr(err.what, what), "refuses: %.60s",
           pattern);
    if (rc != -VG_EINVAL || strcmp(err.where, where) != 0 || !strstr(err.what, what))
        printf("# got %d at \"%s\": %s\n", rc, err.where, err.what);
}

static void writes(const char *pattern, const char *want)
{
    text_pattern parsed;
    vg_error err = {0};
    vg_buf out;
    vg_buf_init(&out, 65536);
    int rc = text_pattern_parse(&parsed, vg_str_of(pattern), NULL, &err);
    if (!rc) text_pattern_write(&parsed, &out);
    TAP_EQ_STR(rc ? err.what : out.ptr, want, pattern);
    vg_buf_free(&out);
}

static void test_accepted(void)
{
    accepts("tu as quel age");
    accepts("[envoie|montre] [moi] une photo");
    accepts("garde * secret");
    accepts("qu'[il|elle] ne le sache pas");
    accepts("[est-ce que] tes parents [sont là|sont à la maison] ?");
    accepts("kik");
    accepts("[snap|insta||whatsapp] on parle");
    accepts("j'ai 13ans");
    accepts("1+1=2 (vraiment) {x}^$ .");
    accepts("j'ai # ans");
    accepts("[f|fille] #");
    accepts("[j'ai|] [# ans|treize ans]");
}

static void test_refused(void)
{
    refuses("", "column 1", "without any word");
    refuses("   ", "column 1", "without any word");
    refuses("?!", "column 1", "without any word");
    refuses("[a]", "column 1", "without any word");
    refuses("[tu] [vous]", "column 1", "without any word");
    refuses("mp", "column 1", "single word of one or two letters");
    refuses("aaaa", "column 1", "single word");
    refuses("[kik|mp] [stp]", "column 1", "single word");
    refuses("[tu] dm", "column 1", "single word");
    refuses("été [a", "column 5", "without \"]\"");
    refuses("été a]", "column 6", "without \"[\"");
    refuses("a | b", "column 3", "outside of a group");
    refuses("[a|[b] c] d", "column 4", "inside a group");
    refuses("[a * b] c d", "column 4", "inside a group");
    refuses("pho*to", "column 4", "stand alone");
    refuses("* photo", "column 1", "at the begin");
    refuses("photo *", "column 8", "at the end");
    refuses("a * * b", "column 5", "two \"*\"");
    refuses("aa * bb * cc * dd * ee * ff", "column 24", "too many \"*\"");
    refuses("photo[s] stp", "column 6", "inside a word");
    refuses("[photo]s stp", "column 8", "after \"]\"");
    refuses("ok [?] ok", "column 4", "nothing is left");
    refuses("#", "column 1", "numbers alone");
    refuses("# #", "column 1", "numbers alone");
    refuses("[f|#] # [ans]", "column 1", "numbers alone");
    refuses("j'ai #ans", "column 6", "must stand alone");
    refuses("f# ici", "column 2", "must stand alone");
    refuses("été ##", "column 5", "must stand alone");
    refuses("a\xFF photo", "column 2", "UTF-8");
    char text[600];
    memset(text, 'x', sizeof text);
    text[599] = '\0';
    refuses(text, "column 513", "too long");
    size_t n = 0;
    for (int i = 0; i < 70; i++) n += (size_t)snprintf(text + n, sizeof text - n, "w%c ", 'a' + i % 20);
    refuses(text, "column 1", "too many words");
    n = 0;
    for (int i = 0; i < 40; i++) n += (size_t)snprintf(text + n, sizeof text - n, "[a%c|b] ", 'a' + i % 20);
    refuses(text, "column 225", "too many groups");
}

static void test_expressions(void)
{
    writes("Tu as quel âge ?", " tu as quel age ");
    writes("[envoie|montre] [moi] une photo", "(?: envoie| montre)(?: moi)? une photo ");
    writes("garde * secret", " garde(?: [^ ]+){0,3} secret ");
    writes("[tu|] viens ici", "(?: tu)? viens ici ");
    writes("qu'[il|elle] vient", " qu(?: il| ele) vient ");
    writes("a.b+ (photo)", " a b photo ");
    writes("s n a p", " snap ");
    writes("ph0t0000", " phot 0000 ");
    writes("j'ai # ans", " j ai [0-9]{1,3} ans ");
    writes("[f|fille] #", "(?: f| file) [0-9]{1,3} ");
    writes("s # n a p", " s [0-9]{1,3} nap ");
    writes("где живёшь",
           " \\xd0\\xb3\\xd0\\xb4\\xd0\\xb5 \\xd0\\xb6\\xd0\\xb8\\xd0\\xb2\\xd0\\xb5\\xd1\\x88\\xd1\\x8c ");
}

/* Where a match that ends at the last space of `text` begins. */
static void begins(const char *pattern, const char *text, int want)
{
    text_pattern p;
    size_t begin = 0;
    int rc = text_pattern_parse(&p, vg_str_of(pattern), NULL, NULL);
    bool found = !rc && text_pattern_begin(p.element, p.element_count, p.phrase, p.bytes, text,
                                           strlen(text) - 1, &begin);
    TAP_EQ_INT(found ? (int)begin : -1, want, pattern);
}

static void test_begin(void)
{
    begins("une photo", " envoie une photo ", 7);
    begins("une photo", " envoie une video ", -1);
    begins("[envoie|montre] [moi] une photo", " alors montre moi une photo ", 6);
    begins("[envoie|montre] [moi] une photo", " alors envoie une photo ", 6);
    begins("garde * secret", " garde le bien secret ", 0);
    begins("garde * secret", " garde un deux trois quatre secret ", -1);
    begins("garde * secret", " garde garde secret ", 0); /* the longest */
    begins("[la] [la] [la] [la] [la] [la] [la] [la] photo ici", " la lo la photo ici ", 6);
    begins("j'ai # ans", " moi j ai 13 ans ", 4);
    begins("j'ai # ans", " j ai 5 ans ", 0);
    begins("j'ai # ans", " j ai 113 ans ", 0);
    begins("j'ai # ans", " j ai 2013 ans ", -1);
    begins("j'ai # ans", " j ai 1a ans ", -1);
    begins("[f|une fille de] # [ans]", " voila une file de 12 ans ", 6);
    begins("age #", " age 12 13 ", -1);
    begins("oto ici", " photo ici ", -1);
}

int main(void)
{
    test_accepted();
    test_refused();
    test_expressions();
    test_begin();
    return tap_done();
}
