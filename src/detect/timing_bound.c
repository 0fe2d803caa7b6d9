/* SPDX-License-Identifier: Apache-2.0 */
/* The bound slides the score's windows over coarse cells (1/16 octave), everything rounded outwards: at least
 * as many matched, at most as many considered, full coverage, the smallest chance of the shape. The lower end
 * of the Wilson interval grows with the matched and falls with the considered, so it bounds S from above. */
#include <math.h>
#include <string.h>

#include "detect/timing_scratch.h"

enum { HORIZON_CELLS = 3 * COARSE_PER_OCTAVE };     /* times 8 */
_Static_assert(NULL_HORIZON == 8, "HORIZON_CELLS is its logarithm");

static inline uint32_t coarse_of(uint32_t value)
{   /* below the first octave there are no intervals; windows may reach there */
    if (value < 1u << COARSE_FIRST_OCTAVE)
        return 0;
    uint32_t octave = 31u - (uint32_t)__builtin_clz(value);
    return (octave - COARSE_FIRST_OCTAVE) * COARSE_PER_OCTAVE + (value >> (octave - 4)) % COARSE_PER_OCTAVE;
}

static inline uint32_t coarse_at(double value)
{
    return value >= (double)UINT32_MAX ? COARSE_MAX - 1 : coarse_of(value > 0 ? (uint32_t)value : 0);
}

static inline double coarse_start(uint32_t cell)
{
    uint64_t mantissa = COARSE_PER_OCTAVE + cell % COARSE_PER_OCTAVE;
    return (double)(mantissa << (cell / COARSE_PER_OCTAVE + COARSE_FIRST_OCTAVE - 4));
}

void timing_fill_reach(timing_scratch *scratch, int order)
{
    for (size_t i = 0; i < scratch->shapes[order]; i++)
        for (uint32_t f = 0; f < COARSE_PER_OCTAVE; f++) {
            double ratio = scratch->shape[order][i].ratio, slack = 1e-9;   /* rounding at a cell's edge */
            uint32_t far = 8 * COARSE_PER_OCTAVE + f;       /* an octave where integers are fine enough */
            uint32_t end = coarse_at(coarse_start(far + 1) * ratio * (1 + slack));
            uint32_t sure = coarse_at(coarse_start(far) * ratio * (1 - slack));
            scratch->reach[order][i][f] = (struct coarse_reach){.end = end - far, .sure = sure - far};
        }
}

/* Twice and three times the window, less what was counted up to cell `to`. */
static uint32_t multiples_at_most(const struct coarse *c, double low, double top, double half, uint32_t to)
{
    uint32_t matched = 0;
    for (int times = 2; times <= 3; times++) {
        uint32_t start = coarse_at(times * (low - half)), end = coarse_at(times * (top + half));
        if (start <= to)
            start = to + 1;
        if (end < start)
            continue;
        matched += c->before[end + 1] - c->before[start];
        to = end;
    }
    return matched;
}

/* One order's gaps, with the most intervals each can take away; those that take no more are left out. */
struct taken {
    double from[TIMING_GAPS];
    uint32_t most[TIMING_GAPS];
    size_t n;
};

static struct taken settle_taken(const struct coarse *c, int order, uint32_t resolution_ms)
{
    struct timing_gap gap[TIMING_GAPS];
    size_t gaps = timing_gaps(order, resolution_ms, gap);
    struct taken t = {.n = 1};
    for (size_t g = 1; g < gaps; g++) {
        uint32_t most = c->before[coarse_of(gap[g].gap) + 1];
        if (most == t.most[t.n - 1])
            continue;
        t.from[t.n] = gap[g].from;
        t.most[t.n++] = most;
    }
    return t;
}

/* The windows of one shape in one order's cells. */
struct sweep {
    const struct coarse *c;
    const struct timing_shape *shape;
    const struct coarse_reach *reach;
    const struct taken *taken;
    double half, best;
    struct timing_need need;        /* to be better than best */
    uint32_t least;                 /* no window that matches fewer can be */
};

static void raise_best(struct sweep *s, double best)
{
    s->best = best;
    s->need = timing_needs(s->shape, best);
    double n = (double)timing_considered(s->c->total - s->taken->most[s->taken->n - 1], 0);
    s->least = (uint32_t)(s->need.share * n + sqrt(fmax(0, s->need.spread) * n));
}

