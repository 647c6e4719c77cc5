/* SPDX-License-Identifier: Apache-2.0 */
#include "made.h"

#include <openssl/evp.h>
#include <sodium.h>
#include <stdio.h>

enum { MIN = 60 * 1000, HOUR = 60 * MIN };

/* ---- constants: law, receivers, operator ---- */
static const vg_statute statutes[] = {
    {.id = "fr.cp.227-22-1", .country = "FR", .reference = "Code pénal, art. 227-22-1",
     .title = {"Propositions sexuelles faites par un majeur à un mineur de quinze ans par voie électronique", "Sexual proposition by an adult to a minor under fifteen by electronic means"},
     .acts = 1u << VG_ACT_SOLICITING, .ties = 1u << VG_TIE_TERRITORY | 1u << VG_TIE_AUTHOR_NATIONAL, .victim_under = 15,
     .from = {VG_SURE_PRIMARY, "https://www.legifrance.gouv.fr/codes/article_lc/LEGIARTI000043409165", "2026-11-23"}},
    {.id = "fr.cp.227-23-1", .country = "FR", .reference = "Code pénal, art. 227-23-1",
     .title = {"Sollicitation d’images d’un mineur par un majeur", "Soliciting of images of a minor by an adult"},
     .acts = 1u << VG_ACT_IMAGES_ASKED, .ties = 1u << VG_TIE_TERRITORY, .from = {VG_SURE_SECONDARY, "Légifrance", "2026-11-23"}},
    {.id = "ph.ra11930", .country = "PH", .reference = "Republic Act No. 11930 (2022)",
     .title = {"Loi contre les abus et l’exploitation sexuels d’enfants en ligne", "Anti-Online Sexual Abuse or Exploitation of Children Act"},
     .acts = 1u << VG_ACT_SOLICITING, .ties = 1u << VG_TIE_VICTIM_RESIDENT | 1u << VG_TIE_TERRITORY, .from = {VG_SURE_NOT, "Official Gazette", NULL}},
};
static const vg_receiver authority = {.id = "fr.pharos", .country = "FR", .kind = VG_RECEIVER_POLICE, .name = {"PHAROS", "PHAROS"}, .channel = "portal",
    .url = "https://www.internet-signalement.gouv.fr/", .phone = "17", .hours = "24/7", .emergency = true,
    .accepts = {"Contenus publics illicites, par adresse.", "Public illegal content, by address."}, .from = {VG_SURE_PRIMARY, "https://www.internet-signalement.gouv.fr/", "2026-11-23"}};
static const vg_receiver hotline = {.id = "ph.eprotectkids", .country = "PH", .kind = VG_RECEIVER_HOTLINE, .name = {"eProtectKids", "eProtectKids"}, .channel = "portal",
    .email = "desk@hotline.example", .from = {VG_SURE_SECONDARY, "INHOPE", NULL}};
static const vg_receiver host = {.id = "nl.host", .country = "NL", .kind = VG_RECEIVER_HOST, .name = {"Hébergeur d’exemple", "Example Host"}, .channel = "xarf",
    .email = "abuse@host.example", .from = {VG_SURE_NOT, "operator", NULL}};
static const vg_report_channel channels[] = {
    {.name = "ncmec", .url = "https://exttest.example/ispws", .user = "lobby", .secret_file = "ncmec.password", .test = true},
    {.name = "dsa17", .url = "https://dsa.example/api/v1", .secret_file = "dsa.token", .test = true},
    {.name = "xarf", .url = "smtp://mail.example:587", .from = "abuse@lobby.example"},
    {.name = "mail", .url = "smtp://mail.example:587", .from = "reports@lobby.example"},
};
static const vg_policy_report section = {.given = true,
    .operator = {.name = "Lobby", .legal_name = "Lobby Jeux SAS", .address = "1 rue de l’Exemple, 75000 Paris", .email = "safety@lobby.example", .phone = "+33 1 99 00 00 00",
        .domain = "lobby.example", .url = "https://lobby.example", .country = "FR", .contact_first = "Camille", .contact_last = "Martin", .terms_url = "https://lobby.example/terms",
        .host_country = "NL", .platform = "Lobby"},
    .channels = channels, .channel_count = sizeof channels / sizeof *channels, .receivers = &host, .receiver_count = 1, .four_eyes = true};
static const vg_report_operator nobody;

