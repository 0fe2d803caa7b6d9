/* SPDX-License-Identifier: Apache-2.0 */
#include "report/hunt_json.h"

static void put_subject(struct json *j, const struct finding *f)
{
    json_open_object(j, "subject");
    for (size_t i = 0; i < f->subject_n; i++)
        json_text(j, f->subject[i].name, f->subject[i].value);
    json_close(j);
}

static void put_who_and_where(struct json *j, const struct finding *f)
{
    json_text(j, "client", f->client);
    json_text(j, "client_name", f->client_name);
    json_text(j, "computer", f->computer);
    hunt_json_list(j, "users", "users_more", &f->users);
    json_text(j, "host", f->host);
    json_text(j, "domain", f->domain);
    hunt_json_list(j, "server_ip", "server_ip_more", &f->server_ips);
    if (f->port)
        json_u64(j, "port", f->port);
    else
        json_null(j, "port");
    json_text(j, "agent", f->agent);
    json_text(j, "file", f->file);
}

static void put_u64_or_null(struct json *j, const char *key, bool has, uint64_t v)
{
    if (has)
        json_u64(j, key, v);
    else
        json_null(j, key);
}

static void put_number_or_null(struct json *j, const char *key, bool has, double v)
{
    if (has)
        json_number(j, key, v);
    else
        json_null(j, key);
}

static void put_extent(struct json *j, const struct finding *f)
{
    json_time(j, "first", f->first);
    json_time(j, "last", f->last);
    json_bool(j, "active", f->is_active);
    json_u64(j, "events", f->events);
    put_u64_or_null(j, "bytes_out", f->has_out, f->bytes_out);
    put_u64_or_null(j, "bytes_in", f->has_in, f->bytes_in);
    put_number_or_null(j, "duration", f->has_duration, f->duration_s);
    put_number_or_null(j, "period_s", f->period_s > 0, f->period_s);
    json_open_object(j, "outcome");
    for (size_t i = 0; i < OUTCOME_COUNT; i++)
        if (f->outcomes[i])
            json_u64(j, outcome_keys[i], f->outcomes[i]);
    json_close(j);
    json_open_array(j, "attack");
    for (size_t i = 0; f->attack && f->attack[i]; i++)
        json_string(j, NULL, f->attack[i]);
    json_close(j);
}

static void put_signals(struct json *j, const struct finding *f)
{
    json_open_array(j, "signals");
    for (size_t i = 0; i < f->signal_n; i++) {
        const struct signal *s = &f->signals[i];
        json_open_object(j, NULL);
        json_string(j, "name", s->def->name);
        json_string(j, "group", s->def->group);
        json_i64(j, "points", s->points);
        json_i64(j, "max", s->def->points);
        json_open_object(j, "values");
        for (size_t k = 0; k < s->text.n; k++)
            json_fact(j, &s->text.facts[k]);
        json_close(j);
        json_sentence(j, "text", s->text);
        json_close(j);
    }
    json_close(j);
}

static void put_evidence(struct json *j, const struct finding *f)
{
    json_open_array(j, "evidence");
    for (size_t i = 0; i < f->evidence_n; i++) {
        const struct evidence *e = &f->evidence[i];
        json_open_object(j, NULL);
        json_u64(j, "source", e->source);
        put_u64_or_null(j, "line", e->line > 0, e->line);
        json_u64(j, "offset", e->offset);
        json_u64(j, "length", e->length);
        json_string(j, "sha256", e->sha256[0] ? e->sha256 : NULL);
        hunt_json_raw(j, e->raw);
        json_bool(j, "cut", e->is_cut);
        json_sentence(j, "why_not", e->why_not);
        json_close(j);
    }
    json_close(j);
}

void hunt_json_finding(struct json *j, const struct finding *f)
{
    json_string(j, "id", f->id);
    json_string(j, "kind", f->kind);
    json_string(j, "severity", severity_keys[f->severity]);
    json_string(j, "action", action_keys[f->action]);
    json_i64(j, "score", f->score);
    json_i64(j, "score_max", f->score_max);
    json_open_object(j, "lines");
    json_i64(j, "medium", f->medium_at);
    json_i64(j, "high", f->high_at);
    json_i64(j, "critical", f->critical_at);
    json_close(j);
    json_sentence(j, "summary", f->summary);
    put_subject(j, f);
    put_who_and_where(j, f);
    put_extent(j, f);
    put_signals(j, f);
    hunt_json_fields(j, "missing", f->missing);
    put_evidence(j, f);
    hunt_json_sentences(j, "refute", f->refute, f->refute_n);
    hunt_json_sentences(j, "next", f->next, f->next_n);
}
