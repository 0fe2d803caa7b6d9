/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/evtx_bytes.h: event logs made by hand, byte by byte, from the published description of the format. */
#ifndef KONSEKI_TESTS_EVTX_BYTES_H
#define KONSEKI_TESTS_EVTX_BYTES_H

#include "base/span.h"
#include "evtx/frame.h"

#include <stdlib.h>

struct bytes {
    uint8_t p[CHUNK_SIZE];
    size_t n;
};

static inline void put(struct bytes *b, const void *p, size_t n)
{
    if (n > sizeof b->p - b->n)
        abort();
    memcpy(b->p + b->n, p, n);
    b->n += n;
}
static inline void put8(struct bytes *b, unsigned v) { put(b, &(uint8_t){(uint8_t)v}, 1); }
static inline void put16(struct bytes *b, unsigned v) { put(b, &(uint16_t){(uint16_t)v}, 2); }
static inline void put32(struct bytes *b, uint32_t v) { put(b, &v, 4); }
static inline void put64(struct bytes *b, uint64_t v) { put(b, &v, 8); }
/* ASCII as UTF-16. */
static inline void put_wide(struct bytes *b, const char *s)
{
    for (; *s; s++)
        put16(b, (unsigned char)*s);
}

/* A name where it is used first: its place, and at once what lies there: next, hash, length, characters, NUL. */
static inline void put_name(struct bytes *b, const char *s)
{
    put32(b, (uint32_t)b->n + 4);
    put32(b, 0);
    put16(b, 0);
    put16(b, (unsigned)strlen(s));
    put_wide(b, s);
    put16(b, 0);
}

/* The start of an element; in a template it says that it depends on no value. */
static inline void put_open(struct bytes *b, const char *name, bool in_template, bool has_attributes)
{
    put8(b, has_attributes ? 0x41 : 0x01);
    if (in_template)
        put16(b, 0xffff);
    put32(b, 0); /* its size, which nobody needs */
    put_name(b, name);
    if (has_attributes)
        put32(b, 0); /* the size of the attributes, as above */
}
static inline void put_attribute(struct bytes *b, const char *name)
{
    put8(b, 0x06);
    put_name(b, name);
}
static inline void put_text(struct bytes *b, const char *s)
{
    put8(b, 0x05);
    put8(b, 0x01);
    put16(b, (unsigned)strlen(s));
    put_wide(b, s);
}
static inline void put_value(struct bytes *b, unsigned number)
{
    put8(b, 0x0e);
    put16(b, number);
    put8(b, 0x00);
}
static inline void put_content(struct bytes *b) { put8(b, 0x02); }
static inline void put_close(struct bytes *b) { put8(b, 0x04); }
static inline void put_fragment(struct bytes *b) { put(b, "\x0f\x01\x01\x00", 4); }

static inline void put_leaf(struct bytes *b, const char *name, const char *text, bool in_template)
{
    put_open(b, name, in_template, false);
    put_content(b);
    put_text(b, text);
    put_close(b);
}

/* <Event><System><EventID>, which makes an event. */
static inline void put_event(struct bytes *b, bool in_template)
{
    put_open(b, "Event", in_template, false);
    put_content(b);
    put_open(b, "System", in_template, false);
    put_content(b);
    put_leaf(b, "EventID", "4624", in_template);
    put_close(b);
}

/* The start of a record; give it to end_record. 2019-11-07T08:05:19.1234567Z is 132175875191234567. */
static inline size_t begin_record(struct bytes *b, uint64_t number)
{
    size_t at = b->n;
    put(b, "**\0\0", 4);
    put32(b, 0);
    put64(b, number);
    put64(b, UINT64_C(132175875191234567));
    return at;
}
static inline void end_record(struct bytes *b, size_t at)
{
    while ((b->n + 4) % 8)
        put8(b, 0);
    uint32_t size = (uint32_t)(b->n + 4 - at);
    put32(b, size);
    memcpy(b->p + at + 4, &size, 4);
}

static inline void begin_chunk(struct bytes *b)
{
    memset(b, 0, sizeof *b);
    b->n = 512;
}

/* RFC 1952, bit by bit. */
static inline uint32_t crc_of(uint32_t before, const uint8_t *p, size_t n)
{
    uint32_t crc = ~before;
    for (size_t i = 0; i < n; i++) {
        crc ^= p[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc & 1 ? crc >> 1 ^ 0xedb88320u : crc >> 1;
    }
    return ~crc;
}

static inline void end_chunk(struct bytes *b)
{
    uint32_t size = 128, end = (uint32_t)b->n, crc = crc_of(0, b->p + 512, b->n - 512);
    memcpy(b->p, "ElfChnk\0", 8);
    memcpy(b->p + 40, &size, 4);
    memcpy(b->p + 48, &end, 4);
    memcpy(b->p + 52, &crc, 4);
    crc = crc_of(crc_of(0, b->p, 120), b->p + 128, 384);
    memcpy(b->p + 124, &crc, 4);
    b->n = sizeof b->p;
}

/* A chunk of `n` events without a template, numbered from `first` on; EventData has <Data Name="N">x</Data>. */
static inline void make_chunk(struct bytes *b, uint64_t first, size_t n)
{
    begin_chunk(b);
    for (size_t i = 0; i < n; i++) {
        size_t at = begin_record(b, first + i);
        put_fragment(b);
        put_event(b, false);
        put_open(b, "EventData", false, false);
        put_content(b);
        put_open(b, "Data", false, true);
        put_attribute(b, "Name");
        put_text(b, "N");
        put_content(b);
        put_text(b, "x");
        put_close(b);
        put_close(b);
        put_close(b);
        put8(b, 0);
        end_record(b, at);
    }
    end_chunk(b);
}

static inline void make_header(uint8_t head[HEADER_SIZE], uint32_t flags)
{
    uint16_t one = 1, size = 4096;
    memset(head, 0, HEADER_SIZE);
    memcpy(head, "ElfFile\0", 8);
    memcpy(head + 40, &size, 2);
    memcpy(head + 42, &one, 2);
    memcpy(head + 120, &flags, 4);
    uint32_t crc = crc_of(0, head, 120);
    memcpy(head + 124, &crc, 4);
}

#endif
