/* SPDX-License-Identifier: Apache-2.0 */
#include "report/timeline.h"

#include "report/csv.h"
#include "report/json.h"
#include "text/text.h"

static const char *const columns[] = {
    "message", "datetime", "timestamp", "timestamp_desc", "source", "line", "offset", "client", "computer", "user", "host", "method",
    "event_id", "bytes_out", "bytes_in", "duration_s", "finding", "finding_kind", "finding_action", "raw", NULL};

/* The evidence of the entry's finding that it is; NULL: no finding has it, and its line was not read back. */
static const struct evidence *evidence_of(const struct timeline_entry *e)
{
    for (size_t i = 0; e->finding && i < e->finding->evidence_n; i++) {
        const struct evidence *x = &e->finding->evidence[i];
        if (x->source == e->source && x->offset == e->offset)
            return x;
    }
    return NULL;
}

/* Microseconds, as Timesketch keeps them; stamps far outside of its years stay what they are. */
static int64_t microseconds(int64_t ms) { return ms > INT64_MAX / 1000 || ms < INT64_MIN / 1000 ? ms : ms * 1000; }

static void put_sentence(struct csv *c, struct sentence s, enum lang lang)
{
    struct text_style style = {.lang = lang, .is_json = true};
    sink cell = sink_memory();
    text_render(&cell, &style, s);
    csv_text(c, sink_text(&cell));
    if (sink_done(&cell).kind)
        panic("a sink in memory failed");
}

static void put_u64_if(struct csv *c, bool has, uint64_t v)
{
    if (has)
        csv_u64(c, v);
    else
        csv_empty(c);
}

static void put_finding(struct csv *c, const struct finding *f)
{
    csv_string(c, f ? f->id : NULL);
    csv_string(c, f ? f->kind : NULL);
    csv_string(c, f ? action_keys[f->action] : NULL);
}

void timeline_csv(const struct hunt_result *r, const struct timeline *t, const struct report_options *options, sink *o)
{
    struct csv c = csv_begin(o);
    csv_head(&c, columns);
    for (size_t i = 0; i < t->n; i++) {
        const struct timeline_entry *e = &t->entries[i];
        const struct evidence *x = evidence_of(e);
        put_sentence(&c, e->message, options->lang_given ? options->lang : LANG_EN);
        csv_time(&c, e->time);
        csv_i64(&c, microseconds(e->time));
        csv_string(&c, timeline_whats[e->what]);
        csv_text(&c, r->sources[e->source].path);
        put_u64_if(&c, x && x->line, x ? x->line : 0);
        csv_u64(&c, e->offset);
        csv_text(&c, e->client);
        csv_text(&c, e->computer);
        csv_text(&c, e->user);
        csv_text(&c, e->host);
        csv_string(&c, e->method);
        put_u64_if(&c, e->event_id, e->event_id);
        put_u64_if(&c, e->has_out, e->bytes_out);
        put_u64_if(&c, e->has_in, e->bytes_in);
        if (e->has_duration)
            csv_number(&c, e->duration_s);
        else
            csv_empty(&c);
        put_finding(&c, e->finding);
        csv_text(&c, x ? x->raw : (span){NULL, 0});
        csv_end_row(&c);
    }
}

/* What does not apply is left away: Timesketch makes a column of every key it meets. */
static void put_text_if(struct json *j, const char *key, span s)
{
    if (s.p)
        json_text(j, key, s);
}

static void put_entry(struct json *j, const struct hunt_result *r, const struct timeline_entry *e)
{
    const struct evidence *x = evidence_of(e);
    json_open_object(j, NULL);
    json_sentence(j, "message", e->message);
    json_time(j, "datetime", e->time);
    json_i64(j, "timestamp", microseconds(e->time));
    json_string(j, "timestamp_desc", timeline_whats[e->what]);
    json_text(j, "source", r->sources[e->source].path);
    if (x && x->line)
        json_u64(j, "line", x->line);
    json_u64(j, "offset", e->offset);
    put_text_if(j, "client", e->client);
    put_text_if(j, "computer", e->computer);
    put_text_if(j, "user", e->user);
    put_text_if(j, "host", e->host);
    if (e->method)
        json_string(j, "method", e->method);
    if (e->event_id)
        json_u64(j, "event_id", e->event_id);
    if (e->has_out)
        json_u64(j, "bytes_out", e->bytes_out);
    if (e->has_in)
        json_u64(j, "bytes_in", e->bytes_in);
    if (e->has_duration)
        json_number(j, "duration_s", e->duration_s);
    if (e->finding) {
        json_string(j, "finding", e->finding->id);
        json_string(j, "finding_kind", e->finding->kind);
        json_string(j, "finding_action", action_keys[e->finding->action]);
    }
    put_text_if(j, "raw", x ? x->raw : (span){NULL, 0});
    json_close(j);
}

void timeline_jsonl(const struct hunt_result *r, const struct timeline *t, const struct report_options *options, sink *o)
{
    for (size_t i = 0; i < t->n; i++) {
        struct json j = json_begin_line(o, options->lang_given ? options->lang : LANG_EN);
        put_entry(&j, r, &t->entries[i]);
        json_end(&j);
    }
}
