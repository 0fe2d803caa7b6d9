/* SPDX-License-Identifier: Apache-2.0 */
#include "base/task.h"

#include "base/arena.h"

#include <pthread.h>

enum { THREADS_MAX = 256 };

struct job {
    pthread_t thread;
    unsigned number;
    task_work *work;
    void *ctx;
    fault result;
};

static void *run_job(void *p)
{
    struct job *job = p;
    job->result = job->work(job->ctx, job->number);
    return NULL;
}

fault task_run(unsigned threads, task_work *work, void *ctx)
{
    unsigned started = 1;
    if (threads > THREADS_MAX)
        threads = THREADS_MAX;
    struct job *jobs = mem_alloc((threads ? threads : 1) * sizeof *jobs);
    for (; started < threads; started++) {
        jobs[started] = (struct job){.number = started, .work = work, .ctx = ctx};
        if (pthread_create(&jobs[started].thread, NULL, run_job, &jobs[started]))
            break;
    }
    fault first = work(ctx, 0);
    for (unsigned i = 1; i < started; i++) {
        pthread_join(jobs[i].thread, NULL);
        if (!first.kind)
            first = jobs[i].result;
    }
    mem_free(jobs);
    return first;
}
