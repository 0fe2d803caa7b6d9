/* SPDX-License-Identifier: Apache-2.0 */
/* detect/sizes.h: how alike the sizes of a pair's rows are. */
#ifndef KONSEKI_SIZES_H
#define KONSEKI_SIZES_H

#include "detect/timing.h"

enum { SIZES_MIN = 10 };    /* below, equal sizes say nothing: 0 points */

typedef struct sizes_result {
    uint64_t mode;          /* bytes: mean of the values counted in share */
    double share;           /* of the values that lie within +-2 % of one value, at its best */
    double points;          /* 0 .. 2: 2 (share - 0.3) / 0.7 where n >= SIZES_MIN, else 0 */
} sizes_result;

/* `bytes` in any order; values of 4 GiB and more count as 4 GiB. The scratch is timing's. */
void sizes_regularity(const uint64_t *bytes, size_t n, timing_scratch *scratch, sizes_result *out);

#endif
