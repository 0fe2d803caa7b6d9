/* SPDX-License-Identifier: Apache-2.0 */
/* The executor and the compilers of definitions: what is cut where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/when.h"
#include "format/plan.h"

struct fixture {
    arena a;
    struct plan plan;
    event e;
};

static void compile(struct fixture *f, const char *definition)
{
    *f = (struct fixture){.a = {0}};
    fault bad = plan_compile_any(&f->a, span_str(definition), &f->plan);
    if (bad.kind)
        fail_msg("%s: %s", definition, bad.text);
}

static enum row_fate run(struct fixture *f, const char *line) { return plan_run(&f->plan, span_str(line), &(arena){0}, &f->e); }

static void expect_text(const struct fixture *f, enum field field, const char *want)
{
    if (event_state(&f->e, field) != STATE_VALUE || !span_eq(event_text(&f->e, field), span_str(want)))
        fail_msg("%s: state %d, \"%.*s\", not \"%s\"", field_infos[field].key, (int)event_state(&f->e, field),
                 event_has(&f->e, field) ? (int)f->e.at[field].text.n : 0, f->e.at[field].text.p, want);
}

static void expect_number(const struct fixture *f, enum field field, uint64_t want)
{
    assert_int_equal(event_state(&f->e, field), STATE_VALUE);
    assert_int_equal(f->e.at[field].number, want);
}

static void expect_bad_definition(const char *definition, const char *says)
{
    arena a = {0};
    struct plan plan;
    fault bad = plan_compile_any(&a, span_str(definition), &plan);
    assert_int_equal(bad.kind, FAULT_USAGE);
    if (span_find(span_str(bad.text), span_str(says)) == SIZE_MAX)
        fail_msg("\"%s\" does not say \"%s\"", bad.text, says);
    arena_free(&a);
}

static void a_value_ends_at_the_whole_literal(void **state)
{
    (void)state;
    struct fixture f;
    compile(&f, "%ts <%un> - <%>a> %>Hs");
    assert_int_equal(run(&f, "1 <a> b> c> - <10.0.0.1> 200"), ROW_EVENT);
    expect_text(&f, FIELD_USER, "a> b> c");
    expect_text(&f, FIELD_CLIENT, "10.0.0.1");
    assert_int_equal(run(&f, "1 <a> b> c> <10.0.0.1> 200"), ROW_BAD);
    arena_free(&f.a);
}

static void the_url_is_greedy(void **state)
{
    (void)state;
    struct fixture f;
    compile(&f, "%ts %>a %rm %ru %>Hs %<st \"%{User-Agent}>h\"");
    assert_int_equal(run(&f, "1 ::1 GET http://h/a \"b\" 200 300 c 404 55 \"x \\\" y\""), ROW_EVENT);
    expect_text(&f, FIELD_URL, "http://h/a \"b\" 200 300 c");
    expect_number(&f, FIELD_STATUS, 404);
    expect_number(&f, FIELD_BYTES_IN, 55);
    expect_text(&f, FIELD_AGENT, "x \\\" y");
    arena_free(&f.a);
}

static void left_over_text_makes_the_line_bad(void **state)
{
    (void)state;
    struct fixture f;
    compile(&f, "%ts %>a %>Hs");
    assert_int_equal(run(&f, "1 10.0.0.1 200"), ROW_EVENT);
    assert_int_equal(run(&f, "1 10.0.0.1 200 more"), ROW_BAD);
    assert_int_equal(run(&f, "1 10.0.0.1"), ROW_BAD);
    assert_int_equal(run(&f, ""), ROW_BAD);
    arena_free(&f.a);
    compile(&f, "%ts <%>Hs>");
    assert_int_equal(run(&f, "1 <200>"), ROW_EVENT);
    assert_int_equal(run(&f, "1 <200>;"), ROW_BAD);
    arena_free(&f.a);
    compile(&f, "<%ts %>a %ru>");
    assert_int_equal(run(&f, "<1 10.0.0.1 http://x/>"), ROW_EVENT);
    assert_int_equal(run(&f, "<1 10.0.0.1 http://x/>;"), ROW_BAD);
    assert_int_equal(run(&f, "1 10.0.0.1 http://x/>"), ROW_BAD);
    arena_free(&f.a);
}

static void states_are_blank_absent_or_value(void **state)
{
    (void)state;
    struct fixture f;
    compile(&f, "%ts.%03tu %tr %>a %>Hs %>st %<st %un \"%{User-Agent}>h\" %mt");
    assert_int_equal(run(&f, "1.5 -1 10.0.0.1 - -5 99999999999999999999 - \"\" None"), ROW_EVENT);
    assert_int_equal(f.e.at[FIELD_TIME].ms, 1500);
    assert_int_equal(event_state(&f.e, FIELD_DURATION), STATE_ABSENT);
    assert_int_equal(event_state(&f.e, FIELD_STATUS), STATE_ABSENT);
    assert_int_equal(event_state(&f.e, FIELD_BYTES_OUT), STATE_ABSENT);
    assert_int_equal(event_state(&f.e, FIELD_BYTES_IN), STATE_ABSENT);
    assert_int_equal(event_state(&f.e, FIELD_USER), STATE_BLANK);
    assert_int_equal(event_state(&f.e, FIELD_AGENT), STATE_BLANK);
    assert_int_equal(event_state(&f.e, FIELD_MIME), STATE_BLANK);
    assert_int_equal(event_state(&f.e, FIELD_REFERER), STATE_UNLOGGED);
    assert_int_equal(run(&f, "1 0 10.0.0.1 000 0 18446744073709551615 u \"-\" t"), ROW_EVENT);
    expect_number(&f, FIELD_DURATION, 0);
    expect_number(&f, FIELD_STATUS, 0);
    expect_number(&f, FIELD_BYTES_OUT, 0);
    expect_number(&f, FIELD_BYTES_IN, UINT64_MAX);
    assert_int_equal(event_state(&f.e, FIELD_AGENT), STATE_BLANK);
    arena_free(&f.a);
}

static void junk_where_the_row_is_decided_is_bad(void **state)
{
    (void)state;
    struct fixture f;
    compile(&f, "%ts %>a %Ss %>Hs %<st");
    assert_int_equal(run(&f, "1 10.0.0.1 TCP_MISS 200 1x"), ROW_EVENT); /* a counter may be junk */
    assert_int_equal(run(&f, "1x 10.0.0.1 TCP_MISS 200 1"), ROW_BAD);
    assert_int_equal(run(&f, "-1 10.0.0.1 TCP_MISS 200 1"), ROW_BAD);
    assert_int_equal(run(&f, "999999999999 10.0.0.1 TCP_MISS 200 1"), ROW_BAD);
    assert_int_equal(run(&f, "1  TCP_MISS 200 1"), ROW_BAD);
    assert_int_equal(run(&f, "1 10.0.0.1 tcp_miss 200 1"), ROW_BAD);
    assert_int_equal(run(&f, "1 10.0.0.1 TCP_MISS 2000 1"), ROW_BAD);
    assert_int_equal(run(&f, "1 10.0.0.1 TCP_MISS 20x 1"), ROW_BAD);
    arena_free(&f.a);
}

