/* SPDX-License-Identifier: Apache-2.0 */
#include "net/net_int.h"
#include "net/routes/audit_proof.h"
#include "net/filing.h"
#include "net/routes/queue.h"
#include "net/routes/welfare.h"
#include "net/routes/figures.h"
#include "net/routes/people.h"
#include "net/routes/training.h"
#include "net/routes/transparency.h"
#include "net/routes/gold.h"
#include "net/routes/media.h"
#include "net/routes/decisions.h"
#include "net/notice.h"
#include "net/routes/demands.h"
#include "net/routes/disclosure.h"
#include "net/routes/notices.h"
#include "net/routes/route.h"
#include "report/demand/demand.h"

#include <stdio.h>

#include "net/routes/casefile.h"
#include "net/routes/evidence.h"
#include "net/routes/exports.h"
#include "net/routes/signin.h"

#define EVENTS_BODY  VG_BODY_EVENTS, VG_EVENT_MAX_BODY
#define ENTRIES_BODY VG_BODY_JSON, VG_EVENT_MAX_BODY
#define NO_BODY      VG_BODY_NONE, 0
#define CONSOLE_BODY VG_BODY_JSON, VG_NET_MAX_CONSOLE_BODY
/* Actions without content: a body is allowed and ignored. */
#define FREE_BODY VG_BODY_NONE, VG_NET_MAX_CONSOLE_BODY

