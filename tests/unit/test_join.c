/* SPDX-License-Identifier: Apache-2.0 */
/* A session from 1000 s to 1600 s by a machine's clock, and rows around it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "windows/join.h"
#include "windows/join_index.h"
#include "windows_day.h"

enum { ROWS_MAX = 64 };
#define ME "10.0.0.5"

struct scene {
    arena a;
    struct day d;
    struct tunnel_row rows[ROWS_MAX];
    size_t n;
    int64_t offset;                  /* of the clock, ms */
    bool is_measured, knows_client, is_proxied, is_direct, has_no_end;
    struct log_span log;
    struct rdp_sessions *r;
};

static int64_t at(double s) { return DAY_START + (int64_t)(s * 1000); }

static struct scene *begin(void)
{
    static struct scene s;
    s = (struct scene){.is_measured = true, .knows_client = true, .log = {at(-50000), at(50000)}};
    return &s;
}

static struct tunnel_row *row(struct scene *s, const char *client, double start, double end)
{
    struct tunnel_row *r = &s->rows[s->n];
    *r = (struct tunnel_row){.start = at(start), .end = at(end), .client = span_str(client), .host = SPAN("h.example"), .port = 443,
                             .origin = s->n++, .out = 5000000, .has_out = true, .has_duration = true, .is_end = true};
    return r;
}

static struct tunnel_row *bare(struct scene *s, const char *client, double end)
{
    struct tunnel_row *r = row(s, client, end, end);
    r->has_duration = false;
    return r;
}

static void say_session(struct scene *s)
{
    struct day *d = &s->d;
    say(d, 1000, RDP_CORE, 131, "@activity", "{A}", "ConnType", "TCP", "ClientIP", "127.0.0.1:49274", NULL);
    say(d, 1002, SESSIONS, 21, "User", "alice", "SessionID", "2", "Address", "127.0.0.1", NULL);
    say(d, 1600, s->has_no_end ? SECURITY : SESSIONS, s->has_no_end ? 4688 : 24, "User", "alice", "SessionID", "2", "Address", "127.0.0.1", NULL);
    if (s->has_no_end)
        say(d, 1600, SESSIONS, 22, "User", "alice", "SessionID", "2", "Address", "127.0.0.1", NULL);
    if (s->knows_client)
        say(d, 0, SECURITY, 4624, "TargetUserName", "WS01$", "LogonType", "3", "IpAddress", ME, NULL);
    if (s->is_proxied || s->is_direct) {
        say(d, 500, SYSMON, 3, "Image", "C:\\plink.exe", "ProcessId", "1234", "Initiated", "true", "SourceIp", ME, "SourcePort", "51000",
            "DestinationIp", s->is_direct ? "203.0.113.9" : "10.0.0.1", "DestinationPort", s->is_direct ? "443" : "3128", NULL);
        say(d, 1000, SYSMON, 3, "Image", "C:\\plink.exe", "ProcessId", "1234", "Initiated", "true", "SourceIp", "127.0.0.1", "SourcePort", "49274",
            "DestinationIp", "127.0.0.1", "DestinationPort", "3389", NULL);
    }
}

static const struct join *join(struct scene *s)
{
    static const span log[] = {{"10.0.0.5", 8}};
    say_session(s);
    struct windows_store *store = day_store(&s->d, 0);
    struct computers *c = computers_new(&s->a, store, NULL, log, 1);
    s->r = rdp_sessions_new(&s->a, store, c);
    struct clock clock = {.offset = s->offset, .tolerance = s->is_measured ? CLOCK_TOLERANCE_MS : CLOCK_ASSUMED_MS,
                          .by = s->is_measured ? CLOCK_BY_PORT : CLOCK_ASSUMED, .proxy = {SPAN("10.0.0.1"), 3128}};
    const struct tunneller *t = tunnellers_new(&s->a, store, c, s->r, &clock);
    const struct join *j = joins_new(&s->a, c, s->r, t, &clock, s->rows, s->n, s->log);
    windows_store_free(store);
    if (s->r->segment_n < 1)
        fail_msg("no session");
    return j;
}

