/* SPDX-License-Identifier: Apache-2.0
 *
 * One page of NCMEC's hash sharing and one of StopNCII.
 */
#include "tests/unit/lists/support.h"

#define XML                      "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define OPEN                     "<queryResult xmlns=\"https://hashsharing.ncmec.org/hashsharing/v2\">"
#define CLOSE                    "</queryResult>"
#define NCMEC(input, want, name) READS(VG_LIST_NCMEC, input, want, name)
#define IMAGE(id, rest)                                                                                                \
    "<image><member id=\"42\">Member</member><timestamp>2017-10-24T15:00:00Z</timestamp><id>" id "</id>" rest "</image>"
#define PRINTS(md5) "<fingerprints><md5>" md5 "</md5></fingerprints>"

static void ncmec_good(void)
{
    vg_list_result result;
    const char *page = XML OPEN
        "\n<images count=\"2\" maxTimestamp=\"2017-10-24T15:10:00Z\">\n"
        "<image><member id=\"42\">Example</member><timestamp>2017-10-24T15:00:00Z</timestamp><id>image1</id><classification>A1</classification>"
        "<fingerprints><md5>" MD5_A "</md5><sha1>\n " SHA1_A " </sha1><pdq>" HEX64_A
        "</pdq><pdna>a1a1</pdna></fingerprints>"
        "<feedback><affirmativeFeedback type=\"Md5\"><members><member id=\"9\">Other</member></members></affirmativeFeedback><negativeFeedback/></feedback></image>\n"
        "<deletedImage><member id=\"43\"/><id>image4</id><timestamp>2017-10-24T15:10:00Z</timestamp></deletedImage></images>"
        "<videos maxTimestamp=\"2017-10-24T15:20:00Z\"><video><member id=\"42\">Example</member><timestamp>2017-10-24T15:00:00Z</timestamp><id>video1</id>"
        "<fingerprints><md5>" MD5_B
        "</md5><tmk-pdqf rel=\"self\" href=\"/v2/entries/1\"/><videntifier/></fingerprints></video>"
        "<deletedVideo><member id=\"42\">Example</member><id>video4</id><timestamp>2017-10-24T15:20:00Z</timestamp></deletedVideo></videos>"
        "<paging><next>/v2/entries?from=2017-10-20T00%3A00%3A00.000Z&amp;start=2001&amp;size=1000</next></paging>" CLOSE;
    TAP_EQ_STR(
        read_len(VG_LIST_NCMEC, page, strlen(page), NULL, &result),
        "1 42/image1 [A1] md5:01234567 sha1:01234567 pdq:01234567 q=100 @1508857200000 "
        "{\"kind\":\"image\",\"feedback_affirmative\":1,\"feedback_negative\":1,\"other_hashes\":{\"pdna\":1}}\n"
        "-2 43/image4 [] @1508857800000\n"
        "3 42/video1 [] md5:fedcba98 @1508857200000 {\"kind\":\"video\",\"other_hashes\":{\"tmk-pdqf\":1,\"videntifier\":1}}\n"
        "-4 42/video4 [] @1508858400000\n"
        "next /v2/entries?from=2017-10-20T00%3A00%3A00.000Z&start=2001&size=1000\n",
        "images, videos, deletions, paging; the members of a feedback are not the entry's");
    TAP_EQ_INT(result.newest_ms, 1508858400000, "the newest change the page speaks of");
    TAP_EQ_INT(result.records * 100 + result.deleted, 202, "records and deletions are counted apart");
    NCMEC(OPEN CLOSE, "", "nothing");
    NCMEC(OPEN "<images/><paging/>" CLOSE, "", "nothing, said at length");
    NCMEC(
        "<h:queryResult xmlns:h=\"https://hashsharing.ncmec.org/hashsharing/v2\"><h:images><h:image><h:member id=\"1\"/><h:id><![CDATA[x]]></h:id><h:fingerprints><h:md5>" MD5_A
        "</h:md5></h:fingerprints></h:image></h:images></h:queryResult>",
        "1 1/x [] md5:01234567 {\"kind\":\"image\"}\n", "a prefix, CDATA");
    NCMEC(
        OPEN
        "<images><image xmlns:o=\"urn:o\"><member id=\"1\"/><id>x<!-- c --><o:id>y</o:id></id><o:id>z</o:id><fingerprints><md5>" MD5_A
        "</md5><o:md5>0</o:md5></fingerprints></image></images>" CLOSE,
        "1 1/x [] md5:01234567 {\"kind\":\"image\"}\n", "elements of another namespace are passed over");
}

