/* SPDX-License-Identifier: Apache-2.0 */
/* Times are seconds of a day, and what is expected follows from them by reading the events as an analyst would. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "windows/session.h"
#include "windows_day.h"

struct seen { arena a; struct computers *c; struct rdp_sessions *r; struct windows_store *s; };

static struct seen look_shuffled(struct day *d, unsigned shuffle)
{
    struct seen x = {.s = day_store(d, shuffle)};
    x.c = computers_new(&x.a, x.s, NULL, NULL, 0);
    x.r = rdp_sessions_new(&x.a, x.s, x.c);
    return x;
}
static struct seen look(struct day *d) { return look_shuffled(d, 0); }

static void done(struct seen *x)
{
    windows_store_free(x->s);
    arena_free(&x->a);
}

static void starts_at(const struct rdp_segment *s, double seconds) { assert_int_equal(s->start - DAY_START, (int64_t)(seconds * 1000)); }
static void ends_at(const struct rdp_segment *s, double seconds) { assert_int_equal(s->end - DAY_START, (int64_t)(seconds * 1000)); }
static void is_text(span s, const char *text)
{
    if (!span_eq(s, span_str(text)))
        fail_msg("\"%.*s\" is not \"%s\"", (int)s.n, s.p ? s.p : "", text);
}

/* Connecting with NLA, as every log writes it. */
static void connect_at(struct day *d, double s, const char *address, const char *endpoint, const char *activity, const char *name)
{
    say(d, s, RDP_CORE, 131, "@activity", activity, "ConnType", "TCP", "ClientIP", endpoint, NULL);
    say(d, s + 0.01, RDP_CORE, 65, "@activity", activity, "ConnectionName", name, NULL);
    say(d, s + 0.5, SECURITY, 4624, "TargetUserName", "alice", "TargetDomainName", "CORP", "LogonType", "3", "TargetLogonId", "0x111",
        "WorkstationName", "KALI", "IpAddress", address, "IpPort", "0", NULL);
    say(d, s + 0.6, CONNECTIONS, 1149, "Param1", "alice", "Param2", "CORP", "Param3", address, NULL);
    say(d, s + 0.7, SECURITY, 4634, "TargetUserName", "alice", "TargetLogonId", "0x111", "LogonType", "3", NULL);
    say(d, s + 1, RDP_CORE, 98, "@activity", activity, NULL);
    say(d, s + 1.1, RDP_CORE, 104, "@activity", activity, "TimezoneBiasHour", "[3]", NULL);
}

static void log_on_at(struct day *d, double s, const char *address, const char *number)
{
    say(d, s, SECURITY, 4624, "TargetUserName", "alice", "TargetDomainName", "CORP", "LogonType", "10", "TargetLogonId", "0x5000",
        "TargetLinkedLogonId", "0x5001", "WorkstationName", "WS01", "IpAddress", address, "IpPort", "0", NULL);
    say(d, s, SECURITY, 4624, "TargetUserName", "alice", "TargetDomainName", "CORP", "LogonType", "10", "TargetLogonId", "0x5001",
        "TargetLinkedLogonId", "0x5000", "WorkstationName", "WS01", "IpAddress", address, "IpPort", "0", NULL);
    say(d, s + 0.2, SESSIONS, 21, "User", "CORP\\alice", "SessionID", number, "Address", address, NULL);
    say(d, s + 0.9, SESSIONS, 22, "User", "CORP\\alice", "SessionID", number, "Address", address, NULL);
}

static void break_at(struct day *d, double s, const char *address, const char *number, const char *activity)
{
    say(d, s, RDP_CORE, 102, "@activity", activity, NULL);
    say(d, s + 0.05, RDP_CORE, 103, "@activity", activity, "ReasonCode", "14", NULL);
    say(d, s + 0.1, SESSIONS, 40, "Session", number, "Reason", "0", NULL);
    say(d, s + 0.2, SESSIONS, 24, "User", "CORP\\alice", "SessionID", number, "Address", address, NULL);
    say(d, s + 0.3, SECURITY, 4779, "AccountName", "alice", "AccountDomain", "CORP", "LogonID", "0x5000", "SessionName", "RDP-Tcp#5",
        "ClientName", "KALI", "ClientAddress", address, NULL);
}

static void log_off_at(struct day *d, double s, const char *number, const char *activity)
{
    say(d, s, SECURITY, 4647, "TargetUserName", "alice", "TargetLogonId", "0x5000", NULL);
    say(d, s + 2, SESSIONS, 23, "User", "CORP\\alice", "SessionID", number, NULL);
    say(d, s + 2.1, RDP_CORE, 102, "@activity", activity, NULL);
    say(d, s + 3, SECURITY, 4634, "TargetUserName", "alice", "TargetLogonId", "0x5000", "LogonType", "10", NULL);
    say(d, s + 3, SECURITY, 4634, "TargetUserName", "alice", "TargetLogonId", "0x5001", "LogonType", "10", NULL);
}

