/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/stories.h"

#include "detect/beacon.h"
#include "detect/registry.h"
#include "detect/relation.h"

#include <math.h>
#include <stdlib.h>

/* A server address behind more names than this is a shared one and links nothing. */
enum { SERVER_NAMES_MAX = 3, FILE_SIZE_MIN = 1 };

/* Two findings with equal keys of a kind are linked. */
struct link_key { span key; uint64_t number; size_t finding; };

struct linking {
    const struct detecting *d;
    arena *memory;
    struct candidate **items;      /* with a finding */
    size_t n;
    size_t *parent;                /* union-find */
    struct story_link *links;
    size_t *link_of;               /* a finding of the link */
    size_t link_n;
    struct link_key *keys;
    size_t key_n, key_max;
    uint32_t *server_names;        /* hosts per server address */
};

static size_t root_of(struct linking *l, size_t i)
{
    while (l->parent[i] != i)
        i = l->parent[i] = l->parent[l->parent[i]];
    return i;
}

static void add_key(struct linking *l, span key, uint64_t number, size_t finding)
{
    if (l->key_n < l->key_max)
        l->keys[l->key_n++] = (struct link_key){key, number, finding};
}

static int by_key(const void *x, const void *y)
{
    const struct link_key *a = x, *b = y;
    int order = span_cmp(a->key, b->key);
    if (!order)
        order = (a->number > b->number) - (a->number < b->number);
    return order ? order : (a->finding > b->finding) - (a->finding < b->finding);
}

/* Links neighbours with equal keys; the keys are used up. */
static void link_equal(struct linking *l, enum text_key why, const char *fact)
{
    qsort(l->keys, l->key_n, sizeof *l->keys, by_key);
    for (size_t i = 1; i < l->key_n; i++) {
        const struct link_key *a = &l->keys[i - 1], *b = &l->keys[i];
        size_t x = root_of(l, a->finding), y = root_of(l, b->finding);
        if (x == y || !span_eq(a->key, b->key) || a->number != b->number)
            continue;
        l->parent[x > y ? x : y] = x > y ? y : x;
        struct story_link *link = &l->links[l->link_n];
        memcpy(link->a, l->items[a->finding]->finding->id, sizeof link->a);
        memcpy(link->b, l->items[b->finding]->finding->id, sizeof link->b);
        struct fact value = fact_text(fact, a->key);
        link->why = sentence_make(l->memory, why, &value, 1);
        l->link_of[l->link_n++] = a->finding;
    }
    l->key_n = 0;
}

struct server_keys { struct linking *l; size_t finding; };

static void add_server(void *ctx, uint32_t server)
{
    struct server_keys *k = ctx;
    if (k->l->server_names[server] <= SERVER_NAMES_MAX)
        add_key(k->l, names_text(k->l->d->survey->intake->servers, server), 0, k->finding);
}

/* Periods within 10 % of each other mostly fall into one step. */
static uint64_t period_step(double period_s) { return period_s > 0 ? (uint64_t)(20 * log(1 + period_s)) : 0; }

/* A beat of the client's own browser, on which nobody would act: it joins nothing through its client. */
static bool is_weak(const struct candidate *c)
{
    return c->relation == RELATION_OWN && c->finding->action != ACTION_ACT_NOW;
}

/* A session lies in a row of a pair: the pair's tunnel belongs to it before anything else does. */
static void link_sessions(struct linking *l)
{
    for (size_t i = 0; i < l->n; i++) {
        const struct candidate *c = l->items[i];
        const struct finding *f = c->finding;
        bool is_one = c->detector == &detector_rdp_loopback || c->detector == &detector_tunnel;
        if (is_one && !c->has_no_client && !c->has_no_host)
            add_key(l, arena_printf(l->memory, "%.*s -> %.*s", (int)f->client.n, f->client.p, (int)f->host.n, f->host.p), 0, i);
    }
    link_equal(l, TEXT_LINK_SESSION, "pair");
    for (size_t i = 0; i < l->n; i++)
        if (l->items[i]->computer.n && l->items[i]->finding->action != ACTION_ASK_OWNER)
            add_key(l, l->items[i]->computer, 0, i);
    link_equal(l, TEXT_LINK_COMPUTER, "computer");
}

