/* SPDX-License-Identifier: Apache-2.0 */
/* format/keyed.h: the plans of rows whose values have names: JSON objects and key=value pairs. A row's keys come in
 * nearly the same order each time, so the order of a sample row is tried first and a hash table only where it fails. */
#ifndef KONSEKI_KEYED_H
#define KONSEKI_KEYED_H

#include "format/plan_row.h"
#include "format/vocabulary.h"
#include "scan/json_walk.h"

enum { KEYED_PATH_MAX = JSON_PATH_MAX /* a longer one is nobody's */, KEYED_ORDER_MAX = 256 };

struct key_step {
    span name;
    uint64_t hash;
    struct cut_step step;
    uint8_t rank;             /* among names for the same field: 0 is the strongest */
    bool is_pick;             /* its value decides whether the row is read */
    bool is_tunnel;           /* its value may say that the row is a tunnel's */
    uint8_t kind;             /* 1 + the first of the vocabulary's kinds with this name; 0: none */
};

struct key_map {
    struct key_step *steps;
    size_t n;
    uint16_t *slots;          /* by hash; 0: free, else index + 1 */
    size_t slot_mask;
    uint64_t *parents;        /* hashes of the paths above the names: other objects are passed over */
    size_t parent_n;
    struct guess { span name; uint16_t step; } *order;   /* of a sample row; step == n: nobody's */
    size_t order_n;
    const char *const *picked;   /* NULL: every row is read */
    const struct row_kind *kinds;
    const struct tunnel_word *tunnels;
};

/* One row being read: which names it gave so far. */
struct keyed_row {
    struct run *run;
    const struct key_map *map;
    size_t at;                          /* the next of map->order that is expected */
    uint8_t rank[FIELD_COUNT];          /* of the name that gave the field; 0xff: none did */
    bool is_picked;
    uint8_t kind;                       /* index into the kinds; 0xff: of none so far */
};

struct key_map *key_map_new(arena *a, const struct vocabulary *v);
/* The order of the names of a sample row. */
void key_map_expect(arena *a, struct key_map *m, const span *names, size_t n);
bool key_map_has_parent(const struct key_map *m, span path);
uint64_t key_hash(span name);

struct keyed_row keyed_begin(struct run *r);
/* One value into the event. False: it cannot be, so the line is not of this layout. */
bool keyed_put(struct keyed_row *row, span name, span value);
/* ROW_SKIPPED: a row that the product writes for something else. */
enum row_fate keyed_end(const struct keyed_row *row);

/* The executors: as plan_try. What has to be unescaped goes to r->scratch. */
enum row_fate json_row(struct run *r, span line);
enum row_fate pairs_row(struct run *r, span line);

/* The names a row holds, in order, as the executors see them; how many there are (at most `max` are written). For
 * recognition. 0: the line has not this shape. */
size_t json_names(arena *a, span line, span *names, size_t max);
/* Behind the names stand those of short values, as "name=value": a vocabulary's `must` may ask for one. */
size_t pairs_names(arena *a, const struct plan *plan, span line, span *names, size_t max);
/* Is the line one of CEF, of LEEF? */
bool pairs_have_head(enum plan_head head, span line);

#endif