static const vg_country names[] = {{"FR", {"France", "France"}}, {"NL", {"Pays-Bas", "Netherlands"}}, {"PH", {"Philippines", "Philippines"}}, {"US", {"États-Unis", "United States"}}};
static const char members[][3] = {"FR", "NL"}, french[][3] = {"FR"};
static const vg_places places = {.countries = names, .country_count = 4, .members = members, .member_count = 2, .french = french, .french_count = 1};
static const vg_law_book book = {.places = &places};

const vg_receiver *made_authority(void) { return &authority; }
const vg_receiver *made_hotline(void) { return &hotline; }
const vg_receiver *made_host(void) { return &host; }
const vg_policy_report *made_report(void) { return &section; }

/* ---- media ---- */
/* One grey point as PNG. */
static const uint8_t grey[] = {0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0, 0, 0, 13, 'I', 'H', 'D', 'R', 0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0, 0x3a, 0x7e, 0x9b, 0x55, 0, 0, 0, 10,
    'I', 'D', 'A', 'T', 8, 0xd7, 0x63, 0x68, 0, 0, 0, 0x82, 0, 0x81, 0xdd, 0x43, 0x6a, 0xf4, 0, 0, 0, 0, 'I', 'E', 'N', 'D', 0xae, 0x42, 0x60, 0x82};

/* Bytes of a media: the grey point, or noise whose seed is its number. */
static void fill(size_t media, uint8_t *out, size_t len)
{
    uint64_t x = 0x9e3779b97f4a7c15u * (media + 1);
    if (len == sizeof grey) {
        memcpy(out, grey, len);
        return;
    }
    for (size_t i = 0; i < len; i++) {
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        out[i] = (uint8_t)(x >> 32);
    }
}

static int read_media(void *context, size_t media, int (*take)(void *to, const uint8_t *bytes, size_t len, vg_error *err), void *to, vg_error *err)
{
    const vg_dossier *d = context;
    uint8_t piece[65536];
    if (media >= d->media_count || !d->media[media].kept) return vg_fail(err, VG_ENOENT, "", "this media is not kept");
    size_t len = (size_t)d->media[media].bytes;
    fill(media, piece, len);
    for (size_t at = 0; at < len; at += 16384) {
        int rc = take(to, piece + at, len - at < 16384 ? len - at : 16384, err);
        if (rc) return rc;
    }
    return 0;
}

static void digest(vg_dossier_media *m, size_t number)
{
    uint8_t bytes[65536];
    unsigned n;
    fill(number, bytes, (size_t)m->bytes);
    crypto_hash_sha256(m->sha256, bytes, m->bytes);
    EVP_Digest(bytes, (size_t)m->bytes, m->sha1, &n, EVP_sha1(), NULL);
    EVP_Digest(bytes, (size_t)m->bytes, m->md5, &n, EVP_md5(), NULL);
    m->has_sha256 = m->has_sha1 = m->has_md5 = true;
}

/* ---- building ---- */
static const size_t to_author[] = {0}, to_victim[] = {1};
static const vg_dossier_view looked[] = {{VG_STR("amelie"), MADE_T0 + 50 * HOUR, false}, {VG_STR("amelie"), MADE_T0 + 50 * HOUR + 2 * MIN, true}};
static const vg_dossier_match matched[] = {{VG_STR("demo-bank"), VG_STR("IWF"), VG_STR("B"), 0}, {VG_STR("demo-bank-2"), VG_STR("NCMEC"), VG_STR("A2"), 12}};

static const vg_identifier author_ids[] = {
    {VG_ID_DISPLAY, VG_STR("Sunny Days"), MADE_T0 - 40 * 24 * (int64_t)HOUR, 0, false, VG_STR("platform")},
    {VG_ID_EMAIL, VG_STR("sunny@mail.example"), MADE_T0 - 40 * 24 * (int64_t)HOUR, 0, true, VG_STR("platform")},
    {VG_ID_PHONE, VG_STR("+33 6 99 00 00 01"), 0, 0, false, VG_STR("event m-07")},
    {VG_ID_IP, VG_STR("203.0.113.7"), MADE_T0 + 3 * MIN, 51234, false, VG_STR("platform")},
    {VG_ID_IP, VG_STR("2001:db8::7"), MADE_T0 + 27 * HOUR, 443, false, VG_STR("platform")},
    {VG_ID_HANDLE, VG_STR("@sunny_elsewhere"), MADE_T0 + 2 * HOUR, 0, false, VG_STR("event m-05")},
};
static const vg_identifier victim_ids[] = {{VG_ID_PHONE, VG_STR("+63 900 000 0001"), 0, 0, false, VG_STR("référent")}};

