/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include "space/space_int.h"

/* Reads digits into *n, at most 9 of them; returns how many there were. */
static size_t read_digits(const char **s, uint64_t *n)
{
    size_t count = 0;
    *n = 0;
    for (; **s >= '0' && **s <= '9'; ++*s, count++)
        if (count < 9) *n = *n * 10 + (uint64_t)(**s - '0');
    return count;
}

/* A decimal number in 1/10000; at most nine digits before the point and four after it. Moves *s past it. */
static bool read_decimal(const char **s, uint64_t *e4)
{
    uint64_t whole, part = 0;
    size_t before = read_digits(s, &whole), after = 0;
    if (before > 9) return false;
    if (**s == '.') {
        ++*s;
        after = read_digits(s, &part);
        if (after == 0 || after > 4) return false;
    }
    for (size_t i = after; i < 4; i++) part *= 10;
    *e4 = whole * 10000 + part;
    return before + after > 0;
}

static const char *skip_spaces(const char *s)
{
    while (*s == ' ') s++;
    return s;
}

int vg_value_share(const vg_yaml *yaml, const char *path, const char *text, uint16_t *out, vg_error *err)
{
    const char *s = text;
    uint64_t e4;
    bool minus = *s == '-';
    if (minus) s++;
    if (!read_decimal(&s, &e4)) goto not_a_share;
    s = skip_spaces(s);
    if (*s == '%') {
        if (e4 % 100) goto not_a_share; /* finer than 1/10000 */
        e4 /= 100;
        s++;
    }
    if (*s) goto not_a_share;
    if (minus || e4 > 10000) return vg_yaml_fail(yaml, err, path, "%.40s is not between 0 and 1", text);
    *out = (uint16_t)e4;
    return 0;
not_a_share:
    return vg_yaml_fail(
        yaml, err, path,
        "\"%.40s\" is not a share; expected a number such as 0.35 or 35%% (at most four decimals)", text);
}

int vg_value_threshold(const vg_yaml *yaml, const char *path, const char *text, uint16_t *out, vg_error *err)
{
    if (strcmp(text, "never") == 0) {
        *out = VG_SPACE_NEVER;
        return 0;
    }
    return vg_value_share(yaml, path, text, out, err);
}

int vg_value_count(const vg_yaml *yaml, const char *path, const char *text, uint32_t min, uint32_t max,
                   uint32_t *out, vg_error *err)
{
    const char *s = text;
    uint64_t n;
    bool minus = *s == '-';
    if (minus) s++;
    size_t digits = read_digits(&s, &n);
    if (digits == 0 || *s) return vg_yaml_fail(yaml, err, path, "\"%.40s\" is not a whole number", text);
    if (minus || digits > 9 || n < min || n > max)
        return vg_yaml_fail(yaml, err, path, "%.40s is not between %" PRIu32 " and %" PRIu32, text, min, max);
    *out = (uint32_t)n;
    return 0;
}

int vg_value_x16(const vg_yaml *yaml, const char *path, const char *text, uint32_t min, uint32_t max,
                 uint32_t *out, vg_error *err)
{
    const char *s = text;
    uint64_t e4;
    if (!read_decimal(&s, &e4) || *s)
        return vg_yaml_fail(yaml, err, path, "\"%.40s\" is not a number; expected one such as 3 or 2.5",
                            text);
    if (e4 < min * 10000ULL || e4 > max * 10000ULL)
        return vg_yaml_fail(yaml, err, path, "%.40s is not between %" PRIu32 " and %" PRIu32, text, min, max);
    *out = (uint32_t)((e4 * 16 + 5000) / 10000);
    return 0;
}

static const struct {
    const char *name;
    uint32_t minutes;
} units[] = {
    {"minute", 1},    {"minutes", 1},   {"min", 1},        {"hour", 60}, {"hours", 60},
    {"h", 60},        {"day", 1440},    {"days", 1440},    {"d", 1440},  {"week", 10080},
    {"weeks", 10080}, {"year", 525600}, {"years", 525600},
};

