/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/timing.h"

#include <math.h>

#include "base/arena.h"
#include "detect/cells.h"
#include "detect/timing_scratch.h"

/* Chosen on the fit seeds of bench/beacon.c, judged on its judge seeds; see docs/detectors/timing.md. */
#define CONFIDENCE_Z 2.0
#define ORDER_COST 0.12         /* order m is worth 1 - 0.12 (m - 1) */
#define MULTIPLES_COST 0.05
#define SEEN_FULLY (2.0 / 3)    /* a rhythm of which less than this share of the beats is seen is worth less */
#define WIDE_FROM 0.95          /* people's pauses, too, fill a wide window: beyond this it is worth less, */
#define WIDE_COST 0.45          /* by this much per unit of logarithmic width */
#define ORDER_WIDEST 0.95       /* pauses add up to something regular: orders above 1 need narrow windows */
#define MULTIPLES_WIDEST 0.70

/* Logarithmic. 0.41: a sleep +-20 %; 0.69: a sleep cut by up to 50 %; 1.10: +-50 %; 2.20: +-80 %. */
static const double widths[TIMING_WIDTHS] = {0.06, 0.12, 0.25, 0.36, 0.45, 0.70, 0.95, 1.20, 1.60, 2.20};

static double worth_of(int order, double width, bool multiples)
{
    /* From a width of ln 3/2 on, the second window touches the third: together they are ln 3 wider. */
    double wide = multiples && width > log(1.5) ? width + log(3) : width;
    double worth = 1 - ORDER_COST * (order - 1);
    return worth * (multiples ? 1 - MULTIPLES_COST : 1) * (1 - WIDE_COST * fmax(0, wide - WIDE_FROM));
}

/* A window is cut to the values it really holds. One no wider than the next smaller width was met there, with
 * the same matches, so here chance is at least that of the smaller width; multiples are not cut. */
static void fill_shapes(timing_scratch *scratch, int order)
{
    struct timing_shape *out = scratch->shape[order];
    size_t n = 0;
    for (size_t w = 0; w < TIMING_WIDTHS && (order == 1 || widths[w] <= ORDER_WIDEST); w++) {
        out[n++] = (struct timing_shape){
            .ratio = exp(widths[w]), .chance = w ? timing_null_q(&scratch->null, order, widths[w - 1]) : 0,
            .worth = worth_of(order, widths[w], false), .order = order};
        if (order == 1 && widths[w] <= MULTIPLES_WIDEST)
            out[n++] = (struct timing_shape){
                .ratio = exp(widths[w]), .chance = timing_null_q(&scratch->null, NULL_MULTIPLES, widths[w]),
                .worth = worth_of(order, widths[w], true), .order = order, .multiples = true};
    }
    scratch->shapes[order] = n;
    timing_fill_reach(scratch, order);
}

timing_scratch *timing_scratch_new(void)
{
    timing_scratch *scratch = mem_alloc(sizeof *scratch);
    timing_null_fill(&scratch->null);
    scratch->need_s = -1;
    for (int order = 1; order <= NULL_ORDERS; order++)
        fill_shapes(scratch, order);
    return scratch;
}

void timing_scratch_free(timing_scratch *scratch) { mem_free(scratch); }

/* Lower end of the score interval for k of n (Wilson 1927), at CONFIDENCE_Z. */
static double wilson_low(double k, double n)
{
    double p = k / n, z2 = CONFIDENCE_Z * CONFIDENCE_Z;
    double spread = CONFIDENCE_Z * sqrt(fmax(0, p * (1 - p) / n + z2 / (4 * n * n)));
    return (p + z2 / (2 * n) - spread) / (1 + z2 / n);
}

double timing_excess(double matched, double intervals, int order, double chance)
{   /* overlapping intervals of order m carry about n/m independent ones */
    return (wilson_low(matched / order, intervals / order) - chance) / (1 - chance);
}

/* The Wilson interval is the score test turned round: its lower end exceeds t where
 * k/n > t + z sqrt(t (1 - t) / n). */
struct timing_need timing_needs(const struct timing_shape *shape, double s)
{
    double t = shape->chance + (1 - shape->chance) * s / shape->worth;
    return (struct timing_need){.share = t, .spread = CONFIDENCE_Z * CONFIDENCE_Z * shape->order * t * (1 - t)};
}

/* The first gap is what the clock cannot show; the longer ones read a burst of requests as one beat, so the
 * window must lie clear of them. Intervals of order m span m steps the clock can show. */
