/* SPDX-License-Identifier: Apache-2.0
 *
 * index_int: what the sources of the index share. Nothing outside signals/media/index (and its tests) includes it.
 *
 * DESIGN. A PDQ hash is 256 bits, reordered and cut into 16 *pieces* of 16 bits. For a threshold t each piece i is given
 * u_i units (0, 1 or 2) with sum(u) = t + 1. Two hashes at distance d <= t: sum(d_i - u_i) <= -1 over the pieces, and a
 * cycle of whole numbers with a negative sum has a place from where every partial sum is negative (Raney, 1960). So there
 * is a piece i with d_i <= u_i - 1 *and* d_i + d_(i+1) <= u_i + u_(i+1) - 1. Table i lists the hashes by piece i, and keeps
 * piece i + 1 beside each: looking into the bucket of a piece and, where u_i is 2, into those one bit away finds whatever is
 * near, and comparing 16 bits more, in a row and 16 at a time, leaves 2 candidates in a thousand to be fetched.
 *
 * A *view* is that structure wherever it lies: in a mapped file, or in memory for a part of the additions.
 */
#ifndef VG_SIGNALS_MEDIA_INDEX_INT_H
#define VG_SIGNALS_MEDIA_INDEX_INT_H

#include <pthread.h>
#include <stdatomic.h>

#include "signals/media/index/index.h"

enum {
    VG_PIECES = 16,
    VG_PIECE_UNITS = 2,        /* at most; 16 * 2 = 32 = the greatest threshold + 1 */
    VG_INDEX_THRESHOLD = 31,
    VG_LINEAR_ROWS = 1024,     /* up to which reading every row is as fast as looking into buckets */
    VG_BATCH = 8,              /* hashes looked up together: the orientations of a picture */
    VG_INDEX_PAD = 64,         /* readable bytes after every array, for vector loads */
    VG_DIGESTS = VG_HASH_PDQ,  /* algorithms before it are compared for equality */
    VG_ROW_LIMIT = 0xfffffff0,
};
_Static_assert((int)VG_HASH_SHA256 < (int)VG_DIGESTS && (int)VG_HASH_MD5 < (int)VG_DIGESTS && (int)VG_HASH_SHA1 < (int)VG_DIGESTS,
               "digests come first");
_Static_assert(VG_PIECES * VG_PIECE_UNITS == VG_INDEX_THRESHOLD + 1, "the pieces cover the threshold");
#define VG_ENTRY_FRAME 0x80000000u   /* flags beside the number of an entry, which is below 2^30 */
#define VG_ENTRY_DOUBT 0x40000000u
#define VG_ENTRY_NUMBER 0x3fffffffu

/* ---- hashes as they are compared (permute.c) ---- */
typedef struct vg_row { /* reordered bits; the first piece is the top of the first word, so numbers sort as pieces do */
    uint64_t bits[4];
} vg_row;
static inline uint16_t vg_row_piece(const vg_row *row, unsigned i)
{
    return (uint16_t)(row->bits[i / 4] >> (48 - 16 * (i % 4)));
}
static inline unsigned vg_row_distance(const vg_row *a, const vg_row *b)
{
    unsigned d = 0;
    for (int i = 0; i < 4; i++) d += (unsigned)__builtin_popcountll(a->bits[i] ^ b->bits[i]);
    return d;
}
typedef struct vg_permutation {
    uint8_t from[256];           /* bit b of a row is bit from[b] of the hash, both counted in the order of the text form */
    uint64_t nibble[64][16][4];  /* the same as a sum of parts */
} vg_permutation;
/** Fills in the parts; false when `from` does not name each bit once. */
bool vg_permutation_set(vg_permutation *permutation, const uint8_t from[256]);
/** The order used when nothing is known of the list. */
void vg_permutation_default(uint8_t from[256]);
/** The order that spreads these hashes best, of a few that are tried. Deterministic. */
void vg_permutation_choose(uint8_t from[256], const uint8_t (*sample)[32], size_t count);
void vg_permutation_apply(const vg_permutation *permutation, const uint8_t hash[32], vg_row *out);

