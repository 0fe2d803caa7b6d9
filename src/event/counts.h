/* SPDX-License-Identifier: Apache-2.0 */
/* event/counts.h: what became of a source's records, and how often each field held what. */
#ifndef KONSEKI_COUNTS_H
#define KONSEKI_COUNTS_H

#include "event/event.h"

enum { COUNT_MASKS = 16 };

/* Per source and worker; added up afterwards. */
struct row_counts {
    uint64_t records, events, skipped, bad;   /* records = events + skipped + bad */
    int64_t first, last;                      /* ms UTC, of events; first > last: none */
    uint64_t within;                          /* read, and within --since and --until, whatever --where says */
    uint64_t beyond;                          /* read, and not */
    int64_t beyond_first, beyond_last;        /* ms UTC, of those; first > last: none */
    uint64_t value[FIELD_COUNT], blank[FIELD_COUNT];
    /* Rows with the same fields come again and again: they are counted by their masks, and a mask's rows are added
     * to its fields when another takes its place, or by row_counts_add. */
    struct mask_count { uint64_t has, blank, rows; } masks[COUNT_MASKS];
};

void row_counts_clear(struct row_counts *c);
void row_counts_event(struct row_counts *c, const event *e);   /* one more event; not the record it came from */
void row_counts_beyond(struct row_counts *c, int64_t ms);      /* one that is not within --since and --until */
void row_counts_time(struct row_counts *c, int64_t ms);        /* an event without fields (event/windows.h counts its own) */
void row_counts_add(struct row_counts *to, struct row_counts *from);   /* settles the masks of `from` */

#endif
