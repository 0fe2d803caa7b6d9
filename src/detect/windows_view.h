/* SPDX-License-Identifier: Apache-2.0 */
/* detect/windows_view.h: what event logs say, beside what the proxy's log says of the same days: for detectors that look
 * at computers. Built by whoever has both (app/windows_look.c); joined to rows when every pair was seen. */
#ifndef KONSEKI_WINDOWS_VIEW_H
#define KONSEKI_WINDOWS_VIEW_H

#include "detect/detector.h"
#include "windows/join.h"

enum { TUNNEL_ROWS_MAX = 1000 * 1000 };   /* of the sessions' days; further ones are not looked at, and it is said */

struct windows_view {
    const struct windows_store *store;
    const struct computers *computers;
    const struct rdp_sessions *sessions;
    const struct clock *clocks;          /* by computer */
    const struct tunneller *tunnellers;  /* by segment */
    struct tunnel_row *rows;             /* by (client, host, time) */
    const struct row *row_of;            /* each of them as it was kept */
    size_t row_n;
    bool is_cut;                         /* there were more than TUNNEL_ROWS_MAX */
    struct log_span log;
    int home_zone;                       /* minutes east of UTC that this office's logs are in; WHEN_NONE_MINUTES: not known */
    const struct join *joins;            /* by segment; after windows_view_join */
};

/* Which rows are a tunnel candidate's, and in which the sessions lie. */
void windows_view_join(struct windows_view *w, arena *a, struct candidate *const *candidates, size_t n);

/* The kept row behind one that a join offers. */
const struct row *windows_view_row(const struct windows_view *w, const struct tunnel_row *row);
/* The row that is claimed for the segment, where more than its length says so: a chat program's row contains whole days.
 * NULL: none, or any of several. */
const struct offered *windows_view_joined(const struct windows_view *w, size_t segment);
span windows_view_base(span path);   /* "plink.exe" of a path */
span windows_view_short(span computer);   /* "PC01" of PC01.corp.example */

#endif
