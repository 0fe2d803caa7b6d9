/* SPDX-License-Identifier: Apache-2.0 */
/* The executor of rows that are JSON objects. Objects inside objects become paths with dots; of an array the first
 * plain value counts (Zeek's resp_mime_types); null is a field that is absent. */
#include "format/keyed.h"
#include "scan/json.h"

#include <stdlib.h>

/* The path of the key in hand. A key of the outermost object is its own path. */
struct path {
    char text[KEYED_PATH_MAX];
    size_t n, level[JSON_NEST_MAX + 1];   /* length of the path of each open object */
    unsigned depth;
    span whole;
};

static bool enter_key(struct path *p, span key)
{
    size_t above = p->level[p->depth];
    if (!above) {
        p->whole = key;
        return true;
    }
    if (above + 1 + key.n > sizeof p->text)
        return false;
    p->text[above] = '.';
    memcpy(p->text + above + 1, key.p, key.n);
    p->whole = span_of(p->text, above + 1 + key.n);
    return true;
}

static bool enter_object(struct path *p)
{
    if (p->whole.n > sizeof p->text || p->depth == JSON_NEST_MAX)
        return false;
    if (p->whole.n && p->whole.p != p->text)
        memcpy(p->text, p->whole.p, p->whole.n);
    p->level[++p->depth] = p->whole.n;
    return true;
}

typedef bool take_value(void *ctx, span path, const struct json_reader *r, enum json_token token);

/* The first plain value of the array that was just opened; the rest of it is passed over. */
static enum json_token first_of_array(struct json_reader *r, struct json_reader *first)
{
    enum json_token token = json_next(r);
    *first = *r;
    enum json_token found = token;
    while (token != JSON_ARRAY_END)
        if (!json_skip(r, token) || (token = json_next(r)) == JSON_BAD)
            return JSON_BAD;
    return found == JSON_ARRAY_END || found == JSON_OBJECT || found == JSON_ARRAY ? JSON_NULL : found;
}

/* Walks the object; `wanted` (NULL: all) are the parents worth entering. False: no JSON object, or take() refused. */
static bool walk(span line, const struct key_map *wanted, take_value *take, void *ctx)
{
    struct json_reader r = json_read(line), first;
    struct path p = {.n = 0};
    if (json_next(&r) != JSON_OBJECT)
        return false;
    for (;;) {
        enum json_token token = json_next(&r);
        if (token == JSON_OBJECT_END && p.depth == 0)
            return json_next(&r) == JSON_END;
        if (token == JSON_OBJECT_END) {
            p.depth--;
            continue;
        }
        if (token != JSON_KEY)
            return false;
        bool is_short = enter_key(&p, r.text);
        token = json_next(&r);
        if (token == JSON_OBJECT && is_short && (!wanted || key_map_has_parent(wanted, p.whole)) && enter_object(&p))
            continue;
        if (token == JSON_ARRAY) {
            token = first_of_array(&r, &first);
            if (token == JSON_BAD || (is_short && !take(ctx, p.whole, &first, token)))
                return false;
        } else if (token == JSON_OBJECT) {
            if (!json_skip(&r, token))
                return false;
        } else if (token == JSON_BAD || (is_short && !take(ctx, p.whole, &r, token))) {
            return false;
        }
    }
}

/* A number with an exponent as one without: what the typed readers take. */
static span plain_number(arena *a, span number)
{
    char text[64];
    if (number.n >= sizeof text || (!memchr(number.p, 'e', number.n) && !memchr(number.p, 'E', number.n)))
        return number;
    memcpy(text, number.p, number.n);
    text[number.n] = '\0';
    double v = strtod(text, NULL);
    return v > -1e18 && v < 1e18 ? arena_printf(a, "%.6f", v) : number;
}

static bool put(void *ctx, span path, const struct json_reader *r, enum json_token token)
{
    struct keyed_row *row = ctx;
    arena *scratch = row->run->scratch;
    if (token == JSON_STRING)
        return keyed_put(row, path, r->has_escapes ? json_unescape(scratch, r->text) : r->text);
    if (token == JSON_NUMBER)
        return keyed_put(row, path, plain_number(scratch, r->text));
    return token == JSON_TRUE || token == JSON_FALSE ? keyed_put(row, path, r->text) : true;
}

enum row_fate json_row(struct run *r, span line)
{
    struct keyed_row row = keyed_begin(r);
    return walk(span_trim(line), row.map, put, &row) ? keyed_end(&row) : ROW_BAD;
}

struct listing { arena *a; span *names; size_t n, max; };

static bool list(void *ctx, span path, const struct json_reader *r, enum json_token token)
{
    struct listing *l = ctx;
    (void)r;
    (void)token;
    if (l->n < l->max)
        l->names[l->n++] = arena_dup(l->a, path);
    return true;
}

size_t json_names(arena *a, span line, span *names, size_t max)
{
    struct listing l = {a, names, 0, max};
    return walk(span_trim(line), NULL, list, &l) ? l.n : 0;
}
