/* SPDX-License-Identifier: Apache-2.0 */
/* No story to act on. Said as carefully as a story: what was looked for, in how many rows, from when to when,
 * what was found below that line, and what nobody can see in this log. */
#include "report/hunt_text.h"

enum { LABEL = 2, HANG = 13 };

static void put_line(struct screen *s, enum text_key label, span text)
{
    span words = label ? page_words(&s->page, label) : (span){NULL, 0};
    page_entry(&s->page, &(struct entry){.indent = LABEL, .label = words, .hang = HANG, .text = text});
}

static bool has_rows(const struct totals *t)
{
    return t->used > 0 && t->first <= t->last;
}

static span where_text(struct screen *s)
{
    const struct totals *t = &s->r->totals;
    if (!has_rows(t))
        return page_words(&s->page, TEXT_NONE_IN_NOTHING);
    return SAY(&s->page, NONE_IN, fact_count("rows", t->used), fact_count("clients", t->clients),
               fact_count("hosts", t->hosts), screen_moment(s, "first", t->first), screen_moment(s, "last", t->last),
               fact_text("zone", screen_zone(s, s->options->tz_minutes)));
}

static span events_text(struct screen *s)
{
    const struct event_logs *logs = &s->r->event_logs;
    return SAY(&s->page, NONE_IN_EVENTS, fact_count("events", logs->events), fact_count("computers", logs->computers),
               screen_moment(s, "first", logs->first), screen_moment(s, "last", logs->last),
               fact_text("zone", screen_zone(s, s->options->tz_minutes)));
}

/* What was looked for, and in what. */
static void put_looked(struct screen *s)
{
    struct page *p = &s->page;
    bool has_events = s->r->event_logs.events > 0;
    if (has_rows(&s->r->totals) || !has_events) {
        put_line(s, TEXT_NONE_LOOKED, page_words(p, TEXT_NONE_LOOKED_FOR));
        put_line(s, TEXT_NONE_WHERE, where_text(s));
    }
    if (has_events) {
        put_line(s, TEXT_NONE_LOOKED, page_words(p, TEXT_NONE_LOOKED_FOR_EVENTS));
        put_line(s, TEXT_NONE_WHERE, events_text(s));
    }
}

void screen_nothing_found(struct screen *s)
{
    struct page *p = &s->page;
    bool is_empty = !has_rows(&s->r->totals) && !s->r->event_logs.events;
    if (s->stories[ACTION_ACT_NOW] || s->stories[ACTION_LOOK_TODAY])
        return;
    page_blank(p);
    page_text(p, 0, page_words(p, is_empty ? TEXT_NONE_TITLE_EMPTY : TEXT_NONE_TITLE));
    put_looked(s);
    put_line(s, TEXT_NONE_FOUND,
             SAY(p, NONE_FOUND_BELOW, fact_count("ask", s->stories[ACTION_ASK_OWNER]),
                 fact_count("leads", screen_lead_sum(s->r)), fact_count("explained", screen_explained_sum(s->r))));
    put_line(s, TEXT_NONE_NOT_LOOKED, page_words(p, TEXT_NONE_AROUND));
    put_line(s, TEXT_NONE, page_words(p, TEXT_NONE_PERIOD));
    for (size_t i = 0; i < s->r->could_not_look_n; i++)
        put_line(s, TEXT_NONE, screen_question(s, &s->r->could_not_look[i]));
}
