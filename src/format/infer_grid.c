/* SPDX-License-Identifier: Apache-2.0 */
/* Lines to a grid of columns. A cell is a run without separators, a "quoted text" (backslash or doubled
 * quotes inside) or a [bracketed text]; a date and a clock with a blank between them are one cell. The
 * layout is the shape (number of cells, which are quoted) that most lines have; the other lines, such as those
 * whose URL holds a blank, are left out here and judged by the finished plan. */
#include "format/infer.h"

#include "base/hash.h"
#include "base/when.h"

#include <stdlib.h>

enum { PAIRS_MIN = 8 };   /* fewer show no dependence */

struct cell {
    span whole, text;   /* with and without its quotes */
    size_t gap, lead;   /* bytes since the end of the cell before; the blanks among them behind the separator */
    char quote;         /* '"', '[' or 0 */
};

struct row { span line; struct cell cells[INFER_COLUMNS_MAX]; size_t n; };

static bool is_pad(char c) { return c == ' '; }

/* The offset behind the closing quote, or 0. A quote closes where a separator or the line's end follows. */
static size_t quoted_end(span line, size_t at, char separator)
{
    char close = line.p[at] == '[' ? ']' : '"';
    for (size_t i = at + 1; i < line.n; i++) {
        if (close == '"' && line.p[i] == '\\') { i++; continue; }
        if (line.p[i] != close) continue;
        if (i + 1 == line.n || line.p[i + 1] == separator || is_pad(line.p[i + 1])) return i + 1;
        if (close == '"' && line.p[i + 1] == '"') i++;
    }
    return 0;
}

/* The end of a bare cell; a date's clock or a clock's zone behind one blank belongs to it. */
static size_t bare_end(span line, size_t at, char separator)
{
    size_t end = at;
    while (end < line.n && line.p[end] != separator) end++;
    size_t n = end - at;
    if (separator != ' ' || !ascii_digit(line.p[at]) || (n != 10 && n != 20) || end + 5 >= line.n) return end;
    size_t next = end + 1;
    while (next < line.n && line.p[next] != ' ') next++;
    span both = span_of(line.p + at, next - at);
    int64_t ms;
    int zone;
    return (n == 10 ? when_iso(both, &ms, &zone) : when_clf(both, &ms, &zone)) ? next : end;
}

static void row_cut(span line, char separator, struct row *row)
{
    bool quotes[2] = {true, true};   /* a quote once left open is not searched for again: linear time */
    size_t at = 0, last_end = 0;
    *row = (struct row){.line = line};
    for (;;) {
        size_t behind = at;   /* the separator */
        while (at < line.n && is_pad(line.p[at])) at++;
        if (at == line.n && separator == ' ') return;
        if (row->n == INFER_COLUMNS_MAX) { row->n = 0; return; }
        struct cell *cell = &row->cells[row->n++];
        cell->gap = at - last_end;
        cell->lead = at - behind;
        size_t end = 0;
        bool bracket = at < line.n && line.p[at] == '[';
        if (at < line.n && (bracket || line.p[at] == '"') && quotes[bracket]) {
            end = quoted_end(line, at, separator);
            quotes[bracket] = end != 0;
        }
        if (end) cell->quote = line.p[at];
        else end = at < line.n ? bare_end(line, at, separator) : at;
        size_t stop = end;
        while (!cell->quote && stop > at && is_pad(line.p[stop - 1])) stop--;
        cell->whole = span_of(line.p + at, stop - at);
        cell->text = cell->quote ? span_of(line.p + at + 1, stop - at - 2) : cell->whole;
        last_end = stop;
        at = end;
        if (separator == ' ') continue;
        while (at < line.n && is_pad(line.p[at])) at++;
        if (at == line.n) return;
        if (line.p[at] == separator) at++;
    }
}

/* The number of cells most rows have. */
static size_t majority_width(const struct row *rows, size_t n)
{
    size_t votes[INFER_COLUMNS_MAX + 1] = {0}, best = 0;
    for (size_t i = 0; i < n; i++) votes[rows[i].n]++;
    for (size_t w = 1; w <= INFER_COLUMNS_MAX; w++)
        if (votes[w] > votes[best] || best == 0) best = w;
    return best;
}

