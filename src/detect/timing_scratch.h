/* SPDX-License-Identifier: Apache-2.0 */
/* detect/timing_scratch.h: what timing.c, timing_bound.c and sizes.c share; nobody else includes it. */
#ifndef KONSEKI_TIMING_SCRATCH_H
#define KONSEKI_TIMING_SCRATCH_H

#include "detect/cells.h"
#include "detect/timing.h"
#include "detect/timing_null.h"

/* A handful of pauses between page loads often looks alike: bursts are beats only when there are some more. */
enum { TIMING_MIN_PAUSES = 13 };

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

/* What a window must match to reach a given s: more than share * n + sqrt(spread * n). */
struct timing_need {
    double share, spread;
};

static inline bool timing_meets(struct timing_need need, uint64_t matched, uint64_t intervals)
{
    double beyond = (double)matched - need.share * (double)intervals;
    return beyond > 0 && beyond * beyond > need.spread * (double)intervals;
}

/* The bound's cells: 16 to an octave, from 128 ms on. */
enum {
    COARSE_PER_OCTAVE = 16,
    COARSE_FIRST_OCTAVE = 7,
    COARSE_MAX = (32 - COARSE_FIRST_OCTAVE) * COARSE_PER_OCTAVE,
};

/* Of the windows of a shape that start in a cell, counted in cells from that cell; `sure` cells lie wholly
 * below every such window's top. */
struct coarse_reach {
    uint32_t end, sure;
};

enum { COARSE_BEYOND = 128 };               /* how far a shape's reach and horizon look past the last cell */
struct coarse {
    uint32_t count[COARSE_MAX];
    uint32_t before[COARSE_MAX + COARSE_BEYOND];    /* intervals in earlier cells */
    uint16_t used[COARSE_MAX];                      /* cells with intervals, ascending */
    uint32_t cells, total;
};

/* Runs of up to so many events are sorted instead of counted. */
enum { TIMING_SHORT = 128 };
struct timing_waits {
    size_t n;
    uint32_t wait[TIMING_SHORT];
};

struct timing_scratch {
    timing_null null;
    struct timing_shape shape[NULL_ORDERS + 1][TIMING_SHAPES];      /* by order */
    size_t shapes[NULL_ORDERS + 1];
    struct timing_need need[NULL_ORDERS + 1][TIMING_SHAPES];        /* to reach need_s */
    double need_s;                                                  /* below 0: not yet known */
    struct timing_waits waits;
    struct coarse_reach reach[NULL_ORDERS + 1][TIMING_SHAPES][COARSE_PER_OCTAVE];
    struct coarse coarse[NULL_ORDERS + 1];
    cells cells;
    cell_step steps[CELLS_MAX + 1];
};

/* ms, 0 for a step back, at most UINT32_MAX */
static inline uint32_t timing_step(int64_t from, int64_t to)
{
    return to <= from ? 0 : (uint32_t)min_u64((uint64_t)to - (uint64_t)from, UINT32_MAX);
}

/* The highest order worth asking for: m beaters behind one address show themselves with some 20 beats each. */
static inline int timing_orders(size_t n)
{
    enum { BEATS_EACH = 20 };
    size_t most = n / BEATS_EACH;
    return most < 2 ? 1 : most < NULL_ORDERS ? (int)most : NULL_ORDERS;
}

size_t timing_gaps(int order, uint32_t resolution_ms, struct timing_gap out[TIMING_GAPS]);
double timing_excess(double matched, double intervals, int order, double chance);
struct timing_need timing_needs(const struct timing_shape *shape, double s);
void timing_waits_sorted(const int64_t *ms, size_t n, int order, uint32_t gap, uint32_t burst,
                         struct timing_waits *out);
bool timing_short_may_exceed(const int64_t *ms, size_t n, uint32_t resolution_ms, double floor,
                             timing_scratch *scratch);
void timing_fill_reach(timing_scratch *scratch, int order);

/* How many intervals must be considered, of so many that the gap leaves; gap 0 is the first. */
static inline uint64_t timing_considered(uint64_t left, size_t gap)
{
    return max_u64((left + 1) / 2, gap ? TIMING_MIN_PAUSES : TIMING_MIN_INTERVALS);
}

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
