/* SPDX-License-Identifier: Apache-2.0 */
/* report/formats.h: what `konseki formats` shows: each product, each of its layouts, and what a log in it can answer. */
#ifndef KONSEKI_REPORT_FORMATS_H
#define KONSEKI_REPORT_FORMATS_H

#include "audit/costs.h"
#include "format/product.h"
#include "format/winlog.h"
#include "report/report.h"

enum { LAYOUTS_SHOWN = 24 };

struct format_view {
    const char *name;
    struct sentence what;
    struct { const struct plan *plan; const char *example /* NULL: only a header gives it sense */; } layouts[LAYOUTS_SHOWN];
    size_t n;
    const struct winlog_dialect *dialects[LAYOUTS_SHOWN];   /* of Windows events: then there are no layouts */
    size_t dialect_n;
};

struct formats_result {
    struct format_view *views;
    size_t n;
    bool in_full;                              /* columns, examples and points, not one line each */
};

void formats_text(const struct formats_result *r, const struct report_options *options, sink *o);
/* docs/schema/formats.schema.json; always in full. */
void formats_json(const struct formats_result *r, const struct report_options *options, sink *o);

#endif
