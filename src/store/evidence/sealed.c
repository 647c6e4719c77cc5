/* SPDX-License-Identifier: Apache-2.0
 *
 * Every sealed column of a case, in one table: a hand-over seals anew what the ring sealed, a certificate counts what is destroyed. A
 * column that is added and forgotten here would stay readable after a hand-over; tests/unit/store/store_evidence_test.c looks for that.
 */
#include <inttypes.h>
#include <stdio.h>

#include "store/evidence/evidence_int.h"

static void of_case(int64_t case_id, int64_t number, char out[96])
{
    (void)number;
    vg_store_case_place(case_id, out);
}
static void of_note(int64_t case_id, int64_t number, char out[96])
{
    (void)number;
    snprintf(out, 96, "note:%" PRId64, case_id);
}
static void of_opinion(int64_t case_id, int64_t number, char out[96])
{
    (void)number;
    snprintf(out, 96, "opinion:%" PRId64, case_id);
}
static void of_statement(int64_t case_id, int64_t number, char out[96])
{
    (void)number;
    snprintf(out, 96, "statement:%" PRId64, case_id);
}
static void of_appeal(int64_t case_id, int64_t number, char out[96])
{
    (void)number;
    snprintf(out, 96, "appeal:text:%" PRId64, case_id);
}
static void of_answer(int64_t case_id, int64_t number, char out[96])
{
    (void)number;
    snprintf(out, 96, "appeal:answer:%" PRId64, case_id);
}
static void of_reason(int64_t case_id, int64_t number, char out[96]) { snprintf(out, 96, "context:%" PRId64 "/%" PRId64 "/reason", case_id, number); }
static void of_context(int64_t case_id, int64_t number, char out[96]) { snprintf(out, 96, "context:%" PRId64 "/%" PRId64 "/answer", case_id, number); }

const vg_sealed_column vg_sealed_columns[VG_SEALED_COLUMNS] = {
    {"events", VG_SQL_SEALED_EVENTS, VG_SQL_RESEAL_EVENT, of_case},
    {"notes", VG_SQL_SEALED_NOTES, VG_SQL_RESEAL_NOTE, of_note},
    {"opinions", VG_SQL_SEALED_OPINIONS, VG_SQL_RESEAL_OPINION, of_opinion},
    {"statements", VG_SQL_SEALED_STATEMENTS, VG_SQL_RESEAL_STATEMENT, of_statement},
    {"appeals", VG_SQL_SEALED_APPEALS, VG_SQL_RESEAL_APPEAL, of_appeal},
    {"appeal_answers", VG_SQL_SEALED_ANSWERS, VG_SQL_RESEAL_ANSWER, of_answer},
    {"context_reasons", VG_SQL_SEALED_REASONS, VG_SQL_RESEAL_REASON, of_reason},
    {"context_answers", VG_SQL_SEALED_CONTEXTS, VG_SQL_RESEAL_CONTEXT, of_context},
};
