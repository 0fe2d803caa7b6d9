/* SPDX-License-Identifier: Apache-2.0 */
/* Nearly all runs are short, and nearly all of those show nothing: may they exceed a floor? A window that does
 * holds more than `least` intervals, so in the sorted intervals the one `least` places on lies within the
 * window's ratio. That is one multiplication and one comparison for every place a window can start; the few
 * windows that pass are weighed like the score weighs them, everything it rounds rounded the other way. */
#include <math.h>

#include "detect/timing_scratch.h"

/* The score knows intervals by the cell, 1/128 of their value wide; whole cells reach this much less or more
 * far than single intervals. */
#define CELL (1 + 1.0 / CELLS_PER_OCTAVE)

/* Shell's sort with the first gaps of Ciura (2001). */
static void sort_waits(uint32_t *wait, size_t n)
{
    static const size_t gaps[] = {23, 10, 4, 1};
    for (size_t g = 0; g < COUNT_OF(gaps); g++)
        for (size_t gap = gaps[g], i = gap; i < n; i++) {
            uint32_t moved = wait[i];
            size_t to = i;
            for (; to >= gap && wait[to - gap] > moved; to -= gap)
                wait[to] = wait[to - gap];
            wait[to] = moved;
        }
}

static void add_wait(struct timing_waits *out, uint32_t wait, uint32_t gap)
{
    if (wait > gap && wait < UINT32_MAX)
        out->wait[out->n++] = wait;
}

/* Waits of order 1 run from the last event of a burst to the next event, waits of order m from the first
 * event of a beat to the first of the m-th beat after it. */
void timing_waits_sorted(const int64_t *ms, size_t n, int order, uint32_t gap, uint32_t burst,
                         struct timing_waits *out)
{
    int64_t start[TIMING_SHORT];
    size_t beats = 0, back = (size_t)order;
    out->n = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t wait = i ? timing_step(ms[i - 1], ms[i]) : UINT32_MAX;
        if (i && wait <= burst)
            continue;
        if (beats >= back)
            add_wait(out, order > 1 ? timing_step(start[beats - back], ms[i]) : wait, gap);
        start[beats++] = ms[i];
    }
    sort_waits(out->wait, out->n);
}

/* Windows above one gap and not above the next. */
struct stretch {
    size_t first, end;              /* where they start in the sorted intervals */
    size_t considered;              /* at least so many intervals must be considered */
    size_t below;                   /* the gap takes away at most these, */
    uint64_t below_sum;             /* of this sum */
};

struct sieve {
    const uint32_t *wait;           /* ascending */
    size_t n;
    size_t upto[TIMING_SHORT];      /* intervals below the horizon of a window that holds this one, at least */
    uint64_t sum[TIMING_SHORT + 1]; /* of all intervals before */
    double half;                    /* of the clock's step */
    struct stretch stretch[TIMING_GAPS];
    size_t stretches;
};

static void settle_horizons(struct sieve *s)
{
    s->sum[0] = 0;
    for (size_t i = 0, far = 0; i < s->n; i++) {
        s->sum[i + 1] = s->sum[i] + s->wait[i];
        while (far < s->n && s->wait[far] * CELL <= NULL_HORIZON * (double)s->wait[i])
            far++;
        s->upto[i] = far;
    }
}

static void settle_stretches(struct sieve *s, const struct timing_gap *gap, size_t gaps)
{
    size_t from = 0, below = 0;
    s->stretches = 0;
    for (size_t g = 0; g < gaps; g++) {
        while (from < s->n && s->wait[from] <= gap[g].from)
            from++;
        while (below < s->n && s->wait[below] <= gap[g].gap * CELL)
            below++;
        if (s->stretches)
            s->stretch[s->stretches - 1].end = from;
        s->stretch[s->stretches++] = (struct stretch){
            .first = from, .end = s->n, .below = below, .below_sum = s->sum[below],
            .considered = (size_t)timing_considered(s->n - below, 0)};
    }
}

