/* SPDX-License-Identifier: Apache-2.0 */
/* Remote control inside one CONNECT row. Who (the agent), shape (bytes and time), destination, company:
 * docs/detectors/tunnel.md has the measurements behind every figure. */
#include "detect/catching.h"
#include "detect/history.h"
#include "detect/registry.h"
#include "detect/relation.h"
#include "detect/scoring.h"

enum { MINUTE = 60, HOUR = 3600, COMPANY_MS = 600000, COMPANY_ROWS = 16384, RECONNECT_MS = 120000, SHORT_LIST = 20 };

static const struct group_def groups[] = {{"who", 6}, {"shape", 8}, {"destination", 6}, {"company", 4}, {"service", 0}};

enum { BLANK, TOOL, MASQUERADE, OLD_PROTO, TINY, SCREEN, PARKED, FILE_IN, TWO_WAY, NOT_TLS, UNMEASURED, RARE, LITERAL,
       DYNAMIC, ODD_PORT, NEW_HOST, ALONE, RECONNECTS, HOUR_LONG, HOURS_LONG, OFF_HOUR, KNOWN };

#define AGENT FIELD_BIT(AGENT)
#define SIZES (FIELD_BIT(BYTES_OUT) | FIELD_BIT(BYTES_IN) | FIELD_BIT(DURATION))
static const struct signal_def signals[] = {
    [BLANK] = {"blank_agent", "who", 5, AGENT, TEXT_SIG_TUNNEL_BLANK},
    [TOOL] = {"tool_agent", "who", 3, AGENT, TEXT_SIG_TUNNEL_TOOL},
    [MASQUERADE] = {"masquerade", "who", 4, AGENT, TEXT_SIG_TUNNEL_MASQUERADE},
    [OLD_PROTO] = {"http_1_0", "who", 2, FIELD_BIT(PROTO), TEXT_SIG_TUNNEL_OLD_PROTO},
    [TINY] = {"tiny", "shape", -10, 0, TEXT_SIG_TUNNEL_TINY},
    [SCREEN] = {"screen", "shape", 8, SIZES, TEXT_SIG_TUNNEL_SCREEN},
    [PARKED] = {"parked", "shape", 5, SIZES, TEXT_SIG_TUNNEL_PARKED},
    [FILE_IN] = {"file_in", "shape", 4, SIZES, TEXT_SIG_TUNNEL_FILE_IN},
    [TWO_WAY] = {"two_way", "shape", 4, SIZES, TEXT_SIG_TUNNEL_TWO_WAY},
    [NOT_TLS] = {"not_tls", "shape", 8, FIELD_BIT(HANDSHAKE), TEXT_SIG_TUNNEL_NOT_TLS},
    [UNMEASURED] = {"unmeasured", "shape", 4, 0, TEXT_SIG_TUNNEL_UNMEASURED},
    [RARE] = {"rare_host", "destination", 4, 0, TEXT_SIG_RARE_HOST},
    [LITERAL] = {"ip_literal", "destination", 2, 0, TEXT_SIG_LITERAL},
    [DYNAMIC] = {"dynamic_dns", "destination", 2, 0, TEXT_SIG_DYNAMIC_DNS},
    [ODD_PORT] = {"odd_port", "destination", 3, 0, TEXT_SIG_ODD_PORT},
    [NEW_HOST] = {"new_host", "destination", 2, NEEDS_HISTORY, TEXT_SIG_NEW_HOST},
    [ALONE] = {"no_companions", "company", 2, 0, TEXT_SIG_TUNNEL_ALONE},
    [RECONNECTS] = {"reconnects", "company", 3, FIELD_BIT(DURATION), TEXT_SIG_TUNNEL_RECONNECTS},
    [HOUR_LONG] = {"hour_long", "company", 1, FIELD_BIT(DURATION), TEXT_SIG_TUNNEL_HOURS},
    [HOURS_LONG] = {"hours_long", "company", 2, FIELD_BIT(DURATION), TEXT_SIG_TUNNEL_HOURS},
    [OFF_HOUR] = {"off_hours", "company", 2, NEEDS_HISTORY, TEXT_SIG_OFF_HOUR},
    [KNOWN] = {"known_service", "service", -8, 0, TEXT_SIG_KNOWN_SERVICE},
};

