/* SPDX-License-Identifier: Apache-2.0 */
/* windows/join.h: in which row of the proxy's log does an RDP session lie? A tunnel is one CONNECT row, so the session is
 * inside of it in time, ends with it if the tunnel breaks, and shares a port with it where the log has ports.
 *
 * A row is claimed where its port says so; or where it is the only one of the computer's client that contains the session,
 * that ends with it by a clock that was measured, or that is a finding by itself and does one of the two; or, the client
 * unknown, where it alone of all clients contains the session and ends with it by such a clock. A row that began when no
 * connection of the process to the proxy did is another program's. Else the rows that contain it are offered. No probability is
 * given: it would assume independence. What is given is how many rows there are and how many contain the session. */
#ifndef KONSEKI_WINDOWS_JOIN_H
#define KONSEKI_WINDOWS_JOIN_H

#include "windows/tunneller.h"

enum {
    JOIN_END_MS = 5000,                  /* row and session end together */
    JOIN_LAG_MS = 10 * 60 * 1000,        /* a session usually begins this soon after its tunnel */
    JOIN_DAY_MS = 24 * 3600 * 1000,
    JOIN_OFFERED_MAX = 8,
    JOIN_ROWS_MAX = 4 * 1000 * 1000,     /* tunnel rows looked at; the rest is not */
    JOIN_LOOKED_MAX = 1024               /* rows that contain one session that are looked at */
};

struct tunnel_row {
    int64_t start, end;                  /* ms UTC by the proxy's clock; equal where has_duration is false */
    span client, host;                   /* canonical */
    uint64_t out, in;
    uint64_t origin;
    const void *finding;                 /* the caller's: what else is known of this row; may be NULL */
    double score;                        /* ... and how much that is worth: among equals the higher goes first */
    uint16_t port, client_port;          /* client_port 0: not logged */
    bool has_duration, has_out, has_in, is_end;   /* is_end: without duration, the stamp is the row's end */
};

/* How a row and a session belong together. */
enum {
    JOIN_PORT = 1,                       /* a connection of the tunnelling process has the row's client and port */
    JOIN_CONTAINED = 2,                  /* the session lies in the row, within the clock's tolerance */
    JOIN_ENDS_TOGETHER = 4,              /* |row.end - session's end| <= 5 s, where the end is logged */
    JOIN_BEGINS_SOON = 8,                /* the session began 0 to 10 min after the row */
    JOIN_RATE_FITS = 16,                 /* 5 kB to 20 MB went out per minute of the session */
    JOIN_CLIENT = 32                     /* the row's client is this computer; else the computer's client is unknown */
};

struct offered {
    const struct tunnel_row *row;
    unsigned how;                        /* JOIN_... */
    int64_t lead_ms;                     /* the session's start minus the row's, by the proxy's clock; 0 without duration */
    int64_t tail_ms;                     /* the row's end minus the session's */
    uint64_t sessions;                   /* segments that this row is offered for or claimed by, this one included */
};

/* Why no row contains it. */
enum join_none {
    JOIN_NOT_SEARCHED,                   /* the session cannot have come through loopback */
    JOIN_FOUND,                          /* some row does */
    JOIN_NO_ROWS,                        /* there is no log, or it ends before the session begins */
    JOIN_STILL_OPEN,                     /* a row is written when its tunnel ends: the log ends before the session does */
    JOIN_ROTATED_AWAY,                   /* the log begins after the session ended */
    JOIN_NO_DURATION,                    /* rows without duration cannot contain anything, and none ends with it */
    JOIN_ROW_MISSING,                    /* the process went to the proxy, the log covers the time, and has no row of that
                                          * connection: it outlived the log as it did the session, or another log has it */
    JOIN_AROUND_PROXY                    /* the log covers the time, and no row fits: the tunnel does not lead through this
                                          * proxy. Strong where `elsewhere` says where it leads */
};

struct join {
    const struct rdp_segment *segment;
    span client;                         /* of the computer at that time; {NULL,0}: unknown, all clients were searched */
    struct computer_client known;
    struct clock clock;                  /* the offset used */
    int64_t start, end;                  /* the segment by the proxy's clock */
    bool is_claimed;                     /* offered[0] is its row */
    unsigned how;                        /* of offered[0] */
    struct offered offered[JOIN_OFFERED_MAX];   /* best first; not claimed: any of them may be it */
    size_t offered_n;
    uint64_t contain;                    /* rows that contain it, or end with it where they have no duration */
    uint64_t rows;                       /* tunnel rows of the client (where it is unknown: of all) on that day: those that end
                                          * from 24 h before the session's start to 24 h after its end */
    bool is_cut;                         /* more rows than JOIN_LOOKED_MAX contain it */
    enum join_none none;
    int64_t log_first, log_last;         /* what the proxy's log covers */
    uint64_t without_duration;           /* of `rows` */
    const struct outside *elsewhere;     /* JOIN_AROUND_PROXY: the process's connection past the proxy; NULL: none seen */
};

/* What the proxy's log covers, by all of its rows. */
struct log_span { int64_t first, last; };   /* first > last: no rows */

/* One for each of r->segments, in the arena; others than those of rdp_may_be_tunnelled are not searched.
 * Rows in any order; they must outlive the result. O((n + rows) log rows). */
const struct join *joins_new(arena *a, const struct computers *c, const struct rdp_sessions *r, const struct tunneller *t,
                             const struct clock *clocks, const struct tunnel_row *rows, size_t n, struct log_span log);

#endif
