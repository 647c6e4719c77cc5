/* SPDX-License-Identifier: Apache-2.0
 *
 * What findings, reasons and bands are called at NCMEC. Where the schema asks for more than the case knows, nothing is made up: the field
 * stays away, and the filer's options can give it. */
#include "report/ncmec/ncmec_int.h"

#include "base/hash.h"
#include "base/time.h"
#include "report/text.h"

bool ncmec_found(const vg_dossier *d, const char *name)
{
    for (size_t i = 0; i < d->finding_count; i++)
        if (vg_str_is(d->findings[i].name, name)) return true;
    return false;
}

vg_str ncmec_reason(const vg_dossier *d)
{
    vg_str last = {"", 0};
    for (size_t i = 0; i < d->decision_count; i++) {
        if (d->decisions[i].d.action == VG_ACTION_REPORT) return d->decisions[i].d.reason;
        last = d->decisions[i].d.reason;
    }
    return last;
}

static bool has_known_media(const vg_dossier *d)
{
    for (size_t i = 0; i < d->media_count; i++)
        if (d->media[i].match_count) return true;
    return false;
}

int ncmec_incident(const vg_dossier *d, const ncmec_options *o)
{
    if (o->incident >= 0) return o->incident;
    if (has_known_media(d) || vg_str_is(ncmec_reason(d), "media")) return NCMEC_MATERIAL;
    return NCMEC_ENTICEMENT;
}

static bool minor(const vg_party *p) { return p && vg_age_is_minor(p->band); }

bool ncmec_annotated(const vg_dossier *d, const ncmec_options *o, int annotation)
{
    bool pictures = ncmec_found(d, "text.picture_request") || has_known_media(d);
    bool threat = ncmec_found(d, "text.threat") || vg_str_is(ncmec_reason(d), "threat");
    if (o->annotations[annotation] >= 0) return o->annotations[annotation] == 1;
    switch (annotation) {
    case NCMEC_SEXTORTION: return threat && (pictures || ncmec_found(d, "text.payment_request"));
    case NCMEC_SOLICITATION: return ncmec_found(d, "text.picture_request");
    case NCMEC_MINORS: return minor(vg_dossier_party(d, VG_PARTY_AUTHOR)) && minor(vg_dossier_party(d, VG_PARTY_VICTIM));
    case NCMEC_SPAM: return vg_str_is(ncmec_reason(d), "spam") || ncmec_found(d, "conduct.same_opening");
    default: return false; /* sadistic exploitation: no finding says so much; lacks() asks where dares come with threats */
    }
}

static vg_str to_arena(vg_buf *b, vg_arena *arena)
{
    vg_str out = b->failed ? (vg_str){NULL, 0} : vg_arena_copy(arena, (vg_str){b->ptr ? b->ptr : "", b->len});
    vg_buf_free(b);
    return out;
}

/* A text from outside; without memory the whole is marked as failed. */
static void add_shown(vg_buf *b, vg_arena *arena, vg_str text, bool lines, size_t most)
{
    vg_str shown = vg_text_shown(arena, text, lines, most);
    if (shown.ptr) vg_buf_add_str(b, shown);
    else b->failed = true;
}

vg_str ncmec_urgency(const vg_dossier *d, const ncmec_options *o, vg_arena *arena)
{
    static const char *const why[VG_IMMINENCES] = {
        [VG_IMMINENT_MEETING] = "a meeting with a minor is asked for",
        [VG_IMMINENT_LIVE] = "money is asked for, as for a live session",
        [VG_IMMINENT_HELP] = "somebody who is not known to be an adult calls for help",
        [VG_IMMINENT_NOTICE] = "a notice says that a child is in danger now",
    };
    unsigned which = vg_case_imminence(&d->c);
    if (o->is_urgent == 0) return VG_STR("");
    if (o->urgent.len) return o->urgent;
    if (!which && o->is_urgent != 1) return VG_STR("");
    vg_buf b;
    vg_buf_init(&b, 4096);
    vg_buf_add_cstr(&b, "A child may be in immediate danger");
    const char *between = ": ";
    for (unsigned i = 0; i < VG_IMMINENCES; i++) {
        if (!(which & 1u << i)) continue;
        vg_buf_printf(&b, "%s%s", between, why[i]);
        between = "; ";
    }
    vg_buf_add_cstr(&b, ".");
    return to_arena(&b, arena);
}

