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
/* What an indicator is found by; its place in the table is asked for from memory, for indicator_table_add a little later. */
uint64_t indicator_table_hash(const struct indicators *set, const struct indicator *i);
/* Adds set->items[item]; false: its text is there already, and nothing changes. */
bool indicator_table_add(struct indicators *set, uint32_t item, uint64_t hash);

#endif
