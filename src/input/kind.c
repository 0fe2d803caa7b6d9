/* SPDX-License-Identifier: Apache-2.0 */
#include "input/content.h"

/* First bytes as published by the formats themselves: RFC 8878 (zstd), the .xz and LZ4 frame
 * specifications, PKWARE APPNOTE, POSIX ustar. bzip2 is told by the digits of pi that begin its block. */
static const struct packing packings[] = {
    {0, 4, "\x28\xb5\x2f\xfd", "zstd", "zstd -dc", CONTENT_PACKED},
    {0, 6, "\xfd" "7zXZ\0", "xz", "xz -dc", CONTENT_PACKED},
    {4, 6, "1AY&SY", "bzip2", "bzip2 -dc", CONTENT_PACKED},
    {0, 4, "PK\x03\x04", "zip", "unzip -p", CONTENT_PACKED},
    {0, 4, "\x04\x22\x4d\x18", "lz4", "lz4 -dc", CONTENT_PACKED},
    {0, 6, "7z\xbc\xaf\x27\x1c", "7-Zip", "7z x -so", CONTENT_PACKED},
    {0, 6, "Rar!\x1a\x07", "RAR", "unrar p -inul", CONTENT_PACKED},
    {0, 2, "\x1f\x9d", "compress (.Z)", "gzip -dc", CONTENT_PACKED},
    {0, 3, "\x1f\x8b\x08", "gzip inside gzip", "gzip -dc", CONTENT_PACKED},
    {257, 5, "ustar", "tar", "tar -xOf", CONTENT_PACKED},
    {0, 8, "ElfFile\0", "a Windows event log", NULL, CONTENT_EVENTLOG},
};

/* A magic behind the first byte can stand in a log line too: "ustar" in the URL of a log's first row must not
 * hide the log. A tar archive pads the name before it with NULs, and a bzip2 file begins with "BZh". */
static bool begins_like(const struct packing *p, span head)
{
    return p->at == 0 || memchr(head.p, '\0', p->at) || span_starts(head, SPAN("BZh"));
}

static const struct packing *packing_of(span head)
{
    for (size_t i = 0; i < COUNT_OF(packings); i++) {
        const struct packing *p = &packings[i];
        if (head.n >= p->at + p->n && memcmp(head.p + p->at, p->magic, p->n) == 0 && begins_like(p, head))
            return p;
    }
    return NULL;
}

/* ASCII in UTF-16 has a NUL in every second byte, and hardly one in the others. */
static bool is_utf16(span head)
{
    if (span_starts(head, SPAN("\xff\xfe")) || span_starts(head, SPAN("\xfe\xff")))
        return true;
    size_t nuls[2] = {0, 0}, half = head.n / 2;
    for (size_t i = 0; i < half * 2; i++)
        nuls[i % 2] += head.p[i] == 0;
    size_t most = nuls[0] > nuls[1] ? nuls[0] : nuls[1], least = nuls[0] + nuls[1] - most;
    return half >= 16 && most > half / 10 * 7 && least < half / 20 + 1;
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

enum content_kind kind_of(span head, const struct packing **packing)
{
    *packing = packing_of(head);
    if (head.n == 0)
        return CONTENT_EMPTY;
    if (*packing)
        return (*packing)->kind;
    if (is_utf16(head))
        return CONTENT_UTF16;
    return is_binary(head) ? CONTENT_BINARY : CONTENT_TEXT;
}
