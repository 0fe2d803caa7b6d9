/* SPDX-License-Identifier: Apache-2.0 */
/* From expressions to a row of tests, by operator precedence with stacks of its own: no expression is too deep. */
#include "rule/where.h"

#include "rule/where_parse.h"
#include "rule/where_plan.h"

/* What a part of an expression needs a line to hold: all patterns of some of its tests, as one of them is there. */
struct need {
    uint64_t tests[WHERE_TESTS_MAX / 64]; /* a bit per test */
    struct literal_count count;
};

/* A part that was read: the tests from `first` to the next part's first one, with exits where nothing follows yet. */
struct part {
    size_t first;
    struct need need;
};

enum pending_kind { PENDING_PAREN, PENDING_AND, PENDING_OR };
struct pending {
    enum pending_kind kind;
    bool was_flipped; /* PAREN: what to return to */
    size_t at;
};

struct compiler {
    struct where *w;
    struct part *part;
    struct pending *pending;
    size_t part_n, pending_n, depth;
    bool is_flipped; /* under an odd number of `not`s: and is or, or is and, every test is negated */
};

/* Where both must hold, the longer pattern is looked for; where one is enough, the patterns of both. */
static void join_needs(struct need *left, const struct need *right, bool is_and)
{
    if (is_and) {
        if (right->count.score > left->count.score)
            *left = *right;
        return;
    }
    for (size_t i = 0; i < COUNT_OF(left->tests); i++)
        left->tests[i] |= right->tests[i];
    left->count.n += right->count.n;
    if (right->count.score < left->count.score)
        left->count.score = right->count.score;
    if (left->count.n > LITERALS_MAX)
        left->count.score = 0;
}

/* The left part's exits that do not decide yet lead into the right part. */
static void join(struct compiler *c, bool is_and)
{
    struct part *right = &c->part[--c->part_n], *left = right - 1;
    uint16_t open = is_and ? EXIT_YES : EXIT_NO;
    for (struct test *t = c->w->test + left->first; t < c->w->test + right->first; t++) {
        t->on_yes = t->on_yes == open ? (uint16_t)right->first : t->on_yes;
        t->on_no = t->on_no == open ? (uint16_t)right->first : t->on_no;
    }
    join_needs(&left->need, &right->need, is_and);
}

/* Carries out what waits, down to a parenthesis or to what binds less than `kind`. */
static void settle(struct compiler *c, enum pending_kind kind)
{
    while (c->pending_n && c->pending[c->pending_n - 1].kind != PENDING_PAREN) {
        enum pending_kind top = c->pending[c->pending_n - 1].kind;
        if (kind == PENDING_AND && top == PENDING_OR)
            return;
        c->pending_n--;
        join(c, (top == PENDING_AND) != c->is_flipped);
    }
}

static void push(struct compiler *c, enum pending_kind kind, size_t at)
{
    c->pending[c->pending_n++] = (struct pending){kind, c->is_flipped, at};
}

static fault take_test(struct compiler *c, struct reader *r, bool is_flipped)
{
    struct where *w = c->w;
    r->fault_at = r->at;
    if (w->n == WHERE_TESTS_MAX)
        return fault_make(FAULT_USAGE, "more than %d tests", WHERE_TESTS_MAX);
    struct test *t = &w->test[w->n];
    *t = (struct test){.on_yes = EXIT_YES, .on_no = EXIT_NO};
    w->n++; /* where_close frees its regular expression, come what may */
    TRY(reader_take_test(r, t));
    t->is_negated ^= is_flipped;
    struct part *part = &c->part[c->part_n++];
    *part = (struct part){.first = w->n - 1, .need = {.count = where_count_literals(t)}};
    part->need.tests[part->first / 64] |= UINT64_C(1) << part->first % 64;
    return NO_FAULT;
}

/* Any number of `not` and `(`, then a test. */
static fault take_operand(struct compiler *c, struct reader *r)
{
    bool is_not = false;
    for (;;) {
        reader_skip_blanks(r);
        r->fault_at = r->at;
        if (reader_take_word(r, SPAN("not"))) {
            is_not = !is_not;
        } else if (reader_take(r, '(')) {
            if (c->depth++ == WHERE_DEPTH_MAX)
                return fault_make(FAULT_USAGE, "more than %d parentheses inside each other", WHERE_DEPTH_MAX);
            push(c, PENDING_PAREN, r->at - 1);
            c->is_flipped ^= is_not;
            is_not = false;
        } else {
            return take_test(c, r, c->is_flipped != is_not);
        }
    }
}

