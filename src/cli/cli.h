/* SPDX-License-Identifier: Apache-2.0
 *
 * cli: the command line. One table of options and one of commands (options.c) make the parser, --help, the man
 * page and the bash completion, so that they cannot disagree.
 *
 * Data goes to standard output, messages to standard error; exit status 0 done, 1 the input or the system
 * refused, 2 the command line is wrong. Commands return that status and never exit themselves. What takes more than a second
 * shows a progress bar on a terminal.
 * Callers: main.
 */
#ifndef VG_CLI_CLI_H
#define VG_CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/error.h"
#include "event/policy.h"

typedef enum {
    VG_OPT_POLICY, VG_OPT_DATA, VG_OPT_PORT, VG_OPT_LISTEN, VG_OPT_THREADS, VG_OPT_SPACE, VG_OPT_LABEL, VG_OPT_SCOPES,
    VG_OPT_ROLE, VG_OPT_DISPLAY, VG_OPT_LANGUAGE, VG_OPT_SPACES, VG_OPT_PASSWORD_FILE, VG_OPT_EXPLAIN, VG_OPT_JSON,
    VG_OPT_QUIET, VG_OPT_URL, VG_OPT_KEY_FILE, VG_OPT_SEED, VG_OPT_ONCE, VG_OPT_RATE, VG_OPT_ACCOUNTS, VG_OPT_OUT, VG_OPT_LIVE,
    VG_OPT_BEHIND_TLS, VG_OPT_RATE_LIMIT, VG_OPT_WINDOW, VG_OPT_SEEN, VG_OPT_BANKS, VG_OPT_DEAD, VG_OPT_YES, VG_OPT_VERBOSE,
    VG_OPT_FORMAT, VG_OPT_PROFILE, VG_OPT_SOURCE, VG_OPT_CLASSIFICATION, VG_OPT_THRESHOLD, VG_OPT_QUALITY, VG_OPT_VIDEO_PERCENT,
    VG_OPT_EFFECT, VG_OPT_VISIBLE, VG_OPT_EXPIRES, VG_OPT_COLUMNS, VG_OPT_BARE, VG_OPT_REPLACE, VG_OPT_MERGE, VG_OPT_CATEGORY, VG_OPT_ONLY,
    VG_OPT_SKIPPED, VG_OPT_FEED, VG_OPT_FEED_URL, VG_OPT_USER, VG_OPT_BY, VG_OPT_NOTE,
    VG_OPT_RESUME, VG_OPT_INTERVAL, VG_OPT_EVERY_FRAME, VG_OPT_LIST, VG_OPT_ALL, VG_OPT_REPORTER,
    VG_OPT_BASE_URL, VG_OPT_HOST, VG_OPT_CORPUS, VG_OPT_BROAD, VG_OPT_NO_CACHE,
    VG_OPT_LEXICON_ONLY, VG_OPT_MODEL, VG_OPT_AT, VG_OPT_ASSUME_AGE, VG_OPT_ONE_IN, VG_OPT_RISK_AUTHORS, VG_OPT_PLOT, VG_OPT_TALKS, VG_OPT_CORPUS_LANGUAGE,
    VG_OPT_EVENTS,
    VG_OPT_METHOD, VG_OPT_PREVALENCE, VG_OPT_BITS, VG_OPT_FOLDS, VG_OPT_COST, VG_OPT_EXAMPLES, VG_OPT_ACTIVE, VG_OPT_SHADOW,
    VG_OPT_FEEDBACK,
    VG_OPT_IDLE,
    VG_OPT_PUBLIC_URL, VG_OPT_SECOND_FACTOR, VG_OPT_OIDC_ISSUER, VG_OPT_OIDC_CLIENT, VG_OPT_OIDC_SECRET, VG_OPT_OIDC_SCOPES, VG_OPT_OIDC_MAP, VG_OPT_OIDC_NAME, VG_OPT_SUBJECT,
    VG_OPT_DAYS,
    VG_OPT_GEO,
    VG_OPT_PROOF, VG_OPT_KEY, VG_OPT_CA, VG_OPT_STAMP_URL, VG_OPT_STAMP_CA, VG_OPT_STAMP_EVERY, VG_OPT_FROM, VG_OPT_TO, VG_OPT_ROTATE, VG_OPT_ORIGIN,
    VG_OPT_RECEIVER, VG_OPT_PUBLIC_KEY, VG_OPT_REASON, VG_OPT_MEDIA, VG_OPT_ARCHIVE,
    VG_OPT_GROUND, VG_OPT_STATE,
    VG_OPT_HELP,
    VG_OPT_COUNT
} vg_option_id;

