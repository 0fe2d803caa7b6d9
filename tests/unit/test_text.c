/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <uniwidth.h>

#include "base/arena.h"
#include "text/text.h"

enum { NAMES_MAX = 16 };

static void check_fact(enum lang lang, struct fact f, const char *want)
{
    sink o = sink_memory();
    text_fact(&o, &(struct text_style){.lang = lang, .tz_minutes = 540}, &f);
    sink_char(&o, '\0');
    assert_string_equal(sink_text(&o).p, want);
    assert_int_equal(sink_done(&o).kind, FAULT_NONE);
}

static void numbers_read_as_people_write_them(void **state)
{
    (void)state;
    check_fact(LANG_EN, fact_count("n", 35028003), "35,028,003");
    check_fact(LANG_EN, fact_count("n", 999), "999");
    check_fact(LANG_EN, fact_bytes("n", 1000), "1,000");
    check_fact(LANG_EN, fact_plain("port", 65535), "65535");
    check_fact(LANG_EN, fact_number("n", 10.62), "10.6");
    check_fact(LANG_EN, fact_number("n", 4648.4), "4,648");
    check_fact(LANG_EN, fact_number("n", 7.0), "7");
    check_fact(LANG_EN, fact_number("n", 0.0123), "0.0123");
    check_fact(LANG_EN, fact_number("n", -2.5), "-2.5");
    check_fact(LANG_EN, fact_size("n", 999), "999 B");
    check_fact(LANG_EN, fact_size("n", 35028003), "35.0 MB");
    check_fact(LANG_EN, fact_size("n", 4300), "4.3 kB");
    check_fact(LANG_EN, fact_size("n", 999999), "1.0 MB");
    check_fact(LANG_EN, fact_size("n", 900000000), "900 MB");
    check_fact(LANG_EN, fact_size("n", UINT64_MAX), "18.4 EB");
}

static void durations_and_shares_are_honest(void **state)
{
    (void)state;
    check_fact(LANG_EN, fact_seconds("s", 3.4), "3.4 s");
    check_fact(LANG_JA, fact_seconds("s", 3.4), "3.4秒");
    check_fact(LANG_EN, fact_seconds("s", 59.99), "1 min");
    check_fact(LANG_EN, fact_seconds("s", 7.02), "7 s");
    check_fact(LANG_EN, fact_seconds("s", 38.44), "38.4 s");
    check_fact(LANG_EN, fact_seconds("s", 0.125), "0.125 s");
    check_fact(LANG_EN, fact_seconds("s", 899), "14 min 59 s");
    check_fact(LANG_JA, fact_seconds("s", 899), "14分59秒");
    check_fact(LANG_EN, fact_seconds("s", 7500), "2 h 5 min");
    check_fact(LANG_EN, fact_seconds("s", 259200), "3 d");
    check_fact(LANG_EN, fact_share("r", 0.985), "98.5 %");
    check_fact(LANG_JA, fact_share("r", 0.45), "45%");
    check_fact(LANG_EN, fact_share("r", 1), "100 %");
    check_fact(LANG_EN, fact_share("r", 0.99997), ">99.9 %");
    check_fact(LANG_EN, fact_share("r", 0.0002), "<0.1 %");
    check_fact(LANG_EN, fact_share("r", 0), "0 %");
    /* date -u -d @1573109824 */
    check_fact(LANG_JA, fact_time("t", 1573109824000), "2019-11-07 15:57:04");
    check_fact(LANG_EN, fact_text("t", SPAN("a\x1b[31mb")), "a\\x1b[31mb");
}

static void long_log_text_says_how_much_is_left_out(void **state)
{
    (void)state;
    char host[900];
    memset(host, 'a', sizeof host);
    sink o = sink_memory();
    struct fact f = fact_text("t", span_of(host, sizeof host));
    text_fact(&o, &(struct text_style){0}, &f);
    assert_true(span_ends(sink_text(&o), SPAN("aaa...(+420 B)")));
    assert_int_equal(sink_text(&o).n, FACT_TEXT_SHOWN + strlen("...(+420 B)"));
    (void)!sink_done(&o).kind;
}

