/* SPDX-License-Identifier: Apache-2.0 */
#include "windows/join.h"

#include "windows/join_index.h"
#include "windows/map.h"

#include <stdlib.h>

enum {
    PORT_ROWS_MAX = 64,                  /* with one port around one connection */
    LATE_MS = 2000                       /* Sysmon writes of what was a second or two ago */
};
static const double RATE_MIN = 5e3, RATE_MAX = 20e6;   /* bytes out per minute */

struct joining {
    const struct computers *computers;
    const struct clock *clocks;
    struct join_index x;
    struct log_span log;
    uint32_t found[JOIN_LOOKED_MAX + 1];
    struct map offers;                   /* row -> for how many segments it is offered */
};

/* What is counted while rows are offered. */
struct tally { uint64_t ending, scored; };

static bool is_measured(const struct join *j) { return j->clock.by != CLOCK_ASSUMED; }

static bool has_end(const struct join *j) { return j->segment->end_is != RDP_OPEN && j->segment->end_is != RDP_MACHINE_LOST; }

static unsigned compare_times(const struct join *j, const struct tunnel_row *r)
{
    const struct rdp_segment *s = j->segment;
    int64_t tolerance = j->clock.tolerance, lead = j->start - r->start, tail = r->end - j->end;
    bool has_start = s->has & RDP_HAS_START;
    unsigned how = 0;
    if (r->has_duration && tail >= -tolerance && (has_start ? lead : j->end - r->start) >= -tolerance)
        how |= JOIN_CONTAINED;
    if (has_end(j) && llabs(tail) <= JOIN_END_MS && (r->has_duration || r->is_end))
        how |= JOIN_ENDS_TOGETHER;
    if (r->has_duration && has_start && lead >= -tolerance && lead <= JOIN_LAG_MS)
        how |= JOIN_BEGINS_SOON;
    return how;
}

static bool rate_fits(const struct join *j, const struct tunnel_row *r)
{
    const struct rdp_segment *s = j->segment;
    double ms = (double)(s->end - (s->has & RDP_HAS_ACTIVE ? s->active : s->start)), minutes = ms < 60000 ? 1 : ms / 60000;
    double rate = (double)r->out / minutes;
    return r->has_out && rate >= RATE_MIN && rate <= RATE_MAX;
}

static struct offered offer_of(const struct join *j, const struct tunnel_row *r, unsigned how)
{
    how |= compare_times(j, r) | (rate_fits(j, r) ? JOIN_RATE_FITS : 0);
    how |= j->client.p && span_eq(j->client, r->client) ? JOIN_CLIENT : 0;
    return (struct offered){.row = r, .how = how, .lead_ms = r->has_duration ? j->start - r->start : 0, .tail_ms = r->end - j->end};
}

static bool is_better(const struct offered *a, const struct offered *b)
{
    static const unsigned order[] = {JOIN_PORT, JOIN_ENDS_TOGETHER};
    for (size_t i = 0; i < COUNT_OF(order); i++)
        if ((a->how ^ b->how) & order[i])
            return a->how & order[i];
    if (a->row->score != b->row->score)
        return a->row->score > b->row->score;
    static const unsigned rest[] = {JOIN_CONTAINED, JOIN_BEGINS_SOON, JOIN_RATE_FITS};
    for (size_t i = 0; i < COUNT_OF(rest); i++)
        if ((a->how ^ b->how) & rest[i])
            return a->how & rest[i];
    if (a->lead_ms != b->lead_ms)
        return a->lead_ms < b->lead_ms;
    return a->row->origin < b->row->origin;
}

static void insert(struct join *j, struct offered o)
{
    size_t at = j->offered_n;
    for (size_t i = 0; i < j->offered_n; i++)
        if (j->offered[i].row == o.row) {
            j->offered[i].how |= o.how;
            return;
        }
    while (at > 0 && is_better(&o, &j->offered[at - 1]))
        at--;
    if (at >= JOIN_OFFERED_MAX)
        return;
    j->offered_n += j->offered_n < JOIN_OFFERED_MAX;
    memmove(&j->offered[at + 1], &j->offered[at], (j->offered_n - at - 1) * sizeof j->offered[0]);
    j->offered[at] = o;
}

