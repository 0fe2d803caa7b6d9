/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/json_walk.h"

/* The path of the key in hand. A key of the outermost object is its own path. */
struct path {
    char text[JSON_PATH_MAX];
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

/* The value of a key that is not entered. */
static bool give(struct json_reader *r, const struct path *p, bool is_short, enum json_token token, const struct json_visit *v, void *ctx)
{
    if (token == JSON_BAD || (token != JSON_OBJECT && is_short && !v->take(ctx, p->whole, r, token)))
        return false;
    return (token != JSON_OBJECT && token != JSON_ARRAY) || json_skip(r, token);
}

bool json_walk(span object, const struct json_visit *v, void *ctx)
{
    struct json_reader r = json_read(object);
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
        if (token == JSON_OBJECT && is_short && (!v->enters || v->enters(ctx, p.whole)) && enter_object(&p))
            continue;
        if (!give(&r, &p, is_short, token, v, ctx))
            return false;
    }
}
