/* SPDX-License-Identifier: Apache-2.0 */
/* Windows writes control characters into its XML as they are, which XML 1.0 forbids and a parser stops at. They pass
 * through it as the 32 code points that Unicode keeps for such uses (U+FDD0 to U+FDEF) and are controls again behind it. */
#include "evtx/xml.h"

#include "base/arena.h"
#include "base/sink.h"

#include <expat.h>

enum { EVENT_MAX = 16 * 1024 * 1024, INSIDE = 0xfdd0, REPLACEMENT = 0xfffd, REFERENCE_MAX = 16 };

struct xml {
    struct shape shape;
    XML_Parser parser;
    struct text clean;
    struct text names;     /* of elements that are open, and of attributes */
    size_t name_at[SHAPE_DEPTH_MAX];
    size_t depth;
    struct text blanks;    /* before anything else in an element: layout where elements follow */
    bool is_parent;        /* the innermost element has had elements */
    bool has_text;
};

/* ---- what the parser must not see ---- */

static void put_point(struct text *t, uint32_t c)
{
    char bytes[4];
    size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = n; --i > 0; c >>= 6)
        bytes[i] = (char)(0x80 | (c & 0x3f));
    bytes[0] = (char)(c | (n == 1 ? 0 : n == 2 ? 0xc0 : n == 3 ? 0xe0 : 0xf0));
    text_put(t, span_of(bytes, n));
}

static bool is_control(uint32_t c) { return c < 0x20 && c != '\t' && c != '\n' && c != '\r'; }

/* What goes to the parser in the place of a character. */
static uint32_t tamed(uint32_t c)
{
    if (is_control(c))
        return INSIDE + c;
    bool is_none = (c >= INSIDE && c < INSIDE + 0x20) || (c >= 0xd800 && c <= 0xdfff) || (c & 0xfffe) == 0xfffe || c > 0x10ffff;
    return is_none ? REPLACEMENT : c;
}

/* "&#27;" and "&#x1b;" at the beginning: their length; 0: there is none. */
static size_t reference(span s, uint32_t *c)
{
    bool is_hex = s.n > 2 && (s.p[2] == 'x');
    size_t at = is_hex ? 3 : 2, first = at;
    *c = 0;
    for (; at < s.n && at < REFERENCE_MAX && s.p[at] != ';'; at++) {
        int digit = ascii_hex(s.p[at]);
        if (digit < 0 || (!is_hex && digit > 9))
            return 0;
        *c = *c > 0x110000 ? *c : *c * (is_hex ? 16 : 10) + (uint32_t)digit;
    }
    return at > first && at < s.n && s.p[at] == ';' ? at + 1 : 0;
}

static bool passes(unsigned char c) { return (c >= 0x20 || c == '\t' || c == '\n' || c == '\r') && c < 0x80 && c != '&'; }

static void clean(struct text *to, span s)
{
    while (s.n) {
        size_t n = 0;
        while (n < s.n && passes((unsigned char)s.p[n]))
            n++;
        text_put(to, span_take(s, n));
        s = span_skip(s, n);
        if (!s.n)
            return;
        uint32_t c = REPLACEMENT;
        n = span_starts(s, SPAN("&#")) ? reference(s, &c) : 0;
        if (n && tamed(c) == c) /* one that XML knows, perhaps of a sign that means something in it: stays a reference */
            text_put(to, span_take(s, n));
        else if (n || (n = utf8_read(s, &c)))
            put_point(to, tamed(c));
        else
            put_point(to, REPLACEMENT);
        s = span_skip(s, n ? n : 1);
    }
}

/* ---- what the parser says ---- */

/* Controls are controls again. */
static void put_text(struct text *to, span s)
{
    for (size_t at; (at = span_find(s, SPAN("\xef\xb7"))) != SIZE_MAX && at + 2 < s.n;) {
        unsigned char third = (unsigned char)s.p[at + 2];
        bool is_inside = third >= 0x90 && third < 0xb0;
        text_json_utf8(to, span_take(s, is_inside ? at : at + 3));
        if (is_inside)
            text_json_point(to, third - 0x90u);
        s = span_skip(s, at + 3);
    }
    text_json_utf8(to, s);
}

/* Without the prefix of its namespace. */
static struct name local_name(struct xml *x, const char *written)
{
    span s = span_str(written);
    cut c = span_cut(s, ':');
    size_t at = x->names.n;
    put_text(&x->names, c.found ? c.tail : s);
    span text = span_of(x->names.p + at, x->names.n - at);
    return (struct name){text, name_known(text)};
}

static void give_blanks(struct xml *x)
{
    struct text *t = x->blanks.n && !x->is_parent ? shape_text(&x->shape) : NULL;
    if (t)
        put_text(t, text_span(&x->blanks));
    x->blanks.n = 0;
}

/* Names are borrowed by the shape, so they must not move: room for all of an event's is made before it is read. */
static void start(void *ctx, const char *element, const char **attributes)
{
    struct xml *x = ctx;
    if (x->shape.why)
        return;
    if (x->depth == SHAPE_DEPTH_MAX) {
        x->shape.why = "its elements lie too deep inside one another";
        return;
    }
    x->blanks.n = 0;
    x->name_at[x->depth++] = x->names.n;
    struct name name = local_name(x, element);
    shape_open(&x->shape, &name);
    for (; attributes[0]; attributes += 2) {
        size_t before = x->names.n;
        struct name attribute = local_name(x, attributes[0]);
        shape_attribute(&x->shape, &attribute);
        struct text *t = shape_text(&x->shape);
        if (t)
            put_text(t, span_str(attributes[1]));
        x->names.n = before;
    }
    shape_content(&x->shape);
    x->is_parent = x->has_text = false;
}

