/* SPDX-License-Identifier: Apache-2.0 */
/* The time line of a story: what each finding was at which moment, and a session over the row that it lies in. */
#include "base/arena.h"
#include "detect/beacon.h"
#include "detect/bypass.h"
#include "detect/rdp_loopback.h"
#include "detect/registry.h"
#include "detect/relation.h"
#include "detect/stories.h"

#include <stdlib.h>

/* A session's row, its start and its end, the process, the tries, and one line for each time it was taken up again. */
enum { STEPS_MAX = 200, STEPS_OF_ONE = 2, STEPS_OF_RDP = 5 + RDP_STEPS_MAX };

struct stepping { const struct detecting *d; arena *memory; struct story *story; size_t max; };

static void put_step(struct stepping *w, int64_t time, const struct candidate *c, unsigned depth, enum text_key key,
                     const struct fact *facts, size_t n)
{
    struct story *s = w->story;
    if (s->timeline_n < w->max)
        s->timeline[s->timeline_n++] = (struct story_step){time, c->finding->client, c->finding->computer, depth,
                                                           sentence_make(w->memory, key, facts, n)};
}

static void add_step(struct stepping *w, int64_t time, const struct candidate *c, enum text_key key)
{
    const struct finding *f = c->finding;
    const struct survey *survey = w->d->survey;
    span agent = c->agent_state == STATE_UNLOGGED ? (span){NULL, 0} : f->agent;
    double seconds = c->duration_s;
    struct fact facts[] = {fact_text("host", f->host), fact_text("file", f->file),
                           fact_text("agent", agent.n ? agent : SPAN("-")), fact_count("rows", c->events),
                           fact_seconds("period_s", c->period_s), fact_bytes("out_bytes", c->out),
                           fact_size("out_size_bytes", c->out), fact_bytes("in_bytes", c->in),
                           fact_seconds("duration_s", seconds), fact_time("first", c->first), fact_time("last", c->last),
                           fact_count("clients", survey->hosts[c->host].clients)};
    put_step(w, time, c, 0, key, facts, COUNT_OF(facts));
}

/* ---- a session ---- */

static enum text_key start_key(const struct rdp_segment *s)
{
    bool has_zone = s->has & RDP_HAS_ZONE;
    if (s->workstation.n)
        return has_zone ? TEXT_STEP_RDP_MACHINE_ZONE : TEXT_STEP_RDP_MACHINE;
    return has_zone ? TEXT_STEP_RDP_ZONE : TEXT_STEP_RDP;
}

/* "127.0.0.1:49274" */
static span where_from(arena *a, const struct rdp_segment *s)
{
    span address = s->address.n ? span_take(s->address, 64) : SPAN("-");
    bool is_v6 = memchr(address.p, ':', address.n) != NULL;
    if (!(s->has & RDP_HAS_PORT))
        return address;
    return arena_printf(a, is_v6 ? "[%.*s]:%u" : "%.*s:%u", (int)address.n, address.p, (unsigned)s->port);
}

static void add_row(struct stepping *w, const struct candidate *c, const struct rdp_measure *m)
{
    const struct tunnel_row *r = m->joined ? m->joined->row : NULL;
    if (!r)
        return;
    struct fact facts[] = {fact_text("host", r->host), fact_size("out_size_bytes", r->out), fact_size("in_size_bytes", r->in),
                           fact_time("end", r->end)};
    put_step(w, r->start, c, 0, r->has_duration ? TEXT_STEP_ROW : TEXT_STEP_ROW_BARE, facts, COUNT_OF(facts));
}

static void add_process(struct stepping *w, const struct candidate *c, const struct rdp_measure *m)
{
    const struct tunneller *t = m->by;
    const struct kept *at = t->started ? t->started : t->connection;
    span command = span_take(t->command_line, RDP_COMMAND_SHOWN);
    struct fact facts[] = {fact_text("process", t->process.n ? windows_view_base(t->process) : SPAN("-")), fact_plain("pid", t->pid),
                           fact_text("command", command)};
    int64_t time = at ? at->time + m->join->clock.offset : 0;
    bool is_before = m->joined && m->joined->row->has_duration && time < m->joined->row->start;
    if (t->by != TUNNELLER_NONE && at)
        put_step(w, time, c, is_before ? 0 : 1, command.n ? TEXT_STEP_RDP_PROCESS : TEXT_STEP_RDP_PROCESS_BARE, facts,
                 COUNT_OF(facts));
}

static void add_end(struct stepping *w, const struct candidate *c, const struct rdp_measure *m)
{
    int64_t tail = m->joined ? m->joined->tail_ms : 0;
    bool is_near = m->joined && m->joined->how & JOIN_ENDS_TOGETHER;
    struct fact facts[] = {fact_seconds("apart_s", (double)llabs(tail) / 1000)};
    enum text_key key = !is_near ? TEXT_STEP_RDP_END : tail >= 0 ? TEXT_STEP_RDP_END_BEFORE : TEXT_STEP_RDP_END_AFTER;
    if (m->segment->end_is != RDP_OPEN)
        put_step(w, m->join->end, c, 1, key, facts, COUNT_OF(facts));
}

