/* SPDX-License-Identifier: Apache-2.0
 *
 * The option table and the command table. Everything that speaks of the command line is made from these two.
 * Over the usual length for one table: splitting it would scatter what has to agree.
 */
#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#ifndef VIGIE_POLICY_DIR
#define VIGIE_POLICY_DIR "/usr/share/vigie/policy"
#endif

const vg_option vg_options[VG_OPT_COUNT] = {
    [VG_OPT_POLICY] = {"policy", 'p', "PATH", 0, 0, "a space's policy file, or a folder of them (default: ./policy)"},
    [VG_OPT_DATA] = {"data", 'd', "DIR", 0, 0, "the data directory (default: ./data)"},
    [VG_OPT_PORT] = {"port", 0, "N", 1, 65535, "the port to listen on (default: 3018)"},
    [VG_OPT_LISTEN] = {"listen", 0, "ADDRESS", 0, 0, "the address to listen on (default: 127.0.0.1)"},
    [VG_OPT_THREADS] = {"threads", 't', "N", 1, 64, "threads to use (serve: one for each processor; assess: 1)"},
    [VG_OPT_SPACE] = {"space", 's', "NAME", 0, 0, "the space concerned (* where all spaces are meant)"},
    [VG_OPT_LABEL] = {"label", 'l', "TEXT", 0, 0, "a name for people, shown in lists"},
    [VG_OPT_SCOPES] = {"scopes", 0, "LIST", 0, 0, "what the key may do: events,media,cases_read,metrics,banks,appeals,notices,demands (default: events,media)"},
    [VG_OPT_ROLE] = {"role", 'r', "ROLE", 0, 0, "referent, lead, admin, auditor, analyst or prevention (default: referent)"},
    [VG_OPT_DISPLAY] = {"display", 0, "NAME", 0, 0, "the name that colleagues see"},
    [VG_OPT_LANGUAGE] = {"language", 0, "LANG", 0, 0, "fr or en; of a corpus: its language where it does not say"},
    [VG_OPT_SPACES] = {"spaces", 0, "LIST", 0, 0, "spaces this person works in, comma separated (default: *)"},
    [VG_OPT_PASSWORD_FILE] = {"password-file", 0, "FILE", 0, 0, "read the password from the first line of FILE (- is standard input)"},
    [VG_OPT_EXPLAIN] = {"explain", 'e', NULL, 0, 0, "print each verdict as a text for a person"},
    [VG_OPT_JSON] = {"json", 'j', NULL, 0, 0, "print JSON, for programs"},
    [VG_OPT_QUIET] = {"quiet", 'q', NULL, 0, 0, "no progress bar"},
    [VG_OPT_URL] = {"url", 'u', "URL", 0, 0, "the address to send to"},
    [VG_OPT_KEY_FILE] = {"key-file", 0, "FILE", 0, 0, "a file whose first line is an API key"},
    [VG_OPT_SEED] = {"seed", 0, "N", 1, INT32_MAX, "seed of what is made up or drawn by chance (default: 1)"},
    [VG_OPT_ONCE] = {"once", 0, NULL, 0, 0, "play the opening scene and stop, without the live part"},
    [VG_OPT_RATE] = {"rate", 0, "N", 1, 100000, "live events a second (default: 4)"},
    [VG_OPT_ACCOUNTS] = {"accounts", 0, "N", 50, 100000, "made-up accounts (default: 400)"},
    [VG_OPT_OUT] = {"out", 'o', "FILE", 0, 0, "write there instead of standard output"},
    [VG_OPT_LIVE] = {"live", 0, NULL, 0, 0, "skip the opening scene, play only the live part"},
    [VG_OPT_BEHIND_TLS] = {"behind-tls", 0, NULL, 0, 0, "a proxy in front speaks TLS: cookies are marked Secure"},
    [VG_OPT_RATE_LIMIT] = {"rate-limit", 0, "N", 1, 100000000, "events a second that one API key may send (default: 100000)"},
    [VG_OPT_WINDOW] = {"window", 0, "MIB", 1, 65536, "RAM for the context of cases, in MiB (default: 64)"},
    [VG_OPT_SEEN] = {"seen", 0, "N", 1024, 1 << 30, "how many event ids are remembered to recognise repeats (default: 1048576)"},
    [VG_OPT_BANKS] = {"banks", 'b', "DIR", 0, 0, "look media up in the banks of this data directory"},
    [VG_OPT_DEAD] = {"dead", 0, NULL, 0, 0, "list deliveries that were given up"},
    [VG_OPT_YES] = {"yes", 'y', NULL, 0, 0, "do not ask for confirmation"},
    [VG_OPT_VERBOSE] = {"verbose", 'v', NULL, 0, 0, "log more"},
    [VG_OPT_FORMAT] = {"format", 'f', "NAME", 0, 0, "the form of the output, of the list or of the corpus"},
    [VG_OPT_PROFILE] = {"profile", 0, "NAME", 0, 0, "how PDQ reads pixels: cpp or pytx (default: cpp)"},
    [VG_OPT_SOURCE] = {"source", 0, "WHO", 0, 0, "who vouches for the list"},
    [VG_OPT_CLASSIFICATION] = {"classification", 0, "TEXT", 0, 0, "what the list's categories mean, for people"},
    [VG_OPT_THRESHOLD] = {"threshold", 0, "BITS", 0, 31, "PDQ distance up to which two pictures are the same (default: 31)"},
    [VG_OPT_QUALITY] = {"quality", 0, "N", 0, 100, "PDQ hashes below this quality are not looked up (default: 50)"},
    [VG_OPT_VIDEO_PERCENT] = {"video-percent", 0, "N", 1, 100, "share of a video's frames that must be found (default: 80)"},
    [VG_OPT_EFFECT] = {"effect", 0, "NAME", 0, 0, "of a match: allow, review, hold or block (default: review)"},
    [VG_OPT_VISIBLE] = {"visible", 0, "ROLES", 0, 0, "roles that may see that the bank exists (default: all)"},
    [VG_OPT_EXPIRES] = {"expires", 0, "DATE", 0, 0, "from this day on the bank finds nothing"},
    [VG_OPT_COLUMNS] = {"columns", 0, "LIST", 0, 0, "names of CSV columns, as reference=Id,md5=Hash or author=from,text=body"},
    [VG_OPT_BARE] = {"bare", 0, "NAME", 0, 0, "what 64 digits without a name are: sha256 or pdq"},
    [VG_OPT_REPLACE] = {"replace", 0, NULL, 0, 0, "what the list does not name is withdrawn"},
    [VG_OPT_MERGE] = {"merge", 0, NULL, 0, 0, "what the list does not name stays (the default)"},
    [VG_OPT_CATEGORY] = {"category", 0, "TEXT", 0, 0, "of a list: the category of records that name none; of user certify: material,threat,live,contact,report, or all"},
    [VG_OPT_ONLY] = {"only", 0, "LIST", 0, 0, "take only records of these categories, comma separated"},
    [VG_OPT_SKIPPED] = {"skipped", 0, "FILE", 0, 0, "write there which records were skipped, and why"},
    [VG_OPT_FEED] = {"feed", 0, "KIND", 0, 0, "ncmec or stopncii; remembered"},
    [VG_OPT_FEED_URL] = {"feed-url", 0, "URL", 0, 0, "the feed's address; remembered"},
    [VG_OPT_USER] = {"user", 0, "NAME", 0, 0, "name at the feed; remembered"},
    [VG_OPT_BY] = {"by", 0, "NAME", 0, 0, "whose opinion it is (default: who runs the command)"},
    [VG_OPT_NOTE] = {"note", 0, "TEXT", 0, 0, "why, for colleagues"},
    [VG_OPT_RESUME] = {"resume", 0, NULL, 0, 0, "go on with a scan that was interrupted (needs --out)"},
    [VG_OPT_INTERVAL] = {"interval", 0, "MS", 1, 3600000, "look at one frame of a video each MS milliseconds (default: 1000)"},
    [VG_OPT_EVERY_FRAME] = {"every-frame", 0, NULL, 0, 0, "look at every frame of a video"},
    [VG_OPT_LIST] = {"list", 0, "FILES", 0, 0, "hash lists to look up in, comma separated (default: the banks of --data)"},
    [VG_OPT_ALL] = {"all", 'a', NULL, 0, 0, "say something of every file, not only of those on a list"},
    [VG_OPT_REPORTER] = {"reporter", 0, "WHO", 0, 0, "XARF: who reports, as ORGANISATION,E-MAIL,DOMAIN"},
    [VG_OPT_BASE_URL] = {"base-url", 0, "URL", 0, 0, "XARF: the address that the paths are below"},
    [VG_OPT_HOST] = {"host", 0, "ADDRESS", 0, 0, "XARF: address or name of the server that has the files"},
    [VG_OPT_CORPUS] = {"corpus", 0, "FILES", 0, 0, "labelled conversations, comma separated (JSON lines, CSV, PAN-2012 XML)"},
    [VG_OPT_BROAD] = {"broad", 0, "N", 0, 10000, "too broad: in more than N of 10,000 innocent messages (default: 20)"},
    [VG_OPT_NO_CACHE] = {"no-cache", 0, NULL, 0, 0, "compile the patterns, and do not keep them for the next start"},
    [VG_OPT_LEXICON_ONLY] = {"lexicon-only", 0, NULL, 0, 0, "the words alone: no conduct, no model, no rules"},
    [VG_OPT_MODEL] = {"model", 'm', "FILE", 0, 0, "a statistical model, in place of the policy's"},
    [VG_OPT_AT] = {"at", 0, "WHAT", 0, 0, "what is an alert: nudge, review, hold, or a risk as 0.5 (default: review)"},
    [VG_OPT_ASSUME_AGE] = {"assume-age", 0, "BAND", 0, 0, "age band of every author without one (default: unknown)"},
    [VG_OPT_ONE_IN] = {"one-in", 0, "N", 2, 100000000, "how rare risk is: one conversation in N (default: 10000)"},
    [VG_OPT_RISK_AUTHORS] = {"risk-authors", 0, "FILE", 0, 0, "PAN-2012: ids of the risk authors, one a line"},
    [VG_OPT_CORPUS_LANGUAGE] = {"corpus-language", 0, "LANG", 0, 0, "language of conversations that do not say theirs, as en"},
    [VG_OPT_PLOT] = {"plot", 0, "FILE", 0, 0, "write a picture there (SVG)"},
    [VG_OPT_TALKS] = {"talks", 0, "FILE", 0, 0, "write there what was said of each conversation, as JSON lines, without text"},
    [VG_OPT_EVENTS] = {"events", 0, "FILE", 0, 0, "events as JSON lines, instead of stored cases (- is standard input)"},
    [VG_OPT_METHOD] = {"method", 0, "NAME", 0, 0, "of calibration: platt, isotonic, or choose by what loses less (the default)"},
    [VG_OPT_PREVALENCE] = {"prevalence", 0, "SHARE", 0, 0, "how many people are of risk where the model will run, as 0.001 (default: as in the corpus)"},
    [VG_OPT_BITS] = {"bits", 0, "N", 16, 20, "2^N weights of two bytes (default: 18, half a MiB)"},
    [VG_OPT_FOLDS] = {"folds", 0, "N", 2, 50, "parts of the corpus, each scored by what the others taught (default: 5)"},
    [VG_OPT_COST] = {"cost", 0, "C", 0, 0, "what an error costs beside large weights, LIBLINEAR's C (default: 10)"},
    [VG_OPT_EXAMPLES] = {"examples", 0, "N", 100, 100000000, "learn from N windows at most (default: 200000, about 2 GiB)"},
    [VG_OPT_ACTIVE] = {"active", 0, "FILE", 0, 0, "the model in use"},
    [VG_OPT_SHADOW] = {"shadow", 0, "FILE", 0, 0, "the model that may take its place"},
    [VG_OPT_FEEDBACK] = {"feedback", 0, "FILE", 0, 0, "what people said of evidence, as written by feedback export (- is standard input)"},
    [VG_OPT_IDLE] = {"idle", 0, "MINUTES", 0, 1440, "sign people out after so long without doing anything (default: 60; 0: never)"},
    [VG_OPT_PUBLIC_URL] = {"public-url", 0, "URL", 0, 0, "where people reach the console, as https://vigie.example.org (default: http://localhost:PORT)"},
    [VG_OPT_STAMP_URL] = {"stamp-url", 0, "URL", 0, 0, "have the audit log's checkpoints stamped by this authority (RFC 3161; default: none)"},
    [VG_OPT_STAMP_CA] = {"stamp-ca", 0, "FILE", 0, 0, "certificates that the authority is known by, PEM"},
    [VG_OPT_STAMP_EVERY] = {"stamp-every", 0, "HOURS", 1, 8760, "how often (default: 24)"},
    [VG_OPT_SECOND_FACTOR] = {"require-second-factor", 0, "ROLES", 0, 0, "roles that need a second factor, comma separated (default: none)"},
    [VG_OPT_OIDC_ISSUER] = {"oidc-issuer", 0, "URL", 0, 0, "sign-in with this OpenID Connect provider, beside passwords"},
    [VG_OPT_SUBJECT] = {"subject", 0, "ID", 0, 0, "the provider's own name of the person: the claim sub"},
    [VG_OPT_ARCHIVE] = {"archive", 0, "FILE", 0, 0, "the archive that goes with the document: its name, size and SHA-256 stand in it"},
    [VG_OPT_RECEIVER] = {"receiver", 0, "NAME", 0, 0, "who it is sealed for or handed over to; its key is the policy's where --public-key gives none"},
    [VG_OPT_PUBLIC_KEY] = {"public-key", 0, "HEX", 0, 0, "the receiver's public key, 64 hexadecimal digits"},
    [VG_OPT_REASON] = {"reason", 0, "TEXT", 0, 0, "why; on record"},
    [VG_OPT_MEDIA] = {"media", 0, NULL, 0, 0, "kept pictures and videos go along"},
    [VG_OPT_OIDC_CLIENT] = {"oidc-client-id", 0, "ID", 0, 0, "what this server is called at the provider"},
    [VG_OPT_OIDC_SECRET] = {"oidc-client-secret-file", 0, "FILE", 0, 0, "a file whose first line is the client's secret (default: a public client)"},
    [VG_OPT_OIDC_SCOPES] = {"oidc-scopes", 0, "LIST", 0, 0, "scopes to ask for, separated by blanks (default: openid profile)"},
    [VG_OPT_OIDC_MAP] = {"oidc-map", 0, "FILE", 0, 0, "which claims and groups make whom (default: only people who were linked come in)"},
    [VG_OPT_OIDC_NAME] = {"oidc-name", 0, "TEXT", 0, 0, "how the sign-in page names the provider (default: its host)"},
    [VG_OPT_DAYS] = {"days", 0, "N", 1, 3650, "how many days it lasts (default: 365)"},
    [VG_OPT_GEO] = {"geo", 0, "FILE", 0, 0, "a MaxMind-format file that places IP addresses (default: the space's report.geo_file)"},
    [VG_OPT_PROOF] = {"proof", 0, "FILE", 0, 0, "check this proof (JSON of audit prove) and nothing else; needs --key and no data directory"},
    [VG_OPT_KEY] = {"key", 0, "KEY", 0, 0, "of the audit log: its verifier key, as audit key prints it; of evidence open: the file that evidence keygen made"},
    [VG_OPT_CA] = {"ca", 0, "FILE", 0, 0, "certificates (PEM) to trust as time stamping authorities"},
    [VG_OPT_FROM] = {"from", 0, "SIZE", 1, INT64_MAX, "the older log: how many entries it had"},
    [VG_OPT_TO] = {"to", 0, "SIZE", 1, INT64_MAX, "the newer log: how many entries it has (default: the newest checkpoint)"},
    [VG_OPT_ROTATE] = {"rotate", 0, NULL, 0, 0, "sign with a new key from now on; the next checkpoint is signed with both"},
    [VG_OPT_ORIGIN] = {"origin", 0, "NAME", 0, 0, "the log's name in its checkpoints; only before the first one"},
    [VG_OPT_GROUND] = {"ground", 0, "WHY", 0, 0, "why a demand's clock stands: force_majeure, manifest_error or information_missing"},
    [VG_OPT_STATE] = {"state", 0, "STATE", 0, 0, "only these: received, acknowledged, suspended, contested or done"},
    [VG_OPT_HELP] = {"help", 'h', NULL, 0, 0, "show this help"},
};

