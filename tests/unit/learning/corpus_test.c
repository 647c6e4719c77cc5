/* SPDX-License-Identifier: Apache-2.0
 *
 * Corpora of labelled conversations: three formats, one result. What cannot be read is an error that says where and what
 * was expected; nothing is skipped.
 */
#include <unistd.h>

#include "tests/unit/learning/support.h"

#define JSONL(text, want, name) READS(VG_CORPUS_JSONL, text, want, name)
#define CSV(text, want, name) READS(VG_CORPUS_CSV, text, want, name)
#define PAN(text, want, name) READS(VG_CORPUS_PAN, text, want, name)
#define CLOCK(minute) "2026-01-05T12:" minute

static void json_lines(void)
{
    JSONL("{\"id\":\"a\",\"risk\":false,\"authors\":[{\"name\":\"lou\"},{\"name\":\"max\"}],\"messages\":[{\"author\":\"lou\",\"text\":\"salut\"},"
          "{\"author\":\"max\",\"text\":\"ça va ?\"}]}\n",
          "a [] [] private | lou unknown unknown | max unknown unknown | 0@2026-01-05T12:00 salut | 1@2026-01-05T12:01 ça va ?\n",
          "the least that a conversation says: two write, so it is private; messages are a minute apart");
    JSONL("\n{\"id\":\"b\",\"group\":\"g\",\"language\":\"fr\",\"kind\":\"coach\",\"channel\":\"group\",\"risk\":true,\"authors\":[{\"name\":\"tom\",\"age_band\":\"25+\","
          "\"age_basis\":\"verified\",\"risk\":true},{\"name\":\"lou\",\"age_band\":\"13-14\",\"risk\":false}],\"messages\":[{\"author\":\"tom\","
          "\"time\":\"2026-05-04T10:11:12+02:00\",\"text\":\"\"},{\"author\":\"lou\",\"text\":\"oui\"}]}\r\n",
          "b of g [fr] [coach] group risk | tom 25+ verified risk | lou 13-14 unknown | 0@2026-05-04T08:11  | 1@2026-05-04T08:12 oui\n",
          "everything that it may say; no time is a minute after the one before; blank lines and CRLF");
    JSONL("\xef\xbb\xbf{\"id\":\"a\",\"risk\":false,\"authors\":[{\"name\":\"x\"}],\"messages\":[{\"author\":\"x\",\"text\":\"1\"}]}",
          "a [] [] group | x unknown unknown | 0@2026-01-05T12:00 1\n", "one who writes alone is in a group; a mark of UTF-8, no end of line");
}

#define TALK(middle) "{\"id\":\"a\",\"risk\":false,\"authors\":[{\"name\":\"x\"}],\"messages\":[" middle "]}"

static void json_errors(void)
{
    const char *good = TALK("{\"author\":\"x\",\"text\":\"1\"}") "\n";
    char two[512];
    JSONL("{\"id\":\"a\"}", "= invalid c:1: the conversation: no member \"risk\"", "a member is missing");
    JSONL("{\"id\":1,\"risk\":true}", "= invalid c:1: the conversation.id: a number; expected a string", "a wrong type");
    JSONL("[]", "= invalid c:1: an array; expected an object, one conversation a line", "no object");
    JSONL("{\"id\":\"a\",\n", "= invalid c:1:10: not JSON: string or '}' expected near end of file; expected one conversation as an object",
          "not JSON: with the column");
    JSONL("{\"id\":\"a\",\"risk\":false,\"label\":1}",
          "= invalid c:1: the conversation: unknown member \"label\"; expected id, group, language, kind, channel, risk, authors, messages", "an unknown member");
    JSONL(TALK(""), "= invalid c:1: a conversation without a message; expected at least one", "no messages");
    JSONL(TALK("{\"author\":\"y\",\"text\":\"1\"}"), "= invalid c:1: messages[0].author: \"y\" is not among the authors; expected the name of one",
          "an author who is not named");
    JSONL(TALK("{\"author\":\"x\",\"text\":\"1\",\"time\":\"today\"}"),
          "= invalid c:1: messages[0].time: \"today\"; expected a time as 2026-05-04T10:11:12Z", "a time that is none");
    JSONL(TALK("{\"author\":\"x\",\"text\":\"1\",\"time\":\"2026-05-04T10:11:12Z\"},{\"author\":\"x\",\"text\":\"1\",\"time\":\"2026-05-04T10:11:11Z\"}"),
          "= invalid c:1: message 2 is earlier than the one before it, of 2026-05-04T10:11:12.000Z; expected them in order of time", "times that go back");
    JSONL(TALK("{\"author\":\"x\",\"text\":\"a\\u0000b\"}"), "= invalid c:1:91: not JSON: \\u0000 is not allowed without JSON_ALLOW_NUL near "
          "'\"a\\u0000b\"'; expected one conversation as an object", "a NUL");
    JSONL("{\"id\":\"a\",\"risk\":false,\"authors\":[{\"name\":\"x\",\"risk\":true}],\"messages\":[{\"author\":\"x\",\"text\":\"1\"}]}",
          "= invalid c:1: an author is labelled risk, the conversation is not; expected both or neither", "labels that contradict each other");
    JSONL("{\"id\":\"a\",\"risk\":false,\"authors\":[{\"name\":\"x\",\"age_band\":\"kid\"}],\"messages\":[]}",
          "= invalid c:1: age_band \"kid\"; expected one of unknown, under13, 13-14, 15-17, 18-24, 25+", "a band that is none");
    JSONL("{\"id\":\"a\",\"risk\":false,\"authors\":[{\"name\":\"x\"},{\"name\":\"x\"}],\"messages\":[]}",
          "= invalid c:1: authors[1]: the name \"x\" is there already; expected each once", "a name twice");
    snprintf(two, sizeof two, "%s%s", good, good);
    JSONL(two, "= invalid c:2: the conversation \"a\" is there already; expected each once", "an id twice, with its line");
    JSONL("\n\n", "= invalid c: no conversation; expected at least one", "nothing in it");
    JSONL("", "= invalid c: is empty; expected at least one conversation", "nothing at all");
}

