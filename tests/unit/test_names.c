/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/task.h"
#include "tables/names.h"

enum { MANY = 20000, THREADS = 8 };

static span number_text(char *buffer, size_t size, unsigned number)
{
    return span_of(buffer, (size_t)snprintf(buffer, size, "name-%u", number));
}

static void equal_texts_are_one_name(void **state)
{
    (void)state;
    struct names *n = names_new(MANY);
    char mutable[] = "10.0.0.1";
    span stored;
    uint32_t id = names_id(n, span_str(mutable), &stored);
    mutable[0] = 'X'; /* the text is kept, not borrowed */
    assert_true(span_eq(stored, SPAN("10.0.0.1")));
    assert_int_equal(names_id(n, SPAN("10.0.0.1"), NULL), id);
    assert_int_not_equal(names_id(n, SPAN("10.0.0.10"), NULL), id);
    assert_int_not_equal(names_id(n, SPAN("10.0.0."), NULL), id);
    assert_true(span_eq(names_text(n, id), SPAN("10.0.0.1")));
    assert_int_equal(names_count(n), 3);
    names_free(n);
}

static void any_bytes_are_a_name(void **state)
{
    (void)state;
    struct names *n = names_new(MANY);
    uint32_t empty = names_id(n, SPAN(""), NULL), nul = names_id(n, SPAN("\0"), NULL), two = names_id(n, SPAN("\0\0"), NULL);
    uint32_t high = names_id(n, SPAN("\xff\xfe"), NULL);
    assert_true(empty != nul && nul != two && two != high && empty != high);
    assert_int_equal(names_text(n, two).n, 2);
    assert_int_equal(names_text(n, empty).n, 0);
    assert_int_equal(names_id(n, span_of(NULL, 0), NULL), empty);
    names_free(n);
}

static void a_name_is_found_only_where_it_is(void **state)
{
    (void)state;
    struct names *n = names_new(MANY);
    uint32_t id, found;
    assert_false(names_find(n, SPAN("host"), &found));
    id = names_id(n, SPAN("host"), NULL);
    assert_true(names_find(n, SPAN("host"), &found));
    assert_int_equal(found, id);
    assert_true(names_has(n, id));
    assert_false(names_has(n, NAME_OTHER));
    assert_false(names_find(n, SPAN("(other)"), &found)); /* the word for all others is no name by itself */
    assert_true(id < names_limit(n));
    names_free(n);
}

static void growing_moves_no_text_and_no_id(void **state)
{
    (void)state;
    struct names *n = names_new(MANY * 2);
    span first_text;
    uint32_t first = names_id(n, SPAN("the first"), &first_text);
    static uint32_t ids[MANY];
    char buffer[32];
    for (unsigned i = 0; i < MANY; i++)
        ids[i] = names_id(n, number_text(buffer, sizeof buffer, i), NULL);
    for (unsigned i = 0; i < MANY; i++) {
        assert_true(names_has(n, ids[i]) && ids[i] < names_limit(n));
        assert_int_equal(names_id(n, number_text(buffer, sizeof buffer, i), NULL), ids[i]);
        assert_true(span_eq(names_text(n, ids[i]), number_text(buffer, sizeof buffer, i)));
    }
    assert_ptr_equal(names_text(n, first).p, first_text.p);
    assert_int_equal(names_count(n), MANY + 1);
    assert_int_equal(names_refused(n), 0);
    names_free(n);
}

/* Memory has a maximum: what is over it is "(other)", and counted. Names are spread over shards, so the line is
 * not exact; it is never above, and far below half of it nothing is refused. */
static void past_the_limit_names_are_other(void **state)
{
    (void)state;
    enum { LIMIT = 1000 };
    struct names *n = names_new(LIMIT);
    char buffer[32];
    unsigned other = 0;
    for (unsigned i = 0; i < LIMIT * 4; i++) {
        uint32_t id = names_id(n, number_text(buffer, sizeof buffer, i), NULL);
        other += id == NAME_OTHER;
        if (i < LIMIT / 4)
            assert_int_not_equal(id, NAME_OTHER);
    }
    assert_true(other >= LIMIT * 3 - NAME_SHARDS);
    assert_int_equal(names_refused(n), other);
    assert_int_equal(names_count(n) + other, LIMIT * 4);
    assert_true(span_eq(names_text(n, NAME_OTHER), SPAN("(other)")));
    uint32_t again = names_id(n, SPAN("name-0"), NULL);
    assert_int_not_equal(again, NAME_OTHER); /* who is in stays in */
    names_free(n);
}

struct racing { struct names *names; uint32_t ids[THREADS][MANY / 10]; };

static fault add_all(void *ctx, unsigned number)
{
    struct racing *r = ctx;
    char buffer[32];
    for (unsigned i = 0; i < MANY / 10; i++) {
        unsigned name = number % 2 ? i : MANY / 10 - 1 - i;
        r->ids[number][name] = names_id(r->names, number_text(buffer, sizeof buffer, name), NULL);
    }
    return NO_FAULT;
}

static void threads_agree(void **state)
{
    (void)state;
    static struct racing r;
    r.names = names_new(MANY);
    assert_int_equal(task_run(THREADS, add_all, &r).kind, FAULT_NONE);
    assert_int_equal(names_count(r.names), MANY / 10);
    for (unsigned t = 1; t < THREADS; t++)
        assert_memory_equal(r.ids[t], r.ids[0], sizeof r.ids[0]);
    names_free(r.names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_texts_are_one_name), cmocka_unit_test(any_bytes_are_a_name),
        cmocka_unit_test(a_name_is_found_only_where_it_is), cmocka_unit_test(growing_moves_no_text_and_no_id),
        cmocka_unit_test(past_the_limit_names_are_other), cmocka_unit_test(threads_agree),
    };
    return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