typedef struct vg_option {
    const char *name;   /* without the dashes */
    char letter;        /* or 0 */
    const char *value;  /* name of its value in the help, NULL: a flag */
    int64_t least, most; /* range of a number; both 0: any text */
    const char *help;
} vg_option;

typedef struct vg_args {
    const char *text[VG_OPT_COUNT]; /* NULL: not given; flags: "" when given */
    int64_t number[VG_OPT_COUNT];   /* of options with a range */
    const char *word[16];           /* positional */
    size_t words;
} vg_args;

struct vg_serve_options;
/* What a command may ask of main, which alone knows every room. */
typedef struct vg_cli {
    int (*serve)(const vg_args *args);
} vg_cli;

typedef struct vg_command {
    const char *name;                /* "key create" */
    const char *words;               /* "NAME [FILE]" for the usage line */
    size_t least_words, most_words;
    const char *summary;             /* one line */
    const char *description;         /* paragraphs for --help and the man page; may hold examples */
    vg_option_id options[32];
    size_t option_count;
    int (*run)(const vg_cli *cli, const vg_args *args);
} vg_command;

extern const vg_option vg_options[VG_OPT_COUNT];
extern const vg_command vg_commands[];
extern const size_t vg_command_count;

/** Runs a whole command line; returns the exit status. */
int vg_cli_main(const vg_cli *cli, int argc, char **argv);
/** Prints "vigie: where: what" and returns 1. */
int vg_cli_fail(const vg_error *err);
/** The text of an option or a default. */
const char *vg_arg_text(const vg_args *args, vg_option_id id, const char *otherwise);
int64_t vg_arg_number(const vg_args *args, vg_option_id id, int64_t otherwise);
static inline bool vg_arg_is(const vg_args *args, vg_option_id id) { return args->text[id] != NULL; }
/** --language in *lang; English without it. 2 (the command line is wrong), said on standard error, for another than fr and en. */
int vg_arg_lang(const vg_args *args, const char *command, vg_lang *lang);
/** Default policy folder: ./policy when there, else the installed one. */
const char *vg_cli_policy(const vg_args *args);
const char *vg_cli_data(const vg_args *args);
/** Where a command without a data directory keeps compiled patterns: $XDG_CACHE_HOME/vigie or ~/.cache/vigie, written into `path`.
 *  NULL with --no-cache, or without either. */
const char *vg_cli_cache(const vg_args *args, char *path, size_t size);

