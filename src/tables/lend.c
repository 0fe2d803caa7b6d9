/* SPDX-License-Identifier: Apache-2.0 */
#include "tables/lend.h"

enum { SLACK_MS = 2000 /* stamps are of whole seconds */, LOOKED_AT = 256 /* rows, for one tunnel; beyond: nobody knows */ };

static bool borrows(const struct row *r)
{
    return r->flags & ROW_TUNNEL && row_agent_state(r) == STATE_UNLOGGED && row_method(r) == METHOD_OTHER;
}

static bool lends(const struct row *r, const struct row *to)
{
    return row_method(r) == METHOD_CONNECT && !(r->flags & ROW_TUNNEL) && row_went_through(r) && r->port == to->port &&
           row_source(r) == row_source(to) && row_agent_state(r) >= STATE_BLANK;
}

/* The one agent of the rows looked at so far. */
struct lender { const struct row *row; size_t looked_at; bool is_one; };

static bool look_at(struct lender *l, const struct row *r, const struct row *to)
{
    if (++l->looked_at > LOOKED_AT || (lends(r, to) && l->row && l->row->agent != r->agent))
        l->is_one = false;
    else if (lends(r, to))
        l->row = r;
    return l->is_one;
}

static const struct row *lender_of(const struct row *rows, size_t n, size_t at)
{
    struct lender l = {.is_one = true};
    const struct row *to = &rows[at];
    for (size_t i = at; i-- > 0 && rows[i].time >= row_start(to) - SLACK_MS && look_at(&l, &rows[i], to);)
        ;
    for (size_t i = at + 1; l.is_one && i < n && rows[i].time <= row_end(to) && look_at(&l, &rows[i], to); i++)
        ;
    return l.is_one ? l.row : NULL;
}

void lend_agents(struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct row *lender = borrows(&rows[i]) ? lender_of(rows, n, i) : NULL;
        if (!lender)
            continue;
        rows[i].agent = lender->agent;
        rows[i].flags = (rows[i].flags & ~(uint32_t)ROW_AGENT_MASK) | (lender->flags & ROW_AGENT_MASK);
    }
}
