/* SPDX-License-Identifier: Apache-2.0
 *
 * CSV: any delimiter, quoting and order of columns; columns are found by name.
 */
#include "tests/unit/lists/support.h"

#define CSV(input, want, name) READS(VG_LIST_CSV, input, want, name)

static void good(void)
{
    CSV("ID,MD5,SHA1,Category\n7," MD5_A "," SHA1_A ",A\n8," MD5_B ",,\n",
        "2 7 [A] md5:01234567 sha1:01234567\n3 8 [] md5:fedcba98\n", "several hashes a row, empty cells");
    CSV("\xef\xbb\xbfsha-256;Pdq;PDQ Quality;classification;hash_id\r\n" HEX64_A ";" HEX64_B ";77;B1;x/1\r\n",
        "2 x/1 [B1] sha256:01234567 pdq:fedcba98 q=77\n", "semicolons, CRLF, a mark of UTF-8, other spellings");
    CSV("md5\tcat\tcategory\n" MD5_A "\tx\t2\n", "2 " MD5_A " [2] md5:01234567\n",
        "tabs; unknown columns are left out");
    CSV("\"MD5\",\"Category\"\n\"" MD5_A "\",\"A, \"\"worst\"\"\"\n", "2 " MD5_A " [A, \"worst\"] md5:01234567\n",
        "quotes, doubled quotes, a delimiter in quotes");
    CSV("\"a;b;c;d\",MD5\nx," MD5_A "\n", "2 " MD5_A " [] md5:01234567\n", "a delimiter in quotes does not count");
    CSV("comment,MD5\n\"two\nlines\"," MD5_A "\nx," MD5_B "\n",
        "2 " MD5_A " [] md5:01234567\n4 " MD5_B " [] md5:fedcba98\n", "a line end in quotes; lines are still counted");
    CSV("sep=;\r\nMD5;Category\r\n" MD5_A ";1,5\r\n", "3 " MD5_A " [1,5] md5:01234567\n",
        "Excel's first line says the delimiter");
    CSV("md5\n" MD5_A "\n\n   \n" MD5_B, "2 " MD5_A " [] md5:01234567\n5 " MD5_B " [] md5:fedcba98\n",
        "one column, blank lines, no end of line at the end");
    CSV("MD5,Category\n" MD5_A "\n" MD5_B ",A,,,\n", "2 " MD5_A " [] md5:01234567\n3 " MD5_B " [A] md5:fedcba98\n",
        "cells missing at the end, or empty ones too many");
    CSV("md5,MD5 hash\n" MD5_A "," MD5_B "\n" MD5_A "," MD5_A "\n",
        "2 " MD5_A " [] md5:01234567 md5:fedcba98\n3 " MD5_A " [] md5:01234567\n",
        "two columns of one algorithm; the same hash twice is one");
    CSV("algorithm,hash\nSHA-256," HEX64_A "\n," MD5_A "\n",
        "2 " HEX64_A " [] sha256:01234567\n3 " MD5_A " [] md5:01234567\n",
        "a column that names the algorithm, or length does");
    CSV("MD5\n", "", "a header alone is a list of nothing");
    CSV("MD5\nASNFZ4mrze8BI0VniavN7w==\n", "2 " MD5_A " [] md5:01234567\n", "base64");
}

static void named_columns(void)
{
    vg_list_columns named = {.reference = "No.", .category = "Stufe", .sha1 = "Prüfsumme", .pdq = NULL};
    const char *list = "no.;Stufe;Prüfsumme;Category\n1;II;" SHA1_A ";x\n";
    TAP_EQ_STR(read_len(VG_LIST_CSV, list, strlen(list), &named, NULL), "2 1 [II] sha1:01234567\n",
               "columns can be named; the names then count, not the usual ones");
    named.sha1 = "Hash";
    TAP_EQ_STR(read_len(VG_LIST_CSV, list, strlen(list), &named, NULL),
               "= invalid list:1: no column \"Hash\"; the header has: no., Stufe, Pr??fsumme, Category\n",
               "a name that is not there is an error that says what is");
}

