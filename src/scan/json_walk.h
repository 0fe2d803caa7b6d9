/* SPDX-License-Identifier: Apache-2.0 */
/* scan/json_walk.h: a JSON object as paths and values. Objects inside objects become paths with dots: the path of
 * {"a":{"b":1}} and of {"a.b":1} is "a.b". */
#ifndef KONSEKI_SCAN_JSON_WALK_H
#define KONSEKI_SCAN_JSON_WALK_H

#include "scan/json.h"

enum { JSON_PATH_MAX = 256 /* bytes; what has a longer path is passed over */ };

struct json_visit {
    bool (*enters)(const void *ctx, span path);   /* is the object at `path` worth entering? NULL: each one is */
    /* A value that is no object. `at` stands behind its first token: a string's or number's text is at->text; an array is
     * read on from a copy of it. False: the object is not what the caller wants, and the walk ends. `path` lives until
     * the call returns. */
    bool (*take)(void *ctx, span path, const struct json_reader *at, enum json_token token);
};
/* False: no JSON object, something behind it, or take() said no. */
bool json_walk(span object, const struct json_visit *visit, void *ctx);

#endif
