/* SPDX-License-Identifier: Apache-2.0 */
/* evtx/chunk.h: one chunk of a Windows event log (.evtx) as lines of JSON. Chunks know nothing of each other. */
#ifndef KONSEKI_EVTX_CHUNK_H
#define KONSEKI_EVTX_CHUNK_H

#include "evtx/binxml.h"
#include "evtx/frame.h"

/* Of the file's header, its first 4,096 bytes: flags and number of chunks. */
struct tally header_read(span bytes);

/* Appends a line for each record of the chunk, whose first byte is byte `offset` of the file, and one for each place where
 * a record cannot be read. At most CHUNK_SIZE bytes are looked at; less: the file ends in the chunk. */
struct tally chunk_read(struct binxml *b, span bytes, uint64_t offset, struct text *out);

#endif
