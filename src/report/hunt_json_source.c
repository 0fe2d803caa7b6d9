/* SPDX-License-Identifier: Apache-2.0 */
#include "report/hunt_json.h"

#include "base/when.h"
#include "event/windows_counts.h"

void hunt_json_times(struct json *j, int64_t first, int64_t last)
{
    if (first > last) {
        json_null(j, "first");
        json_null(j, "last");
        return;
    }
    json_time(j, "first", first);
    json_time(j, "last", last);
}

void hunt_json_zone(struct json *j, int minutes)
{
    sink zone = sink_memory();
    when_put_zone(&zone, minutes);
    json_text(j, "tz", sink_text(&zone));
    if (sink_done(&zone).kind)
        panic("a sink in memory failed");
}

static void put_field_shares(struct json *j, const struct source_info *s)
{
    double rows = s->events ? (double)s->events : 1;
    json_open_object(j, "fields");
    for (unsigned f = 0; f < FIELD_COUNT; f++) {
        if (!(s->gives >> f & 1))
            continue;
        json_open_object(j, field_infos[f].key);
        json_number(j, "value", (double)s->value[f] / rows);
        json_number(j, "blank", (double)s->blank[f] / rows);
        json_close(j);
    }
    json_close(j);
}

static void put_bad_sample(struct json *j, const struct source_info *s)
{
    json_open_array(j, "bad_sample");
    for (size_t i = 0; i < s->bad_sample_n; i++) {
        json_open_object(j, NULL);
        json_u64(j, "line", s->bad_sample[i].line);
        json_u64(j, "offset", s->bad_sample[i].offset);
        hunt_json_raw(j, s->bad_sample[i].raw);
        json_close(j);
    }
    json_close(j);
}

static void put_event(struct json *j, const struct windows_count *c)
{
    json_open_object(j, NULL);
    json_text(j, "log", windows_count_name(c));
    json_u64(j, "event_id", c->id);
    json_bool(j, "read", c->is_read);
    json_u64(j, "events", c->n);
    hunt_json_times(j, c->first, c->last);
    json_close(j);
}

/* What a Windows event log holds; null: it is a log of rows. */
static void put_windows(struct json *j, const struct windows_counts *w)
{
    if (!w) {
        json_null(j, "windows");
        return;
    }
    json_open_object(j, "windows");
    json_open_array(j, "events");
    for (size_t i = 0; i < w->events.n; i++)
        put_event(j, &w->events.items[i]);
    json_close(j);
    json_u64(j, "other_events", w->events.others);
    json_open_array(j, "computers");
    for (size_t i = 0; i < w->computers.n; i++) {
        json_open_object(j, NULL);
        json_text(j, "computer", windows_count_name(&w->computers.items[i]));
        json_u64(j, "events", w->computers.items[i].n);
        hunt_json_times(j, w->computers.items[i].first, w->computers.items[i].last);
        json_close(j);
    }
    json_close(j);
    json_u64(j, "other_computers", w->computers.others);
    json_close(j);
}

static void put_how_it_was_read(struct json *j, const struct source_info *s)
{
    json_text(j, "path", s->path);
    json_string(j, "kind", s->windows ? "windows" : "log");
    json_text(j, "format", s->format);
    json_text(j, "definition", s->definition);
    json_bool(j, "inferred", s->is_inferred);
    json_bool(j, "direction_unknown", s->direction_unknown);
    json_sentence(j, "inference", s->inference);
    json_string(j, "compression", s->compression);
    json_string(j, "encoding", s->encoding);
    json_u64(j, "bytes", s->bytes);
    json_null(j, "sha256");   /* of the file as received: only where a manifest is asked for */
}

void hunt_json_source(struct json *j, const struct source_info *s)
{
    put_how_it_was_read(j, s);
    json_u64(j, "records", s->records);
    json_u64(j, "events", s->events);
    json_u64(j, "skipped", s->skipped);
    json_u64(j, "bad", s->bad);
    json_u64(j, "used", s->used);
    json_u64(j, "duplicate", s->duplicate);
    json_u64(j, "merged", s->merged);
    hunt_json_times(j, s->first, s->last);
    hunt_json_zone(j, s->tz_minutes);
    json_bool(j, "tz_assumed", s->tz_assumed);
    json_bool(j, "complete", s->is_complete);
    json_text(j, "incomplete_why", s->is_complete ? (span){NULL, 0} : s->incomplete_why);
    put_field_shares(j, s);
    put_windows(j, s->windows);
    put_bad_sample(j, s);
    if (s->same_as >= 0)
        json_i64(j, "same_as", s->same_as);
    else
        json_null(j, "same_as");
    json_bool(j, "prefix", s->is_prefix);
}
