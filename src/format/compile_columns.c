/* SPDX-License-Identifier: Apache-2.0 */
/* A header that names the columns, to a delimited plan: W3C's "#Fields: date time c-ip ...", Zeek's "#fields", the first
 * line of a CSV export. Which name is which field, the vocabulary says; columns nobody asks for are cut out. */
#include "format/columns.h"
#include "format/compile.h"

bool header_of_comment(span line, struct header *out)
{
    bool is_zeek = span_starts(line, SPAN("#fields")) && line.n > 8 && line.p[7] != ':';
    if (!is_zeek && !span_starts_nocase(line, SPAN("#Fields:")))
        return false;
    span names = span_trim(span_skip(line, 8));
    char separator = is_zeek ? line.p[7] : names.n && memchr(names.p, '\t', names.n) ? '\t' : ' ';
    *out = (struct header){line, names, separator, is_zeek};
    return names.n > 0;
}

/* The next name of a header: separators between, quotes around it. */
bool header_next(struct header *h, span *name)
{
    while (h->rest.n && h->separator == ' ' && h->rest.p[0] == ' ')
        h->rest = span_skip(h->rest, 1);
    if (!h->rest.p || (h->separator == ' ' && !h->rest.n))
        return false;
    cut c = span_cut(h->rest, h->separator);
    h->rest = c.tail;
    *name = span_trim(c.head);
    if (name->n >= 2 && name->p[0] == '"' && name->p[name->n - 1] == '"')
        *name = span_of(name->p + 1, name->n - 2);
    return true;
}

static struct code_meaning meaning_of(const struct vocabulary *v, span name)
{
    uint8_t ranks[FIELD_COUNT + 1] = {0};
    for (size_t i = 0; v->fields[i].name; i++) {
        uint8_t field = v->fields[i].field;
        if (span_eq_nocase(name, span_str(v->fields[i].name)))
            return (struct code_meaning){field, v->fields[i].type, ranks[field]};
        ranks[field]++;
    }
    return (struct code_meaning){FIELD_COUNT, CUT_IGNORED, 0};
}

bool header_has(struct header h, span wanted)
{
    span name;
    while (header_next(&h, &name))
        if (span_eq_nocase(name, wanted))
            return true;
    return false;
}

bool header_has_name(const void *h, span name) { return header_has(*(const struct header *)h, name); }

static struct cut_step zeek_step(struct code_meaning m)
{
    return (struct cut_step){.field2 = FIELD_COUNT, .flags = m.type == CUT_TEXT && m.field != FIELD_COUNT ? CUT_ZEEK : 0};
}

static struct cut_step column_step(char separator)
{
    struct cut_step step = {.field2 = FIELD_COUNT, .quote = QUOTE_DOUBLED};
    if (separator != '\t')
        step.flags |= CUT_SHELL;
    if (separator == ' ' || separator == ',')
        step.flags |= CUT_PAD_LEFT; /* loggers write two where a column is empty; people like one behind a comma */
    return step;
}

/* One column of a header. What stands in a log is a name and no more; a product's own header says more. */
struct column {
    span name, words;
    bool in_brackets, is_decoded, may_miss;
};

static struct column column_of(const struct header *h, span spelled)
{
    struct column c = {.name = spelled};
    if (h->line.p)
        return c;
    if (span_starts(c.name, SPAN("?")))
        c = (struct column){.name = span_skip(c.name, 1), .may_miss = true};
    if (span_starts(c.name, SPAN("%")))
        c = (struct column){.name = span_skip(c.name, 1), .is_decoded = true};
    if (span_starts(c.name, SPAN("[")) && span_ends(c.name, SPAN("]")))
        c = (struct column){.name = span_of(c.name.p + 1, c.name.n - 2), .in_brackets = true};
    cut words = span_cut(c.name, '=');
    c.name = words.head;
    c.words = words.tail;
    return c;
}

static fault add_column(struct plan_builder *b, const struct vocabulary *v, const struct header *h, span spelled,
                        bool *may_miss)
{
    struct column c = column_of(h, spelled);
    struct code_meaning m = meaning_of(v, c.name);
    struct cut_step step = h->is_zeek ? zeek_step(m) : column_step(h->separator);
    if (c.words.n) {
        m.type = CUT_FIXED;
        step.words = span_of(b->definition.p + (c.words.p - h->rest.p), c.words.n);
    }
    if (m.type == CUT_ENDPOINT)
        step.field2 = (uint8_t)build_port_of(m.field);
    step.flags |= c.is_decoded ? CUT_PERCENT : 0;
    step.flags |= *may_miss || c.may_miss ? CUT_MAY_END_LINE : 0;
    *may_miss |= c.may_miss;
    if (c.in_brackets)
        build_literal(b, '[');
    TRY(build_column(b, m, step, spelled.p ? (size_t)(spelled.p - h->rest.p) : 0, spelled.n));
    if (c.in_brackets)
        build_literal(b, ']');
    return NO_FAULT;
}

fault plan_compile_columns(arena *a, const struct vocabulary *v, struct header h, struct plan *out)
{
    struct plan_builder *b = arena_new(a, struct plan_builder, 1);
    const struct row_kind *kind = vocabulary_kind(v, header_has_name, &h);
    const struct header all = h;
    span name;
    size_t may_miss = 0;
    bool misses = false;
    TRY(build_begin(b, a, all.rest));
    b->stamp = v->stamp;
    b->is_utc = v->is_utc;
    if (v->time_pattern)
        b->time_pattern = span_str(v->time_pattern);
    while (header_next(&h, &name)) {
        if (b->n)
            build_literal(b, h.separator);
        TRY(add_column(b, v, &all, name, &misses));
        may_miss += misses;
    }
    if (b->n)
        b->cuts[b->n - 1].flags |= CUT_MAY_END_LINE;
    if (b->n > may_miss)
        b->cuts[b->n - may_miss - 1].flags |= CUT_MAY_END_LINE;
    build_literal(b, h.separator); /* the last column ends there too, where a row has more than the header */
    TRY(build_end(b, out));
    out->vocabulary = v;
    out->name = span_str(v->name);
    out->header = arena_dup(a, h.line);
    out->may_trail = true;
    out->may_miss = may_miss;
    out->counts_headers_in = v->counts_headers_in;
    out->counts_headers_out = v->counts_headers_out;
    out->gives = vocabulary_gives(v, out->gives | (v->outcomes ? FIELD_BIT(OUTCOME) : 0));
    out->session = kind ? kind->session : (uint8_t)v->session;
    out->greedy = out->n; /* separators end every column, quotes keep them in a value */
    return NO_FAULT;
}
