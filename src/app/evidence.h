/* SPDX-License-Identifier: Apache-2.0 */
/* app/evidence.h: the raw lines that prove what was said. */
#ifndef KONSEKI_EVIDENCE_H
#define KONSEKI_EVIDENCE_H

#include "app/reading.h"
#include "finding/signal.h"

/* Reads back the lines at (source, offset) of each of `wanted`, in any order, which it sorts. Texts in `a`. After the
 * reading. */
void evidence_fetch(struct reading *r, arena *a, struct evidence **wanted, size_t n);

#endif
