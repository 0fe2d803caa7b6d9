/* SPDX-License-Identifier: Apache-2.0 */
/* Every operator on every kind of value in every state. Expected answers follow from docs/where.md by hand;
 * 1763733912000 is 2025-11-21T14:05:12Z by date -u -d. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/when.h"
#include "rule/where.h"

static struct suffixes *suffixes;

/* One row as the tests see it: everything logged, cookie blank, server_port absent, category and sni unlogged. */
static event sample(void)
{
    event e = {0};
    e.gives = FIELD_BIT(COOKIE) | FIELD_BIT(SERVER_PORT) | FIELD_BIT(USER) | FIELD_BIT(SESSION);
    event_set_text(&e, FIELD_CLIENT, SPAN("192.168.16.109"));
    event_set_text(&e, FIELD_HOST, SPAN("WWW.BiosNews.info."));
    event_set_text(&e, FIELD_METHOD, SPAN("CONNECT"));
    event_set_text(&e, FIELD_ACTION, SPAN("NONE"));
    event_set_text(&e, FIELD_PATH, SPAN("/a/Setup.EXE"));
    event_set_text(&e, FIELD_AGENT, SPAN("Mozilla/5.0 (X11) \"quoted\""));
    event_set_text(&e, FIELD_XFF, SPAN("10.1.2.3, ::ffff:192.0.2.9"));
    event_set_text(&e, FIELD_SERVER_IP, SPAN("2001:DB8:0::1"));
    event_set_number(&e, FIELD_STATUS, 200);
    event_set_number(&e, FIELD_BYTES_OUT, 1048577);
    event_set_number(&e, FIELD_OUTCOME, OUTCOME_ALLOWED);
    e.has |= FIELD_BIT(TIME) | FIELD_BIT(DURATION);
    e.at[FIELD_TIME].ms = INT64_C(1763733912000);
    e.at[FIELD_DURATION].ms = 90500;
    e.blank = FIELD_BIT(COOKIE) | FIELD_BIT(USER);
    e.at[FIELD_COOKIE].text = SPAN("-");
    e.at[FIELD_USER].text = SPAN("None");
    e.is_tunnel = true;
    e.gives |= e.has;
    return e;
}

static bool matches_event(const char *text, int tz_minutes, const event *e)
{
    arena a = {0};
    struct where *w;
    span one = span_str(text);
    fault f = where_compile(&a, &one, 1, &(struct where_options){tz_minutes, suffixes}, &w);
    if (f.kind)
        fail_msg("%s", f.text);
    struct where_scratch *s = where_scratch_open(w);
    bool is_match = where_match(w, s, e);
    where_scratch_close(s);
    where_close(w);
    arena_free(&a);
    return is_match;
}

static bool matches(const char *text)
{
    event e = sample();
    return matches_event(text, 0, &e);
}

static void all_match(const char *const *list, size_t n, bool is_expected)
{
    for (size_t i = 0; i < n; i++)
        if (matches(list[i]) != is_expected)
            fail_msg("%s: expected %s", list[i], is_expected ? "a match" : "no match");
}
#define YES(...) all_match((const char *const[]){__VA_ARGS__}, COUNT_OF(((const char *const[]){__VA_ARGS__})), true)
#define NO(...) all_match((const char *const[]){__VA_ARGS__}, COUNT_OF(((const char *const[]){__VA_ARGS__})), false)

static void numbers(void **state)
{
    (void)state;
    YES("status=200", "status!=404", "status<201", "status<=200", "status>199", "status>=200", "status=200..299",
        "status=100..200", "status!=201..299", "bytes_out>1M", "bytes_out=1048577", "bytes_out<2m", "bytes_out>1024K",
        "bytes_out<1G", "bytes_out<1T", "bytes_out=0..2M", "status >= 200");
}

static void numbers_that_differ(void **state)
{
    (void)state;
    NO("status=404", "status!=200", "status<200", "status<=199", "status>200", "status>=201", "status=201..299",
       "bytes_out>1048577", "bytes_out=1M", "bytes_out<=1M", "status=0..199");
}

static void durations(void **state)
{
    (void)state;
    YES("duration=90500ms", "duration>90s", "duration>1m", "duration<2m", "duration<1h", "duration<1d",
        "duration=90s..91s", "duration!=90s", "duration>=90500ms", "duration<=90500ms");
    NO("duration=90s", "duration>90500ms", "duration<90500ms", "duration=91s..2m");
}