/* A connection that had been made when the session began. */
static bool may_carry(const struct join *j, const struct outside *o)
{
    return o->local_port && o->time <= j->segment->start + LATE_MS;
}

/* Can the row be that connection? Where its port is logged that decides, else when it began. */
static bool is_of(const struct join *j, const struct outside *o, const struct tunnel_row *r)
{
    if (r->client_port && o->local_port)
        return o->local_port == r->client_port;
    return !r->has_duration || llabs(r->start - (o->time + j->clock.offset)) <= j->clock.tolerance;
}

/* Is the row, by its port or its beginning, of another connection than those which the process made to the proxy? */
static bool is_others(const struct join *j, const struct tunneller *t, const struct tunnel_row *r)
{
    if (t->by < TUNNELLER_BY_TIME || !t->carrier || !t->carrier->is_proxy)
        return false;
    for (size_t i = 0; i < t->outside_n; i++)
        if (t->outside[i].time <= j->segment->start + LATE_MS && is_of(j, &t->outside[i], r))
            return false;
    return true;
}

static bool fits_port(const struct join *j, const struct tunnel_row *r, int64_t connected)
{
    int64_t tolerance = j->clock.tolerance;
    if (!r->has_duration)
        return llabs(r->end - j->end) <= tolerance;
    return llabs(r->start - connected) <= tolerance && r->end >= j->start - tolerance;
}

static void offer_ports(struct joining *g, struct join *j, const struct tunneller *t)
{
    span client = j->known.is_in_log ? j->client : (span){NULL, 0};
    for (size_t i = 0; i < t->outside_n; i++) {
        const struct outside *o = &t->outside[i];
        int64_t connected = o->time + j->clock.offset;
        size_t n = !may_carry(j, o) ? 0 : join_with_port(&g->x, client, o->local_port, connected - j->clock.tolerance,
                                                         j->end + j->clock.tolerance, g->found, PORT_ROWS_MAX);
        for (size_t k = 0; k < n; k++) {
            const struct tunnel_row *r = &g->x.rows[g->found[k]];
            if (fits_port(j, r, connected))
                insert(j, offer_of(j, r, JOIN_PORT));
        }
    }
}

static void offer(const struct joining *g, struct join *j, const struct tunneller *t, size_t n, struct tally *tally)
{
    for (size_t i = 0; i < n; i++) {
        const struct tunnel_row *r = &g->x.rows[g->found[i]];
        struct offered o = offer_of(j, r, 0);
        j->contain++;
        if (is_others(j, t, r))
            continue;
        tally->ending += (o.how & JOIN_ENDS_TOGETHER) != 0;
        tally->scored += r->score > 0;
        insert(j, o);
    }
}

static void offer_times(struct joining *g, struct join *j, const struct tunneller *t, struct tally *tally)
{
    int64_t tolerance = j->clock.tolerance;
    int64_t latest = (j->segment->has & RDP_HAS_START ? j->start : j->end) + tolerance;
    size_t n = join_containing(&g->x, j->client, latest, j->end - tolerance, g->found, JOIN_LOOKED_MAX + 1);
    j->is_cut = n > JOIN_LOOKED_MAX;
    offer(g, j, t, n < JOIN_LOOKED_MAX ? n : JOIN_LOOKED_MAX, tally);
    n = has_end(j) ? join_ending(&g->x, j->client, j->end - tolerance, j->end + tolerance, g->found, JOIN_LOOKED_MAX + 1) : 0;
    j->is_cut |= n > JOIN_LOOKED_MAX;
    offer(g, j, t, n < JOIN_LOOKED_MAX ? n : JOIN_LOOKED_MAX, tally);
}

/* Is the best of the offered rows the session's? See join.h. */
static bool is_claimed(const struct join *j, const struct tunneller *t, const struct tally *tally)
{
    const struct offered *best = j->offered_n ? &j->offered[0] : NULL;
    bool is_contained = best && best->how & JOIN_CONTAINED;
    bool ends_alone = best && best->how & JOIN_ENDS_TOGETHER && tally->ending == 1 && is_measured(j);
    if (!best || j->is_cut)
        return false;
    if (best->how & JOIN_PORT)
        return t->by >= TUNNELLER_BY_TIME || is_contained;
    if (!(best->how & JOIN_CLIENT) || j->known.is_shared)
        return j->contain == 1 && is_contained && ends_alone;
    bool fits = is_contained || best->how & JOIN_ENDS_TOGETHER;
    return ends_alone || (is_contained && j->contain == 1) || (fits && tally->scored == 1 && best->row->score > 0);
}