#define OPTIONS(...) {__VA_ARGS__, VG_OPT_HELP}, sizeof((vg_option_id[]){__VA_ARGS__, VG_OPT_HELP}) / sizeof(vg_option_id)

const vg_command vg_commands[] = {
    {"serve", "", 0, 0, "run the server: events in over HTTP, verdicts out, cases in the console",
     "Listens on http://127.0.0.1:3018 and keeps everything in one data directory, which it creates.\n"
     "SIGHUP reads the policy again and keeps the old one when the new one is wrong. SIGTERM finishes what is under way and stops.\n"
     "Put a proxy that speaks TLS in front of it, and give --behind-tls.\n",
     OPTIONS(VG_OPT_DATA, VG_OPT_POLICY, VG_OPT_LISTEN, VG_OPT_PORT, VG_OPT_THREADS, VG_OPT_BEHIND_TLS, VG_OPT_RATE_LIMIT,
             VG_OPT_WINDOW, VG_OPT_SEEN, VG_OPT_IDLE, VG_OPT_NO_CACHE, VG_OPT_VERBOSE, VG_OPT_PUBLIC_URL, VG_OPT_SECOND_FACTOR,
             VG_OPT_OIDC_ISSUER, VG_OPT_OIDC_CLIENT, VG_OPT_OIDC_SECRET, VG_OPT_OIDC_SCOPES, VG_OPT_OIDC_MAP, VG_OPT_OIDC_NAME, VG_OPT_STAMP_URL,
             VG_OPT_STAMP_CA, VG_OPT_STAMP_EVERY),
     vg_cmd_serve},
    {"assess", "", 0, 0, "events as JSON lines in, verdicts as JSON lines out",
     "Reads CloudEvents, one a line, from standard input and writes one verdict a line, in the same order. Nothing is\n"
     "stored: memory begins empty and ends with the input. The same input gives the same output, bit for bit, whatever --threads is.\n"
     "Media are looked up in the banks of the policy, and with --banks in those of a data directory: hashes, not uploads.\n"
     "A line that is refused gives {\"line\":N,\"error\":{...}} in its place, a message on standard error, and exit status 1.\n\n"
     "  vigie assess --policy policy/spaces/lobby.yaml < events.jsonl > verdicts.jsonl\n"
     "  vigie assess --explain --language fr < events.jsonl\n",
     OPTIONS(VG_OPT_POLICY, VG_OPT_EXPLAIN, VG_OPT_LANGUAGE, VG_OPT_THREADS, VG_OPT_BANKS, VG_OPT_SEEN, VG_OPT_NO_CACHE, VG_OPT_QUIET),
     vg_cmd_assess},
    {"eval", "CORPUS...", 1, 16, "how many labelled conversations the policy finds, how early, with how many false alarms",
     "Runs every conversation through the pipeline, message by message, with a memory of its own, and prints precision, recall, F0.5,\n"
     "F-latency, recall at few alerts, false alarms and messages to alert, by language, age and kind, with intervals.\n"
     "A corpus is JSON lines, CSV with named columns, or PAN-2012 XML, told by its name or beginning; several are read as one.\n"
     "Nothing is stored. The same corpus and seed give the same figures, whatever --threads is.\n\n"
     "  vigie eval --space lobby talks.jsonl\n"
     "  vigie eval --space lobby --lexicon-only --plot eval.svg --language fr talks.jsonl\n"
     "  vigie eval --space lobby --risk-authors ids.txt --corpus-language en --json pan12.xml\n",
     OPTIONS(VG_OPT_POLICY, VG_OPT_SPACE, VG_OPT_LEXICON_ONLY, VG_OPT_MODEL, VG_OPT_AT, VG_OPT_ASSUME_AGE, VG_OPT_ONE_IN, VG_OPT_FORMAT,
             VG_OPT_COLUMNS, VG_OPT_RISK_AUTHORS, VG_OPT_CORPUS_LANGUAGE, VG_OPT_PLOT, VG_OPT_TALKS, VG_OPT_SEED, VG_OPT_LANGUAGE, VG_OPT_THREADS, VG_OPT_NO_CACHE, VG_OPT_JSON, VG_OPT_QUIET),
     vg_cmd_eval},
    {"policy check", "[FILE]", 0, 1, "check a policy file or folder and say what it does",
     "Prints what each space scans and on which legal basis, its thresholds and how many patterns it has; then what its\n"
     "author should know. A wrong file gives file, line, column and what was expected, and exit status 1.\n",
     OPTIONS(VG_OPT_POLICY, VG_OPT_LANGUAGE, VG_OPT_QUIET), vg_cmd_policy_check},
    {"lexicon check", "[LEXICON|POLICY...]", 0, 16, "expressions of a lexicon that are dead, overlapping or too broad",
     "Looks for every expression in the lexicon's own sentences and in a corpus of labelled conversations. Errors are examples that\n"
     "are not matched and counter-examples that are; exit status 1. Remarks are for a person who knows the language: expressions that\n"
     "match nothing, whose matches another one of the family has as well, or that are in too many innocent messages, and families\n"
     "without counter-examples. A policy's spelling tables are used; with a lexicon alone, that of its language beside it.\n"
     "With --feedback: how often each expression was judged right, with Wilson's interval at 95 %, and a strength to consider. Doubted is\n"
     "one with ten judgements or more that is wrong more often than right, chance allowed for. Nothing is changed.\n\n"
     "  tests/corpus/generate > corpus.jsonl\n"
     "  vigie lexicon check --corpus corpus.jsonl policy\n"
     "  vigie feedback export --data data | vigie lexicon check --feedback - policy\n",
     OPTIONS(VG_OPT_POLICY, VG_OPT_CORPUS, VG_OPT_FEEDBACK, VG_OPT_BROAD, VG_OPT_JSON, VG_OPT_QUIET), vg_cmd_lexicon_check},
    {"lexicon test", "[LEXICON|POLICY...]", 0, 16, "whether the sentences of a lexicon do what they are there for",
     "Every example must be matched by its family, no counter-example of a behaviour by any, and none of another family by its own.\n"
     "Prints those that are not so; exit status 1.\n",
     OPTIONS(VG_OPT_POLICY, VG_OPT_JSON, VG_OPT_QUIET), vg_cmd_lexicon_test},
    {"rules check", "[POLICY]", 0, 1, "read the rules of a policy, without asking them",
     "A rule is a Lua program of the operator: docs/rules.md. Says which rules each space has, in which mode, for which events. A wrong\n"
     "one gives file, line and what was expected, and exit status 1.\n",
     OPTIONS(VG_OPT_POLICY, VG_OPT_JSON), vg_cmd_rules_check},
    {"rules test", "FILE...", 1, 16, "run the tests that rules bring with them",
     "Prints what TAP readers read, or JSON. Exit status 1 when a test does not pass, or a rule has none.\n\n"
     "  vigie rules test policy/rules/*.lua\n",
     OPTIONS(VG_OPT_JSON), vg_cmd_rules_test},
    {"rules backtest", "FILE", 1, 1, "what a rule would have done, on stored cases or on events",
     "On the cases of a data directory: how many it would have fired on, by what people decided about them. Reading a case is\n"
     "recorded in the audit log. With --events: on every event of a file, each through all stages of the policy, and which verdicts it would\n"
     "have changed.\n\n"
     "  vigie rules backtest --data data --space lobby late_gifts.lua\n"
     "  vigie rules backtest --events week.jsonl --policy policy late_gifts.lua\n",
     OPTIONS(VG_OPT_DATA, VG_OPT_SPACE, VG_OPT_EVENTS, VG_OPT_POLICY, VG_OPT_JSON, VG_OPT_QUIET), vg_cmd_rules_backtest},
    {"rules list", "", 0, 0, "the rules in force and their counters, from the running server when there is one",
     "Without a running server: the rules of the policy, whose counters are zero.\n",
     OPTIONS(VG_OPT_DATA, VG_OPT_POLICY, VG_OPT_JSON), vg_cmd_rules_list},
    {"key create", "", 0, 0, "make an API key for a space, and print it once",
     "Only a hash of the key is kept: it cannot be shown again. A running server takes it before the command is done.\n\n"
     "  vigie key create --space lobby --label \"game server\"\n",
     OPTIONS(VG_OPT_SPACE, VG_OPT_LABEL, VG_OPT_SCOPES, VG_OPT_DATA, VG_OPT_JSON), vg_cmd_key_create},
    {"key list", "", 0, 0, "list API keys", "", OPTIONS(VG_OPT_DATA, VG_OPT_JSON), vg_cmd_key_list},
    {"key revoke", "ID", 1, 1, "revoke an API key, for a running server too", "",
     OPTIONS(VG_OPT_DATA), vg_cmd_key_revoke},
    {"user add", "NAME", 1, 1, "add a person who may sign in to the console",
     "Without --password-file a password is made and printed once.\n\n"
     "  vigie user add claire --role lead --display \"Claire M.\" --language fr\n",
     OPTIONS(VG_OPT_ROLE, VG_OPT_DISPLAY, VG_OPT_LANGUAGE, VG_OPT_SPACES, VG_OPT_PASSWORD_FILE, VG_OPT_DATA, VG_OPT_JSON),
     vg_cmd_user_add},
    {"user grant", "NAME", 1, 1, "give a person a role in some spaces, beside those they have",
     "Roles are held per space: a lead in one may be a référent in another. Open sessions of the person end.\n\n"
     "  vigie user grant claire --role lead --spaces lobby\n"
     "  vigie user grant claire --role referent --spaces forum,rencontre\n",
     OPTIONS(VG_OPT_ROLE, VG_OPT_SPACES, VG_OPT_DATA), vg_cmd_user_grant},
    {"user revoke", "NAME", 1, 1, "take roles away from a person",
     "Takes away what --role and --spaces name together; one that is left out names all. The last administrator of all spaces stays.\n\n"
     "  vigie user revoke claire --role lead --spaces lobby\n",
     OPTIONS(VG_OPT_ROLE, VG_OPT_SPACES, VG_OPT_DATA), vg_cmd_user_revoke},
    {"user list", "", 0, 0, "list the people who may sign in", "", OPTIONS(VG_OPT_DATA, VG_OPT_JSON), vg_cmd_user_list},
    {"user disable", "NAME", 1, 1, "end a person's access and open sessions; the audit trail stays", "",
     OPTIONS(VG_OPT_DATA), vg_cmd_user_disable},
    {"user certify", "NAME", 1, 1, "record that a person may decide cases of these categories",
     "For a first installation, when nobody is there yet to be certified by, and for tests. Otherwise people pass the courses of the\n"
     "policy (page Training), or a lead records the certificate of another body. It is on record who did it.\n\n"
     "  vigie user certify claire --category all --days 90\n",
     OPTIONS(VG_OPT_CATEGORY, VG_OPT_DAYS, VG_OPT_SPACE, VG_OPT_DATA), vg_cmd_user_certify},
    {"user password", "NAME", 1, 1, "give a person a new password and lift a lock-out", "",
     OPTIONS(VG_OPT_PASSWORD_FILE, VG_OPT_DATA), vg_cmd_user_password},
    {"user link", "NAME", 1, 1, "let a person sign in with an identity of an OpenID Connect provider",
     "The identity is known by the provider's own name of it (the claim sub), which never changes there.\n\n"
     "  vigie user link claire --oidc-issuer https://id.example.org --subject 7f3a\n", OPTIONS(VG_OPT_OIDC_ISSUER, VG_OPT_SUBJECT, VG_OPT_DATA), vg_cmd_user_link},
    {"user reset-factor", "NAME", 1, 1, "take a person's second factors and recovery codes away, when all are lost",
     "Make sure that it is the person who asks. Their sessions end; the password stays.\n", OPTIONS(VG_OPT_DATA), vg_cmd_user_reset_second_factor},
    {"webhook add", "", 0, 0, "send a space's cases and decisions to an address, signed",
     "Prints the secret once. Deliveries follow the Standard Webhooks specification: headers webhook-id, webhook-timestamp and\n"
     "webhook-signature. http is accepted for addresses of this machine only.\n\n"
     "  vigie webhook add --space lobby --url https://game.example/vigie\n",
     OPTIONS(VG_OPT_SPACE, VG_OPT_URL, VG_OPT_DATA, VG_OPT_JSON), vg_cmd_webhook_add},
    {"webhook list", "", 0, 0, "list webhooks, or with --dead the deliveries that were given up", "",
     OPTIONS(VG_OPT_DEAD, VG_OPT_DATA, VG_OPT_JSON), vg_cmd_webhook_list},
    {"webhook remove", "ID", 1, 1, "stop a webhook", "", OPTIONS(VG_OPT_DATA), vg_cmd_webhook_remove},
    {"webhook retry", "ID", 1, 1, "try a given-up delivery again from the start", "", OPTIONS(VG_OPT_DATA), vg_cmd_webhook_retry},
    {"route", "CASE", 1, 1, "where a case belongs: countries, statutes, whom to tell, and what is not known",
     "From what is known of author, victim and host, each with its source. It proposes, a person confirms; an entry of the book without a verified source says\n"
     "so. Works beside a running server; reading is recorded in the audit log.\n\n"
     "  vigie route c-000123\n"
     "  vigie route c-000123 --geo GeoLite2-Country.mmdb --json\n",
     OPTIONS(VG_OPT_POLICY, VG_OPT_DATA, VG_OPT_GEO, VG_OPT_LANGUAGE, VG_OPT_JSON), vg_cmd_route},
    {"demand add", "FILE", 1, 1, "take in a demand of an authority: the clock begins (- is standard input)",
     "JSON as POST /v1/demands takes it: space, authority, country, legal_basis, reference, items, and the time it was received. One of the same\n"
     "authority and reference is taken in once. The platform hears of it by its webhook once the server runs.\n\n"
     "  vigie demand add order.json\n",
     OPTIONS(VG_OPT_POLICY, VG_OPT_DATA, VG_OPT_JSON), vg_cmd_demand_add},
    {"demand list", "", 0, 0, "demands of authorities, the newest first, with what is left on their clocks", "",
     OPTIONS(VG_OPT_SPACE, VG_OPT_STATE, VG_OPT_DATA, VG_OPT_JSON), vg_cmd_demand_list},
    {"demand show", "DEMAND", 1, 1, "a demand: what is to be made unreachable, by when, and each step so far", "", OPTIONS(VG_OPT_DATA), vg_cmd_demand_show},
    {"demand done", "DEMAND", 1, 1, "confirm that a demand was carried out; the proof is signed",
     "The platform says before what it made unreachable (POST /v1/demands/{id}/executed); with --yes you say it: all of it, now.\n\n"
     "  vigie demand done d-000012 --yes --reason \"removed and checked by hand\"\n",
     OPTIONS(VG_OPT_REASON, VG_OPT_YES, VG_OPT_POLICY, VG_OPT_DATA), vg_cmd_demand_done},
    {"demand suspend", "DEMAND", 1, 1, "stop a demand's clock, with the reasons that the authority was told",
     "  vigie demand suspend d-000012 --ground information_missing --reason \"no address is named\"\n",
     OPTIONS(VG_OPT_GROUND, VG_OPT_REASON, VG_OPT_DATA), vg_cmd_demand_suspend},
    {"demand resume", "DEMAND", 1, 1, "let a demand's clock go on: its end moves by as long as it stood", "  vigie demand resume d-000012 --reason \"the address came\"\n",
     OPTIONS(VG_OPT_REASON, VG_OPT_DATA), vg_cmd_demand_resume},
    {"demand proof", "DEMAND", 1, 1, "the signed proof that a demand was carried out: DSSE, or with --language a text for a person", "",
     OPTIONS(VG_OPT_LANGUAGE, VG_OPT_OUT, VG_OPT_DATA), vg_cmd_demand_proof},
    {"report list", "[STATE]", 0, 1, "filings: which report of which case goes to whom, and where it stands",
     "States: draft, confirmed, queued, sending, later, refused, by_hand, filed, answered, withdrawn, gone.\n",
     OPTIONS(VG_OPT_SPACE, VG_OPT_DATA, VG_OPT_JSON), vg_cmd_report_list},
    {"report show", "FILING", 1, 1, "one filing: every step of it and what the receiver answered", "Reading is recorded in the audit log.\n",
     OPTIONS(VG_OPT_DATA, VG_OPT_JSON), vg_cmd_report_show},
    {"report draft", "CASE RECEIVER [CHANNEL]", 2, 3, "prepare a report of a case to a receiver; prints its number",
     "Nothing is sent: certified people confirm it on its page. --reason says why the same receiver gets a second report of the case.\n\n"
     "  vigie report draft c-000123 fr.pharos\n",
     OPTIONS(VG_OPT_REASON, VG_OPT_POLICY, VG_OPT_DATA, VG_OPT_JSON), vg_cmd_report_draft},
    {"report preview", "FILING [DOCUMENT]", 1, 2, "what is missing, and the documents as they would be sent; with DOCUMENT that one",
     "Reading is recorded in the audit log.\n\n"
     "  vigie report preview f-7\n"
     "  vigie report preview f-7 dossier.pdf --out dossier.pdf\n",
     OPTIONS(VG_OPT_OUT, VG_OPT_LANGUAGE, VG_OPT_POLICY, VG_OPT_DATA), vg_cmd_report_preview},
    {"report retry", "FILING", 1, 1, "try what waits or was refused again now; the running server does it", "", OPTIONS(VG_OPT_REASON, VG_OPT_DATA), vg_cmd_report_retry},
    {"report done", "FILING REFERENCE", 2, 2, "say that a report was carried by hand, and under which number the receiver has it",
     "  vigie report done f-7 2026/1234\n", OPTIONS(VG_OPT_DATA), vg_cmd_report_done},
    {"report answers", "FILE", 1, 1, "record what receivers answered, from JSON or CSV",
     "A list of answers, each with kind (received, accepted, more_wanted, not_illegal, victim_safe, investigation_opened, other) and the report it is about:\n"
     "filing, or receiver and reference, that receiver's number for it; where they are told, what, reference and received. All of the file is checked before the\n"
     "first is recorded, and what names no report or several is refused with its line; read again, it adds nothing. Of not_illegal, entries of banks that were\n"
     "confirmed from the case are put in doubt, in the name of who runs this.\n\n"
     "  {\"answers\":[{\"filing\":7,\"kind\":\"accepted\",\"reference\":\"2026/1234\",\"received\":\"2026-11-26T10:00:00Z\"}]}\n\n"
     "  filing,kind,what,reference,received\n"
     "  7,more_wanted,\"the times, with zones\",,2026-11-26T10:00:00Z\n\n"
     "  receiver,reference,kind\n"
     "  fr.pharos,2026-88121,accepted\n",
     OPTIONS(VG_OPT_DATA), vg_cmd_report_answers},
    {"export", "ACCOUNT", 1, 1, "everything kept about one account, as JSON (data-protection request)",
     "Works beside a running server, which is asked for its memory, and without one. The export is recorded in the audit log.\n\n"
     "  vigie export --space lobby player-17 --out player-17.json\n",
     OPTIONS(VG_OPT_SPACE, VG_OPT_DATA, VG_OPT_OUT), vg_cmd_export},
    {"erase", "ACCOUNT", 1, 1, "forget one account: memory, and decided cases that are not on legal hold",
     "Open cases and cases on legal hold stay, and are counted. The erasure is recorded in the audit log.\n",
     OPTIONS(VG_OPT_SPACE, VG_OPT_DATA, VG_OPT_YES, VG_OPT_JSON), vg_cmd_erase},
    {"feedback export", "", 0, 0, "what people think of each piece of evidence, as JSON lines for calibration",
     "One line for each judgement: evidence, pattern (the expression, rule or model), language, weight, strength, risk, judgement and space.\n"
     "No text, no account, no person. The export is recorded in the audit log.\n\n"
     "  vigie feedback export --out feedback.jsonl\n",
     OPTIONS(VG_OPT_SPACE, VG_OPT_DATA, VG_OPT_OUT), vg_cmd_feedback_export},
    {"case export", "CASE", 1, 1, "write a case in the format of an analyst's tool (--format)",
     "Formats: vics-1.3, vics-2.0 (Project VIC's data model), csv-media, csv-messages, csv-identifiers, case-uco (CASE/UCO as JSON-LD). Texts, identifiers\n"
     "and hashes; never the bytes of media. Works beside a running server; it is recorded in the audit log.\n\n"
     "  vigie case export c-000123 --format vics-2.0 --out c-000123-vics-2.0.json\n",
     OPTIONS(VG_OPT_FORMAT, VG_OPT_OUT, VG_OPT_POLICY, VG_OPT_DATA), vg_cmd_case_export},
    {"report pdf", "CASE", 1, 1, "write the document of a case as a draft, in French or in English",
     "What happened in order, which law is proposed, who and what to ask for, what was seen and by whom, what is not known. The picture itself is never in it. Works\n"
     "beside a running server; it is recorded in the audit log. It names a signed checkpoint of that log.\n\n"
     "  vigie report pdf c-000123 --language fr --out c-000123.pdf\n"
     "  vigie report pdf c-000123 --archive c-000123.vigie --out c-000123.pdf\n",
     OPTIONS(VG_OPT_OUT, VG_OPT_LANGUAGE, VG_OPT_ARCHIVE, VG_OPT_POLICY, VG_OPT_DATA), vg_cmd_report_pdf},
    {"evidence show", "CASE", 1, 1, "whom the keys of a case are wrapped for, its holds and hand-overs", "", OPTIONS(VG_OPT_DATA), vg_cmd_evidence_show},
    {"evidence archive", "CASE", 1, 1, "write a case as one archive that verifies without Vigie",
     "A BagIt bag in a zip; with --receiver or --public-key the same, sealed for that receiver.\n"
     "  vigie evidence archive c-000123 --reason \"asked by a judge\" --out c-000123.zip\n",
     OPTIONS(VG_OPT_OUT, VG_OPT_REASON, VG_OPT_MEDIA, VG_OPT_RECEIVER, VG_OPT_PUBLIC_KEY, VG_OPT_POLICY, VG_OPT_DATA), vg_cmd_evidence_archive},
    {"evidence keygen", "", 0, 0, "for a receiver: make a key; the public half is printed",
     "  vigie evidence keygen --out receiver.key\n", OPTIONS(VG_OPT_OUT), vg_cmd_evidence_keygen},
    {"evidence open", "ARCHIVE", 1, 1, "for a receiver: open a sealed archive",
     "  vigie evidence open c-000123.vigie --key receiver.key --out c-000123.zip\n", OPTIONS(VG_OPT_KEY, VG_OPT_OUT), vg_cmd_evidence_open},
    {"evidence verify", "FOLDER", 1, 1, "check an unpacked archive against its manifests", "", OPTIONS(VG_OPT_QUIET), vg_cmd_evidence_verify},
    {"evidence hand-over", "CASE", 1, 1, "give a case's key to a receiver and keep none",
     "Afterwards nothing here opens the case any more; the receiver's secret key does.\n"
     "  vigie evidence hand-over c-000123 --receiver fr.pharos --reason \"filed\" --yes\n",
     OPTIONS(VG_OPT_RECEIVER, VG_OPT_PUBLIC_KEY, VG_OPT_POLICY, VG_OPT_REASON, VG_OPT_YES, VG_OPT_DATA), vg_cmd_evidence_hand_over},
    {"evidence certificate", "CASE", 1, 1, "print the signed certificates of what was destroyed of a case", "", OPTIONS(VG_OPT_DATA),
     vg_cmd_evidence_certificate},
    {"audit verify", "[CHECKPOINT...]", 0, 16, "walk the audit log's chain, tree and checkpoints and name the first entry that does not check",
     "With files: checkpoints that were kept elsewhere; the log has to be the one that they were made of. With --proof: one proof, without a\n"
     "data directory; with files besides, the checkpoints that it is about have to be those. With --ca the signers of time stamps are checked as well.\n\n"
     "  vigie audit verify /mnt/other/monday.checkpoint\n"
     "  vigie audit verify --proof proof.json --key \"$KEY\"\n"
     "  vigie audit verify --proof grown.json --key \"$KEY\" monday.checkpoint friday.checkpoint\n",
     OPTIONS(VG_OPT_DATA, VG_OPT_PROOF, VG_OPT_KEY, VG_OPT_CA, VG_OPT_QUIET), vg_cmd_audit_verify},
    {"audit prove", "[ENTRY]", 0, 1, "that an entry is in the audit log, or that an older log is the beginning of a newer one, as JSON",
     "Against the newest checkpoint, which is made when it does not reach as far; --to proves it in the log of that size.\n\n"
     "  vigie audit prove 1234 --out proof.json\n"
     "  vigie audit prove --from 1000 --to 2000\n",
     OPTIONS(VG_OPT_FROM, VG_OPT_TO, VG_OPT_DATA, VG_OPT_OUT), vg_cmd_audit_prove},
    {"audit checkpoint", "", 0, 0, "sign the audit log as it is now; keep the note where this machine cannot reach it",
     "A signed note of transparency logs: name, size, root of the tree, signature. A later log that is not this one grown is told by it.\n\n"
     "  vigie audit checkpoint --out /mnt/other/monday.checkpoint\n",
     OPTIONS(VG_OPT_DATA, VG_OPT_OUT), vg_cmd_audit_checkpoint},
    {"audit key", "", 0, 0, "the verifier keys of the audit log's checkpoints, the one that signs last",
     "Whoever checks the log should have them from elsewhere than from this server.\n",
     OPTIONS(VG_OPT_ORIGIN, VG_OPT_ROTATE, VG_OPT_DATA, VG_OPT_JSON), vg_cmd_audit_key},
    {"audit stamp", "", 0, 0, "have a time stamping authority (RFC 3161) say when the newest checkpoint was there",
     "Only the checkpoint's hash leaves the house. The answer is checked (nonce, hash, signature by who --ca vouches for) and kept.\n"
     "Run it by a timer, as often as it should be known when an entry was there at the latest.\n\n"
     "  vigie audit stamp --url https://tsa.example.org/tsr --ca tsa-ca.pem\n",
     OPTIONS(VG_OPT_URL, VG_OPT_CA, VG_OPT_DATA), vg_cmd_audit_stamp},
    {"audit export", "[CASE]", 0, 1, "the audit log, or what is in it about one case, in a form that is checked without Vigie",
     "JSON lines with checkpoint and keys; what is about one case comes with proofs. docs/examples/verify_audit.py checks it.\n"
     "The export is recorded in the audit log.\n\n"
     "  vigie audit export --out audit.jsonl\n"
     "  vigie audit export c-000123 --out c-000123.jsonl\n",
     OPTIONS(VG_OPT_DATA, VG_OPT_OUT), vg_cmd_audit_export},
    {"memory digest", "", 0, 0, "counts of what is remembered and a digest of it, for comparing two directories (no server running)", "",
     OPTIONS(VG_OPT_DATA), vg_cmd_memory_digest},
    {"bank create", "NAME", 1, 1, "make a bank: one list of known material from one source",
     "The effect is what a match leads to. An allow-list (--effect allow) cancels near matches of other banks.\n\n"
     "  vigie bank create hotline --source \"Example hotline\" --classification \"A, B, C\" --effect block\n"
     "  vigie bank import hotline list.csv\n",
     OPTIONS(VG_OPT_SOURCE, VG_OPT_CLASSIFICATION, VG_OPT_EFFECT, VG_OPT_PROFILE, VG_OPT_THRESHOLD, VG_OPT_QUALITY,
             VG_OPT_VIDEO_PERCENT, VG_OPT_SPACES, VG_OPT_VISIBLE, VG_OPT_EXPIRES, VG_OPT_DATA, VG_OPT_JSON),
     vg_cmd_bank_create},
    {"bank list", "", 0, 0, "list the banks", "", OPTIONS(VG_OPT_DATA, VG_OPT_JSON), vg_cmd_bank_list},
    {"bank stat", "NAME", 1, 1, "what a bank holds, how fresh it is, how often it was right", "", OPTIONS(VG_OPT_DATA, VG_OPT_JSON),
     vg_cmd_bank_stat},
    {"bank import", "NAME FILE", 2, 2, "read a list into a bank, as one act",
     "Formats: text, csv, vics, ncmec, stopncii, vpdq, nsrl; told from the first bytes. A record that is wrong is counted, told with its\n"
     "line and reason, and skipped; a list of which nothing can be read changes nothing. Interrupted at any moment, the bank\n"
     "holds what it held before. A running server finds the new entries within a moment.\n"
     "A case export (VICS) also holds media that nobody calls illegal: name the categories that the bank is for.\n\n"
     "  vigie bank import national export.json --only FR/1,FR/2\n",
     OPTIONS(VG_OPT_REPLACE, VG_OPT_MERGE, VG_OPT_FORMAT, VG_OPT_COLUMNS, VG_OPT_BARE, VG_OPT_CATEGORY, VG_OPT_ONLY, VG_OPT_SKIPPED, VG_OPT_DATA,
             VG_OPT_JSON, VG_OPT_QUIET),
     vg_cmd_bank_import},
    {"bank refresh", "NAME", 1, 1, "fetch what is new from a bank's feed",
     "The feed is named once and remembered. A page and the place to go on from are stored together.\n\n"
     "  vigie bank refresh ncmec --feed ncmec --feed-url https://host/v2 --user NAME --password-file FILE\n"
     "  vigie bank refresh ncmec\n",
     OPTIONS(VG_OPT_FEED, VG_OPT_FEED_URL, VG_OPT_USER, VG_OPT_PASSWORD_FILE, VG_OPT_CATEGORY, VG_OPT_SKIPPED, VG_OPT_DATA, VG_OPT_JSON,
             VG_OPT_QUIET),
     vg_cmd_bank_refresh},
    {"bank export", "NAME", 1, 1, "write a bank as csv, text or jsonl (--format)", "", OPTIONS(VG_OPT_FORMAT, VG_OPT_OUT, VG_OPT_DATA, VG_OPT_QUIET),
     vg_cmd_bank_export},
    {"bank search", "HASH|FILE...", 1, 16, "which entries have these hashes, or are near them",
     "A hash is 32, 40 or 64 hex digits (64 are tried as SHA-256 and as PDQ); a file is a list of them. Every bank is asked, also those\n"
     "of other spaces; allow-lists hide nothing. Exit status 0 whether something was found or not.\n",
     OPTIONS(VG_OPT_BARE, VG_OPT_DATA, VG_OPT_JSON), vg_cmd_bank_search},
    {"bank confirm", "NAME ENTRY", 2, 2, "say that an entry is what its list says; ENTRY is its reference or #number", "",
     OPTIONS(VG_OPT_BY, VG_OPT_NOTE, VG_OPT_DATA, VG_OPT_JSON), vg_cmd_bank_confirm},
    {"bank reject", "NAME ENTRY", 2, 2, "say that it is not: the first person puts it in doubt, a second one withdraws it", "",
     OPTIONS(VG_OPT_BY, VG_OPT_NOTE, VG_OPT_DATA, VG_OPT_JSON), vg_cmd_bank_reject},
    {"bank remove", "NAME ENTRY", 2, 2, "withdraw an entry and destroy its hashes", "", OPTIONS(VG_OPT_DATA), vg_cmd_bank_remove},
    {"bank delete", "NAME", 1, 1, "delete a bank with all its entries", "", OPTIONS(VG_OPT_YES, VG_OPT_DATA, VG_OPT_QUIET), vg_cmd_bank_delete},
    {"hash", "PATH...", 1, 16, "hashes of every picture and video below some paths",
     "SHA-256, SHA-1, MD5, PDQ, and for videos PDQ of one frame a second, as JSON lines, CSV, or the text form of vPDQ. Files are told\n"
     "by their bytes, decoded in processes that can reach nothing else, on all processors. Symbolic links are not followed.\n"
     "With --out a scan that was interrupted goes on with --resume; nothing is written twice.\n\n"
     "  vigie hash --out hashes.jsonl /srv/media\n"
     "  vigie hash --format vpdq clip.mp4 > clip.vpdq.txt\n",
     OPTIONS(VG_OPT_FORMAT, VG_OPT_OUT, VG_OPT_RESUME, VG_OPT_PROFILE, VG_OPT_INTERVAL, VG_OPT_EVERY_FRAME, VG_OPT_THREADS, VG_OPT_QUIET),
     vg_cmd_hash},
    {"match", "PATH...", 1, 16, "which files below some paths are known material",
     "Looks every file up in the banks of the data directory, or in the lists given. PDQ is tried in all eight orientations.\n"
     "Prints those that are found, as JSON lines, CSV, or XARF 4.2 reports (content/csam; only for categories that XARF knows: none is\n"
     "converted). Exit status 0 whether something was found or not.\n\n"
     "  vigie match --out found.jsonl /srv/media\n"
     "  vigie match --list hashes.csv --format csv /srv/media\n",
     OPTIONS(VG_OPT_DATA, VG_OPT_LIST, VG_OPT_FORMAT, VG_OPT_OUT, VG_OPT_RESUME, VG_OPT_ALL, VG_OPT_PROFILE, VG_OPT_INTERVAL,
             VG_OPT_EVERY_FRAME, VG_OPT_REPORTER, VG_OPT_BASE_URL, VG_OPT_HOST, VG_OPT_THREADS, VG_OPT_QUIET),
     vg_cmd_match},
    {"train", "CORPUS...", 1, 16, "learn a statistical model from labelled conversations, into --out FILE",
     "Prints how well people were told apart that it was not trained on, and what its risks are worth for each language. Nobody is both\n"
     "learned from and tested on. The file holds weights and counts, no text. Messages are read with the spelling table of the policy's\n"
     "first space, or of --space: train with the policy that the model will run under. The same corpus, seed and library give the same weights.\n"
     "No model comes with Vigie: train on a corpus that you may lawfully use. docs/models.md goes through it step by step.\n\n"
     "  vigie train --out policy/models/first.model talks.jsonl\n"
     "  vigie train --format pan --risk-authors predators.txt --language en --out first.model training.xml\n",
     OPTIONS(VG_OPT_OUT, VG_OPT_FORMAT, VG_OPT_COLUMNS, VG_OPT_RISK_AUTHORS, VG_OPT_LANGUAGE, VG_OPT_POLICY, VG_OPT_SPACE, VG_OPT_BITS, VG_OPT_FOLDS,
             VG_OPT_COST, VG_OPT_EXAMPLES, VG_OPT_METHOD, VG_OPT_PREVALENCE, VG_OPT_SEED, VG_OPT_JSON, VG_OPT_QUIET),
     vg_cmd_train},
    {"calibrate", "MODEL [CORPUS...]", 1, 16, "what a model's risks are worth on other conversations; with --out, put them right",
     "Scores conversations as the server would and fits new curves from score to risk, for each language with twenty people of each\n"
     "kind; others are read by the curve of all. The weights stay. Use people that the model was not trained on. With --prevalence\n"
     "the risks are those of a place where people of risk are as rare as that.\n"
     "With --feedback the curves are put right by what people said of this model's evidence, right or wrong: of each language with\n"
     "thirty judgements, and only where that holds on the half it was not fitted on. Alone, or on top of a corpus.\n\n"
     "  vigie calibrate first.model held-out.jsonl --out calibrated.model\n"
     "  vigie feedback export --data data > feedback.jsonl\n"
     "  vigie calibrate --feedback feedback.jsonl now.model --out next.model\n",
     OPTIONS(VG_OPT_FEEDBACK, VG_OPT_OUT, VG_OPT_FORMAT, VG_OPT_COLUMNS, VG_OPT_RISK_AUTHORS, VG_OPT_LANGUAGE, VG_OPT_POLICY, VG_OPT_SPACE, VG_OPT_FOLDS, VG_OPT_METHOD,
             VG_OPT_PREVALENCE, VG_OPT_SEED, VG_OPT_JSON, VG_OPT_QUIET),
     vg_cmd_calibrate},
    {"model show", "FILE", 1, 1, "what a model is: its features, what it learned from, its curves",
     "A file that is cut short, damaged, or made for other features is refused with the reason, as by the server.\n", OPTIONS(VG_OPT_JSON),
     vg_cmd_model_show},
    {"model explain", "FILE", 1, 1, "which words of a message a model's score comes from",
     "Reads messages from standard input, one a line, each as if it were all that somebody wrote. Prints its risk and the words that raise\n"
     "the score the most: what it loses when the message is scored again without them.\n\n"
     "  echo 'tu as quel âge ?' | vigie model explain first.model --language fr\n",
     OPTIONS(VG_OPT_LANGUAGE, VG_OPT_POLICY, VG_OPT_SPACE, VG_OPT_JSON), vg_cmd_model_explain},
    {"model compare", "CORPUS...", 1, 16, "what would change if one model took the place of another",
     "Runs both over the same conversations, message by message: who is over the threshold (--at, a risk; default 0.5), by which model, right or\n"
     "wrong, and sooner or later. The server counts the same of live messages while a model is in shadow (/metrics).\n\n"
     "  vigie model compare --active now.model --shadow next.model --at 0.6 held-out.jsonl\n",
     OPTIONS(VG_OPT_ACTIVE, VG_OPT_SHADOW, VG_OPT_AT, VG_OPT_FORMAT, VG_OPT_COLUMNS, VG_OPT_RISK_AUTHORS, VG_OPT_LANGUAGE, VG_OPT_POLICY, VG_OPT_SPACE,
             VG_OPT_JSON, VG_OPT_QUIET),
     vg_cmd_model_compare},
    {"demo", "", 0, 0, "play a made-up space into a running server",
     "Several hundred made-up accounts of all ages, ordinary chatter in French and English and a handful of risk situations,\n"
     "first a scene of the last days, then live until stopped. Nothing in it is real.\n",
     OPTIONS(VG_OPT_URL, VG_OPT_KEY_FILE, VG_OPT_POLICY, VG_OPT_SEED, VG_OPT_ACCOUNTS, VG_OPT_RATE, VG_OPT_ONCE, VG_OPT_LIVE, VG_OPT_QUIET), vg_cmd_demo},
};
const size_t vg_command_count = sizeof vg_commands / sizeof vg_commands[0];

