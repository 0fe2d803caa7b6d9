/* SPDX-License-Identifier: Apache-2.0 */
#include "windows/computer.h"

#include "event/host.h"
#include "windows/map.h"

#include <stdlib.h>

enum {
    SPELLINGS_MAX = 4 * COMPUTERS_MAX,
    ADDRESSES_MAX = LEASES_MAX,
    NEAREST_MAX = 256,           /* leases of one address that are looked at */
    OWN_MAX = 4096,              /* ... of one computer */
};
static const int64_t CLIENT_REACH_MS = INT64_C(7) * 24 * 3600 * 1000;   /* how long an address nobody else had is believed */

/* How a text names a computer. */
enum way { WAY_COMPUTER, WAY_WORKSTATION, WAY_ACCOUNT };

struct computer_index {
    struct spellings names;
    uint32_t *computer;          /* by number of a name; COMPUTER_NONE: no event is of it */
    const struct lease *leases;
    const struct lease **by_address;   /* by address, from, computer, by */
    size_t lease_n;
    const struct clients *table;
};

/* While it is made. Leases are by number of a name, which also those have that no event is of. */
struct making {
    arena *a;
    const struct windows_store *store;
    struct computers *out;
    struct computer_index *index;
    struct spellings addresses;
    struct map open;             /* (name, address and by) -> the latest lease of them, from 1 */
    struct lease *leases;
    size_t n, capacity;
};

/* WS01.corp.example, CORP\WS01, ws01$: ws01. An address stays whole. */
static span key_of(arena *a, span name, enum way way)
{
    host_name address;
    name = span_trim(name);
    name = span_rcut(name, '\\').found ? span_rcut(name, '\\').tail : name;
    if (way == WAY_ACCOUNT && span_ends(name, SPAN("$")))
        name = span_take(name, name.n - 1);
    if (!address_canon(name, &address))
        name = span_cut(name, '.').head;
    name = span_take(name, HOST_MAX);
    char *key = arena_new(a, char, name.n + 1);
    for (size_t i = 0; i < name.n; i++)
        key[i] = ascii_lower(name.p[i]);
    return span_of(key, name.n);
}

struct claim { const struct kept_text *name, *address; enum way way; enum known_by by; };

static bool may_be_own(const struct kept_text *t)
{
    enum windows_address kind = t ? windows_address_kind(span_of(t->bytes, t->n)) : ADDRESS_NONE;
    return kind == ADDRESS_LINK_LOCAL || kind == ADDRESS_PRIVATE || kind == ADDRESS_PUBLIC;
}

/* What an event says of who has which address; how many there are. */
static size_t claims_of(const struct kept *k, struct claim out[2])
{
    enum windows_meaning m = k->kind->meaning;
    bool is_out = m == MEANS_CONNECTION && kept_number(k, WINDOWS_DIRECTION) == DIRECTION_OUT;
    bool is_logon = m == MEANS_LOGON || m == MEANS_RECONNECTED;
    const struct kept_text *address = kept_text_at(k, is_out ? WINDOWS_LOCAL_ADDRESS : WINDOWS_ADDRESS);
    size_t n = 0;
    if ((!is_out && !is_logon) || !may_be_own(address))
        return 0;
    if (is_out)
        out[n++] = (struct claim){kept_text_at(k, WINDOWS_COMPUTER), address, WAY_COMPUTER, KNOWN_BY_CONNECTION};
    if (m == MEANS_LOGON && span_ends(kept_text(k, WINDOWS_USER), SPAN("$")))
        out[n++] = (struct claim){kept_text_at(k, WINDOWS_USER), address, WAY_ACCOUNT, KNOWN_BY_ACCOUNT};
    if (is_logon && kept_has(k, WINDOWS_WORKSTATION))
        out[n++] = (struct claim){kept_text_at(k, WINDOWS_WORKSTATION), address, WAY_WORKSTATION, KNOWN_BY_WORKSTATION};
    return n;
}

static bool add_name(struct making *m, const struct kept_text *t, enum way way)
{
    return t && (spellings_has(&m->index->names, t, way) ||
                 spellings_add(&m->index->names, t, way, key_of(m->a, span_of(t->bytes, t->n), way), SPELLINGS_MAX));
}

static bool add_address(struct making *m, const struct kept_text *t)
{
    host_name canonical;
    if (spellings_has(&m->addresses, t, 0))
        return true;
    address_canon(span_of(t->bytes, t->n), &canonical);
    return spellings_add(&m->addresses, t, 0, arena_dup(m->a, host_span(&canonical)), ADDRESSES_MAX);
}

