/* SPDX-License-Identifier: Apache-2.0 */
/* tables/survey.h: the first fold over all rows: who uses what, and how common that is. Detectors ask it
 * about rarity, about a client's own programs and habits; it knows nothing of detectors.
 *
 * A contact is a row that is not a 407: an authentication round is merged with the request after it and
 * counts for nothing else. Everything here is a sum, a minimum or a set over rows, so the order of rows,
 * threads and blocks cannot show. */
#ifndef KONSEKI_SURVEY_H
#define KONSEKI_SURVEY_H

#include "tables/habits.h"
#include "tables/intake.h"
#include "tables/run.h"

enum { OUT_STEPS = 48 };   /* powers of two of bytes a client sent to one host */

/* Why an address is taken for several machines or people (terminal server, NAT, a proxy before this one). */
enum shared_why { SHARED_NOT, SHARED_SYSTEMS, SHARED_USERS, SHARED_PROXY };

struct client_facts {
    uint32_t rows, pairs;
    int64_t first, last;              /* contacts */
    uint16_t out_steps[OUT_STEPS];    /* pairs by floor(log2(bytes out)), saturating */
    uint32_t usage_at, usage_n;       /* its part of survey.usage */
    uint32_t own_at, own_n;           /* its part of survey.own */
    uint32_t browser;                 /* its own browser's template: the browser most of its rows on shared hosts carry */
    uint32_t systems, browsers;       /* families of operating systems, and browsers, that it shows to shared hosts */
    uint32_t users;                   /* names logged with it */
    enum shared_why shared;           /* then "its own agent" means nothing: agents are not compared */
    struct active_hours active;       /* of the week; learned where has_history */
};
struct host_facts {
    uint32_t clients, rows, domain;   /* domain: id of survey.domain_names */
    int64_t first;                    /* contact of anyone */
};
struct domain_facts { uint32_t clients; };
struct agent_facts {
    uint32_t rows, template;          /* template: index into survey.templates */
    uint32_t only_host;               /* the one host that saw it; NAME_OTHER where several did */
    uint8_t class;                    /* enum agent_class */
    bool is_old_browser;
};
/* Agents that differ only in versions and serial numbers. */
struct template_facts {
    uint32_t clients, shared_clients; /* clients that send it; that send it to a shared host */
    uint32_t widest_host;             /* the most clients any host has that saw it */
    uint32_t rows;
};
/* One (client, host, agent) with the number of contacts. */
struct usage { uint32_t client, host, agent, rows; };

struct survey {
    const struct intake *intake;
    const bool *is_server;            /* by source; borrowed. NULL: none is */
    uint32_t client_n, host_n, agent_n, pair_n;   /* that have contacts */
    uint32_t shared_at;               /* a host with at least so many clients is shared by the office */
    uint32_t popular_at;              /* ... is used by most: services of everyone */
    struct client_facts *clients;     /* by id, names_limit(intake->clients) */
    struct host_facts *hosts;
    struct agent_facts *agents;
    struct domain_facts *domains;     /* by id of domain_names */
    struct names *template_names;
    const struct names *domain_names; /* the intake's */
    struct template_facts *templates; /* by id of template_names; 0: blank or unlogged */
    struct usage *usage;              /* by client */
    size_t usage_n;
    uint32_t *own;                    /* by client: the templates that it sends to shared hosts, ascending */
    size_t own_n;
    uint64_t contacts, connects;
    uint64_t tunnel_rows;             /* tunnel rows whose layout logs an agent */
    uint64_t tunnel_blank;            /* ... and that have none */
    uint64_t *duplicate, *merged;     /* per source */
    uint64_t sampled;                 /* contacts of giants that were left out (RUN_ROWS_MAX) */
    uint64_t told;                    /* rows that a proxy nearer to the client tells too: left out */
    uint64_t unnamed;                 /* rows of declared proxies, for whom they do not say */
    uint32_t likely_proxy;            /* a client whose requests others have too, as a proxy's would; NAME_OTHER: none */
    int64_t first, last;              /* of contacts */
    struct day_set days;              /* with contacts */
    bool has_history;                 /* enough of them to know habits, and what is new */
    uint32_t shared_n;                /* clients that stand for several machines or people */
};

/* Grouping for run_set_load: by registrable domain; the wish borrows the survey. `keep` may be NULL: all. */
struct run_wish survey_wish(const struct survey *s, bool (*keep)(const void *survey, const struct row *r));
/* 407: an authentication round, never a contact. */
static inline bool survey_is_contact(const struct row *r) { return row_outcome(r) != OUTCOME_AUTH_REQUIRED; }

/* `threads` threads, each loading at most about `memory` bytes of rows at a time; `sources`: how many. */
fault survey_new(const struct intake *in, unsigned threads, size_t memory, size_t sources, struct survey **out) MUST_USE;
void survey_free(struct survey *s);
void survey_mark_shared(struct survey *s);   /* part of survey_new: tables/shared.c */

/* Is the row one of a web server's log? Then its client is anybody. */
static inline bool survey_is_server(const struct survey *s, const struct row *r)
{
    return s->is_server && s->is_server[row_source(r)];
}
static inline bool survey_is_popular(const struct survey *s, uint32_t host)
{
    return s->hosts[host].clients >= s->popular_at;
}
/* Does the client send this template to a shared host? Then it is a program of its own. */
bool survey_client_has_template(const struct survey *s, uint32_t client, uint32_t template);
/* Rows of the client whose agent is blank / carries a value, on other hosts than `host`. */
void survey_client_blank(const struct survey *s, uint32_t client, uint32_t host, uint64_t *blank, uint64_t *with);
/* The hosts that a client contacted, a bit for each intake_referer_hash. Begins as {0}; client_visited fills it for
 * the client when it was of another, so ask for one client after the other. */
struct visited { uint64_t bits[1024]; uint32_t client; bool is_filled; };
bool survey_client_visited(const struct survey *s, struct visited *v, uint32_t client, uint16_t referer_hash);

#endif
