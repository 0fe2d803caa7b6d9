/* SPDX-License-Identifier: Apache-2.0 */
/* tables/sessions.h: rows that tell of the same connection or session, made one (enum session_rule), between reading and
 * the survey.
 *
 *   connections   A row of its requests has its own bytes, so the connection's row is merged away. A tunnel's row (a
 *                 CONNECT, a switch of protocols) takes the connection's time and bytes; without requests the row with
 *                 the name in its TLS hello does; without either the connection stands for itself.
 *   reports       Of interim reports about one session the last is kept (counters since the beginning), or they are
 *                 added up (counters since the last report).
 *
 * Rows with a session wait in a store of their own, in the partition of its hash, coded and spilled as all rows are:
 * files may come in any order. What is made of them depends on the rows alone. Rows are of one session where 40 bits of
 * its hash and the client are equal; reports also where the host is, the counters do not fall, and less than an hour
 * lies between. */
#ifndef KONSEKI_SESSIONS_H
#define KONSEKI_SESSIONS_H

#include "tables/intake.h"

enum { SESSION_ROWS_MAX = 4 * 1000 * 1000 };   /* of one hash: more are passed on as they are */

/* Rows of in->sessions to in->rows, by `threads` threads with `memory` bytes each. `merged[source]` counts those that
 * became part of another. FAULT_IO: the temporary file. */
fault sessions_join(struct intake *in, unsigned threads, size_t memory, size_t sources, uint64_t *merged) MUST_USE;

/* sessions_merge.c: the rows [0,n) of one client and hash; keep[i] (all true before): it is a row of its own. Rows with
 * reports are in the order of (host, time, origin), others of (time, origin). */
void sessions_merge(struct row *rows, size_t n, bool *keep);

static inline enum session_rule row_session(const struct row *r) { return (r->flags & ROW_SESSION_MASK) >> ROW_SESSION_SHIFT; }
static inline bool row_is_report(const struct row *r) { return row_session(r) >= SESSION_CUMULATIVE; }

#endif
