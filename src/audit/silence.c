/* SPDX-License-Identifier: Apache-2.0 */
/* What the hours with rows tell: silences, and whose office hours the busy hours are. */
#include "audit/times.h"

enum { MINUTE_MS = 60000, MINUTES = 60, HOURS_OF_DAY = 24, DAYS_OF_WEEK = 7, WEEK = HOURS_OF_DAY * DAYS_OF_WEEK,
       OFFICE_FROM = 8, OFFICE_TO = 18, WEST = -12, EAST = 14, ROWS_MIN = 200 };

/* Is there a row in each of the ABRUPT_MINUTES up to (step -1) or from (step 1) this minute? `at` is its hour. */
static bool is_busy(const struct hour *hours, size_t n, size_t at, int64_t minute, int step)
{
    for (int i = 0; i < ABRUPT_MINUTES; i++, minute += step) {
        while (step < 0 && at > 0 && hours[at].hour > minute / MINUTES)
            at--;
        while (step > 0 && at + 1 < n && hours[at].hour < minute / MINUTES)
            at++;
        if (minute < 0 || hours[at].hour != minute / MINUTES || !(hours[at].minutes >> (minute % MINUTES) & 1))
            return false;
    }
    return true;
}

static bool has_minute(const struct hour *hours, size_t n, int64_t minute)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (hours[middle].hour < minute / MINUTES)
            low = middle + 1;
        else
            high = middle;
    }
    return low < n && hours[low].hour == minute / MINUTES && hours[low].minutes >> (minute % MINUTES) & 1;
}

/* Is the middle of the silence silent on the day before or after too? Then it is how the office lives. */
static bool is_habit(const struct hour *hours, size_t n, int64_t middle)
{
    int64_t day = HOURS_OF_DAY * MINUTES, first = hours[0].hour * MINUTES, last = hours[n - 1].hour * MINUTES;
    return (middle - day > first && !has_minute(hours, n, middle - day)) || (middle + day < last && !has_minute(hours, n, middle + day));
}

struct silence times_silence(const struct hour *hours, size_t n)
{
    struct silence longest = {0, -1};
    int64_t last = 0;
    size_t last_at = 0;
    bool has_last = false;
    for (size_t i = 0; i < n; i++)
        for (int64_t m = 0; m < MINUTES && hours[i].hour >= 0; m++) {
            int64_t now = hours[i].hour * MINUTES + m;
            if (!(hours[i].minutes >> m & 1))
                continue;
            if (has_last && now - last > ABRUPT_MINUTES && (now - last - 1) * MINUTE_MS > longest.to - longest.from &&
                is_busy(hours, n, last_at, last, -1) && is_busy(hours, n, i, now, 1) && !is_habit(hours, n, (last + now) / 2))
                longest = (struct silence){(last + 1) * MINUTE_MS, now * MINUTE_MS};
            last = now;
            last_at = i;
            has_last = true;
        }
    return longest;
}

/* 1970-01-01 was a Thursday: day 3 of a week that begins on Monday. */
static bool is_office(int64_t hour)
{
    int64_t of_week = ((hour + 3 * HOURS_OF_DAY) % WEEK + WEEK) % WEEK;
    return of_week < 5 * HOURS_OF_DAY && of_week % HOURS_OF_DAY >= OFFICE_FROM && of_week % HOURS_OF_DAY < OFFICE_TO;
}

static double office_share(const struct hour *hours, size_t n, int moved)
{
    uint64_t in = 0, rows = 0;
    for (size_t i = 0; i < n; i++) {
        rows += hours[i].rows;
        in += is_office(hours[i].hour + moved) ? hours[i].rows : 0;
    }
    return (double)in / (double)rows;
}

bool times_office(const struct hour *hours, size_t n, struct office_fit *out)
{
    uint64_t rows = 0;
    for (size_t i = 0; i < n; i++)
        rows += hours[i].rows;
    if (rows < ROWS_MIN || hours[n - 1].hour - hours[0].hour < HOURS_OF_DAY)
        return false;
    *out = (struct office_fit){office_share(hours, n, 0), -1, 0};
    int first = 0, last = 0;
    for (int moved = WEST; moved <= EAST; moved++) {
        double share = office_share(hours, n, moved);
        if (share > out->best) {
            out->best = share;
            first = moved;
        }
        last = share >= out->best ? moved : last;
    }
    out->hours = first + (last - first) / 2;   /* of several that fit alike: the middle */
    return true;
}