size_t timing_gaps(int order, uint32_t resolution_ms, struct timing_gap out[TIMING_GAPS])
{
    static const uint32_t gaps[TIMING_GAPS - 1] = {1000, 2000, 5000, 15000, 60000};
    double half = timing_half(resolution_ms);
    uint32_t step = (uint32_t)max_u64(resolution_ms, TIMING_BURST);
    uint64_t first = timing_burst(resolution_ms) + (uint64_t)(order - 1) * step;
    size_t n = 0;
    out[n++] = (struct timing_gap){.gap = (uint32_t)min_u64(first, UINT32_MAX), .dead = (double)first + half};
    for (size_t i = 0; order == 1 && i < COUNT_OF(gaps); i++) {
        double dead = gaps[i] + half;
        if (gaps[i] >= step)
            out[n++] = (struct timing_gap){.gap = gaps[i], .dead = dead, .from = 1.5 * dead};
    }
    return n;
}

/* One order's intervals, and the best window so far. */
struct scan {
    const timing_null *null;
    const cell_step *at;
    size_t cells;
    double half;                            /* of the clock's step */
    struct timing_gap gap[TIMING_GAPS];
    size_t gaps;
    struct timing_need need;                /* to be better than the best window with this shape */
    uint64_t least;                         /* no window that matches fewer can be */
    timing_result *best;
};

/* Waits of order 1 run from the last event of a burst to the next event, waits of order m from the first
 * event of a beat to the first of the m-th beat after it. */
static void collect_intervals(const int64_t *ms, size_t n, int order, uint32_t gap, uint32_t burst, cells *into)
{
    int64_t starts[NULL_ORDERS] = {0};      /* of the last beats, a ring */
    size_t beats = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t wait = i ? timing_step(ms[i - 1], ms[i]) : UINT32_MAX;
        if (i && wait <= burst)
            continue;
        if (order > 1)
            wait = timing_step(starts[(beats - (size_t)order) % NULL_ORDERS], ms[i]);
        if (beats >= (size_t)order && wait > gap && wait < UINT32_MAX)
            cells_add(into, wait);
        starts[beats++ % NULL_ORDERS] = ms[i];
    }
}

struct window {
    double low, high;
    uint64_t matched, sum;                  /* in the window and its multiples */
    uint64_t once, once_sum;                /* in the window itself */
    uint64_t missed;
    uint64_t upto, upto_sum;                /* everything below the horizon */
};

static void raise_need(struct scan *s, const struct timing_shape *shape)
{
    /* the last gap leaves the fewest, the first needs the fewest */
    double n = (double)timing_considered(s->at[s->cells].count - s->gap[s->gaps - 1].below, 0);
    s->need = timing_needs(shape, s->best->s);
    s->least = (uint64_t)(s->need.share * n + sqrt(fmax(0, s->need.spread) * n));
}

static void keep_better(struct scan *s, const struct timing_shape *shape, const struct window *w,
                        const struct timing_gap *gap)
{
    double start = w->low - s->half - gap->dead;
    if (start <= 0)
        return;     /* it reaches down to where the clock sees nothing */
    double width = log((w->high + s->half - gap->dead) / start);
    double chance = timing_null_q(s->null, shape->multiples ? NULL_MULTIPLES : shape->order, width);
    if (chance >= 1)
        return;
    uint64_t intervals = w->upto - gap->below;
    double excess = timing_excess((double)w->matched, (double)intervals, shape->order, chance);
    double coverage = (double)w->sum / (double)(w->upto_sum - gap->below_sum);
    double seen = (double)w->matched / (double)(w->matched + w->missed);
    double score = excess * coverage * shape->worth * fmin(1, seen / SEEN_FULLY);
    if (score <= s->best->s)
        return;
    *s->best = (timing_result){
        .s = score, .events = s->best->events, .matched = w->matched, .intervals = intervals,
        .missed = w->missed, .period_s = (double)w->once_sum / (double)w->once / 1000, .low_s = w->low / 1000,
        .high_s = w->high / 1000, .chance = chance, .coverage = coverage, .gap_s = gap->gap / 1000.0,
        .order = (uint8_t)shape->order, .multiples = shape->multiples};
    raise_need(s, shape);
}

static void weigh_window(struct scan *s, const struct timing_shape *shape, const struct window *w)
{
    uint64_t all = s->at[s->cells].count;
    for (size_t g = 0; g < s->gaps && w->low > s->gap[g].from; g++) {
        uint64_t intervals = w->upto - s->gap[g].below;
        if (intervals >= timing_considered(all - s->gap[g].below, g) &&
            timing_meets(s->need, w->matched, intervals))
            keep_better(s, shape, w, &s->gap[g]);
    }
}

/* Whole cells from `low` to `high`: two indexes that only move forward. */
struct slide {
    size_t from, to;
};

static void slide_to(struct slide *l, const struct scan *s, double low, double high)
{
    while (l->from < s->cells && s->at[l->from].min < low)
        l->from++;
    if (l->to < l->from)
        l->to = l->from;
    while (l->to < s->cells && s->at[l->to].max <= high)
        l->to++;
}

static void add_multiple(struct window *w, const struct scan *s, const struct slide *l, uint64_t times)
{
    uint64_t count = s->at[l->to].count - s->at[l->from].count;
    w->matched += count;
    w->sum += s->at[l->to].sum - s->at[l->from].sum;
    w->missed += count * (times - 1);
}

