/* SPDX-License-Identifier: Apache-2.0 */
/* app/windows_ports.h: which rows are those of connections that endpoints logged: by client address and port. Rows keep
 * no client port, so the sources that log one are read again. */
#ifndef KONSEKI_WINDOWS_PORTS_H
#define KONSEKI_WINDOWS_PORTS_H

#include "app/reading.h"
#include "windows/clock.h"

enum { PORTS_ROWS_MAX = 1000 * 1000 };

/* Rows with the client address and port of a connection in `store`, within CLOCK_PORT_MS of it; by origin; spans in `a`. */
struct ports_found {
    struct proxied *rows;
    const struct kept **connections;   /* beside each: the nearest in time; NULL: of two programs at once */
    size_t n;
    bool is_cut;                       /* more than PORTS_ROWS_MAX */
};
/* FAULT_LIMIT: a pipe of which more came than is kept. */
fault windows_ports(arena *a, struct reading *r, const struct windows_store *store, struct ports_found *out) MUST_USE;

#endif
