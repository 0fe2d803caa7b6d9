/* SPDX-License-Identifier: Apache-2.0 */
/* Everything is opened first: in the box nothing can be. */
#include "base/arena.h"
#include "evtx/box.h"
#include "evtx/kind.h"
#include "evtx/modes.h"
#include "evtx/pool.h"
#include "evtx/totals.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

enum { TEXT_STEP = 1024 * 1024 };

struct file_reading {
    struct pool *pool;
    struct event_totals totals;       /* written by deliver alone */
    int fd;
    char *buffer;               /* REQUEST_MAX bytes of text */
    size_t n;                   /* in it, not yet read */
    uint64_t at;                /* of buffer[0] in the file */
    size_t consumed;            /* by the last answer */
    atomic_int write_errno;     /* 0: all was written */
    bool failed;
};

static void deliver(void *ctx, const struct job *j)
{
    struct file_reading *r = ctx;
    if (j->request.kind == FRAME_HEADER)
        totals_head(&r->totals, &j->tally);
    else
        totals_add(&r->totals, &j->tally, j->request.offset);
    r->consumed = j->consumed;
    if (!r->write_errno && !io_write(1, j->out.p, j->out.n))
        r->write_errno = errno;
}

static void submit(struct file_reading *r, uint32_t kind, span bytes, bool is_last, span columns)
{
    struct job *j = pool_take(r->pool, columns.n + bytes.n);
    j->request = (struct frame_request){.kind = kind, .length = (uint32_t)(columns.n + bytes.n), .offset = r->at, .is_last = is_last,
                                  .head = (uint32_t)columns.n};
    if (columns.n)
        memcpy(j->bytes, columns.p, columns.n);
    memcpy(j->bytes + columns.n, bytes.p, bytes.n);
    pool_submit(r->pool);
}

/* More bytes behind those in the buffer, up to `target`. False at the end. */
static bool fill(struct file_reading *r, size_t target)
{
    size_t got = 0;
    if (target > r->n && !io_read(r->fd, r->buffer + r->n, target - r->n, &got))
        r->failed = true;
    r->n += got;
    return r->n == target && !r->failed;
}

static void drop(struct file_reading *r, size_t n)
{
    memmove(r->buffer, r->buffer + n, r->n - n);
    r->n -= n;
    r->at += n;
}

static void read_chunks(struct file_reading *r)
{
    bool more = fill(r, HEADER_SIZE);
    submit(r, FRAME_HEADER, span_of(r->buffer, r->n), false, (span){NULL, 0});
    pool_drain(r->pool); /* what it says of checksums is asked of every chunk */
    drop(r, r->n);
    while (more && !r->write_errno) {
        more = fill(r, CHUNK_SIZE);
        if (r->n)
            submit(r, FRAME_CHUNK, span_of(r->buffer, r->n), false, (span){NULL, 0});
        drop(r, r->n);
    }
}

static void read_text(struct file_reading *r, uint32_t kind, span columns)
{
    size_t target = TEXT_STEP;
    for (bool more = true; more && !r->write_errno;) {
        more = fill(r, target);
        if (!r->n)
            break;
        submit(r, kind, span_of(r->buffer, r->n), !more, columns);
        pool_drain(r->pool); /* only then is known where the next event begins */
        target = r->consumed ? TEXT_STEP : 2 * target < REQUEST_MAX / 2 * 2 ? 2 * target : REQUEST_MAX - EVENTS_COLUMNS_MAX;
        drop(r, r->consumed);
        target = target < r->n + 1 ? r->n + 1 : target;
    }
}

/* False: it is nothing that is read here. */
static bool read_file(struct file_reading *r)
{
    char columns[EVENTS_COLUMNS_MAX];
    (void)fill(r, EVENTS_HEAD);
    span head = span_of(r->buffer, r->n), names;
    switch (events_kind_of(head)) {
    case EVENTS_EVTX:
        read_chunks(r);
        return true;
    case EVENTS_XML:
        read_text(r, FRAME_XML, (span){NULL, 0});
        return true;
    case EVENTS_CSV:
        names = events_columns(head);
        memcpy(columns, names.p, names.n);
        names.p = columns;
        drop(r, (size_t)(events_columns(head).p + names.n - head.p));
        read_text(r, FRAME_CSV, names);
        return true;
    case EVENTS_NONE:
        break;
    }
    return false;
}

static bool say_end(const char *path, const struct file_reading *r, bool is_known)
{
    char text[4096];
    fault said = totals_say(&r->totals, path);
    if (!is_known)
        (void)snprintf(text, sizeof text, "%s: neither an event log nor an export of one as XML or CSV in UTF-8", path);
    else
        (void)snprintf(text, sizeof text, "%s: %llu events, %llu records that could not be read", path,
                       (unsigned long long)r->totals.records, (unsigned long long)r->totals.refused.n);
    io_say(text);
    if (said.text[0])
        io_say(said.text);
    if (r->failed)
        io_say("it cannot be read to its end");
    return is_known && !said.kind && !r->failed;
}

/* Opens them all. False: one cannot be. */
static bool open_files(const char *const *paths, size_t n, int *fds)
{
    bool good = true;
    for (size_t i = 0; i < n; i++) {
        fds[i] = span_eq(span_str(paths[i]), SPAN("-")) ? STDIN_FILENO : open(paths[i], O_RDONLY | O_CLOEXEC | O_NOCTTY);
        if (fds[i] < 0) {
            io_say(fault_errno("%s cannot be opened", paths[i]).text);
            good = false;
        }
    }
    return good;
}

int evtx_files(const char *const *paths, size_t n, unsigned threads)
{
    int *fds = mem_alloc((n + 1) * sizeof *fds);
    struct file_reading r = {.buffer = mem_alloc(REQUEST_MAX)};
    bool good = open_files(paths, n, fds);
    r.pool = pool_open(threads, deliver, &r);
    fault f = box_close();
    if (f.kind)
        io_say(f.text);
    for (size_t i = 0; i < n && !f.kind && !r.write_errno; i++) {
        if (fds[i] < 0)
            continue;
        r.totals = (struct event_totals){0};
        r.fd = fds[i];
        r.n = 0;
        r.at = 0;
        r.failed = false;
        bool is_known = read_file(&r);
        pool_drain(r.pool);
        good &= say_end(paths[i], &r, is_known);
    }
    if (r.write_errno && r.write_errno != EPIPE)
        io_say("the result cannot be written");
    good &= !r.write_errno;
    pool_close(r.pool);
    mem_free(r.buffer);
    mem_free(fds);
    return f.kind ? EVTX_INTERNAL : good ? EVTX_DONE : EVTX_INPUT;
}
