/* SPDX-License-Identifier: Apache-2.0 */
/* tables/rows.h: what is kept of every event: one fixed row, in one of 256 partitions by
 * hash(client, registrable domain) so that a client's traffic to one owner is read back together.
 *
 * Rows are kept coded (about 32 B each) in chunks; above the memory given at birth new
 * chunks go to an unlinked temporary file. Reading a partition back gives its rows in no particular order:
 * whoever needs an order sorts by (time, origin), which depends on the input alone. */
#ifndef KONSEKI_ROWS_H
#define KONSEKI_ROWS_H

#include "base/fault.h"
#include "event/event.h"

enum { PARTITIONS = 256, ROW_SOURCE_BITS = 20, ROW_OFFSET_BITS = 44 };
#define ROW_SOURCES_MAX ((UINT32_C(1) << ROW_SOURCE_BITS) - 1)
#define ROW_BYTES_MAX ((UINT64_C(1) << 48) - 1)   /* larger counters are kept as this: 256 TiB in one row */

enum row_method { METHOD_OTHER, METHOD_GET, METHOD_POST, METHOD_CONNECT, METHOD_HEAD, METHOD_PUT };

enum row_flag {
    ROW_METHOD_MASK = 7,                /* enum row_method */
    ROW_OUTCOME_SHIFT = 3,              /* enum outcome, 3 bits */
    ROW_OUTCOME_MASK = 7 << 3,
    ROW_AGENT_SHIFT = 6,                /* enum field_state, 2 bits */
    ROW_AGENT_MASK = 3 << 6,
    ROW_REFERER_SHIFT = 8,              /* enum field_state, 2 bits */
    ROW_REFERER_MASK = 3 << 8,
    ROW_HAS_OUT = 1 << 10,
    ROW_HAS_IN = 1 << 11,
    ROW_HAS_DURATION = 1 << 12,
    ROW_STAMP_IS_START = 1 << 13,       /* of the transfer; else its end */
    ROW_TUNNEL = 1 << 14,               /* carries a CONNECT's bytes */
    ROW_FILE = 1 << 15,                 /* `path` is the id of a file name worth a look  */
    ROW_NOT_TLS = 1 << 16,              /* the logged handshake says the tunnel does not speak TLS */
    ROW_OLD_PROTO = 1 << 17,            /* HTTP/1.0 in the request line */
    ROW_RELAYED = 1 << 18,              /* a declared proxy asked: another log may have the row of its own client */
    ROW_RELAYED_NAMED = 1 << 19,        /* ... and the row says for whom: that is its client */
    ROW_MIME_SHIFT = 20,                /* with ROW_FILE: enum file_class of the MIME type, 3 bits */
    ROW_MIME_MASK = 7 << 20,
    ROW_SESSION_SHIFT = 23,             /* enum session_rule, 3 bits, and `line` is of the session's id: only until joined */
    ROW_SESSION_MASK = 7 << 23,
};

struct row {
    int64_t time;                       /* ms UTC, as logged */
    uint64_t origin;                    /* source << 44 | offset */
    uint64_t out : 48, status : 16;     /* bytes client -> server */
    uint64_t in : 48, port : 16;        /* bytes server -> client */
    uint32_t client, host, agent;       /* ids */
    uint32_t path;                      /* hash of the path without query; or, with ROW_FILE, a file name's id */
    uint32_t duration;                  /* ms, at most UINT32_MAX (49 days) */
    uint32_t flags;                     /* enum row_flag */
    uint32_t line;                      /* hash of the raw line, tells equal rows from similar ones; 0 where one
                                         * source alone is read and nothing can be a copy */
    uint16_t referer;                   /* hash of the Referer's host; 0 = none */
};
_Static_assert(sizeof(struct row) <= 64, "a row is a cache line at most");

static inline enum row_method row_method(const struct row *r) { return r->flags & ROW_METHOD_MASK; }
static inline enum outcome row_outcome(const struct row *r)
{
    return (r->flags & ROW_OUTCOME_MASK) >> ROW_OUTCOME_SHIFT;
}
/* Did the proxy let it through? A refused or failed row carries the proxy's own bytes only. */
static inline bool row_went_through(const struct row *r)
{
    return row_outcome(r) != OUTCOME_BLOCKED && row_outcome(r) != OUTCOME_FAILED;
}
static inline enum field_state row_agent_state(const struct row *r)
{
    return (r->flags & ROW_AGENT_MASK) >> ROW_AGENT_SHIFT;
}
static inline enum field_state row_referer_state(const struct row *r)
{
    return (r->flags & ROW_REFERER_MASK) >> ROW_REFERER_SHIFT;
}
static inline uint32_t row_source(const struct row *r) { return (uint32_t)(r->origin >> ROW_OFFSET_BITS); }
static inline uint64_t row_offset(const struct row *r) { return r->origin & ((UINT64_C(1) << ROW_OFFSET_BITS) - 1); }
static inline int64_t row_start(const struct row *r)
{
    return r->flags & ROW_STAMP_IS_START || !(r->flags & ROW_HAS_DURATION) ? r->time : r->time - r->duration;
}
static inline int64_t row_end(const struct row *r)
{
    return r->flags & ROW_STAMP_IS_START && r->flags & ROW_HAS_DURATION ? r->time + r->duration : r->time;
}

struct row_store;
/* `memory`: bytes of coded rows kept in RAM before new ones go to a file in `tmp`. */
struct row_store *row_store_new(size_t memory, const char *tmp);
void row_store_free(struct row_store *s);

/* One writer per worker thread. */
struct row_writer;
struct row_writer *row_writer_new(struct row_store *s);
/* FAULT_IO: the temporary file could not be written (disk full). */
fault row_write(struct row_writer *w, uint8_t partition, const struct row *r) MUST_USE;
/* A row of that partition is about to come: asks for the memory it will go to. */
void row_expect(const struct row_writer *w, uint8_t partition);
fault row_writer_close(struct row_writer *w) MUST_USE;   /* flushes and frees */

uint64_t row_store_count(const struct row_store *s, unsigned partition);
uint64_t row_store_spilled(const struct row_store *s);   /* bytes in the temporary file */
/* Reads a partition (thread-safe after all writers are closed), one row after another. */
typedef void row_visit(void *ctx, const struct row *r);
fault row_store_read(const struct row_store *s, unsigned partition, row_visit *visit, void *ctx) MUST_USE;

#endif
