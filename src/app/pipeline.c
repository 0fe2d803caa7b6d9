/* SPDX-License-Identifier: Apache-2.0 */
#include "app/pipeline.h"

#include "app/list_file.h"
#include "detect/registry.h"
#include "tables/sessions.h"

/* Returns when the last event was logged; INT64_MIN: there is none. */
static int64_t set_sums(struct hunt *h)
{
    int64_t last = INT64_MIN, last_windows = INT64_MIN;   /* rows come first: event logs beside them change no story */
    struct hunt_result *r = &h->result;
    r->sources = h->reading.infos;
    r->source_n = h->reading.n;
    r->failures = h->reading.failures;
    r->failure_n = h->reading.failure_n;
    for (size_t i = 0; i < r->source_n; i++) {
        struct source_info *s = &r->sources[i];
        s->duplicate = source_has_rows(s) ? h->survey->duplicate[i] : h->windows->duplicate[i];
        s->merged = h->survey->merged[i] + h->joined[i];
        s->used = s->events - s->duplicate - s->merged;
        if (!source_has_rows(s))
            last_windows = s->events ? max_i64(last_windows, s->last) : last_windows;
        if (!source_has_rows(s) || s->same_as >= 0 || (s->events && s->duplicate == s->events)) /* what is never looked at gives nothing */
            continue;
        r->totals.gives_any |= s->gives;
        last = s->events ? max_i64(last, s->last) : last;
    }
    return last != INT64_MIN ? last : last_windows;
}

/* Which sources are web servers' logs. */
static const bool *servers_of(struct hunt *h)
{
    bool *is_server = arena_new(&h->memory, bool, h->reading.n + 1);
    for (size_t i = 0; i < h->reading.n; i++)
        is_server[i] = h->reading.infos[i].is_server;
    return is_server;
}

/* Rows go to the tables, Windows events to their store. */
struct hunt_worker {
    struct intake_worker *intake;
    struct windows_worker *windows;   /* NULL: there are none */
};

static void *begin_worker(void *hunt)
{
    const struct hunt *h = hunt;
    struct hunt_worker *w = mem_alloc(sizeof *w);
    w->intake = intake_worker_new(h->intake);
    w->windows = h->windows ? windows_worker_new(h->windows) : NULL;
    return w;
}

static fault take_event(void *worker, uint32_t source, uint64_t offset, span line, const event *e)
{
    struct hunt_worker *w = worker;
    return intake_event(w->intake, source, offset, line, e);
}

static fault take_windows(void *worker, uint32_t source, uint64_t offset, span line, const struct windows_event *e)
{
    struct hunt_worker *w = worker;
    (void)line;
    windows_worker_event(w->windows, source, offset, e);
    return NO_FAULT;
}

static fault flush_worker(void *worker)
{
    struct hunt_worker *w = worker;
    if (w->windows)
        windows_worker_flush(w->windows);
    return intake_flush(w->intake);
}

static fault end_worker(void *worker)
{
    struct hunt_worker *w = worker;
    if (w->windows)
        windows_worker_close(w->windows);
    fault f = intake_worker_close(w->intake);
    mem_free(w);
    return f;
}

static const struct row_taker hunt_taker = {.begin = begin_worker, .event = take_event, .flush = flush_worker, .end = end_worker,
                                            .windows = take_windows};

static bool has_windows(const struct reading *r)
{
    for (size_t i = 0; i < r->n; i++)
        if (r->sources[i].layout.windows)
            return true;
    return false;
}

static bool has_sessions(const struct reading *r)
{
    for (size_t i = 0; i < r->n; i++)
        if (format_has_sessions(&r->sources[i].layout))
            return true;
    return false;
}

