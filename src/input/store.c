/* SPDX-License-Identifier: Apache-2.0 */
#include "input/store.h"

#include <errno.h>
#include <unistd.h>

/* Layers whose decoders may be kept: one chain of archives inside one another fits with room to spare, and members
 * in the order of their paths mostly follow one another. */
enum { AWAKE_MAX = 16 };
static const uint64_t SPOOL_ALL = (uint64_t)16 << 30;

struct store {
    struct layer **owned;             /* freed last to first */
    size_t owned_n, owned_capacity;
    struct layer *awake[AWAKE_MAX];   /* the last used first */
    size_t awake_n;
    const char *tmp;
    struct layer *spool;              /* the temporary file; NULL: none yet */
    int spool_fd;
    uint64_t spooled, spool_max;
};

/* ---- what is shared sleeps when others were used since, not when one of its members does ---- */

struct shared {
    struct layer layer;
    struct layer *inner;
    struct store *store;
};

void store_touch(struct store *t, struct layer *l)
{
    size_t i = 0;
    while (i < t->awake_n && t->awake[i] != l)
        i++;
    if (i == AWAKE_MAX)
        layer_sleep(t->awake[--i]);
    else if (i == t->awake_n)
        t->awake_n++;
    memmove(t->awake + 1, t->awake, i * sizeof t->awake[0]);
    t->awake[0] = l;
}

static size_t shared_read(struct layer *l, uint64_t offset, void *buffer, size_t n)
{
    struct shared *s = (struct shared *)l;
    if (s->store->awake[0] != l)
        store_touch(s->store, l);
    size_t got = layer_read(s->inner, offset, buffer, n);
    l->broken = s->inner->broken;
    l->problem = s->inner->problem;
    l->grown = s->inner->grown;
    return got;
}

static void shared_sleep(struct layer *l) { layer_sleep(((struct shared *)l)->inner); }

static void shared_free(struct layer *l)
{
    layer_free(((struct shared *)l)->inner);
    mem_free(l);
}

static const struct layer_calls shared_calls = {shared_read, shared_sleep, shared_free};

struct layer *store_own(struct store *t, struct layer *l)
{
    if (!array_reserve((void **)&t->owned, &t->owned_capacity, t->owned_n + 1, sizeof *t->owned, SIZE_MAX))
        panic("a list of archives outgrew its limit");
    return t->owned[t->owned_n++] = l;
}

static void drop_last(struct store *t)
{
    struct layer *l = t->owned[--t->owned_n];
    size_t kept = 0;
    for (size_t i = 0; i < t->awake_n; i++)
        if (t->awake[i] != l)
            t->awake[kept++] = t->awake[i];
    t->awake_n = kept;
    layer_free(l);
}

struct layer *store_share(struct store *t, struct layer *inner)
{
    struct shared *s = mem_alloc(sizeof *s);
    s->layer = *inner;
    s->layer.calls = &shared_calls;
    s->inner = inner;
    s->store = t;
    return store_own(t, &s->layer);
}

/* ---- the temporary file ---- */

struct spool {
    struct layer layer;
    int fd;
};

static size_t spool_read(struct layer *l, uint64_t offset, void *buffer, size_t n)
{
    size_t got = 0;
    l->broken = false;
    l->problem = NO_FAULT;
    while (got < n) {
        ssize_t r = pread(((struct spool *)l)->fd, (char *)buffer + got, n - got, (off_t)(offset + got));
        if (r < 0 && errno == EINTR)
            continue;
        if (r < 0) {
            l->problem = fault_errno("the temporary file cannot be read");
            l->broken = true;
        }
        if (r <= 0)
            break;
        got += (size_t)r;
    }
    return got;
}

static void spool_sleep(struct layer *l) { (void)l; }

static void spool_free(struct layer *l)
{
    (void)close(((struct spool *)l)->fd);
    mem_free(l);
}

static const struct layer_calls spool_calls = {spool_read, spool_sleep, spool_free};

static fault spool_ready(struct store *t)
{
    if (t->spool)
        return NO_FAULT;
    int fd;
    TRY(file_temporary(t->tmp, &fd));
    struct spool *s = mem_alloc(sizeof *s);
    s->layer = (struct layer){.calls = &spool_calls, .path = "the temporary file", .size = UINT64_MAX, .grown = 1};
    s->fd = fd;
    t->spool = &s->layer;
    t->spool_fd = fd;
    return NO_FAULT;
}

static fault spool_write(struct store *t, uint64_t at, const char *bytes, size_t n)
{
    for (size_t done = 0; done < n;) {
        ssize_t w = pwrite(t->spool_fd, bytes + done, n - done, (off_t)(at + done));
        if (w < 0 && errno == EINTR)
            continue;
        if (w <= 0)
            return fault_errno("the temporary folder is too small for what the archive holds (name another with --tmp)");
        done += (size_t)w;
    }
    return NO_FAULT;
}

fault store_spool(struct store *t, struct layer *from, struct layer **out)
{
    TRY(spool_ready(t));
    char *window = mem_alloc(STREAM_WINDOW);
    uint64_t size = 0;
    fault e = NO_FAULT;
    for (size_t n = STREAM_WINDOW; !e.kind && n == STREAM_WINDOW; size += n) {
        n = layer_read(from, size, window, STREAM_WINDOW);
        e = n > t->spool_max - t->spooled - size
                ? fault_make(FAULT_LIMIT, "%.250s: what the archives hold does not fit in the %llu MiB kept for them in the temporary "
                             "folder: unpack it and name the folder", from->path, (unsigned long long)(t->spool_max >> 20))
                : spool_write(t, t->spooled + size, window, n);
    }
    mem_free(window);
    if (!e.kind && from->problem.kind == FAULT_LIMIT)
        e = from->problem;
    TRY(e);
    *out = slice_new(t->spool, from->path, t->spooled, size);
    (*out)->grown = from->grown;
    t->spooled += size;
    return NO_FAULT;
}

size_t store_mark(const struct store *t) { return t->owned_n; }

void store_drop_to(struct store *t, size_t mark)
{
    while (t->owned_n > mark)
        drop_last(t);
}

struct store *store_new(const input_options *o)
{
    struct store *t = mem_alloc(sizeof *t);
    t->tmp = o->tmp;
    t->spool_max = o->spool_limit ? o->spool_limit : SPOOL_ALL;
    return t;
}

void store_free(struct store *t)
{
    store_drop_to(t, 0);
    layer_free(t->spool);
    array_free((void **)&t->owned, &t->owned_capacity);
    mem_free(t);
}
