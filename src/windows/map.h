/* SPDX-License-Identifier: Apache-2.0 */
/* windows/map.h: pairs of numbers to a number, and the spellings of a text to one. No order is taken from either:
 * whoever needs one sorts. */
#ifndef KONSEKI_WINDOWS_MAP_H
#define KONSEKI_WINDOWS_MAP_H

#include "base/arena.h"
#include "windows/store.h"

/* {0} is empty. Freed by map_free. */
struct map {
    struct map_slot { uint64_t a, b; uint32_t value; } *slots;   /* open addressing; value 0: free */
    size_t size, used;
};
uint32_t map_get(const struct map *m, uint64_t a, uint64_t b);       /* 0: not there */
void map_put(struct map *m, uint64_t a, uint64_t b, uint32_t value); /* adds or replaces; value is not 0 */
void map_free(struct map *m);
void map_keep(struct map *m, arena *a);    /* from now on it is the arena's: map_free not */

/* Texts of the store, each in one canonical form, numbered by the order of the canonical forms. A text is known by its
 * place in memory, for the store keeps equal ones once: looking one up reads none of its bytes. */
struct spellings {
    struct map ids;                      /* place -> draft, from 1; once sorted: its number + 1 */
    struct spelling { span canonical; uint32_t draft; } *drafts;
    size_t n, capacity;
    span *canonical;                     /* by number, in the arena */
    size_t count;
};
/* False: it was there, or `max` are there already. `canonical` must live in the arena or the store. */
bool spellings_add(struct spellings *s, const struct kept_text *t, unsigned way, span canonical, size_t max);
bool spellings_has(const struct spellings *s, const struct kept_text *t, unsigned way);
void spellings_sort(struct spellings *s, arena *a);                  /* after the last; frees the drafts */
uint32_t spellings_number(const struct spellings *s, const struct kept_text *t, unsigned way);   /* UINT32_MAX: none */
uint32_t spellings_find(const struct spellings *s, span canonical);  /* UINT32_MAX: none */
void spellings_free(struct spellings *s);

static inline const struct kept_text *kept_text_at(const struct kept *k, enum windows_field f)   /* NULL: no value */
{
    return kept_has(k, f) ? kept_slot(k, f).text : NULL;
}

#endif
