/* SPDX-License-Identifier: Apache-2.0 */
/* Remote desktop that came out of a tunnel: a logon from loopback, whose machine and time zone are not this office's, the
 * process that carried it, and the one CONNECT row in which it lies: docs/detectors/rdp_loopback.md. */
#include "detect/rdp_loopback.h"

#include "base/when.h"
#include "detect/catching.h"
#include "detect/registry.h"
#include "detect/relation.h"
#include "detect/scoring.h"

#include <stdlib.h>

static const struct group_def groups[] = {{"logon", 8}, {"leak", 5}, {"process", 8}, {"row", 8}};

enum { LOOPBACK, OWN_ADDRESS, NO_ADDRESS, TRIES_ALONE, FOREIGN_MACHINE, FOREIGN_ZONE, TRIES, HOLDER, BY_TIME, COMMAND, STARTED, CARRIER,
       OWN_CLIENT, EXACT, CONTAINED, ONE_OF_SEVERAL, ENDS_TOGETHER, TUNNEL, BEGINS_SOON, RATE };

#define DURATION FIELD_BIT(DURATION)
static const struct signal_def signals[] = {
    [LOOPBACK] = {"loopback_logon", "logon", 8, 0, TEXT_SIG_RDP_LOOPBACK},
    [OWN_ADDRESS] = {"own_address_logon", "logon", 6, 0, TEXT_SIG_RDP_OWN_ADDRESS},
    [NO_ADDRESS] = {"local_logon", "logon", 4, 0, TEXT_SIG_RDP_LOCAL},
    [TRIES_ALONE] = {"tries_alone", "logon", 8, 0, TEXT_SIG_RDP_TRIES_ALONE},
    [FOREIGN_MACHINE] = {"foreign_machine", "leak", 3, 0, TEXT_SIG_RDP_MACHINE},
    [FOREIGN_ZONE] = {"foreign_zone", "leak", 2, 0, TEXT_SIG_RDP_ZONE},
    [TRIES] = {"failed_tries", "leak", 2, 0, TEXT_SIG_RDP_TRIES},
    [HOLDER] = {"port_holder", "process", 6, 0, TEXT_SIG_RDP_HOLDER},
    [BY_TIME] = {"near_in_time", "process", 4, 0, TEXT_SIG_RDP_BY_TIME},
    [COMMAND] = {"forwarding_command", "process", 4, 0, TEXT_SIG_RDP_COMMAND},
    [STARTED] = {"started_before", "process", 4, 0, TEXT_SIG_RDP_STARTED},
    [CARRIER] = {"talks_outside", "process", 2, 0, TEXT_SIG_RDP_CARRIER},
    [OWN_CLIENT] = {"own_client", "process", -8, 0, TEXT_SIG_RDP_OWN_CLIENT},
    [EXACT] = {"exact_row", "row", 8, FIELD_BIT(CLIENT_PORT), TEXT_SIG_RDP_EXACT},
    [CONTAINED] = {"only_row", "row", 3, DURATION, TEXT_SIG_RDP_CONTAINED},
    [ONE_OF_SEVERAL] = {"one_of_several_rows", "row", 2, DURATION, TEXT_SIG_RDP_SEVERAL},
    [ENDS_TOGETHER] = {"ends_together", "row", 4, 0, TEXT_SIG_RDP_ENDS},
    [TUNNEL] = {"row_is_tunnel", "row", 4, 0, TEXT_SIG_RDP_TUNNEL},
    [BEGINS_SOON] = {"begins_soon", "row", 1, DURATION, TEXT_SIG_RDP_BEGINS},
    [RATE] = {"rate_fits", "row", 1, DURATION | FIELD_BIT(BYTES_OUT), TEXT_SIG_RDP_RATE},
};

