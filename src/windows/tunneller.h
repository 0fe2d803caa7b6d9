/* SPDX-License-Identifier: Apache-2.0 */
/* windows/tunneller.h: which process carried an RDP session through loopback, by the connections that Windows logged
 * (5156, Sysmon 3), and what is known of that process. */
#ifndef KONSEKI_WINDOWS_TUNNELLER_H
#define KONSEKI_WINDOWS_TUNNELLER_H

#include "windows/clock.h"
#include "windows/command.h"
#include "windows/session.h"

enum {
    TUNNELLER_NEAR_MS = 10 * 1000,       /* without the port: how far its connection may be from the session's start */
    TUNNELLER_LOOK_BACK_MS = 24 * 3600 * 1000,   /* without any connection: how long before it may have been started */
    TUNNELLER_OUTSIDE_MAX = 8
};

enum tunneller_by {
    TUNNELLER_NONE,
    TUNNELLER_BY_COMMAND,                /* no connection is logged; a process that forwards ports had been started */
    TUNNELLER_BY_TIME,                   /* it connected to the RDP port on loopback when the session began */
    TUNNELLER_BY_PORT                    /* it holds the very port that the session came from */
};

/* A connection of that process to elsewhere. */
struct outside {
    int64_t time;                        /* by the computer's clock */
    span address;                        /* as logged */
    uint16_t port, local_port;           /* local_port 0: not logged */
    bool is_proxy;
    const struct kept *event;
};

struct tunneller {
    enum tunneller_by by;
    span process;                        /* its path as logged; {NULL,0}: only the number is known */
    uint64_t pid;
    bool has_pid;
    uint64_t candidates;                 /* processes that fit as well, this one included */
    int64_t distance;                    /* ms between its connection (or start) and the session's start */
    const struct kept *connection;       /* to the RDP port; NULL: TUNNELLER_BY_COMMAND */
    const struct kept *started;          /* its start, the one with a command line if there are two; NULL: not logged */
    span command_line;
    struct command command;
    struct outside outside[TUNNELLER_OUTSIDE_MAX];   /* its own and those of programs it started, by time: the last
                                          * before the session's start, and the first ones in it */
    size_t outside_n;
    const struct outside *carrier;       /* to the proxy, or else the last that had begun when the session did; NULL: none */
};

/* One for each of r->segments, in the arena; TUNNELLER_NONE for those that cannot have come through loopback.
 * `clocks` says where the proxy is; may be NULL. O((n + events) log n). */
const struct tunneller *tunnellers_new(arena *a, const struct windows_store *s, const struct computers *c,
                                       const struct rdp_sessions *r, const struct clock *clocks);

#endif
