/* SPDX-License-Identifier: Apache-2.0 */
/* Products whose rows are pairs, bare or behind the head of CEF or LEEF: which way their counters count, what their
 * stamps mean, which of their rows are a proxy's. Moments by date(1). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/when.h"
#include "format/format.h"
#include "format/typed.h"

#define MOMENT INT64_C(1795295972000) /* date -u -d '2026-11-21 21:19:32' +%s */

struct fixture { arena a; struct layout layout; event e; struct format_refusal refusal; fault why; };

static struct fixture *recognise_at(const char *line, int tz_minutes)
{
    struct fixture *f = mem_alloc(sizeof *f);
    struct format_options options = {.tz_minutes = tz_minutes};
    span text = span_str(line);
    f->why = format_recognise(&f->a, &options, &text, 1, &f->layout, &f->refusal);
    return f;
}

static struct fixture *read_as(const char *product, const char *line)
{
    struct fixture *f = recognise_at(line, WHEN_NONE_MINUTES);
    if (f->why.kind)
        fail_msg("%s\nnot recognised: %s", line, f->why.text);
    if (!span_eq(f->layout.name, span_str(product)))
        fail_msg("%s\nis taken for %.*s", line, (int)f->layout.name.n, f->layout.name.p);
    assert_int_equal(format_row(&f->layout, span_str(line), &f->a, &f->e), ROW_EVENT);
    return f;
}

static void finish(struct fixture *f)
{
    arena_free(&f->a);
    mem_free(f);
}

static void expect_text(const struct fixture *f, enum field field, const char *wanted)
{
    span got = event_text(&f->e, field);
    if (!span_eq(got, span_str(wanted)))
        fail_msg("%s: expected %s, got %.*s", field_infos[field].key, wanted, (int)got.n, got.p);
}

static void expect_bytes(const struct fixture *f, uint64_t out, uint64_t in)
{
    assert_true(event_has(&f->e, FIELD_BYTES_OUT) && event_has(&f->e, FIELD_BYTES_IN));
    assert_int_equal(f->e.at[FIELD_BYTES_OUT].number, out);
    assert_int_equal(f->e.at[FIELD_BYTES_IN].number, in);
}

/* `in` is the client's bytes with one of Palo Alto's loggers, the server's with the other and with most products. */
static void each_product_counts_its_way(void **state)
{
    (void)state;
    struct fixture *f = read_as("paloalto", "CEF:0|Palo Alto Networks|PAN-OS|10.2|end|TRAFFIC|1|rt=Nov 21 2026 21:19:32 src=10.0.0.1 "
                                            "dst=192.0.2.7 cn1=8 spt=51000 dpt=443 act=allow in=900 out=5200 cn3=61");
    expect_bytes(f, 900, 5200);
    assert_int_equal(f->e.at[FIELD_DURATION].ms, 61000);
    assert_int_equal(f->e.session, SESSION_CARRIER);
    expect_text(f, FIELD_HOST, "192.0.2.7");
    finish(f);
    f = read_as("paloalto", "CEF:0|Palo Alto Networks|LF|2.0|TRAFFIC|end|3|dtz=UTC rt=Nov 21 2026 21:19:32 src=10.0.0.1 dst=192.0.2.7 "
                            "cn1=8 spt=51000 dpt=443 act=allow in=5200 out=900");
    expect_bytes(f, 900, 5200);
    assert_int_equal(f->e.at[FIELD_TIME].ms, MOMENT);
    assert_true(f->layout.tz_in_stamp);
    finish(f);
    f = read_as("fortigate", "CEF:0|Fortinet|Fortigate|v7.2|13312|utm:webfilter ftgd_allow passthrough|2|cat=utm:webfilter "
                             "FTNTFGTeventtime=1795295972 externalId=8 src=10.0.0.1 dst=192.0.2.7 dhost=a.example act=passthrough "
                             "request=/x out=900 in=5200 requestContext=News");
    expect_bytes(f, 900, 5200);
    assert_int_equal(event_state(&f->e, FIELD_REFERER), STATE_UNLOGGED); /* requestContext is the category here */
    finish(f);
    f = read_as("cef", "CEF:0|Example|Gateway|1|1|web|1|rt=1795295972000 src=10.0.0.1 request=http://a.example/x requestMethod=GET in=1 out=2");
    assert_int_equal(event_state(&f->e, FIELD_BYTES_OUT), STATE_UNLOGGED); /* nobody knows which way */
    finish(f);
}

