/* SPDX-License-Identifier: Apache-2.0 */
/* input/input.h: one source (a file, a pipe, a member of an archive; compressed or not) as blocks of whole lines
 * with their place of origin, and the way back from a place to its text.
 *
 * A place is an offset into the content: the bytes after decompression and as UTF-8, byte-order mark included.
 * Lines, places and numbers of lines do not depend on the size of the blocks.
 *
 * Threads: calls on one input, on inputs of one depot, and calls that share a block, run under one mutex of the
 * caller. Bytes are fetched (input_fetch) and lines cut out of a block (block_line) without it. An input that is not
 * being read holds no file descriptor: thousands may be open. */
#ifndef KONSEKI_INPUT_H
#define KONSEKI_INPUT_H

#include "base/arena.h"
#include "base/fault.h"
#include "base/span.h"
#include "input/walk.h"

enum {
    INPUT_LINE_MAX = 16 * 1024 * 1024, /* bytes of a line, its newline not counted; a longer one is cut */
    INPUT_CUT_HEAD = 4096,             /* bytes that are shown of a line that was cut, and of evidence */
    INPUT_BLOCK_DEFAULT = 64 * 1024
};

struct input;

/* How text is encoded before it becomes UTF-8. */
enum text_encoding {
    ENCODING_AUTO,     /* by content */
    ENCODING_UTF8, ENCODING_UTF16LE, ENCODING_UTF16BE, ENCODING_CP932, ENCODING_EUCJP,
    ENCODING_UNKNOWN   /* has bytes that are none of these, and passes as it is */
};

/* "utf-8", "utf-16le", "utf-16be", "cp932", "euc-jp", "auto". False: none of them. */
bool input_encoding(span name, enum text_encoding *out) MUST_USE;

typedef struct input_options {
    size_t block_size;    /* 0: INPUT_BLOCK_DEFAULT; 1 to INPUT_LINE_MAX, others are brought into it */
    uint64_t spool_limit; /* bytes of a pipe kept in a temporary file; 0: 4 GiB; at least 256 KiB */
    const char *tmp;      /* folder of that file; NULL: /tmp */
    unsigned checkpoints; /* places kept per gzip source to inflate from again, about 57 KiB each; 0: 64 */
    uint64_t max_ratio;   /* bytes that one stored byte may become, beyond 256 MiB of content; 0: 500 */
    uint64_t growth_free; /* content that is given whatever its ratio; 0: 256 MiB */
    enum text_encoding encoding;
    const span *passwords; /* of archives, tried in this order, then "infected"; borrowed until depot_close */
    size_t password_n;
    struct event_reader *events; /* reads Windows events (input/events.h); NULL: sources that need it are refused */
} input_options;

enum content_kind {
    CONTENT_TEXT,
    CONTENT_EMPTY,
    CONTENT_BINARY,
    CONTENT_PACKED   /* an archive, or a compression that is not read: tar, zip, 7-Zip ... */
};

/* Opens, recognises by content and looks at the first bytes. `source` comes back in every block. On a
 * fault *out is NULL; its text names the path. The path is borrowed until input_close. Archives are refused:
 * input/depot.h makes sources of their members. */
fault input_open(const source_path *path, uint32_t source, const input_options *options, struct input **out) MUST_USE;
void input_close(struct input *in); /* NULL is fine */

enum content_kind input_kind(const struct input *in);
/* No fault for text and empty content; otherwise what it is and which command makes it readable, or why not a byte of it
 * can be read. */
fault input_refusal(const struct input *in) MUST_USE;

enum block_state {
    BLOCK_LINES,    /* whole lines (the last of a source may lack its newline) */
    BLOCK_TOO_LONG, /* one line longer than INPUT_LINE_MAX: its first INPUT_CUT_HEAD bytes */
    BLOCK_CUT_OFF   /* one line that a truncated or corrupt source ends in: not to be read as an event */
};

/* Bytes of a regular file that somebody fetches for his next block. */
typedef struct claim {
    struct input *of;     /* NULL: nothing is claimed */
    uint64_t at;          /* place of its first byte */
    size_t n, got;        /* bytes claimed, and fetched */
    int fd;
    uint64_t stored_at;   /* of its first byte in the file */
    bool is_ascii;        /* all that was fetched */
} claim;

