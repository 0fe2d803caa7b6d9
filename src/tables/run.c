/* SPDX-License-Identifier: Apache-2.0 */
#include "tables/run.h"

#include "base/arena.h"
#include "base/hash.h"
#include "tables/lend.h"
#include "tables/relayed.h"

#include <stdlib.h>

struct run_group {
    uint32_t client, host, domain;
    size_t n, at;            /* rows, and where the next one goes */
    size_t seen;             /* rows before sampling; counted only where there may be too many */
};

enum { FIRST_SLOTS = 256, INSERTION = 16 };

struct loading {
    struct run_set *set;
    const struct run_wish *wish;
    bool is_counting;        /* the first of two readings of a partition that may hold a giant */
    uint64_t sampled;
    uint64_t *duplicate;     /* per source; may be NULL */
};

static void reserve(void *items, size_t *capacity, size_t need, size_t size)
{
    if (need > *capacity && !array_reserve(items, capacity, need, size, SIZE_MAX / size))
        panic("out of memory");
}

static void clear_slots(struct run_set *set, size_t n)
{
    if (set->slot_n != n) {
        mem_free(set->slots);
        set->slots = mem_alloc(n * sizeof *set->slots);
        set->slot_n = n;
        return;
    }
    memset(set->slots, 0, n * sizeof *set->slots);
}

static uint32_t *group_slot(struct run_set *set, uint32_t client, uint32_t host)
{
    size_t mask = set->slot_n - 1, i = hash_mix((uint64_t)client << 32 | host) & mask;
    while (set->slots[i] && (set->groups[set->slots[i] - 1].client != client || set->groups[set->slots[i] - 1].host != host))
        i = (i + 1) & mask;
    return &set->slots[i];
}

/* The group's place in set->groups. */
static uint32_t group_of(struct run_set *set, const struct run_wish *wish, const struct row *r)
{
    uint32_t *slot = group_slot(set, r->client, r->host);
    if (*slot)
        return *slot - 1;
    if (!array_reserve((void **)&set->groups, &set->group_capacity, set->group_n + 1, sizeof *set->groups, UINT32_MAX))
        panic("out of memory");
    uint32_t made = (uint32_t)set->group_n++;
    set->groups[made] = (struct run_group){r->client, r->host, wish->domain(wish->ctx, r->host), 0, 0, 0};
    *slot = (uint32_t)set->group_n;
    if (set->group_n * 2 > set->slot_n) {
        clear_slots(set, set->slot_n * 2);
        for (size_t i = 0; i < set->group_n; i++)
            *group_slot(set, set->groups[i].client, set->groups[i].host) = (uint32_t)i + 1;
    }
    return made;
}

static bool is_of_part(const struct run_wish *w, const struct row *r)
{
    if (w->parts < 2)
        return true;
    uint64_t owner = (uint64_t)(w->is_chained ? 0 : r->client) << 32 | w->domain(w->ctx, r->host);
    return hash_mix(owner + 1) % w->parts == w->part;
}

static bool stands_elsewhere(const struct run_wish *w, const struct row *r)
{
    return w->copy_n && overlap_has(w->copies, w->copy_n, row_source(r), r->time);
}

static void count_row(void *ctx, const struct row *r)
{
    struct loading *l = ctx;
    if (is_of_part(l->wish, r) && l->wish->keep(l->wish->ctx, r) && !stands_elsewhere(l->wish, r))
        l->set->groups[group_of(l->set, l->wish, r)].seen++;
}

static void take_row(void *ctx, const struct row *r)
{
    struct loading *l = ctx;
    if (!is_of_part(l->wish, r) || !l->wish->keep(l->wish->ctx, r))
        return;
    if (stands_elsewhere(l->wish, r)) {
        if (l->duplicate)
            l->duplicate[row_source(r)]++;
        return;
    }
    struct run_set *set = l->set;
    uint32_t group = group_of(set, l->wish, r);
    size_t seen = set->groups[group].seen;
    if (seen > RUN_ROWS_MAX && hash_mix(r->origin) % ((seen + RUN_ROWS_MAX - 1) / RUN_ROWS_MAX)) {
        l->sampled++;
        return;
    }
    reserve(&set->spare, &set->spare_capacity, set->n + 1, sizeof *set->spare);
    reserve(&set->group_of, &set->group_of_capacity, set->n + 1, sizeof *set->group_of);
    set->spare[set->n] = *r;
    set->group_of[set->n++] = group;
    set->groups[group].n++;
}

