/* SPDX-License-Identifier: Apache-2.0
 *
 * Every document for NCMEC is valid against the schema that NCMEC serves, whatever the case and the options; and says what the case says.
 */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "made.h"
#include "report/ncmec/ncmec.h"
#include "report/ncmec/ncmec_int.h"
#include "tap.h"

static vg_arena *arena;
static char folder[] = "/tmp/vigie-ncmec-XXXXXX";
static size_t written;

static vg_filing_view view_of(const vg_dossier *d, const char *options)
{
    return (vg_filing_view){.id = 1, .uuid = "5b1f6f0e-0000-4000-8000-000000000001", .dossier = d, .report = made_report(),
                            .settings = vg_report_channel_find(made_report(), "ncmec"), .options = vg_str_of(options), .now_ms = MADE_T0 + 3600000};
}

static bool has(vg_str text, const char *part) { return text.ptr && memmem(text.ptr, text.len, part, strlen(part)) != NULL; }

static size_t count_of(vg_str text, const char *part)
{
    size_t n = 0;
    const char *at = text.ptr, *end = text.ptr + text.len;
    while (at && (at = memmem(at, (size_t)(end - at), part, strlen(part))) != NULL) n++, at++;
    return n;
}

static void keep(vg_str document)
{
    char path[80];
    snprintf(path, sizeof path, "%s/%05zu.xml", folder, written++);
    FILE *f = fopen(path, "w");
    if (!f || fwrite(document.ptr, 1, document.len, f) != document.len) TAP_OK(0, "%s could be written", path);
    if (f) fclose(f);
}

static vg_documents documents_of(const vg_dossier *d, const char *options)
{
    vg_filing_view f = view_of(d, options);
    vg_documents out = {0};
    vg_error err = {0};
    int rc = vg_channel_ncmec.documents(&f, arena, &out, &err);
    if (rc) TAP_OK(0, "documents with %s: %s %s", options, err.where, err.what);
    for (size_t i = 0; i < out.count; i++) keep(out.items[i].bytes);
    return out;
}

/* ---- random options ---- */

static uint32_t seed = 7;
static uint32_t draw(uint32_t n)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % n;
}

static vg_str random_options(void)
{
    static const char *const texts[] = {"plain", "<&>\\\"'", "\\u202eevil\\u0007", "\xC3\xA9t\xC3\xA9 \xF0\x9F\x98\x80", "]]>", "a\\nb\\rc\\td", ""};
#define TEXT texts[draw(7)]
    vg_buf b;
    vg_buf_init(&b, 1 << 20);
    vg_buf_add_cstr(&b, "{");
    vg_buf_printf(&b, "\"chatRoomName\":\"%s\"", TEXT);
    if (draw(2)) vg_buf_printf(&b, ",\"incidentType\":\"%s\"", ncmec_incident_names[draw(NCMEC_INCIDENTS)]);
    if (draw(3)) vg_buf_printf(&b, ",\"service\":\"%s\"", ncmec_service_names[draw(NCMEC_SERVICES)]);
    if (draw(2)) vg_buf_printf(&b, ",\"urgent\":\"%s\"", TEXT);
    if (draw(2)) vg_buf_printf(&b, ",\"gameName\":\"%s\",\"console\":\"%s\"", TEXT, TEXT);
    if (draw(2)) vg_buf_printf(&b, ",\"groupIdentifier\":\"%s\",\"additionalInfo\":\"%s\",\"termsOfService\":\"%s\"", TEXT, TEXT, TEXT);
    if (draw(2)) vg_buf_add_cstr(&b, ",\"incidentDateTime\":\"2026-05-04T10:11:12+02:00\"");
    if (draw(2)) vg_buf_printf(&b, ",\"lawEnforcement\":{\"agencyName\":\"x%s\",\"caseNumber\":\"%s\",\"reportedToLe\":%s}", TEXT, TEXT, draw(2) ? "true" : "false");
    if (draw(2)) vg_buf_printf(&b, ",\"urls\":[\"https://example.invalid/%s\",\"%s\"]", TEXT, TEXT);
    if (draw(2)) vg_buf_printf(&b, ",\"compromisedAccount\":%s,\"industryMou\":%s", draw(2) ? "true" : "false", draw(2) ? "true" : "false");
    if (draw(2)) vg_buf_printf(&b, ",\"victims\":[{\"account\":\"%s\",\"age\":%u,\"firstName\":\"%s\",\"schoolName\":\"%s\"}]", TEXT, draw(18), TEXT, TEXT);
    vg_buf_add_cstr(&b, ",\"annotations\":{");
    for (size_t i = 0; i < NCMEC_ANNOTATIONS; i++)
        vg_buf_printf(&b, "%s\"%s\":%s", i ? "," : "", ncmec_annotation_names[i], draw(3) ? draw(2) ? "true" : "false" : "null");
    vg_buf_add_cstr(&b, "},\"files\":{");
    for (unsigned i = 1; i < 20; i++) {
        vg_buf_printf(&b, "%s\"%u\":{\"send\":%s", i > 1 ? "," : "", i, draw(4) ? "true" : "false");
        if (draw(2)) vg_buf_printf(&b, ",\"relevance\":\"%s\"", draw(2) ? "Reported" : "Supplemental Reported");
        if (draw(2)) vg_buf_printf(&b, ",\"annotations\":[\"%s\",\"%s\"]", ncmec_file_note_names[draw(NCMEC_FILE_NOTES)], ncmec_file_note_names[draw(NCMEC_FILE_NOTES)]);
        if (draw(2)) vg_buf_printf(&b, ",\"publiclyAvailable\":%s,\"exifViewed\":%s", draw(2) ? "true" : "false", draw(2) ? "true" : "false");
        if (draw(2)) vg_buf_printf(&b, ",\"locationOfFile\":\"https://example.invalid/%s\"", TEXT);
        vg_buf_add_cstr(&b, "}");
    }
    vg_buf_add_cstr(&b, "}}");
    vg_str out = vg_arena_copy(arena, (vg_str){b.ptr, b.len});
    vg_buf_free(&b);
    return out;
}