static void expect_time(const char *definition, const char *line, int64_t ms)
{
    struct fixture f;
    compile(&f, definition);
    if (run(&f, line) != ROW_EVENT || f.e.at[FIELD_TIME].ms != ms)
        fail_msg("%s on %s: %lld, not %lld", definition, line, (long long)f.e.at[FIELD_TIME].ms, (long long)ms);
    arena_free(&f.a);
}

static void stamps_of_every_kind(void **state)
{   /* date -u -d ... +%s */
    (void)state;
    expect_time("%ts.%03tu %>a", "1795295972.108 c", 1795295972108);
    expect_time("%ts.%03tu %>a", "1795295972 c", 1795295972000);
    expect_time("%ts %tu %>a", "1795295972 108 c", 1795295972108);
    expect_time("[%tl] %>a", "[01/Jan/1970:00:00:01 +0000] c", 1000);
    expect_time("[%tl] %>a", "[07/Feb/2106:06:28:15 +0000] c", 4294967295000);
    expect_time("%tl %>a", "21/nov/2026:21:19:32 +0900 c", 1795263572000);
    expect_time("%>a %ru %tl %>Hs", "c http://x/ y 29/Feb/2024:23:59:59 -0330 200", 1709263799000);
    expect_time("%{%Y-%m-%d %H:%M:%S}tg %>a", "2026-11-21 12:19:32 c", 1795263572000);
    expect_time("%{%Y-%m-%dT%H:%M:%S%z}tl %>a", "2026-11-21T21:19:32+0900 c", 1795263572000);
    expect_time("%{%Y/%m/%d %H:%M:%S}tg.%03tu %>a", "2026/11/21 12:19:32.250 c", 1795263572250);
    expect_time("%>a %ru %{%b %d %H:%M:%S %Y}tg", "c http://x/ Nov 21 12:19:32 2026", 1795263572000);
    expect_time("%{%d.%m.%y %I:%M:%S %p}tg %>a", "21.11.26 12:19:32 PM c", 1795263572000);
    expect_time("%{%s}tl %>a", "1795263572 c", 1795263572000);
}

