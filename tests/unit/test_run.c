/* SPDX-License-Identifier: Apache-2.0 */
/* Rows read back in groups: (client, domain), inside it host, inside it time; copies of other sources left out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/hash.h"
#include "tables/run.h"

enum { PARTITION = 17, SOURCES = 4 };

/* Hosts of one ten belong together. */
static uint32_t domain_of(const void *ctx, uint32_t host)
{
    (void)ctx;
    return host / 10;
}

static bool keep_ok(const void *ctx, const struct row *r)
{
    (void)ctx;
    return r->status != 407;
}

static const struct run_wish one_source = {.domain = domain_of, .keep = keep_ok};
static const struct run_wish several = {.domain = domain_of, .keep = keep_ok, .many_sources = true};

static struct run_set load(const struct row *rows, size_t n, const struct run_wish *wish, uint64_t *duplicate)
{
    struct row_store *store = row_store_new((size_t)1 << 20, "/tmp");
    struct row_writer *writer = row_writer_new(store);
    struct run_set set = {0};
    for (size_t i = n; i-- > 0;) /* the last first: threads write in no order */
        assert_int_equal(row_write(writer, PARTITION, &rows[i]).kind, FAULT_NONE);
    assert_int_equal(row_writer_close(writer).kind, FAULT_NONE);
    assert_int_equal(run_set_load(&set, store, PARTITION, wish, duplicate, NULL).kind, FAULT_NONE);
    row_store_free(store);
    return set;
}

static uint64_t origin(uint32_t source, uint64_t offset) { return (uint64_t)source << ROW_OFFSET_BITS | offset; }

static void groups_by_client_domain_host_and_time(void **state)
{
    enum { N = 6000 };
    static struct row rows[N];
    (void)state;
    for (uint32_t i = 0; i < N; i++) /* few stamps, so that places decide; clients 1..7, hosts 0..39 */
        rows[i] = (struct row){.time = (int64_t)(hash_mix(i) % 50), .origin = i, .client = 1 + (uint32_t)hash_mix(i + N) % 7,
                               .host = (uint32_t)hash_mix(i + 2 * N) % 40};
    struct run_set set = load(rows, N, &one_source, NULL);
    assert_int_equal(set.n, N);
    struct run owner, run;
    size_t seen = 0, owners = 0, hosts = 0;
    for (size_t at = 0; run_next_domain(&set, &one_source, &at, &owner); owners++) {
        for (size_t k = 0; run_next_host(owner, &k, &run); hosts++)
            for (size_t i = 0; i < run.n; i++, seen++) {
                assert_int_equal(run.rows[i].client, owner.rows->client);
                assert_int_equal(run.rows[i].host / 10, owner.rows->host / 10);
                assert_int_equal(run.rows[i].host, run.rows->host);
                assert_true(i == 0 || run.rows[i - 1].time < run.rows[i].time ||
                            (run.rows[i - 1].time == run.rows[i].time && run.rows[i - 1].origin < run.rows[i].origin));
            }
    }
    assert_int_equal(seen, N);
    assert_int_equal(owners, 7 * 4);   /* every client has every domain, every host, once */
    assert_int_equal(hosts, 7 * 40);
    run_set_free(&set);
}

/* Loaded in parts, every row comes once, and all rows of one (client, domain) in the same part. */
static void parts_are_the_whole(void **state)
{
    enum { N = 3000, PARTS = 5 };
    static struct row rows[N];
    static bool seen[N];
    uint8_t part_of[8][4] = {{0}};
    size_t total = 0, largest = 0;
    (void)state;
    memset(seen, 0, sizeof seen);
    for (uint32_t i = 0; i < N; i++)
        rows[i] = (struct row){.time = i, .origin = i, .client = 1 + (uint32_t)hash_mix(i) % 7,
                               .host = (uint32_t)hash_mix(i + N) % 40};
    for (uint8_t part = 0; part < PARTS; part++) {
        struct run_wish wish = one_source;
        wish.part = part;
        wish.parts = PARTS;
        struct run_set set = load(rows, N, &wish, NULL);
        for (size_t i = 0; i < set.n; i++) {
            const struct row *r = &set.rows[i];
            uint8_t *owner = &part_of[r->client][r->host / 10];
            assert_false(seen[r->origin]);
            seen[r->origin] = true;
            assert_true(*owner == 0 || *owner == part + 1);
            *owner = (uint8_t)(part + 1);
        }
        total += set.n;
        largest = set.n > largest ? set.n : largest;
        run_set_free(&set);
    }
    assert_int_equal(total, N);
    assert_true(largest < N / 2);   /* 28 owners over 5 parts */
}

