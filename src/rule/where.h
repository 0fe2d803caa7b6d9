/* SPDX-License-Identifier: Apache-2.0 */
/* rule/where.h: the expressions of --where: compiled once, then asked of every event. The grammar is in docs/where.md.
 *
 * Logic has three values. A test on a field that the log does not have (unlogged) is neither true nor false: it is
 * unknown, `not` leaves it unknown, and what is unknown at the end does not match. So neither `agent~curl` nor
 * `not agent~curl` finds a row of a log without agents. The states of event/event.h in a filter:
 *   field=?   unlogged; true or false, never unknown
 *   field=-   logged without a value: blank, or absent (a number logged as "-" or unreadable)
 *   others    true or false of a value; false where blank or absent. Text with `=` also looks at the words that count as
 *             blank: agent="None" finds the agents that were logged as None.
 * `a!=b` is `not a=b`. */
#ifndef KONSEKI_RULE_WHERE_H
#define KONSEKI_RULE_WHERE_H

#include "base/arena.h"
#include "event/event.h"
#include "known/domain.h"
#include "scan/literal.h"

enum { WHERE_TEXT_MAX = 16384, WHERE_TESTS_MAX = 256, WHERE_DEPTH_MAX = 64, WHERE_REGEX_MAX = 1000 };

struct where;

struct where_options {
    int tz_minutes;                  /* the zone that is shown: times without a zone, times of day, `hour` */
    const struct suffixes *suffixes; /* for `domain`; must outlive the filter */
};

/* `n` expressions that must all hold; with n = 0 every event matches. What was compiled lives in the arena, except for
 * the regular expressions: where_close frees them. FAULT_USAGE says in which column of which expression (counted in
 * characters, from 1) what was expected; *out is NULL then. Nothing is kept of `texts`. */
fault where_compile(arena *a, const span *texts, size_t n, const struct where_options *o, struct where **out) MUST_USE;
void where_close(struct where *w); /* NULL is fine */

/* What one thread needs to match. Made after where_compile, freed before where_close. */
struct where_scratch *where_scratch_open(const struct where *w);
void where_scratch_close(struct where_scratch *s); /* NULL is fine */

/* Any number of threads, each with a scratch of its own. */
bool where_match(const struct where *w, struct where_scratch *s, const event *e);
/* How many regular expressions gave up at their limit of work in this scratch. Such a test was unknown. */
uint64_t where_gave_up(const struct where_scratch *s);

/* FIELD_BITs of the fields that are asked for (derived ones by what they derive from), `field=?` aside: to say
 * that nothing can match in a log without them. */
uint64_t where_fields(const struct where *w);

/* Patterns one of which stands in every line whose event can match; NULL: none are known. A line is the bytes that
 * the format read. Lines between two hits of literal_find need not be read. Why this misses nothing however a host is
 * spelled: docs/decisions/where.md. */
const struct literal_set *where_literals(const struct where *w);

#endif
