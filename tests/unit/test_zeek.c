/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of connections: Zeek's logs and Suricata's, as columns and as JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/when.h"
#include "format/format.h"

struct fixture { arena a; struct layout layout; event e; struct format_refusal refusal; fault why; };

static struct fixture *recognise(const char *const *lines, size_t n)
{
    struct fixture *f = mem_alloc(sizeof *f);
    span *spans = arena_new(&f->a, span, n + 1);
    struct format_options options = {.tz_minutes = WHEN_NONE_MINUTES};
    for (size_t i = 0; i < n; i++)
        spans[i] = span_str(lines[i]);
    f->why = format_recognise(&f->a, &options, spans, n, &f->layout, &f->refusal);
    return f;
}

static void finish(struct fixture *f)
{
    arena_free(&f->a);
    mem_free(f);
}

static enum row_fate row(struct fixture *f, const char *line) { return format_row(&f->layout, span_str(line), &f->a, &f->e); }

static void expect_text(const struct fixture *f, enum field field, const char *wanted)
{
    span got = event_text(&f->e, field);
    if (!span_eq(got, span_str(wanted)))
        fail_msg("%s: expected %s, got %.*s", field_infos[field].key, wanted, (int)got.n, got.p);
}

#define HEAD(separator, path) "#separator " separator, "#set_separator\t,", "#empty_field\t(empty)", "#unset_field\t-", "#path\t" path
#define HTTP_FIELDS                                                                                                    \
    "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\ttrans_depth\tmethod\thost\turi\treferrer\tuser_agent\t" \
    "request_body_len\tresponse_body_len\tstatus_code\ttags\tusername\tproxied\tresp_mime_types"

static void columns_of_requests(void **state)
{
    static const char *const lines[] = {
        HEAD("\\x09", "http"), HTTP_FIELDS,
        "1795295972.108765\tCa1\t10.0.0.1\t51000\t192.0.2.7\t80\t1\tGET\ta.example\t/x?a=\\x09\\x5c \"q\t-\ta\\x09b\t12\t5\t200\t(empty)\tsato\t-\ttext/html",
    };
    (void)state;
    struct fixture *f = recognise(lines, COUNT_OF(lines));
    assert_int_equal(f->why.kind, 0);
    assert_true(span_eq(f->layout.name, SPAN("zeek")));
    assert_int_equal(row(f, lines[6]), ROW_EVENT);
    assert_int_equal(f->e.at[FIELD_TIME].ms, 1795295972108);
    assert_int_equal(f->e.session, SESSION_REQUEST);
    expect_text(f, FIELD_SESSION, "Ca1");
    expect_text(f, FIELD_CLIENT, "10.0.0.1");
    expect_text(f, FIELD_HOST, "a.example");
    expect_text(f, FIELD_PATH, "/x");
    expect_text(f, FIELD_QUERY, "a=\t\\ \"q");
    expect_text(f, FIELD_AGENT, "a\tb");
    expect_text(f, FIELD_USER, "sato");
    assert_int_equal(event_state(&f->e, FIELD_REFERER), STATE_BLANK);
    assert_int_equal(f->e.at[FIELD_BYTES_OUT].number, 12);
    assert_int_equal(f->e.at[FIELD_BYTES_IN].number, 5);
    assert_int_equal(f->e.has & ~f->layout.gives, 0);
    /* Without a Host header: who was spoken to. A CONNECT: who was asked for. */
    assert_int_equal(row(f, "1795295973.0\tCa2\t10.0.0.1\t51000\t192.0.2.7\t80\t1\tGET\t-\t/\t-\t-\t0\t0\t-\t(empty)\t-\t-\t-"), ROW_EVENT);
    expect_text(f, FIELD_HOST, "192.0.2.7");
    assert_false(f->e.is_tunnel);
    assert_int_equal(row(f, "1795295973.0\tCa3\t10.0.0.1\t51000\t192.0.2.7\t3128\t1\tCONNECT\t-\tb.example:443\t-\tx\t0\t0\t200\t(empty)\t-\t-\t-"), ROW_EVENT);
    expect_text(f, FIELD_HOST, "b.example");
    assert_int_equal(f->e.at[FIELD_PORT].number, 443);
    assert_true(f->e.is_tunnel);
    assert_int_equal(row(f, "XXXXXXXXXX.XXXXXX\tCa2\t10.0.0.1\t51000\t192.0.2.7\t80\t1\tGET\t-\t/\t-\t-\t0\t0\t-\t(empty)\t-\t-\t-"), ROW_BAD);
    finish(f);
}

