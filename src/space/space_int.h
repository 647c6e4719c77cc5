/* SPDX-License-Identifier: Apache-2.0
 *
 * space/space_int: inside of the room space.
 *
 * DESIGN. A YAML file is read twice. First libyaml turns it into a small tree whose every node knows its line
 * and column (tree.c); anchors, aliases, duplicate keys, a second document, deep nesting and NUL bytes end
 * here. explain.c then holds tree and schema together, to say where and why they differ; libcyaml loads the
 * same bytes through the same schema, strictly, into plain C structs of strings (schema.c). What is left, the
 * meaning of the strings, is checked while they are turned into vg_policy (lexicon.c, spelling.c, phrases.c,
 * bank.c, policy.c), and the tree gives the place of each error.
 *
 * Everything that stays is in the set's arena; everything else is freed before the load returns.
 */
#ifndef VG_SPACE_SPACE_INT_H
#define VG_SPACE_SPACE_INT_H

#include <cyaml/cyaml.h>
#include "base/alloc.h"
#include "base/arena.h"
#include "base/error.h"
#include "event/policy.h"
#include "space/space.h"
#include "space/training_int.h"

enum {
    VG_SPACE_MAX_YAML = 1 << 20,   /* bytes of one YAML file */
    VG_SPACE_MAX_BANK = 256 << 20, /* bytes of one bank file */
    VG_SPACE_MAX_PATTERNS = 65535, /* vg_evidence.detail is 16 bits */
    VG_SPACE_MAX_NODES = 250000,   /* values in one YAML file */
    VG_SPACE_MAX_DEPTH = 32,
    VG_SPACE_MAX_KEYS = 1024, /* of one mapping */
    VG_SPACE_MAX_SPACES = 4096,
    VG_SPACE_MAX_PATH = 1024,
    VG_SPACE_MAX_PATTERN = 500, /* bytes of one lexicon pattern */
    VG_SPACE_MAX_RULES = 32,
    VG_SPACE_MAX_RULE = 64 << 10, /* bytes of one rule file */
    VG_SPACE_NEVER = 10001,     /* a threshold that no risk reaches */
};

/* ---- tree.c: a YAML file with the place of everything in it ---- */

typedef enum { VG_NODE_SCALAR, VG_NODE_MAPPING, VG_NODE_SEQUENCE } vg_node_kind;

typedef struct vg_node vg_node;
struct vg_node {
    vg_node_kind kind;
    uint32_t line, column;         /* of the value, 1-based */
    uint32_t key_line, key_column; /* of its key in the parent mapping; 0: not in a mapping */
    vg_str key;
    vg_str text; /* of a scalar */
    size_t count;
    vg_node *parent, *first, *last, *next;
};

/* One YAML file under way. */
typedef struct vg_yaml {
    const char *name; /* as shown in errors: "policy/spaces/lobby.yaml" */
    char *bytes;
    size_t len;
    vg_arena *arena;
    vg_node *root;
} vg_yaml;

/** Builds the tree of `yaml->bytes` (which it takes over). On error the caller still calls vg_yaml_close. */
int vg_yaml_open(vg_yaml *yaml, const char *name, char *bytes, size_t len, vg_error *err);
void vg_yaml_close(vg_yaml *yaml);
/** The node at a path such as "banks[0].effect", or NULL. */
const vg_node *vg_yaml_find(const vg_yaml *yaml, const char *path);
/** VG_EINVAL at the place of `path` (or of the nearest thing above it that exists), `what` = "path:
 * sentence". */
