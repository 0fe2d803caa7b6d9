/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/times.h"

#include "base/arena.h"
#include "base/hash.h"

#include <stdlib.h>

enum { MINUTE_MS = 60000, HOUR_MS = 3600000, FIRST_SLOTS = 64 };

static int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b < 0); }

/* ---- hours ---- */

static struct hour *slot_of(const struct time_fold *f, int64_t hour)
{
    size_t at = hash_mix((uint64_t)hour) & (f->slots - 1);
    while (f->hours[at].rows && f->hours[at].hour != hour)
        at = (at + 1) & (f->slots - 1);
    return &f->hours[at];
}

static void add_hour(struct time_fold *f, struct hour h)
{
    if (f->hour_n * 2 >= f->slots) {
        struct time_fold old = *f;
        f->slots = old.slots ? old.slots * 2 : FIRST_SLOTS;
        f->hours = mem_alloc(f->slots * sizeof *f->hours);
        for (size_t i = 0; i < old.slots; i++)
            if (old.hours[i].rows)
                *slot_of(f, old.hours[i].hour) = old.hours[i];
        mem_free(old.hours);
    }
    struct hour *slot = slot_of(f, h.hour);
    if (!slot->rows && f->hour_n == HOURS_MAX)
        return;
    f->hour_n += !slot->rows;
    slot->hour = h.hour;
    slot->rows += h.rows;
    slot->minutes |= h.minutes;
}

static int by_hour(const void *x, const void *y)
{
    const struct hour *a = x, *b = y;
    return (a->hour > b->hour) - (a->hour < b->hour);
}

size_t times_hours(const struct time_fold *f, struct hour *out)
{
    size_t n = 0;
    for (size_t i = 0; i < f->slots; i++)
        if (f->hours[i].rows)
            out[n++] = f->hours[i];
    if (n)
        qsort(out, n, sizeof *out, by_hour);
    return n;
}

/* ---- steps of the clock ---- */

/* Back at b, and c stays there: a lone late row is no clock. */
static void look_at_step(struct time_fold *f, int64_t a, int64_t b, const int64_t *c)
{
    if (a - b <= STEP_MS || (c && a - *c <= STEP_MS))
        return;
    f->steps++;
    if (a - b > f->step_ms || (a - b == f->step_ms && b < f->step_at)) {
        f->step_ms = a - b;
        f->step_at = b;
    }
}

void times_add(struct time_fold *f, uint64_t offset, const event *e)
{
    int64_t time = e->at[FIELD_TIME].ms;
    int64_t end = event_has(e, FIELD_END) ? e->at[FIELD_END].ms : time;
    int64_t hour = floor_div(time, HOUR_MS), minute = (time - hour * HOUR_MS) / MINUTE_MS;
    add_hour(f, (struct hour){hour, UINT64_C(1) << minute, 1});
    if (f->block_rows < 2) {
        f->first_offset[f->block_rows] = offset;
        f->first_time[f->block_rows] = end;
    } else {
        look_at_step(f, f->last_time[0], f->last_time[1], &end);
    }
    f->last_offset[0] = f->last_offset[1];
    f->last_time[0] = f->last_time[1];
    f->last_offset[1] = offset;
    f->last_time[1] = end;
    f->block_rows++;
}

static void put_edge(struct time_fold *f, uint64_t offset, int64_t time)
{
    if (f->edge_n == EDGES_MAX)
        return;
    if (!array_reserve((void **)&f->edges, &f->edge_capacity, f->edge_n + 1, sizeof *f->edges, EDGES_MAX))
        panic("out of memory");
    f->edges[f->edge_n++] = (struct time_edge){offset, f->first_offset[0], time};
}

void times_flush(struct time_fold *f)
{
    uint64_t rows = f->block_rows;
    for (size_t i = 0; i < min_u64(rows, 2); i++)
        put_edge(f, f->first_offset[i], f->first_time[i]);
    for (size_t i = rows == 3 ? 1 : 0; i < 2 && rows > 2; i++)
        put_edge(f, f->last_offset[i], f->last_time[i]);
    f->block_rows = 0;
}

static int by_offset(const void *x, const void *y)
{
    const struct time_edge *a = x, *b = y;
    return (a->offset > b->offset) - (a->offset < b->offset);
}

/* Three rows of one block were looked at when they came; three that follow each other over a seam are all here. */
void times_settle(struct time_fold *f)
{
    if (f->edge_n)
        qsort(f->edges, f->edge_n, sizeof *f->edges, by_offset);
    for (size_t i = 0; i + 1 < f->edge_n; i++) {
        const struct time_edge *a = &f->edges[i], *b = a + 1, *c = i + 2 < f->edge_n ? a + 2 : NULL;
        if (!c || a->block != c->block)
            look_at_step(f, a->time, b->time, c ? &c->time : NULL);
    }
    array_free((void **)&f->edges, &f->edge_capacity);
    f->edge_n = 0;
}

void times_join(struct time_fold *to, const struct time_fold *from)
{
    for (size_t i = 0; i < from->slots; i++)
        if (from->hours[i].rows)
            add_hour(to, from->hours[i]);
    to->steps += from->steps;
    if (from->step_ms > to->step_ms || (from->step_ms == to->step_ms && from->step_at < to->step_at)) {
        to->step_ms = from->step_ms;
        to->step_at = from->step_at;
    }
    size_t n = min_u64(from->edge_n, EDGES_MAX - to->edge_n);
    if (n == 0)
        return;
    if (!array_reserve((void **)&to->edges, &to->edge_capacity, to->edge_n + n, sizeof *to->edges, EDGES_MAX))
        panic("out of memory");
    memcpy(&to->edges[to->edge_n], from->edges, n * sizeof *from->edges);
    to->edge_n += n;
}

void times_free(struct time_fold *f)
{
    mem_free(f->hours);
    array_free((void **)&f->edges, &f->edge_capacity);
    *f = (struct time_fold){0};
}
