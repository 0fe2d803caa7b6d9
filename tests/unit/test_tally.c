/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/hash.h"
#include "base/task.h"
#include "tables/nearby.h"
#include "tables/tally.h"

/* Row i has value i % values and client (i / values) % clients: each pair comes up equally often. */
struct load {
    struct tally *tally;
    unsigned rows, values, clients, threads;
    bool backwards;
};

static void add_row(struct tally_worker *w, const struct load *l, unsigned i)
{
    char text[32];
    span value = span_of(text, (size_t)snprintf(text, sizeof text, "value-%u", i % l->values));
    unsigned client = i / l->values % l->clients;
    struct tally_fact fact = {.ms = 1000 + (int64_t)i, .bytes_in = i, .has_in = true,
                              .client = hash64(span_of((const char *)&client, sizeof client))};
    if (!tally_again(w, hash_slot(value), &fact))
        tally_add(w, hash_slot(value), STATE_VALUE, value, &fact);
}

static fault add_share(void *load, unsigned number)
{
    const struct load *l = load;
    struct tally_worker *w = tally_worker_new(l->tally);
    for (unsigned i = number; i < l->rows; i += l->threads)
        add_row(w, l, l->backwards ? l->rows - 1 - i : i);
    tally_worker_close(w);
    return NO_FAULT;
}

static struct tally *count(struct load l, size_t values_max, size_t pairs_max)
{
    l.tally = tally_new(values_max, pairs_max);
    fault f = task_run(l.threads, add_share, &l);
    assert_int_equal(f.kind, FAULT_NONE);
    return l.tally;
}

static void sums_are_those_of_the_rows(void **state)
{
    (void)state;
    arena a = {0};
    struct load l = {.rows = 60000, .values = 300, .clients = 20, .threads = 4};
    struct tally *t = count(l, 1 << 20, 1 << 20);
    struct tally_result r = tally_lines(t, &a, SIZE_MAX);
    assert_int_equal(r.values, 300);
    assert_int_equal(r.n, 300);
    assert_int_equal(r.other.rows, 0);
    for (size_t i = 0; i < r.n; i++) {
        const struct tally_line *line = &r.lines[i];
        unsigned v = (unsigned)atoi(line->value.p + strlen("value-"));
        assert_int_equal(line->sum.rows, 200);   /* rows v, v + 300 ... v + 59700 */
        assert_int_equal(line->clients, 20);
        assert_true(line->clients_exact);
        assert_int_equal(line->sum.first, 1000 + v);
        assert_int_equal(line->sum.last, 1000 + v + 59700);
        assert_int_equal(line->sum.bytes_in, 200 * (uint64_t)v + 300 * (199 * 200 / 2));
        assert_false(line->sum.has_out);
        assert_true(i == 0 || span_cmp(r.lines[i - 1].value, line->value) < 0);   /* equal in rows: by value */
    }
    arena_free(&a);
    tally_free(t);
}

static void assert_same_lines(const struct tally_result *a, const struct tally_result *b)
{
    assert_int_equal(a->n, b->n);
    assert_int_equal(a->values, b->values);
    assert_int_equal(a->other.rows, b->other.rows);
    assert_int_equal(a->other.bytes_in, b->other.bytes_in);
    assert_int_equal(a->other.first, b->other.first);
    for (size_t i = 0; i < a->n; i++) {
        assert_true(span_eq(a->lines[i].value, b->lines[i].value));
        assert_int_equal(a->lines[i].sum.rows, b->lines[i].sum.rows);
        assert_int_equal(a->lines[i].sum.bytes_in, b->lines[i].sum.bytes_in);
        assert_int_equal(a->lines[i].clients, b->lines[i].clients);
        assert_int_equal(a->lines[i].clients_exact, b->lines[i].clients_exact);
    }
}

