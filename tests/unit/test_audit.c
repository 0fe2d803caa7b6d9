/* SPDX-License-Identifier: Apache-2.0 */
/* The tests that check makes on rows: each fold by itself, joined in pieces, and what is concluded from it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "audit/audit.h"
#include "audit/mend.h"
#include "base/sink.h"
#include "detect/registry.h"
#include "format/format.h"

#include <stdio.h>

static event made(const char *method, const char *client, const char *url)
{
    event e = {.gives = UINT64_MAX};
    event_set_text(&e, FIELD_METHOD, span_str(method));
    event_set_text(&e, FIELD_CLIENT, span_str(client));
    event_set_text(&e, FIELD_URL, span_str(url));
    e.has |= FIELD_BIT(TIME);
    event_derive(&e, STAMP_END);
    return e;
}

static event sized(const char *method, uint64_t out, uint64_t in)
{
    event e = made(method, "10.0.0.1", "http://a.test/");
    event_set_number(&e, FIELD_BYTES_OUT, out);
    event_set_number(&e, FIELD_BYTES_IN, in);
    return e;
}

/* ---- counters ---- */

static void add_sized(struct traffic_fold *f, const char *method, uint64_t out, uint64_t in)
{
    event e = sized(method, out, in);
    traffic_add(f, &e);
}

static void counters_of_headers_are_told(void **state)
{
    (void)state;
    struct traffic_fold f = {0};
    for (int i = 0; i < 2; i++)
        add_sized(&f, "CONNECT", 300, 500000);
    assert_false(traffic_is_header_only(&f)); /* two rows are too few */
    add_sized(&f, "CONNECT", 2048, 100000);
    assert_true(traffic_is_header_only(&f));
    add_sized(&f, "CONNECT", 2049, 100);
    assert_false(traffic_is_header_only(&f));
    assert_int_equal(f.connects, 4);
}

static void swapped_counters_are_told(void **state)
{
    (void)state;
    struct traffic_fold f = {0}, other = {0};
    for (int i = 0; i < 9; i++)
        add_sized(&f, "GET", 900000, 400);
    add_sized(&f, "POST", 900000, 400); /* that is what a POST may do */
    assert_true(traffic_is_swapped(&f));
    add_sized(&other, "GET", 400, 900000);
    traffic_join(&f, &other);
    assert_true(traffic_is_swapped(&f)); /* 9 of 10 */
    traffic_join(&f, &other);
    assert_false(traffic_is_swapped(&f)); /* 9 of 11 */
    assert_int_equal(f.gets_large, 11);
}

/* ---- URLs ---- */

/* A URL of `length` bytes on one of `hosts` hosts, never twice the same. */
static void add_url(struct url_fold *f, size_t length, int host, int number)
{
    char url[512];
    snprintf(url, sizeof url, "http://host%d.test/%06d", host, number);
    for (size_t i = strlen(url); i < length; i++)
        url[i] = 'x';
    url[length] = '\0';
    event e = made("GET", "10.0.0.1", url);
    urls_add(f, &e);
}

static void a_common_limit_is_told(void **state)
{
    (void)state;
    struct url_fold one = {0}, two = {0}, three = {0};
    for (int i = 0; i < 40; i++) {
        add_url(&one, 200, i % 3, i);
        add_url(&two, 200, 0, i);            /* one host's own long names */
        add_url(&three, 100, i % 3, i);      /* short enough to be chance */
    }
    assert_true(urls_are_cut(&one));
    assert_int_equal(one.at_longest, 40);
    assert_false(urls_are_cut(&two));
    assert_false(urls_are_cut(&three));
    add_url(&one, 201, 0, 0);
    assert_false(urls_are_cut(&one));
}

static void urls_join_as_if_read_at_once(void **state)
{
    (void)state;
    struct url_fold whole = {0}, parts[3] = {{0}}, joined = {0};
    for (int i = 0; i < 300; i++) {
        add_url(&whole, 150 + (size_t)(i % 7), i % 5, i);
        add_url(&parts[i % 3], 150 + (size_t)(i % 7), i % 5, i);
    }
    for (int i = 2; i >= 0; i--)
        urls_join(&joined, &parts[i]);
    assert_memory_equal(&whole, &joined, sizeof whole);
}

static void queries_taken_away_are_told(void **state)
{
    (void)state;
    struct url_fold f = {0};
    event bare = made("GET", "10.0.0.1", "http://a.test/b?"), full = made("GET", "10.0.0.1", "http://a.test/b?c");
    for (int i = 0; i < 10; i++)
        urls_add(&f, &bare);
    assert_true(urls_are_stripped(&f));
    urls_add(&f, &full);
    assert_false(urls_are_stripped(&f));
    assert_int_equal(f.marks, 11);
}