static void say_whole(struct day *d)
{
    connect_at(d, 100, "127.0.0.1", "127.0.0.1:49274", "{A1}", "RDP-Tcp#5");
    log_on_at(d, 103, "127.0.0.1", "2");
    break_at(d, 1000, "127.0.0.1", "2", "{A1}");
    connect_at(d, 1500, "127.0.0.1", "127.0.0.1:49300", "{A2}", "RDP-Tcp#6");
    say(d, 1502, SECURITY, 4624, "TargetUserName", "alice", "TargetDomainName", "CORP", "LogonType", "7", "TargetLogonId", "0x6000",
        "WorkstationName", "WS01", "IpAddress", "127.0.0.1", NULL);
    say(d, 1502.1, SESSIONS, 25, "User", "CORP\\alice", "SessionID", "2", "Address", "127.0.0.1", NULL);
    say(d, 1502.2, SECURITY, 4778, "AccountName", "alice", "LogonID", "0x5000", "SessionName", "RDP-Tcp#6", "ClientName", "KALI",
        "ClientAddress", "127.0.0.1", NULL);
    say(d, 1502.5, SECURITY, 4634, "TargetUserName", "alice", "TargetLogonId", "0x6000", "LogonType", "7", NULL);
    log_off_at(d, 4000, "2", "{A2}");
}

static void check_whole(const struct seen *x)
{
    assert_int_equal(x->r->n, 1);
    const struct rdp_session *s = &x->r->items[0];
    assert_int_equal(s->segment_n, 2);
    assert_true(s->is_authenticated && !s->is_open && s->from == RDP_FROM_LOOPBACK);
    assert_true(s->number == 2 && s->logon_id == 0x5000);
    is_text(s->user, "alice");
    is_text(s->domain, "CORP");
    const struct rdp_segment *one = &s->segments[0], *two = &s->segments[1];
    starts_at(one, 100);
    assert_int_equal(one->active - DAY_START, 103000);
    ends_at(one, 1000);
    assert_true(one->end_is == RDP_ENDED && one->is_first && one->logon_type == 10 && one->from == RDP_FROM_LOOPBACK);
    is_text(one->workstation, "KALI");
    is_text(one->address, "127.0.0.1");
    assert_true(one->has & RDP_HAS_PORT && one->port == 49274);
    assert_true(one->has & RDP_HAS_ZONE && one->zone == 180);
    assert_true(one->has & RDP_HAS_REASON && one->reason == 0);
    starts_at(two, 1500);
    ends_at(two, 4000);
    assert_true(two->end_by == MEANS_LOGOFF_ASKED && !two->is_first && two->logon_type == 7 && two->port == 49300);
    assert_int_equal(two->active - DAY_START, 1502100);
    assert_true(x->r->knock_n == 0 && x->r->tries_n == 0 && s->tries == NULL && x->r->dropped == 0);
}

static void a_session_in_two_segments(void **state)
{
    (void)state;
    static struct day d;
    d = (struct day){.n = 0};
    say_whole(&d);
    struct seen x = look(&d);
    check_whole(&x);
    const struct rdp_segment *one = x.r->items[0].segments;
    for (size_t i = 1; i < one->event_n; i++)
        assert_true(one->events[i - 1]->time <= one->events[i]->time);
    assert_int_equal(one->events[0]->kind->id, 131);
    done(&x);
}

/* An export knows seconds, and may have the newest event first. */
static void seconds_and_their_order_do_not_matter(void **state)
{
    (void)state;
    static struct day d;
    for (unsigned way = 0; way < 4; way++) {
        d = (struct day){.n = 0};
        say_whole(&d);
        for (size_t i = 0; i < d.n; i++) {
            d.events[i].offset = way & 1 ? d.n - i : i;
            if (way & 2)
                d.events[i].time -= d.events[i].time % 1000;
        }
        struct seen x = look_shuffled(&d, 5 + way);
        assert_int_equal(x.r->n, 1);
        assert_int_equal(x.r->items[0].segment_n, 2);
        const struct rdp_segment *s = x.r->items[0].segments;
        starts_at(&s[0], 100);
        ends_at(&s[0], 1000);
        starts_at(&s[1], 1500);
        ends_at(&s[1], 4000);
        assert_true(s[0].port == 49274 && s[1].port == 49300 && s[1].zone == 180);
        done(&x);
    }
}

static void shuffled_events_tell_the_same(void **state)
{
    (void)state;
    static struct day d;
    d = (struct day){.n = 0};
    say_whole(&d);
    for (unsigned i = 1; i < 30; i++) {
        struct seen x = look_shuffled(&d, i);
        check_whole(&x);
        done(&x);
    }
}

