/* SPDX-License-Identifier: Apache-2.0 */
#include "app/windows_look.h"

#include "app/windows_ports.h"
#include "base/when.h"
#include "detect/relation.h"

#include <stdlib.h>

static const int64_t MARGIN_MS = INT64_C(25) * 3600 * 1000;   /* around the sessions: JOIN_DAY_MS, and what clocks may be off */

struct looking {
    arena *a;
    const struct survey *s;
    const struct windows_store *store;
    struct windows_look *look;
    bool *is_known;              /* by client id: some computer had that address */
    bool takes_all;              /* of some session's computer it is not known */
    bool has_tunnelled;
    int64_t from, to;            /* of the sessions that have to be joined */
    int64_t asked_from, asked_to;   /* of the endpoints' connections */
    struct tunnel_row *rows;
    struct row *row_of;
    size_t row_n, row_capacity, row_of_capacity;
    struct proxied *proxied;
    size_t proxied_n, proxied_capacity;
};

/* ---- clients of the log, and which of them are computers with event logs ---- */

static int by_bytes(const void *x, const void *y) { return span_cmp(*(const span *)x, *(const span *)y); }

static size_t list_clients(struct looking *l, span **out)
{
    const struct survey *s = l->s;
    size_t n = 0;
    *out = arena_new(l->a, span, (size_t)s->client_n + 1);
    for (uint32_t c = 1; c < names_limit(s->intake->clients) && n < s->client_n; c++)
        if (s->clients[c].rows)
            (*out)[n++] = relation_client(s, c);
    if (n)
        qsort(*out, n, sizeof **out, by_bytes);
    return n;
}

static int by_client(const void *x, const void *y)
{
    const struct owner *a = x, *b = y;
    int order = span_cmp(a->client, b->client);
    return order ? order : (a->computer > b->computer) - (a->computer < b->computer);
}

static void add_owner(struct looking *l, span client, uint32_t computer)
{
    struct windows_look *look = l->look;
    const struct owner *last = look->owner_n ? &look->owners[look->owner_n - 1] : NULL;
    if (!last || last->computer != computer || !span_eq(last->client, client))
        look->owners[look->owner_n++] = (struct owner){client, computer};
}

static void mark_known(struct looking *l)
{
    const struct computers *all = l->look->view.computers;
    size_t leases = 0;
    for (size_t i = 0; i < all->n; i++)
        leases += all->items[i].lease_n;
    l->look->owners = arena_new(l->a, struct owner, leases + 1);
    l->is_known = mem_alloc((size_t)names_limit(l->s->intake->clients) + 1);
    for (size_t i = 0; i < all->n; i++)
        for (size_t k = 0; k < all->items[i].lease_n; k++) {
            uint32_t id;
            span address = all->items[i].leases[k].address;
            if (!names_find(l->s->intake->clients, address, &id))
                continue;
            l->is_known[id] = true;
            add_owner(l, address, (uint32_t)i);
        }
    if (l->look->owner_n)
        qsort(l->look->owners, l->look->owner_n, sizeof *l->look->owners, by_client);
}

/* From when to when there are sessions to be joined, and connections to compare clocks by. */
static void find_times(struct looking *l)
{
    const struct windows_view *v = &l->look->view;
    l->from = l->asked_from = INT64_MAX;
    l->to = l->asked_to = INT64_MIN;
    for (size_t i = 0; i < v->sessions->segment_n; i++) {
        const struct rdp_segment *s = &v->sessions->segments[i];
        if (!rdp_is_tunnelled(s) && s->from != RDP_FROM_LOCAL)
            continue;
        struct computer_client known = computer_client(v->computers, v->sessions->items[s->session].computer, s->start);
        l->takes_all |= !known.client.n;
        l->has_tunnelled = true;
        l->from = min_i64(l->from, s->start - MARGIN_MS);
        l->to = max_i64(l->to, s->last + MARGIN_MS);
    }
    for (size_t i = 0; i < l->store->n; i++)
        if (l->store->events[i]->kind->meaning == MEANS_CONNECTION) {
            l->asked_from = min_i64(l->asked_from, l->store->events[i]->time - CLOCK_PORT_MS);
            l->asked_to = max_i64(l->asked_to, l->store->events[i]->time + CLOCK_PORT_MS);
        }
}

/* ---- rows of the proxy's log ---- */

