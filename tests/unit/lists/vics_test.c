/* SPDX-License-Identifier: Apache-2.0
 *
 * Project VIC's JSON, 1.3 and 2.0.
 */
#include "tests/unit/lists/support.h"

#define V13 "{\"odata.metadata\":\"http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Media\",\"value\":["
#define V20                                                                                                            \
    "{\"@odata.context\":\"http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/FR/$metadata#Media\",\"value\":["
#define CASES20                                                                                                        \
    "{\"@odata.context\":\"http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/FR/$metadata#Cases\",\"value\":["
#define END                     "]}"
#define VICS(input, want, name) READS(VG_LIST_VICS, input, want, name)

static void good(void)
{
    VICS(
        V13
        "{\"odata.id\":\"x\",\"MediaID\":1,\"Category\":2,\"MD5\":\"0123456789ABCDEF0123456789ABCDEF\",\"SHA1\":\"" SHA1_A
        "\"}" END,
        "1 1 [2] md5:01234567 sha1:01234567\n", "1.3: no country, the category as it is");
    VICS(V20 "{\"MediaID\":1,\"Category\":2,\"MD5\":\"" MD5_A
             "\"},{\"MediaID\":\"a/2\",\"Category\":null,\"MD5\":\"" MD5_B "\",\"SHA1\":null}" END,
         "1 1 [FR/2] md5:01234567\n2 a/2 [] md5:fedcba98\n", "2.0: the category with its country; none is none");
    VICS("\xef\xbb\xbf" V20 "{\"MD5\":\"ASNFZ4mrze8BI0VniavN7w==\",\"SHA1\":\"ASNFZ4mrze8BI0VniavN7wEjRWc=\"}" END,
         "1 " MD5_A " [] md5:01234567 sha1:01234567\n", "a mark of UTF-8, base64, no MediaID");
    VICS(
        V20
        "{\"MediaID\":1,\"MD5\":\"" MD5_A
        "\",\"Series\":\"North\",\"VictimIdentified\":\"True\",\"OffenderIdentified\":false,\"IsDistributed\":\"false\","
        "\"Tags\":\"a;b\",\"MimeType\":\"image/jpeg\",\"MediaSize\":2835,\"DateUpdated\":\"2023-06-07T02:31:49.8300Z\",\"Comments\":\"not kept\"}" END,
        "1 1 [] md5:01234567 @1686105109830 {\"series\":\"North\",\"victim_identified\":true,\"offender_identified\":false,\"is_distributed\":false,"
        "\"mime_type\":\"image/jpeg\",\"size\":2835,\"tags\":\"a;b\"}\n",
        "what else is worth keeping, booleans as they should be");
    VICS(V20 "{\"MD5\":\"" MD5_A
             "\",\"Tags\":[\"a\",\"b\",null],\"PhotoDNA\":\"AAAA\",\"AlternativeHashes\":[{\"MD5\":\"" MD5_B
             "\",\"HashName\":\"SHA-256\",\"HashValue\":\"" HEX64_A "\"},"
             "{\"HashName\":\"PDQ\",\"HashValue\":\"" HEX64_B
             "\"},{\"HashName\":\"PhotoDNA\",\"HashValue\":\"AAAA\"},{\"HashName\":\"MD5\",\"HashValue\":\"" MD5_A
             "\"},{\"HashName\":\"F1\",\"HashValue\":\"\"}]}" END,
         "1 " MD5_A
         " [] md5:01234567 sha256:01234567 pdq:fedcba98 q=100 {\"tags\":\"a, b\",\"other_hashes\":{\"PhotoDNA\":2}}\n",
         "alternative hashes by their name; others are counted, never converted; the same hash twice is one");
    VICS(V20 "{\"MediaFiles\":[{\"MD5\":\"" MD5_B "\",\"FileName\":\"x\",\"Category\":9}],\"Exifs\":[{\"MD5\":\"" MD5_B
             "\",\"PropertyName\":\"a\",\"PropertyValue\":\"b\"}],\"MD5\":\"" MD5_A "\"}" END,
         "1 " MD5_A " [] md5:01234567\n", "files and EXIF are passed over, and what they hold is not the medium's");
    VICS(V20 "{\"mediaid\":5,\"md5\":\"" MD5_A "\",\"category\":\"1\"}" END, "1 5 [FR/1] md5:01234567\n",
         "names of any case, a category as a string");
    VICS(V20 "{\"MD5\":\"" MD5_A "\",\"MediaSize\":1e999,\"Series\":12}" END,
         "1 " MD5_A " [] md5:01234567 {\"size\":\"1e999\",\"series\":12}\n", "a number that others could not read");
    VICS(V20 END, "", "no media");
}

