/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/hash.h"
#include "base/task.h"
#include "tables/rows.h"

enum { ROWS = 6000, WRITERS = 3 };

/* One row of every kind: coded fields that depend on flags are set only where the flag is. */
static struct row make_row(uint64_t seed)
{
    uint64_t a = hash_mix(seed * 3 + 1), b = hash_mix(seed * 3 + 2), c = hash_mix(seed * 3 + 3);
    struct row r = {.time = (int64_t)(1700000000000 + (int64_t)(a % 100000000) - 50000000), .origin = seed,
                    .status = (uint16_t)(b % 600), .port = (uint16_t)b, .client = (uint32_t)a % 5000, .host = (uint32_t)b,
                    .agent = (uint32_t)c % 300, .path = (uint32_t)(a >> 32), .flags = (uint32_t)c & 0x7fffff,
                    .line = (uint32_t)(c >> 32)};
    r.out = r.flags & ROW_HAS_OUT ? b >> (16 + seed % 40) & ROW_BYTES_MAX : 0;
    r.in = r.flags & ROW_HAS_IN ? c >> (16 + seed % 40) & ROW_BYTES_MAX : 0;
    r.duration = r.flags & ROW_HAS_DURATION ? (uint32_t)(a >> (seed % 32)) : 0;
    r.referer = row_referer_state(&r) == STATE_VALUE ? (uint16_t)(a | 1) : 0;
    return r;
}

struct reading { struct row *rows; size_t n; };

static void take(void *ctx, const struct row *r)
{
    struct reading *into = ctx;
    into->rows[into->n++] = *r;
}

static int by_origin(const void *x, const void *y)
{
    const struct row *a = x, *b = y;
    return (a->origin > b->origin) - (a->origin < b->origin);
}

static void assert_same_row(const struct row *a, const struct row *b)
{
    assert_int_equal(a->time, b->time);
    assert_int_equal(a->origin, b->origin);
    assert_int_equal(a->out, b->out);
    assert_int_equal(a->in, b->in);
    assert_int_equal(a->status, b->status);
    assert_int_equal(a->port, b->port);
    assert_int_equal(a->client, b->client);
    assert_int_equal(a->host, b->host);
    assert_int_equal(a->agent, b->agent);
    assert_int_equal(a->path, b->path);
    assert_int_equal(a->duration, b->duration);
    assert_int_equal(a->flags, b->flags);
    assert_int_equal(a->line, b->line);
    assert_int_equal(a->referer, b->referer);
}

struct writing { struct row_store *store; };

static fault write_share(void *ctx, unsigned number)
{
    struct writing *w = ctx;
    struct row_writer *writer = row_writer_new(w->store);
    fault f = NO_FAULT;
    for (uint64_t i = number; !f.kind && i < ROWS; i += WRITERS) {
        struct row r = make_row(i);
        f = row_write(writer, (uint8_t)(i % 7 * 30), &r);
    }
    fault closed = row_writer_close(writer);
    return f.kind ? f : closed;
}

/* All rows come back, each in its partition, whatever the memory. */
static uint64_t write_and_read(size_t memory)
{
    struct writing w = {row_store_new(memory, "/tmp")};
    static struct row rows[ROWS];
    struct reading all = {rows, 0};
    assert_int_equal(task_run(WRITERS, write_share, &w).kind, FAULT_NONE);
    for (unsigned p = 0; p < PARTITIONS; p++) {
        size_t before = all.n;
        assert_int_equal(row_store_read(w.store, p, take, &all).kind, FAULT_NONE);
        assert_int_equal(row_store_count(w.store, p), all.n - before);
        for (size_t i = before; i < all.n; i++)
            assert_int_equal(rows[i].origin % 7 * 30, p);
    }
    assert_int_equal(all.n, ROWS);
    qsort(rows, all.n, sizeof *rows, by_origin);
    for (size_t i = 0; i < all.n; i++) {
        struct row expected = make_row(i);
        assert_same_row(&rows[i], &expected);
    }
    uint64_t spilled = row_store_spilled(w.store);
    row_store_free(w.store);
    return spilled;
}

static void rows_come_back_from_memory(void **state)
{
    (void)state;
    assert_int_equal(write_and_read((size_t)64 << 20), 0);
}