static void keep_tunnel(struct looking *l, const struct row *r)
{
    if (!array_reserve((void **)&l->rows, &l->row_capacity, l->row_n + 1, sizeof *l->rows, TUNNEL_ROWS_MAX) ||
        !array_reserve((void **)&l->row_of, &l->row_of_capacity, l->row_n + 1, sizeof *l->row_of, TUNNEL_ROWS_MAX)) {
        l->look->view.is_cut = true;
        return;
    }
    l->row_of[l->row_n] = *r;
    l->rows[l->row_n++] = (struct tunnel_row){
        .start = row_start(r), .end = row_end(r), .client = relation_client(l->s, r->client), .host = relation_host(l->s, r->host),
        .out = r->out, .in = r->in, .origin = r->origin, .port = r->port, .has_duration = r->flags & ROW_HAS_DURATION,
        .has_out = r->flags & ROW_HAS_OUT, .has_in = r->flags & ROW_HAS_IN, .is_end = !(r->flags & ROW_STAMP_IS_START)};
}

static void keep_proxied(struct looking *l, const struct row *r)
{
    if (array_reserve((void **)&l->proxied, &l->proxied_capacity, l->proxied_n + 1, sizeof *l->proxied, PORTS_ROWS_MAX))
        l->proxied[l->proxied_n++] = (struct proxied){row_start(r), row_end(r), relation_client(l->s, r->client),
                                                      relation_host(l->s, r->host), r->origin, 0};
}

static void keep_row(struct looking *l, const struct row *r)
{
    bool is_known = l->is_known[r->client];
    bool is_tunnel = r->flags & ROW_TUNNEL && row_went_through(r);
    if (is_tunnel && (is_known || l->takes_all) && row_end(r) >= l->from && row_start(r) <= l->to)
        keep_tunnel(l, r);
    if (is_known && !l->look->has_ports && row_end(r) >= l->asked_from && row_start(r) <= l->asked_to)
        keep_proxied(l, r);
}

static bool is_contact(const void *survey, const struct row *r) { return survey_is_contact(r) && !survey_is_server(survey, r); }

/* One thread: partitions in their order, so that what does not fit depends on the log alone. */
static fault read_partitions(struct looking *l, size_t memory)
{
    struct run_set set = {0};
    struct run_wish wish = survey_wish(l->s, is_contact);
    fault f = NO_FAULT;
    for (unsigned p = 0; !f.kind && p < PARTITIONS; p++) {
        wish.parts = run_parts(l->s->intake->rows, p, memory);
        for (wish.part = 0; !f.kind && wish.part < wish.parts; wish.part++) {
            f = run_set_load(&set, l->s->intake->rows, p, &wish, NULL, NULL);
            for (size_t i = 0; !f.kind && i < set.n; i++)
                keep_row(l, &set.rows[i]);
        }
    }
    run_set_free(&set);
    return f;
}

/* Names' ids, and so groups inside a partition, depend on threads: put in an order of their own. */
struct both { struct tunnel_row row; struct row kept; };

static int by_origin(const void *x, const void *y)
{
    const struct both *a = x, *b = y;
    return (a->row.origin > b->row.origin) - (a->row.origin < b->row.origin);
}

static void order_rows(struct looking *l)
{
    struct both *all = mem_alloc((l->row_n + 1) * sizeof *all);
    struct windows_view *v = &l->look->view;
    for (size_t i = 0; i < l->row_n; i++)
        all[i] = (struct both){l->rows[i], l->row_of[i]};
    if (l->row_n)
        qsort(all, l->row_n, sizeof *all, by_origin);
    struct row *row_of = arena_new(l->a, struct row, l->row_n + 1);
    v->rows = arena_new(l->a, struct tunnel_row, l->row_n + 1);
    v->row_n = l->row_n;
    v->row_of = row_of;
    for (size_t i = 0; i < l->row_n; i++) {
        v->rows[i] = all[i].row;
        row_of[i] = all[i].kept;
    }
    mem_free(all);
}

/* ---- client ports ---- */

static bool logs_ports(const struct reading *r)
{
    for (size_t i = 0; i < r->n; i++)
        if (r->infos[i].gives & FIELD_BIT(CLIENT_PORT) && r->infos[i].same_as < 0)
            return true;
    return false;
}

static void take_ports(struct looking *l, const struct ports_found *found)
{
    struct windows_look *look = l->look;
    look->has_ports = true;
    look->is_port_cut = found->is_cut;
    look->opened = arena_new(l->a, struct opened, found->n + 1);
    look->opened_n = found->n;
    for (size_t i = 0; i < found->n; i++)
        look->opened[i] = (struct opened){found->rows[i].origin, found->rows[i].client_port, found->connections[i]};
}

