/* SPDX-License-Identifier: Apache-2.0 */
#include "event/windows_counts.h"

#include "base/arena.h"
#include "base/hash.h"

#include <stdlib.h>

static int by_name(const void *x, const void *y)
{
    const struct windows_count *a = x, *b = y;
    int order = span_cmp(windows_count_name(a), windows_count_name(b));
    order = order ? order : (a->id > b->id) - (a->id < b->id);
    return order ? order : a->is_read - b->is_read;
}

static int by_hash(const struct windows_count *a, const struct windows_count *b)
{
    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    return by_name(a, b);
}

/* Where it stands, or would. */
static size_t place_of(const struct windows_list *l, const struct windows_count *c, bool *found)
{
    size_t low = 0, high = l->n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = by_hash(c, &l->items[middle]);
        if (order == 0) {
            *found = true;
            return middle;
        }
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    *found = false;
    return low;
}

static void insert(struct windows_list *l, size_t at, const struct windows_count *c, size_t max)
{
    if (at == max) {
        l->others += c->n;
        return;
    }
    if (l->n == max)
        l->others += l->items[--l->n].n;
    if (!array_reserve((void **)&l->items, &l->capacity, l->n + 1, sizeof *l->items, max))
        panic("a list is longer than its limit");
    memmove(&l->items[at + 1], &l->items[at], (l->n++ - at) * sizeof *l->items);
    l->items[at] = *c;
}

static void add(struct windows_list *l, const struct windows_count *c, size_t max)
{
    bool found;
    size_t at = place_of(l, c, &found);
    if (!found) {
        insert(l, at, c, max);
        return;
    }
    struct windows_count *known = &l->items[at];
    known->n += c->n;
    known->first = min_i64(known->first, c->first);
    known->last = max_i64(known->last, c->last);
}

static struct windows_count one(const struct windows_event *e, span name, uint64_t id)
{
    int64_t at = e->at[WINDOWS_TIME].ms;
    struct windows_count c = {.id = id, .is_read = e->kind != NULL, .n = 1, .first = at, .last = at};
    name = span_take(name, WINDOWS_NAME_MAX);
    c.text_n = (uint16_t)name.n;
    if (name.n)
        memcpy(c.text, name.p, name.n);
    c.hash = hash_mix(hash64(name) + id * 2 + c.is_read);
    return c;
}

void windows_counts_add(struct windows_counts *c, const struct windows_event *e)
{
    span log = windows_text(e, windows_has(e, WINDOWS_CHANNEL) ? WINDOWS_CHANNEL : WINDOWS_PROVIDER);
    struct windows_count said = one(e, log, e->at[WINDOWS_EVENT_ID].number);
    add(&c->events, &said, WINDOWS_KINDS_LISTED);
    if (!windows_has(e, WINDOWS_COMPUTER))
        return;
    struct windows_count computer = one(e, e->at[WINDOWS_COMPUTER].text, 0);
    computer.is_read = false;
    computer.hash = hash64(windows_count_name(&computer));
    add(&c->computers, &computer, WINDOWS_COMPUTERS_LISTED);
}

static void join(struct windows_list *to, const struct windows_list *from, size_t max)
{
    for (size_t i = 0; i < from->n; i++)
        add(to, &from->items[i], max);
    to->others += from->others;
}

void windows_counts_join(struct windows_counts *to, const struct windows_counts *from)
{
    join(&to->events, &from->events, WINDOWS_KINDS_LISTED);
    join(&to->computers, &from->computers, WINDOWS_COMPUTERS_LISTED);
}

static void sort(struct windows_list *l)
{
    if (l->n)
        qsort(l->items, l->n, sizeof *l->items, by_name);
}

void windows_counts_sort(struct windows_counts *c)
{
    sort(&c->events);
    sort(&c->computers);
}

void windows_counts_free(struct windows_counts *c)
{
    array_free((void **)&c->events.items, &c->events.capacity);
    array_free((void **)&c->computers.items, &c->computers.capacity);
    *c = (struct windows_counts){{NULL, 0, 0, 0}, {NULL, 0, 0, 0}};
}