/* The window from cell i on, cut to what it holds; its horizon is left to the caller. */
static struct window window_at(const struct scan *s, size_t i, size_t to)
{
    uint64_t count = s->at[to].count - s->at[i].count, sum = s->at[to].sum - s->at[i].sum;
    return (struct window){.low = s->at[i].min, .high = s->at[to - 1].max, .matched = count, .sum = sum,
                           .once = count, .once_sum = sum};
}

/* Every window of this shape that starts at a cell. Multiples: twice and three times the window, too. */
static void scan_shape(struct scan *s, const struct timing_shape *shape)
{
    struct slide once = {0}, twice = {0}, thrice = {0};
    size_t far = 0;
    raise_need(s, shape);
    for (size_t i = 0; i < s->cells && s->at[s->cells].count - s->at[i].count > s->least; i++) {
        double low = s->at[i].min, top = low * shape->ratio;
        once.from = i;
        slide_to(&once, s, low, top);
        struct window w = window_at(s, i, once.to);     /* a cell is narrower than any window: once.to > i */
        if (shape->multiples) {
            w.high = top;
            slide_to(&twice, s, fmax(2 * (low - s->half), top), 2 * (top + s->half));
            slide_to(&thrice, s, fmax(3 * (low - s->half), 2 * (top + s->half)), 3 * (top + s->half));
            add_multiple(&w, s, &twice, 2);
            add_multiple(&w, s, &thrice, 3);
        }
        if (w.matched <= s->least)
            continue;
        while (far < s->cells && s->at[far].max <= NULL_HORIZON * top)
            far++;
        w.upto = s->at[far].count;
        w.upto_sum = s->at[far].sum;
        weigh_window(s, shape, &w);
    }
}

/* What each gap takes away. A gap that takes no more than the one before it only costs. */
static void settle_gaps(struct scan *s)
{
    size_t kept = 0, cell = 0;
    for (size_t g = 0; g < s->gaps; g++) {
        while (cell < s->cells && s->at[cell].min <= s->gap[g].gap)
            cell++;
        struct timing_gap gap = s->gap[g];
        gap.below = s->at[cell].count;
        gap.below_sum = s->at[cell].sum;
        if (kept && gap.below == s->gap[kept - 1].below)
            continue;
        s->gap[kept++] = gap;
    }
    s->gaps = kept;
}

static void score_order(const int64_t *ms, size_t n, int order, uint32_t resolution_ms, timing_scratch *scratch,
                        timing_result *best)
{
    struct scan s = {.null = &scratch->null, .at = scratch->steps, .half = timing_half(resolution_ms),
                     .best = best};
    s.gaps = timing_gaps(order, resolution_ms, s.gap);
    collect_intervals(ms, n, order, s.gap[0].gap, timing_burst(resolution_ms), &scratch->cells);
    s.cells = cells_drain(&scratch->cells, scratch->steps);
    if (s.at[s.cells].count < TIMING_MIN_INTERVALS)
        return;
    settle_gaps(&s);
    for (size_t i = 0; i < scratch->shapes[order]; i++) {
        const struct timing_shape *shape = &scratch->shape[order][i];
        if (shape->worth > best->s)
            scan_shape(&s, shape);
    }
}

void timing_score(const int64_t *ms, size_t n, uint32_t resolution_ms, timing_scratch *scratch,
                  timing_result *out)
{
    *out = (timing_result){.events = n};
    if (n < TIMING_MIN_EVENTS)
        return;
    score_order(ms, n, 1, resolution_ms, scratch, out);
    /* Several beaters behind one address show best at their own number, and a little at the ones before. */
    for (int order = 2; order <= timing_orders(n); order++) {
        double before = out->s;
        score_order(ms, n, order, resolution_ms, scratch, out);
        if (out->s <= before)
            break;
    }
}

/* With a floor under it from the start, hardly any window is weighed. Which orders count follows from the scores
 * below the floor, too: where order 1 stays there and another does not, the run is scored from the ground. */
void timing_score_above(const int64_t *ms, size_t n, uint32_t resolution_ms, double floor, timing_scratch *scratch,
                        timing_result *out)
{
    if (!(floor > 0) || n < TIMING_MIN_EVENTS) {
        timing_score(ms, n, resolution_ms, scratch, out);
        return;
    }
    *out = (timing_result){.events = n, .s = floor};
    score_order(ms, n, 1, resolution_ms, scratch, out);
    bool above = out->s > floor;
    for (int order = 2; order <= timing_orders(n); order++) {
        double before = out->s;
        score_order(ms, n, order, resolution_ms, scratch, out);
        if (above ? out->s <= before : out->s > floor)
            break;
    }
    if (!above && out->s > floor)
        timing_score(ms, n, resolution_ms, scratch, out);
    if (out->s <= floor)
        *out = (timing_result){.events = n};
}
