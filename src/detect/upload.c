/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes out against the client's own habit: docs/detectors/upload.md. */
#include "detect/catching.h"
#include "detect/history.h"
#include "detect/registry.h"
#include "detect/relation.h"
#include "detect/scoring.h"

static const struct group_def groups[] = {{"volume", 8}, {"agent", 4}, {"destination", 6}, {"service", 0}};

enum { VOLUME, ONE_WAY, BLANK, TOOL, MASQUERADE, RARE, LITERAL, NEW_HOST, OFF_HOUR, KNOWN };

#define OUT FIELD_BIT(BYTES_OUT)
static const struct signal_def signals[] = {
    [VOLUME] = {"volume", "volume", 6, OUT, TEXT_SIG_UPLOAD_VOLUME},
    [ONE_WAY] = {"one_way", "volume", 2, OUT | FIELD_BIT(BYTES_IN), TEXT_SIG_UPLOAD_ONE_WAY},
    [BLANK] = {"blank_agent", "agent", 4, FIELD_BIT(AGENT), TEXT_SIG_UPLOAD_BLANK},
    [TOOL] = {"tool_agent", "agent", 4, FIELD_BIT(AGENT), TEXT_SIG_UPLOAD_TOOL},
    [MASQUERADE] = {"masquerade", "agent", 4, FIELD_BIT(AGENT), TEXT_SIG_UPLOAD_MASQUERADE},
    [RARE] = {"rare_host", "destination", 4, 0, TEXT_SIG_RARE_HOST},
    [LITERAL] = {"ip_literal", "destination", 2, 0, TEXT_SIG_LITERAL},
    [NEW_HOST] = {"new_host", "destination", 2, NEEDS_HISTORY, TEXT_SIG_NEW_HOST},
    [OFF_HOUR] = {"off_hours", "volume", 2, NEEDS_HISTORY, TEXT_SIG_OFF_HOUR},
    [KNOWN] = {"known_service", "service", -8, 0, TEXT_SIG_KNOWN_SERVICE},
};

enum { MIN_BYTES = KNOB_FIRST_OWN, HABIT_Z, RATIO };
static const struct knob_def knobs[] = {
    {"medium", 8, "score from which a finding is medium"},
    {"high", 14, "score from which a finding is high"},
    {"critical", 18, "score from which a finding is critical"},
    [MIN_BYTES] = {"min_bytes", 10e6, "bytes to one host below which a pair is not looked at"},
    [HABIT_Z] = {"habit_z", 3, "robust z of log2(bytes) against the client's own hosts"},
    [RATIO] = {"ratio", 5, "bytes out per byte in below which it is a conversation, not an upload"},
};

struct measure { double z; int64_t largest_at; };

/* Robust z of log2(bytes) in a histogram of powers of two: median and MAD, the latter at least one step. */
static double habit_z(const uint32_t *steps, uint64_t bytes)
{
    uint64_t n = 0, below = 0;
    int median = 0;
    for (int i = 0; i < OUT_STEPS; i++)
        n += steps[i];
    for (; median < OUT_STEPS && (below + steps[median]) * 2 < n; median++)
        below += steps[median];
    uint64_t near = 0;
    int mad = 0;
    for (; mad < OUT_STEPS; mad++) {
        near += median - mad >= 0 ? steps[median - mad] : 0;
        near += mad && median + mad < OUT_STEPS ? steps[median + mad] : 0;
        if (near * 2 >= n)
            break;
    }
    double step = 63 - __builtin_clzll(bytes | 1);
    return (step - median) / (1.4826 * (mad < 1 ? 1 : mad));
}

static double own_z(const struct detecting *d, uint32_t client, uint64_t bytes)
{
    uint32_t steps[OUT_STEPS];
    for (int i = 0; i < OUT_STEPS; i++)
        steps[i] = d->survey->clients[client].out_steps[i];
    return habit_z(steps, bytes);
}