/* Each event alone: how many sessions does it make? Those of loopback that are no RDP make none. */
struct alone { const char *channel; unsigned id; const char *pairs[8]; size_t sessions; enum rdp_from from; };
#define LOGON(type, address) {"TargetUserName", "alice", "LogonType", type, "IpAddress", address, "TargetLogonId", "0x5"}
#define WINDOW(address, name) {"AccountName", "alice", "ClientAddress", address, "SessionName", name, "ClientName", "KALI"}
#define NUMBERED(address) {"User", "CORP\\alice", "SessionID", "2", "Address", address}
static const struct alone alone[] = {
    {SECURITY, 4624, LOGON("10", "127.0.0.1"), 1, RDP_FROM_LOOPBACK},
    {SECURITY, 4624, LOGON("10", "127.8.8.8"), 1, RDP_FROM_LOOPBACK},
    {SECURITY, 4624, LOGON("10", "::1"), 1, RDP_FROM_LOOPBACK},
    {SECURITY, 4624, LOGON("10", "::ffff:127.0.0.2"), 1, RDP_FROM_LOOPBACK},
    {SECURITY, 4624, LOGON("12", "::1"), 1, RDP_FROM_LOOPBACK},
    {SECURITY, 4624, LOGON("10", "LOCAL"), 1, RDP_FROM_LOCAL},
    {SECURITY, 4624, LOGON("10", "-"), 1, RDP_FROM_UNKNOWN},
    {SECURITY, 4624, LOGON("10", "198.51.100.7"), 1, RDP_FROM_OTHER},
    {SECURITY, 4624, LOGON("2", "127.0.0.1"), 0, 0},
    {SECURITY, 4624, LOGON("2", "-"), 0, 0},
    {SECURITY, 4624, LOGON("3", "127.0.0.1"), 0, 0},
    {SECURITY, 4624, LOGON("4", "-"), 0, 0},
    {SECURITY, 4624, LOGON("5", "::1"), 0, 0},
    {SECURITY, 4624, LOGON("7", "127.0.0.1"), 0, 0},
    {SECURITY, 4624, LOGON("11", "127.0.0.1"), 0, 0},
    {SECURITY, 4625, LOGON("10", "127.0.0.1"), 0, 0},
    {SECURITY, 4634, LOGON("10", "127.0.0.1"), 0, 0},
    {SECURITY, 4647, {"TargetUserName", "alice", "TargetLogonId", "0x5"}, 0, 0},
    {SECURITY, 4778, WINDOW("127.0.0.1", "RDP-Tcp#1"), 1, RDP_FROM_LOOPBACK},
    {SECURITY, 4779, WINDOW("127.0.0.1", "RDP-Tcp#1"), 1, RDP_FROM_LOOPBACK},
    {SECURITY, 4778, WINDOW("LOCAL", "RDP-Tcp#1"), 1, RDP_FROM_LOCAL},
    {SECURITY, 4778, WINDOW("LOCAL", "Console"), 0, 0},
    {SECURITY, 4779, WINDOW("LOCAL", "Console"), 0, 0},
    {SECURITY, 4825, {"AccountName", "alice", "ClientAddress", "127.0.0.1"}, 0, 0},
    {SESSIONS, 21, NUMBERED("127.0.0.1"), 1, RDP_FROM_LOOPBACK},
    {SESSIONS, 21, NUMBERED("::%16777216"), 1, RDP_FROM_LOOPBACK},
    {SESSIONS, 21, NUMBERED("LOCAL"), 0, 0},
    {SESSIONS, 22, NUMBERED("127.0.0.1"), 1, RDP_FROM_LOOPBACK},
    {SESSIONS, 22, NUMBERED("LOCAL"), 0, 0},
    {SESSIONS, 24, NUMBERED("127.0.0.1"), 1, RDP_FROM_LOOPBACK},
    {SESSIONS, 24, NUMBERED("LOCAL"), 0, 0},
    {SESSIONS, 25, NUMBERED("127.0.0.1"), 1, RDP_FROM_LOOPBACK},
    {SESSIONS, 25, NUMBERED("10.0.0.7"), 1, RDP_FROM_OTHER},
    {SESSIONS, 25, NUMBERED("LOCAL"), 0, 0},
    {SESSIONS, 23, {"User", "alice", "SessionID", "2"}, 0, 0},
    {SESSIONS, 39, {"TargetSession", "2", "Source", "3"}, 0, 0},
    {SESSIONS, 40, {"Session", "2", "Reason", "5"}, 0, 0},
    {CONNECTIONS, 1149, {"Param1", "alice", "Param3", "127.0.0.1"}, 1, RDP_FROM_LOOPBACK},
    {CONNECTIONS, 1149, {"Param1", "alice", "Param3", "LOCAL"}, 1, RDP_FROM_LOCAL},
    {CONNECTIONS, 1149, {"Param1", "alice", "Param3", "10.0.2.15"}, 1, RDP_FROM_OTHER},
    {CONNECTIONS, 261, {"listenerName", "RDP-Tcp"}, 0, 0},
    {RDP_CORE, 131, {"@activity", "{A}", "ConnType", "TCP", "ClientIP", "127.0.0.1:50000"}, 0, 0},
    {RDP_CORE, 98, {"@activity", "{A}"}, 0, 0},
    {RDP_CORE, 102, {"@activity", "{A}"}, 0, 0},
    {RDP_CORE, 103, {"@activity", "{A}", "ReasonCode", "1"}, 0, 0},
    {RDP_CORE, 104, {"@activity", "{A}", "TimezoneBiasHour", "[1]"}, 0, 0},
    {RDP_CORE, 140, {"@activity", "{A}", "IPString", "127.0.0.1"}, 0, 0},
};

