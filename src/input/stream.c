/* SPDX-License-Identifier: Apache-2.0 */
/* How far a decoder gets in damaged data may depend on how much it is given and asked for at a time. So that it does
 * not depend on how we are read, every stream works in the same steps: into a window, from which is copied. */
#include "input/layer.h"

static void begin(struct stream *s, uint64_t place)
{
    if (s->window)
        s->calls->stop(s);
    else
        s->window = mem_alloc(STREAM_WINDOW);
    s->layer.broken = s->ended = false;
    s->layer.problem = NO_FAULT;
    s->from = s->to = 0;
    s->out = place;
    s->taken = 0;
    s->calls->start(s, place);
}

void stream_break(struct stream *s, fault why)
{
    s->ended = true;
    s->layer.broken = true;
    if (!s->layer.problem.kind)
        s->layer.problem = why;
}

/* A few bytes that become very many are made to hurt. */
static void watch_growth(struct stream *s)
{
    double below = s->below ? s->below->grown : s->grown_below;
    double grown = s->taken ? (double)s->out / (double)s->taken * below : below;
    if (grown > s->layer.grown)
        s->layer.grown = grown;
    if (s->growth_max && s->out > s->growth_free && grown > (double)s->growth_max)
        stream_break(s, fault_make(FAULT_LIMIT, "%.250s: each stored byte becomes more than %llu: what follows byte %llu of the content "
                                   "was not read. If it is a log all the same: --max-ratio 100000", s->layer.path,
                                   (unsigned long long)s->growth_max,
                                   (unsigned long long)s->out));
}

/* What the layer below says of itself holds for what was made of it. */
static void inherit(struct stream *s)
{
    const struct layer *below = s->below;
    if (!below)
        return;
    if (below->problem.text[0] && !s->layer.problem.kind && (below->problem.kind || !s->layer.problem.text[0]))
        s->layer.problem = below->problem;
}

static void fill_window(struct stream *s)
{
    s->from = s->to = 0;
    if (s->ended)
        return;
    s->calls->fill(s);
    s->out += s->to;
    s->ended = s->ended || s->to == 0;
    inherit(s);
    watch_growth(s);
}

/* Makes `offset` the next byte of the window. False where the content ends before it. */
static bool reach_place(struct stream *s, uint64_t offset)
{
    uint64_t nearest = s->calls->nearest ? s->calls->nearest(s, offset) : 0;
    if (!s->window || s->out - s->to > offset || s->out < nearest)
        begin(s, nearest);
    while (s->out < offset) {
        fill_window(s);
        if (s->to == 0)
            return false;
    }
    s->from = s->to - (size_t)(s->out - offset);
    return true;
}

static size_t stream_read(struct layer *l, uint64_t offset, void *buffer, size_t n)
{
    struct stream *s = (struct stream *)l;
    size_t got = 0;
    if (!reach_place(s, offset))
        return 0;
    while (got < n) {
        if (s->from == s->to)
            fill_window(s);
        size_t take = s->to - s->from < n - got ? s->to - s->from : n - got;
        if (take == 0)
            break;
        memcpy((char *)buffer + got, s->window + s->from, take);
        s->from += take;
        got += take;
    }
    return got;
}

static void stream_sleep(struct layer *l)
{
    struct stream *s = (struct stream *)l;
    if (s->window) {
        s->calls->stop(s);
        mem_free(s->window);
        s->window = NULL;
    }
    if (s->below)
        layer_sleep(s->below);
}

static void stream_free(struct layer *l)
{
    struct stream *s = (struct stream *)l;
    stream_sleep(l);
    layer_free(s->below);
    if (s->calls->free)
        s->calls->free(s);
    mem_free(s);
}

static const struct layer_calls calls_of_streams = {stream_read, stream_sleep, stream_free};

void stream_init(struct stream *s, const struct stream_calls *calls, struct layer *below, const char *name,
                 const input_options *o)
{
    s->layer = (struct layer){.calls = &calls_of_streams, .name = name, .reach = REACH_FROM_START, .size = UINT64_MAX, .grown = 1};
    if (below) {
        s->layer.path = below->path;
        s->layer.grown = below->grown;
    }
    s->calls = calls;
    s->below = below;
    s->grown_below = s->layer.grown;
    s->growth_max = o->max_ratio ? o->max_ratio : GROWTH_MAX;
    s->growth_free = o->growth_free ? o->growth_free : GROWTH_FREE;
}

uint64_t layer_size(struct layer *l)
{
    if (l->size != UINT64_MAX)
        return l->size;
    char *skipped = mem_alloc(STREAM_WINDOW);
    uint64_t size = 0;
    for (size_t n = STREAM_WINDOW; n == STREAM_WINDOW; size += n)
        n = layer_read(l, size, skipped, STREAM_WINDOW);
    mem_free(skipped);
    return size;
}