static void pair_upload(struct catcher *c, const struct pair *p)
{
    const struct detector *d = &detector_upload;
    uint64_t out = 0, in = 0;
    const struct row *largest = NULL;
    if (p->is_domain || !(p->has_flags & ROW_HAS_OUT))
        return;
    for (size_t i = 0; i < p->run.n; i++) {
        const struct row *r = &p->run.rows[i];
        if (row_outcome(r) == OUTCOME_BLOCKED)
            continue;
        out = add_sat(out, r->out);
        in = add_sat(in, r->in);
        largest = !largest || r->out > largest->out ? r : largest;
    }
    if (!largest || (double)out < scoring_knob(c->d, d, MIN_BYTES) || (double)out < scoring_knob(c->d, d, RATIO) * (double)in)
        return;
    double z = own_z(c->d, p->client, out);
    if (z < scoring_knob(c->d, d, HABIT_Z) || relation_rarity(c->d->survey, p->host, 4, 2) <= 0) {
        catch_lead(c, DETECTOR_upload, p, largest->agent);
        return;
    }
    struct candidate *made = catch_new(c, d, p, sizeof(struct measure));
    *(struct measure *)made->measure = (struct measure){z, row_start(largest)};
    catch_agent(c->d, made, largest->agent, row_agent_state(largest));
    catch_evidence(made, largest);
    for (size_t i = 0; i < p->run.n; i++) {
        catch_count(made, &p->run.rows[i]);
        catch_evidence(made, &p->run.rows[i]);
    }
    catch_sort(made);
}

static void give_signals(struct judging *j, const struct candidate *c)
{
    const struct survey *s = j->d->survey;
    const struct measure *m = c->measure;
    span host = relation_host(s, c->host);
    struct fact agent = fact_text("agent", relation_agent(s, c->agent));
    GIVE(j, VOLUME, c->out >= 100000000 ? 6 : 4, fact_bytes("out_bytes", c->out), fact_number("habit_z", m->z));
    if (c->flags & ROW_HAS_IN)
        GIVE(j, ONE_WAY, 2, fact_bytes("out_bytes", c->out), fact_bytes("in_bytes", c->in));
    GIVE(j, BLANK, c->relation == RELATION_BLANK ? 4 : 0, fact_count("rows", c->events));
    GIVE(j, TOOL, c->relation == RELATION_TOOL ? 4 : 0, agent);
    GIVE(j, MASQUERADE, c->relation == RELATION_MASQUERADE ? 4 : 0, agent);
    GIVE(j, RARE, relation_rarity(s, c->host, 4, 2), fact_count("clients", s->hosts[c->host].clients),
         fact_count("of", s->client_n));
    if (relation_is_literal(host))
        GIVE(j, LITERAL, 2, fact_text("host", host));
    history_give_new(j, NEW_HOST, 2, c);
    history_give_off_hour(j, OFF_HOUR, 2, c, m->largest_at);
    struct behaviour seen = {.shape = SHAPE_UPLOAD, .period_s = -1, .duration_s = -1, .bytes_out = (double)c->out,
                             .bytes_in = c->flags & ROW_HAS_IN ? (double)c->in : -1, .port = c->port};
    span named = c->agent_state == STATE_UNLOGGED ? (span){NULL, 0} : relation_agent(s, c->agent);
    const struct service *service = known_service(host, named, &seen, j->d->as_of);
    if (service)
        GIVE(j, KNOWN, -8, fact_text("service", span_str(service->name)));
}

static bool judge_upload(struct judging *j, struct candidate *c)
{
    bool is_foreign = c->relation == RELATION_BLANK || c->relation == RELATION_TOOL || c->relation == RELATION_MASQUERADE;
    give_signals(j, c);
    scoring_finish(j);
    SUMMARY(j, TEXT_UPLOAD_SUMMARY, fact_text("host", j->finding->host), fact_size("out_bytes", c->out),
            fact_count("rows", c->events));
    scoring_add_refute(j, TEXT_REFUTE_UPLOAD, NULL, 0);
    if (!is_foreign || !candidate_acts_elsewhere(j->all, c))
        scoring_cap(j, SEVERITY_MEDIUM);
    if (!is_foreign && j->finding->severity >= SEVERITY_MEDIUM)
        j->finding->action = ACTION_ASK_OWNER;
    return j->finding->severity >= SEVERITY_MEDIUM;
}

static const char *const attack[] = {"T1041", "T1567", NULL};

const struct detector detector_upload = {
    .kind = "upload", .index = DETECTOR_upload, .attack = attack,
    .groups = groups, .group_n = COUNT_OF(groups), .signals = signals, .signal_n = COUNT_OF(signals),
    .knobs = knobs, .knob_n = COUNT_OF(knobs),
    .wants = FIELD_BIT(AGENT) | FIELD_BIT(BYTES_IN), .needs = OUT | FIELD_BIT(HOST),
    .question = TEXT_QUESTION_UPLOAD, .effect = TEXT_EFFECT_UPLOAD,
    .pair = pair_upload, .judge = judge_upload,
};
