/* SPDX-License-Identifier: Apache-2.0 */
/* Domains, files and services. What is expected of domains follows from the Public Suffix List as published: co.jp and
 * ne.jp are suffixes, *.kawasaki.jp is a wildcard with the exception city.kawasaki.jp, github.io and blogspot.com are
 * in the private section. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/when.h"
#include "known/known.h"

static struct suffixes *suffixes;

static int open_suffixes(void **state)
{
    (void)state;
    return known_suffixes_open(&suffixes).kind == FAULT_NONE ? 0 : -1;
}

static int close_suffixes(void **state)
{
    (void)state;
    known_suffixes_close(suffixes);
    known_suffixes_close(NULL);
    return 0;
}

static void registrable_domains(void **state)
{
    (void)state;
    static const struct {
        const char *host, *domain;
    } table[] = {
        {"www.example.com", "example.com"},
        {"example.com", "example.com"},
        {"com", "com"},
        {"a.b.example.co.jp", "example.co.jp"},
        {"example.co.jp", "example.co.jp"},
        {"co.jp", "co.jp"},
        {"mail.example.ne.jp", "example.ne.jp"},
        {"www.example.jp", "example.jp"},
        {"a.b.example.kawasaki.jp", "b.example.kawasaki.jp"},
        {"www.city.kawasaki.jp", "city.kawasaki.jp"},
        {"x.user.github.io", "user.github.io"},
        {"user.github.io", "user.github.io"},
        {"github.io", "github.io"},
        {"a.diary.blogspot.com", "diary.blogspot.com"},
        {"blogspot.com", "blogspot.com"},
        {"evil.duckdns.org", "evil.duckdns.org"},
        {"b.s3.amazonaws.com", "b.s3.amazonaws.com"},
        {"www.xn--85x722f.xn--55qx5d.cn", "xn--85x722f.xn--55qx5d.cn"},
        {"www.example.co.uk", "example.co.uk"},
        {"host.corp.local", "corp.local"},
        {"localhost", "localhost"},
        {"proxy", "proxy"},
        {"10.0.0.1", "10.0.0.1"},
        {"198.51.100.7", "198.51.100.7"},
        {"2001:db8::1", "2001:db8::1"},
        {"::1", "::1"},
        {"", ""},
        {".", "."},
        {"..", ".."},
        {".com", ".com"},
        {"a b.example.com", "a b.example.com"},
        {"a:b.example.com", "a:b.example.com"},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        span host = span_str(table[i].host), domain = known_domain(suffixes, host);
        if (!span_eq(domain, span_str(table[i].domain)))
            fail_msg("%s: %.*s", table[i].host, (int)domain.n, domain.p);
        assert_true(domain.p >= host.p && domain.p + domain.n == host.p + host.n); /* a part of the host */
    }
    char longest[255];
    memset(longest, 'a', sizeof longest);
    assert_int_equal(known_domain(suffixes, span_of(longest, sizeof longest)).n, sizeof longest);
    span with_nul = span_of("www.example.com\0.evil.net", 25);
    assert_true(span_eq(known_domain(suffixes, with_nul), with_nul));
}

static void lists_of_domains_match_on_label_borders(void **state)
{
    (void)state;
    assert_true(known_is_dynamic_dns(SPAN("rat.no-ip.org")));
    assert_true(known_is_dynamic_dns(SPAN("duckdns.org")));
    assert_false(known_is_dynamic_dns(SPAN("notduckdns.org")));
    assert_false(known_is_dynamic_dns(SPAN("duckdns.org.example.com")));
    assert_false(known_is_dynamic_dns(SPAN("")));
    assert_true(known_is_signer_domain(SPAN("au.download.windowsupdate.com")));
    assert_false(known_is_signer_domain(SPAN("windowsupdate.com.evil.net")));
    assert_false(known_is_signer_domain(SPAN("github.com")));
    assert_string_equal(known_remote_service(SPAN("relay-1a2b.net.anydesk.com"))->name, "AnyDesk");
    assert_int_equal(known_remote_service(SPAN("abc.ngrok.io"))->kind, REMOTE_TUNNEL);
    assert_int_equal(known_remote_service(SPAN("master1.teamviewer.com"))->kind, REMOTE_SUPPORT);
    assert_null(known_remote_service(SPAN("myanydesk.com")));
    assert_null(known_remote_service(SPAN("com")));
}

static void push_ports(void **state)
{
    (void)state;
    unsigned n = 0;
    for (unsigned port = 0; port <= 65535; port++)
        n += known_push_port((uint16_t)port);
    assert_int_equal(n, 6);
    assert_true(known_push_port(993) && known_push_port(995) && known_push_port(5222));
    assert_true(known_push_port(5223) && known_push_port(5228) && known_push_port(8883));
}