static void bad_rows(void)
{
    CSV("MD5,Category\n" MD5_A ",A\n0123,B\n" MD5_B ",C\n",
        "2 " MD5_A " [A] md5:01234567\n3! MD5: 4 characters; a md5 has 32 hex digits or 24 of base64\n4 " MD5_B
        " [C] md5:fedcba98\n",
        "a bad hash costs its row");
    CSV("MD5,SHA1\n" MD5_A ",\n" MD5_B ",12\n,\n",
        "2 " MD5_A
        " [] md5:01234567\n3! SHA1: 2 characters; a sha1 has 40 hex digits or 28 of base64\n4! no hash; expected MD5, SHA-1, SHA-256 or PDQ\n",
        "one bad hash of two spoils the row: its columns may have slipped");
    CSV("MD5,PDQ,Quality\n" MD5_A ",,\n," HEX64_A ",high\n",
        "2 " MD5_A " [] md5:01234567\n3! column Quality: \"high\"; expected 0 to 100\n", "a bad quality");
    CSV("MD5,Category\n" MD5_A ",A,x\n" MD5_A ",B\n", "2! 3 cells; expected 2\n3 " MD5_A " [B] md5:01234567\n",
        "more cells than columns");
    CSV("MD5,Category\n" MD5_A ",\"A\"x\n" MD5_A ",a\"b\n" MD5_A ",C\n",
        "2! text after a closing quote\n3! a quote inside a cell that is not quoted\n4 " MD5_A " [C] md5:01234567\n",
        "bad quotes");
    CSV("algorithm,hash\nmd4," MD5_A "\n," HEX64_A "\nmd5," MD5_A "\n",
        "2! column algorithm: \"md4\"; expected md5, sha1, sha256 or pdq\n3! 64 hex digits alone may be SHA-256 or PDQ; expected to be told which\n4 " MD5_A
        " [] md5:01234567\n",
        "an algorithm that is not read, or not said");
    TAP_EQ_STR(read_len(VG_LIST_CSV, "MD5\n" MD5_A "\n\0\n", 39, NULL, NULL),
               "2 " MD5_A " [] md5:01234567\n3! a NUL byte; expected text\n", "a NUL");
    vg_buf wide;
    vg_buf_init(&wide, 1 << 20);
    vg_buf_add_cstr(&wide, "MD5\n");
    for (int i = 0; i < 300; i++) vg_buf_add_char(&wide, ',');
    vg_buf_add_cstr(&wide, "\n" MD5_A "\n");
    for (int i = 0; i < 70000; i++) vg_buf_add_char(&wide, 'x');
    vg_buf_add_cstr(&wide, "\n" MD5_B "\n");
    CSV(wide.ptr,
        "2! more than 256 columns\n3 " MD5_A " [] md5:01234567\n4! more than 65536 bytes\n5 " MD5_B
        " [] md5:fedcba98\n",
        "too many columns, a row without end");
    vg_buf_free(&wide);
}

static void bad_files(void)
{
    CSV("", "= invalid list: is empty; expected a list of hashes\n", "empty");
    CSV("\n\n", "= invalid list:1: no header; expected the names of columns\n", "blank");
    CSV("name,size\nx,1\n",
        "= invalid list:1: no column of hashes (MD5, SHA-1, SHA-256, PDQ); the header has: name, size\n",
        "no column of hashes");
    CSV(MD5_A ",A\n",
        "= invalid list:1: no column of hashes (MD5, SHA-1, SHA-256, PDQ); the header has: 0123456789abcdef0123456, A\n",
        "no header");
    CSV("MD5,Category\n" MD5_A ",A\n" MD5_A ",\"B\n" MD5_A ",C\n",
        "2 " MD5_A " [A] md5:01234567\n= invalid list:3: ends inside a quote\n", "a quote that does not end");
    CSV("MD5\nx\ny\n",
        "2! MD5: 1 characters; a md5 has 32 hex digits or 24 of base64\n3! MD5: 1 characters; a md5 has 32 hex digits or 24 of base64\n"
        "= invalid list:2: MD5: 1 characters; a md5 has 32 hex digits or 24 of base64; none of 2 records could be read\n",
        "nothing can be read");
    TAP_EQ_STR(read_len(VG_LIST_CSV, "\xff\xfeM\0", 4, NULL, NULL), "= invalid list:1: is UTF-16; expected UTF-8\n",
               "UTF-16");
    CSV("a\"b,MD5\n", "= invalid list:1: the header has a quote inside a cell that is not quoted\n", "a broken header");
    vg_buf open;
    vg_buf_init(&open, 1 << 20);
    vg_buf_add_cstr(&open, "MD5\n\"");
    for (int i = 0; i < 200000; i++) vg_buf_add_char(&open, 'x');
    CSV(open.ptr, "= invalid list:2: a quote that does not end within 65536 bytes\n",
        "a quote that swallows the rest is found before the end");
    vg_buf_free(&open);
}

int main(void)
{
    good();
    named_columns();
    bad_rows();
    bad_files();
    return tap_done();
}
