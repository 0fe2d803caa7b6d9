/* SPDX-License-Identifier: Apache-2.0 */
#include "tables/sessions.h"

#include "base/arena.h"
#include "base/task.h"
#include "tables/run.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct joining {
    struct intake *in;
    size_t memory, sources;
    uint64_t *merged;
    atomic_uint next_partition;
    pthread_mutex_t lock;
};

/* One worker's part of a partition, used again for the next. */
struct joiner {
    struct joining *joining;
    struct row_writer *writer;
    struct row *rows;
    bool *keep;
    size_t n, capacity, keep_capacity;
    unsigned part, parts;
    uint64_t *merged;
    fault why;
};

static uint8_t partition_of(const struct intake *in, const struct row *r)
{
    span client = names_has(in->clients, r->client) ? names_text(in->clients, r->client) : (span){NULL, 0};
    uint32_t domain = names_has(in->hosts, r->host) ? names_note(in->hosts, r->host) : 0;
    span owner = names_has(in->domains, domain) ? names_text(in->domains, domain) : (span){NULL, 0};
    return intake_partition(in, (uint32_t)hash64(client), (uint32_t)hash64(owner));
}

static void pass_on(struct joiner *j, struct row r)
{
    const struct intake *in = j->joining->in;
    r.flags &= ~(uint32_t)ROW_SESSION_MASK;
    r.line = in->many_sources ? r.line : 0;
    if (!j->why.kind)
        j->why = row_write(j->writer, partition_of(in, &r), &r);
}

static void take_row(void *ctx, const struct row *r)
{
    struct joiner *j = ctx;
    if (hash_mix(r->line) % j->parts != j->part)
        return;
    if (j->n > SESSION_ROWS_MAX) {
        pass_on(j, *r);
        return;
    }
    if (!array_reserve((void **)&j->rows, &j->capacity, j->n + 1, sizeof *j->rows, SIZE_MAX / sizeof *j->rows))
        panic("out of memory");
    j->rows[j->n++] = *r;
}

static int by_session(const void *x, const void *y)
{
    const struct row *a = x, *b = y;
    if (a->client != b->client)
        return a->client < b->client ? -1 : 1;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    if (row_is_report(a) != row_is_report(b))
        return row_is_report(a) ? 1 : -1;
    if (row_is_report(a) && a->host != b->host)
        return a->host < b->host ? -1 : 1;
    if (a->time != b->time)
        return a->time < b->time ? -1 : 1;
    return (a->origin > b->origin) - (a->origin < b->origin);
}

static size_t session_length(const struct row *rows, size_t n)
{
    size_t same = 1;
    while (same < n && rows[same].client == rows->client && rows[same].line == rows->line &&
           row_is_report(&rows[same]) == row_is_report(rows))
        same++;
    return same;
}

/* Of a session with more rows than a machine should hold nothing is merged: which ones were read first is luck. */
static void join_part(struct joiner *j)
{
    bool is_too_much = j->n > SESSION_ROWS_MAX;
    if (!array_reserve((void **)&j->keep, &j->keep_capacity, j->n + 1, sizeof *j->keep, SIZE_MAX))
        panic("out of memory");
    memset(j->keep, true, j->n * sizeof *j->keep);
    if (j->n && !is_too_much)
        qsort(j->rows, j->n, sizeof *j->rows, by_session);
    for (size_t i = 0, same; i < j->n && !is_too_much; i += same) {
        same = session_length(&j->rows[i], j->n - i);
        sessions_merge(&j->rows[i], same, &j->keep[i]);
    }
    for (size_t i = 0; i < j->n; i++) {
        j->merged[row_source(&j->rows[i])] += !j->keep[i];
        if (j->keep[i])
            pass_on(j, j->rows[i]);
    }
    j->n = 0;
}

static fault join_partition(struct joiner *j, unsigned partition)
{
    const struct row_store *store = j->joining->in->sessions;
    j->parts = run_parts(store, partition, j->joining->memory);
    for (j->part = 0; j->part < j->parts; j->part++) {
        TRY(row_store_read(store, partition, take_row, j));
        join_part(j);
        TRY(j->why);
    }
    return NO_FAULT;
}

static fault join_partitions(void *ctx, unsigned number)
{
    struct joining *all = ctx;
    struct joiner j = {.joining = all, .writer = row_writer_new(all->in->rows)};
    fault f = NO_FAULT;
    (void)number;
    j.merged = mem_alloc((all->sources + 1) * sizeof *j.merged);
    for (unsigned p; !f.kind && (p = atomic_fetch_add(&all->next_partition, 1)) < PARTITIONS;)
        f = join_partition(&j, p);
    pthread_mutex_lock(&all->lock);
    for (size_t i = 0; i < all->sources; i++)
        all->merged[i] += j.merged[i];
    pthread_mutex_unlock(&all->lock);
    fault closed = row_writer_close(j.writer);
    array_free((void **)&j.rows, &j.capacity);
    array_free((void **)&j.keep, &j.keep_capacity);
    mem_free(j.merged);
    return f.kind ? f : closed;
}

fault sessions_join(struct intake *in, unsigned threads, size_t memory, size_t sources, uint64_t *merged)
{
    struct joining all = {.in = in, .memory = memory, .sources = sources, .merged = merged};
    if (!in->sessions)
        return NO_FAULT;
    pthread_mutex_init(&all.lock, NULL);
    fault f = task_run(threads, join_partitions, &all);
    pthread_mutex_destroy(&all.lock);
    row_store_free(in->sessions);
    in->sessions = NULL;
    return f;
}
