/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of one connection, and reports about one session, become one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tables/sessions.h"

enum { MOST = 8, SECOND = 1000 };

/* One row of the session; `source` is where it stands. */
static struct row make(enum session_rule rule, int64_t time, uint32_t host, uint64_t out, uint64_t in, uint32_t source)
{
    struct row r = {.time = time, .origin = (uint64_t)source << ROW_OFFSET_BITS | (uint64_t)time, .client = 1, .host = host,
                    .line = 7, .out = out & ROW_BYTES_MAX, .in = in & ROW_BYTES_MAX};
    r.flags = (uint32_t)rule << ROW_SESSION_SHIFT;
    r.flags |= rule == SESSION_NAMED ? 0 : ROW_HAS_OUT | ROW_HAS_IN;
    return r;
}

static struct row lasting(struct row r, uint32_t ms)
{
    r.duration = ms;
    r.flags |= ROW_HAS_DURATION;
    return r;
}

static size_t merge(struct row *rows, size_t n, bool *keep)
{
    size_t kept = 0;
    memset(keep, true, MOST);
    sessions_merge(rows, n, keep);
    for (size_t i = 0; i < n; i++)
        kept += keep[i];
    return kept;
}

static void requests_have_their_own_bytes(void **state)
{
    bool keep[MOST];
    struct row rows[] = {lasting(make(SESSION_CARRIER, 100, 1, 900, 5000, 0), 60000), make(SESSION_REQUEST, 110, 2, 10, 20, 1),
                         make(SESSION_REQUEST, 120, 2, 11, 21, 1)};
    (void)state;
    assert_int_equal(merge(rows, 3, keep), 2);
    assert_false(keep[0]);
    assert_int_equal(rows[1].out, 10);
    assert_int_equal(rows[2].in, 21);
    assert_false(rows[1].flags & ROW_HAS_DURATION);
}

static void the_name_takes_the_bytes(void **state)
{
    bool keep[MOST];
    struct row rows[] = {lasting(make(SESSION_CARRIER, 100, 1, 900, 5000, 0), 60000), make(SESSION_NAMED, 110, 2, 0, 0, 1),
                         make(SESSION_NAMED, 111, 2, 0, 0, 1), lasting(make(SESSION_CARRIER, 120, 1, 500, 5000, 0), 30000)};
    (void)state;
    rows[0].flags |= ROW_STAMP_IS_START | OUTCOME_ALLOWED << ROW_OUTCOME_SHIFT;
    assert_int_equal(merge(rows, 4, keep), 1);
    assert_true(keep[1]);
    assert_int_equal(rows[1].out, 900); /* of what saw most */
    assert_int_equal(rows[1].in, 5000);
    assert_int_equal(rows[1].duration, 60000);
    assert_int_equal(rows[1].time, 100);
    assert_int_equal(row_end(&rows[1]), 60100);
    assert_int_equal(row_outcome(&rows[1]), OUTCOME_ALLOWED);
    assert_int_equal(rows[1].host, 2);
}

static void what_opens_a_tunnel_takes_them_first(void **state)
{
    bool keep[MOST];
    struct row rows[] = {make(SESSION_CARRIER, 100, 1, 900, 5000, 0), make(SESSION_REQUEST, 105, 2, 0, 0, 1),
                         make(SESSION_REQUEST, 110, 2, 0, 0, 1), make(SESSION_NAMED, 120, 3, 0, 0, 2)};
    (void)state;
    rows[2].flags |= ROW_TUNNEL;
    assert_int_equal(merge(rows, 4, keep), 2);
    assert_true(keep[1] && keep[2]); /* the 407 before it stays what it was */
    assert_int_equal(rows[1].out, 0);
    assert_int_equal(rows[2].out, 900);
    struct row socket[] = {make(SESSION_CARRIER, 100, 1, 900, 5000, 0), make(SESSION_REQUEST, 105, 2, 0, 0, 1)};
    socket[1].status = 101;
    assert_int_equal(merge(socket, 2, keep), 1);
    assert_int_equal(socket[1].in, 5000);
}

