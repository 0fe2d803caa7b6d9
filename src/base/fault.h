/* SPDX-License-Identifier: Apache-2.0 */
/* base/fault.h: what went wrong outside us. By value: nothing to free. A bad log line is data, not a
 * fault. `text` says what, where and what to do, in English (the catalogue has no sentence for the
 * thousand ways a disk can fail). */
#ifndef KONSEKI_FAULT_H
#define KONSEKI_FAULT_H

#include "base/base.h"

enum fault_kind { FAULT_NONE, FAULT_USAGE, FAULT_IO, FAULT_CORRUPT, FAULT_LIMIT };

typedef struct fault {
    enum fault_kind kind;
    char text[500];
} fault;

/* Success. Sets what is read of it and leaves the rest of the text alone: functions called for every row return
 * one, and clearing 500 bytes each time took a tenth of a hunt. */
static inline fault no_fault(void)
{
    fault f;
    f.kind = FAULT_NONE;
    f.text[0] = '\0';
    return f;
}
#define NO_FAULT no_fault()
#define TRY(expr)                \
    do {                         \
        fault e_ = (expr);       \
        if (e_.kind) return e_;  \
    } while (0)

fault fault_make(enum fault_kind kind, const char *fmt, ...) MUST_USE PRINTF(2, 3);
fault fault_errno(const char *fmt, ...) MUST_USE PRINTF(1, 2);            /* FAULT_IO, ": strerror(errno)" added */
fault fault_wrap(fault cause, const char *fmt, ...) MUST_USE PRINTF(2, 3); /* "what we did: cause" */

#endif
