/* SPDX-License-Identifier: Apache-2.0 */
/* tables/nearby.h: from when to when each client had rows that matter, to ask of others whether they lie near. Marked by any
 * number of threads, then sealed, then asked by any number. */
#ifndef KONSEKI_NEARBY_H
#define KONSEKI_NEARBY_H

#include "base/span.h"

struct nearby;

/* `max`: marks that are kept, 24 bytes each. `within`: milliseconds on either side. */
struct nearby *nearby_new(size_t max, int64_t within);
void nearby_free(struct nearby *n);   /* NULL is fine */
/* The canonical client. False: there are more marks than max. */
bool nearby_mark(struct nearby *n, span client, int64_t start, int64_t end) MUST_USE;
void nearby_seal(struct nearby *n);
bool nearby_has(const struct nearby *n, span client, int64_t start, int64_t end);

#endif
