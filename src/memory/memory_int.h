/* SPDX-License-Identifier: Apache-2.0
 *
 * memory_int: the inside of the room, lowest first.
 *
 *   table.c        pages of fixed-size records, found through an extendible-hashing directory
 *   entry.c        one journal entry: how a change is written down, checked and applied
 *   journal.c      where entries go: a mapped ring (survives kill -9), then files (survive a power cut)
 *   checkpoint.c   the two background threads: flushing, writing changed pages back
 *   disk.c         the directory: opening, recovery, closing
 *   record.c       counters inside records: rings of buckets, expiry
 *   pair.c         the record of a pair: messages, days, the course of the exchange, in a few bits each
 *   speaker.c      the record of a conversation: who said what kind of thing, and when
 *   token.c        addresses handed out and openings repeated: who shares one, who got one
 *   facts.c        an event -> changed copies of records, and facts
 *   transaction.c  begin, commit, abandon, seen
 *   subject.c      one person's data: export, erase; outcomes of notices; sweep
 *   glance.c       the counts of one account, for a person who reads a case
 *   memory.c       open, close, names to keys, prefetch, figures
 *
 * Who may touch what: the "writer" is whoever holds the pipeline's lock. Only the writer changes tables; the
 * checkpoint thread reads pages while it does, word by word (relaxed atomics), and redo repairs what it
 * caught half-way. A page that the writer changes is marked in the dirty map of the current epoch; a
 * checkpoint owns the map of the epoch before, so the two never meet.
 */
#ifndef VG_MEMORY_MEMORY_INT_H
#define VG_MEMORY_MEMORY_INT_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/time.h"
#include "memory/memory.h"

enum {
    VG_PAGE_BYTES = 4096,
    VG_PAGE_WORDS = VG_PAGE_BYTES / 8,
    VG_RECORD_WORDS_MAX = 16,
    VG_ENTRY_WORDS_MAX = 1024, /* 8 KiB: the largest entry is a split, or an event with 32 recipients */
    VG_DEPTH_MAX = 26,         /* of the directory: 64 M pages a table */
    VG_FORMAT_VERSION = 2,
};

/* ---- records ---- */

enum { VG_RING_BUCKETS = 8, VG_WEEK_BUCKETS = 7 };

/* 64 bytes, one cache line. Rings count distinct minors: the bucket of a time is index modulo 8, `base_*` is
 * the index of the newest bucket (modulo 2^16). A bucket stops at 255 and then stays full until it leaves the
 * ring. */
typedef struct vg_account_record {
    uint64_t key;
    uint32_t profile;      /* age band 3 bits, basis 2, country 10, language 15, see record.c */
    uint32_t created_hour; /* hours since 1970, plus one; 0: not said */
    uint16_t last_day;     /* days since 1970 */
    uint16_t base_h3;      /* 3-hour steps */
    uint16_t base_day;
    uint16_t base_day4;                 /* 4-day steps */
    uint8_t minors_h3[VG_RING_BUCKETS]; /* minors contacted, by the time of the last contact */
    uint8_t minors_day[VG_RING_BUCKETS];
    uint8_t waiting_day[VG_RING_BUCKETS]; /* minors who never answered, by the day of the first contact */
    uint8_t against_day4[VG_RING_BUCKETS];
    uint16_t notices_made, notices_upheld, notices_dismissed;
    uint8_t talks, talks_staged; /* with minors; those that reached a late stage; both are halved when one is full */
} vg_account_record;

/* A step is three hours; steps are counted from 1970. A time inside a pair is kept as steps back from the last step of the
 * pair's last day; the farthest means "before that", 31 days, which is longer than any window and than events may be late. */
enum {
    VG_STEPS_A_DAY = 8,
    VG_STEP_HOURS = 3,
    VG_BACK_FAR = 255,
    VG_PAIR_SENT_MOST = (1 << 18) - 1, /* of a side's fields: all bits of their width */
    VG_PAIR_TODAY_MOST = (1 << 11) - 1,
    VG_PAIR_DAYS_MOST = (1 << 9) - 1,
    VG_PAIR_ASKED_MOST = 15,
    VG_PAIR_ROW_MOST = 63,
    VG_PAIR_MOVE_MOST = 31,
};