/* ---- clients ---- */

static void clients_have_looks(void **state)
{
    (void)state;
    assert_int_equal(people_look(SPAN("10.1.2.3")), LOOK_ADDRESS);
    assert_int_equal(people_look(SPAN("10.1.2.0")), LOOK_MASKED);
    assert_int_equal(people_look(SPAN("10.1.2.10")), LOOK_ADDRESS);
    assert_int_equal(people_look(SPAN("2001:db8:1:2::")), LOOK_MASKED);
    assert_int_equal(people_look(SPAN("pc-17.office.test")), LOOK_NAME);
    assert_int_equal(people_look(SPAN("deadbeefdeadbeef")), LOOK_TOKEN);
    assert_int_equal(people_look(SPAN("deadbeefdeadbee")), LOOK_NAME);
}

static void clients_are_counted_once(void **state)
{
    (void)state;
    struct people_fold a = {0}, b = {0};
    for (int i = 0; i < 1000; i++) {
        char name[32];
        snprintf(name, sizeof name, "10.0.%d.%d", i % 100, i % 10);
        event e = made("GET", name, "http://a.test/");
        people_add(i % 2 ? &a : &b, &e);
    }
    event mapped = made("GET", "::ffff:10.0.0.0", "http://a.test/"); /* 10.0.0.0, spelled differently */
    people_add(&a, &mapped);
    people_join(&a, &b);
    assert_int_equal(a.n, 100);
    assert_int_equal(a.look[LOOK_MASKED], 10);
    assert_true(people_has(&a, SPAN("10.0.17.7")));
    assert_false(people_has(&a, SPAN("10.0.17.8")));
    people_free(&a);
    people_free(&b);
}

/* Beyond the clients that are told apart, who is absent is not known: not "all are there", and not silence. */
static void absence_has_a_limit(void **state)
{
    (void)state;
    arena a = {0};
    struct clients *machines;
    assert_int_equal(clients_read(&a, "pcs.csv", SPAN("10.0.0.1,PC-1"), 0, &machines).kind, FAULT_NONE);
    struct auditing in = {.machines = machines};
    struct audit out = {.views = arena_new(&a, struct view, 1), .view_n = 1, .remarks = arena_new(&a, struct remark, 2), .remark_max = 2};
    audit_absent(&a, &in, &out);
    out.views[0].fold.people.n = PEOPLE_MAX;
    audit_absent(&a, &in, &out);
    assert_int_equal(out.remark_n, 2);
    assert_string_equal(out.remarks[0].id, "absent_clients");
    assert_string_equal(out.remarks[1].id, "clients_unknown");
    arena_free(&a);
}

/* ---- the clock ---- */

static void add_time(struct time_fold *f, uint64_t offset, int64_t seconds)
{
    event e = {.has = FIELD_BIT(TIME)};
    e.at[FIELD_TIME].ms = seconds * 1000;
    times_add(f, offset, &e);
}

/* The steps of these stamps when a block ends behind every `block` rows. */
static struct time_fold stepped(const int64_t *seconds, size_t n, size_t block)
{
    struct time_fold even = {0}, odd = {0};
    for (size_t i = 0; i < n; i++) {
        struct time_fold *f = i / block % 2 ? &odd : &even; /* two workers, a block each in turn */
        add_time(f, i * 100, seconds[i]);
        if (i + 1 == n || (i + 1) % block == 0)
            times_flush(f);
    }
    times_join(&odd, &even);
    times_free(&even);
    times_settle(&odd);
    return odd;
}

static void steps_do_not_depend_on_blocks(void **state)
{
    (void)state;
    /* back by 4,000 s at the sixth row; one late row (the eighth) is no step; back by 70 s at the last but one; 60 s
     * are none */
    static const int64_t stamps[] = {5000, 5001, 5002, 5003, 5004, 1004, 1005, 900, 1006, 946, 1100, 1200, 1130, 1131};
    for (size_t block = 1; block <= COUNT_OF(stamps) + 1; block++) {
        struct time_fold f = stepped(stamps, COUNT_OF(stamps), block);
        assert_int_equal(f.steps, 2);
        assert_int_equal(f.step_ms, 4000000);
        assert_int_equal(f.step_at, 1004000);
        times_free(&f);
    }
}

static struct hour hours[24 * 40];

