/* SPDX-License-Identifier: Apache-2.0 */
/* Signals to points, points to severity, with a detector made for it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "detect/registry.h"
#include "detect/scoring.h"

enum { A, B, C, AWAY };
static const struct group_def groups[] = {{"first", 6}, {"second", 4}, {"away", 0}};
static const struct signal_def signals[] = {
    [A] = {"a", "first", 5, FIELD_BIT(AGENT), TEXT_NONE},
    [B] = {"b", "first", 4, 0, TEXT_NONE},
    [C] = {"c", "second", 3, FIELD_BIT(BYTES_OUT) | FIELD_BIT(DURATION), TEXT_NONE},
    [AWAY] = {"away", "away", -8, 0, TEXT_NONE},
};
static const struct detector made_up = {.kind = "made_up", .groups = groups, .group_n = COUNT_OF(groups), .signals = signals,
                                        .signal_n = COUNT_OF(signals), .knob_n = 3};
static const double lines[1][KNOBS_MAX] = {{4, 8, 9}};

struct bench {
    arena memory;
    struct detecting d;
    struct finding finding;
    struct judging j;
};

static int set_up(void **state)
{
    struct bench *b = test_calloc(1, sizeof *b);
    b->d = (struct detecting){.knobs = lines, .gives = UINT64_MAX};
    b->j = (struct judging){.d = &b->d, .memory = &b->memory, .finding = &b->finding, .detector = &made_up};
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *b = *state;
    arena_free(&b->memory);
    test_free(b);
    return 0;
}

static void give(struct bench *b, size_t signal, int points) { scoring_give(&b->j, signal, points, NULL, 0); }

static void groups_are_capped_and_added(void **state)
{
    struct bench *b = *state;
    give(b, A, 5);
    assert_int_equal(scoring_group(&b->j, "first"), 5);
    give(b, B, 4);
    assert_int_equal(scoring_group(&b->j, "first"), 6);
    give(b, C, 3);
    assert_int_equal(scoring_group(&b->j, "second"), 3);
    assert_int_equal(scoring_total(&b->j), 9);
    scoring_finish(&b->j);
    assert_int_equal(b->finding.capped_n, 1);
    assert_string_equal(b->finding.capped[0], "first");
}

static void negative_signals_take_away(void **state)
{
    struct bench *b = *state;
    give(b, A, 5);
    give(b, AWAY, -8);
    assert_int_equal(scoring_group(&b->j, "away"), -8);   /* a cap is no floor */
    assert_int_equal(scoring_total(&b->j), -3);
}

static void no_points_is_no_signal(void **state)
{
    struct bench *b = *state;
    give(b, A, 0);
    scoring_finish(&b->j);
    assert_int_equal(b->finding.signal_n, 0);
    assert_int_equal(b->finding.score, 0);
}

/* first: 5 + 4 capped at 6; second: 3; what takes away is not in the most. */
static void the_most_depends_on_the_fields(void **state)
{
    struct bench *b = *state;
    assert_int_equal(scoring_max(&b->d, &made_up), 9);
    b->d.gives = ~FIELD_BIT(AGENT);
    assert_int_equal(scoring_max(&b->d, &made_up), 7);
    b->d.gives = ~FIELD_BIT(DURATION); /* one of two fields is not enough */
    assert_int_equal(scoring_max(&b->d, &made_up), 6);
    b->d.gives = 0;
    assert_int_equal(scoring_max(&b->d, &made_up), 4);
}

static void check_line(struct bench *b, int points, enum severity severity, enum action action)
{
    b->j.signal_n = 0;
    b->finding = (struct finding){0};
    give(b, A, points > 6 ? 6 : points);
    give(b, C, points > 6 ? points - 6 : 0);
    scoring_finish(&b->j);
    assert_int_equal(b->finding.score, points);
    assert_int_equal(b->finding.severity, severity);
    assert_int_equal(b->finding.action, action);
}

static void lines_of_severity(void **state)
{
    struct bench *b = *state;
    check_line(b, 3, SEVERITY_LOW, ACTION_NONE);
    check_line(b, 4, SEVERITY_MEDIUM, ACTION_LOOK_TODAY);
    check_line(b, 7, SEVERITY_MEDIUM, ACTION_LOOK_TODAY);
    check_line(b, 8, SEVERITY_HIGH, ACTION_ACT_NOW);
    check_line(b, 9, SEVERITY_CRITICAL, ACTION_ACT_NOW);
    assert_int_equal(b->finding.medium_at, 4);
    assert_int_equal(b->finding.high_at, 8);
    assert_int_equal(b->finding.critical_at, 9);
}

static void a_cap_lowers_and_never_raises(void **state)
{
    struct bench *b = *state;
    check_line(b, 9, SEVERITY_CRITICAL, ACTION_ACT_NOW);
    scoring_cap(&b->j, SEVERITY_MEDIUM);
    assert_int_equal(b->finding.severity, SEVERITY_MEDIUM);
    assert_int_equal(b->finding.action, ACTION_LOOK_TODAY);
    scoring_cap(&b->j, SEVERITY_CRITICAL);
    assert_int_equal(b->finding.severity, SEVERITY_MEDIUM);
    scoring_cap(&b->j, SEVERITY_LOW);
    assert_int_equal(b->finding.action, ACTION_NONE);
    assert_int_equal(b->finding.score, 9);   /* the sum stays what it is, and is shown */
}

/* Every detector, present and future. */
static void registered_detectors_keep_the_contract(void **state)
{
    struct bench *b = *state;
    for (size_t i = 0; i < detector_n; i++) {
        const struct detector *d = detectors[i];
        assert_int_equal(d->index, i);
        assert_true((d->pair || d->computers) && d->judge && d->kind && d->knob_n >= 3 && d->knob_n <= KNOBS_MAX);
        assert_true(d->group_n <= GROUPS_MAX && d->signal_n <= SIGNALS_MAX);
        assert_true(d->knobs[KNOB_MEDIUM].value < d->knobs[KNOB_HIGH].value);
        assert_true(d->knobs[KNOB_HIGH].value < d->knobs[KNOB_CRITICAL].value);
        assert_string_equal(d->knobs[KNOB_MEDIUM].name, "medium");
        assert_string_equal(d->knobs[KNOB_HIGH].name, "high");
        assert_string_equal(d->knobs[KNOB_CRITICAL].name, "critical");
        assert_true(d->knobs[KNOB_CRITICAL].value <= scoring_max(&b->d, d)); /* critical can be reached */
        for (size_t s = 0; s < d->signal_n; s++) {
            size_t in = 0;
            assert_true(d->signals[s].name && d->signals[s].points != 0 && d->signals[s].text != TEXT_NONE);
            for (size_t g = 0; g < d->group_n; g++)
                in += span_eq(span_str(d->signals[s].group), span_str(d->groups[g].name));
            assert_int_equal(in, 1);   /* its group exists, once */
            for (size_t t = 0; t < s; t++)
                assert_string_not_equal(d->signals[t].name, d->signals[s].name);
        }
        for (size_t k = 0; k < d->knob_n; k++)
            assert_true(d->knobs[k].name && d->knobs[k].what && d->knobs[k].what[0]);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(groups_are_capped_and_added), TEST(negative_signals_take_away), TEST(no_points_is_no_signal),
        TEST(the_most_depends_on_the_fields), TEST(lines_of_severity), TEST(a_cap_lowers_and_never_raises),
        TEST(registered_detectors_keep_the_contract),
    };
    return cmocka_run_group_tests_name("scoring", tests, NULL, NULL);
}
