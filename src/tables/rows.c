/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* O_TMPFILE */
#include "tables/rows.h"

#include "base/arena.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* A chunk is a run of coded rows of one partition, written by one worker. */
enum { CHUNK_BYTES = 4 * 1024, SLAB_BYTES = 2 * 1024 * 1024, CODED_ROW_MAX = 128, SHAPES = 16,
       SLACK = 16 /* bytes behind the last row that may be read and written over */ };

struct chunk {
    uint64_t at;        /* in the temporary file; with `bytes` NULL */
    uint32_t size;
    char *bytes;        /* in memory: in a slab of its store */
};

struct partition {
    pthread_mutex_t lock;
    struct chunk *chunks;
    size_t n, capacity;
    uint64_t rows;
};

/* Chunks lie in slabs: one page fault for hundreds of them, nothing to free one by one. */
struct row_store {
    size_t memory;
    pthread_mutex_t slab_lock;
    char **slabs;
    size_t slab_n, slab_capacity;
    char *tmp;
    pthread_mutex_t file_lock;
    int fd;                             /* -1 until the first chunk is spilled */
    _Atomic uint64_t held, spilled;     /* bytes in memory, bytes in the file */
    struct partition partitions[PARTITIONS];
};

/* Status, port and flags repeat: a row names the slot of a small table that holds them, and sends them in
 * full only where the slot holds something else. */
struct shape { uint32_t flags; uint16_t status, port; };

/* What earlier rows leave for the next; the same in coder and decoder, zero at the start of a chunk. Times and
 * origins are told from those of the last row that was written whole. */
struct coder {
    int64_t time;
    uint64_t origin;
    struct shape shapes[SHAPES];
};

struct pending {
    uint32_t used, rows;
    struct coder coder;
    char bytes[CHUNK_BYTES + SLACK];
};

struct row_writer {
    struct row_store *store;
    char *slab;                         /* what is left of the writer's own */
    size_t slab_left;
    struct pending partitions[PARTITIONS];
};

/* The first byte of a row: the slot of its shape, and what else there is. */
enum { TAG_SLOT = SHAPES - 1, TAG_SHAPE = 0x40, TAG_LINE = 0x20, TAG_WHOLE = 0x80 };

/* The part every row has, but the few that do not fit: those are written whole. Fields of one width each cost
 * about as much room as numbers coded one by one, and a tenth of the time. */
struct near_row {
    int32_t time;
    uint32_t origin, client, host, agent, path;
    uint16_t referer;
};
enum { NEAR_BYTES = offsetof(struct near_row, referer) + sizeof(uint16_t) };

static unsigned shape_slot(struct shape s) { return (s.flags * 0x9e3779b1u ^ s.status * 0x85ebca6bu ^ s.port) >> 28; }

static inline char *put_shape(char *p, struct coder *c, const struct row *r)
{
    struct shape s = {r->flags, r->status, r->port};
    unsigned slot = shape_slot(s), tag = slot | (r->line ? TAG_LINE : 0);
    struct shape *known = &c->shapes[slot];
    if (known->flags == s.flags && known->status == s.status && known->port == s.port) {
        *p++ = (char)tag;
        return p;
    }
    *known = s;
    *p++ = (char)(tag | TAG_SHAPE);
    memcpy(p, &s, sizeof s);
    return p + sizeof s;
}

/* Always written or read, but passed only where it is there: no branch that a predictor has to guess. */
static inline char *put_word(char *p, uint32_t v, bool is_there)
{
    memcpy(p, &v, sizeof v);
    return p + (is_there ? sizeof v : 0);
}

static inline const char *get_word(const char *p, bool is_there, uint32_t *v)
{
    memcpy(v, p, sizeof *v);
    *v = is_there ? *v : 0;
    return p + (is_there ? sizeof *v : 0);
}

static char *put_whole(char *p, struct coder *c, const struct row *r)
{
    c->time = r->time;
    c->origin = r->origin;
    *p++ = (char)TAG_WHOLE;
    memcpy(p, r, sizeof *r);
    return p + sizeof *r;
}

static char *put_row(char *p, struct coder *c, const struct row *r)
{
    int64_t time = r->time - c->time;
    uint64_t origin = r->origin - c->origin;
    if (time != (int32_t)time || (origin | r->out | r->in) >> 32)
        return put_whole(p, c, r);
    p = put_shape(p, c, r);
    struct near_row near = {(int32_t)time, (uint32_t)origin, r->client, r->host, r->agent, r->path, r->referer};
    memcpy(p, &near, NEAR_BYTES);
    p = put_word(p + NEAR_BYTES, (uint32_t)r->out, r->flags & ROW_HAS_OUT);
    p = put_word(p, (uint32_t)r->in, r->flags & ROW_HAS_IN);
    p = put_word(p, r->duration, r->flags & ROW_HAS_DURATION);
    return put_word(p, r->line, r->line);
}

