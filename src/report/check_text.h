/* SPDX-License-Identifier: Apache-2.0 */
/* report/check_text.h: check's screen: answers first, then what to save, how to mend, what to look out for. */
#ifndef KONSEKI_REPORT_CHECK_TEXT_H
#define KONSEKI_REPORT_CHECK_TEXT_H

#include "audit/mend.h"
#include "audit/result.h"
#include "report/page.h"
#include "report/report.h"

struct check_screen {
    struct page page;
    const struct check_result *r;
    const struct report_options *options;
};

void check_text(const struct check_result *r, const struct report_options *options, sink *o);
void check_json(const struct check_result *r, const struct report_options *options, sink *o);

/* What --fix prints. */
void check_fix(const struct mend *mend, const struct report_options *options, sink *o);

/* Parts of the screen. */
void check_answers(struct check_screen *s);
void check_fields(struct check_screen *s);
void check_windows(struct check_screen *s);            /* event logs among the inputs */
void check_event_logs(struct check_screen *s);         /* ... by computer, and what they can answer */
void check_windows_look_out(struct check_screen *s);

#endif