static const struct { size_t from; int64_t at; const char *text; bool flagged; uint16_t finding; } lines[] = {
    {0, 0, "hi! cool drawing. how old are you?", true, 0},
    {1, 4 * MIN, "thanks :) 12, and you?", false, 0},
    {0, 6 * MIN, "a bit older, age does not matter between friends", true, 0},
    {0, 25 * MIN, "are your parents around when you play?", true, 1},
    {0, 2 * HOUR, "write to me on the other app, @sunny_elsewhere, it is easier", true, 2},
    {1, 2 * HOUR + 8 * MIN, "I am not allowed to", false, 0},
    {0, 24 * HOUR, "this stays between us, ok? do not tell anybody", true, 3},
    {0, 24 * HOUR + 3 * MIN, "I can send you a gift card for the game", true, 4},
    {1, 26 * HOUR, "really?", false, 0},
    {0, 26 * HOUR + 5 * MIN, "yes. send me a picture of you first", true, 5},
    {1, 26 * HOUR + 30 * MIN, "no I do not want to", false, 0},
    {0, 48 * HOUR, "let us meet on Saturday at the station then", true, 6},
};
enum { LINES = sizeof lines / sizeof *lines };
static const vg_finding findings[] = {
    {VG_STR("text.meeting_request"), 9100, {VG_STR("L’expéditeur propose une rencontre."), VG_STR("The sender asks to meet.")}, MADE_T0 + 48 * HOUR, MADE_T0 + 48 * HOUR, 1},
    {VG_STR("text.picture_request"), 8200, {VG_STR("L’expéditeur demande une photo."), VG_STR("The sender asks for a picture.")}, MADE_T0 + 26 * HOUR, MADE_T0 + 26 * HOUR, 1},
    {VG_STR("text.gift_offer"), 7900, {VG_STR("L’expéditeur offre un cadeau."), VG_STR("The sender offers a gift.")}, MADE_T0 + 24 * HOUR, MADE_T0 + 24 * HOUR, 1},
    {VG_STR("text.secrecy"), 7800, {VG_STR("L’expéditeur demande de garder le secret."), VG_STR("The sender asks to keep the exchange secret.")}, MADE_T0 + 24 * HOUR, MADE_T0 + 24 * HOUR, 1},
    {VG_STR("text.moving_app"), 5600, {VG_STR("L’expéditeur propose de continuer sur une autre application."), VG_STR("The sender suggests going on in another app.")}, MADE_T0 + 2 * HOUR, MADE_T0 + 2 * HOUR, 1},
    {VG_STR("text.supervision_probing"), 5200, {VG_STR("L’expéditeur cherche à savoir qui surveille."), VG_STR("The sender tries to find out who is watching.")}, MADE_T0 + 25 * MIN, MADE_T0 + 25 * MIN, 1},
    {VG_STR("text.age_probing"), 4200, {VG_STR("L’expéditeur cherche à savoir l’âge de son interlocuteur."), VG_STR("The sender tries to find out how old the other is.")}, MADE_T0, MADE_T0 + 6 * MIN, 2},
};
static const vg_span whole_place = {0, 12}; /* of a flagged line: where it begins */
static const uint16_t finding_numbers[] = {0, 1, 2, 3, 4, 5, 6};

static vg_dossier_message *add_messages(vg_arena *a, vg_dossier *d, size_t count)
{
    vg_dossier_message *m = vg_arena_calloc(a, count, sizeof *m);
    for (size_t i = 0; m && i < count; i++) {
        size_t k = i % LINES;
        m[i] = (vg_dossier_message){.id = vg_arena_printf(a, "m-%02zu", i + 1), .conversation = VG_STR("room-7"), .time_ms = MADE_T0 + lines[k].at + (int64_t)(i / LINES) * 72 * HOUR,
            .from = lines[k].from, .to = lines[k].from ? to_author : to_victim, .to_count = 1, .channel = VG_CHANNEL_GROUP, .text = vg_str_of(lines[k].text), .language = VG_STR("en"),
            .flagged = lines[k].flagged, .findings = &finding_numbers[6 - lines[k].finding], .finding_count = lines[k].flagged, .places = lines[k].flagged ? &whole_place : NULL};
    }
    d->messages = m;
    d->message_count = m ? count : 0;
    return m;
}

