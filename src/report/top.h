/* SPDX-License-Identifier: Apache-2.0 */
/* report/top.h: the values of one field, most rows first: as text, JSON, NDJSON and CSV. docs/rows.md has the columns. */
#ifndef KONSEKI_REPORT_TOP_H
#define KONSEKI_REPORT_TOP_H

#include "report/event_json.h"
#include "tables/tally.h"

struct top_result {
    const char *field;           /* as asked for */
    struct tally_result tally;
    struct account account;
    int tz_minutes;              /* zone in which times are shown and hours counted */
};

struct top_style {
    enum lang lang;
    bool colour;
    unsigned columns;
};

extern const char *const field_state_keys[];   /* by enum field_state: "unlogged", "absent", "blank", "value" */

void top_text(const struct top_result *r, const struct top_style *style, sink *o);
void top_json(const struct top_result *r, enum lang lang, sink *o);
void top_ndjson(const struct top_result *r, enum lang lang, sink *o);
void top_csv(const struct top_result *r, sink *o);

#endif
