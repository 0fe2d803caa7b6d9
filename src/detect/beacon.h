/* SPDX-License-Identifier: Apache-2.0 */
/* detect/beacon.h: what the beacon detector measured, for those who judge after it. */
#ifndef KONSEKI_BEACON_H
#define KONSEKI_BEACON_H

#include "detect/streams.h"

struct beacon_measure {
    struct stream stream;
    timing_result timing;
    double size_points, size_share;   /* of the more regular direction */
    uint64_t size_mode;
    double held;                      /* sum of durations / span */
    double open_s;                    /* mean duration; -1: not logged */
    double out_median;                /* bytes out; -1: not logged */
    uint64_t rows, connects, gets, posts, big_outs, blocked;
    uint64_t referers, referers_visited, blank_referers;
    uint64_t paths;                   /* distinct, counted up to 64 */
    uint64_t days;                    /* with rows of the stream */
    uint64_t names;                   /* hosts, where the run is of a domain */
};

/* Measures m->stream of the pair, whose timing is known, and counts its rows into `made`. */
void beacon_measure_stream(struct catcher *c, const struct pair *p, struct beacon_measure *m, struct candidate *made);

#endif
