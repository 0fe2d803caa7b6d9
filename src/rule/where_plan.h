/* SPDX-License-Identifier: Apache-2.0 */
/* rule/where_plan.h: what an expression is compiled to, between the files of this folder.
 *
 * Tests in the order they are written. Each says where to go on when it holds and when it does not: to a later test, or to
 * one of two ends. `not` is not there any more: at compile time it was pushed down to the tests by De Morgan's laws,
 * which hold in three-valued logic too. A negated test holds where its answer is NO. As `and` and `or` never turn an
 * UNKNOWN into more than it is, UNKNOWN can count as "does not hold" from there on. */
#ifndef KONSEKI_RULE_WHERE_PLAN_H
#define KONSEKI_RULE_WHERE_PLAN_H

#include "rule/where.h"
#include "scan/cidr.h"
#include "scan/regex.h"

/* What can be asked for: the fields of event/event.h and what follows from them. */
enum { SUBJECT_DOMAIN = FIELD_COUNT, SUBJECT_HOUR, SUBJECT_TUNNEL, SUBJECT_EXT, SUBJECT_COUNT };

enum value_kind { KIND_TIME, KIND_DURATION, KIND_NUMBER, KIND_HOUR, KIND_OUTCOME, KIND_TUNNEL, KIND_ADDRESS,
                  KIND_HOST, KIND_DOMAIN, KIND_TEXT, KIND_COUNT };

struct subject {
    const char *key;
    enum value_kind kind;
    enum field base;     /* whose state it has */
    uint64_t needs;      /* FIELD_BITs */
    bool case_matters;   /* of `=` */
};
struct subject subject_of(unsigned subject);
unsigned subject_by_key(span key); /* SUBJECT_COUNT: none */

enum operator { OP_IS, OP_IS_NOT, OP_LESS, OP_AT_MOST, OP_MORE, OP_AT_LEAST, OP_CONTAINS, OP_BELOW, OP_COUNT };

enum test_kind {
    TEST_UNLOGGED,
    TEST_BLANK,
    TEST_RANGE,    /* low..high as where_order_ms orders times */
    TEST_CLOCK,    /* milliseconds of the local day, low..high; over midnight where low > high */
    TEST_ADDRESS,
    TEST_IS,       /* text, canonical for hosts and addresses */
    TEST_BELOW,    /* text or a name below it */
    TEST_CONTAINS, /* text, in lower case */
    TEST_REGEX,
};

/* Beyond every test. */
enum { EXIT_YES = WHERE_TESTS_MAX, EXIT_NO };

struct test {
    enum test_kind kind;
    unsigned subject;
    struct subject what;    /* subject_of(subject) */
    bool is_negated;
    uint16_t on_yes, on_no; /* a later test, or an exit */
    uint64_t low, high;
    struct address_range range;
    span text;
    struct regex *regex;
};

struct where {
    struct test *test;
    size_t n;
    int tz_minutes;
    const struct suffixes *suffixes;
    struct literal_set *literals;
};

/* Signed times in the order of unsigned numbers. */
static inline uint64_t where_order_ms(int64_t ms) { return (uint64_t)ms ^ (UINT64_C(1) << 63); }

/* One written value: bare, quoted or a regular expression. */
struct written {
    span text;   /* without its quotes, escapes undone */
    size_t at;   /* its place in the expression */
    bool is_quoted, is_regex, any_case;
};

/* Which operators a kind of value has, as bits, and how to say so. */
struct operators { unsigned bits; const char *said; };
struct operators where_operators(enum value_kind kind);
bool where_has_ranges(enum value_kind kind);

/* Fills the rest of a test whose subject is set. `last` is the end of a range a..b, or NULL. FAULT_USAGE says what was
 * expected, and *at its place in the expression. */
fault where_read_test(arena *a, const struct where *w, enum operator op, const struct written *first,
                      const struct written *last, struct test *t, size_t *at) MUST_USE;
/* The part of it for what has an order: times, durations, numbers, hours; outcome and tunnel. */
fault where_read_range(const struct where *w, enum operator op, const struct written *first, const struct written *last,
                       struct test *t, size_t *at) MUST_USE;

/* Patterns one of which stands in every line where the test holds. The score is how many bytes the telling one of them
 * has; 0: none are known. where_add_literals is false where the set is full. */
struct literal_count { size_t score, n; };
struct literal_count where_count_literals(const struct test *t);
bool where_add_literals(const struct test *t, struct literal_set *set, arena *a) MUST_USE;

#endif
