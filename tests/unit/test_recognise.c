/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/when.h"
#include "format/format.h"
#include "format/product.h"

enum { LINES_MAX = 4000, TEXT_MAX = 1 << 20 };

struct fixture {
    arena a;
    struct format_options options;
    span lines[LINES_MAX];
    size_t n;
    struct layout layout;
    struct format_refusal refusal;
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

static void take_lines(struct fixture *f, span text)
{
    f->n = 0;
    while (text.n && f->n < LINES_MAX) {
        cut c = span_cut(text, '\n');
        f->lines[f->n++] = c.head;
        text = c.found ? c.tail : (span){NULL, 0};
    }
}

static fault recognise(struct fixture *f)
{
    return format_recognise(&f->a, &f->options, f->lines, f->n, &f->layout, &f->refusal);
}

static void expect_name(struct fixture *f, const char *text, const char *name)
{
    take_lines(f, span_str(text));
    fault bad = recognise(f);
    if (bad.kind)
        fail_msg("%s: %s", name, bad.text);
    if (!span_eq(f->layout.name, span_str(name)))
        fail_msg("%.*s, not %s", (int)f->layout.name.n, f->layout.name.p, name);
}

static void one_line_is_enough(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; format_product_at(i); i++)
        for (size_t v = 0; v < PRODUCT_VARIANTS_MAX && format_product_at(i)->variants[v].definition; v++) {
            expect_name(f, format_product_at(i)->variants[v].example, format_product_at(i)->name);
            assert_true(span_eq(f->layout.definition, span_str(format_product_at(i)->variants[v].definition)));
            assert_true(f->layout.fit == 1.0 && f->layout.n > 1);
            assert_int_equal(f->layout.tz_minutes, f->layout.tz_in_stamp ? 0 : WHEN_NONE_MINUTES);
        }
}

static const char native[] = "1795295972.108     24 10.0.0.1 TCP_MISS/200 9712 GET http://h/ - HIER_DIRECT/10.9.9.9 text/html";
static const char squid_common[] = "10.0.0.1 - - [21/Nov/2026:21:19:32 +0900] \"GET http://h/ HTTP/1.1\" 200 9712 TCP_MISS:HIER_DIRECT";

/* A log whose layout changes midway is read whole, whichever layout came first. */
static void a_line_that_fails_is_tried_on_the_others(void **state)
{
    struct fixture *f = *state;
    char text[600];
    for (int turn = 0; turn < 2; turn++) {
        (void)snprintf(text, sizeof text, "%s\n%s\n%s\n", turn ? native : squid_common, turn ? native : squid_common,
                       turn ? squid_common : native);
        expect_name(f, text, turn ? "squid" : "common");
        event e;
        for (size_t i = 0; i < f->n; i++)
            assert_int_equal(format_row(&f->layout, f->lines[i], &f->a, &e), ROW_EVENT);
        assert_int_equal(event_has(&e, FIELD_DURATION), !turn);
    }
}

static void lines_without_an_event_are_skipped(void **state)
{
    struct fixture *f = *state;
    expect_name(f, native, "squid");
    event e;
    assert_int_equal(format_row(&f->layout, SPAN(""), &f->a, &e), ROW_SKIPPED);
    assert_int_equal(format_row(&f->layout, SPAN(" \t "), &f->a, &e), ROW_SKIPPED);
    assert_int_equal(format_row(&f->layout, SPAN("# a comment"), &f->a, &e), ROW_SKIPPED);
    assert_int_equal(format_row(&f->layout, SPAN("Nov 21 00:00:00 px newsyslog[9]: logfile turned over"), &f->a, &e), ROW_SKIPPED);
    assert_int_equal(format_row(&f->layout, SPAN("half a li"), &f->a, &e), ROW_BAD);
    assert_int_equal(format_row(&f->layout, SPAN("\0\0\0\0"), &f->a, &e), ROW_BAD);
}

/* Two counters where `squid` has one: every column fits but the method, and that decides. */
static void a_longer_layout_is_not_taken_for_a_shorter(void **state)
{
    struct fixture *f = *state;
    static const char longer[] = "1795295972.108     24 10.0.0.1 TCP_MISS/200 245 9712 GET http://h/ - HIER_DIRECT/10.9.9.9 text/html";
    take_lines(f, SPAN(longer));
    fault bad = recognise(f);
    assert_true(bad.kind == FAULT_CORRUPT || f->layout.is_inferred);
    expect_name(f, native, "squid");
    event e;
    assert_int_equal(format_row(&f->layout, SPAN(longer), &f->a, &e), ROW_BAD);
    static const char odd[] = "1795295972.108     24 10.0.0.1 TCP_MISS/200 97x12 G3T http://h/ - HIER_DIRECT/10.9.9.9 text/html";
    assert_int_equal(format_row(&f->layout, SPAN(odd), &f->a, &e), ROW_EVENT); /* the recognised plan may hold junk */
    assert_int_equal(event_state(&e, FIELD_BYTES_IN), STATE_ABSENT);
    assert_true(span_eq(event_text(&e, FIELD_METHOD), SPAN("G3T")));
    expect_name(f, squid_common, "common");
    assert_int_equal(format_row(&f->layout, SPAN(odd), &f->a, &e), ROW_BAD); /* another's must fit altogether */
    assert_int_equal(format_row(&f->layout, SPAN(native), &f->a, &e), ROW_EVENT);
}

