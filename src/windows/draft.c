/* SPDX-License-Identifier: Apache-2.0 */
/* What one event adds to a segment. */
#include "windows/draft.h"

#include "event/host.h"

enum { OPENING_EVENTS_MAX = 12 };    /* of RDP_EVENTS_MAX: the end must find room */

struct origin origin_of(const struct kept *k)
{
    host_name canonical;
    struct origin o = {.text = kept_text(k, WINDOWS_ADDRESS)};
    o.kind = windows_address_kind(o.text);
    if (o.kind == ADDRESS_NONE || o.kind == ADDRESS_NAME)
        return (struct origin){.kind = ADDRESS_NONE};
    if (o.kind != ADDRESS_LOCAL && (!address_canon(span_trim(o.text), &canonical) || !address_parse(host_span(&canonical), &o.address)))
        return (struct origin){.kind = ADDRESS_NONE};
    return o;
}

bool origin_agrees(const struct origin *a, const struct origin *b)
{
    if (!origin_is_real(a) || !origin_is_real(b))
        return true;
    if (a->kind == ADDRESS_LOOPBACK || b->kind == ADDRESS_LOOPBACK)
        return a->kind == b->kind;
    return memcmp(a->address.bytes, b->address.bytes, sizeof a->address.bytes) == 0;
}

bool origin_is_here(const struct computers *c, uint32_t computer, const struct origin *o, int64_t at)
{
    host_name canonical;
    return o->kind == ADDRESS_LOOPBACK || (origin_is_real(o) && address_canon(span_trim(o->text), &canonical) &&
                                           computer_owns(c, computer, host_span(&canonical), at));
}

span draft_user(span user)
{
    cut domain = span_rcut(user, '\\');
    return span_cut(domain.found ? domain.tail : user, '@').head;
}

bool draft_is_rdp_logon(const struct kept *k)
{
    uint64_t type = kept_number(k, WINDOWS_LOGON_TYPE);
    return k->kind->meaning == MEANS_LOGON && (type == 10 || type == 12);
}

static void keep_event(struct draft *d, const struct kept *k)
{
    size_t same = 0;
    for (size_t i = 0; i < d->s.event_n; i++)
        same += d->s.events[i]->kind->meaning == k->kind->meaning;
    size_t room = d->is_closed ? RDP_EVENTS_MAX : OPENING_EVENTS_MAX;
    if (same < 2 && d->s.event_n < room)
        d->s.events[d->s.event_n++] = k;
}

/* The strongest logon of several: 10, 12, 7, 3. */
static void take_logon(struct draft *d, const struct kept *k)
{
    static const uint8_t order[] = {3, 7, 12, 10};
    uint64_t type = kept_number(k, WINDOWS_LOGON_TYPE);
    size_t is = 0, was = 0;
    for (size_t i = 0; i < COUNT_OF(order); i++) {
        is = order[i] == type ? i + 1 : is;
        was = order[i] == d->s.logon_type ? i + 1 : was;
    }
    if (is > was)
        d->s.logon_type = (uint8_t)type;
}

/* What the client's machine calls itself; of a logon of type 10 it is this computer's own name. */
static void take_workstation(const struct linking *l, struct draft *d, const struct kept *k)
{
    span name = kept_text(k, WINDOWS_WORKSTATION);
    bool is_window = k->kind->meaning == MEANS_RECONNECTED || k->kind->meaning == MEANS_DISCONNECTED;
    if (name.n && (is_window || !d->s.workstation.n) && computer_named(l->computers, name) != d->computer)
        d->s.workstation = name;
}

static void take_origin(struct draft *d, const struct kept *k)
{
    struct origin o = origin_of(k);
    bool is_better = origin_is_real(&o) ? !origin_is_real(&d->origin) : o.kind != ADDRESS_NONE && d->origin.kind == ADDRESS_NONE;
    if (is_better)
        d->origin = o;
}

/* Is it said of RDP alone, or with an address that only a remote session has? */
bool draft_says_rdp(const struct kept *k)
{
    struct origin o = origin_of(k);
    enum windows_meaning m = k->kind->meaning;
    if (m == MEANS_RDP_AUTHENTICATED || m == MEANS_RDP_ACCEPTED || draft_is_rdp_logon(k))
        return true;
    if (m == MEANS_RECONNECTED || m == MEANS_DISCONNECTED)
        return origin_is_real(&o) || span_starts_nocase(kept_text(k, WINDOWS_SESSION_NAME), SPAN("RDP-"));
    return origin_is_real(&o) && (m == MEANS_SESSION_LOGON || m == MEANS_SESSION_SHELL || m == MEANS_SESSION_RECONNECTED ||
                           m == MEANS_SESSION_DISCONNECTED);
}

