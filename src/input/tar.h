/* SPDX-License-Identifier: Apache-2.0 */
/* input/tar.h: the headers of a tar archive, one after another. Formats: POSIX ustar and pax, GNU, and those before
 * them, told by the checksum of the header. */
#ifndef KONSEKI_TAR_H
#define KONSEKI_TAR_H

#include "input/layer.h"

enum { TAR_BLOCK = 512, TAR_NAME_MAX = 4096 };

enum tar_type { TAR_FILE, TAR_LINK, TAR_FOLDER, TAR_DEVICE, TAR_SPARSE };

struct tar_member {
    enum tar_type type;
    uint64_t at, size;          /* of its bytes in the archive */
    char name[TAR_NAME_MAX];    /* as stored, up to its first NUL */
    size_t name_n;
};

struct tar {
    struct layer *below;
    uint64_t at;                /* of the next header */
    fault problem;              /* why it ended before its end; else no text */
    char long_name[TAR_NAME_MAX];
    size_t long_name_n;         /* what a header before the member's own gave */
    uint64_t long_size;         /* UINT64_MAX: nothing */
};

bool tar_begins(span head);
struct tar tar_open(struct layer *below);
/* The next member; false at the end, then `problem` says whether it was one. */
bool tar_next(struct tar *t, struct tar_member *m);

#endif
