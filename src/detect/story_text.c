/* SPDX-License-Identifier: Apache-2.0 */
/* What is said of a story: whom to isolate, what to block, was it allowed, is it over, what left, when. */
#include "base/arena.h"
#include "detect/beacon.h"
#include "detect/bypass.h"
#include "detect/rdp_loopback.h"
#include "detect/registry.h"
#include "detect/relation.h"
#include "detect/stories.h"

#include <stdlib.h>

enum { ISOLATE_MAX = 200, CLIENT_SILENT_MS = 60000 };

struct writing {
    const struct detecting *d;
    arena *memory;
    struct story *story;
    struct candidate *const *of;
    size_t n;
    struct key *keys;              /* scratch, n of them */
    size_t *client_of, *file_of;   /* of each finding the first one with its client, its file */
};

/* Findings with equal keys belong together: sorted, for a story may have as many findings as an attacker likes. */
struct key { span name; uint64_t number; size_t at; };

static int by_key(const void *x, const void *y)
{
    const struct key *a = x, *b = y;
    int order = span_cmp(a->name, b->name);
    if (!order)
        order = (a->number > b->number) - (a->number < b->number);
    return order ? order : (a->at > b->at) - (a->at < b->at);
}

/* first[i]: the first finding that has the key of finding i. Orders w->keys. */
static void find_first(struct writing *w, size_t *first)
{
    qsort(w->keys, w->n, sizeof *w->keys, by_key);
    for (size_t i = 0; i < w->n; i++) {
        const struct key *k = &w->keys[i];
        bool is_same = i && span_eq(k->name, k[-1].name) && k->number == k[-1].number;
        first[k->at] = is_same ? first[k[-1].at] : k->at;
    }
}

static void list_hosts(struct writing *w)
{
    struct story *s = w->story;
    size_t *first = mem_alloc(w->n * sizeof *first);
    s->hosts.items = arena_new(w->memory, span, w->n);
    s->block.items = arena_new(w->memory, span, w->n);
    for (size_t i = 0; i < w->n; i++)
        w->keys[i] = (struct key){w->of[i]->finding->host, 0, i};
    find_first(w, first);
    for (size_t i = 0; i < w->n; i++)
        if (first[i] == i && !w->of[i]->has_no_host)
            s->hosts.items[s->hosts.n++] = s->block.items[s->block.n++] = w->of[i]->finding->host;
    mem_free(first);
}

/* The client; of a machine that the proxy's log does not know, its computer. */
static span machine_of(const struct candidate *c) { return c->has_no_client ? c->computer : c->finding->client; }

static void list_clients(struct writing *w)
{
    struct story *s = w->story;
    s->clients.items = arena_new(w->memory, span, w->n);
    for (size_t i = 0; i < w->n; i++)
        w->keys[i] = (struct key){machine_of(w->of[i]), w->of[i]->has_no_client, i};
    find_first(w, w->client_of);
    for (size_t i = 0; i < w->n; i++)
        if (w->client_of[i] == i)
            s->clients.items[s->clients.n++] = machine_of(w->of[i]);
}

static void sum_findings(struct writing *w)
{
    struct story *s = w->story;
    s->first = INT64_MAX;
    s->last = INT64_MIN;
    for (size_t i = 0; i < w->n; i++) {
        const struct finding *f = w->of[i]->finding;
        s->first = min_i64(s->first, f->first);
        s->last = max_i64(s->last, f->last);
        for (size_t k = 0; k < OUTCOME_COUNT; k++) {
            s->rows += f->outcomes[k];
            s->allowed_rows += k == OUTCOME_ALLOWED || k == OUTCOME_CACHED ? f->outcomes[k] : 0;
        }
    }
    bool is_known = w->d->gives & FIELD_BIT(OUTCOME) && s->rows;
    s->allowed = !is_known ? ANSWER_UNKNOWN
                 : s->allowed_rows == s->rows ? ANSWER_YES
                 : s->allowed_rows ? ANSWER_PARTLY : ANSWER_NO;
}

