/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/refang.h"

#include "base/sink.h"

/* What stands in brackets instead of the bare sign. */
static const struct { span inner; const char *means; } bracketed[] = {
    {{".", 1}, "."}, {{"dot", 3}, "."}, {{":", 1}, ":"}, {{"://", 3}, "://"}, {{":/", 2}, ":/"}, {{":// ", 4}, "://"},
    {{"/", 1}, "/"}, {{"//", 2}, "//"}, {{"@", 1}, "@"}, {{"at", 2}, "@"}, {{"\xe3\x80\x82", 3}, "."}, {{"\xef\xbc\x8e", 3}, "."},
};

struct work {
    span line;
    size_t at;
    struct refanged *out;
};

static bool is_word(char c) { return ascii_digit(c) || ascii_alpha(c); }

static void put(struct work *w, char c)
{
    size_t n = w->out->text.n;
    w->out->bytes[n] = c;
    w->out->from[n] = (uint32_t)w->at;
    w->out->text.n = n + 1;
}

static void put_all(struct work *w, const char *s)
{
    while (*s)
        put(w, *s++);
}

/* "evil [.] example": the blanks around it are part of the disguise. */
static void drop_blanks_before(struct work *w)
{
    size_t n = w->out->text.n, kept = n;
    while (kept && w->out->bytes[kept - 1] == ' ')
        kept--;
    if (kept && is_word(w->out->bytes[kept - 1]))
        w->out->text.n = kept;
}

static size_t blanks_behind(span line, size_t at)
{
    size_t n = 0;
    while (at + n < line.n && line.p[at + n] == ' ')
        n++;
    return at + n < line.n && is_word(line.p[at + n]) ? n : 0;
}

static char closing(char open) { return open == '[' ? ']' : open == '(' ? ')' : '}'; }

/* "[.]" and its kin at `at`: the number of bytes that were understood, 0: none. */
static size_t take_bracketed(struct work *w)
{
    span rest = span_skip(w->line, w->at);
    for (size_t i = 0; i < COUNT_OF(bracketed); i++) {
        span inner = bracketed[i].inner;
        if (rest.n < inner.n + 2 || rest.p[inner.n + 1] != closing(rest.p[0]) ||
            !span_eq_nocase(span_of(rest.p + 1, inner.n), inner))
            continue;
        drop_blanks_before(w);
        put_all(w, bracketed[i].means);
        return inner.n + 2 + blanks_behind(w->line, w->at + inner.n + 2);
    }
    bool between = w->at && is_word(w->line.p[w->at - 1]) && rest.n > 2 && rest.p[1] == '.' && is_word(rest.p[2]);
    if (!between)
        return 0;
    put(w, '.'); /* evil[.example */
    return 2;
}

/* evil.]example */
static size_t take_half(struct work *w)
{
    span rest = span_skip(w->line, w->at);
    bool between = w->at && is_word(w->line.p[w->at - 1]) && rest.n > 2 && rest.p[1] == ']' && is_word(rest.p[2]);
    if (!between)
        return 0;
    put(w, '.');
    return 2;
}

/* "evil dot example" up to the end of the line or of the name: "the dot is" is a sentence. */
static size_t take_spoken(struct work *w)
{
    span rest = span_skip(w->line, w->at);
    if (!w->at || !is_word(w->line.p[w->at - 1]) || !span_starts_nocase(rest, SPAN(" dot ")) || rest.n == 5)
        return 0;
    size_t end = 5;
    while (end < rest.n && is_word(rest.p[end]))
        end++;
    bool ends = end > 5 && (end == rest.n || rest.p[end] != ' ' || span_starts_nocase(span_skip(rest, end), SPAN(" dot ")));
    if (!ends)
        return 0;
    put(w, '.');
    return 5;
}

/* \. and \/ are the sign; \n \r \t are blanks, as anything else that JSON or a path has behind a backslash. */
static size_t take_backslash(struct work *w)
{
    char next = w->at + 1 < w->line.n ? w->line.p[w->at + 1] : ' ';
    bool is_sign = next == '.' || next == '/' || next == ':';
    put(w, is_sign ? next : ' ');
    return is_sign || next == 'n' || next == 'r' || next == 't' ? 2 : 1;
}

static bool is_invisible(uint32_t c)
{
    return c == 0xad || c == 0x34f || c == 0x61c || (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2060 && c <= 0x2069) || c == 0xfeff || c == 0xfe0e || c == 0xfe0f;
}

static size_t take_wide(struct work *w)
{
    uint32_t c = 0;
    size_t n = utf8_read(span_skip(w->line, w->at), &c);
    if (n == 0 || c == 0x3000 || c == 0xa0) {
        put(w, ' ');
        return n ? n : 1;
    }
    if (is_invisible(c))
        return n;
    if (c == 0x3002 || c == 0xff61 || c == 0x2024 || c == 0x2e31)
        put(w, '.');
    else if (c >= 0xff01 && c <= 0xff5e)
        put(w, (char)(c - 0xfee0));
    else
        for (size_t i = 0; i < n; i++)
            put(w, w->line.p[w->at + i]);
    return n;
}

static size_t take(struct work *w)
{
    char c = w->line.p[w->at];
    size_t n = 0;
    if ((unsigned char)c >= 0x80)
        return take_wide(w);
    if (c == '\\')
        return take_backslash(w);
    if (c == '[' || c == '(' || c == '{')
        n = take_bracketed(w);
    else if (c == ' ')
        n = take_spoken(w);
    else if (c == '.')
        n = take_half(w);
    if (n)
        return n;
    put(w, c);
    return 1;
}

/* Most lines of a list need nothing: one look at each byte. */
static bool needs_work(span line)
{
    static const unsigned char signs[256] = {['['] = 1, ['('] = 1, ['{'] = 1, ['\\'] = 1, [']'] = 1, [' '] = 1};
    unsigned odd = 0;
    for (size_t i = 0; i < line.n; i++) {
        unsigned char c = (unsigned char)line.p[i];
        odd |= signs[c] | c >> 7;
    }
    return odd;
}

void refang_line(span line, struct refanged *out)
{
    struct work w = {line, 0, out};
    out->is_same = !needs_work(line);
    out->text = out->is_same ? line : span_of(out->bytes, 0);
    while (!out->is_same && w.at < line.n)
        w.at += take(&w);
}
