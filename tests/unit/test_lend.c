/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tables/lend.h"

enum { AGENT = 5, OTHER_AGENT = 6, NONE = 99 };

static struct row row_of(int64_t time, enum row_method method, enum field_state state, uint32_t agent)
{
    return (struct row){.time = time, .origin = (uint64_t)time, .port = 443, .agent = agent,
                        .flags = method | (uint32_t)OUTCOME_ALLOWED << ROW_OUTCOME_SHIFT | (uint32_t)state << ROW_AGENT_SHIFT};
}

static struct row tunnel(int64_t time, uint32_t duration)
{
    struct row r = row_of(time, METHOD_OTHER, STATE_UNLOGGED, NONE);
    r.flags |= ROW_TUNNEL | ROW_HAS_DURATION;
    r.duration = duration;
    return r;
}

static struct row connect_row(int64_t time, uint32_t agent) { return row_of(time, METHOD_CONNECT, STATE_VALUE, agent); }

static void the_connect_before_it_lends(void **state)
{
    (void)state;
    struct row rows[] = {connect_row(1000, OTHER_AGENT), connect_row(59000, AGENT), tunnel(120000, 60000)};
    lend_agents(rows, 3);
    assert_int_equal(rows[2].agent, AGENT); /* began at 60000: one second after its CONNECT, 59 after the other */
    assert_int_equal(row_agent_state(&rows[2]), STATE_VALUE);
    assert_int_equal(rows[1].agent, AGENT);
}

static void two_agents_lend_nothing(void **state)
{
    (void)state;
    struct row rows[] = {connect_row(59000, OTHER_AGENT), connect_row(61000, AGENT), tunnel(120000, 60000)};
    lend_agents(rows, 3);
    assert_int_equal(row_agent_state(&rows[2]), STATE_UNLOGGED);
    rows[1].agent = OTHER_AGENT;
    lend_agents(rows, 3);
    assert_int_equal(rows[2].agent, OTHER_AGENT);
}

static void a_blank_is_lent_as_blank(void **state)
{
    (void)state;
    struct row rows[] = {row_of(60000, METHOD_CONNECT, STATE_BLANK, AGENT), tunnel(60000, 0)};
    lend_agents(rows, 2);
    assert_int_equal(row_agent_state(&rows[1]), STATE_BLANK);
    struct row behind[] = {tunnel(60000, 0), connect_row(60000, AGENT)}; /* of the same second, written later */
    lend_agents(behind, 2);
    assert_int_equal(behind[0].agent, AGENT);
}

static void nobody_else_lends(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++) {
        struct row rows[] = {connect_row(59000, AGENT), tunnel(120000, 60000)};
        rows[0].port = i == 0 ? 8443 : 443;
        rows[0].origin |= i == 1 ? UINT64_C(1) << ROW_OFFSET_BITS : 0; /* another log */
        rows[0].flags |= i == 2 ? (uint32_t)ROW_TUNNEL : 0;            /* it carries its own bytes */
        rows[0].time = i == 3 ? 57999 : 59000;                         /* 60000 - 2001 */
        if (i == 4)
            rows[0].flags = (rows[0].flags & ~(uint32_t)ROW_OUTCOME_MASK) | (uint32_t)OUTCOME_BLOCKED << ROW_OUTCOME_SHIFT;
        lend_agents(rows, 2);
        if (row_agent_state(&rows[1]) != STATE_UNLOGGED)
            fail_msg("case %d lent", i);
    }
}

static void many_rows_are_not_looked_through(void **state)
{
    (void)state;
    static struct row rows[600];
    for (size_t i = 0; i < 599; i++)
        rows[i] = row_of(60000 + (int64_t)i, METHOD_GET, STATE_VALUE, AGENT);
    rows[0] = connect_row(60000, AGENT);
    rows[599] = tunnel(120000, 60000);
    lend_agents(rows, 600);
    assert_int_equal(row_agent_state(&rows[599]), STATE_UNLOGGED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_connect_before_it_lends), cmocka_unit_test(two_agents_lend_nothing),
        cmocka_unit_test(a_blank_is_lent_as_blank),    cmocka_unit_test(nobody_else_lends),
        cmocka_unit_test(many_rows_are_not_looked_through),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