static void rows_come_back_from_the_file(void **state)
{
    (void)state;
    uint64_t all = write_and_read(1);
    assert_true(all > ROWS * 12);               /* 12 B are four coded ids and a path: nothing was left out */
    uint64_t part = write_and_read(64 * 1024);
    assert_true(part > 0 && part < all);        /* what fits stays in memory */
    assert_true(all - part <= 64 * 1024);
}

static void extremes_come_back(void **state)
{
    (void)state;
    const int64_t year = INT64_C(31556952000);
    struct row extremes[] = {
        {.time = -1969 * year, .origin = 0},
        {.time = 8000 * year, .origin = UINT64_MAX, .out = ROW_BYTES_MAX, .in = ROW_BYTES_MAX, .status = UINT16_MAX,
         .port = UINT16_MAX, .client = UINT32_MAX, .host = UINT32_MAX, .agent = UINT32_MAX, .path = UINT32_MAX,
         .duration = UINT32_MAX, .flags = UINT32_MAX & ~(uint32_t)ROW_REFERER_MASK, .line = UINT32_MAX},
        {.time = 0, .origin = 1, .flags = STATE_VALUE << ROW_REFERER_SHIFT, .referer = UINT16_MAX},
        {.time = 0, .origin = 2, .flags = ROW_HAS_OUT | ROW_HAS_IN | ROW_HAS_DURATION}, /* values that are 0 */
    };
    struct row_store *store = row_store_new(1, "/tmp");
    struct row_writer *writer = row_writer_new(store);
    for (size_t i = 0; i < COUNT_OF(extremes); i++)
        assert_int_equal(row_write(writer, 255, &extremes[i]).kind, FAULT_NONE);
    assert_int_equal(row_writer_close(writer).kind, FAULT_NONE);
    struct row rows[COUNT_OF(extremes)];
    struct reading all = {rows, 0};
    assert_int_equal(row_store_read(store, 255, take, &all).kind, FAULT_NONE);
    assert_int_equal(all.n, COUNT_OF(extremes));
    for (size_t i = 0; i < COUNT_OF(extremes); i++)
        assert_same_row(&rows[i], &extremes[i]);
    row_store_free(store);
}

static void a_folder_that_is_not_there_is_a_fault(void **state)
{
    (void)state;
    struct writing w = {row_store_new(1, "/tmp/konseki-no-such-folder")};
    fault f = task_run(WRITERS, write_share, &w);
    assert_int_equal(f.kind, FAULT_IO);
    assert_true(span_find(span_str(f.text), SPAN("/tmp/konseki-no-such-folder")) != SIZE_MAX);
    assert_true(span_find(span_str(f.text), SPAN("--tmp")) != SIZE_MAX);
    row_store_free(w.store);
}

static void starts_and_ends(void **state)
{
    (void)state;
    struct row at_end = {.time = 10000, .duration = 3000, .flags = ROW_HAS_DURATION};
    struct row at_start = {.time = 10000, .duration = 3000, .flags = ROW_HAS_DURATION | ROW_STAMP_IS_START};
    struct row alone = {.time = 10000};
    assert_int_equal(row_start(&at_end), 7000);
    assert_int_equal(row_end(&at_end), 10000);
    assert_int_equal(row_start(&at_start), 10000);
    assert_int_equal(row_end(&at_start), 13000);
    assert_int_equal(row_start(&alone), 10000);
    assert_int_equal(row_end(&alone), 10000);
}

static void an_origin_is_source_and_offset(void **state)
{
    (void)state;
    struct row r = {.origin = (uint64_t)ROW_SOURCES_MAX << ROW_OFFSET_BITS | ((UINT64_C(1) << ROW_OFFSET_BITS) - 1)};
    assert_int_equal(row_source(&r), 1048575);
    assert_int_equal(row_offset(&r), UINT64_C(17592186044415));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_come_back_from_memory), cmocka_unit_test(rows_come_back_from_the_file),
        cmocka_unit_test(extremes_come_back), cmocka_unit_test(a_folder_that_is_not_there_is_a_fault),
        cmocka_unit_test(starts_and_ends), cmocka_unit_test(an_origin_is_source_and_offset),
    };
    return cmocka_run_group_tests_name("rows", tests, NULL, NULL);
}