static void is_row(const struct join *j, const struct scene *s, size_t row, unsigned how)
{
    assert_true(j->is_claimed && j->none == JOIN_FOUND && j->offered_n >= 1);
    assert_int_equal(j->offered[0].row - s->rows, row);
    if ((j->how & how) != how)
        fail_msg("how %u, not %u", j->how, how);
}

static void is_none(const struct join *j, enum join_none why)
{
    assert_false(j->is_claimed);
    assert_int_equal(j->offered_n, 0);
    assert_int_equal(j->none, why);
}

static void the_port_is_exact(void **state)
{
    (void)state;
    for (int knows = 0; knows < 2; knows++) {
        struct scene *s = begin();
        s->is_proxied = true;
        s->knows_client = knows; /* the process's own connection tells it anyway */
        s->offset = 97000;
        row(s, ME, 596, 5000)->client_port = 50999;
        row(s, ME, 597, 2000)->client_port = 51000;
        row(s, ME, -3000, -2000)->client_port = 51000;
        row(s, "10.0.0.9", 597, 1697)->client_port = 51000;
        const struct join *j = join(s);
        is_row(j, s, 1, JOIN_PORT | JOIN_CONTAINED | JOIN_BEGINS_SOON | JOIN_RATE_FITS | JOIN_CLIENT);
        assert_true(j->contain == 2 && j->rows == 3 && j->offered_n == 1 && j->clock.offset == 97000);
        assert_int_equal(j->offered[0].lead_ms, 500000);
        assert_int_equal(j->offered[0].tail_ms, 303000);
        arena_free(&s->a);
    }
}

/* Other connections of the client have their own ports: the row of the process's is not there yet. */
static void a_row_of_another_port_is_none(void **state)
{
    (void)state;
    for (int way = 0; way < 2; way++) {
        struct scene *s = begin();
        s->is_proxied = true;
        row(s, ME, 0, 5000)->client_port = 50999;
        row(s, ME, 495, 990)->client_port = 51000;    /* over before the session */
        if (way)
            row(s, ME, 520, 5000)->client_port = 51000;   /* 20 s after the connection, by clocks that are known */
        const struct join *j = join(s);
        assert_int_equal(j->contain, 1 + way);
        if (!way)
            is_none(j, JOIN_ROW_MISSING);
        assert_true(!j->is_claimed && j->offered_n == (size_t)way && !(j->how & JOIN_PORT));
        arena_free(&s->a);
    }
}

/* Without ports: a row that began hours before the process connected to the proxy is another program's. */
static void a_row_of_another_beginning_is_none(void **state)
{
    (void)state;
    for (int way = 0; way < 3; way++) {
        struct scene *s = begin();
        s->is_proxied = true;                          /* it connected at 500 */
        s->is_measured = way < 2;
        row(s, ME, -4000, 5000);
        row(s, ME, way == 0 ? 505.001 : way == 1 ? 495 : 380, 1700);   /* 5 s by a measured clock, 120 s else */
        const struct join *j = join(s);
        assert_int_equal(j->contain, 2);
        assert_int_equal(j->offered_n, way > 0);
        assert_true(way == 0 || j->offered[0].row == &s->rows[1]);
        assert_false(way == 0 && j->is_claimed);
        arena_free(&s->a);
    }
}

static void the_only_row_that_contains_it(void **state)
{
    (void)state;
    for (int way = 0; way < 4; way++) {
        struct scene *s = begin();
        s->offset = -30000; /* 970 to 1570 by the proxy's clock */
        row(s, ME, way == 1 ? 975.001 : 975, way == 2 ? 1564.999 : 1565);
        row(s, ME, 0, 900);
        row(s, ME, 1000, 9000);
        row(s, "10.0.0.9", 0, 9000);
        s->is_measured = way < 3;
        if (way == 3) { /* assumed: two minutes either way */
            s->rows[0].start = at(1090);
            s->rows[0].end = at(1450);
            s->rows[2].start = at(1090.001);
        }
        const struct join *j = join(s);
        if (way == 1 || way == 2) {
            is_none(j, JOIN_AROUND_PROXY);
        } else {
            is_row(j, s, 0, JOIN_CONTAINED | JOIN_CLIENT);
            assert_true(j->contain == 1 && j->rows == 3 && (j->clock.by != CLOCK_ASSUMED) == (way == 0));
        }
        arena_free(&s->a);
    }
}

