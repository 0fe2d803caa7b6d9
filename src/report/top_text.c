/* SPDX-License-Identifier: Apache-2.0 */
/* top as text: a table whose columns are as wide as what they hold, and the value last. A value that does not fit
 * beside its numbers stands below them. */
#include "base/when.h"
#include "report/page.h"
#include "report/top.h"

enum { GAP = 2, VALUE_LINES = 3, VALUE_INDENT = 4 };
enum column { COLUMN_ROWS, COLUMN_CLIENTS, COLUMN_FIRST, COLUMN_LAST, COLUMN_OUT, COLUMN_IN, COLUMN_COUNT };
enum stamp { STAMP_CLOCK, STAMP_DAY_CLOCK, STAMP_DATE };

struct table {
    struct page page;
    const struct top_result *r;
    enum stamp stamp;
    bool has[COLUMN_COUNT];
    size_t width[COLUMN_COUNT];
};

static span count_text(struct page *p, uint64_t n, bool is_exact)
{
    struct fact f = fact_count("n", n);
    sink o = sink_memory();
    sink_str(&o, is_exact ? "" : "~");
    text_fact(&o, &p->style, &f);
    return page_keep(p, &o);
}

static span size_text(struct page *p, bool is_there, uint64_t bytes)
{
    struct fact f = fact_size("bytes", bytes);
    sink o = sink_memory();
    if (is_there)
        text_fact(&o, &p->style, &f);
    else
        sink_char(&o, '-');
    return page_keep(p, &o);
}

static span stamp_text(struct table *t, int64_t ms)
{
    sink o = sink_memory();
    civil c = when_to_civil(ms, t->page.style.tz_minutes);
    switch (t->stamp) {
    case STAMP_CLOCK: sink_printf(&o, "%02d:%02d:%02d", c.hour, c.minute, c.second); break;
    case STAMP_DAY_CLOCK: sink_printf(&o, "%02d-%02d %02d:%02d", c.month, c.day, c.hour, c.minute); break;
    case STAMP_DATE: sink_printf(&o, "%04d-%02d-%02d", c.year, c.month, c.day); break;
    }
    return page_keep(&t->page, &o);
}

static span cell_text(struct table *t, enum column k, const struct tally_line *l)
{
    struct page *p = &t->page;
    switch (k) {
    case COLUMN_ROWS: return count_text(p, l->sum.rows, true);
    case COLUMN_CLIENTS: return count_text(p, l->clients, l->clients_exact);
    case COLUMN_FIRST: return stamp_text(t, l->sum.first);
    case COLUMN_LAST: return stamp_text(t, l->sum.last);
    case COLUMN_OUT: return size_text(p, l->sum.has_out, l->sum.bytes_out);
    case COLUMN_IN: return size_text(p, l->sum.has_in, l->sum.bytes_in);
    case COLUMN_COUNT: break;
    }
    return SPAN("");
}

static span title(struct table *t, enum column k)
{
    static const enum text_key keys[COLUMN_COUNT] = {TEXT_TOP_ROWS, TEXT_TOP_CLIENTS, TEXT_TOP_FIRST,
                                                     TEXT_TOP_LAST, TEXT_TOP_OUT, TEXT_TOP_IN};
    return page_words(&t->page, keys[k]);
}

static span value_text(struct table *t, const struct tally_line *l)
{
    switch (l->state) {
    case STATE_BLANK: return page_words(&t->page, TEXT_TOP_BLANK);
    case STATE_ABSENT: return page_words(&t->page, TEXT_TOP_ABSENT);
    case STATE_UNLOGGED: return page_words(&t->page, TEXT_TOP_UNLOGGED);
    case STATE_VALUE: break;
    }
    return l->value;
}

/* Numbers stand to the right of their column, so that their digits do too. Returns where the value would begin. */
static size_t put_cells(struct table *t, const span cells[COLUMN_COUNT])
{
    size_t column = 0;
    for (enum column k = 0; k < COLUMN_COUNT; k++) {
        if (!t->has[k])
            continue;
        for (size_t blanks = t->width[k] - text_width(cells[k]) + (column ? GAP : 0); blanks--;)
            sink_char(t->page.o, ' ');
        sink_put(t->page.o, cells[k]);
        column += t->width[k] + (column ? GAP : 0);
    }
    return column + GAP;
}