static void fortigate_rows(void **state)
{
    static const char web[] = "date=2026-11-22 time=06:19:32 eventtime=1795295972 tz=\"+0900\" logid=\"1\" type=\"utm\" subtype=\"webfilter\" "
                              "level=\"notice\" sessionid=81 srcip=10.0.0.1 dstip=192.0.2.7 dstport=80 hostname=\"a.example\" "
                              "action=\"passthrough\" url=\"/x\" sentbyte=210 rcvdbyte=512 method=\"domain\" agent=\"\"";
    (void)state;
    struct fixture *f = read_as("fortigate", web);
    assert_int_equal(f->e.at[FIELD_TIME].ms, MOMENT);
    assert_int_equal(event_state(&f->e, FIELD_METHOD), STATE_UNLOGGED); /* "domain" is how the category was found */
    assert_int_equal(event_state(&f->e, FIELD_AGENT), STATE_BLANK);
    expect_text(f, FIELD_PATH, "/x");
    assert_int_equal(f->e.session, SESSION_REQUEST);
    /* The clock of the firewall with its zone, where eventtime is not logged. */
    assert_int_equal(format_row(&f->layout, SPAN("date=2026-11-22 time=06:19:32 tz=\"+0900\" logid=\"2\" type=\"traffic\" subtype=\"forward\" "
                                                 "level=\"notice\" srcip=10.0.0.1 dstip=192.0.2.7 dstport=443 sessionid=82 action=\"accept\" "
                                                 "duration=120 sentbyte=900 rcvdbyte=5200 sentdelta=10 rcvddelta=20"), &f->a, &f->e), ROW_EVENT);
    assert_int_equal(f->e.at[FIELD_TIME].ms, MOMENT);
    assert_int_equal(f->e.session, SESSION_CUMULATIVE);
    expect_bytes(f, 900, 5200);
    expect_text(f, FIELD_HOST, "192.0.2.7");
    assert_int_equal(f->e.at[FIELD_START].ms, MOMENT - 120000);
    /* A blocked session ends as "close" all the same; other logs of it are no proxy's. */
    assert_int_equal(format_row(&f->layout, SPAN("eventtime=1795295972 time=06:19:32 logid=\"2\" type=\"traffic\" subtype=\"forward\" level=\"notice\" "
                                                 "srcip=10.0.0.1 action=\"close\" utmaction=\"block\""), &f->a, &f->e), ROW_EVENT);
    assert_int_equal(f->e.at[FIELD_OUTCOME].number, OUTCOME_BLOCKED);
    assert_int_equal(format_row(&f->layout, SPAN("eventtime=1795295972 time=06:19:32 logid=\"3\" type=\"utm\" subtype=\"dns\" level=\"notice\" "
                                                 "srcip=10.0.0.1 qname=\"a.example\""), &f->a, &f->e), ROW_SKIPPED);
    assert_int_equal(format_row(&f->layout, SPAN("time=06:19:32 logid=\"2\" type=\"utm\" subtype=\"webfilter\" level=\"notice\" srcip=10.0.0.1"),
                                &f->a, &f->e), ROW_BAD); /* no day */
    finish(f);
}

