/* SPDX-License-Identifier: Apache-2.0 */
/* Lines on stdin, the inferred definition on stdout: the hand by which infer_permutations.py asks. */
#include "format/plan.h"

#include <stdio.h>
#include <stdlib.h>

enum { INPUT_MAX = 16 << 20, LINES_MAX = 1000 };

int main(void)
{
    char *text = mem_alloc(INPUT_MAX);
    size_t n = fread(text, 1, INPUT_MAX, stdin), count = 0;
    span rest = span_of(text, n), lines[LINES_MAX];
    while (rest.n > 0 && count < LINES_MAX) {
        cut c = span_cut(rest, '\n');
        lines[count++] = c.head;
        rest = c.tail;
    }
    arena a = {0};
    struct inference found;
    fault f = plan_infer(&a, lines, count, &found);
    if (f.kind) printf("refused\t%s\n", f.text);
    printf("definition\t%.*s\n", (int)found.definition.n, found.definition.p ? found.definition.p : "");
    printf("fit\t%.4f\nproved\t%d\nunknown\t%d\n", found.fit, found.direction_proved, found.direction_unknown);
    printf("why\t%.*s\n", (int)found.why.n, found.why.p ? found.why.p : "");
    arena_free(&a);
    mem_free(text);
    return f.kind ? 1 : 0;
}
