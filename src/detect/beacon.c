/* SPDX-License-Identifier: Apache-2.0 */
/* Rhythm no memoryless process produces, on a host that hardly anyone uses: docs/detectors/beacon.md. */
#include "detect/beacon.h"

#include "detect/catching.h"
#include "detect/download.h"
#include "detect/history.h"
#include "detect/registry.h"
#include "detect/relation.h"
#include "detect/scoring.h"

#include <stdlib.h>

enum { PATHS_COUNTED = 64, TOOL_BEFORE_MS = 3600000, TOOL_AFTER_MS = 600000, DAY_MS = 86400000 };

static const struct group_def groups[] = {{"timing", 10}, {"agent", 7}, {"rarity", 5}, {"context", 7}, {"history", 0}, {"service", 0}};

enum { BEAT, SIZES, MASQUERADE, AGENT_RARE, TOOL, BLANK, RARE, TOOL_BEFORE, CHECK_IN, NO_REFERER, FEW_PATHS, PLACE,
       SECOND_VICTIM, NEW_HOST, OFF_HOURS, OLD, KNOWN };

#define AGENT FIELD_BIT(AGENT)
static const struct signal_def signals[] = {
    [BEAT] = {"beat", "timing", 8, FIELD_BIT(TIME), TEXT_SIG_BEACON_BEAT},
    [SIZES] = {"same_sizes", "timing", 2, 0, TEXT_SIG_BEACON_SIZES},
    [MASQUERADE] = {"masquerade", "agent", 4, AGENT, TEXT_SIG_BEACON_MASQUERADE},
    [AGENT_RARE] = {"agent_only_here", "agent", 3, AGENT, TEXT_SIG_BEACON_AGENT_RARE},
    [TOOL] = {"tool_agent", "agent", 3, AGENT, TEXT_SIG_BEACON_TOOL},
    [BLANK] = {"blank_agent", "agent", 3, AGENT, TEXT_SIG_BEACON_BLANK},
    [RARE] = {"rare_host", "rarity", 5, 0, TEXT_SIG_RARE_HOST},
    [TOOL_BEFORE] = {"tool_fetched", "context", 5, FIELD_BIT(URL), TEXT_SIG_BEACON_TOOL_BEFORE},
    [CHECK_IN] = {"check_in", "context", 2, FIELD_BIT(METHOD), TEXT_SIG_BEACON_CHECK_IN},
    [NO_REFERER] = {"no_referer", "context", 1, FIELD_BIT(REFERER), TEXT_SIG_BEACON_NO_REFERER},
    [FEW_PATHS] = {"few_paths", "context", 1, FIELD_BIT(URL), TEXT_SIG_BEACON_FEW_PATHS},
    [PLACE] = {"literal_or_odd_port", "context", 2, 0, TEXT_SIG_BEACON_PLACE},
    [SECOND_VICTIM] = {"second_victim", "context", 2, FIELD_BIT(CLIENT), TEXT_SIG_BEACON_SECOND},
    [NEW_HOST] = {"new_host", "context", 2, NEEDS_HISTORY, TEXT_SIG_NEW_HOST},
    [OFF_HOURS] = {"off_hours", "context", 2, NEEDS_HISTORY, TEXT_SIG_OFF_HOURS},
    [OLD] = {"since_ever", "history", -3, NEEDS_HISTORY, TEXT_SIG_BEACON_OLD},
    [KNOWN] = {"known_service", "service", -8, 0, TEXT_SIG_KNOWN_SERVICE},
};

