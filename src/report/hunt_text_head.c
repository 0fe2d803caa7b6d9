/* SPDX-License-Identifier: Apache-2.0 */
#include "report/hunt_text.h"

#include "base/when.h"

enum { PAIR_AT = 28, FORMAT_AT = 44 };   /* columns of the second halves, where they fit */

static void put_what_was_read(struct screen *s)
{
    struct page *p = &s->page;
    const struct totals *t = &s->r->totals;
    size_t inputs = s->r->source_n + s->r->failure_n;
    span name = s->r->source_n == 1 && inputs == 1 ? SAY(p, HUNT_NAME, fact_text("path", s->r->sources[0].path))
                                                   : SAY(p, HUNT_NAME_MANY, fact_count("inputs", inputs));
    span rows = SAY(p, HUNT_ROWS, fact_count("rows", t->records), fact_count("clients", t->clients),
                    fact_count("hosts", t->hosts), fact_count("bad", t->bad), fact_count("skipped", t->skipped));
    page_pair(p, &(struct entry){.text = name}, &(struct entry){.text = rows}, PAIR_AT);
    const struct event_logs *logs = &s->r->event_logs;
    if (logs->events)
        page_text(p, 0, SAY(p, HUNT_EVENT_LOGS, fact_count("inputs", logs->inputs), fact_count("events", logs->events),
                            fact_count("computers", logs->computers), screen_moment(s, "first", logs->first),
                            fact_time("last", logs->last)));
    if (t->duplicate || t->merged)
        page_text(p, 0, SAY(p, HUNT_ROWS_ONCE, fact_count("used", t->used), fact_count("events", t->events),
                            fact_count("duplicate", t->duplicate), fact_count("merged", t->merged)));
}

static span zone_remark(struct screen *s)
{
    struct page *p = &s->page;
    const struct totals *t = &s->r->totals;
    if (t->is_epoch)
        return page_words(p, TEXT_HUNT_ZONE_EPOCH);
    for (size_t i = 0; i < s->r->source_n; i++)
        if (s->r->sources[i].tz_assumed)
            return page_words(p, TEXT_HUNT_ZONE_ASSUMED);
    if (t->tz_minutes == s->options->tz_minutes)
        return page_words(p, TEXT_HUNT_ZONE_LOGGED);
    return SAY(p, HUNT_ZONE_SHOWN, fact_text("zone", screen_zone(s, t->tz_minutes)));
}

static span times_text(struct screen *s)
{
    struct page *p = &s->page;
    const struct totals *t = &s->r->totals;
    if (t->first > t->last)
        return page_words(p, TEXT_HUNT_NO_TIMES);
    span times = SAY(p, HUNT_TIMES, screen_moment(s, "first", t->first), fact_time("last", t->last),
                     fact_text("zone", screen_zone(s, s->options->tz_minutes)));
    return page_join(p, times, "", zone_remark(s));
}

/* The one format of all inputs, or how many different ones there are. */
static span format_text(struct screen *s)
{
    const struct hunt_result *r = s->r;
    size_t different = 0;
    bool is_inferred = false;
    for (size_t i = 0; i < r->source_n; i++) {
        size_t same = 0;
        while (same < i && !span_eq(r->sources[same].format, r->sources[i].format))
            same++;
        different += same == i && r->sources[i].format.n > 0;
        is_inferred |= r->sources[i].is_inferred;
    }
    if (different == 0)
        return (span){NULL, 0};
    if (different > 1)
        return SAY(&s->page, HUNT_FORMATS, fact_count("formats", different));
    span format = r->sources[0].format;
    if (span_eq(format, SPAN("inferred")))
        return page_words(&s->page, TEXT_HUNT_LAYOUT_INFERRED);
    return is_inferred ? SAY(&s->page, HUNT_INFERRED, fact_text("format", format)) : format;
}