static void rows_that_are_not_wanted_stay_out(void **state)
{
    (void)state;
    struct row rows[] = {{.time = 1, .client = 1, .host = 1}, {.time = 2, .client = 1, .host = 1, .status = 407},
                         {.time = 3, .client = 2, .host = 1, .status = 407}};
    struct run_set set = load(rows, COUNT_OF(rows), &one_source, NULL);
    assert_int_equal(set.n, 1);
    run_set_free(&set);
}

/* Of `in` rows alike from sources A and B as many count as the source with more has. */
static void check_copies(uint32_t a, uint32_t b, uint32_t counted)
{
    struct row rows[8];
    uint64_t duplicate[SOURCES] = {0};
    uint32_t n = 0;
    for (uint32_t i = 0; i < a; i++)
        rows[n++] = (struct row){.time = 5, .line = 77, .client = 1, .host = 1, .origin = origin(0, i)};
    for (uint32_t i = 0; i < b; i++)
        rows[n++] = (struct row){.time = 5, .line = 77, .client = 1, .host = 1, .origin = origin(1, i)};
    struct run_set set = load(rows, n, &several, duplicate);
    assert_int_equal(set.n, counted);
    assert_int_equal(duplicate[0] + duplicate[1], n - counted);
    assert_int_equal(duplicate[a >= b ? 0 : 1], 0);   /* all or nothing of a source; of equals the first stays */
    for (size_t i = 0; i < set.n; i++)
        assert_int_equal(row_source(&set.rows[i]), a >= b ? 0 : 1);
    run_set_free(&set);
}

static void copies_in_other_sources_count_once(void **state)
{
    (void)state;
    check_copies(1, 1, 1);
    check_copies(1, 3, 3);
    check_copies(3, 2, 3);
    check_copies(4, 0, 4);
}

static void within_one_source_equal_rows_are_different(void **state)
{
    (void)state;
    check_copies(4, 0, 4);
    check_copies(0, 4, 4);
}

static void rows_that_differ_in_anything_are_no_copies(void **state)
{
    (void)state;
    const struct row base = {.time = 5, .line = 77, .client = 1, .host = 1, .out = 10, .in = 20, .status = 200, .port = 80,
                             .agent = 3, .path = 4, .duration = 6, .origin = origin(0, 0),
                             .flags = ROW_HAS_OUT | ROW_HAS_IN | ROW_HAS_DURATION | STATE_VALUE << ROW_REFERER_SHIFT,
                             .referer = 9};
    struct row others[12];
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        others[i] = base;
        others[i].origin = origin(1, i);
    }
    others[0].time++, others[1].line++, others[2].client++, others[3].host++, others[4].out++, others[5].in++;
    others[6].status++, others[7].port++, others[8].agent++, others[9].path++, others[10].duration++, others[11].referer++;
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        struct row rows[] = {base, others[i]};
        uint64_t duplicate[SOURCES] = {0};
        struct run_set set = load(rows, COUNT_OF(rows), &several, duplicate);
        assert_int_equal(set.n, 2);
        assert_int_equal(duplicate[0] + duplicate[1], 0);
        run_set_free(&set);
    }
}

