/* SPDX-License-Identifier: Apache-2.0
 *
 * event/facts_field: the facts under the names by which they are read outside C.
 *
 * One table says what each fact is called and what form it has. The operator's rules read facts by it, a case keeps them
 * by it, and what a case kept is read back by it, so that the three cannot disagree. A name never changes its meaning.
 * Callers: signals/rules, pipeline (case content), cli.
 */
#ifndef VG_EVENT_FACTS_FIELD_H
#define VG_EVENT_FACTS_FIELD_H

#include "base/str.h"
#include "event/facts.h"

typedef enum {
    VG_FACT_COUNT,      /* uint32_t; VG_FACTS_UNKNOWN: not there */
    VG_FACT_SIXTEENTHS, /* uint32_t in 1/16; not there while active_days_known is false */
    VG_FACT_FLAG,       /* bool */
    VG_FACT_BAND,       /* vg_age_band by its name; unknown: not there */
    VG_FACT_BASIS,      /* vg_age_basis by its name; unknown: not there */
    VG_FACT_STAGES,     /* a set of stages by their names */
    VG_FACT_BY_STAGE,   /* a count for each stage */
    VG_FACT_BY_FAMILY,  /* a count for each text family */
} vg_fact_form;

typedef struct vg_fact_field {
    const char *name;
    uint8_t form;
    bool pair;       /* about the youngest recipient: not there without one */
    uint16_t offset; /* in vg_facts */
} vg_fact_field;

enum { VG_FACT_FIELDS = 40 };
extern const vg_fact_field vg_fact_fields[VG_FACT_FIELDS];

/** The field of a name, or NULL. */
const vg_fact_field *vg_fact_field_of(vg_str name);
/** Facts of which nothing is known. */
void vg_facts_clear(vg_facts *facts);
static inline const uint32_t *vg_fact_counts(const vg_facts *facts, const vg_fact_field *field)
{
    return (const uint32_t *)(const void *)((const char *)facts + field->offset);
}
static inline uint8_t vg_fact_byte(const vg_facts *facts, const vg_fact_field *field)
{
    return ((const uint8_t *)facts)[field->offset];
}
/** Whether a fact that is one value is known; sets of values always are. */
bool vg_fact_known(const vg_facts *facts, const vg_fact_field *field);
/** Sets a fact from a number: a count, a flag (0 or 1), sixteenths as a number of whole ones. `which` is the stage or family
 *  where there is one for each, else 0. False: out of range. A fact of a pair makes that there is one. */
bool vg_fact_set(vg_facts *facts, const vg_fact_field *field, unsigned which, double value);
/** Sets a band or basis by its name. False: no such name. */
bool vg_fact_set_name(vg_facts *facts, const vg_fact_field *field, vg_str name);
/** The number of a stage or family in a field that has one value for each, or -1. */
int vg_fact_which(const vg_fact_field *field, vg_str name);
/** Appends the facts that are known as a JSON object; sets of stages as arrays, values for each stage or family as objects. */
void vg_facts_write(vg_buf *out, const vg_facts *facts);

#endif
