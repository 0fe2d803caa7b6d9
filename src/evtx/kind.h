/* SPDX-License-Identifier: Apache-2.0 */
/* evtx/kind.h: in what Windows events come, by the first bytes of it. The one part of this floor that konseki itself runs
 * on what it reads. */
#ifndef KONSEKI_EVTX_KIND_H
#define KONSEKI_EVTX_KIND_H

#include "base/span.h"

enum events_kind { EVENTS_NONE, EVENTS_EVTX, EVENTS_XML, EVENTS_CSV };

enum { EVENTS_HEAD = 4096,        /* bytes that are to be looked at */
       EVENTS_COLUMNS_MAX = 4096  /* bytes of a line with the names of columns */ };

/* Of a file, or of text as UTF-8. */
enum events_kind events_kind_of(span head);
/* The line with the names of columns, newline included, when `text` begins as Event Viewer's CSV or tab-separated text
 * does, a byte-order mark before it; else absent. */
span events_columns(span text);

#endif