enum { WHO_GATE = KNOB_FIRST_OWN, SHAPE_GATE, BLANK_NORMAL, SCREEN_OUT, SCREEN_SECONDS, PARKED_SECONDS };
static const struct knob_def knobs[] = {
    {"medium", 8, "score from which a finding is medium"},
    {"high", 12, "score from which a finding is high"},
    {"critical", 18, "score from which a finding is critical"},
    [WHO_GATE] = {"who_gate", 3, "points of the group who without which nothing is act_now"},
    [SHAPE_GATE] = {"shape_gate", 4, "points of the group shape without which there is no finding"},
    [BLANK_NORMAL] = {"blank_normal", 0.2, "share of tunnel rows without agent from which a blank agent counts less"},
    [SCREEN_OUT] = {"screen_out", 100000, "bytes out from which a row can be screen traffic"},
    [SCREEN_SECONDS] = {"screen_seconds", 30, "seconds from which a row can be screen traffic"},
    [PARKED_SECONDS] = {"parked_seconds", 600, "seconds from which a row can be a parked tunnel"},
};

/* What one row looks like. */
struct look { bool tiny, screen, parked, file_in, two_way, not_tls; };

struct measure {
    struct row best;             /* the row that decides */
    struct look look;
    int shape;
    uint64_t tunnels, blank, shaped, reconnects;
    bool has_company, is_measured;
};

static double seconds_of(const struct row *r) { return r->duration / 1000.0; }

static bool is_between(double v, double low, double high) { return v >= low && v <= high; }

/* Rates of RDP by Microsoft's figures and of the recorded sessions: 0.3-130 kB/s out, 0.02-8 kB/s in. */
static bool is_screen(const struct catcher *c, const struct detector *d, const struct row *r, double out, double in)
{
    double s = seconds_of(r);
    return out >= scoring_knob(c->d, d, SCREEN_OUT) && s >= scoring_knob(c->d, d, SCREEN_SECONDS) &&
           is_between(out / in, 1.5, 200) && is_between(out / s, 300, 130000) && is_between(in / s, 20, 8000);
}

/* SSH keep-alives: 3.6 kB out and 3.4 kB in for the handshake, then 52 B out and 28 B in a probe. */
static bool is_parked(const struct catcher *c, const struct detector *d, const struct row *r, double out, double in)
{
    double s = seconds_of(r), most = 6000 + 20 * s;
    return s >= scoring_knob(c->d, d, PARKED_SECONDS) && out / s <= 50 && in / s <= 50 && is_between(out / in, 0.9, 2.2) &&
           is_between(out, 2500, most) && is_between(in, 2500, most);
}

static struct look look_at(const struct catcher *c, const struct detector *d, const struct row *r)
{
    struct look l = {.not_tls = r->flags & ROW_NOT_TLS};
    double out = (double)r->out, in = (double)r->in, s = seconds_of(r);
    uint32_t has = ROW_HAS_OUT | ROW_HAS_IN | ROW_HAS_DURATION;
    l.tiny = ((r->flags & ROW_HAS_OUT) && out < 1500) || ((r->flags & ROW_HAS_IN) && in < 1500);
    if ((r->flags & has) != has || l.tiny || s <= 0)
        return l;
    l.screen = is_screen(c, d, r, out, in);
    l.parked = is_parked(c, d, r, out, in);
    l.file_in = in >= 50e6 && out >= 100e3 && out >= in / 5000 && out / in < 1.0 / 3 && s >= 120;
    l.two_way = s >= 10 * MINUTE && out >= 1e6 && in >= 1e6 && out / s <= 30e3 && in / s <= 60e3;
    return l;
}

static int shape_points(struct look l)
{
    int sum = (l.tiny ? -10 : 0) + (l.screen ? 8 : 0) + (l.parked ? 5 : 0) + (l.file_in ? 4 : 0) + (l.two_way ? 4 : 0) +
              (l.not_tls ? 8 : 0);
    return sum > 8 ? 8 : sum;
}

/* Does the client contact the same registrable domain besides within ten minutes of the row? A site loads
 * many hosts and comes back; a tunnel is alone. More than COMPANY_ROWS to its other names are company whenever they
 * were: looked at one by one for each of thousands of names, they would cost the square of their number. */
