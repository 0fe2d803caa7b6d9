/* SPDX-License-Identifier: Apache-2.0 */
/* Drafts out of the session manager's, the connection manager's and Security's events, in the order of time. */
#include "windows/draft.h"

#include <stdlib.h>

/* The order in which events of one moment happen: exports know seconds only. 0: none of these. */
static const uint8_t ranks[MEANS_COUNT] = {
    [MEANS_LOG_STARTED] = 1, [MEANS_RDP_AUTHENTICATED] = 2, [MEANS_LOGON] = 3, [MEANS_SESSION_LOGON] = 4,
    [MEANS_SESSION_RECONNECTED] = 4, [MEANS_RECONNECTED] = 5, [MEANS_SESSION_SHELL] = 6, [MEANS_LOGOFF_ASKED] = 7,
    [MEANS_SESSION_DISCONNECTED] = 8, [MEANS_DISCONNECTED] = 9, [MEANS_SESSION_LOGOFF] = 10, [MEANS_LOGOFF] = 11,
    [MEANS_SESSION_DISCONNECTED_BY] = 12, [MEANS_SESSION_WHY] = 12, [MEANS_LOG_STOPPED] = 13,
};

static int rank_of(const struct kept *k)
{
    bool is_other = k->kind->meaning == MEANS_LOGON && !draft_is_rdp_logon(k);
    return is_other ? 0 : ranks[k->kind->meaning];
}

struct step { const struct kept *k; uint32_t computer; int rank; int64_t before; /* LOG_STARTED: the event before it */ };

static int by_step(const void *x, const void *y)
{
    const struct step *a = x, *b = y;
    if (a->computer != b->computer)
        return a->computer < b->computer ? -1 : 1;
    if (a->k->time != b->k->time)
        return a->k->time < b->k->time ? -1 : 1;
    return a->rank != b->rank ? a->rank - b->rank : (a->k->origin > b->k->origin) - (a->k->origin < b->k->origin);
}

static struct step *steps_new(const struct linking *l, size_t *n)
{
    struct step *steps = NULL;
    size_t capacity = 0;
    int64_t *seen = mem_alloc((l->computers->n + 1) * sizeof *seen);
    for (size_t i = 0; i < l->store->n; i++) {
        const struct kept *k = l->store->events[i];
        uint32_t computer = computer_of(l->computers, k);
        int rank = computer == COMPUTER_NONE ? 0 : rank_of(k);
        if (rank && !array_reserve((void **)&steps, &capacity, *n + 1, sizeof *steps, SIZE_MAX / sizeof *steps))
            panic("too many Windows events");
        if (rank)
            steps[(*n)++] = (struct step){k, computer, rank, seen[computer] ? seen[computer] : k->time};
        if (computer != COMPUTER_NONE)
            seen[computer] = k->time;
    }
    mem_free(seen);
    if (*n)
        qsort(steps, *n, sizeof *steps, by_step);
    return steps;
}

struct draft *draft_new(struct linking *l, uint32_t computer, int64_t at)
{
    if (!array_reserve((void **)&l->drafts, &l->draft_capacity, l->draft_n + 1, sizeof *l->drafts, RDP_SEGMENTS_MAX) ||
        !array_reserve((void **)&l->parties, &l->party_capacity, l->party_n + 1, sizeof *l->parties, RDP_SEGMENTS_MAX)) {
        l->dropped++;
        return NULL;
    }
    struct draft *d = &l->drafts[l->draft_n];
    *d = (struct draft){.computer = computer, .party = (uint32_t)l->party_n, .before = l->latest[computer], .previous = DRAFT_NONE};
    d->s.start = d->s.end = d->s.last = at;
    l->parties[l->party_n++] = (struct party){.computer = computer, .last = (uint32_t)l->draft_n, .n = 1};
    l->latest[computer] = (uint32_t)l->draft_n++;
    return d;
}

/* Numbers of sessions and logons begin anew when the machine comes up. */
static uint64_t home_of(const struct linking *l, uint32_t computer) { return (uint64_t)l->boot[computer] << 32 | computer; }

static uint32_t index_of(const struct linking *l, const struct draft *d) { return (uint32_t)(d - l->drafts); }

/* May the draft become one of that party's? DRAFT_NONE: of any. */
static bool may_join(const struct linking *l, const struct draft *d, uint32_t party)
{
    const struct party *own = &l->parties[d->party];
    if (party == DRAFT_NONE || d->party == party)
        return true;
    return own->n == 1 && !own->has_number && !(d->s.means & (UINT64_C(1) << MEANS_RECONNECTED));
}

