/* SPDX-License-Identifier: Apache-2.0 */
/* Products whose columns have places, not names; collectors' JSON around lines. Stamps: date -u -d '...' +%s. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/sink.h"
#include "base/when.h"
#include "format/format.h"
#include "format/plan.h"
#include "format/vocabulary.h"

struct fixture { arena a; struct layout layout; event e; };

static void recognise(struct fixture *f, const char *const *lines, size_t n)
{
    span *spans = arena_new(&f->a, span, n + 1);
    struct format_options options = {.tz_minutes = WHEN_NONE_MINUTES};
    struct format_refusal refusal;
    for (size_t i = 0; i < n; i++)
        spans[i] = span_str(lines[i]);
    fault why = format_recognise(&f->a, &options, spans, n, &f->layout, &refusal);
    if (why.kind)
        fail_msg("%s\nnot recognised: %s", lines[0], why.text);
}

static enum row_fate row(struct fixture *f, const char *line) { return format_row(&f->layout, span_str(line), &f->a, &f->e); }

static void expect_text(const struct fixture *f, enum field field, const char *wanted)
{
    span got = event_text(&f->e, field);
    if (!span_eq(got, span_str(wanted)))
        fail_msg("%s: expected %s, got %.*s", field_infos[field].key, wanted, (int)got.n, got.p);
}

#define PAN(type, subtype) "1,2026/11/21 21:19:33,0070,"type","subtype",2049,2026/11/21 21:19:32,10.0.0.1,192.0.2.7,0.0.0.0,0.0.0.0,out,,,ssl," \
    "vsys1,trust,untrust,e1,e2,log,2026/11/21 21:19:32,1201,1,51000,443,0,0,0x53,tcp,"
#define TRAFFIC "<14>Nov 21 21:19:33 fw1 " PAN("TRAFFIC", "end") "allow,9730,2210,7520,31,2026/11/21 21:19:02,30,news,0,7301,0x0,a,b,0,14,17,tcp-fin"
#define URL "<14>Nov 21 21:19:33 fw1 " PAN("THREAT", "url") "block-url,\"a.example/x?q=1,2\",(9999),news,informational,client-to-server,7302,0x0"

static void palo_alto_writes_several_kinds(void **state)
{
    static const char *const lines[] = {
        TRAFFIC, URL, "<14>Nov 21 21:19:33 fw1 " PAN("THREAT", "vulnerability") "reset-both,\"x\",IIS,any,high,client-to-server,1,0x0",
        "<14>Nov 21 21:19:33 fw1 1,2026/11/21 21:19:33,0070,SYSTEM,general,0,2026/11/21 21:19:33,,general,,0,0,general,informational,\"x\",1,0x0",
    };
    (void)state;
    struct fixture f = {0};
    recognise(&f, lines, 4);
    assert_true(span_eq(f.layout.name, SPAN("paloalto")));
    assert_true(f.layout.gives & FIELD_BIT(BYTES_OUT) && f.layout.gives & FIELD_BIT(URL));
    assert_int_equal(row(&f, lines[0]), ROW_EVENT);
    assert_int_equal(f.e.at[FIELD_BYTES_OUT].number, 2210);
    assert_int_equal(f.e.at[FIELD_BYTES_IN].number, 7520);
    assert_int_equal(f.e.at[FIELD_DURATION].ms, 30000);
    expect_text(&f, FIELD_SERVER_IP, "192.0.2.7");
    assert_int_equal(f.e.at[FIELD_OUTCOME].number, OUTCOME_ALLOWED);
    assert_int_equal(row(&f, lines[1]), ROW_EVENT);
    expect_text(&f, FIELD_HOST, "a.example");
    expect_text(&f, FIELD_QUERY, "q=1,2");
    assert_int_equal(f.e.at[FIELD_TIME].ms, 1795295972000);
    assert_int_equal(f.e.at[FIELD_OUTCOME].number, OUTCOME_BLOCKED);
    assert_false(event_has(&f.e, FIELD_BYTES_OUT) || event_has(&f.e, FIELD_USER));
    assert_int_equal(row(&f, lines[2]), ROW_SKIPPED); /* another finding about a request that has its row */
    assert_int_equal(row(&f, lines[3]), ROW_SKIPPED);
    assert_int_equal(row(&f, "<14>Nov 21 21:19:33 fw1 " PAN("TRAFFIC", "start") "allow,0,0,0,1,2026/11/21 21:19:32,0,news"), ROW_SKIPPED);
    assert_int_equal(row(&f, "<14>Nov 21 21:19:33 fw1 " PAN("TRAFFIC", "end") "allow,97"), ROW_BAD);
    assert_int_equal(row(&f, "<14>Nov 21 21:19:33 fw1 1,2026/11/21 21:19:33,0070,WEATHER,fine,0"), ROW_BAD);
    arena_free(&f.a);
}

