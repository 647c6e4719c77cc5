/* SPDX-License-Identifier: Apache-2.0 */
#include "net/form/page.h"

#include <sodium.h>
#include <stdio.h>
#include <strings.h>
#include "base/time.h"
#include "net/assets.h"
#include "net/server_int.h"

const char *const vg_form_words[VG_FORM_WORD_COUNT][VG_LANGS] = {
#define VG_FORM_WORD(name, fr, en) {fr, en},
    VG_FORM_WORDS(VG_FORM_WORD)
#undef VG_FORM_WORD
};
static const char *const codes[VG_LANGS] = {"fr", "en"};

vg_lang vg_form_language(vg_exchange *x, vg_str asked)
{
    if (vg_str_is(asked, "fr")) return VG_LANG_FR;
    if (vg_str_is(asked, "en")) return VG_LANG_EN;
    vg_str rest = x->accept_language; /* the first of the two that is named; weights are not read: browsers send them in order */
    while (rest.len >= 2) {
        if (strncasecmp(rest.ptr, "fr", 2) == 0) return VG_LANG_FR;
        if (strncasecmp(rest.ptr, "en", 2) == 0) return VG_LANG_EN;
        const char *comma = memchr(rest.ptr, ',', rest.len);
        if (!comma) break;
        rest = (vg_str){comma + 1, rest.len - (size_t)(comma + 1 - rest.ptr)};
        while (rest.len && rest.ptr[0] == ' ') rest = (vg_str){rest.ptr + 1, rest.len - 1};
    }
    return VG_LANG_FR;
}

/* ---- writing ---- */

static void text(vg_buf *out, vg_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        switch (s.ptr[i]) {
        case '&': vg_buf_add_cstr(out, "&amp;"); break;
        case '<': vg_buf_add_cstr(out, "&lt;"); break;
        case '>': vg_buf_add_cstr(out, "&gt;"); break;
        case '"': vg_buf_add_cstr(out, "&quot;"); break;
        case '\'': vg_buf_add_cstr(out, "&#39;"); break;
        default: vg_buf_add_char(out, s.ptr[i]);
        }
    }
}

static void words(vg_buf *out, const vg_form_view *v, int say) { text(out, vg_str_of(vg_form_words[say][v->lang])); }

/* <tag>words</tag> */
static void element(vg_buf *out, const vg_form_view *v, const char *tag, int say)
{
    vg_buf_printf(out, "<%s>", tag);
    words(out, v, say);
    size_t name = strcspn(tag, " ");
    vg_buf_printf(out, "</%.*s>\n", (int)name, tag);
}

static void url_part(vg_buf *out, const char *path, const vg_form_view *v, vg_lang lang, const char *more)
{
    vg_buf_printf(out, "%s?lang=%s", path, codes[lang]);
    if (v->policy) vg_buf_printf(out, "&amp;space=%s", v->policy->space); /* small letters, digits, -_. */
    vg_buf_add_cstr(out, more);
}

static void add_hash(vg_buf *out, const vg_asset *asset)
{
    uint8_t hash[crypto_hash_sha256_BYTES];
    char encoded[64];
    crypto_hash_sha256(hash, asset->bytes, asset->len);
    sodium_bin2base64(encoded, sizeof encoded, hash, sizeof hash, sodium_base64_VARIANT_ORIGINAL);
    vg_buf_printf(out, " 'sha256-%s'", encoded);
}

