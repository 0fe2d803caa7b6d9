/* SPDX-License-Identifier: Apache-2.0 */
/* gzip (RFC 1952) by ISA-L: members one after another, their checksums, and checkpoints from which to
 * inflate again. */
#include "input/layer.h"

#include <isa-l/igzip_lib.h>
#include <stdio.h>

enum {
    REPEAT_MAX = 258,
    FEED_MIN = 16,                      /* two bytes tell whether another member follows */
    CHECKPOINT_SPACING = 1024 * 1024    /* at first: members of an archive are small */
};

enum phase { BETWEEN_MEMBERS, IN_HEADER, IN_DATA, AT_BREAK, AT_END };

struct checkpoint {
    uint64_t in, out, member;           /* places in the file and in the content */
    struct inflate_state *saved;        /* without the unused end of its history; NULL: between members */
};

struct gzip {
    struct stream stream;
    struct inflate_state *state;        /* NULL while stopped */
    struct isal_gzip_header header;
    uint8_t *feed;
    size_t feed_size;
    uint64_t fed;                       /* place in the layer below behind the feed */
    uint64_t member;                    /* place there where the member begins */
    enum phase phase;
    struct checkpoint *checkpoints;     /* by place */
    size_t n, capacity, held;
    uint64_t spacing;
};

/* ---- checkpoints ---- */

/* The history behind tmp_out_valid is scratch: leaving it out makes a checkpoint 57 instead of 89 KiB. */
static size_t state_size(const struct inflate_state *s)
{
    return offsetof(struct inflate_state, tmp_out_buffer) + (size_t)s->tmp_out_valid;
}

static void checkpoint_drop(struct gzip *g, struct checkpoint *c)
{
    if (c->saved)
        g->held -= state_size(c->saved);
    mem_free(c->saved);
}

/* Every second one goes and the spacing doubles: the places stay evenly spread over any length. */
static void checkpoints_thin(struct gzip *g)
{
    size_t kept = 0;
    for (size_t i = 0; i < g->n; i++) {
        if (i % 2)
            g->checkpoints[kept++] = g->checkpoints[i];
        else
            checkpoint_drop(g, &g->checkpoints[i]);
    }
    g->n = kept;
    g->spacing *= 2;
}

static void checkpoint_note(struct gzip *g)
{
    uint64_t out = g->stream.out, last = g->n ? g->checkpoints[g->n - 1].out : 0;
    if (g->capacity == 0 || out < last + g->spacing)
        return;
    if (g->n == g->capacity)
        checkpoints_thin(g);
    last = g->n ? g->checkpoints[g->n - 1].out : 0;
    if (g->n == g->capacity || out < last + g->spacing)
        return;
    struct checkpoint c = {.in = g->fed - g->state->avail_in, .out = out, .member = g->member};
    if (g->phase == IN_DATA) {
        size_t size = state_size(g->state);
        c.saved = mem_alloc(size);
        memcpy((void *)c.saved, g->state, size);
        g->held += size;
    }
    g->checkpoints[g->n++] = c;
}

static const struct checkpoint *checkpoint_before(const struct gzip *g, uint64_t offset)
{
    static const struct checkpoint start = {0};
    const struct checkpoint *best = &start;
    for (size_t i = 0; i < g->n && g->checkpoints[i].out <= offset; i++)
        best = &g->checkpoints[i];
    return best;
}

static uint64_t gzip_nearest(const struct stream *s, uint64_t offset)
{
    return checkpoint_before((const struct gzip *)s, offset)->out;
}

static void gzip_start(struct stream *s, uint64_t place)
{
    struct gzip *g = (struct gzip *)s;
    const struct checkpoint *c = checkpoint_before(g, place);
    g->state = mem_alloc(sizeof *g->state);
    g->feed = mem_alloc(g->feed_size);
    isal_inflate_init(g->state);
    if (c->saved)
        memcpy((void *)g->state, c->saved, state_size(c->saved));
    g->state->avail_in = 0;
    g->fed = c->in;
    g->member = c->member;
    g->phase = c->saved ? IN_DATA : BETWEEN_MEMBERS;
}

