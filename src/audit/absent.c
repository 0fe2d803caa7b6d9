/* SPDX-License-Identifier: Apache-2.0 */
/* What a source says again, and who says nothing at all. */
#include "audit/audit.h"

enum { NAMED = 3 };

static bool is_copy(const struct auditing *in, uint32_t source)
{
    size_t n = 0;
    while (n < in->copy_n && in->copies[n].source != source)
        n++;
    return n < in->copy_n;
}

/* Inputs that repeat another one byte for byte, or begin as it does, are read once. */
static void say_repeated(arena *a, const struct auditing *in, struct audit *out)
{
    for (size_t i = 0; i < in->n; i++) {
        const struct source_info *s = &in->sources[i];
        if (s->same_as < 0)
            continue;
        struct fact facts[] = {fact_text("path", s->path), fact_text("other", in->sources[s->same_as].path)};
        audit_remark(a, out, "same_content", AUDIT_ALL, s->is_prefix ? TEXT_LOOK_PREFIX : TEXT_LOOK_REPEATED, facts, COUNT_OF(facts));
    }
}

/* What could not be read is no traffic in any answer above. */
static void say_bad(arena *a, const struct auditing *in, struct audit *out)
{
    enum { SHOWN_BYTES = 120 };
    for (size_t i = 0; i < in->n; i++) {
        const struct source_info *s = &in->sources[i];
        if (s->same_as >= 0 || !s->bad)
            continue;
        const struct bad_line *b = s->bad_sample_n ? &s->bad_sample[0] : &(struct bad_line){0};
        struct fact facts[] = {fact_text("path", s->path), fact_count("bad", s->bad), fact_count("records", s->records),
                               fact_plain("line", b->line), fact_text("raw", span_take(b->raw, SHOWN_BYTES))};
        audit_remark(a, out, "bad_lines", AUDIT_ALL, TEXT_LOOK_BAD, facts, COUNT_OF(facts));
    }
}

void audit_same(arena *a, const struct auditing *in, struct audit *out)
{
    say_bad(a, in, out);
    say_repeated(a, in, out);
    for (size_t i = 0; i < in->copy_n; i++) {
        const struct overlap_copy *c = &in->copies[i];
        struct fact facts[] = {fact_text("path", in->sources[c->source].path), fact_text("other", in->sources[c->of].path),
                               fact_share("share", c->share)};
        if (!is_copy(in, c->of))
            audit_remark(a, out, "same_traffic", AUDIT_ALL, TEXT_LOOK_SAME, facts, COUNT_OF(facts));
    }
}

/* One address or name, of a time that the logs are of. */
static bool is_expected(const struct machine *m, int64_t first, int64_t last)
{
    bool is_one = span_find(m->address, SPAN("/")) == SIZE_MAX;   /* no network */
    return is_one && m->from <= last && m->to >= first;
}

static bool is_there(const struct audit *out, span client)
{
    for (size_t i = 0; i < out->view_n; i++)
        if (people_has(&out->views[i].fold.people, client))
            return true;
    return false;
}

void audit_absent(arena *a, const struct auditing *in, struct audit *out)
{
    int64_t first = INT64_MAX, last = INT64_MIN;
    uint64_t machines = 0, absent = 0;
    span examples = {NULL, 0};
    bool is_full = false;
    for (size_t i = 0; i < out->view_n; i++) {
        first = min_i64(first, out->views[i].first);
        last = max_i64(last, out->views[i].last);
        is_full |= out->views[i].fold.people.n == PEOPLE_MAX;
    }
    if (in->machines && is_full) {
        struct fact held = fact_count("clients", PEOPLE_MAX);
        audit_remark(a, out, "clients_unknown", AUDIT_ALL, TEXT_LOOK_ABSENT_UNKNOWN, &held, 1);
        return;
    }
    for (size_t i = 0; in->machines && i < clients_count(in->machines); i++) {
        const struct machine *m = clients_item(in->machines, i);
        if (!is_expected(m, first, last))
            continue;
        machines++;
        if (is_there(out, m->address))
            continue;
        span name = m->name.n ? m->name : m->address;
        if (absent++ < NAMED)
            examples = absent == 1 ? name : arena_printf(a, "%.*s, %.*s", (int)examples.n, examples.p, (int)name.n, name.p);
    }
    struct fact facts[] = {fact_count("machines", machines), fact_count("absent", absent), fact_text("examples", examples)};
    if (absent)
        audit_remark(a, out, "absent_clients", AUDIT_ALL, TEXT_LOOK_ABSENT, facts, COUNT_OF(facts));
    else if (machines)
        audit_remark(a, out, "all_clients", AUDIT_ALL, TEXT_LOOK_ALL_THERE, facts, 1);
}