static void a_zone_that_is_not_logged_comes_from_outside(void **state)
{
    (void)state;
    struct fixture f;
    compile(&f, "%{%Y-%m-%d %H:%M:%S}tl %>a");
    assert_false(f.plan.tz_in_stamp);
    f.plan.tz_minutes = 540;
    assert_int_equal(run(&f, "2026-11-21 21:19:32 c"), ROW_EVENT);
    assert_int_equal(f.e.at[FIELD_TIME].ms, 1795263572000);
    arena_free(&f.a);
    compile(&f, "%{%Y-%m-%d %H:%M:%S}tg %>a");
    assert_true(f.plan.tz_in_stamp);
    arena_free(&f.a);
}

static void endpoints_split_at_the_last_colon(void **state)
{
    (void)state;
    struct fixture f;
    compile(&f, "%ts %>a:%>p %Sh/%<a:%<p %>Hs");
    assert_int_equal(run(&f, "1 2001:db8::1:51234 HIER_DIRECT/[2001:db8::2]:443 200"), ROW_EVENT);
    expect_text(&f, FIELD_CLIENT, "2001:db8::1");
    expect_number(&f, FIELD_CLIENT_PORT, 51234);
    expect_text(&f, FIELD_SERVER_IP, "[2001:db8::2]");
    expect_number(&f, FIELD_SERVER_PORT, 443);
    assert_int_equal(run(&f, "1 10.0.0.1:70000 HIER_NONE/-:- 200"), ROW_EVENT);
    assert_int_equal(event_state(&f.e, FIELD_CLIENT_PORT), STATE_ABSENT);
    assert_int_equal(event_state(&f.e, FIELD_SERVER_IP), STATE_BLANK);
    assert_int_equal(event_state(&f.e, FIELD_SERVER_PORT), STATE_ABSENT);
    assert_int_equal(run(&f, "1 10.0.0.1:0 FIRSTUP_PARENT/cache.example:3128 200"), ROW_EVENT);
    assert_int_equal(event_state(&f.e, FIELD_SERVER_IP), STATE_ABSENT); /* a name is no address */
    expect_number(&f, FIELD_SERVER_PORT, 3128);
    arena_free(&f.a);
}

