/* SPDX-License-Identifier: Apache-2.0 */
/* tables/relayed.h: one request in two logs: that of a proxy, and that of the proxy which the first one asked. The
 * second knows the first as its client, or by X-Forwarded-For the same client. It counts once, where it was logged
 * nearest to its client. */
#ifndef KONSEKI_RELAYED_H
#define KONSEKI_RELAYED_H

#include "tables/rows.h"

/* Marks in `is_told` (n bytes, all 0) the rows of [0,n) with ROW_RELAYED that a row of another source tells already:
 * same host, method, path and status, within two seconds, byte counts within a fiftieth and 1 KiB (headers), and the
 * same client where it is known. Each row tells one of a proxy's. The choice depends on the rows alone, not on their
 * order. */
void relayed_mark(const struct row *rows, size_t n, uint8_t *is_told);

#endif
