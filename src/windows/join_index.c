/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* qsort_r */
#include "windows/join_index.h"

#include <stdlib.h>

static int by_number(int64_t a, int64_t b) { return (a > b) - (a < b); }

static int by_origin(const struct tunnel_row *a, const struct tunnel_row *b) { return (a->origin > b->origin) - (a->origin < b->origin); }

static int by_start(const void *x, const void *y, void *rows)
{
    const struct tunnel_row *a = (const struct tunnel_row *)rows + *(const uint32_t *)x;
    const struct tunnel_row *b = (const struct tunnel_row *)rows + *(const uint32_t *)y;
    return a->start != b->start ? by_number(a->start, b->start) : by_origin(a, b);
}

static int by_end(const void *x, const void *y, void *rows)
{
    const struct tunnel_row *a = (const struct tunnel_row *)rows + *(const uint32_t *)x;
    const struct tunnel_row *b = (const struct tunnel_row *)rows + *(const uint32_t *)y;
    return a->end != b->end ? by_number(a->end, b->end) : by_origin(a, b);
}

static int by_client(const void *x, const void *y, const void *rows)
{
    return span_cmp(((const struct tunnel_row *)rows + *(const uint32_t *)x)->client,
                    ((const struct tunnel_row *)rows + *(const uint32_t *)y)->client);
}

static int by_client_start(const void *x, const void *y, void *rows)
{
    int order = by_client(x, y, rows);
    return order ? order : by_start(x, y, rows);
}

static int by_client_end(const void *x, const void *y, void *rows)
{
    int order = by_client(x, y, rows);
    return order ? order : by_end(x, y, rows);
}

static int by_port(const void *x, const void *y, void *rows)
{
    const struct tunnel_row *a = (const struct tunnel_row *)rows + *(const uint32_t *)x;
    const struct tunnel_row *b = (const struct tunnel_row *)rows + *(const uint32_t *)y;
    return a->client_port != b->client_port ? (int)a->client_port - (int)b->client_port : by_start(x, y, rows);
}

typedef int compare(const void *, const void *, void *);

static uint32_t *sorted(const struct join_index *x, const uint32_t *from, size_t n, compare *order)
{
    uint32_t *to = mem_alloc((n + 1) * sizeof *to);
    if (!n)
        return to;
    memcpy(to, from, n * sizeof *to);
    qsort_r(to, n, sizeof *to, order, (void *)(uintptr_t)x->rows);
    return to;
}

/* ends[width + i] is the end of the i-th; a node has the later one of the two below it. */
static struct stack stack_new(const struct join_index *x, const uint32_t *from, size_t n, compare *order)
{
    struct stack s = {.order = sorted(x, from, n, order), .n = n, .width = 1};
    while (s.width <= n) /* one is left over, so that [0, n) ends inside of the tree */
        s.width *= 2;
    s.ends = mem_alloc(2 * s.width * sizeof *s.ends);
    for (size_t i = 0; i < s.width; i++)
        s.ends[s.width + i] = i < n ? x->rows[s.order[i]].end : INT64_MIN;
    for (size_t i = s.width - 1; i > 0; i--)
        s.ends[i] = max_i64(s.ends[2 * i], s.ends[2 * i + 1]);
    return s;
}

static uint64_t *count_bare(const struct join_index *x, const uint32_t *order)
{
    uint64_t *bare = mem_alloc((x->n + 1) * sizeof *bare);
    for (size_t i = 0; i < x->n; i++)
        bare[i + 1] = bare[i] + !x->rows[order[i]].has_duration;
    return bare;
}

