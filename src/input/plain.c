/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes at hand, decoded as those of inputs are: they are the lowest layer. */
#include "input/encoding.h"

#include "base/sink.h"

enum { PLAIN_STEP = 64 * 1024 };

struct bytes {
    struct layer layer;
    span all;
};

static size_t bytes_read(struct layer *l, uint64_t offset, void *buffer, size_t n)
{
    const struct bytes *b = (const struct bytes *)l;
    if (offset >= b->all.n)
        return 0;
    size_t got = (size_t)min_u64(n, b->all.n - offset);
    memcpy(buffer, b->all.p + offset, got);
    return got;
}

static void bytes_sleep(struct layer *l) { (void)l; }
static void bytes_free(struct layer *l) { mem_free(l); }

static const struct layer_calls bytes_calls = {bytes_read, bytes_sleep, bytes_free};

/* ASCII without NULs, as most lists are, is what it will be, whatever is asked. */
static bool is_plain_already(span all) { return span_high(all) == all.n && !(all.n && memchr(all.p, '\0', all.n)); }

span input_plain(arena *a, const char *path, span all)
{
    if (is_plain_already(all))
        return all;
    struct bytes *b = mem_alloc(sizeof *b);
    b->layer = (struct layer){.calls = &bytes_calls, .path = path, .size = all.n, .grown = 1};
    b->all = all;
    struct layer *text = text_new(&b->layer, &(input_options){.encoding = ENCODING_AUTO});
    sink out = sink_memory();
    char *step = mem_alloc(PLAIN_STEP);
    uint64_t at = 0;
    for (size_t n; (n = layer_read(text, at, step, PLAIN_STEP)) > 0; at += n)
        sink_put(&out, span_of(step, n));
    span plain = sink_text(&out);
    if (span_starts(plain, SPAN("\xef\xbb\xbf")))
        plain = span_skip(plain, 3);
    plain = arena_dup(a, plain);
    fault ignored = sink_done(&out);
    (void)ignored;
    mem_free(step);
    layer_free(text);
    return plain;
}
