/* SPDX-License-Identifier: Apache-2.0 */
/* tables/tally.h: rows counted by one value: how many, of how many clients, first, last, bytes. Counted by any number of
 * threads, each with a worker, and the same whatever their number.
 *
 * Memory has a maximum. Above `values_max` distinct values, those whose hash is above a line are counted together, and
 * the line is lowered until the rest fits; likewise for pairs of value and client: then the number of clients is an
 * estimate from those below the line (M. Wegman's adaptive sampling: P. Flajolet, Computing 43, 1990, 391-400). Where
 * the line ends depends on the values alone, not on who came first. */
#ifndef KONSEKI_TALLY_H
#define KONSEKI_TALLY_H

#include "base/arena.h"
#include "event/event.h"

enum { TALLY_VALUES = 4 * 1000 * 1000, TALLY_PAIRS = 16 * 1000 * 1000,
       TALLY_TEXT_MAX = 1024 /* values that begin alike for so long are one */ };

struct tally_sum {
    uint64_t rows, bytes_out, bytes_in;
    int64_t first, last;         /* ms UTC; first > last: no row */
    bool has_out, has_in;        /* some row has that counter */
};

/* What one row adds. */
struct tally_fact {
    int64_t ms;
    uint64_t bytes_out, bytes_in;
    bool has_out, has_in;
    uint64_t client;             /* hash64 of the canonical one; 0: none */
};

struct tally;
struct tally *tally_new(size_t values_max, size_t pairs_max);
void tally_free(struct tally *t);

struct tally_worker;
struct tally_worker *tally_worker_new(struct tally *t);
void tally_worker_close(struct tally_worker *w);   /* before tally_lines */
/* `key` is a hash_slot of the value's spelling. Counts the row where that spelling was seen lately; else false: */
bool tally_again(struct tally_worker *w, uint64_t key, const struct tally_fact *fact) MUST_USE;
/* then its value is wanted: for STATE_VALUE the text, else {NULL,0}. */
void tally_add(struct tally_worker *w, uint64_t key, enum field_state state, span value, const struct tally_fact *fact);

struct tally_line {
    enum field_state state;
    span value;                  /* lives as long as the tally */
    struct tally_sum sum;
    uint64_t clients;
    bool clients_exact;
};

struct tally_result {
    struct tally_line *lines;    /* most rows first, then by value; at most `limit` */
    size_t n;
    uint64_t values;             /* distinct ones that are known by name, shown or not; blank and the like among them */
    struct tally_sum other;      /* rows of the values above the line; rows 0: there are none */
};
struct tally_result tally_lines(const struct tally *t, arena *a, size_t limit);

#endif
