/* SPDX-License-Identifier: Apache-2.0 */
/* Heads of syslog in every spelling, and whole logs inside them. Stamps: date -u -d '...' +%s. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/when.h"
#include "format/format.h"

#define NATIVE "1795295972.108     24 10.0.0.1 TCP_MISS/200 9712 GET http://h/ - HIER_DIRECT/10.9.9.9 text/html"

static const struct {
    const char *head, *tag;
    int64_t ms;            /* -1: no stamp */
    bool has_year;
    int tz;
} heads[] = {
    {"Nov 21 21:19:32 px squid[811]: ", "squid", 91228772000, false, WHEN_NONE_MINUTES},
    {"<134>Nov 21 21:19:32 px squid[811]: ", "squid", 91228772000, false, WHEN_NONE_MINUTES},
    {"Nov  1 01:02:03 px (squid-1): ", "squid", 89427723000, false, WHEN_NONE_MINUTES},
    {"Nov  1 01:02:03.123456 10.0.0.9 (squid-12)[4711]: ", "squid", 89427723000, false, WHEN_NONE_MINUTES},
    {"Feb 29 00:00:00 px /usr/sbin/squid[1]: ", "/usr/sbin/squid", 68169600000, false, WHEN_NONE_MINUTES},
    {"Nov 21 2026 21:19:32 px squid: ", "squid", 1795295972000, true, WHEN_NONE_MINUTES},
    {"<134>Nov 21 21:19:32 squid: ", "squid", 91228772000, false, WHEN_NONE_MINUTES},
    {"<134>Nov 21 21:19:32 px ", "", 91228772000, false, WHEN_NONE_MINUTES},
    {"2026-11-21T21:19:32.108+09:00 px squid[811]: ", "squid", 1795263572108, true, 540},
    {"<14>2026-11-21T21:19:32Z px squid: ", "squid", 1795295972000, true, 0},
    {"<134>1 2026-11-21T21:19:32.108Z px squid 811 - - ", "squid", 1795295972108, true, 0},
    {"<134>1 2026-11-21T21:19:32.108Z px (squid-1) 811 ID47 [a@1 b=\"x]\\\"] y\"][c@1] \xef\xbb\xbf", "squid", 1795295972108, true, 0},
    {"<134>1 - - - - - - ", "", -1, false, WHEN_NONE_MINUTES},
};

static void heads_are_peeled(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(heads); i++) {
        char line[400];
        int n = snprintf(line, sizeof line, "%s%s", heads[i].head, NATIVE);
        struct peeled p;
        if (!envelope_peel(ENVELOPE_SYSLOG, span_of(line, (size_t)n), NULL, &p))
            fail_msg("no head: %s", heads[i].head);
        if (!span_eq(p.line, SPAN(NATIVE)) || !span_eq(p.tag, span_str(heads[i].tag)))
            fail_msg("%s: tag \"%.*s\", inside \"%.*s\"", heads[i].head, (int)p.tag.n, p.tag.p, (int)p.line.n, p.line.p);
        assert_int_equal(p.has_time, heads[i].ms >= 0);
        assert_int_equal(p.has_year, heads[i].has_year);
        if (p.has_time)
            assert_int_equal(p.ms, heads[i].ms);
        assert_int_equal(p.tz_minutes, heads[i].tz);
    }
}

static void what_is_no_head_stays(void **state)
{
    (void)state;
    static const char *const lines[] = {
        NATIVE, "", "<", "<134>", "<1344>Nov 21 21:19:32 px squid: x", "<192>Nov 21 21:19:32 px squid: x",
        "Nov 31 21:19:32 px squid: x", "Foo 21 21:19:32 px squid: x", "Nov 21 25:19:32 px squid: x", "Nov 21 21:19:3",
        "10.0.0.1 - - [21/Nov/2026:21:19:32 +0900] \"GET http://h/ HTTP/1.1\" 200 9712 TCP_MISS:HIER_DIRECT",
        "2026-11-21 21:19:32 10.0.0.1 http://h/", "<134>1 2026-11-21T21:19:32Z px squid 1 - [a b=\"c\" x",
        "<134>1 2026-11-21T21:19:32Z px squid", "Nov 21 21:19:32x",
    };
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        struct peeled p;
        if (envelope_peel(ENVELOPE_SYSLOG, span_str(lines[i]), NULL, &p))
            fail_msg("a head: %s", lines[i]);
        assert_true(span_eq(p.line, span_str(lines[i])));
    }
}

/* A stamp is of the latest year in which it is not in the future; 29 February needs a leap year. */
static void years_are_the_latest_possible(void **state)
{
    (void)state;
    assert_int_equal(envelope_year(91228772000, 1795392000000), 1795295972000);  /* as of 23 Nov 2026: 21 Nov 2026 */
    assert_int_equal(envelope_year(94694399000, 1795392000000), 1767225599000);  /* 31 Dec 23:59:59: 2025 */
    assert_int_equal(envelope_year(68169600000, 1795392000000), 1709164800000);  /* 29 Feb: 2024 */
}

struct fixture {
    arena a;
    struct format_options options;
    struct layout layout;
    struct format_refusal refusal;
    span lines[40];
    size_t n;
};

static int setup(void **state)
{
    struct fixture *f = mem_alloc(sizeof *f);
    f->options.tz_minutes = WHEN_NONE_MINUTES;
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    arena_free(&f->a);
    mem_free(f);
    return 0;
}

static fault recognise(struct fixture *f, const char *text)
{
    f->n = 0;
    for (span rest = span_str(text); rest.n;) {
        cut c = span_cut(rest, '\n');
        f->lines[f->n++] = c.head;
        rest = c.found ? c.tail : (span){NULL, 0};
    }
    return format_recognise(&f->a, &f->options, f->lines, f->n, &f->layout, &f->refusal);
}