static void each_event_alone(void **state)
{
    (void)state;
    static struct day d;
    for (size_t i = 0; i < COUNT_OF(alone); i++) {
        const struct alone *e = &alone[i];
        const char *const *p = e->pairs;
        d = (struct day){.n = 0};
        say(&d, 10, e->channel, e->id, p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7], NULL);
        struct seen x = look(&d);
        if (x.r->n != e->sessions || (e->sessions && x.r->items[0].from != e->from))
            fail_msg("event %zu (%u): %zu sessions", i, e->id, x.r->n);
        if (x.r->n) {
            bool has_end = e->id == 24 || e->id == 4779;
            assert_int_equal(x.r->items[0].is_open, !has_end);
            assert_int_equal((x.r->segments[0].has & RDP_HAS_START) != 0, !has_end);
        }
        done(&x);
    }
}

/* What the console does all day, the type 3 logons of services, and a scan that only reached the listener. */
static void the_console_and_scans_are_none(void **state)
{
    (void)state;
    static struct day d;
    d = (struct day){.n = 0};
    say(&d, 5, SECURITY, 4624, "TargetUserName", "alice", "LogonType", "2", "TargetLogonId", "0x9", "IpAddress", "127.0.0.1", "IpPort", "0", NULL);
    say(&d, 6, SESSIONS, 21, "User", "CORP\\alice", "SessionID", "1", "Address", "LOCAL", NULL);
    say(&d, 6, SESSIONS, 22, "User", "CORP\\alice", "SessionID", "1", "Address", "LOCAL", NULL);
    say(&d, 7, SECURITY, 4624, "TargetUserName", "WS01$", "LogonType", "3", "TargetLogonId", "0xa", "IpAddress", "127.0.0.1", NULL);
    say(&d, 8, SECURITY, 4624, "TargetUserName", "alice", "LogonType", "7", "TargetLogonId", "0xb", "IpAddress", "127.0.0.1", NULL);
    say(&d, 9, CONNECTIONS, 261, "listenerName", "RDP-Tcp", NULL);
    say(&d, 9, RDP_CORE, 131, "@activity", "{B}", "ConnType", "TCP", "ClientIP", "203.0.113.9:1234", NULL);
    say(&d, 9.4, RDP_CORE, 103, "@activity", "{B}", "ReasonCode", "1", NULL);
    say(&d, 50, SECURITY, 4779, "AccountName", "alice", "LogonID", "0x9", "SessionName", "Console", "ClientName", "LOCAL", "ClientAddress", "LOCAL", NULL);
    say(&d, 60, SESSIONS, 24, "User", "CORP\\alice", "SessionID", "1", "Address", "LOCAL", NULL);
    say(&d, 61, SESSIONS, 23, "User", "CORP\\alice", "SessionID", "1", NULL);
    struct seen x = look(&d);
    assert_int_equal(x.r->n, 0);
    assert_int_equal(x.r->knock_n, 0);
    done(&x);
}

/* A console logon stays one even while the same user comes in by RDP. */
static void console_and_rdp_stay_apart(void **state)
{
    (void)state;
    static struct day d;
    d = (struct day){.n = 0};
    connect_at(&d, 100, "10.0.0.7", "10.0.0.7:50000", "{A}", "RDP-Tcp#5");
    log_on_at(&d, 102, "10.0.0.7", "3");
    say(&d, 110, SESSIONS, 21, "User", "CORP\\alice", "SessionID", "1", "Address", "LOCAL", NULL);
    say(&d, 120, SESSIONS, 24, "User", "CORP\\alice", "SessionID", "1", "Address", "LOCAL", NULL);
    break_at(&d, 500, "10.0.0.7", "3", "{A}");
    struct seen x = look(&d);
    assert_int_equal(x.r->n, 1);
    assert_true(x.r->items[0].from == RDP_FROM_OTHER && x.r->items[0].segment_n == 1);
    ends_at(x.r->segments, 500);
    done(&x);
}

static void local_beside_a_connection_is_rdp(void **state)
{
    (void)state;
    static struct day d;
    d = (struct day){.n = 0};
    say(&d, 10, RDP_CORE, 131, "@activity", "{A}", "ConnType", "TCP", "ClientIP", "[::1]:50001", NULL);
    say(&d, 12, SESSIONS, 21, "User", "CORP\\alice", "SessionID", "2", "Address", "LOCAL", NULL);
    d.computer = "WS02";
    say(&d, 10, CONNECTIONS, 1149, "Param1", "bob", "Param3", "LOCAL", NULL);
    say(&d, 12, SESSIONS, 21, "User", "CORP\\bob", "SessionID", "2", "Address", "LOCAL", NULL);
    struct seen x = look(&d);
    assert_int_equal(x.r->n, 2);
    assert_true(x.r->items[0].from == RDP_FROM_LOOPBACK && x.r->segments[0].port == 50001);
    assert_true(x.r->items[1].from == RDP_FROM_LOCAL && x.r->items[1].computer == 1);
    done(&x);
}

