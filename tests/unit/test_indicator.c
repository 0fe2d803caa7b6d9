/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/sink.h"
#include "known/indicator.h"

static struct suffixes *suffixes;

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

static void read_into(struct indicators *set, span text)
{
    uint64_t found;
    indicators_begin(set, suffixes, 1);
    fault f = indicators_read(set, NULL, text, &found);
    assert_int_equal(f.kind, FAULT_NONE);
    assert_int_equal(found, set->n + set->repeated);
}

/* What was read, as "kind text" with blanks between; then "-kind spelled" of what is none. */
static void reads(const char *text, const char *expected)
{
    struct indicators set;
    sink got = sink_memory();
    read_into(&set, span_str(text));
    for (size_t i = 0; i < set.n; i++) {
        sink_printf(&got, "%s%s ", got.used ? " " : "", indicator_kind_keys[set.items[i].kind]);
        sink_put(&got, set.items[i].text);
    }
    for (size_t i = 0; i < set.no_n; i++) {
        sink_printf(&got, "%s-%s ", got.used ? " " : "", no_indicator_keys[set.no[i].kind]);
        sink_put(&got, set.no[i].spelled);
    }
    if (!span_eq(sink_text(&got), span_str(expected)))
        fail_msg("%s\n gives    %.*s\n expected %s", text, (int)got.used, got.buffer, expected);
    assert_int_equal(sink_done(&got).kind, FAULT_NONE);
    indicators_free(&set);
}

static void plain_ones(void **state)
{
    (void)state;
    reads("evil.example", "host evil.example");
    reads("EVIL.Example.", "host evil.example");
    reads("198.51.100.7", "address 198.51.100.7");
    reads("198.51.100.7:443", "address 198.51.100.7");
    reads("198.51.100.7/24", "network 198.51.100.0/24");
    reads("2001:DB8::1", "address 2001:db8::1");
    reads("2001:db8:0:1::9/48", "network 2001:db8::/48");
    reads("[2001:db8::1]:443", "address 2001:db8::1");
    reads("::ffff:198.51.100.7", "address 198.51.100.7");
    reads("evil.example:8080", "host evil.example");
    reads("http://evil.example/", "host evil.example");
    reads("https://user:pw@evil.example:8443/a/b?c=d#e", "url evil.example/a/b?c=d");
    reads("evil.example/gate.php?id=", "url evil.example/gate.php?id=");
    reads("http://198.51.100.7/x.exe", "url 198.51.100.7/x.exe");
    reads("http://0xC6336407/", "address 198.51.100.7");
    reads("http://intranet/a", "url intranet/a");
    reads("http://09.0.0.1/a http://x.256/", "");
    reads("evil.zip", "host evil.zip");
    reads("日本語.jp", "host xn--wgv71a119e.jp");
}

static void without_their_disguise(void **state)
{
    (void)state;
    reads("evil[.]example", "host evil.example");
    reads("evil(.)example evil2{.}example", "host evil.example host evil2.example");
    reads("evil[dot]example, a(DOT)evil.com", "host evil.example host a.evil.com");
    reads("evil [.] example", "host evil.example");
    reads("evil dot example", "host evil.example");
    reads("a dot evil dot com.", "host a.evil.com");
    reads("evil[.example", "host evil.example");
    reads("evil.]example", "host evil.example");
    reads("evil\\.example", "host evil.example");
    reads("hxxp://evil[.]example/a", "url evil.example/a");
    reads("hXXps[:]//evil[.]example/a", "url evil.example/a");
    reads("hxxps[://]evil.example/a", "url evil.example/a");
    reads("h**p://evil.example", "host evil.example");
    reads("fxp://evil.example/f.rar", "url evil.example/f.rar");
    reads("198[.]51[.]100[.]7", "address 198.51.100.7");
    reads("2001[:]db8[:][:]1", "address 2001:db8::1");
    reads("evil。example", "host evil.example");
    reads("evil．example evil2｡example", "host evil.example host evil2.example");
    reads("ｅｖｉｌ．ｅｘａｍｐｌｅ", "host evil.example");
    reads("ev\xe2\x80\x8bil.exam\xc2\xadple", "host evil.example");
    reads("｛．｝", "");
}