enum { MIN_EVENTS = KNOB_FIRST_OWN, LOOK_EVENTS, MIN_S, LOOK_S, GATE_POINTS, HELD, OLD_DAYS };
static const struct knob_def knobs[] = {
    {"medium", 10, "score from which a finding is medium"},
    {"high", 16, "score from which a finding is high"},
    {"critical", 22, "score from which a finding is critical"},
    [MIN_EVENTS] = {"min_events", 14, "beats (pauses + 1) below which a pair is no candidate"},
    [LOOK_EVENTS] = {"look_events", 20, "beats (pauses + 1) from which timing alone is looked at today"},
    [MIN_S] = {"min_s", 0.2, "timing score below which a pair is no candidate"},
    [LOOK_S] = {"look_s", 0.27, "timing score from which a rare host is looked at today, whatever the sum"},
    [GATE_POINTS] = {"gate_points", 2.5, "timing and size points without which nothing is act_now"},
    [HELD] = {"held", 0.5, "share of the span in which a request is open from which a pair counts as held open"},
    [OLD_DAYS] = {"old_days", 5, "days with beats, from the log's beginning on, from which a beat is nothing new"},
};

static void measure_sizes(struct catcher *c, const struct stream *s, struct run run, uint32_t has, struct beacon_measure *m)
{
    size_t n = 0;
    sizes_result result;
    if (!array_reserve((void **)&c->sizes, &c->sizes_capacity, run.n, sizeof *c->sizes, SIZE_MAX / 16))
        panic("out of memory");
    for (size_t i = 0; i < run.n; i++)
        if (stream_has(s, &run.rows[i]) && run.rows[i].flags & has)
            c->sizes[n++] = has == ROW_HAS_OUT ? run.rows[i].out : run.rows[i].in;
    if (n < SIZES_MIN)
        return;
    sizes_regularity(c->sizes, n, c->timing, &result);
    if (result.points > m->size_points) {
        m->size_points = result.points;
        m->size_share = result.share;
        m->size_mode = result.mode;
    }
}

static int by_value(const void *x, const void *y)
{
    uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;
    return (a > b) - (a < b);
}

static uint64_t median_out(struct catcher *c, const struct stream *s, struct run run)
{
    size_t n = 0;
    for (size_t i = 0; i < run.n; i++)
        if (stream_has(s, &run.rows[i]) && run.rows[i].flags & ROW_HAS_OUT)
            c->sizes[n++] = run.rows[i].out;
    if (n == 0)
        return 0;
    qsort(c->sizes, n, sizeof *c->sizes, by_value);
    return c->sizes[n / 2];
}

static void count_path(uint32_t *paths, struct beacon_measure *m, uint32_t path)
{
    for (size_t i = 0; i < m->paths; i++)
        if (paths[i] == path)
            return;
    if (m->paths < PATHS_COUNTED)
        paths[m->paths++] = path;
}

static void measure_rows(struct catcher *c, const struct pair *p, struct beacon_measure *m, struct candidate *made)
{
    const struct survey *survey = c->d->survey;
    uint32_t paths[PATHS_COUNTED];
    uint64_t median = median_out(c, &m->stream, p->run);
    const struct row *last = NULL;
    double open_s = 0;
    for (size_t i = 0; i < p->run.n; i++) {
        const struct row *r = &p->run.rows[i];
        if (!stream_has(&m->stream, r))
            continue;
        catch_count(made, r);
        m->rows++;
        m->connects += row_method(r) == METHOD_CONNECT;
        m->gets += row_method(r) == METHOD_GET;
        m->posts += row_method(r) == METHOD_POST;
        m->blocked += row_outcome(r) == OUTCOME_BLOCKED;
        m->days += !last || r->time / DAY_MS != last->time / DAY_MS;
        last = r;
        m->big_outs += r->flags & ROW_HAS_OUT && r->out > 3 * median;
        m->blank_referers += row_method(r) != METHOD_CONNECT && row_referer_state(r) == STATE_BLANK;
        open_s += r->duration / 1000.0;
        if (r->referer) {
            m->referers++;
            m->referers_visited += survey_client_visited(survey, &c->visited, p->client, r->referer);
        }
        count_path(paths, m, r->path);
    }
    double span_s = (double)(made->last - made->first) / 1000.0;
    m->held = span_s > 0 ? open_s / span_s : 0;
    m->open_s = made->flags & ROW_HAS_DURATION ? open_s / (double)m->rows : -1;
    m->out_median = made->flags & ROW_HAS_OUT ? (double)median : -1;
}