/* Who may show it in a frame is the space's to say; nobody, unless it does. */
static void add_headers(vg_exchange *x, const vg_form_view *v)
{
    const vg_policy_notices *n = v->policy ? v->policy->notices : NULL;
    vg_buf csp;
    vg_buf_init(&csp, 16 << 10);
    vg_buf_add_cstr(&csp, "default-src 'none'; style-src");
    add_hash(&csp, &vg_form_assets[0]);
    vg_buf_add_cstr(&csp, "; script-src");
    add_hash(&csp, &vg_form_assets[1]);
    vg_buf_add_cstr(&csp, "; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors");
    for (size_t i = 0; n && i < n->embed_count; i++) vg_buf_printf(&csp, " %s", n->embed[i]);
    if (!n || !n->embed_count) vg_buf_add_cstr(&csp, " 'none'");
    vg_str kept = csp.failed ? (vg_str){NULL, 0} : vg_arena_copy(x->arena, (vg_str){csp.ptr, csp.len});
    vg_buf_free(&csp);
    if (!kept.ptr) x->out.failed = true; /* no page without its policy */
    vg_answer_header(x, "Content-Security-Policy", kept.ptr);
    vg_answer_header(x, "X-Content-Type-Options", "nosniff");
    vg_answer_header(x, "Referrer-Policy", "no-referrer");
    vg_answer_header(x, "Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=(), display-capture=()");
    vg_answer_header(x, "Vary", "Accept-Language");
    if (x->route && x->route->place == VG_STEP_ANSWER) vg_answer_header(x, "Cache-Control", "no-store"); /* desks add it themselves */
    if (x->server->options.behind_tls) vg_answer_header(x, "Strict-Transport-Security", "max-age=31536000");
}

static vg_buf *begin(vg_exchange *x, int status, const vg_form_view *v, int title, const char *path, const char *more)
{
    vg_buf *out = vg_answer_begin(x, status, "text/html; charset=utf-8");
    vg_lang other = v->lang == VG_LANG_FR ? VG_LANG_EN : VG_LANG_FR;
    add_headers(x, v);
    vg_buf_printf(out, "<!doctype html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n", codes[v->lang]);
    vg_buf_add_cstr(out, "<meta name=\"robots\" content=\"noindex\">\n<title>");
    words(out, v, title);
    if (v->policy) {
        vg_buf_add_cstr(out, " · ");
        text(out, vg_str_of(v->policy->title[v->lang]));
    }
    vg_buf_add_cstr(out, "</title>\n<style>");
    vg_buf_add(out, vg_form_assets[0].bytes, vg_form_assets[0].len);
    vg_buf_add_cstr(out, "</style>\n</head>\n<body>\n<main>\n<div class=\"top\"><p>");
    if (v->policy) text(out, vg_str_of(v->policy->title[v->lang]));
    vg_buf_printf(out, "</p><a lang=\"%s\" hreflang=\"%s\" href=\"", codes[other], codes[other]);
    url_part(out, path, v, other, more);
    vg_buf_add_cstr(out, "\">");
    words(out, v, VG_SAY_OTHER_LANGUAGE);
    vg_buf_add_cstr(out, "</a></div>\n<h1 tabindex=\"-1\">");
    words(out, v, title);
    vg_buf_add_cstr(out, "</h1>\n");
    return out;
}

static void address(vg_buf *out, const vg_form_view *v, const char *where)
{
    bool mail = strncmp(where, "https://", 8) != 0;
    (void)v;
    vg_buf_add_cstr(out, mail ? "<a href=\"mailto:" : "<a rel=\"noreferrer\" target=\"_blank\" href=\"");
    text(out, vg_str_of(where));
    vg_buf_add_cstr(out, "\">");
    text(out, vg_str_of(where));
    vg_buf_add_cstr(out, "</a>");
}

static void end(vg_buf *out, const vg_form_view *v)
{
    if (v->policy && v->policy->notices) {
        vg_buf_add_cstr(out, "<footer>");
        words(out, v, VG_SAY_CONTACT_POINT);
        vg_buf_add_cstr(out, v->lang == VG_LANG_FR ? "\u00a0: " : ": ");
        address(out, v, v->policy->notices->contact);
        vg_buf_add_cstr(out, "</footer>\n");
    }
    vg_buf_add_cstr(out, "</main>\n<script>");
    vg_buf_add(out, vg_form_assets[1].bytes, vg_form_assets[1].len);
    vg_buf_add_cstr(out, "</script>\n</body>\n</html>\n");
}

