/* SPDX-License-Identifier: Apache-2.0 */
/* Layouts that nobody named, from rows written by hand (patterns with figures that vary by plain arithmetic), and from
 * the recorded log where it lies beside the tree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/sink.h"
#include "format/plan.h"
#include "input/input.h"

enum { ROWS = 120, LINE_MAX = 1000 };

struct sample { char text[ROWS][LINE_MAX]; span lines[ROWS]; };

/* What a row of the samples is made of: a GET of a path whose length varies, with a size that varies more. */
struct row { unsigned n, ms, out, in; char url[80]; };

static struct row row_make(unsigned i)
{
    static const char *const hosts[] = {"www.example.jp", "cdn.example.net", "img.example.org"};
    struct row r = {.n = i, .ms = i % 4 == 0 ? 0 : 13 + i * 37 % 250, .in = 300 + i % 11 * i % 11 * 4000 + i % 7 * 100};
    int n = snprintf(r.url, sizeof r.url, "http://%s/%.*s%u.html", hosts[i % 3], (int)(i * 5 % 23), "abcdefghijklmnopqrstuvwxyz", i % 40);
    r.out = 150 + (unsigned)n;   /* 150: the other headers, always the same */
    return r;
}

static void put_value(sink *o, span name, const struct row *r)
{
    if (span_eq(name, SPAN("n"))) sink_printf(o, "%02u", r->n % 100);
    else if (span_eq(name, SPAN("octet"))) sink_u64(o, 10 + r->n % 30);
    else if (span_eq(name, SPAN("port"))) sink_u64(o, 32000 + r->n * 7919u % 28000);
    else if (span_eq(name, SPAN("ms"))) sink_u64(o, r->ms);
    else if (span_eq(name, SPAN("ms6"))) sink_printf(o, "%6u", r->ms);
    else if (span_eq(name, SPAN("out"))) sink_u64(o, r->out);
    else if (span_eq(name, SPAN("in"))) sink_u64(o, r->in);
    else if (span_eq(name, SPAN("url"))) sink_str(o, r->url);
    else fail_msg("no value is called {%.*s}", (int)name.n, name.p);
}

/* One line per row: the template with {n} {octet} {port} {ms} {ms6} {out} {in} {url} filled in. */
static void fill(struct sample *s, const char *template)
{
    for (unsigned i = 0; i < ROWS; i++) {
        struct row r = row_make(i);
        sink o = sink_memory();
        span rest = span_str(template);
        while (rest.n > 0) {
            cut before = span_cut(rest, '{');
            sink_put(&o, before.head);
            cut name = span_cut(before.tail, '}');
            if (before.found) put_value(&o, name.head, &r);
            rest = name.tail;
        }
        span line = sink_text(&o);
        assert_true(line.n < LINE_MAX);
        memcpy(s->text[i], line.p, line.n);
        s->lines[i] = span_of(s->text[i], line.n);
        assert_int_equal(sink_done(&o).kind, FAULT_NONE);
    }
}

static void expect_definition(const struct sample *s, const char *definition, bool proved, const char *why)
{
    arena a = {0};
    struct inference found;
    fault f = plan_infer(&a, s->lines, ROWS, &found);
    assert_string_equal(f.text, "");
    char text[500] = "", reason[500] = "";
    memcpy(text, found.definition.p, found.definition.n);
    memcpy(reason, found.why.p, found.why.n);
    assert_string_equal(text, definition);
    assert_int_equal(found.direction_proved, proved);
    assert_true(found.fit > 0.999);
    if (why) assert_non_null(strstr(reason, why));
    arena_free(&a);
}

static void two_counters_are_told_apart_in_either_order(void **state)
{
    struct sample *s = *state;
    fill(s, "17952959{n}.108 {ms6} 10.0.0.{octet} TCP_MISS/200 {out} {in} GET {url} - HIER_DIRECT/192.0.2.1 text/html");
    expect_definition(s, "%ts.%03tu %6tr %>a %Ss/%03>Hs %>st %<st %rm %ru %[un %Sh/%<a %mt", true, "larger figure in the second counter");
    fill(s, "17952959{n}.108 {ms6} 10.0.0.{octet} TCP_MISS/200 {in} {out} GET {url} - HIER_DIRECT/192.0.2.1 text/html");
    expect_definition(s, "%ts.%03tu %6tr %>a %Ss/%03>Hs %<st %>st %rm %ru %[un %Sh/%<a %mt", true, "larger figure in the first counter");
}

