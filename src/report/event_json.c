/* SPDX-License-Identifier: Apache-2.0 */
#include "report/event_json.h"

#include "event/value.h"
#include "report/hunt_json.h"

static void put_value(struct json *j, const event *e, enum field f)
{
    const char *key = field_infos[f].key;
    struct value_room room;
    switch (field_infos[f].type) {
    case FIELD_TYPE_MS: json_time(j, key, e->at[f].ms); return;
    case FIELD_TYPE_MSEC: json_i64(j, key, e->at[f].ms); return;
    case FIELD_TYPE_NUMBER:
        if (f != FIELD_OUTCOME) {
            json_u64(j, key, e->at[f].number);
            return;
        }
        break;
    case FIELD_TYPE_TEXT: break;
    }
    json_text(j, key, event_value(e, f, &room));
}

static void put_cut(struct json *j, uint64_t fields)
{
    json_open_array(j, "cut");
    for (enum field f = 0; f < FIELD_COUNT; f++)
        if (fields >> f & 1)
            json_string(j, NULL, field_infos[f].key);
    json_close(j);
}

void event_json(struct json *j, const char *key, const event *e)
{
    json_open_object(j, key);
    for (enum field f = 0; f < FIELD_COUNT; f++)
        switch (event_state(e, f)) {
        case STATE_UNLOGGED: break;
        case STATE_ABSENT: json_null(j, field_infos[f].key); break;
        case STATE_BLANK: json_string(j, field_infos[f].key, ""); break;
        case STATE_VALUE: put_value(j, e, f); break;
        }
    put_cut(j, e->cut & e->has);
    json_close(j);
}

void account_json_run(struct json *j, const struct account *a)
{
    json_string(j, "konseki", KONSEKI_VERSION);
    json_u64(j, "schema", ACCOUNT_JSON_SCHEMA);
    json_open_object(j, "run");
    json_time(j, "created", a->created);
    json_open_array(j, "arguments");
    for (size_t i = 0; i < a->argument_n; i++)
        json_string(j, NULL, a->arguments[i]);
    json_close(j);
    json_close(j);
}

void account_json_sources(struct json *j, const struct account *a)
{
    json_open_array(j, "sources");
    for (size_t i = 0; i < a->source_n; i++) {
        json_open_object(j, NULL);
        hunt_json_source(j, &a->sources[i]);
        json_close(j);
    }
    json_close(j);
}

void account_ndjson_sources(sink *o, const struct account *a)
{
    for (size_t i = 0; i < a->source_n; i++) {
        struct json j = json_begin_line(o, LANG_EN);
        json_open_object(&j, NULL);
        json_string(&j, "type", "source");
        json_u64(&j, "source", i);
        hunt_json_source(&j, &a->sources[i]);
        json_close(&j);
        json_end(&j);
    }
}

static void put_totals(struct json *j, const struct account *a)
{
    uint64_t records = 0, events = 0, skipped = 0, bad = 0;
    for (size_t i = 0; i < a->source_n; i++) {
        records += a->sources[i].records;
        events += a->sources[i].events;
        skipped += a->sources[i].skipped;
        bad += a->sources[i].bad;
    }
    json_open_object(j, "totals");
    json_u64(j, "records", records);
    json_u64(j, "events", events);
    json_u64(j, "skipped", skipped);
    json_u64(j, "bad", bad);
    json_close(j);
}

void account_json_rest(struct json *j, const struct account *a)
{
    put_totals(j, a);
    hunt_json_failures(j, a->failures, a->failure_n);
    hunt_json_sentences(j, "notes", a->notes, a->note_n);
}
