/* SPDX-License-Identifier: Apache-2.0 */
/* The executor of delimited plans: cuts before the greedy one from the left end of the line, cuts after it
 * from the right end; the greedy one takes what is left. Each byte is looked at a small constant number of
 * times, whatever the line holds. */
#define _GNU_SOURCE /* memrchr */
#include "format/plan.h"

#include "base/when.h"
#include "format/typed.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { STAMP_TRIES = 8, BLANK_TEXT_MAX = 13 };

/* Out of line, so that put_value, which runs for every column, saves no registers for them. */
#define COLD_CASE __attribute__((noinline))

struct run {
    const struct plan *plan;
    event *e;
    const char *p, *end;       /* what is not cut yet */
    struct plan_notes notes;
    uint64_t subsecond;
};

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

/* memchr and memrchr for columns, most of which are shorter than what a call costs: 16 bytes without a loop,
 * whose end no branch predictor could guess. */
static inline const char *find_byte(const char *p, const char *end, char c)
{
#ifdef __SSE2__
    if (end - p >= 16) {
        __m128i block = _mm_loadu_si128((const __m128i *)(const void *)p);
        unsigned hits = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(block, _mm_set1_epi8(c)));
        if (hits)
            return p + __builtin_ctz(hits);
        p += 16;
    }
#endif
    return p < end ? memchr(p, c, (size_t)(end - p)) : NULL;
}

static inline const char *find_byte_back(const char *p, const char *end, char c)
{
#ifdef __SSE2__
    if (end - p >= 16) {
        __m128i block = _mm_loadu_si128((const __m128i *)(const void *)(end - 16));
        unsigned hits = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(block, _mm_set1_epi8(c)));
        if (hits)
            return end - 16 + (31 - __builtin_clz(hits));
        end -= 16;
    }
#endif
    return p < end ? memrchr(p, c, (size_t)(end - p)) : NULL;
}

/* Does the literal stand at p, written by the layout? Its first byte does, and n bytes are there. */
static inline bool is_stop(const struct cut_step *c, const char *begin, const char *p)
{
    return (c->stop.n == 1 || memcmp(p, c->stop.p, c->stop.n) == 0) && !(is_inside_quotes(c) && is_escaped(begin, p));
}

/* The first place of the literal after `c` at `from` or later; the value begins at `begin`. */
static const char *stop_from_left(const struct cut_step *c, const char *begin, const char *from, const char *end)
{
    char first = c->stop.p[0];
    const char *p = find_byte(from, end, first);
    while (p && (size_t)(end - p) >= c->stop.n) {
        if (is_stop(c, begin, p))
            return p;
        p = find_byte(p + 1, end, first);
    }
    return NULL;
}

/* The last place of the literal after `before` that ends at `end` or earlier. */
static const char *stop_from_right(const struct cut_step *before, const char *begin, const char *end)
{
    char first = before->stop.p[0];
    if ((size_t)(end - begin) < before->stop.n)
        return NULL;
    const char *p = find_byte_back(begin, end - before->stop.n + 1, first);
    while (p && !is_stop(before, begin, p))
        p = find_byte_back(begin, p, first);
    return p;
}

static span between(const char *p, const char *end) { return span_of(p, (size_t)(end - p)); }

/* The first column with something to say about a field wins ("%m" beside "%r"). */
static void put_text(event *e, unsigned field, span s)
{
    if (field == FIELD_COUNT || (e->has | e->blank) >> field & 1)
        return;
    if (s.n <= BLANK_TEXT_MAX && event_is_blank_text(s)) {
        e->at[field].text = s;
        e->blank |= UINT64_C(1) << field;
    } else {
        event_set_text(e, field, s);
    }
}

/* span_u64 for digits that cannot overflow. */
static inline bool read_short(span s, uint64_t *out)
{
    uint64_t v = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned digit = (unsigned)(unsigned char)s.p[i] - '0';
        if (digit > 9)
            return false;
        v = v * 10 + digit;
    }
    *out = v;
    return s.n > 0;
}

/* A counter: "-", negative or beyond 64 bits is absent; anything but a number is junk. */
static void put_number(struct run *r, unsigned field, span s, uint64_t least, uint64_t most)
{
    uint64_t v;
    if (s.n <= 18 ? read_short(s, &v) : span_u64(s, &v)) {
        if (field != FIELD_COUNT && v >= least && v <= most)
            event_set_number(r->e, field, v);
        return;
    }
    span digits = s.n && s.p[0] == '-' ? span_skip(s, 1) : s;
    for (size_t i = 0; i < digits.n; i++)
        if (!ascii_digit(digits.p[i])) {
            r->notes.junk++;
            return;
        }
    r->notes.junk += s.n == 0;
}

