/* SPDX-License-Identifier: Apache-2.0 */
/* What was asked for, seen or not, and what was read in the texts but not looked for. */
#include "report/who_text.h"

enum { LABEL = 2, HANG = 30, NOT_SHOWN = 10 };

static void put_seen(struct who_screen *s, const struct asked *a)
{
    struct page *p = &s->screen.page;
    span text = a->sum ? SAY(p, WHO_INDICATOR_SEEN, fact_count("rows", a->sum->rows), fact_count("clients", a->clients),
                                  fact_time("first", a->sum->first), fact_time("last", a->sum->last))
                            : page_words(p, TEXT_WHO_INDICATOR_NOT_SEEN);
    page_entry(p, &(struct entry){.indent = LABEL, .label = a->text, .paint = a->sum ? PAINT_RED : PAINT_PLAIN, .hang = HANG,
                                  .text = text});
    if (!a->client_rows)
        return;
    page_text(p, LABEL + 2, SAY(p, WHO_IS_CLIENT, fact_count("rows", a->client_rows)));
    page_text(p, LABEL + 4, SAY(p, WHO_IS_CLIENT_ROWS, fact_text("text", a->text)));
}

/* Those with rows first, each in the order they were given. */
static void put_asked(struct who_screen *s)
{
    struct page *p = &s->screen.page;
    const struct who_result *w = s->who;
    size_t shown = 0;
    for (int with_rows = 1; with_rows >= 0; with_rows--)
        for (size_t i = 0; i < w->asked_n && shown < s->limit; i++)
            if ((w->asked[i].sum != NULL) == with_rows) {
                put_seen(s, &w->asked[i]);
                shown++;
            }
    if (shown < w->asked_n)
        page_text(p, LABEL, SAY(p, LIST_MORE_ALL, fact_count("more", w->asked_n - shown)));
}

static span why(struct page *p, const char *kind)
{
    static const struct { const char *kind; enum text_key key; } words[] = {
        {"hash", TEXT_WHO_NOT_HASH}, {"mail", TEXT_WHO_NOT_MAIL}, {"file", TEXT_WHO_NOT_FILE}, {"name", TEXT_WHO_NOT_NAME}};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (strcmp(kind, words[i].kind) == 0)
            return page_words(p, words[i].key);
    return (span){NULL, 0};
}

static void put_not_asked(struct who_screen *s)
{
    struct page *p = &s->screen.page;
    const struct who_result *w = s->who;
    size_t most = s->screen.options->all ? w->not_asked_n : min_u64(w->not_asked_n, NOT_SHOWN);
    if (!w->not_asked_count)
        return;
    page_blank(p);
    page_entry(p, &(struct entry){.label = page_words(p, TEXT_WHO_NOT_ASKED), .paint = PAINT_BOLD});
    for (size_t i = 0; i < most; i++)
        page_entry(p, &(struct entry){.indent = LABEL, .label = w->not_asked[i].spelled, .hang = HANG,
                                      .text = why(p, w->not_asked[i].kind)});
    if (w->not_asked_count > most)
        page_text(p, LABEL, SAY(p, LIST_MORE, fact_count("more", w->not_asked_count - most)));
}

void who_screen_indicators(struct who_screen *s)
{
    struct page *p = &s->screen.page;
    page_blank(p);
    page_entry(p, &(struct entry){.label = page_words(p, TEXT_WHO_INDICATORS), .paint = PAINT_BOLD});
    put_asked(s);
    put_not_asked(s);
}
