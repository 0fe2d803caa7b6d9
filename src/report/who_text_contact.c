/* SPDX-License-Identifier: Apache-2.0 */
/* One client after the other, and the rows around a moment. */
#include "report/who_text.h"

enum { NUMBER_AT = 4, HANG = 15, ITEMS_SHOWN = 8 };

static void put(struct who_screen *s, enum text_key label, span text)
{
    struct page *p = &s->screen.page;
    page_entry(p, &(struct entry){.indent = NUMBER_AT, .label = label ? page_words(p, label) : (span){NULL, 0}, .hang = HANG,
                                  .text = text});
}

void who_screen_raw(struct who_screen *s, size_t indent, const struct evidence *e)
{
    struct page *p = &s->screen.page;
    sink place = sink_memory();
    sink_tty(&place, s->who->read.sources[e->source].path);
    sink_printf(&place, ":%llu", (unsigned long long)e->line);
    page_text(p, indent, page_keep(p, &place));
    if (e->raw.p)
        page_log_line(p, indent + 2, e->raw, 3);
    else
        page_text(p, indent + 2, page_sentence(p, e->why_not));
}

static void put_outcomes(struct who_screen *s, const struct contact_sum *sum)
{
    static const enum text_key words[OUTCOME_COUNT] = {
        TEXT_WHO_OUTCOME_UNKNOWN, TEXT_WHO_OUTCOME_ALLOWED, TEXT_WHO_OUTCOME_BLOCKED, TEXT_WHO_OUTCOME_AUTH_REQUIRED,
        TEXT_WHO_OUTCOME_FAILED, TEXT_WHO_OUTCOME_CACHED};
    struct page *p = &s->screen.page;
    span text = {NULL, 0};
    for (size_t i = 0; i < OUTCOME_COUNT; i++) {
        struct fact rows = fact_count("rows", sum->outcomes[i]);
        if (sum->outcomes[i])
            text = page_join(p, text, page_words(p, TEXT_LIST_SEPARATOR).p, page_say(p, words[i], &rows, 1));
    }
    put(s, TEXT_WHO_OUTCOME, text);
}

static void put_bytes(struct who_screen *s, const struct contact_sum *sum)
{
    struct page *p = &s->screen.page;
    span out = sum->out_rows ? SAY(p, WHO_OUT, fact_bytes("out_bytes", sum->bytes_out)) : page_words(p, TEXT_WHO_OUT_NOT_LOGGED);
    span in = sum->in_rows ? SAY(p, WHO_IN_BYTES, fact_bytes("in_bytes", sum->bytes_in)) : page_words(p, TEXT_WHO_IN_NOT_LOGGED);
    put(s, TEXT_WHO_BYTES, page_join(p, out, page_words(p, TEXT_LIST_SEPARATOR).p, in));
}

/* "198.51.100.7 as evil.example, other.example": the names that led to an address. */
static span asked_as(struct who_screen *s, const struct contact *c, const struct contact_item *item)
{
    enum { NAMED = 3 };
    struct page *p = &s->screen.page;
    span hosts = {NULL, 0};
    size_t n = 0;
    for (size_t i = 0; i < c->hosts.n; i++)
        if (c->hosts.items[i].number == item->number && (n++ < NAMED || s->screen.options->all))
            hosts = page_join(p, hosts, page_words(p, TEXT_LIST_COMMA).p, c->hosts.items[i].text);
    if (!n)
        return item->text;
    if (n > NAMED && !s->screen.options->all)
        hosts = page_join(p, hosts, page_words(p, TEXT_LIST_COMMA).p, SAY(p, LIST_MORE_ALL, fact_count("more", n - NAMED)));
    return SAY(p, WHO_AS, fact_text("text", item->text), fact_text("hosts", hosts));
}

static void put_items(struct who_screen *s, enum text_key label, const struct contact_items *list,
                      const struct contact *asker)
{
    struct page *p = &s->screen.page;
    for (size_t i = 0; i < list->n && (i < ITEMS_SHOWN || s->screen.options->all); i++) {
        const struct contact_item *item = &list->items[i];
        struct fact text = fact_text("text", asker ? asked_as(s, asker, item)
                                              : item->text.n ? item->text : page_words(p, TEXT_WHO_AGENT_BLANK));
        struct fact rows = fact_count("rows", item->sum.rows);
        bool is_span = asker && item->sum.first < item->sum.last;
        put(s, i ? TEXT_NONE : label, is_span ? SAY(p, WHO_ITEM_TIMES, text, rows, fact_time("first", item->sum.first),
                                                    fact_time("last", item->sum.last))
                                              : SAY(p, WHO_ITEM, text, rows));
    }
    if (list->n > ITEMS_SHOWN && !s->screen.options->all)
        put(s, TEXT_NONE, SAY(p, LIST_MORE_ALL, fact_count("more", list->n - ITEMS_SHOWN)));
}