static void add_session(struct stepping *w, const struct candidate *c)
{
    const struct rdp_measure *m = c->measure;
    const struct rdp_segment *s = m->segment;
    struct fact facts[] = {fact_text("from", where_from(w->memory, s)), fact_text("user", rdp_account(w->memory, m->session)),
                           fact_text("workstation", s->workstation),
                           fact_text("zone", s->has & RDP_HAS_ZONE ? rdp_zone(w->memory, s->zone) : SPAN(""))};
    const struct rdp_tries *t = m->tries;
    struct fact tries[] = {fact_count("tries", t ? rdp_failed(t) : 0),
                           fact_time("last", t ? t->last + m->join->clock.offset : 0)};
    add_row(w, c, m);
    add_process(w, c, m);
    if (t)
        put_step(w, t->first + m->join->clock.offset, c, 1, TEXT_STEP_RDP_TRIES, tries, COUNT_OF(tries));
    for (size_t i = 0; i < m->step_n; i++)
        put_step(w, m->starts[i], c, 1, m->starts[i] == m->join->start ? start_key(s) : TEXT_STEP_RDP_AGAIN, facts, COUNT_OF(facts));
    add_end(w, c, m);
}

static void add_bypass(struct stepping *w, const struct candidate *c)
{
    const struct bypass_measure *m = c->measure;
    const struct talker *t = &m->talkers[0];
    struct fact stops = fact_time("last_row", m->presence.last_row);
    if (m->presence.absence == ABSENT_STOPS)
        put_step(w, m->presence.last_row, c, 0, TEXT_STEP_STOPS, &stops, 1);
    if (!m->talker_n)
        return;
    struct fact facts[] = {fact_text("process", t->base.n ? t->base : SPAN("-")),
                           fact_text("address", kept_text(t->events[0], WINDOWS_REMOTE_ADDRESS))};
    put_step(w, c->first, c, 0, TEXT_STEP_BYPASS, facts, COUNT_OF(facts));
}

/* ---- all of them ---- */

/* By time; what is part of something stands behind it. */
static int by_time(const void *x, const void *y)
{
    const struct story_step *a = x, *b = y;
    if (a->time != b->time)
        return a->time < b->time ? -1 : 1;
    if (a->depth != b->depth)
        return a->depth < b->depth ? -1 : 1;
    int order = span_cmp(a->client, b->client);
    return order ? order : (a->text.key > b->text.key) - (a->text.key < b->text.key);
}

static bool logs_agent(const struct candidate *c) { return c->agent_state != STATE_UNLOGGED; }

/* Does a session of the story stand over that very row? Then the row has its line already. */
static bool is_drawn(struct candidate *const *of, size_t n, const struct candidate *tunnel)
{
    for (size_t i = 0; i < n; i++) {
        const struct rdp_measure *m = of[i]->detector == &detector_rdp_loopback ? of[i]->measure : NULL;
        if (m && m->joined && tunnel->events == 1 && tunnel->row_n && m->joined->row->origin == tunnel->rows[0].origin)
            return true;
    }
    return false;
}

static size_t steps_of(struct candidate *const *of, size_t n)
{
    size_t sum = 0;
    for (size_t i = 0; i < n && sum < STEPS_MAX; i++)
        sum += of[i]->detector == &detector_rdp_loopback ? STEPS_OF_RDP : STEPS_OF_ONE;
    return sum < STEPS_MAX ? sum : STEPS_MAX;
}

void story_steps(const struct detecting *d, arena *memory, struct story *s, struct candidate *const *of, size_t n)
{
    struct stepping w = {.d = d, .memory = memory, .story = s, .max = steps_of(of, n)};
    s->timeline = arena_new(memory, struct story_step, w.max);
    for (size_t i = 0; i < n; i++) {
        const struct candidate *c = of[i];
        if (c->detector == &detector_beacon) {
            add_step(&w, c->first, c, TEXT_STEP_BEACON_FIRST);
            add_step(&w, c->last, c, c->is_active ? TEXT_STEP_BEACON_NOW : TEXT_STEP_BEACON_LAST);
        } else if (c->detector == &detector_rdp_loopback) {
            add_session(&w, c);
        } else if (c->detector == &detector_bypass) {
            add_bypass(&w, c);
        } else if (c->detector == &detector_tunnel) {
            if (!is_drawn(of, n, c))
                add_step(&w, c->first, c, c->flags & ROW_HAS_OUT ? TEXT_STEP_TUNNEL : TEXT_STEP_TUNNEL_BARE);
        } else if (c->detector == &detector_download) {
            add_step(&w, c->first, c, logs_agent(c) ? TEXT_STEP_DOWNLOAD : TEXT_STEP_DOWNLOAD_BARE);
        } else {
            add_step(&w, c->first, c, TEXT_STEP_UPLOAD);
        }
    }
    qsort(s->timeline, s->timeline_n, sizeof *s->timeline, by_time);
}
