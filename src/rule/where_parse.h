/* SPDX-License-Identifier: Apache-2.0 */
/* rule/where_parse.h: the words of an expression. */
#ifndef KONSEKI_RULE_WHERE_PARSE_H
#define KONSEKI_RULE_WHERE_PARSE_H

#include "rule/where_plan.h"

/* One expression, read from left to right. */
struct reader {
    arena *a;
    const struct where *w;
    span text;
    size_t at;      /* what is read next */
    size_t fault_at;
};

void reader_skip_blanks(struct reader *r);
static inline bool reader_at_end(const struct reader *r) { return r->at == r->text.n; }
bool reader_take(struct reader *r, char c);
/* A whole word, letter case ignored. */
bool reader_take_word(struct reader *r, span word);
/* "field=value". The negation of != is in t->is_negated. Where it fails, r->fault_at is the place. */
fault reader_take_test(struct reader *r, struct test *t) MUST_USE;

#endif
