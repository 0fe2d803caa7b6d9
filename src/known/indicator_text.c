/* SPDX-License-Identifier: Apache-2.0 */
/* known/indicator_text.c: words out of a text. */
#include "known/indicators.h"
#include "scan/refang.h"

enum { BYTE_BETWEEN = 0, BYTE_WORD = 1, BYTE_WIDE = 2 };

struct text_reader {
    struct piece *piece;       /* the one being read */
    struct top_levels *tops;
    struct refanged *line;     /* the line being read, without disguise */
    span raw;                  /* as it stands in the text */
    uint32_t number;
    uint16_t source;
    struct found_word word;
    uint8_t bytes[256];        /* what words are made of */
};

/* Bytes that a word is made of; those from 0x80 on are looked at apart. */
static bool is_word_byte(unsigned char c)
{
    static const char signs[] = ".-_:/?#&=%+~@!$*";
    return c >= 0x80 || ascii_alpha((char)c) || ascii_digit((char)c) || (c && memchr(signs, c, sizeof signs - 1));
}

struct text_reader *text_reader_new(arena *a, const struct suffixes *suffixes)
{
    struct text_reader *r = arena_new(a, struct text_reader, 1);
    r->tops = top_levels_new(a, suffixes);
    r->line = arena_new(a, struct refanged, 1);
    for (unsigned c = 0; c < 256; c++)
        r->bytes[c] = (uint8_t)(!is_word_byte((unsigned char)c) ? BYTE_BETWEEN : c >= 0x80 ? BYTE_WIDE : BYTE_WORD);
    return r;
}

/* The bytes of the text that became the part [at, at + n) of the line. */
static span spelled(const struct text_reader *r, size_t at, size_t n)
{
    if (n == 0)
        return span_of(r->raw.p, 0);
    if (r->line->is_same)
        return span_of(r->raw.p + at, n);
    size_t first = r->line->from[at], last = r->line->from[at + n - 1];
    return span_of(r->raw.p + first, last - first + 1);
}

static void refuse(struct text_reader *r, span as_written)
{
    struct piece *p = r->piece;
    p->no_count[r->word.no]++;
    if (p->no_n < NO_INDICATORS_MAX)
        p->no[p->no_n++] = (struct no_indicator){r->word.no, as_written, r->number, r->source};
}

static fault add(struct text_reader *r, span word, span as_written)
{
    struct piece *p = r->piece;
    const struct found_word *f = &r->word;
    if (p->n == PIECE_ITEMS_MAX)
        TRY(p->take(p->ctx, p));
    struct piece_item *item = &p->items[p->n++];
    struct indicator *i = &item->indicator;
    bool is_there = f->is_canonical && r->line->is_same; /* the text itself keeps it */
    *i = (struct indicator){.spelled = as_written, .line = r->number, .source = r->source, .kind = (uint8_t)f->kind,
                            .bits = f->bits, .host_n = (uint16_t)f->host_n};
    i->text = is_there ? span_of(word.p + f->at, f->host_n) : arena_dup(&p->memory, span_of(f->text, f->text_n));
    item->hash = indicator_hash(i);
    return NO_FAULT;
}

/* [at, at + n) of the line. */
static fault take_word(struct text_reader *r, size_t at, size_t n, bool is_alone)
{
    span word = span_of(r->line->text.p + at, n);
    indicator_word(r->tops, word, is_alone, &r->word);
    if (r->word.what == WORD_NOTHING)
        return NO_FAULT;
    span as_written = spelled(r, at + r->word.at, r->word.n);
    if (r->word.what == WORD_INDICATOR)
        return add(r, word, as_written);
    refuse(r, as_written);
    return NO_FAULT;
}

static bool is_wide(char c) { return (unsigned char)c >= 0x80; }

/* A label is of one script or the other: "\xe5\x85\x88evil.example" is a sentence that ends in a name. */
static bool has_mixed_label(span s)
{
    bool wide = false, ascii = false;
    for (size_t i = 0; i < s.n; i++) {
        wide = s.p[i] != '.' && (wide || is_wide(s.p[i]));
        ascii = s.p[i] != '.' && (ascii || !is_wide(s.p[i]));
        if (wide && ascii)
            return true;
    }
    return false;
}

/* "http://" and a host outside ASCII at the beginning of `s`: its bytes, up to where the path leaves ASCII. 0: none. */
static size_t wide_url(span s)
{
    size_t scheme = span_find(s, SPAN("://")), i = scheme + 3;
    if (scheme == SIZE_MAX || i >= s.n || !is_wide(s.p[i]))
        return 0;
    while (i < s.n && s.p[i] != '/')
        i++;
    while (i < s.n && !is_wide(s.p[i]))
        i++;
    return i;
}

/* Letters outside ASCII belong to a name where it stands alone, or behind "://"; elsewhere a Japanese sentence goes on. */
static fault take_mixed(struct text_reader *r, size_t at, size_t n, bool is_alone)
{
    span word = span_of(r->line->text.p + at, n);
    if (is_alone && !has_mixed_label(word))
        return take_word(r, at, n, true);
    for (size_t i = 0; i < n;) {
        size_t from = i;
        while (i < n && !is_wide(word.p[i]))
            i++;
        span ascii = span_of(word.p + from, i - from);
        size_t url = span_ends(ascii, SPAN("://")) ? wide_url(span_skip(word, from)) : 0;
        i = url ? from + url : i;
        if (i > from)
            TRY(take_word(r, at + from, i - from, false));
        while (i < n && is_wide(word.p[i]))
            i++;
    }
    return NO_FAULT;
}

static fault take_line(struct text_reader *r)
{
    span text = r->line->text;
    span trimmed = span_trim(text);
    for (size_t i = 0; i < text.n;) {
        size_t from = i;
        unsigned kinds = 0;
        for (uint8_t kind; i < text.n && (kind = r->bytes[(unsigned char)text.p[i]]) != BYTE_BETWEEN; i++)
            kinds |= kind;
        if (i - from >= 3) {
            bool is_alone = i - from == trimmed.n;
            TRY(kinds & BYTE_WIDE ? take_mixed(r, from, i - from, is_alone) : take_word(r, from, i - from, is_alone));
        }
        i += i == from || i < text.n;
    }
    return NO_FAULT;
}

/* A line, or a part of one that is longer than what is looked at together, ending between words where it can. */
static span next_part(span *rest)
{
    span part = span_take(*rest, REFANG_LINE_MAX);
    if (part.n < rest->n)
        for (size_t n = part.n; n > part.n / 2; n--)
            if (!is_word_byte((unsigned char)part.p[n - 1])) {
                part.n = n;
                break;
            }
    *rest = span_skip(*rest, part.n);
    return part;
}

fault text_read_piece(struct text_reader *r, struct piece *p, span text, uint32_t line, uint16_t source)
{
    r->piece = p;
    r->source = source;
    r->number = line;
    for (cut c = {.tail = text, .found = true}; c.found; r->number++) {
        c = span_cut(c.tail, '\n');
        span rest = c.head, trimmed = span_trim(rest);
        if (trimmed.n && trimmed.p[0] == '#')
            continue;
        while (rest.n) {
            r->raw = next_part(&rest);
            refang_line(r->raw, r->line);
            TRY(take_line(r));
        }
    }
    return p->take(p->ctx, p);
}
