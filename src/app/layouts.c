/* SPDX-License-Identifier: Apache-2.0 */
/* The layout of each source: from its first lines, from a wider sample where those do not tell, and from its
 * neighbours: the files of one rotated log were written by one proxy. */
#include "app/reading.h"

enum { FIRST_BYTES = 1 << 20, WIDE_STRIDE = 97, WIDE_BYTES = 1 << 26 };
static const double SHARED_FIT = 0.95;

/* Lines of a source, copied: the first ones, or with a stride every so-many-th line of the beginning, where the
 * first ones do not tell (a log that begins at night). */
static size_t sample_lines(struct input *in, arena *a, size_t stride, uint64_t most, span *lines)
{
    struct block b = {0};
    size_t n = 0, count = 0;
    span line;
    uint64_t offset = 0;
    while (n < FORMAT_SAMPLE_LINES && offset < most && input_next(in, &b))
        while (b.state == BLOCK_LINES && n < FORMAT_SAMPLE_LINES && offset < most && block_line(&b, &line, &offset))
            if (line.n && count++ % stride == 0)
                lines[n++] = arena_dup(a, line);
    b.from = NULL;
    block_free(&b);
    return n;
}

/* "squid 0 %, common 12 %": a layout's variants stand side by side, and the one that came nearest speaks for all.
 * What is known of a layout that nobody named comes last: its reason. */
static void put_tried(sink *o, const struct format_refusal *refusal)
{
    const char *between = "";
    for (size_t i = 0, next; i < refusal->n; i = next) {
        size_t nearest = i;
        for (next = i + 1; next < refusal->n && span_eq(refusal->tried[next].name, refusal->tried[i].name); next++)
            if (refusal->tried[next].fit > refusal->tried[nearest].fit)
                nearest = next;
        bool is_guess = span_eq(refusal->tried[i].name, SPAN("inferred"));
        sink_str(o, between);
        between = ", ";
        sink_tty(o, refusal->tried[i].name);
        if (is_guess) {
            sink_str(o, ": ");
            sink_tty(o, refusal->tried[i].why);
        } else {
            sink_printf(o, " %.0f %%", refusal->tried[nearest].fit * 100);
        }
    }
}

static fault made_fault(sink *o)
{
    span text = sink_text(o);
    fault f = fault_make(FAULT_CORRUPT, "%.*s", (int)text.n, text.p);
    fault ignored = sink_done(o);
    (void)ignored;
    return f;
}

/* "no known layout fits its lines (squid 0 %, ...). Name its layout with ... First line: ..." */
static fault refusal_fault(const struct format_options *asked, const struct format_refusal *refusal, span first_line)
{
    bool is_named = asked->format.p || asked->logformat.p;
    sink o = sink_memory();
    if (!is_named && refusal->instead.n) {
        sink_str(&o, "it is ");
        sink_tty(&o, refusal->instead);
        return made_fault(&o);
    }
    sink_str(&o, is_named ? "the layout that was named fits no line (" : "no known layout fits its lines (");
    if (is_named && refusal->n) {
        sink_tty(&o, refusal->tried[0].name);
        sink_str(&o, ": ");
        sink_tty(&o, refusal->tried[0].why);
    } else {
        put_tried(&o, refusal);
    }
    sink_str(&o, is_named ? "). Correct it, or leave the option out: then the content decides"
                          : "). Name its layout with --logformat 'STRING' or --squid-conf FILE");
    sink_str(&o, ". First line: ");
    sink_tty(&o, span_take(first_line, 120));
    sink_str(&o, first_line.n > 120 ? " ..." : "");
    return made_fault(&o);
}

/* Plans depend on the options, the name and the definition alone: a known layout's are taken, others are made again
 * to stay. */