static void counters_that_the_rows_do_not_decide_are_not_used(void **state)
{   /* both figures within what a request and a reply can have, unrelated to either */
    struct sample *s = *state;
    for (unsigned i = 0; i < ROWS; i++) {
        struct row r = row_make(i);
        int n = snprintf(s->text[i], LINE_MAX, "17952959%02u.108 10.0.0.%u TCP_MISS/200 %u %u GET %s", i % 100, i % 100,
                         400 + i * 7919 % 601, 400 + i * 104729 % 599, r.url);
        s->lines[i] = span_of(s->text[i], (size_t)n);
    }
    arena a = {0};
    struct inference found;
    fault f = plan_infer(&a, s->lines, ROWS, &found);
    assert_int_equal(f.kind, FAULT_NONE);
    assert_true(found.direction_unknown);
    assert_false(found.direction_proved);
    assert_true(span_eq(found.definition, SPAN("%ts.%03tu %>a %Ss/%03>Hs %{counter}note %{counter}note %rm %ru")));
    arena_free(&a);
}

static void a_figure_below_the_request_is_not_what_was_sent(void **state)
{   /* grows with the URL, but is shorter than it: no request is */
    struct sample *s = *state;
    for (unsigned i = 0; i < ROWS; i++) {
        struct row r = row_make(i);
        int n = snprintf(s->text[i], LINE_MAX, "17952959%02u.108 10.0.0.%u TCP_MISS/200 %u GET %s", i % 100, i % 100,
                         (r.out - 150) / 2, r.url);
        s->lines[i] = span_of(s->text[i], (size_t)n);
    }
    arena a = {0};
    struct inference found;
    fault f = plan_infer(&a, s->lines, ROWS, &found);
    assert_int_equal(f.kind, FAULT_NONE);
    assert_true(span_find(found.definition, SPAN("%>st")) == SIZE_MAX);
    arena_free(&a);
}

static void separators_quotes_and_padding(void **state)
{
    struct sample *s = *state;
    fill(s, "{url};\"Mozilla/5.0 (X11; Linux)\";GET;{ms6};10.0.0.{octet}:{port};[21/Nov/2026:21:19:32 +0900];200;{in}");
    expect_definition(s, "%ru;\"%{User-Agent}>h\";%rm;%6tr;%>a:%>p;[%tl];%>Hs;%<st", true, "one counter");
    fill(s, "2026-11-21 21:19:32 | 10.0.0.{octet} | \"GET {url} HTTP/1.1\" | 200 | {in}");
    expect_definition(s, "%{%Y-%m-%d %H:%M:%S}tl | %>a | \"%rm %ru HTTP/%rv\" | %>Hs | %<st", true, NULL);
    fill(s, "[21/Nov/2026:21:19:32 +0900] \"say \\\"x\\\" twice\" 10.0.0.{octet} GET {url} 200/TCP_MISS");
    arena a = {0};
    struct inference found;
    fault f = plan_infer(&a, s->lines, ROWS, &found);
    assert_int_equal(f.kind, FAULT_NONE);
    assert_true(span_eq(found.definition, SPAN("[%tl] \"%{unknown}note\" %>a %rm %ru %>Hs/%Ss")));
    arena_free(&a);
}

static void a_blank_in_some_urls_does_not_shift_columns(void **state)
{
    struct sample *s = *state;
    fill(s, "17952959{n}.108 10.0.0.{octet} TCP_MISS/200 {in} GET {url} HIER_DIRECT/192.0.2.1 text/html");
    int n = snprintf(s->text[7], LINE_MAX, "1795295907.108 10.0.0.7 TCP_MISS/200 999 GET http://www.example.jp/a b c.html HIER_DIRECT/192.0.2.1 text/html");
    s->lines[7] = span_of(s->text[7], (size_t)n);
    expect_definition(s, "%ts.%03tu %>a %Ss/%03>Hs %<st %rm %ru %Sh/%<a %mt", true, NULL);
}

static void expect_refused(const struct sample *s, const char *reason)
{
    arena a = {0};
    struct inference found;
    fault f = plan_infer(&a, s->lines, ROWS, &found);
    assert_int_equal(f.kind, FAULT_CORRUPT);
    if (!strstr(f.text, reason)) fail_msg("%s", f.text);
    arena_free(&a);
}

static void what_is_no_proxy_log_is_refused(void **state)
{
    struct sample *s = *state;
    fill(s, "Dec 10 06:55:{n} host sshd[{ms}]: Failed password for root from 203.0.113.{octet} port {out} ssh2");
    expect_refused(s, "no column of");
    fill(s, "date=2019-05-10 time=11:37:{n} srcip=10.0.0.{octet} srcport={out} dstip=192.0.2.7 action=\"close\" sentbyte={in} url=\"{url}\"");
    expect_refused(s, "holds the time");
    fill(s, "10.0.0.{octet} - - [21/Nov/2026:21:19:32 +0900] \"GET /a{ms}.html HTTP/1.1\" 200 {in} \"{url}\" \"curl/8.0\"");
    expect_refused(s, "URL or host");   /* a web server's own log: the absolute URLs are Referers */
    fill(s, "2026-11-21T21:19:{octet}Z allow tcp 10.0.0.{octet} 192.0.2.{octet} {ms} {out} {in}");
    expect_refused(s, "URL or host");
    fill(s, "In the year {ms} the quick brown fox number {n} jumped over {out} lazy dogs and {in} cats");
    expect_refused(s, "no column of");
    arena a = {0};
    struct inference found;
    assert_int_equal(plan_infer(&a, NULL, 0, &found).kind, FAULT_CORRUPT);
    arena_free(&a);
}

