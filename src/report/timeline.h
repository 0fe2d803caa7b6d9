/* SPDX-License-Identifier: Apache-2.0 */
/* report/timeline.h: the time line of a hunt, with the columns that Timesketch wants (message, datetime, timestamp,
 * timestamp_desc) and our own: as CSV, or as one JSON object a line. */
#ifndef KONSEKI_REPORT_TIMELINE_H
#define KONSEKI_REPORT_TIMELINE_H

#include "finding/timeline.h"
#include "report/report.h"

void timeline_csv(const struct hunt_result *r, const struct timeline *t, const struct report_options *options, sink *o);
void timeline_jsonl(const struct hunt_result *r, const struct timeline *t, const struct report_options *options, sink *o);

#endif
