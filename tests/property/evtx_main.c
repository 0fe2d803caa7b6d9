/* SPDX-License-Identifier: Apache-2.0 */
/* evtx_main FLIPS FILE...: reads the chunks of each event log without the box, which sanitizers and valgrind cannot work in,
 * then FLIPS copies of each with some 50 bytes changed, always the same ones; says what came of it. Every line must be JSON,
 * and there must be as many as are counted. */
#include "../fuzz/evtx_lines.h"
#include "base/arena.h"
#include "evtx/chunk.h"

#include <stdio.h>

enum { CHANGED = 50, SIZE_MAX_READ = 4 * 1024 * 1024, CHUNKS_OF_A_COPY = 2 };

struct counts { uint64_t records, refused, carved; };

static void read_chunks(struct binxml *b, const char *p, size_t n, size_t chunks, struct counts *c)
{
    struct text out = {.limit = CHUNK_TEXT_MAX};
    for (size_t at = HEADER_SIZE; at < n && chunks--; at += CHUNK_SIZE) {
        out.n = 0;
        struct tally t = chunk_read(b, span_of(p + at, n - at), at, &out);
        expect_lines(&out, &t);
        c->records += t.records;
        c->refused += t.refused;
        c->carved += t.carved;
    }
    text_free(&out);
}

static uint32_t next(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 4;
}

static void read_copies(struct binxml *b, const char *p, size_t n, uint64_t flips, struct counts *c)
{
    size_t size = n < HEADER_SIZE + CHUNKS_OF_A_COPY * CHUNK_SIZE ? n : HEADER_SIZE + CHUNKS_OF_A_COPY * CHUNK_SIZE;
    char *copy = mem_alloc(size);
    for (uint32_t seed = 1; size > HEADER_SIZE && seed <= flips; seed++) {
        uint32_t state = seed * 2654435761u;
        memcpy(copy, p, size);
        for (int i = 0; i < CHANGED; i++)
            copy[HEADER_SIZE + next(&state) % (size - HEADER_SIZE)] = (char)next(&state);
        read_chunks(b, copy, size, CHUNKS_OF_A_COPY, c);
    }
    mem_free(copy);
}

int main(int argc, char **argv)
{
    struct binxml *b = mem_alloc(sizeof *b);
    char *bytes = mem_alloc(SIZE_MAX_READ);
    struct counts whole = {0}, copies = {0};
    uint64_t flips;
    if (argc < 3 || !span_u64(span_str(argv[1]), &flips))
        return 2;
    for (int i = 2; i < argc; i++) {
        FILE *f = fopen(argv[i], "rb");
        size_t n = f ? fread(bytes, 1, SIZE_MAX_READ, f) : 0;
        if (f)
            (void)fclose(f);
        read_chunks(b, bytes, n, SIZE_MAX, &whole);
        read_copies(b, bytes, n, flips, &copies);
    }
    printf("%llu read, %llu refused, %llu carved; of copies %llu, %llu, %llu\n", (unsigned long long)whole.records,
           (unsigned long long)whole.refused, (unsigned long long)whole.carved, (unsigned long long)copies.records,
           (unsigned long long)copies.refused, (unsigned long long)copies.carved);
    binxml_free(b);
    mem_free(b);
    mem_free(bytes);
    return 0;
}