ncmec_service ncmec_service_of(const vg_filing_view *f, const ncmec_options *o)
{
    const char *service = f->dossier->operator ? f->dossier->operator->service : NULL;
    if (o->service >= 0) return (ncmec_service)o->service;
    for (size_t i = 0; service && i < NCMEC_SERVICES; i++)
        if (strcmp(service, ncmec_service_names[i]) == 0) return (ncmec_service)i;
    return NCMEC_CHAT;
}

const char *ncmec_industry_class(const vg_dossier_media *m)
{
    static const char *const classes[] = {"A1", "A2", "B1", "B2"};
    const char *found = NULL;
    for (size_t i = 0; i < m->match_count; i++) {
        if (m->matches[i].distance) continue; /* of a picture close to it: another file's class */
        for (size_t k = 0; k < 4; k++) {
            if (!vg_str_is(m->matches[i].category, classes[k])) continue;
            if (found && found != classes[k]) return NULL; /* lists disagree: the remarks name both */
            found = classes[k];
        }
    }
    return found;
}

int ncmec_age_of(vg_age_band band)
{
    switch (band) {
    case VG_AGE_UNDER13: return 12;
    case VG_AGE_13_14: return 13;
    case VG_AGE_15_17: return 15;
    default: return -1;
    }
}

/* What the schema's simple type "country" lists, two letters each. */
bool ncmec_country(const char *code)
{
    static const char all[] =
        "ADAEAFAGAIALAMANAOAPAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCNCOCRCUCVCXCWCYCZDEDJDKDMDODZECEEEGEHERES"
        "ETEUFIFJFKFMFOFRFXGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMA"
        "MCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQAREROWSRSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSR"
        "SSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVIVNVUWFXKYEYTZAZMZW";
    if (strlen(code) != 2) return false;
    for (size_t i = 0; i + 1 < sizeof all; i += 2)
        if (all[i] == code[0] && all[i + 1] == code[1]) return true;
    return false;
}

/* ---- the exchange ---- */

static vg_str name_of(const vg_dossier *d, size_t party)
{
    return party < d->party_count && d->parties[party].account.len ? d->parties[party].account : VG_STR("(not known)");
}

/* Text of many lines below its own first line, so that no message can pass for two. */
static void add_indented(vg_buf *b, vg_arena *arena, vg_str raw)
{
    vg_str text = vg_text_shown(arena, raw, true, 16384);
    if (!text.ptr) b->failed = true;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\r') continue;
        vg_buf_add_char(b, text.ptr[i]);
        if (text.ptr[i] == '\n') vg_buf_add_cstr(b, "    | ");
    }
}

static vg_str line_of(const vg_dossier *d, const vg_dossier_message *m, vg_arena *arena)
{
    char time[25];
    vg_buf b;
    vg_buf_init(&b, 128 << 10);
    vg_time_format(m->time_ms, time);
    vg_buf_printf(&b, "%c [%s] ", m->flagged ? '*' : ' ', time);
    add_shown(&b, arena, name_of(d, m->from), false, 300);
    for (size_t i = 0; i < m->to_count && i < 20; i++) {
        vg_buf_add_cstr(&b, i ? ", " : " -> ");
        add_shown(&b, arena, name_of(d, m->to[i]), false, 300);
    }
    if (m->to_count > 20) vg_buf_printf(&b, " and %zu more", m->to_count - 20);
    vg_buf_add_cstr(&b, ": ");
    if (m->withheld) vg_buf_add_cstr(&b, "(not included: this channel may not be looked at)");
    else add_indented(&b, arena, m->text);
    for (size_t i = 0; i < m->finding_count; i++) {
        if (m->findings[i] >= d->finding_count) continue;
        vg_buf_add_cstr(&b, i ? ", " : "  {found: ");
        add_shown(&b, arena, d->findings[m->findings[i]].name, false, 100);
    }
    vg_buf_add_cstr(&b, m->finding_count ? "}\n" : "\n");
    return to_arena(&b, arena);
}

