/* SPDX-License-Identifier: Apache-2.0
 *
 * The dossier as a document, read back with poppler's tools. With VIGIE_SHOTS=DIR the documents stay there. */
#include "report/pdf/pdf.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "made.h"
#include "tap.h"

static char dir[256];
static const char note[] = "vigie.example/log\n1204\nqJ3yVYb0Vn8uYx0o0pVqk2n2sR4J8mC0c1kq3H1sYQw=\n\n— vigie.example/log Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";
static const vg_annex_file files[] = {{VG_STR("data/dossier.json"), 48211, {1, 2, 3}}, {VG_STR("data/media/001.png"), 67, {9, 8, 7}}};
static const vg_annexes annexes = {.items = {{.name = VG_STR("c-000123.vigie"), .type = VG_STR("application/octet-stream"),
                                              .title = {VG_STR("Archive du dossier, scellée pour le destinataire"), VG_STR("Archive of the case, sealed for the receiver")},
                                              .sha256 = {5, 6, 7}, .bytes = 51200}},
                                   .count = 1, .files = files, .file_count = 2, .files_all = 3, .checkpoint = {note, sizeof note - 1}};

static vg_pdf_ask ask_of(const vg_dossier *d, const vg_receiver *r, vg_lang lang)
{
    return (vg_pdf_ask){.dossier = d, .receiver = r, .language = lang, .uuid = "0b6f2f0c-6a52-4c39-9d50-1d2f6e6b7a11", .annexes = &annexes, .archive_way = VG_ANNEX_BY_HAND};
}

/* Writes it, and gives what a reader sees, in the order of reading; freed by the caller. */
static char *read_back(const vg_pdf_ask *ask, const char *name, size_t *pages)
{
    char path[400], command[6000];
    vg_buf out;
    vg_error err = {0};
    vg_buf_init(&out, VG_PDF_MOST);
    int rc = vg_pdf_write(ask, &out, pages, &err);
    if (!TAP_OK(rc == 0, "%s: written", name)) {
        printf("# %s\n", err.what);
        return NULL;
    }
    snprintf(path, sizeof path, "%s/%s.pdf", dir, name);
    FILE *f = fopen(path, "wb");
    if (f) fwrite(out.ptr, 1, out.len, f), fclose(f);
    vg_buf_free(&out);
    snprintf(command, sizeof command, "pdfinfo '%s' > '%s.info' 2>&1 && pdftotext -layout -enc UTF-8 '%s' '%s.txt' 2>'%s.err' && test ! -s '%s.err'", path, path, path, path, path, path);
    TAP_OK(system(command) == 0, "%s: a PDF that others read without complaint", name);
    snprintf(path, sizeof path, "%s/%s.pdf.txt", dir, name);
    if (!(f = fopen(path, "rb"))) return NULL;
    char *text = vg_calloc(1, 4 << 20);
    if (text) (void)!fread(text, 1, (4 << 20) - 1, f);
    fclose(f);
    return text;
}

static void in_order(const char *text, const char *name, const char *const *words)
{
    const char *at = text;
    for (size_t i = 0; at && words[i]; i++) {
        const char *next = strstr(at, words[i]);
        if (!TAP_OK(next != NULL, "%s: \"%s\" in its place", name, words[i])) return;
        at = next;
    }
}

static size_t pages_with(const char *text, const char *word)
{
    size_t n = 0;
    for (const char *at = text; (at = strstr(at, word)) != NULL; at += strlen(word)) n++;
    return n;
}

/* What is gathered has the account among a party's identifiers as well. */
static void test_account_once(vg_arena *a)
{
    vg_dossier *d = made_plain(a);
    vg_party *parties = vg_arena_calloc(a, d->party_count, sizeof *parties);
    vg_identifier *ids = vg_arena_calloc(a, d->parties[0].id_count + 1, sizeof *ids);
    memcpy(parties, d->parties, d->party_count * sizeof *parties);
    memcpy(ids + 1, d->parties[0].ids, d->parties[0].id_count * sizeof *ids);
    ids[0] = (vg_identifier){.kind = VG_ID_ACCOUNT, .value = parties[0].account, .source = VG_STR("platform")};
    parties[0].ids = ids;
    parties[0].id_count++;
    d->parties = parties;
    vg_pdf_ask ask = ask_of(d, made_authority(), VG_LANG_FR);
    char *text = read_back(&ask, "account-fr", NULL);
    char *from = text ? strstr(text, "3. Identifiants") : NULL, *to = from ? strstr(from, "4. Pays") : NULL;
    if (TAP_OK(to != NULL, "a list of identifiers")) {
        *to = 0;
        TAP_EQ_INT(pages_with(from, "acct-901"), 1, "an account is listed once");
    }
    vg_free(text);
}