/* One direction of a pair, in one word: a bit field's every step would be masked out of its word and back into it. Counts stop at their
 * most. A field is its shift and its most. */
typedef uint64_t vg_pair_side;
#define VG_SIDE_SENT    0, VG_PAIR_SENT_MOST
#define VG_SIDE_TODAY   18, VG_PAIR_TODAY_MOST /* messages on the day of VG_SIDE_BACK */
#define VG_SIDE_DAYS    29, VG_PAIR_DAYS_MOST  /* days with a message, that day included when VG_SIDE_TODAY is not 0 */
#define VG_SIDE_BACK    38, VG_BACK_FAR        /* steps back to this side's last message or contact */
#define VG_SIDE_REFUSED 46, VG_BACK_FAR        /* one more than the steps back to the other's last refusal; 0: none */
#define VG_SIDE_ASKED   54, VG_PAIR_ASKED_MOST /* messages with a request since the first of those refusals */
#define VG_SIDE_ROW     58, VG_PAIR_ROW_MOST   /* messages to the other alone since the other's last one */

static inline uint32_t vg_side_get(vg_pair_side side, unsigned shift, uint32_t most) { return (uint32_t)(side >> shift) & most; }
/** With a field empty; with one more, unless it is at its most; with a value, at most its most. */
static inline vg_pair_side vg_side_clear(vg_pair_side side, unsigned shift, uint32_t most) { return side & ~((uint64_t)most << shift); }
static inline vg_pair_side vg_side_count(vg_pair_side side, unsigned shift, uint32_t most)
{
    return side + ((uint64_t)(vg_side_get(side, shift, most) < most) << shift);
}
static inline vg_pair_side vg_side_put(vg_pair_side side, unsigned shift, uint32_t most, uint32_t value)
{
    return vg_side_clear(side, shift, most) | (uint64_t)(value < most ? value : most) << shift;
}

/* ... and how far it went. */
typedef struct vg_pair_course {
    uint32_t stages : 24; /* four bits each: 0 not reached, else how long after the first contact, see pair.c */
    uint32_t move : 5;    /* this side's messages when it first asked to go elsewhere; 0: never */
    uint32_t stated : 3;  /* this side's age band by its own words to the other, the youngest */
} vg_pair_course;

enum { /* vg_pair_record.flags; but for two, one bit for each side (<< side) */
       VG_PAIR_COUNTED = 1 << 0,    /* the other is in this side's rings of distinct minors */
       VG_PAIR_WAITING = 1 << 2,    /* ... and in this side's ring of those who never answered */
       VG_PAIR_ANSWERED = 1 << 4,   /* this side wrote to the other, or accepted */
       VG_PAIR_BLOCKED = 1 << 6,    /* this side blocked the other */
       VG_PAIR_BEGAN_HIGH = 1 << 8, /* side 1 made the first contact */
       VG_PAIR_MET_OPEN = 1 << 9,   /* the first contact was in a group or in public */
       VG_PAIR_MOVED = 1 << 10,     /* ... and this side wrote privately since (<< side) */
       VG_PAIR_TALK = 1 << 12,      /* counted among this side's talks with minors */
       VG_PAIR_STAGED = 1 << 14,    /* ... and among those that reached a late stage */
};

/* 48 bytes. Side 0 is the account with the lower key. */
typedef struct vg_pair_record {
    uint64_t key;
    uint32_t tag[2]; /* of the accounts, so that a scan finds the pairs of one */
    uint32_t first_minute; /* minutes since 1970 */
    uint16_t last_day;
    uint16_t flags;
    vg_pair_side side[2];
    vg_pair_course course[2];
} vg_pair_record;

enum { VG_SPEAKERS = 3, VG_FAMILY_STEP_HOURS = 6, VG_FAMILY_FAR = 255, VG_MODEL_WINDOW = 64 };

/* 36 bytes. */
typedef struct vg_speaker {
    uint32_t tag;                      /* 0: free */
    uint32_t hour;                     /* when this was last written, hours since 1970 */
    uint8_t family[VG_TEXT_FAMILIES];  /* one more than the 6-hour steps from the family to `hour`; 0: never, or 63 days ago */
    int32_t model[VG_MODELS];          /* sums of the last words, as each model sees them ... */
    uint8_t tokens[VG_MODELS];         /* ... how many they are ... */
    uint8_t unit[VG_MODELS];           /* ... and whose unit that is: vg_model_part.model */
} vg_speaker;

