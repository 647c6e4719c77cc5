/* SPDX-License-Identifier: Apache-2.0
 *
 * record: the small arithmetic inside records: moments, rings of buckets, the packed profile of an account.
 *
 * A ring counts things by the time of each in eight buckets; moving one from an old bucket to the newest
 * keeps a sliding count of distinct things exact to the width of a bucket, without a list of them. A window
 * of 24 hours is therefore the running 3-hour step and the seven before (21 to 24 hours), one of 7 days the
 * running UTC day and the six before.
 */
#include "memory/memory_int.h"

enum { RING_LONGEST_DAYS = 32, BUCKET_FULL = 255 };

vg_moment vg_memory_moment_of(int64_t time_ms)
{
    if (time_ms < 0) time_ms = 0;
    int64_t minutes = time_ms / VG_MINUTE_MS;
    uint32_t minute = minutes > UINT32_MAX ? UINT32_MAX : (uint32_t)minutes, hour = minute / 60, step = hour / VG_STEP_HOURS;
    uint32_t day = step / VG_STEPS_A_DAY;
    return (vg_moment){
        .minute = minute,
        .hour = hour,
        .step = step,
        .h3 = (uint16_t)step,
        .day = day > UINT16_MAX ? UINT16_MAX : (uint16_t)day,
        .day4 = (uint16_t)(day / 4),
    };
}

uint8_t *vg_memory_bucket(uint8_t ring[VG_RING_BUCKETS], uint16_t base, uint16_t index)
{
    return (uint16_t)(base - index) < VG_RING_BUCKETS ? &ring[index % VG_RING_BUCKETS] : NULL;
}

uint32_t vg_memory_ring_sum(const uint8_t ring[VG_RING_BUCKETS], uint16_t base, unsigned newest)
{
    /* all eight bytes at once, in lanes of 16 bits that cannot overflow; then less those that are too old */
    uint64_t all;
    memcpy(&all, ring, sizeof all);
    if (!all) return 0; /* nearly always */
    all = (all & 0x00ff00ff00ff00ff) + (all >> 8 & 0x00ff00ff00ff00ff);
    uint32_t sum = (uint32_t)((all * 0x0001000100010001) >> 48);
    for (unsigned i = newest; i < VG_RING_BUCKETS; i++) sum -= ring[(uint16_t)(base - i) % VG_RING_BUCKETS];
    return sum;
}

void vg_memory_bucket_add(uint8_t *bucket)
{
    if (bucket && *bucket < BUCKET_FULL) ++*bucket;
}

void vg_memory_bucket_drop(uint8_t *bucket)
{
    if (bucket && *bucket > 0 && *bucket < BUCKET_FULL) --*bucket;
}

/* Empties the buckets between the old base and the new one. */
static void roll(uint8_t ring[VG_RING_BUCKETS], uint16_t base, uint16_t now)
{
    int16_t ahead = (int16_t)(now - base);
    if (ahead <= 0) return;
    for (int16_t i = 1; i <= ahead && i <= VG_RING_BUCKETS; i++)
        ring[(uint16_t)(base + i) % VG_RING_BUCKETS] = 0;
}

static void roll_base(uint16_t *base, uint16_t now)
{
    if ((int16_t)(now - *base) > 0) *base = now;
}

void vg_memory_ring_roll(uint8_t ring[VG_RING_BUCKETS], uint16_t *base, uint16_t now)
{
    roll(ring, *base, now);
    roll_base(base, now);
}

void vg_memory_account_roll(vg_account_record *account, const vg_moment *at, bool fresh)
{
    if (fresh || at->day > account->last_day + RING_LONGEST_DAYS) { /* everything has left the rings */
        memset(account->minors_h3, 0, sizeof account->minors_h3);
        memset(account->minors_day, 0, sizeof account->minors_day);
        memset(account->waiting_day, 0, sizeof account->waiting_day);
        memset(account->against_day4, 0, sizeof account->against_day4);
        account->base_h3 = at->h3;
        account->base_day = at->day;
        account->base_day4 = at->day4;
    } else {
        roll(account->minors_h3, account->base_h3, at->h3);
        roll(account->minors_day, account->base_day, at->day);
        roll(account->waiting_day, account->base_day, at->day);
        roll(account->against_day4, account->base_day4, at->day4);
        roll_base(&account->base_h3, at->h3);
        roll_base(&account->base_day, at->day);
        roll_base(&account->base_day4, at->day4);
    }
    if (fresh || at->day > account->last_day) account->last_day = at->day;
}

/* ---- profile: band 0..2, basis 3..4, country 5..14, language 15..29 ---- */

enum { COUNTRY_SHIFT = 5, LANGUAGE_SHIFT = 15, LETTER_BITS = 5 };

static uint32_t pack_letters(vg_str s, size_t most)
{
    uint32_t packed = 0;
    for (size_t i = 0; i < s.len && i < most; i++) {
        unsigned letter = (unsigned char)s.ptr[i] | 0x20u;
        if (letter < 'a' || letter > 'z') break;
        packed |= (letter - 'a' + 1) << i * LETTER_BITS;
    }
    return packed;
}

static void unpack_letters(uint32_t packed, size_t most, char first, char *out)
{
    size_t n = 0;
    for (; n < most && (packed & 31); n++, packed >>= LETTER_BITS)
        out[n] = (char)(first + (char)(packed & 31) - 1);
    out[n] = '\0';
}

/* The primary subtag of a BCP 47 tag when it has two or three letters, else empty. */
static vg_str primary_language(vg_str tag)
{
    size_t n = 0;
    while (n < tag.len && tag.ptr[n] != '-') n++;
    return n == 2 || n == 3 ? (vg_str){tag.ptr, n} : VG_STR("");
}

void vg_memory_profile_set(vg_account_record *account, const vg_event *event)
{
    uint32_t country = pack_letters(vg_str_of(event->country), 2);
    uint32_t language = pack_letters(primary_language(event->language), 3);
    uint32_t profile = account->profile & ~UINT32_C(31);
    profile |= (uint32_t)event->age_band | (uint32_t)event->age_basis << 3;
    if (country) profile = (profile & ~(UINT32_C(0x3ff) << COUNTRY_SHIFT)) | country << COUNTRY_SHIFT;
    if (language) profile = (profile & ~(UINT32_C(0x7fff) << LANGUAGE_SHIFT)) | language << LANGUAGE_SHIFT;
    account->profile = profile;
    if (event->created_ms > 0) account->created_hour = (uint32_t)(event->created_ms / VG_HOUR_MS) + 1;
}

void vg_memory_profile_text(const vg_account_record *account, char country[3], char language[4])
{
    unpack_letters(account->profile >> COUNTRY_SHIFT & 0x3ff, 2, 'A', country);
    unpack_letters(account->profile >> LANGUAGE_SHIFT & 0x7fff, 3, 'a', language);
}
