/* SPDX-License-Identifier: Apache-2.0 */
/* scan/literal.h: where in a block of text one of a few byte patterns stands. One pass for all of them: four bytes of
 * each pattern are looked for at every position at once (SSSE3 where the machine has it), and only where they stand
 * is the pattern compared. A set never changes after it was built: any number of threads may look with it. */
#ifndef KONSEKI_SCAN_LITERAL_H
#define KONSEKI_SCAN_LITERAL_H

#include "base/arena.h"

enum { LITERALS_MAX = 64, LITERAL_MIN = 3 };

struct literal_set; /* lives in the arena */

struct literal_set *literal_set_new(arena *a);
/* False where the set is full or the text is shorter than LITERAL_MIN; nothing is added then. The text is copied.
 * `any_case` ignores the case of ASCII letters. */
bool literal_add(struct literal_set *s, arena *a, span text, bool any_case) MUST_USE;
/* A byte >= 0x80, and "%XX" where XX is such a byte or, letter case ignored, one of `bytes`: what a host that is spelled
 * with escapes or outside ASCII shows of itself. */
bool literal_add_odd(struct literal_set *s, span bytes) MUST_USE;

/* Where a pattern begins, at or behind `from`, in the first line that has one; SIZE_MAX: none has. */
size_t literal_find(const struct literal_set *s, span text, size_t from);

/* One text, given in lower case, in another whatever its letter case (ASCII). The offset, or SIZE_MAX. */
size_t literal_in(span text, span lower);

#endif
