/* SPDX-License-Identifier: Apache-2.0 */
/* Copies of the same traffic are told from two proxies that share it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tables/overlap.h"

#include <stdio.h>

enum { ROWS = 20000 };

static uint64_t noise(uint64_t i)
{
    i = (i + 1) * UINT64_C(0x9e3779b97f4a7c15);
    return (i ^ i >> 29) * UINT64_C(0xbf58476d1ce4e5b9) >> 20;
}

/* Row i of some office: bursts of one to four rows to one host in one second. */
static void add_row(struct sketch *s, uint64_t i, uint64_t salt)
{
    char client[32], host[32], path[32];
    uint64_t burst = i / 3;
    snprintf(client, sizeof client, "10.0.0.%d", (int)(noise(burst + salt) % 200));
    snprintf(host, sizeof host, "host%d.test", (int)(noise(burst + salt + 7) % 300));
    snprintf(path, sizeof path, "/%d", (int)(noise(i + salt) % 5000));
    event e = {.has = FIELD_BIT(TIME)};
    e.at[FIELD_TIME].ms = (int64_t)(1700000000 + burst / 2) * 1000 + (int64_t)(i % 1000);
    event_set_text(&e, FIELD_CLIENT, span_str(client));
    event_set_text(&e, FIELD_HOST, span_str(host));
    event_set_text(&e, FIELD_PATH, span_str(path));
    sketch_add(s, &e);
}

static int64_t time_of(uint64_t i) { return (int64_t)(1700000000 + i / 6) * 1000; }

static struct overlap_source source(struct sketch *s, const char *layout, uint64_t from, uint64_t to, uint64_t rank)
{
    sketch_settle(s);
    return (struct overlap_source){s, span_str(layout), time_of(from), time_of(to - 1) + 999, rank};
}

static void sketches_join_as_if_read_at_once(void **state)
{
    (void)state;
    struct sketch whole = {0}, parts[3] = {{0}}, joined = {0};
    for (uint64_t i = 0; i < ROWS; i++) {
        add_row(&whole, i, 0);
        add_row(&parts[i / 64 % 3], i, 0);
    }
    sketch_settle(&whole);
    for (int i = 2; i >= 0; i--)
        sketch_join(&joined, &parts[i]);
    sketch_settle(&joined);
    assert_int_equal(whole.n, OVERLAP_KEYS);
    assert_int_equal(joined.n, whole.n);
    assert_memory_equal(joined.keys, whole.keys, whole.n * sizeof *whole.keys);
    sketch_free(&whole);
    sketch_free(&joined);
    for (int i = 0; i < 3; i++)
        sketch_free(&parts[i]);
}

static void the_poorer_copy_is_left_out(void **state)
{
    (void)state;
    arena a = {0};
    struct sketch s[3] = {{0}};
    size_t n;
    for (uint64_t i = 0; i < ROWS; i++) {
        add_row(&s[0], i, 0);
        add_row(&s[1], i, 0);
        add_row(&s[2], i, 99);   /* other people */
    }
    struct overlap_source sources[] = {source(&s[0], "poor", 0, ROWS, 1), source(&s[1], "rich", 0, ROWS, 2),
                                       source(&s[2], "third", 0, ROWS, 3)};
    struct overlap_copy *copies = overlap_find(&a, sources, 3, &n);
    assert_int_equal(n, 1);
    assert_int_equal(copies[0].source, 0);
    assert_int_equal(copies[0].of, 1);
    assert_true(copies[0].share == 1.0);
    assert_true(overlap_has(copies, n, 0, time_of(17)));
    assert_false(overlap_has(copies, n, 1, time_of(17)));
    assert_false(overlap_has(copies, n, 0, time_of(0) - 1000));
    sources[0].layout = sources[1].layout;   /* equal lines are looked at one by one elsewhere */
    overlap_find(&a, sources, 3, &n);
    assert_int_equal(n, 0);
    for (int i = 0; i < 3; i++)
        sketch_free(&s[i]);
    arena_free(&a);
}

static void only_the_time_of_both_counts(void **state)
{
    (void)state;
    arena a = {0};
    struct sketch s[2] = {{0}};
    size_t n;
    for (uint64_t i = 0; i < ROWS; i++) {
        if (i < ROWS * 3 / 4)
            add_row(&s[0], i, 0);
        if (i >= ROWS / 4)
            add_row(&s[1], i, 0);
    }
    struct overlap_source sources[] = {source(&s[0], "poor", 0, ROWS * 3 / 4, 1), source(&s[1], "rich", ROWS / 4, ROWS, 2)};
    struct overlap_copy *copies = overlap_find(&a, sources, 2, &n);
    assert_int_equal(n, 1);
    assert_false(overlap_has(copies, n, 0, time_of(ROWS / 4) - 1000));
    assert_true(overlap_has(copies, n, 0, time_of(ROWS / 4)));
    assert_true(overlap_has(copies, n, 0, time_of(ROWS * 3 / 4 - 1)));
    for (int i = 0; i < 2; i++)
        sketch_free(&s[i]);
    arena_free(&a);
}

/* Every other row of the same office at each proxy: the bursts are halved, the pages are different ones. */
static void shared_load_is_no_copy(void **state)
{
    (void)state;
    arena a = {0};
    struct sketch s[2] = {{0}};
    size_t n;
    for (uint64_t i = 0; i < ROWS; i++)
        add_row(&s[i % 2], i, 0);
    struct overlap_source sources[] = {source(&s[0], "one", 0, ROWS, 1), source(&s[1], "other", 0, ROWS, 2)};
    overlap_find(&a, sources, 2, &n);
    assert_int_equal(n, 0);
    for (int i = 0; i < 2; i++)
        sketch_free(&s[i]);
    arena_free(&a);
}

static void a_few_rows_say_nothing(void **state)
{
    (void)state;
    arena a = {0};
    struct sketch s[2] = {{0}};
    size_t n;
    for (uint64_t i = 0; i < OVERLAP_KEYS_LEAST - 1; i++) {
        add_row(&s[0], i, 0);
        add_row(&s[1], i, 0);
    }
    struct overlap_source sources[] = {source(&s[0], "one", 0, 60, 1), source(&s[1], "other", 0, 60, 2)};
    overlap_find(&a, sources, 2, &n);
    assert_int_equal(n, 0);
    for (uint64_t i = OVERLAP_KEYS_LEAST - 1; i < 3 * OVERLAP_KEYS_LEAST; i++) {
        add_row(&s[0], i, 0);
        add_row(&s[1], i, 0);
    }
    sketch_settle(&s[0]);
    sketch_settle(&s[1]);
    overlap_find(&a, sources, 2, &n);
    assert_int_equal(n, 1);
    for (int i = 0; i < 2; i++)
        sketch_free(&s[i]);
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sketches_join_as_if_read_at_once),
        cmocka_unit_test(the_poorer_copy_is_left_out),
        cmocka_unit_test(only_the_time_of_both_counts),
        cmocka_unit_test(shared_load_is_no_copy),
        cmocka_unit_test(a_few_rows_say_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