/* The finding that says most about a client: what runs there now beats what came in. */
enum { WEIGHT_MOST = 6 };
static int weight(const struct candidate *c)
{
    static const struct { const struct detector *of; int weight; } weights[] = {
        {&detector_rdp_loopback, WEIGHT_MOST}, {&detector_beacon, 5}, {&detector_tunnel, 4}, {&detector_upload, 3},
        {&detector_download, 2}, {&detector_bypass, 1}};
    size_t i = 0;
    while (weights[i].of != c->detector)
        i++;
    return weights[i].weight;
}

/* Without a duration a stamp is one end of the tunnel, and the other one is not known. */
static enum text_key isolate_tunnel(const struct candidate *c)
{
    if (c->flags & ROW_HAS_DURATION)
        return TEXT_ISOLATE_TUNNEL;
    bool is_one = c->first == c->last;
    if (c->flags & ROW_STAMP_IS_START)
        return is_one ? TEXT_ISOLATE_TUNNEL_BEGUN : TEXT_ISOLATE_TUNNELS_BEGUN;
    return is_one ? TEXT_ISOLATE_TUNNEL_ENDED : TEXT_ISOLATE_TUNNELS_ENDED;
}

static enum text_key isolate_rdp(const struct candidate *c)
{
    const struct rdp_measure *m = c->measure;
    return !m->segments ? TEXT_ISOLATE_RDP_TRIES : m->is_open ? TEXT_ISOLATE_RDP_OPEN : TEXT_ISOLATE_RDP;
}

static enum text_key isolate_bypass(const struct candidate *c)
{
    return ((const struct bypass_measure *)c->measure)->talker_n ? TEXT_ISOLATE_BYPASS : TEXT_ISOLATE_ABSENT;
}

static struct sentence why_isolate(struct writing *w, const struct candidate *c, bool is_elsewhere)
{
    const struct finding *f = c->finding;
    uint64_t sessions = c->detector == &detector_rdp_loopback ? ((const struct rdp_measure *)c->measure)->segments : 0;
    span process = c->detector == &detector_bypass ? ((const struct bypass_measure *)c->measure)->talkers[0].base : (span){NULL, 0};
    struct fact facts[] = {fact_seconds("period_s", c->period_s), fact_time("first", c->first), fact_time("last", c->last),
                           fact_text("host", f->host), fact_text("file", f->file), fact_size("out_bytes", c->out),
                           fact_seconds("before_end_s", (double)(w->d->as_of - c->last) / 1000.0),
                           fact_count("sessions", sessions), fact_text("process", process.n ? process : SPAN("-"))};
    enum text_key key = c->detector == &detector_beacon ? c->is_active ? TEXT_ISOLATE_BEACON_NOW : TEXT_ISOLATE_BEACON
                        : c->detector == &detector_tunnel   ? isolate_tunnel(c)
                        : c->detector == &detector_rdp_loopback ? isolate_rdp(c)
                        : c->detector == &detector_bypass   ? isolate_bypass(c)
                        : c->detector == &detector_upload   ? TEXT_ISOLATE_UPLOAD
                        : is_elsewhere                      ? TEXT_ISOLATE_SAME_FILE : TEXT_ISOLATE_FILE;
    return sentence_make(w->memory, key, facts, COUNT_OF(facts));
}

/* elsewhere[i]: of a file whose first finding is i, did clients besides that finding's fetch it? */
static void note_elsewhere(struct writing *w, bool *elsewhere)
{
    for (size_t i = 0; i < w->n; i++)
        w->keys[i] = (struct key){SPAN(""), w->of[i]->file, i};
    find_first(w, w->file_of);
    for (size_t i = 0; i < w->n; i++)
        elsewhere[w->file_of[i]] |= w->of[i]->file != NAME_OTHER && w->of[i]->client != w->of[w->file_of[i]]->client;
}

