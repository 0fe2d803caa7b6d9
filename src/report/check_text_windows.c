/* SPDX-License-Identifier: Apache-2.0 */
/* The Windows event logs among the inputs: how each was read, and which events of which logs it holds. */
#include "event/windows_counts.h"
#include "report/check_text.h"

/* What Microsoft's channels have in common says nothing. */
static span short_name(span log)
{
    span company = SPAN("Microsoft-Windows-"), kind = SPAN("/Operational");
    log = span_skip(log, span_starts(log, company) ? company.n : 0);
    return span_ends(log, kind) ? span_take(log, log.n - kind.n) : log;
}

/* One line for each log: "Security: 4624 x 12, 4778". Events are in the order of their logs. */
static void put_events(struct page *p, const struct windows_list *events)
{
    for (size_t i = 0, next; i < events->n; i = next) {
        span log = windows_count_name(&events->items[i]);
        sink line = sink_memory();
        const char *between = "";
        for (next = i; next < events->n && span_eq(windows_count_name(&events->items[next]), log); next++) {
            const struct windows_count *c = &events->items[next];
            if (!c->is_read)
                continue;
            sink_printf(&line, "%s%llu", between, (unsigned long long)c->id);
            if (c->n > 1)
                sink_printf(&line, " x %llu", (unsigned long long)c->n);
            between = ", ";
        }
        span said = page_keep(p, &line);
        if (said.n)
            page_text(p, 4, page_join(p, short_name(log), ": ", said));
    }
}

static void put_source(struct page *p, const struct source_info *s)
{
    struct fact facts[] = {fact_count("events", s->events), fact_count("skipped", s->skipped), fact_count("bad", s->bad),
                           fact_time("from", s->first), fact_time("to", s->last), fact_text("format", s->format)};
    page_entry(p, &(struct entry){.indent = 2, .label = s->path, .hang = 4,
                                  .text = page_say(p, s->events ? TEXT_CHECK_WINDOWS_SOURCE : TEXT_CHECK_WINDOWS_NONE, facts, COUNT_OF(facts))});
    struct fact path = fact_text("path", s->path);
    if (s->tz_assumed)
        page_text(p, 4, page_say(p, TEXT_NOTE_TZ_ASSUMED, &path, 1));
    put_events(p, &s->windows->events);
}

void check_windows(struct check_screen *s)
{
    struct page *p = &s->page;
    bool is_titled = false;
    for (size_t i = 0; i < s->r->source_n; i++) {
        const struct source_info *source = &s->r->sources[i];
        if (source_has_rows(source) || source->same_as >= 0)
            continue;
        if (!is_titled) {
            page_blank(p);
            page_entry(p, &(struct entry){.label = page_words(p, TEXT_CHECK_WINDOWS), .paint = PAINT_BOLD});
        }
        is_titled = true;
        put_source(p, source);
    }
}