const vg_route vg_routes[] = {
    {VG_POST, "/v1/events", "/v1/events", VG_STEP_ANSWER, VG_AUTH_KEY, VG_SCOPE_EVENTS, EVENTS_BODY,
     vg_route_events, NULL},
    {VG_GET, "/v1/events/stream", "/v1/events/stream", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL,
     vg_route_stream},
    {VG_POST, "/v1/media", "/v1/media", VG_STEP_MEDIA, VG_AUTH_KEY, VG_SCOPE_MEDIA, VG_BODY_MEDIA,
     UINT64_MAX, NULL, vg_route_media},
    {VG_GET, "/v1/cases", "/v1/cases", VG_STEP_DESK, VG_AUTH_EITHER, VG_SCOPE_CASES_READ, NO_BODY, NULL,
     vg_route_cases},
    {VG_GET, "/v1/cases/*", "/v1/cases/{id}", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_case},
    {VG_GET, "/v1/cases/*/events", "/v1/cases/{id}/events", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL,
     vg_route_case_events},
    {VG_GET, "/v1/cases/*/ahead", "/v1/cases/{id}/ahead", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL,
     vg_route_case_ahead},
    {VG_POST, "/v1/cases/*/open", "/v1/cases/{id}/open", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL,
     vg_route_case_open},
    {VG_GET, "/v1/cases/*/accounts", "/v1/cases/{id}/accounts", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL,
     vg_route_case_accounts},
    {VG_POST, "/v1/cases/*/context", "/v1/cases/{id}/context", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY,
     NULL, vg_route_context_ask},
    {VG_POST, "/v1/cases/*/context/*", "/v1/cases/{id}/context/{n}", VG_STEP_DESK, VG_AUTH_KEY, VG_SCOPE_EVENTS,
     ENTRIES_BODY, NULL, vg_route_context_answer},
    {VG_GET, "/v1/cases/*/route", "/v1/cases/{id}/route", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_case_route},
    {VG_POST, "/v1/cases/*/facts", "/v1/cases/{id}/facts", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL, vg_route_fact_add},
    {VG_DELETE, "/v1/cases/*/facts/*", "/v1/cases/{id}/facts/{n}", VG_STEP_DESK, VG_AUTH_SESSION, 0, FREE_BODY, NULL, vg_route_fact_remove},
    {VG_GET, "/v1/receivers", "/v1/receivers", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_receivers},
    {VG_GET, "/v1/law", "/v1/law", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_law},
    {VG_POST, "/v1/cases/*/claim", "/v1/cases/{id}/claim", VG_STEP_DESK, VG_AUTH_SESSION, 0, FREE_BODY, NULL,
     vg_route_claim},
    {VG_POST, "/v1/cases/*/release", "/v1/cases/{id}/release", VG_STEP_DESK, VG_AUTH_SESSION, 0, FREE_BODY,
     NULL, vg_route_release},
    {VG_POST, "/v1/cases/*/decisions", "/v1/cases/{id}/decisions", VG_STEP_DESK, VG_AUTH_SESSION, 0,
     CONSOLE_BODY, NULL, vg_route_decide},
    {VG_DELETE, "/v1/cases/*/decisions/*", "/v1/cases/{id}/decisions/{n}", VG_STEP_DESK, VG_AUTH_SESSION, 0, FREE_BODY, NULL,
     vg_route_undo},
    {VG_POST, "/v1/cases/*/statement", "/v1/cases/{id}/statement", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL,
     vg_route_statement_preview},
    {VG_GET, "/v1/cases/*/statements", "/v1/cases/{id}/statements", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL,
     vg_route_statements},
    {VG_GET, "/v1/filings", "/v1/filings", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_filings},
    {VG_GET, "/v1/cases/*/filings", "/v1/cases/{id}/filings", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_case_filings},
    {VG_POST, "/v1/cases/*/filings", "/v1/cases/{id}/filings", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL, vg_route_filing_draft},
    {VG_GET, "/v1/filings/*", "/v1/filings/{id}", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_filing},
    {VG_DELETE, "/v1/filings/*", "/v1/filings/{id}", VG_STEP_DESK, VG_AUTH_SESSION, 0, FREE_BODY, NULL, vg_route_filing_drop},
    {VG_GET, "/v1/filings/*/documents", "/v1/filings/{id}/documents", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_filing_documents},
    {VG_GET, "/v1/filings/*/documents/*", "/v1/filings/{id}/documents/{name}", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_filing_document},
    {VG_GET, "/v1/filings/*/pages/*", "/v1/filings/{id}/pages/{page}", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_filing_page},
    {VG_GET, "/v1/filings/*/fields", "/v1/filings/{id}/fields", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_filing_fields},
    {VG_PUT, "/v1/filings/*/options", "/v1/filings/{id}/options", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL, vg_route_filing_options},
    {VG_POST, "/v1/filings/*/confirm", "/v1/filings/{id}/confirm", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL, vg_route_filing_confirm},
    {VG_POST, "/v1/filings/*/second", "/v1/filings/{id}/second", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL, vg_route_filing_second},
    {VG_POST, "/v1/filings/*/withdraw", "/v1/filings/{id}/withdraw", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL, vg_route_filing_withdraw},
    {VG_POST, "/v1/filings/*/retry", "/v1/filings/{id}/retry", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL, vg_route_filing_retry},
    {VG_POST, "/v1/filings/*/recheck", "/v1/filings/{id}/recheck", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL, vg_route_filing_recheck},
    {VG_POST, "/v1/filings/*/follow-up", "/v1/filings/{id}/follow-up", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL, vg_route_filing_follow_up},
    {VG_POST, "/v1/filings/*/done", "/v1/filings/{id}/done", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL, vg_route_filing_done},
    {VG_GET, "/v1/filings/*/answers", "/v1/filings/{id}/answers", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_filing_answers},
    {VG_POST, "/v1/filings/*/answers", "/v1/filings/{id}/answers", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL, vg_route_filing_answer},
    {VG_GET, "/v1/me/filings", "/v1/me/filings", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_my_filings},
    {VG_GET, "/v1/me/answers", "/v1/me/answers", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_my_answers},
    {VG_POST, "/v1/appeals", "/v1/appeals", VG_STEP_DESK, VG_AUTH_EITHER, VG_SCOPE_APPEALS, CONSOLE_BODY, NULL, vg_route_appeal_make},
    {VG_POST, "/v1/cases/*/look-again", "/v1/cases/{id}/look-again", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL, vg_route_case_look_again},
    {VG_GET, "/v1/appeals", "/v1/appeals", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_appeals},
    {VG_GET, "/v1/appeals/figures", "/v1/appeals/figures", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_appeal_figures},
    {VG_GET, "/v1/appeals/*", "/v1/appeals/{id}", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_appeal},
    {VG_POST, "/v1/appeals/*/decision", "/v1/appeals/{id}/decision", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL,
     vg_route_appeal_decide},
    {VG_POST, "/v1/bulk/preview", "/v1/bulk/preview", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL, vg_route_bulk_preview},
    {VG_POST, "/v1/bulk", "/v1/bulk", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL, vg_route_bulk},
    {VG_DELETE, "/v1/bulk/*", "/v1/bulk/{id}", VG_STEP_DESK, VG_AUTH_SESSION, 0, FREE_BODY, NULL, vg_route_bulk_undo},
    {VG_POST, "/v1/cases/*/feedback", "/v1/cases/{id}/feedback", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY,
     NULL, vg_route_feedback},
    {VG_GET, "/v1/evidence-quality", "/v1/evidence-quality", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL,
     vg_route_evidence_quality},
    {VG_GET, "/v1/gold", "/v1/gold", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_gold},
    {VG_POST, "/v1/gold", "/v1/gold", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL, vg_route_gold_add},
    {VG_GET, "/v1/gold/made-up", "/v1/gold/made-up", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_gold_made},
    {VG_DELETE, "/v1/gold/*", "/v1/gold/{id}", VG_STEP_DESK, VG_AUTH_SESSION, 0, FREE_BODY, NULL, vg_route_gold_end},
    {VG_GET, "/v1/agreement", "/v1/agreement", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_agreement},
    {VG_GET, "/v1/figures", "/v1/figures", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_figures},
    {VG_GET, "/v1/figures.csv", "/v1/figures.csv", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_figures_csv},
    {VG_GET, "/v1/figures/dsa", "/v1/figures/dsa", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_dsa},
    {VG_GET, "/v1/figures/dsa.csv", "/v1/figures/dsa.csv", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_dsa_csv},
    {VG_GET, "/v1/figures/dsa.zip", "/v1/figures/dsa.zip", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_dsa_zip},
    {VG_GET, "/v1/figures/dsa.html", "/v1/figures/dsa.html", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_dsa_page},
    {VG_POST, "/v1/cases/*/legal-hold", "/v1/cases/{id}/legal-hold", VG_STEP_DESK, VG_AUTH_SESSION, 0,
     CONSOLE_BODY, NULL, vg_route_legal_hold},
    {VG_GET, "/v1/cases/*/evidence", "/v1/cases/{id}/evidence", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_evidence},
    {VG_POST, "/v1/cases/*/archive", "/v1/cases/{id}/archive", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL, vg_route_archive},
    {VG_GET, "/v1/cases/*/export", "/v1/cases/{id}/export", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_export},
    {VG_POST, "/v1/cases/*/hand-over", "/v1/cases/{id}/hand-over", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL, vg_route_hand_over},
    {VG_GET, "/v1/cases/*/certificate", "/v1/cases/{id}/certificate", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_destruction},
    {VG_GET, "/v1/cases/*/media/*/thumbnail", "/v1/cases/{id}/media/{n}/thumbnail", VG_STEP_DESK,
     VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_thumbnail},
    {VG_POST, "/v1/cases/*/media/*/whole", "/v1/cases/{id}/media/{n}/whole", VG_STEP_MEDIA, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL,
     vg_route_media_whole},
    {VG_GET, "/v1/cases/*/media/*/views", "/v1/cases/{id}/media/{n}/views", VG_STEP_DESK, VG_AUTH_SESSION, 0,
     NO_BODY, NULL, vg_route_media_views},
    {VG_GET, "/v1/banks", "/v1/banks", VG_STEP_DESK, VG_AUTH_EITHER, VG_SCOPE_BANKS, NO_BODY, NULL,
     vg_route_banks},
    {VG_POST, "/v1/banks", "/v1/banks", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL,
     vg_route_bank_add},
    {VG_GET, "/v1/banks/*", "/v1/banks/{name}", VG_STEP_DESK, VG_AUTH_EITHER, VG_SCOPE_BANKS, NO_BODY, NULL,
     vg_route_bank},
    {VG_DELETE, "/v1/banks/*", "/v1/banks/{name}", VG_STEP_DESK, VG_AUTH_SESSION, 0, FREE_BODY, NULL,
     vg_route_bank_remove},
    {VG_GET, "/v1/banks/*/entries", "/v1/banks/{name}/entries", VG_STEP_DESK, VG_AUTH_EITHER, VG_SCOPE_BANKS,
     NO_BODY, NULL, vg_route_bank_search},
    {VG_POST, "/v1/banks/*/entries", "/v1/banks/{name}/entries", VG_STEP_DESK, VG_AUTH_EITHER,
     VG_SCOPE_BANKS, ENTRIES_BODY, NULL, vg_route_entries_add},
    {VG_DELETE, "/v1/banks/*/entries/*", "/v1/banks/{name}/entries/{reference}", VG_STEP_DESK, VG_AUTH_EITHER,
     VG_SCOPE_BANKS, FREE_BODY, NULL, vg_route_entry_remove},
    {VG_POST, "/v1/banks/*/entries/*/opinion", "/v1/banks/{name}/entries/{id}/opinion", VG_STEP_DESK,
     VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL, vg_route_opinion},
    {VG_POST, "/v1/banks/*/import", "/v1/banks/{name}/import", VG_STEP_MEDIA, VG_AUTH_EITHER, VG_SCOPE_BANKS,
     VG_BODY_LIST, VG_NET_MAX_LIST, NULL, vg_route_bank_import},
    {VG_GET, "/v1/banks/*/export", "/v1/banks/{name}/export", VG_STEP_MEDIA, VG_AUTH_SESSION, 0, NO_BODY,
     NULL, vg_route_bank_export},
    {VG_GET, "/v1/courses", "/v1/courses", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_courses},
    {VG_GET, "/v1/courses/*", "/v1/courses/{id}", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_course},
    {VG_POST, "/v1/courses/*/attempts", "/v1/courses/{id}/attempts", VG_STEP_DESK, VG_AUTH_SESSION, 0, FREE_BODY, NULL,
     vg_route_attempt_start},
    {VG_POST, "/v1/attempts/*", "/v1/attempts/{id}", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL, vg_route_attempt_hand_in},
    {VG_GET, "/v1/me/certificates", "/v1/me/certificates", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_my_certificates},
    {VG_GET, "/v1/certificates", "/v1/certificates", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_certificates},
    {VG_POST, "/v1/certificates", "/v1/certificates", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL, vg_route_certificate_add},
    {VG_POST, "/v1/certificates/suspend", "/v1/certificates/suspend", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL,
     vg_route_certificate_suspend},
    {VG_POST, "/v1/certificates/reinstate", "/v1/certificates/reinstate", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL,
     vg_route_certificate_reinstate},
    {VG_POST, "/v1/certificates/*/revoke", "/v1/certificates/{id}/revoke", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL,
     vg_route_certificate_revoke},
    {VG_GET, "/v1/practice", "/v1/practice", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_practice_list},
    {VG_GET, "/v1/practice/*", "/v1/practice/{id}", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_practice},
    {VG_POST, "/v1/practice/*/decisions", "/v1/practice/{id}/decisions", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL,
     vg_route_practice_decide},
    {VG_POST, "/v1/notices", "/v1/notices", VG_STEP_DESK, VG_AUTH_OPEN, VG_SCOPE_NOTICES, VG_BODY_FORM, VG_NOTICE_BODY, NULL, vg_route_notice_add},
    {VG_GET, "/v1/notices", "/v1/notices", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_notices},
    {VG_GET, "/v1/notices/*", "/v1/notices/{number}", VG_STEP_DESK, VG_AUTH_NONE, 0, NO_BODY, NULL, vg_route_notice_status},
    {VG_POST, "/v1/notices/*/withdraw", "/v1/notices/{number}/withdraw", VG_STEP_DESK, VG_AUTH_NONE, 0, FREE_BODY, NULL, vg_route_notice_withdraw},
    {VG_POST, "/v1/notices/*/unfounded", "/v1/notices/{id}/unfounded", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL, vg_route_notice_unfounded},
    {VG_POST, "/v1/notices/*/identity", "/v1/notices/{id}/identity", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL, vg_route_notice_identity},
    {VG_POST, "/v1/notices/*/process", "/v1/notices/{id}/process", VG_STEP_DESK, VG_AUTH_SESSION, 0, FREE_BODY, NULL, vg_route_notice_process},
    {VG_GET, "/v1/cases/*/notices", "/v1/cases/{id}/notices", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_case_notices},
    {VG_GET, "/v1/flaggers", "/v1/flaggers", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_flaggers},
    {VG_POST, "/v1/flaggers", "/v1/flaggers", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL, vg_route_flagger_add},
    {VG_POST, "/v1/flaggers/*/suspend", "/v1/flaggers/{id}/suspend", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL, vg_route_flagger_suspend},
    {VG_POST, "/v1/flaggers/*/restore", "/v1/flaggers/{id}/restore", VG_STEP_DESK, VG_AUTH_SESSION, 0, FREE_BODY, NULL, vg_route_flagger_restore},
    {VG_POST, "/v1/flaggers/*/end", "/v1/flaggers/{id}/end", VG_STEP_DESK, VG_AUTH_SESSION, 0, FREE_BODY, NULL, vg_route_flagger_end},
    {VG_GET, "/v1/notifiers", "/v1/notifiers", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_notifiers},
    {VG_POST, "/v1/notifiers/*/warn", "/v1/notifiers/{who}/warn", VG_STEP_DESK, VG_AUTH_SESSION, 0, FREE_BODY, NULL, vg_route_notifier_warn},
    {VG_POST, "/v1/notifiers/*/suspend", "/v1/notifiers/{who}/suspend", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL, vg_route_notifier_suspend},
    {VG_POST, "/v1/notifiers/*/lift", "/v1/notifiers/{who}/lift", VG_STEP_DESK, VG_AUTH_SESSION, 0, FREE_BODY, NULL, vg_route_notifier_lift},
    {VG_GET, "/v1/disclosure/statements", "/v1/disclosure/statements", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_disclosures},
    {VG_GET, "/v1/disclosure/statements/*", "/v1/disclosure/statements/{number}", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_disclosure},
    {VG_POST, "/v1/disclosure/statements/*/retry", "/v1/disclosure/statements/{number}/retry", VG_STEP_DESK, VG_AUTH_SESSION, 0, FREE_BODY, NULL,
     vg_route_disclosure_retry},
    {VG_POST, "/v1/disclosure/statements/*/send", "/v1/disclosure/statements/{number}/send", VG_STEP_DESK, VG_AUTH_SESSION, 0, FREE_BODY, NULL,
     vg_route_disclosure_send},
    {VG_POST, "/v1/disclosure/statements/*/mend", "/v1/disclosure/statements/{number}/mend", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL,
     vg_route_disclosure_mend},
    {VG_GET, "/v1/demands", "/v1/demands", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_demands},
    {VG_POST, "/v1/demands", "/v1/demands", VG_STEP_DESK, VG_AUTH_EITHER, VG_SCOPE_DEMANDS, VG_BODY_JSON, VG_DEMAND_BODY, NULL, vg_route_demand_add},
    {VG_GET, "/v1/demands/*", "/v1/demands/{id}", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_demand},
    {VG_POST, "/v1/demands/*/steps", "/v1/demands/{id}/steps", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL, vg_route_demand_step},
    {VG_POST, "/v1/demands/*/executed", "/v1/demands/{id}/executed", VG_STEP_DESK, VG_AUTH_EITHER, VG_SCOPE_DEMANDS, VG_BODY_JSON, VG_DEMAND_BODY, NULL,
     vg_route_demand_executed},
    {VG_GET, "/v1/demands/*/proof", "/v1/demands/{id}/proof", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_demand_proof},
    {VG_GET, "/report", "/report", VG_STEP_ANSWER, VG_AUTH_NONE, 0, NO_BODY, vg_route_report, NULL},
    {VG_GET, "/v1/transparency", "/v1/transparency", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_closed_figures},
    {VG_POST, "/v1/transparency/recount", "/v1/transparency/recount", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL, vg_route_recount_figures},
    {VG_GET, "/transparency", "/transparency", VG_STEP_DESK, VG_AUTH_NONE, 0, NO_BODY, NULL, vg_route_transparency},
    {VG_GET, "/report/status", "/report/status", VG_STEP_DESK, VG_AUTH_NONE, 0, NO_BODY, NULL, vg_route_report_status},
    {VG_POST, "/v1/session", "/v1/session", VG_STEP_DOOR, VG_AUTH_NONE, 0, CONSOLE_BODY, NULL,
     vg_route_sign_in},
    {VG_GET, "/v1/session", "/v1/session", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_session},
    {VG_DELETE, "/v1/session", "/v1/session", VG_STEP_DESK, VG_AUTH_SESSION, 0, FREE_BODY, NULL,
     vg_route_sign_out},
    {VG_GET, "/v1/me/welfare", "/v1/me/welfare", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_welfare},
    {VG_GET, "/v1/me/wishes", "/v1/me/wishes", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_wishes},
    {VG_PUT, "/v1/me/wishes", "/v1/me/wishes", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL, vg_route_wishes_set},
    {VG_PUT, "/v1/me/shift", "/v1/me/shift", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL, vg_route_shift},
    {VG_POST, "/v1/me/support", "/v1/me/support", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL, vg_route_support},
    {VG_GET, "/v1/welfare/group", "/v1/welfare/group", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_welfare_group},
    {VG_POST, "/v1/queue/next", "/v1/queue/next", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL, vg_route_next},
    {VG_POST, "/v1/cases/*/take-back", "/v1/cases/{id}/take-back", VG_STEP_DESK, VG_AUTH_SESSION, 0, FREE_BODY, NULL, vg_route_take_back},
    {VG_GET, "/v1/cases/*/linked", "/v1/cases/{id}/linked", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_linked},
    {VG_GET, "/v1/me/skills", "/v1/me/skills", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_skills},
    {VG_PUT, "/v1/me/skills", "/v1/me/skills", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL, vg_route_skills_set},
    {VG_GET, "/v1/people/*/skills", "/v1/people/{name}/skills", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_person_skills},
    {VG_PUT, "/v1/people/*/skills", "/v1/people/{name}/skills", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL,
     vg_route_person_skills_set},
    {VG_GET, "/v1/me/display", "/v1/me/display", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_display},
    {VG_PUT, "/v1/me/display", "/v1/me/display", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL, vg_route_display_set},
    {VG_GET, "/v1/signin", "/v1/signin", VG_STEP_DESK, VG_AUTH_NONE, 0, NO_BODY, NULL, vg_route_signin_ways},
    {VG_GET, "/v1/oidc/start", "/v1/oidc/start", VG_STEP_PROVIDER, VG_AUTH_NONE, 0, NO_BODY, NULL, vg_route_oidc_start},
    {VG_GET, "/v1/oidc/callback", "/v1/oidc/callback", VG_STEP_PROVIDER, VG_AUTH_NONE, 0, NO_BODY, NULL, vg_route_oidc_callback},
    {VG_POST, "/v1/session/second", "/v1/session/second", VG_STEP_DOOR, VG_AUTH_NONE, 0, CONSOLE_BODY, NULL,
     vg_route_second},
    {VG_POST, "/v1/session/passkey", "/v1/session/passkey", VG_STEP_DOOR, VG_AUTH_NONE, 0, FREE_BODY, NULL,
     vg_route_passkey},
    {VG_POST, "/v1/session/proof", "/v1/session/proof", VG_STEP_DOOR, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL,
     vg_route_proof},
    {VG_GET, "/v1/me/factors", "/v1/me/factors", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL,
     vg_route_factors},
    {VG_POST, "/v1/me/factors", "/v1/me/factors", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL,
     vg_route_factor_begin},
    {VG_POST, "/v1/me/factors/confirm", "/v1/me/factors/confirm", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL,
     vg_route_factor_confirm},
    {VG_PATCH, "/v1/me/factors/*", "/v1/me/factors/{id}", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL,
     vg_route_factor_rename},
    {VG_DELETE, "/v1/me/factors/*", "/v1/me/factors/{id}", VG_STEP_DESK, VG_AUTH_SESSION, 0, FREE_BODY, NULL,
     vg_route_factor_remove},
    {VG_POST, "/v1/me/recovery-codes", "/v1/me/recovery-codes", VG_STEP_DESK, VG_AUTH_SESSION, 0, FREE_BODY, NULL,
     vg_route_recovery_codes},
    {VG_GET, "/v1/people", "/v1/people", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_people},
    {VG_PUT, "/v1/people/*/grants", "/v1/people/{name}/grants", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL,
     vg_route_person_grants},
    {VG_POST, "/v1/people/*/leave", "/v1/people/{name}/leave", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL,
     vg_route_person_leave},
    {VG_DELETE, "/v1/people/*/leave", "/v1/people/{name}/leave", VG_STEP_DESK, VG_AUTH_SESSION, 0, FREE_BODY, NULL,
     vg_route_person_leave_end},
    {VG_POST, "/v1/people/*/close", "/v1/people/{name}/close", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL,
     vg_route_person_close},
    {VG_DELETE, "/v1/people/*/sessions", "/v1/people/{name}/sessions", VG_STEP_DESK, VG_AUTH_SESSION, 0, FREE_BODY, NULL,
     vg_route_person_sessions_end},
    {VG_POST, "/v1/people/*/invitation", "/v1/people/{name}/invitation", VG_STEP_DESK, VG_AUTH_SESSION, 0, FREE_BODY, NULL,
     vg_route_person_invite},
    {VG_POST, "/v1/invitations", "/v1/invitations", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL, vg_route_invite},
    {VG_GET, "/v1/invitation", "/v1/invitation", VG_STEP_DESK, VG_AUTH_NONE, 0, NO_BODY, NULL, vg_route_invitation},
    {VG_POST, "/v1/invitation", "/v1/invitation", VG_STEP_DOOR, VG_AUTH_NONE, 0, CONSOLE_BODY, NULL, vg_route_invitation_accept},
    {VG_PUT, "/v1/me", "/v1/me", VG_STEP_DESK, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL, vg_route_me},
    {VG_PUT, "/v1/me/password", "/v1/me/password", VG_STEP_DOOR, VG_AUTH_SESSION, 0, CONSOLE_BODY, NULL, vg_route_me_password},
    {VG_GET, "/v1/me/sessions", "/v1/me/sessions", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_me_sessions},
    {VG_DELETE, "/v1/me/sessions", "/v1/me/sessions", VG_STEP_DESK, VG_AUTH_SESSION, 0, FREE_BODY, NULL, vg_route_me_sessions_end},
    {VG_DELETE, "/v1/me/sessions/*", "/v1/me/sessions/{id}", VG_STEP_DESK, VG_AUTH_SESSION, 0, FREE_BODY, NULL,
     vg_route_me_session_end},
    {VG_GET, "/v1/audit", "/v1/audit", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_audit},
    {VG_GET, "/v1/audit/export", "/v1/audit/export", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_audit_export},
    {VG_GET, "/v1/audit/checkpoint", "/v1/audit/checkpoint", VG_STEP_DESK, VG_AUTH_NONE, 0, NO_BODY, NULL, vg_route_audit_checkpoint},
    {VG_GET, "/v1/audit/key", "/v1/audit/key", VG_STEP_DESK, VG_AUTH_NONE, 0, NO_BODY, NULL, vg_route_audit_key},
    {VG_GET, "/v1/audit/proof", "/v1/audit/proof", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_audit_proof},
    {VG_GET, "/v1/audit/consistency", "/v1/audit/consistency", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_audit_consistency},
    {VG_GET, "/v1/spaces", "/v1/spaces", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL, vg_route_spaces},
    {VG_GET, "/v1/webhooks/dead", "/v1/webhooks/dead", VG_STEP_DESK, VG_AUTH_SESSION, 0, NO_BODY, NULL,
     vg_route_dead},
    {VG_POST, "/v1/webhooks/dead/*/retry", "/v1/webhooks/dead/{id}/retry", VG_STEP_DESK, VG_AUTH_SESSION, 0,
     FREE_BODY, NULL, vg_route_dead_retry},
    {VG_GET, "/healthz", "/healthz", VG_STEP_ANSWER, VG_AUTH_NONE, 0, NO_BODY, vg_route_health, NULL},
    {VG_GET, "/readyz", "/readyz", VG_STEP_DESK, VG_AUTH_NONE, 0, NO_BODY, NULL, vg_route_ready},
    {VG_GET, "/metrics", "/metrics", VG_STEP_ANSWER, VG_AUTH_METRICS, VG_SCOPE_METRICS, NO_BODY,
     vg_route_metrics, NULL},
    {VG_GET, "/v1/openapi.yaml", "/v1/openapi.yaml", VG_STEP_ANSWER, VG_AUTH_NONE, 0, NO_BODY,
     vg_route_openapi, NULL},
    {VG_GET, "/", "/{asset}", VG_STEP_ANSWER, VG_AUTH_NONE, 0, NO_BODY, vg_route_asset,
     NULL}, /* last: and every asset */
};
const size_t vg_route_count = sizeof vg_routes / sizeof vg_routes[0];
_Static_assert(sizeof vg_routes / sizeof vg_routes[0] <= VG_COUNTED_ROUTES,
               "metrics has room for every route");

