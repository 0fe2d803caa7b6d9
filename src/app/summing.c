/* SPDX-License-Identifier: Apache-2.0 */
#include "app/pipeline.h"

#include "audit/costs.h"
#include "base/hash.h"
#include "base/when.h"
#include "detect/registry.h"
#include "detect/relation.h"
#include "detect/scoring.h"

#include <stdlib.h>

enum { OPEN_QUESTIONS_MAX = 16, NOTES_EXTRA = 12 + EVENT_LOG_NOTES, LISTS_MAX = 32 };

static void sum_totals(struct hunt *h)
{
    struct hunt_result *r = &h->result;
    struct totals *t = &r->totals;
    t->first = INT64_MAX;
    t->last = INT64_MIN;
    t->gives = UINT64_MAX;
    t->is_epoch = true;
    t->tz_minutes = WHEN_NONE_MINUTES;
    for (size_t i = 0; i < r->source_n; i++) {
        const struct source_info *s = &r->sources[i];
        if (s->same_as >= 0 || !source_has_rows(s))
            continue;
        t->records += s->records;
        t->events += s->events;
        t->skipped += s->skipped;
        t->bad += s->bad;
        t->used += s->used;
        t->duplicate += s->duplicate;
        t->merged += s->merged;
        if (!s->events) /* has no times and shows no fields, but its rows are accounted for */
            continue;
        t->first = min_i64(t->first, s->first);
        t->last = max_i64(t->last, s->last);
        t->gives &= s->gives;
        t->is_epoch &= s->is_epoch;
        t->tz_minutes = t->tz_minutes == WHEN_NONE_MINUTES ? s->tz_minutes : t->tz_minutes;
    }
    if (t->tz_minutes == WHEN_NONE_MINUTES)
        t->tz_minutes = 0;
    t->gives = t->events ? t->gives : 0;
    t->clients = h->survey->client_n;
    t->hosts = h->survey->host_n;
    t->pairs = h->survey->pair_n;
    for (uint32_t a = 0; a < names_limit(h->intake->agents); a++)
        t->agents += h->survey->agents[a].rows && h->survey->agents[a].class != AGENT_BLANK;
}

/* Is it looked at? Copies and sources without rows are not. */
static bool is_looked_at(const struct source_info *s)
{
    return source_has_rows(s) && s->same_as < 0 && s->events && s->duplicate != s->events;
}

/* Has some source that is looked at no value of the field? One that has them does not mend the others. */
static bool is_missing_somewhere(const struct hunt *h, enum field f)
{
    bool is_missing = false, is_any = false;
    for (size_t i = 0; i < h->result.source_n; i++) {
        const struct source_info *s = &h->result.sources[i];
        is_missing |= is_looked_at(s) && !s->value[f];
        is_any |= is_looked_at(s);
    }
    return is_missing || !is_any;
}

/* Has the source no value at all in one of these fields? */
static bool lacks(const struct source_info *s, uint64_t fields)
{
    for (uint64_t bits = fields; bits; bits &= bits - 1)
        if (s->value[__builtin_ctzll(bits)] == 0)
            return true;
    return false;
}

static void add_open(struct hunt *h, enum text_key question, enum text_key effect, uint64_t missing,
                     const struct fact *facts, size_t n)
{
    struct hunt_result *r = &h->result;
    struct could_not_look *c = &r->could_not_look[r->could_not_look_n++];
    *c = (struct could_not_look){sentence_make(&h->memory, question, facts, n), sentence_make(&h->memory, effect, facts, n),
                                 missing, arena_new(&h->memory, uint32_t, r->source_n + 1), 0};
    for (size_t i = 0; i < r->source_n; i++)
        if (r->sources[i].same_as < 0 && source_has_rows(&r->sources[i]) && (!missing || lacks(&r->sources[i], missing)))
            c->sources[c->source_n++] = (uint32_t)i;
}

static void add_cost(struct hunt *h, const struct detector *d, const struct cost *c, uint64_t missing)
{
    struct fact facts[] = {fact_count("possible", (uint64_t)c->possible), fact_count("full", (uint64_t)c->full)};
    if (c->grade == GRADE_NO || c->grade == GRADE_POOR)
        add_open(h, d->question, TEXT_EFFECT_NOTHING, missing, NULL, 0);
    else
        add_open(h, d->question, d->effect, missing, facts, COUNT_OF(facts));
}

