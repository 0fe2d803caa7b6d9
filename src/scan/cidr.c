/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/cidr.h"

#include <arpa/inet.h>

static bool parse_v4(span s, uint8_t out[4])
{
    for (int part = 0; part < 4; part++) {
        cut dot = span_cut(s, '.');
        uint64_t v;
        if (dot.found != (part < 3) || dot.head.n > 3 || !span_u64(dot.head, &v) || v > 255)
            return false;
        out[part] = (uint8_t)v;
        s = dot.tail;
    }
    return true;
}

bool address_parse(span canonical, struct address *out)
{
    char text[INET6_ADDRSTRLEN];
    *out = (struct address){.is_v4 = true};
    if (!canonical.n || canonical.n >= sizeof text)
        return false;
    if (!memchr(canonical.p, ':', canonical.n)) {
        out->bytes[10] = out->bytes[11] = 0xff;
        return parse_v4(canonical, out->bytes + 12);
    }
    memcpy(text, canonical.p, canonical.n);
    text[canonical.n] = '\0';
    out->is_v4 = false;
    return !memchr(text, '\0', canonical.n) && inet_pton(AF_INET6, text, out->bytes) == 1;
}

bool address_network(struct address a, unsigned bits, struct address_range *out)
{
    if (bits > (a.is_v4 ? 32u : 128u))
        return false;
    bits += a.is_v4 ? 96 : 0;
    out->low = out->high = a;
    for (unsigned i = bits; i < 128; i++) {
        uint8_t bit = (uint8_t)(0x80u >> i % 8);
        out->low.bytes[i / 8] &= (uint8_t)~bit;
        out->high.bytes[i / 8] |= bit;
    }
    return true;
}
