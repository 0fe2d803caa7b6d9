/* SPDX-License-Identifier: Apache-2.0 */
/* tables/habits.h: what only a log of many days can tell: on which days there was anything at all, and at which
 * hours of the week a client's people are at work. Part of the survey, which asks for it.
 *
 * Hours are hours of the week in UTC, which repeat in every zone alike, so no zone has to be known. */
#ifndef KONSEKI_HABITS_H
#define KONSEKI_HABITS_H

#include "base/fault.h"

enum { HOURS_OF_WEEK = 168,
       HISTORY_DAYS = 7,            /* days with contacts from which habits are learned */
       DAYS_MAX = 1 << 16 };        /* days since 1970 that are told apart: to the year 2149 */

/* Days (UTC) with contacts. Begins as {0}; a set, so neither order nor copies show. */
struct day_set { uint64_t bits[DAYS_MAX / 64]; };
void day_set_add(struct day_set *d, int64_t time_ms);
void day_set_join(struct day_set *d, const struct day_set *other);
uint32_t day_set_count(const struct day_set *d);
/* How many of them lie before the day of `time_ms`. One row with a stamp of long ago counts as one day. */
uint32_t day_set_before(const struct day_set *d, int64_t time_ms);

/* Hours of the week in which a client is in use, a bit each; all 0: not learned. */
struct active_hours { uint64_t bits[(HOURS_OF_WEEK + 63) / 64]; };
bool active_hours_has(const struct active_hours *a, int64_t time_ms);   /* true where nothing was learned */
uint32_t active_hours_idle(const struct active_hours *a);               /* hours of the week without use; 0: not learned */
/* From contacts by hour of the week: an hour is in use where it has at least a fifth of what the client's busy hours
 * have (the 90th percentile of hours with any), so that programs which poll all night do not count as people; and so
 * are the hours beside it. Too few contacts: nothing is learned. */
struct active_hours active_hours_of(const uint32_t contacts[HOURS_OF_WEEK]);

struct survey;
/* The hours of each client with a browser, from its contacts with hosts the office shares: what nearly nobody else
 * contacts, a beacon, cannot say itself when its client is in use. A third reading of those rows. */
fault habits_learn(struct survey *s, unsigned threads, size_t memory) MUST_USE;

#endif