static const char mixed[] =
    "Nov 21 21:19:30 px sshd[9]: Accepted publickey for ops from 10.0.0.9 port 50122 ssh2\n"
    "Nov 21 21:19:31 px sshd[9]: Disconnected from user ops 10.0.0.9 port 50122\n"
    "Nov 21 21:19:31 px sshd[10]: Connection closed by 10.0.0.9 port 50124\n"
    "Nov 21 21:19:32 px (squid-1): " NATIVE "\n"
    "Nov 21 21:19:32 px (squid-2): " NATIVE "\n"
    "Nov 21 21:19:33 px (squid-1): half a r\n"
    "Nov 21 21:19:33 px kernel: [  12.3] eth0: link up\n"
    "Nov 21 21:19:34 --- last message repeated 2 times ---\n"
    "\n"
    NATIVE "\n";

/* The proxy's lines are read though another program wrote more; others' are skipped; broken ones are bad. */
static void one_program_among_others(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(recognise(f, mixed).kind, FAULT_NONE);
    assert_true(span_eq(f->layout.name, SPAN("squid")));
    assert_int_equal(f->layout.envelope.tag_n, 1);
    static const enum row_fate want[] = {ROW_SKIPPED, ROW_SKIPPED, ROW_SKIPPED, ROW_EVENT, ROW_EVENT, ROW_BAD,
                                         ROW_SKIPPED, ROW_SKIPPED, ROW_SKIPPED, ROW_EVENT};
    for (size_t i = 0; i < f->n; i++) {
        event e;
        if (format_row(&f->layout, f->lines[i], &f->a, &e) != want[i])
            fail_msg("line %zu: not %d", i + 1, want[i]);
        if (want[i] == ROW_EVENT) /* its own stamp, not the head's */
            assert_int_equal(e.at[FIELD_TIME].ms, 1795295972108);
    }
}

/* A web server's rows beside the proxy's are no contacts of the proxy, although a known layout takes them. */
static void a_web_server_beside_it_is_skipped(void **state)
{
    struct fixture *f = *state;
    static const char web[] = "Nov 21 21:19:33 px httpd: 10.0.0.1 - - [21/Nov/2026:21:19:32 +0900] \"GET / HTTP/1.1\" 200 97";
    char text[1000];
    (void)snprintf(text, sizeof text, "%s\n%s%s\n%s%s\n", web, heads[0].head, NATIVE, heads[0].head, NATIVE);
    assert_int_equal(recognise(f, text).kind, FAULT_NONE);
    event e;
    assert_true(span_eq(f->layout.name, SPAN("squid")));
    assert_int_equal(format_row(&f->layout, f->lines[0], &f->a, &e), ROW_SKIPPED);
    assert_int_equal(format_row(&f->layout, f->lines[1], &f->a, &e), ROW_EVENT);
}

/* Where the layout has no time the head's stamp is the time; it needs a year from somewhere. */
static void a_layout_without_a_time(void **state)
{
    struct fixture *f = *state;
    event e;
    f->options.logformat = SPAN("%>a %Ss/%03>Hs %<st %rm %ru");
    assert_int_equal(recognise(f, "10.0.0.1 TCP_MISS/200 5 GET http://h/").kind, FAULT_USAGE);
    static const char old[] = "Nov 21 21:19:32 px squid: 10.0.0.1 TCP_MISS/200 5 GET http://h/";
    fault bad = recognise(f, old);
    assert_int_equal(bad.kind, FAULT_CORRUPT);
    assert_true(span_find(f->refusal.tried[0].why, SPAN("--as-of")) != SIZE_MAX);
    f->options.as_of = 1795392000000;
    f->options.tz_minutes = 540;
    assert_int_equal(recognise(f, old).kind, FAULT_NONE);
    assert_int_equal(format_row(&f->layout, f->lines[0], &f->a, &e), ROW_EVENT);
    assert_int_equal(e.at[FIELD_TIME].ms, 1795263572000); /* 21:19:32 +0900 */
    assert_true(f->layout.gives & FIELD_BIT(TIME));
    assert_false(f->layout.tz_in_stamp);
    f->options.as_of = 0;
    assert_int_equal(recognise(f, "2026-11-21T21:19:32.108+09:00 px squid: 10.0.0.1 TCP_MISS/200 5 GET http://h/").kind, FAULT_NONE);
    assert_int_equal(format_row(&f->layout, f->lines[0], &f->a, &e), ROW_EVENT);
    assert_int_equal(e.at[FIELD_TIME].ms, 1795263572108);
    assert_int_equal(format_row(&f->layout, SPAN("10.0.0.1 TCP_MISS/200 5 GET http://h/"), &f->a, &e), ROW_BAD);
}

static void a_syslog_without_a_proxy_is_refused(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(recognise(f, "Nov 21 21:19:30 px sshd[9]: Accepted publickey for ops from 10.0.0.9 port 50122 ssh2\n"
                                  "Nov 21 21:19:33 px kernel: [  12.3] eth0: link up\n").kind, FAULT_CORRUPT);
    assert_true(f->refusal.n > 0);
}

#define with_fixture(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heads_are_peeled),
        cmocka_unit_test(what_is_no_head_stays),
        cmocka_unit_test(years_are_the_latest_possible),
        with_fixture(one_program_among_others),
        with_fixture(a_web_server_beside_it_is_skipped),
        with_fixture(a_layout_without_a_time),
        with_fixture(a_syslog_without_a_proxy_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
