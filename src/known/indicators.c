/* SPDX-License-Identifier: Apache-2.0 */
/* known/indicators.c: looking up. Every text is in one hash table; a host is asked for label by label, a path border by
 * border, an address once for each prefix length in use. So a row costs the same whether there are ten or a million. */
#include "known/indicators.h"

#include "base/hash.h"
#include "event/host.h"

enum { BORDERS_MAX = 32 /* from either end of a path */, PATH_ASKED_MAX = 1500 };

/* Open addressing; item + 1, and some bits of the hash so that a miss rarely looks further. */
struct slot { uint32_t tag, item; };
struct slots { struct slot *at; size_t size, used; }; /* size: a power of two */

struct indicator_table {
    struct slots texts;      /* by kind and whole text */
    struct slots url_hosts;  /* one URL of each host that has some */
    uint64_t bits[2][3];     /* prefixes in use, a bit each: of IPv6, of IPv4 */
};

static span host_of(const struct indicator *i) { return span_take(i->text, i->host_n); }

static uint64_t hash_of(span text, unsigned kind) { return hash_slot(text) + kind * UINT64_C(0x9e3779b97f4a7c15); }

struct indicator_table *indicator_table_new(void) { return mem_alloc(sizeof(struct indicator_table)); }

static void slots_free(struct slots *s)
{
    mem_unmap(s->at, s->size * sizeof *s->at);
    *s = (struct slots){0};
}

void indicator_table_free(struct indicator_table *t)
{
    if (!t)
        return;
    slots_free(&t->texts);
    slots_free(&t->url_hosts);
    mem_free(t);
}

static void put(struct slots *s, uint64_t hash, uint32_t item)
{
    size_t i = hash & (s->size - 1);
    while (s->at[i].item)
        i = (i + 1) & (s->size - 1);
    s->at[i] = (struct slot){(uint32_t)(hash >> 32), item + 1};
}

/* Twice the size that is needed, so that runs of used slots stay short. */
static void grow(const struct indicators *set, struct slots *s, size_t need, bool by_host)
{
    struct slots more = {.size = 1024, .used = s->used};
    if (need * 2 <= s->size)
        return;
    while (more.size < need * 2)
        more.size *= 2;
    more.at = mem_map(more.size * sizeof *more.at);
    for (size_t i = 0; i < s->size; i++) {
        if (!s->at[i].item)
            continue;
        const struct indicator *known = &set->items[s->at[i].item - 1];
        put(&more, by_host ? hash_of(host_of(known), 0) : hash_of(known->text, known->kind), s->at[i].item - 1);
    }
    if (s->at)
        slots_free(s);
    *s = more;
}

static uint32_t find(const struct indicators *set, enum indicator_kind kind, span text, uint64_t hash)
{
    const struct slots *s = &set->table->texts;
    for (size_t i = s->size ? hash & (s->size - 1) : 0; s->size && s->at[i].item; i = (i + 1) & (s->size - 1)) {
        if (s->at[i].tag != (uint32_t)(hash >> 32))
            continue;
        const struct indicator *known = &set->items[s->at[i].item - 1];
        if (known->kind == kind && span_eq(known->text, text))
            return s->at[i].item - 1;
    }
    return INDICATOR_NONE;
}

static bool has_url_of(const struct indicators *set, span host)
{
    const struct slots *s = &set->table->url_hosts;
    uint64_t hash = s->size ? hash_of(host, 0) : 0;
    for (size_t i = s->size ? hash & (s->size - 1) : 0; s->size && s->at[i].item; i = (i + 1) & (s->size - 1))
        if (s->at[i].tag == (uint32_t)(hash >> 32) && span_eq(host_of(&set->items[s->at[i].item - 1]), host))
            return true;
    return false;
}

void indicator_table_expect(struct indicators *set, size_t n)
{
    grow(set, &set->table->texts, set->table->texts.used + n, false);
}

uint64_t indicator_hash(const struct indicator *i) { return hash_of(i->text, i->kind); }

