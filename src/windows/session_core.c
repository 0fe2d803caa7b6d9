/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* qsort_r */
/* Connections of RdpCoreTS: they know the client's port, its zone and when the transport broke, but no user. They are set
 * beside the drafts by activity, by RDP-Tcp#n, or by time and address. Many are scans: those stay out. */
#include "windows/draft.h"

#include <stdlib.h>

enum { CONNECTION_EVENTS_MAX = 7, SECOND_MS = 1000 /* what an export's times are worth */ };

struct connection {
    const struct kept *events[CONNECTION_EVENTS_MAX];   /* the first of each meaning */
    struct origin origin;
    const struct kept_text *activity, *name;
    int64_t start, end;
    uint32_t computer;
    uint8_t n;
    uint64_t means;
    bool has_accept, has_end, is_taken;
};

struct connections {
    struct connection *items;
    uint32_t *by_place, *by_start;       /* (computer, address, start); (computer, start) */
    size_t n, capacity;
    struct map activities;               /* (activity, computer) -> the latest of it, from 1 */
};

static bool is_core(const struct kept *k)
{
    enum windows_meaning m = k->kind->meaning;
    return m >= MEANS_RDP_ACCEPTED && m <= MEANS_RDP_FAILED;
}

static bool has(const struct connection *c, enum windows_meaning m) { return c->means >> m & 1; }

static bool ends(enum windows_meaning m) { return m == MEANS_RDP_ENDED || m == MEANS_RDP_WHY; }

static void take(struct connection *c, const struct kept *k)
{
    enum windows_meaning m = k->kind->meaning;
    struct origin o = origin_of(k);
    if (!has(c, m) && c->n < CONNECTION_EVENTS_MAX)
        c->events[c->n++] = k;
    c->means |= UINT64_C(1) << m;
    c->start = min_i64(c->start, k->time);
    if (ends(m)) {
        c->end = c->has_end ? min_i64(c->end, k->time) : k->time;
        c->has_end = true;
    }
    c->has_accept |= m == MEANS_RDP_ACCEPTED;
    c->activity = c->activity ? c->activity : kept_text_at(k, WINDOWS_ACTIVITY);
    c->name = c->name ? c->name : kept_text_at(k, WINDOWS_SESSION_NAME);
    if (origin_is_real(&o) && !origin_is_real(&c->origin))
        c->origin = o;
}

static struct connection *connection_new(struct linking *l, struct connections *all, uint32_t computer, const struct kept *k)
{
    if (!array_reserve((void **)&all->items, &all->capacity, all->n + 1, sizeof *all->items, RDP_SEGMENTS_MAX)) {
        l->dropped++;
        return NULL;
    }
    struct connection *c = &all->items[all->n++];
    *c = (struct connection){.computer = computer, .start = k->time, .end = k->time};
    return c;
}

/* Without an activity (an export that lost it) the computer's latest one that lacks the event is meant. An activity that has
 * ended may come again. */
static bool goes_on(const struct connection *c, const struct kept *k)
{
    enum windows_meaning m = k->kind->meaning;
    bool is_again = m == MEANS_RDP_ACCEPTED && c->has_end && k->time > c->end;
    bool is_near = ends(m) ? !c->has_end : k->time - c->start <= RDP_LINK_MS;
    return !is_again && (kept_has(k, WINDOWS_ACTIVITY) || (is_near && !has(c, m)));
}

static void collect(struct linking *l, struct connections *all)
{
    for (size_t i = 0; i < l->store->n; i++) {
        const struct kept *k = l->store->events[i];
        uint32_t computer = is_core(k) ? computer_of(l->computers, k) : COMPUTER_NONE;
        if (computer == COMPUTER_NONE)
            continue;
        uint64_t activity = (uint64_t)(uintptr_t)kept_text_at(k, WINDOWS_ACTIVITY);
        uint32_t at = map_get(&all->activities, activity, computer);
        struct connection *c = at && goes_on(&all->items[at - 1], k) ? &all->items[at - 1] : NULL;
        if (!c) {
            c = connection_new(l, all, computer, k);
            if (!c)
                continue;
            map_put(&all->activities, activity, computer, (uint32_t)all->n);
        }
        take(c, k);
    }
}

