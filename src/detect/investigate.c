/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/investigate.h"

#include "base/task.h"
#include "detect/history.h"
#include "detect/next.h"
#include "detect/registry.h"
#include "detect/relation.h"
#include "detect/scoring.h"
#include "detect/windows_view.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

/* A client's rotating names under one domain are looked at together from this many on. */
enum { ROTATING_HOSTS = 3, LEAD_ROWS_MIN = 5, LEAD_ROWS_MAX = 1000 };

struct looking {
    struct investigation *v;
    pthread_mutex_t lock;
    atomic_uint next_partition;
    size_t load;
    size_t candidate_capacity, lead_capacity[LEAD_KINDS];
};

static bool keep_unpopular(const void *survey, const struct row *r)
{
    return !survey_is_popular(survey, r->host) && survey_is_contact(r) && !survey_is_server(survey, r);
}

static struct pair pair_of(const struct detecting *d, struct run run, struct run owner, bool is_domain)
{
    struct pair p = {.client = run.rows->client, .host = run.rows->host, .run = run, .owner = owner, .is_domain = is_domain};
    for (size_t i = 0; i < run.n; i++) {
        bool is_through = row_went_through(&run.rows[i]);
        p.out = add_sat(p.out, is_through ? run.rows[i].out : 0);
        p.through += is_through;
        p.uncounted += is_through && !(run.rows[i].flags & ROW_HAS_OUT);
        p.has_flags |= run.rows[i].flags;
    }
    p.is_off_hours = history_is_off_hours(d, &p, &p.off);
    return p;
}

/* One kind of evidence that stands alone. */
static void note_leads(struct catcher *c, const struct pair *p)
{
    const struct survey *s = c->d->survey;
    const struct row *r = p->run.rows;
    size_t requests = 0, bare = 0;
    if (s->hosts[p->host].clients > 2)
        return;
    for (size_t i = 0; i < p->run.n; i++) {
        requests += row_method(&r[i]) != METHOD_CONNECT && row_referer_state(&r[i]) != STATE_UNLOGGED;
        bare += row_method(&r[i]) != METHOD_CONNECT && row_referer_state(&r[i]) == STATE_BLANK;
    }
    catch_lead(c, LEAD_RARE_HOST, p, r->agent);
    if (p->run.n >= LEAD_ROWS_MIN && history_is_new_host(c->d, p->host))
        catch_lead(c, LEAD_NEW_HOST, p, r->agent);
    if (p->is_off_hours)
        catch_lead(c, LEAD_OFF_HOURS, p, r->agent);
    if (requests >= LEAD_ROWS_MIN && bare == requests)
        catch_lead(c, LEAD_NO_REFERER, p, r->agent);
    if (p->run.n >= LEAD_ROWS_MIN && row_agent_state(r) == STATE_VALUE && s->agents[r->agent].only_host == p->host)
        catch_lead(c, LEAD_AGENT, p, r->agent);
}

static void look_at_pair(struct catcher *c, const struct pair *p)
{
    for (size_t i = 0; i < detector_n; i++)
        if (detectors[i]->pair && !(detectors[i]->needs & ~c->d->gives))
            detectors[i]->pair(c, p);
    if (!p->is_domain)
        note_leads(c, p);
}

/* By (time, origin): a domain's rows are grouped by host. */
static int by_time(const void *x, const void *y)
{
    const struct row *a = x, *b = y;
    if (a->time != b->time)
        return a->time < b->time ? -1 : 1;
    return (a->origin > b->origin) - (a->origin < b->origin);
}

/* The first of the domain's names stands for all of them when their rows are looked at as one. */
static void look_at_domain(struct catcher *c, struct run owner, arena *scratch)
{
    struct row *rows = arena_new(scratch, struct row, owner.n);
    memcpy(rows, owner.rows, owner.n * sizeof *rows);
    qsort(rows, owner.n, sizeof *rows, by_time);
    struct pair p = pair_of(c->d, (struct run){rows, owner.n}, owner, true);
    look_at_pair(c, &p);
}

static void look_at_owner(struct catcher *c, struct run owner)
{
    struct run run;
    size_t hosts = 0;
    for (size_t at = 0; run_next_host(owner, &at, &run); hosts++) {
        struct pair p = pair_of(c->d, run, owner, false);
        look_at_pair(c, &p);
    }
    if (hosts >= ROTATING_HOSTS && relation_domain_rarity(c->d->survey, owner.rows->host, 1, 1) > 0) {
        arena scratch = {0};
        look_at_domain(c, owner, &scratch);
        arena_free(&scratch);
    }
}