static void csv_rows(void)
{
    CSV("conversation,author,text\na,lou,salut\nb,tim,hi\na,max,\"ça, \"\"va\"\" ?\"\n",
        "a [] [] private | lou unknown unknown | max unknown unknown | 0@2026-01-05T12:00 salut | 1@2026-01-05T12:01 ça, \"va\" ?\n"
        "b [] [] group | tim unknown unknown | 0@2026-01-05T12:00 hi\n",
        "rows of a conversation need not be together; quotes");
    CSV("\xef\xbb\xbfid;text;author;risk;author_risk;conversation;age_band;age_basis;language;kind;channel;time\r\n"
        "1;\"two\nlines\";tom;1;1;a;25+;declared;fr;coach;public;2026-05-04T10:11:12Z\r\n2;oui;lou;;0;a;13-14;;;;;\r\n",
        "a [fr] [coach] public risk | tom 25+ declared risk | lou 13-14 unknown | 0@2026-05-04T10:11 two\nlines | 1@2026-05-04T10:12 oui\n",
        "semicolons, all columns, any order, an unknown column, a line end in quotes; empty cells say nothing");
    vg_corpus_options named = {.columns = "conversation=thread,author=from,text=body,risk=label", .language = "en"};
    const char *text = "thread\tfrom\tbody\tlabel\nt\tx\thello\tyes\n";
    TAP_EQ_STR(read_as(VG_CORPUS_CSV, text, strlen(text), "c", &named), "t [en] [] group risk | x unknown unknown | 0@2026-01-05T12:00 hello\n",
               "columns by other names; a language for talks that do not say");
    named.columns = "text=words";
    TAP_EQ_STR(read_as(VG_CORPUS_CSV, text, strlen(text), "c", &named),
               "= invalid c:1: no column \"words\"; the header has: thread, from, body, label", "a name that is not there says what is");
    named.columns = "body=text";
    TAP_EQ_STR(read_as(VG_CORPUS_CSV, text, strlen(text), "c", &named),
               "= invalid c: columns \"body=text\"; expected NAME=COLUMN, NAME one of conversation, author, text, time, risk, author_risk, group, "
               "language, kind, channel, age_band, age_basis", "a name turned round");
}

#define HEAD "conversation,author,text,risk,time\n"