static bool has_company(const struct pair *p, const struct row *tunnel)
{
    int64_t from = row_start(tunnel) - COMPANY_MS, to = row_end(tunnel) + COMPANY_MS;
    if (p->owner.n - p->run.n > COMPANY_ROWS)
        return true;
    for (size_t i = 0; i < p->owner.n; i++) {
        const struct row *r = &p->owner.rows[i];
        bool is_same_tunnel = r->host == tunnel->host && r->flags & ROW_TUNNEL && r->agent == tunnel->agent;
        if (!is_same_tunnel && survey_is_contact(r) && r->time >= from && r->time <= to)
            return true;
    }
    return false;
}

static bool is_better(const struct row *a, int a_points, const struct row *b, int b_points)
{
    if (a_points != b_points)
        return a_points > b_points;
    return add_sat(a->out, a->in) > add_sat(b->out, b->in);
}

static void measure_rows(const struct catcher *c, const struct detector *d, const struct pair *p, struct measure *m)
{
    const struct row *previous = NULL;
    for (size_t i = 0; i < p->run.n; i++) {
        const struct row *r = &p->run.rows[i];
        if (!(r->flags & ROW_TUNNEL) || row_outcome(r) == OUTCOME_BLOCKED || row_outcome(r) == OUTCOME_FAILED)
            continue;
        struct look l = look_at(c, d, r);
        int points = shape_points(l);
        m->blank += row_agent_state(r) != STATE_VALUE && row_agent_state(r) != STATE_UNLOGGED;
        m->shaped += points >= (int)scoring_knob(c->d, d, SHAPE_GATE);
        m->reconnects += previous && row_start(r) - row_end(previous) < RECONNECT_MS && r->duration >= MINUTE * 1000u &&
                         previous->duration >= MINUTE * 1000u;
        if (!m->tunnels++ || is_better(r, points, &m->best, m->shape)) {
            m->best = *r;
            m->look = l;
            m->shape = points;
        }
        previous = r;
    }
    m->is_measured = (m->best.flags & ROW_HAS_OUT) && (m->best.flags & ROW_HAS_IN) && (m->best.flags & ROW_HAS_DURATION);
}

static void pair_tunnel(struct catcher *c, const struct pair *p)
{
    const struct detector *d = &detector_tunnel;
    struct measure m = {0};
    if (p->is_domain || relation_rarity(c->d->survey, p->host, 4, 2) <= 0)
        return;
    measure_rows(c, d, p, &m);
    if (!m.tunnels)
        return;
    bool is_shaped = m.shape >= (int)scoring_knob(c->d, d, SHAPE_GATE);
    bool is_bare = !m.is_measured && m.blank && m.tunnels <= SHORT_LIST && !m.look.tiny;
    if (!is_shaped && !is_bare)
        return;
    struct candidate *made = catch_new(c, d, p, sizeof m);
    m.has_company = has_company(p, &m.best);
    *(struct measure *)made->measure = m;
    catch_agent(c->d, made, m.best.agent, row_agent_state(&m.best));
    catch_evidence(made, &m.best);
    double longest = 0;
    for (size_t i = 0; i < p->run.n; i++) {
        const struct row *r = &p->run.rows[i];
        if (!(r->flags & ROW_TUNNEL))
            continue;
        catch_count(made, r);
        catch_evidence(made, r);
        longest = seconds_of(r) > longest ? seconds_of(r) : longest;
    }
    made->duration_s = longest;
    made->port = m.best.port;
    catch_sort(made);
}

static void give_who(struct judging *j, const struct candidate *c, const struct measure *m)
{
    const struct survey *s = j->d->survey;
    double share = s->tunnel_rows ? (double)s->tunnel_blank / (double)s->tunnel_rows : 0;
    struct fact normal = fact_share("blank_share", share), rows = fact_count("tunnel_rows", s->tunnel_rows);
    if (c->relation == RELATION_BLANK && share < 0.98)
        GIVE(j, BLANK, share < scoring_knob(j->d, j->detector, BLANK_NORMAL) ? 5 : 3, normal, rows);
    if (c->relation == RELATION_TOOL)
        GIVE(j, TOOL, 3, fact_text("agent", relation_agent(s, c->agent)));
    if (c->relation == RELATION_MASQUERADE)
        GIVE(j, MASQUERADE, 4, fact_text("agent", relation_agent(s, c->agent)));
    if (m->best.flags & ROW_OLD_PROTO)
        GIVE(j, OLD_PROTO, 2, fact_text("proto", SPAN("HTTP/1.0")));
}