static vg_dossier *nth(unsigned n)
{
    switch (n % 8) {
    case 0: return made_plain(arena);
    case 1: return made_hostile(arena);
    case 2: return made_large(arena, 60, 12);
    case 3: return made_empty(arena);
    case 4: return made_destroyed(arena);
    case 5: return made_text_only(arena);
    case 6: return made_urgent(arena);
    default: break;
    }
    vg_dossier *d = made_plain(arena); /* nobody is known to be a victim */
    vg_party *parties = vg_arena_calloc(arena, d->party_count, sizeof *parties);
    for (size_t i = 0; i < d->party_count; i++) {
        parties[i] = d->parties[i];
        if (parties[i].role == VG_PARTY_VICTIM) parties[i].role = VG_PARTY_OTHER;
    }
    d->parties = parties;
    return d;
}

static void made_documents(void)
{
    for (unsigned n = 0; n < 8; n++) documents_of(nth(n), "{}");
    documents_of(made_large(arena, 500, 100), "{}");
    for (unsigned n = 0; n < 160; n++) {
        documents_of(nth(n), random_options().ptr);
        if (n % 16 == 15) vg_arena_reset(arena);
    }
    TAP_OK(written > 400, "%zu documents were made", written);
}

static void valid(void)
{
    static const char schema[] = VG_STANDARDS "/ncmec-cyber_tipline.xsd";
    char command[400];
    if (access(schema, R_OK) != 0) {
        printf("ok %d - every document is valid against the schema # SKIP ncmec-cyber_tipline.xsd is not here\n", ++tap_count);
        return;
    }
    snprintf(command, sizeof command, "cd %s && printf '%%s\\n' *.xml | xargs xmllint --noout --schema %s > out 2>&1 || { grep -v validates out | head -5; exit 1; }", folder, schema);
    TAP_OK(system(command) == 0, "every document is valid against the schema");
}

/* ---- what they say ---- */