/* More values and pairs than are held: the same ones are held whoever comes first, and no row is lost. */
static void limits_do_not_depend_on_the_order(void **state)
{
    (void)state;
    arena a = {0};
    struct load one = {.rows = 90000, .values = 9000, .clients = 5, .threads = 1}, many = one;
    many.threads = 8;
    many.backwards = true;
    struct tally *t = count(one, 1000, 10000), *u = count(many, 1000, 10000);
    struct tally_result r = tally_lines(t, &a, SIZE_MAX), s = tally_lines(u, &a, SIZE_MAX);
    assert_same_lines(&r, &s);
    assert_in_range(r.values, 200, 1064);
    uint64_t rows = r.other.rows, estimated = 0;
    for (size_t i = 0; i < r.n; i++) {
        assert_int_equal(r.lines[i].sum.rows, 10);
        rows += r.lines[i].sum.rows;
        estimated += r.lines[i].clients;
    }
    assert_int_equal(rows, 90000);
    assert_in_range(estimated, r.n * 3, r.n * 7);   /* 5 each; 45,000 pairs, of which an eighth or so is held */
    arena_free(&a);
    tally_free(t);
    tally_free(u);
}

static void only_the_limit_is_listed_and_most_rows_first(void **state)
{
    (void)state;
    arena a = {0};
    struct tally *t = tally_new(1000, 1000);
    struct tally_worker *w = tally_worker_new(t);
    for (unsigned v = 1; v <= 50; v++)
        for (unsigned i = 0; i < v; i++)
            add_row(w, &(struct load){.values = 100, .clients = 1}, v);
    tally_add(w, 7, STATE_BLANK, (span){NULL, 0}, &(struct tally_fact){.ms = 5});
    tally_worker_close(w);
    struct tally_result r = tally_lines(t, &a, 3);
    assert_int_equal(r.values, 51);
    assert_int_equal(r.n, 3);
    assert_true(span_eq(r.lines[0].value, SPAN("value-50")));
    assert_true(span_eq(r.lines[2].value, SPAN("value-48")));
    r = tally_lines(t, &a, 51);
    assert_int_equal(r.lines[50].state == STATE_BLANK || r.lines[49].state == STATE_BLANK, 1);
    arena_free(&a);
    tally_free(t);
}

static void near_is_the_same_client_within_the_time(void **state)
{
    (void)state;
    struct nearby *n = nearby_new(5, 1000);
    assert_true(nearby_mark(n, SPAN("b"), 50000, 50000));
    assert_true(nearby_mark(n, SPAN("a"), 10000, 10000));
    assert_true(nearby_mark(n, SPAN("a"), 5000, 5000));
    assert_true(nearby_mark(n, SPAN("a"), 20000, 30000));
    assert_true(nearby_mark(n, SPAN("a"), 22000, 23000)); /* within that one: it ends nothing */
    assert_false(nearby_mark(n, SPAN("a"), 1, 1));        /* full */
    nearby_seal(n);
    static const struct { const char *client; int64_t start, end; bool is_near; } asked[] = {
        {"a", 3999, 3999, false}, {"a", 4000, 4000, true}, {"a", 6000, 6000, true}, {"a", 6001, 6001, false},
        {"a", 9000, 9000, true}, {"a", 11000, 11000, true}, {"a", 11001, 11001, false}, {"a", 50000, 50000, false},
        {"b", 50000, 50000, true}, {"b", 51001, 51001, false}, {"b", 10000, 10000, false}, {"c", 10000, 10000, false},
        {"a", 18999, 18999, false}, {"a", 19000, 19000, true}, {"a", 26000, 26000, true}, {"a", 31000, 31000, true},
        {"a", 31001, 31001, false}, {"a", 12000, 18999, false}, {"a", 12000, 19000, true}, {"a", 31000, 99000, true},
        {"a", 31001, 99000, false}, {"a", 0, 99000, true},
    };
    for (size_t i = 0; i < COUNT_OF(asked); i++)
        assert_int_equal(nearby_has(n, span_str(asked[i].client), asked[i].start, asked[i].end), asked[i].is_near);
    nearby_free(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_are_those_of_the_rows),
        cmocka_unit_test(limits_do_not_depend_on_the_order),
        cmocka_unit_test(only_the_limit_is_listed_and_most_rows_first),
        cmocka_unit_test(near_is_the_same_client_within_the_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
