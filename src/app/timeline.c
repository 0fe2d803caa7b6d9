/* SPDX-License-Identifier: Apache-2.0 */
#include "app/timeline.h"

#include "detect/relation.h"
#include "report/timeline.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* What stands at a place already, and for which finding. */
struct placed { uint64_t origin; const struct finding *finding; };

struct gathering {
    struct hunt *h;
    struct timeline *t;
    size_t capacity;
    struct placed *events;       /* Windows events that are wanted, by origin */
    size_t event_n, event_capacity;
    bool *is_concerned;          /* by client id */
};

static bool is_csv(span path) { return span_ends_nocase(path, SPAN(".csv")); }

fault timeline_open(const struct options *o, struct timeline_file *out)
{
    span path = o->timeline ? span_str(o->timeline) : SPAN("");
    *out = (struct timeline_file){.fd = -1};
    if (!o->timeline)
        return NO_FAULT;
    if (!is_csv(path) && !span_ends_nocase(path, SPAN(".jsonl")))
        return fault_make(FAULT_USAGE, "--timeline %s: its name must end in .csv or .jsonl", o->timeline);
    if (output_is(o, o->timeline) || (o->output && strcmp(o->output, o->timeline) == 0))
        return fault_make(FAULT_USAGE, "--timeline %s: -o writes that file", o->timeline);
    out->fd = open(o->timeline, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    out->is_new = out->fd >= 0;
    if (out->fd < 0)
        out->fd = open(o->timeline, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    return out->fd < 0 ? fault_errno("--timeline %s", o->timeline) : NO_FAULT;
}

void timeline_close(const struct options *o, struct timeline_file *file)
{
    if (file->fd < 0)
        return;
    close(file->fd);
    if (file->is_new && !file->has_written)
        (void)unlink(o->timeline);
}

/* ---- entries ---- */

static struct timeline_entry *add(struct gathering *g)
{
    struct timeline *t = g->t;
    if (!array_reserve((void **)&t->entries, &g->capacity, t->n + 1, sizeof *t->entries, TIMELINE_MAX)) {
        t->left_out++;
        return NULL;
    }
    struct timeline_entry *e = &t->entries[t->n++];
    *e = (struct timeline_entry){.time = 0};
    return e;
}

static const char *method_of(const struct row *r)
{
    static const char *const names[] = {[METHOD_OTHER] = NULL, [METHOD_GET] = "GET", [METHOD_POST] = "POST",
                                        [METHOD_CONNECT] = "CONNECT", [METHOD_HEAD] = "HEAD", [METHOD_PUT] = "PUT"};
    return r->flags & ROW_TUNNEL ? "CONNECT" : row_method(r) < COUNT_OF(names) ? names[row_method(r)] : NULL;
}

static void add_row_at(struct gathering *g, const struct row *r, const struct finding *f, enum timeline_what what, int64_t time)
{
    const struct survey *s = g->h->survey;
    struct timeline_entry *e = add(g);
    if (!e)
        return;
    *e = (struct timeline_entry){.time = time, .what = what, .source = row_source(r), .offset = row_offset(r), .finding = f,
                                 .client = relation_client(s, r->client), .host = relation_host(s, r->host), .method = method_of(r),
                                 .has_out = r->flags & ROW_HAS_OUT, .has_in = r->flags & ROW_HAS_IN,
                                 .has_duration = r->flags & ROW_HAS_DURATION, .bytes_out = r->out, .bytes_in = r->in,
                                 .duration_s = r->duration / 1000.0};
    if (g->h->look)
        e->computer = windows_look_computer(g->h->look, e->client, time);
    span program = g->h->look ? windows_look_program(g->h->look, r->origin) : (span){NULL, 0};
    struct fact facts[] = {fact_text("client", e->client), fact_text("method", e->method ? span_str(e->method) : SPAN("-")),
                           fact_text("host", e->host), fact_bytes("out_bytes", r->out), fact_bytes("in_bytes", r->in),
                           fact_seconds("duration_s", e->duration_s), fact_plain("status", r->status),
                           fact_text("process", program.n ? windows_view_base(program) : SPAN("-"))};
    enum text_key key = what == TIMELINE_TUNNEL_START ? TEXT_LINE_TUNNEL_START
                        : what == TIMELINE_TUNNEL_END ? TEXT_LINE_TUNNEL_END : TEXT_LINE_ROW;
    if (program.n)
        key = what == TIMELINE_TUNNEL_START ? TEXT_LINE_TUNNEL_START_BY : key;
    e->message = sentence_make(&g->h->memory, key, facts, COUNT_OF(facts));
}

/* A tunnel whose duration is logged has two ends. */
static void add_row(struct gathering *g, const struct row *r, const struct finding *f)
{
    if (!(r->flags & ROW_TUNNEL) || !(r->flags & ROW_HAS_DURATION)) {
        add_row_at(g, r, f, TIMELINE_ROW, r->time);
        return;
    }
    add_row_at(g, r, f, TIMELINE_TUNNEL_START, row_start(r));
    add_row_at(g, r, f, TIMELINE_TUNNEL_END, row_end(r));
}

/* "user=admin01 logon_type=10 address=127.0.0.1": the fields by their own names, in no language. */
static span fields_of(arena *a, const struct kept *k)
{
    enum { SHOWN = 300 };
    sink o = sink_memory();
    size_t n = 0;
    for (unsigned f = WINDOWS_USER; f < WINDOWS_FIELD_COUNT; f++) {
        if (!kept_has(k, f))
            continue;
        sink_printf(&o, "%s%s=", n++ ? " " : "", windows_field_infos[f].key);
        if (windows_field_infos[f].type == WINDOWS_TYPE_TEXT)
            sink_put(&o, span_take(kept_text(k, f), SHOWN));
        else if (windows_field_infos[f].type == WINDOWS_TYPE_SIGNED)
            sink_i64(&o, (int64_t)kept_number(k, f));
        else
            sink_u64(&o, kept_number(k, f));
    }
    span text = arena_dup(a, sink_text(&o));
    if (sink_done(&o).kind)
        panic("a sink in memory failed");
    return text;
}

static void add_event(struct gathering *g, const struct kept *k, const struct finding *f)
{
    struct timeline_entry *e = add(g);
    if (!e)
        return;
    *e = (struct timeline_entry){.time = k->time, .what = TIMELINE_EVENT, .source = kept_source(k), .offset = kept_offset(k),
                                 .computer = kept_text(k, WINDOWS_COMPUTER), .user = kept_text(k, WINDOWS_USER),
                                 .event_id = k->kind->id, .finding = f};
    struct fact facts[] = {fact_text("computer", e->computer.n ? e->computer : SPAN("-")), fact_text("log", span_str(k->kind->channel)),
                           fact_plain("id", k->kind->id), fact_text("fields", fields_of(&g->h->memory, k))};
    e->message = sentence_make(&g->h->memory, TEXT_LINE_EVENT, facts, COUNT_OF(facts));
}

/* ---- which ---- */

static void want_event(struct gathering *g, uint64_t origin, const struct finding *f)
{
    if (!array_reserve((void **)&g->events, &g->event_capacity, g->event_n + 1, sizeof *g->events, TIMELINE_MAX))
        g->t->left_out++;
    else
        g->events[g->event_n++] = (struct placed){origin, f};
}

static int by_origin(const void *x, const void *y)
{
    const struct placed *a = x, *b = y;
    if (a->origin != b->origin)
        return a->origin < b->origin ? -1 : 1;
    return (b->finding != NULL) - (a->finding != NULL);
}

static void take_findings(struct gathering *g)
{
    const struct investigation *v = &g->h->investigation;
    for (size_t i = 0; i < v->candidate_n; i++) {
        const struct candidate *c = v->candidates[i];
        if (!c->finding || c->finding->action < ACTION_ASK_OWNER)
            continue;
        for (size_t k = 0; k < c->row_n; k++)
            add_row(g, &c->rows[k], c->finding);
        for (size_t k = 0; k < c->events_at_n; k++)
            want_event(g, c->events_at[k], c->finding);
        if (c->finding->action >= ACTION_LOOK_TODAY && !c->has_no_client)
            g->is_concerned[c->client] = true;
    }
}

static void take_sessions(struct gathering *g)
{
    const struct windows_view *v = g->h->look ? &g->h->look->view : NULL;
    for (size_t i = 0; v && i < v->sessions->segment_n; i++) {
        const struct rdp_segment *s = &v->sessions->segments[i];
        for (size_t k = 0; rdp_is_tunnelled(s) && k < s->event_n; k++)
            want_event(g, s->events[k]->origin, NULL);
    }
}

static void take_events(struct gathering *g)
{
    const struct windows_store *store = g->h->windows;
    if (!g->event_n || !store)
        return;
    qsort(g->events, g->event_n, sizeof *g->events, by_origin);
    for (size_t i = 0; i < store->n; i++) {
        uint64_t origin = store->events[i]->origin;
        size_t low = 0, high = g->event_n;
        while (low < high) {
            size_t middle = low + (high - low) / 2;
            if (g->events[middle].origin < origin)
                low = middle + 1;
            else
                high = middle;
        }
        if (low < g->event_n && g->events[low].origin == origin)
            add_event(g, store->events[i], g->events[low].finding);
    }
}

static bool is_tunnel(const void *survey, const struct row *r)
{
    return r->flags & ROW_TUNNEL && survey_is_contact(r) && !survey_is_server(survey, r);
}

static fault take_tunnels(struct gathering *g)
{
    const struct options *o = g->h->reading.options;
    const struct survey *s = g->h->survey;
    struct run_set set = {0};
    struct run_wish wish = survey_wish(s, is_tunnel);
    fault f = NO_FAULT;
    for (unsigned p = 0; !f.kind && p < PARTITIONS; p++) {
        wish.parts = run_parts(s->intake->rows, p, o->memory / o->threads);
        for (wish.part = 0; !f.kind && wish.part < wish.parts; wish.part++) {
            f = run_set_load(&set, s->intake->rows, p, &wish, NULL, NULL);
            for (size_t i = 0; !f.kind && i < set.n; i++)
                if (g->is_concerned[set.rows[i].client])
                    add_row(g, &set.rows[i], NULL);
        }
    }
    run_set_free(&set);
    return f;
}

static int by_time(const void *x, const void *y)
{
    const struct timeline_entry *a = x, *b = y;
    if (a->time != b->time)
        return a->time < b->time ? -1 : 1;
    if (a->source != b->source)
        return a->source < b->source ? -1 : 1;
    if (a->offset != b->offset)
        return a->offset < b->offset ? -1 : 1;
    if (a->what != b->what)
        return a->what < b->what ? -1 : 1;
    int x_score = a->finding ? a->finding->score + 1000 : 0, y_score = b->finding ? b->finding->score + 1000 : 0;
    return x_score != y_score ? (x_score > y_score ? -1 : 1) : a->finding && b->finding ? strcmp(a->finding->id, b->finding->id) : 0;
}

/* One place is one entry: that of its strongest finding. */
static void put_in_order(struct timeline *t)
{
    size_t n = 0;
    if (t->n)
        qsort(t->entries, t->n, sizeof *t->entries, by_time);
    for (size_t i = 0; i < t->n; i++) {
        const struct timeline_entry *last = n ? &t->entries[n - 1] : NULL, *e = &t->entries[i];
        if (!last || last->time != e->time || last->source != e->source || last->offset != e->offset || last->what != e->what)
            t->entries[n++] = *e;
    }
    t->n = n;
}

static fault gather(struct gathering *g)
{
    g->is_concerned = mem_alloc((size_t)names_limit(g->h->survey->intake->clients) + 1);
    take_findings(g);
    take_sessions(g);
    take_events(g);
    fault f = take_tunnels(g);
    put_in_order(g->t);
    mem_free(g->is_concerned);
    mem_free(g->events);
    return f;
}

static fault put(const struct call *c, const struct hunt_result *r, const struct timeline *t, int fd)
{
    struct report_options options = {.lang = c->options.lang, .lang_given = c->options.lang_given, .columns = 80};
    struct stat info;
    if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && ftruncate(fd, 0) != 0)
        return fault_errno("--timeline %s", c->options.timeline);
    sink o = sink_fd(fd);
    (is_csv(span_str(c->options.timeline)) ? timeline_csv : timeline_jsonl)(r, t, &options, &o);
    return sink_done(&o);
}

fault timeline_write(struct hunt *h, const struct call *c, struct timeline_file *file)
{
    struct timeline t = {.n = 0};
    struct gathering g = {.h = h, .t = &t};
    if (file->fd < 0)
        return NO_FAULT;
    fault f = gather(&g);
    if (!f.kind) {
        file->has_written = true;
        f = put(c, &h->result, &t, file->fd);
    }
    struct fact more = fact_count("entries", t.left_out);
    struct sentence left_out = sentence_make(&h->memory, TEXT_TIMELINE_LEFT_OUT, &more, 1);
    if (!f.kind && t.left_out)
        call_notes(c, &left_out, 1);
    mem_free(t.entries);
    return f;
}
