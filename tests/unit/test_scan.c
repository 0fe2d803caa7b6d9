/* SPDX-License-Identifier: Apache-2.0 */
/* Expected places: a search byte by byte, written here; networks: ipcalc by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "scan/cidr.h"
#include "scan/literal.h"
#include "scan/regex.h"

static size_t slow_find(const span *patterns, const bool *any_case, size_t n, span text, size_t from)
{
    for (size_t at = from; at < text.n; at++)
        for (size_t i = 0; i < n; i++) {
            span there = span_take(span_skip(text, at), patterns[i].n);
            if (any_case[i] ? span_eq_nocase(there, patterns[i]) : span_eq(there, patterns[i]))
                return at;
        }
    return SIZE_MAX;
}

static uint32_t next_random(uint32_t *state) { return *state = *state * 1664525u + 1013904223u; }

/* Texts of few letters, so that windows stand nearly everywhere and patterns overlap. */
static void a_set_finds_what_a_slow_search_finds(void **state)
{
    (void)state;
    uint32_t seed = 7;
    for (int round = 0; round < 3000; round++) {
        arena a = {0};
        struct literal_set *set = literal_set_new(&a);
        span patterns[12];
        bool any_case[12];
        size_t n = 1 + next_random(&seed) / 65536 % 12;
        char text[200];
        for (size_t i = 0; i < sizeof text; i++)
            text[i] = "abABab.c"[next_random(&seed) / 65536 % 8];
        for (size_t i = 0; i < n; i++) {
            size_t at = next_random(&seed) / 65536 % 180, length = 3 + next_random(&seed) / 65536 % 17;
            patterns[i] = arena_dup(&a, span_of(text + at, length));
            any_case[i] = next_random(&seed) / 65536 % 2;
            assert_true(literal_add(set, &a, patterns[i], any_case[i]));
        }
        for (size_t i = 0; i < sizeof text; i++) /* the patterns need not be there any more */
            text[i] = "abABab.c"[next_random(&seed) / 65536 % 8];
        span where = span_of(text, next_random(&seed) / 65536 % (sizeof text + 1));
        size_t from = next_random(&seed) / 65536 % 20, slow = slow_find(patterns, any_case, n, where, from);
        size_t quick = literal_find(set, where, from);
        assert_true((slow == SIZE_MAX) == (quick == SIZE_MAX));
        if (slow != SIZE_MAX) /* the same line; of overlapping patterns either may be told */
            assert_true(quick >= slow && quick < slow + 20);
        arena_free(&a);
    }
}

static void the_hit_lies_in_the_first_line_that_has_one(void **state)
{
    (void)state;
    arena a = {0};
    struct literal_set *set = literal_set_new(&a);
    assert_true(literal_add(set, &a, SPAN("www.needle.example"), true));
    assert_true(literal_add(set, &a, SPAN("10.0.0.1"), false));
    span text = SPAN("one line of text\nhttp://WWW.Needle.example/ second\n10.0.0.1 third\n");
    assert_int_equal(literal_find(set, text, 0), 24);
    assert_int_equal(literal_find(set, text, 25), 51); /* not a half of the first one */
    assert_int_equal(literal_find(set, text, 52), SIZE_MAX);
    assert_int_equal(literal_find(set, text, text.n), SIZE_MAX);
    assert_int_equal(literal_find(set, text, text.n + 9), SIZE_MAX);
    assert_int_equal(literal_find(set, (span){NULL, 0}, 0), SIZE_MAX);
    assert_false(literal_add(set, &a, SPAN("ab"), false));
    arena_free(&a);
}

static void odd_spellings_are_signs(void **state)
{
    (void)state;
    arena a = {0};
    struct literal_set *set = literal_set_new(&a);
    assert_true(literal_add_odd(set, SPAN("abc.1")));
    assert_int_equal(literal_find(set, SPAN("plain text, 100%, %20 %2f %3A %zz %7"), 0), SIZE_MAX);
    assert_int_equal(literal_find(set, SPAN("abc%61"), 0), 3);
    assert_int_equal(literal_find(set, SPAN("abc%41 and so on and so on and so on"), 0), 3);
    assert_int_equal(literal_find(set, SPAN("%2E"), 0), 0);
    assert_int_equal(literal_find(set, SPAN("%6"), 0), SIZE_MAX);
    assert_int_equal(literal_find(set, SPAN("%e3"), 0), 0);
    assert_int_equal(literal_find(set, SPAN("x\xe3"), 0), 1);
    arena_free(&a);
}

static void a_full_set_says_so(void **state)
{
    (void)state;
    arena a = {0};
    struct literal_set *set = literal_set_new(&a);
    char text[] = "pattern ?";
    for (int i = 0; i < LITERALS_MAX; i++) {
        text[8] = (char)(32 + i);
        assert_true(literal_add(set, &a, span_str(text), false));
        assert_true(literal_add(set, &a, span_str(text), false)); /* twice is once */
    }
    assert_false(literal_add(set, &a, SPAN("one more"), false));
    assert_false(literal_add_odd(set, SPAN("x")));
    assert_int_equal(literal_find(set, SPAN("a pattern !"), 0), 2);
    arena_free(&a);
}

static void one_text_in_another(void **state)
{
    (void)state;
    assert_int_equal(literal_in(SPAN("Mozilla/5.0 CURL"), SPAN("curl")), 12);
    assert_int_equal(literal_in(SPAN("cur"), SPAN("curl")), SIZE_MAX);
    assert_int_equal(literal_in(SPAN("aaab"), SPAN("ab")), 2);
    assert_int_equal(literal_in(SPAN("x"), SPAN("x")), 0);
    assert_int_equal(literal_in((span){NULL, 0}, SPAN("x")), SIZE_MAX);
}

