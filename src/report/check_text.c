/* SPDX-License-Identifier: Apache-2.0 */
#include "report/check_text.h"

#include "base/when.h"

enum { SPAN_AT = 50, MEND_AT = 7 };

static void put_head(struct check_screen *s)
{
    struct page *p = &s->page;
    const struct check_result *r = s->r;
    size_t inputs = r->source_n + r->failure_n;
    span name = inputs == 1 ? SAY(p, CHECK_NAME, fact_text("path", r->source_n ? r->sources[0].path : r->failures[0].path))
                            : SAY(p, CHECK_NAME_MANY, fact_count("inputs", inputs));
    double seconds = r->last > r->first ? (double)(r->last - r->first) / 1000 : 0;
    span rows = SAY(p, CHECK_SPAN, fact_count("rows", r->records), fact_seconds("span_s", seconds));
    page_pair(p, &(struct entry){.text = name}, &(struct entry){.text = rows}, SPAN_AT);
    span counts = SAY(p, CHECK_COUNTS, fact_count("bad", r->bad), fact_count("skipped", r->skipped));
    if (r->first > r->last) {
        page_text(p, 0, counts);
        return;
    }
    sink zone = sink_memory();
    when_put_zone(&zone, s->options->tz_minutes);
    span times = SAY(p, CHECK_TIMES, fact_time("first", r->first), fact_time("last", r->last), fact_text("zone", page_keep(p, &zone)));
    page_pair(p, &(struct entry){.text = times}, &(struct entry){.text = counts}, SPAN_AT);
}

static void put_now(struct check_screen *s)
{
    struct page *p = &s->page;
    page_blank(p);
    page_entry(p, &(struct entry){.label = page_words(p, TEXT_CHECK_NOW), .paint = PAINT_BOLD});
    for (size_t i = 0; i < s->r->audit.now_n; i++) {
        sink number = sink_memory();
        sink_u64(&number, i + 1);
        page_entry(p, &(struct entry){.indent = 2, .label = page_keep(p, &number), .hang = 4, .text = page_sentence(p, s->r->audit.now[i])});
    }
}

static bool is_short_of_fields(const struct audit *audit)
{
    for (size_t i = 0; i < audit->question_n; i++)
        for (size_t k = 0; k < audit->view_n; k++)
            if (audit->questions[i].answers[k].unlogged || audit->questions[i].answers[k].because.key == TEXT_BECAUSE_HEADER_ONLY)
                return true;
    return false;
}

/* The product whose log it is; Squid where the layout does not say. */
static span product_of(const struct check_result *r)
{
    for (size_t i = 0; i < r->source_n; i++) {
        const struct mend *mend = r->sources[i].events ? mend_of_format(r->sources[i].format) : NULL;
        if (mend)
            return span_str(mend->product);
    }
    return SPAN("squid");
}

static void put_mend(struct check_screen *s)
{
    struct page *p = &s->page;
    if (!is_short_of_fields(&s->r->audit))
        return;
    page_blank(p);
    page_entry(p, &(struct entry){.label = page_words(p, TEXT_CHECK_MEND), .paint = PAINT_BOLD, .hang = MEND_AT,
                                  .text = SAY(p, CHECK_MEND_HOW, fact_text("product", product_of(s->r)))});
}

/* The views of which the same is said as at `at`; {NULL,0} where it is of all. */
static span names_of(struct check_screen *s, size_t at, span text)
{
    struct page *p = &s->page;
    const struct audit *audit = &s->r->audit;
    span names = {NULL, 0};
    size_t n = 0;
    for (size_t i = at; i < audit->remark_n && audit->remarks[at].view != AUDIT_ALL; i++)
        if (audit->remarks[i].id == audit->remarks[at].id && span_eq(page_sentence(p, audit->remarks[i].text), text)) {
            names = page_join(p, names, page_words(p, TEXT_LIST_COMMA).p, audit->views[audit->remarks[i].view].name);
            n++;
        }
    return n == audit->view_n ? (span){NULL, 0} : names;
}

static bool is_said_before(struct page *p, const struct audit *audit, size_t at, span text)
{
    for (size_t i = 0; i < at; i++)
        if (audit->remarks[i].id == audit->remarks[at].id && span_eq(page_sentence(p, audit->remarks[i].text), text))
            return true;
    return false;
}

static void put_look_out(struct check_screen *s)
{
    struct page *p = &s->page;
    const struct audit *audit = &s->r->audit;
    page_blank(p);
    page_entry(p, &(struct entry){.label = page_words(p, TEXT_CHECK_LOOK_OUT), .paint = PAINT_BOLD});
    for (size_t i = 0; i < audit->remark_n; i++) {
        span text = page_sentence(p, audit->remarks[i].text);
        if (is_said_before(p, audit, i, text))
            continue;
        span names = names_of(s, i, text);
        page_text(p, 2, names.n ? page_join(p, SAY(p, CHECK_OF_VIEW, fact_text("names", names)), "", text) : text);
    }
    check_windows_look_out(s);
    if (!s->r->has_machines && audit->view_n)
        page_text(p, 2, page_words(p, TEXT_LOOK_BYPASS));
}

static void put_required(struct check_screen *s)
{
    struct page *p = &s->page;
    if (!s->r->is_lacking)
        return;
    page_blank(p);
    page_entry(p, &(struct entry){.label = page_words(p, TEXT_CHECK_REQUIRED), .paint = PAINT_RED});
    for (size_t i = 0; i < s->r->source_n; i++)
        if (s->r->lacking[i])
            page_entry(p, &(struct entry){.indent = 2, .label = s->r->sources[i].path, .hang = 4, .text = page_fields(p, s->r->lacking[i])});
}

static void put_failures(struct check_screen *s)
{
    struct page *p = &s->page;
    if (s->r->failure_n == 0)
        return;
    page_blank(p);
    page_entry(p, &(struct entry){.label = page_words(p, TEXT_CHECK_NOT_READ), .paint = PAINT_RED});
    for (size_t i = 0; i < s->r->failure_n; i++)
        page_entry(p, &(struct entry){.indent = 2, .label = s->r->failures[i].path, .hang = 4, .text = s->r->failures[i].why});
}

void check_text(const struct check_result *r, const struct report_options *options, sink *o)
{
    struct text_style style = {.lang = options->lang, .tz_minutes = options->tz_minutes};
    struct check_screen s = {.page = page_begin(o, style, options->columns, options->colour), .r = r, .options = options};
    put_head(&s);
    if (r->audit.view_n) {
        page_blank(&s.page);
        check_answers(&s);
        check_fields(&s);
        put_required(&s);
    }
    check_event_logs(&s);
    if (r->audit.view_n || r->audit.windows.log_n) {
        put_now(&s);
        put_mend(&s);
        put_look_out(&s);
    }
    check_windows(&s);
    put_failures(&s);
    page_done(&s.page);
}
