/* SPDX-License-Identifier: Apache-2.0 */
/* windows/computer.h: which computers the events are of, which addresses each of them had when, and so which client of
 * the proxy it was.
 *
 * Names are compared without domain and letter case: WS01.corp.example, CORP\ws01 and ws01$ are one. Addresses come from
 *   --clients                         what the user says holds
 *   connections                       the local end of those the computer itself made, loopback aside
 *   logons of the computer's account  WS01$ from 10.0.0.5, wherever it logged on: it takes the computer's password
 *   logons that name a workstation    on other computers: the client says so itself, and a gateway's address may stand there
 * and from clients that the proxy's log has by name. Several computers may have one address: one after the other (DHCP),
 * or at once (address translation, a network that is there twice). */
#ifndef KONSEKI_WINDOWS_COMPUTER_H
#define KONSEKI_WINDOWS_COMPUTER_H

#include "known/clients.h"
#include "windows/store.h"

enum known_by { KNOWN_BY_NOTHING, KNOWN_BY_WORKSTATION, KNOWN_BY_NAME, KNOWN_BY_ACCOUNT, KNOWN_BY_CONNECTION, KNOWN_BY_TABLE };

enum {
    COMPUTERS_MAX = 100 * 1000,      /* events of further ones are of COMPUTER_NONE */
    LEASES_MAX = 1000 * 1000,        /* of all computers */
    LEASE_GAP_MS = 12 * 3600 * 1000  /* two sightings no further apart are one lease */
};
#define COMPUTER_NONE UINT32_MAX

/* An address that a computer had, between two sightings of it; from a table: as long as that says. */
struct lease {
    span address;                    /* canonical (event/host.h); KNOWN_BY_NAME: the client as the log has it */
    int64_t from, to;                /* ms UTC by the computer's clock, both included; INT64_MIN, INT64_MAX: open */
    uint64_t n;                      /* sightings */
    uint32_t computer;
    enum known_by by;
    bool is_in_log;                  /* a client of the proxy's log */
};

struct computer {
    span name;                       /* as its first event spells it */
    span key;                        /* what it is compared by: lower case, no domain */
    const struct lease *leases;      /* by address, from, by */
    size_t lease_n;
    int64_t first, last;             /* of its events */
    uint64_t events;
};

struct computers {
    const struct computer *items;    /* by key: numbers depend on the events alone */
    size_t n;
    uint64_t dropped;                /* events and sightings beyond the limits */
    const struct computer_index *index;
};

/* All of it lives in `a`; texts are those of the store and of `table`, or copies. `table` may be NULL. `log_clients` are
 * the clients of the proxy's log in canonical form, sorted by span_cmp: an address that is among them is preferred. */
struct computers *computers_new(arena *a, const struct windows_store *s, const struct clients *table, const span *log_clients,
                                size_t log_client_n);

/* Whose event is it? COMPUTER_NONE: it does not say, or there are too many. */
uint32_t computer_of(const struct computers *c, const struct kept *k);
/* By a name in any spelling; COMPUTER_NONE: no event is of that one. */
uint32_t computer_named(const struct computers *c, span name);

/* Is that address (canonical) the computer's own at that time? By its connections, its account or the table; a lease
 * counts LEASE_GAP_MS before and after it, but not where another computer has the address then. */
bool computer_owns(const struct computers *c, uint32_t computer, span address, int64_t at);

struct computer_client {
    span client;                     /* {NULL,0}: unknown */
    enum known_by by;
    const struct lease *lease;
    int64_t distance;                /* ms between `at` and the lease; 0: within it */
    bool is_in_log;                  /* false: as far as is known this computer is no client of the log */
    bool is_shared;                  /* another computer has the address at that time */
};
/* Which client of the proxy was it at that time? Addresses that are in the log come first, then what is nearest in time,
 * then the stronger knowledge. What another computer has then, and this one at another time, is not taken. */
struct computer_client computer_client(const struct computers *c, uint32_t computer, int64_t at);

#endif
