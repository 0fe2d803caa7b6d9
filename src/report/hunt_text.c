/* SPDX-License-Identifier: Apache-2.0 */
/* report/hunt_text.c: a hunt on the screen. First what to do, then why, then what cannot be seen. */
#include "report/hunt_text.h"

#include "base/when.h"

/* Of rows and of event logs: whatever is shown. */
static bool lies_in_one_day(const struct hunt_result *r, int tz_minutes)
{
    const struct event_logs *logs = &r->event_logs;
    int64_t from = r->totals.first, to = r->totals.last;
    if (logs->events) {
        from = from > to ? logs->first : min_i64(from, logs->first);
        to = max_i64(to, logs->last);
    }
    if (from > to)
        return true;
    civil first = when_to_civil(from, tz_minutes), last = when_to_civil(to, tz_minutes);
    return first.year == last.year && first.month == last.month && first.day == last.day;
}

static void render(const struct hunt_result *r, const struct report_options *options, sink *o)
{
    struct text_style style = {.lang = options->lang, .tz_minutes = options->tz_minutes,
                               .clock_only = lies_in_one_day(r, options->tz_minutes)};
    struct screen s = {.page = page_begin(o, style, options->columns, options->colour), .r = r, .options = options};
    for (size_t i = 0; i < r->story_n; i++)
        s.stories[r->stories[i].action]++;
    screen_head(&s);
    screen_stories(&s);
    screen_nothing_found(&s);
    screen_ask_owner(&s);
    screen_explained(&s);
    screen_below(&s);
    screen_leads(&s);
    screen_could_not_look(&s);
    screen_inputs(&s);
    screen_notes(&s);
    page_done(&s.page);
}

const struct report report_hunt_text = {"hunt_text", render};
