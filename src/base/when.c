/* SPDX-License-Identifier: Apache-2.0 */
#include "base/when.h"

enum { MS_PER_DAY = 86400000 };

/* Counting years from March makes the leap day the last of its year (Howard Hinnant, "chrono-compatible
 * low-level date algorithms"). */
int64_t when_days(int year, int month, int day)
{
    int64_t y = (int64_t)year - (month <= 2);
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && is_leap);
}

bool when_from_civil(civil c, int offset_minutes, int64_t *ms)
{
    if (c.year < 1 || c.year > 9999 || c.month < 1 || c.month > 12 || c.day < 1 ||
        c.day > days_in_month(c.year, c.month) || c.hour < 0 || c.hour > 23 || c.minute < 0 || c.minute > 59 ||
        c.second < 0 || c.second > 60)
        return false;
    int second = c.second == 60 ? 59 : c.second;
    int64_t seconds = (int64_t)c.hour * 3600 + c.minute * 60 + second - (int64_t)offset_minutes * 60;
    *ms = when_days(c.year, c.month, c.day) * MS_PER_DAY + seconds * 1000 + c.millisecond;
    return true;
}

civil when_to_civil(int64_t ms, int offset_minutes)
{
    ms += (int64_t)offset_minutes * 60000;
    int64_t days = ms / MS_PER_DAY, rest = ms % MS_PER_DAY;
    if (rest < 0) {
        rest += MS_PER_DAY;
        days--;
    }
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_from_march = (5 * day_of_year + 2) / 153;
    int month = (int)(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
    return (civil){(int)(year_of_era + era * 400) + (month <= 2), month,
                   (int)(day_of_year - (153 * month_from_march + 2) / 5 + 1), (int)(rest / 3600000),
                   (int)(rest / 60000 % 60), (int)(rest / 1000 % 60), (int)(rest % 1000)};
}

/* Takes exactly `digits` digits off the front. */
static bool take_number(span *s, size_t digits, int *out)
{
    uint64_t v;
    if (s->n < digits || !span_u64(span_take(*s, digits), &v))
        return false;
    *out = (int)v;
    *s = span_skip(*s, digits);
    return true;
}

static bool take_char(span *s, char c)
{
    if (!s->n || s->p[0] != c)
        return false;
    *s = span_skip(*s, 1);
    return true;
}

static bool take_month(span *s, int *month)
{
    static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    for (int m = 0; m < 12; m++)
        if (span_starts_nocase(*s, span_of(names + 3 * m, 3))) {
            *month = m + 1;
            *s = span_skip(*s, 3);
            return true;
        }
    return false;
}

bool when_zone(span s, int *offset_minutes)
{
    if (span_eq_nocase(s, SPAN("z")) || span_eq_nocase(s, SPAN("utc")) || span_eq_nocase(s, SPAN("gmt"))) {
        *offset_minutes = 0;
        return true;
    }
    bool is_west = s.n && s.p[0] == '-';
    if (!take_char(&s, '+') && !take_char(&s, '-'))
        return false;
    int hours, minutes = 0;
    if (!take_number(&s, s.n == 1 || (s.n > 1 && s.p[1] == ':') ? 1 : 2, &hours))
        return false;
    if (s.n && (take_char(&s, ':'), !take_number(&s, 2, &minutes)))
        return false;
    if (s.n || hours > 14 || minutes > 59)
        return false;
    *offset_minutes = (is_west ? -1 : 1) * (hours * 60 + minutes);
    return true;
}

static bool take_clock(span *s, civil *c)
{
    return take_number(s, 2, &c->hour) && take_char(s, ':') && take_number(s, 2, &c->minute) && take_char(s, ':') &&
           take_number(s, 2, &c->second);
}

bool when_clf(span s, int64_t *ms, int *offset_minutes)
{
    civil c = {0};
    if (!take_number(&s, 2, &c.day) || !take_char(&s, '/') || !take_month(&s, &c.month) || !take_char(&s, '/') ||
        !take_number(&s, 4, &c.year) || !take_char(&s, ':') || !take_clock(&s, &c) || !take_char(&s, ' '))
        return false;
    return s.n == 5 && when_zone(s, offset_minutes) && when_from_civil(c, *offset_minutes, ms);
}

/* ".108", ",108", up to nine digits; what is finer than a millisecond is cut. */
static bool take_fraction(span *s, int *millisecond)
{
    if (!take_char(s, '.') && !take_char(s, ','))
        return true;
    int scale = 100, digits = 0;
    for (; s->n && ascii_digit(s->p[0]); digits++, *s = span_skip(*s, 1), scale /= 10)
        *millisecond += (s->p[0] - '0') * scale;
    return digits >= 1 && digits <= 9;
}

bool when_iso(span s, int64_t *ms, int *offset_minutes)
{
    civil c = {0};
    *offset_minutes = WHEN_NONE_MINUTES;
    if (!take_number(&s, 4, &c.year) || !take_char(&s, '-') || !take_number(&s, 2, &c.month) || !take_char(&s, '-') ||
        !take_number(&s, 2, &c.day))
        return false;
    if (s.n) {
        if (!take_char(&s, 'T') && !take_char(&s, ' '))
            return false;
        if (s.n == 5 ? !(take_number(&s, 2, &c.hour) && take_char(&s, ':') && take_number(&s, 2, &c.minute))
                     : !(take_clock(&s, &c) && take_fraction(&s, &c.millisecond)))
            return false;
        take_char(&s, ' ');
        if (s.n && !when_zone(s, offset_minutes))
            return false;
    }
    return when_from_civil(c, *offset_minutes == WHEN_NONE_MINUTES ? 0 : *offset_minutes, ms);
}

/* A number of one digit or two. */
static bool take_short(span *s, int *out) { return take_number(s, s->n > 1 && ascii_digit(s->p[1]) ? 2 : 1, out); }

/* 1573107041, 1573107041.108, 1573107041108 */
static bool read_epoch(span s, int64_t *ms)
{
    size_t digits = 0;
    uint64_t n;
    int millisecond = 0;
    while (digits < s.n && ascii_digit(s.p[digits]))
        digits++;
    span rest = span_skip(s, digits);
    if ((digits != 10 && digits != 13) || !span_u64(span_take(s, digits), &n) || (digits == 13 && rest.n) ||
        !take_fraction(&rest, &millisecond) || rest.n)
        return false;
    *ms = digits == 13 ? (int64_t)n : (int64_t)n * 1000 + millisecond;
    return true;
}

/* "2019/11/07 15:10", and what may follow it. */
static bool read_typed(span s, int64_t *ms, int *offset_minutes)
{
    civil c = {0};
    *offset_minutes = WHEN_NONE_MINUTES;
    if (!take_number(&s, 4, &c.year) || !s.n)
        return false;
    char between = s.p[0] == '/' ? '/' : '-';
    if (!take_char(&s, between) || !take_short(&s, &c.month) || !take_char(&s, between) || !take_short(&s, &c.day))
        return false;
    if (s.n) {
        if ((!take_char(&s, 'T') && !take_char(&s, ' ')) || !take_short(&s, &c.hour) || !take_char(&s, ':') ||
            !take_number(&s, 2, &c.minute))
            return false;
        if (take_char(&s, ':') && !(take_number(&s, 2, &c.second) && take_fraction(&s, &c.millisecond)))
            return false;
        take_char(&s, ' ');
        if (s.n && !when_zone(s, offset_minutes))
            return false;
    }
    return when_from_civil(c, *offset_minutes == WHEN_NONE_MINUTES ? 0 : *offset_minutes, ms);
}

bool when_typed(span s, int64_t *ms, int *offset_minutes)
{
    if (read_epoch(s, ms)) {
        *offset_minutes = 0;
        return true;
    }
    return when_clf(s, ms, offset_minutes) || read_typed(s, ms, offset_minutes);
}

void when_put_rfc3339(sink *o, int64_t ms)
{
    civil c = when_to_civil(ms, 0);
    sink_printf(o, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", c.year, c.month, c.day, c.hour, c.minute, c.second,
                c.millisecond);
}

void when_put_local(sink *o, int64_t ms, int offset_minutes)
{
    civil c = when_to_civil(ms, offset_minutes);
    sink_printf(o, "%04d-%02d-%02d %02d:%02d:%02d", c.year, c.month, c.day, c.hour, c.minute, c.second);
}

void when_put_clock(sink *o, int64_t ms, int offset_minutes)
{
    civil c = when_to_civil(ms, offset_minutes);
    sink_printf(o, "%02d:%02d:%02d", c.hour, c.minute, c.second);
}

void when_put_zone(sink *o, int offset_minutes)
{
    int size = offset_minutes < 0 ? -offset_minutes : offset_minutes;
    sink_printf(o, "%c%02d:%02d", offset_minutes < 0 ? '-' : '+', size / 60, size % 60);
}
