/* SPDX-License-Identifier: Apache-2.0 */
/* The verb rows. Blocks are parsed by all threads and written in their order (turns.h). With --around the inputs are
 * read twice: to learn when each client had a row that matches, then to write those rows and the ones near them. */
#include "app/progress.h"
#include "app/reading.h"
#include "app/turns.h"
#include "app/verb.h"
#include "event/value.h"
#include "report/ecs_json.h"
#include "report/event_json.h"
#include "tables/nearby.h"

#include <unistd.h>

static const char about[] =
    "Each row as it was logged, with the name of its input and its line in front, as grep -n has it:\n"
    "INPUT:LINE:row, and INPUT-LINE-row for what --around adds. Rows come in the order of inputs and lines.\n"
    "To a terminal, characters that could play tricks with it are shown escaped; elsewhere bytes stay bytes.\n";

struct rows {
    struct call *call;
    struct reading reading;
    struct account account;
    struct progress progress;
    struct turns turns;
    struct nearby *nearby;
    sink *o;
    struct json json;
    struct ecs_names names;   /* of --ecs */
    bool is_escaped;          /* for a terminal */
    uint64_t context;         /* rows that --around added */
    fault fault;              /* of the reading, met while the result was written */
};

/* A row of the block in hand that is to be written. */
struct hit {
    span line;
    uint64_t offset;
    size_t json, json_n;      /* its event in `events` */
    bool is_context;
};

struct rows_worker {
    struct rows *rows;
    struct hit *hits;
    size_t n, capacity;
    sink events;              /* of the hits, as JSON */
};

static void *begin(void *rows)
{
    struct rows_worker *w = mem_alloc(sizeof *w);
    w->rows = rows;
    w->events = sink_memory();
    return w;
}

static fault end(void *worker)
{
    struct rows_worker *w = worker;
    array_free((void **)&w->hits, &w->capacity);
    fault f = sink_done(&w->events);
    mem_free(w);
    return f;
}

static void write_event(struct rows_worker *w, const struct ecs_row *row, const event *e)
{
    if (w->rows->call->options.form == FORM_ECS) {
        ecs_json(&w->events, &w->rows->names, row, e);
    } else if (w->rows->call->options.form != FORM_TEXT) {
        struct json j = json_begin_line(&w->events, LANG_EN);
        event_json(&j, NULL, e);
    }
}

static void keep(struct rows_worker *w, uint32_t source, span line, uint64_t offset, const event *e, bool is_context)
{
    struct hit h = {.line = line, .offset = offset, .json = w->events.used, .is_context = is_context};
    write_event(w, &(struct ecs_row){w->rows->reading.infos[source].path, offset, is_context}, e);
    h.json_n = w->events.used - h.json;
    if (!array_reserve((void **)&w->hits, &w->capacity, w->n + 1, sizeof *w->hits, INPUT_LINE_MAX))
        panic("a block has more lines than bytes");
    w->hits[w->n++] = h;
}

static fault take_match(void *worker, uint32_t source, uint64_t offset, span line, const event *e)
{
    keep(worker, source, line, offset, e, false);
    return NO_FAULT;
}

static span client_of(const event *e, struct value_room *room)
{
    return event_has(e, FIELD_CLIENT) ? event_value(e, FIELD_CLIENT, room) : (span){NULL, 0};
}

/* What the filter leaves out: context where the same client has a match nearby. */
static fault take_other(void *worker, uint32_t source, uint64_t offset, span line, const event *e)
{
    struct rows_worker *w = worker;
    struct value_room room;
    span client = client_of(e, &room);
    if (client.n && nearby_has(w->rows->nearby, client, event_start(e), event_end(e)))
        keep(w, source, line, offset, e, true);
    return NO_FAULT;
}

static void put_text(struct rows *r, const struct hit *h, uint32_t source, uint64_t number)
{
    char mark = h->is_context ? '-' : ':';
    sink_tty(r->o, r->reading.infos[source].path);
    sink_char(r->o, mark);
    sink_u64(r->o, number);
    sink_char(r->o, mark);
    if (r->is_escaped)
        sink_tty(r->o, h->line);
    else
        sink_put(r->o, h->line);
    sink_char(r->o, '\n');
}