static void of_several_the_one_that_ends_with_it(void **state)
{
    (void)state;
    for (int way = 0; way < 4; way++) {
        struct scene *s = begin();
        row(s, ME, 100, 9000);
        row(s, ME, 900, way == 1 ? 1605.001 : 1605);
        row(s, ME, 800, way == 2 ? 1596 : 4000);
        s->is_measured = way != 3;
        const struct join *j = join(s);
        if (way == 0)
            is_row(j, s, 1, JOIN_ENDS_TOGETHER | JOIN_CONTAINED);
        else
            assert_true(!j->is_claimed && j->offered_n == 3);
        assert_int_equal(j->contain, 3);
        arena_free(&s->a);
    }
}

static void of_several_the_one_that_is_a_finding(void **state)
{
    (void)state;
    for (int way = 0; way < 2; way++) {
        struct scene *s = begin();
        row(s, ME, 100, 9000)->score = way ? 9 : 0;
        row(s, ME, 900, 4000)->score = 12;
        row(s, ME, 910, 4000);
        const struct join *j = join(s);
        assert_int_equal(j->is_claimed, way == 0);
        assert_int_equal(j->offered[0].row - s->rows, 1);
        assert_int_equal(j->offered_n, 3);
        arena_free(&s->a);
    }
}

/* Ten long rows of other clients contain the session: none of them is claimed, whatever is known. */
static void others_are_never_claimed(void **state)
{
    (void)state;
    static const char *const others[] = {"10.1.0.0", "10.1.0.1", "10.1.0.2", "10.1.0.3", "10.1.0.4", "10.1.0.5", "10.1.0.6", "10.1.0.7",
                                         "10.1.0.8", "10.1.0.9"};
    for (int knows = 0; knows < 2; knows++) {
        struct scene *s = begin();
        s->knows_client = knows;
        for (size_t i = 0; i < 10; i++)
            row(s, others[i], 10.0 * (double)i, 1600 + 10.0 * (double)i)->score = 20;
        const struct join *j = join(s);
        assert_false(j->is_claimed);
        assert_int_equal(j->offered_n, knows ? 0 : JOIN_OFFERED_MAX);
        assert_int_equal(j->contain, knows ? 0 : 10);
        assert_int_equal(j->rows, knows ? 0 : 10);
        assert_int_equal(j->none, knows ? JOIN_AROUND_PROXY : JOIN_FOUND);
        assert_true(knows || (j->offered[0].how & JOIN_ENDS_TOGETHER && !(j->how & JOIN_CLIENT)));
        arena_free(&s->a);
    }
}

static void an_unknown_client_needs_both(void **state)
{
    (void)state;
    for (int way = 0; way < 4; way++) {
        struct scene *s = begin();
        s->knows_client = false;
        row(s, "10.1.0.1", 900, way == 1 ? 1700 : 1602);
        if (way == 2)
            row(s, "10.1.0.2", 900, 9000);
        s->is_measured = way != 3;
        const struct join *j = join(s);
        assert_int_equal(j->is_claimed, way == 0);
        assert_int_equal(j->offered_n, way == 2 ? 2 : 1);
        assert_false(j->how & JOIN_CLIENT);
        arena_free(&s->a);
    }
}

/* ... nor is the clock known: one tunnel finding that ends with the session is it, two are not. */
static void without_duration_a_finding_that_ends_with_it(void **state)
{
    (void)state;
    for (int way = 0; way < 4; way++) {
        struct scene *s = begin();
        s->is_measured = false;
        bare(s, ME, 1597);
        bare(s, ME, way == 1 ? 1606 : 1602)->score = 1;
        bare(s, ME, 1650)->score = way == 2;
        s->knows_client = way != 3;
        const struct join *j = join(s);
        assert_int_equal(j->is_claimed, way == 0);
        if (way == 0)
            is_row(j, s, 1, JOIN_ENDS_TOGETHER | JOIN_CLIENT);
        arena_free(&s->a);
    }
}