static void times_are_as_long_as_they_are_written(void **state)
{
    (void)state;
    YES("time=14:05", "time=14:05:12", "time=14:05:12.000", "time=2025-11-21", "time=\"2025-11-21 14:05\"",
        "time=2025-11-21T14:05:12", "time=2025-11-21T14:05:12.000", "time=2025-11-21T23:05:12+09:00", "time=14:00..14:05",
        "time=14:05..14:05", "time=23:00..14:05", "time=14:05..03:00", "time<14:06", "time<=14:05", "time>=14:05",
        "time>14:04", "time=2025-11-20..2025-11-21", "time<2025-11-22", "time>=2025-11-21", "time>2025-11-20",
        "time=\"2025-11-21 14:05\"..\"2025-11-21 14:06\"", "time!=14:06", "time<=2025-11-21T14:05:12Z", "time=9:00..15:00");
    NO("time=14:06", "time=14:05:11", "time=14:05:12.001", "time=2025-11-22", "time=2025-11-21T14:05:12+09:00",
       "time=14:06..14:04", "time<14:05", "time>14:05", "time>2025-11-21", "time<2025-11-21", "time<=14:04",
       "time=2025-11-21T14:05:13..2025-11-22", "time=23:00..13:59");
}

static void the_zone_moves_the_clock(void **state)
{
    (void)state;
    event e = sample();
    assert_true(matches_event("time=23:05 and hour=23", 540, &e));
    assert_true(matches_event("time=\"2025-11-21 23:05\"", 540, &e));
    assert_true(matches_event("time=2025-11-21T14:05:12Z", 540, &e));
    assert_true(matches_event("time=04:05 and hour=4", -600, &e));
    e.at[FIELD_TIME].ms = -1; /* 1969-12-31T23:59:59.999Z */
    assert_true(matches_event("time=23:59:59.999 and time<1970-01-01 and time=1969-12-31", 0, &e));
    assert_true(matches_event("hour=13 and time=13:59", -600, &e));
}

static void hours(void **state)
{
    (void)state;
    YES("hour=14", "hour=9..17", "hour=22..14", "hour>13", "hour>=14", "hour<15", "hour<=14", "hour!=13");
    NO("hour=13", "hour=15..13", "hour>14", "hour<14", "hour=22..5");
}

static void addresses(void **state)
{
    (void)state;
    YES("client=192.168.16.109", "client=192.168.16.0/24", "client=192.168.16.77/24", "client=192.168.16.100..192.168.16.109",
        "client=0xc0a8106d", "client=::ffff:192.168.16.109", "client!=192.168.16.110", "client!=10.0.0.0/8",
        "client~16.1", "client~/^192\\.168\\./", "server_ip=2001:db8::1", "server_ip=2001:db8::/32",
        "server_ip=2001:0DB8:0:0:0:0:0:1", "server_ip~DB8:0::", "server_ip~db8::1", "xff=10.1.2.3", "xff=192.0.2.9",
        "xff=192.0.2.0/24", "xff~ffff", "client=0.0.0.0/0", "server_ip=2001:db8::..2001:db8::ff");
    NO("client=192.168.16.10", "client=192.168.17.0/24", "client=192.168.16.110..192.168.16.120", "client=anonymous",
       "client=::/0", "server_ip=0.0.0.0/0", "xff=10.1.2.4", "client~17.1", "server_ip!=2001:db8::1", "xff=10.1.2.3,");
}

static void a_client_may_be_a_name(void **state)
{
    (void)state;
    event e = sample();
    event_set_text(&e, FIELD_CLIENT, SPAN("PC-17.corp"));
    assert_true(matches_event("client=pc-17.CORP and client~pc and client!=10.0.0.0/8", 0, &e));
    assert_false(matches_event("client=pc-17", 0, &e));
}

static void hosts(void **state)
{
    (void)state;
    YES("host=www.biosnews.info", "host=WWW.biosnews.INFO.", "host:biosnews.info", "host:www.biosnews.info", "host:info",
        "host!=biosnews.info", "host~BIOS", "host~info.", "host~/^www\\./", "domain=biosnews.info", "domain~bios",
        "domain~/^bios/", "domain!=example.com", "host=w%77w.biosnews.info", "not host:example.info");
    NO("host=biosnews.info", "host:news.info", "host:ww.biosnews.info", "host!=www.biosnews.info", "domain=example.com",
       "domain~www", "host=10.0.0.0/8", "host=192.0.2.1");
}