static uint32_t unit_of(const char *name)
{
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (strcmp(name, units[i].name) == 0) return units[i].minutes;
    return 0;
}

static const char *plural_of(uint32_t minutes)
{
    return minutes == 1 ? "minutes" : minutes == 60 ? "hours" : "days";
}

int vg_value_duration(const vg_yaml *yaml, const char *path, const char *text, uint32_t unit_minutes,
                      uint32_t min, uint32_t max, uint32_t *out, vg_error *err)
{
    const char *s = text;
    uint64_t n;
    size_t digits = read_digits(&s, &n);
    uint32_t unit = unit_of(skip_spaces(s));
    if (digits == 0 || digits > 9 || !unit)
        return vg_yaml_fail(
            yaml, err, path,
            "\"%.40s\" is not a duration; expected one such as 90 minutes, 24 hours or 30 days", text);
    n *= unit;
    if (n % unit_minutes)
        return vg_yaml_fail(yaml, err, path, "%.40s is not a whole number of %s", text,
                            plural_of(unit_minutes));
    n /= unit_minutes;
    if (n < min || n > max)
        return vg_yaml_fail(yaml, err, path, "%.40s is not between %" PRIu32 " and %" PRIu32 " %s", text, min,
                            max, plural_of(unit_minutes));
    *out = (uint32_t)n;
    return 0;
}

int vg_value_quantity(const vg_yaml *yaml, const char *path, const char *text, const vg_value_unit *units_of, size_t count,
                      uint64_t min, uint64_t max, uint64_t *out, vg_error *err)
{
    const char *s = text;
    uint64_t n, times = 0;
    size_t digits = read_digits(&s, &n);
    s = skip_spaces(s);
    for (size_t i = 0; i < count; i++)
        if (strcmp(s, units_of[i].name) == 0) times = units_of[i].times;
    if (digits == 0 || !times)
        return vg_yaml_fail(yaml, err, path, "\"%.40s\" is not a number of %s; expected one such as 20 %s", text,
                            units_of[0].name, units_of[0].name);
    if (digits > 9 || n * times < min || n * times > max) { /* nine digits times a thousand million fit */
        uint64_t show = units_of[0].times;
        return vg_yaml_fail(yaml, err, path, "%.40s is not between %" PRIu64 " and %" PRIu64 " %s", text, min / show,
                            max / show, units_of[0].name);
    }
    *out = n * times;
    return 0;
}

/* "22:30", two digits each. */
static bool read_clock(const char *s, uint32_t *minutes)
{
    if (strlen(s) != 5 || s[2] != ':') return false;
    for (size_t i = 0; i < 5; i++)
        if (i != 2 && (s[i] < '0' || s[i] > '9')) return false;
    uint32_t hour = (uint32_t)((s[0] - '0') * 10 + (s[1] - '0')),
             minute = (uint32_t)((s[3] - '0') * 10 + (s[4] - '0'));
    if (minute > 59) return false;
    *minutes = hour * 60 + minute;
    return true;
}

int vg_value_clock(const vg_yaml *yaml, const char *path, const char *text, uint32_t *out, vg_error *err)
{
    if (!read_clock(text, out) || *out >= 24 * 60)
        return vg_yaml_fail(yaml, err, path, "\"%.40s\" is not a time of day; expected one such as \"22:30\"",
                            text);
    return 0;
}

int vg_value_offset(const vg_yaml *yaml, const char *path, const char *text, int32_t *out, vg_error *err)
{
    uint32_t minutes;
    if ((*text != '+' && *text != '-') || !read_clock(text + 1, &minutes) || minutes > 14 * 60)
        return vg_yaml_fail(yaml, err, path,
                            "\"%.40s\" is not a time difference; expected one such as \"+01:00\"", text);
    *out = *text == '-' ? -(int32_t)minutes : (int32_t)minutes;
    return 0;
}
