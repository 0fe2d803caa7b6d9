/* SPDX-License-Identifier: Apache-2.0 */
/* Any lines as a log of unknown layout: an accepted definition compiles and takes the lines it claims to take. */
#include "fuzz.h"

#include "format/plan.h"

#include <stdlib.h>

enum { LINES_MAX = 1000 };

static void expect(bool what)
{
    if (!what)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    span rest = span_of((const char *)data, size), lines[LINES_MAX];
    size_t n = 0, taken = 0, filled = 0;
    while (rest.n > 0 && n < LINES_MAX) {
        cut c = span_cut(rest, '\n');
        lines[n++] = c.head;
        rest = c.tail;
    }
    arena a = {0};
    struct inference found;
    fault refusal = plan_infer(&a, lines, n, &found);
    expect(found.fit >= 0 && found.fit <= 1 && !(found.direction_proved && found.direction_unknown));
    struct plan plan;
    if (!refusal.kind) {
        fault f = plan_compile_squid(&a, found.definition, &plan);
        expect(!f.kind && found.fit >= 0.95);
        for (size_t i = 0; i < n; i++) {
            event e;
            filled += lines[i].n > 0;
            taken += lines[i].n > 0 && plan_run(&plan, lines[i], &(arena){0}, &e) == ROW_EVENT;
        }
        expect((double)taken >= 0.95 * (double)filled);
    }
    arena_free(&a);
    return 0;
}