static fault keep_layout(struct reading *r, const struct format_options *options, const span *lines, size_t n,
                         struct layout *out)
{
    struct format_refusal ignored = {0};
    for (size_t i = 0; i < r->known_n; i++) {
        const struct layout *k = &r->known[i];
        if (!span_eq(k->name, out->name) || !span_eq(k->definition, out->definition) || k->n != out->n || k->gives != out->gives)
            continue;
        memcpy(out->plans, k->plans, sizeof out->plans);
        out->name = k->name;
        out->definition = k->definition;
        return NO_FAULT;
    }
    TRY(format_recognise(&r->memory, options, lines, n, out, &ignored));
    if (r->known_n < LAYOUTS_KNOWN)
        r->known[r->known_n++] = *out;
    return NO_FAULT;
}

/* By content; or, where `definition` is given, as that and nothing else. */
static fault recognise(struct reading *r, struct input *in, size_t stride, uint64_t most, span definition,
                       struct layout *out)
{
    struct format_options options = r->options->format;
    options.as_of = r->options->as_of == INT64_MIN ? 0 : r->options->as_of;
    if (definition.p)
        options.logformat = definition;
    arena scratch = {0};
    span *lines = arena_new(&scratch, span, FORMAT_SAMPLE_LINES);
    struct format_refusal refusal = {0};
    size_t n = sample_lines(in, &scratch, stride, most, lines);
    fault f = n ? format_recognise(&scratch, &options, lines, n, out, &refusal) : NO_FAULT;
    if (n && !f.kind)
        f = keep_layout(r, &options, lines, n, out);
    if (f.kind == FAULT_CORRUPT)
        f = refusal_fault(&r->options->format, &refusal, lines[0]);
    if (!input_rewind(in) && !f.kind)
        f = fault_make(FAULT_LIMIT, "the pipe cannot be read again after its first lines");
    arena_free(&scratch);
    return f;
}

/* The first lines do not tell which counter is OUT, or fit no layout: does a wider sample tell? If not, what is known
 * stays. A thousand odd requests after midnight must not hide the day. */
static void look_wider(struct reading *r, struct source *s)
{
    struct layout wider = {0};
    fault f = recognise(r, s->input, WIDE_STRIDE, WIDE_BYTES, (span){NULL, 0}, &wider);
    if (!f.kind && layout_reads(&wider) && (!wider.direction_unknown || !layout_reads(&s->layout)))
        s->layout = wider;
}

fault layouts_recognise(struct reading *r, struct source *s)
{
    fault f = recognise(r, s->input, 1, FIRST_BYTES, (span){NULL, 0}, &s->layout);
    if (f.kind != FAULT_CORRUPT)
        TRY(f);
    if (f.kind || s->layout.direction_unknown)
        look_wider(r, s);
    return layout_reads(&s->layout) ? NO_FAULT : f;
}

static bool says_more(const struct layout *a, const struct layout *b)
{
    return !a->direction_unknown && __builtin_popcountll(a->gives) > __builtin_popcountll(b->gives);
}

/* The night's file of a rotated log may not tell which counter is OUT; the day's file does. */
static void borrow_layout(struct reading *r, struct source *s, const struct layout *from)
{
    struct layout shared = {0};
    fault f = recognise(r, s->input, 1, FIRST_BYTES, from->definition, &shared);
    if (f.kind || shared.fit < SHARED_FIT || !says_more(&shared, &s->layout))
        return;
    shared.name = s->layout.name;
    shared.is_inferred = true;
    s->layout = shared;
}

void layouts_share(struct reading *r)
{
    const struct layout *best = NULL;
    for (size_t i = 0; i < r->n; i++) {
        const struct layout *l = &r->sources[i].layout;
        if (l->is_inferred && !l->direction_unknown && (!best || says_more(l, best)))
            best = l;
    }
    for (size_t i = 0; best && i < r->n; i++)
        if (r->sources[i].layout.is_inferred && says_more(best, &r->sources[i].layout))
            borrow_layout(r, &r->sources[i], best);
}
