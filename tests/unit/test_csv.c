/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/csv.h"

#include <math.h>

static void says(void (*write)(struct csv *c), const char *expected)
{
    sink o = sink_memory();
    struct csv c = csv_begin(&o);
    write(&c);
    span text = sink_text(&o);
    if (!span_eq(text, span_str(expected)))
        fail_msg("%.*s instead of %s", (int)text.n, text.p, expected);
    assert_int_equal(sink_done(&o).kind, FAULT_NONE);
}

static void write_plain(struct csv *c)
{
    static const char *const head[] = {"client", "rows", "x", NULL};
    csv_head(c, head);
    csv_text(c, SPAN("127.0.0.1"));
    csv_u64(c, 12);
    csv_empty(c);
    csv_end_row(c);
    csv_text(c, (span){NULL, 0});
    csv_number(c, 0.5);
    csv_time(c, 0);
    csv_number(c, NAN);
    csv_end_row(c);
}

static void cells_and_rows(void **state)
{
    (void)state;
    says(write_plain, "client,rows,x\n127.0.0.1,12,\n,0.5,1970-01-01T00:00:00.000Z,\n");
}

static void write_quoted(struct csv *c)
{
    csv_text(c, SPAN("a,b"));
    csv_text(c, SPAN("say \"x\""));
    csv_text(c, SPAN(" blank"));
    csv_text(c, SPAN("端末"));
    csv_end_row(c);
}

static void quotes_where_needed(void **state)
{
    (void)state;
    says(write_quoted, "\"a,b\",\"say \"\"x\"\"\",\" blank\",端末\n");
}

static void write_formulas(struct csv *c)
{
    csv_text(c, SPAN("=1+1"));
    csv_text(c, SPAN("+1"));
    csv_text(c, SPAN("-cmd"));
    csv_text(c, SPAN("@x"));
    csv_text(c, SPAN("=HYPERLINK(\"http://a\",\"b\")"));
    csv_text(c, SPAN("＝1"));
    csv_text(c, SPAN("1=1"));
    csv_end_row(c);
}

static void nothing_is_calculated(void **state)
{
    (void)state;
    says(write_formulas, "'=1+1,'+1,'-cmd,'@x,\"'=HYPERLINK(\"\"http://a\"\",\"\"b\"\")\",'＝1,1=1\n");
}

static void write_controls(struct csv *c)
{
    csv_text(c, SPAN("\t=1"));
    csv_text(c, SPAN("a\nb"));
    csv_text(c, SPAN("\xff"));
    csv_end_row(c);
}

static void a_cell_is_one_line(void **state)
{
    (void)state;
    says(write_controls, "'\\x09=1,a\\x0ab,\\xff\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(cells_and_rows), cmocka_unit_test(quotes_where_needed),
                                       cmocka_unit_test(nothing_is_calculated), cmocka_unit_test(a_cell_is_one_line)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
