/* SPDX-License-Identifier: Apache-2.0 */
/* Why a story stands where it stands: the sum behind the score of its strongest finding, the rows that prove
 * it, what would refute it, what to do next. */
#include "report/hunt_text.h"

enum { LABEL = 2, WHY_HANG = 7, NEXT_HANG = 10, GROUP_COLUMNS = 9, ALSO_SHOWN = 5, PROOF_LINES = 3 };

static span group_words(struct screen *s, const char *group)
{
    static const struct { const char *name; enum text_key words; } groups[] = {
        {"who", TEXT_GROUP_WHO}, {"shape", TEXT_GROUP_SHAPE}, {"destination", TEXT_GROUP_DESTINATION},
        {"company", TEXT_GROUP_COMPANY}, {"timing", TEXT_GROUP_TIMING}, {"agent", TEXT_GROUP_AGENT},
        {"rarity", TEXT_GROUP_RARITY}, {"context", TEXT_GROUP_CONTEXT}, {"file", TEXT_GROUP_FILE},
        {"order", TEXT_GROUP_ORDER}, {"volume", TEXT_GROUP_VOLUME}, {"service", TEXT_GROUP_SERVICE},
        {"logon", TEXT_GROUP_LOGON}, {"leak", TEXT_GROUP_LEAK}, {"process", TEXT_GROUP_PROCESS}, {"row", TEXT_GROUP_ROW},
        {"direct", TEXT_GROUP_DIRECT}, {"program", TEXT_GROUP_PROGRAM}, {"absence", TEXT_GROUP_ABSENCE},
        {"machine", TEXT_GROUP_MACHINE}};
    for (size_t i = 0; i < COUNT_OF(groups); i++)
        if (span_eq(span_str(group), span_str(groups[i].name)))
            return page_words(&s->page, groups[i].words);
    return span_str(group);
}

static span score_line(struct screen *s, const struct finding *f)
{
    if (f->severity == SEVERITY_CRITICAL)
        return SAY(&s->page, STORY_LINE_CRITICAL, fact_count("points", (uint64_t)f->critical_at));
    if (f->severity == SEVERITY_HIGH)
        return SAY(&s->page, STORY_LINE_HIGH, fact_count("points", (uint64_t)f->high_at));
    if (f->score >= f->high_at)   /* the gates held it back, and a reader who adds up should know */
        return SAY(&s->page, STORY_LINE_GATED, fact_count("points", (uint64_t)f->medium_at),
                   fact_count("high", (uint64_t)f->high_at));
    return SAY(&s->page, STORY_LINE_MEDIUM, fact_count("points", (uint64_t)f->medium_at));
}

static void put_total(struct screen *s, const struct finding *f)
{
    struct page *p = &s->page;
    span groups = {NULL, 0};
    for (size_t i = 0; i < f->capped_n; i++)
        groups = page_join(p, groups, page_words(p, TEXT_LIST_COMMA).p, group_words(s, f->capped[i]));
    const struct fact facts[] = {fact_number("score", f->score), fact_number("possible", f->score_max),
                                 fact_text("line", score_line(s, f)), fact_text("groups", groups)};
    enum text_key key = f->capped_n ? TEXT_STORY_TOTAL_CAPPED : TEXT_STORY_TOTAL;
    page_entry(p, &(struct entry){.indent = WHY_HANG, .hang = WHY_HANG,
                                  .text = page_say(p, key, facts, COUNT_OF(facts))});
}

/* One line per signal, its points at the right edge. `label` stands before the first. */
static void put_signals(struct screen *s, const struct finding *f, span label)
{
    struct page *p = &s->page;
    for (size_t i = 0; i < f->signal_n; i++) {
        const struct signal *signal = &f->signals[i];
        sink words = sink_memory(), points = sink_memory();
        text_put_padded(&words, i ? (span){NULL, 0} : label, WHY_HANG - LABEL);
        sink_put(&words, group_words(s, signal->def->group));
        sink_printf(&points, "%+d", signal->points);
        page_entry(p, &(struct entry){.indent = LABEL, .label = page_keep(p, &words), .hang = WHY_HANG + GROUP_COLUMNS,
                                      .text = page_sentence(p, signal->text), .tail = page_keep(p, &points)});
    }
    put_total(s, f);
    if (f->missing)
        page_entry(p, &(struct entry){.indent = WHY_HANG, .hang = WHY_HANG,
                                      .text = page_join(p, page_words(p, TEXT_STORY_MISSING), " ",
                                                        screen_fields(s, f->missing))});
}