static void out_of_prose(void **state)
{
    (void)state;
    reads("The sample calls home to evil.example and (198.51.100.7). See also a.b-c.example; or d.example!",
          "host evil.example address 198.51.100.7 host a.b-c.example host d.example");
    reads("通信先はevil.exampleでした。198.51.100.7への接続、hxxp://evil[.]example/aにアクセス。",
          "host evil.example address 198.51.100.7 url evil.example/a");
    reads("「evil.example」(198.51.100.7)", "host evil.example address 198.51.100.7");
    reads("It ran run.zip, then svch0st.exe at 10:23:45 on 2026-11-21, e.g. from C:\\Users\\x\\mz.exe.",
          "-file run.zip -file svch0st.exe -file mz.exe");
    reads("mail to soc@evil.example", "-mail soc@evil.example");
    reads("and the dot is round", "");
    reads("d41d8cd98f00b204e9800998ecf8427e and da39a3ee5e6b4b0d3255bfef95601890afd80709",
          "-hash d41d8cd98f00b204e9800998ecf8427e -hash da39a3ee5e6b4b0d3255bfef95601890afd80709");
    reads("version 1.2, v2.10.3, 3.14", "");
    reads("00:11:22:33:44:55 12:30:00 std::string ::", "");
    reads("domain:evil.example url=http://evil.example/a ip=198.51.100.7",
          "host evil.example url evil.example/a address 198.51.100.7");
    reads("server.localdomain other.nosuchtop", "host server.localdomain -name other.nosuchtop");
}

static void out_of_lists(void **state)
{
    (void)state;
    reads("# blocked: a.example\nevil.example\r\n\n  b.example  \n198.51.100.7,malware,2026-11-21\n",
          "host evil.example host b.example address 198.51.100.7");
    reads("evil.example\nEVIL.example\nevil[.]example\n", "host evil.example");
    reads("{\"type\":\"indicator\",\"pattern\":\"[domain-name:value = 'evil.example'] AND [url:value = "
          "'http:\\/\\/b.example\\/x']\"}", "host evil.example url b.example/x");
    reads("{\"value\":\"c.example\",\"comment\":\"seen\\nd.example\"}", "host c.example host d.example");
    reads("<a href=\"http://e.example/p\">f.example</a>", "url e.example/p host f.example");
}

static void each_knows_its_place(void **state)
{
    (void)state;
    struct indicators set;
    read_into(&set, SPAN("x\nsee hxxp://evil[.]example/a, 198[.]51.100.7\n"));
    assert_int_equal(set.n, 2);
    assert_int_equal(set.items[0].line, 2);
    assert_true(span_eq(set.items[0].spelled, SPAN("hxxp://evil[.]example/a")));
    assert_true(span_eq(set.items[1].spelled, SPAN("198[.]51.100.7")));
    indicators_free(&set);
}

static void long_lines_lose_nothing(void **state)
{
    (void)state;
    enum { MANY = 40000 };
    struct indicators set;
    sink text = sink_memory();
    for (int i = 0; i < MANY; i++)
        sink_printf(&text, "\"h%d.example\",", i);
    read_into(&set, sink_text(&text));
    assert_int_equal(set.n, MANY);
    assert_int_equal(set.no_n, 0);
    indicators_free(&set);
    assert_int_equal(sink_done(&text).kind, FAULT_NONE);
}

/* Texts of the indicators that concern a host, with blanks between. */
static void concerns(const struct indicators *set, const char *host, const char *path, const char *expected)
{
    uint32_t hits[INDICATOR_HITS_MAX];
    bool has_urls;
    sink got = sink_memory();
    size_t n = indicators_of_host(set, span_str(host), hits, &has_urls);
    n = path && has_urls ? indicators_of_url(set, span_str(host), span_str(path), hits, n) : n;
    for (size_t i = 0; i < n; i++) {
        sink_str(&got, i ? " " : "");
        sink_put(&got, set->items[hits[i]].text);
    }
    if (!span_eq(sink_text(&got), span_str(expected)))
        fail_msg("%s: %.*s instead of %s", host, (int)got.used, got.buffer, expected);
    assert_int_equal(sink_done(&got).kind, FAULT_NONE);
}

static void hosts_match_on_borders(void **state)
{
    (void)state;
    struct indicators set;
    read_into(&set, SPAN("evil.example sub.evil.example 198.51.100.7 198.51.100.0/24 10.0.0.0/8 2001:db8::/32 0.0.0.0/0"));
    concerns(&set, "evil.example", NULL, "evil.example");
    concerns(&set, "a.evil.example", NULL, "evil.example");
    concerns(&set, "b.sub.evil.example", NULL, "sub.evil.example evil.example");
    concerns(&set, "notevil.example", NULL, "");
    concerns(&set, "example", NULL, "");
    concerns(&set, "198.51.100.7", NULL, "198.51.100.7 198.51.100.0/24 0.0.0.0/0");
    concerns(&set, "10.255.255.255", NULL, "10.0.0.0/8 0.0.0.0/0");
    concerns(&set, "2001:db8:ffff::1", NULL, "2001:db8::/32");
    concerns(&set, "2001:db9::1", NULL, "");
    indicators_free(&set);
}

