/* SPDX-License-Identifier: Apache-2.0 */
#include "input/content.h"
#include "input/events_layer.h"
#include "input/tar.h"

static struct layer *gunzip(struct layer *below, const input_options *o)
{
    enum { CHECKPOINTS = 64, CHECKPOINTS_MAX = 4096 };
    unsigned n = o->checkpoints ? o->checkpoints : CHECKPOINTS;
    return gzip_new(below, STREAM_FEED, n > CHECKPOINTS_MAX ? CHECKPOINTS_MAX : n, o);
}

/* First bytes as published by the formats themselves: RFC 1952 (gzip), RFC 8878 (zstd), the .xz and LZ4 frame
 * specifications, PKWARE APPNOTE. bzip2 is told by the digits of pi that begin its block, or of the square root
 * of pi that end it at once. */
static const struct packing packings[] = {
    {0, 3, "\x1f\x8b\x08", "gzip", "gzip -dc", CONTENT_PACKED, gunzip},
    {0, 4, "\x28\xb5\x2f\xfd", "zstd", "zstd -dc", CONTENT_PACKED, zstd_new},
    {0, 6, "\xfd" "7zXZ\0", "xz", "xz -dc", CONTENT_PACKED, xz_new},
    {4, 6, "1AY&SY", "bzip2", "bzip2 -dc", CONTENT_PACKED, bzip2_new},
    {4, 6, "\x17\x72\x45\x38\x50\x90", "bzip2", "bzip2 -dc", CONTENT_PACKED, bzip2_new},
    {0, 4, "PK\x03\x04", "zip", "unzip -p", CONTENT_PACKED, NULL},
    {0, 4, "PK\x05\x06", "zip", "unzip -p", CONTENT_PACKED, NULL},
    {0, 4, "\x04\x22\x4d\x18", "lz4", "lz4 -dc", CONTENT_PACKED, NULL},
    {0, 6, "7z\xbc\xaf\x27\x1c", "7-Zip", "7z x -so", CONTENT_PACKED, NULL},
    {0, 6, "Rar!\x1a\x07", "RAR", "unrar p -inul", CONTENT_PACKED, NULL},
    {0, 2, "\x1f\x9d", "compress (.Z)", "gzip -dc", CONTENT_PACKED, NULL},
    {0, 8, "ElfFile\0", "a Windows event log", "konseki-evtx", CONTENT_PACKED, evtx_new},
};
static const struct packing tar = {.name = "tar", .command = "tar -xOf", .kind = CONTENT_PACKED};

/* A magic behind the first bytes can stand in a log line too: a bzip2 file begins with "BZh". */
static bool begins_like(const struct packing *p, span head)
{
    return p->at == 0 || span_starts(head, SPAN("BZh"));
}

const struct packing *packing_of(span head)
{
    for (size_t i = 0; i < COUNT_OF(packings); i++) {
        const struct packing *p = &packings[i];
        if (head.n >= p->at + p->n && memcmp(head.p + p->at, p->magic, p->n) == 0 && begins_like(p, head))
            return p;
    }
    return tar_begins(head) ? &tar : NULL;
}

/* A log may hold a stray NUL or escape; every eighth byte a control is no log. */
static bool is_binary(span head)
{
    size_t controls = 0;
    for (size_t i = 0; i < head.n; i++) {
        unsigned char c = (unsigned char)head.p[i];
        controls += c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != 0x1b;
    }
    return controls > head.n / 8;
}

enum content_kind kind_of(span head)
{
    return head.n == 0 ? CONTENT_EMPTY : is_binary(head) ? CONTENT_BINARY : CONTENT_TEXT;
}
