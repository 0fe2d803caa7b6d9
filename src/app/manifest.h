/* SPDX-License-Identifier: Apache-2.0 */
/* app/manifest.h: SHA-256 of every input as received, for whoever has to show later that nothing was changed. */
#ifndef KONSEKI_MANIFEST_H
#define KONSEKI_MANIFEST_H

#include "app/options.h"
#include "finding/finding.h"

struct manifest_line { span path; char sha256[65]; };
struct manifest {
    struct manifest_line *lines;
    size_t n;
    struct failure *failures;
    size_t failure_n;
};
/* Files as they are, archives unopened; everything in `a`. A fault: nothing could be read at all. */
fault manifest_make(arena *a, const struct options *o, struct manifest *out) MUST_USE;
/* As sha256sum writes it: a name with a backslash, a newline or a carriage return is escaped, and the line begins with
 * a backslash. `sha256sum -c` reads it back. */
void manifest_write(const struct manifest *m, sink *o);

#endif
