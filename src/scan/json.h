/* SPDX-License-Identifier: Apache-2.0 */
/* scan/json.h: a JSON text read front to back, token by token, nothing copied (RFC 8259). What an attacker nests or
 * leaves open ends in JSON_BAD; there is no recursion. Duplicate keys, numbers beyond every range and invalid UTF-8 in
 * strings are the caller's to judge. */
#ifndef KONSEKI_SCAN_JSON_H
#define KONSEKI_SCAN_JSON_H

#include "base/arena.h"

enum { JSON_NEST_MAX = 64 };

enum json_token {
    JSON_END,      /* the text is over, everything closed */
    JSON_BAD,      /* not JSON; reader->p is near the place */
    JSON_OBJECT, JSON_OBJECT_END, JSON_ARRAY, JSON_ARRAY_END,
    JSON_KEY,      /* the text of a key; its value follows */
    JSON_STRING, JSON_NUMBER, JSON_TRUE, JSON_FALSE, JSON_NULL
};

struct json_reader {
    const char *p, *end;
    span text;               /* of a key, string (without quotes, escapes as written) or number */
    bool has_escapes;        /* in text: json_unescape makes the value of it */
    bool wants_value;        /* behind a key or a comma */
    bool has_member;         /* in the innermost level: a comma must come before the next */
    bool is_over;            /* the one value of the text is complete */
    unsigned depth;
    uint64_t arrays;         /* bit per level: it is an array */
};

struct json_reader json_read(span text);
enum json_token json_next(struct json_reader *r);
/* Behind a key or an opening token: passes over the value. False: JSON_BAD. `token` is what json_next gave last. */
bool json_skip(struct json_reader *r, enum json_token token) MUST_USE;
/* The value of a string whose text has escapes, in the arena. A lone surrogate becomes U+FFFD. */
span json_unescape(arena *a, span text);
/* A number with an exponent as one without, which is what typed readers take. */
span json_plain(arena *a, span number);

#endif
