/* SPDX-License-Identifier: Apache-2.0 */
/* format/compile.h: what the three definition languages share: codes and literals, in order, to a plan. */
#ifndef KONSEKI_COMPILE_H
#define KONSEKI_COMPILE_H

#include "format/plan.h"

/* What a code means. Of several codes for one field the one with the smallest `weak` gives it, the first of
 * equals; the others are only cut out. */
struct code_meaning {
    uint8_t field, type, weak;
};
enum { WEAK_HEADER = 8 }; /* a Host header: drops out beside an absolute URL */

struct plan_builder {
    arena *a;
    span definition;
    struct cut_step cuts[PLAN_CUTS_MAX];
    uint8_t weak[PLAN_CUTS_MAX];
    size_t n;
    char *text;                 /* all literals, one after another */
    size_t text_n, literal_at;  /* the one being written: text[literal_at, text_n) */
    span prefix, time_pattern;
    bool is_utc;                /* the stamp is UTC although it does not say so */
    bool urls_are_absolute;     /* a forward proxy's language: a Host header adds nothing to the URL */
    enum stamp_meaning stamp;
};

fault build_begin(struct plan_builder *b, arena *a, span definition) MUST_USE;
void build_literal(struct plan_builder *b, char c);
/* `at` is the offset of the code in the definition, `step` its quote, flags and width. */
fault build_code(struct plan_builder *b, struct code_meaning m, struct cut_step step, size_t at, size_t length) MUST_USE;
fault build_end(struct plan_builder *b, struct plan *out) MUST_USE;
/* As build_code for a column of its own, which joins no other. */
fault build_column(struct plan_builder *b, struct code_meaning m, struct cut_step step, size_t at, size_t length) MUST_USE;
/* The field of the port that stands behind an address or host of this field. */
enum field build_port_of(unsigned field);
/* FIELD_BITs of what a column of this type gives, and all that event_derive makes of columns that give `logged`. */
uint64_t build_logged(unsigned field, unsigned type);
uint64_t build_gives(uint64_t logged, enum stamp_meaning stamp);
/* The type that reads what strftime writes for `pattern`; CUT_PATTERN_TIME keeps it in the builder. */
enum cut_type build_time(struct plan_builder *b, span pattern);
fault build_refuse(const struct plan_builder *b, size_t at, const char *why) MUST_USE;
/* FIELD_COUNT, CUT_IGNORED for a header nobody asks for. */
struct code_meaning request_header_meaning(span name);

#endif
