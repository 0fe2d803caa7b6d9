/* SPDX-License-Identifier: Apache-2.0 */
#include "tables/survey.h"

#include "base/arena.h"
#include "base/task.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { HANDSHAKE_MS = 60000 };   /* a 407 belongs to the request that follows within a minute */

/* What the workers add to: every field is a sum, a minimum or a list that is ordered afterwards. */
struct folding {
    struct survey *survey;
    size_t sources, memory;
    atomic_uint next_partition;
    pthread_mutex_t lock;
    size_t usage_capacity;
};

/* One worker's own sums, added under the lock at its end. */
struct worker {
    struct folding *folding;
    struct survey *survey;
    struct run_set set;
    struct usage *usage;              /* of the pair in hand, then kept */
    size_t usage_n, usage_capacity;
    uint64_t contacts, connects, pairs, tunnel_rows, tunnel_blank;
    uint64_t *duplicate, *merged;
    uint64_t sampled, told, unnamed;
    int64_t first, last;
    struct day_set days;
};

static uint32_t domain_of(const void *ctx, uint32_t host) { return ((const struct survey *)ctx)->hosts[host].domain; }

static bool keep_all(const void *ctx, const struct row *r)
{
    (void)ctx;
    (void)r;
    return true;
}

struct run_wish survey_wish(const struct survey *s, bool (*keep)(const void *, const struct row *))
{
    struct run_wish wish = {domain_of, keep ? keep : keep_all, s, .many_sources = s->intake->many_sources,
                            .is_chained = s->intake->is_chained, .parts = 1};
    wish.copies = s->intake->copies;
    wish.copy_n = s->intake->copy_n;
    return wish;
}

/* An agent that was seen further back than this within its pair gets a second entry: sums stay right, and
 * a client that sends a new agent with every row cannot make this quadratic. */
enum { USAGE_LOOK_BACK = 16 };

static void add_usage(struct worker *w, const struct row *r, size_t pair_at)
{
    size_t look_to = w->usage_n - pair_at > USAGE_LOOK_BACK ? w->usage_n - USAGE_LOOK_BACK : pair_at;
    for (size_t i = w->usage_n; i > look_to; i--)
        if (w->usage[i - 1].agent == r->agent) {
            w->usage[i - 1].rows++;
            return;
        }
    if (!array_reserve((void **)&w->usage, &w->usage_capacity, w->usage_n + 1, sizeof *w->usage, SIZE_MAX / 32))
        panic("out of memory");
    w->usage[w->usage_n++] = (struct usage){r->client, r->host, r->agent, 1};
}

/* Sums over the contacts of one pair. */
struct pair_sums {
    uint32_t contacts;
    int64_t first, last;
    uint64_t out;
};

static struct pair_sums fold_rows(struct worker *w, struct run run)
{
    struct pair_sums sums = {0, INT64_MAX, INT64_MIN, 0};
    size_t pair_at = w->usage_n;
    int64_t next_contact = INT64_MAX;
    for (size_t i = run.n; i-- > 0;) {
        const struct row *r = &run.rows[i];
        if (!survey_is_contact(r)) {
            w->merged[row_source(r)] += next_contact != INT64_MAX && next_contact - r->time <= HANDSHAKE_MS;
            continue;
        }
        next_contact = r->time;
        sums.contacts++;
        sums.first = min_i64(sums.first, r->time);
        sums.last = max_i64(sums.last, r->time);
        sums.out = add_sat(sums.out, r->out);
        day_set_add(&w->days, r->time);
        w->unnamed += (r->flags & (ROW_RELAYED | ROW_RELAYED_NAMED)) == ROW_RELAYED;
        add_usage(w, r, pair_at);
        w->connects += row_method(r) == METHOD_CONNECT;
        if (r->flags & ROW_TUNNEL && row_agent_state(r) != STATE_UNLOGGED) {
            w->tunnel_rows++;
            w->tunnel_blank += row_agent_state(r) != STATE_VALUE;
        }
    }
    return sums;
}

static size_t out_step(uint64_t bytes)
{
    size_t step = bytes ? 63 - (size_t)__builtin_clzll(bytes) : 0;
    return step < OUT_STEPS ? step : OUT_STEPS - 1;
}

/* All rows of one client to one host; false where there was no contact. Facts of clients and hosts are shared
 * between workers: a client has hosts in several partitions. */
