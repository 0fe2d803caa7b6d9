/* SPDX-License-Identifier: Apache-2.0 */
/* What to ask the log next about a finding, as commands to type. Names from a log go into a command only where a shell
 * and a filter take each of their bytes as it is. */
#include "detect/next.h"

#include "base/when.h"

enum { STEPS_MAX = 3 };
static const int64_t AROUND_MS = 5 * 60 * 1000;

static bool is_plain(span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_alpha(s.p[i]) && !ascii_digit(s.p[i]) && s.p[i] != '.' && s.p[i] != '-' && s.p[i] != '_' && s.p[i] != ':')
            return false;
    return s.n && s.p[0] != '-';
}

/* To the second, as long as a filter takes a time to be: it holds the whole of it. */
static struct fact fact_moment(arena *a, const char *name, int64_t ms)
{
    civil c = when_to_civil(ms, 0);
    return fact_text(name, arena_printf(a, "%04d-%02d-%02dT%02d:%02d:%02dZ", c.year, c.month, c.day, c.hour, c.minute, c.second));
}

static void add(arena *a, struct finding *f, enum text_key key, const struct fact *facts, size_t n)
{
    f->next[f->next_n++] = sentence_make(a, key, facts, n);
}

void finding_add_next(arena *a, struct finding *f, bool client_is_address, bool asks_events)
{
    f->next = arena_new(a, struct sentence, STEPS_MAX);
    if (client_is_address && is_plain(f->client)) {
        const struct fact facts[] = {fact_text("client", f->client), fact_moment(a, "from", f->first - AROUND_MS),
                                     fact_moment(a, "to", f->first + AROUND_MS)};
        add(a, f, TEXT_NEXT_ROWS, facts, COUNT_OF(facts));
    }
    if (is_plain(f->host)) {
        const struct fact host = fact_text("host", f->host);
        add(a, f, TEXT_NEXT_WHO, &host, 1);
    }
    if (asks_events)
        add(a, f, TEXT_NEXT_EVENTS, NULL, 0);
}
