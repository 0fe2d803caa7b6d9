/* SPDX-License-Identifier: Apache-2.0 */
/* detect/bypass.h: what that detector measured, for stories that hold it. */
#ifndef KONSEKI_BYPASS_H
#define KONSEKI_BYPASS_H

#include "detect/windows_view.h"

enum { TALKERS_KEPT = 5, TALKER_EVENTS = 2 };

/* A program of one computer that talks to public addresses past the proxy. */
struct talker {
    span base, path;
    uint64_t n, addresses;             /* connections; different addresses */
    int64_t first, last;               /* by the computer's clock */
    const struct kept *events[TALKER_EVENTS];   /* the first, the last */
    bool is_tool, is_odd;              /* made for tunnels and transfers; lies where programs do not lie */
};

enum absence { ABSENT_NOT, ABSENT_NO_ROWS, ABSENT_STOPS };

/* A computer and its rows, or their lack. */
struct presence {
    enum absence absence;
    span client;                       /* {NULL,0}: not known */
    uint32_t client_id;                /* names id; NAME_OTHER: it has no rows */
    int64_t last_row;                  /* INT64_MIN: none */
    uint64_t uses;                     /* events of its use while the log has no row of it */
    const struct kept *first, *last;   /* of these */
};
/* detect/bypass_rows.c: one for each computer; to be freed. */
struct presence *bypass_presences(const struct detecting *d, const struct windows_view *w, int64_t silent_ms);

struct bypass_measure {
    const struct windows_view *view;
    uint32_t computer;
    struct talker talkers[TALKERS_KEPT];   /* the most telling first */
    size_t talker_n;
    uint64_t programs, n, quiet, common;   /* programs; connections: of these, of Windows' own, of what most computers have */
    struct presence presence;
};

#endif
