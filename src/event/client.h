/* SPDX-License-Identifier: Apache-2.0 */
/* event/client.h: who counts as the client of an event: the address, the user, or both; and where the address is a
 * declared proxy, whoever that proxy spoke for. X-Forwarded-For is what a client may write itself: it is believed
 * only as far as declared proxies wrote it, which is from the right to the first address that is none of them. */
#ifndef KONSEKI_EVENT_CLIENT_H
#define KONSEKI_EVENT_CLIENT_H

#include "base/arena.h"
#include "event/event.h"
#include "scan/cidr.h"

enum client_key { CLIENT_ADDRESS, CLIENT_USER, CLIENT_BOTH };
enum { PROXIES_MAX = 64, HOPS_MAX = 64 };

/* All zero: the address, and no proxies. */
struct client_rule {
    enum client_key key;
    struct address_range proxies[PROXIES_MAX];
    size_t proxy_n;
};

bool client_is_proxy(const struct client_rule *rule, span address);
/* The last address of X-Forwarded-For that is no declared proxy; {NULL,0} where there is none, or something else
 * than an address stands in its place. */
span client_forwarded_for(const struct client_rule *rule, span xff);
/* Puts the client by the rule into FIELD_CLIENT and says in e->relay whether a proxy spoke. Without a user the address
 * stays. `room` holds text that stands nowhere in the line; it is needed as long as the event. */
void client_apply(const struct client_rule *rule, event *e, arena *room);

#endif