/* Commands, one file each. */
int vg_cmd_serve(const vg_cli *cli, const vg_args *args);
int vg_cmd_assess(const vg_cli *cli, const vg_args *args);
int vg_cmd_demo(const vg_cli *cli, const vg_args *args);
int vg_cmd_policy_check(const vg_cli *cli, const vg_args *args);
int vg_cmd_lexicon_check(const vg_cli *cli, const vg_args *args);
int vg_cmd_lexicon_test(const vg_cli *cli, const vg_args *args);
int vg_cmd_rules_check(const vg_cli *cli, const vg_args *args);
int vg_cmd_rules_test(const vg_cli *cli, const vg_args *args);
int vg_cmd_rules_backtest(const vg_cli *cli, const vg_args *args);
int vg_cmd_rules_list(const vg_cli *cli, const vg_args *args);
int vg_cmd_key_create(const vg_cli *cli, const vg_args *args);
int vg_cmd_key_list(const vg_cli *cli, const vg_args *args);
int vg_cmd_key_revoke(const vg_cli *cli, const vg_args *args);
int vg_cmd_user_add(const vg_cli *cli, const vg_args *args);
int vg_cmd_user_grant(const vg_cli *cli, const vg_args *args);
int vg_cmd_user_revoke(const vg_cli *cli, const vg_args *args);
int vg_cmd_user_list(const vg_cli *cli, const vg_args *args);
int vg_cmd_user_disable(const vg_cli *cli, const vg_args *args);
int vg_cmd_user_link(const vg_cli *cli, const vg_args *args);
int vg_cmd_user_reset_second_factor(const vg_cli *cli, const vg_args *args);
int vg_cmd_user_certify(const vg_cli *cli, const vg_args *args);
int vg_cmd_user_password(const vg_cli *cli, const vg_args *args);
int vg_cmd_webhook_add(const vg_cli *cli, const vg_args *args);
int vg_cmd_webhook_list(const vg_cli *cli, const vg_args *args);
int vg_cmd_webhook_remove(const vg_cli *cli, const vg_args *args);
int vg_cmd_webhook_retry(const vg_cli *cli, const vg_args *args);
int vg_cmd_export(const vg_cli *cli, const vg_args *args);
int vg_cmd_demand_add(const vg_cli *cli, const vg_args *args);
int vg_cmd_demand_list(const vg_cli *cli, const vg_args *args);
int vg_cmd_demand_show(const vg_cli *cli, const vg_args *args);
int vg_cmd_demand_done(const vg_cli *cli, const vg_args *args);
int vg_cmd_demand_suspend(const vg_cli *cli, const vg_args *args);
int vg_cmd_demand_resume(const vg_cli *cli, const vg_args *args);
int vg_cmd_demand_proof(const vg_cli *cli, const vg_args *args);
int vg_cmd_route(const vg_cli *cli, const vg_args *args);
int vg_cmd_report_list(const vg_cli *cli, const vg_args *args);
int vg_cmd_report_show(const vg_cli *cli, const vg_args *args);
int vg_cmd_report_draft(const vg_cli *cli, const vg_args *args);
int vg_cmd_report_preview(const vg_cli *cli, const vg_args *args);
int vg_cmd_report_retry(const vg_cli *cli, const vg_args *args);
int vg_cmd_report_done(const vg_cli *cli, const vg_args *args);
int vg_cmd_report_answers(const vg_cli *cli, const vg_args *args);
int vg_cmd_feedback_export(const vg_cli *cli, const vg_args *args);
int vg_cmd_erase(const vg_cli *cli, const vg_args *args);
int vg_cmd_audit_verify(const vg_cli *cli, const vg_args *args);
int vg_cmd_case_export(const vg_cli *cli, const vg_args *args);
int vg_cmd_report_pdf(const vg_cli *cli, const vg_args *args);
int vg_cmd_evidence_show(const vg_cli *cli, const vg_args *args);
int vg_cmd_evidence_archive(const vg_cli *cli, const vg_args *args);
int vg_cmd_evidence_open(const vg_cli *cli, const vg_args *args);
int vg_cmd_evidence_keygen(const vg_cli *cli, const vg_args *args);
int vg_cmd_evidence_hand_over(const vg_cli *cli, const vg_args *args);
int vg_cmd_evidence_certificate(const vg_cli *cli, const vg_args *args);
int vg_cmd_evidence_verify(const vg_cli *cli, const vg_args *args);
int vg_cmd_audit_prove(const vg_cli *cli, const vg_args *args);
int vg_cmd_audit_checkpoint(const vg_cli *cli, const vg_args *args);
int vg_cmd_audit_key(const vg_cli *cli, const vg_args *args);
int vg_cmd_audit_stamp(const vg_cli *cli, const vg_args *args);
int vg_cmd_audit_export(const vg_cli *cli, const vg_args *args);
int vg_cmd_eval(const vg_cli *cli, const vg_args *args);
int vg_cmd_train(const vg_cli *cli, const vg_args *args);
int vg_cmd_calibrate(const vg_cli *cli, const vg_args *args);
int vg_cmd_model_show(const vg_cli *cli, const vg_args *args);
int vg_cmd_model_explain(const vg_cli *cli, const vg_args *args);
int vg_cmd_model_compare(const vg_cli *cli, const vg_args *args);
int vg_cmd_hash(const vg_cli *cli, const vg_args *args);
int vg_cmd_match(const vg_cli *cli, const vg_args *args);
int vg_cmd_memory_digest(const vg_cli *cli, const vg_args *args);
int vg_cmd_bank_create(const vg_cli *cli, const vg_args *args);
int vg_cmd_bank_list(const vg_cli *cli, const vg_args *args);
int vg_cmd_bank_stat(const vg_cli *cli, const vg_args *args);
int vg_cmd_bank_import(const vg_cli *cli, const vg_args *args);
int vg_cmd_bank_refresh(const vg_cli *cli, const vg_args *args);
int vg_cmd_bank_export(const vg_cli *cli, const vg_args *args);
int vg_cmd_bank_search(const vg_cli *cli, const vg_args *args);
int vg_cmd_bank_confirm(const vg_cli *cli, const vg_args *args);
int vg_cmd_bank_reject(const vg_cli *cli, const vg_args *args);
int vg_cmd_bank_remove(const vg_cli *cli, const vg_args *args);
int vg_cmd_bank_delete(const vg_cli *cli, const vg_args *args);

#endif
