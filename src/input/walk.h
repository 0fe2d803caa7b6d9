/* SPDX-License-Identifier: Apache-2.0 */
/* input/walk.h: what was named on the command line, as a list of sources in one order. */
#ifndef KONSEKI_WALK_H
#define KONSEKI_WALK_H

#include "base/arena.h"
#include "base/fault.h"
#include "base/span.h"

enum {
    WALK_DEPTH_MAX = 64,       /* folders below a named one */
    WALK_SOURCES_MAX = 200000
};

struct entry;

typedef struct source_path {
    span path;                 /* in the arena, a NUL follows; "-" is stdin; "a.zip!b/c.gz" a member */
    bool pipe;                 /* stdin, or a named pipe that was asked for by name */
    const struct entry *entry; /* of a depot: a member of an archive; NULL: a file or a pipe */
} source_path;

typedef struct source_failure {
    span path;
    fault why;
} source_failure;

typedef struct source_list {
    source_path *items;
    size_t n;
    source_failure *failed;  /* not there, not allowed, a device, a folder without a file */
    size_t failed_n;
} source_list;

/* Files, folders (walked; links to files are followed, links to folders only where named) and "-".
 * Sorted by the bytes of the path, no path twice; so is `failed`. "./a//b" and "a/b" are one path.
 * A fault only past the limits above. */
fault input_list(arena *a, const char *const *args, size_t n, source_list *out) MUST_USE;

#endif
