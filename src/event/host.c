/* SPDX-License-Identifier: Apache-2.0 */
/* Canonical hosts. The grammar of numeric IPv4 is the one of inet_aton(3): one to four parts, each decimal,
 * octal (0...) or hexadecimal (0x...), the last one filling the rest of the 32 bits. */
#include "event/host.h"

#include <idn2.h>

static void put_bytes(host_name *out, span s)
{
    out->n = (uint16_t)(s.n < HOST_MAX ? s.n : HOST_MAX);
    for (size_t i = 0; i < out->n; i++)
        out->text[i] = ascii_lower(s.p[i]);
    out->text[out->n] = '\0';
    out->is_literal = false;
}

static void put_char(host_name *out, char c)
{
    if (out->n < HOST_MAX)
        out->text[out->n++] = c;
    out->text[out->n] = '\0';
}

static void put_number(host_name *out, unsigned v, unsigned base)
{
    char digits[12];
    size_t n = 0;
    do
        digits[n++] = "0123456789abcdef"[v % base];
    while (v /= base);
    while (n)
        put_char(out, digits[--n]);
}

static void put_ipv4(host_name *out, uint32_t address)
{
    out->n = 0;
    for (int shift = 24; shift >= 0; shift -= 8) {
        put_number(out, address >> shift & 255, 10);
        if (shift)
            put_char(out, '.');
    }
    out->is_literal = true;
}

/* The first of the longest runs of two or more zero groups; `*length` 0 where there is none (RFC 5952 4.2). */
static int longest_zeros(const uint16_t group[8], int *length)
{
    int best = -1;
    *length = 1;
    for (int i = 0; i < 8; i++) {
        int n = 0;
        while (i + n < 8 && group[i + n] == 0)
            n++;
        if (n > *length) {
            best = i;
            *length = n;
        }
        i += n ? n - 1 : 0;
    }
    if (best < 0)
        *length = 0;
    return best;
}

static void put_ipv6(host_name *out, const uint16_t group[8])
{
    int length, zeros = longest_zeros(group, &length);
    out->n = 0;
    for (int i = 0; i < 8; i++) {
        if (i == zeros) {
            put_char(out, ':');
            put_char(out, ':');
            i += length - 1;
            continue;
        }
        if (i && i != zeros + length)
            put_char(out, ':');
        put_number(out, group[i], 16);
    }
    out->is_literal = true;
}

static bool read_part(span s, uint64_t *out)
{
    unsigned base = 10;
    if (s.n > 1 && s.p[0] == '0') {
        bool is_hex = ascii_lower(s.p[1]) == 'x';
        base = is_hex ? 16 : 8;
        s = span_skip(s, is_hex ? 2 : 1);
    }
    if (!s.n || s.n > 16)
        return false;
    *out = 0;
    for (size_t i = 0; i < s.n; i++) {
        int digit = ascii_hex(s.p[i]);
        if (digit < 0 || (unsigned)digit >= base)
            return false;
        *out = *out * base + (unsigned)digit;
    }
    return *out <= UINT32_MAX;
}

static bool read_ipv4(span s, uint32_t *address)
{
    uint64_t part, sum = 0;
    if (!s.n || !ascii_digit(s.p[0])) /* most names end here */
        return false;
    for (unsigned bits = 32;;) {
        cut dot = span_cut(s, '.');
        if (!read_part(dot.head, &part))
            return false;
        if (!dot.found) {
            if (part >> bits)
                return false;
            *address = (uint32_t)(sum | part);
            return true;
        }
        if (part > 255 || bits == 8)
            return false;
        bits -= 8;
        sum |= part << bits;
        s = dot.tail;
    }
}

/* A dotted quad at the end of an IPv6 address is decimal only. */
static bool read_tail_ipv4(span s, uint16_t pair[2])
{
    uint32_t address;
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_digit(s.p[i]) && s.p[i] != '.')
            return false;
    if (!read_ipv4(s, &address))
        return false;
    pair[0] = (uint16_t)(address >> 16);
    pair[1] = (uint16_t)address;
    return true;
}

static bool read_group(span s, uint16_t *group)
{
    unsigned v = 0;
    if (!s.n || s.n > 4)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        int digit = ascii_hex(s.p[i]);
        if (digit < 0)
            return false;
        v = v << 4 | (unsigned)digit;
    }
    *group = (uint16_t)v;
    return true;
}

/* Groups up to the end or up to "::"; the count, or -1. `*rest` starts after "::" ({NULL,0}: none). */
static int read_groups(span s, uint16_t group[8], span *rest)
{
    int n = 0;
    *rest = (span){NULL, 0};
    if (span_starts(s, SPAN("::"))) {
        *rest = span_skip(s, 2);
        return 0;
    }
    while (s.n) {
        cut colon = span_cut(s, ':');
        if (!colon.found && n <= 6 && memchr(colon.head.p, '.', colon.head.n))
            return read_tail_ipv4(colon.head, group + n) ? n + 2 : -1;
        if (n == 8 || !read_group(colon.head, &group[n++]))
            return -1;
        if (!colon.found)
            return n;
        if (colon.tail.n && colon.tail.p[0] == ':') {
            *rest = span_skip(colon.tail, 1);
            return n;
        }
        s = colon.tail;
        if (!s.n)
            return -1; /* a lone ':' at the end */
    }
    return n;
}

