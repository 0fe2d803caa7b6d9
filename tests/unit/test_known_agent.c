/* SPDX-License-Identifier: Apache-2.0 */
/* Agents written out by hand with what a reader says they are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/arena.h"
#include "known/agent.h"

#define CHROME_118                                                                                                     \
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/118.0.0.0 Safari/537.36"
#define CHROME_120                                                                                                     \
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.1.2 Safari/537.36"
#define CHROME_ON_7                                                                                                    \
    "Mozilla/5.0 (Windows NT 6.1; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/109.0.0.0 Safari/537.36"
#define EDGE                                                                                                           \
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36 " \
    "Edg/120.0.2210.91"
#define FIREFOX "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:121.0) Gecko/20100101 Firefox/121.0"
#define SAFARI                                                                                                         \
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 "           \
    "Safari/605.1.15"
#define IPHONE                                                                                                         \
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 "    \
    "Mobile/15E148 Safari/604.1"
#define ANDROID                                                                                                        \
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36"
#define MSIE_10 "Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.1; Trident/6.0)"
#define MSIE_9 "Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)"
#define IE_11 "Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko"
#define POWERSHELL "Mozilla/5.0 (Windows NT; Windows NT 10.0; ja-JP) WindowsPowerShell/5.1.19041.1"
#define SLACK                                                                                                          \
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Slack/4.35.126 "                 \
    "Chrome/118.0.5993.129 Electron/27.0.3 Safari/537.36"

static void classes_are_what_a_reader_says(void **state)
{
    (void)state;
    static const struct {
        const char *agent;
        enum agent_class class;
    } table[] = {
        {CHROME_118, AGENT_BROWSER},
        {EDGE, AGENT_BROWSER},
        {FIREFOX, AGENT_BROWSER},
        {SAFARI, AGENT_BROWSER},
        {IPHONE, AGENT_BROWSER},
        {ANDROID, AGENT_BROWSER},
        {MSIE_10, AGENT_BROWSER},
        {IE_11, AGENT_BROWSER},
        {"Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; SV1; .NET CLR 2.0.50727)", AGENT_BROWSER},
        {"Opera/9.80 (Windows NT 6.1; WOW64) Presto/2.12.388 Version/12.18", AGENT_BROWSER},
        {"Mozilla/5.0", AGENT_BROWSER},
        {"Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0", AGENT_BROWSER},
        {"Microsoft-CryptoAPI/10.0", AGENT_SYSTEM},
        {"Microsoft BITS/7.8", AGENT_SYSTEM},
        {"Microsoft NCSI", AGENT_SYSTEM},
        {"Windows-Update-Agent/10.0.10011.16384 Client-Protocol/2.50", AGENT_SYSTEM},
        {"Microsoft-Delivery-Optimization/10.1", AGENT_SYSTEM},
        {"WinHTTP-Autoproxy-Service/5.1", AGENT_SYSTEM},
        {"Mozilla/4.0 (compatible; Win32; WinHttp.WinHttpRequest.5)", AGENT_SYSTEM},
        {"Debian APT-HTTP/1.3 (2.6.1)", AGENT_SYSTEM},
        {"CaptiveNetworkSupport-481.1.2 wispr", AGENT_SYSTEM},
        {"curl/7.88.1", AGENT_TOOL},
        {"Wget/1.21.3", AGENT_TOOL},
        {"python-requests/2.31.0", AGENT_TOOL},
        {"Python-urllib/3.11", AGENT_TOOL},
        {"Go-http-client/1.1", AGENT_TOOL},
        {"Java/1.8.0_292", AGENT_TOOL},
        {"CertUtil URL Agent", AGENT_TOOL},
        {POWERSHELL, AGENT_TOOL},
        {"PuTTY-Release-0.78", AGENT_TOOL},
        {"rclone/v1.62.2", AGENT_TOOL},
        {"okhttp/4.9.3", AGENT_TOOL},
        {"libwww-perl/6.67", AGENT_TOOL},
        {"Mozilla/3.0 (compatible; Indy Library)", AGENT_TOOL},
        {"CURL/8.0", AGENT_TOOL},
        {"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/119.0.0.0 "
         "Safari/537.36",
         AGENT_TOOL},
        {"FooWidget/1.2", AGENT_SELF_NAMED},
        {"CloudSync/4.2 (Windows)", AGENT_SELF_NAMED},
        {SLACK, AGENT_SELF_NAMED},
        {"Mozilla/5.0 (compatible; FooWidget/1.2)", AGENT_SELF_NAMED},
        {"x", AGENT_SELF_NAMED},
        {"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", AGENT_SELF_NAMED},
        {"Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; ms-office; MSOffice 16)", AGENT_SELF_NAMED},
        {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) FooUpdater/3.1", AGENT_SELF_NAMED},
        {"Mozilla/5.0 (X11; +http://foo.test/why) Gecko/20100101 Firefox/121.0", AGENT_SELF_NAMED},
        {"", AGENT_BLANK},
        {"-", AGENT_BLANK},
        {"None", AGENT_BLANK},
        {"unknown", AGENT_BLANK},
        {"NA", AGENT_BLANK},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        enum agent_class got = known_agent_class(span_str(table[i].agent));
        if (got != table[i].class)
            fail_msg("%s: %s", table[i].agent, agent_class_keys[got]);
    }
}

static span template_of(const char *agent, char out[AGENT_TEMPLATE_MAX])
{
    return span_of(out, known_agent_template(span_str(agent), out, AGENT_TEMPLATE_MAX));
}

static void assert_template(const char *agent, const char *expected)
{
    char out[AGENT_TEMPLATE_MAX];
    span got = template_of(agent, out);
    if (!span_eq(got, span_str(expected)))
        fail_msg("%s\n  gives  %.*s\n  wanted %s", agent, (int)got.n, got.p, expected);
}

static void templates_are_as_written_by_hand(void **state)
{
    (void)state;
    assert_template(CHROME_118,
                    "Mozilla/# (Windows NT #; Win#; x#) AppleWebKit/# (KHTML, like Gecko) Chrome/# Safari/#");
    assert_template(MSIE_10, "Mozilla/# (compatible; MSIE #; Windows NT #; Trident/#)");
    assert_template("Microsoft BITS/7.8", "Microsoft BITS/#");
    assert_template("curl/7.88.1", "curl/#");
    assert_template("Java/1.8.0_292", "Java/#");
    assert_template("Agent 2026-11-21 build 1.2.3b4", "Agent # build #");
    assert_template("Agent {6F9619FF-8B86-D011-B42D-00CF4FC964FF} on", "Agent {#} on");
    assert_template("Agent id=PF0ABCDE; lang=ja", "Agent id=#; lang=ja");
    assert_template("Agent host=Tokyo7; lang=ja", "Agent host=#; lang=ja");
    assert_template("Agent Nov 21 2026", "Agent # # #");
    assert_template("Mar May", "Mar May");
    assert_template("Log4Net/2", "Log#Net/#");
    assert_template("7z/23.01", "#z/#");
    assert_template("en-US  twice   blank", "en-US twice blank");
    assert_template("-", "");
    assert_template("", "");
}

/* Both agents of a pair: one program, two versions or machines (same) or two programs (not same). */
static void programs_share_a_template_and_others_do_not(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        bool same;
    } table[] = {
        {CHROME_118, CHROME_120, true},
        {CHROME_118, CHROME_ON_7, true},
        {MSIE_9, MSIE_10, true},
        {"Vendor/3.1 (SN 5CG1234ABC)", "Vendor/3.2 (SN 8CC90210ZQ)", true},
        {"Vendor/3.1 serial:AB12-3344-XY9", "Vendor/3.1 serial:QZ77-9021-AA1", true},
        {"Vendor/3.1 AB12-3344-XY9", "Vendor/3.1 QZ77-9021-AA1", true},
        {"Vendor DESKTOP-AB12CD3", "Vendor DESKTOP-9K3QX7P", true},
        {"Vendor/1.0 deadbeef01", "Vendor/1.0 0123456789abcdef", true},
        {"Vendor/1.0 d41d8cd98f00b204e9800998ecf8427e", "Vendor/1.0 900150983cd24fb0d6963f7d28e17f72", true},
        {"Vendor/1.0 6f9619ff-8b86-d011-b42d-00cf4fc964ff", "Vendor/1.0 aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee", true},
        {"Vendor/2.0rc1", "Vendor/2.0.0", true},
        {"Vendor v1.2", "Vendor v10.20.30", true},
        {"Windows-Update-Agent/10.0.10011.16384 Client-Protocol/2.50",
         "Windows-Update-Agent/10.0.22621.1 Client-Protocol/2.71", true},
        {CHROME_118, EDGE, false},
        {CHROME_118, FIREFOX, false},
        {CHROME_118, MSIE_10, false},
        {MSIE_10, IE_11, false},
        {CHROME_118, ANDROID, false},
        {SAFARI, IPHONE, false},
        {"FooWidget/1.2", "BarWidget/1.2", false},
        {"curl/7.88.1", "Curl/7.88.1", false},
        {MSIE_10, "Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.1; Trident/6.0; SLCC2)", false},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        char out_a[AGENT_TEMPLATE_MAX], out_b[AGENT_TEMPLATE_MAX];
        span a = template_of(table[i].a, out_a), b = template_of(table[i].b, out_b);
        if (span_eq(a, b) != table[i].same)
            fail_msg("%s\n  %.*s\n%s\n  %.*s", table[i].a, (int)a.n, a.p, table[i].b, (int)b.n, b.p);
    }
}