static bool fold_pair(struct worker *w, struct run run)
{
    struct pair_sums sums = fold_rows(w, run);
    if (!sums.contacts)
        return false;
    w->pairs++;
    w->contacts += sums.contacts;
    w->first = min_i64(w->first, sums.first);
    w->last = max_i64(w->last, sums.last);
    struct client_facts *client = &w->survey->clients[run.rows->client];
    struct host_facts *host = &w->survey->hosts[run.rows->host];
    pthread_mutex_lock(&w->folding->lock);
    host->clients++;
    host->rows += sums.contacts;
    host->first = min_i64(host->first, sums.first);
    client->rows += sums.contacts;
    client->pairs++;
    client->first = min_i64(client->first, sums.first);
    client->last = max_i64(client->last, sums.last);
    uint16_t *step = &client->out_steps[out_step(sums.out)];
    *step = (uint16_t)(*step + (*step < UINT16_MAX));
    pthread_mutex_unlock(&w->folding->lock);
    return true;
}

static void fold_partition(struct worker *w, const struct run_wish *wish)
{
    struct run owner, pair;
    for (size_t at = 0; run_next_domain(&w->set, wish, &at, &owner);) {
        bool has_contact = false;
        for (size_t k = 0; run_next_host(owner, &k, &pair);)
            has_contact |= fold_pair(w, pair);
        if (has_contact)
            __atomic_fetch_add(&w->survey->domains[domain_of(w->survey, owner.rows->host)].clients, 1, __ATOMIC_RELAXED);
    }
}

static void keep_usage(struct folding *f, const struct worker *w)
{
    struct survey *s = f->survey;
    if (!array_reserve((void **)&s->usage, &f->usage_capacity, s->usage_n + w->usage_n, sizeof *s->usage, SIZE_MAX / 32))
        panic("out of memory");
    if (w->usage_n)
        memcpy(s->usage + s->usage_n, w->usage, w->usage_n * sizeof *w->usage);
    s->usage_n += w->usage_n;
}

static void add_worker(struct folding *f, const struct worker *w)
{
    struct survey *s = f->survey;
    pthread_mutex_lock(&f->lock);
    s->contacts += w->contacts;
    s->sampled += w->sampled;
    s->told += w->told;
    s->unnamed += w->unnamed;
    s->connects += w->connects;
    s->pair_n += (uint32_t)w->pairs;
    s->tunnel_rows += w->tunnel_rows;
    s->tunnel_blank += w->tunnel_blank;
    s->first = min_i64(s->first, w->first);
    s->last = max_i64(s->last, w->last);
    day_set_join(&s->days, &w->days);
    for (size_t i = 0; i < f->sources; i++) {
        s->duplicate[i] += w->duplicate[i];
        s->merged[i] += w->merged[i];
    }
    keep_usage(f, w);
    pthread_mutex_unlock(&f->lock);
}

static fault fold_partitions(void *ctx, unsigned number)
{
    struct folding *f = ctx;
    struct worker w = {.folding = f, .survey = f->survey, .first = INT64_MAX, .last = INT64_MIN};
    struct run_wish wish = survey_wish(f->survey, NULL);
    fault result = NO_FAULT;
    (void)number;
    w.duplicate = mem_alloc(f->sources * sizeof *w.duplicate);
    w.merged = mem_alloc(f->sources * sizeof *w.merged);
    for (unsigned p; !result.kind && (p = atomic_fetch_add(&f->next_partition, 1)) < PARTITIONS;) {
        wish.parts = run_parts(f->survey->intake->rows, p, f->memory);
        for (wish.part = 0; !result.kind && wish.part < wish.parts; wish.part++) {
            result = run_set_load(&w.set, f->survey->intake->rows, p, &wish, w.duplicate, &w.sampled);
            w.told += w.set.told;
            if (!result.kind)
                fold_partition(&w, &wish);
        }
    }
    add_worker(f, &w);
    run_set_free(&w.set);
    array_free((void **)&w.usage, &w.usage_capacity);
    mem_free(w.duplicate);
    mem_free(w.merged);
    return result;
}

/* Before rows can be grouped by them: what the intake noted beside each host. */
static void take_domains(struct survey *s)
{
    for (uint32_t h = 0; h < names_limit(s->intake->hosts); h++)
        if (names_has(s->intake->hosts, h))
            s->hosts[h].domain = names_note(s->intake->hosts, h);
}