static void copies_of_three_sources(void **state)
{
    (void)state;
    struct row rows[] = {{.time = 5, .line = 7, .origin = origin(2, 0)}, {.time = 5, .line = 7, .origin = origin(0, 9)},
                         {.time = 5, .line = 7, .origin = origin(3, 4)}, {.time = 6, .line = 7, .origin = origin(3, 5)}};
    uint64_t duplicate[SOURCES] = {0};
    struct run_set set = load(rows, COUNT_OF(rows), &several, duplicate);
    assert_int_equal(set.n, 2);
    assert_int_equal(row_source(&set.rows[0]), 0);   /* the first of the sources */
    assert_int_equal(row_source(&set.rows[1]), 3);
    assert_int_equal(duplicate[2], 1);
    assert_int_equal(duplicate[3], 1);
    run_set_free(&set);
}

static void a_set_is_used_again(void **state)
{
    (void)state;
    struct row_store *store = row_store_new((size_t)1 << 20, "/tmp");
    struct row_writer *writer = row_writer_new(store);
    for (uint32_t i = 0; i < 300; i++) {
        struct row r = {.time = i, .client = i, .host = i, .origin = i};
        assert_int_equal(row_write(writer, (uint8_t)(i < 290 ? 1 : 2), &r).kind, FAULT_NONE);
    }
    assert_int_equal(row_writer_close(writer).kind, FAULT_NONE);
    struct run_set set = {0};
    static const size_t expected[] = {0, 290, 10, 0, 290};
    static const unsigned partition[] = {0, 1, 2, 3, 1};
    for (size_t i = 0; i < COUNT_OF(expected); i++) {
        assert_int_equal(run_set_load(&set, store, partition[i], &one_source, NULL, NULL).kind, FAULT_NONE);
        assert_int_equal(set.n, expected[i]);
    }
    run_set_free(&set);
    row_store_free(store);
}

/* 40 clients with 25 rows each, read in three parts: every row once, and no client's rows in two parts. */
static void parts_hold_every_row_once(void **state)
{
    (void)state;
    enum { CLIENTS = 40, EACH = 25, PARTS = 3 };
    struct row_store *store = row_store_new((size_t)1 << 20, "/tmp");
    struct row_writer *writer = row_writer_new(store);
    for (uint32_t i = 0; i < CLIENTS * EACH; i++) {
        struct row r = {.time = i, .client = i % CLIENTS, .host = i % CLIENTS, .origin = i};
        assert_int_equal(row_write(writer, PARTITION, &r).kind, FAULT_NONE);
    }
    assert_int_equal(row_writer_close(writer).kind, FAULT_NONE);
    size_t rows = 0, parts_of[CLIENTS] = {0};
    struct run_set set = {0};
    for (unsigned part = 0; part < PARTS; part++) {
        struct run_wish wish = {.domain = domain_of, .keep = keep_ok, .part = part, .parts = PARTS};
        assert_int_equal(run_set_load(&set, store, PARTITION, &wish, NULL, NULL).kind, FAULT_NONE);
        rows += set.n;
        for (size_t i = 0; i < set.n; i += EACH)
            parts_of[set.rows[i].client]++;
        assert_int_equal(set.n % EACH, 0);
    }
    assert_int_equal(rows, CLIENTS * EACH);
    for (size_t c = 0; c < CLIENTS; c++)
        assert_int_equal(parts_of[c], 1);
    assert_int_equal(run_parts(store, PARTITION, (size_t)1 << 30), 1);
    run_set_free(&set);
    row_store_free(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_by_client_domain_host_and_time), cmocka_unit_test(parts_are_the_whole),
        cmocka_unit_test(rows_that_are_not_wanted_stay_out),
        cmocka_unit_test(copies_in_other_sources_count_once), cmocka_unit_test(within_one_source_equal_rows_are_different),
        cmocka_unit_test(rows_that_differ_in_anything_are_no_copies), cmocka_unit_test(copies_of_three_sources),
        cmocka_unit_test(a_set_is_used_again),
        cmocka_unit_test(parts_hold_every_row_once),
    };
    return cmocka_run_group_tests_name("run", tests, NULL, NULL);
}