static void an_own_address_is_loopback(void **state)
{
    (void)state;
    static struct day d;
    d = (struct day){.n = 0};
    say(&d, 1, SYSMON, 3, "Image", "C:\\ssh.exe", "Initiated", "true", "SourceIp", "10.0.0.5", "SourcePort", "51000", "DestinationIp",
        "10.0.0.1", "DestinationPort", "3128", NULL);
    say(&d, 10, CONNECTIONS, 1149, "Param1", "alice", "Param3", "10.0.0.5", NULL);
    say(&d, 20000, CONNECTIONS, 1149, "Param1", "alice", "Param3", "10.0.0.6", NULL);
    struct seen x = look(&d);
    assert_int_equal(x.r->n, 2);
    assert_int_equal(x.r->items[0].from, RDP_FROM_OWN);
    assert_int_equal(x.r->items[1].from, RDP_FROM_OTHER);
    done(&x);
}

static void two_users_at_once_are_two_sessions(void **state)
{
    (void)state;
    static struct day d;
    d = (struct day){.n = 0};
    say(&d, 10, CONNECTIONS, 1149, "Param1", "alice", "Param3", "127.0.0.1", NULL);
    say(&d, 11, CONNECTIONS, 1149, "Param1", "bob", "Param3", "10.0.0.9", NULL);
    say(&d, 12, CONNECTIONS, 1149, "Param1", "carol", "Param3", "127.0.0.1", NULL);
    say(&d, 14, SESSIONS, 21, "User", "CORP\\Bob", "SessionID", "4", "Address", "10.0.0.9", NULL);
    say(&d, 15, SESSIONS, 21, "User", "CORP\\ALICE", "SessionID", "3", "Address", "127.0.0.1", NULL);
    say(&d, 300, SESSIONS, 24, "User", "CORP\\bob", "SessionID", "4", "Address", "10.0.0.9", NULL);
    struct seen x = look(&d);
    assert_int_equal(x.r->n, 3);
    assert_true(x.r->items[0].number == 3 && x.r->items[1].number == 4 && x.r->items[0].is_open && !x.r->items[1].is_open);
    is_text(x.r->items[2].user, "carol");
    starts_at(&x.r->segments[0], 10);
    done(&x);
}

/* A logon more than two minutes after connecting is another's. */
static void what_is_far_apart_is_not_linked(void **state)
{
    (void)state;
    static struct day d;
    for (int late = 0; late < 2; late++) {
        d = (struct day){.n = 0};
        say(&d, 10, CONNECTIONS, 1149, "Param1", "alice", "Param3", "127.0.0.1", NULL);
        say(&d, 130 + 0.001 * late, SECURITY, 4624, "TargetUserName", "alice", "LogonType", "10", "IpAddress", "127.0.0.1", NULL);
        struct seen x = look(&d);
        assert_int_equal(x.r->n, 1 + late);
        done(&x);
    }
}

static void somebody_takes_a_session_over(void **state)
{
    (void)state;
    static struct day d;
    for (int way = 0; way < 3; way++) { /* the old end comes before, after, never */
        d = (struct day){.n = 0};
        say(&d, 10, SESSIONS, 21, "User", "alice", "SessionID", "2", "Address", "10.0.0.7", NULL);
        if (way < 2)
            say(&d, 500 + 0.2 * way, SESSIONS, 24, "User", "alice", "SessionID", "2", "Address", "10.0.0.7", NULL);
        say(&d, 500.1, SESSIONS, 25, "User", "alice", "SessionID", "2", "Address", "127.0.0.1", NULL);
        say(&d, 900, SESSIONS, 24, "User", "alice", "SessionID", "2", "Address", "127.0.0.1", NULL);
        struct seen x = look(&d);
        assert_int_equal(x.r->n, 1);
        assert_int_equal(x.r->items[0].segment_n, 2);
        assert_true(x.r->items[0].from == RDP_FROM_LOOPBACK);
        assert_int_equal(x.r->segments[0].from, RDP_FROM_OTHER);
        assert_int_equal(x.r->segments[0].end_is, way < 2 ? RDP_ENDED : RDP_REPLACED);
        ends_at(&x.r->segments[0], way == 0 ? 500 : 500.1);
        starts_at(&x.r->segments[1], 500.1);
        ends_at(&x.r->segments[1], 900);
        done(&x);
    }
}

static void numbers_are_used_again(void **state)
{
    (void)state;
    static struct day d;
    d = (struct day){.n = 0};
    say(&d, 10, SESSIONS, 21, "User", "alice", "SessionID", "2", "Address", "127.0.0.1", NULL);
    say(&d, 3000, SESSIONS, 21, "User", "bob", "SessionID", "2", "Address", "127.0.0.1", NULL);
    say(&d, 3500, SESSIONS, 24, "User", "bob", "SessionID", "2", "Address", "127.0.0.1", NULL);
    say(&d, 9000, SESSIONS, 23, "User", "bob", "SessionID", "2", NULL);
    struct seen x = look(&d);
    assert_int_equal(x.r->n, 2);
    assert_true(x.r->items[0].is_open && !x.r->items[1].is_open);
    ends_at(&x.r->segments[1], 3500); /* it is logged off much later; the connection ended before */
    done(&x);
}

