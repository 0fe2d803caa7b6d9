/* SPDX-License-Identifier: Apache-2.0 */
/* The executor of delimited plans: cuts before the greedy one from the left end of the line, cuts after it
 * from the right end; the greedy one takes what is left. Each byte is looked at a small constant number of
 * times, whatever the line holds. */
#define _GNU_SOURCE /* memrchr */
#include "format/plan.h"

#include "base/find.h"
#include "base/when.h"
#include "format/keyed.h"

enum { STAMP_TRIES = 8, FIT_TRIES = 64 };

/* Is the quote at `at` written by the value (\") and not by the layout? Runs of backslashes lie between
 * quotes, so all calls together read the value once. */
static bool is_escaped(const char *begin, const char *at)
{
    const char *q = at;
    while (q > begin && q[-1] == '\\')
        q--;
    return (at - q) & 1;
}

static inline bool is_inside_quotes(const struct cut_step *c)
{
    return c->quote == QUOTE_BACKSLASH && c->stop.n && c->stop.p[0] == '"';
}

/* Does the literal stand at p, written by the layout? Its first byte does, and n bytes are there. Literals have
 * one to four bytes: a loop beats memcmp. */
static inline bool is_stop(const struct cut_step *c, const char *begin, const char *p)
{
    for (size_t i = 1; i < c->stop.n; i++)
        if (p[i] != c->stop.p[i])
            return false;
    return !(p > begin && p[-1] == '\\' && is_inside_quotes(c) && is_escaped(begin, p));
}

/* The first place of the literal after `c` at `from` or later; the value begins at `begin`. */
static inline const char *stop_from_left(const struct run *r, const struct cut_step *c, const char *begin,
                                         const char *from)
{
    char first = c->stop.p[0];
    if ((size_t)(r->end - from) < c->stop.n)
        return NULL;
    const char *end = r->end - c->stop.n + 1;
    while ((from = find_byte(from, end, r->end, first)) && !is_stop(c, begin, from))
        from++;
    return from;
}

/* The last place of the literal after `before` that ends at `end` or earlier. */
static inline const char *stop_from_right(const struct run *r, const struct cut_step *before, const char *end)
{
    char first = before->stop.p[0];
    if ((size_t)(end - r->p) < before->stop.n)
        return NULL;
    const char *p = find_byte_back(r->p, end - before->stop.n + 1, r->line, first);
    while (p && !is_stop(before, r->p, p))
        p = find_byte_back(r->p, p, r->line, first);
    return p;
}

static span trim_pads(const struct cut_step *c, span s)
{
    while (c->flags & CUT_PAD_LEFT && s.n && s.p[0] == ' ')
        s = span_skip(s, 1);
    while (c->flags & CUT_PAD_RIGHT && s.n && s.p[s.n - 1] == ' ')
        s.n--;
    return s;
}

/* The end of a value in Squid's shell quoting that opened with a quote at p: the closing one, or NULL. */
static const char *closing_quote(const char *p, const char *end)
{
    const char *begin = ++p;
    while (p < end && (p = memchr(p, '"', (size_t)(end - p))) && is_escaped(begin, p))
        p++;
    return p == end ? NULL : p;
}

static bool is_stamp(const struct cut_step *c)
{
    return c->type == CUT_CLF_TIME || c->type == CUT_ISO_TIME || c->type == CUT_PATTERN_TIME;
}

/* A stamp may hold the literal that ends it ("2026-11-21 21:19:32 10.0.0.1"): the first end at which it
 * reads as a stamp is the one. */
static bool stamp_from_left(struct run *r, const struct cut_step *c, const char *begin, const char *stop)
{
    for (unsigned tries = 0; stop && tries < STAMP_TRIES; tries++) {
        r->p = stop + c->stop.n;
        if (put_value(r, c, between(begin, stop)))
            return true;
        stop = c->stop.n ? stop_from_left(r, c, begin, stop + 1) : NULL;
    }
    return false;
}