enum { LOGON_GATE = KNOB_FIRST_OWN, PROOF_GATE };
_Static_assert((int)RDP_KNOB_MIN_TRIES == PROOF_GATE + 1, "the knob that rdp_catch.c asks for");
static const struct knob_def knobs[] = {
    {"medium", 8, "score from which a finding is medium"},
    {"high", 14, "score from which a finding is high"},
    {"critical", 20, "score from which a finding is critical"},
    [LOGON_GATE] = {"logon_gate", 6, "points of the group logon without which nothing is act_now"},
    [PROOF_GATE] = {"proof_gate", 6, "points that process or row must have for act_now"},
    [RDP_KNOB_MIN_TRIES] = {"min_tries", 3, "failed passwords through loopback from which they are looked at where nobody came"},
};

/* ---- what it is worth ---- */

/* Windows writes 4625 of type 3 and 140 for one try; of type 3 alone it may be any service. */
uint64_t rdp_failed(const struct rdp_tries *t)
{
    return t->failed_remote + t->refused + (t->failed_rdp ? max_u64(t->failed_network, t->failed_rdp) : 0);
}

span rdp_account(arena *a, const struct rdp_session *s)
{
    enum { SHOWN = 256 };
    span user = span_take(s->user, SHOWN), domain = span_take(s->domain, SHOWN);
    if (!user.n)
        return SPAN("-");
    return domain.n ? arena_printf(a, "%.*s\\%.*s", (int)domain.n, domain.p, (int)user.n, user.p) : user;
}

span rdp_zone(arena *a, int minutes)
{
    sink o = sink_memory();
    sink_str(&o, "UTC");
    when_put_zone(&o, minutes);
    span text = arena_dup(a, sink_text(&o));
    if (sink_done(&o).kind)
        panic("a sink in memory failed");
    return text;
}

bool rdp_is_own_client(const struct tunneller *t)
{
    return span_ends_nocase(t->process, SPAN("\\Windows\\System32\\mstsc.exe"));
}

/* "4624, 1149, 21": the events that say so. */
static span event_list(arena *a, const struct rdp_segment *s)
{
    sink o = sink_memory();
    uint32_t said[RDP_EVENTS_MAX];
    size_t n = 0;
    for (size_t i = 0; i < s->event_n; i++) {
        size_t k = 0;
        while (k < n && said[k] != s->events[i]->kind->id)
            k++;
        if (k < n)
            continue;
        said[n++] = s->events[i]->kind->id;
        sink_printf(&o, "%s%u", n > 1 ? ", " : "", s->events[i]->kind->id);
    }
    span text = arena_dup(a, sink_text(&o));
    if (sink_done(&o).kind)
        panic("a sink in memory failed");
    return text;
}

static void give_logon(struct judging *j, const struct rdp_measure *m)
{
    const struct rdp_segment *s = m->segment;
    struct fact facts[] = {fact_text("user", rdp_account(j->memory, m->session)), fact_text("address", s->address.n ? s->address : SPAN("-")),
                           fact_text("events", event_list(j->memory, s)), fact_count("sessions", m->segments)};
    size_t n = COUNT_OF(facts);
    scoring_give(j, LOOPBACK, s->from == RDP_FROM_LOOPBACK ? 8 : 0, facts, n);
    scoring_give(j, OWN_ADDRESS, s->from == RDP_FROM_OWN ? 6 : 0, facts, n);
    scoring_give(j, NO_ADDRESS, s->from == RDP_FROM_LOCAL ? 4 : 0, facts, n);
}

