/* SPDX-License-Identifier: Apache-2.0 */
#include "report/text.h"

#include "base/alloc.h"
#include "tap.h"

static vg_arena *arena;

static const char *shown(const char *text, size_t len, bool lines, size_t most)
{
    return vg_text_shown(arena, (vg_str){text, len}, lines, most).ptr;
}
#define SHOWN(literal) shown("" literal, sizeof(literal) - 1, false, 0)

static void test_shown(void)
{
    TAP_EQ_STR(SHOWN("plain"), "plain", "plain text is itself");
    TAP_EQ_STR(SHOWN(""), "", "nothing is nothing");
    TAP_EQ_STR(SHOWN("été à Noël"), "été à Noël", "accents stay");
    TAP_EQ_STR(SHOWN("สวัสดี"), "สวัสดี", "Thai with its marks stays");
    TAP_EQ_STR(SHOWN("مرحبا"), "مرحبا", "Arabic stays");
    TAP_EQ_STR(SHOWN("\xe2\x80\xaegpj.exe"), "\\u{202E}gpj.exe", "an override is shown by its number");
    TAP_EQ_STR(SHOWN("a\xd8\x9c" "b\xe2\x80\x8e\xe2\x80\x8f\xe2\x81\xa6\xe2\x81\xa9"), "a\\u{61C}b\\u{200E}\\u{200F}\\u{2066}\\u{2069}",
               "so are marks and isolates");
    TAP_EQ_STR(SHOWN("a\0b\x1b[31m\x7f\xc2\x85"), "a\\u{0}b\\u{1B}[31m\\u{7F}\\u{85}", "NUL, C0, DEL and C1 controls");
    TAP_EQ_STR(SHOWN("a\xe2\x80\x8b\xef\xbb\xbf\xc2\xad\xe2\x81\xa0"), "a\\u{200B}\\u{FEFF}\\u{AD}\\u{2060}", "what has no width");
    TAP_EQ_STR(SHOWN("x\xf3\xa0\x81\x81\xf3\xa0\x81\xbf"), "x\\u{E0041}\\u{E007F}", "tag characters");
    TAP_EQ_STR(SHOWN("\xef\xb7\x90\xef\xbf\xbe\xf4\x8f\xbf\xbf\xee\x80\x80"), "\\u{FDD0}\\u{FFFE}\\u{10FFFF}\\u{E000}", "noncharacters and private use");
    TAP_EQ_STR(SHOWN("a\xff\xc3(\xe2\x82"), "a\xef\xbf\xbd\xef\xbf\xbd(\xef\xbf\xbd\xef\xbf\xbd", "bad bytes are replaced");
    TAP_EQ_STR(SHOWN("\xed\xa0\x80\xed\xbf\xbf!"), "\xef\xbf\xbd\xef\xbf\xbd!", "a lone surrogate is one replacement");
    TAP_EQ_STR(SHOWN("\xc0\xaf\xf4\x90\x80\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd",
               "overlong forms and what is over U+10FFFF");
    TAP_EQ_STR(SHOWN("👩\xe2\x80\x8d💻"), "👩\xe2\x80\x8d💻", "a joiner inside an emoji stays");
    TAP_EQ_STR(SHOWN("a\xe2\x80\x8d" "b"), "a\\u{200D}b", "between Latin letters it is shown");
    TAP_EQ_STR(SHOWN("❤\xef\xb8\x8f\xef\xb8\x8f"), "❤\xef\xb8\x8f\\u{FE0F}", "one variation selector, not two");
    TAP_EQ_STR(SHOWN("a\nb"), "a\\u{A}b", "a line break in one line is shown");
    TAP_EQ_STR(shown("a\r\nb\rc\nd\x0b", 9, true, 0), "a\nb\nc\nd\\u{B}", "with lines, all line breaks are one");
}

static void test_floods_and_cuts(void)
{
    char flood[2 * 100 + 2] = "e";
    for (size_t i = 0; i < 100; i++) memcpy(flood + 1 + 2 * i, "\xcc\x81", 2);
    flood[201] = 'x';
    TAP_EQ_STR(shown(flood, 202, false, 0), "e\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\\u{301 \xc3\x97" "94}x", "a flood of marks is counted");
    TAP_EQ_STR(shown("abcdef", 6, false, 6), "abcdef", "what fits is whole");
    TAP_EQ_STR(shown("abcdefg", 7, false, 6), "abc…", "what does not is cut, the ellipsis within the limit");
    TAP_EQ_STR(shown("éééé", 8, false, 6), "é…", "at a character");
    TAP_EQ_STR(shown("ab\xe2\x80\xae" "cd", 7, false, 8), "ab…", "never inside a number");
    TAP_EQ_STR(shown("abcdef", 6, false, 2), "", "a limit too small for the ellipsis");
}

static void test_xml(void)
{
#define XML(literal) vg_text_xml(arena, (vg_str){"" literal, sizeof(literal) - 1}, 0).ptr
    TAP_EQ_STR(XML("a<b>&\"'\t\r\n"), "a<b>&\"'\t\r\n", "markup is left to the XML library");
    TAP_EQ_STR(XML("\0\x08\x0b\x1f"), "\\u{0}\\u{8}\\u{B}\\u{1F}", "what Char forbids below a blank");
    TAP_EQ_STR(XML("\xef\xbf\xbe\xef\xbf\xbf\xed\xa0\x80"), "\\u{FFFE}\\u{FFFF}\xef\xbf\xbd", "and above");
    TAP_EQ_STR(XML("\xee\x80\x80\xf0\x90\x80\x80\xe2\x80\xae"), "\xee\x80\x80\xf0\x90\x80\x80\xe2\x80\xae", "what it allows");
    TAP_EQ_STR(vg_text_xml(arena, VG_STR("abcdefg"), 5).ptr, "ab…", "cut");
#undef XML
}

static void test_csv(void)
{
#define CSV(literal) vg_text_csv(arena, (vg_str){"" literal, sizeof(literal) - 1}).ptr
    TAP_EQ_STR(CSV("plain"), "\"plain\"", "a field is quoted");
    TAP_EQ_STR(CSV("a\"b,c\nd"), "\"a\"\"b,c\nd\"", "quotes doubled, the rest inside");
    TAP_EQ_STR(CSV("=1+1"), "\"'=1+1\"", "=");
    TAP_EQ_STR(CSV("+33"), "\"'+33\"", "+");
    TAP_EQ_STR(CSV("-1"), "\"'-1\"", "-");
    TAP_EQ_STR(CSV("@x"), "\"'@x\"", "@");
    TAP_EQ_STR(CSV("\t=x"), "\"'\t=x\"", "tab");
    TAP_EQ_STR(CSV("\r\nx"), "\"'\r\nx\"", "line break");
    TAP_EQ_STR(CSV("  \xc2\xa0\xe3\x80\x80=x"), "\"'  \xc2\xa0\xe3\x80\x80=x\"", "behind blanks of all kinds");
    TAP_EQ_STR(CSV("\xef\xbb\xbf=x"), "\"'\xef\xbb\xbf=x\"", "behind a byte order mark");
    TAP_EQ_STR(CSV("＝x"), "\"'＝x\"", "full-width =");
    TAP_EQ_STR(CSV("＋x"), "\"'＋x\"", "full-width +");
    TAP_EQ_STR(CSV("－x"), "\"'－x\"", "full-width -");
    TAP_EQ_STR(CSV("＠x"), "\"'＠x\"", "full-width @");
    TAP_EQ_STR(CSV("−x"), "\"'−x\"", "minus sign");
    TAP_EQ_STR(CSV("a=b"), "\"a=b\"", "only where it begins");
    TAP_EQ_STR(CSV("a\0b\xe2\x80\xae"), "\"a\\u{0}b\\u{202E}\"", "NUL and overrides by their number");
    TAP_EQ_STR(CSV("\xed\xa0\x80=x"), "\"\xef\xbf\xbd=x\"", "a surrogate is no blank");
#undef CSV
}

static void test_file(void)
{
#define NAME(literal) vg_text_file(arena, (vg_str){"" literal, sizeof(literal) - 1}).ptr
    char name[400];
    TAP_EQ_STR(NAME("photo de l'été.jpg"), "photo de l'été.jpg", "a good name stays");
    TAP_EQ_STR(NAME("../../etc/passwd"), "_._.._etc_passwd", "no path");
    TAP_EQ_STR(NAME("..\\..\\a.exe"), "_._.._a.exe", "no path of Windows");
    TAP_EQ_STR(NAME("／＼∕"), "___", "nor one in other letters");
    TAP_EQ_STR(NAME(""), "file", "never empty");
    TAP_EQ_STR(NAME("   "), "file", "nor only blanks");
    TAP_EQ_STR(NAME("."), "_", "never .");
    TAP_EQ_STR(NAME(".."), "_", "never ..");
    TAP_EQ_STR(NAME("a. . ."), "a", "no trailing dots or blanks");
    TAP_EQ_STR(NAME("CON"), "_CON", "no device");
    TAP_EQ_STR(NAME("nul.txt"), "_nul.txt", "with an extension neither");
    TAP_EQ_STR(NAME("com1.tar.gz"), "_com1.tar.gz", "nor a port");
    TAP_EQ_STR(NAME("LPT².x"), "_LPT².x", "nor a superscript one");
    TAP_EQ_STR(NAME("com.txt"), "com.txt", "a word that only begins like one stays");
    TAP_EQ_STR(NAME("-rf"), "_rf", "no option");
    TAP_EQ_STR(NAME("a:b*c?d\"e<f>g|h"), "a_b_c_d_e_f_g_h", "reserved letters");
    TAP_EQ_STR(NAME("x\xe2\x80\xaegpj.exe"), "x_gpj.exe", "no override");
    TAP_EQ_STR(NAME("a\0b\n\x7f\xed\xa0\x80"), "a_b___", "no control, no bad byte");
    memset(name, 'a', sizeof name);
    memcpy(name + sizeof name - 4, ".jpg", 4);
    vg_str cut = vg_text_file(arena, (vg_str){name, sizeof name});
    TAP_OK(cut.len == 120 && !memcmp(cut.ptr + 116, ".jpg", 4), "at most 120 bytes, with its extension");
    for (size_t i = 0; i + 1 < sizeof name; i += 2) memcpy(name + i, "é", 2);
    cut = vg_text_file(arena, (vg_str){name, sizeof name});
    TAP_OK(cut.len == 120 && vg_utf8_valid(cut.ptr, cut.len, NULL), "cut at a character");
#undef NAME
}

static void header(const char *text, const char *want, const char *name)
{
    vg_str h = vg_text_header(arena, vg_str_of(text), 0);
    TAP_OK(vg_str_is(h, want), "header: %s", name);
}

static void test_header(void)
{
    header("Case c-000001", "Case c-000001", "plain");
    header("x\r\nBcc: all@example.org", "x Bcc: all@example.org", "no second header");
    header("x\n\n\tbody\r", "x body", "no body, no blanks at the end");
    header("\xe2\x80\xaex", "\\u{202E}x", "an override is shown");
    header("\xe2\x80\xa8x", "\\u{2028}x", "a line separator too");
    TAP_OK(vg_str_is(vg_text_header(arena, VG_STR("abcdefg"), 6), "abc…"), "header: cut");
}

static void test_utf8(void)
{
    TAP_EQ_STR(vg_text_utf8(arena, VG_STR("a\xe2\x80\xae\x01é")).ptr, "a\xe2\x80\xae\x01é", "valid text is untouched");
    TAP_EQ_STR(vg_text_utf8(arena, VG_STR("a\xed\xb0\x80z")).ptr, "a\xef\xbf\xbdz", "a lone surrogate is replaced");
}

static void test_no_memory(void)
{
    for (size_t n = 1; n < 8; n++) {
        vg_arena *small = vg_arena_create(64, 1 << 16);
        char text[600];
        memset(text, 1, sizeof text);
        vg_alloc_fail_at(n);
        vg_str s = vg_text_shown(small, (vg_str){text, sizeof text}, false, 0);
        int failed = vg_alloc_failed();
        vg_alloc_fail_at(0);
        TAP_OK(failed ? s.ptr == NULL : s.len == 600 * 5, "allocation %zu refused: nothing, not half", n);
        vg_arena_destroy(&small);
    }
}

int main(void)
{
    arena = vg_arena_create(1 << 16, 1 << 22);
    if (!arena) return 1;
    test_shown();
    test_floods_and_cuts();
    test_xml();
    test_csv();
    test_file();
    test_header();
    test_utf8();
    test_no_memory();
    vg_arena_destroy(&arena);
    return tap_done();
}