static void the_system_is_a_token_of_its_own(void **state)
{
    (void)state;
    static const struct {
        const char *agent, *os;
    } table[] = {
        {CHROME_118, "Windows NT 10.0"},
        {CHROME_ON_7, "Windows NT 6.1"},
        {MSIE_10, "Windows NT 6.1"},
        {POWERSHELL, "Windows NT 10.0"},
        {SAFARI, "Mac OS X"},
        {IPHONE, "iOS"},
        {ANDROID, "Android"},
        {"Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0", "Linux"},
        {"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36", "ChromeOS"},
        {"Mozilla/5.0 (Windows Phone 10.0; Android 6.0.1; Microsoft; Lumia 950)", "Windows Phone"},
        {"Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)", "Windows NT 5.1"},
        {"Mozilla/4.0 (compatible; MSIE 6.0; Windows 98)", "Windows"},
        {"CloudSync/4.2 (Windows)", "Windows"},
        {"Windows NT", "Windows NT"},
        {"Windows NT ", "Windows NT"},
        {"Windows NT 123456789", "Windows NT 12345"},
        {"curl/7.88.1", NULL},
        {"-", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        span os = known_agent_os(span_str(table[i].agent));
        if (!span_eq(os, span_str(table[i].os)) || !os.p != !table[i].os)
            fail_msg("%s: %.*s", table[i].agent, (int)os.n, os.p);
    }
}

static void old_browsers_are_old(void **state)
{
    (void)state;
    static const char *const old[] = {
        MSIE_9,
        MSIE_10,
        "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)",
        "Mozilla/4.0",
        "Mozilla/5.0 (Windows NT 6.1; rv:45.0) Gecko/20100101 Firefox/45.0",
        "Mozilla/5.0 (Windows NT 6.1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/41.0.2228.0 Safari/537.36",
        "Mozilla/5.0 (Windows NT 6.1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/59.0.3071.115 Safari/537.36",
        "Mozilla/5.0 (Windows NT 10.0; rv:59.0) Gecko/20100101 Firefox/59.0.2",
        "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/64.0.3282.140 Safari/537.36 "
        "Edge/17.17134",
        "Opera/9.80 (Windows NT 6.1; WOW64) Presto/2.12.388 Version/12.18",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_6_8) AppleWebKit/534.59.10 (KHTML, like Gecko) Version/5.1.9 "
        "Safari/534.59.10",
    };
    static const char *const living[] = {
        CHROME_118,
        EDGE,
        FIREFOX,
        SAFARI,
        IPHONE,
        ANDROID,
        IE_11,
        "curl/7.0",
        "-",
        "",
        "FooWidget/1.2 MSIE 6.0",
        "Mozilla/5.0",
        "Mozilla/5.0 (Windows NT 10.0; rv:60.0) Gecko/20100101 Firefox/60.0",
        "Mozilla/5.0 (Windows NT 6.1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/60.0.3112.78 Safari/537.36",
        "Mozilla/5.0 (compatible; FooBot/1.0; Chrome/41.0; +http://foo.test/)",
    };
    for (size_t i = 0; i < sizeof old / sizeof old[0]; i++)
        if (!known_agent_is_old_browser(span_str(old[i])))
            fail_msg("not old: %s", old[i]);
    for (size_t i = 0; i < sizeof living / sizeof living[0]; i++)
        if (known_agent_is_old_browser(span_str(living[i])))
            fail_msg("old: %s", living[i]);
}

