/* SPDX-License-Identifier: Apache-2.0 */
/* app/copies.h: the same traffic logged in several layouts is read once: what was found of it while reading. */
#ifndef KONSEKI_COPIES_H
#define KONSEKI_COPIES_H

#include "app/reading.h"
#include "tables/overlap.h"

struct copies { const struct overlap_copy *items; size_t n; };   /* as overlap_find gives them */

/* As reading_run; where sources have different layouts, they are sketched on the way, and copies are found, in `a`.
 * The taker may have no other members than begin, event, flush and end. */
fault copies_read(struct reading *r, const struct row_taker *take, void *taker, reading_progress *progress, void *ctx,
                  arena *a, struct copies *out) MUST_USE;

#endif
