/* SPDX-License-Identifier: Apache-2.0 */
/* base/task.h: the same work on several threads. */
#ifndef KONSEKI_TASK_H
#define KONSEKI_TASK_H

#include "base/fault.h"

/* Runs work(ctx, 0) ... work(ctx, threads - 1), one thread each (the caller's is number 0), and waits for
 * all. The first fault by number is returned. Fewer threads than asked for is fine: the work is pulled. */
typedef fault task_work(void *ctx, unsigned number);
fault task_run(unsigned threads, task_work *work, void *ctx) MUST_USE;

#endif