static span times_of(struct who_screen *s, const struct contact_sum *sum)
{
    struct page *p = &s->screen.page;
    if (sum->rows == 1 && sum->first == sum->last)
        return SAY(p, WHO_ONE_TIME, fact_time("first", sum->first));
    return SAY(p, WHO_TIMES, fact_count("rows", sum->rows), fact_time("first", sum->first), fact_time("last", sum->last));
}

static void put_contact(struct who_screen *s, const struct contact *c, size_t number)
{
    struct page *p = &s->screen.page;
    sink label = sink_memory();
    sink_printf(&label, "[%zu]", number);
    span name = screen_client(&s->screen, c->client, c->client_name);
    page_blank(p);
    page_entry(p, &(struct entry){.label = page_keep(p, &label), .paint = PAINT_BOLD, .hang = NUMBER_AT,
                                  .text = page_join(p, name, "  ", c->role)});
    put(s, TEXT_WHO_WHEN, times_of(s, &c->sum));
    put_items(s, TEXT_WHO_USERS, &c->users, NULL);
    put_items(s, TEXT_WHO_ASKED, &c->indicators, c);
    put_outcomes(s, &c->sum);
    put_bytes(s, &c->sum);
    if (c->agents.n)
        put_items(s, TEXT_WHO_AGENTS, &c->agents, NULL);
    else
        put(s, TEXT_WHO_AGENTS, page_words(p, TEXT_WHO_AGENT_NONE));
    if (c->evidence_n) {
        put(s, TEXT_WHO_ROW_FIRST, (span){NULL, 0});
        who_screen_raw(s, NUMBER_AT + 2, &c->evidence[0]);
    }
}

void who_screen_contacts(struct who_screen *s)
{
    struct page *p = &s->screen.page;
    const struct who_result *w = s->who;
    if (!w->contact_n)
        return;
    page_blank(p);
    page_entry(p, &(struct entry){.label = page_words(p, TEXT_WHO_CLIENTS), .paint = PAINT_BOLD});
    for (size_t i = 0; i < w->contact_n && i < s->limit; i++)
        put_contact(s, &w->contacts[i], i + 1);
    if (w->contact_n > s->limit)
        page_text(p, 0, SAY(p, LIST_MORE_ALL, fact_count("more", w->contact_n - s->limit)));
}

static span away_of(struct who_screen *s, const struct contact_row *row)
{
    struct page *p = &s->screen.page;
    double away_s = (double)(row->away_ms < 0 ? -row->away_ms : row->away_ms) / 1000.0;
    if (row->away_ms == 0 && row->start == row->end)
        return page_words(p, TEXT_WHO_NEAR_THEN);
    if (row->away_ms == 0)
        return SAY(p, WHO_NEAR_DURING, fact_time("start", row->start), fact_time("end", row->end));
    return row->away_ms < 0 ? SAY(p, WHO_NEAR_BEFORE, fact_seconds("away_s", away_s))
                            : SAY(p, WHO_NEAR_AFTER, fact_seconds("away_s", away_s));
}

void who_screen_near(struct who_screen *s)
{
    struct page *p = &s->screen.page;
    const struct who_result *w = s->who;
    if (!w->row_n)
        return;
    page_blank(p);
    page_entry(p, &(struct entry){.paint = PAINT_BOLD, .label = w->contact_n ? SAY(p, WHO_NEAR, screen_moment(&s->screen, "at", w->at))
                                                                             : page_words(p, TEXT_WHO_NEAREST)});
    for (size_t i = 0; i < w->row_n; i++) {
        const struct contact_row *row = &w->rows[i];
        span who = screen_client(&s->screen, row->client, row->client_name);
        who = page_join(p, who, "  ", row->user);
        who = page_join(p, who, " -> ", w->asked[row->indicator].text);
        page_entry(p, &(struct entry){.indent = 2, .label = who, .hang = 4, .text = (span){NULL, 0}});
        page_text(p, 4, away_of(s, row));
        who_screen_raw(s, 4, &row->evidence);
    }
}
