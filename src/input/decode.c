/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-16, CP932 and EUC-JP as UTF-8. None of them has a state, so that reading can go on at any character: marks
 * say where every MiB of what was made came from. No line is lost: a byte that is no character stays as it is (and is
 * shown as \xNN by whoever shows it), half a surrogate pair becomes U+FFFD. */
#include "input/encoding.h"

#include <errno.h>
#include <iconv.h>

enum { MARK_SPACING = 1024 * 1024, MARKS_MAX = 64 * 1024, CHARACTER_MAX = 8 };

struct mark { uint64_t in, out; };

struct decode {
    struct stream stream;
    enum text_encoding encoding;
    iconv_t converter;
    uint8_t *feed;        /* NULL while stopped */
    size_t at, n;
    struct mark *marks;
    size_t marks_n, marks_capacity;
};

/* ---- marks ---- */

static struct mark mark_before(const struct decode *d, uint64_t place)
{
    size_t low = 0;
    for (size_t high = d->marks_n; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (d->marks[middle].out <= place)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? d->marks[low - 1] : (struct mark){0, 0};
}

static void mark_note(struct decode *d)
{
    uint64_t last = d->marks_n ? d->marks[d->marks_n - 1].out : 0;
    if (d->stream.out < last + MARK_SPACING ||
        !array_reserve((void **)&d->marks, &d->marks_capacity, d->marks_n + 1, sizeof *d->marks, MARKS_MAX))
        return;
    d->marks[d->marks_n++] = (struct mark){d->stream.taken - d->n, d->stream.out};
}

/* ---- characters ---- */

static size_t utf8_put(uint32_t c, char *out)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = n; --i > 0; c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3f));
    out[0] = (char)(c | (n == 2 ? 0xc0 : n == 3 ? 0xe0 : 0xf0));
    return n;
}

static uint32_t unit(const struct decode *d, size_t i)
{
    const uint8_t *p = d->feed + d->at + i;
    return d->encoding == ENCODING_UTF16LE ? (uint32_t)(p[0] | p[1] << 8) : (uint32_t)(p[1] | p[0] << 8);
}

/* One character after another until the window is full or the feed needs more. */
static void take_utf16(struct decode *d)
{
    struct stream *s = &d->stream;
    while (d->n >= 2 && s->to + CHARACTER_MAX <= STREAM_WINDOW) {
        uint32_t c = unit(d, 0);
        size_t used = 2;
        if (c >= 0xd800 && c <= 0xdbff) {
            if (d->n < 4)
                return;
            uint32_t low = unit(d, 2);
            bool whole = low >= 0xdc00 && low <= 0xdfff;
            c = whole ? 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00) : 0xfffd;
            used = whole ? 4 : 2;
        } else if (c >= 0xdc00 && c <= 0xdfff) {
            c = 0xfffd;
        }
        s->to += utf8_put(c, s->window + s->to);
        d->at += used;
        d->n -= used;
    }
}

static void pass_byte(struct decode *d)
{
    d->stream.window[d->stream.to++] = (char)d->feed[d->at++];
    d->n--;
}

static void take_converted(struct decode *d)
{
    struct stream *s = &d->stream;
    while (d->n && s->to + CHARACTER_MAX <= STREAM_WINDOW) {
        char *in = (char *)d->feed + d->at, *out = s->window + s->to;
        size_t room = STREAM_WINDOW - s->to, n = d->n;
        size_t ret = iconv(d->converter, &in, &n, &out, &room);
        int why = errno;
        s->to = STREAM_WINDOW - room;
        d->at += d->n - n;
        d->n = n;
        if (ret != (size_t)-1 || why == E2BIG || why == EINVAL)
            return;
        pass_byte(d);
    }
}

/* ---- the stream ---- */

static uint64_t decode_nearest(const struct stream *s, uint64_t offset)
{
    return mark_before((const struct decode *)s, offset).out;
}

static void decode_start(struct stream *s, uint64_t place)
{
    struct decode *d = (struct decode *)s;
    d->feed = mem_alloc(STREAM_FEED);
    d->at = d->n = 0;
    s->taken = mark_before(d, place).in;
}

static void decode_stop(struct stream *s)
{
    struct decode *d = (struct decode *)s;
    mem_free(d->feed);
    d->feed = NULL;
}

static bool feed(struct decode *d)
{
    if (d->n && d->at)
        memmove(d->feed, d->feed + d->at, d->n);
    d->at = 0;
    size_t got = layer_read(d->stream.below, d->stream.taken, d->feed + d->n, STREAM_FEED - d->n);
    d->stream.taken += got;
    d->n += got;
    return got > 0;
}

/* What is left at the end is no whole character. */
static void take_rest(struct decode *d)
{
    struct stream *s = &d->stream;
    if (d->encoding == ENCODING_UTF16LE || d->encoding == ENCODING_UTF16BE) {
        if (d->n)
            s->to += utf8_put(0xfffd, s->window + s->to);
        d->n = 0;
    }
    while (d->n)
        pass_byte(d);
    s->ended = true;
    s->layer.broken = s->below->broken;
}

static void decode_fill(struct stream *s)
{
    struct decode *d = (struct decode *)s;
    mark_note(d);
    while (!s->ended && s->to + CHARACTER_MAX <= STREAM_WINDOW) {
        size_t before = s->to;
        if (d->converter == (iconv_t)-1)
            take_utf16(d);
        else
            take_converted(d);
        if (s->to == before && !feed(d))
            take_rest(d);
    }
}

static void decode_free(struct stream *s)
{
    struct decode *d = (struct decode *)s;
    if (d->converter != (iconv_t)-1)
        (void)iconv_close(d->converter);
    array_free((void **)&d->marks, &d->marks_capacity);
}

static const struct stream_calls decode_calls = {decode_nearest, decode_start, decode_fill, decode_stop, decode_free};

static const char *converter_name(enum text_encoding e)
{
    return e == ENCODING_CP932 ? "CP932" : e == ENCODING_EUCJP ? "EUC-JP-MS" : NULL;
}

struct layer *decode_new(struct layer *below, uint64_t from, enum text_encoding e, const input_options *o)
{
    struct decode *d = mem_alloc(sizeof *d);
    stream_init(&d->stream, &decode_calls, slice_new(below, below->path, from, UINT64_MAX), NULL, o);
    d->stream.growth_max = 0; /* a byte becomes three at most */
    d->encoding = e;
    d->converter = converter_name(e) ? iconv_open("UTF-8", converter_name(e)) : (iconv_t)-1;
    return &d->stream.layer;
}
