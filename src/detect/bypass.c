/* SPDX-License-Identifier: Apache-2.0 */
/* Computers that reach the internet around the proxy, by the connections that Windows logged: docs/detectors/bypass.md. */
#include "detect/bypass.h"

#include "base/when.h"
#include "detect/catching.h"
#include "detect/registry.h"
#include "detect/relation.h"
#include "detect/scoring.h"
#include "event/host.h"

#include <stdlib.h>

static const struct group_def groups[] = {{"direct", 4}, {"program", 3}, {"absence", 7}, {"machine", 5}};

enum { DIRECT, TOOL, ODD_PLACE, NO_ROWS, STOPS, SAME_MACHINE };

static const struct signal_def signals[] = {
    [DIRECT] = {"direct", "direct", 4, 0, TEXT_SIG_BYPASS_DIRECT},
    [TOOL] = {"tool", "program", 3, 0, TEXT_SIG_BYPASS_TOOL},
    [ODD_PLACE] = {"odd_place", "program", 3, 0, TEXT_SIG_BYPASS_PLACE},
    [NO_ROWS] = {"no_rows", "absence", 7, FIELD_BIT(CLIENT), TEXT_SIG_BYPASS_NO_ROWS},
    [STOPS] = {"rows_stop", "absence", 7, FIELD_BIT(CLIENT), TEXT_SIG_BYPASS_STOPS},
    [SAME_MACHINE] = {"same_machine", "machine", 5, 0, TEXT_SIG_BYPASS_MACHINE},
};

enum { MIN_CONNECTIONS = KNOB_FIRST_OWN, COMMON_SHARE, SILENT_HOURS };
static const struct knob_def knobs[] = {
    {"medium", 7, "score from which a finding is medium"},
    {"high", 12, "score from which a finding is high"},
    {"critical", 16, "score from which a finding is critical"},
    [MIN_CONNECTIONS] = {"min_connections", 1, "connections of one program below which it is not looked at"},
    [COMMON_SHARE] = {"common_share", 0.5, "share of the computers from which a program that goes around the proxy is common"},
    [SILENT_HOURS] = {"silent_hours", 4, "hours without a row, at the log's end, from which a computer's rows stop"},
};

enum { HOUR_MS = 3600000, COMMON_MIN = 3 };

/* One connection to a public address that is not the proxy's. */
struct direct { const struct kept *k; span base, path, address; uint64_t program; uint32_t computer; bool is_quiet; };

/* DNS, time, discovery: programs of Windows ask these past any proxy. */
static bool is_quiet_port(uint64_t port) { return port == 53 || port == 123 || port == 5353 || port == 1900 || port == 3702; }

/* Windows' own services fetch updates and check for the internet past the proxy where its settings are the user's alone. */
static bool is_windows_service(span path, span base)
{
    static const char *const names[] = {"svchost.exe", "System", "lsass.exe", "MoUsoCoreWorker.exe", "MpCmdRun.exe"};
    bool is_home = span_contains_nocase(path, SPAN("\\Windows\\System32\\")) || !memchr(path.p ? path.p : "", '\\', path.n);
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (is_home && span_eq_nocase(base, span_str(names[i])))
            return true;
    return false;
}

static bool is_odd_place(span path)
{
    static const char *const places[] = {"\\Users\\Public\\", "\\Temp\\", "\\Downloads\\", "\\$Recycle.Bin\\", "\\PerfLogs\\",
                                         "\\Windows\\Tasks\\", "\\Windows\\Debug\\"};
    for (size_t i = 0; i < COUNT_OF(places); i++)
        if (span_contains_nocase(path, span_str(places[i])))
            return true;
    /* Programs of Windows and its makers' live there too, each in a folder of Microsoft's. */
    return span_contains_nocase(path, SPAN("\\ProgramData\\")) && !span_contains_nocase(path, SPAN("\\ProgramData\\Microsoft\\"));
}

/* Where this computer finds the proxy is known by connections that both logged; else by the ports that proxies have. */
static bool is_proxy(const struct clock *clock, span address, uint64_t port)
{
    if (!clock->proxy.address.n)
        return port == 3128 || port == 8080;
    host_name canonical;
    return address_canon(address, &canonical) && span_eq(host_span(&canonical), clock->proxy.address) &&
           (!clock->proxy.port || clock->proxy.port == port);
}

static uint64_t program_of(span base)
{
    char lower[256];
    span s = span_take(base, sizeof lower);
    for (size_t i = 0; i < s.n; i++)
        lower[i] = ascii_lower(s.p[i]);
    return hash64(span_of(lower, s.n));
}

