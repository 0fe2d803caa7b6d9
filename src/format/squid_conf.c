/* SPDX-License-Identifier: Apache-2.0 */
/* What a squid.conf says about its logs: `logformat NAME DEFINITION` and which of them `access_log` uses. */
#include "format/product.h"

struct conf_format {
    span name, definition;
    bool is_used;
};

struct conf {
    struct conf_format formats[CONF_PLANS_MAX];
    size_t n;
};

static span without_lead(span s)
{
    while (s.n && (s.p[0] == ' ' || s.p[0] == '\t'))
        s = span_skip(s, 1);
    return s;
}

/* One directive: a line with those that a backslash continues. As Squid does it: the blanks in front of each
 * line go, those before the backslash stay, and nothing comes between. */
static span next_directive(arena *a, span *text)
{
    span whole = {NULL, 0};
    for (;;) {
        cut line = span_cut(*text, '\n');
        *text = line.found ? line.tail : (span){NULL, 0};
        span s = without_lead(span_ends(line.head, SPAN("\r")) ? span_take(line.head, line.head.n - 1) : line.head);
        bool goes_on = span_ends(s, SPAN("\\")) && text->n;
        s.n -= goes_on;
        if (s.n > DEFINITION_MAX)
            s.n = DEFINITION_MAX;
        whole = whole.p ? arena_printf(a, "%.*s%.*s", (int)whole.n, whole.p, (int)s.n, s.p) : s;
        if (!goes_on || whole.n > DEFINITION_MAX)
            return span_trim(whole);
    }
}

static span next_word(span *s)
{
    *s = span_trim(*s);
    size_t n = 0;
    while (n < s->n && s->p[n] != ' ' && s->p[n] != '\t')
        n++;
    span word = span_take(*s, n);
    *s = span_trim(span_skip(*s, n));
    return word;
}

static void add_format(struct conf *c, span rest)
{
    span name = next_word(&rest);
    size_t i = 0;
    while (i < c->n && !span_eq(c->formats[i].name, name))
        i++; /* a later line of the same name replaces the earlier */
    if (i == CONF_PLANS_MAX || !rest.n)
        return;
    c->formats[i] = (struct conf_format){.name = name, .definition = rest};
    c->n += i == c->n;
}

static void mark_used(struct conf *c, span name)
{
    for (size_t i = 0; i < c->n; i++)
        if (span_eq(c->formats[i].name, name))
            c->formats[i].is_used = true;
}

/* access_log PLACE NAME [acl ...]  or  access_log PLACE logformat=NAME [option=value ...] [acl ...] */
static void read_access_log(struct conf *c, span rest)
{
    (void)next_word(&rest);
    bool is_first = true;
    while (rest.n) {
        span word = next_word(&rest);
        if (span_starts(word, SPAN("logformat=")))
            mark_used(c, span_cut(word, '=').tail);
        else if (is_first)
            mark_used(c, word);
        is_first = false;
    }
}

static void read_directives(arena *a, span text, struct conf *c, bool wants_access_log)
{
    while (text.n) {
        span line = next_directive(a, &text);
        span word = next_word(&line);
        if (!wants_access_log && span_eq(word, SPAN("logformat")))
            add_format(c, line);
        if (wants_access_log && span_eq(word, SPAN("access_log")))
            read_access_log(c, line);
    }
}

static fault compile_those(arena *a, const struct conf *c, bool is_used, struct plan *plans, size_t *n)
{
    for (size_t i = 0; i < c->n; i++) {
        const struct conf_format *f = &c->formats[i];
        if (f->is_used != is_used)
            continue;
        fault bad = plan_compile_squid(a, f->definition, &plans[*n]);
        if (bad.kind && is_used)
            return fault_wrap(bad, "squid.conf, logformat %.*s", (int)span_take(f->name, 60).n, f->name.p);
        if (bad.kind || (!is_used && !(plans[*n].gives & FIELD_BIT(TIME))))
            continue;
        plans[*n].name = arena_dup(a, f->name);
        (*n)++;
    }
    return NO_FAULT;
}

fault squid_conf_plans(arena *a, span text, struct plan *plans, size_t *n)
{
    struct conf c = {.n = 0};
    read_directives(a, text, &c, false);
    read_directives(a, text, &c, true); /* may stand before the format it uses */
    *n = 0;
    TRY(compile_those(a, &c, true, plans, n));
    return compile_those(a, &c, false, plans, n);
}