static int by_owner(const void *x, const void *y)
{
    const struct run_group *a = *(struct run_group *const *)x, *b = *(struct run_group *const *)y;
    if (a->client != b->client)
        return a->client < b->client ? -1 : 1;
    if (a->domain != b->domain)
        return a->domain < b->domain ? -1 : 1;
    return (a->host > b->host) - (a->host < b->host);
}

/* Each group gets its place, each row goes there: a counting sort, stable and without comparisons of rows. */
static void scatter(struct run_set *set)
{
    reserve(&set->order, &set->order_capacity, set->group_n, sizeof *set->order);
    for (size_t i = 0; i < set->group_n; i++)
        set->order[i] = &set->groups[i];
    if (set->group_n)
        qsort(set->order, set->group_n, sizeof *set->order, by_owner);
    size_t at = 0;
    for (size_t i = 0; i < set->group_n; i++) {
        set->order[i]->at = at;
        at += set->order[i]->n;
    }
    reserve(&set->rows, &set->capacity, set->n, sizeof *set->rows);
    for (size_t i = 0; i < set->n; i++)
        set->rows[set->groups[set->group_of[i]].at++] = set->spare[i];
}

static bool is_before(const struct row *a, const struct row *b)
{
    return a->time != b->time ? a->time < b->time : a->origin < b->origin;
}

static void insertion_sort(struct row *rows, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct row r = rows[i];
        size_t k = i;
        for (; k && is_before(&r, &rows[k - 1]); k--)
            rows[k] = rows[k - 1];
        rows[k] = r;
    }
}

/* Merges [0,middle) and [middle,n); rows that are in order already, as logs nearly are, cost one look. */
static void merge(struct row *rows, size_t middle, size_t n, struct row *room)
{
    if (!is_before(&rows[middle], &rows[middle - 1]))
        return;
    memcpy(room, rows, middle * sizeof *rows);
    size_t left = 0, right = middle, out = 0;
    while (left < middle && right < n)
        rows[out++] = is_before(&rows[right], &room[left]) ? rows[right++] : room[left++];
    memcpy(&rows[out], &room[left], (middle - left) * sizeof *rows);
}

static void sort_by_time(struct row *rows, size_t n, struct row *room)
{
    for (size_t i = 0; i < n; i += INSERTION)
        insertion_sort(rows + i, n - i < INSERTION ? n - i : INSERTION);
    for (size_t width = INSERTION; width < n; width *= 2)
        for (size_t i = 0; i + width < n; i += 2 * width)
            merge(rows + i, width, n - i < 2 * width ? n - i : 2 * width, room);
}

static bool is_copy(const struct row *a, const struct row *b)
{
    return a->time == b->time && a->line == b->line && a->out == b->out && a->in == b->in && a->status == b->status &&
           a->path == b->path && a->flags == b->flags && a->duration == b->duration && a->agent == b->agent &&
           a->referer == b->referer && a->port == b->port;
}

static int by_line(const void *x, const void *y)
{
    const struct row *a = x, *b = y;
    if (a->time != b->time)
        return a->time < b->time ? -1 : 1;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    return (a->origin > b->origin) - (a->origin < b->origin);
}

/* Of copies [0,n), in order of source, those of the source that has most of them: the first such source. */
static struct run best_source(const struct row *rows, size_t n)
{
    struct run best = {rows, 0};
    for (size_t i = 0, same; i < n; i += same) {
        for (same = 1; i + same < n && row_source(&rows[i + same]) == row_source(&rows[i]);)
            same++;
        if (same > best.n)
            best = (struct run){&rows[i], same};
    }
    return best;
}