static void widths_pad_and_cut(void **state)
{
    (void)state;
    struct fixture f;
    compile(&f, "%ts %6tr %-8un %>a %.12ru %6<st %mt");
    assert_int_equal(run(&f, "1     24 bob      10.0.0.1 http://h/abc    300 text/html"), ROW_EVENT);
    expect_number(&f, FIELD_DURATION, 24);
    expect_text(&f, FIELD_USER, "bob");
    expect_text(&f, FIELD_URL, "http://h/abc");
    expect_number(&f, FIELD_BYTES_IN, 300);
    assert_true(f.e.cut & FIELD_BIT(URL));
    event_derive(&f.e, f.plan.stamp);
    assert_true(f.e.cut & FIELD_BIT(PATH));
    assert_int_equal(run(&f, "1 1234567 bob      10.0.0.1 http://h/ab 1234567 text/html"), ROW_EVENT);
    expect_number(&f, FIELD_DURATION, 1234567);
    assert_false(f.e.cut & FIELD_BIT(URL));
    arena_free(&f.a);
}

static void a_stripped_query_is_a_cut_url(void **state)
{
    (void)state;
    struct fixture f;
    compile(&f, "%ts %>a %ru");
    assert_int_equal(run(&f, "1 c http://h/search?"), ROW_EVENT);
    event_derive(&f.e, f.plan.stamp);
    assert_true(f.e.cut & FIELD_BIT(URL) && f.e.cut & FIELD_BIT(QUERY));
    assert_int_equal(run(&f, "1 c http://h/search?q"), ROW_EVENT);
    assert_int_equal(f.e.cut, 0);
    arena_free(&f.a);
}

static void shell_quotes_stand_where_a_blank_is(void **state)
{
    (void)state;
    struct fixture f;
    compile(&f, "%ts %>a %/{User-Agent}>h %ru %/{Referer}>h %>Hs");
    assert_int_equal(run(&f, "1 c \"a \\\" b\" http://h/ \"r s\" 200"), ROW_EVENT);
    expect_text(&f, FIELD_AGENT, "a \\\" b");
    expect_text(&f, FIELD_URL, "http://h/");
    expect_text(&f, FIELD_REFERER, "r s");
    assert_int_equal(run(&f, "1 c curl/7 http://h/ - 200"), ROW_EVENT);
    expect_text(&f, FIELD_AGENT, "curl/7");
    assert_int_equal(event_state(&f.e, FIELD_REFERER), STATE_BLANK);
    assert_int_equal(run(&f, "1 c \"open http://h/ - 200"), ROW_BAD);
    arena_free(&f.a);
}

static void escaped_quotes_do_not_end_a_value(void **state)
{
    (void)state;
    struct fixture f;
    compile(&f, "%h %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\"");
    assert_int_equal(run(&f, "10.0.0.1 bob [21/Nov/2026:21:19:32 +0000] \"GET /a\\\" 200 1 \\\"b HTTP/1.1\" 404 5 "
                             "\"r\\\\\" \"\\\" 200 7 \\\" \\\"\""),
                     ROW_EVENT);
    expect_text(&f, FIELD_URL, "/a\\\" 200 1 \\\"b");
    expect_number(&f, FIELD_STATUS, 404);
    expect_text(&f, FIELD_REFERER, "r\\\\");
    expect_text(&f, FIELD_AGENT, "\\\" 200 7 \\\" \\\"");
    arena_free(&f.a);
}

static void requests_that_are_none(void **state)
{
    (void)state;
    struct fixture f;
    compile(&f, "%h %t \"%r\" %>s");
    assert_int_equal(run(&f, "c [21/Nov/2026:21:19:32 +0000] \"-\" 408"), ROW_EVENT);
    assert_int_equal(event_state(&f.e, FIELD_METHOD), STATE_BLANK);
    assert_int_equal(event_state(&f.e, FIELD_URL), STATE_BLANK);
    assert_int_equal(event_state(&f.e, FIELD_PROTO), STATE_ABSENT);
    assert_int_equal(run(&f, "c [21/Nov/2026:21:19:32 +0000] \"\\x16\\x03\\x01 \\x00\" 400"), ROW_EVENT);
    expect_text(&f, FIELD_URL, "\\x16\\x03\\x01 \\x00");
    assert_int_equal(run(&f, "c [21/Nov/2026:21:19:32 +0000] \"GET /a HTTP/1.1 HTTP/1.0\" 200"), ROW_EVENT);
    expect_text(&f, FIELD_URL, "/a HTTP/1.1");
    expect_text(&f, FIELD_PROTO, "1.0");
    assert_int_equal(run(&f, "c [21/Nov/2026:21:19:32 +0000] \"GET /old\" 200"), ROW_EVENT);
    expect_text(&f, FIELD_URL, "/old");
    arena_free(&f.a);
}