static void gzip_stop(struct stream *s)
{
    struct gzip *g = (struct gzip *)s;
    mem_free(g->state);
    mem_free(g->feed);
    g->state = NULL;
    g->feed = NULL;
}

/* ---- reading ---- */

static void stop(struct gzip *g, fault why)
{
    g->phase = AT_END;
    stream_break(&g->stream, why);
}

/* Makes at least `want` bytes ready where the file has them. False after a fault. */
static bool refill(struct gzip *g, size_t want)
{
    struct inflate_state *s = g->state;
    if (s->avail_in >= want)
        return true;
    if (s->avail_in)
        memmove(g->feed, s->next_in, s->avail_in);
    struct layer *below = g->stream.below;
    size_t got = layer_read(below, g->fed, g->feed + s->avail_in, g->feed_size - s->avail_in);
    s->next_in = g->feed;
    s->avail_in += (uint32_t)got;
    g->fed += got;
    bool at_break = s->avail_in == 0 && below->broken;
    if (at_break)
        stop(g, below->problem);
    return !at_break;
}

static void ends_too_early(struct gzip *g)
{
    stop(g, fault_make(FAULT_CORRUPT,
                       "%s: the gzip data ends at byte %llu, before its last member is complete; everything up to "
                       "there was read. Fetch the file again if it is longer at its origin",
                       g->stream.layer.path, (unsigned long long)g->fed));
}

/* What stands behind a member: another one, padding, the end, or something that is not gzip. */
static void next_member(struct gzip *g)
{
    struct inflate_state *s = g->state;
    do {
        while (s->avail_in && s->next_in[0] == 0) {
            s->next_in++;
            s->avail_in--;
        }
        if (!refill(g, 2))
            return;
    } while (s->avail_in && s->next_in[0] == 0);
    g->member = g->fed - s->avail_in;
    if (s->avail_in >= 2 && s->next_in[0] == 0x1f && s->next_in[1] == 0x8b) {
        isal_inflate_reset(s);
        s->crc_flag = ISAL_GZIP_NO_HDR_VER;
        isal_gzip_header_init(&g->header);
        g->phase = IN_HEADER;
        return;
    }
    g->phase = AT_END;
    if (s->avail_in && !g->stream.layer.problem.text[0]) {
        g->stream.layer.problem = fault_make(FAULT_CORRUPT, "%s: what follows the last gzip member at byte %llu is not gzip and was not read",
                                g->stream.layer.path, (unsigned long long)g->member);
        g->stream.layer.problem.kind = FAULT_NONE;
    }
}

static void read_header(struct gzip *g)
{
    if (!refill(g, 1))
        return;
    if (g->state->avail_in == 0) {
        ends_too_early(g);
        return;
    }
    int ret = isal_read_gzip_header(g->state, &g->header);
    if (ret == ISAL_DECOMP_OK)
        g->phase = IN_DATA;
    else if (ret != ISAL_END_INPUT)
        stop(g, fault_make(FAULT_CORRUPT, "%s: the header of the gzip member at byte %llu is damaged; everything before it was read",
                           g->stream.layer.path, (unsigned long long)g->member));
}

static fault damaged(const struct gzip *g, const char *how)
{
    return fault_make(FAULT_CORRUPT, "%s: the gzip member at byte %llu %s", g->stream.layer.path, (unsigned long long)g->member, how);
}

/* ISA-L inflates ahead into its own history and forgets at damage what of it was not yet given out: that
 * comes with AT_BREAK. And where a repetition reaches back too far, it has counted its length (at most 258
 * bytes, RFC 1951 3.2.5) without writing it: as much is dropped of what it `made` last. */
