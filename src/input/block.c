/* SPDX-License-Identifier: Apache-2.0 */
/* Cutting content into blocks of whole lines. What was read behind the last newline is carried into the
 * next block; a line that does not fit makes the block grow up to the limit of a line. */
#include "input/content.h"

enum { LINE_AND_NEWLINE = INPUT_LINE_MAX + 1 };

void block_room(struct block *b, size_t size)
{
    if (b->capacity < size || b->capacity > 2 * size) {
        mem_free(b->buffer);
        b->buffer = mem_alloc(size);
        b->capacity = size;
    }
}

static void grow(struct block *b, size_t used, size_t capacity)
{
    char *bigger = mem_alloc(capacity);
    if (used)
        memcpy(bigger, b->buffer, used);
    mem_free(b->buffer);
    b->buffer = bigger;
    b->capacity = capacity;
}

static void carry_keep(struct input *in, const char *p, size_t n)
{
    if (n > in->carry_capacity) {
        mem_free(in->carry);
        in->carry = mem_alloc(n);
        in->carry_capacity = n;
    }
    if (n)
        memcpy(in->carry, p, n);
    in->carry_n = n;
}

/* One more than the place of the last newline in [from, to), or 0. Usually a few bytes from the end. */
static size_t behind_last_newline(const char *p, size_t from, size_t to)
{
    while (to > from && p[to - 1] != '\n')
        to--;
    return to > from ? to : 0;
}

/* Reads until the buffer holds a whole line, the longest line that may be, or the end of the source.
 * Returns the bytes in it; *whole of them are whole lines. */
static size_t fill(struct input *in, struct block *b, size_t *whole, bool *ended)
{
    size_t target = in->block_size, used = in->carry_n;
    while (target <= used)
        target *= 2;
    if (target > LINE_AND_NEWLINE)
        target = LINE_AND_NEWLINE;
    block_room(b, target);
    if (used)
        memcpy(b->buffer, in->carry, used);
    in->carry_n = 0;
    *whole = behind_last_newline(b->buffer, 0, used);
    *ended = false;
    for (;;) {
        size_t got = content_read(&in->content, b->buffer + used, target - used), scanned = used;
        used += got;
        size_t last = behind_last_newline(b->buffer, scanned, used);
        if (last)
            *whole = last;
        *ended = used < target;
        if (*ended || *whole || target == LINE_AND_NEWLINE)
            return used;
        target = target > LINE_AND_NEWLINE / 2 ? LINE_AND_NEWLINE : target * 2;
        grow(b, used, target);
    }
}

/* Drops the rest of a line that was too long. False where the source ends in it. */
static bool skip_line(struct input *in, struct block *b)
{
    if (b->capacity < in->block_size)
        grow(b, 0, in->block_size);
    size_t n;
    while ((n = content_read(&in->content, b->buffer, in->block_size)) > 0) {
        const char *newline = memchr(b->buffer, '\n', n);
        if (newline) {
            size_t gone = (size_t)(newline - b->buffer) + 1;
            carry_keep(in, b->buffer + gone, n - gone);
            in->place += gone;
            in->skipping = false;
            return true;
        }
        in->place += n;
    }
    return false;
}

/* The first problem stays; a remark about a sound source gives way to it. */
static void note_problem(struct input *in)
{
    const fault *p = &in->content.problem;
    if (!in->problem.kind && p->text[0])
        in->problem = *p;
}

static void deliver(struct input *in, struct block *b, enum block_state state, span shown, size_t passed)
{
    b->state = state;
    b->source = in->source;
    b->offset = in->place;
    b->data = shown;
    b->lines = 0;
    b->at = 0;
    b->from = in;
    in->place += passed;
}

static bool end(struct input *in)
{
    note_problem(in);
    in->ended = true;
    if (!in->claims) /* some may still be fetched, in vain */
        content_sleep(&in->content);
    mem_free(in->carry);
    in->carry = NULL;
    in->carry_n = in->carry_capacity = 0;
    return false;
}

/* The block that was fetched: whole lines, and the carry in front of them. */
static bool next_fetched(struct input *in, struct block *b)
{
    span got = claim_take(in, b, in->place + in->carry_n);
    size_t whole = behind_last_newline(got.p, 0, got.n), passed = in->carry_n + whole;
    if (!whole || in->skipping || in->carry_n > CLAIM_ROOM)
        return false;
    char *begin = b->buffer + (got.p - b->buffer) - in->carry_n;
    if (in->carry_n)
        memcpy(begin, in->carry, in->carry_n);
    carry_keep(in, got.p + whole, got.n - whole);
    deliver(in, b, BLOCK_LINES, span_of(begin, passed), passed);
    return true;
}

bool input_next(struct input *in, struct block *b)
{
    if (b->from)
        line_index_note(&b->from->index, b->offset, b->lines);
    b->from = NULL;
    b->data = (span){0};
    b->at = 0;
    if (next_fetched(in, b))
        return true;
    if (in->ended)
        return false;
    content_seek(&in->content, in->place + in->carry_n); /* elsewhere only after a look at other places */
    if (in->skipping && !skip_line(in, b))
        return end(in);
    size_t whole;
    bool ended;
    size_t used = fill(in, b, &whole, &ended);
    note_problem(in);
    if (used == 0)
        return end(in);
    if (ended && !in->content.broken)
        whole = used;
    if (whole) {
        carry_keep(in, b->buffer + whole, used - whole);
        deliver(in, b, BLOCK_LINES, span_of(b->buffer, whole), whole);
    } else if (ended) {
        deliver(in, b, BLOCK_CUT_OFF, span_of(b->buffer, used), used);
    } else {
        in->skipping = true;
        deliver(in, b, BLOCK_TOO_LONG, span_of(b->buffer, INPUT_CUT_HEAD), used);
    }
    return true;
}

void block_free(struct block *b)
{
    mem_free(b->buffer);
    *b = (struct block){0};
}
