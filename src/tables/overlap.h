/* SPDX-License-Identifier: Apache-2.0 */
/* tables/overlap.h: is the log of one source the same traffic as that of another, in another layout? Then it must not
 * count twice.
 *
 * Each source is sketched while it is read: of its different (second, client, host, path) the OVERLAP_KEYS with the
 * smallest hashes, each with its number of rows (a bottom-k sample: Cohen and Kaplan, 2007). What two sources sample
 * of the same traffic is the same, so the share of one in the other can be read off the sketches, whatever their size.
 *
 * The path and the number of rows tell copies from two proxies that share the load: there a client may ask both for
 * the same host in the same second, hardly for the same page, and a burst is split. */
#ifndef KONSEKI_OVERLAP_H
#define KONSEKI_OVERLAP_H

#include "base/arena.h"
#include "event/event.h"

enum { OVERLAP_KEYS = 1024, OVERLAP_KEYS_LEAST = 32,   /* sampled in the time of both, below which nothing is said */
       OVERLAP_SOURCES_MAX = 2048 };                   /* of more, copies are not looked for */
#define OVERLAP_SHARE 0.9                              /* of one's keys that the other has too: a copy */

struct overlap_key { uint64_t hash; int64_t second; uint64_t rows; };

/* Begins as {0}. */
struct sketch {
    struct overlap_key *keys;    /* settled: by hash, each once */
    size_t n, capacity;
    uint64_t limit;              /* hashes above are not sampled; 0 stands for no limit yet */
};
void sketch_add(struct sketch *s, const event *e);
void sketch_join(struct sketch *to, const struct sketch *from);
void sketch_settle(struct sketch *s);   /* before it is compared */
void sketch_free(struct sketch *s);

struct overlap_source {
    const struct sketch *sketch; /* settled; NULL: not read */
    span layout;                 /* sources of one layout are not compared: equal rows count once there anyhow */
    int64_t first, last;         /* ms, of events; first > last: none */
    uint64_t rank;               /* of two with the same traffic the higher one is kept; of equals the first */
};
/* Rows of `source` from..to (ms, both included) stand in `of` too. */
struct overlap_copy { uint32_t source, of; int64_t from, to; double share; };
/* The copies among the sources, by (source, from, of), in `a`. */
struct overlap_copy *overlap_find(arena *a, const struct overlap_source *sources, size_t n, size_t *found);

/* Is a row of that source and time a copy? `copies` in the order of overlap_find. */
bool overlap_has(const struct overlap_copy *copies, size_t n, uint32_t source, int64_t time);

#endif
