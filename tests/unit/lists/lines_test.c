/* SPDX-License-Identifier: Apache-2.0
 *
 * Lists that are lines: plain text, one video's frames; and telling formats apart.
 */
#include "tests/unit/lists/support.h"

static void plain_text(void)
{
    READS(
        VG_LIST_TEXT, "md5 " MD5_A "\nsha1 " SHA1_A " A\nsha256 " HEX64_A " IWF B\npdq " HEX64_B " C\n",
        "1 " MD5_A " [] md5:01234567\n2 " SHA1_A " [A] sha1:01234567\n3 " HEX64_A " [IWF B] sha256:01234567\n"
        "4 " HEX64_B " [C] pdq:fedcba98 q=100\n",
        "a line is algorithm, hash, category; the hash is the reference; a PDQ hash without a quality is vouched for");
    READS(VG_LIST_TEXT,
          "# a list\r\n\r\nMD5  " MD5_A "\t 1 \r\n   SHA-1 " SHA1_A " # remark\r\nSHA_256\t" HEX64_A "\r\n",
          "3 " MD5_A " [1] md5:01234567\n4 " SHA1_A " [] sha1:01234567\n5 " HEX64_A " [] sha256:01234567\n",
          "comments, blank lines, tabs, CRLF, and the usual spellings of an algorithm");
    READS(VG_LIST_TEXT, "\xef\xbb\xbf" MD5_A "\n" SHA1_A,
          "1 " MD5_A " [] md5:01234567\n2 " SHA1_A " [] sha1:01234567\n",
          "a mark of UTF-8, bare hashes by their length, no end of line at the end");
    READS(VG_LIST_TEXT, "pdq " HEX64_A " quality=62 A1\n", "1 " HEX64_A " [A1] pdq:01234567 q=62\n",
          "a PDQ hash may carry its quality");
    READS(VG_LIST_TEXT, "md5 0123456789ABCDEF0123456789ABCDEF\nmd5 ASNFZ4mrze8BI0VniavN7w==\n",
          "1 " MD5_A " [] md5:01234567\n2 " MD5_A " [] md5:01234567\n",
          "capital digits and base64 are the same hash and the same reference");
    READS(VG_LIST_TEXT, "# nothing yet\n", "", "a list of comments is a list of nothing");
}

static void bad_lines(void)
{
    READS(
        VG_LIST_TEXT,
        "md5 " MD5_A "\nmd5 0123\nmd5 zzzz456789abcdef0123456789abcdef\nmd5\nsha3 " MD5_A "\nmd5 " MD5_B "\n",
        "1 " MD5_A
        " [] md5:01234567\n2! md5: 4 characters; a md5 has 32 hex digits or 24 of base64\n3! md5: not hex digits throughout\n"
        "4! no hash after \"md5\"\n5! \"sha3\" is neither an algorithm (md5, sha1, sha256, pdq) nor a hash\n"
        "6 " MD5_B " [] md5:fedcba98\n",
        "a bad line is told with its number and reason, and reading goes on");
    READS(VG_LIST_TEXT, MD5_A "\n" MD5_B "  picture.jpg\nabcdef\n",
          "1 " MD5_A
          " [] md5:01234567\n2! words after a hash without its algorithm; expected \"md5 fedcba98... category\"\n"
          "3! 6 hex digits; expected 32 (MD5), 40 (SHA-1) or 64\n",
          "md5sum's file names are not taken for categories");
    READS(VG_LIST_TEXT,
          MD5_A "\npdq " HEX64_A " quality=101 A\nmd5 " MD5_A " quality=50\nmd5 ASNFZ4mrze8BI0VniavN!w==\n",
          "1 " MD5_A " [] md5:01234567\n2! \"quality=101\"; expected quality=0 to quality=100 of a pdq\n"
          "3! \"quality=50\"; expected quality=0 to quality=100 of a pdq\n4! md5: not base64 throughout\n",
          "a quality that cannot be");
    READS(VG_LIST_TEXT, MD5_A "\nmd5 " MD5_B " caf\xe9\nmd5 " MD5_B " a\001b\n",
          "1 " MD5_A " [] md5:01234567\n2! category: not UTF-8 at byte 4\n3! category: control character at byte 2\n",
          "categories are UTF-8");
    TAP_EQ_STR(read_len(VG_LIST_TEXT, MD5_A "\na\0b\n", 37, NULL, NULL),
               "1 " MD5_A " [] md5:01234567\n2! a NUL byte; expected text\n", "a NUL");
    char category[200];
    memset(category, 'x', sizeof category);
    char line[400];
    snprintf(line, sizeof line, "md5 " MD5_A "\nmd5 " MD5_B " %.129s\n", category);
    READS(VG_LIST_TEXT, line, "1 " MD5_A " [] md5:01234567\n2! category: 129 bytes, at most 128 expected\n",
          "a category that is too long");
    size_t len = 100000;
    char *flood = calloc(1, len + 100);
    if (!flood) exit(99);
    memset(flood, 'x', len);
    memcpy(flood + len, "\nmd5 " MD5_A "\n", 38);
    READS(VG_LIST_TEXT, flood, "1! a line of more than 65536 bytes\n2 " MD5_A " [] md5:01234567\n",
          "a line without end is dropped, the next is read");
    free(flood);
}