static void collect_texts(struct making *m)
{
    struct claim claims[3];
    for (size_t i = 0; i < m->store->n; i++) {
        const struct kept *k = m->store->events[i];
        m->out->dropped += kept_has(k, WINDOWS_COMPUTER) && !add_name(m, kept_text_at(k, WINDOWS_COMPUTER), WAY_COMPUTER);
        for (size_t c = 0, n = claims_of(k, claims); c < n; c++)
            m->out->dropped += claims[c].name && (!add_name(m, claims[c].name, claims[c].way) ||
                                                  !add_address(m, claims[c].address));
    }
    spellings_sort(&m->index->names, m->a);
    spellings_sort(&m->addresses, m->a);
}

static uint32_t name_of(const struct making *m, const struct kept *k)
{
    return spellings_number(&m->index->names, kept_text_at(k, WINDOWS_COMPUTER), WAY_COMPUTER);
}

/* Numbers the names that events are of. */
static void make_computers(struct making *m)
{
    size_t names = m->index->names.count;
    struct computer *by_name = arena_new(m->a, struct computer, names + 1);
    uint32_t *computer = arena_new(m->a, uint32_t, names + 1);
    for (size_t i = 0; i < m->store->n; i++) {
        const struct kept *k = m->store->events[i];
        uint32_t name = name_of(m, k);
        struct computer *c = name == UINT32_MAX ? NULL : &by_name[name];
        if (!c || !m->index->names.canonical[name].n)
            continue;
        if (!c->events++)
            *c = (struct computer){.name = kept_text(k, WINDOWS_COMPUTER), .key = m->index->names.canonical[name],
                                   .first = k->time, .events = 1};
        c->last = k->time;
    }
    size_t n = 0;
    for (size_t i = 0; i < names; i++) {
        bool is_one = by_name[i].events && n < COMPUTERS_MAX;
        m->out->dropped += is_one ? 0 : by_name[i].events;
        computer[i] = is_one ? (uint32_t)n : COMPUTER_NONE;
        if (is_one)
            by_name[n++] = by_name[i];
    }
    m->out->items = by_name;
    m->out->n = n;
    m->index->computer = computer;
}

static struct lease *new_lease(struct making *m, uint32_t name)
{
    if (!array_reserve((void **)&m->leases, &m->capacity, m->n + 1, sizeof *m->leases, LEASES_MAX)) {
        m->out->dropped++;
        return NULL;
    }
    struct lease *l = &m->leases[m->n++];
    *l = (struct lease){.computer = m->index->computer[name], .n = 1};
    return l;
}

static void sight(struct making *m, uint32_t name, uint32_t address, enum known_by by, int64_t at)
{
    uint64_t key = (uint64_t)address << 8 | by;
    uint32_t open = map_get(&m->open, name, key);
    struct lease *l = open ? &m->leases[open - 1] : NULL;
    if (l && at - l->to <= LEASE_GAP_MS) {
        l->to = at;
        l->n++;
        return;
    }
    l = new_lease(m, name);
    if (!l)
        return;
    l->address = m->addresses.canonical[address];
    l->by = by;
    l->from = l->to = at;
    map_put(&m->open, name, key, (uint32_t)m->n);
}

static void collect_sightings(struct making *m)
{
    struct claim claims[3];
    for (size_t i = 0; i < m->store->n; i++) {
        const struct kept *k = m->store->events[i];
        for (size_t c = 0, n = claims_of(k, claims); c < n; c++) {
            uint32_t name = spellings_number(&m->index->names, claims[c].name, claims[c].way);
            uint32_t address = spellings_number(&m->addresses, claims[c].address, 0);
            bool is_itself = claims[c].by == KNOWN_BY_WORKSTATION && name == name_of(m, k);
            if (name != UINT32_MAX && address != UINT32_MAX && !is_itself && m->index->names.canonical[name].n)
                sight(m, name, address, claims[c].by, k->time);
        }
    }
}

/* The name's number, where it is one of a computer. */
static uint32_t computer_by_text(const struct computer_index *x, span name)
{
    arena scratch = {0};
    uint32_t number = spellings_find(&x->names, key_of(&scratch, name, WAY_COMPUTER));
    arena_free(&scratch);
    return number != UINT32_MAX && x->computer[number] != COMPUTER_NONE ? number : UINT32_MAX;
}

