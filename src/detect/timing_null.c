/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/timing_null.h"

#include <math.h>

#define STEP 0.02

/* P(X > x), X ~ Gamma(order, 1): the first `order` terms of the Poisson distribution. */
static double gamma_above(int order, double x)
{
    double term = exp(-x), sum = 0;
    for (int i = 0; i < order; i++) {
        sum += term;
        term *= x / (i + 1);
    }
    return sum;
}

/* The share inside [low, low*ratio] (and its multiples), of what lies below the horizon. */
static double share_inside(int row, double low, double ratio)
{
    int order = row == NULL_MULTIPLES ? 1 : row;
    double top = low * ratio;
    double inside = gamma_above(order, low) - gamma_above(order, top);
    double end = top;
    for (int times = 2; row == NULL_MULTIPLES && times <= 3; times++) {
        double from = fmax(times * low, end);   /* overlapping windows count once */
        if (times * top > from)
            inside += gamma_above(order, from) - gamma_above(order, times * top);
        end = times * top;
    }
    return inside / (1 - gamma_above(order, NULL_HORIZON * top));
}

/* The worst rate: a coarse walk around the stationary point m ln r / (r - 1), then golden section. */
static double worst_share(int row, double width)
{
    double ratio = exp(width);
    int order = row == NULL_MULTIPLES ? 1 : row;
    double centre = log(order * width / (ratio - 1)), best = 0, at = centre;
    for (double u = centre - 2; u <= centre + 1; u += 0.1) {
        double q = share_inside(row, exp(u), ratio);
        if (q > best) {
            best = q;
            at = u;
        }
    }
    double a = at - 0.1, b = at + 0.1;
    for (int i = 0; i < 16; i++) {
        double c = b - 0.618 * (b - a), d = a + 0.618 * (b - a);
        if (share_inside(row, exp(c), ratio) > share_inside(row, exp(d), ratio))
            b = d;
        else
            a = c;
    }
    return fmin(1, fmax(best, share_inside(row, exp((a + b) / 2), ratio)));
}

void timing_null_fill(timing_null *null)
{
    for (int row = 0; row <= NULL_ORDERS; row++) {
        null->q[row][0] = 0;
        for (int i = 1; i <= NULL_STEPS; i++)
            null->q[row][i] = fmax(worst_share(row, i * STEP), null->q[row][i - 1]);
    }
}

double timing_null_q(const timing_null *null, int row, double width)
{
    if (!(width > 0))
        return 0;
    double at = width / STEP;
    if (at >= NULL_STEPS)
        return 1;
    size_t i = (size_t)at;
    double rest = at - (double)i;
    return null->q[row][i] * (1 - rest) + null->q[row][i + 1] * rest;
}