void indicator_table_near(const struct indicators *set, uint64_t hash)
{
    if (set->table->texts.size)
        __builtin_prefetch(&set->table->texts.at[hash & (set->table->texts.size - 1)]);
}

bool indicator_table_add(struct indicators *set, uint32_t item, uint64_t hash)
{
    struct indicator_table *t = set->table;
    const struct indicator *i = &set->items[item];
    if (find(set, (enum indicator_kind)i->kind, i->text, hash) != INDICATOR_NONE)
        return false;
    grow(set, &t->texts, t->texts.used + 1, false);
    put(&t->texts, hash, item);
    t->texts.used++;
    if (i->kind == INDICATOR_NETWORK)
        t->bits[!memchr(i->text.p, ':', i->text.n)][i->bits / 64] |= UINT64_C(1) << i->bits % 64;
    if (i->kind != INDICATOR_URL || has_url_of(set, host_of(i)))
        return true;
    grow(set, &t->url_hosts, t->url_hosts.used + 1, true);
    put(&t->url_hosts, hash_of(host_of(i), 0), item);
    t->url_hosts.used++;
    return true;
}

static size_t add_hit(const struct indicators *set, enum indicator_kind kind, span text, uint32_t *out, size_t n)
{
    uint32_t hit = find(set, kind, text, hash_of(text, kind));
    if (hit != INDICATOR_NONE && n < INDICATOR_HITS_MAX)
        out[n++] = hit;
    return n;
}

static size_t of_networks(const struct indicators *set, const struct address *a, uint32_t *out, size_t n)
{
    const uint64_t *used = set->table->bits[a->is_v4];
    for (int bits = a->is_v4 ? 32 : 128; bits >= 0; bits--) {
        char text[NETWORK_TEXT_MAX];
        size_t host_n;
        if (used[bits / 64] >> bits % 64 & 1)
            n = add_hit(set, INDICATOR_NETWORK, indicator_network(a, (unsigned)bits, text, &host_n), out, n);
    }
    return n;
}

size_t indicators_of_host(const struct indicators *set, span host, uint32_t *out, bool *has_urls)
{
    struct address address;
    size_t n = 0;
    *has_urls = has_url_of(set, host);
    if (address_parse(host, &address)) {
        n = add_hit(set, INDICATOR_ADDRESS, host, out, n);
        return of_networks(set, &address, out, n);
    }
    for (span rest = host; rest.n;) {
        n = add_hit(set, INDICATOR_HOST, rest, out, n);
        cut dot = span_cut(rest, '.');
        rest = dot.found ? dot.tail : (span){NULL, 0};
    }
    return n;
}

static bool is_border(char c) { return c == '/' || c == '?' || c == '&' || c == ';' || c == '='; }

static bool is_end(span path, size_t at)
{
    return at == path.n || is_border(path.p[at]) || is_border(path.p[at - 1]);
}

/* Up to here stand the first borders: whoever lengthens a query to hide the script before it does not. */
static size_t first_borders(span path, size_t most)
{
    size_t at = 0;
    for (size_t n = 0; at < most && n < BORDERS_MAX; n += is_end(path, at))
        at++;
    return at;
}

size_t indicators_of_url(const struct indicators *set, span host, span path, uint32_t *out, size_t n)
{
    char text[HOST_MAX + PATH_ASKED_MAX];
    size_t asked = 0, most = path.n < PATH_ASKED_MAX ? path.n : PATH_ASKED_MAX, first = first_borders(path, most);
    if (host.n > HOST_MAX)
        return n;
    memcpy(text, host.p, host.n);
    if (most)
        memcpy(text + host.n, path.p, most);
    for (size_t i = most; i > 0; i--) { /* the longest first: the most specific */
        if ((i > first && asked >= BORDERS_MAX) || !is_end(path, i))
            continue;
        span prefix = span_of(text, host.n + i);
        n = add_hit(set, INDICATOR_URL, prefix, out, n);
        asked++;
    }
    return n;
}