static void put_line(struct table *t, const struct tally_line *l)
{
    span cells[COLUMN_COUNT], value = value_text(t, l);
    for (enum column k = 0; k < COLUMN_COUNT; k++)
        cells[k] = cell_text(t, k, l);
    size_t column = put_cells(t, cells);
    bool fits = column + text_width(value) <= t->page.columns;
    if (fits) {
        sink_str(t->page.o, "  ");
        sink_tty(t->page.o, value);
    }
    sink_char(t->page.o, '\n');
    if (!fits)
        page_log_line(&t->page, VALUE_INDENT, value, VALUE_LINES);
}

static void measure(struct table *t)
{
    const struct tally_result *r = &t->r->tally;
    for (size_t i = 0; i < r->n; i++) {
        t->has[COLUMN_OUT] |= r->lines[i].sum.has_out;
        t->has[COLUMN_IN] |= r->lines[i].sum.has_in;
    }
    t->has[COLUMN_ROWS] = t->has[COLUMN_CLIENTS] = t->has[COLUMN_FIRST] = t->has[COLUMN_LAST] = true;
    for (enum column k = 0; k < COLUMN_COUNT; k++) {
        t->width[k] = text_width(title(t, k));
        for (size_t i = 0; i < r->n; i++)
            t->width[k] = max_u64(t->width[k], text_width(cell_text(t, k, &r->lines[i])));
    }
}

/* The clock alone where all lies in one day of the zone; else the date too; the year where there is more than one. */
static void choose_stamp(struct table *t)
{
    int64_t first = INT64_MAX, last = INT64_MIN;
    for (size_t i = 0; i < t->r->tally.n; i++) {
        first = min_i64(first, t->r->tally.lines[i].sum.first);
        last = max_i64(last, t->r->tally.lines[i].sum.last);
    }
    if (first > last)
        return;
    civil a = when_to_civil(first, t->page.style.tz_minutes), b = when_to_civil(last, t->page.style.tz_minutes);
    bool one_day = when_days(a.year, a.month, a.day) == when_days(b.year, b.month, b.day);
    t->stamp = one_day ? STAMP_CLOCK : a.year == b.year ? STAMP_DAY_CLOCK : STAMP_DATE;
}

static void put_head(struct table *t)
{
    const struct tally_result *r = &t->r->tally;
    uint64_t rows = 0;
    int64_t first = INT64_MAX, last = INT64_MIN;
    for (size_t i = 0; i < t->r->account.source_n; i++) {
        const struct source_info *s = &t->r->account.sources[i];
        rows += s->events;
        first = s->events ? min_i64(first, s->first) : first;
        last = s->events ? max_i64(last, s->last) : last;
    }
    sink zone = sink_memory();
    when_put_zone(&zone, t->page.style.tz_minutes);
    span zone_text = page_keep(&t->page, &zone);
    page_text(&t->page, 0, SAY(&t->page, TOP_HEAD, fact_text("field", span_str(t->r->field)), fact_count("rows", rows),
                               fact_count("values", r->values)));
    if (first <= last)
        page_text(&t->page, 0, SAY(&t->page, TOP_TIMES, fact_time("first", first), fact_time("last", last),
                                   fact_text("zone", zone_text)));
}

static void put_foot(struct table *t)
{
    const struct tally_result *r = &t->r->tally;
    bool is_exact = true;
    for (size_t i = 0; i < r->n; i++)
        is_exact &= r->lines[i].clients_exact;
    if (r->values > r->n)
        page_text(&t->page, 0, SAY(&t->page, TOP_MORE, fact_count("values", r->values - r->n)));
    if (r->other.rows)
        page_text(&t->page, 0, SAY(&t->page, TOP_OTHER, fact_count("rows", r->other.rows)));
    if (!is_exact)
        page_text(&t->page, 0, page_words(&t->page, TEXT_TOP_ESTIMATED));
}

void top_text(const struct top_result *r, const struct top_style *style, sink *o)
{
    struct text_style text = {.lang = style->lang, .tz_minutes = r->tz_minutes};
    struct table t = {.page = page_begin(o, text, style->columns, style->colour), .r = r};
    put_head(&t);
    choose_stamp(&t);
    measure(&t);
    if (r->tally.n) {
        span titles[COLUMN_COUNT];
        for (enum column k = 0; k < COLUMN_COUNT; k++)
            titles[k] = title(&t, k);
        page_blank(&t.page);
        put_cells(&t, titles);
        sink_printf(o, "  %s\n", r->field);
    }
    for (size_t i = 0; i < r->tally.n; i++)
        put_line(&t, &r->tally.lines[i]);
    put_foot(&t);
    page_done(&t.page);
}
