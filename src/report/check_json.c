/* SPDX-License-Identifier: Apache-2.0 */
/* check as one JSON document: docs/schema/check.schema.json. */
#include "report/check_text.h"
#include "report/check_json.h"

enum { CHECK_JSON_SCHEMA = 1 };

static void put_run(struct json *j, const struct check_result *r)
{
    json_open_object(j, "run");
    json_time(j, "created", r->created);
    json_time(j, "as_of", r->as_of);
    json_open_array(j, "arguments");
    for (size_t i = 0; i < r->argument_n; i++)
        json_string(j, NULL, r->arguments[i]);
    json_close(j);
    json_close(j);
}

/* The sums that the answers and remarks rest on. */
static void put_tests(struct json *j, const struct view *v)
{
    const struct traffic_fold *t = &v->fold.traffic;
    const struct url_fold *u = &v->fold.urls;
    const struct people_fold *p = &v->fold.people;
    const struct { const char *key; uint64_t n; } sums[] = {
        {"rows", t->rows}, {"connects", t->connects}, {"connects_with_agent_logged", t->connect_agents},
        {"connects_without_agent", t->connect_blank}, {"connects_large_in", t->connects_large_in},
        {"connects_out_over_header", t->connects_out_over}, {"large_gets", t->gets_large},
        {"large_gets_out_more", t->gets_out_more}, {"auth_required", t->auth_required}, {"refused", t->refused},
        {"urls", u->rows}, {"urls_with_mark", u->marks}, {"urls_with_query", u->queries}, {"url_longest_bytes", u->longest},
        {"urls_of_longest", u->at_longest}, {"clients", p->n}, {"clients_masked", p->look[LOOK_MASKED]},
        {"clients_pseudonyms", p->look[LOOK_TOKEN]}, {"clock_steps", v->fold.times.steps}, {"days", v->days}, {"hours", v->hour_n},
    };
    json_open_object(j, "tests");
    for (size_t i = 0; i < COUNT_OF(sums); i++)
        json_u64(j, sums[i].key, sums[i].n);
    json_close(j);
}

static void put_views(struct json *j, const struct audit *audit)
{
    json_open_array(j, "views");
    for (size_t i = 0; i < audit->view_n; i++) {
        const struct view *v = &audit->views[i];
        json_open_object(j, NULL);
        json_text(j, "name", v->name);
        json_open_array(j, "sources");
        for (size_t k = 0; k < v->source_n; k++)
            json_u64(j, NULL, v->sources[k]);
        json_close(j);
        json_u64(j, "events", v->events);
        hunt_json_times(j, v->first, v->last);
        hunt_json_fields(j, "logged", v->logged);
        hunt_json_fields(j, "filled", v->filled);
        put_tests(j, v);
        json_close(j);
    }
    json_close(j);
}

static void put_answer(struct json *j, const struct reply *a, size_t view)
{
    json_open_object(j, NULL);
    json_u64(j, "view", view);
    json_string(j, "grade", grade_keys[a->grade]);
    if (a->full) {
        json_i64(j, "possible", a->possible);
        json_i64(j, "full", a->full);
    } else {
        json_null(j, "possible");
        json_null(j, "full");
    }
    hunt_json_fields(j, "used", a->used);
    hunt_json_fields(j, "missing", a->unlogged | a->empty);
    hunt_json_fields(j, "never_filled", a->empty);
    json_sentence(j, "because", a->because);
    json_close(j);
}

static void put_questions(struct json *j, const struct audit *audit)
{
    json_open_array(j, "questions");
    for (size_t i = 0; i < audit->question_n; i++) {
        json_open_object(j, NULL);
        json_string(j, "id", audit->questions[i].id);
        json_sentence(j, "question", audit->questions[i].text);
        json_open_array(j, "answers");
        for (size_t k = 0; k < audit->view_n; k++)
            put_answer(j, &audit->questions[i].answers[k], k);
        json_close(j);
        json_close(j);
    }
    json_close(j);
}

static void put_remarks(struct json *j, const struct audit *audit)
{
    json_open_array(j, "look_out");
    for (size_t i = 0; i < audit->remark_n; i++) {
        const struct remark *k = &audit->remarks[i];
        json_open_object(j, NULL);
        json_string(j, "id", k->id);
        if (k->view == AUDIT_ALL)
            json_null(j, "view");
        else
            json_u64(j, "view", k->view);
        json_open_object(j, "values");
        for (size_t f = 0; f < k->text.n; f++)
            json_fact(j, &k->text.facts[f]);
        json_close(j);
        json_sentence(j, "text", k->text);
        json_close(j);
    }
    json_close(j);
}

static void put_sources(struct json *j, const struct check_result *r)
{
    json_open_array(j, "sources");
    for (size_t i = 0; i < r->source_n; i++) {
        json_open_object(j, NULL);
        hunt_json_source(j, &r->sources[i]);
        hunt_json_fields(j, "required_missing", r->lacking[i]);
        json_close(j);
    }
    json_close(j);
    hunt_json_failures(j, r->failures, r->failure_n);
}

void check_json(const struct check_result *r, const struct report_options *options, sink *o)
{
    struct json j = json_begin(o, options->lang_given ? options->lang : LANG_EN);
    json_open_object(&j, NULL);
    json_string(&j, "konseki", KONSEKI_VERSION);
    json_u64(&j, "schema", CHECK_JSON_SCHEMA);
    put_run(&j, r);
    put_sources(&j, r);
    put_views(&j, &r->audit);
    put_questions(&j, &r->audit);
    hunt_json_sentences(&j, "now", r->audit.now, r->audit.now_n);
    put_remarks(&j, &r->audit);
    check_json_windows(&j, &r->audit.windows);
    json_close(&j);
    json_end(&j);
}
