/* SPDX-License-Identifier: Apache-2.0 */
/* Squid's own layouts on lines as Squid writes them, and on lines that attackers make it write. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/when.h"
#include "format/product.h"

static arena shared;

static const struct plan *plan_of(const char *name, size_t variant)
{
    for (size_t i = 0; format_product_at(i); i++) {
        const struct format_product *product = format_product_at(i);
        if (!span_eq(span_str(product->name), span_str(name)))
            continue;
        struct plan *plan = arena_new(&shared, struct plan, 1);
        fault f = product->variants[variant].compile(&shared, span_str(product->variants[variant].definition), plan);
        assert_int_equal(f.kind, FAULT_NONE);
        return plan;
    }
    fail_msg("no product %s", name);
    return NULL;
}

static event parse(const struct plan *plan, const char *line)
{
    event e;
    if (plan_run(plan, span_str(line), &(arena){0}, &e) != ROW_EVENT)
        fail_msg("bad: %s", line);
    event_derive(&e, plan->stamp);
    return e;
}

static void expect_text(const event *e, enum field field, const char *want)
{
    if (!span_eq(event_text(e, field), span_str(want)))
        fail_msg("%s: \"%.*s\", not \"%s\"", field_infos[field].key, (int)event_text(e, field).n,
                 event_text(e, field).p, want);
}

static void every_example_is_read_by_its_product(void **state)
{
    (void)state;
    for (size_t i = 0; format_product_at(i); i++)
        for (size_t v = 0; v < PRODUCT_VARIANTS_MAX && format_product_at(i)->variants[v].definition; v++) {
            const struct plan *plan = plan_of(format_product_at(i)->name, v);
            event e = parse(plan, format_product_at(i)->variants[v].example);
            assert_true(((e.has | e.blank) & ~plan->gives) == 0);
            assert_int_equal(e.has & e.blank, 0);
            assert_true(event_has(&e, FIELD_TIME) && event_has(&e, FIELD_CLIENT));
            assert_true(event_has(&e, FIELD_STATUS) || !(plan->gives & FIELD_BIT(STATUS)));
            assert_int_equal(e.at[FIELD_TIME].ms / 1000, 1790000000); /* 2026-09-21 14:13:20 UTC */
        }
}

static void a_native_tunnel_row(void **state)
{
    (void)state;
    event e = parse(plan_of("squid", 0), "1795295972.108 900123 10.0.0.5 TCP_TUNNEL/200 943718400 CONNECT "
                                         "[2001:db8::7]:443 - HIER_DIRECT/2001:db8::7 -");
    assert_int_equal(e.at[FIELD_END].ms, 1795295972108);
    assert_int_equal(e.at[FIELD_START].ms, 1795295071985);
    expect_text(&e, FIELD_HOST, "2001:db8::7");
    assert_int_equal(e.at[FIELD_PORT].number, 443);
    expect_text(&e, FIELD_SERVER_IP, "2001:db8::7");
    assert_int_equal(e.at[FIELD_BYTES_IN].number, 943718400);
    assert_int_equal(event_state(&e, FIELD_BYTES_OUT), STATE_UNLOGGED);
    assert_int_equal(event_state(&e, FIELD_AGENT), STATE_UNLOGGED);
    assert_int_equal(event_state(&e, FIELD_USER), STATE_BLANK);
    assert_true(e.is_tunnel);
}

static void blanks_in_native_urls_and_users(void **state)
{
    (void)state;
    const struct plan *squid = plan_of("squid", 0);
    event e = parse(squid, "1795295972.108     24 ::1 TCP_MISS/200 9 GET http://h/a b \"c\" d.html - HIER_DIRECT/::2 text/html");
    expect_text(&e, FIELD_URL, "http://h/a b \"c\" d.html");
    assert_int_equal(event_state(&e, FIELD_USER), STATE_BLANK);
    e = parse(squid, "1795295972.108     24 ::1 TCP_MISS/200 9 GET http://h/ O'Neil \xe5\xa4\xaa\xe9\x83\x8e HIER_DIRECT/::2 text/html");
    expect_text(&e, FIELD_URL, "http://h/");
    expect_text(&e, FIELD_USER, "O'Neil \xe5\xa4\xaa\xe9\x83\x8e");
    e = parse(squid, "1795295972.108     24 ::1 TCP_MISS/200 9 GET http://h/a b.html alice HIER_DIRECT/::2 text/html");
    expect_text(&e, FIELD_URL, "http://h/a b.html");
    expect_text(&e, FIELD_USER, "alice");
    e = parse(squid, "1795295972.108     24 ::1 TCP_MISS/200 9 GET http://h/ HIER_NONE/- text/x - HIER_DIRECT/::2 text/html");
    expect_text(&e, FIELD_SERVER_IP, "::2"); /* a URL made to look like the rest of the row */
    expect_text(&e, FIELD_MIME, "text/html");
}

