/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/sizes.h"

#include "detect/timing_scratch.h"

#define SHARE_FREE 0.3      /* this much any mix of sizes may share */
#define POINTS_MAX 2.0

void sizes_regularity(const uint64_t *bytes, size_t n, timing_scratch *scratch, sizes_result *out)
{
    *out = (sizes_result){0};
    if (!n)
        return;
    for (size_t i = 0; i < n; i++)
        cells_add(&scratch->cells, (uint32_t)min_u64(bytes[i], UINT32_MAX));
    const cell_step *at = scratch->steps;
    size_t used = cells_drain(&scratch->cells, scratch->steps), to = 0;
    uint64_t most = 0;
    for (size_t i = 0; i < used; i++) {
        /* m - 2 % .. m + 2 %: the top is 1.02/0.98 times the bottom */
        while (to < used && (uint64_t)at[to].max * 98 <= (uint64_t)at[i].min * 102)
            to++;
        uint64_t count = at[to].count - at[i].count;
        if (count > most) {
            most = count;
            out->mode = (at[to].sum - at[i].sum + count / 2) / count;
        }
    }
    out->share = (double)most / (double)n;
    if (n >= SIZES_MIN && out->share > SHARE_FREE)
        out->points = POINTS_MAX * (out->share - SHARE_FREE) / (1 - SHARE_FREE);
}