static size_t least_of(struct timing_need need, size_t n)
{
    return (size_t)(need.share * (double)n + sqrt(need.spread * (double)n));
}

/* Intervals of a window from i to top and, for multiples, of twice and three times the window. */
struct held {
    size_t n, end;                  /* end: of the window itself */
    uint64_t sum;
};

static struct held hold(const struct sieve *s, const struct timing_shape *shape, size_t i, double top)
{
    size_t to = i;
    while (to < s->n && s->wait[to] <= top)
        to++;
    struct held held = {.n = to - i, .end = to, .sum = s->sum[to] - s->sum[i]};
    if (!shape->multiples)
        return held;
    double low = s->wait[i];
    for (size_t k = to; k < s->n && s->wait[k] <= 3 * (top + s->half); k++)
        if (s->wait[k] >= 3 * (low - s->half) ||
            (s->wait[k] >= 2 * (low - s->half) && s->wait[k] <= 2 * (top + s->half))) {
            held.n++;
            held.sum += s->wait[k];
        }
    return held;
}

/* May the window that starts at i score above `floor`? */
static bool weigh_start(const struct sieve *s, const struct timing_shape *shape, struct timing_need need,
                        const struct stretch *t, size_t i, double floor)
{
    struct held held = hold(s, shape, i, s->wait[i] * shape->ratio);
    size_t upto = s->upto[held.end - 1];
    size_t intervals = max_u64(max_u64(upto > t->below ? upto - t->below : 0, t->considered), held.n);
    if (!timing_meets(need, held.n, intervals))
        return false;
    double excess = timing_excess((double)held.n, (double)intervals, shape->order, shape->chance);
    uint64_t considered = s->sum[upto] > t->below_sum ? s->sum[upto] - t->below_sum : 0;
    return excess * shape->worth * (double)held.sum > floor * (double)considered;
}

static bool sift_shape(const struct sieve *s, const struct timing_shape *shape, struct timing_need need,
                       double floor)
{
    for (const struct stretch *t = s->stretch; t < s->stretch + s->stretches; t++) {
        size_t upto = t->first < t->end ? s->upto[t->first] : 0;
        size_t least = least_of(need, max_u64(t->considered, upto > t->below ? upto - t->below : 0));
        double reach = shape->ratio, beyond = 0;
        if (shape->multiples) {
            reach = 3 * shape->ratio;
            beyond = 3 * s->half;
        }
        for (size_t i = t->first; i < t->end && i + least < s->n; i++)
            if (s->wait[i + least] <= s->wait[i] * reach + beyond &&
                weigh_start(s, shape, need, t, i, floor))
                return true;
    }
    return false;
}

static void settle_needs(timing_scratch *scratch, double floor)
{
    for (int order = 1; order <= NULL_ORDERS; order++)
        for (size_t i = 0; i < scratch->shapes[order]; i++)
            scratch->need[order][i] = timing_needs(&scratch->shape[order][i], floor);
    scratch->need_s = floor;
}

bool timing_short_may_exceed(const int64_t *ms, size_t n, uint32_t resolution_ms, double floor,
                             timing_scratch *scratch)
{
    if (scratch->need_s < floor || scratch->need_s > floor)
        settle_needs(scratch, floor);
    for (int order = 1; order <= NULL_ORDERS; order++) {
        struct timing_gap gap[TIMING_GAPS];
        size_t gaps = timing_gaps(order, resolution_ms, gap);
        struct timing_waits *waits = &scratch->waits;
        timing_waits_sorted(ms, n, order, gap[0].gap, timing_burst(resolution_ms), waits);
        if (waits->n < TIMING_MIN_INTERVALS)
            continue;
        struct sieve s = {.wait = waits->wait, .n = waits->n, .half = timing_half(resolution_ms)};
        settle_horizons(&s);
        settle_stretches(&s, gap, gaps);
        for (size_t i = 0; i < scratch->shapes[order]; i++)
            if (scratch->shape[order][i].worth > floor &&
                sift_shape(&s, &scratch->shape[order][i], scratch->need[order][i], floor))
                return true;
    }
    return false;
}