static void a_broken_log_is_read_in_part(void **state)
{
    struct fixture *f = *state;
    char text[2000];
    (void)snprintf(text, sizeof text, "%s\n%s\nbroken\nbroken\nbroken\n", native, native);
    expect_name(f, text, "squid");
    assert_true(f->layout.fit > 0.39 && f->layout.fit < 0.41);
}

static void what_is_no_proxy_log_is_refused(void **state)
{
    struct fixture *f = *state;
    static const char *const others[] = {
        "Nov 21 21:19:32 gate sshd[811]: Accepted publickey for ops from 10.0.0.9 port 50122 ssh2\n"
        "Nov 21 21:19:40 gate sshd[811]: Disconnected from user ops 10.0.0.9 port 50122\n",
        "Please read this file first.\nIt says 200 things about 10 GET requests, none of them a log.\n",
        "time,client,bytes\n1,2,3\n",
        "{\"time\":1795295972,\"client\":\"10.0.0.1\"}\n",
        "\x7f""ELF\x02\x01\x01\n\0\0\n",
    };
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        take_lines(f, span_str(others[i]));
        fault bad = recognise(f);
        assert_int_equal(bad.kind, FAULT_CORRUPT);
        assert_true(f->refusal.n >= 1);
        const size_t last = f->refusal.n - 1; /* the guess; whatever else is named took some lines */
        assert_true(span_eq(f->refusal.tried[last].name, SPAN("inferred")) && f->refusal.tried[last].why.n > 10);
    }
    take_lines(f, SPAN("\n\n"));
    assert_int_equal(recognise(f).kind, FAULT_CORRUPT);
}

static void zones_are_told_when_there_is_one(void **state)
{
    struct fixture *f = *state;
    expect_name(f, squid_common, "common");
    assert_true(f->layout.tz_in_stamp);
    assert_int_equal(f->layout.tz_minutes, 540);
    char text[600];
    (void)snprintf(text, sizeof text, "%s\n%s\n", squid_common,
                   "10.0.0.1 - - [21/Nov/2026:21:19:32 +0000] \"GET http://h/ HTTP/1.1\" 200 9712 TCP_MISS:HIER_DIRECT");
    expect_name(f, text, "common");
    assert_int_equal(f->layout.tz_minutes, WHEN_NONE_MINUTES);
    f->options.logformat = SPAN("%{%Y-%m-%d %H:%M:%S}tl %>a %ru");
    f->options.tz_minutes = 540;
    expect_name(f, "2026-11-21 21:19:32 10.0.0.1 http://h/", "logformat");
    assert_false(f->layout.tz_in_stamp);
    event e;
    assert_int_equal(format_row(&f->layout, f->lines[0], &f->a, &e), ROW_EVENT);
    assert_int_equal(e.at[FIELD_TIME].ms, 1795263572000); /* date -u -d '2026-11-21 21:19:32 +0900' +%s */
}

static void options_force_a_layout(void **state)
{
    struct fixture *f = *state;
    f->options.format = SPAN("Squid");
    expect_name(f, native, "squid");
    assert_int_equal(f->layout.n, 2); /* with and without log_mime_hdrs */
    take_lines(f, SPAN(squid_common));
    fault bad = recognise(f);
    assert_int_equal(bad.kind, FAULT_CORRUPT);
    assert_int_equal(f->refusal.n, 2);
    f->options.format = SPAN("nosuch");
    bad = recognise(f);
    assert_int_equal(bad.kind, FAULT_USAGE);
    assert_true(span_find(span_str(bad.text), SPAN("'konseki formats' lists them")) != SIZE_MAX);
    f->options.format = (span){NULL, 0};
    f->options.logformat = SPAN("%ts %zz");
    bad = recognise(f);
    assert_int_equal(bad.kind, FAULT_USAGE);
    assert_true(span_find(span_str(bad.text), SPAN("column 5")) != SIZE_MAX);
    f->options.logformat = SPAN("logformat mine %ts.%03tu|%>a|%ru");
    expect_name(f, "1795295972.108|10.0.0.1|http://h/", "logformat");
}

static void a_squid_conf_brings_its_own(void **state)
{
    struct fixture *f = *state;
    f->options.squid_conf = SPAN("logformat mine %ts.%03tu|%>a|%>st|%<st|%rm|%ru\naccess_log /var/log/a mine\n");
    expect_name(f, "1795295972.108|10.0.0.1|5|6|GET|http://h/", "mine");
    expect_name(f, native, "squid");
    event e;
    assert_int_equal(format_row(&f->layout, SPAN("1795295972.108|10.0.0.1|5|6|GET|http://h/"), &f->a, &e), ROW_EVENT);
    assert_int_equal(e.at[FIELD_BYTES_OUT].number, 5);
}

