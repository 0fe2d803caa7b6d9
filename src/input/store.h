/* SPDX-License-Identifier: Apache-2.0 */
/* input/store.h: what sources share: the layers that members of archives lie in, and one temporary file. */
#ifndef KONSEKI_STORE_H
#define KONSEKI_STORE_H

#include "input/layer.h"

struct store;

struct store *store_new(const input_options *o);
void store_free(struct store *t);  /* with all it owns; NULL is not fine */
/* `inner`, which is owned from now on, for many slices to read: it sleeps when others were used since, not when one of
 * its members does. */
struct layer *store_share(struct store *t, struct layer *inner);
/* Owned, as it is. Whoever uses it says so: it may sleep afterwards. */
struct layer *store_own(struct store *t, struct layer *l);
void store_touch(struct store *t, struct layer *l);
/* What was owned since a mark goes. */
size_t store_mark(const struct store *t);
void store_drop_to(struct store *t, size_t mark);
/* All of `from` copied into the temporary file; *out is the copy, for the caller to own. Where `from` is cut off,
 * from->problem says so. */
fault store_spool(struct store *t, struct layer *from, struct layer **out) MUST_USE;

#endif
