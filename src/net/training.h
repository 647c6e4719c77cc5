/* SPDX-License-Identifier: Apache-2.0
 *
 * net/training: the courses that are in force, and what a person is certified for by them.
 *
 * Courses are read with the policies and swapped like them. A certificate follows from what was passed: it is issued when an attempt is
 * handed in, or when somebody whose courses are all passed takes their first case in a space. Desk threads.
 */
#ifndef VG_NET_TRAINING_H
#define VG_NET_TRAINING_H

#include "net/net_int.h"
#include "review/training.h"
#include "store/training/attempts.h"

/** The courses in force, with a reference (vg_course_set_unref). */
vg_course_set *vg_server_courses(struct vg_server *server);
/** Reads the courses of a policy path and holds the policies against them. */
int vg_training_load(const char *policy_path, const vg_policy_set *policies, vg_course_set **out, vg_error *err);
/** Puts courses into force; takes the reference over. */
void vg_server_use_courses(struct vg_server *server, vg_course_set *courses);

/* What one person brings: their certificates, suspensions and the best of each course. */
typedef struct vg_trained {
    vg_str user;
    vg_certificate *certificates;
    size_t certificate_count;
    vg_suspension *suspensions;
    size_t suspension_count;
    vg_training_record *records;
    size_t record_count;
} vg_trained;
int vg_trained_read(vg_desk *desk, vg_str user, vg_trained *out, vg_error *err);

typedef enum { VG_OPEN_NOT_REQUIRED, VG_OPEN_YES, VG_OPEN_ENDING, VG_OPEN_CLOSED, VG_OPEN_OVER, VG_OPEN_SUSPENDED, VG_OPEN_STATES } vg_open_state;
extern const char *const vg_open_state_names[VG_OPEN_STATES]; /* "not_required", "open", "ending", "closed", "over", "suspended" */
typedef struct vg_open {
    vg_open_state state;
    int64_t until_ms; /* 0: none */
    bool derived;     /* no certificate yet: the courses are passed, it is issued when it is needed */
} vg_open;
/** How a category of a space stands for this person. Pure. */
vg_open vg_trained_open(const vg_trained *trained, const vg_policy *policy, const vg_course_set *courses, vg_category category, int64_t now_ms);
/** Records before this moment do not count: the last certificate of this category was revoked then. */
int64_t vg_trained_since(const vg_trained *trained, vg_str space, vg_category category);

/** The certificate's part of vg_gate_case: 0, or VG_EFORBIDDEN with the sentence. */
int vg_gate_certificate(vg_desk *desk, const vg_user *user, const vg_case *c, int64_t now_ms, vg_error *err);

/** Tells this person's open browsers that a category was suspended for them, or is theirs again: nobody is to find out by a refusal. */
void vg_training_tell_suspension(struct vg_server *server, vg_str user, vg_category category, bool suspended);

/** Tells people whose certificate ends soon, or ended (watch thread, hourly). */
void vg_training_watch(struct vg_server *server, vg_store *store, const vg_policy_set *policies, vg_arena *arena, int64_t now_ms);

#endif
