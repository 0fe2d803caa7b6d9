/* SPDX-License-Identifier: Apache-2.0 */
/* What a reader of these logs has to know before believing them, each from a test on the rows. */
#include "audit/audit.h"

enum { HOUR_MS = 3600000, OTHERS_ROWS_MIN = 10 };
#define OFFICE_BEST_MIN 0.7    /* of the rows in office hours, once moved */
#define OFFICE_GAIN_MIN 0.3    /* more than as written */
#define BLANK_NORMAL 0.2       /* of CONNECT rows without agent: the tunnel detector's knob of that name */

void audit_remark(arena *a, struct audit *out, const char *id, size_t view, enum text_key key, const struct fact *facts, size_t n)
{
    if (out->remark_n < out->remark_max)
        out->remarks[out->remark_n++] = (struct remark){id, (uint32_t)view, sentence_make(a, key, facts, n)};
}

/* What a look at one view needs. */
struct look { arena *a; struct audit *out; size_t at; const struct view *v; };
#define SAY(l, id, KEY, ...)                                                                                         \
    audit_remark((l)->a, (l)->out, (id), (l)->at, TEXT_##KEY, (const struct fact[]){__VA_ARGS__},                   \
                 sizeof((const struct fact[]){__VA_ARGS__}) / sizeof(struct fact))

static void look_at_counters(const struct look *l)
{
    const struct traffic_fold *t = &l->v->fold.traffic;
    uint64_t split = FIELD_BIT(BYTES_OUT) | FIELD_BIT(BYTES_IN);
    if (traffic_is_swapped(t))
        SAY(l, "swapped", LOOK_SWAPPED, fact_count("gets", t->gets_large), fact_count("out_more", t->gets_out_more));
    if (traffic_is_header_only(t))
        SAY(l, "header_only", LOOK_HEADER_ONLY, fact_count("connects", t->connects), fact_count("large", t->connects_large_in));
    if (l->v->filled & FIELD_BIT(BYTES_TOTAL) && !(l->v->filled & split))
        SAY(l, "sum_only", LOOK_SUM_ONLY, fact_count("rows", l->v->value[FIELD_BYTES_TOTAL]));
}

static void look_at_connects(const struct look *l)
{
    const struct traffic_fold *t = &l->v->fold.traffic;
    struct fact facts[] = {fact_count("connects", t->connects), fact_count("blank", t->connect_blank), fact_count("rows", t->rows),
                           fact_share("share", t->connect_agents ? (double)t->connect_blank / (double)t->connect_agents : 0)};
    if (t->methods && !t->connects)
        audit_remark(l->a, l->out, "no_connect", l->at, TEXT_LOOK_NO_CONNECT, facts, COUNT_OF(facts));
    else if (t->connect_blank && (double)t->connect_blank > BLANK_NORMAL * (double)t->connect_agents)
        audit_remark(l->a, l->out, "blank_connects", l->at, TEXT_LOOK_BLANK_MANY, facts, COUNT_OF(facts));
    else if (t->connect_blank)
        audit_remark(l->a, l->out, "blank_connects", l->at, TEXT_LOOK_BLANK_FEW, facts, COUNT_OF(facts));
}

static void look_at_outcomes(const struct look *l)
{
    const struct traffic_fold *t = &l->v->fold.traffic;
    struct fact facts[] = {fact_count("auth", t->auth_required), fact_count("refused", t->refused), fact_count("rows", t->rows)};
    if (l->v->filled & FIELD_BIT(OUTCOME) && !t->auth_required && !t->refused)
        audit_remark(l->a, l->out, "no_refused", l->at, TEXT_LOOK_NO_REFUSED, facts, COUNT_OF(facts));
    if (t->auth_required && !l->v->value[FIELD_USER])
        audit_remark(l->a, l->out, "auth_without_user", l->at, TEXT_LOOK_AUTH_WITHOUT_USER, facts, COUNT_OF(facts));
}