enum { VG_CONVERSATION_HAD_MINOR = 1, VG_CONVERSATION_CLAIMS = 2 /* more than one account claimed to be a minor */ };

/* 128 bytes. Of the speakers, three are kept: those in whose messages a text family was found before those whose words only a
 * model looked at, and the most recent. */
typedef struct vg_conversation_record {
    uint64_t key;
    uint32_t messages;
    uint16_t last_day;
    uint16_t flags;
    uint32_t claimant; /* tag of the first account of unknown age that said it is a minor; 0: none */
    vg_speaker speaker[VG_SPEAKERS];
} vg_conversation_record;

enum { VG_TOKEN_ADDRESS = 1, VG_TOKEN_OPENING = 2, VG_TOKEN_TAGS = 4, VG_TOKEN_DAYS = 30, VG_TOKEN_KEEP_DAYS = 32 };

/* 32 bytes: a contact address that was handed out, or one account's opening. */
typedef struct vg_token_record {
    uint64_t key;
    union {
        uint32_t tag[VG_TOKEN_TAGS]; /* address: of accounts that handed it out; 0: free */
        struct {
            uint32_t owner;                     /* opening: tag of the account that writes it */
            uint16_t base_day4;
            uint8_t minors_day4[VG_RING_BUCKETS]; /* minors by the time they got it */
            uint16_t spare;
        } opening;
    } of;
    uint16_t last_day;
    uint8_t kind;
    uint8_t beyond;              /* address: a set of eighths of the tags, those that came while all four places were taken */
    uint8_t back[VG_TOKEN_TAGS]; /* address: days from the last time of each tag to last_day */
} vg_token_record;

enum { VG_SEEN_PIECES = 6, VG_PIECE_BYTES = 6 };

/* 64 bytes. A piece is kind 6 bits, fresh 1, weight 14, strength 14, value 13. */
typedef struct vg_seen_record {
    uint64_t key;
    uint64_t content;
    uint64_t case_and_day; /* case id << 16 | day */
    uint16_t risk;
    uint8_t answer; /* verdict 3 bits, scanned 1, uncommitted 1 */
    uint8_t count;
    uint8_t piece[VG_SEEN_PIECES][VG_PIECE_BYTES];
} vg_seen_record;

_Static_assert(sizeof(vg_account_record) == 64, "an account is one cache line");
_Static_assert(sizeof(vg_pair_record) == 48, "a pair is 48 bytes");
_Static_assert(sizeof(vg_conversation_record) == 8 * VG_RECORD_WORDS_MAX, "a conversation is 128 bytes");
_Static_assert(sizeof(vg_token_record) == 32, "an address or opening is 32 bytes");
_Static_assert(sizeof(vg_seen_record) == 64, "a seen event is one cache line");

/* An event's time in the units of records. */
typedef struct vg_moment {
    uint32_t minute, hour, step; /* steps are 3 hours; h3 is the same modulo 2^16 */
    uint16_t h3, day, day4;
} vg_moment;

vg_moment vg_memory_moment_of(int64_t time_ms);
/** Is a record of `last_day` forgotten at `today`? */
static inline bool vg_memory_expired(uint32_t last_day, uint32_t today, uint32_t keep_days)
{
    return today > last_day && today - last_day > keep_days;
}
static inline uint32_t vg_memory_step(const vg_moment *at)
{
    return at->step;
}
/** The bucket of `index` in a ring whose newest is `base`, or NULL when it left (or lies in the future). */
uint8_t *vg_memory_bucket(uint8_t ring[VG_RING_BUCKETS], uint16_t base, uint16_t index);
uint32_t vg_memory_ring_sum(const uint8_t ring[VG_RING_BUCKETS], uint16_t base, unsigned newest);
/** Empties the buckets between *base and `now`, which becomes the newest. */
void vg_memory_ring_roll(uint8_t ring[VG_RING_BUCKETS], uint16_t *base, uint16_t now);
/** One more, unless full; one less, unless empty or full (a full bucket lost count). NULL is fine. */
void vg_memory_bucket_add(uint8_t *bucket);
void vg_memory_bucket_drop(uint8_t *bucket);
/** Moves an account's rings on to the time of an event and marks it as seen on that day. */
void vg_memory_account_roll(vg_account_record *account, const vg_moment *at, bool fresh);

