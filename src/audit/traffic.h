/* SPDX-License-Identifier: Apache-2.0 */
/* audit/traffic.h: methods, outcomes and byte counters of a source, as sums: whether the counters mean what the layout
 * says, and what kind of rows there are at all. */
#ifndef KONSEKI_AUDIT_TRAFFIC_H
#define KONSEKI_AUDIT_TRAFFIC_H

#include "event/event.h"

enum { LARGE_BYTES = 100000,        /* a body, whatever the headers are */
       HEADER_BYTES_MAX = 2048,     /* the request headers of a CONNECT are smaller, its traffic hardly ever */
       LARGE_ROWS_MIN = 3 };        /* rows below which counters are not judged */

struct traffic_fold {
    uint64_t rows, methods;             /* rows; those with a method */
    uint64_t connects, connect_agents, connect_blank;   /* CONNECT rows; those with the agent logged; blank there */
    uint64_t connects_large_in;         /* CONNECT rows with both counters and LARGE_BYTES in */
    uint64_t connects_out_over;         /* CONNECT rows with more than HEADER_BYTES_MAX out */
    uint64_t gets_large, gets_out_more; /* GETs with LARGE_BYTES in one counter; those with more out than in */
    uint64_t referer_rows, referers;    /* rows that are no CONNECT, Referer logged; those that carry one */
    uint64_t auth_required, refused;    /* 407; 403 or denied by the proxy */
};

void traffic_add(struct traffic_fold *f, const event *e);
void traffic_join(struct traffic_fold *to, const struct traffic_fold *from);

/* Every CONNECT sent no more than headers, though some received much: the counter leaves the tunnel's bytes out, as
 * Squid's %>st before 4.0.1 does (its bug 3069). */
bool traffic_is_header_only(const struct traffic_fold *f);
/* Large GETs send more than they receive: the counters are the wrong way round. */
bool traffic_is_swapped(const struct traffic_fold *f);

#endif
