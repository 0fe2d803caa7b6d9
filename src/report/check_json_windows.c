/* SPDX-License-Identifier: Apache-2.0 */
#include "report/check_json.h"

#include <stdio.h>

static void put_log(struct json *j, const struct windows_log *log)
{
    json_text(j, "channel", log->channel);
    json_u64(j, "events", log->events);
    hunt_json_times(j, log->first, log->last);
    json_open_object(j, "events_by_id");
    const struct windows_kind *k;
    for (size_t i = 0; i < WINDOWS_KINDS_MAX && (k = windows_kind_at(i)); i++) {
        char id[16];
        (void)snprintf(id, sizeof id, "%u", k->id);
        if (log->kinds[i])
            json_u64(j, id, log->kinds[i]);
    }
    json_close(j);
    json_u64(j, "command_lines", log->command_lines);
}

static void put_computers(struct json *j, const struct windows_audit *w)
{
    json_open_array(j, "computers");
    for (size_t i = 0; i < w->computer_n; i++) {
        const struct audited_computer *c = &w->computers[i];
        json_open_object(j, NULL);
        json_text(j, "name", c->name);
        json_open_array(j, "logs");
        for (size_t k = 0; k < c->log_n; k++) {
            json_open_object(j, NULL);
            put_log(j, c->logs[k]);
            json_close(j);
        }
        json_close(j);
        json_open_array(j, "missing");
        for (size_t k = 0; k < NEEDED_LOG_COUNT; k++)
            if (!c->needed[k])
                json_string(j, NULL, needed_logs[k]);
        json_close(j);
        json_open_array(j, "off");
        for (size_t k = 0; k < AUDIT_POLICY_COUNT; k++)
            if (c->is_off[k])
                json_string(j, NULL, audit_policies[k]);
        json_close(j);
        json_close(j);
    }
    json_close(j);
}

static void put_questions(struct json *j, const struct windows_audit *w)
{
    json_open_array(j, "questions");
    for (size_t i = 0; i < w->question_n; i++) {
        const struct windows_question *q = &w->questions[i];
        json_open_object(j, NULL);
        json_string(j, "id", q->id);
        json_sentence(j, "question", q->text);
        json_u64(j, "yes", q->count[GRADE_YES]);
        json_u64(j, "half", q->count[GRADE_HALF]);
        json_u64(j, "no", q->count[GRADE_NO]);
        json_open_array(j, "needs_logs");
        for (size_t k = 0; k < NEEDED_LOG_COUNT; k++)
            if (q->needs_logs >> k & 1)
                json_string(j, NULL, needed_logs[k]);
        json_close(j);
        json_open_array(j, "needs_policies");
        for (size_t k = 0; k < AUDIT_POLICY_COUNT; k++)
            if (q->needs_policies >> k & 1)
                json_string(j, NULL, audit_policies[k]);
        json_close(j);
        json_close(j);
    }
    json_close(j);
}

static void put_clearings(struct json *j, const struct windows_audit *w)
{
    json_open_array(j, "cleared");
    for (size_t i = 0; i < w->clearing_n; i++) {
        const struct log_clearing *c = &w->clearings[i];
        json_open_object(j, NULL);
        json_text(j, "computer", c->computer);
        json_text(j, "log", c->log);
        json_time(j, "time", c->time);
        json_text(j, "user", c->user);
        json_u64(j, "source", c->source);
        json_u64(j, "offset", c->offset);
        json_close(j);
    }
    json_close(j);
    json_u64(j, "cleared_more", w->clearings_more);
}

static void put_remarks(struct json *j, const struct windows_audit *w)
{
    json_open_array(j, "look_out");
    for (size_t i = 0; i < w->remark_n; i++) {
        const struct windows_remark *k = &w->remarks[i];
        json_open_object(j, NULL);
        json_string(j, "id", k->id);
        json_open_object(j, "values");
        for (size_t f = 0; f < k->text.n; f++)
            json_fact(j, &k->text.facts[f]);
        json_close(j);
        json_sentence(j, "text", k->text);
        json_close(j);
    }
    json_close(j);
}

void check_json_windows(struct json *j, const struct windows_audit *w)
{
    if (!w->log_n) {
        json_null(j, "windows");
        return;
    }
    json_open_object(j, "windows");
    put_computers(j, w);
    put_questions(j, w);
    put_clearings(j, w);
    put_remarks(j, w);
    json_close(j);
}
