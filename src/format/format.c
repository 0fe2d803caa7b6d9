/* SPDX-License-Identifier: Apache-2.0 */
/* Which layout is this? Every candidate plan reads the sample; the one that takes most lines cleanly wins.
 * Plans within TIE of the best are told apart by how specific they are (typed columns), then by their place
 * in the registry: never by luck. */
#include "format/recognise.h"

#include "base/when.h"
#include "format/own.h"
#include "format/product.h"
#include "format/vocabulary.h"
#include "format/winlog.h"

static const double TIE = 0.05;
enum { TYPED_ENOUGH = 4 };
static const int64_t TEN_DIGITS = INT64_C(1000000000000); /* ms: 2001-09-09, when epochs got their tenth digit */
enum { EARLY_MIN = 2 };
enum { CANDIDATES_MAX = 128 };
static const double FIT_ANY = 1e-9; /* a layout somebody named: one line is enough */

#define FORMAT(name) extern const struct format_product format_##name;
#include "format/format_list.inc"
#undef FORMAT
#define FORMAT(name) &format_##name,
static const struct format_product *const products[] = {
#include "format/format_list.inc"
};
#undef FORMAT

const struct format_product *format_product_at(size_t i) { return i < COUNT_OF(products) ? products[i] : NULL; }

struct candidate {
    const struct plan *plan;
    size_t lines, clean, taken;              /* clean: taken, and every typed column fits its type */
    size_t early;                            /* taken, with a stamp before TEN_DIGITS */
    size_t failed[PLAN_CUTS_MAX + 1];
    int tz_minutes;
    bool has_one_zone, lacks_zone;           /* lacks_zone: a row's stamp had none */
};

struct candidates {
    struct candidate at[CANDIDATES_MAX];
    size_t n;
    bool is_forced;
    bool is_stamped;    /* an envelope knows the time */
};

bool is_skippable(span line)
{
    span s = span_trim(line);
    return !s.n || s.p[0] == '#' || span_find(line, SPAN("logfile turned over")) != SIZE_MAX;
}

static void note_zone(struct candidate *c, const struct plan_notes *notes)
{
    int tz = notes->tz_minutes == WHEN_NONE_MINUTES ? 0 : notes->tz_minutes;
    c->has_one_zone = c->taken == 0 || (c->has_one_zone && tz == c->tz_minutes);
    c->tz_minutes = tz;
    c->lacks_zone |= notes->tz_minutes == WHEN_NONE_MINUTES;
}

/* Where values have names, one product's rows may have their time from this name or from that one: the rows say whether
 * there is a zone in it. */
static bool has_zone(const struct candidate *c)
{
    const struct vocabulary *v = c->plan->keys ? c->plan->vocabulary : NULL;
    return v && !v->is_utc && c->taken ? !c->lacks_zone : c->plan->tz_in_stamp;
}

/* Of each line of a sample: may any layout pass over it? */
static bool *find_skippable(arena *a, const span *lines, size_t n)
{
    bool *skippable = arena_new(a, bool, FORMAT_SAMPLE_LINES);
    for (size_t i = 0; i < n && i < FORMAT_SAMPLE_LINES; i++)
        skippable[i] = is_skippable(lines[i]);
    return skippable;
}

static void score(struct candidate *c, const span *lines, const bool *skippable, size_t n)
{
    arena scratch = {0};
    event e;
    struct plan_notes notes;
    for (size_t i = 0; i < n && i < FORMAT_SAMPLE_LINES; i++) {
        enum row_fate fate = plan_try(c->plan, lines[i], &scratch, &e, &notes);
        if (fate == ROW_BAD) {
            c->lines += !skippable[i];
            c->failed[notes.failed_at] += !skippable[i];
            continue;
        }
        c->lines++;
        c->clean += notes.junk == 0;
        if (fate == ROW_SKIPPED)
            continue;
        note_zone(c, &notes);
        c->early += event_has(&e, FIELD_TIME) && e.at[FIELD_TIME].ms < TEN_DIGITS;
        c->taken++;
    }
    arena_free(&scratch);
}

static double fit_of(const struct candidate *c) { return c->lines ? (double)c->clean / (double)c->lines : 0; }

