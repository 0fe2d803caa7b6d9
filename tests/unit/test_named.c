/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/sink.h"
#include "base/when.h"
#include "format/format.h"
#include "format/vocabulary.h"

struct fixture { arena a; struct layout layout; event e; };

static struct fixture *recognise(const char *const *lines, size_t n)
{
    struct fixture *f = mem_alloc(sizeof *f);
    span *spans = arena_new(&f->a, span, n + 1);
    struct format_options options = {.tz_minutes = WHEN_NONE_MINUTES, .as_of = INT64_C(1796083200000) /* 2026-12-01 */};
    struct format_refusal refusal;
    for (size_t i = 0; i < n; i++)
        spans[i] = span_str(lines[i]);
    fault why = format_recognise(&f->a, &options, spans, n, &f->layout, &refusal);
    if (why.kind)
        fail_msg("%s\nnot recognised: %s", lines[0], why.text);
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

/* The line that names the columns of a product's example, where its shape has one and the log would hold it. */
static const char *header_of(const struct vocabulary *v, size_t i)
{
    for (size_t k = 0; k < COUNT_OF(v->examples) && v->examples[i].header == NULL && v->examples[k].example; k++)
        if (v->examples[k].header && v->examples[k].shape == v->examples[i].shape)
            return v->examples[k].header;
    return NULL;
}

static void every_example_is_its_product(void **state)
{
    (void)state;
    for (size_t v = 0; vocabulary_at(v); v++)
        for (size_t i = 0; i < COUNT_OF(vocabulary_at(v)->examples) && vocabulary_at(v)->examples[i].example; i++) {
            const struct vocabulary *vocabulary = vocabulary_at(v);
            enum named_shape shape = vocabulary->examples[i].shape;
            bool wants_header = (shape == NAMED_W3C || shape == NAMED_CSV) && !vocabulary->examples[i].header;
            const char *names = header_of(vocabulary, i), *example = vocabulary->examples[i].example;
            if (wants_header && !names)
                continue; /* its own test shows it with a header */
            sink h = sink_memory();
            sink_printf(&h, "%s%s", shape == NAMED_W3C ? "#Fields: " : "", names ? names : "");
            sink_char(&h, '\0');
            const char *lines[] = {sink_text(&h).p, example};
            struct fixture *f = recognise(wants_header ? lines : lines + 1, wants_header ? 2 : 1);
            if (!span_eq(f->layout.name, span_str(vocabulary->name)))
                fail_msg("%s is taken for %.*s: %s", vocabulary->name, (int)f->layout.name.n, f->layout.name.p, example);
            if (row(f, example) != ROW_EVENT)
                fail_msg("%s does not read %s", vocabulary->name, example);
            assert_true(event_has(&f->e, FIELD_TIME) && event_has(&f->e, FIELD_CLIENT));
            if (f->e.has & ~f->layout.gives)
                fail_msg("%s has what it does not give: %llx", vocabulary->name, (unsigned long long)(f->e.has & ~f->layout.gives));
            assert_int_equal(sink_done(&h).kind, 0);
            finish(f);
        }
}

static void json_keys_in_any_order_and_depth(void **state)
{
    static const char *const lines[] = {
        "{\"timestamp\":\"2026-11-21T21:19:32.108765+0900\",\"flow_id\":7,\"event_type\":\"http\",\"src_ip\":\"10.0.0.1\",\"dest_ip\":\"192.0.2.7\","
        "\"dest_port\":80,\"http\":{\"hostname\":\"a.example\",\"url\":\"/x?y=\\\"1\\\"\",\"http_method\":\"GET\",\"status\":200,\"length\":5}}",
        "{\"timestamp\":\"2026-11-21T21:19:33.000000+0900\",\"event_type\":\"alert\",\"src_ip\":\"10.0.0.1\",\"dest_ip\":\"192.0.2.7\"}",
    };
    (void)state;
    struct fixture *f = recognise(lines, 2);
    assert_int_equal(row(f, lines[0]), ROW_EVENT);
    assert_int_equal(f->e.at[FIELD_TIME].ms, 1795263572108); /* date -d 2026-11-21T21:19:32+0900 +%s, and .108 */
    expect_text(f, FIELD_PATH, "/x");
    expect_text(f, FIELD_QUERY, "y=\"1\"");
    assert_int_equal(row(f, lines[1]), ROW_SKIPPED); /* an alert repeats what its http row says */
    assert_int_equal(row(f, "{\"dest_ip\":\"192.0.2.7\",\"http\":{\"url\":\"/\",\"hostname\":\"b.example\"},\"x\":[{\"src_ip\":\"6.6.6.6\"}],"
                            "\"src_ip\":\"10.0.0.2\",\"event_type\":\"http\",\"timestamp\":\"2026-11-21T21:19:34.0+0900\"}"), ROW_EVENT);
    expect_text(f, FIELD_CLIENT, "10.0.0.2");
    expect_text(f, FIELD_HOST, "b.example");
    assert_int_equal(event_state(&f->e, FIELD_STATUS), STATE_ABSENT);
    assert_int_equal(row(f, "{\"timestamp\":\"2026-11-21T21:19:34.0+0900\",\"event_type\":\"http\",\"src_ip\":\"10.0.0.2\""), ROW_BAD);
    assert_int_equal(row(f, "{\"timestamp\":\"yesterday\",\"event_type\":\"http\",\"src_ip\":\"10.0.0.2\"}"), ROW_BAD);
    finish(f);
}

static void columns_are_read_by_their_names(void **state)
{
    static const char *const lines[] = {
        "#Software: SGOS 6.7",
        "#Fields: date time time-taken c-ip sc-status s-action sc-bytes cs-bytes cs-method cs-uri-scheme cs-host cs-uri-port "
        "cs-uri-path cs-uri-query cs-username cs(User-Agent) sc-filter-result",
        "2026-11-21 21:19:32 41 10.0.0.1 200 TCP_NC_MISS 512 210 GET http a.example 80 /x - sato \"Mozilla/5.0 (a \"\"b\"\" c)\" OBSERVED",
    };
    (void)state;
    struct fixture *f = recognise(lines, 3);
    assert_int_equal(row(f, lines[2]), ROW_EVENT);
    assert_int_equal(f->e.at[FIELD_TIME].ms, 1795295972000); /* date -u -d '2026-11-21 21:19:32' +%s */
    expect_text(f, FIELD_AGENT, "Mozilla/5.0 (a \"b\" c)");
    assert_int_equal(f->e.at[FIELD_BYTES_OUT].number, 210);
    assert_int_equal(f->e.at[FIELD_BYTES_IN].number, 512);
    assert_int_equal(f->e.at[FIELD_DURATION].ms, 41);
    assert_int_equal(event_state(&f->e, FIELD_QUERY), STATE_BLANK);
    assert_int_equal(event_state(&f->e, FIELD_REFERER), STATE_UNLOGGED);
    /* Two blanks around an empty column, a quote that nobody doubled; more columns than the header. */
    assert_int_equal(row(f, "2026-11-21 21:19:33 41 10.0.0.2  200 TCP_HIT 1 2 GET http b.example 80 / - - \"x\"y\"z\" OBSERVED"), ROW_EVENT);
    expect_text(f, FIELD_AGENT, "x\"y\"z");
    assert_int_equal(row(f, "2026-11-21 21:19:33 41 10.0.0.2 200 TCP_HIT 1 2 GET http b.example 80 / - - x OBSERVED extra more"), ROW_EVENT);
    assert_int_equal(row(f, "2026-11-21 21:19:33 41 10.0.0.2 200"), ROW_BAD);
    assert_int_equal(row(f, "2026-11-21 99:19:33 41 10.0.0.2 200 TCP_HIT 1 2 GET http b.example 80 / - - - OBSERVED"), ROW_BAD);
    assert_int_equal(row(f, "#Date: 2026-11-22 00:00:00"), ROW_SKIPPED);
    finish(f);
}

static void isa_counters_codes_and_names(void **state)
{
    static const char *const lines[] = {
        "#Fields: c-ip\tcs-username\tc-agent\tdate\ttime\tr-host\tr-port\tcs-bytes\tsc-bytes\ts-operation\tcs-uri\tsc-status\taction",
        "10.0.0.1\tanonymous\t\"odd\" agent\t2026-11-21\t21:19:32\ta.example\t80\t489\t5591\tGET\thttp://a.example/a b\t200\tAllowed",
    };
    (void)state;
    struct fixture *f = recognise(lines, 2);
    assert_true(span_eq(f->layout.name, SPAN("isa")));
    assert_int_equal(row(f, lines[1]), ROW_EVENT);
    assert_int_equal(f->e.at[FIELD_BYTES_OUT].number, 489);
    assert_int_equal(f->e.at[FIELD_BYTES_IN].number, 5591);
    assert_int_equal(event_state(&f->e, FIELD_USER), STATE_BLANK);
    expect_text(f, FIELD_AGENT, "\"odd\" agent");
    expect_text(f, FIELD_URL, "http://a.example/a b");
    assert_int_equal(row(f, "10.0.0.1\tO\\sato\tx\t2026-11-21\t21:19:33\tb.example\t443\t1\t2\tCONNECT\tb.example:443\t12209\tDenied"), ROW_EVENT);
    assert_int_equal(event_state(&f->e, FIELD_STATUS), STATE_ABSENT); /* an error code of the product's own */
    assert_int_equal(f->e.at[FIELD_OUTCOME].number, OUTCOME_BLOCKED);
    finish(f);
}

static void proxysg_connects_and_carriers(void **state)
{
    static const char *const lines[] = {
        "#Fields: date time time-taken c-ip sc-status s-action sc-bytes cs-bytes cs-method cs-uri-scheme cs-host cs-uri-port sc-filter-result cs(User-Agent)",
        "2026-11-21 21:19:32 382 10.0.0.1 200 TCP_ACCELERATED 39 356 CONNECT tcp t.example 443 OBSERVED \"Old/1.0 (x)\"",
    };
    (void)state;
    struct fixture *f = recognise(lines, 2);
    assert_int_equal(row(f, lines[1]), ROW_EVENT);
    assert_false(f->e.is_tunnel); /* handed on: its bytes are the proxy's answer */
    assert_int_equal(row(f, "2026-11-21 21:19:33 1407 10.0.0.1 0 TUNNELED 4897 5784 unknown ssl t.example 443 OBSERVED -"), ROW_EVENT);
    assert_true(f->e.is_tunnel);
    assert_int_equal(event_state(&f->e, FIELD_AGENT), STATE_UNLOGGED);
    assert_int_equal(row(f, "2026-11-21 21:19:33 1407 10.0.0.1 200 TCP_TUNNELED 4897 5784 CONNECT tcp t.example 443 OBSERVED -"), ROW_EVENT);
    assert_true(f->e.is_tunnel);
    assert_int_equal(event_state(&f->e, FIELD_AGENT), STATE_BLANK); /* here one could have been sent */
    assert_int_equal(row(f, "2026-11-21 21:19:34 9 10.0.0.1 200 TCP_MISS 1 2 GET http t.example 80 OBSERVED 'Two Words'"), ROW_EVENT);
    expect_text(f, FIELD_AGENT, "Two Words");
    assert_int_equal(row(f, "2026-11-21 21:19:34 9 10.0.0.1 200 TCP_MISS 1 2 GET http t.example 80 OBSERVED 'x"), ROW_EVENT);
    expect_text(f, FIELD_AGENT, "'x");
    finish(f);
}

/* What stands before the first whole row: a program's banner, and the rest of a row that rotation cut. */
static void rows_are_found_behind_what_is_none(void **state)
{
    (void)state;
    for (size_t v = 0; vocabulary_at(v); v++)
        for (size_t i = 0; i < COUNT_OF(vocabulary_at(v)->examples) && vocabulary_at(v)->examples[i].example; i++) {
            enum named_shape shape = vocabulary_at(v)->examples[i].shape;
            const char *row = vocabulary_at(v)->examples[i].example;
            if (shape == NAMED_W3C || shape == NAMED_CSV)
                continue; /* their columns have places */
            const char *lines[] = {"Log collector 2.1 started", row + strlen(row) - 12, row, row, row, row};
            struct fixture *f = recognise(lines, COUNT_OF(lines));
            if (!span_eq(f->layout.name, span_str(vocabulary_at(v)->name)))
                fail_msg("%s is taken for %.*s: %s", vocabulary_at(v)->name, (int)f->layout.name.n, f->layout.name.p, row);
            finish(f);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_example_is_its_product),
        cmocka_unit_test(rows_are_found_behind_what_is_none),
        cmocka_unit_test(json_keys_in_any_order_and_depth),
        cmocka_unit_test(columns_are_read_by_their_names),
        cmocka_unit_test(isa_counters_codes_and_names),
        cmocka_unit_test(proxysg_connects_and_carriers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
