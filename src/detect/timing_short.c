/* SPDX-License-Identifier: Apache-2.0 */
/* Nearly all runs are short, and nearly all of those show nothing: may they exceed a floor? A window that does
 * holds more than `least` intervals, so in the sorted intervals the one `least` places on lies within the
 * window's ratio. That is one multiplication and one comparison for every place a window can start; the few
 * windows that pass are weighed like the score weighs them, everything it rounds rounded the other way. */
#include <math.h>
#include <string.h>

#include "detect/timing_scratch.h"

/* The score knows intervals by the cell, 1/128 of their value wide; whole cells reach this much less or more
 * far than single intervals. */
#define CELL (1 + 1.0 / CELLS_PER_OCTAVE)

/* 4 to an octave: the exponent of the value as a float and the two bits after it. */
enum { BUCKETS_PER_OCTAVE = 4, BUCKETS = 33 * BUCKETS_PER_OCTAVE };

static size_t bucket_of(uint32_t wait)
{
    float value = (float)wait;
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return wait ? (bits >> 21) - 127 * BUCKETS_PER_OCTAVE : 0;
}

/* By bucket first, and so nearly in order: then by insertion. */
static void sort_waits(const uint32_t *in, size_t n, uint32_t *out)
{
    uint8_t before[BUCKETS + 1] = {0}, bucket[TIMING_SHORT];
    size_t low = BUCKETS, high = 0;
    for (size_t i = 0; i < n; i++) {
        size_t b = bucket_of(in[i]);
        bucket[i] = (uint8_t)b;
        before[b + 1]++;
        low = b < low ? b : low;
        high = b > high ? b : high;
    }
    for (size_t b = low; b < high; b++)
        before[b + 1] = (uint8_t)(before[b + 1] + before[b]);
    for (size_t i = 0; i < n; i++)
        out[before[bucket[i]]++] = in[i];
    for (size_t i = 1; i < n; i++) {
        uint32_t moved = out[i];
        size_t to = i;
        for (; to && out[to - 1] > moved; to--)
            out[to] = out[to - 1];
        out[to] = moved;
    }
}

/* Waits of order 1 run from the last event of a burst to the next event, waits of order m from the first
 * event of a beat to the first of the m-th beat after it. */
void timing_waits_sorted(const int64_t *ms, size_t n, int order, uint32_t gap, uint32_t burst,
                         struct timing_waits *out)
{
    int64_t start[TIMING_SHORT];
    uint32_t waits[TIMING_SHORT];
    size_t beats = 0, back = (size_t)order, kept = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t wait = i ? timing_step(ms[i - 1], ms[i]) : UINT32_MAX;
        if (i && wait <= burst)
            continue;
        if (beats >= back) {
            waits[kept] = order > 1 ? timing_step(start[beats - back], ms[i]) : wait;
            kept += waits[kept] > gap && waits[kept] < UINT32_MAX;
        }
        start[beats++] = ms[i];
    }
    sort_waits(waits, kept, out->wait);
    out->n = kept;
}

/* Windows that start above one gap and not above the next. */
struct stretch {
    size_t first, end;              /* where they start in the sorted intervals */
    size_t considered;              /* at least so many intervals must be considered */
    size_t below;                   /* the gap takes away at most these */
    double dead;
};

/* A few starts of one stretch, looked at together. */
enum { LANES = 8, PIECES = TIMING_SHORT / LANES + TIMING_GAPS };
struct piece {
    const struct stretch *stretch;
    size_t first, end;
    double fewest, root;            /* so many intervals are considered at least; its root */
};

struct sieve {
    const timing_null *null;
    const uint32_t *wait;           /* ascending */
    size_t n;
    double half;                    /* of the clock's step */
    size_t stretches;
    struct stretch stretch[TIMING_GAPS];
    size_t pieces;
    struct piece piece[PIECES];
    uint8_t upto[TIMING_SHORT];     /* intervals below the horizon of a window that holds this one, at least */
    uint64_t before[TIMING_SHORT + 1];      /* sums of the waits before each */
    float value[2 * TIMING_SHORT + LANES];  /* the waits once more, and room to look beyond them */
};

static void settle_horizons(struct sieve *s)
{
    size_t far = 0;
    for (size_t i = 0; i < s->n; i++) {
        while (far < s->n && s->wait[far] * CELL <= NULL_HORIZON * (double)s->wait[i])
            far++;
        s->upto[i] = (uint8_t)far;
    }
}

static size_t intervals_of(const struct stretch *t, size_t upto)
{
    return max_u64(t->considered, upto > t->below ? upto - t->below : 0);
}

