/* SPDX-License-Identifier: Apache-2.0 */
/* Values as Windows writes them in XML. A value whose size is not its type's is shown as its bytes. */
#include "base/when.h"
#include "evtx/binxml.h"

#include <stdio.h>

enum {
    TYPE_NULL = 0x00, TYPE_STRING = 0x01, TYPE_ANSI = 0x02, TYPE_I8 = 0x03, TYPE_U8 = 0x04, TYPE_I16 = 0x05, TYPE_U16 = 0x06,
    TYPE_I32 = 0x07, TYPE_U32 = 0x08, TYPE_I64 = 0x09, TYPE_U64 = 0x0a, TYPE_REAL32 = 0x0b, TYPE_REAL64 = 0x0c,
    TYPE_BOOL = 0x0d, TYPE_BINARY = 0x0e, TYPE_GUID = 0x0f, TYPE_SIZE = 0x10, TYPE_FILETIME = 0x11, TYPE_SYSTEMTIME = 0x12,
    TYPE_SID = 0x13, TYPE_HEX32 = 0x14, TYPE_HEX64 = 0x15, TYPE_COUNT
};

static uint64_t number(const uint8_t *p, size_t n)
{
    uint64_t v = 0;
    for (size_t i = n; i-- > 0;)
        v = v << 8 | p[i];
    return v;
}

static int64_t signed_number(const uint8_t *p, size_t n)
{
    unsigned unused = 64 - 8 * (unsigned)n;
    return (int64_t)(number(p, n) << unused) >> unused;
}

static void put_digits(struct text *t, uint64_t v, int digits)
{
    char text[20];
    for (int i = digits; i-- > 0; v /= 10)
        text[i] = (char)('0' + v % 10);
    text_put(t, span_of(text, (size_t)digits));
}

static void put_stamp(struct text *t, civil c)
{
    put_digits(t, (uint64_t)c.year, 4);
    TEXT_PUT(t, "-");
    put_digits(t, (uint64_t)c.month, 2);
    TEXT_PUT(t, "-");
    put_digits(t, (uint64_t)c.day, 2);
    TEXT_PUT(t, "T");
    put_digits(t, (uint64_t)c.hour, 2);
    TEXT_PUT(t, ":");
    put_digits(t, (uint64_t)c.minute, 2);
    TEXT_PUT(t, ":");
    put_digits(t, (uint64_t)c.second, 2);
    TEXT_PUT(t, ".");
}

void binxml_put_filetime(struct text *t, uint64_t filetime)
{
    static const uint64_t second = 10000000, year_10000 = UINT64_C(2650467744000000000);
    static const int64_t from_1601_to_1970 = INT64_C(11644473600);
    if (filetime >= year_10000) { /* no date that a reader would take */
        text_u64(t, filetime);
        return;
    }
    put_stamp(t, when_to_civil(((int64_t)(filetime / second) - from_1601_to_1970) * 1000, 0));
    put_digits(t, filetime % second, 7);
    TEXT_PUT(t, "Z");
}

static void put_systemtime(struct text *t, const uint8_t *p)
{
    put_stamp(t, (civil){.year = binxml_u16(p) % 10000, .month = binxml_u16(p + 2) % 100, .day = binxml_u16(p + 6) % 100,
                         .hour = binxml_u16(p + 8) % 100, .minute = binxml_u16(p + 10) % 100, .second = binxml_u16(p + 12) % 100});
    put_digits(t, binxml_u16(p + 14) % 1000, 3);
    TEXT_PUT(t, "Z");
}

static void put_reversed_hex(struct text *t, const uint8_t *p, size_t n)
{
    for (size_t i = n; i-- > 0;)
        text_hex(t, p + i, 1);
}

static void put_guid(struct text *t, const uint8_t *p)
{
    TEXT_PUT(t, "{");
    put_reversed_hex(t, p, 4);
    TEXT_PUT(t, "-");
    put_reversed_hex(t, p + 4, 2);
    TEXT_PUT(t, "-");
    put_reversed_hex(t, p + 6, 2);
    TEXT_PUT(t, "-");
    text_hex(t, p + 8, 2);
    TEXT_PUT(t, "-");
    text_hex(t, p + 10, 6);
    TEXT_PUT(t, "}");
}

/* MS-DTYP 2.4.2: revision, number of sub-authorities, authority in big endian, sub-authorities. */
static bool put_sid(struct text *t, const uint8_t *p, size_t n)
{
    if (n < 8 || n < 8 + 4 * (size_t)p[1])
        return false;
    uint64_t authority = 0;
    for (size_t i = 2; i < 8; i++)
        authority = authority << 8 | p[i];
    TEXT_PUT(t, "S-");
    text_u64(t, p[0]);
    TEXT_PUT(t, "-");
    text_u64(t, authority);
    for (size_t i = 0; i < p[1]; i++) {
        TEXT_PUT(t, "-");
        text_u64(t, binxml_u32(p + 8 + 4 * i));
    }
    return true;
}

