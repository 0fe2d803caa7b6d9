/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/download.h"
#include "detect/registry.h"

#include <stdlib.h>

enum index_key { BY_CLIENT, BY_HOST, BY_DOMAIN };

/* What has no client or host is nobody's: no id is UINT32_MAX. */
static uint32_t key_of(const struct candidate *c, enum index_key by)
{
    if (by == BY_CLIENT ? c->has_no_client : c->has_no_host)
        return UINT32_MAX;
    return by == BY_CLIENT ? c->client : by == BY_HOST ? c->host : c->domain;
}

/* The sorts keep the given order among equals (they compare the place in `items` last), so that what is
 * found first depends on names, not on ids. */
struct placed { uint32_t key; bool is_plain; size_t place; struct candidate *c; };

/* Downloads without a telling name stand behind everything else: however many of them a client has, they do not
 * push the others out of what is seen (CANDIDATES_SEEN). */
static bool is_plain(const struct candidate *c) { return c->detector == &detector_download && !download_is_named(c); }

static int by_key(const void *x, const void *y)
{
    const struct placed *a = x, *b = y;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    if (a->is_plain != b->is_plain)
        return a->is_plain ? 1 : -1;
    return (a->place > b->place) - (a->place < b->place);
}

static struct candidate **sorted(arena *memory, struct candidate *const *items, size_t n, enum index_key by)
{
    struct candidate **out = arena_new(memory, struct candidate *, n + 1);
    struct placed *placed = mem_alloc((n + 1) * sizeof *placed);
    for (size_t i = 0; i < n; i++)
        placed[i] = (struct placed){key_of(items[i], by), is_plain(items[i]), i, items[i]};
    qsort(placed, n, sizeof *placed, by_key);
    for (size_t i = 0; i < n; i++)
        out[i] = placed[i].c;
    mem_free(placed);
    return out;
}

static int by_computer(const void *x, const void *y)
{
    const struct placed *a = x, *b = y;
    int order = span_cmp(a->c->computer, b->c->computer);
    return order ? order : (a->place > b->place) - (a->place < b->place);
}

/* Those that have one. */
static struct candidate **sorted_by_computer(arena *memory, struct candidate *const *items, size_t n, size_t *kept)
{
    struct placed *placed = mem_alloc((n + 1) * sizeof *placed);
    size_t m = 0;
    for (size_t i = 0; i < n; i++)
        if (items[i]->computer.n)
            placed[m++] = (struct placed){0, false, i, items[i]};
    if (m)
        qsort(placed, m, sizeof *placed, by_computer);
    struct candidate **out = arena_new(memory, struct candidate *, m + 1);
    for (size_t i = 0; i < m; i++)
        out[i] = placed[i].c;
    mem_free(placed);
    *kept = m;
    return out;
}

struct candidate_index candidate_index_new(arena *memory, struct candidate *const *items, size_t n)
{
    struct candidate_index index = {.by_client = sorted(memory, items, n, BY_CLIENT), .by_host = sorted(memory, items, n, BY_HOST),
                                    .by_domain = sorted(memory, items, n, BY_DOMAIN), .n = n};
    index.by_computer = sorted_by_computer(memory, items, n, &index.computer_n);
    return index;
}

static struct candidates range(struct candidate *const *items, size_t n, uint32_t key, enum index_key by)
{
    size_t low = 0, high = n, count = 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (key_of(items[middle], by) < key)
            low = middle + 1;
        else
            high = middle;
    }
    while (low + count < n && count < CANDIDATES_SEEN && key_of(items[low + count], by) == key)
        count++;
    return (struct candidates){items + low, count};
}

struct candidates candidates_of_client(const struct candidate_index *all, uint32_t client)
{
    return range(all->by_client, all->n, client, BY_CLIENT);
}

struct candidates candidates_of_host(const struct candidate_index *all, uint32_t host)
{
    return range(all->by_host, all->n, host, BY_HOST);
}

struct candidates candidates_of_domain(const struct candidate_index *all, uint32_t domain)
{
    return range(all->by_domain, all->n, domain, BY_DOMAIN);
}

struct candidates candidates_of_computer(const struct candidate_index *all, span computer)
{
    size_t low = 0, high = all->computer_n, count = 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (span_cmp(all->by_computer[middle]->computer, computer) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    while (low + count < all->computer_n && count < CANDIDATES_SEEN && span_eq(all->by_computer[low + count]->computer, computer))
        count++;
    return (struct candidates){all->by_computer + low, count};
}

bool candidate_acts_elsewhere(const struct candidate_index *all, const struct candidate *c)
{
    struct candidates of = candidates_of_client(all, c->client);
    for (size_t i = 0; i < of.n && !c->has_no_client; i++)
        if (of.items[i]->detector != c->detector && of.items[i]->finding &&
            of.items[i]->finding->action == ACTION_ACT_NOW)
            return true;
    return false;
}