static void add_candidate(struct candidates *all, const struct plan *plan)
{
    if (all->n < CANDIDATES_MAX)
        all->at[all->n++] = (struct candidate){.plan = plan};
}

/* The plans of one product, or of all where `only` is absent. */
static fault add_products(arena *a, span only, struct candidates *all)
{
    for (size_t i = 0; i < COUNT_OF(products); i++)
        for (size_t v = 0; v < PRODUCT_VARIANTS_MAX && products[i]->variants[v].definition; v++) {
            if (only.p && !span_eq_nocase(only, span_str(products[i]->name)))
                continue;
            struct plan *plan = arena_new(a, struct plan, 1);
            TRY(products[i]->variants[v].compile(a, span_str(products[i]->variants[v].definition), plan));
            plan->name = span_str(products[i]->name);
            plan->needs_proof |= plan->typed < TYPED_ENOUGH;
            add_candidate(all, plan);
        }
    return NO_FAULT;
}

static bool is_vocabulary(span name)
{
    for (size_t i = 0; vocabulary_at(i); i++)
        if (span_eq_nocase(name, span_str(vocabulary_at(i)->name)))
            return true;
    return false;
}

static fault refuse_name(span name)
{
    return fault_make(FAULT_USAGE, "--format %.*s: no such format; 'konseki formats' lists them", (int)span_take(name, 40).n, name.p);
}

static bool has_time(const struct plan *plan) { return plan->gives & FIELD_BIT(TIME); }

static void add_named(void *ctx, const struct plan *plan)
{
    struct candidates *all = ctx;
    if (all->is_stamped || has_time(plan))
        add_candidate(all, plan);
}

static fault collect(arena *a, const struct format_options *options, bool is_stamped, const span *lines, size_t n,
                     struct candidates *all)
{
    if (options->own) {
        all->is_forced = true;
        return own_plans(a, options->own, lines, n, add_named, all);
    }
    if (options->logformat.p) {
        struct plan *plan = arena_new(a, struct plan, 1);
        TRY(plan_compile_any(a, options->logformat, plan));
        if (!is_stamped && !has_time(plan))
            return fault_make(FAULT_USAGE, "the log format holds no time: %%ts or %%tl (Squid), %%t (Apache), $time_local (nginx)");
        plan->name = SPAN("logformat");
        add_candidate(all, plan);
        all->is_forced = true;
        return NO_FAULT;
    }
    if (options->squid_conf.p) {
        struct plan *plans = arena_new(a, struct plan, CONF_PLANS_MAX);
        size_t plan_n;
        TRY(squid_conf_plans(a, options->squid_conf, plans, &plan_n));
        for (size_t i = 0; i < plan_n; i++)
            if (is_stamped || has_time(&plans[i]))
                add_candidate(all, &plans[i]);
    }
    TRY(add_products(a, options->format, all));
    all->is_stamped = is_stamped;
    named_candidates(a, options->format, lines, n, add_named, all);
    if (options->format.p && !all->n && !is_vocabulary(options->format))
        return refuse_name(options->format);
    all->is_forced = options->format.p != NULL;
    return NO_FAULT;
}

/* One that reads rows before one that passes over all of them. */
static bool is_better(const struct candidate *c, const struct candidate *than)
{
    bool reads = c->taken > 0, than_reads = than->taken > 0;
    return reads != than_reads ? reads : c->plan->typed > than->plan->typed;
}

static const struct candidate *choose(const struct candidates *all, double least)
{
    double best = 0;
    const struct candidate *chosen = NULL;
    for (size_t i = 0; i < all->n; i++)
        best = fit_of(&all->at[i]) > best ? fit_of(&all->at[i]) : best;
    if (best < least)
        return NULL;
    for (size_t i = 0; i < all->n; i++) {
        const struct candidate *c = &all->at[i];
        if (fit_of(c) >= best - TIE && (!chosen || is_better(c, chosen)))
            chosen = c;
    }
    return chosen;
}

static span why_refused(arena *a, const struct candidate *c)
{
    const struct plan *plan = c->plan;
    size_t worst = plan->n;
    for (size_t i = 0; i < plan->n; i++)
        if (c->failed[i] > c->failed[worst])
            worst = i;
    if (worst == plan->n)
        return arena_printf(a, "%zu of %zu lines fit; most others end elsewhere", c->clean, c->lines);
    span code = span_take(plan->cuts[worst].code, 60);
    return arena_printf(a, "%zu of %zu lines fit; most others stop fitting at %.*s", c->clean, c->lines, (int)code.n,
                        code.p);
}

