/* SPDX-License-Identifier: Apache-2.0 */
/* A vocabulary's examples as layouts: what a log of it gives. */
#include "base/sink.h"
#include "format/envelope.h"
#include "format/recognise.h"
#include "format/vocabulary.h"

struct wanted { const struct vocabulary *vocabulary; span header; const struct plan *plan; };

static void take_first(void *ctx, const struct plan *plan)
{
    struct wanted *w = ctx;
    bool is_it = plan->vocabulary == w->vocabulary && (!w->header.p || span_eq(plan->definition, w->header));
    if (!w->plan && is_it)
        w->plan = plan;
}

/* All names that the vocabulary knows, as a header: what a log of it can give at most. */
static span all_names(arena *a, const struct vocabulary *v, const char *between)
{
    sink o = sink_memory();
    for (size_t i = 0; v->fields[i].name; i++)
        sink_printf(&o, "%s%s", i ? between : "", v->fields[i].name);
    span names = arena_dup(a, sink_text(&o));
    if (sink_done(&o).kind)
        panic("a sink in memory failed");
    return names;
}

bool vocabulary_needs_header(const struct vocabulary *v, size_t i)
{
    return (v->examples[i].shape == NAMED_W3C || v->examples[i].shape == NAMED_CSV) && !v->examples[i].header;
}

/* Of rows whose time is that of the head in front of them. */
static const struct plan *with_time(arena *a, const struct plan *plan)
{
    struct plan *own = arena_new(a, struct plan, 1);
    *own = *plan;
    own->gives |= FIELD_BIT(TIME);
    return own;
}

const struct plan *vocabulary_example(arena *a, const struct vocabulary *v, size_t i)
{
    struct wanted w = {.vocabulary = v, .header = span_str(v->examples[i].header)};
    span lines[2];
    size_t n = 0;
    bool is_w3c = v->examples[i].shape == NAMED_W3C;
    if (vocabulary_needs_header(v, i)) {
        span names = all_names(a, v, is_w3c ? " " : ",");
        lines[n++] = arena_printf(a, "%s%.*s", is_w3c ? "#Fields: " : "", (int)names.n, names.p);
    }
    lines[n++] = span_str(v->examples[i].example);
    named_candidates(a, span_str(v->name), lines, n, take_first, &w);
    struct peeled p;
    bool borrows_time = w.plan && !(w.plan->gives & FIELD_BIT(TIME)) && envelope_peel(ENVELOPE_SYSLOG, lines[n - 1], a, &p);
    return borrows_time ? with_time(a, w.plan) : w.plan;
}