/* Rows in every minute of [from, to), by minutes since 1970. */
static size_t put_minutes(size_t n, int64_t from, int64_t to)
{
    for (int64_t m = from; m < to; m++) {
        if (n == 0 || hours[n - 1].hour != m / 60)
            hours[n++] = (struct hour){m / 60, 0, 0};
        hours[n - 1].minutes |= UINT64_C(1) << m % 60;
        hours[n - 1].rows++;
    }
    return n;
}

static void abrupt_silences_are_told(void **state)
{
    (void)state;
    size_t n = put_minutes(0, 600000, 600100);
    n = put_minutes(n, 600145, 600200);   /* 45 minutes later */
    n = put_minutes(n, 600210, 600300);   /* 10: too short */
    n = put_minutes(n, 600310, 600315);   /* five minutes of rows: what follows them is not abrupt */
    n = put_minutes(n, 600500, 600600);
    struct silence s = times_silence(hours, n);
    assert_int_equal(s.from, INT64_C(600100) * 60000);
    assert_int_equal(s.to, INT64_C(600145) * 60000);
    n = put_minutes(0, 600000, 600100);
    s = times_silence(hours, n);
    assert_true(s.from > s.to);
    for (int day = 0; day < 3; day++)     /* ten hours a day, to the minute: nights are no silence */
        n = put_minutes(day ? n : 0, 600000 + day * 1440, 600600 + day * 1440);
    s = times_silence(hours, n);
    assert_true(s.from > s.to);
}

/* Broken clocks write the epoch's first minute; nothing lies before it. */
static void the_first_minute_has_none_before_it(void **state)
{
    (void)state;
    size_t n = put_minutes(0, 0, 1);
    n = put_minutes(n, 100, 200);
    struct silence s = times_silence(hours, n);
    assert_true(s.from > s.to);
}

static void office_hours_are_fitted(void **state)
{
    (void)state;
    size_t n = 0;
    struct office_fit fit;
    /* Five days from Monday 2026-11-16, 23:00 UTC on the day before to 09:00: 08:00 to 18:00 at +09:00. */
    int64_t monday = INT64_C(1794787200) / 3600;
    for (int day = 0; day < 5; day++)
        for (int h = 0; h < 10; h++)
            hours[n++] = (struct hour){monday + day * 24 - 1 + h, 1, 100};
    assert_true(times_office(hours, n, &fit));
    assert_int_equal(fit.hours, 9);
    assert_true(fit.best == 1.0);
    assert_true(fit.as_written == 5.0 * 1 / 50);   /* 08:00 to 09:00 UTC, of ten hours a day */
    assert_false(times_office(hours, 10, &fit));   /* half a day says nothing */
}

/* ---- costs ---- */

static void costs_come_from_the_tables(void **state)
{
    (void)state;
    uint64_t all = UINT64_MAX, out = FIELD_BIT(BYTES_OUT), agent = FIELD_BIT(AGENT);
    for (size_t i = 0; i < detector_n; i++) {
        struct cost c = cost_of(detectors[i], all);
        assert_int_equal(c.grade, GRADE_YES);
        assert_int_equal(c.possible, c.full);
        assert_int_equal(c.missing, 0);
    }
    struct cost upload = cost_of(&detector_upload, all & ~out);
    assert_int_equal(upload.grade, GRADE_NO);
    assert_int_equal(upload.missing, out);
    assert_int_equal(upload.possible, 0);
    /* Tunnels: who (6) goes with the agent but for http_1_0 (2); shape, destination, company stay. */
    struct cost tunnel = cost_of(&detector_tunnel, all & ~agent);
    assert_int_equal(tunnel.grade, GRADE_HALF);
    assert_int_equal(tunnel.full - tunnel.possible, 4);
    assert_int_equal(tunnel.missing, agent);
    uint64_t neither = all & ~(agent | out | FIELD_BIT(HANDSHAKE));
    assert_int_equal(cost_of(&detector_tunnel, neither).grade, GRADE_POOR);
}

/* ---- what mends it ---- */

