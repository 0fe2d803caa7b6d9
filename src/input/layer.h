/* SPDX-License-Identifier: Apache-2.0 */
/* input/layer.h: what content is made of: the bytes as stored, and above them decompressors, a member of an archive,
 * a decoder of text, each a layer that reads the one below. A layer is read at any place; reading on where the last
 * read ended is cheap, going back may mean to begin again. Offsets and lengths in bytes. */
#ifndef KONSEKI_LAYER_H
#define KONSEKI_LAYER_H

#include "input/input.h"

#include <sys/types.h>

struct layer;

struct layer_calls {
    /* Fills the buffer; less than n only at the end, then `broken` and `problem` are what they will be. */
    size_t (*read)(struct layer *l, uint64_t offset, void *buffer, size_t n);
    void (*sleep)(struct layer *l);  /* gives descriptors and buffers back; read takes them again */
    void (*free)(struct layer *l);   /* with the layers below that it owns */
};

/* What going back costs: an archive is read where its bytes are at hand or between checkpoints, and is spooled else. */
enum reach { REACH_ANYWHERE, REACH_CHECKPOINTS, REACH_FROM_START };

struct layer {
    const struct layer_calls *calls;
    const char *path;    /* borrowed, NUL-terminated: names the source in faults */
    const char *name;    /* "gzip", "zip" ...; NULL: bytes as they are stored */
    enum reach reach;
    uint64_t size;       /* UINT64_MAX: known only at the end */
    double grown;        /* bytes of this layer for each byte stored, as far as it was read */
    bool broken;         /* the last read stopped before the end */
    fault problem;       /* what is damaged; text alone: worth saying of a sound source */
};

static inline size_t layer_read(struct layer *l, uint64_t offset, void *buffer, size_t n)
{
    return l->calls->read(l, offset, buffer, n);
}
static inline void layer_sleep(struct layer *l) { l->calls->sleep(l); }
static inline void layer_free(struct layer *l)
{
    if (l)
        l->calls->free(l);
}

/* The size, read to the end where it is not known. */
uint64_t layer_size(struct layer *l);

/* ---- file.c: the bytes as stored, read at any offset; a pipe is kept in a temporary file ---- */

struct file {
    struct layer layer;
    int fd;             /* of the file, or of the pipe's temporary file; -1 while asleep */
    int pipe;           /* where the pipe is read from; -1: a regular file */
    bool borrowed;      /* stdin: not ours to close */
    dev_t device;
    ino_t inode;
    uint64_t base;      /* stdin may stand in the middle of a file */
    uint64_t size;      /* seen at open; of a pipe: received so far */
    uint64_t kept;      /* of a pipe: its first bytes that can be read again */
    uint64_t limit;     /* of a pipe: bytes to keep at most */
    int unkept;         /* errno of the write that ended the keeping; 0: none, or the limit did */
    bool pipe_ended;
    bool hold;          /* of a pipe: rather fail than lose bytes */
};

fault file_open(const char *path, bool pipe, const input_options *o, struct file **out) MUST_USE;
/* Its descriptor, taken again where it was given back. */
fault file_wake(struct file *f) MUST_USE;
/* Without a lock: bytes of a regular file into the buffer; how many came. */
size_t file_fetch(int fd, uint64_t at, char *buffer, size_t n);
/* A file that is gone from its folder as soon as it exists: nothing is left behind, however we end. */
fault file_temporary(const char *folder, int *fd) MUST_USE;

/* ---- slice.c: a part of another layer that somebody else owns; nothing to free but itself ---- */

/* `size` UINT64_MAX: to its end. */
struct layer *slice_new(struct layer *of, const char *path, uint64_t at, uint64_t size);

/* ---- stream.c: a layer that can only be read forward, behind a window ---- */

enum { STREAM_WINDOW = 128 * 1024, STREAM_FEED = 128 * 1024 };
static const uint64_t GROWTH_FREE = (uint64_t)256 << 20; /* content that is given whatever its ratio */
enum { GROWTH_MAX = 500 };  /* bytes for each stored byte beyond that; one log line over and over: gzip 300, access logs 20 to 120 */

struct stream;

struct stream_calls {
    /* The last place at or before `offset` at which start can begin. NULL: the beginning alone. */
    uint64_t (*nearest)(const struct stream *s, uint64_t offset);
    void (*start)(struct stream *s, uint64_t place);
    /* Appends to the window (s->to); nothing at the end alone. Sets s->taken. */
    void (*fill)(struct stream *s);
    void (*stop)(struct stream *s);   /* frees what start made */
    void (*free)(struct stream *s);   /* frees what outlives a stop, and s; NULL: s alone */
};

struct stream {
    struct layer layer;
    const struct stream_calls *calls;
    struct layer *below;   /* owned; NULL: it has its bytes from elsewhere */
    char *window;          /* NULL while asleep */
    size_t from, to;       /* of the window: made, not yet read */
    uint64_t out;          /* place behind the window */
    uint64_t taken;        /* bytes of the layer below that became that */
    uint64_t growth_max;   /* 0: no limit */
    uint64_t growth_free;  /* bytes of content before it holds */
    double grown_below;    /* of what has no layer below */
    bool ended;            /* nothing comes behind the window */
};

/* For makers of streams: `s` is zeroed and the first member of what they allocated. */
void stream_init(struct stream *s, const struct stream_calls *calls, struct layer *below, const char *name,
                 const input_options *o);
/* The first problem stays. Nothing can be read behind it. */
void stream_break(struct stream *s, fault why);

/* ---- gzip.c, unpack.c, text.c ---- */

/* `feed`: bytes of compressed data taken at a time. */
struct layer *gzip_new(struct layer *below, size_t feed, unsigned checkpoints, const input_options *o);
size_t gzip_held(const struct layer *l);  /* bytes of memory in checkpoints */
struct layer *zstd_new(struct layer *below, const input_options *o);
struct layer *xz_new(struct layer *below, const input_options *o);
struct layer *bzip2_new(struct layer *below, const input_options *o);

#endif
