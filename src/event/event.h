/* SPDX-License-Identifier: Apache-2.0 */
/* event/event.h: the noun that comes in: one proxy event, and the state of each of its fields.
 *
 * Every field of an event is one of
 *   unlogged  the layout lacks it                                   (bit not in gives)
 *   absent    the layout has it, this row does not: numeric "-", or unparsable
 *   blank     a text field logged as "-", "", None, NA, unknown, Not available: evidence
 *   value     0 is a value; `cut` marks a value known to be truncated by the logger
 * The X-list below is the only list of fields: JSON keys, filters and plans come from it. */
#ifndef KONSEKI_EVENT_H
#define KONSEKI_EVENT_H

#include "base/span.h"

/* F(ID, json_key, type, ecs, sigma)   type: MS (ms UTC), MSEC (duration, ms), NUMBER, TEXT */
#define EVENT_FIELDS(F)                                                              \
    F(TIME, time, MS, "@timestamp", "")                                              \
    F(START, start, MS, "event.start", "")                                           \
    F(END, end, MS, "event.end", "")                                                 \
    F(DURATION, duration, MSEC, "event.duration", "")                                \
    F(CLIENT, client, TEXT, "source.ip", "c-ip")                                     \
    F(CLIENT_PORT, client_port, NUMBER, "source.port", "c-port")                     \
    F(CLIENT_NAME, client_name, TEXT, "source.domain", "c-dns")                      \
    F(USER, user, TEXT, "user.name", "cs-username")                                  \
    F(XFF, xff, TEXT, "client.ip", "")                                               \
    F(METHOD, method, TEXT, "http.request.method", "cs-method")                      \
    F(PROTO, proto, TEXT, "http.version", "cs-version")                              \
    F(URL, url, TEXT, "url.original", "c-uri")                                       \
    F(SCHEME, scheme, TEXT, "url.scheme", "")                                        \
    F(HOST, host, TEXT, "url.domain", "cs-host")                                     \
    F(PORT, port, NUMBER, "url.port", "")                                            \
    F(PATH, path, TEXT, "url.path", "cs-uri-stem")                                   \
    F(QUERY, query, TEXT, "url.query", "c-uri-query")                                \
    F(STATUS, status, NUMBER, "http.response.status_code", "sc-status")              \
    F(OUTCOME, outcome, NUMBER, "event.outcome", "")                                 \
    F(ACTION, action, TEXT, "event.action", "s-action")                              \
    F(BYTES_OUT, bytes_out, NUMBER, "source.bytes", "cs-bytes")                      \
    F(BYTES_IN, bytes_in, NUMBER, "destination.bytes", "sc-bytes")                   \
    F(BYTES_TOTAL, bytes_total, NUMBER, "network.bytes", "")                         \
    F(AGENT, agent, TEXT, "user_agent.original", "c-useragent")                      \
    F(REFERER, referer, TEXT, "http.request.referrer", "cs-referrer")                \
    F(MIME, mime, TEXT, "http.response.mime_type", "")                               \
    F(COOKIE, cookie, TEXT, "", "cs-cookie")                                         \
    F(SERVER_IP, server_ip, TEXT, "destination.ip", "dst_ip")                        \
    F(SERVER_PORT, server_port, NUMBER, "destination.port", "")                      \
    F(SNI, sni, TEXT, "tls.client.server_name", "")                                  \
    F(HANDSHAKE, handshake, TEXT, "", "")                                            \
    F(CATEGORY, category, TEXT, "", "cs-categories")                                 \
    F(SESSION, session, TEXT, "", "")

#define EVENT_FIELD_ENUM(ID, key, type, ecs, sigma) FIELD_##ID,
enum field { EVENT_FIELDS(EVENT_FIELD_ENUM) FIELD_COUNT };
#undef EVENT_FIELD_ENUM

enum field_type { FIELD_TYPE_MS, FIELD_TYPE_MSEC, FIELD_TYPE_NUMBER, FIELD_TYPE_TEXT };
enum field_state { STATE_UNLOGGED, STATE_ABSENT, STATE_BLANK, STATE_VALUE };