static void each_line_can_be_read_by_ourselves(void **state)
{
    (void)state;
    static const struct { const char *product, *line; } logged[] = {
        {"squid", "1795295972.108     24 10.0.0.7:50123 TCP_MISS/200 245 9712 GET http://a.test/b?c=d HTTP/1.1 - \"-\" "
                  "\"Mozilla/5.0 (X11)\" HIER_DIRECT/192.0.2.1:80 text/html 1795295972.084 -"},
        {"apache", "10.0.0.7:50123 - - [21/Nov/2026:21:19:32 +0000] \"GET http://a.test/b?c=d HTTP/1.1\" 200 245 9712 24000 "
                   "\"-\" \"Mozilla/5.0 (X11)\""},
        {"nginx", "10.0.0.7:50123 - - [21/Nov/2026:21:19:32 +0000] \"GET http://a.test/b?c=d HTTP/1.1\" 200 245 9712 0.024 "
                  "\"-\" \"Mozilla/5.0 (X11)\" 192.0.2.1:80"},
    };
    for (size_t i = 0; i < COUNT_OF(logged); i++) {
        arena a = {0};
        const struct mend *mend = mend_of(span_str(logged[i].product));
        struct format_options options = {.logformat = span_str(mend->definition), .tz_minutes = 0};
        span line = span_str(logged[i].line);
        struct layout layout = {0};
        struct format_refusal refusal = {0};
        event e;
        assert_int_equal(format_recognise(&a, &options, &line, 1, &layout, &refusal).kind, FAULT_NONE);
        assert_int_equal(format_row(&layout, line, &a, &e), ROW_EVENT);
        assert_int_equal(e.at[FIELD_TIME].ms / 1000, 1795295972);
        assert_int_equal(e.at[FIELD_BYTES_OUT].number, 245);
        assert_int_equal(e.at[FIELD_BYTES_IN].number, 9712);
        assert_int_equal(e.at[FIELD_DURATION].number, 24);
        assert_int_equal(e.at[FIELD_CLIENT_PORT].number, 50123);
        assert_true(span_eq(event_text(&e, FIELD_AGENT), SPAN("Mozilla/5.0 (X11)")));
        assert_int_equal(event_state(&e, FIELD_USER), STATE_BLANK);
        /* With every detector's question answered. */
        for (size_t d = 0; d < detector_n; d++)
            assert_int_equal(cost_of(detectors[d], layout.gives).grade, GRADE_YES);
        arena_free(&a);
    }
    assert_null(mend_of(SPAN("webproxy")));
}

/* Field lists: as the product writes them, a header and a row below it. */
static void each_list_of_fields_can_be_read(void **state)
{
    (void)state;
    static const struct { const char *product, *line; } logged[] = {
        {"bluecoat", "2026-11-21 21:19:32 24 10.0.0.7 50123 - 200 TCP_NC_MISS OBSERVED GET http a.test 80 /b ?c=d "
                     "\"Mozilla/5.0 (X11)\" - text/html 9712 245 192.0.2.1"},
        {"cisco", "1795295972.108 24 10.0.0.7 TCP_MISS/200 9712 245 GET http://a.test/b?c=d - 192.0.2.1 text/html "
                  "\"Mozilla/5.0 (X11)\" -"},
    };
    for (size_t i = 0; i < COUNT_OF(logged); i++) {
        arena a = {0};
        struct format_options options = {.tz_minutes = 0};
        span lines[] = {span_str(mend_of(span_str(logged[i].product))->definition), span_str(logged[i].line)};
        struct layout layout = {0};
        struct format_refusal refusal = {0};
        event e;
        assert_int_equal(format_recognise(&a, &options, lines, 2, &layout, &refusal).kind, FAULT_NONE);
        assert_ptr_equal(mend_of_format(layout.name), mend_of(span_str(logged[i].product)));
        assert_int_equal(format_row(&layout, lines[1], &a, &e), ROW_EVENT);
        assert_int_equal(e.at[FIELD_TIME].ms / 1000, 1795295972);
        assert_int_equal(e.at[FIELD_BYTES_OUT].number, 245);
        assert_int_equal(e.at[FIELD_BYTES_IN].number, 9712);
        assert_int_equal(e.at[FIELD_DURATION].number, 24);
        assert_true(span_eq(event_text(&e, FIELD_AGENT), SPAN("Mozilla/5.0 (X11)")));
        arena_free(&a);
    }
    assert_ptr_equal(mend_of_format(SPAN("zscaler")), mend_of(SPAN("zscaler")));
    assert_null(mend_of_format(SPAN("combined")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counters_of_headers_are_told),
        cmocka_unit_test(swapped_counters_are_told),
        cmocka_unit_test(a_common_limit_is_told),
        cmocka_unit_test(urls_join_as_if_read_at_once),
        cmocka_unit_test(queries_taken_away_are_told),
        cmocka_unit_test(clients_have_looks),
        cmocka_unit_test(clients_are_counted_once),
        cmocka_unit_test(absence_has_a_limit),
        cmocka_unit_test(steps_do_not_depend_on_blocks),
        cmocka_unit_test(abrupt_silences_are_told),
        cmocka_unit_test(the_first_minute_has_none_before_it),
        cmocka_unit_test(office_hours_are_fitted),
        cmocka_unit_test(costs_come_from_the_tables),
        cmocka_unit_test(each_line_can_be_read_by_ourselves),
        cmocka_unit_test(each_list_of_fields_can_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