/* For plans without a greedy cut. At most FIT_TRIES literals are tried, and few plans have two such cuts. */
static const char *stop_before_fit(const struct run *r, const struct cut_step *c, const char *p)
{
    size_t next = (size_t)(c - r->plan->cuts) + 1;
    const char *stop = p;
    for (unsigned tries = 0; tries < FIT_TRIES && (stop = stop_from_left(r, c, p, stop)); tries++, stop++)
        if (plan_begins(r->plan, next, between(stop + c->stop.n, r->end)))
            return stop;
    return NULL;
}

/* The value with each "" as one quote. */
static span without_doubles(arena *a, span s, char quote)
{
    if (!memchr(s.p, quote, s.n))
        return s;
    char *to = arena_new(a, char, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        to[n++] = s.p[i];
        i += s.p[i] == quote && i + 1 < s.n && s.p[i + 1] == quote;
    }
    return span_of(to, n);
}

/* A value in quotes whose text begins at p: up to the first quote that is not doubled and behind which the literal or
 * the end of the line stands, for some loggers double nothing. */
static COLD_CASE bool doubled_from_left(struct run *r, const struct cut_step *c, const char *p, char quote)
{
    for (const char *q = p; q < r->end && (q = memchr(q, quote, (size_t)(r->end - q))); q++) {
        span rest = between(q + 1, r->end);
        if (rest.n && rest.p[0] == quote) {
            q++;
            continue;
        }
        if (rest.n && !span_starts(rest, c->stop))
            continue;
        r->p = rest.p + (rest.n ? c->stop.n : 0);
        r->was_quoted = true;
        return put_value(r, c, without_doubles(r->scratch, between(p, q), quote));
    }
    return false;
}

static COLD_CASE bool padded_from_left(struct run *r, const struct cut_step *c)
{
    const char *p = r->p, *stop;
    while (c->flags & CUT_PAD_LEFT && p < r->end && *p == ' ')
        p++;
    if (c->flags & CUT_SHELL && c->quote == QUOTE_DOUBLED && p < r->end && *p == '"')
        return doubled_from_left(r, c, p + 1, '"');
    if (c->flags & CUT_SHELL && c->quote == QUOTE_DOUBLED && c->field == FIELD_AGENT && p < r->end && *p == '\'' &&
        doubled_from_left(r, c, p + 1, '\'')) /* tools that cut lines out of logs requote them */
        return true;
    if (c->flags & CUT_SHELL && p < r->end && *p == '"') {
        stop = closing_quote(p++, r->end);
        if (!stop || !span_starts(between(stop + 1, r->end), c->stop))
            return false;
        r->p = stop + 1 + c->stop.n;
        return put_value(r, c, between(p, stop));
    }
    stop = c->flags & CUT_UNTIL_FIT ? stop_before_fit(r, c, p) : c->stop.n ? stop_from_left(r, c, p, p) : r->end;
    bool ends_line = !stop && c->flags & CUT_MAY_END_LINE;
    if (!stop && !ends_line)
        return false;
    stop = ends_line ? r->end : stop;
    if (c->quote == QUOTE_DOUBLED && c->stop.n > 1 && memchr(p, c->stop.p[0], (size_t)(stop - p)))
        return false; /* a bracket follows the separator; without quotes no separator is part of a value */
    r->p = stop + (ends_line ? 0 : c->stop.n);
    while (c->flags & CUT_PAD_RIGHT && r->p < r->end && *r->p == ' ')
        r->p++;
    return put_value(r, c, trim_pads(c, between(p, stop)));
}

/* The usual column. r->p goes through the caller's register: the next column waits for it. */
static inline bool cut_from_left(struct run *r, const struct cut_step *c, const char **at)
{
    const char *p = *at, *stop;
    if (c->flags) {
        r->p = p;
        bool fits = padded_from_left(r, c);
        *at = r->p;
        return fits;
    }
    stop = c->stop.n ? stop_from_left(r, c, p, p) : r->end;
    if (!stop)
        return false;
    if (is_stamp(c)) {
        bool fits = stamp_from_left(r, c, p, stop);
        *at = r->p;
        return fits;
    }
    *at = stop + c->stop.n;
    return put_value(r, c, between(p, stop));
}

