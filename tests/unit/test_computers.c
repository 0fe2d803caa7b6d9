/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "windows/computer.h"
#include "windows_day.h"

enum { HOUR = 3600 };

static int64_t at(double hours) { return DAY_START + (int64_t)(hours * HOUR * 1000); }

static void connects(struct day *d, double hours, const char *local)
{
    say(d, hours * HOUR, SYSMON, 3, "Image", "C:\\a.exe", "Initiated", "true", "SourceIp", local, "SourcePort", "50000",
        "DestinationIp", "10.0.0.1", "DestinationPort", "443", NULL);
}

static void is_client(const struct computers *c, const char *computer, double hours, const char *client, enum known_by by)
{
    struct computer_client k = computer_client(c, computer_named(c, span_str(computer)), at(hours));
    if (!client ? k.client.n != 0 : !span_eq(k.client, span_str(client)))
        fail_msg("%s at %g h is %.*s", computer, hours, (int)k.client.n, k.client.p ? k.client.p : "");
    assert_int_equal(k.by, by);
}

static void a_name_has_many_spellings(void **state)
{
    (void)state;
    arena a = {0};
    struct day d = {.n = 0};
    d.computer = "WS01.corp.example";
    connects(&d, 0, "10.0.0.5");
    d.computer = "ws01";
    connects(&d, 1, "10.0.0.5");
    d.computer = "DC1";
    say(&d, 2 * HOUR, SECURITY, 4634, "TargetUserName", "x", NULL);
    struct computers *c = computers_new(&a, day_store(&d, 0), NULL, NULL, 0);
    assert_int_equal(c->n, 2);
    assert_true(span_eq(c->items[0].key, SPAN("dc1")));
    assert_true(span_eq(c->items[1].name, SPAN("WS01.corp.example")));
    assert_int_equal(c->items[1].events, 2);
    assert_int_equal(computer_named(c, SPAN("CORP\\Ws01")), 1);
    assert_int_equal(computer_named(c, SPAN("WS02")), COMPUTER_NONE);
    assert_int_equal(computer_of(c, d.store->events[0]), 1);
    assert_int_equal(c->items[1].lease_n, 1);
    assert_int_equal(c->items[1].leases[0].n, 2);
    assert_true(c->items[1].leases[0].from == at(0) && c->items[1].leases[0].to == at(1));
    windows_store_free(d.store);
    arena_free(&a);
}

static void only_outbound_connections_count(void **state)
{
    (void)state;
    arena a = {0};
    struct day d = {.n = 0};
    connects(&d, 0, "127.0.0.1");
    connects(&d, 0, "::1");
    say(&d, 60, SYSMON, 3, "Initiated", "false", "SourceIp", "10.9.9.9", "SourcePort", "50000", "DestinationIp", "10.0.0.6",
        "DestinationPort", "3389", NULL);
    struct computers *c = computers_new(&a, day_store(&d, 0), NULL, NULL, 0);
    assert_int_equal(c->items[0].lease_n, 0);
    is_client(c, "WS01", 0, NULL, KNOWN_BY_NOTHING);
    windows_store_free(d.store);
    arena_free(&a);
}