static vg_dossier_media *add_media(vg_arena *a, vg_dossier *d, size_t count)
{
    vg_dossier_media *m = vg_arena_calloc(a, count, sizeof *m);
    for (size_t i = 0; m && i < count; i++) {
        bool kept = count <= 3 ? i == 2 : i % 2 == 0;
        m[i] = (vg_dossier_media){.seq = (int64_t)i + 3, .event_id = vg_arena_printf(a, "p-%02zu", i + 1), .conversation = VG_STR("room-7"), .time_ms = MADE_T0 + 26 * HOUR + (int64_t)(i + 1) * 7 * MIN,
            .to = to_victim, .to_count = 1, .channel = VG_CHANNEL_GROUP, .name = vg_arena_printf(a, "picture-%zu.png", i + 1), .mime = VG_STR("image/png"), .format = VG_STR("png"), .kind = VG_STR("still"),
            .bytes = count > 3 && kept ? 65536 : sizeof grey, .width = 640, .height = 480, .frames = 1, .has_pdq = true, .quality = 92, .kept = kept};
        digest(&m[i], i);
        for (size_t b = 0; b < 32; b++) m[i].pdq[b] = (uint8_t)(b * 7 + i);
        if (i == 0) m[i].matches = matched, m[i].match_count = 2;
        if (kept) m[i].views = looked, m[i].view_count = 2;
    }
    d->media = m;
    d->media_count = m ? count : 0;
    return m;
}

static const vg_dossier_decision decisions[] = {
    {.d = {.id = 1, .case_id = 123, .user = VG_STR("amelie"), .action = VG_ACTION_REPORT, .reason = VG_STR("grooming"), .time_ms = MADE_T0 + 51 * HOUR},
     .reason = {VG_STR("Sollicitation d’un mineur"), VG_STR("Grooming of a minor")}, .person = VG_STR("Amélie R."), .certificate = VG_STR("grooming, until 2027-01-31")},
    {.d = {.id = 2, .case_id = 123, .user = VG_STR("amelie"), .action = VG_ACTION_SUSPEND, .reason = VG_STR("grooming"), .reach = VG_REACH_WHOLE_ACCOUNT, .time_ms = MADE_T0 + 51 * HOUR + 4 * MIN},
     .reason = {VG_STR("Sollicitation d’un mineur"), VG_STR("Grooming of a minor")}, .person = VG_STR("Amélie R."), .certificate = VG_STR("grooming, until 2027-01-31")},
};
static const vg_fact facts[] = {
    {VG_WHOSE_AUTHOR, VG_FACT_PLACE, "FR", VG_HINT_IP, 7000, VG_STR("203.0.113.7"), MADE_T0, 0},
    {VG_WHOSE_AUTHOR, VG_FACT_RESIDENCE, "FR", VG_HINT_PHONE, 6000, VG_STR("+33"), 0, 0},
    {VG_WHOSE_VICTIM, VG_FACT_RESIDENCE, "PH", VG_HINT_PHONE, 8000, VG_STR("+63"), 0, 0},
    {VG_WHOSE_HOST, VG_FACT_PLACE, "NL", VG_HINT_OPERATOR, 9500, VG_STR("operator"), 0, 0},
};
static const vg_reach_of_law laws[] = {
    {&statutes[0], 1u << VG_TIE_TERRITORY, 7000, {VG_STR("L’adresse IP de l’auteur est placée en France (confiance 70 %)."), VG_STR("The author’s IP address is placed in France (confidence 70%).")}},
    {&statutes[1], 1u << VG_TIE_TERRITORY, 7000, {VG_STR("L’adresse IP de l’auteur est placée en France (confiance 70 %)."), VG_STR("The author’s IP address is placed in France (confidence 70%).")}},
    {&statutes[2], 1u << VG_TIE_VICTIM_RESIDENT, 8000, {VG_STR("Le numéro de la victime porte l’indicatif des Philippines."), VG_STR("The victim’s number has the prefix of the Philippines.")}},
};
static const vg_dossier_log log_entries[] = {
    {41, MADE_T0 + 49 * HOUR, VG_STR("amelie"), VG_STR("case.view"), VG_STR("c-000123"), VG_STR("")},
    {42, MADE_T0 + 50 * HOUR, VG_STR("amelie"), VG_STR("media.thumbnail"), VG_STR("c-000123/5"), VG_STR("")},
    {43, MADE_T0 + 50 * HOUR + 2 * MIN, VG_STR("amelie"), VG_STR("media.view"), VG_STR("c-000123/5"), VG_STR("")},
    {44, MADE_T0 + 51 * HOUR, VG_STR("amelie"), VG_STR("case.decide"), VG_STR("c-000123"), VG_STR("report")},
};

