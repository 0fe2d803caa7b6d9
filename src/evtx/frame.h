/* SPDX-License-Identifier: Apache-2.0 */
/* evtx/frame.h: what konseki and the program that reads event logs say to each other through two pipes. Every request
 * stands for itself: nothing is remembered from one to the next. Answers come in the order of requests. Both sides run on
 * one machine, so numbers are as its memory has them. */
#ifndef KONSEKI_EVTX_FRAME_H
#define KONSEKI_EVTX_FRAME_H

#include "base/span.h"

enum {
    HEADER_SIZE = 4096,                  /* of a file */
    CHUNK_SIZE = 64 * 1024,
    REQUEST_MAX = 17 * 1024 * 1024,      /* bytes of a request: an event of 16 MiB, and the names of its columns */
    ANSWER_FRAME = 256 * 1024,           /* bytes of text in one frame of an answer */
    CHUNK_TEXT_MAX = 4 * 1024 * 1024,    /* what one chunk may become; real ones become 300 to 600 KiB */
    REFUSALS_MAX = 1024 * 1024,          /* and, beyond that, lines that say what could not be read */
    ANSWER_MAX = 64 * 1024 * 1024        /* text of one answer to XML and CSV: twice the request, six times where all is escaped */
};

/* "evtx" and a letter, so that a stray byte is noticed. */
enum frame_kind {
    FRAME_HEADER = 0x65767448, FRAME_CHUNK = 0x65767443, FRAME_XML = 0x65767458, FRAME_CSV = 0x65767456,
    FRAME_ANSWER = 0x65767441
};

/* Followed by `length` bytes. */
struct frame_request {
    uint32_t kind, length;
    uint64_t offset;       /* of its first byte in the file or the text */
    uint64_t id;           /* comes back in the answer */
    uint32_t is_last;      /* XML, CSV: nothing comes behind it */
    uint32_t head;         /* CSV: so many of its bytes are the line with the names of columns */
};

enum tally_flag {
    TALLY_HEADER_CHECKSUM = 1,   /* of the file, of a chunk: its checksum is wrong */
    TALLY_DATA_CHECKSUM = 2,     /* the checksum over a chunk's records is wrong */
    TALLY_CARVED = 4,            /* records were found by their first bytes alone */
    TALLY_NO_CHUNK = 8,          /* these 64 KiB do not begin as a chunk does, and are not empty */
    TALLY_CUT = 16,              /* the file ends inside */
    TALLY_DIRTY = 32,            /* the file was in use when it was copied */
    TALLY_NO_CHECKSUMS = 64      /* the file says that it has none */
};

struct tally {
    uint32_t records, refused;   /* lines of each kind. A header: `records` is the number of chunks it knows */
    uint32_t flags;
    uint32_t carved;             /* of the records */
    uint64_t first_refused;      /* where; UINT64_MAX: none */
};

/* Followed by `length` bytes of text. */
struct frame_answer {
    uint32_t kind, length;
    uint64_t id;
    uint32_t is_last;            /* else another frame of the same answer follows */
    uint32_t consumed;           /* XML, CSV: so many bytes of the request were read; the next begins with the rest */
    struct tally tally;          /* of the whole answer, in its last frame */
};

#endif
