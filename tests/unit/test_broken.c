/* SPDX-License-Identifier: Apache-2.0 */
/* Rows that a rotation, a full disk or a crash broke: every front, every end of a row, and every front with the next
 * row glued to it, of every layout. They are bad; what cannot be told from a whole row is written down here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/when.h"
#include "format/format.h"

#define CLF(sec) "[21/Sep/2026:14:13:" sec " +0000]"
#define AGENT "\"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)\""

/* The last column of a row may be cut and still be one: from `open` on a front is an event. `clients`: ends of a row
 * whose first column is an address are rows too, as long as what is left is one ("10.0.0.7": "0.0.0.7"). `unseen`: a row
 * broken behind it is not told from a whole one when the next is glued to it: a free text takes both. */
static const struct { const char *name, *row, *next, *open; size_t ends; const char *unseen; } layouts[] = {
    {"squid", "1790000000.123     45 10.0.0.7 TCP_MISS/200 1834 GET http://www.example.com/a.html - HIER_DIRECT/192.0.2.10 text/html",
     "1790000001.456 900123 10.0.0.8 TCP_TUNNEL/200 51234 CONNECT www.example.net:443 alice HIER_DIRECT/192.0.2.11 -", "text/html", 0, NULL},
    {"common", "10.0.0.7 - alice " CLF("20") " \"GET http://www.example.com/ HTTP/1.1\" 200 1834 TCP_MISS:HIER_DIRECT",
     "10.0.0.8 - - " CLF("21") " \"CONNECT www.example.net:443 HTTP/1.1\" 200 5120 TCP_TUNNEL:HIER_DIRECT", "HIER_DIRECT", 1, NULL},
    {"combined", "10.0.0.7 - alice " CLF("20") " \"GET http://www.example.com/ HTTP/1.1\" 200 1834 \"http://www.example.com/\" " AGENT " TCP_MISS:HIER_DIRECT",
     "10.0.0.8 - - " CLF("21") " \"CONNECT www.example.net:443 HTTP/1.1\" 200 5120 \"-\" " AGENT " TCP_TUNNEL:HIER_DIRECT", "HIER_DIRECT", 1, NULL},
    {"nginx", "10.0.0.7 - alice " CLF("20") " \"GET /a.html HTTP/1.1\" 200 1834 \"http://www.example.com/\" " AGENT " \"-\"",
     "10.0.0.8 - - " CLF("21") " \"GET / HTTP/1.1\" 200 5120 \"-\" " AGENT " \"192.0.2.1\"", NULL, 1, NULL},
    {"referrer", "1790000000.123 10.0.0.7 http://www.example.com/ http://www.example.com/news.html",
     "1790000001.456 10.0.0.8 http://www.example.com/ http://www.example.com/sport.html", "http://www.example.com/news", 0, NULL},
    {"e2guardian", "1790000000.123\tgate\talice\t10.0.0.7\tpc7\thttp://www.example.com/a.html\tGET\t200\t1834\ttext/html\tMozilla/5.0 (X11)\t-\t45\t-\t0\t-\t0\t-\tDefault\t1",
     "1790000001.456\tgate\t-\t10.0.0.8\tpc8\thttps://www.example.net\tCONNECT\t200\t51234\t-\t-\t-\t900123\t-\t0\t-\t0\t-\tDefault\t1", "\t1", 0, NULL},
    {"e2guardian", "2026.9.21 14:13:20 - 10.0.0.7 http://www.example.com/ *DENIED* Banned site: example.com GET 0 0 Ads, banners 1 403 text/html  Default Mozilla/5.0 -",
     "2026.9.21 14:13:21 - 10.0.0.8 http://www.example.com/  GET 1834 0  1 200 text/html  Default Mozilla/5.0 - ", " text/html", 0,
     "/www"},
    {"useragent", "10.0.0.7 " CLF("20") " " AGENT, "10.0.0.8 " CLF("21") " \"curl/7.88.1\"", NULL, 1, NULL},
};

struct fixture {
    arena a;
    struct layout layout;
    size_t wrong;
};

static void recognise(struct fixture *f, size_t i)
{
    span lines[40];
    struct format_options options = {.tz_minutes = WHEN_NONE_MINUTES};
    struct format_refusal refusal;
    for (size_t k = 0; k < COUNT_OF(lines); k++)
        lines[k] = span_str(k % 2 ? layouts[i].next : layouts[i].row);
    fault bad = format_recognise(&f->a, &options, lines, COUNT_OF(lines), &f->layout, &refusal);
    assert_int_equal(bad.kind, FAULT_NONE);
    assert_true(span_eq(f->layout.name, span_str(layouts[i].name)));
}

static void expect_bad(struct fixture *f, const char *what, span line)
{
    event e;
    if (format_row(&f->layout, line, &f->a, &e) == ROW_BAD)
        return;
    print_message("%s is an event: %.*s\n", what, (int)line.n, line.p);
    f->wrong++;
}

static void each_layout(void (*check)(struct fixture *f, size_t i))
{
    for (size_t i = 0; i < COUNT_OF(layouts); i++) {
        struct fixture f = {.wrong = 0};
        recognise(&f, i);
        check(&f, i);
        assert_int_equal(f.wrong, 0);
        arena_free(&f.a);
    }
}

static void check_fronts(struct fixture *f, size_t i)
{
    span row = span_str(layouts[i].row);
    size_t open = layouts[i].open ? span_rfind(row, span_str(layouts[i].open)) : row.n;
    for (size_t n = 1; n < open; n++)
        expect_bad(f, "a front", span_take(row, n));
}

static void check_ends(struct fixture *f, size_t i)
{
    span row = span_str(layouts[i].row);
    for (size_t n = 1 + layouts[i].ends; n < row.n; n++)
        expect_bad(f, "an end", span_skip(row, n));
}

static void check_glued(struct fixture *f, size_t i)
{
    char text[2000];
    span row = span_str(layouts[i].row);
    size_t seen = layouts[i].unseen ? span_find(row, span_str(layouts[i].unseen)) : row.n;
    for (size_t n = 1 + layouts[i].ends; n <= seen; n++) {
        int length = snprintf(text, sizeof text, "%.*s%s", (int)n, row.p, layouts[i].next);
        expect_bad(f, "a glued row", span_of(text, (size_t)length));
    }
}

static void fronts_are_bad(void **state)
{
    (void)state;
    each_layout(check_fronts);
}

static void ends_are_bad(void **state)
{
    (void)state;
    each_layout(check_ends);
}

static void glued_rows_are_bad(void **state)
{
    (void)state;
    each_layout(check_glued);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fronts_are_bad),
        cmocka_unit_test(ends_are_bad),
        cmocka_unit_test(glued_rows_are_bad),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