static void cases(void)
{
    VICS(CASES20
         "{\"CaseID\":\"c\",\"CaseNumber\":\"1\",\"TotalMediaFiles\":2,\"Media\":[{\"MediaID\":1,\"MD5\":\"" MD5_A
         "\"},{\"MediaID\":2,\"MD5\":\"" MD5_B "\"}],\"ContactName\":\"x\"},"
         "{\"CaseID\":\"d\",\"CaseMetadata\":[{\"CaseID\":\"d\",\"PropertyName\":\"p\"}]}" END,
         "1 1 [] md5:01234567\n2 2 [] md5:fedcba98\n", "media in cases; a case is no record");
    VICS(V20 "{\"MD5\":\"" MD5_B "\",\"Category\":3,\"Media\":[{\"MediaID\":1,\"MD5\":\"" MD5_A
             "\"}],\"SHA1\":\"" SHA1_A "\"}" END,
         "1 1 [] md5:01234567\n", "an element that turns out to be a case is dropped");
    VICS(
        "{\"@odata.context\":\"http://x/ProjectVic/DataModels/2.0.xml/GB/$metadata#Cases\",\"CaseID\":\"c\",\"Media\":[{\"MediaID\":1,\"Category\":1,\"MD5\":\"" MD5_A
        "\"}]}",
        "1 1 [GB/1] md5:01234567\n", "a root that is itself a case");
    VICS("{\"CaseID\":\"c\",\"Media\":[{\"MediaID\":1,\"Category\":1,\"MD5\":\"" MD5_A
         "\"}],\"odata.metadata\":\"http://x/ProjectVic/DataModels/1.3.xml#Cases\"}",
         "1 1 [1] md5:01234567\n", "1.3 may say what it is at its end: no country depends on it");
    VICS(V20 "{\"CaseID\":\"c\",\"MediaID\":1,\"MD5\":\"" MD5_A "\"}" END, "1 1 [] md5:01234567\n",
         "a medium that names its case is a medium");
    VICS(CASES20 "{\"MediaID\":1,\"MD5\":\"" MD5_A "\"},{}" END, "1 1 [] md5:01234567\n", "so is one where cases were announced");
}

static void bad_records(void)
{
    VICS(
        V20
        "{\"MediaID\":1,\"MD5\":\"xyz\"},{\"MediaID\":2},{\"MediaID\":3,\"MD5\":7},{\"MediaID\":true,\"MD5\":\"" MD5_A
        "\"},"
        "{\"MediaID\":5,\"Category\":false,\"MD5\":\"" MD5_A
        "\"},\"text\",[1],{\"MediaID\":8,\"PhotoDNA\":\"AAAA\"},{\"MediaID\":9,\"MD5\":\"" MD5_A "\"}" END,
        "1! md5: 3 characters; a md5 has 32 hex digits or 24 of base64\n2! no hash; expected MD5, SHA-1, SHA-256 or PDQ\n3! md5: not a string\n"
        "4! MediaID is true; expected a number\n5! Category is false; expected a number\n6! not an object; expected one for each medium\n"
        "7! not an object; expected one for each medium\n8! only fingerprints that are not read (PhotoDNA); expected MD5, SHA-1, SHA-256 or PDQ\n"
        "9 9 [] md5:01234567\n",
        "each bad record is told with its number and reason");
    VICS(V20 "{\"MD5\":\"" MD5_A "\"},{\"MD5\":\"" MD5_B
             "\",\"AlternativeHashes\":[{\"HashName\":\"SHA256\",\"HashValue\":\"12\"}]}" END,
         "1 " MD5_A " [] md5:01234567\n2! SHA256: 2 characters; a sha256 has 64 hex digits or 44 of base64\n",
         "a bad alternative hash");
    VICS(V20 "{\"MD5\":\"" MD5_A "\",\"MediaID\":\"caf\xe9\"},{\"MD5\":\"" MD5_A
             "\",\"Series\":\"caf\xe9\"},{\"MD5\":\"" MD5_B "\",\"Comments\":\"caf\xe9\"}" END,
         "1! reference: not UTF-8 at byte 4\n2 " MD5_A " [] md5:01234567 {\"series\":\"caf\xef\xbf\xbd\"}\n3 " MD5_B
         " [] md5:fedcba98\n",
         "what is not UTF-8 costs its record where it is a name, and is mended in a note");
    VICS(V20 "{\"MD5\":\"" MD5_A "\",\"Series\":\"\\ud800 \\u0000 \\ud83d\\ude00\"},{\"MD5\":\"" MD5_B
             "\",\"MediaID\":\"a\\u0000b\"}" END,
         "1 " MD5_A " [] md5:01234567 {\"series\":\"? \\u0000 😀\"}\n2! reference: control character at byte 2\n",
         "lone surrogates, escaped NULs");
}

