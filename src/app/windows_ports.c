/* SPDX-License-Identifier: Apache-2.0 */
#include "app/windows_ports.h"

#include "base/hash.h"
#include "event/host.h"

#include <pthread.h>
#include <stdlib.h>

/* A connection of an endpoint, by the end that the proxy sees. */
struct wanted { uint64_t key; int64_t time; const struct kept *k; };

struct finding_ports {
    arena *a;
    struct wanted *wanted;        /* by key, time */
    size_t n;
    pthread_mutex_t lock;
    struct placed { struct proxied row; const struct kept *k; } *found;
    size_t found_n, capacity;
    bool is_cut;
};

static uint64_t key_of(span canonical, uint64_t port) { return hash_mix(hash64(canonical) + port); }

static int by_key(const void *x, const void *y)
{
    const struct wanted *a = x, *b = y;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    if (a->time != b->time)
        return a->time < b->time ? -1 : 1;
    return (a->k->origin > b->k->origin) - (a->k->origin < b->k->origin);
}

static void list_wanted(struct finding_ports *f, const struct windows_store *store)
{
    size_t connections = 0;
    for (size_t i = 0; i < store->n; i++)
        connections += store->events[i]->kind->meaning == MEANS_CONNECTION;
    f->wanted = mem_alloc((connections + 1) * sizeof *f->wanted);
    for (size_t i = 0; i < store->n; i++) {
        const struct kept *k = store->events[i];
        span local = k->kind->meaning == MEANS_CONNECTION ? kept_text(k, WINDOWS_LOCAL_ADDRESS) : (span){NULL, 0};
        host_name canonical;
        bool is_out = kept_number(k, WINDOWS_DIRECTION) == DIRECTION_OUT && kept_number(k, WINDOWS_LOCAL_PORT);
        if (is_out && windows_address_kind(local) > ADDRESS_LOCAL && address_canon(local, &canonical))
            f->wanted[f->n++] = (struct wanted){key_of(host_span(&canonical), kept_number(k, WINDOWS_LOCAL_PORT)), k->time, k};
    }
    if (f->n)
        qsort(f->wanted, f->n, sizeof *f->wanted, by_key);
}

static int64_t away_of(const struct wanted *w, const event *e)
{
    int64_t start = event_start(e), end = event_end(e);
    return w->time < start ? start - w->time : w->time > end ? w->time - end : 0;
}

/* A connection is begun shortly before its first request: ports come again while a long row goes on. */
static int64_t from_start(const struct wanted *w, const event *e) { return llabs(w->time - event_start(e)); }

/* The nearest connection with that key; NULL: none is near enough. */
static const struct wanted *nearest(const struct finding_ports *f, uint64_t key, const event *e)
{
    enum { LOOKED_MAX = 64 };   /* ports come again after hours: of one key few are near */
    int64_t from = event_start(e) - CLOCK_PORT_MS;
    size_t low = 0, high = f->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct wanted *w = &f->wanted[middle];
        if (w->key < key || (w->key == key && w->time < from))
            low = middle + 1;
        else
            high = middle;
    }
    const struct wanted *best = NULL;
    for (size_t i = low; i < f->n && i < low + LOOKED_MAX && f->wanted[i].key == key; i++) {
        const struct wanted *w = &f->wanted[i];
        if (away_of(w, e) <= CLOCK_PORT_MS && (!best || from_start(w, e) < from_start(best, e)))
            best = w;
    }
    return best;
}

/* Two programs at one port at one time: one of the events is of the other's row. */
static bool is_of_one_program(const struct finding_ports *f, const struct wanted *w)
{
    const struct wanted *end = f->wanted + f->n;
    for (const struct wanted *o = w; o > f->wanted && o[-1].key == w->key && w->time - o[-1].time <= CLOCK_WINDOW_MS; o--)
        if (!span_eq(kept_text(o[-1].k, WINDOWS_PROCESS), kept_text(w->k, WINDOWS_PROCESS)))
            return false;
    for (const struct wanted *o = w + 1; o < end && o->key == w->key && o->time - w->time <= CLOCK_WINDOW_MS; o++)
        if (!span_eq(kept_text(o->k, WINDOWS_PROCESS), kept_text(w->k, WINDOWS_PROCESS)))
            return false;
    return true;
}