static bool is_direct(const struct windows_view *w, const struct kept *k, uint32_t computer)
{
    span address = kept_text(k, WINDOWS_REMOTE_ADDRESS);
    return k->kind->meaning == MEANS_CONNECTION && computer != COMPUTER_NONE && kept_number(k, WINDOWS_DIRECTION) == DIRECTION_OUT &&
           windows_address_kind(address) == ADDRESS_PUBLIC &&
           !is_proxy(&w->clocks[computer], address, kept_number(k, WINDOWS_REMOTE_PORT));
}

static int by_program(const void *x, const void *y)
{
    const struct direct *a = x, *b = y;
    if (a->computer != b->computer)
        return a->computer < b->computer ? -1 : 1;
    if (a->program != b->program)
        return a->program < b->program ? -1 : 1;
    int order = span_cmp(a->address, b->address);
    if (order)
        return order;
    if (a->k->time != b->k->time)
        return a->k->time < b->k->time ? -1 : 1;
    return (a->k->origin > b->k->origin) - (a->k->origin < b->k->origin);
}

static size_t list_direct(const struct windows_view *w, struct direct *out)
{
    size_t n = 0;
    for (size_t i = 0; i < w->store->n; i++) {
        const struct kept *k = w->store->events[i];
        uint32_t computer = k->kind->meaning == MEANS_CONNECTION ? computer_of(w->computers, k) : COMPUTER_NONE;
        if (!is_direct(w, k, computer))
            continue;
        span path = kept_text(k, WINDOWS_PROCESS), base = windows_view_base(path);
        out[n++] = (struct direct){k, base, path, kept_text(k, WINDOWS_REMOTE_ADDRESS), program_of(base), computer,
                                   is_quiet_port(kept_number(k, WINDOWS_REMOTE_PORT)) || is_windows_service(path, base)};
    }
    if (n)
        qsort(out, n, sizeof *out, by_program);
    return n;
}

/* On how many computers each program goes around the proxy. */
struct spread { uint64_t program; uint32_t computers; };

static int by_hash(const void *x, const void *y)
{
    const struct spread *a = x, *b = y;
    return (a->program > b->program) - (a->program < b->program);
}

static size_t list_spread(const struct direct *d, size_t n, struct spread *out)
{
    size_t m = 0, kept = 0;
    for (size_t i = 0; i < n; i++)
        if (i == 0 || d[i].computer != d[i - 1].computer || d[i].program != d[i - 1].program)
            out[m++] = (struct spread){d[i].program, 1};
    if (m)
        qsort(out, m, sizeof *out, by_hash);
    for (size_t i = 0; i < m; i++) {
        if (kept && out[kept - 1].program == out[i].program)
            out[kept - 1].computers++;
        else
            out[kept++] = out[i];
    }
    return kept;
}

struct looking {
    struct catcher *c;
    const struct windows_view *w;
    const struct spread *spread;
    size_t spread_n;
    uint32_t computers;            /* with such connections */
    const struct presence *presences;
};

static bool is_common(const struct looking *l, uint64_t program)
{
    struct spread key = {program, 0};
    const struct spread *s = bsearch(&key, l->spread, l->spread_n, sizeof *l->spread, by_hash);
    return s && s->computers >= COMMON_MIN &&
           s->computers >= scoring_knob(l->c->d, &detector_bypass, COMMON_SHARE) * l->computers;
}

static bool tells_more(const struct talker *a, const struct talker *b)
{
    int x = a->is_tool * 2 + a->is_odd, y = b->is_tool * 2 + b->is_odd;
    return x != y ? x > y : a->n > b->n;
}

static void keep_talker(struct bypass_measure *m, const struct talker *t)
{
    size_t at = m->talker_n < TALKERS_KEPT ? m->talker_n++ : TALKERS_KEPT;
    for (; at && tells_more(t, &m->talkers[at - 1]); at--)
        if (at < TALKERS_KEPT)
            m->talkers[at] = m->talkers[at - 1];
    if (at < TALKERS_KEPT)
        m->talkers[at] = *t;
}

/* The connections of one program of one computer. */
static void add_program(const struct looking *l, struct bypass_measure *m, const struct direct *d, size_t n)
{
    struct talker t = {.base = d->base, .path = d->path, .first = INT64_MAX, .last = INT64_MIN};
    for (size_t i = 0; i < n; i++) {
        if (d[i].is_quiet) {
            m->quiet++;
            continue;
        }
        t.addresses += t.n == 0 || !span_eq(d[i].address, d[i - 1].address);
        t.n++;
        t.events[0] = d[i].k->time < t.first ? d[i].k : t.events[0];
        t.events[1] = d[i].k->time > t.last ? d[i].k : t.events[1];
        t.first = min_i64(t.first, d[i].k->time);
        t.last = max_i64(t.last, d[i].k->time);
    }
    if (!t.n || (double)t.n < scoring_knob(l->c->d, &detector_bypass, MIN_CONNECTIONS))
        return;
    t.is_tool = command_read(t.path, (span){NULL, 0}).tool != NULL;
    t.is_odd = is_odd_place(t.path);
    if (!t.is_tool && !t.is_odd && is_common(l, d->program)) {
        m->common += t.n;
        return;
    }
    m->programs++;
    m->n += t.n;
    keep_talker(m, &t);
}