static void csv_errors(void)
{
    CSV("conversation,author\na,b\n", "= invalid c:1: no column \"text\"; the header has: conversation, author", "a column is missing");
    CSV(HEAD "a,x,1,0,\na,x,1\n", "= invalid c:3: 3 cells; expected 5, as in the header", "a short row");
    CSV(HEAD "a,x,1,0,\na,x,2,1,\n", "= invalid c:3:7: risk \"1\" is not what an earlier row says; expected the same in all rows",
        "two labels for one conversation, with the cell's column");
    CSV(HEAD "a,x,1,maybe,\n", "= invalid c:2:7: risk \"maybe\"; expected 1 or 0, true or false, yes or no", "a label that is none");
    CSV(HEAD "a,x,1,0,noon\n", "= invalid c:2:9: time \"noon\"; expected a time as 2026-05-04T10:11:12Z", "a time that is none");
    CSV(HEAD "a,x,\"one\ntwo\",0,2026-05-04T10:11:12Z\na,x,1,0,2026-05-04T10:11:11Z\n",
        "= invalid c:4:9: message 2 is earlier than the one before it, of 2026-05-04T10:11:12.000Z; expected them in order of time",
        "times that go back; lines inside quotes are counted");
    CSV(HEAD "a,x,\"1,0,\n", "= invalid c:2:5: a quote that does not end; expected \" after the text", "a quote without end");
    CSV(HEAD "a,x,\"1\"2,0,\n", "= invalid c:2:8: text after a closing quote; expected the next cell", "text after a quote");
    CSV(HEAD "a,x,1\"2,0,\n", "= invalid c:2:6: a quote inside a cell that is not quoted; expected the cell in quotes", "a quote in the middle");
    CSV(HEAD "a,x,\xff,0,\n", "= invalid c:2:5: the text \"?\" is not UTF-8, or has a NUL; expected text", "no UTF-8");
    CSV(HEAD ",x,1,0,\n", "= invalid c:2:1: the conversation's id is empty", "no id");
    CSV(HEAD "a,,1,0,\n", "= invalid c:2:3: the author's name is empty", "no author");
    CSV("\xff\xfe" "c\0", "= invalid c:1:1: is UTF-16; expected UTF-8", "UTF-16");
}

#define DOC(talks) "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<conversations>\n" talks "</conversations>\n"
#define MSG(line, author, time, text) \
    "<message line=\"" line "\">\n<author>" author "</author>\n<time>" time "</time>\n<text>" text "</text>\n</message>\n"

static void pan_2012(void)
{
    char authors[] = "/tmp/vigie-authors-XXXXXX", lines[] = "/tmp/vigie-lines-XXXXXX";
    const char *doc = DOC("<conversation id=\"c1\">\n" MSG("1", "aa", "23:58", "it&amp;apos;s &lt;3") MSG("2", "bb", "00:02", "") MSG("3", "aa", "00:01", " x ")
                          "</conversation>\n<conversation id=\"c2\">" MSG("1", "cc", "9:05", "<![CDATA[a & b]]>") "</conversation>");
    PAN(doc, "c1 [] [] private | aa unknown unknown | bb unknown unknown | 0@2012-01-02T23:58 it's <3 | 1@2012-01-03T00:02  | 0@2012-01-03T00:02  x \n"
             "c2 [] [] group | cc unknown unknown | 0@2012-01-02T09:05 a & b\n",
        "a clock that passes midnight, and one that goes back; entities escaped twice; an empty text");
    int a = mkstemp(authors), l = mkstemp(lines);
    TAP_OK(a >= 0 && l >= 0 && write(a, "zz\r\naa\r\n", 8) == 8 && write(l, "c1\t3\nc2\t7\n", 10) == 10, "two files of labels");
    vg_corpus_options labels = {.risk_authors = authors, .risk_lines = lines, .language = "en"};
    TAP_EQ_STR(read_as(VG_CORPUS_PAN, doc, strlen(doc), "c", &labels),
               "c1 [en] [] private risk | aa unknown unknown risk | bb unknown unknown | 0@2012-01-02T23:58 it's <3 | 1@2012-01-03T00:02  | "
               "0@2012-01-03T00:02!  x \nc2 [en] [] group | cc unknown unknown | 0@2012-01-02T09:05 a & b\n",
               "an author on the list makes the talk a risk; a line on the other is marked");
    labels.risk_authors = lines;
    char want[256];
    snprintf(want, sizeof want, "= invalid %s:1: expected the id of one author", lines);
    TAP_EQ_STR(read_as(VG_CORPUS_PAN, doc, strlen(doc), "c", &labels), want, "the files changed round: the error names the file");
    labels.risk_authors = "/nonexistent";
    TAP_OK(strstr(read_as(VG_CORPUS_PAN, doc, strlen(doc), "c", &labels), "= not_found /nonexistent") != NULL, "no such file of labels");
    close(a), close(l);
    unlink(authors), unlink(lines);
}

