/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/json.h"

#include <stdlib.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

struct json_reader json_read(span text) { return (struct json_reader){.p = text.p, .end = text.p + text.n, .wants_value = true}; }

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

static void skip_blanks(struct json_reader *r)
{
    while (r->p < r->end && is_blank(*r->p))
        r->p++;
}

/* The first quote, backslash or control character at p or behind. */
static const char *find_special(const char *p, const char *end)
{
#ifdef __SSE2__
    const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'), control = _mm_set1_epi8(0x1f);
    for (; end - p >= 16; p += 16) {
        __m128i block = _mm_loadu_si128((const __m128i *)(const void *)p);
        __m128i hits = _mm_or_si128(_mm_cmpeq_epi8(block, quote), _mm_cmpeq_epi8(block, slash));
        hits = _mm_or_si128(hits, _mm_cmpeq_epi8(_mm_min_epu8(block, control), block));
        unsigned mask = (unsigned)_mm_movemask_epi8(hits);
        if (mask)
            return p + __builtin_ctz(mask);
    }
#endif
    while (p < end && *p != '"' && *p != '\\' && (unsigned char)*p > 0x1f)
        p++;
    return p;
}

/* r->p stands behind the opening quote. Control characters inside are let pass: loggers write them. */
static bool take_string(struct json_reader *r)
{
    const char *begin = r->p, *p = r->p;
    r->has_escapes = false;
    while ((p = find_special(p, r->end)) < r->end) {
        if (*p == '"') {
            r->text = span_of(begin, (size_t)(p - begin));
            r->p = p + 1;
            return true;
        }
        if (*p == '\\') {
            r->has_escapes = true;
            p++;
        }
        p += p < r->end;
    }
    return false;
}

static bool is_number_byte(char c) { return ascii_digit(c) || c == '-' || c == '+' || c == '.' || (c | 32) == 'e'; }

static enum json_token take_number(struct json_reader *r)
{
    const char *begin = r->p;
    while (r->p < r->end && is_number_byte(*r->p))
        r->p++;
    r->text = span_of(begin, (size_t)(r->p - begin));
    r->has_escapes = false;
    return r->text.n ? JSON_NUMBER : JSON_BAD;
}

static enum json_token take_word(struct json_reader *r, span word, enum json_token token)
{
    if (!span_starts(span_of(r->p, (size_t)(r->end - r->p)), word))
        return JSON_BAD;
    r->text = span_of(r->p, word.n);
    r->p += word.n;
    return token;
}

static enum json_token open_level(struct json_reader *r, bool is_array)
{
    if (r->depth == JSON_NEST_MAX)
        return JSON_BAD;
    r->p++;
    r->arrays = is_array ? r->arrays | UINT64_C(1) << r->depth : r->arrays & ~(UINT64_C(1) << r->depth);
    r->depth++;
    r->has_member = false;
    r->wants_value = false;
    return is_array ? JSON_ARRAY : JSON_OBJECT;
}

static void end_value(struct json_reader *r)
{
    r->wants_value = false;
    r->has_member = true;
    r->is_over = r->depth == 0;
}

static enum json_token take_scalar(struct json_reader *r)
{
    enum json_token token;
    switch (*r->p) {
    case '"':
        r->p++;
        token = take_string(r) ? JSON_STRING : JSON_BAD;
        break;
    case 't': token = take_word(r, SPAN("true"), JSON_TRUE); break;
    case 'f': token = take_word(r, SPAN("false"), JSON_FALSE); break;
    case 'n': token = take_word(r, SPAN("null"), JSON_NULL); break;
    default: token = take_number(r); break;
    }
    end_value(r);
    return token;
}

static enum json_token take_value(struct json_reader *r)
{
    return *r->p == '{' ? open_level(r, false) : *r->p == '[' ? open_level(r, true) : take_scalar(r);
}

static enum json_token close_level(struct json_reader *r, bool is_array)
{
    if (r->wants_value || is_array != (*r->p == ']'))
        return JSON_BAD;
    r->p++;
    r->depth--;
    end_value(r);
    return is_array ? JSON_ARRAY_END : JSON_OBJECT_END;
}