static void the_strongest_code_gives_the_field(void **state)
{
    (void)state;
    struct fixture f;
    compile(&f, "%ts %>A %>a %ui %un %<Hs/%>Hs %>ru %ru %{Host}>h");
    assert_int_equal(run(&f, "1 pc7.example 10.0.0.1 ident bob 502/200 http://b/ http://a/ h.example"), ROW_EVENT);
    expect_text(&f, FIELD_CLIENT, "10.0.0.1");
    expect_text(&f, FIELD_CLIENT_NAME, "pc7.example");
    expect_text(&f, FIELD_USER, "bob");
    expect_number(&f, FIELD_STATUS, 200);
    expect_text(&f, FIELD_URL, "http://a/");
    assert_int_equal(event_state(&f.e, FIELD_HOST), STATE_ABSENT); /* the URL knows it better */
    arena_free(&f.a);
    compile(&f, "%ts %>A %>Hs");
    assert_int_equal(run(&f, "1 pc7.example 200"), ROW_EVENT);
    expect_text(&f, FIELD_CLIENT, "pc7.example");
    arena_free(&f.a);
}

static void hosts_and_paths_in_columns_of_their_own(void **state)
{
    (void)state;
    struct fixture f;
    compile(&f, "%ts %>a %>rs %>rd:%>rP %>rp %st");
    assert_int_equal(run(&f, "1 c https [2001:db8::1]:8443 /a b?c=d e 77"), ROW_EVENT);
    expect_text(&f, FIELD_HOST, "[2001:db8::1]");
    expect_number(&f, FIELD_PORT, 8443);
    expect_text(&f, FIELD_PATH, "/a b");
    expect_text(&f, FIELD_QUERY, "c=d e");
    expect_number(&f, FIELD_BYTES_TOTAL, 77);
    assert_int_equal(event_state(&f.e, FIELD_BYTES_IN), STATE_UNLOGGED);
    arena_free(&f.a);
}

static void apache_strings(void **state)
{
    (void)state;
    struct fixture f;
    compile(&f, "%v:%p %h %l %u %{sec}t.%{msec_frac}t %m %U%q %H %>s %I %O %D \\\"%{User-agent}i\\\" %{X-Forwarded-For}i");
    assert_int_equal(f.plan.stamp, STAMP_START);
    assert_true(f.plan.counts_headers_in && f.plan.counts_headers_out);
    assert_int_equal(run(&f, "www.example:443 10.0.0.1 - bob 1795263572.250 GET /a?b HTTP/1.1 200 11 22 1500 \"x\" 1.2.3.4, 5.6.7.8"),
                     ROW_EVENT);
    assert_int_equal(f.e.at[FIELD_TIME].ms, 1795263572250);
    expect_text(&f, FIELD_HOST, "www.example");
    expect_text(&f, FIELD_PATH, "/a");
    expect_text(&f, FIELD_QUERY, "b");
    expect_number(&f, FIELD_BYTES_OUT, 11);
    expect_number(&f, FIELD_BYTES_IN, 22);
    expect_number(&f, FIELD_DURATION, 1);
    expect_text(&f, FIELD_XFF, "1.2.3.4, 5.6.7.8");
    arena_free(&f.a);
}

