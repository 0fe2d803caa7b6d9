/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "scan/json_walk.h"

#include <stdio.h>

/* The tokens of a text as letters: { } [ ] k(ey) s(tring) n(umber) t f 0(null), '.' the end, '!' bad. */
static const char *tokens(const char *text, char *out, size_t max)
{
    static const char letters[] = {[JSON_END] = '.', [JSON_BAD] = '!', [JSON_OBJECT] = '{', [JSON_OBJECT_END] = '}',
                                   [JSON_ARRAY] = '[', [JSON_ARRAY_END] = ']', [JSON_KEY] = 'k', [JSON_STRING] = 's',
                                   [JSON_NUMBER] = 'n', [JSON_TRUE] = 't', [JSON_FALSE] = 'f', [JSON_NULL] = '0'};
    struct json_reader r = json_read(span_str(text));
    size_t n = 0;
    enum json_token token;
    do {
        token = json_next(&r);
        out[n++] = letters[token];
    } while (token != JSON_END && token != JSON_BAD && n + 1 < max);
    out[n] = '\0';
    return out;
}

static void reads_every_kind_of_value(void **state)
{
    char out[64];
    (void)state;
    assert_string_equal(tokens("{}", out, 64), "{}.");
    assert_string_equal(tokens(" [ ] ", out, 64), "[].");
    assert_string_equal(tokens("7", out, 64), "n.");
    assert_string_equal(tokens("{\"a\":1,\"b\":[true,false,null],\"c\":{\"d\":\"x\"}}", out, 64), "{knk[tf0]k{ks}}.");
    assert_string_equal(tokens("{ \"a\" : -1.5e+3 , \"b\" : [ ] }", out, 64), "{knk[]}.");
}

static void refuses_what_is_no_json(void **state)
{
    static const char *const bad[] = {"",       "{",        "}",          "{\"a\"}",  "{\"a\":}",   "{\"a\":1,}", "[1,]",  "[,1]",
                                      "{a:1}",  "[1 2]",    "{\"a\":1]",  "[1}",      "{\"a",       "\"a\\",      "tru",   "{} {}",
                                      "[1],",   "{\"a\":1 \"b\":2}", "nul", "]"};
    char out[64];
    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        const char *said = tokens(bad[i], out, 64);
        if (said[strlen(said) - 1] != '!')
            fail_msg("%s is taken: %s", bad[i], said);
    }
}

static void nesting_has_a_limit(void **state)
{
    char text[2 * JSON_NEST_MAX + 4], out[4 * JSON_NEST_MAX];
    (void)state;
    memset(text, '[', JSON_NEST_MAX);
    memset(text + JSON_NEST_MAX, ']', JSON_NEST_MAX);
    text[2 * JSON_NEST_MAX] = '\0';
    assert_int_equal(strlen(tokens(text, out, sizeof out)), 2 * JSON_NEST_MAX + 1);
    memset(text, '[', JSON_NEST_MAX + 1);
    text[JSON_NEST_MAX + 1] = '\0';
    tokens(text, out, sizeof out);
    assert_int_equal(out[JSON_NEST_MAX], '!');
}

static void strings_end_at_their_quote(void **state)
{
    (void)state;
    struct json_reader r = json_read(SPAN("\"a\\\"b\\\\\""));
    assert_int_equal(json_next(&r), JSON_STRING);
    assert_true(r.has_escapes);
    assert_true(span_eq(r.text, SPAN("a\\\"b\\\\")));
    assert_int_equal(json_next(&r), JSON_END);
    r = json_read(SPAN("\"0123456789abcdef0123456789abcdef\""));
    assert_int_equal(json_next(&r), JSON_STRING);
    assert_false(r.has_escapes);
    assert_int_equal(r.text.n, 32);
}