/* The machines to isolate, the one with most to say first. */
static void list_isolate(struct writing *w)
{
    struct story *s = w->story;
    size_t *best = mem_alloc(w->n * sizeof *best);   /* by a client's first finding: its heaviest one */
    bool *elsewhere = mem_alloc(w->n * sizeof *elsewhere);
    note_elsewhere(w, elsewhere);
    for (size_t i = 0; i < w->n; i++)
        if (w->client_of[i] == i)
            best[i] = i;
        else if (weight(w->of[i]) > weight(w->of[best[w->client_of[i]]]))
            best[w->client_of[i]] = i;
    s->isolate = arena_new(w->memory, struct story_host, s->clients.n < ISOLATE_MAX ? s->clients.n : ISOLATE_MAX);
    for (int wanted = WEIGHT_MOST; wanted >= 1; wanted--)
        for (size_t i = 0; i < w->n && s->isolate_n < ISOLATE_MAX; i++) {
            const struct candidate *c = w->of[best[i]];
            if (w->client_of[i] == i && weight(c) == wanted)
                s->isolate[s->isolate_n++] = (struct story_host){c->finding->client, c->finding->client_name, c->finding->computer,
                                                                 why_isolate(w, c, elsewhere[w->file_of[best[i]]])};
        }
    mem_free(best);
    mem_free(elsewhere);
}

static int64_t last_of_client(const struct writing *w, uint32_t client) { return w->d->survey->clients[client].last; }

/* How far the event logs of a session's computer reach. */
static int64_t events_until(const struct candidate *rdp)
{
    const struct rdp_measure *m = rdp ? rdp->measure : NULL;
    return m ? m->view->computers->items[m->session->computer].last : 0;
}

/* A beat that goes on at the log's end is not over. Otherwise the log cannot say: the client may be asleep, and
 * an open tunnel has no row yet. */
static void write_over(struct writing *w)
{
    struct story *s = w->story;
    const struct candidate *tunnel = NULL, *beat = NULL, *rdp = NULL, *any = w->of[0];
    for (size_t i = 0; i < w->n; i++) {
        const struct candidate *c = w->of[i];
        if (c->detector == &detector_beacon && (!beat || c->last > beat->last))
            beat = c;
        tunnel = c->detector == &detector_tunnel ? c : tunnel;
        rdp = c->detector == &detector_rdp_loopback && (!rdp || isolate_rdp(c) == TEXT_ISOLATE_RDP_OPEN) ? c : rdp;
        any = c->last > any->last ? c : any;
    }
    const struct candidate *about = beat ? beat : any;
    struct fact facts[] = {fact_time("last", about->last), fact_text("client", about->finding->client),
                           fact_seconds("silent_s", (double)(w->d->as_of - about->last) / 1000.0),
                           fact_time("client_last", last_of_client(w, about->client)), fact_time("log_last", events_until(rdp))};
    enum text_key key = TEXT_OVER_UNKNOWN;
    s->over = ANSWER_UNKNOWN;
    if (beat && beat->is_active) {
        s->over = ANSWER_NO;
        key = TEXT_OVER_ACTIVE;
    } else if (beat && last_of_client(w, beat->client) > beat->last + CLIENT_SILENT_MS) {
        key = TEXT_OVER_SILENT;
    } else if (rdp && !beat) {
        enum text_key what = isolate_rdp(rdp);
        key = what == TEXT_ISOLATE_RDP_OPEN ? TEXT_OVER_RDP_OPEN : what == TEXT_ISOLATE_RDP ? TEXT_OVER_RDP : TEXT_OVER_UNKNOWN;
    } else if (tunnel && !beat) {
        key = TEXT_OVER_TUNNEL;
    }
    s->over_why = sentence_make(w->memory, key, facts, COUNT_OF(facts));
}

/* A bound holds where every row that went through says how much went out: other inputs that say it help nobody. */
static void write_left(struct writing *w)
{
    struct story *s = w->story;
    uint64_t posts = 0, rows = 0, uncounted = 0;
    size_t *first = mem_alloc(w->n * sizeof *first);   /* a pair may have several findings and is counted once */
    for (size_t i = 0; i < w->n; i++)
        w->keys[i] = (struct key){w->of[i]->is_domain ? SPAN("domain") : SPAN(""),
                                  (uint64_t)w->of[i]->client << 32 | w->of[i]->host, i};
    find_first(w, first);
    for (size_t i = 0; i < w->n; i++) {
        const struct candidate *c = w->of[i];
        s->left_bytes_max = add_sat(s->left_bytes_max, first[i] == i ? c->pair_out : 0);
        rows += first[i] == i ? c->pair_through : 0;
        uncounted += first[i] == i ? c->pair_uncounted : 0;
        if (c->detector == &detector_beacon)
            posts += ((const struct beacon_measure *)c->measure)->posts;
    }
    mem_free(first);
    s->has_left = !uncounted && w->d->gives & FIELD_BIT(BYTES_OUT);
    struct fact facts[] = {fact_count("posts", posts), fact_bytes("out_bytes", s->left_bytes_max), fact_count("rows", rows),
                           fact_count("uncounted", uncounted)};
    enum text_key key = s->has_left ? TEXT_NONE : uncounted < rows ? TEXT_LEFT_PARTLY : posts ? TEXT_LEFT_POSTS : TEXT_LEFT_UNLOGGED;
    s->left_why = key ? sentence_make(w->memory, key, facts, COUNT_OF(facts)) : (struct sentence){TEXT_NONE, NULL, 0};
}

