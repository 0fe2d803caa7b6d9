/* SPDX-License-Identifier: Apache-2.0 */
/* app/pipeline.h: the order of things: read -> survey -> investigate -> tell -> prove. */
#ifndef KONSEKI_PIPELINE_H
#define KONSEKI_PIPELINE_H

#include "app/copies.h"
#include "app/windows_look.h"
#include "detect/stories.h"
#include "windows/store.h"

struct hunt {
    arena memory;
    struct suffixes *suffixes;  /* the reading's */
    struct reading reading;
    struct row_store *rows;
    struct intake *intake;
    struct windows_store *windows;   /* NULL: no input is a Windows event log */
    struct copies copies;
    uint64_t *joined;             /* per source: rows that became part of another of their session */
    struct survey *survey;
    struct windows_look *look;    /* at event logs beside the rows; NULL: there are none */
    struct detecting detecting;
    struct investigation investigation;
    struct clients *machines;     /* --clients; NULL: not given */
    struct hunt_result result;
};

/* Fills hunt->result; hunt_close frees everything. A fault: nothing could be said at all. */
fault hunt_run(struct hunt *h, struct options *options, reading_progress *progress, void *ctx) MUST_USE;
void hunt_close(struct hunt *h);

/* app/evidence.c: reads back the raw lines of every finding. */
void evidence_read(struct hunt *h);
/* app/summing.c: sources, totals, leads, explained patterns, could_not_look, notes. */
void summing_up(struct hunt *h);
/* app/summing_windows.c: how many event logs, and what to know of them: notes, at most EVENT_LOG_NOTES. */
enum { EVENT_LOG_NOTES = 5 };
void sum_event_logs(struct hunt *h);
size_t event_log_notes(struct hunt *h, struct sentence *out);
/* The addresses that stand for several machines or people, in a sentence; {TEXT_NONE}: there are none. */
struct sentence shared_clients(arena *a, const struct survey *s);
/* app/knobs.c: knobs as built, with --set applied. FAULT_USAGE: no such knob. */
fault knobs_make(arena *a, const struct options *o, struct hunt_result *result, double (*out)[KNOBS_MAX]) MUST_USE;

#endif
