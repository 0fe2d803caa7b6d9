/* SPDX-License-Identifier: Apache-2.0 */
/* format/plan_row.h: one line being cut (plan.c), its values being put into the event (plan_value.c). */
#ifndef KONSEKI_PLAN_ROW_H
#define KONSEKI_PLAN_ROW_H

#include "format/plan.h"

struct run {
    const struct plan *plan;
    event *e;
    const char *p, *end;       /* what is not cut yet */
    struct plan_notes notes;
    uint64_t subsecond;
};

static inline span between(const char *p, const char *end) { return span_of(p, (size_t)(end - p)); }

/* Out of line, so that what runs for every column saves no registers for them. */
#define COLD_CASE __attribute__((noinline))

/* The value of one cut into the event. False: the line is not of this layout. */
bool put_value(struct run *r, const struct cut_step *c, span s);

#endif