/* Names of a template's placeholders, each once, in order of appearance. */
static size_t placeholders(span words, span *names)
{
    size_t n = 0;
    for (span rest = words; rest.n;) {
        cut open = span_cut(rest, '{');
        assert_int_equal(span_find(open.head, SPAN("}")), SIZE_MAX);
        if (!open.found)
            break;
        cut close = span_cut(open.tail, '}');
        assert_true(close.found);
        span name = span_cut(close.head, '|').head;
        size_t i = 0;
        while (i < n && !span_eq(names[i], name))
            i++;
        assert_true(name.n > 0 && i < NAMES_MAX);
        names[i] = name;
        n = i == n ? n + 1 : n;
        rest = close.tail;
    }
    return n;
}

static void both_languages_name_the_same_facts(void **state)
{
    (void)state;
    for (unsigned key = 1; key < TEXT_COUNT; key++) {
        span en[NAMES_MAX], ja[NAMES_MAX];
        size_t n = placeholders(text_words(LANG_EN, key), en);
        if (n != placeholders(text_words(LANG_JA, key), ja))
            fail_msg("key %u: not the same facts: %s", key, text_words(LANG_EN, key).p);
        for (size_t i = 0; i < n; i++) {
            size_t k = 0;
            while (k < n && !span_eq(en[i], ja[k]))
                k++;
            if (k == n)
                fail_msg("key %u: a fact is missing in one language: %s", key, text_words(LANG_EN, key).p);
        }
    }
}

static struct sentence with_made_up_facts(arena *a, unsigned key)
{
    span names[NAMES_MAX];
    size_t n = placeholders(text_words(LANG_EN, key), names);
    struct fact *facts = arena_new(a, struct fact, NAMES_MAX);
    for (size_t i = 0; i < n; i++) {
        span name = arena_printf(a, "%.*s", (int)names[i].n, names[i].p);
        facts[i] = i % 2 ? fact_text(name.p, SPAN("example.com")) : fact_count(name.p, 1234567);
    }
    return (struct sentence){key, facts, n};
}

static void every_sentence_renders_in_both_languages(void **state)
{
    (void)state;
    arena a = {0};
    for (unsigned key = 1; key < TEXT_COUNT; key++)
        for (unsigned lang = 0; lang < LANG_COUNT; lang++) {
            span text = text_render_span(&a, &(struct text_style){.lang = lang}, with_made_up_facts(&a, key));
            assert_true(text.n > 0);
            assert_int_equal(span_find(text, SPAN("{")), SIZE_MAX);
            assert_int_equal(span_find(text, SPAN("|")), SIZE_MAX);
        }
    arena_free(&a);
}

static void one_is_not_many(void **state)
{
    (void)state;
    arena a = {0};
    const struct fact one[] = {fact_count("rows", 1), fact_count("clients", 1), fact_count("hosts", 2),
                               fact_count("bad", 0), fact_count("skipped", 1)};
    struct sentence s = sentence_make(&a, TEXT_HUNT_ROWS, one, COUNT_OF(one));
    assert_true(span_eq(text_render_span(&a, &(struct text_style){0}, s), SPAN("1 row, 1 client, 2 hosts; 0 bad, 1 skipped")));
    arena_free(&a);
}

static void refuse(unsigned key, span words, const char *never)
{
    if (span_contains_nocase(words, span_str(never)))
        fail_msg("key %u says \"%s\": %s", key, never, words.p);
}

/* What is never said, in any sentence. */
static void no_sentence_says_what_must_not_be_said(void **state)
{
    (void)state;
    for (unsigned key = 1; key < TEXT_COUNT; key++) {
        span en = text_words(LANG_EN, key), ja = text_words(LANG_JA, key);
        static const char *const never_en[] = {"clean", "nothing wrong", "is safe", "no threat", "healthy", "infected"};
        static const char *const never_ja[] = {"異常なし", "異常はな", "問題なし", "問題はな", "クライアント",
            "サーバ名", "サーバを", "ユーザ名", "ユーザを", "証拠", "→"};
        for (size_t i = 0; i < COUNT_OF(never_en); i++)
            refuse(key, en, never_en[i]);
        for (size_t i = 0; i < COUNT_OF(never_ja); i++)
            refuse(key, ja, never_ja[i]);
        if (span_find(ja, SPAN("感染")) != SIZE_MAX && span_find(ja, SPAN("疑")) == SIZE_MAX)
            fail_msg("key %u: 感染 without 疑い: %s", key, ja.p);
    }
}

