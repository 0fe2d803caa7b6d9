/* SPDX-License-Identifier: Apache-2.0 */
/* app/check_read.h: the one pass over the rows that check makes: a fold per source, and the survey. */
#ifndef KONSEKI_CHECK_READ_H
#define KONSEKI_CHECK_READ_H

#include "app/copies.h"
#include "audit/fold.h"
#include "audit/windows_fold.h"
#include "tables/survey.h"

struct checked {
    struct reading reading;      /* open */
    struct fold *folds;          /* by source, settled; in the arena */
    struct windows_fold windows; /* of event logs, settled */
    struct copies copies;
    struct row_store *rows;
    struct intake *intake;
    struct survey *survey;
};

fault check_read(struct checked *all, arena *a, reading_progress *progress, void *ctx) MUST_USE;
void check_close(struct checked *all);   /* also after a fault */

#endif