/* ---- kernels (kernel.c) ---- */
typedef struct vg_probe { /* one bucket to be looked through */
    const uint16_t *next; /* the following piece of each hash of the table */
    uint32_t at, end;
    uint16_t want;
    uint8_t limit, table, mask; /* mask: for which hashes of the batch */
} vg_probe;
typedef struct vg_survivor {
    uint32_t at;
    uint8_t table, mask;
} vg_survivor;
enum { VG_SCAN_STEP = 16 };
typedef struct vg_index_kernel {
    const char *name;
    /* Looks through probes from *next on, until all are done or less than VG_SCAN_STEP of `room` is left; returns how many it put out.
     * An unfinished probe is left with `at` where to go on. */
    size_t (*scan)(vg_probe *probes, size_t count, size_t *next, vg_survivor *out, size_t room);
} vg_index_kernel;
const vg_index_kernel *vg_index_kernel_get(void);

/* ---- the log of additions (delta.c) ---- */
typedef struct vg_log_item {
    uint64_t change, turn; /* `turn` counts calls: a removal hides what was added before it */
    uint32_t entry;        /* with VG_ENTRY_FRAME, VG_ENTRY_DOUBT */
    uint16_t category;
    uint16_t algorithm;
    uint8_t bytes[32];
} vg_log_item;
enum { VG_LOG_CHUNK = 8192, VG_LOG_CHUNKS = 4096 };
typedef struct vg_log { /* only ever grows; what is below a snapshot's count does not change */
    atomic_size_t references;
    vg_log_item *chunk[VG_LOG_CHUNKS];
} vg_log;
static inline const vg_log_item *vg_log_at(const vg_log *log, uint32_t at) { return &log->chunk[at / VG_LOG_CHUNK][at % VG_LOG_CHUNK]; }

/* ---- views ---- */
typedef struct vg_keys { /* digests of one algorithm, sorted */
    const uint8_t *bytes;
    const uint32_t *first;  /* 2^bits + 1: where the digests with these leading bits begin */
    const uint32_t *entry;
    const uint16_t *category;
    uint32_t count;
    unsigned bits;
} vg_keys;
typedef struct vg_frames {
    uint32_t entry, frames;
    uint64_t turn;
} vg_frames;
typedef struct vg_view {
    const vg_permutation *permutation;
    const vg_row *row;           /* different hashes, sorted */
    const uint32_t *first;       /* rows + 1: the first posting of each; NULL when each has one */
    const uint32_t *entry;       /* of each posting: the entry with its flags, or its place in `log` */
    const uint16_t *category;    /* of each posting; NULL with a log */
    const uint32_t *offset[VG_PIECES];
    const uint16_t *next[VG_PIECES];
    const uint8_t *id[VG_PIECES]; /* little-endian, id_bytes each; the first table is in the order of the rows and has none */
    const vg_frames *frames;     /* entries with frames, sorted by entry */
    const vg_log *log;
    const uint16_t *category_map; /* the file's numbers to the index's */
    uint32_t rows, postings, frame_entries, category_count;
    unsigned key_bits, id_bytes; /* key_bits 0: no tables, rows are read one after another */
    vg_keys keys[VG_DIGESTS];
} vg_view;