static void blanks_and_quotes_in_combined(void **state)
{
    (void)state;
    event e = parse(plan_of("combined", 0),
                    "2001:db8::1 - EXAMPLE%5CJohn \"Jo\" Doe [07/Feb/2106:06:28:15 +0900] \"GET http://h/a \\\"b\\\" c HTTP/1.1\" "
                    "000 - \"http://r/\\\" 200 5\" \"x \\\"y\\\" z\" NONE:HIER_NONE");
    expect_text(&e, FIELD_USER, "EXAMPLE%5CJohn \"Jo\" Doe");
    expect_text(&e, FIELD_URL, "http://h/a \\\"b\\\" c");
    expect_text(&e, FIELD_REFERER, "http://r/\\\" 200 5");
    expect_text(&e, FIELD_AGENT, "x \\\"y\\\" z");
    expect_text(&e, FIELD_ACTION, "NONE");
    assert_int_equal(e.at[FIELD_STATUS].number, 0);
    assert_int_equal(event_state(&e, FIELD_BYTES_IN), STATE_ABSENT);
    assert_int_equal(e.at[FIELD_OUTCOME].number, OUTCOME_FAILED);
    assert_int_equal(e.at[FIELD_TIME].ms, 4294934895000); /* 2106-02-06 21:28:15 UTC */
}

static void rows_squid_writes_without_a_request(void **state)
{
    (void)state;
    event e = parse(plan_of("squid", 0), "1795295972.108      0 10.0.0.5 NONE/400 3900 NONE error:invalid-request - HIER_NONE/- text/html");
    assert_int_equal(event_state(&e, FIELD_METHOD), STATE_BLANK);
    assert_int_equal(event_state(&e, FIELD_HOST), STATE_ABSENT);
    assert_int_equal(e.at[FIELD_OUTCOME].number, OUTCOME_FAILED);
    e = parse(plan_of("squid", 0), "1795295972.108      0 10.0.0.5 UDP_MISS/000 60 ICP_QUERY http://h/ - HIER_NONE/- -");
    expect_text(&e, FIELD_METHOD, "ICP_QUERY");
}

