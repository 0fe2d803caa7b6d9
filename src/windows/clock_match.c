/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* qsort_r */
#include "windows/clock_match.h"

#include <stdlib.h>

enum {
    ROWS_LOOKED_MAX = 64,                /* with one port around one connection */
    DELTAS_MAX = 4 * 1000 * 1000,
    RUN_MS = 30 * 1000,                  /* rows of one port closer than this are of one connection, kept alive */
    SHOULDER_S = 5,                      /* a peak of ends is that wide, for requests take their time */
    RHYTHM_WIRES_MAX = 20 * 1000, RHYTHM_ROWS_MAX = 4096,
    LAGS = 2 * CLOCK_RHYTHM_S + 1
};

static int by_text(const void *x, const void *y) { return span_cmp(*(const span *)x, *(const span *)y); }

uint32_t matching_client(const struct matching *m, span client)
{
    size_t low = 0, high = m->client_n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (span_cmp(m->clients[middle], client) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < m->client_n && span_eq(m->clients[low], client) ? (uint32_t)low : CLIENT_OTHER;
}

/* Every address that a computer had. */
static void take_clients(struct matching *m, const struct computers *c)
{
    size_t n = 0;
    for (size_t i = 0; i < c->n; i++)
        n += c->items[i].lease_n;
    m->clients = mem_alloc((n + 1) * sizeof *m->clients);
    for (size_t i = 0; i < c->n; i++)
        for (size_t k = 0; k < c->items[i].lease_n; k++)
            if (c->items[i].leases[k].is_in_log)
                m->clients[m->client_n++] = c->items[i].leases[k].address;
    if (m->client_n)
        qsort(m->clients, m->client_n, sizeof *m->clients, by_text);
    size_t kept = 0;
    for (size_t i = 0; i < m->client_n; i++)
        if (!kept || !span_eq(m->clients[kept - 1], m->clients[i]))
            m->clients[kept++] = m->clients[i];
    m->client_n = kept;
}

static int by_start(const struct proxied *a, const struct proxied *b)
{
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    return (a->origin > b->origin) - (a->origin < b->origin);
}

static int compare_ports(const void *x, const void *y, void *matching)
{
    const struct matching *m = matching;
    const struct proxied *a = &m->rows[*(const uint32_t *)x], *b = &m->rows[*(const uint32_t *)y];
    return a->client_port != b->client_port ? (int)a->client_port - (int)b->client_port : by_start(a, b);
}

static int compare_clients(const void *x, const void *y, void *matching)
{
    const struct matching *m = matching;
    uint32_t i = *(const uint32_t *)x, k = *(const uint32_t *)y;
    return m->client[i] != m->client[k] ? (m->client[i] < m->client[k] ? -1 : 1) : by_start(&m->rows[i], &m->rows[k]);
}

struct matching matching_new(const struct computers *c, const struct proxied *rows, size_t n)
{
    struct matching m = {.rows = rows, .n = n < PROXIED_MAX ? n : PROXIED_MAX, .first = INT64_MAX, .last = INT64_MIN};
    take_clients(&m, c);
    m.client = mem_alloc((m.n + 1) * sizeof *m.client);
    m.by_port = mem_alloc((m.n + 1) * sizeof *m.by_port);
    m.by_client = mem_alloc((m.n + 1) * sizeof *m.by_client);
    for (size_t i = 0; i < m.n; i++) {
        m.client[i] = matching_client(&m, rows[i].client);
        m.first = min_i64(m.first, rows[i].start);
        m.last = max_i64(m.last, rows[i].start);
        if (rows[i].client_port)
            m.by_port[m.by_port_n++] = (uint32_t)i;
        if (m.client[i] != CLIENT_OTHER)
            m.by_client[m.by_client_n++] = (uint32_t)i;
    }
    if (m.by_port_n)
        qsort_r(m.by_port, m.by_port_n, sizeof *m.by_port, compare_ports, &m);
    if (m.by_client_n)
        qsort_r(m.by_client, m.by_client_n, sizeof *m.by_client, compare_clients, &m);
    return m;
}

void matching_free(struct matching *m)
{
    mem_free(m->clients);
    mem_free(m->client);
    mem_free(m->by_port);
    mem_free(m->by_client);
    array_free((void **)&m->deltas, &m->delta_capacity);
}

/* Where the rows of that port begin that start at `start` or later. */
static size_t first_of_port(const struct matching *m, uint16_t port, int64_t start)
{
    size_t low = 0, high = m->by_port_n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct proxied *r = &m->rows[m->by_port[middle]];
        if (r->client_port < port || (r->client_port == port && r->start < start))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static size_t first_of_client(const struct matching *m, uint32_t client, int64_t start)
{
    size_t low = 0, high = m->by_client_n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        uint32_t row = m->by_client[middle];
        if (m->client[row] < client || (m->client[row] == client && m->rows[row].start < start))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void add_delta(struct matching *m, int64_t ms, size_t wire)
{
    if (array_reserve((void **)&m->deltas, &m->delta_capacity, m->delta_n + 1, sizeof *m->deltas, DELTAS_MAX))
        m->deltas[m->delta_n++] = (struct delta){ms, (uint32_t)wire};
}

/* Rows with the wire's port: of each run the first, for a connection that is kept alive carries many. */
static void add_rows_of_port(struct matching *m, const struct wire *w, size_t index)
{
    int64_t before = INT64_MIN;
    size_t i = first_of_port(m, w->local_port, w->time - CLOCK_PORT_MS - RUN_MS);
    for (size_t n = 0; i < m->by_port_n && n < ROWS_LOOKED_MAX; i++, n++) {
        const struct proxied *r = &m->rows[m->by_port[i]];
        if (r->client_port != w->local_port || r->start > w->time + CLOCK_PORT_MS)
            return;
        if (w->client != CLIENT_ANY && w->client != m->client[m->by_port[i]])
            continue;
        if (r->start >= w->time - CLOCK_PORT_MS && (before == INT64_MIN || r->start - before > RUN_MS))
            add_delta(m, r->start - w->time, index);
        before = r->start;
    }
}

static int by_ms(const void *x, const void *y)
{
    const struct delta *a = x, *b = y;
    if (a->ms != b->ms)
        return a->ms < b->ms ? -1 : 1;
    return (a->wire > b->wire) - (a->wire < b->wire);
}

struct window { size_t first, n; };

/* The most deltas within CLOCK_WINDOW_MS that lie away from `other` (n 0: anywhere); of equals the nearest to 0. */
static struct window densest(const struct matching *m, struct window other)
{
    struct window best = {0, 0};
    const struct delta *d = m->deltas;
    for (size_t first = 0, end = 0; first < m->delta_n; first++) {
        while (end < m->delta_n && d[end].ms - d[first].ms <= CLOCK_WINDOW_MS)
            end++;
        struct window w = {first, end - first};
        bool is_apart = !other.n || d[end - 1].ms < d[other.first].ms - CLOCK_WINDOW_MS ||
                        d[first].ms > d[other.first + other.n - 1].ms + CLOCK_WINDOW_MS;
        bool is_nearer = best.n == w.n && llabs(d[first + w.n / 2].ms) < llabs(d[best.first + best.n / 2].ms);
        if (is_apart && (w.n > best.n || is_nearer))
            best = w;
    }
    return best;
}

/* How many wires have a delta there? */
static uint64_t wires_in(const struct matching *m, struct window w, size_t wires)
{
    uint64_t n = 0;
    uint8_t *seen = mem_alloc(wires + 1);
    for (size_t i = 0; i < w.n; i++) {
        uint8_t *one = &seen[m->deltas[w.first + i].wire];
        n += !*one;
        *one = 1;
    }
    mem_free(seen);
    return n;
}

static uint64_t covered(const struct matching *m, struct bundle b)
{
    uint64_t n = 0;
    for (size_t i = 0; i < b.n; i++)
        n += b.wires[i].time >= m->first - CLOCK_PORT_MS && b.wires[i].time <= m->last + CLOCK_PORT_MS;
    return n;
}

static struct fit fit_of(const struct matching *m, struct window w, struct bundle b)
{
    const struct delta *d = &m->deltas[w.first];
    return (struct fit){.offset = d[w.n / 2].ms, .spread = d[w.n - 1].ms - d[0].ms, .matches = wires_in(m, w, b.n),
                        .compared = covered(m, b)};
}

struct fit fit_ports(struct matching *m, struct bundle b)
{
    m->delta_n = 0;
    for (size_t i = 0; i < b.n; i++)
        if (b.wires[i].local_port)
            add_rows_of_port(m, &b.wires[i], i);
    if (!m->delta_n)
        return (struct fit){.matches = 0};
    qsort(m->deltas, m->delta_n, sizeof *m->deltas, by_ms);
    struct window best = densest(m, (struct window){0, 0});
    struct window second = densest(m, best);
    struct fit f = fit_of(m, best, b);
    f.second = wires_in(m, second, b.n);
    return f;
}

static int64_t second_of(int64_t ms) { return ms >= 0 ? ms / 1000 : -((999 - ms) / 1000); }

/* How often does a row of its client begin at each lag from a wire? Each second counts once; how many did. */
static uint64_t count_lags(struct matching *m, struct bundle b, uint64_t lags[LAGS])
{
    int64_t done = INT64_MIN;
    uint64_t n = 0;
    for (size_t i = 0; i < b.n && n < RHYTHM_WIRES_MAX; i++) {
        const struct wire *w = &b.wires[i];
        int64_t at = second_of(w->time), before = INT64_MIN;
        bool is_covered = w->time >= m->first - CLOCK_RHYTHM_S * 1000 && w->time <= m->last + CLOCK_RHYTHM_S * 1000;
        if (w->client == CLIENT_ANY || at == done || !is_covered)
            continue;
        done = at;
        n++;
        size_t k = first_of_client(m, w->client, (at - CLOCK_RHYTHM_S) * 1000);
        for (size_t looked = 0; k < m->by_client_n && looked < RHYTHM_ROWS_MAX; k++, looked++) {
            uint32_t row = m->by_client[k];
            int64_t second = second_of(m->rows[row].start);
            if (m->client[row] != w->client || second - at > CLOCK_RHYTHM_S)
                break;
            if (second == before)
                continue;
            before = second;
            lags[second - at + CLOCK_RHYTHM_S]++;
            add_delta(m, m->rows[row].start - w->time, i);
        }
    }
    return n;
}

static int by_count(const void *x, const void *y)
{
    uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;
    return (a > b) - (a < b);
}

/* Two neighbouring seconds together, for a difference may lie between them. */
static size_t peak_of(const uint64_t sums[LAGS - 1], size_t away_from)
{
    size_t best = LAGS;
    for (size_t i = 0; i < LAGS - 1; i++) {
        size_t distance = i > away_from ? i - away_from : away_from - i;
        if ((away_from == LAGS || distance > SHOULDER_S) && (best == LAGS || sums[i] > sums[best]))
            best = i;
    }
    return best;
}

/* A peak is clear where at least CLOCK_RHYTHM_MIN wires make it, a third of those compared, and where it stands as far above
 * what is usual as six deviations of counts that come by chance (Poisson: the root of the mean), and twice above the next
 * best, for what comes in a rhythm has a peak at each of its beats. */
static bool is_clear(const uint64_t sums[LAGS - 1], size_t peak, uint64_t wires)
{
    uint64_t sorted[LAGS - 1];
    memcpy(sorted, sums, sizeof sorted);
    qsort(sorted, LAGS - 1, sizeof *sorted, by_count);
    uint64_t usual = sorted[(LAGS - 1) / 2], top = sums[peak], next = sums[peak_of(sums, peak)];
    uint64_t above = top > usual ? top - usual : 0;
    return top >= CLOCK_RHYTHM_MIN && top * 3 >= wires && above * above > 36 * (usual + 1) && top >= 2 * next;
}

struct fit fit_rhythm(struct matching *m, struct bundle b)
{
    uint64_t lags[LAGS] = {0}, sums[LAGS - 1];
    m->delta_n = 0;
    uint64_t wires = count_lags(m, b, lags);
    for (size_t i = 0; i < LAGS - 1; i++)
        sums[i] = lags[i] + lags[i + 1];
    size_t peak = peak_of(sums, LAGS);
    if (!is_clear(sums, peak, wires))
        return (struct fit){.matches = 0};
    qsort(m->deltas, m->delta_n, sizeof *m->deltas, by_ms);
    int64_t from = ((int64_t)peak - CLOCK_RHYTHM_S - 1) * 1000, to = ((int64_t)peak - CLOCK_RHYTHM_S + 2) * 1000;
    struct window w = {0, 0};
    for (size_t i = 0; i < m->delta_n; i++) {
        bool is_in = m->deltas[i].ms >= from && m->deltas[i].ms <= to;
        w.first = is_in && !w.n ? i : w.first;
        w.n += is_in;
    }
    return fit_of(m, w, b);
}
