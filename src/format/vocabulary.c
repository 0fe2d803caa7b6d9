/* SPDX-License-Identifier: Apache-2.0 */
#include "format/vocabulary.h"

typedef bool has_name(const void *ctx, span name);

/* One of the names of "a|b". */
static bool has_one(const char *names, has_name *has, const void *ctx)
{
    cut c = {.tail = span_str(names), .found = true};
    while (c.found) {
        c = span_cut(c.tail, '|');
        if (has(ctx, c.head))
            return true;
    }
    return false;
}

/* Can it be of a kind that is read? */
static bool has_kind(const struct vocabulary *v, has_name *has, const void *ctx)
{
    for (size_t i = 0; v->kinds[i].name; i++)
        if (has(ctx, span_str(v->kinds[i].name)) && (v->kinds[i].session != KIND_SKIPPED || !v->kinds[i].word))
            return v->kinds[i].session != KIND_SKIPPED;
    return false;
}

bool vocabulary_fits(const struct vocabulary *v, has_name *has, const void *ctx)
{
    for (size_t i = 0; v->must[i]; i++)
        if (!has_one(v->must[i], has, ctx))
            return false;
    return !v->kinds || has_kind(v, has, ctx);
}

const struct row_kind *vocabulary_kind(const struct vocabulary *v, has_name *has, const void *ctx)
{
    for (size_t i = 0; v->kinds && v->kinds[i].name; i++)
        if (!v->kinds[i].word && has(ctx, span_str(v->kinds[i].name)))
            return &v->kinds[i];
    return NULL;
}

static bool has_session_kind(const struct row_kind *kinds)
{
    for (size_t i = 0; kinds && kinds[i].name; i++)
        if (kinds[i].session != SESSION_APART && kinds[i].session != KIND_SKIPPED)
            return true;
    return false;
}

uint64_t vocabulary_gives(const struct vocabulary *v, uint64_t gives)
{
    if (!has_session_kind(v->kinds) && v->session == SESSION_APART)
        return gives;
    if (gives & (FIELD_BIT(SNI) | FIELD_BIT(SERVER_IP)))
        gives |= FIELD_BIT(HOST);
    if (gives & FIELD_BIT(SERVER_PORT))
        gives |= FIELD_BIT(PORT);
    return gives & FIELD_BIT(START) && gives & FIELD_BIT(END) ? gives | FIELD_BIT(DURATION) : gives;
}

/* By what was recognised: the other plans are for odd rows. */
bool format_has_sessions(const struct layout *layout)
{
    const struct plan *plan = layout->n ? layout->plans[0] : NULL;
    return plan && (plan->session || (plan->vocabulary && has_session_kind(plan->vocabulary->kinds)));
}
