/* SPDX-License-Identifier: Apache-2.0 */
/* Heads of syslog: each line is peeled in memory of exactly its size; then all lines are a file to recognise and read. */
#include "fuzz.h"

#include "base/arena.h"
#include "base/when.h"
#include "format/format.h"

#include <stdlib.h>

enum { LINES_MAX = 64 };

static void require(bool holds)
{
    if (!holds)
        abort();
}

static bool is_inside(span part, span whole)
{
    return part.p >= whole.p && part.n <= whole.n && part.p + part.n <= whole.p + whole.n;
}

static void peel(span line)
{
    struct peeled p;
    bool has_head = envelope_peel(ENVELOPE_SYSLOG, line, NULL, &p);
    require(is_inside(p.line, line) && is_inside(p.tag, line));
    require(p.tag.n <= ENVELOPE_TAG_MAX && (has_head || (p.line.n == line.n && !p.has_time)));
    if (p.has_time)
        (void)envelope_year(p.ms, INT64_C(1795392000000));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    arena a = {0};
    span lines[LINES_MAX] = {{NULL, 0}}, rest = span_of((const char *)data, size);
    struct format_options options = {.tz_minutes = WHEN_NONE_MINUTES, .as_of = INT64_C(1795392000000)};
    struct format_refusal refusal;
    struct layout layout;
    size_t n = 0;
    for (; rest.n && n < LINES_MAX; n++) {
        cut line = span_cut(rest, '\n');
        char *exact = malloc(line.head.n + 1);
        if (!exact)
            break;
        memcpy(exact, line.head.p, line.head.n);
        exact = realloc(exact, line.head.n ? line.head.n : 1);
        lines[n] = span_of(exact, line.head.n);
        peel(lines[n]);
        rest = line.found ? line.tail : (span){NULL, 0};
    }
    if (!format_recognise(&a, &options, lines, n, &layout, &refusal).kind)
        for (size_t i = 0; i < n; i++) {
            event e;
            arena scratch = {0};
            if (format_row(&layout, lines[i], &scratch, &e) == ROW_EVENT)
                require(!(e.has & e.blank) && (!event_has(&e, FIELD_CLIENT) || layout.unescapes ||
                                               is_inside(e.at[FIELD_CLIENT].text, lines[i])));
            arena_free(&scratch);
        }
    for (size_t i = 0; i < n; i++)
        free((void *)(uintptr_t)lines[i].p);
    arena_free(&a);
    return 0;
}
