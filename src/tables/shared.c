/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses that stand for several machines or people: terminal servers, NAT, a proxy before this one. What "this
 * client's own agent" is, nobody can say there. */
#include "tables/survey.h"

#include "base/arena.h"

enum { ROWS_MIN = 5,          /* of a browser, on shared hosts, below which it does not count */
       SYSTEMS_MIN = 3,       /* a PC with a virtual machine shows two systems ... */
       BROWSERS_MIN = 6,      /* ... its three browsers, and the machine's one or two */
       VERSION_DAYS = 14,     /* a browser has a new version, and so a new agent, about twice a month */
       ECHO_HOSTS_MIN = 30,
       USERS_MIN = 5 };       /* a person, the one before, an administrator and a service are four */

/* Families of operating systems, by what known_agent_os begins with; 0 is none of them. */
static uint8_t system_of(span agent)
{
    static const span families[] = {{"Windows Phone", 13}, {"Windows", 7}, {"Mac OS X", 8}, {"Linux", 5},
                                    {"Android", 7}, {"iOS", 3}, {"ChromeOS", 8}};
    span os = known_agent_os(agent);
    for (size_t i = 0; os.n && i < COUNT_OF(families); i++)
        if (span_starts(os, families[i]))
            return (uint8_t)(i + 1);
    return 0;
}

/* Browsers' agents to the system they run on. */
static uint8_t *name_systems(const struct survey *s)
{
    uint8_t *systems = mem_alloc((size_t)names_limit(s->intake->agents) + 1);
    for (uint32_t a = 0; a < names_limit(s->intake->agents); a++)
        if (names_has(s->intake->agents, a) && s->agents[a].class == AGENT_BROWSER)
            systems[a] = system_of(names_text(s->intake->agents, a));
    return systems;
}

static void count_user(void *ctx, uint32_t user)
{
    (void)user;
    ++*(uint32_t *)ctx;
}

/* `rows`, by agent, is all zero before and after. */
static void count_systems(const struct survey *s, struct client_facts *c, const uint8_t *systems, uint32_t *rows)
{
    const struct usage *usage = &s->usage[c->usage_at];
    uint32_t seen = 0;
    for (uint32_t i = 0; i < c->usage_n; i++)
        if (s->hosts[usage[i].host].clients >= s->shared_at)
            rows[usage[i].agent] += usage[i].rows;
    for (uint32_t i = 0; i < c->usage_n; i++) {
        uint32_t agent = usage[i].agent;
        if (systems[agent] && rows[agent] >= ROWS_MIN) {
            c->browsers++;
            seen |= UINT32_C(1) << systems[agent];
        }
        rows[agent] = 0;
    }
    c->systems = (uint32_t)__builtin_popcount(seen);
}

/* Has it more systems or browsers than one person's PC? Versions add up in a long log. */
static bool has_many_systems(const struct client_facts *c, uint32_t days)
{
    uint32_t versions = c->own_n * (days / VERSION_DAYS);
    return c->systems >= SYSTEMS_MIN || c->browsers >= BROWSERS_MIN + versions;
}

/* The client with the most contacts; of equals the first by name. */
static uint32_t busiest(const struct survey *s)
{
    const struct names *names = s->intake->clients;
    uint32_t best = NAME_OTHER;
    for (uint32_t i = 0; i < names_limit(names); i++) {
        uint64_t rows = s->clients[i].rows, most = best == NAME_OTHER ? 0 : s->clients[best].rows;
        if (rows > most || (rows && rows == most && span_cmp(names_text(names, i), names_text(names, best)) < 0))
            best = i;
    }
    return best;
}

/* Are a client's requests those of others? Then it may be a proxy, and its log and theirs are read together: each of
 * its hosts, the rarest too, has about as many requests by others, which no person's and no office's hosts have. */
static bool echoes_others(const struct survey *s, uint32_t client)
{
    const struct client_facts *c = &s->clients[client];
    uint32_t *rows = mem_alloc(((size_t)names_limit(s->intake->hosts) + 1) * sizeof *rows), hosts = 0, echoed = 0;
    for (uint32_t i = 0; i < c->usage_n; i++)
        rows[s->usage[c->usage_at + i].host] += s->usage[c->usage_at + i].rows;
    for (uint32_t i = 0; i < c->usage_n; i++) {
        uint32_t host = s->usage[c->usage_at + i].host, own = rows[host];
        hosts += own > 0;
        echoed += own > 0 && ((uint64_t)s->hosts[host].rows - own) * 10 >= (uint64_t)own * 8;
        rows[host] = 0;
    }
    mem_free(rows);
    return hosts >= ECHO_HOSTS_MIN && (uint64_t)echoed * 10 >= (uint64_t)hosts * 9;
}

static uint32_t find_proxy(const struct survey *s)
{
    uint32_t client = s->intake->many_sources ? busiest(s) : NAME_OTHER;
    if (client == NAME_OTHER || s->clients[client].shared == SHARED_PROXY || s->clients[client].rows * UINT64_C(5) < s->contacts)
        return NAME_OTHER;
    return echoes_others(s, client) ? client : NAME_OTHER;
}

void survey_mark_shared(struct survey *s)
{
    uint8_t *systems = name_systems(s);
    uint32_t *rows = mem_alloc(((size_t)names_limit(s->intake->agents) + 1) * sizeof *rows);
    uint32_t days = day_set_count(&s->days);
    for (uint32_t i = 0; i < names_limit(s->intake->clients); i++) {
        struct client_facts *c = &s->clients[i];
        if (!c->rows)
            continue;
        count_systems(s, c, systems, rows);
        companions_each(s->intake->client_users, i, count_user, &c->users);
        bool is_proxy = s->intake->clients_are && client_is_proxy(s->intake->clients_are, names_text(s->intake->clients, i));
        c->shared = is_proxy ? SHARED_PROXY : c->users >= USERS_MIN ? SHARED_USERS : has_many_systems(c, days) ? SHARED_SYSTEMS : SHARED_NOT;
        s->shared_n += c->shared != SHARED_NOT;
    }
    mem_free(systems);
    mem_free(rows);
    s->likely_proxy = find_proxy(s);
}
