/* SPDX-License-Identifier: Apache-2.0 */
/* report/hunt_json.c: a hunt as one JSON document. Same result, same bytes: nothing here asks a clock. */
#include "report/hunt_json.h"

#include "base/when.h"
#include "report/report.h"

#include <stdio.h>

void hunt_json_fields(struct json *j, const char *key, uint64_t bits)
{
    json_open_array(j, key);
    for (unsigned f = 0; f < FIELD_COUNT; f++)
        if (bits >> f & 1)
            json_string(j, NULL, field_infos[f].key);
    json_close(j);
}

void hunt_json_list(struct json *j, const char *key, const char *more_key, const struct text_list *list)
{
    json_open_array(j, key);
    for (size_t i = 0; i < list->n; i++)
        json_text(j, NULL, list->items[i]);
    json_close(j);
    json_u64(j, more_key, list->more);
}

static bool is_utf8(span s)
{
    while (s.n) {
        uint32_t c;
        size_t n = utf8_read(s, &c);
        if (n == 0)
            return false;
        s = span_skip(s, n);
    }
    return true;
}

void hunt_json_raw(struct json *j, span raw)
{
    json_text(j, "raw", raw);
    if (!raw.p || is_utf8(raw))
        json_null(j, "raw_b64");
    else
        json_base64(j, "raw_b64", raw);
}

void hunt_json_sentences(struct json *j, const char *key, const struct sentence *items, size_t n)
{
    json_open_array(j, key);
    for (size_t i = 0; i < n; i++)
        json_sentence(j, NULL, items[i]);
    json_close(j);
}

static void put_knobs(struct json *j, const struct hunt_result *r)
{
    char name[128];
    json_open_object(j, "knobs");
    for (size_t i = 0; i < r->knob_n; i++) {
        (void)snprintf(name, sizeof name, "%s.%s", r->knobs[i].detector, r->knobs[i].name);
        json_number(j, name, r->knobs[i].value);
    }
    json_close(j);
    json_open_array(j, "knobs_set");
    for (size_t i = 0; i < r->knob_n; i++) {
        (void)snprintf(name, sizeof name, "%s.%s", r->knobs[i].detector, r->knobs[i].name);
        if (!r->knobs[i].is_default)
            json_string(j, NULL, name);
    }
    json_close(j);
}

void hunt_json_run(struct json *j, const struct hunt_result *r)
{
    json_open_object(j, "run");
    json_string(j, "id", r->run_id);
    json_time(j, "created", r->created);
    json_time(j, "as_of", r->as_of);
    json_open_array(j, "arguments");
    for (size_t i = 0; i < r->argument_n; i++)
        json_string(j, NULL, r->arguments[i]);
    json_close(j);
    put_knobs(j, r);
    json_open_array(j, "lists");
    for (size_t i = 0; i < r->list_n; i++) {
        json_open_object(j, NULL);
        json_text(j, "name", r->lists[i].name);
        json_text(j, "version", r->lists[i].version);
        json_string(j, "sha256", r->lists[i].sha256[0] ? r->lists[i].sha256 : NULL);
        json_close(j);
    }
    json_close(j);
    json_close(j);
}

static void put_sources(struct json *j, const struct hunt_result *r)
{
    json_open_array(j, "sources");
    for (size_t i = 0; i < r->source_n; i++) {
        json_open_object(j, NULL);
        hunt_json_source(j, &r->sources[i]);
        json_close(j);
    }
    json_close(j);
}

void hunt_json_failures(struct json *j, const struct failure *failures, size_t n)
{
    json_open_array(j, "failures");
    for (size_t i = 0; i < n; i++) {
        json_open_object(j, NULL);
        json_text(j, "path", failures[i].path);
        json_text(j, "why", failures[i].why);
        json_close(j);
    }
    json_close(j);
}

void hunt_json_totals(struct json *j, const struct hunt_result *r)
{
    const struct totals *t = &r->totals;
    json_open_object(j, "totals");
    json_u64(j, "records", t->records);
    json_u64(j, "events", t->events);
    json_u64(j, "skipped", t->skipped);
    json_u64(j, "bad", t->bad);
    json_u64(j, "used", t->used);
    json_u64(j, "duplicate", t->duplicate);
    json_u64(j, "merged", t->merged);
    json_u64(j, "clients", t->clients);
    json_u64(j, "hosts", t->hosts);
    json_u64(j, "agents", t->agents);
    json_u64(j, "pairs", t->pairs);
    json_u64(j, "popular_pairs", r->popular_pairs);
    json_u64(j, "popular_hosts", r->popular_hosts);
    hunt_json_times(j, t->first, t->last);
    hunt_json_zone(j, t->tz_minutes);
    json_bool(j, "epoch", t->is_epoch);
    hunt_json_fields(j, "fields_everywhere", t->gives);
    hunt_json_fields(j, "fields_somewhere", t->gives_any);
    json_close(j);
}

