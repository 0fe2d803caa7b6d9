/* SPDX-License-Identifier: Apache-2.0 */
/* report/who_json.c: who was in contact, as one JSON document or one object a line. */
#include "report/event_json.h"
#include "report/hunt_json.h"
#include "report/who.h"

static struct account account_of(const struct hunt_result *r)
{
    return (struct account){.created = r->created, .arguments = r->arguments, .argument_n = r->argument_n, .sources = r->sources,
                            .source_n = r->source_n, .failures = r->failures, .failure_n = r->failure_n, .notes = r->notes,
                            .note_n = r->note_n};
}

static void put_bytes(struct json *j, const char *key, uint64_t rows, uint64_t bytes)
{
    if (rows)
        json_u64(j, key, bytes);
    else
        json_null(j, key);
}

static void put_sum(struct json *j, const struct contact_sum *s)
{
    json_u64(j, "rows", s->rows);
    hunt_json_times(j, s->first, s->last);
    json_open_object(j, "outcome");
    for (size_t i = 0; i < OUTCOME_COUNT; i++)
        if (s->outcomes[i])
            json_u64(j, outcome_keys[i], s->outcomes[i]);
    json_close(j);
    put_bytes(j, "bytes_out", s->out_rows, s->bytes_out);
    put_bytes(j, "bytes_in", s->in_rows, s->bytes_in);
}

static void put_items(struct json *j, const char *key, const char *name, const struct contact_items *list)
{
    json_open_array(j, key);
    for (size_t i = 0; i < list->n; i++) {
        json_open_object(j, NULL);
        json_text(j, name, list->items[i].text);
        json_u64(j, "rows", list->items[i].sum.rows);
        hunt_json_times(j, list->items[i].sum.first, list->items[i].sum.last);
        json_close(j);
    }
    json_close(j);
}

static void put_evidence(struct json *j, const char *key, const struct evidence *e)
{
    json_open_object(j, key);
    json_u64(j, "source", e->source);
    if (e->line)
        json_u64(j, "line", e->line);
    else
        json_null(j, "line");
    json_u64(j, "offset", e->offset);
    json_string(j, "sha256", e->sha256[0] ? e->sha256 : NULL);
    hunt_json_raw(j, e->raw);
    json_bool(j, "cut", e->is_cut);
    json_close(j);
}

static void put_hosts(struct json *j, const struct who_result *w, const struct contact_items *list)
{
    json_open_array(j, "hosts");
    for (size_t i = 0; i < list->n; i++) {
        json_open_object(j, NULL);
        json_text(j, "indicator", w->asked[list->items[i].number].text);
        json_text(j, "host", list->items[i].text);
        json_u64(j, "rows", list->items[i].sum.rows);
        hunt_json_times(j, list->items[i].sum.first, list->items[i].sum.last);
        json_close(j);
    }
    json_close(j);
}

static void put_contact(struct json *j, const struct who_result *w, const struct contact *c)
{
    json_text(j, "client", c->client);
    json_text(j, "client_name", c->client_name);
    json_text(j, "role", c->role);
    put_sum(j, &c->sum);
    put_items(j, "users", "user", &c->users);
    put_items(j, "indicators", "indicator", &c->indicators);
    put_hosts(j, w, &c->hosts);
    put_items(j, "agents", "agent", &c->agents);
    json_open_array(j, "evidence");
    for (size_t i = 0; i < c->evidence_n; i++)
        put_evidence(j, NULL, &c->evidence[i]);
    json_close(j);
}

static void put_asked(struct json *j, const struct asked *a)
{
    static const struct contact_sum none = {.first = INT64_MAX, .last = INT64_MIN};
    json_text(j, "indicator", a->text);
    json_string(j, "kind", a->kind);
    json_text(j, "spelled", a->spelled);
    json_string(j, "list", a->where);
    json_u64(j, "line", a->line);
    json_u64(j, "clients", a->clients);
    json_u64(j, "client_rows", a->client_rows);
    put_sum(j, a->sum ? a->sum : &none);
}

