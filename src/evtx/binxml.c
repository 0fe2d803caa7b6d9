/* SPDX-License-Identifier: Apache-2.0 */
/* Nothing recurses: what lies inside something else is read in a frame of its own, and frames are few. Nothing is
 * quadratic: a record of 64 KiB may name a template of 64 KiB, so the tokens of a chunk are counted. */
#include "evtx/binxml.h"

#include "base/hash.h"

enum {
    TOKEN_END = 0x00, TOKEN_OPEN = 0x01, TOKEN_CONTENT = 0x02, TOKEN_EMPTY = 0x03, TOKEN_CLOSE = 0x04, TOKEN_VALUE = 0x05,
    TOKEN_ATTRIBUTE = 0x06, TOKEN_CDATA = 0x07, TOKEN_CHARACTER = 0x08, TOKEN_ENTITY = 0x09, TOKEN_PI_TARGET = 0x0a,
    TOKEN_PI_DATA = 0x0b, TOKEN_TEMPLATE = 0x0c, TOKEN_SUBSTITUTION = 0x0d, TOKEN_OPTIONAL = 0x0e, TOKEN_FRAGMENT = 0x0f,
    TOKEN_MORE = 0x40 /* with more to come; with attributes */
};
enum { TYPE_STRING = 0x01, TYPE_BINXML = 0x21, TYPE_LIST = 0x80 };
enum { NAME_HEAD = 8 /* next, hash, length */, TEMPLATE_HEAD = 24 /* next, GUID, size */, LONG_NAMES_MAX = 1024 * 1024 };

static const char ends_early[] = "its binary XML ends too early";

void binxml_chunk(struct binxml *b, const uint8_t *chunk, size_t size)
{
    b->chunk = chunk;
    b->size = (uint32_t)min_u64(size, BINXML_CHUNK);
    b->steps = BINXML_STEPS_MAX;
    if (++b->number == 0) {
        memset(b->names, 0, sizeof b->names);
        b->number = 1;
    }
}

void binxml_free(struct binxml *b)
{
    shape_free(&b->shape);
    text_free(&b->long_names);
}

static struct binxml_frame *top(struct binxml *b) { return &b->frames[b->frame_n - 1]; }

/* The next n bytes of the frame; NULL: there are not as many. */
static const uint8_t *take(struct binxml_frame *f, const struct binxml *b, size_t n)
{
    if (n > f->end - f->at)
        return NULL;
    const uint8_t *p = b->chunk + f->at;
    f->at += (uint32_t)n;
    return p;
}

/* ---- names ---- */

/* The name at `at`: its characters; NULL: it does not lie in the chunk. */
static const uint8_t *name_bytes(const struct binxml *b, uint32_t at, size_t *n)
{
    if (at > b->size || b->size - at < NAME_HEAD)
        return NULL;
    *n = 2 * (size_t)binxml_u16(b->chunk + at + 6);
    return *n <= b->size - at - NAME_HEAD ? b->chunk + at + NAME_HEAD : NULL;
}

/* The slot that has the name or is free for it; NULL: too many names. */
static struct binxml_name *name_slot(struct binxml *b, uint32_t at)
{
    enum { TRIES = 16 };
    uint64_t first = hash_mix(at);
    for (uint64_t i = first; i < first + TRIES; i++) {
        struct binxml_name *slot = &b->names[i % BINXML_NAMES];
        if (slot->chunk != b->number || slot->at == at)
            return slot;
    }
    return NULL;
}

static bool name_read(struct binxml *b, uint32_t at, struct name *out)
{
    struct binxml_name *slot = name_slot(b, at);
    if (slot && slot->chunk == b->number) {
        *out = (struct name){span_of(slot->text, slot->n), (enum known_name)slot->known};
        return true;
    }
    size_t n, start = b->long_names.n;
    const uint8_t *p = name_bytes(b, at, &n);
    if (!p)
        return false;
    text_json_utf16(&b->long_names, p, n);
    if (b->long_names.full)
        return false;
    span text = span_of(b->long_names.p + start, b->long_names.n - start);
    *out = (struct name){text, name_known(text)};
    if (!slot || text.n > sizeof slot->text)
        return true;
    *slot = (struct binxml_name){.chunk = b->number, .at = at, .n = (uint16_t)text.n, .known = (uint8_t)out->known};
    memcpy(slot->text, text.p, text.n);
    out->text.p = slot->text;
    b->long_names.n = start;
    return true;
}

