/* SPDX-License-Identifier: Apache-2.0 */
#include "base/time.h"

#include <time.h>

static const int64_t last_ms = 253402300799999; /* 9999-12-31T23:59:59.999Z */

/* Days since 1970-01-01 of a proleptic Gregorian date.
 * Source: Howard Hinnant, "chrono-compatible low-level date algorithms". */
static int64_t days_of(int64_t y, int m, int d)
{
    y -= m <= 2;
    int64_t era = y / 400, yoe = y - era * 400;
    int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static bool two(const char *p, int least, int most, int *out)
{
    if (p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9') return false;
    *out = (p[0] - '0') * 10 + p[1] - '0';
    return *out >= least && *out <= most;
}

static bool date_of(const char *p, int64_t *days)
{
    static const int lengths[13] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int century, rest, m, d;
    if (!two(p, 19, 99, &century) || !two(p + 2, 0, 99, &rest) || p[4] != '-' || !two(p + 5, 1, 12, &m) ||
        p[7] != '-' || !two(p + 8, 1, 31, &d)) return false;
    int y = century * 100 + rest;
    bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    if (y < 1970 || d > lengths[m] + (m == 2 && leap)) return false;
    *days = days_of(y, m, d);
    return true;
}

bool vg_time_parse(vg_str s, int64_t *ms)
{
    int64_t days;
    int h, m, sec, milli = 0, offset = 0;
    const char *p = s.ptr, *end = s.ptr + s.len;
    if (s.len < 20 || !date_of(p, &days) || (p[10] != 'T' && p[10] != 't') || !two(p + 11, 0, 23, &h) || p[13] != ':' ||
        !two(p + 14, 0, 59, &m) || p[16] != ':' || !two(p + 17, 0, 60, &sec)) return false;
    if (sec == 60) {
        sec = 59;
        milli = 999;
    }
    p += 19;
    if (*p == '.') {
        int digits = 0, fraction = 0, scale = 100;
        for (p++; p < end && *p >= '0' && *p <= '9'; p++, digits++) {
            fraction += (*p - '0') * scale;
            scale /= 10;
        }
        if (!digits) return false;
        if (milli == 0) milli = fraction;
    }
    if (p + 1 == end && (*p == 'Z' || *p == 'z')) {
        offset = 0;
    } else if (p + 6 == end && (*p == '+' || *p == '-') && p[3] == ':') {
        int oh, om;
        if (!two(p + 1, 0, 23, &oh) || !two(p + 4, 0, 59, &om)) return false;
        offset = (oh * 60 + om) * (*p == '-' ? -1 : 1);
    } else {
        return false;
    }
    int64_t at = days * VG_DAY_MS + h * VG_HOUR_MS + (m - offset) * VG_MINUTE_MS + sec * VG_SECOND_MS + milli;
    if (at < 0 || at > last_ms) return false; /* an offset can lead out of 1970 to 9999 */
    *ms = at;
    return true;
}

bool vg_time_parse_date(vg_str s, int64_t *ms)
{
    int64_t days;
    if (s.len != 10) return vg_time_parse(s, ms);
    if (!date_of(s.ptr, &days)) return false;
    *ms = days * VG_DAY_MS;
    return true;
}

static void put(char *out, int64_t n, int digits)
{
    for (int i = digits - 1; i >= 0; i--, n /= 10) out[i] = (char)('0' + n % 10);
}

void vg_time_format(int64_t ms, char out[25])
{
    ms = ms < 0 ? 0 : ms > last_ms ? last_ms : ms;
    int64_t z = ms / VG_DAY_MS + 719468, rest = ms % VG_DAY_MS;
    int64_t era = z / 146097, doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    int64_t d = doy - (153 * mp + 2) / 5 + 1, m = mp + (mp < 10 ? 3 : -9), y = yoe + era * 400 + (m <= 2);
    memcpy(out, "0000-00-00T00:00:00.000Z", 25);
    put(out, y, 4);
    put(out + 5, m, 2);
    put(out + 8, d, 2);
    put(out + 11, rest / VG_HOUR_MS, 2);
    put(out + 14, rest / VG_MINUTE_MS % 60, 2);
    put(out + 17, rest / VG_SECOND_MS % 60, 2);
    put(out + 20, rest % 1000, 3);
}

int64_t vg_time_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t vg_time_monotonic_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}
