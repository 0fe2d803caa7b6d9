/* SPDX-License-Identifier: Apache-2.0 */
/* format/envelope.h: what a log line may be wrapped in on its way to a file: the head that syslog puts in front of
 * it. It is peeled off line by line before anything is recognised or cut; what is inside borrows from the line.
 *
 *   RFC 3164      [<134>]Nov 21 21:19:32 [host] [tag[pid]:] message      no year, no zone
 *   rsyslog       [<134>]2026-11-21T21:19:32.108+09:00 host tag: message
 *   Sophos UTM    2026:11:21-21:19:32 host tag[pid]: message
 *   RFC 5424      <134>1 2026-11-21T21:19:32.108Z host app pid id - message      with structured data, with a BOM */
#ifndef KONSEKI_ENVELOPE_H
#define KONSEKI_ENVELOPE_H

#include "base/span.h"

enum { ENVELOPE_TAG_MAX = 48 /* RFC 5424's APP-NAME */, ENVELOPE_TAGS_MAX = 4 };
enum envelope_kind { ENVELOPE_NONE, ENVELOPE_SYSLOG };

/* What was around one line. */
struct peeled {
    span line;          /* what was inside */
    span tag;           /* the program that wrote it, without "(...)", "[pid]" and a worker's "-1"; empty: none named */
    bool has_time, has_year;
    int64_t ms;         /* the stamp; without a year: of 1972, a leap year */
    int tz_minutes;     /* its zone; WHEN_NONE_MINUTES: none, `ms` is read as UTC */
};
/* False: `line` is in no envelope of this kind. */
bool envelope_peel(enum envelope_kind kind, span line, struct peeled *out);

/* The envelope of one source, learned from its sample and never changed. Holds no pointers. */
struct envelope {
    enum envelope_kind kind;
    char tags[ENVELOPE_TAGS_MAX][ENVELOPE_TAG_MAX];   /* programs whose lines are read; others' are skipped */
    uint8_t tag_lengths[ENVELOPE_TAGS_MAX];
    size_t tag_n;
};
bool envelope_has_tag(const struct envelope *e, span tag);
/* False where there is no room for another. */
bool envelope_add_tag(struct envelope *e, span tag);

/* The stamp `ms` of 1972 in the latest year in which it is not after `latest` (ms UTC). */
int64_t envelope_year(int64_t ms, int64_t latest);

#endif
