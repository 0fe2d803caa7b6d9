/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* qsort_r */
#include "tables/contacts.h"

#include "base/hash.h"
#include "event/host.h"
#include "tables/copies.h"

#include <pthread.h>
#include <stdlib.h>

enum { FIRST_CELLS = 256, USER_BYTES_MAX = 256, AGENT_BYTES_MAX = 1024 };

/* Cells, and where they stand: slots hold number + 1. */
struct cell_map {
    struct contact_cell *cells;
    size_t n, capacity;
    uint32_t *slots;
    size_t size;
    uint64_t refused;
};

struct near_list { struct near_row *rows; size_t n; };

struct contacts {
    struct contacts_options o;
    pthread_mutex_t lock;
    struct names *clients, *machines, *users, *agents, *hosts;
    struct copies *copies;
    struct cell_map map;
    struct near_list near;
    struct contact_sum elsewhere;
    uint64_t copy_n, hidden_urls;
};

struct contacts_worker {
    struct contacts *c;
    struct matcher *matcher;
    struct cell_map map;
    struct near_list near;
    struct contact_sum elsewhere;
    uint64_t copy_n, hidden_urls;
};

/* A row that matched, with its names. */
struct matched {
    struct place place;
    int64_t start, end, away;
    uint32_t client, machine;
    struct contact_sum sum;       /* of this one row; a copy counts nothing */
    const struct matches *matches;
};

static void sum_clear(struct contact_sum *s) { *s = (struct contact_sum){.first = INT64_MAX, .last = INT64_MIN}; }

void contact_sum_add(struct contact_sum *to, const struct contact_sum *from)
{
    to->rows += from->rows;
    to->first = min_i64(to->first, from->first);
    to->last = max_i64(to->last, from->last);
    for (size_t i = 0; i < OUTCOME_COUNT; i++)
        to->outcomes[i] += from->outcomes[i];
    to->bytes_out = add_sat(to->bytes_out, from->bytes_out);
    to->bytes_in = add_sat(to->bytes_in, from->bytes_in);
    to->out_rows += from->out_rows;
    to->in_rows += from->in_rows;
}

static int by_place(const struct place *a, const struct place *b)
{
    if (a->time != b->time)
        return a->time < b->time ? -1 : 1;
    if (a->source != b->source)
        return a->source < b->source ? -1 : 1;
    return (a->offset > b->offset) - (a->offset < b->offset);
}

static bool same_key(const struct contact_cell *a, const struct contact_cell *b)
{
    return a->client == b->client && a->machine == b->machine && a->kind == b->kind && a->thing == b->thing &&
           a->of == b->of;
}

static uint64_t key_hash(const struct contact_cell *k)
{
    uint64_t client = (uint64_t)k->client << 32 | k->machine;
    return hash_mix(hash_mix(hash_mix(client) + ((uint64_t)k->kind << 32 | k->thing)) + k->of);
}

static uint32_t *find_slot(const struct cell_map *m, const struct contact_cell *key)
{
    size_t i = key_hash(key) & (m->size - 1);
    while (m->slots[i] && !same_key(&m->cells[m->slots[i] - 1], key))
        i = (i + 1) & (m->size - 1);
    return &m->slots[i];
}

static void grow(struct cell_map *m)
{
    mem_free(m->slots);
    m->size = m->size ? m->size * 2 : FIRST_CELLS;
    m->slots = mem_alloc(m->size * sizeof *m->slots);
    for (size_t i = 0; i < m->n; i++)
        *find_slot(m, &m->cells[i]) = (uint32_t)i + 1;
}

