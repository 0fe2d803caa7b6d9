/* SPDX-License-Identifier: Apache-2.0 */
/* scan/cidr.h: addresses as numbers, and ranges of them. An IPv4 address never lies in a range of IPv6 ones. */
#ifndef KONSEKI_SCAN_CIDR_H
#define KONSEKI_SCAN_CIDR_H

#include "base/span.h"

/* Network byte order; IPv4 as ::ffff:a.b.c.d. */
struct address {
    uint8_t bytes[16];
    bool is_v4;
};

struct address_range {
    struct address low, high; /* both inside, of one family */
};

/* A canonical spelling only (event/host.h makes it); false where it is another text. */
bool address_parse(span canonical, struct address *out);
/* The network of `bits` that `a` lies in; false where bits is above 32 (IPv4) or 128. */
bool address_network(struct address a, unsigned bits, struct address_range *out);

static inline bool address_within(const struct address_range *r, const struct address *a)
{
    return a->is_v4 == r->low.is_v4 && memcmp(a->bytes, r->low.bytes, 16) >= 0 &&
           memcmp(a->bytes, r->high.bytes, 16) <= 0;
}

#endif
