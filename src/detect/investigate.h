/* SPDX-License-Identifier: Apache-2.0 */
/* detect/investigate.h: the second look at the rows: every pair on a host that is not everyone's goes through
 * every detector; then candidates are judged, each knowing the others. */
#ifndef KONSEKI_INVESTIGATE_H
#define KONSEKI_INVESTIGATE_H

#include "detect/catching.h"

/* A pattern that a known service explains. */
struct explained_candidate { const struct candidate *candidate; struct sentence why; };

struct investigation {
    const struct detecting *d;
    arena *memory;                     /* findings and candidates */
    arena worker_memory[256];          /* candidates, by worker */
    struct candidate **candidates;     /* by (client name, host name, kind, first) */
    size_t candidate_n;
    struct explained_candidate *explained;
    size_t explained_n;
    uint64_t leads[LEAD_KINDS];
    struct lead *lead_rows[LEAD_KINDS];
    size_t lead_row_n[LEAD_KINDS];
    uint64_t popular_pairs, popular_hosts;
};

/* Each thread loads at most about `load` bytes of rows at a time. */
fault investigate(const struct detecting *d, arena *memory, unsigned threads, size_t load,
                  struct investigation *out) MUST_USE;
void investigation_free(struct investigation *v);   /* what workers hold; findings live in `memory` */

#endif
