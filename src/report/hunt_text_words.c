/* SPDX-License-Identifier: Apache-2.0 */
/* The phrases that several parts of the screen share. */
#include "report/hunt_text.h"

#include "base/when.h"

span screen_list(struct screen *s, const struct text_list *list, const char *between)
{
    sink text = sink_memory();
    for (size_t i = 0; i < list->n; i++) {
        sink_str(&text, i ? between : "");
        sink_tty(&text, list->items[i]);
    }
    span listed = page_keep(&s->page, &text);
    if (!list->more)
        return listed;
    return page_join(&s->page, listed, between, SAY(&s->page, LIST_MORE, fact_count("more", list->more)));
}

span screen_fields(struct screen *s, uint64_t bits) { return page_fields(&s->page, bits); }

span screen_short(span computer)
{
    cut c = span_cut(computer, '.');
    return c.head.n ? c.head : computer;
}

span screen_client(struct screen *s, span client, span name)
{
    if (name.n == 0 || span_eq(client, name))
        return client;
    if (client.n == 0)
        return name;
    sink text = sink_memory();
    sink_tty(&text, client);
    sink_str(&text, " (");
    sink_tty(&text, name);
    sink_str(&text, ")");
    return page_keep(&s->page, &text);
}

struct fact screen_moment(struct screen *s, const char *name, int64_t ms)
{
    sink text = sink_memory();
    when_put_local(&text, ms, s->options->tz_minutes);
    return fact_text(name, page_keep(&s->page, &text));
}

span screen_zone(struct screen *s, int minutes)
{
    sink text = sink_memory();
    when_put_zone(&text, minutes);
    return page_keep(&s->page, &text);
}

span screen_agent(struct screen *s, span agent)
{
    if (!agent.p)
        return agent;
    return agent.n ? SAY(&s->page, STORY_AGENT, fact_text("agent", agent)) : page_words(&s->page, TEXT_STORY_AGENT_BLANK);
}

span screen_clauses(struct screen *s, span a, const char *english, span b)
{
    bool is_ja = s->options->lang == LANG_JA, is_ended = span_ends(a, SPAN("。")) || span_ends(a, SPAN(".")) || span_ends(a, SPAN("?"));
    const char *between = is_ended ? (is_ja ? "" : " ") : is_ja ? "。" : english;
    return page_join(&s->page, a, between, b);
}

span screen_question(struct screen *s, const struct could_not_look *c)
{
    span question = page_sentence(&s->page, c->question);
    return page_join(&s->page, question, span_ends(question, SPAN("?")) ? " " : ": ", page_sentence(&s->page, c->effect));
}

uint64_t screen_lead_sum(const struct hunt_result *r)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < r->lead_n; i++)
        sum += r->leads[i].n;
    return sum;
}

uint64_t screen_explained_sum(const struct hunt_result *r)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < r->explained_n; i++)
        sum += r->explained[i].pairs;
    return sum;
}
