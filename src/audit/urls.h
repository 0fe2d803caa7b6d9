/* SPDX-License-Identifier: Apache-2.0 */
/* audit/urls.h: are URLs cut off by the logger, are queries taken away? */
#ifndef KONSEKI_AUDIT_URLS_H
#define KONSEKI_AUDIT_URLS_H

#include "event/event.h"

/* A logger's limit shows as many different URLs of one length, on several hosts, and none longer. */
enum { URL_LIMIT_MIN = 128, URLS_AT_LIMIT = 16, HOSTS_AT_LIMIT = 3, QUERIES_MIN = 10, URLS_MIN = 1000 };

struct url_fold {
    uint64_t rows;                 /* with a URL that is no CONNECT's */
    uint64_t marks, queries;       /* with "?"; with something behind it */
    uint64_t longest, at_longest;  /* bytes; rows of that length */
    struct long_url { uint64_t url, host; } urls[URLS_AT_LIMIT];   /* hashes of different ones: the smallest */
    size_t url_n;
};

void urls_add(struct url_fold *f, const event *e);
void urls_join(struct url_fold *to, const struct url_fold *from);

bool urls_are_cut(const struct url_fold *f);
/* Every "?" ends its URL: Squid's strip_query_terms, which is on unless it is turned off. */
bool urls_are_stripped(const struct url_fold *f);
/* Not one "?" in many URLs: the logger leaves the query away. */
bool urls_have_no_query(const struct url_fold *f);

#endif