static void test_french(vg_arena *a)
{
    static const char *const words[] = {"Faits susceptibles", "PHAROS", "Lobby Jeux SAS", "c-000123", "Résumé des faits", "acct-901", "acct-417", "Ce qui vous est demandé", "1. Les faits, dans l’ordre",
                                        "Auteur", "Mineur 1", "hi! cool drawing", "let us meet", "2. Qualification proposée", "réserve de l’appréciation du parquet", "227-22-1", "vérifié à la source",
                                        "VÉRIFIER", "3. Identifiants", "203.0.113.7", "port 51234", "4. Pays", "Philippines", "5. Images et vidéos", "catégorie d’origine", "Vu en entier", "6. Ce qui a été vu",
                                        "media.view", "7. Décisions", "Amélie R.", "8. Ce qui n’est pas connu", "9. Annexes", "est remise avec ce document", "c-000123.vigie", "0506070000", "pour le destinataire", "data/dossier.json", "0102030000", "textes exacts", "data/media/001.png",
                                        "3 fichiers en tout", "10. Intégrité", "1204 écritures", "vigie.example/log", "qJ3yVYb0Vn8uYx0o0pVqk2n2sR4J8mC0c1kq3H1sYQw=", "sha256sum", NULL};
    size_t pages = 0;
    vg_pdf_ask ask = ask_of(made_plain(a), made_authority(), VG_LANG_FR);
    char *text = read_back(&ask, "plain-fr", &pages);
    if (!text) return;
    in_order(text, "French", words);
    TAP_OK(pages >= 3 && pages <= 9, "a plain case has %zu pages", pages);
    TAP_OK(strstr(text, "12:00:00 FR, UTC+2") != NULL, "local time beside UTC, in summer");
    TAP_OK(strstr(text, "Téléphoner d’abord") == NULL && strstr(text, "Urgent") == NULL, "nothing cries urgent that is not");
    char last[64];
    snprintf(last, sizeof last, "Page %zu sur %zu", pages, pages);
    TAP_OK(strstr(text, last) != NULL, "page x of y");
    vg_free(text);
    char command[6000];
    snprintf(command, sizeof command, "grep -aq '/Lang (fr)' '%s/plain-fr.pdf' && grep -q 'Title:.*c-000123' '%s/plain-fr.pdf.info' && grep -aq '/Outlines' '%s/plain-fr.pdf'", dir, dir, dir);
    TAP_OK(system(command) == 0, "language, title and outline are in the file");
}

/* What who cannot see the page is read: the kinds of elements in their order, as another program finds them. Their whole text is in the content;
 * poppler 22 ends an element's text at the first span inside it. */
static void test_structure(void)
{
    static const char *const told[] = {"H1", "Faits susceptibles", "Link", "https://www.internet-signalement.gouv.fr", "H2", "Résumé des faits", "H2", "1. Les faits, dans l’ordre", "TH", "Désigné par", "TD", "Auteur", "H2", "8. Ce qui n’est pas connu",
                                       "L", "LI", "LBody", "10. Intégrité", NULL};
    char command[6000], *text = vg_calloc(1, 4 << 20), path[400];
    size_t heads = 0, tables = 0;
    snprintf(command, sizeof command, "pdfinfo -struct-text '%s/plain-fr.pdf' > '%s/plain-fr.struct' 2>'%s/plain-fr.struct.err' && test ! -s '%s/plain-fr.struct.err' && grep -q 'Tagged: *yes' '%s/plain-fr.pdf.info'", dir, dir, dir, dir, dir);
    TAP_OK(system(command) == 0, "a tagged document, whose structure others read without complaint");
    snprintf(path, sizeof path, "%s/plain-fr.struct", dir);
    FILE *f = fopen(path, "rb");
    if (!text || !f) return;
    (void)!fread(text, 1, (4 << 20) - 1, f);
    fclose(f);
    in_order(text, "structure", told);
    for (const char *at = text; (at = strstr(at, "\n      TH\n")) != NULL; at++) heads++;
    for (const char *at = text; (at = strstr(at, "\n  Table")) != NULL; at++) tables++;
    TAP_OK(tables >= 7 && heads >= 20, "%zu tables with %zu heads of columns, each read once", tables, heads);
    vg_free(text);
    snprintf(command, sizeof command, "grep -aq '/Alt <FEFF00460072006900730065' '%s/plain-fr.pdf' && grep -aq '/Alt <FEFF00540069006D0065006C' '%s/plain-en.pdf'", dir, dir);
    TAP_OK(system(command) == 0, "the drawing has words for who cannot see it, in the document's language");
    snprintf(command, sizeof command, "pdfinfo -struct '%s/empty-en.pdf' 2>&1 | grep -q Document && ! grep -aq '/Alt' '%s/empty-en.pdf'", dir, dir);
    TAP_OK(system(command) == 0, "where there is no drawing there are no words for one");
}

