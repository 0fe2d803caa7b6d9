/* SPDX-License-Identifier: Apache-2.0 */
/* tables/run.h: a partition read back: its rows grouped by (client, domain), inside by host, inside by
 * time. What a detector sees of a pair is a `run` of it. */
#ifndef KONSEKI_RUN_H
#define KONSEKI_RUN_H

#include "tables/overlap.h"
#include "tables/rows.h"

struct run { const struct row *rows; size_t n; };

/* Whoever loads a partition says how hosts belong together and which rows are wanted. Pure functions. */
struct run_wish {
    uint32_t (*domain)(const void *ctx, uint32_t host);
    bool (*keep)(const void *ctx, const struct row *r);
    const void *ctx;
    bool many_sources;      /* look for copies */
    const struct overlap_copy *copies;   /* rows that are left out as such: tables/overlap.h */
    size_t copy_n;
    bool is_chained;        /* ... and for what another proxy's log tells already (tables/relayed.h); then a partition
                             * has all clients' rows of its domains, and so has a part */
    unsigned part, parts;   /* of the partition's (client, domain)s only every parts-th, from `part` on; 0: all */
};

/* Rows of one (client, domain) that are looked at one by one; of more, an even sample by their place of origin.
 * The sample depends on the log alone. */
enum { RUN_ROWS_MAX = 16 * 1000 * 1000 };

/* Owned by one worker and used again for every partition. */
struct run_set {
    struct row *rows;       /* by (client, domain, host), then by (time, origin) */
    size_t n, capacity;
    struct row *spare;      /* as long as rows: where they land when read, and room to merge */
    size_t spare_capacity;
    uint32_t *group_of;     /* of each row of spare */
    size_t group_of_capacity;
    struct run_group *groups, **order;   /* as met; by (client, domain, host) */
    size_t group_n, group_capacity, order_capacity;
    uint32_t *slots;
    size_t slot_n;
    uint64_t told;          /* rows of the last load left out because a proxy nearer to the client tells them */
};

/* Loads a partition. Copies are left out: rows equal to the letter of their line, from different sources,
 * count as often as in the source that has them most; what a proxy nearer to the client logged too counts there;
 * `duplicate[source]` (may be NULL) counts the others. */
/* Rows left out as sampled are counted in `sampled` (may be NULL). */
fault run_set_load(struct run_set *set, const struct row_store *rows, unsigned partition, const struct run_wish *wish,
                   uint64_t *duplicate, uint64_t *sampled) MUST_USE;
/* How many parts a partition is to be loaded in so that `memory` bytes hold one. */
unsigned run_parts(const struct row_store *rows, unsigned partition, size_t memory);
void run_set_free(struct run_set *set);

/* The next stretch of rows of one (client, domain), from *at; false at the end. */
bool run_next_domain(const struct run_set *set, const struct run_wish *wish, size_t *at, struct run *out);
/* The next stretch of one host inside a domain's stretch. */
bool run_next_host(struct run of, size_t *at, struct run *out);

#endif
