/* SPDX-License-Identifier: Apache-2.0 */
/* base/span.h: a borrowed run of bytes. Never NUL-terminated, may hold NUL, never freed through the
 * span: it lives as long as the buffer it points into. {NULL,0} = absent; {p,0} = present but empty. */
#ifndef KONSEKI_SPAN_H
#define KONSEKI_SPAN_H

#include "base/base.h"

#include <string.h>

typedef struct span {
    const char *p;
    size_t n;
} span;

typedef struct cut {
    span head, tail;
    bool found;
} cut;

#define SPAN(literal) ((span){(literal), sizeof(literal) - 1})
#define SPAN_INIT(literal) {(literal), sizeof(literal) - 1}   /* of a constant table, whose values C wants bare */

static inline span span_of(const char *p, size_t n) { return (span){p, n}; }
static inline span span_str(const char *s) { return s ? (span){s, strlen(s)} : (span){NULL, 0}; }
static inline bool span_eq(span a, span b) { return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0); }

bool span_eq_nocase(span a, span b);  /* ASCII only */
static inline bool span_starts(span s, span prefix)
{
    return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}
static inline bool span_ends(span s, span suffix)
{
    return s.n >= suffix.n && (suffix.n == 0 || memcmp(s.p + s.n - suffix.n, suffix.p, suffix.n) == 0);
}
bool span_starts_nocase(span s, span prefix);
bool span_ends_nocase(span s, span suffix);
/* Offset of the first / last occurrence of `needle`, or SIZE_MAX. An empty needle is found at 0 / s.n. */
size_t span_find(span s, span needle);
size_t span_rfind(span s, span needle);
size_t span_high(span s);             /* where its first byte from 0x80 on stands; s.n: it has none */
size_t span_count(span s, char c);    /* how often c stands in it */
bool span_contains_nocase(span s, span needle);
/* Splits at the first / last `sep`. Not found: head = s, tail = {NULL,0}. An empty field stays a field. */
cut span_cut(span s, char sep);
cut span_rcut(span s, char sep);
span span_trim(span s);               /* spaces and tabs off both ends */
/* Without its first n bytes (all of it where n is larger). */
static inline span span_skip(span s, size_t n)
{
    n = n > s.n ? s.n : n;
    return n ? (span){s.p + n, s.n - n} : s;
}
/* Its first n bytes at most. */
static inline span span_take(span s, size_t n) { return (span){s.p, n < s.n ? n : s.n}; }
/* The whole span or nothing: digits only; false on an empty span, junk, a sign or overflow. */
bool span_u64(span s, uint64_t *out);
bool span_i64(span s, int64_t *out);  /* as span_u64 with an optional leading '-' */
/* Bytewise order, a shorter prefix first: <0, 0, >0 like memcmp. */
int span_cmp(span a, span b);

static inline char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }
static inline bool ascii_digit(char c) { return c >= '0' && c <= '9'; }
static inline bool ascii_alpha(char c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; }
/* 0..15, or -1. */
int ascii_hex(char c);

#endif
