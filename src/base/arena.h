/* SPDX-License-Identifier: Apache-2.0 */
/* base/arena.h: memory with one lifetime. Zeroed, aligned, never NULL (exhaustion is a panic).
 * Nobody frees what an arena gave; whoever made the arena frees the arena. Not thread-safe: one
 * thread, one arena. */
#ifndef KONSEKI_ARENA_H
#define KONSEKI_ARENA_H

#include "base/span.h"

typedef struct arena {
    char *beg, *end;            /* the free rest of the newest block */
    struct arena_block *blocks; /* newest first */
    size_t total;               /* bytes taken from the system */
} arena;

#define arena_new(a, T, n) ((T *)arena_alloc((a), sizeof(T), _Alignof(T), (n)))

void *arena_alloc(arena *a, size_t size, size_t align, size_t count);
span arena_dup(arena *a, span s);                /* a span that outlives its source; {p,0} stays present */
span arena_printf(arena *a, const char *fmt, ...) PRINTF(2, 3);
void arena_join(arena *a, arena *other);         /* what `other` gave lives as long as `a` now; `other` is empty */
void arena_free(arena *a);                       /* everything; the arena is empty and usable again */

/* A growing array, owned by whoever holds it; free() it with array_free. Grows `*items` so that at least
 * `need` items of `size` bytes fit; new space is zeroed. Past `max` items: false, nothing changes. */
bool array_reserve(void **items, size_t *capacity, size_t need, size_t size, size_t max) MUST_USE;
void array_free(void **items, size_t *capacity);

/* malloc that panics instead of returning NULL, zeroed; paired with mem_free. */
void *mem_alloc(size_t size);
void mem_free(void *p);

/* Zeroed memory for large tables that are looked into at random: aligned for huge pages and marked for them, for a
 * look-up that misses the TLB costs more than one that misses the cache. Paired with mem_unmap. */
void *mem_map(size_t size);
void mem_unmap(void *p, size_t size);

#endif
