/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/hash.h"
#include "detect/cells.h"
#include "detect/sizes.h"
#include "detect/timing.h"
#include "detect/timing_null.h"

enum { ROOM = 3000 };
static const int64_t START = 1573109824000;     /* 2019-11-07 15:57:04 +09:00 */

static int make_scratch(void **state)
{
    *state = timing_scratch_new();
    return 0;
}

static int free_scratch(void **state)
{
    timing_scratch_free(*state);
    return 0;
}

static double uniform(uint64_t *random)
{
    *random += 0x9e3779b97f4a7c15u;
    return ((double)(hash_mix(*random) >> 11) + 0.5) / 9007199254740992.0;
}

/* Times from intervals in seconds; floored to the clock's step. */
static size_t lay_out(int64_t *ms, const double *seconds, size_t n, uint32_t step)
{
    double at = 0.5;
    ms[0] = START;
    for (size_t i = 0; i < n; i++) {
        at += seconds[i];
        ms[i + 1] = START + (int64_t)floor(at * 1000 / step) * step;
    }
    return n + 1;
}

static void cells_keep_counts_sums_and_order(void **state)
{
    (void)state;
    static cells c;
    static cell_step at[CELLS_MAX + 1];
    const uint32_t values[] = {70000, 0, 255, 60000, 60000, UINT32_MAX, 256, 60001};
    for (size_t i = 0; i < COUNT_OF(values); i++)
        cells_add(&c, values[i]);
    size_t n = cells_drain(&c, at);
    assert_int_equal(n, 6);
    const uint32_t mins[] = {0, 255, 256, 60000, 70000, UINT32_MAX};
    for (size_t i = 0; i < n; i++)
        assert_int_equal(at[i].min, mins[i]);
    assert_int_equal(at[3].max, 60001);
    assert_int_equal(at[4].count - at[3].count, 3);
    assert_int_equal(at[4].sum - at[3].sum, 180001);
    assert_int_equal(at[n].count, 8);
    assert_int_equal(at[n].sum, 70000 + 255 + 256 + 180001 + (uint64_t)UINT32_MAX);
    assert_int_equal(cells_drain(&c, at), 0);   /* emptied */
}

static void chance_agrees_with_the_closed_form(void **state)
{   /* r^(-1/(r-1)) - r^(-r/(r-1)); the other rows from an exhaustive search by another program */
    (void)state;
    static timing_null null;
    timing_null_fill(&null);
    for (double w = 0.02; w < 2.3; w += 0.1) {
        double r = exp(w), closed = pow(r, -1 / (r - 1)) - pow(r, -r / (r - 1));
        assert_true(fabs(timing_null_q(&null, 1, w) - closed) < 0.0005);
        assert_true(timing_null_q(&null, 1, w) > closed - 1e-4);
    }
    assert_true(fabs(timing_null_q(&null, 2, 0.45) - 0.2396) < 0.0005);
    assert_true(fabs(timing_null_q(&null, 3, 0.95) - 0.5737) < 0.0005);
    assert_true(fabs(timing_null_q(&null, 4, 0.25) - 0.1934) < 0.0005);
    assert_true(fabs(timing_null_q(&null, NULL_MULTIPLES, 0.45) - 0.4369) < 0.0005);
    assert_true(timing_null_q(&null, 1, 0) <= 0 && timing_null_q(&null, 1, 3.5) >= 1);
}

