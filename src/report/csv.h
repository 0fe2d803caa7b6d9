/* SPDX-License-Identifier: Apache-2.0 */
/* report/csv.h: a table for a spreadsheet, as RFC 4180 with LF: a cell with a comma, a quote or a blank at an end stands
 * in quotes. What a log says is shown as on a terminal (sink_tty: a cell is one line, and nothing in it is invisible),
 * and a cell that a spreadsheet would calculate gets ' in front: one that begins with = + - @ TAB CR or LF, or with the
 * full-width forms of the first four. Numbers and times are our own and stay numbers. */
#ifndef KONSEKI_REPORT_CSV_H
#define KONSEKI_REPORT_CSV_H

#include "base/sink.h"

struct csv {
    sink *o;
    bool has_cell; /* in this row */
};

static inline struct csv csv_begin(sink *o) { return (struct csv){o, false}; }

/* The row of names; the last is NULL. */
void csv_head(struct csv *c, const char *const *names);

/* One cell each. {NULL,0}: empty. */
void csv_text(struct csv *c, span any);
void csv_string(struct csv *c, const char *our_own);  /* NULL: empty */
void csv_u64(struct csv *c, uint64_t v);
void csv_i64(struct csv *c, int64_t v);
void csv_number(struct csv *c, double v);             /* shortest that reads back; not finite: empty */
void csv_time(struct csv *c, int64_t ms);             /* RFC 3339, UTC */
void csv_empty(struct csv *c);
void csv_end_row(struct csv *c);

#endif