static int compare_places(const struct origin *a, const struct origin *b)
{
    bool is_a = a->kind == ADDRESS_LOOPBACK, is_b = b->kind == ADDRESS_LOOPBACK;
    if (is_a != is_b)
        return (int)is_b - (int)is_a;
    return is_a ? 0 : memcmp(a->address.bytes, b->address.bytes, sizeof a->address.bytes);
}

static int by_start(const void *x, const void *y, void *items)
{
    const struct connection *a = (const struct connection *)items + *(const uint32_t *)x;
    const struct connection *b = (const struct connection *)items + *(const uint32_t *)y;
    if (a->computer != b->computer)
        return a->computer < b->computer ? -1 : 1;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    return (a->events[0]->origin > b->events[0]->origin) - (a->events[0]->origin < b->events[0]->origin);
}

static int by_place(const void *x, const void *y, void *items)
{
    const struct connection *a = (const struct connection *)items + *(const uint32_t *)x;
    const struct connection *b = (const struct connection *)items + *(const uint32_t *)y;
    int order = a->computer == b->computer ? compare_places(&a->origin, &b->origin) : a->computer < b->computer ? -1 : 1;
    return order ? order : by_start(x, y, items);
}

static void sort(struct connections *all)
{
    all->by_start = mem_alloc((all->n + 1) * sizeof *all->by_start);
    all->by_place = mem_alloc((all->n + 1) * sizeof *all->by_place);
    for (size_t i = 0; i < all->n; i++)
        all->by_start[i] = all->by_place[i] = (uint32_t)i;
    if (!all->n)
        return;
    qsort_r(all->by_start, all->n, sizeof *all->by_start, by_start, all->items);
    qsort_r(all->by_place, all->n, sizeof *all->by_place, by_place, all->items);
}

