/* SPDX-License-Identifier: Apache-2.0 */
/* input/events_layer.h: the inside of the floor: the pipes to konseki-evtx, and the layers that ask it. What it says is
 * believed no more than a log is. */
#ifndef KONSEKI_EVENTS_LAYER_H
#define KONSEKI_EVENTS_LAYER_H

#include "evtx/frame.h"
#include "evtx/kind.h"
#include "evtx/totals.h"
#include "input/events.h"
#include "input/layer.h"

/* ---- events_reader.c ---- */


struct reply {
    span text;               /* until the next receive */
    struct tally tally;
    uint32_t consumed;
};

/* From now on requests are `owner`'s. False: what he asked before is lost, somebody else came between. */
bool event_reader_claim(struct event_reader *r, const void *owner) MUST_USE;
/* Answers that are still to come are nobody's. `r` may be NULL. */
void event_reader_release(struct event_reader *r, const void *owner);
/* Asks; does not wait. The bytes are copied: `head`, then `bytes`. */
void event_reader_send(struct event_reader *r, struct frame_request q, span head, span bytes);
/* The answer to the oldest request. False: there will be none, event_reader_problem says why. */
bool event_reader_receive(struct event_reader *r, struct reply *out) MUST_USE;
size_t event_reader_waiting(const struct event_reader *r);  /* requests without an answer */
size_t event_reader_ahead(const struct event_reader *r);    /* so many are worth sending at once */
fault event_reader_problem(const struct event_reader *r, const char *path);

/* ---- places at which reading can begin again: events_marks.c ---- */

struct events_mark { uint64_t in, out; struct event_totals totals; };
struct events_marks {
    struct events_mark *items;
    size_t n, capacity;
    uint64_t spacing;        /* bytes of text between them at least; 0: the default */
};

void events_marks_note(struct events_marks *m, uint64_t in, uint64_t out, const struct event_totals *totals);
/* The last one at or before `out`; NULL: the beginning. */
const struct events_mark *events_marks_before(const struct events_marks *m, uint64_t out);
void events_marks_free(struct events_marks *m);

/* ---- layers: events_evtx.c, events_text.c ---- */

struct layer *evtx_new(struct layer *below, const input_options *o);
/* Above the decoder of text, of which `head` is the beginning. */
struct layer *events_text_new(struct layer *below, enum events_kind kind, span head, const input_options *o);

#endif