/* The agent of most of the stream's rows. A vote with one counter finds it if there is a majority; a stream
 * without one has no agent of its own, and the last candidate is as good as any. */
static void take_agent(struct catcher *c, const struct pair *p, const struct beacon_measure *m, struct candidate *made)
{
    const struct row *agent = NULL;
    size_t votes = 0;
    for (size_t i = 0; i < p->run.n; i++) {
        const struct row *r = &p->run.rows[i];
        if (!stream_has(&m->stream, r))
            continue;
        if (!votes)
            agent = r;
        votes = agent->agent == r->agent ? votes + 1 : votes - 1;
    }
    if (agent)
        catch_agent(c->d, made, agent->agent, row_agent_state(agent));
}

static void take_evidence(const struct pair *p, const struct beacon_measure *m, struct candidate *made)
{
    const struct row *first = NULL, *last = NULL, *largest = NULL, *post = NULL;
    size_t kept = 0;
    for (size_t i = 0; i < p->run.n; i++) {
        const struct row *r = &p->run.rows[i];
        if (!stream_has(&m->stream, r))
            continue;
        first = first ? first : r;
        last = r;
        largest = !largest || r->out > largest->out ? r : largest;
        post = !post && row_method(r) == METHOD_POST ? r : post;
        if (kept < 5) {
            catch_evidence(made, r);
            kept++;
        }
    }
    if (!first)
        return;
    catch_evidence(made, last);
    catch_evidence(made, largest);
    if (post)
        catch_evidence(made, post);
    catch_sort(made);
}

static uint64_t count_names(struct run run)
{
    uint64_t n = 0;
    for (size_t i = 0; i < run.n; i++)
        n += i == 0 || run.rows[i].host != run.rows[i - 1].host;
    return n;
}

static int rarity(const struct detecting *d, uint32_t host, bool is_domain)
{
    return is_domain ? relation_domain_rarity(d->survey, host, 5, 3) : relation_rarity(d->survey, host, 5, 3);
}

static void pair_beacon(struct catcher *c, const struct pair *p)
{
    const struct detector *d = &detector_beacon;
    size_t least = (size_t)scoring_knob(c->d, d, MIN_EVENTS);
    struct beacon_measure m = {0};
    if (p->run.n < least || rarity(c->d, p->host, p->is_domain) <= 0)
        return;
    m.stream = streams_best(c, p->run, least, scoring_knob(c->d, d, MIN_S), &m.timing);
    if (m.stream.s <= 0 || m.timing.intervals + 1 < least)
        return;
    struct candidate *made = catch_new(c, d, p, sizeof m);
    m.names = p->is_domain ? count_names(p->owner) : 1;
    measure_sizes(c, &m.stream, p->run, ROW_HAS_OUT, &m);
    measure_sizes(c, &m.stream, p->run, ROW_HAS_IN, &m);
    measure_rows(c, p, &m, made);
    take_agent(c, p, &m, made);
    take_evidence(p, &m, made);
    made->period_s = m.timing.period_s;
    made->is_active = (double)(c->d->as_of - made->last) <= 3000.0 * m.timing.high_s;
    *(struct beacon_measure *)made->measure = m;
}

static void give_timing(struct judging *j, const struct beacon_measure *m)
{
    const timing_result *t = &m->timing;
    int points = (int)(8 * t->s + 0.5);
    GIVE(j, BEAT, points > 0 ? points : 1, fact_count("matched", t->matched), fact_count("intervals", t->intervals),
         fact_seconds("low_s", t->low_s), fact_seconds("high_s", t->high_s), fact_seconds("period_s", t->period_s),
         fact_share("chance", t->chance), fact_number("score", t->s), fact_count("missed", t->missed));
    GIVE(j, SIZES, (int)(m->size_points + 0.5), fact_share("share", m->size_share), fact_bytes("size_bytes", m->size_mode));
}

