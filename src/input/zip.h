/* SPDX-License-Identifier: Apache-2.0 */
/* input/zip.h: a zip archive by libzip, over any layer. One member is open at a time. */
#ifndef KONSEKI_ZIP_H
#define KONSEKI_ZIP_H

#include "input/layer.h"

enum {
    ZIP_DIRECTORY_MAX = 32 * 1024 * 1024,  /* bytes that may be read to list the members: 300,000 of them */
    ZIP_NAME_MAX = 4096
};

struct zip_member {
    span name;            /* as stored; until the archive sleeps */
    uint64_t size, stored;
    bool is_folder, is_link, is_encrypted;
};

/* Borrows `below`. The layer that comes back can sleep and be freed, but has no bytes of its own. */
struct layer *zip_new(struct layer *below);
/* Reads the directory (again after a sleep). */
fault zip_wake(struct layer *zip, uint64_t *members) MUST_USE;
fault zip_describe(struct layer *zip, uint64_t number, struct zip_member *m) MUST_USE;
/* A member's content, `size` bytes of it and no more. `password` NULL: none. Both are borrowed. */
struct layer *zip_member_new(struct layer *zip, uint64_t number, uint64_t stored, uint64_t size, const char *path,
                             const char *password, const input_options *o);

#endif
