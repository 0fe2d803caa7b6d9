/* SPDX-License-Identifier: Apache-2.0 */
#include "event/windows.h"

#include "base/when.h"

#define FIELD_INFO(ID, json_key, kind, other_name) \
    [WINDOWS_##ID] = {.key = #json_key, .name = other_name, .type = WINDOWS_TYPE_##kind},
const struct windows_field_info windows_field_infos[WINDOWS_FIELD_COUNT] = {WINDOWS_FIELDS(FIELD_INFO)};
#undef FIELD_INFO

/* What is no field yet: it is cut into several, or means one or the other once all names are there. */
enum {
    WINDOWS_ACCOUNT = WINDOWS_FIELD_COUNT,   /* DOMAIN\user */
    WINDOWS_ENDPOINT,                        /* 198.51.100.7:50123, [fe80::1%5]:50123 */
    WINDOWS_OF_DIRECTION,                    /* %%14592 in, %%14593 out (Windows' own message table) */
    WINDOWS_INITIATED,                       /* true: out */
    WINDOWS_SOURCE_ADDRESS = WINDOWS_LOCAL_ADDRESS, WINDOWS_SOURCE_PORT = WINDOWS_LOCAL_PORT,   /* until windows_settle */
    WINDOWS_DEST_ADDRESS = WINDOWS_REMOTE_ADDRESS, WINDOWS_DEST_PORT = WINDOWS_REMOTE_PORT
};

#define AUDITING "Microsoft-Windows-Security-Auditing"
#define EVENTLOG "Microsoft-Windows-Eventlog"
#define LOCAL_SESSIONS "Microsoft-Windows-TerminalServices-LocalSessionManager"
#define REMOTE_CONNECTIONS "Microsoft-Windows-TerminalServices-RemoteConnectionManager"
#define REMOTE_DESKTOP "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS"
#define SYSTEM_MONITOR "Microsoft-Windows-Sysmon"
#define LOG_SECURITY .channel = "Security", .provider = AUDITING
#define LOG_CLEARED .channel = "Security", .provider = EVENTLOG
#define LOG_SYSTEM .channel = "System", .provider = "EventLog"
#define LOG_SYSTEM_CLEARED .channel = "System", .provider = EVENTLOG
#define LOG_SESSIONS .channel = LOCAL_SESSIONS "/Operational", .provider = LOCAL_SESSIONS
#define LOG_CONNECTIONS .channel = REMOTE_CONNECTIONS "/Operational", .provider = REMOTE_CONNECTIONS
#define LOG_RDP_CORE .channel = REMOTE_DESKTOP "/Operational", .provider = REMOTE_DESKTOP
#define LOG_SYSMON .channel = SYSTEM_MONITOR "/Operational", .provider = SYSTEM_MONITOR

#define N(key, field) {#key, WINDOWS_##field},
#define E(means, log, number, ...) {.meaning = MEANS_##means, LOG_##log, .id = number, .names = {__VA_ARGS__{NULL, 0}}},
static const struct windows_kind kinds[] = {
#include "event/windows_events.def"
};
#undef E
#undef N

const struct windows_kind *windows_kind_at(size_t i) { return i < COUNT_OF(kinds) ? &kinds[i] : NULL; }

/* Collectors gather the logs of many machines in one of their own. */
static bool says_nothing(span channel) { return !channel.n || span_eq_nocase(channel, SPAN("ForwardedEvents")); }

static bool is_of(const struct windows_kind *k, span channel, span provider)
{
    bool is_channel = span_eq_nocase(channel, span_str(k->channel));
    if (is_channel && !span_eq(span_str(k->channel), SPAN("System")))
        return true;
    return (is_channel || says_nothing(channel)) && span_eq_nocase(provider, span_str(k->provider));
}

const struct windows_kind *windows_kind(span channel, span provider, uint64_t id)
{
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (kinds[i].id == id && is_of(&kinds[i], channel, provider))
            return &kinds[i];
    return NULL;
}

static uint64_t bits_of(uint8_t as)
{
    switch (as) {
    case WINDOWS_ACCOUNT: return WINDOWS_BIT(USER) | WINDOWS_BIT(DOMAIN);
    case WINDOWS_ENDPOINT: return WINDOWS_BIT(ADDRESS) | WINDOWS_BIT(PORT);
    case WINDOWS_OF_DIRECTION:
    case WINDOWS_INITIATED: return WINDOWS_BIT(DIRECTION);
    default: return UINT64_C(1) << as;
    }
}

uint64_t windows_gives(const struct windows_kind *kind)
{
    uint64_t gives = (WINDOWS_BIT(ACTIVITY) << 1) - 1;
    for (const struct windows_name *n = kind ? kind->names : NULL; n && n->name; n++)
        gives |= bits_of(n->as);
    return gives;
}

enum field_state windows_state(const struct windows_event *e, enum windows_field f)
{
    uint64_t bit = UINT64_C(1) << f;
    return e->has & bit ? STATE_VALUE : e->blank & bit ? STATE_BLANK
           : windows_gives(e->kind) & bit ? STATE_ABSENT : STATE_UNLOGGED;
}

static bool opens_screen(const struct windows_event *e)
{
    uint64_t type = windows_has(e, WINDOWS_LOGON_TYPE) ? e->at[WINDOWS_LOGON_TYPE].number : 2;
    return type == 2 || type == 7 || type == 10 || type == 11;
}

enum windows_class windows_class(const struct windows_event *e)
{
    enum windows_meaning m = e->kind->meaning;
    bool has_type = m == MEANS_LOGON || m == MEANS_LOGOFF;
    if (m == MEANS_CONNECTION || m == MEANS_PROCESS)
        return m == MEANS_CONNECTION ? CLASS_CONNECTION : CLASS_PROCESS;
    if (m == MEANS_LOGON_FAILED || m == MEANS_LOGON_AS || m == MEANS_RDP_LISTENER || m == MEANS_RDP_FAILED)
        return CLASS_NETWORK;
    return has_type && !opens_screen(e) ? CLASS_NETWORK : CLASS_SESSION;
}

static bool is_blank(span s) { return !s.n || (s.n == 1 && s.p[0] == '-'); }

static void put_text(struct windows_event *e, enum windows_field f, span s)
{
    e->at[f].text = s;
    *(is_blank(s) ? &e->blank : &e->has) |= UINT64_C(1) << f;
}

static bool read_hex(span s, uint64_t *out)
{
    if (!s.n || s.n > 16)
        return false;
    for (*out = 0; s.n; s = span_skip(s, 1)) {
        if (ascii_hex(s.p[0]) < 0)
            return false;
        *out = *out << 4 | (unsigned)ascii_hex(s.p[0]);
    }
    return true;
}

/* Decimal, 0x..., or a status that somebody read as a signed 32-bit number. */
static bool read_number(span s, uint64_t *out)
{
    int64_t negative;
    if (span_starts_nocase(s, SPAN("0x")))
        return read_hex(span_skip(s, 2), out);
    if (span_u64(s, out))
        return true;
    bool is_status = span_i64(s, &negative) && negative >= INT32_MIN;
    *out = is_status ? (uint32_t)negative : 0;
    return is_status;
}

static bool put_number(struct windows_event *e, enum windows_field f, span s)
{
    uint64_t v;
    if (!read_number(s, &v))
        return false;
    e->at[f].number = v;
    e->has |= UINT64_C(1) << f;
    return true;
}

static void put_known(struct windows_event *e, enum windows_field f, uint64_t v)
{
    e->at[f].number = v;
    e->has |= UINT64_C(1) << f;
}

static void put_protocol(struct windows_event *e, span s)
{
    if (span_eq_nocase(s, SPAN("tcp")))
        put_known(e, WINDOWS_PROTOCOL, 6);
    else if (span_eq_nocase(s, SPAN("udp")))
        put_known(e, WINDOWS_PROTOCOL, 17);
    else
        (void)put_number(e, WINDOWS_PROTOCOL, s);
}

static void put_account(struct windows_event *e, span s)
{
    cut c = span_cut(s, '\\');
    if (c.found)
        put_text(e, WINDOWS_DOMAIN, c.head);
    put_text(e, WINDOWS_USER, c.found ? c.tail : s);
}

/* An address with its port behind the last colon; RdpCoreTS writes brackets around IPv4 too, or none. */
static void put_endpoint(struct windows_event *e, span s)
{
    cut c = span_rcut(s, ':');
    uint64_t port;
    bool has_port = c.found && span_u64(c.tail, &port) && port <= UINT16_MAX;
    span address = has_port ? c.head : s;
    if (address.n > 1 && address.p[0] == '[' && address.p[address.n - 1] == ']')
        address = span_of(address.p + 1, address.n - 2);
    put_text(e, WINDOWS_ADDRESS, address);
    if (has_port)
        put_known(e, WINDOWS_PORT, port);
}

/* "[-8]": whole hours. */
static void put_zone(struct windows_event *e, span s)
{
    int64_t hours;
    if (s.n > 1 && s.p[0] == '[' && s.p[s.n - 1] == ']')
        s = span_of(s.p + 1, s.n - 2);
    if (!span_i64(s, &hours) || hours < -24 || hours > 24)
        return;
    e->at[WINDOWS_ZONE].number_signed = hours * 60;
    e->has |= WINDOWS_BIT(ZONE);
}

static void put_direction(struct windows_event *e, span s)
{
    if (span_eq(s, SPAN("%%14593")) || span_eq_nocase(s, SPAN("Outbound")) || span_eq_nocase(s, SPAN("true")))
        put_known(e, WINDOWS_DIRECTION, DIRECTION_OUT);
    else if (span_eq(s, SPAN("%%14592")) || span_eq_nocase(s, SPAN("Inbound")) || span_eq_nocase(s, SPAN("false")))
        put_known(e, WINDOWS_DIRECTION, DIRECTION_IN);
}

void windows_put(struct windows_event *e, span name, span value, bool any_case)
{
    const struct windows_name *n = e->kind->names;
    while (n->name && !(any_case ? span_eq_nocase(name, span_str(n->name)) : span_eq(name, span_str(n->name))))
        n++;
    if (!n->name || (e->has | e->blank) & bits_of(n->as))
        return;
    value = span_trim(value);
    switch (n->as) {
    case WINDOWS_ACCOUNT: put_account(e, value); break;
    case WINDOWS_ENDPOINT: put_endpoint(e, value); break;
    case WINDOWS_OF_DIRECTION:
    case WINDOWS_INITIATED: put_direction(e, value); break;
    case WINDOWS_PROTOCOL: put_protocol(e, value); break;
    case WINDOWS_ZONE: put_zone(e, value); break;
    default: (void)windows_put_field(e, n->as, value);
    }
}

static bool put_time(struct windows_event *e, span s)
{
    int offset;
    int64_t ms;
    if (!when_typed(s, &ms, &offset))
        return false;
    e->is_local_time = offset == WHEN_NONE_MINUTES;
    e->at[WINDOWS_TIME].ms = ms;
    e->has |= WINDOWS_BIT(TIME);
    return true;
}

/* Windows writes GUIDs in braces, some collectors take them off. */
static span without_braces(span s)
{
    return s.n > 1 && s.p[0] == '{' && s.p[s.n - 1] == '}' ? span_of(s.p + 1, s.n - 2) : s;
}

bool windows_put_field(struct windows_event *e, enum windows_field f, span value)
{
    if (f == WINDOWS_ACTIVITY)
        value = without_braces(value);
    switch (windows_field_infos[f].type) {
    case WINDOWS_TYPE_MS: return put_time(e, value);
    case WINDOWS_TYPE_NUMBER: return put_number(e, f, value);
    case WINDOWS_TYPE_TEXT: put_text(e, f, value); return true;
    case WINDOWS_TYPE_SIGNED: break;
    }
    return false;
}

static void swap_ends(struct windows_event *e)
{
    enum { PAIRS = 2 };
    static const enum windows_field ends[PAIRS][2] = {{WINDOWS_LOCAL_ADDRESS, WINDOWS_REMOTE_ADDRESS},
                                                      {WINDOWS_LOCAL_PORT, WINDOWS_REMOTE_PORT}};
    struct windows_event was = *e;
    for (size_t i = 0; i < PAIRS; i++)
        for (size_t k = 0; k < 2; k++) {
            enum windows_field from = ends[i][k], to = ends[i][1 - k];
            uint64_t bit = UINT64_C(1) << to;
            e->at[to] = was.at[from];
            e->has = (e->has & ~bit) | (was.has >> from & 1) << to;
            e->blank = (e->blank & ~bit) | (was.blank >> from & 1) << to;
        }
}

/* Who asked is the source, so the machine that was asked is the destination. But 5156, and Sysmon until 2019, write the
 * machine's own end as the source even where it was asked: that end is then the one with the lower port, the service's. */
void windows_settle(struct windows_event *e)
{
    if (e->kind->meaning != MEANS_CONNECTION || e->at[WINDOWS_DIRECTION].number != DIRECTION_IN ||
        !windows_has(e, WINDOWS_DIRECTION) || !windows_has(e, WINDOWS_LOCAL_PORT) || !windows_has(e, WINDOWS_REMOTE_PORT))
        return;
    if (e->at[WINDOWS_REMOTE_PORT].number < e->at[WINDOWS_LOCAL_PORT].number)
        swap_ends(e);
}
