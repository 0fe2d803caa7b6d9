/* SPDX-License-Identifier: Apache-2.0 */
/* What counts beside RDP only: logons of types 3 (NLA asks for the password over the network) and 7 (a session is
 * unlocked when somebody reconnects), and passwords that failed. */
#include "windows/draft.h"

#include <stdlib.h>

struct start { int64_t at; uint32_t computer, draft; };

/* Drafts as they began before these logons moved them. */
struct starts { struct start *items; size_t n; };

static struct starts starts_new(const struct linking *l)
{
    uint32_t *order = drafts_by_start(l);
    struct starts s = {mem_alloc((l->draft_n + 1) * sizeof *s.items), l->draft_n};
    for (size_t i = 0; i < s.n; i++)
        s.items[i] = (struct start){l->drafts[order[i]].s.start, l->drafts[order[i]].computer, order[i]};
    mem_free(order);
    return s;
}

static size_t behind(const struct starts *s, uint32_t computer, int64_t at)
{
    size_t low = 0, high = s->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct start *m = &s->items[middle];
        if (m->computer < computer || (m->computer == computer && m->at <= at))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Before somebody was active, or with it; an unlock needs a session to come back to. */
static bool is_of(const struct draft *d, const struct kept *k, const struct origin *o)
{
    int64_t active = d->s.has & RDP_HAS_ACTIVE ? d->s.active : d->s.start;
    bool is_unlock = kept_number(k, WINDOWS_LOGON_TYPE) != 3;
    return d->is_rdp && d->s.has & RDP_HAS_START && k->time <= active + DRAFT_CLOSE_MS && !(is_unlock && d->s.is_first) &&
           (!d->is_closed || k->time <= d->s.end) && d->user.n && kept_has(k, WINDOWS_USER) && origin_agrees(&d->origin, o) &&
           users_agree(draft_user(d->user), draft_user(kept_text(k, WINDOWS_USER)));
}

static void set_beside(struct linking *l, const struct starts *s, uint32_t computer, const struct kept *k)
{
    struct origin o = origin_of(k);
    struct draft *best = NULL;
    size_t i = behind(s, computer, k->time + RDP_LINK_MS);
    for (size_t n = 0; i > 0 && n < DRAFT_LOOKED_MAX; i--, n++) {
        const struct start *at = &s->items[i - 1];
        if (at->computer != computer || k->time - at->at > RDP_LINK_MS)
            break;
        struct draft *d = &l->drafts[at->draft];
        if (is_of(d, k, &o) && (!best || llabs(d->s.start - k->time) < llabs(best->s.start - k->time)))
            best = d;
    }
    if (best)
        draft_take(l, best, k);
}

void link_logons(struct linking *l)
{
    struct starts s = starts_new(l);
    for (size_t i = 0; s.n && i < l->store->n; i++) {
        const struct kept *k = l->store->events[i];
        uint64_t type = k->kind->meaning == MEANS_LOGON ? kept_number(k, WINDOWS_LOGON_TYPE) : 0;
        uint32_t computer = type == 3 || type == 7 || type == 13 ? computer_of(l->computers, k) : COMPUTER_NONE;
        if (computer != COMPUTER_NONE)
            set_beside(l, &s, computer, k);
    }
    mem_free(s.items);
}

/* The counter that a failure belongs to; NULL: it is none of RDP's. */
static uint64_t *counter_of(struct rdp_tries *t, const struct kept *k)
{
    uint64_t type = kept_number(k, WINDOWS_LOGON_TYPE);
    enum windows_meaning m = k->kind->meaning;
    if (m == MEANS_RDP_FAILED || m == MEANS_REFUSED)
        return m == MEANS_REFUSED ? &t->refused : &t->failed_rdp;
    if (m != MEANS_LOGON_FAILED)
        return NULL;
    return type == 10 || type == 12 ? &t->failed_remote : type == 3 ? &t->failed_network : NULL;
}

static void take_user(struct rdp_tries *t, span user)
{
    size_t i = 0;
    while (i < t->user_n && !span_eq_nocase(t->users[i], user))
        i++;
    if (i < t->user_n || !user.n)
        return;
    if (t->user_n < RDP_TRY_USERS_MAX)
        t->users[t->user_n++] = user;
    else
        t->users_more++;
}

static void take_try(const struct linking *l, struct rdp_tries *t, const struct kept *k)
{
    ++*counter_of(t, k);
    t->last = k->time;
    take_user(t, kept_text(k, WINDOWS_USER));
    span name = kept_text(k, WINDOWS_WORKSTATION);
    if (name.n && !t->workstation.n && computer_named(l->computers, name) != t->computer)
        t->workstation = name;
    if (t->event_n < RDP_TRY_EVENTS_MAX)
        t->events[t->event_n++] = k;
}

static int by_computer(const void *x, const void *y)
{
    const struct rdp_tries *a = x, *b = y;
    return a->computer != b->computer ? (a->computer > b->computer) - (a->computer < b->computer)
                                      : (a->first > b->first) - (a->first < b->first);
}

struct tries_found collect_tries(struct linking *l)
{
    struct tries_found out = {.n = 0};
    struct rdp_tries probe;
    struct map latest = {.size = 0};
    size_t capacity = 0;
    for (size_t i = 0; i < l->store->n; i++) {
        const struct kept *k = l->store->events[i];
        uint32_t computer = counter_of(&probe, k) ? computer_of(l->computers, k) : COMPUTER_NONE;
        struct origin o = origin_of(k);
        if (computer == COMPUTER_NONE || !origin_is_here(l->computers, computer, &o, k->time))
            continue;
        uint32_t one = map_get(&latest, computer, 0);
        if (!one || k->time - out.items[one - 1].last > RDP_TRIES_GAP_MS) {
            if (!array_reserve((void **)&out.items, &capacity, out.n + 1, sizeof *out.items, RDP_TRIES_MAX)) {
                l->dropped++;
                continue;
            }
            out.items[out.n++] = (struct rdp_tries){.computer = computer, .first = k->time, .last = k->time};
            map_put(&latest, computer, 0, one = (uint32_t)out.n);
        }
        take_try(l, &out.items[one - 1], k);
    }
    map_free(&latest);
    if (out.n)
        qsort(out.items, out.n, sizeof *out.items, by_computer);
    return out;
}
