/* SPDX-License-Identifier: Apache-2.0 */
/* known/domain.c: lists of domains, all matched on label borders. */
#include "known/domain.h"
#include "known/below.h"

static const span dynamic_dns[] = {
#define DYNAMIC_DNS(domain, provider) {domain, sizeof(domain) - 1},
#include "known/dynamic_dns.def"
#undef DYNAMIC_DNS
};

static const span signers[] = {
#define SIGNER(domain, why) {domain, sizeof(domain) - 1},
#include "known/signers.def"
#undef SIGNER
};

static const struct remote_service remotes[] = {
#define REMOTE(domain, name, kind, why) {domain, name, REMOTE_##kind, why},
#include "known/remote.def"
#undef REMOTE
};

static bool is_below_any(span host, const span *domains, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (host_is_below(host, domains[i]))
            return true;
    return false;
}

bool known_is_dynamic_dns(span host)
{
    return is_below_any(host, dynamic_dns, COUNT_OF(dynamic_dns));
}

bool known_is_signer_domain(span host)
{
    return is_below_any(host, signers, COUNT_OF(signers));
}

const struct remote_service *known_remote_service(span host)
{
    for (size_t i = 0; i < COUNT_OF(remotes); i++)
        if (host_is_below(host, span_str(remotes[i].domain)))
            return &remotes[i];
    return NULL;
}

bool known_push_port(uint16_t port)
{
    switch (port) {
    case 993:  /* IMAP over TLS, RFC 8314 */
    case 995:  /* POP3 over TLS, RFC 8314 */
    case 5222: /* XMPP client, RFC 6120 */
    case 5223: /* XMPP over TLS by custom; Apple's push */
    case 5228: /* Google's push (5229 and 5230 are its rarely used neighbours) */
    case 8883: /* MQTT over TLS, IANA secure-mqtt */
        return true;
    default:
        return false;
    }
}
