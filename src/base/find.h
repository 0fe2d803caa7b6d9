/* SPDX-License-Identifier: Apache-2.0 */
/* base/find.h: memchr and memrchr for the columns of a line, most of which are shorter than what a call costs.
 * Whoever knows that more bytes than those searched may be read (the rest of the line) says how far: then 16 bytes
 * are looked at together, without a loop over bytes, whose end no branch predictor could guess. */
#ifndef KONSEKI_FIND_H
#define KONSEKI_FIND_H

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
/* One bit for each of the 16 bytes at p: is it c? */
static inline unsigned find_hits(const char *p, char c)
{
    __m128i block = _mm_loadu_si128((const __m128i *)(const void *)p);
    return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(block, _mm_set1_epi8(c)));
}
#endif

/* The first c in [p,end), or NULL. Bytes up to `readable` (>= end) may be read. */
static inline const char *find_byte(const char *p, const char *end, const char *readable, char c)
{
#ifdef __SSE2__
    for (; p < end && readable - p >= 16; p += 16) {
        unsigned hits = find_hits(p, c);
        if (hits) {
            p += __builtin_ctz(hits);
            return p < end ? p : NULL;
        }
    }
#endif
    (void)readable;
    return p < end ? memchr(p, c, (size_t)(end - p)) : NULL;
}

/* The last c in [p,end), or NULL. Bytes from `readable` (<= p) on may be read. */
static inline const char *find_byte_back(const char *p, const char *end, const char *readable, char c)
{
#ifdef __SSE2__
    for (; p < end && end - readable >= 16; end -= 16) {
        unsigned hits = find_hits(end - 16, c);
        if (hits) {
            end -= __builtin_clz(hits) - 15; /* of 32 bits the lower 16 are used */
            return end >= p ? end : NULL;
        }
    }
#endif
    (void)readable;
    while (p < end)
        if (*--end == c)
            return end;
    return NULL;
}

#endif
