/* SPDX-License-Identifier: Apache-2.0 */
/* tables/copies.h: the same line in two inputs counts once; within one input it counts as often as it stands there. Of
 * n copies in one input and m in another, max(n, m) count, in whatever order they come. Any number of threads. */
#ifndef KONSEKI_COPIES_H
#define KONSEKI_COPIES_H

#include "base/base.h"

struct copies;
struct copies *copies_new(size_t max);   /* lines; what is past it counts */
void copies_free(struct copies *c);      /* NULL is fine */
/* Does this one count? */
bool copies_counts(struct copies *c, uint64_t line_hash, uint32_t source);

#endif
