/* SPDX-License-Identifier: Apache-2.0 */
/* Products that write what no other does: two-line-long rows, programs for clients, days or months in front. The expected
 * values are read off the lines by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/when.h"
#include "format/format.h"
#include "format/typed.h"

enum { LINES_MAX = 8 };
static const int64_t STAMP = INT64_C(1795295972000); /* date -u -d '2026-11-21 21:19:32' +%s */

struct fixture {
    arena a;
    struct layout layout;
    struct format_refusal refusal;
    struct format_options options;
    event e;
};

static int set_up(void **state)
{
    struct fixture *f = mem_alloc(sizeof *f);
    *f = (struct fixture){.options = {.tz_minutes = WHEN_NONE_MINUTES}};
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    arena_free(&f->a);
    mem_free(f);
    return 0;
}

static fault recognise(struct fixture *f, const char *const *lines)
{
    span spans[LINES_MAX];
    size_t n = 0;
    for (; lines[n]; n++)
        spans[n] = span_str(lines[n]);
    return format_recognise(&f->a, &f->options, spans, n, &f->layout, &f->refusal);
}

static void expect_product(struct fixture *f, const char *name, const char *const *lines)
{
    fault why = recognise(f, lines);
    if (why.kind)
        fail_msg("%s is refused: %s", name, why.text);
    if (!span_eq(f->layout.name, span_str(name)))
        fail_msg("%s is taken for %.*s", name, (int)f->layout.name.n, f->layout.name.p);
}

static void expect_row(struct fixture *f, const char *line) { assert_int_equal(format_row(&f->layout, span_str(line), &f->a, &f->e), ROW_EVENT); }

static void expect_fate(struct fixture *f, enum row_fate fate, const char *line)
{
    assert_int_equal(format_row(&f->layout, span_str(line), &f->a, &f->e), fate);
}

static void expect_text(const struct fixture *f, enum field field, const char *wanted)
{
    span got = event_text(&f->e, field);
    if (!span_eq(got, span_str(wanted)))
        fail_msg("%s: expected %s, got %.*s", field_infos[field].key, wanted, (int)got.n, got.p);
}

static void expect_number(const struct fixture *f, enum field field, uint64_t wanted)
{
    assert_true(event_has(&f->e, field));
    assert_int_equal(f->e.at[field].number, wanted);
}

#define NETSKOPE_FRONT "2026-11-21 21:19:32 64 1977 651 2628 203.0.113.9 192.0.2.7 sato@a.example POST https x=1 \"tool/1 (a; b)\" - 200 text/html " \
                       "b.example b.example /up 443 - 7 Client app - - - - - - - - - - - - - - - - b 1795295972 0 10.0.0.1 Web - \"News\" all "

static void netskope_says_what_came_from_the_client(void **state)
{
    struct fixture *f = *state;
    static const char *const lines[] = {NETSKOPE_FRONT "http_transaction", NULL};
    expect_product(f, "netskope", lines);
    expect_row(f, lines[0]);
    assert_int_equal(f->e.at[FIELD_TIME].ms, STAMP);
    assert_int_equal(f->e.at[FIELD_START].ms, STAMP - 64);
    expect_text(f, FIELD_CLIENT, "10.0.0.1");
    expect_number(f, FIELD_BYTES_OUT, 1977);
    expect_number(f, FIELD_BYTES_IN, 651);
    expect_text(f, FIELD_HOST, "b.example");
    expect_text(f, FIELD_PATH, "/up");
    expect_text(f, FIELD_QUERY, "x=1");
    expect_text(f, FIELD_AGENT, "tool/1 (a; b)");
    assert_true(f->layout.tz_in_stamp);
    expect_fate(f, ROW_BAD, NETSKOPE_FRONT "page");
}

static void netskope_json_without_the_machine(void **state)
{
    struct fixture *f = *state;
    static const char *const lines[] = {
        "{\"time\":\"21:19:32\",\"date\":\"2026-11-21\",\"cs-bytes\":\"5\",\"sc-bytes\":\"6\",\"c-ip\":\"203.0.113.9\",\"cs-method\":\"GET\",\"cs-uri-scheme\":"
        "\"https\",\"cs-host\":\"b.example\",\"cs-uri\":\"/\",\"x-cs-access-method\":\"Client\",\"x-policy-action\":\"NotChecked\",\"sc-status\":\"403\"}", NULL};
    expect_product(f, "netskope", lines);
    expect_row(f, lines[0]);
    expect_text(f, FIELD_CLIENT, "203.0.113.9");
    assert_int_equal(event_state(&f->e, FIELD_ACTION), STATE_ABSENT);
    expect_number(f, FIELD_BYTES_OUT, 5);
}