/* Orders usage by client (a counting sort: ids are small numbers). */
static void order_usage(struct survey *s)
{
    struct usage *sorted = mem_alloc((s->usage_n + 1) * sizeof *sorted);
    uint32_t limit = names_limit(s->intake->clients);
    for (size_t i = 0; i < s->usage_n; i++)
        s->clients[s->usage[i].client].usage_n++;
    uint32_t at = 0;
    for (uint32_t c = 0; c < limit; c++) {
        s->clients[c].usage_at = at;
        at += s->clients[c].usage_n;
        s->clients[c].usage_n = 0;
    }
    for (size_t i = 0; i < s->usage_n; i++) {
        struct client_facts *client = &s->clients[s->usage[i].client];
        sorted[client->usage_at + client->usage_n++] = s->usage[i];
    }
    mem_free(s->usage);
    s->usage = sorted;
}

static void name_agents(struct survey *s)
{
    uint32_t limit = names_limit(s->intake->agents);
    s->agents = mem_alloc((limit + 1) * sizeof *s->agents);
    s->agents[NAME_OTHER].class = AGENT_BLANK;
    for (uint32_t a = 0; a < limit; a++) {
        if (!names_has(s->intake->agents, a))
            continue;
        span text = names_text(s->intake->agents, a);
        struct agent_facts *facts = &s->agents[a];
        facts->class = (uint8_t)known_agent_class(text);
        if (facts->class == AGENT_BLANK)
            continue;
        char template[AGENT_TEMPLATE_MAX];
        size_t n = known_agent_template(text, template, sizeof template);
        facts->template = names_id(s->template_names, span_of(template, n), NULL);
        facts->is_old_browser = known_agent_is_old_browser(text);
    }
}

static void note_agent(struct survey *s, const struct usage *u)
{
    struct agent_facts *agent = &s->agents[u->agent];
    agent->only_host = agent->rows == 0 || agent->only_host == u->host ? u->host : NAME_OTHER;
    agent->rows += u->rows;
    struct template_facts *template = &s->templates[agent->template];
    uint32_t clients = s->hosts[u->host].clients;
    template->rows += u->rows;
    template->widest_host = clients > template->widest_host ? clients : template->widest_host;
}

static int by_id(const void *x, const void *y)
{
    uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
    return (a > b) - (a < b);
}

/* One client's usage: which templates it sends, which to shared hosts, which browser is its own. The two
 * marks say for which client a template was counted last; `rows` is all zero before and after. */
static void note_client(struct survey *s, uint32_t c, uint32_t *seen, uint32_t *shared, uint32_t *rows)
{
    struct client_facts *client = &s->clients[c];
    client->own_at = (uint32_t)s->own_n;
    const struct usage *usage = &s->usage[client->usage_at];
    for (uint32_t i = 0; i < client->usage_n; i++) {
        uint32_t t = s->agents[usage[i].agent].template;
        bool is_shared = s->hosts[usage[i].host].clients >= s->shared_at;
        s->templates[t].clients += seen[t] != c + 1;
        seen[t] = c + 1;
        if (is_shared && shared[t] != c + 1) {
            s->templates[t].shared_clients++;
            s->own[s->own_n++] = t;
            shared[t] = c + 1;
        }
        rows[t] += is_shared && s->agents[usage[i].agent].class == AGENT_BROWSER ? usage[i].rows : 0;
    }
    uint32_t most = 0;
    for (uint32_t i = 0; i < client->usage_n; i++) {
        uint32_t t = s->agents[usage[i].agent].template;
        if (rows[t] > most || (rows[t] == most && most && t != client->browser &&
                               span_cmp(names_text(s->template_names, t), names_text(s->template_names, client->browser)) < 0)) {
            most = rows[t];
            client->browser = t;
        }
    }
    for (uint32_t i = 0; i < client->usage_n; i++)
        rows[s->agents[usage[i].agent].template] = 0;
    client->own_n = (uint32_t)s->own_n - client->own_at;
    qsort(s->own + client->own_at, client->own_n, sizeof *s->own, by_id);
}

static void note_templates(struct survey *s)
{
    uint32_t limit = names_limit(s->template_names) + 1, clients = names_limit(s->intake->clients);
    s->templates = mem_alloc(limit * sizeof *s->templates);
    s->own = mem_alloc((s->usage_n + 1) * sizeof *s->own);
    for (size_t i = 0; i < s->usage_n; i++)
        note_agent(s, &s->usage[i]);
    uint32_t *marks = mem_alloc(3 * (size_t)limit * sizeof *marks);
    for (uint32_t c = 0; c < clients; c++)
        note_client(s, c, marks, marks + limit, marks + 2 * (size_t)limit);
    mem_free(marks);
}

