/* SPDX-License-Identifier: Apache-2.0 */
/* Rhythm no memoryless process produces, on a host that hardly anyone uses: docs/detectors/beacon.md. */
#include "detect/beacon.h"

#include "detect/catching.h"
#include "detect/download.h"
#include "detect/history.h"
#include "detect/registry.h"
#include "detect/relation.h"
#include "detect/scoring.h"

enum { TOOL_BEFORE_MS = 3600000, TOOL_AFTER_MS = 600000 };

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
    [TOOL_BEFORE] = {"tool_fetched", "context", 5, FIELD_BIT(PATH), TEXT_SIG_BEACON_TOOL_BEFORE},
    [CHECK_IN] = {"check_in", "context", 2, FIELD_BIT(METHOD), TEXT_SIG_BEACON_CHECK_IN},
    [NO_REFERER] = {"no_referer", "context", 1, FIELD_BIT(REFERER), TEXT_SIG_BEACON_NO_REFERER},
    [FEW_PATHS] = {"few_paths", "context", 1, FIELD_BIT(PATH), TEXT_SIG_BEACON_FEW_PATHS},
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
    beacon_measure_stream(c, p, &m, made);
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
static bool is_tool_of(const struct judging *j, const struct candidate *tool, const struct candidate *c)
{
    return download_is_tool(j->d, tool) && tool->first >= c->first - TOOL_BEFORE_MS && tool->first <= c->last + TOOL_AFTER_MS;
}

/* The first of them. */
static const struct candidate *tool_before(const struct judging *j, const struct candidate *c)
{
    const struct candidate *best = NULL;
    struct candidates of = candidates_of_client(j->all, c->client);
    for (size_t i = 0; i < of.n; i++) {
        const struct candidate *other = of.items[i];
        if (is_tool_of(j, other, c) && (!best || other->first < best->first))
            best = other;
    }
    return best;
}

/* Does a tool speak against this beat? Under an intruder's name, whenever it came. Another program only where the beat
 * can come from it, beginning no earlier than ten minutes before; and not against the client's own browser and programs
 * that name themselves: people fetch programs from rare hosts, and open dashboards, on the same morning. */
static bool is_armed(const struct judging *j, const struct candidate *c)
{
    struct candidates of = candidates_of_client(j->all, c->client);
    bool is_ordinary = c->relation == RELATION_OWN || c->relation == RELATION_SELF_NAMED;
    for (size_t i = 0; i < of.n; i++)
        if (is_tool_of(j, of.items[i], c) &&
            (download_is_named(of.items[i]) || (!is_ordinary && of.items[i]->first <= c->first + TOOL_AFTER_MS)))
            return true;
    return false;
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

/* A page that several people have open: each comes with a browser of his own, and they differ. An implant has one agent
 * on all its victims, whoever's it copies. */
static bool is_each_ones_browser(const struct judging *j, const struct candidate *c)
{
    struct candidates of = candidates_of_host(j->all, c->host);
    for (size_t i = 0; c->relation == RELATION_OWN && !c->is_domain && i < of.n; i++) {
        const struct candidate *other = of.items[i];
        if (other->detector == c->detector && other->client != c->client && other->relation == RELATION_OWN &&
            other->agent != c->agent)
            return true;
    }
    return false;
}

/* A telephone's apps send a library's agent, or none. */
static bool is_app(const struct judging *j, const struct candidate *c)
{
    return (c->relation == RELATION_TOOL || c->relation == RELATION_BLANK) && relation_is_phone(j->d->survey, c->client);
}

/* What its owner can name at once: a program that says who it is, an appliance at its usual work, a mail or push
 * channel, an app. An agent that does not belong there is none of these. */
static bool is_for_owner(const struct judging *j, const struct candidate *c, const struct beacon_measure *m)
{
    bool is_disguised = c->relation == RELATION_MASQUERADE || c->relation == RELATION_FOREIGN;
    return !is_disguised && !is_armed(j, c) &&
           (c->relation == RELATION_SELF_NAMED || known_push_port(c->port) ||
            (is_old(j, c, m) && !opens_act_now(j, c, m)) || is_app(j, c) || is_each_ones_browser(j, c) ||
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
    .wants = AGENT | FIELD_BIT(REFERER) | FIELD_BIT(BYTES_OUT), .needs = FIELD_BIT(TIME) | FIELD_BIT(CLIENT) | FIELD_BIT(HOST),
    .question = TEXT_QUESTION_BEACON, .effect = TEXT_EFFECT_BEACON,
    .pair = pair_beacon, .judge = judge_beacon,
};
