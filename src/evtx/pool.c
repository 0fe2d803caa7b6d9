/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs stand in a ring. Whoever finishes the oldest delivers it, and those behind it that are finished too. */
#include "evtx/pool.h"

#include "base/arena.h"
#include "evtx/chunk.h"
#include "evtx/csv.h"
#include "evtx/xml.h"

#include <pthread.h>

enum { KEPT_MAX = 2 * 1024 * 1024 /* bytes of a buffer that outlives its job */ };

struct worker {
    pthread_t thread;
    struct pool *pool;
    struct binxml *binxml;
    struct xml *xml;
    struct csv *csv;
};

struct pool {
    pthread_mutex_t lock;
    pthread_cond_t work, space;
    struct job *jobs;
    size_t job_n;
    uint64_t submitted, started, delivered;   /* since the beginning; a job's place is its number modulo job_n */
    unsigned ready;                           /* threads that have begun: what starts one is forbidden in the box */
    bool is_delivering, is_closed;
    pool_deliver *deliver;
    void *ctx;
    struct worker *workers;
    unsigned worker_n;
};

static void do_job(struct worker *w, struct job *j)
{
    const struct frame_request *r = &j->request;
    span bytes = span_of(j->bytes, r->length);
    bool is_text = r->kind == FRAME_XML || r->kind == FRAME_CSV;
    j->out.n = 0;
    j->out.full = false;
    j->out.limit = is_text ? ANSWER_MAX - REFUSALS_MAX : CHUNK_TEXT_MAX;
    j->consumed = r->length;
    if (r->kind == FRAME_HEADER)
        j->tally = header_read(bytes);
    else if (r->kind == FRAME_CHUNK)
        j->tally = chunk_read(w->binxml, bytes, r->offset, &j->out);
    else if (r->kind == FRAME_XML)
        j->tally = xml_read(w->xml, bytes, r->offset, r->is_last, &j->out, &j->consumed);
    else
        j->tally = csv_read(w->csv, span_take(bytes, r->head), span_skip(bytes, r->head), r->offset, r->is_last, &j->out, &j->consumed);
}

static void keep_small(struct job *j)
{
    if (j->out.capacity > KEPT_MAX)
        text_free(&j->out);
    if (j->capacity > KEPT_MAX) {
        mem_free(j->bytes);
        j->bytes = NULL;
        j->capacity = 0;
    }
}

/* With the lock held. */
static void deliver_finished(struct pool *p)
{
    if (p->is_delivering)
        return;
    p->is_delivering = true;
    while (p->delivered < p->started && p->jobs[p->delivered % p->job_n].is_done) {
        struct job *j = &p->jobs[p->delivered % p->job_n];
        pthread_mutex_unlock(&p->lock);
        p->deliver(p->ctx, j);
        keep_small(j);
        pthread_mutex_lock(&p->lock);
        j->is_done = false;
        p->delivered++;
        pthread_cond_broadcast(&p->space);
    }
    p->is_delivering = false;
}

static void *work(void *ctx)
{
    struct worker *w = ctx;
    struct pool *p = w->pool;
    pthread_mutex_lock(&p->lock);
    p->ready++;
    pthread_cond_broadcast(&p->space);
    for (;;) {
        while (p->started == p->submitted && !p->is_closed)
            pthread_cond_wait(&p->work, &p->lock);
        if (p->started == p->submitted)
            break;
        struct job *j = &p->jobs[p->started++ % p->job_n];
        pthread_mutex_unlock(&p->lock);
        do_job(w, j);
        pthread_mutex_lock(&p->lock);
        j->is_done = true;
        deliver_finished(p);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

struct pool *pool_open(unsigned threads, pool_deliver *deliver, void *ctx)
{
    struct pool *p = mem_alloc(sizeof *p);
    threads = threads < 1 ? 1 : threads > POOL_THREADS_MAX ? POOL_THREADS_MAX : threads;
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->work, NULL);
    pthread_cond_init(&p->space, NULL);
    p->job_n = 2 * (size_t)threads + 2;
    p->jobs = mem_alloc(p->job_n * sizeof *p->jobs);
    p->deliver = deliver;
    p->ctx = ctx;
    p->workers = mem_alloc(threads * sizeof *p->workers);
    for (; p->worker_n < threads; p->worker_n++) {
        struct worker *w = &p->workers[p->worker_n];
        *w = (struct worker){.pool = p, .binxml = mem_alloc(sizeof *w->binxml), .xml = xml_open(), .csv = mem_alloc(sizeof *w->csv)};
        if (pthread_create(&w->thread, NULL, work, w))
            panic("no thread to read with");
    }
    pthread_mutex_lock(&p->lock);
    while (p->ready < p->worker_n)
        pthread_cond_wait(&p->space, &p->lock);
    pthread_mutex_unlock(&p->lock);
    return p;
}

struct job *pool_take(struct pool *p, size_t n)
{
    pthread_mutex_lock(&p->lock);
    while (p->submitted - p->delivered == p->job_n)
        pthread_cond_wait(&p->space, &p->lock);
    struct job *j = &p->jobs[p->submitted % p->job_n];
    pthread_mutex_unlock(&p->lock);
    if (j->capacity < n) {
        mem_free(j->bytes);
        j->bytes = mem_alloc(n);
        j->capacity = n;
    }
    return j;
}

void pool_submit(struct pool *p)
{
    pthread_mutex_lock(&p->lock);
    p->submitted++;
    pthread_cond_signal(&p->work);
    pthread_mutex_unlock(&p->lock);
}

void pool_drain(struct pool *p)
{
    pthread_mutex_lock(&p->lock);
    while (p->delivered < p->submitted)
        pthread_cond_wait(&p->space, &p->lock);
    pthread_mutex_unlock(&p->lock);
}

static void free_worker(struct worker *w)
{
    binxml_free(w->binxml);
    mem_free(w->binxml);
    xml_close(w->xml);
    csv_free(w->csv);
    mem_free(w->csv);
}

void pool_close(struct pool *p)
{
    pthread_mutex_lock(&p->lock);
    p->is_closed = true;
    pthread_cond_broadcast(&p->work);
    pthread_mutex_unlock(&p->lock);
    for (unsigned i = 0; i < p->worker_n; i++) {
        pthread_join(p->workers[i].thread, NULL);
        free_worker(&p->workers[i]);
    }
    for (size_t i = 0; i < p->job_n; i++) {
        text_free(&p->jobs[i].out);
        mem_free(p->jobs[i].bytes);
    }
    pthread_mutex_destroy(&p->lock);
    pthread_cond_destroy(&p->work);
    pthread_cond_destroy(&p->space);
    mem_free(p->jobs);
    mem_free(p->workers);
    mem_free(p);
}
