/* SPDX-License-Identifier: Apache-2.0 */
/* Copying from the page cache costs as much as searching what was copied, so threads do it side by side. A claim says
 * which bytes; whether they are what comes next, and text as it is, is asked at its turn, and where they are not they
 * are read again in order. So a claim decides where bytes are copied, and nothing else. */
#include "input/content.h"
#include "input/encoding.h"

bool input_claim(struct input *in, struct block *b)
{
    struct file *f = content_plain(&in->content);
    uint64_t from = max_u64(in->claimed, in->place + in->carry_n);
    if (!f || in->ended || from >= f->size || file_wake(f).kind)
        return false;
    size_t n = (size_t)min_u64(in->block_size - from % in->block_size, f->size - from);
    b->claim = (claim){.of = in, .at = from, .n = n, .fd = f->fd, .stored_at = f->base + from};
    in->claimed = from + n;
    in->claims++;
    return true;
}

void input_fetch(struct block *b)
{
    claim *c = &b->claim;
    block_room(b, CLAIM_ROOM + c->n);
    char *bytes = b->buffer + CLAIM_ROOM;
    c->got = file_fetch(c->fd, c->stored_at, bytes, c->n);
    c->is_ascii = span_high(span_of(bytes, c->got)) == c->got;
}

/* The last one of an input that ended meanwhile lets go of its descriptor. */
static claim give_up(struct block *b)
{
    claim c = b->claim;
    b->claim = (claim){0};
    if (c.of && --c.of->claims == 0 && c.of->ended)
        content_sleep(&c.of->content);
    return c;
}

bool input_claim_is_spent(struct block *b)
{
    const claim *c = &b->claim;
    if (!c->of || c->of->ended || c->of->place + c->of->carry_n < c->at + c->n)
        return false;
    (void)give_up(b);
    return true;
}

span claim_take(struct input *in, struct block *b, uint64_t place)
{
    claim c = give_up(b);
    if (c.of != in || in->ended || c.got < c.n || place < c.at || place >= c.at + c.n)
        return (span){0};
    size_t skip = (size_t)(place - c.at);
    span bytes = span_of(b->buffer + CLAIM_ROOM + skip, c.n - skip);
    return text_passes(in->content.top, place, bytes, c.is_ascii) ? bytes : (span){0};
}