vg_dossier *made_empty(vg_arena *a)
{
    vg_dossier *d = vg_arena_calloc(a, 1, sizeof *d);
    if (!d) return NULL;
    vg_case_name(123, d->name);
    d->c = (vg_case){.id = 123, .space = VG_STR("lobby"), .account = VG_STR("acct-901"), .opened_ms = MADE_T0 + 6 * MIN, .updated_ms = MADE_T0 + 48 * HOUR, .due_ms = MADE_T0 + 52 * HOUR};
    d->space_title[VG_LANG_FR] = VG_STR("Le salon");
    d->space_title[VG_LANG_EN] = VG_STR("The lobby");
    d->made_ms = MADE_T0 + 52 * HOUR;
    d->operator = &nobody;
    d->book = &book;
    d->source = (vg_dossier_source){d, read_media};
    return d;
}

vg_dossier *made_large(vg_arena *a, size_t messages, size_t media)
{
    vg_dossier *d = made_empty(a);
    vg_party *p = vg_arena_calloc(a, 2, sizeof *p);
    if (!d || !p) return NULL;
    p[0] = (vg_party){.role = VG_PARTY_AUTHOR, .account = VG_STR("acct-901"), .band = VG_AGE_25_PLUS, .basis = VG_BASIS_DECLARED, .language = VG_STR("en"),
        .created_ms = MADE_T0 - 40 * 24 * (int64_t)HOUR, .ids = author_ids, .id_count = sizeof author_ids / sizeof *author_ids};
    p[1] = (vg_party){.role = VG_PARTY_VICTIM, .account = VG_STR("acct-417"), .band = VG_AGE_UNDER13, .basis = VG_BASIS_DECLARED, .language = VG_STR("en"),
        .ids = victim_ids, .id_count = 1};
    d->parties = p;
    d->party_count = 2;
    if (!add_messages(a, d, messages) || !add_media(a, d, media)) return NULL;
    d->findings = findings, d->finding_count = sizeof findings / sizeof *findings;
    d->decisions = decisions, d->decision_count = 2;
    d->facts = facts, d->fact_count = 4;
    d->laws = laws, d->law_count = 3;
    d->log = log_entries, d->log_count = 4;
    d->operator = &section.operator;
    d->c.state = VG_CASE_DECIDED, d->c.action = VG_ACTION_SUSPEND, d->c.report_due = true, d->c.decided_ms = MADE_T0 + 51 * HOUR + 4 * MIN;
    d->c.verdict = VG_VERDICT_HOLD, d->c.risk = 9300, d->c.account_band = VG_AGE_25_PLUS, d->c.account_basis = VG_BASIS_DECLARED, d->c.youngest_band = VG_AGE_UNDER13;
    d->c.language = VG_STR("en"), d->c.event_count = (uint32_t)(messages + media);
    d->c.kinds = 1u << VG_TEXT_AGE_PROBING | 1u << VG_TEXT_SUPERVISION_PROBING | 1u << VG_TEXT_MOVING_APP | 1u << VG_TEXT_SECRECY | 1u << VG_TEXT_GIFT_OFFER | 1u << VG_TEXT_PICTURE_REQUEST | 1u << VG_TEXT_MEETING_REQUEST;
    return d;
}

vg_dossier *made_plain(vg_arena *a) { return made_large(a, LINES, 3); }

vg_dossier *made_text_only(vg_arena *a) { return made_large(a, LINES, 0); }

vg_dossier *made_urgent(vg_arena *a)
{
    vg_dossier *d = made_plain(a);
    if (d) d->c.danger = true, d->c.trusted = true, d->c.notices = 1;
    return d;
}

vg_dossier *made_destroyed(vg_arena *a)
{
    vg_dossier *d = made_plain(a);
    if (!d) return NULL;
    d->destroyed = d->c.destroyed = true;
    d->messages = NULL, d->message_count = 0;
    d->media = NULL, d->media_count = 0;
    d->findings = NULL, d->finding_count = 0;
    d->facts = NULL, d->fact_count = 0;
    d->laws = NULL, d->law_count = 0;
    d->party_count = 1;
    ((vg_party *)d->parties)->ids = NULL, ((vg_party *)d->parties)->id_count = 0;
    return d;
}

