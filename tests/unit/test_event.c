/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "event/event.h"

static event blank_event(void) { return (event){.gives = 0}; }

static void set_ms(event *e, enum field f, int64_t ms)
{
    e->at[f].ms = ms;
    e->has |= UINT64_C(1) << f;
}

static void keys_name_the_fields(void **state)
{
    (void)state;
    for (enum field f = 0; f < FIELD_COUNT; f++)
        assert_int_equal(field_by_key(span_str(field_infos[f].key)), f);
    assert_int_equal(field_by_key(SPAN("nothing")), FIELD_COUNT);
    assert_string_equal(field_infos[FIELD_BYTES_OUT].ecs, "source.bytes");
    assert_string_equal(field_infos[FIELD_AGENT].sigma, "c-useragent");
    assert_int_equal(field_infos[FIELD_DURATION].type, FIELD_TYPE_MSEC);
    assert_string_equal(outcome_keys[OUTCOME_AUTH_REQUIRED], "auth_required");
}

static void blank_is_what_loggers_write_for_nothing(void **state)
{
    (void)state;
    assert_true(event_is_blank_text(SPAN("-")));
    assert_true(event_is_blank_text(SPAN("")));
    assert_true(event_is_blank_text(SPAN("None")));
    assert_true(event_is_blank_text(SPAN("na")));
    assert_true(event_is_blank_text(SPAN("UNKNOWN")));
    assert_true(event_is_blank_text(SPAN("Not Available")));
    assert_false(event_is_blank_text(SPAN("--")));
    assert_false(event_is_blank_text(SPAN("0")));
    assert_false(event_is_blank_text(SPAN("nan")));
    assert_false(event_is_blank_text(SPAN(" ")));
}

static void states_follow_the_bits(void **state)
{
    (void)state;
    event e = blank_event();
    assert_int_equal(event_state(&e, FIELD_USER), STATE_UNLOGGED);
    e.gives = FIELD_BIT(USER) | FIELD_BIT(BYTES_IN);
    assert_int_equal(event_state(&e, FIELD_USER), STATE_ABSENT);
    e.blank = FIELD_BIT(USER);
    assert_int_equal(event_state(&e, FIELD_USER), STATE_BLANK);
    event_set_number(&e, FIELD_BYTES_IN, 0);
    assert_int_equal(event_state(&e, FIELD_BYTES_IN), STATE_VALUE);
}

static void url_parts_are_derived(void **state)
{
    (void)state;
    event e = blank_event();
    event_set_text(&e, FIELD_URL, SPAN("https://www.example.com/a?b=c"));
    event_derive(&e, STAMP_END);
    assert_true(span_eq(event_text(&e, FIELD_SCHEME), SPAN("https")));
    assert_true(span_eq(event_text(&e, FIELD_HOST), SPAN("www.example.com")));
    assert_int_equal(e.at[FIELD_PORT].number, 443);
    assert_true(span_eq(event_text(&e, FIELD_PATH), SPAN("/a")));
    assert_true(span_eq(event_text(&e, FIELD_QUERY), SPAN("b=c")));
}

static void logged_fields_are_never_overwritten(void **state)
{
    (void)state;
    event e = blank_event();
    event_set_text(&e, FIELD_URL, SPAN("http://url.example:8080/"));
    event_set_text(&e, FIELD_HOST, SPAN("logged.example"));
    event_set_number(&e, FIELD_PORT, 9);
    set_ms(&e, FIELD_TIME, 5000);
    set_ms(&e, FIELD_DURATION, 2000);
    set_ms(&e, FIELD_START, 2500);
    event_set_number(&e, FIELD_STATUS, 200);
    event_set_number(&e, FIELD_OUTCOME, OUTCOME_BLOCKED);
    event_derive(&e, STAMP_END);
    assert_true(span_eq(event_text(&e, FIELD_HOST), SPAN("logged.example")));
    assert_int_equal(e.at[FIELD_PORT].number, 9);
    assert_int_equal(e.at[FIELD_START].ms, 2500);
    assert_int_equal(e.at[FIELD_END].ms, 5000);
    assert_int_equal(e.at[FIELD_OUTCOME].number, OUTCOME_BLOCKED);
}

static void times_follow_the_stamp(void **state)
{
    (void)state;
    event e = blank_event();
    set_ms(&e, FIELD_TIME, 10000);
    event_derive(&e, STAMP_END);
    assert_false(event_has(&e, FIELD_START) || event_has(&e, FIELD_END)); /* no duration, nothing to derive */
    set_ms(&e, FIELD_DURATION, 4000);
    event_derive(&e, STAMP_END);
    assert_int_equal(e.at[FIELD_START].ms, 6000);
    assert_int_equal(e.at[FIELD_END].ms, 10000);
    e = blank_event();
    set_ms(&e, FIELD_TIME, 10000);
    set_ms(&e, FIELD_DURATION, 4000);
    event_derive(&e, STAMP_START);
    assert_int_equal(e.at[FIELD_START].ms, 10000);
    assert_int_equal(e.at[FIELD_END].ms, 14000);
    e = blank_event();
    set_ms(&e, FIELD_TIME, 10000);
    set_ms(&e, FIELD_START, 9000);
    event_derive(&e, STAMP_END);
    assert_int_equal(e.at[FIELD_DURATION].ms, 1000);
    e = blank_event();
    set_ms(&e, FIELD_START, 9000); /* the only stamp: no end, no duration of 0 */
    event_derive(&e, STAMP_END);
    assert_int_equal(e.at[FIELD_TIME].ms, 9000);
    assert_false(event_has(&e, FIELD_DURATION) || event_has(&e, FIELD_END));
    e = blank_event();
    set_ms(&e, FIELD_START, 9000);
    set_ms(&e, FIELD_DURATION, 500);
    event_derive(&e, STAMP_END);
    assert_int_equal(e.at[FIELD_END].ms, 9500);
    e = blank_event();
    set_ms(&e, FIELD_TIME, 10000);
    set_ms(&e, FIELD_DURATION, INT64_MAX);
    event_derive(&e, STAMP_START); /* must not overflow */
    assert_false(event_has(&e, FIELD_END));
}