/* A machine of ours may be where an administrator sits: that is worth less. */
static void give_leak(struct judging *j, const struct candidate *c, const struct rdp_measure *m)
{
    const struct rdp_segment *s = m->segment;
    bool is_ours = s->workstation.n && computer_named(m->view->computers, s->workstation) != COMPUTER_NONE;
    GIVE(j, FOREIGN_MACHINE, !s->workstation.n ? 0 : is_ours ? 1 : 3, fact_text("workstation", s->workstation),
         fact_text("computer", windows_view_short(c->computer)));
    if (s->has & RDP_HAS_ZONE && m->view->home_zone != WHEN_NONE_MINUTES && s->zone != m->view->home_zone)
        GIVE(j, FOREIGN_ZONE, 2, fact_text("zone", rdp_zone(j->memory, s->zone)),
             fact_text("home_zone", rdp_zone(j->memory, m->view->home_zone)));
    const struct rdp_tries *t = m->tries;
    int64_t offset = m->join->clock.offset;
    struct fact facts[] = {fact_count("tries", t ? rdp_failed(t) : 0), fact_time("first", t ? t->first + offset : 0),
                           fact_time("last", t ? t->last + offset : 0), fact_text("user", rdp_account(j->memory, m->session))};
    scoring_give(j, TRIES_ALONE, t && !m->segments ? 8 : 0, facts, COUNT_OF(facts));
    scoring_give(j, TRIES, t && m->segments && rdp_failed(t) ? 2 : 0, facts, COUNT_OF(facts));
}

static void give_process(struct judging *j, const struct rdp_measure *m)
{
    const struct tunneller *t = m->by;
    span command = span_take(t->command_line, RDP_COMMAND_SHOWN);
    struct fact facts[] = {fact_text("process", t->process.n ? windows_view_base(t->process) : SPAN("-")), fact_plain("pid", t->pid),
                           fact_plain("port", m->segment->port), fact_seconds("away_s", (double)llabs(t->distance) / 1000),
                           fact_text("command", command), fact_count("candidates", t->candidates)};
    size_t n = COUNT_OF(facts);
    bool forwards = command_forwards(t->command);
    scoring_give(j, HOLDER, t->by == TUNNELLER_BY_PORT ? 6 : 0, facts, n);
    scoring_give(j, BY_TIME, t->by == TUNNELLER_BY_TIME && t->candidates == 1 ? 4 : t->by == TUNNELLER_BY_TIME ? 2 : 0, facts, n);
    scoring_give(j, STARTED, t->by == TUNNELLER_BY_COMMAND && forwards ? 4 : 0, facts, n);
    scoring_give(j, COMMAND, t->by > TUNNELLER_BY_COMMAND && forwards ? 4 : 0, facts, n);
    scoring_give(j, OWN_CLIENT, t->by > TUNNELLER_BY_COMMAND && rdp_is_own_client(t) ? -8 : 0, facts, n);
    const struct outside *o = t->carrier;
    if (o && !rdp_is_own_client(t))
        GIVE(j, CARRIER, 2, fact_text("process", facts[0].text), fact_text("address", o->address), fact_plain("port", o->port),
             fact_time("at", o->time + m->join->clock.offset));
}

/* The other rows that contain it, by their hosts. */
static span other_rows(arena *a, const struct join *j, const struct offered *but)
{
    sink o = sink_memory();
    size_t n = 0;
    for (size_t i = 0; i < j->offered_n; i++)
        if (&j->offered[i] != but) {
            sink_str(&o, n++ ? ", " : "");
            sink_put(&o, j->offered[i].row->host);
        }
    span text = arena_dup(a, sink_text(&o));
    if (sink_done(&o).kind)
        panic("a sink in memory failed");
    return text;
}