/* Do the client's other requests normally carry an agent? */
static bool others_carry_agent(const struct judging *j, const struct candidate *c)
{
    uint64_t blank, with;
    if (j->d->survey->clients[c->client].shared)
        return false;
    survey_client_blank(j->d->survey, c->client, c->host, &blank, &with);
    return with >= 10 && with > 4 * blank;
}

static void give_agent(struct judging *j, const struct candidate *c)
{
    const struct survey *s = j->d->survey;
    struct fact agent = fact_text("agent", relation_agent(s, c->agent));
    if (c->relation == RELATION_MASQUERADE) {
        GIVE(j, MASQUERADE, 4, agent);
        if (relation_agent_is_rare(s, c->agent))
            GIVE(j, AGENT_RARE, 3, agent, fact_count("clients", s->templates[s->agents[c->agent].template].clients));
    }
    if (c->relation == RELATION_TOOL && relation_is_office_pc(s, c->client))
        GIVE(j, TOOL, 3, agent);
    if (c->relation == RELATION_BLANK && others_carry_agent(j, c))
        GIVE(j, BLANK, 3, fact_count("rows", c->events));
}

/* An executable from a rare host that this client fetched not with its browser, or under a tool's name, from
 * an hour before the first beat to ten minutes after the last. */
static const struct candidate *tool_before(const struct judging *j, const struct candidate *c)
{
    const struct candidate *best = NULL;
    struct candidates of = candidates_of_client(j->all, c->client);
    for (size_t i = 0; i < of.n; i++) {
        const struct candidate *other = of.items[i];
        if (!download_is_tool(j->d, other))
            continue;
        if (other->first < c->first - TOOL_BEFORE_MS || other->first > c->last + TOOL_AFTER_MS)
            continue;
        if (!best || other->first < best->first)
            best = other;
    }
    return best;
}

/* Does that tool speak against this beat? Against the client's own browser and a program that names itself only
 * under an intruder's name: people fetch programs from rare hosts, and open dashboards, on the same morning. */
static bool is_armed(const struct judging *j, const struct candidate *c)
{
    const struct candidate *tool = tool_before(j, c);
    bool is_ordinary = c->relation == RELATION_OWN || c->relation == RELATION_SELF_NAMED;
    return tool && (!is_ordinary || download_is_named(tool));
}

static bool has_foreign_agent(const struct judging *j, const struct candidate *c)
{
    return !j->d->survey->clients[c->client].shared && c->relation != RELATION_OWN && c->relation != RELATION_SELF_NAMED && c->relation != RELATION_UNLOGGED;
}

static bool is_check_in(const struct judging *j, const struct candidate *c, const struct beacon_measure *m)
{
    double share = (double)(m->posts > m->big_outs ? m->posts : m->big_outs) / (double)m->rows;
    return share >= 0.005 && share <= 0.2 && has_foreign_agent(j, c);
}

/* Is the agent a stranger on this client? An appliance or a phone and a tool that the client
 * runs against everyone's hosts too are no strangers; no agent at all says nothing on CONNECT, where many
 * programs send none. */
static bool is_stranger(const struct judging *j, const struct candidate *c, const struct beacon_measure *m)
{
    const struct survey *s = j->d->survey;
    if (!relation_is_office_pc(s, c->client))
        return false;
    if (c->relation == RELATION_TOOL)
        return !survey_client_has_template(s, c->client, s->agents[c->agent].template);
    if (c->relation == RELATION_BLANK)
        return m->connects == 0 && others_carry_agent(j, c);
    return c->relation == RELATION_MASQUERADE || c->relation == RELATION_FOREIGN;
}

/* Another client with a beat of the same period (within 20 %) to the same host, or to rotating names of one domain. */
static const struct candidate *second_victim(const struct judging *j, const struct candidate *c)
{
    struct candidates of = c->is_domain ? candidates_of_domain(j->all, c->domain) : candidates_of_host(j->all, c->host);
    for (size_t i = 0; i < of.n; i++) {
        const struct candidate *other = of.items[i];
        if (other->detector == c->detector && other->client != c->client &&
            other->is_domain == c->is_domain && other->period_s > 0.8 * c->period_s && other->period_s < 1.25 * c->period_s)
            return other;
    }
    return NULL;
}

