/* SPDX-License-Identifier: Apache-2.0
 *
 * event/policy_report: who reports, to whom, over which channel: the section `report:` of a space.
 *
 * Without one a case can still be routed, sealed and written out; what needs an operator's name or a receiver's account says what is
 * missing. Secrets are never in a policy: it names the file that holds them. Plain values, immutable once loaded.
 * Callers: space (reads it), report, net, cli.
 */
#ifndef VG_EVENT_POLICY_REPORT_H
#define VG_EVENT_POLICY_REPORT_H

#include "event/law.h"

typedef struct vg_report_operator {
    const char *name, *legal_name, *address, *email, *phone, *domain, *url; /* NULL: not said */
    char country[3];         /* establishment or legal representative; "": not said */
    const char *contact_first, *contact_last; /* the person an authority may ask for; NULL: not said */
    const char *terms_url;
    char host_country[3];    /* where the space is hosted; "": not said */
    const char *platform;    /* name of the platform in the DSA's database; NULL: the space's title */
    const char *service;     /* what the space is: "chat", "game", "web", "email", "newsgroup", "phone", "peer", "offline"; NULL: chat */
} vg_report_operator;

typedef struct vg_report_channel { /* how one channel is spoken to */
    const char *name;        /* "ncmec", "dsa17", "mail", "xarf" */
    const char *url;         /* base address; smtp://host:port for mail */
    const char *user, *secret_file; /* user name; file of password or token, beside the policy or absolute */
    const char *from;        /* mail: sender */
    int64_t since_ms;        /* dsa17: statements of decisions before are not sent by themselves; 0: from when the channel was first seen */
    uint32_t answer_ms;      /* how long to wait for an answer; 0: a minute */
    bool test;               /* a receiver's test system: said on every page and in every document */
    uint64_t message_most;   /* mail: bytes of a whole message, as it travels; 0: VG_MESSAGE_MOST */
} vg_report_channel;

enum { VG_MESSAGE_MOST = 25 << 20 }; /* what mail servers commonly take */

enum { VG_REPORT_CHANNELS = 12, VG_REPORT_RECEIVERS = 64 };

typedef enum { VG_AFTER_KEEP, VG_AFTER_HAND_OVER, VG_AFTER_COUNT } vg_after_filing;
extern const char *const vg_after_filing_names[VG_AFTER_COUNT]; /* "keep": roles may still open it; "hand_over": only the receiver can */

typedef struct vg_policy_report {
    bool given;              /* the space has the section */
    vg_report_operator operator;
    const vg_report_channel *channels;
    size_t channel_count;
    const vg_receiver *receivers; /* of its own: hosts, keys, addresses; one with the id of a shipped one stands before it */
    size_t receiver_count;
    vg_after_filing after;
    bool four_eyes;          /* a second person confirms each filing; the decision's own rule is decisions.four_eyes */
    uint32_t urgent_minutes; /* a filing with a child in danger is to be confirmed within; 0: 60 */
    uint32_t file_hours;     /* any other; 0: 24 */
    uint32_t removal_hours;  /* a removal demand of an authority is to be carried out within; 0: 24 */
    uint32_t keep_filing_days; /* what was sent, after the receiver accepted it; 0: as the case */
    bool recheck;            /* addresses that a host was notified of may be fetched again, to compare hashes alone */
    uint32_t follow_up_hours; /* a notice to a host without an answer may be followed up after; 0: 48 */
    const char *geo_file;    /* MaxMind-format file that places IP addresses; NULL: none */
} vg_policy_report;

/** The channel's settings, or NULL. */
const vg_report_channel *vg_report_channel_find(const vg_policy_report *report, const char *name);

#endif