static void put_not_asked(struct json *j, const struct who_result *w)
{
    json_open_array(j, "not_looked_for");
    for (size_t i = 0; i < w->not_asked_n; i++) {
        json_open_object(j, NULL);
        json_text(j, "spelled", w->not_asked[i].spelled);
        json_string(j, "kind", w->not_asked[i].kind);
        json_string(j, "list", w->not_asked[i].where);
        json_u64(j, "line", w->not_asked[i].line);
        json_close(j);
    }
    json_close(j);
    json_u64(j, "not_looked_for_count", w->not_asked_count);
}

static void put_row(struct json *j, const struct who_result *w, const struct contact_row *row)
{
    hunt_json_times(j, row->start, row->end);
    json_i64(j, "away_ms", row->away_ms);
    json_text(j, "client", row->client);
    json_text(j, "client_name", row->client_name);
    json_text(j, "user", row->user);
    json_text(j, "indicator", w->asked[row->indicator].text);
    put_evidence(j, "evidence", &row->evidence);
}

/* --at: the moment, the rows within (or the nearest one), and how much there is outside. */
static void put_at(struct json *j, const struct who_result *w)
{
    if (w->at == INT64_MIN) {
        json_null(j, "at");
        return;
    }
    json_open_object(j, "at");
    json_time(j, "time", w->at);
    json_i64(j, "within_ms", w->within);
    json_u64(j, "rows_elsewhere", w->elsewhere.rows);
    json_open_array(j, "rows");
    for (size_t i = 0; i < w->row_n; i++) {
        json_open_object(j, NULL);
        put_row(j, w, &w->rows[i]);
        json_close(j);
    }
    json_close(j);
    json_close(j);
}

static void put_end(struct json *j, const struct who_result *w, const struct account *a)
{
    json_open_object(j, "found");
    json_u64(j, "clients", w->contact_n);
    json_u64(j, "indicators", w->asked_n);
    json_u64(j, "indicators_seen", w->seen_n);
    put_sum(j, &w->sum);
    json_u64(j, "copies", w->copies);
    json_u64(j, "hidden_urls", w->hidden_urls);
    json_close(j);
    put_at(j, w);
    put_not_asked(j, w);
    hunt_json_gaps(j, &w->read);
    account_json_rest(j, a);
}

static enum lang language(const struct report_options *o) { return o->lang_given ? o->lang : LANG_EN; }

void who_json(const struct who_result *w, const struct report_options *options, sink *o)
{
    struct account a = account_of(&w->read);
    struct json j = json_begin(o, language(options));
    json_open_object(&j, NULL);
    account_json_run(&j, &a);
    json_open_array(&j, "contacts");
    for (size_t i = 0; i < w->contact_n; i++) {
        json_open_object(&j, NULL);
        put_contact(&j, w, &w->contacts[i]);
        json_close(&j);
    }
    json_close(&j);
    json_open_array(&j, "indicators");
    for (size_t i = 0; i < w->asked_n; i++) {
        json_open_object(&j, NULL);
        put_asked(&j, &w->asked[i]);
        json_close(&j);
    }
    json_close(&j);
    account_json_sources(&j, &a);
    put_end(&j, w, &a);
    json_close(&j);
    json_end(&j);
}

static struct json begin_line(sink *o, const struct report_options *options, const char *type)
{
    struct json j = json_begin_line(o, language(options));
    json_open_object(&j, NULL);
    json_string(&j, "type", type);
    return j;
}

static void end_line(struct json *j)
{
    json_close(j);
    json_end(j);
}

void who_ndjson(const struct who_result *w, const struct report_options *options, sink *o)
{
    struct account a = account_of(&w->read);
    account_ndjson_sources(o, &a);
    for (size_t i = 0; i < w->contact_n; i++) {
        struct json j = begin_line(o, options, "contact");
        put_contact(&j, w, &w->contacts[i]);
        end_line(&j);
    }
    for (size_t i = 0; i < w->asked_n; i++) {
        struct json j = begin_line(o, options, "indicator");
        put_asked(&j, &w->asked[i]);
        end_line(&j);
    }
    struct json j = begin_line(o, options, "end");
    account_json_run(&j, &a);
    put_end(&j, w, &a);
    end_line(&j);
}
