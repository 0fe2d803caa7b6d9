/* SPDX-License-Identifier: Apache-2.0 */
#include "event/counts.h"

#include "base/hash.h"

static void settle(struct row_counts *c, struct mask_count *m)
{
    for (uint64_t bits = m->has; bits; bits &= bits - 1)
        c->value[__builtin_ctzll(bits)] += m->rows;
    for (uint64_t bits = m->blank; bits; bits &= bits - 1)
        c->blank[__builtin_ctzll(bits)] += m->rows;
    *m = (struct mask_count){0};
}

void row_counts_clear(struct row_counts *c)
{
    *c = (struct row_counts){.first = INT64_MAX, .last = INT64_MIN, .beyond_first = INT64_MAX, .beyond_last = INT64_MIN};
}

void row_counts_beyond(struct row_counts *c, int64_t ms)
{
    c->beyond++;
    c->beyond_first = min_i64(c->beyond_first, ms);
    c->beyond_last = max_i64(c->beyond_last, ms);
}

void row_counts_time(struct row_counts *c, int64_t ms)
{
    c->events++;
    c->first = min_i64(c->first, ms);
    c->last = max_i64(c->last, ms);
}

void row_counts_event(struct row_counts *c, const event *e)
{
    struct mask_count *m = &c->masks[hash_mix(e->has ^ e->blank << 1) % COUNT_MASKS];
    row_counts_time(c, e->at[FIELD_TIME].ms);
    if (m->has != e->has || m->blank != e->blank) {
        settle(c, m);
        m->has = e->has;
        m->blank = e->blank;
    }
    m->rows++;
}

void row_counts_add(struct row_counts *to, struct row_counts *from)
{
    for (size_t i = 0; i < COUNT_MASKS; i++)
        settle(from, &from->masks[i]);
    to->records += from->records;
    to->events += from->events;
    to->skipped += from->skipped;
    to->bad += from->bad;
    to->first = min_i64(to->first, from->first);
    to->last = max_i64(to->last, from->last);
    to->within += from->within;
    to->beyond += from->beyond;
    to->beyond_first = min_i64(to->beyond_first, from->beyond_first);
    to->beyond_last = max_i64(to->beyond_last, from->beyond_last);
    for (size_t f = 0; f < FIELD_COUNT; f++) {
        to->value[f] += from->value[f];
        to->blank[f] += from->blank[f];
    }
}
