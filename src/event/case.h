/* SPDX-License-Identifier: Apache-2.0
 *
 * event/case: a case, its events, decisions, people and keys, as they travel between rooms.
 *
 * A case is about one account of one space: there is at most one open case for an account; further
 * events that reach `review`, `hold` or `block` are added to it. Content (texts, names of the other
 * accounts, context) is sealed at rest; what is in clear is what the queue needs.
 * Callers: store, review, net, cli.
 */
#ifndef VG_EVENT_CASE_H
#define VG_EVENT_CASE_H

#include "event/event.h"
#include "event/evidence.h"

typedef enum { VG_CASE_OPEN, VG_CASE_DECIDED, VG_CASE_STATES } vg_case_state;
extern const char *const vg_case_state_names[VG_CASE_STATES];

typedef enum {
    VG_ACTION_DISMISS,
    VG_ACTION_WARN,
    VG_ACTION_MUTE,
    VG_ACTION_RESTRICT, /* restrict contact with minors */
    VG_ACTION_SUSPEND,
    VG_ACTION_ESCALATE, /* to a lead; the case stays open, marked */
    VG_ACTION_REPORT,   /* a report to an authority is due; the case stays open, marked: what is done about the account is another decision */
    VG_ACTIONS
} vg_action;
/* "dismiss", "warn", "mute", "restrict_minors", "suspend", "escalate", "report" */
extern const char *const vg_action_names[VG_ACTIONS];
int vg_action_of(vg_str name); /* or -1 */

/* What a restriction reaches. Stored as numbers: new ones go last. */
typedef enum {
    VG_REACH_WHOLE_ACCOUNT,
    VG_REACH_CONTACT_MINORS,
    VG_REACH_PRIVATE_MESSAGES,
    VG_REACH_GROUP_MESSAGES,
    VG_REACH_MEDIA,
    VG_REACH_LIVE,
    VG_REACHES
} vg_reach;
/* "whole_account", "contact_minors", "private_messages", "group_messages", "media", "live" */
extern const char *const vg_reach_names[VG_REACHES];
int vg_reach_of(vg_str name); /* or -1 */

/* Whose look a case waits for, where two people must agree. */
typedef enum {
    VG_LOOK_FIRST,  /* anybody's who may decide */
    VG_LOOK_SECOND, /* another person's than the first, who is not told what the first one thought */
    VG_LOOK_SETTLE, /* two people disagree: a lead's who is neither of them, and sees both */
    VG_LOOKS
} vg_look;
extern const char *const vg_look_names[VG_LOOKS]; /* "first", "second", "settle" */

typedef struct vg_case {
    int64_t id;          /* shown as "c-000123" */
    vg_str space;
    vg_str account;      /* as the platform names it (in clear: decisions go back by this name) */
    vg_case_state state;
    bool escalated;
    bool legal_hold;
    bool destroyed;      /* sealed content was destroyed by retention */
    bool shadow;         /* a copy of an item with a known answer: one person's, without effect outside (store/training/gold.h) */
    vg_verdict_kind verdict; /* the strongest so far */
    uint16_t risk;           /* the highest so far, 1/10000 */
    uint8_t account_band, account_basis, youngest_band; /* author's age band; youngest child concerned */
    uint64_t kinds;          /* bit set of evidence kinds seen */
    uint16_t kind_weight[VG_EVIDENCE_KINDS]; /* the highest weight of each kind so far */
    uint32_t event_count;
    int64_t opened_ms, updated_ms, due_ms, decided_ms;
    vg_str claimed_by;   /* user name, empty when free */
    int64_t claimed_until_ms;
    vg_action action;    /* when decided */
    uint32_t priority;   /* 0..1000000, see review/priority.h */
    vg_str language;     /* that somebody must read to judge it: primary subtag, "fr"; empty: not known */
    uint16_t merit;      /* vg_case_merit when it was last written */
    int64_t offer_ms;    /* from then on it is offered to everybody, whatever their skills */
    uint32_t notices;    /* how many notices are about it */
    bool trusted;        /* one of them is a trusted flagger's (DSA, Art. 22) */
    bool danger;         /* one of them says that a child is in danger now */
    vg_look look;        /* whose look it waits for */
    vg_str barred;       /* who has given an opinion that is still sealed, comma separated: they may not take the case. Never shown */
    bool report_due;     /* decided that an authority is to be told, not done yet */
    bool overturned;     /* on appeal: what was decided is lifted */
    uint16_t answers;    /* what receivers of its reports say now: bit set of vg_answer_kind */
    bool safe;           /* one says that the victim is safe, and nothing came in since: nothing here cannot wait */
} vg_case;

