/* SPDX-License-Identifier: Apache-2.0 */
/* windows/session.h: RDP sessions out of Windows events, each in segments from connecting to disconnecting.
 *
 * Windows writes one session into five logs, under four numbers: of the connection (an activity), of the session, of the
 * logon, of the window station (RDP-Tcp#5). What no number connects is connected where the times are no more than
 * RDP_LINK_MS apart, the users and addresses do not differ, and nothing is there twice. A session is RDP where one of
 * its events is of RDP alone: 1149, 131, a logon of type 10 or 12, a session manager's address that is one, RDP-Tcp#n. So a
 * logon from loopback of type 2, 3, 4, 5, 7 or 11, or 21 with LOCAL, is none by itself. */
#ifndef KONSEKI_WINDOWS_SESSION_H
#define KONSEKI_WINDOWS_SESSION_H

#include "windows/computer.h"

enum {
    RDP_LINK_MS = 120 * 1000,        /* from connecting to the logon: somebody types a password */
    RDP_SEGMENTS_MAX = 1000 * 1000,  /* of all sessions; further ones are counted in `dropped` */
    RDP_EVENTS_MAX = 20,             /* of a segment, kept as evidence */
    RDP_TRIES_MAX = 10 * 1000, RDP_TRY_EVENTS_MAX = 8, RDP_TRY_USERS_MAX = 8,
    RDP_TRIES_GAP_MS = 3600 * 1000   /* after which failures are another series */
};

/* Where it came from, by what all events of a segment say. */
enum rdp_from {
    RDP_FROM_UNKNOWN,                /* no event says */
    RDP_FROM_OTHER,                  /* an address of another machine */
    RDP_FROM_LOCAL,                  /* LOCAL, and no better: the client was not told to Windows; weaker than loopback */
    RDP_FROM_OWN,                    /* an address of this very computer */
    RDP_FROM_LOOPBACK
};

enum rdp_end {
    RDP_OPEN,                        /* no event ends it: `end` is the last that is known of it */
    RDP_ENDED,                       /* `end_by` says so */
    RDP_REPLACED,                    /* its session was connected again, and no event of the end is there */
    RDP_MACHINE_STOPPED,             /* the machine went down */
    RDP_MACHINE_LOST                 /* the machine came up and had not gone down: `end` is its last event before that */
};

enum { RDP_HAS_PORT = 1, RDP_HAS_ZONE = 2, RDP_HAS_REASON = 4, RDP_HAS_NUMBER = 8, RDP_HAS_LOGON = 16, RDP_HAS_ACTIVE = 32,
       RDP_HAS_START = 64 };

/* One connection of a session. Times are of the computer's clock. */
struct rdp_segment {
    int64_t start;                   /* RDP_HAS_START: the earliest of 131, 1149, 4624, 21, 22, 25, 4778; else the log
                                      * began later, and this is the first event of its end */
    int64_t active;                  /* RDP_HAS_ACTIVE: somebody was logged on: 21, 22, 25, 4624 of type 10, 12 */
    int64_t end;                     /* the earliest of 24, 23, 4779, 4634, 4647, 40, 102, 103; or see end_is */
    int64_t last;                    /* the last event known of it: at least `end`, unless open */
    enum rdp_end end_is;
    enum windows_meaning end_by;     /* RDP_ENDED */
    enum rdp_from from;
    span address;                    /* as logged, the most telling; {NULL,0}: none */
    span workstation;                /* what the client's machine calls itself, where that is not this computer */
    uint64_t means;                  /* 1 << enum windows_meaning of all its events */
    uint64_t reason;                 /* RDP_HAS_REASON: of 40, else of 103 */
    uint32_t session;                /* its number in rdp_sessions.items */
    uint16_t port;                   /* RDP_HAS_PORT: the client's end of its TCP connection (131, 4624) */
    int16_t zone;                    /* RDP_HAS_ZONE: the client's, minutes east of UTC */
    uint8_t has, logon_type;         /* RDP_HAS_...; 10, 12, 7 or 3: of the strongest logon; 0: none */
    bool is_first;                   /* of its session (21); else a reconnection (25) or unknown */
    uint8_t event_n;
    const struct kept *events[RDP_EVENTS_MAX];   /* evidence by (time, origin), at most two of a meaning */
};

struct rdp_session {
    uint32_t computer;               /* in computers.items */
    const struct rdp_segment *segments;   /* by start; at least one */
    size_t segment_n;
    int64_t start, end;              /* of the first, of the last */
    bool is_open;                    /* the last segment is */
    bool is_authenticated;           /* false: somebody reached the listener through loopback and stayed for RDP_KNOCK_MS or
                                      * longer; no event says that a password was right. At most a lead */
    enum rdp_from from;              /* the most telling of its segments */
    span user, domain;               /* as logged; {NULL,0}: none */
    uint64_t number, logon_id;       /* where a segment has RDP_HAS_NUMBER, RDP_HAS_LOGON */
    const struct rdp_tries *tries;   /* failures through loopback in the hour before it or during it; NULL: none */
};

enum { RDP_KNOCK_MS = 60 * 1000 };

/* Passwords tried through loopback or an own address, one series. One try may be in several of the counters: Windows
 * writes 140 and 4625 of type 3 for the same one. */
struct rdp_tries {
    uint32_t computer;
    int64_t first, last;
    uint64_t failed_remote;          /* 4625 of type 10 */
    uint64_t failed_network;         /* 4625 of type 3: RDP with NLA, but other services too */
    uint64_t failed_rdp;             /* 140 */
    uint64_t refused;                /* 4825: the password was right, the account may not */
    span users[RDP_TRY_USERS_MAX], workstation;
    size_t user_n, event_n;
    uint64_t users_more;             /* failures of users that are not listed */
    const struct kept *events[RDP_TRY_EVENTS_MAX];   /* the first ones */
};

/* Connections to the RDP listener from loopback or an own address that nothing followed, per computer. */
struct rdp_knocks {
    uint32_t computer;
    uint64_t n;
    int64_t first, last, longest_ms;
    const struct kept *event;        /* the first */
};

struct rdp_sessions {
    const struct rdp_session *items; /* by (start, computer, origin of the first event) */
    size_t n;
    const struct rdp_segment *segments;   /* all, session after session */
    size_t segment_n;
    const struct rdp_tries *tries;   /* by (computer, first) */
    size_t tries_n;
    const struct rdp_knocks *knocks; /* by computer */
    size_t knock_n;
    uint64_t dropped;                /* events beyond the limits */
};

/* After windows_seal. All of it lives in `a`; texts and events are the store's. O(n log n). */
struct rdp_sessions *rdp_sessions_new(arena *a, const struct windows_store *s, const struct computers *c);

static inline bool rdp_is_tunnelled(const struct rdp_segment *s) { return s->from >= RDP_FROM_OWN; }
/* ... or LOCAL is all that Windows says. */
static inline bool rdp_may_be_tunnelled(const struct rdp_segment *s) { return s->from >= RDP_FROM_LOCAL; }

#endif