static void numbers(vg_buf *out, const vg_form_view *v)
{
    const vg_policy_notices *n = v->policy ? v->policy->notices : NULL;
    vg_buf_add_cstr(out, "<ul>\n");
    for (size_t i = 0; n && i < n->emergency_count; i++) {
        const vg_emergency_number *e = &n->emergency[i];
        vg_buf_printf(out, "<li><a href=\"tel:"); /* digits, blanks, plus: the policy was checked */
        for (const char *c = e->number; *c; c++)
            if (*c != ' ') vg_buf_add_char(out, *c);
        vg_buf_printf(out, "\">%s</a> <span>", e->number);
        text(out, vg_str_of(e->who[v->lang]));
        vg_buf_add_cstr(out, "</span></li>\n");
    }
    vg_buf_add_cstr(out, "</ul>\n");
}

static const int category_say[VG_NOTICE_CATEGORIES] = {VG_SAY_CHILD_ABUSE, VG_SAY_GROOMING, VG_SAY_SEXTORTION, VG_SAY_AGE, VG_SAY_HARASSMENT, VG_SAY_OTHER};

/* ---- the short page first ---- */

void vg_form_start(vg_exchange *x, const vg_form_view *v)
{
    const vg_policy_notices *n = v->policy->notices;
    vg_buf *out = begin(x, 200, v, VG_SAY_TITLE, "/report", "");
    vg_buf_add_cstr(out, "<p>");
    text(out, vg_str_of(n->intro[v->lang]));
    vg_buf_add_cstr(out, "</p>\n<section class=\"calls\">\n");
    element(out, v, "h2", VG_SAY_CALLS);
    numbers(out, v);
    vg_buf_add_cstr(out, "</section>\n");
    element(out, v, "h2", VG_SAY_WHAT);
    vg_buf_add_cstr(out, "<ul class=\"plain\">\n");
    for (int c = 0; c < VG_NOTICE_CATEGORIES; c++)
        if (n->categories >> c & 1) element(out, v, "li", category_say[c]);
    vg_buf_add_cstr(out, "</ul>\n");
    element(out, v, "p", VG_SAY_NO_COPY);
    element(out, v, "h2", VG_SAY_NAMELESS);
    element(out, v, "p", VG_SAY_NAMELESS_MORE);
    element(out, v, "h2", VG_SAY_NEXT);
    element(out, v, "p", VG_SAY_NEXT_MORE);
    vg_buf_add_cstr(out, "<p><a class=\"go\" href=\"");
    url_part(out, "/report", v, v->lang, "&amp;step=form");
    vg_buf_add_cstr(out, "\">");
    words(out, v, VG_SAY_START);
    vg_buf_add_cstr(out, "</a></p>\n<p><a href=\"");
    url_part(out, "/report/status", v, v->lang, "");
    vg_buf_add_cstr(out, "\">");
    words(out, v, VG_SAY_HAVE_NUMBER);
    vg_buf_add_cstr(out, "</a></p>\n");
    end(out, v);
}

void vg_form_choose(vg_exchange *x, vg_policy_set *set, vg_lang lang)
{
    vg_form_view v = {.lang = lang, .note = -1};
    vg_buf *out = begin(x, 200, &v, VG_SAY_TITLE, "/report", "");
    element(out, &v, "h2", VG_SAY_CHOOSE);
    vg_buf_add_cstr(out, "<ul class=\"plain\">\n");
    for (size_t i = 0; i < vg_policy_set_count(set); i++) {
        v.policy = vg_policy_set_at(set, i);
        if (!v.policy->notices) continue;
        vg_buf_add_cstr(out, "<li><a href=\"");
        url_part(out, "/report", &v, lang, "");
        vg_buf_add_cstr(out, "\">");
        text(out, vg_str_of(v.policy->title[lang]));
        vg_buf_add_cstr(out, "</a></li>\n");
    }
    v.policy = NULL;
    vg_buf_add_cstr(out, "</ul>\n");
    end(out, &v);
}

/* ---- the form ---- */

