/* SPDX-License-Identifier: Apache-2.0 */
/* Windows events: what a record says, what its address is, and how the collectors' lines become one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/when.h"
#include "event/windows_counts.h"
#include "format/winlog.h"

#define LSM "Microsoft-Windows-TerminalServices-LocalSessionManager"
#define RCM "Microsoft-Windows-TerminalServices-RemoteConnectionManager"
#define CORE "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS"
#define SYSMON "Microsoft-Windows-Sysmon"
#define AUDITING "Microsoft-Windows-Security-Auditing"

/* 2026-11-21T12:19:32Z by date(1) */
static const int64_t EXAMPLE_MS = INT64_C(1795263572000);

static struct windows_event of(const char *channel, const char *provider, uint64_t id)
{
    struct windows_event e = {.kind = windows_kind(span_str(channel), span_str(provider), id)};
    return e;
}

static void put(struct windows_event *e, const char *name, const char *value) { windows_put(e, span_str(name), span_str(value), false); }

static void expect_text(const struct windows_event *e, enum windows_field f, const char *wanted)
{
    span got = windows_text(e, f);
    if (!span_eq(got, span_str(wanted)) || !got.p != !wanted)
        fail_msg("%s: expected %s, got %.*s", windows_field_infos[f].key, wanted, (int)got.n, got.p ? got.p : "");
}

static void expect_number(const struct windows_event *e, enum windows_field f, uint64_t wanted)
{
    if (!windows_has(e, f) || e->at[f].number != wanted)
        fail_msg("%s: expected %llu", windows_field_infos[f].key, (unsigned long long)wanted);
}

