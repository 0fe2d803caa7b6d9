/* SPDX-License-Identifier: Apache-2.0 */
/* input/depot.h: archives opened up: every member a source of its own. The depot keeps what sources share: the archives
 * their bytes lie in, and the temporary file of those that can only be read from their beginning. */
#ifndef KONSEKI_DEPOT_H
#define KONSEKI_DEPOT_H

#include "input/input.h"

enum {
    DEPOT_DEPTH_MAX = 4,         /* archives inside one another */
    DEPOT_MEMBERS_MAX = 100000   /* of one file that was named, and all archives in it */
};

struct depot;

/* Before the sandbox closes: loads what text is converted with. The options are copied, what they point to is borrowed. */
struct depot *depot_open(const input_options *o);
/* `out`: the sources of `files`, members in the place of archives, by path; what could not be opened up is in `failed`
 * with its reason (links, encrypted members without a password, damage), beside the failures of `files`. Paths live in
 * `a`. A fault only past WALK_SOURCES_MAX. */
fault depot_list(struct depot *d, arena *a, const source_list *files, source_list *out) MUST_USE;
/* After all inputs that were opened from its list are closed. NULL is fine. */
void depot_close(struct depot *d);

/* ---- the inside of the floor ---- */

struct layer;
struct file;

struct entry {
    struct layer *archive;   /* borrowed: the bytes it lies in, or the zip archive */
    bool is_zip;
    uint64_t at, size;       /* zip: its number there, and size as declared */
    uint64_t stored;         /* bytes there */
    const char *wrapping;    /* "gzip+tar": what it is taken out of */
    const char *password;    /* NULL: not encrypted */
    struct file *file;       /* a pipe that was looked into: itself; NULL: a member */
    size_t order;            /* as found: members may have one name */
    const uint64_t *growth_free; /* its share of what the members of one file may become whatever their ratio; NULL: all of it */
};

/* *out is the entry's bytes as its archive stores them, for the caller to free. */
fault entry_open(const struct entry *e, const char *path, const input_options *o, struct layer **out) MUST_USE;

#endif
