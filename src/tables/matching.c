/* SPDX-License-Identifier: Apache-2.0 */
#include "tables/matching.h"

#include "base/hash.h"
#include "event/host.h"

enum { HOST_SLOTS = 1 << 16, SERVER_SLOTS = 1 << 13, NEAR_BYTES = 51, POOL_MAX = 1 << 22, PATH_MAX_BYTES = 2048 };

/* What one spelling came to. A longer one is worked out each time: it is rare, and memory stays bounded. */
struct remembered {
    _Alignas(64) uint64_t hash;
    uint32_t verdict;              /* index into the pool; 0: no indicator */
    uint8_t n_plus_1;              /* bytes of the text; 0: free */
    char text[NEAR_BYTES];
};
_Static_assert(sizeof(struct remembered) == 64, "a look-up touches one line of cache");

/* A verdict in the pool: how many items, whether the host has URLs, the items. */
enum { VERDICT_N, VERDICT_URLS, VERDICT_ITEMS };

struct matcher {
    const struct indicators *set;
    uint32_t *pool;
    size_t pool_n, pool_capacity;
    struct remembered hosts[HOST_SLOTS], servers[SERVER_SLOTS], clients[SERVER_SLOTS];
};

struct matcher *matcher_new(const struct indicators *set)
{
    struct matcher *m = mem_map(sizeof *m);
    m->set = set;
    m->pool_n = 1;
    return m;
}

void matcher_free(struct matcher *m)
{
    array_free((void **)&m->pool, &m->pool_capacity);
    mem_unmap(m, sizeof *m);
}

/* Everything is forgotten where verdicts fill the pool: only a log of nothing but hits comes here. */
static void make_room(struct matcher *m)
{
    if (array_reserve((void **)&m->pool, &m->pool_capacity, m->pool_n + VERDICT_ITEMS + INDICATOR_HITS_MAX, sizeof *m->pool,
                      POOL_MAX))
        return;
    memset(m->hosts, 0, sizeof m->hosts);
    memset(m->servers, 0, sizeof m->servers);
    memset(m->clients, 0, sizeof m->clients);
    m->pool_n = 1;
}

static uint32_t judge(struct matcher *m, span raw, bool is_host)
{
    host_name canonical;
    uint16_t port;
    bool has_urls;
    if (is_host)
        host_canon(raw, &canonical, &port);
    else
        address_canon(raw, &canonical);
    make_room(m);
    uint32_t *verdict = m->pool + m->pool_n;
    size_t n = indicators_of_host(m->set, host_span(&canonical), verdict + VERDICT_ITEMS, &has_urls);
    if (n == 0 && !has_urls)
        return 0;
    verdict[VERDICT_N] = (uint32_t)n;
    verdict[VERDICT_URLS] = has_urls;
    uint32_t at = (uint32_t)m->pool_n;
    m->pool_n += VERDICT_ITEMS + n;
    return at;
}

static uint32_t verdict_of(struct matcher *m, struct remembered *cache, size_t size, span raw, bool is_host)
{
    if (raw.n == 0 || raw.n > NEAR_BYTES)
        return raw.n ? judge(m, raw, is_host) : 0;
    uint64_t hash = hash64(raw);
    struct remembered *r = &cache[hash & (size - 1)];
    if (r->hash == hash && r->n_plus_1 == raw.n + 1 && memcmp(r->text, raw.p, raw.n) == 0)
        return r->verdict;
    uint32_t verdict = judge(m, raw, is_host);
    *r = (struct remembered){.hash = hash, .verdict = verdict, .n_plus_1 = (uint8_t)(raw.n + 1)};
    memcpy(r->text, raw.p, raw.n);
    return verdict;
}

static void add(struct matches *out, uint32_t item)
{
    for (size_t i = 0; i < out->n; i++)
        if (out->items[i] == item)
            return;
    if (out->n < COUNT_OF(out->items))
        out->items[out->n++] = item;
}

/* Path and query, which a line nearly always holds next to each other. */
static span whole_path(const event *e, char *buffer)
{
    span path = event_text(e, FIELD_PATH), query = event_text(e, FIELD_QUERY);
    if (!query.p)
        return path;
    if (path.p && query.p == path.p + path.n + 1)
        return span_of(path.p, path.n + 1 + query.n);
    size_t n = path.n < PATH_MAX_BYTES / 2 ? path.n : PATH_MAX_BYTES / 2;
    size_t more = query.n < PATH_MAX_BYTES / 2 - 1 ? query.n : PATH_MAX_BYTES / 2 - 1;
    if (n)
        memcpy(buffer, path.p, n);
    buffer[n] = '?';
    if (more)
        memcpy(buffer + n + 1, query.p, more);
    return span_of(buffer, n + 1 + more);
}

static void ask_urls(struct matcher *m, const event *e, span raw, struct matches *out)
{
    char buffer[PATH_MAX_BYTES];
    uint32_t found[INDICATOR_HITS_MAX];
    host_name host;
    uint16_t port;
    span path = whole_path(e, buffer);
    if (e->is_tunnel || !path.n) {
        out->hides_url = true;
        return;
    }
    host_canon(raw, &host, &port);
    size_t n = indicators_of_url(m->set, host_span(&host), path, found, 0);
    for (size_t i = 0; i < n; i++)
        add(out, found[i]);
}

static void take(struct matcher *m, uint32_t verdict, const event *e, span raw, struct matches *out)
{
    if (!verdict)
        return;
    for (uint32_t i = 0; i < m->pool[verdict + VERDICT_N]; i++)
        add(out, m->pool[verdict + VERDICT_ITEMS + i]);
    if (m->pool[verdict + VERDICT_URLS])
        ask_urls(m, e, raw, out);
}

void matcher_ask(struct matcher *m, const event *e, struct matches *out)
{
    span host = event_text(e, FIELD_HOST);
    out->n = 0;
    out->hides_url = false;
    take(m, verdict_of(m, m->hosts, HOST_SLOTS, host, true), e, host, out);
    if (event_has(e, FIELD_SNI) && !span_eq(e->at[FIELD_SNI].text, host))
        take(m, verdict_of(m, m->hosts, HOST_SLOTS, e->at[FIELD_SNI].text, true), e, e->at[FIELD_SNI].text, out);
    if (event_has(e, FIELD_SERVER_IP)) {
        span server = e->at[FIELD_SERVER_IP].text;
        take(m, verdict_of(m, m->servers, SERVER_SLOTS, server, false), e, server, out);
    }
}

void matcher_ask_client(struct matcher *m, const event *e, struct matches *out)
{
    span client = event_text(e, FIELD_CLIENT);
    uint32_t verdict = verdict_of(m, m->clients, SERVER_SLOTS, client, false);
    out->n = 0;
    for (uint32_t i = 0; verdict && i < m->pool[verdict + VERDICT_N]; i++)
        add(out, m->pool[verdict + VERDICT_ITEMS + i]);
}