static inline vg_age_band vg_memory_band(const vg_account_record *a)
{
    return (vg_age_band)(a->profile & 7);
}
static inline vg_age_basis vg_memory_basis(const vg_account_record *a)
{
    return (vg_age_basis)(a->profile >> 3 & 3);
}
/** Takes over what an account event says; what it does not say stays. */
void vg_memory_profile_set(vg_account_record *account, const vg_event *event);
void vg_memory_profile_text(const vg_account_record *account, char country[3], char language[4]);
static inline uint32_t vg_memory_tag(uint64_t account_key)
{
    return (uint32_t)(account_key >> 32) | 1;
}
static inline uint64_t vg_memory_pair_key(uint64_t a, uint64_t b)
{
    uint64_t key = a < b ? vg_hash_mix(a, b) : vg_hash_mix(b, a);
    return key ? key : 1;
}

/* ---- pair ---- */

static inline uint32_t vg_pair_bit(unsigned flag, unsigned side) { return (uint32_t)flag << side; }
static inline void vg_pair_set(vg_pair_record *pair, uint32_t flags) { pair->flags |= (uint16_t)flags; }
static inline void vg_pair_clear(vg_pair_record *pair, uint32_t flags) { pair->flags &= (uint16_t)~flags; }
static inline unsigned vg_pair_began(const vg_pair_record *pair) { return pair->flags & VG_PAIR_BEGAN_HIGH ? 1 : 0; }

void vg_pair_begin(vg_pair_record *pair, const vg_moment *at);
/** Moves the pair's last day on; what is told as a distance from it moves along. */
void vg_pair_roll(vg_pair_record *pair, const vg_moment *at);
/** The step of a side's last message or contact; false when there was none, or long ago. */
static inline bool vg_pair_last(const vg_pair_record *pair, unsigned side, uint32_t *step)
{
    uint32_t back = vg_side_get(pair->side[side], VG_SIDE_BACK);
    *step = (uint32_t)pair->last_day * VG_STEPS_A_DAY + VG_STEPS_A_DAY - 1 - back;
    return back < VG_BACK_FAR;
}
/** A message of a side; `alone`: to the other and nobody else. Before vg_pair_touch. */
void vg_pair_count(vg_pair_record *pair, unsigned side, const vg_moment *at, bool alone);
/** A message or contact of a side: its last step is this one, unless it is late. */
void vg_pair_touch(vg_pair_record *pair, unsigned side, const vg_moment *at, bool message);
/** The other said no to `side`. */
void vg_pair_refuse(vg_pair_record *pair, unsigned side, const vg_moment *at);
/** A message of a side holds these families. Returns the stages reached by it for the first time. */
unsigned vg_pair_advance(vg_pair_record *pair, unsigned side, const vg_moment *at, uint32_t families);
/** The side says how old it is. */
void vg_pair_state(vg_pair_record *pair, unsigned side, vg_age_band band);
/** The facts of the course, seen from a side; the time of each stage is the longest that its four bits may mean. */
void vg_pair_describe(const vg_pair_record *pair, unsigned side, const vg_moment *at, vg_facts *facts);
unsigned vg_pair_stages(const vg_pair_record *pair, unsigned side);
/** Of these families, the stages; and whether one of them is a request (isolation and later). */
unsigned vg_memory_stages_of(uint32_t families);
enum { VG_LATE_STAGES = 1 << VG_STAGE_ISOLATION | 1 << VG_STAGE_RISK_ASSESSMENT | 1 << VG_STAGE_ESCALATION | 1 << VG_STAGE_PRESSURE };
/** The age band of somebody of so many years; 0: unknown. */
vg_age_band vg_memory_band_of_years(unsigned years);

/* ---- speaker ---- */

/** Applies one message to a conversation: `facts` gets the families from before and the models' sums with this message. */
void vg_memory_speak(vg_conversation_record *conversation, uint32_t tag, const vg_moment *at, const vg_text_brief *text,
                     vg_facts *facts);

/* ---- table ---- */

typedef enum {
    VG_TABLE_ACCOUNT,
    VG_TABLE_PAIR,
    VG_TABLE_CONVERSATION,
    VG_TABLE_TOKEN,
    VG_TABLE_SEEN, /* the last one: the others grow */
    VG_TABLES
} vg_table_kind;

