/* SPDX-License-Identifier: Apache-2.0 */
/* report/hunt_csv.c: the findings of a hunt as a table, a row each, story by story: docs/hunt-output.md explains the
 * columns. Several values in one cell stand apart with "; ". */
#include "report/csv.h"
#include "report/report.h"
#include "text/text.h"

static const char *const columns[] = {
    "story", "story_action", "action", "severity", "kind", "score", "score_max", "client", "client_name", "computer", "users", "host", "domain",
    "server_ip", "port", "agent", "file", "first", "last", "active", "events", "allowed", "bytes_out", "bytes_in",
    "duration_s", "period_s", "attack", "summary", "finding", NULL};

static void put_list(struct csv *c, const struct text_list *list)
{
    sink cell = sink_memory();
    for (size_t i = 0; i < list->n; i++) {
        sink_str(&cell, i ? "; " : "");
        sink_put(&cell, list->items[i]); /* csv_text escapes all of it */
    }
    if (list->more)
        sink_printf(&cell, "; and %llu more", (unsigned long long)list->more);
    csv_text(c, sink_text(&cell));
    if (sink_done(&cell).kind)
        panic("a sink in memory failed");
}

static void put_sentence(struct csv *c, struct sentence s, const struct report_options *options)
{
    struct text_style style = {.lang = options->lang_given ? options->lang : LANG_EN, .is_json = true};
    sink cell = sink_memory();
    if (s.key != TEXT_NONE)
        text_render(&cell, &style, s);
    csv_text(c, sink_text(&cell));
    if (sink_done(&cell).kind)
        panic("a sink in memory failed");
}

static void put_attack(struct csv *c, const char *const *techniques)
{
    sink cell = sink_memory();
    for (size_t i = 0; techniques && techniques[i]; i++)
        sink_printf(&cell, "%s%s", i ? "; " : "", techniques[i]);
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

static void put_number_if(struct csv *c, bool has, double v)
{
    if (has)
        csv_number(c, v);
    else
        csv_empty(c);
}

static void put_who_and_where(struct csv *c, const struct finding *f)
{
    csv_text(c, f->client);
    csv_text(c, f->client_name);
    csv_text(c, f->computer);
    put_list(c, &f->users);
    csv_text(c, f->host);
    csv_text(c, f->domain);
    put_list(c, &f->server_ips);
    put_u64_if(c, f->port != 0, f->port);
    csv_text(c, f->agent);
    csv_text(c, f->file);
}

static void put_finding(struct csv *c, const struct story *story, const struct finding *f,
                        const struct report_options *options)
{
    csv_string(c, story->id);
    csv_string(c, action_keys[story->action]);
    csv_string(c, action_keys[f->action]);
    csv_string(c, severity_keys[f->severity]);
    csv_string(c, f->kind);
    csv_number(c, f->score);
    csv_number(c, f->score_max);
    put_who_and_where(c, f);
    csv_time(c, f->first);
    csv_time(c, f->last);
    csv_string(c, f->is_active ? "true" : "false");
    csv_u64(c, f->events);
    csv_u64(c, f->outcomes[OUTCOME_ALLOWED] + f->outcomes[OUTCOME_CACHED]);
    put_u64_if(c, f->has_out, f->bytes_out);
    put_u64_if(c, f->has_in, f->bytes_in);
    put_number_if(c, f->has_duration, f->duration_s);
    put_number_if(c, f->period_s > 0, f->period_s);
    put_attack(c, f->attack);
    put_sentence(c, f->summary, options);
    csv_string(c, f->id);
    csv_end_row(c);
}

static void render(const struct hunt_result *r, const struct report_options *options, sink *o)
{
    struct csv c = csv_begin(o);
    csv_head(&c, columns);
    for (size_t i = 0; i < r->story_n; i++)
        for (size_t k = 0; k < r->stories[i].finding_n; k++)
            put_finding(&c, &r->stories[i], r->stories[i].findings[k], options);
}

const struct report report_hunt_csv = {"hunt_csv", render};