static void take_table(struct making *m, const struct clients *table)
{
    for (size_t i = 0; i < clients_count(table); i++) {
        const struct machine *c = clients_item(table, i);
        bool is_one = !c->is_address || c->bits == (c->range.low.is_v4 ? 32 : 128);
        uint32_t name = is_one && c->name.n ? computer_by_text(m->index, c->name) : UINT32_MAX;
        struct lease *l = name == UINT32_MAX ? NULL : new_lease(m, name);
        if (!l)
            continue;
        l->address = span_cut(c->address, '/').head;
        l->by = KNOWN_BY_TABLE;
        l->from = c->from;
        l->to = c->to;
    }
}

static void take_log(struct making *m, const span *clients, size_t n)
{
    host_name address;
    for (size_t i = 0; i < n; i++) {
        uint32_t name = address_canon(clients[i], &address) ? UINT32_MAX : computer_by_text(m->index, clients[i]);
        struct lease *l = name == UINT32_MAX ? NULL : new_lease(m, name);
        if (!l)
            continue;
        l->address = clients[i];
        l->by = KNOWN_BY_NAME;
        l->from = INT64_MIN;
        l->to = INT64_MAX;
    }
}

static bool is_among(const span *sorted, size_t n, span text)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (span_cmp(sorted[middle], text) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < n && span_eq(sorted[low], text);
}

static int compare_leases(const struct lease *a, const struct lease *b)
{
    int order = span_cmp(a->address, b->address);
    if (!order)
        order = (a->from > b->from) - (a->from < b->from);
    if (!order)
        order = (a->computer > b->computer) - (a->computer < b->computer);
    if (!order)
        order = (int)a->by - (int)b->by;
    return order ? order : (a->to > b->to) - (a->to < b->to);
}

static int by_computer(const void *x, const void *y)
{
    const struct lease *a = x, *b = y;
    return a->computer != b->computer ? (a->computer > b->computer) - (a->computer < b->computer) : compare_leases(a, b);
}

static int by_address(const void *x, const void *y)
{
    return compare_leases(*(const struct lease *const *)x, *(const struct lease *const *)y);
}

static void order_leases(struct making *m, const span *log_clients, size_t log_client_n)
{
    struct computer *items = (struct computer *)m->out->items;
    struct lease *leases = arena_new(m->a, struct lease, m->n + 1);
    m->index->by_address = arena_new(m->a, const struct lease *, m->n + 1);
    if (m->n) {
        memcpy(leases, m->leases, m->n * sizeof *leases);
        qsort(leases, m->n, sizeof *leases, by_computer);
    }
    for (size_t i = 0; i < m->n; i++) {
        struct lease *l = &leases[i];
        l->is_in_log = is_among(log_clients, log_client_n, l->address);
        m->index->by_address[i] = l;
        if (l->computer == COMPUTER_NONE)
            continue;
        struct computer *c = &items[l->computer];
        c->leases = c->leases ? c->leases : l;
        c->lease_n++;
    }
    if (m->n)
        qsort(m->index->by_address, m->n, sizeof *m->index->by_address, by_address);
    m->index->leases = leases;
    m->index->lease_n = m->n;
}

struct computers *computers_new(arena *a, const struct windows_store *s, const struct clients *table, const span *log_clients,
                                size_t log_client_n)
{
    struct making m = {.a = a, .store = s, .out = arena_new(a, struct computers, 1), .index = arena_new(a, struct computer_index, 1)};
    m.out->index = m.index;
    m.index->table = table;
    collect_texts(&m);
    make_computers(&m);
    collect_sightings(&m);
    take_table(&m, table);
    take_log(&m, log_clients, log_client_n);
    order_leases(&m, log_clients, log_client_n);
    map_keep(&m.index->names.ids, a);
    map_free(&m.open);
    spellings_free(&m.addresses);
    array_free((void **)&m.leases, &m.capacity);
    return m.out;
}

uint32_t computer_of(const struct computers *c, const struct kept *k)
{
    uint32_t name = spellings_number(&c->index->names, kept_text_at(k, WINDOWS_COMPUTER), WAY_COMPUTER);
    return name == UINT32_MAX ? COMPUTER_NONE : c->index->computer[name];
}

uint32_t computer_named(const struct computers *c, span name)
{
    uint32_t number = computer_by_text(c->index, name);
    return number == UINT32_MAX ? COMPUTER_NONE : c->index->computer[number];
}

