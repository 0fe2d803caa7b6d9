/* SPDX-License-Identifier: Apache-2.0 */
/* finding/timeline.h: rows of proxy logs and Windows events as one line of time, for tools that draw such lines. Plain data
 * in the hunt's arena; spans are log content (escape at the sink). */
#ifndef KONSEKI_TIMELINE_H
#define KONSEKI_TIMELINE_H

#include "finding/finding.h"

enum { TIMELINE_MAX = 200 * 1000 };   /* entries; those of findings come first */

enum timeline_what { TIMELINE_ROW, TIMELINE_TUNNEL_START, TIMELINE_TUNNEL_END, TIMELINE_EVENT, TIMELINE_WHAT_COUNT };
extern const char *const timeline_whats[TIMELINE_WHAT_COUNT];   /* timestamp_desc: "Row Logged" ... */

struct timeline_entry {
    int64_t time;                /* ms UTC, as logged: clocks are not moved */
    enum timeline_what what;
    uint32_t source;
    uint64_t offset;
    struct sentence message;
    span client, computer, user, host;   /* {NULL,0}: does not apply */
    const char *method;          /* NULL: does not apply */
    uint32_t event_id;           /* 0: a row */
    bool has_out, has_in, has_duration;
    uint64_t bytes_out, bytes_in;
    double duration_s;
    const struct finding *finding;       /* the strongest that has it as evidence; NULL: none */
};

struct timeline {
    struct timeline_entry *entries;      /* by (time, source, offset, what) */
    size_t n;
    uint64_t left_out;                   /* beyond TIMELINE_MAX */
};

#endif
