/* SPDX-License-Identifier: Apache-2.0 */
/* evtx/csv.h: events as Event Viewer saves them as CSV, or as text with tabs. */
#ifndef KONSEKI_EVTX_CSV_H
#define KONSEKI_EVTX_CSV_H

#include "evtx/frame.h"
#include "evtx/shape.h"

struct csv {
    struct shape shape;
    struct text fields;   /* of the row at hand, without their quotes */
};

/* `columns`: the line with their names (events_columns). The rest is as with xml_read; `rows` begins at a row. */
struct tally csv_read(struct csv *c, span columns, span rows, uint64_t offset, bool is_last, struct text *out, size_t *consumed);
void csv_free(struct csv *c);

#endif
