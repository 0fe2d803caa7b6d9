/* SPDX-License-Identifier: Apache-2.0 */
/* zstd (RFC 8878), xz and bzip2 by their libraries: frames, streams one after another as their own tools read them.
 * What a file may make us allocate is limited: windows and dictionaries of 128 MiB. */
#include "input/layer.h"

#include <bzlib.h>
#include <lzma.h>
#include <stdio.h>
#include <zstd.h>

enum { WINDOW_LOG_MAX = 27, MEMORY_MAX = 192 * 1024 * 1024 /* xz: the dictionary and what is around it */ };

struct unpack {
    struct stream stream;
    const struct codec *codec;
    uint8_t *feed;                /* NULL while stopped */
    size_t at, n;                 /* of the feed: not yet taken */
    bool behind;                  /* a frame has ended and none has begun */
    union {
        ZSTD_DStream *zstd;
        lzma_stream xz;
        bz_stream bzip2;
    } state;
};

enum step { STEP_ON, STEP_FRAME_ENDS, STEP_DAMAGED, STEP_FOREIGN /* behind the last frame: not ours */, STEP_TOO_LARGE };

struct codec {
    const char *name;
    void (*start)(struct unpack *u);
    /* From the feed to the window; `last`: nothing comes behind the feed. */
    enum step (*step)(struct unpack *u, bool last);
    void (*stop)(struct unpack *u);
};

static char *room_of(struct unpack *u, size_t *n)
{
    *n = STREAM_WINDOW - u->stream.to;
    return u->stream.window + u->stream.to;
}

static void memory_is_short(void) { panic("no memory for a decompressor"); }

/* ---- zstd ---- */

static void zstd_start(struct unpack *u)
{
    u->state.zstd = ZSTD_createDStream();
    if (!u->state.zstd)
        memory_is_short();
    (void)ZSTD_DCtx_setParameter(u->state.zstd, ZSTD_d_windowLogMax, WINDOW_LOG_MAX);
}

static enum step zstd_step(struct unpack *u, bool last)
{
    (void)last;
    size_t room;
    ZSTD_outBuffer out = {.dst = room_of(u, &room)};
    out.size = room;
    ZSTD_inBuffer in = {u->feed, u->at + u->n, u->at};
    size_t ret = ZSTD_decompressStream(u->state.zstd, &out, &in);
    u->n -= in.pos - u->at;
    u->at = in.pos;
    u->stream.to += out.pos;
    if (ZSTD_isError(ret))
        return strstr(ZSTD_getErrorName(ret), "too much memory") ? STEP_TOO_LARGE : u->behind ? STEP_FOREIGN : STEP_DAMAGED;
    return ret == 0 ? STEP_FRAME_ENDS : STEP_ON;
}

static void zstd_stop(struct unpack *u) { (void)ZSTD_freeDStream(u->state.zstd); }

/* ---- xz ---- */

static void xz_start(struct unpack *u)
{
    u->state.xz = (lzma_stream)LZMA_STREAM_INIT;
    if (lzma_stream_decoder(&u->state.xz, MEMORY_MAX, 0) != LZMA_OK)
        memory_is_short();
}

static enum step xz_step(struct unpack *u, bool last)
{
    lzma_stream *s = &u->state.xz;
    size_t room;
    s->next_out = (uint8_t *)room_of(u, &room);
    s->avail_out = room;
    s->next_in = u->feed + u->at;
    s->avail_in = u->n;
    lzma_ret ret = lzma_code(s, last ? LZMA_FINISH : LZMA_RUN);
    u->at += u->n - s->avail_in;
    u->n = s->avail_in;
    u->stream.to += room - s->avail_out;
    switch ((int)ret) {
    case LZMA_OK:
    case LZMA_BUF_ERROR: /* no progress without more bytes: the caller sees that */
        return STEP_ON;
    case LZMA_STREAM_END:
        return STEP_FRAME_ENDS;
    case LZMA_MEMLIMIT_ERROR:
        return STEP_TOO_LARGE;
    case LZMA_FORMAT_ERROR:
        return u->behind ? STEP_FOREIGN : STEP_DAMAGED;
    default:
        return STEP_DAMAGED;
    }
}

static void xz_stop(struct unpack *u) { lzma_end(&u->state.xz); }

/* ---- bzip2 ---- */

static void bzip2_start(struct unpack *u)
{
    u->state.bzip2 = (bz_stream){0};
    if (BZ2_bzDecompressInit(&u->state.bzip2, 0, 0) != BZ_OK)
        memory_is_short();
}

static enum step bzip2_step(struct unpack *u, bool last)
{
    (void)last;
    bz_stream *s = &u->state.bzip2;
    size_t room;
    s->next_out = room_of(u, &room);
    s->avail_out = (unsigned)room;
    s->next_in = (char *)u->feed + u->at;
    s->avail_in = (unsigned)u->n;
    int ret = BZ2_bzDecompress(s);
    u->at += u->n - s->avail_in;
    u->n = s->avail_in;
    u->stream.to += room - s->avail_out;
    if (ret == BZ_DATA_ERROR_MAGIC && u->behind)
        return STEP_FOREIGN;
    return ret == BZ_OK ? STEP_ON : ret == BZ_STREAM_END ? STEP_FRAME_ENDS : STEP_DAMAGED;
}

