/* SPDX-License-Identifier: Apache-2.0 */
#include "event/client.h"

#include "event/host.h"

/* "192.0.2.7:4711", "[2001:db8::1]:4711": the address alone. A client has another port in each row. */
static span without_port(span raw)
{
    cut colon = span_rcut(raw, ':');
    uint64_t port;
    bool has_port = colon.found && span_u64(colon.tail, &port) && port <= 65535 &&
                    (span_ends(colon.head, SPAN("]")) || !memchr(colon.head.p, ':', colon.head.n));
    return has_port ? colon.head : raw;
}

/* An address, canonical by the grammar of addresses: what is a host with escapes or a user in front is none. */
static bool read_address(span raw, struct address *out)
{
    host_name name;
    return address_canon(raw, &name) && address_parse(host_span(&name), out);
}

static bool is_declared(const struct client_rule *rule, const struct address *a)
{
    for (size_t i = 0; i < rule->proxy_n; i++)
        if (address_within(&rule->proxies[i], a))
            return true;
    return false;
}

bool client_is_proxy(const struct client_rule *rule, span address)
{
    struct address a;
    return rule->proxy_n && read_address(without_port(address), &a) && is_declared(rule, &a);
}

span client_forwarded_for(const struct client_rule *rule, span xff)
{
    for (int hop = 0; hop < HOPS_MAX && xff.n; hop++) {
        size_t start = xff.n;
        while (start && xff.p[start - 1] != ',')
            start--;
        span last = without_port(span_trim(span_of(xff.p + start, xff.n - start)));
        struct address a;
        if (!read_address(last, &a))
            break;
        if (!is_declared(rule, &a))
            return last;
        xff.n = start ? start - 1 : 0;
    }
    return (span){NULL, 0};
}

static void apply_proxies(const struct client_rule *rule, event *e)
{
    if (!client_is_proxy(rule, event_text(e, FIELD_CLIENT)))
        return;
    span behind = client_forwarded_for(rule, event_text(e, FIELD_XFF));
    e->relay = behind.n ? RELAY_NAMED : RELAY_UNNAMED;
    if (behind.n)
        event_set_text(e, FIELD_CLIENT, behind);
}

void client_apply(const struct client_rule *rule, event *e, arena *room)
{
    e->relay = RELAY_NOT;
    if (rule->proxy_n && event_has(e, FIELD_CLIENT))
        apply_proxies(rule, e);
    span user = event_text(e, FIELD_USER);
    if (rule->key == CLIENT_ADDRESS || !user.n)
        return;
    if (rule->key == CLIENT_USER) {
        event_set_text(e, FIELD_CLIENT, user);
        e->relay = e->relay == RELAY_UNNAMED ? RELAY_NAMED : e->relay;
        return;
    }
    host_name address;
    address_canon(event_text(e, FIELD_CLIENT), &address);
    event_set_text(e, FIELD_CLIENT, arena_printf(room, "%.*s+%.*s", (int)address.n, address.text,
                                                 (int)span_take(user, HOST_MAX).n, user.p));
}
