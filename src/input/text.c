/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever the encoding, UTF-8 goes up. ASCII and UTF-8 pass as they are. The first bytes that are neither decide, by a
 * sample from there on, how all that follows is decoded; what went before is the same in both. Nothing depends on
 * where reads begin and end: bytes from 80 on are looked at in whole runs, of which the rest is read ahead. */
#include "input/encoding.h"

enum { RUN_MAX = 64, SKIP = 16 * 1024 };

struct text {
    struct layer layer;
    struct layer *below;
    struct layer *decoder;       /* of what follows `from`; NULL: none */
    uint64_t from;
    uint64_t scanned;            /* UTF-8 up to here, at the edge of a run */
    enum text_encoding encoding; /* ENCODING_AUTO: UTF-8 so far */
    input_options options;
    uint64_t ahead_at;           /* bytes read to see the end of a run */
    size_t ahead_n;
    char ahead[RUN_MAX];
};

static void take_state(struct text *t, const struct layer *from)
{
    t->layer.broken = from->broken;
    t->layer.problem = from->problem;
}

static size_t read_below(struct text *t, uint64_t offset, char *buffer, size_t n)
{
    size_t done = 0;
    if (offset >= t->ahead_at && offset < t->ahead_at + t->ahead_n) {
        size_t skip = (size_t)(offset - t->ahead_at);
        done = (size_t)min_u64(n, t->ahead_n - skip);
        memcpy(buffer, t->ahead + skip, done);
    }
    if (done < n) {
        done += layer_read(t->below, offset + done, buffer + done, n - done);
        take_state(t, t->below);
    }
    return done;
}

static bool is_high(char c) { return (unsigned char)c >= 0x80; }

/* The run of high bytes at p[from]: its length, with what was read ahead of it where it reaches the end. */
static size_t take_run(struct text *t, uint64_t place, const char *p, size_t from, size_t to, char run[RUN_MAX])
{
    size_t n = 0;
    while (n < RUN_MAX && from + n < to && is_high(p[from + n])) {
        run[n] = p[from + n];
        n++;
    }
    if (n == RUN_MAX || from + n < to)
        return n;
    char more[RUN_MAX];
    size_t got = read_below(t, place + n, more, RUN_MAX - n);
    memcpy(t->ahead, more, got);
    t->ahead_at = place + n;
    t->ahead_n = got;
    for (size_t i = 0; i < got && is_high(more[i]); i++)
        run[n++] = more[i];
    return n;
}

static void decide(struct text *t, uint64_t place)
{
    char *sample = mem_alloc(ENCODING_SAMPLE);
    size_t n = layer_read(t->below, place, sample, ENCODING_SAMPLE);
    t->encoding = encoding_guess(span_of(sample, n));
    mem_free(sample);
    t->ahead_n = 0;
    if (t->encoding == ENCODING_CP932 || t->encoding == ENCODING_EUCJP) {
        t->from = place;
        t->decoder = decode_new(t->below, place, t->encoding, &t->options);
    }
}

/* Looks at the bytes [scanned, offset + n) of a read; returns how many of the n are UTF-8 as they are. */
static size_t scan(struct text *t, uint64_t offset, const char *p, size_t n)
{
    size_t at = (size_t)(t->scanned - offset);
    while (at < n && (at += span_high(span_of(p + at, n - at))) < n) { /* a run read ahead may end behind n */
        char run[RUN_MAX];
        size_t length = take_run(t, offset + at, p, at, n, run);
        size_t valid = encoding_utf8_prefix(span_of(run, length));
        if (valid < length && (length < RUN_MAX || valid + 4 <= length)) {
            decide(t, offset + at);
            return at;
        }
        at += valid;
        t->scanned = offset + at;
    }
    t->scanned = max_u64(t->scanned, offset + n);
    return n;
}

static size_t read_decided(struct text *t, uint64_t offset, char *buffer, size_t n)
{
    if (!t->decoder)
        return read_below(t, offset, buffer, n);
    size_t plain = offset < t->from ? (size_t)min_u64(n, t->from - offset) : 0, got = 0;
    if (plain && (got = read_below(t, offset, buffer, plain)) < plain)
        return got;
    if (got < n) {
        got += layer_read(t->decoder, offset + got - t->from, buffer + got, n - got);
        take_state(t, t->decoder);
    }
    return got;
}

static size_t read_open(struct text *t, uint64_t offset, char *buffer, size_t n)
{
    size_t got = read_below(t, offset, buffer, n);
    if (offset + got <= t->scanned)
        return got;
    size_t fine = scan(t, offset, buffer, got);
    if (t->encoding == ENCODING_AUTO || !t->decoder)
        return got;
    return fine + read_decided(t, offset + fine, buffer + fine, n - fine);
}

/* Nobody reads behind what was scanned, but nothing may go wrong where somebody does. */
static void scan_up_to(struct text *t, uint64_t offset)
{
    char *skipped = mem_alloc(SKIP);
    while (t->encoding == ENCODING_AUTO && t->scanned < offset &&
           read_open(t, t->scanned, skipped, (size_t)min_u64(SKIP, offset - t->scanned)) > 0) {
    }
    mem_free(skipped);
}

static size_t text_read(struct layer *l, uint64_t offset, void *buffer, size_t n)
{
    struct text *t = (struct text *)l;
    if (t->encoding == ENCODING_AUTO && offset > t->scanned)
        scan_up_to(t, offset);
    l->broken = false;
    l->problem = NO_FAULT;
    return t->encoding == ENCODING_AUTO ? read_open(t, offset, buffer, n) : read_decided(t, offset, buffer, n);
}

static void text_sleep(struct layer *l)
{
    struct text *t = (struct text *)l;
    if (t->decoder)
        layer_sleep(t->decoder);
    layer_sleep(t->below);
}

static void text_free(struct layer *l)
{
    struct text *t = (struct text *)l;
    layer_free(t->decoder);
    layer_free(t->below);
    mem_free(t);
}

static const struct layer_calls text_calls = {text_read, text_sleep, text_free};

struct layer *text_new(struct layer *below, const input_options *o)
{
    struct text *t = mem_alloc(sizeof *t);
    t->layer = (struct layer){.calls = &text_calls, .path = below->path, .reach = REACH_FROM_START, .grown = below->grown};
    t->below = below;
    t->options = *o;
    t->encoding = o->encoding;
    char head[4096];
    if (t->encoding == ENCODING_AUTO)
        t->encoding = encoding_utf16(span_of(head, layer_read(below, 0, head, sizeof head)));
    if (t->encoding != ENCODING_AUTO && t->encoding != ENCODING_UTF8)
        t->decoder = decode_new(below, 0, t->encoding, o);
    return &t->layer;
}

bool text_decodes(const struct layer *l) { return ((const struct text *)l)->decoder != NULL; }

bool text_passes(struct layer *l, uint64_t offset, span bytes, bool is_ascii)
{
    struct text *t = (struct text *)l;
    uint64_t end = offset + bytes.n;
    if (t->decoder)
        return end <= t->from;
    if (t->encoding != ENCODING_AUTO || end <= t->scanned)
        return true;
    if (offset > t->scanned)
        return false;
    if (is_ascii)
        t->scanned = end;
    else
        (void)scan(t, offset, bytes.p, bytes.n);
    return !t->decoder;
}

enum text_encoding text_is(const struct layer *l)
{
    enum text_encoding e = ((const struct text *)l)->encoding;
    return e == ENCODING_AUTO ? ENCODING_UTF8 : e;
}
