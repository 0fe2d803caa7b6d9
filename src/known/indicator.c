/* SPDX-License-Identifier: Apache-2.0 */
/* known/indicator.c: words out of text. */
#include "known/indicator.h"

#include "known/indicators.h"
#include "scan/refang.h"

const char *const indicator_kind_keys[INDICATOR_KIND_COUNT] = {"host", "url", "address", "network"};
const char *const no_indicator_keys[NO_INDICATOR_KIND_COUNT] = {"hash", "mail", "file", "name"};

enum { WAITING_MAX = 32 };

/* A text on its way in. */
struct text_reader {
    struct indicators *set;
    struct top_levels *tops;
    struct refanged *line;     /* the line being read, without disguise */
    span raw;                  /* as it stands in the text */
    uint32_t number;
    uint16_t source;
    uint64_t found;
    struct found_word word;
    uint64_t hashes[WAITING_MAX]; /* of the items behind set->n, which are on their way into the table */
    size_t waiting;
};

void indicators_begin(struct indicators *set, const struct suffixes *suffixes)
{
    *set = (struct indicators){.suffixes = suffixes, .table = indicator_table_new()};
}

void indicators_free(struct indicators *set)
{
    array_free((void **)&set->items, &set->capacity);
    indicator_table_free(set->table);
    arena_free(&set->memory);
    set->table = NULL;
}

/* Bytes that a word is made of; those from 0x80 on are looked at apart. */
static bool is_word_byte(unsigned char c)
{
    static const char signs[] = ".-_:/?#&=%+~@!$*";
    return c >= 0x80 || ascii_alpha((char)c) || ascii_digit((char)c) || (c && memchr(signs, c, sizeof signs - 1));
}

static const bool *word_bytes(arena *a)
{
    bool *table = arena_new(a, bool, 256);
    for (unsigned c = 0; c < 256; c++)
        table[c] = is_word_byte((unsigned char)c);
    return table;
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
    struct indicators *set = r->set;
    set->no_count[r->word.no]++;
    if (set->no_n < NO_INDICATORS_MAX)
        set->no[set->no_n++] = (struct no_indicator){r->word.no, as_written, r->number, r->source};
}

/* Items into the table, a few at a time: their slots have come from memory meanwhile. */
static void settle(struct text_reader *r)
{
    struct indicators *set = r->set;
    for (size_t i = 0, from = set->n; i < r->waiting; i++) {
        set->items[set->n] = set->items[from + i];
        bool is_new = indicator_table_add(set, (uint32_t)set->n, r->hashes[i]);
        set->n += is_new;
        set->repeated += !is_new;
    }
    r->waiting = 0;
}

static fault add(struct text_reader *r, span word, span as_written)
{
    struct indicators *set = r->set;
    const struct found_word *f = &r->word;
    if (r->waiting == WAITING_MAX)
        settle(r);
    size_t at = set->n + r->waiting;
    if (!array_reserve((void **)&set->items, &set->capacity, at + 1, sizeof *set->items, INDICATORS_MAX))
        return fault_make(FAULT_LIMIT, "more than %d indicators", INDICATORS_MAX);
    struct indicator *i = &set->items[at];
    bool is_there = f->is_canonical && r->line->is_same; /* the text itself keeps it */
    *i = (struct indicator){.spelled = as_written, .line = r->number, .source = r->source, .kind = (uint8_t)f->kind,
                            .bits = f->bits, .host_n = (uint16_t)f->host_n};
    i->text = is_there ? span_of(word.p + f->at, f->host_n) : arena_dup(&set->memory, span_of(f->text, f->text_n));
    r->hashes[r->waiting++] = indicator_table_hash(set, i);
    r->found++;
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

static fault take_line(struct text_reader *r, const bool *is_word)
{
    span text = r->line->text;
    span trimmed = span_trim(text);
    for (size_t i = 0; i < text.n;) {
        size_t from = i;
        bool has_wide = false;
        for (; i < text.n && is_word[(unsigned char)text.p[i]]; i++)
            has_wide |= (unsigned char)text.p[i] >= 0x80;
        if (i - from >= 3) {
            bool is_alone = i - from == trimmed.n;
            TRY(has_wide ? take_mixed(r, from, i - from, is_alone) : take_word(r, from, i - from, is_alone));
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

fault indicators_read(struct indicators *set, const char *name, span text, uint64_t *found)
{
    arena a = {0};
    struct text_reader *r = arena_new(&a, struct text_reader, 1);
    const bool *is_word = word_bytes(&a);
    fault f = NO_FAULT;
    *found = 0;
    if (set->name_n == INDICATOR_TEXTS_MAX)
        f = fault_make(FAULT_LIMIT, "more than %d texts with indicators", INDICATOR_TEXTS_MAX);
    *r = (struct text_reader){.set = set, .tops = top_levels_new(&a, set->suffixes), .line = arena_new(&a, struct refanged, 1),
                              .source = (uint16_t)set->name_n};
    if (!f.kind)
        set->names[set->name_n++] = name;
    indicator_table_expect(set, min_u64(span_count(text, '\n'), INDICATORS_MAX));
    for (cut line = {.tail = text, .found = true}; line.found && !f.kind;) {
        line = span_cut(line.tail, '\n');
        r->number++;
        span rest = line.head;
        if (span_trim(rest).n && span_trim(rest).p[0] == '#')
            continue;
        while (rest.n && !f.kind) {
            r->raw = next_part(&rest);
            refang_line(r->raw, r->line);
            f = take_line(r, is_word);
        }
    }
    settle(r);
    *found = r->found;
    arena_free(&a);
    return f;
}