static void thirty_equal_intervals_by_hand(void **state)
{   /* Wilson at p = 1, z = 2: n / (n + 4) = 30/34. Window 60 s at 1 s steps, chance from 0.5 s on:
     * r = 60/59, q = 0.0062. S = (0.88235 - 0.0062) / (1 - 0.0062) = 0.8816 */
    int64_t ms[31];
    for (size_t i = 0; i < 31; i++)
        ms[i] = START + (int64_t)i * 60000;
    timing_result r;
    timing_score(ms, 31, 1000, *state, &r);
    assert_true(fabs(r.s - 0.8816) < 0.0005);
    assert_true(fabs(r.chance - 0.0062) < 0.0002);
    assert_true(fabs(r.period_s - 60) < 1e-9 && fabs(r.coverage - 1) < 1e-9);
    assert_int_equal(r.matched, 30);
    assert_int_equal(r.intervals, 30);
    assert_int_equal(r.events, 31);
    assert_int_equal(r.order, 1);
    assert_false(r.multiples);
    timing_score(ms, 31, 1, *state, &r);    /* a finer clock can only make it clearer */
    assert_true(r.s > 0.8816 && r.s < 30.0 / 34 + 1e-9);
}

static void missed_beats_are_counted(void **state)
{   /* 40 intervals of 60 s or a multiple: 8 times 120 s and twice 180 s, that is 8 + 2 x 2 missed */
    double d[40];
    for (size_t i = 0; i < 40; i++)
        d[i] = i % 20 == 3 ? 180 : i % 5 == 1 ? 120 : 60;
    int64_t ms[41];
    timing_result r;
    timing_score(ms, lay_out(ms, d, 40, 1000), 1000, *state, &r);
    assert_true(r.multiples);
    assert_int_equal(r.matched, 40);
    assert_int_equal(r.missed, 12);
    assert_true(fabs(r.period_s - 60) < 0.5);
    assert_true(r.s > 0.75);
}

static void two_behind_one_address_show_at_order_two(void **state)
{   /* two sleepers of 600 s +-10 %, each keeping its own time, merged */
    int64_t ms[240], next[2] = {START, START + 200000};
    uint64_t random = 12;
    for (size_t i = 0; i < 240; i++) {
        size_t who = next[1] < next[0];
        ms[i] = next[who] / 1000 * 1000;
        next[who] += (int64_t)(600000 * (0.9 + 0.2 * uniform(&random)));
    }
    timing_result r;
    timing_score(ms, 240, 1000, *state, &r);
    assert_int_equal(r.order, 2);
    assert_true(fabs(r.period_s - 600) < 20);
    assert_true(r.s > 0.5);
}

static void bursts_are_one_beat(void **state)
{   /* three requests in two seconds, every five minutes or so */
    int64_t ms[120];
    for (size_t i = 0; i < 120; i++)
        ms[i] = START + (int64_t)(i / 3) * 300000 + (int64_t)(i % 3) * 1000 + (int64_t)(i / 3 * 37 % 20) * 1000;
    timing_result r;
    timing_score(ms, 120, 1000, *state, &r);
    assert_true(r.gap_s >= 1);
    assert_int_equal(r.intervals, 39);
    assert_true(fabs(r.period_s - 298) < 5);
    assert_true(r.s > 0.8);
}

static void the_fast_beat_of_whole_seconds_is_seen(void **state)
{   /* 3 or 4 s apart, as a sleep of 3.4 s +-15 % is stamped */
    double d[200];
    uint64_t random = 34;
    for (size_t i = 0; i < 200; i++)
        d[i] = 3.4 * (0.85 + 0.3 * uniform(&random));
    int64_t ms[201];
    timing_result r;
    timing_score(ms, lay_out(ms, d, 200, 1000), 1000, *state, &r);
    assert_true(r.s > 0.8);
    assert_true(fabs(r.period_s - 3.4) < 0.2);
}

static void a_night_of_sleep_does_not_hide_the_beat(void **state)
{
    int64_t ms[60];
    for (size_t i = 0; i < 60; i++)
        ms[i] = START + (int64_t)i * 60000 + (i >= 30 ? 50000000 : 0);
    timing_result r;
    timing_score(ms, 60, 1000, *state, &r);
    assert_int_equal(r.intervals, 58);
    assert_int_equal(r.matched, 58);
    assert_true(r.coverage > 0.999);
}

