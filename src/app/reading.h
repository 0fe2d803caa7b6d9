/* SPDX-License-Identifier: Apache-2.0 */
/* app/reading.h: from what was named on the command line to rows: opens, recognises, parses, accounts. */
#ifndef KONSEKI_READING_H
#define KONSEKI_READING_H

#include "app/options.h"
#include "event/counts.h"
#include "event/windows_counts.h"
#include "finding/finding.h"
#include "input/input.h"
#include "rule/where.h"
#include "tables/rows.h"

enum { LAYOUTS_KNOWN = 16, HEADERS_MAX = 64 /* different header lines followed in one source */ };

struct followed { span header; struct layout layout; };

/* Where in a block its layout changes. */
struct layout_change { size_t at; const struct layout *layout; };
struct layout_changes {
    const struct layout *first;   /* of the lines before any change */
    struct layout_change *items;  /* by place; owned */
    size_t n, capacity;
};

/* One source that is read. */
struct source {
    struct input *input;
    struct layout layout;
    const struct layout *now;     /* of the next block: `layout`, or what the last header line made of it; NULL: at its start */
    struct followed *followed;    /* the layouts of its header lines */
    size_t followed_n;
    uint64_t not_followed;        /* header lines beyond HEADERS_MAX */
    struct row_counts counts;
    struct windows_counts windows;   /* of a Windows event log */
    size_t same_as;               /* its own index where it is read itself */
    enum same_kind same;
    bool is_left_out;             /* of the next reading_run and reading_rewind */
};

struct reading {
    arena memory;
    const struct options *options;
    input_options input;
    struct event_reader *events;  /* the program that reads Windows events */
    struct depot *depot;          /* of members of archives */
    struct source *sources;       /* index = source of rows and of struct source_info */
    struct source_info *infos;
    size_t n;
    struct failure *failures;     /* not read at all, by path */
    size_t failure_n, failure_max;
    uint64_t bytes_done, bytes_total;   /* of whole sources; of all */
    size_t at;                          /* the source being read */
    struct layout known[LAYOUTS_KNOWN]; /* those of earlier sources: thousands of files share a few */
    size_t known_n;
    struct layout unread;               /* of rows whose columns are not known: no plan */
    struct suffixes *suffixes;
    struct where *where;                /* of --where; NULL: every event is taken */
    bool reads_windows;                 /* the taker asked for the events of Windows event logs */
    uint64_t gave_up;                   /* regular expressions of it, at their limit */
    struct sentence *notes;             /* after reading_finish: what to know about --since, --until and --where */
    size_t note_n;
};

typedef void reading_progress(void *ctx, const struct reading *r, span path);

/* Opens everything, recognises layouts, settles the times of the options, compiles --where. FAULT_USAGE: a layout option,
 * a time or a filter is wrong. Inputs that cannot be read become failures, they stop nothing. */
fault reading_open(struct reading *r, struct options *options) MUST_USE;
/* app/layouts.c: the layout of one opened source, and what sources with inferred layouts tell each other. */
fault layouts_recognise(struct reading *r, struct source *s) MUST_USE;
void layouts_share(struct reading *r);
/* app/following.c: finds the header lines in the next block of a source, in the order of its blocks and one thread at a
 * time, so that threads cannot change what a row means. */
void layouts_follow(struct reading *r, struct source *s, const struct block *b, struct layout_changes *out);
/* Whoever takes the rows: one worker in each thread. A fault ends the reading. */
struct row_taker {
    void *(*begin)(void *taker);
    /* One event that lies, in part at least, within --since and --until, and matches --where; `line` and the spans of `e` live until the next flush. */
    fault (*event)(void *worker, uint32_t source, uint64_t offset, span line, const event *e);
    /* A block is done, its lines are counted; NULL: nobody asks. Blocks are numbered from 0 on in the order of sources
     * and places: whoever writes in that order waits for his number, unless a fault ended the reading. */
    fault (*block)(void *worker, const struct block *b, uint64_t number);
    fault (*flush)(void *worker);   /* the block's text is about to go; NULL: nothing is held */
    fault (*end)(void *worker);     /* also after a fault */
    /* An event that --where leaves out; NULL: nobody asks. */
    fault (*other)(void *worker, uint32_t source, uint64_t offset, span line, const event *e);
    /* Lines that cannot match --where need not be parsed: they count as skipped, be they bad. */
    bool only_matches;
    /* One event of a Windows event log within --since and --until, as `event`; --where asks for fields of rows, and so not
     * of these. NULL: nobody asks; such logs are not read, which is noted, or a fault where there is nothing else. */
    fault (*windows)(void *worker, uint32_t source, uint64_t offset, span line, const struct windows_event *e);
};

/* Parses every source with options->threads threads and gives its events to `take`. `progress` may be NULL; it is
 * called by one thread at a time. */
fault reading_run(struct reading *r, const struct row_taker *take, void *taker, reading_progress *progress, void *ctx) MUST_USE;
/* Back to the first line of every source, for another reading_run. FAULT_LIMIT: more came through a pipe than is kept. */
fault reading_rewind(struct reading *r) MUST_USE;
/* Minutes east of UTC in which times are shown: --show-tz, or the zone of the first source. */
int reading_zone(const struct reading *r);
/* After reading_run: fills infos (duplicate and merged are 0 there: who looks for copies fills them). */
void reading_finish(struct reading *r);
/* After it, once: notes for each source with lines that could not be read, for verbs whose result has no place for them. */
void reading_note_bad(struct reading *r);
/* Bytes of the inputs, as stored, that have been read so far. Called from reading_progress. */
uint64_t reading_bytes_done(const struct reading *r);
void reading_close(struct reading *r);

#endif