/* Connections without a request, in the spellings of 2.x to 7; what a decrypted tunnel leaves. All are events. */
static void odd_rows_of_all_versions(void **state)
{
    (void)state;
    static const struct { const char *row; enum outcome outcome; bool has_host, is_tunnel; } rows[] = {
        {"1795295972.108      0 10.0.0.5 TCP_DENIED/400 1573 NONE NONE:// - NONE/- text/html", OUTCOME_BLOCKED, false, false},
        {"1795295972.108      0 10.0.0.5 TAG_NONE/400 3900 - error:http-request-too-large - HIER_NONE/- text/html", OUTCOME_FAILED, false, false},
        {"1795295972.108      0 10.0.0.5 NONE_NONE/000 0 - error:transaction-end-before-headers - HIER_NONE/- -", OUTCOME_FAILED, false, false},
        {"1795295972.108 900000 10.0.0.5 TCP_MISS_TIMEDOUT/200 5123 CONNECT h.example:443 - DIRECT/192.0.2.1 -", OUTCOME_ALLOWED, true, true},
        {"1795295972.108   1205 10.0.0.5 TCP_TUNNEL_ABORTED/000 5123 CONNECT h.example:443 - HIER_DIRECT/192.0.2.1 -", OUTCOME_ALLOWED, true, true},
        {"1795295972.108   1205 10.0.0.5 TCP_MISS_ABORTED/000 0 GET http://h.example/a - TIMEOUT_HIER_DIRECT/192.0.2.1 -", OUTCOME_FAILED, true, false},
        {"1795295972.108     12 10.0.0.5 TCP_MISS/200 5123 GET https://h.example/a - HIER_DIRECT/192.0.2.1 text/html", OUTCOME_ALLOWED, true, false},
        {"1795295972.108     12 10.0.0.5 TCP_SWAPFAIL_MISS/200 5123 GET http://h.example/a? - FIRST_UP_PARENT/parent.example text/html", OUTCOME_ALLOWED, true, false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        event e = parse(plan_of("squid", 0), rows[i].row);
        if (e.at[FIELD_OUTCOME].number != rows[i].outcome || event_has(&e, FIELD_HOST) != rows[i].has_host || e.is_tunnel != rows[i].is_tunnel)
            fail_msg("%s: outcome %u, host %d, tunnel %d", rows[i].row, (unsigned)e.at[FIELD_OUTCOME].number,
                     event_has(&e, FIELD_HOST), e.is_tunnel);
    }
}

/* `log_mime_hdrs on`: the agent that the native log lacks. */
static void headers_give_agent_and_referer(void **state)
{
    (void)state;
    static const char row[] = "1795295972.108     24 ::1 TCP_MISS/200 9 GET http://h/ - HIER_DIRECT/::2 text/html ";
    char line[600];
    (void)snprintf(line, sizeof line, "%s%s", row, "[Host: h%0d%0auser-agent: Mozilla/5.0 (X11; %5bLinux%5d)%0d%0aReferer:http://r/%0d%0a] [HTTP/1.1 200 OK%0d%0a%0d]");
    event e = parse(plan_of("squid", 1), line);
    expect_text(&e, FIELD_AGENT, "Mozilla/5.0 (X11; %5bLinux%5d)");
    expect_text(&e, FIELD_REFERER, "http://r/");
    (void)snprintf(line, sizeof line, "%s%s", row, "[Host: h%0d%0aX-User-Agent: none%0d%0a] [HTTP/1.1 200 OK%0d%0a%0d]");
    e = parse(plan_of("squid", 1), line);
    assert_int_equal(event_state(&e, FIELD_AGENT), STATE_BLANK);
    (void)snprintf(line, sizeof line, "%s%s", row, "[-] [-]");
    e = parse(plan_of("squid", 1), line);
    assert_int_equal(event_state(&e, FIELD_AGENT), STATE_ABSENT);
    struct plan plan;
    assert_int_equal(plan_compile_squid(&shared, SPAN("%ts \"%>h\" \"%{User-Agent}>h\" %>a"), &plan).kind, FAULT_NONE);
    e = parse(&plan, "1 \"Host: h\\r\\nUser-Agent: in the block\\r\\nReferer: r\\r\\n\" \"in its column\" 10.0.0.1");
    expect_text(&e, FIELD_AGENT, "in its column");
    expect_text(&e, FIELD_REFERER, "r");
}

/* The codes of Squid's documentation of `logformat`, 2.5 to 7, and its external_acl_type names. */
static const char *const documented[] = {
    "%", "sn", "err_code", "err_detail", "note", "{x}note", "credentials", ">a", ">A", ">p", ">eui", ">la", ">lp", "la", "lp",
    ">qos", ">nfmark", "transport::>connection_id", "<a", "<A", "<p", "<la", "<lp", "<qos", "<nfmark", "oa",
    ">handshake", "ts", "tu", "tl", "{%H:%M}tl", "tg", "tr", "dt", "tS", "busy_time", "et", "ea", "un", "ul", "ui", "us", "ue",
    ">h", "{User-Agent}>h", "{Cookie:;id}>h", ">ha", "{X}>ha", "<h", "{Server}<h", "http::>h", "Hs", ">Hs", "<Hs",
    "<bs", "mt", "rm", ">rm", "<rm", "ru", ">ru", "<ru", ">rs", "<rs", ">rd", "<rd", ">rP", "<rP", "rp", ">rp", "<rp",
    "rv", ">rv", "<rv", ">v", "rG", "st", ">st", "<st", ">sh", "<sh", "<sH", "<sS", "<pt", "<tt", "Ss", "Sh",
    "ssl::bump_mode", "ssl::>sni", "ssl::>cert_subject", "ssl::>cert_issuer", "ssl::<cert_subject",
    "ssl::<cert_issuer", "ssl::<cert_errors", "ssl::<cert", "tls::>negotiated_version", "tls::<negotiated_version",
    "tls::>negotiated_cipher", "tls::<negotiated_cipher", "tls::>received_hello_version",
    "tls::<received_hello_version", "tls::>received_supported_version", "tls::<received_supported_version",
    "icap::tt", "icap::<last_h", "icap::<A", "icap::<service_name", "icap::ru", "icap::rm", "icap::>st", "icap::<st",
    "icap::<bs", "icap::>h", "icap::<h", "icap::tr", "icap::tio", "icap::to", "icap::Hs", "adapt::all_trs",
    "adapt::sum_trs", "{s}adapt::<last_h", "proxy_protocol::>h", "byte{10}", "master_xaction", "SRC", "SRCPORT", "DST",
    "PORT", "PROTO", "PATH", "METHOD", "URI", "LOGIN", "IDENT", "MYADDR", "MYPORT", "EXT_USER", "EXT_LOG", "TAG",
    "\"un", "[un", "#un", "'un", "/un", "-10un", "010tr", "10tr", ".80ru", "5.10ru", ".ru", "#>ru", "{%d/%b/%Y}tg", "<tt", "note{x}", "{x:;}note", "ssl::<cert_subject", "request_attempts", "us", "ur", "\"-5.9{User-Agent}>h", ">h{Host}",
};

static void every_documented_code_compiles(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(documented); i++) {
        char definition[100];
        struct plan plan;
        int n = snprintf(definition, sizeof definition, "%%ts.%%03tu <%%%s> %%>st", documented[i]);
        fault f = plan_compile_squid(&shared, span_of(definition, (size_t)n), &plan);
        if (f.kind)
            fail_msg("%s: %s", documented[i], f.text);
        bool is_code = documented[i][0] != '%';
        assert_int_equal(plan.n, is_code ? 3 : 2);
        assert_true(plan.gives & FIELD_BIT(BYTES_OUT));
        span last = plan.cuts[is_code ? 1 : 0].stop; /* the code ended where it should */
        assert_true(span_eq(last, is_code ? SPAN("> ") : SPAN(" <%> ")));
    }
}

