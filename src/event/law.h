/* SPDX-License-Identifier: Apache-2.0
 *
 * event/law: statutes, authorities and hotlines as data, and what is known of where people are. `policy/law/` and `policy/hotlines/` hold
 * them, each entry with its source and the day it was verified; the room space/ reads them, report/route works with them, pages and
 * reports show how sure each is. Plain values, immutable once loaded.
 */
#ifndef VG_EVENT_LAW_H
#define VG_EVENT_LAW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/str.h"
#include "event/policy.h"

/* How sure an entry is. */
typedef enum {
    VG_SURE_NOT,       /* looked for and not established */
    VG_SURE_SECONDARY, /* from a secondary source */
    VG_SURE_PRIMARY,   /* read in a primary source */
    VG_SURES
} vg_sure;
extern const char *const vg_sure_names[VG_SURES]; /* "unverified", "secondary", "primary" */

typedef struct vg_provenance {
    vg_sure sure;
    const char *source;      /* title or web address */
    const char *verified_on; /* "2026-11-23"; NULL: never */
} vg_provenance;

/* What ties facts to a country's courts. */
typedef enum {
    VG_TIE_TERRITORY,          /* an act or its effect there: where author or victim was, where it is hosted */
    VG_TIE_AUTHOR_NATIONAL, VG_TIE_AUTHOR_RESIDENT, VG_TIE_VICTIM_NATIONAL, VG_TIE_VICTIM_RESIDENT,
    VG_TIE_COMPLICITY,         /* ordered or helped from there */
    VG_TIE_ESTABLISHMENT,      /* the provider is established there: duties of the provider */
    VG_TIES
} vg_tie;
extern const char *const vg_tie_names[VG_TIES]; /* "territory", "author_national", "author_resident", "victim_national", "victim_resident", "complicity", "establishment" */

/* What happened, in the words of statutes; from the evidence and the reason of the decision. */
typedef enum {
    VG_ACT_SOLICITING,  /* sexual proposition to a minor online, grooming */
    VG_ACT_IMAGES_ASKED, /* asking a minor for images */
    VG_ACT_IMAGES,      /* images of abuse: keeping, viewing, spreading */
    VG_ACT_THREAT,      /* extortion with images */
    VG_ACT_LIVE,        /* ordering abuse from abroad, live */
    VG_ACT_MEETING,     /* meeting proposed */
    VG_ACT_CORRUPTION,
    VG_ACT_HOSTING,     /* duty to remove, to preserve, to report */
    VG_ACTS
} vg_act;
extern const char *const vg_act_names[VG_ACTS]; /* "soliciting", "images_asked", "images", "threat", "live", "meeting", "corruption", "hosting" */

typedef struct vg_statute {
    const char *id;        /* "fr.cp.227-22-1" */
    char country[3];
    const char *reference; /* "Code pénal, art. 227-22-1" */
    const char *title[VG_LANGS];
    uint32_t acts;         /* bit set of vg_act */
    uint32_t ties;         /* bit set of vg_tie by which it reaches facts */
    uint8_t victim_under;  /* years; 0: any minor */
    const char *note[VG_LANGS]; /* NULL: none */
    vg_provenance from;
} vg_statute;

typedef enum { VG_RECEIVER_POLICE, VG_RECEIVER_HOTLINE, VG_RECEIVER_CLEARING, VG_RECEIVER_REGULATOR, VG_RECEIVER_HOST, VG_RECEIVER_KINDS } vg_receiver_kind;
extern const char *const vg_receiver_kind_names[VG_RECEIVER_KINDS]; /* "police", "hotline", "clearing_house", "regulator", "host" */

/* Who can be told. The shipped ones are data; an operator adds hosts, keys and addresses of its own (policy_report.h). */
typedef struct vg_receiver {
    const char *id;          /* "fr.pharos" */
    char country[3];         /* "EU", "ZZ" for those of no one country */
    vg_receiver_kind kind;
    const char *name[VG_LANGS];
    const char *channel;     /* name of the channel that speaks to it: "portal", "ncmec", "dsa18", "xarf", "notice"; NULL: known, not spoken to */
    const char *url, *email, *phone;  /* NULL: not known */
    const char *hours;       /* of the telephone: "24/7"; NULL: not known */
    bool emergency;          /* the number to call when a child is in danger now */
    uint32_t acts;           /* bit set of vg_act it takes; 0: all */
    const char *accepts[VG_LANGS]; /* what may be sent there, in a sentence; NULL: not known */
    bool media;              /* files may be sent, not only their addresses and hashes */
    uint8_t public_key[32];  /* X25519, for sealed hand-over */
    bool has_key;
    int64_t key_until_ms;    /* 0: no end */
    vg_provenance from;
} vg_receiver;

