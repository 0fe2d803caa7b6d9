/* SPDX-License-Identifier: Apache-2.0 */
/* From places back to text: the places are visited in order, so that a source is inflated at most once
 * more, and from the nearest known line so that lines can be numbered. */
#include "input/content.h"

#include <stdlib.h>

enum { WINDOW = 64 * 1024 };

struct wanted {
    uint64_t offset;
    line_text *out;
};

struct scan {
    struct content *content;
    char *window;
    size_t at, n;
    uint64_t place;     /* of window[at] */
    uint64_t newlines;  /* passed since `base` */
    bool running;
};

static int by_offset(const void *a, const void *b)
{
    uint64_t x = ((const struct wanted *)a)->offset, y = ((const struct wanted *)b)->offset;
    return x < y ? -1 : x > y;
}

static void jump(struct scan *s, uint64_t place)
{
    content_seek(s->content, place);
    *s = (struct scan){.content = s->content, .window = s->window, .place = place, .running = true};
}

static bool more(struct scan *s)
{
    if (s->at < s->n)
        return true;
    s->at = 0;
    s->n = content_read(s->content, s->window, WINDOW);
    return s->n > 0;
}

static void pass(struct scan *s, size_t n)
{
    const char *p = s->window + s->at, *end = p + n;
    while ((p = memchr(p, '\n', (size_t)(end - p)))) {
        s->newlines++;
        p++;
    }
    s->at += n;
    s->place += n;
}

static bool pass_to(struct scan *s, uint64_t place)
{
    while (s->place < place && more(s))
        pass(s, (size_t)min_u64(s->n - s->at, place - s->place));
    return s->place == place && more(s);
}

/* Reads the line at the scan's place; stops where it is longer than a line may be. */
static void take_line(struct scan *s, arena *a, line_text *out)
{
    char *text = arena_new(a, char, INPUT_CUT_HEAD + 1);
    size_t kept = 0;
    bool cr = false, ended = false;
    while (!ended && out->length <= INPUT_LINE_MAX && more(s)) {
        const char *p = s->window + s->at, *newline = memchr(p, '\n', s->n - s->at);
        size_t n = newline ? (size_t)(newline - p) : s->n - s->at;
        size_t keep = (size_t)min_u64(n, INPUT_CUT_HEAD + 1 - kept);
        memcpy(text + kept, p, keep);
        kept += keep;
        if (n)
            cr = p[n - 1] == '\r';
        out->length += n;
        ended = newline != NULL;
        pass(s, n + ended);
    }
    if (out->length > INPUT_LINE_MAX)
        out->length = INPUT_LINE_MAX + 1;
    else
        out->length -= cr;
    out->text = span_of(text, (size_t)min_u64(min_u64(kept, out->length), INPUT_CUT_HEAD));
}

static fault read_one(struct input *in, struct scan *s, arena *a, const struct wanted *w)
{
    uint64_t from = w->offset, before = 0;
    bool known = line_index_find(&in->index, w->offset, &from, &before);
    if (!s->running || s->place > w->offset || s->place < from) {
        jump(s, from);
        s->newlines = before;
    }
    if (!pass_to(s, w->offset)) {
        s->running = false;
        return in->content.problem.kind ? in->content.problem
                                        : fault_make(FAULT_IO, "%s has no line at byte %llu of its content", in->path->path.p,
                                                     (unsigned long long)w->offset);
    }
    uint64_t number = s->newlines + 1;
    take_line(s, a, w->out);
    w->out->number = known ? number : 0;
    return NO_FAULT;
}

fault input_lines(struct input *in, arena *a, const uint64_t *offsets, size_t n, line_text *out)
{
    if (n == 0)
        return NO_FAULT;
    struct wanted *order = mem_alloc(n * sizeof *order);
    for (size_t i = 0; i < n; i++) {
        out[i] = (line_text){0};
        order[i] = (struct wanted){.offset = offsets[i], .out = &out[i]};
    }
    qsort(order, n, sizeof *order, by_offset);
    struct scan s = {.content = &in->content, .window = mem_alloc(WINDOW)};
    fault first = NO_FAULT;
    for (size_t i = 0; i < n; i++) {
        fault e = NO_FAULT;
        if (i && order[i].offset == order[i - 1].offset)
            *order[i].out = *order[i - 1].out;
        else
            e = read_one(in, &s, a, &order[i]);
        if (e.kind && !first.kind)
            first = e;
    }
    content_sleep(&in->content);
    mem_free(s.window);
    mem_free(order);
    return first;
}