static COLD_CASE void put_duration(struct run *r, const struct cut_step *c, span s)
{
    uint64_t v;
    if (c->type == CUT_SECONDS && typed_seconds(s, &v)) {
        event_set_number(r->e, FIELD_DURATION, v);
        r->e->at[FIELD_DURATION].ms = (int64_t)v;
        return;
    }
    put_number(r, FIELD_DURATION, s, 0, INT64_MAX);
    if (event_has(r->e, FIELD_DURATION)) {
        v = r->e->at[FIELD_DURATION].number;
        r->e->at[FIELD_DURATION].ms = (int64_t)(c->type == CUT_MICROSECONDS ? v / 1000 : v);
    }
}

static COLD_CASE bool put_status(event *e, unsigned field, span s)
{
    uint64_t v;
    if (s.n == 1 && s.p[0] == '-')
        return true;
    if (s.n > 3 || !read_short(s, &v))
        return false;
    event_set_number(e, field, v);
    return true;
}

static COLD_CASE bool put_time(struct run *r, const struct cut_step *c, span s)
{
    int64_t ms = 0;
    int tz = 0;
    uint64_t v;
    bool fits;
    switch (c->type) {
    case CUT_EPOCH: fits = typed_epoch(s, &ms); break;
    case CUT_EPOCH_MS: fits = span_u64(s, &v) && v <= INT64_C(253402300799999); ms = fits ? (int64_t)v : 0; break;
    case CUT_CLF_TIME: fits = typed_clf(s, &ms, &tz); break;
    case CUT_ISO_TIME: fits = when_iso(s, &ms, &tz); break;
    default: fits = typed_pattern_time(r->plan->time_pattern, s, &ms, &tz); break;
    }
    if (!fits)
        return false;
    if (c->field == FIELD_TIME)
        r->notes.tz_minutes = tz;
    if (tz == WHEN_NONE_MINUTES)
        ms -= (int64_t)r->plan->tz_minutes * 60000;
    r->e->at[c->field].ms = ms;
    r->e->has |= UINT64_C(1) << c->field;
    return true;
}

/* "2001:db8::1:51234", "[2001:db8::1]:51234", "-:-" */
static COLD_CASE void put_endpoint(struct run *r, const struct cut_step *c, span s)
{
    cut colon = span_rcut(s, ':');
    if (c->field != FIELD_SERVER_IP || event_is_blank_text(colon.head) || typed_address(colon.head))
        put_text(r->e, c->field, colon.head);
    put_number(r, c->field2, colon.tail, 1, 65535);
}

/* "GET http://host/a b HTTP/1.1". A request that is none (a TLS hello sent to a plain port, say) is kept as
 * the URL: it is what the client sent. */
static COLD_CASE void put_request(event *e, span s)
{
    size_t version = span_rfind(s, SPAN(" HTTP/"));
    if (version != SIZE_MAX) {
        put_text(e, FIELD_PROTO, span_skip(s, version + 6));
        s = span_take(s, version);
    }
    cut blank = span_cut(s, ' ');
    bool is_method = blank.found && typed_method(blank.head);
    if (is_method)
        put_text(e, FIELD_METHOD, blank.head);
    else if (event_is_blank_text(s))
        put_text(e, FIELD_METHOD, s);
    put_text(e, FIELD_URL, is_method ? blank.tail : s);
}

static COLD_CASE void put_path(event *e, span s)
{
    cut mark = span_cut(s, '?');
    put_text(e, FIELD_PATH, mark.head);
    if (mark.found)
        put_text(e, FIELD_QUERY, mark.tail);
}

static COLD_CASE void put_subsecond(struct run *r, span s)
{
    uint64_t v;
    if (s.n && s.n <= 3 && span_u64(s, &v))
        r->subsecond = v;
    else
        r->notes.junk++;
}

static bool has_blank(span s) { return !s.n || memchr(s.p, ' ', s.n); }

static COLD_CASE void mark_cut(event *e, const struct cut_step *c, span s)
{
    bool is_short = (c->width_max && s.n >= c->width_max) ||
                    (c->flags & CUT_OWN_QUERY_MARK && s.n && s.p[s.n - 1] == '?');
    if (is_short && c->field != FIELD_COUNT)
        e->cut |= UINT64_C(1) << c->field;
}