/* ---- what is known of where people are ---- */
typedef enum { VG_WHOSE_AUTHOR, VG_WHOSE_VICTIM, VG_WHOSE_HOST, VG_WHOSES } vg_whose;
extern const char *const vg_whose_names[VG_WHOSES]; /* "author", "victim", "host" */
typedef enum { VG_FACT_PLACE, VG_FACT_NATIONALITY, VG_FACT_RESIDENCE, VG_FACT_KINDS } vg_fact_kind;
extern const char *const vg_fact_kind_names[VG_FACT_KINDS]; /* "place", "nationality", "residence" */
typedef enum { VG_HINT_DECLARED, VG_HINT_IP, VG_HINT_PHONE, VG_HINT_PAYMENT, VG_HINT_LANGUAGE, VG_HINT_PERSON, VG_HINT_OPERATOR, VG_HINTS } vg_hint;
extern const char *const vg_hint_names[VG_HINTS]; /* "declared", "ip", "phone", "payment", "language", "person", "operator" */

/* ---- what facts are derived with: policy/routing.yaml ---- */
typedef struct vg_country { /* ISO 3166-1 */
    char code[3];
    const char *name[VG_LANGS];
} vg_country;

typedef struct vg_word_country { /* "63" -> PH; "PHP" -> PH; "tl" -> PH */
    const char *word;
    char country[3];
} vg_word_country;

typedef struct vg_reason_acts { /* a decision's reason, by its code, and what it says happened */
    const char *reason;
    uint32_t acts; /* bit set of vg_act */
} vg_reason_acts;

typedef struct vg_places {
    uint16_t confidence[VG_HINTS];      /* 1/10000, of one fact that is known in this way */
    uint16_t kind_factor[3];            /* of vg_fact_kind, 1/10000: how much of it is left for a nationality, a residence */
    uint16_t conflict;                  /* factor when others say another country */
    uint16_t weak_below;                /* below it a stop is worth asking about, and says so */
    uint32_t acts_of_kind[VG_EVIDENCE_KINDS]; /* bit sets of vg_act */
    const vg_reason_acts *reasons;      /* as the file has them */
    size_t reason_count;
    const vg_country *countries;        /* by code */
    size_t country_count;
    const vg_word_country *phones;      /* E.164 prefixes without "+", by strcmp */
    size_t phone_count;
    const vg_word_country *currencies;  /* by strcmp */
    size_t currency_count;
    const vg_word_country *languages;   /* primary subtags, by strcmp */
    size_t language_count;
    const char (*members)[3];           /* of the European Union, by code */
    size_t member_count;
    const vg_country *unions;           /* what has entries and is no country: "EU", "ZZ"; by code */
    size_t union_count;
    const char (*french)[3];            /* where police and courts work in French, by code */
    size_t french_count;
    vg_provenance from;                 /* of the tables */
} vg_places;

typedef struct vg_silence { /* a country whose emergency number is looked for and not known */
    char country[3];
    const char *note[VG_LANGS];
} vg_silence;

typedef struct vg_law_book {
    const vg_statute *statutes;  /* by country, then as their file has them */
    size_t statute_count;
    const vg_receiver *receivers; /* by country, then as their file has them: whom to tell first comes first */
    size_t receiver_count;
    const char (*countries)[3]; /* with at least one entry, in order */
    size_t country_count;
    const vg_silence *silences;
    size_t silence_count;
    const vg_places *places;    /* NULL: policy/routing.yaml is not there, nothing is derived */
    uint64_t version;           /* hash of all of it: same content, same version; 0: an empty book */
} vg_law_book;

typedef struct vg_fact {
    vg_whose whose;
    vg_fact_kind kind;
    char country[3];
    vg_hint hint;         /* how it is known */
    uint16_t confidence;  /* 1/10000 */
    vg_str detail;        /* "+63", "203.0.113.7", who said it */
    int64_t time_ms;      /* when it was true; 0: not known */
    int64_t number;       /* of a fact that a person wrote down: the store's; 0: derived */
} vg_fact;

typedef struct vg_act_said { /* a person said that something happened, or that it did not */
    vg_act act;
    bool holds;
    vg_str detail;        /* where it stands; may be empty */
    int64_t number;       /* the store's; later ones stand before earlier ones about the same act */
} vg_act_said;

/** The name of a country, or of "EU" or "ZZ", in a language; its code when the book does not know it. Both live as long as the book and `code`. */
const char *vg_country_name(const vg_law_book *book, const char *code, vg_lang lang);
/** Whether the book's list of countries has this code; true of everything when it has no list. */
bool vg_country_known(const vg_law_book *book, const char *code);
/** Whether it is a Member State of the European Union; `code` may be "EU" itself. */
bool vg_country_in_union(const vg_law_book *book, const char *code);
/** Whether police and courts there work in French, of several languages too. */
bool vg_country_in_french(const vg_law_book *book, const char *code);
/** The receiver of this id, or NULL. */
const vg_receiver *vg_law_receiver(const vg_law_book *book, const char *id);

typedef struct vg_reach_of_law { /* one statute that may reach the facts, and why */
    const vg_statute *statute;
    uint32_t ties;        /* those that hold */
    uint16_t confidence;  /* of the best of them, 1/10000 */
    vg_str why[VG_LANGS];
} vg_reach_of_law;

#endif
