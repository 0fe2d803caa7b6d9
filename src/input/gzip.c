/* SPDX-License-Identifier: Apache-2.0 */
/* gzip (RFC 1952) by ISA-L: members one after another, their checksums, and checkpoints from which to
 * inflate again.
 *
 * How far ISA-L gets in damaged data depends on how much it is given and asked for at a time. So that it
 * does not depend on how we are read, it always works in the same steps: into a window, from which is
 * copied. */
#include "input/content.h"

#include <isa-l/igzip_lib.h>
#include <stdio.h>

enum {
    WINDOW = 128 * 1024,
    REPEAT_MAX = 258,
    FEED_MIN = 16,                      /* two bytes tell whether another member follows */
    CHECKPOINT_SPACING = 16 * 1024 * 1024
};

enum phase { BETWEEN_MEMBERS, IN_HEADER, IN_DATA, AT_BREAK, AT_END };

struct checkpoint {
    uint64_t in, out, member;           /* places in the file and in the content */
    struct inflate_state *saved;        /* without the unused end of its history; NULL: between members */
};

struct gzip {
    struct file *file;
    struct inflate_state *state;        /* NULL while asleep */
    struct isal_gzip_header header;
    uint8_t *feed;
    size_t feed_size;
    uint64_t fed;                       /* place in the file behind the feed */
    char *window;
    size_t from, to;                    /* of the window: inflated, not yet read */
    uint64_t out;                       /* place in the content behind the window */
    uint64_t member;                    /* place in the file where the member begins */
    enum phase phase;
    bool broken;
    fault problem;
    struct checkpoint *checkpoints;     /* by place */
    size_t n, capacity, held;
    uint64_t spacing;
};

struct gzip *gzip_new(struct file *f, size_t feed, unsigned checkpoints)
{
    struct gzip *g = mem_alloc(sizeof *g);
    g->file = f;
    g->feed_size = feed < FEED_MIN ? FEED_MIN : feed;
    g->capacity = checkpoints;
    g->checkpoints = mem_alloc(checkpoints * sizeof *g->checkpoints);
    g->spacing = CHECKPOINT_SPACING;
    return g;
}

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
    uint64_t last = g->n ? g->checkpoints[g->n - 1].out : 0;
    if (g->capacity == 0 || g->out < last + g->spacing)
        return;
    if (g->n == g->capacity)
        checkpoints_thin(g);
    last = g->n ? g->checkpoints[g->n - 1].out : 0;
    if (g->n == g->capacity || g->out < last + g->spacing)
        return;
    struct checkpoint c = {.in = g->fed - g->state->avail_in, .out = g->out, .member = g->member};
    if (g->phase == IN_DATA) {
        size_t size = state_size(g->state);
        c.saved = mem_alloc(size);
        memcpy((void *)c.saved, g->state, size);
        g->held += size;
    }
    g->checkpoints[g->n++] = c;
}

static void resume(struct gzip *g, const struct checkpoint *c)
{
    if (!g->state) {
        g->state = mem_alloc(sizeof *g->state);
        g->feed = mem_alloc(g->feed_size);
        g->window = mem_alloc(WINDOW);
    }
    isal_inflate_init(g->state);
    if (c->saved)
        memcpy((void *)g->state, c->saved, state_size(c->saved));
    g->state->avail_in = 0;
    g->broken = false;
    g->problem = NO_FAULT;
    g->fed = c->in;
    g->out = c->out;
    g->from = g->to = 0;
    g->member = c->member;
    g->phase = c->saved ? IN_DATA : BETWEEN_MEMBERS;
}

/* ---- reading ---- */

static void stop(struct gzip *g, fault why)
{
    g->phase = AT_END;
    g->broken = true;
    if (!g->problem.kind)
        g->problem = why;
}

/* Makes at least `want` bytes ready where the file has them. False after a fault. */
static bool refill(struct gzip *g, size_t want)
{
    struct inflate_state *s = g->state;
    if (s->avail_in >= want)
        return true;
    if (s->avail_in)
        memmove(g->feed, s->next_in, s->avail_in);
    size_t got;
    fault e = file_read(g->file, g->fed, g->feed + s->avail_in, g->feed_size - s->avail_in, &got);
    s->next_in = g->feed;
    s->avail_in += (uint32_t)got;
    g->fed += got;
    if (e.kind)
        stop(g, e);
    return !e.kind;
}

