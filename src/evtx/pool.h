/* SPDX-License-Identifier: Apache-2.0 */
/* evtx/pool.h: threads that read what they are given, and hand it on in the order in which it came. */
#ifndef KONSEKI_EVTX_POOL_H
#define KONSEKI_EVTX_POOL_H

#include "evtx/frame.h"
#include "evtx/text.h"

enum { POOL_THREADS_MAX = 16 };

struct job {
    struct frame_request request;
    char *bytes;             /* of the request; owned by the pool */
    size_t capacity;
    struct text out;         /* what became of them */
    struct tally tally;
    size_t consumed;
    bool is_done;
};

/* Called for one job after another, in order, by one thread at a time. */
typedef void pool_deliver(void *ctx, const struct job *j);

struct pool;

/* Threads are all there when it returns: none is made later. */
struct pool *pool_open(unsigned threads, pool_deliver *deliver, void *ctx);
/* A job to be filled, with room for `n` bytes. Waits until there is one. */
struct job *pool_take(struct pool *p, size_t n);
void pool_submit(struct pool *p);       /* the one taken last */
void pool_drain(struct pool *p);        /* until all are delivered */
void pool_close(struct pool *p);        /* after that */

#endif
