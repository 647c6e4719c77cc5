/* SPDX-License-Identifier: Apache-2.0
 *
 * Inside signals/text: contact addresses, and the names and hosts by which they are known.
 */
#ifndef VG_SIGNALS_TEXT_CONTACT_INT_H
#define VG_SIGNALS_TEXT_CONTACT_INT_H

#include "signals/text/text_int.h"

enum { TEXT_CONTACTS = 8 }; /* looked at in one message */

typedef struct text_contact {
    vg_span span;
    uint16_t strength;
    uint64_t token; /* hash of kind and canonical address; 0: none to be seen (a QR code) */
} text_contact;

/** Addresses in the message: its text, the same folded (up to the last stage) and the map between. Bounded work: each byte is
 * looked at a bounded number of times. Returns how many. */
size_t text_contact_find(vg_str text, const char *folded, size_t len, const uint32_t *map, text_contact out[TEXT_CONTACTS]);

/** False: no address is in the message. `named`: the gate knows one of its words. */
bool text_contact_possible(vg_str text, const text_notes *notes, bool named);

/** Notes in the gate the words without which no address is found by its words. */
void text_contact_mark(text_gate *gate);

/* ---- names: contact_names.c ---- */

typedef enum { TEXT_WORD_APP, TEXT_WORD_ZERO, TEXT_WORD_CODE } text_contact_sort;

typedef struct text_contact_word {
    const char *word; /* folded */
    text_contact_sort sort;
    const char *kind; /* of an app: how its names are told from those of another */
} text_contact_word;

typedef struct text_contact_link {
    const char *host, *path, *kind; /* "discord.com", "invite/", "discord" */
    bool number;                    /* what follows is a telephone number */
} text_contact_link;

const text_contact_word *text_contact_word_of(const char *word, size_t len);
/** The first of a host's links, or NULL; the host's others follow it. A "www." or "m." before it is no matter. */
const text_contact_link *text_contact_link_of(const char *host, size_t len);
/** The value of a number written out, or -1. */
int text_contact_number(const char *word, size_t len);
/** A page of a host that is nobody's: "reel". */
bool text_contact_is_page(const char *path, size_t len);
/** A host where people have their own mail. */
bool text_contact_is_mailbox(const char *host, size_t len);
/** A word of everyday talk that is no name: "oui", "ticket". */
bool text_contact_is_common(const char *word, size_t len);
/** A word that asks to add or to write to somebody. */
bool text_contact_is_request(const char *word, size_t len);
bool text_contact_is_scan(const char *word, size_t len);

#endif
