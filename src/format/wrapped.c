/* SPDX-License-Identifier: Apache-2.0 */
/* A log inside envelopes: one file may hold the lines of many programs. The proxy is the program whose lines have a
 * proxy's layout; what others wrote is skipped. Which they are is learned from the sample and never changed. */
#include "format/recognise.h"

#include "base/when.h"
#include "format/winlog.h"

enum { PROGRAMS_MAX = 16 };
static const int64_t A_DAY = 86400000;

struct program {
    span tag;
    span *lines;      /* without their envelopes */
    size_t n, clean;
    bool is_known;    /* its layout is a known one */
};

struct programs {
    struct program at[PROGRAMS_MAX];
    size_t n;
    struct peeled first;   /* of a line with a stamp */
};

/* The kind that most lines are in. */
static unsigned guess_layer(arena *scratch, const span *lines, size_t n)
{
    struct peeled p;
    size_t in_use = 0;
    for (size_t i = 0; i < n; i++)
        in_use += !is_skippable(lines[i]);
    for (unsigned kind = ENVELOPE_NONE + 1; in_use && kind < envelope_kinds(); kind++) {
        size_t peeled = 0;
        for (size_t i = 0; i < n; i++)
            peeled += !is_skippable(lines[i]) && envelope_peel(kind, lines[i], scratch, &p);
        if ((double)peeled >= FIT_GOOD * (double)in_use)
            return kind;
    }
    return ENVELOPE_NONE;
}

/* A log whose own rows look like an envelope: a stamp in front, JSON with a message among the rest. */
static bool is_known(arena *scratch, const struct format_options *options, const span *lines, size_t n)
{
    struct layout layout;
    struct format_refusal refusal;
    fault f = recognise_headed(scratch, options, lines, n, &layout, &refusal);
    return !f.kind && !layout.is_inferred && layout.fit >= FIT_GOOD;
}

bool find_envelope(const struct format_options *options, const span *lines, size_t n, struct envelope *out)
{
    arena scratch = {0};
    n = n < FORMAT_SAMPLE_LINES ? n : FORMAT_SAMPLE_LINES;
    span *inside = arena_new(&scratch, span, n + 1);
    memcpy(inside, lines, n * sizeof *lines);
    *out = (struct envelope){.layer_n = 0};
    while (out->layer_n < ENVELOPE_LAYERS_MAX) {
        unsigned kind = guess_layer(&scratch, inside, n);
        if (kind == ENVELOPE_NONE || is_known(&scratch, options, inside, n))
            break;
        out->layers[out->layer_n++] = (uint8_t)kind;
        for (size_t i = 0; i < n; i++) {
            struct peeled p;
            inside[i] = envelope_peel(kind, inside[i], &scratch, &p) ? p.line : span_take(inside[i], 0);
        }
    }
    arena_free(&scratch);
    return out->layer_n > 0;
}

static struct program *program_named(struct programs *all, arena *a, span tag)
{
    for (size_t i = 0; i < all->n; i++)
        if (span_eq(all->at[i].tag, tag))
            return &all->at[i];
    if (all->n == PROGRAMS_MAX)
        return NULL;
    struct program *p = &all->at[all->n++];
    *p = (struct program){.tag = tag, .lines = arena_new(a, span, FORMAT_SAMPLE_LINES)};
    return p;
}

static void sort_by_program(arena *a, const struct envelope *e, const span *lines, size_t n, struct programs *all)
{
    *all = (struct programs){.n = 0};
    for (size_t i = 0; i < n && i < FORMAT_SAMPLE_LINES; i++) {
        struct peeled p;
        if (is_skippable(lines[i]) || !envelope_open(e, lines[i], a, &p))
            continue;
        struct program *program = program_named(all, a, p.tag);
        if (program)
            program->lines[program->n++] = p.line;
        if (p.has_time && !all->first.has_time)
            all->first = p;
    }
}

/* By the layout's first plan: another program's lines may well be those of a web server. */
static size_t clean_lines(const struct layout *layout, const struct program *p)
{
    size_t clean = 0;
    arena scratch = {0};
    event e;
    struct windows_event w;
    struct plan_notes notes;
    for (size_t i = 0; i < p->n; i++)
        if (layout->windows)
            clean += winlog_row(layout->windows, layout->windows_above, p->lines[i], &scratch, &w) != ROW_BAD;
        else
            clean += plan_try(layout->plans[0], p->lines[i], &scratch, &e, &notes) == ROW_EVENT && notes.junk == 0;
    arena_free(&scratch);
    return clean;
}