static void give_row(struct judging *j, const struct rdp_measure *m)
{
    const struct join *join = m->join;
    const struct offered *o = m->joined;
    const struct tunnel_row *r = o ? o->row : NULL;
    const struct candidate *tunnel = r ? r->finding : NULL;
    if (!r)
        return;
    struct fact facts[] = {fact_text("host", r->host), fact_text("client", r->client), fact_plain("port", r->client_port),
                           fact_count("rows", join->rows), fact_count("contain", join->contain),
                           fact_seconds("apart_s", (double)llabs(o->tail_ms) / 1000), fact_seconds("lag_s", (double)o->lead_ms / 1000),
                           fact_number("score", tunnel && tunnel->finding ? tunnel->finding->score : 0),
                           fact_text("process", m->by->process.n ? windows_view_base(m->by->process) : SPAN("-")),
                           fact_bytes("out_bytes", r->out), fact_text("others", other_rows(j->memory, join, o))};
    size_t n = COUNT_OF(facts);
    bool is_only = join->contain == 1;
    scoring_give(j, EXACT, o->how & JOIN_PORT ? 8 : 0, facts, n);
    scoring_give(j, CONTAINED, o->how & JOIN_CONTAINED && is_only ? 3 : 0, facts, n);
    scoring_give(j, ONE_OF_SEVERAL, o->how & JOIN_CONTAINED && !is_only ? 2 : 0, facts, n);
    scoring_give(j, ENDS_TOGETHER, o->how & JOIN_ENDS_TOGETHER ? 4 : 0, facts, n);
    scoring_give(j, TUNNEL, tunnel && tunnel->finding && tunnel->finding->action >= ACTION_LOOK_TODAY ? 4 : 0, facts, n);
    scoring_give(j, BEGINS_SOON, o->how & JOIN_BEGINS_SOON ? 1 : 0, facts, n);
    scoring_give(j, RATE, o->how & JOIN_RATE_FITS ? 1 : 0, facts, n);
}

/* ---- what has to be doubted ---- */

static void doubt_clock(struct judging *j, const struct candidate *c, const struct clock *k)
{
    struct fact facts[] = {fact_text("computer", windows_view_short(c->computer)), fact_seconds("offset_s", (double)llabs(k->offset) / 1000),
                           fact_count("matches", k->matches), fact_seconds("tolerance_s", (double)k->tolerance / 1000)};
    enum text_key key = k->by == CLOCK_ASSUMED ? TEXT_RDP_CLOCK_ASSUMED
                        : k->offset < 0        ? TEXT_RDP_CLOCK_AHEAD
                        : k->offset > 0        ? TEXT_RDP_CLOCK_BEHIND : TEXT_RDP_CLOCK_SAME;
    scoring_add_refute(j, key, facts, COUNT_OF(facts));
}

/* No row, or several: which, and why. */
static void doubt_row(struct judging *j, const struct rdp_measure *m)
{
    static const enum text_key why[] = {
        [JOIN_FOUND] = TEXT_RDP_ROW_SEVERAL, [JOIN_NO_ROWS] = TEXT_RDP_ROW_NO_LOG, [JOIN_STILL_OPEN] = TEXT_RDP_ROW_STILL_OPEN,
        [JOIN_ROTATED_AWAY] = TEXT_RDP_ROW_ROTATED, [JOIN_NO_DURATION] = TEXT_RDP_ROW_NO_DURATION,
        [JOIN_ROW_MISSING] = TEXT_RDP_ROW_MISSING, [JOIN_AROUND_PROXY] = TEXT_RDP_ROW_AROUND};
    const struct join *join = m->join;
    const struct outside *o = join->elsewhere;
    struct fact facts[] = {fact_count("rows", join->rows), fact_count("contain", join->contain),
                           fact_text("others", other_rows(j->memory, join, m->joined)),
                           fact_text("client", join->client.n ? join->client : SPAN("-")),
                           fact_time("log_first", join->log_first), fact_time("log_last", join->log_last),
                           fact_text("process", m->by->process.n ? windows_view_base(m->by->process) : SPAN("-")),
                           fact_text("address", o ? o->address : SPAN("-")), fact_plain("port", o ? o->port : 0)};
    enum text_key key = join->none == JOIN_AROUND_PROXY && o ? TEXT_RDP_ROW_AROUND_TO
                        : !join->client.n && join->none == JOIN_AROUND_PROXY ? TEXT_RDP_ROW_NO_CLIENT : why[join->none];
    bool is_exact = m->joined && m->joined->how & JOIN_PORT;
    if (m->segments && (!m->joined || (!is_exact && join->contain > 1)))
        scoring_add_refute(j, key, facts, COUNT_OF(facts));
}