static void columns_of_connections(void **state)
{
    static const char *const lines[] = {
        "#separator \\x7c", "#path|conn",
        "#fields|ts|uid|id.orig_h|id.orig_p|id.resp_h|id.resp_p|proto|service|duration|orig_bytes|resp_bytes|conn_state",
        "1795295972.1|Ca1|10.0.0.1|51000|2001:db8::7|443|tcp|ssl|61.500000|900|5200|SF",
        "1795295972.2|Ca2|10.0.0.1|51001|192.0.2.8|443|tcp|-|-|-|-|S0",
    };
    (void)state;
    struct fixture *f = recognise(lines, COUNT_OF(lines));
    assert_int_equal(f->why.kind, 0);
    assert_int_equal(row(f, lines[3]), ROW_EVENT);
    assert_int_equal(f->e.session, SESSION_CARRIER);
    expect_text(f, FIELD_HOST, "2001:db8::7");
    assert_int_equal(f->e.at[FIELD_PORT].number, 443);
    assert_int_equal(f->e.at[FIELD_DURATION].ms, 61500);
    assert_int_equal(f->e.at[FIELD_START].ms, 1795295972100);
    assert_int_equal(f->e.at[FIELD_END].ms, 1795296033600);
    assert_int_equal(f->e.at[FIELD_OUTCOME].number, OUTCOME_ALLOWED);
    assert_true(f->e.is_tunnel);
    assert_int_equal(event_state(&f->e, FIELD_AGENT), STATE_UNLOGGED);
    assert_int_equal(f->e.has & ~f->layout.gives, 0);
    assert_int_equal(row(f, lines[4]), ROW_EVENT);
    assert_int_equal(event_state(&f->e, FIELD_BYTES_OUT), STATE_ABSENT);
    assert_int_equal(f->e.at[FIELD_OUTCOME].number, OUTCOME_FAILED);
    assert_false(f->e.is_tunnel);
    finish(f);
}

#define JSON_START(path, uid) "{\"_path\":\"" path "\",\"ts\":\"2026-11-21T21:19:32.108765Z\",\"uid\":\"" uid "\",\"id_orig_h\":\"10.0.0.1\"," \
    "\"id_orig_p\":51000,\"id_resp_h\":\"192.0.2.7\",\"id_resp_p\":443,"

