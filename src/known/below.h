/* SPDX-License-Identifier: Apache-2.0 */
/* known/below.h: is this host that domain, or below it? On label borders: notevil.com is not below evil.com. */
#ifndef KONSEKI_KNOWN_BELOW_H
#define KONSEKI_KNOWN_BELOW_H

#include "base/span.h"

static inline bool host_is_below(span host, span domain)
{
    if (host.n < domain.n || memcmp(host.p + (host.n - domain.n), domain.p, domain.n) != 0)
        return false;
    return host.n == domain.n || host.p[host.n - domain.n - 1] == '.';
}

#endif