/* Gaps that leave too few intervals are none, and those that leave as many as the one before only cost. */
static void settle_stretches(struct sieve *s, const struct timing_gap *gap, size_t gaps)
{
    size_t from = 0, surely = 0, below = 0;
    s->stretches = 0;
    for (size_t g = 0; g < gaps; g++) {
        while (surely < s->n && s->wait[surely] <= gap[g].gap)
            surely++;
        if (g && s->n - surely < TIMING_MIN_PAUSES)
            break;
        while (below < s->n && s->wait[below] <= gap[g].gap * CELL)
            below++;
        if (s->stretches && s->stretch[s->stretches - 1].below == below)
            continue;
        while (from < s->n && s->wait[from] <= gap[g].from)
            from++;
        if (s->stretches)
            s->stretch[s->stretches - 1].end = from;
        s->stretch[s->stretches++] = (struct stretch){
            .first = from, .end = s->n, .below = below, .dead = gap[g].dead,
            .considered = (size_t)timing_considered(s->n - below, g)};
    }
}

/* The fewest considered with the gap of this stretch or one before. */
static size_t fewest_of(const struct sieve *s, const struct stretch *last, size_t upto)
{
    size_t fewest = SIZE_MAX;
    for (const struct stretch *t = s->stretch; t <= last; t++) {
        size_t here = intervals_of(t, upto);
        fewest = here < fewest ? here : fewest;
    }
    return fewest;
}

static void settle_pieces(struct sieve *s)
{
    s->pieces = 0;
    for (const struct stretch *t = s->stretch; t < s->stretch + s->stretches; t++)
        for (size_t i = t->first; i < t->end; i += LANES) {
            double fewest = (double)fewest_of(s, t, s->upto[i]);
            s->piece[s->pieces++] = (struct piece){
                .stretch = t, .first = i, .end = i + LANES < t->end ? i + LANES : t->end,
                .fewest = fewest, .root = sqrt(fewest)};
        }
}

static void settle_values(struct sieve *s)
{
    s->before[0] = 0;
    for (size_t i = 0; i < s->n; i++) {
        s->before[i + 1] = s->before[i] + s->wait[i];
        s->value[i] = (float)s->wait[i];
    }
    for (size_t i = s->n; i < 2 * s->n + LANES; i++)
        s->value[i] = INFINITY;
}

/* A window from the i-th interval to `top`; it holds those before the end-th. */
struct window {
    const struct timing_shape *shape;
    size_t first, end;
    double low, top;
    size_t matched;                 /* in the window and in twice and three times the window */
    uint64_t sum;                   /* of these, ms */
};

static bool is_multiple(const struct window *w, double half, double wait)
{
    return (wait >= 2 * (w->low - half) && wait <= 2 * (w->top + half)) ||
           (wait >= 3 * (w->low - half) && wait <= 3 * (w->top + half));
}

/* The window that starts at i and holds `least` more intervals at least, or that many with its multiples. */
static struct window window_at(const struct sieve *s, const struct timing_shape *shape, size_t i, size_t least)
{
    struct window w = {.shape = shape, .first = i, .end = i + (shape->multiples ? 0 : least) + 1,
                       .low = s->wait[i], .top = s->wait[i] * shape->ratio};
    while (w.end < s->n && s->wait[w.end] <= w.top)
        w.end++;
    w.matched = w.end - i;
    w.sum = s->before[w.end] - s->before[i];
    for (size_t k = w.end; shape->multiples && k < s->n && s->wait[k] <= 3 * (w.top + s->half); k++) {
        bool is_one = is_multiple(&w, s->half, s->wait[k]);
        w.matched += is_one;
        w.sum += is_one ? s->wait[k] : 0;
    }
    return w;
}

/* The share of the time up to the horizon that the window explains, at most. */
static double coverage_of(const struct sieve *s, const struct window *w, const struct stretch *t, size_t upto)
{
    uint64_t all = upto > t->below ? s->before[upto] - s->before[t->below] : 0;
    return all > w->sum ? (double)w->sum / (double)all : 1;
}

/* What chance can do at least, once the window is cut to the cells it surely holds. */
static double chance_of(const struct sieve *s, const struct window *w, const struct stretch *t)
{
    double start = w->low - s->half - t->dead, high = w->top;
    if (start <= 0)
        return 1;
    if (!w->shape->multiples) {
        size_t last = w->end - 1;
        while (last > w->first && s->wait[last] * CELL > w->top)
            last--;
        high = s->wait[last];
    }
    return timing_null_q(s->null, w->shape->multiples ? NULL_MULTIPLES : w->shape->order,
                         log((high + s->half - t->dead) / start));
}

/* May the window that starts at i score above `floor`, with the gap of this stretch or one before? */
static bool weigh_start(const struct sieve *s, const struct timing_shape *shape, struct timing_need need,
                        const struct stretch *last, size_t i, size_t least, double floor)
{
    struct window w = window_at(s, shape, i, least);
    size_t upto = s->upto[w.end - 1];
    for (const struct stretch *t = s->stretch; t <= last; t++) {
        size_t intervals = max_u64(intervals_of(t, upto), w.matched);
        if (!timing_meets(need, w.matched, intervals) || shape->worth * coverage_of(s, &w, t, upto) <= floor)
            continue;
        double chance = chance_of(s, &w, t);
        if (chance < 1 && timing_excess((double)w.matched, (double)intervals, shape->order, chance) * shape->worth *
                                  coverage_of(s, &w, t, upto) > floor)
            return true;
    }
    return false;
}