static void kinds_of_rows_in_one_file(void **state)
{
    static const char *const lines[] = {
        JSON_START("dns", "Ca0") "\"query\":\"a.example\"}",
        JSON_START("conn", "Ca1") "\"proto\":\"tcp\",\"duration\":0.0012309551239013672,\"orig_bytes\":900,\"resp_bytes\":1e3,\"conn_state\":\"SF\"}",
        JSON_START("ssl", "Ca1") "\"server_name\":\"a.example\",\"resumed\":false,\"established\":true}",
        JSON_START("http", "Ca2") "\"method\":\"GET\",\"host\":\"b.example\",\"uri\":\"/\",\"request_body_len\":0,\"user_agent\":\"x\","
                                  "\"response_body_len\":5,\"resp_mime_types\":[\"text/html\",\"x/y\"]}",
        JSON_START("sip", "Ca3") "\"method\":\"INVITE\",\"uri\":\"sip:a\",\"request_body_len\":0,\"response_body_len\":5,\"call_id\":\"z\"}",
    };
    (void)state;
    struct fixture *f = recognise(lines, COUNT_OF(lines));
    assert_int_equal(f->why.kind, 0);
    assert_true(span_eq(f->layout.name, SPAN("zeek")));
    assert_int_equal(row(f, lines[0]), ROW_SKIPPED);
    assert_int_equal(row(f, lines[4]), ROW_SKIPPED);
    assert_int_equal(row(f, lines[1]), ROW_EVENT);
    assert_int_equal(f->e.session, SESSION_CARRIER);
    assert_int_equal(f->e.at[FIELD_DURATION].ms, 1);
    assert_int_equal(event_state(&f->e, FIELD_AGENT), STATE_UNLOGGED); /* though the layout gives agents */
    assert_int_equal(row(f, lines[2]), ROW_EVENT);
    assert_int_equal(f->e.session, SESSION_NAMED);
    expect_text(f, FIELD_HOST, "a.example");
    assert_int_equal(f->e.at[FIELD_PORT].number, 443);
    assert_true(f->e.is_tunnel);
    assert_int_equal(row(f, lines[3]), ROW_EVENT);
    assert_int_equal(f->e.session, SESSION_REQUEST);
    expect_text(f, FIELD_MIME, "text/html");
    assert_int_equal(event_state(&f->e, FIELD_REFERER), STATE_UNLOGGED); /* nobody in the sample sent one */
    assert_int_equal(row(f, JSON_START("http", "Ca2") "\"host\":\"b.example\",\"uri\":\"/\",\"request_body_len\":0}"), ROW_EVENT);
    assert_int_equal(event_state(&f->e, FIELD_AGENT), STATE_BLANK); /* left out: not sent */
    finish(f);
}