static void look_at_urls(const struct look *l)
{
    const struct url_fold *u = &l->v->fold.urls;
    struct fact facts[] = {fact_count("rows", u->rows), fact_count("marks", u->marks), fact_plain("longest", u->longest),
                           fact_count("at_longest", u->at_longest)};
    if (urls_are_cut(u))
        audit_remark(l->a, l->out, "urls_cut", l->at, TEXT_LOOK_URLS_CUT, facts, COUNT_OF(facts));
    if (urls_are_stripped(u))
        audit_remark(l->a, l->out, "queries_stripped", l->at, TEXT_LOOK_QUERIES_STRIPPED, facts, COUNT_OF(facts));
    if (urls_have_no_query(u))
        audit_remark(l->a, l->out, "no_queries", l->at, TEXT_LOOK_NO_QUERIES, facts, COUNT_OF(facts));
}

static void look_at_clients(const struct look *l)
{
    const struct people_fold *p = &l->v->fold.people;
    struct fact facts[] = {fact_count("clients", p->n), fact_text("client", span_str(p->first))};
    if (p->n == 1)
        audit_remark(l->a, l->out, "one_client", l->at, TEXT_LOOK_ONE_CLIENT, facts, COUNT_OF(facts));
    else if (p->n >= CLIENTS_FOR_MASK && p->look[LOOK_MASKED] == p->n)
        audit_remark(l->a, l->out, "masked_clients", l->at, TEXT_LOOK_MASKED, facts, COUNT_OF(facts));
    else if (p->n >= CLIENTS_FOR_MASK && p->look[LOOK_TOKEN] == p->n)
        audit_remark(l->a, l->out, "token_clients", l->at, TEXT_LOOK_TOKENS, facts, COUNT_OF(facts));
}

static void look_at_clock(const struct look *l)
{
    const struct time_fold *t = &l->v->fold.times;
    if (t->steps)
        SAY(l, "clock_steps", LOOK_CLOCK_STEPS, fact_count("steps", t->steps), fact_seconds("back_s", (double)t->step_ms / 1000),
            fact_time("to", t->step_at));
    struct silence quiet = times_silence(l->v->hours, l->v->hour_n);
    if (quiet.to > quiet.from)
        SAY(l, "silence", LOOK_SILENCE, fact_time("from", quiet.from), fact_time("to", quiet.to),
            fact_seconds("silence_s", (double)(quiet.to - quiet.from) / 1000));
    struct office_fit fit;
    if (!(l->v->tz_assumed || l->v->is_utc) || !times_office(l->v->hours, l->v->hour_n, &fit))
        return;
    sink moved = sink_memory();
    sink_printf(&moved, "%+d h", fit.hours);
    if (fit.hours && fit.best >= OFFICE_BEST_MIN && fit.best - fit.as_written >= OFFICE_GAIN_MIN)
        SAY(l, "office_hours", LOOK_OFFICE, fact_text("moved", sink_text(&moved)), fact_share("as_written", fit.as_written),
            fact_share("moved_share", fit.best));
    fault ignored = sink_done(&moved);
    (void)ignored;
}

/* Hours within the view's time in which it has no row, while others have some. `hours`: of all views together. */
static void look_at_holes(const struct look *l, const struct hour *hours, size_t n)
{
    const struct view *v = l->v;
    uint64_t holes = 0;
    int64_t first = INT64_MAX;
    for (size_t i = 0, mine = 0; i < n; i++) {
        while (mine < v->hour_n && v->hours[mine].hour < hours[i].hour)
            mine++;
        if (mine == 0 || mine == v->hour_n || v->hours[mine].hour == hours[i].hour || hours[i].rows < OTHERS_ROWS_MIN)
            continue;
        holes++;
        first = min_i64(first, hours[i].hour * HOUR_MS);
    }
    if (holes)
        SAY(l, "holes", LOOK_HOLES, fact_count("hours", holes), fact_time("from", first));
}

void audit_look_out(arena *a, struct audit *out)
{
    struct time_fold together = {0};
    for (size_t i = 0; i < out->view_n; i++)
        times_join(&together, &out->views[i].fold.times);
    struct hour *hours = arena_new(a, struct hour, together.hour_n + 1);
    size_t hour_n = times_hours(&together, hours);
    times_free(&together);
    for (size_t i = 0; i < out->view_n; i++) {
        struct look l = {a, out, i, &out->views[i]};
        if (!l.v->events)
            continue;
        look_at_clients(&l);
        look_at_counters(&l);
        look_at_connects(&l);
        look_at_urls(&l);
        look_at_clock(&l);
        look_at_holes(&l, hours, hour_n);
        look_at_outcomes(&l);
    }
}
