/* SPDX-License-Identifier: Apache-2.0 */
/* windows/draft.h: segments and sessions while they are put together (session.c and its neighbours only). */
#ifndef KONSEKI_WINDOWS_DRAFT_H
#define KONSEKI_WINDOWS_DRAFT_H

#include "scan/cidr.h"
#include "windows/map.h"
#include "windows/session.h"

enum {
    DRAFT_LOOKED_MAX = 64,               /* drafts of a computer that are looked at around one event */
    DRAFT_CLOSE_MS = 5000,               /* events of one end are no further apart */
    DRAFT_LATE_MS = 60 * 1000            /* ... those of another log, or of a logoff that takes its time */
};
#define DRAFT_NONE UINT32_MAX

/* Where an event says that somebody came from, comparable. */
struct origin {
    span text;                           /* as logged; {NULL,0}: it does not say */
    enum windows_address kind;
    struct address address;              /* of a real one */
};
struct origin origin_of(const struct kept *k);
static inline bool origin_is_real(const struct origin *o)   /* an address, loopback too */
{
    return o->kind != ADDRESS_NONE && o->kind != ADDRESS_LOCAL;
}
/* False where both say and differ. All of loopback is one place. */
bool origin_agrees(const struct origin *a, const struct origin *b);

/* Loopback, or an address of the computer itself. */
bool origin_is_here(const struct computers *c, uint32_t computer, const struct origin *o, int64_t at);

/* The name alone, without domain or realm. */
span draft_user(span user);
static inline bool users_agree(span a, span b) { return !a.n || !b.n || span_eq_nocase(a, b); }

/* One segment. */
struct draft {
    struct rdp_segment s;
    struct origin origin;
    span user, domain;                   /* as logged */
    const struct kept_text *activity, *name;
    uint32_t computer, party;
    uint32_t before;                     /* the computer's draft before this one */
    uint32_t previous;                   /* its party's */
    bool is_closed, is_soft, is_rdp;     /* is_soft: by 39 or 40 alone */
};

/* What will be a session: drafts under one number or logon. */
struct party {
    uint32_t computer, last, n;          /* the latest draft; how many */
    uint64_t number, logon_id, linked_id;
    bool has_number, has_logon;
};

struct linking {
    const struct windows_store *store;
    const struct computers *computers;
    arena *a;
    struct draft *drafts;
    struct party *parties;
    size_t draft_n, draft_capacity, party_n, party_capacity;
    struct map numbers, logons;          /* (computer and boot, number) -> party, from 1 */
    uint32_t *latest, *boot;             /* per computer: its latest draft; how often it came up */
    uint64_t dropped;
};

/* draft.c: adds an event to a draft: its times, its evidence, what it says. */
void draft_take(struct linking *l, struct draft *d, const struct kept *k);
void draft_end(struct draft *d, enum windows_meaning by, int64_t at);
bool draft_is_rdp_logon(const struct kept *k);    /* 4624 of type 10 or 12 */
bool draft_says_rdp(const struct kept *k);        /* said of RDP alone, or with an address that only remote sessions have */

/* session_link.c: drafts out of the events that have numbers or say who logged on. */
void link_events(struct linking *l);
struct draft *draft_new(struct linking *l, uint32_t computer, int64_t at);   /* NULL: too many; with a party of its own */
struct draft *draft_of_logon(const struct linking *l, uint32_t computer, uint64_t logon);   /* the latest; NULL: none */

/* session_core.c: connections of RdpCoreTS, which have activities, beside the drafts; what is left of them. */
struct knocking { struct rdp_knocks *items; size_t n; };
struct knocking link_connections(struct linking *l);

/* session_weak.c: logons that are RDP's only beside it (types 3 and 7), and passwords that failed. */
void link_logons(struct linking *l);
struct tries_found { struct rdp_tries *items; size_t n; } collect_tries(struct linking *l);

/* Indices of drafts by (computer, start), in mem_alloc'd memory. */
uint32_t *drafts_by_start(const struct linking *l);

#endif
