/* SPDX-License-Identifier: Apache-2.0 */
/* windows/clock.h: how far each computer's clock is from the proxy's, by the connections that both logged; and which
 * address and port the proxy has, by the same.
 *
 * time by the proxy = time by the computer + offset. */
#ifndef KONSEKI_WINDOWS_CLOCK_H
#define KONSEKI_WINDOWS_CLOCK_H

#include "windows/computer.h"

enum {
    CLOCK_ASSUMED_MS = 120 * 1000,       /* not measured: the offset is taken to be no more, either way */
    CLOCK_PORT_MS = 15 * 60 * 1000,      /* the most by which a connection and a row with the same port may differ */
    CLOCK_WINDOW_MS = 2000,              /* differences this close are one */
    CLOCK_RHYTHM_S = 120,                /* without ports: offsets that are tried, in steps of a second */
    CLOCK_RHYTHM_MIN = 8,                /* ... connections that must fit at least */
    PROXIED_MAX = 16 * 1000 * 1000       /* rows looked at; the rest is not */
};

/* A row of the proxy's log, of any kind: tunnels, pages. */
struct proxied {
    int64_t start, end;                  /* ms UTC; equal where no duration is logged */
    span client, host;                   /* canonical */
    uint64_t origin;
    uint16_t client_port;                /* 0: not logged */
};

struct endpoint { span address; uint16_t port; };   /* canonical */

enum clock_by { CLOCK_ASSUMED, CLOCK_BY_RHYTHM, CLOCK_BY_PORT };
struct clock {
    int64_t offset;                      /* ms; 0 where assumed */
    int64_t tolerance;                   /* ms: what a comparison of times has to allow: 5 s measured, 120 s assumed */
    enum clock_by by;
    uint64_t matches;                    /* connections that agree on it */
    uint64_t compared;                   /* connections to the proxy that were compared */
    int64_t spread;                      /* ms between the extremes of those that agree */
    struct endpoint proxy;               /* {{NULL,0},0}: not known where this computer finds the proxy */
    uint64_t jumps;                      /* events that say the clock was set by more than CLOCK_JUMP_MS */
    int64_t jump_first, jump_last;
};
enum { CLOCK_TOLERANCE_MS = 5000, CLOCK_JUMP_MS = 5000 };

/* One clock for each of c->items, in the arena. `proxies`: where the proxy is, if the caller knows. Rows in any order;
 * equal inputs in another order give equal clocks. O((n + events) log n). */
const struct clock *clocks_new(arena *a, const struct windows_store *s, const struct computers *c, const struct proxied *rows,
                               size_t n, const struct endpoint *proxies, size_t proxy_n);

#endif
