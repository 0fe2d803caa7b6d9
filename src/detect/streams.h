/* SPDX-License-Identifier: Apache-2.0 */
/* detect/streams.h: slices of a pair's rows. A beacon hides among ordinary requests to the same host: it is
 * looked for in the whole pair, and in the rows of one agent, of one path, of one size. */
#ifndef KONSEKI_STREAMS_H
#define KONSEKI_STREAMS_H

#include "detect/detector.h"

enum stream_kind { STREAM_PAIR, STREAM_AGENT, STREAM_PATH, STREAM_SIZE };
enum { STREAMS_EACH_MAX = 6 };   /* of the most common agents, paths, sizes */

struct stream {
    enum stream_kind kind;
    uint64_t value;       /* agent id; method and path; middle of the sizes */
    double s;
};

bool stream_has(const struct stream *s, const struct row *r);
/* The best-scoring stream with at least `least` rows; s 0 where none beats chance or none can reach `floor`. */
struct stream streams_best(struct catcher *c, struct run run, size_t least, double floor, timing_result *timing);
/* Starts of the stream's rows, in order, into c->times; returns how many. */
size_t stream_times(struct catcher *c, const struct stream *s, struct run run);
/* 1000 where all stamps are whole seconds, else 1. */
uint32_t stream_resolution(struct run run);

#endif