#define HAPROXY(more) "198.51.100.7:51000 [21/Nov/2026:21:19:32.108] web~ pool/a1 0/0/7/57/87 200 1834 - - ---- 2/1/0/0/0 0/0 " more "\"GET /x?y=1 HTTP/1.1\""

static void haproxy_stamps_the_start(void **state)
{
    struct fixture *f = *state;
    static const char *const lines[] = {HAPROXY(""), HAPROXY("{a b} "), HAPROXY("{a \"b\"} {} "), NULL};
    expect_product(f, "haproxy", lines);
    for (size_t i = 0; lines[i]; i++) {
        expect_row(f, lines[i]);
        assert_int_equal(f->e.at[FIELD_START].ms, STAMP + 108);
        assert_int_equal(f->e.at[FIELD_END].ms, STAMP + 108 + 87);
        expect_text(f, FIELD_CLIENT, "198.51.100.7");
        expect_number(f, FIELD_BYTES_IN, 1834);
        assert_int_equal(event_state(&f->e, FIELD_BYTES_OUT), STATE_UNLOGGED);
        expect_text(f, FIELD_PATH, "/x");
    }
    assert_true(f->layout.is_server);
    assert_false(f->layout.tz_in_stamp);
}

static void envoy_text_and_its_client(void **state)
{
    struct fixture *f = *state;
    static const char *const lines[] = {
        "[2026-11-21T21:19:32.000Z] \"CONNECT - HTTP/1.1\" 200 - 1543 40000 226 - \"10.0.0.1, 10.9.9.9\" \"tool/1\" \"id\" \"a.example:8443\" \"192.0.2.7:8443\"",
        "[2026-11-21T21:19:32.000Z] \"GET /x HTTP/1.1\" 200 - 0 512 41 40 \"-\" \"curl/8.5.0\" \"id\" \"[2001:db8::1]\" \"-\"", NULL};
    expect_product(f, "envoy", lines);
    expect_row(f, lines[0]);
    expect_text(f, FIELD_CLIENT, "10.0.0.1");
    expect_text(f, FIELD_HOST, "a.example");
    expect_number(f, FIELD_PORT, 8443);
    expect_number(f, FIELD_BYTES_OUT, 1543);
    expect_number(f, FIELD_BYTES_IN, 40000);
    assert_true(f->e.is_tunnel);
    assert_int_equal(f->e.at[FIELD_END].ms, STAMP + 226);
    expect_row(f, lines[1]);
    expect_text(f, FIELD_HOST, "[2001:db8::1]");
    assert_false(event_has(&f->e, FIELD_PORT));
    assert_int_equal(event_state(&f->e, FIELD_CLIENT), STATE_BLANK);
}

static void iis_months_come_first(void **state)
{
    struct fixture *f = *state;
    static const char *const lines[] = {"198.51.100.7, -, 11/21/26, 7:05:09, W3SVC1, WEB1, 192.0.2.80, 15, 769, 1834, 304, 0, POST, /x, a=1,",
                                        "198.51.100.8, -, 11/21/2026, 21:19:32, W3SVC1, WEB1, 192.0.2.80, 15, 7, 8, 200, 0, GET, /, -,", NULL};
    expect_product(f, "iis-comma", lines);
    expect_row(f, lines[0]);
    assert_int_equal(f->e.at[FIELD_TIME].ms, INT64_C(1795244709000)); /* date -u -d '2026-11-21 07:05:09' +%s */
    expect_number(f, FIELD_BYTES_OUT, 769);
    expect_number(f, FIELD_BYTES_IN, 1834);
    expect_text(f, FIELD_PATH, "/x");
    expect_row(f, lines[1]);
    assert_int_equal(f->e.at[FIELD_TIME].ms, STAMP);
    assert_true(f->layout.is_server);
}

static void olfeo_days_come_first_and_nothing_is_counted(void **state)
{
    struct fixture *f = *state;
    static const char *const lines[] = {"10.0.0.7 - sato [02/05/2026 11:30:29] \"CONNECT https://a.example:443 HTTP/1.1\" 200 - - 1000 Business Services", NULL};
    expect_product(f, "olfeo", lines);
    expect_row(f, lines[0]);
    assert_int_equal(f->e.at[FIELD_TIME].ms, INT64_C(1777721429000)); /* date -u -d '2026-05-02 11:30:29' +%s */
    expect_text(f, FIELD_HOST, "a.example");
    expect_number(f, FIELD_PORT, 443);
    assert_int_equal(event_state(&f->e, FIELD_BYTES_IN), STATE_UNLOGGED);
}