/* ---- one computer ---- */

static void keep_events(const struct looking *l, struct candidate *made, const struct bypass_measure *m)
{
    enum { MOST = CANDIDATE_ROWS_MAX };
    const struct kept *events[TALKERS_KEPT * TALKER_EVENTS + 2];
    uint64_t *at = arena_new(l->c->memory, uint64_t, MOST);
    size_t n = 0, kept = 0;
    if (m->presence.absence != ABSENT_NOT) {
        events[n++] = m->presence.first;
        events[n++] = m->presence.last;
    }
    for (size_t i = 0; i < m->talker_n; i++)
        for (size_t k = 0; k < TALKER_EVENTS; k++)
            events[n++] = m->talkers[i].events[k];
    for (size_t i = 0; i < n && kept < MOST; i++) {
        bool is_new = true;
        for (size_t k = 0; k < kept; k++)
            is_new &= at[k] != events[i]->origin;
        if (is_new)
            at[kept++] = events[i]->origin;
    }
    made->events_at = at;
    made->events_at_n = kept;
}

static void set_times(const struct looking *l, struct candidate *made, const struct bypass_measure *m)
{
    int64_t offset = l->w->clocks[m->computer].offset;
    if (m->presence.absence != ABSENT_NOT) {
        made->first = m->presence.first->time + offset;
        made->last = m->presence.last->time + offset;
    }
    for (size_t i = 0; i < m->talker_n; i++) {
        made->first = min_i64(made->first, m->talkers[i].first + offset);
        made->last = max_i64(made->last, m->talkers[i].last + offset);
    }
}

static void look_at_computer(const struct looking *l, uint32_t computer, const struct direct *d, size_t n)
{
    struct bypass_measure m = {.view = l->w, .computer = computer, .presence = l->presences[computer]};
    for (size_t i = 0, k; i < n; i += k) {
        for (k = 1; i + k < n && d[i + k].program == d[i].program;)
            k++;
        add_program(l, &m, d + i, k);
    }
    if ((!m.talker_n && m.presence.absence == ABSENT_NOT) || l->c->n >= CANDIDATES_KEPT)
        return;
    struct candidate *made = catch_computer(l->c, &detector_bypass, l->w->computers->items[computer].name, sizeof m);
    made->agent_state = STATE_UNLOGGED;
    made->events = m.presence.absence == ABSENT_NOT ? m.n : m.n + m.presence.uses;
    if (m.presence.last_row != INT64_MIN) {
        made->client = m.presence.client_id;
        made->has_no_client = false;
    }
    set_times(l, made, &m);
    keep_events(l, made, &m);
    *(struct bypass_measure *)made->measure = m;
}

static void computers_bypass(struct catcher *c, const struct windows_view *w)
{
    size_t events = 0;
    for (size_t i = 0; i < w->store->n; i++)
        events += w->store->events[i]->kind->meaning == MEANS_CONNECTION;
    struct direct *direct = mem_alloc((events + 1) * sizeof *direct);
    struct spread *spread = mem_alloc((events + 1) * sizeof *spread);
    size_t n = list_direct(w, direct);
    struct looking l = {.c = c, .w = w, .spread = spread, .spread_n = list_spread(direct, n, spread)};
    for (size_t i = 0; i < n; i++)
        l.computers += i == 0 || direct[i].computer != direct[i - 1].computer;
    int64_t silent_ms = (int64_t)(scoring_knob(c->d, &detector_bypass, SILENT_HOURS) * HOUR_MS);
    struct presence *presences = bypass_presences(c->d, w, silent_ms);
    l.presences = presences;
    for (size_t i = 0, at = 0, k; i < w->computers->n; i++, at += k) {
        for (k = 0; at + k < n && direct[at + k].computer == i;)
            k++;
        look_at_computer(&l, (uint32_t)i, direct + at, k);
    }
    mem_free(presences);
    mem_free(spread);
    mem_free(direct);
}

/* ---- what it is worth ---- */

