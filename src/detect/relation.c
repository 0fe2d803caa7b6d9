/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/relation.h"

#include "event/host.h"

uint32_t relation_some(const struct survey *s)
{
    uint32_t fiftieth = s->client_n / 50;
    return fiftieth > 2 ? fiftieth : 2;
}

static int rarity(const struct survey *s, uint32_t clients, uint32_t domain_clients, int few, int some)
{
    int points = clients <= 2 ? few : clients <= relation_some(s) ? some : 0;
    if (domain_clients >= s->popular_at)
        return 0;
    return s->client_n < RARITY_FULL_CLIENTS ? (points + 1) / 2 : points;
}

int relation_rarity(const struct survey *s, uint32_t host, int few, int some)
{
    return rarity(s, s->hosts[host].clients, s->domains[s->hosts[host].domain].clients, few, some);
}

int relation_domain_rarity(const struct survey *s, uint32_t host, int few, int some)
{
    uint32_t clients = s->domains[s->hosts[host].domain].clients;
    return rarity(s, clients, clients, few, some);
}

enum agent_relation relation_of_agent(const struct survey *s, uint32_t client, uint32_t agent, enum field_state state)
{
    const struct agent_facts *facts = &s->agents[agent];
    if (state == STATE_UNLOGGED)
        return RELATION_UNLOGGED;
    if (state != STATE_VALUE || facts->class == AGENT_BLANK)
        return RELATION_BLANK;
    if (facts->class == AGENT_TOOL)
        return RELATION_TOOL;
    if (facts->class == AGENT_SELF_NAMED)
        return RELATION_SELF_NAMED;
    if (s->clients[client].shared || survey_client_has_template(s, client, facts->template))
        return RELATION_OWN;   /* of several people at one address, somebody's */
    uint32_t few = s->client_n / 500 > 1 ? s->client_n / 500 : 1;   /* max(1, 0.2 %) */
    return s->templates[facts->template].shared_clients <= few ? RELATION_MASQUERADE : RELATION_FOREIGN;
}

bool relation_is_phone(const struct survey *s, uint32_t client)
{
    uint32_t browser = s->clients[client].browser;
    if (!browser || s->clients[client].shared)
        return false;
    span os = known_agent_os(names_text(s->template_names, browser));
    return span_eq(os, SPAN("Android")) || span_eq(os, SPAN("iOS")) || span_eq(os, SPAN("Windows Phone"));
}

bool relation_is_office_pc(const struct survey *s, uint32_t client)
{
    return s->clients[client].browser && !s->clients[client].shared && !relation_is_phone(s, client);
}

bool relation_is_machines_own(const struct survey *s, uint32_t client, uint32_t agent)
{
    const struct client_facts *c = &s->clients[client];
    uint64_t same = 0;
    for (uint32_t i = 0; i < c->usage_n; i++) {
        const struct usage *u = &s->usage[c->usage_at + i];
        same += s->agents[u->agent].template == s->agents[agent].template ? u->rows : 0;
    }
    return !c->browser && same * 2 >= c->rows;
}

bool relation_agent_is_rare(const struct survey *s, uint32_t agent)
{
    return s->templates[s->agents[agent].template].widest_host <= relation_some(s);
}

span relation_host(const struct survey *s, uint32_t host) { return names_text(s->intake->hosts, host); }

span relation_domain(const struct survey *s, uint32_t host) { return names_text(s->domain_names, s->hosts[host].domain); }

span relation_client(const struct survey *s, uint32_t client) { return names_text(s->intake->clients, client); }

span relation_agent(const struct survey *s, uint32_t agent) { return names_text(s->intake->agents, agent); }

bool relation_is_literal(span host)
{
    host_name canonical;
    return address_canon(host, &canonical);
}