static void bad_files(void)
{
    VICS("", "= invalid list:1: not JSON: parse error: premature EOF (about byte 0)\n", "empty");
    VICS("hello", "= invalid list:1: not JSON: lexical error: invalid char in json text. (about byte 5)\n", "not JSON");
    VICS("[]", "= invalid list: the root is an array; expected an object with odata.metadata or @odata.context\n",
         "a root that is an array");
    VICS("7 ", "= invalid list:1: a single value; expected an object\n", "a root that is a number");
    VICS(
        "{\"value\":[]}",
        "= invalid list: the root has no odata.metadata and no @odata.context; expected a file of Project VIC's data model\n",
        "no context");
    VICS("{\"@odata.context\":\"http://services/Northwind/$metadata#Products\",\"value\":[]}",
         "= invalid list: the context is \"http://services/Northwin...\"; expected Project VIC's data model\n",
         "another model's context");
    VICS("{\"odata.metadata\":\"ProjectVic\"}", "= invalid list: the root has no array value and no array Media\n",
         "no content");
    VICS("{\"odata.metadata\":\"ProjectVic\",\"value\":{}}",
         "= invalid list: the root has no array value and no array Media\n", "content of another kind");
    VICS("{\"odata.metadata\":\"ProjectVic\",\"value\":7}",
         "= invalid list: value is not an array; expected an array of media or cases\n", "or of none");
    VICS(V20 "{\"MD5\":\"" MD5_A "\"},\n{\"MD5\":",
         "1 " MD5_A " [] md5:01234567\n= invalid list:2: not JSON: parse error: premature EOF (about byte 161)\n",
         "truncated: an error, so that nothing changes");
    VICS(V20 "{\"MD5\":\"" MD5_A "\"}]} x",
         "1 " MD5_A " [] md5:01234567\n= invalid list:1: not JSON: parse error: trailing garbage (about byte 156)\n",
         "something after the end");
    VICS(
        "{\"value\":[{\"MD5\":\"" MD5_A
        "\",\"Category\":1}],\"@odata.context\":\"ProjectVic/DataModels/2.0.xml/FR/$metadata#Media\"}",
        "1 " MD5_A
        " [1] md5:01234567\n= invalid list: @odata.context comes after the media; expected it before, for it says whose categories theirs are\n",
        "2.0 must say whose categories before it gives them");
    VICS(
        V20 "{\"MediaID\":1}" END,
        "1! no hash; expected MD5, SHA-1, SHA-256 or PDQ\n= invalid list:1: no hash; expected MD5, SHA-1, SHA-256 or PDQ; none of 1 records could be read\n",
        "nothing that could be read");
    TAP_EQ_STR(read_len(VG_LIST_VICS, "\xff\xfe{\0", 4, NULL, NULL), "= invalid list:1: is UTF-16; expected UTF-8\n",
               "UTF-16");
}

int main(void)
{
    good();
    cases();
    bad_records();
    bad_files();
    return tap_done();
}