typedef struct vg_table_shape {
    const char *name;
    uint8_t record_words, header_words, slots, tag_groups; /* groups of 16 tags */
} vg_table_shape;

extern const vg_table_shape vg_table_shapes[VG_TABLES];

/* A page is a header (one byte a slot: 0 free, else the top byte of the key; the last word of the header of a
 * growing table is depth << 8 | prefix << 32 | 1; byte 63 of a seen page is the slot to be replaced next) and
 * its records. */
typedef struct vg_table {
    const vg_table_shape *shape;
    uint64_t *pages; /* reserved address range: never moves */
    void *reserved;  /* the same range as it was mapped, before alignment */
    size_t reserved_bytes;
    _Atomic(uint32_t) *directory; /* page + 1 by the low bits of a key; 0: as half a directory below */
    _Atomic uint64_t mask;        /* directory entries - 1 */
    uint64_t filled;              /* entries copied since the directory doubled; mask + 1: all */
    unsigned depth;               /* log2 of the directory */
    size_t reserved_pages;
    _Atomic size_t capacity; /* pages with memory (and disk) behind them */
    _Atomic size_t used;     /* pages in use */
    _Atomic size_t live;     /* records */
    uint64_t *dirty[2];      /* page bit maps by epoch; NULL in RAM */
    int fd;                  /* -1 in RAM */
    pthread_mutex_t growing;
} vg_table;

int vg_table_create(vg_table *table, vg_table_kind kind, bool persistent, vg_error *err);
void vg_table_destroy(vg_table *table);
/** Memory, and disk when there is a file, for at least `pages` pages. Any thread. VG_EFULL, VG_ENOMEM. */
int vg_table_grow(vg_table *table, size_t pages, vg_error *err);
/** How many pages the next step of growth should reach. */
size_t vg_table_next_capacity(const vg_table *table);
/** A new growing table has one page; the seen table has its 2^depth pages from the start. */
int vg_table_start(vg_table *table, unsigned depth, vg_error *err);
/** Builds the directory and counts from pages in memory; VG_ECORRUPT when the pages do not fit together. */
int vg_table_rebuild(vg_table *table, vg_error *err);
/** Points the directory at the two halves of a page that was split at `depth`. */
void vg_table_split_directory(vg_table *table, uint32_t high_page, uint32_t prefix, unsigned depth);
/** Room for a directory deeper than `depth`: VG_EFULL at VG_DEPTH_MAX. */
int vg_table_deepen(vg_table *table, unsigned depth, vg_error *err);
/** A step of the work that a doubled directory leaves behind. */
void vg_table_fill_directory(vg_table *table, size_t entries);
int vg_table_find_slot(const vg_table *table, const uint64_t *page, uint64_t key);
/** A free slot of the page that is not in `taken` (bit set), or -1. */
int vg_table_free_slot(const vg_table *table, const uint64_t *page, const uint64_t taken[2]);
/** Where a record of this key is, or would go: for prefetch only, nothing is promised. */
unsigned vg_table_likely_slot(const vg_table *table, const uint64_t *page, uint64_t key);

static inline uint8_t vg_table_tag(uint64_t key)
{
    uint8_t tag = (uint8_t)(key >> 56);
    return tag ? tag : 1;
}
static inline uint64_t *vg_table_page(const vg_table *table, uint32_t page)
{
    return table->pages + (size_t)page * VG_PAGE_WORDS;
}
static inline uint64_t *vg_table_record(const vg_table *table, uint64_t *page, unsigned slot)
{
    return page + table->shape->header_words + (size_t)slot * table->shape->record_words;
}
static inline uint32_t vg_table_page_of(const vg_table *table, uint64_t key)
{
    uint64_t mask = atomic_load_explicit(&table->mask, memory_order_acquire);
    uint32_t page = atomic_load_explicit(&table->directory[key & mask], memory_order_relaxed);
    if (__builtin_expect(!page, 0))
        page = atomic_load_explicit(&table->directory[key & mask >> 1], memory_order_relaxed);
    return page - 1;
}
/** The live record of a key, or NULL. */
static inline uint64_t *vg_table_find(const vg_table *table, uint64_t key)
{
    uint64_t *page = vg_table_page(table, vg_table_page_of(table, key));
    int slot = vg_table_find_slot(table, page, key);
    return slot < 0 ? NULL : vg_table_record(table, page, (unsigned)slot);
}
static inline unsigned vg_page_depth(const vg_table *table, const uint64_t *page)
{
    return (unsigned)(page[table->shape->header_words - 1] >> 8 & 0xff);
}
static inline uint32_t vg_page_prefix(const vg_table *table, const uint64_t *page)
{
    return (uint32_t)(page[table->shape->header_words - 1] >> 32);
}
static inline uint8_t vg_page_tag(const uint64_t *page, unsigned slot)
{
    return (uint8_t)(page[slot / 8] >> slot % 8 * 8);
}

