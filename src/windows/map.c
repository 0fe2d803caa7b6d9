/* SPDX-License-Identifier: Apache-2.0 */
#include "windows/map.h"

#include "base/hash.h"

#include <stdlib.h>

enum { FIRST_SLOTS = 64 };

static struct map_slot *find_slot(const struct map *m, uint64_t a, uint64_t b)
{
    uint64_t key[2] = {a, b};
    size_t i = hash_slot(span_of((const char *)key, sizeof key)) & (m->size - 1);
    while (m->slots[i].value && (m->slots[i].a != a || m->slots[i].b != b))
        i = (i + 1) & (m->size - 1);
    return &m->slots[i];
}

static void grow(struct map *m)
{
    struct map more = {.size = m->size ? m->size * 2 : FIRST_SLOTS, .used = m->used};
    more.slots = mem_alloc(more.size * sizeof *more.slots);
    for (size_t i = 0; i < m->size; i++)
        if (m->slots[i].value)
            *find_slot(&more, m->slots[i].a, m->slots[i].b) = m->slots[i];
    mem_free(m->slots);
    *m = more;
}

uint32_t map_get(const struct map *m, uint64_t a, uint64_t b) { return m->size ? find_slot(m, a, b)->value : 0; }

void map_put(struct map *m, uint64_t a, uint64_t b, uint32_t value)
{
    if ((m->used + 1) * 2 > m->size)
        grow(m);
    struct map_slot *slot = find_slot(m, a, b);
    m->used += !slot->value;
    *slot = (struct map_slot){a, b, value};
}

void map_free(struct map *m)
{
    mem_free(m->slots);
    *m = (struct map){.size = 0};
}

void map_keep(struct map *m, arena *a)
{
    struct map_slot *slots = m->size ? arena_new(a, struct map_slot, m->size) : NULL;
    if (slots)
        memcpy(slots, m->slots, m->size * sizeof *slots);
    mem_free(m->slots);
    m->slots = slots;
}

static uint64_t place_of(const struct kept_text *t) { return (uint64_t)(uintptr_t)t; }

bool spellings_has(const struct spellings *s, const struct kept_text *t, unsigned way)
{
    return map_get(&s->ids, place_of(t), way) != 0;
}

bool spellings_add(struct spellings *s, const struct kept_text *t, unsigned way, span canonical, size_t max)
{
    if (spellings_has(s, t, way) || !array_reserve((void **)&s->drafts, &s->capacity, s->n + 1, sizeof *s->drafts, max))
        return false;
    s->drafts[s->n] = (struct spelling){canonical, (uint32_t)s->n};
    map_put(&s->ids, place_of(t), way, (uint32_t)++s->n);
    return true;
}

static int by_text(const void *x, const void *y)
{
    const struct spelling *a = x, *b = y;
    return span_cmp(a->canonical, b->canonical);
}

void spellings_sort(struct spellings *s, arena *a)
{
    uint32_t *numbers = mem_alloc((s->n + 1) * sizeof *numbers);
    s->canonical = arena_new(a, span, s->n + 1);
    if (s->n)
        qsort(s->drafts, s->n, sizeof *s->drafts, by_text);
    for (size_t i = 0; i < s->n; i++) {
        if (!s->count || !span_eq(s->canonical[s->count - 1], s->drafts[i].canonical))
            s->canonical[s->count++] = s->drafts[i].canonical;
        numbers[s->drafts[i].draft] = (uint32_t)s->count;
    }
    for (size_t i = 0; i < s->ids.size; i++)
        if (s->ids.slots[i].value)
            s->ids.slots[i].value = numbers[s->ids.slots[i].value - 1];
    array_free((void **)&s->drafts, &s->capacity);
    mem_free(numbers);
    s->n = 0;
}

uint32_t spellings_number(const struct spellings *s, const struct kept_text *t, unsigned way)
{
    return t ? map_get(&s->ids, place_of(t), way) - 1 : UINT32_MAX;
}

uint32_t spellings_find(const struct spellings *s, span canonical)
{
    size_t low = 0, high = s->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (span_cmp(s->canonical[middle], canonical) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < s->count && span_eq(s->canonical[low], canonical) ? (uint32_t)low : UINT32_MAX;
}

void spellings_free(struct spellings *s)
{
    map_free(&s->ids);
    array_free((void **)&s->drafts, &s->capacity);
}
