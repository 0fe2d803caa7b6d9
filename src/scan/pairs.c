/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/pairs.h"

#include "base/find.h"

struct pair_reader pairs_read(span text, char between, char equals, enum pairs_style style)
{
    return (struct pair_reader){.p = text.p, .end = text.p + text.n, .between = between, .equals = equals, .style = style};
}

/* Letters, digits, '_', '-', '.'. */
#define TEN(c) [c] = true, [c + 1] = true, [c + 2] = true, [c + 3] = true, [c + 4] = true, [c + 5] = true, \
               [c + 6] = true, [c + 7] = true, [c + 8] = true, [c + 9] = true
static const bool key_bytes[256] = {TEN('0'), TEN('A'), TEN('K'), TEN('a'), TEN('k'), ['U'] = true, ['V'] = true,
    ['W'] = true, ['X'] = true, ['Y'] = true, ['Z'] = true, ['u'] = true, ['v'] = true, ['w'] = true, ['x'] = true,
    ['y'] = true, ['z'] = true, ['-'] = true, ['.'] = true, ['_'] = true};
#undef TEN

static inline bool is_key_byte(char c) { return key_bytes[(unsigned char)c]; }

static inline bool is_between(const struct pair_reader *r, const char *p) { return p == r->end || *p == r->between; }

/* A key and its '=' at r->p; or passes over the word that is none. */
static bool take_key(struct pair_reader *r)
{
    const char *begin = r->p;
    while (r->p < r->end && is_key_byte(*r->p))
        r->p++;
    r->key = span_of(begin, (size_t)(r->p - begin));
    if (r->key.n && r->p < r->end && *r->p == r->equals) {
        r->p++;
        return true;
    }
    const char *next = find_byte(r->p, r->end, r->end, r->between);
    r->p = next ? next : r->end;
    return false;
}

static bool is_escaped(const char *begin, const char *at)
{
    const char *p = at;
    while (p > begin && p[-1] == '\\')
        p--;
    return (at - p) & 1;
}

/* r->p stands behind the opening quote. Without a closing one the rest of the text is the value. */
static void take_quoted(struct pair_reader *r)
{
    const char *begin = r->p, *p = begin;
    while ((p = find_byte(p, r->end, r->end, '"')) && (!is_between(r, p + 1) || is_escaped(begin, p)))
        p++;
    r->p = p ? p + 1 : r->end;
    p = p ? p : r->end;
    r->value = span_of(begin, (size_t)(p - begin));
    r->has_escapes = find_byte(begin, p, r->end, '\\') != NULL;
}

/* In CEF's extension: the blank before the key of the next '=' that has one. An escaped '=' has none: a backslash is no
 * byte of a key. */
static const char *end_of_cef_value(struct pair_reader *r)
{
    const char *end = r->end;
    for (const char *at = r->p; (at = find_byte(at, r->end, r->end, r->equals)); at++) {
        const char *key = at;
        while (key > r->p && is_key_byte(key[-1]))
            key--;
        if (key < at && key > r->p && key[-1] == ' ') {
            end = key - 1;
            break;
        }
    }
    r->has_escapes = find_byte(r->p, end, r->end, '\\') != NULL;
    return end;
}

/* What writes '|' between its pairs escapes it, and '=', in values (Check Point). */
static const char *end_of_barred_value(struct pair_reader *r)
{
    for (const char *p = r->p; p < r->end; p++) {
        if (*p == '\\' && p + 1 < r->end) {
            r->has_escapes = true;
            p++;
        } else if (*p == '|') {
            return p;
        }
    }
    return r->end;
}

static void take_unquoted(struct pair_reader *r)
{
    const char *begin = r->p, *end;
    if (r->style == PAIRS_CEF) {
        end = end_of_cef_value(r);
    } else if (r->between == '|') {
        end = end_of_barred_value(r);
    } else {
        end = find_byte(r->p, r->end, r->end, r->between);
        end = end ? end : r->end;
    }
    r->p = end;
    r->value = span_of(begin, (size_t)(end - begin));
}

bool pairs_next(struct pair_reader *r)
{
    for (;;) {
        while (r->p < r->end && (*r->p == r->between || *r->p == ' '))
            r->p++;
        if (r->p == r->end)
            return false;
        if (!take_key(r))
            continue;
        r->has_escapes = false;
        r->is_quoted = r->style == PAIRS_PLAIN && r->p < r->end && *r->p == '"';
        if (r->is_quoted) {
            r->p++;
            take_quoted(r);
        } else {
            take_unquoted(r);
        }
        return true;
    }
}

span pairs_unescape(arena *a, span value)
{
    static const char letters[] = "\"\\=|";
    char *to = arena_new(a, char, value.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < value.n; i++) {
        i += value.p[i] == '\\' && i + 1 < value.n && value.p[i + 1] && strchr(letters, value.p[i + 1]);
        to[n++] = value.p[i];
    }
    return span_of(to, n);
}