/** Is a slot free, and not in `taken` (bit set)? */
static inline bool vg_page_is_free(const uint64_t *page, unsigned slot, const uint64_t taken[2])
{
    return !vg_page_tag(page, slot) && !(taken[slot / 64] >> slot % 64 & 1);
}

/** Of a seen page: the slot to be replaced next. */
static inline unsigned vg_page_hand(const uint64_t *page)
{
    return (unsigned)(__atomic_load_n(&page[7], __ATOMIC_RELAXED) >> 56);
}

/* ---- entry ---- */

/* A change as words: [length | type][checksum] then items, each a head word and its data. Data are absolute,
 * so an entry may be applied again. See entry.c. */
typedef enum { VG_ENTRY_CHANGE = 1, VG_ENTRY_PAD, VG_ENTRY_SEED } vg_entry_type;

typedef struct vg_entry {
    uint64_t *words; /* VG_ENTRY_WORDS_MAX of them */
    size_t count;
} vg_entry;

void vg_entry_begin(vg_entry *entry, uint64_t *words);
/** The words of `record` that differ from the live ones; none differ: nothing is added. */
void vg_entry_add_record(vg_entry *entry, const vg_table *table, vg_table_kind kind, uint32_t page,
                         unsigned slot, const uint64_t *record);
/** A page header; slots without a tag are emptied. */
void vg_entry_add_header(vg_entry *entry, const vg_table *table, vg_table_kind kind, uint32_t page,
                         const uint64_t *header);
/** A page as new, with this last header word. */
void vg_entry_add_fresh(vg_entry *entry, vg_table_kind kind, uint32_t page, uint64_t meta);
void vg_entry_add_hand(vg_entry *entry, uint32_t page, unsigned slot);
void vg_entry_add_clock(vg_entry *entry, uint32_t day);
static inline bool vg_entry_is_empty(const vg_entry *entry)
{
    return entry->count == 2;
}
void vg_entry_finish(vg_entry *entry, vg_entry_type type, uint64_t seed, uint64_t position);
/** An entry of `count` words that says nothing. */
void vg_entry_pad(vg_entry *entry, size_t count, uint64_t seed, uint64_t position);
/** Length in words of a valid entry at `words` (at most `limit` words), or 0. */
size_t vg_entry_check(const uint64_t *words, size_t limit, uint64_t seed, uint64_t position,
                      vg_entry_type *type);
/** Puts a whole record in its slot: what applying an entry of its changed words does, without reading them back. */
void vg_entry_copy_in(struct vg_memory *memory, vg_table_kind kind, uint32_t page, unsigned slot,
                      const uint64_t *words);
void vg_entry_set_hand(struct vg_memory *memory, uint32_t page, unsigned slot);
/** Applies a change to the tables. False when an item makes no sense (then nothing of it was applied
 * further). */
bool vg_entry_apply(struct vg_memory *memory, const uint64_t *words, bool recovering);

/* ---- journal ---- */

enum { VG_JOURNAL_HEADER = 4096, VG_RING_BYTES = 8 << 20 };

typedef struct vg_journal_file {
    int fd;
    _Atomic size_t allocated; /* bytes that have disk behind them */
    uint64_t start;           /* position of its first entry; under `lock` */
} vg_journal_file;