/* Why a case cannot wait: somebody may be in danger now. */
typedef enum { VG_IMMINENT_MEETING, VG_IMMINENT_LIVE, VG_IMMINENT_HELP, VG_IMMINENT_NOTICE, VG_IMMINENCES } vg_imminence;
extern const char *const vg_imminence_names[VG_IMMINENCES]; /* "meeting", "live", "help", "notice" */
/** Bit set of vg_imminence, from the evidence: a meeting is asked for in an exchange that shows a course or escalates; money is asked for,
 *  as for a live session; somebody calls for help who is not known to be grown up; a notice says that a child is in danger now. None while the
 *  victim is known to be safe. */
unsigned vg_case_imminence(const vg_case *c);
/** How much a case wants a person, 0..10000: risk 5000, youngest child 1500, threat or meeting 500, imminence 1500, something held back
 *  1000, escalated 500, a trusted flagger's notice 500; 10000 at most. Pure; what of it depends on time is review/priority's. */
uint16_t vg_case_merit(const vg_case *c);

/* What somebody can judge, or chose to work on. */
typedef struct vg_skills {
    vg_str languages, spaces; /* comma separated; empty: all */
    uint32_t categories;      /* bit set; 0: all */
} vg_skills;

enum { VG_LINKS_MOST = 4 }; /* other accounts that a write names */

/* What a case is about: what a person is certified for, may opt out of, and works under limits for. Worked out from the evidence,
 * the heaviest first: pictures and films, then threats, then live sessions and payments, then conduct and words; a report by
 * users with nothing else is one of its own. */
typedef enum { VG_CATEGORY_MATERIAL, VG_CATEGORY_THREAT, VG_CATEGORY_LIVE, VG_CATEGORY_CONTACT, VG_CATEGORY_REPORT, VG_CATEGORIES } vg_category;
extern const char *const vg_category_names[VG_CATEGORIES]; /* "material", "threat", "live", "contact", "report" */
int vg_category_of(vg_str name);                           /* or -1 */
/** The category of a case that shows this set of evidence kinds. */
vg_category vg_case_category(uint64_t kinds);

/** "c-000123" and a NUL; and back (-1 when not a case name). */
void vg_case_name(int64_t id, char out[24]);
int64_t vg_case_id_of(vg_str name);

/* What a review/hold/block verdict writes: built by the pipeline, sealed and committed by the store. */
typedef struct vg_case_write {
    vg_str space, account;  /* the account the case is about: the actor; for a notice, `about` */
    uint8_t account_band, account_basis, youngest_band;
    vg_str source, event_id; /* idempotency: an event is added once */
    int64_t time_ms;         /* of the event */
    int64_t now_ms;          /* wall clock */
    int64_t due_ms;
    vg_verdict verdict;
    vg_str content;          /* JSON to seal: see docs/architecture/pipeline.md, "case content" */
    vg_str media_file;       /* name of a sealed file of store/media that is on disk already; empty: none */
    int64_t media_bytes;     /* size of the media in it */
    const uint8_t *media_key, *media_digest; /* of it, 32 bytes each: store/media; NULL: of no file */
    bool media_thumbnail;
    vg_str language;         /* "fr"; empty: not known */
    int64_t imminent_due_ms; /* deadline if the case is imminent with this event; 0: no other than due_ms */
    uint16_t offer_after;    /* share of the deadline, 1/10000, see vg_case.offer_ms */
    uint32_t account_tag;    /* memory's number of the account; 0: not known */
    uint32_t linked_tag[VG_LINKS_MOST]; /* of other accounts that hand out the same address; 0: none */
    uint64_t opening;        /* keyed hash of a first message that several got; 0: none */
    bool is_notice;          /* a platform's vigie.notice: it gets a receipt number of its own; see store/notices */
    uint8_t notice_reason;   /* of it: vg_notice_reason */
    vg_str reporter;         /* of it: who made it */
} vg_case_write;

typedef struct vg_case_written {
    int64_t case_id;
    bool opened;    /* false: an open case was touched */
    bool duplicate; /* this event was in the case already */
} vg_case_written;