static const char *get_whole(const char *p, struct coder *c, struct row *r)
{
    memcpy(r, p, sizeof *r);
    c->time = r->time;
    c->origin = r->origin;
    return p + sizeof *r;
}

static inline const char *get_row(const char *p, struct coder *c, struct row *r)
{
    unsigned tag = (unsigned char)*p++;
    if (tag & TAG_WHOLE)
        return get_whole(p, c, r);
    struct shape *shape = &c->shapes[tag & TAG_SLOT];
    if (tag & TAG_SHAPE) {
        memcpy(shape, p, sizeof *shape);
        p += sizeof *shape;
    }
    struct near_row near;
    uint32_t out, in, duration, line, flags = shape->flags;
    memcpy(&near, p, NEAR_BYTES);
    p = get_word(p + NEAR_BYTES, flags & ROW_HAS_OUT, &out);
    p = get_word(p, flags & ROW_HAS_IN, &in);
    p = get_word(p, flags & ROW_HAS_DURATION, &duration);
    p = get_word(p, tag & TAG_LINE, &line);
    *r = (struct row){.time = c->time + near.time, .origin = c->origin + near.origin, .out = out,
                      .status = shape->status, .in = in, .port = shape->port, .client = near.client,
                      .host = near.host, .agent = near.agent, .path = near.path, .duration = duration,
                      .flags = flags, .line = line, .referer = near.referer};
    return p;
}

struct row_store *row_store_new(size_t memory, const char *tmp)
{
    struct row_store *s = mem_alloc(sizeof *s);
    s->memory = memory;
    s->tmp = mem_alloc(strlen(tmp) + 1);
    memcpy(s->tmp, tmp, strlen(tmp) + 1);
    s->fd = -1;
    pthread_mutex_init(&s->file_lock, NULL);
    pthread_mutex_init(&s->slab_lock, NULL);
    for (size_t i = 0; i < PARTITIONS; i++)
        pthread_mutex_init(&s->partitions[i].lock, NULL);
    return s;
}

void row_store_free(struct row_store *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < PARTITIONS; i++) {
        struct partition *p = &s->partitions[i];
        array_free((void **)&p->chunks, &p->capacity);
        pthread_mutex_destroy(&p->lock);
    }
    for (size_t i = 0; i < s->slab_n; i++)
        mem_unmap(s->slabs[i], SLAB_BYTES);
    array_free((void **)&s->slabs, &s->slab_capacity);
    if (s->fd >= 0)
        close(s->fd);
    pthread_mutex_destroy(&s->slab_lock);
    pthread_mutex_destroy(&s->file_lock);
    mem_free(s->tmp);
    mem_free(s);
}

struct row_writer *row_writer_new(struct row_store *s)
{
    struct row_writer *w = mem_map(sizeof *w);
    w->store = s;
    return w;
}