/* What the sources by themselves cannot show that another one beside them can: of those, the most that one can reach. */
static void ask_sources(struct hunt *h, const struct detector *d, const struct cost *together)
{
    struct hunt_result *r = &h->result;
    uint32_t *poorer = arena_new(&h->memory, uint32_t, r->source_n + 1);
    size_t n = 0;
    uint64_t missing = 0;
    struct cost best = {0};
    for (size_t i = 0; i < r->source_n; i++) {
        const struct source_info *s = &r->sources[i];
        uint64_t gives = s->gives | (h->detecting.gives & NEEDS_HISTORY);
        struct cost c = cost_of(d, gives);
        bool is_poorer = c.grade > together->grade || c.possible < together->possible;
        if (!is_looked_at(s) || s->is_server || !is_poorer)
            continue;
        missing |= (d->wants | d->needs) & h->detecting.gives & ~gives;
        best = n == 0 || c.grade < best.grade || (c.grade == best.grade && c.possible > best.possible) ? c : best;
        poorer[n++] = (uint32_t)i;
    }
    if (!n)
        return;
    add_cost(h, d, &best, missing);
    r->could_not_look[r->could_not_look_n - 1].sources = poorer;
    r->could_not_look[r->could_not_look_n - 1].source_n = n;
}

/* What each detector cannot see without the fields that no input has, and without those that some have: computed from
 * its signal table. */
static void ask_detectors(struct hunt *h)
{
    for (size_t i = 0; i < detector_n; i++) {
        const struct detector *d = detectors[i];
        if (!d->pair && !h->detecting.windows)
            continue;
        struct cost c = cost_of(d, h->detecting.gives);
        if (c.grade != GRADE_YES)
            add_cost(h, d, &c, (d->wants | d->needs) & ~h->detecting.gives);
        ask_sources(h, d, &c);
    }
}

/* Web servers' logs are not hunted in. */
static void ask_whose_log(struct hunt *h)
{
    struct hunt_result *r = &h->result;
    uint64_t servers = 0;
    for (size_t i = 0; i < r->source_n; i++)
        servers += r->sources[i].same_as < 0 && r->sources[i].is_server;
    struct fact facts[] = {fact_count("sources", servers)};
    if (!servers)
        return;
    add_open(h, TEXT_QUESTION_INSIDE, TEXT_EFFECT_INSIDE, 0, facts, COUNT_OF(facts));
    struct could_not_look *c = &r->could_not_look[r->could_not_look_n - 1];
    c->source_n = 0;
    for (size_t i = 0; i < r->source_n; i++)
        if (r->sources[i].same_as < 0 && r->sources[i].is_server)
            c->sources[c->source_n++] = (uint32_t)i;
}

static void ask_the_log(struct hunt *h)
{
    const struct totals *t = &h->result.totals;
    uint64_t connects = h->survey->connects;
    int64_t span_ms = t->last > t->first ? t->last - t->first : 0;
    double days_s = 86400.0 * day_set_count(&h->survey->days);   /* one stray stamp makes a long log, but no days */
    double span_s = (double)span_ms / 1000.0;
    struct fact facts[] = {fact_seconds("span_s", span_s < days_s ? span_s : days_s), fact_count("connects", connects)};
    if (is_missing_somewhere(h, FIELD_USER))
        add_open(h, TEXT_QUESTION_USER, TEXT_EFFECT_USER, FIELD_BIT(USER), NULL, 0);
    if (is_missing_somewhere(h, FIELD_SERVER_IP))
        add_open(h, TEXT_QUESTION_SERVER, TEXT_EFFECT_SERVER, FIELD_BIT(SERVER_IP), NULL, 0);
    if (!h->survey->has_history)
        add_open(h, TEXT_QUESTION_HABITS, TEXT_EFFECT_HABITS, 0, facts, COUNT_OF(facts));
    if (connects) {
        add_open(h, TEXT_QUESTION_HTTPS, TEXT_EFFECT_HTTPS, 0, facts, COUNT_OF(facts));
        add_open(h, TEXT_QUESTION_OPEN, TEXT_EFFECT_OPEN, 0, NULL, 0);
    }
}