static void machines_go_down(void **state)
{
    (void)state;
    static struct day d;
    d = (struct day){.n = 0};
    say(&d, 10, SESSIONS, 21, "User", "alice", "SessionID", "2", "Address", "127.0.0.1", NULL);
    say(&d, 700, "System", 6006, NULL);
    say(&d, 800, "System", 6005, NULL);
    say(&d, 1000, SESSIONS, 21, "User", "alice", "SessionID", "2", "Address", "127.0.0.1", NULL);
    say(&d, 1500, SYSMON, 1, "Image", "C:\\x.exe", NULL);
    say(&d, 2000, "System", 6005, NULL);
    say(&d, 2100, SESSIONS, 24, "User", "alice", "SessionID", "2", "Address", "LOCAL", NULL); /* of a boot ago: not this one's */
    struct seen x = look(&d);
    assert_int_equal(x.r->n, 2);
    assert_int_equal(x.r->segments[0].end_is, RDP_MACHINE_STOPPED);
    ends_at(&x.r->segments[0], 700);
    assert_int_equal(x.r->segments[1].end_is, RDP_MACHINE_LOST);
    ends_at(&x.r->segments[1], 1500);
    done(&x);
}

static void an_open_session_lasts_to_its_last_event(void **state)
{
    (void)state;
    static struct day d;
    d = (struct day){.n = 0};
    log_on_at(&d, 100, "127.0.0.1", "2");
    say(&d, 900, SECURITY, 4688, "NewProcessName", "C:\\cmd.exe", "SubjectLogonId", "0x5001", NULL);
    say(&d, 950, SECURITY, 4688, "NewProcessName", "C:\\cmd.exe", "SubjectLogonId", "0x3e7", NULL);
    struct seen x = look(&d);
    assert_int_equal(x.r->n, 1);
    assert_true(x.r->items[0].is_open && x.r->segments[0].end_is == RDP_OPEN);
    ends_at(&x.r->segments[0], 900);
    done(&x);
}

/* 39 and 40 end a session where nothing better does. */
static void reasons_end_softly(void **state)
{
    (void)state;
    static struct day d;
    for (int way = 0; way < 2; way++) {
        d = (struct day){.n = 0};
        say(&d, 10, SESSIONS, 21, "User", "alice", "SessionID", "2", "Address", "127.0.0.1", NULL);
        say(&d, 20, SESSIONS, way ? 39 : 40, way ? "TargetSession" : "Session", "2", way ? "Source" : "Reason", "5", NULL);
        if (way)
            say(&d, 600, SESSIONS, 24, "User", "alice", "SessionID", "2", "Address", "127.0.0.1", NULL);
        struct seen x = look(&d);
        assert_int_equal(x.r->n, 1);
        ends_at(&x.r->segments[0], way ? 600 : 20);
        assert_int_equal(x.r->segments[0].end_by, way ? MEANS_SESSION_DISCONNECTED : MEANS_SESSION_WHY);
        assert_true(way || (x.r->segments[0].has & RDP_HAS_REASON && x.r->segments[0].reason == 5));
        done(&x);
    }
}

/* Without the session manager's log: Security alone, by logons. */
static void security_alone(void **state)
{
    (void)state;
    static struct day d;
    d = (struct day){.n = 0};
    say(&d, 9, SECURITY, 4624, "TargetUserName", "alice", "LogonType", "3", "TargetLogonId", "0x1", "IpAddress", "127.0.0.1", "IpPort",
        "49274", "WorkstationName", "KALI", NULL);
    say(&d, 10, SECURITY, 4624, "TargetUserName", "alice", "LogonType", "10", "TargetLogonId", "0x5", "IpAddress", "127.0.0.1", NULL);
    say(&d, 300, SECURITY, 4779, "AccountName", "alice", "LogonID", "0x5", "SessionName", "RDP-Tcp#0", "ClientAddress", "127.0.0.1", NULL);
    say(&d, 400, SECURITY, 4778, "AccountName", "alice", "LogonID", "0x5", "SessionName", "RDP-Tcp#1", "ClientAddress", "127.0.0.1", NULL);
    say(&d, 700, SECURITY, 4634, "TargetUserName", "alice", "TargetLogonId", "0x5", "LogonType", "10", NULL);
    struct seen x = look(&d);
    assert_int_equal(x.r->n, 1);
    assert_int_equal(x.r->items[0].segment_n, 2);
    starts_at(&x.r->segments[0], 9);
    assert_true(x.r->segments[0].port == 49274 && x.r->segments[0].logon_type == 10);
    is_text(x.r->segments[0].workstation, "KALI");
    ends_at(&x.r->segments[0], 300);
    starts_at(&x.r->segments[1], 400);
    ends_at(&x.r->segments[1], 700);
    done(&x);
}

