/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/evtx_lines.h: what must hold of all that konseki-evtx writes: lines of JSON, as many as it says. */
#ifndef KONSEKI_TESTS_EVTX_LINES_H
#define KONSEKI_TESTS_EVTX_LINES_H

#include "base/sink.h"
#include "evtx/frame.h"
#include "evtx/text.h"
#include "scan/json.h"

#include <stdlib.h>

static inline void expect_json(span line)
{
    uint32_t c;
    struct json_reader r = json_read(line);
    enum json_token token;
    while ((token = json_next(&r)) != JSON_END)
        if (token == JSON_BAD)
            abort();
    for (size_t n; line.n; line = span_skip(line, n))
        if ((n = utf8_read(line, &c)) == 0 || utf8_is_invisible(c))
            abort();
}

static inline void expect_lines(const struct text *out, const struct tally *t)
{
    uint64_t lines = 0;
    span rest = text_span(out);
    while (rest.n) {
        cut c = span_cut(rest, '\n');
        if (!c.found)
            abort();
        expect_json(c.head);
        rest = c.tail;
        lines++;
    }
    if (lines != (uint64_t)t->records + t->refused || t->carved > t->records || (t->refused == 0) != (t->first_refused == UINT64_MAX))
        abort();
}

#endif