static void ncmec_bad_records(void)
{
    NCMEC(
        OPEN "<images>" IMAGE("a", PRINTS("12")) IMAGE("", PRINTS(MD5_A)) IMAGE("c", "") "<image><id>d</id>" PRINTS(
            MD5_A) "</image>"
                   "<audio><member id=\"1\"/><id>e</id>" PRINTS(MD5_A) "</audio><image><member id=\"1\"/><id>f</id><timestamp>yesterday</timestamp>" PRINTS(MD5_A) "</image>" IMAGE(
                       "g",
                       "<fingerprints><pdna>x</pdna></fingerprints>") "<deletedImage><member id=\"1\"/></deletedImage>" IMAGE("h",
                                                                                                                              PRINTS(
                                                                                                                                  MD5_B)) "</images>" CLOSE,
        "1! md5: 2 characters; a md5 has 32 hex digits or 24 of base64\n2! no id\n3! no hash; expected MD5, SHA-1, SHA-256 or PDQ\n4! no member with an id\n"
        "5! element \"audio\"; expected image, video, deletedImage or deletedVideo\n6! timestamp \"yesterday\"; expected a time as 2026-05-04T10:11:12Z\n"
        "7! only fingerprints that are not read (pdna); expected MD5, SHA-1, SHA-256 or PDQ\n8! no id\n"
        "9 42/h [] md5:fedcba98 @1508857200000 {\"kind\":\"image\"}\n",
        "each bad record is told with its number and reason");
    vg_buf long_id;
    vg_buf_init(&long_id, 1 << 20);
    vg_buf_add_cstr(&long_id, OPEN "<images><image><member id=\"1\"/><id>");
    for (int i = 0; i < 10000; i++) vg_buf_add_char(&long_id, 'x');
    vg_buf_add_cstr(&long_id, "</id>" PRINTS(MD5_A) "</image></images>" CLOSE);
    NCMEC(long_id.ptr, "1! id: longer than 256 bytes\n", "an id without end");
    vg_buf_free(&long_id);
}

static void ncmec_bad_pages(void)
{
    NCMEC("", "= invalid list:1: not XML: no element to begin with; expected queryResult\n", "empty");
    NCMEC("{}", "= invalid list:1: not XML: no element to begin with; expected queryResult\n", "not XML");
    NCMEC("<html xmlns=\"http://www.w3.org/1999/xhtml\"/>",
          "= invalid list:1: the root is \"html\"; expected queryResult\n", "another root");
    NCMEC("<queryResult/>", "= invalid list:1: namespace \"\"; expected https://hashsharing.ncmec.org/hashsharing/v2\n",
          "no namespace");
    NCMEC(
        "<queryResult xmlns=\"https://hashsharing.ncmec.org/hashsharing/v3\"/>",
        "= invalid list:1: namespace \"https://hashsharing.ncmec.org/hashsharing/v3\"; expected https://hashsharing.ncmec.org/hashsharing/v2\n",
        "another version");
    const char *cut = read_text(VG_LIST_NCMEC, OPEN "<images>" IMAGE("a", PRINTS(MD5_A)) "\n<image><member");
    TAP_OK(strstr(cut, "1 42/a [] md5:01234567") == cut && strstr(cut, "\n= invalid list:2: not XML"),
           "truncated: an error, at its line");
    NCMEC("<!DOCTYPE queryResult [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>" OPEN
          "<images>&b;</images>" CLOSE,
          "= invalid list:1: a document type; expected none\n",
          "no document type, so no entities and nothing to fetch");
    NCMEC("<!DOCTYPE queryResult SYSTEM \"file:///etc/passwd\">" OPEN CLOSE,
          "= invalid list:1: a document type; expected none\n", "nor one elsewhere");
    TAP_OK(strstr(read_text(VG_LIST_NCMEC, OPEN "<images>&b;</images>" CLOSE), "not XML: Entity 'b' not defined"),
           "an entity out of nowhere");
    NCMEC(OPEN "<images maxTimestamp=\"soon\"/>" CLOSE,
          "= invalid list:1: maxTimestamp: expected a time as 2026-05-04T10:11:12Z\n",
          "a time that the cursor would depend on");
    TAP_OK(strstr(read_text(VG_LIST_NCMEC, OPEN "<images><image><id>\xff\xfe</id></image></images>" CLOSE),
                  "= invalid list:1: not XML"),
           "not UTF-8");
}

#define PAGE(records, rest) "{\"count\":1,\"hashRecords\":[" records "]" rest "}"
#define HASH(type, value, status)                                                                                      \
    "{\"lastModtimestamp\":1700000000,\"signalType\":\"" type "\",\"hashValue\":\"" value                              \
    "\",\"hashStatus\":\"" status "\",\"caseNumbers\":{\"a\":\"Active\",\"b\":\"Active\"},"                            \
    "\"CSPFeedbacks\":[{\"source\":\"x\",\"feedbackValue\":\"Blocked\",\"tags\":[\"a\"]},{\"feedbackValue\":\"NotBlocked\"}]}"
#define NCII(input, want, name) READS(VG_LIST_STOPNCII, input, want, name)

