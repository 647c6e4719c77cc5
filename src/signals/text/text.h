/* SPDX-License-Identifier: Apache-2.0
 *
 * signals/text: message text -> which families of behaviour are named in it, and where.
 *
 * DESIGN. text --fold--> a-z, 0-9, spaces, other scripts --gate--> may match --hs_scan--> pattern
 * numbers --map--> places. The gate (gate.c) lets most messages pass without asking Hyperscan.
 * Folding is one pass over a table generated from Unicode data by ICU at build time (NFKC, case, marks,
 * format characters, look-alikes), collapses repeated letters, undoes leetspeak inside words and joins
 * spaced-out letters; ASCII takes a fast path. Patterns are folded the same way, so Hyperscan needs no flags.
 * The map from folded to original offsets is only built when something was found; where a match begins is
 * then read backwards from its end, so that the scan needs no start of match.
 *
 * A third stage undoes chat spelling and emoji by the policy's table (spelling.c), where a word of it is there.
 *
 * Invariants: any byte sequence is a message (invalid UTF-8 becomes spaces); folded length <= 3*len + 16, with its
 * spelling undone <= 16*len + 64;
 * nothing is allocated while scanning. An engine is immutable; a scratch belongs to one thread.
 * Callers: pipeline, cli, bench. Only this folder includes hs.h.
 */
#ifndef VG_SIGNALS_TEXT_TEXT_H
#define VG_SIGNALS_TEXT_TEXT_H

#include "base/error.h"
#include "event/policy.h"

typedef struct vg_text_engine vg_text_engine;
typedef struct vg_text_scratch vg_text_scratch;

/* What an engine is made from; borrowed while it is. */
typedef struct vg_text_sources {
    const vg_policy_pattern *patterns;
    size_t pattern_count;
    const vg_policy_spelling *spelling; /* sorted by `from` */
    size_t spelling_count;
    const char *cache_dir; /* compiled databases are kept there (made when it is missing); NULL: none */
} vg_text_sources;

static inline vg_text_sources vg_text_sources_of(const vg_policy *policy)
{
    return (vg_text_sources){policy->patterns, policy->pattern_count, policy->spelling, policy->spelling_count, NULL};
}

/** Compiles the patterns of one policy. Errors: VG_EINVAL, err->where = "pattern N: TEXT" or "spelling N: FROM". Zero
 * patterns is fine. */
int vg_text_engine_create(vg_text_engine **out, const vg_text_sources *sources, vg_error *err);
/** When `engine` was compiled from exactly these sources, takes a reference to it and returns it; else NULL.
 *  Compiling a thousand patterns takes about two seconds, and spaces often have the same lexicons. */
vg_text_engine *vg_text_engine_share(vg_text_engine *engine, const vg_text_sources *sources);
/** Gives the reference back; the last one frees. Thread-safe. */
void vg_text_engine_destroy(vg_text_engine **engine);
/** Scratch memory for scanning; grow it for each engine it will be used with. */
int vg_text_scratch_create(vg_text_scratch **out, vg_error *err);
int vg_text_scratch_fit(vg_text_scratch *scratch, const vg_text_engine *engine, vg_error *err);
void vg_text_scratch_destroy(vg_text_scratch **scratch);

/** Looks for every family in `text`, and for contact addresses by their form (contact.c: pattern UINT16_MAX, family
 * moving_app, tokens)
 * (at most VG_EVENT_MAX_TEXT bytes; the rest is ignored). Spans are bytes
 * of `text`, on character boundaries. Never fails: a scan that Hyperscan refuses is reported by `false`. */
bool vg_text_scan(const vg_text_engine *engine, vg_text_scratch *scratch, vg_str text, vg_text_hits *hits);

/** Calls `each` with the number of every pattern that is found in `text`, in no order and perhaps more than once: what a scan
 *  leaves out. For checking lexicons. False when Hyperscan refuses. */
bool vg_text_each(const vg_text_engine *engine, vg_text_scratch *scratch, vg_str text,
                  void (*each)(void *context, uint16_t pattern), void *context);

/** Folds text: writes at most `cap` bytes, begins and ends with a space; text that might not fit is left out,
 * so give 3*len + 16. `map` (`cap` of them, or NULL) gets for each folded byte the offset in `text` it came
 * from (non-decreasing, `text.len` for the last space). Folding what is folded changes nothing. Returns the
 * length. */
size_t vg_text_fold(vg_str text, char *out, size_t cap, uint32_t *map);

/** vg_text_fold, and then the engine's spelling table: what the patterns and a model see. `cap` must be 16*text.len + 64 + 64;
 * text beyond VG_EVENT_MAX_TEXT is left out. The same promises as vg_text_fold. */
size_t vg_text_normalise(const vg_text_engine *engine, vg_str text, char *out, size_t cap, uint32_t *map);

/** Syntax check of one pattern as written in a lexicon: words; [a|b] one of; [a] optional; * up to three
 * words; # a number. Anything else is text. VG_EINVAL with "column N" in err->where. Used by the policy loader's caller
 * and `vigie policy check`. */
int vg_text_pattern_check(vg_str pattern, vg_error *err);

/** Evidence of the text families found: fresh; strength, span and detail of the strongest place (the first among
 * equals), value = places of the family. A refusal and a stated age are none by themselves: they say something of the
 * writer's own situation and go to memory. Appends to ev[*count], at most one for each family. */
void vg_text_evidence(const vg_text_hits *hits, vg_evidence *ev, size_t *count);

/** The text of the last scan, normalised: what a model reads. Begins and ends with a space; valid until the next scan of
 * this scratch. */
const char *vg_text_normalised(const vg_text_scratch *scratch, size_t *len);

#endif
