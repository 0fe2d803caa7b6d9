/* SPDX-License-Identifier: Apache-2.0 */
/* evtx/binxml.h: the binary XML of a record (MS-EVEN6 2.2.12 to 2.2.19), read into a shape. It refers to names and templates
 * anywhere in its chunk by their offsets; what it says of sizes and places is believed nowhere. */
#ifndef KONSEKI_EVTX_BINXML_H
#define KONSEKI_EVTX_BINXML_H

#include "evtx/shape.h"

enum {
    BINXML_CHUNK = 64 * 1024,
    BINXML_FRAMES_MAX = 24,       /* templates and fragments inside one another */
    BINXML_VALUES_MAX = 8192,     /* of the templates that are open */
    BINXML_NAMES = 512,           /* slots for names of a chunk, a power of two */
    BINXML_NAME_MAX = 104,        /* bytes of a name that has a slot */
    BINXML_STEPS_MAX = 1 << 20    /* tokens of one chunk; real ones have some 10,000 */
};

struct binxml_value { uint32_t at; uint16_t n; uint8_t type; };

/* Bytes that are being read: of the record, of a template's definition, of a value that is binary XML. */
struct binxml_frame {
    uint32_t at, end;
    uint32_t values, value_n;     /* of its template, in `values` */
    size_t depth;                 /* elements that were open around it */
    bool is_template;             /* elements of a definition say on which value they depend; others lack that field */
};

struct binxml_name {
    uint32_t chunk;               /* in which it was seen; else the slot is free */
    uint32_t at;
    uint16_t n;
    uint8_t known;
    char text[BINXML_NAME_MAX];
};

struct binxml {
    const uint8_t *chunk;         /* at most BINXML_CHUNK bytes */
    uint32_t size;
    uint32_t number;              /* of the chunk, for slots */
    uint32_t steps;               /* tokens left */
    struct shape shape;
    struct text long_names;       /* of the record at hand */
    struct binxml_frame frames[BINXML_FRAMES_MAX];
    size_t frame_n;
    struct binxml_value values[BINXML_VALUES_MAX];
    uint32_t value_n;
    struct binxml_name names[BINXML_NAMES];
};

/* Of the next chunk: names of the one before are forgotten. */
void binxml_chunk(struct binxml *b, const uint8_t *chunk, size_t size);
/* Reads the binary XML in [at, end) of the chunk into the shape, from shape_begin on. NULL, or what is wrong. */
const char *binxml_read(struct binxml *b, size_t at, size_t end) MUST_USE;
void binxml_free(struct binxml *b);

/* ---- binxml_value.c ---- */

/* The text of one value of no list type, as in a JSON string. */
void binxml_put(struct text *t, uint8_t type, const uint8_t *p, size_t n);
/* Bytes of the first item of a list, and of what separates it from the next. */
size_t binxml_item(uint8_t type, const uint8_t *p, size_t n, size_t *separator);
/* 100 ns since 1601, as 2019-11-07T08:05:19.1234567Z. */
void binxml_put_filetime(struct text *t, uint64_t filetime);

static inline uint16_t binxml_u16(const uint8_t *p) { return (uint16_t)(p[0] | p[1] << 8); }
static inline uint32_t binxml_u32(const uint8_t *p) { return (uint32_t)binxml_u16(p) | (uint32_t)binxml_u16(p + 2) << 16; }
static inline uint64_t binxml_u64(const uint8_t *p) { return binxml_u32(p) | (uint64_t)binxml_u32(p + 4) << 32; }

#endif
