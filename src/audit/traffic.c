/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/traffic.h"

static uint64_t number(const event *e, enum field f) { return event_has(e, f) ? e->at[f].number : 0; }

static void add_connect(struct traffic_fold *f, const event *e)
{
    bool has_both = event_has(e, FIELD_BYTES_IN) && event_has(e, FIELD_BYTES_OUT);
    enum field_state agent = event_state(e, FIELD_AGENT);
    f->connects++;
    f->connect_agents += agent != STATE_UNLOGGED;
    f->connect_blank += agent == STATE_BLANK || agent == STATE_ABSENT;
    f->connects_large_in += has_both && number(e, FIELD_BYTES_IN) >= LARGE_BYTES;
    f->connects_out_over += number(e, FIELD_BYTES_OUT) > HEADER_BYTES_MAX;
}

static void add_request(struct traffic_fold *f, const event *e, span method)
{
    uint64_t in = number(e, FIELD_BYTES_IN), out = number(e, FIELD_BYTES_OUT);
    bool is_get = span_eq_nocase(method, SPAN("GET"));
    if (is_get && event_has(e, FIELD_BYTES_IN) && event_has(e, FIELD_BYTES_OUT) && (in >= LARGE_BYTES || out >= LARGE_BYTES)) {
        f->gets_large++;
        f->gets_out_more += out > in;
    }
    f->referer_rows += event_state(e, FIELD_REFERER) != STATE_UNLOGGED;
    f->referers += event_has(e, FIELD_REFERER);
}

void traffic_add(struct traffic_fold *f, const event *e)
{
    span method = event_text(e, FIELD_METHOD);
    uint64_t status = number(e, FIELD_STATUS);
    f->rows++;
    f->methods += method.n > 0;
    if (e->is_tunnel || span_eq_nocase(method, SPAN("CONNECT")))
        add_connect(f, e);
    else
        add_request(f, e, method);
    f->auth_required += status == 407;
    f->refused += status == 403 || number(e, FIELD_OUTCOME) == OUTCOME_BLOCKED;
}

void traffic_join(struct traffic_fold *to, const struct traffic_fold *from)
{
    to->rows += from->rows;
    to->methods += from->methods;
    to->connects += from->connects;
    to->connect_agents += from->connect_agents;
    to->connect_blank += from->connect_blank;
    to->connects_large_in += from->connects_large_in;
    to->connects_out_over += from->connects_out_over;
    to->gets_large += from->gets_large;
    to->gets_out_more += from->gets_out_more;
    to->referer_rows += from->referer_rows;
    to->referers += from->referers;
    to->auth_required += from->auth_required;
    to->refused += from->refused;
}

bool traffic_is_header_only(const struct traffic_fold *f)
{
    return f->connects_large_in >= LARGE_ROWS_MIN && f->connects_out_over == 0;
}

bool traffic_is_swapped(const struct traffic_fold *f)
{
    return f->gets_large >= LARGE_ROWS_MIN && f->gets_out_more * 10 >= f->gets_large * 9;
}