void hunt_json_event_logs(struct json *j, const struct event_logs *logs)
{
    if (!logs->inputs) {
        json_null(j, "event_logs");
        return;
    }
    json_open_object(j, "event_logs");
    json_u64(j, "inputs", logs->inputs);
    json_u64(j, "events", logs->events);
    json_u64(j, "computers", logs->computers);
    hunt_json_times(j, logs->first, logs->last);
    json_close(j);
}

void hunt_json_leads(struct json *j, const struct hunt_result *r, bool rows)
{
    json_open_object(j, "leads");
    for (size_t i = 0; i < r->lead_n; i++)
        json_u64(j, r->leads[i].name, r->leads[i].n);
    json_close(j);
    json_open_array(j, "lead_rows");
    for (size_t i = 0; rows && i < r->lead_row_n; i++) {
        const struct lead_row *row = &r->lead_rows[i];
        json_open_object(j, NULL);
        json_string(j, "name", row->name);
        json_text(j, "client", row->client);
        json_text(j, "host", row->host);
        json_text(j, "agent", row->agent);
        hunt_json_times(j, row->first, row->last);
        json_u64(j, "events", row->events);
        json_sentence(j, "text", row->text);
        json_close(j);
    }
    json_close(j);
}

void hunt_json_explained(struct json *j, const struct hunt_result *r)
{
    json_open_array(j, "explained");
    for (size_t i = 0; i < r->explained_n; i++) {
        const struct explained *e = &r->explained[i];
        json_open_object(j, NULL);
        json_string(j, "kind", e->kind);
        json_text(j, "host", e->host);
        json_text(j, "agent", e->agent);
        json_u64(j, "pairs", e->pairs);
        json_u64(j, "clients", e->clients);
        json_sentence(j, "why", e->why);
        json_close(j);
    }
    json_close(j);
}

void hunt_json_could_not_look(struct json *j, const struct could_not_look *c)
{
    json_sentence(j, "question", c->question);
    hunt_json_fields(j, "missing", c->missing);
    json_open_array(j, "sources");
    for (size_t k = 0; k < c->source_n; k++)
        json_u64(j, NULL, c->sources[k]);
    json_close(j);
    json_sentence(j, "effect", c->effect);
}

void hunt_json_gaps(struct json *j, const struct hunt_result *r)
{
    json_open_array(j, "could_not_look");
    for (size_t i = 0; i < r->could_not_look_n; i++) {
        json_open_object(j, NULL);
        hunt_json_could_not_look(j, &r->could_not_look[i]);
        json_close(j);
    }
    json_close(j);
}

static void put_stories(struct json *j, const struct hunt_result *r)
{
    json_open_array(j, "stories");
    for (size_t i = 0; i < r->story_n; i++) {
        json_open_object(j, NULL);
        hunt_json_story(j, &r->stories[i]);
        json_close(j);
    }
    json_close(j);
    json_open_array(j, "findings");
    for (size_t i = 0; i < r->finding_n; i++) {
        json_open_object(j, NULL);
        hunt_json_finding(j, r->findings[i]);
        json_close(j);
    }
    json_close(j);
}

static void render(const struct hunt_result *r, const struct report_options *options, sink *o)
{
    struct json j = json_begin(o, options->lang_given ? options->lang : LANG_EN);
    json_open_object(&j, NULL);
    json_string(&j, "konseki", KONSEKI_VERSION);
    json_u64(&j, "schema", HUNT_JSON_SCHEMA);
    hunt_json_run(&j, r);
    put_sources(&j, r);
    hunt_json_failures(&j, r->failures, r->failure_n);
    hunt_json_totals(&j, r);
    hunt_json_event_logs(&j, &r->event_logs);
    json_open_array(&j, "hidden");   /* allow lists and verdicts fill this; a hunt alone hides nothing */
    json_close(&j);
    put_stories(&j, r);
    hunt_json_leads(&j, r, options->leads);
    hunt_json_explained(&j, r);
    hunt_json_gaps(&j, r);
    hunt_json_sentences(&j, "notes", r->notes, r->note_n);
    json_close(&j);
    json_end(&j);
}

const struct report report_hunt_json = {"hunt_json", render};
