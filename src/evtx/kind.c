/* SPDX-License-Identifier: Apache-2.0 */
#include "evtx/kind.h"

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

static span skip_mark(span s) { return span_starts(s, SPAN("\xef\xbb\xbf")) ? span_skip(s, 3) : s; }

static span skip_blanks(span s)
{
    while (s.n && is_blank(s.p[0]))
        s = span_skip(s, 1);
    return s;
}

/* Behind the first `end`; {NULL,0}: it does not come. */
static span skip_behind(span s, span end)
{
    size_t at = span_find(s, end);
    return at == SIZE_MAX ? (span){NULL, 0} : span_skip(s, at + end.n);
}

/* Declarations and comments before the outermost element. */
static span skip_prologue(span s)
{
    for (;;) {
        s = skip_blanks(s);
        if (span_starts(s, SPAN("<?")))
            s = skip_behind(s, SPAN("?>"));
        else if (span_starts(s, SPAN("<!--")))
            s = skip_behind(s, SPAN("-->"));
        else
            return s;
    }
}

static bool names_element(span s, span tag)
{
    return span_starts(s, tag) && s.n > tag.n && (is_blank(s.p[tag.n]) || s.p[tag.n] == '>');
}

/* <Event, or <Events with an <Event in it: other XML may call something Events too. */
static bool is_xml(span s)
{
    s = skip_prologue(s);
    if (names_element(s, SPAN("<Events")))
        s = skip_prologue(skip_behind(s, SPAN(">")));
    return names_element(s, SPAN("<Event")) && span_find(s, SPAN("schemas.microsoft.com/win/2004/08/events/event")) != SIZE_MAX;
}

span events_columns(span text)
{
    static const span beginnings[] = {
        SPAN_INIT("Level,Date and Time,Source,Event ID,Task Category"),
        SPAN_INIT("Keywords,Date and Time,Source,Event ID,Task Category"),
        SPAN_INIT("Level\tDate and Time\tSource\tEvent ID\tTask Category"),
        SPAN_INIT("Keywords\tDate and Time\tSource\tEvent ID\tTask Category"),
        SPAN_INIT("レベル,日付と時刻,ソース,イベント ID,タスクのカテゴリ"),
        SPAN_INIT("キーワード,日付と時刻,ソース,イベント ID,タスクのカテゴリ"),
        SPAN_INIT("レベル\t日付と時刻\tソース\tイベント ID\tタスクのカテゴリ"),
        SPAN_INIT("キーワード\t日付と時刻\tソース\tイベント ID\tタスクのカテゴリ"),
    };
    span s = span_take(skip_mark(text), EVENTS_COLUMNS_MAX);
    size_t end = span_find(s, SPAN("\n"));
    for (size_t i = 0; end != SIZE_MAX && i < COUNT_OF(beginnings); i++)
        if (span_starts(s, beginnings[i]))
            return span_take(s, end + 1);
    return (span){NULL, 0};
}

enum events_kind events_kind_of(span head)
{
    if (span_starts(head, SPAN("ElfFile\0")))
        return EVENTS_EVTX;
    if (is_xml(skip_mark(head)))
        return EVENTS_XML;
    return events_columns(head).n ? EVENTS_CSV : EVENTS_NONE;
}
