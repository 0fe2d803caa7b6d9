/* SPDX-License-Identifier: Apache-2.0 */
/* --proxy and --client: who counts as a client. */
#include "app/option_values.h"

#include "event/host.h"

/* "192.0.2.7", "10.0.0.0/8", "2001:db8::/32". */
fault take_proxy(const struct option_rule *rule, arena *a, struct options *o, span value)
{
    struct client_rule *r = &o->clients_are;
    cut c = span_cut(value, '/');
    host_name name;
    struct address address;
    uint64_t bits = 0;
    (void)a;
    address_canon(c.head, &name);
    bool is_read = address_parse(host_span(&name), &address) && (!c.found || span_u64(c.tail, &bits));
    if (!c.found)
        bits = is_read && address.is_v4 ? 32 : 128;
    if (r->proxy_n == PROXIES_MAX)
        return fault_make(FAULT_USAGE, "more than %d proxies; name networks", PROXIES_MAX);
    if (!is_read || bits > 128 || !address_network(address, (unsigned)bits, &r->proxies[r->proxy_n]))
        return fault_make(FAULT_USAGE, "%s %.*s: expected an address or a network, as 192.0.2.7 or 10.1.0.0/16", rule->name,
                          (int)span_take(value, 60).n, value.p);
    r->proxy_n++;
    return NO_FAULT;
}

fault take_client(const struct option_rule *rule, arena *a, struct options *o, span value)
{
    static const struct { span name; enum client_key key; } keys[] = {
        {{"address", 7}, CLIENT_ADDRESS}, {{"user", 4}, CLIENT_USER}, {{"address+user", 12}, CLIENT_BOTH}};
    (void)a;
    for (size_t i = 0; i < COUNT_OF(keys); i++)
        if (span_eq(value, keys[i].name)) {
            o->clients_are.key = keys[i].key;
            return NO_FAULT;
        }
    return fault_make(FAULT_USAGE, "%s %.*s: expected address, user or address+user", rule->name,
                      (int)span_take(value, 60).n, value.p);
}
