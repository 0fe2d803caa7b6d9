/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/cells.h"

static uint32_t cell_of(uint32_t value)
{   /* like a small float: the octave, then the seven bits below the leading one */
    if (value < CELLS_EXACT)
        return value;
    uint32_t octave = 31u - (uint32_t)__builtin_clz(value);
    uint32_t within = (value >> (octave - 7)) & (CELLS_PER_OCTAVE - 1);
    return CELLS_EXACT + (octave - 8) * CELLS_PER_OCTAVE + within;
}

void cells_add(cells *c, uint32_t value)
{
    uint32_t at = cell_of(value);
    struct cell *cell = &c->cell[at];
    if (!cell->count) {
        c->used[at / 64] |= UINT64_C(1) << (at % 64);
        cell->min = cell->max = value;
    }
    if (value < cell->min)
        cell->min = value;
    if (value > cell->max)
        cell->max = value;
    cell->count++;
    cell->sum += value;
}

size_t cells_drain(cells *c, cell_step *out)
{
    size_t n = 0;
    uint64_t count = 0, sum = 0;
    for (size_t word = 0; word < COUNT_OF(c->used); word++) {
        for (uint64_t bits = c->used[word]; bits; bits &= bits - 1) {
            struct cell *cell = &c->cell[word * 64 + (size_t)__builtin_ctzll(bits)];
            out[n++] = (cell_step){cell->min, cell->max, count, sum};
            count += cell->count;
            sum += cell->sum;
            *cell = (struct cell){0};
        }
        c->used[word] = 0;
    }
    out[n] = (cell_step){UINT32_MAX, UINT32_MAX, count, sum};
    return n;
}
