/* SPDX-License-Identifier: Apache-2.0 */
#include "windows/clock.h"

#include "base/when.h"
#include "event/host.h"
#include "windows/clock_match.h"

#include <stdlib.h>

enum {
    WIRES_MAX = WINDOWS_KEPT_MAX, TWICE_MS = 5000 /* 5156 and Sysmon 3 speak of one connection */,
    PROXY_WIRES_MIN = 3                  /* that tell a proxy by its port alone */
};

struct measure {
    arena *a;
    const struct windows_store *store;
    const struct computers *computers;
    struct matching match;
    struct spellings addresses;          /* of remote ends */
    struct wire *wires;
    size_t n, capacity;
    const struct endpoint *proxies;
    size_t proxy_n;
    struct clock *clocks;
};

static bool is_elsewhere(const struct kept *k)
{
    uint64_t protocol = kept_number(k, WINDOWS_PROTOCOL);
    enum windows_address kind = k->kind->meaning == MEANS_CONNECTION && kept_number(k, WINDOWS_DIRECTION) == DIRECTION_OUT
                                    ? windows_address_kind(kept_text(k, WINDOWS_REMOTE_ADDRESS)) : ADDRESS_NONE;
    return (kind == ADDRESS_PRIVATE || kind == ADDRESS_PUBLIC || kind == ADDRESS_LINK_LOCAL) && (!protocol || protocol == 6);
}

static void collect_addresses(struct measure *m)
{
    host_name canonical;
    for (size_t i = 0; i < m->store->n; i++) {
        const struct kept *k = m->store->events[i];
        const struct kept_text *t = is_elsewhere(k) ? kept_text_at(k, WINDOWS_REMOTE_ADDRESS) : NULL;
        if (!t || spellings_has(&m->addresses, t, 0))
            continue;
        address_canon(span_of(t->bytes, t->n), &canonical);
        (void)spellings_add(&m->addresses, t, 0, arena_dup(m->a, host_span(&canonical)), LEASES_MAX);
    }
    spellings_sort(&m->addresses, m->a);
}

/* Which client was it then? Asked once for connections within one hour. */
static uint32_t client_at(const struct measure *m, uint32_t computer, int64_t at)
{
    struct computer_client c = computer_client(m->computers, computer, at);
    return c.is_in_log ? matching_client(&m->match, c.client) : CLIENT_ANY;
}

static void collect_wires(struct measure *m)
{
    enum { HOUR_MS = 3600 * 1000 };
    struct asked { int64_t hour; uint32_t client; } *asked = mem_alloc((m->computers->n + 1) * sizeof *asked);
    for (size_t i = 0; i < m->store->n; i++) {
        const struct kept *k = m->store->events[i];
        uint32_t computer = is_elsewhere(k) ? computer_of(m->computers, k) : COMPUTER_NONE;
        uint32_t address = spellings_number(&m->addresses, kept_text_at(k, WINDOWS_REMOTE_ADDRESS), 0);
        if (computer == COMPUTER_NONE || address == UINT32_MAX ||
            !array_reserve((void **)&m->wires, &m->capacity, m->n + 1, sizeof *m->wires, WIRES_MAX))
            continue;
        int64_t hour = k->time / HOUR_MS + 1;
        if (asked[computer].hour != hour)
            asked[computer] = (struct asked){hour, client_at(m, computer, k->time)};
        m->wires[m->n++] = (struct wire){k->time, k->origin, computer, address, asked[computer].client,
                                         (uint16_t)kept_number(k, WINDOWS_REMOTE_PORT), (uint16_t)kept_number(k, WINDOWS_LOCAL_PORT)};
    }
    mem_free(asked);
}

static int compare_ends(const struct wire *a, const struct wire *b)
{
    if (a->computer != b->computer)
        return a->computer < b->computer ? -1 : 1;
    if (a->address != b->address)
        return a->address < b->address ? -1 : 1;
    return (int)a->port - (int)b->port;
}