static void a_conf_names_its_formats(void **state)
{
    (void)state;
    static const char conf[] = "# logformat old %ts %>a\n"
                               "logformat spare %ts.%03tu %>a %ru\r\n"
                               "logformat icap_only %icap::tt %icap::rm\n"
                               "access_log daemon:/var/log/squid/access.log logformat=mine buffered-logs=on all\n"
                               "logformat mine %ts.%03tu %6tr %>a \\\n"
                               "    %Ss/%03>Hs %>st %<st %rm %ru\n"
                               "logformat second %tl|%>a|%ru\n"
                               "access_log stdio:/var/log/b.log second";
    struct plan plans[CONF_PLANS_MAX];
    size_t n;
    assert_int_equal(squid_conf_plans(&shared, SPAN(conf), plans, &n).kind, FAULT_NONE);
    assert_int_equal(n, 3);
    assert_true(span_eq(plans[0].name, SPAN("mine")) && span_eq(plans[1].name, SPAN("second")));
    assert_true(span_eq(plans[2].name, SPAN("spare")));
    event e = parse(&plans[0], "1795295972.108     24 10.0.0.1 TCP_MISS/200 245 9712 GET http://h/");
    assert_int_equal(e.at[FIELD_BYTES_OUT].number, 245);
    fault f = squid_conf_plans(&shared, SPAN("logformat x %ts %zz\naccess_log /a x\n"), plans, &n);
    assert_int_equal(f.kind, FAULT_USAGE);
    assert_true(span_find(span_str(f.text), SPAN("column 5")) != SIZE_MAX);
}

static int free_shared(void **state)
{
    (void)state;
    arena_free(&shared);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_example_is_read_by_its_product),
        cmocka_unit_test(a_native_tunnel_row),
        cmocka_unit_test(blanks_in_native_urls_and_users),
        cmocka_unit_test(blanks_and_quotes_in_combined),
        cmocka_unit_test(rows_squid_writes_without_a_request),
        cmocka_unit_test(odd_rows_of_all_versions),
        cmocka_unit_test(headers_give_agent_and_referer),
        cmocka_unit_test(every_documented_code_compiles),
        cmocka_unit_test(a_conf_names_its_formats),
    };
    return cmocka_run_group_tests(tests, NULL, free_shared);
}
