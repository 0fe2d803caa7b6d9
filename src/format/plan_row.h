/* SPDX-License-Identifier: Apache-2.0 */
/* format/plan_row.h: one line being cut (plan.c), its values being put into the event (plan_value.c). */
#ifndef KONSEKI_PLAN_ROW_H
#define KONSEKI_PLAN_ROW_H

#include "format/plan.h"

struct run {
    const struct plan *plan;
    event *e;
    const char *line;          /* its first byte */
    const char *p, *end;       /* what is not cut yet */
    arena *scratch;            /* of values that had to be unescaped */
    struct plan_notes notes;
    uint64_t subsecond;
    bool was_quoted;           /* a value in quotes ended at the first one that was not doubled */
    bool is_other;             /* a row that the product writes for something else */
    int64_t day, clock;        /* CUT_DATE, CUT_CLOCK, in ms; NO_PART: not seen */
    int zone;                  /* CUT_ZONE, in minutes; WHEN_NONE_MINUTES: not seen */
};

static inline span between(const char *p, const char *end) { return span_of(p, (size_t)(end - p)); }

#define NO_PART INT64_MIN

/* Out of line, so that what runs for every column saves no registers for them. */
#define COLD_CASE __attribute__((noinline))

/* The value of one cut into the event. False: the line is not of this layout. */
bool put_value(struct run *r, const struct cut_step *c, span s);
/* What follows from several columns: the time from its parts, the outcome from the product's words. (plan_value.c) */
enum row_fate complete_row(struct run *r);
/* plan_proof.c. A plan with few typed columns takes a row only where client, URL and agent look like such. */
bool row_looks_right(const event *e);
/* Of a plan by place: another product's counters stand where its client or status would be. */
bool row_is_in_place(const event *e);
/* Not the rest of an address whose front was cut away with the row's: "0.0.7". */
bool client_is_whole(span s);
/* Does another row begin inside this one? Asked only of rows that are odd. */
bool row_begins_again(const struct plan *plan, span line);
/* Do the cuts [from, greedy) fit the front of `text`, without junk? (plan.c) */
bool plan_begins(const struct plan *plan, size_t from, span text);
/* CUT_HEADERS (plan_headers.c). */
bool put_headers(struct run *r, const struct cut_step *c, span block);

#endif
