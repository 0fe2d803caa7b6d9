/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/registry.h"
#include "report/formats.h"
#include "report/page.h"

enum { LIST_AT = 12, FULL_AT = 14 };

static const enum text_key grade_words[GRADE_COUNT] = {TEXT_CHECK_YES, TEXT_CHECK_HALF, TEXT_CHECK_POOR, TEXT_CHECK_NO};

static void put_line(struct page *p, enum text_key label, span text)
{
    page_entry(p, &(struct entry){.indent = 2, .label = page_words(p, label), .hang = FULL_AT, .text = text});
}

static span answer(struct page *p, const struct detector *d, uint64_t gives, bool with_points)
{
    struct cost c = cost_of(d, gives);
    const struct fact facts[] = {
        fact_text("question", page_words(p, d->question)), fact_text("grade", page_words(p, grade_words[c.grade])),
        fact_count("possible", (uint64_t)max_i64(0, c.possible)), fact_count("full", (uint64_t)max_i64(0, c.full)),
    };
    return page_say(p, with_points ? TEXT_FORMATS_ANSWER_POINTS : TEXT_FORMATS_ANSWER, facts, COUNT_OF(facts));
}

static span answers(struct page *p, uint64_t gives)
{
    span all = {NULL, 0};
    for (size_t i = 0; i < detector_n; i++)
        if (detectors[i]->pair)
            all = page_join(p, all, "; ", answer(p, detectors[i], gives, false));
    return all;
}

static span stamp(struct page *p, const struct plan *plan)
{
    span when = page_words(p, plan->stamp == STAMP_END ? TEXT_FORMATS_END : TEXT_FORMATS_START);
    return plan->tz_in_stamp ? when : SAY(p, FORMATS_NO_ZONE, fact_text("stamp", when));
}

static span counters(struct page *p, const struct plan *plan)
{
    bool with_headers = plan->gives & FIELD_BIT(BYTES_OUT) ? plan->counts_headers_out : plan->counts_headers_in;
    return page_words(p, with_headers ? TEXT_FORMATS_HEADERS : TEXT_FORMATS_BODIES);
}

static void put_variant(struct page *p, const struct plan *plan, const char *example)
{
    const uint64_t counted = FIELD_BIT(BYTES_OUT) | FIELD_BIT(BYTES_IN) | FIELD_BIT(BYTES_TOTAL);
    put_line(p, TEXT_FORMATS_DEFINITION, plan->definition);
    if (example)
        put_line(p, TEXT_FORMATS_EXAMPLE, span_str(example));
    put_line(p, TEXT_FORMATS_FIELDS, page_fields(p, plan->gives));
    put_line(p, TEXT_FORMATS_STAMP, stamp(p, plan));
    if (plan->gives & counted)
        put_line(p, TEXT_FORMATS_COUNTERS, counters(p, plan));
    for (size_t i = 0; i < detector_n; i++)
        if (detectors[i]->pair)
            page_entry(p, &(struct entry){.indent = 2, .label = i ? (span){NULL, 0} : page_words(p, TEXT_FORMATS_ANSWERS),
                                          .hang = FULL_AT, .text = answer(p, detectors[i], plan->gives, true)});
}

/* "Security 1102, 4616, ...; System 104, ...", as the table has them. */
static span events_read(struct page *p)
{
    sink o = sink_memory();
    const char *log = "";
    for (size_t i = 0; windows_kind_at(i); i++) {
        const struct windows_kind *k = windows_kind_at(i);
        bool is_same = span_eq(span_str(k->channel), span_str(log));
        sink_str(&o, is_same ? ", " : i ? "; " : "");
        sink_printf(&o, "%s%s%u", is_same ? "" : k->channel, is_same ? "" : " ", k->id);
        log = k->channel;
    }
    return page_keep(p, &o);
}

static void put_dialects(struct page *p, const struct format_view *v)
{
    for (size_t i = 0; i < v->dialect_n; i++)
        put_line(p, TEXT_FORMATS_EXAMPLE, span_str(v->dialects[i]->example));
    put_line(p, TEXT_FORMATS_EVENTS, events_read(p));
}

static void put_in_full(struct page *p, const struct format_view *v)
{
    page_entry(p, &(struct entry){.label = span_str(v->name), .paint = PAINT_BOLD, .hang = LIST_AT,
                                  .text = page_sentence(p, v->what)});
    for (size_t i = 0; i < v->n; i++) {
        if (v->n > 1)
            page_entry(p, &(struct entry){.label = SAY(p, FORMATS_VARIANT, fact_count("number", i + 1))});
        put_variant(p, v->layouts[i].plan, v->layouts[i].example);
    }
    if (v->dialect_n)
        put_dialects(p, v);
}

/* What the layout that says most gives. */
static uint64_t gives_of(const struct format_view *v)
{
    uint64_t most = 0;
    for (size_t i = 0; i < v->n; i++)
        if (__builtin_popcountll(v->layouts[i].plan->gives) > __builtin_popcountll(most))
            most = v->layouts[i].plan->gives;
    return most;
}

static void put_list(struct page *p, const struct formats_result *r)
{
    page_entry(p, &(struct entry){.label = page_words(p, TEXT_FORMATS_NAME), .paint = PAINT_BOLD, .hang = 20,
                                  .text = SAY(p, FORMATS_COUNT, fact_count("formats", r->n))});
    page_blank(p);
    for (size_t i = 0; i < r->n; i++) {
        const struct format_view *v = &r->views[i];
        page_entry(p, &(struct entry){.label = span_str(v->name), .paint = PAINT_BOLD, .hang = LIST_AT,
                                      .text = page_sentence(p, v->what)});
        if (v->n)
            page_entry(p, &(struct entry){.hang = LIST_AT, .text = answers(p, gives_of(v))});
    }
    page_blank(p);
    page_text(p, 0, page_words(p, TEXT_FORMATS_OTHERS));
}

void formats_text(const struct formats_result *r, const struct report_options *options, sink *o)
{
    struct page p = page_begin(o, (struct text_style){.lang = options->lang}, options->columns, options->colour);
    if (!r->in_full)
        put_list(&p, r);
    for (size_t i = 0; i < r->n && r->in_full; i++) {
        if (i)
            page_blank(&p);
        put_in_full(&p, &r->views[i]);
    }
    page_done(&p);
}