/* Is there an act_now finding of this computer, or of the client that it is? */
static bool is_acting(const struct judging *j, const struct candidate *c)
{
    struct candidates of = candidates_of_computer(j->all, c->computer);
    for (size_t i = 0; i < of.n; i++)
        if (of.items[i]->detector != c->detector && of.items[i]->finding && of.items[i]->finding->action == ACTION_ACT_NOW)
            return true;
    return candidate_acts_elsewhere(j->all, c);
}

static void list_addresses(struct judging *j, const struct bypass_measure *m)
{
    struct text_list *l = &j->finding->server_ips;
    *l = (struct text_list){arena_new(j->memory, span, (size_t)TALKERS_KEPT * TALKER_EVENTS), 0, 0};
    for (size_t i = 0; i < m->talker_n; i++)
        for (size_t k = 0; k < TALKER_EVENTS; k++) {
            span address = kept_text(m->talkers[i].events[k], WINDOWS_REMOTE_ADDRESS);
            size_t at = 0;
            while (at < l->n && !span_eq(l->items[at], address))
                at++;
            if (at == l->n)
                l->items[l->n++] = address;
        }
}

/* What any of its sentences may ask for: of the most telling program, and of the rows. */
enum { BYPASS_FACTS = 13 };
static size_t list_facts(struct judging *j, const struct candidate *c, const struct bypass_measure *m, struct fact *facts)
{
    const struct talker *t = &m->talkers[0];
    const struct kept *k = t->events[0];
    const struct presence *p = &m->presence;
    const struct fact all[BYPASS_FACTS] = {
        fact_text("process", t->base.n ? t->base : SPAN("-")), fact_text("path", t->path.n ? t->path : SPAN("-")),
        fact_count("connections", t->n), fact_count("addresses", t->addresses),
        fact_text("address", k ? kept_text(k, WINDOWS_REMOTE_ADDRESS) : SPAN("-")),
        fact_plain("port", k ? kept_number(k, WINDOWS_REMOTE_PORT) : 0), fact_count("programs", m->programs),
        fact_text("computer", windows_view_short(c->computer)), fact_text("client", p->client.n ? p->client : SPAN("-")),
        fact_count("others", j->d->survey->client_n), fact_time("last_row", p->last_row), fact_count("uses", p->uses),
        fact_time("last", p->last ? p->last->time : t->last)};
    memcpy(facts, all, sizeof all);
    return BYPASS_FACTS;
}

static bool judge_bypass(struct judging *j, struct candidate *c)
{
    const struct bypass_measure *m = c->measure;
    const struct talker *t = &m->talkers[0];
    bool is_acted_on = is_acting(j, c), is_told = t->is_tool || t->is_odd;
    struct fact facts[BYPASS_FACTS];
    size_t n = list_facts(j, c, m, facts);
    scoring_give(j, DIRECT, m->talker_n ? 4 : 0, facts, n);
    scoring_give(j, TOOL, t->is_tool ? 3 : 0, facts, n);
    scoring_give(j, ODD_PLACE, t->is_odd ? 3 : 0, facts, n);
    scoring_give(j, NO_ROWS, m->presence.absence == ABSENT_NO_ROWS ? 7 : 0, facts, n);
    scoring_give(j, STOPS, m->presence.absence == ABSENT_STOPS ? 7 : 0, facts, n);
    scoring_give(j, SAME_MACHINE, is_acted_on ? 5 : 0, facts, n);
    scoring_finish(j);
    if (!is_acted_on || !is_told)
        scoring_cap(j, SEVERITY_MEDIUM);
    if (!is_told && j->finding->severity >= SEVERITY_MEDIUM)
        j->finding->action = ACTION_ASK_OWNER;
    list_addresses(j, m);
    if (!j->finding->client.p && m->presence.client.n)
        j->finding->client = m->presence.client;
    enum text_key summary = m->talker_n ? TEXT_BYPASS_SUMMARY
                            : m->presence.absence == ABSENT_NO_ROWS ? TEXT_BYPASS_NO_ROWS : TEXT_BYPASS_STOPS;
    scoring_set_summary(j, summary, facts, n);
    scoring_add_refute(j, m->talker_n ? TEXT_REFUTE_BYPASS : TEXT_REFUTE_ABSENT, NULL, 0);
    return j->finding->severity >= SEVERITY_MEDIUM;
}

static const char *const attack[] = {"T1572", NULL};

const struct detector detector_bypass = {
    .kind = "bypass", .index = DETECTOR_bypass, .attack = attack,
    .groups = groups, .group_n = COUNT_OF(groups), .signals = signals, .signal_n = COUNT_OF(signals),
    .knobs = knobs, .knob_n = COUNT_OF(knobs),
    .wants = 0, .needs = 0,
    .question = TEXT_QUESTION_BYPASS, .effect = TEXT_EFFECT_BYPASS,
    .computers = computers_bypass, .judge = judge_bypass,
};
