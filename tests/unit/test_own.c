/* SPDX-License-Identifier: Apache-2.0 */
/* Definition files: what they give, what they refuse, and by which line. Stamps: date -u -d '...' +%s. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/when.h"
#include "format/own.h"

struct fixture { arena a; struct layout layout; struct format_refusal refusal; event e; };

static fault recognise(struct fixture *f, const char *definition, const char *const *lines, size_t n)
{
    span *spans = arena_new(&f->a, span, n + 1);
    struct format_options options = {.own_text = span_str(definition), .tz_minutes = WHEN_NONE_MINUTES};
    for (size_t i = 0; i < n; i++)
        spans[i] = span_str(lines[i]);
    return format_recognise(&f->a, &options, spans, n, &f->layout, &f->refusal);
}

static void expect_text(const struct fixture *f, enum field field, const char *wanted)
{
    span got = event_text(&f->e, field);
    if (!span_eq(got, span_str(wanted)))
        fail_msg("%s: expected %s, got %.*s", field_infos[field].key, wanted, (int)got.n, got.p);
}

#define COLUMNS                                                                                        \
    "name = acme\nshape = csv\nseparator = |\ntime = %d.%m.%Y %H:%M:%S\nzone = +09:00\nstamp = start\n" \
    "counters = with headers\nheader = when|who|from|verb|target|code|up|down|ms|verdict\n"           \
    "[fields]\nwhen = time\nwho = user or-nothing\nfrom = client\nverb = method\ntarget = url\ncode = status\n" \
    "up = bytes_out\ndown = bytes_in\nms = duration ms\nverdict = action\n[outcomes]\nNO WAY = blocked\n"

static void columns_without_a_header(void **state)
{
    static const char *const lines[] = {"21.11.2026 21:19:32|sato|10.0.0.1|GET|a.example/x?y=1|200|210|512|41|OK",
                                        "21.11.2026 21:19:40||10.0.0.2|GET|b.example/||7||1|no way"};
    (void)state;
    struct fixture f = {0};
    assert_int_equal(recognise(&f, COLUMNS, lines, 2).kind, FAULT_NONE);
    assert_true(span_eq(f.layout.name, SPAN("acme")));
    assert_int_equal(format_row(&f.layout, span_str(lines[0]), &f.a, &f.e), ROW_EVENT);
    assert_int_equal(f.e.at[FIELD_TIME].ms, 1795263572000); /* 21:19:32 at +09:00 */
    assert_int_equal(f.e.at[FIELD_END].ms, 1795263572041);
    assert_int_equal(f.e.at[FIELD_BYTES_OUT].number, 210);
    assert_int_equal(f.e.at[FIELD_BYTES_IN].number, 512);
    expect_text(&f, FIELD_HOST, "a.example");
    expect_text(&f, FIELD_USER, "sato");
    assert_true(f.layout.plans[0]->counts_headers_in && f.layout.plans[0]->counts_headers_out);
    assert_int_equal(format_row(&f.layout, span_str(lines[1]), &f.a, &f.e), ROW_EVENT);
    assert_int_equal(event_state(&f.e, FIELD_USER), STATE_ABSENT);
    assert_int_equal(event_state(&f.e, FIELD_STATUS), STATE_ABSENT);
    assert_int_equal(event_state(&f.e, FIELD_BYTES_IN), STATE_ABSENT);
    assert_int_equal(f.e.at[FIELD_OUTCOME].number, OUTCOME_BLOCKED);
    assert_int_equal(format_row(&f.layout, SPAN("2026-11-21 21:19:32|sato|10.0.0.1|GET|/|200|1|2|3|OK"), &f.a, &f.e), ROW_BAD);
    arena_free(&f.a);
}

static void columns_by_the_header_of_the_log(void **state)
{
    static const char definition[] = "name = a\nshape = csv\n[fields]\n\"@time\" = time\nip = client\n\"a=b\" = host\n";
    static const char *const lines[] = {"ip,extra,a=b,@time", "10.0.0.1,\"x,y\",a.example,1795295972"};
    (void)state;
    struct fixture f = {0};
    assert_int_equal(recognise(&f, definition, lines, 2).kind, FAULT_NONE);
    assert_int_equal(format_row(&f.layout, span_str(lines[0]), &f.a, &f.e), ROW_SKIPPED);
    assert_int_equal(format_row(&f.layout, span_str(lines[1]), &f.a, &f.e), ROW_EVENT);
    assert_int_equal(f.e.at[FIELD_TIME].ms, 1795295972000);
    expect_text(&f, FIELD_HOST, "a.example");
    expect_text(&f, FIELD_CLIENT, "10.0.0.1");
    arena_free(&f.a);
}