static void hosts_that_are_addresses(void **state)
{
    (void)state;
    event e = sample();
    event_set_text(&e, FIELD_HOST, SPAN("0xc0.0x000207"));
    assert_true(matches_event("host=192.0.2.7 and host:192.0.2.7 and host=192.0.2.0/24 and host~0x00", 0, &e));
    assert_true(matches_event("domain=192.0.2.7 and host=3221225991", 0, &e));
    assert_false(matches_event("host=192.0.2.8 or host:2.7.example or host=::/0", 0, &e));
}

static void texts(void **state)
{
    (void)state;
    YES("method=connect", "method!=GET", "method~ONN", "path=/a/Setup.EXE", "path~setup", "path~/^\\/a\\//",
        "path~/setup\\.exe$/i", "ext=exe", "ext~x", "ext!=zip", "agent~\"(x11)\"", "agent=\"Mozilla/5.0 (X11) \\\"quoted\\\"\"",
        "agent='Mozilla/5.0 (X11) \"quoted\"'", "agent~\"\\x22Q\"", "action=none", "agent~/\\(X11\\)/", "path~\"/a/\"");
    NO("method=GET", "path=/a/setup.exe", "path~/setup\\.exe$/", "ext=zip", "agent~curl", "agent=mozilla/5.0",
       "method~connected", "path=/a", "path~\"/b/\"");
}

static void outcomes_and_tunnels(void **state)
{
    (void)state;
    YES("outcome=allowed", "outcome!=blocked", "tunnel=yes", "tunnel!=no");
    NO("outcome=blocked", "outcome=unknown", "tunnel=no", "tunnel=?", "tunnel=-");
    event e = {0};
    assert_false(matches_event("tunnel=yes or tunnel=no or not tunnel=yes", 0, &e));
    assert_true(matches_event("tunnel=?", 0, &e));
}

/* Each kind of test on a field that is not logged: neither it nor its negation matches. */
static void not_never_matches_what_is_unlogged(void **state)
{
    (void)state;
    static const char *const tests[] = {
        "time=14:05", "time<2025-11-22", "duration>1s", "status=200", "bytes_out>=0", "hour=14", "outcome=allowed",
        "tunnel=yes", "client=10.0.0.0/8", "client=10.0.0.1", "client~1", "host=a.example", "host:example", "host~a",
        "host~/a/", "domain=example.com", "agent=x", "agent=\"\"", "agent~x", "agent~/x/", "ext=exe", "agent=-", "status=-",
        "query=-", "sni:example.com", "xff=10.0.0.1",
    };
    event none = {0};
    for (size_t i = 0; i < COUNT_OF(tests); i++) {
        char text[200];
        snprintf(text, sizeof text, "%s or not %s or not (not not %s and %s)", tests[i], tests[i], tests[i], tests[i]);
        if (matches_event(text, 0, &none))
            fail_msg("%s matches", text);
        snprintf(text, sizeof text, "method=? or %s", tests[i]);
        assert_true(matches_event(text, 0, &none));
    }
}

static void states(void **state)
{
    (void)state;
    YES("category=?", "not agent=?", "agent!=?", "agent!=-", "cookie=-", "server_port=-", "user=-", "user=none", "cookie=\"-\"",
        "not cookie=?", "not server_port=?", "not cookie~x", "not server_port=443", "server_port!=443", "user!=alice",
        "query=-", "not query~id=", "session=-", "not session=x", "session!=x");
    NO("category=-", "category!=-", "category!=x", "agent=-", "agent=?", "cookie=?", "cookie~-", "server_port>0",
       "server_port<=65535", "user!=-", "server_port!=-", "user~none", "server_port=?", "cookie=x", "cookie~/./", "query=?");
}

