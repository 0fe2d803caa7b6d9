/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report.h"

#define REPORT(name) extern const struct report report_##name;
#include "report/report_list.inc"
#undef REPORT

static const struct report *const reports[] = {
#define REPORT(name) &report_##name,
#include "report/report_list.inc"
#undef REPORT
};

const struct report *report_by_name(span name)
{
    for (size_t i = 0; i < COUNT_OF(reports); i++)
        if (span_eq(name, span_str(reports[i]->name)))
            return reports[i];
    return NULL;
}
