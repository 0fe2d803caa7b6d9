/* SPDX-License-Identifier: Apache-2.0 */
#include "tables/habits.h"

#include "base/arena.h"
#include "base/task.h"
#include "tables/survey.h"

#include <stdatomic.h>
#include <stdlib.h>

enum { DAY_MS = 86400000, HOUR_MS = 3600000,
       BUSY_HOURS_MIN = 10, CONTACTS_MIN = 200,   /* of a client, below which its hours are not learned */
       CLIENTS_LEARNED_MAX = 1 << 18 };           /* 672 B each while learning; of a log with more, nobody's */

void day_set_add(struct day_set *d, int64_t time_ms)
{
    int64_t day = time_ms / DAY_MS;
    if (time_ms >= 0 && day < DAYS_MAX)
        d->bits[day / 64] |= UINT64_C(1) << (day % 64);
}

void day_set_join(struct day_set *d, const struct day_set *other)
{
    for (size_t i = 0; i < COUNT_OF(d->bits); i++)
        d->bits[i] |= other->bits[i];
}

static uint32_t count_bits(const uint64_t *bits, size_t n)
{
    uint32_t count = 0;
    for (size_t i = 0; i < n; i++)
        for (uint64_t rest = bits[i]; rest; rest &= rest - 1) /* nearly all words are 0 */
            count++;
    return count;
}

uint32_t day_set_count(const struct day_set *d) { return count_bits(d->bits, COUNT_OF(d->bits)); }

uint32_t day_set_before(const struct day_set *d, int64_t time_ms)
{
    int64_t day = time_ms / DAY_MS;
    if (time_ms < 0)
        return 0;
    if (day >= DAYS_MAX)
        return day_set_count(d);
    uint64_t last = d->bits[day / 64] & ((UINT64_C(1) << (day % 64)) - 1);
    return count_bits(d->bits, (size_t)(day / 64)) + count_bits(&last, 1);
}

static size_t hour_of_week(int64_t time_ms)
{
    int64_t hour = time_ms / HOUR_MS % HOURS_OF_WEEK;
    return (size_t)(hour < 0 ? hour + HOURS_OF_WEEK : hour);
}

static bool has_hour(const struct active_hours *a, size_t hour) { return a->bits[hour / 64] >> (hour % 64) & 1; }

uint32_t active_hours_idle(const struct active_hours *a)
{
    uint32_t used = count_bits(a->bits, COUNT_OF(a->bits));
    return used ? HOURS_OF_WEEK - used : 0;
}

/* Asked for every row of the second look: without counting. */
bool active_hours_has(const struct active_hours *a, int64_t time_ms)
{
    bool is_learned = a->bits[0] | a->bits[1] | a->bits[2];
    return !is_learned || has_hour(a, hour_of_week(time_ms));
}

static int by_count(const void *x, const void *y)
{
    uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
    return (a > b) - (a < b);
}

struct active_hours active_hours_of(const uint32_t contacts[HOURS_OF_WEEK])
{
    struct active_hours a = {{0}};
    uint32_t busy[HOURS_OF_WEEK];
    size_t n = 0;
    uint64_t sum = 0;
    for (size_t h = 0; h < HOURS_OF_WEEK; h++) {
        sum += contacts[h];
        if (contacts[h])
            busy[n++] = contacts[h];
    }
    if (n < BUSY_HOURS_MIN || sum < CONTACTS_MIN)
        return a;
    qsort(busy, n, sizeof *busy, by_count);
    uint32_t least = busy[n * 9 / 10] / 5 + 1;
    for (size_t h = 0; h < HOURS_OF_WEEK; h++) {
        size_t before = (h + HOURS_OF_WEEK - 1) % HOURS_OF_WEEK, after = (h + 1) % HOURS_OF_WEEK;
        if (contacts[h] >= least || contacts[before] >= least || contacts[after] >= least)
            a.bits[h / 64] |= UINT64_C(1) << (h % 64);
    }
    return a;
}

struct learning {
    struct survey *survey;
    size_t memory;
    _Atomic uint32_t (*contacts)[HOURS_OF_WEEK];   /* by client */
    atomic_uint next_partition;
};

static bool keep_shared(const void *ctx, const struct row *r)
{
    const struct survey *s = ctx;
    return s->hosts[r->host].clients >= s->shared_at && survey_is_contact(r);
}

/* Sums, so the order of rows and threads cannot show. */
static void count_row(void *ctx, const struct row *r)
{
    struct learning *l = ctx;
    if (keep_shared(l->survey, r))
        atomic_fetch_add_explicit(&l->contacts[r->client][hour_of_week(r->time)], 1, memory_order_relaxed);
}

/* Where nothing can be a copy and nothing is sampled, rows need no order: they are counted as they are read. */
static bool needs_no_order(const struct run_wish *wish, const struct row_store *rows, unsigned partition)
{
    return !wish->many_sources && row_store_count(rows, partition) <= RUN_ROWS_MAX;
}

static fault learn_partitions(void *ctx, unsigned number)
{
    struct learning *l = ctx;
    const struct row_store *rows = l->survey->intake->rows;
    struct run_wish wish = survey_wish(l->survey, keep_shared);
    struct run_set set = {0};
    fault f = NO_FAULT;
    (void)number;
    for (unsigned p; !f.kind && (p = atomic_fetch_add(&l->next_partition, 1)) < PARTITIONS;) {
        if (needs_no_order(&wish, rows, p)) {
            f = row_store_read(rows, p, count_row, l);
            continue;
        }
        wish.parts = run_parts(rows, p, l->memory);
        for (wish.part = 0; !f.kind && wish.part < wish.parts; wish.part++) {
            f = run_set_load(&set, rows, p, &wish, NULL, NULL);
            for (size_t i = 0; !f.kind && i < set.n; i++)
                count_row(l, &set.rows[i]);
        }
    }
    run_set_free(&set);
    return f;
}

fault habits_learn(struct survey *s, unsigned threads, size_t memory)
{
    uint32_t clients = names_limit(s->intake->clients);
    if (day_set_count(&s->days) < HISTORY_DAYS || clients > CLIENTS_LEARNED_MAX)
        return NO_FAULT;
    struct learning l = {.survey = s, .memory = memory};
    l.contacts = mem_alloc(((size_t)clients + 1) * sizeof *l.contacts);
    fault f = task_run(threads, learn_partitions, &l);
    for (uint32_t c = 0; !f.kind && c < clients; c++) {
        uint32_t contacts[HOURS_OF_WEEK];
        if (!s->clients[c].browser)
            continue;
        for (size_t h = 0; h < HOURS_OF_WEEK; h++)
            contacts[h] = atomic_load_explicit(&l.contacts[c][h], memory_order_relaxed);
        s->clients[c].active = active_hours_of(contacts);
    }
    mem_free(l.contacts);
    s->has_history = !f.kind;
    return f;
}
