/* SPDX-License-Identifier: Apache-2.0 */
/* input/content.h: the inside of the floor: stored bytes (file), inflated bytes (gzip) and, above both,
 * content that can be read from any place. Offsets and lengths in bytes. */
#ifndef KONSEKI_CONTENT_H
#define KONSEKI_CONTENT_H

#include "input/input.h"

#include <sys/types.h>

/* ---- file.c: the bytes as stored, read at any offset; a pipe is kept in a temporary file ---- */

struct file {
    const char *path;   /* borrowed, NUL-terminated */
    int fd;             /* of the file, or of the pipe's temporary file; -1 while asleep */
    int pipe;           /* where the pipe is read from; -1: a regular file */
    bool borrowed;      /* stdin: not ours to close */
    dev_t device;
    ino_t inode;
    uint64_t base;      /* stdin may stand in the middle of a file */
    uint64_t size;      /* seen at open; of a pipe: received so far */
    uint64_t kept;      /* of a pipe: its first bytes that can be read again */
    uint64_t limit;     /* of a pipe: bytes to keep at most */
    int unkept;         /* errno of the write that ended the keeping; 0: none, or the limit did */
    bool pipe_ended;
    bool hold;          /* of a pipe: rather fail than lose bytes */
};

fault file_open(struct file *f, const char *path, bool pipe, const char *tmp, uint64_t limit) MUST_USE;
/* *got < n only at the end of the file as it was at open (or earlier where it has shrunk). */
fault file_read(struct file *f, uint64_t offset, void *buffer, size_t n, size_t *got) MUST_USE;
void file_sleep(struct file *f);   /* gives the descriptor back; file_read opens again */
void file_close(struct file *f);

/* ---- gzip.c ---- */

struct gzip;

/* `feed`: bytes of compressed data taken at a time. The file is borrowed. */
struct gzip *gzip_new(struct file *f, size_t feed, unsigned checkpoints);
size_t gzip_read(struct gzip *g, void *buffer, size_t n);  /* less than n: the end, or the break */
fault gzip_seek(struct gzip *g, uint64_t offset) MUST_USE; /* behind the end: FAULT_IO */
void gzip_sleep(struct gzip *g);                           /* keeps the checkpoints only */
void gzip_free(struct gzip *g);
fault gzip_problem(const struct gzip *g);  /* what is damaged; text alone: worth saying of a sound file */
bool gzip_broken(const struct gzip *g);    /* nothing can be read behind the problem */
size_t gzip_held(const struct gzip *g);    /* bytes of memory in checkpoints */

/* ---- content.c ---- */

struct content {
    struct file file;
    struct gzip *gzip;   /* NULL: the content is the file */
    uint64_t at;         /* of the next byte read */
    bool broken;         /* the last read stopped before the end */
    fault problem;       /* met since the last jump */
};

fault content_open(struct content *c, const source_path *path, const input_options *o) MUST_USE;
/* Fills the buffer; less than n only at the end, then broken and problem are what they will be. */
size_t content_read(struct content *c, void *buffer, size_t n);
fault content_seek(struct content *c, uint64_t offset) MUST_USE;
void content_sleep(struct content *c);
void content_close(struct content *c);

/* ---- kind.c ---- */

struct packing {
    size_t at, n;              /* the magic's place and length */
    const char *magic, *name;
    const char *command;       /* writes the content to stdout when followed by the path; NULL: there is none */
    enum content_kind kind;
};

enum { KIND_HEAD = 16 * 1024 };  /* bytes that kind_of wants to see */

/* *packing is set for CONTENT_PACKED and CONTENT_EVENTLOG. */
enum content_kind kind_of(span head, const struct packing **packing);

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
    const struct packing *packing;
    uint64_t first;        /* place of the first line: behind the byte-order mark */
    uint64_t place;        /* of carry[0], or of the next byte to read */
    char *carry;           /* read, not yet given away: the beginning of a line */
    size_t carry_n, carry_capacity;
    bool skipping;         /* in the rest of a line that was too long */
    bool ended;
    fault problem;         /* the first one met while reading from the first line on */
    struct line_index index;
};

#endif
