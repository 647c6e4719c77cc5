/* SPDX-License-Identifier: Apache-2.0
 *
 * Made-up dossiers for the tests of everything that writes a report. All of it is invented and harmless: the words are those of a
 * public prevention guide, the pictures are flat colours or noise. Each call gives the same dossier, byte for byte. The dossier
 * lives in the arena and may be changed by the test that asked for it; NULL when there is no memory. Hashes of kept media are
 * those of the bytes that `source.read` gives.
 */
#ifndef VG_TESTS_REPORT_MADE_H
#define VG_TESTS_REPORT_MADE_H

#include "report/dossier.h"

/* 2026-05-04T10:00:00Z: the first message of made_plain. */
#define MADE_T0 INT64_C(1777888800000)

/** A course of grooming: 12 messages over three days, one author, one victim, two pictures by hash alone and one kept. */
vg_dossier *made_plain(vg_arena *arena);
/** The same with hostile names, texts, file names and reasons: direction overrides, markup, formulas, control characters, lone
 *  surrogates, floods of marks, 16 KiB fields, and honest Arabic, Thai, Cebuano, French and emoji. */
vg_dossier *made_hostile(vg_arena *arena);
/** Like made_plain with so many messages and media, every other media kept (64 KiB each). */
vg_dossier *made_large(vg_arena *arena, size_t messages, size_t media);
/** A case number and nothing else. */
vg_dossier *made_empty(vg_arena *arena);
/** made_plain after its content was destroyed: what is in clear. */
vg_dossier *made_destroyed(vg_arena *arena);
/** made_plain without any media. */
vg_dossier *made_text_only(vg_arena *arena);
/** made_plain, but a child may be in danger now: a meeting is set, a notice says so. */
vg_dossier *made_urgent(vg_arena *arena);

/** Made-up receivers: an authority in France (with telephone), a hotline in the Philippines, a host. Constants. */
const vg_receiver *made_authority(void);
const vg_receiver *made_hotline(void);
const vg_receiver *made_host(void);
/** A section `report:` with an operator and channels "ncmec", "dsa17", "xarf", "mail". Constant. */
const vg_policy_report *made_report(void);

#endif
