/* SPDX-License-Identifier: Apache-2.0 */
/* known/clients.h: which machine had which address when, as the user's own table (--clients FILE) says: a list of PCs,
 * or the leases of a DHCP server. docs/clients.md describes the file. */
#ifndef KONSEKI_KNOWN_CLIENTS_H
#define KONSEKI_KNOWN_CLIENTS_H

#include "base/arena.h"
#include "base/fault.h"
#include "scan/cidr.h"

enum { CLIENT_LINES_MAX = 4 * 1000 * 1000 };

struct machine {
    span address;               /* canonical: an address, a network 10.0.0.0/8, or the name that the log has for a client */
    span name, role;            /* {NULL,0}: the file gives none */
    int64_t from, to;           /* ms UTC, both included; INT64_MIN, INT64_MAX: open */
    size_t line;                /* of the file, from 1 */
    bool is_address;            /* `range` holds: an address (one alone) or a network */
    unsigned bits;              /* of the network's prefix: 32 or 128 where it is one IPv4 or IPv6 address */
    struct address_range range;
};

struct clients; /* in the arena; never changes: any number of threads may ask */

/* Reads the table. `tz_minutes` is what times without a zone mean. FAULT_USAGE names the file, the line and what is
 * wrong there. Texts are copied. */
fault clients_read(arena *a, const char *path, span text, int tz_minutes, struct clients **out) MUST_USE;

/* The machine behind a canonical address (event/host.h) at that time; NULL: none is named. Of several the one with the
 * longest prefix, then the latest beginning, then the later line. `c` NULL: NULL. */
const struct machine *clients_find(const struct clients *c, span client, int64_t at);

/* All of them, in the order of the file. */
size_t clients_count(const struct clients *c);
const struct machine *clients_item(const struct clients *c, size_t i);

#endif
