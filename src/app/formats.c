/* SPDX-License-Identifier: Apache-2.0 */
/* The verb formats: what is read, computed from the products' definitions and the detectors' tables. */
#include "app/verb.h"
#include "format/vocabulary.h"
#include "report/formats.h"

static const char about[] =
    "Shows the layouts that are read without being named, what each gives, and what a log in it can answer;\n"
    "with a NAME everything about that one.\n";

static bool is_wanted(const struct options *o, const char *name)
{
    for (size_t i = 0; i < o->input_n; i++)
        if (span_eq_nocase(span_str(o->inputs[i]), span_str(name)))
            return true;
    return o->input_n == 0;
}

static bool is_known(span name)
{
    for (size_t i = 0; format_product_at(i); i++)
        if (span_eq_nocase(name, span_str(format_product_at(i)->name)))
            return true;
    for (size_t i = 0; vocabulary_at(i); i++)
        if (span_eq_nocase(name, span_str(vocabulary_at(i)->name)))
            return true;
    return winlog_is_name(name);
}

static fault check_names(const struct options *o)
{
    for (size_t i = 0; i < o->input_n; i++)
        if (!is_known(span_str(o->inputs[i])))
            return fault_make(FAULT_USAGE, "no such format: %.60s ('konseki formats' lists them)", o->inputs[i]);
    return NO_FAULT;
}

static void write_report(const struct call *c, const void *result, sink *out)
{
    const struct options *o = &c->options;
    struct report_options options = {.lang = o->lang, .lang_given = o->lang_given, .colour = call_is_coloured(c), .columns = 80};
    (o->form == FORM_JSON ? formats_json : formats_text)(result, &options, out);
}

static fault add_product(arena *a, const struct format_product *product, struct format_view *v)
{
    *v = (struct format_view){.name = product->name, .what = {.key = product->what}};
    for (; v->n < PRODUCT_VARIANTS_MAX && v->n < LAYOUTS_SHOWN && product->variants[v->n].definition; v->n++) {
        struct plan *plan = arena_new(a, struct plan, 1);
        TRY(product->variants[v->n].compile(a, span_str(product->variants[v->n].definition), plan));
        v->layouts[v->n].plan = plan;
        v->layouts[v->n].example = product->variants[v->n].example;
    }
    return NO_FAULT;
}

/* Adds the example's layout, and what its names stand in ("JSON, CEF") to `shapes`. */
static void add_example(arena *a, const struct vocabulary *v, size_t i, struct format_view *view, span *shapes)
{
    static const char *const names[] = {[NAMED_JSON] = "JSON", [NAMED_PAIRS] = "key=value", [NAMED_CEF] = "CEF",
                                        [NAMED_LEEF] = "LEEF", [NAMED_W3C] = "#Fields", [NAMED_CSV] = "CSV"};
    const char *shape = names[v->examples[i].shape];
    const struct plan *plan = view->n < LAYOUTS_SHOWN ? vocabulary_example(a, v, i) : NULL;
    if (span_find(*shapes, span_str(shape)) == SIZE_MAX)
        *shapes = arena_printf(a, "%.*s%s%s", (int)shapes->n, shapes->p, shapes->n ? ", " : "", shape);
    if (!plan)
        return;
    view->layouts[view->n].plan = plan;
    view->layouts[view->n++].example = vocabulary_needs_header(v, i) ? NULL : v->examples[i].example;
}

/* A product may have a vocabulary for each of its shapes: they are one format. */
static bool is_first_of_its_name(size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (span_eq(span_str(vocabulary_at(i)->name), span_str(vocabulary_at(at)->name)))
            return false;
    return true;
}

static void add_vocabularies(arena *a, size_t first, struct format_view *view)
{
    const char *name = vocabulary_at(first)->name;
    span shapes = {"", 0};
    *view = (struct format_view){.name = name};
    for (size_t k = first; vocabulary_at(k); k++) {
        const struct vocabulary *v = vocabulary_at(k);
        for (size_t i = 0; span_eq(span_str(v->name), span_str(name)) && i < COUNT_OF(v->examples) && v->examples[i].example; i++)
            add_example(a, v, i, view, &shapes);
    }
    const struct fact fact = fact_text("shapes", shapes);
    view->what = sentence_make(a, TEXT_FORMATS_NAMED, &fact, 1);
}

static bool is_first_dialect(size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (span_eq(span_str(winlog_at(i)->name), span_str(winlog_at(at)->name)))
            return false;
    return true;
}

static void add_dialects(size_t first, struct format_view *view)
{
    *view = (struct format_view){.name = winlog_at(first)->name, .what = {.key = TEXT_FORMATS_WINDOWS}};
    for (size_t i = first; winlog_at(i) && view->dialect_n < LAYOUTS_SHOWN; i++)
        if (span_eq(span_str(winlog_at(i)->name), span_str(view->name)))
            view->dialects[view->dialect_n++] = winlog_at(i);
}

static fault run(struct call *c)
{
    size_t all = 0;
    arena *a = &c->memory;
    for (size_t i = 0; format_product_at(i); i++)
        all++;
    for (size_t i = 0; vocabulary_at(i); i++)
        all++;
    for (size_t i = 0; winlog_at(i); i++)
        all++;
    struct formats_result r = {.views = arena_new(a, struct format_view, all), .in_full = c->options.input_n > 0};
    TRY(check_names(&c->options));
    for (size_t i = 0; format_product_at(i); i++)
        if (is_wanted(&c->options, format_product_at(i)->name))
            TRY(add_product(a, format_product_at(i), &r.views[r.n++]));
    for (size_t i = 0; vocabulary_at(i); i++)
        if (is_wanted(&c->options, vocabulary_at(i)->name) && is_first_of_its_name(i))
            add_vocabularies(a, i, &r.views[r.n++]);
    for (size_t i = 0; winlog_at(i); i++)
        if (is_wanted(&c->options, winlog_at(i)->name) && is_first_dialect(i))
            add_dialects(i, &r.views[r.n++]);
    return call_write(c, write_report, &r);
}

const struct verb verb_formats = {"formats", VERB_FORMATS, "[NAME...]", "what is read, and what it can answer", about, NULL, run};
