/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/sink.h"
#include "base/span.h"
#include "base/when.h"

static void numbers_are_the_whole_span_or_nothing(void **state)
{
    (void)state;
    uint64_t v = 7;
    assert_true(span_u64(SPAN("18446744073709551615"), &v) && v == UINT64_MAX);
    assert_false(span_u64(SPAN("18446744073709551616"), &v));
    assert_false(span_u64(SPAN("12x34"), &v));
    assert_false(span_u64(SPAN(""), &v));
    assert_false(span_u64(SPAN("-1"), &v));
    int64_t i;
    assert_true(span_i64(SPAN("-42"), &i) && i == -42);
    assert_false(span_i64(SPAN("9223372036854775808"), &i));
}

static void cutting_keeps_empty_fields(void **state)
{
    (void)state;
    cut c = span_cut(SPAN(",b"), ',');
    assert_true(c.found && c.head.n == 0 && span_eq(c.tail, SPAN("b")));
    c = span_cut(SPAN("ab"), ',');
    assert_true(!c.found && span_eq(c.head, SPAN("ab")) && !c.tail.p);
    assert_int_equal(span_rfind(SPAN("a HTTP/1.1 HTTP/1.1"), SPAN(" HTTP/")), 10);
    assert_int_equal(span_rfind(SPAN("abc"), SPAN("x")), SIZE_MAX);
    assert_int_equal(span_rfind(SPAN("aab"), SPAN("aab")), 0);
}

static void clf_and_iso_agree_with_date(void **state)
{   /* expected values from `date -u -d ... +%s` */
    (void)state;
    int64_t ms;
    int zone;
    assert_true(when_clf(SPAN("07/Nov/2019:15:57:04 +0900"), &ms, &zone));
    assert_int_equal(ms, 1573109824000);
    assert_int_equal(zone, 540);
    assert_true(when_iso(SPAN("2019-11-07T15:57:04.5+09:00"), &ms, &zone));
    assert_int_equal(ms, 1573109824500);
    assert_true(when_iso(SPAN("2106-02-07 06:28:15"), &ms, &zone));
    assert_int_equal(ms, 4294967295000);
    assert_int_equal(zone, WHEN_NONE_MINUTES);
    assert_false(when_clf(SPAN("31/Apr/2019:15:57:04 +0900"), &ms, &zone));
    assert_false(when_clf(SPAN("07/Nov/2019:25:57:04 +0900"), &ms, &zone));
    assert_false(when_iso(SPAN("2019-11-07T15:57:04Zjunk"), &ms, &zone));
    assert_true(when_iso(SPAN("2000-02-29"), &ms, &zone));
    assert_false(when_iso(SPAN("1900-02-29"), &ms, &zone));
}

static void times_are_read_as_people_type_them(void **state)
{   /* expected values from `date -u -d ... +%s` */
    (void)state;
    enum { NONE = WHEN_NONE_MINUTES };
    static const struct { const char *text; int64_t ms; int zone; } typed[] = {
        {"2019-11-07 15:10:41", 1573139441000, NONE}, {"2019/11/07 15:10:41", 1573139441000, NONE},
        {"2019-11-07T15:10:41.5+09:00", 1573107041500, 540}, {"2019-11-07 15:10+09:00", 1573107000000, 540},
        {"2024-06-18T01:20Z", 1718673600000, 0}, {"2019/11/7 0:00", 1573084800000, NONE}, {"2019-11-07", 1573084800000, NONE},
        {"07/Nov/2019:15:10:41 +0900", 1573107041000, 540}, {"1573107041", 1573107041000, 0},
        {"1573107041.25", 1573107041250, 0}, {"1573107041250", 1573107041250, 0},
    };
    static const char *const odd[] = {"", "2019", "157310704", "15731070412", "1573107041250.5", "1573107041.", "2019-11/07",
                                      "2019/11/07 15", "2019/11/07 15:10:4", "2019/13/07", "2019-11-07 15:10 noon", "2019-11-07+09:00"};
    int64_t ms;
    int zone;
    for (size_t i = 0; i < COUNT_OF(typed); i++) {
        assert_true(when_typed(span_str(typed[i].text), &ms, &zone));
        assert_int_equal(ms, typed[i].ms);
        assert_int_equal(zone, typed[i].zone);
    }
    for (size_t i = 0; i < COUNT_OF(odd); i++)
        assert_false(when_typed(span_str(odd[i]), &ms, &zone));
}

