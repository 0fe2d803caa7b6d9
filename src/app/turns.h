/* SPDX-License-Identifier: Apache-2.0 */
/* app/turns.h: what threads found in blocks, written in the order of the blocks. A block without anything to write is
 * passed, and its thread goes on; one with something waits for its turn. So nothing has to be kept for later. */
#ifndef KONSEKI_TURNS_H
#define KONSEKI_TURNS_H

#include "base/base.h"

#include <pthread.h>

enum { TURNS_AHEAD = 1024 };   /* blocks that may be passed before an earlier one had its turn */

struct turns {
    pthread_mutex_t lock;
    pthread_cond_t moved;
    uint64_t next;              /* the block whose turn it is */
    uint32_t source;            /* of the blocks before it */
    uint64_t lines;             /* of those of that source */
    bool is_stopped;
    struct { bool is_there; uint32_t source; uint64_t lines; } passed[TURNS_AHEAD];
};

void turns_begin(struct turns *t);
void turns_end(struct turns *t);
/* Block `number` has nothing to write. False: it was stopped. */
bool turns_pass(struct turns *t, uint64_t number, uint32_t source, uint64_t lines) MUST_USE;
/* Waits until all blocks before `number` were passed or done; *before gets how many lines of its source they had.
 * False: it was stopped. */
bool turns_wait(struct turns *t, uint64_t number, uint32_t source, uint64_t *before) MUST_USE;
void turns_done(struct turns *t, uint32_t source, uint64_t lines);   /* by the thread whose turn it is */
void turns_stop(struct turns *t);                                    /* nobody waits any more */

#endif
