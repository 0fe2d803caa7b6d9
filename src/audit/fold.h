/* SPDX-License-Identifier: Apache-2.0 */
/* audit/fold.h: everything that is tried on the rows of one source, in one pass. Sums, maxima and sets: which thread saw
 * which block does not show. */
#ifndef KONSEKI_AUDIT_FOLD_H
#define KONSEKI_AUDIT_FOLD_H

#include "audit/people.h"
#include "audit/times.h"
#include "audit/traffic.h"
#include "audit/urls.h"

struct fold {
    struct traffic_fold traffic;
    struct url_fold urls;
    struct people_fold people;
    struct time_fold times;
};

static inline void fold_add(struct fold *f, uint64_t offset, const event *e)
{
    traffic_add(&f->traffic, e);
    urls_add(&f->urls, e);
    people_add(&f->people, e);
    times_add(&f->times, offset, e);
}
static inline void fold_join(struct fold *to, const struct fold *from)
{
    traffic_join(&to->traffic, &from->traffic);
    urls_join(&to->urls, &from->urls);
    people_join(&to->people, &from->people);
    times_join(&to->times, &from->times);
}
static inline void fold_free(struct fold *f)
{
    people_free(&f->people);
    times_free(&f->times);
    *f = (struct fold){0};
}

#endif