static struct address address_of(const char *text)
{
    struct address a;
    assert_true(address_parse(span_str(text), &a));
    return a;
}

static bool within(const char *base, unsigned bits, const char *one)
{
    struct address_range r;
    struct address a = address_of(one);
    assert_true(address_network(address_of(base), bits, &r));
    return address_within(&r, &a);
}

static void networks_hold_their_addresses(void **state)
{
    (void)state;
    assert_true(within("192.168.16.109", 24, "192.168.16.0"));
    assert_true(within("192.168.16.0", 24, "192.168.16.255"));
    assert_false(within("192.168.16.0", 24, "192.168.17.0"));
    assert_false(within("192.168.16.0", 24, "192.168.15.255"));
    assert_true(within("10.0.0.0", 9, "10.127.255.255"));
    assert_false(within("10.0.0.0", 9, "10.128.0.0"));
    assert_true(within("0.0.0.0", 0, "255.255.255.255"));
    assert_true(within("10.1.2.3", 32, "10.1.2.3"));
    assert_false(within("10.1.2.3", 32, "10.1.2.2"));
    assert_true(within("2001:db8::", 33, "2001:db8:7fff::1"));
    assert_false(within("2001:db8::", 33, "2001:db8:8000::"));
    assert_false(within("::", 0, "10.0.0.1")); /* no IPv4 in IPv6 */
    assert_false(within("0.0.0.0", 0, "::1"));
    struct address_range r;
    assert_false(address_network(address_of("10.0.0.0"), 33, &r));
    assert_false(address_network(address_of("::1"), 129, &r));
}

static void other_texts_are_no_addresses(void **state)
{
    (void)state;
    static const char *const none[] = {"", "10.0.0", "10.0.0.256", "10.0.0.1.2", "10.0.0.1 ", "a.b.c.d", "1::2::3",
                                       "....", "10..0.1", "0000010.0.0.1", "::g", "example.com"};
    struct address a;
    for (size_t i = 0; i < COUNT_OF(none); i++)
        assert_false(address_parse(span_str(none[i]), &a));
    assert_false(address_parse(span_of("::1\0", 4), &a));
}

static enum regex_answer find(const char *pattern, bool any_case, span text)
{
    struct regex *r;
    size_t offset;
    assert_int_equal(regex_compile(span_str(pattern), any_case, &r, &offset).kind, FAULT_NONE);
    struct regex_scratch *s = regex_scratch_open();
    enum regex_answer answer = regex_find(r, s, text);
    regex_scratch_close(s);
    regex_close(r);
    return answer;
}

static void regular_expressions_find(void **state)
{
    (void)state;
    assert_int_equal(find("^cu.l/[0-9]+", false, SPAN("curl/7")), REGEX_YES);
    assert_int_equal(find("^cu.l/[0-9]+", false, SPAN("Curl/7")), REGEX_NO);
    assert_int_equal(find("^cu.l/[0-9]+", true, SPAN("Curl/7")), REGEX_YES);
    assert_int_equal(find("", false, (span){NULL, 0}), REGEX_YES);
    assert_int_equal(find("b$", false, SPAN("ab\n")), REGEX_NO); /* the end is the end */
    assert_int_equal(find("日.語", false, SPAN("日本語")), REGEX_YES);
    assert_int_equal(find("curl", false, SPAN("\xff\xfe curl \xe3")), REGEX_YES); /* invalid UTF-8 around it */
    assert_int_equal(find("a\\x{0}b", false, span_of("a\0b", 3)), REGEX_YES);
}

static void faults_have_a_place(void **state)
{
    (void)state;
    struct regex *r;
    size_t offset;
    assert_int_equal(regex_compile(SPAN("abc(def"), false, &r, &offset).kind, FAULT_USAGE);
    assert_null(r);
    assert_int_equal(offset, 7);
    assert_int_equal(regex_compile(SPAN("a[z-a]"), false, &r, &offset).kind, FAULT_USAGE);
    assert_int_equal(offset, 4); /* where PCRE2 stops reading: behind the a of the range's end is "]" */
    assert_int_equal(regex_compile(SPAN("\xff"), false, &r, &offset).kind, FAULT_USAGE);
}

/* (a+)+$ takes 2^n steps on n a's and a b. */
static void work_has_an_end(void **state)
{
    (void)state;
    char text[4000];
    memset(text, 'a', sizeof text);
    text[sizeof text - 1] = 'b';
    assert_int_equal(find("(a+)+$", false, span_of(text, sizeof text)), REGEX_GAVE_UP);
    assert_int_equal(find("^(a|a)*[cd]", false, span_of(text, sizeof text)), REGEX_GAVE_UP);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_set_finds_what_a_slow_search_finds),
        cmocka_unit_test(the_hit_lies_in_the_first_line_that_has_one),
        cmocka_unit_test(odd_spellings_are_signs),
        cmocka_unit_test(a_full_set_says_so),
        cmocka_unit_test(one_text_in_another),
        cmocka_unit_test(networks_hold_their_addresses),
        cmocka_unit_test(other_texts_are_no_addresses),
        cmocka_unit_test(regular_expressions_find),
        cmocka_unit_test(faults_have_a_place),
        cmocka_unit_test(work_has_an_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
