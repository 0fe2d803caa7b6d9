/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* memmem, memrchr */
#include "base/span.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

bool span_eq_nocase(span a, span b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (a.p[i] != b.p[i] && ascii_lower(a.p[i]) != ascii_lower(b.p[i]))
            return false;
    return true;
}

bool span_starts_nocase(span s, span prefix)
{
    return s.n >= prefix.n && span_eq_nocase(span_take(s, prefix.n), prefix);
}

bool span_ends_nocase(span s, span suffix)
{
    return s.n >= suffix.n && span_eq_nocase(span_skip(s, s.n - suffix.n), suffix);
}

size_t span_find(span s, span needle)
{
    if (needle.n == 0)
        return 0;
    if (s.n < needle.n)
        return SIZE_MAX;
    const char *at = memmem(s.p, s.n, needle.p, needle.n);
    return at ? (size_t)(at - s.p) : SIZE_MAX;
}

size_t span_rfind(span s, span needle)
{
    if (needle.n == 0)
        return s.n;
    size_t limit = s.n;
    while (limit >= needle.n) {
        const char *at = memrchr(s.p, needle.p[0], limit - needle.n + 1);
        if (!at)
            return SIZE_MAX;
        if (memcmp(at, needle.p, needle.n) == 0)
            return (size_t)(at - s.p);
        limit = (size_t)(at - s.p) + needle.n - 1;
    }
    return SIZE_MAX;
}

bool span_contains_nocase(span s, span needle)
{
    for (size_t i = 0; i + needle.n <= s.n; i++)
        if (span_eq_nocase(span_of(s.p + i, needle.n), needle))
            return true;
    return false;
}

static cut cut_at(span s, const char *at)
{
    if (!at)
        return (cut){s, {NULL, 0}, false};
    size_t head = (size_t)(at - s.p);
    return (cut){{s.p, head}, {at + 1, s.n - head - 1}, true};
}

cut span_cut(span s, char sep) { return cut_at(s, s.n ? memchr(s.p, sep, s.n) : NULL); }

cut span_rcut(span s, char sep) { return cut_at(s, s.n ? memrchr(s.p, sep, s.n) : NULL); }

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

span span_trim(span s)
{
    while (s.n && is_blank(s.p[0]))
        s = span_skip(s, 1);
    while (s.n && is_blank(s.p[s.n - 1]))
        s.n--;
    return s;
}

bool span_u64(span s, uint64_t *out)
{
    uint64_t value = 0;
    if (s.n == 0)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        unsigned digit = (unsigned)(unsigned char)s.p[i] - '0';
        if (digit > 9 || value > (UINT64_MAX - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *out = value;
    return true;
}

bool span_i64(span s, int64_t *out)
{
    bool is_negative = s.n && s.p[0] == '-';
    uint64_t size;
    if (!span_u64(is_negative ? span_skip(s, 1) : s, &size) || size > INT64_MAX)
        return false;
    *out = is_negative ? -(int64_t)size : (int64_t)size;
    return true;
}

int span_cmp(span a, span b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n ? memcmp(a.p, b.p, n) : 0;
    return order ? order : (a.n > b.n) - (a.n < b.n);
}

int ascii_hex(char c)
{
    if (ascii_digit(c))
        return c - '0';
    c = ascii_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

size_t span_high(span s)
{
    size_t at = 0;
#ifdef __SSE2__
    for (; s.n - at >= 64; at += 64) {
        const __m128i *p = (const __m128i *)(const void *)(s.p + at);
        __m128i low = _mm_or_si128(_mm_loadu_si128(p), _mm_loadu_si128(p + 1));
        __m128i high = _mm_or_si128(_mm_loadu_si128(p + 2), _mm_loadu_si128(p + 3));
        if (_mm_movemask_epi8(_mm_or_si128(low, high)))
            break;
    }
#endif
    while (at < s.n && (unsigned char)s.p[at] < 0x80)
        at++;
    return at;
}

/* Thirty-two bytes at a time: each lane counts up to 254 hits before they are added up. */
size_t span_count(span s, char c)
{
    const char *p = s.p, *end = p + s.n;
    size_t n = 0;
#ifdef __SSE2__
    const __m128i wanted = _mm_set1_epi8(c), zero = _mm_setzero_si128();
    while (end - p >= 32) {
        const char *stop = p + 32 * min_u64(127, (uint64_t)(end - p) / 32);
        __m128i lanes = zero;
        for (; p < stop; p += 32) {
            const __m128i *at = (const __m128i *)(const void *)p;
            __m128i low = _mm_cmpeq_epi8(_mm_loadu_si128(at), wanted), high = _mm_cmpeq_epi8(_mm_loadu_si128(at + 1), wanted);
            lanes = _mm_sub_epi8(lanes, _mm_add_epi8(low, high));
        }
        __m128i sums = _mm_sad_epu8(lanes, zero);
        n += (size_t)_mm_cvtsi128_si64(sums) + (size_t)_mm_extract_epi16(sums, 4);
    }
#endif
    for (; p < end; p++)
        n += *p == c;
    return n;
}
