/* SPDX-License-Identifier: Apache-2.0 */
/* A member of a tar archive, or of the temporary file: a run of bytes of a layer that many slices share. */
#include "input/layer.h"

struct slice {
    struct layer layer;
    struct layer *of;
    uint64_t at, size;
};

static size_t slice_read(struct layer *l, uint64_t offset, void *buffer, size_t n)
{
    struct slice *s = (struct slice *)l;
    uint64_t left = s->size - min_u64(offset, s->size);
    size_t want = (size_t)min_u64(n, left), got = want ? layer_read(s->of, s->at + offset, buffer, want) : 0;
    l->broken = false;
    l->problem = NO_FAULT;
    if (got == want)
        return got;
    l->broken = s->of->broken || s->size != UINT64_MAX;
    l->problem = s->of->problem;
    if (l->broken && !l->problem.kind)
        l->problem = fault_make(FAULT_CORRUPT, "%s: the archive ends at byte %llu of its %llu; everything up to there was read",
                                l->path, (unsigned long long)(offset + got), (unsigned long long)s->size);
    return got;
}

/* What it is a part of sleeps when its owner says so: the next slice follows where this one ended. */
static void slice_sleep(struct layer *l) { (void)l; }

static void slice_free(struct layer *l) { mem_free(l); }

static const struct layer_calls slice_calls = {slice_read, slice_sleep, slice_free};

struct layer *slice_new(struct layer *of, const char *path, uint64_t at, uint64_t size)
{
    struct slice *s = mem_alloc(sizeof *s);
    s->layer = (struct layer){.calls = &slice_calls, .path = path, .reach = of->reach, .size = size, .grown = of->grown};
    s->of = of;
    s->at = at;
    s->size = size;
    return &s->layer;
}
