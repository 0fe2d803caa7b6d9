/* SPDX-License-Identifier: Apache-2.0 */
/* The verb formats: what is read, computed from the products' definitions and the detectors' tables. */
#include "app/verb.h"
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

/* Every NAME must be one. */
static fault check_names(const struct options *o)
{
    for (size_t i = 0; i < o->input_n; i++) {
        const struct format_product *product;
        size_t k = 0;
        while ((product = format_product_at(k)) && !span_eq_nocase(span_str(o->inputs[i]), span_str(product->name)))
            k++;
        if (!product)
            return fault_make(FAULT_USAGE, "no such format: %.60s ('konseki formats' lists them)", o->inputs[i]);
    }
    return NO_FAULT;
}

static void write_report(const struct call *c, const void *result, sink *out)
{
    const struct options *o = &c->options;
    struct report_options options = {.lang = o->lang, .lang_given = o->lang_given, .colour = call_is_coloured(c), .columns = 80};
    (o->form == FORM_JSON ? formats_json : formats_text)(result, &options, out);
}

static fault run(struct call *c)
{
    size_t all = 0;
    while (format_product_at(all))
        all++;
    struct formats_result r = {.views = arena_new(&c->memory, struct format_view, all), .in_full = c->options.input_n > 0};
    TRY(check_names(&c->options));
    for (size_t i = 0; i < all; i++) {
        const struct format_product *product = format_product_at(i);
        struct format_view *v = &r.views[r.n];
        if (!is_wanted(&c->options, product->name))
            continue;
        v->product = product;
        r.n++;
        for (; v->n < PRODUCT_VARIANTS_MAX && product->variants[v->n].definition; v->n++)
            TRY(product->variants[v->n].compile(&c->memory, span_str(product->variants[v->n].definition), &v->plans[v->n]));
    }
    return call_write(c, write_report, &r);
}

const struct verb verb_formats = {"formats", VERB_FORMATS, "[NAME...]", "what is read, and what it can answer", about, NULL, run};
