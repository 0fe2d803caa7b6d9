/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "known/clients.h"

enum { HOUR = 3600000 };

static struct clients *read_all(arena *a, const char *text)
{
    struct clients *c;
    fault f = clients_read(a, "f.csv", span_str(text), 0, &c);
    if (f.kind)
        fail_msg("%s", f.text);
    return c;
}

static void is_named(const struct clients *c, const char *address, int64_t at, const char *name)
{
    const struct machine *m = clients_find(c, span_str(address), at);
    if (!name && m)
        fail_msg("%s is %.*s", address, (int)m->name.n, m->name.p);
    if (name && (!m || !span_eq(m->name, span_str(name))))
        fail_msg("%s is not %s", address, name);
}

static void a_list_of_two_columns(void **state)
{
    (void)state;
    arena a = {0};
    struct clients *c = read_all(&a, "192.168.0.1,PC-1\r\n# comment\n\n 192.168.0.2 , \"PC \"\"2\"\", old\"\nws-7,WS\n");
    is_named(c, "192.168.0.1", 0, "PC-1");
    is_named(c, "192.168.0.2", 5, "PC \"2\", old");
    is_named(c, "ws-7", 0, "WS");
    is_named(c, "192.168.0.3", 0, NULL);
    is_named(c, "ws-8", 0, NULL);
    assert_int_equal(clients_count(c), 3);
    assert_int_equal(clients_item(c, 1)->line, 4);
    arena_free(&a);
}

static void leases_follow_the_time(void **state)
{
    (void)state;
    arena a = {0};
    struct clients *c = read_all(&a, "\xef\xbb\xbf"
                                     "name;role;address;to;from\n"
                                     "B;;10.0.0.1;1970-01-01T03:00:00Z;1970-01-01T02:00:00Z\n"
                                     "A;VDI;10.0.0.1;1970-01-01T01:00:00Z;1970/01/01 00:00\n"
                                     "C;;10.0.0.1;;1970-01-01T04:00:00Z\n");
    is_named(c, "10.0.0.1", -1, NULL);
    is_named(c, "10.0.0.1", 0, "A");
    is_named(c, "10.0.0.1", HOUR, "A");
    is_named(c, "10.0.0.1", HOUR + 1, NULL);
    is_named(c, "10.0.0.1", 2 * HOUR, "B");
    is_named(c, "10.0.0.1", 4 * HOUR - 1, NULL);
    is_named(c, "10.0.0.1", INT64_C(400000) * HOUR, "C");
    assert_true(span_eq(clients_find(c, SPAN("10.0.0.1"), 0)->role, SPAN("VDI")));
    arena_free(&a);
}

static void the_longest_prefix_decides(void **state)
{
    (void)state;
    arena a = {0};
    struct clients *c = read_all(&a, "アドレス\t端末名\t種別\n10.0.0.0/8\tall\tx\n10.1.0.0/16\tfloor\t\n10.1.2.3\tone\t\n"
                                     "2001:db8::/32\tsix\t\n2001:DB8::1\tone6\t\n::ffff:10.9.9.9\tmapped\t\n");
    is_named(c, "10.200.0.1", 0, "all");
    is_named(c, "10.1.0.1", 0, "floor");
    is_named(c, "10.1.2.3", 0, "one");
    is_named(c, "11.0.0.1", 0, NULL);
    is_named(c, "2001:db8::2", 0, "six");
    is_named(c, "2001:db8::1", 0, "one6");
    is_named(c, "2001:db9::1", 0, NULL);
    is_named(c, "10.9.9.9", 0, "mapped");
    arena_free(&a);
}

static void is_refused(const char *text, const char *why)
{
    arena a = {0};
    struct clients *c;
    fault f = clients_read(&a, "f.csv", span_str(text), 0, &c);
    assert_int_equal(f.kind, FAULT_USAGE);
    assert_string_equal(f.text, why);
    assert_null(c);
    arena_free(&a);
}

static void a_bad_line_is_named(void **state)
{
    (void)state;
    is_refused("address,from,name\n10.0.0.1,soon,A\n", "--clients f.csv: line 2: no time like 2026-11-21 21:19: soon");
    is_refused("10.0.0.1,A\n10.0.0.0/40,B\n", "--clients f.csv: line 2: no network like 10.1.0.0/16: 10.0.0.0/40");
    is_refused("10.0.0.1,A\n,B\n", "--clients f.csv: line 2: no address: ");
    is_refused("pc/8,A\n", "--clients f.csv: line 1: no address before the '/': pc/8");
    is_refused("10.0.0.1\n", "--clients f.csv: line 1: neither name nor role: 10.0.0.1");
    is_refused("address,from,to,name\n10.0.0.1,2026-01-02,2026-01-01,A\n", "--clients f.csv: line 2: ends before it begins: 2026-01-01");
    is_refused("address,name\n", "--clients f.csv: no line with an address");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_list_of_two_columns), cmocka_unit_test(leases_follow_the_time),
                                       cmocka_unit_test(the_longest_prefix_decides), cmocka_unit_test(a_bad_line_is_named)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
