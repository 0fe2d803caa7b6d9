/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/pairs.h"

struct pair_reader pairs_read(span text, char between, char equals, enum pairs_style style)
{
    return (struct pair_reader){.p = text.p, .end = text.p + text.n, .between = between, .equals = equals, .style = style};
}

static bool is_key_byte(char c)
{
    return ascii_alpha(c) || ascii_digit(c) || c == '_' || c == '-' || c == '.';
}

static bool is_between(const struct pair_reader *r, const char *p) { return p == r->end || *p == r->between; }

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
    const char *next = r->p < r->end ? memchr(r->p, r->between, (size_t)(r->end - r->p)) : NULL;
    r->p = next ? next : r->end;
    return false;
}

/* r->p stands behind the opening quote. Without a closing one the rest of the text is the value. */
static void take_quoted(struct pair_reader *r)
{
    const char *begin = r->p, *p = begin;
    for (; p < r->end; p++) {
        if (*p == '\\' && p + 1 < r->end) {
            r->has_escapes = true;
            p++;
        } else if (*p == '"' && is_between(r, p + 1)) {
            break;
        }
    }
    p = p < r->end ? p : r->end;
    r->value = span_of(begin, (size_t)(p - begin));
    r->p = p < r->end ? p + 1 : p;
}

/* In CEF's extension: the '=' of the next key, which no backslash escapes, and the blank before that key. */
static const char *end_of_cef_value(struct pair_reader *r)
{
    const char *blank = NULL;
    bool is_key = false;
    for (const char *p = r->p; p < r->end; p++) {
        if (*p == '\\' && p + 1 < r->end) {
            r->has_escapes = true;
            is_key = false;
            p++;
        } else if (*p == ' ') {
            blank = p;
            is_key = true;
        } else if (*p == r->equals && is_key && p > blank + 1) {
            return blank;
        } else {
            is_key = is_key && is_key_byte(*p);
        }
    }
    return r->end;
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
        end = r->p < r->end ? memchr(r->p, r->between, (size_t)(r->end - r->p)) : NULL;
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
