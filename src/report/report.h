/* SPDX-License-Identifier: Apache-2.0 */
/* report/report.h: one file per output. A report writes a whole hunt into a sink; whether the sink took it is
 * asked once, by whoever made the sink. */
#ifndef KONSEKI_REPORT_H
#define KONSEKI_REPORT_H

#include "finding/finding.h"

struct report_options {
    enum lang lang;
    bool lang_given;      /* JSON stays English unless the user named a language */
    int tz_minutes;       /* zone in which text shows times */
    bool leads, all;      /* --leads, --all */
    bool colour;
    unsigned columns;     /* width of the text; 0: 80 */
    uint64_t limit;       /* --limit; 0: the verb's own */
};

struct report {
    const char *name;     /* "hunt_text": what it shows, and how */
    void (*render)(const struct hunt_result *r, const struct report_options *options, sink *o);
};

/* NULL where no report has that name. */
const struct report *report_by_name(span name);

#endif