static void bzip2_stop(struct unpack *u) { (void)BZ2_bzDecompressEnd(&u->state.bzip2); }

/* ---- all ---- */

static const struct codec zstd_codec = {"zstd", zstd_start, zstd_step, zstd_stop};
static const struct codec xz_codec = {"xz", xz_start, xz_step, xz_stop};
static const struct codec bzip2_codec = {"bzip2", bzip2_start, bzip2_step, bzip2_stop};

static void unpack_start(struct stream *s, uint64_t place)
{
    struct unpack *u = (struct unpack *)s;
    (void)place;
    u->feed = mem_alloc(STREAM_FEED);
    u->at = u->n = 0;
    u->behind = false;
    u->codec->start(u);
}

static void unpack_stop(struct stream *s)
{
    struct unpack *u = (struct unpack *)s;
    u->codec->stop(u);
    mem_free(u->feed);
    u->feed = NULL;
}

static void breaks_off(struct unpack *u, const char *how)
{
    stream_break(&u->stream, fault_make(FAULT_CORRUPT, "%s: the %s data %s near byte %llu; what stands before that was read",
                                        u->stream.layer.path, u->codec->name, how,
                                        (unsigned long long)(u->stream.taken - u->n)));
}

static void too_large(struct unpack *u)
{
    stream_break(&u->stream, fault_make(FAULT_LIMIT, "%s was compressed with a window larger than the 128 MiB that are read: "
                                        "unpack it and name the log itself", u->stream.layer.path));
}

static void foreign_bytes(struct unpack *u)
{
    u->stream.ended = true;
    if (u->stream.layer.problem.text[0])
        return;
    u->stream.layer.problem = fault_make(FAULT_CORRUPT, "%s: what follows the %s data near byte %llu is not %s and was not read",
                                         u->stream.layer.path, u->codec->name, (unsigned long long)(u->stream.taken - u->n), u->codec->name);
    u->stream.layer.problem.kind = FAULT_NONE;
}

/* Takes more bytes where there are none. False at their end. */
static bool feed(struct unpack *u)
{
    if (u->n)
        return true;
    u->at = 0;
    u->n = layer_read(u->stream.below, u->stream.taken, u->feed, STREAM_FEED);
    u->stream.taken += u->n;
    return u->n > 0;
}

/* Between streams: xz pads with zeros, the others with nothing; what they were padded with on a tape says nothing. */
static void skip_zeros(struct unpack *u)
{
    while (feed(u) && u->feed[u->at] == 0) {
        u->at++;
        u->n--;
    }
}

static void end_of_bytes(struct unpack *u)
{
    const struct layer *below = u->stream.below;
    if (u->behind)
        u->stream.ended = true;
    else if (below->broken)
        stream_break(&u->stream, below->problem);
    else
        breaks_off(u, "ends too early,");
}

static void take_step(struct unpack *u)
{
    size_t n = u->n, to = u->stream.to;
    enum step step = u->codec->step(u, n == 0);
    if (u->n < n || u->stream.to > to)
        u->behind = false;
    if (step == STEP_FRAME_ENDS) {
        u->behind = true;
        u->codec->stop(u);
        u->codec->start(u);
        skip_zeros(u);
    } else if (step == STEP_DAMAGED) {
        breaks_off(u, "is damaged");
    } else if (step == STEP_TOO_LARGE) {
        too_large(u);
    } else if (step == STEP_FOREIGN) {
        foreign_bytes(u);
    } else if (u->n == n && u->stream.to == to && u->stream.to < STREAM_WINDOW) {
        end_of_bytes(u);
    }
}

static void unpack_fill(struct stream *s)
{
    struct unpack *u = (struct unpack *)s;
    while (s->to < STREAM_WINDOW && !s->ended) {
        if (!feed(u) && u->behind)
            end_of_bytes(u);
        else
            take_step(u);
    }
}

static const struct stream_calls unpack_calls = {NULL, unpack_start, unpack_fill, unpack_stop, NULL};

static struct layer *unpack_new(struct layer *below, const struct codec *codec, const input_options *o)
{
    struct unpack *u = mem_alloc(sizeof *u);
    stream_init(&u->stream, &unpack_calls, below, codec->name, o);
    u->codec = codec;
    return &u->stream.layer;
}

struct layer *zstd_new(struct layer *below, const input_options *o) { return unpack_new(below, &zstd_codec, o); }
struct layer *xz_new(struct layer *below, const input_options *o) { return unpack_new(below, &xz_codec, o); }
struct layer *bzip2_new(struct layer *below, const input_options *o) { return unpack_new(below, &bzip2_codec, o); }