/* How many findings of each kind, and what they sent. */
struct kinds { size_t n[DETECTOR_COUNT], active; uint64_t up; };

static enum text_key sure_title(const struct kinds *k)
{
    size_t beacons = k->n[DETECTOR_beacon], tunnels = k->n[DETECTOR_tunnel], downloads = k->n[DETECTOR_download],
           uploads = k->n[DETECTOR_upload];
    if (k->n[DETECTOR_rdp_loopback])
        return beacons ? TEXT_TITLE_RDP_BEACON : TEXT_TITLE_RDP;
    return beacons && tunnels     ? TEXT_TITLE_BEACON_TUNNEL
           : tunnels              ? TEXT_TITLE_TUNNEL
           : beacons && uploads   ? TEXT_TITLE_BEACON_UPLOAD
           : beacons && downloads ? k->active ? TEXT_TITLE_BEACON_DOWNLOAD_NOW : TEXT_TITLE_BEACON_DOWNLOAD
           : beacons              ? TEXT_TITLE_BEACON
           : downloads && uploads ? TEXT_TITLE_DOWNLOAD_UPLOAD
           : downloads            ? TEXT_TITLE_DOWNLOAD
           : uploads              ? TEXT_TITLE_UPLOAD : TEXT_TITLE_BYPASS;
}

static enum text_key look_title(const struct kinds *k)
{
    return k->n[DETECTOR_rdp_loopback] ? TEXT_TITLE_RDP_LOOK
           : k->n[DETECTOR_tunnel]     ? TEXT_TITLE_TUNNEL_LOOK
           : k->n[DETECTOR_beacon]     ? TEXT_TITLE_BEACON_LOOK
           : k->n[DETECTOR_download]   ? TEXT_TITLE_DOWNLOAD_LOOK
           : k->n[DETECTOR_upload]     ? TEXT_TITLE_UPLOAD : TEXT_TITLE_BYPASS;
}

static void write_title(struct writing *w)
{
    struct kinds k = {.up = 0};
    for (size_t i = 0; i < w->n; i++) {
        k.n[w->of[i]->detector->index]++;
        k.active += w->of[i]->is_active;
        k.up += w->of[i]->detector == &detector_upload ? w->of[i]->out : 0;
    }
    struct fact facts[] = {fact_count("clients", w->story->clients.n), fact_count("tunnels", k.n[DETECTOR_tunnel]),
                           fact_size("out_bytes", k.up), fact_count("files", k.n[DETECTOR_download]),
                           fact_count("beacons", k.n[DETECTOR_beacon]),
                           fact_text("host", w->story->hosts.n ? w->story->hosts.items[0] : SPAN("-"))};
    enum text_key key = w->story->action == ACTION_ACT_NOW ? sure_title(&k) : look_title(&k);
    w->story->title = sentence_make(w->memory, key, facts, COUNT_OF(facts));
}

void story_write(const struct detecting *d, arena *memory, struct story *story,
                 struct candidate *const *of, size_t n)
{
    struct writing w = {.d = d, .memory = memory, .story = story, .of = of, .n = n};
    w.keys = mem_alloc(n * sizeof *w.keys);
    w.client_of = mem_alloc(n * sizeof *w.client_of);
    w.file_of = mem_alloc(n * sizeof *w.file_of);
    list_hosts(&w);
    list_clients(&w);
    sum_findings(&w);
    list_isolate(&w);
    write_over(&w);
    write_left(&w);
    story_steps(d, memory, story, of, n);
    write_title(&w);
    mem_free(w.keys);
    mem_free(w.client_of);
    mem_free(w.file_of);
}
