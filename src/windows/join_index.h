/* SPDX-License-Identifier: Apache-2.0 */
/* windows/join_index.h: tunnel rows in the orders in which joining asks for them (join.c only). */
#ifndef KONSEKI_WINDOWS_JOIN_INDEX_H
#define KONSEKI_WINDOWS_JOIN_INDEX_H

#include "windows/join.h"

/* Rows by their start, with a tree of latest ends above them: those that contain a moment are found one by one, each in
 * O(log n), without a look at those that do not. */
struct stack { uint32_t *order; int64_t *ends; size_t n, width; };

struct join_index {
    const struct tunnel_row *rows;
    size_t n;
    struct stack of_client, of_all;      /* rows with duration, by (client, start), and by start */
    uint32_t *end_of_client, *end_of_all;   /* all rows, by (client, end), and by end */
    uint64_t *bare_of_client, *bare_of_all; /* beside them: how many of those before have no duration */
    uint32_t *by_port;                   /* rows with a client port, by (port, start) */
    size_t by_port_n;
};
struct join_index join_index_new(const struct tunnel_row *rows, size_t n);
void join_index_free(struct join_index *x);

/* Indices of rows with duration that begin at or before `start` and end at or after `end`, the latest start first; at most
 * `max`. client {NULL,0}: of all clients. */
size_t join_containing(const struct join_index *x, span client, int64_t start, int64_t end, uint32_t *out, size_t max);
/* Of rows without duration that end from `from` to `to`, by end. */
size_t join_ending(const struct join_index *x, span client, int64_t from, int64_t to, uint32_t *out, size_t max);
/* Of rows with that client port that begin from `from` to `to`. */
size_t join_with_port(const struct join_index *x, span client, uint16_t port, int64_t from, int64_t to, uint32_t *out, size_t max);
/* How many rows end from `from` to `to`; *bare: how many of them have no duration. */
uint64_t join_count(const struct join_index *x, span client, int64_t from, int64_t to, uint64_t *bare);

#endif