/* A name that a token refers to. Where it is used first in the chunk it follows at once. */
static const char *take_name(struct binxml *b, struct binxml_frame *f, struct name *out)
{
    const uint8_t *p = take(f, b, 4);
    if (!p)
        return ends_early;
    uint32_t at = binxml_u32(p);
    if (!name_read(b, at, out))
        return "a name lies outside its chunk";
    size_t n;
    if (at == f->at && name_bytes(b, at, &n) && !take(f, b, NAME_HEAD + n + 2))
        return ends_early;
    return NULL;
}

/* ---- elements and attributes ---- */

static const char *open_element(struct binxml *b, struct binxml_frame *f, bool has_attributes)
{
    struct name name;
    if (!take(f, b, (f->is_template ? 2 : 0) + 4))
        return ends_early;
    const char *why = take_name(b, f, &name);
    if (why)
        return why;
    if (has_attributes && !take(f, b, 4))
        return ends_early;
    shape_open(&b->shape, &name);
    return b->shape.why;
}

static const char *attribute(struct binxml *b, struct binxml_frame *f)
{
    struct name name;
    const char *why = take_name(b, f, &name);
    if (!why)
        shape_attribute(&b->shape, &name);
    return why;
}

static const char *close_element(struct binxml *b, const struct binxml_frame *f)
{
    if (b->shape.depth <= f->depth)
        return "an element is closed that was not opened";
    shape_close(&b->shape);
    return b->shape.why;
}

/* ---- texts ---- */

static const char *counted_text(struct binxml *b, struct binxml_frame *f, bool wanted)
{
    const uint8_t *p = take(f, b, 2);
    size_t n = p ? 2 * (size_t)binxml_u16(p) : 0;
    if (!p || !(p = take(f, b, n)))
        return ends_early;
    struct text *t = wanted ? shape_text(&b->shape) : NULL;
    if (t)
        text_json_utf16(t, p, n);
    return NULL;
}

static const char *literal(struct binxml *b, struct binxml_frame *f)
{
    const uint8_t *type = take(f, b, 1);
    if (!type)
        return ends_early;
    return *type == TYPE_STRING ? counted_text(b, f, true) : "a text is of an unknown type";
}

static const char *character(struct binxml *b, struct binxml_frame *f)
{
    const uint8_t *p = take(f, b, 2);
    if (!p)
        return ends_early;
    uint32_t c = binxml_u16(p);
    struct text *t = shape_text(&b->shape);
    if (t)
        text_json_point(t, c >= 0xd800 && c <= 0xdfff ? 0xfffd : c);
    return NULL;
}

static const char *entity(struct binxml *b, struct binxml_frame *f)
{
    static const struct { span name; char c; } all[] = {
        {SPAN_INIT("lt"), '<'}, {SPAN_INIT("gt"), '>'}, {SPAN_INIT("amp"), '&'}, {SPAN_INIT("quot"), '"'}, {SPAN_INIT("apos"), '\''}};
    struct name name;
    const char *why = take_name(b, f, &name);
    struct text *t = why ? NULL : shape_text(&b->shape);
    if (!t)
        return why;
    for (size_t i = 0; i < COUNT_OF(all); i++)
        if (span_eq(all[i].name, name.text)) {
            text_json_point(t, (unsigned char)all[i].c);
            return NULL;
        }
    TEXT_PUT(t, "&"); /* none that XML itself has */
    text_put(t, name.text);
    TEXT_PUT(t, ";");
    return NULL;
}

static const char *pi_target(struct binxml *b, struct binxml_frame *f)
{
    struct name ignored;
    return take_name(b, f, &ignored);
}

/* ---- templates ---- */

static const char *push(struct binxml *b, struct binxml_frame frame)
{
    if (b->frame_n == BINXML_FRAMES_MAX)
        return "its templates lie too deep inside one another";
    b->frames[b->frame_n++] = frame;
    return NULL;
}

/* The sizes and types of a template's values, and behind them the values. */
static const char *take_values(struct binxml *b, struct binxml_frame *f, uint32_t *count)
{
    const uint8_t *p = take(f, b, 4);
    if (!p)
        return ends_early;
    *count = binxml_u32(p);
    if (*count > BINXML_VALUES_MAX - b->value_n)
        return "a template has too many values";
    const uint8_t *descriptors = take(f, b, 4 * (size_t)*count);
    if (!descriptors)
        return ends_early;
    for (uint32_t i = 0; i < *count; i++) {
        const uint8_t *d = descriptors + 4 * (size_t)i;
        b->values[b->value_n + i] = (struct binxml_value){.at = f->at, .n = binxml_u16(d), .type = d[2]};
        if (!take(f, b, binxml_u16(d)))
            return ends_early;
    }
    return NULL;
}