static void give_context(struct judging *j, const struct candidate *c, const struct beacon_measure *m)
{
    const struct survey *s = j->d->survey;
    const struct candidate *tool = tool_before(j, c), *second = second_victim(j, c);
    bool is_connect = m->connects == m->rows;
    if (tool)
        GIVE(j, TOOL_BEFORE, 5, fact_text("file", names_text(s->intake->files, tool->file)),
             fact_text("host", relation_host(s, tool->host)), fact_time("time", tool->first),
             fact_seconds("before_s", (double)(c->first - tool->first) / 1000.0));
    if (is_check_in(j, c, m))
        GIVE(j, CHECK_IN, 2, fact_count("posts", m->posts), fact_count("rows", m->rows));
    if (!is_connect && m->gets && m->blank_referers == m->rows - m->connects && m->referers == 0)
        GIVE(j, NO_REFERER, 1, fact_count("rows", m->blank_referers));
    if (!is_connect && m->paths * 20 <= m->rows)
        GIVE(j, FEW_PATHS, 1, fact_count("paths", m->paths), fact_count("rows", m->rows));
    bool is_odd = c->port && c->port != 80 && c->port != 443 && c->port != 8080 && c->port != 8443;
    if (relation_is_literal(relation_host(s, c->host)) || is_odd)
        GIVE(j, PLACE, 2, fact_text("host", relation_host(s, c->host)), fact_plain("port", c->port));
    if (second && is_stranger(j, c, m))
        GIVE(j, SECOND_VICTIM, 2, fact_text("client", relation_client(s, second->client)),
             fact_seconds("period_s", second->period_s));
}

static void give_service(struct judging *j, const struct candidate *c, const struct beacon_measure *m)
{
    const struct survey *s = j->d->survey;
    bool is_held = m->held >= scoring_knob(j->d, j->detector, HELD);
    struct behaviour seen = {.shape = is_held ? SHAPE_PUSH : SHAPE_POLL, .period_s = m->timing.period_s,
                             .duration_s = m->open_s, .bytes_out = m->out_median, .bytes_in = -1, .port = c->port};
    span agent = c->agent_state == STATE_UNLOGGED ? (span){NULL, 0} : relation_agent(s, c->agent);
    const struct service *service = known_service(relation_host(s, c->host), agent, &seen, j->d->as_of);
    if (service)
        GIVE(j, KNOWN, -8, fact_text("service", span_str(service->name)));
}

/* Has it been so since the log begins, day after day? An intruder may have been here longer than the log, but then
 * nothing about it is of today. */
static bool is_old(const struct judging *j, const struct candidate *c, const struct beacon_measure *m)
{
    return history_is_old(j->d, c->first) && m->days >= (uint64_t)scoring_knob(j->d, j->detector, OLD_DAYS);
}

static void give_history(struct judging *j, const struct candidate *c, const struct beacon_measure *m)
{
    history_give_new(j, NEW_HOST, 2, c);
    history_give_off_hours(j, OFF_HOURS, 2, c);
    if (is_old(j, c, m))
        GIVE(j, OLD, -3, fact_count("days", m->days), fact_time("first", c->first));
}

/* Reading a page that reloads itself, or a stream in pieces: the client's own browser, coming from a page
 * that this client did visit. */
static bool is_own_page(const struct candidate *c, const struct beacon_measure *m)
{
    return c->relation == RELATION_OWN && m->referers_visited * 2 > m->rows;
}

static bool opens_act_now(const struct judging *j, const struct candidate *c, const struct beacon_measure *m)
{
    if (8 * m->timing.s + m->size_points < scoring_knob(j->d, j->detector, GATE_POINTS))
        return false;
    bool is_blank_get = c->relation == RELATION_BLANK && m->connects == 0;
    return c->relation == RELATION_MASQUERADE || is_armed(j, c) ||
           (second_victim(j, c) && is_stranger(j, c, m)) || (is_blank_get && is_check_in(j, c, m));
}