/* `combined` knows ends alone. */
static void rows_without_duration_can_only_end(void **state)
{
    (void)state;
    for (int way = 0; way < 4; way++) {
        struct scene *s = begin();
        bare(s, ME, way == 1 ? 1700 : 1598);
        bare(s, ME, way == 3 ? 1603 : 8000);
        s->is_measured = way != 2;
        const struct join *j = join(s);
        if (way == 0)
            is_row(j, s, 0, JOIN_ENDS_TOGETHER);
        else if (way == 1)
            is_none(j, JOIN_NO_DURATION);
        else
            assert_true(!j->is_claimed && j->offered_n == (way == 3 ? 2 : 1));
        assert_int_equal(j->without_duration, 2);
        arena_free(&s->a);
    }
}

static void why_there_is_none(void **state)
{
    (void)state;
    static const struct { double first, last; bool proxied, direct, no_end; enum join_none why; } cases[] = {
        {1601, 9000, false, false, false, JOIN_ROTATED_AWAY},
        {1600, 9000, false, false, false, JOIN_AROUND_PROXY},
        {-9000, 1599, false, false, false, JOIN_STILL_OPEN},
        {-9000, 999, false, false, false, JOIN_NO_ROWS},
        {10, 0, false, false, false, JOIN_NO_ROWS},
        {-9000, 9000, false, false, true, JOIN_STILL_OPEN},
        {-9000, 1600 + 86401, false, false, true, JOIN_AROUND_PROXY},
        {-9000, 9000, true, false, false, JOIN_ROW_MISSING},
        {-9000, 1599, true, false, false, JOIN_STILL_OPEN},
        {-9000, 9000, false, true, false, JOIN_AROUND_PROXY},
        {-9000, 1200, false, true, true, JOIN_AROUND_PROXY},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct scene *s = begin();
        s->log = (struct log_span){at(cases[i].first), at(cases[i].last)};
        s->is_proxied = cases[i].proxied;
        s->is_direct = cases[i].direct;
        s->has_no_end = cases[i].no_end;
        const struct join *j = join(s);
        if (j->none != cases[i].why)
            fail_msg("case %zu: %d", i, j->none);
        is_none(j, cases[i].why);
        assert_int_equal(j->elsewhere != NULL, cases[i].direct);
        arena_free(&s->a);
    }
}

/* Whose process went past the proxy claims no row of its browser. */
static void past_the_proxy_no_row_is_taken(void **state)
{
    (void)state;
    struct scene *s = begin();
    s->is_direct = true;
    row(s, ME, 900, 1700);
    const struct join *j = join(s);
    is_none(j, JOIN_AROUND_PROXY);
    assert_int_equal(j->elsewhere->port, 443);
    assert_int_equal(j->contain, 1);
    arena_free(&s->a);
}

static void sessions_share_a_row(void **state)
{
    (void)state;
    struct scene *s = begin();
    row(s, ME, 900, 9000);
    say(&s->d, 3000, SESSIONS, 25, "User", "alice", "SessionID", "2", "Address", "127.0.0.1", NULL);
    say(&s->d, 4000, SESSIONS, 24, "User", "alice", "SessionID", "2", "Address", "127.0.0.1", NULL);
    const struct join *j = join(s);
    assert_int_equal(s->r->segment_n, 2);
    is_row(&j[0], s, 0, JOIN_CONTAINED);
    is_row(&j[1], s, 0, JOIN_CONTAINED);
    assert_int_equal(j[0].offered[0].sessions, 2);
    assert_false(j[1].how & JOIN_BEGINS_SOON);
    arena_free(&s->a);
}

static void ordinary_sessions_are_not_searched(void **state)
{
    (void)state;
    struct scene *s = begin();
    row(s, ME, 900, 9000);
    say(&s->d, 5000, CONNECTIONS, 1149, "Param1", "bob", "Param3", "10.0.0.77", NULL);
    const struct join *j = join(s);
    assert_int_equal(s->r->segment_n, 2);
    is_none(&j[1], JOIN_NOT_SEARCHED);
    arena_free(&s->a);
}

