/* SPDX-License-Identifier: Apache-2.0 */
#include "tables/names.h"

#include "base/arena.h"
#include "base/hash.h"

#include <pthread.h>
#include <stdatomic.h>

enum { SHARD_BITS = 6, FIRST_SLOTS = 64 };
_Static_assert(1 << SHARD_BITS == NAME_SHARDS, "the low bits of an id name its shard");

struct name {
    span text;
    uint32_t hash;    /* upper half of the slot hash: tells most unequal names apart without a look */
    uint32_t note;
};

struct shard {
    pthread_mutex_t lock;
    arena text;
    struct name *items;
    size_t n, capacity;
    uint32_t *slots;      /* item index + 1; 0 = free; a power of two, at most 3/4 full */
    size_t slot_count;
    uint64_t refused;
};

struct names {
    uint32_t max_per_shard;
    _Atomic uint32_t most;      /* names in the shard that has most: loops over all ids ask for it */
    struct shard shards[NAME_SHARDS];
};

struct names *names_new(uint32_t max)
{
    struct names *n = mem_alloc(sizeof *n);
    n->max_per_shard = max / NAME_SHARDS + 1;
    for (size_t i = 0; i < NAME_SHARDS; i++) {
        struct shard *s = &n->shards[i];
        pthread_mutex_init(&s->lock, NULL);
        s->slot_count = FIRST_SLOTS;
        s->slots = mem_alloc(FIRST_SLOTS * sizeof *s->slots);
    }
    /* Item 0 of shard 0 is NAME_OTHER; it is in no slot, so no text finds it. */
    struct shard *first = &n->shards[0];
    if (!array_reserve((void **)&first->items, &first->capacity, 1, sizeof *first->items, SIZE_MAX))
        panic("out of memory");
    first->items[0] = (struct name){SPAN("(other)"), 0, 0};
    first->n = 1;
    n->most = 1;
    return n;
}

void names_free(struct names *n)
{
    if (!n)
        return;
    for (size_t i = 0; i < NAME_SHARDS; i++) {
        struct shard *s = &n->shards[i];
        pthread_mutex_destroy(&s->lock);
        arena_free(&s->text);
        array_free((void **)&s->items, &s->capacity);
        mem_free(s->slots);
    }
    mem_free(n);
}

/* The slot that holds `text`, or the free one where it belongs. */
static size_t find_slot(const struct shard *s, span text, uint64_t hash)
{
    size_t mask = s->slot_count - 1;
    for (size_t i = (hash >> SHARD_BITS) & mask;; i = (i + 1) & mask) {
        if (!s->slots[i])
            return i;
        const struct name *item = &s->items[s->slots[i] - 1];
        if (item->hash == (uint32_t)(hash >> 32) && span_eq(item->text, text))
            return i;
    }
}

static void grow_slots(struct shard *s, size_t first_item)
{
    mem_free(s->slots);
    s->slot_count *= 2;
    s->slots = mem_alloc(s->slot_count * sizeof *s->slots);
    for (size_t i = first_item; i < s->n; i++)
        s->slots[find_slot(s, s->items[i].text, hash_slot(s->items[i].text))] = (uint32_t)i + 1;
}

static void raise_most(struct names *n, uint32_t count)
{
    uint32_t most = atomic_load_explicit(&n->most, memory_order_relaxed);
    while (count > most && !atomic_compare_exchange_weak(&n->most, &most, count))
        ;
}

static uint32_t add(struct names *n, struct shard *s, span text, uint64_t hash, size_t slot)
{
    uint32_t shard_index = (uint32_t)(s - n->shards);
    if (!array_reserve((void **)&s->items, &s->capacity, s->n + 1, sizeof *s->items, n->max_per_shard)) {
        s->refused++;
        return NAME_OTHER;
    }
    uint32_t index = (uint32_t)s->n++;
    s->items[index] = (struct name){arena_dup(&s->text, text.p ? text : SPAN("")), (uint32_t)(hash >> 32), 0};
    s->slots[slot] = index + 1;
    raise_most(n, index + 1);
    if (s->n * 4 > s->slot_count * 3)
        grow_slots(s, shard_index == 0); /* item 0 of shard 0 is NAME_OTHER */
    return index << SHARD_BITS | shard_index;
}

uint32_t names_id(struct names *n, span text, span *stored)
{
    uint64_t hash = hash_slot(text);
    struct shard *s = &n->shards[hash & (NAME_SHARDS - 1)];
    pthread_mutex_lock(&s->lock);
    size_t slot = find_slot(s, text, hash);
    uint32_t id = s->slots[slot] ? (s->slots[slot] - 1) << SHARD_BITS | (uint32_t)(s - n->shards)
                                 : add(n, s, text, hash, slot);
    if (stored)
        *stored = id == NAME_OTHER ? n->shards[0].items[0].text : s->items[id >> SHARD_BITS].text;
    pthread_mutex_unlock(&s->lock);
    return id;
}

uint32_t names_note(struct names *n, uint32_t id)
{
    struct shard *s = &n->shards[id & (NAME_SHARDS - 1)];
    pthread_mutex_lock(&s->lock);
    uint32_t note = s->items[id >> SHARD_BITS].note;
    pthread_mutex_unlock(&s->lock);
    return note;
}

void names_set_note(struct names *n, uint32_t id, uint32_t note)
{
    struct shard *s = &n->shards[id & (NAME_SHARDS - 1)];
    pthread_mutex_lock(&s->lock);
    s->items[id >> SHARD_BITS].note = note;
    pthread_mutex_unlock(&s->lock);
}

bool names_find(const struct names *n, span text, uint32_t *id)
{
    uint64_t hash = hash_slot(text);
    const struct shard *s = &n->shards[hash & (NAME_SHARDS - 1)];
    size_t slot = find_slot(s, text, hash);
    if (!s->slots[slot])
        return false;
    *id = (s->slots[slot] - 1) << SHARD_BITS | (uint32_t)(s - n->shards);
    return true;
}

span names_text(const struct names *n, uint32_t id)
{
    const struct shard *s = &n->shards[id & (NAME_SHARDS - 1)];
    return s->items[id >> SHARD_BITS].text;
}

span names_text_now(struct names *n, uint32_t id)
{
    struct shard *s = &n->shards[id & (NAME_SHARDS - 1)];
    pthread_mutex_lock(&s->lock);
    span text = s->items[id >> SHARD_BITS].text;
    pthread_mutex_unlock(&s->lock);
    return text;
}

bool names_has(const struct names *n, uint32_t id)
{
    return id != NAME_OTHER && id >> SHARD_BITS < n->shards[id & (NAME_SHARDS - 1)].n;
}

uint32_t names_limit(const struct names *n) { return n->most << SHARD_BITS; }

uint32_t names_count(const struct names *n)
{
    size_t total = 0;
    for (size_t i = 0; i < NAME_SHARDS; i++)
        total += n->shards[i].n;
    return (uint32_t)total - 1;
}

uint64_t names_refused(const struct names *n)
{
    uint64_t total = 0;
    for (size_t i = 0; i < NAME_SHARDS; i++)
        total += n->shards[i].refused;
    return total;
}