static void chance_stays_low(void **state)
{   /* 400 runs of 50 to 250 memoryless waits, rates from 3 s to an hour */
    uint64_t random = 1;
    size_t above = 0;
    for (size_t run = 0; run < 400; run++) {
        double d[250], mean = exp(log(3) + uniform(&random) * log(1200));
        size_t n = 50 + (size_t)(uniform(&random) * 200);
        for (size_t i = 0; i < n; i++)
            d[i] = -mean * log(uniform(&random));
        int64_t ms[251];
        timing_result r;
        timing_score(ms, lay_out(ms, d, n, 1000), 1000, *state, &r);
        above += r.s > 0.29;
    }
    assert_true(above <= 1);
}

static void what_cannot_be_scored_is_zero(void **state)
{
    int64_t ms[20] = {0};
    timing_result r;
    timing_score(ms, 20, 1000, *state, &r);     /* all at once */
    assert_true(r.s <= 0 && r.events == 20);
    for (size_t i = 0; i < 20; i++)
        ms[i] = (int64_t)i * 60000;
    timing_score(ms, 6, 1000, *state, &r);
    assert_true(r.s <= 0);
    assert_true(timing_bound(ms, 6, 1000, *state) <= 0);
    assert_false(timing_may_exceed(ms, 6, 1000, 0, *state));
    timing_score(ms, 7, 1000, *state, &r);
    assert_true(r.s > 0);
    for (size_t i = 0; i < 20; i++)             /* backwards, and the ends of time */
        ms[i] = i % 2 ? INT64_MAX - (int64_t)i : INT64_MIN + (int64_t)i;
    timing_score(ms, 20, 1000, *state, &r);
    assert_true(r.s <= 1);
    assert_true(timing_bound(ms, 20, UINT32_MAX, *state) <= 1);
    timing_score(ms, 20, 0, *state, &r);
    timing_score(NULL, 0, 1000, *state, &r);
    assert_true(r.s <= 0);
}

/* Runs of every kind: memoryless, heavy-tailed, steady, jittered with missed beats, bursts, mixed scales. */
static size_t any_run(uint64_t *random, double *d)
{
    size_t n = 7 + (size_t)exp(uniform(random) * log(400));
    double mean = exp(uniform(random) * log(20000)), jitter = uniform(random), missed = uniform(random) * 0.4;
    int kind = (int)(uniform(random) * 5);
    for (size_t i = 0; i < n; i++) {
        double u = uniform(random), v = uniform(random);
        if (kind == 0)
            d[i] = -mean * log(u);
        else if (kind == 1)
            d[i] = mean * exp(jitter * 2 * sqrt(-2 * log(u)) * cos(6.2831853 * v));
        else if (kind == 2)
            d[i] = i % 4 ? -0.5 * log(u) : mean * (1 + jitter * (2 * v - 1));
        else if (kind == 3)
            d[i] = u < jitter ? -mean * log(v) : mean;
        else
            for (d[i] = mean * (1 + jitter * (2 * v - 1)); uniform(random) < missed;)
                d[i] += mean;
    }
    return n;
}

static void the_bound_is_never_below_the_score(void **state)
{
    const uint32_t steps[] = {1, 10, 100, 249, 250, 1000, 2000, 60000};
    uint64_t random = 2026;
    static int64_t ms[ROOM + 1];
    static double d[ROOM];
    double slack = 0;
    size_t informative = 0;
    for (size_t run = 0; run < 20000; run++) {
        uint32_t step = steps[run % COUNT_OF(steps)];
        size_t n = lay_out(ms, d, any_run(&random, d), step);
        timing_result r, again;
        timing_score(ms, n, step, *state, &r);
        double bound = timing_bound(ms, n, step, *state);
        assert_true(bound >= r.s);
        assert_true(bound <= 1);
        if (r.s > 0)
            assert_true(timing_may_exceed(ms, n, step, r.s - 1e-12, *state));
        if (bound < 0.25)
            assert_false(timing_may_exceed(ms, n, step, 0.25, *state));
        timing_score(ms, n, step, *state, &again);
        assert_memory_equal(&r.s, &again.s, sizeof r.s);
        double floor = uniform(&random) * 0.8;
        timing_score_above(ms, n, step, floor, *state, &again);
        assert_true(r.s > floor ? fabs(again.s - r.s) < 1e-9 && again.matched == r.matched : again.s <= 0);
        if (r.s > floor)
            assert_true(timing_may_exceed(ms, n, step, floor, *state));
        slack += bound - r.s;
        informative += bound < 0.25;
    }
    assert_true(slack / 20000 < 0.25);      /* a bound of 1 would be exact, too */
    assert_true(informative > 5000);
}