/* A terminal in Japan may show ambiguous characters wide, another narrow: then no column stands. */
static void no_sentence_holds_a_character_of_ambiguous_width(void **state)
{
    (void)state;
    for (unsigned key = 1; key < TEXT_COUNT; key++)
        for (unsigned lang = 0; lang < LANG_COUNT; lang++) {
            span rest = text_words(lang, key);
            while (rest.n) {
                uint32_t c = 0;
                size_t n = utf8_read(rest, &c);
                assert_true(n > 0);
                if (uc_width(c, "UTF-8") != uc_width(c, "EUC-JP"))
                    fail_msg("key %u: U+%04X in %s", key, c, text_words(lang, key).p);
                rest = span_skip(rest, n);
            }
        }
}

static void width_counts_columns(void **state)
{
    (void)state;
    assert_int_equal(text_width(SPAN("abc")), 3);
    assert_int_equal(text_width(SPAN("至急対応")), 8);
    assert_int_equal(text_width(SPAN("e\xcc\x81")), 1);       /* e and a combining acute */
    assert_int_equal(text_width(SPAN("\x1b\xff")), 8);        /* shown as \x1b\xff */
    assert_int_equal(text_width(SPAN("\xe2\x80\xae")), 8);    /* shown as <U+202E> */
}

static void check_padded(span s, size_t columns, const char *want)
{
    sink o = sink_memory();
    text_put_padded(&o, s, columns);
    sink_char(&o, '\0');
    assert_string_equal(sink_text(&o).p, want);
    (void)!sink_done(&o).kind;
}

static void padding_fills_or_cuts_to_the_column(void **state)
{
    (void)state;
    check_padded(SPAN("端末"), 6, "端末  ");
    check_padded(SPAN("通信先通信先"), 8, "通信... ");        /* 5 columns left: two characters and a blank */
    check_padded(SPAN("abcdefghij"), 6, "abc...");
    check_padded(SPAN("abc"), 2, "..");
    check_padded(SPAN("a\x1b"), 5, "a\\x1b");
    check_padded(SPAN("ab\x1b"), 5, "ab...");
}

static void check_wrap(const char *text, size_t columns, const char *first)
{
    span s = span_str(text);
    size_t n = text_wrap(s, columns);
    if (!span_eq(span_take(s, n), span_str(first)))
        fail_msg("broken after %zu bytes: %.*s", n, (int)n, s.p);
}

static void lines_break_where_a_reader_expects(void **state)
{
    (void)state;
    check_wrap("one two three", 80, "one two three");
    check_wrap("one two three", 8, "one two ");
    check_wrap("one two three", 7, "one two ");
    check_wrap("one two", 6, "one ");
    check_wrap("cdn-metrics.example.site x", 10, "cdn-metric");    /* a name longer than the line is not lost */
    check_wrap("端末を隔離する", 9, "端末を隔");
    check_wrap("終わった。次", 8, "終わっ");                       /* 。 does not begin a line, nor does っ */
    check_wrap("送信（端末）", 6, "送信");                         /* （ does not end a line */
    check_wrap("192.168.16.101は", 14, "192.168.16.101");
    check_wrap("日", 1, "日");                                     /* at least one character */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_read_as_people_write_them),
        cmocka_unit_test(durations_and_shares_are_honest),
        cmocka_unit_test(long_log_text_says_how_much_is_left_out),
        cmocka_unit_test(both_languages_name_the_same_facts),
        cmocka_unit_test(every_sentence_renders_in_both_languages),
        cmocka_unit_test(one_is_not_many),
        cmocka_unit_test(no_sentence_says_what_must_not_be_said),
        cmocka_unit_test(no_sentence_holds_a_character_of_ambiguous_width),
        cmocka_unit_test(width_counts_columns),
        cmocka_unit_test(padding_fills_or_cuts_to_the_column),
        cmocka_unit_test(lines_break_where_a_reader_expects),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
