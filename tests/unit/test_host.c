/* SPDX-License-Identifier: Apache-2.0 */
/* Expected addresses: inet_aton(3) and Python's ipaddress; A-labels: Python's idna codec. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "event/host.h"

#define expect_host(raw, text_, port_, is_literal_)                            \
    do {                                                                       \
        host_name h_;                                                          \
        uint16_t p_ = 7;                                                       \
        host_canon(SPAN(raw), &h_, &p_);                                       \
        assert_string_equal(h_.text, text_);                                   \
        assert_int_equal(h_.n, sizeof(text_) - 1);                             \
        assert_int_equal(p_, port_);                                           \
        assert_int_equal(h_.is_literal, is_literal_);                          \
    } while (0)

static void names_become_one_spelling(void **state)
{
    (void)state;
    expect_host("WWW.Example.COM", "www.example.com", 0, false);
    expect_host("www.example.com.", "www.example.com", 0, false);
    expect_host("www.example.com.:8080", "www.example.com", 8080, false);
    expect_host("user:p@ss@www.example.com:80", "www.example.com", 80, false);
    expect_host("w%77w.ex%61mple.com", "www.example.com", 0, false);
    expect_host("%2577.example", "%77.example", 0, false); /* decoded once */
    expect_host("a%zz.example%2", "a%zz.example%2", 0, false);
    expect_host("my_host-1", "my_host-1", 0, false);
    expect_host("", "", 0, false);
    expect_host("...", "", 0, false);
}

static void ports_are_1_to_65535(void **state)
{
    (void)state;
    expect_host("a.example:443", "a.example", 443, false);
    expect_host("a.example:0", "a.example", 0, false);
    expect_host("a.example:70000", "a.example", 0, false);
    expect_host("a.example:65535", "a.example", 65535, false);
    expect_host("a.example:", "a.example", 0, false);
    expect_host("a.example:http", "a.example:http", 0, false);
    expect_host("[2001:db8::1]:443", "2001:db8::1", 443, true);
    expect_host("2001:db8::1", "2001:db8::1", 0, true);
}

static void ipv4_in_any_notation(void **state)
{
    (void)state;
    expect_host("0x7f.1", "127.0.0.1", 0, true);
    expect_host("017700000001", "127.0.0.1", 0, true);
    expect_host("2130706433:8080", "127.0.0.1", 8080, true);
    expect_host("10.1.2", "10.1.0.2", 0, true);
    expect_host("0300.0250.1.1", "192.168.1.1", 0, true);
    expect_host("0xC0A80101", "192.168.1.1", 0, true);
    expect_host("4294967295.", "255.255.255.255", 0, true);
    expect_host("0", "0.0.0.0", 0, true);
    expect_host("%31.2.3.4", "1.2.3.4", 0, true);
    expect_host("256.1.1.1", "256.1.1.1", 0, false);
    expect_host("1.2.65536", "1.2.65536", 0, false);
    expect_host("4294967296", "4294967296", 0, false);
    expect_host("1.2.3.4.5", "1.2.3.4.5", 0, false);
    expect_host("08.1.1.1", "08.1.1.1", 0, false);
    expect_host("0x", "0x", 0, false);
    expect_host("1..2", "1..2", 0, false);
    expect_host("3com.example", "3com.example", 0, false);
}

static void ipv6_by_rfc_5952(void **state)
{
    (void)state;
    expect_host("[2001:DB8:0:0:0:0:0:1]", "2001:db8::1", 0, true);
    expect_host("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1", 0, true);
    expect_host("2001:0:0:1:0:0:0:1", "2001:0:0:1::1", 0, true);
    expect_host("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1", 0, true);
    expect_host("::", "::", 0, true);
    expect_host("[::1]:443", "::1", 443, true);
    expect_host("1::", "1::", 0, true);
    expect_host("::ffff:10.0.0.1", "10.0.0.1", 0, true);
    expect_host("::FFFF:a00:1", "10.0.0.1", 0, true);
    expect_host("::10.0.0.1", "::a00:1", 0, true);
    expect_host("64:ff9b::192.0.2.33", "64:ff9b::c000:221", 0, true);
    expect_host("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0", 0, true);
    expect_host("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8", 0, true);
    expect_host("fe80::1%eth0", "fe80::1", 0, true);
}

static void what_is_no_address(void **state)
{
    (void)state;
    static const char *const bad[] = {"1:2:3:4:5:6:7:8:9", "1:2:3", "1::2::3", "12345::", "1:2:3:4:5:6:7:", ":::",
                                      ":1:2:3:4:5:6:7:8", "::ffff:256.1.1.1", "1:::2", "1:2:3:4:5:6:7:8::", "::g",
                                      "1.2.3", "", ":", "anon-17", "1:2:3:4:5:6:7:1.2.3.4"};
    host_name h;
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_int_equal(address_canon(span_str(bad[i]), &h), span_eq(span_str(bad[i]), SPAN("1.2.3")));
    assert_false(address_canon(SPAN("Anon-17"), &h));
    assert_string_equal(h.text, "anon-17");
    assert_true(address_canon(SPAN("[::FFFF:192.0.2.1]"), &h));
    assert_string_equal(h.text, "192.0.2.1");
}