static enum outcome outcome_of(const char *action, int status, int64_t bytes_in, bool *is_tunnel)
{
    event e = blank_event();
    event_set_text(&e, FIELD_METHOD, SPAN("connect"));
    if (action)
        event_set_text(&e, FIELD_ACTION, span_str(action));
    if (status >= 0)
        event_set_number(&e, FIELD_STATUS, (uint64_t)status);
    if (bytes_in >= 0)
        event_set_number(&e, FIELD_BYTES_IN, (uint64_t)bytes_in);
    event_derive(&e, STAMP_END);
    *is_tunnel = e.is_tunnel;
    return event_has(&e, FIELD_OUTCOME) ? (enum outcome)e.at[FIELD_OUTCOME].number : OUTCOME_COUNT;
}

static void outcome_follows_action_then_status(void **state)
{
    (void)state;
    static const struct { const char *action; int status; int64_t bytes; enum outcome want; bool is_tunnel; } cases[] = {
        {"TCP_TUNNEL", 200, 5000, OUTCOME_ALLOWED, true},     {"TCP_MISS", 200, 5000, OUTCOME_ALLOWED, true},
        {"TCP_DENIED", 407, 4000, OUTCOME_AUTH_REQUIRED, false}, {"TCP_DENIED", 403, 4000, OUTCOME_BLOCKED, false},
        {"TCP_DENIED_REPLY", 403, 0, OUTCOME_BLOCKED, false}, {"TCP_DENIED", 302, 100, OUTCOME_BLOCKED, false},
        {"NONE", 503, 0, OUTCOME_FAILED, false},              {"NONE_NONE", 503, 3900, OUTCOME_FAILED, false},
        {"NONE_NONE", 400, 3900, OUTCOME_FAILED, false},      {"NONE", 0, 0, OUTCOME_FAILED, false},
        {"NONE", 200, 0, OUTCOME_ALLOWED, true},              {"TCP_TUNNEL", 503, 3900, OUTCOME_FAILED, false},
        {"TCP_TUNNEL", 500, 900000, OUTCOME_ALLOWED, true},   {"TCP_TUNNEL", 500, 0, OUTCOME_FAILED, false},
        {"TCP_MISS", 502, 100, OUTCOME_FAILED, false},        {"TCP_MISS", 403, 100, OUTCOME_ALLOWED, true},
        {"TCP_MISS_ABORTED", 0, 0, OUTCOME_FAILED, false},    {"TCP_HIT", 200, 10, OUTCOME_CACHED, false},
        {"TCP_MEM_HIT", 200, 10, OUTCOME_CACHED, false},      {"TCP_REFRESH_UNMODIFIED", 304, 10, OUTCOME_CACHED, false},
        {"TCP_NEGATIVE_HIT", 404, 10, OUTCOME_CACHED, false}, {NULL, 200, 10, OUTCOME_ALLOWED, true},
        {NULL, 407, 10, OUTCOME_AUTH_REQUIRED, false},        {NULL, 403, 10, OUTCOME_BLOCKED, false},
        {NULL, 504, 10, OUTCOME_FAILED, false},               {NULL, 404, 10, OUTCOME_ALLOWED, true},
        {NULL, -1, 10, OUTCOME_COUNT, true},                  {"TCP_TUNNEL", -1, 10, OUTCOME_ALLOWED, true},
        {"TCP_MISS", -1, 10, OUTCOME_UNKNOWN, true},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        bool is_tunnel;
        assert_int_equal(outcome_of(cases[i].action, cases[i].status, cases[i].bytes, &is_tunnel), cases[i].want);
        assert_int_equal(is_tunnel, cases[i].is_tunnel);
    }
}

static void a_get_is_no_tunnel(void **state)
{
    (void)state;
    event e = blank_event();
    event_set_text(&e, FIELD_METHOD, SPAN("GET"));
    event_set_number(&e, FIELD_STATUS, 200);
    event_derive(&e, STAMP_END);
    assert_false(e.is_tunnel);
    event_set_text(&e, FIELD_ACTION, SPAN("TCP_TUNNEL"));
    event_derive(&e, STAMP_END);
    assert_true(e.is_tunnel);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_name_the_fields),
        cmocka_unit_test(blank_is_what_loggers_write_for_nothing),
        cmocka_unit_test(states_follow_the_bits),
        cmocka_unit_test(url_parts_are_derived),
        cmocka_unit_test(logged_fields_are_never_overwritten),
        cmocka_unit_test(times_follow_the_stamp),
        cmocka_unit_test(outcome_follows_action_then_status),
        cmocka_unit_test(a_get_is_no_tunnel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
