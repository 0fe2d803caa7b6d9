/* SPDX-License-Identifier: Apache-2.0 */
/* audit/costs.h: what a detector can still say of a log with these fields, from its signal table and nothing else. */
#ifndef KONSEKI_COSTS_H
#define KONSEKI_COSTS_H

#include "detect/detector.h"

/* yes: all of its points can be given. half: fewer. poor: single pieces of evidence (leads), never a finding.
 * no: it cannot look at all. */
enum grade { GRADE_YES, GRADE_HALF, GRADE_POOR, GRADE_NO, GRADE_COUNT };
extern const char *const grade_keys[GRADE_COUNT];   /* "yes" "half" "poor" "no" */

struct cost {
    enum grade grade;
    int possible, full;   /* points that can be given with the fields there are, and with all fields */
    uint64_t used;        /* FIELD_BITs it looks at that are there */
    uint64_t missing;     /* FIELD_BITs that would mend it */
};
/* `gives`: FIELD_BITs, and NEEDS_HISTORY where the log is long enough: how long it is, is another question. */
struct cost cost_of(const struct detector *detector, uint64_t gives);

#endif
