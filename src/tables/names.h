/* SPDX-License-Identifier: Apache-2.0 */
/* tables/names.h: text to 32-bit ids, shared by all worker threads. Ids depend on thread timing, so
 * nothing visible may depend on their order: sort by names_text for output.
 * Sharded by hash, one lock per shard; a name's text never moves. Above the limit given at birth every new
 * name becomes NAME_OTHER and is counted, so that memory has a maximum. */
#ifndef KONSEKI_NAMES_H
#define KONSEKI_NAMES_H

#include "base/span.h"

enum { NAME_OTHER = 0, NAME_SHARDS = 64 };

struct names;
struct names *names_new(uint32_t max);
void names_free(struct names *n);
/* Finds or adds. `stored` (may be NULL) gets the kept copy of the text, valid as long as `n`. */
uint32_t names_id(struct names *n, span text, span *stored);
/* One number beside each name, 0 until it is set; setting is for everyone to see, the same value by all. */
uint32_t names_note(struct names *n, uint32_t id);
void names_set_note(struct names *n, uint32_t id, uint32_t note);
bool names_find(const struct names *n, span text, uint32_t *id);   /* not while another thread adds */
span names_text(const struct names *n, uint32_t id);     /* not while another thread adds */
span names_text_now(struct names *n, uint32_t id);       /* the same while others add */
bool names_has(const struct names *n, uint32_t id);      /* is the id below the limit in use? NAME_OTHER is not */
uint32_t names_limit(const struct names *n);             /* every id is below it: size of arrays by id */
uint32_t names_count(const struct names *n);
uint64_t names_refused(const struct names *n);           /* additions that became NAME_OTHER */

#endif