vg_str ncmec_exchange(const vg_dossier *d, vg_arena *arena, size_t most)
{
    size_t room = most > 4096 ? most - 512 : most, left_out = 0;
    if (!d->message_count) return VG_STR("");
    vg_str *lines = vg_arena_calloc(arena, d->message_count, sizeof *lines);
    bool *in = vg_arena_calloc(arena, d->message_count, sizeof *in);
    if (!lines || !in) return (vg_str){NULL, 0};
    for (int pass = 0; pass < 2; pass++) { /* what is flagged before what is context; the newest first */
        for (size_t i = d->message_count; i-- > 0;) {
            if (d->messages[i].flagged != (pass == 0)) continue;
            lines[i] = line_of(d, &d->messages[i], arena);
            if (!lines[i].ptr) return (vg_str){NULL, 0};
            in[i] = lines[i].len <= room;
            if (in[i]) room -= lines[i].len;
            else left_out++;
        }
    }
    vg_buf b;
    vg_buf_init(&b, most + 1);
    vg_buf_add_cstr(&b, "Times in UTC; * marks what carries evidence, the rest is context. \\u{...} stands for a character that cannot be seen.\n");
    for (size_t i = 0; i < d->message_count; i++)
        if (in[i]) vg_buf_add_str(&b, lines[i]);
    if (left_out) vg_buf_printf(&b, "[%zu messages are left out for length; they are kept with the case]\n", left_out);
    return to_arena(&b, arena);
}

/* ---- remarks ---- */

static void add_decisions(vg_buf *b, const vg_dossier *d, vg_arena *arena)
{
    for (size_t i = 0; i < d->decision_count && i < 50; i++) {
        const vg_dossier_decision *one = &d->decisions[i];
        char time[25];
        vg_time_format(one->d.time_ms, time);
        vg_buf_printf(b, "Decided %s: %s, reason: ", time, one->d.action < VG_ACTIONS ? vg_action_names[one->d.action] : "?");
        vg_str title = one->reason[VG_LANG_EN].len ? one->reason[VG_LANG_EN] : one->d.reason;
        add_shown(b, arena, title, false, 300);
        if (one->certificate.len) {
            vg_buf_add_cstr(b, "; by a person with the certificate: ");
            add_shown(b, arena, one->certificate, false, 200);
        }
        vg_buf_add_cstr(b, ".\n");
    }
}

static void add_hash(vg_buf *b, const char *name, const uint8_t *bytes, size_t len)
{
    char hex[65];
    vg_hex_encode(hex, bytes, len);
    vg_buf_printf(b, " %s %s", name, hex);
}

/* Files whose bytes do not go with the report: their digests do. */
static void add_absent_files(vg_buf *b, const vg_filing_view *f, const ncmec_options *o)
{
    const vg_dossier *d = f->dossier;
    size_t sent[NCMEC_FILES_MOST], count = ncmec_files(f, o, sent), told = 0;
    for (size_t i = 0; i < d->media_count; i++) {
        const vg_dossier_media *m = &d->media[i];
        bool goes = false;
        for (size_t k = 0; k < count; k++) goes |= sent[k] == i;
        if (goes) continue;
        if (++told > 200) continue;
        vg_buf_printf(b, "File %lld of the case is not attached (%s):", (long long)m->seq, m->kept ? "left out" : "its bytes were not kept");
        if (m->has_md5) add_hash(b, "MD5", m->md5, 16);
        if (m->has_sha1) add_hash(b, "SHA1", m->sha1, 20);
        if (m->has_sha256) add_hash(b, "SHA256", m->sha256, 32);
        if (m->has_pdq) add_hash(b, "PDQ", m->pdq, 32);
        vg_buf_add_cstr(b, "\n");
    }
    if (told > 200) vg_buf_printf(b, "%zu more files are not attached.\n", told - 200);
}

static size_t withheld(const vg_dossier *d)
{
    size_t n = 0;
    for (size_t i = 0; i < d->message_count; i++) n += d->messages[i].withheld;
    return n;
}