/* ---- building (build.c) ---- */
typedef struct vg_build_row {
    vg_row row;
    uint32_t entry;
    uint16_t category;
} vg_build_row;
unsigned vg_build_key_bits(size_t rows);
unsigned vg_build_directory_bits(size_t count);
/** Sorts `rows` by hash, then entry, into `out` (another array as long). `partitions` of about equal length are read in parallel. VG_ENOMEM. */
int vg_build_sort(const vg_build_row *rows, size_t count, vg_build_row *out);
/** As vg_malloc; long ones in huge pages where the kernel has them: written at random, they then cost few page faults and translations. */
void *vg_build_room(size_t bytes);
/** Work space for a table of so many rows; NULL for few, which need none, and when there is no memory: then it takes longer. */
enum { VG_BUILD_LONG = 1 << 19 };
typedef struct vg_build_spare vg_build_spare;
vg_build_spare *vg_build_spare_new(uint32_t rows);
/** Table `i` of sorted, different rows. `id` may be NULL for table 0. `cursor`: 2^key_bits words of work space. `spare` may be NULL. */
void vg_build_table(const vg_row *rows, uint32_t count, unsigned i, unsigned key_bits, unsigned id_bytes, uint32_t *offset,
                    uint16_t *next, uint8_t *id, uint32_t *cursor, vg_build_spare *spare);
/** Where digests with the same leading bits begin. */
void vg_build_directory(const uint8_t *sorted, size_t count, size_t width, unsigned bits, uint32_t *first);
/** Calls task(context, 0 .. tasks - 1) on this thread and others. */
void vg_build_run(void (*task)(void *context, size_t i), void *context, size_t tasks);
unsigned vg_build_threads(void);

/* ---- marks (marks.c) ---- */
typedef struct vg_mark {
    uint32_t entry;      /* 0: free */
    uint8_t doubt;       /* 0: nothing said since the file, 1: not doubted, 2: doubted */
    uint64_t removed;    /* turn; 0: not removed */
    uint64_t change;     /* of the removal */
} vg_mark;
typedef struct vg_marks {
    atomic_size_t references;
    pthread_rwlock_t lock;
    vg_mark *slot;
    size_t capacity, count, removed;
} vg_marks;
int vg_marks_create(vg_marks **out, vg_error *err);
void vg_marks_release(vg_marks **marks);
/** Makes room for `more` entries, so that vg_marks_at cannot fail. */
int vg_marks_reserve(vg_marks *marks, size_t more, vg_error *err);
/** The mark of an entry, made when it is not there. Room must have been reserved, the lock held for writing. */
vg_mark *vg_marks_at(vg_marks *marks, uint32_t entry);
/** NULL when there is none. The lock must be held. */
const vg_mark *vg_marks_find(const vg_marks *marks, uint32_t entry);

/* ---- segments of additions (delta.c) ---- */
typedef struct vg_segment {
    atomic_size_t references;
    uint32_t from, to;   /* of the log */
    size_t bytes;
    vg_view view;
    void *block[24];     /* what the view points into */
    size_t blocks;
} vg_segment;
/** Builds a segment of log items [from, to). VG_ENOMEM. */
int vg_segment_create(vg_segment **out, const vg_log *log, const vg_permutation *permutation, uint32_t from, uint32_t to, vg_error *err);
void vg_segment_release(vg_segment **segment);

/* ---- a mapped file (file.c) ---- */
typedef struct vg_index_file {
    atomic_size_t references;
    const uint8_t *map;
    size_t bytes;
    vg_index_label label;
    uint64_t entries;
    vg_permutation permutation;
    uint16_t category_map[VG_BANK_MAX_CATEGORIES];
    vg_view view;
} vg_index_file;
int vg_index_file_open(vg_index_file **out, const char *path, vg_index_label *label, vg_error *err);
int vg_index_file_check(const vg_index_file *file, vg_error *err);
void vg_index_file_release(vg_index_file **file);
/** The name of the n-th category in the file, which must be one that is there. */
vg_str vg_index_file_category(const vg_index_file *file, uint32_t n);

