/* SPDX-License-Identifier: Apache-2.0 */
#include "evtx/text.h"

#include "base/arena.h"
#include "base/sink.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { ESCAPED_MAX = 12, /* \ud83d\ude00: the longest that one character becomes */
       BLOCK = 16 };

void text_free(struct text *t)
{
    array_free((void **)&t->p, &t->capacity);
    t->n = 0;
}

char *text_room(struct text *t, size_t need)
{
    need += need == 0; /* so that there is a place to return */
    if (need > t->limit - t->n || t->full) {
        t->full = true;
        return NULL;
    }
    if (t->capacity - t->n < need && !array_reserve((void **)&t->p, &t->capacity, t->n + need, 1, SIZE_MAX / 2))
        panic("out of memory");
    return t->p + t->n;
}

void text_put(struct text *t, span s)
{
    char *to = text_room(t, s.n);
    if (to && s.n)
        memcpy(to, s.p, s.n);
    t->n += to ? s.n : 0;
}

void text_u64(struct text *t, uint64_t v)
{
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + v % 10);
        v /= 10;
    } while (v);
    text_put(t, span_of(digits + at, sizeof digits - at));
}

void text_i64(struct text *t, int64_t v)
{
    if (v < 0)
        TEXT_PUT(t, "-");
    text_u64(t, v < 0 ? -(uint64_t)v : (uint64_t)v);
}

void text_hex(struct text *t, const uint8_t *bytes, size_t n)
{
    static const char digits[] = "0123456789ABCDEF";
    char *to = n <= t->limit ? text_room(t, 2 * n) : NULL;
    t->full |= !to;
    for (size_t i = 0; to && i < n; i++) {
        *to++ = digits[bytes[i] >> 4];
        *to++ = digits[bytes[i] & 15];
    }
    t->n += to ? 2 * n : 0;
}

static char *put_utf8(char *to, uint32_t c)
{
    if (c < 0x80) {
        *to++ = (char)c;
        return to;
    }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = n; --i > 0; c >>= 6)
        to[i] = (char)(0x80 | (c & 0x3f));
    to[0] = (char)(c | (n == 2 ? 0xc0 : n == 3 ? 0xe0 : 0xf0));
    return to + n;
}

static char *put_escaped_unit(char *to, uint32_t unit)
{
    static const char digits[] = "0123456789abcdef";
    *to++ = '\\';
    *to++ = 'u';
    for (int shift = 12; shift >= 0; shift -= 4)
        *to++ = digits[unit >> shift & 15];
    return to;
}

/* At most ESCAPED_MAX bytes. */
static char *put_point(char *to, uint32_t c)
{
    char letter = c == '"' || c == '\\' ? (char)c : c == '\n' ? 'n' : c == '\t' ? 't' : c == '\r' ? 'r' : '\0';
    if (letter) {
        *to++ = '\\';
        *to++ = letter;
        return to;
    }
    if (!utf8_is_invisible(c))
        return put_utf8(to, c);
    if (c <= 0xffff)
        return put_escaped_unit(to, c);
    return put_escaped_unit(put_escaped_unit(to, 0xd7c0 + (c >> 10)), 0xdc00 + (c & 0x3ff));
}

void text_json_point(struct text *t, uint32_t c)
{
    char *to = text_room(t, ESCAPED_MAX);
    if (to)
        t->n = (size_t)(put_point(to, c) - t->p);
}

static uint32_t unit_at(const uint8_t *p) { return (uint32_t)(p[0] | p[1] << 8); }

/* Most of a log is ASCII that needs no escape: eight characters at a time, as far as they go. */
static size_t plain_utf16(char *to, const uint8_t *p, size_t n)
{
#ifdef __SSE2__
    if (n >= BLOCK) {
        __m128i block = _mm_loadu_si128((const __m128i *)(const void *)p);
        __m128i low = _mm_cmplt_epi16(block, _mm_set1_epi16(0x20)), high = _mm_cmpgt_epi16(block, _mm_set1_epi16(0x7e));
        __m128i quote = _mm_cmpeq_epi16(block, _mm_set1_epi16('"')), slash = _mm_cmpeq_epi16(block, _mm_set1_epi16('\\'));
        unsigned odd = (unsigned)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(low, high), _mm_or_si128(quote, slash)));
        _mm_storel_epi64((__m128i *)(void *)to, _mm_packus_epi16(block, block));
        return odd ? (size_t)__builtin_ctz(odd) / 2 : BLOCK / 2;
    }
#endif
    uint32_t c = unit_at(p);
    if (c < 0x20 || c > 0x7e || c == '"' || c == '\\')
        return 0;
    *to = (char)c;
    return 1;
}

/* One character, or what is left of one. */
static char *odd_utf16(char *to, const uint8_t **p, const uint8_t *end)
{
    uint32_t c = unit_at(*p);
    *p += 2;
    if (c >= 0xd800 && c <= 0xdfff) {
        uint32_t low = c <= 0xdbff && end - *p >= 2 ? unit_at(*p) : 0;
        bool whole = low >= 0xdc00 && low <= 0xdfff;
        c = whole ? 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00) : 0xfffd;
        *p += whole ? 2 : 0;
    }
    return put_point(to, c);
}

void text_json_utf16(struct text *t, const uint8_t *p, size_t n)
{
    const uint8_t *end = p + (n & ~(size_t)1);
    char *to = n <= t->limit ? text_room(t, n / 2 * (ESCAPED_MAX / 2) + ESCAPED_MAX + BLOCK) : NULL;
    t->full |= !to;
    while (to && p < end) {
        size_t plain = plain_utf16(to, p, (size_t)(end - p));
        to += plain;
        p += 2 * plain;
        if (p < end && plain < BLOCK / 2)
            to = odd_utf16(to, &p, end);
    }
    if (to && n % 2)
        to = put_point(to, 0xfffd);
    t->n = to ? (size_t)(to - t->p) : t->n;
}

static bool is_plain(unsigned char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; }

void text_json_utf8(struct text *t, span s)
{
    while (s.n && !t->full) {
        size_t plain = 0;
        while (plain < s.n && is_plain((unsigned char)s.p[plain]))
            plain++;
        text_put(t, span_take(s, plain));
        s = span_skip(s, plain);
        if (s.n == 0)
            break;
        uint32_t c = 0xfffd;
        size_t n = utf8_read(s, &c);
        text_json_point(t, n ? c : 0xfffd);
        s = span_skip(s, n ? n : 1);
    }
}
