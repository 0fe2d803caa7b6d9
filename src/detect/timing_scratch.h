/* SPDX-License-Identifier: Apache-2.0 */
/* detect/timing_scratch.h: what timing.c, timing_bound.c and sizes.c share; nobody else includes it. */
#ifndef KONSEKI_TIMING_SCRATCH_H
#define KONSEKI_TIMING_SCRATCH_H

#include "detect/cells.h"
#include "detect/timing.h"
#include "detect/timing_null.h"

enum { TIMING_WIDTHS = 10, TIMING_GAPS = 6, TIMING_MIN_INTERVALS = TIMING_MIN_EVENTS - 1 };

/* Only intervals above `gap` ms count, and chance is measured from `dead` on (a memoryless wait starts afresh
 * there). Windows start above `from`. below: the intervals this leaves out. */
struct timing_gap {
    uint32_t gap;
    double dead, from;
    uint64_t below, below_sum;
};

/* What to look for: windows of one logarithmic width, of one row of the table of chance. */
struct timing_shape {
    double ratio;       /* top / bottom */
    double chance;      /* no window of this shape is reached by less */
    double worth;       /* S is at most this */
    int order;
    bool multiples;
};

enum { TIMING_SHAPES = 2 * TIMING_WIDTHS };

struct timing_scratch {
    timing_null null;
    struct timing_shape shape[NULL_ORDERS + 1][TIMING_SHAPES];      /* by order */
    size_t shapes[NULL_ORDERS + 1];
    cells cells;
    cell_step steps[CELLS_MAX + 1];
};

uint32_t timing_step(int64_t from, int64_t to);     /* ms, 0 for a step back, at most UINT32_MAX */
size_t timing_gaps(int order, uint32_t resolution_ms, struct timing_gap out[TIMING_GAPS]);
double timing_excess(double matched, double intervals, int order, double chance);

static inline double timing_half(uint32_t resolution_ms)
{
    return (resolution_ms ? resolution_ms : 1) / 2.0;
}

/* Fine clocks show the requests of one beat apart: what follows within this many ms belongs to it. */
enum { TIMING_BURST = 250 };
static inline uint32_t timing_burst(uint32_t resolution_ms)
{
    return resolution_ms >= TIMING_BURST ? 0 : TIMING_BURST;
}

#endif