typedef struct vg_journal {
    vg_journal_file file[2];
    unsigned active; /* the file of new entries; written by the writer under `lock` */
    uint64_t seed;   /* of checksums; the writer's */
    uint8_t *ring;   /* mapped, VG_RING_BYTES */
    int ring_fd;
    _Atomic uint64_t head;    /* position after the last entry */
    _Atomic uint64_t drained; /* written to the files up to here */
    _Atomic uint64_t durable; /* and synced */
    size_t soft, hard;        /* bytes of a file: a checkpoint is asked for, no more is taken */
    pthread_mutex_t lock;     /* file[].start, active */
    pthread_mutex_t draining; /* one drain at a time; taken before `lock` */
    pthread_mutex_t syncing;  /* one sync at a time; taken before `draining` */
    pthread_mutex_t growing;  /* one allocation at a time */
    atomic_bool broken;       /* a write or sync failed: nothing more is promised */
} vg_journal;

/** Opens or creates the files in `dir`. */
int vg_journal_open(vg_journal *journal, int dir, size_t soft_bytes, vg_error *err);
void vg_journal_close(vg_journal *journal);
/** Where the next entry may be built (VG_ENTRY_WORDS_MAX words), or NULL with err: VG_EFULL, VG_EIO. Writer.
 */
uint64_t *vg_journal_reserve(vg_journal *journal, vg_error *err);
/** Publishes the entry just built there. Writer. */
void vg_journal_append(vg_journal *journal, vg_entry *entry, vg_entry_type type);
/** Bytes in the active file. Writer. */
static inline uint64_t vg_journal_used(const vg_journal *journal)
{
    return atomic_load_explicit(&journal->head, memory_order_relaxed) - journal->file[journal->active].start;
}
/** Makes everything before `position` durable. Any thread. */
int vg_journal_sync(vg_journal *journal, uint64_t position, vg_error *err);
/** More disk for the active file when it will be needed soon. Any thread. */
void vg_journal_grow_ahead(vg_journal *journal);
/** Goes on in file `index` at the current head; the file must be free. Writer. */
int vg_journal_switch(vg_journal *journal, unsigned index, uint64_t seed, vg_error *err);
/** New checksums from here on, so that what a power cut left behind the end is never taken for ours. Writer.
 */
int vg_journal_reseed(vg_journal *journal, vg_error *err);
/** Applies every entry from the start of file `first` on, in the other file and the ring too; calls `moved`
 * when the other file begins. Leaves the journal ready to append. */
int vg_journal_replay(struct vg_memory *memory, unsigned first, uint64_t position,
                      void (*moved)(struct vg_memory *), uint64_t *entries, vg_error *err);

/* ---- disk: what a memory with a directory has beyond one in RAM ---- */

typedef enum {
    VG_CHECKPOINT_IDLE,
    VG_CHECKPOINT_ASKED,
    VG_CHECKPOINT_RUNNING,
    VG_CHECKPOINT_FAILED
} vg_checkpoint_state;

typedef struct vg_disk {
    char path[512];
    int dir, lock_fd;
    vg_journal journal;
    unsigned epoch;   /* dirty map that the writer marks */
    uint64_t look_at; /* journal position at which the writer looks at the checkpoint next */
    unsigned seen_depth;
    uint64_t recovered; /* entries applied at the start */

    pthread_mutex_t lock; /* the rest */
    pthread_cond_t changed, wake;
    vg_checkpoint_state state;
    bool stopping;
    /* the checkpoint asked for: everything before `position`, the start of `journal_file` */
    unsigned old_epoch, journal_file;
    uint64_t position;
    uint32_t clock_day;

    uint64_t *buffer; /* the checkpoint's own */
    uint32_t *buffer_page;
    pthread_t flusher, checkpointer;
    bool flusher_runs, checkpointer_runs;
} vg_disk;

enum { VG_CHECKPOINT_PAGES = 2048 }; /* copied, made safe by a sync of the journal, and written at a time */

int vg_disk_open(struct vg_memory *memory, const vg_memory_options *options, vg_error *err);
/** Stops the threads, writes everything back when it can. */
void vg_disk_close(struct vg_memory *memory);
int vg_disk_write_meta(struct vg_memory *memory, bool creating, vg_error *err);

int vg_checkpoint_start_threads(struct vg_memory *memory, vg_error *err);
void vg_checkpoint_stop_threads(struct vg_memory *memory);
/** Writes back what the checkpoint asked for holds. Checkpoint thread, or the last one at close. */
int vg_checkpoint_run(struct vg_memory *memory, vg_error *err);
/** Turns to the other journal file and asks for a checkpoint of everything before. Writer. */
int vg_checkpoint_ask(struct vg_memory *memory, vg_error *err);
/** Called by the writer after a change: asks for a checkpoint when the journal is long. */
void vg_checkpoint_tend(struct vg_memory *memory);
/** Waits for a running checkpoint to end; false when it failed or none runs. */
bool vg_checkpoint_wait(struct vg_memory *memory);