/* Several access_log lines to one file: every row is read, whichever layout has most of them, by content and by conf. */
static void several_layouts_in_one_file(void **state)
{
    struct fixture *f = *state;
    static const char mine[] = "1795295972.108|10.0.0.1|5|6|GET|http://h/", other[] = "21/Nov/2026:21:19:32 +0000 10.0.0.2 http://h/b \"x\"";
    static const char *const rows[] = {mine, squid_common, other, native, mine, other, squid_common, native, native, mine};
    char text[2000];
    size_t used = 0;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s\n", rows[i]);
    f->options.squid_conf = SPAN("logformat mine %ts.%03tu|%>a|%>st|%<st|%rm|%ru\nlogformat other %tl %>a %ru \"%{User-Agent}>h\"\n"
                                 "access_log stdio:/var/log/a mine\naccess_log stdio:/var/log/a other\naccess_log stdio:/var/log/a squid\n");
    take_lines(f, span_str(text));
    assert_int_equal(recognise(f).kind, FAULT_NONE);
    for (size_t i = 0; i < f->n; i++) {
        event e;
        if (format_row(&f->layout, f->lines[i], &f->a, &e) != ROW_EVENT)
            fail_msg("bad: %s", rows[i]);
        assert_int_equal(e.at[FIELD_TIME].ms / 1000, rows[i] == squid_common ? 1795263572 : 1795295972);
        assert_int_equal(event_has(&e, FIELD_BYTES_OUT), rows[i] == mine);
        assert_int_equal(event_has(&e, FIELD_AGENT), rows[i] == other);
    }
}

/* The file's text in `buffer`; {NULL,0} where it is not there. */
static span read_shared(const char *path, char *buffer)
{
    FILE *in = fopen(path, "rb");
    if (!in) {
        print_message("skipped: %s is not here\n", path);
        return (span){NULL, 0};
    }
    size_t n = fread(buffer, 1, TEXT_MAX, in);
    (void)fclose(in);
    return span_of(buffer, n);
}

/* Real logs, some broken on purpose; events and bad lines counted by eye or with grep. */
static void real_logs(void **state)
{
    struct fixture *f = *state;
    static const struct { const char *path, *name; size_t events, bad; } logs[] = {
        {"squid/MKapustin_test_access_log.log", "squid", 9, 0}, {"squid/SPLcli_access.log", "squid", 3, 0},
        {"squid/SPLcli_access_wrong.log", "squid", 3, 5},       {"squid/SPLcli_access_wrong2.log", "squid", 3, 2},
        {"squid/dodancs_1eps.txt", "squid", 3, 0},              {"squid/metron_docker_SquidExampleOutput.txt", "squid", 5, 0},
        {"squid/netdata_generated_access.log", "squid", 484, 16}, {"apache-nginx/lnav_access_log.0.log", "combined", 3, 0},
        {"apache-nginx/lnav_bad_access_log.0.log", "combined", 2, 1},
        {"apache-nginx/lnav_shop_access_log.0.log", "nginx", 1000, 0}, {"other/OpenSSH_2k.log", NULL, 0, 0},
        {"apache-nginx/lnav_syslog_with_access_log.0.log", NULL, 0, 0},
    };
    char *buffer = mem_alloc(TEXT_MAX), path[200];
    for (size_t i = 0; i < COUNT_OF(logs); i++) {
        (void)snprintf(path, sizeof path, SHARED_DATA "/a-proxy-logs/%s", logs[i].path);
        span text = read_shared(path, buffer);
        if (!text.p)
            continue;
        take_lines(f, text);
        fault bad = recognise(f);
        assert_int_equal(bad.kind, logs[i].name ? FAULT_NONE : FAULT_CORRUPT);
        if (bad.kind)
            continue;
        assert_true(span_eq(f->layout.name, span_str(logs[i].name)));
        size_t fates[3] = {0};
        event e;
        for (size_t k = 0; k < f->n; k++)
            fates[format_row(&f->layout, f->lines[k], &f->a, &e)]++;
        assert_int_equal(fates[ROW_EVENT], logs[i].events);
        assert_int_equal(fates[ROW_BAD], logs[i].bad);
    }
    mem_free(buffer);
}

#define with_fixture(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_fixture(one_line_is_enough),
        with_fixture(a_line_that_fails_is_tried_on_the_others),
        with_fixture(several_layouts_in_one_file),
        with_fixture(lines_without_an_event_are_skipped),
        with_fixture(a_longer_layout_is_not_taken_for_a_shorter),
        with_fixture(a_broken_log_is_read_in_part),
        with_fixture(what_is_no_proxy_log_is_refused),
        with_fixture(zones_are_told_when_there_is_one),
        with_fixture(options_force_a_layout),
        with_fixture(a_squid_conf_brings_its_own),
        with_fixture(real_logs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
