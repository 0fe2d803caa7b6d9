/* SPDX-License-Identifier: Apache-2.0 */
/* plan_infer: a layout nobody named, as the Squid logformat string that would write it. Each separator is
 * tried; the reading that explains most columns wins. A reading without a time, a client and a URL or host
 * is no proxy log and is refused: prose, key=value lines and firewall logs end here. */
#include "format/infer.h"

#include "base/sink.h"
#include "format/plan.h"

#define ACCEPT_FIT 0.95

static const char *const role_codes[ROLE_COUNT] = {
#define INFER_ROLE_CODE(ID, code) code,
    INFER_ROLES(INFER_ROLE_CODE)
#undef INFER_ROLE_CODE
};

struct reading { struct grid grid; struct direction direction; size_t known; bool has_time, has_client, has_target; };

static bool has_any(struct grid *g, const enum role *roles, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (grid_find(g, roles[i])) return true;
    return false;
}

static void reading_judge(struct reading *r)
{
    static const enum role times[] = {ROLE_EPOCH_MS, ROLE_EPOCH, ROLE_CLF, ROLE_ISO};
    static const enum role targets[] = {ROLE_URL, ROLE_HOST};
    r->has_time = has_any(&r->grid, times, COUNT_OF(times));
    r->has_client = grid_find(&r->grid, ROLE_CLIENT) != NULL;
    r->has_target = has_any(&r->grid, targets, COUNT_OF(targets));
    for (size_t i = 0; i < r->grid.n; i++) {
        enum role role = r->grid.columns[i].role;
        r->known += role != ROLE_UNKNOWN && role != ROLE_COUNTER;
    }
}

static bool is_better(const struct reading *a, const struct reading *b)
{
    int needed_a = a->has_time + a->has_client + a->has_target;
    int needed_b = b->has_time + b->has_client + b->has_target;
    if (needed_a != needed_b) return needed_a > needed_b;
    /* A wrong separator leaves columns without a meaning: each costs half of a known one. */
    size_t score_a = 2 * a->known + b->grid.n - b->known, score_b = 2 * b->known + a->grid.n - a->known;
    if (score_a != score_b) return score_a > score_b;
    return a->grid.rows > b->grid.rows;
}

static void put_literal(sink *o, span s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '%') sink_char(o, '%');
        sink_char(o, s.p[i]);
    }
}

/* strftime codes of an ISO stamp as its first value shows them. */
static void put_iso(sink *o, span value)
{
    span clock = span_skip(value, 11);
    size_t zone = 8, dot = span_find(clock, SPAN("."));
    if (dot != SIZE_MAX)
        for (zone = dot + 1; zone < clock.n && ascii_digit(clock.p[zone]);) zone++;
    bool z = zone < clock.n && clock.p[zone] == 'Z', offset = zone < clock.n && !z;
    sink_printf(o, "%%{%%Y-%%m-%%d%c%%H:%%M:%%S%s}t%c", value.p[10], offset ? "%z" : "", z ? 'g' : 'l');
    if (dot != SIZE_MAX) sink_str(o, ".%03tu");
    if (z) sink_char(o, 'Z');
}

static void put_column(sink *o, const struct column *c)
{
    put_literal(o, c->before);
    const char *code = role_codes[c->role];
    if (c->role == ROLE_ISO) { put_iso(o, c->cells[0]); return; }
    if (c->width != 0) sink_printf(o, "%%%d%s", c->width, code + 1);
    else if (c->role == ROLE_STATUS && c->joined) sink_printf(o, "%%03%s", code + 1);
    else sink_str(o, code);
}

static span write_definition(arena *a, const struct grid *g)
{
    sink o = sink_memory();
    for (size_t i = 0; i < g->n; i++) put_column(&o, &g->columns[i]);
    put_literal(&o, g->after);
    span definition = arena_dup(a, sink_text(&o));
    fault ignored = sink_done(&o);   /* a memory sink cannot fail */
    (void)ignored;
    return definition;
}

static void read_best(arena *a, const span *lines, size_t n, struct reading *best)
{
    static const char separators[] = {' ', '\t', '|', ';', ','};
    for (size_t s = 0; s < sizeof separators; s++) {
        struct reading *r = arena_new(a, struct reading, 1);
        if (!grid_build(a, lines, n, separators[s], &r->grid)) continue;
        grid_split(a, &r->grid);
        infer_roles(a, &r->grid);
        infer_direction(a, &r->grid, &r->direction);
        reading_judge(r);
        if (best->grid.n == 0 || is_better(r, best)) *best = *r;
    }
}

/* The share of the lines that the definition, compiled, takes: the judge is the executor, not the guess. */
static fault measure_fit(arena *a, const span *lines, size_t n, span definition, double *fit)
{
    struct plan plan;
    TRY(plan_compile_squid(a, definition, &plan));
    size_t taken = 0, seen = 0;
    for (size_t i = 0; i < n && seen < INFER_LINES_MAX; i++) {
        if (lines[i].n == 0) continue;
        event e;
        seen++;
        taken += plan_run(&plan, lines[i], a, &e) == ROW_EVENT;
    }
    *fit = seen ? (double)taken / (double)seen : 0;
    return NO_FAULT;
}

fault plan_infer(arena *a, const span *lines, size_t n, struct inference *out)
{
    *out = (struct inference){.fit = 0};
    struct reading *best = arena_new(a, struct reading, 1);
    read_best(a, lines, n, best);
    if (best->grid.n == 0) return fault_make(FAULT_CORRUPT, "no common shape: the lines share no number of columns");
    const char *missing = !best->has_time ? "time" : !best->has_client ? "client address" : "URL or host";
    if (!best->has_time || !best->has_client || !best->has_target)
        return fault_make(FAULT_CORRUPT, "no column of %zu holds the %s", best->grid.n, missing);
    if (best->known < 4) return fault_make(FAULT_CORRUPT, "only %zu of %zu columns are known", best->known, best->grid.n);
    out->definition = write_definition(a, &best->grid);
    TRY(measure_fit(a, lines, n, out->definition, &out->fit));
    out->direction_unknown = best->direction.unknown;
    out->direction_proved = best->direction.proved;
    out->why = best->direction.why;
    if (out->fit < ACCEPT_FIT)
        return fault_make(FAULT_CORRUPT, "the layout nearest to it takes only %.0f %% of the lines", 100 * out->fit);
    return NO_FAULT;
}