const char *vg_arg_text(const vg_args *args, vg_option_id id, const char *otherwise)
{
    return args->text[id] ? args->text[id] : otherwise;
}

int64_t vg_arg_number(const vg_args *args, vg_option_id id, int64_t otherwise)
{
    return args->text[id] ? args->number[id] : otherwise;
}

const char *vg_cli_policy(const vg_args *args)
{
    if (args->text[VG_OPT_POLICY]) return args->text[VG_OPT_POLICY];
    return access("policy/spaces", R_OK) == 0 ? "policy" : VIGIE_POLICY_DIR;
}

const char *vg_cli_data(const vg_args *args)
{
    const char *from_environment = getenv("VIGIE_DATA");
    return vg_arg_text(args, VG_OPT_DATA, from_environment ? from_environment : "data");
}

const char *vg_cli_cache(const vg_args *args, char *path, size_t size)
{
    const char *base = getenv("XDG_CACHE_HOME"), *home = getenv("HOME"), *under = "/vigie";
    if (vg_arg_is(args, VG_OPT_NO_CACHE)) return NULL;
    if (!base || base[0] != '/') { /* a relative one is to be ignored, says the XDG base directory specification */
        if (!home || home[0] != '/') return NULL;
        base = home;
        under = "/.cache/vigie";
    }
    int n = snprintf(path, size, "%s%s", base, under);
    return n > 0 && (size_t)n < size ? path : NULL;
}
