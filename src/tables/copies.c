/* SPDX-License-Identifier: Apache-2.0 */
#include "tables/copies.h"

#include "base/arena.h"
#include "base/hash.h"

#include <pthread.h>

enum { FIRST_SLOTS = 4096 };

/* How often a line stands in one input (key: line and input), and the most of any (key: line). */
struct slot { uint64_t key; uint32_t count, is_used; };

struct copies {
    pthread_mutex_t lock;
    struct slot *slots;
    size_t size, used, max;
};

struct copies *copies_new(size_t max)
{
    struct copies *c = mem_alloc(sizeof *c);
    pthread_mutex_init(&c->lock, NULL);
    c->max = max;
    c->size = FIRST_SLOTS;
    c->slots = mem_map(c->size * sizeof *c->slots);
    return c;
}

void copies_free(struct copies *c)
{
    if (!c)
        return;
    pthread_mutex_destroy(&c->lock);
    mem_unmap(c->slots, c->size * sizeof *c->slots);
    mem_free(c);
}

static struct slot *find(const struct copies *c, uint64_t key)
{
    size_t i = hash_mix(key) & (c->size - 1);
    while (c->slots[i].is_used && c->slots[i].key != key)
        i = (i + 1) & (c->size - 1);
    return &c->slots[i];
}

static void grow(struct copies *c)
{
    struct copies more = {.size = c->size * 2};
    more.slots = mem_map(more.size * sizeof *more.slots);
    for (size_t i = 0; i < c->size; i++)
        if (c->slots[i].is_used)
            *find(&more, c->slots[i].key) = c->slots[i];
    mem_unmap(c->slots, c->size * sizeof *c->slots);
    c->slots = more.slots;
    c->size = more.size;
}

static uint32_t *count_of(struct copies *c, uint64_t key)
{
    struct slot *s = find(c, key);
    c->used += !s->is_used;
    s->key = key;
    s->is_used = 1;
    return &s->count;
}

bool copies_counts(struct copies *c, uint64_t line_hash, uint32_t source)
{
    bool counts = true;
    pthread_mutex_lock(&c->lock);
    if (c->used < c->max) {
        if ((c->used + 2) * 2 > c->size)
            grow(c);
        uint32_t here = ++*count_of(c, hash_mix(line_hash + source + 1));
        uint32_t *most = count_of(c, line_hash);
        counts = here > *most;
        *most += counts;
    }
    pthread_mutex_unlock(&c->lock);
    return counts;
}
