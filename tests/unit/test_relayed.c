/* SPDX-License-Identifier: Apache-2.0 */
/* One request in the logs of two proxies: which rows are told already. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/hash.h"
#include "tables/relayed.h"

enum { PROXY = 99, NEAR = 0, FAR = 1 };

static struct row row_of(uint32_t source, int64_t time, uint32_t client, uint32_t flags)
{
    static uint64_t offset;
    return (struct row){.time = time, .origin = (uint64_t)source << ROW_OFFSET_BITS | ++offset, .client = client, .host = 7,
                        .path = 8, .status = 200, .flags = METHOD_GET | ROW_HAS_IN | flags, .in = 50000};
}

static struct row near_row(int64_t time) { return row_of(NEAR, time, 1, 0); }
static struct row far_row(int64_t time) { return row_of(FAR, time, PROXY, ROW_RELAYED); }

static bool is_told(struct row near, struct row far)
{
    struct row rows[] = {far, near};
    uint8_t told[2] = {0};
    relayed_mark(rows, 2, told);
    assert_int_equal(told[1], 0);
    return told[0];
}

static void what_makes_it_the_same_request(void **state)
{
    (void)state;
    assert_true(is_told(near_row(10000), far_row(10000)));
    assert_true(is_told(near_row(10000), far_row(12000)));
    assert_true(is_told(near_row(10000), far_row(8000)));
    assert_false(is_told(near_row(10000), far_row(12001)));
    assert_false(is_told(near_row(10000), far_row(7999)));
    struct row far = far_row(10000);
    far.in = 50000 + 1024 + 1040;   /* 52,064: a fiftieth is 1,041 */
    assert_true(is_told(near_row(10000), far));
    far.in = 50000 + 1024 + 1080;   /* 52,104: 1,042 */
    assert_false(is_told(near_row(10000), far));
    far.flags &= ~(uint32_t)ROW_HAS_IN;   /* one log does not count: it says nothing */
    assert_true(is_told(near_row(10000), far));
    struct row other[5];
    for (size_t i = 0; i < COUNT_OF(other); i++)
        other[i] = far_row(10000);
    other[0].host = 6;
    other[1].path = 6;
    other[2].status = 304;
    other[3].flags = (other[3].flags & ~(uint32_t)ROW_METHOD_MASK) | METHOD_POST;
    other[4].flags &= ~(uint32_t)ROW_RELAYED;   /* two clients, not a proxy */
    for (size_t i = 0; i < COUNT_OF(other); i++)
        assert_false(is_told(near_row(10000), other[i]));
    assert_false(is_told(row_of(FAR, 10000, 1, 0), far_row(10000)));            /* one log */
    assert_false(is_told(row_of(NEAR, 10000, 98, ROW_RELAYED), far_row(10000)));   /* both a proxy's: neither is nearest */
}

static void a_named_client_is_that_client(void **state)
{
    (void)state;
    uint32_t named = ROW_RELAYED | ROW_RELAYED_NAMED;
    assert_true(is_told(near_row(10000), row_of(FAR, 10000, 1, named)));
    assert_false(is_told(near_row(10000), row_of(FAR, 10000, 2, named)));
}

/* Three requests of clients, four of the proxy: one is nobody's that was read. Any order of rows gives the same. */
static void each_row_tells_one(void **state)
{
    struct row rows[7] = {near_row(10000), near_row(10500), near_row(30000), far_row(10020), far_row(10510), far_row(10530),
                          far_row(30100)};
    const uint8_t expected[7] = {0, 0, 0, 1, 1, 0, 1};
    (void)state;
    for (uint64_t turn = 0; turn < 200; turn++) {
        struct row shuffled[7];
        size_t place[7];
        for (size_t i = 0; i < 7; i++) {
            size_t k = hash_mix(turn * 7 + i) % (i + 1);
            place[i] = place[k];
            place[k] = i;
        }
        for (size_t i = 0; i < 7; i++)
            shuffled[i] = rows[place[i]];
        uint8_t told[7] = {0};
        relayed_mark(shuffled, 7, told);
        for (size_t i = 0; i < 7; i++)
            assert_int_equal(told[i], expected[place[i]]);
    }
}

/* A child, one between, a parent: what the child logged tells both of the others' rows. */
static void a_chain_of_three(void **state)
{
    struct row rows[] = {near_row(10000), far_row(10010), row_of(2, 10020, 98, ROW_RELAYED)};
    uint8_t told[3] = {0};
    (void)state;
    relayed_mark(rows, 3, told);
    assert_true(!told[0] && told[1] && told[2]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_makes_it_the_same_request),
        cmocka_unit_test(a_named_client_is_that_client),
        cmocka_unit_test(each_row_tells_one),
        cmocka_unit_test(a_chain_of_three),
    };
    return cmocka_run_group_tests_name("relayed", tests, NULL, NULL);
}
