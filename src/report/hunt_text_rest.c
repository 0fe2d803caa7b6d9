/* SPDX-License-Identifier: Apache-2.0 */
/* What stands below the stories: questions for the owner, what was explained away, leads, limits, inputs. */
#include "report/hunt_text.h"

enum { ASK_SHOWN = 20 };

void screen_ask_owner(struct screen *s)
{
    struct page *p = &s->page;
    span label = page_words(p, TEXT_ASK_OWNER);
    size_t hang = text_width(label) + 2, listed = 0, all = s->stories[ACTION_ASK_OWNER];
    for (size_t i = 0; i < s->r->story_n && (listed < ASK_SHOWN || s->options->all); i++) {
        const struct story *story = &s->r->stories[i];
        if (story->action != ACTION_ASK_OWNER)
            continue;
        if (listed == 0)
            page_blank(p);
        span text = screen_story_line(s, story);
        if (story->finding_n)
            text = page_join(p, text, "  ", screen_agent(s, story->findings[0]->agent));
        page_entry(p, &(struct entry){.label = listed ? (span){NULL, 0} : label, .paint = PAINT_CYAN, .hang = hang,
                                      .text = text});
        listed++;
    }
    if (listed < all)
        page_entry(p, &(struct entry){.indent = hang, .hang = hang,
                                      .text = SAY(p, LIST_MORE_ALL, fact_count("more", all - listed))});
}

static void put_explained_rows(struct screen *s)
{
    struct page *p = &s->page;
    for (size_t i = 0; i < s->r->explained_n; i++) {
        const struct explained *e = &s->r->explained[i];
        span text = page_join(p, e->host, "  ", screen_agent(s, e->agent));
        text = page_join(p, text, "  ", SAY(p, REST_EXPLAINED_ROW, fact_count("pairs", e->pairs),
                                            fact_count("clients", e->clients)));
        page_text(p, 2, page_join(p, text, "  ", page_sentence(p, e->why)));
    }
}

/* A line "label: text" of its own block. */
static void put_count(struct screen *s, enum text_key key, span text)
{
    sink label = sink_memory();
    sink_put(&label, page_words(&s->page, key));
    sink_char(&label, ':');
    page_entry(&s->page, &(struct entry){.label = page_keep(&s->page, &label), .hang = 2, .text = text});
}

void screen_explained(struct screen *s)
{
    struct page *p = &s->page;
    const struct hunt_result *r = s->r;
    if (r->explained_n || r->popular_pairs)
        page_blank(p);
    if (r->explained_n)
        put_count(s, TEXT_REST_EXPLAINED, SAY(p, REST_EXPLAINED_SUM, fact_count("pairs", screen_explained_sum(r))));
    if (s->options->all)
        put_explained_rows(s);
    if (r->popular_pairs)
        put_count(s, TEXT_REST_NOT_SCORED, SAY(p, REST_POPULAR, fact_count("pairs", r->popular_pairs),
                                               fact_count("hosts", r->popular_hosts)));
}

void screen_below(struct screen *s)
{
    struct page *p = &s->page;
    bool has_title = false;
    for (size_t i = 0; s->options->all && i < s->r->finding_n; i++) {
        const struct finding *f = s->r->findings[i];
        if (f->action != ACTION_NONE)
            continue;
        if (!has_title) {
            page_blank(p);
            page_entry(p, &(struct entry){.label = page_words(p, TEXT_BELOW_STORIES), .paint = PAINT_BOLD});
        }
        has_title = true;
        page_text(p, 2, screen_finding_scored(s, f));
    }
}