static int by_time(const void *x, const void *y)
{
    const struct wire *a = x, *b = y;
    int order = compare_ends(a, b);
    if (order)
        return order;
    if (a->time != b->time)
        return a->time < b->time ? -1 : 1;
    return (a->origin > b->origin) - (a->origin < b->origin);
}

static int by_port(const void *x, const void *y)
{
    const struct wire *a = x, *b = y;
    int order = compare_ends(a, b);
    order = order ? order : (int)a->local_port - (int)b->local_port;
    return order ? order : by_time(x, y);
}

/* Two logs write the same connection: the earlier one is nearer to the truth. */
static void drop_twice(struct measure *m)
{
    size_t n = 0;
    if (m->n)
        qsort(m->wires, m->n, sizeof *m->wires, by_port);
    for (size_t i = 0; i < m->n; i++) {
        const struct wire *last = n ? &m->wires[n - 1] : NULL, *w = &m->wires[i];
        bool is_same = last && !compare_ends(last, w) && last->local_port == w->local_port && w->local_port && w->time - last->time <= TWICE_MS;
        if (!is_same)
            m->wires[n++] = *w;
    }
    m->n = n;
    if (n)
        qsort(m->wires, n, sizeof *m->wires, by_time);
}

static struct bundle bundle_at(const struct measure *m, size_t first)
{
    size_t end = first;
    while (end < m->n && !compare_ends(&m->wires[end], &m->wires[first]))
        end++;
    return (struct bundle){&m->wires[first], end - first};
}

static bool is_end(const struct measure *m, struct bundle b, const struct endpoint *e)
{
    return e->port == b.wires->port && span_eq(e->address, m->addresses.canonical[b.wires->address]);
}

static bool is_given(const struct measure *m, struct bundle b)
{
    for (size_t i = 0; i < m->proxy_n; i++)
        if (is_end(m, b, &m->proxies[i]))
            return true;
    return false;
}

/* A port that proxies usually have, at an address inside. */
static bool looks_like_proxy(const struct measure *m, struct bundle b)
{
    static const uint16_t ports[] = {3128, 8080, 8000, 8888, 9090, 8081, 8118, 9400, 80};
    enum windows_address kind = windows_address_kind(m->addresses.canonical[b.wires->address]);
    for (size_t i = 0; i < COUNT_OF(ports); i++)
        if (ports[i] == b.wires->port)
            return kind != ADDRESS_PUBLIC;
    return false;
}

/* Ports meet by chance: one of 28,000 within half an hour of rows. One match is enough where nothing else fits and it is
 * plain that this is a proxy; elsewhere a third of the connections must have their row, at one and the same difference. */
static bool is_believed(const struct measure *m, struct bundle b, const struct fit *f)
{
    bool is_plain = is_given(m, b) || looks_like_proxy(m, b);
    if (!f->matches || f->matches <= 2 * f->second || f->matches * 20 < f->compared)
        return false;
    return is_plain || (f->matches >= 3 && f->matches * 3 >= f->compared);
}

static void set_proxy(struct measure *m, struct clock *c, struct bundle b)
{
    c->proxy = (struct endpoint){m->addresses.canonical[b.wires->address], b.wires->port};
}

static void set_clock(struct measure *m, struct clock *c, struct bundle b, const struct fit *f, enum clock_by by)
{
    set_proxy(m, c, b);
    c->by = by;
    c->offset = f->offset;
    c->spread = f->spread;
    c->matches = f->matches;
    c->compared = f->compared;
    c->tolerance = CLOCK_TOLERANCE_MS;
}

static void measure_ports(struct measure *m)
{
    for (size_t i = 0; i < m->n;) {
        struct bundle b = bundle_at(m, i);
        struct clock *c = &m->clocks[b.wires->computer];
        bool may_be = !m->proxy_n || is_given(m, b);
        struct fit f = may_be ? fit_ports(&m->match, b) : (struct fit){.matches = 0};
        if (is_believed(m, b, &f) && f.matches > c->matches)
            set_clock(m, c, b, &f, CLOCK_BY_PORT);
        i += b.n;
    }
}

