/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/where_parse.h"

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

static bool is_name(char c) { return ascii_alpha(c) || ascii_digit(c) || c == '_'; }

/* What ends a value without quotes. */
static bool ends_bare(char c) { return is_blank(c) || c == '(' || c == ')' || c == '"' || c == '\''; }

static span rest_of(const struct reader *r) { return span_skip(r->text, r->at); }

void reader_skip_blanks(struct reader *r)
{
    while (!reader_at_end(r) && is_blank(r->text.p[r->at]))
        r->at++;
}

bool reader_take(struct reader *r, char c)
{
    bool is_there = !reader_at_end(r) && r->text.p[r->at] == c;
    r->at += is_there;
    return is_there;
}

static span name_at(const struct reader *r)
{
    size_t n = 0;
    while (r->at + n < r->text.n && is_name(r->text.p[r->at + n]))
        n++;
    return span_of(r->text.p + r->at, n);
}

bool reader_take_word(struct reader *r, span word)
{
    bool is_there = !reader_at_end(r) && span_eq_nocase(name_at(r), word);
    r->at += is_there ? word.n : 0;
    return is_there;
}

static fault no_field(void)
{
    char list[400];
    size_t n = 0;
    for (unsigned s = 0; s < SUBJECT_COUNT; s++) {
        span key = span_str(subject_of(s).key);
        if (n + key.n + 2 > sizeof list)
            break;
        list[n++] = ' ';
        memcpy(list + n, key.p, key.n);
        n += key.n;
    }
    return fault_make(FAULT_USAGE, "no field has this name; they are:%.*s", (int)n, list);
}

static fault take_subject(struct reader *r, struct test *t)
{
    r->fault_at = r->at;
    if (reader_at_end(r) || !is_name(r->text.p[r->at]))
        return fault_make(FAULT_USAGE, "expected a test like host:example.com, not, or (");
    span name = name_at(r);
    t->subject = subject_by_key(name);
    if (t->subject == SUBJECT_COUNT)
        return no_field();
    t->what = subject_of(t->subject);
    r->at += name.n;
    return NO_FAULT;
}

static fault take_operator(struct reader *r, const struct test *t, enum operator *op)
{
    static const struct { span text; enum operator op; } known[] = {
        {{"!=", 2}, OP_IS_NOT}, {{"<=", 2}, OP_AT_MOST}, {{">=", 2}, OP_AT_LEAST}, {{"=", 1}, OP_IS},
        {{"<", 1}, OP_LESS},    {{">", 1}, OP_MORE},     {{"~", 1}, OP_CONTAINS},  {{":", 1}, OP_BELOW},
    };
    struct operators own = where_operators(t->what.kind);
    size_t i = 0;
    while (i < COUNT_OF(known) && !span_starts(rest_of(r), known[i].text))
        i++;
    r->fault_at = r->at;
    if (i == COUNT_OF(known) || !(own.bits >> known[i].op & 1))
        return fault_make(FAULT_USAGE, "%s behind %s", own.said, t->what.key);
    *op = known[i].op;
    r->at += known[i].text.n;
    return NO_FAULT;
}

/* The byte that stands behind a backslash: \\ \" \' \n \t \xHH. */
static bool take_escape(struct reader *r, char *out)
{
    static const char names[] = "\\\"'nt", bytes[] = "\\\"'\n\t";
    span rest = rest_of(r);
    const char *name = rest.n ? memchr(names, rest.p[0], sizeof names - 1) : NULL;
    if (name) {
        *out = bytes[name - names];
        r->at++;
        return true;
    }
    if (rest.n < 3 || rest.p[0] != 'x' || ascii_hex(rest.p[1]) < 0 || ascii_hex(rest.p[2]) < 0)
        return false;
    *out = (char)(ascii_hex(rest.p[1]) << 4 | ascii_hex(rest.p[2]));
    r->at += 3;
    return true;
}

static fault take_quoted(struct reader *r, char quote, struct written *v)
{
    char *text = arena_new(r->a, char, r->text.n - r->at + 1);
    size_t n = 0, start = r->at++;
    while (!reader_take(r, quote)) {
        r->fault_at = r->at;
        if (reader_at_end(r)) {
            r->fault_at = start;
            return fault_make(FAULT_USAGE, "this quote is never closed");
        }
        text[n] = r->text.p[r->at++];
        if (text[n] == '\\' && !take_escape(r, &text[n]))
            return fault_make(FAULT_USAGE, "expected \\\\ \\\" \\' \\n \\t or \\xHH");
        n++;
    }
    *v = (struct written){.text = span_of(text, n), .at = start, .is_quoted = true};
    return NO_FAULT;
}

/* /.../ or /.../i; a slash inside is written \/. */
static fault take_pattern(struct reader *r, struct written *v)
{
    size_t start = r->at++;
    while (!reader_at_end(r) && r->text.p[r->at] != '/')
        r->at += r->text.p[r->at] == '\\' && r->at + 1 < r->text.n ? 2 : 1;
    *v = (struct written){.text = span_of(r->text.p + start + 1, r->at - start - 1), .at = start + 1, .is_regex = true};
    r->fault_at = start;
    if (!reader_take(r, '/'))
        return fault_make(FAULT_USAGE, "a regular expression ends with /; to look for a text with /, quote it");
    v->any_case = reader_take(r, 'i');
    return NO_FAULT;
}

static fault take_value(struct reader *r, enum operator op, bool has_ranges, struct written *v)
{
    char first = reader_at_end(r) ? '\0' : r->text.p[r->at];
    if (first == '"' || first == '\'')
        return take_quoted(r, first, v);
    if (first == '/' && op == OP_CONTAINS)
        return take_pattern(r, v);
    size_t start = r->at;
    while (!reader_at_end(r) && !ends_bare(r->text.p[r->at]) && !(has_ranges && span_starts(rest_of(r), SPAN(".."))))
        r->at++;
    *v = (struct written){.text = span_of(r->text.p + start, r->at - start), .at = start};
    r->fault_at = start;
    return v->text.n ? NO_FAULT : fault_make(FAULT_USAGE, "expected a value; quote it where it is empty or has blanks");
}

static bool is_at_border(const struct reader *r)
{
    return reader_at_end(r) || is_blank(r->text.p[r->at]) || r->text.p[r->at] == ')';
}

fault reader_take_test(struct reader *r, struct test *t)
{
    struct written first, last;
    enum operator op = OP_IS;
    TRY(take_subject(r, t));
    reader_skip_blanks(r);
    TRY(take_operator(r, t, &op));
    reader_skip_blanks(r);
    bool is_equal = op == OP_IS || op == OP_IS_NOT, has_ranges = is_equal && where_has_ranges(t->what.kind);
    TRY(take_value(r, op, has_ranges, &first));
    bool is_range = has_ranges && span_starts(rest_of(r), SPAN(".."));
    if (is_range) {
        r->at += 2;
        TRY(take_value(r, op, false, &last));
    }
    r->fault_at = r->at;
    if (!is_at_border(r))
        return fault_make(FAULT_USAGE, "expected a blank or ) behind the value; quote a value that has ( ) or quotes");
    t->is_negated = op == OP_IS_NOT;
    return where_read_test(r->a, r->w, op, &first, is_range ? &last : NULL, t, &r->fault_at);
}