static int flaw_say(vg_notice_flaw flaw)
{
    static const int say[VG_NOTICE_FLAWS] = {
        [VG_NOTICE_NO_CATEGORY] = VG_SAY_FLAW_CATEGORY, [VG_NOTICE_NOT_OFFERED] = VG_SAY_FLAW_CATEGORY, [VG_NOTICE_NO_TEXT] = VG_SAY_FLAW_TEXT,
        [VG_NOTICE_TEXT_LONG] = VG_SAY_FLAW_TEXT_LONG,  [VG_NOTICE_NO_PLACE] = VG_SAY_FLAW_PLACE,       [VG_NOTICE_PLACE_LONG] = VG_SAY_FLAW_PLACE_LONG,
        [VG_NOTICE_ACCOUNT_LONG] = VG_SAY_FLAW_ACCOUNT, [VG_NOTICE_NO_NAME] = VG_SAY_FLAW_NAME,         [VG_NOTICE_NAME_LONG] = VG_SAY_FLAW_ACCOUNT,
        [VG_NOTICE_NO_EMAIL] = VG_SAY_FLAW_EMAIL,       [VG_NOTICE_BAD_EMAIL] = VG_SAY_FLAW_EMAIL_WRONG, [VG_NOTICE_CONTACT_LONG] = VG_SAY_FLAW_CONTACT,
        [VG_NOTICE_NO_GOOD_FAITH] = VG_SAY_FLAW_GOOD_FAITH};
    return say[flaw];
}

static int flaw_of(const vg_form_view *v, const char *field)
{
    for (size_t i = 0; i < v->flaw_count; i++)
        if (strcmp(vg_notice_flaw_field(v->flaw[i]), field) == 0) return flaw_say(v->flaw[i]);
    return -1;
}

static void summary(vg_buf *out, const vg_form_view *v)
{
    if (!v->flaw_count && v->note < 0) return;
    vg_buf_add_cstr(out, "<div class=\"summary\" role=\"alert\" tabindex=\"-1\" autofocus>\n");
    if (v->note >= 0) element(out, v, "p", v->note);
    if (v->flaw_count) {
        element(out, v, "h2", VG_SAY_SUMMARY);
        vg_buf_add_cstr(out, "<ul>\n");
        for (size_t i = 0; i < v->flaw_count; i++) {
            vg_buf_printf(out, "<li><a href=\"#%s\">", vg_notice_flaw_field(v->flaw[i]));
            words(out, v, flaw_say(v->flaw[i]));
            vg_buf_add_cstr(out, "</a></li>\n");
        }
        vg_buf_add_cstr(out, "</ul>\n");
    }
    vg_buf_add_cstr(out, "</div>\n");
}

static void error_place(vg_buf *out, const vg_form_view *v, const char *field)
{
    int say = flaw_of(v, field);
    vg_buf_printf(out, "<p class=\"error\" id=\"%s-error\">", field);
    if (say >= 0) words(out, v, say);
    vg_buf_add_cstr(out, "</p>\n");
}

static void attribute(vg_buf *out, const vg_form_view *v, const char *name, int say)
{
    vg_buf_printf(out, " %s=\"", name);
    words(out, v, say);
    vg_buf_add_char(out, '"');
}

static const char *invalid(const vg_form_view *v, const char *field) { return flaw_of(v, field) >= 0 ? " aria-invalid=\"true\"" : ""; }

/* A field with its label, its hint, its error. rows 0: one line. */
static void field(vg_buf *out, const vg_form_view *v, const char *name, int label, int hint, int missing, vg_str value, const char *type, int rows)
{
    vg_buf_printf(out, "<div class=\"field\" data-for=\"%s\"", name);
    if (missing >= 0) attribute(out, v, "data-missing", missing);
    if (strcmp(name, "email") == 0) attribute(out, v, "data-wrong", VG_SAY_FLAW_EMAIL_WRONG);
    vg_buf_printf(out, ">\n<label for=\"%s\">", name);
    words(out, v, label);
    vg_buf_add_cstr(out, "</label>\n");
    if (hint >= 0) {
        vg_buf_printf(out, "<p class=\"hint\" id=\"%s-hint\">", name);
        words(out, v, hint);
        vg_buf_add_cstr(out, "</p>\n");
    }
    error_place(out, v, name);
    vg_buf_printf(out, rows ? "<textarea id=\"%s\" name=\"%s\"" : "<input id=\"%s\" name=\"%s\"", name, name);
    vg_buf_printf(out, " aria-describedby=\"%s%s%s-error\"%s", hint >= 0 ? name : "", hint >= 0 ? "-hint " : "", name, invalid(v, name));
    if (rows) vg_buf_printf(out, " rows=\"%d\">\n", rows); /* a line break right after the tag is not part of the value */
    else vg_buf_printf(out, " type=\"%s\" autocomplete=\"%s\" value=\"", type, strcmp(name, "email") == 0 ? "email" : strcmp(name, "name") == 0 ? "name" : "off");
    text(out, value);
    vg_buf_add_cstr(out, rows ? "</textarea>\n</div>\n" : "\">\n</div>\n");
}