/* The log begins in the middle of a session, as the connection is made again. */
static void logs_begin_in_the_middle(void **state)
{
    (void)state;
    static struct day d;
    d = (struct day){.n = 0};
    say(&d, 10, SECURITY, 4624, "TargetUserName", "alice", "LogonType", "10", "TargetLogonId", "0x7", "IpAddress", "127.0.0.1", NULL);
    say(&d, 10, SESSIONS, 25, "User", "CORP\\alice", "SessionID", "2", "Address", "127.0.0.1", NULL);
    say(&d, 10, SECURITY, 4778, "AccountName", "alice", "LogonID", "0x5", "SessionName", "RDP-Tcp#1", "ClientAddress", "127.0.0.1", NULL);
    say(&d, 11, SECURITY, 4634, "TargetUserName", "alice", "TargetLogonId", "0x7", "LogonType", "10", NULL);
    say(&d, 500, SECURITY, 4647, "TargetUserName", "alice", "TargetLogonId", "0x5", NULL);
    struct seen x = look(&d);
    assert_int_equal(x.r->n, 1);
    assert_int_equal(x.r->items[0].segment_n, 1);
    ends_at(&x.r->segments[0], 500);
    assert_int_equal(x.r->items[0].logon_id, 5);
    done(&x);
}

static void passwords_are_tried(void **state)
{
    (void)state;
    static struct day d;
    d = (struct day){.n = 0};
    for (int i = 0; i < 20; i++)
        say(&d, 10 + i, SECURITY, 4625, "TargetUserName", i % 2 ? "alice" : "admin", "LogonType", i < 5 ? "10" : "3", "IpAddress", "127.0.0.1",
            "WorkstationName", i ? "KALI" : "WS01", NULL);
    say(&d, 40, RDP_CORE, 140, "@activity", "{X}", "IPString", "::1", NULL);
    say(&d, 41, SECURITY, 4825, "AccountName", "guest", "ClientAddress", "127.0.0.1", NULL);
    say(&d, 42, SECURITY, 4625, "TargetUserName", "alice", "LogonType", "10", "IpAddress", "203.0.113.1", NULL);
    say(&d, 43, SECURITY, 4625, "TargetUserName", "alice", "LogonType", "2", "IpAddress", "127.0.0.1", NULL);
    say(&d, 3641, SESSIONS, 21, "User", "alice", "SessionID", "2", "Address", "127.0.0.1", NULL);
    say(&d, 9000, SECURITY, 4625, "TargetUserName", "alice", "LogonType", "10", "IpAddress", "127.0.0.1", NULL);
    d.computer = "WS02";
    say(&d, 3642, SESSIONS, 21, "User", "alice", "SessionID", "2", "Address", "127.0.0.1", NULL);
    struct seen x = look(&d);
    assert_int_equal(x.r->tries_n, 2);
    const struct rdp_tries *t = &x.r->tries[0];
    assert_true(t->failed_remote == 5 && t->failed_network == 15 && t->failed_rdp == 1 && t->refused == 1);
    assert_int_equal(t->user_n, 3);
    is_text(t->workstation, "KALI");
    assert_true(t->first == DAY_START + 10000 && t->last == DAY_START + 41000);
    assert_int_equal(x.r->n, 2);
    assert_ptr_equal(x.r->items[0].tries, t);
    assert_null(x.r->items[1].tries);
    done(&x);
}

/* Through loopback to the listener, and no password known to be right: a lead if it lasts, else a knock. */
static void connections_without_a_logon(void **state)
{
    (void)state;
    static struct day d;
    d = (struct day){.n = 0};
    for (int i = 0; i < 3; i++) {
        const char *activity = i == 0 ? "{A}" : i == 1 ? "{B}" : "{C}";
        say(&d, 1000 * i, RDP_CORE, 131, "@activity", activity, "ConnType", "TCP", "ClientIP", "127.0.0.1:50000", NULL);
        say(&d, 1000 * i + (i == 2 ? 60 : 59.9), RDP_CORE, 102, "@activity", activity, NULL);
    }
    struct seen x = look(&d);
    assert_int_equal(x.r->n, 1);
    assert_false(x.r->items[0].is_authenticated);
    starts_at(&x.r->segments[0], 2000);
    ends_at(&x.r->segments[0], 2060);
    assert_int_equal(x.r->knock_n, 1);
    assert_true(x.r->knocks[0].n == 2 && x.r->knocks[0].longest_ms == 59900 && x.r->knocks[0].last == DAY_START + 1000000);
    done(&x);
}

/* A flood of scans from elsewhere hides no connection from loopback. */
static void a_flood_hides_nothing(void **state)
{
    (void)state;
    static struct day d;
    static char activities[300][8];
    d = (struct day){.n = 0};
    say(&d, 10, RDP_CORE, 131, "@activity", "{mine}", "ConnType", "TCP", "ClientIP", "127.0.0.1:49274", NULL);
    for (int i = 0; i < 300; i++) {
        snprintf(activities[i], sizeof activities[i], "{%d}", i);
        say(&d, 10.1 + i / 100.0, RDP_CORE, 131, "@activity", activities[i], "ConnType", "TCP", "ClientIP", "203.0.113.1:1000", NULL);
    }
    say(&d, 20, SESSIONS, 21, "User", "alice", "SessionID", "2", "Address", "127.0.0.1", NULL);
    say(&d, 500, RDP_CORE, 102, "@activity", "{mine}", NULL);
    struct seen x = look(&d);
    assert_int_equal(x.r->n, 1);
    starts_at(&x.r->segments[0], 10);
    ends_at(&x.r->segments[0], 500);
    assert_int_equal(x.r->segments[0].port, 49274);
    assert_int_equal(x.r->segments[0].end_by, MEANS_RDP_ENDED);
    done(&x);
}

