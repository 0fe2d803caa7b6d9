/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* qsort_r */
#include "windows/session.h"

#include "windows/draft.h"

#include <stdlib.h>

static int by_start(const void *x, const void *y, void *drafts)
{
    const struct draft *a = (const struct draft *)drafts + *(const uint32_t *)x;
    const struct draft *b = (const struct draft *)drafts + *(const uint32_t *)y;
    if (a->computer != b->computer)
        return a->computer < b->computer ? -1 : 1;
    if (a->s.start != b->s.start)
        return a->s.start < b->s.start ? -1 : 1;
    return *(const uint32_t *)x < *(const uint32_t *)y ? -1 : *(const uint32_t *)x > *(const uint32_t *)y;
}

uint32_t *drafts_by_start(const struct linking *l)
{
    uint32_t *order = mem_alloc((l->draft_n + 1) * sizeof *order);
    for (size_t i = 0; i < l->draft_n; i++)
        order[i] = (uint32_t)i;
    if (l->draft_n)
        qsort_r(order, l->draft_n, sizeof *order, by_start, l->drafts);
    return order;
}

/* Programs that were started in a session that has no end show how long it lasted at least. */
static void follow_processes(struct linking *l)
{
    for (size_t i = 0; i < l->store->n; i++) {
        const struct kept *k = l->store->events[i];
        uint32_t computer = k->kind->meaning == MEANS_PROCESS ? computer_of(l->computers, k) : COMPUTER_NONE;
        if (computer == COMPUTER_NONE)
            continue;
        uint64_t logon = kept_number(k, kept_has(k, WINDOWS_SUBJECT_LOGON_ID) ? WINDOWS_SUBJECT_LOGON_ID : WINDOWS_LOGON_ID);
        struct draft *d = draft_of_logon(l, computer, logon);
        if (d && !d->is_closed && k->time >= d->s.start)
            d->s.last = max_i64(d->s.last, k->time);
    }
}

static int by_time(const void *x, const void *y)
{
    const struct kept *a = *(const struct kept *const *)x, *b = *(const struct kept *const *)y;
    if (a->time != b->time)
        return a->time < b->time ? -1 : 1;
    return (a->origin > b->origin) - (a->origin < b->origin);
}

static enum rdp_from from_of(const struct linking *l, const struct draft *d)
{
    if (d->origin.kind == ADDRESS_LOOPBACK)
        return RDP_FROM_LOOPBACK;
    if (origin_is_real(&d->origin))
        return origin_is_here(l->computers, d->computer, &d->origin, d->s.start) ? RDP_FROM_OWN : RDP_FROM_OTHER;
    return d->origin.kind == ADDRESS_LOCAL ? RDP_FROM_LOCAL : RDP_FROM_UNKNOWN;
}

static struct rdp_segment finished(const struct linking *l, const struct draft *d)
{
    struct rdp_segment s = d->s;
    const struct party *p = &l->parties[d->party];
    s.from = from_of(l, d);
    s.address = d->origin.text;
    s.end = s.end_is == RDP_OPEN ? s.last : max_i64(s.end, s.start);
    s.last = max_i64(s.last, s.end);
    s.has |= (uint8_t)((p->has_number ? RDP_HAS_NUMBER : 0) | (p->has_logon ? RDP_HAS_LOGON : 0));
    qsort(s.events, s.event_n, sizeof s.events[0], by_time);
    return s;
}

static const uint64_t authenticated = UINT64_C(1) << MEANS_LOGON | UINT64_C(1) << MEANS_RDP_AUTHENTICATED |
                                      UINT64_C(1) << MEANS_SESSION_LOGON | UINT64_C(1) << MEANS_SESSION_SHELL |
                                      UINT64_C(1) << MEANS_SESSION_RECONNECTED | UINT64_C(1) << MEANS_SESSION_DISCONNECTED |
                                      UINT64_C(1) << MEANS_RECONNECTED | UINT64_C(1) << MEANS_DISCONNECTED;

/* The segments of a party that are RDP, by start; how many there are. */
static size_t take_segments(const struct linking *l, const struct party *p, struct rdp_segment *out)
{
    size_t n = 0;
    for (uint32_t i = p->last; i != DRAFT_NONE; i = l->drafts[i].previous)
        n += l->drafts[i].is_rdp;
    size_t at = n;
    for (uint32_t i = p->last; i != DRAFT_NONE; i = l->drafts[i].previous)
        if (l->drafts[i].is_rdp)
            out[--at] = finished(l, &l->drafts[i]);
    return n;
}

/* Whose it was, by the first segment that says. */
static void take_user(const struct linking *l, const struct party *p, struct rdp_session *s)
{
    for (uint32_t i = p->last; i != DRAFT_NONE; i = l->drafts[i].previous)
        if (l->drafts[i].is_rdp && l->drafts[i].user.n) {
            s->user = l->drafts[i].user;
            s->domain = l->drafts[i].domain;
        }
}