static void join_party(struct linking *l, struct draft *d, uint32_t party)
{
    if (d->party == party)
        return;
    l->parties[d->party].n = 0;
    d->previous = l->parties[party].last;
    d->party = party;
    l->parties[party].last = index_of(l, d);
    l->parties[party].n++;
}

static bool has(const struct draft *d, enum windows_meaning m) { return d->s.means >> m & 1; }

/* Is the event too late for a draft where what comes after it has happened? */
static bool comes_too_late(const struct draft *d, const struct kept *k)
{
    bool is_early_step = k->kind->meaning == MEANS_RDP_AUTHENTICATED || k->kind->meaning == MEANS_LOGON;
    return is_early_step && d->s.has & RDP_HAS_ACTIVE && k->time - d->s.active > DRAFT_CLOSE_MS;
}

static bool fits(const struct linking *l, const struct draft *d, const struct kept *k, const struct origin *o, uint32_t party)
{
    enum windows_meaning m = k->kind->meaning;
    bool is_there = has(d, m) && (m != MEANS_LOGON || k->time - d->s.active > DRAFT_CLOSE_MS);
    bool opens_number = m == MEANS_SESSION_LOGON || m == MEANS_SESSION_SHELL;
    if (d->is_closed || is_there || comes_too_late(d, k) || !may_join(l, d, party))
        return false;
    if (opens_number && (l->parties[d->party].has_number || has(d, MEANS_SESSION_RECONNECTED)))
        return false;
    if (m == MEANS_RECONNECTED && d->s.is_first)
        return false;
    if (m == MEANS_SESSION_RECONNECTED && (party == DRAFT_NONE ? l->parties[d->party].has_number : d->s.is_first))
        return false;
    return users_agree(draft_user(d->user), draft_user(kept_text(k, WINDOWS_USER))) && origin_agrees(&d->origin, o);
}

static bool is_near(const struct draft *d, const struct kept *k) { return k->time - d->s.start <= RDP_LINK_MS; }

static int likeness(const struct draft *d, const struct kept *k, const struct origin *o)
{
    const struct kept_text *activity = kept_text_at(k, WINDOWS_ACTIVITY);
    bool has_users = d->user.n && kept_has(k, WINDOWS_USER);
    return (activity && activity == d->activity ? 4 : 0) + (has_users ? 2 : 0) +
           (origin_is_real(o) && origin_is_real(&d->origin) ? 1 : 0);
}

/* The draft around that moment that the event belongs to; of several the most alike, then the latest. */
static struct draft *find_near(struct linking *l, uint32_t computer, const struct kept *k, uint32_t party)
{
    struct draft *best = NULL;
    struct origin o = origin_of(k);
    uint32_t i = l->latest[computer];
    for (size_t n = 0; i != DRAFT_NONE && n < DRAFT_LOOKED_MAX; n++, i = l->drafts[i].before) {
        struct draft *d = &l->drafts[i];
        if (!is_near(d, k) || !fits(l, d, k, &o, party))
            continue;
        if (!best || likeness(d, k, &o) > likeness(best, k, &o))
            best = d;
    }
    return best;
}

static struct draft *near_or_new(struct linking *l, const struct step *s, uint32_t party)
{
    struct draft *d = find_near(l, s->computer, s->k, party);
    d = d ? d : draft_new(l, s->computer, s->k->time);
    if (d && party != DRAFT_NONE)
        join_party(l, d, party);
    return d;
}

static uint32_t party_of_number(const struct linking *l, const struct step *s)
{
    if (!kept_has(s->k, WINDOWS_SESSION_ID))
        return DRAFT_NONE;
    return map_get(&l->numbers, home_of(l, s->computer), kept_number(s->k, WINDOWS_SESSION_ID)) - 1;
}

static void set_number(struct linking *l, const struct step *s, uint32_t party)
{
    if (!kept_has(s->k, WINDOWS_SESSION_ID))
        return;
    l->parties[party].number = kept_number(s->k, WINDOWS_SESSION_ID);
    l->parties[party].has_number = true;
    map_put(&l->numbers, home_of(l, s->computer), l->parties[party].number, party + 1);
}

/* By the logon that the session began with. Those of reconnections come and go while it lasts. */
static uint32_t party_of_logon(const struct linking *l, uint32_t computer, uint64_t logon)
{
    uint32_t party = logon ? map_get(&l->logons, home_of(l, computer), logon) - 1 : DRAFT_NONE;
    const struct party *p = party == DRAFT_NONE ? NULL : &l->parties[party];
    bool is_its = p && p->n && p->has_logon && (p->logon_id == logon || p->linked_id == logon);
    return is_its ? party : DRAFT_NONE;
}