static const struct opened *opened_at(const struct windows_look *look, uint64_t origin)
{
    size_t low = 0, high = look->opened_n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (look->opened[middle].origin < origin)
            low = middle + 1;
        else
            high = middle;
    }
    return low < look->opened_n && look->opened[low].origin == origin ? &look->opened[low] : NULL;
}

static void set_ports(struct windows_look *look)
{
    for (size_t i = 0; i < look->view.row_n; i++) {
        const struct opened *o = opened_at(look, look->view.rows[i].origin);
        look->view.rows[i].client_port = o ? o->client_port : 0;
    }
}

/* ---- all of it ---- */

/* The zone that ordinary sessions come from, or else the one the proxy's log is written in. */
static int find_home(const struct windows_view *v, const struct reading *r)
{
    enum { STEPS = 24 * 4 * 2 };
    uint32_t n[STEPS + 1] = {0};
    size_t best = STEPS;
    for (size_t i = 0; i < v->sessions->segment_n; i++) {
        const struct rdp_segment *s = &v->sessions->segments[i];
        int step = s->zone / 15 + STEPS / 2;
        if (s->has & RDP_HAS_ZONE && s->from == RDP_FROM_OTHER && step >= 0 && step < STEPS && ++n[step] > n[best])
            best = (size_t)step;
    }
    if (best < STEPS)
        return ((int)best - STEPS / 2) * 15;
    for (size_t i = 0; i < r->n; i++)
        if (r->infos[i].events && !r->infos[i].is_epoch && !r->infos[i].tz_assumed && r->infos[i].tz_minutes)
            return r->infos[i].tz_minutes;
    return WHEN_NONE_MINUTES;
}

static fault make_view(struct looking *l, struct reading *r, const struct clients *machines)
{
    struct windows_view *v = &l->look->view;
    struct ports_found found = {.n = 0};
    span *clients;
    size_t client_n = list_clients(l, &clients);
    v->store = l->store;
    v->log = (struct log_span){l->s->first, l->s->last};
    v->computers = computers_new(l->a, l->store, machines, clients, client_n);
    v->sessions = rdp_sessions_new(l->a, l->store, v->computers);
    v->home_zone = find_home(v, r);
    mark_known(l);
    find_times(l);
    if (l->asked_from <= l->asked_to && logs_ports(r)) {
        fault f = windows_ports(l->a, r, l->store, &found);
        if (f.kind && f.kind != FAULT_LIMIT)
            return f;
        take_ports(l, &found);
        l->look->is_port_cut |= f.kind != FAULT_NONE;
    }
    if (l->has_tunnelled || (l->asked_from <= l->asked_to && !l->look->has_ports))
        TRY(read_partitions(l, r->options->memory / r->options->threads));
    order_rows(l);
    set_ports(l->look);
    const struct proxied *compared = l->look->has_ports ? found.rows : l->proxied;
    v->clocks = clocks_new(l->a, l->store, v->computers, compared, l->look->has_ports ? found.n : l->proxied_n, NULL, 0);
    v->tunnellers = tunnellers_new(l->a, l->store, v->computers, v->sessions, v->clocks);
    return NO_FAULT;
}

fault windows_look(arena *a, struct reading *r, const struct windows_store *store, const struct survey *s,
                   const struct clients *machines, struct windows_look **out)
{
    *out = NULL;
    if (!store->n)
        return NO_FAULT;
    *out = arena_new(a, struct windows_look, 1);
    struct looking l = {.a = a, .s = s, .store = store, .look = *out};
    fault f = make_view(&l, r, machines);
    mem_free(l.is_known);
    mem_free(l.rows);
    mem_free(l.row_of);
    mem_free(l.proxied);
    return f;
}

span windows_look_computer(const struct windows_look *look, span client, int64_t at)
{
    const struct computers *all = look->view.computers;
    span name = {NULL, 0};
    size_t low = 0, high = look->owner_n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (span_cmp(look->owners[middle].client, client) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (size_t i = low; i < look->owner_n && span_eq(look->owners[i].client, client); i++) {
        struct computer_client known = computer_client(all, look->owners[i].computer, at);
        if (!known.client.n || !span_eq(known.client, client) || known.is_shared)
            continue;
        if (name.n)
            return (span){NULL, 0};
        name = all->items[look->owners[i].computer].name;
    }
    return name;
}

span windows_look_program(const struct windows_look *look, uint64_t origin)
{
    const struct opened *o = opened_at(look, origin);
    return o && o->connection ? kept_text(o->connection, WINDOWS_PROCESS) : (span){NULL, 0};
}