static void what_had_ended_carried_nothing(void **state)
{
    (void)state;
    static struct day d;
    d = (struct day){.n = 0};
    say(&d, 9, RDP_CORE, 131, "@activity", "{A}", "ConnType", "TCP", "ClientIP", "127.0.0.1:1001", NULL);
    say(&d, 10, RDP_CORE, 131, "@activity", "{B}", "ConnType", "TCP", "ClientIP", "127.0.0.1:1002", NULL);
    say(&d, 10.5, RDP_CORE, 103, "@activity", "{B}", "ReasonCode", "1", NULL);
    say(&d, 20, SESSIONS, 21, "User", "CORP\\alice", "SessionID", "2", "Address", "127.0.0.1", NULL);
    struct seen x = look(&d);
    assert_int_equal(x.r->n, 1);
    assert_int_equal(x.r->segments[0].port, 1001);
    assert_int_equal(x.r->knock_n, 1);
    done(&x);
}

static void activities_link_exactly(void **state)
{
    (void)state;
    static struct day d;
    d = (struct day){.n = 0};
    say(&d, 10, RDP_CORE, 131, "@activity", "{A}", "ConnType", "TCP", "ClientIP", "127.0.0.1:1001", NULL);
    say(&d, 11, RDP_CORE, 131, "@activity", "{B}", "ConnType", "TCP", "ClientIP", "127.0.0.1:1002", NULL);
    say(&d, 12, RDP_CORE, 131, "@activity", "{A}", "ConnType", "UDP", "ClientIP", "127.0.0.1:1003", NULL);
    say(&d, 13, CONNECTIONS, 1149, "@activity", "{A}", "Param1", "alice", "Param3", "127.0.0.1", NULL);
    say(&d, 14, CONNECTIONS, 1149, "@activity", "{B}", "Param1", "bob", "Param3", "127.0.0.1", NULL);
    struct seen x = look(&d);
    assert_int_equal(x.r->n, 2);
    is_text(x.r->items[0].user, "alice");
    assert_true(x.r->segments[0].port == 1001 && x.r->segments[1].port == 1002);
    done(&x);
}

static void exports_lose_activities(void **state)
{
    (void)state;
    static struct day d;
    d = (struct day){.n = 0}; /* an export that lost the activities */
    say(&d, 10, RDP_CORE, 131, "ConnType", "TCP", "ClientIP", "127.0.0.1:49274", NULL);
    say(&d, 11, RDP_CORE, 104, "TimezoneBiasHour", "-9", NULL);
    say(&d, 12, CONNECTIONS, 1149, "Param1", "alice@corp.example", "Param3", "127.0.0.1", NULL);
    say(&d, 14, SESSIONS, 21, "User", "CORP\\alice", "SessionID", "2", "Address", "127.0.0.1", NULL);
    say(&d, 90, RDP_CORE, 102, NULL);
    say(&d, 200, RDP_CORE, 131, "ConnType", "TCP", "ClientIP", "10.0.0.7:2000", NULL);
    struct seen x = look(&d);
    assert_int_equal(x.r->n, 1);
    assert_true(x.r->segments[0].port == 49274 && x.r->segments[0].zone == -540);
    ends_at(&x.r->segments[0], 90);
    done(&x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_session_in_two_segments),
        cmocka_unit_test(seconds_and_their_order_do_not_matter),
        cmocka_unit_test(shuffled_events_tell_the_same),
        cmocka_unit_test(each_event_alone),
        cmocka_unit_test(the_console_and_scans_are_none),
        cmocka_unit_test(console_and_rdp_stay_apart),
        cmocka_unit_test(local_beside_a_connection_is_rdp),
        cmocka_unit_test(an_own_address_is_loopback),
        cmocka_unit_test(two_users_at_once_are_two_sessions),
        cmocka_unit_test(what_is_far_apart_is_not_linked),
        cmocka_unit_test(somebody_takes_a_session_over),
        cmocka_unit_test(numbers_are_used_again),
        cmocka_unit_test(machines_go_down),
        cmocka_unit_test(an_open_session_lasts_to_its_last_event),
        cmocka_unit_test(reasons_end_softly),
        cmocka_unit_test(security_alone),
        cmocka_unit_test(logs_begin_in_the_middle),
        cmocka_unit_test(passwords_are_tried),
        cmocka_unit_test(connections_without_a_logon),
        cmocka_unit_test(a_flood_hides_nothing),
        cmocka_unit_test(what_had_ended_carried_nothing),
        cmocka_unit_test(activities_link_exactly),
        cmocka_unit_test(exports_lose_activities),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