static bool close_parenthesis(struct compiler *c)
{
    settle(c, PENDING_PAREN);
    if (!c->pending_n)
        return false;
    c->is_flipped = c->pending[--c->pending_n].was_flipped;
    c->depth--;
    return true;
}

/* What follows an operand. *is_done: the end. */
static fault take_joint(struct compiler *c, struct reader *r, bool *is_done)
{
    for (;;) {
        reader_skip_blanks(r);
        r->fault_at = r->at;
        *is_done = reader_at_end(r);
        if (*is_done)
            return NO_FAULT;
        if (reader_take(r, ')')) {
            if (!close_parenthesis(c))
                return fault_make(FAULT_USAGE, "nothing was opened that this ) could close");
            continue;
        }
        bool is_and = reader_take_word(r, SPAN("and"));
        if (!is_and && !reader_take_word(r, SPAN("or")))
            return fault_make(FAULT_USAGE, "expected and, or, or the end");
        enum pending_kind kind = is_and ? PENDING_AND : PENDING_OR;
        settle(c, kind);
        push(c, kind, r->fault_at);
        return NO_FAULT;
    }
}

static fault take_expression(struct compiler *c, struct reader *r)
{
    if (r->text.n > WHERE_TEXT_MAX)
        return fault_make(FAULT_USAGE, "an expression has at most %d bytes", WHERE_TEXT_MAX);
    for (bool is_done = false; !is_done;) {
        TRY(take_operand(c, r));
        TRY(take_joint(c, r, &is_done));
    }
    settle(c, PENDING_PAREN);
    if (!c->pending_n)
        return NO_FAULT;
    r->fault_at = c->pending[c->pending_n - 1].at;
    return fault_make(FAULT_USAGE, "this ( is never closed");
}

/* In characters, from 1: every byte of UTF-8 but the continuing ones begins one. */
static size_t column_of(span text, size_t at)
{
    size_t column = 1;
    for (size_t i = 0; i < at && i < text.n; i++)
        column += (text.p[i] & 0xc0) != 0x80;
    return column;
}

static fault at_column(const struct reader *r, fault why)
{
    enum { SHOWN = 60 };
    span shown = span_take(r->text, SHOWN);
    return fault_make(FAULT_USAGE, "--where '%.*s%s', column %zu: %s", (int)shown.n, shown.n ? shown.p : "",
                      r->text.n > SHOWN ? "..." : "", column_of(r->text, r->fault_at), why.text);
}

static void build_literals(struct where *w, arena *a, const struct need *need)
{
    w->literals = need->count.score ? literal_set_new(a) : NULL;
    for (size_t i = 0; i < w->n && w->literals; i++)
        if (need->tests[i / 64] >> i % 64 & 1 && !where_add_literals(&w->test[i], w->literals, a))
            w->literals = NULL;
}

fault where_compile(arena *a, const span *texts, size_t n, const struct where_options *o, struct where **out)
{
    enum { PARTS_MAX = 2 * WHERE_DEPTH_MAX + 4, PENDING_MAX = 3 * WHERE_DEPTH_MAX + 3 };
    struct where *w = arena_new(a, struct where, 1);
    *w = (struct where){.test = arena_new(a, struct test, WHERE_TESTS_MAX), .tz_minutes = o->tz_minutes,
                        .suffixes = o->suffixes};
    struct compiler c = {.w = w, .part = arena_new(a, struct part, PARTS_MAX),
                         .pending = arena_new(a, struct pending, PENDING_MAX)};
    *out = NULL;
    for (size_t i = 0; i < n; i++) {
        struct reader r = {.a = a, .w = w, .text = texts[i]};
        fault f = take_expression(&c, &r);
        if (f.kind) {
            where_close(w);
            return at_column(&r, f);
        }
        if (i)
            join(&c, true);
    }
    if (n)
        build_literals(w, a, &c.part[0].need);
    *out = w;
    return NO_FAULT;
}

void where_close(struct where *w)
{
    for (size_t i = 0; w && i < w->n; i++)
        regex_close(w->test[i].regex);
}

uint64_t where_fields(const struct where *w)
{
    uint64_t fields = 0;
    for (size_t i = 0; i < w->n; i++)
        fields |= w->test[i].kind == TEST_UNLOGGED ? 0 : w->test[i].what.needs;
    return fields;
}

const struct literal_set *where_literals(const struct where *w) { return w->literals; }