static void civil_round_trips(void **state)
{
    (void)state;
    for (int64_t ms = -62135596800000; ms < 253402300799000; ms += 86399999999) {
        int64_t back;
        assert_true(when_from_civil(when_to_civil(ms, 0), 0, &back));
        assert_int_equal(ms, back);
    }
}

static void check_written(void (*put)(sink *, span), span in, const char *want)
{
    sink o = sink_memory();
    put(&o, in);
    assert_true(span_eq(sink_text(&o), span_str(want)));
    assert_int_equal(sink_done(&o).kind, FAULT_NONE);
}

static void hostile_bytes_are_neutralised(void **state)
{
    (void)state;
    check_written(sink_json, SPAN("\xe6\x97\xa5\"\\\n\x1b\0z"), "\"\xe6\x97\xa5\\\"\\\\\\n\\u001b\\u0000z\"");
    check_written(sink_json, SPAN("\xff\xe2\x80\xae"), "\"\xef\xbf\xbd\\u202e\"");
    check_written(sink_tty, SPAN("a\x1b[31m\xe2\x80\xae\xff\xe6\x97\xa5"), "a\\x1b[31m<U+202E>\\xff\xe6\x97\xa5");
    check_written(sink_tty, SPAN("\xc0\xaf\xed\xa0\x80"), "\\xc0\\xaf\\xed\\xa0\\x80");
}

static void sha256_is_sha256(void **state)
{   /* printf abc | sha256sum */
    (void)state;
    char hex[65];
    sha256 h = sha256_begin();
    sha256_raw(&h, SPAN("abc"));
    sha256_end(&h, hex, 16);
    assert_string_equal(hex, "ba7816bf8f01cfea");
}

/* Against counting one by one, at every length around the steps of 32 and of 127 times 32. */
static void bytes_are_counted(void **state)
{
    (void)state;
    static char text[5000];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = i * i % 7 < 3 ? '\n' : 'x';
    for (size_t n = 0; n <= sizeof text; n += n < 70 ? 1 : 61) {
        size_t wanted = 0;
        for (size_t i = 0; i < n; i++)
            wanted += text[i] == '\n';
        assert_int_equal(span_count(span_of(text, n), '\n'), wanted);
    }
    memset(text, '\n', sizeof text);
    assert_int_equal(span_count(span_of(text, sizeof text), '\n'), sizeof text);
    assert_int_equal(span_count((span){NULL, 0}, '\n'), 0);
}

/* At every place of texts of every length around the step of 64, and behind the end of them. */
/* What either gave stays, and both go on giving; a sanitizer would see a block that nobody frees. */
static void arenas_are_joined(void **state)
{
    (void)state;
    arena a = {0}, b = {0};
    span first = arena_dup(&a, SPAN("first")), second, third;
    arena_join(&a, &b); /* nothing */
    second = arena_dup(&b, SPAN("second"));
    (void)arena_alloc(&b, 100000, 8, 1);
    size_t total = a.total + b.total;
    arena_join(&a, &b);
    assert_int_equal(a.total, total);
    assert_int_equal(b.total, 0);
    third = arena_dup(&a, SPAN("third"));
    assert_true(third.p > first.p && third.p < first.p + 100); /* the rest of a's block is not lost */
    assert_true(span_eq(first, SPAN("first")) && span_eq(second, SPAN("second")) && span_eq(third, SPAN("third")));
    arena_join(&b, &a);
    assert_int_equal(b.total, total);
    assert_null(a.blocks);
    arena_free(&b);
}

static void first_high_byte_is_found(void **state)
{
    (void)state;
    static char text[200];
    memset(text, 0x7f, sizeof text);
    for (size_t at = 0; at < sizeof text; at++) {
        text[at] = (char)0x80;
        for (size_t n = 0; n <= sizeof text; n++)
            assert_int_equal(span_high(span_of(text, n)), n < at ? n : at);
        text[at] = 0x7f;
    }
    assert_int_equal(span_high((span){NULL, 0}), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arenas_are_joined), cmocka_unit_test(bytes_are_counted), cmocka_unit_test(first_high_byte_is_found),
        cmocka_unit_test(numbers_are_the_whole_span_or_nothing),
        cmocka_unit_test(cutting_keeps_empty_fields),
        cmocka_unit_test(clf_and_iso_agree_with_date),
        cmocka_unit_test(times_are_read_as_people_type_them),
        cmocka_unit_test(civil_round_trips),
        cmocka_unit_test(hostile_bytes_are_neutralised),
        cmocka_unit_test(sha256_is_sha256),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
