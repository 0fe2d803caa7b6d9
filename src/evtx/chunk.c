/* SPDX-License-Identifier: Apache-2.0 */
/* Records follow each other from byte 512 on. Where one is damaged the next is looked for by its first bytes; where a
 * chunk's header was not written back (the log was in use) records go on behind the end that it tells, as long as their
 * numbers do: what else lies there are older records that were overwritten in part. */
#include "evtx/chunk.h"

#include <isa-l/crc.h>

enum { CHUNK_HEAD = 512, RECORD_HEAD = 24, RECORD_MIN = 28, FLAG_DIRTY = 1, FLAG_NO_CHECKSUMS = 4 };

struct walk {
    struct binxml *b;
    const uint8_t *p;
    uint32_t n, at;
    uint32_t end;        /* of the records, as far as the header can be believed */
    bool ends;           /* it can */
    uint64_t offset;
    uint64_t last;       /* number of the record before */
    struct text *out;
    struct tally tally;
};

static uint32_t checksum(uint32_t before, const uint8_t *p, size_t n) { return crc32_gzip_refl(before, p, n); }

static bool all_zero(const uint8_t *p, size_t n) { return n == 0 || (p[0] == 0 && memcmp(p, p + 1, n - 1) == 0); }

struct tally header_read(span bytes)
{
    const uint8_t *p = (const uint8_t *)bytes.p;
    struct tally t = {.first_refused = UINT64_MAX};
    if (bytes.n < 128 || memcmp(p, "ElfFile", 8) != 0) {
        t.flags = TALLY_HEADER_CHECKSUM;
        return t;
    }
    uint32_t flags = binxml_u32(p + 120);
    t.records = binxml_u16(p + 42);
    t.flags = (flags & FLAG_DIRTY ? TALLY_DIRTY : 0) | (flags & FLAG_NO_CHECKSUMS ? TALLY_NO_CHECKSUMS : 0);
    if (checksum(0, p, 120) != binxml_u32(p + 124))
        t.flags |= TALLY_HEADER_CHECKSUM;
    return t;
}

/* ---- lines ---- */

static void refuse(struct walk *w, uint32_t at, uint64_t record, const char *why)
{
    w->out->full = false;
    w->out->limit += REFUSALS_MAX;
    shape_refused(w->out, w->offset + at, record, why);
    w->out->limit -= REFUSALS_MAX;
    if (w->tally.refused++ == 0)
        w->tally.first_refused = w->offset + at;
}

static void put_record(struct walk *w, uint32_t at, uint32_t size)
{
    const uint8_t *p = w->p + at;
    char time[40], id[24];
    struct text said = {.p = time, .capacity = sizeof time, .limit = sizeof time};
    struct text number = {.p = id, .capacity = sizeof id, .limit = sizeof id};
    binxml_put_filetime(&said, binxml_u64(p + 16));
    text_u64(&number, binxml_u64(p + 8));
    struct shape_record record = {.time = text_span(&said), .id = text_span(&number)};
    const char *why = binxml_read(w->b, at + RECORD_HEAD, at + size - 4);
    if (!why && w->out->n < w->out->limit && shape_end(&w->b->shape, &record, w->out))
        w->tally.records++;
    else
        refuse(w, at, binxml_u64(p + 8), why ? why : w->b->shape.why ? w->b->shape.why : "its chunk becomes more than 4 MiB of text");
    w->last = binxml_u64(p + 8);
}

/* ---- the way from record to record ---- */

static bool is_magic(const struct walk *w, uint32_t at) { return memcmp(w->p + at, "**\0\0", 4) == 0; }

static uint32_t size_at(const struct walk *w, uint32_t at) { return binxml_u32(w->p + at + 4); }

/* A record whose size says the same at both ends. */
static bool is_whole(const struct walk *w, uint32_t at)
{
    uint32_t size = size_at(w, at);
    return is_magic(w, at) && size >= RECORD_MIN && size <= w->n - at && binxml_u32(w->p + at + size - 4) == size;
}