/* ---- transaction ---- */

enum { VG_TOUCHED_MAX = 2 + 1 + 2 * VG_EVENT_MAX_TO + VG_TOKENS_MAX + 1 };

typedef struct vg_touched {
    uint8_t table, slot;
    bool fresh;  /* was absent (or expired) */
    bool insert; /* takes a free slot */
    uint32_t page;
    union {
        vg_account_record account;
        vg_pair_record pair;
        vg_conversation_record conversation;
        vg_token_record token;
        uint64_t words[VG_RECORD_WORDS_MAX];
    } copy;
} vg_touched;

typedef struct vg_transaction {
    bool open;
    uint64_t event_key, content;
    vg_memory_place near_seen;
    vg_moment at;
    uint32_t today; /* the day that expiry is judged by: never goes back */
    uint32_t keep_days;
    size_t count;
    vg_touched touched[VG_TOUCHED_MAX];
} vg_transaction;

/* Indices of vg_memory_keys.near. */
enum { VG_NEAR_ACTOR, VG_NEAR_CONVERSATION, VG_NEAR_SEEN, VG_NEAR_PEER, VG_NEAR_PAIR };

struct vg_memory {
    vg_hash_key key;
    vg_table table[VG_TABLES];
    uint32_t clock_day; /* the latest day of any event */
    vg_disk *disk;      /* NULL in RAM */
    uint64_t *scratch;  /* an entry is built here when there is no journal */
    size_t sweep_table, sweep_page;
    uint64_t seen_absent; /* key last found absent from seen, so that commit need not look again; 0: none */
    vg_transaction tx;
};

/** Journals (when there is a directory) and applies an entry built since vg_memory_entry. Cannot fail. */
int vg_memory_entry(vg_memory *memory, vg_entry *entry, vg_error *err);
void vg_memory_apply(vg_memory *memory, vg_entry *entry);
/** The slot of a key on *page, or -1. `near` says where to look first, or is NULL. */
int vg_memory_find(const vg_table *table, uint64_t key, const vg_memory_place *near, uint32_t *page);
/** A copy of the record of `key` in the open transaction, made when `create` and absent; *out NULL when
 * absent. */
int vg_memory_touch(vg_memory *memory, vg_table_kind kind, uint64_t key, const vg_memory_place *near, bool create,
                    vg_touched **out, vg_error *err);
/** facts.c: the event's changes to the touched copies, and the facts. */
int vg_memory_facts(vg_memory *memory, const vg_event *event, const vg_memory_keys *keys,
                    const vg_policy *policy, const vg_text_brief *text, vg_facts *facts, vg_error *err);
uint64_t vg_memory_account_key(const vg_memory *memory, vg_str source, vg_str account);

/* ---- token ---- */

/** How long a table's records are kept, when the policy keeps `keep_days`: what nothing reads after a month goes after a month. */
static inline uint32_t vg_memory_keep(unsigned table, uint32_t keep_days)
{
    return table == VG_TABLE_TOKEN && keep_days > VG_TOKEN_KEEP_DAYS ? VG_TOKEN_KEEP_DAYS : keep_days;
}
uint64_t vg_memory_opening_key(const vg_memory *memory, uint64_t actor, uint64_t opening);
/** The actor hands out addresses: facts->linked_accounts. */
int vg_memory_hand_out(vg_memory *memory, vg_str source, uint32_t tag, const vg_text_brief *text, vg_facts *facts, vg_error *err);
/** The actor's first message to a minor: facts->opening_minors. */
int vg_memory_open_talk(vg_memory *memory, uint64_t actor, uint64_t opening, vg_facts *facts, vg_error *err);
/** Accounts other than `tag` that handed an address out in the last 30 days of `day`. */
uint32_t vg_memory_others(const vg_token_record *record, uint32_t tag, uint32_t day);
/** Takes an account out of a record; true when nothing is left of it. */
bool vg_memory_token_forget(vg_token_record *record, uint32_t tag);

#endif
