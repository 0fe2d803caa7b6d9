/* SPDX-License-Identifier: Apache-2.0 */
/* input/content.h: the inside of the floor: the content of a source as a stack of layers, and its lines. Offsets and
 * lengths in bytes. */
#ifndef KONSEKI_CONTENT_H
#define KONSEKI_CONTENT_H

#include "input/layer.h"

/* ---- kind.c ---- */

struct packing {
    size_t at, n;              /* the magic's place and length */
    const char *magic, *name;
    const char *command;       /* writes the content to stdout when followed by the path; NULL: there is none */
    enum content_kind kind;
    /* What makes a layer of it; NULL: an archive, or nothing. */
    struct layer *(*unpack)(struct layer *below, const input_options *o);
};

enum { PACKING_HEAD = 512, KIND_HEAD = 16 * 1024 };  /* bytes that packing_of and kind_of want to see */

/* By the first bytes; NULL: as it is. */
const struct packing *packing_of(span head);
/* Of what is not packed, by its text. */
enum content_kind kind_of(span head);

/* ---- content.c ---- */

enum { UNPACK_MAX = 4 /* compressions around one another */, COMPRESSION_NAME_MAX = 64 };

struct content {
    struct layer *top;    /* owned with all below that is not the depot's */
    struct layer *unpacked; /* below the decoder of text */
    struct layer *text;   /* the decoder of text: the top, or what events saved as text are read from */
    struct file *file;    /* the lowest layer, or the depot's; NULL: of a member */
    uint64_t stored;      /* of a member: bytes in its archive */
    uint64_t at;          /* of the next byte read */
    bool broken;          /* the last read stopped before the end */
    fault problem;        /* met by the last read */
    const struct packing *packing;  /* what it still is; NULL: nothing */
    char compression[COMPRESSION_NAME_MAX];
};

fault content_open(struct content *c, const source_path *path, const input_options *o) MUST_USE;
/* Puts decompressors on `*top` as long as the bytes ask for them; appends their names. *packing: what is left is
 * packed too; else NULL. */
void content_unpack(struct layer **top, char names[COMPRESSION_NAME_MAX], const input_options *o, const struct packing **packing);
/* Fills the buffer; less than n only at the end, then broken and problem are what they will be. */
size_t content_read(struct content *c, void *buffer, size_t n);
static inline void content_seek(struct content *c, uint64_t offset) { c->at = offset; }
/* Rather fail than lose bytes of a pipe. */
void content_hold(struct content *c, bool hold);
void content_sleep(struct content *c);
void content_close(struct content *c);
/* The file whose bytes, at their places, are the content as far as it is known; NULL: there is none. */
struct file *content_plain(const struct content *c);

/* ---- claim.c: bytes that are fetched without the mutex ---- */

enum { CLAIM_ROOM = 8 * 1024 };  /* in the buffer before what is fetched: for the line that begins before it */

/* What was fetched and follows `place`; nothing where it must be read again. The claim is no more. */
span claim_take(struct input *in, struct block *b, uint64_t place);

/* ---- block.c ---- */

/* An empty buffer of at least that size, and not much more: one long line does not make all blocks large. */
void block_room(struct block *b, size_t size);

/* ---- lines.c: how many lines begin before a place ---- */

struct line_bin {
    uint64_t first;  /* place of the first block that begins in this bin */
    uint64_t lines;  /* in blocks that begin in it; 0: none does */
};

struct line_index {
    struct line_bin *bins;
    size_t n, capacity;
    uint64_t width;
};

void line_index_note(struct line_index *ix, uint64_t place, uint64_t lines);
/* The nearest known beginning of a line at or before `place`, and the number of lines before it. */
bool line_index_find(const struct line_index *ix, uint64_t place, uint64_t *from, uint64_t *before);
void line_index_free(struct line_index *ix);

/* ---- input.c ---- */

struct input {
    struct content content;
    const source_path *path;
    uint32_t source;
    size_t block_size;
    enum content_kind kind;
    uint64_t first;        /* place of the first line: behind the byte-order mark */
    uint64_t place;        /* of carry[0], or of the next byte to read */
    uint64_t claimed;      /* place behind all that was claimed */
    size_t claims;         /* that did not have their turn */
    char *carry;           /* read, not yet given away: the beginning of a line */
    size_t carry_n, carry_capacity;
    bool skipping;         /* in the rest of a line that was too long */
    bool ended;
    fault problem;         /* the first one met while reading from the first line on */
    struct line_index index;
};

#endif
