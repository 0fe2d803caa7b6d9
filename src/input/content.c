/* SPDX-License-Identifier: Apache-2.0 */
#include "input/content.h"

enum { FEED = 128 * 1024, CHECKPOINTS = 64, CHECKPOINTS_MAX = 4096 };
static const uint64_t SPOOL_LIMIT = (uint64_t)4 << 30, SPOOL_MIN = 2 * FEED; /* what is recognised is read again */

fault content_open(struct content *c, const source_path *path, const input_options *o)
{
    *c = (struct content){0};
    uint64_t limit = o->spool_limit ? max_u64(o->spool_limit, SPOOL_MIN) : SPOOL_LIMIT;
    TRY(file_open(&c->file, path->path.p, path->pipe, o->tmp, limit));
    unsigned char magic[3] = {0};
    size_t got;
    fault e = file_read(&c->file, 0, magic, sizeof magic, &got);
    if (e.kind) {
        file_close(&c->file);
        return e;
    }
    if (got == sizeof magic && magic[0] == 0x1f && magic[1] == 0x8b && magic[2] == 8) {
        unsigned n = o->checkpoints ? o->checkpoints : CHECKPOINTS;
        c->gzip = gzip_new(&c->file, FEED, n > CHECKPOINTS_MAX ? CHECKPOINTS_MAX : n);
    }
    return NO_FAULT;
}

static size_t read_plain(struct content *c, void *buffer, size_t n)
{
    size_t got;
    fault e = file_read(&c->file, c->at, buffer, n, &got);
    if (!e.kind && got < n && c->at + got < c->file.size)
        e = fault_make(FAULT_IO, "%s became shorter while it was being read: it ends at byte %llu", c->file.path,
                       (unsigned long long)(c->at + got));
    c->broken = e.kind != FAULT_NONE;
    c->problem = e;
    return got;
}

size_t content_read(struct content *c, void *buffer, size_t n)
{
    size_t got;
    if (c->gzip) {
        got = gzip_read(c->gzip, buffer, n);
        c->problem = gzip_problem(c->gzip);
        c->broken = gzip_broken(c->gzip);
    } else {
        got = read_plain(c, buffer, n);
    }
    c->at += got;
    return got;
}

fault content_seek(struct content *c, uint64_t offset)
{
    if (c->gzip)
        TRY(gzip_seek(c->gzip, offset));
    c->at = offset;
    return NO_FAULT;
}

void content_sleep(struct content *c)
{
    if (c->gzip)
        gzip_sleep(c->gzip);
    file_sleep(&c->file);
}

void content_close(struct content *c)
{
    gzip_free(c->gzip);
    c->gzip = NULL;
    file_close(&c->file);
}
