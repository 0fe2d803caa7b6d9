/* SPDX-License-Identifier: Apache-2.0 */
/* The verb top: what `awk | sort | uniq -c | sort -nr` says of one field, with clients, times and bytes. */
#include "report/top.h"

#include "app/progress.h"
#include "app/reading.h"
#include "app/verb.h"
#include "base/hash.h"
#include "base/when.h"
#include "event/value.h"
#include "known/domain.h"

#include <stdio.h>

enum { LINES_SHOWN = 20, CLIENT_SLOTS = 4096 };

static const char about[] =
    "FIELD is client, host, user, agent, method, path, mime, status, outcome, server_ip or another field of the rows\n"
    "(docs/rows.md), or domain (the registrable part of the host), hour (of the day) or day. Most rows first.\n"
    "A blank field is counted as such: it is evidence. A log that lacks the field says \"not logged\".\n";

enum derived { DERIVED_NOT, DERIVED_DOMAIN, DERIVED_HOUR, DERIVED_DAY };

/* What is counted. */
struct subject { const char *name; enum field field; enum derived derived; };

static const struct subject derived[] = {
    {"domain", FIELD_HOST, DERIVED_DOMAIN}, {"hour", FIELD_TIME, DERIVED_HOUR}, {"day", FIELD_TIME, DERIVED_DAY}};

struct top {
    struct reading reading;
    struct subject subject;
    int tz_minutes;
    struct tally *tally;
};

struct top_worker {
    struct top *top;
    struct tally_worker *counts;
    struct { uint64_t spelling, client; } clients[CLIENT_SLOTS];   /* hash_slot as logged: hash64 of the canonical one */
};

static void *begin(void *top)
{
    struct top_worker *w = mem_alloc(sizeof *w);
    w->top = top;
    w->counts = tally_worker_new(w->top->tally);
    return w;
}

static fault end(void *worker)
{
    struct top_worker *w = worker;
    tally_worker_close(w->counts);
    mem_free(w);
    return NO_FAULT;
}

static uint64_t client_hash(struct top_worker *w, const event *e)
{
    struct value_room room;
    if (!event_has(e, FIELD_CLIENT))
        return 0;
    uint64_t spelling = hash_slot(event_text(e, FIELD_CLIENT)) | 1;
    size_t slot = (spelling >> 1) % CLIENT_SLOTS;
    if (w->clients[slot].spelling != spelling) {
        w->clients[slot].spelling = spelling;
        w->clients[slot].client = hash64(event_value(e, FIELD_CLIENT, &room)) | 1;
    }
    return w->clients[slot].client;
}

static struct tally_fact fact_of(struct top_worker *w, const event *e)
{
    return (struct tally_fact){
        .ms = e->at[FIELD_TIME].ms,
        .has_out = event_has(e, FIELD_BYTES_OUT),
        .has_in = event_has(e, FIELD_BYTES_IN),
        .bytes_out = event_has(e, FIELD_BYTES_OUT) ? e->at[FIELD_BYTES_OUT].number : 0,
        .bytes_in = event_has(e, FIELD_BYTES_IN) ? e->at[FIELD_BYTES_IN].number : 0,
        .client = client_hash(w, e),
    };
}

/* Days since 1970, or the hour of the day, in the zone shown. */
static int64_t part_of_time(const struct top *t, int64_t ms)
{
    civil c = when_to_civil(ms, t->tz_minutes);
    return t->subject.derived == DERIVED_HOUR ? c.hour : when_days(c.year, c.month, c.day);
}

/* Equal where the value is spelled alike. */
static uint64_t spelling_key(const struct top *t, const event *e, enum field_state state)
{
    enum field f = t->subject.field;
    if (state != STATE_VALUE)
        return hash_mix((uint64_t)state + 1);
    if (field_infos[f].type == FIELD_TYPE_TEXT)
        return hash_slot(e->at[f].text);
    int64_t number = t->subject.derived ? part_of_time(t, e->at[f].ms) : e->at[f].ms;
    return hash_slot(span_of((const char *)&number, sizeof number));
}

