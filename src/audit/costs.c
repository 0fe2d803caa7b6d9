/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/costs.h"

#include "detect/scoring.h"

const char *const grade_keys[GRADE_COUNT] = {"yes", "half", "poor", "no"};

/* The fields that fill a group up to its cap, taking its signals in the order of the table: the first are the ones
 * that tell most, and further ones add nothing to a full group. */
static uint64_t fields_of_group(const struct detector *d, const struct group_def *group)
{
    uint64_t fields = 0;
    int sum = 0;
    for (size_t i = 0; i < d->signal_n && sum < group->cap; i++) {
        const struct signal_def *s = &d->signals[i];
        if (s->points <= 0 || !span_eq(span_str(s->group), span_str(group->name)))
            continue;
        sum += s->points;
        fields |= s->needs;
    }
    return fields;
}

static uint64_t fields_of(const struct detector *d)
{
    uint64_t fields = d->needs;
    for (size_t i = 0; i < d->group_n; i++)
        fields |= fields_of_group(d, &d->groups[i]);
    return fields;
}

/* Of the groups that cannot be filled: what they lack. */
static uint64_t lacking(const struct detector *d, uint64_t gives)
{
    uint64_t missing = d->needs & ~gives;
    for (size_t i = 0; i < d->group_n; i++) {
        struct detector alone = *d;
        alone.groups = &d->groups[i];
        alone.group_n = 1;
        struct detecting there = {.gives = gives}, all = {.gives = gives | ~NEEDS_HISTORY};
        if (scoring_max(&there, &alone) < scoring_max(&all, &alone))
            missing |= fields_of_group(d, &d->groups[i]) & ~gives;
    }
    return missing & ~NEEDS_HISTORY;
}

struct cost cost_of(const struct detector *detector, uint64_t gives)
{
    struct detecting there = {.gives = gives}, all = {.gives = gives | ~NEEDS_HISTORY};
    struct cost c = {GRADE_YES, scoring_max(&there, detector), scoring_max(&all, detector),
                     fields_of(detector) & gives & ~NEEDS_HISTORY, lacking(detector, gives)};
    if (detector->needs & ~gives)
        c.grade = GRADE_NO;
    else if (detector->can_report && !detector->can_report(gives))
        c.grade = GRADE_POOR;
    else if (c.possible < c.full)
        c.grade = GRADE_HALF;
    if (c.grade == GRADE_NO)
        c.possible = 0;
    return c;
}
