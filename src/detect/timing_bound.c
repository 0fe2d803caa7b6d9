/* SPDX-License-Identifier: Apache-2.0 */
/* The bound slides the score's windows over coarse cells (1/16 octave), everything rounded outwards: at least
 * as many matched, at most as many considered, full coverage, the smallest chance of the shape. The lower end
 * of the Wilson interval grows with the matched and falls with the considered, so it bounds S from above. */
#include <math.h>
#include <string.h>

#include "detect/timing_scratch.h"

enum { PER_OCTAVE = 16, FIRST_OCTAVE = 7, COARSE_MAX = (32 - FIRST_OCTAVE) * PER_OCTAVE };

static inline uint32_t coarse_of(uint32_t value)
{   /* below 128 ms there are no intervals; windows may reach there */
    if (value < 1u << FIRST_OCTAVE)
        return 0;
    uint32_t octave = 31u - (uint32_t)__builtin_clz(value);
    return (octave - FIRST_OCTAVE) * PER_OCTAVE + (value >> (octave - 4)) % PER_OCTAVE;
}

static inline uint32_t coarse_at(double value)
{
    return value >= (double)UINT32_MAX ? COARSE_MAX - 1 : coarse_of((uint32_t)fmax(value, 0));
}

static double cell_start(uint32_t cell)
{
    return ldexp(1 + cell % PER_OCTAVE / (double)PER_OCTAVE, (int)(cell / PER_OCTAVE) + FIRST_OCTAVE);
}

struct coarse {
    uint32_t count[COARSE_MAX];
    uint64_t before[COARSE_MAX + 1];        /* intervals in earlier cells */
    uint32_t first, last;                   /* cells in use */
    uint64_t sure[TIMING_GAPS];             /* at most this many are taken by a gap */
    struct timing_gap gap[TIMING_GAPS];
    size_t gaps;
    double half;
};

static uint64_t count_cells(const struct coarse *c, uint32_t from, uint32_t to)
{
    return to < from ? 0 : c->before[to + 1] - c->before[from];
}

/* All that the score may count for windows that start in this cell. */
static uint64_t matched_at_most(const struct coarse *c, const struct timing_shape *shape, double low, double top)
{
    uint32_t from = coarse_at(low), to = coarse_at(top);
    uint64_t matched = count_cells(c, from, to);
    for (int times = 2; shape->multiples && times <= 3; times++) {
        uint32_t start = (uint32_t)max_u64(to + 1, coarse_at(times * (low - c->half)));
        uint32_t end = coarse_at(times * (top + c->half));
        if (end < start)
            continue;
        matched += count_cells(c, start, end);
        to = end;
    }
    return matched;
}

static double bound_shape(const struct coarse *c, const struct timing_shape *shape, double best)
{
    for (uint32_t i = c->first; i <= c->last; i++) {
        if (!c->count[i])
            continue;
        double low = cell_start(i), next = cell_start(i + 1);
        uint64_t matched = matched_at_most(c, shape, low, next * shape->ratio);
        uint64_t upto = c->before[coarse_at(NULL_HORIZON * low * shape->ratio)];
        double need = shape->chance + (1 - shape->chance) * (best / shape->worth);
        for (size_t g = 0; g < c->gaps && next > c->gap[g].from; g++) {
            uint64_t intervals = upto > c->sure[g] ? upto - c->sure[g] : 0;
            intervals = max_u64(max_u64(intervals, matched), TIMING_MIN_INTERVALS);
            if ((double)matched <= need * (double)intervals)
                continue;
            double s = shape->worth *
                       timing_excess((double)matched, (double)intervals, shape->order, shape->chance);
            best = fmax(best, s);
        }
    }
    return best;
}

static void settle_counts(struct coarse *c, int order, uint32_t resolution_ms)
{
    c->half = timing_half(resolution_ms);
    c->gaps = timing_gaps(order, resolution_ms, c->gap);
    c->first = COARSE_MAX;
    for (uint32_t i = 0; i < COARSE_MAX; i++) {
        c->before[i + 1] = c->before[i] + c->count[i];
        if (c->count[i]) {
            c->first = c->first < i ? c->first : i;
            c->last = i;
        }
    }
    for (size_t g = 0; g < c->gaps; g++)
        c->sure[g] = c->before[coarse_of(c->gap[g].gap) + 1];
}

static void count_orders(const int64_t *ms, size_t n, uint32_t resolution_ms, struct coarse c[NULL_ORDERS])
{
    uint32_t burst = timing_burst(resolution_ms), gap[NULL_ORDERS];
    for (int order = 1; order <= NULL_ORDERS; order++) {
        struct timing_gap gaps[TIMING_GAPS];
        timing_gaps(order, resolution_ms, gaps);
        gap[order - 1] = gaps[0].gap;
    }
    int64_t starts[NULL_ORDERS] = {0};
    size_t beats = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t wait = i ? timing_step(ms[i - 1], ms[i]) : UINT32_MAX;
        if (i && wait <= burst)
            continue;
        for (size_t order = 1; order <= NULL_ORDERS && order <= beats; order++) {
            if (order > 1)
                wait = timing_step(starts[(beats - order) % NULL_ORDERS], ms[i]);
            if (wait > gap[order - 1])
                c[order - 1].count[coarse_of(wait)]++;
        }
        starts[beats++ % NULL_ORDERS] = ms[i];
    }
}

double timing_bound(const int64_t *ms, size_t n, uint32_t resolution_ms, timing_scratch *scratch)
{
    if (n < TIMING_MIN_EVENTS)
        return 0;
    struct coarse c[NULL_ORDERS];
    memset(c, 0, sizeof c);
    count_orders(ms, n, resolution_ms, c);
    double best = 0;
    for (int order = 1; order <= NULL_ORDERS; order++) {
        settle_counts(&c[order - 1], order, resolution_ms);
        for (size_t i = 0; i < scratch->shapes[order]; i++)
            if (scratch->shape[order][i].worth > best)
                best = bound_shape(&c[order - 1], &scratch->shape[order][i], best);
    }
    return best;
}
