/* SPDX-License-Identifier: Apache-2.0 */
/* One line against one plan: the first byte picks the plan, the line lies in memory of exactly its size. */
#include "fuzz.h"

#include "base/arena.h"
#include "event/host.h"
#include "format/product.h"

#include <stdlib.h>

static const char *const definitions[] = {
    "%ts.%03tu %6tr %>a:%>p %Ss/%03>Hs %>st %<st %rm %ru HTTP/%rv %[un \"%{Referer}>h\" \"%{User-Agent}>h\" %Sh/%<a:%<p %mt",
    "%{%Y-%m-%d %H:%M:%S}tl.%03tu|%-10>a|%/{User-Agent}>h|%.20ru|%/{Referer}>h|%10<st|%{%b %e %I:%M %p}tg",
    "%h %l %u %{end:msec}t %m %U%q %H %>s %I %O %D \"%{Cookie}i\"",
    "$remote_addr [$time_iso8601] \"$request\" $status $request_length $bytes_sent $request_time \"$http_user_agent\"",
};

enum { PLANS_MAX = 64 };

static void require(bool holds)
{
    if (!holds)
        abort();
}

static size_t compile_all(arena *a, struct plan *plans)
{
    size_t n = 0;
    for (size_t i = 0; format_product_at(i); i++)
        for (size_t v = 0; v < PRODUCT_VARIANTS_MAX && format_product_at(i)->variants[v].definition; v++) {
            span definition = span_str(format_product_at(i)->variants[v].definition);
            require(n < PLANS_MAX && format_product_at(i)->variants[v].compile(a, definition, &plans[n++]).kind == FAULT_NONE);
        }
    for (size_t i = 0; i < COUNT_OF(definitions); i++)
        require(n < PLANS_MAX && plan_compile_any(a, span_str(definitions[i]), &plans[n++]).kind == FAULT_NONE);
    return n;
}

static void check_event(const event *e, span line, uint64_t gives)
{
    require((e->has & e->blank) == 0 && ((e->has | e->blank) & ~gives) == 0);
    for (enum field f = 0; f < FIELD_COUNT; f++) {
        span s = e->at[f].text;
        if (field_infos[f].type == FIELD_TYPE_TEXT && (e->has | e->blank) >> f & 1)
            require(s.p >= line.p && s.n <= line.n && s.p + s.n <= line.p + line.n);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct plan plans[PLANS_MAX];
    static arena a;
    static size_t n;
    if (!n)
        n = compile_all(&a, plans);
    if (!size)
        return -1;
    const struct plan *plan = &plans[data[0] % n];
    char *line = malloc(size);
    if (!line)
        return -1;
    memcpy(line, data + 1, size - 1);
    char *exact = realloc(line, size > 1 ? size - 1 : 1);
    span s = span_of(exact, size - 1);
    event e;
    if (plan_run(plan, s, &(arena){0}, &e) == ROW_EVENT) {
        check_event(&e, s, plan->gives);
        event_derive(&e, plan->stamp);
        check_event(&e, s, plan->gives);
        host_name host;
        uint16_t port;
        host_canon(event_text(&e, FIELD_HOST), &host, &port);
    }
    free(exact);
    return 0;
}
