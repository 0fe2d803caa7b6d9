/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a chunk of an event log, whole or cut off. They stand at the end of what may be read. */
#include "fuzz.h"

#include "base/arena.h"
#include "evtx/chunk.h"
#include "evtx_lines.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct binxml *b = mem_alloc(sizeof *b);
    struct text out = {.limit = CHUNK_TEXT_MAX};
    char *bytes = mem_alloc(size);
    if (size)
        memcpy(bytes, data, size);
    for (size_t at = 0; at < size; at += CHUNK_SIZE) {
        out.n = 0;
        struct tally t = chunk_read(b, span_of(bytes + at, size - at), at, &out);
        expect_lines(&out, &t);
    }
    (void)header_read(span_of(bytes, size));
    binxml_free(b);
    mem_free(b);
    text_free(&out);
    mem_free(bytes);
    return 0;
}