static void days_first_and_nothing_said(void **state)
{
    static const char *const lines[] = {
        "\"21/11/2026\",\"06:49:24\",\"sato@corp.example\",\"pc1\",\"IT\",\"Allowed\",\"Use\",\"P\",\"a.example:443/\",\"203.0.113.1\","
        "\"192.0.2.7\",\"Not available\",\"None\",\"None\",\"None\",\"200\",\"Connect\"",
        "\"21/11/2026\",\"06:49:25\",\"sato@corp.example\",\"pc1\",\"IT\",\"Blocked\",\"Use\",\"P\",\"HTTPS://b.example/y\",\"203.0.113.1\","
        "\"192.0.2.7\",\"10.0.0.1\",\"None\",\"None\",\"curl/8\",\"None\",\"Post\"",
    };
    (void)state;
    struct fixture f = {0};
    recognise(&f, lines, 2);
    assert_true(span_eq(f.layout.name, SPAN("forcepoint")));
    assert_int_equal(row(&f, lines[0]), ROW_EVENT);
    assert_int_equal(f.e.at[FIELD_TIME].ms, 1795243764000);
    assert_true(f.e.is_tunnel);
    expect_text(&f, FIELD_HOST, "a.example");
    assert_int_equal(f.e.at[FIELD_PORT].number, 443);
    assert_int_equal(event_state(&f.e, FIELD_AGENT), STATE_BLANK);
    assert_int_equal(event_state(&f.e, FIELD_CLIENT), STATE_ABSENT);
    assert_int_equal(row(&f, lines[1]), ROW_EVENT);
    expect_text(&f, FIELD_CLIENT, "10.0.0.1");
    expect_text(&f, FIELD_HOST, "b.example");
    assert_int_equal(event_state(&f.e, FIELD_STATUS), STATE_ABSENT);
    assert_int_equal(f.e.at[FIELD_OUTCOME].number, OUTCOME_BLOCKED);
    assert_false(f.e.is_tunnel);
    arena_free(&f.a);
}

#define NATIVE "1795295972.108     24 10.0.0.1 TCP_MISS/200 9712 GET http://h/a\\\"b - HIER_DIRECT/10.9.9.9 text/html"

static void lines_inside_json_are_read(void **state)
{
    static const char *const lines[] = {
        "{\"log\":\"" NATIVE "\\n\",\"stream\":\"stdout\",\"time\":\"2026-11-21T21:19:32.1Z\"}",
        "{\"@timestamp\":\"2026-11-21T21:19:32.108Z\",\"message\":\"" NATIVE "\",\"host\":{\"name\":\"px\"}}",
        "{\"preview\":false,\"result\":{\"host\":\"px\",\"_raw\":\"" NATIVE "\"}}",
        "{\"event\":{\"module\":\"x\",\"original\":\"" NATIVE "\"}}",
        "{\"event.original\":\"" NATIVE "\"}",
        "{\"time\":1795295972,\"event\":\"" NATIVE "\"}",
        "{\"message\":\"<134>Nov 21 21:19:32 px squid[1]: " NATIVE "\"}",
        "{\"log\":\"{\\\"message\\\":\\\"<134>Nov 21 21:19:32 px squid[1]: 1795295972.108     24 10.0.0.1 TCP_MISS/200 9712 GET "
        "http://h/a\\\\\\\"b - HIER_DIRECT/10.9.9.9 text/html\\\"}\"}",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        struct fixture f = {0};
        recognise(&f, lines + i, 1);
        assert_true(f.layout.unescapes && span_eq(f.layout.name, SPAN("squid")));
        if (row(&f, lines[i]) != ROW_EVENT)
            fail_msg("%s", lines[i]);
        expect_text(&f, FIELD_URL, "http://h/a\"b");
        assert_int_equal(f.e.at[FIELD_BYTES_IN].number, 9712);
        assert_int_equal(row(&f, "{\"log\":3}"), ROW_BAD);
        assert_int_equal(row(&f, "{\"log\":\"1795"), ROW_BAD);
        arena_free(&f.a);
    }
}

