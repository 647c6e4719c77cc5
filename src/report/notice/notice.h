/* SPDX-License-Identifier: Apache-2.0
 *
 * report/notice: a demand to a host to take something down: channel "notice", by mail or by hand. See docs/demands.md.
 *
 * What it says is what Article 16 of Regulation (EU) 2022/2065 asks of a notice: the exact addresses, why they are illegal and by which law, who
 * reports, good faith; and the files' hashes, so that a host finds them without anybody sending them. Another filing may follow an earlier one
 * up, in the same thread. Whether something is still there is judged by hashes alone. Pure: no clock, no store, no network. Callers:
 * report/channels.c, net (follow-up, check again), tests.
 */
#ifndef VG_REPORT_NOTICE_H
#define VG_REPORT_NOTICE_H

#include "report/channel.h"

extern const vg_filing_channel vg_channel_notice;

enum {
    VG_NOTICE_ITEMS = 50,
    VG_NOTICE_HOURS = 24,      /* within which the host is asked to act, unless the options say otherwise */
    VG_NOTICE_HOURS_MOST = 720,
    VG_NOTICE_FOLLOW_HOURS = 48, /* after which a notice without an answer may be followed up, unless the policy says otherwise */
};

typedef struct vg_notice_item {
    vg_str url;
    bool has_sha256, has_md5;
    uint8_t sha256[32], md5[16];
} vg_notice_item;

typedef struct vg_notice { /* the filing's options */
    vg_notice_item items[VG_NOTICE_ITEMS];
    size_t count;
    vg_str law, reason; /* in the words of who files; empty: from the case */
    vg_str follows;     /* Message-ID of the notice it follows up, "<...>"; empty: none */
    uint32_t hours;
    bool hand;          /* a person carries it, although an address of mail is known */
} vg_notice;

/** Reads the options strictly; without items, the addresses of the author's own page. VG_EINVAL names the member ("/options/items"). */
int vg_notice_read(const vg_filing_view *f, vg_arena *arena, vg_notice *out, vg_error *err);
/** The notice as a person at the host reads it, in the receiver's language. VG_ENOMEM. */
int vg_notice_text(const vg_filing_view *f, const vg_notice *n, vg_arena *arena, vg_str *out, vg_error *err);
/** A web address of letters that one may have (RFC 3986), without a user name. */
bool vg_notice_is_web(vg_str url);
/** The options of a filing that follows this one up: the same with "follows". VG_EINVAL: the options are no object. */
int vg_notice_follow(vg_str options, vg_str message_id, vg_arena *arena, vg_str *out, vg_error *err);

/* ---- is it still there? ---- */
typedef enum { VG_STILL_THERE, VG_STILL_GONE, VG_STILL_CHANGED, VG_STILL_UNKNOWN, VG_STILLS } vg_still;
extern const char *const vg_still_names[VG_STILLS]; /* "there", "gone", "changed", "unknown" */

typedef struct vg_fetched { /* what came, of which nothing was kept */
    int status;          /* HTTP status; 0: no answer */
    bool whole;          /* all of it was read */
    uint8_t sha256[32], md5[16];
} vg_fetched;
/** 404, 410 and 451 are gone. 200 with the very hash is there, with another is changed; without a hash to compare, with anything cut off, refused,
 *  redirected or broken nobody knows. */
vg_still vg_notice_judge(const vg_notice_item *item, const vg_fetched *seen);

#endif
