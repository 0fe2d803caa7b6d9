/* SPDX-License-Identifier: Apache-2.0 */
/* detect/cells.h: a distribution of 32-bit values in constant memory, kept in logarithmic cells of at most
 * 1/128 of their value (below 256: one cell per value). Each cell remembers the smallest and the largest
 * value it really holds, so a run of whole cells is an exact count of an exact window; only which windows
 * can be asked for is coarse. Replaces sorting: adding is O(1), reading in order O(cells in use). */
#ifndef KONSEKI_CELLS_H
#define KONSEKI_CELLS_H

#include "base/base.h"

enum {
    CELLS_EXACT = 256,       /* values below have a cell each */
    CELLS_PER_OCTAVE = 128,
    CELLS_MAX = CELLS_EXACT + 24 * CELLS_PER_OCTAVE,
};

struct cell {
    uint32_t min, max;
    uint64_t count, sum;
};

/* Zero-initialised is empty. One owner, one thread. 80 kB. */
typedef struct cells {
    uint64_t used[(CELLS_MAX + 63) / 64];
    struct cell cell[CELLS_MAX];
} cells;

/* What lies in a cell, and what lies before it. */
typedef struct cell_step {
    uint32_t min, max;
    uint64_t count, sum;     /* of all values in earlier cells */
} cell_step;

void cells_add(cells *c, uint32_t value);
/* Empties the cells in use into out[0 .. result), smallest first; out[result] closes with the totals
 * (min = max = UINT32_MAX). `out` has room for CELLS_MAX + 1. */
size_t cells_drain(cells *c, cell_step *out);

#endif