static const char *const method_names[] = {"GET", "HEAD", "POST", "DELETE", "PUT", "PATCH", "OPTIONS"};

vg_method vg_method_of(const char *name)
{
    for (size_t i = 0; i < sizeof method_names / sizeof method_names[0]; i++)
        if (strcmp(name, method_names[i]) == 0) return (vg_method)i;
    return VG_OTHER_METHOD;
}

/* Compares a path with a pattern; "*" takes one segment that is not empty. */
static bool matches(const char *pattern, vg_str path, vg_str argument[2])
{
    size_t i = 0, given = 0;
    for (; *pattern; pattern++) {
        if (*pattern != '*') {
            if (i >= path.len || path.ptr[i] != *pattern) return false;
            i++;
            continue;
        }
        size_t from = i;
        while (i < path.len && path.ptr[i] != '/') i++;
        if (i == from) return false;
        if (given < 2) argument[given++] = (vg_str){path.ptr + from, i - from};
    }
    return i == path.len;
}

vg_route_result vg_route_find(vg_method method, vg_str path, const vg_route **route, vg_str argument[2],
                              char *allow, size_t size)
{
    bool any = false;
    size_t used = 0;
    *route = NULL;
    if (size) allow[0] = '\0';
    for (size_t i = 0; i < vg_route_count; i++) {
        const vg_route *r = &vg_routes[i];
        if (!matches(r->path, path, argument) && !(i + 1 == vg_route_count && vg_asset_known(path))) continue;
        if (r->method == method || (r->method == VG_GET && method == VG_HEAD)) {
            *route = r;
            return VG_ROUTE_FOUND;
        }
        any = true;
        int n = snprintf(allow + used, size - used, "%s%s", used ? ", " : "",
                         r->method == VG_GET ? "GET, HEAD" : method_names[r->method]);
        if (n > 0 && (size_t)n < size - used) used += (size_t)n;
    }
    return any ? VG_ROUTE_NO_METHOD : VG_ROUTE_NO_PATH;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

static bool decode(vg_arena *arena, vg_str raw, bool plus, vg_str *out)
{
    char *to = vg_arena_alloc(arena, raw.len + 1);
    size_t n = 0;
    if (!to) return false;
    for (size_t i = 0; i < raw.len; i++) {
        char c = raw.ptr[i];
        if (c == '+' && plus) c = ' ';
        else if (c == '%') {
            int high = raw.len - i > 2 ? hex_value(raw.ptr[i + 1]) : -1;
            int low = raw.len - i > 2 ? hex_value(raw.ptr[i + 2]) : -1;
            if (high < 0 || low < 0) return false;
            c = (char)(high * 16 + low);
            i += 2;
        }
        if (c == '\0') return false;
        to[n++] = c;
    }
    to[n] = '\0';
    *out = (vg_str){to, n};
    return vg_utf8_valid(to, n, NULL);
}

bool vg_path_decode(vg_exchange *x, vg_str raw, vg_str *out)
{
    return decode(x->arena, raw, false, out);
}

bool vg_query_get(vg_exchange *x, const char *name, vg_str *value, bool *found)
{
    size_t name_len = strlen(name);
    vg_str rest = x->query;
    *found = false;
    *value = (vg_str){"", 0};
    while (rest.len) {
        const char *amp = memchr(rest.ptr, '&', rest.len);
        vg_str pair = {rest.ptr, amp ? (size_t)(amp - rest.ptr) : rest.len};
        rest = amp ? (vg_str){amp + 1, rest.len - pair.len - 1} : (vg_str){rest.ptr, 0};
        if (pair.len <= name_len || memcmp(pair.ptr, name, name_len) != 0 || pair.ptr[name_len] != '=')
            continue;
        if (*found) return false; /* twice: which one is meant? */
        *found = true;
        if (!decode(x->arena, (vg_str){pair.ptr + name_len + 1, pair.len - name_len - 1}, true, value))
            return false;
    }
    return true;
}

bool vg_query_answer(vg_exchange *x, int *kind)
{
    vg_str text;
    bool found;
    *kind = VG_ANSWERS;
    if (!vg_query_get(x, "answer", &text, &found)) {
        vg_answer_problem(x, 400, NULL, "the query is malformed or names a parameter twice");
        return false;
    }
    if (!found) return true;
    for (int i = 0; i < VG_ANSWERS; i++)
        if (vg_str_is(text, vg_answer_kind_names[i])) *kind = i;
    if (*kind == VG_ANSWERS) vg_answer_problem(x, 400, "/answer", "expected one of received, accepted, more_wanted, not_illegal, victim_safe, investigation_opened, other");
    return *kind < VG_ANSWERS;
}
