/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a host, an address and a URL. Canonical is a fixed point wherever no escape was decoded. */
#include "fuzz.h"

#include "event/host.h"

#include <stdlib.h>

static void check_inside(span part, span whole)
{
    if (part.p && (part.p < whole.p || part.p + part.n > whole.p + whole.n))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    span raw = span_of((const char *)data, size);
    host_name once, twice;
    uint16_t port;
    host_canon(raw, &once, &port);
    if (once.n > HOST_MAX || once.text[once.n] != '\0')
        abort();
    if (address_canon(host_span(&once), &twice) != once.is_literal && !memchr(once.text, '%', once.n))
        abort();
    if (once.is_literal && !span_eq(host_span(&once), host_span(&twice)))
        abort();
    for (int is_connect = 0; is_connect < 2; is_connect++) {
        struct url_parts u = url_split(raw, is_connect);
        check_inside(u.scheme, raw);
        check_inside(u.host, raw);
        check_inside(u.path, raw);
        check_inside(u.query, raw);
        if (u.has_port != (u.port != 0))
            abort();
    }
    return 0;
}
