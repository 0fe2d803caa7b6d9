/* SPDX-License-Identifier: Apache-2.0 */
/* The executor of rows that are JSON objects. Objects inside objects become paths with dots; of an array the first
 * plain value counts (Zeek's resp_mime_types); null is a field that is absent. */
#include "format/keyed.h"
#include "scan/json_walk.h"

/* The first plain value of the array behind whose opening `at` stands. */
static enum json_token first_of_array(const struct json_reader *at, struct json_reader *first)
{
    *first = *at;
    enum json_token found = json_next(first);
    return found == JSON_ARRAY_END || found == JSON_OBJECT || found == JSON_ARRAY ? JSON_NULL : found;
}

static bool put(void *ctx, span path, const struct json_reader *r, enum json_token token)
{
    struct keyed_row *row = ctx;
    arena *scratch = row->run->scratch;
    struct json_reader first;
    if (token == JSON_ARRAY) {
        token = first_of_array(r, &first);
        r = &first;
    }
    if (token == JSON_STRING)
        return keyed_put(row, path, r->has_escapes ? json_unescape(scratch, r->text) : r->text);
    if (token == JSON_NUMBER)
        return keyed_put(row, path, json_plain(scratch, r->text));
    return token == JSON_TRUE || token == JSON_FALSE ? keyed_put(row, path, r->text) : token != JSON_BAD;
}

static bool enters(const void *ctx, span path)
{
    const struct keyed_row *row = ctx;
    return key_map_has_parent(row->map, path);
}

enum row_fate json_row(struct run *r, span line)
{
    static const struct json_visit visit = {enters, put};
    struct keyed_row row = keyed_begin(r);
    return json_walk(span_trim(line), &visit, &row) ? keyed_end(&row) : ROW_BAD;
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
    static const struct json_visit visit = {NULL, list};
    struct listing l = {a, names, 0, max};
    return json_walk(span_trim(line), &visit, &l) ? l.n : 0;
}