static void logic(void **state)
{
    (void)state;
    YES("status=200 and method=connect", "status=404 or method=connect", "not status=404", "not (status=404 or method=get)",
        "status=404 and method=get or status=200", "status=200 or status=404 and method=get", "(status=200)", "not not status=200",
        "not (status=200 and not method=connect)", "NOT status=404 AND(method=connect)Or status=1",
        "category=x or status=200", "not (category=x and status=404)", "not(status=404)", " status=200 ");
    NO("status=200 and method=get", "not (status=200 or method=get)", "(status=404 or status=200) and method=get",
       "not not not status=200", "category=x and status=200", "not (category=x or status=404)", "not (category=x and status=200)");
}

static size_t column_in(const char *text, const char **message)
{
    static fault f;
    arena a = {0};
    struct where *w = NULL;
    span one = span_str(text);
    f = where_compile(&a, &one, 1, &(struct where_options){0, suffixes}, &w);
    arena_free(&a);
    if (f.kind != FAULT_USAGE)
        fail_msg("%s: expected a fault", text);
    assert_null(w);
    const char *place = strstr(f.text, "', column ");
    assert_non_null(place);
    *message = f.text;
    size_t column = 0;
    for (place += 10; ascii_digit(*place); place++)
        column = column * 10 + (size_t)(*place - '0');
    return column;
}

