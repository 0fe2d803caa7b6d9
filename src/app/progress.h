/* SPDX-License-Identifier: Apache-2.0 */
/* app/progress.h: one line on stderr while logs are read, where it is a terminal. */
#ifndef KONSEKI_PROGRESS_H
#define KONSEKI_PROGRESS_H

#include "app/reading.h"

struct progress { double began, shown; bool is_on; };

struct progress progress_begin(bool wanted);
void progress_show(void *progress, const struct reading *r, span path);   /* a reading_progress */
void progress_end(struct progress *p);                                    /* wipes the line */

#endif