/* The order of rows is nobody's business. */
static void shuffled_rows_give_the_same(void **state)
{
    (void)state;
    uint64_t expected[JOIN_OFFERED_MAX];
    for (size_t turn = 0; turn < 13; turn++) {
        struct scene *s = begin();
        s->knows_client = false;
        for (size_t i = 0; i < 13; i++) {
            size_t k = (i * 5 + turn) % 13;
            row(s, k % 2 ? "10.1.0.1" : "10.1.0.2", 10.0 * (double)(k % 4), 3000 + (double)(k % 3))->origin = 100 + k;
        }
        const struct join *j = join(s);
        assert_int_equal(j->offered_n, JOIN_OFFERED_MAX);
        for (size_t i = 0; i < JOIN_OFFERED_MAX; i++) {
            if (!turn)
                expected[i] = j->offered[i].row->origin;
            assert_int_equal(j->offered[i].row->origin, expected[i]);
        }
        arena_free(&s->a);
    }
}

/* The index against looking at every row. */
static void the_index_finds_what_a_scan_finds(void **state)
{
    (void)state;
    enum { N = 40 };
    static const span clients[] = {{"a", 1}, {"b", 1}, {NULL, 0}};
    struct tunnel_row rows[N];
    uint32_t out[N];
    uint64_t random = 3;
    for (int turn = 0; turn < 400; turn++) {
        size_t n = (size_t)(turn % (N + 1));
        for (size_t i = 0; i < n; i++) {
            random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            int64_t start = (int64_t)(random >> 40) % 50, length = (int64_t)(random >> 50) % 50;
            bool has = random >> 62;
            rows[i] = (struct tunnel_row){.start = has ? start : start + length, .end = start + length, .client = clients[random >> 35 & 1],
                                          .origin = i, .client_port = (uint16_t)(random >> 58 & 3), .has_duration = has};
        }
        struct join_index x = join_index_new(rows, n);
        for (size_t c = 0; c < 3; c++)
            for (int64_t start = -1; start < 101; start += 7) {
                int64_t end = start + turn % 9;
                size_t contain = 0, ending = 0, port = 0, count = 0, no = 0;
                uint64_t none;
                for (size_t i = 0; i < n; i++) {
                    bool is_its = !clients[c].p || span_eq(clients[c], rows[i].client);
                    bool ends = is_its && rows[i].end >= start && rows[i].end <= end;
                    contain += is_its && rows[i].has_duration && rows[i].start <= start && rows[i].end >= end;
                    ending += ends && !rows[i].has_duration;
                    port += is_its && rows[i].client_port == 1 && rows[i].start >= start && rows[i].start <= end;
                    count += ends;
                    no += ends && !rows[i].has_duration;
                }
                assert_int_equal(join_containing(&x, clients[c], start, end, out, N), contain);
                assert_int_equal(join_ending(&x, clients[c], start, end, out, N), ending);
                assert_int_equal(join_with_port(&x, clients[c], 1, start, end, out, N), port);
                assert_int_equal(join_count(&x, clients[c], start, end, &none), count);
                assert_int_equal(none, no);
            }
        join_index_free(&x);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_port_is_exact),
        cmocka_unit_test(a_row_of_another_port_is_none),
        cmocka_unit_test(a_row_of_another_beginning_is_none),
        cmocka_unit_test(the_only_row_that_contains_it),
        cmocka_unit_test(of_several_the_one_that_ends_with_it),
        cmocka_unit_test(of_several_the_one_that_is_a_finding),
        cmocka_unit_test(others_are_never_claimed),
        cmocka_unit_test(an_unknown_client_needs_both),
        cmocka_unit_test(rows_without_duration_can_only_end),
        cmocka_unit_test(without_duration_a_finding_that_ends_with_it),
        cmocka_unit_test(why_there_is_none),
        cmocka_unit_test(past_the_proxy_no_row_is_taken),
        cmocka_unit_test(sessions_share_a_row),
        cmocka_unit_test(ordinary_sessions_are_not_searched),
        cmocka_unit_test(shuffled_rows_give_the_same),
        cmocka_unit_test(the_index_finds_what_a_scan_finds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