/* Does any window of the piece reach past `least` intervals? All starts at once, without a branch; a little
 * further than asked, and beyond the piece's end, too. */
static bool reaches(const struct sieve *s, size_t first, size_t least, float ratio, float beyond)
{
    const float *low = s->value + first, *high = low + least;
    int reached = 0;
    for (size_t k = 0; k < LANES; k++)
        reached |= high[k] < low[k] * ratio + beyond;
    return reached;
}

/* Multiples reach far and hold little of what they reach over: counted first, a little outwards, as above. */
static bool may_match(const struct sieve *s, const struct timing_shape *shape, struct timing_need need,
                      const struct stretch *t, size_t i)
{
    double low = s->wait[i] * (1 - 1e-6), top = s->wait[i] * shape->ratio * (1 + 1e-6);
    float once = (float)top, twice = (float)(2 * (top + s->half)), thrice = (float)(3 * (top + s->half));
    float from_twice = (float)(2 * (low - s->half)), from_thrice = (float)(3 * (low - s->half));
    from_twice = from_twice > once ? from_twice : once;
    from_thrice = from_thrice > twice ? from_thrice : twice;
    int lane[LANES] = {0}, matched = 0;
    for (const float *v = s->value + i; *v <= thrice; v += LANES)   /* what is past the last is infinite */
        for (size_t k = 0; k < LANES; k++)
            lane[k] += (v[k] <= once) - (v[k] < from_twice) + (v[k] <= twice) - (v[k] < from_thrice) +
                       (v[k] <= thrice);
    for (size_t k = 0; k < LANES; k++)
        matched += lane[k];
    return timing_meets(need, (size_t)matched, max_u64(fewest_of(s, t, s->upto[i]), (size_t)matched));
}

/* May any window of the shape hold what `need` says and, where `weigh`, score above `floor`? */
static bool sift_shape(const struct sieve *s, const struct timing_shape *shape, struct timing_need need,
                       bool weigh, double floor)
{
    double reach = shape->ratio * (shape->multiples ? 3 : 1), beyond = shape->multiples ? 3 * s->half : 0;
    double root = sqrt(need.spread), slack = 1 + 1e-6;
    for (const struct piece *p = s->piece; p < s->piece + s->pieces; p++) {
        size_t least = (size_t)(need.share * p->fewest + root * p->root - 1e-9);
        if (p->first + least >= s->n ||
            !reaches(s, p->first, least, (float)(reach * slack), (float)(beyond * slack)))
            continue;
        for (size_t i = p->first; i < p->end && i + least < s->n; i++)
            if (s->wait[i + least] <= s->wait[i] * reach + beyond &&
                (!shape->multiples || may_match(s, shape, need, p->stretch, i)) &&
                (!weigh || weigh_start(s, shape, need, p->stretch, i, least, floor)))
                return true;
    }
    return false;
}

/* A few shapes of a kind, narrowest first: windows as wide as the last one's hold less than the first one needs
 * nearly always, and then no shape between them needs a look of its own. */
enum { TOGETHER = 2 };

static bool sift_kind(const struct sieve *s, const timing_scratch *scratch, int order, bool multiples, double floor)
{
    const struct timing_shape *shape = scratch->shape[order];
    size_t some[TOGETHER], n = 0;
    for (size_t i = 0; i < scratch->shapes[order]; i++) {
        if (shape[i].multiples == multiples && shape[i].worth > floor)
            some[n++] = i;
        if (n < TOGETHER && i + 1 < scratch->shapes[order])
            continue;
        if (n && sift_shape(s, &shape[some[n - 1]], scratch->need[order][some[0]], false, floor))
            for (size_t k = 0; k < n; k++)
                if (sift_shape(s, &shape[some[k]], scratch->need[order][some[k]], true, floor))
                    return true;
        n = 0;
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
    for (int order = 1; order <= timing_orders(n); order++) {
        struct timing_gap gap[TIMING_GAPS];
        size_t gaps = timing_gaps(order, resolution_ms, gap);
        struct timing_waits *waits = &scratch->waits;
        timing_waits_sorted(ms, n, order, gap[0].gap, timing_burst(resolution_ms), waits);
        if (waits->n < TIMING_MIN_INTERVALS)
            continue;
        struct sieve s;
        s.null = &scratch->null;
        s.wait = waits->wait;
        s.n = waits->n;
        s.half = timing_half(resolution_ms);
        settle_horizons(&s);
        settle_stretches(&s, gap, gaps);
        settle_pieces(&s);
        settle_values(&s);
        if (sift_kind(&s, scratch, order, false, floor) ||
            (order == 1 && sift_kind(&s, scratch, order, true, floor)))
            return true;
    }
    return false;
}
