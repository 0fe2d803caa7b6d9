/* SPDX-License-Identifier: Apache-2.0 */
/* report/page.h: a screen of text, entry by entry: label, hanging text, a number at the right edge. Everything
 * goes through sink_tty here, whoever wrote it, and nothing is wider than the page. */
#ifndef KONSEKI_REPORT_PAGE_H
#define KONSEKI_REPORT_PAGE_H

#include "base/arena.h"
#include "text/text.h"

enum paint { PAINT_PLAIN, PAINT_BOLD, PAINT_RED, PAINT_YELLOW, PAINT_CYAN, PAINT_COUNT };

struct page {
    sink *o;
    size_t columns;
    bool colour;
    struct text_style style;
    arena scratch;           /* what was rendered for this page; page_done frees it */
};

struct page page_begin(sink *o, struct text_style style, unsigned columns, bool colour);
void page_done(struct page *p);

/* What the catalogue says, as a span of the page's arena; SAY takes the facts in a row. */
span page_say(struct page *p, enum text_key key, const struct fact *facts, size_t n);
span page_words(struct page *p, enum text_key key);
span page_sentence(struct page *p, struct sentence s);
#define SAY(p, KEY, ...)                                          \
    page_say((p), TEXT_##KEY, (const struct fact[]){__VA_ARGS__}, \
             sizeof((const struct fact[]){__VA_ARGS__}) / sizeof(struct fact))
/* The text of a sink in memory, which ends here. */
span page_keep(struct page *p, sink *draft);
/* The names of the fields (FIELD_BITs), in the reader's language. */
span page_fields(struct page *p, uint64_t bits);
/* a, then b with `between` where neither is empty. */
span page_join(struct page *p, span a, const char *between, span b);

struct entry {
    size_t indent;       /* column of the label */
    span label;
    enum paint paint;    /* of the label */
    size_t hang;         /* column of the text, on every line; a longer label pushes the first line on */
    span text;
    span tail;           /* at the right edge of the first line */
};
void page_entry(struct page *p, const struct entry *e);
void page_text(struct page *p, size_t indent, span text);   /* an entry without a label, hanging by 2 more */
/* A line of a log, or what fits about so many lines of it; "..." where cut. */
void page_log_line(struct page *p, size_t indent, span raw, size_t lines);
/* Two entries on one line where the second fits at `column` or later, two blanks after its label; else below
 * each other. */
void page_pair(struct page *p, const struct entry *left, const struct entry *right, size_t column);
void page_blank(struct page *p);

struct cell { span text; enum paint paint; };
/* Side by side with `gap` blanks, on as many lines as it takes. */
void page_cells(struct page *p, const struct cell *cells, size_t n, size_t gap);

#endif