static span lead_words(struct screen *s, const char *name)
{
    static const struct { const char *name; enum text_key words; } leads[] = {
        {"tunnel", TEXT_LEAD_TUNNEL}, {"beacon", TEXT_LEAD_BEACON}, {"download", TEXT_LEAD_DOWNLOAD},
        {"upload", TEXT_LEAD_UPLOAD}, {"rdp_loopback", TEXT_LEAD_RDP}, {"bypass", TEXT_LEAD_BYPASS}, {"agent", TEXT_LEAD_AGENT}, {"no_referer", TEXT_LEAD_NO_REFERER},
        {"rare_host", TEXT_LEAD_RARE_HOST}, {"new_host", TEXT_LEAD_NEW_HOST}, {"off_hours", TEXT_LEAD_OFF_HOURS}};
    for (size_t i = 0; i < COUNT_OF(leads); i++)
        if (span_eq(span_str(name), span_str(leads[i].name)))
            return page_words(&s->page, leads[i].words);
    return span_str(name);
}

void screen_leads(struct screen *s)
{
    struct page *p = &s->page;
    const struct hunt_result *r = s->r;
    if (!s->options->leads)
        return;
    page_blank(p);
    page_entry(p, &(struct entry){.label = page_words(p, TEXT_REST_LEADS), .paint = PAINT_BOLD, .hang = 7,
                                  .text = page_words(p, TEXT_REST_LEADS_ABOUT)});
    for (size_t i = 0; i < r->lead_row_n; i++) {
        const struct lead_row *row = &r->lead_rows[i];
        span text = page_join(p, row->client, " -> ", row->host);
        text = page_join(p, text, "  ", screen_agent(s, row->agent));
        text = page_join(p, text, "  ", page_sentence(p, row->text));
        text = page_join(p, text, "  ", SAY(p, REST_ROWS, fact_count("rows", row->events)));
        page_entry(p, &(struct entry){.indent = 2, .label = lead_words(s, row->name), .hang = 13, .text = text});
    }
    uint64_t sum = screen_lead_sum(r);
    if (sum > r->lead_row_n)
        page_text(p, 2, SAY(p, LIST_MORE, fact_count("more", sum - r->lead_row_n)));
}

span screen_where(struct screen *s, const struct could_not_look *c)
{
    enum { NAMED = 2 };
    struct page *p = &s->page;
    const struct hunt_result *r = s->r;
    size_t inputs = 0;
    for (size_t i = 0; i < r->source_n; i++) /* a copy of another is not asked */
        inputs += r->sources[i].same_as < 0 && source_has_rows(&r->sources[i]);
    if (c->source_n == 0 || c->source_n >= inputs)
        return (span){NULL, 0};
    if (c->source_n > NAMED)
        return SAY(p, REST_COULD_NOT_SOURCES, fact_count("sources", c->source_n), fact_count("inputs", inputs));
    span paths = r->sources[c->sources[0]].path;
    for (size_t i = 1; i < c->source_n; i++)
        paths = page_join(p, paths, page_words(p, TEXT_LIST_COMMA).p, r->sources[c->sources[i]].path);
    return SAY(p, REST_COULD_NOT_IN, fact_text("paths", paths));
}

void screen_could_not_look(struct screen *s)
{
    struct page *p = &s->page;
    const struct hunt_result *r = s->r;
    if (r->could_not_look_n == 0)
        return;
    page_blank(p);
    page_entry(p, &(struct entry){.label = page_words(p, TEXT_REST_COULD_NOT), .paint = PAINT_BOLD});
    for (size_t i = 0; i < r->could_not_look_n; i++) {
        const struct could_not_look *c = &r->could_not_look[i];
        span text = screen_question(s, c);
        if (c->missing)
            text = screen_clauses(s, text, "; ", page_join(p, page_words(p, TEXT_REST_COULD_NOT_MISSING), " ",
                                                           screen_fields(s, c->missing)));
        span where = screen_where(s, c);
        page_text(p, 2, where.n ? screen_clauses(s, text, "; ", where) : text);
    }
}

void screen_notes(struct screen *s)
{
    struct page *p = &s->page;
    if (s->r->note_n == 0)
        return;
    page_blank(p);
    page_entry(p, &(struct entry){.label = page_words(p, TEXT_REST_NOTES), .paint = PAINT_BOLD});
    for (size_t i = 0; i < s->r->note_n; i++)
        page_text(p, 2, page_sentence(p, s->r->notes[i]));
}