static void skipping_leaves_the_next_member(void **state)
{
    (void)state;
    struct json_reader r = json_read(SPAN("{\"a\":{\"b\":[1,{\"c\":2}]},\"d\":3}"));
    assert_int_equal(json_next(&r), JSON_OBJECT);
    assert_int_equal(json_next(&r), JSON_KEY);
    assert_true(json_skip(&r, JSON_KEY));
    assert_int_equal(json_next(&r), JSON_KEY);
    assert_true(span_eq(r.text, SPAN("d")));
    assert_true(json_skip(&r, JSON_KEY));
    assert_int_equal(json_next(&r), JSON_OBJECT_END);
}

static void escapes_become_what_they_mean(void **state)
{
    arena a = {0};
    (void)state;
    const struct { span text, value; } known[] = {
        {SPAN("a\\/b\\n\\t\\\"\\\\"), SPAN("a/b\n\t\"\\")},
        {SPAN("\\u0041\\u00e9\\u65e5"), SPAN("A\xc3\xa9\xe6\x97\xa5")},
        {SPAN("\\ud83d\\ude00!"), SPAN("\xf0\x9f\x98\x80!")},
        {SPAN("\\ud83dx"), SPAN("\xef\xbf\xbdx")},
        {SPAN("\\ude00"), SPAN("\xef\xbf\xbd")},
        {SPAN("\\u12"), SPAN("u12")},
        {SPAN("\\"), SPAN("\\")},
        {SPAN("\\u0000"), SPAN("\0")},
    };
    for (size_t i = 0; i < COUNT_OF(known); i++) {
        span got = json_unescape(&a, known[i].text);
        if (!span_eq(got, known[i].value))
            fail_msg("%.*s became %zu bytes", (int)known[i].text.n, known[i].text.p, got.n);
    }
    arena_free(&a);
}

struct walked { char text[512]; size_t n; };

static bool note(void *ctx, span path, const struct json_reader *at, enum json_token token)
{
    struct walked *w = ctx;
    span value = token == JSON_STRING || token == JSON_NUMBER ? at->text : SPAN("?");
    w->n += (size_t)snprintf(w->text + w->n, sizeof w->text - w->n, "%.*s=%.*s ", (int)path.n, path.p, (int)value.n, value.p);
    return !span_eq(path, SPAN("stop"));
}

static bool enters(const void *ctx, span path)
{
    (void)ctx;
    return !span_eq(path, SPAN("a.no"));
}

static void expect_walk(const char *text, bool is_whole, const char *wanted)
{
    static const struct json_visit visit = {enters, note};
    struct walked w = {.n = 0};
    assert_int_equal(json_walk(span_str(text), &visit, &w), is_whole);
    assert_string_equal(w.text, wanted);
}

static void walks(void **state)
{
    (void)state;
    expect_walk("{\"a\":{\"b\":1,\"c\":{\"d\":\"x\"},\"e\":2},\"f\":3}", true, "a.b=1 a.c.d=x a.e=2 f=3 ");
    expect_walk("{\"a.b\":1,\"l\":[1,{\"m\":2}],\"t\":true}", true, "a.b=1 l=? t=? ");
    expect_walk("{\"a\":{\"no\":{\"b\":1},\"yes\":{\"b\":2}}}", true, "a.yes.b=2 ");
    expect_walk("{\"a\":1,\"stop\":2,\"b\":3}", false, "a=1 stop=2 ");
    expect_walk("{\"a\":1} {", false, "a=1 ");
    expect_walk("{\"a\":1,\"l\":[1,", false, "a=1 l=? ");
    expect_walk("[1]", false, "");
    char path[2 * JSON_PATH_MAX] = "{\"a\":{\"";
    memset(path + 7, 'k', JSON_PATH_MAX); /* "a." and this is longer than a path */
    strcpy(path + 7 + JSON_PATH_MAX, "\":{\"x\":1}},\"b\":2}");
    expect_walk(path, true, "b=2 ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(walks),
        cmocka_unit_test(reads_every_kind_of_value), cmocka_unit_test(refuses_what_is_no_json),
        cmocka_unit_test(nesting_has_a_limit),       cmocka_unit_test(strings_end_at_their_quote),
        cmocka_unit_test(skipping_leaves_the_next_member), cmocka_unit_test(escapes_become_what_they_mean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