/* How far in time is the lease? The table means what it says: before and after, the address is not the computer's. */
static int64_t distance_to(const struct lease *l, int64_t at)
{
    int64_t distance = at < l->from ? l->from - at : at > l->to ? at - l->to : 0;
    return distance && l->by == KNOWN_BY_TABLE ? INT64_MAX : distance;
}

/* Where the leases of that address begin after `at`. */
static size_t behind(const struct computer_index *x, span address, int64_t at)
{
    size_t low = 0, high = x->lease_n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = span_cmp(x->by_address[middle]->address, address);
        if (order < 0 || (order == 0 && x->by_address[middle]->from <= at))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool table_says_another(const struct computer_index *x, const struct computer *c, span address, int64_t at)
{
    const struct machine *m = clients_find(x->table, address, at);
    arena scratch = {0};
    bool is_other = m && m->name.n && !span_eq(key_of(&scratch, m->name, WAY_COMPUTER), c->key);
    arena_free(&scratch);
    return is_other;
}

/* How far in time is the nearest lease of that address that another computer has? INT64_MAX: nobody has it. What a client
 * said of itself takes no address from who is known by more. */
static int64_t others_distance(const struct computers *c, const struct lease *mine, int64_t at)
{
    const struct computer_index *x = c->index;
    enum known_by least = mine->by < KNOWN_BY_ACCOUNT ? mine->by : KNOWN_BY_ACCOUNT;
    size_t pos = behind(x, mine->address, at);
    int64_t nearest = INT64_MAX;
    if (mine->by != KNOWN_BY_TABLE && table_says_another(x, &c->items[mine->computer], mine->address, at))
        return 0;
    for (size_t i = pos > NEAREST_MAX ? pos - NEAREST_MAX : 0; i < x->lease_n && i < pos + NEAREST_MAX; i++) {
        const struct lease *l = x->by_address[i];
        if (l->computer != mine->computer && l->by >= least && span_eq(l->address, mine->address))
            nearest = min_i64(nearest, distance_to(l, at));
    }
    return nearest;
}

bool computer_owns(const struct computers *c, uint32_t computer, span address, int64_t at)
{
    const struct computer_index *x = c->index;
    size_t pos = behind(x, address, at);
    for (size_t i = pos > NEAREST_MAX ? pos - NEAREST_MAX : 0; i < x->lease_n && i < pos + NEAREST_MAX; i++) {
        const struct lease *l = x->by_address[i];
        int64_t distance = distance_to(l, at);
        bool is_mine = l->computer == computer && l->by >= KNOWN_BY_ACCOUNT && span_eq(l->address, address);
        if (is_mine && (!distance || (distance <= LEASE_GAP_MS && others_distance(c, l, at) > distance)))
            return true;
    }
    return false;
}

static bool is_better(const struct lease *a, int64_t a_distance, const struct lease *b, int64_t b_distance)
{
    bool a_lasts = a_distance <= LEASE_GAP_MS, b_lasts = b_distance <= LEASE_GAP_MS;
    if (a_lasts != b_lasts)
        return a_lasts;
    if (a->is_in_log != b->is_in_log)
        return a->is_in_log;
    if (!a_distance != !b_distance)
        return !a_distance;
    if (a->by != b->by)
        return a->by > b->by;
    if (a_distance != b_distance)
        return a_distance < b_distance;
    return a->n > b->n; /* of equals the first by address stays */
}

struct computer_client computer_client(const struct computers *c, uint32_t computer, int64_t at)
{
    struct computer_client best = {.by = KNOWN_BY_NOTHING};
    const struct computer *one = computer < c->n ? &c->items[computer] : NULL;
    for (size_t i = 0; one && i < one->lease_n && i < OWN_MAX; i++) {
        const struct lease *l = &one->leases[i];
        int64_t distance = distance_to(l, at);
        if (distance > CLIENT_REACH_MS || windows_address_kind(l->address) == ADDRESS_LINK_LOCAL ||
            (best.lease && !is_better(l, distance, best.lease, best.distance)))
            continue;
        int64_t others = others_distance(c, l, at);
        if (distance && others <= distance)
            continue;
        best = (struct computer_client){.client = l->address, .by = l->by, .lease = l, .distance = distance,
                                        .is_in_log = l->is_in_log, .is_shared = others == 0};
    }
    return best;
}