/* What came near; a layout that took no line is worth a word only where it was named. The last place is for the guess. */
static void list_tried(arena *a, const struct candidates *all, struct format_refusal *refusal)
{
    refusal->n = 0;
    for (size_t i = 0; i < all->n && refusal->n + 1 < FORMAT_PLANS_MAX; i++) {
        if (all->at[i].clean == 0 && !all->is_forced)
            continue;
        refusal->tried[refusal->n].name = all->at[i].plan->name;
        refusal->tried[refusal->n].fit = fit_of(&all->at[i]);
        refusal->tried[refusal->n++].why = why_refused(a, &all->at[i]);
    }
}

/* A row whose front was cut away has lost digits of its stamp. Where a log has no row, or only one, from before epochs
 * had ten digits, a shorter one is no time. */
static int64_t least_time(const struct candidate *first)
{
    return first->early < EARLY_MIN && first->taken > first->early ? TEN_DIGITS : INT64_MIN;
}

static void add_plan(arena *a, const struct candidate *first, const struct plan *plan, const struct format_options *options,
                     struct layout *out)
{
    if (out->n == FORMAT_PLANS_MAX)
        return;
    struct plan *own = arena_new(a, struct plan, 1);
    *own = *plan;
    own->tz_in_stamp = plan == first->plan ? out->tz_in_stamp : plan->tz_in_stamp;
    own->tz_minutes = !own->tz_in_stamp && options->tz_minutes != WHEN_NONE_MINUTES ? options->tz_minutes : 0;
    own->time_least = least_time(first);
    out->plans[out->n++] = own;
}

/* Another layout of the recognised product. */
static bool is_of_product(const struct candidate *c, const struct candidate *first)
{
    return c->plan != first->plan && c->plan->vocabulary && c->plan->vocabulary == first->plan->vocabulary;
}

static void fill_layout(arena *a, const struct candidates *all, const struct candidate *first,
                        const struct format_options *options, const span *lines, size_t n, struct layout *out)
{
    struct told_apart told = told_apart_by(a, first->plan, lines, n);
    out->n = 0;
    out->name = first->plan->name;
    out->definition = first->plan->definition;
    out->fit = fit_of(first);
    out->unescapes = first->plan->vocabulary != NULL;
    out->gives = first->plan->gives;
    out->is_server = is_server_log(first->plan, options, lines, n);
    out->is_server_by_rows = out->is_server && !(first->plan->vocabulary && first->plan->vocabulary->is_server);
    out->tz_in_stamp = has_zone(first);
    out->tz_minutes = !out->tz_in_stamp ? options->tz_minutes
                      : first->has_one_zone ? first->tz_minutes : WHEN_NONE_MINUTES;
    add_plan(a, first, first->plan, options, out);
    for (size_t i = 0; i < all->n; i++) {
        const struct candidate *c = &all->at[i];
        if (!is_of_product(c, first) || (!c->taken && !is_alternate(c->plan, &told)))
            continue;
        out->gives |= c->taken ? c->plan->gives : 0; /* another kind of row of the same log */
        add_plan(a, first, c->plan, options, out);
    }
    for (size_t i = 0; i < all->n; i++)
        if (all->at[i].plan != first->plan && !is_of_product(&all->at[i], first) && is_alternate(all->at[i].plan, &told))
            add_plan(a, first, all->at[i].plan, options, out);
}

/* A layout nobody named. It competes with nothing: it is asked only where every known one was refused. */
static fault infer(arena *a, const span *lines, size_t n, struct candidate *c, struct layout *out)
{
    struct inference guess;
    struct plan *plan = arena_new(a, struct plan, 1);
    TRY(plan_infer(a, lines, n < FORMAT_SAMPLE_LINES ? n : FORMAT_SAMPLE_LINES, &guess));
    TRY(plan_compile_squid(a, guess.definition, plan));
    plan->name = SPAN("inferred");
    *c = (struct candidate){.plan = plan};
    score(c, lines, find_skippable(a, lines, n), n);
    if (fit_of(c) < FIT_GOOD)
        return fault_make(FAULT_CORRUPT, "the inferred layout takes only %zu of %zu lines", c->clean, c->lines);
    out->is_inferred = true;
    out->direction_unknown = guess.direction_unknown;
    return NO_FAULT;
}