static char majority_quote(const struct row *rows, size_t n, size_t column, size_t width)
{
    size_t quote = 0, bracket = 0, all = 0;
    for (size_t i = 0; i < n; i++) {
        if (rows[i].n != width) continue;
        all++;
        if (rows[i].cells[column].quote == '"') quote++;
        if (rows[i].cells[column].quote == '[') bracket++;
    }
    return quote * 2 > all ? '"' : bracket * 2 > all ? '[' : '\0';
}

/* Keeps the rows of the majority's shape, in order. */
static size_t keep_majority(struct row *rows, size_t n, size_t width, const char *quotes)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        bool fits = rows[i].n == width;
        for (size_t c = 0; fits && c < width; c++) fits = rows[i].cells[c].quote == quotes[c];
        if (fits && kept != i) rows[kept] = rows[i];
        kept += fits;
    }
    return kept;
}

struct blanks { size_t least, most; };

static struct blanks count_blanks(const struct row *rows, size_t n, size_t c)
{
    struct blanks b = {SIZE_MAX, 0};
    for (size_t i = 0; i < n; i++) {
        size_t count = rows[i].cells[c].lead;
        if (count < b.least) b.least = count;
        if (count > b.most) b.most = count;
    }
    return b;
}

/* The width to which a cell is filled with the blanks behind (left of it) or before (right of the cell before) a
 * separator: value and blanks beyond `least` add up to it. *agree gets the rows in which they do. */
static size_t padded_width(const struct row *rows, size_t n, size_t c, bool right_of_before, size_t least, size_t *agree)
{
    size_t width = 0;
    *agree = 0;
    for (size_t i = 0; i < n; i++) {
        const struct cell *cell = &rows[i].cells[c];
        size_t blanks = cell->lead;
        if (blanks <= least) continue;
        size_t w = blanks - least + (right_of_before ? cell[-1].whole.n : cell->whole.n);
        if (width == 0) width = w;
        *agree += w == width;
    }
    return width;
}

/* Blanks in varying numbers are padding: of the cell behind them (%6tr) or, left-aligned, of the one before
 * (%-15>a). Returns how many of them belong to the literal instead. */
static size_t read_padding(struct grid *g, const struct row *rows, size_t c, char separator, size_t least)
{
    struct blanks b = count_blanks(rows, g->rows, c);
    if (b.most == least || (b.least == b.most && separator != ' ')) return b.most;
    size_t right, left = 0;
    size_t width = padded_width(rows, g->rows, c, false, least, &right);
    size_t before = c && least ? padded_width(rows, g->rows, c, true, least, &left) : 0;
    /* Where every value is as long as the others both fit: numbers are padded on the left, texts on the right. */
    bool number = is_kind(rows[0].cells[c].text, KIND_INTEGER);
    if (left > right || (before && left == right && !number)) g->columns[c - 1].width = -(int)before;
    else g->columns[c].width = (int)width;
    return least;
}

/* The same in front of a separator that is no blank: padding of the cell before it. */
static size_t read_trailing(struct grid *g, const struct row *rows, size_t c)
{
    struct blanks b = {SIZE_MAX, 0};
    for (size_t i = 0; c > 0 && i < g->rows; i++) {
        const struct cell *cell = &rows[i].cells[c];
        size_t separator = cell->gap > cell->lead, blanks = cell->gap - cell->lead - separator;
        if (blanks < b.least) b.least = blanks;
        if (blanks > b.most) { b.most = blanks; }
        if (blanks > 0 && b.least != b.most && g->columns[c - 1].width == 0)
            g->columns[c - 1].width = -(int)(blanks + cell[-1].whole.n);
    }
    return b.least == b.most ? b.most : 0;
}

static void grid_literals(arena *a, struct grid *g, const struct row *rows, char separator, const char *quotes)
{
    const char *closing = "";
    for (size_t c = 0; c < g->n; c++) {
        size_t behind = read_padding(g, rows, c, separator, c && separator == ' ' ? 1 : 0);
        span gap = arena_printf(a, "%*s", (int)behind, "");
        if (c && separator != ' ')
            gap = arena_printf(a, "%*s%c%*s", (int)read_trailing(g, rows, c), "", separator, (int)behind, "");
        const char *opening = quotes[c] == '"' ? "\"" : quotes[c] == '[' ? "[" : "";
        g->columns[c].before = arena_printf(a, "%s%.*s%s", closing, (int)gap.n, gap.p, opening);
        g->columns[c].quoted = quotes[c] == '"';
        closing = quotes[c] == '"' ? "\"" : quotes[c] == '[' ? "]" : "";
    }
    g->after = span_str(closing);
    for (size_t i = 0; i < g->rows; i++) {   /* blanks at the line's end fill the last cell up */
        const struct cell *last = &rows[i].cells[g->n - 1];
        span line = rows[i].line;
        if (last->whole.n < line.n && is_pad(line.p[line.n - 1]) && g->columns[g->n - 1].width == 0)
            g->columns[g->n - 1].width = -(int)(line.n - (size_t)(last->whole.p - line.p));
    }
}