static void test_english(vg_arena *a)
{
    static const char *const words[] = {"Urgent: a child may be in danger now", "Telephone first", "17", "24/7", "Facts that may be an offence", "Summary of the facts", "What you are asked to do", "1. The facts, in order", "2. Legal qualification proposed",
                                        "8. What is not known", "10. Integrity", NULL};
    static const char *const sorted[] = {"Urgent: a child may be in danger now", "Telephone first", "Summary of the facts", NULL};
    (void)words;
    vg_pdf_ask ask = ask_of(made_urgent(a), made_authority(), VG_LANG_EN);
    char *text = read_back(&ask, "urgent-en", NULL);
    if (!text) return;
    in_order(text, "urgent", sorted);
    vg_free(text);
    ask = ask_of(made_plain(a), made_hotline(), VG_LANG_EN);
    ask.uuid = NULL;
    text = read_back(&ask, "plain-en", NULL);
    if (!text) return;
    in_order(text, "English", words + 5);
    TAP_OK(pages_with(text, "DRAFT – NOT SENT") >= 3, "a draft says so on every page");
    TAP_OK(strstr(text, "18:00:00 PH, UTC+8") != NULL, "the receiver's own time");
    vg_free(text);
}

static void test_hostile(vg_arena *a)
{
    size_t pages = 0;
    vg_pdf_ask ask = ask_of(made_hostile(a), made_authority(), VG_LANG_FR);
    char *text = read_back(&ask, "hostile-fr", &pages);
    if (!text) return;
    TAP_OK(strstr(text, "\\u{202E}gpj") != NULL, "an override is shown by its number");
    TAP_OK(strstr(text, "<script>") != NULL, "markup is text");
    TAP_OK(strstr(text, "Texte coupé") != NULL && strstr(text, "16384 octets") != NULL, "a page with text that is cut says so");
    TAP_OK(strstr(text, "Texte non lu") != NULL, "a text that may not be looked at says so");
    TAP_OK(strstr(text, "\\u{301") != NULL, "a flood of marks is counted");
    TAP_OK(pages <= 14, "hostile fields do not blow it up: %zu pages", pages);
    vg_free(text);
}

static void test_others(vg_arena *a)
{
    size_t pages = 0;
    vg_pdf_ask ask = ask_of(made_large(a, 500, 50), made_authority(), VG_LANG_FR);
    char *text = read_back(&ask, "large-fr", &pages);
    if (text) {
        TAP_OK(pages > 20 && pages < 80, "500 messages and 50 media: %zu pages", pages);
        TAP_OK(pages_with(text, "Heure UTC, puis locale") >= 10, "a table's head is on each of its pages");
        vg_free(text);
    }
    ask = ask_of(made_empty(a), NULL, VG_LANG_EN);
    if ((text = read_back(&ask, "empty-en", NULL)) != NULL) TAP_OK(strstr(text, "Not chosen yet") && strstr(text, "No statute is proposed"), "what is missing is said");
    vg_free(text);
    ask = ask_of(made_destroyed(a), made_authority(), VG_LANG_EN);
    if ((text = read_back(&ask, "destroyed-en", NULL)) != NULL) TAP_OK(strstr(text, "was destroyed") != NULL, "what is gone is said");
    vg_free(text);
}

static void test_same_bytes(vg_arena *a)
{
    vg_buf one, two;
    vg_pdf_ask ask = ask_of(made_plain(a), made_authority(), VG_LANG_FR);
    vg_buf_init(&one, VG_PDF_MOST);
    vg_buf_init(&two, VG_PDF_MOST);
    TAP_OK(vg_pdf_write(&ask, &one, NULL, NULL) == 0 && vg_pdf_write(&ask, &two, NULL, NULL) == 0 && one.len == two.len && !memcmp(one.ptr, two.ptr, one.len), "the same dossier gives the same bytes");
    vg_buf_free(&one);
    vg_buf_init(&one, 4096);
    TAP_OK(vg_pdf_write(&ask, &one, NULL, NULL) < 0, "a ceiling that is too low is an error, not half a document");
    vg_buf_free(&one);
    vg_buf_free(&two);
    TAP_OK(vg_pdf_language(ask.dossier->book, made_authority()) == VG_LANG_FR && vg_pdf_language(ask.dossier->book, made_hotline()) == VG_LANG_EN && vg_pdf_language(ask.dossier->book, NULL) == VG_LANG_EN && vg_pdf_language(NULL, made_authority()) == VG_LANG_EN,
           "the receiver's language, by the book");
}