/* Where the process went, if that is known not to be the proxy. */
static const struct outside *elsewhere(const struct join *j, const struct tunneller *t)
{
    bool is_known = j->clock.proxy.address.n || (t->carrier && windows_address_kind(t->carrier->address) == ADDRESS_PUBLIC);
    return t->by >= TUNNELLER_BY_TIME && t->carrier && !t->carrier->is_proxy && is_known ? t->carrier : NULL;
}

static enum join_none why_none(const struct joining *g, const struct join *j, const struct tunneller *t)
{
    bool is_open = j->segment->end_is == RDP_OPEN && g->log.last - j->end <= JOIN_DAY_MS;
    bool went_to_proxy = t->carrier && t->carrier->is_proxy;
    if (g->log.first > g->log.last || g->log.last < j->start)
        return JOIN_NO_ROWS;
    if (g->log.first > j->end)
        return JOIN_ROTATED_AWAY;
    if (j->elsewhere)
        return JOIN_AROUND_PROXY;
    if (g->log.last < j->end)
        return JOIN_STILL_OPEN;
    if (j->rows && j->without_duration == j->rows)
        return JOIN_NO_DURATION;
    if (is_open)
        return JOIN_STILL_OPEN;
    return went_to_proxy ? JOIN_ROW_MISSING : JOIN_AROUND_PROXY;
}

static void join_one(struct joining *g, struct join *j, uint32_t computer, const struct tunneller *t)
{
    struct tally tally = {0};
    j->clock = g->clocks[computer];
    j->start = j->segment->start + j->clock.offset;
    j->end = j->segment->end + j->clock.offset;
    j->known = computer_client(g->computers, computer, j->segment->start);
    j->client = j->known.client;
    j->log_first = g->log.first;
    j->log_last = g->log.last;
    j->rows = join_count(&g->x, j->client, j->start - JOIN_DAY_MS, j->end + JOIN_DAY_MS, &j->without_duration);
    offer_ports(g, j, t);
    bool has_port = j->offered_n > 0;
    offer_times(g, j, t, &tally);
    j->elsewhere = has_port ? NULL : elsewhere(j, t);
    j->offered_n = j->elsewhere ? 0 : j->offered_n;
    j->is_claimed = is_claimed(j, t, &tally);
    j->how = j->offered_n ? j->offered[0].how : 0;
    j->none = j->offered_n ? JOIN_FOUND : why_none(g, j, t);
}

static uint64_t row_key(const struct joining *g, const struct offered *o) { return (uint64_t)(o->row - g->x.rows); }

/* Of a claimed join only its row counts. */
static size_t counted(const struct join *j) { return j->is_claimed ? 1 : j->offered_n; }

static void count_sessions(struct joining *g, struct join *joins, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < counted(&joins[i]); k++) {
            uint64_t key = row_key(g, &joins[i].offered[k]);
            map_put(&g->offers, key, 0, map_get(&g->offers, key, 0) + 1);
        }
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < joins[i].offered_n; k++)
            joins[i].offered[k].sessions = map_get(&g->offers, row_key(g, &joins[i].offered[k]), 0);
    map_free(&g->offers);
}

const struct join *joins_new(arena *a, const struct computers *c, const struct rdp_sessions *r, const struct tunneller *t,
                             const struct clock *clocks, const struct tunnel_row *rows, size_t n, struct log_span log)
{
    struct join *joins = arena_new(a, struct join, r->segment_n + 1);
    struct joining *g = mem_alloc(sizeof *g);
    *g = (struct joining){.computers = c, .clocks = clocks, .log = log, .x = join_index_new(rows, n)};
    for (size_t i = 0; i < r->segment_n; i++) {
        joins[i].segment = &r->segments[i];
        if (rdp_may_be_tunnelled(&r->segments[i]))
            join_one(g, &joins[i], r->items[r->segments[i].session].computer, &t[i]);
    }
    count_sessions(g, joins, r->segment_n);
    join_index_free(&g->x);
    mem_free(g);
    return joins;
}
