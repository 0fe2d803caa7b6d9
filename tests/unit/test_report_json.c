/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON of hunt. `test_report_json plain|hostile|empty` prints a document instead: tests/property/json_schema
 * reads it with another program and holds it against docs/schema/hunt.schema.json. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "report/json.h"
#include "report/report.h"

#include "report_sample.h"

static const struct sample_words hostile = {
    {"\x1b[2J", 4}, {"a\0b\"\\\n", 6}, {"\xff\xfe", 2}, {"\xe2\x80\xae", 3}, {"=1+1\xed\xa0\x80", 7},
    {"\x00\xffGET \xe6\x97\xa5", 9}, {"</script>\xe6\x97", 11}};

static sink shown(const struct hunt_result *r, struct report_options options)
{
    sink o = sink_memory();
    report_by_name(SPAN("hunt_json"))->render(r, &options, &o);
    return o;
}

static void assert_holds(span document, const char *part)
{
    if (span_find(document, span_str(part)) == SIZE_MAX)
        fail_msg("not in the document: %s\n%.*s", part, (int)document.n, document.p);
}

static void check_number(double v, const char *want)
{
    sink o = sink_memory();
    struct json j = json_begin(&o, LANG_EN);
    json_number(&j, NULL, v);
    sink_char(&o, '\0');
    assert_string_equal(sink_text(&o).p, want);
    (void)!sink_done(&o).kind;
}

static void numbers_read_back_as_they_were(void **state)
{
    (void)state;
    check_number(7.25, "7.25");
    check_number(0.1, "0.1");
    check_number(35028003, "35028003");
    check_number(0.1 + 0.2, "0.30000000000000004");
    check_number(9007199254740992.0, "9007199254740992");
    check_number(1e15, "1000000000000000");
    check_number(-2.5, "-2.5");
    double zero = 0;
    check_number(1 / zero, "null");
    check_number(zero / zero, "null");
}

static void check_base64(span in, const char *want)
{   /* RFC 4648 section 10, and printf '\377\376' | base64 */
    sink o = sink_memory();
    struct json j = json_begin(&o, LANG_EN);
    json_base64(&j, NULL, in);
    sink_char(&o, '\0');
    assert_string_equal(sink_text(&o).p, want);
    (void)!sink_done(&o).kind;
}

static void base64_is_base64(void **state)
{
    (void)state;
    check_base64(SPAN(""), "\"\"");
    check_base64(SPAN("f"), "\"Zg==\"");
    check_base64(SPAN("fo"), "\"Zm8=\"");
    check_base64(SPAN("foo"), "\"Zm9v\"");
    check_base64(SPAN("foobar"), "\"Zm9vYmFy\"");
    check_base64(SPAN("\xff\xfe"), "\"//4=\"");
}

static void a_hunt_becomes_its_document(void **state)
{
    (void)state;
    struct sample s;
    sample_make(&s, &sample_plain);
    sink o = shown(&s.r, (struct report_options){.leads = true});
    static const char *const parts[] = {
        "\"schema\":1", "\"created\":\"2026-11-21T21:32:27.108Z\"", "\"beacon.min_events\":14",
        "\"beacon.high\":16.5", "\"knobs_set\":[\n   \"beacon.high\"\n  ]", "\"kind\":\"log\"", "\"sha256\":null", "\"agent\":{\"value\":0.74987341772151",
        "\"first\":\"2026-11-21T21:19:32.108Z\"", "\"tz\":\"+00:00\"", "\"leads\":{\n  \"agent\":51\n }", "\"hidden\":[]",
        "\"left_bytes_max\":35028003", "\"over\":\"no\"", "\"allowed\":\"yes\"", "\"block_more\":4", "\"period_s\":7",
        "\"values\":{\"what\":\"beacon every 7 s\",\"count\":110,\"median_s\":7.25,\"same_share\":0.985,"
        "\"since\":\"2026-11-21T21:19:32.108Z\"}", "\"points\":8,\"max\":10", "\"agent\":\"\"", "\"bytes_out\":null",
        "\"bytes_in\":null", "\"missing\":[\"user\",\"bytes_in\"]", "\"outcome\":{\"allowed\":114}",
        "\"raw\":\"1795209582.108 127.0.1.13 GET\",\"raw_b64\":null,\"cut\":false", "\"line\":null", "\"raw\":null,\"raw_b64\":null"};
    for (size_t i = 0; i < COUNT_OF(parts); i++)
        assert_holds(sink_text(&o), parts[i]);
    (void)!sink_done(&o).kind;
    arena_free(&s.a);
}

static void json_is_english_unless_told(void **state)
{
    (void)state;
    struct sample s;
    sample_make(&s, &sample_plain);
    sink o = shown(&s.r, (struct report_options){.lang = LANG_JA});
    assert_holds(sink_text(&o), "\"title\":\"agent beacon every 7 s\"");
    (void)!sink_done(&o).kind;
    o = shown(&s.r, (struct report_options){.lang = LANG_JA, .lang_given = true});
    assert_holds(sink_text(&o), "\"title\":\"UA beacon every 7 s\"");
    (void)!sink_done(&o).kind;
    arena_free(&s.a);
}

static void bytes_that_json_cannot_hold_stay_exact_beside_it(void **state)
{   /* printf '\0\377GET \346\227\245' | base64 */
    (void)state;
    struct sample s;
    sample_make(&s, &hostile);
    sink o = shown(&s.r, (struct report_options){.leads = true});
    assert_holds(sink_text(&o), "\"raw\":\"\\u0000\xef\xbf\xbdGET \xe6\x97\xa5\",\"raw_b64\":\"AP9HRVQg5pel\"");
    assert_holds(sink_text(&o), "\"client\":\"\\u001b[2J\"");
    for (span rest = sink_text(&o); rest.n;) {
        uint32_t c = 0;
        size_t n = utf8_read(rest, &c);
        assert_true(n > 0 && (c >= ' ' || c == '\n') && c != 0x202e && c != 0x7f);
        rest = span_skip(rest, n);
    }
    (void)!sink_done(&o).kind;
    arena_free(&s.a);
}

static int print(const char *which)
{
    struct sample s;
    sample_make(&s, strcmp(which, "hostile") == 0 ? &hostile : &sample_plain);
    if (strcmp(which, "empty") == 0)
        s.r = (struct hunt_result){.run_id = "0123456789abcdef", .totals = {.last = -1}};
    sink o = sink_fd(1);
    report_by_name(SPAN("hunt_json"))->render(&s.r, &(struct report_options){.leads = true}, &o);
    arena_free(&s.a);
    return sink_done(&o).kind != FAULT_NONE;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_read_back_as_they_were),
        cmocka_unit_test(base64_is_base64),
        cmocka_unit_test(a_hunt_becomes_its_document),
        cmocka_unit_test(json_is_english_unless_told),
        cmocka_unit_test(bytes_that_json_cannot_hold_stay_exact_beside_it),
    };
    return argc > 1 ? print(argv[1]) : cmocka_run_group_tests(tests, NULL, NULL);
}