static void copies_stay_equal(void **state)
{
    bool keep[MOST];
    struct row rows[] = {make(SESSION_CARRIER, 100, 1, 900, 5000, 0), make(SESSION_NAMED, 110, 2, 0, 0, 1),
                         make(SESSION_NAMED, 110, 2, 0, 0, 2)};
    (void)state;
    assert_int_equal(merge(rows, 3, keep), 2);
    assert_int_equal(rows[1].out, rows[2].out);
    assert_int_equal(rows[1].flags, rows[2].flags);
}

static void alone_they_stay(void **state)
{
    bool keep[MOST];
    struct row carriers[] = {make(SESSION_CARRIER, 100, 1, 900, 5000, 0), make(SESSION_CARRIER, 200, 1, 1900, 5000, 1)};
    struct row named[] = {make(SESSION_NAMED, 110, 2, 0, 0, 1)};
    (void)state;
    assert_int_equal(merge(carriers, 2, keep), 1);
    assert_true(keep[1]); /* the later report of a long one */
    assert_int_equal(merge(named, 1, keep), 1);
}

static void counters_since_the_beginning(void **state)
{
    bool keep[MOST];
    struct row rows[] = {lasting(make(SESSION_CUMULATIVE, 100 * SECOND, 1, 10, 20, 0), 60 * SECOND),
                         lasting(make(SESSION_CUMULATIVE, 160 * SECOND, 1, 15, 40, 0), 120 * SECOND),
                         lasting(make(SESSION_CUMULATIVE, 160 * SECOND, 1, 15, 40, 1), 120 * SECOND), /* in a copy of the log */
                         lasting(make(SESSION_CUMULATIVE, 900 * SECOND, 1, 16, 50, 0), 30 * SECOND),  /* the id again */
                         lasting(make(SESSION_CUMULATIVE, 901 * SECOND, 1, 2, 50, 0), 31 * SECOND),   /* less: another one */
                         lasting(make(SESSION_CUMULATIVE, 960 * SECOND, 2, 99, 99, 0), 60 * SECOND)}; /* another host */
    (void)state;
    assert_int_equal(merge(rows, 6, keep), 4);
    assert_true(keep[2] && keep[3] && keep[4] && keep[5]);
    assert_int_equal(rows[2].out, 15);
    assert_int_equal(rows[2].in, 40);
}

static void counters_since_the_last_report(void **state)
{
    bool keep[MOST];
    struct row rows[] = {lasting(make(SESSION_DELTA, 100 * SECOND, 1, 10, 20, 0), 60 * SECOND),
                         lasting(make(SESSION_DELTA, 160 * SECOND, 1, 5, 7, 0), 60 * SECOND),
                         lasting(make(SESSION_DELTA, 160 * SECOND, 1, 5, 7, 1), 60 * SECOND), /* in a copy of the log */
                         lasting(make(SESSION_DELTA, 220 * SECOND, 1, 1, 1, 0), 60 * SECOND),
                         lasting(make(SESSION_DELTA, 9000 * SECOND, 1, 3, 3, 0), 60 * SECOND)};
    (void)state;
    assert_int_equal(merge(rows, 5, keep), 2);
    assert_true(keep[3] && keep[4]);
    assert_int_equal(rows[3].out, 16);
    assert_int_equal(rows[3].in, 28);
    assert_int_equal(rows[3].duration, 180 * SECOND); /* 40 s to 220 s */
    assert_int_equal(rows[3].time, 220 * SECOND);
    assert_int_equal(rows[4].out, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_have_their_own_bytes),  cmocka_unit_test(the_name_takes_the_bytes),
        cmocka_unit_test(what_opens_a_tunnel_takes_them_first), cmocka_unit_test(copies_stay_equal),
        cmocka_unit_test(alone_they_stay),                cmocka_unit_test(counters_since_the_beginning),
        cmocka_unit_test(counters_since_the_last_report),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
