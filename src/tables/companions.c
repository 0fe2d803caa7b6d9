/* SPDX-License-Identifier: Apache-2.0 */
#include "tables/companions.h"

#include "base/arena.h"
#include "base/hash.h"

#include <pthread.h>
#include <stdlib.h>

enum { FIRST_SLOTS = 1024 };

struct companions {
    pthread_mutex_t lock;
    uint64_t *slots;        /* a << 32 | b, plus 1 so that 0 is free; sealed: sorted, `n` of them */
    size_t n, slot_count, max;
    bool sealed;
};

struct companions *companions_new(size_t max)
{
    struct companions *c = mem_alloc(sizeof *c);
    pthread_mutex_init(&c->lock, NULL);
    c->slot_count = FIRST_SLOTS;
    c->slots = mem_alloc(FIRST_SLOTS * sizeof *c->slots);
    c->max = max;
    return c;
}

void companions_free(struct companions *c)
{
    if (!c)
        return;
    pthread_mutex_destroy(&c->lock);
    mem_free(c->slots);
    mem_free(c);
}

static size_t find_slot(const struct companions *c, uint64_t key)
{
    size_t mask = c->slot_count - 1, i = hash_mix(key) & mask;
    while (c->slots[i] && c->slots[i] != key)
        i = (i + 1) & mask;
    return i;
}

static void grow(struct companions *c)
{
    uint64_t *old = c->slots;
    size_t old_count = c->slot_count;
    c->slot_count *= 2;
    c->slots = mem_alloc(c->slot_count * sizeof *c->slots);
    for (size_t i = 0; i < old_count; i++)
        if (old[i])
            c->slots[find_slot(c, old[i])] = old[i];
    mem_free(old);
}

void companions_add(struct companions *c, uint32_t a, uint32_t b)
{
    uint64_t key = ((uint64_t)a << 32 | b) + 1;
    pthread_mutex_lock(&c->lock);
    size_t slot = find_slot(c, key);
    if (!c->slots[slot] && c->n < c->max) {
        c->slots[slot] = key;
        if (++c->n * 4 > c->slot_count * 3)
            grow(c);
    }
    pthread_mutex_unlock(&c->lock);
}

static int by_key(const void *x, const void *y)
{
    uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;
    return (a > b) - (a < b);
}

void companions_seal(struct companions *c)
{
    size_t n = 0;
    for (size_t i = 0; i < c->slot_count; i++)
        if (c->slots[i])
            c->slots[n++] = c->slots[i] - 1;
    qsort(c->slots, n, sizeof *c->slots, by_key);
    c->n = n;
    c->sealed = true;
}

void companions_each(const struct companions *c, uint32_t a, companion_visit *visit, void *ctx)
{
    if (!c->sealed)
        panic("companions were read before they were sealed");
    size_t low = 0, high = c->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (c->slots[middle] >> 32 < a)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < c->n && c->slots[low] >> 32 == a; low++)
        visit(ctx, (uint32_t)c->slots[low]);
}

void companions_count(const struct companions *c, uint32_t *counts, uint32_t limit)
{
    for (size_t i = 0; i < c->n; i++)
        if ((uint32_t)c->slots[i] < limit)
            counts[(uint32_t)c->slots[i]]++;
}