static struct rdp_session session_of(const struct linking *l, const struct party *p, const struct rdp_segment *segments, size_t n)
{
    const struct rdp_segment *last = &segments[n - 1];
    struct rdp_session s = {.computer = p->computer, .segments = segments, .segment_n = n, .start = segments[0].start,
                            .end = last->end, .is_open = last->end_is == RDP_OPEN, .number = p->number, .logon_id = p->logon_id};
    for (size_t i = 0; i < n; i++) {
        s.is_authenticated |= (segments[i].means & authenticated) != 0;
        s.from = segments[i].from > s.from ? segments[i].from : s.from;
    }
    take_user(l, p, &s);
    return s;
}

static int by_session(const void *x, const void *y)
{
    const struct rdp_session *a = x, *b = y;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    if (a->computer != b->computer)
        return a->computer < b->computer ? -1 : 1;
    uint64_t i = a->segments[0].events[0]->origin, k = b->segments[0].events[0]->origin;
    return (i > k) - (i < k);
}

/* The last series of failures that had begun when the session ended, and was not long over when it began. */
static const struct rdp_tries *tries_of(const struct rdp_sessions *r, const struct rdp_session *s)
{
    size_t low = 0, high = r->tries_n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct rdp_tries *t = &r->tries[middle];
        if (t->computer < s->computer || (t->computer == s->computer && t->first <= s->end))
            low = middle + 1;
        else
            high = middle;
    }
    const struct rdp_tries *t = low ? &r->tries[low - 1] : NULL;
    return t && t->computer == s->computer && s->start - t->last <= RDP_TRIES_GAP_MS ? t : NULL;
}

static void finish(struct linking *l, struct rdp_sessions *r)
{
    struct rdp_segment *drafts = mem_alloc((l->draft_n + 1) * sizeof *drafts);
    struct rdp_segment *segments = arena_new(l->a, struct rdp_segment, l->draft_n + 1);
    struct rdp_session *items = arena_new(l->a, struct rdp_session, l->party_n + 1);
    size_t at = 0;
    for (size_t i = 0; i < l->party_n; i++) {
        size_t n = l->parties[i].n ? take_segments(l, &l->parties[i], drafts + at) : 0;
        if (n)
            items[r->n++] = session_of(l, &l->parties[i], drafts + at, n);
        at += n;
    }
    if (r->n)
        qsort(items, r->n, sizeof *items, by_session);
    for (size_t i = 0; i < r->n; i++) {
        memcpy(segments + r->segment_n, items[i].segments, items[i].segment_n * sizeof *segments);
        items[i].segments = segments + r->segment_n;
        for (size_t k = 0; k < items[i].segment_n; k++)
            segments[r->segment_n++].session = (uint32_t)i;
        items[i].tries = tries_of(r, &items[i]);
    }
    r->items = items;
    r->segments = segments;
    mem_free(drafts);
}

static void *keep(arena *a, void *items, size_t n, size_t size)
{
    void *kept = arena_alloc(a, size, _Alignof(max_align_t), n + 1);
    if (n)
        memcpy(kept, items, n * size);
    array_free(&items, &n);
    return kept;
}

static int by_computer(const void *x, const void *y)
{
    const struct rdp_knocks *a = x, *b = y;
    return (a->computer > b->computer) - (a->computer < b->computer);
}

static struct linking linking_new(arena *a, const struct windows_store *s, const struct computers *c)
{
    struct linking l = {.store = s, .computers = c, .a = a};
    l.latest = mem_alloc((c->n + 1) * sizeof *l.latest);
    l.boot = mem_alloc((c->n + 1) * sizeof *l.boot);
    for (size_t i = 0; i < c->n; i++)
        l.latest[i] = DRAFT_NONE;
    return l;
}

static void linking_free(struct linking *l)
{
    map_free(&l->numbers);
    map_free(&l->logons);
    mem_free(l->latest);
    mem_free(l->boot);
    array_free((void **)&l->drafts, &l->draft_capacity);
    array_free((void **)&l->parties, &l->party_capacity);
}

struct rdp_sessions *rdp_sessions_new(arena *a, const struct windows_store *s, const struct computers *c)
{
    struct rdp_sessions *r = arena_new(a, struct rdp_sessions, 1);
    struct linking l = linking_new(a, s, c);
    link_events(&l);
    follow_processes(&l);
    struct knocking knocks = link_connections(&l);
    link_logons(&l);
    struct tries_found tries = collect_tries(&l);
    if (knocks.n)
        qsort(knocks.items, knocks.n, sizeof *knocks.items, by_computer);
    r->tries = keep(a, tries.items, tries.n, sizeof *r->tries);
    r->tries_n = tries.n;
    r->knocks = keep(a, knocks.items, knocks.n, sizeof *r->knocks);
    r->knock_n = knocks.n;
    finish(&l, r);
    r->dropped = l.dropped;
    linking_free(&l);
    return r;
}