static void heads_of_containers_and_lengths(void **state)
{
    static const char *const lines[] = {
        "2026-11-21T21:19:32.108765432Z stdout F 1795295972.108 24 10.0.0.1 TCP_MISS/200 9712 GET http://h/ - HIER_DIRECT/10.9.9.9 text/html",
        "118 <134>1 2026-11-21T21:19:32Z px squid 1 - - 1795295972.108 24 10.0.0.1 TCP_MISS/200 9712 GET http://h/ - HIER_DIRECT/10.9.9.9 text/html",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        struct fixture f = {0};
        recognise(&f, lines + i, 1);
        assert_false(f.layout.unescapes);
        assert_int_equal(row(&f, lines[i]), ROW_EVENT);
        expect_text(&f, FIELD_HOST, "h");
        arena_free(&f.a);
    }
}

static void no_column_passes_for_another(void **state)
{
    static const char *const lines[] = {
        "Nov 21 21:19:33 4872 1000/01/ - 192.0.2.7:80 10.0.0.9 10.0.0.1 - sato [21/Nov/2026:21:19:32 +0900] 200 0 512 - 0 0 0/0/0 -1 0 400 "
        "0 sales - 0 - \"GET http://a.example/x HTTP/1.1\" - Mozilla%2F5.0+%28X%29 text%2Fhtml A667FEFF"};
    (void)state;
    struct fixture f = {0};
    recognise(&f, lines, 1);
    assert_true(span_eq(f.layout.name, SPAN("ifilter")));
    assert_int_equal(row(&f, lines[0]), ROW_EVENT);
    expect_text(&f, FIELD_CLIENT, "10.0.0.1");
    expect_text(&f, FIELD_USER, "sato");
    expect_text(&f, FIELD_AGENT, "Mozilla/5.0 (X)");
    expect_text(&f, FIELD_MIME, "text/html");
    assert_int_equal(f.e.at[FIELD_TIME].ms, 1795263572000);
    assert_false(event_has(&f.e, FIELD_BYTES_IN));
    arena_free(&f.a);
}

static size_t rows_taken(const char *const *lines, size_t n)
{
    struct fixture f = {0};
    size_t taken = 0;
    recognise(&f, lines, 1);
    assert_true(span_eq(f.layout.name, SPAN("bluecoat")));
    for (size_t i = 0; i < n; i++)
        taken += row(&f, lines[i]) == ROW_EVENT;
    arena_free(&f.a);
    return taken;
}

/* Without a header nothing but their look says what columns are. */
static void columns_by_place_look_like_what_they_are(void **state)
{
#define ROW(client, status)                                                                                           \
    "2026-11-21 21:19:32 41 " client " - - - OBSERVED \"News\" - " status " TCP_NC_MISS GET text/html http a.example 80 /x - - " \
    "\"Mozilla/5.0\" 10.0.0.9 512 210 -"
    static const char *const good[] = {ROW("10.0.0.1", "200"), ROW("2001:db8::1", "-"), ROW("pc-17.example", "0"), ROW("pc17", "599")};
    static const char *const bad[] = {ROW("10.0.0.1", "200"), ROW("138", "200"), ROW("10.0.0.1", "31"), ROW("10.0.0", "200")};
    static const char *const other[] = {ROW("138", "200")};
    (void)state;
    assert_int_equal(rows_taken(good, COUNT_OF(good)), 4);
    assert_int_equal(rows_taken(bad, COUNT_OF(bad)), 1);
    struct fixture f = {0};
    struct format_options options = {.tz_minutes = WHEN_NONE_MINUTES};
    struct format_refusal refusal;
    span line = span_str(other[0]);
    assert_true(format_recognise(&f.a, &options, &line, 1, &f.layout, &refusal).kind);
    arena_free(&f.a);
#undef ROW
}

