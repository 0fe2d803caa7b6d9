/* SPDX-License-Identifier: Apache-2.0 */
/* finding/signal.h: one piece of evidence, what it is worth, and the very row that shows it. */
#ifndef KONSEKI_SIGNAL_H
#define KONSEKI_SIGNAL_H

#include "event/event.h"
#include "text/text.h"

/* One named piece of evidence a detector can give. A detector's signals are one const table: score_max,
 * could_not_look, the docs and the legend are computed from it. */
struct signal_def {
    const char *name;      /* "blank_agent" */
    const char *group;     /* "who": groups are capped (struct group_def) */
    int points;            /* the most it can give; negative for signals that take away */
    uint64_t needs;        /* FIELD_BITs without which it cannot be given */
    enum text_key text;    /* its sentence; the facts are the signal's values */
};
struct group_def { const char *name; int cap; };

struct signal {
    const struct signal_def *def;
    int points;                  /* given here, before the group's cap */
    struct sentence text;        /* facts = JSON `values` */
};

struct evidence {
    uint32_t source;             /* index into hunt_result.sources */
    uint64_t line;               /* 1-based; 0 where not known */
    uint64_t offset;             /* of the line's first byte in the decompressed content */
    uint64_t length;             /* of the whole line */
    char sha256[65];             /* of the whole line without its line end; "" where raw is not available */
    span raw;                    /* the first 4 KiB; {NULL,0}: not available, `why_not` says why */
    bool is_cut;
    struct sentence why_not;
};

#endif