static void give_shape(struct judging *j, const struct measure *m)
{
    const struct row *r = &m->best;
    double s = seconds_of(r), out = (double)r->out, in = (double)r->in;
    struct fact facts[] = {fact_bytes("out_bytes", r->out), fact_bytes("in_bytes", r->in), fact_seconds("duration_s", s),
                           fact_number("ratio", in > 0 ? out / in : 0), fact_size("out_rate_bytes", (uint64_t)(s > 0 ? out / s : 0)),
                           fact_size("in_rate_bytes", (uint64_t)(s > 0 ? in / s : 0)), fact_count("rows", m->shaped)};
    size_t n = COUNT_OF(facts);
    scoring_give(j, TINY, m->look.tiny ? -10 : 0, facts, n);
    scoring_give(j, SCREEN, m->look.screen ? 8 : 0, facts, n);
    scoring_give(j, PARKED, m->look.parked ? 5 : 0, facts, n);
    scoring_give(j, FILE_IN, m->look.file_in ? 4 : 0, facts, n);
    scoring_give(j, TWO_WAY, m->look.two_way ? 4 : 0, facts, n);
    scoring_give(j, NOT_TLS, m->look.not_tls ? 8 : 0, facts, n);
    if (!m->is_measured && !m->look.not_tls)
        GIVE(j, UNMEASURED, 4, fact_count("rows", m->tunnels), fact_bytes("in_bytes", r->in));
}

static void give_destination(struct judging *j, const struct candidate *c)
{
    const struct survey *s = j->d->survey;
    span host = relation_host(s, c->host);
    GIVE(j, RARE, relation_rarity(s, c->host, 4, 2), fact_count("clients", s->hosts[c->host].clients),
         fact_count("of", s->client_n));
    history_give_new(j, NEW_HOST, 2, c);
    if (relation_is_literal(host))
        GIVE(j, LITERAL, 2, fact_text("host", host));
    if (known_is_dynamic_dns(host))
        GIVE(j, DYNAMIC, 2, fact_text("host", host));
    if (c->port != 443 && c->port != 8443 && c->port != 0)
        GIVE(j, ODD_PORT, 3, fact_plain("port", c->port));
}

static void give_company(struct judging *j, const struct candidate *c, const struct measure *m)
{
    double s = c->duration_s;
    if (!m->has_company)
        GIVE(j, ALONE, 2, fact_text("domain", relation_domain(j->d->survey, c->host)));
    history_give_off_hour(j, OFF_HOUR, 2, c, row_start(&m->best));
    if (m->reconnects >= 2)
        GIVE(j, RECONNECTS, 3, fact_count("rows", m->reconnects + 1));
    if (s >= 4 * HOUR)
        GIVE(j, HOURS_LONG, 2, fact_seconds("duration_s", s));
    else if (s >= HOUR)
        GIVE(j, HOUR_LONG, 1, fact_seconds("duration_s", s));
}

static void give_service(struct judging *j, const struct candidate *c, const struct measure *m)
{
    const struct survey *s = j->d->survey;
    struct behaviour seen = {.shape = SHAPE_TUNNEL, .period_s = -1, .duration_s = c->duration_s,
                             .bytes_out = c->flags & ROW_HAS_OUT ? (double)m->best.out : -1,
                             .bytes_in = c->flags & ROW_HAS_IN ? (double)m->best.in : -1, .port = c->port};
    span agent = c->agent_state == STATE_UNLOGGED ? (span){NULL, 0} : relation_agent(s, c->agent);
    const struct service *service = known_service(relation_host(s, c->host), agent, &seen, j->d->as_of);
    if (service)
        GIVE(j, KNOWN, -8, fact_text("service", span_str(service->name)));
}

/* Without bytes out or duration one row says little: at most look_today, and only for the plain case. */
static bool judge_unmeasured(struct judging *j, const struct candidate *c, const struct measure *m)
{
    const struct survey *s = j->d->survey;
    double share = s->tunnel_rows ? (double)s->tunnel_blank / (double)s->tunnel_rows : 1;
    if (c->relation != RELATION_BLANK || share >= scoring_knob(j->d, j->detector, BLANK_NORMAL) || m->has_company)
        return false;
    scoring_cap(j, SEVERITY_MEDIUM);
    scoring_add_refute(j, TEXT_REFUTE_TUNNEL_UNMEASURED, NULL, 0);
    return j->finding->severity >= SEVERITY_MEDIUM;
}