/* ---- hostile ---- */
static const vg_str nasty[] = {
    {"\xe2\x80\xaegpj.yadhtrib\xe2\x80\xac", 18},                 /* a direction override */
    VG_STR("</text><script>alert(1)</script><![CDATA[ ]]> &amp; %s %n"),
    VG_STR("=HYPERLINK(\"http://x.example\",\"ok\")"),
    VG_STR("\xed\xa0\xbd lone \xed\xb8\x80 surrogates \xff\xfe"),
    VG_STR("nul \0 bell \a escape \x1b[2J\r\nBcc: all@mail.example"),
    VG_STR("مرحبا، كم عمرك؟ \xe2\x81\xa7 abc 123"),
    VG_STR("สวัสดี อายุเท่าไหร่"),
    VG_STR("Kumusta ka? Pila na imong edad?"),
    VG_STR("Tu as quel âge ? Ça reste entre nous, d’accord ? 🤫👩\xe2\x80\x8d💻🏴‍☠️"),
    VG_STR("zero\xe2\x80\x8bwidth\xef\xbb\xbf tag\xf3\xa0\x81\x81\xf3\xa0\x81\xbf soft\xc2\xadhyphen non\xef\xbf\xbe\xef\xb7\x90"),
    VG_STR("../../..\\CON.png"),
    VG_STR("\t+33 ' \" ; -- \n@x"),
};
enum { NASTY = sizeof nasty / sizeof *nasty };

vg_dossier *made_hostile(vg_arena *a)
{
    vg_dossier *d = made_plain(a);
    char *huge = vg_arena_alloc(a, VG_EVENT_MAX_TEXT), *flood = vg_arena_alloc(a, 2001);
    vg_identifier *ids = vg_arena_calloc(a, NASTY, sizeof *ids);
    vg_dossier_match *match = vg_arena_calloc(a, 1, sizeof *match);
    vg_dossier_decision *decision = vg_arena_calloc(a, 1, sizeof *decision);
    if (!d || !huge || !flood || !ids || !match || !decision) return NULL;
    memset(huge, 'W', VG_EVENT_MAX_TEXT);
    flood[0] = 'e';
    for (size_t i = 0; i < 1000; i++) memcpy(flood + 1 + 2 * i, "\xcc\x81", 2);
    vg_dossier_message *m = (vg_dossier_message *)d->messages;
    for (size_t i = 0; i < d->message_count; i++) m[i].text = nasty[i % NASTY];
    m[2].text = (vg_str){huge, VG_EVENT_MAX_TEXT};
    m[6].text = (vg_str){flood, 2001};
    m[0].id = nasty[1], m[1].conversation = nasty[0];
    m[3].withheld = true, m[3].text = VG_STR(""), m[3].channel = VG_CHANNEL_PRIVATE;
    vg_party *p = (vg_party *)d->parties;
    p[0].account = d->c.account = nasty[0];
    p[1].account = nasty[2];
    for (size_t i = 0; i < NASTY; i++) ids[i] = (vg_identifier){(vg_id_kind)(i % VG_IDS), nasty[i], MADE_T0, 0, false, nasty[(i + 1) % NASTY]};
    ids[3].value = (vg_str){huge, VG_EVENT_MAX_TEXT};
    p[0].ids = ids, p[0].id_count = NASTY;
    vg_dossier_media *media = (vg_dossier_media *)d->media;
    for (size_t i = 0; i < d->media_count; i++) media[i].name = nasty[(i * 5) % NASTY];
    media[1].name = nasty[10], media[2].name = (vg_str){huge, VG_EVENT_MAX_NAME};
    media[0].event_id = nasty[4], media[0].mime = nasty[1];
    *match = (vg_dossier_match){nasty[0], nasty[1], nasty[2], 3};
    media[0].matches = match, media[0].match_count = 1;
    *decision = decisions[0];
    decision->d.reason = nasty[3], decision->reason[VG_LANG_FR] = decision->reason[VG_LANG_EN] = nasty[1];
    decision->person = nasty[9], decision->certificate = nasty[0], decision->d.user = nasty[0];
    d->decisions = decision, d->decision_count = 1;
    d->c.space = nasty[11], d->space_title[VG_LANG_FR] = nasty[8], d->space_title[VG_LANG_EN] = nasty[5];
    d->prior_reports = nasty[1];
    return d;
}
