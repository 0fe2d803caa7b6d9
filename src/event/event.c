/* SPDX-License-Identifier: Apache-2.0 */
#include "event/event.h"

#include "event/host.h"

#define FIELD_INFO(ID, name, kind, ecs_name, sigma_name) \
    [FIELD_##ID] = {.key = #name, .type = FIELD_TYPE_##kind, .ecs = ecs_name, .sigma = sigma_name},
const struct field_info field_infos[FIELD_COUNT] = {EVENT_FIELDS(FIELD_INFO)};
#undef FIELD_INFO

const char *const outcome_keys[OUTCOME_COUNT] = {"unknown", "allowed", "blocked", "auth_required", "failed", "cached"};

enum field field_by_key(span key)
{
    for (enum field f = 0; f < FIELD_COUNT; f++)
        if (span_eq(key, span_str(field_infos[f].key)))
            return f;
    return FIELD_COUNT;
}

bool event_is_blank_text(span s)
{
    switch (s.n) {
    case 0: return true;
    case 1: return s.p[0] == '-';
    case 2: return span_eq_nocase(s, SPAN("na"));
    case 4: return span_eq_nocase(s, SPAN("none"));
    case 7: return span_eq_nocase(s, SPAN("unknown"));
    case 13: return span_eq_nocase(s, SPAN("not available"));
    default: return false;
    }
}

/* Sets a derived text. What was logged stays, except that a value may stand in for a blank. */
static void derive_text(event *e, enum field f, span s)
{
    if (!s.p || event_has(e, f))
        return;
    e->gives |= UINT64_C(1) << f;
    if (s.n) {
        event_set_text(e, f, s);
        e->blank &= ~(UINT64_C(1) << f);
    } else if (!(e->blank >> f & 1)) {
        e->at[f].text = s;
        e->blank |= UINT64_C(1) << f;
    }
}

static void derive_number(event *e, enum field f, uint64_t v)
{
    if (event_has(e, f))
        return;
    e->gives |= UINT64_C(1) << f;
    event_set_number(e, f, v);
}

static void derive_ms(event *e, enum field f, int64_t ms)
{
    if (event_has(e, f))
        return;
    e->gives |= UINT64_C(1) << f;
    e->has |= UINT64_C(1) << f;
    e->at[f].ms = ms;
}

/* The port a URL means when it names none. */
static uint16_t port_of_scheme(span scheme)
{
    static const struct { span scheme; uint16_t port; } known[] = {
        {{"http", 4}, 80}, {{"https", 5}, 443}, {{"ftp", 3}, 21}, {{"ws", 2}, 80}, {{"wss", 3}, 443},
    };
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (span_eq_nocase(scheme, known[i].scheme))
            return known[i].port;
    return 0;
}

/* "a.example/x" beside a host column that says a.example: a URL without its scheme. */
static bool begins_with_host(const event *e)
{
    span url = e->at[FIELD_URL].text, host = event_text(e, FIELD_HOST);
    if (!host.n || url.n < host.n || url.p[0] == '/' || !span_starts_nocase(url, host))
        return false;
    return url.n == host.n || memchr("/?#:", url.p[host.n], 4);
}

static void derive_url(event *e, bool is_connect)
{
    if (!event_has(e, FIELD_URL))
        return;
    struct url_parts u = url_split(e->at[FIELD_URL].text, is_connect || begins_with_host(e));
    derive_text(e, FIELD_SCHEME, u.scheme);
    if (u.host.n)
        derive_text(e, FIELD_HOST, u.host);
    derive_text(e, FIELD_PATH, u.path);
    derive_text(e, FIELD_QUERY, u.query);
    uint16_t port = u.has_port ? u.port : u.scheme.n && u.host.n ? port_of_scheme(u.scheme) : 0;
    if (port)
        derive_number(e, FIELD_PORT, port);
    if (e->cut & FIELD_BIT(URL))
        e->cut |= u.query.p ? FIELD_BIT(QUERY) : FIELD_BIT(PATH);
}

/* A duration longer than the time since 0001-01-01 is no duration: the sum must not leave the calendar. */
static void derive_times(event *e, enum stamp_meaning stamp)
{
    const int64_t longest = INT64_C(63000000000000);
    if (!event_has(e, FIELD_TIME) && event_has(e, FIELD_START)) {
        derive_ms(e, FIELD_TIME, e->at[FIELD_START].ms);
        stamp = STAMP_START; /* a stamp that is the start says nothing about the end */
    }
    if (!event_has(e, FIELD_TIME))
        return;
    int64_t time = e->at[FIELD_TIME].ms;
    if (!event_has(e, FIELD_DURATION) && event_has(e, FIELD_START) && stamp == STAMP_END &&
        time >= e->at[FIELD_START].ms)
        derive_ms(e, FIELD_DURATION, time - e->at[FIELD_START].ms);
    if (!event_has(e, FIELD_DURATION) || e->at[FIELD_DURATION].ms > longest)
        return;
    int64_t duration = e->at[FIELD_DURATION].ms;
    derive_ms(e, FIELD_START, stamp == STAMP_END ? time - duration : time);
    derive_ms(e, FIELD_END, stamp == STAMP_END ? time : time + duration);
}

static bool carries_bytes(const event *e)
{
    static const enum field counters[] = {FIELD_BYTES_OUT, FIELD_BYTES_IN, FIELD_BYTES_TOTAL};
    for (size_t i = 0; i < COUNT_OF(counters); i++)
        if (event_has(e, counters[i]) && e->at[counters[i]].number)
            return true;
    return false;
}

enum action_kind { ACTION_OTHER, ACTION_NONE, ACTION_DENIED, ACTION_TUNNEL, ACTION_HIT };

#define TWO(a, b) ((unsigned)(a) << 8 | (unsigned)(b))

static enum action_kind kind_of_word(span word)
{
    if (word.n < 3)
        return ACTION_OTHER;
    switch (TWO(word.p[0] | 32, word.p[1] | 32)) {
    case TWO('d', 'e'): return span_starts_nocase(word, SPAN("DENIED")) ? ACTION_DENIED : ACTION_OTHER;
    case TWO('t', 'u'): return span_starts_nocase(word, SPAN("TUNNEL")) ? ACTION_TUNNEL : ACTION_OTHER; /* TUNNELED too */
    case TWO('h', 'i'): return span_starts_nocase(word, SPAN("HIT")) ? ACTION_HIT : ACTION_OTHER;
    case TWO('u', 'n'): return span_starts_nocase(word, SPAN("UNMODIFIED")) ? ACTION_HIT : ACTION_OTHER;
    case TWO('n', 'o'): return span_starts_nocase(word, SPAN("NONE")) ? ACTION_NONE : ACTION_OTHER;
    default: return ACTION_OTHER;
    }
}

/* Squid's result tags (TCP_DENIED_REPLY, NONE_NONE, TCP_MEM_HIT, TCP_REFRESH_UNMODIFIED ...) by the word that
 * decides, NONE only where no other does. UNMODIFIED is what REFRESH_HIT has been called since Squid 3.2. */
static enum action_kind action_kind_of(span action)
{
    enum action_kind found = ACTION_OTHER;
    for (size_t i = 0; i < action.n; i++) {
        if (i && action.p[i - 1] != '_')
            continue;
        enum action_kind kind = kind_of_word(span_skip(action, i));
        if (kind != ACTION_OTHER && kind != ACTION_NONE)
            return kind;
        found = kind == ACTION_NONE ? kind : found;
    }
    return found;
}

static enum outcome outcome_by_status(uint64_t status, bool has_action)
{
    if (status == 407)
        return OUTCOME_AUTH_REQUIRED;
    if (status == 0 || (status >= 500 && status <= 599))
        return OUTCOME_FAILED;
    if (status == 403 && !has_action) /* with an action the proxy's own refusals say DENIED */
        return OUTCOME_BLOCKED;
    return OUTCOME_ALLOWED;
}

/* Squid 6 logged good tunnels as TCP_TUNNEL/500 (its bug 5274), and a tunnel cut short has no status:
 * there the bytes decide. TCP_TUNNEL/503 is a refused connection whose bytes are Squid's own error page. */
static enum outcome outcome_of(const event *e, enum action_kind action, bool has_action)
{
    bool has_status = event_has(e, FIELD_STATUS);
    uint64_t status = has_status ? e->at[FIELD_STATUS].number : 0;
    if (has_status && status == 407)
        return OUTCOME_AUTH_REQUIRED;
    if (action == ACTION_DENIED)
        return OUTCOME_BLOCKED;
    if (action == ACTION_HIT)
        return OUTCOME_CACHED;
    if (!has_status)
        return action == ACTION_TUNNEL ? OUTCOME_ALLOWED : OUTCOME_UNKNOWN;
    if (action == ACTION_TUNNEL && (status == 500 || status == 0))
        return carries_bytes(e) ? OUTCOME_ALLOWED : OUTCOME_FAILED;
    if (action == ACTION_NONE && status >= 400)
        return OUTCOME_FAILED;
    return outcome_by_status(status, has_action);
}

static bool carries_tunnel_bytes(enum outcome outcome)
{
    return outcome == OUTCOME_ALLOWED || outcome == OUTCOME_UNKNOWN;
}

/* A connection has no request: what a layout gives for other rows of its is unlogged here, not absent. */
static void derive_connection(event *e)
{
    static const uint64_t of_requests =
        FIELD_BIT(METHOD) | FIELD_BIT(PROTO) | FIELD_BIT(URL) | FIELD_BIT(SCHEME) | FIELD_BIT(PATH) | FIELD_BIT(QUERY) |
        FIELD_BIT(STATUS) | FIELD_BIT(AGENT) | FIELD_BIT(REFERER) | FIELD_BIT(MIME) | FIELD_BIT(COOKIE) | FIELD_BIT(XFF);
    e->gives &= ~of_requests | e->has | e->blank;
    derive_text(e, FIELD_HOST, event_text(e, FIELD_SNI));
    derive_text(e, FIELD_HOST, event_text(e, FIELD_SERVER_IP));
    if (event_has(e, FIELD_SERVER_PORT))
        derive_number(e, FIELD_PORT, e->at[FIELD_SERVER_PORT].number);
    if (e->session == SESSION_CARRIER && event_has(e, FIELD_START) && event_has(e, FIELD_END) &&
        e->at[FIELD_END].ms >= e->at[FIELD_START].ms) { /* its stamp is when it was logged */
        derive_ms(e, FIELD_DURATION, e->at[FIELD_END].ms - e->at[FIELD_START].ms);
        e->at[FIELD_TIME].ms = e->at[FIELD_START].ms;
    }
}

static inline bool is_connection(const event *e)
{
    bool is_report = e->session == SESSION_CUMULATIVE || e->session == SESSION_DELTA;
    return e->session == SESSION_NAMED || e->session == SESSION_CARRIER || (is_report && !event_has(e, FIELD_URL));
}

void event_derive(event *e, enum stamp_meaning stamp)
{
    span action = event_text(e, FIELD_ACTION);
    enum action_kind kind = action.n ? action_kind_of(action) : ACTION_OTHER;
    span method = event_text(e, FIELD_METHOD);
    bool is_connect = e->is_tunnel || kind == ACTION_TUNNEL || (method.n == 7 && span_eq_nocase(method, SPAN("CONNECT"))) ||
                      (action.n == 11 && span_eq_nocase(action, SPAN("TCP_CONNECT")));
    derive_url(e, is_connect);
    if (e->session == SESSION_REQUEST) /* without a Host header */
        derive_text(e, FIELD_HOST, event_text(e, FIELD_SERVER_IP));
    if (is_connection(e))
        derive_connection(e);
    derive_times(e, stamp);
    enum outcome outcome = outcome_of(e, kind, action.n != 0);
    if (event_has(e, FIELD_OUTCOME))
        outcome = (enum outcome)e->at[FIELD_OUTCOME].number;
    else if (action.n || event_has(e, FIELD_STATUS))
        derive_number(e, FIELD_OUTCOME, outcome);
    e->is_tunnel = (is_connect || is_connection(e)) && carries_tunnel_bytes(outcome);
}