static void link_all(struct linking *l)
{
    const struct survey *s = l->d->survey;
    link_sessions(l);
    for (size_t i = 0; i < l->n; i++)
        if (!l->items[i]->has_no_host)
            add_key(l, l->items[i]->finding->host, 0, i);
    link_equal(l, TEXT_LINK_HOST, "host");
    for (size_t i = 0; i < l->n; i++)
        if (!l->items[i]->has_no_host)
            companions_each(s->intake->host_servers, l->items[i]->host, add_server, &(struct server_keys){l, i});
    link_equal(l, TEXT_LINK_SERVER, "server_ip");
    for (size_t i = 0; i < l->n; i++)
        if (l->items[i]->relation == RELATION_MASQUERADE && relation_agent_is_rare(s, l->items[i]->agent))
            add_key(l, names_text(s->template_names, s->agents[l->items[i]->agent].template), 0, i);
    link_equal(l, TEXT_LINK_AGENT, "agent");
    for (size_t i = 0; i < l->n; i++)
        if (l->items[i]->file != NAME_OTHER && l->items[i]->in >= FILE_SIZE_MIN)
            add_key(l, l->items[i]->finding->file, l->items[i]->in / l->items[i]->events, i);
    link_equal(l, TEXT_LINK_FILE, "file");
    for (size_t i = 0; i < l->n; i++)
        if (l->items[i]->period_s > 0 && l->items[i]->agent_state == STATE_VALUE)
            add_key(l, names_text(s->template_names, s->agents[l->items[i]->agent].template),
                    period_step(l->items[i]->period_s), i);
    link_equal(l, TEXT_LINK_PERIOD, "agent");
    for (size_t i = 0; i < l->n; i++)
        if (!l->items[i]->has_no_client && !is_weak(l->items[i]) && l->items[i]->finding->action != ACTION_ASK_OWNER)
            add_key(l, l->items[i]->finding->client, 0, i);
    link_equal(l, TEXT_LINK_CLIENT, "client");
}

/* Findings of one story, strongest first. */
static int by_strength(const void *x, const void *y)
{
    const struct finding *a = (*(struct candidate *const *)x)->finding, *b = (*(struct candidate *const *)y)->finding;
    if (a->action != b->action)
        return a->action > b->action ? -1 : 1;
    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    return strcmp(a->id, b->id);
}

static int by_urgency(const void *x, const void *y)
{
    const struct story *a = x, *b = y;
    if (a->action != b->action)
        return a->action > b->action ? -1 : 1;
    if (a->severity != b->severity)
        return a->severity > b->severity ? -1 : 1;
    if (a->findings[0]->score != b->findings[0]->score)
        return a->findings[0]->score > b->findings[0]->score ? -1 : 1;
    if (a->finding_n != b->finding_n)
        return a->finding_n > b->finding_n ? -1 : 1;
    return strcmp(a->id, b->id);
}

static void set_id(struct story *story)
{
    const struct finding *earliest = story->findings[0];
    for (size_t i = 1; i < story->finding_n; i++) {
        const struct finding *f = story->findings[i];
        if (f->first < earliest->first || (f->first == earliest->first && strcmp(f->id, earliest->id) < 0))
            earliest = f;
    }
    memcpy(story->id, earliest->id, sizeof story->id);
}

struct links { struct story_link *items; size_t n; };

/* One story of the findings `of`, held together by `links`. */
static void tell(const struct detecting *d, arena *memory, struct told *told,
                 struct candidate **of, size_t n, struct links links)
{
    struct story *story = &told->stories[told->story_n++];
    qsort(of, n, sizeof *of, by_strength);
    *story = (struct story){.findings = arena_new(memory, const struct finding *, n), .finding_n = n};
    for (size_t i = 0; i < n; i++) {
        const struct finding *f = of[i]->finding;
        story->findings[i] = f;
        story->action = f->action > story->action ? f->action : story->action;
        story->severity = f->severity > story->severity ? f->severity : story->severity;
    }
    story->links = links.items;
    story->link_n = links.n;
    set_id(story);
    story_write(d, memory, story, of, n);
}