/* "key" and its colon. */
static enum json_token take_key(struct json_reader *r)
{
    if (*r->p != '"')
        return JSON_BAD;
    r->p++;
    if (!take_string(r))
        return JSON_BAD;
    skip_blanks(r);
    if (r->p == r->end || *r->p != ':')
        return JSON_BAD;
    r->p++;
    r->wants_value = true;
    return JSON_KEY;
}

enum json_token json_next(struct json_reader *r)
{
    skip_blanks(r);
    if (r->p == r->end)
        return r->is_over ? JSON_END : JSON_BAD;
    if (r->is_over)
        return JSON_BAD;
    if (r->wants_value)
        return take_value(r);
    bool is_array = r->arrays >> (r->depth - 1) & 1; /* depth 0 wants a value or is over */
    if (*r->p == '}' || *r->p == ']')
        return close_level(r, is_array);
    if (r->has_member) {
        if (*r->p != ',')
            return JSON_BAD;
        r->p++;
        skip_blanks(r);
        if (r->p == r->end)
            return JSON_BAD;
    }
    return is_array ? take_value(r) : take_key(r);
}

bool json_skip(struct json_reader *r, enum json_token token)
{
    if (token == JSON_KEY)
        token = json_next(r);
    unsigned depth = r->depth;
    if (token != JSON_OBJECT && token != JSON_ARRAY)
        return token != JSON_BAD;
    while (r->depth >= depth)
        if (json_next(r) == JSON_BAD)
            return false;
    return true;
}

static bool hex4(span s, uint32_t *out)
{
    *out = 0;
    for (size_t i = 0; i < 4; i++) {
        int digit = i < s.n ? ascii_hex(s.p[i]) : -1;
        if (digit < 0)
            return false;
        *out = *out << 4 | (uint32_t)digit;
    }
    return true;
}

static size_t put_utf8(char *to, uint32_t c)
{
    if (c < 0x80) {
        to[0] = (char)c;
        return 1;
    }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = n; --i; c >>= 6)
        to[i] = (char)(0x80 | (c & 0x3f));
    to[0] = (char)((0xf00u >> n & 0xff) | c);
    return n;
}

/* The character at "uXXXX..."; *used gets the bytes behind the backslash that it takes. */
static uint32_t unicode_escape(span s, size_t *used)
{
    uint32_t c, low;
    *used = 1;
    if (!hex4(span_skip(s, 1), &c))
        return 'u';
    *used = 5;
    if (c < 0xd800 || c > 0xdfff)
        return c;
    span rest = span_skip(s, 5);
    if (c > 0xdbff || !span_starts(rest, SPAN("\\u")) || !hex4(span_skip(rest, 2), &low) || low < 0xdc00 || low > 0xdfff)
        return 0xfffd;
    *used = 11;
    return 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
}

/* What stands for the letter behind a backslash; any other stands for itself. */
static char short_escape(char c)
{
    static const char letters[] = "bfnrt", values[] = "\b\f\n\r\t";
    const char *at = c ? strchr(letters, c) : NULL;
    return at ? values[at - letters] : c;
}

span json_unescape(arena *a, span text)
{
    char *to = arena_new(a, char, text.n + 1); /* no escape is shorter than what it stands for */
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] != '\\' || i + 1 == text.n) {
            to[n++] = text.p[i];
            continue;
        }
        size_t used = 1;
        span rest = span_skip(text, i + 1);
        if (rest.p[0] == 'u')
            n += put_utf8(to + n, unicode_escape(rest, &used));
        else
            to[n++] = short_escape(rest.p[0]);
        i += used;
    }
    return span_of(to, n);
}

span json_plain(arena *a, span number)
{
    char text[64];
    if (number.n >= sizeof text || (!memchr(number.p, 'e', number.n) && !memchr(number.p, 'E', number.n)))
        return number;
    memcpy(text, number.p, number.n);
    text[number.n] = '\0';
    double v = strtod(text, NULL);
    return v > -1e18 && v < 1e18 ? arena_printf(a, "%.6f", v) : number;
}