static void keep(struct finding_ports *f, uint64_t origin, const event *e, const host_name *client, const struct wanted *w)
{
    host_name host;
    uint16_t port;
    const struct kept *program = is_of_one_program(f, w) ? w->k : NULL;
    host_canon(event_text(e, FIELD_HOST), &host, &port);
    pthread_mutex_lock(&f->lock);
    if (!array_reserve((void **)&f->found, &f->capacity, f->found_n + 1, sizeof *f->found, PORTS_ROWS_MAX))
        f->is_cut = true;
    else
        f->found[f->found_n++] = (struct placed){{event_start(e), event_end(e), arena_dup(f->a, host_span(client)),
                                                  arena_dup(f->a, host_span(&host)), origin,
                                                  (uint16_t)e->at[FIELD_CLIENT_PORT].number}, program};
    pthread_mutex_unlock(&f->lock);
}

static void *begin(void *taker) { return taker; }

static fault take(void *worker, uint32_t source, uint64_t offset, span line, const event *e)
{
    struct finding_ports *f = worker;
    host_name client;
    (void)line;
    if (!event_has(e, FIELD_CLIENT_PORT) || !event_has(e, FIELD_CLIENT) || !event_has(e, FIELD_TIME))
        return NO_FAULT;
    address_canon(event_text(e, FIELD_CLIENT), &client);
    const struct wanted *w = nearest(f, key_of(host_span(&client), e->at[FIELD_CLIENT_PORT].number), e);
    if (w)
        keep(f, (uint64_t)source << ROW_OFFSET_BITS | offset, e, &client, w);
    return NO_FAULT;
}

static fault end(void *worker)
{
    (void)worker;
    return NO_FAULT;
}

static int by_origin(const void *x, const void *y)
{
    const struct placed *a = x, *b = y;
    return (a->row.origin > b->row.origin) - (a->row.origin < b->row.origin);
}

/* In an order that threads do not make. */
static void put_in_order(struct finding_ports *f, struct ports_found *out)
{
    size_t n = f->found_n;
    if (n)
        qsort(f->found, n, sizeof *f->found, by_origin);
    *out = (struct ports_found){arena_new(f->a, struct proxied, n + 1), arena_new(f->a, const struct kept *, n + 1), n, f->is_cut};
    for (size_t i = 0; i < n; i++) {
        out->rows[i] = f->found[i].row;
        out->connections[i] = f->found[i].k;
    }
}

/* What the first reading counted stays what is said of a source. */
struct counted { struct row_counts counts; struct bad_line bad[COUNT_OF(((struct source_info *)NULL)->bad_sample)]; size_t bad_n;
                 uint64_t not_followed; };

/* Sources without client ports are passed over. */
static void set_aside(struct reading *r, struct counted *counted)
{
    for (size_t i = 0; i < r->n; i++) {
        counted[i].counts = r->sources[i].counts;
        counted[i].not_followed = r->sources[i].not_followed;
        counted[i].bad_n = r->infos[i].bad_sample_n;
        memcpy(counted[i].bad, r->infos[i].bad_sample, sizeof counted[i].bad);
        r->sources[i].is_left_out = !(r->infos[i].gives & FIELD_BIT(CLIENT_PORT));
    }
}

static void put_back(struct reading *r, const struct counted *counted)
{
    for (size_t i = 0; i < r->n; i++) {
        r->sources[i].counts = counted[i].counts;
        r->sources[i].not_followed = counted[i].not_followed;
        r->infos[i].bad_sample_n = counted[i].bad_n;
        memcpy(r->infos[i].bad_sample, counted[i].bad, sizeof counted[i].bad);
        r->sources[i].is_left_out = false;
    }
}

static fault read_again(struct reading *r, struct finding_ports *f)
{
    static const struct row_taker taker = {.begin = begin, .event = take, .end = end};
    struct counted *counted = mem_alloc((r->n + 1) * sizeof *counted);
    bool reads_windows = r->reads_windows;
    set_aside(r, counted);
    fault result = reading_rewind(r);
    if (!result.kind)
        result = reading_run(r, &taker, f, NULL, NULL);
    put_back(r, counted);
    r->reads_windows = reads_windows;
    mem_free(counted);
    return result;
}

fault windows_ports(arena *a, struct reading *r, const struct windows_store *store, struct ports_found *out)
{
    struct finding_ports f = {.a = a};
    fault result = NO_FAULT;
    *out = (struct ports_found){.n = 0};
    list_wanted(&f, store);
    if (f.n) {
        pthread_mutex_init(&f.lock, NULL);
        result = read_again(r, &f);
        pthread_mutex_destroy(&f.lock);
        put_in_order(&f, out);
    }
    array_free((void **)&f.found, &f.capacity);
    mem_free(f.wanted);
    return result;
}
