/* SPDX-License-Identifier: Apache-2.0 */
#include "input/layer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const uint64_t SPOOL_LIMIT = (uint64_t)4 << 30, SPOOL_MIN = 2 * STREAM_FEED; /* what is recognised is read again */

fault file_temporary(const char *folder, int *fd)
{
    char name[4096];
    int n = snprintf(name, sizeof name, "%s/konseki-XXXXXX", folder ? folder : "/tmp");
    if (n < 0 || (size_t)n >= sizeof name)
        return fault_make(FAULT_USAGE, "the name of the temporary folder is too long: name another with --tmp");
    *fd = mkstemp(name);
    if (*fd < 0)
        return fault_errno("no temporary file in %s to keep content in (name another folder with --tmp)",
                           folder ? folder : "/tmp");
    (void)unlink(name);
    (void)fcntl(*fd, F_SETFD, FD_CLOEXEC);
    return NO_FAULT;
}

static fault take_regular(struct file *f, const struct stat *st)
{
    f->device = st->st_dev;
    f->inode = st->st_ino;
    off_t base = f->borrowed ? lseek(f->fd, 0, SEEK_CUR) : 0;
    f->base = base > 0 ? (uint64_t)base : 0;
    uint64_t size = st->st_size > 0 ? (uint64_t)st->st_size : 0;
    f->size = f->layer.size = size > f->base ? size - f->base : 0;
    return NO_FAULT;
}

/* The descriptor of what was named, and what it is. */
static fault take(struct file *f, bool pipe, const char *tmp)
{
    const char *path = f->layer.path;
    /* O_NONBLOCK: a named pipe that took the file's place meanwhile must not make us wait for ever. */
    f->fd = f->borrowed ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | (pipe ? 0 : O_NONBLOCK));
    struct stat st;
    if (f->fd < 0)
        return fault_errno("%s cannot be opened", path);
    if (fstat(f->fd, &st) != 0)
        return fault_errno("%s cannot be examined", path);
    if (S_ISREG(st.st_mode))
        return take_regular(f, &st);
    if (S_ISDIR(st.st_mode))
        return fault_make(FAULT_IO, "%s is a folder, not a file", path);
    if (!pipe)
        return fault_make(FAULT_IO, "%s is neither a file nor a pipe", path);
    f->pipe = f->fd;
    f->fd = -1;
    return file_temporary(tmp, &f->fd);
}