/* 64 KB of what hurts: unbalanced comments, endless words, "a=b=c=", NULs. The sanitizers watch; the size is kept. */
static void hostile_agents_do_no_harm(void **state)
{
    (void)state;
    static const char *const pieces[] = {"(",
                                         ")",
                                         "Mozilla/5.0 (",
                                         "a=b=",
                                         "1-a-",
                                         "Windows NT ",
                                         "#",
                                         "9",
                                         "z",
                                         "\xff\xfe",
                                         "Nov ",
                                         "{",
                                         "Chrome/99999999999999999999 ",
                                         "+http",
                                         ";",
                                         "/",
                                         "deadbeef-"};
    enum { BIG = 64 * 1024 };
    char *agent = mem_alloc(BIG), out[AGENT_TEMPLATE_MAX + 1];
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        size_t n = strlen(pieces[i]);
        for (size_t at = 0; at < BIG; at++)
            agent[at] = pieces[i][at % n];
        span s = span_of(agent, BIG);
        out[AGENT_TEMPLATE_MAX] = '!';
        assert_true(known_agent_template(s, out, AGENT_TEMPLATE_MAX) <= AGENT_TEMPLATE_MAX);
        assert_int_equal(out[AGENT_TEMPLATE_MAX], '!');
        assert_true(known_agent_class(s) < AGENT_CLASS_COUNT);
        assert_true(known_agent_os(s).n <= 16);
        known_agent_is_old_browser(s);
    }
    assert_int_equal(known_agent_template(SPAN("FooWidget/1.2"), out, 0), 0);
    assert_int_equal(known_agent_template(SPAN("FooWidget/1.2"), out, 3), 3);
    assert_memory_equal(out, "Foo", 3);
    assert_int_equal(known_agent_class(span_of("\0curl/1", 7)), AGENT_SELF_NAMED);
    mem_free(agent);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classes_are_what_a_reader_says),
        cmocka_unit_test(templates_are_as_written_by_hand),
        cmocka_unit_test(programs_share_a_template_and_others_do_not),
        cmocka_unit_test(the_system_is_a_token_of_its_own),
        cmocka_unit_test(old_browsers_are_old),
        cmocka_unit_test(hostile_agents_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
