/* SPDX-License-Identifier: Apache-2.0 */
/* windows/clock_match.h: connections against rows (clock.c and its neighbour only). */
#ifndef KONSEKI_WINDOWS_CLOCK_MATCH_H
#define KONSEKI_WINDOWS_CLOCK_MATCH_H

#include "windows/clock.h"
#include "windows/map.h"

#define CLIENT_ANY UINT32_MAX            /* it is not known which client a computer was */
#define CLIENT_OTHER (UINT32_MAX - 1)    /* a row's client is none of a computer's addresses */

/* A connection that a computer made to somewhere else. */
struct wire {
    int64_t time;
    uint64_t origin;
    uint32_t computer, address, client;  /* address: its number; client: CLIENT_ANY or a number in `clients` */
    uint16_t port, local_port;
};

/* All wires of one computer to one address and port. */
struct bundle { const struct wire *wires; size_t n; };

struct matching {
    const struct proxied *rows;
    size_t n;
    uint32_t *client;                    /* per row: a number in `clients`, or CLIENT_OTHER */
    uint32_t *by_port, *by_client;       /* rows with a port by (port, start); those of computers by (client, start) */
    size_t by_port_n, by_client_n;
    int64_t first, last;                 /* of the rows' starts */
    span *clients;
    size_t client_n;
    struct delta { int64_t ms; uint32_t wire; } *deltas;   /* scratch */
    size_t delta_n, delta_capacity;
};

struct fit { int64_t offset, spread; uint64_t matches, compared; uint64_t second; };

struct matching matching_new(const struct computers *c, const struct proxied *rows, size_t n);
void matching_free(struct matching *m);
uint32_t matching_client(const struct matching *m, span client);   /* CLIENT_OTHER: none */

/* By ports: the difference that most wires have to the row with their port, and how many have the next best one. */
struct fit fit_ports(struct matching *m, struct bundle b);
/* Without ports: the offset at which most wires meet the start of a row of their client. matches 0: no clear peak. */
struct fit fit_rhythm(struct matching *m, struct bundle b);

#endif
