/* SPDX-License-Identifier: Apache-2.0 */
/* The answers: of one log as a list with reasons beside them, of several as a table with numbered reasons below. */
#include "report/check_text.h"

enum { LIST_TEXT_AT = 51, GRADE_COLUMNS = 8, TABLE_AT = 46, COLUMNS_PER_TABLE = 4, NOTES_MAX = 200 };

static span grade_words(struct page *p, enum grade grade)
{
    static const enum text_key words[GRADE_COUNT] = {TEXT_CHECK_YES, TEXT_CHECK_HALF, TEXT_CHECK_POOR, TEXT_CHECK_NO};
    return page_words(p, words[grade]);
}

static span padded(struct page *p, span text, size_t columns)
{
    sink line = sink_memory();
    text_put_padded(&line, text, columns);
    return page_keep(p, &line);
}

static span join(struct page *p, span a, span b) { return page_join(p, a, p->style.lang == LANG_JA ? "。" : "; ", b); }

/* What limits an answer, in words; empty where nothing does. */
static span limits(struct page *p, const struct reply *a)
{
    span text = {NULL, 0};
    if (a->grade == GRADE_HALF && a->possible < a->full)
        text = SAY(p, CHECK_POINTS, fact_count("possible", (uint64_t)a->possible), fact_count("full", (uint64_t)a->full));
    if (a->grade == GRADE_POOR)
        text = page_words(p, TEXT_CHECK_LEADS_ONLY);
    if (a->because.key)
        text = join(p, text, page_sentence(p, a->because));
    if (a->unlogged)
        text = join(p, text, SAY(p, CHECK_NOT_LOGGED, fact_text("fields", page_fields(p, a->unlogged))));
    return a->empty ? join(p, text, SAY(p, CHECK_EMPTY, fact_text("fields", page_fields(p, a->empty)))) : text;
}

static void put_list(struct check_screen *s)
{
    struct page *p = &s->page;
    const struct audit *audit = &s->r->audit;
    for (enum grade g = 0; g < GRADE_COUNT; g++)
        for (size_t i = 0; i < audit->question_n; i++) {
            const struct reply *a = &audit->questions[i].answers[0];
            if (a->grade != g)
                continue;
            span why = limits(p, a);
            span label = page_join(p, padded(p, grade_words(p, g), GRADE_COLUMNS - 2), "", page_sentence(p, audit->questions[i].text));
            page_entry(p, &(struct entry){.indent = 2, .label = label, .hang = LIST_TEXT_AT, .text = why.n ? why : page_fields(p, a->used)});
        }
}

/* Reasons that were numbered so far. */
struct notes { span items[NOTES_MAX]; size_t n; };

static size_t number_of(struct notes *notes, span text)
{
    for (size_t i = 0; i < notes->n; i++)
        if (span_eq(notes->items[i], text))
            return i + 1;
    if (notes->n == NOTES_MAX)
        return 0;
    notes->items[notes->n++] = text;
    return notes->n;
}

static void put_cell(struct check_screen *s, sink *line, struct notes *notes, const struct reply *a, size_t width)
{
    struct page *p = &s->page;
    span why = limits(p, a);
    sink cell = sink_memory();
    sink_put(&cell, grade_words(p, a->grade));
    size_t number = why.n ? number_of(notes, why) : 0;
    if (number)
        sink_printf(&cell, " %zu", number);
    text_put_padded(line, page_keep(p, &cell), width);
}

static void put_line(struct page *p, sink *line)
{
    span text = page_keep(p, line);
    while (text.n && text.p[text.n - 1] == ' ')
        text.n--;
    sink_put(p->o, text);
    sink_char(p->o, '\n');
}

/* The columns [from, to) of the table. */
static void put_table(struct check_screen *s, struct notes *notes, size_t from, size_t to)
{
    struct page *p = &s->page;
    const struct audit *audit = &s->r->audit;
    size_t width = (p->columns - TABLE_AT) / (to - from);
    sink head = sink_memory();
    text_put_padded(&head, from ? (span){"", 0} : page_words(p, TEXT_CHECK_CAN_ANSWER_MANY), TABLE_AT);
    for (size_t i = from; i < to; i++) {
        text_put_padded(&head, audit->views[i].name, width - 1);
        sink_char(&head, ' ');
    }
    put_line(p, &head);
    for (size_t q = 0; q < audit->question_n; q++) {
        sink line = sink_memory();
        sink_str(&line, "  ");
        text_put_padded(&line, page_sentence(p, audit->questions[q].text), TABLE_AT - 2);
        for (size_t i = from; i < to; i++)
            put_cell(s, &line, notes, &audit->questions[q].answers[i], width);
        put_line(p, &line);
    }
}

static void put_notes(struct page *p, const struct notes *notes)
{
    for (size_t i = 0; i < notes->n; i++) {
        sink number = sink_memory();
        sink_u64(&number, i + 1);
        page_entry(p, &(struct entry){.indent = 2, .label = page_keep(p, &number), .hang = i < 9 ? 4 : 5, .text = notes->items[i]});
    }
}

void check_answers(struct check_screen *s)
{
    struct page *p = &s->page;
    size_t views = s->r->audit.view_n;
    struct notes notes = {.n = 0};
    if (views == 1) {
        page_entry(p, &(struct entry){.label = page_words(p, TEXT_CHECK_CAN_ANSWER), .paint = PAINT_BOLD});
        put_list(s);
        return;
    }
    for (size_t from = 0; from < views; from += COLUMNS_PER_TABLE) {
        if (from)
            page_blank(p);
        put_table(s, &notes, from, min_u64(views, from + COLUMNS_PER_TABLE));
    }
    page_blank(p);
    put_notes(p, &notes);
}