/* An admin's ssh, a mail program, a push channel: right port, right shape, nothing more. Its owner knows. */
static bool is_held_port_only(const struct candidate *c, const struct measure *m)
{
    bool only_two_way = m->look.two_way && !m->look.screen && !m->look.file_in;
    return (c->port == 22 && only_two_way) || (known_push_port(c->port) && m->look.parked && !m->look.screen);
}

static bool judge_measured(struct judging *j, const struct candidate *c, const struct measure *m)
{
    bool has_who = scoring_group(j, "who") > 0;
    bool opens = scoring_group(j, "who") >= scoring_knob(j->d, j->detector, WHO_GATE) &&
                 m->shape >= scoring_knob(j->d, j->detector, SHAPE_GATE);
    if (!has_who) {
        if (!m->look.screen || seconds_of(&m->best) < 10 * MINUTE || m->has_company)
            return false;
        scoring_cap(j, SEVERITY_MEDIUM);
        if (c->relation == RELATION_SELF_NAMED && j->finding->severity == SEVERITY_MEDIUM)
            j->finding->action = ACTION_ASK_OWNER;
    } else if (is_held_port_only(c, m)) {
        scoring_cap(j, SEVERITY_MEDIUM);
        if (j->finding->severity == SEVERITY_MEDIUM)
            j->finding->action = ACTION_ASK_OWNER;
    } else if (!opens) {
        scoring_cap(j, SEVERITY_MEDIUM);
    }
    return j->finding->severity >= SEVERITY_MEDIUM;
}

static bool judge_tunnel(struct judging *j, struct candidate *c)
{
    const struct measure *m = c->measure;
    const struct survey *s = j->d->survey;
    give_who(j, c, m);
    give_shape(j, m);
    give_destination(j, c);
    give_company(j, c, m);
    give_service(j, c, m);
    scoring_finish(j);
    if (s->client_n < RARITY_MIN_CLIENTS)
        scoring_cap(j, SEVERITY_MEDIUM);
    enum text_key what = m->look.screen   ? TEXT_TUNNEL_SCREEN
                         : m->look.parked ? TEXT_TUNNEL_PARKED
                         : m->look.file_in ? TEXT_TUNNEL_FILE_IN
                         : m->look.two_way ? TEXT_TUNNEL_TWO_WAY
                         : m->look.not_tls ? TEXT_TUNNEL_NOT_TLS : TEXT_TUNNEL_UNMEASURED;
    SUMMARY(j, what, fact_text("host", relation_host(s, c->host)), fact_bytes("out_bytes", m->best.out),
            fact_bytes("in_bytes", m->best.in), fact_seconds("duration_s", seconds_of(&m->best)));
    scoring_add_refute(j, TEXT_REFUTE_TUNNEL, NULL, 0);
    const struct remote_service *remote = known_remote_service(relation_host(s, c->host));
    struct fact product = fact_text("product", span_str(remote ? remote->name : ""));
    if (remote)
        scoring_add_refute(j, TEXT_REFUTE_REMOTE, &product, 1);
    return m->is_measured || m->look.not_tls ? judge_measured(j, c, m) : judge_unmeasured(j, c, m);
}

static const char *const attack[] = {"T1572", "T1021.001", NULL};

/* Every way to more than a lead begins with who asked or with a measured screen. */
static bool can_report_tunnel(uint64_t gives)
{
    uint64_t handshake = FIELD_BIT(HANDSHAKE) | FIELD_BIT(PROTO);
    bool has_tunnels = gives & (FIELD_BIT(METHOD) | FIELD_BIT(ACTION));   /* CONNECT, or TCP_TUNNEL */
    return has_tunnels && ((gives & AGENT) || (gives & SIZES) == SIZES || (gives & handshake) == handshake);
}

const struct detector detector_tunnel = {
    .kind = "tunnel", .index = DETECTOR_tunnel, .attack = attack,
    .groups = groups, .group_n = COUNT_OF(groups), .signals = signals, .signal_n = COUNT_OF(signals),
    .knobs = knobs, .knob_n = COUNT_OF(knobs),
    .wants = FIELD_BIT(METHOD) | FIELD_BIT(AGENT) | SIZES | FIELD_BIT(PROTO) | FIELD_BIT(HANDSHAKE), .needs = FIELD_BIT(HOST),
    .question = TEXT_QUESTION_TUNNEL, .effect = TEXT_EFFECT_TUNNEL,
    .can_report = can_report_tunnel, .pair = pair_tunnel, .judge = judge_tunnel,
};
