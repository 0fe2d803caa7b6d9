/* SPDX-License-Identifier: Apache-2.0 */
/* Events that were saved as XML or CSV: a block of text goes to konseki-evtx, and what it did not finish begins the next. */
#include "input/events_layer.h"

enum { BLOCK = 512 * 1024, BLOCK_MAX = REQUEST_MAX - EVENTS_COLUMNS_MAX };

struct events_text {
    struct stream stream;
    struct event_reader *reader;   /* NULL: there is none */
    uint32_t kind;
    char columns[EVENTS_COLUMNS_MAX];
    size_t columns_n;              /* CSV: the line with their names */
    uint64_t first;                /* where events begin */
    char *block;                   /* NULL while stopped */
    size_t block_size;
    char *text;                    /* of the last answer: [text_at, text_n) is not in the window yet */
    size_t text_at, text_n, text_capacity;
    struct event_totals totals;
    struct events_marks marks;
};

static uint64_t text_nearest(const struct stream *s, uint64_t offset)
{
    const struct events_mark *m = events_marks_before(&((const struct events_text *)s)->marks, offset);
    return m ? m->out : 0;
}

static void text_start(struct stream *s, uint64_t place)
{
    struct events_text *t = (struct events_text *)s;
    const struct events_mark *m = events_marks_before(&t->marks, place);
    t->totals = m ? m->totals : (struct event_totals){0};
    t->block_size = BLOCK;
    t->block = mem_alloc(t->block_size);
    t->text_at = t->text_n = 0;
    s->taken = m ? m->in : t->first;
}

static void text_stop(struct stream *s)
{
    struct events_text *t = (struct events_text *)s;
    mem_free(t->block);
    t->block = NULL;
    array_free((void **)&t->text, &t->text_capacity);
    event_reader_release(t->reader, t);
}

static void text_free_marks(struct stream *s) { events_marks_free(&((struct events_text *)s)->marks); }

static void resize(struct events_text *t, size_t size)
{
    mem_free(t->block);
    t->block = mem_alloc(size);
    t->block_size = size;
}

static void end_of_text(struct events_text *t)
{
    struct layer *l = &t->stream.layer;
    t->stream.ended = true;
    l->broken = t->stream.below->broken;
    if (!l->problem.kind)
        l->problem = totals_say(&t->totals, l->path);
}

static void keep_text(struct events_text *t, span text)
{
    t->text_at = 0;
    t->text_n = text.n;
    if (!array_reserve((void **)&t->text, &t->text_capacity, text.n, 1, ANSWER_MAX))
        panic("an answer is longer than answers are");
    if (text.n)
        memcpy(t->text, text.p, text.n);
}

/* Asks what becomes of the block. False: nothing comes any more. */
static bool ask(struct events_text *t, size_t n, bool is_last)
{
    struct reply reply;
    struct stream *s = &t->stream;
    struct frame_request q = {.kind = t->kind, .offset = s->taken, .is_last = is_last};
    bool good = t->reader != NULL;
    if (good) {
        bool nothing_is_lost = event_reader_claim(t->reader, t);
        (void)nothing_is_lost; /* every block is asked for and answered before the next */
        event_reader_send(t->reader, q, span_of(t->columns, t->columns_n), span_of(t->block, n));
        good = event_reader_receive(t->reader, &reply);
    }
    if (!good) {
        stream_break(s, event_reader_problem(t->reader, s->layer.path));
        return false;
    }
    bool stands_still = reply.consumed == 0 && (is_last || t->block_size == BLOCK_MAX);
    if (reply.consumed > n || stands_still) {
        stream_break(s, fault_make(FAULT_CORRUPT, "%s: the reader of events does not get on at byte %llu", s->layer.path,
                                   (unsigned long long)s->taken));
        return false;
    }
    events_marks_note(&t->marks, s->taken, s->out + s->to, &t->totals);
    totals_add(&t->totals, &reply.tally, s->taken);
    s->taken += reply.consumed;
    keep_text(t, reply.text);
    if (reply.consumed == 0)
        resize(t, (size_t)min_u64(2 * (uint64_t)t->block_size, BLOCK_MAX));
    return true;
}

static bool next_answer(struct events_text *t)
{
    size_t n = layer_read(t->stream.below, t->stream.taken, t->block, t->block_size);
    if (n == 0) {
        end_of_text(t);
        return false;
    }
    return ask(t, n, n < t->block_size);
}

static void text_fill(struct stream *s)
{
    struct events_text *t = (struct events_text *)s;
    while (s->to == 0 && !s->ended) { /* one answer at a time: often little more than the beginning is asked for */
        if (t->text_at == t->text_n && !next_answer(t))
            return;
        size_t n = (size_t)min_u64(t->text_n - t->text_at, STREAM_WINDOW - s->to);
        if (n)
            memcpy(s->window + s->to, t->text + t->text_at, n);
        t->text_at += n;
        s->to += n;
    }
}

static const struct stream_calls text_calls = {text_nearest, text_start, text_fill, text_stop, text_free_marks};

struct layer *events_text_new(struct layer *below, enum events_kind kind, span head, const input_options *o)
{
    struct events_text *t = mem_alloc(sizeof *t);
    bool is_csv = kind == EVENTS_CSV;
    stream_init(&t->stream, &text_calls, below, is_csv ? "event-viewer-csv" : "evtx-xml", o);
    t->stream.layer.reach = REACH_CHECKPOINTS;
    t->reader = o->events;
    t->kind = is_csv ? FRAME_CSV : FRAME_XML;
    span columns = is_csv ? events_columns(head) : (span){NULL, 0};
    if (columns.n)
        memcpy(t->columns, columns.p, columns.n);
    t->columns_n = columns.n;
    t->first = columns.n ? (uint64_t)(columns.p + columns.n - head.p) : 0;
    return &t->stream.layer;
}