/* Lines between "a few", "the office" and "everyone"; see docs/detectors/README.md. */
static void draw_lines(struct survey *s)
{
    for (uint32_t c = 0; c < names_limit(s->intake->clients); c++)
        s->client_n += s->clients[c].rows != 0;
    for (uint32_t h = 0; h < names_limit(s->intake->hosts); h++)
        s->host_n += s->hosts[h].rows != 0;
    uint32_t twentieth = (s->client_n + 19) / 20;
    s->shared_at = twentieth > 3 ? twentieth : 3;
    s->popular_at = twentieth > 10 ? twentieth : 10;
}

static void allocate(struct survey *s, size_t sources)
{
    uint32_t clients = names_limit(s->intake->clients), hosts = names_limit(s->intake->hosts);
    s->clients = mem_alloc(((size_t)clients + 1) * sizeof *s->clients);
    s->hosts = mem_alloc(((size_t)hosts + 1) * sizeof *s->hosts);
    for (uint32_t c = 0; c < clients; c++) {
        s->clients[c].first = INT64_MAX;
        s->clients[c].last = INT64_MIN;
    }
    for (uint32_t h = 0; h < hosts; h++)
        s->hosts[h].first = INT64_MAX;
    s->domain_names = s->intake->domains;
    s->template_names = names_new(AGENTS_MAX);
    s->duplicate = mem_alloc((sources + 1) * sizeof *s->duplicate);
    s->merged = mem_alloc((sources + 1) * sizeof *s->merged);
}

fault survey_new(const struct intake *in, unsigned threads, size_t memory, size_t sources, struct survey **out)
{
    struct survey *s = *out = mem_alloc(sizeof *s);
    struct folding f = {.survey = s, .sources = sources, .memory = memory};
    pthread_mutex_init(&f.lock, NULL);
    s->intake = in;
    s->first = INT64_MAX;
    s->last = INT64_MIN;
    allocate(s, sources);
    take_domains(s);
    s->domains = mem_alloc(((size_t)names_limit(s->domain_names) + 1) * sizeof *s->domains);
    fault result = task_run(threads, fold_partitions, &f);
    pthread_mutex_destroy(&f.lock);
    if (result.kind)
        return result;
    order_usage(s);
    draw_lines(s);
    name_agents(s);
    note_templates(s);
    survey_mark_shared(s);
    return habits_learn(s, threads, memory);
}

void survey_free(struct survey *s)
{
    if (!s)
        return;
    mem_free(s->clients);
    mem_free(s->hosts);
    mem_free(s->agents);
    mem_free(s->domains);
    mem_free(s->templates);
    mem_free(s->usage);
    mem_free(s->own);
    mem_free(s->duplicate);
    mem_free(s->merged);
    names_free(s->template_names);
    mem_free(s);
}

bool survey_client_has_template(const struct survey *s, uint32_t client, uint32_t template)
{
    const struct client_facts *c = &s->clients[client];
    return c->own_n && bsearch(&template, s->own + c->own_at, c->own_n, sizeof *s->own, by_id);
}

void survey_client_blank(const struct survey *s, uint32_t client, uint32_t host, uint64_t *blank, uint64_t *with)
{
    const struct client_facts *c = &s->clients[client];
    *blank = *with = 0;
    for (uint32_t i = 0; i < c->usage_n; i++) {
        const struct usage *u = &s->usage[c->usage_at + i];
        if (u->host != host && u->agent != NAME_OTHER) /* an agent that was not logged is neither */
            *(s->agents[u->agent].class == AGENT_BLANK ? blank : with) += u->rows;
    }
}

static void fill_visited(const struct survey *s, struct visited *v, uint32_t client)
{
    const struct client_facts *c = &s->clients[client];
    *v = (struct visited){.client = client, .is_filled = true};
    for (uint32_t i = 0; i < c->usage_n; i++) {
        uint16_t hash = intake_referer_hash(names_text(s->intake->hosts, s->usage[c->usage_at + i].host));
        v->bits[hash / 64] |= UINT64_C(1) << (hash % 64);
    }
}

bool survey_client_visited(const struct survey *s, struct visited *v, uint32_t client, uint16_t referer_hash)
{
    if (!v->is_filled || v->client != client)
        fill_visited(s, v, client);
    return v->bits[referer_hash / 64] >> (referer_hash % 64) & 1;
}