static void end(void *ctx, const char *element)
{
    struct xml *x = ctx;
    (void)element;
    if (x->shape.why || x->depth == 0)
        return;
    give_blanks(x);
    shape_close(&x->shape);
    x->names.n = x->name_at[--x->depth];
    x->is_parent = true;
    x->has_text = false;
}

static bool is_blank(span s)
{
    size_t at = 0;
    while (at < s.n && (s.p[at] == ' ' || s.p[at] == '\t' || s.p[at] == '\n' || s.p[at] == '\r'))
        at++;
    return at == s.n;
}

static void characters(void *ctx, const char *p, int n)
{
    struct xml *x = ctx;
    span s = span_of(p, n > 0 ? (size_t)n : 0);
    if (x->shape.why)
        return;
    if (!x->has_text && is_blank(s)) {
        text_put(&x->blanks, s);
        return;
    }
    give_blanks(x);
    x->has_text = true;
    struct text *t = shape_text(&x->shape);
    if (t)
        put_text(t, s);
}

/* ---- events ---- */

struct xml *xml_open(void)
{
    struct xml *x = mem_alloc(sizeof *x);
    x->parser = XML_ParserCreate("UTF-8");
    if (!x->parser)
        panic("no memory for a parser of XML");
    x->clean.limit = 4 * (size_t)EVENT_MAX; /* a byte becomes three at most */
    x->blanks.limit = SHAPE_LINE_MAX;
    return x;
}

void xml_close(struct xml *x)
{
    XML_ParserFree(x->parser);
    shape_free(&x->shape);
    text_free(&x->clean);
    text_free(&x->names);
    text_free(&x->blanks);
    mem_free(x);
}

static const char *read_event(struct xml *x, span event, struct text *out)
{
    enum { NAMES_MAX = 1024 * 1024 };
    x->clean.n = x->names.n = x->blanks.n = x->depth = 0;
    x->clean.full = x->names.full = x->blanks.full = x->is_parent = x->has_text = false;
    x->names.limit = NAMES_MAX;
    (void)text_room(&x->names, NAMES_MAX);
    clean(&x->clean, event);
    shape_begin(&x->shape);
    if (!XML_ParserReset(x->parser, "UTF-8"))
        panic("a parser of XML cannot begin again");
    XML_SetUserData(x->parser, x);
    XML_SetElementHandler(x->parser, start, end);
    XML_SetCharacterDataHandler(x->parser, characters);
    if (XML_Parse(x->parser, x->clean.p, (int)x->clean.n, 1) != XML_STATUS_OK)
        return x->shape.why ? x->shape.why : "it is not well-formed XML";
    if (x->names.full)
        return "its names are longer than 1 MiB";
    struct shape_record nothing = {0};
    return shape_end(&x->shape, &nothing, out) ? NULL : x->shape.why;
}

/* Where the next event begins, at or behind `at`; SIZE_MAX: it does not. */
static size_t find_start(span text, size_t at)
{
    static const size_t n = sizeof "<Event" - 1;
    for (size_t hit; (hit = span_find(span_skip(text, at), SPAN("<Event"))) != SIZE_MAX; at += hit + 1) {
        char next = at + hit + n < text.n ? text.p[at + hit + n] : '\0'; /* cut off, it may be <EventID> */
        if (next == ' ' || next == '>' || next == '\t' || next == '\r' || next == '\n')
            return at + hit;
    }
    return SIZE_MAX;
}

static void refuse(struct tally *t, struct text *out, uint64_t offset, const char *why)
{
    out->full = false;
    out->limit += REFUSALS_MAX;
    shape_refused(out, offset, UINT64_MAX, why);
    out->limit -= REFUSALS_MAX;
    if (t->refused++ == 0)
        t->first_refused = offset;
}

struct tally xml_read(struct xml *x, span text, uint64_t offset, bool is_last, struct text *out, size_t *consumed)
{
    enum { TAG_MAX = 8 }; /* bytes of a tag that may be cut off */
    struct tally t = {.first_refused = UINT64_MAX};
    size_t at = 0, start_at;
    while ((start_at = find_start(text, at)) != SIZE_MAX) {
        size_t next = find_start(text, start_at + 1);
        size_t length = span_find(span_skip(span_take(text, next), start_at), SPAN("</Event>"));
        bool is_whole = length != SIZE_MAX;
        if (!is_whole && next == SIZE_MAX && !is_last && text.n - start_at < EVENT_MAX) {
            *consumed = start_at;
            return t;
        }
        at = is_whole ? start_at + length + sizeof "</Event>" - 1 : next != SIZE_MAX ? next : text.n;
        const char *why = is_whole ? read_event(x, span_of(text.p + start_at, at - start_at), out)
                          : next != SIZE_MAX ? "another event begins in it" : is_last ? "the text ends in it" : "it is longer than 16 MiB";
        t.records += !why;
        if (why)
            refuse(&t, out, offset + start_at, why);
    }
    *consumed = is_last ? text.n : max_u64(at, text.n - min_u64(text.n, TAG_MAX));
    return t;
}
