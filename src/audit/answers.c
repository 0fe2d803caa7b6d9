/* SPDX-License-Identifier: Apache-2.0 */
/* The questions of a first hour, answered per view: by a detector's cost where one answers, else by the fields and by
 * what the rows hold. */
#include "audit/audit.h"

#include "detect/registry.h"

#define KNOWN_SHARE 0.95   /* of rows with a user, from which who it was can be said as a rule */

static struct sentence say(arena *a, enum text_key key, struct fact fact) { return sentence_make(a, key, &fact, 1); }

/* An answer that one field gives. */
static struct reply by_field(const struct view *v, enum field f)
{
    uint64_t bit = UINT64_C(1) << f;
    struct reply r = {.grade = v->filled & bit ? GRADE_YES : GRADE_NO, .used = v->filled & bit};
    r.unlogged = r.grade == GRADE_NO ? bit & ~v->logged : 0;
    r.empty = r.grade == GRADE_NO ? bit & v->logged : 0;
    return r;
}

static struct reply which_pc(arena *a, const struct view *v)
{
    const struct people_fold *p = &v->fold.people;
    struct reply r = by_field(v, FIELD_CLIENT);
    if (r.grade != GRADE_YES)
        return r;
    if (p->n == 1) {
        r.grade = GRADE_NO;
        r.because = say(a, TEXT_BECAUSE_ONE_CLIENT, fact_text("client", span_str(p->first)));
    } else if (p->n >= CLIENTS_FOR_MASK && p->look[LOOK_MASKED] == p->n) {
        r.grade = GRADE_NO;
        r.because = say(a, TEXT_BECAUSE_MASKED, fact_count("clients", p->n));
    } else if (p->n >= CLIENTS_FOR_MASK && p->look[LOOK_TOKEN] == p->n) {
        r.grade = GRADE_HALF;
        r.because = say(a, TEXT_BECAUSE_TOKENS, fact_count("clients", p->n));
    }
    return r;
}

static struct reply which_person(arena *a, const struct view *v)
{
    struct reply r = by_field(v, FIELD_USER);
    uint64_t users = v->value[FIELD_USER], rows = v->events - min_u64(v->events, v->fold.traffic.auth_required);
    struct fact facts[] = {fact_count("rows", v->events), fact_count("empty", v->events - users), fact_share("share", rows ? (double)users / (double)rows : 0)};
    if (r.grade == GRADE_NO && r.empty && v->events) {
        r.empty = 0;
        r.because = sentence_make(a, TEXT_BECAUSE_NO_USER, facts, COUNT_OF(facts));
    } else if (r.grade == GRADE_YES && (double)users < KNOWN_SHARE * (double)rows) {
        r.grade = GRADE_HALF;
        r.because = sentence_make(a, TEXT_BECAUSE_FEW_USERS, facts, COUNT_OF(facts));
    }
    return r;
}

static struct reply was_it_allowed(const struct view *v)
{
    struct reply by_status = by_field(v, FIELD_STATUS), by_action = by_field(v, FIELD_ACTION);
    return by_status.grade == GRADE_YES ? by_status : by_action.grade == GRADE_YES ? by_action : by_status;
}

static struct reply habits(arena *a, const struct view *v)
{
    struct reply r = {.grade = v->days >= HISTORY_DAYS ? GRADE_YES : GRADE_NO, .used = v->filled & FIELD_BIT(TIME)};
    struct fact facts[] = {fact_count("days", v->days), fact_count("need", HISTORY_DAYS),
                           fact_seconds("span_s", v->last > v->first ? (double)(v->last - v->first) / 1000 : 0)};
    r.because = sentence_make(a, r.grade == GRADE_YES ? TEXT_BECAUSE_DAYS : TEXT_BECAUSE_FEW_DAYS, facts, COUNT_OF(facts));
    return r;
}

static struct reply open_tunnels(arena *a)
{
    return (struct reply){.grade = GRADE_NO, .because = sentence_make(a, TEXT_BECAUSE_AT_END, NULL, 0)};
}

