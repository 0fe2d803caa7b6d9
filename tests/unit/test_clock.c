/* SPDX-License-Identifier: Apache-2.0 */
/* Connections and rows are made with a known offset; what is measured must be that, or nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "windows/clock.h"
#include "windows_day.h"

enum { MANY = 300 };

struct scene {
    struct day d;
    struct proxied rows[4 * MANY];
    size_t row_n;
    char ports[2 * MANY][8];
    size_t port_n;
    uint64_t random;
    arena a;
    struct computers *c;
};

static uint64_t draw(struct scene *s, uint64_t below)
{
    s->random = s->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (s->random >> 33) % below;
}

static void connect_to(struct scene *s, double at, const char *address, const char *to_port, unsigned port)
{
    char *text = s->ports[s->port_n++];
    snprintf(text, sizeof s->ports[0], "%u", port);
    say(&s->d, at, SYSMON, 3, "Image", "C:\\browser.exe", "Protocol", "tcp", "Initiated", "true", "SourceIp", "10.0.0.5", "SourcePort", text,
        "DestinationIp", address, "DestinationPort", to_port, NULL);
}

static void row_at(struct scene *s, double at, unsigned port, const char *client)
{
    int64_t ms = DAY_START + (int64_t)(at * 1000);
    s->rows[s->row_n] = (struct proxied){.start = ms, .end = ms, .client = span_str(client), .origin = s->row_n, .client_port = (uint16_t)port};
    s->row_n++;
}

static const struct clock *measure_with(struct scene *s, bool knows_client, const struct endpoint *proxies, size_t n)
{
    static const span log[] = {{"10.0.0.5", 8}, {"10.0.0.6", 8}};
    windows_store_free(s->d.store);
    s->c = computers_new(&s->a, day_store(&s->d, 0), NULL, log, knows_client ? 2 : 0);
    return clocks_new(&s->a, s->d.store, s->c, s->rows, s->row_n, proxies, n);
}
static const struct clock *measure(struct scene *s, bool knows_client) { return measure_with(s, knows_client, NULL, 0); }

static void done(struct scene *s)
{
    windows_store_free(s->d.store);
    arena_free(&s->a);
}

static struct scene *begin(void)
{
    static struct scene s;
    s = (struct scene){.random = 7};
    return &s;
}

static void ports_give_the_offset(void **state)
{
    (void)state;
    for (int knows = 0; knows < 2; knows++) {
        struct scene *s = begin();
        for (unsigned i = 0; i < 100; i++) {
            double at = 60.0 * i, late = (double)draw(s, 500) / 1000;
            connect_to(s, at, "10.0.0.1", "3128", 50000 + i);
            row_at(s, at + 97 + late, 50000 + i, "10.0.0.5");
            row_at(s, at + 98.5 + late, 50000 + i, "10.0.0.5");      /* kept alive */
            row_at(s, at + 150 + (double)draw(s, 700), 50000 + i, "10.0.0.6");   /* another client with that port */
        }
        const struct clock *c = measure(s, knows);
        assert_int_equal(c->by, CLOCK_BY_PORT);
        if (c->offset < 97000 || c->offset > 97500)
            fail_msg("offset %lld", (long long)c->offset);
        assert_true(c->matches == 100 && c->compared == 100 && c->spread < 500 && c->tolerance == 5000);
        assert_true(span_eq(c->proxy.address, SPAN("10.0.0.1")) && c->proxy.port == 3128);
        done(s);
    }
}

static void one_match_is_enough_at_a_plain_proxy(void **state)
{
    (void)state;
    static const struct endpoint given = {{"10.0.0.1", 8}, 4711};
    for (int way = 0; way < 3; way++) {
        struct scene *s = begin();
        connect_to(s, 10, "10.0.0.1", way ? "4711" : "8080", 50000);
        connect_to(s, 20, "10.0.0.1", way ? "4711" : "8080", 50001);
        row_at(s, -40, 50000, "10.0.0.5");
        const struct clock *c = measure_with(s, true, &given, way == 2);
        assert_int_equal(c->by, way == 1 ? CLOCK_ASSUMED : CLOCK_BY_PORT);
        assert_int_equal(c->offset, way == 1 ? 0 : -50000);
        assert_int_equal(c->tolerance, way == 1 ? 120000 : 5000);
        done(s);
    }
}

