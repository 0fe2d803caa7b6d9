/* SPDX-License-Identifier: Apache-2.0 */
/* evtx/totals.h: what was met while events were read, and how that is said: by the program that reads them, and by
 * konseki, which has it from there. */
#ifndef KONSEKI_EVTX_TOTALS_H
#define KONSEKI_EVTX_TOTALS_H

#include "base/fault.h"
#include "evtx/frame.h"

struct met { uint64_t n, first; };   /* how often, and where first */

struct event_totals {
    uint64_t records, carved;
    struct met refused;
    struct met header_checksum, data_checksum, no_chunk;
    bool is_cut, is_dirty, has_no_checksums, head_is_wrong;
    uint64_t cut_at;
};

/* Of the file's header. */
void totals_head(struct event_totals *t, const struct tally *head);
/* Of what begins at byte `offset`. */
void totals_add(struct event_totals *t, const struct tally *part, uint64_t offset);
/* No text: nothing to say. FAULT_NONE with one: everything was read, but not as it should be; FAULT_CORRUPT: something is
 * missing. */
fault totals_say(const struct event_totals *t, const char *path);

#endif