static void too_many_broken_lines_are_no_layout(void **state)
{
    struct sample *s = *state;
    fill(s, "17952959{n}.108 10.0.0.{octet} TCP_MISS/200 {in} GET {url}");
    for (unsigned i = 0; i < ROWS; i += 10) s->lines[i] = SPAN("-- rotated --");
    expect_refused(s, "takes only 90 % of the lines");
}

static void quotes_without_an_end_are_plain_text(void **state)
{   /* 120 lines of 8,000 bytes that are mostly quotes and brackets */
    (void)state;
    static char text[8000];
    for (size_t i = 0; i < sizeof text; i++) text[i] = i % 4 == 0 ? ' ' : i % 4 == 1 ? '"' : i % 4 == 2 ? '[' : 'x';
    span lines[ROWS];
    for (size_t i = 0; i < ROWS; i++) lines[i] = span_of(text, sizeof text);
    arena a = {0};
    struct inference found;
    assert_int_equal(plan_infer(&a, lines, ROWS, &found).kind, FAULT_CORRUPT);
    arena_free(&a);
}

/* The first 1000 lines of a recorded log; skips the test where it is not beside the tree. */
static void expect_recorded(const char *name, const char *definition, const char *why)
{
    char path[500];
    (void)snprintf(path, sizeof path, "%s/lab-a/%s", SHARED_DATA, name);
    source_path source = {.path = span_str(path)};
    input_options options = {0};
    struct input *in;
    fault f = input_open(&source, 0, &options, &in);
    if (f.kind) {
        print_message("%s: skipped\n", f.text);
        skip();
    }
    arena a = {0};
    span *lines = arena_new(&a, span, 1000);
    size_t n = 0;
    block b = {0};
    while (n < 1000 && input_next(in, &b)) {
        span line;
        uint64_t place;
        while (n < 1000 && block_line(&b, &line, &place)) lines[n++] = arena_dup(&a, line);
    }
    struct inference found;
    f = plan_infer(&a, lines, n, &found);
    assert_string_equal(f.text, "");
    assert_true(span_eq(found.definition, span_str(definition)));
    assert_true(found.direction_proved && !found.direction_unknown && found.fit > 0.999);
    assert_true(span_find(found.why, span_str(why)) != SIZE_MAX);
    block_free(&b);
    input_close(in);
    arena_free(&a);
}

static void the_recorded_log_is_read_as_it_was_configured(void **state)
{   /* definitions: the recording's README and Squid's documentation; 354: zcat | head -1000 | awk '$7=="GET" && ($5>=20000 || $6>=20000)' */
    (void)state;
    expect_recorded("full.log.gz", "%ts.%03tu %6tr %>a %Ss/%03>Hs %>st %<st %rm %ru \"%{User-Agent}>h\" \"%{Referer}>h\" %[un %Sh/%<a %mt",
                    "of 354 GET rows above 20 kB, 354 have the larger figure in the second counter");
    expect_recorded("native.log.gz", "%ts.%03tu %6tr %>a %Ss/%03>Hs %<st %rm %ru %[un %Sh/%<a %mt", "one counter");
    expect_recorded("combined.log.gz", "%>a %[ui %[un [%tl] \"%rm %ru HTTP/%rv\" %>Hs %<st \"%{Referer}>h\" \"%{User-Agent}>h\" %Ss:%Sh", "one counter");
}

static int make_sample(void **state)
{
    *state = mem_alloc(sizeof(struct sample));
    return 0;
}

static int drop_sample(void **state)
{
    mem_free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_counters_are_told_apart_in_either_order),
        cmocka_unit_test(counters_that_the_rows_do_not_decide_are_not_used),
        cmocka_unit_test(a_figure_below_the_request_is_not_what_was_sent),
        cmocka_unit_test(separators_quotes_and_padding),
        cmocka_unit_test(a_blank_in_some_urls_does_not_shift_columns),
        cmocka_unit_test(what_is_no_proxy_log_is_refused),
        cmocka_unit_test(too_many_broken_lines_are_no_layout),
        cmocka_unit_test(quotes_without_an_end_are_plain_text),
        cmocka_unit_test(the_recorded_log_is_read_as_it_was_configured),
    };
    return cmocka_run_group_tests(tests, make_sample, drop_sample);
}
