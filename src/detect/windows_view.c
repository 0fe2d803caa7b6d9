/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/windows_view.h"

#include "detect/registry.h"

#include <stdlib.h>

/* A tunnel candidate by its pair. */
struct paired { uint64_t pair; struct candidate *c; };

static uint64_t pair_of(uint32_t client, uint32_t host) { return (uint64_t)client << 32 | host; }

static int by_pair(const void *x, const void *y)
{
    const struct paired *a = x, *b = y;
    return (a->pair > b->pair) - (a->pair < b->pair);
}

static void mark_rows(struct windows_view *w, const struct paired *tunnels, size_t n)
{
    for (size_t i = 0; i < w->row_n; i++) {
        struct paired key = {pair_of(w->row_of[i].client, w->row_of[i].host), NULL};
        const struct paired *found = n ? bsearch(&key, tunnels, n, sizeof *tunnels, by_pair) : NULL;
        w->rows[i].finding = found ? found->c : NULL;
        w->rows[i].score = found ? 1 : 0;
    }
}

void windows_view_join(struct windows_view *w, arena *a, struct candidate *const *candidates, size_t n)
{
    struct paired *tunnels = mem_alloc((n + 1) * sizeof *tunnels);
    size_t tunnel_n = 0;
    for (size_t i = 0; i < n; i++)
        if (candidates[i]->detector == &detector_tunnel)
            tunnels[tunnel_n++] = (struct paired){pair_of(candidates[i]->client, candidates[i]->host), candidates[i]};
    if (tunnel_n)
        qsort(tunnels, tunnel_n, sizeof *tunnels, by_pair);
    mark_rows(w, tunnels, tunnel_n);
    mem_free(tunnels);
    w->joins = joins_new(a, w->computers, w->sessions, w->tunnellers, w->clocks, w->rows, w->row_n, w->log);
}

const struct row *windows_view_row(const struct windows_view *w, const struct tunnel_row *row)
{
    return &w->row_of[row - w->rows];
}

const struct offered *windows_view_joined(const struct windows_view *w, size_t segment)
{
    const struct join *j = &w->joins[segment];
    const struct offered *best = j->is_claimed && j->offered_n ? &j->offered[0] : NULL;
    bool is_told = best && (best->how & (JOIN_PORT | JOIN_ENDS_TOGETHER) || best->row->finding);
    return is_told ? best : NULL;
}

span windows_view_base(span path)
{
    size_t at = path.n;
    while (at && path.p[at - 1] != '\\' && path.p[at - 1] != '/')
        at--;
    return span_skip(path, at);
}

span windows_view_short(span computer)
{
    cut c = span_cut(computer, '.');
    return c.head.n ? c.head : computer;
}
