/* SPDX-License-Identifier: Apache-2.0 */
/* An event log (.evtx): its chunks go to konseki-evtx, several at a time, and come back as text in their order. Chunks know
 * nothing of each other, so reading can begin at any of them. */
#include "input/events_layer.h"

enum { AHEAD_MAX = 32 };

struct evtx {
    struct stream stream;
    struct event_reader *reader;   /* NULL: there is none */
    uint8_t *chunk;                /* NULL while stopped */
    uint64_t next;                 /* place below of the next chunk that is sent */
    uint64_t asked[AHEAD_MAX];     /* places of those that are, oldest first */
    size_t asked_n, ahead;         /* `ahead`: to be sent at once; few where little is read */
    bool all_sent;
    char *text;                    /* of the last answer: [text_at, text_n) is not in the window yet */
    size_t text_at, text_n, text_capacity;
    struct event_totals totals;
    struct events_marks marks;
};

static uint64_t evtx_nearest(const struct stream *s, uint64_t offset)
{
    const struct events_mark *m = events_marks_before(&((const struct evtx *)s)->marks, offset);
    return m ? m->out : 0;
}

static void begin_at(struct evtx *e, uint64_t place)
{
    e->next = place;
    e->asked_n = 0;
    e->ahead = 1;
    e->all_sent = false;
}

static void evtx_start(struct stream *s, uint64_t place)
{
    struct evtx *e = (struct evtx *)s;
    const struct events_mark *m = events_marks_before(&e->marks, place);
    e->chunk = mem_alloc(CHUNK_SIZE);
    e->totals = m ? m->totals : (struct event_totals){0};
    e->text_at = e->text_n = 0;
    s->taken = m ? m->in : 0;
    begin_at(e, s->taken);
}

static void evtx_stop(struct stream *s)
{
    struct evtx *e = (struct evtx *)s;
    mem_free(e->chunk);
    e->chunk = NULL;
    array_free((void **)&e->text, &e->text_capacity);
    event_reader_release(e->reader, e);
}

static void evtx_free(struct stream *s) { events_marks_free(&((struct evtx *)s)->marks); }

static bool is_blank(const uint8_t *p, size_t n) { return p[0] == 0 && memcmp(p, p + 1, n - 1) == 0; }

/* Sends the header, or the next chunk that holds anything. */
static void send_next(struct evtx *e)
{
    size_t wanted = e->next ? CHUNK_SIZE : HEADER_SIZE;
    size_t n = layer_read(e->stream.below, e->next, e->chunk, wanted);
    e->all_sent = n < wanted;
    uint64_t at = e->next;
    e->next += n;
    if (n == 0 || (at && is_blank(e->chunk, n)))
        return;
    struct frame_request q = {.kind = at ? FRAME_CHUNK : FRAME_HEADER, .offset = at};
    event_reader_send(e->reader, q, (span){NULL, 0}, span_of((const char *)e->chunk, n));
    e->asked[e->asked_n++] = at;
}

static void keep_asking(struct evtx *e)
{
    size_t most = (size_t)min_u64(e->ahead, min_u64(AHEAD_MAX, event_reader_ahead(e->reader)));
    while (!e->all_sent && e->asked_n < most)
        send_next(e);
}

static void take_text(struct evtx *e, span text)
{
    e->text_at = 0;
    e->text_n = text.n;
    if (!array_reserve((void **)&e->text, &e->text_capacity, text.n, 1, ANSWER_MAX))
        panic("an answer is longer than answers are");
    if (text.n)
        memcpy(e->text, text.p, text.n);
}

static void end_of_log(struct evtx *e)
{
    struct layer *l = &e->stream.layer;
    e->stream.ended = true;
    l->broken = e->stream.below->broken;
    if (!l->problem.kind)
        l->problem = totals_say(&e->totals, l->path);
}

/* The next answer as text. False: there is none any more. */
static bool next_answer(struct evtx *e)
{
    struct reply reply;
    if (e->reader && !event_reader_claim(e->reader, e))
        begin_at(e, e->asked_n ? e->asked[0] : e->next);
    if (e->reader)
        keep_asking(e);
    if (e->reader && e->asked_n == 0 && e->all_sent) {
        end_of_log(e);
        return false;
    }
    if (!e->reader || !event_reader_receive(e->reader, &reply)) {
        stream_break(&e->stream, event_reader_problem(e->reader, e->stream.layer.path));
        return false;
    }
    uint64_t at = e->asked[0];
    memmove(e->asked, e->asked + 1, --e->asked_n * sizeof e->asked[0]);
    e->ahead = min_u64(2 * e->ahead, AHEAD_MAX);
    if (at)
        events_marks_note(&e->marks, at, e->stream.out + e->stream.to, &e->totals);
    if (at)
        totals_add(&e->totals, &reply.tally, at);
    else
        totals_head(&e->totals, &reply.tally);
    e->stream.taken = at + (at ? CHUNK_SIZE : HEADER_SIZE);
    take_text(e, reply.text);
    return true;
}

static void evtx_fill(struct stream *s)
{
    struct evtx *e = (struct evtx *)s;
    while (s->to == 0 && !s->ended) { /* one answer at a time: often little more than the beginning is asked for */
        if (e->text_at == e->text_n && !next_answer(e))
            return;
        size_t n = (size_t)min_u64(e->text_n - e->text_at, STREAM_WINDOW - s->to);
        if (n)
            memcpy(s->window + s->to, e->text + e->text_at, n);
        e->text_at += n;
        s->to += n;
    }
}

static const struct stream_calls evtx_calls = {evtx_nearest, evtx_start, evtx_fill, evtx_stop, evtx_free};

struct layer *evtx_new(struct layer *below, const input_options *o)
{
    struct evtx *e = mem_alloc(sizeof *e);
    stream_init(&e->stream, &evtx_calls, below, "evtx", o);
    e->stream.layer.reach = REACH_CHECKPOINTS;
    e->reader = o->events;
    return &e->stream.layer;
}