struct join_index join_index_new(const struct tunnel_row *rows, size_t n)
{
    struct join_index x = {.rows = rows, .n = n < JOIN_ROWS_MAX ? n : JOIN_ROWS_MAX};
    uint32_t *some = mem_alloc((x.n + 1) * sizeof *some);
    size_t k = 0;
    for (size_t i = 0; i < x.n; i++)
        if (rows[i].has_duration)
            some[k++] = (uint32_t)i;
    x.of_client = stack_new(&x, some, k, by_client_start);
    x.of_all = stack_new(&x, some, k, by_start);
    for (size_t i = 0; i < x.n; i++)
        some[i] = (uint32_t)i;
    x.end_of_client = sorted(&x, some, x.n, by_client_end);
    x.end_of_all = sorted(&x, some, x.n, by_end);
    x.bare_of_client = count_bare(&x, x.end_of_client);
    x.bare_of_all = count_bare(&x, x.end_of_all);
    for (size_t i = 0; i < x.n; i++)
        if (rows[i].client_port)
            some[x.by_port_n++] = (uint32_t)i;
    x.by_port = sorted(&x, some, x.by_port_n, by_port);
    mem_free(some);
    return x;
}

void join_index_free(struct join_index *x)
{
    void *all[] = {x->of_client.order, x->of_client.ends, x->of_all.order, x->of_all.ends, x->end_of_client, x->end_of_all,
                   x->bare_of_client, x->bare_of_all, x->by_port};
    for (size_t i = 0; i < COUNT_OF(all); i++)
        mem_free(all[i]);
}

/* The first in the order that is behind `client` up to `at`; client {NULL,0}: `at` alone counts. */
static size_t behind(const struct join_index *x, const uint32_t *order, size_t n, span client, int64_t at, bool is_end)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct tunnel_row *r = &x->rows[order[middle]];
        int side = client.p ? span_cmp(r->client, client) : 0;
        if (side < 0 || (side == 0 && (is_end ? r->end : r->start) <= at))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The last in [from, before) that ends at `end` or later; SIZE_MAX: none. */
static size_t last_reaching(const struct stack *s, size_t from, size_t before, int64_t end)
{
    for (size_t node = before + s->width; node > 1;) { /* left of the path from `before` to the root */
        if (node & 1 && s->ends[node - 1] >= end) {
            for (node--; node < s->width;)
                node = 2 * node + (s->ends[2 * node + 1] >= end);
            return node - s->width >= from ? node - s->width : SIZE_MAX;
        }
        node /= 2;
    }
    return SIZE_MAX;
}

size_t join_containing(const struct join_index *x, span client, int64_t start, int64_t end, uint32_t *out, size_t max)
{
    const struct stack *s = client.p ? &x->of_client : &x->of_all;
    size_t from = client.p ? behind(x, s->order, s->n, client, INT64_MIN, false) : 0, n = 0;
    size_t at = behind(x, s->order, s->n, client, start, false);
    while (n < max && at > from && (at = last_reaching(s, from, at, end)) != SIZE_MAX)
        out[n++] = s->order[at];
    return n;
}

size_t join_ending(const struct join_index *x, span client, int64_t from, int64_t to, uint32_t *out, size_t max)
{
    const uint32_t *order = client.p ? x->end_of_client : x->end_of_all;
    size_t n = 0, end = behind(x, order, x->n, client, to, true);
    for (size_t i = behind(x, order, x->n, client, from - 1, true); i < end && n < max; i++)
        if (!x->rows[order[i]].has_duration)
            out[n++] = order[i];
    return n;
}

size_t join_with_port(const struct join_index *x, span client, uint16_t port, int64_t from, int64_t to, uint32_t *out, size_t max)
{
    size_t low = 0, high = x->by_port_n, n = 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct tunnel_row *r = &x->rows[x->by_port[middle]];
        if (r->client_port < port || (r->client_port == port && r->start < from))
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < x->by_port_n && n < max; low++) {
        const struct tunnel_row *r = &x->rows[x->by_port[low]];
        if (r->client_port != port || r->start > to)
            break;
        if (!client.p || span_eq(r->client, client))
            out[n++] = x->by_port[low];
    }
    return n;
}

uint64_t join_count(const struct join_index *x, span client, int64_t from, int64_t to, uint64_t *bare)
{
    const uint32_t *order = client.p ? x->end_of_client : x->end_of_all;
    const uint64_t *beside = client.p ? x->bare_of_client : x->bare_of_all;
    size_t first = behind(x, order, x->n, client, from - 1, true), end = behind(x, order, x->n, client, to, true);
    *bare = end > first ? beside[end] - beside[first] : 0;
    return end > first ? end - first : 0;
}
