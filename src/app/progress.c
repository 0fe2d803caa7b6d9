/* SPDX-License-Identifier: Apache-2.0 */
#include "app/progress.h"

#include <time.h>
#include <unistd.h>

static const double EVERY_S = 0.2;

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

struct progress progress_begin(bool wanted) { return (struct progress){now_s(), 0, wanted && isatty(2)}; }

void progress_show(void *progress, const struct reading *r, span path)
{
    struct progress *p = progress;
    double now = p->is_on ? now_s() : 0;
    if (!p->is_on || now - p->shown < EVERY_S)
        return;
    p->shown = now;
    double done = (double)reading_bytes_done(r), total = (double)r->bytes_total, seconds = now - p->began;
    sink o = sink_fd(2);
    sink_printf(&o, "\r\033[K%3.0f %%  %.0f MB/s  ", total > 0 ? 100 * done / total : 0, done / seconds / 1e6);
    if (done > 0 && total > done)
        sink_printf(&o, "%.0f s left  ", seconds * (total - done) / done);
    sink_tty(&o, path.n > 40 ? span_skip(path, path.n - 40) : path);
    fault ignored = sink_done(&o);
    (void)ignored;
}

void progress_end(struct progress *p)
{
    sink o = sink_fd(2);
    if (p->is_on && p->shown > 0)
        sink_str(&o, "\r\033[K");
    fault ignored = sink_done(&o);
    (void)ignored;
}
