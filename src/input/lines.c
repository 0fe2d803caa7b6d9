/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks come back in any order and in any number; bins of equal width over the content add them up, so
 * that the sum does not depend on either. Where a table is full its bins are joined two by two. */
#include "input/content.h"

enum { BINS_MAX = 16 * 1024, BIN_WIDTH = 1024 * 1024 };

static struct line_bin joined(struct line_bin a, struct line_bin b)
{
    if (!a.lines || !b.lines)
        return a.lines ? a : b;
    return (struct line_bin){.first = min_u64(a.first, b.first), .lines = a.lines + b.lines};
}

static void fold(struct line_index *ix)
{
    size_t n = (ix->n + 1) / 2;
    for (size_t i = 0; i < n; i++)
        ix->bins[i] = joined(ix->bins[2 * i], 2 * i + 1 < ix->n ? ix->bins[2 * i + 1] : (struct line_bin){0});
    memset(ix->bins + n, 0, (ix->n - n) * sizeof *ix->bins);
    ix->n = n;
    ix->width *= 2;
}

void line_index_note(struct line_index *ix, uint64_t place, uint64_t lines)
{
    if (lines == 0)
        return;
    if (!ix->width)
        ix->width = BIN_WIDTH;
    while (place / ix->width >= BINS_MAX)
        fold(ix);
    size_t i = (size_t)(place / ix->width);
    if (!array_reserve((void **)&ix->bins, &ix->capacity, i + 1, sizeof *ix->bins, BINS_MAX))
        panic("a table of line numbers outgrew its limit");
    if (ix->n < i + 1)
        ix->n = i + 1;
    ix->bins[i] = joined(ix->bins[i], (struct line_bin){.first = place, .lines = lines});
}

bool line_index_find(const struct line_index *ix, uint64_t place, uint64_t *from, uint64_t *before)
{
    bool found = false;
    uint64_t sum = 0;
    for (size_t i = 0; i < ix->n; i++) {
        const struct line_bin *bin = &ix->bins[i];
        if (bin->lines && bin->first > place)
            break;
        if (bin->lines) {
            *from = bin->first;
            *before = sum;
            found = true;
        }
        sum += bin->lines;
    }
    return found;
}

void line_index_free(struct line_index *ix)
{
    array_free((void **)&ix->bins, &ix->capacity);
    *ix = (struct line_index){0};
}