static int by_end(const void *x, const void *y)
{
    const struct endpoint *a = x, *b = y;
    int order = span_cmp(a->address, b->address);
    return order ? order : (int)a->port - (int)b->port;
}

/* Where most computers whose ports fit find the proxy. */
static struct endpoint most_common(const struct measure *m)
{
    struct endpoint *all = mem_alloc((m->computers->n + 1) * sizeof *all), best = {.port = 0};
    size_t n = 0, most = 0;
    for (size_t i = 0; i < m->computers->n; i++)
        if (m->clocks[i].by == CLOCK_BY_PORT)
            all[n++] = m->clocks[i].proxy;
    if (n)
        qsort(all, n, sizeof *all, by_end);
    for (size_t i = 0, run = 0; i < n; i++) {
        run = i && !by_end(&all[i - 1], &all[i]) ? run + 1 : 1;
        if (run > most) {
            most = run;
            best = all[i];
        }
    }
    mem_free(all);
    return best;
}

/* For computers without a port in common: what is given, else where others find it, else what looks like one and is used
 * most. Its connections are compared by their rhythm. */
static void measure_rest(struct measure *m)
{
    struct endpoint common = most_common(m);
    struct bundle *best = mem_alloc((m->computers->n + 1) * sizeof *best);
    int *rank = mem_alloc((m->computers->n + 1) * sizeof *rank);
    for (size_t i = 0; i < m->n;) {
        struct bundle b = bundle_at(m, i);
        uint32_t computer = b.wires->computer;
        int r = is_given(m, b) ? 3 : common.address.n && is_end(m, b, &common) ? 2
                : !m->proxy_n && looks_like_proxy(m, b) && b.n >= PROXY_WIRES_MIN ? 1 : 0;
        if (r && (r > rank[computer] || (r == rank[computer] && b.n > best[computer].n))) {
            rank[computer] = r;
            best[computer] = b;
        }
        i += b.n;
    }
    for (size_t i = 0; i < m->computers->n; i++) {
        if (m->clocks[i].by != CLOCK_ASSUMED || !best[i].n)
            continue;
        struct fit f = fit_rhythm(&m->match, best[i]);
        set_proxy(m, &m->clocks[i], best[i]);
        if (f.matches)
            set_clock(m, &m->clocks[i], best[i], &f, CLOCK_BY_RHYTHM);
    }
    mem_free(best);
    mem_free(rank);
}

static void count_jumps(struct measure *m)
{
    for (size_t i = 0; i < m->store->n; i++) {
        const struct kept *k = m->store->events[i];
        uint32_t computer = k->kind->meaning == MEANS_CLOCK_CHANGED ? computer_of(m->computers, k) : COMPUTER_NONE;
        int64_t before;
        int zone;
        if (computer == COMPUTER_NONE || !when_typed(kept_text(k, WINDOWS_TEXT), &before, &zone) ||
            llabs(k->time - before) <= CLOCK_JUMP_MS)
            continue;
        struct clock *c = &m->clocks[computer];
        c->jump_first = c->jumps++ ? c->jump_first : k->time;
        c->jump_last = k->time;
    }
}

const struct clock *clocks_new(arena *a, const struct windows_store *s, const struct computers *c, const struct proxied *rows,
                               size_t n, const struct endpoint *proxies, size_t proxy_n)
{
    struct measure m = {.a = a, .store = s, .computers = c, .proxies = proxies, .proxy_n = proxy_n};
    m.clocks = arena_new(a, struct clock, c->n + 1);
    for (size_t i = 0; i < c->n; i++)
        m.clocks[i].tolerance = CLOCK_ASSUMED_MS;
    m.match = matching_new(c, rows, n);
    collect_addresses(&m);
    collect_wires(&m);
    drop_twice(&m);
    measure_ports(&m);
    measure_rest(&m);
    count_jumps(&m);
    spellings_free(&m.addresses);
    array_free((void **)&m.wires, &m.capacity);
    matching_free(&m.match);
    return m.clocks;
}
