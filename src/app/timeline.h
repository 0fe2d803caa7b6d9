/* SPDX-License-Identifier: Apache-2.0 */
/* app/timeline.h: hunt --timeline FILE: the evidence of all findings, the tunnel rows of clients that have some, and the
 * events of sessions out of tunnels, as one line of time. */
#ifndef KONSEKI_APP_TIMELINE_H
#define KONSEKI_APP_TIMELINE_H

#include "app/pipeline.h"
#include "app/verb.h"
#include "finding/timeline.h"

struct timeline_file { int fd; bool is_new, has_written; };

/* Before the sandbox closes. FAULT_USAGE: neither .csv nor .jsonl, or the same file as -o. No option: nothing. */
fault timeline_open(const struct options *o, struct timeline_file *out) MUST_USE;
/* Gathers and writes it, after the hunt; a file that was there keeps its bytes until now. */
fault timeline_write(struct hunt *h, const struct call *c, struct timeline_file *file) MUST_USE;
void timeline_close(const struct options *o, struct timeline_file *file);

#endif