/* A block of lines; its owner zeroes it, gives it to input_next again and again, and frees it. */
typedef struct block {
    enum block_state state;
    uint32_t source;
    uint64_t offset;      /* place of data.p[0] */
    span data;            /* until the next input_fetch or input_next with this block */
    uint64_t lines;       /* counted by block_line; whoever cuts lines himself sets it: evidence has its numbers from here */
    size_t at;            /* of block_line: the next line begins here */
    char *buffer;         /* owned */
    size_t capacity;
    struct input *from;   /* whose lines are to be noted when the block comes back; NULL: nobody's */
    claim claim;
} block;

/* The next lines of the source; false at its end (input_status says how it ended). Notes the lines of
 * the block's last use, from whatever input it came. */
bool input_next(struct input *in, block *b);

/* Several threads copy a regular file at a time: each claims the next bytes, fetches them without the mutex, and takes
 * its turn, which is input_next, in the order of the claims. The lines are those that come without. */
/* False: this content is read in order, or its end is near. */
bool input_claim(struct input *in, block *b);
void input_fetch(block *b);
/* At its turn: has a long line before it taken all that was claimed? Then the block claims anew. */
bool input_claim_is_spent(block *b);
/* Back to the first line, so that the source can be read again; the lines noted so far are forgotten.
 * False for a pipe of which more was read than is kept. Blocks out there must not come back as they are:
 * set their `from` to NULL. */
bool input_rewind(struct input *in) MUST_USE;
void block_free(block *b);

/* The next line of the block without newline and CR, and its place. False behind the last one. */
static inline bool block_line(block *b, span *line, uint64_t *offset)
{
    if (b->at >= b->data.n)
        return false;
    const char *from = b->data.p + b->at;
    size_t left = b->data.n - b->at;
    const char *newline = memchr(from, '\n', left);
    size_t n = newline ? (size_t)(newline - from) : left;
    *offset = b->offset + b->at;
    b->at += n + (newline != NULL);
    b->lines++;
    if (n && from[n - 1] == '\r')
        n--;
    *line = span_of(from, n);
    return true;
}

typedef struct input_status {
    const char *compression; /* what the content was taken out of, outermost first: "none", "gzip", "zip+gzip" */
    const char *encoding;    /* "utf-8", "cp932" ..., as far as it was read; "unknown" */
    uint64_t bytes;          /* as stored or received; of a member: in its archive */
    uint64_t content;        /* bytes of content read so far */
    bool ended, complete;    /* complete: ended, and nothing is missing or damaged */
    fault reason;            /* kind: why it is not complete; text also where something is worth saying
                                about a complete one (trailing bytes ignored): kind FAULT_NONE then */
} input_status;

input_status input_state(const struct input *in);

/* A text at hand as UTF-8 without a byte-order mark, decoded by its content as inputs are; in `a`, or as it is. */
span input_plain(arena *a, const char *path, span bytes);

typedef struct line_text {
    span text;       /* at most INPUT_CUT_HEAD bytes, without newline and CR; {NULL,0}: not available */
    uint64_t length; /* of the whole line; INPUT_LINE_MAX + 1 stands for anything longer */
    uint64_t number; /* of the line, from 1; 0: unknown */
} line_text;

/* Reads back the lines that begin at `offsets` (any order) into out[0..n), texts in the arena. What
 * could not be read has no text, and the fault says why. Not while others read the same input. */
fault input_lines(struct input *in, arena *a, const uint64_t *offsets, size_t n, line_text *out) MUST_USE;

enum same_kind { SAME_UNIQUE, SAME_EQUAL, SAME_PREFIX };

typedef struct sameness {
    enum same_kind kind;
    size_t of;  /* index of the source that stands for this one; its own where unique */
} sameness;

/* Which contents are equal to another's or the beginning of another's: of equal ones the first is kept,
 * of a beginning the longer one. Empty contents are unique. Reads only as far as contents agree. Before
 * the first input_next; inputs stand at their first line afterwards. */
void input_sameness(struct input *const *inputs, size_t n, sameness *out);

#endif
