/* SPDX-License-Identifier: Apache-2.0 */
/* tables/lend.h: a tunnel whose agent stands in another row. A proxy that looks into the connection behind a CONNECT (Blue
 * Coat's) writes the CONNECT with the agent and few bytes, and what was carried in a row that can have no agent. */
#ifndef KONSEKI_LEND_H
#define KONSEKI_LEND_H

#include "tables/rows.h"

/* Rows of one client and host, by (time, origin). A tunnel row without a logged agent takes that of the CONNECT to the same
 * port in the same log, from just before it began to when it ended; where those CONNECTs have several agents, none. */
void lend_agents(struct row *rows, size_t n);

#endif