static void danger_fields(vg_buf *out, const vg_form_view *v)
{
    static const struct {
        const char *value;
        int say;
    } choices[] = {{"yes", VG_SAY_YES}, {"no", VG_SAY_NO}, {"unsure", VG_SAY_UNSURE}};
    vg_buf_add_cstr(out, "<fieldset>\n");
    element(out, v, "legend", VG_SAY_DANGER);
    vg_buf_add_cstr(out, "<div class=\"row\">\n");
    for (size_t i = 0; i < 3; i++) {
        vg_buf_printf(out, "<label class=\"choice\"><input type=\"radio\" id=\"danger-%s\" name=\"danger\" value=\"%s\"%s> <span>", choices[i].value, choices[i].value,
                      vg_str_is(v->danger, choices[i].value) ? " checked" : "");
        words(out, v, choices[i].say);
        vg_buf_add_cstr(out, "</span></label>\n");
    }
    vg_buf_add_cstr(out, "</div>\n<div class=\"calls urgent\">\n");
    element(out, v, "h2 id=\"urgent-title\"", VG_SAY_URGENT);
    numbers(out, v);
    vg_buf_add_cstr(out, "</div>\n<p class=\"trap\" role=\"status\" id=\"urgent-said\"></p>\n</fieldset>\n");
}

static void category_fields(vg_buf *out, const vg_form_view *v)
{
    bool first = true;
    vg_buf_add_cstr(out, "<fieldset data-for=\"category\"");
    attribute(out, v, "data-missing", VG_SAY_FLAW_CATEGORY);
    vg_buf_add_cstr(out, " aria-describedby=\"category-error\">\n");
    element(out, v, "legend", VG_SAY_CATEGORY);
    error_place(out, v, "category");
    for (int c = 0; c < VG_NOTICE_CATEGORIES; c++) {
        if (!(v->policy->notices->categories >> c & 1)) continue;
        vg_buf_printf(out, "<label class=\"choice\"><input type=\"radio\" name=\"category\" value=\"%s\"%s%s%s> <span>", vg_notice_category_names[c],
                      first ? " id=\"category\"" : "", invalid(v, "category"), v->draft && v->draft->category == c ? " checked" : "");
        first = false;
        words(out, v, category_say[c]);
        if (c == VG_NOTICE_GROOMING) element(out, v, "small", VG_SAY_GROOMING_MORE);
        vg_buf_add_cstr(out, "</span></label>\n");
    }
    vg_buf_add_cstr(out, "</fieldset>\n");
}