static void pan_errors(void)
{
    PAN(DOC("<conversation id=\"c\">" MSG("1", "a", "25:00", "x") "</conversation>"), "= invalid c:7:11: time \"25:00\"; expected HH:MM", "a time that is none");
    PAN(DOC("<conversation id=\"c\"><message line=\"1\"><author>a</author><text>x</text></message></conversation>"),
        "= invalid c:3:82: a message without time; expected author, time and text", "a member is missing");
    PAN(DOC("<conversation>" MSG("1", "a", "12:00", "x") "</conversation>"), "= invalid c:3:14: a conversation without id", "no id");
    PAN(DOC("<talk/>"), "= invalid c:3:6: element \"talk\"; expected conversation", "another element");
    PAN("<html><p>", "= invalid c:1:6: element \"html\"; expected conversations", "another document");
    PAN(DOC("<conversation id=\"c\">words</conversation>"), "= invalid c:3:27: text between elements; expected none", "text where none belongs");
    PAN(DOC("<conversation id=\"c\"></conversation>"), "= invalid c:3:37: a conversation without a message; expected at least one", "no messages");
    TAP_OK(strstr(read_as(VG_CORPUS_PAN, DOC("<conversation id=\"c\">"), strlen(DOC("<conversation id=\"c\">")), "c", NULL), "= invalid c:3:"), "cut in the middle");
    TAP_OK(strstr(read_as(VG_CORPUS_PAN, "<!DOCTYPE x [<!ENTITY a \"b\">]><conversations/>", 47, "c", NULL), "a document type; expected none"),
           "a document type is refused before any entity is declared");
    READS(VG_CORPUS_PAN, "words", "= invalid c:1:1: not XML: Document is empty; expected conversations of PAN-2012", "no XML");
}

static void formats(void)
{
    const char *json = TALK("{\"author\":\"x\",\"text\":\"1\"}"), *csv = "conversation,author,text\na,x,1\n",
               *pan = "<conversations><conversation id=\"a\">" MSG("1", "x", "12:00", "1") "</conversation></conversations>";
    const char *want = "a [] [] group | x unknown unknown | 0@2026-01-05T12:00 1\n";
    TAP_EQ_STR(read_as(VG_CORPUS_AUTO, json, strlen(json), "-", NULL), want, "JSON lines are told by their beginning");
    TAP_EQ_STR(read_as(VG_CORPUS_AUTO, csv, strlen(csv), "-", NULL), want, "CSV is what is nothing else");
    TAP_EQ_STR(read_as(VG_CORPUS_AUTO, pan, strlen(pan), "-", NULL), "a [] [] group | x unknown unknown | 0@2012-01-02T12:00 1\n", "XML is told by its beginning");
    TAP_OK(strncmp(read_as(VG_CORPUS_AUTO, json, strlen(json), "x.csv", NULL), "= invalid x.csv:1", 17) == 0, "the ending of a name counts more");
    TAP_EQ_STR(read_as(VG_CORPUS_AUTO, csv, strlen(csv), "talks.csv", NULL), want, "and is enough");
}

static void joining(void)
{
    vg_corpus one = {0}, two = {0}, three = {0};
    vg_error err = {0};
    vg_buf out;
    vg_buf_init(&out, 4096);
    int rc = vg_corpus_read(&one, vg_str_of("conversation,author,text\na,x,1\n"), "c", &(vg_corpus_options){.language = "fr"}, &err);
    if (!rc) rc = vg_corpus_read(&two, vg_str_of(TALK("{\"author\":\"x\",\"text\":\"2\"}")), "c", NULL, &err);
    TAP_OK(!rc && !vg_corpus_join(&three, &one, &err) && !vg_corpus_join(&three, &two, &err), "two corpora into an empty one");
    TAP_OK(!one.arena && !two.arena && !two.count, "those that were appended are left empty");
    show_corpus(&three, &out);
    TAP_EQ_STR(out.ptr, "a [fr] [] group | x unknown unknown | 0@2026-01-05T12:00 1\na [] [] group | x unknown unknown | 0@2026-01-05T12:00 2\n",
               "both are there, in order");
    vg_buf_free(&out);
    vg_corpus_free(&three);
    rc = vg_corpus_load(&one, "/nonexistent.jsonl", NULL, &err);
    TAP_OK(rc == -VG_ENOENT && strcmp(err.where, "/nonexistent.jsonl") == 0, "no such file");
}

int main(void)
{
    json_lines();
    json_errors();
    csv_rows();
    csv_errors();
    pan_2012();
    pan_errors();
    formats();
    joining();
    return tap_done();
}
