/* SPDX-License-Identifier: Apache-2.0 */
#include "app/check_read.h"

#include <pthread.h>

/* What the workers share. */
struct folding {
    struct checked *all;
    pthread_mutex_t lock;
};

/* A worker folds the source in hand by itself and hands it over when the next one begins. */
struct check_worker {
    struct folding *folding;
    struct intake_worker *intake;
    struct fold fold;
    struct windows_fold windows;
    uint32_t source;
    bool has_source;
};

static void hand_over(struct check_worker *w)
{
    if (!w->has_source)
        return;
    times_flush(&w->fold.times);
    pthread_mutex_lock(&w->folding->lock);
    fold_join(&w->folding->all->folds[w->source], &w->fold);
    pthread_mutex_unlock(&w->folding->lock);
    fold_free(&w->fold);
    w->has_source = false;
}

static void *begin_check(void *folding)
{
    struct check_worker *w = mem_alloc(sizeof *w);
    w->folding = folding;
    w->intake = intake_worker_new(w->folding->all->intake);
    return w;
}

static fault check_event(void *worker, uint32_t source, uint64_t offset, span line, const event *e)
{
    struct check_worker *w = worker;
    if (w->source != source)
        hand_over(w);
    w->source = source;
    w->has_source = true;
    fold_add(&w->fold, offset, e);
    return intake_event(w->intake, source, offset, line, e);
}

static fault check_windows(void *worker, uint32_t source, uint64_t offset, span line, const struct windows_event *e)
{
    struct check_worker *w = worker;
    (void)line;
    windows_fold_add(&w->windows, source, offset, e);
    return NO_FAULT;
}

static fault check_flush(void *worker)
{
    struct check_worker *w = worker;
    times_flush(&w->fold.times);
    return intake_flush(w->intake);
}

static fault end_check(void *worker)
{
    struct check_worker *w = worker;
    hand_over(w);
    pthread_mutex_lock(&w->folding->lock);
    windows_fold_join(&w->folding->all->windows, &w->windows);
    pthread_mutex_unlock(&w->folding->lock);
    windows_fold_free(&w->windows);
    fault f = intake_worker_close(w->intake);
    mem_free(w);
    return f;
}

static const struct row_taker check_taker = {.begin = begin_check, .event = check_event, .flush = check_flush, .end = end_check,
                                             .windows = check_windows};

fault check_read(struct checked *all, arena *a, reading_progress *progress, void *ctx)
{
    struct reading *r = &all->reading;
    const struct options *o = r->options;
    struct folding folding = {.all = all};
    all->folds = arena_new(a, struct fold, r->n + 1);
    all->rows = row_store_new(o->memory, o->tmp);
    all->intake = intake_new(r->suffixes, all->rows, r->n > 1);
    pthread_mutex_init(&folding.lock, NULL);
    fault f = copies_read(r, &check_taker, &folding, progress, ctx, a, &all->copies);
    pthread_mutex_destroy(&folding.lock);
    TRY(f);
    reading_finish(r);
    for (size_t i = 0; i < r->n; i++)
        times_settle(&all->folds[i].times);
    windows_fold_settle(&all->windows);
    all->intake->copies = all->copies.items;
    all->intake->copy_n = all->copies.n;
    intake_seal(all->intake);
    return survey_new(all->intake, o->threads, o->memory / o->threads, r->n, &all->survey);
}

void check_close(struct checked *all)
{
    for (size_t i = 0; all->folds && i < all->reading.n; i++)
        fold_free(&all->folds[i]);
    windows_fold_free(&all->windows);
    survey_free(all->survey);
    intake_free(all->intake);
    row_store_free(all->rows);
    reading_close(&all->reading);
}