/* The value of one cut into the event. False: the line is not of this layout. */
static bool put_value(struct run *r, const struct cut_step *c, span s)
{
    if (c->width_max || c->flags & CUT_OWN_QUERY_MARK)
        mark_cut(r->e, c, s);
    switch ((enum cut_type)c->type) {
    case CUT_IGNORED: return true;
    case CUT_TEXT: put_text(r->e, c->field, s); return true;
    case CUT_WORD:
        if (!typed_word(s))
            return false;
        if (c->field != FIELD_COUNT && !(s.n == 1 && s.p[0] == '-'))
            event_set_text(r->e, c->field, s); /* NONE is what Squid did, not a blank */
        return true;
    case CUT_CLIENT:
        put_text(r->e, c->field, s);
        return !has_blank(s);
    case CUT_METHOD:
        r->notes.junk += !typed_method(s);
        put_text(r->e, c->field, s);
        return true;
    case CUT_ADDRESS:
        if (event_is_blank_text(s) || typed_address(s))
            put_text(r->e, c->field, s);
        return true;
    case CUT_ENDPOINT: put_endpoint(r, c, s); return c->field != FIELD_CLIENT || !has_blank(s);
    case CUT_NUMBER: put_number(r, c->field, s, 0, UINT64_MAX); return true;
    case CUT_PORT: put_number(r, c->field, s, 1, 65535); return true;
    case CUT_STATUS: return put_status(r->e, c->field, s);
    case CUT_EPOCH: case CUT_EPOCH_MS: case CUT_CLF_TIME: case CUT_ISO_TIME:
    case CUT_PATTERN_TIME: return put_time(r, c, s);
    case CUT_SUBSECOND: put_subsecond(r, s); return true;
    case CUT_SECONDS: case CUT_MILLISECONDS: case CUT_MICROSECONDS: put_duration(r, c, s); return true;
    case CUT_REQUEST: put_request(r->e, s); return true;
    case CUT_PATH: put_path(r->e, s); return true;
    }
    return false;
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
        stop = c->stop.n ? stop_from_left(c, begin, stop + 1, r->end) : NULL;
    }
    return false;
}

static COLD_CASE bool padded_from_left(struct run *r, const struct cut_step *c)
{
    const char *p = r->p, *stop;
    while (c->flags & CUT_PAD_LEFT && p < r->end && *p == ' ')
        p++;
    if (c->flags & CUT_SHELL && p < r->end && *p == '"') {
        stop = closing_quote(p++, r->end);
        if (!stop || !span_starts(between(stop + 1, r->end), c->stop))
            return false;
        r->p = stop + 1 + c->stop.n;
        return put_value(r, c, between(p, stop));
    }
    stop = c->stop.n ? stop_from_left(c, p, p, r->end) : r->end;
    if (!stop)
        return false;
    r->p = stop + c->stop.n;
    while (c->flags & CUT_PAD_RIGHT && r->p < r->end && *r->p == ' ')
        r->p++;
    return put_value(r, c, trim_pads(c, between(p, stop)));
}

static inline bool cut_from_left(struct run *r, const struct cut_step *c)
{
    if (c->flags)
        return padded_from_left(r, c);
    const char *p = r->p, *stop = c->stop.n ? stop_from_left(c, p, p, r->end) : r->end;
    if (!stop)
        return false;
    if (is_stamp(c))
        return stamp_from_left(r, c, p, stop);
    r->p = stop + c->stop.n;
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
        stop = stop > r->p ? stop_from_right(before, r->p, stop + before->stop.n - 1) : NULL;
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
    const char *stop = quote ? quote - before.n : stop_from_right(c - 1, r->p, r->end);
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
    const char *stop = stop_from_right(c - 1, r->p, r->end);
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

static bool cut_line(struct run *r, span line)
{
    const struct plan *plan = r->plan;
    if (!span_starts(line, plan->prefix))
        return fail_at(r, plan->n);
    r->p = line.p + plan->prefix.n;
    r->end = line.p + line.n;
    for (size_t i = 0; i < plan->greedy; i++)
        if (!cut_from_left(r, &plan->cuts[i]))
            return fail_at(r, i);
    if (plan->greedy < plan->n)
        return cut_right_side(r);
    return r->p == r->end || fail_at(r, plan->n);
}

enum row_fate plan_try(const struct plan *plan, span line, event *e, struct plan_notes *notes)
{
    struct run r = {.plan = plan, .e = e, .notes = {.tz_minutes = WHEN_NONE_MINUTES}};
    e->gives = plan->gives;
    e->has = e->blank = e->cut = 0;
    e->is_tunnel = false;
    bool fits = line.n && cut_line(&r, line);
    if (fits && r.subsecond && event_has(e, FIELD_TIME))
        e->at[FIELD_TIME].ms += (int64_t)r.subsecond;
    *notes = r.notes;
    return fits ? ROW_EVENT : ROW_BAD;
}

enum row_fate plan_run(const struct plan *plan, span line, event *e)
{
    struct plan_notes notes;
    return plan_try(plan, line, e, &notes);
}