static void says_what_the_case_says(void)
{
    vg_dossier *d = made_plain(arena);
    d->prior_reports = VG_STR("4200001, 4200002,nonsense");
    vg_str report = documents_of(d, "{}").items[0].bytes;
    TAP_OK(has(report, "<incidentType>Online Enticement of Children for Sexual Acts</incidentType>") || has(report, "<incidentType>Child Pornography"), "an incident type");
    TAP_EQ_INT(count_of(report, "<internetDetails>"), 1, "one place");
    TAP_OK(has(report, "<chatImIncident>") && has(report, "<content>"), "the exchange is in it");
    TAP_OK(has(report, "<victim><victimPerson>") && has(report, "<age>"), "the victim is in it, with an age");
    TAP_OK(has(report, "<priorCTReports>4200001</priorCTReports><priorCTReports>4200002</priorCTReports>") && !has(report, "nonsense"),
           "earlier reports about the same account are named, what is no number is not");
    TAP_OK(!has(report, "escalateToHighPriority"), "nothing says that a child is in danger now");
    report = documents_of(made_urgent(arena), "{}").items[0].bytes;
    TAP_OK(has(report, "<escalateToHighPriority>A child may be in immediate danger: "), "a child in danger: said, with the reason");
    report = documents_of(made_urgent(arena), "{\"urgent\":false}").items[0].bytes;
    TAP_OK(!has(report, "escalateToHighPriority"), "unless who files knows better");
    vg_documents text_only = documents_of(made_text_only(arena), "{}");
    TAP_EQ_INT(text_only.count, 1, "text alone: a report without files");
    TAP_OK(has(text_only.items[0].bytes, "<incidentType>Online Enticement") && count_of(text_only.items[0].bytes, " -&gt; ") >= 12, "with all that was written");
    report = documents_of(made_plain(arena), "{\"service\":\"game\",\"gameName\":\"Blocks\"}").items[0].bytes;
    TAP_OK(has(report, "<onlineGamingIncident><gameName>Blocks</gameName><content>") && !has(report, "chatImIncident"), "in a game: a gaming incident");
    report = documents_of(made_plain(arena), "{\"victims\":[{\"account\":\"nobody else\",\"age\":11}]}").items[0].bytes;
    TAP_OK(has(report, "<age>11</age></victimPerson><espIdentifier>nobody else<"), "a victim whom only the filer knows");
}

static void annotations(void)
{
    vg_dossier *d = made_plain(arena);
    vg_finding *found = vg_arena_calloc(arena, d->finding_count + 2, sizeof *found);
    memcpy(found, d->findings, d->finding_count * sizeof *found);
    found[d->finding_count] = (vg_finding){.name = VG_STR("text.threat")};
    found[d->finding_count + 1] = (vg_finding){.name = VG_STR("text.picture_request")};
    d->findings = found;
    d->finding_count += 2;
    vg_str report = documents_of(d, "{}").items[0].bytes;
    TAP_OK(has(report, "<reportAnnotations><sextortion>true</sextortion><csamSolicitation>true</csamSolicitation>"), "threats for pictures are annotated");
    TAP_OK(!has(report, "sadisticOnlineExploitation"), "sadistic exploitation is never concluded");
    report = documents_of(d, "{\"annotations\":{\"sextortion\":false,\"sadisticOnlineExploitation\":true}}").items[0].bytes;
    TAP_OK(!has(report, "<sextortion>") && has(report, "<sadisticOnlineExploitation>true<"), "who files has the last word");
    vg_party *parties = vg_arena_calloc(arena, d->party_count, sizeof *parties);
    memcpy(parties, d->parties, d->party_count * sizeof *parties);
    parties[0].band = VG_AGE_15_17;
    d->parties = parties;
    TAP_OK(has(documents_of(d, "{}").items[0].bytes, "<minorToMinorInteraction>true<"), "two minors");
}

static vg_dossier_media one_file(void)
{
    static const vg_dossier_match known[] = {{.bank = VG_STR("list"), .category = VG_STR("B1")}};
    return (vg_dossier_media){.seq = 3, .event_id = VG_STR("m-3"), .time_ms = MADE_T0, .name = VG_STR("a.jpg"), .kept = true, .has_md5 = true,
                              .has_sha1 = true, .has_sha256 = true, .has_pdq = true, .matches = known, .match_count = 1};
}