static void olfeo_saas_passes_over_queries(void **state)
{
    struct fixture *f = *state;
    static const char *const lines[] = {
        "{\"timestamp\":1795295972108,\"src_ip\":\"10.0.0.1\",\"category_label\":\"x\",\"type\":\"proxy\",\"user_sent_bytes\":\"836\",\"user_received_bytes\":"
        "\"4664\",\"action\":\"block\",\"url\":\"https://a.example/x?\",\"http_method\":\"GET\",\"user_status_code\":\"403\"}",
        "{\"timestamp\":1795295972108,\"src_ip\":\"\",\"category_label\":\"x\",\"type\":\"dns\",\"user_sent_bytes\":\"\",\"user_received_bytes\":\"\"}", NULL};
    expect_product(f, "olfeo-saas", lines);
    expect_row(f, lines[0]);
    expect_number(f, FIELD_BYTES_OUT, 836);
    expect_number(f, FIELD_BYTES_IN, 4664);
    expect_number(f, FIELD_OUTCOME, OUTCOME_BLOCKED);
    expect_fate(f, ROW_SKIPPED, lines[1]);
}

static void cloudflare_gateway_prefers_the_machine(void **state)
{
    struct fixture *f = *state;
#define GATEWAY(stamp, inside) "{\"Datetime\":\"" stamp "\",\"Action\":\"block\",\"HTTPHost\":\"b.example\",\"HTTPMethod\":\"GET\",\"UserAgent\":\"\"," \
                               "\"SourceIP\":\"203.0.113.9\",\"SourceInternalIP\":\"" inside "\",\"URL\":\"https://b.example/x\"}"
    static const char *const lines[] = {GATEWAY("2026-11-21T21:19:32Z", "10.0.0.1"), GATEWAY("1795295972000000000", ""), NULL};
    expect_product(f, "cloudflare-gateway", lines);
    expect_row(f, lines[0]);
    expect_text(f, FIELD_CLIENT, "10.0.0.1");
    expect_number(f, FIELD_OUTCOME, OUTCOME_BLOCKED);
    assert_int_equal(event_state(&f->e, FIELD_AGENT), STATE_BLANK);
    expect_row(f, lines[1]);
    expect_text(f, FIELD_CLIENT, "203.0.113.9");
    assert_int_equal(f->e.at[FIELD_TIME].ms, STAMP);
}

static const char *const proxifier[] = {
    "[11.21 21:19:30] curl.exe - a.example:443 open through proxy proxy.example:3128 HTTPS",
    "[11.21 21:19:32] curl.exe - a.example:443 close, 1190 bytes (1.16 KB) sent, 426 bytes received, lifetime 01:02",
    "[11.21 21:19:32] curl.exe *64 - a.example:443 close, 403 bytes sent, 18846 bytes (18.4 KB) received, lifetime <1 sec",
    "[11.21 21:19:33] curl.exe - a.example:443 error : Could not connect to proxy proxy.example:3128 - connection attempt failed with error 10061", NULL,
};

static void proxifier_tells_of_programs(void **state)
{
    struct fixture *f = *state;
    f->options.as_of = STAMP + 86400000;
    expect_product(f, "proxifier", proxifier);
    expect_fate(f, ROW_SKIPPED, proxifier[0]);
    expect_row(f, proxifier[1]);
    assert_int_equal(f->e.at[FIELD_TIME].ms, STAMP);
    assert_int_equal(f->e.at[FIELD_DURATION].ms, 62000);
    expect_text(f, FIELD_CLIENT, "curl.exe");
    expect_text(f, FIELD_HOST, "a.example");
    expect_number(f, FIELD_PORT, 443);
    expect_number(f, FIELD_BYTES_OUT, 1190);
    expect_number(f, FIELD_BYTES_IN, 426);
    assert_true(f->e.is_tunnel);
    expect_row(f, proxifier[2]);
    expect_number(f, FIELD_BYTES_IN, 18846);
    assert_int_equal(f->e.at[FIELD_DURATION].ms, 0);
    expect_fate(f, ROW_SKIPPED, proxifier[3]);
    expect_fate(f, ROW_BAD, "[11.21 21:19:32] curl.exe - a.example:443 close, 1190 bytes");
}

/* What is refused leaves no layout behind that somebody could read with. */
static void without_a_year_nothing_is_left(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(recognise(f, proxifier).kind, FAULT_CORRUPT);
    assert_int_equal(f->layout.n, 0);
    assert_true(span_find(f->refusal.instead, SPAN("--as-of")) != SIZE_MAX);
}