fault file_wake(struct file *f)
{
    if (f->fd >= 0)
        return NO_FAULT;
    int fd = open(f->layer.path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return fault_errno("%s cannot be opened again", f->layer.path);
    struct stat st;
    if (fstat(fd, &st) != 0 || st.st_dev != f->device || st.st_ino != f->inode) {
        (void)close(fd);
        return fault_make(FAULT_IO, "%s was replaced by another file while it was being read", f->layer.path);
    }
    f->fd = fd;
    return NO_FAULT;
}

/* Until the buffer is full, the file ends, or errno says what is wrong. */
size_t file_fetch(int fd, uint64_t at, char *buffer, size_t n)
{
    size_t got = 0;
    ssize_t r;
    do {
        errno = 0;
        r = pread(fd, buffer + got, n - got, (off_t)(at + got));
        got += r > 0 ? (size_t)r : 0;
    } while (got < n && (r > 0 || errno == EINTR));
    return got;
}

static fault read_at(const struct file *f, uint64_t offset, char *buffer, size_t n, size_t *got)
{
    *got = file_fetch(f->fd, f->base + offset, buffer, n);
    if (*got < n && errno)
        return fault_errno("%s cannot be read at byte %llu", f->layer.path, (unsigned long long)(offset + *got));
    return NO_FAULT;
}

/* Keeps what the pipe brought, as long as everything before it is kept too. A full disk ends the
 * keeping, not the reading. */
static void keep(struct file *f, const char *bytes, size_t n)
{
    if (f->kept != f->size || n > f->limit - min_u64(f->kept, f->limit))
        return;
    size_t done = 0;
    while (done < n) {
        ssize_t w = pwrite(f->fd, bytes + done, n - done, (off_t)(f->kept + done));
        if (w < 0 && errno == EINTR)
            continue;
        if (w <= 0) {
            f->unkept = w < 0 ? errno : ENOSPC;
            return;
        }
        done += (size_t)w;
    }
    f->kept += n;
}

static fault read_pipe(struct file *f, char *buffer, size_t n, size_t *got)
{
    while (*got < n && !f->pipe_ended) {
        if (f->hold && f->kept != f->size)
            return fault_make(FAULT_LIMIT, "%s is longer than what is kept of it", f->layer.path);
        ssize_t r = read(f->pipe, buffer + *got, n - *got);
        if (r < 0 && errno == EINTR)
            continue;
        if (r < 0)
            return fault_errno("%s cannot be read at byte %llu", f->layer.path, (unsigned long long)f->size);
        if (r == 0)
            f->pipe_ended = true;
        keep(f, buffer + *got, (size_t)r);
        f->size += (uint64_t)r;
        *got += (size_t)r;
    }
    return NO_FAULT;
}

static fault read_stored(struct file *f, uint64_t offset, void *buffer, size_t n, size_t *got)
{
    *got = 0;
    uint64_t there = f->pipe >= 0 ? f->kept : f->size;
    if (offset < there) {
        TRY(file_wake(f));
        TRY(read_at(f, offset, buffer, (size_t)min_u64(n, there - offset), got));
    }
    if (f->pipe < 0 || *got == n || offset + *got > f->size)
        return NO_FAULT;
    if (offset + *got < f->size)
        return fault_make(FAULT_LIMIT, "only the first %llu bytes of %s were kept%s%s: save it to a file and name that",
                          (unsigned long long)f->kept, f->layer.path, f->unkept ? " in the temporary folder, " : "",
                          f->unkept ? strerror(f->unkept) : "");
    if (f->hold && n - *got > f->limit - min_u64(f->size, f->limit))
        return fault_make(FAULT_LIMIT, "%s is longer than what is kept of it", f->layer.path);
    return read_pipe(f, buffer, n, got);
}

static size_t file_read(struct layer *l, uint64_t offset, void *buffer, size_t n)
{
    struct file *f = (struct file *)l;
    size_t got;
    fault e = read_stored(f, offset, buffer, n, &got);
    if (!e.kind && got < n && offset + got < f->size)
        e = fault_make(FAULT_IO, "%s became shorter while it was being read: it ends at byte %llu", l->path,
                       (unsigned long long)(offset + got));
    l->broken = e.kind != FAULT_NONE;
    l->problem = e;
    return got;
}

static void file_sleep(struct layer *l)
{
    struct file *f = (struct file *)l;
    if (f->fd >= 0 && f->pipe < 0 && !f->borrowed) {
        (void)close(f->fd);
        f->fd = -1;
    }
}

static void file_free(struct layer *l)
{
    struct file *f = (struct file *)l;
    if (f->pipe >= 0 && !f->borrowed)
        (void)close(f->pipe);
    if (f->fd >= 0 && (f->pipe >= 0 || !f->borrowed))
        (void)close(f->fd);
    mem_free(f);
}

static const struct layer_calls file_calls = {file_read, file_sleep, file_free};

fault file_open(const char *path, bool pipe, const input_options *o, struct file **out)
{
    struct file *f = mem_alloc(sizeof *f);
    f->layer = (struct layer){.calls = &file_calls, .path = path, .size = UINT64_MAX, .grown = 1};
    f->fd = f->pipe = -1;
    f->limit = o->spool_limit ? max_u64(o->spool_limit, SPOOL_MIN) : SPOOL_LIMIT;
    f->borrowed = pipe && strcmp(path, "-") == 0;
    fault e = take(f, pipe, o->tmp);
    if (e.kind)
        file_free(&f->layer);
    else
        *out = f;
    return e;
}
