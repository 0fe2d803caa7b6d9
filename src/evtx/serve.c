/* SPDX-License-Identifier: Apache-2.0 */
#include "evtx/box.h"
#include "evtx/modes.h"
#include "evtx/pool.h"

#include <stdatomic.h>

struct serving { atomic_bool failed; /* nobody reads the answers any more */ };

/* In frames, so that whoever reads them needs no buffer for the largest. */
static void deliver(void *ctx, const struct job *j)
{
    struct serving *s = ctx;
    size_t done = 0;
    do {
        size_t n = (size_t)min_u64(ANSWER_FRAME, j->out.n - done);
        struct frame_answer a = {.kind = FRAME_ANSWER, .length = (uint32_t)n, .id = j->request.id, .is_last = done + n == j->out.n,
                           .consumed = (uint32_t)j->consumed, .tally = j->tally};
        if (!io_write(1, &a, sizeof a) || (n && !io_write(1, j->out.p + done, n)))
            s->failed = true;
        done += n;
    } while (done < j->out.n && !s->failed);
}

static size_t length_max(uint32_t kind)
{
    switch (kind) {
    case FRAME_HEADER: return HEADER_SIZE;
    case FRAME_CHUNK: return CHUNK_SIZE;
    case FRAME_XML: case FRAME_CSV: return REQUEST_MAX;
    default: return 0;
    }
}

static bool is_sound(const struct frame_request *r)
{
    return r->length > 0 && r->length <= length_max(r->kind) && r->head <= (r->kind == FRAME_CSV ? r->length : 0) &&
           (r->kind != FRAME_CSV || r->head > 0);
}

/* One request to the pool. False: there are no more, or *code says what is wrong. */
static bool take_request(struct pool *p, int *code)
{
    struct frame_request r;
    size_t got;
    if (!io_read(0, &r, sizeof r, &got) || got == 0)
        return false;
    if (got < sizeof r || !is_sound(&r)) {
        io_say("what came on standard input is not a request: --serve is for konseki itself");
        *code = EVTX_USAGE;
        return false;
    }
    struct job *j = pool_take(p, r.length);
    j->request = r;
    if (!io_read(0, j->bytes, r.length, &got) || got < r.length) {
        io_say("a request is cut off");
        *code = EVTX_USAGE;
        return false;
    }
    pool_submit(p);
    return true;
}

int evtx_serve(unsigned threads)
{
    struct serving s = {false};
    int code = EVTX_DONE;
    struct pool *p = pool_open(threads, deliver, &s);
    fault f = box_close();
    if (f.kind) {
        io_say(f.text);
        code = EVTX_INTERNAL;
    }
    while (code == EVTX_DONE && !s.failed && take_request(p, &code)) {
    }
    pool_drain(p);
    pool_close(p);
    return code;
}