/* Where a value that ends at r->end begins, when the logger put it into quotes for holding a blank. */
static const char *opening_quote(const struct run *r, span stop)
{
    const char *q = r->end - 1;
    while (q > r->p) {
        q = memrchr(r->p, '"', (size_t)(q - r->p));
        if (!q)
            return NULL;
        if (!is_escaped(r->p, q) && span_ends(between(r->p, q), stop))
            return q;
    }
    return NULL;
}

static bool stamp_from_right(struct run *r, const struct cut_step *c, const char *stop)
{
    const struct cut_step *before = c - 1;
    for (unsigned tries = 0; stop && tries < STAMP_TRIES; tries++) {
        if (put_value(r, c, between(stop + before->stop.n, r->end))) {
            r->end = stop;
            return true;
        }
        stop = stop > r->p ? stop_from_right(r, before, stop + before->stop.n - 1) : NULL;
    }
    return false;
}

static COLD_CASE bool padded_from_right(struct run *r, const struct cut_step *c)
{
    span before = c[-1].stop;
    while (c->flags & CUT_PAD_RIGHT && r->end > r->p && r->end[-1] == ' ')
        r->end--;
    bool is_quoted = c->flags & CUT_SHELL && r->end > r->p && r->end[-1] == '"';
    const char *quote = is_quoted ? opening_quote(r, before) : NULL;
    const char *stop = quote ? quote - before.n : stop_from_right(r, c - 1, r->end);
    if (!stop)
        return false;
    span value = quote ? between(quote + 1, r->end - 1) : trim_pads(c, between(stop + before.n, r->end));
    r->end = stop;
    while (c->flags & CUT_PAD_LEFT && r->end > r->p && r->end[-1] == ' ')
        r->end--;
    return put_value(r, c, value);
}

static inline bool cut_from_right(struct run *r, const struct cut_step *c)
{
    if (c->flags)
        return padded_from_right(r, c);
    const char *stop = stop_from_right(r, c - 1, r->end);
    if (!stop)
        return false;
    if (is_stamp(c))
        return stamp_from_right(r, c, stop);
    span value = between(stop + c[-1].stop.n, r->end);
    r->end = stop;
    return put_value(r, c, value);
}

static bool fail_at(struct run *r, size_t i)
{
    r->notes.failed_at = i;
    return false;
}

static bool is_name_byte(char c)
{
    return ascii_alpha(c) || ascii_digit(c) || (unsigned char)c > 127 || c == '_' || c == '-' || c == '\'' || c == '\\';
}

/* "http://host/ John Doe" before the end of the user's column: Squid strips blanks from URLs unless told not
 * to, and writes users as they are. So words that could be part of a name join a user that is there; the
 * first word, and any with a URL's punctuation, stay with the URL. */
static void share_blanks(struct run *r, const struct cut_step *greedy)
{
    event *e = r->e;
    if (!event_has(e, FIELD_USER) || greedy->stop.n != 1 || greedy->stop.p[0] != ' ')
        return;
    const char *blank, *end = r->end;
    while ((blank = memrchr(r->p, ' ', (size_t)(end - r->p)))) {
        for (const char *q = blank + 1; q < end; q++)
            if (!is_name_byte(*q))
                return;
        span user = e->at[FIELD_USER].text;
        e->at[FIELD_USER].text = between(blank + 1, user.p + user.n);
        r->end = end = blank;
    }
}

static bool cut_right_side(struct run *r)
{
    const struct plan *plan = r->plan;
    span last = plan->cuts[plan->n - 1].stop;
    if (!span_ends(between(r->p, r->end), last))
        return fail_at(r, plan->n);
    r->end -= last.n;
    for (size_t i = plan->n - 1; i > plan->greedy; i--)
        if (!cut_from_right(r, &plan->cuts[i]))
            return fail_at(r, i);
    const struct cut_step *greedy = &plan->cuts[plan->greedy];
    if (greedy->field == FIELD_URL && plan->greedy + 1 < plan->n && greedy[1].field == FIELD_USER)
        share_blanks(r, greedy);
    return put_value(r, greedy, trim_pads(greedy, between(r->p, r->end))) || fail_at(r, plan->greedy);
}

