/* SPDX-License-Identifier: Apache-2.0 */
/* event/host.h: the canonical form of a host and of an address.
 * Lower case; no trailing dot, port, userinfo, brackets; %XX decoded once; A-label form; IPv4 in any
 * notation (0x7f.1, 017700000001, 2130706433) canonical; IPv6 by RFC 5952; v4-mapped v6 folded to IPv4. */
#ifndef KONSEKI_HOST_H
#define KONSEKI_HOST_H

#include "base/span.h"

enum { HOST_MAX = 255 };

typedef struct host_name {
    char text[HOST_MAX + 1];
    uint16_t n;
    bool is_literal;   /* an IP address */
} host_name;

/* `raw` may carry userinfo, brackets and a port (returned in *port, 0 where none or not a number 1..65535).
 * A spelling that is no valid host keeps its lower-cased bytes, cut at HOST_MAX. */
void host_canon(span raw, host_name *out, uint16_t *port);
/* An address alone: as host_canon without port, userinfo; false where it is not an IP literal
 * (out then holds the lower-cased text: clients may be names or anonymised tokens). */
bool address_canon(span raw, host_name *out);
static inline span host_span(const host_name *h) { return span_of(h->text, h->n); }

struct url_parts { span scheme, host, path, query; uint16_t port; bool has_port; };
/* Splits an absolute URL, an authority ("host:443", "[::1]:443"), or an origin-form path. host keeps its
 * brackets off and its spelling; userinfo is dropped; query is after the first '?', without the fragment. */
struct url_parts url_split(span url, bool is_connect);

#endif