/* The map's own cell for `from`'s key takes its sums and places. */
static void map_add(struct cell_map *m, const struct contact_cell *from)
{
    if ((m->n + 1) * 2 > m->size)
        grow(m);
    uint32_t *slot = find_slot(m, from);
    if (*slot) {
        struct contact_cell *cell = &m->cells[*slot - 1];
        contact_sum_add(&cell->sum, &from->sum);
        cell->first = by_place(&from->first, &cell->first) < 0 ? from->first : cell->first;
        cell->last = by_place(&from->last, &cell->last) > 0 ? from->last : cell->last;
        cell->stamp = min_i64(cell->stamp, from->stamp);
        return;
    }
    if (!array_reserve((void **)&m->cells, &m->capacity, m->n + 1, sizeof *m->cells, CONTACT_CELLS_MAX)) {
        m->refused += from->sum.rows;
        return;
    }
    m->cells[m->n++] = *from;
    *slot = (uint32_t)m->n;
}

static void map_free(struct cell_map *m)
{
    array_free((void **)&m->cells, &m->capacity);
    mem_free(m->slots);
}

struct contacts *contacts_new(const struct contacts_options *o)
{
    struct contacts *c = mem_alloc(sizeof *c);
    c->o = *o;
    pthread_mutex_init(&c->lock, NULL);
    c->clients = names_new(CONTACT_NAMES_MAX);
    c->machines = names_new(CONTACT_NAMES_MAX);
    c->users = names_new(CONTACT_NAMES_MAX);
    c->agents = names_new(CONTACT_NAMES_MAX);
    c->hosts = names_new(CONTACT_NAMES_MAX);
    c->copies = o->many_sources ? copies_new(CONTACT_COPIES_MAX) : NULL;
    c->near.rows = mem_alloc((2 * o->near_max + 1) * sizeof *c->near.rows);
    sum_clear(&c->elsewhere);
    return c;
}

void contacts_free(struct contacts *c)
{
    if (!c)
        return;
    pthread_mutex_destroy(&c->lock);
    names_free(c->clients);
    names_free(c->machines);
    names_free(c->users);
    names_free(c->agents);
    names_free(c->hosts);
    copies_free(c->copies);
    map_free(&c->map);
    mem_free(c->near.rows);
    mem_free(c);
}

struct contacts_worker *contacts_worker_new(struct contacts *c)
{
    struct contacts_worker *w = mem_alloc(sizeof *w);
    w->c = c;
    w->matcher = matcher_new(c->o.set);
    w->near.rows = mem_alloc((2 * c->o.near_max + 1) * sizeof *w->near.rows);
    sum_clear(&w->elsewhere);
    return w;
}

static int64_t distance(const struct near_row *r) { return r->away < 0 ? -r->away : r->away; }

static int by_distance(const void *x, const void *y)
{
    const struct near_row *a = x, *b = y;
    if (distance(a) != distance(b))
        return distance(a) < distance(b) ? -1 : 1;
    return by_place(&a->place, &b->place);
}

/* One line in two inputs is one row near --at. */
static void drop_near_copies(struct near_list *l)
{
    size_t kept = 0;
    for (size_t i = 0; i < l->n; i++) {
        bool is_copy = false;
        for (size_t k = kept; k > 0 && !is_copy && distance(&l->rows[k - 1]) == distance(&l->rows[i]); k--)
            is_copy = l->rows[k - 1].line == l->rows[i].line && l->rows[k - 1].place.source != l->rows[i].place.source;
        if (!is_copy)
            l->rows[kept++] = l->rows[i];
    }
    l->n = kept;
}

/* Twice the rows that are kept are held; when the list is full, copies and the farther ones go. */
static void near_trim(struct near_list *l, size_t max)
{
    if (l->n)
        qsort(l->rows, l->n, sizeof *l->rows, by_distance);
    drop_near_copies(l);
    l->n = l->n < max ? l->n : max;
}

static void near_add(struct near_list *l, size_t max, const struct near_row *row)
{
    if (l->n >= 2 * max)
        near_trim(l, max);
    l->rows[l->n++] = *row;
}

static struct contact_cell cell_of(const struct matched *m, enum cell_kind kind, uint32_t thing)
{
    struct contact_cell cell = {.client = m->client, .machine = m->machine, .kind = kind, .thing = thing, .sum = m->sum,
                                .first = m->place, .last = m->place, .stamp = m->place.time};
    cell.first.time = m->start;
    cell.last.time = m->end;
    return cell;
}

