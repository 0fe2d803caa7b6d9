/* SPDX-License-Identifier: Apache-2.0 */
/* Asking one event. */
#include "event/host.h"
#include "known/file.h"
#include "rule/where_plan.h"

enum { MS_PER_DAY = 86400000 };
enum answer { ANSWER_NO, ANSWER_YES, ANSWER_UNKNOWN };

struct where_scratch {
    struct regex_scratch *regex;
    uint64_t gave_up;
};

/* One event under question: canonical forms are made once. */
struct asked {
    const struct where *w;
    struct where_scratch *scratch;
    const event *e;
    enum field canon_of; /* FIELD_COUNT: none yet */
    host_name canon;
};

struct where_scratch *where_scratch_open(const struct where *w)
{
    struct where_scratch *s = mem_alloc(sizeof *s);
    for (size_t i = 0; i < w->n && !s->regex; i++)
        if (w->test[i].regex)
            s->regex = regex_scratch_open();
    return s;
}

void where_scratch_close(struct where_scratch *s)
{
    if (!s)
        return;
    regex_scratch_close(s->regex);
    mem_free(s);
}

uint64_t where_gave_up(const struct where_scratch *s) { return s->gave_up; }

static span canonical(struct asked *q, enum field f, enum value_kind kind)
{
    uint16_t port;
    if (q->canon_of != f) {
        q->canon_of = f;
        if (kind == KIND_ADDRESS)
            (void)address_canon(q->e->at[f].text, &q->canon);
        else
            host_canon(q->e->at[f].text, &q->canon, &port);
    }
    return host_span(&q->canon);
}

/* Behind the last dot of the last part of the path; {NULL,0} where there is none. */
static span extension_of(span path)
{
    span name;
    (void)known_file(path, &name);
    cut dot = span_rcut(name, '.');
    return dot.found && dot.tail.n ? dot.tail : (span){NULL, 0};
}

/* A query is absent, not unlogged, where the URL shows a path and no '?'. */
static enum field_state state_of(const event *e, unsigned subject, enum field base)
{
    if (subject == SUBJECT_TUNNEL)
        return e->gives & (FIELD_BIT(METHOD) | FIELD_BIT(ACTION)) ? STATE_VALUE : STATE_UNLOGGED;
    enum field_state state = event_state(e, base);
    if (subject == FIELD_QUERY && state == STATE_UNLOGGED && event_has(e, FIELD_PATH))
        return STATE_ABSENT;
    if (subject == SUBJECT_EXT && state == STATE_VALUE && !extension_of(e->at[FIELD_PATH].text).n)
        return STATE_ABSENT;
    return state;
}

static uint64_t number_of(const event *e, const struct subject *what)
{
    if (what->kind == KIND_TUNNEL)
        return e->is_tunnel;
    bool is_time = what->kind == KIND_TIME || what->kind == KIND_DURATION;
    return is_time ? where_order_ms(e->at[what->base].ms) : e->at[what->base].number;
}

static bool is_on_clock(const struct test *t, int64_t ms, int tz_minutes)
{
    int64_t of_day = (ms % MS_PER_DAY + MS_PER_DAY + (int64_t)tz_minutes * 60000) % MS_PER_DAY;
    uint64_t now = (uint64_t)(of_day < 0 ? of_day + MS_PER_DAY : of_day);
    return t->low <= t->high ? now >= t->low && now <= t->high : now >= t->low || now <= t->high;
}

static bool is_below(span host, span domain)
{
    return span_ends(host, domain) && (host.n == domain.n || host.p[host.n - domain.n - 1] == '.');
}

