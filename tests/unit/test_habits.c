/* SPDX-License-Identifier: Apache-2.0 */
/* Days with contacts, and the hours of the week in which a client is in use. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tables/habits.h"

static const int64_t DAY = 86400000, HOUR = 3600000;

static void days_are_a_set(void **state)
{
    static struct day_set d, other;
    const int64_t times[] = {0, 1, DAY - 1, DAY, 63 * DAY, 64 * DAY, 20000 * DAY, 65535 * DAY};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(times); i++)
        day_set_add(&d, times[i]);
    assert_int_equal(day_set_count(&d), 6);   /* days 0 1 63 64 20000 65535 */
    day_set_add(&d, -1);                      /* days that are not told apart */
    day_set_add(&d, 65536 * DAY);
    day_set_add(&d, INT64_MAX);
    assert_int_equal(day_set_count(&d), 6);
    day_set_add(&other, DAY + 5);
    day_set_add(&other, 2 * DAY);
    day_set_join(&d, &other);
    assert_int_equal(day_set_count(&d), 7);
}

static void days_before_a_time(void **state)
{
    static struct day_set d;
    (void)state;
    day_set_add(&d, 3 * DAY + 7);
    day_set_add(&d, 64 * DAY);
    day_set_add(&d, 100 * DAY);
    const struct { int64_t time; uint32_t before; } expected[] = {
        {-5, 0}, {0, 0}, {3 * DAY, 0}, {4 * DAY - 1, 0}, {4 * DAY, 1}, {64 * DAY, 1}, {65 * DAY, 2}, {128 * DAY, 3},
        {70000 * DAY, 3}, {INT64_MAX, 3},
    };
    for (size_t i = 0; i < COUNT_OF(expected); i++)
        assert_int_equal(day_set_before(&d, expected[i].time), expected[i].before);
}

/* 1970-01-01, hour 0 of the week, was a Thursday. */
static void people_and_programs(void **state)
{
    uint32_t contacts[HOURS_OF_WEEK] = {0};
    (void)state;
    for (size_t h = 0; h < HOURS_OF_WEEK; h++)
        contacts[h] = h % 24 < 8 && h / 24 != 2 && h / 24 != 3 ? 100 : 19;   /* Saturday and Sunday: only what polls */
    struct active_hours a = active_hours_of(contacts);
    for (int64_t h = 0; h < 2 * HOURS_OF_WEEK; h++) {
        int64_t day = h / 24 % 7, hour = h % 24;
        bool is_work = day != 2 && day != 3 && hour < 8;
        bool is_after = day != 2 && day != 3 && hour == 8;
        bool is_before = hour == 23 && day != 1 && day != 2;   /* the next day is a working day */
        assert_int_equal(active_hours_has(&a, h * HOUR + 1), is_work || is_after || is_before);
    }
    assert_int_equal(active_hours_idle(&a), HOURS_OF_WEEK - 5 * 10);
    contacts[60] = 21;   /* a fifth and one of 100 */
    a = active_hours_of(contacts);
    assert_true(active_hours_has(&a, 60 * HOUR) && active_hours_has(&a, 59 * HOUR) && active_hours_has(&a, 61 * HOUR));
    assert_false(active_hours_has(&a, 62 * HOUR));
    assert_true(active_hours_has(&a, (60 - HOURS_OF_WEEK) * HOUR));   /* before 1970 weeks go on */
}

static void too_little_teaches_nothing(void **state)
{
    uint32_t contacts[HOURS_OF_WEEK] = {0};
    (void)state;
    for (size_t h = 0; h < 9; h++)
        contacts[h] = 1000;
    struct active_hours a = active_hours_of(contacts);
    assert_int_equal(active_hours_idle(&a), 0);
    assert_true(active_hours_has(&a, 100 * HOUR));
    contacts[9] = 1000;   /* ten hours */
    a = active_hours_of(contacts);
    assert_int_equal(active_hours_idle(&a), HOURS_OF_WEEK - 12);
    for (size_t h = 0; h < HOURS_OF_WEEK; h++)
        contacts[h] = h < 199;   /* 168 contacts */
    a = active_hours_of(contacts);
    assert_int_equal(active_hours_idle(&a), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_are_a_set),
        cmocka_unit_test(days_before_a_time),
        cmocka_unit_test(people_and_programs),
        cmocka_unit_test(too_little_teaches_nothing),
    };
    return cmocka_run_group_tests_name("habits", tests, NULL, NULL);
}