static void add_cell(struct contacts_worker *w, const struct matched *m, enum cell_kind kind, uint32_t thing)
{
    struct contact_cell cell = cell_of(m, kind, thing);
    map_add(&w->map, &cell);
}

/* The name under which a client reached an address that was asked for. */
static void add_host(struct contacts_worker *w, const struct matched *m, const event *e, uint32_t item)
{
    const struct indicator *x = &w->c->o.set->items[item];
    host_name host;
    uint16_t port;
    if ((x->kind != INDICATOR_ADDRESS && x->kind != INDICATOR_NETWORK) || !event_has(e, FIELD_HOST))
        return;
    host_canon(event_text(e, FIELD_HOST), &host, &port);
    struct contact_cell cell = cell_of(m, CELL_HOST, 0);
    if (span_eq(host_span(&host), x->text))
        return;
    cell.thing = names_id(w->c->hosts, host_span(&host), NULL);
    cell.of = item;
    map_add(&w->map, &cell);
}

static uint32_t user_id(struct contacts *c, const event *e)
{
    char folded[USER_BYTES_MAX];
    span user = span_take(event_text(e, FIELD_USER), sizeof folded);
    for (size_t i = 0; i < user.n; i++)
        folded[i] = ascii_lower(user.p[i]);
    return user.n ? names_id(c->users, span_of(folded, user.n), NULL) : NAME_OTHER;
}

static void set_sum(struct matched *m, const event *e)
{
    enum outcome outcome = event_has(e, FIELD_OUTCOME) ? (enum outcome)e->at[FIELD_OUTCOME].number : OUTCOME_UNKNOWN;
    bool is_contact = outcome != OUTCOME_AUTH_REQUIRED;
    m->sum.rows = 1;
    m->sum.outcomes[outcome] = 1;
    m->sum.out_rows = is_contact && event_has(e, FIELD_BYTES_OUT);
    m->sum.in_rows = is_contact && event_has(e, FIELD_BYTES_IN);
    m->sum.bytes_out = m->sum.out_rows ? e->at[FIELD_BYTES_OUT].number : 0;
    m->sum.bytes_in = m->sum.in_rows ? e->at[FIELD_BYTES_IN].number : 0;
}

static void set_times(struct matched *m, const event *e, int64_t at)
{
    m->start = event_start(e);
    m->end = event_end(e);
    if (at != INT64_MIN)
        m->away = at < m->start ? m->start - at : at > m->end ? m->end - at : 0;
}

static void fold(struct contacts_worker *w, const struct matched *m, const event *e, uint32_t user)
{
    add_cell(w, m, CELL_CLIENT, 0);
    for (size_t i = 0; i < m->matches->n; i++)
        add_cell(w, m, CELL_INDICATOR, m->matches->items[i]);
    for (size_t i = 0; i < m->matches->n; i++)
        add_host(w, m, e, m->matches->items[i]);
    if (user != NAME_OTHER)
        add_cell(w, m, CELL_USER, user);
    if (event_state(e, FIELD_AGENT) == STATE_VALUE || event_state(e, FIELD_AGENT) == STATE_BLANK) {
        span agent = span_take(event_text(e, FIELD_AGENT), AGENT_BYTES_MAX);
        add_cell(w, m, CELL_AGENT, names_id(w->c->agents, agent.p ? agent : SPAN(""), NULL));
    }
}

static void take(struct contacts_worker *w, uint64_t line, const event *e, struct matched *m)
{
    struct contacts *c = w->c;
    host_name client;
    address_canon(event_text(e, FIELD_CLIENT), &client);
    span stored = host_span(&client);
    const struct machine *machine = clients_find(c->o.clients, stored, m->place.time);
    m->client = names_id(c->clients, stored, NULL);
    m->machine = machine && machine->name.n ? names_id(c->machines, machine->name, NULL) : NAME_OTHER;
    uint32_t user = user_id(c, e);
    bool counts = !c->copies || copies_counts(c->copies, line, m->place.source);
    w->copy_n += !counts;
    m->sum = (struct contact_sum){.first = m->start, .last = m->end};
    if (counts)
        set_sum(m, e);
    if (c->o.at != INT64_MIN) {
        struct near_row row = {m->place, m->start, m->end, m->away, line, m->client, m->machine, user, m->matches->items[0]};
        near_add(&w->near, c->o.near_max, &row);
        if (distance(&row) > c->o.within) {
            contact_sum_add(&w->elsewhere, &m->sum);
            return;
        }
    }
    fold(w, m, e, user);
}