static void stop_at_damage(struct gzip *g, int ret, uint32_t made)
{
    struct inflate_state *s = g->state;
    if (ret == ISAL_INVALID_LOOKBACK) {
        int32_t ahead = s->tmp_out_valid - s->tmp_out_processed, drop = ahead < REPEAT_MAX ? ahead : REPEAT_MAX;
        s->tmp_out_valid -= drop;
        g->stream.to -= made < (uint32_t)(REPEAT_MAX - drop) ? made : (uint32_t)(REPEAT_MAX - drop);
    }
    uint64_t taken = g->fed - s->avail_in - (uint64_t)(s->read_in_length > 0 ? s->read_in_length / 8 : 0);
    char how[100];
    (void)snprintf(how, sizeof how, "is damaged near byte %llu; what stands before that was read", (unsigned long long)taken);
    stop(g, damaged(g, how));
    g->phase = AT_BREAK;
    g->stream.ended = false;
}

/* Inflates behind what the window holds. A member whose checksum is wrong was read to its end: what
 * follows is read too. */
static void read_data(struct gzip *g)
{
    struct inflate_state *s = g->state;
    if (!refill(g, 1))
        return;
    uint32_t fed = s->avail_in, room = (uint32_t)(STREAM_WINDOW - g->stream.to);
    s->next_out = (uint8_t *)g->stream.window + g->stream.to;
    s->avail_out = room;
    int ret = isal_inflate(s);
    uint32_t made = room - s->avail_out;
    g->stream.to += made;
    if (ret == ISAL_INCORRECT_CHECKSUM) {
        if (!g->stream.layer.problem.kind)
            g->stream.layer.problem = damaged(g, "does not match its checksum: some of its lines are not what was written");
        g->phase = BETWEEN_MEMBERS;
    } else if (ret < 0) {
        stop_at_damage(g, ret, made);
    } else if (s->block_state == ISAL_BLOCK_FINISH) {
        g->phase = BETWEEN_MEMBERS;
    } else if (made == 0 && s->avail_in == fed) {
        ends_too_early(g);
    }
}

static void read_rest(struct gzip *g)
{
    struct inflate_state *s = g->state;
    size_t left = (size_t)(s->tmp_out_valid - s->tmp_out_processed), room = STREAM_WINDOW - g->stream.to, take = left < room ? left : room;
    memcpy(g->stream.window + g->stream.to, s->tmp_out_buffer + s->tmp_out_processed, take);
    s->tmp_out_processed += (int32_t)take;
    g->stream.to += take;
    if (take == left)
        g->phase = AT_END;
}

static void gzip_fill(struct stream *s)
{
    struct gzip *g = (struct gzip *)s;
    if (g->phase == BETWEEN_MEMBERS || g->phase == IN_DATA)
        checkpoint_note(g);
    while (s->to < STREAM_WINDOW && g->phase != AT_END) {
        if (g->phase == BETWEEN_MEMBERS)
            next_member(g);
        else if (g->phase == IN_HEADER)
            read_header(g);
        else if (g->phase == IN_DATA)
            read_data(g);
        else
            read_rest(g);
    }
    s->taken = g->fed - g->state->avail_in;
}

static void gzip_free(struct stream *s)
{
    struct gzip *g = (struct gzip *)s;
    for (size_t i = 0; i < g->n; i++)
        checkpoint_drop(g, &g->checkpoints[i]);
    mem_free(g->checkpoints);
}

static const struct stream_calls gzip_calls = {gzip_nearest, gzip_start, gzip_fill, gzip_stop, gzip_free};

struct layer *gzip_new(struct layer *below, size_t feed, unsigned checkpoints, const input_options *o)
{
    struct gzip *g = mem_alloc(sizeof *g);
    stream_init(&g->stream, &gzip_calls, below, "gzip", o);
    if (below->reach == REACH_ANYWHERE)
        g->stream.layer.reach = REACH_CHECKPOINTS;
    g->feed_size = feed < FEED_MIN ? FEED_MIN : feed;
    g->capacity = checkpoints;
    g->checkpoints = mem_alloc(checkpoints * sizeof *g->checkpoints);
    g->spacing = CHECKPOINT_SPACING;
    return &g->stream.layer;
}

size_t gzip_held(const struct layer *l) { return ((const struct gzip *)l)->held; }