static void heads_as_relays_leave_them(void **state)
{
    (void)state;
    struct fixture *f = read_as("forcepoint", "<159>Nov 21 21:19:32 10.0.0.9 CEF: 0|Forcepoint|Security|8.5.4|9|Transaction blocked|7| act=blocked "
                                              "src=10.0.0.1 dst=192.0.2.7 dhost=a.example suser=LDAP://dc.example/OU\\=x/sato rt=1795295972000 "
                                              "in=0 out=0 requestMethod=GET requestClientApplication=a b=c d request=http://a.example/?q=1&r=2 reason=-");
    assert_int_equal(f->e.at[FIELD_TIME].ms, MOMENT);
    expect_text(f, FIELD_USER, "LDAP://dc.example/OU=x/sato");
    expect_text(f, FIELD_QUERY, "q=1&r=2");
    expect_text(f, FIELD_AGENT, "a"); /* "b=c d" reads as a pair of its own: CEF wants '=' escaped */
    finish(f);
    f = read_as("zscaler", "zscaler-nss: LEEF:1.0|Zscaler|NSS|4.1|NA|cat=Blocked useragent=Mozilla/5.0 (X11) hostname=a.example src=10.0.0.1 "
                           "url=a.example/x respcode=NA srcBytes=210 dstBytes=0 usrName=sato reqmethod=NA appproto=SSL "
                           "devTime=Sat Nov 21 21:19:32 UTC 2026 dst=192.0.2.7");
    assert_int_equal(f->e.at[FIELD_TIME].ms, MOMENT);
    expect_text(f, FIELD_AGENT, "Mozilla/5.0 (X11)");
    assert_int_equal(f->e.at[FIELD_OUTCOME].number, OUTCOME_BLOCKED);
    assert_false(f->e.is_tunnel); /* it was not let through */
    assert_int_equal(format_row(&f->layout, SPAN("LEEF:1.0|Zscaler|NSS|4.1|NA|cat=Allowed\tsrc=10.0.0.1\turl=b.example:443\thostname=b.example\t"
                                                 "srcBytes=9\tdstBytes=8\tappproto=SSL\tdevTime=Nov 21 2026 21:19:32 GMT"), &f->a, &f->e), ROW_EVENT);
    assert_true(f->e.is_tunnel);
    assert_int_equal(f->e.at[FIELD_PORT].number, 443);
    finish(f);
    f = read_as("checkpoint", "<134>1 2026-11-21T21:19:32Z fw CheckPoint 1 - [action:\"Accept\"; loguid:\"{0x1,0x2}\"; origin:\"10.0.0.9\"; "
                              "time:\"1795295972\"; product:\"URL Filtering\"; resource:\"http://a.example/x?y=\\\"1\\\"\"; src:\"10.0.0.1\"; service:\"80\"]");
    assert_int_equal(f->e.at[FIELD_TIME].ms, MOMENT);
    expect_text(f, FIELD_QUERY, "y=\"1\"");
    finish(f);
}

static void zones_of_stamps(void **state)
{
    static const char stamp[] = "2026-11-21 21:19:32\treason=Allowed\tprotocol=HTTPS\taction=Allowed\tresponsesize=5\trequestsize=2\t"
                                "requestmethod=GET\tClientIP=10.0.0.1\tstatus=NA\turl=a.example/\thostname=a.example\tuseragent=Unknown";
    (void)state;
    struct fixture *f = recognise_at(stamp, 540);
    assert_int_equal(f->why.kind, 0);
    assert_false(f->layout.tz_in_stamp);
    assert_int_equal(format_row(&f->layout, span_str(stamp), &f->a, &f->e), ROW_EVENT);
    assert_int_equal(f->e.at[FIELD_TIME].ms, MOMENT - 9 * 3600000);
    assert_int_equal(event_state(&f->e, FIELD_STATUS), STATE_ABSENT);
    assert_int_equal(event_state(&f->e, FIELD_AGENT), STATE_BLANK);
    expect_text(f, FIELD_PATH, "/");
    finish(f);
    f = recognise_at(stamp + 20, 0); /* the feed without its stamp: nobody knows when */
    assert_int_equal(f->why.kind, FAULT_CORRUPT);
    finish(f);
    f = read_as("sophos", "date=2026-11-22 time=06:19:32 timezone=\"JST\" device_name=\"XG\" log_id=1 log_type=\"Content Filtering\" log_component=\"HTTP\" "
                          "log_subtype=\"Allowed\" user_name=\"\" url=\"http://a.example/x\" src_ip=10.0.0.1 sent_bytes=210 recv_bytes=512");
    assert_int_equal(f->e.at[FIELD_TIME].ms, MOMENT);
    expect_bytes(f, 210, 512);
    assert_true(f->layout.tz_in_stamp);
    finish(f);
}