void vg_form_fields(vg_exchange *x, int status, const vg_form_view *v)
{
    static const vg_notice_draft nothing = {.category = -1, .text = {"", 0}, .account = {"", 0}, .name = {"", 0}, .email = {"", 0}, .contact = {"", 0}};
    const vg_notice_draft *d = v->draft ? v->draft : &nothing;
    vg_buf *out = begin(x, status, v, VG_SAY_TITLE, "/report", "&amp;step=form");
    summary(out, v);
    vg_buf_add_cstr(out, "<form class=\"report\" method=\"post\" action=\"/v1/notices\" accept-charset=\"utf-8\"");
    attribute(out, v, "data-lost", VG_SAY_LOST);
    vg_buf_printf(out, ">\n<input type=\"hidden\" name=\"space\" value=\"%s\">\n<input type=\"hidden\" name=\"lang\" value=\"%s\">\n", v->policy->space, codes[v->lang]);
    vg_buf_printf(out, "<input type=\"hidden\" name=\"token\" value=\"%.*s\">\n", VG_STR_ARG(v->token));
    danger_fields(out, v);
    category_fields(out, v);
    field(out, v, "account", VG_SAY_ACCOUNT, -1, -1, d->account, "text", 0);
    field(out, v, "locations", VG_SAY_PLACES, VG_SAY_PLACES_MORE, VG_SAY_FLAW_PLACE, v->places, "", 3);
    field(out, v, "text", VG_SAY_TEXT, VG_SAY_TEXT_MORE, VG_SAY_FLAW_TEXT, d->text, "", 6);
    element(out, v, "p class=\"hint\"", VG_SAY_NO_COPY);
    vg_buf_add_cstr(out, "<fieldset class=\"card\">\n");
    element(out, v, "legend", VG_SAY_YOU);
    element(out, v, "p class=\"hint\"", VG_SAY_YOU_MORE);
    field(out, v, "name", VG_SAY_NAME, -1, VG_SAY_FLAW_NAME, d->name, "text", 0);
    field(out, v, "email", VG_SAY_EMAIL, -1, VG_SAY_FLAW_EMAIL, d->email, "email", 0);
    field(out, v, "contact", VG_SAY_CONTACT, VG_SAY_CONTACT_MORE, -1, d->contact, "text", 0);
    vg_buf_add_cstr(out, "</fieldset>\n<div class=\"trap\" aria-hidden=\"true\"><label>");
    words(out, v, VG_SAY_TRAP);
    vg_buf_add_cstr(out, " <input type=\"text\" name=\"website\" tabindex=\"-1\" autocomplete=\"off\" value=\"\"></label></div>\n<fieldset data-for=\"good_faith\"");
    attribute(out, v, "data-missing", VG_SAY_FLAW_GOOD_FAITH);
    vg_buf_add_cstr(out, ">\n");
    error_place(out, v, "good_faith");
    vg_buf_printf(out, "<label class=\"choice\"><input type=\"checkbox\" id=\"good_faith\" name=\"good_faith\" value=\"yes\" aria-describedby=\"good_faith-error\"%s%s> <span>",
                  invalid(v, "good_faith"), d->good_faith ? " checked" : "");
    words(out, v, VG_SAY_GOOD_FAITH);
    vg_buf_add_cstr(out, "</span></label>\n</fieldset>\n<p class=\"error\" role=\"alert\" id=\"lost\" tabindex=\"-1\"></p>\n<button class=\"go\" type=\"submit\">");
    words(out, v, VG_SAY_SEND);
    vg_buf_add_cstr(out, "</button>\n</form>\n");
    end(out, v);
}

/* ---- after it ---- */

static void status_link(vg_buf *out, const vg_form_view *v, const char *number)
{
    char more[40];
    snprintf(more, sizeof more, "&amp;number=%s", number);
    vg_buf_add_cstr(out, "<p><a href=\"");
    url_part(out, "/report/status", v, v->lang, more);
    vg_buf_add_cstr(out, "\">");
    words(out, v, VG_SAY_SEE_STATUS);
    vg_buf_add_cstr(out, "</a></p>\n");
}

void vg_form_received(vg_exchange *x, const vg_form_view *v, const char *number, bool danger)
{
    char more[40];
    snprintf(more, sizeof more, "&amp;number=%s", number);
    vg_buf *out = begin(x, 201, v, VG_SAY_RECEIVED, "/report/status", more);
    if (danger) {
        vg_buf_add_cstr(out, "<div class=\"calls\">\n");
        element(out, v, "h2", VG_SAY_CALLS);
        numbers(out, v);
        vg_buf_add_cstr(out, "</div>\n");
    }
    vg_buf_add_cstr(out, "<p>");
    text(out, vg_str_of(v->policy->notices->receipt[v->lang]));
    vg_buf_add_cstr(out, "</p>\n");
    element(out, v, "h2", VG_SAY_NUMBER);
    vg_buf_printf(out, "<p class=\"number\">%s</p>\n", number);
    element(out, v, "p", VG_SAY_NUMBER_MORE);
    status_link(out, v, number);
    end(out, v);
}