static void what_is_no_log_of_requests(void **state)
{
    static const char *const dns[] = {HEAD("\\x09", "dns"), "#fields\tts\tuid\tid.orig_h\tid.resp_h\tquery",
                                      "1795295972.108765\tCa1\t10.0.0.1\t192.0.2.7\ta.example"};
    static const char *const empty[] = {HEAD("\\x09", "http"), HTTP_FIELDS};
    static const char *const json[] = {JSON_START("ssh", "Ca1") "\"client\":\"SSH-2.0-x\"}"};
    static const char *const pretty[] = {"{", "  \"event_type\": \"http\"", "}"};
    static const struct { const char *const *lines; size_t n; const char *said; } cases[] = {
        {dns, COUNT_OF(dns), "Zeek's dns log"}, {empty, COUNT_OF(empty), "Zeek's http log without a row"},
        {json, COUNT_OF(json), "Zeek's ssh log"}, {pretty, COUNT_OF(pretty), "JSON over several lines"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fixture *f = recognise(cases[i].lines, cases[i].n);
        assert_int_not_equal(f->why.kind, 0);
        if (!span_starts(f->refusal.instead, span_str(cases[i].said)))
            fail_msg("%s: %.*s", cases[i].said, (int)f->refusal.instead.n, f->refusal.instead.p);
        finish(f);
    }
}

static void suricata_tells_when_the_flow_was(void **state)
{
    static const char *const lines[] = {
        "{\"timestamp\":\"2026-11-21T21:30:00.000000+0000\",\"flow_id\":7,\"event_type\":\"flow\",\"src_ip\":\"10.0.0.1\",\"dest_ip\":\"192.0.2.7\","
        "\"dest_port\":443,\"flow\":{\"bytes_toserver\":486,\"bytes_toclient\":70,\"start\":\"2026-11-21T21:19:32.000000+0000\","
        "\"end\":\"2026-11-21T21:20:32.500000+0000\"}}",
    };
    (void)state;
    struct fixture *f = recognise(lines, 1);
    assert_int_equal(f->why.kind, 0);
    assert_int_equal(row(f, lines[0]), ROW_EVENT);
    assert_int_equal(f->e.session, SESSION_CARRIER);
    expect_text(f, FIELD_SESSION, "7");
    assert_int_equal(f->e.at[FIELD_TIME].ms, 1795295972000); /* the start; the stamp is when it was logged */
    assert_int_equal(f->e.at[FIELD_DURATION].ms, 60500);
    assert_int_equal(f->e.at[FIELD_END].ms, 1795296032500);
    assert_int_equal(f->e.has & ~f->layout.gives, 0);
    finish(f);
}

static void common_schema(void **state)
{
    static const char *const lines[] = {
        "{\"@timestamp\":\"2026-11-21T21:19:32.108Z\",\"event\":{\"duration\":41500000,\"action\":\"denied\",\"outcome\":\"success\"},"
        "\"source\":{\"ip\":\"10.0.0.1\",\"bytes\":210},\"client\":{\"ip\":\"10.9.9.9\"},\"destination\":{\"bytes\":512},"
        "\"url\":{\"original\":\"/x?y=1\",\"full\":\"http://b.example/\",\"domain\":\"a.example\"},\"tags\":[],"
        "\"http\":{\"request\":{\"method\":\"GET\"},\"response\":{\"status_code\":403,\"body\":{\"bytes\":9}}}}",
        "{\"@timestamp\":\"2026-11-21T21:19:33.108Z\",\"source.ip\":\"10.0.0.1\",\"process.name\":\"x\"}",
    };
    (void)state;
    struct fixture *f = recognise(lines, COUNT_OF(lines));
    assert_int_equal(f->why.kind, 0);
    assert_true(span_eq(f->layout.name, SPAN("ecs")));
    assert_false(format_has_sessions(&f->layout));
    assert_int_equal(row(f, lines[0]), ROW_EVENT);
    expect_text(f, FIELD_CLIENT, "10.0.0.1");
    expect_text(f, FIELD_HOST, "a.example");
    expect_text(f, FIELD_PATH, "/x");
    assert_int_equal(f->e.at[FIELD_DURATION].ms, 41);
    assert_int_equal(f->e.at[FIELD_BYTES_OUT].number, 210);
    assert_int_equal(f->e.at[FIELD_BYTES_IN].number, 512); /* the stronger of two names */
    assert_int_equal(f->e.at[FIELD_OUTCOME].number, OUTCOME_BLOCKED);
    assert_int_equal(f->e.at[FIELD_TIME].ms - f->e.at[FIELD_START].ms, 41);
    assert_int_equal(row(f, lines[1]), ROW_SKIPPED); /* it tells of no request */
    finish(f);
}

static void envoy_counts_bodies(void **state)
{
    static const char *const lines[] = {
        "{\"start_time\":\"2026-11-21T21:19:32.108Z\",\"method\":\"CONNECT\",\"path\":null,\"response_code\":200,\"bytes_received\":900,"
        "\"bytes_sent\":5200,\"duration\":61500,\"user_agent\":null,\"authority\":\"b.example:443\",\"upstream_host\":\"192.0.2.7:443\","
        "\"downstream_remote_address\":\"[2001:db8::1]:51000\",\"requested_server_name\":\"b.example\"}",
    };
    (void)state;
    struct fixture *f = recognise(lines, 1);
    assert_int_equal(f->why.kind, 0);
    assert_true(span_eq(f->layout.name, SPAN("envoy")));
    assert_int_equal(row(f, lines[0]), ROW_EVENT);
    assert_int_equal(f->e.at[FIELD_BYTES_OUT].number, 900); /* received from the client */
    assert_int_equal(f->e.at[FIELD_BYTES_IN].number, 5200);
    assert_int_equal(f->e.at[FIELD_START].ms, 1795295972108);
    assert_int_equal(f->e.at[FIELD_END].ms, 1795296033608);
    assert_int_equal(f->e.at[FIELD_CLIENT_PORT].number, 51000);
    assert_int_equal(f->e.at[FIELD_SERVER_PORT].number, 443);
    assert_true(f->e.is_tunnel);
    finish(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_of_requests),      cmocka_unit_test(columns_of_connections),
        cmocka_unit_test(kinds_of_rows_in_one_file), cmocka_unit_test(what_is_no_log_of_requests),
        cmocka_unit_test(suricata_tells_when_the_flow_was), cmocka_unit_test(common_schema),
        cmocka_unit_test(envoy_counts_bodies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