static void stamps_of_any_look(void **state)
{
    static const struct { const char *text; int64_t ms; int tz; } stamps[] = {
        {"Nov 21 2026 21:19:32", MOMENT, WHEN_NONE_MINUTES},      {"Nov 21 2026 21:19:32.108 UTC", MOMENT + 108, 0},
        {"Sat Nov 21 21:19:32 2026", MOMENT, WHEN_NONE_MINUTES},  {"Sat Nov 21 21:19:32 GMT 2026", MOMENT, 0},
        {"Nov 22 2026 06:19:32 JST", MOMENT, 540},                {"22 Nov 2026, 06:19:32 +0900", MOMENT, -1},
        {"2026/11/21 21:19:32", MOMENT, WHEN_NONE_MINUTES},       {"2026-11-21T21:19:32Z", MOMENT, 0},
        {"1795295972", MOMENT, 0},                                {"1795295972108", MOMENT + 108, 0},
        {"1795295972108000000", MOMENT + 108, 0},                 {"Nov 21 2026", 0, -1},
        {"Nov Nov 21 2026 21:19:32", 0, -1},                      {"Nov 21 2026 21:19:32 IST", 0, -1}, /* India's or Israel's */
        {"21/11/2026 21:19:32", 0, -1},                           {"", 0, -1},
        {"Foo 21 2026 21:19:32", 0, -1},                          {"2026/11/21T21:19:32", 0, -1},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(stamps); i++) {
        int64_t ms = 0;
        int tz = -1;
        bool fits = typed_any_time(span_str(stamps[i].text), &ms, &tz);
        if (fits != (stamps[i].tz != -1) || (fits && (ms != stamps[i].ms || tz != stamps[i].tz)))
            fail_msg("%s: %d, %lld, %d", stamps[i].text, fits, (long long)ms, tz);
    }
}

/* Events of the same firewalls, of other products, prose: nothing of a proxy's. */
static void what_is_no_proxys(void **state)
{
    static const char *const lines[] = {
        "CEF:0|Check Point|VPN-1 & FireWall-1|Check Point|Log|https|Unknown|act=Accept rt=1795295972000 spt=51000 dpt=443 src=10.0.0.1 dst=192.0.2.7",
        "CEF:0|Example|IDS|1.0|7|exploit|9|rt=1795295972000 src=10.0.0.1 dst=192.0.2.7 request=/login",
        "LEEF:1.0|Example|Login|1.0|ok|devTime=Nov 21 2026 21:19:32\tsrc=10.0.0.1\tusrName=sato",
        "1.0|WatchGuard|XTM|12.10|11000005|host_name=a#011serial=B#011msg=Authentication was rejected",
        "0|a|b|c|d|e|f|", "CEF:0|a|b", "CEF:0||||||", "LEEF:2.0|||||", "a=1 b=2 c=3", "time=1 src=10.0.0.1 url=http://a.example/ action=allow",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        struct fixture *f = recognise_at(lines[i], 0);
        if (!f->why.kind)
            fail_msg("%s\nis taken for %.*s", lines[i], (int)f->layout.name.n, f->layout.name.p);
        finish(f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_product_counts_its_way), cmocka_unit_test(fortigate_rows),
        cmocka_unit_test(heads_as_relays_leave_them),  cmocka_unit_test(zones_of_stamps),
        cmocka_unit_test(stamps_of_any_look),          cmocka_unit_test(what_is_no_proxys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
