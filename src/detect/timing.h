/* SPDX-License-Identifier: Apache-2.0 */
/* detect/timing.h: does a run of events keep a rhythm that chance cannot? Pure: times in, one score out.
 * S in 0..1 says by how much the share of intervals in one window exceeds what any memoryless process could
 * put there, at the lower end of its confidence, times the share of the time the window explains. Found are
 * sleeps with jitter up to +-80 %, missed beats (multiples), several clients behind one address (orders 2..4),
 * and bursts of requests at every beat (gaps). Method, figures and limits: docs/detectors/timing.md. */
#ifndef KONSEKI_TIMING_H
#define KONSEKI_TIMING_H

#include "base/base.h"

enum { TIMING_MIN_EVENTS = 7 };     /* fewer: no score */

typedef struct timing_result {
    double s;                       /* 0..1; 0: nothing beyond chance */
    double period_s;                /* mean of the intervals in the window */
    double low_s, high_s;           /* the window */
    uint64_t events;                /* times given */
    uint64_t matched, intervals;    /* in the window (and its multiples), of those considered */
    uint64_t missed;                /* beats that fell out inside matched intervals */
    double chance;                  /* the share chance can put there at most */
    double coverage;                /* matched seconds of the considered seconds */
    double gap_s;                   /* pauses up to this long belong to one beat */
    uint8_t order;                  /* 1; 2..4: about so many beaters behind one address */
    bool multiples;
} timing_result;

/* Reusable memory of constant size (about 250 kB), whatever the number of events: there is no limit on them
 * and all of them count. One thread at a time. Create once: it fills the table of chance (about 1 ms). */
typedef struct timing_scratch timing_scratch;
timing_scratch *timing_scratch_new(void);
void timing_scratch_free(timing_scratch *scratch);

/* `ms` ascending (a step back counts as no step); `resolution_ms` is the step of the log's clock: 1000 for
 * `combined`, 1 for millisecond stamps. Intervals of 49 days and more are no intervals. */
void timing_score(const int64_t *ms, size_t n, uint32_t resolution_ms, timing_scratch *scratch,
                  timing_result *out);

/* The same where s is above `floor`, s = 0 where it is not; faster the higher the floor. */
void timing_score_above(const int64_t *ms, size_t n, uint32_t resolution_ms, double floor, timing_scratch *scratch,
                        timing_result *out);

/* Never below the s that timing_score would give for the same run, at a fraction of its cost. */
double timing_bound(const int64_t *ms, size_t n, uint32_t resolution_ms, timing_scratch *scratch) MUST_USE;

/* False only where s is certainly not above `floor`. Cheaper than the bound: it stops at the first window that
 * might be. */
bool timing_may_exceed(const int64_t *ms, size_t n, uint32_t resolution_ms, double floor,
                       timing_scratch *scratch) MUST_USE;

#endif