typedef struct vg_case_event { /* one row of a case, unsealed */
    int64_t seq;
    int64_t time_ms, stored_ms;
    vg_verdict_kind verdict;
    uint16_t risk;
    vg_str content; /* the JSON of vg_case_write.content; empty when destroyed */
    bool media_kept, media_thumbnail; /* its media is sealed with the case; it has a thumbnail */
} vg_case_event;

typedef struct vg_decision {
    int64_t id, case_id;
    vg_str user;
    vg_action action;
    vg_str reason;      /* short code: "no_risk", "grooming", "threat", ... free text allowed, 1..200 bytes */
    vg_str note;        /* for colleagues, sealed at rest; up to 4000 bytes */
    uint32_t hours;     /* duration of mute, restrict, suspend; 0 = until lifted */
    vg_reach reach;     /* what the restriction reaches */
    int64_t time_ms;
} vg_decision;

/* What a person thinks of a piece of evidence: it is there and means what it says, it is not, or that cannot be told. */
typedef enum { VG_JUDGED_RIGHT, VG_JUDGED_WRONG, VG_JUDGED_UNSURE, VG_JUDGEMENTS } vg_judgement;
extern const char *const vg_judgement_names[VG_JUDGEMENTS]; /* "right", "wrong", "unsure" */
/** How sure `right` of `right + wrong` is: Wilson's interval at 95 %, in 1/10000 (E. B. Wilson, JASA 22, 1927). Of none: 0 to 10000. */
void vg_judgement_interval(int64_t right, int64_t wrong, uint16_t *low, uint16_t *high);

/* What somebody is in a space. Stored as numbers: new ones go last. What each may do: review/permission.h. */
typedef enum {
    VG_ROLE_REFERENT,   /* works the queue */
    VG_ROLE_LEAD,       /* certifies, double-checks, settles */
    VG_ROLE_ADMIN,      /* people, keys, settings; no content of cases */
    VG_ROLE_AUDITOR,    /* decisions and times, no content */
    VG_ROLE_ANALYST,    /* reads cases and banks, decides nothing */
    VG_ROLE_PREVENTION, /* campaigns and their figures, no case */
    VG_ROLES
} vg_role;
extern const char *const vg_role_names[VG_ROLES]; /* "referent", "lead", "admin", "auditor", "analyst", "prevention" */

/* One role in one space ("*": in all of them). Somebody may have several, also in one space. */
typedef struct vg_grant {
    vg_str space;
    vg_role role;
} vg_grant;

/* Scopes of an API key, a bit set. */
enum { VG_SCOPE_EVENTS = 1, VG_SCOPE_MEDIA = 2, VG_SCOPE_CASES_READ = 4, VG_SCOPE_METRICS = 8, VG_SCOPE_BANKS = 16, VG_SCOPE_APPEALS = 32, VG_SCOPE_NOTICES = 64, VG_SCOPE_DEMANDS = 128, VG_SCOPES_ALL = 255 };

typedef struct vg_api_key {
    int64_t id;
    vg_str label;
    vg_str space;      /* one space, or "*" */
    uint32_t scopes;
    uint8_t hash[32];  /* vg_seal_token_hash of the whole key */
    int64_t created_ms, revoked_ms; /* 0: live */
} vg_api_key;

typedef struct vg_user {
    int64_t id;
    vg_str name, display, language; /* language "fr" or "en" */
    vg_role role;            /* the strongest one, for showing; what is allowed is asked of review/permission.h */
    vg_str spaces;           /* comma separated, "*" = all */
    const vg_grant *grants;  /* none: `role` in all of `spaces` */
    size_t grant_count;
    vg_str password_hash;    /* crypto_pwhash_str; empty: no password (invited, or signs in elsewhere) */
    int64_t created_ms, disabled_ms, locked_until_ms;
    int64_t closed_ms;                     /* disabled for good; 0: not */
    int64_t leave_from_ms, leave_until_ms; /* on leave in between; 0: no leave */
    uint32_t failures;
} vg_user;

typedef struct vg_session {
    int64_t user_id;
    uint8_t token_hash[32];
    char csrf[33];
    int64_t created_ms, expires_ms;
    int64_t seen_ms;   /* the last thing its person did, to about a minute; 0 when added: created_ms */
    char id[17];       /* its name for people; made by the store */
    vg_str agent;      /* family of the browser, "Firefox, Linux" */
    vg_str address;    /* shortened: "192.0.2.0/24" */
} vg_session;

#endif