static enum answer test_text(struct asked *q, const struct test *t, span s)
{
    switch (t->kind) {
    case TEST_IS: return t->what.case_matters ? span_eq(s, t->text) : span_eq_nocase(s, t->text);
    case TEST_CONTAINS: return literal_in(s, t->text) != SIZE_MAX;
    case TEST_BELOW: return is_below(s, t->text);
    case TEST_REGEX:
        switch (regex_find(t->regex, q->scratch->regex, s)) {
        case REGEX_NO: return ANSWER_NO;
        case REGEX_YES: return ANSWER_YES;
        case REGEX_GAVE_UP: break;
        }
        q->scratch->gave_up++;
        return ANSWER_UNKNOWN;
    case TEST_ADDRESS: {
        struct address address;
        return address_parse(s, &address) && address_within(&t->range, &address);
    }
    case TEST_UNLOGGED: case TEST_BLANK: case TEST_RANGE: case TEST_CLOCK: break;
    }
    return ANSWER_NO;
}

/* The registrable domain costs a look into the list: only where `=` is not settled without. */
static enum answer test_domain(struct asked *q, const struct test *t)
{
    span host = canonical(q, FIELD_HOST, KIND_HOST);
    if (t->kind == TEST_IS && !span_ends(host, t->text))
        return ANSWER_NO;
    return test_text(q, t, known_domain(q->w->suffixes, host));
}

/* Hosts and addresses: canonical; parts of a text also as they were spelled. */
static enum answer test_canonical(struct asked *q, const struct test *t, enum field f, enum value_kind kind)
{
    enum answer answer = test_text(q, t, canonical(q, f, kind));
    bool as_spelled = t->kind == TEST_CONTAINS || t->kind == TEST_REGEX;
    return answer == ANSWER_NO && as_spelled ? test_text(q, t, q->e->at[f].text) : answer;
}

/* X-Forwarded-For is a list: any of its addresses will do. */
static enum answer test_list(struct asked *q, const struct test *t, span list)
{
    if (t->kind == TEST_CONTAINS || t->kind == TEST_REGEX)
        return test_text(q, t, list);
    for (bool more = true; more;) {
        cut comma = span_cut(list, ',');
        host_name one;
        (void)address_canon(span_trim(comma.head), &one);
        if (test_text(q, t, host_span(&one)) == ANSWER_YES)
            return ANSWER_YES;
        more = comma.found;
        list = comma.tail;
    }
    return ANSWER_NO;
}

static enum answer test_value(struct asked *q, const struct test *t)
{
    const struct subject *what = &t->what;
    const event *e = q->e;
    if (t->kind == TEST_RANGE) {
        uint64_t v = number_of(e, what);
        return v >= t->low && v <= t->high;
    }
    if (t->kind == TEST_CLOCK)
        return is_on_clock(t, e->at[what->base].ms, q->w->tz_minutes);
    if (what->kind == KIND_DOMAIN)
        return test_domain(q, t);
    if (t->subject == FIELD_XFF)
        return test_list(q, t, e->at[FIELD_XFF].text);
    if (what->kind == KIND_HOST || what->kind == KIND_ADDRESS)
        return test_canonical(q, t, what->base, what->kind);
    span s = e->at[what->base].text;
    return test_text(q, t, t->subject == SUBJECT_EXT ? extension_of(s) : s);
}

static enum answer ask(struct asked *q, const struct test *t)
{
    enum field_state state = state_of(q->e, t->subject, t->what.base);
    if (t->kind == TEST_UNLOGGED)
        return state == STATE_UNLOGGED;
    if (state == STATE_UNLOGGED)
        return ANSWER_UNKNOWN;
    if (t->kind == TEST_BLANK)
        return state != STATE_VALUE;
    if (state == STATE_BLANK && t->kind == TEST_IS && t->subject < FIELD_COUNT)
        return span_eq_nocase(q->e->at[t->what.base].text, t->text);
    return state == STATE_VALUE ? test_value(q, t) : ANSWER_NO;
}

bool where_match(const struct where *w, struct where_scratch *s, const event *e)
{
    struct asked q = {.w = w, .scratch = s, .e = e, .canon_of = FIELD_COUNT};
    size_t at = w->n ? 0 : EXIT_YES;
    while (at < EXIT_YES) {
        const struct test *t = &w->test[at];
        bool holds = ask(&q, t) == (t->is_negated ? ANSWER_NO : ANSWER_YES);
        at = holds ? t->on_yes : t->on_no;
    }
    return at == EXIT_YES;
}