static void weigh_cell(struct sweep *s, uint32_t matched, uint32_t upto, double next)
{
    for (size_t g = 0; g < s->taken->n && next > s->taken->from[g]; g++) {
        uint32_t intervals = upto > s->taken->most[g] ? upto - s->taken->most[g] : 0;
        uint64_t least = max_u64(matched, timing_considered(s->c->total - s->taken->most[g], g));
        double n = (double)max_u64(intervals, least);
        if (timing_meets(s->need, matched, (uint64_t)n))
            raise_best(s, fmax(s->best, s->shape->worth *
                                            timing_excess(matched, n, s->shape->order, s->shape->chance)));
    }
}

/* The highest bound of the windows of a shape, or the first above `enough`. */
static double bound_shape(struct sweep *s, double enough)
{
    const struct coarse *c = s->c;
    raise_best(s, s->best);
    for (uint32_t k = 0; k < c->cells && s->best <= enough; k++) {
        uint32_t i = c->used[k];
        struct coarse_reach r = s->reach[i % COARSE_PER_OCTAVE];
        uint32_t to = i + r.end, matched = c->before[to + 1] - c->before[i];
        if (s->shape->multiples) {
            double low = coarse_start(i), next = coarse_start(i + 1);
            /* all up to 4 times the top is more than the multiples can hold, where the clock is fine enough */
            if (low > 3 * s->half && c->before[to + 2 * COARSE_PER_OCTAVE + 1] - c->before[i] <= s->least)
                continue;
            matched += multiples_at_most(c, low, next * s->shape->ratio, s->half, to);
        }
        if (matched > s->least)
            weigh_cell(s, matched, c->before[i + r.sure + HORIZON_CELLS], coarse_start(i + 1));
    }
    return s->best;
}

static void count_orders(const int64_t *ms, size_t n, uint32_t resolution_ms, struct coarse *c)
{
    uint32_t burst = timing_burst(resolution_ms), gap[NULL_ORDERS + 1];
    for (int order = 1; order <= NULL_ORDERS; order++) {
        struct timing_gap gaps[TIMING_GAPS];
        timing_gaps(order, resolution_ms, gaps);
        gap[order] = gaps[0].gap;
        memset(c[order].count, 0, sizeof c[order].count);
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
            if (wait > gap[order] && wait < UINT32_MAX)
                c[order].count[coarse_of(wait)]++;
        }
        starts[beats++ % NULL_ORDERS] = ms[i];
    }
}

static void settle_counts(struct coarse *c)
{
    c->cells = 0;
    c->total = 0;
    for (uint32_t i = 0; i < COARSE_MAX; i++) {
        c->before[i] = c->total;
        c->total += c->count[i];
        c->used[c->cells] = (uint16_t)i;
        c->cells += c->count[i] != 0;
    }
    for (uint32_t i = COARSE_MAX; i < COARSE_MAX + COARSE_BEYOND; i++)
        c->before[i] = c->total;
}

/* The bound, but at least `floor`; or some value above `enough`, where the bound is above it, too. */
static double bound_run(const int64_t *ms, size_t n, uint32_t resolution_ms, double floor, double enough,
                        timing_scratch *scratch)
{
    if (n < TIMING_MIN_EVENTS)
        return floor;
    if (n > UINT32_MAX)
        return 1;       /* the counters are 32 bits wide */
    double best = floor;
    count_orders(ms, n, resolution_ms, scratch->coarse);
    for (int order = 1; order <= NULL_ORDERS; order++) {
        struct coarse *c = &scratch->coarse[order];
        settle_counts(c);
        if (c->total < TIMING_MIN_INTERVALS)
            continue;
        struct taken taken = settle_taken(c, order, resolution_ms);
        for (size_t i = 0; i < scratch->shapes[order]; i++) {
            struct sweep s = {.c = c, .shape = &scratch->shape[order][i], .reach = scratch->reach[order][i],
                              .taken = &taken, .half = timing_half(resolution_ms), .best = best};
            if (s.shape->worth > best)
                best = bound_shape(&s, enough);
            if (best > enough)
                return best;
        }
    }
    return best;
}

#define ROUNDING 1e-9    /* the score's own arithmetic, in another order */

double timing_bound(const int64_t *ms, size_t n, uint32_t resolution_ms, timing_scratch *scratch)
{
    double bound = bound_run(ms, n, resolution_ms, 0, 1, scratch);
    return bound > 0 ? fmin(1, bound + ROUNDING) : 0;
}

bool timing_may_exceed(const int64_t *ms, size_t n, uint32_t resolution_ms, double floor,
                       timing_scratch *scratch)
{
    double start = fmax(0, floor - ROUNDING);
    if (n <= TIMING_SHORT && !timing_short_may_exceed(ms, n, resolution_ms, start, scratch))
        return false;
    return bound_run(ms, n, resolution_ms, start, start, scratch) > start;
}
