/* SPDX-License-Identifier: Apache-2.0 */
/* report/who_text.c: who was in contact, on the screen. First who, then what was asked for, then what cannot be seen. */
#include "report/who_text.h"

#include "base/when.h"

enum { PAIR_AT = 40, SHOWN = 20, LABEL = 2, HANG = 13 };

static bool lies_in_one_day(const struct totals *t, int tz_minutes)
{
    civil first = when_to_civil(t->first, tz_minutes), last = when_to_civil(t->last, tz_minutes);
    return t->first > t->last || (first.year == last.year && first.month == last.month && first.day == last.day);
}

static void put_head(struct who_screen *s)
{
    struct page *p = &s->screen.page;
    const struct hunt_result *r = &s->who->read;
    const struct totals *t = &r->totals;
    size_t inputs = r->source_n + r->failure_n;
    span name = inputs == 1 ? SAY(p, WHO_NAME, fact_text("path", r->sources[0].path))
                            : SAY(p, WHO_NAME_MANY, fact_count("inputs", inputs));
    span rows = SAY(p, WHO_ROWS, fact_count("rows", t->records), fact_count("bad", t->bad), fact_count("skipped", t->skipped));
    page_pair(p, &(struct entry){.text = name}, &(struct entry){.text = rows}, PAIR_AT);
    if (t->first <= t->last)
        page_text(p, 0, SAY(p, HUNT_TIMES, screen_moment(&s->screen, "first", t->first), fact_time("last", t->last),
                            fact_text("zone", screen_zone(&s->screen, s->screen.options->tz_minutes))));
    page_blank(p);
}

static void put_seen(struct who_screen *s)
{
    struct page *p = &s->screen.page;
    const struct who_result *w = s->who;
    span text;
    if (w->at == INT64_MIN)
        text = SAY(p, WHO_SEEN, fact_count("seen", w->seen_n), fact_count("asked", w->asked_n),
                   fact_count("clients", w->contact_n), fact_count("rows", w->sum.rows),
                   screen_moment(&s->screen, "first", w->sum.first), fact_time("last", w->sum.last));
    else
        text = SAY(p, WHO_SEEN_AT, fact_count("seen", w->seen_n), fact_count("asked", w->asked_n),
                   screen_moment(&s->screen, "at", w->at), fact_seconds("within_s", (double)w->within / 1000.0),
                   fact_count("clients", w->contact_n), fact_count("rows", w->sum.rows));
    page_text(p, 0, text);
}

static void put_line(struct who_screen *s, enum text_key label, span text)
{
    struct page *p = &s->screen.page;
    span words = label ? page_words(p, label) : (span){NULL, 0};
    page_entry(p, &(struct entry){.indent = LABEL, .label = words, .hang = HANG, .text = text});
}

/* As careful as a hunt without a story. */
static void put_not_seen(struct who_screen *s)
{
    struct page *p = &s->screen.page;
    const struct who_result *w = s->who;
    const struct totals *t = &w->read.totals;
    struct fact asked = fact_count("asked", w->asked_n);
    page_text(p, 0, w->at == INT64_MIN
                        ? page_say(p, TEXT_WHO_NOT_SEEN, &asked, 1)
                        : SAY(p, WHO_NOT_SEEN_AT, asked, screen_moment(&s->screen, "at", w->at),
                              fact_seconds("within_s", (double)w->within / 1000.0)));
    if (t->first <= t->last)
        put_line(s, TEXT_NONE_WHERE, SAY(p, WHO_IN, fact_count("rows", t->used), screen_moment(&s->screen, "first", t->first),
                                         screen_moment(&s->screen, "last", t->last),
                                         fact_text("zone", screen_zone(&s->screen, s->screen.options->tz_minutes))));
    else
        put_line(s, TEXT_NONE_WHERE, page_words(p, TEXT_NONE_IN_NOTHING));
    put_line(s, TEXT_NONE_NOT_LOOKED, page_words(p, TEXT_NONE_AROUND));
}

static void put_elsewhere(struct who_screen *s)
{
    struct page *p = &s->screen.page;
    const struct contact_sum *e = &s->who->elsewhere;
    if (s->who->at == INT64_MIN || !e->rows)
        return;
    put_line(s, TEXT_WHO_ELSEWHERE, SAY(p, WHO_ELSEWHERE_ROWS, fact_count("rows", e->rows),
                                        screen_moment(&s->screen, "first", e->first), screen_moment(&s->screen, "last", e->last)));
}

void who_text(const struct who_result *r, const struct report_options *options, sink *o)
{
    struct text_style style = {.lang = options->lang, .tz_minutes = options->tz_minutes,
                               .clock_only = lies_in_one_day(&r->read.totals, options->tz_minutes)};
    struct who_screen s = {.who = r, .limit = options->all ? SIZE_MAX : options->limit ? (size_t)options->limit : SHOWN,
                           .screen = {.page = page_begin(o, style, options->columns, options->colour), .r = &r->read,
                                      .options = options}};
    put_head(&s);
    if (r->contact_n)
        put_seen(&s);
    else
        put_not_seen(&s);
    put_elsewhere(&s);
    who_screen_near(&s);
    who_screen_contacts(&s);
    who_screen_indicators(&s);
    screen_could_not_look(&s.screen);
    screen_inputs(&s.screen);
    screen_notes(&s.screen);
    page_done(&s.screen.page);
}
