/* SPDX-License-Identifier: Apache-2.0 */
/* known/indicators.h: the table behind a set of indicators: is this text one of them? */
#ifndef KONSEKI_KNOWN_INDICATORS_H
#define KONSEKI_KNOWN_INDICATORS_H

#include "known/indicator.h"

enum { INDICATOR_NONE = UINT32_MAX };

struct indicator_table *indicator_table_new(void);
void indicator_table_free(struct indicator_table *t); /* NULL is fine */
/* Room for so many more without growing again. */
void indicator_table_expect(struct indicators *set, size_t n);
/* What an indicator is found by. */
uint64_t indicator_hash(const struct indicator *i);
/* Its place in the table is asked for from memory, for indicator_table_add a little later. */
void indicator_table_near(const struct indicators *set, uint64_t hash);
/* Adds set->items[item]; false: its text is there already, and nothing changes. */
bool indicator_table_add(struct indicators *set, uint32_t item, uint64_t hash);

/* known/indicator_text.c: what stands in a piece of a text. */
enum { PIECE_ITEMS_MAX = 16 * 1024 };

struct piece_item { struct indicator indicator; uint64_t hash; };

/* One for each thread. Whoever takes the items empties it. */
struct piece {
    struct piece_item *items;   /* PIECE_ITEMS_MAX of them */
    size_t n;
    struct no_indicator no[NO_INDICATORS_MAX];
    size_t no_n;
    uint64_t no_count[NO_INDICATOR_KIND_COUNT];
    arena memory;               /* what items hold that does not stand in the text */
    /* Called when all is read, and before where the items are too many. */
    fault (*take)(void *ctx, struct piece *p);
    void *ctx;
};

struct text_reader;
struct text_reader *text_reader_new(arena *a, const struct suffixes *suffixes);
/* Whole lines, the first of them number `line` of text `source`. */
fault text_read_piece(struct text_reader *r, struct piece *p, span text, uint32_t line, uint16_t source) MUST_USE;

#endif