static void chance_gives_none(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed < 20; seed++) {
        struct scene *s = begin();
        s->random = seed;
        for (unsigned i = 0; i < MANY; i++) {
            connect_to(s, 20.0 * i, seed % 2 ? "10.0.0.9" : "10.0.0.1", seed % 2 ? "445" : "3128", 49152 + (unsigned)draw(s, 400));
            row_at(s, (double)draw(s, 6000000) / 1000, 49152 + (unsigned)draw(s, 400), "10.0.0.5");
        }
        const struct clock *c = measure(s, false);
        assert_true(c->by == CLOCK_ASSUMED && c->offset == 0);
        done(s);
    }
}

static void beyond_a_quarter_of_an_hour_is_none(void **state)
{
    (void)state;
    for (int way = 0; way < 2; way++) {
        struct scene *s = begin();
        connect_to(s, 0, "10.0.0.1", "3128", 50000);
        row_at(s, 900 + 0.001 * way, 50000, "10.0.0.5");
        assert_int_equal(measure(s, true)->by, way ? CLOCK_ASSUMED : CLOCK_BY_PORT);
        done(s);
    }
}

/* Two logs write one connection, Sysmon a second late: it counts once, by the earlier. */
static void two_logs_are_one_connection(void **state)
{
    (void)state;
    struct scene *s = begin();
    for (unsigned i = 0; i < 5; i++) {
        connect_to(s, 60.0 * i + 1.5, "10.0.0.1", "3128", 50000 + i);
        say(&s->d, 60.0 * i, SECURITY, 5156, "Application", "\\device\\x\\b.exe", "Direction", "%%14593", "SourceAddress", "10.0.0.5",
            "SourcePort", s->ports[i], "DestAddress", "10.0.0.1", "DestPort", "3128", "Protocol", "6", NULL);
        row_at(s, 60.0 * i - 5, 50000 + i, "10.0.0.5");
    }
    const struct clock *c = measure(s, true);
    assert_true(c->by == CLOCK_BY_PORT && c->offset == -5000 && c->matches == 5 && c->compared == 5 && c->spread == 0);
    done(s);
}

static void rhythm_gives_the_offset(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed < 10; seed++) {
        struct scene *s = begin();
        s->random = seed;
        double at = 0;
        for (unsigned i = 0; i < 60; i++) {
            at += 20 + (double)draw(s, 100000) / 1000;
            connect_to(s, at, "10.0.0.1", "3128", 50000 + i);
            row_at(s, at - 42.3, 0, "10.0.0.5");
            row_at(s, at + (double)draw(s, 60000) / 1000, 0, "10.0.0.5");
            row_at(s, at, 0, "10.0.0.6");
        }
        const struct clock *c = measure(s, true);
        assert_int_equal(c->by, CLOCK_BY_RHYTHM);
        if (llabs(c->offset + 42300) > 1000)
            fail_msg("seed %u: offset %lld", seed, (long long)c->offset);
        assert_true(c->matches >= 55);
        c = measure(s, false); /* whose rows? */
        assert_true(c->by == CLOCK_ASSUMED && c->proxy.port == 3128);
        done(s);
    }
}

/* Rows that know their end alone, in whole seconds: three requests of four take up to five. */
static void ends_give_the_offset(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed < 10; seed++) {
        struct scene *s = begin();
        s->random = seed;
        double at = 0;
        for (unsigned i = 0; i < 250; i++) {
            double takes = (double)draw(s, draw(s, 4) ? 5000 : 500) / 1000;
            at += 20 + (double)draw(s, 100000) / 1000;
            connect_to(s, at, "10.0.0.1", "3128", 50000 + i);
            row_at(s, (double)(int64_t)(at + 33 + takes), 0, "10.0.0.5");
        }
        const struct clock *c = measure(s, true);
        assert_int_equal(c->by, CLOCK_BY_RHYTHM);
        if (llabs(c->offset - 33000) > 1500)
            fail_msg("seed %u: offset %lld", seed, (long long)c->offset);
        done(s);
    }
}