#define FIELD_BIT(ID) (UINT64_C(1) << FIELD_##ID)

struct field_info {
    const char *key;          /* JSON key and filter name */
    enum field_type type;
    const char *ecs, *sigma;  /* "" where the vocabulary has no name for it */
};
extern const struct field_info field_infos[FIELD_COUNT];
/* FIELD_COUNT where no field has that key. */
enum field field_by_key(span key);

enum outcome { OUTCOME_UNKNOWN, OUTCOME_ALLOWED, OUTCOME_BLOCKED, OUTCOME_AUTH_REQUIRED, OUTCOME_FAILED,
               OUTCOME_CACHED, OUTCOME_COUNT };
extern const char *const outcome_keys[OUTCOME_COUNT]; /* "unknown", "allowed", ... as in JSON */

/* What a row that names its session is to the other rows of it (tables/sessions.h). */
enum session_rule {
    SESSION_APART,          /* nothing: each row counts for itself */
    SESSION_REQUEST,        /* a request, with its own bytes */
    SESSION_NAMED,          /* who was asked for (the name in a TLS hello), without bytes */
    SESSION_CARRIER,        /* the connection itself: time, duration and bytes of all that is in it */
    SESSION_CUMULATIVE,     /* an interim report: counters since the session began */
    SESSION_DELTA           /* ... since the report before */
};

enum relay { RELAY_NOT, RELAY_UNNAMED, RELAY_NAMED };

/* Spans borrow from the line; derived text borrows from the line too (never copied). A slot is defined
 * only where its state is VALUE (text: also where BLANK: then the span is what was logged). */
typedef struct event {
    uint64_t gives, has, blank, cut;   /* bit per field; has and blank exclude each other */
    union { span text; uint64_t number; int64_t ms; } at[FIELD_COUNT];
    bool is_tunnel;                    /* this row carries a CONNECT's bytes: derived, or the product says so */
    uint8_t session;                   /* enum session_rule; FIELD_SESSION says which */
    enum relay relay;                  /* event/client.h: did a declared proxy ask, and is it known for whom? */
} event;

static inline enum field_state event_state(const event *e, enum field f)
{
    uint64_t bit = UINT64_C(1) << f;
    return e->has & bit ? STATE_VALUE : e->blank & bit ? STATE_BLANK : e->gives & bit ? STATE_ABSENT : STATE_UNLOGGED;
}
static inline bool event_has(const event *e, enum field f) { return e->has >> f & 1; }
/* Where its duration is logged, from when to when; else both are its stamp. */
static inline int64_t event_start(const event *e) { return e->at[event_has(e, FIELD_START) ? FIELD_START : FIELD_TIME].ms; }
static inline int64_t event_end(const event *e) { return e->at[event_has(e, FIELD_END) ? FIELD_END : FIELD_TIME].ms; }
static inline span event_text(const event *e, enum field f)
{
    return event_has(e, f) ? e->at[f].text : (span){NULL, 0};
}
static inline void event_set_text(event *e, enum field f, span s)
{
    e->at[f].text = s;
    e->has |= UINT64_C(1) << f;
}
static inline void event_set_number(event *e, enum field f, uint64_t v)
{
    e->at[f].number = v;
    e->has |= UINT64_C(1) << f;
}
/* The one rule for "logged, but empty": - "" None NA unknown "Not available" (letter case ignored). */
bool event_is_blank_text(span s);
/* Has it the length of one of these? Nearly no value has. */
static inline bool event_may_be_blank(span s) { return s.n <= 13 && 0x2097u >> s.n & 1; }

/* What the plan says about the counters and the stamp: is `time` when the transfer ended, or began? */
enum stamp_meaning { STAMP_END, STAMP_START };

/* Fills what follows from the logged fields: scheme host port path query from url (CONNECT: host:port),
 * start and end from time and duration, outcome from status and action, is_tunnel; of rows about a connection (sessions)
 * host and port from the server's name and address. Host and client stay as
 * spelled (event/host.h makes the canonical form). Never overwrites a logged field. */
void event_derive(event *e, enum stamp_meaning stamp);

#endif