static void files_by_name(void **state)
{
    (void)state;
    static const struct {
        const char *path, *name;
        enum file_class class;
    } table[] = {
        {"/mz.exe", "mz.exe", FILE_EXECUTABLE},
        {"/a/b/Setup.MSI", "Setup.MSI", FILE_EXECUTABLE},
        {"/mz.exe?", "mz.exe", FILE_EXECUTABLE},
        {"/mz.exe?x=/y.png", "mz.exe", FILE_EXECUTABLE},
        {"/mz.exe#top", "mz.exe", FILE_EXECUTABLE},
        {"/mz.exe;jsessionid=1.html", "mz.exe", FILE_EXECUTABLE},
        {"/mz%2Eexe", "mz%2Eexe", FILE_EXECUTABLE},
        {"/mz.e%78e", "mz.e%78e", FILE_EXECUTABLE},
        {"/mz.exe.", "mz.exe.", FILE_EXECUTABLE},
        {"/mz.exe%20", "mz.exe%20", FILE_EXECUTABLE},
        {"/invoice.pdf.exe", "invoice.pdf.exe", FILE_EXECUTABLE},
        {"C:\\x\\y.dll", "y.dll", FILE_EXECUTABLE},
        {"/x.tar.gz", "x.tar.gz", FILE_ARCHIVE},
        {"/x.rar", "x.rar", FILE_ARCHIVE},
        {"/x.7z", "x.7z", FILE_ARCHIVE},
        {"/x.iso", "x.iso", FILE_ARCHIVE},
        {"/x.cab", "x.cab", FILE_ARCHIVE},
        {"/x.ps1", "x.ps1", FILE_SCRIPT},
        {"/x.HTA", "x.HTA", FILE_SCRIPT},
        {"/x.lnk", "x.lnk", FILE_SCRIPT},
        {"/jquery.js", "jquery.js", FILE_OTHER},
        {"/a.php?f=mz.exe", "a.php", FILE_OTHER},
        {"/p.jpg", "p.jpg", FILE_OTHER},
        {"/favicons/example.com", "example.com", FILE_NONE},
        {"/data.bin", "data.bin", FILE_NONE},
        {"/dir.exe/", "", FILE_NONE},
        {"/", "", FILE_NONE},
        {"", "", FILE_NONE},
        {"mz.exe", "mz.exe", FILE_EXECUTABLE},
        {"/exe", "exe", FILE_NONE},
        {"/.exe", ".exe", FILE_EXECUTABLE},
        {"/a.", "a.", FILE_NONE},
        {"/%", "%", FILE_NONE},
        {"/a.ex%", "a.ex%", FILE_NONE},
        {"?mz.exe", "", FILE_NONE},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        span name;
        enum file_class got = known_file(span_str(table[i].path), &name);
        if (got != table[i].class || !span_eq(name, span_str(table[i].name)))
            fail_msg("%s: %s %.*s", table[i].path, file_class_keys[got], (int)name.n, name.p);
    }
    assert_int_equal(known_file((span){NULL, 0}, NULL), FILE_NONE);
    static char path[3 * 1024 + 8]; /* a long name of %41%41... in front of the extension */
    for (size_t i = 0; i < 3 * 1024; i++)
        path[i] = "%41"[i % 3];
    memcpy(path + 3 * 1024, ".exe", 4);
    assert_int_equal(known_file(span_of(path, 3 * 1024 + 4), NULL), FILE_EXECUTABLE);
}

static void files_by_mime_type(void **state)
{
    (void)state;
    assert_int_equal(known_mime_class(SPAN("application/x-msdownload")), FILE_EXECUTABLE);
    assert_int_equal(known_mime_class(SPAN(" Application/X-DosExec ; charset=binary")), FILE_EXECUTABLE);
    assert_int_equal(known_mime_class(SPAN("application/zip")), FILE_ARCHIVE);
    assert_int_equal(known_mime_class(SPAN("application/hta")), FILE_SCRIPT);
    assert_int_equal(known_mime_class(SPAN("image/png")), FILE_OTHER);
    assert_int_equal(known_mime_class(SPAN("text/html; charset=utf-8")), FILE_OTHER);
    assert_int_equal(known_mime_class(SPAN("application/octet-stream")), FILE_NONE);
    assert_int_equal(known_mime_class(SPAN("image")), FILE_NONE);
    assert_int_equal(known_mime_class(SPAN("application/zip-like")), FILE_NONE);
    assert_int_equal(known_mime_class(SPAN("font/")), FILE_NONE);
    assert_int_equal(known_mime_class(SPAN("-")), FILE_NONE);
    assert_int_equal(known_mime_class(SPAN("")), FILE_NONE);
    assert_true(known_file_disagree(FILE_EXECUTABLE, FILE_OTHER));
    assert_true(known_file_disagree(FILE_OTHER, FILE_EXECUTABLE));
    assert_false(known_file_disagree(FILE_EXECUTABLE, FILE_NONE));
    assert_false(known_file_disagree(FILE_OTHER, FILE_OTHER));
    assert_false(known_file_disagree(FILE_EXECUTABLE, FILE_ARCHIVE)); /* a self-extracting archive is both */
}

