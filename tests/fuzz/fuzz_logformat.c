/* SPDX-License-Identifier: Apache-2.0 */
/* Any text as a log format: definition, NUL, a line for it. What follows a second NUL is a squid.conf. */
#include "fuzz.h"

#include "base/arena.h"
#include "format/product.h"

#include <stdlib.h>

static void compile_and_run(fault (*compile)(arena *a, span definition, struct plan *out), span definition, span line)
{
    arena a = {0};
    struct plan plan;
    if (compile(&a, definition, &plan).kind == FAULT_NONE) {
        event e;
        if (plan.n > PLAN_CUTS_MAX || plan.greedy > plan.n)
            abort();
        if (plan_run(&plan, line, &(arena){0}, &e) == ROW_EVENT) {
            event_derive(&e, plan.stamp);
            if (e.has & e.blank || (e.has | e.blank) & ~plan.gives)
                abort();
        }
    }
    arena_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    span text = span_of((const char *)data, size);
    cut first = span_cut(text, '\0'), second = span_cut(first.tail, '\0');
    compile_and_run(plan_compile_squid, first.head, second.head);
    compile_and_run(plan_compile_apache, first.head, second.head);
    compile_and_run(plan_compile_nginx, first.head, second.head);
    compile_and_run(plan_compile_any, first.head, second.head);
    arena a = {0};
    struct plan plans[CONF_PLANS_MAX];
    size_t n = 0;
    fault f = squid_conf_plans(&a, second.tail, plans, &n);
    if (n > CONF_PLANS_MAX || (f.kind && f.kind != FAULT_USAGE))
        abort();
    arena_free(&a);
    return 0;
}
