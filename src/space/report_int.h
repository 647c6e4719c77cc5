/* SPDX-License-Identifier: Apache-2.0
 *
 * space/report_int: the section `report:` of a space, inside this room.
 */
#ifndef VG_SPACE_REPORT_INT_H
#define VG_SPACE_REPORT_INT_H

#include "event/policy_report.h"
#include "space/space_int.h"

typedef struct vg_doc_operator {
    char *name, *legal_name, *address, *email, *phone, *domain, *url, *country, *contact_first, *contact_last, *terms_url, *host_country, *platform, *service;
} vg_doc_operator;

typedef struct vg_doc_report_channel {
    char *name, *url, *user, *secret_file, *from, *since, *message_most, *answer_within;
    int test;
} vg_doc_report_channel;

typedef struct vg_doc_own_receiver {
    char *id, *country;
    int kind;
    vg_doc_words name;
    char *channel, *url, *email, *phone, *hours;
    int emergency, media;
    int *acts;
    unsigned acts_count;
    vg_doc_words *accepts;
    char *public_key, *key_until, *source, *verified_on;
    int sure;
} vg_doc_own_receiver;

struct vg_doc_report {
    vg_doc_operator *operator;
    int after, four_eyes, recheck;
    char *follow_up, *urgent_within, *file_within, *removal_within, *keep_filings, *geo_file;
    vg_doc_report_channel *channels;
    unsigned channels_count;
    vg_doc_own_receiver *receivers;
    unsigned receivers_count;
};

extern const cyaml_schema_field_t vg_report_fields[];

/** Reads the section (NULL: nothing is known of who reports) into *out. */
int vg_report_load(vg_space_loader *loader, const vg_yaml *yaml, const struct vg_doc_report *doc, const vg_policy_report **out, vg_error *err);
/** Adds what it says to a version under way. */
void vg_report_version(uint64_t *h, const vg_policy_report *report, void (*number)(uint64_t *h, int64_t n), void (*text)(uint64_t *h, const char *s));
/** What its author should know. `find` writes one line. */
void vg_report_check(const vg_policy *policy, void (*find)(void *context, const char *line), void *context);

#endif
