/* SPDX-License-Identifier: Apache-2.0 */
/* known/domain.h: what is known about host names: where the registrable part begins, and what a few domains are for.
 * Every function takes a canonical host (event/host.h). Reads are thread-safe; nothing changes after the start. */
#ifndef KONSEKI_KNOWN_DOMAIN_H
#define KONSEKI_KNOWN_DOMAIN_H

#include "base/fault.h"
#include "base/span.h"

/* The Public Suffix List, private section included: the system's list file where there is one, else the one
 * compiled into libpsl. One per run. */
struct suffixes;

/* *out is the caller's, for known_suffixes_close; NULL on a fault. */
fault known_suffixes_open(struct suffixes **out) MUST_USE;
void known_suffixes_close(struct suffixes *s); /* NULL is fine */

/* The registrable domain: the public suffix and one label, a part of `host`. An IP literal, a single label, a host
 * that is a public suffix itself, and a spelling that is no host name give themselves. About 1 us. */
span known_domain(const struct suffixes *s, span host);

/* Hosts that anyone can name at once and point anywhere (No-IP, DuckDNS ...). */
bool known_is_dynamic_dns(span host);
/* Where software publishers serve their own signed programs. Not: places where anyone may upload. */
bool known_is_signer_domain(span host);
/* Mail and push services hold connections open and idle: IMAPS, POP3S, XMPP, Google's push, MQTT over TLS. */
bool known_push_port(uint16_t port);

/* Products that give remote control or a way in by design. Never excused: the story names the product, and the
 * owner is asked whether it is approved. */
enum remote_kind { REMOTE_SUPPORT, REMOTE_TUNNEL };
struct remote_service {
    const char *domain; /* this host and everything below it */
    const char *name;   /* "AnyDesk" */
    enum remote_kind kind;
    const char *why;
};
const struct remote_service *known_remote_service(span host); /* NULL: none */

#endif