/* WS01 has .5 until noon, WS02 from then on. */
static void leases_follow_the_time(void **state)
{
    (void)state;
    arena a = {0};
    struct day d = {.n = 0};
    for (int h = 0; h <= 12; h += 4) {
        d.computer = "WS01";
        connects(&d, h, "10.0.0.5");
        d.computer = "WS02";
        connects(&d, h + 13, "10.0.0.5");
    }
    struct computers *c = computers_new(&a, day_store(&d, 0), NULL, NULL, 0);
    is_client(c, "WS01", 6, "10.0.0.5", KNOWN_BY_CONNECTION);
    is_client(c, "WS02", 6, NULL, KNOWN_BY_NOTHING);
    is_client(c, "WS02", 20, "10.0.0.5", KNOWN_BY_CONNECTION);
    is_client(c, "WS01", 20, NULL, KNOWN_BY_NOTHING);
    assert_true(computer_owns(c, 0, SPAN("10.0.0.5"), at(12.25)));  /* nearer to WS01's last than to WS02's first */
    assert_false(computer_owns(c, 0, SPAN("10.0.0.5"), at(12.75)));
    assert_true(computer_owns(c, 1, SPAN("10.0.0.5"), at(25 + 11)));
    assert_false(computer_owns(c, 1, SPAN("10.0.0.5"), at(25 + 13))); /* 12 h after the last sighting */
    assert_false(computer_owns(c, 1, SPAN("10.0.0.6"), at(20)));
    is_client(c, "WS02", 25 + 7 * 24 - 1, "10.0.0.5", KNOWN_BY_CONNECTION);
    is_client(c, "WS02", 25 + 7 * 24 + 1, NULL, KNOWN_BY_NOTHING);
    windows_store_free(d.store);
    arena_free(&a);
}

static void an_address_of_two_at_once_is_shared(void **state)
{
    (void)state;
    arena a = {0};
    struct day d = {.n = 0};
    for (int h = 0; h < 4; h++) {
        d.computer = h % 2 ? "WS01" : "WS02";
        connects(&d, h, "192.168.56.1");
    }
    struct computers *c = computers_new(&a, day_store(&d, 0), NULL, NULL, 0);
    assert_true(computer_client(c, 0, at(1.5)).is_shared);
    assert_false(computer_client(c, 0, at(3)).is_shared); /* WS02 was seen last at 2 */
    assert_true(computer_owns(c, 0, SPAN("192.168.56.1"), at(1.5)));
    windows_store_free(d.store);
    arena_free(&a);
}

static void logons_elsewhere_tell_addresses(void **state)
{
    (void)state;
    arena a = {0};
    struct day d = {.computer = "WS01"};
    say(&d, 0, SECURITY, 4634, "TargetUserName", "x", NULL);
    d.computer = "WS02";
    say(&d, 0, SECURITY, 4634, "TargetUserName", "x", NULL);
    d.computer = "DC1";
    say(&d, HOUR, SECURITY, 4624, "TargetUserName", "WS01$", "LogonType", "3", "IpAddress", "::ffff:10.0.0.5", NULL);
    say(&d, HOUR, SECURITY, 4624, "TargetUserName", "bob", "WorkstationName", "ws02", "LogonType", "3", "IpAddress", "10.0.0.6", NULL);
    say(&d, HOUR, SECURITY, 4624, "TargetUserName", "eve", "WorkstationName", "DC1", "LogonType", "10", "IpAddress", "10.0.0.7", NULL);
    struct computers *c = computers_new(&a, day_store(&d, 0), NULL, NULL, 0);
    is_client(c, "WS01", 1, "10.0.0.5", KNOWN_BY_ACCOUNT);
    is_client(c, "WS02", 1, "10.0.0.6", KNOWN_BY_WORKSTATION);
    is_client(c, "DC1", 1, NULL, KNOWN_BY_NOTHING);   /* in type 10 the workstation is the computer itself */
    assert_true(computer_owns(c, computer_named(c, SPAN("WS01")), SPAN("10.0.0.5"), at(1)));
    assert_false(computer_owns(c, computer_named(c, SPAN("WS02")), SPAN("10.0.0.6"), at(1))); /* it said so itself */
    windows_store_free(d.store);
    arena_free(&a);
}

