/* SPDX-License-Identifier: Apache-2.0 */
#include "app/list_file.h"

#include "base/when.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIPE_STEP = 1 << 20 };

/* Up to `size` bytes; the number that were there, or -1. */
static ssize_t read_some(int fd, char *text, size_t size)
{
    size_t used = 0;
    while (used < size) {
        ssize_t n = read(fd, text + used, size - used);
        if (n == 0)
            break;
        if (n < 0 && errno != EINTR)
            return -1;
        used += n > 0 ? (size_t)n : 0;
    }
    return (ssize_t)used;
}

static fault read_all(arena *a, int fd, const char *option, const char *path, size_t max, span *out)
{
    struct stat info;
    size_t size = fstat(fd, &info) == 0 && S_ISREG(info.st_mode) ? (size_t)info.st_size + 1 : PIPE_STEP, used = 0;
    char *text = NULL;
    for (;; size *= 2) {
        size = size <= max ? size : max + 1;
        char *more = arena_new(a, char, size);
        if (used)
            memcpy(more, text, used);
        text = more;
        ssize_t n = read_some(fd, text + used, size - used);
        if (n < 0)
            return fault_errno("%s %s", option, path);
        used += (size_t)n;
        if (used < size)
            break;
        if (size > max)
            return fault_make(FAULT_LIMIT, "%s %s: larger than %zu MiB", option, path, max >> 20);
    }
    *out = span_of(text, used);
    return NO_FAULT;
}

fault file_text(arena *a, const char *option, const char *path, size_t max, span *out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fault_errno("%s %s", option, path);
    fault f = read_all(a, fd, option, path, max, out);
    close(fd);
    return f;
}

fault list_text(arena *a, const char *option, const char *path, span *out)
{
    TRY(file_text(a, option, path, LIST_FILE_MAX, out));
    *out = input_plain(a, path, *out);
    return NO_FAULT;
}

fault list_clients(arena *a, const struct options *o, struct clients **out)
{
    span text;
    *out = NULL;
    if (!o->clients)
        return NO_FAULT;
    TRY(list_text(a, "--clients", o->clients, &text));
    return clients_read(a, o->clients, text, o->tz_minutes == WHEN_NONE_MINUTES ? 0 : o->tz_minutes, out);
}
