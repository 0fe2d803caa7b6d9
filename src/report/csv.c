/* SPDX-License-Identifier: Apache-2.0 */
#include "report/csv.h"

#include "base/when.h"

static void begin_cell(struct csv *c)
{
    if (c->has_cell)
        sink_char(c->o, ',');
    c->has_cell = true;
}

/* Would a spreadsheet calculate it? Japanese ones take the full-width signs (U+FF1D, U+FF0B, U+FF0D, U+FF20) too. */
static bool is_formula(span s)
{
    uint32_t first = 0;
    if (s.n && utf8_read(s, &first) == 0)
        return false;
    switch (first) {
    case '=': case '+': case '-': case '@': case '\t': case '\r': case '\n':
    case 0xff1d: case 0xff0b: case 0xff0d: case 0xff20:
        return true;
    default:
        return false;
    }
}

static bool needs_quotes(span shown)
{
    if (!shown.n)
        return false;
    return memchr(shown.p, ',', shown.n) || memchr(shown.p, '"', shown.n) || shown.p[0] == ' ' || shown.p[shown.n - 1] == ' ';
}

static void put_quoted(sink *o, span s)
{
    sink_char(o, '"');
    for (cut c = span_cut(s, '"');; c = span_cut(c.tail, '"')) {
        sink_put(o, c.head);
        if (!c.found)
            break;
        sink_str(o, "\"\"");
    }
    sink_char(o, '"');
}

void csv_text(struct csv *c, span any)
{
    sink shown = sink_memory();
    begin_cell(c);
    if (is_formula(any))
        sink_char(&shown, '\'');
    sink_tty(&shown, any);
    if (needs_quotes(sink_text(&shown)))
        put_quoted(c->o, sink_text(&shown));
    else
        sink_put(c->o, sink_text(&shown));
    if (sink_done(&shown).kind)
        panic("a sink in memory failed");
}

void csv_string(struct csv *c, const char *our_own)
{
    begin_cell(c);
    sink_str(c->o, our_own ? our_own : "");
}

void csv_u64(struct csv *c, uint64_t v)
{
    begin_cell(c);
    sink_u64(c->o, v);
}

void csv_i64(struct csv *c, int64_t v)
{
    begin_cell(c);
    sink_i64(c->o, v);
}

void csv_number(struct csv *c, double v)
{
    begin_cell(c);
    sink_number(c->o, v);
}

void csv_time(struct csv *c, int64_t ms)
{
    begin_cell(c);
    when_put_rfc3339(c->o, ms);
}

void csv_empty(struct csv *c) { begin_cell(c); }

void csv_end_row(struct csv *c)
{
    sink_char(c->o, '\n');
    c->has_cell = false;
}

void csv_head(struct csv *c, const char *const *names)
{
    for (; *names; names++)
        csv_string(c, *names);
    csv_end_row(c);
}