/* RFC 4291 2.2; a zone ("%eth0") is the machine's own business and is dropped. */
static bool read_ipv6(span s, uint16_t group[8])
{
    s = span_cut(s, '%').head;
    if (s.n < 2 || s.n > 45 || !memchr(s.p, ':', s.n))
        return false;
    uint16_t tail[8] = {0};
    span rest, none;
    memset(group, 0, 8 * sizeof *group);
    int head = read_groups(s, group, &rest);
    if (head < 0 || !rest.p)
        return head == 8;
    int n = read_groups(rest, tail, &none);
    if (n < 0 || none.p || head + n > 7)
        return false;
    memcpy(group + 8 - n, tail, (size_t)n * sizeof *group);
    return true;
}

/* The address `s` spells, with the IPv4 inside ::ffff:a.b.c.d folded out of its wrapper. */
static bool put_address(host_name *out, span s)
{
    uint32_t v4;
    uint16_t group[8];
    if (read_ipv4(s, &v4)) {
        put_ipv4(out, v4);
        return true;
    }
    if (!read_ipv6(s, group))
        return false;
    bool is_mapped = !(group[0] | group[1] | group[2] | group[3] | group[4]) && group[5] == 0xffff;
    if (is_mapped)
        put_ipv4(out, (uint32_t)group[6] << 16 | group[7]);
    else
        put_ipv6(out, group);
    return true;
}

static span without_brackets(span s)
{
    return s.n >= 2 && s.p[0] == '[' && s.p[s.n - 1] == ']' ? span_of(s.p + 1, s.n - 2) : s;
}

bool address_canon(span raw, host_name *out)
{
    if (put_address(out, without_brackets(raw)))
        return true;
    put_bytes(out, raw);
    return false;
}

/* Takes ":443" off the end. Two colons outside brackets are an IPv6 address or junk: no port there. */
static span take_port(span s, uint16_t *port)
{
    cut colon = span_rcut(s, ':');
    if (!colon.found || (memchr(colon.head.p, ':', colon.head.n) && !span_ends(colon.head, SPAN("]"))))
        return s;
    uint64_t v;
    if (colon.tail.n && !span_u64(colon.tail, &v))
        return s;
    *port = colon.tail.n && v <= 65535 ? (uint16_t)v : 0;
    return colon.head;
}

static span decode_percent(span s, char *buffer, size_t size)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n && n < size; i++) {
        int high = s.p[i] == '%' && i + 2 < s.n ? ascii_hex(s.p[i + 1]) : -1;
        int low = high < 0 ? -1 : ascii_hex(s.p[i + 2]);
        buffer[n] = s.p[i];
        if (low >= 0) {
            buffer[n] = (char)(high << 4 | low);
            i += 2;
        }
        n++;
    }
    return span_of(buffer, n);
}

/* UTS 46 non-transitional to A-labels; false where the bytes are no valid internationalised name. */
static bool put_a_labels(host_name *out, span s)
{
    char text[HOST_MAX + 1];
    uint8_t *ascii = NULL;
    if (s.n > HOST_MAX || memchr(s.p, '\0', s.n))
        return false;
    memcpy(text, s.p, s.n);
    text[s.n] = '\0';
    if (idn2_lookup_u8((const uint8_t *)text, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK)
        return false;
    put_bytes(out, span_str((const char *)ascii));
    idn2_free(ascii);
    return true;
}

static bool is_ascii(span s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] > 127)
            return false;
    return true;
}

static span without_dots(span s)
{
    while (s.n && s.p[s.n - 1] == '.')
        s.n--;
    return s;
}

void host_canon(span raw, host_name *out, uint16_t *port)
{
    char decoded[4 * HOST_MAX]; /* longer names are cut anyway */
    *port = 0;
    cut at = span_rcut(raw, '@');
    span name = without_brackets(take_port(at.found ? at.tail : raw, port));
    if (put_address(out, name)) /* before decoding: the zone of fe80::1%eth0 is no escape */
        return;
    if (name.n && memchr(name.p, '%', name.n))
        name = decode_percent(name, decoded, sizeof decoded);
    name = without_dots(name);
    if (is_ascii(name) || !put_a_labels(out, name)) {
        put_bytes(out, name);
        if (name.n > HOST_MAX)
            return;
    }
    host_name address;
    char *last = out->n ? out->text + out->n - 1 : out->text;
    while (out->n && *last == '.') { /* full-width dots fold to dots */
        *last-- = '\0';
        out->n--;
    }
    if (put_address(&address, without_brackets(host_span(out))))
        *out = address;
}
