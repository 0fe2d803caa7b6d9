/* SPDX-License-Identifier: Apache-2.0 */
/* One story: whom to isolate, what to block, was it allowed, is it over, what left, and in which order. */
#include "report/hunt_text.h"

#include "base/when.h"

enum {
    LABEL = 2, HANG = 11,          /* columns of "isolate" and of what follows it */
    TITLE_HANG = 14, SECOND_AT = 46, NAME_COLUMNS_MAX = 26,
    FULL_LOOK_TODAY = 10,          /* more are one line each, unless --all */
    STEPS_SHOWN = 14,
};

static void put_title(struct screen *s, size_t number, const struct story *story)
{
    bool is_now = story->action == ACTION_ACT_NOW;
    sink label = sink_memory();
    sink_printf(&label, "[%zu] ", number);
    sink_put(&label, page_words(&s->page, is_now ? TEXT_ACT_NOW : TEXT_LOOK_TODAY));
    span title = page_sentence(&s->page, story->title);
    span words = page_keep(&s->page, &label);
    size_t hang = text_width(words) + 2 > TITLE_HANG ? text_width(words) + 2 : TITLE_HANG;
    page_entry(&s->page, &(struct entry){.label = words, .paint = is_now ? PAINT_RED : PAINT_YELLOW, .hang = hang,
                                         .text = title});
}

/* "192.0.2.10 (PC01)": by --clients, or else as the machine calls itself. */
static span machine_words(struct screen *s, const struct story_host *host)
{
    return screen_client(s, host->client, host->client_name.n ? host->client_name : screen_short(host->computer));
}

static void put_isolate(struct screen *s, const struct story *story)
{
    struct page *p = &s->page;
    bool is_now = story->action == ACTION_ACT_NOW;
    size_t widest = 0;
    for (size_t i = 0; i < story->isolate_n; i++) {
        size_t width = text_width(machine_words(s, &story->isolate[i]));
        widest = width > widest && width <= NAME_COLUMNS_MAX ? width : widest;
    }
    for (size_t i = 0; i < story->isolate_n; i++) {
        const struct story_host *host = &story->isolate[i];
        span words = i ? (span){NULL, 0} : page_words(p, is_now ? TEXT_STORY_ISOLATE : TEXT_STORY_LOOK_AT);
        sink label = sink_memory();
        text_put_padded(&label, words, HANG - LABEL);
        sink_tty(&label, machine_words(s, host));
        page_entry(p, &(struct entry){.indent = LABEL, .label = page_keep(p, &label), .hang = HANG + widest + 3,
                                      .text = page_sentence(p, host->why)});
    }
}

static struct entry allowed_entry(struct screen *s, const struct story *story)
{
    static const enum text_key answers[ANSWER_COUNT] = {
        [ANSWER_UNKNOWN] = TEXT_STORY_ALLOWED_UNKNOWN, [ANSWER_NO] = TEXT_STORY_ALLOWED_NO,
        [ANSWER_YES] = TEXT_STORY_ALLOWED_YES, [ANSWER_PARTLY] = TEXT_STORY_ALLOWED_PARTLY};
    const struct fact facts[] = {fact_count("allowed", story->allowed_rows), fact_count("rows", story->rows)};
    return (struct entry){.indent = LABEL, .label = page_words(&s->page, TEXT_STORY_ALLOWED), .hang = HANG,
                          .text = page_say(&s->page, answers[story->allowed], facts, COUNT_OF(facts))};
}

static struct entry over_entry(struct screen *s, const struct story *story)
{
    static const enum text_key answers[ANSWER_COUNT] = {
        [ANSWER_UNKNOWN] = TEXT_STORY_OVER_UNKNOWN, [ANSWER_NO] = TEXT_STORY_OVER_NO,
        [ANSWER_YES] = TEXT_STORY_OVER_YES, [ANSWER_PARTLY] = TEXT_STORY_OVER_PARTLY};
    struct page *p = &s->page;
    span text = screen_clauses(s, page_words(p, answers[story->over]), ": ", page_sentence(p, story->over_why));
    return (struct entry){.indent = LABEL, .label = page_words(p, TEXT_STORY_OVER), .hang = HANG, .text = text};
}

static void put_answers(struct screen *s, const struct story *story)
{
    struct page *p = &s->page;
    struct entry allowed = allowed_entry(s, story), over = over_entry(s, story);
    page_pair(p, &allowed, &over, SECOND_AT);
    span left = story->has_left ? SAY(p, STORY_LEFT_MOST, fact_bytes("left_bytes", story->left_bytes_max))
                                : page_words(p, TEXT_STORY_LEFT_UNKNOWN);
    left = screen_clauses(s, left, story->has_left ? "; " : ": ", page_sentence(p, story->left_why));
    page_entry(p, &(struct entry){.indent = LABEL, .label = page_words(p, TEXT_STORY_LEFT), .hang = HANG,
                                  .text = left});
}

