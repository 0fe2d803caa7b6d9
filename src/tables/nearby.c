/* SPDX-License-Identifier: Apache-2.0 */
#include "tables/nearby.h"

#include "base/arena.h"
#include "tables/names.h"

#include <pthread.h>
#include <stdlib.h>

enum { NEARBY_CLIENTS = 4 * 1000 * 1000 };

struct mark {
    int64_t start, end;
    uint32_t client;
};

struct nearby {
    pthread_mutex_t lock;
    struct names *clients;
    struct mark *marks;
    size_t n, capacity, max;
    int64_t within;
};

struct nearby *nearby_new(size_t max, int64_t within)
{
    struct nearby *n = mem_alloc(sizeof *n);
    pthread_mutex_init(&n->lock, NULL);
    n->clients = names_new(NEARBY_CLIENTS);
    n->max = max;
    n->within = within;
    return n;
}

void nearby_free(struct nearby *n)
{
    if (!n)
        return;
    pthread_mutex_destroy(&n->lock);
    names_free(n->clients);
    array_free((void **)&n->marks, &n->capacity);
    mem_free(n);
}

bool nearby_mark(struct nearby *n, span client, int64_t start, int64_t end)
{
    uint32_t id = names_id(n->clients, client, NULL);
    pthread_mutex_lock(&n->lock);
    bool fits = id != NAME_OTHER && array_reserve((void **)&n->marks, &n->capacity, n->n + 1, sizeof *n->marks, n->max);
    if (fits)
        n->marks[n->n++] = (struct mark){start, end, id};
    pthread_mutex_unlock(&n->lock);
    return fits;
}

static int by_client_and_time(const void *a, const void *b)
{
    const struct mark *x = a, *y = b;
    if (x->client != y->client)
        return x->client < y->client ? -1 : 1;
    return x->start < y->start ? -1 : x->start > y->start;
}

/* Those of one client that overlap become one: then their ends are in the order of their starts. */
void nearby_seal(struct nearby *n)
{
    size_t kept = 0;
    if (n->n)
        qsort(n->marks, n->n, sizeof *n->marks, by_client_and_time);
    for (size_t i = 0; i < n->n; i++) {
        struct mark *last = kept ? &n->marks[kept - 1] : NULL;
        if (last && last->client == n->marks[i].client && n->marks[i].start <= last->end)
            last->end = max_i64(last->end, n->marks[i].end);
        else
            n->marks[kept++] = n->marks[i];
    }
    n->n = kept;
}

static bool is_before(const struct mark *m, uint32_t client, int64_t start)
{
    return m->client != client ? m->client < client : m->end < start;
}

bool nearby_has(const struct nearby *n, span client, int64_t start, int64_t end)
{
    uint32_t id;
    if (!names_find(n->clients, client, &id))
        return false;
    size_t low = 0, high = n->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (is_before(&n->marks[middle], id, start - n->within))
            low = middle + 1;
        else
            high = middle;
    }
    return low < n->n && n->marks[low].client == id && n->marks[low].start <= end + n->within;
}