static void faults_name_the_column(void **state)
{
    (void)state;
    static const struct { const char *text; size_t column; const char *words; } cases[] = {
        {"", 1, "expected a test"}, {"  ", 3, "expected a test"}, {"status=200 and", 15, "expected a test"},
        {"hots=a", 1, "no field"}, {"status", 7, "expected = !="}, {"status~2", 7, "expected = !="},
        {"agent>1", 6, "expected = != or ~"}, {"client:10.0.0.1", 7, "expected = != or ~"}, {"agent:x", 6, "expected = != or ~"},
        {"status=", 8, "expected a value"}, {"status=abc", 8, "expected a number"}, {"status=200..abc", 13, "expected a number"},
        {"status=300..200", 13, "ends before"}, {"status<0", 8, "smaller"}, {"bytes_out>99999999999T", 11, "expected a number"},
        {"duration>5", 10, "expected a duration"}, {"time=25:00", 6, "expected a time"}, {"time=15:05..2025-11-21", 13, "both ends"},
        {"hour=24", 6, "expected an hour"}, {"outcome=denied", 9, "auth_required"}, {"tunnel=maybe", 8, "yes or no"},
        {"client=10.0.0.0/33", 8, "expected a network"}, {"client=192.168.16/24", 8, "expected a network"},
        {"client=10.0.0.9..10.0.0.1", 18, "ends before"}, {"client=10.0.0.1..x", 18, "expected an address"},
        {"client=10.0.0.1..::1", 18, "ends before"}, {"host=a.example:443", 6, "port=443"}, {"host=http://a/", 6, "expected a network"},
        {"domain=www.example.com", 8, "domain=example.com"}, {"agent~\"\"", 7, "expected 1 to"}, {"agent=\"x", 7, "never closed"},
        {"agent=\"x\\q\"", 9, "expected \\\\"}, {"agent~/x", 7, "ends with /"}, {"agent~/a(b/", 11, "regular expression"},
        {"agent~/x/g", 10, "expected a blank"}, {"agent=a(b", 8, "expected a blank"}, {"agent=\"a\"b", 10, "expected a blank"},
        {"status=200 status=404", 12, "expected and, or"}, {"status=200)", 11, "nothing was opened"},
        {"(status=200", 1, "never closed"}, {"status=1 and (status=200 or (status=3)", 14, "never closed"}, {"()", 2, "expected a test"},
        {"user=日本 x", 9, "expected and, or"}, {"and", 1, "no field"}, {"not", 4, "expected a test"}, {"=5", 1, "expected a test"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const char *message;
        size_t column = column_in(cases[i].text, &message);
        if (column != cases[i].column || !strstr(message, cases[i].words))
            fail_msg("%s: expected column %zu, %s", message, cases[i].column, cases[i].words);
    }
}

static fault compile_long(span text)
{
    arena a = {0};
    struct where *w;
    fault f = where_compile(&a, &text, 1, &(struct where_options){0, suffixes}, &w);
    where_close(w);
    arena_free(&a);
    return f;
}

static void limits_are_said(void **state)
{
    (void)state;
    static char text[WHERE_TEXT_MAX + 2];
    memset(text, '(', sizeof text);
    assert_non_null(strstr(compile_long(span_of(text, WHERE_TEXT_MAX)).text, "more than 64 parentheses"));
    assert_non_null(strstr(compile_long(span_of(text, WHERE_TEXT_MAX + 1)).text, "at most 16384 bytes"));
    memcpy(text + 64, "status=1", 8);
    memset(text + 72, ')', 64);
    assert_int_equal(compile_long(span_of(text, 136)).kind, FAULT_NONE);
    for (size_t i = 0; i + 4 <= WHERE_TEXT_MAX; i += 4)
        memcpy(text + i, "not ", 4);
    memcpy(text + WHERE_TEXT_MAX - 8, "status=1", 8);
    assert_int_equal(compile_long(span_of(text, WHERE_TEXT_MAX)).kind, FAULT_NONE);
    for (size_t i = 0; i < 257; i++)
        memcpy(text + 12 * i, "status=1 or ", 12);
    assert_int_equal(compile_long(span_of(text, 12 * 256 - 4)).kind, FAULT_NONE);
    assert_non_null(strstr(compile_long(span_of(text, 12 * 257 - 4)).text, "more than 256 tests"));
    memset(text, 'x', 1100);
    memcpy(text, "agent~/", 7);
    text[1099] = '/';
    assert_non_null(strstr(compile_long(span_of(text, 1100)).text, "at most 1000 bytes"));
}

/* The deepest nesting of everything that waits: "a or a and (" 64 times. */
static void the_stacks_are_deep_enough(void **state)
{
    (void)state;
    char text[2000];
    size_t n = 0;
    for (int i = 0; i < WHERE_DEPTH_MAX; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "hour=1 or hour=2 and not (");
    n += (size_t)snprintf(text + n, sizeof text - n, "hour=1 or hour=2 and hour=3");
    memset(text + n, ')', WHERE_DEPTH_MAX);
    assert_int_equal(compile_long(span_of(text, n + WHERE_DEPTH_MAX)).kind, FAULT_NONE);
}

static void several_must_all_hold(void **state)
{
    (void)state;
    arena a = {0};
    struct where *w;
    event e = sample();
    span texts[] = {SPAN("status=404 or status=200"), SPAN("method=connect or agent~x"), SPAN("not user=alice")};
    for (size_t n = 0; n <= 3; n++) {
        assert_int_equal(where_compile(&a, texts, n, &(struct where_options){0, suffixes}, &w).kind, FAULT_NONE);
        assert_true(where_match(w, NULL, &e));
        uint64_t fields = (n > 0 ? FIELD_BIT(STATUS) : 0) | (n > 1 ? FIELD_BIT(METHOD) | FIELD_BIT(AGENT) : 0) |
                          (n > 2 ? FIELD_BIT(USER) : 0);
        assert_int_equal(where_fields(w), fields);
        where_close(w);
    }
    texts[1] = SPAN("method=get");
    assert_int_equal(where_compile(&a, texts, 3, &(struct where_options){0, suffixes}, &w).kind, FAULT_NONE);
    assert_false(where_match(w, NULL, &e));
    where_close(w);
    arena_free(&a);
}

static void giving_up_is_unknown_and_counted(void **state)
{
    (void)state;
    arena a = {0};
    struct where *w;
    static char agent[5000];
    memset(agent, 'a', sizeof agent);
    agent[sizeof agent - 1] = 'b';
    event e = sample();
    event_set_text(&e, FIELD_AGENT, span_of(agent, sizeof agent));
    span texts[] = {SPAN("agent~/(a+)+$/ or not agent~/(a+)+$/")};
    assert_int_equal(where_compile(&a, texts, 1, &(struct where_options){0, suffixes}, &w).kind, FAULT_NONE);
    struct where_scratch *s = where_scratch_open(w);
    assert_false(where_match(w, s, &e));
    assert_int_equal(where_gave_up(s), 2);
    where_scratch_close(s);
    where_close(w);
    arena_free(&a);
}

/* Is `line` worth reading for the filter? 1 yes, 0 no, -1 nothing is known. */
static int worth_reading(const char *text, span line)
{
    arena a = {0};
    struct where *w;
    span one = span_str(text);
    assert_int_equal(where_compile(&a, &one, 1, &(struct where_options){0, suffixes}, &w).kind, FAULT_NONE);
    const struct literal_set *set = where_literals(w);
    int is_worth = set ? literal_find(set, line, 0) != SIZE_MAX : -1;
    where_close(w);
    arena_free(&a);
    return is_worth;
}

static void patterns_leave_lines_out(void **state)
{
    (void)state;
    span line = SPAN("1763733912.108 90 192.168.16.109 TCP_MISS/200 512 GET http://www.biosnews.info/a?b=%20c - D/1.2.3.4 -");
    assert_int_equal(worth_reading("host:biosnews.info", line), 1);
    assert_int_equal(worth_reading("host:example.com", line), 0);
    assert_int_equal(worth_reading("host:example.com or host=biosnews.info", line), 1);
    assert_int_equal(worth_reading("host:example.com or path~xyz", line), 0);
    assert_int_equal(worth_reading("client=192.168.16.109 and status=200", line), 1);
    assert_int_equal(worth_reading("client=192.168.16.110", line), 0);
    assert_int_equal(worth_reading("host=2001:db8::7", line), 0);
    assert_int_equal(worth_reading("domain=example.org", line), 0);
    assert_int_equal(worth_reading("agent~Curl and hour=3", line), 0);
    assert_int_equal(worth_reading("not (not method=PATCH or status=200)", line), 0);
    assert_int_equal(worth_reading("host:example.com or status=200", line), -1);
    assert_int_equal(worth_reading("not host:example.com", line), -1);
    assert_int_equal(worth_reading("client=192.168.16.0/24", line), -1);
    assert_int_equal(worth_reading("host~16.1", line), -1);
    assert_int_equal(worth_reading("agent=?", line), -1);
    assert_int_equal(worth_reading("agent~/curl/", line), -1);
}

static void no_spelling_of_an_address_is_left_out(void **state)
{
    (void)state;
    static const char *const spelled[] = {
        "198.51.100.7", "198.51.25607", "198.3367943", "3325256711", "0xc6.51.100.7", "198.0x33.100.7", "198.51.0X64.7",
        "198.51.100.0x7", "0XC6336407", "0306.51.100.7", "198.063.100.7", "198.51.0144.7", "198.51.100.07",
        "198.51.100.0007", "198.51.062007", "198.014662007", "030614662007", "0000030614662007", "0x000c6.0063.25607",
        "::ffff:198.51.100.7", "[::FFFF:c633:6407]", "0:0:0:0:0:ffff:c633:6407", "%3198.51.100.7", "198%2e51.100.7",
        "\xef\xbc\x91" "98.51.100.7", "198.51.100.7.", "198.51.0x6407", "198.0x336407", "0306.3367943",
    };
    for (size_t i = 0; i < COUNT_OF(spelled); i++) {
        event e = {0};
        event_set_text(&e, FIELD_HOST, span_str(spelled[i]));
        if (!matches_event("host=198.51.100.7", 0, &e) || worth_reading("host=198.51.100.7", span_str(spelled[i])) != 1)
            fail_msg("%s is left out", spelled[i]);
    }
}

static int open_suffixes(void **state)
{
    (void)state;
    return known_suffixes_open(&suffixes).kind;
}

static int close_suffixes(void **state)
{
    (void)state;
    known_suffixes_close(suffixes);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers), cmocka_unit_test(numbers_that_differ), cmocka_unit_test(durations), cmocka_unit_test(times_are_as_long_as_they_are_written), cmocka_unit_test(the_zone_moves_the_clock),
        cmocka_unit_test(hours), cmocka_unit_test(addresses), cmocka_unit_test(a_client_may_be_a_name),
        cmocka_unit_test(hosts), cmocka_unit_test(hosts_that_are_addresses), cmocka_unit_test(texts),
        cmocka_unit_test(outcomes_and_tunnels), cmocka_unit_test(not_never_matches_what_is_unlogged),
        cmocka_unit_test(states), cmocka_unit_test(logic), cmocka_unit_test(faults_name_the_column),
        cmocka_unit_test(limits_are_said), cmocka_unit_test(the_stacks_are_deep_enough),
        cmocka_unit_test(several_must_all_hold), cmocka_unit_test(giving_up_is_unknown_and_counted),
        cmocka_unit_test(patterns_leave_lines_out), cmocka_unit_test(no_spelling_of_an_address_is_left_out),
    };
    return cmocka_run_group_tests(tests, open_suffixes, close_suffixes);
}
