/* SPDX-License-Identifier: Apache-2.0 */
/* RDP sessions out of tunnels, gathered by the computer they were on and the row they lie in. */
#include "detect/catching.h"
#include "detect/rdp_loopback.h"
#include "detect/registry.h"
#include "detect/relation.h"
#include "detect/scoring.h"

#include <stdlib.h>

/* ---- which sessions belong together ---- */

struct found { size_t segment; uint32_t computer; span client, host; int strength; const struct row *row; const struct offered *joined; };

static bool is_wanted(const struct windows_view *w, size_t i)
{
    const struct rdp_segment *s = &w->sessions->segments[i];
    return rdp_is_tunnelled(s) || (s->from == RDP_FROM_LOCAL && w->joins[i].is_claimed && w->joins[i].how & JOIN_PORT);
}

/* How much a segment says: the row by its port, the process by its port, any row, any process; then somebody logged on. */
static int strength_of(const struct windows_view *w, size_t i, const struct offered *joined)
{
    const struct rdp_segment *s = &w->sessions->segments[i];
    return (w->joins[i].is_claimed ? 32 : 0) + (w->tunnellers[i].by == TUNNELLER_BY_PORT ? 16 : 0) + (joined ? 8 : 0) +
           (w->tunnellers[i].by != TUNNELLER_NONE ? 4 : 0) + (s->from == RDP_FROM_LOOPBACK ? 2 : 0) +
           (w->sessions->items[s->session].is_authenticated ? 64 : 0);
}

static int by_place(const void *x, const void *y)
{
    const struct found *a = x, *b = y;
    if (a->computer != b->computer)
        return a->computer < b->computer ? -1 : 1;
    int order = span_cmp(a->client, b->client);
    if (!order)
        order = span_cmp(a->host, b->host);
    return order ? order : (a->segment > b->segment) - (a->segment < b->segment);
}

static bool is_same_place(const struct found *a, const struct found *b)
{
    return a->computer == b->computer && span_eq(a->client, b->client) && span_eq(a->host, b->host);
}

static size_t list_found(const struct windows_view *w, struct found *out)
{
    size_t n = 0;
    for (size_t i = 0; i < w->sessions->segment_n; i++) {
        const struct rdp_segment *s = &w->sessions->segments[i];
        if (!is_wanted(w, i))
            continue;
        const struct offered *joined = windows_view_joined(w, i);
        struct found *f = &out[n++];
        *f = (struct found){.segment = i, .computer = w->sessions->items[s->session].computer, .joined = joined,
                            .strength = strength_of(w, i, joined), .client = SPAN(""), .host = SPAN("")};
        if (joined) {
            f->row = windows_view_row(w, joined->row);
            f->client = joined->row->client;
            f->host = joined->row->host;
        }
    }
    if (n)
        qsort(out, n, sizeof *out, by_place);
    return n;
}

/* ---- one candidate ---- */

/* Evidence: what ends the list is the last event of the deciding segment. Rows take a third of the places. */
static void keep_events(struct catcher *c, struct candidate *made, const struct rdp_measure *m)
{
    enum { ROWS = 3, EVENTS = CANDIDATE_ROWS_MAX - ROWS, OTHERS = 2 };
    uint64_t *at = arena_new(c->memory, uint64_t, EVENTS);
    const struct kept *process[OTHERS] = {m->by->started, m->by->connection};
    size_t n = 0, room = EVENTS;
    for (size_t i = 0; i < OTHERS; i++)
        if (process[i])
            at[n++] = process[i]->origin;
    if (m->by->carrier && m->by->carrier->event)
        at[n++] = m->by->carrier->event->origin;
    for (size_t i = 0; i < m->segment->event_n && n < room; i++)
        at[n++] = m->segment->events[i]->origin;
    if (m->segment->event_n && m->segment->event_n > room)
        at[n - 1] = m->segment->events[m->segment->event_n - 1]->origin;
    made->events_at = at;
    made->events_at_n = n;
}

static void add_segment(struct candidate *made, struct rdp_measure *m, const struct found *f)
{
    const struct rdp_segment *s = &m->view->sessions->segments[f->segment];
    const struct join *j = &m->view->joins[f->segment];
    bool is_open = s->end_is == RDP_OPEN;
    made->first = min_i64(made->first, j->start);
    made->last = max_i64(made->last, j->end);
    made->events += s->event_n;
    m->segments++;
    m->is_open |= is_open;
    if (m->step_n < RDP_STEPS_MAX) {
        m->starts[m->step_n] = j->start;
        m->ends[m->step_n++] = is_open ? j->start : j->end;
    }
    if (f->row && made->row_n < 3)
        catch_evidence(made, f->row);
    if (f->row)
        made->flags |= f->row->flags & (ROW_HAS_OUT | ROW_HAS_IN | ROW_HAS_DURATION | ROW_STAMP_IS_START);
}

