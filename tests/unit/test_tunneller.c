/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "windows/tunneller.h"
#include "windows_day.h"

#define PLINK "C:\\Users\\Public\\plink.exe"
#define PLINK_DEVICE "\\device\\harddiskvolume2\\users\\public\\plink.exe"

static void wfp(struct day *d, double at, const char *program, const char *pid, const char *from, const char *from_port, const char *to,
                const char *to_port)
{
    say(d, at, SECURITY, 5156, "Application", program, "ProcessID", pid, "Direction", "%%14593", "SourceAddress", from, "SourcePort", from_port,
        "DestAddress", to, "DestPort", to_port, "Protocol", "6", NULL);
}

static void started(struct day *d, double at, const char *program, const char *pid, const char *line)
{
    say(d, at, SECURITY, 4688, "NewProcessName", program, "NewProcessId", pid, "CommandLine", line, "ProcessId", "0x10", NULL);
}

/* A session at 1000 s whose client has port 49274. */
static void session(struct day *d)
{
    say(d, 1000, RDP_CORE, 131, "@activity", "{A}", "ConnType", "TCP", "ClientIP", "127.0.0.1:49274", NULL);
    say(d, 1002, SESSIONS, 21, "User", "alice", "SessionID", "2", "Address", "127.0.0.1", NULL);
    say(d, 1600, SESSIONS, 24, "User", "alice", "SessionID", "2", "Address", "127.0.0.1", NULL);
}

struct seen { arena a; struct windows_store *s; struct rdp_sessions *r; const struct tunneller *t; };

static struct seen look(struct day *d, unsigned shuffle)
{
    static const struct endpoint proxy = {{"10.0.0.1", 8}, 8080};
    struct seen x = {.s = day_store(d, shuffle)};
    struct computers *c = computers_new(&x.a, x.s, NULL, NULL, 0);
    x.r = rdp_sessions_new(&x.a, x.s, c);
    x.t = tunnellers_new(&x.a, x.s, c, x.r, clocks_new(&x.a, x.s, c, NULL, 0, &proxy, 1));
    if (x.r->segment_n != 1)
        fail_msg("%zu segments", x.r->segment_n);
    return x;
}

static void done(struct seen *x)
{
    windows_store_free(x->s);
    arena_free(&x->a);
}

static void is_text(span s, const char *text)
{
    if (!span_eq(s, span_str(text)))
        fail_msg("\"%.*s\" is not \"%s\"", (int)s.n, s.p ? s.p : "", text);
}

/* As in recordings: the attacker names other addresses of loopback, 5156 has device paths, Windows' own end is there too. */
static void the_port_names_the_process(void **state)
{
    (void)state;
    static struct day d;
    for (unsigned shuffle = 0; shuffle < 12; shuffle++) {
        d = (struct day){.n = 0};
        session(&d);
        started(&d, 100, PLINK, "0x4d2", "plink.exe -N old");
        wfp(&d, 110, PLINK_DEVICE, "1234", "10.0.0.5", "50111", "10.0.0.1", "8080"); /* of the one before, with its number */
        started(&d, 500, PLINK, "0x4d2", "plink.exe 10.0.2.18 -P 80 -C -R 127.0.0.3:4444:127.0.0.2:3389");
        started(&d, 1200, PLINK, "0x4d2", "plink.exe later");
        wfp(&d, 510, PLINK_DEVICE, "1234", "10.0.0.5", "51000", "10.0.0.1", "8080");
        wfp(&d, 999.9, PLINK_DEVICE, "1234", "127.0.0.1", "49274", "127.0.0.2", "3389");
        say(&d, 999.9, SECURITY, 5156, "Application", "System", "ProcessID", "4", "Direction", "%%14592", "SourceAddress", "127.0.0.2",
            "SourcePort", "3389", "DestAddress", "127.0.0.1", "DestPort", "49274", "Protocol", "6", NULL);
        wfp(&d, 1000, "C:\\other.exe", "77", "127.0.0.1", "49275", "127.0.0.1", "3389");
        wfp(&d, 700, "C:\\other.exe", "77", "10.0.0.5", "51001", "10.0.0.1", "8080");
        struct seen x = look(&d, shuffle);
        const struct tunneller *t = x.t;
        assert_true(t->by == TUNNELLER_BY_PORT && t->pid == 1234 && t->candidates == 1 && t->distance == 100);
        is_text(t->process, PLINK_DEVICE);
        is_text(t->command_line, "plink.exe 10.0.2.18 -P 80 -C -R 127.0.0.3:4444:127.0.0.2:3389");
        assert_true(command_forwards(t->command) && strcmp(t->command.tool, "plink") == 0);
        assert_int_equal(t->outside_n, 1);
        assert_ptr_equal(t->carrier, &t->outside[0]);
        assert_true(t->carrier->is_proxy && t->carrier->local_port == 51000 && t->carrier->port == 8080);
        done(&x);
    }
}

/* The listener may have another port. */
static void the_port_counts_whatever_the_listener(void **state)
{
    (void)state;
    static struct day d;
    d = (struct day){.n = 0};
    session(&d);
    wfp(&d, 1000, PLINK, "1234", "127.0.0.1", "49274", "127.0.0.1", "13389");
    wfp(&d, 5000, "C:\\x.exe", "99", "127.0.0.1", "49274", "127.0.0.1", "80");
    struct seen x = look(&d, 0);
    assert_true(x.t->by == TUNNELLER_BY_PORT && x.t->pid == 1234 && !x.t->started && !x.t->carrier);
    done(&x);
}