static void put_json(struct rows *r, const struct hit *h, span fields, uint32_t source, uint64_t number)
{
    bool is_line = r->call->options.form == FORM_NDJSON;
    struct json line = json_begin_line(r->o, LANG_EN), *j = is_line ? &line : &r->json;
    json_open_object(j, NULL);
    if (is_line)
        json_string(j, "type", "row");
    json_u64(j, "source", source);
    json_text(j, "path", r->reading.infos[source].path);
    json_u64(j, "line", number);
    json_u64(j, "offset", h->offset);
    json_bool(j, "context", h->is_context);
    json_put(j, "event", fields);
    json_close(j);
    if (is_line)
        json_end(j);
}

static void put_hits(struct rows_worker *w, const struct block *b, uint64_t lines_before)
{
    struct rows *r = w->rows;
    size_t counted = 0;
    uint64_t number = lines_before + 1;
    span events = sink_text(&w->events);
    for (size_t i = 0; i < w->n; i++) {
        const struct hit *h = &w->hits[i];
        size_t at = (size_t)(h->offset - b->offset);
        number += span_count(span_of(b->data.p + counted, at - counted), '\n');
        counted = at;
        if (r->call->options.form == FORM_TEXT)
            put_text(r, h, b->source, number);
        else if (r->call->options.form == FORM_ECS)
            sink_put(r->o, span_of(events.p + h->json, h->json_n));
        else
            put_json(r, h, span_of(events.p + h->json, h->json_n), b->source, number);
        r->context += h->is_context;
    }
    w->n = w->events.used = 0;
}

/* A reader that went away ends the reading. */
static fault finish_block(void *worker, const struct block *b, uint64_t number)
{
    struct rows_worker *w = worker;
    struct turns *t = &w->rows->turns;
    uint64_t before;
    const char *gone = "the rows could not be written any further";
    if (!w->n)
        return turns_pass(t, number, b->source, b->lines) ? NO_FAULT : fault_make(FAULT_IO, "%s", gone);
    if (!turns_wait(t, number, b->source, &before))
        return fault_make(FAULT_IO, "%s", gone);
    put_hits(w, b, before);
    if (w->rows->o->error) {
        turns_stop(t);
        return fault_make(FAULT_IO, "%s", gone);
    }
    turns_done(t, b->source, b->lines);
    return NO_FAULT;
}

static void *begin_nothing(void *rows) { return rows; }
static fault end_nothing(void *rows)
{
    (void)rows;
    return NO_FAULT;
}

static fault count_match(void *rows, uint32_t source, uint64_t offset, span line, const event *e)
{
    (void)rows, (void)source, (void)offset, (void)line, (void)e;
    return NO_FAULT;
}

static fault mark_match(void *rows, uint32_t source, uint64_t offset, span line, const event *e)
{
    struct rows *r = rows;
    struct value_room room;
    (void)source, (void)offset, (void)line;
    span client = client_of(e, &room);
    if (client.n && !nearby_mark(r->nearby, client, event_start(e), event_end(e)))
        return fault_make(FAULT_LIMIT, "--around: too many rows match to remember them all: narrow --where, or raise --memory");
    return NO_FAULT;
}

static const struct row_taker write_matches = {.begin = begin, .event = take_match, .block = finish_block, .end = end,
                                               .only_matches = true},
                              write_around = {.begin = begin, .event = take_match, .other = take_other,
                                              .block = finish_block, .end = end},
                              count_matches = {.begin = begin_nothing, .event = count_match, .end = end_nothing,
                                               .only_matches = true},
                              mark_matches = {.begin = begin_nothing, .event = mark_match, .end = end_nothing,
                                              .only_matches = true};

static fault read_all(struct rows *r, const struct row_taker *take)
{
    return reading_run(&r->reading, take, r, progress_show, &r->progress);
}

/* Does the result say where it comes from? A file of documents holds documents alone. */
static bool has_account(const struct rows *r)
{
    return r->call->options.form == FORM_JSON || r->call->options.form == FORM_NDJSON;
}

