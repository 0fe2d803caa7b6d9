/* SPDX-License-Identifier: Apache-2.0 */
/* Typed values into the fields of an event: what is a value, blank, absent, junk, or proof of another layout. */
#include "base/find.h"
#include "base/when.h"
#include "event/host.h"
#include "format/plan_row.h"
#include "format/typed.h"
#include "format/vocabulary.h"

/* What puts one type of value into the event. False: the line is not of this layout. */
typedef bool put_fn(struct run *r, const struct cut_step *c, span s);

/* The first column with something to say about a field wins ("%m" beside "%r"). */
static inline void put_field(event *e, unsigned field, span s)
{
    uint64_t bit = UINT64_C(1) << field;
    if (field == FIELD_COUNT || (e->has | e->blank) & bit)
        return;
    e->at[field].text = s;
    *(event_may_be_blank(s) && event_is_blank_text(s) ? &e->blank : &e->has) |= bit;
}

static bool put_nothing(struct run *r, const struct cut_step *c, span s)
{
    (void)r;
    (void)c;
    (void)s;
    return true;
}

static bool put_text(struct run *r, const struct cut_step *c, span s)
{
    put_field(r->e, c->field, s);
    return true;
}

static bool put_some_text(struct run *r, const struct cut_step *c, span s)
{
    if (!event_is_blank_text(s))
        put_field(r->e, c->field, s);
    return true;
}

/* Is it one of "A|B|C"? "*" is any. */
static bool is_listed(span words, span s)
{
    cut c = {.tail = words, .found = words.n > 0};
    while (c.found) {
        c = span_cut(c.tail, '|');
        if (span_eq(c.head, s) || span_eq(c.head, SPAN("*")))
            return true;
    }
    return false;
}

static bool put_fixed(struct run *r, const struct cut_step *c, span s)
{
    cut words = span_cut(c->words, '!');
    if (is_listed(words.head, s))
        return put_some_text(r, c, s);
    r->is_other = is_listed(words.tail, s);
    return false;
}

static bool put_word(struct run *r, const struct cut_step *c, span s)
{
    if (!typed_word(s))
        return false;
    if (c->field != FIELD_COUNT && !(s.n == 1 && s.p[0] == '-'))
        event_set_text(r->e, c->field, s); /* NONE is what Squid did, not a blank */
    return true;
}

static bool put_client(struct run *r, const struct cut_step *c, span s)
{
    put_field(r->e, c->field, s);
    if (c == r->plan->cuts && !client_is_whole(s))
        return false;
    return s.n && !find_byte(s.p, s.p + s.n, r->end, ' ');
}

static bool put_forwarded(struct run *r, const struct cut_step *c, span s)
{
    put_field(r->e, c->field, span_trim(span_cut(s, ',').head));
    return true;
}