/* ---- the index (index.c) ---- */
enum { VG_SEGMENTS = 32, VG_TAIL = 512 };
typedef struct vg_snapshot { /* what a search sees; never changed once it is published */
    atomic_size_t references;
    vg_index_file *file;
    vg_marks *marks;
    vg_log *log;
    vg_segment *segment[VG_SEGMENTS];
    size_t segments;
    uint32_t sealed, count; /* of the log: in segments, in all */
} vg_snapshot;
const vg_snapshot *vg_index_snapshot_take(const vg_index *index);
void vg_index_snapshot_drop(const vg_snapshot *snapshot);
/** The newest change that the index has. */
uint64_t vg_index_change(const vg_index *index);

/* ---- searching (search.c, answer.c) ---- */
typedef struct vg_hit {
    uint64_t turn;
    uint64_t place;    /* which posting */
    uint32_t entry, query;
    uint16_t category;
    uint8_t rank;      /* 0: SHA-256, 1: SHA-1, 2: MD5, 3: PDQ */
    uint8_t distance;
    bool frame, doubted;
} vg_hit;
typedef struct vg_hits {
    vg_hit *at;
    size_t count, capacity;
    vg_hit room[64];
    bool failed; /* no memory */
} vg_hits;
void vg_hits_add(vg_hits *hits, const vg_hit *hit);
/** Orders and counts what was found; `hits` is rearranged. */
int vg_index_answer(const vg_snapshot *snapshot, const vg_index_query *query, vg_hits *hits, vg_media_match *out, size_t most,
                    size_t *found, vg_error *err);

/* ---- the file's form (file.c, write.c) ---- */
enum {
    VG_SECTION_ROWS, VG_SECTION_FIRST, VG_SECTION_ENTRIES, VG_SECTION_CATEGORIES, VG_SECTION_NAMES, VG_SECTION_FRAMES,
    VG_SECTION_OFFSETS,
    VG_SECTION_NEXT,                                    /* 16 */
    VG_SECTION_IDS = VG_SECTION_NEXT + VG_PIECES,       /* 16; the first is empty */
    VG_SECTION_KEYS = VG_SECTION_IDS + VG_PIECES,       /* 3, as the next ones */
    VG_SECTION_KEY_FIRST = VG_SECTION_KEYS + VG_DIGESTS,
    VG_SECTION_KEY_ENTRIES = VG_SECTION_KEY_FIRST + VG_DIGESTS,
    VG_SECTION_KEY_CATEGORIES = VG_SECTION_KEY_ENTRIES + VG_DIGESTS,
    VG_SECTION_CHECKS = VG_SECTION_KEY_CATEGORIES + VG_DIGESTS,
    VG_SECTIONS
};
enum { VG_FILE_HEADER = 4096, VG_FILE_BLOCK = 1 << 20, VG_FILE_ALIGN = 64, VG_FILE_VERSION = 1 };
#define VG_FILE_MAGIC "VGINDEX\n"
#define VG_FILE_ORDER 0x0a0b0c0du
typedef struct vg_file_section {
    uint64_t offset, bytes;
} vg_file_section;
typedef struct vg_file_header {
    char magic[8];
    uint32_t version, order;
    uint64_t file_bytes, bank, change, entries;
    uint32_t rows, postings, frame_entries, categories;
    uint32_t key_bits, id_bytes, pieces, units;
    uint32_t keys[VG_DIGESTS], key_bits_of[VG_DIGESTS];
    uint8_t from[256];
    vg_file_section section[VG_SECTIONS];
    uint64_t checks_sum; /* of the section of checksums */
    uint64_t sum;        /* of the header before it */
} vg_file_header;
_Static_assert(sizeof(vg_file_header) <= VG_FILE_HEADER, "the header has its page");
uint64_t vg_file_sum(const void *bytes, size_t len);
static inline uint64_t vg_file_blocks(uint64_t bytes) { return (bytes + VG_FILE_BLOCK - 1) / VG_FILE_BLOCK; }
/** The length that each section must have; CHECKS and NAMES are left. */
void vg_file_expect(const vg_file_header *header, uint64_t bytes[VG_SECTIONS]);

#endif