static void addresses(void **state)
{
    static const struct { const char *address; enum windows_address kind; } cases[] = {
        {"", ADDRESS_NONE}, {"-", ADDRESS_NONE}, {"0.0.0.0", ADDRESS_NONE}, {"::", ADDRESS_NONE},
        {"127.0.0.1", ADDRESS_LOOPBACK}, {"127.0.0.3", ADDRESS_LOOPBACK}, {"127.255.255.254", ADDRESS_LOOPBACK},
        {"128.0.0.1", ADDRESS_PUBLIC}, {"::1", ADDRESS_LOOPBACK}, {"0:0:0:0:0:0:0:1", ADDRESS_LOOPBACK},
        {"::ffff:127.0.0.2", ADDRESS_LOOPBACK}, {"::%16777216", ADDRESS_LOOPBACK}, {"::1%1", ADDRESS_LOOPBACK},
        {"::2", ADDRESS_PUBLIC}, {"LOCAL", ADDRESS_LOCAL}, {"local", ADDRESS_LOCAL}, {" LOCAL ", ADDRESS_LOCAL},
        {"ローカル", ADDRESS_NAME}, {"fe80::80ac:4126:fa58:1b81%10", ADDRESS_LINK_LOCAL}, {"fe80::1", ADDRESS_LINK_LOCAL},
        {"febf::1", ADDRESS_LINK_LOCAL}, {"fec0::1", ADDRESS_PUBLIC}, {"169.254.7.7", ADDRESS_LINK_LOCAL},
        {"10.0.2.15", ADDRESS_PRIVATE}, {"172.15.0.1", ADDRESS_PUBLIC}, {"172.16.0.1", ADDRESS_PRIVATE},
        {"172.31.255.1", ADDRESS_PRIVATE}, {"172.32.0.1", ADDRESS_PUBLIC}, {"192.168.1.1", ADDRESS_PRIVATE},
        {"100.64.0.1", ADDRESS_PRIVATE}, {"100.128.0.1", ADDRESS_PUBLIC}, {"fd00::5", ADDRESS_PRIVATE},
        {"198.51.100.7", ADDRESS_PUBLIC}, {"2001:db8::7", ADDRESS_PUBLIC}, {"PC01", ADDRESS_NAME}, {"0.0.0.1", ADDRESS_PUBLIC},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        if (windows_address_kind(span_str(cases[i].address)) != cases[i].kind)
            fail_msg("%s is taken for %d", cases[i].address, windows_address_kind(span_str(cases[i].address)));
}

static void kinds(void **state)
{
    (void)state;
    assert_int_equal(windows_kind(SPAN("Security"), SPAN(""), 4624)->meaning, MEANS_LOGON);
    assert_int_equal(windows_kind(SPAN("security"), SPAN(AUDITING), 4625)->meaning, MEANS_LOGON_FAILED);
    assert_int_equal(windows_kind(SPAN(""), SPAN(AUDITING), 4624)->meaning, MEANS_LOGON);
    assert_int_equal(windows_kind(SPAN("ForwardedEvents"), SPAN(LSM), 25)->meaning, MEANS_SESSION_RECONNECTED);
    assert_int_equal(windows_kind(SPAN("System"), SPAN("Microsoft-Windows-Eventlog"), 104)->meaning, MEANS_LOG_CLEARED);
    assert_null(windows_kind(SPAN("System"), SPAN("Microsoft-Windows-Diagnosis-Scripted"), 104));
    assert_null(windows_kind(SPAN("System"), SPAN(""), 6005));
    assert_null(windows_kind(SPAN("Application"), SPAN(AUDITING), 4624));
    assert_null(windows_kind(SPAN("Security"), SPAN(AUDITING), 4673));
    assert_null(windows_kind(SPAN(""), SPAN(""), 4624));
    for (size_t i = 0; windows_kind_at(i); i++) { /* each entry is found by its own names */
        const struct windows_kind *k = windows_kind_at(i);
        assert_ptr_equal(windows_kind(span_str(k->channel), span_str(k->provider), k->id), k);
    }
}

static void a_logon(void **state)
{
    (void)state;
    struct windows_event e = of("Security", AUDITING, 4624);
    put(&e, "TargetUserName", "tanaka");
    put(&e, "TargetDomainName", "-");
    put(&e, "TargetLogonId", "0x000000000008fdc1");
    put(&e, "LogonType", "10");
    put(&e, "IpAddress", "127.0.0.1");
    put(&e, "IpPort", "49274");
    put(&e, "ipport", "1");
    put(&e, "Nobody", "1");
    put(&e, "TargetUserName", "second");
    windows_settle(&e);
    expect_text(&e, WINDOWS_USER, "tanaka");
    expect_number(&e, WINDOWS_LOGON_ID, 0x8fdc1);
    expect_number(&e, WINDOWS_PORT, 49274);
    assert_int_equal(windows_state(&e, WINDOWS_DOMAIN), STATE_BLANK);
    assert_int_equal(windows_state(&e, WINDOWS_WORKSTATION), STATE_ABSENT);
    assert_int_equal(windows_state(&e, WINDOWS_COMMAND_LINE), STATE_UNLOGGED);
    assert_int_equal(windows_class(&e), CLASS_SESSION);
    e.at[WINDOWS_LOGON_TYPE].number = 3;
    assert_int_equal(windows_class(&e), CLASS_NETWORK);
}

static void numbers(void **state)
{
    (void)state;
    struct windows_event e = of("Security", AUDITING, 4625);
    put(&e, "Status", "-1073741715"); /* 0xc000006d as a signed number, as parse_evtx gives it */
    put(&e, "SubStatus", "0xC000006A");
    put(&e, "IpPort", "-");
    put(&e, "LogonType", "10x");
    put(&e, "SubjectLogonId", "0xfffffffffffffffff");
    expect_number(&e, WINDOWS_STATUS, 0xc000006d);
    expect_number(&e, WINDOWS_SUB_STATUS, 0xc000006a);
    assert_false(windows_has(&e, WINDOWS_PORT));
    assert_false(windows_has(&e, WINDOWS_LOGON_TYPE));
    assert_false(windows_has(&e, WINDOWS_SUBJECT_LOGON_ID));
}

static void cut_values(void **state)
{
    static const struct { const char *text, *address; uint64_t port; } endpoints[] = {
        {"127.0.0.1:49274", "127.0.0.1", 49274}, {"[10.0.2.17]:64531", "10.0.2.17", 64531},
        {"[fe80::1%5]:50123", "fe80::1%5", 50123}, {"198.51.100.7", "198.51.100.7", 0}, {"[::1]", "::1", 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(endpoints); i++) {
        struct windows_event e = of(CORE "/Operational", CORE, 131);
        put(&e, "ClientIP", endpoints[i].text);
        expect_text(&e, WINDOWS_ADDRESS, endpoints[i].address);
        assert_int_equal(windows_has(&e, WINDOWS_PORT) ? e.at[WINDOWS_PORT].number : 0, endpoints[i].port);
    }
    struct windows_event e = of(LSM "/Operational", "", 21);
    put(&e, "User", "EXAMPLE\\tanaka");
    put(&e, "SessionID", "2");
    expect_text(&e, WINDOWS_USER, "tanaka");
    expect_text(&e, WINDOWS_DOMAIN, "EXAMPLE");
    expect_number(&e, WINDOWS_SESSION_ID, 2);
    e = of(CORE "/Operational", CORE, 104);
    put(&e, "TimezoneBiasHour", "[-8]");
    assert_int_equal(e.at[WINDOWS_ZONE].number_signed, -480);
    e = of(CORE "/Operational", CORE, 104);
    put(&e, "TimezoneBiasHour", "[25]");
    assert_false(windows_has(&e, WINDOWS_ZONE));
}

static struct windows_event connection(bool is_sysmon, bool is_out, const char *from, const char *from_port, const char *to, const char *to_port)
{
    struct windows_event e = is_sysmon ? of(SYSMON "/Operational", SYSMON, 3) : of("Security", AUDITING, 5156);
    put(&e, is_sysmon ? "Initiated" : "Direction", is_sysmon ? (is_out ? "true" : "false") : is_out ? "%%14593" : "%%14592");
    put(&e, is_sysmon ? "SourceIp" : "SourceAddress", from);
    put(&e, "SourcePort", from_port);
    put(&e, is_sysmon ? "DestinationIp" : "DestAddress", to);
    put(&e, is_sysmon ? "DestinationPort" : "DestPort", to_port);
    put(&e, "Protocol", is_sysmon ? "tcp" : "6");
    windows_settle(&e);
    return e;
}

/* The four ways in which real samples write an end: DE_sysmon-3-rdp-tun (own end first), SharpRDP (other end first). */
static void ends(void **state)
{
    (void)state;
    struct windows_event e = connection(true, true, "127.0.0.1", "49186", "127.0.0.2", "3389");
    expect_text(&e, WINDOWS_LOCAL_ADDRESS, "127.0.0.1");
    expect_number(&e, WINDOWS_REMOTE_PORT, 3389);
    expect_number(&e, WINDOWS_DIRECTION, DIRECTION_OUT);
    expect_number(&e, WINDOWS_PROTOCOL, 6);
    e = connection(true, false, "127.0.0.2", "3389", "127.0.0.1", "49186");
    expect_text(&e, WINDOWS_LOCAL_ADDRESS, "127.0.0.2");
    expect_number(&e, WINDOWS_REMOTE_PORT, 49186);
    e = connection(true, false, "192.168.56.1", "52543", "192.168.56.101", "3389");
    expect_text(&e, WINDOWS_LOCAL_ADDRESS, "192.168.56.101");
    expect_text(&e, WINDOWS_REMOTE_ADDRESS, "192.168.56.1");
    expect_number(&e, WINDOWS_LOCAL_PORT, 3389);
    expect_number(&e, WINDOWS_REMOTE_PORT, 52543);
    e = connection(false, false, "192.168.0.2", "3333", "-", "49279");
    expect_text(&e, WINDOWS_LOCAL_ADDRESS, "192.168.0.2");
    assert_int_equal(windows_state(&e, WINDOWS_REMOTE_ADDRESS), STATE_BLANK);
    e = connection(false, false, "-", "50000", "10.0.0.5", "445");
    expect_text(&e, WINDOWS_LOCAL_ADDRESS, "10.0.0.5");
    assert_int_equal(windows_state(&e, WINDOWS_REMOTE_ADDRESS), STATE_BLANK);
}

struct read { arena a; struct layout layout; struct windows_event e; enum row_fate fate; };

static struct read *read_lines(const char *const *lines, size_t n, struct format_options options)
{
    struct read *r = mem_alloc(sizeof *r);
    struct format_refusal refusal;
    span *spans = arena_new(&r->a, span, n + 1);
    for (size_t i = 0; i < n; i++)
        spans[i] = span_str(lines[i]);
    fault f = format_recognise(&r->a, &options, spans, n, &r->layout, &refusal);
    if (f.kind)
        fail_msg("%s", f.text);
    r->fate = r->layout.windows ? format_windows_row(&r->layout, spans[0], &r->a, &r->e) : ROW_BAD;
    return r;
}

static struct read *read_line(const char *line)
{
    return read_lines(&line, 1, (struct format_options){.tz_minutes = WHEN_NONE_MINUTES});
}

static void finish(struct read *r)
{
    arena_free(&r->a);
    mem_free(r);
}

static void every_example(void **state)
{
    (void)state;
    for (size_t i = 0; winlog_at(i); i++) {
        const struct winlog_dialect *d = winlog_at(i);
        struct read *r = read_line(d->example);
        if (r->layout.windows != d || r->fate != ROW_EVENT)
            fail_msg("example of %s (%zu) is read as %s", d->name, i, r->layout.windows ? r->layout.windows->name : "nothing");
        assert_true(r->layout.tz_in_stamp);
        assert_in_range(r->e.at[WINDOWS_TIME].ms, EXAMPLE_MS, EXAMPLE_MS + 1999);
        expect_text(&r->e, WINDOWS_COMPUTER, "PC01.example.com");
        assert_true(windows_has(&r->e, WINDOWS_RECORD_ID) || span_eq(r->layout.name, SPAN("sentinel")));
        finish(r);
    }
}

static void what_examples_say(void **state)
{
    (void)state;
    struct read *r = read_line(winlog_at(0)->example);
    assert_int_equal(r->e.kind->meaning, MEANS_LOGON);
    assert_int_equal(r->e.at[WINDOWS_TIME].ms, EXAMPLE_MS + 108);
    expect_text(&r->e, WINDOWS_ADDRESS, "127.0.0.1");
    expect_text(&r->e, WINDOWS_WORKSTATION, "PC01");
    expect_number(&r->e, WINDOWS_LOGON_ID, 0x1f2e3);
    expect_number(&r->e, WINDOWS_RECORD_ID, 77);
    finish(r);
    r = read_line(winlog_at(3)->example);
    assert_int_equal(r->e.kind->meaning, MEANS_RDP_AUTHENTICATED);
    expect_text(&r->e, WINDOWS_USER, "tanaka");
    expect_text(&r->e, WINDOWS_ADDRESS, "127.0.0.1");
    assert_int_equal(r->e.at[WINDOWS_TIME].ms, EXAMPLE_MS + 108);
    finish(r);
    r = read_line(winlog_at(5)->example);
    assert_int_equal(r->e.kind->meaning, MEANS_RDP_ACCEPTED);
    expect_number(&r->e, WINDOWS_PORT, 49274);
    expect_number(&r->e, WINDOWS_PROTOCOL, 6);
    finish(r);
    r = read_line(winlog_at(6)->example);
    expect_text(&r->e, WINDOWS_ADDRESS, "LOCAL");
    expect_text(&r->e, WINDOWS_DOMAIN, "EXAMPLE");
    finish(r);
    r = read_line(winlog_at(8)->example);
    expect_text(&r->e, WINDOWS_PROCESS, "C:\\Tools\\ssh.exe");
    expect_number(&r->e, WINDOWS_LOCAL_PORT, 49275);
    expect_number(&r->e, WINDOWS_DIRECTION, DIRECTION_OUT);
    finish(r);
}

/* The same record, flat, wrapped, and inside a syslog line. */
static void wrappings(void **state)
{
#define FLAT "\"@timestamp\":\"2026-11-21T12:19:32.108Z\",\"winlog.channel\":\"Security\",\"winlog.event_id\":4647," \
             "\"winlog.event_data.TargetUserName\":\"tanaka\",\"message\":\"User initiated logoff:\""
#define NESTED "{\"@timestamp\":\"2026-11-21T12:19:32.108Z\",\"event\":{\"original\":\"<Event/>\"},\"log\":{\"level\":\"info\"}," \
               "\"winlog\":{\"channel\":\"Security\",\"event_data\":{\"TargetUserName\":\"tanaka\"},\"event_id\":4647},\"message\":\"x\"}"
#define ESCAPED "{\\\"@timestamp\\\":\\\"2026-11-21T12:19:32.108Z\\\",\\\"winlog\\\":{\\\"channel\\\":\\\"Security\\\"," \
                "\\\"event_data\\\":{\\\"TargetUserName\\\":\\\"tanaka\\\"},\\\"event_id\\\":4647}}"
#define NXLOG "{\"EventTime\":\"2026-11-21T12:19:32.108Z\",\"Hostname\":\"PC01\",\"EventID\":4647,\"Channel\":\"Security\"," \
              "\"TargetUserName\":\"tanaka\",\"Message\":\"User initiated logoff\",\"SourceModuleName\":\"in\"}"
    static const char *const lines[] = {
        "{" FLAT "}", NESTED, "{\"_index\":\"w\",\"_source\":" NESTED "}", "{\"log\":\"" ESCAPED "\\n\",\"stream\":\"stdout\"}",
        "{\"_raw\":\"" ESCAPED "\"}", "{\"message\":\"" ESCAPED "\",\"host\":\"h\"}", "{\"event\":{\"original\":\"" ESCAPED "\"}}",
        "<14>Nov 21 21:19:32 PC01 nxWinEvt[892]: " NXLOG, "<14>1 2026-11-21T12:19:32Z PC01 nx 1 - - " NXLOG, NXLOG,
        "{\"data\":{\"Event\":{\"System\":{\"EventID\":{\"#attributes\":{\"Qualifiers\":\"\"},\"#text\":4647},\"Channel\":\"Security\","
        "\"TimeCreated\":{\"#attributes\":{\"SystemTime\":\"2026-11-21T12:19:32.108Z\"}}},\"EventData\":{\"Data\":[{\"@Name\":"
        "\"TargetUserName\",\"#text\":\"tanaka\"},{\"@Name\":\"TargetLogonId\"}]}}}}",
        "{\"Payload\":\"{\\\"EventData\\\":{\\\"Data\\\":{\\\"@Name\\\":\\\"TargetUserName\\\",\\\"#text\\\":\\\"tanaka\\\"}}}\","
        "\"Computer\":\"PC01\",\"Channel\":\"Security\",\"EventId\":4647,\"TimeCreated\":\"2026-11-21 12:19:32.1080000\"}",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        struct read *r = read_line(lines[i]);
        if (r->fate != ROW_EVENT || r->e.kind->meaning != MEANS_LOGOFF_ASKED)
            fail_msg("not read: %s", lines[i]);
        assert_int_equal(r->e.at[WINDOWS_TIME].ms, EXAMPLE_MS + 108);
        expect_text(&r->e, WINDOWS_USER, "tanaka");
        finish(r);
    }
}

static void fates(void **state)
{
#define HEAD "{\"@timestamp\":\"2026-11-21T12:19:32.108Z\",\"winlog\":{\"channel\":\"Security\",\"event_id\":"
    static const struct { const char *line; enum row_fate fate; } cases[] = {
        {HEAD "4624}}", ROW_EVENT}, {HEAD "\"4624\"}}", ROW_EVENT}, {HEAD "4673}}", ROW_SKIPPED}, {"", ROW_SKIPPED},
        {HEAD "4624}", ROW_BAD}, {HEAD "4624}} x", ROW_BAD}, {HEAD "\"x\"}}", ROW_BAD}, {HEAD "null}}", ROW_BAD}, {"{}", ROW_BAD},
        {"{\"konseki\":{\"refused\":{\"offset\":4096,\"why\":\"the record is longer than its chunk\"}}}", ROW_BAD},
        {HEAD "4624},\"konseki\":{\"refused\":{\"why\":\"a value ends outside of the record\"}}}", ROW_BAD},
        {"{\"@timestamp\":\"yesterday\",\"winlog\":{\"channel\":\"Security\",\"event_id\":4624}}", ROW_BAD},
        {"{\"@timestamp\":\"2026-11-21T12:19:32.108Z\",\"winlog\":{\"event_id\":4624}}", ROW_BAD},
    };
    (void)state;
    arena a = {0};
    struct windows_event e;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        if (winlog_row(winlog_at(0), "", span_str(cases[i].line), &a, &e) != cases[i].fate)
            fail_msg("%s", cases[i].line);
    arena_free(&a);
}

/* What Event Viewer's CSV says: a provider, no channel, a clock without a zone. */
static void local_time(void **state)
{
    static const char *const line = "{\"@timestamp\":\"2026-11-21T21:19:32\",\"winlog\":{\"provider_name\":\"" AUDITING "\",\"event_id\":\"4634\"}}";
    (void)state;
    struct read *r = read_lines(&line, 1, (struct format_options){.tz_minutes = 540});
    assert_int_equal(r->fate, ROW_EVENT);
    assert_int_equal(r->e.at[WINDOWS_TIME].ms, EXAMPLE_MS);
    assert_false(r->layout.tz_in_stamp);
    assert_int_equal(r->layout.tz_minutes, 540);
    finish(r);
    r = read_line(line);
    assert_int_equal(r->e.at[WINDOWS_TIME].ms, EXAMPLE_MS + 9 * 3600000);
    assert_int_equal(r->layout.tz_minutes, WHEN_NONE_MINUTES);
    finish(r);
}

/* What says UTC by its documentation is not asked for --tz. */
static void time_of_evtxecmd(void **state)
{
    static const char *const line = "{\"Computer\":\"PC01\",\"Channel\":\"Security\",\"EventId\":4647,\"TimeCreated\":\"2026-11-21 12:19:32.1080000\"}";
    (void)state;
    struct read *r = read_lines(&line, 1, (struct format_options){.tz_minutes = 540});
    assert_int_equal(r->e.at[WINDOWS_TIME].ms, EXAMPLE_MS + 108);
    assert_true(r->layout.tz_in_stamp);
    finish(r);
}

static struct windows_event counted(uint64_t id, int64_t ms, const char *computer)
{
    struct windows_event e = {.kind = windows_kind(SPAN("Security"), SPAN(""), id)};
    (void)windows_put_field(&e, WINDOWS_CHANNEL, SPAN("Security"));
    (void)windows_put_field(&e, WINDOWS_COMPUTER, span_str(computer));
    e.at[WINDOWS_EVENT_ID].number = id;
    e.at[WINDOWS_TIME].ms = ms;
    e.has |= WINDOWS_BIT(EVENT_ID) | WINDOWS_BIT(TIME);
    return e;
}

static void counts(void **state)
{
    (void)state;
    struct windows_counts c = {.events = {.n = 0}};
    struct windows_event some[] = {counted(4624, 5, "PC01"), counted(4624, 3, "PC02"), counted(4673, 9, "PC01"), counted(4624, 4, "PC01")};
    for (size_t i = 0; i < COUNT_OF(some); i++)
        windows_counts_add(&c, &some[i]);
    windows_counts_sort(&c);
    assert_int_equal(c.events.n, 2);
    assert_int_equal(c.events.items[0].id, 4624);
    assert_int_equal(c.events.items[0].n, 3);
    assert_int_equal(c.events.items[0].first, 3);
    assert_int_equal(c.events.items[0].last, 5);
    assert_true(c.events.items[0].is_read);
    assert_false(c.events.items[1].is_read);
    assert_int_equal(c.computers.n, 2);
    assert_true(span_eq(windows_count_name(&c.computers.items[0]), SPAN("PC01")));
    assert_int_equal(c.computers.items[0].n, 3);
    windows_counts_free(&c);
}

/* 2,000 kinds, each three times, in three orders, by one worker and by seven: the same 512 are listed, each three times. */
static void counts_beyond_the_limit(void **state)
{
    enum { KINDS = 2000, EACH = 3, WORKERS = 7 };
    (void)state;
    struct windows_counts results[3] = {{.events = {.n = 0}}};
    for (int way = 0; way < 3; way++) {
        struct windows_counts workers[WORKERS] = {{.events = {.n = 0}}};
        for (int i = 0; i < KINDS * EACH; i++) {
            int at = way == 0 ? i : way == 1 ? KINDS * EACH - 1 - i : i * 7 % (KINDS * EACH);
            struct windows_event e = counted((uint64_t)(10000 + at % KINDS), at, "PC01");
            windows_counts_add(&workers[way ? i * 31 / 7 % WORKERS : 0], &e);
        }
        for (int w = 0; w < WORKERS; w++) {
            windows_counts_join(&results[way], &workers[w]);
            windows_counts_free(&workers[w]);
        }
        windows_counts_sort(&results[way]);
        assert_int_equal(results[way].events.n, WINDOWS_KINDS_LISTED);
        assert_int_equal(results[way].events.others, (KINDS - WINDOWS_KINDS_LISTED) * EACH);
        for (size_t i = 0; i < WINDOWS_KINDS_LISTED; i++) {
            assert_int_equal(results[way].events.items[i].n, EACH);
            assert_int_equal(results[way].events.items[i].id, results[0].events.items[i].id);
            assert_int_equal(results[way].events.items[i].first, results[0].events.items[i].first);
        }
    }
    for (int way = 0; way < 3; way++)
        windows_counts_free(&results[way]);
}

static void what_is_recognised(void **state)
{
    static const char *const refused[] = {"{\"konseki\":{\"refused\":{\"offset\":0,\"why\":\"x\"}}}"};
    static const char *const suricata[] = {
        "{\"timestamp\":\"2026-11-21T21:19:32.108765+0900\",\"event_type\":\"http\",\"src_ip\":\"10.0.0.1\",\"src_port\":1,\"dest_ip\":"
        "\"192.0.2.1\",\"dest_port\":80,\"http\":{\"hostname\":\"a.example\",\"url\":\"/\",\"http_method\":\"GET\",\"status\":200,\"length\":1}}"};
    static const char *const mixed[] = {HEAD "4624}}", refused[0], HEAD "1}}", "{\"other\":1}"};
    (void)state;
    struct format_options plain = {.tz_minutes = WHEN_NONE_MINUTES};
    struct read *r = read_lines(refused, 1, plain);
    assert_ptr_equal(r->layout.windows, winlog_at(0));
    assert_int_equal(r->fate, ROW_BAD);
    finish(r);
    r = read_lines(suricata, 1, plain);
    assert_null(r->layout.windows);
    assert_true(span_eq(r->layout.name, SPAN("suricata")));
    finish(r);
    r = read_lines(mixed, 4, plain);
    assert_ptr_equal(r->layout.windows, winlog_at(0));
    assert_true(r->layout.fit > 0.66 && r->layout.fit < 0.67); /* two of three: what was refused does not count */
    finish(r);
    static const char *const cut_in_front[] = {"ent_id\":4624}}", HEAD "4624}}", HEAD "4625}}"};
    r = read_lines(cut_in_front, 3, plain);
    assert_ptr_equal(r->layout.windows, winlog_at(0));
    assert_int_equal(r->fate, ROW_BAD);
    finish(r);
    static const char *const few[] = {HEAD "4624}}", "{\"other\":1}", "{\"other\":1}"};
    r = read_lines(few, 3, plain); /* nothing else takes more of them */
    assert_ptr_equal(r->layout.windows, winlog_at(0));
    finish(r);
    plain.logformat = SPAN("%ts.%03tu %>a %ru");
    r = read_lines(mixed, 1, plain);
    assert_ptr_equal(r->layout.windows, winlog_at(0)); /* the option is about the proxy's log */
    finish(r);
}

static void what_is_named(void **state)
{
    static const char *const nxlog = "{\"EventTime\":\"2026-11-21T12:19:32Z\",\"EventID\":4647,\"Channel\":\"Security\"}";
    (void)state;
    arena a = {0};
    struct layout layout;
    struct format_refusal refusal;
    span lines[] = {span_str(nxlog), SPAN("{}"), SPAN("{}"), SPAN("{}"), SPAN("{}"), SPAN("{}")};
    struct format_options options = {.format = SPAN("NXLog"), .tz_minutes = WHEN_NONE_MINUTES};
    assert_int_equal(format_recognise(&a, &options, lines, COUNT_OF(lines), &layout, &refusal).kind, FAULT_NONE); /* one line is enough */
    assert_true(span_eq(layout.name, SPAN("nxlog")));
    options.format = SPAN("wazuh");
    assert_int_equal(format_recognise(&a, &options, lines, 1, &layout, &refusal).kind, FAULT_CORRUPT);
    assert_int_equal(refusal.n, 1);
    assert_true(span_eq(refusal.tried[0].name, SPAN("wazuh")));
    options.format = SPAN("squid"); /* says nothing of an event log */
    assert_int_equal(format_recognise(&a, &options, lines, 1, &layout, &refusal).kind, FAULT_NONE);
    assert_true(span_eq(layout.name, SPAN("nxlog")));
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses), cmocka_unit_test(kinds), cmocka_unit_test(a_logon), cmocka_unit_test(numbers),
        cmocka_unit_test(cut_values), cmocka_unit_test(ends), cmocka_unit_test(every_example), cmocka_unit_test(what_examples_say),
        cmocka_unit_test(wrappings), cmocka_unit_test(fates), cmocka_unit_test(local_time), cmocka_unit_test(time_of_evtxecmd),
        cmocka_unit_test(counts), cmocka_unit_test(counts_beyond_the_limit), cmocka_unit_test(what_is_recognised),
        cmocka_unit_test(what_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