static void sum_leads(struct hunt *h)
{
    struct hunt_result *r = &h->result;
    const struct investigation *v = &h->investigation;
    size_t total = 0;
    r->leads = arena_new(&h->memory, struct lead_count, LEAD_KINDS);
    for (size_t k = 0; k < LEAD_KINDS; k++)
        total += v->lead_row_n[k];
    r->lead_rows = arena_new(&h->memory, struct lead_row, total + 1);
    for (size_t k = 0; k < LEAD_KINDS; k++) {
        if (v->leads[k])
            r->leads[r->lead_n++] = (struct lead_count){lead_key(k), v->leads[k]};
        for (size_t i = 0; i < v->lead_row_n[k]; i++) {
            const struct lead *l = &v->lead_rows[k][i];
            r->lead_rows[r->lead_row_n++] = (struct lead_row){
                lead_key(k), relation_client(h->survey, l->client), relation_host(h->survey, l->host),
                l->agent == NAME_OTHER ? (span){NULL, 0} : relation_agent(h->survey, l->agent), l->first, l->last, l->events, {TEXT_NONE, NULL, 0}};
        }
    }
}

/* By kind (in order of the counts), then the most events, then names. */
static int by_events(const void *x, const void *y)
{
    const struct lead_row *a = x, *b = y;
    int order = strcmp(a->name, b->name);
    if (order)
        return order;
    if (a->events != b->events)
        return a->events > b->events ? -1 : 1;
    order = span_cmp(a->client, b->client);
    return order ? order : span_cmp(a->host, b->host);
}

/* By kind, then host. */
static int by_kind(const void *x, const void *y)
{
    const struct explained *a = x, *b = y;
    int order = strcmp(a->kind, b->kind);
    return order ? order : span_cmp(a->host, b->host);
}

/* One line per kind and host, with the number of its pairs. */
static void sum_explained(struct hunt *h)
{
    struct hunt_result *r = &h->result;
    const struct investigation *v = &h->investigation;
    size_t n = 0;
    r->explained = arena_new(&h->memory, struct explained, v->explained_n + 1);
    for (size_t i = 0; i < v->explained_n; i++) {
        const struct candidate *c = v->explained[i].candidate;
        r->explained[i] = (struct explained){c->detector->kind, relation_host(h->survey, c->host),
                                             relation_agent(h->survey, c->agent), 1, h->survey->hosts[c->host].clients,
                                             v->explained[i].why};
    }
    if (v->explained_n)
        qsort(r->explained, v->explained_n, sizeof *r->explained, by_kind);
    for (size_t i = 0; i < v->explained_n; i++) {
        if (n && by_kind(&r->explained[n - 1], &r->explained[i]) == 0)
            r->explained[n - 1].pairs++;
        else
            r->explained[n++] = r->explained[i];
    }
    r->explained_n = n;
    r->popular_hosts = v->popular_hosts;
    r->popular_pairs = v->popular_pairs;
}

static void add_note(struct hunt *h, enum text_key key, const struct fact *facts, size_t n)
{
    h->result.notes[h->result.note_n++] = sentence_make(&h->memory, key, facts, n);
}

/* The same rows in two layouts are not copies to the letter: they count twice, and that is said. */
static bool tells_the_same(const struct source_info *a, const struct source_info *b)
{
    enum { ROUNDING_MS = 1000 };
    return a->events == b->events && !span_eq(a->definition, b->definition) && llabs(a->first - b->first) <= ROUNDING_MS &&
           llabs(a->last - b->last) <= ROUNDING_MS;
}

static bool is_copy_of_any(const struct hunt *h, size_t source)
{
    size_t n = 0;
    while (n < h->copies.n && h->copies.items[n].source != source)
        n++;
    return n < h->copies.n;
}