/* Where the connections begin that are behind (computer, place, start) in by_place, or (computer, start) in by_start. */
static size_t behind(const struct connections *all, const struct draft *d, bool is_place, int64_t start)
{
    size_t low = 0, high = all->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct connection *c = &all->items[is_place ? all->by_place[middle] : all->by_start[middle]];
        int order = c->computer != d->computer ? (c->computer < d->computer ? -1 : 1)
                    : is_place ? compare_places(&c->origin, &d->origin) : 0;
        if (order < 0 || (order == 0 && c->start <= start))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Could that connection have carried the draft? LOCAL alone is the console's, unless loopback knocks just then. */
static bool carries(const struct connection *c, const struct draft *d)
{
    bool is_named_else = c->name && d->name && c->name != d->name && span_starts_nocase(span_of(d->name->bytes, d->name->n), SPAN("RDP-"));
    if (c->is_taken || c->computer != d->computer || is_named_else || has(c, MEANS_RDP_FAILED) || !origin_agrees(&c->origin, &d->origin))
        return false;
    if (!(d->s.has & RDP_HAS_START))
        return c->has_end && c->start <= d->s.end && c->end - d->s.end <= DRAFT_CLOSE_MS && d->s.end - c->end <= DRAFT_CLOSE_MS;
    int64_t active = d->s.has & RDP_HAS_ACTIVE ? d->s.active : d->s.start;
    return (d->is_rdp || c->origin.kind == ADDRESS_LOOPBACK) && c->start <= d->s.start + SECOND_MS &&
           d->s.start - c->start <= RDP_LINK_MS && (!c->has_end || c->end + SECOND_MS >= active);
}

static struct connection *find_near(struct connections *all, const struct draft *d)
{
    bool is_place = origin_is_real(&d->origin);
    int64_t latest = d->s.has & RDP_HAS_START ? d->s.start + SECOND_MS : d->s.end;
    size_t i = behind(all, d, is_place, latest);
    for (size_t n = 0; i > 0 && n < DRAFT_LOOKED_MAX; i--, n++) {
        struct connection *c = &all->items[is_place ? all->by_place[i - 1] : all->by_start[i - 1]];
        if (carries(c, d))
            return c;
    }
    return NULL;
}

static struct connection *find_connection(struct connections *all, const struct draft *d)
{
    uint64_t activity = (uint64_t)(uintptr_t)d->activity;
    uint32_t at = activity ? map_get(&all->activities, activity, d->computer) : 0;
    struct connection *c = at ? &all->items[at - 1] : NULL;
    bool is_its = c && !c->is_taken && origin_agrees(&c->origin, &d->origin) && c->start <= d->s.last + DRAFT_CLOSE_MS;
    return is_its ? c : find_near(all, d);
}

static void take_end(struct draft *d, const struct connection *c)
{
    if (!c->has_end || c->end < d->s.start)
        return;
    enum windows_meaning by = has(c, MEANS_RDP_ENDED) ? MEANS_RDP_ENDED : MEANS_RDP_WHY;
    bool is_guess = !d->is_closed || d->s.end_is != RDP_ENDED;
    if (is_guess) {
        d->is_closed = d->is_soft = false;
        draft_end(d, by, c->end);
    } else if (c->end < d->s.end && d->s.end - c->end <= DRAFT_LATE_MS) {
        d->s.end = c->end;
        d->s.end_by = by;
    }
}

static void set_beside(struct linking *l, struct draft *d, struct connection *c)
{
    c->is_taken = true;
    take_end(d, c);
    for (size_t i = 0; i < c->n; i++)
        draft_take(l, d, c->events[i]);
}

/* What nobody is known to have logged on through, and came through loopback: a draft where it lasted, else a knock. */
static void take_rest(struct linking *l, struct connections *all, struct knocking *out)
{
    struct map at = {.size = 0};
    size_t capacity = 0;
    for (size_t i = 0; i < all->n; i++) {
        const struct connection *c = &all->items[all->by_start[i]];
        int64_t last = c->has_end ? c->end : c->events[c->n - 1]->time;
        if (c->is_taken || !c->has_accept || !origin_is_here(l->computers, c->computer, &c->origin, c->start))
            continue;
        struct draft *d = last - c->start >= RDP_KNOCK_MS && !has(c, MEANS_RDP_FAILED) ? draft_new(l, c->computer, c->start) : NULL;
        if (d) {
            set_beside(l, d, &all->items[all->by_start[i]]);
            continue;
        }
        uint32_t one = map_get(&at, c->computer, 0);
        if (!one) {
            if (!array_reserve((void **)&out->items, &capacity, out->n + 1, sizeof *out->items, COMPUTERS_MAX))
                panic("more knocks than computers");
            out->items[out->n++] = (struct rdp_knocks){.computer = c->computer, .first = c->start, .event = c->events[0]};
            map_put(&at, c->computer, 0, one = (uint32_t)out->n);
        }
        struct rdp_knocks *k = &out->items[one - 1];
        k->n++;
        k->last = max_i64(k->last, c->start);
        k->longest_ms = max_i64(k->longest_ms, last - c->start);
    }
    map_free(&at);
}

struct knocking link_connections(struct linking *l)
{
    struct connections all = {.n = 0};
    struct knocking out = {.n = 0};
    collect(l, &all);
    sort(&all);
    uint32_t *order = drafts_by_start(l);
    for (size_t i = 0, n = l->draft_n; i < n; i++) {
        struct draft *d = &l->drafts[order[i]];
        struct connection *c = find_connection(&all, d);
        if (c)
            set_beside(l, d, c);
    }
    take_rest(l, &all, &out);
    mem_free(order);
    mem_free(all.by_place);
    mem_free(all.by_start);
    map_free(&all.activities);
    array_free((void **)&all.items, &all.capacity);
    return out;
}