/* The program most of whose lines are a proxy's; a layout that is known says more than a guess. */
static const struct program *choose_program(arena *scratch, const struct format_options *options, struct programs *all)
{
    const struct program *best = NULL;
    struct layout layout;
    struct format_refusal refusal;
    for (size_t i = 0; i < all->n; i++) {
        struct program *p = &all->at[i];
        fault f = recognise_plain(scratch, options, all->first.has_time, p->lines, p->n, &layout, &refusal);
        if (f.kind)
            continue;
        p->is_known = !layout.is_inferred;
        p->clean = clean_lines(&layout, p);
        if (!best || p->is_known > best->is_known || (p->is_known == best->is_known && p->clean > best->clean))
            best = p;
    }
    return best;
}

/* A proxy may log under several names. */
static void add_tags(struct layout *out, const struct programs *all, const struct program *chosen)
{
    (void)envelope_add_tag(&out->envelope, chosen->tag);
    for (size_t i = 0; i < all->n; i++) {
        const struct program *p = &all->at[i];
        if (p != chosen && (double)clean_lines(out, p) >= FIT_GOOD * (double)p->n)
            (void)envelope_add_tag(&out->envelope, p->tag);
    }
}

/* The rows of this layout have no time: the envelope's stamp is their time, and needs a year and a zone. */
static fault borrow_stamp(arena *a, struct layout *out, const struct format_options *options, const struct peeled *first,
                          struct format_refusal *refusal)
{
    out->gives |= FIELD_BIT(TIME);
    out->tz_in_stamp = first->tz_minutes != WHEN_NONE_MINUTES;
    out->tz_minutes = out->tz_in_stamp ? WHEN_NONE_MINUTES : options->tz_minutes;
    out->stamp_tz = options->tz_minutes != WHEN_NONE_MINUTES ? options->tz_minutes : 0;
    out->stamp_latest = options->as_of ? options->as_of + A_DAY : 0;
    if (first->has_year || options->as_of)
        return NO_FAULT;
    refusal->instead = arena_printf(a, "a log of the layout %.*s whose stamps have no year: say with --as-of when it ended",
                                    (int)out->name.n, out->name.p);
    refusal->n = 1;
    refusal->tried[0].name = out->name;
    refusal->tried[0].fit = 0;
    refusal->tried[0].why = SPAN("its rows have no time, and the stamps of syslog have no year: say with --as-of when the log ended");
    return fault_make(FAULT_CORRUPT, "the stamps of syslog have no year");
}

fault recognise_wrapped(arena *a, const struct format_options *options, const struct envelope *envelope,
                        const span *lines, size_t n, struct layout *out, struct format_refusal *refusal)
{
    arena scratch = {0};
    struct programs *all = arena_new(&scratch, struct programs, 1);
    sort_by_program(&scratch, envelope, lines, n, all);
    const struct program *chosen = choose_program(&scratch, options, all);
    size_t most = 0;
    for (size_t i = 0; i < all->n; i++)
        most = all->at[i].n > all->at[most].n ? i : most;
    const struct program *p = chosen ? chosen : &all->at[most]; /* no proxy's: say why of the one seen most */
    fault f = recognise_plain(a, options, all->first.has_time, p->lines, p->n, out, refusal);
    if (!f.kind) {
        out->envelope = *envelope;
        out->unescapes |= envelope_has_json(envelope);
        if (!out->windows && !(out->gives & FIELD_BIT(TIME)))
            f = borrow_stamp(a, out, options, &all->first, refusal);
        add_tags(out, all, p);
    }
    arena_free(&scratch);
    return f;
}

enum row_fate wrapped_row(const struct layout *layout, span line, arena *scratch, event *e)
{
    struct peeled p;
    if (!envelope_open(&layout->envelope, line, scratch, &p))
        return plain_row(layout, p.line, NULL, scratch, e);
    if (!envelope_has_tag(&layout->envelope, p.tag))
        return ROW_SKIPPED;
    return plain_row(layout, p.line, &p, scratch, e);
}