struct draft *draft_of_logon(const struct linking *l, uint32_t computer, uint64_t logon)
{
    uint32_t party = party_of_logon(l, computer, logon);
    return party == DRAFT_NONE ? NULL : &l->drafts[l->parties[party].last];
}

static void set_logon(struct linking *l, uint32_t computer, uint32_t party, uint64_t logon, uint64_t linked)
{
    struct party *p = &l->parties[party];
    if (!logon || (p->has_logon && p->linked_id))
        return;
    if (p->has_logon)
        p->linked_id = logon == p->logon_id ? linked : logon;
    else
        *p = (struct party){p->computer, p->last, p->n, p->number, logon, linked, p->has_number, true};
    map_put(&l->logons, home_of(l, computer), logon, party + 1);
    if (linked)
        map_put(&l->logons, home_of(l, computer), linked, party + 1);
}

/* 1149, 4624 of type 10. */
static void open_plainly(struct linking *l, const struct step *s)
{
    struct draft *d = near_or_new(l, s, DRAFT_NONE);
    if (!d)
        return;
    draft_take(l, d, s->k);
    bool is_back = has(d, MEANS_SESSION_RECONNECTED) || has(d, MEANS_RECONNECTED) || d->previous != DRAFT_NONE;
    if (s->k->kind->meaning == MEANS_LOGON && !is_back)
        set_logon(l, s->computer, d->party, kept_number(s->k, WINDOWS_LOGON_ID), kept_number(s->k, WINDOWS_LINKED_LOGON_ID));
}

/* 21, 22. */
static void open_number(struct linking *l, const struct step *s)
{
    uint32_t party = party_of_number(l, s);
    struct draft *d = party == DRAFT_NONE ? NULL : &l->drafts[l->parties[party].last];
    if (s->k->kind->meaning == MEANS_SESSION_SHELL && d && !d->is_closed) {
        draft_take(l, d, s->k);
        return;
    }
    if (d)
        d->is_closed = true; /* the number is another session's from now on */
    d = near_or_new(l, s, DRAFT_NONE);
    if (!d)
        return;
    draft_take(l, d, s->k);
    set_number(l, s, d->party);
}

/* Nobody has two connections to one session. */
static void replace(struct draft *d, int64_t at)
{
    if (d->is_closed && !d->is_soft)
        return;
    if (!d->is_closed)
        d->s.end = at;
    d->is_closed = true;
    d->is_soft = false;
    d->s.end_is = d->s.end_is == RDP_OPEN ? RDP_REPLACED : d->s.end_is;
}

/* 25 by the session's number, 4778 by its logon. */
static void open_again(struct linking *l, const struct step *s)
{
    bool is_number = s->k->kind->meaning == MEANS_SESSION_RECONNECTED;
    uint64_t logon = kept_number(s->k, WINDOWS_LOGON_ID);
    uint32_t party = is_number ? party_of_number(l, s) : party_of_logon(l, s->computer, logon);
    struct draft *last = party == DRAFT_NONE ? NULL : &l->drafts[l->parties[party].last];
    struct origin o = origin_of(s->k);
    bool is_last = last && is_near(last, s->k) && fits(l, last, s->k, &o, party);
    if (last && !is_last)
        replace(last, s->k->time);
    struct draft *d = is_last ? last : near_or_new(l, s, party);
    if (!d)
        return;
    draft_take(l, d, s->k);
    if (is_number)
        set_number(l, s, d->party);
    if (party == DRAFT_NONE && l->parties[d->party].n == 1)
        l->parties[d->party].has_logon = false; /* what logged on now was not what the session began with */
    if (!is_number)
        set_logon(l, s->computer, d->party, logon, 0);
}

static bool is_logoff(enum windows_meaning m)
{
    return m == MEANS_LOGOFF || m == MEANS_LOGOFF_ASKED || m == MEANS_SESSION_LOGOFF;
}

/* Without a number in common: the latest of that user from there that is open, or has just ended in another log. */
static struct draft *find_ending(struct linking *l, uint32_t computer, const struct kept *k)
{
    struct origin o = origin_of(k);
    uint32_t i = l->latest[computer];
    for (size_t n = 0; i != DRAFT_NONE && n < DRAFT_LOOKED_MAX; n++, i = l->drafts[i].before) {
        struct draft *d = &l->drafts[i];
        const struct party *p = &l->parties[d->party];
        bool is_known = k->kind->meaning == MEANS_DISCONNECTED ? p->has_logon : p->has_number;
        bool is_now = !d->is_closed || k->time - d->s.end <= DRAFT_CLOSE_MS;
        if (is_now && !is_known && d->user.n && users_agree(draft_user(d->user), draft_user(kept_text(k, WINDOWS_USER))) &&
            origin_agrees(&d->origin, &o))
            return d;
    }
    return NULL;
}

