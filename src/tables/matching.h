/* SPDX-License-Identifier: Apache-2.0 */
/* tables/matching.h: which indicators an event concerns. One matcher per thread: it remembers what each spelling of a
 * host or an address came to, so that most events cost one look-up however many indicators there are. */
#ifndef KONSEKI_MATCHING_H
#define KONSEKI_MATCHING_H

#include "event/event.h"
#include "known/indicator.h"

struct matches {
    uint32_t items[INDICATOR_HITS_MAX]; /* numbers of indicators, each once */
    size_t n;
    bool hides_url;    /* a tunnel to the host of a URL that is asked for: its path is not in the log */
};

struct matcher;
struct matcher *matcher_new(const struct indicators *set); /* `set` must outlive it and stay as it is */
void matcher_free(struct matcher *m);

/* Those that the client itself is, or is of. */
void matcher_ask_client(struct matcher *m, const event *e, struct matches *out);
/* By the host, the SNI and the server's address of the event. */
void matcher_ask(struct matcher *m, const event *e, struct matches *out);

#endif
