/* SPDX-License-Identifier: Apache-2.0 */
/* detect/next.h: what to ask next. */
#ifndef KONSEKI_NEXT_H
#define KONSEKI_NEXT_H

#include "finding/finding.h"

/* Fills next: what the client did around the first row, and who else was there. Clients that are users or come from
 * X-Forwarded-For cannot be asked for by --where, which sees rows as logged. asks_events: a tunnel, and no event log was given. */
void finding_add_next(arena *a, struct finding *f, bool client_is_address, bool asks_events);

#endif