static void json_pairs_and_a_logformat(void **state)
{
    static const struct { const char *definition, *line; } cases[] = {
        {"name = a\nshape = json\ntime = epoch\n[fields]\nts = time\npeer.ip = client\nreq.host = host\n",
         "{\"ts\":1795295972,\"peer\":{\"ip\":\"10.0.0.1\"},\"req\":{\"host\":\"a.example\"}}"},
        {"name = a\nshape = pairs\nseparator = ;\nequals = :\ntime = iso\nzone = utc\n[fields]\nt = time\nc = client\nh = host\n",
         "t:\"2026-11-21 21:19:32\";c:\"10.0.0.1\";h:\"a.example\""},
        {"name = a\nshape = logformat\nlogformat = %ts %>a %ru %Ss\n[outcomes]\nSTOP = blocked\n", "1795295972 10.0.0.1 http://a.example/ STOP"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fixture f = {0};
        fault why = recognise(&f, cases[i].definition, &cases[i].line, 1);
        if (why.kind)
            fail_msg("%s: %s", cases[i].definition, why.text);
        assert_int_equal(format_row(&f.layout, span_str(cases[i].line), &f.a, &f.e), ROW_EVENT);
        assert_int_equal(f.e.at[FIELD_TIME].ms, 1795295972000);
        expect_text(&f, FIELD_CLIENT, "10.0.0.1");
        expect_text(&f, FIELD_HOST, "a.example");
        if (i == 2)
            assert_int_equal(f.e.at[FIELD_OUTCOME].number, OUTCOME_BLOCKED);
        arena_free(&f.a);
    }
}

static void faults_name_the_line(void **state)
{
    static const struct { const char *definition, *says; } cases[] = {
        {"name = a b\n", "line 1: a name is"},
        {"# x\n\nshape = xml\n", "line 3: the shape is"},
        {"name = a\nshape = csv\nwhat = 1\n", "line 3: no such key"},
        {"name = a\nshape\n", "line 2: not \"key = value\""},
        {"name =\n", "line 1: says nothing"},
        {"zone = noon\n", "line 1: the zone is"},
        {"stamp = middle\n", "line 1: a stamp is"},
        {"counters = some\n", "line 1: \"with headers\""},
        {"time = soon\n", "line 1: the time is"},
        {"separator = tabs\n", "line 1: one character"},
        {"[rows]\n", "line 1: no such section"},
        {"[fields]\na = agent now\n", "line 2: no such field"},
        {"[fields]\na = duration\n", "line 2: say \"duration ms\""},
        {"[fields]\na = outcome\n", "line 2: no such field"},
        {"[outcomes]\na = good\n", "line 2: an outcome is"},
        {"shape = csv\n", "no \"name"},
        {"name = a\n", "no \"shape"},
        {"name = a\nshape = logformat\n", "needs \"logformat"},
        {"name = a\nshape = json\n[fields]\nt = time\n", "the time and the client"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        arena a = {0};
        struct own_format own;
        fault f = own_read(&a, span_str(cases[i].definition), &own);
        if (f.kind != FAULT_USAGE || span_find(span_str(f.text), span_str(cases[i].says)) == SIZE_MAX)
            fail_msg("%s: %s", cases[i].definition, f.text);
        arena_free(&a);
    }
}

static void other_logs_are_refused(void **state)
{
    static const char *const lines[] = {"1795295972.108     24 10.0.0.1 TCP_MISS/200 9712 GET http://h/ - HIER_DIRECT/10.9.9.9 text/html"};
    (void)state;
    struct fixture f = {0};
    assert_int_equal(recognise(&f, COLUMNS, lines, 1).kind, FAULT_CORRUPT);
    assert_int_equal(recognise(&f, "name = a\nshape = json\n[fields]\nt = time\nc = client\n", lines, 1).kind, FAULT_CORRUPT);
    arena_free(&f.a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_without_a_header),
        cmocka_unit_test(columns_by_the_header_of_the_log),
        cmocka_unit_test(json_pairs_and_a_logformat),
        cmocka_unit_test(faults_name_the_line),
        cmocka_unit_test(other_logs_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