/* Bursts on both sides that have nothing to do with each other. */
static void bursts_have_no_clear_peak(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed < 60; seed++) {
        struct scene *s = begin();
        s->random = seed;
        for (unsigned i = 0; i < 200; i += 8) {
            double connects = (double)draw(s, 20000000) / 1000, rows = (double)draw(s, 20000000) / 1000;
            for (unsigned k = 0; k < 8; k++) {
                connect_to(s, connects + k, "10.0.0.1", "3128", 50000 + i + k);
                row_at(s, rows + (double)draw(s, 8), 0, "10.0.0.5");
            }
        }
        if (measure(s, true)->by != CLOCK_ASSUMED)
            fail_msg("seed %u", seed);
        done(s);
    }
}

static void noise_and_beats_have_no_clear_peak(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed < 60; seed++) {
        struct scene *s = begin();
        s->random = seed;
        unsigned n = 8 + (unsigned)draw(s, 80);
        for (unsigned i = 0; i < n; i++) {
            double at = seed % 3 ? (double)draw(s, 3600000) / 1000 : 30.0 * i;   /* every third: a beat of 30 s on both sides */
            connect_to(s, at, "10.0.0.1", "3128", 50000 + i);
            for (unsigned k = 0; k <= seed % 3; k++)
                row_at(s, seed % 3 ? (double)draw(s, 3600000) / 1000 : 30.0 * i + 5, 0, "10.0.0.5");
        }
        const struct clock *c = measure(s, true);
        if (c->by != CLOCK_ASSUMED)
            fail_msg("seed %u: %llu of %u", seed, (unsigned long long)c->matches, n);
        done(s);
    }
}

static void computers_tell_each_other_where_the_proxy_is(void **state)
{
    (void)state;
    struct scene *s = begin();
    s->d.computer = "WS01";
    for (unsigned i = 0; i < 9; i++) {
        connect_to(s, 60.0 * i, "10.0.0.1", "4711", 50000 + i);
        row_at(s, 60.0 * i + 3, 50000 + i, "10.0.0.5");
    }
    s->d.computer = "WS02";
    connect_to(s, 9000, "10.0.0.1", "4711", 60000);
    s->d.computer = "WS03";
    connect_to(s, 9000, "10.0.0.9", "4711", 60000);
    const struct clock *c = measure(s, false);
    assert_true(c[0].by == CLOCK_BY_PORT && c[0].offset == 3000);
    assert_true(c[1].by == CLOCK_ASSUMED && c[1].proxy.port == 4711);
    assert_int_equal(c[2].proxy.port, 0);
    done(s);
}

static void a_clock_that_was_set_is_said(void **state)
{
    (void)state;
    struct scene *s = begin();
    say(&s->d, 0, SECURITY, 4616, "PreviousTime", "2023-11-14T22:13:20.5Z", NULL);
    say(&s->d, 10, SECURITY, 4616, "PreviousTime", "2023-11-14T22:13:20Z", NULL);
    say(&s->d, 20, SECURITY, 4616, "PreviousTime", "2023-11-14T23:13:20Z", NULL);
    const struct clock *c = measure(s, false);
    assert_true(c->jumps == 2 && c->jump_first == DAY_START + 10000 && c->jump_last == DAY_START + 20000);
    done(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ports_give_the_offset),
        cmocka_unit_test(one_match_is_enough_at_a_plain_proxy),
        cmocka_unit_test(chance_gives_none),
        cmocka_unit_test(beyond_a_quarter_of_an_hour_is_none),
        cmocka_unit_test(two_logs_are_one_connection),
        cmocka_unit_test(rhythm_gives_the_offset),
        cmocka_unit_test(ends_give_the_offset),
        cmocka_unit_test(bursts_have_no_clear_peak),
        cmocka_unit_test(noise_and_beats_have_no_clear_peak),
        cmocka_unit_test(computers_tell_each_other_where_the_proxy_is),
        cmocka_unit_test(a_clock_that_was_set_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