/* Behind the end that the header tells: only what continues. */
static bool goes_on(const struct walk *w)
{
    return w->at < w->end || (is_whole(w, w->at) && w->tally.records && binxml_u64(w->p + w->at + 8) == w->last + 1);
}

/* The next place from `at` on where a whole record begins; the end where there is none. */
static uint32_t look_for_record(const struct walk *w, uint32_t at)
{
    while (at + RECORD_MIN <= w->end) {
        const uint8_t *star = memchr(w->p + at, '*', w->end - RECORD_MIN + 1 - at);
        if (!star)
            break;
        at = (uint32_t)(star - w->p);
        if (is_whole(w, at))
            return at;
        at++;
    }
    return w->end;
}

static void pass_damage(struct walk *w)
{
    uint32_t at = w->at, next = look_for_record(w, at + 1);
    bool begins = w->n - at >= RECORD_HEAD && is_magic(w, at);
    bool is_cut = begins && w->n < CHUNK_SIZE && size_at(w, at) > w->n - at && next == w->end;
    w->at = next;
    if (!all_zero(w->p + at, next - at))
        refuse(w, at, begins ? binxml_u64(w->p + at + 8) : UINT64_MAX,
               is_cut ? "the file ends in it" : begins ? "its size cannot be right" : "no record begins here");
    if (next < w->end)
        w->tally.flags |= TALLY_CARVED;
}

static void walk_records(struct walk *w)
{
    bool is_carved = !w->ends;
    while (w->at + RECORD_MIN <= w->n && goes_on(w)) {
        uint32_t size = size_at(w, w->at);
        if (!is_magic(w, w->at) || size < RECORD_MIN || size > w->n - w->at) {
            pass_damage(w);
            is_carved = true;
            continue;
        }
        uint32_t before = w->tally.records;
        put_record(w, w->at, size);
        w->tally.carved += is_carved ? w->tally.records - before : 0;
        w->at += size;
    }
    if (w->at < w->end && !all_zero(w->p + w->at, w->end - w->at))
        pass_damage(w);
}

static void read_head(struct walk *w)
{
    const uint8_t *p = w->p;
    w->ends = memcmp(p, "ElfChnk", 8) == 0;
    w->end = w->n;
    if (!w->ends) {
        w->tally.flags |= TALLY_NO_CHUNK | TALLY_CARVED;
        return;
    }
    if (checksum(checksum(0, p, 120), p + 128, CHUNK_HEAD - 128) != binxml_u32(p + 124))
        w->tally.flags |= TALLY_HEADER_CHECKSUM;
    uint32_t end = binxml_u32(p + 48);
    if (end < CHUNK_HEAD || end > CHUNK_SIZE)
        w->tally.flags |= TALLY_HEADER_CHECKSUM;
    else if (end <= w->n)
        w->end = end;
    if (end <= w->n && w->end == end && checksum(0, p + CHUNK_HEAD, end - CHUNK_HEAD) != binxml_u32(p + 52))
        w->tally.flags |= TALLY_DATA_CHECKSUM;
}

struct tally chunk_read(struct binxml *b, span bytes, uint64_t offset, struct text *out)
{
    struct walk w = {.b = b, .p = (const uint8_t *)bytes.p, .n = (uint32_t)min_u64(bytes.n, CHUNK_SIZE), .at = CHUNK_HEAD,
                     .offset = offset, .out = out, .tally = {.first_refused = UINT64_MAX}};
    if (w.n < CHUNK_SIZE)
        w.tally.flags |= TALLY_CUT;
    if (all_zero(w.p, w.n))
        return w.tally;
    if (w.n < CHUNK_HEAD) {
        refuse(&w, 0, UINT64_MAX, "the file ends in the head of a chunk");
        return w.tally;
    }
    binxml_chunk(b, w.p, w.n);
    read_head(&w);
    walk_records(&w);
    return w.tally;
}