static void ends_too_early(struct gzip *g)
{
    stop(g, fault_make(FAULT_CORRUPT,
                       "%s: the gzip data ends at byte %llu, before its last member is complete; everything up to "
                       "there was read. Fetch the file again if it is longer at its origin",
                       g->file->path, (unsigned long long)g->fed));
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
    if (s->avail_in && !g->problem.text[0]) {
        g->problem = fault_make(FAULT_CORRUPT, "%s: what follows the last gzip member at byte %llu is not gzip and was not read",
                                g->file->path, (unsigned long long)g->member);
        g->problem.kind = FAULT_NONE;
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
                           g->file->path, (unsigned long long)g->member));
}

static fault damaged(const struct gzip *g, const char *how)
{
    return fault_make(FAULT_CORRUPT, "%s: the gzip member at byte %llu %s", g->file->path, (unsigned long long)g->member, how);
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
        g->to -= made < (uint32_t)(REPEAT_MAX - drop) ? made : (uint32_t)(REPEAT_MAX - drop);
    }
    uint64_t taken = g->fed - s->avail_in - (uint64_t)(s->read_in_length > 0 ? s->read_in_length / 8 : 0);
    char how[100];
    (void)snprintf(how, sizeof how, "is damaged near byte %llu; what stands before that was read", (unsigned long long)taken);
    stop(g, damaged(g, how));
    g->phase = AT_BREAK;
}

/* Inflates behind what the window holds. A member whose checksum is wrong was read to its end: what
 * follows is read too. */
static void read_data(struct gzip *g)
{
    struct inflate_state *s = g->state;
    if (!refill(g, 1))
        return;
    uint32_t fed = s->avail_in, room = (uint32_t)(WINDOW - g->to);
    s->next_out = (uint8_t *)g->window + g->to;
    s->avail_out = room;
    int ret = isal_inflate(s);
    uint32_t made = room - s->avail_out;
    g->to += made;
    if (ret == ISAL_INCORRECT_CHECKSUM) {
        if (!g->problem.kind)
            g->problem = damaged(g, "does not match its checksum: some of its lines are not what was written");
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
    size_t left = (size_t)(s->tmp_out_valid - s->tmp_out_processed), room = WINDOW - g->to, take = left < room ? left : room;
    memcpy(g->window + g->to, s->tmp_out_buffer + s->tmp_out_processed, take);
    s->tmp_out_processed += (int32_t)take;
    g->to += take;
    if (take == left)
        g->phase = AT_END;
}

/* A window full, or what there is up to the end. */
static void fill_window(struct gzip *g)
{
    if (!g->state)
        resume(g, &(struct checkpoint){0});
    if (g->phase == BETWEEN_MEMBERS || g->phase == IN_DATA)
        checkpoint_note(g);
    g->from = g->to = 0;
    while (g->to < WINDOW && g->phase != AT_END) {
        if (g->phase == BETWEEN_MEMBERS)
            next_member(g);
        else if (g->phase == IN_HEADER)
            read_header(g);
        else if (g->phase == IN_DATA)
            read_data(g);
        else
            read_rest(g);
    }
    g->out += g->to;
}

size_t gzip_read(struct gzip *g, void *buffer, size_t n)
{
    size_t got = 0;
    while (got < n) {
        if (g->from == g->to)
            fill_window(g);
        size_t take = g->to - g->from < n - got ? g->to - g->from : n - got;
        if (take == 0)
            break;
        memcpy((char *)buffer + got, g->window + g->from, take);
        g->from += take;
        got += take;
    }
    return got;
}

fault gzip_seek(struct gzip *g, uint64_t offset)
{
    struct checkpoint start = {0}, *best = &start;
    for (size_t i = 0; i < g->n && g->checkpoints[i].out <= offset; i++)
        best = &g->checkpoints[i];
    uint64_t begin = g->out - g->to; /* of the window */
    if (!g->state || begin > offset || g->out < best->out)
        resume(g, best);
    while (g->out < offset) {
        fill_window(g);
        if (g->to == 0)
            return g->problem.kind ? g->problem
                                   : fault_make(FAULT_IO, "%s has no byte %llu of content", g->file->path,
                                                (unsigned long long)offset);
    }
    g->from = g->to - (size_t)(g->out - offset);
    return NO_FAULT;
}

void gzip_sleep(struct gzip *g)
{
    mem_free(g->state);
    mem_free(g->feed);
    mem_free(g->window);
    g->state = NULL;
    g->feed = NULL;
    g->window = NULL;
    g->from = g->to = 0;
}

void gzip_free(struct gzip *g)
{
    if (!g)
        return;
    gzip_sleep(g);
    for (size_t i = 0; i < g->n; i++)
        checkpoint_drop(g, &g->checkpoints[i]);
    mem_free(g->checkpoints);
    mem_free(g);
}

fault gzip_problem(const struct gzip *g) { return g->problem; }
bool gzip_broken(const struct gzip *g) { return g->broken; }
size_t gzip_held(const struct gzip *g) { return g->held; }
