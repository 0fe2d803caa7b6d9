/* SPDX-License-Identifier: Apache-2.0 */
#include "input/content.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file that is gone from its folder as soon as it exists: nothing is left behind, however we end. */
static fault spool_open(const char *folder, int *fd)
{
    char name[4096];
    int n = snprintf(name, sizeof name, "%s/konseki-XXXXXX", folder ? folder : "/tmp");
    if (n < 0 || (size_t)n >= sizeof name)
        return fault_make(FAULT_USAGE, "the name of the temporary folder is too long: name another with --tmp");
    *fd = mkstemp(name);
    if (*fd < 0)
        return fault_errno("no temporary file in %s to keep the piped log in (name another folder with --tmp)",
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
    f->size = size > f->base ? size - f->base : 0;
    return NO_FAULT;
}

fault file_open(struct file *f, const char *path, bool pipe, const char *tmp, uint64_t limit)
{
    *f = (struct file){.path = path, .fd = -1, .pipe = -1, .limit = limit};
    f->borrowed = pipe && strcmp(path, "-") == 0;
    /* O_NONBLOCK: a named pipe that took the file's place meanwhile must not make us wait for ever. */
    int fd = f->borrowed ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | (pipe ? 0 : O_NONBLOCK));
    if (fd < 0)
        return fault_errno("%s cannot be opened", path);
    f->fd = fd;
    struct stat st;
    fault e = NO_FAULT;
    if (fstat(fd, &st) != 0)
        e = fault_errno("%s cannot be examined", path);
    else if (S_ISREG(st.st_mode))
        return take_regular(f, &st);
    else if (S_ISDIR(st.st_mode))
        e = fault_make(FAULT_IO, "%s is a folder, not a file", path);
    else if (!pipe)
        e = fault_make(FAULT_IO, "%s is neither a file nor a pipe", path);
    if (!e.kind) {
        f->pipe = fd;
        f->fd = -1;
        e = spool_open(tmp, &f->fd);
    }
    if (e.kind)
        file_close(f);
    return e;
}

static fault wake(struct file *f)
{
    if (f->fd >= 0)
        return NO_FAULT;
    int fd = open(f->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return fault_errno("%s cannot be opened again", f->path);
    struct stat st;
    if (fstat(fd, &st) != 0 || st.st_dev != f->device || st.st_ino != f->inode) {
        (void)close(fd);
        return fault_make(FAULT_IO, "%s was replaced by another file while it was being read", f->path);
    }
    f->fd = fd;
    return NO_FAULT;
}

static fault read_at(const struct file *f, uint64_t offset, char *buffer, size_t n, size_t *got)
{
    while (*got < n) {
        ssize_t r = pread(f->fd, buffer + *got, n - *got, (off_t)(f->base + offset + *got));
        if (r < 0 && errno == EINTR)
            continue;
        if (r < 0)
            return fault_errno("%s cannot be read at byte %llu", f->path, (unsigned long long)(offset + *got));
        if (r == 0)
            break;
        *got += (size_t)r;
    }
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
            return fault_make(FAULT_LIMIT, "%s is longer than what is kept of it", f->path);
        ssize_t r = read(f->pipe, buffer + *got, n - *got);
        if (r < 0 && errno == EINTR)
            continue;
        if (r < 0)
            return fault_errno("%s cannot be read at byte %llu", f->path, (unsigned long long)f->size);
        if (r == 0)
            f->pipe_ended = true;
        keep(f, buffer + *got, (size_t)r);
        f->size += (uint64_t)r;
        *got += (size_t)r;
    }
    return NO_FAULT;
}

fault file_read(struct file *f, uint64_t offset, void *buffer, size_t n, size_t *got)
{
    *got = 0;
    uint64_t there = f->pipe >= 0 ? f->kept : f->size;
    if (offset < there) {
        TRY(wake(f));
        TRY(read_at(f, offset, buffer, (size_t)min_u64(n, there - offset), got));
    }
    if (f->pipe < 0 || *got == n || offset + *got > f->size)
        return NO_FAULT;
    if (offset + *got < f->size)
        return fault_make(FAULT_LIMIT, "only the first %llu bytes of %s were kept%s%s: save it to a file and name that",
                          (unsigned long long)f->kept, f->path, f->unkept ? " in the temporary folder, " : "",
                          f->unkept ? strerror(f->unkept) : "");
    if (f->hold && n - *got > f->limit - min_u64(f->size, f->limit))
        return fault_make(FAULT_LIMIT, "%s is longer than what is kept of it", f->path);
    return read_pipe(f, buffer, n, got);
}

void file_sleep(struct file *f)
{
    if (f->fd >= 0 && f->pipe < 0 && !f->borrowed) {
        (void)close(f->fd);
        f->fd = -1;
    }
}

void file_close(struct file *f)
{
    if (f->pipe >= 0 && !f->borrowed)
        (void)close(f->pipe);
    if (f->fd >= 0 && (f->pipe >= 0 || !f->borrowed))
        (void)close(f->fd);
    f->fd = f->pipe = -1;
}
