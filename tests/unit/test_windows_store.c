/* SPDX-License-Identifier: Apache-2.0 */
/* What is kept of Windows events: their order, their limit, and each record once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "windows/store.h"

static struct windows_event event_at(int64_t ms, uint64_t id, uint64_t record, const char *user)
{
    struct windows_event e = {.kind = windows_kind(SPAN("Security"), SPAN(""), id)};
    e.at[WINDOWS_TIME].ms = ms;
    e.has = WINDOWS_BIT(TIME);
    (void)windows_put_field(&e, WINDOWS_COMPUTER, SPAN("PC01"));
    windows_put(&e, SPAN("TargetUserName"), span_str(user), false);
    if (record) {
        e.at[WINDOWS_RECORD_ID].number = record;
        e.has |= WINDOWS_BIT(RECORD_ID);
    }
    return e;
}

static void add(struct windows_worker *w, uint32_t source, uint64_t offset, struct windows_event e)
{
    windows_worker_event(w, source, offset, &e);
}

static void finish(struct windows_worker *w)
{
    windows_worker_flush(w);
    windows_worker_close(w);
}

static void order_and_fields(void **state)
{
    (void)state;
    struct windows_store *s = windows_store_new(2, 0);
    struct windows_worker *one = windows_worker_new(s), *two = windows_worker_new(s);
    add(two, 1, 10, event_at(2000, 4647, 0, "tanaka"));
    add(one, 0, 20, event_at(2000, 4624, 0, "tanaka"));
    windows_worker_flush(two);
    add(one, 0, 10, event_at(2000, 4634, 0, "sato"));
    add(two, 1, 0, event_at(1000, 4624, 0, "-"));
    finish(one);
    finish(two);
    windows_seal(s);
    assert_int_equal(s->n, 4);
    assert_int_equal(s->events[0]->time, 1000);
    assert_int_equal(kept_offset(s->events[1]), 10);
    assert_int_equal(kept_source(s->events[2]), 0);
    assert_int_equal(kept_offset(s->events[2]), 20);
    assert_int_equal(kept_source(s->events[3]), 1);
    assert_int_equal(kept_state(s->events[0], WINDOWS_USER), STATE_BLANK);
    assert_int_equal(kept_state(s->events[1], WINDOWS_PROCESS), STATE_UNLOGGED);
    assert_true(span_eq(kept_text(s->events[1], WINDOWS_USER), SPAN("sato")));
    assert_true(kept_same(s->events[2], s->events[3], WINDOWS_USER));
    assert_true(kept_same(s->events[0], s->events[3], WINDOWS_COMPUTER));
    assert_false(kept_same(s->events[1], s->events[3], WINDOWS_USER));
    windows_store_free(s);
}

/* Of 1,000 logons and 1,000 connections with room for 100 the last 100 of each stay, in whatever order they come. */
static void the_limit(void **state)
{
    (void)state;
    for (int way = 0; way < 3; way++) {
        struct windows_store *s = windows_store_new(1, 100);
        struct windows_worker *w = windows_worker_new(s);
        for (int i = 0; i < 1000; i++) {
            int at = way == 0 ? i : way == 1 ? 999 - i : i * 7 % 1000;
            add(w, 0, (uint64_t)at * 2, event_at(at, 4624, 0, "tanaka"));
            add(w, 0, (uint64_t)at * 2 + 1, event_at(at, 5156, 0, "tanaka"));
            if (i % 10 == 0)
                windows_worker_flush(w);
        }
        finish(w);
        windows_seal(s);
        assert_int_equal(s->n, 200);
        assert_int_equal(s->events[0]->time, 900);
        assert_int_equal(s->events[199]->time, 999);
        assert_true(span_eq(kept_text(s->events[0], WINDOWS_USER), SPAN("tanaka")));
        assert_int_equal(s->dropped[CLASS_SESSION].n, 900);
        assert_int_equal(s->dropped[CLASS_SESSION].until, 899);
        assert_int_equal(s->dropped[CLASS_CONNECTION].n, 900);
        assert_int_equal(s->dropped[CLASS_PROCESS].n, 0);
        windows_store_free(s);
    }
}

static void each_record_once(void **state)
{
    (void)state;
    struct windows_store *s = windows_store_new(3, 0);
    struct windows_worker *w = windows_worker_new(s);
    add(w, 0, 1, event_at(1000, 4624, 7, "tanaka"));
    add(w, 1, 1, event_at(1000, 4624, 7, "the export says less")); /* the same record */
    add(w, 1, 2, event_at(1000, 4624, 8, "tanaka"));
    add(w, 2, 1, event_at(1000, 4647, 0, "tanaka"));
    add(w, 2, 2, event_at(1000, 4647, 0, "tanaka")); /* twice in one input: two */
    add(w, 0, 2, event_at(1000, 4647, 0, "tanaka")); /* without a number by all that it says */
    add(w, 0, 3, event_at(1000, 4647, 0, "sato"));
    finish(w);
    windows_seal(s);
    assert_int_equal(s->n, 5);
    assert_int_equal(s->duplicate[0], 0);
    assert_int_equal(s->duplicate[1], 1);
    assert_int_equal(s->duplicate[2], 1);
    assert_true(span_eq(kept_text(s->events[0], WINDOWS_USER), SPAN("tanaka")));
    windows_store_free(s);
}

static void long_texts(void **state)
{
    (void)state;
    char text[WINDOWS_TEXT_MAX + 2];
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    struct windows_store *s = windows_store_new(1, 0);
    struct windows_worker *w = windows_worker_new(s);
    add(w, 0, 0, event_at(1, 4624, 0, text));
    add(w, 0, 1, event_at(2, 4624, 0, text + 1));
    finish(w);
    windows_seal(s);
    assert_int_equal(kept_text(s->events[0], WINDOWS_USER).n, WINDOWS_TEXT_MAX);
    assert_int_equal(s->events[0]->cut, WINDOWS_BIT(USER));
    assert_int_equal(s->events[1]->cut, 0);
    windows_store_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(order_and_fields), cmocka_unit_test(the_limit),
                                       cmocka_unit_test(each_record_once), cmocka_unit_test(long_texts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
