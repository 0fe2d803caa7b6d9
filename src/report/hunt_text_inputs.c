/* SPDX-License-Identifier: Apache-2.0 */
/* The inputs: how each was read where that is not obvious, and which could not be read at all. What was assumed
 * about them stands in the notes. */
#include "report/hunt_text.h"

enum { INPUTS_SHOWN = 20 };   /* of more, only those with something to say, unless --all */

static bool is_remarkable(const struct source_info *source)
{
    return source->inference.key || !source->is_complete || source->bad_sample_n || source->same_as >= 0 ||
           source->duplicate || source->merged;
}

static span same_as(struct screen *s, const struct source_info *source)
{
    struct fact path = fact_text("path", s->r->sources[source->same_as].path);
    return source->is_prefix ? SAY(&s->page, REST_INPUT_PREFIX, path) : SAY(&s->page, REST_INPUT_SAME, path);
}

static void put_bad_line(struct screen *s, const struct bad_line *line)
{
    page_text(&s->page, 4, SAY(&s->page, REST_BAD_LINE, fact_plain("line", line->line)));
    page_log_line(&s->page, 6, line->raw, 2);
}

static void put_remarks(struct screen *s, const struct source_info *source)
{
    struct page *p = &s->page;
    if (source->same_as >= 0)
        page_text(p, 4, same_as(s, source));
    if (!source->is_complete)
        page_text(p, 4, SAY(p, REST_INPUT_INCOMPLETE, fact_text("why", source->incomplete_why)));
    if (source->inference.key)
        page_text(p, 4, page_sentence(p, source->inference));
    if (source->same_as < 0 && (source->duplicate || source->merged))
        page_text(p, 4, SAY(p, REST_INPUT_ONCE, fact_count("used", source->used),
                            fact_count("duplicate", source->duplicate), fact_count("merged", source->merged)));
    if (source->bad_sample_n)
        put_bad_line(s, &source->bad_sample[0]);
}

static span read_as(struct screen *s, const struct source_info *source)
{
    struct fact facts[] = {fact_count("rows", source->records), fact_count("bad", source->bad),
                           fact_count("skipped", source->skipped), fact_text("format", source->format),
                           fact_count("events", source->events)};
    return page_say(&s->page, source_has_rows(source) ? TEXT_REST_INPUT_ROWS : TEXT_REST_INPUT_WINDOWS, facts, COUNT_OF(facts));
}

static void put_failures(struct screen *s)
{
    struct page *p = &s->page;
    if (s->r->failure_n == 0)
        return;
    page_blank(p);
    page_entry(p, &(struct entry){.label = page_words(p, TEXT_REST_NOT_READ), .paint = PAINT_RED});
    for (size_t i = 0; i < s->r->failure_n; i++)
        page_entry(p, &(struct entry){.indent = 2, .label = s->r->failures[i].path, .hang = 4,
                                      .text = s->r->failures[i].why});
}

void screen_inputs(struct screen *s)
{
    struct page *p = &s->page;
    const struct hunt_result *r = s->r;
    bool is_needed = r->source_n > 1;
    for (size_t i = 0; i < r->source_n; i++)
        is_needed |= is_remarkable(&r->sources[i]);
    if (is_needed) {
        page_blank(p);
        page_entry(p, &(struct entry){.label = page_words(p, TEXT_REST_INPUTS), .paint = PAINT_BOLD});
    }
    size_t left_out = 0;
    for (size_t i = 0; is_needed && i < r->source_n; i++) {
        const struct source_info *source = &r->sources[i];
        if (r->source_n > INPUTS_SHOWN && !s->options->all && !is_remarkable(source)) {
            left_out++;
            continue;
        }
        page_entry(p, &(struct entry){.indent = 2, .label = source->path, .hang = 4,
                                      .text = read_as(s, source)});
        put_remarks(s, source);
    }
    if (left_out)
        page_text(p, 2, SAY(p, REST_INPUTS_MORE, fact_count("more", left_out)));
    put_failures(s);
}