static bool opens(enum windows_meaning m)
{
    return m == MEANS_RDP_AUTHENTICATED || m == MEANS_RDP_ACCEPTED || m == MEANS_LOGON || m == MEANS_SESSION_LOGON ||
           m == MEANS_SESSION_SHELL || m == MEANS_SESSION_RECONNECTED || m == MEANS_RECONNECTED;
}

static bool shows_user(const struct kept *k)
{
    enum windows_meaning m = k->kind->meaning;
    return m == MEANS_SESSION_LOGON || m == MEANS_SESSION_SHELL || m == MEANS_SESSION_RECONNECTED || draft_is_rdp_logon(k);
}

/* Remote desktop's own logs write one activity for one connection; Security's are its own. */
static bool shares_activity(enum windows_meaning m)
{
    return m >= MEANS_SESSION_LOGON && m <= MEANS_RDP_FAILED && m != MEANS_RDP_LISTENER;
}

static void take_port(struct rdp_segment *s, const struct kept *k)
{
    uint64_t port = kept_number(k, WINDOWS_PORT);
    bool is_udp = k->kind->meaning == MEANS_RDP_ACCEPTED && kept_number(k, WINDOWS_PROTOCOL) == 17;
    if (!port || port > UINT16_MAX || is_udp || s->has & RDP_HAS_PORT)
        return;
    s->port = (uint16_t)port;
    s->has |= RDP_HAS_PORT;
}

static void take_codes(struct rdp_segment *s, const struct kept *k)
{
    enum windows_meaning m = k->kind->meaning;
    if (kept_has(k, WINDOWS_ZONE) && !(s->has & RDP_HAS_ZONE)) {
        s->zone = (int16_t)(int64_t)kept_number(k, WINDOWS_ZONE);
        s->has |= RDP_HAS_ZONE;
    }
    if (kept_has(k, WINDOWS_REASON) && (m == MEANS_SESSION_WHY || (m == MEANS_RDP_WHY && !(s->has & RDP_HAS_REASON)))) {
        s->reason = kept_number(k, WINDOWS_REASON);
        s->has |= RDP_HAS_REASON;
    }
}

static void take_times(struct rdp_segment *s, const struct kept *k)
{
    if (opens(k->kind->meaning)) {
        s->start = s->has & RDP_HAS_START ? min_i64(s->start, k->time) : k->time;
        s->has |= RDP_HAS_START;
    }
    if (shows_user(k)) {
        s->active = s->has & RDP_HAS_ACTIVE ? min_i64(s->active, k->time) : k->time;
        s->has |= RDP_HAS_ACTIVE;
    }
    s->last = max_i64(s->last, k->time);
}

void draft_take(struct linking *l, struct draft *d, const struct kept *k)
{
    enum windows_meaning m = k->kind->meaning;
    take_times(&d->s, k);
    take_port(&d->s, k);
    take_codes(&d->s, k);
    d->s.means |= UINT64_C(1) << m;
    d->s.is_first |= m == MEANS_SESSION_LOGON;
    if (kept_has(k, WINDOWS_USER) && (!d->user.n || (m == MEANS_SESSION_LOGON && !d->domain.n))) {
        d->user = kept_text(k, WINDOWS_USER);
        d->domain = kept_text(k, WINDOWS_DOMAIN);
    }
    if (m == MEANS_LOGON)
        take_logon(d, k);
    d->name = d->name ? d->name : kept_text_at(k, WINDOWS_SESSION_NAME);
    if (!d->activity && shares_activity(m))
        d->activity = kept_text_at(k, WINDOWS_ACTIVITY);
    d->is_rdp |= draft_says_rdp(k);
    take_workstation(l, d, k);
    take_origin(d, k);
    keep_event(d, k);
}

/* The first event of an end ends it; 39 and 40, which also speak of other things, only until another does. */
void draft_end(struct draft *d, enum windows_meaning by, int64_t at)
{
    bool is_soft = by == MEANS_SESSION_WHY || by == MEANS_SESSION_DISCONNECTED_BY;
    bool is_better = !d->is_closed || (d->is_soft && !is_soft);
    if (!is_better)
        return;
    if (!d->is_closed || at - d->s.end > DRAFT_CLOSE_MS)
        d->s.end = at;
    d->is_closed = true;
    d->is_soft = is_soft;
    d->s.end_is = RDP_ENDED;
    d->s.end_by = by;
}