static fault read_rows(struct hunt *h, struct options *o, reading_progress *progress, void *ctx)
{
    size_t unique = 0;
    TRY(reading_open(&h->reading, o));
    h->suffixes = h->reading.suffixes;
    for (size_t i = 0; i < h->reading.n; i++)
        unique += h->reading.sources[i].same == SAME_UNIQUE;
    size_t stores = has_sessions(&h->reading) ? 2 : 1;
    h->joined = arena_new(&h->memory, uint64_t, h->reading.n + 1);
    h->rows = row_store_new(o->memory / stores, o->tmp);
    h->intake = intake_new(h->suffixes, h->rows, unique > 1);
    h->intake->sessions = stores > 1 ? row_store_new(o->memory / stores, o->tmp) : NULL;
    h->intake->clients_are = &o->clients_are;
    h->intake->is_chained = o->clients_are.proxy_n > 0;
    h->windows = has_windows(&h->reading) ? windows_store_new(h->reading.n, 0) : NULL;
    TRY(copies_read(&h->reading, &hunt_taker, h, progress, ctx, &h->memory, &h->copies));
    if (h->windows)
        windows_seal(h->windows);
    h->intake->copies = h->copies.items;
    h->intake->copy_n = h->copies.n;
    reading_finish(&h->reading);
    intake_seal(h->intake);
    return sessions_join(h->intake, o->threads, o->memory / o->threads, h->reading.n, h->joined);
}

/* By --clients, at the time of the finding's first row, and by event logs of the time. */
static void name_machines(struct hunt *h)
{
    for (size_t i = 0; i < h->investigation.candidate_n; i++) {
        struct finding *f = h->investigation.candidates[i]->finding;
        if (f && h->look && !f->computer.p && f->client.p)
            f->computer = windows_look_computer(h->look, f->client, f->first);
        const struct machine *m = f && f->client.p ? clients_find(h->machines, f->client, f->first) : NULL;
        if (m && m->name.n)
            f->client_name = m->name;
    }
}

fault hunt_run(struct hunt *h, struct options *o, reading_progress *progress, void *ctx)
{
    double (*knobs)[KNOBS_MAX] = arena_alloc(&h->memory, sizeof *knobs, _Alignof(double), DETECTOR_COUNT);
    TRY(knobs_make(&h->memory, o, &h->result, knobs));
    TRY(list_clients(&h->memory, o, &h->machines));
    TRY(read_rows(h, o, progress, ctx));
    size_t load = o->memory / o->threads;   /* of rows, in each thread */
    TRY(survey_new(h->intake, o->threads, load, h->reading.n, &h->survey));
    int64_t last = set_sums(h);
    h->survey->is_server = servers_of(h);
    h->result.as_of = o->as_of != INT64_MIN ? o->as_of : last != INT64_MIN ? min_i64(last, o->until) : 0;
    h->detecting = (struct detecting){.survey = h->survey, .as_of = h->result.as_of,
                                      .gives = h->result.totals.gives_any,
                                      .clients_are_logged = o->clients_are.key == CLIENT_ADDRESS && !o->clients_are.proxy_n,
                                      .knobs = (const double (*)[KNOBS_MAX])knobs};
    h->detecting.gives |= h->survey->has_history ? NEEDS_HISTORY : 0;
    if (h->windows)
        TRY(windows_look(&h->memory, &h->reading, h->windows, h->survey, h->machines, &h->look));
    h->detecting.windows = h->look ? &h->look->view : NULL;
    TRY(investigate(&h->detecting, &h->memory, o->threads, load, &h->investigation));
    name_machines(h);
    struct told told = stories_tell(&h->detecting, &h->memory, &h->investigation);
    h->result.stories = told.stories;
    h->result.story_n = told.story_n;
    h->result.findings = told.findings;
    h->result.finding_n = told.finding_n;
    evidence_read(h);
    summing_up(h);
    return NO_FAULT;
}

void hunt_close(struct hunt *h)
{
    investigation_free(&h->investigation);
    survey_free(h->survey);
    intake_free(h->intake);
    windows_store_free(h->windows);
    row_store_free(h->rows);
    reading_close(&h->reading);
    arena_free(&h->memory);
}
