/* SPDX-License-Identifier: Apache-2.0 */
/* windows/store.h: what is kept of the Windows events of a reading, in the order of (time, source, offset), which depends
 * on the inputs alone.
 *
 * Any number of threads add events, each through a worker of its own. Of each class (event/windows.h) the latest
 * WINDOWS_KEPT_MAX are kept; how many earlier ones went, and until when, is known: whoever reports says so. Texts longer
 * than WINDOWS_TEXT_MAX are cut. The same record in two inputs (a log and its export) is kept once. */
#ifndef KONSEKI_WINDOWS_STORE_H
#define KONSEKI_WINDOWS_STORE_H

#include "base/fault.h"
#include "event/windows.h"
#include "tables/rows.h"

enum { WINDOWS_KEPT_MAX = 1000 * 1000, WINDOWS_TEXT_MAX = 2048 };

/* A kept event. Fields: kept_has, kept_text, kept_number. Equal texts (of computers, users, addresses ...) are one text
 * in memory: kept_same compares two without reading them. Channel, provider and event_id are those of its kind. */
struct kept {
    int64_t time;                       /* ms UTC */
    uint64_t origin;                    /* source << ROW_OFFSET_BITS | offset, as of rows */
    const struct windows_kind *kind;
    uint64_t has, blank, cut;           /* WINDOWS_BITs; cut: a text longer than WINDOWS_TEXT_MAX */
    union kept_slot { const struct kept_text *text; uint64_t number; } slots[];   /* of the bits of has, in their order */
};
struct kept_text { uint32_t n; char bytes[]; };

static inline bool kept_has(const struct kept *k, enum windows_field f) { return k->has >> f & 1; }
static inline union kept_slot kept_slot(const struct kept *k, enum windows_field f)
{
    return k->slots[__builtin_popcountll(k->has & ((UINT64_C(1) << f) - 1))];
}
static inline span kept_text(const struct kept *k, enum windows_field f)   /* {NULL,0}: no value */
{
    const struct kept_text *t = kept_has(k, f) ? kept_slot(k, f).text : NULL;
    return t ? span_of(t->bytes, t->n) : (span){NULL, 0};
}
static inline uint64_t kept_number(const struct kept *k, enum windows_field f)   /* 0: no value */
{
    return kept_has(k, f) ? kept_slot(k, f).number : 0;
}
static inline bool kept_same(const struct kept *a, const struct kept *b, enum windows_field f)   /* both have it, equal */
{
    return kept_has(a, f) && kept_has(b, f) && kept_slot(a, f).number == kept_slot(b, f).number;
}
static inline enum field_state kept_state(const struct kept *k, enum windows_field f)
{
    uint64_t bit = UINT64_C(1) << f;
    return k->has & bit ? STATE_VALUE : k->blank & bit ? STATE_BLANK
           : windows_gives(k->kind) & bit ? STATE_ABSENT : STATE_UNLOGGED;
}
static inline uint32_t kept_source(const struct kept *k) { return (uint32_t)(k->origin >> ROW_OFFSET_BITS); }
static inline uint64_t kept_offset(const struct kept *k) { return k->origin & ((UINT64_C(1) << ROW_OFFSET_BITS) - 1); }

struct windows_store {
    const struct kept *const *events;   /* after windows_seal: by (time, origin) */
    size_t n;
    struct { uint64_t n; int64_t until; } dropped[WINDOWS_CLASS_COUNT];   /* beyond the limit, and the latest time of those */
    uint64_t *duplicate;                /* per source: records that another source holds too */
    struct windows_state *state;
};

struct windows_store *windows_store_new(size_t sources, size_t kept_max);   /* of each class; 0: WINDOWS_KEPT_MAX */
void windows_store_free(struct windows_store *s);

/* One per thread. What it was given is in the store after a flush. */
struct windows_worker;
struct windows_worker *windows_worker_new(struct windows_store *s);
void windows_worker_event(struct windows_worker *w, uint32_t source, uint64_t offset, const struct windows_event *e);
void windows_worker_flush(struct windows_worker *w);
void windows_worker_close(struct windows_worker *w);   /* after a flush */

/* After the last worker: sorts, and drops what is in two inputs. */
void windows_seal(struct windows_store *s);

#endif
