/* SPDX-License-Identifier: Apache-2.0 */
/* Who counts as the client: X-Forwarded-For behind declared proxies, users, both. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "event/client.h"

static struct client_rule behind(const char *address, unsigned bits)
{
    struct client_rule rule = {.proxy_n = 1};
    struct address a;
    assert_true(address_parse(span_str(address), &a) && address_network(a, bits, &rule.proxies[0]));
    return rule;
}

/* 10.0.0.0/24 are proxies. */
static void forwarded_for_is_read_from_the_right(void **state)
{
    static const struct { const char *xff, *client; } cases[] = {
        {"192.168.1.5", "192.168.1.5"},
        {"192.168.1.5, 10.0.0.7", "192.168.1.5"},
        {"192.168.1.5,10.0.0.7 ,\t10.0.0.8", "192.168.1.5"},
        {"198.51.100.9, 192.168.1.5, 10.0.0.7", "192.168.1.5"},   /* the leftmost is what a client claims */
        {"10.0.0.7, 192.168.1.5", "192.168.1.5"},
        {"192.168.1.5:4711, 10.0.0.7:3128", "192.168.1.5"},       /* another port in each row, and one client */
        {"2001:db8::5, 10.0.0.7", "2001:db8::5"},
        {"[2001:db8::5]:4711", "[2001:db8::5]"},
        {"2001:db8::5:4711", "2001:db8::5:4711"},
        {"someone@192.168.1.5", NULL},                            /* a host with a user, no address */
        {"%31%30.168.1.5", NULL},
        {"192.168.1.5:99999", NULL},
        {"::ffff:10.0.0.7", NULL},
        {"10.0.0.7, 10.0.0.8", NULL},
        {"192.168.1.5, unknown", NULL},
        {"192.168.1.5, unknown, 10.0.0.7", NULL},
        {"192.168.1.5,", NULL},
        {"-", NULL},
        {"", NULL},
        {",,,,", NULL},
    };
    struct client_rule rule = behind("10.0.0.0", 24);
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        span got = client_forwarded_for(&rule, span_str(cases[i].xff));
        assert_true(cases[i].client ? span_eq(got, span_str(cases[i].client)) : got.p == NULL);
    }
}

static event event_of(const char *client, const char *xff, const char *user)
{
    event e = {.relay = RELAY_NAMED};   /* of the event before */
    event_set_text(&e, FIELD_CLIENT, span_str(client));
    if (xff)
        event_set_text(&e, FIELD_XFF, span_str(xff));
    if (user)
        event_set_text(&e, FIELD_USER, span_str(user));
    return e;
}

static void the_client_by_the_rule(void **state)
{
    static const struct {
        enum client_key key;
        const char *address, *xff, *user, *client;
        enum relay relay;
    } cases[] = {
        {CLIENT_ADDRESS, "192.168.1.5", NULL, NULL, "192.168.1.5", RELAY_NOT},
        {CLIENT_ADDRESS, "192.168.1.5", "172.16.0.9", "ann", "192.168.1.5", RELAY_NOT},   /* anybody may write that */
        {CLIENT_ADDRESS, "10.0.0.7", "172.16.0.9", NULL, "172.16.0.9", RELAY_NAMED},
        {CLIENT_ADDRESS, "10.0.0.7", NULL, "ann", "10.0.0.7", RELAY_UNNAMED},
        {CLIENT_ADDRESS, "10.0.1.7", "172.16.0.9", NULL, "10.0.1.7", RELAY_NOT},
        {CLIENT_USER, "192.168.1.5", NULL, "ann", "ann", RELAY_NOT},
        {CLIENT_USER, "192.168.1.5", NULL, NULL, "192.168.1.5", RELAY_NOT},
        {CLIENT_USER, "10.0.0.7", NULL, "ann", "ann", RELAY_NAMED},
        {CLIENT_BOTH, "192.168.1.5", NULL, "ann", "192.168.1.5+ann", RELAY_NOT},
        {CLIENT_BOTH, "10.0.0.7", "172.16.0.9", "ann", "172.16.0.9+ann", RELAY_NAMED},
        {CLIENT_BOTH, "10.0.0.7", NULL, "ann", "10.0.0.7+ann", RELAY_UNNAMED},
        {CLIENT_BOTH, "2001:DB8:0::5", NULL, "ann", "2001:db8::5+ann", RELAY_NOT},
    };
    struct client_rule rule = behind("10.0.0.0", 24);
    arena room = {0};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        event e = event_of(cases[i].address, cases[i].xff, cases[i].user);
        rule.key = cases[i].key;
        client_apply(&rule, &e, &room);
        assert_true(span_eq(event_text(&e, FIELD_CLIENT), span_str(cases[i].client)));
        assert_int_equal(e.relay, cases[i].relay);
    }
    arena_free(&room);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forwarded_for_is_read_from_the_right),
        cmocka_unit_test(the_client_by_the_rule),
    };
    return cmocka_run_group_tests_name("client", tests, NULL, NULL);
}