static void stopncii_good(void)
{
    vg_list_result result;
    const char *page = PAGE(HASH("ImagePDQ", HEX64_A, "Active") "," HASH("VideoMD5", MD5_A, "Received"),
                            ",\"hasMoreRecords\":true,\"nextPageToken\":\"t+/=\",\"nextSetTimestamp\":1700000005");
    TAP_EQ_STR(
        read_len(VG_LIST_STOPNCII, page, strlen(page), NULL, &result),
        "1 " HEX64_A
        " [] pdq:01234567 q=100 @1700000000000 {\"signal\":\"ImagePDQ\",\"status\":\"Active\",\"cases\":2,\"feedback_blocked\":1,\"feedback_not_blocked\":1}\n"
        "2 " MD5_A
        " [] md5:01234567 @1700000000000 {\"signal\":\"VideoMD5\",\"status\":\"Received\",\"cases\":2,\"feedback_blocked\":1,\"feedback_not_blocked\":1}\n"
        "next t+/=\n",
        "the two signals that are read; the hash is the reference");
    TAP_EQ_INT(result.newest_ms, 1700000000000, "the newest change");
    TAP_EQ_INT(result.resume_ms, 1700000005000, "where it says to go on");
    NCII(PAGE("{\"hashStatus\":\"Withdrawn\",\"hashValue\":\"" MD5_A
              "\",\"signalType\":\"VideoMD5\"},{\"hashStatus\":\"Deleted\",\"hashValue\":\"" HEX64_A
              "\",\"signalType\":\"ImagePDQ\"}",
              ""),
         "-1 " MD5_A " [] md5:01234567 {\"signal\":\"VideoMD5\",\"status\":\"Withdrawn\"}\n-2 " HEX64_A
         " [] pdq:01234567 q=100 {\"signal\":\"ImagePDQ\",\"status\":\"Deleted\"}\n",
         "what is withdrawn or deleted is taken back");
    NCII(PAGE("", ",\"hasMoreRecords\":false,\"nextPageToken\":\"x\""), "",
         "the last page says so, whatever its token");
    NCII(PAGE("", ",\"nextPageToken\":\"x\""), "next x\n", "a token alone is enough");
    NCII(PAGE("", ",\"hasMoreRecords\":false,\"nextPageToken\":null"), "", "an empty page");
}

static void stopncii_bad(void)
{
    NCII(
        PAGE(HASH("VideoTMK", "AAAA", "Active") "," HASH("Text", "x", "Active") "," HASH(
                 "ImagePDQ", "12",
                 "Active") "," HASH("ImagePDQ", HEX64_A,
                                    "Unknown") ","
                                               "{\"signalType\":\"ImagePDQ\",\"hashStatus\":\"Active\"},7,[]," HASH(
                                                   "VideoMD5", MD5_A, "Active"),
             ""),
        "1! signalType \"VideoTMK\" is not read; ImagePDQ and VideoMD5 are\n2! signalType \"Text\" is not read; ImagePDQ and VideoMD5 are\n"
        "3! hashValue: 2 characters; a pdq has 64 hex digits or 44 of base64\n4! hashStatus \"Unknown\"; expected Received, Active, Withdrawn or Deleted\n5! no hashValue\n"
        "6! not an object; expected one for each hash\n7! not an object; expected one for each hash\n"
        "8 " MD5_A
        " [] md5:01234567 @1700000000000 {\"signal\":\"VideoMD5\",\"status\":\"Active\",\"cases\":2,\"feedback_blocked\":1,\"feedback_not_blocked\":1}\n",
        "each record that is not read is told with its number and reason");
    NCII(PAGE("{\"lastModtimestamp\":\"soon\",\"signalType\":\"VideoMD5\",\"hashValue\":\"" MD5_A
              "\",\"hashStatus\":\"Active\"}",
              ""),
         "1! lastModtimestamp: expected seconds since 1970\n", "a bad time");
    NCII("{}", "= invalid list: the root has no hashRecords; expected a page of StopNCII\n", "another object");
    NCII("[]", "= invalid list: the root is an array; expected an object with hashRecords\n", "an array");
    NCII("{\"hashRecords\":{}}", "= invalid list: the root has no hashRecords; expected a page of StopNCII\n",
         "records of another kind");
    NCII("{\"hashRecords\":null}", "= invalid list: hashRecords is not an array\n", "or none");
    NCII(PAGE("", ",\"nextPageToken\":\"a\\u0000b\""),
         "= invalid list: nextPageToken: a space or control character at byte 2\n",
         "a token that no cursor could hold");
    NCII(PAGE("", ",\"hasMoreRecords\":true"),
         "= invalid list: hasMoreRecords is true, and there is no nextPageToken\n", "more, and no way to it");
    NCII(
        "{\"hashRecords\":[" HASH("ImagePDQ", HEX64_A, "Active"),
        "1 " HEX64_A
        " [] pdq:01234567 q=100 @1700000000000 {\"signal\":\"ImagePDQ\",\"status\":\"Active\",\"cases\":2,\"feedback_blocked\":1,\"feedback_not_blocked\":1}\n"
        "= invalid list:1: not JSON: parse error: premature EOF (about byte 316)\n",
        "truncated");
}

int main(void)
{
    ncmec_good();
    ncmec_bad_records();
    ncmec_bad_pages();
    stopncii_good();
    stopncii_bad();
    return tap_done();
}