static void put_counts(struct screen *s)
{
    static const struct { enum action action; enum text_key words; enum paint paint; } kinds[] = {
        {ACTION_ACT_NOW, TEXT_ACT_NOW, PAINT_RED}, {ACTION_LOOK_TODAY, TEXT_LOOK_TODAY, PAINT_YELLOW},
        {ACTION_ASK_OWNER, TEXT_ASK_OWNER, PAINT_CYAN}};
    struct page *p = &s->page;
    struct cell cells[COUNT_OF(kinds) + 1];
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        size_t count = s->stories[kinds[i].action];
        span text = SAY(p, HUNT_COUNT, fact_text("what", page_words(p, kinds[i].words)), fact_count("count", count));
        cells[i] = (struct cell){text, count ? kinds[i].paint : PAINT_PLAIN};
    }
    struct fact leads = fact_count("count", screen_lead_sum(s->r));
    struct fact explained = fact_count("count", screen_explained_sum(s->r));
    bool hint_leads = leads.number > 0 && !s->options->leads, hint_all = explained.number > 0 && !s->options->all;
    span below = page_say(p, hint_leads ? TEXT_HUNT_LEADS_HINT : TEXT_HUNT_LEADS, &leads, 1);
    below = page_join(p, below, "  ", page_say(p, hint_all ? TEXT_HUNT_EXPLAINED_HINT : TEXT_HUNT_EXPLAINED, &explained, 1));
    cells[COUNT_OF(kinds)] = (struct cell){below, PAINT_PLAIN};
    page_cells(p, cells, COUNT_OF(cells), 2);
}

static bool is_of_same(const struct could_not_look *a, const struct could_not_look *b)
{
    return a->source_n == b->source_n && memcmp(a->sources, b->sources, a->source_n * sizeof *a->sources) == 0;
}

/* Fields that some inputs lack, by the inputs that lack them. */
static span missing_somewhere(struct screen *s, span text, uint64_t said)
{
    struct page *p = &s->page;
    const struct could_not_look *all = s->r->could_not_look;
    for (size_t i = 0; i < s->r->could_not_look_n; i++) {
        span where = all[i].missing & ~said ? screen_where(s, &all[i]) : (span){NULL, 0};
        size_t first = 0;
        uint64_t missing = 0;
        while (where.n && !(all[first].missing & ~said && is_of_same(&all[first], &all[i])))
            first++;
        for (size_t k = i; where.n && first == i && k < s->r->could_not_look_n; k++)
            missing |= is_of_same(&all[k], &all[i]) ? all[k].missing & ~said : 0;
        if (missing)
            text = page_join(p, text, page_words(p, TEXT_LIST_SEPARATOR).p,
                             SAY(p, HUNT_NOT_VISIBLE_IN, fact_text("fields", screen_fields(s, missing)), fact_text("where", where)));
    }
    return text;
}

/* In few words: the fields that are missing, and what no field would mend. The effects stand at the end. */
static void put_not_visible(struct screen *s)
{
    struct page *p = &s->page;
    if (s->r->could_not_look_n == 0)
        return;
    uint64_t missing = 0;
    for (size_t i = 0; i < s->r->could_not_look_n; i++)
        missing |= screen_where(s, &s->r->could_not_look[i]).n ? 0 : s->r->could_not_look[i].missing;
    span text = missing_somewhere(s, screen_fields(s, missing), missing);
    for (size_t i = 0; i < s->r->could_not_look_n; i++)
        if (!s->r->could_not_look[i].missing)
            text = page_join(p, text, page_words(p, TEXT_LIST_SEPARATOR).p,
                             page_sentence(p, s->r->could_not_look[i].question));
    page_entry(p, &(struct entry){.label = page_words(p, TEXT_HUNT_NOT_VISIBLE), .paint = PAINT_BOLD, .hang = 13,
                                  .text = text});
}

void screen_head(struct screen *s)
{
    struct page *p = &s->page;
    put_what_was_read(s);
    span format = format_text(s);
    if (format.n)
        page_pair(p, &(struct entry){.text = times_text(s)}, &(struct entry){.text = format}, FORMAT_AT);
    else
        page_text(p, 0, times_text(s));
    page_blank(p);
    put_counts(s);
    put_not_visible(s);
}
