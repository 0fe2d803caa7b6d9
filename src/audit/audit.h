/* SPDX-License-Identifier: Apache-2.0 */
/* audit/audit.h: what these logs can answer: questions by source, what to look out for, what to save now. Plain data in
 * the arena it was made in; it borrows the sources and the folds. */
#ifndef KONSEKI_AUDIT_H
#define KONSEKI_AUDIT_H

#include "audit/costs.h"
#include "audit/fold.h"
#include "audit/windows.h"
#include "known/clients.h"
#include "tables/overlap.h"

enum { AUDIT_NOW_MAX = 7, REMARKS_PER_VIEW = 20, QUESTIONS_EXTRA = 8, AUDIT_ALL = UINT32_MAX };

/* One column of the screen: a source, or all sources of one layout. */
struct view {
    span name;                  /* the file's without folder and extensions, or the layout's */
    uint32_t *sources;
    size_t source_n;
    struct fold fold;           /* of its sources together; owned: audit_free */
    uint64_t events, skipped, bad;
    uint64_t value[FIELD_COUNT], blank[FIELD_COUNT];
    int64_t first, last;        /* first > last: no event */
    uint64_t logged, filled;    /* FIELD_BITs that its layouts have; those with a value in some row */
    bool tz_assumed, is_utc;    /* some stamps without a zone; all of them UTC (epoch, +0000) */
    struct hour *hours;
    size_t hour_n;
    uint32_t days;              /* with rows, in the zone that is shown */
};

struct reply {
    enum grade grade;
    int possible, full;         /* points of the detector that would answer; 0, 0: none does */
    uint64_t used, unlogged, empty;   /* FIELD_BITs it rests on; not in the layout; in the layout, without any value */
    struct sentence because;    /* what else limits it; {TEXT_NONE}: nothing */
};
struct question {
    const char *id;             /* "tunnel", "person" ... */
    struct sentence text;
    struct reply *answers;     /* by view */
};
struct remark {
    const char *id;
    uint32_t view;              /* AUDIT_ALL: of all of them together */
    struct sentence text;
};

struct audit {
    struct view *views;
    size_t view_n;
    struct question *questions;
    size_t question_n;
    struct remark *remarks;
    size_t remark_n, remark_max;
    struct sentence now[AUDIT_NOW_MAX];
    size_t now_n;
    struct windows_audit windows;   /* of event logs; log_n 0: there are none */
};

struct auditing {
    const struct source_info *sources;
    const struct fold *folds;   /* by source, settled */
    size_t n;
    int tz_minutes;             /* of the days */
    bool by_layout;             /* one view for all sources of a layout */
    const struct overlap_copy *copies;
    size_t copy_n;
    const struct clients *machines;   /* of --clients; NULL: not given */
    const struct windows_fold *windows;   /* settled; NULL: no event log was read */
    struct sentence shared;     /* what the survey says of clients that stand for several; {TEXT_NONE}: nothing */
};
/* Views first; the rest is computed from them. */
void audit_make(arena *a, const struct auditing *in, struct audit *out);
void audit_free(struct audit *audit);

/* Parts of audit_make. */
void audit_views(arena *a, const struct auditing *in, struct audit *out);       /* views.c */
void audit_answers(arena *a, struct audit *out);                                /* answers.c */
void audit_look_out(arena *a, struct audit *out);                               /* look_out.c */
void audit_same(arena *a, const struct auditing *in, struct audit *out);        /* absent.c: the same traffic, and who is absent */
void audit_absent(arena *a, const struct auditing *in, struct audit *out);
void audit_remark(arena *a, struct audit *out, const char *id, size_t view, enum text_key key, const struct fact *facts, size_t n);

#endif
