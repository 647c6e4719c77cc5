/* SPDX-License-Identifier: Apache-2.0
 *
 * store/certificates: who may decide in which category, until when, on which ground; and what is suspended.
 *
 * A certificate is for one person, one space ("*": all of theirs) and one category of case, until a day; it ends by itself, or is
 * revoked. A suspension is a thing of its own: while one is open, no certificate counts in its space and category, also none
 * that is issued meanwhile; only reinstating ends it. Reasons are sealed. Every change is one transaction with its audit entry, which
 * holds the names of users, spaces and categories and no reason.
 * Callers: net, cli, gold items (this room), tests.
 */
#ifndef VG_STORE_CERTIFICATES_H
#define VG_STORE_CERTIFICATES_H

#include "store/store.h"

/* On which ground a certificate was given. Stored as numbers: new ones go last. */
typedef enum {
    VG_CERTIFIED_BY_COURSES, /* the set of courses of the space's policy was passed */
    VG_CERTIFIED_OUTSIDE,    /* another body's certificate that the policy accepts, recorded by a lead */
    VG_CERTIFIED_BY_ADMIN,   /* recorded on the command line */
    VG_CERTIFICATE_BASES
} vg_certificate_basis;
extern const char *const vg_certificate_basis_names[VG_CERTIFICATE_BASES]; /* "courses", "outside", "administrator" */

enum { VG_CERTIFICATE_REASON_MOST = 500, VG_CERTIFICATE_TEXT_MOST = 120 };

typedef struct vg_certificate {
    int64_t id;
    vg_str user, space;
    vg_category category;
    vg_certificate_basis basis;
    vg_str issuer, number; /* of an outside certificate; else empty */
    vg_str by;             /* who recorded it; for courses the person themselves */
    int64_t issued_ms, until_ms;
    int64_t revoked_ms;    /* 0: not */
    vg_str revoked_by, reason; /* why it was revoked */
} vg_certificate;

typedef struct vg_suspension {
    int64_t id;
    vg_str user, space;
    vg_category category;
    vg_str by, reason;
    int64_t since_ms, lifted_ms; /* lifted_ms 0: open */
    vg_str lifted_by, lifted_reason;
} vg_suspension;

/* What holds for one person, space and category at one moment. */
typedef struct vg_certified {
    bool certified;   /* a certificate holds, and nothing is suspended */
    bool suspended;
    bool had;         /* there was one that is over or revoked */
    int64_t until_ms; /* of the certificate that lasts longest, also when it is over; 0: there never was one */
} vg_certified;

/** Whether `user` is certified for `category` in `space` at `now_ms`. */
int vg_store_certified(vg_store *store, vg_str user, vg_str space, vg_category category, int64_t now_ms, vg_certified *out, vg_error *err);
/** Issues one; fills certificate->id. VG_EINVAL: a field, or an end that is not after its beginning; VG_ENOENT: no such user. */
int vg_store_certificate_add(vg_store *store, vg_certificate *certificate, vg_error *err);
/** VG_ENOENT; VG_ECONFLICT: revoked already. */
int vg_store_certificate_get(vg_store *store, int64_t id, vg_arena *arena, vg_certificate *out, vg_error *err);
int vg_store_certificate_revoke(vg_store *store, int64_t id, vg_str by, vg_str reason, int64_t now_ms, vg_error *err);
/** Closes a category to a person in a space ("*": in all), whatever they hold. VG_ECONFLICT: it is suspended already (for a caller
 *  that only wants it closed, that is as good as 0). */
int vg_store_certificate_suspend(vg_store *store, vg_str user, vg_str space, vg_category category, vg_str by, vg_str reason,
                                 int64_t now_ms, vg_error *err);
/** Opens it again: what certificates there are count as before. VG_ENOENT: nothing is suspended there. */
int vg_store_certificate_reinstate(vg_store *store, vg_str user, vg_str space, vg_category category, vg_str by, vg_str reason,
                                   int64_t now_ms, vg_error *err);
/** All of one person, ended and revoked ones too, by category and end; suspensions by time. */
int vg_store_certificates(vg_store *store, vg_str user, vg_arena *arena, vg_certificate **out, size_t *count, vg_error *err);
int vg_store_suspensions(vg_store *store, vg_str user, vg_arena *arena, vg_suspension **out, size_t *count, vg_error *err);

/* A certificate whose end is near, or came, of which the person has not been told. */
typedef struct vg_ending {
    int64_t id;
    vg_str user, space;
    vg_category category;
    int64_t until_ms;
    bool over;
} vg_ending;
/** Those that end before `until_ms` and were not told of, and those over at `now_ms` and not told of that; 100 at most. */
int vg_store_certificates_ending(vg_store *store, int64_t now_ms, int64_t until_ms, vg_arena *arena, vg_ending **out, size_t *count,
                                 vg_error *err);
/** The person was told; `over`: that it ended. With its audit entry. */
int vg_store_certificate_told(vg_store *store, int64_t id, bool over, int64_t now_ms, vg_error *err);

#endif
