/* SPDX-License-Identifier: Apache-2.0 */
#include "report/page.h"

enum { COLUMNS_DEFAULT = 80, COLUMNS_MIN = 40, TEXT_COLUMNS_MIN = 20 };

struct page page_begin(sink *o, struct text_style style, unsigned columns, bool colour)
{
    size_t width = columns == 0 ? COLUMNS_DEFAULT : columns < COLUMNS_MIN ? COLUMNS_MIN : columns;
    return (struct page){.o = o, .columns = width, .colour = colour, .style = style};
}

void page_done(struct page *p) { arena_free(&p->scratch); }

span page_sentence(struct page *p, struct sentence s) { return text_render_span(&p->scratch, &p->style, s); }

span page_say(struct page *p, enum text_key key, const struct fact *facts, size_t n)
{
    return page_sentence(p, (struct sentence){key, facts, n});
}

span page_words(struct page *p, enum text_key key) { return text_words(p->style.lang, key); }

span page_keep(struct page *p, sink *draft)
{
    span kept = arena_dup(&p->scratch, sink_text(draft));
    if (sink_done(draft).kind)
        panic("a sink in memory failed");
    return kept;
}

span page_join(struct page *p, span a, const char *between, span b)
{
    if (a.n == 0 || b.n == 0)
        return a.n ? a : b;
    sink joined = sink_memory();
    sink_put(&joined, a);
    sink_str(&joined, between);
    sink_put(&joined, b);
    return page_keep(p, &joined);
}

void page_blank(struct page *p) { sink_char(p->o, '\n'); }

static span escaped(struct page *p, span any)
{
    sink shown = sink_memory();
    sink_tty(&shown, any);
    return page_keep(p, &shown);
}

static void put_blanks(struct page *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        sink_char(p->o, ' ');
}

static void put_painted(struct page *p, span shown, enum paint paint)
{
    static const char *const codes[PAINT_COUNT] = {"", "\x1b[1m", "\x1b[1;31m", "\x1b[33m", "\x1b[36m"};
    bool on = p->colour && paint != PAINT_PLAIN;
    sink_str(p->o, on ? codes[paint] : "");
    sink_put(p->o, shown);
    sink_str(p->o, on ? "\x1b[0m" : "");
}

static span without_blanks(span s)
{
    while (s.n && s.p[s.n - 1] == ' ')
        s.n--;
    return s;
}

/* Lines of `shown` from `column`, where the cursor is; later ones from `hang`. Ends the last line. */
static void put_wrapped(struct page *p, span shown, size_t column, size_t hang, span tail)
{
    size_t tail_columns = tail.n ? text_width(tail) + 1 : 0;
    for (bool is_first = true; is_first || shown.n; is_first = false) {
        if (!is_first) {
            put_blanks(p, hang);
            column = hang;
        }
        size_t n = shown.n ? text_wrap(shown, p->columns - column - tail_columns) : 0;
        span line = without_blanks(span_take(shown, n));
        sink_put(p->o, line);
        if (is_first && tail.n) {
            put_blanks(p, p->columns - column - text_width(line) - tail_columns + 1);
            sink_put(p->o, tail);
        }
        sink_char(p->o, '\n');
        shown = span_skip(shown, n);
    }
}

/* The label and the blanks after it; the column where the text begins. */
static size_t put_label(struct page *p, const struct entry *e, size_t hang, bool has_text)
{
    span label = escaped(p, e->label);
    size_t end = e->indent + text_width(label);
    put_blanks(p, e->indent);
    if (end + TEXT_COLUMNS_MIN >= p->columns) {   /* a name as long as the page: lines of its own */
        if (label.n)
            put_wrapped(p, label, e->indent, e->indent + 2, (span){NULL, 0});
        put_blanks(p, has_text ? hang : 0);
        return hang;
    }
    put_painted(p, label, e->paint);
    if (!has_text)
        return end;
    size_t column = end < hang || label.n == 0 ? hang : end + 1;
    put_blanks(p, column - end);
    return column;
}

void page_entry(struct page *p, const struct entry *e)
{
    size_t hang = e->hang + TEXT_COLUMNS_MIN > p->columns ? p->columns - TEXT_COLUMNS_MIN : e->hang;
    span text = escaped(p, e->text), tail = escaped(p, e->tail);
    bool has_text = text.n || tail.n;
    size_t column = put_label(p, e, hang, has_text);
    if (has_text)
        put_wrapped(p, text, column, hang, tail);
    else if (e->indent + text_width(e->label) + TEXT_COLUMNS_MIN < p->columns)
        sink_char(p->o, '\n');
}

void page_text(struct page *p, size_t indent, span text)
{
    put_blanks(p, indent);
    put_wrapped(p, escaped(p, text), indent, indent + 2, (span){NULL, 0});
}

void page_log_line(struct page *p, size_t indent, span raw, size_t lines)
{
    sink line = sink_memory();
    text_put_padded(&line, raw, (p->columns - indent) * lines);
    span shown = without_blanks(page_keep(p, &line));
    page_entry(p, &(struct entry){.indent = indent, .hang = indent, .text = shown.n ? shown : SPAN("-")});
}

static size_t entry_end(const struct entry *e)
{
    size_t end = e->indent + text_width(e->label);
    size_t column = end < e->hang || e->label.n == 0 ? e->hang : end + 1;
    return column + text_width(e->text);
}

void page_pair(struct page *p, const struct entry *left, const struct entry *right, size_t column)
{
    size_t end = entry_end(left) + 2, at = end > column ? end : column;
    struct entry beside = *right;   /* on the same line its text keeps no column */
    beside.indent = 0;
    beside.hang = right->label.n ? text_width(right->label) + 2 : 0;
    if (at + entry_end(&beside) > p->columns) {
        page_entry(p, left);
        page_entry(p, right);
        return;
    }
    size_t begin = put_label(p, left, left->hang, left->text.n > 0);
    span text = escaped(p, left->text);
    sink_put(p->o, text);
    put_blanks(p, at - begin - text_width(text));
    put_label(p, &beside, beside.hang, beside.text.n > 0);
    sink_put(p->o, escaped(p, beside.text));
    sink_char(p->o, '\n');
}

void page_cells(struct page *p, const struct cell *cells, size_t n, size_t gap)
{
    size_t column = 0;
    for (size_t i = 0; i < n; i++) {
        span shown = escaped(p, cells[i].text);
        size_t width = text_width(shown);
        if (column && column + gap + width > p->columns) {
            sink_char(p->o, '\n');
            column = 0;
        }
        put_blanks(p, column ? gap : 0);
        put_painted(p, shown, cells[i].paint);
        column += width + (column ? gap : 0);
    }
    sink_char(p->o, '\n');
}
