/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/streams.h"

#include "base/arena.h"
#include "detect/timing_scratch.h"

#include <stdlib.h>

/* A slice must be this much better than the whole pair to be preferred: the whole says more. */
static const double WHOLE_BONUS = 0.02;

static uint64_t path_value(const struct row *r) { return (uint64_t)row_method(r) << 32 | r->path; }

/* Sizes in steps of 6 to 12 %: the highest bit and the three below it. */
static uint64_t size_value(const struct row *r)
{
    uint64_t bytes = (r->flags & ROW_HAS_OUT ? r->out : r->in) | 8;
    unsigned top = 63 - (unsigned)__builtin_clzll(bytes);
    return bytes >> (top - 3) | (uint64_t)top << 8;
}

static uint64_t value_of(enum stream_kind kind, const struct row *r)
{
    switch (kind) {
    case STREAM_AGENT: return r->agent;
    case STREAM_PATH: return path_value(r);
    case STREAM_SIZE: return size_value(r);
    case STREAM_PAIR: break;
    }
    return 0;
}

bool stream_has(const struct stream *s, const struct row *r)
{
    return s->kind == STREAM_PAIR || value_of(s->kind, r) == s->value;
}

uint32_t stream_resolution(struct run run)
{
    for (size_t i = 0; i < run.n; i++)
        if (run.rows[i].time % 1000)
            return 1;
    return 1000;
}

static int by_time(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return (a > b) - (a < b);
}

/* Logs are written at the end of a transfer: starts are nearly in order, often wholly. */
static void sort_times(int64_t *times, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (times[i - 1] > times[i]) {
            qsort(times, n, sizeof *times, by_time);
            return;
        }
}

size_t stream_times(struct catcher *c, const struct stream *s, struct run run)
{
    size_t n = 0;
    if (!array_reserve((void **)&c->times, &c->times_capacity, run.n, sizeof *c->times, SIZE_MAX / 16))
        panic("out of memory");
    for (size_t i = 0; i < run.n; i++)
        if (stream_has(s, &run.rows[i]))
            c->times[n++] = row_start(&run.rows[i]);
    sort_times(c->times, n);
    return n;
}

struct counted { uint64_t value; size_t n; };

/* Rows of each of the n values, exactly. */
static void count_exactly(enum stream_kind kind, struct run run, struct counted *values, size_t n)
{
    for (size_t k = 0; k < n; k++)
        values[k].n = 0;
    for (size_t i = 0; i < run.n; i++) {
        uint64_t value = value_of(kind, &run.rows[i]);
        for (size_t k = 0; k < n; k++)
            values[k].n += values[k].value == value;
    }
}

/* The most common values of a kind, by a table of a few counters that lets rare values fade (Misra-Gries):
 * any value with more than 1 / (STREAMS_COUNTED + 1) of the rows is in it, whatever the attacker mixes in. */
enum { STREAMS_COUNTED = 16 };

static size_t common_values(enum stream_kind kind, struct run run, struct counted *out)
{
    size_t used = 0;
    for (size_t i = 0; i < run.n; i++) {
        uint64_t value = value_of(kind, &run.rows[i]);
        size_t at = 0;
        while (at < used && out[at].value != value)
            at++;
        if (at < used)
            out[at].n++;
        else if (used < STREAMS_COUNTED)
            out[used++] = (struct counted){value, 1};
        else
            for (size_t k = used; k-- > 0;)
                if (--out[k].n == 0)
                    out[k] = out[--used];
    }
    for (size_t i = 1; i < used; i++)
        for (size_t k = i; k && out[k].n > out[k - 1].n; k--) {
            struct counted swap = out[k];
            out[k] = out[k - 1];
            out[k - 1] = swap;
        }
    used = used < STREAMS_EACH_MAX ? used : STREAMS_EACH_MAX;
    count_exactly(kind, run, out, used);
    return used;
}

/* Pauses that can be an interval of a beat: not those within a burst, and none of one tick, in which the clock
 * sees no rhythm. A stream of page loads has many rows and few pauses; most pairs are done with here. */
static size_t count_pauses(const int64_t *times, size_t n, uint32_t resolution_ms)
{
    int64_t least = resolution_ms >= TIMING_BURST ? 2 * (int64_t)resolution_ms : TIMING_BURST;
    size_t pauses = 0;
    for (size_t i = 1; i < n; i++)
        pauses += times[i] - times[i - 1] >= least;
    return pauses;
}

static void try_stream(struct catcher *c, struct stream try, struct run run, uint32_t resolution, size_t least,
                       double floor, struct stream *best, timing_result *timing)
{
    timing_result result;
    size_t n = stream_times(c, &try, run);
    double to_beat = best->s + WHOLE_BONUS > floor ? best->s + WHOLE_BONUS : floor;
    if (count_pauses(c->times, n, resolution) + 1 < least)
        return;
    if (!timing_may_exceed(c->times, n, resolution, to_beat, c->timing))
        return;
    timing_score_above(c->times, n, resolution, to_beat, c->timing, &result);
    if (result.s <= 0)
        return;
    *best = try;
    best->s = result.s;
    *timing = result;
}

struct stream streams_best(struct catcher *c, struct run run, size_t least, double floor, timing_result *timing)
{
    static const enum stream_kind kinds[] = {STREAM_AGENT, STREAM_PATH, STREAM_SIZE};
    struct stream best = {.kind = STREAM_PAIR};
    uint32_t resolution = stream_resolution(run);
    *timing = (timing_result){0};
    try_stream(c, best, run, resolution, least, floor, &best, timing);
    for (size_t k = 0; k < COUNT_OF(kinds); k++) {
        struct counted values[STREAMS_COUNTED];
        size_t n = common_values(kinds[k], run, values);
        for (size_t i = 0; i < n; i++)
            if (values[i].n >= least && values[i].n < run.n)
                try_stream(c, (struct stream){kinds[k], values[i].value, 0}, run, resolution, least, floor, &best, timing);
    }
    return best;
}