/* What of a source stands in another one too, and so was left out. */
static bool note_copies(struct hunt *h, size_t at)
{
    enum { NAMED = 3 };
    size_t n = 0;
    for (size_t i = 0; i < h->copies.n; i++) {
        const struct overlap_copy *c = &h->copies.items[i];
        struct fact facts[] = {fact_text("path", h->result.sources[at].path), fact_text("other", h->result.sources[c->of].path),
                               fact_share("share", c->share), fact_time("from", c->from), fact_time("to", c->to)};
        if (c->source == at && !is_copy_of_any(h, c->of) && n++ < NAMED)
            add_note(h, TEXT_NOTE_COPY, facts, COUNT_OF(facts));
    }
    return n > 0;
}

static void note_source(struct hunt *h, size_t at)
{
    const struct hunt_result *r = &h->result;
    const struct source_info *s = &r->sources[at];
    struct fact facts[] = {fact_text("path", s->path), fact_text("definition", s->definition), fact_count("bad", s->bad),
                           fact_count("records", s->records), fact_text("format", s->format),
                           fact_count("lines", s->not_followed), fact_count("limit", HEADERS_MAX),
                           fact_text("other", (span){NULL, 0})};
    if (s->is_inferred)
        add_note(h, TEXT_NOTE_INFERRED, facts, COUNT_OF(facts));
    if (s->direction_unknown)
        add_note(h, TEXT_NOTE_DIRECTION, facts, COUNT_OF(facts));
    if (s->is_server)
        add_note(h, s->is_server_by_rows ? TEXT_NOTE_SERVER_ROWS : TEXT_NOTE_SERVER_LOG, facts, COUNT_OF(facts));
    if (s->not_followed)
        add_note(h, TEXT_NOTE_HEADERS, facts, COUNT_OF(facts));
    if (s->tz_assumed)
        add_note(h, TEXT_NOTE_TZ_ASSUMED, facts, COUNT_OF(facts));
    if (s->bad * 20 >= s->records && s->bad)
        add_note(h, TEXT_NOTE_BAD, facts, COUNT_OF(facts));
    bool is_copy = note_copies(h, at);
    for (size_t i = 0; i < at && s->events && !is_copy; i++)
        if (r->sources[i].same_as < 0 && source_has_rows(s) && source_has_rows(&r->sources[i]) && !is_copy_of_any(h, i) &&
            tells_the_same(&r->sources[i], s)) {
            facts[COUNT_OF(facts) - 1].text = r->sources[i].path;
            add_note(h, TEXT_NOTE_SAME_TRAFFIC, facts, COUNT_OF(facts));
            break;
        }
}

/* The first of the addresses of several machines or people, by name. */
static size_t first_shared(const struct survey *s, span *named, size_t max)
{
    size_t n = 0;
    for (uint32_t c = 0; c < names_limit(s->intake->clients); c++) {
        if (!s->clients[c].shared)
            continue;
        span name = relation_client(s, c);
        size_t at = n;
        for (; at && span_cmp(name, named[at - 1]) < 0; at--)
            if (at < max)
                named[at] = named[at - 1];
        if (at < max)
            named[at] = name;
        n += n < max;
    }
    return n;
}

struct sentence shared_clients(arena *a, const struct survey *s)
{
    enum { NAMED = 3 };
    span named[NAMED];
    size_t n = first_shared(s, named, NAMED);
    if (n == 0)
        return (struct sentence){TEXT_NONE, NULL, 0};
    span list = named[0];
    for (size_t i = 1; i < n; i++)
        list = arena_printf(a, "%.*s, %.*s", (int)list.n, list.p, (int)named[i].n, named[i].p);
    struct fact facts[] = {fact_count("clients", s->shared_n), fact_text("examples", list)};
    return sentence_make(a, TEXT_NOTE_SHARED, facts, COUNT_OF(facts));
}

static void note_shared(struct hunt *h)
{
    struct sentence said = shared_clients(&h->memory, h->survey);
    if (said.key)
        add_note(h, said.key, said.facts, said.n);
}

static void note_proxies(struct hunt *h)
{
    const struct survey *s = h->survey;
    struct fact told = fact_count("rows", s->told), unnamed = fact_count("rows", s->unnamed);
    if (s->told)
        add_note(h, TEXT_NOTE_TOLD, &told, 1);
    if (s->unnamed)
        add_note(h, TEXT_NOTE_UNNAMED, &unnamed, 1);
    struct fact client = fact_text("client", s->likely_proxy == NAME_OTHER ? (span){NULL, 0} : relation_client(s, s->likely_proxy));
    if (s->likely_proxy != NAME_OTHER)
        add_note(h, TEXT_NOTE_LIKELY_PROXY, &client, 1);
}