static enum text_key summary_of(const struct rdp_measure *m)
{
    if (!m->segments)
        return TEXT_RDP_SUMMARY_TRIES;
    if (m->joined)
        return TEXT_RDP_SUMMARY_ROW;
    return m->by->process.n && m->by->by != TUNNELLER_NONE ? TEXT_RDP_SUMMARY_PROCESS : TEXT_RDP_SUMMARY;
}

static void list_user(struct judging *j, const struct rdp_measure *m)
{
    struct text_list *l = &j->finding->users;
    *l = (struct text_list){arena_new(j->memory, span, 1), 0, 0};
    if (m->session->user.n)
        l->items[l->n++] = rdp_account(j->memory, m->session);
}

/* The pair's bytes stand in its tunnel finding already, and are those of all its rows. */
static void lean_on_tunnel(struct judging *j, struct candidate *c, const struct rdp_measure *m)
{
    const struct candidate *tunnel = m->joined ? m->joined->row->finding : NULL;
    if (!tunnel || !tunnel->finding) {
        if (c->row_n)
            j->finding->outcomes[row_outcome(&c->rows[0])]++;
        return;
    }
    c->pair_out = tunnel->pair_out;
    c->pair_through = tunnel->pair_through;
    c->pair_uncounted = tunnel->pair_uncounted;
}

static bool judge_rdp_loopback(struct judging *j, struct candidate *c)
{
    const struct rdp_measure *m = c->measure;
    give_logon(j, m);
    give_leak(j, c, m);
    give_process(j, m);
    give_row(j, m);
    scoring_finish(j);
    bool is_proved = max_i64(scoring_group(j, "process"), scoring_group(j, "row")) >= scoring_knob(j->d, j->detector, PROOF_GATE);
    if (!is_proved || scoring_group(j, "logon") < scoring_knob(j->d, j->detector, LOGON_GATE))
        scoring_cap(j, SEVERITY_MEDIUM);
    list_user(j, m);
    if (!j->finding->client.p && m->join->client.n)
        j->finding->client = m->join->client;
    lean_on_tunnel(j, c, m);
    SUMMARY(j, summary_of(m), fact_text("computer", windows_view_short(c->computer)), fact_text("user", rdp_account(j->memory, m->session)),
            fact_text("address", m->segment->address.n ? m->segment->address : SPAN("-")),
            fact_text("host", m->joined ? m->joined->row->host : SPAN("-")), fact_count("sessions", m->segments),
            fact_count("tries", m->tries ? rdp_failed(m->tries) : 0),
            fact_text("process", m->by->process.n ? windows_view_base(m->by->process) : SPAN("-")));
    scoring_add_refute(j, TEXT_REFUTE_RDP, NULL, 0);
    if (m->segments && m->join->none != JOIN_NO_ROWS)
        doubt_clock(j, c, &m->join->clock);
    doubt_row(j, m);
    return m->session->is_authenticated && j->finding->severity >= SEVERITY_MEDIUM;
}

static const char *const attack[] = {"T1572", "T1021.001", NULL};

const struct detector detector_rdp_loopback = {
    .kind = "rdp_loopback", .index = DETECTOR_rdp_loopback, .attack = attack,
    .groups = groups, .group_n = COUNT_OF(groups), .signals = signals, .signal_n = COUNT_OF(signals),
    .knobs = knobs, .knob_n = COUNT_OF(knobs),
    .wants = FIELD_BIT(CLIENT_PORT) | DURATION, .needs = 0,
    .question = TEXT_QUESTION_RDP, .effect = TEXT_EFFECT_RDP,
    .computers = rdp_catch, .judge = judge_rdp_loopback,
};
