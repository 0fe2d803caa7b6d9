/* SPDX-License-Identifier: Apache-2.0 */
/* The event logs of some computers: which there are, and what they can answer. */
#include "report/check_text.h"

enum { COMPUTERS_SHOWN = 8, LOG_HANG = 31, ANSWER_AT = 51, GRADE_COLUMNS = 6, LIMIT_AT = 8 };

/* "LocalSessionManager" of Microsoft-Windows-TerminalServices-LocalSessionManager/Operational. */
static span short_log(span channel)
{
    span head = SPAN("Microsoft-Windows-"), tail = SPAN("/Operational");
    bool is_microsoft = span_starts_nocase(channel, head) && span_ends_nocase(channel, tail);
    if (!is_microsoft)
        return channel;
    channel = span_take(channel, channel.n - tail.n);
    return span_skip(channel, span_rfind(channel, SPAN("-")) + 1);
}

static void put_computer(struct check_screen *s, const struct audited_computer *c)
{
    struct page *p = &s->page;
    page_text(p, 2, c->name.n ? c->name : SPAN("?"));
    for (size_t i = 0; i < c->log_n; i++) {
        const struct windows_log *log = c->logs[i];
        page_entry(p, &(struct entry){.indent = 4, .label = short_log(log->channel), .hang = LOG_HANG,
                                      .text = SAY(p, CHECK_LOG, fact_count("events", log->events), fact_time("first", log->first),
                                                  fact_time("last", log->last))});
    }
}

static span list_logs(struct page *p, uint64_t logs)
{
    span list = {NULL, 0};
    for (size_t i = 0; i < NEEDED_LOG_COUNT; i++)
        if (logs >> i & 1)
            list = page_join(p, list, page_words(p, TEXT_LIST_COMMA).p, short_log(span_str(needed_logs[i])));
    return list;
}

static span list_policies(struct page *p, uint64_t policies)
{
    static const enum text_key words[AUDIT_POLICY_COUNT] = {TEXT_POLICY_LOGON, TEXT_POLICY_LOGOFF, TEXT_POLICY_RECONNECT,
                                                            TEXT_POLICY_CONNECTION, TEXT_POLICY_PROCESS, TEXT_POLICY_COMMAND_LINE};
    span list = {NULL, 0};
    for (size_t i = 0; i < AUDIT_POLICY_COUNT; i++)
        if (policies >> i & 1)
            list = page_join(p, list, page_words(p, TEXT_LIST_COMMA).p, page_words(p, words[i]));
    return list;
}

static span names_without(struct page *p, const struct windows_question *q)
{
    span list = {NULL, 0};
    for (size_t i = 0; i < q->without.n; i++)
        list = page_join(p, list, page_words(p, TEXT_LIST_COMMA).p, q->without.items[i].n ? q->without.items[i] : SPAN("?"));
    if (q->without.more)
        list = page_join(p, list, page_words(p, TEXT_LIST_COMMA).p, SAY(p, LIST_MORE, fact_count("more", q->without.more)));
    return list;
}

static span count_text(struct page *p, const struct windows_question *q)
{
    uint64_t all = q->count[GRADE_YES] + q->count[GRADE_HALF] + q->count[GRADE_NO];
    return SAY(p, CHECK_COMPUTER_COUNT, fact_count("answering", q->count[GRADE_YES]), fact_count("computers", all));
}

/* Who cannot say, and what would mend it. */
static span limit_text(struct page *p, const struct windows_question *q)
{
    const char *stop = p->style.lang == LANG_JA ? "。" : "; ";
    span text = {NULL, 0};
    if (q->without.n && q->count[GRADE_YES])
        text = SAY(p, CHECK_COMPUTERS_WITHOUT, fact_text("names", names_without(p, q)));
    if (q->needs_logs)
        text = page_join(p, text, stop, SAY(p, CHECK_NEEDS_LOG, fact_text("logs", list_logs(p, q->needs_logs))));
    if (q->needs_policies)
        text = page_join(p, text, stop, SAY(p, CHECK_NEEDS_POLICY, fact_text("policies", list_policies(p, q->needs_policies))));
    return text;
}

static void put_questions(struct check_screen *s)
{
    struct page *p = &s->page;
    const struct windows_audit *w = &s->r->audit.windows;
    page_blank(p);
    page_entry(p, &(struct entry){.label = page_words(p, TEXT_CHECK_LOGS_CAN_ANSWER), .paint = PAINT_BOLD});
    for (size_t i = 0; i < w->question_n; i++) {
        const struct windows_question *q = &w->questions[i];
        enum text_key grade = q->count[GRADE_YES] == w->computer_n                   ? TEXT_CHECK_YES
                              : q->count[GRADE_YES] || q->count[GRADE_HALF] ? TEXT_CHECK_HALF : TEXT_CHECK_NO;
        sink label = sink_memory();
        text_put_padded(&label, page_words(p, grade), GRADE_COLUMNS);
        sink_put(&label, page_sentence(p, q->text));
        page_entry(p, &(struct entry){.indent = 2, .label = page_keep(p, &label), .hang = ANSWER_AT, .text = count_text(p, q)});
        span limit = limit_text(p, q);
        if (limit.n)
            page_entry(p, &(struct entry){.indent = LIMIT_AT, .hang = LIMIT_AT, .text = limit});
    }
}

void check_event_logs(struct check_screen *s)
{
    struct page *p = &s->page;
    const struct windows_audit *w = &s->r->audit.windows;
    size_t shown = s->options->all ? w->computer_n : min_u64(w->computer_n, COMPUTERS_SHOWN);
    if (!w->log_n)
        return;
    page_blank(p);
    page_entry(p, &(struct entry){.label = page_words(p, TEXT_CHECK_EVENT_LOGS), .paint = PAINT_BOLD, .hang = 24,
                                  .text = SAY(p, CHECK_COMPUTERS, fact_count("computers", w->computer_n))});
    for (size_t i = 0; i < shown; i++)
        put_computer(s, &w->computers[i]);
    if (shown < w->computer_n)
        page_text(p, 2, SAY(p, CHECK_COMPUTERS_MORE, fact_count("more", w->computer_n - shown)));
    put_questions(s);
}

void check_windows_look_out(struct check_screen *s)
{
    struct page *p = &s->page;
    const struct windows_audit *w = &s->r->audit.windows;
    bool is_mendable = false;
    for (size_t i = 0; i < w->remark_n; i++)
        page_text(p, 2, page_sentence(p, w->remarks[i].text));
    for (size_t i = 0; i < w->question_n; i++)
        is_mendable |= w->questions[i].needs_logs || w->questions[i].needs_policies;
    if (is_mendable)
        page_text(p, 2, page_words(p, TEXT_CHECK_FIX_WINDOWS));
}