int vg_yaml_fail(const vg_yaml *yaml, vg_error *err, const char *path, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/** VG_EINVAL at a line and column of a file. */
int vg_space_fail(vg_error *err, const char *name, size_t line, size_t column, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* ---- schema.c: what libcyaml loads; every number is still text here ---- */

typedef struct vg_doc_words {
    char *text[VG_LANGS];
} vg_doc_words;

typedef struct vg_doc_noun {
    char *text[VG_LANGS];
    vg_doc_words *one;
} vg_doc_noun;

typedef struct vg_doc_phrase {
    char *text[VG_LANGS];
    vg_doc_words *one;
    vg_doc_noun *noun; /* of evidence only */
} vg_doc_phrase;

typedef struct vg_doc_basis {
    char *text, *source, *until;
} vg_doc_basis;

typedef struct vg_doc_bank {
    char *name, *file, *category;
    int effect;
} vg_doc_bank;

typedef struct vg_doc_model {
    char *file[VG_MODELS];
    char *from;
} vg_doc_model;

typedef struct vg_doc_rule {
    char *file;
    int mode;
} vg_doc_rule;

typedef struct vg_doc_notices vg_doc_notices; /* notices_int.h */
typedef struct vg_doc_decisions vg_doc_decisions; /* decisions_int.h */
enum { VG_GOLD_TELL, VG_GOLD_SUSPEND, VG_GOLD_END = 0, VG_GOLD_KEEP };
typedef struct vg_doc_gold {
    char *share, *doubles, *again, *recall, *least, *window, *alpha;
    int below, keep;
} vg_doc_gold;
struct vg_doc_queue; /* of these two: welfare_int.h */
struct vg_doc_welfare;
struct vg_doc_transparency; /* transparency_int.h */
struct vg_doc_report; /* report_int.h */

typedef struct vg_doc_space {
    char *space;
    vg_doc_words title;
    char *audience;
    int assumed_age;
    int scan[VG_CHANNELS];
    vg_doc_basis *legal_basis;
    char *weight[VG_EVIDENCE_KINDS];
    int *alone; /* kinds */
    unsigned alone_count;
    char *relation[VG_RELATIONS];
    char *nudge, *review, *hold;
    char *half_life;
    char *fan_out_day, *fan_out_week, *unreciprocated;
    char *initiative_share, *initiative_messages;
    char *escalation_times, *escalation_messages;
    char *new_account;
    char *night_from, *night_to, *utc_offset;
    char *course_stages, *speed, *persistence, *asymmetry, *early_move, *same_opening;
    char *stage_share, *stage_share_talks, *linked_accounts;
    char *context_messages, *context_age;
    char *keep_memory, *keep_cases, *keep_audit;
    char *media_file, *media_pixels, *media_frames, *media_time, *media_cpu, *media_memory, *keep_upload;
    int media_whole;
    char *review_within;
    char **lexicons;
    unsigned lexicons_count;
    char **spelling;
    unsigned spelling_count;
    char *phrases;
    vg_doc_training *training;
    vg_doc_model *model;
    vg_doc_rule *rules;
    unsigned rules_count;
    vg_doc_gold *gold;
    vg_doc_bank *banks;
    unsigned banks_count;
    vg_doc_notices *notices;
    vg_doc_decisions *decisions;
    struct vg_doc_queue *queue;
    struct vg_doc_welfare *welfare;
    struct vg_doc_report *report;
    struct vg_doc_transparency *transparency;
} vg_doc_space;

typedef struct vg_doc_group {
    char *strength;
    char **any_of;
    unsigned any_of_count;
} vg_doc_group;

typedef struct vg_doc_family {
    vg_doc_words description;
    char **sources; /* for the reader of the file; nothing else is done with them */
    unsigned sources_count;
    vg_doc_group *patterns;
    unsigned patterns_count;
    char **examples, **counter_examples;
    unsigned examples_count, counter_examples_count;
} vg_doc_family;

typedef struct vg_doc_lexicon {
    char *language;
    vg_doc_family *family[VG_TEXT_FAMILIES];
    char **reporting;
    unsigned reporting_count;
} vg_doc_lexicon;

typedef struct vg_doc_phrases {
    vg_doc_phrase evidence[VG_EVIDENCE_KINDS];
    vg_doc_phrase verdict[VG_VERDICTS];
    vg_doc_words nudge_message;
    vg_doc_phrase not_scanned;
} vg_doc_phrases;

typedef enum { VG_SCHEMA_SPACE, VG_SCHEMA_LEXICON, VG_SCHEMA_PHRASES, VG_SCHEMA_LAW, VG_SCHEMA_HOTLINES, VG_SCHEMA_ROUTING } vg_schema_kind;

extern const char *const vg_space_relation_names[VG_RELATIONS];
extern const char *const vg_space_verdict_names[VG_VERDICTS];
extern const char *const vg_space_lang_names[VG_LANGS];

/** Loads the file through libcyaml. *out is a vg_doc_...; give it back with vg_schema_free. */
int vg_schema_load(const vg_yaml *yaml, vg_schema_kind kind, void **out, vg_error *err);
void vg_schema_free(vg_schema_kind kind, void *doc);

/* ---- explain.c ---- */

/** Finds the first place where the tree does not fit the schema. Returns 0 when it fits. */
int vg_schema_explain(const vg_yaml *yaml, const cyaml_schema_value_t *schema, vg_error *err);

/* ---- value.c: the meaning of one word ---- */

/** "0.35", "35%", ".5": 1/10000. */
int vg_value_share(const vg_yaml *yaml, const char *path, const char *text, uint16_t *out, vg_error *err);
/** A share, or "never" (VG_SPACE_NEVER). */
int vg_value_threshold(const vg_yaml *yaml, const char *path, const char *text, uint16_t *out, vg_error *err);
int vg_value_count(const vg_yaml *yaml, const char *path, const char *text, uint32_t min, uint32_t max,
                   uint32_t *out, vg_error *err);
/** A decimal number x16, rounded. */
int vg_value_x16(const vg_yaml *yaml, const char *path, const char *text, uint32_t min, uint32_t max,
                 uint32_t *out, vg_error *err);
/** "90 minutes", "24 hours", "30 days", "2 weeks", "1 year", in units of `unit_minutes`, between min and max
 * of them. */
int vg_value_duration(const vg_yaml *yaml, const char *path, const char *text, uint32_t unit_minutes,
                      uint32_t min, uint32_t max, uint32_t *out, vg_error *err);
/* The units of a quantity, the one that errors show first; `times` the number in front of it. */
typedef struct vg_value_unit {
    const char *name;
    uint64_t times;
} vg_value_unit;
/** "200 MB", "100 megapixels", "60 seconds": a whole number and one of `count` units, between min and max. */
int vg_value_quantity(const vg_yaml *yaml, const char *path, const char *text, const vg_value_unit *units, size_t count,
                      uint64_t min, uint64_t max, uint64_t *out, vg_error *err);
/** "22:30": minutes of the day. */
int vg_value_clock(const vg_yaml *yaml, const char *path, const char *text, uint32_t *out, vg_error *err);
/** "+01:00": minutes. */
int vg_value_offset(const vg_yaml *yaml, const char *path, const char *text, int32_t *out, vg_error *err);

/* ---- the loader: one load of a whole set ---- */

typedef int (*vg_space_read_fn)(void *context, const char *path, size_t ceiling, char **out, size_t *len,
                                vg_error *err);

typedef struct vg_lexicon {
    const char *name;
    const char *language;
    const vg_policy_pattern *patterns;
    const vg_policy_place *pattern_places;
    size_t pattern_count;
    const vg_policy_example *examples;
    const vg_policy_place *example_places;
    size_t example_count;
    struct vg_lexicon *next;
} vg_lexicon;

typedef struct vg_spelling {
    const char *name;
    vg_policy_spelling *entries; /* in file order */
    size_t count;
    struct vg_spelling *next;
} vg_spelling;

typedef struct vg_phrases {
    const char *name;
    const char *nudge_message[VG_LANGS];
    vg_policy_phrase why[VG_EVIDENCE_KINDS], noun[VG_EVIDENCE_KINDS];
    vg_policy_phrase verdict_why[VG_VERDICTS];
    vg_policy_phrase not_scanned;
    struct vg_phrases *next;
} vg_phrases;

typedef struct vg_bank_file {
    const char *name;
    const vg_media_hash *hashes;
    size_t hash_count;
    struct vg_bank_file *next;
} vg_bank_file;

/* Files that several spaces name are read once. */
typedef struct vg_space_loader {
    vg_arena *arena; /* of the set: what stays */
    vg_space_read_fn read;
    void *context;
    const vg_policy_set *set; /* what is loaded so far */
    vg_lexicon *lexicons;
    vg_spelling *spellings;
    vg_phrases *phrases;
    vg_bank_file *banks;
} vg_space_loader;

/** Copies a string into the arena; NULL when there is no memory. */
const char *vg_space_keep(vg_space_loader *loader, const char *s);
/** Reads and parses a YAML file into `yaml` and `doc`. */
int vg_space_open(vg_space_loader *loader, const char *name, vg_schema_kind kind, vg_yaml *yaml, void **doc,
                  vg_error *err);
int vg_space_nomem(vg_error *err);

int vg_lexicon_load(vg_space_loader *loader, const char *name, const vg_lexicon **out, vg_error *err);
int vg_spelling_load(vg_space_loader *loader, const char *name, const vg_spelling **out, vg_error *err);
/** Sorts the entries of all spelling files of the space `yaml` and drops what is said twice; *count becomes smaller.
 * VG_EINVAL at `spelling` when one word has two meanings, or when what one writes another would undo; `yaml` may be NULL,
 * the place is then "spelling". */
int vg_spelling_join(const vg_yaml *yaml, vg_policy_spelling *entries, size_t *count, vg_error *err);
/** For a lexicon that is looked at without a space: the spelling of its language and the emoji, where these files stand in
 * `../spelling` beside it. */
int vg_spelling_beside(vg_space_loader *loader, const vg_lexicon *lexicon, const vg_policy_spelling **entries, size_t *count,
                       vg_error *err);
int vg_phrases_load(vg_space_loader *loader, const char *name, const vg_phrases **out, vg_error *err);
int vg_bank_file_load(vg_space_loader *loader, const char *name, const vg_bank_file **out, vg_error *err);
/** Syntax of one pattern. On error *column is the 0-based byte, *what the reason. */
bool vg_lexicon_pattern_valid(vg_str pattern, size_t *column, const char **what);

/** gold.c: the section `gold` (NULL: absent). */
int vg_space_read_gold(const vg_yaml *yaml, const vg_doc_gold *doc, vg_policy_gold *out, vg_error *err);
/** What its author should know; returns how many findings there were. */
size_t vg_gold_check(const vg_policy *policy, void (*find)(void *context, const vg_policy *policy, const char *text), void *context);

/** Reads one space file into *out. */
int vg_space_load(vg_space_loader *loader, const char *name, vg_policy *out, vg_error *err);
/** 64-bit hash over the content of a policy, not over where it was read from. */
uint64_t vg_policy_version(const vg_policy *policy);

/** As vg_policy_set_load for the one space file `name`, with every file read through `read` (tests, fuzzing).
 */
int vg_policy_set_read(vg_policy_set **out, const char *name, vg_space_read_fn read, void *context,
                       vg_error *err);

#endif