static vg_str file_of(vg_dossier_media *m, const char *options)
{
    vg_dossier *d = made_plain(arena);
    d->media = m;
    d->media_count = 1;
    vg_documents out = documents_of(d, options);
    return out.count > 1 ? out.items[1].bytes : VG_STR("");
}

static void files(void)
{
    static const vg_dossier_view grey[] = {{.user = VG_STR("lea"), .time_ms = MADE_T0 + 5, .whole = false}};
    static const vg_dossier_view whole[] = {{.user = VG_STR("lea"), .time_ms = MADE_T0 + 5, .whole = false}, {.user = VG_STR("lea"), .time_ms = MADE_T0 + 9, .whole = true}};
    vg_dossier_media m = one_file();
    TAP_OK(has(file_of(&m, "{}"), "<fileViewedByEsp>false<"), "nobody looked: not viewed");
    m.views = grey, m.view_count = 1;
    TAP_OK(has(file_of(&m, "{}"), "<fileViewedByEsp>false<"), "a small grey picture is not the file");
    m.views = whole, m.view_count = 2;
    TAP_OK(has(file_of(&m, "{}"), "<fileViewedByEsp>true<"), "somebody opened it: viewed");
    TAP_OK(has(file_of(&m, "{}"), "<exifViewedByEsp>false<") && has(file_of(&m, "{\"files\":{\"3\":{\"exifViewed\":true}}}"), "<exifViewedByEsp>true<"),
           "metadata is shown to nobody here; another tool's view can be said");
    TAP_OK(!has(file_of(&m, "{}"), "industryClassification"), "no industry class without the agreement");
    TAP_OK(has(file_of(&m, "{\"industryMou\":true}"), "<industryClassification>B1<"), "with it, the list's own class of these very bytes");
    TAP_OK(!has(file_of(&m, "{\"industryMou\":true,\"files\":{\"3\":{\"relevance\":\"Supplemental Reported\"}}}"), "industryClassification"), "never of a supplemental file");
    vg_dossier_match near = {.bank = VG_STR("list"), .category = VG_STR("B1"), .distance = 12};
    m.matches = &near;
    TAP_OK(!has(file_of(&m, "{\"industryMou\":true}"), "industryClassification"), "nor of a picture that is only close");
    vg_dossier_match other = {.bank = VG_STR("list"), .category = VG_STR("IWF B")};
    m.matches = &other;
    vg_str text = file_of(&m, "{\"industryMou\":true}");
    TAP_OK(!has(text, "industryClassification") && has(text, "IWF B"), "another scale's class is named, not converted");
    vg_dossier_match two[] = {{.category = VG_STR("A1")}, {.category = VG_STR("B1")}};
    m.matches = two, m.match_count = 2;
    TAP_OK(!has(file_of(&m, "{\"industryMou\":true}"), "industryClassification"), "lists that disagree: none");
    TAP_EQ_INT(count_of(text, "<originalFileHash hashType="), 4, "its digests");
    TAP_OK(!has(text, "publiclyAvailable"), "not known whether it was public: not said");
    m.publicly_available = VG_KNOWN_YES;
    TAP_OK(has(file_of(&m, "{}"), "<publiclyAvailable>true<"), "public: said");
    TAP_EQ_INT(file_of(&m, "{\"files\":{\"3\":{\"send\":false}}}").len, 0, "left out by who files");
    TAP_OK(has(file_of(&m, "{\"files\":{\"3\":{\"annotations\":[\"viral\",\"generativeAi\"]}}}"), "<fileAnnotations><viral>true</viral><generativeAi>true<"), "annotations");
}

