/* SPDX-License-Identifier: Apache-2.0 */
#include "event/host.h"
#include "event/windows.h"
#include "scan/cidr.h"

/* The first `bits` of an address, from RFC 1122, 1918, 3927, 4193, 4291 and 6598. */
struct range { uint8_t bytes[4]; uint8_t bits; bool is_v4; enum windows_address kind; };

static const struct range ranges[] = {
    {{127}, 8, true, ADDRESS_LOOPBACK},
    {{169, 254}, 16, true, ADDRESS_LINK_LOCAL},
    {{10}, 8, true, ADDRESS_PRIVATE},
    {{172, 16}, 12, true, ADDRESS_PRIVATE},
    {{192, 168}, 16, true, ADDRESS_PRIVATE},
    {{100, 64}, 10, true, ADDRESS_PRIVATE},
    {{0xfe, 0x80}, 10, false, ADDRESS_LINK_LOCAL},
    {{0xfc}, 7, false, ADDRESS_PRIVATE},
};

static bool lies_in(const struct address *a, const struct range *r)
{
    const uint8_t *bytes = a->bytes + (a->is_v4 ? 12 : 0);
    for (unsigned bit = 0; bit < r->bits; bit++)
        if ((bytes[bit / 8] ^ r->bytes[bit / 8]) >> (7 - bit % 8) & 1)
            return false;
    return a->is_v4 == r->is_v4;
}

/* ::, ::1 and 0.0.0.0: nothing but zeros in front of the last bit. */
static bool is_zero(const struct address *a, uint8_t *last)
{
    for (unsigned i = a->is_v4 ? 12 : 0; i < 15; i++)
        if (a->bytes[i])
            return false;
    *last = a->bytes[15];
    return *last == 0 || (*last == 1 && !a->is_v4);
}

enum windows_address windows_address_kind(span address)
{
    host_name canonical;
    struct address a;
    uint8_t last;
    span s = span_trim(address);
    if (!s.n || span_eq(s, SPAN("-")))
        return ADDRESS_NONE;
    if (span_eq_nocase(s, SPAN("LOCAL")))
        return ADDRESS_LOCAL;
    if (!address_canon(s, &canonical) || !address_parse(host_span(&canonical), &a))
        return ADDRESS_NAME;
    if (is_zero(&a, &last))
        return last == 1 || (!a.is_v4 && memchr(s.p, '%', s.n)) ? ADDRESS_LOOPBACK : ADDRESS_NONE;
    for (size_t i = 0; i < COUNT_OF(ranges); i++)
        if (lies_in(&a, &ranges[i]))
            return ranges[i].kind;
    return ADDRESS_PUBLIC;
}