struct rooted { size_t root, place; };

static int by_root(const void *x, const void *y)
{
    const struct rooted *a = x, *b = y;
    if (a->root != b->root)
        return a->root < b->root ? -1 : 1;
    return (a->place > b->place) - (a->place < b->place);
}

/* The links, those of one story side by side; `rooted` says whose they are. */
static struct story_link *links_by_root(struct linking *l, struct rooted *rooted)
{
    struct story_link *links = arena_new(l->memory, struct story_link, l->link_n + 1);
    for (size_t i = 0; i < l->link_n; i++)
        rooted[i] = (struct rooted){root_of(l, l->link_of[i]), i};
    qsort(rooted, l->link_n, sizeof *rooted, by_root);
    for (size_t i = 0; i < l->link_n; i++)
        links[i] = l->links[rooted[i].place];
    return links;
}

static void tell_linked(struct linking *l, struct told *told)
{
    struct rooted *rooted = mem_alloc((l->n + 1) * sizeof *rooted), *linked = mem_alloc((l->n + 1) * sizeof *linked);
    struct candidate **of = arena_new(l->memory, struct candidate *, l->n + 1);
    struct story_link *links = links_by_root(l, linked);
    for (size_t i = 0; i < l->n; i++)
        rooted[i] = (struct rooted){root_of(l, i), i};
    qsort(rooted, l->n, sizeof *rooted, by_root);
    for (size_t i = 0; i < l->n; i++)
        of[i] = l->items[rooted[i].place];
    for (size_t i = 0, n, at = 0, link_n; i < l->n; i += n, at += link_n) {
        for (n = 1; i + n < l->n && rooted[i + n].root == rooted[i].root;)
            n++;
        for (link_n = 0; at + link_n < l->link_n && linked[at + link_n].root == rooted[i].root;)
            link_n++;
        tell(l->d, l->memory, told, of + i, n, (struct links){links + at, link_n});
    }
    mem_free(rooted);
    mem_free(linked);
}

static void link_and_tell(const struct detecting *d, arena *memory, struct told *told,
                          struct candidate **items, size_t n)
{
    uint32_t servers = names_limit(d->survey->intake->servers);
    struct linking l = {.d = d, .memory = memory, .items = items, .n = n, .key_max = n * (FINDING_LIST_MAX + 1)};
    l.parent = arena_new(memory, size_t, n + 1);
    l.links = arena_new(memory, struct story_link, n + 1);
    l.link_of = arena_new(memory, size_t, n + 1);
    l.keys = mem_alloc((l.key_max + 1) * sizeof *l.keys);
    l.server_names = mem_alloc(((size_t)servers + 1) * sizeof *l.server_names);
    companions_count(d->survey->intake->host_servers, l.server_names, servers);
    for (size_t i = 0; i < n; i++)
        l.parent[i] = i;
    link_all(&l);
    tell_linked(&l, told);
    mem_free(l.keys);
    mem_free(l.server_names);
}

struct told stories_tell(const struct detecting *d, arena *memory, const struct investigation *v)
{
    struct told told = {.stories = arena_new(memory, struct story, v->candidate_n + 1),
                        .findings = arena_new(memory, struct finding *, v->candidate_n + 1)};
    struct candidate **items = arena_new(memory, struct candidate *, v->candidate_n + 1);
    size_t n = 0;
    for (size_t i = 0; i < v->candidate_n; i++)
        if (v->candidates[i]->finding && v->candidates[i]->finding->action >= ACTION_ASK_OWNER)
            items[n++] = v->candidates[i];
    link_and_tell(d, memory, &told, items, n);
    qsort(told.stories, told.story_n, sizeof *told.stories, by_urgency);
    for (size_t i = 0; i < told.story_n; i++)
        for (size_t k = 0; k < told.stories[i].finding_n; k++)
            told.findings[told.finding_n++] = (struct finding *)told.stories[i].findings[k];
    return told;
}