static void refuses_options(void)
{
    static const char *const wrong[][2] = {
        {"{\"urgnet\":true}", "/options/urgnet"}, {"[]", "/options"}, {"{", "/options"}, {"{\"incidentType\":\"x\"}", "/options/incidentType"},
        {"{\"files\":{\"x\":{}}}", "/options/files/x"}, {"{\"files\":{\"1\":{\"viewed\":true}}}", "/options/files/1/viewed"},
        {"{\"victims\":[{\"age\":-3}]}", "/options/victims"}, {"{\"incidentDateTime\":\"yesterday\"}", "/options/incidentDateTime"},
        {"{\"lawEnforcement\":{}}", "/options/lawEnforcement"}, {"{\"annotations\":{\"spam\":1}}", "/options/spam"}, {"{\"urgent\":1,\"urgent\":2}", "/options"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        vg_filing_view f = view_of(made_plain(arena), wrong[i][0]);
        vg_documents out = {0};
        vg_lacks lacks = {0};
        vg_error err = {0};
        TAP_OK(vg_channel_ncmec.documents(&f, arena, &out, &err) == -VG_EINVAL, "%s is refused", wrong[i][0]);
        TAP_EQ_STR(err.where, wrong[i][1], "with its place");
        TAP_OK(vg_channel_ncmec.lacks(&f, arena, &lacks, &err) == 0 && vg_lacks_block(&lacks), "and blocks the filing");
    }
}

static bool lacks(const vg_filing_view *f, const char *where, vg_lack_weight weight)
{
    vg_lacks out = {0};
    bool found = false;
    if (vg_channel_ncmec.lacks(f, arena, &out, NULL)) return false;
    for (size_t i = 0; i < out.count; i++) found |= vg_str_is(out.items[i].where, where) && out.items[i].weight == weight && out.items[i].say[VG_LANG_FR].len;
    return found;
}

static void what_is_missing(void)
{
    vg_dossier *d = made_plain(arena);
    vg_filing_view f = view_of(d, "{}");
    vg_report_operator french = *d->operator, american = *d->operator;
    memcpy(french.country, "FR", 3);
    memcpy(american.country, "US", 3);
    d->operator = &french;
    TAP_OK(lacks(&f, "operator.country", VG_LACK_NOTED), "outside the United States it is optional, and that is said");
    d->operator = &american;
    TAP_OK(!lacks(&f, "operator.country", VG_LACK_NOTED), "of an American operator it is not");
    f.settings = NULL;
    TAP_OK(lacks(&f, "channels.ncmec.url", VG_LACK_BLOCKS) && lacks(&f, "channels.ncmec.user", VG_LACK_BLOCKS), "no settings: blocks");
    d->operator = &(vg_report_operator){0};
    TAP_OK(lacks(&f, "operator.name", VG_LACK_BLOCKS) && lacks(&f, "operator.email", VG_LACK_BLOCKS), "nobody who reports: blocks");
    vg_dossier *nobody = made_empty(arena);
    nobody->c.account = VG_STR("");
    f.dossier = nobody;
    TAP_OK(lacks(&f, "author.account", VG_LACK_BLOCKS), "nobody who is reported: blocks");
    f.dossier = made_destroyed(arena);
    TAP_OK(lacks(&f, "content", VG_LACK_ADVISED), "destroyed content is said");
}

/* Every allocation fails once: an error, no crash, nothing half. The library's own are not among them. */
static void no_memory(void)
{
    vg_dossier *d = made_hostile(arena);
    vg_filing_view f = view_of(d, "{\"files\":{\"1\":{\"send\":true}}}");
    size_t n = 0;
    for (;;) {
        vg_documents out = {0};
        vg_arena *small = vg_arena_create(1024, 64 << 20);
        vg_alloc_fail_at(++n);
        int rc = vg_channel_ncmec.documents(&f, small, &out, NULL);
        bool failed = vg_alloc_failed();
        vg_alloc_fail_at(0);
        vg_arena_destroy(&small);
        if (!failed) {
            TAP_EQ_INT(rc, 0, "with all the memory it wants");
            break;
        }
        if (rc != -VG_ENOMEM) TAP_OK(0, "allocation %zu failed: got %d", n, rc);
    }
    TAP_OK(n > 10, "%zu allocations were failed, one at a time", n - 1);
}

int main(void)
{
    char command[80];
    arena = vg_arena_create(1 << 20, 1u << 30);
    if (!arena || !mkdtemp(folder)) return 2;
    says_what_the_case_says();
    annotations();
    files();
    refuses_options();
    what_is_missing();
    no_memory();
    made_documents();
    valid();
    vg_arena_destroy(&arena);
    snprintf(command, sizeof command, "rm -r %s", folder);
    if (system(command)) return 2;
    return tap_done();
}