/* Events beyond the limit of their class. */
static void note_windows(struct hunt *h)
{
    static const enum text_key keys[WINDOWS_CLASS_COUNT] = {TEXT_NOTE_WINDOWS_SESSIONS, TEXT_NOTE_WINDOWS_NETWORK,
                                                            TEXT_NOTE_WINDOWS_CONNECTIONS, TEXT_NOTE_WINDOWS_PROCESSES};
    for (size_t c = 0; h->windows && c < WINDOWS_CLASS_COUNT; c++) {
        struct fact facts[] = {fact_count("events", h->windows->dropped[c].n), fact_time("until", h->windows->dropped[c].until),
                               fact_count("limit", WINDOWS_KEPT_MAX)};
        if (h->windows->dropped[c].n)
            add_note(h, keys[c], facts, COUNT_OF(facts));
    }
}

static void write_notes(struct hunt *h)
{
    struct hunt_result *r = &h->result;
    r->notes = arena_new(&h->memory, struct sentence, r->source_n * 10 + NOTES_EXTRA);
    for (size_t i = 0; i < r->source_n; i++)
        if (r->sources[i].same_as < 0)
            note_source(h, i);
    struct fact clients = fact_count("clients", h->survey->client_n);
    if (h->survey->client_n && h->survey->client_n < RARITY_MIN_CLIENTS)
        add_note(h, TEXT_NOTE_FEW_CLIENTS, &clients, 1);
    note_shared(h);
    note_proxies(h);
    note_windows(h);
    r->note_n += event_log_notes(h, r->notes + r->note_n);
    struct fact sampled = fact_count("rows", h->survey->sampled);
    if (h->survey->sampled)
        add_note(h, TEXT_NOTE_SAMPLED, &sampled, 1);
    uint64_t refused = names_refused(h->intake->clients) + names_refused(h->intake->hosts) +
                       names_refused(h->intake->agents) + names_refused(h->intake->files) +
                       names_refused(h->intake->users) + names_refused(h->intake->servers);
    struct fact names = fact_count("names", refused);
    if (refused)
        add_note(h, TEXT_NOTE_NAMES, &names, 1);
}

/* The run is named by what decides its result: version, inputs, knobs, as_of. */
static void name_run(struct hunt *h)
{
    struct hunt_result *r = &h->result;
    sha256 hash = sha256_begin();
    sha256_part(&hash, SPAN(KONSEKI_VERSION));
    for (size_t i = 0; i < r->source_n; i++) {
        uint64_t sums[] = {r->sources[i].bytes, r->sources[i].records, r->sources[i].events, r->sources[i].used};
        sha256_part(&hash, r->sources[i].path);
        sha256_part(&hash, span_of((const char *)sums, sizeof sums));
    }
    for (size_t i = 0; i < r->knob_n; i++)
        sha256_part(&hash, span_of((const char *)&r->knobs[i].value, sizeof r->knobs[i].value));
    sha256_part(&hash, span_of((const char *)&r->as_of, sizeof r->as_of));
    for (size_t i = 0; i < r->finding_n; i++)
        sha256_part(&hash, span_str(r->findings[i]->id));
    sha256_end(&hash, r->run_id, 16);
}

void summing_up(struct hunt *h)
{
    struct hunt_result *r = &h->result;
    r->lists = arena_new(&h->memory, struct list_used, LISTS_MAX);
    r->list_n = known_lists(h->suffixes, r->lists, LISTS_MAX);
    r->could_not_look = arena_new(&h->memory, struct could_not_look, OPEN_QUESTIONS_MAX);
    sum_totals(h);
    sum_event_logs(h);
    ask_whose_log(h);
    ask_detectors(h);
    ask_the_log(h);
    sum_leads(h);
    qsort(r->lead_rows, r->lead_row_n, sizeof *r->lead_rows, by_events);
    sum_explained(h);
    write_notes(h);
    name_run(h);
}
