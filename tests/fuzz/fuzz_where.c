/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as an expression: a fault that names a column, or a filter that answers. Then the bytes behind the first line
 * as the fields of the event that is asked; a line that matches is never one that the patterns leave out. */
#include "fuzz.h"

#include "rule/where.h"

#include <stdlib.h>

static void ask(const struct where *w, span line)
{
    static const enum field fields[] = {FIELD_HOST, FIELD_CLIENT, FIELD_AGENT, FIELD_PATH, FIELD_USER, FIELD_XFF};
    event e = {.gives = FIELD_BIT(STATUS) | FIELD_BIT(METHOD)};
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        e.gives |= UINT64_C(1) << fields[i];
        event_set_text(&e, fields[i], line);
    }
    event_set_number(&e, FIELD_TIME, line.n);
    struct where_scratch *s = where_scratch_open(w);
    const struct literal_set *patterns = where_literals(w);
    if (where_match(w, s, &e) && patterns && literal_find(patterns, line, 0) == SIZE_MAX)
        abort();
    where_scratch_close(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct suffixes *suffixes;
    if (!suffixes && known_suffixes_open(&suffixes).kind)
        abort();
    cut parts = span_cut(span_of((const char *)data, size), '\n');
    arena a = {0};
    struct where *w;
    fault f = where_compile(&a, &parts.head, 1, &(struct where_options){540, suffixes}, &w);
    if (f.kind ? f.kind != FAULT_USAGE || w : !w)
        abort();
    if (w)
        ask(w, parts.tail);
    where_close(w);
    arena_free(&a);
    return 0;
}