/* An instance: which template, its definition where it is used first in the chunk, its values. */
static const char *template_instance(struct binxml *b, struct binxml_frame *f)
{
    const uint8_t *p = take(f, b, 9);
    if (!p)
        return ends_early;
    uint32_t at = binxml_u32(p + 5), count;
    if (at > b->size || b->size - at < TEMPLATE_HEAD)
        return "a template lies outside its chunk";
    uint32_t size = binxml_u32(b->chunk + at + 20);
    if (size == 0 || size > b->size - at - TEMPLATE_HEAD)
        return "its template is damaged";
    if (at == f->at && !take(f, b, TEMPLATE_HEAD + (size_t)size))
        return ends_early;
    const char *why = take_values(b, f, &count);
    if (why)
        return why;
    struct binxml_frame body = {.at = at + TEMPLATE_HEAD, .end = at + TEMPLATE_HEAD + size, .values = b->value_n,
                                .value_n = count, .depth = b->shape.depth, .is_template = true};
    b->value_n += count;
    return push(b, body);
}

static void put_list(struct binxml *b, const struct binxml_value *v)
{
    uint8_t type = v->type & (uint8_t)~TYPE_LIST;
    const uint8_t *p = b->chunk + v->at;
    size_t left = v->n, separator;
    for (bool is_first = true; (left || is_first) && b->steps; is_first = false) {
        b->steps--;
        if (!is_first)
            shape_again(&b->shape);
        struct text *t = shape_text(&b->shape);
        size_t n = left ? binxml_item(type, p, left, &separator) : (separator = 0);
        if (t)
            binxml_put(t, type, p, n);
        p += n + separator;
        left -= n + separator;
    }
}

static const char *substitution(struct binxml *b, struct binxml_frame *f)
{
    const uint8_t *p = take(f, b, 3);
    if (!p)
        return ends_early;
    uint32_t i = binxml_u16(p);
    if (i >= f->value_n)
        return "its template asks for a value that it does not have";
    struct binxml_value v = b->values[f->values + i];
    if (v.type == TYPE_BINXML)
        return push(b, (struct binxml_frame){.at = v.at, .end = v.at + v.n, .values = b->value_n, .depth = b->shape.depth});
    if (v.type & TYPE_LIST) {
        put_list(b, &v);
        return b->shape.why;
    }
    struct text *t = v.type ? shape_text(&b->shape) : NULL;
    if (t)
        binxml_put(t, v.type, b->chunk + v.at, v.n);
    return NULL;
}

/* ---- tokens ---- */

static const char *read_token(struct binxml *b, struct binxml_frame *f, uint8_t token)
{
    switch (token & ~TOKEN_MORE) {
    case TOKEN_OPEN:
        return open_element(b, f, token & TOKEN_MORE);
    case TOKEN_CONTENT:
        shape_content(&b->shape);
        return NULL;
    case TOKEN_EMPTY:
    case TOKEN_CLOSE:
        return close_element(b, f);
    case TOKEN_VALUE:
        return literal(b, f);
    case TOKEN_ATTRIBUTE:
        return attribute(b, f);
    case TOKEN_CDATA:
        return counted_text(b, f, true);
    case TOKEN_CHARACTER:
        return character(b, f);
    case TOKEN_ENTITY:
        return entity(b, f);
    case TOKEN_PI_TARGET:
        return pi_target(b, f);
    case TOKEN_PI_DATA:
        return counted_text(b, f, false);
    case TOKEN_TEMPLATE:
        return template_instance(b, f);
    case TOKEN_SUBSTITUTION:
    case TOKEN_OPTIONAL:
        return substitution(b, f);
    case TOKEN_FRAGMENT:
        return take(f, b, 3) ? NULL : ends_early;
    default:
        return "its binary XML has an unknown token";
    }
}

/* What a frame opened it must have closed. */
static const char *pop(struct binxml *b)
{
    const struct binxml_frame *f = top(b);
    if (b->shape.depth != f->depth)
        return ends_early;
    b->value_n = f->values;
    b->frame_n--;
    return NULL;
}

static const char *read_frames(struct binxml *b)
{
    const char *why = NULL;
    while (b->frame_n && !why) {
        struct binxml_frame *f = top(b);
        uint8_t token = f->at < f->end ? b->chunk[f->at++] : TOKEN_END;
        if (b->steps == 0)
            return "its chunk has more than a million tokens";
        b->steps--;
        why = token == TOKEN_END ? pop(b) : read_token(b, f, token);
    }
    return why;
}

const char *binxml_read(struct binxml *b, size_t at, size_t end)
{
    shape_begin(&b->shape);
    b->long_names.n = 0;
    b->long_names.limit = LONG_NAMES_MAX;
    b->long_names.full = false;
    b->frames[0] = (struct binxml_frame){.at = (uint32_t)at, .end = (uint32_t)end};
    b->frame_n = 1;
    b->value_n = 0;
    return read_frames(b);
}