/* Columns that the header does not name. Where a logger doubles no quotes, a client that sends one ends its value there and
 * writes the columns behind it: the row is longer than the header by those that it pushed away. */
static bool may_trail(const struct run *r)
{
    bool is_more = span_trim(between(r->p, r->end)).n > 0;
    return r->plan->may_trail && !(is_more && r->was_quoted && r->plan->header.n);
}

static bool cut_line(struct run *r, span line)
{
    const struct plan *plan = r->plan;
    if (!span_starts(line, plan->prefix))
        return fail_at(r, plan->n);
    const char *p = line.p + plan->prefix.n;
    r->line = line.p;
    r->end = line.p + line.n;
    for (size_t i = 0; i < plan->greedy; i++) {
        if (p == r->end && i + plan->may_miss >= plan->n)
            break;
        if (!cut_from_left(r, &plan->cuts[i], &p))
            return fail_at(r, i);
    }
    r->p = p;
    if (plan->greedy < plan->n)
        return cut_right_side(r);
    return r->p == r->end || may_trail(r) || fail_at(r, plan->n);
}

bool plan_begins(const struct plan *plan, size_t from, span text)
{
    event e;
    struct run r = {.plan = plan, .e = &e, .line = text.p, .end = text.p + text.n};
    const char *p = text.p;
    e.has = e.blank = e.cut = 0;
    for (size_t i = from; i < plan->greedy; i++)
        if (!cut_from_left(&r, &plan->cuts[i], &p))
            return false;
    return r.notes.junk == 0;
}

static inline bool holds(const struct run *r, unsigned field, char c)
{
    span s = event_text(r->e, (enum field)field);
    return s.n && memchr(s.p, c, s.n);
}

/* The greedy column holds what ends columns, or a user does, or a counter is junk: few rows have that. */
static inline bool is_odd(const struct run *r)
{
    const struct plan *plan = r->plan;
    if (plan->greedy == plan->n)
        return false;
    const struct cut_step *greedy = &plan->cuts[plan->greedy];
    return r->notes.junk || holds(r, greedy->field, greedy->stop.n ? greedy->stop.p[0] : ' ') || holds(r, FIELD_USER, ' ');
}

static inline bool is_one_row(const struct run *r, span line)
{
    const struct plan *plan = r->plan;
    if (plan->needs_proof && !row_looks_right(r->e))
        return false;
    if (plan->by_place && !row_is_in_place(r->e))
        return false;
    return !is_odd(r) || !row_begins_again(plan, line);
}

/* Rows whose values have names. */
static COLD_CASE enum row_fate read_keyed(struct run *r, span line)
{
    enum row_fate fate = r->plan->shape == SHAPE_JSON ? json_row(r, line) : pairs_row(r, line);
    return fate == ROW_EVENT ? complete_row(r) : fate;
}

enum row_fate plan_try(const struct plan *plan, span line, arena *scratch, event *e, struct plan_notes *notes)
{
    struct run r = {.plan = plan, .e = e, .scratch = scratch, .day = NO_PART, .clock = NO_PART, .zone = WHEN_NONE_MINUTES,
                    .notes = {.tz_minutes = WHEN_NONE_MINUTES}};
    enum row_fate fate;
    e->gives = plan->gives;
    e->has = e->blank = e->cut = 0;
    e->is_tunnel = false;
    e->session = plan->session;
    if (plan->shape == SHAPE_DELIMITED) {
        fate = line.n && cut_line(&r, line) && is_one_row(&r, line) ? ROW_EVENT : ROW_BAD;
        fate = r.is_other ? ROW_SKIPPED : fate;
        if (fate == ROW_EVENT && (r.subsecond || plan->vocabulary))
            fate = complete_row(&r);
    } else {
        fate = read_keyed(&r, line);
    }
    *notes = r.notes;
    return fate;
}

enum row_fate plan_run(const struct plan *plan, span line, arena *scratch, event *e)
{
    struct plan_notes notes;
    return plan_try(plan, line, scratch, e, &notes);
}