static void tools_by_name(void **state)
{
    (void)state;
    static const char *const tools[] = {"mz.exe",
                                        "MZ.EXE",
                                        "mimikatz.exe",
                                        "mimikatz64.exe",
                                        "mimikatz_x64.zip",
                                        "ms14068.rar",
                                        "PsExec.exe",
                                        "PsExec64.exe",
                                        "procdump-x64.exe",
                                        "rar.exe",
                                        "nc.exe",
                                        "nc64.exe",
                                        "plink.exe",
                                        "pwdump7.exe",
                                        "mz%2Eexe",
                                        "wce.exe",
                                        "Invoke-Mimikatz.ps1"};
    static const char *const others[] = {"mz.html",   "mimikatz",    "mimikatz.php", "ncis.exe", "amz.exe",
                                         "64.exe",    "x64.exe",     "mz.exe.txt",   ".exe",     "",
                                         "setup.exe", "library.rar", "rar.pdf"};
    for (size_t i = 0; i < sizeof tools / sizeof tools[0]; i++)
        if (!known_tool_name(span_str(tools[i])))
            fail_msg("no tool: %s", tools[i]);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (known_tool_name(span_str(others[i])))
            fail_msg("tool: %s", others[i]);
    assert_string_equal(known_tool_name(SPAN("PSEXEC64.exe"))->stem, "psexec");
}

static void windows_own_names(void **state)
{
    (void)state;
    static const struct {
        const char *file, *meant;
        enum system_name answer;
    } table[] = {
        {"svchost.exe", "svchost", SYSTEM_NAME_EXACT},
        {"LSASS.EXE", "lsass", SYSTEM_NAME_EXACT},
        {"dwm.exe", "dwm", SYSTEM_NAME_EXACT},
        {"rundll32.dll", "rundll32", SYSTEM_NAME_EXACT},
        {"taskhost.exe", "taskhost", SYSTEM_NAME_EXACT},
        {"svch0st.exe", "svchost", SYSTEM_NAME_LOOKALIKE},
        {"scvhost.exe", "svchost", SYSTEM_NAME_LOOKALIKE},
        {"svchosts.exe", "svchost", SYSTEM_NAME_LOOKALIKE},
        {"svhost.exe", "svchost", SYSTEM_NAME_LOOKALIKE},
        {"lsasss.exe", "lsass", SYSTEM_NAME_LOOKALIKE},
        {"1sass.exe", "lsass", SYSTEM_NAME_LOOKALIKE},
        {"isass.exe", "lsass", SYSTEM_NAME_LOOKALIKE},
        {"exp1orer.exe", "explorer", SYSTEM_NAME_LOOKALIKE},
        {"csrsss.exe", "csrss", SYSTEM_NAME_LOOKALIKE},
        {"w1n10gon.exe", "winlogon", SYSTEM_NAME_LOOKALIKE},
        {"service.exe", NULL, SYSTEM_NAME_NONE},
        {"explore.exe", NULL, SYSTEM_NAME_NONE},
        {"server.exe", NULL, SYSTEM_NAME_NONE},
        {"svchost.html", NULL, SYSTEM_NAME_NONE},
        {"svchost", NULL, SYSTEM_NAME_NONE},
        {"dmw.exe", NULL, SYSTEM_NAME_NONE},
        {"svccohst.exe", NULL, SYSTEM_NAME_NONE},
        {"", NULL, SYSTEM_NAME_NONE},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        span meant = {NULL, 0};
        enum system_name got = known_system_binary(span_str(table[i].file), &meant);
        if (got != table[i].answer || !span_eq(meant, span_str(table[i].meant)))
            fail_msg("%s: %d %.*s", table[i].file, got, (int)meant.n, meant.p);
    }
}

static int64_t day(const char *iso)
{
    int64_t ms;
    int zone;
    assert_true(when_iso(span_str(iso), &ms, &zone));
    return ms;
}