static void the_clouds_json_has_the_names_of_bluecoat(void **state)
{
    struct fixture *f = *state;
    static const char *const lines[] = {
        "  {\"date\":\"2026-11-21\",\"time\":\"21:19:32\",\"c-ip\":\"10.0.0.1\",\"s-action\":\"TCP_DENIED\",\"sc-filter-result\":\"DENIED\",\"sc-bytes\":2048,"
        "\"cs-bytes\":1024,\"cs-host\":\"a.example\",\"cs-uri-path\":\"/x\",\"cs(referer)\":\"http://b.example\",\"cs-userdn\":\"sato\"}", NULL};
    expect_product(f, "bluecoat", lines);
    expect_row(f, lines[0]);
    assert_int_equal(f->e.at[FIELD_TIME].ms, STAMP);
    expect_number(f, FIELD_BYTES_OUT, 1024);
    expect_number(f, FIELD_OUTCOME, OUTCOME_BLOCKED);
    expect_text(f, FIELD_REFERER, "http://b.example");
    expect_text(f, FIELD_USER, "sato");
}

static void expect_refusal(struct fixture *f, const char *words, const char *const *lines)
{
    assert_int_equal(recognise(f, lines).kind, FAULT_CORRUPT);
    if (!words != !f->refusal.instead.n || (words && span_find(f->refusal.instead, span_str(words)) == SIZE_MAX))
        fail_msg("expected %s, got %.*s", words ? words : "nothing", (int)f->refusal.instead.n, f->refusal.instead.p);
}

static void what_is_refused_has_its_name(void **state)
{
    struct fixture *f = *state;
    static const char *const tiny[] = {"CONNECT   Nov 21 21:19:32.108 [7]: Connect (file descriptor 6): 10.0.0.1",
                                       "CONNECT   Nov 21 21:19:32.109 [7]: Request (file descriptor 6): CONNECT a.example:443 HTTP/1.1",
                                       "INFO      Nov 21 21:19:32.110 [7]: No upstream proxy for a.example", NULL};
    static const char *const array[] = {"[{\"a\":1},", " {\"a\":2}]", NULL};
    static const char *const bracket[] = {"[21 Nov] somebody said something", "[22 Nov] and nobody heard", NULL};
    expect_refusal(f, "tinyproxy", tiny);
    expect_refusal(f, "array", array);
    expect_refusal(f, NULL, bracket);
}

static void compose_heads_are_peeled(void **state)
{
    struct fixture *f = *state;
    static const char *const lines[] = {"squid-1  | 1795295972.000     41 10.0.0.1 TCP_MISS/200 512 GET http://a.example/x - HIER_DIRECT/192.0.2.7 text/html", NULL};
    expect_product(f, "squid", lines);
    expect_row(f, lines[0]);
    assert_int_equal(f->e.at[FIELD_TIME].ms, STAMP);
}

static void spans_of_time_and_days(void **state)
{
    uint64_t ms;
    int64_t day;
    (void)state;
    assert_true(typed_lifetime(SPAN("01:12:00"), &ms) && ms == 4320000);
    assert_true(typed_lifetime(SPAN("00:19"), &ms) && ms == 19000);
    assert_true(typed_lifetime(SPAN("<1"), &ms) && ms == 0);
    assert_false(typed_lifetime(SPAN("19"), &ms) || typed_lifetime(SPAN("1:2:3:4"), &ms) || typed_lifetime(SPAN(":19"), &ms) || typed_lifetime(SPAN(""), &ms));
    assert_true(typed_month_first(SPAN("1/2/26"), &day) && day == INT64_C(1767312000000)); /* date -u -d 2026-01-02 +%s */
    assert_false(typed_month_first(SPAN("13/1/2026"), &day) || typed_month_first(SPAN("1/2"), &day) || typed_month_first(SPAN("1/2/26/"), &day));
    assert_true(typed_clock(SPAN("7:05:09"), &day) && day == 25509000);
    assert_false(typed_clock(SPAN("7:5:09"), &day) || typed_clock(SPAN(":05:09"), &day));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define PRODUCT(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        PRODUCT(netskope_says_what_came_from_the_client), PRODUCT(netskope_json_without_the_machine), PRODUCT(haproxy_stamps_the_start),
        PRODUCT(envoy_text_and_its_client), PRODUCT(iis_months_come_first), PRODUCT(olfeo_days_come_first_and_nothing_is_counted),
        PRODUCT(olfeo_saas_passes_over_queries), PRODUCT(cloudflare_gateway_prefers_the_machine), PRODUCT(proxifier_tells_of_programs),
        PRODUCT(without_a_year_nothing_is_left), PRODUCT(the_clouds_json_has_the_names_of_bluecoat), PRODUCT(what_is_refused_has_its_name),
        PRODUCT(compose_heads_are_peeled), cmocka_unit_test(spans_of_time_and_days),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
