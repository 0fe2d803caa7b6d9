/* SPDX-License-Identifier: Apache-2.0 */
#include "input/events_layer.h"

enum { MARK_SPACING = 1024 * 1024, MARKS_MAX = 4096 };

/* Every second one goes. */
static void thin_out(struct events_marks *m)
{
    size_t kept = 0;
    for (size_t i = 0; i < m->n; i += 2)
        m->items[kept++] = m->items[i];
    m->n = kept;
    m->spacing *= 2;
}

void events_marks_note(struct events_marks *m, uint64_t in, uint64_t out, const struct event_totals *totals)
{
    if (!m->spacing)
        m->spacing = MARK_SPACING;
    uint64_t last = m->n ? m->items[m->n - 1].out : 0;
    if (out < last + m->spacing)
        return;
    if (m->n == MARKS_MAX)
        thin_out(m);
    if (!array_reserve((void **)&m->items, &m->capacity, m->n + 1, sizeof *m->items, MARKS_MAX))
        return;
    m->items[m->n++] = (struct events_mark){in, out, *totals};
}

const struct events_mark *events_marks_before(const struct events_marks *m, uint64_t out)
{
    size_t low = 0;
    for (size_t high = m->n; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (m->items[middle].out <= out)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? &m->items[low - 1] : NULL;
}

void events_marks_free(struct events_marks *m) { array_free((void **)&m->items, &m->capacity); }
