/* SPDX-License-Identifier: Apache-2.0 */
/* event/windows_counts.h: what a Windows event log holds, of ours or not: how often which event of which log, from when to
 * when, and of which computers. Lists are bounded: of more, those whose names have the lowest hashes are listed, so that
 * neither the order of events nor the number of threads shows; `others` counts the events of the rest. */
#ifndef KONSEKI_WINDOWS_COUNTS_H
#define KONSEKI_WINDOWS_COUNTS_H

#include "event/windows.h"

enum { WINDOWS_KINDS_LISTED = 512, WINDOWS_COMPUTERS_LISTED = 128, WINDOWS_NAME_MAX = 128 /* names that begin alike for so long are one */ };

struct windows_count {
    uint64_t hash;
    char text[WINDOWS_NAME_MAX];   /* of the log (its provider where it names no channel), or of the computer */
    uint16_t text_n;
    uint64_t id;            /* of the event; 0: a computer */
    bool is_read;           /* an event of ours */
    uint64_t n;
    int64_t first, last;    /* ms UTC */
};

static inline span windows_count_name(const struct windows_count *c) { return span_of(c->text, c->text_n); }

struct windows_list {
    struct windows_count *items;   /* by hash until windows_counts_sort, then by name and id */
    size_t n, capacity;
    uint64_t others;
};

struct windows_counts { struct windows_list events, computers; };

void windows_counts_add(struct windows_counts *c, const struct windows_event *e);
void windows_counts_join(struct windows_counts *to, const struct windows_counts *from);
void windows_counts_sort(struct windows_counts *c);   /* after the last of both */
void windows_counts_free(struct windows_counts *c);   /* then it is empty */

#endif
