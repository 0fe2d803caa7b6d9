/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as JSON and as key=value pairs: the readers end, stay inside the text, and nest as deep as they say. */
#include "fuzz.h"

#include "base/arena.h"
#include "scan/json.h"
#include "scan/pairs.h"

#include <stdlib.h>

static void expect_inside(span part, span whole)
{
    if (part.n && (part.p < whole.p || part.p + part.n > whole.p + whole.n))
        abort();
}

static void read_json(arena *a, span text)
{
    struct json_reader r = json_read(text);
    for (enum json_token token; (token = json_next(&r)) != JSON_END && token != JSON_BAD;) {
        if (r.depth > JSON_NEST_MAX)
            abort();
        if (token != JSON_KEY && token != JSON_STRING && token != JSON_NUMBER)
            continue;
        expect_inside(r.text, text);
        if (r.has_escapes && json_unescape(a, r.text).n > r.text.n)
            abort();
    }
    struct json_reader skipping = json_read(text);
    if (json_skip(&skipping, json_next(&skipping)) && skipping.depth)
        abort();
}

static void read_pairs(arena *a, span text, char between, char equals, enum pairs_style style)
{
    struct pair_reader r = pairs_read(text, between, equals, style);
    while (pairs_next(&r)) {
        expect_inside(r.key, text);
        expect_inside(r.value, text);
        if (pairs_unescape(a, r.value).n > r.value.n)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    arena a = {0};
    span text = span_of((const char *)data, size);
    read_json(&a, text);
    read_pairs(&a, text, ' ', '=', PAIRS_PLAIN);
    read_pairs(&a, text, '\t', '=', PAIRS_PLAIN);
    read_pairs(&a, text, ';', ':', PAIRS_PLAIN);
    read_pairs(&a, text, ' ', '=', PAIRS_CEF);
    arena_free(&a);
    return 0;
}