static size_t drop_copies(struct row *rows, size_t n, uint64_t *duplicate)
{
    size_t kept = 0;
    qsort(rows, n, sizeof *rows, by_line);
    for (size_t i = 0, same; i < n; i += same) {
        for (same = 1; i + same < n && is_copy(&rows[i + same], &rows[i]);)
            same++;
        struct run best = best_source(&rows[i], same);
        for (size_t k = 0; duplicate && k < same; k++)
            duplicate[row_source(&rows[i + k])] += row_source(&rows[i + k]) != row_source(best.rows);
        memmove(&rows[kept], best.rows, best.n * sizeof *rows);
        kept += best.n;
    }
    return kept;
}

static void drop_relayed(struct run_set *set, uint64_t *duplicate)
{
    uint8_t *is_told = mem_alloc(set->n + 1);
    size_t kept = 0;
    relayed_mark(set->spare, set->n, is_told);
    for (size_t i = 0; i < set->n; i++) {
        if (is_told[i]) {
            set->groups[set->group_of[i]].n--;
            if (duplicate)
                duplicate[row_source(&set->spare[i])]++;
            continue;
        }
        set->spare[kept] = set->spare[i];
        set->group_of[kept++] = set->group_of[i];
    }
    set->told = set->n - kept;
    set->n = kept;
    mem_free(is_told);
}

fault run_set_load(struct run_set *set, const struct row_store *rows, unsigned partition, const struct run_wish *wish,
                   uint64_t *duplicate, uint64_t *sampled)
{
    set->n = set->group_n = set->told = 0;
    clear_slots(set, set->slot_n ? set->slot_n : FIRST_SLOTS);
    struct loading loading = {set, wish, row_store_count(rows, partition) > RUN_ROWS_MAX, 0, duplicate};
    if (loading.is_counting)
        TRY(row_store_read(rows, partition, count_row, &loading));
    TRY(row_store_read(rows, partition, take_row, &loading));
    if (sampled)
        *sampled += loading.sampled;
    if (wish->is_chained)
        drop_relayed(set, duplicate);
    scatter(set);
    size_t kept = 0, at = 0;
    for (size_t i = 0; i < set->group_n; i++) {
        size_t n = set->order[i]->n;
        struct row *group = &set->rows[at];
        at += n;
        if (wish->many_sources)
            n = drop_copies(group, n, duplicate);
        sort_by_time(group, n, set->spare);
        lend_agents(group, n);
        if (&set->rows[kept] != group)
            memmove(&set->rows[kept], group, n * sizeof *group);
        kept += n;
    }
    set->n = kept;
    return NO_FAULT;
}

unsigned run_parts(const struct row_store *rows, unsigned partition, size_t memory)
{
    enum { LEAST = 64 * 1024, MOST_PARTS = 4096 };   /* below LEAST rows another reading costs more than it saves */
    uint64_t fit = max_u64(memory / (2 * sizeof(struct row)), LEAST);
    return (unsigned)min_u64(row_store_count(rows, partition) / fit + 1, MOST_PARTS);
}

void run_set_free(struct run_set *set)
{
    array_free((void **)&set->rows, &set->capacity);
    array_free((void **)&set->spare, &set->spare_capacity);
    array_free((void **)&set->group_of, &set->group_of_capacity);
    array_free((void **)&set->groups, &set->group_capacity);
    array_free((void **)&set->order, &set->order_capacity);
    mem_free(set->slots);
    *set = (struct run_set){0};
}

bool run_next_domain(const struct run_set *set, const struct run_wish *wish, size_t *at, struct run *out)
{
    if (*at >= set->n)
        return false;
    const struct row *first = &set->rows[*at];
    uint32_t domain = wish->domain(wish->ctx, first->host), host = first->host;
    size_t n = 1;
    for (; *at + n < set->n; n++) {
        const struct row *r = first + n;
        if (r->client != first->client || (r->host != host && wish->domain(wish->ctx, r->host) != domain))
            break;
        host = r->host;
    }
    *at += n;
    *out = (struct run){first, n};
    return true;
}

bool run_next_host(struct run of, size_t *at, struct run *out)
{
    if (*at >= of.n)
        return false;
    const struct row *first = &of.rows[*at];
    size_t n = 1;
    while (*at + n < of.n && first[n].host == first->host)
        n++;
    *at += n;
    *out = (struct run){first, n};
    return true;
}
