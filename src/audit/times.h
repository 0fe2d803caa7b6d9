/* SPDX-License-Identifier: Apache-2.0 */
/* audit/times.h: does the log's clock run, does the log have holes, and whose office hours are its busy hours?
 *
 * Hours hold a bit for each of their minutes with a row, so silences are known to the minute whatever order rows come
 * in. Steps of the clock need the order in the file: each block keeps its first and last two rows, and the seams are
 * looked at when all blocks are there. */
#ifndef KONSEKI_AUDIT_TIMES_H
#define KONSEKI_AUDIT_TIMES_H

#include "event/event.h"

enum { HOURS_MAX = 1 << 17,           /* hours with rows that are told apart: 15 years */
       STEP_MS = 60000,               /* back by less is how several workers write one log */
       ABRUPT_MINUTES = 10,           /* minutes with rows on either side, all of them, that make a silence abrupt */
       EDGES_MAX = 1 << 24 };

struct hour { int64_t hour; uint64_t minutes, rows; };   /* since 1970; a bit a minute */

struct time_edge { uint64_t offset, block; int64_t time; };   /* block: where its first row begins */

struct time_fold {
    struct hour *hours;               /* open addressing by hour; rows 0: free */
    size_t slots, hour_n;
    struct time_edge *edges;          /* of blocks that are whole */
    size_t edge_n, edge_capacity;
    uint64_t steps;                   /* back by more than STEP_MS, and staying there */
    int64_t step_ms, step_at;         /* the largest: by how much, to which stamp */
    /* the block in hand */
    uint64_t block_rows, first_offset[2], last_offset[2];
    int64_t first_time[2], last_time[2];
};

void times_add(struct time_fold *f, uint64_t offset, const event *e);
void times_flush(struct time_fold *f);                 /* the block ends here */
void times_join(struct time_fold *to, const struct time_fold *from);   /* both flushed */
void times_settle(struct time_fold *f);                /* all blocks of ONE source are there: looks at the seams */
void times_free(struct time_fold *f);

/* Hours in order; `out` has room for hour_n. */
size_t times_hours(const struct time_fold *f, struct hour *out);

/* A stretch of whole minutes without rows between minutes that have some. from > to: none. */
struct silence { int64_t from, to; };
/* The longest that begins and ends abruptly, and is no habit: the day before and the day after had rows then. */
struct silence times_silence(const struct hour *hours, size_t n);

/* Shares of rows Monday to Friday, 08:00 to 18:00, with the stamps as they are and moved by the hours that fit best. */
struct office_fit { double as_written, best; int hours; };
/* False where the log is too short or too small to say. */
bool times_office(const struct hour *hours, size_t n, struct office_fit *out);

#endif