static void time_is_a_weaker_match(void **state)
{
    (void)state;
    static struct day d;
    for (int way = 0; way < 2; way++) {
        d = (struct day){.n = 0};
        session(&d);
        wfp(&d, 990 - 0.001 * way, PLINK, "1234", "127.0.0.1", "40000", "127.0.0.1", "3389");
        wfp(&d, 1000, "C:\\Windows\\System32\\svchost.exe", "900", "127.0.0.1", "40001", "127.0.0.1", "3389");
        wfp(&d, 1000, "System", "4", "127.0.0.1", "40002", "127.0.0.1", "3389");
        wfp(&d, 1000, "C:\\y.exe", "5", "127.0.0.1", "40003", "127.0.0.1", "445");
        struct seen x = look(&d, 0);
        assert_int_equal(x.t->by, way ? TUNNELLER_NONE : TUNNELLER_BY_TIME);
        assert_true(way || (x.t->pid == 1234 && x.t->candidates == 1 && x.t->distance == 10000));
        done(&x);
    }
}

static void a_command_line_is_the_weakest(void **state)
{
    (void)state;
    static struct day d;
    d = (struct day){.n = 0};
    session(&d);
    started(&d, 300, "C:\\a\\svc.exe", "0x20", "svc.exe -N -R 4444:localhost:3389 u@203.0.113.9");
    started(&d, 400, "C:\\notepad.exe", "0x21", "notepad.exe 3389.txt");
    started(&d, 1100, "C:\\a\\ngrok.exe", "0x22", "ngrok tcp 3389");
    wfp(&d, 310, "C:\\a\\svc.exe", "32", "10.0.0.5", "51000", "203.0.113.9", "443");
    struct seen x = look(&d, 0);
    assert_true(x.t->by == TUNNELLER_BY_COMMAND && x.t->pid == 32 && !x.t->connection && x.t->candidates == 1);
    assert_true(x.t->carrier && !x.t->carrier->is_proxy && x.t->carrier->port == 443);
    assert_int_equal(x.t->distance, 700000);
    done(&x);
}

/* ssh lets another program speak to the proxy. */
static void children_go_outside(void **state)
{
    (void)state;
    static struct day d;
    d = (struct day){.n = 0};
    session(&d);
    say(&d, 500, SYSMON, 1, "Image", "C:\\ssh.exe", "ProcessId", "1234", "CommandLine", "ssh -R 1:localhost:3389 h", NULL);
    say(&d, 501, SYSMON, 1, "Image", "C:\\connect.exe", "ProcessId", "1300", "ParentProcessId", "1234", "CommandLine", "connect", NULL);
    wfp(&d, 502, "C:\\connect.exe", "1300", "10.0.0.5", "51000", "10.0.0.1", "8080");
    wfp(&d, 1000, "C:\\ssh.exe", "1234", "127.0.0.1", "49274", "127.0.0.1", "3389");
    struct seen x = look(&d, 0);
    assert_true(x.t->by == TUNNELLER_BY_PORT && x.t->carrier && x.t->carrier->local_port == 51000);
    done(&x);
}

/* The number was another program's before, and connections are many: the one to the proxy before the session stays. */
static void the_carrier_stays_among_many(void **state)
{
    (void)state;
    static struct day d;
    static char ports[60][8];
    d = (struct day){.n = 0};
    session(&d);
    wfp(&d, 50, "C:\\browser.exe", "1234", "10.0.0.5", "50999", "10.0.0.1", "8080");
    started(&d, 100, PLINK, "0x4d2", "plink.exe -R 1:localhost:3389 h");
    wfp(&d, 101, PLINK, "1234", "10.0.0.5", "51000", "10.0.0.1", "8080");
    for (int i = 0; i < 60; i++) {
        snprintf(ports[i], sizeof ports[i], "%d", 52000 + i);
        wfp(&d, 110 + 20 * i, PLINK, "1234", "10.0.0.5", ports[i], "198.51.100.1", "443");
    }
    wfp(&d, 1000, PLINK, "1234", "127.0.0.1", "49274", "127.0.0.1", "3389");
    struct seen x = look(&d, 0);
    assert_int_equal(x.t->outside_n, TUNNELLER_OUTSIDE_MAX);
    assert_true(x.t->carrier->local_port == 51000 && x.t->carrier->is_proxy);
    for (size_t i = 1; i < x.t->outside_n; i++)
        assert_true(x.t->outside[i - 1].time <= x.t->outside[i].time);
    assert_int_equal(x.t->outside[7].time - DAY_START, 1070000); /* 1010, 1030, 1050, 1070: the first ones in it */
    done(&x);
}

static void ordinary_sessions_have_none(void **state)
{
    (void)state;
    static struct day d;
    d = (struct day){.n = 0};
    say(&d, 1000, CONNECTIONS, 1149, "Param1", "alice", "Param3", "198.51.100.7", NULL);
    wfp(&d, 1000, PLINK, "1234", "127.0.0.1", "49274", "127.0.0.1", "3389");
    struct seen x = look(&d, 0);
    assert_int_equal(x.t->by, TUNNELLER_NONE);
    done(&x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_port_names_the_process),
        cmocka_unit_test(the_port_counts_whatever_the_listener),
        cmocka_unit_test(time_is_a_weaker_match),
        cmocka_unit_test(a_command_line_is_the_weakest),
        cmocka_unit_test(children_go_outside),
        cmocka_unit_test(the_carrier_stays_among_many),
        cmocka_unit_test(ordinary_sessions_have_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