static void the_result_can_be_counted_again(void **state)
{   /* matched is what a plain loop over the intervals finds in the window */
    uint64_t random = 7;
    static int64_t ms[ROOM + 1];
    static double d[ROOM];
    size_t checked = 0;
    for (size_t run = 0; run < 3000; run++) {
        size_t n = lay_out(ms, d, any_run(&random, d), 1000);
        timing_result r;
        timing_score(ms, n, 1000, *state, &r);
        if (r.s <= 0 || r.order > 1 || r.multiples)
            continue;
        uint64_t matched = 0;
        double seconds = 0;
        for (size_t i = 1; i < n; i++) {
            double wait = (double)(ms[i] - ms[i - 1]) / 1000;
            bool inside = wait > r.low_s - 1e-6 && wait < r.high_s + 1e-6;
            matched += inside;
            seconds += inside ? wait : 0;
        }
        assert_int_equal(matched, r.matched);
        assert_true(fabs(seconds / (double)matched - r.period_s) < 1e-6);
        assert_true(r.matched <= r.intervals && r.intervals < r.events);
        checked++;
    }
    assert_true(checked > 500);
}

static void sizes_share_their_mode(void **state)
{
    uint64_t bytes[20];
    sizes_result r;
    for (size_t i = 0; i < 20; i++)
        bytes[i] = i < 13 ? 10000 + i % 3 * 100 : 20000 + i * 3000;   /* 13 of 20 within +-1 %: 35 points of 70 */
    sizes_regularity(bytes, 20, *state, &r);
    assert_true(fabs(r.share - 0.65) < 1e-9);
    assert_true(fabs(r.points - 1.0) < 1e-9);
    assert_in_range(r.mode, 10000, 10200);
    sizes_regularity(bytes, 9, *state, &r);     /* nine equal ones say nothing yet */
    assert_true(r.share >= 1 && r.points <= 0);
    for (size_t i = 0; i < 20; i++)
        bytes[i] = UINT64_MAX;
    sizes_regularity(bytes, 20, *state, &r);
    assert_true(fabs(r.points - 2) < 1e-9);
    for (size_t i = 0; i < 20; i++)
        bytes[i] = 100 + 10 * i;                 /* 10 % apart at first, 3.5 % at the end: one or two share */
    sizes_regularity(bytes, 20, *state, &r);
    assert_true(r.share <= 0.1 && r.points <= 0);
    sizes_regularity(NULL, 0, *state, &r);
    assert_true(r.share <= 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_keep_counts_sums_and_order),
        cmocka_unit_test(chance_agrees_with_the_closed_form),
        cmocka_unit_test(thirty_equal_intervals_by_hand),
        cmocka_unit_test(missed_beats_are_counted),
        cmocka_unit_test(two_behind_one_address_show_at_order_two),
        cmocka_unit_test(bursts_are_one_beat),
        cmocka_unit_test(the_fast_beat_of_whole_seconds_is_seen),
        cmocka_unit_test(a_night_of_sleep_does_not_hide_the_beat),
        cmocka_unit_test(chance_stays_low),
        cmocka_unit_test(what_cannot_be_scored_is_zero),
        cmocka_unit_test(the_bound_is_never_below_the_score),
        cmocka_unit_test(the_result_can_be_counted_again),
        cmocka_unit_test(sizes_share_their_mode),
    };
    return cmocka_run_group_tests_name("timing", tests, make_scratch, free_scratch);
}