static void take_leads(struct looking *l, struct catcher *c)
{
    struct investigation *v = l->v;
    for (size_t k = 0; k < LEAD_KINDS; k++) {
        size_t n = c->leads->n[k];
        v->leads[k] += c->leads->count[k];
        c->leads->count[k] = c->leads->n[k] = 0;
        if (!array_reserve((void **)&v->lead_rows[k], &l->lead_capacity[k], v->lead_row_n[k] + n, sizeof *v->lead_rows[k],
                           SIZE_MAX / sizeof *v->lead_rows[k]))
            panic("out of memory");
        if (n)
            memcpy(v->lead_rows[k] + v->lead_row_n[k], c->leads->items[k], n * sizeof *v->lead_rows[k]);
        v->lead_row_n[k] += n;
    }
}

static void take_candidates(struct looking *l, const struct catcher *c)
{
    struct investigation *v = l->v;
    if (!array_reserve((void **)&v->candidates, &l->candidate_capacity, v->candidate_n + c->n, sizeof *v->candidates,
                       SIZE_MAX / sizeof *v->candidates))
        panic("out of memory");
    if (c->n)
        memcpy(v->candidates + v->candidate_n, c->items, c->n * sizeof *c->items);
    v->candidate_n += c->n;
}

static fault look_at_partitions(void *ctx, unsigned number)
{
    struct looking *l = ctx;
    const struct survey *s = l->v->d->survey;
    struct run_set set = {0};
    struct run_wish wish = survey_wish(s, keep_unpopular);
    struct catcher c = {.d = l->v->d, .memory = &l->v->worker_memory[number], .timing = timing_scratch_new(),
                        .leads = mem_alloc(sizeof *c.leads)};
    struct run owner;
    fault f = NO_FAULT;
    for (unsigned p; !f.kind && (p = atomic_fetch_add(&l->next_partition, 1)) < PARTITIONS;) {
        size_t from = c.n;
        wish.parts = run_parts(s->intake->rows, p, l->load);
        for (wish.part = 0; !f.kind && wish.part < wish.parts; wish.part++) {
            f = run_set_load(&set, s->intake->rows, p, &wish, NULL, NULL);
            for (size_t at = 0; !f.kind && run_next_domain(&set, &wish, &at, &owner);)
                look_at_owner(&c, owner);
        }
        catch_limit(&c, from);
        pthread_mutex_lock(&l->lock);
        take_leads(l, &c);
        pthread_mutex_unlock(&l->lock);
    }
    pthread_mutex_lock(&l->lock);
    take_candidates(l, &c);
    pthread_mutex_unlock(&l->lock);
    run_set_free(&set);
    timing_scratch_free(c.timing);
    mem_free(c.leads);
    array_free((void **)&c.items, &c.capacity);
    array_free((void **)&c.times, &c.times_capacity);
    array_free((void **)&c.sizes, &c.sizes_capacity);
    return f;
}

/* An order that depends on the log alone: names, not ids. The survey is reached through the candidates'
 * detector-independent part, so it is put into each comparison by the array it sorts. */
struct named { const struct survey *s; struct candidate *c; };

static span client_of(const struct named *n) { return n->c->has_no_client ? SPAN("") : relation_client(n->s, n->c->client); }

static span host_of(const struct named *n) { return n->c->has_no_host ? SPAN("") : relation_host(n->s, n->c->host); }

static int by_names(const void *x, const void *y)
{
    const struct named *a = x, *b = y;
    int order = span_cmp(client_of(a), client_of(b));
    if (!order)
        order = span_cmp(host_of(a), host_of(b));
    if (!order)
        order = span_cmp(a->c->computer, b->c->computer);
    if (!order)
        order = (a->c->detector->index > b->c->detector->index) - (a->c->detector->index < b->c->detector->index);
    if (!order)
        order = (a->c->is_domain > b->c->is_domain) - (a->c->is_domain < b->c->is_domain);
    if (!order && a->c->row_n && b->c->row_n)
        order = (a->c->rows[0].origin > b->c->rows[0].origin) - (a->c->rows[0].origin < b->c->rows[0].origin);
    if (!order)
        order = span_cmp(relation_agent(a->s, a->c->agent), relation_agent(b->s, b->c->agent));
    return order;
}

static void order_candidates(struct investigation *v)
{
    struct named *named = mem_alloc((v->candidate_n + 1) * sizeof *named);
    for (size_t i = 0; i < v->candidate_n; i++)
        named[i] = (struct named){v->d->survey, v->candidates[i]};
    qsort(named, v->candidate_n, sizeof *named, by_names);
    for (size_t i = 0; i < v->candidate_n; i++)
        v->candidates[i] = named[i].c;
    mem_free(named);
}

