/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/sink.h"
#include "scan/pairs.h"

/* All pairs as "key<value>", quoted values in capitals' brackets "key[value]". */
static void expect(const char *text, char between, char equals, enum pairs_style style, const char *wanted)
{
    sink o = sink_memory();
    struct pair_reader r = pairs_read(span_str(text), between, equals, style);
    while (pairs_next(&r))
        sink_printf(&o, "%.*s%c%.*s%c", (int)r.key.n, r.key.p, r.is_quoted ? '[' : '<', (int)r.value.n, r.value.p,
                    r.is_quoted ? ']' : '>');
    if (!span_eq(sink_text(&o), span_str(wanted)))
        fail_msg("%s\nexpected %s\ngot      %.*s", text, wanted, (int)o.used, o.buffer);
    assert_int_equal(sink_done(&o).kind, 0);
}

static void plain_pairs(void **state)
{
    (void)state;
    expect("a=1 b=two  c=", ' ', '=', PAIRS_PLAIN, "a<1>b<two>c<>");
    expect("word a=1 another b=2 end", ' ', '=', PAIRS_PLAIN, "a<1>b<2>");
    expect("url=http://x/?q=1 n=2", ' ', '=', PAIRS_PLAIN, "url<http://x/?q=1>n<2>");
    expect("a: 1; b:2;", ';', ':', PAIRS_PLAIN, "a< 1>b<2>");
    expect("src=1.2.3.4\tdst=5.6.7.8", '\t', '=', PAIRS_PLAIN, "src<1.2.3.4>dst<5.6.7.8>");
    expect("a=x\\|y\\=z|b=CORP\\t|c=", '|', '=', PAIRS_PLAIN, "a<x\\|y\\=z>b<CORP\\t>c<>");
    expect("", ' ', '=', PAIRS_PLAIN, "");
    expect("   ", ' ', '=', PAIRS_PLAIN, "");
    expect("= =x a", ' ', '=', PAIRS_PLAIN, "");
}

static void quoted_pairs(void **state)
{
    (void)state;
    expect("a=\"x y\" b=2", ' ', '=', PAIRS_PLAIN, "a[x y]b<2>");
    expect("a=\"\" b=2", ' ', '=', PAIRS_PLAIN, "a[]b<2>");
    expect("a=\"say \\\"hi\\\" now\" b=2", ' ', '=', PAIRS_PLAIN, "a[say \\\"hi\\\" now]b<2>");
    expect("a=\"say \"hi\"x\" b=2", ' ', '=', PAIRS_PLAIN, "a[say \"hi\"x]b<2>"); /* a quote that ends nothing */
    expect("a=\"open b=2", ' ', '=', PAIRS_PLAIN, "a[open b=2]");
    expect("a=\"x\",b=\"y\"", ',', '=', PAIRS_PLAIN, "a[x]b[y]");
}

static void cef_values_hold_blanks(void **state)
{
    (void)state;
    expect("act=blocked now requestMethod=GET msg=a b  c", ' ', '=', PAIRS_CEF,
           "act<blocked now>requestMethod<GET>msg<a b  c>");
    expect("request=http://x/?a\\=b c=d", ' ', '=', PAIRS_CEF, "request<http://x/?a\\=b>c<d>");
    expect("msg=\"quoted\" x=1", ' ', '=', PAIRS_CEF, "msg<\"quoted\">x<1>");
}

static void escapes_become_what_they_mean(void **state)
{
    arena a = {0};
    (void)state;
    assert_true(span_eq(pairs_unescape(&a, SPAN("a\\\"b\\=c\\n\\User\\\\x\\")), SPAN("a\"b=c\\n\\User\\x\\")));
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_pairs), cmocka_unit_test(quoted_pairs), cmocka_unit_test(cef_values_hold_blanks),
        cmocka_unit_test(escapes_become_what_they_mean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
