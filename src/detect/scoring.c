/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/scoring.h"

#include "detect/relation.h"

enum { REFUTE_MAX = 4 };

void scoring_give(struct judging *j, size_t index, int points, const struct fact *facts, size_t n)
{
    if (points == 0)
        return;
    if (j->signal_n == SIGNALS_MAX)
        panic("a detector gives more signals than SIGNALS_MAX");
    const struct signal_def *def = &j->detector->signals[index];
    j->signals[j->signal_n++] = (struct signal){def, points, sentence_make(j->memory, def->text, facts, n)};
}

static int capped(const struct group_def *g, int sum) { return sum > g->cap ? g->cap : sum; }

static int group_sum(const struct judging *j, const struct group_def *g)
{
    int sum = 0;
    for (size_t i = 0; i < j->signal_n; i++)
        if (span_eq(span_str(j->signals[i].def->group), span_str(g->name)))
            sum += j->signals[i].points;
    return sum;
}

static int group_points(const struct judging *j, const struct group_def *g) { return capped(g, group_sum(j, g)); }

int scoring_group(const struct judging *j, const char *group)
{
    for (size_t i = 0; i < j->detector->group_n; i++)
        if (span_eq(span_str(j->detector->groups[i].name), span_str(group)))
            return group_points(j, &j->detector->groups[i]);
    panic("a detector asks for a group it does not have");
}

int scoring_total(const struct judging *j)
{
    int total = 0;
    for (size_t i = 0; i < j->detector->group_n; i++)
        total += group_points(j, &j->detector->groups[i]);
    return total;
}

int scoring_max(const struct detecting *d, const struct detector *detector)
{
    int total = 0;
    for (size_t g = 0; g < detector->group_n; g++) {
        int sum = 0;
        for (size_t i = 0; i < detector->signal_n; i++) {
            const struct signal_def *s = &detector->signals[i];
            if (s->points > 0 && (s->needs & ~d->gives) == 0 &&
                span_eq(span_str(s->group), span_str(detector->groups[g].name)))
                sum += s->points;
        }
        total += capped(&detector->groups[g], sum);
    }
    return total;
}

void scoring_cap(struct judging *j, enum severity most)
{
    if (j->finding->severity > most)
        j->finding->severity = most;
    enum severity s = j->finding->severity;
    j->finding->action = s >= SEVERITY_HIGH ? ACTION_ACT_NOW : s == SEVERITY_MEDIUM ? ACTION_LOOK_TODAY : ACTION_NONE;
}

static void list_capped(struct judging *j)
{
    struct finding *f = j->finding;
    f->capped = arena_new(j->memory, const char *, j->detector->group_n);
    for (size_t i = 0; i < j->detector->group_n; i++)
        if (group_sum(j, &j->detector->groups[i]) > j->detector->groups[i].cap)
            f->capped[f->capped_n++] = j->detector->groups[i].name;
}

void scoring_finish(struct judging *j)
{
    struct finding *f = j->finding;
    f->medium_at = (int)scoring_knob(j->d, j->detector, KNOB_MEDIUM);
    f->high_at = (int)scoring_knob(j->d, j->detector, KNOB_HIGH);
    f->critical_at = (int)scoring_knob(j->d, j->detector, KNOB_CRITICAL);
    f->score = scoring_total(j);
    list_capped(j);
    f->score_max = scoring_max(j->d, j->detector);
    f->signals = arena_new(j->memory, struct signal, j->signal_n + 1);
    memcpy(f->signals, j->signals, j->signal_n * sizeof *f->signals);
    f->signal_n = j->signal_n;
    f->severity = f->score >= f->critical_at ? SEVERITY_CRITICAL
                  : f->score >= f->high_at   ? SEVERITY_HIGH
                  : f->score >= f->medium_at ? SEVERITY_MEDIUM
                                             : SEVERITY_LOW;
    scoring_cap(j, SEVERITY_CRITICAL);
}

struct collecting { const struct names *names; struct text_list *list; };

/* Keeps the first FINDING_LIST_MAX names in the order of their bytes, whatever the order they come in. */
static void collect_name(void *ctx, uint32_t id)
{
    struct collecting *c = ctx;
    struct text_list *l = c->list;
    span name = names_text(c->names, id);
    if (l->n == FINDING_LIST_MAX) {
        l->more++;
        if (span_cmp(name, l->items[l->n - 1]) >= 0)
            return;
        l->n--;
    }
    size_t at = l->n++;
    for (; at && span_cmp(name, l->items[at - 1]) < 0; at--)
        l->items[at] = l->items[at - 1];
    l->items[at] = name;
}

static void list_companions(arena *memory, const struct companions *set, const struct names *names, uint32_t of,
                            struct text_list *list)
{
    struct collecting c = {names, list};
    list->items = arena_new(memory, span, FINDING_LIST_MAX);
    companions_each(set, of, collect_name, &c);
}

static void set_who_and_where(const struct detecting *d, arena *memory, const struct candidate *c, struct finding *f)
{
    const struct survey *s = d->survey;
    f->computer = c->computer;
    if (!c->has_no_client) {
        f->client = relation_client(s, c->client);
        list_companions(memory, s->intake->client_users, s->intake->users, c->client, &f->users);
    }
    if (!c->has_no_host) {
        f->host = c->is_domain ? relation_domain(s, c->host) : relation_host(s, c->host);
        f->domain = relation_domain(s, c->host);
        list_companions(memory, s->intake->host_servers, s->intake->servers, c->host, &f->server_ips);
    }
}

struct finding *scoring_finding(const struct detecting *d, arena *memory, const struct candidate *c)
{
    const struct survey *s = d->survey;
    struct finding *f = arena_new(memory, struct finding, 1);
    f->kind = c->detector->kind;
    f->attack = c->detector->attack;
    set_who_and_where(d, memory, c, f);
    f->agent = c->agent_state == STATE_UNLOGGED ? (span){NULL, 0}
               : c->relation == RELATION_BLANK  ? SPAN("") : relation_agent(s, c->agent);
    f->file = c->file == NAME_OTHER ? (span){NULL, 0} : names_text(s->intake->files, c->file);
    f->port = c->port;
    f->first = c->first;
    f->last = c->last;
    f->is_active = c->is_active;
    f->events = c->events;
    f->has_out = c->flags & ROW_HAS_OUT;
    f->has_in = c->flags & ROW_HAS_IN;
    f->has_duration = c->flags & ROW_HAS_DURATION;
    f->bytes_out = c->out;
    f->bytes_in = c->in;
    f->duration_s = c->duration_s;
    f->period_s = c->period_s;
    f->missing = c->detector->wants & ~d->gives;
    memcpy(f->outcomes, c->outcomes, sizeof f->outcomes);
    f->refute = arena_new(memory, struct sentence, REFUTE_MAX);
    return f;
}

void scoring_set_summary(struct judging *j, enum text_key key, const struct fact *facts, size_t n)
{
    j->finding->summary = sentence_make(j->memory, key, facts, n);
}

void scoring_add_refute(struct judging *j, enum text_key key, const struct fact *facts, size_t n)
{
    if (j->finding->refute_n < REFUTE_MAX)
        j->finding->refute[j->finding->refute_n++] = sentence_make(j->memory, key, facts, n);
}
