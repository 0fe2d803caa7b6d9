/* SPDX-License-Identifier: Apache-2.0 */
#include "app/copies.h"

#include "audit/costs.h"
#include "detect/registry.h"

#include <pthread.h>

/* What the workers share: a sketch per source. */
struct sketching {
    const struct row_taker *take;
    void *taker;
    struct sketch *sketches;
    pthread_mutex_t lock;
};

/* A worker sketches the source in hand by itself and hands it over when the next one begins. */
struct sketcher {
    struct sketching *all;
    void *worker;           /* of the taker */
    struct sketch sketch;
    uint32_t source;
};

static void hand_over(struct sketcher *s)
{
    if (s->sketch.n == 0)
        return;
    sketch_settle(&s->sketch);
    pthread_mutex_lock(&s->all->lock);
    sketch_join(&s->all->sketches[s->source], &s->sketch);
    pthread_mutex_unlock(&s->all->lock);
    sketch_free(&s->sketch);
}

static void *begin_sketch(void *all)
{
    struct sketcher *s = mem_alloc(sizeof *s);
    s->all = all;
    s->worker = s->all->take->begin(s->all->taker);
    return s;
}

static fault sketch_event(void *worker, uint32_t source, uint64_t offset, span line, const event *e)
{
    struct sketcher *s = worker;
    if (s->source != source)
        hand_over(s);
    s->source = source;
    sketch_add(&s->sketch, e);
    return s->all->take->event(s->worker, source, offset, line, e);
}

static fault pass_windows(void *worker, uint32_t source, uint64_t offset, span line, const struct windows_event *e)
{
    struct sketcher *s = worker;
    return s->all->take->windows(s->worker, source, offset, line, e);
}

static fault flush_sketch(void *worker)
{
    struct sketcher *s = worker;
    return s->all->take->flush ? s->all->take->flush(s->worker) : NO_FAULT;
}

static fault end_sketch(void *worker)
{
    struct sketcher *s = worker;
    hand_over(s);
    fault f = s->all->take->end(s->worker);
    mem_free(s);
    return f;
}

/* Equal rows of one layout are equal lines: those are told apart row by row. */
static bool has_two_layouts(const struct reading *r)
{
    const struct source *first = NULL;
    for (size_t i = 0; i < r->n; i++) {
        const struct source *s = &r->sources[i];
        if (s->same != SAME_UNIQUE || s->layout.n == 0)
            continue;
        if (first && !span_eq(first->layout.definition, s->layout.definition))
            return true;
        first = first ? first : s;
    }
    return false;
}

/* How much a layout can tell: the points that all detectors together can give with it, then its fields. */
static uint64_t rank_of(uint64_t gives)
{
    uint64_t points = 0;
    for (size_t i = 0; i < detector_n; i++)
        points += !detectors[i]->pair ? 0 : (uint64_t)cost_of(detectors[i], gives).possible;
    return points << 8 | (uint64_t)__builtin_popcountll(gives);
}

static void find(const struct reading *r, struct sketching *all, arena *a, struct copies *out)
{
    struct overlap_source *sources = mem_alloc((r->n + 1) * sizeof *sources);
    for (size_t i = 0; i < r->n; i++) {
        const struct source *s = &r->sources[i];
        bool is_read = s->same == SAME_UNIQUE && s->layout.n;
        sketch_settle(&all->sketches[i]);
        sources[i] = (struct overlap_source){is_read ? &all->sketches[i] : NULL, s->layout.definition, s->counts.first,
                                             s->counts.last, is_read ? rank_of(s->layout.gives) : 0};
    }
    out->items = overlap_find(a, sources, r->n, &out->n);
    mem_free(sources);
}

fault copies_read(struct reading *r, const struct row_taker *take, void *taker, reading_progress *progress, void *ctx,
                  arena *a, struct copies *out)
{
    *out = (struct copies){NULL, 0};
    if (r->options->keep_duplicates || r->n > OVERLAP_SOURCES_MAX || !has_two_layouts(r))
        return reading_run(r, take, taker, progress, ctx);
    struct sketching all = {.take = take, .taker = taker, .sketches = mem_alloc((r->n + 1) * sizeof *all.sketches)};
    pthread_mutex_init(&all.lock, NULL);
    const struct row_taker sketch = {.begin = begin_sketch, .event = sketch_event, .flush = flush_sketch, .end = end_sketch,
                                     .windows = take->windows ? pass_windows : NULL};
    fault f = reading_run(r, &sketch, &all, progress, ctx);
    if (!f.kind)
        find(r, &all, a, out);
    for (size_t i = 0; i < r->n; i++)
        sketch_free(&all.sketches[i]);
    mem_free(all.sketches);
    pthread_mutex_destroy(&all.lock);
    return f;
}