bool grid_build(arena *a, const span *lines, size_t n, char separator, struct grid *g)
{
    *g = (struct grid){.lines = 0};
    struct row *rows = arena_new(a, struct row, n ? n : 1);
    for (size_t i = 0; i < n && g->lines < INFER_LINES_MAX; i++)
        if (lines[i].n > 0 && lines[i].n <= INFER_LINE_MAX) row_cut(lines[i], separator, &rows[g->lines++]);
    size_t width = majority_width(rows, g->lines);
    if (width < 3) return false;
    char quotes[INFER_COLUMNS_MAX];
    for (size_t c = 0; c < width; c++) quotes[c] = majority_quote(rows, g->lines, c, width);
    g->n = width;
    g->rows = keep_majority(rows, g->lines, width, quotes);
    if (g->rows < INFER_ROWS_MIN) return false;
    grid_literals(a, g, rows, separator, quotes);
    for (size_t c = 0; c < g->n; c++) {
        struct column *column = &g->columns[c];
        column->cells = arena_new(a, span, g->rows);
        for (size_t i = 0; i < g->rows; i++) column->cells[i] = rows[i].cells[c].text;
        column_tally(column, g->rows);
    }
    return true;
}

static int compare_u64(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

void column_tally(struct column *c, size_t rows)
{
    uint64_t hashes[INFER_LINES_MAX];
    c->filled = c->distinct = 0;
    memset(c->counts, 0, sizeof c->counts);
    for (size_t i = 0; i < rows; i++) {
        uint32_t kinds = kinds_of(c->cells[i]);
        for (size_t k = 0; k < KIND_COUNT; k++) c->counts[k] += kinds >> k & 1;
        if (!(kinds >> KIND_BLANK & 1)) hashes[c->filled++] = hash64(c->cells[i]);
    }
    qsort(hashes, c->filled, sizeof hashes[0], compare_u64);
    for (size_t i = 0; i < c->filled; i++) c->distinct += i == 0 || hashes[i] != hashes[i - 1];
}

/* The chance that two filled cells are the same. */
static double chance_same(const uint64_t *sorted, size_t n)
{
    double same = 0;
    for (size_t i = 0, run = 0; i < n; i++) {
        run = i > 0 && sorted[i] == sorted[i - 1] ? run + 1 : 1;
        same += 2.0 * (double)run - 1;   /* the squares of the runs' lengths, as sums of odd numbers */
    }
    return n ? same / ((double)n * (double)n) : 1;
}

double column_determined(arena *a, const struct column *what, const struct column *by, size_t rows)
{
    uint64_t *order = arena_new(a, uint64_t, rows), *values = arena_new(a, uint64_t, rows);
    size_t n = 0, pairs = 0, same = 0;
    for (size_t i = 0; i < rows; i++) {   /* the row's number in the low bits keeps the order of the log */
        if (is_kind(what->cells[i], KIND_BLANK) || is_kind(by->cells[i], KIND_BLANK)) continue;
        values[n] = hash64(what->cells[i]);
        order[n++] = (hash64(by->cells[i]) & ~UINT64_C(0xffff)) | i;
    }
    qsort(order, n, sizeof order[0], compare_u64);
    qsort(values, n, sizeof values[0], compare_u64);
    for (size_t k = 1; k < n; k++) {
        size_t i = order[k - 1] & 0xffff, j = order[k] & 0xffff;
        if (!span_eq(by->cells[i], by->cells[j])) continue;
        pairs++;
        same += span_eq(what->cells[i], what->cells[j]);
    }
    double chance = chance_same(values, n), share = pairs ? (double)same / (double)pairs : 0;
    if (pairs < PAIRS_MIN || share <= chance) return 0;
    return (share - chance) / (1 - chance);
}

struct column *grid_find(struct grid *g, enum role role)
{
    for (size_t c = 0; c < g->n; c++)
        if (g->columns[c].role == role) return &g->columns[c];
    return NULL;
}
