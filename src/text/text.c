/* SPDX-License-Identifier: Apache-2.0 */
#include "text/text.h"

#include <uniwidth.h>

#define WORDS_EN(KEY, en, ja) en,
#define WORDS_JA(KEY, en, ja) ja,
static const char *const words[LANG_COUNT][TEXT_COUNT] = {
    [LANG_EN] = {"",
#define S WORDS_EN
#include "text/catalogue.def"
#undef S
    },
    [LANG_JA] = {"",
#define S WORDS_JA
#include "text/catalogue.def"
#undef S
    },
};

span text_words(enum lang lang, enum text_key key) { return span_str(words[lang][key]); }

struct sentence sentence_make(arena *a, enum text_key key, const struct fact *facts, size_t n)
{
    if (n == 0)
        return (struct sentence){.key = key};
    struct fact *copy = arena_new(a, struct fact, n);
    for (size_t i = 0; i < n; i++) {
        copy[i] = facts[i];
        copy[i].text = arena_dup(a, facts[i].text);
    }
    return (struct sentence){key, copy, n};
}

static const struct fact *find_fact(struct sentence s, span name)
{
    for (size_t i = 0; i < s.n; i++)
        if (span_eq(span_str(s.facts[i].name), name))
            return &s.facts[i];
    panic("a sentence names a fact that it was not given");
}

/* Between { and }: a name, or name|one|many. */
static void put_placeholder(sink *o, const struct text_style *style, struct sentence s, span inside)
{
    cut name = span_cut(inside, '|');
    const struct fact *f = find_fact(s, name.head);
    if (!name.found) {
        text_fact(o, style, f);
        return;
    }
    cut forms = span_cut(name.tail, '|');
    sink_put(o, f->number == 1 ? forms.head : forms.tail);
}

void text_render(sink *o, const struct text_style *style, struct sentence s)
{
    span rest = text_words(style->lang, s.key);
    while (rest.n) {
        cut open = span_cut(rest, '{');
        sink_put(o, open.head);
        if (!open.found)
            return;
        cut close = span_cut(open.tail, '}');
        put_placeholder(o, style, s, close.head);
        rest = close.tail;
    }
}

span text_render_span(arena *a, const struct text_style *style, struct sentence s)
{
    sink o = sink_memory();
    text_render(&o, style, s);
    span text = arena_dup(a, sink_text(&o));
    if (sink_done(&o).kind)
        panic("a sink in memory failed");
    return text;
}

size_t text_char(span shown, size_t *columns)
{
    uint32_t c = 0;
    *columns = 0;
    if (shown.n == 0)
        return 0;
    size_t n = utf8_read(shown, &c);
    int width = uc_width(c, "UTF-8");   /* ambiguous characters (UAX 11) are narrow; our own words hold none */
    *columns = width > 0 ? (size_t)width : 0;
    return n ? n : 1;
}

size_t text_width(span s)
{
    sink shown = sink_memory();
    sink_tty(&shown, s);
    size_t sum = 0, columns;
    span rest = sink_text(&shown);
    for (size_t n; (n = text_char(rest, &columns)) > 0; rest = span_skip(rest, n))
        sum += columns;
    if (sink_done(&shown).kind)
        panic("a sink in memory failed");
    return sum;
}

/* The longest run of whole characters of `shown` that fits `columns`. */
static span take_columns(span shown, size_t columns)
{
    size_t taken = 0, width;
    for (size_t n; (n = text_char(span_skip(shown, taken), &width)) > 0 && width <= columns; taken += n)
        columns -= width;
    return span_take(shown, taken);
}

void text_put_padded(sink *o, span s, size_t columns)
{
    sink escaped = sink_memory();
    sink_tty(&escaped, s);
    span shown = sink_text(&escaped), dots = {NULL, 0};
    if (text_width(shown) > columns) {
        dots = span_take(SPAN("..."), columns);
        shown = take_columns(shown, columns - dots.n);
    }
    sink_put(o, shown);
    sink_put(o, dots);
    for (size_t width = text_width(shown) + dots.n; width < columns; width++)
        sink_char(o, ' ');
    if (sink_done(&escaped).kind)
        panic("a sink in memory failed");
}