static void put_hex_number(struct text *t, uint64_t v)
{
    char digits[24];
    int n = snprintf(digits, sizeof digits, "0x%llx", (unsigned long long)v);
    text_put(t, span_of(digits, n > 0 ? (size_t)n : 0));
}

static void put_real(struct text *t, double v)
{
    sink o = sink_memory();
    sink_number(&o, v);
    text_put(t, sink_text(&o));
    fault ignored = sink_done(&o);
    (void)ignored;
}

static double real(const uint8_t *p, size_t n)
{
    double wide;
    float narrow;
    if (n == sizeof narrow) {
        memcpy(&narrow, p, sizeof narrow);
        return (double)narrow;
    }
    memcpy(&wide, p, sizeof wide);
    return wide;
}

/* 0: of any size. */
static size_t size_of(uint8_t type)
{
    static const uint8_t sizes[TYPE_COUNT] = {
        [TYPE_I8] = 1, [TYPE_U8] = 1, [TYPE_I16] = 2, [TYPE_U16] = 2, [TYPE_I32] = 4, [TYPE_U32] = 4, [TYPE_I64] = 8,
        [TYPE_U64] = 8, [TYPE_REAL32] = 4, [TYPE_REAL64] = 8, [TYPE_BOOL] = 4, [TYPE_GUID] = 16, [TYPE_FILETIME] = 8,
        [TYPE_SYSTEMTIME] = 16, [TYPE_HEX32] = 4, [TYPE_HEX64] = 8,
    };
    return type < TYPE_COUNT ? sizes[type] : 0;
}

/* The NULs that end strings are not part of them. */
static void put_string(struct text *t, const uint8_t *p, size_t n)
{
    while (n >= 2 && p[n - 2] == 0 && p[n - 1] == 0)
        n -= 2;
    text_json_utf16(t, p, n);
}

static void put_ansi(struct text *t, const uint8_t *p, size_t n)
{
    while (n && p[n - 1] == 0)
        n--;
    text_json_utf8(t, span_of((const char *)p, n));
}

static void put_sized(struct text *t, uint8_t type, const uint8_t *p, size_t n)
{
    switch (type) {
    case TYPE_I8: case TYPE_I16: case TYPE_I32: case TYPE_I64:
        text_i64(t, signed_number(p, n));
        break;
    case TYPE_U8: case TYPE_U16: case TYPE_U32: case TYPE_U64:
        text_u64(t, number(p, n));
        break;
    case TYPE_REAL32: case TYPE_REAL64:
        put_real(t, real(p, n));
        break;
    case TYPE_BOOL: /* MS-EVEN6 wants 0 or 1; other values are seen, and mean true */
        text_put(t, number(p, n) ? SPAN("true") : SPAN("false"));
        break;
    case TYPE_GUID:
        put_guid(t, p);
        break;
    case TYPE_FILETIME:
        binxml_put_filetime(t, binxml_u64(p));
        break;
    case TYPE_SYSTEMTIME:
        put_systemtime(t, p);
        break;
    default: /* TYPE_HEX32, TYPE_HEX64 */
        put_hex_number(t, number(p, n));
    }
}

void binxml_put(struct text *t, uint8_t type, const uint8_t *p, size_t n)
{
    size_t wanted = size_of(type);
    if (type == TYPE_NULL || n == 0)
        return;
    if (type == TYPE_STRING)
        put_string(t, p, n);
    else if (type == TYPE_ANSI)
        put_ansi(t, p, n);
    else if (wanted && wanted == n)
        put_sized(t, type, p, n);
    else if (type == TYPE_SIZE && (n == 4 || n == 8))
        put_hex_number(t, number(p, n));
    else if (type != TYPE_SID || !put_sid(t, p, n))
        text_hex(t, p, n);
}

/* Up to the NUL that ends a string of `width` bytes a character. */
static size_t string_item(const uint8_t *p, size_t n, size_t width, size_t *separator)
{
    size_t at = 0;
    while (at + width <= n && (p[at] || (width == 2 && p[at + 1])))
        at += width;
    *separator = at + width <= n ? width : 0;
    return *separator ? at : n;
}

size_t binxml_item(uint8_t type, const uint8_t *p, size_t n, size_t *separator)
{
    *separator = 0;
    if (type == TYPE_STRING || type == TYPE_ANSI)
        return string_item(p, n, type == TYPE_STRING ? 2 : 1, separator);
    if (type == TYPE_SID && n >= 8 && 8 + 4 * (size_t)p[1] <= n)
        return 8 + 4 * (size_t)p[1];
    size_t wanted = size_of(type);
    return wanted && wanted <= n ? wanted : n;
}