static void note_explained(struct investigation *v, const struct judging *j, const struct candidate *c)
{
    for (size_t i = 0; i < j->signal_n; i++)
        if (j->signals[i].points < 0 && span_eq(span_str(j->signals[i].def->name), SPAN("known_service")))
            v->explained[v->explained_n++] = (struct explained_candidate){c, j->signals[i].text};
}

static bool is_of_domain(const struct survey *s, const struct candidate *o, const struct candidate *c)
{
    return o->detector == c->detector && s->hosts[o->host].domain == s->hosts[c->host].domain;
}

/* Has one name three quarters of its domain's rows? Then the others are company, and nothing rotates. */
static bool is_one_name(const struct survey *s, struct candidates of, const struct candidate *domain)
{
    for (size_t i = 0; i < of.n; i++)
        if (!of.items[i]->is_domain && is_of_domain(s, of.items[i], domain) && of.items[i]->events * 4 >= domain->events * 3)
            return true;
    return false;
}

/* A rotating name's own candidate and its domain's tell the same: one of them stays. */
static bool is_told_twice(const struct survey *s, const struct candidate_index *index, const struct candidate *c)
{
    struct candidates of = candidates_of_client(index, c->client);
    for (size_t i = 0; i < of.n; i++)
        if (of.items[i]->is_domain && is_of_domain(s, of.items[i], c))
            return is_one_name(s, of, of.items[i]) == c->is_domain;
    return false;
}

static void set_subject(struct finding *f, const struct candidate *c)
{
    const struct subject_part parts[] = {{"client", f->client}, {"host", f->host}, {"computer", f->computer}};
    for (size_t i = 0; i < COUNT_OF(parts); i++)
        if (parts[i].value.p)
            f->subject[f->subject_n++] = parts[i];
    if (c->detector == &detector_beacon && f->agent.p)
        f->subject[f->subject_n++] = (struct subject_part){"agent", f->agent};
    if (c->file != NAME_OTHER)
        f->subject[f->subject_n++] = (struct subject_part){"file", f->file};
    finding_set_id(f);
}

static void judge_all(struct investigation *v, const struct candidate_index *index)
{
    for (size_t d = 0; d < detector_n; d++)
        for (size_t i = 0; i < v->candidate_n; i++) {
            struct candidate *c = v->candidates[i];
            if (c->detector != detectors[d] || is_told_twice(v->d->survey, index, c))
                continue;
            struct judging j = {.d = v->d, .memory = v->memory, .all = index, .detector = detectors[d]};
            j.finding = scoring_finding(v->d, v->memory, c);
            if (detectors[d]->judge(&j, c)) {
                c->finding = j.finding;
                set_subject(c->finding, c);
                finding_add_next(v->memory, c->finding, v->d->clients_are_logged, detectors[d] == &detector_tunnel && !v->d->windows);
            } else {
                note_explained(v, &j, c);
                v->leads[detectors[d]->index]++;
            }
        }
}

static void count_popular(struct investigation *v)
{
    const struct survey *s = v->d->survey;
    for (uint32_t h = 0; h < names_limit(s->intake->hosts); h++)
        if (survey_is_popular(s, h)) {
            v->popular_hosts++;
            v->popular_pairs += s->hosts[h].clients;
        }
}

/* What event logs say, when all rows were seen: one thread, for they are few. */
static void look_at_computers(struct looking *l)
{
    struct catcher c = {.d = l->v->d, .memory = &l->v->worker_memory[0]};
    if (!c.d->windows)
        return;
    windows_view_join(c.d->windows, c.memory, l->v->candidates, l->v->candidate_n);
    for (size_t i = 0; i < detector_n; i++)
        if (detectors[i]->computers)
            detectors[i]->computers(&c, c.d->windows);
    take_candidates(l, &c);
    array_free((void **)&c.items, &c.capacity);
}

fault investigate(const struct detecting *d, arena *memory, unsigned threads, size_t load, struct investigation *v)
{
    struct looking l = {.v = v, .load = load};
    *v = (struct investigation){.d = d, .memory = memory};
    pthread_mutex_init(&l.lock, NULL);
    fault f = task_run(threads, look_at_partitions, &l);
    pthread_mutex_destroy(&l.lock);
    if (f.kind)
        return f;
    look_at_computers(&l);
    count_popular(v);
    order_candidates(v);
    struct candidate_index index = candidate_index_new(memory, v->candidates, v->candidate_n);
    v->explained = arena_new(memory, struct explained_candidate, v->candidate_n + 1);
    judge_all(v, &index);
    return NO_FAULT;
}

void investigation_free(struct investigation *v)
{
    for (size_t i = 0; i < COUNT_OF(v->worker_memory); i++)
        arena_free(&v->worker_memory[i]);
    for (size_t k = 0; k < LEAD_KINDS; k++)
        mem_free(v->lead_rows[k]);
    mem_free(v->candidates);
}
