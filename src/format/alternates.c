/* SPDX-License-Identifier: Apache-2.0 */
/* Which other plans may read a line that the recognised one does not take? A log may be written in several layouts;
 * but the front of a cut row must not pass as a whole row of a shorter layout ("... 200 18" of "... 200 1834 ..."). */
#include "format/recognise.h"

enum { ROW_BYTES_MAX = 2048, ROWS_SEEN = 2 /* that only the other plan reads: it is in use */ };

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

struct told_apart told_apart_by(arena *a, const struct plan *first, const span *lines, size_t n)
{
    struct told_apart t = {.others = arena_new(a, span, FORMAT_SAMPLE_LINES)};
    arena scratch = {0};
    for (size_t i = 0; i < n && i < FORMAT_SAMPLE_LINES; i++)
        if (!takes(first, lines[i], &scratch))
            t.others[t.other_n++] = lines[i];
        else if (t.row_n < COUNT_OF(t.rows))
            t.rows[t.row_n++] = lines[i];
    arena_free(&scratch);
    return t;
}

bool is_alternate(const struct plan *plan, const struct told_apart *t)
{
    size_t seen = 0;
    bool reads_fronts = false;
    arena scratch = {0};
    for (size_t i = 0; i < t->other_n && seen < ROWS_SEEN; i++)
        seen += takes(plan, t->others[i], &scratch);
    for (size_t i = 0; i < t->row_n && seen < ROWS_SEEN && !reads_fronts; i++)
        reads_fronts = reads_a_front(plan, t->rows[i], &scratch);
    arena_free(&scratch);
    return !reads_fronts || seen >= ROWS_SEEN;
}
