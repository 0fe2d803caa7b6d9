/* SPDX-License-Identifier: Apache-2.0 */
/* format/envelope.h: what a log line may be wrapped in on its way to a file: the head that syslog puts in front of
 * it, a collector's JSON around it, one in the other. Peeled off line by line before anything is recognised or cut; what
 * is inside borrows from the line, or from the scratch arena where JSON had escaped it.
 *
 *   RFC 3164      [<134>]Nov 21 21:19:32 [host] [tag[pid]:] message      no year, no zone
 *   rsyslog       [<134>]2026-11-21T21:19:32.108+09:00 host tag: message
 *   Proxifier     [11.21 21:19:32] message      no year, no zone
 *   Sophos UTM    2026:11:21-21:19:32 host tag[pid]: message
 *   RFC 5424      <134>1 2026-11-21T21:19:32.108Z host app pid id - message      with structured data, with a BOM
 *   RFC 6587      123 <134>...             the length in front
 *   CRI           2026-11-21T21:19:32.108765432Z stdout F message
 *   compose       web-1  | message
 *   JSON          {"log":"message\n"}, {"_raw":...}, {"event":{"original":...}} and others (envelope_json.c) */
#ifndef KONSEKI_ENVELOPE_H
#define KONSEKI_ENVELOPE_H

#include "base/arena.h"

enum { ENVELOPE_TAG_MAX = 48 /* RFC 5424's APP-NAME */, ENVELOPE_TAGS_MAX = 4 };
enum { ENVELOPE_LAYERS_MAX = 4 };
enum envelope_kind { ENVELOPE_NONE, ENVELOPE_CRI, ENVELOPE_SYSLOG, ENVELOPE_JSON /* and those behind it: one per path */ };
unsigned envelope_kinds(void);   /* how many there are */

/* What was around one line. */
struct peeled {
    span line;          /* what was inside */
    span tag;           /* the program that wrote it, without "(...)", "[pid]" and a worker's "-1"; empty: none named */
    bool has_time, has_year;
    int64_t ms;         /* the stamp; without a year: of 1972, a leap year */
    int tz_minutes;     /* its zone; WHEN_NONE_MINUTES: none, `ms` is read as UTC */
};
/* False: `line` is in no envelope of this kind. */
bool envelope_peel(unsigned kind, span line, arena *scratch, struct peeled *out);

/* The envelopes of one source, the outermost first, learned from its sample and never changed. Holds no pointers. */
struct envelope {
    uint8_t layers[ENVELOPE_LAYERS_MAX];
    size_t layer_n;
    char tags[ENVELOPE_TAGS_MAX][ENVELOPE_TAG_MAX];   /* programs whose lines are read; others' are skipped */
    uint8_t tag_lengths[ENVELOPE_TAGS_MAX];
    size_t tag_n;
};
/* All layers; tag and stamp are the innermost's that has some. False: a layer is missing; out->line is what was inside of
 * those before. */
bool envelope_open(const struct envelope *e, span line, arena *scratch, struct peeled *out);
bool envelope_has_json(const struct envelope *e);
bool envelope_has_tag(const struct envelope *e, span tag);
/* False where there is no room for another. */
bool envelope_add_tag(struct envelope *e, span tag);

/* The stamp `ms` of 1972 in the latest year in which it is not after `latest` (ms UTC). */
int64_t envelope_year(int64_t ms, int64_t latest);

bool envelope_peel_json(unsigned kind, span line, arena *scratch, struct peeled *out);
bool envelope_peel_cri(span line, struct peeled *out);

#endif