static void urls_match_from_their_beginning(void **state)
{
    (void)state;
    struct indicators set;
    read_into(&set, SPAN("http://evil.example/a/b\nhttp://evil.example/gate.php?id=\nhttp://evil.example/a/b?x=1\n"));
    concerns(&set, "evil.example", "/a/b", "evil.example/a/b");
    concerns(&set, "evil.example", "/a/b/c", "evil.example/a/b");
    concerns(&set, "evil.example", "/a/b?x=1&y=2", "evil.example/a/b?x=1 evil.example/a/b");
    concerns(&set, "evil.example", "/a/bc", "");
    concerns(&set, "evil.example", "/a", "");
    concerns(&set, "evil.example", "/gate.php?id=77", "evil.example/gate.php?id=");
    concerns(&set, "evil.example", "/gate.php", "");
    concerns(&set, "sub.evil.example", "/a/b", "");
    indicators_free(&set);
}

/* Whoever adds hundreds of parameters hides nothing: neither the script before them nor the whole. */
static void long_queries_hide_nothing(void **state)
{
    (void)state;
    struct indicators set;
    char path[3000] = "/a/gate.php?", whole[3000];
    for (int i = 0; i < 200; i++)
        (void)snprintf(path + strlen(path), sizeof path - strlen(path), "%sp=%d", i ? "&" : "", i);
    (void)snprintf(whole, sizeof whole, "http://evil.example/a/gate.php\nhttp://evil.example%s\n", path);
    read_into(&set, span_str(whole));
    (void)snprintf(whole, sizeof whole, "evil.example%s evil.example/a/gate.php", path);
    concerns(&set, "evil.example", path, whole);
    memset(path + strlen(path), '&', 1800);
    concerns(&set, "evil.example", path, "evil.example/a/gate.php");
    indicators_free(&set);
}

/* 40,000 lines of every kind, one of them with 40,000 more names, in pieces that threads read side by side: each item has
 * its line, the first of repeated ones stays, and the first of those that are none are shown. */
static void threads_read_as_one_does(void **state)
{
    (void)state;
    enum { LINES = 40000 };
    uint64_t found;
    sink text = sink_memory();
    for (int i = 1; i <= LINES; i++) {
        if (i == LINES / 2)
            for (int k = 0; k < LINES; k++)
                sink_printf(&text, "in%d.example ", k);
        else if (i % 4 == 0)
            sink_printf(&text, "# a%d.example", i);
        else
            sink_printf(&text, i % 4 == 1 ? "n%d.example" : i % 4 == 2 ? "N%d[.]example" : "x%d.nosuchlevel", i);
        sink_char(&text, '\n');
    }
    sink_put(&text, SPAN("n1.example"));
    for (unsigned threads = 1; threads <= 5; threads += 2) {
        struct indicators set;
        indicators_begin(&set, suffixes, threads);
        fault f = indicators_read(&set, "list", sink_text(&text), &found);
        assert_int_equal(f.kind, FAULT_NONE);
        assert_int_equal(found, LINES / 2 + LINES + 1);
        assert_int_equal(set.n, LINES / 2 + LINES);
        assert_int_equal(set.repeated, 1);
        assert_int_equal(set.no_count[NO_NAME], LINES / 4);
        assert_int_equal(set.no_n, NO_INDICATORS_MAX);
        for (unsigned i = 0; i < set.no_n; i++)
            assert_int_equal(set.no[i].line, 4 * i + 3);
        for (unsigned i = 0; i < set.n; i++) {
            unsigned half = LINES / 4, in_line = i - half, after = i < half ? i : i - LINES; /* of the lines with one name */
            char name[32];
            bool is_in = i >= half && in_line < LINES;
            uint32_t line = is_in ? LINES / 2 : after / 2 * 4 + after % 2 + 1;
            (void)snprintf(name, sizeof name, is_in ? "in%u.example" : "n%u.example", is_in ? in_line : line);
            assert_true(span_eq(set.items[i].text, span_str(name)));
            assert_int_equal(set.items[i].line, line);
        }
        indicators_free(&set);
    }
    assert_int_equal(sink_done(&text).kind, FAULT_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_ones), cmocka_unit_test(without_their_disguise), cmocka_unit_test(out_of_prose),
        cmocka_unit_test(out_of_lists), cmocka_unit_test(each_knows_its_place), cmocka_unit_test(long_lines_lose_nothing),
        cmocka_unit_test(hosts_match_on_borders), cmocka_unit_test(urls_match_from_their_beginning),
        cmocka_unit_test(long_queries_hide_nothing), cmocka_unit_test(threads_read_as_one_does)};
    return cmocka_run_group_tests(tests, open_suffixes, close_suffixes);
}
