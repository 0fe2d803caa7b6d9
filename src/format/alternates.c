/* SPDX-License-Identifier: Apache-2.0 */
/* Which other plans may read a line that the recognised one does not take? A log may be written in several layouts;
 * but the front of a cut row must not pass as a whole row of a shorter layout ("... 200 18" of "... 200 1834 ..."). */
#include "format/recognise.h"

enum { ROWS_TRIED = 3, ROW_BYTES_MAX = 2048, ROWS_SEEN = 2 /* that only the other plan reads: it is in use */ };

static bool takes(const struct plan *plan, span line, arena *scratch)
{
    event e;
    struct plan_notes notes;
    return plan_try(plan, line, scratch, &e, &notes) == ROW_EVENT && notes.junk == 0;
}

static bool reads_a_front(const struct plan *plan, span row, arena *scratch)
{
    for (size_t n = 1; n < row.n && row.n <= ROW_BYTES_MAX; n++)
        if (takes(plan, span_take(row, n), scratch))
            return true;
    return false;
}

bool is_alternate(const struct plan *plan, const struct plan *first, const span *lines, size_t n)
{
    size_t tried = 0, seen = 0;
    bool reads_fronts = false;
    arena scratch = {0};
    for (size_t i = 0; i < n && i < FORMAT_SAMPLE_LINES && seen < ROWS_SEEN; i++) {
        if (!takes(first, lines[i], &scratch))
            seen += takes(plan, lines[i], &scratch);
        else if (!reads_fronts && tried++ < ROWS_TRIED)
            reads_fronts = reads_a_front(plan, lines[i], &scratch);
    }
    arena_free(&scratch);
    return !reads_fronts || seen >= ROWS_SEEN;
}
