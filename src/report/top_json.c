/* SPDX-License-Identifier: Apache-2.0 */
#include "report/csv.h"
#include "report/hunt_json.h"
#include "report/top.h"

const char *const field_state_keys[] = {
    [STATE_UNLOGGED] = "unlogged", [STATE_ABSENT] = "absent", [STATE_BLANK] = "blank", [STATE_VALUE] = "value",
};

static void put_sum(struct json *j, const struct tally_sum *s)
{
    json_u64(j, "rows", s->rows);
    hunt_json_times(j, s->first, s->last);
    if (s->has_out)
        json_u64(j, "bytes_out", s->bytes_out);
    else
        json_null(j, "bytes_out");
    if (s->has_in)
        json_u64(j, "bytes_in", s->bytes_in);
    else
        json_null(j, "bytes_in");
}

static void put_line(struct json *j, const struct tally_line *l)
{
    json_text(j, "value", l->state == STATE_VALUE ? l->value : (span){NULL, 0});
    json_string(j, "state", field_state_keys[l->state]);
    json_u64(j, "clients", l->clients);
    json_bool(j, "clients_exact", l->clients_exact);
    put_sum(j, &l->sum);
}

/* What is not listed: values beyond the limit, and values that were counted together. */
static void put_rest(struct json *j, const struct top_result *r)
{
    json_string(j, "field", r->field);
    json_u64(j, "distinct", r->tally.values);
    json_u64(j, "not_listed", r->tally.values - r->tally.n);
    if (!r->tally.other.rows) {
        json_null(j, "other");
        return;
    }
    json_open_object(j, "other");
    put_sum(j, &r->tally.other);
    json_close(j);
}

void top_json(const struct top_result *r, enum lang lang, sink *o)
{
    struct json j = json_begin(o, lang);
    json_open_object(&j, NULL);
    account_json_run(&j, &r->account);
    put_rest(&j, r);
    json_open_array(&j, "values");
    for (size_t i = 0; i < r->tally.n; i++) {
        json_open_object(&j, NULL);
        put_line(&j, &r->tally.lines[i]);
        json_close(&j);
    }
    json_close(&j);
    account_json_sources(&j, &r->account);
    account_json_rest(&j, &r->account);
    json_close(&j);
    json_end(&j);
}

void top_ndjson(const struct top_result *r, enum lang lang, sink *o)
{
    struct json j;
    for (size_t i = 0; i < r->tally.n; i++) {
        j = json_begin_line(o, lang);
        json_open_object(&j, NULL);
        json_string(&j, "type", "value");
        put_line(&j, &r->tally.lines[i]);
        json_close(&j);
        json_end(&j);
    }
    account_ndjson_sources(o, &r->account);
    j = json_begin_line(o, lang);
    json_open_object(&j, NULL);
    json_string(&j, "type", "end");
    account_json_run(&j, &r->account);
    put_rest(&j, r);
    account_json_rest(&j, &r->account);
    json_close(&j);
    json_end(&j);
}

static void put_times_and_bytes(struct csv *c, const struct tally_sum *s)
{
    if (s->first <= s->last) {
        csv_time(c, s->first);
        csv_time(c, s->last);
    } else {
        csv_empty(c);
        csv_empty(c);
    }
    if (s->has_out)
        csv_u64(c, s->bytes_out);
    else
        csv_empty(c);
    if (s->has_in)
        csv_u64(c, s->bytes_in);
    else
        csv_empty(c);
    csv_end_row(c);
}

void top_csv(const struct top_result *r, sink *o)
{
    static const char *const head[] = {"value", "state", "rows", "clients", "clients_exact", "first", "last", "bytes_out",
                                       "bytes_in", NULL};
    struct csv c = csv_begin(o);
    csv_head(&c, head);
    for (size_t i = 0; i < r->tally.n; i++) {
        const struct tally_line *l = &r->tally.lines[i];
        csv_text(&c, l->value);
        csv_string(&c, field_state_keys[l->state]);
        csv_u64(&c, l->sum.rows);
        csv_u64(&c, l->clients);
        csv_string(&c, l->clients_exact ? "true" : "false");
        put_times_and_bytes(&c, &l->sum);
    }
    if (!r->tally.other.rows)
        return;
    csv_empty(&c);
    csv_string(&c, "other");
    csv_u64(&c, r->tally.other.rows);
    csv_empty(&c);
    csv_empty(&c);
    put_times_and_bytes(&c, &r->tally.other);
}