/* A logger that doubles no quotes, and a client that knows the header. */
static void an_agent_writes_no_columns(void **state)
{
    static const char *const lines[] = {
        "#Fields: date time c-ip cs-method cs-uri sc-status cs(User-Agent) s-ip cs-bytes sc-bytes cs(Referer)",
        "2026-11-21 21:19:32 10.0.0.1 GET http://a.example/x 200 \"Mozilla/5.0 (X11)\" 10.0.0.9 210 512 -",
        "2026-11-21 21:19:32 10.0.0.1 GET http://a.example/x 200 \"Mozilla\" 10.6.6.6 1 999999999 - \"x\" 10.0.0.9 210 512 -",
        "2026-11-21 21:19:32 10.0.0.1 GET http://a.example/x 200 \"say \"\"hi\"\"\" 10.0.0.9 210 512 -",
        "2026-11-21 21:19:32 10.0.0.1 GET http://a.example/x 200 curl/8 10.0.0.9 210 512 - more"};
    (void)state;
    struct fixture f = {0};
    recognise(&f, lines, 2);
    assert_int_equal(row(&f, lines[1]), ROW_EVENT);
    assert_int_equal(f.e.at[FIELD_BYTES_IN].number, 512);
    assert_int_equal(row(&f, lines[2]), ROW_BAD);
    assert_int_equal(row(&f, lines[3]), ROW_EVENT);
    expect_text(&f, FIELD_AGENT, "say \"hi\"");
    assert_int_equal(row(&f, lines[4]), ROW_EVENT);
    arena_free(&f.a);
}

static void exports_of_siems(void **state)
{
    static const char *const kibana[] = {
        "\"@timestamp\",source.ip,url.original,http.response.status_code,source.bytes,destination.bytes,user_agent.original,message",
        "\"Nov 21, 2026 @ 21:19:32.108\",10.0.0.1,https://a.example/x,200,210,512,\"Mozilla/5.0 (a, b)\",m"};
    static const char *const sentinel[] = {"TimeGenerated,SourceIP,RequestURL,RequestMethod,DeviceAction,SentBytes",
                                           "2026-11-21T21:19:32.108Z,10.0.0.1,http://a.example/x,GET,Blocked,5"};
    (void)state;
    struct fixture f = {0}, g = {0};
    recognise(&f, kibana, 2);
    assert_true(span_eq(f.layout.name, SPAN("siem-csv")));
    assert_int_equal(row(&f, kibana[0]), ROW_SKIPPED);
    assert_int_equal(row(&f, kibana[1]), ROW_EVENT);
    assert_int_equal(f.e.at[FIELD_TIME].ms, 1795295972108);
    assert_int_equal(f.e.at[FIELD_BYTES_OUT].number, 210);
    assert_int_equal(f.e.at[FIELD_BYTES_IN].number, 512);
    expect_text(&f, FIELD_AGENT, "Mozilla/5.0 (a, b)");
    recognise(&g, sentinel, 2);
    assert_int_equal(row(&g, sentinel[1]), ROW_EVENT);
    assert_int_equal(g.e.at[FIELD_OUTCOME].number, OUTCOME_BLOCKED);
    assert_int_equal(event_state(&g.e, FIELD_BYTES_OUT), STATE_UNLOGGED); /* whose SentBytes they are, nobody says */
    arena_free(&f.a);
    arena_free(&g.a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(palo_alto_writes_several_kinds),
        cmocka_unit_test(days_first_and_nothing_said),
        cmocka_unit_test(lines_inside_json_are_read),
        cmocka_unit_test(heads_of_containers_and_lengths),
        cmocka_unit_test(no_column_passes_for_another),
        cmocka_unit_test(columns_by_place_look_like_what_they_are),
        cmocka_unit_test(an_agent_writes_no_columns),
        cmocka_unit_test(exports_of_siems),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
