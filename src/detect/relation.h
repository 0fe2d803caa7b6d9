/* SPDX-License-Identifier: Apache-2.0 */
/* detect/relation.h: how rare a host is, and whose program an agent is: the two questions every detector asks. */
#ifndef KONSEKI_RELATION_H
#define KONSEKI_RELATION_H

#include "detect/detector.h"

/* Points for rarity, by host: `few` where at most 2 clients use it, `some` where at most max(2, 2 %) do; half of
 * it (rounded up) in logs of fewer than RARITY_FULL_CLIENTS; 0 where the host's registrable domain is popular. */
enum { RARITY_FULL_CLIENTS = 50, RARITY_MIN_CLIENTS = 3 };
int relation_rarity(const struct survey *s, uint32_t host, int few, int some);
/* The same for a registrable domain as a whole, for clients whose names under it rotate. */
int relation_domain_rarity(const struct survey *s, uint32_t host, int few, int some);
/* At most this many clients are "some": max(2, 2 %). */
uint32_t relation_some(const struct survey *s);

enum agent_relation relation_of_agent(const struct survey *s, uint32_t client, uint32_t agent, enum field_state state);
/* Does the client have a browser of its own, and not a phone's? Phones' apps send libraries' agents all day. An
 * address of several machines or people is none: there every browser's agent is somebody's own. */
bool relation_is_office_pc(const struct survey *s, uint32_t client);
bool relation_is_phone(const struct survey *s, uint32_t client);

/* A machine without a browser, most of whose contacts carry this agent (or none): an appliance, a server, doing
 * what it does. */
bool relation_is_machines_own(const struct survey *s, uint32_t client, uint32_t agent);
/* Does every host that saw the agent's template have at most relation_some clients? */
bool relation_agent_is_rare(const struct survey *s, uint32_t agent);

span relation_host(const struct survey *s, uint32_t host);
span relation_domain(const struct survey *s, uint32_t host);
span relation_client(const struct survey *s, uint32_t client);
span relation_agent(const struct survey *s, uint32_t agent);
bool relation_is_literal(span host);

#endif
