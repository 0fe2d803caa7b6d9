/* SPDX-License-Identifier: Apache-2.0 */
/* audit/result.h: everything that check says. */
#ifndef KONSEKI_AUDIT_RESULT_H
#define KONSEKI_AUDIT_RESULT_H

#include "audit/audit.h"

struct check_result {
    int64_t created, as_of;
    const char *const *arguments;
    size_t argument_n;
    const struct source_info *sources;
    size_t source_n;
    const struct failure *failures;
    size_t failure_n;
    int64_t first, last;            /* of all sources; first > last: no event */
    uint64_t records, bad, skipped;
    int tz_minutes;                 /* of the logs; 0 for epoch stamps */
    struct audit audit;
    uint64_t required;              /* FIELD_BITs of --require */
    uint64_t *lacking;              /* by source: those of them that it has no value of */
    bool is_lacking, has_machines;  /* has_machines: --clients was given */
};

#endif
