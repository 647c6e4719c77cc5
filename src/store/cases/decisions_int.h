/* SPDX-License-Identifier: Apache-2.0
 *
 * store/decisions_int: pieces that decisions, undo, appeals and bulk share. All inside a write transaction.
 */
#ifndef VG_STORE_DECISIONS_INT_H
#define VG_STORE_DECISIONS_INT_H

#include "store/cases/decisions.h"
#include "store/store_int.h"

/** Reads the row of a decision: id,user,action,reason,note,hours,time_ms,reach. */
int vg_store_read_decision(vg_store *store, const vg_query *row, int64_t case_id, vg_arena *arena, vg_decision *out, vg_error *err);
/** Seals the answer into the table of opinions. */
int vg_store_opinion_add(vg_store *store, vg_resolution *r, vg_error *err);
/** Adds the statement and puts "statement.issued" into the outbox. */
int vg_store_statement_issue(vg_store *store, vg_resolution *r, const vg_case *c, int64_t cause, vg_error *err);
/** Begins a webhook message in store->text: type, timestamp, data with case, space and account. */
void vg_store_message_begin(vg_store *store, const char *type, int64_t time_ms, const vg_case *c);
/** Ends it and puts it into the outbox, due at due_ms. */
int vg_store_message_send(vg_store *store, const char *type, int64_t time_ms, int64_t due_ms, int64_t cause, const vg_case *c, vg_error *err);
/** One statement with one number. */
int vg_store_run_1(vg_store *store, enum vg_store_statement id, int64_t value, vg_error *err);
/** One statement with two numbers. */
int vg_store_run_2(vg_store *store, enum vg_store_statement id, int64_t first, int64_t second, vg_error *err);

/* ---- rights.c: data protection ---- */
/** Members `,"statements":[...],"appeals":[...],"strikes":[...]` of an export. */
int vg_store_rights_export(vg_store *store, vg_str space, vg_str account, const int64_t *cases, size_t count, vg_arena *arena, vg_buf *out,
                           vg_error *err);
/** What retention destroys: opinions, statements, appeals, and what could be undone. */
int vg_store_rights_destroy(vg_store *store, int64_t case_id, vg_error *err);
/** Whether an appeal waits for its answer: the case is then kept. */
int vg_store_rights_open(vg_store *store, int64_t case_id, bool *open, vg_error *err);

#endif