/* An unlinked file: it vanishes with the process, however that ends. */
static fault open_spill(struct row_store *s)
{
    s->fd = open(s->tmp, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (s->fd >= 0)
        return NO_FAULT;
    char name[4096];
    int n = snprintf(name, sizeof name, "%s/konseki-XXXXXX", s->tmp);
    if (n < 0 || (size_t)n >= sizeof name)
        return fault_make(FAULT_USAGE, "--tmp %s: the path is too long", s->tmp);
    s->fd = mkstemp(name);
    if (s->fd < 0)
        return fault_errno("a temporary file in %s (choose another place with --tmp DIR)", s->tmp);
    unlink(name);
    return NO_FAULT;
}

static fault spill(struct row_store *s, struct chunk *c, const char *bytes)
{
    fault f = NO_FAULT;
    pthread_mutex_lock(&s->file_lock);
    if (s->fd < 0)
        f = open_spill(s);
    pthread_mutex_unlock(&s->file_lock);
    if (f.kind)
        return f;
    c->at = atomic_fetch_add(&s->spilled, c->size);
    for (uint32_t done = 0; done < c->size;) {
        ssize_t n = pwrite(s->fd, bytes + done, c->size - done, (off_t)(c->at + done));
        if (n < 0 && errno != EINTR)
            return fault_errno("the temporary file in %s (--tmp DIR chooses another place, --memory SIZE needs less of it)",
                               s->tmp);
        done += n > 0 ? (uint32_t)n : 0;
    }
    return NO_FAULT;
}

static char *take_slab(struct row_writer *w, size_t size)
{
    struct row_store *s = w->store;
    if (w->slab_left < size) {
        w->slab = mem_map(SLAB_BYTES);
        w->slab_left = SLAB_BYTES;
        pthread_mutex_lock(&s->slab_lock);
        if (!array_reserve((void **)&s->slabs, &s->slab_capacity, s->slab_n + 1, sizeof *s->slabs, SIZE_MAX))
            panic("out of memory");
        s->slabs[s->slab_n++] = w->slab;
        pthread_mutex_unlock(&s->slab_lock);
    }
    char *p = w->slab;
    w->slab += size;
    w->slab_left -= size;
    return p;
}

static fault flush_pending(struct row_writer *w, size_t index)
{
    struct row_store *s = w->store;
    struct pending *pending = &w->partitions[index];
    if (!pending->used)
        return NO_FAULT;
    struct chunk c = {.size = pending->used};
    if (atomic_fetch_add(&s->held, c.size) + c.size > s->memory) {
        atomic_fetch_sub(&s->held, c.size);
        TRY(spill(s, &c, pending->bytes));
    } else {
        c.bytes = take_slab(w, c.size + SLACK);
        memcpy(c.bytes, pending->bytes, c.size);
    }
    struct partition *p = &s->partitions[index];
    pthread_mutex_lock(&p->lock);
    if (!array_reserve((void **)&p->chunks, &p->capacity, p->n + 1, sizeof *p->chunks, SIZE_MAX))
        panic("out of memory");
    p->chunks[p->n++] = c;
    p->rows += pending->rows;
    pthread_mutex_unlock(&p->lock);
    pending->used = pending->rows = 0;
    pending->coder = (struct coder){0};
    return NO_FAULT;
}

fault row_write(struct row_writer *w, uint8_t partition, const struct row *r)
{
    struct pending *pending = &w->partitions[partition];
    char *end = put_row(pending->bytes + pending->used, &pending->coder, r);
    pending->used = (uint32_t)(end - pending->bytes);
    pending->rows++;
    return pending->used + CODED_ROW_MAX > CHUNK_BYTES ? flush_pending(w, partition) : NO_FAULT;
}

void row_expect(const struct row_writer *w, uint8_t partition)
{
    const struct pending *pending = &w->partitions[partition];
    for (size_t at = 0; at < offsetof(struct pending, bytes); at += 64)
        __builtin_prefetch((const char *)pending + at, 1);
    __builtin_prefetch(pending->bytes + pending->used, 1);
}

fault row_writer_close(struct row_writer *w)
{
    fault first = NO_FAULT;
    for (size_t i = 0; i < PARTITIONS; i++) {
        fault f = first.kind ? NO_FAULT : flush_pending(w, i);
        first = first.kind ? first : f;
    }
    mem_unmap(w, sizeof *w);
    return first;
}

uint64_t row_store_count(const struct row_store *s, unsigned partition) { return s->partitions[partition].rows; }

uint64_t row_store_spilled(const struct row_store *s) { return s->spilled; }

static fault load_chunk(const struct row_store *s, const struct chunk *c, char *buffer, const char **bytes)
{
    *bytes = c->bytes;
    if (c->bytes)
        return NO_FAULT;
    for (uint32_t done = 0; done < c->size;) {
        ssize_t n = pread(s->fd, buffer + done, c->size - done, (off_t)(c->at + done));
        if (n == 0 || (n < 0 && errno != EINTR))
            return fault_errno("reading back the temporary file in %s", s->tmp);
        done += n > 0 ? (uint32_t)n : 0;
    }
    *bytes = buffer;
    return NO_FAULT;
}

fault row_store_read(const struct row_store *s, unsigned partition, row_visit *visit, void *ctx)
{
    char buffer[CHUNK_BYTES + SLACK];
    const struct partition *p = &s->partitions[partition];
    for (size_t i = 0; i < p->n; i++) {
        const char *at;
        TRY(load_chunk(s, &p->chunks[i], buffer, &at));
        struct coder coder = {0};
        for (const char *end = at + p->chunks[i].size; at < end;) {
            struct row r;
            at = get_row(at, &coder, &r);
            visit(ctx, &r);
        }
    }
    return NO_FAULT;
}
