/* SPDX-License-Identifier: Apache-2.0 */
#include "evtx/modes.h"

#include "base/sink.h"

#include <errno.h>
#include <unistd.h>

bool io_read(int fd, void *buffer, size_t n, size_t *got)
{
    for (*got = 0; *got < n;) {
        ssize_t r = read(fd, (char *)buffer + *got, n - *got);
        if (r < 0 && errno == EINTR)
            continue;
        if (r <= 0)
            return r == 0;
        *got += (size_t)r;
    }
    return true;
}

bool io_write(int fd, const void *bytes, size_t n)
{
    for (size_t done = 0; done < n;) {
        ssize_t w = write(fd, (const char *)bytes + done, n - done);
        if (w < 0 && errno == EINTR)
            continue;
        if (w <= 0)
            return false;
        done += (size_t)w;
    }
    return true;
}

void io_say(const char *text)
{
    sink o = sink_fd(2);
    sink_str(&o, "konseki-evtx: ");
    sink_tty(&o, span_str(text));
    sink_char(&o, '\n');
    fault ignored = sink_done(&o);
    (void)ignored;
}
