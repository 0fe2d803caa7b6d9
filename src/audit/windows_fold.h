/* SPDX-License-Identifier: Apache-2.0 */
/* audit/windows_fold.h: which event logs of which computers there are, from when to when, and how many events of each
 * kind they hold, in one pass. Sums, minima and sets: which thread saw which event does not show. */
#ifndef KONSEKI_AUDIT_WINDOWS_FOLD_H
#define KONSEKI_AUDIT_WINDOWS_FOLD_H

#include "audit/times.h"
#include "event/windows.h"

enum { WINDOWS_LOGS_MAX = 8192,    /* logs that are told apart: a computer's and a channel's; events of further ones are counted */
       CLEARINGS_MAX = 1000,       /* the earliest ones; further ones are counted */
       WINDOWS_KINDS_MAX = 64 };

struct windows_log {
    span computer, channel;        /* channel: as the kind of its events has it, or as it is written */
    uint64_t key;                  /* hash of both without letter case */
    uint64_t events, kinds[WINDOWS_KINDS_MAX];   /* by windows_kind_number */
    uint64_t command_lines;        /* processes that began, with their command line */
    int64_t first, last;
    struct time_fold times;
};

/* A log that somebody emptied. */
struct log_clearing { span computer, log, user; int64_t time; uint32_t source; uint64_t offset; };

struct windows_fold {
    arena memory;                  /* of the spans */
    struct windows_log **slots;    /* open addressing by key */
    size_t slot_n, n;
    uint64_t refused;              /* events of logs beyond WINDOWS_LOGS_MAX */
    struct log_clearing *clearings;
    size_t clearing_n, clearing_capacity;
    uint64_t clearings_more;
};

size_t windows_kind_number(const struct windows_kind *kind);

void windows_fold_add(struct windows_fold *f, uint32_t source, uint64_t offset, const struct windows_event *e);
void windows_fold_join(struct windows_fold *to, const struct windows_fold *from);
void windows_fold_settle(struct windows_fold *f);   /* after the last join: clearings by time */
void windows_fold_free(struct windows_fold *f);
/* By computer, then channel; `out` has room for f->n. */
size_t windows_fold_logs(const struct windows_fold *f, const struct windows_log **out);

#endif