/* The end of a session whose beginning the log does not have; 24 and 4779 say whose it was, and from where. */
static struct draft *end_unknown(struct linking *l, const struct step *s)
{
    enum windows_meaning m = s->k->kind->meaning;
    if (m != MEANS_SESSION_DISCONNECTED && m != MEANS_DISCONNECTED)
        return NULL;
    struct draft *d = find_ending(l, s->computer, s->k);
    d = d || !draft_says_rdp(s->k) ? d : draft_new(l, s->computer, s->k->time);
    if (d && m == MEANS_SESSION_DISCONNECTED)
        set_number(l, s, d->party);
    if (d && m == MEANS_DISCONNECTED)
        set_logon(l, s->computer, d->party, kept_number(s->k, WINDOWS_LOGON_ID), 0);
    return d;
}

/* Where somebody takes a session over, the end of the old connection may be written after the new one's beginning. */
static struct draft *taken_over(struct linking *l, struct draft *d, const struct kept *k)
{
    struct draft *old = d->previous == DRAFT_NONE ? NULL : &l->drafts[d->previous];
    bool is_just = old && k->time - d->s.start <= DRAFT_CLOSE_MS && k->time - old->s.end <= DRAFT_CLOSE_MS;
    return is_just && old->s.end_is == RDP_REPLACED && !is_logoff(k->kind->meaning) ? old : NULL;
}

static void close_one(struct linking *l, const struct step *s)
{
    enum windows_meaning m = s->k->kind->meaning;
    bool is_logon = m == MEANS_DISCONNECTED || m == MEANS_LOGOFF || m == MEANS_LOGOFF_ASKED;
    uint32_t party = is_logon ? party_of_logon(l, s->computer, kept_number(s->k, WINDOWS_LOGON_ID)) : party_of_number(l, s);
    struct draft *d = party == DRAFT_NONE ? end_unknown(l, s) : &l->drafts[l->parties[party].last];
    struct draft *old = d ? taken_over(l, d, s->k) : NULL;
    if (old) {
        old->s.end_is = RDP_ENDED;
        old->s.end_by = m;
        draft_take(l, old, s->k);
        return;
    }
    if (!d || (d->is_closed && !d->is_soft && s->k->time - d->s.end > DRAFT_LATE_MS))
        return;
    draft_end(d, m, s->k->time);
    draft_take(l, d, s->k);
}

/* The machine went down, or had gone: what was open is no more. */
static void close_all(struct linking *l, uint32_t *swept, const struct step *s)
{
    bool is_down = s->k->kind->meaning == MEANS_LOG_STOPPED;
    uint32_t i = l->latest[s->computer];
    for (; i != DRAFT_NONE && i != swept[s->computer]; i = l->drafts[i].before) {
        struct draft *d = &l->drafts[i];
        if (d->is_closed)
            continue;
        d->is_closed = true;
        d->s.end = is_down ? s->k->time : max_i64(d->s.last, s->before);
        d->s.end_is = is_down ? RDP_MACHINE_STOPPED : RDP_MACHINE_LOST;
    }
    swept[s->computer] = l->latest[s->computer];
    l->boot[s->computer] += !is_down;
}

static void take_step(struct linking *l, uint32_t *swept, const struct step *s)
{
    enum windows_meaning m = s->k->kind->meaning;
    if (m == MEANS_RDP_AUTHENTICATED || m == MEANS_LOGON)
        open_plainly(l, s);
    else if (m == MEANS_SESSION_LOGON || m == MEANS_SESSION_SHELL)
        open_number(l, s);
    else if (m == MEANS_SESSION_RECONNECTED || m == MEANS_RECONNECTED)
        open_again(l, s);
    else if (m == MEANS_LOG_STARTED || m == MEANS_LOG_STOPPED)
        close_all(l, swept, s);
    else
        close_one(l, s);
}

void link_events(struct linking *l)
{
    size_t n = 0;
    struct step *steps = steps_new(l, &n);
    uint32_t *swept = mem_alloc((l->computers->n + 1) * sizeof *swept);
    for (size_t i = 0; i < l->computers->n; i++)
        swept[i] = DRAFT_NONE;
    for (size_t i = 0; i < n; i++)
        take_step(l, swept, &steps[i]);
    mem_free(swept);
    void *memory = steps;
    size_t capacity = n;
    array_free(&memory, &capacity);
}