static void nginx_strings(void **state)
{
    (void)state;
    struct fixture f;
    compile(&f, "$remote_addr [$time_iso8601] \"$request\" $status $request_length $bytes_sent $request_time ${my_var} \"$http_user_agent\"");
    assert_int_equal(f.plan.stamp, STAMP_END);
    assert_int_equal(run(&f, "10.0.0.1 [2026-11-21T21:19:32+09:00] \"CONNECT h:443 HTTP/1.1\" 200 10 20 1.250 x \"a b\""),
                     ROW_EVENT);
    assert_int_equal(f.e.at[FIELD_TIME].ms, 1795263572000);
    expect_number(&f, FIELD_DURATION, 1250);
    expect_text(&f, FIELD_METHOD, "CONNECT");
    event_derive(&f.e, f.plan.stamp);
    assert_true(f.e.is_tunnel);
    assert_int_equal(f.e.at[FIELD_START].ms, 1795263570750);
    arena_free(&f.a);
}

static void definitions_that_cannot_be_read(void **state)
{
    (void)state;
    expect_bad_definition("%ts %>a %rm%ru", "column 12");
    expect_bad_definition("%ts %>a %zz", "column 9");
    expect_bad_definition("%ts %>a %", "column 9");
    expect_bad_definition("", "no code");
    expect_bad_definition("GET /index.html", "no code");
    expect_bad_definition("%h %t %{Referer}i %y", "column 19");
    expect_bad_definition("$remote_addr $time_local$status", "column 25");
    expect_bad_definition("$remote_addr ${time_local", "column 14");
    static char long_one[DEFINITION_MAX + 2];
    memset(long_one, 'x', sizeof long_one - 1);
    expect_bad_definition(long_one, "longer than");
    static char many[PLAN_CUTS_MAX * 4 + 8];
    for (size_t i = 0; i + 4 < sizeof many; i += 4)
        memcpy(many + i, "%ts ", 4);
    expect_bad_definition(many, "too many");
}

static void hostile_lines(void **state)
{
    (void)state;
    struct fixture f;
    compile(&f, "%ts %>a %rm %ru %un \"%{User-Agent}>h\" %>Hs");
    span nul = SPAN("1 c GET http://h/\0x - \"\xff\xfe\0\" 200");
    assert_int_equal(plan_run(&f.plan, nul, &(arena){0}, &f.e), ROW_EVENT);
    assert_int_equal(f.e.at[FIELD_URL].text.n, 11);
    assert_int_equal(f.e.at[FIELD_AGENT].text.n, 3);
    size_t n = 1 << 20;
    char *quotes = mem_alloc(n);
    memset(quotes, '"', n); /* would be quadratic for a careless reader */
    assert_int_equal(plan_run(&f.plan, span_of(quotes, n), &(arena){0}, &f.e), ROW_BAD);
    memset(quotes, '\\', n);
    memcpy(quotes, "1 c GET h - \"", 13);
    memcpy(quotes + n - 6, "\" \" 20", 6);
    assert_int_equal(plan_run(&f.plan, span_of(quotes, n), &(arena){0}, &f.e), ROW_EVENT);
    mem_free(quotes);
    arena_free(&f.a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_ends_at_the_whole_literal),
        cmocka_unit_test(the_url_is_greedy),
        cmocka_unit_test(left_over_text_makes_the_line_bad),
        cmocka_unit_test(states_are_blank_absent_or_value),
        cmocka_unit_test(junk_where_the_row_is_decided_is_bad),
        cmocka_unit_test(stamps_of_every_kind),
        cmocka_unit_test(a_zone_that_is_not_logged_comes_from_outside),
        cmocka_unit_test(endpoints_split_at_the_last_colon),
        cmocka_unit_test(widths_pad_and_cut),
        cmocka_unit_test(a_stripped_query_is_a_cut_url),
        cmocka_unit_test(shell_quotes_stand_where_a_blank_is),
        cmocka_unit_test(escaped_quotes_do_not_end_a_value),
        cmocka_unit_test(requests_that_are_none),
        cmocka_unit_test(the_strongest_code_gives_the_field),
        cmocka_unit_test(hosts_and_paths_in_columns_of_their_own),
        cmocka_unit_test(apache_strings),
        cmocka_unit_test(nginx_strings),
        cmocka_unit_test(definitions_that_cannot_be_read),
        cmocka_unit_test(hostile_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