/* A counter of headers is no counter of a tunnel's bytes. */
static struct reply by_detector(arena *a, const struct view *v, const struct detector *d)
{
    bool is_header_only = traffic_is_header_only(&v->fold.traffic);
    bool is_swapped = traffic_is_swapped(&v->fold.traffic);
    bool is_tunnel = d == &detector_tunnel, is_upload = d == &detector_upload;
    uint64_t fields = v->filled | (v->days >= HISTORY_DAYS ? NEEDS_HISTORY : 0);
    if ((is_tunnel && is_header_only) || ((is_tunnel || is_upload) && is_swapped))
        fields &= ~FIELD_BIT(BYTES_OUT);
    struct cost c = cost_of(d, fields);
    struct reply r = {c.grade, c.possible, c.full, c.used, c.missing & ~v->logged, c.missing & v->logged & ~v->filled, {TEXT_NONE, NULL, 0}};
    if ((is_tunnel || is_upload) && is_swapped)
        r.because = sentence_make(a, TEXT_BECAUSE_SWAPPED, NULL, 0);
    else if ((is_tunnel || is_upload) && is_header_only)
        r.because = sentence_make(a, TEXT_BECAUSE_HEADER_ONLY, NULL, 0);
    if (is_upload && is_header_only && r.grade == GRADE_YES)
        r.grade = GRADE_HALF;
    return r;
}

/* In the order of the screen. What a detector that is not named here answers, comes behind them in its own words. */
static const struct { const char *id; enum text_key text; } asked[] = {
    {"tunnel", TEXT_ASK_TUNNEL}, {"upload", TEXT_ASK_UPLOAD}, {"beacon", TEXT_ASK_BEACON}, {"download", TEXT_ASK_DOWNLOAD},
    {"pc", TEXT_ASK_PC}, {"person", TEXT_ASK_PERSON}, {"server", TEXT_ASK_SERVER}, {"outcome", TEXT_ASK_OUTCOME},
    {"habits", TEXT_ASK_HABITS}, {"open", TEXT_ASK_OPEN},
};

static const struct detector *detector_of(const char *id)
{
    for (size_t i = 0; i < detector_n; i++)
        if (strcmp(detectors[i]->kind, id) == 0)
            return detectors[i];
    return NULL;
}

static struct reply answer_one(arena *a, const struct view *v, const char *id)
{
    const struct detector *d = detector_of(id);
    if (!v->events)
        return (struct reply){.grade = GRADE_NO, .because = sentence_make(a, TEXT_BECAUSE_NO_ROWS, NULL, 0)};
    if (d)
        return by_detector(a, v, d);
    if (strcmp(id, "pc") == 0)
        return which_pc(a, v);
    if (strcmp(id, "person") == 0)
        return which_person(a, v);
    if (strcmp(id, "server") == 0)
        return by_field(v, FIELD_SERVER_IP);
    if (strcmp(id, "outcome") == 0)
        return was_it_allowed(v);
    return strcmp(id, "habits") == 0 ? habits(a, v) : open_tunnels(a);
}

static void ask(arena *a, struct audit *out, const char *id, enum text_key text)
{
    struct question *q = &out->questions[out->question_n++];
    *q = (struct question){id, {text, NULL, 0}, arena_new(a, struct reply, out->view_n + 1)};
    for (size_t i = 0; i < out->view_n; i++)
        q->answers[i] = answer_one(a, &out->views[i], id);
}

void audit_answers(arena *a, struct audit *out)
{
    out->questions = arena_new(a, struct question, COUNT_OF(asked) + detector_n);
    for (size_t i = 0; i < COUNT_OF(asked); i++)
        ask(a, out, asked[i].id, asked[i].text);
    for (size_t i = 0; i < detector_n; i++) {
        bool is_asked = !detectors[i]->pair;   /* of event logs: audit/windows.h asks these */
        for (size_t k = 0; k < COUNT_OF(asked); k++)
            is_asked |= strcmp(asked[k].id, detectors[i]->kind) == 0;
        if (!is_asked)
            ask(a, out, detectors[i]->kind, detectors[i]->question);
    }
}
