/* SPDX-License-Identifier: Apache-2.0 */
/* tables/companions.h: a set of (a, b) of two kinds of ids: the users of a client, the server addresses of
 * a host. Bounded: past `max` pairs nothing is added. */
#ifndef KONSEKI_COMPANIONS_H
#define KONSEKI_COMPANIONS_H

#include "base/base.h"

struct companions;
struct companions *companions_new(size_t max);
void companions_free(struct companions *c);
void companions_add(struct companions *c, uint32_t a, uint32_t b);   /* thread-safe */
void companions_seal(struct companions *c);   /* after the last add, before the first companions_each */
typedef void companion_visit(void *ctx, uint32_t b);
/* How many distinct `a` go with each b: counts[b]++, for b below `limit`. */
void companions_count(const struct companions *c, uint32_t *counts, uint32_t limit);
void companions_each(const struct companions *c, uint32_t a, companion_visit *visit, void *ctx);

#endif