/* What its owner can name at once: a program that says who it is, an appliance at its usual work, a mail or push
 * channel. An agent that does not belong there is none of these. */
static bool is_for_owner(const struct judging *j, const struct candidate *c, const struct beacon_measure *m)
{
    bool is_disguised = c->relation == RELATION_MASQUERADE || c->relation == RELATION_FOREIGN;
    return !is_disguised && !is_armed(j, c) &&
           (c->relation == RELATION_SELF_NAMED || known_push_port(c->port) ||
            (is_old(j, c, m) && !opens_act_now(j, c, m)) ||
            relation_is_machines_own(j->d->survey, c->client, c->agent));
}

/* Severity and action, once all signals are given. False: a lead. */
static bool decide(struct judging *j, const struct candidate *c, const struct beacon_measure *m)
{
    struct finding *f = j->finding;
    bool is_held = m->held >= scoring_knob(j->d, j->detector, HELD);
    bool is_explained = scoring_group(j, "service") < 0;
    bool is_looked_at = m->timing.s >= scoring_knob(j->d, j->detector, LOOK_S) &&
                        m->timing.intervals + 1 >= (uint64_t)scoring_knob(j->d, j->detector, LOOK_EVENTS);
    if (is_own_page(c, m) || (is_held && c->relation == RELATION_OWN))
        return false;
    if (f->severity < SEVERITY_MEDIUM && is_looked_at && !is_explained)
        f->severity = SEVERITY_MEDIUM;
    bool can_judge = j->d->survey->client_n >= RARITY_MIN_CLIENTS;
    scoring_cap(j, !is_held && can_judge && opens_act_now(j, c, m) ? SEVERITY_CRITICAL : SEVERITY_MEDIUM);
    if (f->severity < SEVERITY_MEDIUM)
        return false;
    if (is_for_owner(j, c, m)) {
        scoring_cap(j, SEVERITY_MEDIUM);
        f->action = ACTION_ASK_OWNER;
    }
    return true;
}

static bool judge_beacon(struct judging *j, struct candidate *c)
{
    const struct beacon_measure *m = c->measure;
    const struct survey *s = j->d->survey;
    give_timing(j, m);
    give_agent(j, c);
    uint32_t users = c->is_domain ? s->domains[s->hosts[c->host].domain].clients : s->hosts[c->host].clients;
    GIVE(j, RARE, rarity(j->d, c->host, c->is_domain), fact_count("clients", users), fact_count("of", s->client_n));
    give_context(j, c, m);
    give_history(j, c, m);
    give_service(j, c, m);
    scoring_finish(j);
    SUMMARY(j, c->is_domain ? TEXT_BEACON_DOMAIN : TEXT_BEACON_SUMMARY, fact_text("host", j->finding->host),
            fact_seconds("period_s", m->timing.period_s), fact_count("rows", m->rows), fact_time("first", c->first),
            fact_time("last", c->last), fact_count("names", m->names));
    scoring_add_refute(j, TEXT_REFUTE_BEACON, NULL, 0);
    return decide(j, c, m);
}

static const char *const attack[] = {"T1071.001", "T1573", NULL};

const struct detector detector_beacon = {
    .kind = "beacon", .index = DETECTOR_beacon, .attack = attack,
    .groups = groups, .group_n = COUNT_OF(groups), .signals = signals, .signal_n = COUNT_OF(signals),
    .knobs = knobs, .knob_n = COUNT_OF(knobs),
    .wants = AGENT | FIELD_BIT(REFERER) | FIELD_BIT(BYTES_OUT), .needs = FIELD_BIT(TIME) | FIELD_BIT(CLIENT),
    .question = TEXT_QUESTION_BEACON, .effect = TEXT_EFFECT_BEACON,
    .pair = pair_beacon, .judge = judge_beacon,
};