static void take_row(const struct catcher *c, struct candidate *made, const struct row *r)
{
    made->client = r->client;
    made->host = r->host;
    made->has_no_client = made->has_no_host = false;
    made->domain = c->d->survey->hosts[r->host].domain;
    made->port = r->port;
    made->out = r->out;
    made->in = r->in;
    made->duration_s = r->duration / 1000.0;
    made->pair_out = row_went_through(r) ? r->out : 0;
    made->pair_through = row_went_through(r);
    made->pair_uncounted = row_went_through(r) && !(r->flags & ROW_HAS_OUT);
    made->pair_rows = 1;
}

/* Without a row the computer's client is known all the same, as a rule. */
static void take_client(const struct catcher *c, struct candidate *made, const struct join *j)
{
    uint32_t id;
    if (!j->client.n || !names_find(c->d->survey->intake->clients, j->client, &id))
        return;
    made->client = id;
    made->has_no_client = false;
}

static void make_candidate(struct catcher *c, const struct windows_view *w, const struct found *of, size_t n)
{
    const struct found *best = of;
    for (size_t i = 1; i < n; i++)
        best = of[i].strength > best->strength ? &of[i] : best;
    struct candidate *made = catch_computer(c, &detector_rdp_loopback, w->computers->items[of->computer].name,
                                            sizeof(struct rdp_measure));
    struct rdp_measure *m = made->measure;
    *m = (struct rdp_measure){.view = w, .best = best->segment, .segment = &w->sessions->segments[best->segment],
                              .join = &w->joins[best->segment], .joined = best->joined, .by = &w->tunnellers[best->segment]};
    m->session = &w->sessions->items[m->segment->session];
    m->tries = m->session->tries;
    m->starts = arena_new(c->memory, int64_t, RDP_STEPS_MAX);
    m->ends = arena_new(c->memory, int64_t, RDP_STEPS_MAX);
    made->agent_state = STATE_UNLOGGED;
    if (best->row)
        take_row(c, made, best->row);
    else
        take_client(c, made, m->join);
    for (size_t i = 0; i < n; i++)
        add_segment(made, m, &of[i]);
    keep_events(c, made, m);
    catch_sort(made);
}

/* ---- passwords that were tried, and nobody came ---- */

/* A session that never was: what is said of sessions is empty in it. */
static void catch_tries(struct catcher *c, const struct windows_view *w, const struct rdp_tries *t)
{
    if ((double)rdp_failed(t) < scoring_knob(c->d, &detector_rdp_loopback, RDP_KNOB_MIN_TRIES))
        return;
    struct candidate *made = catch_computer(c, &detector_rdp_loopback, w->computers->items[t->computer].name,
                                            sizeof(struct rdp_measure));
    struct rdp_measure *m = made->measure;
    struct rdp_segment *segment = arena_new(c->memory, struct rdp_segment, 1);
    struct rdp_session *session = arena_new(c->memory, struct rdp_session, 1);
    struct join *join = arena_new(c->memory, struct join, 1);
    uint64_t *at = arena_new(c->memory, uint64_t, RDP_TRY_EVENTS_MAX);
    *segment = (struct rdp_segment){.workstation = t->workstation, .end_is = RDP_OPEN};
    *session = (struct rdp_session){.computer = t->computer, .is_authenticated = true, .user = t->user_n ? t->users[0] : (span){NULL, 0}};
    *join = (struct join){.clock = w->clocks[t->computer], .none = JOIN_NO_ROWS};
    join->client = computer_client(w->computers, t->computer, t->first).client;
    *m = (struct rdp_measure){.view = w, .segment = segment, .session = session, .join = join, .tries = t,
                              .by = arena_new(c->memory, struct tunneller, 1)};
    made->agent_state = STATE_UNLOGGED;
    made->first = t->first + join->clock.offset;
    made->last = t->last + join->clock.offset;
    made->events = t->event_n;
    take_client(c, made, join);
    for (size_t i = 0; i < t->event_n; i++)
        at[i] = t->events[i]->origin;
    made->events_at = at;
    made->events_at_n = t->event_n;
}

void rdp_catch(struct catcher *c, const struct windows_view *w)
{
    struct found *found = mem_alloc((w->sessions->segment_n + 1) * sizeof *found);
    size_t n = list_found(w, found);
    for (size_t i = 0, k; i < n && c->n < CANDIDATES_KEPT; i += k) {
        for (k = 1; i + k < n && is_same_place(&found[i], &found[i + k]);)
            k++;
        make_candidate(c, w, &found[i], k);
    }
    mem_free(found);
    bool *is_of_session = mem_alloc((w->sessions->tries_n + 1) * sizeof *is_of_session);
    for (size_t i = 0; i < w->sessions->n; i++)
        if (w->sessions->items[i].tries)
            is_of_session[w->sessions->items[i].tries - w->sessions->tries] = true;
    for (size_t i = 0; i < w->sessions->tries_n && c->n < CANDIDATES_KEPT; i++)
        if (!is_of_session[i])
            catch_tries(c, w, &w->sessions->tries[i]);
    mem_free(is_of_session);
}