/* A page as a picture: drawn by the same code, so poppler's drawing of the PDF is nearly the same. */
static void test_picture(vg_arena *a)
{
    static const uint8_t head[] = {0x89, 'P', 'N', 'G'};
    char path[400], command[6000];
    vg_buf one, two;
    size_t pages = 0;
    vg_error err = {0};
    vg_pdf_ask ask = ask_of(made_plain(a), made_authority(), VG_LANG_FR);
    vg_buf_init(&one, VG_PDF_IMAGE_MOST);
    vg_buf_init(&two, VG_PDF_IMAGE_MOST);
    TAP_OK(!vg_pdf_draw(&ask, 1, &one, &pages, &err) && !vg_pdf_draw(&ask, 1, &two, NULL, &err) && one.len == two.len && !memcmp(one.ptr, two.ptr, one.len), "a page as a picture, the same each time");
    TAP_OK(pages > 1 && one.len > 8 && !memcmp(one.ptr, head, sizeof head), "a PNG of one of %zu pages", pages);
    vg_buf_free(&two);
    vg_buf_init(&two, VG_PDF_IMAGE_MOST);
    TAP_OK(!vg_pdf_draw(&ask, pages, &two, NULL, &err) && (two.len != one.len || memcmp(one.ptr, two.ptr, one.len) != 0), "the last page is another one");
    snprintf(path, sizeof path, "%s/page-1", dir);
    FILE *f = fopen(path, "wb");
    if (f) fwrite(one.ptr, 1, one.len, f), fclose(f);
    snprintf(command, sizeof command, "pdftoppm -r 150 -f 1 -l 1 -singlefile -png '%s/plain-fr.pdf' '%s/poppler-1' && python3 - '%s' '%s/poppler-1.png' <<'EOF'\n"
             "import struct,sys,zlib\n"
             "def dark(path):\n"
             "    b=open(path,'rb').read(); w,h=struct.unpack('>II',b[16:24]); bpp=4 if b[25]==6 else 3; at=8; data=b''\n"
             "    while at<len(b):\n"
             "        n=struct.unpack('>I',b[at:at+4])[0]\n"
             "        if b[at+4:at+8]==b'IDAT': data+=b[at+8:at+8+n]\n"
             "        at+=12+n\n"
             "    raw=zlib.decompress(data); return w,h,len(raw)==h*(1+w*bpp),len(data)\n"
             "a,b=dark(sys.argv[1]),dark(sys.argv[2])\n"
             "assert a[2] and b[2] and a[0]==1240 and abs(a[0]-b[0])<2 and abs(a[1]-b[1])<2 and 0.4<a[3]/b[3]<2.5,(a,b)\nEOF\n", dir, dir, path, dir);
    TAP_OK(system(command) == 0, "as large, and about as full, as another program draws that page");
    vg_buf_free(&two);
    vg_buf_init(&two, 64);
    TAP_OK(vg_pdf_draw(&ask, 1, &two, NULL, &err) < 0, "a ceiling that is too low is an error, not half a picture");
    TAP_OK(vg_pdf_draw(&ask, 0, &two, NULL, &err) == -VG_ENOENT && vg_pdf_draw(&ask, pages + 1, &two, NULL, &err) == -VG_ENOENT, "no page before the first or after the last");
    vg_buf_free(&one);
    vg_buf_free(&two);
}

int main(void)
{
    const char *shots = getenv("VIGIE_SHOTS");
    if (shots) mkdir(shots, 0755); /* as the browser tests do; it may be there */
    vg_arena *a = vg_arena_create(1 << 20, 64 << 20);
    snprintf(dir, sizeof dir, "%s", shots ? shots : "/tmp/vigie-pdf-XXXXXX");
    if (!a || (!shots && !mkdtemp(dir))) return 1;
    test_account_once(a);
    test_french(a);
    test_english(a);
    test_hostile(a);
    test_others(a);
    test_structure();
    test_same_bytes(a);
    test_picture(a);
    vg_arena_destroy(&a);
    char command[6000];
    snprintf(command, sizeof command, "rm -rf '%s'", dir);
    if (!shots) (void)!system(command);
    return tap_done();
}
