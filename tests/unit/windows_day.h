/* SPDX-License-Identifier: Apache-2.0 */
/* A day of Windows events for tests, written down as Windows names them and put through the store as a reader does. */
#ifndef KONSEKI_TEST_WINDOWS_DAY_H
#define KONSEKI_TEST_WINDOWS_DAY_H

#include "windows/store.h"

#include <stdarg.h>

enum { DAY_EVENTS_MAX = 400, DAY_PAIRS_MAX = 12 };
#define DAY_START INT64_C(1700000000000)

#define SECURITY "Security"
#define SESSIONS "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational"
#define CONNECTIONS "Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational"
#define RDP_CORE "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS/Operational"
#define SYSMON "Microsoft-Windows-Sysmon/Operational"

struct day_event {
    int64_t time;
    const char *computer, *channel, *pairs[2 * DAY_PAIRS_MAX];
    unsigned id;
    uint64_t offset;
};
struct day {
    struct day_event events[DAY_EVENTS_MAX];
    size_t n;
    struct windows_store *store;
    const char *computer;        /* of the events that are added */
};

/* At `s` seconds of the day; name, value, ..., NULL. "@activity" is the activity. Values must outlive the day. */
static inline void say_ms(struct day *d, int64_t ms, const char *channel, unsigned id, va_list args)
{
    struct day_event *e = &d->events[d->n];
    *e = (struct day_event){.time = DAY_START + ms, .computer = d->computer ? d->computer : "WS01.corp.example", .channel = channel,
                            .id = id, .offset = d->n};
    size_t n = 0;
    for (const char *s = va_arg(args, const char *); s && n < COUNT_OF(e->pairs); s = va_arg(args, const char *))
        e->pairs[n++] = s;
    if (++d->n >= DAY_EVENTS_MAX)
        panic("a day has no room for more events");
}
static inline void say(struct day *d, double s, const char *channel, unsigned id, ...)
{
    va_list args;
    va_start(args, id);
    say_ms(d, (int64_t)(s * 1000), channel, id, args);
    va_end(args);
}

static inline void day_give(struct windows_worker *w, const struct day_event *e)
{
    span channel = span_str(e->channel);
    struct windows_event v = {.kind = windows_kind(channel, span_str("EventLog"), e->id)};
    if (!v.kind)
        panic("no such event");
    v.at[WINDOWS_TIME].ms = e->time;
    v.at[WINDOWS_COMPUTER].text = span_str(e->computer);
    v.has = WINDOWS_BIT(TIME) | WINDOWS_BIT(COMPUTER);
    for (size_t i = 0; i < COUNT_OF(e->pairs) && e->pairs[i]; i += 2)
        if (e->pairs[i][0] == '@')
            (void)windows_put_field(&v, WINDOWS_ACTIVITY, span_str(e->pairs[i + 1]));
        else
            windows_put(&v, span_str(e->pairs[i]), span_str(e->pairs[i + 1]), false);
    windows_settle(&v);
    windows_worker_event(w, 0, e->offset, &v);
}

/* `shuffle` not 0: in another order and by two workers; the store is the same. */
static inline struct windows_store *day_store(struct day *d, unsigned shuffle)
{
    d->store = windows_store_new(1, 0);
    struct windows_worker *w[2] = {windows_worker_new(d->store), windows_worker_new(d->store)};
    for (size_t i = 0; i < d->n; i++) {
        size_t at = shuffle ? (i * 383 + shuffle) % d->n : i; /* 383 is a prime above every n but its multiples */
        day_give(w[shuffle ? at % 2 : 0], &d->events[at]);
        if (shuffle && i % 7 == 0)
            windows_worker_flush(w[i % 2]);
    }
    for (size_t i = 0; i < 2; i++) {
        windows_worker_flush(w[i]);
        windows_worker_close(w[i]);
    }
    windows_seal(d->store);
    return d->store;
}

#endif