static fault refuse(arena *a, const struct candidates *all, fault why_not_inferred, struct format_refusal *refusal)
{
    list_tried(a, all, refusal);
    if (why_not_inferred.kind && refusal->n < FORMAT_PLANS_MAX) {
        refusal->tried[refusal->n].name = SPAN("inferred");
        refusal->tried[refusal->n].fit = 0;
        refusal->tried[refusal->n++].why = arena_dup(a, span_str(why_not_inferred.text));
    }
    if (all->n ? !all->at[0].lines : !all->is_forced)
        return fault_make(FAULT_CORRUPT, "no log line in it");
    if (all->is_forced)
        return fault_make(FAULT_CORRUPT, "no line has the layout that was named");
    return fault_make(FAULT_CORRUPT, "no known log format fits");
}

static fault refuse_dialect(span name, struct format_refusal *refusal)
{
    refusal->n = 1;
    refusal->tried[0].name = name;
    refusal->tried[0].fit = 0;
    refusal->tried[0].why = SPAN("too few lines are Windows events in its shape");
    return fault_make(FAULT_CORRUPT, "no line has the layout that was named");
}

fault recognise_plain(arena *a, const struct format_options *options, bool is_stamped, const span *lines, size_t n,
                      struct layout *out, struct format_refusal *refusal)
{
    struct candidates *all = arena_new(a, struct candidates, 1);
    refusal->n = 0;
    if (winlog_recognise(options, lines, n, winlog_is_name(options->format) ? FIT_ANY : FIT_GOOD, out))
        return NO_FAULT;
    if (winlog_is_name(options->format))
        return refuse_dialect(options->format, refusal);
    TRY(collect(a, options, is_stamped, lines, n, all));
    const bool *skippable = find_skippable(a, lines, n);
    for (size_t i = 0; i < all->n; i++)
        score(&all->at[i], lines, skippable, n);
    const struct candidate *first = choose(all, all->is_forced ? FIT_ANY : FIT_GOOD);
    if (!first && (all->is_forced || !all->at[0].lines))
        return refuse(a, all, NO_FAULT, refusal);
    if (!first) {
        struct candidate *guess = arena_new(a, struct candidate, 1);
        fault no_guess = infer(a, lines, n, guess, out);
        first = no_guess.kind ? choose(all, FIT_POOR) : guess;
        if (!first && winlog_recognise(options, lines, n, FIT_POOR, out))
            return NO_FAULT;
        if (!first)
            return refuse(a, all, no_guess, refusal);
    }
    fill_layout(a, all, first, options, lines, n, out);
    return NO_FAULT;
}

static fault read_own(arena *a, struct format_options *options)
{
    struct own_format *own = arena_new(a, struct own_format, 1);
    if (!options->own_text.p)
        return NO_FAULT;
    TRY(own_read(a, options->own_text, own));
    options->own = own;
    if (options->tz_minutes == WHEN_NONE_MINUTES)
        options->tz_minutes = own->tz_minutes;
    return NO_FAULT;
}

fault format_recognise(arena *a, const struct format_options *given, const span *lines, size_t n,
                       struct layout *out, struct format_refusal *refusal)
{
    struct format_options own = *given;
    const struct format_options *options = &own;
    *out = (struct layout){.n = 0};
    *refusal = (struct format_refusal){.n = 0};
    TRY(read_own(a, &own));
    struct envelope envelope;
    bool is_wrapped = find_envelope(options, lines, n, &envelope);
    fault f = is_wrapped ? recognise_wrapped(a, options, &envelope, lines, n, out, refusal)
                         : recognise_headed(a, options, lines, n, out, refusal);
    if (f.kind == FAULT_CORRUPT && !refusal->instead.n)
        refusal->instead = foreign_log(a, lines, n);
    if (f.kind == FAULT_CORRUPT && !refusal->instead.n)
        refusal->instead = unusable_header(a, lines, n);
    if (f.kind) /* what was recognised before something else was missing is nobody's */
        out->n = 0;
    return f;
}