vg_str ncmec_remarks(const vg_filing_view *f, const ncmec_options *o, size_t cut, vg_arena *arena)
{
    const vg_dossier *d = f->dossier;
    vg_buf b;
    vg_buf_init(&b, NCMEC_LONG);
    if (o->remark.len) {
        add_shown(&b, arena, o->remark, true, 16384);
        vg_buf_add_cstr(&b, "\n\n");
    }
    if (f->settings && f->settings->test) vg_buf_add_cstr(&b, "TEST REPORT, sent to a test system. Nothing in it happened.\n");
    vg_buf_printf(&b, "Reporter's reference: case %.23s, filing %.36s.\n", d->name, f->uuid ? f->uuid : "-");
    for (size_t i = 0; i < d->finding_count && i < 64; i++) {
        vg_buf_add_cstr(&b, "Found: ");
        add_shown(&b, arena, d->findings[i].why[VG_LANG_EN].len ? d->findings[i].why[VG_LANG_EN] : d->findings[i].name, false, 400);
        if (d->findings[i].times > 1) vg_buf_printf(&b, " (%u times)", d->findings[i].times);
        vg_buf_add_cstr(&b, "\n");
    }
    add_decisions(&b, d, arena);
    if (d->c.overturned) vg_buf_add_cstr(&b, "What was decided about the account was lifted on appeal.\n");
    if (withheld(d)) vg_buf_printf(&b, "%zu messages are not included: their channel may not be looked at.\n", withheld(d));
    if (d->destroyed) vg_buf_add_cstr(&b, "The content of the case was destroyed at the end of its retention; what is here is what remains.\n");
    add_absent_files(&b, f, o);
    if (cut) vg_buf_printf(&b, "%zu texts were shortened and end in \"\xE2\x80\xA6\"; they are whole in the case.\n", cut);
    return to_arena(&b, arena);
}

vg_str ncmec_party_remarks(const vg_dossier *d, const vg_party *p, vg_arena *arena)
{
    vg_buf b;
    vg_buf_init(&b, NCMEC_LONG);
    if (p->band != VG_AGE_UNKNOWN)
        vg_buf_printf(&b, "Age band on the platform: %s (%s).%s\n", vg_age_band_names[p->band], vg_age_basis_names[p->basis],
                      vg_age_is_minor(p->band) ? " Unless it is said otherwise, the age given is one that this band allows, not a known age." : "");
    if (p->created_ms > 0) {
        char time[25];
        vg_time_format(p->created_ms, time);
        vg_buf_printf(&b, "Account created %s.\n", time);
    }
    if (p->language.len) {
        vg_buf_add_cstr(&b, "Language: ");
        add_shown(&b, arena, p->language, false, 60);
        vg_buf_add_cstr(&b, "\n");
    }
    for (size_t i = 0; i < d->fact_count; i++) {
        const vg_fact *fact = &d->facts[i];
        bool his = (fact->whose == VG_WHOSE_AUTHOR && p->role == VG_PARTY_AUTHOR) || (fact->whose == VG_WHOSE_VICTIM && p->role == VG_PARTY_VICTIM);
        if (!his) continue;
        vg_buf_printf(&b, "Country (%s): %.2s, from %s, confidence %u %%.\n", vg_fact_kind_names[fact->kind], fact->country, vg_hint_names[fact->hint],
                      fact->confidence / 100u);
    }
    for (size_t i = 0; i < p->id_count; i++) {
        if (p->ids[i].kind != VG_ID_PAYMENT) continue;
        vg_buf_add_cstr(&b, "Payment identifier: ");
        add_shown(&b, arena, p->ids[i].value, false, 300);
        vg_buf_add_cstr(&b, "\n");
    }
    return to_arena(&b, arena);
}

vg_str ncmec_file_remarks(const vg_dossier_media *m, vg_arena *arena)
{
    vg_buf b;
    vg_buf_init(&b, NCMEC_LONG);
    for (size_t i = 0; i < m->match_count && i < 50; i++) {
        const vg_dossier_match *match = &m->matches[i];
        vg_buf_add_cstr(&b, match->distance ? "Close to a file of the list " : "Named by the list ");
        add_shown(&b, arena, match->bank, false, 200);
        if (match->distance) vg_buf_printf(&b, " (PDQ distance %u of 256 bits)", match->distance);
        if (match->category.len) {
            vg_buf_add_cstr(&b, ", category there, not converted: ");
            add_shown(&b, arena, match->category, false, 200);
        }
        if (match->source.len) {
            vg_buf_add_cstr(&b, ", source: ");
            add_shown(&b, arena, match->source, false, 200);
        }
        vg_buf_add_cstr(&b, ".\n");
    }
    return to_arena(&b, arena);
}