static void a_service_needs_domain_agent_and_shape(void **state)
{
    (void)state;
    int64_t now = day("2026-11-21");
    const struct behaviour beat = {SHAPE_POLL,       .period_s = 3600, .duration_s = 0.2,
                                   .bytes_out = 900, .bytes_in = 4000, .port = 80};
    span host = SPAN("au.download.windowsupdate.com"),
         agent = SPAN("Windows-Update-Agent/10.0.10011.16384 Client-Protocol/2.50");
    const struct service *found = known_service(host, agent, &beat, now);
    assert_non_null(found);
    assert_string_equal(found->name, "Windows Update");
    assert_non_null(known_service(SPAN("deb.debian.org"), (span){NULL, 0}, &beat, now)); /* agent not logged */
    assert_null(known_service(SPAN("deb.debian.org"), SPAN("-"), &beat, now));           /* logged, and blank */
    assert_null(known_service(host, SPAN("curl/7.88.1"), &beat, now));                   /* wrong agent */
    assert_null(known_service(host, SPAN("Mozilla/5.0 (compatible; MSIE 10.0)"), &beat, now));
    assert_null(known_service(SPAN("windowsupdate.com.evil.net"), agent, &beat, now)); /* wrong domain */
    struct behaviour seen = beat;
    seen.shape = SHAPE_TUNNEL;
    assert_null(known_service(host, agent, &seen, now)); /* wrong shape */
    seen = beat;
    seen.period_s = 3;
    assert_null(known_service(host, agent, &seen, now));
    seen = beat;
    seen.port = 8443;
    assert_null(known_service(host, agent, &seen, now));
    seen = (struct behaviour){SHAPE_POLL, -1, -1, -1, -1, 0}; /* nothing known contradicts nothing */
    assert_non_null(known_service(host, agent, &seen, now));
    assert_non_null(known_service(host, agent, &beat, day("2028-12-31T23:59:59")));
    assert_null(known_service(host, agent, &beat, day("2029-01-01"))); /* expired */
    assert_non_null(known_service_of(host, now));
    assert_null(known_service_of(host, day("2029-01-01")));
    assert_null(known_service_of(SPAN("example.com"), now));
}

static void push_is_excused_and_a_screen_on_its_host_is_not(void **state)
{
    (void)state;
    int64_t now = day("2026-11-21");
    /* the decoy of a phone: 985 bytes out, 447 in, 899 s on 5228 */
    struct behaviour push = {SHAPE_TUNNEL, -1, 899, 985, 447, 5228};
    assert_non_null(known_service(SPAN("mtalk.google.com"), SPAN("-"), &push, now));
    struct behaviour screen = {SHAPE_TUNNEL, -1, 7200, 200e6, 5e6, 443};
    assert_null(known_service(SPAN("mtalk.google.com"), SPAN("-"), &screen, now));
    struct behaviour meeting = {SHAPE_TUNNEL, -1, 3600, 300e6, 400e6, 443};
    assert_non_null(known_service(SPAN("zoomsin101mmr.sin.zoom.us"), SPAN("-"), &meeting, now));
    assert_null(known_service(SPAN("zoom.us.evil.net"), SPAN("-"), &meeting, now));
    struct behaviour sync = {SHAPE_UPLOAD, -1, -1, 100e6, 1e6, 443};
    assert_non_null(known_service(SPAN("content.dropboxapi.com"),
                                  SPAN("DropboxDesktopClient/189.4.8395 (Windows; 10; ...)"), &sync, now));
    assert_null(known_service(SPAN("content.dropboxapi.com"), SPAN("rclone/v1.62.2"), &sync, now));
    assert_null(known_service(SPAN("relay.anydesk.com"), SPAN("-"), &screen, now));
    assert_null(known_service_of(SPAN("teamviewer.com"), now));
}

static void lists_say_what_they_are(void **state)
{
    (void)state;
    struct list_used lists[32];
    size_t n = known_lists(suffixes, lists, 32);
    assert_int_equal(n, 11);
    bool has_services = false;
    for (size_t i = 0; i < n; i++) {
        assert_true(lists[i].name.n > 0 && lists[i].version.n > 0);
        assert_int_equal(strlen(lists[i].sha256), i == 0 && lists[0].sha256[0] == '\0' ? 0 : 64);
        has_services = has_services || span_eq(lists[i].name, SPAN("services"));
    }
    assert_true(has_services);
    assert_int_equal(known_lists(suffixes, lists, 0), n);
    assert_int_equal(known_lists(suffixes, lists, 2), n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(registrable_domains),
        cmocka_unit_test(lists_of_domains_match_on_label_borders),
        cmocka_unit_test(push_ports),
        cmocka_unit_test(files_by_name),
        cmocka_unit_test(files_by_mime_type),
        cmocka_unit_test(tools_by_name),
        cmocka_unit_test(windows_own_names),
        cmocka_unit_test(a_service_needs_domain_agent_and_shape),
        cmocka_unit_test(push_is_excused_and_a_screen_on_its_host_is_not),
        cmocka_unit_test(lists_say_what_they_are),
    };
    return cmocka_run_group_tests(tests, open_suffixes, close_suffixes);
}