/* "127.0.1." where every client of the time line is an IPv4 address with these three numbers in front. */
static span common_prefix(const struct story *story)
{
    span prefix = {NULL, 0};
    for (size_t i = 0; i < story->timeline_n; i++) {
        span client = story->timeline[i].computer.n ? story->timeline[i].computer : story->timeline[i].client;
        size_t dots = 0, digits = 0;
        for (size_t k = 0; k < client.n; k++) {
            dots += client.p[k] == '.';
            digits += ascii_digit(client.p[k]);
        }
        if (dots != 3 || digits + dots != client.n)
            return (span){NULL, 0};
        span head = span_take(client, span_rfind(client, SPAN(".")));
        if (i && !span_eq(head, prefix))
            return (span){NULL, 0};
        prefix = head;
    }
    return prefix;
}

static void put_day(struct screen *s, int64_t ms, int64_t *day)
{
    const int64_t day_ms = 86400000;
    int64_t local = ms + s->options->tz_minutes * INT64_C(60000);
    int64_t this_day = local / day_ms - (local % day_ms < 0);
    if (this_day == *day || s->page.style.clock_only)
        return;
    *day = this_day;
    sink text = sink_memory();
    when_put_local(&text, ms, s->options->tz_minutes);
    page_text(&s->page, LABEL, span_take(page_keep(&s->page, &text), 10));
}

static void put_timeline(struct screen *s, const struct story *story)
{
    struct page *p = &s->page;
    span prefix = common_prefix(story);
    size_t shown = s->options->all || story->timeline_n <= STEPS_SHOWN ? story->timeline_n : STEPS_SHOWN;
    int64_t day = INT64_MIN;
    if (shown)
        page_blank(p);
    for (size_t i = 0; i < shown; i++) {
        const struct story_step *step = &story->timeline[i];
        put_day(s, step->time, &day);
        sink label = sink_memory();
        when_put_clock(&label, step->time, s->options->tz_minutes);
        sink_char(&label, ' ');
        sink_tty(&label, step->computer.n ? screen_short(step->computer) : span_skip(step->client, prefix.n));
        for (unsigned k = 0; k < step->depth; k++)
            sink_str(&label, "  ");
        page_entry(p, &(struct entry){.indent = LABEL, .label = page_keep(p, &label), .hang = HANG,
                                      .text = page_sentence(p, step->text)});
    }
    if (shown < story->timeline_n)
        page_text(p, LABEL, SAY(p, STORY_STEPS_MORE, fact_count("more", story->timeline_n - shown)));
}

static void put_story(struct screen *s, size_t number, const struct story *story)
{
    struct page *p = &s->page;
    page_blank(p);
    put_title(s, number, story);
    put_isolate(s, story);
    if (story->block.n)
        page_entry(p, &(struct entry){.indent = LABEL, .label = page_words(p, TEXT_STORY_BLOCK), .hang = HANG,
                                      .text = screen_list(s, &story->block, "  ")});
    put_answers(s, story);
    if (story->action == ACTION_ACT_NOW || s->options->all)
        put_timeline(s, story);
    screen_why(s, story);
}

span screen_story_line(struct screen *s, const struct story *story)
{
    struct page *p = &s->page;
    span title = page_sentence(p, story->title), where = screen_list(s, &story->hosts, " ");
    bool names_host = where.n && span_find(title, where) != SIZE_MAX;
    where = names_host ? (span){NULL, 0} : where;
    return page_join(p, title, "  ", page_join(p, screen_list(s, &story->clients, " "), " -> ", where));
}

static void put_story_short(struct screen *s, size_t number, const struct story *story)
{
    sink label = sink_memory();
    sink_printf(&label, "[%zu]", number);
    page_entry(&s->page, &(struct entry){.indent = LABEL, .label = page_keep(&s->page, &label), .hang = 7,
                                         .text = screen_story_line(s, story)});
}

void screen_stories(struct screen *s)
{
    size_t look_today = 0;
    for (size_t i = 0; i < s->r->story_n; i++) {
        const struct story *story = &s->r->stories[i];
        if (story->action < ACTION_LOOK_TODAY)
            continue;
        look_today += story->action == ACTION_LOOK_TODAY;
        if (look_today <= FULL_LOOK_TODAY || s->options->all) {
            put_story(s, i + 1, story);
            continue;
        }
        if (look_today == FULL_LOOK_TODAY + 1) {
            page_blank(&s->page);
            page_text(&s->page, 0, SAY(&s->page, HUNT_LOOK_TODAY_MORE,
                                       fact_count("more", s->stories[ACTION_LOOK_TODAY] - FULL_LOOK_TODAY)));
        }
        put_story_short(s, i + 1, story);
    }
}