static void idn_becomes_a_labels(void **state)
{
    (void)state;
    expect_host("\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e.jp", "xn--wgv71a119e.jp", 0, false);
    expect_host("B\xc3\x9c" "CHER.example.:443", "xn--bcher-kva.example", 443, false);
    expect_host("%E6%97%A5%E6%9C%AC%E8%AA%9E.jp", "xn--wgv71a119e.jp", 0, false);
    expect_host("\xe4\xbe\x8b\xe3\x81\x88\xe3\x80\x82\xe3\x83\x86\xe3\x82\xb9\xe3\x83\x88", "xn--r8jz45g.xn--zckzah", 0,
                false);
    expect_host("\xef\xbc\x91.2.3.4", "1.2.3.4", 0, true); /* a full-width 1 */
    expect_host("XN--WGV71A119E.jp", "xn--wgv71a119e.jp", 0, false);
    expect_host("\xff\xfe.Example", "\xff\xfe.example", 0, false); /* no UTF-8: kept */
}

static void long_and_hostile_bytes(void **state)
{
    (void)state;
    char raw[5000];
    host_name h;
    uint16_t port;
    memset(raw, 'A', sizeof raw);
    host_canon(span_of(raw, sizeof raw), &h, &port);
    assert_int_equal(h.n, HOST_MAX);
    assert_int_equal(h.text[254], 'a');
    memset(raw, '%', sizeof raw);
    host_canon(span_of(raw, sizeof raw), &h, &port);
    assert_int_equal(h.n, HOST_MAX);
    host_canon(span_of("a\0B.example", 11), &h, &port);
    assert_memory_equal(h.text, "a\0b.example", 12);
    assert_int_equal(h.n, 11);
    host_canon((span){NULL, 0}, &h, &port);
    assert_int_equal(h.n, 0);
}

static void canonical_is_a_fixed_point(void **state)
{   /* of everything without an escape */
    (void)state;
    static const char *const raw[] = {"A.B.", "[2001:DB8::]:1", "::ffff:1.2.3.4", "0x7f.1", "B\xc3\x9c.de", "x:y",
                                      "1.2.3.4.5", "[x]", "[::1", "a@b@c:9", "::1.2.3.4", "...", "\xe3\x80\x82"};
    for (size_t i = 0; i < COUNT_OF(raw); i++) {
        host_name once, twice;
        uint16_t port;
        host_canon(span_str(raw[i]), &once, &port);
        host_canon(host_span(&once), &twice, &port);
        assert_string_equal(once.text, twice.text);
        assert_int_equal(once.is_literal, twice.is_literal);
    }
}

static void expect_url(const char *url, bool is_connect, const char *scheme, const char *host, int port,
                       const char *path, const char *query)
{
    struct url_parts u = url_split(span_str(url), is_connect);
    assert_true(span_eq(u.scheme, span_str(scheme)));
    assert_true(span_eq(u.host, span_str(host)));
    assert_int_equal(u.has_port ? u.port : -1, port);
    assert_true(span_eq(u.path, span_str(path)));
    assert_true(span_eq(u.query, span_str(query)) && !u.query.p == !query);
}

static void urls_are_cut_not_decoded(void **state)
{
    (void)state;
    expect_url("http://www.Example.com/a/b?x=1&y=http://z/#top", false, "http", "www.Example.com", -1, "/a/b",
               "x=1&y=http://z/");
    expect_url("https://u:p@host.example:8443", false, "https", "host.example", 8443, "", NULL);
    expect_url("http://[2001:db8::1]:8080/x", false, "http", "2001:db8::1", 8080, "/x", NULL);
    expect_url("http://[2001:db8::1]/x", false, "http", "2001:db8::1", -1, "/x", NULL);
    expect_url("http://h:0/", false, "http", "h", -1, "/", NULL);
    expect_url("http://h:70000/", false, "http", "h", -1, "/", NULL);
    expect_url("http://h?q", false, "http", "h", -1, "", "q");
    expect_url("http://h/?", false, "http", "h", -1, "/", "");
    expect_url("http:///x", false, "http", "", -1, "/x", NULL);
    expect_url("http://a b\"c/d e", false, "http", "a b\"c", -1, "/d e", NULL);
    expect_url("cache_object://localhost/counters", false, "cache_object", "localhost", -1, "/counters", NULL);
    expect_url("", false, "", "", -1, "", NULL);
}

static void authorities_and_origin_forms(void **state)
{
    (void)state;
    expect_url("host.example:443", true, "", "host.example", 443, "", NULL);
    expect_url("[2001:db8::1]:443", true, "", "2001:db8::1", 443, "", NULL);
    expect_url("2001:db8::1", true, "", "2001:db8::1", -1, "", NULL);
    expect_url("host.example", true, "", "host.example", -1, "", NULL);
    expect_url("host.example:443", false, "", "host.example", 443, "", NULL);
    expect_url("https://host.example:443/", true, "https", "host.example", 443, "/", NULL);
    expect_url("/index.html?a#b", false, "", "", -1, "/index.html", "a");
    expect_url("*", false, "", "", -1, "*", NULL);
    expect_url("error:invalid-request", false, "", "", -1, "error:invalid-request", NULL);
    expect_url("/http://x/", false, "", "", -1, "/http://x/", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_become_one_spelling),  cmocka_unit_test(ports_are_1_to_65535),
        cmocka_unit_test(ipv4_in_any_notation),       cmocka_unit_test(ipv6_by_rfc_5952),
        cmocka_unit_test(what_is_no_address),         cmocka_unit_test(idn_becomes_a_labels),
        cmocka_unit_test(long_and_hostile_bytes),     cmocka_unit_test(canonical_is_a_fixed_point),
        cmocka_unit_test(urls_are_cut_not_decoded),   cmocka_unit_test(authorities_and_origin_forms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