span screen_finding(struct screen *s, const struct finding *f)
{
    struct page *p = &s->page;
    span who = screen_client(s, f->client, f->client_name.n ? f->client_name : screen_short(f->computer)), what = page_sentence(p, f->summary);
    bool names_host = f->host.n && span_find(what, f->host) != SIZE_MAX;
    return page_join(p, names_host ? who : page_join(p, who, " -> ", f->host), "  ", what);
}

span screen_finding_scored(struct screen *s, const struct finding *f)
{
    struct page *p = &s->page;
    return page_join(p, screen_finding(s, f), s->options->lang == LANG_JA ? "" : " ",
                     SAY(p, STORY_POINTS, fact_number("score", f->score)));
}

/* full.log:1234, or full.log@56789 (a byte) where lines were not counted: to be copied, so no commas. */
static span place_of(struct screen *s, const struct evidence *e)
{
    sink place = sink_memory();
    sink_tty(&place, s->r->sources[e->source].path);
    sink_char(&place, e->line ? ':' : '@');
    sink_u64(&place, e->line ? e->line : e->offset);
    return page_keep(&s->page, &place);
}

/* The first and the last row of the evidence; with --all every one. */
static void put_proof(struct screen *s, const struct finding *f)
{
    struct page *p = &s->page;
    for (size_t i = 0; i < f->evidence_n; i++) {
        if (i && i + 1 < f->evidence_n && !s->options->all)
            continue;
        const struct evidence *e = &f->evidence[i];
        page_entry(p, &(struct entry){.indent = LABEL, .label = i ? (span){NULL, 0} : page_words(p, TEXT_STORY_PROOF),
                                      .hang = WHY_HANG, .text = place_of(s, e)});
        if (e->raw.p)
            page_log_line(p, WHY_HANG + 2, e->raw, PROOF_LINES);
        else
            page_text(p, WHY_HANG + 2, e->why_not.key ? page_sentence(p, e->why_not)
                                                      : page_words(p, TEXT_STORY_PROOF_NONE));
    }
}

static void put_sentences(struct screen *s, enum text_key label, const struct sentence *items, size_t n)
{
    for (size_t i = 0; i < n; i++)
        page_entry(&s->page, &(struct entry){.indent = LABEL,
                                             .label = i ? (span){NULL, 0} : page_words(&s->page, label),
                                             .hang = NEXT_HANG, .text = page_sentence(&s->page, items[i])});
}

static void put_others(struct screen *s, const struct story *story)
{
    struct page *p = &s->page;
    size_t shown = story->finding_n <= ALSO_SHOWN + 1 ? story->finding_n : ALSO_SHOWN + 1;
    for (size_t i = 1; i < shown; i++)
        page_entry(p, &(struct entry){.indent = LABEL,
                                      .label = i > 1 ? (span){NULL, 0} : page_words(p, TEXT_STORY_ALSO),
                                      .hang = NEXT_HANG, .text = screen_finding_scored(s, story->findings[i])});
    if (shown < story->finding_n)
        page_entry(p, &(struct entry){.indent = NEXT_HANG, .hang = NEXT_HANG,
                                      .text = SAY(p, LIST_MORE_ALL, fact_count("more", story->finding_n - shown))});
}

static void put_one(struct screen *s, const struct finding *f, bool with_line)
{
    struct page *p = &s->page;
    span label = page_words(p, TEXT_STORY_WHY);
    page_blank(p);
    if (with_line) {
        page_entry(p, &(struct entry){.indent = LABEL, .label = label, .hang = WHY_HANG, .text = screen_finding(s, f)});
        label = (span){NULL, 0};
    }
    put_signals(s, f, label);
    put_proof(s, f);
    put_sentences(s, TEXT_STORY_REFUTE, f->refute, f->refute_n);
    put_sentences(s, TEXT_STORY_NEXT, f->next, f->next_n);
}

void screen_why(struct screen *s, const struct story *story)
{
    if (story->finding_n == 0)
        return;
    bool is_many = story->finding_n > 1;
    if (!s->options->all) {
        put_one(s, story->findings[0], is_many);
        put_others(s, story);
        return;
    }
    for (size_t i = 0; i < story->finding_n; i++)
        put_one(s, story->findings[i], is_many);
}
