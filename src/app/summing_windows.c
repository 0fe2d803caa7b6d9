/* SPDX-License-Identifier: Apache-2.0 */
/* What is said of event logs as a whole. */
#include "app/pipeline.h"
#include "app/windows_ports.h"

void sum_event_logs(struct hunt *h)
{
    struct hunt_result *r = &h->result;
    struct event_logs *logs = &r->event_logs;
    *logs = (struct event_logs){.first = INT64_MAX, .last = INT64_MIN, .computers = h->look ? h->look->view.computers->n : 0};
    for (size_t i = 0; i < r->source_n; i++) {
        const struct source_info *s = &r->sources[i];
        if (source_has_rows(s) || s->same_as >= 0)
            continue;
        logs->inputs++;
        logs->events += s->events;
        logs->first = s->events ? min_i64(logs->first, s->first) : logs->first;
        logs->last = s->events ? max_i64(logs->last, s->last) : logs->last;
    }
}

size_t event_log_notes(struct hunt *h, struct sentence *out)
{
    enum { KNOCKS_NAMED = EVENT_LOG_NOTES - 2 };
    const struct windows_look *look = h->look;
    size_t n = 0;
    if (!look)
        return 0;
    struct fact rows = fact_count("limit", TUNNEL_ROWS_MAX), ports = fact_count("limit", PORTS_ROWS_MAX);
    if (look->view.is_cut)
        out[n++] = sentence_make(&h->memory, TEXT_NOTE_SESSION_ROWS, &rows, 1);
    if (look->is_port_cut)
        out[n++] = sentence_make(&h->memory, TEXT_NOTE_CLIENT_PORTS, &ports, 1);
    for (size_t i = 0; i < look->view.sessions->knock_n && i < KNOCKS_NAMED; i++) {
        const struct rdp_knocks *k = &look->view.sessions->knocks[i];
        struct fact facts[] = {fact_text("computer", look->view.computers->items[k->computer].name), fact_count("knocks", k->n),
                               fact_time("first", k->first), fact_time("last", k->last)};
        out[n++] = sentence_make(&h->memory, TEXT_NOTE_KNOCKS, facts, COUNT_OF(facts));
    }
    return n;
}