/* An address that is asked for may be a client of this log: that is no contact with it, but worth to be told. */
static void note_self(struct contacts_worker *w, uint64_t line, const event *e, struct matched *m)
{
    struct contacts *c = w->c;
    struct matches self;
    matcher_ask_client(w->matcher, e, &self);
    if (!self.n || (c->copies && !copies_counts(c->copies, line, m->place.source)))
        return;
    host_name client;
    address_canon(event_text(e, FIELD_CLIENT), &client);
    m->client = names_id(c->clients, host_span(&client), NULL);
    m->machine = NAME_OTHER;
    m->sum = (struct contact_sum){.rows = 1, .first = m->start, .last = m->end};
    for (size_t i = 0; i < self.n; i++)
        add_cell(w, m, CELL_SELF, self.items[i]);
}

void contacts_event(struct contacts_worker *w, uint32_t source, uint64_t offset, span line, const event *e)
{
    struct matches matches;
    struct matched m = {.matches = &matches, .place = {e->at[FIELD_TIME].ms, offset, source}};
    matcher_ask(w->matcher, e, &matches);
    w->hidden_urls += matches.hides_url;
    set_times(&m, e, w->c->o.at);
    if (matches.n)
        take(w, w->c->copies || w->c->o.at != INT64_MIN ? hash64(line) : 0, e, &m);
    else
        note_self(w, w->c->copies ? hash64(line) : 0, e, &m);
}

void contacts_worker_close(struct contacts_worker *w)
{
    struct contacts *c = w->c;
    pthread_mutex_lock(&c->lock);
    for (size_t i = 0; i < w->map.n; i++)
        map_add(&c->map, &w->map.cells[i]);
    for (size_t i = 0; i < w->near.n; i++)
        near_add(&c->near, c->o.near_max, &w->near.rows[i]);
    contact_sum_add(&c->elsewhere, &w->elsewhere);
    c->map.refused += w->map.refused;
    c->copy_n += w->copy_n;
    c->hidden_urls += w->hidden_urls;
    pthread_mutex_unlock(&c->lock);
    map_free(&w->map);
    mem_free(w->near.rows);
    matcher_free(w->matcher);
    mem_free(w);
}

static int by_text(const struct names *names, uint32_t a, uint32_t b)
{
    return a == b ? 0 : a == NAME_OTHER ? -1 : b == NAME_OTHER ? 1 : span_cmp(names_text(names, a), names_text(names, b));
}

static int by_names(const void *x, const void *y, void *contacts)
{
    const struct contact_cell *a = x, *b = y;
    const struct contacts *c = contacts;
    int order = by_text(c->clients, a->client, b->client);
    order = order ? order : by_text(c->machines, a->machine, b->machine);
    if (order)
        return order;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if (a->thing != b->thing)
        return a->thing < b->thing ? -1 : 1;
    return (a->of > b->of) - (a->of < b->of);
}

void contacts_finish(struct contacts *c, struct contacts_folded *out)
{
    near_trim(&c->near, c->o.near_max);
    if (c->map.n)
        qsort_r(c->map.cells, c->map.n, sizeof *c->map.cells, by_names, c);
    *out = (struct contacts_folded){.cells = c->map.cells, .n = c->map.n, .near = c->near.rows, .near_n = c->near.n,
                                    .elsewhere = c->elsewhere, .copies = c->copy_n, .hidden_urls = c->hidden_urls,
                                    .refused = c->map.refused, .clients = c->clients, .machines = c->machines, .users = c->users, .agents = c->agents,
                                    .hosts = c->hosts};
}
