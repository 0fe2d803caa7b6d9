/* SPDX-License-Identifier: Apache-2.0 */
/* A whole block of request headers in one column, as `log_mime_hdrs on` writes it: it knows the agent and the
 * Referer, which Squid's native log does not have. */
#include "format/plan_row.h"

enum { HEADERS_MAX = 64 * 1024 /* Squid's own limit for the headers of a request */ };

/* The value of one header: up to the next line end, spelled as the block spells it; empty where it is not there. */
static span header_value(span block, span line_end, span name)
{
    for (span rest = block; rest.n;) {
        size_t end = span_find(rest, line_end);
        span line = span_take(rest, end);
        if (line.n > name.n && line.p[name.n] == ':' && span_starts_nocase(line, name))
            return span_trim(span_skip(line, name.n + 1));
        rest = end == SIZE_MAX ? (span){NULL, 0} : span_skip(rest, end + line_end.n);
    }
    return span_take(block, 0);
}

static void put_header(event *e, unsigned field, span value)
{
    if (field == FIELD_COUNT || (e->has | e->blank) >> field & 1)
        return;
    e->at[field].text = value;
    *(event_is_blank_text(value) ? &e->blank : &e->has) |= UINT64_C(1) << field;
}

/* Headers that were read without the one asked for: it is blank, which is evidence. No headers: absent. */
bool put_headers(struct run *r, const struct cut_step *c, span block)
{
    if (event_is_blank_text(block))
        return true;
    block = span_take(block, HEADERS_MAX);
    /* Between brackets Squid writes a line end as %0d%0a, between quotes as \r\n. */
    span line_end = span_find(block, SPAN("%0d%0a")) != SIZE_MAX ? SPAN("%0d%0a") : SPAN("\\r\\n");
    put_header(r->e, c->field, header_value(block, line_end, SPAN("User-Agent")));
    put_header(r->e, c->field2, header_value(block, line_end, SPAN("Referer")));
    return true;
}
