/* SPDX-License-Identifier: Apache-2.0 */
/* detect/timing_null.h: what chance can do. No process without memory, however its rate changes, puts more
 * than the share q(width) of its intervals into one window of that logarithmic width. For interval t[i+m]-t[i]
 * (order m) the intervals are Gamma(m) distributed in units of the rate, and
 *
 *     q_m(w) = max over a of  (F_m(a e^w) - F_m(a)) / F_m(8 a e^w)
 *
 * The divisor is there because the score leaves out intervals longer than 8 times the window's top (nights,
 * sleep): it raises q by less than 0.04 %, with multiples by less than 2.5 %. Without it and for m = 1 the
 * maximum is r^(-1/(r-1)) - r^(-r/(r-1)), r = e^w. "Multiples" takes the windows at 2 and 3 times the first
 * one, too. */
#ifndef KONSEKI_TIMING_NULL_H
#define KONSEKI_TIMING_NULL_H

#include "base/base.h"

enum { NULL_MULTIPLES = 0, NULL_ORDERS = 4, NULL_STEPS = 150 };

/* Row 0: order 1 with multiples; rows 1..4: orders. Columns: w = 0, 0.02 .. 3.00. Immutable once filled. */
typedef struct timing_null {
    double q[NULL_ORDERS + 1][NULL_STEPS + 1];
} timing_null;

enum { NULL_HORIZON = 8 };     /* times the top of the window */

void timing_null_fill(timing_null *null);                                /* about a millisecond */
double timing_null_q(const timing_null *null, int row, double width);    /* never decreasing; 1 past the table */

#endif
