/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/catching.h"

#include "detect/relation.h"

#include <stdlib.h>

const char *lead_key(size_t kind)
{
    static const char *const others[] = {"agent", "no_referer", "rare_host", "new_host", "off_hours"};
    return kind < detector_n ? detectors[kind]->kind : others[kind - detector_n];
}

static struct candidate *new_candidate(struct catcher *c, const struct detector *detector, size_t measure_size)
{
    struct candidate *made = arena_new(c->memory, struct candidate, 1);
    made->detector = detector;
    made->first = INT64_MAX;
    made->last = INT64_MIN;
    made->measure = arena_alloc(c->memory, measure_size, _Alignof(max_align_t), 1);
    if (!array_reserve((void **)&c->items, &c->capacity, c->n + 1, sizeof *c->items, SIZE_MAX / sizeof *c->items))
        panic("out of memory");
    c->items[c->n++] = made;
    return made;
}

struct candidate *catch_computer(struct catcher *c, const struct detector *detector, span computer, size_t measure_size)
{
    struct candidate *made = new_candidate(c, detector, measure_size);
    made->computer = computer;
    made->has_no_client = made->has_no_host = true;
    return made;
}

struct candidate *catch_new(struct catcher *c, const struct detector *detector, const struct pair *p, size_t measure_size)
{
    struct candidate *made = new_candidate(c, detector, measure_size);
    made->client = p->client;
    made->host = p->host;
    made->domain = c->d->survey->hosts[p->host].domain;
    made->is_domain = p->is_domain;
    made->pair_out = p->out;
    made->pair_through = p->through;
    made->pair_uncounted = p->uncounted;
    made->pair_rows = p->run.n;
    made->pair_off = p->off;
    made->is_off_hours = p->is_off_hours;
    return made;
}

struct kept { const struct survey *s; struct candidate *c; uint64_t order; };

static int by_order(const void *x, const void *y)
{
    const struct kept *a = x, *b = y;
    if (a->order != b->order)
        return a->order < b->order ? -1 : 1;
    if (a->c->detector->index != b->c->detector->index)
        return a->c->detector->index < b->c->detector->index ? -1 : 1;
    return span_cmp(names_text(a->s->intake->files, a->c->file), names_text(b->s->intake->files, b->c->file));
}

void catch_limit(struct catcher *c, size_t from)
{
    const struct survey *s = c->d->survey;
    size_t n = c->n - from;
    if (n <= CANDIDATES_KEPT)
        return;
    struct kept *kept = mem_alloc(n * sizeof *kept);
    for (size_t i = 0; i < n; i++) {
        struct candidate *made = c->items[from + i];
        kept[i] = (struct kept){s, made, hash64_two(relation_client(s, made->client), relation_host(s, made->host))};
    }
    qsort(kept, n, sizeof *kept, by_order);
    for (size_t i = 0; i < n; i++) {
        c->items[from + i] = kept[i].c;
        c->leads->count[kept[i].c->detector->index] += i >= CANDIDATES_KEPT;
    }
    c->n = from + CANDIDATES_KEPT;
    mem_free(kept);
}

void catch_count(struct candidate *c, const struct row *r)
{
    c->first = min_i64(c->first, row_start(r));
    c->last = max_i64(c->last, row_end(r));
    c->events++;
    if (row_went_through(r)) {
        c->out = add_sat(c->out, r->out);
        c->in = add_sat(c->in, r->in);
        c->duration_s += r->duration / 1000.0;
    }
    c->flags |= r->flags & (ROW_HAS_OUT | ROW_HAS_IN | ROW_HAS_DURATION | ROW_STAMP_IS_START);
    c->outcomes[row_outcome(r)]++;
    if (!c->port)
        c->port = r->port;
}

void catch_evidence(struct candidate *c, const struct row *r)
{
    for (size_t i = 0; i < c->row_n; i++)
        if (c->rows[i].origin == r->origin)
            return;
    c->row_n += c->row_n < CANDIDATE_ROWS_MAX;
    c->rows[c->row_n - 1] = *r;
}

void catch_agent(const struct detecting *d, struct candidate *c, uint32_t agent, enum field_state state)
{
    c->agent = agent;
    c->agent_state = state;
    c->relation = relation_of_agent(d->survey, c->client, agent, state);
}

void catch_sort(struct candidate *c)
{
    for (size_t i = 1; i < c->row_n; i++) {
        struct row r = c->rows[i];
        size_t k = i;
        for (; k && (c->rows[k - 1].time > r.time || (c->rows[k - 1].time == r.time && c->rows[k - 1].origin > r.origin)); k--)
            c->rows[k] = c->rows[k - 1];
        c->rows[k] = r;
    }
}

static bool is_weaker(const struct lead *a, const struct lead *b)
{
    return a->events != b->events ? a->events < b->events : a->order < b->order;
}

void catch_lead(struct catcher *c, size_t kind, const struct pair *p, uint32_t agent)
{
    const struct survey *s = c->d->survey;
    struct lead_list *l = c->leads;
    struct lead lead = {p->client, p->host, agent, p->run.n,
                        hash64_two(relation_client(s, p->client), relation_host(s, p->host)),
                        p->run.rows[0].time, p->run.rows[p->run.n - 1].time};
    l->count[kind]++;
    size_t at = l->n[kind];
    if (at == LEADS_KEPT) {
        for (size_t i = at = 0; i < LEADS_KEPT; i++)
            if (is_weaker(&l->items[kind][i], &l->items[kind][at]))
                at = i;
        if (!is_weaker(&l->items[kind][at], &lead))
            return;
    } else {
        l->n[kind]++;
    }
    l->items[kind][at] = lead;
}
