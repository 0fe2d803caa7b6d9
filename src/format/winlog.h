/* SPDX-License-Identifier: Apache-2.0 */
/* format/winlog.h: Windows events as lines of JSON. One reader for all collectors: a dialect says at which paths a line
 * has the record's head, and which of its objects hold EventData and UserData, whose names are Windows' own
 * (event/windows_events.def). A row in winlog_dialects.c is a dialect. */
#ifndef KONSEKI_WINLOG_H
#define KONSEKI_WINLOG_H

#include "base/arena.h"
#include "event/windows.h"
#include "format/format.h"

enum { WINLOG_HEADS_MAX = 16, WINLOG_DATA_MAX = 4, WINLOG_EXAMPLES_MAX = 2 };

struct winlog_dialect {
    const char *name;                              /* --format NAME, and `format` in JSON */
    struct { const char *path; enum windows_field field; } head[WINLOG_HEADS_MAX];   /* ends with a NULL path; of
                                                    * several for one field the first in the line gives it */
    const char *data[WINLOG_DATA_MAX];             /* objects with the event's own names, at any depth below; "": beside the
                                                    * head. Ends with NULL */
    const char *payload;                           /* a string that holds such objects as JSON; NULL: none */
    bool is_utc;                                   /* a stamp without a zone is UTC, says its documentation */
    bool any_case;                                 /* writes Windows' names in another case */
    const char *example;
};
const struct winlog_dialect *winlog_at(size_t i);   /* NULL past the last */
bool winlog_is_name(span name);

/* One line that is no envelope. ROW_SKIPPED: an event that is none of ours (e->kind NULL), or a blank line. ROW_BAD: no
 * event, or one that konseki-evtx refused. Text that had to be unescaped lives in `scratch`. `above`: what the
 * dialect's paths stand below ("_source."). */
enum row_fate winlog_row(const struct winlog_dialect *d, const char *above, span line, arena *scratch, struct windows_event *e);

/* Are so many of these lines such events (a share)? Fills the layout, envelope aside; else it is empty. */
bool winlog_recognise(const struct format_options *options, const span *lines, size_t n, double least, struct layout *out);

#endif
