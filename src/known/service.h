/* SPDX-License-Identifier: Apache-2.0 */
/* known/service.h: innocent services known by behaviour: the right domain AND a fitting agent AND the right shape, each
 * with its reason, source and expiry (services.def). Built-in knowledge only takes points away; it never hides. */
#ifndef KONSEKI_KNOWN_SERVICE_H
#define KONSEKI_KNOWN_SERVICE_H

#include "finding/finding.h"
#include "known/domain.h"

enum shape { SHAPE_POLL, SHAPE_PUSH, SHAPE_TUNNEL, SHAPE_UPLOAD, SHAPE_DOWNLOAD };
/* poll: short rows again and again. push: rows that are held open, little in them. tunnel: one CONNECT row that carries
 * a conversation. upload, download: bytes one way. */

/* What was seen, for one pair and one agent. Numbers below 0 are not known (not logged) and contradict nothing. */
struct behaviour {
    enum shape shape;
    double period_s;            /* poll, push: from start to start, the median */
    double duration_s;          /* of a row: the median (poll, push), the longest (tunnel, upload, download) */
    double bytes_out, bytes_in; /* of a row: the median (poll, push), the largest (tunnel); upload, download: the sum */
    uint16_t port;              /* 0: not known */
};

struct known_range {
    double from, to;
}; /* {0,0}: any */

struct service {
    const char *domain;    /* this host and everything below it */
    const char *name;      /* "Windows Update" */
    const char *agents[6]; /* a fitting agent begins with one of these (letter case ignored) ... */
    unsigned classes;      /* ... or is of one of these classes, 1 << enum agent_class */
    unsigned shapes;       /* 1 << enum shape */
    struct known_range period_s, duration_s, bytes_out, bytes_in; /* both ends included */
    uint16_t ports[4];                                            /* none: 80 and 443 */
    const char *why, *source;                                     /* English; the source's name */
    int expires;                                                  /* YYYYMMDD, the last day on which it counts */
};

/* The service that explains `seen`, or NULL: none, a wrong agent or shape, or expired at `as_of` (ms UTC).
 * agent {NULL,0} = not logged: cannot contradict; {p,0} or "-" = blank, which only entries that say so accept. */
const struct service *known_service(span host, span agent, const struct behaviour *seen, int64_t as_of);
/* A service of that domain whatever the agent and shape, not expired: "looks like X, but the agent is wrong". */
const struct service *known_service_of(span host, int64_t as_of);

/* The lists this floor judges by, for the report: name, version, SHA-256 of the file. Fills at most `max`, returns how
 * many there are. The spans live as long as `s`. */
size_t known_lists(const struct suffixes *s, struct list_used *out, size_t max);

#endif