static span value_of(const struct top *t, const event *e, struct value_room *room)
{
    civil c;
    span host;
    switch (t->subject.derived) {
    case DERIVED_NOT: break;
    case DERIVED_DOMAIN:
        host = event_value(e, FIELD_HOST, room);
        return known_domain(t->reading.suffixes, host);
    case DERIVED_HOUR:
        c = when_to_civil(e->at[FIELD_TIME].ms, t->tz_minutes);
        return span_of(room->text, (size_t)snprintf(room->text, sizeof room->text, "%02d", c.hour));
    case DERIVED_DAY:
        c = when_to_civil(e->at[FIELD_TIME].ms, t->tz_minutes);
        return span_of(room->text, (size_t)snprintf(room->text, sizeof room->text, "%04d-%02d-%02d", c.year, c.month, c.day));
    }
    return event_value(e, t->subject.field, room);
}

static fault take(void *worker, uint32_t source, uint64_t offset, span line, const event *e)
{
    struct top_worker *w = worker;
    const struct top *t = w->top;
    enum field_state state = event_state(e, t->subject.field);
    uint64_t key = spelling_key(t, e, state);
    struct tally_fact fact = fact_of(w, e);
    struct value_room room;
    (void)source, (void)offset, (void)line;
    if (!tally_again(w->counts, key, &fact))
        tally_add(w->counts, key, state, state == STATE_VALUE ? value_of(t, e, &room) : (span){NULL, 0}, &fact);
    return NO_FAULT;
}

static const struct row_taker taker = {.begin = begin, .event = take, .end = end, .only_matches = true};

static fault choose_subject(span name, struct subject *out)
{
    enum field f = field_by_key(name);
    for (size_t i = 0; i < COUNT_OF(derived); i++)
        if (span_eq(name, span_str(derived[i].name))) {
            *out = derived[i];
            return NO_FAULT;
        }
    if (f == FIELD_COUNT)
        return fault_make(FAULT_USAGE, "%.*s is no field: name one like host, client or agent, or domain, hour or day",
                          (int)span_take(name, 60).n, name.p);
    *out = (struct subject){field_infos[f].key, f, DERIVED_NOT};
    return NO_FAULT;
}

static void write_result(const struct call *c, const void *result, sink *o)
{
    const struct options *options = &c->options;
    const struct top_result *r = result;
    enum lang lang = options->lang_given ? options->lang : LANG_EN;
    struct top_style style = {options->lang, call_is_coloured(c), 80};
    switch (options->form) {
    case FORM_ECS: /* rows alone */
    case FORM_TEXT: top_text(r, &style, o); break;
    case FORM_JSON: top_json(r, lang, o); break;
    case FORM_NDJSON: top_ndjson(r, lang, o); break;
    case FORM_CSV: top_csv(r, o); break;
    }
}

static fault count(struct top *t, struct call *c, struct progress *progress)
{
    t->tz_minutes = reading_zone(&t->reading);
    t->tally = tally_new(TALLY_VALUES, TALLY_PAIRS);
    TRY(reading_run(&t->reading, &taker, t, progress_show, progress));
    reading_finish(&t->reading);
    reading_note_bad(&t->reading);
    progress_end(progress);
    uint64_t limit = c->options.limit ? c->options.limit : c->options.form == FORM_TEXT ? LINES_SHOWN : SIZE_MAX;
    struct top_result r = {.field = t->subject.name, .tally = tally_lines(t->tally, &c->memory, limit),
                           .tz_minutes = t->tz_minutes, .account = call_account(c, &t->reading)};
    return t->reading.n ? call_write(c, write_result, &r) : NO_FAULT;
}

static fault run(struct call *c)
{
    struct top t = {0};
    TRY(choose_subject(span_str(c->options.inputs[0]), &t.subject));
    c->options.inputs++;
    c->options.input_n--;
    if (!c->options.input_n)
        return fault_make(FAULT_USAGE, "of which log? Name files, folders, or - for standard input behind %s", t.subject.name);
    struct progress progress = progress_begin(!c->options.quiet);
    fault f = reading_open(&t.reading, &c->options);
    if (!f.kind)
        f = count(&t, c, &progress);
    progress_end(&progress);
    if (c->options.form == FORM_TEXT || c->options.form == FORM_CSV)
        call_notes(c, t.reading.notes, t.reading.note_n);
    call_failures(c, t.reading.failures, t.reading.failure_n);
    tally_free(t.tally);
    reading_close(&t.reading);
    return f;
}

const struct verb verb_top = {"top", VERB_TOP, "FIELD INPUT...", "which values a field has, most rows first",
                              about, "which field, of which log? konseki top host access.log", run};
