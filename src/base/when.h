/* SPDX-License-Identifier: Apache-2.0 */
/* base/when.h: time as milliseconds UTC since 1970-01-01, proleptic Gregorian, no leap seconds. */
#ifndef KONSEKI_WHEN_H
#define KONSEKI_WHEN_H

#include "base/sink.h"
#include "base/span.h"

enum { WHEN_NONE_MINUTES = INT16_MIN };  /* "no zone given" where an offset is in minutes east of UTC */

typedef struct civil {
    int year, month, day, hour, minute, second, millisecond;
} civil;

/* Days since 1970-01-01 of a civil date. month 1..12; a day outside the month counts on. */
int64_t when_days(int year, int month, int day);
/* False where a component is out of its range (month 13, 31 April, 25 h); second 60 is taken as 59. */
bool when_from_civil(civil c, int offset_minutes, int64_t *ms);
civil when_to_civil(int64_t ms, int offset_minutes);

/* "21/Nov/2026:21:19:32 +0000" (Common Log Format): the whole span. *offset gets the minutes. */
bool when_clf(span s, int64_t *ms, int *offset_minutes);
/* "2026-11-21T21:19:32.108Z", "2026-11-21 21:19:32", "+09:00" or "+0900" at the end; fraction of 1 to 9
 * digits; without a zone *offset gets WHEN_NONE_MINUTES and ms is read as UTC. "2026-11-21" and
 * "2026-11-21 21:19" are accepted too (the rest is 0). The whole span. */
bool when_iso(span s, int64_t *ms, int *offset_minutes);
/* What a person types or copies: all that when_iso and when_clf take, "2019/11/07 15:10:41", one digit for a month, day
 * or hour, a zone behind the minute too, and epoch stamps: 10 digits with or without a fraction, 13 digits. */
bool when_typed(span s, int64_t *ms, int *offset_minutes);
/* "+09:00", "+0900", "+9", "Z", "UTC": minutes east. */
bool when_zone(span s, int *offset_minutes);

/* 2026-11-21T21:19:32.108Z */
void when_put_rfc3339(sink *o, int64_t ms);
/* 2026-11-21 21:19:32 in the zone, without its name. */
void when_put_local(sink *o, int64_t ms, int offset_minutes);
void when_put_clock(sink *o, int64_t ms, int offset_minutes);   /* 21:19:32 */
void when_put_zone(sink *o, int offset_minutes);                /* +09:00 */

#endif
