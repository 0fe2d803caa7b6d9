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

/* Every byte as sink_tty would write it: then the width on the screen is the sum over characters. Ambiguous
 * characters (UAX 11) are counted narrow; our own words hold none of them. */
size_t text_width(span s)
{
    sink shown = sink_memory();
    sink_tty(&shown, s);
    size_t columns = 0;
    for (span rest = sink_text(&shown); rest.n;) {
        uint32_t c = 0;
        size_t n = utf8_read(rest, &c);
        int width = uc_width(c, "UTF-8");
        columns += width > 0 ? (size_t)width : 0;
        rest = span_skip(rest, n ? n : 1);
    }
    if (sink_done(&shown).kind)
        panic("a sink in memory failed");
    return columns;
}

/* The longest run of whole characters of s that fits `columns`. */
static size_t bytes_that_fit(span s, size_t columns)
{
    size_t taken = 0, used = 0;
    while (taken < s.n) {
        uint32_t c = 0;
        size_t n = utf8_read(span_skip(s, taken), &c);
        n = n ? n : 1;
        size_t width = text_width(span_of(s.p + taken, n));
        if (used + width > columns)
            break;
        used += width;
        taken += n;
    }
    return taken;
}

void text_put_padded(sink *o, span s, size_t columns)
{
    size_t width = text_width(s);
    bool is_cut = width > columns;
    if (is_cut) {
        size_t dots = columns < 3 ? columns : 3;
        s = span_take(s, bytes_that_fit(s, columns - dots));
        width = text_width(s) + dots;
    }
    sink_tty(o, s);
    if (is_cut)
        sink_put(o, span_take(SPAN("..."), columns));
    for (; width < columns; width++)
        sink_char(o, ' ');
}
