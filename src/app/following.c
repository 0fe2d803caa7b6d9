/* SPDX-License-Identifier: Apache-2.0 */
/* Header lines in the middle of a source: the columns behind them are those that they name. Workers get a block together
 * with the places where its layout changes, and change nothing themselves. */
#include "app/reading.h"

/* The layout that a header line of this source makes, compiled once for each different line. */
static const struct layout *layout_behind(struct reading *r, struct source *s, span header)
{
    if (format_stays(&s->layout, header))
        return &s->layout;
    for (size_t i = 0; i < s->followed_n; i++)
        if (span_eq(s->followed[i].header, header))
            return &s->followed[i].layout;
    if (s->followed_n == HEADERS_MAX) {
        s->not_followed++;
        return &r->unread;
    }
    if (!s->followed)
        s->followed = arena_new(&r->memory, struct followed, HEADERS_MAX);
    struct followed *new = &s->followed[s->followed_n++];
    new->header = arena_dup(&r->memory, header);
    format_follow(&r->memory, &r->options->format, &s->layout, new->header, &new->layout);
    return &new->layout;
}

static void add_change(struct layout_changes *c, size_t at, const struct layout *layout)
{
    if (!array_reserve((void **)&c->items, &c->capacity, c->n + 1, sizeof *c->items, SIZE_MAX / 32))
        panic("out of memory");
    c->items[c->n++] = (struct layout_change){at, layout};
}

/* The whole line that begins at p. */
static span line_at(const char *p, const char *end)
{
    const char *newline = memchr(p, '\n', (size_t)(end - p));
    size_t n = newline ? (size_t)(newline - p) : (size_t)(end - p);
    return span_of(p, n && p[n - 1] == '\r' ? n - 1 : n);
}

void layouts_follow(struct reading *r, struct source *s, const struct block *b, struct layout_changes *out)
{
    s->now = s->now ? s->now : &s->layout;
    out->first = s->now;
    out->n = 0;
    if (!s->layout.follows_headers || b->state != BLOCK_LINES)
        return;
    const char *begin = b->data.p, *end = begin + b->data.n;
    for (const char *p = begin; p < end && (p = memchr(p, '#', (size_t)(end - p))); p++) {
        if (p > begin && p[-1] != '\n')
            continue;
        span line = line_at(p, end);
        if (!format_is_header(line) || format_stays(s->now, line))
            continue;
        s->now = layout_behind(r, s, line);
        add_change(out, (size_t)(p - begin), s->now);
    }
}