static enum row_fate read_as(const struct plan *plan, span line, arena *scratch, event *e, struct plan_notes *notes)
{
    enum row_fate fate = plan_try(plan, line, scratch, e, notes);
    bool is_early = fate == ROW_EVENT && event_has(e, FIELD_TIME) && e->at[FIELD_TIME].ms < plan->time_least;
    return is_early ? ROW_BAD : fate;
}

/* Of a product that writes several kinds of rows, each with columns of its own. */
static bool is_one_kind(const struct plan *plan, const struct plan *first)
{
    return plan->vocabulary && plan->vocabulary == first->vocabulary && plan->shape == SHAPE_DELIMITED && !plan->header.n;
}

/* A column that holds one of some words holds none of them: the row is another layout's, and not a damaged one of this. */
static bool stopped_at_word(const struct plan *plan, const struct plan_notes *notes)
{
    return notes->failed_at < plan->n && plan->cuts[notes->failed_at].type == CUT_FIXED;
}

/* The recognised plan may take a line with junk in a counter; another only one that fits it in every column,
 * and then before the recognised one, or the bytes of one layout would be read as those of another. */
static enum row_fate read_row(const struct layout *layout, span line, arena *scratch, event *e, const struct plan **by)
{
    struct plan_notes notes;
    bool first_takes_it = false;
    const struct vocabulary *skipped = NULL; /* the product knows the row: nobody else is asked */
    bool is_damaged = false;                 /* ... as a row of a kind that it reads */
    for (size_t i = 0; i < layout->n; i++) {
        if (skipped && layout->plans[i]->vocabulary != skipped)
            continue;
        enum row_fate fate = read_as(layout->plans[i], line, scratch, e, &notes);
        *by = layout->plans[i];
        if (fate == ROW_EVENT && notes.junk == 0)
            return fate;
        if (fate == ROW_SKIPPED)
            skipped = layout->plans[i]->vocabulary;
        is_damaged |= fate == ROW_BAD && is_one_kind(layout->plans[i], layout->plans[0]) && !stopped_at_word(layout->plans[i], &notes);
        first_takes_it |= fate == ROW_EVENT && i == 0;
    }
    if (skipped && !is_damaged)
        return ROW_SKIPPED;
    *by = layout->n ? layout->plans[0] : NULL;
    return first_takes_it ? plan_run(*by, line, scratch, e) : ROW_BAD;
}

/* The first line of a CSV export, again where exports were joined. */
static bool is_header(const struct layout *layout, span line)
{
    return layout->n && layout->plans[0]->header.n && span_eq(line, layout->plans[0]->header);
}

/* The time of a row whose layout has none. */
static bool take_stamp(const struct layout *layout, const struct peeled *stamp, event *e)
{
    if (!stamp || !stamp->has_time)
        return false;
    int64_t ms = stamp->ms - (stamp->tz_minutes == WHEN_NONE_MINUTES ? (int64_t)layout->stamp_tz * 60000 : 0);
    e->at[FIELD_TIME].ms = stamp->has_year ? ms : envelope_year(ms, layout->stamp_latest);
    e->has |= FIELD_BIT(TIME);
    e->gives |= FIELD_BIT(TIME);
    return true;
}

enum row_fate plain_row(const struct layout *layout, span line, const struct peeled *stamp, arena *scratch, event *e)
{
    const struct plan *plan = NULL;
    enum row_fate fate = read_row(layout, line, scratch, e, &plan);
    if (fate == ROW_BAD)
        return is_skippable(line) || is_header(layout, line) ? ROW_SKIPPED : ROW_BAD;
    if (fate == ROW_SKIPPED)
        return fate;
    if (!event_has(e, FIELD_TIME) && !event_has(e, FIELD_START) && !take_stamp(layout, stamp, e))
        return ROW_BAD;
    event_derive(e, plan->stamp);
    if (plan->vocabulary && plan->vocabulary->settle)
        plan->vocabulary->settle(e);
    return ROW_EVENT;
}

enum row_fate format_row(const struct layout *layout, span line, arena *scratch, event *e)
{
    return layout->envelope.layer_n ? wrapped_row(layout, line, scratch, e) : plain_row(layout, line, NULL, scratch, e);
}
