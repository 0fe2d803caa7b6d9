/* SPDX-License-Identifier: Apache-2.0 */
/* app/windows_look.h: event logs beside the proxy's log: sessions, computers, clocks and processes out of the events, and
 * the rows that they have to be compared with. */
#ifndef KONSEKI_WINDOWS_LOOK_H
#define KONSEKI_WINDOWS_LOOK_H

#include "app/reading.h"
#include "detect/windows_view.h"
#include "known/clients.h"

/* A row of an endpoint's connection, found by its client port: what opened it. */
struct opened { uint64_t origin; uint16_t client_port; const struct kept *connection; };   /* NULL: of two programs at once */

/* A client of the log that a computer was at some time. */
struct owner { span client; uint32_t computer; };

struct windows_look {
    struct windows_view view;
    struct owner *owners;         /* by client, computer */
    size_t owner_n;
    struct opened *opened;        /* by origin */
    size_t opened_n;
    bool has_ports;               /* some source logs client ports, and they were compared */
    bool is_port_cut;             /* not all of them, or the inputs could not be read twice */
};

/* NULL where no Windows event was read. All of it lives in `a`; rows are those of the survey. `store` is sealed. Reads the
 * sources that log client ports a second time where endpoints logged connections. */
fault windows_look(arena *a, struct reading *r, const struct windows_store *store, const struct survey *s,
                   const struct clients *machines, struct windows_look **out) MUST_USE;

/* The computer that was this client then; {NULL,0}: not known, or several were. */
span windows_look_computer(const struct windows_look *look, span client, int64_t at);
/* The program that opened that row; {NULL,0}: not known. */
span windows_look_program(const struct windows_look *look, uint64_t origin);

#endif
