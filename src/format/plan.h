/* SPDX-License-Identifier: Apache-2.0 */
/* format/plan.h: a plan is an array of typed cuts, compiled once from a definition (a Squid logformat, an
 * Apache or nginx format string). One executor per shape runs all plans.
 *
 * A cut's value ends at the whole next literal, not at its first byte. At most one cut is greedy (URL or
 * user): cuts after it run from the right end of the line, so a URL with blanks or quotes cannot shift a
 * column. Two codes without a literal between them are a compile error, except pairs that form one value
 * (%ts.%03tu). Text left over makes the line bad. */
#ifndef KONSEKI_PLAN_H
#define KONSEKI_PLAN_H

#include "base/arena.h"
#include "base/fault.h"
#include "event/event.h"
#include "format/format.h"

enum plan_shape { SHAPE_DELIMITED };

enum cut_type {
    CUT_TEXT, CUT_NUMBER, CUT_STATUS, CUT_EPOCH, CUT_EPOCH_MS, CUT_CLF_TIME, CUT_ISO_TIME, CUT_SECONDS_FRACTION,
    CUT_MILLISECONDS, CUT_MICROSECONDS, CUT_ADDRESS, CUT_IGNORED
    /* the executor's author adds what the definitions need */
};
enum cut_quote { QUOTE_NONE, QUOTE_BACKSLASH, QUOTE_DOUBLED, QUOTE_PERCENT };

enum { CUT_STOP_MAX = 11, CUT_FLAG_GREEDY = 1, CUT_FLAG_PADDED = 2 };

struct cut_step {
    uint8_t field, type, quote, flags;
    uint8_t nstop;
    char stop[CUT_STOP_MAX];   /* the literal after the value; nstop 0: end of line */
};

struct plan {
    span name, definition;
    enum plan_shape shape;
    enum stamp_meaning stamp;
    bool counts_headers_out, counts_headers_in;   /* do the byte counters include headers? */
    int tz_minutes;
    uint64_t gives;
    span prefix;               /* literal before the first cut */
    struct cut_step *cuts;
    size_t n, greedy;          /* greedy == n: none */
};

fault plan_compile_squid(arena *a, span definition, struct plan *out) MUST_USE;
fault plan_compile_apache(arena *a, span definition, struct plan *out) MUST_USE;  /* %h %l ... */
fault plan_compile_nginx(arena *a, span definition, struct plan *out) MUST_USE;   /* $remote_addr ... */
enum row_fate plan_run(const struct plan *plan, span line, event *e);

/* A layout nobody named, from typed columns: writes the Squid logformat string it infers into `a`. */
struct inference {
    span definition;
    double fit;
    bool direction_unknown, direction_proved;
    span why;             /* one English sentence: what proved the direction, or why it is open */
};
fault plan_infer(arena *a, const span *lines, size_t n, struct inference *out) MUST_USE;

#endif