/* Machines whose events nobody collected take addresses, too. */
static void strangers_have_addresses(void **state)
{
    (void)state;
    arena a = {0};
    struct day d = {.computer = "WS01"};
    connects(&d, 0, "10.0.0.5");
    d.computer = "DC1";
    say(&d, 4 * HOUR, SECURITY, 4624, "TargetUserName", "WS99$", "LogonType", "3", "IpAddress", "10.0.0.5", NULL);
    say(&d, 2 * HOUR, SECURITY, 4624, "TargetUserName", "bob", "WorkstationName", "KALI", "LogonType", "3", "IpAddress", "10.0.0.5", NULL);
    struct computers *c = computers_new(&a, day_store(&d, 0), NULL, NULL, 0);
    is_client(c, "WS01", 1, "10.0.0.5", KNOWN_BY_CONNECTION);
    is_client(c, "WS01", 1.9, "10.0.0.5", KNOWN_BY_CONNECTION);   /* what KALI says of itself takes nothing */
    is_client(c, "WS01", 3, NULL, KNOWN_BY_NOTHING);
    windows_store_free(d.store);
    arena_free(&a);
}

static struct clients *table_of(arena *a, const char *text)
{
    struct clients *t;
    if (clients_read(a, "f", span_str(text), 0, &t).kind)
        fail();
    return t;
}

/* DAY_START is 2023-11-14T22:13:20Z. */
static void the_table_is_believed_first(void **state)
{
    (void)state;
    arena a = {0};
    struct day d = {.computer = "WS01.corp.example"};
    connects(&d, 0, "192.168.56.1");
    connects(&d, 0, "10.0.0.5");
    struct clients *t = table_of(&a, "address,name,from,to\n10.0.0.5,CORP\\ws01,,2023-11-14T23:00:00Z\n10.0.0.0/24,WS01,,\n"
                                     "10.0.0.5,ws02,2023-11-14T23:00:01Z,\n");
    struct computers *c = computers_new(&a, day_store(&d, 0), t, NULL, 0);
    is_client(c, "WS01", 0.1, "10.0.0.5", KNOWN_BY_TABLE);
    is_client(c, "WS01", 2, "192.168.56.1", KNOWN_BY_CONNECTION);  /* .5 is ws02's now */
    windows_store_free(d.store);
    arena_free(&a);
}

static void addresses_in_the_log_come_first(void **state)
{
    (void)state;
    arena a = {0};
    struct day d = {.computer = "WS01"};
    const span in_log[] = {SPAN("10.0.0.5"), SPAN("10.0.0.9")};
    const span names[] = {SPAN("10.0.0.77"), SPAN("ws01.corp.example"), SPAN("ws02")};
    for (int i = 0; i < 5; i++)
        connects(&d, i, "192.168.56.1");
    connects(&d, 3, "fe80::1%4");
    connects(&d, 0, "10.0.0.5");
    struct computers *c = computers_new(&a, day_store(&d, 0), NULL, in_log, 2);
    is_client(c, "WS01", 4, "10.0.0.5", KNOWN_BY_CONNECTION);
    assert_true(computer_client(c, 0, at(4)).is_in_log);
    assert_int_equal(computer_client(c, 0, at(4)).distance, 4 * HOUR * 1000);
    assert_true(computer_owns(c, 0, SPAN("fe80::1"), at(3)));
    c = computers_new(&a, d.store, NULL, NULL, 0);
    is_client(c, "WS01", 4, "192.168.56.1", KNOWN_BY_CONNECTION);
    assert_false(computer_client(c, 0, at(4)).is_in_log);
    c = computers_new(&a, d.store, NULL, names, 3);
    is_client(c, "WS01", 4, "ws01.corp.example", KNOWN_BY_NAME);
    windows_store_free(d.store);
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_has_many_spellings),
        cmocka_unit_test(only_outbound_connections_count),
        cmocka_unit_test(leases_follow_the_time),
        cmocka_unit_test(an_address_of_two_at_once_is_shared),
        cmocka_unit_test(logons_elsewhere_tell_addresses),
        cmocka_unit_test(strangers_have_addresses),
        cmocka_unit_test(the_table_is_believed_first),
        cmocka_unit_test(addresses_in_the_log_come_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