/* How many rows match; how many of which input is in the JSON. */
static fault write_count(struct rows *r)
{
    uint64_t n = 0;
    TRY(read_all(r, &count_matches));
    reading_finish(&r->reading);
    reading_note_bad(&r->reading);
    for (size_t i = 0; i < r->reading.n; i++)
        n += r->reading.infos[i].events;
    if (!has_account(r))
        sink_printf(r->o, "%llu\n", (unsigned long long)n);
    return NO_FAULT;
}

static fault write_all(struct rows *r)
{
    turns_begin(&r->turns);
    fault f = read_all(r, r->nearby ? &write_around : &write_matches);
    turns_end(&r->turns);
    if (f.kind)
        return f;
    reading_finish(&r->reading);
    reading_note_bad(&r->reading);
    return NO_FAULT;
}

static void put_end(struct rows *r, struct json *j)
{
    account_json_rest(j, &r->account);
    json_u64(j, "context", r->context);
}

static fault write_json(struct rows *r)
{
    struct json *j = &r->json;
    *j = json_begin(r->o, LANG_EN);
    json_open_object(j, NULL);
    account_json_run(j, &r->account);
    if (!r->call->options.count)
        json_open_array(j, "rows");
    TRY(r->call->options.count ? write_count(r) : write_all(r));
    if (!r->call->options.count)
        json_close(j);
    r->account = call_account(r->call, &r->reading);
    account_json_sources(j, &r->account);
    put_end(r, j);
    json_close(j);
    json_end(j);
    return NO_FAULT;
}

static fault write_ndjson(struct rows *r)
{
    TRY(r->call->options.count ? write_count(r) : write_all(r));
    r->account = call_account(r->call, &r->reading);
    account_ndjson_sources(r->o, &r->account);
    struct json j = json_begin_line(r->o, LANG_EN);
    json_open_object(&j, NULL);
    json_string(&j, "type", "end");
    account_json_run(&j, &r->account);
    put_end(r, &j);
    json_close(&j);
    json_end(&j);
    return NO_FAULT;
}

static void write_result(const struct call *c, const void *result, sink *o)
{
    struct rows *r = *(struct rows *const *)result;
    r->o = o;
    r->is_escaped = isatty(c->out);
    switch (c->options.form) {
    case FORM_JSON: r->fault = write_json(r); break;
    case FORM_NDJSON: r->fault = write_ndjson(r); break;
    case FORM_TEXT:
    case FORM_ECS:
    case FORM_CSV: r->fault = c->options.count ? write_count(r) : write_all(r); break;
    }
    if (o->error)
        r->fault = NO_FAULT; /* it follows from that one, which call_write tells */
}

/* The first reading of --around. */
static fault mark_all(struct rows *r)
{
    const struct options *o = &r->call->options;
    r->nearby = nearby_new(o->memory / 16, o->around);
    TRY(read_all(r, &mark_matches));
    nearby_seal(r->nearby);
    return reading_rewind(&r->reading);
}

static fault find(struct rows *r)
{
    struct call *c = r->call;
    if (c->options.count && c->options.around)
        return fault_make(FAULT_USAGE, "--count counts the rows that match: --around would add none");
    TRY(reading_open(&r->reading, &c->options));
    r->account = call_account(c, &r->reading);
    if (c->options.around)
        TRY(mark_all(r));
    if (!r->reading.n)
        return NO_FAULT;
    struct rows *const result = r;
    TRY(call_write(c, write_result, &result));
    return r->fault;
}

static fault run(struct call *c)
{
    struct rows r = {.call = c};
    ecs_names_make(&r.names);
    r.progress = progress_begin(!c->options.quiet && !isatty(c->out));
    fault f = find(&r);
    progress_end(&r.progress);
    if (!has_account(&r))
        call_notes(c, r.reading.notes, r.reading.note_n);
    call_failures(c, r.reading.failures, r.reading.failure_n);
    reading_close(&r.reading);
    nearby_free(r.nearby);
    return f;
}

const struct verb verb_rows = {"rows", VERB_ROWS, "INPUT...", "the raw lines that match, with file and line",
                               about, "which log? Name files, folders, or - for standard input", run};