/* "3 mai 2026", "3 May 2026": a date, for a notifier the hour does not matter. */
static void date(vg_buf *out, const vg_form_view *v, int64_t ms)
{
    static const char *const months[VG_LANGS][12] = {
        {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
        {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}};
    char when[25];
    vg_time_format(ms, when);
    int month = (when[5] - '0') * 10 + (when[6] - '0'), day = (when[8] - '0') * 10 + (when[9] - '0');
    vg_buf_printf(out, "<time datetime=\"%.10s\">%d%s %s %.4s</time>", when, day, v->lang == VG_LANG_FR && day == 1 ? "er" : "",
                  months[v->lang][month >= 1 && month <= 12 ? month - 1 : 0], when);
}

static void entry(vg_buf *out, const vg_form_view *v, int term, const char *description)
{
    element(out, v, "dt", term);
    vg_buf_add_cstr(out, "<dd>");
    text(out, vg_str_of(description));
    vg_buf_add_cstr(out, "</dd>\n");
}

static void answer(vg_buf *out, const vg_form_view *v, const vg_notice *n)
{
    const vg_policy_notices *p = v->policy->notices;
    element(out, v, "dt", VG_SAY_DECIDED_ON);
    vg_buf_add_cstr(out, "<dd>");
    date(out, v, n->decided_ms);
    vg_buf_add_cstr(out, "</dd>\n");
    entry(out, v, VG_SAY_ANSWER, n->action == VG_ACTION_DISMISS ? p->dismissed[v->lang] : p->upheld[v->lang]);
    if (v->reason) entry(out, v, VG_SAY_REASON, v->reason[v->lang]);
    entry(out, v, VG_SAY_REDRESS, p->redress[v->lang]);
    element(out, v, "dt", VG_SAY_COMPLAINT);
    vg_buf_add_cstr(out, "<dd>");
    address(out, v, p->complaint ? p->complaint : p->contact);
    vg_buf_add_cstr(out, "</dd>\n");
    entry(out, v, VG_SAY_AUTOMATED, vg_form_words[VG_SAY_AUTOMATED_MORE][v->lang]);
}

static void one_status(vg_buf *out, const vg_form_view *v, const vg_notice *n)
{
    static const int states[VG_NOTICE_STATES] = {VG_SAY_STATE_RECEIVED, VG_SAY_STATE_IN_REVIEW, VG_SAY_STATE_DECIDED, VG_SAY_STATE_WITHDRAWN, VG_SAY_STATE_SET_ASIDE};
    vg_buf_printf(out, "<p class=\"number\">%.*s</p>\n<dl>\n", VG_STR_ARG(n->number));
    element(out, v, "dt", VG_SAY_STATE);
    vg_buf_add_cstr(out, "<dd><strong>");
    words(out, v, states[n->state]);
    vg_buf_add_cstr(out, "</strong></dd>\n");
    element(out, v, "dt", VG_SAY_RECEIVED_ON);
    vg_buf_add_cstr(out, "<dd>");
    date(out, v, n->received_ms);
    vg_buf_add_cstr(out, "</dd>\n");
    if (n->state == VG_NOTICE_DECIDED && v->policy && v->policy->notices) answer(out, v, n);
    vg_buf_add_cstr(out, "</dl>\n");
    if (n->state == VG_NOTICE_SET_ASIDE) element(out, v, "p", VG_SAY_SET_ASIDE_MORE);
    if (n->state == VG_NOTICE_DECIDED || n->state == VG_NOTICE_WITHDRAWN) return;
    vg_buf_printf(out, "<form method=\"post\" action=\"/v1/notices/%.*s/withdraw\">\n<input type=\"hidden\" name=\"lang\" value=\"%s\">\n<button class=\"go quiet\" type=\"submit\">",
                  VG_STR_ARG(n->number), codes[v->lang]);
    words(out, v, VG_SAY_WITHDRAW);
    vg_buf_add_cstr(out, "</button>\n</form>\n");
    element(out, v, "p class=\"hint\"", VG_SAY_WITHDRAW_MORE);
}

void vg_form_status(vg_exchange *x, int status, const vg_form_view *v, const vg_notice *notice, vg_str typed, int why)
{
    char more[64] = "";
    if (notice) snprintf(more, sizeof more, "&amp;number=%.*s", VG_STR_ARG(notice->number));
    vg_buf *out = begin(x, status, v, VG_SAY_STATUS, "/report/status", more);
    if (notice) {
        one_status(out, v, notice);
        end(out, v);
        return;
    }
    vg_buf_add_cstr(out, "<form method=\"get\" action=\"/report/status\">\n");
    vg_buf_printf(out, "<input type=\"hidden\" name=\"lang\" value=\"%s\">\n", codes[v->lang]);
    if (v->policy) vg_buf_printf(out, "<input type=\"hidden\" name=\"space\" value=\"%s\">\n", v->policy->space);
    vg_buf_add_cstr(out, "<div class=\"field\"><label for=\"number\">");
    words(out, v, VG_SAY_STATUS_NUMBER);
    vg_buf_add_cstr(out, "</label>\n<p class=\"error\" id=\"number-error\" role=\"alert\">");
    if (why >= 0) words(out, v, why);
    vg_buf_printf(out, "</p>\n<input type=\"text\" id=\"number\" name=\"number\" autocomplete=\"off\" autocapitalize=\"characters\" spellcheck=\"false\" aria-describedby=\"number-error\"%s value=\"",
                  why >= 0 ? " aria-invalid=\"true\" autofocus" : "");
    text(out, typed);
    vg_buf_add_cstr(out, "\"></div>\n<button class=\"go\" type=\"submit\">");
    words(out, v, VG_SAY_STATUS_SEE);
    vg_buf_add_cstr(out, "</button>\n</form>\n");
    end(out, v);
}

void vg_form_message(vg_exchange *x, int status, const vg_form_view *v, int heading, int more)
{
    vg_buf *out = begin(x, status, v, heading, "/report", "");
    element(out, v, "p", more);
    if (v->policy && v->policy->notices && status >= 400) {
        vg_buf_add_cstr(out, "<div class=\"calls\">\n");
        element(out, v, "h2", VG_SAY_CALLS);
        numbers(out, v);
        vg_buf_add_cstr(out, "</div>\n<p><a href=\"");
        url_part(out, "/report", v, v->lang, "&amp;step=form");
        vg_buf_add_cstr(out, "\">");
        words(out, v, VG_SAY_BACK);
        vg_buf_add_cstr(out, "</a></p>\n");
    }
    end(out, v);
}

void vg_form_policy(vg_exchange *x, const size_t *styles, size_t count)
{
    vg_buf csp;
    vg_buf_init(&csp, 1 << 10);
    vg_buf_add_cstr(&csp, "default-src 'none'; style-src");
    for (size_t i = 0; i < count; i++) {
        const vg_asset *style = &vg_form_assets[styles[i]];
        uint8_t hash[crypto_hash_sha256_BYTES];
        char encoded[64];
        crypto_hash_sha256(hash, style->bytes, style->len);
        sodium_bin2base64(encoded, sizeof encoded, hash, sizeof hash, sodium_base64_VARIANT_ORIGINAL);
        vg_buf_printf(&csp, " 'sha256-%s'", encoded);
    }
    vg_buf_add_cstr(&csp, "; form-action 'none'; base-uri 'none'; frame-ancestors 'none'");
    vg_str kept = csp.failed ? (vg_str){NULL, 0} : vg_arena_copy(x->arena, (vg_str){csp.ptr, csp.len});
    vg_buf_free(&csp);
    if (!kept.ptr) x->out.failed = true;
    vg_answer_header(x, "Content-Security-Policy", kept.ptr);
    vg_answer_header(x, "X-Content-Type-Options", "nosniff");
    vg_answer_header(x, "Referrer-Policy", "no-referrer");
}