static bool put_address(struct run *r, const struct cut_step *c, span s)
{
    if (event_is_blank_text(s) || typed_address(s))
        put_field(r->e, c->field, s);
    return true;
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
static void read_number(struct run *r, unsigned field, span s, uint64_t least, uint64_t most)
{
    uint64_t v;
    if (s.n <= 18 ? read_short(s, &v) : span_u64(s, &v)) {
        if (field != FIELD_COUNT && v >= least && v <= most)
            event_set_number(r->e, field, v);
        return;
    }
    if (r->plan->vocabulary && event_is_blank_text(s))
        return;
    span digits = s.n && s.p[0] == '-' ? span_skip(s, 1) : s;
    for (size_t i = 0; i < digits.n; i++)
        if (!ascii_digit(digits.p[i])) {
            r->notes.junk++;
            return;
        }
    r->notes.junk += s.n == 0;
}

static bool put_number(struct run *r, const struct cut_step *c, span s)
{
    read_number(r, c->field, s, 0, UINT64_MAX);
    return true;
}

static bool put_port(struct run *r, const struct cut_step *c, span s)
{
    read_number(r, c->field, s, 1, 65535);
    return true;
}

static bool put_duration(struct run *r, const struct cut_step *c, span s)
{
    uint64_t v;
    if (c->type == CUT_SECONDS && typed_seconds(s, &v)) {
        event_set_number(r->e, FIELD_DURATION, v);
        r->e->at[FIELD_DURATION].ms = (int64_t)v;
        return true;
    }
    read_number(r, FIELD_DURATION, s, 0, INT64_MAX);
    if (event_has(r->e, FIELD_DURATION)) {
        v = r->e->at[FIELD_DURATION].number;
        r->e->at[FIELD_DURATION].ms = (int64_t)(c->type == CUT_NANOSECONDS ? v / 1000000 : c->type == CUT_MICROSECONDS ? v / 1000 : v);
    }
    return true;
}

static bool put_lifetime(struct run *r, const struct cut_step *c, span s)
{
    (void)c;
    uint64_t ms;
    if (!typed_lifetime(s, &ms)) {
        r->notes.junk++;
        return true;
    }
    r->e->at[FIELD_DURATION].ms = (int64_t)ms;
    r->e->has |= FIELD_BIT(DURATION);
    return true;
}

static bool put_status(struct run *r, const struct cut_step *c, span s)
{
    uint64_t v;
    if ((s.n == 1 && s.p[0] == '-') || (r->plan->vocabulary && event_is_blank_text(s)))
        return true;
    if (s.n > 3 || !read_short(s, &v))
        return false;
    event_set_number(r->e, c->field, v);
    return true;
}

static bool put_outcome(struct run *r, const struct cut_step *c, span s)
{
    for (unsigned i = 0; i < OUTCOME_COUNT; i++)
        if (span_eq(s, span_str(outcome_keys[i])))
            event_set_number(r->e, c->field, i);
    return true;
}

static bool put_result(struct run *r, const struct cut_step *c, span s)
{
    cut slash = span_rcut(s, '/');
    if (c->field == FIELD_STATUS) {
        read_number(r, FIELD_STATUS, s, 0, 999);
        return true;
    }
    put_field(r->e, c->field, slash.found ? slash.head : s);
    read_number(r, FIELD_STATUS, slash.tail, 0, 999);
    return slash.found;
}

static bool put_time(struct run *r, const struct cut_step *c, span s)
{
    int64_t ms = 0;
    int tz = 0;
    uint64_t v;
    bool fits;
    switch (c->type) {
    case CUT_EPOCH: fits = typed_epoch(s, &ms); break;
    case CUT_EPOCH_MS: fits = span_u64(s, &v) && v <= INT64_C(253402300799999); ms = fits ? (int64_t)v : 0; break;
    case CUT_EPOCH_ANY: fits = typed_epoch_any(s, &ms); break;
    case CUT_ANY_TIME: fits = typed_any_time(s, &ms, &tz); break;
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

static bool put_date(struct run *r, const struct cut_step *c, span s)
{
    (void)c;
    return typed_date(s, &r->day);
}

static bool put_day_first(struct run *r, const struct cut_step *c, span s)
{
    (void)c;
    return typed_day_first(s, &r->day);
}

static bool put_month_first(struct run *r, const struct cut_step *c, span s)
{
    (void)c;
    return typed_month_first(s, &r->day);
}

static bool put_clock(struct run *r, const struct cut_step *c, span s)
{
    (void)c;
    return typed_clock(s, &r->clock);
}

static bool put_zone(struct run *r, const struct cut_step *c, span s)
{
    (void)c;
    return event_is_blank_text(s) || typed_zone(s, &r->zone);
}

/* "a.example/x?y": event_derive knows by the host that the URL begins with it. */
static bool put_bare_url(struct run *r, const struct cut_step *c, span s)
{
    struct url_parts u = url_split(s, true);
    put_field(r->e, c->field, s);
    if (!u.scheme.n && u.host.n && !event_is_blank_text(s))
        put_field(r->e, FIELD_HOST, u.host);
    return true;
}

/* "2001:db8::1:51234", "[2001:db8::1]:51234", "-:-" */
static bool put_endpoint(struct run *r, const struct cut_step *c, span s)
{
    cut colon = span_rcut(s, ':');
    if (c->field != FIELD_SERVER_IP || event_is_blank_text(colon.head) || typed_address(colon.head))
        put_field(r->e, c->field, colon.head);
    read_number(r, c->field2, colon.tail, 1, 65535);
    return c->field != FIELD_CLIENT || (s.n && !memchr(s.p, ' ', s.n));
}

static bool put_authority(struct run *r, const struct cut_step *c, span s)
{
    cut colon = span_rcut(s, ':');
    uint64_t port;
    bool has_port = colon.found && span_u64(colon.tail, &port) && port <= 65535 &&
                    (!memchr(colon.head.p, ':', colon.head.n) || span_ends(colon.head, SPAN("]")));
    put_field(r->e, c->field, has_port ? colon.head : s);
    if (has_port && port && !event_has(r->e, FIELD_PORT))
        event_set_number(r->e, FIELD_PORT, port);
    return true;
}

/* "GET http://host/a b HTTP/1.1". A request that is none (a TLS hello sent to a plain port, say) is kept as
 * the URL: it is what the client sent. */
static bool put_request(struct run *r, const struct cut_step *c, span s)
{
    (void)c;
    size_t version = span_rfind(s, SPAN(" HTTP/"));
    if (version != SIZE_MAX) {
        put_field(r->e, FIELD_PROTO, span_skip(s, version + 6));
        s = span_take(s, version);
    }
    cut blank = span_cut(s, ' ');
    bool is_method = blank.found && typed_method(blank.head);
    if (is_method)
        put_field(r->e, FIELD_METHOD, blank.head);
    else if (event_is_blank_text(s))
        put_field(r->e, FIELD_METHOD, s);
    put_field(r->e, FIELD_URL, is_method ? blank.tail : s);
    return true;
}

static bool put_path(struct run *r, const struct cut_step *c, span s)
{
    (void)c;
    cut mark = span_cut(s, '?');
    put_field(r->e, FIELD_PATH, mark.head);
    if (mark.found)
        put_field(r->e, FIELD_QUERY, mark.tail);
    return true;
}

static bool put_subsecond(struct run *r, const struct cut_step *c, span s)
{
    (void)c;
    uint64_t v;
    if (s.n && s.n <= 3 && span_u64(s, &v))
        r->subsecond = v;
    else
        r->notes.junk++;
    return true;
}

/* A client may send any token as its method. One of digits alone is the counter of a longer layout, though,
 * and what follows would be read one column off. */
static bool put_method(struct run *r, const struct cut_step *c, span s)
{
    put_field(r->e, c->field, s);
    if (typed_method(s))
        return true;
    r->notes.junk++;
    uint64_t v;
    return !span_u64(s, &v);
}

static put_fn *const putters[] = {
    [CUT_IGNORED] = put_nothing, [CUT_TEXT] = put_text, [CUT_WORD] = put_word, [CUT_CLIENT] = put_client,
    [CUT_METHOD] = put_method, [CUT_ADDRESS] = put_address, [CUT_ENDPOINT] = put_endpoint,
    [CUT_NUMBER] = put_number, [CUT_PORT] = put_port, [CUT_STATUS] = put_status, [CUT_RESULT] = put_result, [CUT_EPOCH] = put_time,
    [CUT_EPOCH_MS] = put_time, [CUT_EPOCH_ANY] = put_time, [CUT_ANY_TIME] = put_time,
    [CUT_SOME_TEXT] = put_some_text, [CUT_FIXED] = put_fixed, [CUT_DAY_FIRST] = put_day_first,
    [CUT_OUTCOME] = put_outcome, [CUT_AUTHORITY] = put_authority, [CUT_FORWARDED] = put_forwarded, [CUT_MONTH_FIRST] = put_month_first, [CUT_LIFETIME] = put_lifetime,
    [CUT_DATE] = put_date, [CUT_CLOCK] = put_clock, [CUT_CLF_TIME] = put_time, [CUT_ISO_TIME] = put_time,
    [CUT_PATTERN_TIME] = put_time, [CUT_SUBSECOND] = put_subsecond, [CUT_SECONDS] = put_duration,
    [CUT_MILLISECONDS] = put_duration, [CUT_MICROSECONDS] = put_duration, [CUT_NANOSECONDS] = put_duration, [CUT_REQUEST] = put_request,
    [CUT_PATH] = put_path, [CUT_BARE_URL] = put_bare_url, [CUT_ZONE] = put_zone, [CUT_HEADERS] = put_headers,
};

static int hex_digit(char c)
{
    return ascii_digit(c) ? c - '0' : ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f' ? ascii_lower(c) - 'a' + 10 : -1;
}

/* Zeek's ASCII writer: a separator or a byte that does not print is \xHH, a backslash too. */
static span zeek_text(arena *scratch, span s)
{
    if (span_eq(s, SPAN("(empty)")))
        return span_take(s, 0);
    if (!s.n || !memchr(s.p, '\\', s.n))
        return s;
    char *to = arena_new(scratch, char, s.n);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        bool is_hex = i + 3 < s.n && s.p[i] == '\\' && s.p[i + 1] == 'x' && hex_digit(s.p[i + 2]) >= 0 && hex_digit(s.p[i + 3]) >= 0;
        to[n++] = is_hex ? (char)(hex_digit(s.p[i + 2]) * 16 + hex_digit(s.p[i + 3])) : s.p[i];
        i += is_hex ? 3 : 0;
    }
    return span_of(to, n);
}

/* As forms are encoded: %2F stands for its byte, '+' for a blank. */
static span decoded_text(arena *scratch, span s)
{
    if (!s.n || (!memchr(s.p, '%', s.n) && !memchr(s.p, '+', s.n)))
        return s;
    char *to = arena_new(scratch, char, s.n);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        bool is_hex = i + 2 < s.n && s.p[i] == '%' && hex_digit(s.p[i + 1]) >= 0 && hex_digit(s.p[i + 2]) >= 0;
        to[n++] = is_hex ? (char)(hex_digit(s.p[i + 1]) * 16 + hex_digit(s.p[i + 2])) : s.p[i] == '+' ? ' ' : s.p[i];
        i += is_hex ? 2 : 0;
    }
    return span_of(to, n);
}

static COLD_CASE bool put_with_mark(struct run *r, const struct cut_step *c, span s)
{
    bool is_short = (c->width_max && s.n >= c->width_max) ||
                    (c->flags & CUT_OWN_QUERY_MARK && s.n && s.p[s.n - 1] == '?');
    if (is_short && c->field != FIELD_COUNT)
        r->e->cut |= UINT64_C(1) << c->field;
    s = c->flags & CUT_ZEEK ? zeek_text(r->scratch, s) : c->flags & CUT_PERCENT ? decoded_text(r->scratch, s) : s;
    return putters[c->type](r, c, s);
}

bool put_value(struct run *r, const struct cut_step *c, span s)
{
    return c->width_max || c->flags & (CUT_OWN_QUERY_MARK | CUT_ZEEK | CUT_PERCENT) ? put_with_mark(r, c, s) : putters[c->type](r, c, s);
}

/* A time that stands in two columns. The zone is the layout's. */
static bool join_time(struct run *r)
{
    if (r->day == NO_PART || event_has(r->e, FIELD_TIME))
        return true;
    if (r->clock == NO_PART)
        return false;
    bool has_zone = r->zone != WHEN_NONE_MINUTES;
    r->e->at[FIELD_TIME].ms = r->day + r->clock - (int64_t)(has_zone ? r->zone : r->plan->tz_minutes) * 60000;
    r->notes.tz_minutes = has_zone ? r->zone : r->notes.tz_minutes;
    r->e->has |= FIELD_BIT(TIME);
    return true;
}

static void judge_outcome(event *e, const struct outcome_word *words)
{
    span action = event_text(e, FIELD_ACTION);
    for (size_t i = 0; action.n && words && words[i].word; i++)
        if (span_eq_nocase(action, span_str(words[i].word))) {
            event_set_number(e, FIELD_OUTCOME, words[i].outcome);
            return;
        }
}

/* Writers of JSON leave out what the client did not send: then it is blank. */
static void blank_omitted(event *e)
{
    static const enum field fields[] = {FIELD_AGENT, FIELD_REFERER};
    for (size_t i = 0; i < COUNT_OF(fields); i++)
        if (event_state(e, fields[i]) == STATE_ABSENT) {
            e->at[fields[i]].text = SPAN("");
            e->blank |= UINT64_C(1) << fields[i];
        }
}

enum row_fate complete_row(struct run *r)
{
    if (!join_time(r))
        return ROW_BAD;
    if (r->subsecond && event_has(r->e, FIELD_TIME))
        r->e->at[FIELD_TIME].ms += (int64_t)r->subsecond;
    if (r->plan->vocabulary && !event_has(r->e, FIELD_OUTCOME))
        judge_outcome(r->e, r->plan->vocabulary->outcomes);
    if (r->plan->vocabulary && r->plan->vocabulary->omits_blank && r->e->session == SESSION_REQUEST)
        blank_omitted(r->e);
    return ROW_EVENT;
}