static void sixty_four_digits(void)
{
    vg_list_columns sha = {.bare = "SHA-256"}, pdq = {.bare = "pdq"}, wrong = {.bare = "md5"};
    READS(VG_LIST_TEXT, MD5_A "\n" HEX64_A "\n",
          "1 " MD5_A " [] md5:01234567\n2! 64 hex digits alone may be SHA-256 or PDQ; expected to be told which\n",
          "64 digits alone are not guessed at");
    TAP_EQ_STR(read_len(VG_LIST_TEXT, HEX64_A, 64, &sha, NULL), "1 " HEX64_A " [] sha256:01234567\n",
               "they are what the caller says");
    TAP_EQ_STR(read_len(VG_LIST_TEXT, HEX64_A, 64, &pdq, NULL), "1 " HEX64_A " [] pdq:01234567 q=100\n", "either way");
    TAP_EQ_STR(read_len(VG_LIST_TEXT, HEX64_A, 64, &wrong, NULL),
               "= invalid list: 64 hex digits are said to be md5; expected sha256 or pdq\n", "but nothing else");
}

static void not_a_text_list(void)
{
    READS(VG_LIST_TEXT, "", "= invalid list: is empty; expected a list of hashes\n",
          "an empty file would empty a bank");
    READS(
        VG_LIST_TEXT, "hello\nworld\n",
        "1! \"hello\" is neither an algorithm (md5, sha1, sha256, pdq) nor a hash\n2! \"world\" is neither an algorithm (md5, sha1, sha256, pdq) nor a hash\n"
        "= invalid list:1: \"hello\" is neither an algorithm (md5, sha1, sha256, pdq) nor a hash; none of 2 records could be read\n",
        "a file of which nothing can be read is not a list");
    TAP_EQ_STR(read_len(VG_LIST_TEXT, "\xff\xfem\0d\0", 6, NULL, NULL), "= invalid list:1: is UTF-16; expected UTF-8\n",
               "Excel's Unicode text");
}

static void frames(void)
{
    READS(VG_LIST_VPDQ, "0,100," HEX64_A ",0.000\n30,49," HEX64_B ",1.001\r\n",
          "1 list [] pdq:01234567 q=100 frame=1 pdq:fedcba98 q=49 frame=2\n",
          "a file is one video, named after it; frames are numbered as looked at");
    READS(VG_LIST_VPDQ, "0, 100, " HEX64_A ", 0\n1,100," HEX64_A ",0.04\n",
          "1 list [] pdq:01234567 q=100 frame=1 pdq:01234567 q=100 frame=2\n",
          "spaces; equal frames are kept, percentages count them");
    READS(VG_LIST_VPDQ, "0,100," HEX64_A ",0.0\n1,101," HEX64_A ",1\n",
          "= invalid list:2: quality \"101\"; expected 0 to 100\n", "a bad frame makes another video: refused");
    READS(VG_LIST_VPDQ, "0,100,abc,0.0\n",
          "= invalid list:1: hash: 3 characters; a pdq has 64 hex digits or 44 of base64\n", "a bad hash");
    READS(VG_LIST_VPDQ, "x,100," HEX64_A ",0\n", "= invalid list:1: frame \"x\"; expected frame,quality,hash,seconds\n",
          "a bad number");
    READS(VG_LIST_VPDQ, "0,100," HEX64_A "\n",
          "= invalid list:1: seconds \"\"; expected a decimal number, and nothing after it\n", "truncated");
    READS(VG_LIST_VPDQ, "0,100," HEX64_A ",1,2\n",
          "= invalid list:1: seconds \"1\"; expected a decimal number, and nothing after it\n", "too much");
    READS(VG_LIST_VPDQ, "\n", "= invalid list:2: no frame; expected frame,quality,hash,seconds\n", "no frame");
    vg_buf many;
    vg_buf_init(&many, 16 << 20);
    for (int i = 0; i <= LIST_MAX_HASHES; i++)
        vg_buf_printf(&many, "%d,100,%08x%.56s,%d\n", i, (unsigned)i, HEX64_A, i);
    READS(VG_LIST_VPDQ, many.ptr, "= invalid list:65537: more than 65536 hashes\n",
          "a video of more frames than a record may have");
    vg_buf_free(&many);
}

static void guesses(void)
{
    static const struct {
        const char *bytes;
        int format;
    } cases[] = {
        {"# list\n\nmd5 " MD5_A "\n", VG_LIST_TEXT},
        {MD5_A "\n", VG_LIST_TEXT},
        {"pdq " HEX64_A " quality=3\n", VG_LIST_TEXT},
        {"MD5,SHA1,Category\n", VG_LIST_CSV},
        {"\xef\xbb\xbf\"ID\";\"SHA-256\"\r\n", VG_LIST_CSV},
        {"id\tpdq\n", VG_LIST_CSV},
        {"md5\n" MD5_A "\n", VG_LIST_CSV},
        {"sep=;\nA;B\n", VG_LIST_CSV},
        {"0,100," HEX64_A ",0.0\n", VG_LIST_VPDQ},
        {"\xef\xbb\xbf {\"odata.metadata\":\"x\"", VG_LIST_VICS},
        {"{\"@odata.context\":\"x\"", VG_LIST_VICS},
        {"{\"count\":1,\"nextPageToken\":\"x\"", VG_LIST_STOPNCII},
        {"<?xml version=\"1.0\"?><queryResult xmlns=\"https://hashsharing.ncmec.org/hashsharing/v2\">", VG_LIST_NCMEC},
        {"{\"a\":1}", -1},
        {"<html>", -1},
        {"", -1},
        {"hello world\n", -1},
        {"name,address\n", -1},
        {"\x89PNG\r\n", -1}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        TAP_EQ_INT(vg_list_format_guess(cases[i].bytes, strlen(cases[i].bytes)), cases[i].format,
                   "the format is told from the first bytes");
}

int main(void)
{
    plain_text();
    bad_lines();
    sixty_four_digits();
    not_a_text_list();
    frames();
    guesses();
    return tap_done();
}
